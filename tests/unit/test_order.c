/* Suggestions that become orders, and orders made by hand, on a book. */

#include "services/order/accept_core.h"
#include "tests/unit/book_stage.h"

static struct order_outcome outcome;

/* 9 lamps for day 20010, of 10 started on 20005; bolts to buy: 3 boxes of 100 at 50.00. */
static struct suggestion *open_suggestion(const char *type)
{
    stage_open();
    struct text id = text_of("LAMP@2024-10-14#1");
    CU_ASSERT_EQUAL_FATAL(book_want_document(book, BOOK_SUGGESTION, id, REACH_NONE, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_SUGGESTION, text_of("GONE"), REACH_NONE, &fault), STATUS_OK);
    struct suggestion *made = (struct suggestion *)book_find(book, BOOK_SUGGESTION, id);
    bool buys = strcmp(type, "buy") == 0;
    made->row.exists = true;
    made->planned_order_id = id;
    made->type = text_of(type);
    made->item = text_of(buys ? "BOLT" : "LAMP");
    made->qty = pieces(buys ? 300 : 9);
    made->start_qty = pieces(buys ? 300 : 10);
    made->start = 20005;
    made->due = made->need = 20010;
    made->segment = text_of("S1");
    made->supplier = buys ? text_of("ACME") : (struct text){NULL, 0};
    made->price = buys ? cost(50) : NO_COST;
    made->purchase_qty = buys ? pieces(3) : NO_QTY;
    stage_keep(&made->row);
    return made;
}

/* Two lines of items that are there, nothing asked above 100.00. */
static const struct order_facts facts[2] = {
    {.yield_pct = {100 * QTY_SCALE},
     .known = true,
     .active = true,
     .uom = {"EA", 2},
     .last_cost = {2 * UNITCOST_SCALE}},
    {.yield_pct = {100 * QTY_SCALE}, .known = true, .active = true, .uom = {"EA", 2}}};
static struct order_master master = {.rule = {.approve_above = {INT64_MIN}, .first_day = NO_DATE},
                                     .facts = facts};

static struct accepted accepted[3];
static struct qty ordered = {INT64_MIN}; /* by hand instead: NO_QTY */
static date ordered_due = NO_DATE;

static enum status accept(const char *id, int64_t whole, date due)
{
    const struct accept_item item = {.planned_order_id = text_of(id),
                                     .quantity = pieces(whole),
                                     .due_on = due,
                                     .order_quantity = ordered,
                                     .order_due_on = ordered_due,
                                     .alone = true};
    const struct accept_command command = {&item, 1};
    enum status status;
    accepted[0] = (struct accepted){0};
    STAGE_TRY(status, accept_decide(&command, &master, book, accepted, &fault));
    outcome = (struct order_outcome){.work = accepted[0].work, .purchase = accepted[0].purchase};
    return status;
}

#define ID "LAMP@2024-10-14#1"

static void test_accept_checks_in_order(void)
{
    struct suggestion *suggestion = open_suggestion("transfer");
    suggestion->accepted = true;
    stage_refused(
        accept("GONE", 8, 20009), STATUS_NOT_FOUND, "planned_order_id",
        "planned order \"GONE\" does not exist: it was ordered meanwhile, or the plan has changed");
    stage_refused(accept(ID, 8, 20009), STATUS_STATE_CONFLICT, "planned_order_id",
                  "planned order \"" ID "\" was accepted already");
    suggestion->accepted = false;
    stage_refused(accept(ID, 8, 20010), STATUS_STATE_CONFLICT, "planned_order_id",
                  "planned order \"" ID "\" has changed: it is now 9 due on 2024-10-14");
    stage_refused(accept(ID, 9, 20009), STATUS_STATE_CONFLICT, "planned_order_id",
                  "planned order \"" ID "\" has changed: it is now 9 due on 2024-10-14");
    stage_refused(accept(ID, 9, 20010), STATUS_INVALID, "planned_order_id",
                  "item \"LAMP\" has no source plant; give it one, or order it by hand");
    suggestion->type = text_of("buy");
    stage_refused(accept(ID, 9, 20010), STATUS_INVALID, "planned_order_id",
                  "item \"LAMP\" has no supplier; give it one, or order it by hand");
    suggestion->supplier = text_of("ACME");
    suggestion->price.micro = INT64_MAX;
    suggestion->purchase_qty = pieces(900);
    stage_refused(accept(ID, 9, 20010), STATUS_OVERFLOW, "planned_order_id",
                  "price is out of range");
    suggestion->price = cost(1);
    CU_ASSERT_EQUAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(accept(ID, 9, 20010), STATUS_STATE_CONFLICT); /* once */
}

static void test_accept_make(void)
{
    struct suggestion *suggestion = open_suggestion("make");
    CU_ASSERT_EQUAL_FATAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_TRUE(suggestion->accepted);
    CU_ASSERT_TRUE(suggestion->row.changed); /* is written */
    CU_ASSERT_STRING_EQUAL(accepted[0].type, "make");
    CU_ASSERT_PTR_NOT_NULL_FATAL(outcome.work);
    CU_ASSERT_PTR_NULL(outcome.purchase);
    const struct work_order *order = outcome.work;
    CU_ASSERT_TRUE(text_is(order->item, "LAMP"));
    CU_ASSERT_EQUAL(order->qty.micro, 10 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->good.micro, 9 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->start_on, 20005);
    CU_ASSERT_EQUAL(order->due_on, 20010);
    CU_ASSERT_EQUAL(order->state, WORK_ORDER_FIRM);
    CU_ASSERT_TRUE(text_is(order->segment, "S1"));
    CU_ASSERT_PTR_NOT_NULL(order->number);
    CU_ASSERT_STRING_EQUAL(order->number->prefix, "WO");
    CU_ASSERT_EQUAL(book->line_count, 0);
}

/* Past due: the order is due on the day of its need, never before its start. */
static void test_accept_past_due(void)
{
    struct suggestion *suggestion = open_suggestion("make");
    suggestion->need = 20007;
    CU_ASSERT_EQUAL_FATAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.work->due_on, 20007);
    suggestion = open_suggestion("make");
    suggestion->need = 20001;
    CU_ASSERT_EQUAL_FATAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.work->due_on, 20005);
    suggestion = open_suggestion("make");
    suggestion->need = 20012; /* safety days: due before the need */
    CU_ASSERT_EQUAL_FATAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.work->due_on, 20010);
}

/* 3 boxes at 50.00 for 300 bolts: 0.50 a bolt. */
static void test_accept_buy(void)
{
    struct suggestion *suggestion = open_suggestion("buy");
    CU_ASSERT_EQUAL_FATAL(accept(ID, 300, 20010), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(accepted[0].type, "buy");
    CU_ASSERT_PTR_NOT_NULL_FATAL(outcome.purchase);
    CU_ASSERT_PTR_NULL(outcome.work);
    const struct purchase_order *order = outcome.purchase;
    CU_ASSERT_TRUE(text_is(order->supplier, "ACME"));
    CU_ASSERT_STRING_EQUAL(order->number->prefix, "PO");
    CU_ASSERT_EQUAL_FATAL(order->line_count, 1);
    CU_ASSERT_TRUE(text_is(order->lines[0].item, "BOLT"));
    CU_ASSERT_EQUAL(order->lines[0].qty.micro, 300 * (int64_t)QTY_SCALE);
    CU_ASSERT_EQUAL(order->lines[0].price.micro, 500000);
    CU_ASSERT_EQUAL(order->lines[0].due, 20010);
    CU_ASSERT_TRUE(text_is(order->lines[0].segment, "S1"));

    suggestion = open_suggestion("buy");
    suggestion->price = NO_COST; /* no price, or no rate of its currency */
    CU_ASSERT_EQUAL_FATAL(accept(ID, 300, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->lines[0].price.micro, 0);
    suggestion = open_suggestion("buy");
    suggestion->price = cost(1);
    suggestion->purchase_qty = pieces(2); /* 2.00 / 300 = 0.00666..., rounded once */
    CU_ASSERT_EQUAL_FATAL(accept(ID, 300, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->lines[0].price.micro, 6667);
}

/* Quantity and day by hand: 12 good of the 10 started for 9, so 13.33 and 14; never due before the
 * start. */
static void test_accept_changed(void)
{
    open_suggestion("make");
    ordered = pieces(12);
    ordered_due = 20012;
    CU_ASSERT_EQUAL_FATAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.work->good.micro, 12 * QTY_SCALE);
    CU_ASSERT_EQUAL(outcome.work->qty.micro, 14 * QTY_SCALE);
    CU_ASSERT_EQUAL(outcome.work->due_on, 20012);
    open_suggestion("make");
    ordered_due = 20004;
    stage_refused(accept(ID, 9, 20010), STATUS_INVALID, "order_due_on",
                  "order_due_on lies before the start of the planned order");
    ordered = (struct qty){QTY_SCALE / 2};
    stage_refused(accept(ID, 9, 20010), STATUS_INVALID, "order_quantity",
                  "order_quantity must be above 0 with at most 0 decimals");
    open_suggestion("buy");
    ordered = pieces(200);
    ordered_due = 20020;
    CU_ASSERT_EQUAL_FATAL(accept(ID, 300, 20010), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->lines[0].qty.micro, 200 * (int64_t)QTY_SCALE);
    CU_ASSERT_EQUAL(outcome.purchase->lines[0].price.micro, 500000);
    CU_ASSERT_EQUAL(outcome.purchase->lines[0].due, 20020);
    ordered = NO_QTY;
    ordered_due = NO_DATE;
}

/* A second suggestion beside the first. */
static struct suggestion *another(const char *name, const struct suggestion *like)
{
    struct text id = text_of(name);
    CU_ASSERT_EQUAL_FATAL(book_want_document(book, BOOK_SUGGESTION, id, REACH_NONE, &fault),
                          STATUS_OK);
    struct suggestion *made = (struct suggestion *)book_find(book, BOOK_SUGGESTION, id);
    struct book_row row = made->row;
    *made = *like;
    made->row = row;
    made->row.exists = true;
    made->planned_order_id = id;
    stage_keep(&made->row);
    return made;
}

/* Two of one supplier are one order of two lines, the third is another supplier's; all or none. */
static void test_accept_many(void)
{
    struct suggestion *first = open_suggestion("buy");
    struct suggestion *second = another("B", first);
    struct suggestion *third = another("C", first);
    second->supplier = text_of("OTHER");
    const struct order_facts many[3] = {facts[0], facts[0], facts[0]};
    const struct order_master of_many = {.rule = master.rule, .facts = many};
    struct accept_item items[3];
    const char *const ids[3] = {ID, "B", "C"};
    for (size_t i = 0; i < 3; i++)
        items[i] =
            (struct accept_item){text_of(ids[i]), pieces(300), 20010, NO_QTY, NO_DATE, i, false};
    const struct accept_command command = {items, 3};
    enum status status;
    third->accepted = true;
    STAGE_TRY(status, accept_decide(&command, &of_many, book, accepted, &fault));
    stage_refused(status, STATUS_STATE_CONFLICT, "orders[2].planned_order_id",
                  "planned order \"C\" was accepted already");
    third->accepted = false;
    STAGE_TRY(status, accept_decide(&command, &of_many, book, accepted, &fault));
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    CU_ASSERT_PTR_EQUAL(accepted[0].purchase, accepted[2].purchase);
    CU_ASSERT_PTR_NOT_EQUAL(accepted[0].purchase, accepted[1].purchase);
    CU_ASSERT_EQUAL(accepted[0].purchase->line_count, 2);
    CU_ASSERT_EQUAL(accepted[2].line, 2);
    CU_ASSERT_EQUAL(accepted[1].purchase->line_count, 1);
    CU_ASSERT_TRUE(text_is(accepted[1].purchase->supplier, "OTHER"));
    CU_ASSERT_TRUE(first->accepted && second->accepted && third->accepted);
}

/* ---- work orders ---- */

static enum status create_work(const struct work_order_command *command, int64_t yield)
{
    const struct order_facts made = {.yield_pct = pieces(yield), .known = true, .active = true};
    const struct order_master of_work = {.facts = &made};
    enum status status;
    outcome = (struct order_outcome){0};
    STAGE_TRY(status, work_order_decide(command, &of_work, book, &outcome, &fault));
    return status;
}

static void open_items(void)
{
    stage_open();
    stage_item("LAMP", 0, 8);
    stage_item("BOLT", 0, 1)->type = ITEM_BUY;
    CU_ASSERT_EQUAL_FATAL(book_want_item(book, text_of("GONE"), &fault), STATUS_OK);
}

static void test_work_order_checks_in_order(void)
{
    struct work_order *there;
    struct work_order_command command = {.work_order = text_of("W1"),
                                         .item = text_of("GONE"),
                                         .start_on = NO_DATE,
                                         .due_on = NO_DATE};
    open_items();
    CU_ASSERT_EQUAL_FATAL(work_order_wants(&command, book, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(book_new_work_order(book, text_of("W1"), &there, &fault), STATUS_OK);
    stage_keep(&there->row);
    stage_refused(create_work(&command, 100), STATUS_NOT_FOUND, "item",
                  "item \"GONE\" does not exist");
    command.item = text_of("BOLT");
    stage_refused(create_work(&command, 100), STATUS_INVALID, "item",
                  "item \"BOLT\" is not made here");
    command.item = text_of("LAMP");
    stage_refused(create_work(&command, 100), STATUS_INVALID, "quantity",
                  "quantity 0 is not above zero");
    command.quantity = pieces(10);
    stage_refused(create_work(&command, 100), STATUS_INVALID, "start_on", "start_on is missing");
    command.start_on = 20005;
    stage_refused(create_work(&command, 100), STATUS_INVALID, "due_on", "due_on is missing");
    command.due_on = 20004;
    stage_refused(create_work(&command, 100), STATUS_INVALID, "due_on",
                  "due_on lies before start_on");
    command.due_on = 20005;
    stage_refused(create_work(&command, 100), STATUS_EXISTS, "work_order",
                  "work order \"W1\" already exists");
    command.work_order = text_of("");
    CU_ASSERT_EQUAL(create_work(&command, 100), STATUS_OK);
}

/* 10 started at 97 % are 9 good pieces: 9.7 rounded down. */
static void test_work_order(void)
{
    struct work_order_command command = {.work_order = text_of("W2"),
                                         .item = text_of("LAMP"),
                                         .quantity = pieces(10),
                                         .start_on = 20005,
                                         .due_on = 20009};
    open_items();
    CU_ASSERT_EQUAL_FATAL(work_order_wants(&command, book, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(create_work(&command, 97), STATUS_OK);
    CU_ASSERT_TRUE(text_is(outcome.work->work_order, "W2"));
    CU_ASSERT_PTR_NULL(outcome.work->number);
    CU_ASSERT_EQUAL(outcome.work->qty.micro, 10 * QTY_SCALE);
    CU_ASSERT_EQUAL(outcome.work->good.micro, 9 * QTY_SCALE);
    CU_ASSERT_EQUAL(outcome.work->state, WORK_ORDER_FIRM);
    CU_ASSERT_EQUAL(outcome.work->due_on, 20009);
    CU_ASSERT_EQUAL(create_work(&command, 97), STATUS_EXISTS);
}

/* ---- purchase and sales orders ---- */

typedef enum status order_fn(const struct order_command *command, const struct order_master *known,
                             struct book *in, struct order_outcome *out, struct fault *into);

static enum status create(order_fn *decide, const struct order_command *command)
{
    enum status status;
    outcome = (struct order_outcome){0};
    STAGE_TRY(status, decide(command, &master, book, &outcome, &fault));
    return status;
}

static void check_order_checks(order_fn *decide, enum book_kind kind, const char *exists)
{
    struct order_line_command lines[] = {
        {.item = text_of("BOLT"), .quantity = pieces(2), .due_on = 20009, .priority = NO_DAYS},
        {.item = text_of("GONE"), .price = cost(-1), .due_on = NO_DATE, .priority = NO_DAYS}};
    struct order_command command = {
        .order_id = text_of("O-1"), .partner = text_of("ACME"), .lines = lines};
    open_items();
    CU_ASSERT_EQUAL_FATAL(book_want_document(book, kind, text_of("O-1"), REACH_NONE, &fault),
                          STATUS_OK);
    stage_refused(create(decide, &command), STATUS_INVALID, "lines",
                  "an order needs at least one line");
    command.line_count = 2;
    stage_refused(create(decide, &command), STATUS_NOT_FOUND, "lines[1].item",
                  "item \"GONE\" does not exist");
    lines[1].item = text_of("LAMP");
    stage_refused(create(decide, &command), STATUS_INVALID, "lines[1].quantity",
                  "quantity 0 is not above zero");
    lines[1].quantity = pieces(3);
    stage_refused(create(decide, &command), STATUS_INVALID, "lines[1].due_on", "due_on is missing");
    lines[1].due_on = 20012;
    stage_refused(create(decide, &command), STATUS_INVALID, "lines[1].price",
                  "price cannot be negative");
    lines[1].price = cost(7);
    lines[1].priority = 4;
    CU_ASSERT_EQUAL(create(decide, &command), STATUS_OK);
    stage_refused(create(decide, &command), STATUS_EXISTS, book_kind_text(kind), exists);
    command.order_id = text_of("");
    CU_ASSERT_EQUAL_FATAL(create(decide, &command), STATUS_OK);
}

static enum status order_bolts(struct order_line_command line, bool draft)
{
    const struct order_command command = {
        .partner = text_of("ACME"), .draft = draft, .lines = &line, .line_count = 1};
    return create(purchase_decide, &command);
}

/* Above the plant's limit an order waits for a second person; at it, it does not. */
static void test_purchase_limit(void)
{
    struct order_line_command line = {.item = text_of("BOLT"),
                                      .quantity = pieces(10),
                                      .price = cost(10),
                                      .due_on = 20009,
                                      .priority = NO_DAYS};
    open_items();
    CU_ASSERT_EQUAL_FATAL(order_bolts(line, true), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->state, ORDER_DRAFT);
    CU_ASSERT_EQUAL_FATAL(order_bolts(line, false), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->state, ORDER_SENT);
    CU_ASSERT_EQUAL(outcome.purchase->value.e4, 1000000);
    master.rule.approve_above.e4 = 1000000;
    CU_ASSERT_EQUAL_FATAL(order_bolts(line, false), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->state, ORDER_SENT);
    line.price.micro++;
    line.quantity = pieces(100);
    CU_ASSERT_EQUAL_FATAL(order_bolts(line, false), STATUS_OK);
    CU_ASSERT_EQUAL(outcome.purchase->state, ORDER_DRAFT);
    master.rule.approve_above = NO_LIMIT;
}

/* Inactive items, another unit, days that are past: each with its field and text. */
static void test_bad_lines(void)
{
    struct order_facts idle = facts[0];
    struct order_line_command line = {.item = text_of("BOLT"),
                                      .quantity = pieces(1),
                                      .due_on = 20009,
                                      .priority = NO_DAYS,
                                      .uom = text_of("BOX")};
    open_items();
    stage_refused(order_bolts(line, false), STATUS_INVALID, "lines[0].uom",
                  "unit \"BOX\" is not \"EA\", the unit of item \"BOLT\"");
    line.uom = text_of("EA");
    master.rule.first_day = 20010;
    stage_refused(order_bolts(line, false), STATUS_INVALID, "lines[0].due_on",
                  "due_on 2024-10-13 is past");
    line.due_on = 20010;
    CU_ASSERT_EQUAL(order_bolts(line, false), STATUS_OK);
    idle.active = false;
    master.facts = &idle;
    stage_refused(order_bolts(line, false), STATUS_INVALID, "lines[0].item",
                  "item \"BOLT\" is not active");
    master.facts = facts;
    master.rule.first_day = NO_DATE;
}

/* A transfer is worth what the item last cost here, and asks nobody. */
static void test_transfer_order(void)
{
    const struct order_line_command line = {.item = text_of("BOLT"),
                                            .quantity = pieces(5),
                                            .price = NO_COST,
                                            .due_on = 20009,
                                            .priority = NO_DAYS};
    struct order_command command = {.lines = &line, .line_count = 1};
    open_items();
    stage_refused(create(transfer_order_decide, &command), STATUS_INVALID, "source_plant",
                  "source_plant is missing");
    command.partner = book->plant.plant;
    stage_refused(create(transfer_order_decide, &command), STATUS_INVALID, "source_plant",
                  "a plant cannot order from itself; move stock by Inventory.PostTransfer");
    command.partner = text_of("NORTH");
    CU_ASSERT_EQUAL_FATAL(create(transfer_order_decide, &command), STATUS_OK);
    CU_ASSERT_TRUE(text_is(outcome.purchase->source_plant, "NORTH"));
    CU_ASSERT_EQUAL(outcome.purchase->lines[0].price.micro, 2 * UNITCOST_SCALE);
    CU_ASSERT_EQUAL(outcome.purchase->state, ORDER_SENT);

    struct suggestion *suggestion = open_suggestion("transfer");
    struct order_facts moved = facts[0];
    moved.source_plant = text_of("NORTH");
    master.facts = &moved;
    CU_ASSERT_EQUAL_FATAL(accept(ID, 9, 20010), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(accepted[0].type, "transfer");
    CU_ASSERT_TRUE(text_is(outcome.purchase->source_plant, "NORTH"));
    CU_ASSERT_TRUE(suggestion->accepted);
    master.facts = facts;
}

static void test_purchase_order(void)
{
    check_order_checks(purchase_decide, BOOK_PURCHASE_ORDER,
                       "purchase order \"O-1\" already exists");
    const struct purchase_order *order = outcome.purchase;
    CU_ASSERT_PTR_NOT_NULL_FATAL(order);
    CU_ASSERT_STRING_EQUAL(order->number->prefix, "PO");
    CU_ASSERT_TRUE(text_is(order->supplier, "ACME"));
    CU_ASSERT_EQUAL_FATAL(order->line_count, 2);
    CU_ASSERT_EQUAL(order->lines[1].line, 2);
    CU_ASSERT_TRUE(text_is(order->lines[1].item, "LAMP"));
    CU_ASSERT_EQUAL(order->lines[1].qty.micro, 3 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->lines[1].price.micro, 7 * UNITCOST_SCALE);
    CU_ASSERT_EQUAL(order->lines[1].due, 20012);
    CU_ASSERT_EQUAL(order->lines[1].received.micro, 0);
}

static void test_sales_order(void)
{
    check_order_checks(sales_decide, BOOK_SALES_ORDER, "sales order \"O-1\" already exists");
    const struct sales_order *order = outcome.sales;
    CU_ASSERT_PTR_NOT_NULL_FATAL(order);
    CU_ASSERT_STRING_EQUAL(order->number->prefix, "SO");
    CU_ASSERT_TRUE(text_is(order->customer, "ACME"));
    CU_ASSERT_EQUAL_FATAL(order->line_count, 2);
    CU_ASSERT_EQUAL(order->lines[0].priority, NO_DAYS);
    CU_ASSERT_EQUAL(order->lines[1].priority, 4);
    CU_ASSERT_EQUAL(order->lines[1].qty.micro, 3 * QTY_SCALE);
    CU_ASSERT_EQUAL(order->lines[1].shipped.micro, 0);
    CU_ASSERT_EQUAL(order->lines[1].due, 20012);
}

static void test_close(void)
{
    stage_close();
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("order", UNIT(test_accept_checks_in_order), UNIT(test_accept_make),
           UNIT(test_accept_past_due), UNIT(test_accept_buy), UNIT(test_work_order_checks_in_order),
           UNIT(test_accept_past_due), UNIT(test_accept_changed),
           UNIT(test_work_order_checks_in_order), UNIT(test_accept_past_due),
           UNIT(test_accept_many), UNIT(test_work_order_checks_in_order), UNIT(test_work_order),
           UNIT(test_purchase_limit), UNIT(test_bad_lines), UNIT(test_transfer_order),
           UNIT(test_purchase_order), UNIT(test_sales_order), UNIT(test_close))
