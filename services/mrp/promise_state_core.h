#ifndef MILLRACE_MRP_PROMISE_STATE_CORE_H
#define MILLRACE_MRP_PROMISE_STATE_CORE_H

#include "services/mrp/net_core.h"
#include "services/mrp/promise_core.h"

/* What promise_core.c (what is free) and promise_bill_core.c (the what-if through the bills) share.
 */

/* An item in a segment: what of it is free, and what the what-if at hand takes. */
struct node {
    uint32_t item;
    uint32_t segment;
    int64_t *free;       /* ATP by day, [horizon] */
    uint32_t first_take; /* number of a take, 0: none */
    uint32_t asked;      /* of which ask it is a part */
};

struct take {
    struct frac qty; /* micro */
    int32_t day;
    uint32_t through; /* 1: past the item, by a bill line of kind phantom */
    uint32_t next;
    uint32_t spare;
};

struct promise {
    const struct plan *plan;
    struct model *model;
    struct net net;
    uint32_t *line_first; /* [item_count + 1]: bill lines by parent */
    uint32_t *lines;

    struct node *nodes;
    uint32_t node_count;
    uint32_t node_capacity;
    uint32_t
        *node_of; /* by item, and by item_count + item where there is a segment: number, 0: none */
    uint32_t *order; /* nodes of the ask by level */
    uint32_t order_count;
    uint32_t order_capacity;
    uint32_t asks;

    struct take *takes; /* number k stands at k - 1 */
    uint32_t take_count;
    uint32_t take_capacity;
    struct take *sorted;
    uint32_t sorted_capacity;

    uint32_t segment; /* being looked at */
    int64_t *supply;  /* [horizon] of it, as the next two */
    int64_t *committed;
    int64_t *ending; /* stock whose last day it is */
    struct promise_day *rows;
    struct promise_answer late; /* the latest order of the what-if */
};

/* The node of an item and segment, made when it is new.  NULL with the fault set. */
struct node *promise_node(struct promise *promise, uint32_t item, uint32_t segment) MUST_CHECK;

/* False, with the fault set. */
bool promise_no_room(struct promise *promise);

#endif
