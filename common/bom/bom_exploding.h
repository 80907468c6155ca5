#ifndef MILLRACE_BOM_BOM_EXPLODING_H
#define MILLRACE_BOM_BOM_EXPLODING_H

#include "common/bom/bom_choose.h"
#include "common/bom/bom_explode.h"

/* An explosion under way: what bom_explode.c and bom_net.c share.  Not for others. */

/* Netting: what an order's line needs of an item, on its way through phantoms. */
struct bom_share {
    struct frac exact;
    uint32_t origin; /* number of the order's line */
    uint32_t next;   /* of the same node, NO_INDEX at the end */
};

struct bom_exploding {
    const struct bom_request *request;
    struct arena *arena;
    struct fault *fault;
    struct bom_nodes nodes;
    struct bom_chosen *chosen;
    uint32_t chosen_count;
    uint32_t chosen_room;
    uint32_t *lines; /* room for the lines of one parent */
    uint32_t lines_room;
    struct bom_share *shares;
    uint32_t share_count;
    uint32_t share_room;
    uint32_t origins;
};

typedef enum status bom_exploding_fn(struct bom_exploding *exploding, uint32_t node);

/* Every node once, parents before components; `each` may add nodes below. */
enum status bom_exploding_levels(struct bom_exploding *exploding,
                                 bom_exploding_fn *each) MUST_CHECK;

/* The lines that count for a quantity of the node, and nodes of their components. */
enum status bom_exploding_choose(struct bom_exploding *exploding, uint32_t node,
                                 struct frac quantity) MUST_CHECK;
enum status bom_exploding_overflow(const struct bom_exploding *exploding, uint32_t item);

/* Nets one node and hands on what is left. */
bom_exploding_fn bom_net_node;

#endif
