#include "services/gateway/gateway_stream_codec.h"

#include "common/wire/json.h"
#include "proto/event.pb-c.h"

#include <string.h>

struct found {
    struct text *items;
    size_t count;
};

static void add(struct found *found, const char *item)
{
    if (item && item[0] != '\0')
        found->items[found->count++] = text_of(item);
}

static size_t most_items(const Millrace__Event *event)
{
    return 2 + (event->order ? event->order->n_lines : 0) +
           (event->master ? event->master->n_objects : 0) +
           (event->plan ? event->plan->n_items : 0);
}

static void find_items(const Millrace__Event *event, struct found *found)
{
    if (event->stock)
        add(found, event->stock->item);
    if (event->forecast)
        add(found, event->forecast->item);
    if (event->order)
        add(found, event->order->item);
    for (size_t i = 0; event->order && i < event->order->n_lines; i++)
        add(found, event->order->lines[i]->item);
    for (size_t i = 0; event->master && i < event->master->n_objects; i++)
        add(found, event->master->objects[i]);
    for (size_t i = 0; event->plan && i < event->plan->n_items; i++)
        add(found, event->plan->items[i]);
}

enum status told_decode(struct text body, struct arena *arena, struct told *out,
                        struct fault *fault)
{
    const ProtobufCMessage *message;
    struct found found = {0};
    enum status status = wire_unpack(&millrace__event__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__Event *event = (const Millrace__Event *)message;
    found.items = arena_alloc(arena, most_items(event), sizeof *found.items);
    if (!found.items)
        return fault_set(fault, STATUS_LIMIT, "", "events do not fit in memory");
    find_items(event, &found);
    out->object = text_of(event->object_id);
    out->whole = found.count == 0;
    out->items = found.items;
    out->item_count = found.count;
    if (event->plan)
        event->plan->n_items = 0; /* those of plans in between, which are not told, would lack */
    return json_of_message(message, arena, &out->json, fault);
}
