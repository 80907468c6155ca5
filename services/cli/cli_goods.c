#include "services/cli/cli_verb.h"

/* The store and the planning of the floor in a line each: orders, picks, goods, counts, the past.
 */

/* clang-format off */
#define DAY    GIVEN("date", "effective_on")
#define REASON GIVEN("reason", "reason")
#define PAGES  NUMBER("limit", "limit"), GIVEN("after", "after")
#define OF_PLACE(option, member) {option, member, VERB_TEXT, VERB_LOCATION}

static const struct verb work_order = {
    "order", "Production.GetWorkOrder",
    {NEEDED("work_order")}};

static const struct verb work_orders = {
    "orders", "Production.ListWorkOrders",
    {GIVEN("state", "state"), PAGES}};

static const struct verb picks = {
    "picks", "Inventory.ListPicks",
    {CODES("work_orders")}};

static const struct verb scan = {
    "scan", "Inventory.ResolveScan",
    {NEEDED("scan")}};

static const struct verb wave = {
    "issue-wave", "Production.PostIssues",
    {CODES("orders.work_order"), FLAG("per-order", "per_order"), DAY}};

static const struct verb hold = {
    "hold", "Production.HoldWorkOrder",
    {NEEDED("work_order"), REASON, DAY}};

static const struct verb resume = {
    "resume", "Production.ResumeWorkOrder",
    {NEEDED("work_order"), REASON, DAY}};

static const struct verb cancel = {
    "cancel", "Production.CancelWorkOrder",
    {NEEDED("work_order"), REASON, DAY}};

static const struct verb split = {
    "split", "Production.SplitWorkOrder",
    {NEEDED("work_order"), GIVEN("qty", "quantity"), GIVEN("to", "new_work_order"), REASON, DAY}};

static const struct verb merge = {
    "merge", "Production.MergeWorkOrders",
    {NEEDED("work_order"), NEEDED("merged_work_order"), REASON, DAY}};

static const struct verb resize = {
    "resize", "Production.ChangeQuantity",
    {NEEDED("work_order"), GIVEN("qty", "quantity"), REASON, DAY}};

static const struct verb needs = {
    "needs", "Production.ChangeComponents",
    {NEEDED("work_order"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("item", "item"), OF_LINE("qty", "quantity"),
     OF_LINE("operation", "operation"), REASON, DAY}};

static const struct verb arrive = {
    "arrive", "Inventory.PostPurchaseReceipt",
    {NEEDED("purchase_order"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("qty", "quantity"), OF_LINE("location", "location"),
     OF_LINE("lot", "lot"), OF_LINE("expires", "expires_on"), FLAG("inspection", "inspection"), ROWS("lines"),
     DAY}};

static const struct verb ship = {
    "ship", "Inventory.PostShipment",
    {NEEDED("sales_order"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("qty", "quantity"), OF_LINE("location", "location"),
     OF_LINE("lot", "lot"), DAY}};

static const struct verb to_supplier = {
    "return-to-supplier", "Inventory.PostSupplierReturn",
    {NEEDED("purchase_order"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("qty", "quantity"), OF_LINE("location", "location"),
     OF_LINE("lot", "lot"), OF_LINE("status", "status"), REASON, DAY}};

static const struct verb from_customer = {
    "return-from-customer", "Inventory.PostCustomerReturn",
    {NEEDED("sales_order"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("qty", "quantity"), OF_LINE("location", "location"),
     OF_LINE("lot", "lot"), OF_LINE("status", "status"), REASON, DAY}};

static const struct verb adjust = {
    "adjust", "Inventory.PostAdjustment",
    {NEEDED("reason"), OF_LINE("item", "item"), OF_LINE("qty", "quantity"), OF_LINE("cost", "unit_cost"),
     OF_LINE("location", "location"), OF_LINE("lot", "lot"), OF_LINE("expires", "expires_on"), ROWS("lines"),
     DAY}};

static const struct verb send = {
    "send", "Inventory.PostTransfer",
    {NEEDED("to_location"), {NULL, "two_steps", VERB_TRUE, VERB_REQUEST}, OF_LINE("item", "item"),
     OF_LINE("qty", "quantity"), OF_LINE("from", "location"), OF_LINE("lot", "lot"), REASON, DAY}};

static const struct verb sign = {
    "sign", "Inventory.ReceiveTransfer",
    {NEEDED("transfer"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("qty", "quantity"), FLAG("send-back", "send_back"), DAY}};

static const struct verb status = {
    "status", "Inventory.ChangeStatus",
    {NEEDED("reason"), OF_LINE("item", "item"), OF_LINE("qty", "quantity"), OF_LINE("location", "location"),
     OF_LINE("lot", "lot"), OF_LINE("from", "from_status"), OF_LINE("to", "to_status"), DAY}};

static const struct verb inspect = {
    "inspect", "Inventory.PostInspection",
    {OF_LINE("item", "item"), OF_LINE("accepted", "accepted"), OF_LINE("rejected", "rejected"),
     OF_LINE("location", "location"), OF_LINE("lot", "lot"), REASON, DAY}};

static const struct verb count = {
    "count", "Inventory.StartCount",
    {GIVEN("location", "location"), {"items", "items", VERB_CODES, VERB_REQUEST}, FLAG("freeze", "freeze"),
     REASON, DAY}};

static const struct verb counted = {
    "counted", "Inventory.RecordCount",
    {NEEDED("count"), {"line", "line", VERB_NUMBER, VERB_LINE}, OF_LINE("qty", "quantity"), OF_LINE("at", "counted_at")}};

static const struct verb end_count = {
    "end-count", "Inventory.FinishCount",
    {NEEDED("count")}};

static const struct verb approve = {
    "approve", "Inventory.DecideDocument",
    {NEEDED("document"), {NULL, "approve", VERB_TRUE, VERB_REQUEST}}};

static const struct verb reject = {
    "reject", "Inventory.DecideDocument",
    {NEEDED("document"), {NULL, "approve", VERB_FALSE, VERB_REQUEST}}};

static const struct verb documents = {
    "documents", "Inventory.ListDocuments",
    {GIVEN("document", "document"), GIVEN("state", "state"), PAGES}};

static const struct verb balance = {
    "balance", "Inventory.GetBalance",
    {NEEDED("item"), NUMBER("line", "posted_seq"), GIVEN("date", "day_on")}};

static const struct verb shelves = {
    "shelves", "Inventory.ListStock",
    {GIVEN("item", "item"), PAGES}};

static const struct verb ledger = {
    "ledger", "Inventory.ListLedger",
    {GIVEN("item", "item"), GIVEN("order", "order_id"), PAGES}};

static const struct verb trace = {
    "trace", "Inventory.ListLotTrace",
    {NEEDED("item"), NEEDED("lot"), FLAG("backward", "backward"), PAGES}};

static const struct verb place = {
    "location", "Inventory.SetLocations",
    {OF_PLACE(NULL, "location"), OF_PLACE("name", "name"), OF_PLACE("work-center", "work_center")}};

static const struct verb places = {
    "locations", "Inventory.ListLocations",
    {PAGES}};

static const struct verb rule = {
    "stock-rule", "Inventory.SetStockRule",
    {GIVEN("item", "item"), FLAG("backflush", "backflush"), FLAG("inspect", "inspect"),
     GIVEN("over-issue", "over_issue_pct"), GIVEN("over-receipt", "over_receipt_pct"),
     GIVEN("approve-above", "approve_above")}};
/* clang-format on */

VERB_COMMAND(cli_goods, work_order)
VERB_COMMAND(cli_goods, work_orders)
VERB_COMMAND(cli_goods, picks)
VERB_COMMAND(cli_goods, scan)
VERB_COMMAND(cli_goods, wave)
VERB_COMMAND(cli_goods, hold)
VERB_COMMAND(cli_goods, resume)
VERB_COMMAND(cli_goods, cancel)
VERB_COMMAND(cli_goods, split)
VERB_COMMAND(cli_goods, merge)
VERB_COMMAND(cli_goods, resize)
VERB_COMMAND(cli_goods, needs)
VERB_COMMAND(cli_goods, arrive)
VERB_COMMAND(cli_goods, ship)
VERB_COMMAND(cli_goods, to_supplier)
VERB_COMMAND(cli_goods, from_customer)
VERB_COMMAND(cli_goods, adjust)
VERB_COMMAND(cli_goods, send)
VERB_COMMAND(cli_goods, sign)
VERB_COMMAND(cli_goods, status)
VERB_COMMAND(cli_goods, inspect)
VERB_COMMAND(cli_goods, count)
VERB_COMMAND(cli_goods, counted)
VERB_COMMAND(cli_goods, end_count)
VERB_COMMAND(cli_goods, approve)
VERB_COMMAND(cli_goods, reject)
VERB_COMMAND(cli_goods, documents)
VERB_COMMAND(cli_goods, balance)
VERB_COMMAND(cli_goods, shelves)
VERB_COMMAND(cli_goods, ledger)
VERB_COMMAND(cli_goods, trace)
VERB_COMMAND(cli_goods, place)
VERB_COMMAND(cli_goods, places)
VERB_COMMAND(cli_goods, rule)
