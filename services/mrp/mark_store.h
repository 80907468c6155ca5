#ifndef MILLRACE_MRP_MARK_STORE_H
#define MILLRACE_MRP_MARK_STORE_H

#include "common/ledger/act.h"
#include "common/plant/plant.h"

/* What a rejection is of: quantity, day, supplier and price.  A suggestion that is late is judged
   by the day of its need: that it can start later every day is no new fact. */
#define REJECTED_FACTS \
 "hashtextextended(concat(trim_scale(o.qty), '|', least(o.due, o.need), '|', o.supplier, '|', trim_scale(o.price)), 0)"

/* What planners say of suggestions: a part of mrp_schema. */
extern const struct sql_schema mark_schema;

struct order_mark {
    struct text plant;
    struct text planned_order_id;
    struct text words; /* the note, or the reason of a rejection */
    struct text by;
    struct qty qty; /* of what is rejected, as it was seen */
    date due;
};

/* Each says the same when it is repeated.  NOT_FOUND: the plan has no such suggestion.
   STATE_CONFLICT: it has changed since it was seen, or was accepted; the message says how. */
enum status store_note_order(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                             struct fault *fault) MUST_CHECK;
enum status store_reject_order(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                               struct fault *fault) MUST_CHECK;
enum status store_restore_order(struct sql *sql, const struct order_mark *mark, struct arena *arena,
                                struct fault *fault) MUST_CHECK;

/* One of these in a transaction with its act. */
enum status store_mark_told(const struct rpc_request *request, const struct order_mark *mark,
                            sql_work_fn *work, void *context, struct fault *fault) MUST_CHECK;

#endif
