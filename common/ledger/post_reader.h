#ifndef MILLRACE_LEDGER_POST_READER_H
#define MILLRACE_LEDGER_POST_READER_H

#include "common/io/sql.h"
#include "common/ledger/book_state_core.h"
#include "common/ledger/post_store.h"

/* A row of a result, read column by column into a record of the book. */

/* The next column of a row. */
struct reader {
    const struct sql_rows *rows;
    size_t row;
    size_t column;
};

static inline const struct sql_value *next(struct reader *at)
{
    return sql_at(at->rows, at->row, at->column++);
}

static inline struct text next_text(struct reader *at)
{
    const struct sql_value *value = next(at);
    if (value->null)
        return (struct text){0};
    return value->as.text.length > 0 ? value->as.text : text_of("");
}

static inline struct qty next_qty(struct reader *at)
{
    return next(at)->as.qty;
}

static inline struct qty next_qty_or(struct reader *at, struct qty none)
{
    const struct sql_value *value = next(at);
    return value->null ? none : value->as.qty;
}

static inline struct amount next_amount(struct reader *at)
{
    return next(at)->as.amount;
}

static inline struct unitcost next_cost(struct reader *at)
{
    return next(at)->as.unitcost;
}

static inline date next_date(struct reader *at)
{
    const struct sql_value *value = next(at);
    return value->null ? NO_DATE : value->as.day;
}

static inline int64_t next_int(struct reader *at, int64_t none)
{
    const struct sql_value *value = next(at);
    return value->null ? none : value->as.integer;
}

/* The record that a row's first column names.  It was asked for by that name. */
static inline struct book_head *next_head(const struct book *book, unsigned kind, struct reader *at)
{
    struct book_head *head = book_find(book, kind, next_text(at));
    ASSERT(head);
    head->row.exists = true;
    return head;
}

/* The place of a text among those that the column's check allows. */
static inline unsigned code_of(struct text text, const char *const *texts, unsigned count)
{
    unsigned code = 0;
    while (code < count && !text_is(text, texts[code]))
        code++;
    ASSERT(code < count);
    return code;
}

/* The row of POST_PLANT (post_load.c); NOT_FOUND: there is none. */
enum status post_read_plant(struct book *book, const struct sql_rows *rows,
                            struct fault *fault) MUST_CHECK;

/* ---- what is asked for seldom, once items are locked and loaded (post_past.c) ---- */

enum status post_load_debts(struct sql *sql, struct book *book, struct fault *fault) MUST_CHECK;
enum status post_load_past(struct sql *sql, struct book *book, struct fault *fault) MUST_CHECK;

/* ---- queries over the wanted records of a kind ---- */

struct post_query {
    enum post_statement statement; /* $1 the plant, $2 the sorted names */
    unsigned kind;                 /* BOOK_ITEM too */
    bool (*read)(struct book *book, const struct sql_rows *rows); /* false: the arena is full */
};

/* The wanted names of a kind, sorted; NULL when the arena is full. */
struct text *post_wanted_names(struct book *book, unsigned kind) MUST_CHECK;

/* Queue those queries whose kind is wanted; all results come with the next sql_collect. */
enum status post_queue_queries(struct sql *sql, struct book *book, const struct post_query *queries,
                               size_t count, struct fault *fault) MUST_CHECK;
size_t post_query_count(const struct book *book, const struct post_query *queries, size_t count);

/* Read their results, in order; false when the arena is full. */
bool post_read_queries(struct book *book, const struct post_query *queries, size_t count,
                       const struct sql_rows *results) MUST_CHECK;

#endif
