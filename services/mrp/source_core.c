#include "common/plant/plant_price.h"
#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

#include <string.h>

/*
 * Where a bought item comes from: among the suppliers valid on the day the order starts the one of
 * least priority number; of several, the one whose share already given is furthest below its quota;
 * without quotas the cheapest at the quantity, then the least name.  All rows of one supplier with
 * one validity are its price breaks.
 */

static int32_t rank(int32_t priority)
{
    return days_given(priority) ? priority : INT32_MAX;
}

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* By item, priority, supplier, price break, then all else that matters. */
static int supplier_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct supplier *a = &model->plant->suppliers[*(const uint32_t *)left];
    const struct supplier *b = &model->plant->suppliers[*(const uint32_t *)right];
    int order = number_cmp(a->item, b->item);
    if (order == 0)
        order = number_cmp(rank(a->priority), rank(b->priority));
    if (order == 0)
        order = model_text_cmp(model, a->supplier, b->supplier);
    if (order == 0)
        order = qty_cmp(a->price_from_qty, b->price_from_qty);
    if (order == 0)
        order = number_cmp(a->valid_from, b->valid_from);
    if (order == 0)
        order = number_cmp(a->valid_to, b->valid_to);
    if (order == 0)
        order = number_cmp(a->price.micro, b->price.micro);
    if (order == 0)
        order = number_cmp(a->lead_time_days, b->lead_time_days);
    return order;
}

/* Where suppliers have several currencies, every price in the plant's, to six decimals. */
static enum status price_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    bool foreign = false;
    for (uint32_t i = 0; i < plant->suppliers_count; i++)
        foreign = foreign || (plant->suppliers[i].currency != 0 &&
                              plant->suppliers[i].currency != plant->facts.currency);
    if (!foreign)
        return STATUS_OK;
    model->prices = arena_alloc(arena, plant->suppliers_count, sizeof *model->prices);
    if (!model->prices)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    for (uint32_t i = 0; i < plant->suppliers_count; i++) {
        const struct supplier *row = &plant->suppliers[i];
        if (!plant_supplier_price(plant, row, plant->facts.plan_start, row->uom_factor,
                                  &model->prices[i]))
            return fault_set(fault, STATUS_OVERFLOW, "price",
                             "price of item \"%s\" from supplier \"%s\" is out of range",
                             plant_item_code(plant, row->item), plant_text(plant, row->supplier));
    }
    return STATUS_OK;
}

enum status source_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    const uint32_t count = plant->suppliers_count;
    if (count == 0)
        return STATUS_OK;
    model->supplier_first = arena_alloc(arena, (size_t)model->item_count + 2, sizeof(uint32_t));
    model->suppliers = arena_alloc(arena, count, sizeof *model->suppliers);
    uint32_t *spare = arena_alloc(arena, count, sizeof *spare);
    if (!model->supplier_first || !model->suppliers || !spare)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    for (uint32_t i = 0; i < count; i++) {
        model->suppliers[i] = i;
        model->supplier_first[plant->suppliers[i].item + 1]++;
    }
    for (uint32_t i = 0; i < model->item_count; i++)
        model->supplier_first[i + 1] += model->supplier_first[i];
    list_sort(&(struct list_sort){.rows = model->suppliers,
                                  .spare = spare,
                                  .row_size = sizeof *spare,
                                  .count = count,
                                  .compare = supplier_cmp,
                                  .context = model});
    return price_build(model, arena, fault);
}

static const struct supplier *supplier_at(const struct net *net, uint32_t k)
{
    return &net->model->plant->suppliers[net->model->suppliers[k]];
}

/* A candidate while suppliers are compared: rows first .. end of one name and priority. */
struct candidate {
    uint32_t first;
    uint32_t end;
    const struct supplier *row; /* the break that fits; NULL: none valid */
    struct order_terms terms;
};

/* Purchase units of a stock quantity, rounded up to whole ones where the row has a unit. */
static int64_t purchase_units(const struct supplier *row, int64_t qty)
{
    int128 units = ((int128)qty * QTY_SCALE + row->uom_factor.micro - 1) / row->uom_factor.micro;
    return units < INT64_MAX ? (int64_t)units : INT64_MAX;
}

static bool has_unit(const struct net *net, const struct supplier *row)
{
    uint32_t stock_uom = net->model->plant->items[net->item].uom;
    return row->uom_factor.micro != QTY_SCALE || (row->uom != 0 && row->uom != stock_uom);
}

static int64_t stock_units(const struct supplier *row, struct qty units)
{
    if (!qty_given(units) || units.micro <= 0)
        return 0;
    int128 qty = (int128)units.micro * row->uom_factor.micro / QTY_SCALE;
    return qty < INT64_MAX ? (int64_t)qty : INT64_MAX;
}

/* What an order from this supplier obeys. */
static void supplier_terms(const struct net *net, const struct supplier *row,
                           struct order_terms *terms)
{
    *terms = net->own;
    terms->source = (uint32_t)(row - net->model->plant->suppliers);
    terms->calendar = calendar_find(&net->model->calendars, row->calendar);
    if (days_given(row->lead_time_days))
        terms->lead_days =
            row->lead_time_days < PLAN_LEAD_DAYS_MAX ? row->lead_time_days : PLAN_LEAD_DAYS_MAX;
    if (qty_given(row->min_qty))
        terms->limits.min = stock_units(row, row->min_qty);
    if (qty_given(row->multiple))
        terms->limits.multiple = stock_units(row, row->multiple);
    if (has_unit(net, row))
        terms->limits.whole = stock_units(row, (struct qty){QTY_SCALE});
}

static bool valid_on(const struct net *net, const struct supplier *row, int32_t day)
{
    date start = net->model->plant->facts.plan_start + day;
    return row->valid_from <= start && start < row->valid_to;
}

static int32_t start_day(const struct net *net, const struct order_terms *terms, int32_t need_day,
                         int64_t good)
{
    return order_days_of(terms, order_lead(terms, good), need_day - net->params->safety_days,
                         net_fence(net))
        .start_day;
}

/* The row of the candidate whose validity holds on its own start day and whose break is the
   greatest that the quantity reaches; the least break where it reaches none. */
static void candidate_weigh(const struct net *net, int32_t need_day, int64_t good,
                            struct candidate *candidate)
{
    for (uint32_t k = candidate->first; k < candidate->end; k++) {
        const struct supplier *row = supplier_at(net, k);
        struct order_terms terms;
        supplier_terms(net, row, &terms);
        if (!valid_on(net, row, start_day(net, &terms, need_day, good)))
            continue;
        if (!candidate->row)
            candidate->terms = terms;
        if (!candidate->row || row->price_from_qty.micro <= purchase_units(row, good))
            candidate->row = row;
    }
}

static int64_t quota_of(const struct supplier *row)
{
    return qty_given(row->quota_pct) ? row->quota_pct.micro : 0;
}

/* Price of a stock unit: a against b; one without a price is dearest.  Of several currencies in
   plant currency by the rates of plan_start, one without a rate being without a price; two in one
   currency as they stand. */
static int price_cmp(const struct model *model, const struct supplier *a, const struct supplier *b)
{
    if (model->prices && a->currency != b->currency) {
        struct unitcost left = model->prices[a - model->plant->suppliers];
        struct unitcost right = model->prices[b - model->plant->suppliers];
        if (!cost_given(left) || !cost_given(right))
            return cost_given(right) - cost_given(left);
        return number_cmp(left.micro, right.micro);
    }
    if (!cost_given(a->price) || !cost_given(b->price))
        return cost_given(b->price) - cost_given(a->price);
    int128 left = (int128)a->price.micro * b->uom_factor.micro;
    int128 right = (int128)b->price.micro * a->uom_factor.micro;
    return (left > right) - (left < right);
}

static int64_t given_to(const struct net *net, const struct candidate *candidate)
{
    return net->given[candidate->first - net->model->supplier_first[net->item]];
}

/* Of two candidates of one priority, is b the better? */
static bool is_better(const struct net *net, const struct candidate *a, const struct candidate *b)
{
    int64_t a_quota = quota_of(a->row);
    int64_t b_quota = quota_of(b->row);
    if (a_quota > 0 && b_quota > 0) /* given / quota */
        return (int128)given_to(net, b) * a_quota < (int128)given_to(net, a) * b_quota;
    if (a_quota > 0 || b_quota > 0)
        return b_quota > 0;
    return price_cmp(net->model, b->row, a->row) < 0;
}

static bool source_given(struct net *net, uint32_t rows)
{
    if (net->given_capacity >= rows)
        return true;
    net->given = arena_alloc(net->arena, rows, sizeof *net->given);
    net->given_capacity = net->given ? rows : 0;
    return net->given || net_fail(net, STATUS_LIMIT, "suppliers");
}

bool source_start(struct net *net)
{
    if (!net->model->suppliers)
        return true;
    uint32_t rows =
        net->model->supplier_first[net->item + 1] - net->model->supplier_first[net->item];
    if (rows == 0)
        return true;
    if (!source_given(net, rows))
        return false;
    memset(net->given, 0, rows * sizeof *net->given);
    return true;
}

bool source_terms(struct net *net, int32_t need_day, int64_t good, struct order_terms *terms)
{
    const struct model *model = net->model;
    *terms = net->own;
    if (!model->suppliers || model->plant->items[net->item].type != ITEM_BUY)
        return true;
    struct candidate best = {0};
    const uint32_t end = model->supplier_first[net->item + 1];
    for (uint32_t k = model->supplier_first[net->item]; k < end;) {
        const struct supplier *row = supplier_at(net, k);
        if (best.row && rank(row->priority) > rank(best.row->priority))
            break;
        struct candidate next = {.first = k, .end = k + 1};
        while (next.end < end && supplier_at(net, next.end)->supplier == row->supplier &&
               rank(supplier_at(net, next.end)->priority) == rank(row->priority))
            next.end++;
        candidate_weigh(net, need_day, good, &next);
        if (next.row && (!best.row || is_better(net, &best, &next)))
            best = next;
        k = next.end;
    }
    if (best.row)
        *terms = best.terms;
    return true;
}

uint32_t source_break(struct net *net, const struct order_terms *terms, int32_t start, int64_t qty)
{
    const struct supplier *chosen = &net->model->plant->suppliers[terms->source];
    const uint32_t base = net->model->supplier_first[net->item];
    const uint32_t end = net->model->supplier_first[net->item + 1];
    uint32_t found = terms->source;
    bool counted = false;
    for (uint32_t k = base; k < end; k++) {
        const struct supplier *row = supplier_at(net, k);
        if (row->supplier != chosen->supplier || rank(row->priority) != rank(chosen->priority))
            continue;
        if (!counted && __builtin_add_overflow(net->given[k - base], qty, &net->given[k - base]))
            net->given[k - base] = INT64_MAX;
        counted = true;
        if (valid_on(net, row, start) && row->price_from_qty.micro <= purchase_units(row, qty))
            found = net->model->suppliers[k];
    }
    return found;
}
