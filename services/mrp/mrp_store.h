#ifndef MILLRACE_MRP_STORE_H
#define MILLRACE_MRP_STORE_H

#include "common/io/sql.h"
#include "common/ledger/act.h"
#include "common/plant/plant.h"

/* All SQL of the MRP service.  The facts of a plant are read by common/plant/plant_store.h, which
   is a part of this schema. */
extern const struct sql_schema mrp_schema;

/* clang-format off */
#define PLANNED_ORDER_COLUMNS \
    "planned_order_id, item, type, qty, start_qty, start, due, need, past_due_days, supplier," \
    " purchase_qty, purchase_uom, price, order_by, segment, level, flags, content_hash"

/* clang-format on */

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
    int64_t row_no; /* its place among all of the plan when listed; when written among its item's */
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

/* The plan as RunPlan's act tells it, before and after (act.h). */
struct act_of_object store_plan_told(const struct rpc_request *request);

/* NOT_FOUND: no such plant. */
enum status store_plan_state(struct sql *sql, struct text plant, struct arena *arena,
                             struct plan_state *state, struct fault *fault) MUST_CHECK;

/* Plants whose facts or whose day moved on since their plan was made, and all plants when
   `every`. */
enum status store_plants_to_plan(struct sql *sql, bool every, struct arena *arena,
                                 struct text **plants, size_t *count,
                                 struct fault *fault) MUST_CHECK;

/*
 * What happened in the plant since a place in its event order, within the caller's snapshot:
 * objects of the events, each kind and object once, and where the order stands.  Events of plans
 * themselves are passed over.
 */
struct plant_event {
    int64_t kind;       /* EVENT_... of mrp_codec.h */
    struct text object; /* of a forecast its item */
};

struct plant_news {
    int64_t event_seq;
    date today; /* on which a plan would start */
    struct plant_event *events;
    size_t count;
};

enum status store_news(struct sql *sql, struct text plant, int64_t after, struct arena *arena,
                       struct plant_news *news, struct fault *fault) MUST_CHECK;

/* The items whose facts orders and forecasts are made of: those of orders, of their lines and
   components. */
struct order_names {
    const struct text *work_orders;
    size_t work_order_count;
    const struct text *purchases;
    size_t purchase_count;
    const struct text *sales;
    size_t sale_count;
};

enum status store_items_of(struct sql *sql, struct text plant, const struct order_names *names,
                           struct arena *arena, struct text **items, size_t *count,
                           struct fault *fault) MUST_CHECK;

#define MRP_PAGE_MAX 500

struct planned_order_query {
    struct text plant;
    struct text item;     /* without bytes: any */
    struct text type;     /* without bytes: any */
    struct text supplier; /* without bytes: any */
    date until;           /* to be ordered or started by then; NO_DATE: any */
    struct text after;    /* planned_order_id */
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
