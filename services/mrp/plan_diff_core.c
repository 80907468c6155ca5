#include "services/mrp/plan_diff_core.h"

#include <string.h>

/* The orders of a plan one by one, in the order of their keys. */
struct cursor {
    const struct plan *plan;
    const struct plan_order *order; /* NULL: at the end */
    uint32_t item;
    uint32_t at;
    uint32_t ordinal;
};

static void cursor_land(struct cursor *cursor)
{
    const struct plan *plan = cursor->plan;
    while (cursor->item < plan->item_count && cursor->at == plan->items[cursor->item].order_count) {
        cursor->item++;
        cursor->at = 0;
    }
    cursor->order = NULL;
    if (cursor->item == plan->item_count)
        return;
    cursor->order = &plan->items[cursor->item].orders[cursor->at];
    const struct plan_order *last = cursor->at > 0 ? cursor->order - 1 : NULL;
    bool same = last && last->segment == cursor->order->segment &&
                last->need_day == cursor->order->need_day;
    cursor->ordinal = same ? cursor->ordinal + 1 : 1;
}

static struct cursor cursor_open(const struct plan *plan)
{
    struct cursor cursor = {.plan = plan};
    cursor_land(&cursor);
    return cursor;
}

static void cursor_next(struct cursor *cursor)
{
    cursor->at++;
    cursor_land(cursor);
}

static int number_cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int text_order(const struct cursor *a, uint32_t left, const struct cursor *b, uint32_t right)
{
    return strcmp(plant_text(a->plan->plant, left), plant_text(b->plan->plant, right));
}

static bool one_plant(const struct cursor *a, const struct cursor *b)
{
    return a->plan->plant == b->plan->plant;
}

/* An ended cursor comes last. */
static int key_cmp(const struct cursor *a, const struct cursor *b)
{
    if (!a->order || !b->order)
        return (a->order == NULL) - (b->order == NULL);
    int order = one_plant(a, b) ? number_cmp(a->item, b->item)
                                : strcmp(plant_item_code(a->plan->plant, a->item),
                                         plant_item_code(b->plan->plant, b->item));
    if (order == 0 && (a->order->segment != 0 || b->order->segment != 0))
        order = text_order(a, a->order->segment, b, b->order->segment);
    if (order == 0)
        order = number_cmp(plan_date(a->plan, a->order->need_day),
                           plan_date(b->plan, b->order->need_day));
    return order != 0 ? order : number_cmp(a->ordinal, b->ordinal);
}

/* What an order says of its supplier: name, unit and price. */
static bool same_source(const struct cursor *a, const struct cursor *b)
{
    if (a->order->source == NO_INDEX || b->order->source == NO_INDEX)
        return a->order->source == b->order->source;
    const struct supplier *x = &a->plan->plant->suppliers[a->order->source];
    const struct supplier *y = &b->plan->plant->suppliers[b->order->source];
    return (x == y) ||
           (x->price.micro == y->price.micro && x->uom_factor.micro == y->uom_factor.micro &&
            text_order(a, x->supplier, b, y->supplier) == 0 &&
            text_order(a, x->currency, b, y->currency) == 0 &&
            text_order(a, x->uom, b, y->uom) == 0);
}

static bool same_order(const struct cursor *a, const struct cursor *b)
{
    const struct plan_order *x = a->order;
    const struct plan_order *y = b->order;
    return x->qty.micro == y->qty.micro && x->start_qty.micro == y->start_qty.micro &&
           plan_date(a->plan, x->start_day) == plan_date(b->plan, y->start_day) &&
           plan_date(a->plan, x->due_day) == plan_date(b->plan, y->due_day) &&
           x->flags == y->flags && same_source(a, b);
}

/* Do items, texts, suppliers and days of the two have the same numbers, as in a what-if? */
static bool one_numbering(const struct plan *a, const struct plan *b)
{
    return a->item_count == b->item_count && a->plant->texts == b->plant->texts &&
           a->plant->items_count == b->plant->items_count &&
           a->plant->suppliers == b->plant->suppliers &&
           a->plant->facts.plan_start == b->plant->facts.plan_start;
}

/* Past the items whose orders are the same rows (of a plan made beside another), or, numbered
   alike, the same to the byte. */
static void pass_equal(struct cursor *a, struct cursor *b, bool alike)
{
    while (a->order && b->order && a->item == b->item && a->at == 0 && b->at == 0) {
        const struct plan_item *x = &a->plan->items[a->item];
        const struct plan_item *y = &b->plan->items[b->item];
        if (x->order_count != y->order_count ||
            (x->orders != y->orders &&
             (!alike || memcmp(x->orders, y->orders, x->order_count * sizeof *x->orders) != 0)))
            return;
        a->at = x->order_count;
        b->at = y->order_count;
        cursor_land(a);
        cursor_land(b);
    }
}

/* Both plans once; rows NULL only counts.  next[kind] is where the next row of it goes. */
static void merge(const struct plan *before, const struct plan *after, struct plan_change *rows,
                  uint32_t next[3])
{
    struct cursor a = cursor_open(before);
    struct cursor b = cursor_open(after);
    const bool alike = one_numbering(before, after);
    while (a.order || b.order) {
        pass_equal(&a, &b, alike);
        if (!a.order && !b.order)
            break;
        int order = key_cmp(&a, &b);
        bool from_a = order <= 0;
        bool from_b = order >= 0;
        if (!(from_a && from_b) || !same_order(&a, &b)) {
            uint8_t kind = from_a && from_b ? PLAN_CHANGE : from_a ? PLAN_REMOVE : PLAN_INSERT;
            uint32_t at = next[kind]++;
            if (rows)
                rows[at] = (struct plan_change){.before = from_a ? a.order : NULL,
                                                .after = from_b ? b.order : NULL,
                                                .before_item = from_a ? a.item : NO_INDEX,
                                                .after_item = from_b ? b.item : NO_INDEX,
                                                .ordinal = from_a ? a.ordinal : b.ordinal,
                                                .kind = kind};
        }
        if (from_a)
            cursor_next(&a);
        if (from_b)
            cursor_next(&b);
    }
}

enum status plan_diff_make(const struct plan *before, const struct plan *after, struct arena *arena,
                           struct plan_diff *diff, struct fault *fault)
{
    uint32_t counts[3] = {0};
    if (before->order_count + after->order_count > UINT32_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "difference of the plans is too large");
    merge(before, after, NULL, counts);
    *diff = (struct plan_diff){.removes = counts[PLAN_REMOVE],
                               .changes = counts[PLAN_CHANGE],
                               .inserts = counts[PLAN_INSERT],
                               .count = counts[0] + counts[1] + counts[2]};
    struct plan_change *rows = arena_alloc(arena, (size_t)diff->count + 1, sizeof *rows);
    if (!rows)
        return fault_set(fault, STATUS_LIMIT, "", "difference of the plans does not fit in memory");
    uint32_t next[3] = {0, diff->removes, diff->removes + diff->changes};
    merge(before, after, rows, next);
    diff->rows = rows;
    return STATUS_OK;
}
