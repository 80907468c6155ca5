#include "common/io/conf.h"
#include "common/io/rpc_client.h"
#include "common/wire/catalog.h"
#include "common/wire/json.h"
#include "common/wire/role.h"
#include "proto/envelope.pb-c.h"
#include "proto/gateway.pb-c.h"
#include "services/gateway/gateway_auth.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_node.h"

#include <stdio.h>
#include <string.h>

struct sweep_under_way {
    struct node_sweep result;
    struct exchange *exchange;
    node_swept_fn *swept;
    size_t pending;
};

/* One question to one service. */
struct question {
    struct exchange *exchange;
    struct sweep_under_way *sweep; /* NULL when the answer goes to the client as it is */
    size_t place;
    bool want_ready;
};

struct node_health node_own(const struct gateway *gateway)
{
    const char *waiting_for = gateway->draining ? "shutdown" : auth_waiting_for(gateway->auth);
    return (struct node_health){.process = "gateway",
                                .healthy = true,
                                .ready = waiting_for == NULL,
                                .waiting_for = waiting_for ? waiting_for : "",
                                .version = MILLRACE_VERSION,
                                .started_at_us = gateway->started_us};
}

/* Instance 1 of a service is the service itself; only the planner's plants are spread over several.
 */
static unsigned instances_of(const struct gateway *gateway, const char *process)
{
    bool spread = strcmp(process, NODE_SPREAD) == 0;
    return spread ? (unsigned)conf_int(gateway->conf, "mrp.instances") : 1;
}

bool node_known(const struct gateway *gateway, const char *process)
{
    char name[TEXT_CODE_MAX];
    const struct catalog_service *service;
    for (size_t i = 0; process[0] != '\0' && (service = catalog_service(i)) != NULL; i++) {
        if (strcmp(service->process, process) == 0)
            return true;
    }
    for (unsigned n = 2; n <= instances_of(gateway, NODE_SPREAD); n++) {
        snprintf(name, sizeof name, "%s-%u", NODE_SPREAD, n);
        if (strcmp(name, process) == 0)
            return true;
    }
    return false;
}

static void ask(struct question *question, const char *process, const char *method,
                rpc_answer_fn *done)
{
    struct rpc_call call = {.process = process,
                            .method = method,
                            .plant = "",
                            .trace = question->exchange->trace,
                            .timeout_ms = NODE_TIMEOUT_MS};
    rpc_client_call(question->exchange->gateway->rpc, &call, done, question);
}

/* What a service said, or that it said nothing. */
static struct node_health health_of(struct exchange *exchange, const char *process,
                                    const struct rpc_answer *answer)
{
    struct node_health health = {.process = process, .waiting_for = "answer", .version = ""};
    const ProtobufCMessage *message;
    struct fault fault = {0};
    if (answer->fault->status != STATUS_OK ||
        wire_unpack(&millrace__get_health_reply__descriptor, answer->body, exchange->arena,
                    &message, &fault) != STATUS_OK)
        return health;
    const Millrace__GetHealthReply *reply = (const void *)message;
    health.healthy = reply->has_healthy && reply->healthy;
    health.ready = reply->has_ready && reply->ready;
    health.waiting_for = reply->waiting_for ? reply->waiting_for : "";
    health.version = reply->version ? reply->version : "";
    health.started_at_us = reply->started_at_us;
    return health;
}

static void finish_sweep(struct sweep_under_way *sweep)
{
    sweep->result.all_ready = true;
    for (size_t i = 0; i < sweep->result.count; i++)
        sweep->result.all_ready = sweep->result.all_ready && sweep->result.nodes[i].ready;
    sweep->swept(sweep->exchange, &sweep->result);
}

static void on_swept(void *context, const struct rpc_answer *answer)
{
    const struct question *question = context;
    struct sweep_under_way *sweep = question->sweep;
    struct node_health *node = &sweep->result.nodes[question->place];
    *node = health_of(question->exchange, node->process, answer);
    if (--sweep->pending == 0)
        finish_sweep(sweep);
}

static enum status out_of_memory(struct exchange *exchange)
{
    (void)fault_set(&exchange->fault, STATUS_LIMIT, "", "out of memory");
    exchange_fail(exchange);
    return STATUS_LIMIT;
}

static const char *name_of(struct exchange *exchange, const char *process, unsigned instance)
{
    char name[TEXT_CODE_MAX];
    snprintf(name, sizeof name, "%s-%u", process, instance);
    return instance == 1 ? process : exchange_copy(exchange, text_of(name));
}

void node_sweep(struct exchange *exchange, node_swept_fn *swept)
{
    struct sweep_under_way *sweep = arena_alloc(exchange->arena, 1, sizeof *sweep);
    struct question *questions = arena_alloc(exchange->arena, NODE_COUNT_MAX, sizeof *questions);
    if (!sweep || !questions) {
        out_of_memory(exchange);
        return;
    }
    sweep->exchange = exchange;
    sweep->swept = swept;
    struct node_sweep *result = &sweep->result;
    result->nodes[result->count++] = node_own(exchange->gateway);
    const struct catalog_service *service;
    for (size_t i = 0; (service = catalog_service(i)) != NULL; i++) {
        if (service->process[0] == '\0' || strcmp(service->process, "gateway") == 0)
            continue;
        for (unsigned n = 1; n <= instances_of(exchange->gateway, service->process); n++) {
            ASSERT(result->count < NODE_COUNT_MAX);
            questions[result->count] =
                (struct question){.exchange = exchange, .sweep = sweep, .place = result->count};
            result->nodes[result->count++].process = name_of(exchange, service->process, n);
        }
    }
    sweep->pending = result->count - 1; /* answers come from the loop, never from within */
    for (size_t i = 1; i < result->count; i++)
        ask(&questions[i], result->nodes[i].process, "Node.GetHealth", on_swept);
}

static void to_proto(const struct node_health *node, Millrace__ServiceHealth *out,
                     struct exchange *exchange)
{
    millrace__service_health__init(out);
    out->service = exchange_copy(exchange, text_of(node->process));
    out->has_healthy = out->has_ready = 1;
    out->healthy = node->healthy;
    out->ready = node->ready;
    if (!node->ready)
        out->waiting_for = exchange_copy(exchange, text_of(node->waiting_for));
    if (node->version[0] != '\0')
        out->version = exchange_copy(exchange, text_of(node->version));
    out->has_started_at_us = node->started_at_us != 0;
    out->started_at_us = node->started_at_us;
}

static void reply_with(struct exchange *exchange, const struct node_health *nodes, size_t count,
                       bool unready)
{
    struct reply reply = {.code = unready ? status_http(STATUS_UNAVAILABLE) : 200,
                          .type = "application/json"};
    Millrace__ServiceHealth rows[NODE_COUNT_MAX];
    Millrace__ServiceHealth *pointers[NODE_COUNT_MAX];
    Millrace__ListServicesReply message;
    millrace__list_services_reply__init(&message);
    for (size_t i = 0; i < count; i++) {
        to_proto(&nodes[i], &rows[i], exchange);
        pointers[i] = &rows[i];
    }
    message.n_services = count;
    message.services = pointers;
    const ProtobufCMessage *whole = count == 1 ? &rows[0].base : &message.base;
    if (json_of_message(whole, exchange->arena, &reply.body, &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        exchange_reply(exchange, &reply);
}

void node_reply(struct exchange *exchange, const struct node_sweep *sweep)
{
    reply_with(exchange, sweep->nodes, sweep->count, false);
}

void node_reply_ready(struct exchange *exchange, const struct node_sweep *sweep)
{
    reply_with(exchange, sweep->nodes, sweep->count, !sweep->all_ready);
}

static void reply_health(struct exchange *exchange, const struct node_health *node, bool want_ready)
{
    reply_with(exchange, node, 1, want_ready ? !node->ready : !node->healthy);
}

static void on_health(void *context, const struct rpc_answer *answer)
{
    const struct question *question = context;
    struct exchange *exchange = question->exchange;
    struct node_health node = health_of(exchange, exchange->method, answer);
    reply_health(exchange, &node, question->want_ready);
}

static void on_metrics(void *context, const struct rpc_answer *answer)
{
    const struct question *question = context;
    struct exchange *exchange = question->exchange;
    struct reply reply = {.code = 200, .type = "text/plain; version=0.0.4; charset=utf-8"};
    const ProtobufCMessage *message;
    exchange->fault = *answer->fault;
    if (exchange->fault.status == STATUS_OK &&
        wire_unpack(&millrace__get_metrics_reply__descriptor, answer->body, exchange->arena,
                    &message, &exchange->fault) == STATUS_OK)
        reply.body = text_of(((const Millrace__GetMetricsReply *)(const void *)message)->text);
    if (exchange->fault.status != STATUS_OK)
        exchange_fail(exchange);
    else
        exchange_reply(exchange, &reply);
}

static void ask_one(struct exchange *exchange, const char *process, const char *method,
                    bool want_ready)
{
    struct question *question = arena_alloc(exchange->arena, 1, sizeof *question);
    if (!question) {
        out_of_memory(exchange);
        return;
    }
    exchange->method = exchange_copy(exchange, text_of(process)); /* for the log, and on_health */
    *question = (struct question){.exchange = exchange, .want_ready = want_ready};
    ask(question, exchange->method, method,
        strcmp(method, "Node.GetMetrics") == 0 ? on_metrics : on_health);
}

static void health(struct exchange *exchange, const char *process, bool want_ready)
{
    if (strcmp(process, "gateway") != 0) {
        ask_one(exchange, process, "Node.GetHealth", want_ready);
        return;
    }
    struct node_health own = node_own(exchange->gateway);
    reply_health(exchange, &own, want_ready);
}

void node_healthz(struct exchange *exchange, const char *process)
{
    health(exchange, process, false);
}

void node_readyz(struct exchange *exchange, const char *process)
{
    health(exchange, process, true);
}

/* They name plants and say what is done how often: for whoever looks after the whole of it. */
static enum status permit_metrics(const struct caller *caller, struct fault *fault)
{
    if (fault->status != STATUS_OK)
        return fault->status;
    if (!caller)
        return fault_set(fault, STATUS_UNAUTHENTICATED, "", "metrics need a token or a login");
    if ((caller_roles(caller, "") & (ROLE_AUDITOR | ROLE_ADMINISTRATOR)) == 0)
        return fault_set(fault, STATUS_FORBIDDEN, "",
                         "metrics need the role auditor or administrator at every plant");
    return STATUS_OK;
}

static void on_metrics_caller(struct exchange *exchange, const struct caller *caller)
{
    struct reply reply = {.code = 200, .type = "text/plain; version=0.0.4; charset=utf-8"};
    if (permit_metrics(caller, &exchange->fault) != STATUS_OK) {
        exchange_fail(exchange);
        return;
    }
    if (strcmp(exchange->method, "gateway") != 0) {
        ask_one(exchange, exchange->method, "Node.GetMetrics", false);
        return;
    }
    const char *text = metric_text(exchange->arena);
    reply.body = text_of(text);
    if (text)
        exchange_reply(exchange, &reply);
    else
        out_of_memory(exchange);
}

void node_metrics(struct exchange *exchange, const char *process)
{
    exchange->method = exchange_copy(exchange, text_of(process));
    caller_identify(exchange, on_metrics_caller);
}
