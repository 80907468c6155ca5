#include "services/inventory/location_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"
#include "services/inventory/inventory_store.h"

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

static struct text given(const char *text)
{
    return text_of(text ? text : "");
}

enum status decode_locations(struct text body, struct arena *arena,
                             struct location_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__set_locations_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetLocationsRequest *asked = (const void *)message;
    struct location_row *rows = arena_alloc(arena, asked->n_locations + 1, sizeof *rows);
    if (!rows)
        return full(fault);
    for (size_t i = 0; i < asked->n_locations; i++) {
        const Millrace__Location *location = asked->locations[i];
        rows[i] = (struct location_row){given(location->location), given(location->name),
                                        given(location->work_center),
                                        !location->has_active || location->active};
    }
    *command = (struct location_command){rows, asked->n_locations};
    return STATUS_OK;
}

enum status encode_locations_set(const struct location_command *command, const struct book *book,
                                 struct text *reply, struct fault *fault)
{
    Millrace__SetLocationsReply message = MILLRACE__SET_LOCATIONS_REPLY__INIT;
    message.has_locations = true;
    message.locations = (uint32_t)command->count;
    return wire_pack(&message.base, book->arena, reply, fault);
}

enum status decode_list_locations(struct rpc_request *request, struct location_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_locations_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListLocationsRequest *asked = (const void *)message;
    query->plant = text_of(request->plant);
    query->after = given(asked->after);
    return page_limit(asked->has_limit, asked->limit, INVENTORY_PAGE_MAX, &query->limit,
                      &request->fault);
}

enum status encode_list_locations(struct rpc_request *request, const struct sql_rows *rows,
                                  bool more)
{
    Millrace__ListLocationsReply reply = MILLRACE__LIST_LOCATIONS_REPLY__INIT;
    struct arena *arena = request->arena;
    Millrace__Location *out = arena_alloc(arena, rows->count + 1, sizeof *out);
    reply.locations = arena_alloc(arena, rows->count + 1, sizeof *reply.locations);
    bool ok = out && reply.locations;
    for (size_t i = 0; i < rows->count && ok; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        millrace__location__init(&out[i]);
        out[i].location = page_text(v[0].as.text, arena, &ok);
        out[i].name = page_text(v[1].as.text, arena, &ok);
        out[i].work_center = page_text(v[2].as.text, arena, &ok);
        out[i].has_active = true;
        out[i].active = v[3].as.boolean;
        reply.locations[i] = &out[i];
    }
    reply.n_locations = rows->count;
    if (ok && more)
        reply.next = out[rows->count - 1].location;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}
