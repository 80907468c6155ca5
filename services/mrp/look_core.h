#ifndef MILLRACE_MRP_LOOK_CORE_H
#define MILLRACE_MRP_LOOK_CORE_H

#include "services/mrp/plan_core.h"

/*
 * The stock and requirements list of an item: everything that brings or takes it, dated, with the
 * running quantity; what a planner looks at first.  Receipts stand on the day they are due, planned
 * orders on their due day, so that the running quantity is what will be there if nobody acts.
 */
enum look_kind {
    LOOK_STOCK, /* a lot or heap on hand */
    LOOK_RECEIPT,
    LOOK_BY_PRODUCT, /* of a parent's order */
    LOOK_PLANNED,
    LOOK_EXPIRED, /* what is left of a lot after its last day */
    LOOK_ORDER,   /* from here on it goes out */
    LOOK_FORECAST,
    LOOK_COMPONENT, /* of a released order */
    LOOK_DEPENDENT, /* of a parent's planned or firm order */
    LOOK_KINDS
};

/* "stock", "receipt", "by_product" ... */
const char *look_kind_name(enum look_kind kind);

struct look_row {
    struct qty qty;     /* signed */
    struct qty running; /* of the segment, after this row */
    uint32_t segment;
    uint32_t reference; /* of the order, the lot of stock; 0: none */
    uint32_t for_item;  /* the parent, or NO_INDEX */
    uint32_t order;     /* place of a planned order among the item's, or NO_INDEX */
    uint32_t row;       /* of plant->supplies or plant->demands, or NO_INDEX */
    int32_t day;
    const struct plan_message *message; /* about this row, the first there is; NULL: none */
    uint8_t kind;                       /* enum look_kind */
    uint8_t spare[7];
};

/*
 * By segment, day, kind, reference, then the rest; everything in the arena.  message->to_day and
 * to_qty are what it proposes.  Messages that are about no row (below safety stock, no supplier)
 * are the rest of `messages`.
 */
struct look_list {
    const struct look_row *rows;
    const struct plan_message *messages; /* all of the item */
    uint32_t count;
    uint32_t message_count;
};

enum status look_item(const struct plan *plan, uint32_t item, struct arena *arena,
                      struct look_list *list, struct fault *fault) MUST_CHECK;

/* How soon a message wants an answer: within a week of plan_start, within a month, later. */
enum look_urgency { LOOK_NOW, LOOK_SOON, LOOK_LATER };
enum look_urgency look_urgency_of(const struct plan_message *message);

#endif
