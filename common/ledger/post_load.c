#include "common/ledger/post_reader.h"

/* Phases A1 and A2: documents locked, each set sorted, then their lines in statements of their own,
   whose snapshots are newer than the locks. */

static const char *const order_kinds[] = {"make", "rework", "unbuild"};
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
    order->kind = code_of(next_text(at), order_kinds, COUNT_OF(order_kinds));
    order->place = next_int(at, 0);
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
    component->backflush = next(at)->as.boolean;
    component->line_side = next_text(at);
    component->place = next_int(at, 0);
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
    operation->parallel_group = next_text(at);
    operation->good = next_qty(at);
    operation->scrapped = next_qty(at);
    operation->subcontract_price = next_cost(at);
    operation->supplier = next_text(at);
    operation->subcontract = next_amount(at);
    operation->billed = next_qty(at);
    operation->billed_amount = next_amount(at);
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

/* ---- lines of documents: rows come document by document, so each has a run of them ---- */

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

static enum order_state next_state(struct reader *at)
{
    enum order_state state = ORDER_CLOSED;
    bool known = order_state_parse(next_text(at), &state);
    ASSERT(known);
    return state;
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
    line->invoiced = next_qty(at);
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
    line->price = next_cost(at);
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
        order->state = next_state(&at);
        order->source_plant = next_text(&at);
    }
    return true;
}

static bool read_sales_orders(struct book *book, const struct sql_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct sales_order *order = (struct sales_order *)next_head(book, BOOK_SALES_ORDER, &at);
        order->customer = next_text(&at);
        order->state = next_state(&at);
        order->to_plant = next_text(&at);
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
static const struct post_query documents[] = {
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

enum status post_read_plant(struct book *book, const struct sql_rows *rows, struct fault *fault)
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
    book->state->seen.lines = next_int(&at, 0);
    book->state->seen.events = next_int(&at, 0);
    book->state->seen.documents = next_int(&at, 0);
    book->state->seen.items_file = next_int(&at, 0);
    book->state->seen.balances_file = next_int(&at, 0);
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
        known->items[i].asked_by = next_text(&at);
        known->items[i].device = next_text(&at);
    }
    return STATUS_OK;
}

enum status post_load_documents(struct sql *sql, struct book *book, const struct post_keys *keys,
                                struct post_known_list *known, struct fault *fault)
{
    struct sql_rows results[COUNT_OF(documents) + 4];
    bool asks = keys->count > 0;
    size_t count = post_query_count(book, documents, COUNT_OF(documents));
    struct sql_value key_params[] = {SQL_TEXT(book->plant.plant),
                                     SQL_LIST(keys->items, keys->count)};

    enum status status = sql_queue(sql, &post_statements[POST_PLANS], NULL, fault);
    if (status == STATUS_OK)
        status = post_queue_queries(sql, book, documents, COUNT_OF(documents), fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &post_statements[POST_PLANT], key_params, fault);
    if (status == STATUS_OK && asks)
        status = sql_queue(sql, &post_statements[POST_KEYS], key_params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, book->arena, results, count + 3 + asks, fault);
    if (status == STATUS_OK)
        status = post_read_plant(book, &results[count + 2], fault);
    *known = (struct post_known_list){NULL, 0};
    if (status == STATUS_OK && asks)
        status = read_known(book, &results[count + 3], known, fault);
    if (status == STATUS_OK &&
        !post_read_queries(book, documents, COUNT_OF(documents), results + 2))
        return book_full(fault);
    book->state->documents_fixed = true;
    return status;
}

enum status post_begin(struct sql *sql, struct book *book, struct fault *fault)
{
    book->state->documents_fixed = true;
    enum status status = sql_begin(sql, fault);
    return status == STATUS_OK ? sql_push(sql, &post_statements[POST_PLANS], NULL, fault) : status;
}

enum status post_load_keys(struct sql *sql, struct book *book, const struct post_keys *keys,
                           struct post_known_list *known, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_LIST(keys->items, keys->count)};
    enum status status =
        sql_run(sql, &post_statements[POST_KEYS], params, book->arena, &rows, fault);
    return status == STATUS_OK ? read_known(book, &rows, known, fault) : status;
}
