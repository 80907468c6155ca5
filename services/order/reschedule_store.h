#ifndef MILLRACE_ORDER_RESCHEDULE_STORE_H
#define MILLRACE_ORDER_RESCHEDULE_STORE_H

#include "services/order/life_store.h"

/* The days of a work order as rows: a part of order_schema. */
extern const struct sql_schema reschedule_schema;

struct reschedule_command {
    struct text work_order;
    struct text reason;
    date due;
    date start;  /* NO_DATE: moves with due */
    date if_due; /* refused (CHANGED) when the order is due on another day; NO_DATE: any */
};

struct work_days {
    struct text work_order;
    struct text item;
    struct text state;
    struct qty qty;
    struct qty received;
    date start;
    date due;
};

/* Locks the order's row; NOT_FOUND with field "work_order". */
enum status store_work_days(struct command *command, struct text work_order, struct work_days *out,
                            struct fault *fault) MUST_CHECK;

/* The new days, its open components moved with its start, and rows of order_change. */
enum status store_set_work_days(struct command *command, const struct work_days *now,
                                const struct work_days *then, struct text reason,
                                struct fault *fault) MUST_CHECK;

#endif
