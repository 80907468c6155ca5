#ifndef MILLRACE_COST_FIGURES_STORE_H
#define MILLRACE_COST_FIGURES_STORE_H

#include "common/io/sql.h"

extern const struct sql_schema figures_schema;

enum figure_unit {
    FIGURE_MONEY,        /* the part */
    FIGURE_COUNT,        /* the part, of so many */
    FIGURE_TIMES_A_YEAR, /* part x 365 / days / whole */
    FIGURE_DAYS,         /* whole x days / part */
    FIGURE_PERCENT,      /* 100 x part / whole */
};

struct figures_query {
    struct text plant;
    date from; /* SQL_NO_DATE: 90 days before `to` */
    date to;   /* the first day that is not in it; SQL_NO_DATE: the plant's today */
};

struct figure {
    const char *name;
    enum figure_unit unit;
    struct qty part;
    struct qty whole;
};

#define FIGURES_COUNT 7

/* Sets the days that were left out, then all figures in their fixed order. */
enum status figures_load(struct sql *sql, struct figures_query *query, struct arena *arena,
                         struct figure figures[static FIGURES_COUNT],
                         struct fault *fault) MUST_CHECK;

#endif
