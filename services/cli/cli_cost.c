#include "services/cli/cli_verb.h"

/* Versions of standard costs: "cost-version save ..."; what orders and lots really cost. */

/* clang-format off */
static const struct verb save = {
    "cost-version save", "Cost.SaveCostVersion",
    {NEEDED("cost_version"), GIVEN("note", "note"), GIVEN("prices", "prices"), GIVEN("date", "costed_on"),
     GIVEN("copy-of", "copy_of"), {"lines", "lines", VERB_ROWS, VERB_REQUEST}, OF_LINE("kind", "kind"),
     OF_LINE("code", "code"), OF_LINE("value", "value"), {"remove", "remove", VERB_FLAG, VERB_LINE}}};

static const struct verb simulate = {"cost-version simulate", "Cost.SimulateCostVersion", {NEEDED("cost_version")}};
static const struct verb freeze = {"cost-version freeze", "Cost.FreezeCostVersion", {NEEDED("cost_version")}};
static const struct verb mark = {
    "cost-version mark", "Cost.MarkCostVersion", {NEEDED("cost_version"), GIVEN("date", "effective_on")}};
static const struct verb release = {
    "cost-version release", "Cost.ReleaseCostVersion", {NEEDED("cost_version"), GIVEN("date", "effective_on")}};
static const struct verb revert = {
    "cost-version revert", "Cost.RevertCostVersion", {NEEDED("cost_version"), GIVEN("date", "effective_on")}};
static const struct verb withdraw = {"cost-version withdraw", "Cost.WithdrawCostVersion", {NEEDED("cost_version")}};
static const struct verb show = {"cost-version show", "Cost.GetCostVersion", {NEEDED("cost_version")}};
static const struct verb goes_on = {"cost-version post", "Cost.PostStandards", {{NULL, NULL, VERB_TEXT, VERB_REQUEST}}};

static const struct verb list = {
    "cost-version list", "Cost.ListCostVersions",
    {GIVEN("state", "state"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb costs = {
    "cost-version costs", "Cost.ListVersionCosts",
    {NEEDED("cost_version"), GIVEN("item", "item"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb compare = {
    "cost-version compare", "Cost.GetCostComparison",
    {NEEDED("cost_version"), GIVEN("against", "against"), FLAG("all", "all"), GIVEN("item", "item"),
     NUMBER("limit", "limit"), GIVEN("after", "after")}};


static const struct verb alarms = {
    "variance-alarm list", "Cost.ListVarianceAlarms", {FLAG("noted", "noted"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb limits = {
    "variance-alarm limits", "Cost.SetVarianceAlarm", {GIVEN("percent", "percent"), GIVEN("amount", "amount")}};

static const struct verb note = {
    "variance-alarm note", "Cost.NoteVarianceAlarm", {NEEDED("work_order"), GIVEN("note", "note")}};

static const struct verb actual_order = {
    "actual-cost order", "Cost.GetActualCost",
    {NEEDED("work_order"), NUMBER("levels", "levels"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb actual_lot = {
    "actual-cost lot", "Cost.GetActualCost",
    {NEEDED("item"), NEEDED("lot"), NUMBER("levels", "levels"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb what_if = {
    "what-if", "Cost.GetWhatIf",
    {{"lines", "assumptions", VERB_ROWS, VERB_REQUEST}, OF_LINE("item", "item"), OF_LINE("price", "unit_cost"),
     OF_LINE("work-center", "work_center"), OF_LINE("labor-rate", "labor_rate"), OF_LINE("machine-rate", "machine_rate"),
     OF_LINE("overhead-rate", "overhead_rate"), FLAG("all", "all"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

static const struct verb material_use = {
    "material-use", "Cost.ListMaterialUse",
    {GIVEN("by", "by"), GIVEN("from", "from_on"), GIVEN("to", "to_on"), NUMBER("limit", "limit"), GIVEN("after", "after")}};

/* clang-format on */

VERB_COMMAND(cli_cost, what_if)
VERB_COMMAND(cli_cost, material_use)

int cli_cost_version(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&save,    &simulate, &compare,  &freeze, &mark,
                                               &release, &revert,   &withdraw, &show,   &list,
                                               &costs,   &goes_on,  NULL};
    return verb_run_one("cost-version", verbs, argc, argv);
}

int cli_actual_cost(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&actual_order, &actual_lot, NULL};
    return verb_run_one("actual-cost", verbs, argc, argv);
}

int cli_variance_alarm(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&alarms, &limits, &note, NULL};
    return verb_run_one("variance-alarm", verbs, argc, argv);
}
