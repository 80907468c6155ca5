#include "common/bom/bom_patch.h"

#include "common/base/sort.h"

#include <stdio.h>
#include <string.h>

#define LOOP_SHOWN_MAX 12 /* items of a loop that a message spells out */
#define TERMS_SLACK    1024

struct bom_patch {
    struct bom_graph *graph;
    struct plant *plant;
    struct arena *arena;
    uint32_t below_used;
    uint32_t above_used;
    uint32_t *below_room; /* items: places of its row */
    uint32_t *above_room;
    uint32_t terms_room;
    uint32_t *mark; /* items: round that has seen it */
    uint32_t round;
    uint32_t *from;  /* items: the item above it on the way that was walked */
    uint32_t *stack; /* items + 2 */
    uint32_t *spare; /* items + BOM_BILL_LINES_MAX */
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the bills do not fit their memory");
}

/* first .. end as arrays of their own, and what each row has for itself. */
static bool own_rows(uint32_t *first, uint32_t **end, uint32_t **room, size_t items,
                     struct arena *arena)
{
    uint32_t *ends = arena_alloc(arena, items + 1, sizeof(uint32_t));
    *room = arena_alloc(arena, items + 1, sizeof(uint32_t));
    if (!ends || !*room)
        return false;
    memcpy(ends, *end, items * sizeof(uint32_t));
    for (size_t i = 0; i < items; i++)
        (*room)[i] = ends[i] - first[i];
    *end = ends;
    return true;
}

enum status bom_patch_new(struct bom_graph *graph, struct plant *plant, struct arena *arena,
                          struct bom_patch **out, struct fault *fault)
{
    size_t items = plant->items_count;
    struct bom_patch *patch = arena_alloc(arena, 1, sizeof(*patch));
    if (!patch)
        return no_room(fault);
    *patch = (struct bom_patch){.graph = graph,
                                .plant = plant,
                                .arena = arena,
                                .below_used = plant->bom_lines_count,
                                .above_used = plant->bom_lines_count,
                                .terms_room = plant->bom_term_count};
    patch->mark = arena_alloc(arena, items + 1, sizeof(uint32_t));
    patch->from = arena_alloc(arena, items + 1, sizeof(uint32_t));
    patch->stack = arena_alloc(arena, items + 2, sizeof(uint32_t));
    patch->spare = arena_alloc(arena, items + BOM_BILL_LINES_MAX, sizeof(uint32_t));
    if (!patch->mark || !patch->from || !patch->stack || !patch->spare ||
        !own_rows(graph->below_first, &graph->below_end, &patch->below_room, items, arena) ||
        !own_rows(graph->above_first, &graph->above_end, &patch->above_room, items, arena))
        return no_room(fault);
    *out = patch;
    return STATUS_OK;
}

/* ---- what is below ---- */

/* The components of an item: of its changed bill where it has one. */
struct view {
    const struct bom_bill *bill;
    uint32_t at;
    uint32_t end;
};

static const struct bom_bill *bill_of(const struct bom_bill *bills, size_t count, uint32_t item)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bills[middle].parent < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && bills[low].parent == item ? &bills[low] : NULL;
}

static struct view view_of(const struct bom_patch *patch, const struct bom_bill *bills,
                           size_t count, uint32_t item)
{
    const struct bom_bill *bill = bill_of(bills, count, item);
    if (bill)
        return (struct view){bill, 0, bill->line_count};
    return (struct view){NULL, patch->graph->below_first[item], patch->graph->below_end[item]};
}

static uint32_t view_component(const struct bom_patch *patch, const struct view *view, uint32_t at)
{
    return view->bill ? view->bill->lines[at].component
                      : patch->plant->bom_lines[patch->graph->below[at]].component;
}

static void next_round(struct bom_patch *patch)
{
    if (++patch->round != 0)
        return;
    memset(patch->mark, 0, (size_t)patch->plant->items_count * sizeof(uint32_t));
    patch->round = 1;
}

struct search {
    const struct bom_bill *bills;
    size_t bill_count;
    uint32_t top;
    uint32_t level_below; /* items at this level or deeper cannot reach what is looked for */
    bom_patch_want_fn *wanted;
    const void *context;
};

/* Depth first with a stack of its own; NO_INDEX when nothing below `top` is wanted. */
static uint32_t search_below(struct bom_patch *patch, const struct search *search)
{
    uint32_t depth = 0;
    next_round(patch);
    patch->mark[search->top] = patch->round;
    patch->from[search->top] = NO_INDEX;
    patch->stack[depth++] = search->top;
    while (depth > 0) {
        uint32_t item = patch->stack[--depth];
        struct view view = view_of(patch, search->bills, search->bill_count, item);
        for (uint32_t k = view.at; k < view.end; k++) {
            uint32_t component = view_component(patch, &view, k);
            bool hit = search->wanted(search->context, component);
            if (patch->mark[component] == patch->round && !hit)
                continue;
            if (!hit && patch->graph->level[component] >= search->level_below)
                continue;
            if (component != search->top)
                patch->from[component] = item;
            if (hit)
                return component == search->top ? item : component;
            patch->mark[component] = patch->round;
            patch->stack[depth++] = component;
        }
    }
    return NO_INDEX;
}

uint32_t bom_patch_find_below(struct bom_patch *patch, uint32_t top, bom_patch_want_fn *wanted,
                              const void *context)
{
    const struct search search = {
        .top = top, .level_below = UINT32_MAX, .wanted = wanted, .context = context};
    return wanted(context, top) ? top : search_below(patch, &search);
}

void bom_patch_spell(const struct bom_patch *patch, uint32_t found, char *text, size_t size)
{
    uint32_t count = 0;
    size_t used = 0;
    uint32_t top = found;
    for (uint32_t at = found; at != NO_INDEX && count <= patch->plant->items_count;
         at = patch->from[at]) {
        patch->spare[count++] = at;
        top = at;
    }
    for (uint32_t i = count; i > 0 && used < size; i--) {
        bool cut = count > LOOP_SHOWN_MAX && count - i >= LOOP_SHOWN_MAX - 1 && i > 1;
        if (cut) {
            used += (size_t)snprintf(text + used, size - used, "... > ");
            i = 1;
            if (used >= size)
                return;
        }
        used += (size_t)snprintf(text + used, size - used, "%s > ",
                                 plant_item_code(patch->plant, patch->spare[i - 1]));
    }
    if (used < size)
        snprintf(text + used, size - used, "%s", plant_item_code(patch->plant, top));
}

static bool is_item(const void *context, uint32_t item)
{
    return item == *(const uint32_t *)context;
}

/* ---- loops and depth ---- */

/* With one bill changed the levels say which items can be above its parent. */
static enum status check_loop(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                              const struct bom_bill *bill, struct fault *fault)
{
    char loop[192];
    const struct search search = {
        .bills = bills,
        .bill_count = count,
        .top = bill->parent,
        .level_below = count == 1 ? patch->graph->level[bill->parent] : UINT32_MAX,
        .wanted = is_item,
        .context = &bill->parent,
    };
    uint32_t found = search_below(patch, &search);
    if (found == NO_INDEX)
        return STATUS_OK;
    bom_patch_spell(patch, found, loop, sizeof(loop));
    return fault_set(fault, STATUS_BOM_CYCLE, "component", "bill of material contains a cycle: %s",
                     loop);
}

/* Levels below the parent, by walking them one after another; an item may be met on several. */
static uint32_t depth_below(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            uint32_t parent)
{
    uint32_t depth = 0;
    uint32_t *now = patch->stack;
    uint32_t *next = patch->spare;
    uint32_t now_count = 1;
    now[0] = parent;
    while (now_count > 0 && depth <= BOM_LEVELS_MAX) {
        uint32_t next_count = 0;
        next_round(patch);
        for (uint32_t i = 0; i < now_count; i++) {
            struct view view = view_of(patch, bills, count, now[i]);
            for (uint32_t k = view.at; k < view.end; k++) {
                uint32_t component = view_component(patch, &view, k);
                if (patch->mark[component] == patch->round)
                    continue;
                patch->mark[component] = patch->round;
                next[next_count++] = component;
            }
        }
        uint32_t *swap = now;
        now = next;
        next = swap;
        now_count = next_count;
        depth += next_count > 0;
    }
    return depth;
}

/* A line to an item that is deeper already moves nothing. */
static bool moves_levels(const struct bom_patch *patch, const struct bom_bill *bill)
{
    uint32_t level = patch->graph->level[bill->parent];
    for (uint32_t i = 0; i < bill->line_count; i++) {
        if (patch->graph->level[bill->lines[i].component] <= level)
            return true;
    }
    return false;
}

enum status bom_patch_check(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            size_t *which, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (*which = 0; *which < count; ++*which) {
        const struct bom_bill *bill = &bills[*which];
        if (!moves_levels(patch, bill) && count == 1)
            continue;
        status = check_loop(patch, bills, count, bill, fault);
        if (status != STATUS_OK)
            return status;
        if (!moves_levels(patch, bill))
            continue;
        uint32_t depth =
            patch->graph->level[bill->parent] + depth_below(patch, bills, count, bill->parent);
        if (depth > BOM_LEVELS_MAX)
            return fault_set(fault, STATUS_LIMIT, "component",
                             "item \"%s\" would be on a way of more than %d levels",
                             plant_item_code(patch->plant, bill->parent), BOM_LEVELS_MAX);
    }
    return STATUS_OK;
}

/* ---- rows ---- */

/* A row that is to have `wanted` places: where it stands, else at the end of the array. */
struct row_array {
    uint32_t *lines;
    uint32_t *first;
    uint32_t *end;
    uint32_t *room;
    uint32_t *used;
    uint32_t most;
};

static struct row_array below_rows(struct bom_patch *patch)
{
    struct bom_graph *graph = patch->graph;
    return (struct row_array){graph->below,      graph->below_first, graph->below_end,
                              patch->below_room, &patch->below_used, graph->room};
}

static struct row_array above_rows(struct bom_patch *patch)
{
    struct bom_graph *graph = patch->graph;
    return (struct row_array){graph->above,      graph->above_first, graph->above_end,
                              patch->above_room, &patch->above_used, graph->room};
}

static uint32_t extra_room(uint32_t wanted)
{
    return wanted / 8 + 2;
}

static bool row_grow(const struct row_array *rows, uint32_t item, uint32_t wanted)
{
    if (wanted <= rows->room[item])
        return true;
    uint32_t room = wanted + extra_room(wanted);
    if (room > rows->most - *rows->used)
        return false;
    uint32_t count = rows->end[item] - rows->first[item];
    memcpy(rows->lines + *rows->used, rows->lines + rows->first[item], count * sizeof(uint32_t));
    rows->first[item] = *rows->used;
    rows->end[item] = *rows->used + count;
    rows->room[item] = room;
    *rows->used += room;
    return true;
}

/* Room for everything that the bill needs, so that nothing can fail half way. */
static bool rows_have_room(struct bom_patch *patch, const struct bom_bill *bill)
{
    const struct row_array above = above_rows(patch);
    const struct row_array below = below_rows(patch);
    const struct bom_graph *graph = patch->graph;
    uint32_t old = graph->below_end[bill->parent] - graph->below_first[bill->parent];
    uint32_t more = bill->line_count > old ? bill->line_count - old : 0;
    bool ok = bill->line_count < BOM_BILL_LINES_MAX &&
              more <= patch->plant->bom_line_room - patch->plant->bom_lines_count &&
              row_grow(&below, bill->parent, bill->line_count);
    for (uint32_t i = 0; ok && i < bill->line_count; i++) {
        uint32_t component = bill->lines[i].component;
        uint32_t again = 1; /* a component may stand in several lines */
        for (uint32_t k = 0; k < i; k++)
            again += bill->lines[k].component == component;
        ok = row_grow(&above, component, above.end[component] - above.first[component] + again);
    }
    return ok;
}

static bool terms_have_room(struct bom_patch *patch, uint32_t more)
{
    struct plant *plant = patch->plant;
    if (more <= patch->terms_room - plant->bom_term_count)
        return true;
    size_t room = (size_t)plant->bom_term_count + plant->bom_term_count / 8 + more + TERMS_SLACK;
    struct bom_terms *terms = arena_alloc(patch->arena, room, sizeof(*terms));
    if (!terms)
        return false;
    memcpy(terms, plant->bom_terms, plant->bom_term_count * sizeof(*terms));
    plant->bom_terms = terms;
    patch->terms_room = (uint32_t)room;
    return true;
}

/* The last terms made, and those of the old bill, are looked at; a double does no harm. */
static uint32_t terms_number(struct bom_patch *patch, const struct bom_terms *terms)
{
    struct plant *plant = patch->plant;
    uint32_t count = plant->bom_term_count;
    uint32_t start = count > 64 ? count - 64 : 0;
    if (count > 0 && memcmp(&plant->bom_terms[0], terms, sizeof(*terms)) == 0)
        return 0;
    for (uint32_t i = start; i < count; i++) {
        if (memcmp(&plant->bom_terms[i], terms, sizeof(*terms)) == 0)
            return i;
    }
    plant->bom_terms[count] = *terms;
    return plant->bom_term_count++;
}

static void above_remove(struct bom_graph *graph, uint32_t component, uint32_t line)
{
    uint32_t at = graph->above_first[component];
    while (graph->above[at] != line)
        at++;
    ASSERT(at < graph->above_end[component]);
    memmove(graph->above + at, graph->above + at + 1,
            (graph->above_end[component] - at - 1) * sizeof(uint32_t));
    graph->above_end[component]--;
}

static void above_insert(struct bom_graph *graph, uint32_t component, uint32_t line)
{
    uint32_t low = graph->above_first[component];
    uint32_t end = graph->above_end[component];
    uint32_t high = end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (bom_graph_compare(graph->plant, true, graph->above[middle], line) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(graph->above + low + 1, graph->above + low, (end - low) * sizeof(uint32_t));
    graph->above[low] = line;
    graph->above_end[component]++;
}

static int compare_below(const void *context, uint32_t a, uint32_t b)
{
    return bom_graph_compare(context, false, a, b);
}

static void replace_lines(struct bom_patch *patch, const struct bom_bill *bill)
{
    struct bom_graph *graph = patch->graph;
    struct plant *plant = patch->plant;
    uint32_t *row = graph->below + graph->below_first[bill->parent];
    uint32_t old = graph->below_end[bill->parent] - graph->below_first[bill->parent];
    for (uint32_t i = 0; i < old; i++)
        above_remove(graph, plant->bom_lines[row[i]].component, row[i]);
    for (uint32_t i = 0; i < bill->line_count; i++) {
        if (i >= old)
            row[i] = plant->bom_lines_count++;
        struct bom_line *line = &plant->bom_lines[row[i]];
        *line = bill->lines[i];
        line->terms = terms_number(patch, &bill->terms[bill->lines[i].terms]);
    }
    graph->below_end[bill->parent] = graph->below_first[bill->parent] + bill->line_count;
    for (uint32_t i = 0; i < bill->line_count; i++)
        above_insert(graph, plant->bom_lines[row[i]].component, row[i]);
    sort_u32(row, patch->spare, bill->line_count, compare_below, plant);
}

/* ---- levels ---- */

static uint32_t level_from_above(const struct bom_graph *graph, uint32_t item)
{
    uint32_t level = 0;
    for (uint32_t k = graph->above_first[item]; k < graph->above_end[item]; k++) {
        uint32_t parent = graph->plant->bom_lines[graph->above[k]].parent;
        if (graph->level[parent] + 1 > level)
            level = graph->level[parent] + 1;
    }
    return level;
}

/* Items whose level may be wrong, each at most once on the stack. */
struct pending {
    struct bom_patch *patch;
    uint32_t count;
};

static void pending_add(struct pending *pending, uint32_t item)
{
    struct bom_patch *patch = pending->patch;
    if (patch->mark[item] == patch->round)
        return;
    patch->mark[item] = patch->round;
    patch->stack[pending->count++] = item;
}

/* Until nothing moves.  The graph has no loop, so this ends; each pass over an item costs its
   row. */
static void settle_levels(struct pending *pending)
{
    struct bom_patch *patch = pending->patch;
    struct bom_graph *graph = patch->graph;
    bool moved = false;
    while (pending->count > 0) {
        uint32_t item = patch->stack[--pending->count];
        patch->mark[item] = patch->round - 1;
        uint32_t level = level_from_above(graph, item);
        if (level == graph->level[item])
            continue;
        moved = true;
        graph->level[item] = level;
        for (uint32_t k = graph->below_first[item]; k < graph->below_end[item]; k++)
            pending_add(pending, graph->plant->bom_lines[graph->below[k]].component);
    }
    if (moved)
        bom_graph_order(graph, patch->spare);
}

/* An item moves only by a line that was or is its deepest. */
static void note_lines(struct pending *pending, uint32_t parent)
{
    const struct bom_graph *graph = pending->patch->graph;
    for (uint32_t k = graph->below_first[parent]; k < graph->below_end[parent]; k++) {
        uint32_t component = graph->plant->bom_lines[graph->below[k]].component;
        if (graph->level[component] <= graph->level[parent] + 1)
            pending_add(pending, component);
    }
}

enum status bom_patch_bill(struct bom_patch *patch, const struct bom_bill *bill,
                           struct fault *fault)
{
    struct pending pending = {.patch = patch};
    if (!rows_have_room(patch, bill) || !terms_have_room(patch, bill->line_count))
        return no_room(fault);
    next_round(patch);
    next_round(patch); /* settle_levels takes a mark away by the round before */
    note_lines(&pending, bill->parent);
    replace_lines(patch, bill);
    note_lines(&pending, bill->parent);
    settle_levels(&pending);
    return STATUS_OK;
}
