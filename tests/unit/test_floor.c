#include "common/ledger/component_core.h"
#include "services/production/production_core.h"
#include "services/receipt/receipt_core.h"
#include "tests/unit/book_stage.h"

/* What the floor reports: pieces by operation, material taken by itself, receipts with all they may
   bring, several orders in one document. */

static struct work_order *order;
static struct book_item *lamp;
static struct book_item *rod;
static struct book_item *box;

static struct work_order *make_order(const char *id)
{
    struct work_order *made;
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_WORK_ORDER, text_of(id), REACH_LINES, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(book, text_of(id), &made, &fault), STATUS_OK);
    made->item = text_of("LAMP");
    made->qty = made->good = pieces(10);
    made->start_on = made->due_on = STAGE_TODAY;
    made->state = WORK_ORDER_RELEASED;
    CU_ASSERT_EQUAL_FATAL(book_new_components(book, made, 2, 3, &fault), STATUS_OK);
    static const char *const operations[] = {"10", "20", "30"};
    for (size_t i = 0; i < COUNT_OF(operations); i++) {
        made->operations[i].operation = text_of(operations[i]);
        made->operations[i].labor_rate = cost(30);
        stage_keep(&made->operations[i].row);
    }
    made->components[0].item = text_of("ROD");
    made->components[0].required = pieces(20);
    made->components[0].operation = text_of("10");
    made->components[1].item = text_of("BOX");
    made->components[1].required = pieces(10);
    for (size_t i = 0; i < 2; i++)
        stage_keep(&made->components[i].row);
    stage_keep(&made->row);
    return made;
}

/* 10 lamps of 2 rods (at operation 10) and 1 box; 50 rods at 2.00 and 15 boxes at 1.00. */
static void open_floor(void)
{
    stage_open();
    lamp = stage_item("LAMP", 0, 5);
    rod = stage_item("ROD", 0, 2);
    box = stage_item("BOX", 0, 1);
    stage_stock(rod, 50, 100);
    stage_stock(box, 15, 15);
    order = make_order("W1");
}

static const struct operation_outcome *reported;

static enum status report(const char *operation, int64_t good, int64_t scrapped, const char *reason)
{
    const void *outcome = NULL;
    enum status status;
    struct operation_request asked = {.work_order = text_of("W1"),
                                      .operation = text_of(operation),
                                      .effective_on = NO_DATE,
                                      .good = pieces(good),
                                      .scrapped = pieces(scrapped),
                                      .reason = text_of(reason)};
    fault = (struct fault){0};
    status = operation_wants(&asked, book, &fault);
    if (status == STATUS_OK)
        STAGE_TRY(status, operation_decide(&asked, NULL, book, &outcome, &fault));
    reported = outcome;
    return status;
}

static void test_sequence(void)
{
    open_floor();
    stage_refused(report("10", -1, 0, ""), STATUS_INVALID, "good", "good cannot be negative");
    stage_refused(report("10", 0, 0, ""), STATUS_INVALID, "hours", "hours 0 are not above zero");
    stage_refused(report("10", 0, 1, ""), STATUS_INVALID, "reason", "scrap needs a reason");
    stage_refused(report("20", 1, 0, ""), STATUS_OUT_OF_SEQUENCE, "good",
                  "operation \"20\" would have 1 pieces, operation \"10\" before it has given 0");
    stage_refused(report("10", 12, 0, ""), STATUS_OVER_RECEIPT, "good",
                  "operation \"10\" would have 12 pieces, more than 10 % above the 10 started");
    CU_ASSERT_EQUAL(report("10", 6, 1, "cracked"), STATUS_OK);
    CU_ASSERT_EQUAL(order->operations[0].good.micro, 6 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->operations[0].scrapped.micro, QTY_SCALE);
    CU_ASSERT_EQUAL(order->scrapped.micro, QTY_SCALE);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_IN_PROGRESS);
    stage_refused(report("20", 6, 1, "cracked"), STATUS_OUT_OF_SEQUENCE, "good",
                  "operation \"20\" would have 7 pieces, operation \"10\" before it has given 6");
    book->supervised = true;
    stage_refused(report("20", 7, 0, ""), STATUS_OUT_OF_SEQUENCE, "good",
                  "operation \"20\" would have 7 pieces, operation \"10\" before it has given 6");
    CU_ASSERT_EQUAL(report("20", 7, 0, "counted by hand"), STATUS_OK);
    book->supervised = false;
    order->operations[1].parallel_group = order->operations[2].parallel_group = text_of("P");
    CU_ASSERT_EQUAL(report("30", 6, 0, ""), STATUS_OK); /* beside 20: held to 10 */
}

static void test_taken_by_itself(void)
{
    open_floor();
    order->components[0].backflush = order->components[1].backflush = true;
    size_t first = book->line_count;
    CU_ASSERT_EQUAL(report("10", 3, 1, "cracked"), STATUS_OK);
    CU_ASSERT_EQUAL(reported->lines.count, 1); /* boxes are for no operation */
    CU_ASSERT_EQUAL(book->line_count, first + 3);
    LINE(first, LEDGER_OPERATION, "", 0, 0, 0, 0);
    LINE(first + 1, LEDGER_SCRAP, "LAMP", 0, 0, 0, 0);
    LINE(first + 2, LEDGER_ISSUE, "ROD", -8, -160000, 160000, 0);
    CU_ASSERT_TRUE(text_is(book->lines[first].reason, OPERATION_GOOD));
    CU_ASSERT_TRUE(text_is(book->lines[first + 1].reason, "cracked"));
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 8 * QTY_SCALE);

    /* what was issued by hand is not taken again, and what is not there refuses the report */
    order->components[0].issued = pieces(19);
    CU_ASSERT_EQUAL(report("10", 6, 0, ""), STATUS_OK);
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 20 * QTY_SCALE);
    open_floor();
    order->components[0].backflush = true;
    order->components[0].line_side = text_of("LINE-1");
    stage_refused(report("10", 1, 0, ""), STATUS_INSUFFICIENT_STOCK, "quantity",
                  "item \"ROD\" has 0 available in location \"LINE-1\", 2 asked");
}

/* ---- receipts ---- */

static struct receipt_outcome received;

static enum status receive(struct receipt_command asked, const struct receipt_master *master)
{
    enum status status;
    asked.work_order = text_of("W1");
    asked.effective_on = asked.expires_on = NO_DATE;
    STAGE_TRY(status, receipt_decide(&asked, master, book, &received, &fault));
    return status;
}

static void test_receipt_after_operations(void)
{
    open_floor();
    order->components[1].backflush = true;
    CU_ASSERT_EQUAL(report("10", 5, 0, ""), STATUS_OK);
    stage_refused(receive((struct receipt_command){.quantity = pieces(1)}, NULL),
                  STATUS_OUT_OF_SEQUENCE, "quantity",
                  "1 received in all, the last operation \"30\" has given 0");
    CU_ASSERT_EQUAL(report("20", 5, 0, ""), STATUS_OK);
    CU_ASSERT_EQUAL(report("30", 4, 1, "dull"), STATUS_OK);
    CU_ASSERT_EQUAL(receive((struct receipt_command){.quantity = pieces(4),
                                                     .inspection_given = true,
                                                     .inspection = true},
                            NULL),
                    STATUS_OK);
    CU_ASSERT_TRUE(text_is(book->lines[received.lines.first].status, "inspection"));
    CU_ASSERT_EQUAL(order->components[1].issued.micro, 5 * QTY_SCALE); /* the scrapped one's too */
    struct qty free;
    CU_ASSERT_EQUAL(ledger_available(lamp, text_of(""), STAGE_TODAY, &free, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(free.micro, 0);
}

static void test_item_tolerance(void)
{
    open_floor();
    lamp->over_receipt_pct = (struct qty){50 * (int64_t)QTY_SCALE};
    CU_ASSERT_EQUAL(receive((struct receipt_command){.quantity = pieces(16)}, NULL),
                    STATUS_OVER_RECEIPT);
    CU_ASSERT_EQUAL(receive((struct receipt_command){.quantity = pieces(15)}, NULL), STATUS_OK);
}

static void test_serials(void)
{
    struct text numbers[] = {text_of("S1"), text_of("S2"), text_of("S1")};
    static const struct used_serial used = {{"LAMP", 4}, {"S3", 2}, {"W0", 2}};
    const struct receipt_master master = {NULL, 0, &used, 1};
    struct receipt_command asked = {
        .quantity = pieces(3), .serials = numbers, .serial_count = COUNT_OF(numbers)};
    open_floor();
    lamp->tracking = TRACKING_SERIAL;
    order->planned_cost.e4 = 1000000;
    stage_refused(receive(asked, &master), STATUS_SERIAL_EXISTS, "serials[2].lot",
                  "serial number \"S1\" of item \"LAMP\" is in location \"MAIN\"");
    numbers[2] = text_of("S3");
    stage_refused(receive(asked, &master), STATUS_SERIAL_EXISTS, "serials[2]",
                  "serial number \"S3\" of item \"LAMP\" came with order \"W0\"");
    numbers[2] = text_of("S4");
    asked.quantity = pieces(2);
    stage_refused(receive(asked, &master), STATUS_INVALID, "serials",
                  "3 serial numbers for a quantity of 2");
    asked.quantity = pieces(3);
    CU_ASSERT_EQUAL(receive(asked, &master), STATUS_OK);
    CU_ASSERT_EQUAL(received.lines.count, 3);
    LINE(received.lines.first + 2, LEDGER_RECEIPT, "LAMP", 1, 100000, -100000, 0);
    CU_ASSERT_EQUAL(order->received.micro, 3 * QTY_SCALE);
}

static void test_outputs(void)
{
    const struct frozen_output frozen = {text_of("W1"), 1,       text_of("CHIP"),
                                         pieces(4),     cost(3), pieces(1)};
    const struct receipt_master master = {&frozen, 1, NULL, 0};
    struct receipt_output asked = {
        .item = text_of("DUST"), .quantity = pieces(2), .expires_on = NO_DATE};
    struct receipt_command command = {.quantity = pieces(1), .outputs = &asked, .output_count = 1};
    open_floor();
    stage_item("CHIP", 0, 1);
    order->planned_cost.e4 = 1000000;
    stage_refused(receive(command, &master), STATUS_NOT_ON_ORDER, "outputs[0].item",
                  "work order \"W1\" brings no item \"DUST\" beside its product");
    asked.item = text_of("CHIP");
    asked.quantity = pieces(4);
    stage_refused(receive(command, &master), STATUS_OVER_RECEIPT, "outputs[0].quantity",
                  "5 of item \"CHIP\" in all is above the 4 planned");
    asked.quantity = pieces(2);
    CU_ASSERT_EQUAL(receive(command, &master), STATUS_OK);
    LINE(received.lines.first, LEDGER_RECEIPT, "LAMP", 1, 100000, -100000, 0);
    LINE(received.lines.first + 1, LEDGER_RECEIPT, "CHIP", 2, 60000, -60000, 0);
    CU_ASSERT_EQUAL(book->lines[received.lines.first + 1].counted.micro, 0);
    CU_ASSERT_EQUAL(order->received.micro, QTY_SCALE);
    CU_ASSERT_EQUAL(receive(command, &master), STATUS_OVER_RECEIPT); /* 1 + 2 + 2, in one batch */
}

/* ---- several orders ---- */

static const struct wave_outcome *wave;

static enum status issue_wave(const struct issue_request *orders, size_t count, bool per_order)
{
    const struct wave_request asked = {orders, count, per_order};
    const void *outcome = NULL;
    enum status status;
    STAGE_TRY(status, wave_decide(&asked, NULL, book, &outcome, &fault));
    wave = outcome;
    return status;
}

static void test_wave(void)
{
    const struct issue_request orders[] = {{text_of("W1"), NO_DATE, NULL, 0, text_of("")},
                                           {text_of("W2"), NO_DATE, NULL, 0, text_of("")}};
    open_floor();
    struct work_order *second = make_order("W2");
    stage_refused(issue_wave(orders, 2, false), STATUS_INSUFFICIENT_STOCK, "orders[1].quantity",
                  "item \"BOX\" has 5 available, 10 asked");
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_RELEASED);
    CU_ASSERT_EQUAL_FATAL(issue_wave(orders, 2, true), STATUS_OK);
    CU_ASSERT_EQUAL(wave->posted.lines.count, 2);
    CU_ASSERT_EQUAL_FATAL(wave->refused_count, 1);
    CU_ASSERT_TRUE(text_is(wave->refused[0].work_order, "W2"));
    CU_ASSERT_EQUAL(wave->refused[0].fault.status, STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 20 * QTY_SCALE);
    CU_ASSERT_EQUAL(second->components[0].issued.micro, 0); /* its rods too */
    CU_ASSERT_EQUAL(second->state, WORK_ORDER_RELEASED);
    CU_ASSERT_EQUAL(rod->on_hand.micro, 30 * QTY_SCALE);

    stage_stock(box, 5, 5);
    CU_ASSERT_EQUAL_FATAL(issue_wave(orders + 1, 1, false), STATUS_OK);
    CU_ASSERT_EQUAL(second->state, WORK_ORDER_IN_PROGRESS);
}

static void test_issue_tolerance_of_item(void)
{
    struct issue_line line = {.item = text_of("ROD"), .quantity = pieces(25)};
    const struct issue_request request = {text_of("W1"), NO_DATE, &line, 1, text_of("")};
    open_floor();
    CU_ASSERT_EQUAL(issue_wave(&request, 1, false), STATUS_OVER_TOLERANCE); /* 2 */
    rod->over_issue_pct = pieces(20);                                       /* 4 */
    CU_ASSERT_EQUAL(issue_wave(&request, 1, false), STATUS_OVER_TOLERANCE);
    rod->over_issue_qty = pieces(5);
    CU_ASSERT_EQUAL(issue_wave(&request, 1, false), STATUS_OK);
}

static void test_end(void)
{
    stage_close();
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("floor", UNIT(test_sequence), UNIT(test_taken_by_itself),
           UNIT(test_receipt_after_operations), UNIT(test_item_tolerance), UNIT(test_serials),
           UNIT(test_outputs), UNIT(test_wave), UNIT(test_issue_tolerance_of_item), UNIT(test_end))
