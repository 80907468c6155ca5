#ifndef MILLRACE_COST_ALARM_STORE_H
#define MILLRACE_COST_ALARM_STORE_H

#include "common/ledger/book_core.h"
#include "services/cost/books_store.h"

extern const struct sql_schema alarm_schema;

struct alarm_limits {
    struct qty pct;       /* of the standard of what was received; NO_QTY: says nothing */
    struct amount amount; /* NO_LIMIT */
};

struct alarm_query {
    bool noted; /* also those that were noted */
    int64_t after;
    size_t limit;
};

struct alarm_note {
    struct text work_order;
    struct text note;
    struct text by;
};

/* Of the settlements those beyond the plant's limits. */
enum status store_raise_alarms(struct sql *sql, struct text plant,
                               const struct settled_row *settled, size_t count,
                               struct fault *fault) MUST_CHECK;
enum status store_set_alarm(struct command *command, const struct alarm_limits *limits,
                            struct fault *fault) MUST_CHECK;
/* Rows as alarm_codec.c reads them: posted_seq, work order, item, day, variance, standard, moment,
   noted by, note. */
enum status store_alarms(struct sql *sql, struct text plant, const struct alarm_query *query,
                         struct arena *arena, struct sql_rows *rows,
                         struct fault *fault) MUST_CHECK;
/* *count 0: it has none that is not noted. */
enum status store_note_alarm(struct sql *sql, struct text plant, const struct alarm_note *note,
                             struct arena *arena, size_t *count, struct fault *fault) MUST_CHECK;

#endif
