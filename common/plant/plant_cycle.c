#include "common/plant/plant_reader.h"

#include <stdio.h>
#include <string.h>

/*
 * Cycles of the bill.  Items are taken away level by level once all their parents are gone; what is
 * left lies in a cycle or below one, and each item that is left has a parent that is left.  Going
 * up from parent to parent must therefore run in a loop: that loop is the error, each one told
 * once.  All lines count, whatever their dates: the low-level code of an item does not change by
 * the day.
 */
#define LOOP_SHOWN_MAX 12 /* items of a loop that the message spells out */

struct peel {
    const struct plant *plant;
    uint32_t *first;      /* of each parent, in `components`; one more than items */
    uint32_t *components; /* of the lines by parent */
    uint32_t *parents;    /* lines above an item whose parent is left */
    uint32_t *queue;
    uint32_t *up;    /* bom line above an item that is left, whose parent is left */
    uint32_t *round; /* walk that saw the item, from 1 */
};

static bool peel_init(struct peel *peel, struct plant_reader *reader)
{
    struct arena *arena = reader->scratch;
    size_t items = reader->plant->items_count;
    peel->plant = reader->plant;
    peel->first = arena_alloc(arena, items + 2, sizeof(uint32_t));
    peel->components =
        arena_alloc(arena, (size_t)reader->plant->bom_lines_count + 1, sizeof(uint32_t));
    peel->parents = arena_alloc(arena, items + 1, sizeof(uint32_t));
    peel->queue = arena_alloc(arena, items + 1, sizeof(uint32_t));
    peel->up = arena_alloc(arena, items + 1, sizeof(uint32_t));
    peel->round = arena_alloc(arena, items + 1, sizeof(uint32_t));
    return peel->first && peel->components && peel->parents && peel->queue && peel->up &&
           peel->round;
}

/* Lines by parent, counting sort. */
static void sort_lines(struct peel *peel)
{
    const struct plant *plant = peel->plant;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        peel->first[plant->bom_lines[i].parent + 2]++;
        peel->parents[plant->bom_lines[i].component]++;
    }
    for (uint32_t i = 0; i < plant->items_count; i++)
        peel->first[i + 2] += i > 0 ? peel->first[i + 1] : 0;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        const struct bom_line *line = &plant->bom_lines[i];
        peel->components[peel->first[line->parent + 1]++] = line->component;
    }
}

/* Returns how many items could be taken away. */
static uint32_t take_away(struct peel *peel)
{
    const struct plant *plant = peel->plant;
    uint32_t tail = 0;
    for (uint32_t i = 0; i < plant->items_count; i++) {
        if (peel->parents[i] == 0)
            peel->queue[tail++] = i;
    }
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t item = peel->queue[head];
        for (uint32_t k = peel->first[item]; k < peel->first[item + 1]; k++) {
            uint32_t component = peel->components[k];
            if (--peel->parents[component] == 0)
                peel->queue[tail++] = component;
        }
    }
    return tail;
}

/* For each item that is left, the line to its first parent that is left. */
static void find_up(struct peel *peel)
{
    const struct plant *plant = peel->plant;
    for (uint32_t i = 0; i < plant->items_count; i++)
        peel->up[i] = NO_INDEX;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        const struct bom_line *line = &plant->bom_lines[i];
        if (peel->parents[line->parent] == 0 || peel->parents[line->component] == 0)
            continue;
        uint32_t *up = &peel->up[line->component];
        if (*up == NO_INDEX || line->parent < plant->bom_lines[*up].parent)
            *up = i;
    }
}

static uint32_t above(const struct peel *peel, uint32_t item)
{
    return peel->plant->bom_lines[peel->up[item]].parent;
}

/* The loop's items downwards from its least item, in `queue`; returns how many. */
static uint32_t spell_loop(struct peel *peel, uint32_t start)
{
    uint32_t least = start;
    uint32_t count = 1;
    for (uint32_t at = above(peel, start); at != start; at = above(peel, at)) {
        least = at < least ? at : least;
        count++;
    }
    uint32_t at = least;
    for (uint32_t i = count; i > 0; i--) {
        peel->queue[i % count] = at;
        at = above(peel, at);
    }
    return count;
}

static void report_loop(struct plant_reader *reader, struct peel *peel, uint32_t start)
{
    char loop[PLANT_ERROR_TEXT_MAX] = "";
    char shown[SHOWN_MAX];
    size_t used = 0;
    uint32_t count = spell_loop(peel, start);
    for (uint32_t i = 0; i <= count && used < sizeof(loop); i++) {
        if (count > LOOP_SHOWN_MAX && i == LOOP_SHOWN_MAX) {
            used += (size_t)snprintf(loop + used, sizeof(loop) - used, " > ...");
            i = count;
        }
        if (used >= sizeof(loop))
            break;
        plant_shown(text_of(plant_item_code(reader->plant, peel->queue[i % count])), shown);
        used +=
            (size_t)snprintf(loop + used, sizeof(loop) - used, "%s%s", i > 0 ? " > " : "", shown);
    }
    reader->file = FILE_BOM;
    reader->line = reader->bom_line_lines[peel->up[peel->queue[0]]];
    reader->cycle = true;
    plant_error(reader, "component", "bill of material contains a cycle: %s", loop);
}

static void walk_loops(struct plant_reader *reader, struct peel *peel)
{
    for (uint32_t i = 0; i < reader->plant->items_count; i++) {
        uint32_t at = i;
        if (peel->parents[i] == 0)
            continue;
        while (peel->round[at] == 0) {
            peel->round[at] = i + 1;
            at = above(peel, at);
        }
        if (peel->round[at] == i + 1)
            report_loop(reader, peel, at);
    }
}

void plant_check_cycle(struct plant_reader *reader)
{
    struct peel peel;
    if (reader->plant->bom_lines_count == 0)
        return;
    if (!peel_init(&peel, reader)) {
        reader->out_of_room = true;
        return;
    }
    sort_lines(&peel);
    if (take_away(&peel) == reader->plant->items_count)
        return;
    find_up(&peel);
    walk_loops(reader, &peel);
}
