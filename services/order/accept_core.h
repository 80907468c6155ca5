#ifndef MILLRACE_ORDER_ACCEPT_CORE_H
#define MILLRACE_ORDER_ACCEPT_CORE_H

#include "services/order/order_core.h"

/*
 * Suggestions that become orders, all of a command or none.
 *
 * A planned order is accepted as it was seen: quantity and due day are repeated by the caller, and
 * when the plan has moved on since, nothing is done and the answer says what it is now.  Accepted,
 * it is out of the list at once; the plan makes it again only after it knows the order and still
 * needs more.  So two planners who press at the same moment get one order: the second finds it
 * accepted.
 *
 * Bought ones of one supplier become the lines of one purchase order, moved ones of one source
 * plant of one transfer order, each made one a firm work order, all in the order given.
 */
struct accept_item {
    struct text planned_order_id;
    struct qty quantity; /* as seen */
    date due_on;
    struct qty order_quantity; /* to be ordered instead; NO_QTY: the same */
    date order_due_on;         /* NO_DATE: the same */
    size_t place;              /* in the command */
    bool alone;                /* the command accepts this one only: its fields have no path */
};

struct accept_command {
    const struct accept_item *items;
    size_t count; /* 1 .. ORDER_LINES_MAX */
};

struct accepted {
    const char *type; /* make, buy, transfer */
    const struct work_order *work;
    const struct purchase_order *purchase; /* of what is bought or moved */
    size_t line;                           /* in it, from 1 */
};

enum status accept_wants(const struct accept_command *command, struct book *book,
                         struct fault *fault) MUST_CHECK;

/* master->facts: one an item of the command.  INVALID, NOT_FOUND, STATE_CONFLICT (the suggestion
   changed or was accepted), OVERFLOW; fields of orders[i] where there are several. */
enum status accept_decide(const struct accept_command *command, const struct order_master *master,
                          struct book *book, struct accepted *out, struct fault *fault) MUST_CHECK;

#endif
