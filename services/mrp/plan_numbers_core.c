#include "services/mrp/plan_numbers_core.h"

#include "common/plant/plant_price.h"

#include <string.h>

uint64_t plan_numbers_mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
    return hash * 0xbf58476d1ce4e5b9ULL;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return plan_numbers_mix(hash, value);
}

#define DIGEST_FORM 1 /* another one when rows of the same plan come to say something else */

static uint64_t mix_text(const struct plan *plan, uint64_t hash, uint32_t text)
{
    return text == 0 ? mix(hash, 0) : mix(hash, text_hash(text_of(plant_text(plan->plant, text))));
}

static uint64_t source_hash(const struct plan *plan, uint32_t row, uint64_t *sources)
{
    const struct supplier *source = &plan->plant->suppliers[row];
    struct unitcost price = NO_COST;
    if (sources && sources[row] != 0)
        return sources[row];
    if (!plant_supplier_price(plan->plant, source, plan->plant->facts.plan_start,
                              (struct qty){QTY_SCALE}, &price))
        price = NO_COST;
    uint64_t hash = mix_text(plan, (uint64_t)price.micro, source->supplier);
    hash = mix(mix_text(plan, hash, source->uom), (uint64_t)source->uom_factor.micro);
    if (sources)
        sources[row] = hash;
    return hash;
}

static uint64_t mix_order(const struct plan *plan, uint64_t hash, const struct plan_order *order,
                          uint64_t *sources)
{
    hash = mix(hash, (uint64_t)order->qty.micro);
    hash = mix(hash, (uint64_t)order->start_qty.micro);
    hash = mix(hash, (uint64_t)plan_date(plan, order->start_day));
    hash = mix(hash, (uint64_t)plan_date(plan, order->due_day));
    hash = mix(hash, (uint64_t)plan_date(plan, order->need_day));
    hash = mix(mix_text(plan, hash, order->segment), order->flags);
    return order->source == NO_INDEX ? hash : mix(hash, source_hash(plan, order->source, sources));
}

/* Days that are not given are the same whatever day the plan starts on. */
static uint64_t mix_day(const struct plan *plan, uint64_t hash, int32_t day)
{
    return mix(hash, day == NO_DAYS ? UINT64_MAX : (uint64_t)plan_date(plan, day));
}

static uint64_t mix_message(const struct plan *plan, uint64_t hash,
                            const struct plan_message *message)
{
    hash = mix(hash, (uint64_t)message->kind << 16 | (uint64_t)message->data_error << 8 |
                         message->supply_kind);
    hash = mix_day(plan, mix_day(plan, hash, message->day), message->to_day);
    hash = mix(mix(hash, (uint64_t)message->qty.micro), (uint64_t)message->to_qty.micro);
    return mix_text(plan, mix_text(plan, hash, message->segment), message->reference);
}

/* What each row of the item says of it. */
static uint64_t item_hash(const struct plan *plan, uint32_t item)
{
    const struct item *master = &plan->plant->items[item];
    uint64_t hash = mix(DIGEST_FORM, (uint64_t)master->type << 32 | plan->items[item].level);
    return mix_text(plan, mix(hash, master->decimals), master->uom);
}

int64_t plan_numbers_digest(const struct plan_live *live, uint32_t item, uint64_t *sources)
{
    const struct plan *plan = live_plan(live);
    const struct plan_item *row = &plan->items[item];
    uint32_t count;
    const struct plan_message *messages = live_messages(live, item, &count);
    uint64_t hash = item_hash(plan, item);
    for (uint32_t k = 0; k < row->order_count; k++)
        hash = mix_order(plan, hash, &row->orders[k], sources);
    hash = mix(hash, count);
    for (uint32_t k = 0; k < count; k++)
        hash = mix_message(plan, hash, &messages[k]);
    return (int64_t)hash;
}

/* ---- each row ----
   The number of orders, of each its need and its number, then of each message its number; as the
   processor has them. */

#define ORDER_BYTES (sizeof(date) + sizeof(uint64_t))

struct written_order {
    date need;
    uint64_t number;
};

static void put(char **at, const void *value, size_t bytes)
{
    memcpy(*at, value, bytes);
    *at += bytes;
}

static bool has_segments(const struct plan_item *item)
{
    bool found = false;
    for (uint32_t k = 0; k < item->order_count && !found; k++)
        found = item->orders[k].segment != 0;
    return found;
}

bool plan_numbers_known(const struct plan_live *live, uint32_t item, struct text written)
{
    return written.length > 0 && !has_segments(&live_plan(live)->items[item]);
}

bool plan_numbers_of(const struct plan_live *live, uint32_t item, struct arena *arena,
                     struct text *written)
{
    const struct plan *plan = live_plan(live);
    const struct plan_item *row = &plan->items[item];
    const uint64_t begun = item_hash(plan, item);
    uint32_t count;
    const struct plan_message *messages = live_messages(live, item, &count);
    const size_t room =
        sizeof row->order_count + row->order_count * ORDER_BYTES + count * sizeof(uint64_t);
    *written = (struct text){NULL, 0};
    if (has_segments(row))
        return true;
    char *bytes = arena_alloc(arena, room, 1);
    char *at = bytes;
    if (!bytes)
        return false;
    put(&at, &row->order_count, sizeof row->order_count);
    for (uint32_t k = 0; k < row->order_count; k++) {
        const date need = plan_date(plan, row->orders[k].need_day);
        const uint64_t number = mix_order(plan, begun, &row->orders[k], NULL);
        put(&at, &need, sizeof need);
        put(&at, &number, sizeof number);
    }
    for (uint32_t k = 0; k < count; k++) {
        const uint64_t number = mix_message(plan, begun, &messages[k]);
        put(&at, &number, sizeof number);
    }
    *written = (struct text){bytes, room};
    return true;
}

static uint32_t orders_of(struct text written)
{
    uint32_t count;
    ASSERT(written.length >= sizeof count);
    memcpy(&count, written.bytes, sizeof count);
    ASSERT(written.length >= sizeof count + count * ORDER_BYTES);
    return count;
}

static struct written_order order_at(struct text written, uint32_t k)
{
    const char *at = written.bytes + sizeof(uint32_t) + k * ORDER_BYTES;
    struct written_order order;
    memcpy(&order.need, at, sizeof order.need);
    memcpy(&order.number, at + sizeof order.need, sizeof order.number);
    return order;
}

static const char *messages_at(struct text written)
{
    return written.bytes + sizeof(uint32_t) + orders_of(written) * ORDER_BYTES;
}

static uint32_t message_count_of(struct text written)
{
    const char *end = written.bytes + written.length;
    return (uint32_t)((size_t)(end - messages_at(written)) / sizeof(uint64_t));
}

static bool note_gone(const struct plan *plan, const struct written_order *order, uint32_t ordinal,
                      struct arena *arena, struct plan_change *change)
{
    struct plan_order *before = arena_alloc(arena, 1, sizeof *before);
    if (!before)
        return false;
    before->need_day = order->need - plan->plant->facts.plan_start;
    *change = (struct plan_change){.before = before, .ordinal = ordinal, .kind = PLAN_REMOVE};
    return true;
}

/* One item: both sides ascend by need, and orders of a need by their ordinal. */
static bool compare(const struct plan *plan, uint32_t item, struct text written,
                    struct arena *arena, struct plan_change *rows, uint32_t *found)
{
    const struct plan_item *row = &plan->items[item];
    const uint64_t begun = item_hash(plan, item);
    const uint32_t count = orders_of(written);
    uint32_t ordinal = 0;
    date last = 0;
    bool ok = true;
    *found = 0;
    for (uint32_t a = 0, b = 0; ok && (a < count || b < row->order_count);) {
        const struct plan_order *after = b < row->order_count ? &row->orders[b] : NULL;
        const struct written_order before =
            a < count ? order_at(written, a) : (struct written_order){0};
        const date need = after ? plan_date(plan, after->need_day) : 0;
        const bool gone = !after || (a < count && before.need < need);
        const bool there = a < count && !gone && before.need == need;
        if (gone || there) {
            ordinal = ordinal > 0 && last == before.need ? ordinal + 1 : 1;
            last = before.need;
        }
        if (gone)
            ok = note_gone(plan, &before, ordinal, arena, &rows[(*found)++]);
        else if (!there || before.number != mix_order(plan, begun, after, NULL))
            rows[(*found)++] =
                (struct plan_change){.after = after, .kind = there ? PLAN_CHANGE : PLAN_INSERT};
        a += gone || there;
        b += !gone;
    }
    return ok;
}

enum status plan_numbers_changed(const struct plan_live *live, const uint32_t *items,
                                 const struct text *written, uint32_t count, struct arena *arena,
                                 struct plan_diff *diff)
{
    const struct plan *plan = live_plan(live);
    size_t room = 1;
    for (uint32_t k = 0; k < count; k++)
        room += (size_t)plan->items[items[k]].order_count + orders_of(written[k]);
    struct plan_change *rows = arena_alloc(arena, room, sizeof *rows);
    *diff = (struct plan_diff){.rows = rows};
    bool ok = rows != NULL;
    for (uint32_t k = 0; ok && k < count; k++) {
        struct plan_change *first = &rows[diff->count];
        uint32_t found;
        ok = compare(plan, items[k], written[k], arena, first, &found);
        for (uint32_t i = 0; i < found; i++) {
            first[i].before_item = first[i].after_item = k;
            diff->removes += first[i].kind == PLAN_REMOVE;
            diff->changes += first[i].kind == PLAN_CHANGE;
            diff->inserts += first[i].kind == PLAN_INSERT;
        }
        diff->count += found;
    }
    return ok ? STATUS_OK : STATUS_LIMIT;
}

bool plan_numbers_message_changed(const struct plan_live *live, uint32_t item, uint32_t number,
                                  struct text written)
{
    const struct plan *plan = live_plan(live);
    uint32_t count;
    const struct plan_message *messages = live_messages(live, item, &count);
    uint64_t before;
    ASSERT(number < count);
    if (number >= message_count_of(written))
        return true;
    memcpy(&before, messages_at(written) + number * sizeof before, sizeof before);
    return before != mix_message(plan, item_hash(plan, item), &messages[number]);
}

uint32_t plan_numbers_messages_gone(const struct plan_live *live, uint32_t item,
                                    struct text written)
{
    const uint32_t before = message_count_of(written);
    uint32_t count;
    (void)live_messages(live, item, &count);
    return before > count ? before - count : 0;
}
