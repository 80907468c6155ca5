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

static bool see(struct trace *trace, struct trace_lot lot)
{
    if (!make_room_for_lot(trace))
        return false;
    size_t *slot = slot_of(trace, &lot);
    if (*slot != 0)
        return true;
    trace->lots[trace->lot_count] = lot;
    *slot = ++trace->lot_count;
    return true;
}

enum status trace_init(struct trace *trace, struct arena *arena, struct trace_lot first,
                       struct fault *fault)
{
    *trace = (struct trace){.arena = arena, .level = 1};
    return see(trace, first) ? STATUS_OK : full(fault);
}

enum status trace_add(struct trace *trace, const struct trace_link *link, struct fault *fault)
{
    if (trace->link_count == trace->link_room) {
        if (trace->link_count >= TRACE_LINKS_MAX)
            return full(fault);
        trace->links = grown(trace->arena, trace->links, trace->link_count, &trace->link_room,
                             sizeof *trace->links);
        if (!trace->links)
            return full(fault);
    }
    trace->links[trace->link_count] = *link;
    trace->links[trace->link_count++].level = trace->level;
    if (!link->to_item.bytes)
        return STATUS_OK;
    return see(trace, (struct trace_lot){link->to_item, link->to_lot}) ? STATUS_OK : full(fault);
}

bool trace_next(struct trace *trace, size_t seen)
{
    trace->level_first = seen;
    trace->level++;
    return trace->lot_count > seen && trace->level <= TRACE_LEVELS_MAX;
}
