#ifndef MILLRACE_ORDER_LIFE_CORE_H
#define MILLRACE_ORDER_LIFE_CORE_H

#include "services/order/order_core.h"

/*
 * What happens to a purchase or sales order after it was entered.  Pure: the caller has locked the
 * order's row and loaded its terms; deciding changes them in place and lists what changed.
 *
 *     purchase   draft -> approved -> sent -> closed      draft, approved, sent -> cancelled
 *     sales      open -> closed                           open -> cancelled
 *
 * Received and shipped quantities belong to the postings (services/inventory), which take the same
 * row's lock; an order of which something came or left cannot be cancelled, only closed.  Above the
 * plant's limit a draft is approved by somebody else than who set its terms; a change that lifts an
 * order above the limit makes it a draft again.
 */
#define LIFE_LINES_MAX   ORDER_LINES_MAX
#define LIFE_CHANGES_MAX (4 * LIFE_LINES_MAX)

enum life_step { LIFE_CHANGE, LIFE_APPROVE, LIFE_SEND, LIFE_CLOSE, LIFE_CANCEL, LIFE_STEPS };

const char *life_step_text(enum life_step step);

struct life_line {
    int64_t line;
    struct text item;
    struct qty qty;
    struct qty done; /* received or shipped */
    struct unitcost price;
    date due;
    int64_t priority; /* NO_DAYS: none */
    date promised;    /* NO_DATE: not; of sales lines */
    struct text promise_limit;
    bool is_new;
    bool touched;
};

struct life_terms {
    bool sales;
    struct text order_id;
    struct text partner;     /* bytes NULL: none */
    struct text other_plant; /* bytes NULL: none */
    struct text made_by;     /* bytes NULL: imported */
    struct text approved_by; /* bytes NULL: nobody */
    enum order_state state;
    int64_t version;
    struct amount value;
    struct amount approve_above; /* NO_LIMIT */
    struct life_line *lines;     /* with room for LIFE_LINES_MAX */
    size_t line_count;
};

/* What is left out stays. */
struct life_line_command {
    int64_t line;          /* 0: a new one */
    struct text item;      /* of a new one; "" */
    struct qty qty;        /* NO_QTY */
    struct unitcost price; /* NO_COST */
    date due;              /* NO_DATE */
    int64_t priority;      /* NO_DAYS */
};

struct life_command {
    enum life_step step;
    bool sales;
    struct text order_id;
    int64_t if_version; /* 0: any */
    struct text reason;
    const struct life_line_command *lines;
    size_t line_count;
};

/* A row of order_change. */
struct life_change {
    struct text what;
    int64_t line;
    struct text before;
    struct text after;
};

struct life_changes {
    struct arena *arena;
    struct life_change *rows;
    size_t count;
};

/* facts: one for each line of the command, of its item (given, or that of the order's line). */
struct life_facts {
    struct text principal;
    struct order_rule rule;
    const struct order_facts *items;
};

/* CHANGED, STATE_CONFLICT, FORBIDDEN, NOT_FOUND (an item), INVALID, OVER_TOLERANCE (below what is
   done), OVERFLOW, LIMIT. */
enum status life_decide(const struct life_command *command, const struct life_facts *facts,
                        struct life_terms *terms, struct life_changes *changes,
                        struct fault *fault) MUST_CHECK;

/* The state as people see it: partly_received, partly_shipped, closed when all is done. */
const char *life_shown_state(const struct life_terms *terms);

#endif
