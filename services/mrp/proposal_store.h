#ifndef MILLRACE_MRP_PROPOSAL_STORE_H
#define MILLRACE_MRP_PROPOSAL_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"

/* Open orders that messages are about, as they are now: a part of mrp_schema. */
extern const struct sql_schema proposal_schema;

/* One message as it was seen, what the plan knows of its order, and the order as it is. */
struct proposal {
    struct text item;
    struct text message;
    struct text
        reference;       /* of the order as plans name it: its number, "/2" behind it for line 2 */
    date seen_on;        /* NO_DATE */
    struct qty seen_qty; /* NO_QTY */

    int kind;     /* enum plan_message_kind */
    bool is_work; /* a work order; else a purchase or transfer order */
    date plan_due;
    struct qty plan_qty; /* still to come */

    struct text order_id; /* without bytes: no longer open */
    int64_t line;
    int64_t version;
    struct qty qty; /* started, where it is a work order */
    struct qty received;
    struct qty open;
    struct qty good; /* of a work order */
    date due;
    int64_t open_lines; /* of the whole order */
    bool any_received;
};

enum status store_proposed_orders(struct sql *sql, struct text plant, struct proposal *proposals,
                                  size_t count, struct arena *arena,
                                  struct fault *fault) MUST_CHECK;

#endif
