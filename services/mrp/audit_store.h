#ifndef MILLRACE_MRP_AUDIT_STORE_H
#define MILLRACE_MRP_AUDIT_STORE_H

#include "services/mrp/mrp_store.h"

extern const struct sql_schema audit_schema; /* a part of the schema of the MRP service */

/* The plan as it is written, in one snapshot: where it stands, how many rows it has, then each row.
   A reader that says false ends it as LIMIT.  NOT_FOUND: the plant has no plan. */
struct audit_reader {
    bool (*begin)(void *context, int64_t orders, int64_t messages);
    bool (*order)(void *context, const struct planned_order *row);
    bool (*message)(void *context, const struct planner_message *row);
    void *context;
};

struct audit_place {
    int64_t event_seq; /* the facts that the plan knows */
    date plan_start;
};

enum status audit_read(struct sql *sql, struct text plant, const struct audit_reader *reader,
                       struct arena *arena, struct audit_place *place,
                       struct fault *fault) MUST_CHECK;

/* Where the written plan stands now. */
enum status audit_place(struct sql *sql, struct text plant, struct arena *arena,
                        struct audit_place *place, struct fault *fault) MUST_CHECK;

/* One written suggestion; *there is false when there is none. */
enum status audit_order(struct sql *sql, struct text plant, struct text planned_order_id,
                        struct arena *arena, struct planned_order *row, bool *there,
                        struct fault *fault) MUST_CHECK;

/* Did nothing that a plan depends on happen behind `after`, up to `upto`? */
enum status audit_quiet(struct sql *sql, struct text plant, int64_t after, int64_t upto,
                        bool *quiet, struct arena *arena, struct fault *fault) MUST_CHECK;

/* The row of plan_audit. */
struct audit_note {
    int64_t audited_at_us; /* 0: never audited */
    int64_t event_seq;
    int64_t row_count;
    int64_t differences;
    struct text first;
};

enum status audit_put(struct sql *sql, struct text plant, const struct audit_note *note,
                      struct fault *fault) MUST_CHECK;
enum status audit_last(struct sql *sql, struct text plant, struct arena *arena,
                       struct audit_note *note, struct fault *fault) MUST_CHECK;

/* The plant of this instance whose audit is due the longest: `minutes` after the last one, or after
   the process began, `up_s` ago.  *plant has no bytes when there is none. */
enum status audit_due(struct sql *sql, int64_t instance, int64_t minutes, int64_t up_s,
                      struct arena *arena, struct text *plant, struct fault *fault) MUST_CHECK;

#endif
