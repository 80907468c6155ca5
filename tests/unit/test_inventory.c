/* Purchase receipts, shipments and adjustments on a book: the checks in their order, the edges of
   the tolerance, and what comes and goes at which value. */

#include "services/inventory/inventory_core.h"
#include "tests/unit/book_stage.h"

static struct book_item *bolt;
static struct book_item *glue;
static struct inventory_outcome outcome;

typedef enum status decide_fn(const struct order_command *command, struct book *in,
                              struct inventory_outcome *out, struct fault *into);

/* 10 bolts worth 20.00; glue in lots, none there. */
static void open_stock(void)
{
    stage_open();
    bolt = stage_item("BOLT", 0, 3);
    glue = stage_item("GLUE", 3, 5);
    glue->tracking = TRACKING_LOT;
    stage_stock(bolt, 10, 20);
}

/* 20 bolts at 4.00 and 5 glue at 6.00; 8 bolts are received. */
static struct purchase_order *open_purchase(void)
{
    struct purchase_order *order;
    open_stock();
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_PURCHASE_ORDER, text_of("PO-1"), REACH_LINES, &fault),
        STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_PURCHASE_ORDER, text_of("GONE"), REACH_LINES, &fault),
        STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_purchase_order(book, text_of("PO-1"), 2, &order, &fault),
                          STATUS_OK);
    order->lines[0].item = text_of("BOLT");
    order->lines[0].qty = pieces(20);
    order->lines[0].price = cost(4);
    order->lines[0].received = pieces(8);
    order->lines[0].segment = text_of("S1");
    order->lines[1].item = text_of("GLUE");
    order->lines[1].qty = pieces(5);
    order->lines[1].price = cost(6);
    stage_keep(&order->row);
    stage_keep(&order->lines[0].row);
    stage_keep(&order->lines[1].row);
    return order;
}

/* 9 bolts and 6 more; 2 of the first are shipped. */
static struct sales_order *open_sales(void)
{
    struct sales_order *order;
    open_stock();
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_SALES_ORDER, text_of("SO-1"), REACH_LINES, &fault),
        STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_sales_order(book, text_of("SO-1"), 2, &order, &fault),
                          STATUS_OK);
    for (size_t i = 0; i < 2; i++) {
        order->lines[i].item = text_of("BOLT");
        order->lines[i].qty = pieces(i == 0 ? 9 : 6);
        stage_keep(&order->lines[i].row);
    }
    order->lines[0].shipped = pieces(2);
    return order;
}

static struct order_line_quantity asked(int64_t line, int64_t whole)
{
    return (struct order_line_quantity){
        .line = line, .quantity = pieces(whole), .expires_on = NO_DATE};
}

static enum status post(decide_fn *decide, const char *id, date day,
                        const struct order_line_quantity *lines, size_t count)
{
    const struct order_command command = {
        .order_id = text_of(id), .effective_on = day, .lines = lines, .line_count = count};
    enum status status;
    outcome = (struct inventory_outcome){0};
    STAGE_TRY(status, decide(&command, book, &outcome, &fault));
    if (status != STATUS_OK)
        CU_ASSERT_PTR_NULL(outcome.document);
    return status;
}

static enum status receive(const struct order_line_quantity *lines, size_t count)
{
    return post(purchase_receipt_decide, "PO-1", NO_DATE, lines, count);
}

static enum status ship(const struct order_line_quantity *lines, size_t count)
{
    return post(shipment_decide, "SO-1", NO_DATE, lines, count);
}

/* Each row mends the fault of the one before it and meets the next check; the second line is wrong,
   so that the first one, which is right, must be taken back. */
static void test_receipt_checks_in_order(void)
{
    open_purchase();
    struct order_line_quantity lines[] = {asked(1, 1), asked(3, -1)};
    decide_fn *decide = purchase_receipt_decide;
    stage_refused(post(decide, "GONE", STAGE_OPEN_FROM - 1, lines, 2), STATUS_PERIOD_CLOSED,
                  "effective_on", "2024-09-23 is in a closed period, open is 2024-09-24 and later");
    stage_refused(post(decide, "GONE", STAGE_OPEN_FROM, lines, 2), STATUS_NOT_FOUND,
                  "purchase_order", "purchase order \"GONE\" does not exist");
    stage_refused(receive(lines, 2), STATUS_NOT_FOUND, "lines[1].line",
                  "order \"PO-1\" has no line 3");
    lines[1].line = 2;
    stage_refused(receive(lines, 2), STATUS_INVALID, "lines[1].quantity",
                  "quantity -1 is not above zero");
    lines[1].quantity.micro = 10500;
    stage_refused(receive(lines, 2), STATUS_NOT_WHOLE, "lines[1].quantity",
                  "quantity 0.0105 has more than the 3 decimals of item \"GLUE\"");
    lines[1].quantity.micro = 5501000;
    stage_refused(receive(lines, 2), STATUS_OVER_RECEIPT, "lines[1].quantity",
                  "5.501 in all (0 before) is above the 5 ordered on line 2");
    lines[1].quantity.micro = 5500000;
    stage_refused(receive(lines, 2), STATUS_INVALID, "lines[1].lot",
                  "item \"GLUE\" is tracked: a lot is needed");
    lines[1].lot = text_of("L1");
    CU_ASSERT_EQUAL(receive(lines, 2), STATUS_OK);
}

/* Price into stock: 20.00 + 2 x 4.00; the line's own segment, the lot and its expiry. */
static void test_receipt_values(void)
{
    struct purchase_order *order = open_purchase();
    struct order_line_quantity lines[] = {asked(1, 2), asked(2, 5)};
    lines[1].lot = text_of("L1");
    lines[1].location = text_of("COLD");
    lines[1].expires_on = STAGE_TODAY + 7;
    CU_ASSERT_EQUAL_FATAL(receive(lines, 2), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(outcome.document->prefix, "PR");
    CU_ASSERT_EQUAL(outcome.lines.first, 1);
    CU_ASSERT_EQUAL(outcome.lines.count, 2);
    LINE(1, LEDGER_PURCHASE_RECEIPT, "BOLT", 2, 80000, 0, 0);
    LINE(2, LEDGER_PURCHASE_RECEIPT, "GLUE", 5, 300000, 0, 0);
    CU_ASSERT_TRUE(text_is(book->lines[1].segment, "S1"));
    CU_ASSERT_TRUE(text_is(book->lines[1].location, "MAIN"));
    CU_ASSERT_TRUE(text_is(book->lines[1].order_id, "PO-1"));
    CU_ASSERT_EQUAL(book->lines[2].order_line, 2);
    CU_ASSERT_TRUE(text_is(book->lines[2].location, "COLD"));
    CU_ASSERT_EQUAL(order->lines[0].received.micro, 10 * QTY_SCALE);
    CU_ASSERT_EQUAL(bolt->value.e4, 280000);
    CU_ASSERT_EQUAL(bolt->last_cost.micro, 4 * UNITCOST_SCALE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(glue->lots);
    CU_ASSERT_EQUAL(glue->lots->expires_on, STAGE_TODAY + 7);
}

/* At standard 3.00 the dearer price is variance. */
static void test_receipt_at_standard(void)
{
    open_purchase();
    bolt->valuation = VALUATION_STANDARD;
    struct order_line_quantity line = asked(1, 2);
    CU_ASSERT_EQUAL_FATAL(receive(&line, 1), STATUS_OK);
    LINE(1, LEDGER_PURCHASE_RECEIPT, "BOLT", 2, 60000, 0, 20000);
}

/* 20 ordered, 8 received: 14 more make 22, the edge; a line named twice counts twice. */
static void test_receipt_tolerance(void)
{
    struct purchase_order *order = open_purchase();
    struct order_line_quantity once = asked(1, 15);
    stage_refused(receive(&once, 1), STATUS_OVER_RECEIPT, "lines[0].quantity",
                  "23 in all (8 before) is above the 20 ordered on line 1");
    struct order_line_quantity twice[] = {asked(1, 7), asked(1, 8)};
    stage_refused(receive(twice, 2), STATUS_OVER_RECEIPT, "lines[1].quantity",
                  "23 in all (15 before) is above the 20 ordered on line 1");
    CU_ASSERT_EQUAL(order->lines[0].received.micro, 8 * QTY_SCALE);
    twice[1].quantity = pieces(7);
    CU_ASSERT_EQUAL(receive(twice, 2), STATUS_OK);
    CU_ASSERT_EQUAL(order->lines[0].received.micro, 22 * QTY_SCALE);
    order->lines[0].received.micro = INT64_MAX;
    stage_refused(receive(&once, 1), STATUS_OVERFLOW, "lines[0].quantity",
                  "quantity is out of range");
}

static void test_price_out_of_range(void)
{
    struct purchase_order *order = open_purchase();
    struct order_line_quantity line = asked(1, 1900);
    order->lines[0].qty = pieces(2000);
    order->lines[0].price.micro = INT64_MAX;
    stage_refused(receive(&line, 1), STATUS_OVERFLOW, "lines[0]",
                  "value of the line is out of range");
}

/* Without lines everything open is received: 12 bolts, and glue needs its lot said. */
static void test_receipt_of_everything(void)
{
    struct purchase_order *order = open_purchase();
    stage_refused(receive(NULL, 0), STATUS_INVALID, "lines.lot",
                  "item \"GLUE\" is tracked: a lot is needed");
    order->lines[1].received = pieces(5);
    CU_ASSERT_EQUAL_FATAL(receive(NULL, 0), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.lines.count, 1);
    LINE(1, LEDGER_PURCHASE_RECEIPT, "BOLT", 12, 480000, 0, 0);
    stage_refused(receive(NULL, 0), STATUS_STATE_CONFLICT, "lines",
                  "order \"PO-1\" has nothing open");
}

/* Out of 10 bolts worth 20.00: 7 take 14.00; the last takes what is left. */
static void test_shipment(void)
{
    struct sales_order *order = open_sales();
    struct order_line_quantity line = asked(1, 8);
    stage_refused(ship(&line, 1), STATUS_OVER_TOLERANCE, "lines[0].quantity",
                  "10 in all (2 before) is above the 9 ordered on line 1");
    line.quantity = pieces(7);
    CU_ASSERT_EQUAL_FATAL(ship(&line, 1), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(outcome.document->prefix, "SH");
    LINE(1, LEDGER_SHIPMENT, "BOLT", -7, -140000, 0, 0);
    CU_ASSERT_EQUAL(book->lines[1].counted.micro, 7 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->lines[0].shipped.micro, 9 * QTY_SCALE);
    line = asked(2, 4);
    stage_refused(ship(&line, 1), STATUS_INSUFFICIENT_STOCK, "lines[0].quantity",
                  "item \"BOLT\" has 3 available, 4 asked");
    line.quantity = pieces(3);
    bolt->value.e4 = 60001;
    CU_ASSERT_EQUAL_FATAL(ship(&line, 1), STATUS_OK);
    LINE(2, LEDGER_SHIPMENT, "BOLT", -3, -60001, 0, 0);
    CU_ASSERT_EQUAL(bolt->value.e4, 0);
}

/* Everything open is 7 + 6 bolts: the second line cannot be served, so nothing is. */
static void test_shipment_of_everything(void)
{
    struct sales_order *order = open_sales();
    stage_refused(ship(NULL, 0), STATUS_INSUFFICIENT_STOCK, "lines.quantity",
                  "item \"BOLT\" has 3 available, 6 asked");
    CU_ASSERT_EQUAL(order->lines[0].shipped.micro, 2 * QTY_SCALE);
    order->lines[1].shipped = pieces(6);
    CU_ASSERT_EQUAL(ship(NULL, 0), STATUS_OK);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, 3 * QTY_SCALE);
}

/* Bolts of another segment, blocked, or elsewhere are not there for this line. */
static void test_shipment_looks_where_it_may(void)
{
    struct sales_order *order = open_sales();
    struct order_line_quantity line = asked(1, 1);
    order->lines[0].segment = text_of("S9");
    CU_ASSERT_EQUAL(ship(&line, 1), STATUS_INSUFFICIENT_STOCK);
    order->lines[0].segment = text_of("");
    line.location = text_of("A9");
    stage_refused(ship(&line, 1), STATUS_INSUFFICIENT_STOCK, "lines[0].quantity",
                  "item \"BOLT\" has 0 available in location \"A9\", 1 asked");
    line.location = text_of("MAIN");
    CU_ASSERT_EQUAL(ship(&line, 1), STATUS_OK);
}

/* ---- adjustments ---- */

static enum status adjust_lines(const char *reason, const struct adjustment_line *lines,
                                size_t count)
{
    const struct adjustment_command command = {NO_DATE, text_of(reason), lines, count};
    enum status status;
    outcome = (struct inventory_outcome){0};
    STAGE_TRY(status, adjustment_decide(&command, book, &outcome, &fault));
    return status;
}

static struct adjustment_line by(const char *item, int64_t whole)
{
    return (struct adjustment_line){.item = text_of(item),
                                    .quantity = pieces(whole),
                                    .unit_cost = NO_COST,
                                    .expires_on = NO_DATE};
}

static void test_adjustment_checks_in_order(void)
{
    char long_reason[ADJUSTMENT_REASON_MAX + 2];
    open_stock();
    CU_ASSERT_EQUAL_FATAL(book_want_item(book, text_of("GONE"), &fault), STATUS_OK);
    struct adjustment_line lines[] = {by("BOLT", 1), by("GONE", 0)};
    memset(long_reason, 'x', sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = '\0';
    stage_refused(adjust_lines("", lines, 0), STATUS_INVALID, "lines",
                  "an adjustment needs at least one line");
    stage_refused(adjust_lines("", lines, 2), STATUS_INVALID, "reason",
                  "an adjustment needs a reason of 1 to 200 bytes");
    stage_refused(adjust_lines(long_reason, lines, 2), STATUS_INVALID, "reason",
                  "an adjustment needs a reason of 1 to 200 bytes");
    long_reason[ADJUSTMENT_REASON_MAX] = '\0';
    stage_refused(adjust_lines(long_reason, lines, 2), STATUS_INVALID, "lines[1].quantity",
                  "quantity must not be zero");
    lines[1].quantity = pieces(11);
    lines[1].unit_cost = cost(-1);
    stage_refused(adjust_lines("count", lines, 2), STATUS_INVALID, "lines[1].unit_cost",
                  "unit cost cannot be negative");
    lines[1].unit_cost = NO_COST;
    stage_refused(adjust_lines("count", lines, 2), STATUS_NOT_FOUND, "lines[1].item",
                  "item \"GONE\" does not exist");
    lines[1].item = text_of("BOLT");
    lines[1].quantity.micro = -500000;
    stage_refused(adjust_lines("count", lines, 2), STATUS_NOT_WHOLE, "lines[1].quantity",
                  "quantity 0.5 has more than the 0 decimals of item \"BOLT\"");
    lines[1].quantity = pieces(-12);
    stage_refused(adjust_lines("count", lines, 2), STATUS_INSUFFICIENT_STOCK, "lines[1].quantity",
                  "item \"BOLT\" has 11 available, 12 asked");
    lines[1].quantity = pieces(-11);
    CU_ASSERT_EQUAL(adjust_lines("count", lines, 2), STATUS_OK);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, 0);
    CU_ASSERT_EQUAL(bolt->value.e4, 0);
}

/* Upward at the given cost, else at the average 2.00; downward at the average; none there: 3.00. */
static void test_adjustment_values(void)
{
    open_stock();
    struct adjustment_line lines[] = {by("BOLT", 5), by("BOLT", -3), by("BOLT", 2)};
    lines[2].unit_cost = cost(9);
    lines[2].location = text_of("A2");
    CU_ASSERT_EQUAL_FATAL(adjust_lines("count", lines, 3), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(outcome.document->prefix, "AD");
    LINE(1, LEDGER_ADJUSTMENT, "BOLT", 5, 100000, 0, 0);
    LINE(2, LEDGER_ADJUSTMENT, "BOLT", -3, -60000, 0, 0);
    LINE(3, LEDGER_ADJUSTMENT, "BOLT", 2, 180000, 0, 0);
    CU_ASSERT_TRUE(text_is(book->lines[3].location, "A2"));
    CU_ASSERT_TRUE(text_is(book->lines[3].reason, "count"));
    CU_ASSERT_EQUAL(book->lines[3].order_kind, BOOK_NO_KIND);
    CU_ASSERT_EQUAL(bolt->value.e4, 420000);

    open_stock();
    struct adjustment_line first = by("GLUE", 2);
    first.lot = text_of("L1");
    CU_ASSERT_EQUAL_FATAL(adjust_lines("found", &first, 1), STATUS_OK);
    LINE(1, LEDGER_ADJUSTMENT, "GLUE", 2, 100000, 0, 0);
}

/* Only an item that may goes below zero. */
static void test_adjustment_below_zero(void)
{
    open_stock();
    struct adjustment_line line = by("BOLT", -12);
    CU_ASSERT_EQUAL(adjust_lines("count", &line, 1), STATUS_INSUFFICIENT_STOCK);
    bolt->allow_negative = true;
    CU_ASSERT_EQUAL_FATAL(adjust_lines("count", &line, 1), STATUS_OK);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, -2 * QTY_SCALE);
    CU_ASSERT_EQUAL(bolt->value.e4, -40000); /* two more at the last average, 2.00 */
}

static void test_close(void)
{
    open_stock();
    struct order_line_quantity line = asked(1, 1);
    CU_ASSERT_EQUAL(post(shipment_decide, "SO-9", NO_DATE, &line, 1), STATUS_BUSY);
    CU_ASSERT_TRUE(book->too_small);
    stage_close();
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("inventory", UNIT(test_receipt_checks_in_order), UNIT(test_receipt_values),
           UNIT(test_receipt_at_standard), UNIT(test_receipt_tolerance),
           UNIT(test_price_out_of_range), UNIT(test_receipt_of_everything), UNIT(test_shipment),
           UNIT(test_shipment_of_everything), UNIT(test_shipment_looks_where_it_may),
           UNIT(test_adjustment_checks_in_order), UNIT(test_adjustment_values),
           UNIT(test_adjustment_below_zero), UNIT(test_close))
