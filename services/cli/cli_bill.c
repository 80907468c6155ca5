#include "services/cli/cli_verb.h"

/* Items, bills and their changes in a line each; edits of rows are in cli_edit.c. */

/* clang-format off */
#define COUNTED(option, member) {option, member, VERB_NUMBER, VERB_REQUEST}
#define NOTED(verb_name, verb_method) \
    {verb_name, verb_method, {NEEDED("change"), GIVEN("note", "note")}}

static const struct verb item = {"item", "Bom.GetItem", {NEEDED("item")}};

static const struct verb convert = {
    "convert", "Bom.GetConversion", {NEEDED("item"), GIVEN("qty", "quantity"), GIVEN("uom", "uom")}};

static const struct verb deactivate = {
    "deactivate", "Bom.DeactivateItem",
    {NEEDED("item"), FLAG("even-if-used", "even_if_used")}};

static const struct verb history = {
    "history", "Bom.ListMasterChanges",
    {GIVEN("item", "object"), COUNTED("limit", "limit"), GIVEN("after", "after")}};

/* What the right side does not say of its own it does not take from the left: two named choices. */
static const struct verb compare = {
    "compare", "Bom.GetComparison",
    {{NULL, "item", VERB_TEXT, VERB_LEFT},
     {NULL, "item", VERB_TEXT, VERB_RIGHT},
     {"revision", "revision", VERB_TEXT, VERB_LEFT},
     {"to-revision", "revision", VERB_TEXT, VERB_RIGHT},
     {"alternative", "alternative", VERB_TEXT, VERB_LEFT},
     {"to-alternative", "alternative", VERB_TEXT, VERB_RIGHT},
     {"date", "start_on", VERB_TEXT, VERB_LEFT},
     {"to-date", "start_on", VERB_TEXT, VERB_RIGHT}}};

#define MASS_RULE \
    GIVEN("component", "component"), GIVEN("new-component", "new_component"), GIVEN("factor", "factor"), \
    GIVEN("qty", "quantity"), GIVEN("end", "end_on"), GIVEN("class", "parent_class")

static const struct verb mass_preview = {"mass-preview", "Bom.GetMassChangePreview", {MASS_RULE}};
static const struct verb mass_run = {"mass-run", "Bom.RunMassChange", {NEEDED("change"), MASS_RULE}};
static const struct verb mass_undo = {"mass-undo", "Bom.UndoMassChange", {NEEDED("change")}};
static const struct verb mass_show = {"mass-show", "Bom.GetMassChange", {NEEDED("change")}};

static const struct verb change_show = {"change-show", "Bom.GetChange", {NEEDED("change")}};
static const struct verb change_effect = {
    "change-effect", "Bom.GetChangeEffect",
    {NEEDED("change"), COUNTED("limit", "limit"), GIVEN("after", "after")}};
static const struct verb change_list = {
    "change-list", "Bom.ListChanges",
    {GIVEN("state", "state"), COUNTED("limit", "limit"), GIVEN("after", "after")}};
static const struct verb change_submit = NOTED("change-submit", "Bom.SubmitChange");
static const struct verb change_approve = NOTED("change-approve", "Bom.ApproveChange");
static const struct verb change_apply = NOTED("change-apply", "Bom.ApplyChange");
static const struct verb change_revert = NOTED("change-revert", "Bom.RevertChange");
static const struct verb change_withdraw = NOTED("change-withdraw", "Bom.WithdrawChange");
/* clang-format on */

VERB_COMMAND(cli_bill, item)
VERB_COMMAND(cli_bill, convert)
VERB_COMMAND(cli_bill, deactivate)
VERB_COMMAND(cli_bill, history)
VERB_COMMAND(cli_bill, compare)
VERB_COMMAND(cli_bill, mass_preview)
VERB_COMMAND(cli_bill, mass_run)
VERB_COMMAND(cli_bill, mass_undo)
VERB_COMMAND(cli_bill, mass_show)
VERB_COMMAND(cli_bill, change_show)
VERB_COMMAND(cli_bill, change_effect)
VERB_COMMAND(cli_bill, change_list)
VERB_COMMAND(cli_bill, change_submit)
VERB_COMMAND(cli_bill, change_approve)
VERB_COMMAND(cli_bill, change_apply)
VERB_COMMAND(cli_bill, change_revert)
VERB_COMMAND(cli_bill, change_withdraw)
