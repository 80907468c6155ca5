#ifndef MILLRACE_MRP_STORE_H
#define MILLRACE_MRP_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"

/* All SQL of the MRP service.  The facts of a plant are read by common/plant/plant_store.h, which
   is a part of this schema. */
extern const struct sql_schema mrp_schema;

/* A row of planned_order; text without bytes is NULL. */
struct planned_order {
    struct text planned_order_id;
    struct text item;
    struct text type;
    struct qty qty;
    struct qty start_qty;
    date start;
    date due;
    date need;
    int64_t past_due_days;
    struct text supplier;
    struct qty purchase_qty; /* in purchase_uom; NO_QTY without a supplier */
    struct text purchase_uom;
    struct unitcost price; /* of one purchase_uom, in plant currency by the rate of plan_start;
                              NO_COST: none, or no rate of the supplier's currency is known */
    date order_by;         /* NO_DATE without a supplier */
    struct text segment;
    int64_t level;
    struct text flags;
    int64_t content_hash;
    struct text note; /* of planned_order_mark, when listed; without bytes: none */
    struct text reason;
    struct text marked_by;
};

/* A row of plan_message. */
struct planner_message {
    int64_t row_no;
    struct text item;
    struct text segment;
    struct text message;
    date day;
    struct qty qty;
    struct text reference;
    struct text cause;
    struct text action;
};

struct plan_state {
    int64_t plan_version; /* 0: never planned */
    int64_t event_seq;    /* the facts that the plan knows */
    date plan_start;
    int64_t planned_at_us;
    int64_t planned_orders;
    int64_t messages;
};

/* NOT_FOUND: no such plant. */
enum status store_plan_state(struct sql *sql, struct text plant, struct arena *arena,
                             struct plan_state *state, struct fault *fault) MUST_CHECK;

/* Plants whose facts or whose day moved on since their plan was made, and all plants when
   `every`. */
enum status store_plants_to_plan(struct sql *sql, bool every, struct arena *arena,
                                 struct text **plants, size_t *count,
                                 struct fault *fault) MUST_CHECK;

/*
 * Make the stored plan equal to the given one in one transaction, writing only what differs:
 * orders ascending by planned_order_id, messages by row_no.  A suggestion that was accepted after
 * `event_seq` stays as it is: the plan does not know the acceptance yet.  *changed counts the
 * suggestions that were added, changed or removed; when any did, one plan_changed event is written.
 */
struct plan_write {
    struct text plant;
    int64_t epoch;     /* of plan_owner: UNAVAILABLE when another instance has the plant now */
    int64_t event_seq; /* position of the facts that were planned */
    date plan_start;
    const struct planned_order *orders;
    size_t order_count;
    const struct planner_message *messages;
    size_t message_count;
};

enum status store_write_plan(struct sql *sql, const struct plan_write *write, struct arena *arena,
                             struct plan_state *state, int64_t *changed,
                             struct fault *fault) MUST_CHECK;

#define MRP_PAGE_MAX 500

struct planned_order_query {
    struct text plant;
    struct text item;  /* without bytes: any */
    struct text type;  /* without bytes: any */
    struct text after; /* planned_order_id */
    size_t limit;
    bool rejected; /* those that a planner rejected as they are, instead of the others */
};

enum status store_list_planned_orders(struct sql *sql, const struct planned_order_query *query,
                                      struct arena *arena, struct planned_order **orders,
                                      size_t *count, struct fault *fault) MUST_CHECK;

struct message_query {
    struct text plant;
    struct text item; /* without bytes: any */
    int64_t after;    /* row_no */
    size_t limit;
};

enum status store_list_messages(struct sql *sql, const struct message_query *query,
                                struct arena *arena, struct planner_message **messages,
                                size_t *count, struct fault *fault) MUST_CHECK;

#endif
