#include "common/plant/operation_order.h"
#include "services/mrp/model_core.h"

#include <string.h>

/* By alternative (priority, name), operation, and then all else that matters, so that the
   order of rows in the file does not show. */
static int operation_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct operation *a = &model->plant->operations[*(const uint32_t *)left];
    const struct operation *b = &model->plant->operations[*(const uint32_t *)right];
    if (a->alternative_priority != b->alternative_priority)
        return a->alternative_priority < b->alternative_priority ? -1 : 1;
    int order = model_text_cmp(model, a->alternative, b->alternative);
    if (order == 0)
        order = operation_number_cmp(plant_text(model->plant, a->operation),
                                     plant_text(model->plant, b->operation));
    if (order == 0)
        order = (a->lead_time_days > b->lead_time_days) - (a->lead_time_days < b->lead_time_days);
    return order;
}

static bool valid_at_start(const struct model *model, const struct operation *operation)
{
    date start = model->plant->facts.plan_start;
    return operation->valid_from <= start && start < operation->valid_to;
}

static int32_t step_days(const struct operation *operation)
{
    if (!days_given(operation->lead_time_days) || operation->lead_time_days < 0)
        return 0;
    return operation->lead_time_days < PLAN_LEAD_DAYS_MAX ? operation->lead_time_days
                                                          : PLAN_LEAD_DAYS_MAX;
}

static bool is_outside(const struct operation *step)
{
    return step->supplier != 0 || cost_given(step->subcontract_price);
}

/* Can route_hours be anything at a work centre of ours? */
static bool takes_hours(const struct operation *step)
{
    return step->work_center != NO_INDEX && !is_outside(step) &&
           (step->setup.micro != 0 || step->run.micro != 0 || step->cleanup.micro != 0);
}

static const struct work_center *center_of(const struct model *model, const struct operation *step)
{
    return step->work_center == NO_INDEX ? NULL : &model->plant->work_centers[step->work_center];
}

/* Hours a day by which the operation takes its days from its hours; 0: it does not. */
static int64_t timed_by(const struct model *model, const struct operation *step)
{
    const struct work_center *center = center_of(model, step);
    if (days_given(step->lead_time_days) || !center || is_outside(step) ||
        !qty_given(center->hours_per_day) || center->hours_per_day.micro <= 0)
        return 0;
    return center->hours_per_day.micro;
}

/* floor(a x b / c), at most INT64_MAX; a, b >= 0, c > 0 */
static int64_t scaled(int64_t a, int64_t b, int64_t c)
{
    int128 value = (int128)a * b / c;
    return value < INT64_MAX ? (int64_t)value : INT64_MAX;
}

int64_t route_hours(const struct model *model, const struct operation *step, int64_t pieces)
{
    static const int64_t an_hour[] = {[TIME_HOUR] = 1, [TIME_MINUTE] = 60, [TIME_SECOND] = 3600};
    const struct work_center *center = center_of(model, step);
    const int64_t percent = (int64_t)100 * QTY_SCALE;
    const int64_t efficiency = center ? center->efficiency_pct.micro : percent;
    int64_t run;
    if (is_outside(step))
        return 0;
    if (qty_given(step->run_size) && step->run_size.micro > 0)
        run = scaled(step->run.micro, (pieces - 1) / step->run_size.micro + (pieces > 0), 1);
    else
        run = scaled(step->run.micro, pieces, step->per_qty.micro);
    int128 time = (int128)step->setup.micro + step->cleanup.micro + run;
    int128 hours = time * percent / ((int128)efficiency * an_hour[step->time_unit]);
    return hours < INT64_MAX ? (int64_t)hours : INT64_MAX;
}

static struct frac kept_of(const struct operation *step)
{
    struct frac kept = frac_of_int(1);
    bool fits =
        frac_make((int128)100 * QTY_SCALE - step->scrap_pct.micro, (int128)100 * QTY_SCALE, &kept);
    ASSERT(fits);
    return kept;
}

int64_t route_pieces(const struct model *model, const struct route *route, uint32_t place,
                     int64_t start_qty)
{
    struct frac share = frac_of_int(1);
    for (uint32_t k = 0; k < place; k++) {
        const struct operation *step = &model->plant->operations[route->operations[k]];
        bool fits = step->scrap_pct.micro == 0 || frac_mul(share, kept_of(step), &share);
        ASSERT(fits); /* route_yield multiplied the same */
    }
    return scaled(start_qty, share.num, share.den);
}

int64_t route_time(const struct model *model, const struct route *route, uint32_t place,
                   int64_t start_qty)
{
    const struct operation *step = &model->plant->operations[route->operations[place]];
    const int64_t a_day = timed_by(model, step);
    if (a_day == 0)
        return (int64_t)step_days(step) * ROUTE_DAY;
    int64_t pieces = route_pieces(model, route, place, start_qty);
    int64_t hours = route_hours(model, step, pieces);
    int64_t days = scaled(hours, ROUTE_DAY, a_day);
    return days < (int64_t)PLAN_LEAD_DAYS_MAX * ROUTE_DAY ? days
                                                          : (int64_t)PLAN_LEAD_DAYS_MAX * ROUTE_DAY;
}

int64_t route_days(const struct model *model, const struct route *route, uint32_t end,
                   int64_t start_qty)
{
    const int64_t most = (int64_t)PLAN_LEAD_DAYS_MAX * ROUTE_DAY;
    int64_t days = 0;
    int64_t longest = 0;
    uint32_t group = 0;
    for (uint32_t k = 0; k < end; k++) {
        const uint32_t own = model->plant->operations[route->operations[k]].parallel_group;
        const int64_t time = route_time(model, route, k, start_qty);
        if (own == 0 || own != group) {
            days += longest;
            longest = 0;
            group = own;
        }
        longest = time > longest ? time : longest;
    }
    days += longest;
    return days < most ? days : most;
}

uint32_t route_place(const struct model *model, const struct route *route, uint32_t operation)
{
    const struct operation *steps = model->plant->operations;
    for (uint32_t k = 0; k < route->count; k++) {
        if (steps[route->operations[k]].operation != operation)
            continue;
        uint32_t group = steps[route->operations[k]].parallel_group;
        uint32_t end = k; /* the first of its parallel group starts when the group does */
        while (group != 0 && end > 0 && steps[route->operations[end - 1]].parallel_group == group)
            end--;
        return end;
    }
    return 0;
}

int32_t route_begin(const struct route *route, uint32_t operation)
{
    for (uint32_t k = 0; k < route->count; k++) {
        if (route->steps[k].operation == operation)
            return route->steps[k].begins;
    }
    return 0;
}

static void fill_steps(const struct model *model, const struct route *route,
                       struct route_step *steps)
{
    for (uint32_t k = 0; k < route->count; k++) {
        const uint32_t operation = model->plant->operations[route->operations[k]].operation;
        const uint32_t place = route_place(model, route, operation);
        steps[k] = (struct route_step){operation,
                                       (int32_t)(route_days(model, route, place, 0) / ROUTE_DAY)};
    }
}

static bool route_yield(const struct model *model, struct route *route)
{
    route->yield = frac_of_int(1);
    for (uint32_t k = 0; k < route->count; k++) {
        struct qty scrap = model->plant->operations[route->operations[k]].scrap_pct;
        struct frac kept;
        if (scrap.micro == 0)
            continue;
        if (!frac_make((int128)100 * QTY_SCALE - scrap.micro, (int128)100 * QTY_SCALE, &kept) ||
            !frac_mul(route->yield, kept, &route->yield))
            return false;
    }
    return true;
}

/* The operations of one item, rows[0 .. count): keep those of its first alternative that is valid
   on plan_start, in place, and describe them. */
static bool choose_route(const struct model *model, uint32_t *rows, uint32_t count,
                         struct route *route)
{
    const struct operation *steps = model->plant->operations;
    uint32_t first = 0;
    while (first < count && !valid_at_start(model, &steps[rows[first]]))
        first++;
    bool dated = first < count;
    if (!dated)
        first = 0;
    uint32_t alternative = steps[rows[first]].alternative;
    uint32_t kept = 0;
    for (uint32_t k = first; k < count && steps[rows[k]].alternative == alternative; k++) {
        if (!dated || valid_at_start(model, &steps[rows[k]]))
            rows[kept++] = rows[k];
    }
    *route = (struct route){.operations = rows, .count = kept};
    uint32_t center = steps[rows[0]].work_center;
    if (center != NO_INDEX)
        route->calendar = model->plant->work_centers[center].calendar;
    if (route->calendar == 0)
        route->calendar = model->plant->facts.calendar;
    if (!route_yield(model, route))
        return false;
    for (uint32_t k = 0; k < kept; k++) {
        route->timed = route->timed || timed_by(model, &steps[rows[k]]) > 0;
        route->loads = route->loads || takes_hours(&steps[rows[k]]);
    }
    if (!route->timed)
        route->lead_days = (int32_t)(route_days(model, route, kept, 0) / ROUTE_DAY);
    return true;
}

static enum status choose_routes(struct model *model, const struct row_index *operations,
                                 struct route_step *steps, struct fault *fault)
{
    uint32_t routes = 0;
    for (uint32_t item = 0; item < model->item_count; item++) {
        const uint32_t first = row_first(operations, item);
        const uint32_t count = row_end(operations, item) - first;
        if (count == 0)
            continue;
        struct route *route = &model->routes[routes];
        if (!choose_route(model, operations->rows + first, count, route))
            return fault_set(fault, STATUS_OVERFLOW, "routing",
                             "yield of the routing of item \"%s\" is out of range",
                             plant_item_code(model->plant, item));
        route->steps = steps + first;
        if (!route->timed)
            fill_steps(model, route, steps + first);
        model->items[item].route = routes++;
    }
    return STATUS_OK;
}

enum status route_build(struct model *model, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = model->plant;
    const struct row_table table = {plant->operations, sizeof *plant->operations,
                                    plant->operations_count};
    struct row_index operations = {NULL, NULL};
    _Static_assert(offsetof(struct operation, item) == 0, "row_index_build reads the item there");
    if (table.count == 0)
        return STATUS_OK;
    model->routes = arena_alloc(arena, table.count, sizeof *model->routes);
    struct route_step *steps = arena_alloc(arena, table.count, sizeof *steps);
    if (!model->routes || !steps ||
        !row_index_build(&operations, model->item_count, table, arena) ||
        !row_index_sort(&operations, model->item_count, (struct row_order){operation_cmp, model},
                        arena))
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    return choose_routes(model, &operations, steps, fault);
}
