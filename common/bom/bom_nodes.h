#ifndef MILLRACE_BOM_BOM_NODES_H
#define MILLRACE_BOM_BOM_NODES_H

#include "common/base/frac.h"
#include "common/bom/bom_graph.h"

/*
 * The items that a request reaches, and no others: a request on one bill of a plant with a million
 * items pays for its own bill only.  Items are found by hashing, and taken level by level, within a
 * level in order of their codes, so that everything about an item is known before its turn.
 */
struct bom_node {
    struct frac exact;   /* what is needed of it */
    struct frac fixed;   /* where-used: needed once for each order, besides `exact` for each one */
    int64_t occurrences; /* paths that reach it; 0: not needed */
    uint32_t item;
    uint32_t next;   /* of the same level; NO_INDEX at the end */
    uint32_t first;  /* lines that count: chosen[first .. first + count) */
    uint32_t count;  /* before choosing 0 */
    uint32_t shares; /* netting: newest share, NO_INDEX without */
    struct qty gross;
    struct qty from_stock;
    struct qty net;
};

struct bom_nodes {
    const struct bom_graph *graph;
    struct arena *arena;
    struct bom_node *nodes;
    uint32_t count;
    uint32_t room;
    uint32_t *slots; /* node + 1 by hash of the item, 0: free */
    uint32_t slot_count;
    uint32_t *heads; /* newest node of each level */
    uint32_t *turn;  /* nodes of the level whose turn it is */
    uint32_t *spare;
    uint32_t turn_room;
};

/* False here and below: no room in the arena. */
bool bom_nodes_init(struct bom_nodes *nodes, const struct bom_graph *graph,
                    struct arena *arena) MUST_CHECK;

/* The node of the item, made when missing; NO_INDEX without room.  Pointers to nodes move. */
uint32_t bom_nodes_add(struct bom_nodes *nodes, uint32_t item) MUST_CHECK;
uint32_t bom_nodes_find(const struct bom_nodes *nodes, uint32_t item); /* or NO_INDEX */

/* Two nodes by the codes of their items; `context` is the struct bom_nodes (sort.h). */
int bom_nodes_order(const void *context, uint32_t a, uint32_t b);

/* nodes->turn holds the level's nodes in order of their items until the next call. */
bool bom_nodes_turn(struct bom_nodes *nodes, uint32_t level, uint32_t *count) MUST_CHECK;

/* Twice the room of an array in the arena; NULL: no room. */
void *bom_nodes_grown(struct arena *arena, const void *array, uint32_t *room,
                      size_t size) MUST_CHECK;

#endif
