#ifndef MILLRACE_COST_MATERIAL_STORE_H
#define MILLRACE_COST_MATERIAL_STORE_H

#include "common/io/sql.h"

/*
 * What orders should have used of each component for what was received, and what they did: by
 * order, product or month.  A component fixed for the order counts once whatever was received.  An
 * order belongs to the day it was closed, else to the day it was due; orders that received nothing
 * are not in it.
 */
extern const struct sql_schema material_schema;

#define MATERIAL_PAGE_MAX 1000

struct material_query {
    struct text plant;
    struct text by; /* "order", "product", "period" */
    date from;      /* DATE_FIRST: the beginning */
    date to;        /* the first day that is not in it; DATE_LAST: the end */
    struct text after;
    size_t limit;
};

struct material_row {
    struct text key;        /* its place in the list */
    struct text work_order; /* without bytes but by order */
    struct text product;    /* without bytes by period */
    date month;             /* SQL_NO_DATE but by period: the first of it */
    struct text component;
    struct qty theoretical;
    struct qty actual;
    struct amount amount; /* of the actual */
};

enum status material_load(struct sql *sql, const struct material_query *query, struct arena *arena,
                          struct material_row **rows, size_t *count,
                          struct fault *fault) MUST_CHECK;

#endif
