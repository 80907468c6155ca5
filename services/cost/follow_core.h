#ifndef MILLRACE_COST_FOLLOW_CORE_H
#define MILLRACE_COST_FOLLOW_CORE_H

#include "common/ledger/ledger_core.h"

/*
 * Late costs on their way up (design/costing.md section 3).  Pure.
 *
 * A task is an amount that lies in cost of sales for pieces that had left their layers; its
 * consumers are those who took them, each with a number of pieces.  One slice serves at most
 * FOLLOW_STEPS_MAX consumers, in one transaction:
 *     a work order    the share goes to its work in process; a closed one is settled again at once,
 *                     to what is left of its product's layers and, of what is gone, on to the next
 *                     level as a task of its own
 *     a shipment      cost of sales is where the share lies already
 *     anybody else    (a return to the supplier, a count, an adjustment) the share is variance
 * What nobody is known to have taken stays in cost of sales, as does what comes round in a circle.
 */
#define FOLLOW_STEPS_MAX 12
#define FOLLOW_TASKS_MAX FOLLOW_STEPS_MAX /* each has a consumer, nearly always */

struct follow_task {
    uint64_t posted_seq;
    struct text item;
    uint64_t layer;         /* 0: those of .. */
    struct text work_order; /* .. this order */
    struct amount amount;
    struct qty pieces;
    struct text source;
    int64_t depth;
    date effective_on;
    int64_t followed; /* consumers that were served; counted on by follow_decide */
    bool done;
};

/* Consumers come by task and in an order that never changes. */
struct follow_consumer {
    size_t task;
    struct text work_order; /* "" none */
    int64_t order_line;
    struct text kind; /* of the ledger lines, where there is no order */
    struct qty qty;   /* below 0: gave back more than it took */
    struct qty upto;  /* of all consumers up to this one */
    date day;         /* the oldest of its lines */
};

struct follow_facts {
    struct follow_task *tasks;
    size_t task_count;
    const struct follow_consumer *consumers;
    size_t consumer_count;
    bool cut;  /* there are more consumers than these */
    bool idle; /* another command of the batch follows them */
};

struct follow_outcome {
    const struct follow_facts *facts;
    const struct book_number *document; /* NULL: nothing was posted */
    struct ledger_range range;
    bool more; /* another slice has work */
};

/* The documents and items that the slice concerns. */
enum status follow_wants(const struct follow_facts *facts, struct book *book,
                         struct fault *fault) MUST_CHECK;
/* A line's reason: what it comes from; of consumption, or a close, in a closed month, that month
   too. */
enum status follow_reason(struct book *book, struct text source, date of, struct text *out,
                          struct fault *fault) MUST_CHECK;
/* What a closed order of `from->wip` holds goes on to what it made, in a settlement with from's
   operation, document, reason and source, for from's day or, if that is later, the day of the
   close. Nothing while the order is open. */
enum status follow_settle(struct book *book, const struct ledger_move *from,
                          struct fault *fault) MUST_CHECK;
enum status follow_decide(struct follow_facts *facts, struct book *book,
                          struct follow_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
