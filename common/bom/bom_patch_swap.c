#include "common/base/sort.h"
#include "common/bom/bom_patching.h"

#include <string.h>

struct swapping {
    struct bom_patch *patch;
    const struct bom_swap *swap;
    uint32_t *numbers; /* of the swap's lines in the graph */
    uint32_t *spare;
    uint32_t new_terms;
};

/* ---- finding ---- */

static bool says(const struct swapping *job, uint32_t number, const struct bom_swap_line *wanted)
{
    const struct plant *plant = job->patch->plant;
    const struct bom_line *line = &plant->bom_lines[number];
    const struct bom_terms *terms = plant_bom_terms(plant, line);
    return line->component == job->swap->from && line->qty.micro == wanted->qty.micro &&
           line->position == wanted->position && terms->valid_from == wanted->valid_from &&
           terms->valid_to == wanted->valid_to && terms->alternative == wanted->alternative &&
           terms->revision == wanted->revision && terms->lot_from.micro == wanted->lot_from.micro;
}

/* By which line of the swap, of those before `i`; NO_INDEX: by none. */
static uint32_t taken_by(const struct swapping *job, uint32_t number, uint32_t i)
{
    const struct bom_swap_line *lines = job->swap->lines;
    for (uint32_t k = i; k > 0 && lines[k - 1].parent == lines[i].parent; k--) {
        if (job->numbers[k - 1] == number)
            return k - 1;
    }
    return NO_INDEX;
}

static bool find_line(struct swapping *job, uint32_t i)
{
    const struct bom_graph *graph = job->patch->graph;
    const struct bom_swap_line *wanted = &job->swap->lines[i];
    ASSERT(i == 0 || job->swap->lines[i - 1].parent <= wanted->parent);
    for (uint32_t k = graph->below_first[wanted->parent]; k < graph->below_end[wanted->parent];
         k++) {
        if (!says(job, graph->below[k], wanted))
            continue;
        uint32_t other = taken_by(job, graph->below[k], i);
        if (other == NO_INDEX) {
            job->numbers[i] = graph->below[k];
            job->new_terms += wanted->new_valid_to != wanted->valid_to;
            return true;
        }
        const struct bom_swap_line *same = &job->swap->lines[other];
        if (same->new_qty.micro != wanted->new_qty.micro ||
            same->new_valid_to != wanted->new_valid_to)
            return false; /* which is which? */
    }
    return false;
}

/* ---- changing ---- */

static void change_line(struct swapping *job, uint32_t i)
{
    struct plant *plant = job->patch->plant;
    const struct bom_swap_line *wanted = &job->swap->lines[i];
    struct bom_line *line = &plant->bom_lines[job->numbers[i]];
    line->component = job->swap->to;
    line->qty = wanted->new_qty;
    if (wanted->new_valid_to == wanted->valid_to)
        return;
    struct bom_terms terms = plant->bom_terms[line->terms];
    terms.valid_to = wanted->new_valid_to;
    line->terms = patch_terms_number(job->patch, &terms);
}

static void leave_old_row(const struct swapping *job)
{
    struct bom_graph *graph = job->patch->graph;
    uint32_t item = job->swap->from;
    uint32_t kept = graph->above_first[item];
    for (uint32_t k = kept; k < graph->above_end[item]; k++) {
        if (graph->plant->bom_lines[graph->above[k]].component == item)
            graph->above[kept++] = graph->above[k];
    }
    graph->above_end[item] = kept;
}

static int compare_above(const void *context, uint32_t a, uint32_t b)
{
    return bom_graph_compare(context, true, a, b);
}

/* From behind, so that nothing is overwritten before it has moved. */
static void join_new_row(const struct swapping *job)
{
    struct bom_graph *graph = job->patch->graph;
    const struct plant *plant = graph->plant;
    uint32_t item = job->swap->to;
    uint32_t more = job->swap->line_count;
    uint32_t have = graph->above_end[item] - graph->above_first[item];
    uint32_t *row = graph->above + graph->above_first[item];
    sort_u32(job->numbers, job->spare, more, compare_above, plant);
    graph->above_end[item] += more;
    while (more > 0) {
        bool old =
            have > 0 && bom_graph_compare(plant, true, row[have - 1], job->numbers[more - 1]) > 0;
        row[have + more - 1] = old ? row[have - 1] : job->numbers[more - 1];
        if (old)
            have--;
        else
            more--;
    }
}

static void settle(const struct swapping *job)
{
    struct bom_patch *patch = job->patch;
    const struct bom_swap *swap = job->swap;
    for (uint32_t i = 0; i < swap->line_count; i++) {
        uint32_t parent = swap->lines[i].parent;
        if (i > 0 && swap->lines[i - 1].parent == parent)
            continue;
        patch_sort_below(patch, parent);
        if (patch->graph->level[parent] >= patch->graph->level[swap->to])
            patch_raise_levels(patch, parent);
    }
    patch_lower_levels(patch, &swap->from, 1);
}

enum status bom_patch_swap(struct bom_patch *patch, const struct bom_swap *swap,
                           struct arena *scratch, struct fault *fault)
{
    const struct bom_graph *graph = patch->graph;
    struct swapping job = {.patch = patch, .swap = swap};
    uint32_t count = swap->line_count;
    bool moves = swap->from != swap->to;
    job.numbers = arena_alloc(scratch, (size_t)count + 1, sizeof(uint32_t));
    job.spare = arena_alloc(scratch, (size_t)count + 1, sizeof(uint32_t));
    bool room = job.numbers && job.spare;
    for (uint32_t i = 0; room && i < count; i++) {
        if (!find_line(&job, i))
            return fault_set(fault, STATUS_NOT_FOUND, "", "a line of item \"%s\" is not there",
                             plant_item_code(graph->plant, swap->lines[i].parent));
    }
    uint32_t above = graph->above_end[swap->to] - graph->above_first[swap->to];
    if (!room || !patch_terms_room(patch, job.new_terms) ||
        (moves && !patch_row_grow(patch, &patch->above, swap->to, above + count)))
        return fault_set(fault, STATUS_LIMIT, "", "the bills do not fit their memory");
    for (uint32_t i = 0; i < count; i++)
        change_line(&job, i);
    if (!moves)
        return STATUS_OK;
    leave_old_row(&job);
    join_new_row(&job);
    settle(&job);
    return STATUS_OK;
}
