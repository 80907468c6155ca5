#include "common/ledger/layer_core.h"
#include "common/ledger/post_reader.h"
#include "common/ledger/post_store.h"

#include <stdlib.h>

/* Phases A and B: locks first, each set sorted, then facts in statements of their own, whose
   snapshots are newer than the locks. */

/* ---- results into records ---- */

/* The record that a row's first column names.  It was asked for by that name. */
static struct book_head *next_head(const struct book *book, unsigned kind, struct reader *at)
{
    struct book_head *head = book_find(book, kind, next_text(at));
    ASSERT(head);
    head->row.exists = true;
    return head;
}

static unsigned code_of(struct text text, const char *const *texts, unsigned count)
{
    unsigned code = 0;
    while (code < count && !text_is(text, texts[code]))
        code++;
    ASSERT(code < count); /* the column's check says so */
    return code;
}

static const char *const item_types[] = {"make", "buy", "phantom", "transfer"};
static const char *const valuations[] = {"standard", "average", "fifo", "lot"};
static const char *const trackings[] = {"none", "lot", "serial"};
static const char *const bases[] = {"hour", "labor", "material", "unit"};

static void read_work_order(const struct book *book, struct reader *at)
{
    struct work_order *order = (struct work_order *)next_head(book, BOOK_WORK_ORDER, at);
    order->item = next_text(at);
    order->qty = next_qty(at);
    order->good = next_qty(at);
    order->received = next_qty(at);
    order->scrapped = next_qty(at);
    order->start_on = next_date(at);
    order->due_on = next_date(at);
    bool known = work_order_state_parse(next_text(at), &order->state);
    ASSERT(known);
    order->segment = next_text(at);
    order->planned_cost = next_amount(at);
    order->wip = next_amount(at);
    order->released_on = next_date(at);
    order->closed_on = next_date(at);
}

static void read_component(struct work_component *component, struct reader *at)
{
    component->line = next_int(at, 0);
    component->item = next_text(at);
    component->required = next_qty(at);
    component->fixed = next(at)->as.boolean;
    component->due_on = next_date(at);
    component->operation = next_text(at);
    component->segment = next_text(at);
    component->planned_cost = next_cost(at);
    component->issued = next_qty(at);
    component->returned = next_qty(at);
    component->issued_amount = next_amount(at);
    component->reserved = next_qty(at);
}

static void read_operation(struct work_operation *operation, struct reader *at)
{
    operation->line = next_int(at, 0);
    operation->operation = next_text(at);
    operation->work_center = next_text(at);
    operation->planned_hours = next_qty(at);
    operation->labor_rate = next_cost(at);
    operation->machine_rate = next_cost(at);
    operation->overhead_rate = next_cost(at);
    operation->overhead_basis = (uint8_t)code_of(next_text(at), bases, COUNT_OF(bases));
    operation->reported_hours = next_qty(at);
    operation->labor = next_amount(at);
    operation->machine = next_amount(at);
    operation->overhead = next_amount(at);
}

static void read_suggestion(const struct book *book, struct reader *at)
{
    struct suggestion *order = (struct suggestion *)next_head(book, BOOK_SUGGESTION, at);
    order->item = next_text(at);
    order->type = next_text(at);
    order->qty = next_qty(at);
    order->start_qty = next_qty(at);
    order->start = next_date(at);
    order->due = next_date(at);
    order->supplier = next_text(at);
    order->segment = next_text(at);
    const struct sql_value *price = next(at);
    order->price = price->null ? NO_COST : price->as.unitcost;
    const struct sql_value *purchase = next(at);
    order->purchase_qty = purchase->null ? NO_QTY : purchase->as.qty;
    order->accepted = next(at)->as.boolean;
    order->need = next_date(at);
}

static const char *const document_kinds[] = {"transfer", "count", "adjustment"};

static void read_stock_document(const struct book *book, struct reader *at)
{
    struct stock_document *document =
        (struct stock_document *)next_head(book, BOOK_STOCK_DOCUMENT, at);
    document->kind = code_of(next_text(at), document_kinds, COUNT_OF(document_kinds));
    bool known = stock_document_state_parse(next_text(at), &document->state);
    ASSERT(known);
    document->location = next_text(at);
    document->to_location = next_text(at);
    document->reason = next_text(at);
    document->frozen = next(at)->as.boolean;
    document->value = next_amount(at);
    document->effective_on = next_date(at);
    document->book_seq = (uint64_t)next_int(at, 0);
    document->created_by = next_text(at);
    document->decided_by = next_text(at);
    const struct sql_value *limit = next(at);
    document->approve_above = limit->null ? NO_LIMIT : limit->as.amount;
}

static void read_stock_line(struct stock_document_line *line, struct reader *at)
{
    line->row.exists = true;
    line->line = next_int(at, 0);
    line->item = next_text(at);
    line->location = next_text(at);
    line->lot = next_text(at);
    line->status = next_text(at);
    line->segment = next_text(at);
    line->qty = next_qty(at);
    line->done = next_qty(at);
    const struct sql_value *cost = next(at);
    line->unit_cost = cost->null ? NO_COST : cost->as.unitcost;
    line->expires_on = next_date(at);
    line->counted_at_us = next_int(at, NO_MOMENT);
}

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

/* ---- lines of documents: rows come sorted by document, so each has a run of them ---- */

/* How many rows from `first` on are of the same document. */
static size_t run_of(const struct sql_rows *rows, size_t first)
{
    size_t end = first;
    while (end < rows->count &&
           text_equal(sql_at(rows, end, 0)->as.text, sql_at(rows, first, 0)->as.text))
        end++;
    return end - first;
}

/* For components that may be added. */
static size_t room_of(const struct book *book, const struct work_order *order)
{
    unsigned reach;
    (void)book_wanted(book, BOOK_WORK_ORDER, order->row.want, &reach);
    return reach & REACH_GROW ? BOOK_COMPONENTS_ADDED_MAX : 0;
}

static bool read_components(struct book *book, const struct sql_rows *rows)
{
    size_t run = 0;
    for (size_t first = 0; first < rows->count; first += run) {
        struct reader at = {rows, first, 0};
        struct work_order *order = (struct work_order *)next_head(book, BOOK_WORK_ORDER, &at);
        run = run_of(rows, first);
        order->component_count = run;
        order->component_room = room_of(book, order);
        order->components =
            book_record(book, BOOK_TYPE_WORK_COMPONENT, run + order->component_room);
        if (!order->components)
            return false;
        for (size_t i = 0; i < run; i++) {
            at = (struct reader){rows, first + i, 1};
            order->components[i].row.exists = true;
            order->components[i].order = order;
            read_component(&order->components[i], &at);
        }
    }
    return true;
}

static bool read_operations(struct book *book, const struct sql_rows *rows)
{
    size_t run = 0;
    for (size_t first = 0; first < rows->count; first += run) {
        struct reader at = {rows, first, 0};
        struct work_order *order = (struct work_order *)next_head(book, BOOK_WORK_ORDER, &at);
        run = run_of(rows, first);
        order->operation_count = run;
        order->operations = book_record(book, BOOK_TYPE_WORK_OPERATION, run);
        if (!order->operations)
            return false;
        for (size_t i = 0; i < run; i++) {
            at = (struct reader){rows, first + i, 1};
            order->operations[i].row.exists = true;
            order->operations[i].order = order;
            read_operation(&order->operations[i], &at);
        }
    }
    return true;
}

static void read_purchase_line(struct purchase_line *line, struct reader *at)
{
    line->row.exists = true;
    line->line = next_int(at, 0);
    line->item = next_text(at);
    line->qty = next_qty(at);
    line->price = next_cost(at);
    line->due = next_date(at);
    line->segment = next_text(at);
    line->received = next_qty(at);
}

static bool read_purchase_lines(struct book *book, const struct sql_rows *rows)
{
    size_t run = 0;
    for (size_t first = 0; first < rows->count; first += run) {
        struct reader at = {rows, first, 0};
        struct purchase_order *order =
            (struct purchase_order *)next_head(book, BOOK_PURCHASE_ORDER, &at);
        run = run_of(rows, first);
        order->line_count = run;
        order->lines = book_record(book, BOOK_TYPE_PURCHASE_LINE, run);
        if (!order->lines)
            return false;
        for (size_t i = 0; i < run; i++) {
            at = (struct reader){rows, first + i, 1};
            order->lines[i].order = order;
            read_purchase_line(&order->lines[i], &at);
        }
    }
    return true;
}

static void read_sales_line(struct sales_line *line, struct reader *at)
{
    line->row.exists = true;
    line->line = next_int(at, 0);
    line->item = next_text(at);
    line->qty = next_qty(at);
    line->due = next_date(at);
    line->priority = next_int(at, NO_DAYS);
    line->segment = next_text(at);
    line->shipped = next_qty(at);
}

static bool read_sales_lines(struct book *book, const struct sql_rows *rows)
{
    size_t run = 0;
    for (size_t first = 0; first < rows->count; first += run) {
        struct reader at = {rows, first, 0};
        struct sales_order *order = (struct sales_order *)next_head(book, BOOK_SALES_ORDER, &at);
        run = run_of(rows, first);
        order->line_count = run;
        order->lines = book_record(book, BOOK_TYPE_SALES_LINE, run);
        if (!order->lines)
            return false;
        for (size_t i = 0; i < run; i++) {
            at = (struct reader){rows, first + i, 1};
            order->lines[i].order = order;
            read_sales_line(&order->lines[i], &at);
        }
    }
    return true;
}

static bool read_stock_documents(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        read_stock_document(book, &(struct reader){rows, i, 0});
    return true;
}

static bool read_stock_lines(struct book *book, const struct sql_rows *rows)
{
    size_t run = 0;
    for (size_t first = 0; first < rows->count; first += run) {
        struct reader at = {rows, first, 0};
        struct stock_document *document =
            (struct stock_document *)next_head(book, BOOK_STOCK_DOCUMENT, &at);
        run = run_of(rows, first);
        document->line_count = run;
        document->lines = book_record(book, BOOK_TYPE_STOCK_LINE, run);
        if (!document->lines)
            return false;
        for (size_t i = 0; i < run; i++) {
            at = (struct reader){rows, first + i, 1};
            document->lines[i].document = document;
            read_stock_line(&document->lines[i], &at);
        }
    }
    return true;
}

/* ---- A1, A2 ---- */

static int head_cmp(const void *a, const void *b)
{
    const struct text *left = a;
    const struct text *right = b;
    return text_cmp(*left, *right);
}

/* The wanted names of a kind, sorted; NULL when the arena is full. */
static struct text *wanted_names(struct book *book, unsigned kind)
{
    size_t count = book_wanted_count(book, kind);
    struct text *names = arena_alloc(book->arena, count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = book_wanted(book, kind, i, NULL)->id;
    if (names)
        qsort(names, count, sizeof *names, head_cmp);
    return names;
}

struct query {
    enum post_statement statement;
    unsigned kind;
    bool (*read)(struct book *book, const struct sql_rows *rows);
};

static bool read_work_orders(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        read_work_order(book, &(struct reader){rows, i, 0});
    return true;
}

static bool read_purchase_orders(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct purchase_order *order =
            (struct purchase_order *)next_head(book, BOOK_PURCHASE_ORDER, &at);
        order->supplier = next_text(&at);
    }
    return true;
}

static bool read_sales_orders(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct sales_order *order = (struct sales_order *)next_head(book, BOOK_SALES_ORDER, &at);
        order->customer = next_text(&at);
    }
    return true;
}

static bool read_suggestions(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        read_suggestion(book, &(struct reader){rows, i, 0});
    return true;
}

/* In the order of locking: by kind. */
static const struct query documents[] = {
    {POST_LOCK_WORK_ORDERS, BOOK_WORK_ORDER, read_work_orders},
    {POST_COMPONENTS, BOOK_WORK_ORDER, read_components},
    {POST_OPERATIONS, BOOK_WORK_ORDER, read_operations},
    {POST_LOCK_PURCHASE_ORDERS, BOOK_PURCHASE_ORDER, read_purchase_orders},
    {POST_PURCHASE_LINES, BOOK_PURCHASE_ORDER, read_purchase_lines},
    {POST_LOCK_SALES_ORDERS, BOOK_SALES_ORDER, read_sales_orders},
    {POST_SALES_LINES, BOOK_SALES_ORDER, read_sales_lines},
    {POST_LOCK_SUGGESTIONS, BOOK_SUGGESTION, read_suggestions},
    {POST_LOCK_STOCK_DOCUMENTS, BOOK_STOCK_DOCUMENT, read_stock_documents},
    {POST_STOCK_LINES, BOOK_STOCK_DOCUMENT, read_stock_lines},
};

/* Queue those queries whose kind is wanted; all results come with the next sql_collect. */
static enum status queue_queries(struct sql *sql, struct book *book, const struct query *queries,
                                 size_t count, struct fault *fault)
{
    enum status status = STATUS_OK;
    struct text *names = NULL;
    unsigned named = BOOK_KINDS + 1;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        unsigned kind = queries[i].kind;
        if (book_wanted_count(book, kind) == 0)
            continue;
        if (kind != named)
            names = wanted_names(book, kind);
        named = kind;
        if (!names)
            return book_full(fault);
        struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                     SQL_LIST(names, book_wanted_count(book, kind))};
        status = sql_queue(sql, &post_statements[queries[i].statement], params, fault);
    }
    return status;
}

/* Returns how many of the results it has read, or 0 when the arena is full. */
static bool read_queries(struct book *book, const struct query *queries, size_t count,
                         const struct sql_rows *results)
{
    size_t result = 0;
    for (size_t i = 0; i < count; i++) {
        if (book_wanted_count(book, queries[i].kind) > 0 &&
            !queries[i].read(book, &results[result++]))
            return false;
    }
    return true;
}

static size_t query_count(const struct book *book, const struct query *queries, size_t count)
{
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++)
        wanted += book_wanted_count(book, queries[i].kind) > 0;
    return wanted;
}

static enum status read_plant(struct book *book, const struct sql_rows *rows, struct fault *fault)
{
    if (rows->count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)book->plant.plant.length, book->plant.plant.bytes);
    struct reader at = {rows, 0, 0};
    book->plant.main_location = next_text(&at);
    book->plant.today = next_date(&at);
    book->plant.open_from = next_date(&at);
    const struct sql_value *limit = next(&at);
    book->approve_above = limit->null ? NO_LIMIT : limit->as.amount;
    book->unplanned_issue = next(&at)->as.boolean;
    return STATUS_OK;
}

static enum status read_known(struct book *book, const struct sql_rows *rows,
                              struct post_known_list *known, struct fault *fault)
{
    known->count = rows->count;
    known->items = arena_alloc(book->arena, rows->count + 1, sizeof *known->items);
    if (!known->items)
        return book_full(fault);
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        known->items[i].key = next(&at)->as.uuid;
        known->items[i].hash = next_text(&at);
        known->items[i].status = next_text(&at);
        known->items[i].field = next_text(&at);
        known->items[i].message = next_text(&at);
        known->items[i].reply = next_text(&at);
    }
    return STATUS_OK;
}

enum status post_load_documents(struct sql *sql, struct book *book, const struct post_keys *keys,
                                struct post_known_list *known, struct fault *fault)
{
    struct sql_rows results[COUNT_OF(documents) + 3];
    size_t count = query_count(book, documents, COUNT_OF(documents));
    struct sql_value key_params[] = {SQL_TEXT(book->plant.plant),
                                     SQL_LIST(keys->items, keys->count)};

    enum status status = sql_queue(sql, &post_statements[POST_PLANS], NULL, fault);
    if (status == STATUS_OK)
        status = queue_queries(sql, book, documents, COUNT_OF(documents), fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &post_statements[POST_PLANT], key_params, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &post_statements[POST_KEYS], key_params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, book->arena, results, count + 3, fault);
    if (status == STATUS_OK)
        status = read_plant(book, &results[count + 1], fault);
    if (status == STATUS_OK)
        status = read_known(book, &results[count + 2], known, fault);
    if (status == STATUS_OK && !read_queries(book, documents, COUNT_OF(documents), results + 1))
        return book_full(fault);
    book->state->documents_fixed = true;
    return status;
}

/* ---- A3, B ---- */

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
    }
    return true;
}

/* The lot of a balance, once; the next two columns say when it expires and was made. */
static bool read_lot(struct book *book, const struct book_balance *balance, struct reader *at)
{
    struct book_item *item = balance->item;
    if (balance->lot.length == 0 || book_find_lot(item, balance->lot))
        return true;
    struct book_lot *lot = book_record(book, BOOK_TYPE_LOT, 1);
    if (!lot)
        return false;
    lot->row.exists = true;
    lot->item = item;
    lot->lot = balance->lot;
    lot->expires_on = next_date(at);
    lot->created_on = next_date(at);
    lot->next = item->lots;
    item->lots = lot;
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
        fits = read_lot(book, &balances[i], &at);
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

/* A return gives back of the newest take of its layer: as layer_restore did when it was posted. */
static void give_back(struct work_component *component, const struct book_taken *back)
{
    struct book_taken *at = component->taken;
    while (at && (at->layer != back->layer || at->qty.micro == 0))
        at = at->next;
    ASSERT(at);
    at->qty.micro += back->qty.micro;
    at->amount.e4 += back->amount.e4;
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
            give_back(component, &taken[i]);
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

static const struct query items[] = {
    {POST_LOCK_ITEMS, BOOK_ITEM, read_stock},
    {POST_ITEMS, BOOK_ITEM, read_items},
    {POST_BALANCES, BOOK_ITEM, read_balances},
    {POST_LAYERS, BOOK_ITEM, read_layers},
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
    struct text *names = wanted_names(book, BOOK_ITEM);
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

static enum status run_items(struct sql *sql, struct book *book, struct fault *fault)
{
    struct sql_rows results[COUNT_OF(items) + 1];
    size_t count = COUNT_OF(items);
    size_t order_count;
    struct text *orders = taken_orders(book, &order_count);
    enum status status = orders ? queue_queries(sql, book, items, count, fault) : book_full(fault);

    if (status == STATUS_OK && order_count > 0) {
        struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                     {.as.array = {orders, sizeof *orders, order_count}}};
        status = sql_queue(sql, &post_statements[POST_TAKEN], params, fault);
        count++;
    }
    if (status == STATUS_OK)
        status = sql_collect(sql, book->arena, results, count, fault);
    if (status == STATUS_OK && !read_queries(book, items, COUNT_OF(items), results))
        return book_full(fault);
    if (status == STATUS_OK && order_count > 0)
        status = read_taken(book, &results[COUNT_OF(items)], fault);
    return status;
}

enum status post_load_items(struct sql *sql, struct book *book, struct fault *fault)
{
    enum status status = want_reached(book, fault);
    book->state->items_fixed = true;
    if (status == STATUS_OK && book_wanted_count(book, BOOK_ITEM) > 0)
        status = run_items(sql, book, fault);
    if (status == STATUS_OK && book->want_reserved && book_wanted_count(book, BOOK_ITEM) > 0)
        status = load_reserved(sql, book, fault);
    for (size_t i = 0; i < book_wanted_count(book, BOOK_ITEM) && status == STATUS_OK; i++)
        check_layers((struct book_item *)book_wanted(book, BOOK_ITEM, i, NULL));
    return status;
}
