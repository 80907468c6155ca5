#include "common/bom/bom_choose.h"

#include <string.h>

static bool needed(const struct bom_terms *terms)
{
    return terms->kind != BOM_COPRODUCT && terms->kind != BOM_BYPRODUCT;
}

static bool in_lot_range(const struct bom_terms *terms, struct frac quantity)
{
    struct frac from;
    struct frac to;
    if (terms->lot_from.micro > 0 &&
        (!frac_of_qty(terms->lot_from, &from) || frac_cmp(quantity, from) < 0))
        return false;
    return terms->lot_to.micro == INT64_MAX || !frac_of_qty(terms->lot_to, &to) ||
           frac_cmp(quantity, to) < 0;
}

static int compare_texts(const struct plant *plant, uint32_t a, uint32_t b)
{
    return a == b ? 0 : strcmp(plant_text(plant, a), plant_text(plant, b));
}

/* Is a's alternative to be taken before b's? */
static bool better_alternative(const struct plant *plant, const struct bom_terms *a,
                               const struct bom_terms *b)
{
    if (a->alternative_priority != b->alternative_priority)
        return a->alternative_priority < b->alternative_priority;
    return compare_texts(plant, a->alternative, b->alternative) < 0;
}

static const struct bom_terms *terms_of(const struct bom_graph *graph, uint32_t line)
{
    return plant_bom_terms(graph->plant, &graph->plant->bom_lines[line]);
}

/* Keeps the lines of the best alternative. */
static uint32_t keep_alternative(const struct bom_graph *graph, uint32_t *lines, uint32_t count)
{
    uint32_t kept = 0;
    const struct bom_terms *best = count > 0 ? terms_of(graph, lines[0]) : NULL;
    for (uint32_t i = 1; i < count; i++) {
        const struct bom_terms *terms = terms_of(graph, lines[i]);
        if (better_alternative(graph->plant, terms, best))
            best = terms;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (terms_of(graph, lines[i])->alternative == best->alternative)
            lines[kept++] = lines[i];
    }
    return kept;
}

/* Is a's revision to be taken before b's?  The one that became valid last, then the greatest name.
 */
static bool better_revision(const struct plant *plant, const struct bom_terms *a,
                            const struct bom_terms *b)
{
    if (a->valid_from != b->valid_from)
        return a->valid_from > b->valid_from;
    return compare_texts(plant, a->revision, b->revision) > 0;
}

/* Keeps the lines without a revision and those of the best one. */
static uint32_t keep_revision(const struct bom_graph *graph, uint32_t *lines, uint32_t count)
{
    uint32_t kept = 0;
    const struct bom_terms *best = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct bom_terms *terms = terms_of(graph, lines[i]);
        if (terms->revision != 0 && (!best || better_revision(graph->plant, terms, best)))
            best = terms;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t revision = terms_of(graph, lines[i])->revision;
        if (revision == 0 || (best && revision == best->revision))
            lines[kept++] = lines[i];
    }
    return kept;
}

/* Does another line of the group go before this one? */
static bool substituted(const struct bom_graph *graph, const uint32_t *lines, uint32_t count,
                        uint32_t at)
{
    const struct bom_terms *mine = terms_of(graph, lines[at]);
    uint32_t component = graph->plant->bom_lines[lines[at]].component;
    if (mine->substitute_group == 0 || qty_given(mine->mix_pct))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct bom_terms *other = terms_of(graph, lines[i]);
        uint32_t others = graph->plant->bom_lines[lines[i]].component;
        if (other->substitute_group != mine->substitute_group || others == component ||
            qty_given(other->mix_pct))
            continue;
        if (other->substitute_priority < mine->substitute_priority ||
            (other->substitute_priority == mine->substitute_priority && others < component))
            return true;
    }
    return false;
}

/* Squeezed in place: the best line of a group is never dropped, so it is still found whether it
   stands before or behind the line in question. */
static uint32_t keep_main_items(const struct bom_graph *graph, uint32_t *lines, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!substituted(graph, lines, count, i))
            lines[kept++] = lines[i];
    }
    return kept;
}

/* Keeps the lines of the alternative or revision of that name; for a revision also those without
   one. */
static uint32_t keep_named(const struct bom_graph *graph, const char *name, bool revision,
                           uint32_t *lines, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct bom_terms *terms = terms_of(graph, lines[i]);
        uint32_t text = revision ? terms->revision : terms->alternative;
        if ((revision && text == 0) || strcmp(plant_text(graph->plant, text), name) == 0)
            lines[kept++] = lines[i];
    }
    return kept;
}

uint32_t bom_choose_named(const struct bom_graph *graph, const struct bom_choice *choice,
                          uint32_t *chosen)
{
    uint32_t count = 0;
    bool plain = true; /* terms 0 are all defaults: nothing to choose among them */
    uint32_t end = graph->below_end[choice->parent];
    for (uint32_t k = graph->below_first[choice->parent]; k < end; k++) {
        const struct bom_terms *terms = terms_of(graph, graph->below[k]);
        plain = plain && graph->plant->bom_lines[graph->below[k]].terms == 0;
        if (needed(terms) && bom_line_valid(terms, choice->start) &&
            in_lot_range(terms, choice->quantity))
            chosen[count++] = graph->below[k];
    }
    if (plain && !choice->alternative && !choice->revision)
        return count;
    count = choice->alternative ? keep_named(graph, choice->alternative, false, chosen, count)
                                : keep_alternative(graph, chosen, count);
    count = choice->revision ? keep_named(graph, choice->revision, true, chosen, count)
                             : keep_revision(graph, chosen, count);
    return keep_main_items(graph, chosen, count);
}

uint32_t bom_choose(const struct bom_graph *graph, uint32_t parent, date start,
                    struct frac quantity, uint32_t *chosen)
{
    const struct bom_choice choice = {parent, start, quantity, NULL, NULL};
    return bom_choose_named(graph, &choice, chosen);
}

bool bom_chosen_per(const struct plant *plant, const struct bom_line *line, struct frac *per)
{
    const struct bom_terms *terms = plant_bom_terms(plant, line);
    struct frac share;
    int64_t all = 100 * (int64_t)QTY_SCALE;
    if (!bom_line_per(plant, line, per))
        return false;
    if (terms->substitute_group == 0 || !qty_given(terms->mix_pct))
        return true;
    return frac_make(terms->mix_pct.micro, all, &share) && frac_mul(*per, share, per);
}
