/* Receiving finished goods on a book: the checks in their order, the edges of the tolerance, what
   pieces are worth and what becomes of the order. */

#include "services/receipt/receipt_core.h"
#include "tests/unit/book_stage.h"

static struct book_item *lamp;
static struct work_order *order;
static struct receipt_outcome outcome;

/* 10 lamps in progress, 9 of them expected good, planned at 90.00 in all; 95.00 in process. */
static void open_order(void)
{
    stage_open();
    lamp = stage_item("LAMP", 0, 8);
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_WORK_ORDER, text_of("W1"), REACH_PRODUCT, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_WORK_ORDER, text_of("GONE"), REACH_PRODUCT, &fault),
        STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(book, text_of("W1"), &order, &fault), STATUS_OK);
    order->item = text_of("LAMP");
    order->qty = pieces(10);
    order->good = pieces(9);
    order->state = WORK_ORDER_RELEASED;
    order->planned_cost.e4 = 900000;
    order->wip.e4 = 950000;
    stage_keep(&order->row);
}

static struct receipt_command command(int64_t good, int64_t scrapped)
{
    return (struct receipt_command){.work_order = text_of("W1"),
                                    .effective_on = NO_DATE,
                                    .quantity = pieces(good),
                                    .scrapped = pieces(scrapped)};
}

static enum status receive(struct receipt_command asked)
{
    enum status status;
    outcome = (struct receipt_outcome){0};
    STAGE_TRY(status, receipt_decide(&asked, NULL, book, &outcome, &fault));
    if (status != STATUS_OK)
        CU_ASSERT_PTR_NULL(outcome.document);
    return status;
}

/* Each row mends the fault of the one before it and meets the next check. */
static void test_checks_in_order(void)
{
    open_order();
    order->state = WORK_ORDER_CLOSED;
    struct receipt_command asked = command(-1, -1);
    asked.work_order = text_of("GONE");
    asked.effective_on = STAGE_OPEN_FROM - 1;
    stage_refused(receive(asked), STATUS_INVALID, "quantity", "quantity cannot be negative");
    asked.quantity = pieces(0);
    stage_refused(receive(asked), STATUS_INVALID, "scrapped", "scrapped cannot be negative");
    asked.scrapped = pieces(0);
    stage_refused(receive(asked), STATUS_INVALID, "quantity",
                  "a receipt needs a quantity, a scrapped quantity, or to be final");
    asked.quantity = (struct qty){11000001};
    stage_refused(receive(asked), STATUS_NOT_FOUND, "work_order",
                  "work order \"GONE\" does not exist");
    asked.work_order = text_of("W1");
    stage_refused(receive(asked), STATUS_PERIOD_CLOSED, "effective_on",
                  "2024-09-23 is in a closed period, open is 2024-09-24 and later");
    asked.effective_on = STAGE_OPEN_FROM;
    stage_refused(receive(asked), STATUS_ORDER_CLOSED, "work_order",
                  "work order \"W1\" is closed; only a released one can be received");
    order->state = WORK_ORDER_IN_PROGRESS;
    stage_refused(receive(asked), STATUS_OVER_RECEIPT, "quantity",
                  "11.000001 received and scrapped in all is more than 10 % above the 10 started");
    asked.quantity = (struct qty){2500000};
    stage_refused(receive(asked), STATUS_NOT_WHOLE, "quantity",
                  "quantity 2.5 has more than the 0 decimals of item \"LAMP\"");
    asked.quantity = pieces(2);
    asked.scrapped = (struct qty){500000};
    stage_refused(receive(asked), STATUS_NOT_WHOLE, "scrapped",
                  "quantity 0.5 has more than the 0 decimals of item \"LAMP\"");
    asked.scrapped = pieces(0);
    asked.lot = text_of("L1");
    stage_refused(receive(asked), STATUS_INVALID, "lot", "item \"LAMP\" has no lots");
    asked.lot = text_of("");
    CU_ASSERT_EQUAL(receive(asked), STATUS_OK);
    CU_ASSERT_EQUAL(book->lines[0].effective_on, STAGE_OPEN_FROM);
}

static void test_states(void)
{
    for (int state = 0; state < WORK_ORDER_STATES; state++) {
        open_order();
        order->state = (enum work_order_state)state;
        bool may = state == WORK_ORDER_RELEASED || state == WORK_ORDER_IN_PROGRESS;
        bool over = state == WORK_ORDER_CLOSED || state == WORK_ORDER_CANCELLED;
        enum status refusal = over ? STATUS_ORDER_CLOSED : STATUS_STATE_CONFLICT;
        CU_ASSERT_EQUAL(receive(command(1, 0)), may ? STATUS_OK : refusal);
        CU_ASSERT_EQUAL(order->state, may ? WORK_ORDER_IN_PROGRESS : (enum work_order_state)state);
    }
}

/* 10 started: 11 in all and no more, good and scrapped and earlier receipts together. */
static void test_tolerance(void)
{
    open_order();
    CU_ASSERT_EQUAL(receive(command(11, 0)), STATUS_OK);
    open_order();
    CU_ASSERT_EQUAL(receive(command(12, 0)), STATUS_OVER_RECEIPT);
    CU_ASSERT_EQUAL(receive(command(6, 6)), STATUS_OVER_RECEIPT);
    CU_ASSERT_EQUAL(receive(command(0, 12)), STATUS_OVER_RECEIPT);
    CU_ASSERT_EQUAL(receive(command(4, 3)), STATUS_OK);
    CU_ASSERT_EQUAL(receive(command(2, 3)), STATUS_OVER_RECEIPT);
    CU_ASSERT_EQUAL(receive(command(2, 2)), STATUS_OK);
    CU_ASSERT_EQUAL(order->received.micro, 6 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->scrapped.micro, 5 * QTY_SCALE);

    open_order();
    order->received.micro = INT64_MAX;
    stage_refused(receive(command(1, 0)), STATUS_OVERFLOW, "quantity", "quantity is out of range");
}

/* At the planned unit cost frozen at release: 90.00 / 9 = 10.00; scrap moves no value. */
static void test_values_at_planned_cost(void)
{
    open_order();
    CU_ASSERT_EQUAL_FATAL(receive(command(4, 1)), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(outcome.lines.count, 2);
    LINE(0, LEDGER_RECEIPT, "LAMP", 4, 400000, -400000, 0);
    LINE(1, LEDGER_SCRAP, "LAMP", 0, 0, 0, 0);
    CU_ASSERT_EQUAL(book->lines[0].counted.micro, 4 * QTY_SCALE);
    CU_ASSERT_EQUAL(book->lines[1].counted.micro, 1 * QTY_SCALE);
    CU_ASSERT_TRUE(text_is(book->lines[0].location, "MAIN"));
    CU_ASSERT_TRUE(text_is(book->lines[0].order_id, "W1"));
    CU_ASSERT_EQUAL(book->lines[0].effective_on, STAGE_TODAY);
    CU_ASSERT_EQUAL(order->wip.e4, 550000);
    CU_ASSERT_EQUAL(lamp->on_hand.micro, 4 * QTY_SCALE);
    CU_ASSERT_EQUAL(lamp->value.e4, 400000);
    CU_ASSERT_EQUAL(lamp->last_cost.micro, 10 * UNITCOST_SCALE);
    CU_ASSERT_STRING_EQUAL(outcome.state, "in_progress");
    CU_ASSERT_STRING_EQUAL(outcome.document->prefix, "FG");
}

/* 10.00 for three good pieces: 3.3333 + 3.3334 + 3.3333, none is lost. */
static void test_receipts_sum_to_the_planned_cost(void)
{
    open_order();
    order->good = order->qty = pieces(3);
    order->planned_cost.e4 = 100000;
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL_FATAL(receive(command(1, 0)), STATUS_OK);
    LINE(0, LEDGER_RECEIPT, "LAMP", 1, 33333, -33333, 0);
    LINE(1, LEDGER_RECEIPT, "LAMP", 1, 33334, -33334, 0);
    LINE(2, LEDGER_RECEIPT, "LAMP", 1, 33333, -33333, 0);
    CU_ASSERT_EQUAL(lamp->value.e4, 100000);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_COMPLETED);
}

/* At standard, whatever was planned; WIP gives up the standard. */
static void test_values_at_standard(void)
{
    open_order();
    lamp->valuation = VALUATION_STANDARD;
    CU_ASSERT_EQUAL_FATAL(receive(command(5, 0)), STATUS_OK);
    LINE(0, LEDGER_RECEIPT, "LAMP", 5, 400000, -400000, 0);
    CU_ASSERT_EQUAL(order->wip.e4, 550000);
}

/* Completed when everything started is accounted for, or by the word of the receipt. */
static void test_completion(void)
{
    open_order();
    CU_ASSERT_EQUAL(receive(command(8, 1)), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_IN_PROGRESS);
    CU_ASSERT_EQUAL(receive(command(0, 1)), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(outcome.state, "completed");
    CU_ASSERT_EQUAL(receive(command(1, 0)), STATUS_STATE_CONFLICT);

    open_order();
    struct receipt_command last = command(0, 0);
    last.final = true;
    CU_ASSERT_EQUAL(receive(last), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.lines.count, 0);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_COMPLETED);
    CU_ASSERT_EQUAL(order->wip.e4, 950000);
}

static void test_lot_and_place(void)
{
    open_order();
    lamp->tracking = TRACKING_LOT;
    lamp->shelf_life_days = 30;
    struct receipt_command asked = command(2, 1);
    stage_refused(receive(asked), STATUS_INVALID, "lot",
                  "item \"LAMP\" is tracked: a lot is needed");
    asked.lot = text_of("L7");
    asked.location = text_of("B2");
    order->segment = text_of("S1");
    CU_ASSERT_EQUAL_FATAL(receive(asked), STATUS_OK);
    CU_ASSERT_TRUE(text_is(book->lines[0].lot, "L7"));
    CU_ASSERT_TRUE(text_is(book->lines[0].location, "B2"));
    CU_ASSERT_TRUE(text_is(book->lines[0].segment, "S1"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(lamp->lots);
    CU_ASSERT_EQUAL(lamp->lots->expires_on, STAGE_TODAY + 30);
}

static void test_close(void)
{
    open_order();
    struct receipt_command unwanted = command(1, 0);
    unwanted.work_order = text_of("W2");
    CU_ASSERT_EQUAL(receive(unwanted), STATUS_BUSY); /* nobody locked it: the batch starts again */
    CU_ASSERT_TRUE(book->too_small);
    stage_close();
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("receipt", UNIT(test_checks_in_order), UNIT(test_states), UNIT(test_tolerance),
           UNIT(test_values_at_planned_cost), UNIT(test_receipts_sum_to_the_planned_cost),
           UNIT(test_values_at_standard), UNIT(test_completion), UNIT(test_lot_and_place),
           UNIT(test_close))
