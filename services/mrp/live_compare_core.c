#include "services/mrp/live_state_core.h"
#include "services/mrp/load_core.h"

#include <string.h>

/* A living plan beside one made in one go: numbers of items and texts may differ. */

struct comparing {
    struct plan_live *live;
    const struct plan *full;
    uint32_t full_message; /* of full->messages, which are by item */
    struct live_difference *difference;
};

static bool same_text(const struct comparing *comparing, uint32_t a, uint32_t b)
{
    return strcmp(plant_text(comparing->live->plant, a), plant_text(comparing->full->plant, b)) ==
           0;
}

static bool same_source(const struct comparing *comparing, uint32_t a, uint32_t b)
{
    if (a == NO_INDEX || b == NO_INDEX)
        return a == b;
    const struct supplier *x = &comparing->live->plant->suppliers[a];
    const struct supplier *y = &comparing->full->plant->suppliers[b];
    return same_text(comparing, x->supplier, y->supplier) && x->price.micro == y->price.micro &&
           x->price_from_qty.micro == y->price_from_qty.micro &&
           x->uom_factor.micro == y->uom_factor.micro;
}

static bool same_order(const struct comparing *comparing, const struct plan_order *a,
                       const struct plan_order *b)
{
    return a->qty.micro == b->qty.micro && a->start_qty.micro == b->start_qty.micro &&
           a->start_day == b->start_day && a->due_day == b->due_day && a->need_day == b->need_day &&
           a->flags == b->flags && same_text(comparing, a->segment, b->segment) &&
           same_source(comparing, a->source, b->source);
}

static bool same_orders(const struct comparing *comparing, uint32_t a, uint32_t b)
{
    const struct plan_item *x = &comparing->live->plan->items[a];
    const struct plan_item *y = &comparing->full->items[b];
    bool same = x->order_count == y->order_count && x->level == y->level;
    for (uint32_t k = 0; same && k < x->order_count; k++)
        same = same_order(comparing, &x->orders[k], &y->orders[k]);
    return same;
}

static bool same_message(const struct comparing *comparing, const struct plan_message *a,
                         const struct plan_message *b)
{
    return a->day == b->day && a->to_day == b->to_day && a->qty.micro == b->qty.micro &&
           a->to_qty.micro == b->to_qty.micro && a->kind == b->kind &&
           a->data_error == b->data_error && a->supply_kind == b->supply_kind &&
           same_text(comparing, a->segment, b->segment) &&
           same_text(comparing, a->reference, b->reference);
}

/* The full plan's messages of item b are taken. */
static bool same_messages(struct comparing *comparing, uint32_t a, uint32_t b)
{
    const struct plan *full = comparing->full;
    const struct message_list *list = &comparing->live->messages[a];
    const uint32_t first = comparing->full_message;
    uint32_t end = first;
    while (end < full->message_count && full->messages[end].item == b)
        end++;
    comparing->full_message = end;
    bool same = end - first == list->count;
    for (uint32_t k = 0; same && k < list->count; k++)
        same = same_message(comparing, &list->rows[k], &full->messages[first + k]);
    return same;
}

static void note(struct comparing *comparing, uint32_t item, bool order, bool message)
{
    struct live_difference *difference = comparing->difference;
    if (!order && !message)
        return;
    difference->items++;
    difference->order = difference->order || order;
    difference->message = difference->message || message;
    if (difference->first == NO_INDEX)
        difference->first = item;
}

static bool same_load(const struct comparing *comparing)
{
    const struct plan *a = comparing->live->plan;
    const struct plan *b = comparing->full;
    bool same = a->load_count == b->load_count;
    for (uint32_t k = 0; same && k < a->load_count; k++) {
        const struct load_row *x = &a->load[k];
        const struct load_row *y = &b->load[k];
        same = x->day == y->day && x->overload.micro == y->overload.micro &&
               memcmp(x->hours, y->hours, sizeof x->hours) == 0 &&
               same_text(comparing, a->plant->work_centers[x->center].work_center,
                         b->plant->work_centers[y->center].work_center) &&
               strcmp(plant_item_code(a->plant, x->item), plant_item_code(b->plant, y->item)) == 0;
    }
    return same;
}

void live_compare(struct plan_live *live, const struct plan *full,
                  struct live_difference *difference)
{
    struct comparing comparing = {.live = live, .full = full, .difference = difference};
    const uint32_t live_count = live->plan->item_count;
    uint32_t a = 0;
    uint32_t b = 0;
    *difference = (struct live_difference){.first = NO_INDEX};
    while (a < live_count || b < full->item_count) {
        int order = a == live_count ? 1
                    : b == full->item_count
                        ? -1
                        : strcmp(plant_item_code(live->plant, a), plant_item_code(full->plant, b));
        if (order == 0) {
            const bool orders = same_orders(&comparing, a, b);
            note(&comparing, a, !orders, !same_messages(&comparing, a, b));
        } else {
            note(&comparing, order < 0 ? a : NO_INDEX, true, false);
        }
        a += order <= 0;
        b += order >= 0;
    }
    difference->load = !same_load(&comparing);
}
