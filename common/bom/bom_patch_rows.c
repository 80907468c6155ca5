#include "common/base/sort.h"
#include "common/bom/bom_patching.h"

#include <stdlib.h>
#include <string.h>

#define TERMS_SLACK  1024
#define TERMS_LOOKED 64 /* terms made last that a line's are looked for in */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the bills do not fit their memory");
}

/* ---- room ---- */

static uint32_t room_for(uint32_t wanted)
{
    return wanted + wanted / 8 + 2;
}

/* All rows one behind the other, in the array before this one or a new one.  Each keeps the places
   that it has: somebody may be about to fill them. */
static bool pack(struct bom_patch *patch, struct patch_rows *rows, uint32_t more)
{
    uint32_t items = patch->plant->items_count;
    uint64_t size = (uint64_t)more + plant_line_slack(patch->plant->bom_lines_count);
    for (uint32_t i = 0; i < items; i++)
        size += rows->room[i];
    if (size > UINT32_MAX)
        return false;
    if (!rows->other || rows->other_size < size) {
        rows->other = arena_alloc(patch->arena, size, sizeof(uint32_t));
        rows->other_size = (uint32_t)size;
    }
    if (!rows->other)
        return false;
    uint32_t used = 0;
    for (uint32_t i = 0; i < items; i++) {
        uint32_t count = rows->end[i] - rows->first[i];
        memcpy(rows->other + used, *rows->lines + rows->first[i], count * sizeof(uint32_t));
        rows->first[i] = used;
        rows->end[i] = used + count;
        used += rows->room[i];
    }
    uint32_t *packed = rows->other;
    uint32_t packed_size = rows->other_size;
    rows->other = *rows->lines;
    rows->other_size = rows->size;
    *rows->lines = packed;
    rows->size = packed_size;
    rows->used = used;
    return true;
}

bool patch_row_grow(struct bom_patch *patch, struct patch_rows *rows, uint32_t item,
                    uint32_t wanted)
{
    uint32_t room = room_for(wanted);
    if (wanted <= rows->room[item])
        return true;
    if (room > rows->size - rows->used && !pack(patch, rows, room))
        return false;
    uint32_t *lines = *rows->lines;
    uint32_t count = rows->end[item] - rows->first[item];
    memcpy(lines + rows->used, lines + rows->first[item], count * sizeof(uint32_t));
    rows->first[item] = rows->used;
    rows->end[item] = rows->used + count;
    rows->room[item] = room;
    rows->used += room;
    return true;
}

bool patch_terms_room(struct bom_patch *patch, uint32_t more)
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

/* The last terms made are looked at; a double does no harm. */
uint32_t patch_terms_number(struct bom_patch *patch, const struct bom_terms *terms)
{
    struct plant *plant = patch->plant;
    uint32_t count = plant->bom_term_count;
    uint32_t start = count > TERMS_LOOKED ? count - TERMS_LOOKED : 0;
    if (count > 0 && memcmp(&plant->bom_terms[0], terms, sizeof(*terms)) == 0)
        return 0;
    for (uint32_t i = start; i < count; i++) {
        if (memcmp(&plant->bom_terms[i], terms, sizeof(*terms)) == 0)
            return i;
    }
    ASSERT(count < patch->terms_room);
    plant->bom_terms[count] = *terms;
    return plant->bom_term_count++;
}

/* Places for `more` lines, in use or free. */
static bool line_room(struct bom_patch *patch, uint32_t more)
{
    struct plant *plant = patch->plant;
    if (more <= patch->line_room - plant->bom_lines_count)
        return true;
    uint64_t room = (uint64_t)plant->bom_lines_count + plant_line_slack(plant->bom_lines_count);
    room += more;
    struct bom_line *lines =
        room < UINT32_MAX ? arena_alloc(patch->arena, room, sizeof(*lines)) : NULL;
    if (!lines)
        return false;
    memcpy(lines, plant->bom_lines, plant->bom_lines_count * sizeof(*lines));
    plant->bom_lines = lines;
    plant->bom_line_room = patch->line_room = (uint32_t)room;
    return true;
}

/* ---- what stays ---- */

static bool says_same(const struct plant *plant, const struct bom_line *line,
                      const struct bom_bill *bill, uint32_t number)
{
    const struct bom_line *other = &bill->lines[number];
    return line->component == other->component && line->qty.micro == other->qty.micro &&
           line->position == other->position &&
           memcmp(plant_bom_terms(plant, line), &bill->terms[other->terms],
                  sizeof(struct bom_terms)) == 0;
}

/* Which line of the graph says what each line of the bill says; the lines that none says go to the
   end of the row, and how many stay is returned.  Both stand in about the same order: the search
   goes on where the last one ended. */
static uint32_t match_lines(struct bom_patch *patch, const struct bom_bill *bill, uint32_t *line_of)
{
    uint32_t *row = *patch->below.lines + patch->below.first[bill->parent];
    uint32_t count = patch->below.end[bill->parent] - patch->below.first[bill->parent];
    uint32_t kept = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < bill->line_count; i++)
        line_of[i] = NO_INDEX;
    for (uint32_t i = 0; i < count; i++) {
        const struct bom_line *line = &patch->plant->bom_lines[row[i]];
        uint32_t seen = 0;
        while (seen < bill->line_count &&
               (line_of[at] != NO_INDEX || !says_same(patch->plant, line, bill, at))) {
            at = at + 1 < bill->line_count ? at + 1 : 0;
            seen++;
        }
        if (seen == bill->line_count)
            continue;
        line_of[at] = row[i];
        uint32_t swap = row[kept];
        row[kept++] = row[i];
        row[i] = swap;
    }
    return kept;
}

/* ---- lines above ---- */

/* The first place in the component's row whose line is not before `line` (or, `behind`, is after
   it). */
static uint32_t above_place(const struct bom_patch *patch, uint32_t component, uint32_t line,
                            bool behind)
{
    const struct bom_graph *graph = patch->graph;
    uint32_t low = graph->above_first[component];
    uint32_t high = graph->above_end[component];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = bom_graph_compare(graph->plant, true, graph->above[middle], line);
        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void above_remove(struct bom_patch *patch, uint32_t line)
{
    struct bom_graph *graph = patch->graph;
    uint32_t component = graph->plant->bom_lines[line].component;
    uint32_t at = above_place(patch, component, line, false);
    while (at < graph->above_end[component] && graph->above[at] != line)
        at++;
    ASSERT(at < graph->above_end[component]);
    memmove(graph->above + at, graph->above + at + 1,
            (graph->above_end[component] - at - 1) * sizeof(uint32_t));
    graph->above_end[component]--;
}

static void above_insert(struct bom_patch *patch, uint32_t line)
{
    struct bom_graph *graph = patch->graph;
    uint32_t component = graph->plant->bom_lines[line].component;
    uint32_t at = above_place(patch, component, line, true);
    memmove(graph->above + at + 1, graph->above + at,
            (graph->above_end[component] - at) * sizeof(uint32_t));
    graph->above[at] = line;
    graph->above_end[component]++;
}

/* ---- lines below ---- */

static int compare_below(const void *context, uint32_t a, uint32_t b)
{
    return bom_graph_compare(context, false, a, b);
}

void patch_sort_below(struct bom_patch *patch, uint32_t parent)
{
    const struct bom_graph *graph = patch->graph;
    uint32_t first = graph->below_first[parent];
    sort_u32(graph->below + first, patch->spare, graph->below_end[parent] - first, compare_below,
             patch->plant);
}

static void free_line(struct bom_patch *patch, uint32_t line)
{
    patch->plant->bom_lines[line].terms = patch->free_line;
    patch->free_line = line;
}

static uint32_t take_line(struct bom_patch *patch)
{
    struct plant *plant = patch->plant;
    uint32_t line = patch->free_line;
    if (line == NO_INDEX)
        return plant->bom_lines_count++;
    patch->free_line = plant->bom_lines[line].terms;
    return line;
}

/* Lines that nothing but their order tells apart stand above as they stand below. */
static void settle_ties(struct bom_patch *patch, uint32_t parent)
{
    const struct bom_graph *graph = patch->graph;
    uint32_t end = graph->below_end[parent];
    for (uint32_t i = graph->below_first[parent] + 1; i < end; i++) {
        uint32_t line = graph->below[i];
        if (bom_graph_compare(graph->plant, true, graph->below[i - 1], line) != 0)
            continue;
        above_remove(patch, line);
        above_insert(patch, line);
    }
}

/* ---- bills ---- */

/* Several bills on their way into the graph. */
struct putting {
    struct bom_patch *patch;
    const struct bom_bill *bills;
    size_t count;
    uint32_t **line_of; /* by bill: number of each line in the graph, NO_INDEX: a new one */
    uint32_t *kept;     /* by bill: lines that stay */
    uint32_t *gains;    /* components, one for each new line */
    uint32_t gain_count;
    uint32_t *losses; /* components, one for each line that goes */
    uint32_t loss_count;
};

static uint32_t lines_of(const struct bom_patch *patch, const struct bom_bill *bill)
{
    return patch->graph->below_end[bill->parent] - patch->graph->below_first[bill->parent];
}

static bool begin_putting(struct putting *job, struct arena *scratch)
{
    size_t gains = 1;
    size_t losses = 1;
    bool ok = true;
    job->line_of = arena_alloc(scratch, job->count + 1, sizeof(uint32_t *));
    job->kept = arena_alloc(scratch, job->count + 1, sizeof(uint32_t));
    for (size_t i = 0; ok && job->line_of && i < job->count; i++) {
        const struct bom_bill *bill = &job->bills[i];
        gains += bill->line_count;
        losses += lines_of(job->patch, bill);
        job->line_of[i] = arena_alloc(scratch, (size_t)bill->line_count + 1, sizeof(uint32_t));
        ok = job->line_of[i] && bill->line_count < BOM_BILL_LINES_MAX &&
             lines_of(job->patch, bill) < BOM_BILL_LINES_MAX;
    }
    job->gains = arena_alloc(scratch, gains, sizeof(uint32_t));
    job->losses = arena_alloc(scratch, losses, sizeof(uint32_t));
    return ok && job->line_of && job->kept && job->gains && job->losses;
}

static void match_bills(struct putting *job)
{
    for (size_t i = 0; i < job->count; i++) {
        const struct bom_bill *bill = &job->bills[i];
        job->kept[i] = match_lines(job->patch, bill, job->line_of[i]);
        for (uint32_t k = 0; k < bill->line_count; k++) {
            if (job->line_of[i][k] == NO_INDEX)
                job->gains[job->gain_count++] = bill->lines[k].component;
        }
    }
}

static int compare_items(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Room for everything that the bills need, so that nothing can fail half way. */
static bool make_room(struct putting *job)
{
    struct bom_patch *patch = job->patch;
    struct patch_rows *above = &patch->above;
    bool ok = line_room(patch, job->gain_count) && patch_terms_room(patch, job->gain_count);
    for (size_t i = 0; ok && i < job->count; i++)
        ok = patch_row_grow(patch, &patch->below, job->bills[i].parent, job->bills[i].line_count);
    if (job->gain_count > 1)
        qsort(job->gains, job->gain_count, sizeof(*job->gains), compare_items);
    uint32_t again = 0;
    for (uint32_t i = 0; ok && i < job->gain_count; i++) {
        uint32_t item = job->gains[i];
        again = i > 0 && job->gains[i - 1] == item ? again + 1 : 1;
        ok = patch_row_grow(patch, above, item, above->end[item] - above->first[item] + again);
    }
    return ok;
}

static void drop_lines(struct putting *job, size_t number)
{
    struct bom_patch *patch = job->patch;
    const struct bom_bill *bill = &job->bills[number];
    const uint32_t *row = patch->graph->below + patch->graph->below_first[bill->parent];
    uint32_t count = lines_of(patch, bill);
    for (uint32_t i = job->kept[number]; i < count; i++) {
        job->losses[job->loss_count++] = patch->plant->bom_lines[row[i]].component;
        above_remove(patch, row[i]);
        free_line(patch, row[i]);
    }
}

static void put_lines(struct putting *job, size_t number)
{
    struct bom_patch *patch = job->patch;
    struct bom_graph *graph = patch->graph;
    const struct bom_bill *bill = &job->bills[number];
    uint32_t *row = graph->below + graph->below_first[bill->parent];
    for (uint32_t i = 0; i < bill->line_count; i++) {
        bool stays = job->line_of[number][i] != NO_INDEX;
        row[i] = stays ? job->line_of[number][i] : take_line(patch);
        if (stays)
            continue;
        struct bom_line *line = &patch->plant->bom_lines[row[i]];
        *line = bill->lines[i];
        line->terms = patch_terms_number(patch, &bill->terms[bill->lines[i].terms]);
        above_insert(patch, row[i]);
    }
    graph->below_end[bill->parent] = graph->below_first[bill->parent] + bill->line_count;
    patch_sort_below(patch, bill->parent);
    settle_ties(patch, bill->parent);
}

/* Levels come last: between one bill and the next there may be a loop. */
enum status bom_patch_bills(struct bom_patch *patch, const struct bom_bill *bills, size_t count,
                            struct arena *scratch, struct fault *fault)
{
    struct putting job = {.patch = patch, .bills = bills, .count = count};
    if (!begin_putting(&job, scratch))
        return no_room(fault);
    match_bills(&job);
    if (!make_room(&job)) {
        for (size_t i = 0; i < count; i++)
            patch_sort_below(patch, bills[i].parent);
        return no_room(fault);
    }
    for (size_t i = 0; i < count; i++) {
        drop_lines(&job, i);
        put_lines(&job, i);
    }
    for (size_t i = 0; i < count; i++)
        patch_raise_levels(patch, bills[i].parent);
    patch_lower_levels(patch, job.losses, job.loss_count);
    return STATUS_OK;
}
