#include "services/mrp/net_core.h"

#include "services/mrp/list_core.h"

#include <string.h>

/*
 * The recurrence of planning.md section 3, on cumulative curves.  With
 *
 *     base(t)    = stock + scheduled receipts through t - gross requirements through t
 *     ordered(t) = what new orders have brought through t
 *
 * free(t) is base(t) + ordered before the order of the day, and the day's net requirement is
 * safety(t) - free(t) where that is positive.
 */

bool net_fail(struct net *net, enum status status, const char *what)
{
    if (status == STATUS_LIMIT)
        fault_set(net->fault, status, "", "plan does not fit in memory");
    else
        fault_set(net->fault, status, "item", "%s of item \"%s\" is out of range", what,
                  plant_item_code(net->model->plant, net->item));
    return false;
}

void *net_spare(struct net *net, uint32_t count, size_t row_size)
{
    size_t bytes = (size_t)count * row_size;
    if (bytes <= net->spare_bytes)
        return net->spare;
    net->spare = arena_alloc(net->arena, 2, bytes);
    net->spare_bytes = net->spare ? 2 * bytes : 0;
    if (!net->spare)
        net_fail(net, STATUS_LIMIT, "sorting");
    return net->spare;
}

enum status net_init(struct net *net, struct model *model, struct arena *arena, struct fault *fault)
{
    const size_t days = (size_t)model->horizon + 1;
    *net = (struct net){.model = model, .arena = arena, .fault = fault};
    net->days = arena_alloc(arena, days, sizeof *net->days);
    net->planned = arena_alloc(arena, days, sizeof *net->planned);
    net->touched = arena_alloc(arena, days / 64 + 1, sizeof *net->touched);
    net->points = arena_alloc(arena, days, sizeof *net->points);
    net->lot_needs = arena_alloc(arena, days, sizeof *net->lot_needs);
    net->lot_ends = arena_alloc(arena, days, sizeof *net->lot_ends);
    net->needed = arena_alloc(arena, days, sizeof *net->needed);
    net->ordered_on = arena_alloc(arena, days, sizeof *net->ordered_on);
    net->lot_scratch = arena_alloc(arena, days, LOT_SCRATCH_BYTES);
    net->lots = (struct lot_list){.arena = arena, .limit = PLAN_LOTS_MAX};
    if (!net->days || !net->planned || !net->touched || !net->points || !net->lot_needs ||
        !net->lot_ends || !net->lot_scratch || !net->needed || !net->ordered_on)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");
    return STATUS_OK;
}

int64_t net_safety(const struct net *net, int32_t day)
{
    const struct plant *plant = net->model->plant;
    if (net->segment != 0)
        return 0;
    int64_t level = plant->items[net->item].safety_stock.micro;
    const struct row_index *levels = &net->model->safety_levels;
    date best = DATE_FIRST;
    for (uint32_t k = row_first(levels, net->item); k < row_end(levels, net->item); k++) {
        const struct safety_level *row = &plant->safety_levels[levels->rows[k]];
        if (row->from <= plant->facts.plan_start + day && row->from >= best) {
            best = row->from;
            level = row->safety_stock.micro;
        }
    }
    return level;
}

/* Days on which the level to keep changes. */
static void touch_safety(struct net *net)
{
    const struct plant *plant = net->model->plant;
    const struct row_index *levels = &net->model->safety_levels;
    net_touch(net, 0);
    if (net->segment != 0)
        return;
    for (uint32_t k = row_first(levels, net->item); k < row_end(levels, net->item); k++) {
        int64_t day = (int64_t)plant->safety_levels[levels->rows[k]].from - plant->facts.plan_start;
        if (day >= 0 && day < net->model->horizon)
            net_touch(net, (int32_t)day);
    }
}

static bool add_receipt(struct net *net, const struct need *need)
{
    struct receipt *rows = list_grown(net->arena, net->receipts, net->receipt_count,
                                      &net->receipt_capacity, sizeof *rows);
    if (!rows)
        return net_fail(net, STATUS_LIMIT, "receipts");
    net->receipts = rows;
    rows[net->receipt_count++] = (struct receipt){.qty = need->qty,
                                                  .day = need->day,
                                                  .to_day = need->day,
                                                  .event = need->order,
                                                  .movable = need->movable};
    return true;
}

/* Put the segment's needs on their days.  Stock comes with day 0 as a receipt that is not shown as
   scheduled: it goes to *stock. */
static bool fill_days(struct net *net, const struct need *needs, uint32_t count, int64_t *stock)
{
    bool fits = true;
    for (uint32_t k = 0; k < count; k++) {
        const struct need *need = &needs[k];
        struct net_day *day = &net->days[need->day];
        net_touch(net, need->day);
        if (need->kind == NEED_STOCK)
            fits = fits && !__builtin_add_overflow(*stock, need->qty, stock);
        else if (need->kind >= NEED_DEMAND)
            fits = fits && !__builtin_add_overflow(day->gross, need->qty, &day->gross);
        else
            fits = fits && !__builtin_add_overflow(day->scheduled, need->qty, &day->scheduled);
        if (need->kind == NEED_SUPPLY && !add_receipt(net, need))
            return false;
    }
    return fits || net_fail(net, STATUS_OVERFLOW, "quantities");
}

/* Turn days into points and leave them clean. */
static bool collect_points(struct net *net, int64_t stock)
{
    const struct row_index *rows = &net->model->safety_levels;
    const bool levels = row_first(rows, net->item) < row_end(rows, net->item);
    const int64_t level = net_safety(net, 0);
    int64_t base = stock;
    net->point_count = 0;
    for (int32_t word = 0; word <= net->model->horizon >> 6; word++) {
        for (uint64_t bits = net->touched[word]; bits != 0; bits &= bits - 1) {
            int32_t at = word * 64 + __builtin_ctzll(bits);
            struct net_day *day = &net->days[at];
            const int64_t safety = levels ? net_safety(net, at) : level;
            if (__builtin_add_overflow(base, day->scheduled, &base) ||
                __builtin_sub_overflow(base, day->gross, &base) || base <= -NET_QTY_MAX ||
                base >= NET_QTY_MAX || safety >= NET_QTY_MAX)
                return net_fail(net, STATUS_OVERFLOW, "projected stock");
            net->points[net->point_count++] = (struct point){.base = base,
                                                             .safety = safety,
                                                             .gross = day->gross,
                                                             .scheduled = day->scheduled,
                                                             .day = at};
            *day = (struct net_day){0};
        }
        net->touched[word] = 0;
    }
    return true;
}

/* Lots that expire are used first by date: what no demand takes by the last day of a lot is lost on
   the day after. */
static const struct stock *stock_of(const struct net *net, const struct need *need)
{
    return &net->model->plant->stocks[net->model->events[need->order].row];
}

static bool expires(const struct net *net, const struct need *need, int32_t *last_day)
{
    if (need->kind != NEED_STOCK || !date_given(stock_of(net, need)->expiry))
        return false;
    int64_t day = (int64_t)stock_of(net, need)->expiry - net->model->plant->facts.plan_start;
    if (day + 1 >= net->model->horizon)
        return false;
    *last_day = (int32_t)day;
    return true;
}

static int expiry_cmp(const void *left, const void *right, const void *context)
{
    const struct net *net = context;
    const struct need *a = left;
    const struct need *b = right;
    int32_t a_last = INT32_MAX;
    int32_t b_last = INT32_MAX;
    bool a_ends = expires(net, a, &a_last);
    bool b_ends = expires(net, b, &b_last);
    if (a_ends != b_ends)
        return a_ends ? -1 : 1;
    if (!a_ends || a_last != b_last)
        return (a_last > b_last) - (a_last < b_last);
    const struct stock *x = stock_of(net, a);
    const struct stock *y = stock_of(net, b);
    int order = model_text_cmp(net->model, x->lot, y->lot);
    if (order == 0)
        order = model_text_cmp(net->model, x->location, y->location);
    return order != 0 ? order : (a->qty > b->qty) - (a->qty < b->qty);
}

static int64_t demand_through(const struct net *net, int32_t last_day)
{
    int64_t sum = 0;
    for (int32_t word = 0; word <= last_day >> 6; word++) {
        for (uint64_t bits = net->touched[word]; bits != 0; bits &= bits - 1) {
            int32_t day = word * 64 + __builtin_ctzll(bits);
            if (day <= last_day)
                sum = net->days[day].gross < NET_QTY_MAX - sum ? sum + net->days[day].gross
                                                               : NET_QTY_MAX;
        }
    }
    return sum;
}

static bool expire_lots(struct net *net, struct need *needs, uint32_t count)
{
    int32_t last_day;
    bool any = false;
    for (uint32_t k = 0; k < count && !any; k++)
        any = expires(net, &needs[k], &last_day);
    if (!any)
        return true;
    void *spare = net_spare(net, count, sizeof *needs);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = needs,
                                  .spare = spare,
                                  .row_size = sizeof *needs,
                                  .count = count,
                                  .compare = expiry_cmp,
                                  .context = net});
    int64_t used = 0;
    for (uint32_t k = 0; k < count && expires(net, &needs[k], &last_day); k++) {
        int64_t wanted = demand_through(net, last_day) - used;
        int64_t taken = wanted < 0 ? 0 : wanted < needs[k].qty ? wanted : needs[k].qty;
        used += taken;
        if (taken >= needs[k].qty)
            continue;
        net->expired += needs[k].qty - taken;
        net_touch(net, last_day + 1);
        net->days[last_day + 1].scheduled -= needs[k].qty - taken;
        struct plan_message message = {.item = net->item,
                                       .segment = net->segment,
                                       .reference = stock_of(net, &needs[k])->lot,
                                       .day = last_day,
                                       .to_day = NO_DAYS,
                                       .qty = {needs[k].qty - taken},
                                       .to_qty = NO_QTY,
                                       .kind = PLAN_LOT_EXPIRES};
        if (net->want_messages && !net_message(net, message))
            return false;
    }
    return true;
}

/* Receipts by day, then reference: the order in which they are moved. */
static int receipt_cmp(const void *left, const void *right, const void *context)
{
    const struct net *net = context;
    const struct receipt *a = left;
    const struct receipt *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    const struct supply *x = &net->model->plant->supplies[net->model->events[a->event].row];
    const struct supply *y = &net->model->plant->supplies[net->model->events[b->event].row];
    int order = model_text_cmp(net->model, x->reference, y->reference);
    if (order == 0)
        order = (x->kind > y->kind) - (x->kind < y->kind);
    if (order == 0)
        order = (a->qty > b->qty) - (a->qty < b->qty);
    return order != 0 ? order : (x->start > y->start) - (x->start < y->start);
}

static bool sort_receipts(struct net *net)
{
    if (net->receipt_count < 2)
        return true;
    void *spare = net_spare(net, net->receipt_count, sizeof *net->receipts);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = net->receipts,
                                  .spare = spare,
                                  .row_size = sizeof *net->receipts,
                                  .count = net->receipt_count,
                                  .compare = receipt_cmp,
                                  .context = net});
    return true;
}

/* Needs that substitutes may serve find them in an order of their own. */
static int seeker_cmp(const void *left, const void *right, const void *context)
{
    const struct net *net = context;
    const struct need *a = left;
    const struct need *b = right;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->line == 0 || b->line == 0 || a->line == b->line)
        return (a->line > b->line) - (a->line < b->line);
    return gather_giver_cmp(net->model, &net->model->plant->bom_lines[a->line - 1],
                            &net->model->plant->bom_lines[b->line - 1]);
}

static bool sort_seekers(struct net *net, struct need *needs, uint32_t count)
{
    if (!net->serving || count < 2)
        return true;
    void *spare = net_spare(net, count, sizeof *needs);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = needs,
                                  .spare = spare,
                                  .row_size = sizeof *needs,
                                  .count = count,
                                  .compare = seeker_cmp,
                                  .context = net});
    return true;
}

static bool net_segment(struct net *net, struct need *needs, uint32_t count)
{
    int64_t stock = 0;
    net->receipt_count = 0;
    net->expired = 0;
    net->segment_first = net->moved_end = net->order_count;
    net->lots.cut_short = false; /* of an item netted without messages before */
    net->segment = needs ? needs[0].segment : 0;
    net->segment_needs = needs;
    net->segment_need_count = count;
    net->segment_seeker = 0;
    touch_safety(net);
    if (!sort_seekers(net, needs, count) || !fill_days(net, needs, count, &stock) ||
        !expire_lots(net, needs, count) || !sort_receipts(net) || !collect_points(net, stock))
        return false;
    net->stock = stock;
    return rule_walk(net) && (!net->want_messages || note_segment(net)) &&
           (!net->want_rows || row_segment(net)) &&
           (!net->on_segment || net->on_segment(net, needs, count));
}

/* Segments by their text, the empty one first. */
static int segment_cmp(const void *left, const void *right, const void *context)
{
    const struct net *net = context;
    const struct need *a = left;
    const struct need *b = right;
    return model_text_cmp(net->model, a->segment, b->segment);
}

static bool sort_segments(struct net *net, bool *empty_first)
{
    uint32_t all = 0;
    *empty_first = net->need_count == 0;
    for (uint32_t k = 0; k < net->need_count; k++) {
        all |= net->needs[k].segment;
        *empty_first = *empty_first || net->needs[k].segment == 0;
    }
    if (all == 0)
        return true;
    void *spare = net_spare(net, net->need_count, sizeof *net->needs);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = net->needs,
                                  .spare = spare,
                                  .row_size = sizeof *net->needs,
                                  .count = net->need_count,
                                  .compare = segment_cmp,
                                  .context = net});
    return true;
}

static bool net_segments(struct net *net)
{
    bool has_empty;
    if (!sort_segments(net, &has_empty))
        return false;
    /* safety stock, reorder point and minimum hold for the empty segment even without needs */
    if (!has_empty || net->need_count == 0) {
        if (!net_segment(net, NULL, 0))
            return false;
    }
    for (uint32_t first = 0; first < net->need_count;) {
        uint32_t end = first;
        while (end < net->need_count && net->needs[end].segment == net->needs[first].segment)
            end++;
        if (!net_segment(net, net->needs + first, end - first))
            return false;
        first = end;
    }
    return !net->want_messages || quota_note(net);
}

static void net_open(struct net *net, uint32_t item)
{
    net->item = item;
    net->params = plant_item_params(net->model->plant, item);
    net->unit = model_unit(net->model, item);
}

bool net_curve(struct net *net, uint32_t item, uint32_t segment)
{
    int64_t stock = 0;
    uint32_t count = 0;
    net_open(net, item);
    net->one_by_one = true;
    net->segment = segment;
    net->receipt_count = 0;
    if (!gather_item(net))
        return false;
    for (uint32_t k = 0; k < net->need_count; k++) {
        if (net->needs[k].segment == segment)
            net->needs[count++] = net->needs[k];
    }
    touch_safety(net);
    return fill_days(net, net->needs, count, &stock) && expire_lots(net, net->needs, count) &&
           collect_points(net, stock);
}

enum status net_item(struct net *net, uint32_t item)
{
    net_open(net, item);
    net->order_count = 0;
    net->message_count = 0;
    net->row_count = 0;
    source_start(net);
    bool done = order_terms_of(net, item, &net->own) && gather_item(net) &&
                ((net->model->plan_items[item].flags & MODEL_PHANTOM) ? phantom_net(net)
                                                                      : net_segments(net));
    return done ? STATUS_OK : net->fault->status;
}
