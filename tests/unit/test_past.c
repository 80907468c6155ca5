#include "common/ledger/component_core.h"
#include "tests/unit/book_stage.h"

/* Back-dated postings against the days since, and what issues below zero cost once it is known. */

static struct book_item *rod;

static void put(int64_t whole, date day, int64_t worth)
{
    struct ledger_move move = {.kind = LEDGER_PURCHASE_RECEIPT,
                               .item = rod,
                               .qty = pieces(whole),
                               .effective_on = day,
                               .order_kind = BOOK_NO_KIND};
    CU_ASSERT_EQUAL_FATAL(ledger_put(book, &move, (struct amount){worth * AMOUNT_SCALE}, &fault),
                          STATUS_OK);
}

static enum status take(int64_t whole, date day)
{
    struct amount worth;
    enum status status;
    struct ledger_move move = {.kind = LEDGER_ADJUSTMENT,
                               .item = rod,
                               .qty = pieces(whole),
                               .effective_on = day,
                               .order_kind = BOOK_NO_KIND,
                               .field = "lines[0]"};
    STAGE_TRY(status, ledger_take(book, &move, &worth, &fault));
    return status;
}

static void test_in_the_batch(void)
{
    stage_open();
    rod = stage_item("ROD", 0, 2);
    put(5, 19992, 10);
    stage_refused(take(1, 19991), STATUS_NEGATIVE_LATER, "lines[0].quantity",
                  "item \"ROD\" would have -1 on 2024-09-25");
    CU_ASSERT_EQUAL(take(4, 19995), STATUS_OK);
    put(10, 19998, 20);
    stage_refused(take(3, 19993), STATUS_NEGATIVE_LATER, "lines[0].quantity",
                  "item \"ROD\" would have -2 on 2024-09-29");
    CU_ASSERT_EQUAL(take(1, 19993), STATUS_OK);
    CU_ASSERT_EQUAL(take(10, STAGE_TODAY), STATUS_OK);
    rod->allow_negative = true;
    CU_ASSERT_EQUAL(take(1, 19991), STATUS_OK);
}

static void test_loaded_past(void)
{
    const struct book_close closes[] = {{19990, pieces(2)}, {19994, pieces(9)}};
    stage_open();
    rod = stage_item("ROD", 0, 2);
    put(12, 19990, 24); /* stands for what was loaded */
    book->line_count = 0;
    rod->closes = closes;
    rod->close_count = COUNT_OF(closes);
    rod->moved_on = 19996;
    rod->opened_on = NO_DATE;
    stage_refused(take(3, 19992), STATUS_NEGATIVE_LATER, "lines[0].quantity",
                  "item \"ROD\" would have -1 on 2024-09-26");
    CU_ASSERT_EQUAL(take(2, 19992), STATUS_OK);
    stage_refused(take(8, 19995), STATUS_NEGATIVE_LATER, "lines[0].quantity",
                  "item \"ROD\" would have -1 on 2024-09-29");
    rod->opened_on = 19996; /* before it nothing is known */
    CU_ASSERT_EQUAL(take(8, 19995), STATUS_OK);
}

/* ---- below zero ---- */

static struct work_order *make_order(const char *id)
{
    struct work_order *made;
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_WORK_ORDER, text_of(id), REACH_LINES, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(book, text_of(id), &made, &fault), STATUS_OK);
    made->item = text_of("LAMP");
    made->qty = made->good = pieces(10);
    made->state = WORK_ORDER_IN_PROGRESS;
    CU_ASSERT_EQUAL_FATAL(book_new_components(book, made, 1, 0, &fault), STATUS_OK);
    made->components[0].item = text_of("ROD");
    made->components[0].required = pieces(10);
    return made;
}

static void issue(struct work_order *order, int64_t whole)
{
    const struct ledger_move like = {.item = rod,
                                     .wip = order,
                                     .order_kind = BOOK_WORK_ORDER,
                                     .order_id = order->work_order,
                                     .effective_on = STAGE_TODAY};
    CU_ASSERT_EQUAL_FATAL(
        component_issue(book, &like, &order->components[0], pieces(whole), &fault), STATUS_OK);
}

/* 6 for W1 and 4 for W2 at 5.00, none there; 4 come at 6.00, then 10 at 7.00 */
static void test_correction(enum valuation valuation)
{
    stage_open();
    rod = stage_item("ROD", 0, 5);
    rod->valuation = (uint8_t)valuation;
    rod->allow_negative = true;
    rod->last_cost = cost(5);
    struct work_order *first = make_order("W1");
    struct work_order *second = make_order("W2");
    issue(first, 6);
    issue(second, 4);
    CU_ASSERT_EQUAL(first->wip.e4, 300000);

    size_t at = book->line_count;
    put(4, STAGE_TODAY, 24);
    CU_ASSERT_EQUAL_FATAL(book->line_count, at + 2);
    LINE(at + 1, LEDGER_CORRECTION, "ROD", 0, -40000, 40000, 0);
    CU_ASSERT_TRUE(text_is(book->lines[at + 1].order_id, "W1"));
    CU_ASSERT_EQUAL(first->wip.e4, 340000);
    CU_ASSERT_EQUAL(rod->value.e4, -300000);

    second->state = WORK_ORDER_CLOSED;
    at = book->line_count;
    put(10, STAGE_TODAY, 70);
    CU_ASSERT_EQUAL_FATAL(book->line_count, at + 3);
    int64_t to_wip = 0;
    int64_t to_variance = 0;
    for (size_t i = at + 1; i < book->line_count; i++) {
        CU_ASSERT_EQUAL(book->lines[i].kind, LEDGER_CORRECTION);
        to_wip += book->lines[i].wip.e4;
        to_variance += book->lines[i].variance.e4;
    }
    CU_ASSERT_EQUAL(to_wip, 40000);
    CU_ASSERT_EQUAL(to_variance, 80000);
    CU_ASSERT_EQUAL(first->wip.e4, 380000);
    CU_ASSERT_EQUAL(rod->on_hand.micro, 4 * QTY_SCALE);
    CU_ASSERT_EQUAL(rod->value.e4, 280000);
}

static void test_average(void)
{
    test_correction(VALUATION_AVERAGE);
}

static void test_layers(void)
{
    test_correction(VALUATION_FIFO);
}

static void test_loaded_debts(void)
{
    static const struct book_debt debts[] = {{BOOK_SALES_ORDER, {"S1", 2}, {3 * QTY_SCALE}},
                                             {BOOK_WORK_ORDER, {"W1", 2}, {9 * QTY_SCALE}}};
    stage_open();
    rod = stage_item("ROD", 0, 5);
    rod->allow_negative = true;
    rod->last_cost = cost(5);
    struct work_order *order = make_order("W1");
    CU_ASSERT_EQUAL(take(8, STAGE_TODAY), STATUS_OK);
    book->line_count = 0; /* as if 8 had been owed when the batch began */
    rod->debts = debts;
    rod->debt_count = COUNT_OF(debts);
    put(6, STAGE_TODAY, 36); /* 5 of the order's, one of those sold */
    CU_ASSERT_EQUAL_FATAL(book->line_count, 3);
    CU_ASSERT_EQUAL(order->wip.e4 + book->lines[1].variance.e4 + book->lines[2].variance.e4, 60000);
    CU_ASSERT_EQUAL(order->wip.e4, 50000);
}

static void test_end(void)
{
    stage_close();
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("past", UNIT(test_in_the_batch), UNIT(test_loaded_past), UNIT(test_average),
           UNIT(test_layers), UNIT(test_loaded_debts), UNIT(test_end))
