#include "services/mrp/load_core.h"

#include "services/mrp/list_core.h"
#include "services/mrp/net_core.h"

struct load_cell {
    int64_t hours[LOAD_KINDS];
    int64_t item_hours; /* of `item`, whose orders are being loaded */
    int64_t most_hours; /* of `most`, among those loaded so far */
    uint32_t item;      /* index plus 1 */
    uint32_t most;
};

struct loading {
    const struct plan *plan;
    struct arena *arena;
    struct fault *fault;
    struct net net;
    struct load_cell **cells; /* by work centre, [horizon]; NULL without load */
    uint32_t item;
    uint32_t row_count;
};

/* What is loaded: an order, or what passes through a phantom. */
struct job {
    int64_t start_qty;
    int32_t start_day;
    int32_t due_day;
    enum load_kind kind;
};

static enum status memory_fault(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "load does not fit in memory");
}

static const struct calendar *center_calendar(const struct model *model, uint32_t center)
{
    uint32_t name = model->plant->work_centers[center].calendar;
    return name != 0 ? calendar_find(&model->calendars, name) : model->plant_calendar;
}

static bool cell_add(struct loading *loading, struct load_cell *cell, enum load_kind kind,
                     int64_t hours)
{
    int64_t total = hours;
    for (int k = 0; k < LOAD_KINDS; k++) {
        if (__builtin_add_overflow(total, cell->hours[k], &total))
            return net_fail(&loading->net, STATUS_OVERFLOW, "load");
    }
    if (total == hours)
        loading->row_count++;
    cell->hours[kind] += hours;
    if (cell->item != loading->item + 1) {
        cell->item = loading->item + 1;
        cell->item_hours = 0;
    }
    cell->item_hours += hours;
    if (cell->item_hours > cell->most_hours) {
        cell->most_hours = cell->item_hours;
        cell->most = loading->item;
    }
    return true;
}

struct span {
    uint32_t center;
    int32_t from_day; /* from <= d < to */
    int32_t to_day;
};

/* The hours of an operation over the working days of its span. */
static bool spread(struct loading *loading, const struct job *job, struct span span, int64_t hours)
{
    const struct model *model = loading->plan->model;
    const struct calendar *calendar = center_calendar(model, span.center);
    int32_t days = calendar_count(calendar, span.from_day, span.to_day);
    struct load_cell **cells = &loading->cells[span.center];
    if (!*cells)
        *cells = arena_alloc(loading->arena, (size_t)model->horizon, sizeof **cells);
    if (!*cells) {
        memory_fault(loading->fault);
        return false;
    }
    const int64_t each = days > 0 ? hours / days : 0;
    int64_t extra = hours - each * days;
    for (int32_t day = span.from_day; day < model->horizon && hours > 0; day++) {
        if (days > 0 && calendar_count(calendar, day, day + 1) == 0)
            continue;
        if (each + extra > 0 && !cell_add(loading, &(*cells)[day], job->kind, each + extra))
            return false;
        hours -= each + extra;
        extra = 0;
    }
    return true;
}

static int32_t job_day(const struct loading *loading, const struct route *route,
                       const struct job *job, int64_t after)
{
    const struct calendar *calendar =
        calendar_find(&loading->plan->model->calendars, route->calendar);
    int32_t days = (int32_t)after;
    int32_t day = days > 0 ? calendar_forward(calendar, job->start_day, days) : job->start_day;
    return day < job->due_day ? day : job->due_day;
}

static bool load_job(struct loading *loading, const struct route *route, const struct job *job)
{
    const struct model *model = loading->plan->model;
    for (uint32_t k = 0; k < route->count; k++) {
        const struct operation *step = &model->plant->operations[route->operations[k]];
        int64_t hours = route_hours(model, step, route_pieces(model, route, k, job->start_qty));
        uint32_t first = route_place(model, route, step->operation);
        if (step->work_center == NO_INDEX || hours == 0)
            continue;
        int64_t begin = route_days(model, route, first, job->start_qty);
        int64_t end = begin + route_time(model, route, k, job->start_qty);
        struct span span = {.center = step->work_center,
                            .from_day = job_day(loading, route, job, begin / ROUTE_DAY),
                            .to_day =
                                job_day(loading, route, job, (end + ROUTE_DAY - 1) / ROUTE_DAY)};
        if (span.from_day < model->horizon && !spread(loading, job, span, hours))
            return false;
    }
    return true;
}

static bool load_events(struct loading *loading, const struct route *route)
{
    const struct model *model = loading->plan->model;
    for (uint32_t e = model->event_first[loading->item]; e < model->event_end[loading->item]; e++) {
        const struct event *event = &model->events[e];
        if (event->kind != EVENT_SUPPLY || event->qty <= 0)
            continue;
        const uint8_t kind = model->plant->supplies[event->row].kind;
        struct firm_order order;
        if (kind != SUPPLY_PLANNED && kind != SUPPLY_WORK_ORDER)
            continue;
        if (!firm_order_of(&loading->net, loading->item, event, &order))
            return false;
        struct job job = {order.start_qty, order.start_day, order.due_day,
                          kind == SUPPLY_PLANNED ? LOAD_FIRM : LOAD_RELEASED};
        if (!load_job(loading, route, &job))
            return false;
    }
    return true;
}

/* Needs through a phantom are planned unless a firm order began them. */
static bool load_passes(struct loading *loading, const struct route *route)
{
    const struct model *model = loading->plan->model;
    const struct pass_list *list = &model->passes[loading->item];
    if (!(model->plan_items[loading->item].flags & (MODEL_PHANTOM | MODEL_THROUGH)))
        return true;
    for (uint32_t k = 0; k < list->count; k++) {
        const struct pass *pass = &list->passes[k];
        uint32_t events =
            model->event_end[pass->origin_item] - model->event_first[pass->origin_item];
        bool firm = pass->origin_line != NO_INDEX && pass->origin_order < events;
        struct job job = {pass->qty.num / pass->qty.den, pass->day, INT32_MAX,
                          firm ? LOAD_FIRM : LOAD_PLANNED};
        if (!load_job(loading, route, &job))
            return false;
    }
    return true;
}

static bool load_item(struct loading *loading, uint32_t item)
{
    const struct model *model = loading->plan->model;
    const struct plan_item *row = &loading->plan->items[item];
    const uint8_t type = model->plant->items[item].type;
    if (model->items[item].route == NO_INDEX || type == ITEM_BUY || type == ITEM_TRANSFER)
        return true;
    const struct route *route = &model->routes[model->items[item].route];
    if (!route->loads)
        return true;
    loading->item = loading->net.item = item;
    for (uint32_t k = 0; k < row->order_count; k++) {
        const struct plan_order *order = &row->orders[k];
        struct job job = {order->start_qty.micro, order->start_day, order->due_day, LOAD_PLANNED};
        if (order->start_day < model->horizon && !load_job(loading, route, &job))
            return false;
    }
    return (type == ITEM_PHANTOM || load_events(loading, route)) && load_passes(loading, route);
}

static struct load_row row_of(const struct model *model, uint32_t center, int32_t day,
                              const struct load_cell *cell)
{
    const struct qty a_day = model->plant->work_centers[center].hours_per_day;
    struct load_row row = {.center = center, .day = day, .capacity = NO_QTY, .item = cell->most};
    for (int k = 0; k < LOAD_KINDS; k++) {
        row.hours[k].micro = cell->hours[k];
        row.total.micro += cell->hours[k];
    }
    if (!qty_given(a_day))
        return row;
    row.capacity.micro =
        calendar_count(center_calendar(model, center), day, day + 1) > 0 ? a_day.micro : 0;
    if (row.total.micro > row.capacity.micro)
        row.overload.micro = row.total.micro - row.capacity.micro;
    return row;
}

static int center_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct work_center *centers = model->plant->work_centers;
    return model_text_cmp(model, centers[*(const uint32_t *)left].work_center,
                          centers[*(const uint32_t *)right].work_center);
}

/* The work centres by code. */
static uint32_t *sorted_centers(const struct loading *loading)
{
    const uint32_t count = loading->plan->plant->work_centers_count;
    uint32_t *order = arena_alloc(loading->arena, (size_t)count * 2 + 1, sizeof *order);
    for (uint32_t k = 0; order && k < count; k++)
        order[k] = k;
    if (order)
        list_sort(&(struct list_sort){.rows = order,
                                      .spare = order + count,
                                      .row_size = sizeof *order,
                                      .count = count,
                                      .compare = center_cmp,
                                      .context = loading->plan->model});
    return order;
}

static enum status keep_rows(struct loading *loading, struct plan *plan)
{
    const struct model *model = plan->model;
    struct load_row *rows =
        arena_alloc(loading->arena, (size_t)loading->row_count + 1, sizeof *rows);
    const uint32_t *order = sorted_centers(loading);
    uint32_t count = 0;
    if (!rows || !order)
        return memory_fault(loading->fault);
    for (uint32_t k = 0; k < plan->plant->work_centers_count; k++) {
        const struct load_cell *cells = loading->cells[order[k]];
        for (int32_t day = 0; cells && day < model->horizon; day++) {
            if (cells[day].item == 0)
                continue;
            ASSERT(count < loading->row_count);
            rows[count++] = row_of(model, order[k], day, &cells[day]);
        }
    }
    plan->load = rows;
    plan->load_count = count;
    return STATUS_OK;
}

enum status load_make(struct plan *plan, struct arena *arena, struct fault *fault)
{
    const struct plant *plant = plan->plant;
    plan->load = NULL;
    plan->load_count = 0;
    if (plant->operations_count == 0 || plant->work_centers_count == 0)
        return STATUS_OK;
    struct loading *loading = arena_alloc(arena, 1, sizeof *loading);
    if (!loading)
        return memory_fault(fault);
    *loading = (struct loading){.plan = plan, .arena = arena, .fault = fault};
    loading->cells = arena_alloc(arena, plant->work_centers_count, sizeof(struct load_cell *));
    if (!loading->cells)
        return memory_fault(fault);
    enum status status = net_init(&loading->net, plan->model, arena, fault);
    for (uint32_t item = 0; item < plan->item_count && status == STATUS_OK; item++) {
        if (!load_item(loading, item))
            status = fault->status;
    }
    return status == STATUS_OK ? keep_rows(loading, plan) : status;
}

/* Does the overload of rows[k] fit into the capacity of the days before `end`, with their load?
   Days without load have all of theirs. */
static bool fits_soon(const struct plan *plan, uint32_t k, int32_t end)
{
    const struct load_row *row = &plan->load[k];
    const struct model *model = plan->model;
    const struct calendar *calendar = center_calendar(model, row->center);
    const int64_t a_day = model->plant->work_centers[row->center].hours_per_day.micro;
    int128 room = (int128)a_day * calendar_count(calendar, row->day, end);
    for (; k < plan->load_count && plan->load[k].center == row->center && plan->load[k].day < end;
         k++)
        room -= plan->load[k].total.micro;
    return room >= 0;
}

enum status load_note(struct plan *plan, struct arena *arena, struct fault *fault)
{
    struct model *model = plan->model;
    for (uint32_t k = 0; k < plan->load_count; k++) {
        const struct load_row *row = &plan->load[k];
        int32_t window = plant_item_params(plan->plant, row->item)->min_days;
        if (row->overload.micro == 0)
            continue;
        window = window < PLAN_HORIZON_DAYS_MAX ? window : PLAN_HORIZON_DAYS_MAX;
        if (window > 1 && fits_soon(plan, k, row->day + window))
            continue;
        struct plan_message message = {.item = row->item,
                                       .reference =
                                           plan->plant->work_centers[row->center].work_center,
                                       .day = row->day,
                                       .to_day = NO_DAYS,
                                       .qty = row->overload,
                                       .to_qty = row->capacity,
                                       .kind = PLAN_CAPACITY_OVERLOAD};
        if (!model_message(model, arena, message))
            return memory_fault(fault);
    }
    return model_sort_messages(model, arena, fault);
}
