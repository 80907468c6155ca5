#include "common/plant/plant_price.h"
#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

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

/* By priority, supplier, price break, then all else that matters. */
static int supplier_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct supplier *a = &model->plant->suppliers[*(const uint32_t *)left];
    const struct supplier *b = &model->plant->suppliers[*(const uint32_t *)right];
    int order = number_cmp(rank(a->priority), rank(b->priority));
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
    const struct row_table table = {plant->suppliers, sizeof *plant->suppliers,
                                    plant->suppliers_count};
    _Static_assert(offsetof(struct supplier, item) == 0, "row_index_build reads the item there");
    if (!row_index_build(&model->suppliers, model->item_count, table, arena) ||
        !row_index_sort(&model->suppliers, model->item_count,
                        (struct row_order){supplier_cmp, model}, arena))
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    return price_build(model, arena, fault);
}

static const struct supplier *supplier_at(const struct net *net, uint32_t k)
{
    return &net->model->plant->suppliers[net->model->suppliers.rows[k]];
}

/* Purchase units of a stock quantity, rounded up to whole ones where the row has a unit. */
static int64_t purchase_units(const struct supplier *row, int64_t qty)
{
    if (row->uom_factor.micro == QTY_SCALE)
        return qty;
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
    if (row->uom_factor.micro == QTY_SCALE)
        return units.micro;
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

/* The row whose break the quantity reaches; the first reaches any. */
static bool reaches(const struct supplier *row, int64_t good)
{
    return row->price_from_qty.micro <= purchase_units(row, good);
}

static const struct supplier *weigh_dated(const struct net *net, struct source *source,
                                          int32_t need_day, int64_t good)
{
    const struct supplier *found = NULL;
    for (uint32_t k = source->first; k < source->end; k++) {
        const struct supplier *row = supplier_at(net, k);
        struct order_terms terms;
        supplier_terms(net, row, &terms);
        if (!valid_on(net, row, start_day(net, &terms, need_day, good)))
            continue;
        if (!found)
            source->terms = terms;
        if (!found || reaches(row, good))
            found = row;
    }
    return found;
}

/* The row of the source whose validity holds on its own start day and whose break is the greatest
   that the quantity reaches; the least break where it reaches none.  NULL: none is valid.  The
   terms are those of the first valid row. */
static const struct supplier *weigh(const struct net *net, struct source *source, int32_t need_day,
                                    int64_t good)
{
    const struct supplier *found = supplier_at(net, source->first);
    if (source->dated)
        return weigh_dated(net, source, need_day, good);
    if (!source->ready)
        supplier_terms(net, found, &source->terms);
    source->ready = true;
    for (uint32_t k = source->first + 1; k < source->end; k++) {
        if (reaches(supplier_at(net, k), good))
            found = supplier_at(net, k);
    }
    return found;
}

/* A source while it is compared with others. */
struct offer {
    struct source *source;
    const struct supplier *row;
};

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

/* Of two sources of one priority, each with its row, is b the better? */
static bool is_better(const struct net *net, const struct offer *a, const struct offer *b)
{
    int64_t a_quota = quota_of(a->row);
    int64_t b_quota = quota_of(b->row);
    if (a_quota > 0 && b_quota > 0) /* given / quota */
        return (int128)b->source->given * a_quota < (int128)a->source->given * b_quota;
    if (a_quota > 0 || b_quota > 0)
        return b_quota > 0;
    return price_cmp(net->model, b->row, a->row) < 0;
}

void source_start(struct net *net)
{
    net->source_count = 0;
    net->sources_known = false;
}

/* The item's suppliers: neighbours among its rows are of one name and priority. */
static bool list_sources(struct net *net)
{
    const uint32_t end = row_end(&net->model->suppliers, net->item);
    net->sources_known = true;
    for (uint32_t k = row_first(&net->model->suppliers, net->item); k < end; k++) {
        const struct supplier *row = supplier_at(net, k);
        const bool dated = row->valid_from != DATE_FIRST || row->valid_to != DATE_LAST;
        struct source *last = net->source_count > 0 ? &net->sources[net->source_count - 1] : NULL;
        if (last && last->supplier == row->supplier && last->rank == rank(row->priority)) {
            last->end = k + 1;
            last->dated = last->dated || dated;
            continue;
        }
        struct source *sources = list_grown(net->arena, net->sources, net->source_count,
                                            &net->source_capacity, sizeof *sources);
        if (!sources)
            return net_fail(net, STATUS_LIMIT, "suppliers");
        net->sources = sources;
        sources[net->source_count++] = (struct source){.first = k,
                                                       .end = k + 1,
                                                       .supplier = row->supplier,
                                                       .rank = rank(row->priority),
                                                       .dated = dated};
    }
    return true;
}

const struct order_terms *source_terms(struct net *net, int32_t need_day, int64_t good)
{
    const struct model *model = net->model;
    struct offer best = {NULL, NULL};
    if (!model->suppliers.rows || model->plant->items[net->item].type != ITEM_BUY)
        return &net->own;
    if (!net->sources_known && !list_sources(net))
        return NULL;
    for (uint32_t k = 0; k < net->source_count; k++) {
        struct source *source = &net->sources[k];
        if (best.source && source->rank > best.source->rank)
            break;
        const struct offer next = {source, weigh(net, source, need_day, good)};
        if (next.row && (!best.row || is_better(net, &best, &next)))
            best = next;
    }
    if (!best.source)
        return &net->own;
    best.source->terms.number = (uint32_t)(best.source - net->sources);
    return &best.source->terms;
}

uint32_t source_break(struct net *net, const struct order_terms *terms, int32_t start, int64_t qty)
{
    struct source *source = &net->sources[terms->number];
    uint32_t found = terms->source;
    if (__builtin_add_overflow(source->given, qty, &source->given))
        source->given = INT64_MAX;
    for (uint32_t k = source->first; k < source->end; k++) {
        const struct supplier *row = supplier_at(net, k);
        if (valid_on(net, row, start) && reaches(row, qty))
            found = net->model->suppliers.rows[k];
    }
    return found;
}
