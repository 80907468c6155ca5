#include "common/ledger/layer_core.h"
#include "common/ledger/post_lots.h"
#include "common/ledger/post_reader.h"

/* Phases A3 and B: items, which the documents that are locked by now reach, then what lies of them.
 */

static const char *const item_types[] = {"make", "buy", "phantom", "transfer"};
static const char *const valuations[] = {"standard", "average", "fifo", "lot"};
static const char *const trackings[] = {"none", "lot", "serial"};

static void read_item(const struct book *book, struct reader *at)
{
    struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, next_text(at));
    ASSERT(item);
    item->type = (uint8_t)code_of(next_text(at), item_types, COUNT_OF(item_types));
    item->valuation = (uint8_t)code_of(next_text(at), valuations, COUNT_OF(valuations));
    item->tracking = (uint8_t)code_of(next_text(at), trackings, COUNT_OF(trackings));
    item->decimals = (uint8_t)next_int(at, 0);
    item->allow_negative = next(at)->as.boolean;
    item->shelf_life_days = (int32_t)next_int(at, NO_DAYS);
    item->unit_cost = next_cost(at);
    if (item->last_cost.micro == 0)
        item->last_cost = item->unit_cost;
}

static bool read_items(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        read_item(book, &(struct reader){rows, i, 0});
    return true;
}

static bool read_stock(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct book_item *item = (struct book_item *)next_head(book, BOOK_ITEM, &at);
        item->on_hand = next_qty(&at);
        item->value = next_amount(&at);
        item->last_cost = next_cost(&at);
        item->inspect = next(&at)->as.boolean;
        item->backflush = next(&at)->as.boolean;
        item->over_issue_pct = next_qty_or(&at, NO_QTY);
        item->over_issue_qty = next_qty_or(&at, NO_QTY);
        item->over_receipt_pct = next_qty_or(&at, NO_QTY);
        item->moved_on = next_date(&at);
        item->opened_on = NO_DATE;
        item->place = next_int(&at, 0);
    }
    return true;
}

static bool read_balances(struct book *book, const struct sql_rows *rows)
{
    struct book_balance *balances = book_record(book, BOOK_TYPE_BALANCE, rows->count);
    bool fits = balances != NULL;
    for (size_t i = 0; fits && i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct book_item *item = (struct book_item *)next_head(book, BOOK_ITEM, &at);
        balances[i].row.exists = true;
        balances[i].location = next_text(&at);
        balances[i].lot = next_text(&at);
        balances[i].status = next_text(&at);
        balances[i].segment = next_text(&at);
        balances[i].owner = next_text(&at);
        balances[i].qty = next_qty(&at);
        balances[i].frozen_by = next_text(&at);
        book_link_balance(item, &balances[i]);
        balances[i].place = next_int(&at, 0);
        fits = post_read_lot(book, &balances[i], &at);
    }
    return fits;
}

/* The rest of a row of fifo_layer, from lot on. */
static void read_layer(struct book_layer *layer, struct reader *at)
{
    layer->row.exists = true;
    layer->lot = next_text(at);
    layer->order_id = next_text(at);
    layer->received = next_qty(at);
    layer->qty = next_qty(at);
    layer->amount = next_amount(at);
    layer->place = next_int(at, 0);
}

static bool read_layers(struct book *book, const struct sql_rows *rows)
{
    struct book_layer *layers = book_record(book, BOOK_TYPE_LAYER, rows->count);
    for (size_t i = 0; layers && i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, next_text(&at));
        ASSERT(item);
        layers[i].layer = (uint64_t)next_int(&at, 0);
        read_layer(&layers[i], &at);
        layer_link(item, &layers[i]);
    }
    return layers != NULL;
}

static void check_layers(struct book_item *item)
{
    struct qty sum = {0};
    bool fits = true;
    for (const struct book_layer *at = item->layers; at; at = at->next)
        fits = fits && qty_add(sum, at->qty, &sum);
    item->layers_differ = !fits || qty_cmp(sum, item->on_hand) != 0;
}

/* ---- what components took of layers, for returns ---- */

static struct work_component *find_component(struct book *book, struct text order, int64_t line)
{
    struct work_order *found = (struct work_order *)book_find(book, BOOK_WORK_ORDER, order);
    for (size_t i = 0; found && i < found->component_count; i++) {
        if (found->components[i].line == line)
            return &found->components[i];
    }
    return NULL;
}

/* The item's layer of that number; one that is used up was not loaded and comes now, in its place.
   NULL when the arena is full. */
static struct book_layer *layer_of(struct book *book, struct book_item *item, uint64_t number,
                                   struct reader *rest)
{
    struct book_layer *before = NULL;
    struct book_layer *at = item->layers;
    for (; at && at->layer < number; at = at->next)
        before = at;
    if (at && at->layer == number)
        return at;
    struct book_layer *made = book_record(book, BOOK_TYPE_LAYER, 1);
    if (!made)
        return NULL;
    made->layer = number;
    made->item = item;
    read_layer(made, rest);
    made->next = at;
    *(before ? &before->next : &item->layers) = made;
    if (!at)
        item->newest_layer = made;
    return made;
}

static enum status read_taken(struct book *book, const struct sql_rows *rows, struct fault *fault)
{
    struct book_taken *taken = book_record(book, BOOK_TYPE_TAKEN, rows->count);
    if (!taken)
        return book_full(fault);
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct text order = next_text(&at);
        struct work_component *component = find_component(book, order, next_int(&at, 0));
        struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, next_text(&at));
        uint64_t number = (uint64_t)next_int(&at, 0);
        if (!component || !item)
            continue;
        taken[i].row.exists = true;
        taken[i].qty = next_qty(&at);
        taken[i].amount = next_amount(&at);
        taken[i].layer = layer_of(book, item, number, &at);
        if (!taken[i].layer)
            return book_full(fault);
        if (taken[i].qty.micro < 0) {
            /* as layer_restore and layer_untake did when it was posted */
            struct qty qty = {-taken[i].qty.micro};
            struct amount amount = {-taken[i].amount.e4};
            layer_give_back(component, number, qty, amount);
        } else {
            taken[i].next = component->taken;
            component->taken = &taken[i];
        }
    }
    return STATUS_OK;
}

/* Work orders that were wanted with REACH_TAKEN; *count 0 when none. */
static struct text *taken_orders(struct book *book, size_t *count)
{
    size_t wanted = book_wanted_count(book, BOOK_WORK_ORDER);
    struct text *names = arena_alloc(book->arena, wanted + 1, sizeof *names);
    *count = 0;
    for (size_t i = 0; names && i < wanted; i++) {
        unsigned reach;
        const struct book_head *head = book_wanted(book, BOOK_WORK_ORDER, i, &reach);
        if (reach & REACH_TAKEN)
            names[(*count)++] = head->id;
    }
    return names;
}

static bool read_locations(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        (void)next_head(book, BOOK_LOCATION, &(struct reader){rows, i, 0});
    return true;
}

static const struct post_query items[] = {
    {POST_LOCK_ITEMS, BOOK_ITEM, read_stock},        {POST_ITEMS, BOOK_ITEM, read_items},
    {POST_BALANCES, BOOK_ITEM, read_balances},       {POST_LAYERS, BOOK_ITEM, read_layers},
    {POST_LOCATIONS, BOOK_LOCATION, read_locations},
};

/* Items that come along with a document that was wanted with them. */
static enum status reach_of_work_order(struct book *book, const struct work_order *order,
                                       unsigned reach, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (reach & REACH_PRODUCT)
        status = book_want_item(book, order->item, fault);
    for (size_t i = 0; i < order->component_count && (reach & REACH_LINES); i++) {
        if (status == STATUS_OK)
            status = book_want_item(book, order->components[i].item, fault);
    }
    return status;
}

static enum status reach_of(struct book *book, unsigned kind, struct book_head *head,
                            unsigned reach, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (!head->row.exists)
        return STATUS_OK;
    if (kind == BOOK_WORK_ORDER)
        return reach_of_work_order(book, (const struct work_order *)head, reach, fault);
    if (kind == BOOK_PURCHASE_ORDER && (reach & REACH_LINES)) {
        const struct purchase_order *order = (const struct purchase_order *)head;
        for (size_t i = 0; i < order->line_count && status == STATUS_OK; i++)
            status = book_want_item(book, order->lines[i].item, fault);
    }
    if (kind == BOOK_SALES_ORDER && (reach & REACH_LINES)) {
        const struct sales_order *order = (const struct sales_order *)head;
        for (size_t i = 0; i < order->line_count && status == STATUS_OK; i++)
            status = book_want_item(book, order->lines[i].item, fault);
    }
    if (kind == BOOK_STOCK_DOCUMENT && (reach & REACH_LINES)) {
        const struct stock_document *document = (const struct stock_document *)head;
        for (size_t i = 0; i < document->line_count && status == STATUS_OK; i++)
            status = book_want_item(book, document->lines[i].item, fault);
    }
    if (kind == BOOK_SUGGESTION && (reach & REACH_PRODUCT))
        status = book_want_item(book, ((const struct suggestion *)head)->item, fault);
    return status;
}

static enum status want_reached(struct book *book, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (unsigned kind = 0; kind < BOOK_KINDS; kind++) {
        for (size_t i = 0; i < book_wanted_count(book, kind) && status == STATUS_OK; i++) {
            unsigned reach;
            struct book_head *head = book_wanted(book, kind, i, &reach);
            status = reach_of(book, kind, head, reach, fault);
        }
    }
    return status;
}

/* After the items are locked: whoever raises a reservation has locked its item. */
static enum status load_reserved(struct sql *sql, struct book *book, struct fault *fault)
{
    struct sql_rows rows;
    struct text *names = post_wanted_names(book, BOOK_ITEM);
    if (!names)
        return book_full(fault);
    struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                 SQL_LIST(names, book_wanted_count(book, BOOK_ITEM))};
    enum status status =
        sql_run(sql, &post_statements[POST_RESERVED], params, book->arena, &rows, fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        struct reader at = {&rows, i, 0};
        struct book_item *item = (struct book_item *)next_head(book, BOOK_ITEM, &at);
        item->reserved = next_qty(&at);
    }
    return status;
}

/* One round trip: items, what components took of layers, lots, and the counter behind them. */
struct trip {
    struct sql_rows results[COUNT_OF(items) + 5];
    size_t first; /* result of items: the plant's is in front of it */
    size_t queried;
    size_t takes;
    size_t lots;
};

static enum status queue_taken(struct sql *sql, struct book *book, size_t *queued,
                               struct fault *fault)
{
    size_t count;
    struct text *orders = taken_orders(book, &count);
    if (!orders)
        return book_full(fault);
    struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                 {.as.array = {orders, sizeof *orders, count}}};
    *queued = count > 0;
    return count > 0 ? sql_queue(sql, &post_statements[POST_TAKEN], params, fault) : STATUS_OK;
}

/* Few items are decided soon: more leave the counter for later. */
#define SOON_ITEMS 300

static enum status queue_items(struct sql *sql, struct book *book, struct trip *trip,
                               struct post_held *held, struct fault *fault)
{
    struct sql_value plant[] = {SQL_TEXT(book->plant.plant)};
    trip->queried = post_query_count(book, items, COUNT_OF(items));
    enum status status = post_queue_queries(sql, book, items, COUNT_OF(items), fault);
    if (status == STATUS_OK)
        status = queue_taken(sql, book, &trip->takes, fault);
    if (status == STATUS_OK)
        status = post_queue_lots(sql, book, &trip->lots, fault);
    if (status == STATUS_OK && held)
        status = sql_queue(sql, &post_statements[POST_HOLD_COUNTER], plant, fault);
    if (status == STATUS_OK && held)
        status = sql_queue(sql, &post_statements[POST_MOMENT], plant, fault);
    return status;
}

static enum status collect_items(struct sql *sql, struct book *book, struct trip *trip,
                                 struct post_held *held, struct fault *fault)
{
    struct sql_rows *at = trip->results + trip->first;
    size_t count = trip->first + trip->queried + trip->takes + trip->lots + (held ? 2 : 0);
    enum status status = sql_collect(sql, book->arena, trip->results, count, fault);
    if (status == STATUS_OK && trip->first > 0)
        status = post_read_plant(book, &trip->results[0], fault);
    if (status == STATUS_OK && !post_read_queries(book, items, COUNT_OF(items), at))
        return book_full(fault);
    at += trip->queried;
    if (status == STATUS_OK && trip->takes > 0)
        status = read_taken(book, at, fault);
    at += trip->takes;
    if (status == STATUS_OK && trip->lots > 0)
        status = post_read_lots(book, at, fault);
    if (status == STATUS_OK && held)
        post_read_held(at + trip->lots, held);
    return status;
}

static bool wants_items(const struct book *book)
{
    return book_wanted_count(book, BOOK_ITEM) > 0 || book_wanted_count(book, BOOK_LOCATION) > 0;
}

/* What is asked for seldom, once items are known. */
static enum status load_rest(struct sql *sql, struct book *book, struct fault *fault)
{
    enum status status = post_load_debts(sql, book, fault);
    if (status == STATUS_OK)
        status = post_load_past(sql, book, fault);
    if (status == STATUS_OK && book->want_reserved && book_wanted_count(book, BOOK_ITEM) > 0)
        status = load_reserved(sql, book, fault);
    for (size_t i = 0; i < book_wanted_count(book, BOOK_ITEM) && status == STATUS_OK; i++)
        check_layers((struct book_item *)book_wanted(book, BOOK_ITEM, i, NULL));
    return status;
}

enum status post_load_items(struct sql *sql, struct book *book, struct post_held *held,
                            struct fault *fault)
{
    struct trip trip = {.first = 0};
    enum status status = want_reached(book, fault);
    book->state->items_fixed = true;
    held = book_wanted_count(book, BOOK_ITEM) <= SOON_ITEMS ? held : NULL;
    if (status == STATUS_OK && wants_items(book)) {
        status = queue_items(sql, book, &trip, held, fault);
        if (status == STATUS_OK)
            status = collect_items(sql, book, &trip, held, fault);
    }
    return status == STATUS_OK ? load_rest(sql, book, fault) : status;
}

enum status post_load_at_once(struct sql *sql, struct book *book, struct post_held *held,
                              struct fault *fault)
{
    struct trip trip = {.first = 1};
    struct sql_value plant[] = {SQL_TEXT(book->plant.plant)};
    book->state->items_fixed = true;
    held = book_wanted_count(book, BOOK_ITEM) <= SOON_ITEMS ? held : NULL;
    enum status status = sql_queue(sql, &post_statements[POST_PLANT], plant, fault);
    if (status == STATUS_OK)
        status = queue_items(sql, book, &trip, held, fault);
    if (status == STATUS_OK)
        status = collect_items(sql, book, &trip, held, fault);
    return status == STATUS_OK ? load_rest(sql, book, fault) : status;
}
