#include "services/cost/rolling_core.h"

#include <string.h>

/*
 * Costs again, where something changed.  Places in the sequence wait as bits and are taken upwards:
 * what an item's cost goes into comes after it.
 *
 * Nearly all of the time is memory that is far away, so items are taken some at a time: those of a
 * level go into none of each other, and what they need is asked for together, step by step, before
 * the first of them is costed.
 */
#define TOGETHER_MAX 16
#define LINE_BYTES   64

struct together {
    uint32_t items[TOGETHER_MAX];
    uint32_t count;
};

static bool know_places(struct rollup *r, struct arena *arena)
{
    uint32_t items = r->plant->items_count;
    if (r->place)
        return true;
    r->waiting = arena_alloc(arena, (size_t)items / 64 + 1, sizeof *r->waiting);
    r->words = arena_alloc(arena, (size_t)items / 4096 + 1, sizeof *r->words);
    r->place =
        r->waiting && r->words ? arena_alloc(arena, (size_t)items + 1, sizeof *r->place) : NULL;
    for (uint32_t i = 0; r->place && i < items; i++)
        r->place[r->sequence.items[i]] = i;
    return r->place != NULL;
}

static void await(struct rollup *r, uint32_t item)
{
    uint32_t place = r->place[item];
    r->waiting[place / 64] |= (uint64_t)1 << (place % 64);
    r->words[place / 4096] |= (uint64_t)1 << (place / 64 % 64);
}

/* Who uses the item, and what its own order makes besides. */
static void await_dependents(struct rollup *r, uint32_t item)
{
    const struct bom_graph *graph = r->graph;
    const struct bom_line *lines = r->plant->bom_lines;
    for (uint32_t k = graph->above_first[item]; k < graph->above_end[item]; k++)
        await(r, lines[graph->above[k]].parent);
    for (uint32_t k = graph->below_first[item]; !r->by_level && k < graph->below_end[item]; k++) {
        uint32_t product = lines[graph->below[k]].component;
        if (r->sequence.source[product] == graph->below[k] + 1)
            await(r, product);
    }
}

/* ---- some items at a time ---- */

/* The first place that waits; NO_INDEX: none does. */
static uint32_t first_place(const struct rollup *r, uint32_t *from)
{
    uint32_t words = r->plant->items_count / 4096 + 1;
    while (*from < words && r->words[*from] == 0)
        ++*from;
    if (*from == words)
        return NO_INDEX;
    uint32_t word = *from * 64 + (uint32_t)__builtin_ctzll(r->words[*from]);
    return word * 64 + (uint32_t)__builtin_ctzll(r->waiting[word]);
}

static void take_place(struct rollup *r, uint32_t place)
{
    r->waiting[place / 64] &= ~((uint64_t)1 << (place % 64));
    if (r->waiting[place / 64] == 0)
        r->words[place / 4096] &= ~((uint64_t)1 << (place / 64 % 64));
}

/* Where what may be costed together with the item at a place ends. */
static uint32_t together_end(const struct rollup *r, uint32_t place, uint32_t *level)
{
    if (!r->by_level)
        return place + 1;
    while (r->level_ends[*level] <= place)
        ++*level;
    return r->level_ends[*level];
}

static void take_together(struct rollup *r, uint32_t *from, uint32_t *level,
                          struct together *together)
{
    uint32_t place = first_place(r, from);
    uint32_t end = place == NO_INDEX ? 0 : together_end(r, place, level);
    uint32_t ahead = *from; /* what these go into may wait before the next that waits now */
    for (together->count = 0; place < end && together->count < TOGETHER_MAX;
         place = first_place(r, &ahead)) {
        take_place(r, place);
        together->items[together->count++] = r->sequence.items[place];
    }
}

static void fetch(const void *row, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += LINE_BYTES)
        __builtin_prefetch((const char *)row + at);
}

static void fetch_item(const struct rollup *r, uint32_t item)
{
    __builtin_prefetch(&r->plant->items[item]);
    __builtin_prefetch(&r->graph->below_first[item]);
    __builtin_prefetch(&r->graph->below_end[item]);
    __builtin_prefetch(&r->graph->above_first[item]);
    __builtin_prefetch(&r->graph->above_end[item]);
    __builtin_prefetch(&r->operation_first[item]);
    fetch(&r->costs[item], sizeof *r->costs);
}

static void fetch_lists(const struct rollup *r, uint32_t item)
{
    __builtin_prefetch(&r->graph->below[r->graph->below_first[item]]);
    __builtin_prefetch(&r->graph->above[r->graph->above_first[item]]);
    __builtin_prefetch(&r->operations[r->operation_first[item]]);
}

static void fetch_rows(const struct rollup *r, uint32_t item)
{
    const struct bom_graph *graph = r->graph;
    for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++)
        __builtin_prefetch(&r->plant->bom_lines[graph->below[k]]);
    for (uint32_t k = graph->above_first[item]; k < graph->above_end[item]; k++)
        __builtin_prefetch(&r->plant->bom_lines[graph->above[k]]);
    for (uint32_t i = r->operation_first[item]; i < r->operation_first[item + 1]; i++)
        fetch(&r->plant->operations[r->operations[i]], sizeof *r->plant->operations);
}

static void fetch_components(const struct rollup *r, uint32_t item)
{
    const struct bom_graph *graph = r->graph;
    for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++) {
        uint32_t component = r->plant->bom_lines[graph->below[k]].component;
        __builtin_prefetch(&r->plant->items[component].type);
        fetch(&r->costs[component], sizeof *r->costs);
    }
    for (uint32_t k = graph->above_first[item]; k < graph->above_end[item]; k++)
        __builtin_prefetch(&r->place[r->plant->bom_lines[graph->above[k]].parent]);
}

/* Each step looks at what the one before it fetched. */
static void fetch_together(const struct rollup *r, const struct together *together)
{
    static void (*const steps[])(const struct rollup *r, uint32_t item) = {
        fetch_item, fetch_lists, fetch_rows, fetch_components};
    for (size_t step = 0; together->count > 1 && step < COUNT_OF(steps); step++) {
        for (uint32_t i = 0; i < together->count; i++)
            steps[step](r, together->items[i]);
    }
}

/* ---- what differs ---- */

static bool changes_have_room(struct rollup_changes *changes, struct arena *arena)
{
    if (changes->count + TOGETHER_MAX <= changes->room)
        return true;
    size_t room = changes->room == 0 ? 256 : 2 * changes->room;
    uint32_t *items = arena_alloc(arena, room, sizeof *items);
    struct item_cost *before = arena_alloc(arena, room, sizeof *before);
    if (!items || !before)
        return false;
    if (changes->count > 0) {
        memcpy(items, changes->items, changes->count * sizeof *items);
        memcpy(before, changes->before, changes->count * sizeof *before);
    }
    changes->items = items;
    changes->before = before;
    changes->room = room;
    return true;
}

/* A product is costed with the item that makes it, which comes before it. */
static enum status cost_again(struct rollup *r, uint32_t item, struct rollup_changes *changes)
{
    struct item_cost was = r->costs[item];
    uint32_t source = r->sequence.source[item];
    enum status status = rollup_item(r, source > 0 ? r->plant->bom_lines[source - 1].parent : item);
    if (status != STATUS_OK)
        return status;
    changes->seen++;
    if (source == 0 && memcmp(&was, &r->costs[item], sizeof was) == 0)
        return STATUS_OK;
    changes->items[changes->count] = item;
    changes->before[changes->count++] = was;
    await_dependents(r, item);
    return STATUS_OK;
}

static enum status cost_together(struct rollup *r, const struct together *together,
                                 struct arena *arena, struct rollup_changes *changes)
{
    enum status status = STATUS_OK;
    if (!changes_have_room(changes, arena))
        return fault_set(r->fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    fetch_together(r, together);
    for (uint32_t i = 0; i < together->count && status == STATUS_OK; i++)
        status = cost_again(r, together->items[i], changes);
    return status;
}

enum status rollup_again(struct rollup *r, const uint32_t *items, size_t count, struct arena *arena,
                         struct rollup_changes *changes, struct fault *fault)
{
    enum status status = STATUS_OK;
    uint32_t from = 0;
    uint32_t level = 0;
    struct together together;
    *changes = (struct rollup_changes){0};
    if (!know_places(r, arena))
        return fault_set(fault, STATUS_LIMIT, "", "roll-up does not fit in memory");
    r->fault = fault;
    for (size_t i = 0; i < count; i++)
        await(r, items[i]);
    do {
        take_together(r, &from, &level, &together);
        status = cost_together(r, &together, arena, changes);
    } while (status == STATUS_OK && together.count > 0);
    r->fault = NULL;
    return status;
}
