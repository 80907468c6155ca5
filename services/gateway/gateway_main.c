#include "common/io/clock.h"
#include "common/io/conf.h"
#include "common/io/log.h"
#include "common/io/rpc_client.h"
#include "common/io/rpc_wire.h"
#include "services/gateway/gateway_auth.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_command.h"
#include "services/gateway/gateway_conn.h"
#include "services/gateway/gateway_node.h"
#include "services/gateway/gateway_openapi.h"
#include "services/gateway/gateway_stream.h"
#include "services/gateway/gateway_tls.h"

#include <event2/event.h>

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define DRAIN_LOOK_MS 20

static void read_limits(struct gateway *gateway)
{
    const struct conf *conf = gateway->conf;
    size_t body = (size_t)conf_int(conf, "body_bytes");
    gateway->limits = (struct limits){
        .header_bytes = (size_t)conf_int(conf, "header_bytes"),
        .body_bytes = body < SERVER_BODY_MAX ? body : SERVER_BODY_MAX,
        .header_timeout_s = conf_int(conf, "header_timeout_s"),
        .body_timeout_s = conf_int(conf, "body_timeout_s"),
        .connections = conf_int(conf, "connections"),
        .proxy = conf_text(conf, "proxy"),
        .connections_per_address = conf_int(conf, "connections_per_address"),
        .bodies_bytes = (size_t)conf_int(conf, "bodies_bytes"),
        .certified = conf_text(conf, "tls.client_ca")[0] != '\0',
        .call_timeout_ms = (uint32_t)conf_int(conf, "rpc.timeout_ms"),
    };
}

static void make_metrics(struct gateway *gateway)
{
    gateway->requests = metric_counter("millrace_gateway_requests_total", "Answers by HTTP code");
    gateway->durations =
        metric_histogram("millrace_gateway_request_seconds", "Time to answer a request");
    gateway->connections = metric_gauge("millrace_gateway_connections", "Open client connections");
    gateway->refused = metric_counter("millrace_gateway_refused_total",
                                      "Connections over the limit and requests not framed well");
}

/* Runs until nothing is under way or time is up. */
static void on_drain(evutil_socket_t fd, short events, void *context)
{
    (void)fd, (void)events;
    struct gateway *gateway = context;
    static const struct timeval look = {.tv_usec = (suseconds_t)DRAIN_LOOK_MS * 1000};
    static int looks;
    if (conn_drained(gateway) || ++looks > SERVER_DRAIN_S * 1000 / DRAIN_LOOK_MS)
        event_base_loopbreak(gateway->base);
    else
        event_add(gateway->drain_timer, &look);
}

static void on_signal(evutil_socket_t number, short events, void *context)
{
    (void)events;
    struct gateway *gateway = context;
    if (gateway->draining)
        return;
    log_write(LOG_INFO, "signal %d: finishing %zu requests", (int)number, gateway->exchange_count);
    conn_drain(gateway);
    event_active(gateway->drain_timer, EV_TIMEOUT, 1);
}

static void on_hangup(evutil_socket_t number, short events, void *context)
{
    (void)number, (void)events;
    struct fault fault = {0};
    if (tls_open(context, &fault) == STATUS_OK) {
        conn_close_certified(context);
        log_write(LOG_INFO, "the certificates were read again");
    } else {
        log_fault(LOG_ERROR, &fault, "read the certificates again");
    }
}

static enum status watch_signals(struct gateway *gateway, struct fault *fault)
{
    static const int numbers[COUNT_OF(gateway->signals)] = {SIGTERM, SIGINT, SIGHUP};
    signal(SIGPIPE, SIG_IGN);
    gateway->drain_timer = evtimer_new(gateway->base, on_drain, gateway);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        gateway->signals[i] = evsignal_new(gateway->base, numbers[i],
                                           numbers[i] == SIGHUP ? on_hangup : on_signal, gateway);
        if (!gateway->drain_timer || !gateway->signals[i] ||
            event_add(gateway->signals[i], NULL) != 0)
            return fault_set(fault, STATUS_INTERNAL, "", "could not watch signals");
    }
    return STATUS_OK;
}

static enum status open_gateway(struct gateway *gateway, struct fault *fault)
{
    gateway->base = event_base_new();
    if (!gateway->base)
        return fault_set(fault, STATUS_INTERNAL, "", "could not make an event loop");
    struct rpc_wire wire = rpc_wire_of(gateway->conf);
    enum status status = openapi_new(&gateway->openapi, fault);
    if (status == STATUS_OK)
        status = watch_signals(gateway, fault);
    if (status == STATUS_OK)
        status = tickets_open(gateway, fault);
    if (status == STATUS_OK)
        status = callers_open(gateway, fault);
    if (status == STATUS_OK)
        status = rpc_client_open(gateway->base, &wire, &gateway->rpc, fault);
    if (status == STATUS_OK)
        rpc_client_spread(gateway->rpc, NODE_SPREAD,
                          (unsigned)conf_int(gateway->conf, "mrp.instances"));
    if (status == STATUS_OK)
        status = streams_open(gateway, fault);
    if (status == STATUS_OK)
        status = conn_listen(gateway, fault);
    return status == STATUS_OK ? auth_open(gateway, fault) : status;
}

static void close_gateway(struct gateway *gateway)
{
    auth_close(&gateway->auth);
    rpc_client_close(&gateway->rpc);
    conn_close_all(gateway);
    streams_close(gateway);
    callers_close(&gateway->callers);
    tickets_close(&gateway->tickets);
    ticket_signer_free(&gateway->signer);
    openapi_free(&gateway->openapi);
    for (size_t i = 0; i < COUNT_OF(gateway->signals); i++) {
        if (gateway->signals[i])
            event_free(gateway->signals[i]);
    }
    if (gateway->drain_timer)
        event_free(gateway->drain_timer);
    if (gateway->base)
        event_base_free(gateway->base);
    while (gateway->arena_count > 0)
        arena_free(&gateway->arenas[--gateway->arena_count]);
}

static int serve(const struct conf *conf)
{
    struct gateway gateway = {.conf = conf, .started_us = clock_unix_us()};
    struct fault fault = {0};
    read_limits(&gateway);
    make_metrics(&gateway);
    enum status status = open_gateway(&gateway, &fault);
    if (status == STATUS_OK) {
        log_write(LOG_INFO, "listening at port %d", (int)conf_int(conf, "port"));
        event_base_dispatch(gateway.base);
        log_write(LOG_INFO, "stopped");
    } else {
        log_fault(LOG_ERROR, &fault, "start");
    }
    close_gateway(&gateway);
    return status == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct conf *conf = NULL;
    struct fault fault = {0};
    enum log_level level = LOG_INFO;
    log_open("gateway", level);
    if (sodium_init() < 0) {
        log_write(LOG_ERROR, "could not start libsodium");
        return EXIT_FAILURE;
    }
    if (conf_load("gateway", &argc, argv, &conf, &fault) != STATUS_OK) {
        log_fault(LOG_ERROR, &fault, "read the settings");
        return 2;
    }
    if (log_level_parse(conf_text(conf, "log.level"), &level))
        log_open("gateway", level);
    int code = command_run(conf, argc, argv);
    if (code < 0)
        code = serve(conf);
    conf_free(&conf);
    return code;
}
