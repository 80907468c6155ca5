#include "services/mrp/view_core.h"

#include "services/mrp/list_core.h"

#include <string.h>

/* Answers about one item, by netting it once more. */

enum status plan_view_open(const struct plan *plan, struct arena *arena, struct plan_view **out,
                           struct fault *fault)
{
    struct plan_view *view = arena_alloc(arena, 1, sizeof *view);
    if (!view)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    view->plan = plan;
    enum status status = net_init(&view->net, plan->model, arena, fault);
    if (status == STATUS_OK)
        *out = view;
    return status;
}

/* Day on which an order counts for the plan: its need, less the safety days. */
static int32_t counted_day(const struct net *net, const struct plan_order *order)
{
    int32_t day = order->need_day - net->params->safety_days;
    return day < 0 ? 0 : day;
}

/* In rows, net->days carries gross and what arrives of `scheduled`; planned quantities stand in
   net->planned the same way. */
static void show_orders(struct net *net)
{
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        const struct plan_order *order = &net->orders[k];
        int32_t day = counted_day(net, order);
        net_touch(net, day);
        net->planned[day].scheduled += order->qty.micro;
        if (order->start_day >= net->model->horizon)
            continue;
        net_touch(net, order->start_day);
        net->planned[order->start_day].gross += order->qty.micro;
    }
}

/* Scheduled receipts as netting left them: points know the day's, less what was moved. */
static void show_points(struct net *net)
{
    for (uint32_t p = 0; p < net->point_count; p++) {
        const struct point *point = &net->points[p];
        net_touch(net, point->day);
        net->days[point->day].gross = point->gross;
        net->days[point->day].scheduled = point->scheduled;
    }
    for (uint32_t k = 0; k < net->receipt_count; k++) {
        const struct receipt *receipt = &net->receipts[k];
        if (!receipt->taken)
            continue;
        net->days[receipt->day].scheduled -= receipt->qty;
        net->days[receipt->to_day].scheduled += receipt->qty;
    }
}

static int64_t net_on(const struct net *net, int32_t day, uint32_t *point)
{
    while (*point < net->point_count && net->points[*point].day < day)
        (*point)++;
    bool here = *point < net->point_count && net->points[*point].day == day;
    return here ? net->points[*point].net : 0;
}

static bool put_row(struct net *net, struct plan_requirement row)
{
    struct plan_requirement *rows =
        list_grown(net->arena, net->rows, net->row_count, &net->row_capacity, sizeof *rows);
    if (!rows)
        return net_fail(net, STATUS_LIMIT, "requirements");
    net->rows = rows;
    rows[net->row_count++] = row;
    return true;
}

static bool is_empty_row(const struct plan_requirement *row)
{
    return row->gross.micro == 0 && row->scheduled.micro == 0 && row->net.micro == 0 &&
           row->planned_receipt.micro == 0 && row->planned_release.micro == 0;
}

bool row_segment(struct net *net)
{
    int64_t projected = net->stock;
    uint32_t point = 0;
    show_points(net);
    show_orders(net);
    for (int32_t word = 0; word <= net->model->horizon >> 6; word++) {
        for (uint64_t bits = net->touched[word]; bits != 0; bits &= bits - 1) {
            int32_t at = word * 64 + __builtin_ctzll(bits);
            struct net_day *day = &net->days[at];
            struct net_day *planned = &net->planned[at];
            projected += day->scheduled - day->gross + planned->scheduled;
            struct plan_requirement row = {.segment = net->segment,
                                           .day = at,
                                           .gross = {day->gross},
                                           .scheduled = {day->scheduled},
                                           .projected = {projected},
                                           .net = {net_on(net, at, &point)},
                                           .planned_receipt = {planned->scheduled},
                                           .planned_release = {planned->gross}};
            *day = (struct net_day){0};
            *planned = (struct net_day){0};
            if (!is_empty_row(&row) && !put_row(net, row))
                return false;
        }
        net->touched[word] = 0;
    }
    return true;
}

/* Who asks item after item: the parents of the next ones are on the way meanwhile. */
static void fetch_ahead(const struct net *net, uint32_t item)
{
    const struct model *model = net->model;
    if (item != net->item + 1)
        return;
    if (item + AHEAD_ROWS < model->item_count)
        gather_ahead(model, item + AHEAD_ROWS);
    if (item + AHEAD_ORDERS < model->item_count)
        gather_ahead_orders(model, item + AHEAD_ORDERS);
}

enum status plan_view_requirements(struct plan_view *view, uint32_t item,
                                   const struct plan_requirement **rows, uint32_t *count,
                                   struct fault *fault)
{
    struct net *net = &view->net;
    net->fault = fault;
    net->want_rows = true;
    net->want_messages = false;
    fetch_ahead(net, item);
    enum status status = net_item(net, item);
    if (status != STATUS_OK)
        return status;
    *rows = net->rows;
    *count = net->row_count;
    return STATUS_OK;
}

static bool add_messages(struct net *net, const struct plan_message *rows, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        if (!net_message(net, rows[k]))
            return false;
    }
    return true;
}

/* The messages about the facts of an item, or its load, stand in the model, sorted. */
static bool add_fact_messages(struct net *net)
{
    const struct model *model = net->model;
    uint32_t low = 0;
    uint32_t high = model->message_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (model->messages[middle].item < net->item)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t end = low;
    while (end < model->message_count && model->messages[end].item == net->item)
        end++;
    if (model->facts &&
        !add_messages(net, model->facts[net->item].rows, model->facts[net->item].count))
        return false;
    return add_messages(net, model->messages + low, end - low);
}

bool message_complete(struct net *net)
{
    if (!add_fact_messages(net))
        return false;
    if (net->message_count < 2)
        return true;
    void *spare = net_spare(net, net->message_count, sizeof *net->messages);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = net->messages,
                                  .spare = spare,
                                  .row_size = sizeof *net->messages,
                                  .count = net->message_count,
                                  .compare = model_message_cmp,
                                  .context = net->model});
    return true;
}

enum status plan_view_messages(struct plan_view *view, uint32_t item,
                               const struct plan_message **rows, uint32_t *count,
                               struct fault *fault)
{
    struct net *net = &view->net;
    net->fault = fault;
    net->want_rows = false;
    net->want_messages = true;
    fetch_ahead(net, item);
    enum status status = net_item(net, item);
    if (status != STATUS_OK || !message_complete(net))
        return fault->status;
    *rows = net->messages;
    *count = net->message_count;
    return STATUS_OK;
}
