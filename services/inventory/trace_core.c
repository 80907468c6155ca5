#include "services/inventory/trace_core.h"

#include <string.h>

#define FIRST_ROOM 64

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "lot", "the lot is in more than %d links",
                     TRACE_LINKS_MAX);
}

static size_t *slot_of(const struct trace *trace, const struct trace_lot *lot)
{
    size_t mask = trace->slot_count - 1;
    size_t at = (size_t)(text_hash(lot->item) * 31 + text_hash(lot->lot)) & mask;
    while (trace->slots[at] != 0) {
        const struct trace_lot *there = &trace->lots[trace->slots[at] - 1];
        if (text_equal(there->item, lot->item) && text_equal(there->lot, lot->lot))
            break;
        at = (at + 1) & mask;
    }
    return &trace->slots[at];
}

/* Twice the room, with what was there; NULL when the arena is full. */
static void *grown(struct arena *arena, const void *old, size_t count, size_t *room, size_t size)
{
    size_t more = *room == 0 ? FIRST_ROOM : *room * 2;
    void *bytes = arena_alloc(arena, more, size);
    if (bytes && count > 0)
        memcpy(bytes, old, count * size);
    if (bytes)
        *room = more;
    return bytes;
}

static bool make_room_for_lot(struct trace *trace)
{
    if (trace->lot_count < trace->lot_room)
        return true;
    trace->lots =
        grown(trace->arena, trace->lots, trace->lot_count, &trace->lot_room, sizeof *trace->lots);
    trace->slot_count = trace->lot_room * 2;
    trace->slots = arena_alloc(trace->arena, trace->slot_count, sizeof *trace->slots);
    if (!trace->lots || !trace->slots)
        return false;
    for (size_t i = 0; i < trace->lot_count; i++)
        *slot_of(trace, &trace->lots[i]) = i + 1;
    return true;
}

/* Copies text unless it is what `last` says too; NULL bytes stay.  False: the arena is full. */
static bool keep(struct trace *trace, struct text *text, struct text last)
{
    if (text->bytes && last.bytes && text_equal(*text, last))
        *text = last;
    else if (text->bytes)
        text->bytes = text_copy(*text, trace->arena);
    return text->bytes || text->length == 0;
}

/* The place of the lot among lots, or TRACE_NOWHERE when the arena is full. */
static size_t see(struct trace *trace, struct trace_lot lot)
{
    if (!make_room_for_lot(trace))
        return TRACE_NOWHERE;
    size_t *slot = slot_of(trace, &lot);
    if (*slot == 0) {
        struct text before = {0};
        if (trace->lot_count > 0)
            before = trace->lots[trace->lot_count - 1].item;
        if (!keep(trace, &lot.item, before) || !keep(trace, &lot.lot, (struct text){0}))
            return TRACE_NOWHERE;
        trace->lots[trace->lot_count] = lot;
        *slot = ++trace->lot_count;
    }
    return *slot - 1;
}

enum status trace_init(struct trace *trace, struct arena *arena, struct trace_lot first,
                       struct fault *fault)
{
    *trace = (struct trace){.arena = arena, .level = 1};
    return see(trace, first) != TRACE_NOWHERE ? STATUS_OK : full(fault);
}

static bool make_room_for_link(struct trace *trace)
{
    if (trace->link_count < trace->link_room)
        return true;
    if (trace->link_count >= TRACE_LINKS_MAX)
        return false;
    trace->links = grown(trace->arena, trace->links, trace->link_count, &trace->link_room,
                         sizeof *trace->links);
    return trace->links;
}

enum status trace_add(struct trace *trace, const struct trace_link *given,
                      const struct trace_lot *to, struct fault *fault)
{
    struct trace_link link = *given;
    struct trace_link last = {0};
    if (!make_room_for_link(trace))
        return full(fault);
    if (trace->link_count > 0)
        last = trace->links[trace->link_count - 1];
    link.level = trace->level;
    link.to = to ? see(trace, *to) : TRACE_NOWHERE;
    if ((to && link.to == TRACE_NOWHERE) || !keep(trace, &link.order_kind, last.order_kind) ||
        !keep(trace, &link.order_id, last.order_id) || !keep(trace, &link.partner, last.partner))
        return full(fault);
    trace->links[trace->link_count++] = link;
    return STATUS_OK;
}

bool trace_next(struct trace *trace, size_t seen)
{
    trace->level_first = seen;
    trace->level++;
    return trace->lot_count > seen && trace->level <= TRACE_LEVELS_MAX;
}
