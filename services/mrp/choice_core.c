#include "services/mrp/model_core.h"

#include <string.h>

/*
 * Which lines of a bill an order uses.  Where no line of a parent has dates or a lot range the
 * answer is the same for every order: it is found once, and the edges say so.
 */

struct made {
    date start;
    int64_t qty;
};

/* Which lines of a bill an order uses, as common/bom chooses them: by date and lot range the
   alternative of least priority, then least name; of its revisions the one that became valid last,
   then the greatest name, and the lines that have no revision. */
static bool line_in_range(const struct bom_terms *terms, date start, int64_t qty)
{
    return terms->valid_from <= start && start < terms->valid_to && terms->lot_from.micro <= qty &&
           qty < terms->lot_to.micro;
}

struct choice {
    const struct bom_terms *alternative; /* of a line of the best one; NULL: no line counts */
    const struct bom_terms *revision;    /* of a line of the best one; NULL: no line has one */
};

static const struct bom_terms *terms_of(const struct model *model, uint32_t k)
{
    return plant_bom_terms(model->plant, &model->plant->bom_lines[model->lines[k]]);
}

static bool better_alternative(const struct model *model, const struct bom_terms *a,
                               const struct bom_terms *b)
{
    if (!b || a->alternative_priority != b->alternative_priority)
        return !b || a->alternative_priority < b->alternative_priority;
    return model_text_cmp(model, a->alternative, b->alternative) < 0;
}

static bool better_revision(const struct model *model, const struct bom_terms *a,
                            const struct bom_terms *b)
{
    if (!b || a->valid_from != b->valid_from)
        return !b || a->valid_from > b->valid_from;
    return model_text_cmp(model, a->revision, b->revision) > 0;
}

static struct choice choose_variant(const struct model *model, uint32_t parent, date start,
                                    int64_t qty)
{
    struct choice choice = {NULL, NULL};
    const uint32_t first = model->line_first[parent];
    const uint32_t end = model->line_first[parent + 1];
    for (uint32_t k = first; k < end; k++) {
        const struct bom_terms *terms = terms_of(model, k);
        if (line_in_range(terms, start, qty) &&
            better_alternative(model, terms, choice.alternative))
            choice.alternative = terms;
    }
    for (uint32_t k = first; choice.alternative && k < end; k++) {
        const struct bom_terms *terms = terms_of(model, k);
        if (line_in_range(terms, start, qty) && terms->revision != 0 &&
            terms->alternative == choice.alternative->alternative &&
            better_revision(model, terms, choice.revision))
            choice.revision = terms;
    }
    return choice;
}

static bool is_chosen(const struct choice *choice, const struct bom_terms *terms)
{
    if (!choice->alternative || terms->alternative != choice->alternative->alternative)
        return false;
    return terms->revision == 0 || !choice->revision ||
           terms->revision == choice->revision->revision;
}

/* Of a substitute group without shares only the line of least priority, then least code, is
   planned. */
static bool is_main_line(const struct model *model, const struct bom_line *line,
                         const struct choice *choice, const struct made *made)
{
    const struct bom_terms *main = plant_bom_terms(model->plant, line);
    const uint32_t parent = line->parent;
    for (uint32_t k = model->line_first[parent]; k < model->line_first[parent + 1]; k++) {
        const struct bom_line *other = &model->plant->bom_lines[model->lines[k]];
        const struct bom_terms *terms = terms_of(model, k);
        if (other->component == line->component ||
            terms->substitute_group != main->substitute_group || !is_chosen(choice, terms) ||
            !line_in_range(terms, made->start, made->qty) || qty_given(terms->mix_pct))
            continue;
        if (terms->substitute_priority < main->substitute_priority ||
            (terms->substitute_priority == main->substitute_priority &&
             other->component < line->component))
            return false;
    }
    return true;
}

static bool counts(const struct model *model, const struct bom_line *line,
                   const struct choice *choice, const struct made *made)
{
    const struct bom_terms *terms = plant_bom_terms(model->plant, line);
    if (!is_chosen(choice, terms))
        return false;
    return terms->substitute_group == 0 || qty_given(terms->mix_pct) ||
           is_main_line(model, line, choice, made);
}

bool choice_counts(const struct model *model, const struct bom_line *line, date start, int64_t qty)
{
    const struct made made = {start, qty};
    if (!line_in_range(plant_bom_terms(model->plant, line), start, qty))
        return false;
    if (!(model->plan_items[line->parent].flags & MODEL_CHOICES))
        return true;
    const struct choice choice = choose_variant(model, line->parent, start, qty);
    return counts(model, line, &choice, &made);
}

/* Every day and every quantity? */
static bool is_unlimited(const struct bom_terms *terms)
{
    return terms->valid_from == DATE_FIRST && terms->valid_to == DATE_LAST &&
           terms->lot_from.micro <= 0 && terms->lot_to.micro == INT64_MAX;
}

static bool is_same_for_all(const struct model *model, uint32_t parent)
{
    bool same = true;
    for (uint32_t k = model->line_first[parent]; same && k < model->line_first[parent + 1]; k++)
        same = is_unlimited(terms_of(model, k));
    return same;
}

/* Does the line say nothing but the alternative or revision it belongs to? */
static bool is_plain(const struct plant *plant, const struct bom_terms *terms)
{
    struct bom_terms bare = *terms;
    bare.alternative = bare.revision = 0;
    bare.alternative_priority = 0;
    return memcmp(&bare, &plant->bom_terms[0], sizeof bare) == 0;
}

/* What was found out about a parent: its lines mostly come one after the other. */
struct choice_parent {
    struct choice choice; /* where it is the same for all orders */
    bool known;
    bool same;
};

static int64_t settled(const struct model *model, const struct bom_line *line,
                       const struct choice *choice, const struct made *made)
{
    if (!counts(model, line, choice, made))
        return EDGE_NEVER;
    if (!is_plain(model->plant, plant_bom_terms(model->plant, line)))
        return EDGE_ALWAYS;
    int64_t whole = edge_whole(model, line);
    return whole > 0 ? whole : EDGE_ALWAYS;
}

static int64_t settle(const struct model *model, struct choice_parent *parent,
                      const struct bom_line *line)
{
    const struct made made = {model->plant->facts.plan_start, 1};
    if (!parent->known) {
        parent->known = true;
        parent->same = is_same_for_all(model, line->parent);
        if (parent->same)
            parent->choice = choose_variant(model, line->parent, made.start, made.qty);
    }
    return parent->same ? settled(model, line, &parent->choice, &made) : EDGE_ASKS;
}

int64_t choice_whole(const struct model *model, struct choice_parent *parents,
                     const struct bom_line *line)
{
    const uint16_t flags = model->plan_items[line->parent].flags;
    if (flags & (MODEL_PHANTOM | MODEL_THROUGH))
        return EDGE_ASKS;
    if (flags & MODEL_CHOICES)
        return settle(model, &parents[line->parent], line);
    return line->terms == 0 ? edge_whole(model, line) : EDGE_ASKS;
}

bool choice_parents(const struct model *model, struct arena *arena, struct choice_parent **parents)
{
    *parents = NULL;
    if (!model->lines)
        return true;
    *parents = arena_alloc(arena, model->item_count, sizeof **parents);
    return *parents != NULL;
}
