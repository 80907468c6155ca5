#include "services/relay/relay_codec.h"

#include "common/wire/wire.h"
#include "proto/relay.pb-c.h"

const void *const relay_descriptor = &millrace__relay__descriptor;

/* The list leaves room for the envelope of the reply: an event that would pass it opens the next
 * page. */
#define PAGE_BYTES (WIRE_REPLY_MAX - 4 * KIB)

enum status decode_list_events(struct rpc_request *request, int64_t *after_seq, size_t *limit)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_events_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListEventsRequest *asked = (const Millrace__ListEventsRequest *)message;

    if (asked->after_seq > INT64_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "after_seq", "after_seq is out of range");
    if (asked->has_limit && (asked->limit < 1 || asked->limit > RELAY_EVENTS_MAX))
        return fault_set(&request->fault, STATUS_INVALID, "limit", "limit %u is outside 1..%d",
                         asked->limit, RELAY_EVENTS_MAX);
    *after_seq = (int64_t)asked->after_seq;
    *limit = asked->has_limit ? asked->limit : RELAY_EVENTS_MAX;
    return STATUS_OK;
}

/* As many as fit into one reply. */
static size_t events_that_fit(const struct relay_event *events, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bytes += events[i].body.length + 8;
        if (bytes > PAGE_BYTES)
            return i;
    }
    return count;
}

enum status encode_list_events(struct rpc_request *request, const struct relay_event *events,
                               size_t count)
{
    Millrace__ListEventsReply reply;
    millrace__list_events_reply__init(&reply);
    count = events_that_fit(events, count);
    reply.events = arena_alloc(request->arena, count + 1, sizeof(Millrace__Event *));
    if (!reply.events)
        return fault_set(&request->fault, STATUS_LIMIT, "limit", "events do not fit in memory");

    for (size_t i = 0; i < count; i++) {
        const ProtobufCMessage *event;
        struct fault unread = {0};
        enum status status = wire_unpack(&millrace__event__descriptor, events[i].body,
                                         request->arena, &event, &unread);
        if (status == STATUS_INVALID)
            continue; /* of a kind that a later release has: passed over */
        if (status != STATUS_OK)
            return fault_set(&request->fault, status, unread.field, "%s", unread.message);
        Millrace__Event **place = reply.events + reply.n_events++;
        *place = arena_alloc(request->arena, 1, sizeof **place);
        if (!*place)
            return fault_set(&request->fault, STATUS_LIMIT, "limit", "events do not fit in memory");
        **place = *(const Millrace__Event *)event;
    }
    reply.has_last_seq = count > 0;
    reply.last_seq = count > 0 ? (uint64_t)events[count - 1].event_seq : 0;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

enum status encode_relay_state(struct rpc_request *request, const struct relay_state *state)
{
    Millrace__GetRelayStateReply reply;
    millrace__get_relay_state_reply__init(&reply);
    reply.has_published_seq = true;
    reply.published_seq = (uint64_t)state->published_seq;
    reply.has_committed_seq = true;
    reply.committed_seq = (uint64_t)state->committed_seq;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
