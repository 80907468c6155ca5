#include "services/mrp/shortage_core.h"

#include "services/mrp/list_core.h"
#include "services/mrp/view_core.h"

/* First day in the window on which the rows of a segment, their planned receipts left out, fall
   below zero, and how far they are below at most. */
static bool segment_shortage(const struct plan_requirement *rows, uint32_t count, int32_t days,
                             struct plan_shortage *shortage)
{
    int64_t planned = 0;
    int64_t there = 0;
    bool found = false;
    for (uint32_t k = 0; k < count && rows[k].day < days; k++) {
        planned += rows[k].planned_receipt.micro;
        there = rows[k].projected.micro - planned;
        if (there < 0 && !found) {
            found = true;
            shortage->short_day = rows[k].day;
        }
        if (-there > shortage->missing.micro)
            shortage->missing.micro = -there;
    }
    return found;
}

static int shortage_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct plan_shortage *a = left;
    const struct plan_shortage *b = right;
    if (a->short_day != b->short_day)
        return a->short_day < b->short_day ? -1 : 1;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return model_text_cmp(model, a->segment, b->segment);
}

struct shortage_list {
    struct plan_shortage *rows;
    uint32_t count;
    uint32_t capacity;
    struct arena *arena;
};

static int64_t stock_of_segment(const struct model *model, uint32_t item, uint32_t segment)
{
    int64_t stock = 0;
    for (uint32_t e = model->event_first[item]; e < model->event_end[item]; e++) {
        const struct event *event = &model->events[e];
        if (event->kind == EVENT_STOCK && event->segment == segment)
            stock += event->qty;
    }
    return stock;
}

static bool item_shortages(const struct plan_view *view, uint32_t item, int32_t days,
                           struct shortage_list *list)
{
    const struct net *net = &view->net;
    for (uint32_t first = 0; first < net->row_count;) {
        struct plan_shortage shortage = {.item = item,
                                         .segment = net->rows[first].segment,
                                         .for_item = NO_INDEX,
                                         .top = NO_INDEX,
                                         .move = NO_INDEX};
        uint32_t end = first;
        while (end < net->row_count && net->rows[end].segment == shortage.segment)
            end++;
        if (segment_shortage(net->rows + first, end - first, days, &shortage)) {
            shortage.on_hand.micro = stock_of_segment(net->model, item, shortage.segment);
            list->rows = list_grown(list->arena, list->rows, list->count, &list->capacity,
                                    sizeof *list->rows);
            if (!list->rows)
                return false;
            list->rows[list->count++] = shortage;
        }
        first = end;
    }
    return true;
}

enum status plan_shortages(const struct plan *plan, int32_t days, struct arena *arena,
                           struct plan_shortage **rows, uint32_t *count, struct fault *fault)
{
    struct plan_view *view = NULL;
    struct shortage_list list = {.arena = arena};
    enum status status = plan_view_open(plan, arena, &view, fault);
    for (uint32_t item = 0; item < plan->item_count && status == STATUS_OK; item++) {
        const struct plan_requirement *found;
        uint32_t found_count;
        if (plan->model->plan_items[item].flags & MODEL_PHANTOM)
            continue;
        status = plan_view_requirements(view, item, &found, &found_count, fault);
        if (status == STATUS_OK && !item_shortages(view, item, days, &list))
            status = fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    }
    if (status != STATUS_OK)
        return status;
    void *spare = arena_alloc(arena, (size_t)list.count + 1, sizeof *list.rows);
    if (!spare)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    list_sort(&(struct list_sort){.rows = list.rows,
                                  .spare = spare,
                                  .row_size = sizeof *list.rows,
                                  .count = list.count,
                                  .compare = shortage_cmp,
                                  .context = plan->model});
    *rows = list.rows;
    *count = list.count;
    return STATUS_OK;
}

/* What no existing supply serves is pegged to planned orders: the first such need on or after the
   day, failing that the first at all (safety stock is kept for others meanwhile). */
static void trace_need(struct plan_shortage *shortage, const struct pegging *pegging)
{
    const uint32_t count = pegging_count(pegging, shortage->item);
    struct peg found = {.for_item = NO_INDEX};
    for (uint32_t k = 0; k < count; k++) {
        struct peg peg = pegging_row(pegging, shortage->item, k);
        bool late = peg.supply == PEG_PLANNED ||
                    (peg.supply == PEG_RECEIPT && peg.supply_day > peg.for_day);
        if (peg.segment != shortage->segment || !late)
            continue;
        if (found.for_item == NO_INDEX ||
            (found.for_day < shortage->short_day && peg.for_day > found.for_day))
            found = peg;
    }
    if (found.for_item == NO_INDEX)
        return;
    shortage->for_item = found.for_item;
    shortage->for_day = found.for_day;
    shortage->top = found.top;
    shortage->top_reference = found.top_reference;
}

static void trace_supply(struct plan_shortage *shortage, const struct model *model)
{
    const struct supply *supplies = model->plant->supplies;
    const uint32_t end = model->event_end[shortage->item];
    int32_t first = INT32_MAX;
    for (uint32_t e = model->event_first[shortage->item]; e < end; e++) {
        const struct event *event = &model->events[e];
        if (event->kind != EVENT_SUPPLY || event->qty <= 0 || event->segment != shortage->segment ||
            event->day <= shortage->short_day || event->day >= first || supplies[event->row].firm ||
            supplies[event->row].kind == SUPPLY_PLANNED)
            continue;
        shortage->move = event->row;
        first = event->day;
    }
}

void shortage_trace(const struct pegging *pegging, struct plan_shortage *rows, uint32_t count)
{
    const struct model *model = pegging_plan(pegging)->model;
    for (uint32_t k = 0; k < count; k++) {
        trace_supply(&rows[k], model);
        trace_need(&rows[k], pegging);
    }
}
