#ifndef MILLRACE_LEDGER_POST_ROWS_H
#define MILLRACE_LEDGER_POST_ROWS_H

#include "common/ledger/post_store.h"

/* Parameters of a statement that appends the rows of a list of the book; numbers must be known. */
#define POST_ROWS_PARAMS_MAX 27

struct post_rows {
    struct sql_value params[POST_ROWS_PARAMS_MAX];
    size_t count; /* rows; 0: params are not set */
};

/* Ledger lines, for POST_INSERT_LINES and POST_COPY_LINES. */
enum status post_line_rows(struct book *book, int64_t now_us, struct post_rows *out,
                           struct fault *fault) MUST_CHECK;
/* Whether the lines, one kind and one day of them, hold nothing but item, place, quantity, value
   and reason: what else a line has is its table's default. */
bool post_lines_are_plain(const struct book *book);
/* Such lines, for POST_INSERT_PLAIN_LINES. */
enum status post_plain_line_rows(struct book *book, int64_t now_us, struct post_rows *out,
                                 struct fault *fault) MUST_CHECK;
/* What orders took and brought of lots, summed, a row a key, for POST_ADD_LINKS.  STATUS_OVERFLOW:
   a sum is out of range. */
enum status post_link_rows(struct book *book, struct post_rows *out,
                           struct fault *fault) MUST_CHECK;
/* Takes of cost layers, for POST_INSERT_TAKES. */
enum status post_take_rows(struct book *book, struct post_rows *out,
                           struct fault *fault) MUST_CHECK;
/* Changes of work orders, for POST_INSERT_ORDER_CHANGES. */
enum status post_change_rows(struct book *book, struct post_rows *out,
                             struct fault *fault) MUST_CHECK;

/* Late costs that are to be followed, for POST_INSERT_LATE_COSTS. */
enum status post_late_rows(struct book *book, struct post_rows *out,
                           struct fault *fault) MUST_CHECK;

/* Co- and by-products of released orders, for POST_INSERT_OUTPUTS. */
enum status post_output_rows(struct book *book, struct post_rows *out,
                             struct fault *fault) MUST_CHECK;
/* Rules of items, for POST_SET_RULES. */
enum status post_rule_rows(struct book *book, struct post_rows *out,
                           struct fault *fault) MUST_CHECK;
/* What the lines do to the past: closings of days, for POST_INSERT_CLOSES, and lines for days that
   are closed, for POST_OPEN_LATE and POST_ADD_LATE.  To be called once, before items are written:
   it moves book_item.moved_on. */
enum status post_history_rows(struct book *book, struct post_rows *closed, struct post_rows *late,
                              struct fault *fault) MUST_CHECK;

/* A layer is named by the line that made it. */
int64_t post_layer_number(const struct book *book, const struct book_layer *layer);

#endif
