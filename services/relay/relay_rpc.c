/* The relay: carries committed events from the log to the feed, and shows the log. */

#include "common/io/rpc.h"
#include "services/relay/audit.h"
#include "services/relay/relay_codec.h"
#include "services/relay/relay_command.h"
#include "services/relay/relay_publisher.h"
#include "services/relay/relay_store.h"
#include "services/relay/sealer.h"
#include "services/relay/webhook.h"
#include "services/relay/webhook_send.h"

#include <stdlib.h>

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

static void relay_close(void *context)
{
    struct relay_service *service = context;
    if (!service)
        return;
    sealer_stop(&service->sealer);
    webhook_senders_stop(&service->senders);
    publisher_stop(&service->publisher);
    free(service);
}

static enum status relay_open(const struct conf *conf, void **out, struct fault *fault)
{
    struct relay_service *service = calloc(1, sizeof *service);
    if (!service)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    service->private_targets = conf_bool(conf, "private_targets");
    enum status status = publisher_start(conf, &service->publisher, fault);
    if (status == STATUS_OK)
        status = webhook_senders_start(conf, &service->senders, fault);
    if (status == STATUS_OK)
        status = sealer_start(conf, &service->sealer, fault);
    if (status == STATUS_OK)
        *out = service;
    else
        relay_close(service);
    return status;
}

static const char *relay_ready(void *service)
{
    return publisher_waiting_for(((struct relay_service *)service)->publisher);
}

static const struct rpc_method methods[] = {
    {"ListEvents", handle_list_events},
    {"GetRelayState", handle_get_relay_state},
    {"CreateWebhook", handle_create_webhook},
    {"SetWebhook", handle_set_webhook},
    {"DeleteWebhook", handle_delete_webhook},
    {"RedeliverWebhook", handle_redeliver_webhook},
    {"ListWebhooks", handle_list_webhooks},
    {"ListDeadDeliveries", handle_list_dead},
    {"ListActs", handle_list_acts},
    {"GetAuditHead", handle_get_audit_head},
    {"ListAuditFindings", handle_list_findings},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Relay",
        .process = "relay",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = relay_descriptor,
        .schema = &relay_all_schema,
        .open = relay_open,
        .ready = relay_ready,
        .close = relay_close,
    };
    int done = relay_command(argc, argv);
    return done >= 0 ? done : rpc_serve(&service, argc, argv);
}
