#include "services/production/release_core.h"

#include "common/base/frac.h"

/* One component of the order while its needs are summed. */
struct need {
    const struct bill_line *line; /* the first that asks for it */
    struct frac exact;
    bool fixed; /* all of it */
};

/* A parent whose lines are still to be looked at. */
struct level {
    struct text item;
    struct frac qty;
    struct text operation; /* of the phantom's line: what is below it is needed there */
    bool fixed;
    unsigned depth;
};

struct explosion {
    struct book *book;
    const struct work_order *order;
    const struct release_master *master;
    struct need *needs;
    size_t need_count;
    struct need *outputs;
    size_t output_count;
    struct level *levels;
    size_t level_count;
    struct fault *fault;
};

static enum status out_of_range(struct fault *fault, struct text item)
{
    return fault_set(fault, STATUS_OVERFLOW, "work_order",
                     "the need of item \"%.*s\" is out of range", (int)item.length, item.bytes);
}

/* ---- which lines count: as common/bom/bom_choose.c ---- */

static bool same(struct text a, struct text b)
{
    return text_equal(a, b);
}

static bool in_lot_range(const struct bill_line *line, struct frac qty)
{
    struct frac from;
    struct frac to;
    if (!frac_of_qty(line->lot_from, &from) || frac_cmp(qty, from) < 0)
        return false;
    return line->lot_to.micro == QTY_LAST.micro || !frac_of_qty(line->lot_to, &to) ||
           frac_cmp(qty, to) < 0;
}

static bool better_alternative(const struct bill_line *a, const struct bill_line *b)
{
    if (a->alternative_priority != b->alternative_priority)
        return a->alternative_priority < b->alternative_priority;
    return text_cmp(a->alternative, b->alternative) < 0;
}

static bool better_revision(const struct bill_line *a, const struct bill_line *b)
{
    if (a->valid_from != b->valid_from)
        return a->valid_from > b->valid_from;
    return text_cmp(a->revision, b->revision) > 0;
}

static size_t keep_alternative(const struct bill_line **lines, size_t count)
{
    size_t kept = 0;
    const struct bill_line *best = count > 0 ? lines[0] : NULL;
    for (size_t i = 1; i < count; i++) {
        if (better_alternative(lines[i], best))
            best = lines[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (same(lines[i]->alternative, best->alternative))
            lines[kept++] = lines[i];
    }
    return kept;
}

static size_t keep_revision(const struct bill_line **lines, size_t count)
{
    size_t kept = 0;
    const struct bill_line *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (lines[i]->revision.length > 0 && (!best || better_revision(lines[i], best)))
            best = lines[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (lines[i]->revision.length == 0 || same(lines[i]->revision, best->revision))
            lines[kept++] = lines[i];
    }
    return kept;
}

static bool substituted(const struct bill_line *const *lines, size_t count,
                        const struct bill_line *mine)
{
    if (mine->substitute_group.length == 0 || qty_given(mine->mix_pct))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct bill_line *other = lines[i];
        if (!same(other->substitute_group, mine->substitute_group) ||
            same(other->component, mine->component) || qty_given(other->mix_pct))
            continue;
        if (other->substitute_priority < mine->substitute_priority ||
            (other->substitute_priority == mine->substitute_priority &&
             text_cmp(other->component, mine->component) < 0))
            return true;
    }
    return false;
}

/* Lines of the parent that count for the quantity, in `chosen`; returns how many. */
static size_t choose(const struct release_master *master, const struct level *level,
                     const struct bill_line **chosen)
{
    size_t count = 0;
    size_t kept = 0;
    for (size_t i = 0; i < master->line_count; i++) {
        const struct bill_line *line = &master->lines[i];
        if (same(line->parent, level->item) && in_lot_range(line, level->qty))
            chosen[count++] = line;
    }
    count = keep_alternative(chosen, count);
    count = keep_revision(chosen, count);
    for (size_t i = 0; i < count; i++) {
        if (!substituted(chosen, count, chosen[i]))
            chosen[kept++] = chosen[i];
    }
    return kept;
}

/* ---- how much ---- */

static bool times(struct frac *value, struct qty by, struct qty over)
{
    struct frac factor;
    return frac_make(by.micro, over.micro, &factor) && frac_mul(*value, factor, value);
}

/* qty x pieces x factor x mix / per_qty / (1 - scrap) x parents; of a fixed line without the
   parents and per_qty */
static enum status need_of(const struct bill_line *line, struct frac parents, struct frac *out,
                           struct fault *fault)
{
    static const struct qty one = {QTY_SCALE};
    static const struct qty hundred = {100 * (int64_t)QTY_SCALE};
    struct qty good = {hundred.micro - line->scrap_pct.micro};
    struct frac need = frac_of_int(1);

    if (line->factor_den.micro == 0)
        return fault_set(fault, STATUS_INVALID, "work_order",
                         "the unit of component \"%.*s\" of item \"%.*s\" cannot be converted",
                         (int)line->component.length, line->component.bytes,
                         (int)line->parent.length, line->parent.bytes);
    bool fits =
        times(&need, line->qty, one) && times(&need, line->pieces, one) &&
        times(&need, line->factor_num, line->factor_den) && times(&need, hundred, good) &&
        (!qty_given(line->mix_pct) || times(&need, line->mix_pct, hundred)) &&
        (line->fixed || (times(&need, one, line->per_qty) && frac_mul(need, parents, &need)));
    if (!fits)
        return out_of_range(fault, line->component);
    *out = need;
    return STATUS_OK;
}

static struct text where_needed(const struct level *level, const struct bill_line *line)
{
    return level->operation.length > 0 ? level->operation : line->operation;
}

static enum status add_need(struct explosion *at, const struct level *level,
                            const struct bill_line *line, struct frac exact)
{
    bool fixed = level->fixed || line->fixed;
    for (size_t i = 0; i < at->need_count; i++) {
        struct need *need = &at->needs[i];
        if (!same(need->line->component, line->component) ||
            !same(need->line->operation, where_needed(level, line)))
            continue;
        need->fixed = need->fixed && fixed;
        return frac_add(need->exact, exact, &need->exact)
                   ? STATUS_OK
                   : out_of_range(at->fault, line->component);
    }
    struct bill_line *copy = arena_alloc(at->book->arena, 1, sizeof *copy);
    if (!copy || at->need_count == RELEASE_COMPONENTS_MAX)
        return fault_set(at->fault, STATUS_LIMIT, "work_order", "more than %d components",
                         RELEASE_COMPONENTS_MAX);
    *copy = *line;
    copy->operation = where_needed(level, line);
    at->needs[at->need_count++] = (struct need){copy, exact, fixed};
    return STATUS_OK;
}

static enum status push(struct explosion *at, const struct level *above,
                        const struct bill_line *line, struct frac exact)
{
    if (above->depth == RELEASE_DEPTH_MAX || at->level_count == RELEASE_COMPONENTS_MAX)
        return fault_set(at->fault, STATUS_LIMIT, "work_order",
                         "phantoms below item \"%.*s\" are nested too deep",
                         (int)at->order->item.length, at->order->item.bytes);
    at->levels[at->level_count++] =
        (struct level){line->component, exact, where_needed(above, line),
                       above->fixed || line->fixed, above->depth + 1};
    return STATUS_OK;
}

/* Of the order's own bill; what a phantom would bring beside itself is made with it. */
static enum status add_output(struct explosion *at, const struct level *level,
                              const struct bill_line *line, struct frac exact)
{
    if (level->depth > 0)
        return STATUS_OK;
    if (at->output_count == RELEASE_COMPONENTS_MAX)
        return fault_set(at->fault, STATUS_LIMIT, "work_order", "more than %d co- and by-products",
                         RELEASE_COMPONENTS_MAX);
    at->outputs[at->output_count++] = (struct need){line, exact, line->fixed};
    return STATUS_OK;
}

static enum status explode_level(struct explosion *at, const struct level *level,
                                 const struct bill_line **chosen)
{
    size_t count = choose(at->master, level, chosen);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct frac exact;
        status = need_of(chosen[i], level->qty, &exact, at->fault);
        if (status == STATUS_OK && chosen[i]->output != BILL_TAKEN)
            status = add_output(at, level, chosen[i], exact);
        else if (status == STATUS_OK)
            status = chosen[i]->phantom ? push(at, level, chosen[i], exact)
                                        : add_need(at, level, chosen[i], exact);
    }
    return status;
}

static enum status explode(struct explosion *at)
{
    struct arena *arena = at->book->arena;
    const struct bill_line **chosen =
        arena_alloc(arena, at->master->line_count + 1, sizeof *chosen);
    at->needs = arena_alloc(arena, RELEASE_COMPONENTS_MAX, sizeof *at->needs);
    at->levels = arena_alloc(arena, RELEASE_COMPONENTS_MAX, sizeof *at->levels);
    at->outputs = arena_alloc(arena, RELEASE_COMPONENTS_MAX, sizeof *at->outputs);
    if (!chosen || !at->needs || !at->levels || !at->outputs)
        return fault_set(at->fault, STATUS_LIMIT, "work_order", "no room for the bill");

    struct level top = {.item = at->order->item};
    if (!frac_of_qty(at->order->qty, &top.qty))
        return out_of_range(at->fault, top.item);
    enum status status = explode_level(at, &top, chosen);
    for (size_t next = 0; next < at->level_count && status == STATUS_OK; next++)
        status = explode_level(at, &at->levels[next], chosen);
    return status;
}

enum status release_explode(struct book *book, const struct work_order *order,
                            const struct release_master *master, struct release_needs *out,
                            struct fault *fault)
{
    struct explosion at = {.book = book, .order = order, .master = master, .fault = fault};
    enum status status = explode(&at);
    if (status != STATUS_OK)
        return status;
    out->rows = arena_alloc(book->arena, at.need_count + 1, sizeof *out->rows);
    if (!out->rows)
        return fault_set(fault, STATUS_LIMIT, "item", "no room for the bill");
    out->count = 0;
    for (size_t i = 0; i < at.need_count; i++) {
        const struct need *need = &at.needs[i];
        struct release_need *row = NULL;
        for (size_t known = 0; known < out->count && !row; known++) {
            if (same(out->rows[known].item, need->line->component))
                row = &out->rows[known];
        }
        if (!row)
            out->rows[out->count++] = (struct release_need){need->line->component, need->exact};
        else if (!frac_add(row->exact, need->exact, &row->exact))
            return out_of_range(fault, row->item);
    }
    return STATUS_OK;
}

/* ---- what it costs ---- */

enum status release_unit_cost(const struct book_item *item, struct unitcost *out,
                              struct fault *fault)
{
    struct amount cost;
    struct qty one = {QTY_SCALE};
    *out = item->unit_cost;
    if (item->unit_cost.micro != 0)
        return STATUS_OK;
    enum status status = ledger_present_cost(item, one, &cost, fault);
    if (status == STATUS_OK && !unitcost_of(cost, one, out))
        return out_of_range(fault, item->item);
    return status;
}

static enum status add_cost(struct work_order *order, struct amount cost, struct fault *fault)
{
    return amount_add(order->planned_cost, cost, &order->planned_cost)
               ? STATUS_OK
               : fault_set(fault, STATUS_OVERFLOW, "work_order",
                           "the planned cost is out of range");
}

static bool is_chosen(const struct release_master *master, struct text item,
                      const struct routing_step *step);

/* The line-side stock of the work centre where it is needed; "" none. */
static struct text line_side(const struct explosion *at, struct text item, struct text operation)
{
    for (size_t i = 0; i < at->master->step_count && operation.length > 0; i++) {
        const struct routing_step *step = &at->master->steps[i];
        if (text_equal(step->operation, operation) && is_chosen(at->master, item, step))
            return step->line_side.bytes ? step->line_side : text_of("");
    }
    return text_of("");
}

static enum status freeze_component(struct explosion *at, struct work_order *order,
                                    const struct need *need, struct work_component *out)
{
    struct book_item *item;
    struct amount cost;
    enum status status = book_item(at->book, need->line->component, "work_order", &item, at->fault);
    if (status != STATUS_OK)
        return status;
    if (!frac_ceil(need->exact, item->decimals, &out->required))
        return out_of_range(at->fault, item->item);
    out->item = item->item;
    out->fixed = need->fixed;
    out->due_on = order->start_on + (date)need->line->offset_days;
    out->operation = need->line->operation;
    out->backflush = item->backflush;
    out->line_side = line_side(at, order->item, need->line->operation);
    status = release_unit_cost(item, &out->planned_cost, at->fault);
    if (status == STATUS_OK && !amount_extend(out->required, out->planned_cost, &cost))
        return out_of_range(at->fault, item->item);
    return status == STATUS_OK ? add_cost(order, cost, at->fault) : status;
}

/* (setup + run x pieces / per_qty) in hours, stretched by the efficiency; with run_size whole runs
   count */
static bool hours_of(const struct routing_step *step, struct qty pieces, struct qty *out)
{
    struct qty runs;
    struct frac hours;
    struct frac setup;
    bool fits = frac_of_qty(step->setup, &setup) && frac_of_qty(pieces, &hours);
    if (qty_given(step->run_size))
        fits = fits && frac_make(pieces.micro, step->run_size.micro, &hours) &&
               frac_ceil(hours, 0, &runs) && frac_of_qty(runs, &hours);
    else
        fits = fits && times(&hours, (struct qty){QTY_SCALE}, step->per_qty);
    return fits && times(&hours, step->run, (struct qty){QTY_SCALE}) &&
           frac_add(hours, setup, &hours) &&
           times(&hours, (struct qty){100 * (int64_t)QTY_SCALE},
                 (struct qty){step->units_an_hour * step->efficiency_pct.micro}) &&
           frac_round(hours, QTY_DECIMALS, out);
}

uint8_t release_overhead_basis(struct text text)
{
    static const char *const bases[] = {"hour", "labor", "material", "unit"};
    for (uint8_t i = 0; i < COUNT_OF(bases); i++) {
        if (text_is(text, bases[i]))
            return i;
    }
    return OVERHEAD_HOUR;
}

static bool is_chosen(const struct release_master *master, struct text item,
                      const struct routing_step *step)
{
    if (!same(step->item, item))
        return false;
    for (size_t i = 0; i < master->step_count; i++) {
        const struct routing_step *other = &master->steps[i];
        if (same(other->item, item) &&
            (other->alternative_priority < step->alternative_priority ||
             (other->alternative_priority == step->alternative_priority &&
              text_cmp(other->alternative, step->alternative) < 0)))
            return false;
    }
    return true;
}

static enum status freeze_operation(struct explosion *at, struct work_order *order,
                                    const struct routing_step *step, struct work_operation *out)
{
    struct operation_cost cost;
    struct amount subcontract = {0};
    if (!hours_of(step, order->qty, &out->planned_hours) ||
        !amount_extend(order->qty, step->subcontract_price, &subcontract))
        return fault_set(at->fault, STATUS_OVERFLOW, "work_order",
                         "the cost of operation \"%.*s\" is out of range",
                         (int)step->operation.length, step->operation.bytes);
    out->operation = step->operation;
    out->work_center = step->work_center;
    out->labor_rate = step->labor_rate;
    out->machine_rate = step->machine_rate;
    out->overhead_rate = step->overhead_rate;
    out->overhead_basis = release_overhead_basis(step->overhead_basis);
    out->subcontract_price = step->subcontract_price;
    out->supplier = step->supplier.bytes ? step->supplier : text_of("");
    out->parallel_group = step->parallel_group.bytes ? step->parallel_group : text_of("");
    enum status status = operation_cost(out, out->planned_hours, &cost, at->fault);
    if (status == STATUS_OK)
        status = add_cost(order, cost.labor, at->fault);
    if (status == STATUS_OK)
        status = add_cost(order, cost.machine, at->fault);
    if (status == STATUS_OK)
        status = add_cost(order, subcontract, at->fault);
    return status == STATUS_OK ? add_cost(order, cost.overhead, at->fault) : status;
}

/* ---- co- and by-products ---- */

/* A share of what the order costs, or (a by-product without one) what the item costs, by piece. */
static enum status output_cost(struct explosion *at, const struct work_order *order,
                               const struct book_item *item, struct order_output *out,
                               const struct bill_line *line)
{
    static const struct qty hundred = {100 * (int64_t)QTY_SCALE};
    struct amount share;
    if (!qty_given(line->cost_share_pct))
        return line->output == BILL_BYPRODUCT ? release_unit_cost(item, &out->unit_cost, at->fault)
                                              : STATUS_OK;
    return amount_share(order->planned_cost, line->cost_share_pct, hundred, &share) &&
                   unitcost_of(share, out->qty, &out->unit_cost)
               ? STATUS_OK
               : out_of_range(at->fault, item->item);
}

/* What they are credited with is not the product's cost: planned_cost is net of it. */
static enum status freeze_outputs(struct explosion *at, struct work_order *order)
{
    struct amount credit = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < at->output_count && status == STATUS_OK; i++) {
        const struct bill_line *line = at->outputs[i].line;
        struct order_output out = {.order = order,
                                   .line = (int64_t)i + 1,
                                   .byproduct = line->output == BILL_BYPRODUCT,
                                   .order_qty = order->qty};
        struct book_item *item;
        struct amount cost;
        status = book_item(at->book, line->component, "work_order", &item, at->fault);
        if (status != STATUS_OK)
            return status;
        out.item = item->item;
        if (!frac_floor(at->outputs[i].exact, item->decimals, &out.qty))
            return out_of_range(at->fault, item->item);
        if (out.qty.micro == 0)
            continue;
        status = output_cost(at, order, item, &out, line);
        if (status == STATUS_OK &&
            (!amount_extend(out.qty, out.unit_cost, &cost) || !amount_add(credit, cost, &credit)))
            return out_of_range(at->fault, item->item);
        if (status == STATUS_OK)
            status = book_order_output(at->book, &out, at->fault);
    }
    order->planned_cost.e4 -=
        credit.e4 < order->planned_cost.e4 ? credit.e4 : order->planned_cost.e4;
    return status;
}

enum status release_freeze(struct book *book, struct work_order *order,
                           const struct release_master *master, struct fault *fault)
{
    struct explosion at = {.book = book, .order = order, .master = master, .fault = fault};
    size_t step_count = 0;
    size_t step = 0;

    enum status status = explode(&at);
    for (size_t i = 0; i < master->step_count; i++)
        step_count += is_chosen(master, order->item, &master->steps[i]);
    if (status == STATUS_OK)
        status = book_new_components(book, order, at.need_count, step_count, fault);
    order->planned_cost = (struct amount){0};
    for (size_t i = 0; i < at.need_count && status == STATUS_OK; i++)
        status = freeze_component(&at, order, &at.needs[i], &order->components[i]);
    for (size_t i = 0; i < master->step_count && status == STATUS_OK; i++) {
        if (is_chosen(master, order->item, &master->steps[i]))
            status = freeze_operation(&at, order, &master->steps[i], &order->operations[step++]);
    }
    return status == STATUS_OK ? freeze_outputs(&at, order) : status;
}

/* ---- overhead ---- */

/* Of the whole order, where it does not follow the hours. */
static bool planned_overhead(const struct work_operation *operation, struct amount *out)
{
    static const struct qty hundred = {100 * (int64_t)QTY_SCALE};
    const struct work_order *order = operation->order;
    struct amount material = {0};

    if (operation->overhead_basis == OVERHEAD_UNIT)
        return amount_extend(order->qty, operation->overhead_rate, out);
    for (size_t i = 0; i < order->component_count; i++) {
        struct amount cost;
        if (!amount_extend(order->components[i].required, order->components[i].planned_cost,
                           &cost) ||
            !amount_add(material, cost, &material))
            return false;
    }
    return amount_share(material, (struct qty){operation->overhead_rate.micro}, hundred, out);
}

/* Absorbed with the planned hours, all of it when they are reached. */
static bool absorbed(const struct work_operation *operation, struct qty hours, struct amount *out)
{
    struct amount planned;
    struct amount up_to_now;
    struct qty after;
    if (!planned_overhead(operation, &planned) ||
        !qty_add(operation->reported_hours, hours, &after))
        return false;
    if (qty_cmp(after, operation->planned_hours) >= 0)
        up_to_now = planned;
    else if (!amount_share(planned, after, operation->planned_hours, &up_to_now))
        return false;
    return amount_sub(up_to_now, operation->overhead, out);
}

enum status operation_cost(const struct work_operation *operation, struct qty hours,
                           struct operation_cost *out, struct fault *fault)
{
    static const struct qty hundred = {100 * (int64_t)QTY_SCALE};
    struct operation_cost cost;
    bool fits = amount_extend(hours, operation->labor_rate, &cost.labor) &&
                amount_extend(hours, operation->machine_rate, &cost.machine);

    if (operation->overhead_basis == OVERHEAD_HOUR)
        fits = fits && amount_extend(hours, operation->overhead_rate, &cost.overhead);
    else if (operation->overhead_basis == OVERHEAD_LABOR)
        fits = fits && amount_share(cost.labor, (struct qty){operation->overhead_rate.micro},
                                    hundred, &cost.overhead);
    else
        fits = fits && absorbed(operation, hours, &cost.overhead);
    if (!fits)
        return fault_set(fault, STATUS_OVERFLOW, "hours", "the cost of the hours is out of range");
    *out = cost;
    return STATUS_OK;
}
