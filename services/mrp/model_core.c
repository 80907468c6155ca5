#include "services/mrp/model_core.h"

#include "services/mrp/list_core.h"

#include <string.h>

#define PLAN_DAYS_BEYOND     200000 /* no day of a plan lies further after its start */
#define CALENDAR_DAYS_BEYOND 1500   /* working days are tabled so far past the horizon */

int model_text_cmp(const struct model *model, uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    return strcmp(plant_text(model->plant, a), plant_text(model->plant, b));
}

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int model_message_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct plan_message *a = left;
    const struct plan_message *b = right;
    int order = number_cmp(a->item, b->item);
    if (order == 0)
        order = number_cmp(a->day, b->day);
    if (order == 0)
        order = model_text_cmp(model, a->segment, b->segment);
    if (order == 0)
        order = number_cmp(a->kind, b->kind);
    if (order == 0)
        order = model_text_cmp(model, a->reference, b->reference);
    if (order == 0)
        order = qty_cmp(a->qty, b->qty);
    if (order == 0)
        order = number_cmp(a->to_day, b->to_day);
    if (order == 0)
        order = number_cmp(a->supply_kind, b->supply_kind);
    return order != 0 ? order : qty_cmp(a->to_qty, b->to_qty);
}

enum status model_sort_messages(struct model *model, struct arena *arena, struct fault *fault)
{
    if (model->message_count < 2)
        return STATUS_OK;
    void *spare = arena_alloc(arena, model->message_count, sizeof *model->messages);
    if (!spare)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    list_sort(&(struct list_sort){.rows = model->messages,
                                  .spare = spare,
                                  .row_size = sizeof *model->messages,
                                  .count = model->message_count,
                                  .compare = model_message_cmp,
                                  .context = model});
    return STATUS_OK;
}

bool model_message(struct model *model, struct arena *arena, struct plan_message message)
{
    struct plan_message *rows = list_grown(arena, model->messages, model->message_count,
                                           &model->message_capacity, sizeof *rows);
    if (!rows)
        return false;
    model->messages = rows;
    rows[model->message_count++] = message;
    return true;
}

static bool unit_row(const struct plant *plant, uint32_t item, uint32_t from, uint32_t to,
                     struct frac *factor)
{
    for (uint32_t i = 0; i < plant->units_count; i++) {
        const struct unit *unit = &plant->units[i];
        if (unit->item == item && unit->from == from && unit->to == to)
            return frac_of_qty(unit->factor, factor);
    }
    return false;
}

bool unit_factor(const struct plant *plant, uint32_t item, uint32_t from, uint32_t to,
                 struct frac *factor)
{
    *factor = frac_of_int(1);
    if (from == to || from == 0 || to == 0)
        return true;
    const uint32_t scopes[] = {item, NO_INDEX}; /* an item's own factor wins */
    for (size_t k = 0; k < COUNT_OF(scopes); k++) {
        struct frac backward;
        if (unit_row(plant, scopes[k], from, to, factor))
            return true;
        if (unit_row(plant, scopes[k], to, from, &backward) && backward.num > 0)
            return frac_div(frac_of_int(1), backward, factor);
    }
    *factor = frac_of_int(1);
    return false;
}

/* 1 - pct / 100 */
static bool kept_share(struct qty pct, struct frac *share)
{
    return frac_make((int128)100 * QTY_SCALE - pct.micro, (int128)100 * QTY_SCALE, share);
}

bool edge_rate(const struct model *model, const struct bom_line *line, struct frac *rate)
{
    const struct plant *plant = model->plant;
    const struct bom_terms *terms = plant_bom_terms(plant, line);
    const bool product = terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT;
    struct frac pieces;
    struct frac kept;
    struct frac unit;
    if (!frac_of_qty(line->qty, rate))
        return false;
    if (terms->pieces.micro != QTY_SCALE &&
        (!frac_of_qty(terms->pieces, &pieces) || !frac_mul(*rate, pieces, rate)))
        return false;
    if (terms->uom != 0) {
        unit_factor(plant, line->component, terms->uom, plant->items[line->component].uom, &unit);
        if (!frac_mul(*rate, unit, rate))
            return false;
    }
    if (qty_given(terms->mix_pct)) {
        struct frac mix;
        if (!frac_make(terms->mix_pct.micro, (int128)100 * QTY_SCALE, &mix) ||
            !frac_mul(*rate, mix, rate))
            return false;
    }
    if (terms->scrap_pct.micro != 0 &&
        (!kept_share(terms->scrap_pct, &kept) ||
         (product ? !frac_mul(*rate, kept, rate) : !frac_div(*rate, kept, rate))))
        return false;
    if (terms->qty_fixed)
        return frac_mul(*rate, frac_of_int(QTY_SCALE), rate);
    if (terms->per_qty.micro == QTY_SCALE)
        return true;
    struct frac per;
    return frac_of_qty(terms->per_qty, &per) && frac_div(*rate, per, rate);
}

int64_t edge_whole(const struct model *model, const struct bom_line *line)
{
    const struct plant *plant = model->plant;
    const struct item *parent = &plant->items[line->parent];
    if (parent->type == ITEM_PHANTOM || parent->decimals > plant->items[line->component].decimals)
        return 0;
    return line->qty.micro % QTY_SCALE == 0 ? line->qty.micro / QTY_SCALE : 0;
}

#define LINES_AHEAD 16

/* Bring near what the edge of a line with this component is made of, and its place. */
static void edge_ahead(const struct model *model, uint32_t component)
{
    __builtin_prefetch(&model->plant->items[component].decimals);
    __builtin_prefetch(&model->edge_first[component + 1], 1);
}

static enum status edge_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    model->edge_first = arena_alloc(arena, (size_t)model->item_count + 2, sizeof(uint32_t));
    model->edges = arena_alloc(arena, (size_t)plant->bom_lines_count + 1, sizeof *model->edges);
    struct choice_parent *parents;
    if (!model->edge_first || !model->edges || !choice_parents(model, arena, &parents))
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");

    uint32_t *next = model->edge_first + 1; /* next[k] becomes first[k] when filling is done */
    for (uint32_t i = 0; i < plant->bom_lines_count; i++)
        next[plant->bom_lines[i].component + 1]++;
    row_starts(next, model->item_count);
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        const struct bom_line *line = &plant->bom_lines[i];
        if (i + LINES_AHEAD < plant->bom_lines_count)
            edge_ahead(model, line[LINES_AHEAD].component);
        model->edges[next[line->component]++] = (struct edge){
            .parent = line->parent, .line = i, .whole = choice_whole(model, parents, line)};
    }
    return STATUS_OK;
}

static bool has_phantoms(const struct plant *plant)
{
    bool any = false;
    for (uint32_t i = 0; i < plant->items_count && !any; i++)
        any = plant->items[i].type == ITEM_PHANTOM;
    for (uint32_t i = 0; i < plant->bom_term_count && !any; i++)
        any = plant->bom_terms[i].kind == BOM_PHANTOM;
    return any;
}

/* What a parent has to look at for each of its orders. */
static void flag_items(struct model *model)
{
    const struct plant *plant = model->plant;
    for (uint32_t i = 0; i < model->item_count; i++) {
        if (plant->items[i].type == ITEM_PHANTOM)
            model->plan_items[i].flags |= MODEL_PHANTOM;
        if (plant_item_params(plant, i)->segment_policy == SEGMENT_INDIVIDUAL)
            model->plan_items[i].flags |= MODEL_INDIVIDUAL;
    }
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        const struct bom_line *line = &plant->bom_lines[i];
        model->plan_items[line->parent].flags |= MODEL_HAS_BILL;
        if (line->terms == 0)
            continue;
        const struct bom_terms *terms = plant_bom_terms(plant, line);
        if (terms->alternative != 0 || terms->revision != 0 || terms->substitute_group != 0)
            model->plan_items[line->parent].flags |= MODEL_CHOICES;
        if (terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT)
            model->plan_items[line->parent].flags |= MODEL_BY_PRODUCTS;
        if (terms->kind == BOM_PHANTOM && plant->items[line->component].type != ITEM_PHANTOM)
            model->plan_items[line->component].flags |= MODEL_THROUGH;
    }
    for (uint32_t i = 0; i < plant->supplies_count; i++) {
        if (plant->supplies[i].kind == SUPPLY_PLANNED)
            model->plan_items[plant->supplies[i].item].flags |= MODEL_FIRM;
    }
}

/* The lines of parents that choose among them, by parent. */
static enum status line_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    bool any = false;
    for (uint32_t i = 0; i < model->item_count && !any; i++)
        any = (model->plan_items[i].flags & MODEL_CHOICES) != 0;
    if (!any)
        return STATUS_OK;

    model->line_first = arena_alloc(arena, (size_t)model->item_count + 2, sizeof(uint32_t));
    model->lines = arena_alloc(arena, (size_t)plant->bom_lines_count + 1, sizeof(uint32_t));
    if (!model->line_first || !model->lines)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    uint32_t *next = model->line_first + 1;
    for (uint32_t i = 0; i < plant->bom_lines_count; i++)
        next[plant->bom_lines[i].parent + 1]++;
    row_starts(next, model->item_count);
    for (uint32_t i = 0; i < plant->bom_lines_count; i++)
        model->lines[next[plant->bom_lines[i].parent]++] = i;
    return STATUS_OK;
}

static enum status table_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    _Static_assert(offsetof(struct safety_level, item) == 0,
                   "row_index_build reads the item there");
    _Static_assert(offsetof(struct order_cost, item) == 0, "row_index_build reads the item there");
    const struct row_table levels = {plant->safety_levels, sizeof *plant->safety_levels,
                                     plant->safety_levels_count};
    const struct row_table costs = {plant->order_costs, sizeof *plant->order_costs,
                                    plant->order_costs_count};
    if (!row_index_build(&model->safety_levels, model->item_count, levels, arena) ||
        !row_index_build(&model->order_costs, model->item_count, costs, arena))
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    return STATUS_OK;
}

static enum status check_facts(const struct plant *plant, struct fault *fault)
{
    int32_t days = plant->facts.horizon_days;
    if (!date_given(plant->facts.plan_start))
        return fault_set(fault, STATUS_INVALID, "plan_start",
                         "the plant does not say when its plan starts");
    if (days < 1 || days > PLAN_HORIZON_DAYS_MAX)
        return fault_set(fault, STATUS_INVALID, "horizon_days",
                         "horizon of %d days is outside 1..%d", days, PLAN_HORIZON_DAYS_MAX);
    if (plant->facts.plan_start > DATE_MAX - PLAN_DAYS_BEYOND)
        return fault_set(fault, STATUS_INVALID, "plan_start",
                         "the plan starts too late: its days would pass the year 9999");
    return STATUS_OK;
}

static enum status alloc_items(struct model *model, struct arena *arena, struct fault *fault)
{
    const size_t count = (size_t)model->item_count + 1;
    model->items = arena_alloc(arena, count, sizeof *model->items);
    model->plan_items = arena_alloc(arena, count, sizeof *model->plan_items);
    model->sequence = arena_alloc(arena, count, sizeof *model->sequence);
    if (!model->items || !model->plan_items || !model->sequence)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    for (uint32_t i = 0; i < model->item_count; i++)
        model->items[i].route = NO_INDEX;
    return STATUS_OK;
}

#define BUILD_STEPS_MAX 5

enum { BUILD_BILLS, BUILD_LEVELS, BUILD_FACTS, BUILD_PARTS };

/* Steps that need nothing of the other parts'. */
struct build_part {
    enum status (*steps[BUILD_STEPS_MAX])(struct model *model, struct arena *arena,
                                          struct fault *fault);
    struct arena *arena;
    struct fault fault;
};

struct build {
    struct model *model;
    struct crew_job job;
    struct build_part parts[BUILD_PARTS];
};

static enum status build_steps(struct model *model, struct build_part *part)
{
    enum status status = STATUS_OK;
    for (size_t k = 0; k < BUILD_STEPS_MAX && part->steps[k] && status == STATUS_OK; k++)
        status = part->steps[k](model, part->arena, &part->fault);
    return status;
}

static void build_some(void *context, uint32_t hand)
{
    struct build *build = context;
    uint32_t part;
    (void)hand;
    while (crew_take(&build->job, &part))
        (void)build_steps(build->model, &build->parts[part]);
}

static enum status part_fault(const struct build_part *part, struct fault *fault)
{
    if (part->fault.status != STATUS_OK)
        *fault = part->fault;
    return part->fault.status;
}

/* Bills beside levels beside facts, by several hands where that is worth it; faults in that order.
 */
static enum status build_rows(struct model *model, const struct crew *crew, struct arena *arena,
                              struct fault *fault)
{
    const bool shared =
        crew_shares(crew, (uint64_t)model->item_count + model->plant->bom_lines_count);
    struct build build = {
        .model = model,
        .job = {.count = BUILD_PARTS},
        .parts = {
            [BUILD_BILLS] = {.steps = {line_build, edge_build, substitute_build}},
            [BUILD_LEVELS] = {.steps = {level_place}},
            [BUILD_FACTS] = {.steps = {table_build, route_build, source_build, event_build}}}};
    for (size_t k = 0; k < BUILD_PARTS; k++) {
        build.parts[k].arena = shared && k > 0 ? arena_branch(arena, SIZE_MAX) : arena;
        if (!build.parts[k].arena)
            return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    }
    if (shared)
        crew->run(crew, build_some, &build);
    else
        build_some(&build, 0);
    enum status status = part_fault(&build.parts[BUILD_BILLS], fault);
    if (status == STATUS_OK)
        status = part_fault(&build.parts[BUILD_LEVELS], fault);
    if (status == STATUS_OK)
        status = level_build(model, arena, fault);
    return status == STATUS_OK ? part_fault(&build.parts[BUILD_FACTS], fault) : status;
}

enum status model_build(const struct plant *plant, const struct crew *crew, struct arena *arena,
                        struct model *model, struct fault *fault)
{
    *model = (struct model){
        .plant = plant, .item_count = plant->items_count, .horizon = plant->facts.horizon_days};
    enum status status = check_facts(plant, fault);
    if (status == STATUS_OK)
        status = alloc_items(model, arena, fault);
    if (status == STATUS_OK &&
        !calendar_set_build(plant, model->horizon + CALENDAR_DAYS_BEYOND, arena, &model->calendars))
        status = fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    if (status != STATUS_OK)
        return status;
    model->passes =
        arena_alloc(arena, has_phantoms(plant) ? model->item_count : 0, sizeof *model->passes);
    if (!model->passes)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    model->plant_calendar = calendar_find(&model->calendars, plant->facts.calendar);
    flag_items(model);

    status = build_rows(model, crew, arena, fault);
    if (status == STATUS_OK)
        status = bill_change_build(model, arena, fault);
    if (status == STATUS_OK)
        status = segment_check_build(model, arena, fault);
    return status == STATUS_OK ? model_sort_messages(model, arena, fault) : status;
}
