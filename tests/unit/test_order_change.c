/* Work orders held, resumed, cancelled, split and changed, and what they reserve.  The figures are
   worked out beside each check. */

#include "services/production/change_core.h"
#include "services/production/production_core.h"
#include "tests/unit/book_stage.h"

static struct work_order *order;
static struct book_item *rod;
static struct book_item *box;

static struct bill_line bill(const char *component, int64_t qty)
{
    return (struct bill_line){.parent = text_of("LAMP"),
                              .component = text_of(component),
                              .qty = pieces(qty),
                              .per_qty = pieces(1),
                              .pieces = pieces(1),
                              .mix_pct = NO_QTY,
                              .lot_to = QTY_LAST,
                              .factor_num = pieces(1),
                              .factor_den = pieces(1),
                              .valid_from = DATE_FIRST};
}

static struct work_order *make_order(const char *id, int64_t qty)
{
    struct work_order *made;
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_WORK_ORDER, text_of(id), REACH_LINES, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(book, text_of(id), &made, &fault), STATUS_OK);
    made->item = text_of("LAMP");
    made->qty = made->good = pieces(qty);
    made->start_on = made->due_on = STAGE_TODAY;
    stage_keep(&made->row);
    return made;
}

static enum status release(const char *id, bool complete_only, const struct release_outcome **out)
{
    struct bill_line lines[] = {bill("ROD", 2), bill("BOX", 1)};
    struct release_master master = {lines, COUNT_OF(lines), NULL, 0};
    struct release_request request = {text_of(id), NO_DATE, complete_only};
    const void *outcome = NULL;
    enum status status;
    lines[1].fixed = true;
    STAGE_TRY(status, release_decide(&request, &master, book, &outcome, &fault));
    *out = outcome;
    return status;
}

/* 10 lamps of 2 rods, and 1 box for the order; 30 rods at 2.00 and 1 box at 1.00 in stock. */
static void open_shop(void)
{
    stage_open();
    stage_item("LAMP", 0, 0);
    rod = stage_item("ROD", 0, 2);
    box = stage_item("BOX", 0, 1);
    stage_stock(rod, 30, 60);
    stage_stock(box, 1, 1);
    order = make_order("W1", 10);
}

static void open_released(void)
{
    const struct release_outcome *out;
    open_shop();
    CU_ASSERT_EQUAL_FATAL(release("W1", false, &out), STATUS_OK);
    CU_ASSERT_EQUAL(out->missing_count, 0);
}

typedef enum status decide_fn(const void *request, const void *master, struct book *in,
                              const void **outcome, struct fault *into);

static const struct change_outcome *done;

static enum status change(decide_fn *decide, struct change_request request)
{
    const void *outcome = NULL;
    enum status status;
    request.work_order = text_of("W1");
    request.effective_on = NO_DATE;
    STAGE_TRY(status, decide(&request, NULL, book, &outcome, &fault));
    done = outcome;
    return status;
}

static enum status move(decide_fn *decide, const char *item, int64_t qty)
{
    struct issue_line line = {.item = text_of(item), .quantity = pieces(qty)};
    struct issue_request request = {text_of("W1"), NO_DATE, &line, 1, text_of("")};
    const void *outcome = NULL;
    enum status status;
    line.location = line.lot = line.reason = text_of("");
    STAGE_TRY(status, decide(&request, NULL, book, &outcome, &fault));
    return status;
}

static const struct change_request because = {.reason = {"because", 7}};

static size_t record_count(void)
{
    return book->state->order_changes.count;
}

static void check_record(size_t index, enum order_change_what what, const char *before,
                         const char *after)
{
    CU_ASSERT_FATAL(index < record_count());
    const struct book_order_changed *row =
        (const struct book_order_changed *)book->state->order_changes.items + index;
    CU_ASSERT_EQUAL(row->change.what, what);
    CU_ASSERT_TRUE(text_is(row->change.before, before));
    CU_ASSERT_TRUE(text_is(row->change.after, after));
    CU_ASSERT_TRUE(text_is(row->changed_by, "li"));
}

/* ---- reservation ---- */

static void test_a_release_reserves_and_lists_what_others_need(void)
{
    const struct release_outcome *out;
    open_released();
    CU_ASSERT_EQUAL(rod->reserved.micro, 20 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[0].reserved.micro, 20 * QTY_SCALE);
    make_order("W2", 10);
    CU_ASSERT_EQUAL(release("W2", true, &out), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_STRING_EQUAL(
        fault.message, "2 components are missing, the first is item \"ROD\": 10 free, 20 needed");
    CU_ASSERT_EQUAL(rod->reserved.micro, 20 * QTY_SCALE);
    CU_ASSERT_EQUAL_FATAL(release("W2", false, &out), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(out->missing_count, 2); /* 30 - 20 of 20 rods, 1 - 1 of 1 box */
    CU_ASSERT_EQUAL(out->missing[0].available.micro, 10 * QTY_SCALE);
    CU_ASSERT_EQUAL(out->missing[1].available.micro, 0);
    CU_ASSERT_EQUAL(rod->reserved.micro, 40 * QTY_SCALE);
}

static void test_issues_and_returns_move_the_reservation(void)
{
    open_released();
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 15), STATUS_OK);
    CU_ASSERT_EQUAL(rod->reserved.micro, 5 * QTY_SCALE);
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 7), STATUS_OK); /* 2 above */
    CU_ASSERT_EQUAL(rod->reserved.micro, 0);
    CU_ASSERT_EQUAL_FATAL(move(return_decide, "ROD", 10), STATUS_OK);
    CU_ASSERT_EQUAL(rod->reserved.micro, 8 * QTY_SCALE);
    struct close_request close = {text_of("W1"), NO_DATE, true};
    const void *outcome;
    CU_ASSERT_EQUAL_FATAL(close_decide(&close, NULL, book, &outcome, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(rod->reserved.micro, 0);
    CU_ASSERT_EQUAL(box->reserved.micro, 0);
}

/* ---- hold, resume, cancel ---- */

static void test_hold_and_resume(void)
{
    open_released();
    stage_refused(change(hold_decide, (struct change_request){0}), STATUS_INVALID, "reason",
                  "a hold needs a reason");
    stage_refused(change(resume_decide, because), STATUS_STATE_CONFLICT, "work_order",
                  "work order \"W1\" is released, not held");
    CU_ASSERT_EQUAL_FATAL(change(hold_decide, because), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_HELD);
    CU_ASSERT_EQUAL(rod->reserved.micro, 20 * QTY_SCALE);
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", 1), STATUS_STATE_CONFLICT);
    stage_refused(change(hold_decide, because), STATUS_STATE_CONFLICT, "work_order",
                  "work order \"W1\" is held, not released or in progress");
    CU_ASSERT_EQUAL_FATAL(change(resume_decide, (struct change_request){0}), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_RELEASED);
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 1), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(change(hold_decide, because), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(change(resume_decide, because), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_IN_PROGRESS);
    CU_ASSERT_EQUAL_FATAL(record_count(), 4);
    check_record(0, CHANGE_STATE, "released", "held");
    check_record(3, CHANGE_STATE, "held", "in_progress");
}

static void test_cancel(void)
{
    open_released();
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 5), STATUS_OK);
    stage_refused(change(cancel_decide, because), STATUS_STATE_CONFLICT, "work_order",
                  "work order \"W1\" has 5 of item \"ROD\" that was issued and not returned");
    CU_ASSERT_EQUAL_FATAL(move(return_decide, "ROD", 5), STATUS_OK);
    order->scrapped = pieces(1);
    stage_refused(change(cancel_decide, because), STATUS_STATE_CONFLICT, "work_order",
                  "work order \"W1\" has 1 pieces received or scrapped, close it instead");
    order->scrapped = pieces(0);
    order->wip.e4 = 125000;
    stage_refused(change(cancel_decide, because), STATUS_STATE_CONFLICT, "work_order",
                  "work order \"W1\" has 12.5 in work in process, close it instead");
    order->wip.e4 = 0;
    CU_ASSERT_EQUAL_FATAL(change(cancel_decide, because), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_CANCELLED);
    CU_ASSERT_EQUAL(rod->reserved.micro, 0);
    CU_ASSERT_EQUAL(box->reserved.micro, 0);
    CU_ASSERT_EQUAL(change(cancel_decide, because), STATUS_STATE_CONFLICT);
}

/* ---- split ---- */

static void test_split(void)
{
    struct change_request four = {.qty = pieces(4), .made = text_of("W9")};
    open_released(); /* planned: 20 x 2.00 + 1 x 1.00 = 41.00 */
    CU_ASSERT_EQUAL_FATAL(book_want_document(book, BOOK_WORK_ORDER, four.made, REACH_NONE, &fault),
                          STATUS_OK);
    order->good = pieces(9);
    order->received = pieces(5);
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 20), STATUS_OK);
    struct change_request six = {.qty = pieces(6), .made = four.made};
    stage_refused(change(split_decide, six), STATUS_OVER_TOLERANCE, "quantity",
                  "work order \"W1\" has 5 to make, a split of 6 leaves nothing of it");
    CU_ASSERT_EQUAL_FATAL(change(split_decide, four), STATUS_OK);
    const struct work_order *made = done->made;
    CU_ASSERT_EQUAL(order->qty.micro, 6 * QTY_SCALE);
    CU_ASSERT_EQUAL(made->qty.micro, 4 * QTY_SCALE);
    CU_ASSERT_EQUAL(made->good.micro, 4 * QTY_SCALE); /* 9 x 4 / 10 = 3.6, up */
    CU_ASSERT_EQUAL(order->good.micro, 5 * QTY_SCALE);
    CU_ASSERT_EQUAL(made->state, WORK_ORDER_RELEASED);
    CU_ASSERT_EQUAL_FATAL(made->component_count, 2);
    CU_ASSERT_EQUAL(made->components[0].required.micro, 8 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[0].required.micro, 12 * QTY_SCALE);
    CU_ASSERT_EQUAL(made->components[1].required.micro, 1 * QTY_SCALE); /* fixed: both */
    CU_ASSERT_EQUAL(order->components[1].required.micro, 1 * QTY_SCALE);
    CU_ASSERT_EQUAL(made->planned_cost.e4, 170000);  /* 8 x 2.00 + 1.00 */
    CU_ASSERT_EQUAL(order->planned_cost.e4, 250000); /* 12 x 2.00 + 1.00 */
    CU_ASSERT_EQUAL(rod->reserved.micro, 8 * QTY_SCALE);
    CU_ASSERT_EQUAL(box->reserved.micro, 2 * QTY_SCALE);
    check_record(0, CHANGE_QUANTITY, "10", "6");
    CU_ASSERT_EQUAL(record_count(), 2);
    /* 20 rods issued, 5 made at 2 a piece: 10 can go back; the share per piece has not changed */
    CU_ASSERT_EQUAL(move(return_decide, "ROD", 11), STATUS_OVER_RETURN);
    CU_ASSERT_EQUAL(move(return_decide, "ROD", 10), STATUS_OK);
}

/* ---- quantity ---- */

static void test_quantity(void)
{
    open_released();
    order->received = pieces(4);
    stage_refused(change(quantity_decide, (struct change_request){.qty = pieces(4)}),
                  STATUS_OVER_TOLERANCE, "quantity",
                  "work order \"W1\" has 4 received or scrapped, 4 asked leaves nothing to make");
    stage_refused(change(quantity_decide, (struct change_request){.qty = {1500000}}),
                  STATUS_NOT_WHOLE, "quantity",
                  "quantity 1.5 has more than the 0 decimals of item \"LAMP\"");
    CU_ASSERT_EQUAL_FATAL(change(quantity_decide, (struct change_request){.qty = pieces(15)}),
                          STATUS_OK);
    CU_ASSERT_EQUAL(order->qty.micro, 15 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->good.micro, 15 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[0].required.micro, 30 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[1].required.micro, 1 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->planned_cost.e4, 610000); /* 30 x 2.00 + 1.00 */
    CU_ASSERT_EQUAL(rod->reserved.micro, 30 * QTY_SCALE);
    check_record(0, CHANGE_QUANTITY, "10", "15");
}

/* ---- components ---- */

static enum status change_lines(struct component_change *lines, size_t count)
{
    struct change_request request = because;
    for (size_t i = 0; i < count; i++)
        lines[i].operation = text_of("");
    request.lines = lines;
    request.line_count = count;
    return change(components_decide, request);
}

static void test_components(void)
{
    open_released();
    struct book_item *bolt = stage_item("BOLT", 0, 3);
    struct component_change swap[] = {{.line = 1, .qty = pieces(12)},
                                      {.item = text_of("BOLT"), .qty = pieces(8)}};
    struct component_change none[] = {{.line = 7, .qty = pieces(1)}};
    stage_refused(change_lines(none, 1), STATUS_NOT_FOUND, "lines[0].line",
                  "line 7 of work order \"W1\" does not exist");
    /* the array is the loaded one: it has no room */
    CU_ASSERT_EQUAL(change_lines(swap, 2), STATUS_LIMIT);
    CU_ASSERT_EQUAL(order->component_count, 2);
    CU_ASSERT_EQUAL(record_count(), 0);
    CU_ASSERT_EQUAL_FATAL(change_lines(swap, 1), STATUS_OK);
    CU_ASSERT_EQUAL(order->components[0].required.micro, 12 * QTY_SCALE);
    CU_ASSERT_EQUAL(rod->reserved.micro, 12 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->planned_cost.e4, 250000);
    check_record(0, CHANGE_COMPONENT, "20", "12");
    order->received = pieces(5);
    struct component_change less[] = {{.line = 1, .qty = pieces(5)}};
    stage_refused(change_lines(less, 1), STATUS_OVER_TOLERANCE, "lines[0].quantity",
                  "what was made has used 6 of item \"ROD\", 5 asked");
    CU_ASSERT_EQUAL(bolt->reserved.micro, 0);
}

static void test_a_component_is_added(void)
{
    open_shop();
    struct book_item *bolt = stage_item("BOLT", 0, 3);
    struct component_change add[] = {{.item = text_of("BOLT"), .qty = pieces(8)}};
    order->state = WORK_ORDER_RELEASED; /* without any component */
    add[0].qty.micro = 500000;
    CU_ASSERT_EQUAL(change_lines(add, 1), STATUS_NOT_WHOLE);
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].quantity");
    add[0].qty = pieces(8);
    CU_ASSERT_EQUAL_FATAL(change_lines(add, 1), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(order->component_count, 1);
    CU_ASSERT_EQUAL(order->components[0].line, 1);
    CU_ASSERT_EQUAL(order->components[0].required.micro, 8 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->planned_cost.e4, 240000);
    CU_ASSERT_EQUAL(bolt->reserved.micro, 8 * QTY_SCALE);
    check_record(0, CHANGE_COMPONENT, "", "8");
    stage_close();
}

static enum status merge(const char *other)
{
    return change(merge_decide, (struct change_request){.made = text_of(other)});
}

static void test_merge(void)
{
    const struct release_outcome *out;
    open_released();
    struct work_order *other = make_order("W2", 5);
    stage_refused(merge("W2"), STATUS_STATE_CONFLICT, "merged_work_order",
                  "work order \"W2\" is firm: released and untouched is needed");
    CU_ASSERT_EQUAL_FATAL(release("W2", false, &out), STATUS_OK);
    other->components[0].issued = pieces(1);
    CU_ASSERT_EQUAL(merge("W2"), STATUS_STATE_CONFLICT);
    other->components[0].issued = pieces(0);
    other->item = text_of("LANTERN");
    CU_ASSERT_EQUAL(merge("W2"), STATUS_STATE_CONFLICT);
    other->item = text_of("LAMP");
    struct amount planned = {order->planned_cost.e4 + other->planned_cost.e4 - 10000};
    size_t rows = record_count();
    CU_ASSERT_EQUAL_FATAL(merge("W2"), STATUS_OK);
    CU_ASSERT_EQUAL(order->qty.micro, 15 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[0].required.micro, 30 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[0].reserved.micro, 30 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->components[1].required.micro, QTY_SCALE); /* one box for the order */
    CU_ASSERT_EQUAL(order->planned_cost.e4, planned.e4);             /* and its cost, once */
    CU_ASSERT_EQUAL(other->state, WORK_ORDER_CANCELLED);
    CU_ASSERT_EQUAL(other->components[0].reserved.micro, 0);
    check_record(rows, CHANGE_QUANTITY, "10", "15");
    check_record(rows + 1, CHANGE_STATE, "released", "cancelled");
    stage_refused(merge("W2"), STATUS_ORDER_CLOSED, "merged_work_order",
                  "work order \"W2\" is cancelled: released and untouched is needed");
}

static enum status close_order(bool anyway)
{
    const struct close_request asked = {text_of("W1"), NO_DATE, anyway};
    const void *outcome = NULL;
    enum status status;
    STAGE_TRY(status, close_decide(&asked, NULL, book, &outcome, &fault));
    return status;
}

static void test_close_with_nothing_open(void)
{
    open_released();
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 7), STATUS_OK);
    order->received = pieces(3);
    stage_refused(close_order(false), STATUS_STATE_CONFLICT, "work_order",
                  "work order \"W1\" has 1 of issued and unused item \"ROD\"");
    order->received = pieces(4);
    CU_ASSERT_EQUAL(close_order(false), STATUS_OK);
}

static void test_close_anyway(void)
{
    open_released();
    CU_ASSERT_EQUAL_FATAL(move(issue_decide, "ROD", 7), STATUS_OK);
    CU_ASSERT_EQUAL(close_order(true), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_CLOSED);
}

UNIT_SUITE("order_change", UNIT(test_merge), UNIT(test_close_with_nothing_open),
           UNIT(test_close_anyway), UNIT(test_a_release_reserves_and_lists_what_others_need),
           UNIT(test_issues_and_returns_move_the_reservation), UNIT(test_hold_and_resume),
           UNIT(test_cancel), UNIT(test_split), UNIT(test_quantity), UNIT(test_components),
           UNIT(test_a_component_is_added))
