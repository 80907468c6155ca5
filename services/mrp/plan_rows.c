#include "services/mrp/plan_rows.h"

#include "common/plant/plant_price.h"
#include "services/mrp/plan_numbers_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct text none = {NULL, 0};

static struct text text_number(const struct plan *plan, uint32_t number)
{
    return number == 0 ? none : text_of(plant_text(plan->plant, number));
}

static const char *type_text(const struct plan *plan, uint32_t item)
{
    static const char *const names[] = {[ITEM_MAKE] = "make",
                                        [ITEM_BUY] = "buy",
                                        [ITEM_PHANTOM] = "make",
                                        [ITEM_TRANSFER] = "transfer"};
    return names[plan->plant->items[item].type];
}

/* id = item@need#ordinal, and ~segment where there is one */
static bool set_id(struct planned_order *row, int ordinal, struct arena *arena)
{
    char need[DATE_TEXT_MAX];
    size_t room = row->item.length + row->segment.length + 32;
    char *id = arena_alloc(arena, room, 1);
    if (!id)
        return false;
    date_format(row->need, need);
    int length = snprintf(id, room, "%.*s@%s#%d%s%.*s", (int)row->item.length, row->item.bytes,
                          need, ordinal, row->segment.length > 0 ? "~" : "",
                          (int)row->segment.length, row->segment.bytes ? row->segment.bytes : "");
    ASSERT(length > 0 && (size_t)length < room);
    row->planned_order_id = (struct text){id, (size_t)length};
    return true;
}

static int64_t content_hash(const struct planned_order *row)
{
    uint64_t hash = text_hash(row->type);
    hash = plan_numbers_mix(hash, (uint64_t)row->qty.micro);
    hash = plan_numbers_mix(hash, (uint64_t)row->start_qty.micro);
    hash = plan_numbers_mix(hash, (uint64_t)row->start);
    hash = plan_numbers_mix(hash, (uint64_t)row->due);
    hash = plan_numbers_mix(hash, (uint64_t)row->past_due_days);
    hash = plan_numbers_mix(hash, text_hash(row->supplier));
    hash = plan_numbers_mix(hash, (uint64_t)row->purchase_qty.micro);
    hash = plan_numbers_mix(hash, text_hash(row->purchase_uom));
    hash = plan_numbers_mix(hash, (uint64_t)row->price.micro);
    hash = plan_numbers_mix(hash, (uint64_t)row->level);
    hash = plan_numbers_mix(hash, text_hash(row->flags));
    return (int64_t)hash;
}

static void set_source(struct planned_order *row, const struct plan *plan, uint32_t item,
                       const struct plan_order *order)
{
    if (order->source == NO_INDEX)
        return;
    const struct supplier *source = &plan->plant->suppliers[order->source];
    row->supplier = text_number(plan, source->supplier);
    row->purchase_qty = plan_purchase_qty(plan, order);
    row->purchase_uom = text_of(plant_text(plan->plant, plan_purchase_uom(plan, item, order)));
    if (!plant_supplier_price(plan->plant, source, plan->plant->facts.plan_start,
                              (struct qty){QTY_SCALE}, &row->price))
        row->price = NO_COST; /* beyond what a price can be */
}

static bool fill_order(struct planned_order *row, const struct plan *plan, uint32_t item,
                       const struct plan_order *order, struct arena *arena)
{
    *row = (struct planned_order){
        .item = text_of(plant_item_code(plan->plant, item)),
        .type = text_of(type_text(plan, item)),
        .qty = order->qty,
        .start_qty = order->start_qty,
        .start = plan_date(plan, order->start_day),
        .due = plan_date(plan, order->due_day),
        .need = plan_date(plan, order->need_day),
        .past_due_days = plan_past_due_days(order),
        .purchase_qty = NO_QTY,
        .price = NO_COST,
        .order_by = order->source == NO_INDEX ? NO_DATE : plan_date(plan, order->start_day),
        .segment = text_of(plant_text(plan->plant, order->segment)),
        .level = plan->items[item].level,
        .flags = text_of(plan_order_flags(order)),
    };
    set_source(row, plan, item, order);

    /* Orders of one item stand by segment and need day: those of one day are neighbours. */
    const struct plan_order *first = plan->items[item].orders;
    int ordinal = 1;
    for (const struct plan_order *o = order;
         o > first && o[-1].segment == order->segment && o[-1].need_day == order->need_day; o--)
        ordinal++;
    row->content_hash = content_hash(row);
    return set_id(row, ordinal, arena);
}

static int by_id(const void *a, const void *b)
{
    return text_cmp(((const struct planned_order *)a)->planned_order_id,
                    ((const struct planned_order *)b)->planned_order_id);
}

static enum status order_rows(const struct plan *plan, const struct rows_asked *asked,
                              struct arena *arena, struct plan_piece *piece)
{
    const uint32_t *items = asked->items;
    const size_t count = asked->count;
    size_t room = 1;
    for (size_t k = 0; k < count; k++)
        room += plan->items[items[k]].order_count;
    struct planned_order *rows = arena_alloc(arena, room, sizeof *rows);
    size_t at = 0;
    bool ok = rows != NULL;
    for (size_t k = 0; ok && k < count; k++) {
        const struct plan_item *item = &plan->items[items[k]];
        for (uint32_t o = 0; ok && o < item->order_count; o++)
            ok = fill_order(&rows[at++], plan, items[k], &item->orders[o], arena);
    }
    if (!ok)
        return STATUS_LIMIT;
    qsort(rows, at, sizeof *rows, by_id);
    piece->orders = rows;
    piece->order_count = at;
    return STATUS_OK;
}

static int by_text(const void *a, const void *b)
{
    return text_cmp(*(const struct text *)a, *(const struct text *)b);
}

/* The id of an order that the plan no longer has. */
static bool gone_id(const struct plan *plan, uint32_t item, const struct plan_change *change,
                    struct arena *arena, struct text *id)
{
    struct planned_order row = {
        .item = text_of(plant_item_code(plan->plant, item)),
        .need = plan_date(plan, change->before->need_day),
        .segment = text_of(plant_text(plan->plant, change->before->segment)),
    };
    const bool ok = set_id(&row, (int)change->ordinal, arena);
    *id = row.planned_order_id;
    return ok;
}

static enum status changed_rows(const struct plan_live *live, const struct rows_asked *asked,
                                struct arena *arena, struct plan_piece *piece)
{
    const struct plan *plan = live_plan(live);
    const uint32_t *items = asked->items;
    const uint32_t count = (uint32_t)asked->count;
    struct plan_diff diff;
    struct fault fault = {0};
    const enum status status =
        asked->written ? plan_numbers_changed(live, items, asked->written, count, arena, &diff)
                       : live_orders_changed(live, items, count, arena, &diff, &fault);
    if (status != STATUS_OK)
        return STATUS_LIMIT;
    struct planned_order *put = arena_alloc(arena, (size_t)diff.count + 1, sizeof *put);
    struct text *removed = arena_alloc(arena, (size_t)diff.removes + 1, sizeof *removed);
    bool ok = put != NULL && removed != NULL;
    for (uint32_t k = 0; ok && k < diff.count; k++) {
        const struct plan_change *change = &diff.rows[k];
        if (change->kind == PLAN_REMOVE)
            ok = gone_id(plan, items[change->before_item], change, arena,
                         &removed[piece->removed_count++]);
        else
            ok = fill_order(&put[piece->order_count++], plan, items[change->after_item],
                            change->after, arena);
    }
    if (!ok)
        return STATUS_LIMIT;
    qsort(put, piece->order_count, sizeof *put, by_id);
    qsort(removed, piece->removed_count, sizeof *removed, by_text);
    piece->orders = put;
    piece->removed = removed;
    return STATUS_OK;
}

static bool fill_message(struct planner_message *row, const struct plan *plan,
                         const struct plan_message *message, struct arena *arena)
{
    char cause[PLAN_TEXT_MAX];
    char action[PLAN_TEXT_MAX];
    plan_message_cause(plan, message, PLAN_EN, cause);
    plan_message_action(plan, message, PLAN_EN, action);
    const char *kept_cause = text_copy(text_of(cause), arena);
    const char *kept_action = text_copy(text_of(action), arena);
    *row = (struct planner_message){
        .item = text_of(plant_item_code(plan->plant, message->item)),
        .segment = text_of(plant_text(plan->plant, message->segment)),
        .message = text_of(plan_message_name((enum plan_message_kind)message->kind)),
        .day = plan_date(plan, message->day),
        .qty = qty_given(message->qty) ? message->qty : (struct qty){0},
        .reference = text_number(plan, message->reference),
        .cause = text_of(kept_cause),
        .action = text_of(kept_action),
    };
    return kept_cause && kept_action;
}

/* Most items whose facts changed say what they said before, or nearly. */
static bool is_told(const struct plan_live *live, const struct rows_asked *asked, size_t k,
                    uint32_t number)
{
    if (asked->written)
        return plan_numbers_message_changed(live, asked->items[k], number, asked->written[k]);
    return !asked->flags || live_message_changed(live, asked->items[k], number);
}

static bool is_cut(const struct plan_live *live, const struct rows_asked *asked, size_t k)
{
    if (asked->written)
        return plan_numbers_messages_gone(live, asked->items[k], asked->written[k]) > 0;
    return !asked->flags || live_messages_gone(live, asked->items[k]) > 0;
}

static enum status message_rows(const struct plan_live *live, const struct rows_asked *asked,
                                struct arena *arena, struct plan_piece *piece)
{
    size_t room = 1;
    for (size_t k = 0; k < asked->count; k++) {
        uint32_t messages;
        (void)live_messages(live, asked->items[k], &messages);
        for (uint32_t m = 0; m < messages; m++)
            room += is_told(live, asked, k, m);
    }
    struct planner_message *rows = arena_alloc(arena, room, sizeof *rows);
    struct cut_item *cut = arena_alloc(arena, asked->count + 1, sizeof *cut);
    size_t at = 0;
    bool ok = rows != NULL && cut != NULL;
    for (size_t k = 0; ok && k < asked->count; k++) {
        uint32_t messages;
        const struct plan_message *list = live_messages(live, asked->items[k], &messages);
        if (is_cut(live, asked, k))
            cut[piece->cut_count++] = (struct cut_item){
                text_of(plant_item_code(live_plan(live)->plant, asked->items[k])), messages};
        for (uint32_t m = 0; ok && m < messages; m++) {
            if (!is_told(live, asked, k, m))
                continue;
            ok = fill_message(&rows[at], live_plan(live), &list[m], arena);
            rows[at++].row_no = (int64_t)m + 1;
        }
    }
    piece->cut = cut;
    piece->messages = rows;
    piece->message_count = at;
    piece->told = asked->flags || asked->written;
    return ok ? STATUS_OK : STATUS_LIMIT;
}

#define UNKNOWN_DIGEST 0 /* an item's hash is this once in 2^64 */

static bool item_codes(const struct plan_live *live, const struct rows_asked *asked,
                       struct arena *arena, struct plan_piece *piece)
{
    struct text *codes = arena_alloc(arena, asked->count + 1, sizeof *codes);
    for (size_t k = 0; codes && k < asked->count; k++)
        codes[k] = text_of(plant_item_code(live_plan(live)->plant, asked->items[k]));
    piece->items = codes;
    piece->item_count = asked->count;
    return codes != NULL;
}

/* What stands beside the rows of each item. */
static bool item_numbers(const struct plan_live *live, const struct rows_asked *asked,
                         struct arena *arena, struct plan_piece *piece)
{
    struct text *codes = arena_alloc(arena, asked->count + 1, sizeof *codes);
    int64_t *digests = arena_alloc(arena, asked->count + 1, sizeof *digests);
    struct text *written = arena_alloc(arena, asked->count + 1, sizeof *written);
    bool ok = codes && digests && written;
    size_t at = 0;
    for (size_t k = 0; ok && k < asked->count; k++) {
        const uint32_t item = asked->items[k];
        if (asked->owed && asked->owed[item])
            continue;
        codes[at] = text_of(plant_item_code(live_plan(live)->plant, item));
        digests[at] = asked->unknown ? UNKNOWN_DIGEST : plan_numbers_digest(live, item, NULL);
        ok = asked->unknown || plan_numbers_of(live, item, arena, &written[at]);
        at++;
    }
    piece->numbered = codes;
    piece->numbered_count = at;
    piece->digests = digests;
    piece->written = written;
    return ok;
}

static enum status fits(bool all, struct fault *fault)
{
    return all ? STATUS_OK : fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

enum status plan_rows_piece(const struct plan_live *live, const struct rows_asked *asked,
                            struct arena *arena, struct plan_piece *piece, struct fault *fault)
{
    piece->known = asked->known || asked->written;
    enum status status = piece->known ? changed_rows(live, asked, arena, piece)
                                      : order_rows(live_plan(live), asked, arena, piece);
    if (status == STATUS_OK)
        status = message_rows(live, asked, arena, piece);
    return fits(status == STATUS_OK && item_codes(live, asked, arena, piece) &&
                    item_numbers(live, asked, arena, piece),
                fault);
}

enum status plan_rows_numbers(const struct plan_live *live, const uint32_t *items, size_t count,
                              struct arena *arena, struct plan_piece *piece, struct fault *fault)
{
    const struct rows_asked asked = {.items = items, .count = count};
    piece->known = true;
    return fits(item_numbers(live, &asked, arena, piece), fault);
}

bool plan_rows_order(const struct plan *plan, uint32_t item, uint32_t order, struct arena *arena,
                     struct planned_order *row)
{
    return fill_order(row, plan, item, &plan->items[item].orders[order], arena);
}

bool plan_rows_message(const struct plan *plan, const struct plan_message *message,
                       struct arena *arena, struct planner_message *row)
{
    return fill_message(row, plan, message, arena);
}

/* Does the order have this text behind its item's code: @need#ordinal~segment? */
static bool has_tail(const struct plan *plan, uint32_t item, uint32_t order, struct text tail)
{
    struct arena *arena = arena_new(64 * KIB);
    struct planned_order row;
    bool same = arena && plan_rows_order(plan, item, order, arena, &row) &&
                row.planned_order_id.length >= tail.length &&
                memcmp(row.planned_order_id.bytes + row.planned_order_id.length - tail.length,
                       tail.bytes, tail.length) == 0;
    arena_free(&arena);
    return same;
}

/* The id read with the item's code ending before this place. */
static bool find_at(const struct plan *plan, struct text id, size_t place, uint32_t *item,
                    uint32_t *order)
{
    const struct text code = {id.bytes, place};
    const struct text tail = {id.bytes + place, id.length - place};
    date need;
    *item = plant_item_find(plan->plant, code);
    if (*item == NO_INDEX || tail.length < 12 || !date_parse(tail.bytes + 1, 10, &need))
        return false;
    for (*order = 0; *order < plan->items[*item].order_count; (*order)++) {
        const struct plan_order *row = &plan->items[*item].orders[*order];
        if (plan_date(plan, row->need_day) == need && has_tail(plan, *item, *order, tail))
            return true;
    }
    return false;
}

/* A code may have an @ of its own. */
bool plan_rows_find(const struct plan *plan, struct text id, uint32_t *item, uint32_t *order)
{
    bool found = false;
    for (size_t k = 0; k < id.length && !found; k++)
        found = id.bytes[k] == '@' && find_at(plan, id, k, item, order);
    return found;
}
