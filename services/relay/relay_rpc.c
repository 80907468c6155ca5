/* The relay: carries committed events from the log to the feed, and shows the log. */

#include "common/io/rpc.h"
#include "services/relay/relay_codec.h"
#include "services/relay/relay_publisher.h"
#include "services/relay/relay_store.h"

static enum status handle_list_events(struct rpc_request *request)
{
    int64_t after_seq;
    size_t limit;
    struct relay_event *events;
    size_t count;

    enum status status = decode_list_events(request, &after_seq, &limit);
    if (status == STATUS_OK)
        status = store_events_after(request->sql, text_of(request->plant), after_seq, limit,
                                    request->arena, &events, &count, &request->fault);
    return status == STATUS_OK ? encode_list_events(request, events, count) : status;
}

static enum status handle_get_relay_state(struct rpc_request *request)
{
    struct relay_state state;
    enum status status = store_relay_state(request->sql, text_of(request->plant), request->arena,
                                           &state, &request->fault);
    return status == STATUS_OK ? encode_relay_state(request, &state) : status;
}

static enum status relay_open(const struct conf *conf, void **service, struct fault *fault)
{
    struct publisher *publisher;
    enum status status = publisher_start(conf, &publisher, fault);
    if (status == STATUS_OK)
        *service = publisher;
    return status;
}

static const char *relay_ready(void *service)
{
    return publisher_waiting_for(service);
}

static void relay_close(void *service)
{
    struct publisher *publisher = service;
    publisher_stop(&publisher);
}

static const struct rpc_method methods[] = {
    {"ListEvents", handle_list_events},
    {"GetRelayState", handle_get_relay_state},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Relay",
        .process = "relay",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = relay_descriptor,
        .schema = &relay_schema,
        .open = relay_open,
        .ready = relay_ready,
        .close = relay_close,
    };
    return rpc_serve(&service, argc, argv);
}
