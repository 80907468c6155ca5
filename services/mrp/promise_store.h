#ifndef MILLRACE_MRP_PROMISE_STORE_H
#define MILLRACE_MRP_PROMISE_STORE_H

#include "common/ledger/command.h"
#include "common/plant/plant.h"

/* Promises on sales order lines: a part of mrp_schema. */
extern const struct sql_schema promise_schema;

#define PROMISE_LINES_MAX 200 /* of an order */

/* An open line; the result of the promise stands behind. */
struct promise_line {
    int64_t line;
    struct text item;
    struct text reference; /* as plans name it: the order's number, "/2" behind it for line 2 */
    struct text segment;
    struct qty qty; /* still to be shipped */
    date due;
    date promised;     /* NO_DATE: not */
    struct text limit; /* in words, "" none */
    struct text limit_item;
    uint32_t row; /* of the plan's demands, once it is found there */
    bool asked;   /* a promise is made for it now */
};

/* In order of their lines.  NOT_FOUND, STATE_CONFLICT (not open, no open line), LIMIT. */
enum status store_promise_lines(struct sql *sql, struct text plant, struct text sales_order,
                                struct arena *arena, struct promise_line **lines, size_t *count,
                                struct fault *fault) MUST_CHECK;

/* Until the end of the transaction nobody else promises anything of the plant. */
enum status store_promise_gate(struct command *command, struct fault *fault) MUST_CHECK;

/* Another line of the plant that does not count as the plan has it. */
struct promise_other {
    struct text reference;
    date day; /* it was promised for then; NO_DATE: it comes behind, entered later without a promise
               */
};
enum status store_promise_others(struct command *command, struct text sales_order,
                                 struct promise_other **others, size_t *count,
                                 struct fault *fault) MUST_CHECK;

enum status store_promise_set(struct command *command, struct text sales_order,
                              const struct promise_line *lines, size_t count,
                              struct fault *fault) MUST_CHECK;

#endif
