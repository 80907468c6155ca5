#include "common/ledger/post_crowd.h"
#include "common/ledger/post_events.h"
#include "common/ledger/post_rows.h"
#include "common/ledger/post_store.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Phase E: one statement a table over arrays; COPY where there are many rows. */

#define NO_DATE_ROW DATE_MIN /* how a missing date travels in an array */

struct doc_row {
    struct text id;
    int64_t line;
    struct text a; /* texts, quantities, ... of the record, in the order of its statement */
    struct text b;
    struct text c;
    struct text d;
    struct text e;
    struct text f;
    struct qty p;
    struct qty q;
    struct qty r;
    struct qty s;
    struct qty g;
    struct unitcost u;
    struct unitcost v;
    struct unitcost w;
    struct unitcost t;
    struct amount n;
    struct amount o;
    struct amount x;
    struct amount y;
    struct amount z;
    date from;
    date to;
    int64_t number;
    int64_t place;
    bool flag;
    bool second;
    struct book_row *row; /* that it is of */
};

/* Rows of one statement. */
struct rows {
    struct doc_row *items;
    size_t count;
};

struct writer {
    struct sql *sql;
    struct book *book;
    struct fault *fault;
    struct rows rows[POST_STATEMENTS];
    struct post_places *places; /* NULL: nobody wants to know */
    struct post_rows closed;    /* what the lines do to the past */
    struct post_rows late;
    struct post_events events;
    bool takes_copied;
    bool keys_copied;
    bool queued; /* something goes out with COMMIT: nothing is copied behind it */
};

static date row_date(date day)
{
    return date_given(day) ? day : NO_DATE_ROW;
}

static struct book_row **changed_rows(const struct book *book)
{
    return book->state->changed.items;
}

/* ---- which statement a record goes to ---- */

/* First the insert for new records, then the update that all others, and some new ones, need. */
static const enum post_statement inserts[BOOK_TYPES] = {
    [BOOK_TYPE_WORK_ORDER] = POST_INSERT_WORK_ORDERS,
    [BOOK_TYPE_PURCHASE_ORDER] = POST_INSERT_PURCHASE_ORDERS,
    [BOOK_TYPE_SALES_ORDER] = POST_INSERT_SALES_ORDERS,
    [BOOK_TYPE_SUGGESTION] = POST_STATEMENTS,
    [BOOK_TYPE_STOCK_DOCUMENT] = POST_INSERT_STOCK_DOCUMENTS,
    [BOOK_TYPE_STOCK_LINE] = POST_INSERT_STOCK_LINES,
    [BOOK_TYPE_ITEM] = POST_STATEMENTS,
    [BOOK_TYPE_BALANCE] = POST_CREATE_BALANCES,
    [BOOK_TYPE_LOT] = POST_INSERT_LOTS,
    [BOOK_TYPE_WORK_COMPONENT] = POST_INSERT_COMPONENTS,
    [BOOK_TYPE_WORK_OPERATION] = POST_INSERT_OPERATIONS,
    [BOOK_TYPE_PURCHASE_LINE] = POST_INSERT_PURCHASE_LINES,
    [BOOK_TYPE_SALES_LINE] = POST_INSERT_SALES_LINES,
    [BOOK_TYPE_LAYER] = POST_INSERT_LAYERS,
    [BOOK_TYPE_LOCATION] = POST_STATEMENTS,
    [BOOK_TYPE_TAKEN] = POST_STATEMENTS};

static const enum post_statement updates[BOOK_TYPES] = {
    [BOOK_TYPE_WORK_ORDER] = POST_UPDATE_WORK_ORDERS,
    [BOOK_TYPE_PURCHASE_ORDER] = POST_STATEMENTS,
    [BOOK_TYPE_SALES_ORDER] = POST_STATEMENTS,
    [BOOK_TYPE_SUGGESTION] = POST_ACCEPT_SUGGESTIONS,
    [BOOK_TYPE_STOCK_DOCUMENT] = POST_UPDATE_STOCK_DOCUMENTS,
    [BOOK_TYPE_STOCK_LINE] = POST_UPDATE_STOCK_LINES,
    [BOOK_TYPE_ITEM] = POST_UPDATE_ITEMS,
    [BOOK_TYPE_BALANCE] = POST_UPDATE_BALANCES,
    [BOOK_TYPE_LOT] = POST_STATEMENTS,
    [BOOK_TYPE_WORK_COMPONENT] = POST_UPDATE_COMPONENTS,
    [BOOK_TYPE_WORK_OPERATION] = POST_UPDATE_OPERATIONS,
    [BOOK_TYPE_PURCHASE_LINE] = POST_UPDATE_PURCHASE_LINES,
    [BOOK_TYPE_SALES_LINE] = POST_UPDATE_SALES_LINES,
    [BOOK_TYPE_LAYER] = POST_UPDATE_LAYERS,
    [BOOK_TYPE_LOCATION] = POST_STATEMENTS,
    [BOOK_TYPE_TAKEN] = POST_STATEMENTS};

/* A balance or an order that was loaded is known by its place. */
static enum post_statement update_of(const struct book_row *row)
{
    if (row->type == BOOK_TYPE_BALANCE && !row->is_new)
        return POST_UPDATE_PLACED_BALANCES;
    if (row->type == BOOK_TYPE_WORK_ORDER && !row->is_new)
        return POST_UPDATE_PLACED_WORK_ORDERS;
    return updates[row->type];
}

/* An insert writes all of a line; of an order or a balance only what it begins with. */
static bool insert_is_enough(const struct book_row *row)
{
    if (!row->is_new || row->type == BOOK_TYPE_BALANCE)
        return false;
    return row->type != BOOK_TYPE_WORK_ORDER ||
           ((const struct work_order *)(const void *)row)->state == WORK_ORDER_FIRM;
}

/* ---- records into rows ---- */

static struct doc_row work_order_row(const struct work_order *o)
{
    return (struct doc_row){.id = o->work_order,
                            .a = o->item,
                            .b = text_of(work_order_state_text(o->state)),
                            .c = o->segment,
                            .d = text_of(work_order_kind_text(o->kind)),
                            .p = o->qty,
                            .q = o->good,
                            .from = o->start_on,
                            .to = o->due_on};
}

static struct doc_row work_order_change(const struct work_order *o)
{
    return (struct doc_row){.id = o->work_order,
                            .place = o->place,
                            .b = text_of(work_order_state_text(o->state)),
                            .p = o->received,
                            .q = o->scrapped,
                            .r = o->qty,
                            .s = o->good,
                            .x = o->planned_cost,
                            .y = o->wip,
                            .from = row_date(o->released_on),
                            .to = row_date(o->closed_on)};
}

static struct doc_row component_row(const struct work_component *c)
{
    return (struct doc_row){.id = c->order->work_order,
                            .line = c->line,
                            .place = c->place,
                            .a = c->item,
                            .b = c->operation,
                            .c = c->segment,
                            .d = c->line_side,
                            .second = c->backflush,
                            .p = c->required,
                            .q = c->issued,
                            .r = c->returned,
                            .s = c->reserved,
                            .u = c->planned_cost,
                            .x = c->issued_amount,
                            .from = c->due_on,
                            .flag = c->fixed};
}

static struct doc_row operation_row(const struct work_operation *o)
{
    static const char *const bases[] = {"hour", "labor", "material", "unit"};
    return (struct doc_row){.id = o->order->work_order,
                            .line = o->line,
                            .a = o->operation,
                            .b = o->work_center,
                            .c = text_of(bases[o->overhead_basis]),
                            .d = o->parallel_group,
                            .e = o->supplier,
                            .p = o->planned_hours,
                            .q = o->reported_hours,
                            .r = o->good,
                            .s = o->scrapped,
                            .g = o->billed,
                            .u = o->labor_rate,
                            .v = o->machine_rate,
                            .w = o->overhead_rate,
                            .t = o->subcontract_price,
                            .o = o->subcontract,
                            .n = o->billed_amount,
                            .x = o->labor,
                            .y = o->machine,
                            .z = o->overhead};
}

static struct doc_row purchase_row(const struct purchase_line *l)
{
    return (struct doc_row){.id = l->order->purchase_order,
                            .line = l->line,
                            .a = l->item,
                            .c = l->segment,
                            .p = l->qty,
                            .q = l->received,
                            .r = l->invoiced,
                            .u = l->price,
                            .from = l->due};
}

static struct doc_row sales_row(const struct sales_line *l)
{
    return (struct doc_row){.id = l->order->sales_order,
                            .line = l->line,
                            .a = l->item,
                            .c = l->segment,
                            .p = l->qty,
                            .q = l->shipped,
                            .u = l->price,
                            .from = l->due,
                            .number = l->priority};
}

static struct doc_row balance_row(const struct book_balance *b)
{
    return (struct doc_row){.id = b->item->item,
                            .a = b->location,
                            .b = b->lot,
                            .c = b->status,
                            .d = b->segment,
                            .e = b->owner,
                            .f = b->frozen_now ? text_of(b->frozen_now->text) : b->frozen_by,
                            .p = b->qty,
                            .place = b->place,
                            .flag = b->item->allow_negative};
}

static struct doc_row item_row(const struct book_item *item)
{
    return (struct doc_row){.id = item->item,
                            .p = item->on_hand,
                            .x = item->value,
                            .u = item->last_cost,
                            .flag = item->inspect,
                            .from = item->moved_on,
                            .place = item->place};
}

static struct doc_row lot_row(const struct book_lot *lot)
{
    return (struct doc_row){.id = lot->item->item,
                            .a = lot->lot,
                            .from = row_date(lot->expires_on),
                            .to = lot->created_on};
}

static struct doc_row document_row(const struct stock_document *d)
{
    return (struct doc_row){.id = d->document,
                            .a = text_of(stock_document_kind_text(d->kind)),
                            .b = text_of(stock_document_state_text(d->state)),
                            .c = d->location,
                            .d = d->to_location,
                            .e = d->reason,
                            .f = d->created_by,
                            .x = d->value,
                            .y = d->approve_above,
                            .from = d->effective_on,
                            .flag = d->frozen};
}

static struct doc_row document_change(const struct stock_document *d)
{
    return (struct doc_row){.id = d->document,
                            .b = text_of(stock_document_state_text(d->state)),
                            .f = d->decided_by,
                            .x = d->value};
}

static struct doc_row document_line_row(const struct stock_document_line *l)
{
    return (struct doc_row){.id = l->document->document,
                            .line = l->line,
                            .a = l->item,
                            .b = l->location,
                            .c = l->lot,
                            .d = l->status,
                            .e = l->segment,
                            .p = l->qty,
                            .q = l->done,
                            .u = l->unit_cost,
                            .from = row_date(l->expires_on),
                            .number = l->counted_at_us};
}

static struct doc_row layer_row(const struct book *book, const struct book_layer *layer)
{
    return (struct doc_row){.id = layer->item->item,
                            .line = post_layer_number(book, layer),
                            .place = layer->place,
                            .a = layer->lot,
                            .b = layer->order_id,
                            .p = layer->received,
                            .q = layer->qty,
                            .x = layer->amount};
}

static struct doc_row row_of(const struct book *book, const struct book_row *row, bool insert)
{
    const void *record = row;
    switch ((enum book_type)row->type) {
    case BOOK_TYPE_WORK_ORDER:
        return insert ? work_order_row(record) : work_order_change(record);
    case BOOK_TYPE_PURCHASE_ORDER: {
        const struct purchase_order *order = record;
        return (struct doc_row){.id = order->purchase_order,
                                .a = order->supplier,
                                .b = text_of(order_state_text(order->state)),
                                .c = order->source_plant,
                                .d = order->made_by,
                                .x = order->value,
                                .y = order->approve_above};
    }
    case BOOK_TYPE_SALES_ORDER: {
        const struct sales_order *order = record;
        return (struct doc_row){.id = order->sales_order,
                                .a = order->customer,
                                .b = text_of(order_state_text(order->state)),
                                .c = order->to_plant,
                                .d = order->made_by};
    }
    case BOOK_TYPE_SUGGESTION:
        return (struct doc_row){.id = ((const struct suggestion *)record)->planned_order_id};
    case BOOK_TYPE_STOCK_DOCUMENT:
        return insert ? document_row(record) : document_change(record);
    case BOOK_TYPE_STOCK_LINE:
        return document_line_row(record);
    case BOOK_TYPE_ITEM:
        return item_row(record);
    case BOOK_TYPE_BALANCE:
        return balance_row(record);
    case BOOK_TYPE_LOT:
        return lot_row(record);
    case BOOK_TYPE_WORK_COMPONENT:
        return component_row(record);
    case BOOK_TYPE_WORK_OPERATION:
        return operation_row(record);
    case BOOK_TYPE_PURCHASE_LINE:
        return purchase_row(record);
    case BOOK_TYPE_SALES_LINE:
        return sales_row(record);
    case BOOK_TYPE_LAYER:
        return layer_row(book, record);
    case BOOK_TYPE_TAKEN:
    case BOOK_TYPE_LOCATION:
    case BOOK_TYPES:
        break;
    }
    ASSERT(false && "a type of record");
    return (struct doc_row){0};
}

/* POST_STATEMENTS: none. */
struct goes_to {
    enum post_statement insert;
    enum post_statement update;
};

static struct goes_to goes_to(const struct book_row *row)
{
    const bool updated = updates[row->type] != POST_STATEMENTS && !insert_is_enough(row);
    return (struct goes_to){.insert = row->is_new ? inserts[row->type] : POST_STATEMENTS,
                            .update = updated ? update_of(row) : POST_STATEMENTS};
}

static enum status make_room(struct writer *writer)
{
    size_t counts[POST_STATEMENTS + 1] = {0};
    for (size_t i = 0; i < writer->book->state->changed.count; i++) {
        const struct goes_to to = goes_to(changed_rows(writer->book)[i]);
        counts[to.insert]++;
        counts[to.update]++;
    }
    for (size_t i = 0; i < POST_STATEMENTS; i++) {
        struct rows *rows = &writer->rows[i];
        if (counts[i] > 0)
            rows->items = arena_alloc(writer->book->arena, counts[i], sizeof *rows->items);
        if (counts[i] > 0 && !rows->items)
            return book_full(writer->fault);
    }
    return STATUS_OK;
}

static struct doc_row *next_row(struct writer *writer, enum post_statement statement)
{
    struct rows *rows = &writer->rows[statement];
    return &rows->items[rows->count++];
}

static enum status sort_out(struct writer *writer)
{
    enum status status = make_room(writer);
    for (size_t i = 0; i < writer->book->state->changed.count && status == STATUS_OK; i++) {
        struct book_row *row = changed_rows(writer->book)[i];
        const struct goes_to to = goes_to(row);
        if (to.insert != POST_STATEMENTS)
            *next_row(writer, to.insert) = row_of(writer->book, row, true);
        if (to.update == POST_STATEMENTS)
            continue;
        struct doc_row *made = next_row(writer, to.update);
        *made = row_of(writer->book, row, false);
        made->row = row;
    }
    return status;
}

/* ---- rows into parameters: which member is which parameter, in the order of the statement ---- */

#define ROW_PARAMS_MAX 19

struct row_params {
    enum post_statement statement;
    size_t count;
    size_t members[ROW_PARAMS_MAX];
};

#define AT(member) offsetof(struct doc_row, member)

/* In the order in which they are written: orders before their lines, balances before they rise. */
static const struct row_params row_params[] = {
    {POST_INSERT_WORK_ORDERS,
     9,
     {AT(id), AT(a), AT(p), AT(q), AT(from), AT(to), AT(b), AT(c), AT(d)}},
    {POST_UPDATE_WORK_ORDERS,
     10,
     {AT(id), AT(b), AT(p), AT(q), AT(x), AT(y), AT(from), AT(to), AT(r), AT(s)}},
    {POST_UPDATE_PLACED_WORK_ORDERS,
     11,
     {AT(place), AT(id), AT(b), AT(p), AT(q), AT(x), AT(y), AT(from), AT(to), AT(r), AT(s)}},
    {POST_INSERT_COMPONENTS,
     15,
     {AT(id), AT(line), AT(a), AT(p), AT(flag), AT(from), AT(b), AT(c), AT(u), AT(q), AT(r), AT(x),
      AT(s), AT(second), AT(d)}},
    {POST_UPDATE_COMPONENTS, 7, {AT(place), AT(id), AT(q), AT(r), AT(x), AT(p), AT(s)}},
    {POST_INSERT_OPERATIONS,
     19,
     {AT(id), AT(line), AT(a), AT(b), AT(p), AT(u), AT(v), AT(w), AT(c), AT(q), AT(x), AT(y), AT(z),
      AT(d), AT(r), AT(s), AT(t), AT(o), AT(e)}},
    {POST_UPDATE_OPERATIONS,
     11,
     {AT(id), AT(line), AT(q), AT(x), AT(y), AT(z), AT(r), AT(s), AT(o), AT(g), AT(n)}},
    {POST_INSERT_PURCHASE_ORDERS, 7, {AT(id), AT(a), AT(b), AT(c), AT(d), AT(x), AT(y)}},
    {POST_INSERT_PURCHASE_LINES,
     8,
     {AT(id), AT(line), AT(a), AT(p), AT(u), AT(from), AT(c), AT(q)}},
    {POST_UPDATE_PURCHASE_LINES, 4, {AT(id), AT(line), AT(q), AT(r)}},
    {POST_INSERT_SALES_ORDERS, 5, {AT(id), AT(a), AT(b), AT(c), AT(d)}},
    {POST_INSERT_SALES_LINES,
     9,
     {AT(id), AT(line), AT(a), AT(p), AT(from), AT(number), AT(c), AT(q), AT(u)}},
    {POST_UPDATE_SALES_LINES, 3, {AT(id), AT(line), AT(q)}},
    {POST_INSERT_STOCK_DOCUMENTS,
     11,
     {AT(id), AT(a), AT(b), AT(c), AT(d), AT(e), AT(f), AT(flag), AT(x), AT(y), AT(from)}},
    {POST_UPDATE_STOCK_DOCUMENTS, 4, {AT(id), AT(b), AT(x), AT(f)}},
    {POST_INSERT_STOCK_LINES,
     12,
     {AT(id), AT(line), AT(a), AT(b), AT(c), AT(d), AT(e), AT(p), AT(q), AT(u), AT(from),
      AT(number)}},
    {POST_UPDATE_STOCK_LINES, 5, {AT(id), AT(line), AT(p), AT(q), AT(number)}},
    {POST_INSERT_LOTS, 4, {AT(id), AT(a), AT(from), AT(to)}},
    {POST_CREATE_BALANCES, 6, {AT(id), AT(a), AT(b), AT(c), AT(d), AT(e)}},
    {POST_UPDATE_BALANCES, 9, {AT(id), AT(a), AT(b), AT(c), AT(d), AT(e), AT(p), AT(flag), AT(f)}},
    {POST_UPDATE_PLACED_BALANCES, 5, {AT(place), AT(id), AT(p), AT(flag), AT(f)}},
    {POST_UPDATE_ITEMS, 7, {AT(place), AT(id), AT(p), AT(x), AT(u), AT(flag), AT(from)}},
    {POST_INSERT_LAYERS, 7, {AT(id), AT(line), AT(a), AT(b), AT(p), AT(q), AT(x)}},
    {POST_UPDATE_LAYERS, 4, {AT(place), AT(id), AT(q), AT(x)}},
};

static struct sql_value array_at(const void *first, size_t stride, size_t count)
{
    return (struct sql_value){.as.array = {.first = first, .stride = stride, .count = count}};
}

static enum status queue(struct writer *writer, enum post_statement statement,
                         const struct sql_value *params)
{
    writer->queued = true;
    return sql_push(writer->sql, &post_statements[statement], params, writer->fault);
}

/* From here on COPY is faster than INSERT, though it has a round trip of its own. */
#define COPY_ROWS_MIN 300

struct appending {
    enum post_statement insert;
    enum post_statement copy;
    size_t count;
};

/* A COPY has the parameters of its INSERT but for the plant, which stands first. */
static enum status copy(struct writer *writer, enum post_statement statement,
                        const struct sql_value *params, size_t row_count)
{
    return sql_copy_rows(writer->sql, &post_statements[statement], params + 1, row_count,
                         writer->fault);
}

/* Before a COPY what is queued would go out in a round trip of its own. */
static bool copies(const struct writer *writer, size_t row_count)
{
    return row_count >= COPY_ROWS_MIN && !writer->queued;
}

/* Rows of a table that only grows. */
static enum status append(struct writer *writer, struct appending what,
                          const struct sql_value *params)
{
    return copies(writer, what.count) ? copy(writer, what.copy, params, what.count)
                                      : queue(writer, what.insert, params);
}

/* The rows of a table whose places are wanted. */
static enum status queue_placed(struct writer *writer, enum post_placed_table table,
                                const struct rows *rows, const struct sql_value *params)
{
    static const enum post_statement moves[POST_PLACED_TABLES] = {
        [POST_PLACED_ITEMS] = POST_MOVE_ITEMS, [POST_PLACED_BALANCES] = POST_MOVE_BALANCES};
    struct post_placed *placed = &writer->places->tables[table];
    placed->rows = arena_alloc(writer->book->arena, rows->count, sizeof(struct book_row *));
    if (!placed->rows)
        return book_full(writer->fault);
    for (size_t i = 0; i < rows->count; i++)
        placed->rows[i] = rows->items[i].row;
    placed->count = rows->count;
    writer->queued = true;
    return sql_push_for(writer->sql, &post_statements[moves[table]], params, writer->book->arena,
                        &placed->moved, writer->fault);
}

static enum status queue_table(struct writer *writer, const struct row_params *of)
{
    const struct rows *rows = &writer->rows[of->statement];
    struct sql_value params[1 + ROW_PARAMS_MAX] = {SQL_TEXT(writer->book->plant.plant)};
    for (size_t p = 0; p < of->count; p++)
        params[1 + p] =
            array_at((const char *)rows->items + of->members[p], sizeof *rows->items, rows->count);
    if (writer->places && of->statement == POST_UPDATE_ITEMS)
        return queue_placed(writer, POST_PLACED_ITEMS, rows, params);
    if (writer->places && of->statement == POST_UPDATE_PLACED_BALANCES)
        return queue_placed(writer, POST_PLACED_BALANCES, rows, params);
    return queue(writer, of->statement, params);
}

static enum status queue_rows(struct writer *writer)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT_OF(row_params) && status == STATUS_OK; i++) {
        if (writer->rows[row_params[i].statement].count > 0)
            status = queue_table(writer, &row_params[i]);
    }
    return status;
}

static int by_id(const void *a, const void *b)
{
    const struct doc_row *left = a;
    const struct doc_row *right = b;
    return text_cmp(left->id, right->id);
}

/* Nothing is locked: the items first, sorted, then what lies of them, then the counter, as all
   posters lock them. */
static enum status queue_recalled(struct writer *writer, const struct post_held *held)
{
    struct rows *items = &writer->rows[POST_UPDATE_ITEMS];
    const struct row_params *of_items = row_params;
    while (of_items->statement != POST_UPDATE_ITEMS)
        of_items++;
    ASSERT(items->count > 0); /* post_recall_fits */
    qsort(items->items, items->count, sizeof *items->items, by_id);
    enum status status = STATUS_OK;
    if (held->crowd)
        status = post_crowd_clear(writer->sql, held->crowd, writer->fault);
    if (status == STATUS_OK)
        status = queue_table(writer, of_items);
    items->count = 0;
    if (status == STATUS_OK)
        status = queue_rows(writer);
    if (status == STATUS_OK)
        status = post_raise_recalled(writer->sql, writer->book, held, writer->fault);
    for (size_t i = 0; i < COUNT_OF(row_params); i++)
        writer->rows[row_params[i].statement].count = 0;
    return status;
}

static enum status queue_accepted(struct writer *writer, const struct post_taken *taken,
                                  size_t event_count)
{
    const struct rows *rows = &writer->rows[POST_ACCEPT_SUGGESTIONS];
    if (rows->count == 0)
        return STATUS_OK;
    struct sql_value params[] = {SQL_TEXT(writer->book->plant.plant),
                                 SQL_ARRAY(rows->items, rows->count, id),
                                 SQL_INT(taken->events + (int64_t)event_count)};
    return queue(writer, POST_ACCEPT_SUGGESTIONS, params);
}

/* ---- what is kept of the past ---- */

static enum status queue_history(struct writer *writer)
{
    enum status status = STATUS_OK;
    if (writer->closed.count > 0)
        status = queue(writer, POST_INSERT_CLOSES, writer->closed.params);
    if (status == STATUS_OK && writer->late.count > 0)
        status = queue(writer, POST_OPEN_LATE, writer->late.params);
    if (status == STATUS_OK && writer->late.count > 0)
        status = queue(writer, POST_ADD_LATE, writer->late.params);
    return status;
}

/* ---- rows that are no records ---- */

static enum status queue_list(struct writer *writer, enum post_statement statement,
                              enum status (*rows_of)(struct book *book, struct post_rows *out,
                                                     struct fault *fault))
{
    struct post_rows rows = {.count = 0};
    enum status status = rows_of(writer->book, &rows, writer->fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    return queue(writer, statement, rows.params);
}

static enum status write_lines(struct writer *writer, int64_t now_us)
{
    struct post_rows rows = {.count = 0};
    struct appending what = {POST_INSERT_LINES, POST_COPY_LINES, writer->book->line_count};
    bool plain = !copies(writer, what.count) && post_lines_are_plain(writer->book);
    enum status status = plain ? post_plain_line_rows(writer->book, now_us, &rows, writer->fault)
                               : post_line_rows(writer->book, now_us, &rows, writer->fault);
    if (plain)
        what.insert = POST_INSERT_PLAIN_LINES;
    return status == STATUS_OK && rows.count > 0 ? append(writer, what, rows.params) : status;
}

/* Many takes; few go with the rest. */
static enum status copy_takes(struct writer *writer)
{
    struct post_rows rows = {.count = 0};
    if (!copies(writer, writer->book->state->takes.count))
        return STATUS_OK;
    enum status status = post_take_rows(writer->book, &rows, writer->fault);
    if (status != STATUS_OK)
        return status;
    writer->takes_copied = true;
    return copy(writer, POST_COPY_TAKES, rows.params, rows.count);
}

/* ---- events ---- */

static enum status queue_events(struct writer *writer)
{
    struct post_rows rows;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < writer->events.group_count && status == STATUS_OK; i++) {
        post_event_row(writer->book, &writer->events, i, &rows);
        status = queue(writer, POST_INSERT_EVENT, rows.params);
    }
    return status;
}

struct key_params {
    struct sql_value values[11];
};

static struct key_params key_params(const struct writer *writer, const struct post_writing *writing)
{
    const struct post_key_row *rows = writing->keys;
    size_t n = writing->key_count;
    return (struct key_params){
        {SQL_TEXT(writer->book->plant.plant), SQL_ARRAY(rows, n, key), SQL_ARRAY(rows, n, hash),
         SQL_ARRAY(rows, n, status), SQL_ARRAY(rows, n, field), SQL_ARRAY(rows, n, message),
         SQL_ARRAY(rows, n, reply), SQL_ARRAY(rows, n, asked_by), SQL_ARRAY(rows, n, device),
         SQL_ARRAY(rows, n, method), SQL_ARRAY(rows, n, object)}};
}

#define KEY_TAKEN_STATE "23505" /* unique_violation: COPY has no ON CONFLICT */

/* Many keys.  *met: another poster has written one of them, and the transaction has failed. */
static enum status copy_keys(struct writer *writer, const struct post_writing *writing, bool *met)
{
    if (!copies(writer, writing->key_count))
        return STATUS_OK;
    struct key_params params = key_params(writer, writing);
    enum status status = copy(writer, POST_COPY_KEYS, params.values, writing->key_count);
    writer->keys_copied = true;
    *met = status != STATUS_OK && strcmp(sql_state(writer->sql), KEY_TAKEN_STATE) == 0;
    if (!*met)
        return status;
    *writer->fault = (struct fault){0};
    return STATUS_OK;
}

/* Few keys, after everything else. */
static enum status queue_keys(struct writer *writer, const struct post_writing *writing)
{
    struct key_params params = key_params(writer, writing);
    return writer->keys_copied ? STATUS_OK : queue(writer, POST_INSERT_KEYS, params.values);
}

/* ---- all of it ---- */

enum status post_write(struct sql *sql, struct book *book, const struct post_writing *writing,
                       bool *keys_met, struct fault *fault)
{
    struct writer *writer = arena_alloc(book->arena, 1, sizeof *writer);
    if (!writer)
        return book_full(fault);
    *writer = (struct writer){.sql = sql, .book = book, .fault = fault, .places = writing->places};

    enum status status = post_history_rows(book, &writer->closed, &writer->late, fault);
    if (status == STATUS_OK)
        status = sort_out(writer);
    if (status == STATUS_OK && writing->held->recalled)
        status = queue_recalled(writer, writing->held);
    if (status == STATUS_OK)
        status = write_lines(writer, writing->taken->now_us);
    if (status == STATUS_OK)
        status = post_events_of(book, writing->taken, &writer->events, fault);
    if (status == STATUS_OK)
        status = copy_takes(writer);
    if (status == STATUS_OK)
        status = copy_keys(writer, writing, keys_met);
    if (status != STATUS_OK || *keys_met)
        return status;
    status = queue_events(writer);
    if (status == STATUS_OK)
        status = queue_rows(writer);
    if (status == STATUS_OK)
        status = queue_accepted(writer, writing->taken, book->state->told.count);
    if (status == STATUS_OK)
        status = queue_history(writer);
    if (status == STATUS_OK)
        status = queue_list(writer, POST_ADD_LINKS, post_link_rows);
    if (status == STATUS_OK && !writer->takes_copied)
        status = queue_list(writer, POST_INSERT_TAKES, post_take_rows);
    if (status == STATUS_OK)
        status = queue_list(writer, POST_INSERT_ORDER_CHANGES, post_change_rows);
    if (status == STATUS_OK)
        status = queue_list(writer, POST_INSERT_LATE_COSTS, post_late_rows);
    if (status == STATUS_OK)
        status = queue_list(writer, POST_INSERT_OUTPUTS, post_output_rows);
    if (status == STATUS_OK)
        status = queue_list(writer, POST_SET_RULES, post_rule_rows);
    if (status == STATUS_OK)
        status = queue_keys(writer, writing);
    return status;
}
