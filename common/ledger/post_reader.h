#ifndef MILLRACE_LEDGER_POST_READER_H
#define MILLRACE_LEDGER_POST_READER_H

#include "common/io/sql.h"
#include "common/ledger/book_core.h"

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

#endif
