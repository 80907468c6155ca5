#include "services/cli/cli_verb.h"

/* What a planner does with one suggestion of the running plan. */

/* clang-format off */
static const struct verb explain = {"explain", "Mrp.GetPlannedOrder", {NEEDED("planned_order_id")}};

/* Quantity and day are what the planner saw: refused where the suggestion has changed since. */
#define SEEN NEEDED("planned_order_id"), GIVEN("qty", "quantity"), GIVEN("due", "due_on")

static const struct verb accept = {
    "accept", "Order.AcceptPlannedOrder",
    {SEEN, GIVEN("order-qty", "order_quantity"), GIVEN("order-due", "order_due_on")}};

static const struct verb note = {
    "note-suggestion", "Mrp.NotePlannedOrder", {NEEDED("planned_order_id"), GIVEN("note", "note")}};

static const struct verb reject = {
    "reject-suggestion", "Mrp.RejectPlannedOrder",
    {SEEN, GIVEN("reason", "reason")}};

static const struct verb restore = {
    "restore-suggestion", "Mrp.RestorePlannedOrder", {NEEDED("planned_order_id")}};
/* clang-format on */

VERB_COMMAND(cli_suggestion, explain)
VERB_COMMAND(cli_suggestion, accept)
VERB_COMMAND(cli_suggestion, note)
VERB_COMMAND(cli_suggestion, reject)
VERB_COMMAND(cli_suggestion, restore)
