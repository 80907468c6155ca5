/* Work orders on a book: what a release freezes, what may be issued and returned, what hours cost
   and what closing settles.  The figures are worked out beside each check. */

#include "common/ledger/book_state_core.h"
#include "services/production/production_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define DAY  20000
#define Q(n) ((struct qty){(int64_t)((n)*1000) * 1000}) /* thousandths, in whole numbers */

static struct arena *arena;
static struct book *book;
static struct fault fault;

static struct text t(const char *text)
{
    return text_of(text);
}

static struct book_item *make_item(const char *code, int decimals, int64_t cost_micro)
{
    CU_ASSERT_EQUAL_FATAL(book_want_item(book, t(code), &fault), STATUS_OK);
    struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, t(code));
    item->row.exists = true;
    item->decimals = (uint8_t)decimals;
    item->valuation = VALUATION_AVERAGE;
    item->shelf_life_days = NO_DAYS;
    item->unit_cost.micro = cost_micro;
    item->over_issue_pct = item->over_issue_qty = item->over_receipt_pct = NO_QTY;
    return item;
}

static void stock(struct book_item *item, struct qty qty, int64_t cost_e4)
{
    struct ledger_move move = {
        .kind = LEDGER_OPENING, .item = item, .qty = qty, .effective_on = DAY};
    CU_ASSERT_EQUAL_FATAL(ledger_put(book, &move, (struct amount){cost_e4}, &fault), STATUS_OK);
}

static struct work_order *make_order(struct qty qty)
{
    struct work_order *order;
    CU_ASSERT_EQUAL_FATAL(book_want_document(book, BOOK_WORK_ORDER, t("W1"), REACH_LINES, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(book, t("W1"), &order, &fault), STATUS_OK);
    order->item = t("LAMP");
    order->qty = order->good = qty;
    order->start_on = DAY;
    order->due_on = DAY + 5;
    return order;
}

static struct bill_line line(const char *parent, const char *component, struct qty qty)
{
    return (struct bill_line){.parent = t(parent),
                              .component = t(component),
                              .qty = qty,
                              .per_qty = Q(1),
                              .pieces = Q(1),
                              .mix_pct = NO_QTY,
                              .lot_to = QTY_LAST,
                              .factor_num = Q(1),
                              .factor_den = Q(1),
                              .valid_from = DATE_FIRST};
}

static void open_book(void)
{
    struct book_plant plant = {t("P"), t("MAIN"), DAY, 0};
    if (!arena)
        arena = arena_new(32 * MIB);
    arena_reset(arena);
    fault = (struct fault){0};
    book = book_new(arena, &plant);
    CU_ASSERT_PTR_NOT_NULL_FATAL(book);
    (void)book_mark(book);
    make_item("LAMP", 0, 0);
    make_item("ROD", 0, 2000000);
    make_item("WIRE", 3, 500000);
    make_item("BOX", 0, 1000000);
}

static void check_component(const struct work_component *component, const char *item,
                            int64_t required_micro)
{
    CU_ASSERT_TRUE(text_is(component->item, item));
    CU_ASSERT_EQUAL(component->required.micro, required_micro);
}

static enum status release(const struct release_master *master, const struct release_outcome **out)
{
    struct release_request request = {t("W1"), NO_DATE, false};
    const void *outcome = NULL;
    fault = (struct fault){0};
    enum status status = release_decide(&request, master, book, &outcome, &fault);
    *out = outcome;
    return status;
}

/* ---- release ---- */

static void test_components_are_rounded_up_once(void)
{
    const struct release_outcome *out;
    open_book();
    struct work_order *order = make_order(Q(10));
    /* ROD: 10 x 1/3 = 3.33, up to 4.  WIRE: 10 x 0.1 / 0.9 = 1.1111.., up to 1.112 (3 decimals).
       BOX: 1 for the order.  Through the phantom KIT, 2 a lamp: ROD again 10 x 2 x 0.1 = 2 more:
       exactly 5.33, up to 6 */
    struct bill_line lines[] = {line("LAMP", "ROD", Q(1)), line("LAMP", "WIRE", Q(0.1)),
                                line("LAMP", "BOX", Q(1)), line("LAMP", "KIT", Q(2)),
                                line("KIT", "ROD", Q(0.1))};
    lines[0].per_qty = Q(3);
    lines[1].scrap_pct = Q(10);
    lines[2].fixed = true;
    lines[3].phantom = true;
    struct release_master master = {lines, COUNT_OF(lines), NULL, 0};
    CU_ASSERT_EQUAL_FATAL(release(&master, &out), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(order->component_count, 3);
    check_component(&order->components[0], "ROD", 6000000);
    check_component(&order->components[1], "WIRE", 1112000);
    check_component(&order->components[2], "BOX", 1000000);
    CU_ASSERT_TRUE(order->components[2].fixed);
    /* 6 x 2.00 + 1.112 x 0.50 + 1 x 1.00 = 13.556 */
    CU_ASSERT_EQUAL(order->planned_cost.e4, 135560);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_RELEASED);
    CU_ASSERT_EQUAL(out->missing_count, 3);
    CU_ASSERT_EQUAL(out->missing[0].required.micro, 6000000);
    CU_ASSERT_EQUAL(release(&master, &out), STATUS_STATE_CONFLICT);
}

static void test_one_alternative_counts(void)
{
    const struct release_outcome *out;
    open_book();
    struct work_order *order = make_order(Q(10));
    struct bill_line lines[] = {line("LAMP", "ROD", Q(1)), line("LAMP", "BOX", Q(1)),
                                line("LAMP", "WIRE", Q(1)), line("LAMP", "WIRE", Q(2))};
    lines[0].alternative = t("B");
    lines[0].alternative_priority = 2;
    lines[1].lot_from = Q(11); /* from 11 pieces on */
    lines[2].revision = t("R1");
    lines[2].valid_from = DAY - 10;
    lines[3].revision = t("R2");
    lines[3].valid_from = DAY - 5; /* the newer one */
    struct release_master master = {lines, COUNT_OF(lines), NULL, 0};
    CU_ASSERT_EQUAL_FATAL(release(&master, &out), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(order->component_count, 1);
    check_component(&order->components[0], "WIRE", 20000000);
}

static void test_a_unit_that_does_not_convert(void)
{
    const struct release_outcome *out;
    open_book();
    make_order(Q(10));
    struct bill_line lines[] = {line("LAMP", "ROD", Q(1))};
    lines[0].factor_den = Q(0);
    struct release_master master = {lines, 1, NULL, 0};
    CU_ASSERT_EQUAL(release(&master, &out), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.message,
                           "the unit of component \"ROD\" of item \"LAMP\" cannot be converted");
}

static void test_hours_and_their_cost(void)
{
    const struct release_outcome *out;
    struct operation_request request = {
        .work_order = t("W1"), .operation = t("10"), .effective_on = NO_DATE, .hours = Q(2)};
    const void *outcome;
    open_book();
    struct work_order *order = make_order(Q(10));
    struct routing_step step = {.item = t("LAMP"),
                                .operation = t("10"),
                                .work_center = t("SAW"),
                                .setup = Q(30),
                                .run = Q(6),
                                .per_qty = Q(1),
                                .run_size = NO_QTY,
                                .units_an_hour = 60,
                                .efficiency_pct = Q(75),
                                .labor_rate = {30000000},
                                .machine_rate = {12000000},
                                .overhead_rate = {50000000},
                                .overhead_basis = t("labor")};
    struct release_master master = {NULL, 0, &step, 1};
    CU_ASSERT_EQUAL_FATAL(release(&master, &out), STATUS_OK);
    /* (30 + 10 x 6) min = 1.5 h, at 75 % 2 h; labour 60, machine 24, overhead half of labour 30 */
    CU_ASSERT_EQUAL_FATAL(order->operation_count, 1);
    CU_ASSERT_EQUAL(order->operations[0].planned_hours.micro, 2000000);
    CU_ASSERT_EQUAL(order->planned_cost.e4, 1140000);
    CU_ASSERT_EQUAL_FATAL(operation_decide(&request, NULL, book, &outcome, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(((const struct operation_outcome *)outcome)->amount.e4, 1140000);
    CU_ASSERT_EQUAL(order->wip.e4, 1140000);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_IN_PROGRESS);
    request.operation = t("20");
    CU_ASSERT_EQUAL(operation_decide(&request, NULL, book, &outcome, &fault), STATUS_NOT_FOUND);
}

/* ---- issue and return ---- */

/* 10 lamps with 2 rods each; 40 rods at 2.00 and 5 boxes in stock. */
static struct work_order *released(void)
{
    const struct release_outcome *out;
    open_book();
    struct work_order *order = make_order(Q(10));
    struct bill_line lines[] = {line("LAMP", "ROD", Q(2))};
    struct release_master master = {lines, 1, NULL, 0};
    struct book_item *item;
    CU_ASSERT_EQUAL_FATAL(release(&master, &out), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_item(book, t("ROD"), "item", &item, &fault), STATUS_OK);
    stock(item, Q(40), 800000);
    CU_ASSERT_EQUAL_FATAL(book_item(book, t("BOX"), "item", &item, &fault), STATUS_OK);
    stock(item, Q(5), 50000);
    return order;
}

typedef enum status decide_fn(const void *request, const void *master, struct book *in,
                              const void **outcome, struct fault *into);

static enum status move(decide_fn *decide, const char *item, struct qty qty)
{
    struct issue_line asked = {t(item), qty, t(""), t(""), t(""), t("")};
    struct issue_request request = {t("W1"), NO_DATE, &asked, 1, text_of("")};
    const void *outcome;
    fault = (struct fault){0};
    struct book_mark mark = book_mark(book);
    enum status status = decide(&request, NULL, book, &outcome, &fault);
    if (status != STATUS_OK)
        book_undo(book, mark);
    return status;
}

static void test_issue(void)
{
    struct work_order *order = released();
    CU_ASSERT_EQUAL(move(issue_decide, "BOX", Q(1)), STATUS_NOT_ON_ORDER);
    CU_ASSERT_STRING_EQUAL(fault.message, "item \"BOX\" is not on work order \"W1\"");
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].item");
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(0.5)), STATUS_NOT_WHOLE);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_RELEASED);
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(15)), STATUS_OK);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_IN_PROGRESS);
    CU_ASSERT_EQUAL(order->components[0].issued_amount.e4, 300000);
    CU_ASSERT_EQUAL(order->wip.e4, 300000);
    /* 20 are needed, 10 % more is allowed: 22 */
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(8)), STATUS_OVER_TOLERANCE);
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].quantity");
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 15000000);
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(7)), STATUS_OK);
}

static void test_issue_of_everything(void)
{
    struct work_order *order = released();
    struct issue_request request = {t("W1"), NO_DATE, NULL, 0, text_of("")};
    const void *outcome;
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(3)), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(issue_decide(&request, NULL, book, &outcome, &fault), STATUS_OK);
    const struct posted_outcome *posted = outcome;
    CU_ASSERT_EQUAL(posted->lines.count, 1);
    CU_ASSERT_EQUAL(book->lines[posted->lines.first].qty.micro, -17000000);
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 20000000);
    CU_ASSERT_EQUAL_FATAL(issue_decide(&request, NULL, book, &outcome, &fault), STATUS_OK);
    CU_ASSERT_PTR_NULL(((const struct posted_outcome *)outcome)->document); /* nothing more */
}

/* inventory.md section 4: issued 20, received 4 at 2 a piece, returnable 12 */
static void test_return(void)
{
    struct work_order *order = released();
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(20)), STATUS_OK);
    order->received = Q(4);
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(13)), STATUS_OVER_RETURN);
    CU_ASSERT_STRING_EQUAL(fault.message, "12 of item \"ROD\" can be returned, 13 asked");
    CU_ASSERT_EQUAL(order->components[0].returned.micro, 0);
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(12)), STATUS_OK);
    /* at what the issue took: 12 of 20 at 40.00 is 24.00 */
    CU_ASSERT_EQUAL(order->components[0].issued_amount.e4, 160000);
    CU_ASSERT_EQUAL(order->wip.e4, 160000);
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(1)), STATUS_OVER_RETURN);
    order->scrapped = Q(1); /* 5 pieces have used 10: 8 net issued */
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(1)), STATUS_OVER_RETURN);
}

static void test_returns_take_all_of_the_amount(void)
{
    struct work_order *order = released();
    order->components[0].required = Q(3);
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(3)), STATUS_OK);
    order->components[0].issued_amount.e4 = 100000; /* 10.00 in thirds: 3.3333 3.3334 3.3333 */
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(1)), STATUS_OK);
    CU_ASSERT_EQUAL(order->components[0].issued_amount.e4, 66667);
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(1)), STATUS_OK);
    CU_ASSERT_EQUAL(order->components[0].issued_amount.e4, 33333);
    CU_ASSERT_EQUAL(move(return_decide, "ROD", Q(1)), STATUS_OK);
    CU_ASSERT_EQUAL(order->components[0].issued_amount.e4, 0);
}

static void test_defective_goes_to_blocked_stock(void)
{
    struct issue_line asked = {t("ROD"), Q(2), t("CAGE"), t(""), t("defective"), t("")};
    struct issue_request request = {t("W1"), NO_DATE, &asked, 1, text_of("")};
    const void *outcome;
    struct book_item *rod;
    struct qty available;
    released();
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(20)), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(return_decide(&request, NULL, book, &outcome, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_item(book, t("ROD"), "item", &rod, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(rod->on_hand.micro, 22000000);
    CU_ASSERT_EQUAL(ledger_available(rod, t(""), DAY, &available, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(available.micro, 20000000);
}

static enum status move_why(decide_fn *decide, const char *item, struct qty qty,
                            const char *const reason_type[2])
{
    struct issue_line asked = {t(item), qty, t(""), t(""), t(reason_type[0]), t(reason_type[1])};
    struct issue_request request = {t("W1"), NO_DATE, &asked, 1, text_of("")};
    const void *outcome;
    fault = (struct fault){0};
    struct book_mark mark = book_mark(book);
    enum status status = decide(&request, NULL, book, &outcome, &fault);
    if (status != STATUS_OK)
        book_undo(book, mark);
    return status;
}

static void test_return_types(void)
{
    struct book_item *rod;
    struct qty available;
    released();
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(20)), STATUS_OK);
    CU_ASSERT_EQUAL(move_why(return_decide, "ROD", Q(1), (const char *const[2]){"", "lost"}),
                    STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].type");
    CU_ASSERT_STRING_EQUAL(fault.message, "type \"lost\" is none of surplus, defective, other");
    CU_ASSERT_EQUAL(move_why(return_decide, "ROD", Q(1), (const char *const[2]){"", "defective"}),
                    STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].reason");
    CU_ASSERT_STRING_EQUAL(fault.message, "a return of type defective needs a reason");
    CU_ASSERT_EQUAL(
        move_why(return_decide, "ROD", Q(3), (const char *const[2]){"bent", "defective"}),
        STATUS_OK);
    CU_ASSERT_TRUE(text_is(book->lines[book->line_count - 1].status, "blocked"));
    CU_ASSERT_TRUE(text_is(book->lines[book->line_count - 1].reason, "bent"));
    CU_ASSERT_EQUAL(move_why(return_decide, "ROD", Q(2), (const char *const[2]){"", "surplus"}),
                    STATUS_OK);
    CU_ASSERT_EQUAL(move_why(return_decide, "ROD", Q(1), (const char *const[2]){"sample", "other"}),
                    STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_item(book, t("ROD"), "item", &rod, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(ledger_available(rod, t(""), DAY, &available, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(available.micro, 23000000); /* 40 - 20 + 2 + 1, and 3 are blocked */
}

static void test_more_than_tolerated_is_a_supervisors(void)
{
    static const char *const broke[2] = {"broke", ""};
    struct work_order *order = released();
    CU_ASSERT_EQUAL(move_why(issue_decide, "ROD", Q(23), broke), STATUS_OVER_TOLERANCE);
    CU_ASSERT_STRING_EQUAL(fault.message,
                           "the order needs 20 of item \"ROD\" and has 0, 23 asked is more than 2 "
                           "above: a supervisor may, with a reason");
    book->supervised = true;
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(23)), STATUS_OVER_TOLERANCE);
    CU_ASSERT_STRING_EQUAL(fault.message,
                           "the order needs 20 of item \"ROD\" and has 0, 23 asked is more than 2 "
                           "above: give a reason");
    CU_ASSERT_EQUAL(move_why(issue_decide, "ROD", Q(23), broke), STATUS_OK);
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 23000000);
    CU_ASSERT_TRUE(text_is(book->lines[book->line_count - 1].reason, "broke"));
}

static void test_unplanned_issue(void)
{
    static const char *const broke[2] = {"broke", ""};
    struct work_order *order;
    struct issue_rule allow = {.unplanned_issue = true};
    const void *outcome;
    open_book();
    order = make_order(Q(10));
    order->state = WORK_ORDER_RELEASED; /* of no component: room for those that are added */
    struct book_item *box;
    CU_ASSERT_EQUAL_FATAL(book_item(book, t("BOX"), "item", &box, &fault), STATUS_OK);
    stock(box, Q(5), 50000);
    CU_ASSERT_EQUAL(move_why(issue_decide, "BOX", Q(1), broke), STATUS_NOT_ON_ORDER);
    CU_ASSERT_EQUAL(rule_decide(&allow, NULL, book, &outcome, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(move(issue_decide, "BOX", Q(1)), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].reason");
    CU_ASSERT_STRING_EQUAL(fault.message,
                           "item \"BOX\" is not on work order \"W1\": its issue needs a reason");
    CU_ASSERT_EQUAL(order->component_count, 0);
    CU_ASSERT_EQUAL(move_why(issue_decide, "BOX", Q(9), broke), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_EQUAL(order->component_count, 0);
    CU_ASSERT_EQUAL(move_why(issue_decide, "BOX", Q(2), broke), STATUS_OK);
    CU_ASSERT_EQUAL(move_why(issue_decide, "BOX", Q(1), broke), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(order->component_count, 1);
    CU_ASSERT_EQUAL(order->components[0].required.micro, 0);
    CU_ASSERT_EQUAL(order->components[0].issued.micro, 3000000);
    CU_ASSERT_EQUAL(order->wip.e4, 30000);
    CU_ASSERT_EQUAL(order->components[0].reserved.micro, 0);
    CU_ASSERT_EQUAL(move(return_decide, "BOX", Q(3)), STATUS_OK);
    CU_ASSERT_EQUAL(order->wip.e4, 0);
}

/* ---- close ---- */

static void test_close(void)
{
    struct close_request request = {t("W1"), NO_DATE, true};
    const void *outcome;
    struct work_order *order = released();
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(20)), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(close_decide(&request, NULL, book, &outcome, &fault), STATUS_OK);
    /* nothing was received: 40.00 to cost of sales */
    CU_ASSERT_EQUAL(((const struct close_outcome *)outcome)->settled.e4, 400000);
    CU_ASSERT_EQUAL(order->wip.e4, 0);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_CLOSED);
    CU_ASSERT_EQUAL(book->lines[book->line_count - 1].variance.e4, 400000);
    CU_ASSERT_EQUAL(move(issue_decide, "ROD", Q(1)), STATUS_ORDER_CLOSED);
    CU_ASSERT_EQUAL(close_decide(&request, NULL, book, &outcome, &fault), STATUS_ORDER_CLOSED);
    arena_free(&arena);
}

UNIT_SUITE("production", UNIT(test_components_are_rounded_up_once),
           UNIT(test_one_alternative_counts), UNIT(test_a_unit_that_does_not_convert),
           UNIT(test_hours_and_their_cost), UNIT(test_issue), UNIT(test_issue_of_everything),
           UNIT(test_return), UNIT(test_returns_take_all_of_the_amount),
           UNIT(test_defective_goes_to_blocked_stock), UNIT(test_return_types),
           UNIT(test_more_than_tolerated_is_a_supervisors), UNIT(test_unplanned_issue),
           UNIT(test_close))
