#include "common/bom/bom_nodes.h"

#include "common/base/sort.h"

#include <string.h>

#define FIRST_ROOM 64u /* nodes; slots are twice as many */

static uint32_t slot_of(uint32_t item, uint32_t slot_count)
{
    return (uint32_t)(((uint64_t)item * 0x9E3779B97F4A7C15u) >> 32) & (slot_count - 1);
}

void *bom_nodes_grown(struct arena *arena, const void *array, uint32_t *room, size_t size)
{
    uint32_t more = *room == 0 ? FIRST_ROOM : *room * 2;
    void *grown = more > *room ? arena_alloc(arena, more, size) : NULL;
    if (!grown)
        return NULL;
    if (*room > 0)
        memcpy(grown, array, *room * size);
    *room = more;
    return grown;
}

bool bom_nodes_init(struct bom_nodes *nodes, const struct bom_graph *graph, struct arena *arena)
{
    *nodes = (struct bom_nodes){.graph = graph, .arena = arena, .slot_count = 2 * FIRST_ROOM};
    nodes->slots = arena_alloc(arena, nodes->slot_count, sizeof(uint32_t));
    nodes->heads = arena_alloc(arena, (size_t)graph->level_count + 1, sizeof(uint32_t));
    nodes->nodes = bom_nodes_grown(arena, NULL, &nodes->room, sizeof(*nodes->nodes));
    for (uint32_t i = 0; nodes->heads && i <= graph->level_count; i++)
        nodes->heads[i] = NO_INDEX;
    return nodes->slots && nodes->heads && nodes->nodes;
}

static void put(uint32_t *slots, uint32_t slot_count, uint32_t item, uint32_t node)
{
    uint32_t slot = slot_of(item, slot_count);
    while (slots[slot] != 0)
        slot = (slot + 1) & (slot_count - 1);
    slots[slot] = node + 1;
}

static bool grow(struct bom_nodes *nodes)
{
    struct bom_node *grown =
        bom_nodes_grown(nodes->arena, nodes->nodes, &nodes->room, sizeof(*nodes->nodes));
    uint32_t slot_count = 2 * nodes->room;
    uint32_t *slots = arena_alloc(nodes->arena, slot_count, sizeof(uint32_t));
    if (!grown || !slots)
        return false;
    nodes->nodes = grown;
    for (uint32_t i = 0; i < nodes->count; i++)
        put(slots, slot_count, grown[i].item, i);
    nodes->slots = slots;
    nodes->slot_count = slot_count;
    return true;
}

uint32_t bom_nodes_find(const struct bom_nodes *nodes, uint32_t item)
{
    uint32_t slot = slot_of(item, nodes->slot_count);
    while (nodes->slots[slot] != 0 && nodes->nodes[nodes->slots[slot] - 1].item != item)
        slot = (slot + 1) & (nodes->slot_count - 1);
    return nodes->slots[slot] == 0 ? NO_INDEX : nodes->slots[slot] - 1;
}

uint32_t bom_nodes_add(struct bom_nodes *nodes, uint32_t item)
{
    uint32_t found = bom_nodes_find(nodes, item);
    if (found != NO_INDEX)
        return found;
    if (nodes->count == nodes->room && !grow(nodes))
        return NO_INDEX;
    uint32_t made = nodes->count++;
    uint32_t *head = &nodes->heads[nodes->graph->level[item]];
    nodes->nodes[made] = (struct bom_node){
        .exact = {0, 1}, .fixed = {0, 1}, .item = item, .next = *head, .shares = NO_INDEX};
    *head = made;
    put(nodes->slots, nodes->slot_count, item, made);
    return made;
}

int bom_nodes_order(const void *context, uint32_t a, uint32_t b)
{
    const struct bom_nodes *nodes = context;
    return plant_item_order(nodes->graph->plant, nodes->nodes[a].item, nodes->nodes[b].item);
}

bool bom_nodes_turn(struct bom_nodes *nodes, uint32_t level, uint32_t *count)
{
    if (nodes->turn_room < nodes->count) {
        nodes->turn = arena_alloc(nodes->arena, nodes->room, sizeof(uint32_t));
        nodes->spare = arena_alloc(nodes->arena, nodes->room, sizeof(uint32_t));
        if (!nodes->turn || !nodes->spare)
            return false;
        nodes->turn_room = nodes->room;
    }
    *count = 0;
    for (uint32_t node = nodes->heads[level]; node != NO_INDEX; node = nodes->nodes[node].next)
        nodes->turn[(*count)++] = node;
    sort_u32(nodes->turn, nodes->spare, *count, bom_nodes_order, nodes);
    return true;
}
