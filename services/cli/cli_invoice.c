#include "services/cli/cli_verb.h"

/* Bills of suppliers and carriers: "invoice enter ...", "landed-cost enter ...". */

/* clang-format off */
#define BILL GIVEN("supplier", "supplier"), GIVEN("number", "number"), GIVEN("date", "effective_on"), \
    {"lines", "lines", VERB_ROWS, VERB_REQUEST}, OF_LINE("order", "purchase_order"), \
    {"line", "order_line", VERB_NUMBER, VERB_LINE}

static const struct verb enter = {
    "invoice enter", "Cost.EnterInvoice",
    {BILL, GIVEN("total", "amount"), OF_LINE("qty", "quantity"), OF_LINE("amount", "amount"),
     OF_LINE("work-order", "work_order"), OF_LINE("operation", "operation")}};

static const struct verb release = {
    "invoice release", "Cost.DecideInvoice",
    {NEEDED("invoice"), {NULL, "release", VERB_TRUE, VERB_REQUEST}, GIVEN("date", "effective_on")}};

static const struct verb reject = {
    "invoice reject", "Cost.DecideInvoice",
    {NEEDED("invoice"), {NULL, "release", VERB_FALSE, VERB_REQUEST}, GIVEN("date", "effective_on")}};

static const struct verb reverse = {
    "invoice reverse", "Cost.ReverseInvoice",
    {NEEDED("invoice"), GIVEN("reason", "reason"), GIVEN("date", "effective_on")}};

static const struct verb list = {
    "invoice list", "Cost.ListInvoices",
    {GIVEN("invoice", "invoice"), GIVEN("supplier", "supplier"), GIVEN("state", "state"),
     {"limit", "limit", VERB_NUMBER, VERB_REQUEST}, GIVEN("after", "after")}};

static const struct verb tolerance = {
    "invoice tolerance", "Cost.SetInvoiceTolerance",
    {GIVEN("percent", "percent"), GIVEN("amount", "amount")}};

static const struct verb freight = {
    "landed-cost enter", "Cost.EnterFreight",
    {BILL, GIVEN("amount", "amount"), GIVEN("by", "basis"), OF_LINE("weight", "weight")}};

static const struct verb follow = {"landed-cost follow", "Cost.PostLateCosts", {{NULL, NULL, VERB_TEXT, VERB_REQUEST}}};

/* clang-format on */

int cli_invoice(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&enter, &release,   &reject, &reverse,
                                               &list,  &tolerance, NULL};
    return verb_run_one("invoice", verbs, argc, argv);
}

int cli_landed_cost(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&freight, &follow, &reverse, NULL};
    return verb_run_one("landed-cost", verbs, argc, argv);
}
