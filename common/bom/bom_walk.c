#include "common/bom/bom_explode.h"

/* Where the walk stands on a level: the lines of one parent. */
struct step {
    uint32_t next; /* place in explosion->chosen */
    uint32_t end;
    struct frac quantity; /* of the parent */
};

struct bom_walk {
    const struct bom_explosion *explosion;
    uint32_t depth; /* steps in use */
    uint32_t depth_max;
    struct step *steps;
    uint32_t *path;
};

static void step_into(struct bom_walk *walk, uint32_t number, struct frac quantity)
{
    const struct bom_node *node = &walk->explosion->nodes[number];
    ASSERT(walk->depth < walk->depth_max);
    walk->path[walk->depth] = 0;
    walk->steps[walk->depth++] = (struct step){node->first, node->first + node->count, quantity};
}

/* Levels that the walk can reach: no more than there are low-level codes below the item. */
static uint32_t depth_of(const struct bom_explosion *explosion)
{
    uint32_t levels = explosion->graph->level_count + 1;
    uint32_t asked = explosion->request.levels;
    return asked > 0 && asked < levels ? asked : levels;
}

enum status bom_walk_new(const struct bom_explosion *explosion, struct arena *arena,
                         struct bom_walk **out, struct fault *fault)
{
    uint32_t item = explosion->request.item;
    const char *code = plant_item_code(explosion->graph->plant, item);
    struct frac quantity;
    ASSERT(!explosion->request.stock);
    if (explosion->line_count > BOM_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "item",
                         "explosion of item \"%s\" has more than %d lines: ask for the summary, or "
                         "for fewer levels",
                         code, BOM_LINES_MAX);
    struct bom_walk *walk = arena_alloc(arena, 1, sizeof(*walk));
    uint32_t depth = depth_of(explosion);
    if (depth > BOM_DEPTH_MAX)
        return fault_set(fault, STATUS_LIMIT, "item",
                         "structure of item \"%s\" may be deeper than %d levels", code,
                         BOM_DEPTH_MAX);
    struct step *steps = arena_alloc(arena, depth, sizeof(*steps));
    uint32_t *path = arena_alloc(arena, depth, sizeof(*path));
    if (!walk || !steps || !path)
        return fault_set(fault, STATUS_LIMIT, "",
                         "the explosion does not fit the memory of the request");
    bool fits = frac_of_qty(explosion->request.quantity, &quantity);
    ASSERT(fits); /* bom_explode did the same */
    *walk = (struct bom_walk){explosion, 0, depth, steps, path};
    step_into(walk, 0, quantity);
    *out = walk;
    return STATUS_OK;
}

/* The sum over all lines fitted a fraction, but a single line may still not: 1/3 + 2/3 is 1. */
static bool fill_row(const struct bom_walk *walk, const struct step *step,
                     const struct bom_chosen *chosen, struct bom_row *row)
{
    const struct plant *plant = walk->explosion->graph->plant;
    row->line = &plant->bom_lines[chosen->line];
    row->qty_per = chosen->per;
    row->qty = chosen->per;
    return plant_bom_terms(plant, row->line)->qty_fixed != 0 ||
           frac_mul(row->qty_per, step->quantity, &row->qty);
}

bool bom_walk_next(struct bom_walk *walk, struct bom_row *row, struct fault *fault)
{
    while (walk->depth > 0 && walk->steps[walk->depth - 1].next == walk->steps[walk->depth - 1].end)
        walk->depth--;
    if (walk->depth == 0)
        return false;
    struct step *step = &walk->steps[walk->depth - 1];
    const struct bom_chosen *chosen = &walk->explosion->chosen[step->next++];
    walk->path[walk->depth - 1]++;
    row->level = walk->depth;
    row->path = walk->path;
    if (!fill_row(walk, step, chosen, row)) {
        fault_set(fault, STATUS_OVERFLOW, "quantity", "quantity of item \"%s\" is out of range",
                  plant_item_code(walk->explosion->graph->plant, row->line->component));
        return false;
    }
    if (walk->depth < walk->depth_max)
        step_into(walk, chosen->node, row->qty);
    return true;
}

bool bom_walk_seek(struct bom_walk *walk, const uint32_t *path, uint32_t level)
{
    struct bom_row row;
    struct fault fault = {.status = STATUS_OK};
    for (uint32_t k = 0; k < level; k++) {
        if (walk->depth != k + 1) /* above a leaf of the asked levels */
            return false;
        struct step *step = &walk->steps[k];
        if (path[k] == 0 || path[k] > step->end - step->next)
            return false;
        step->next += path[k] - 1;
        walk->path[k] = path[k] - 1;
        if (!bom_walk_next(walk, &row, &fault))
            return false;
    }
    return true;
}
