#ifndef MILLRACE_MRP_KEEP_STORE_H
#define MILLRACE_MRP_KEEP_STORE_H

#include "common/ledger/act.h"
#include "common/plant/plant.h"

/* Plans put aside under a name: a part of mrp_schema. */
extern const struct sql_schema keep_schema;

#define KEPT_PLANS_MAX 100 /* of a plant */

struct kept {
    struct text name;
    int64_t plan_version;
    int64_t orders;
    struct text by;
    int64_t at_us;
};

/* A suggestion of now or then; what one side lacks is NO_QTY, NO_DATE and without bytes. */
struct plan_change_row {
    struct text planned_order_id;
    struct text item;
    struct qty qty;
    date start;
    date due;
    struct text supplier;
    struct qty old_qty;
    date old_start;
    date old_due;
    struct text old_supplier;
};

struct plan_change_query {
    struct text plant;
    struct text name;
    struct text item; /* without bytes: any */
    struct text after;
    size_t limit;
};

/* In one transaction; NOT_FOUND before the first plan, LIMIT with KEPT_PLANS_MAX others. */
enum status store_keep_plan(struct sql *sql, struct text plant, struct text name, struct text by,
                            struct arena *arena, struct kept *kept, struct fault *fault) MUST_CHECK;

/* The same as an act of whoever asks, and its opposite: NOT_FOUND. */
enum status store_keep_told(const struct rpc_request *request, struct text name, struct kept *kept,
                            struct fault *fault) MUST_CHECK;
enum status store_drop_told(const struct rpc_request *request, struct text name,
                            struct fault *fault) MUST_CHECK;

/* Of the plants that the instance owns, the first whose plan starts in a week that none is kept of:
   it is kept as "week-2026-W47" (ISO week), beside those of the `weeks` - 1 weeks before.  *plant
   without bytes: all have theirs. */
enum status store_keep_week(struct sql *sql, int64_t instance, int64_t weeks, struct arena *arena,
                            struct text *plant, struct fault *fault) MUST_CHECK;
enum status store_kept_plans(struct sql *sql, struct text plant, struct arena *arena,
                             struct kept **rows, size_t *count, struct fault *fault) MUST_CHECK;

/* Ascending by planned_order_id.  NOT_FOUND: no plan of that name. */
enum status store_plan_changes(struct sql *sql, const struct plan_change_query *query,
                               struct arena *arena, struct plan_change_row **rows, size_t *count,
                               struct fault *fault) MUST_CHECK;

#endif
