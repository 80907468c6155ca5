#ifndef MILLRACE_COST_ACTUAL_CORE_H
#define MILLRACE_COST_ACTUAL_CORE_H

#include "common/base/arena.h"
#include "common/base/qty.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * What an order really cost, down the levels (design/costing.md section 4).  Pure.
 *
 * A node is an amount of the order's actual cost: a lot of a component at what was charged for it,
 * worked labour, machine, overhead, or what a co-product took away.  Where a component was made by
 * another order, its amount is taken apart by that order's own actual cost:
 *
 *     its share  = cost of the maker x pieces taken / pieces it brought of the item
 *     difference = charged - its share: a standard or planned cost against what it really was
 *
 * and the share is shared out over the maker's lines by their amounts, cumulatively, so that the
 * leaves below a node add up to it, and all leaves to the order's actual cost, exactly.
 *
 * Who made the pieces is known by cost layers (FIFO, LOT), else by the lot; pieces of no lot that
 * are at standard or average are a leaf.  An order is not looked into again below itself.
 */
#define ACTUAL_NODES_MAX  20000
#define ACTUAL_LEVELS_MAX 60
#define ACTUAL_ORDERS_MAX 5000
#define ACTUAL_NO_NODE    SIZE_MAX

/* A part of what an order cost. */
struct actual_line {
    const char *element; /* material, labor, machine, overhead, coproduct */
    struct text item;    /* "" none, as the next four */
    struct text lot;
    struct text source_kind; /* work_order, purchase_order: where it came from */
    struct text source;
    struct text document; /* that brought it */
    struct qty qty;
    struct amount amount;
};

/* What an order has brought of an item, and what that took from its work in process. */
struct actual_output {
    struct text item;
    struct qty qty;
    struct amount credit;
};

struct actual_order {
    struct text work_order;
    struct text item;
    struct actual_line *lines; /* debits first, then what co-products took */
    size_t line_count;
    struct actual_output *outputs;
    size_t output_count;
};

struct actual_node {
    uint32_t level; /* 0: the order itself */
    size_t parent;  /* ACTUAL_NO_NODE at level 0 */
    struct actual_line line;
    struct amount share; /* of a component that was taken apart; else its amount */
    bool apart;          /* it has nodes below it */
};

struct actual_tree {
    struct arena *arena;
    struct actual_node *nodes; /* level after level */
    size_t count;
    struct actual_order *orders;
    size_t order_count;
    uint32_t levels; /* to be shown at most */
};

/* Texts live as long as the arena.  LIMIT. */
enum status actual_init(struct actual_tree *tree, struct arena *arena, uint32_t levels,
                        struct fault *fault) MUST_CHECK;

/* Room for an order's facts, to be filled in. */
enum status actual_add_order(struct actual_tree *tree, struct actual_order **out,
                             struct fault *fault) MUST_CHECK;
const struct actual_order *actual_find_order(const struct actual_tree *tree,
                                             struct text work_order);

/* A node of level 0: `qty` pieces of the order's product, all it has brought where it is 0 (then
   with what is still in process).  The order has been added. */
enum status actual_root(struct actual_tree *tree, const struct actual_order *order, struct text lot,
                        struct qty qty, struct fault *fault) MUST_CHECK;

/* The order that made the node's pieces and is to be looked into; "": none. */
struct text actual_maker(const struct actual_tree *tree, size_t node);

/* The nodes below it; its maker has been added. */
enum status actual_take_apart(struct actual_tree *tree, size_t node,
                              struct fault *fault) MUST_CHECK;

/* Of what was taken of one item: the sources' amounts and what else it was charged (late costs),
   which goes to them by pieces. */
enum status actual_spread(struct actual_line *lines, size_t count, struct amount rest,
                          struct fault *fault) MUST_CHECK;

#endif
