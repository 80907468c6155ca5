#include "services/mrp/look_core.h"

#include "services/mrp/list_core.h"
#include "services/mrp/view_core.h"

#include <string.h>

#define SOON_DAYS  7
#define LATER_DAYS 30

struct looking {
    const struct plan *plan;
    struct arena *arena;
    struct plan_view *view;
    struct look_row *rows;
    uint32_t count;
    uint32_t capacity;
};

const char *look_kind_name(enum look_kind kind)
{
    static const char *const names[LOOK_KINDS] = {
        [LOOK_STOCK] = "stock",           [LOOK_RECEIPT] = "receipt",
        [LOOK_BY_PRODUCT] = "by_product", [LOOK_PLANNED] = "planned",
        [LOOK_EXPIRED] = "expired",       [LOOK_ORDER] = "order",
        [LOOK_FORECAST] = "forecast",     [LOOK_COMPONENT] = "component",
        [LOOK_DEPENDENT] = "dependent",
    };
    ASSERT(kind < LOOK_KINDS);
    return names[kind];
}

static bool put(struct looking *looking, struct look_row row)
{
    struct look_row *rows =
        list_grown(looking->arena, looking->rows, looking->count, &looking->capacity, sizeof *rows);
    if (!rows)
        return net_fail(&looking->view->net, STATUS_LIMIT, "list");
    looking->rows = rows;
    rows[looking->count++] = row;
    return true;
}

static bool put_need(struct looking *looking, const struct need *need)
{
    static const uint8_t kinds[] = {
        [NEED_STOCK] = LOOK_STOCK,           [NEED_SUPPLY] = LOOK_RECEIPT,
        [NEED_BY_PRODUCT] = LOOK_BY_PRODUCT, [NEED_EXPIRY] = LOOK_EXPIRED,
        [NEED_DEMAND] = LOOK_ORDER,          [NEED_FORECAST] = LOOK_FORECAST,
        [NEED_COMPONENT] = LOOK_COMPONENT,   [NEED_PARENT] = LOOK_DEPENDENT,
    };
    const struct net *net = &looking->view->net;
    const struct plant *plant = net->model->plant;
    const int64_t qty = need->qty - substitute_taken(net, need);
    struct look_row row = {.segment = net->segment,
                           .for_item = need->from,
                           .order = NO_INDEX,
                           .row = NO_INDEX,
                           .day = need->day,
                           .kind = kinds[need->kind]};
    row.qty.micro = row.kind >= LOOK_ORDER ? -qty : qty;
    if (need->kind == NEED_PARENT || need->kind == NEED_BY_PRODUCT)
        return qty == 0 || put(looking, row);
    row.row = net->model->events[need->order].row;
    if (need->kind == NEED_STOCK)
        row.reference = plant->stocks[row.row].lot;
    else if (need->kind == NEED_SUPPLY)
        row.reference = plant->supplies[row.row].reference;
    else if (need->kind == NEED_COMPONENT)
        row.reference = plant->order_components[row.row].reference;
    else
        row.reference = plant->demands[row.row].reference;
    return qty == 0 || put(looking, row);
}

static bool look_segment(struct net *net, const struct need *needs, uint32_t count)
{
    struct looking *looking = net->context;
    for (uint32_t k = 0; k < count; k++) {
        if (!put_need(looking, &needs[k]))
            return false;
    }
    for (uint32_t k = net->segment_first; k < net->order_count; k++) {
        struct look_row row = {.qty = net->orders[k].qty,
                               .segment = net->segment,
                               .for_item = NO_INDEX,
                               .order = k,
                               .row = NO_INDEX,
                               .day = net->orders[k].due_day,
                               .kind = LOOK_PLANNED};
        if (!put(looking, row))
            return false;
    }
    return true;
}

/* What the message says of lots that end is a row of its own. */
static bool put_expired(struct looking *looking, const struct plan_message *message)
{
    if (message->kind != PLAN_LOT_EXPIRES)
        return true;
    return put(looking, (struct look_row){.qty = {-message->qty.micro},
                                          .segment = message->segment,
                                          .reference = message->reference,
                                          .for_item = NO_INDEX,
                                          .order = NO_INDEX,
                                          .row = NO_INDEX,
                                          .day = message->day + 1,
                                          .kind = LOOK_EXPIRED});
}

static int row_cmp(const void *left, const void *right, const void *context)
{
    const struct model *model = context;
    const struct look_row *a = left;
    const struct look_row *b = right;
    const int64_t keys[][2] = {
        {a->day, b->day}, {a->kind, b->kind}, {a->for_item, b->for_item}, {a->order, b->order}};
    int order = model_text_cmp(model, a->segment, b->segment);
    for (size_t k = 0; order == 0 && k < COUNT_OF(keys); k++)
        order = (keys[k][0] > keys[k][1]) - (keys[k][0] < keys[k][1]);
    if (order == 0)
        order = model_text_cmp(model, a->reference, b->reference);
    return order != 0 ? order : qty_cmp(b->qty, a->qty);
}

static bool sort_rows(struct looking *looking)
{
    void *spare = net_spare(&looking->view->net, looking->count + 1, sizeof *looking->rows);
    if (!spare)
        return false;
    list_sort(&(struct list_sort){.rows = looking->rows,
                                  .spare = spare,
                                  .row_size = sizeof *looking->rows,
                                  .count = looking->count,
                                  .compare = row_cmp,
                                  .context = looking->plan->model});
    int64_t running = 0;
    for (uint32_t k = 0; k < looking->count; k++) {
        if (k > 0 && looking->rows[k].segment != looking->rows[k - 1].segment)
            running = 0;
        running += looking->rows[k].qty.micro; /* netting kept the sums in range */
        looking->rows[k].running.micro = running;
    }
    return true;
}

static bool is_about(const struct plan *plan, const struct plan_message *message,
                     const struct look_row *row)
{
    if (message->segment != row->segment)
        return false;
    const enum plan_message_kind kind = (enum plan_message_kind)message->kind;
    const bool receipt = kind >= PLAN_PAST_DUE_RECEIPT && kind <= PLAN_DECREASE;
    const bool late = kind == PLAN_PAST_DUE_START || kind == PLAN_COVERAGE_TOO_LATE;
    if (row->kind == LOOK_RECEIPT)
        return receipt && message->reference == row->reference &&
               plan->plant->supplies[row->row].kind == message->supply_kind;
    if (row->kind == LOOK_PLANNED) {
        const struct plan_order *order = &plan->items[message->item].orders[row->order];
        return late && message->day == order->need_day && message->to_day == order->due_day &&
               message->qty.micro == order->qty.micro;
    }
    if (row->kind == LOOK_STOCK || row->kind == LOOK_EXPIRED)
        return kind == PLAN_LOT_EXPIRES && message->reference == row->reference;
    if (row->kind == LOOK_ORDER)
        return kind == PLAN_DEMAND_PAST_DUE && message->reference == row->reference;
    return row->kind == LOOK_COMPONENT && message->reference == row->reference &&
           (kind == PLAN_BILL_CHANGED || kind == PLAN_DEMAND_PAST_DUE);
}

static void join_messages(const struct looking *looking, const struct look_list *list)
{
    for (uint32_t k = 0; k < looking->count; k++) {
        struct look_row *row = &looking->rows[k];
        for (uint32_t m = 0; m < list->message_count && !row->message; m++) {
            if (is_about(looking->plan, &list->messages[m], row))
                row->message = &list->messages[m];
        }
    }
}

/* The item's messages, and their lots that end, kept in the arena. */
static enum status keep_messages(struct looking *looking, uint32_t item, struct look_list *list,
                                 struct fault *fault)
{
    const struct plan_message *found;
    enum status status =
        plan_view_messages(looking->view, item, &found, &list->message_count, fault);
    if (status != STATUS_OK)
        return status;
    struct plan_message *kept =
        arena_alloc(looking->arena, (size_t)list->message_count + 1, sizeof *kept);
    if (!kept)
        return fault_set(fault, STATUS_LIMIT, "item", "list does not fit in memory");
    memcpy(kept, found, list->message_count * sizeof *kept);
    for (uint32_t m = 0; m < list->message_count; m++) {
        if (!put_expired(looking, &kept[m]))
            return fault->status;
    }
    list->messages = kept;
    return STATUS_OK;
}

enum status look_item(const struct plan *plan, uint32_t item, struct arena *arena,
                      struct look_list *list, struct fault *fault)
{
    struct looking looking = {.plan = plan, .arena = arena};
    *list = (struct look_list){0};
    enum status status = plan_view_open(plan, arena, &looking.view, fault);
    if (status == STATUS_OK)
        status = keep_messages(&looking, item, list, fault);
    if (status != STATUS_OK)
        return status;
    struct net *net = &looking.view->net;
    net->want_messages = false;
    net->want_rows = false;
    net->on_segment = look_segment;
    net->context = &looking;
    status = net_item(net, item);
    if (status == STATUS_OK && !sort_rows(&looking))
        status = fault->status;
    if (status != STATUS_OK)
        return status;
    join_messages(&looking, list);
    list->rows = looking.rows;
    list->count = looking.count;
    return STATUS_OK;
}

enum look_urgency look_urgency_of(const struct plan_message *message)
{
    if (message->day < SOON_DAYS)
        return LOOK_NOW;
    return message->day < LATER_DAYS ? LOOK_SOON : LOOK_LATER;
}
