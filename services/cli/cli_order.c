#include "services/cli/cli_verb.h"

/* Documents of planning: sales, purchase and transfer orders, work orders' days, forecasts. */

/* clang-format off */
#define LINES  {"lines", "lines", VERB_ROWS, VERB_REQUEST}, {"line", "line", VERB_NUMBER, VERB_LINE}, \
    OF_LINE("item", "item"), OF_LINE("qty", "quantity"), OF_LINE("due", "due_on")
#define PRICE    OF_LINE("price", "price")
#define PRIORITY {"priority", "priority", VERB_NUMBER, VERB_LINE}
#define REASON   GIVEN("reason", "reason")
#define SEEN     NUMBER("version", "if_version")
#define STEP     NEEDED("order_id"), SEEN, REASON
#define PAGES    NUMBER("limit", "limit"), GIVEN("after", "after")
#define FILTERS  GIVEN("state", "state"), GIVEN("item", "item"), GIVEN("since", "due_from_on"), \
    GIVEN("until", "due_to_on"), FLAG("open", "open_only"), PAGES

static const struct verb sales_new = {
    "sales-order new", "Order.CreateSalesOrder",
    {NEEDED("customer"), GIVEN("order", "sales_order"), LINES, PRICE, PRIORITY, GIVEN("date", "ordered_on")}};
static const struct verb sales_show = {"sales-order show", "Order.GetSalesOrder", {NEEDED("order_id")}};
static const struct verb sales_change = {
    "sales-order change", "Order.ChangeSalesOrder", {STEP, LINES, PRIORITY}};
static const struct verb sales_close = {"sales-order close", "Order.CloseSalesOrder", {STEP}};
static const struct verb sales_cancel = {"sales-order cancel", "Order.CancelSalesOrder", {STEP}};
static const struct verb sales_list = {
    "sales-order list", "Order.ListSalesOrders", {GIVEN("customer", "customer"), FILTERS}};

static const struct verb purchase_new = {
    "purchase-order new", "Order.CreatePurchaseOrder",
    {NEEDED("supplier"), GIVEN("order", "purchase_order"), LINES, PRICE, FLAG("draft", "draft"), GIVEN("date", "ordered_on")}};
static const struct verb purchase_show = {"purchase-order show", "Order.GetPurchaseOrder", {NEEDED("order_id")}};
static const struct verb purchase_change = {
    "purchase-order change", "Order.ChangePurchaseOrder", {STEP, LINES, PRICE}};
static const struct verb purchase_approve = {"purchase-order approve", "Order.ApprovePurchaseOrder", {STEP}};
static const struct verb purchase_send = {"purchase-order send", "Order.SendPurchaseOrder", {STEP}};
static const struct verb purchase_close = {"purchase-order close", "Order.ClosePurchaseOrder", {STEP}};
static const struct verb purchase_cancel = {"purchase-order cancel", "Order.CancelPurchaseOrder", {STEP}};
static const struct verb purchase_list = {
    "purchase-order list", "Order.ListPurchaseOrders", {GIVEN("supplier", "supplier"), FILTERS}};
static const struct verb purchase_rule = {
    "purchase-order rule", "Order.SetOrderRule", {NEEDED("purchase_approve_above")}};

static const struct verb transfer_new = {
    "transfer-order new", "Order.CreateTransferOrder",
    {NEEDED("source_plant"), GIVEN("order", "transfer_order"), LINES, PRICE}};
static const struct verb transfer_list = {
    "transfer-order list", "Order.ListTransferOrders", {GIVEN("from", "supplier"), FILTERS}};

static const struct verb work_new = {
    "work-order new", "Order.CreateWorkOrder",
    {NEEDED("item"), GIVEN("order", "work_order"), GIVEN("qty", "quantity"), GIVEN("start", "start_on"), GIVEN("due", "due_on")}};
static const struct verb work_move = {
    "work-order move", "Order.RescheduleWorkOrder",
    {NEEDED("work_order"), GIVEN("due", "due_on"), GIVEN("start", "start_on"), GIVEN("seen", "if_due_on"), REASON}};

static const struct verb forecast_set = {
    "forecast set", "Order.SetForecast",
    {NUMBER("row", "row"), GIVEN("item", "item"), GIVEN("due", "due_on"), NUMBER("days", "days"), GIVEN("qty", "quantity"),
     GIVEN("reference", "reference"), GIVEN("customer", "customer"), GIVEN("segment", "segment")}};
static const struct verb forecast_list = {"forecast list", "Order.ListForecasts", {GIVEN("item", "item"), PAGES}};

static const struct verb import = {
    "import-orders", "Order.ImportOrders", {NEEDED("kind"), {NULL, "csv", VERB_FILE, VERB_REQUEST}}};

static const struct verb changes = {
    "order-changes", "Order.ListOrderChanges", {GIVEN("order", "order_id"), GIVEN("kind", "kind"), PAGES}};

/* clang-format on */

int cli_order_sales(int argc, char **argv)
{
    static const struct verb *const verbs[] = {
        &sales_new, &sales_show, &sales_change, &sales_close, &sales_cancel, &sales_list, NULL};
    return verb_run_one("sales-order", verbs, argc, argv);
}

int cli_order_purchase(int argc, char **argv)
{
    static const struct verb *const verbs[] = {
        &purchase_new,   &purchase_show,   &purchase_change, &purchase_approve, &purchase_send,
        &purchase_close, &purchase_cancel, &purchase_list,   &purchase_rule,    NULL};
    return verb_run_one("purchase-order", verbs, argc, argv);
}

int cli_order_transfer(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&transfer_new, &transfer_list, NULL};
    return verb_run_one("transfer-order", verbs, argc, argv);
}

int cli_order_work(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&work_new, &work_move, NULL};
    return verb_run_one("work-order", verbs, argc, argv);
}

int cli_order_forecast(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&forecast_set, &forecast_list, NULL};
    return verb_run_one("forecast", verbs, argc, argv);
}

VERB_COMMAND(cli_order, import)
VERB_COMMAND(cli_order, changes)
