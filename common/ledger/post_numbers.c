#include "common/io/clock.h"
#include "common/ledger/post_reader.h"

/* Phase D: the counter row, and the numbers that it gives. */

static struct book_row **changed_rows(const struct book *book)
{
    return book->state->changed.items;
}

/* The object whose state changes with this record; NULL: none that others are told of. */
static struct book_row *told_of(struct book_row *row)
{
    void *record = row;
    switch ((enum book_type)row->type) {
    case BOOK_TYPE_WORK_ORDER:
    case BOOK_TYPE_PURCHASE_ORDER:
    case BOOK_TYPE_SALES_ORDER:
    case BOOK_TYPE_ITEM:
        return row;
    case BOOK_TYPE_WORK_COMPONENT:
        return &((struct work_component *)record)->order->row;
    case BOOK_TYPE_WORK_OPERATION:
        return &((struct work_operation *)record)->order->row;
    case BOOK_TYPE_PURCHASE_LINE:
        return &((struct purchase_line *)record)->order->row;
    case BOOK_TYPE_SALES_LINE:
        return &((struct sales_line *)record)->order->row;
    case BOOK_TYPE_BALANCE:
        return &((struct book_balance *)record)->item->row;
    case BOOK_TYPE_SUGGESTION:
    case BOOK_TYPE_STOCK_DOCUMENT:
    case BOOK_TYPE_STOCK_LINE:
    case BOOK_TYPE_LOT:
    case BOOK_TYPE_LAYER:
    case BOOK_TYPE_TAKEN:
    case BOOK_TYPE_LOCATION:
    case BOOK_TYPES:
        break;
    }
    return NULL;
}

static void tell_kind(struct book *book, enum book_type kind, struct book_list *told)
{
    struct book_row **objects = told->items;
    for (size_t i = 0; i < book->state->changed.count; i++) {
        struct book_row *object = told_of(changed_rows(book)[i]);
        if (!object || object->type != kind || object->told)
            continue;
        object->told = true;
        objects[told->count++] = object;
    }
}

/* Distinct objects, kind by kind, so that their events can share rows (event_rows_core.h), and of
   a kind in the order in which they first changed. */
static enum status tell_objects(struct book *book, struct fault *fault)
{
    static const enum book_type kinds[] = {BOOK_TYPE_WORK_ORDER, BOOK_TYPE_PURCHASE_ORDER,
                                           BOOK_TYPE_SALES_ORDER, BOOK_TYPE_ITEM};
    struct book_list *told = &book->state->told;
    told->items =
        arena_alloc(book->arena, book->state->changed.count + 1, sizeof(struct book_row *));
    told->count = 0;
    if (!told->items)
        return book_full(fault);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        tell_kind(book, kinds[i], told);
    return STATUS_OK;
}

static void give_numbers(struct book *book, int64_t first_document, int64_t first_line)
{
    struct book_number **numbers = book->state->numbers.items;
    for (size_t i = 0; i < book->state->numbers.count; i++)
        book_give_number(numbers[i], first_document + (int64_t)numbers[i]->ordinal);
    for (size_t i = 0; i < book->line_count; i++)
        book->lines[i].posted_seq = (uint64_t)first_line + i + 1;
    for (size_t i = 0; i < book->state->changed.count; i++) {
        struct book_row *row = changed_rows(book)[i];
        struct book_number *number = NULL;
        if (row->type == BOOK_TYPE_WORK_ORDER)
            number = ((struct work_order *)(void *)row)->number;
        if (row->type == BOOK_TYPE_PURCHASE_ORDER)
            number = ((struct purchase_order *)(void *)row)->number;
        if (row->type == BOOK_TYPE_SALES_ORDER)
            number = ((struct sales_order *)(void *)row)->number;
        if (row->type == BOOK_TYPE_STOCK_DOCUMENT)
            number = ((struct stock_document *)(void *)row)->number;
        if (number)
            ((struct book_head *)(void *)row)->id = text_of(number->text);
    }
    for (size_t i = 0; i < book->line_count; i++) {
        if (book->lines[i].made)
            book->lines[i].order_id = book->lines[i].made->work_order;
    }
}

static bool is_unchanged(const struct book *book)
{
    const struct book_state *state = book->state;
    return book->line_count == 0 && state->changed.count == 0 && state->numbers.count == 0 &&
           !book->approve_above_set && !book->unplanned_issue_set;
}

static void give_moment(struct book *book, int64_t now_us)
{
    for (size_t i = 0; i < book->state->changed.count; i++) {
        struct stock_document_line *line = (void *)changed_rows(book)[i];
        if (line->row.type == BOOK_TYPE_STOCK_LINE && line->counted_at_us == MOMENT_NOW)
            line->counted_at_us = now_us;
    }
}

struct counter_params {
    struct sql_value values[6];
};

static struct counter_params counter_params(const struct book *book)
{
    return (struct counter_params){
        {SQL_TEXT(book->plant.plant),
         SQL_INT((int64_t)book->line_count),
         SQL_INT((int64_t)book->state->told.count),
         SQL_INT((int64_t)book->state->numbers.count),
         {.null = !book->approve_above_set, .as.amount = book->approve_above},
         {.null = !book->unplanned_issue_set, .as.boolean = book->unplanned_issue}}};
}

void post_read_held(const struct sql_rows results[2], struct post_held *held)
{
    ASSERT(results[0].count == 1 && results[1].count == 1); /* the plant is there */
    *held = (struct post_held){.held = true,
                               .lines = sql_at(&results[0], 0, 0)->as.integer,
                               .events = sql_at(&results[0], 0, 1)->as.integer,
                               .documents = sql_at(&results[0], 0, 2)->as.integer,
                               .open_from = sql_at(&results[0], 0, 3)->as.day,
                               .now_us = sql_at(&results[1], 0, 0)->as.integer,
                               .today = sql_at(&results[1], 0, 1)->as.day};
    held->clock_ahead_us = held->now_us - clock_unix_us();
}

static enum status still_locations(struct sql *sql, struct book *book, struct fault *fault)
{
    size_t count = book_wanted_count(book, BOOK_LOCATION);
    struct text *names = post_wanted_names(book, BOOK_LOCATION);
    if (!names)
        return book_full(fault);
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_LIST(names, count)};
    return count > 0 ? sql_push(sql, &post_statements[POST_STILL_LOCATIONS], params, fault)
                     : STATUS_OK;
}

enum status post_raise_recalled(struct sql *sql, struct book *book, const struct post_held *held,
                                struct fault *fault)
{
    bool limited = book->approve_above.e4 != NO_LIMIT.e4;
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                       SQL_INT((int64_t)book->line_count),
                                       SQL_INT((int64_t)book->state->told.count),
                                       SQL_INT((int64_t)book->state->numbers.count),
                                       SQL_INT(held->lines),
                                       SQL_INT(held->events),
                                       SQL_INT(held->documents),
                                       SQL_DATE(book->plant.open_from),
                                       {.null = !limited, .as.amount = book->approve_above},
                                       SQL_BOOL(book->unplanned_issue),
                                       SQL_TEXT(book->plant.main_location),
                                       SQL_DATE(held->today),
                                       SQL_INT(held->now_us),
                                       SQL_INT(held->items_file),
                                       SQL_INT(held->balances_file)};
    enum status status = still_locations(sql, book, fault);
    return status == STATUS_OK ? sql_push(sql, &post_statements[POST_RAISE_RECALLED], params, fault)
                               : status;
}

/* Lock, read and raise it in one round trip. */
static enum status take_counter(struct sql *sql, struct book *book, struct post_held *out,
                                struct fault *fault)
{
    struct sql_rows results[2];
    struct counter_params params = counter_params(book);
    enum status status = sql_queue(sql, &post_statements[POST_COUNTER], params.values, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &post_statements[POST_MOMENT], params.values, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, book->arena, results, 2, fault);
    if (status != STATUS_OK)
        return status;
    post_read_held(results, out);
    return STATUS_OK;
}

enum status post_take_numbers(struct sql *sql, struct book *book, struct post_held *held,
                              struct post_taken *taken, struct fault *fault)
{
    enum status status = tell_objects(book, fault);
    if (status != STATUS_OK || is_unchanged(book))
        return status;
    struct counter_params params = counter_params(book);
    if (!held->held)
        status = take_counter(sql, book, held, fault);
    else if (!held->recalled) /* .. is raised behind the items */
        status = sql_push(sql, &post_statements[POST_COUNTER], params.values, fault);
    if (status != STATUS_OK)
        return status;
    taken->lines = held->lines;
    taken->events = held->events;
    taken->now_us = held->now_us;
    taken->moved = held->open_from > book->plant.open_from || held->today != book->plant.today;
    give_numbers(book, held->documents, taken->lines);
    give_moment(book, taken->now_us);
    return STATUS_OK;
}
