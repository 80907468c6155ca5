#include "services/cli/cli_verb.h"

#include <string.h>

/* What a planner does with the suggestions and messages of the running plan, and with plans put
   aside. */

/* clang-format off */
static const struct verb explain = {"explain", "Mrp.GetPlannedOrder", {NEEDED("planned_order_id")}};

/* Quantity and day are what the planner saw: refused where the suggestion has changed since. */
#define SEEN NEEDED("planned_order_id"), GIVEN("qty", "quantity"), GIVEN("due", "due_on")

static const struct verb accept = {
    "accept", "Order.AcceptPlannedOrder",
    {SEEN, GIVEN("order-qty", "order_quantity"), GIVEN("order-due", "order_due_on")}};

/* Many, as a list of suggestions shows them. */
static const struct verb accept_many = {
    "accept", "Order.AcceptPlannedOrders",
    {{"lines", "orders", VERB_LISTED, VERB_REQUEST}, OF_LINE("planned_order", "planned_order_id"),
     OF_LINE("qty", "quantity"), OF_LINE("due", "due_on"), OF_LINE("order_qty", "order_quantity"),
     OF_LINE("order_due", "order_due_on")}};

static const struct verb note = {
    "note-suggestion", "Mrp.NotePlannedOrder", {NEEDED("planned_order_id"), GIVEN("note", "note")}};

static const struct verb reject = {
    "reject-suggestion", "Mrp.RejectPlannedOrder",
    {SEEN, GIVEN("reason", "reason")}};

static const struct verb restore = {
    "restore-suggestion", "Mrp.RestorePlannedOrder", {NEEDED("planned_order_id")}};
/* Messages about open orders, done as they were seen; as a list of messages shows them. */
static const struct verb apply = {
    "apply-messages", "Mrp.ApplyMessages",
    {{"lines", "messages", VERB_LISTED, VERB_REQUEST}, OF_LINE("item", "item"), OF_LINE("message", "message"),
     OF_LINE("reference", "reference"), OF_LINE("proposed_date", "proposed_on"), OF_LINE("proposed_qty", "proposed"),
     GIVEN("reason", "reason")}};

static const struct verb state = {"plan-state", "Mrp.GetPlanState", {{NULL, NULL, VERB_TEXT, VERB_REQUEST}}};
static const struct verb keep = {"keep-plan", "Mrp.KeepPlan", {NEEDED("name")}};
static const struct verb kept = {"kept-plans", "Mrp.ListKeptPlans", {{NULL, NULL, VERB_TEXT, VERB_REQUEST}}};
static const struct verb drop = {"drop-plan", "Mrp.DropKeptPlan", {NEEDED("name")}};

static const struct verb promise = {
    "promise", "Mrp.GetPromise",
    {NEEDED("item"), GIVEN("qty", "quantity"), GIVEN("date", "wanted_on"), GIVEN("segment", "segment")}};

/* clang-format on */

int cli_suggestion_accept(int argc, char **argv)
{
    bool many = false;
    for (int i = 0; i < argc; i++)
        many = many || strcmp(argv[i], "--lines") == 0;
    return verb_run(many ? &accept_many : &accept, argc, argv);
}

VERB_COMMAND(cli_suggestion, explain)
VERB_COMMAND(cli_suggestion, apply)
VERB_COMMAND(cli_suggestion, state)
VERB_COMMAND(cli_suggestion, keep)
VERB_COMMAND(cli_suggestion, kept)
VERB_COMMAND(cli_suggestion, drop)
VERB_COMMAND(cli_suggestion, promise)
VERB_COMMAND(cli_suggestion, note)
VERB_COMMAND(cli_suggestion, reject)
VERB_COMMAND(cli_suggestion, restore)
