#ifndef MILLRACE_MRP_PLAN_CORE_H
#define MILLRACE_MRP_PLAN_CORE_H

#include "common/base/arena.h"
#include "common/base/crew.h"
#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * The material plan of a plant: a pure function of its facts (design/planning.md).
 *
 *     struct plan *plan;
 *     status = plan_run(plant, arena, &plan, &fault);
 *     for (uint32_t item = 0; item < plan->item_count; item++)
 *         ... plan->items[item].orders[0 .. order_count) ...
 *
 * Everything a plan points to lives in the arena given to plan_run and in the plant, both of which
 * must outlive it.  Same facts, same plan, byte for byte: neither the order of rows in the plant's
 * arrays nor the number of threads shows.
 *
 * Days are counted from plan_start: day 0 is plant->facts.plan_start (plan_date turns one into a
 * date).  Needs lie in 0 .. horizon_days - 1; due days may lie beyond.  Quantities are in the
 * item's stock unit.  Segments and references are numbers in plant->texts, 0 being the empty one.
 */

#define PLAN_HORIZON_DAYS_MAX 3660   /* ten years; more is refused: dense day arrays */
#define PLAN_LEAD_DAYS_MAX    36500  /* a longer lead time is a data error, planned with this */
#define PLAN_LOTS_MAX         100000 /* lots of one need; more is a data error, put in the last */

/* One planned order: what to make, buy or move.  40 bytes, there are millions. */
struct plan_order {
    struct qty qty;       /* good quantity */
    struct qty start_qty; /* quantity started: above qty where there is yield loss */
    int32_t start_day;
    int32_t due_day;
    int32_t need_day; /* of the requirement, before safety days; past due days = due - need */
    uint32_t segment;
    uint32_t source; /* index of plant->suppliers (its price break included), or NO_INDEX */
    uint32_t flags;  /* PLAN_ORDER_... */
};

#define PLAN_ORDER_RELEASE_NOW 1u /* starts on plan_start */
#define PLAN_ORDER_PAST_DUE    2u /* should have started before plan_start */
#define PLAN_ORDER_FENCED      4u /* moved out of the frozen zone */

/* The `flags` column of planned orders (planning.md section 6). */
static inline const char *plan_order_flags(const struct plan_order *order)
{
    return order->flags & PLAN_ORDER_RELEASE_NOW ? "new;release now" : "new";
}

/* Messages to the planner (planning.md section 6), in the order in which they are listed. */
enum plan_message_kind {
    PLAN_PAST_DUE_START,
    PLAN_PAST_DUE_RECEIPT,
    PLAN_RESCHEDULE_IN,
    PLAN_RESCHEDULE_OUT,
    PLAN_CANCEL,
    PLAN_INCREASE,
    PLAN_DECREASE,
    PLAN_EXCESS_STOCK,
    PLAN_BELOW_SAFETY_STOCK,
    PLAN_PROJECTED_SHORTAGE,
    PLAN_COVERAGE_TOO_LATE,
    PLAN_LOT_EXPIRES,
    PLAN_NO_BILL,
    PLAN_NO_ROUTING,
    PLAN_NO_SUPPLIER,
    PLAN_BILL_CHANGED,
    PLAN_QUOTA_EXCEEDED,
    PLAN_DEMAND_PAST_DUE,
    PLAN_CAPACITY_OVERLOAD,
    PLAN_DATA_ERROR,
    PLAN_MESSAGE_KINDS
};

/* What a data error is about: chooses the words of cause and action. */
enum plan_data_error {
    PLAN_DATA_NONE,
    PLAN_DATA_BEYOND_HORIZON, /* demand or supply that the plan does not see */
    PLAN_DATA_LEAD_TIME,      /* above PLAN_LEAD_DAYS_MAX */
    PLAN_DATA_LOT_RULE,       /* a parameter of the lot rule is missing: planned lot for lot */
    PLAN_DATA_LOTS,           /* above PLAN_LOTS_MAX */
    PLAN_DATA_UNIT,           /* no factor between two units: taken as one to one */
    PLAN_DATA_NOT_WORKING,    /* a calendar without working days */
    PLAN_DATA_SOURCE_PLANT,   /* a transfer item without source plant */
    PLAN_DATA_SEGMENT         /* stock or a receipt of a segment that nothing asks for */
};

struct plan_message {
    uint32_t item;
    uint32_t segment;
    uint32_t reference;  /* of the order it is about; 0: none */
    int32_t day;         /* when it holds: the day of the need, the receipt or the shortage */
    int32_t to_day;      /* proposed or earliest possible day; NO_DAYS where there is none */
    struct qty qty;      /* what it is about: missing, too much, to move */
    struct qty to_qty;   /* proposed quantity; NO_QTY where there is none */
    uint8_t kind;        /* enum plan_message_kind */
    uint8_t data_error;  /* enum plan_data_error */
    uint8_t supply_kind; /* enum supply_kind of `reference`, where it is a supply */
    uint8_t spare[5];
};

#define PLAN_TEXT_MAX 256

/* The message's name ("reschedule in"), its cause in words and numbers, and the action proposed;
   the texts' lengths are returned. */
const char *plan_message_name(enum plan_message_kind kind);
struct plan;

enum plan_language { PLAN_EN, PLAN_ZH };

size_t plan_message_cause(const struct plan *plan, const struct plan_message *message,
                          enum plan_language language, char text[PLAN_TEXT_MAX]);
size_t plan_message_action(const struct plan *plan, const struct plan_message *message,
                           enum plan_language language, char text[PLAN_TEXT_MAX]);

struct plan_item {
    const struct plan_order *orders; /* by segment, need day, start day */
    uint32_t order_count;
    uint16_t level; /* low-level code: longest path from any parent */
    uint16_t flags; /* MODEL_..., of the engine */
};

struct plan {
    const struct plant *plant;
    const struct plan_item *items; /* by item index: in byte order of their codes */
    uint32_t item_count;
    uint32_t message_count;
    const struct plan_message *messages; /* by item, then as plan_view_messages; plan_run's only */
    uint64_t order_count;
    const struct load_row *load; /* load_core.h: hours per work centre and day */
    uint32_t load_count;
    uint32_t spare;
    struct model *model; /* the engine's own arrays */
};

/*
 * Plan all items.  STATUS_BOM_CYCLE names the items of a cycle (also one closed by a co-product or
 * by-product line), STATUS_OVERFLOW the item whose numbers leave their range, STATUS_LIMIT means
 * that the plan does not fit the arena, STATUS_INVALID a horizon outside 1 ..
 * PLAN_HORIZON_DAYS_MAX or a plant without plan_start.
 */
enum status plan_run(const struct plant *plant, struct arena *arena, struct plan **plan,
                     struct fault *fault) MUST_CHECK;

/* The same by several hands: the same bytes, sooner. */
enum status plan_run_by(const struct plant *plant, const struct crew *crew, struct arena *arena,
                        struct plan **plan, struct fault *fault) MUST_CHECK;

/* The same without messages: those of a large plant take more memory than its orders, and
   plan_view_messages gives them item by item. */
enum status plan_net(const struct plant *plant, struct arena *arena, struct plan **plan,
                     struct fault *fault) MUST_CHECK;

/* The same by several hands: the same bytes, sooner. */
enum status plan_net_by(const struct plant *plant, const struct crew *crew, struct arena *arena,
                        struct plan **plan, struct fault *fault) MUST_CHECK;

static inline date plan_date(const struct plan *plan, int32_t day)
{
    return plan->plant->facts.plan_start + day;
}

static inline int32_t plan_past_due_days(const struct plan_order *order)
{
    return order->due_day > order->need_day ? order->due_day - order->need_day : 0;
}

/* The order in the supplier's purchase unit; the stock unit where it names none.  order->source
   must be given. */
struct qty plan_purchase_qty(const struct plan *plan, const struct plan_order *order);
uint32_t plan_purchase_uom(const struct plan *plan, uint32_t item, const struct plan_order *order);

/* A day on which something happens to an item in a segment: a row of requirements.csv. */
struct plan_requirement {
    uint32_t segment;
    int32_t day;
    struct qty gross;
    struct qty scheduled;
    struct qty projected;
    struct qty net;
    struct qty planned_receipt;
    struct qty planned_release; /* good quantity of the orders that start that day */
};

/*
 * Questions about one item.  Requirement rows and messages are not stored: netting an item again
 * gives them.  A view holds the working memory for that; one for each thread that asks, as many
 * questions as wanted, and the rows of an answer stay until the next.
 *
 *     struct plan_view *view;
 *     status = plan_view_open(plan, arena, &view, &fault);
 *     for (uint32_t item = 0; item < plan->item_count; item++)
 *         status = plan_view_messages(view, item, &messages, &count, &fault);
 */
struct plan_view;

enum status plan_view_open(const struct plan *plan, struct arena *arena, struct plan_view **view,
                           struct fault *fault) MUST_CHECK;

/* By segment, then day. */
enum status plan_view_requirements(struct plan_view *view, uint32_t item,
                                   const struct plan_requirement **rows, uint32_t *count,
                                   struct fault *fault) MUST_CHECK;

/* By day, segment, kind, reference, then the rest. */
enum status plan_view_messages(struct plan_view *view, uint32_t item,
                               const struct plan_message **rows, uint32_t *count,
                               struct fault *fault) MUST_CHECK;

/*
 * The arithmetic of the day that made an order, in words and numbers: what was there, what came and
 * went, what was missing, what the lot rule and its limits made of it, and how the days follow.
 * One text an order, as plan->items[item].orders has them; they stay until the next question.
 */
#define PLAN_EXPLAIN_MAX 1024

enum status plan_view_explain(struct plan_view *view, uint32_t item,
                              const char (**texts)[PLAN_EXPLAIN_MAX], uint32_t *count,
                              struct fault *fault) MUST_CHECK;

#endif
