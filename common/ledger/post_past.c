#include "common/ledger/post_reader.h"

/* What items below zero owe to whom, and the ends of days before today: both are asked for seldom,
   once the items are locked. */

static bool owes(const struct book *book, const struct book_item *item)
{
    (void)book;
    return item->on_hand.micro < 0 && item->valuation == VALUATION_AVERAGE;
}

static bool moved_since(const struct book *book, const struct book_item *item)
{
    return date_given(item->moved_on) && item->moved_on > book->past_from && !item->allow_negative;
}

/* The wanted items of which it is so; NULL when the arena is full. */
static struct text *items_that(struct book *book,
                               bool (*holds)(const struct book *, const struct book_item *),
                               size_t *count)
{
    size_t wanted = book_wanted_count(book, BOOK_ITEM);
    struct text *names = arena_alloc(book->arena, wanted + 1, sizeof *names);
    *count = 0;
    for (size_t i = 0; names && i < wanted; i++) {
        const struct book_item *item = (struct book_item *)book_wanted(book, BOOK_ITEM, i, NULL);
        if (item->row.exists && holds(book, item))
            names[(*count)++] = item->item;
    }
    return names;
}

/* ---- who took what is owed of items at AVERAGE that are below zero: few ---- */

static enum book_kind kind_of(struct text text)
{
    unsigned kind = 0;
    while (kind < BOOK_KINDS && !text_is(text, book_kind_text(kind)))
        kind++;
    return kind;
}

/* Rows come item by item, the newest first. */
static enum status read_debts(struct book *book, const struct sql_rows *rows, struct fault *fault)
{
    struct book_debt *debts = arena_alloc(book->arena, rows->count + 1, sizeof *debts);
    if (!debts)
        return book_full(fault);
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct book_item *item = (struct book_item *)next_head(book, BOOK_ITEM, &at);
        debts[i].order_kind = kind_of(next_text(&at));
        debts[i].order_id = next_text(&at);
        debts[i].qty = next_qty(&at);
        if (item->debt_count++ == 0)
            item->debts = &debts[i];
    }
    return STATUS_OK;
}

enum status post_load_debts(struct sql *sql, struct book *book, struct fault *fault)
{
    struct sql_rows rows;
    size_t count;
    struct text *names = items_that(book, owes, &count);
    if (!names)
        return book_full(fault);
    if (count == 0)
        return STATUS_OK;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_LIST(names, count),
                                 SQL_INT(BOOK_DEBTS_MAX)};
    enum status status =
        sql_run(sql, &post_statements[POST_DEBTS], params, book->arena, &rows, fault);
    return status == STATUS_OK ? read_debts(book, &rows, fault) : status;
}

/* ---- ends of days ---- */

/* Rows come item by item, in order of day; an item without any has one row without a day. */
static enum status read_past(struct book *book, const struct sql_rows *rows, struct fault *fault)
{
    struct book_close *closes = arena_alloc(book->arena, rows->count + 1, sizeof *closes);
    if (!closes)
        return book_full(fault);
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct book_item *item = (struct book_item *)next_head(book, BOOK_ITEM, &at);
        closes[i].day = next_date(&at);
        closes[i].qty = next_qty(&at);
        item->opened_on = next_date(&at);
        if (!date_given(closes[i].day))
            continue;
        if (item->close_count++ == 0)
            item->closes = &closes[i];
    }
    return STATUS_OK;
}

enum status post_load_past(struct sql *sql, struct book *book, struct fault *fault)
{
    struct sql_rows rows;
    size_t count;
    if (!date_given(book->past_from) || book->past_from >= book->plant.today)
        return STATUS_OK;
    struct text *names = items_that(book, moved_since, &count);
    if (!names)
        return book_full(fault);
    if (count == 0)
        return STATUS_OK;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_LIST(names, count),
                                 SQL_DATE(book->past_from)};
    enum status status =
        sql_run(sql, &post_statements[POST_PAST], params, book->arena, &rows, fault);
    return status == STATUS_OK ? read_past(book, &rows, fault) : status;
}
