#include "common/wire/role.h"
#include "services/gateway/gateway_asset.h"
#include "services/gateway/gateway_call.h"
#include "services/gateway/gateway_docs.h"
#include "services/gateway/gateway_node.h"
#include "services/gateway/gateway_openapi.h"
#include "services/gateway/gateway_page.h"
#include "services/gateway/gateway_stream.h"

#include <string.h>

/* Who answers which path.  What is not under /v1/ is read by GET and needs no login, but metrics.
 */

static void fail(struct exchange *exchange, enum status status, const char *message)
{
    (void)fault_set(&exchange->fault, status, "", "%s", message);
    exchange_fail(exchange);
}

static void get_healthz(struct exchange *exchange)
{
    struct reply reply = {.code = 200,
                          .type = "application/json",
                          .body = text_of("{\"service\":\"gateway\",\"healthy\":true}")};
    exchange_reply(exchange, &reply);
}

static void get_readyz(struct exchange *exchange)
{
    node_sweep(exchange, node_reply_ready);
}

static void get_metrics(struct exchange *exchange)
{
    node_metrics(exchange, "gateway");
}

static void get_page(struct exchange *exchange)
{
    node_sweep(exchange, page_reply);
}

static void get_openapi(struct exchange *exchange)
{
    struct reply reply = {
        .code = 200, .type = "application/json", .body = openapi_text(exchange->gateway->openapi)};
    exchange_reply(exchange, &reply);
}

static const struct {
    const char *path;
    void (*get)(struct exchange *exchange);
} routes[] = {
    {"/status", get_page},     {"/healthz", get_healthz},      {"/readyz", get_readyz},
    {"/metrics", get_metrics}, {"/openapi.json", get_openapi}, {"/docs", docs_reply},
};

static const struct {
    const char *name;
    void (*get)(struct exchange *exchange, const char *process);
} node_routes[] = {
    {"healthz", node_healthz},
    {"readyz", node_readyz},
    {"metrics", node_metrics},
};

/* If the path begins with `prefix`, cut what follows at its last slash. */
static bool split(struct text path, const char *prefix, struct text *first, struct text *second)
{
    size_t length = strlen(prefix);
    if (path.length <= length || memcmp(path.bytes, prefix, length) != 0)
        return false;
    *first = (struct text){path.bytes + length, path.length - length};
    const char *slash = memchr(first->bytes, '/', first->length);
    if (!slash)
        return false;
    size_t before = (size_t)(slash - first->bytes);
    *second = (struct text){slash + 1, first->length - before - 1};
    first->length = before;
    return true;
}

static void route_node(struct exchange *exchange, struct text process, struct text what)
{
    const char *name = exchange_copy(exchange, process);
    for (size_t i = 0; node_known(exchange->gateway, name) && i < COUNT_OF(node_routes); i++) {
        if (text_is(what, node_routes[i].name)) {
            node_routes[i].get(exchange, name);
            return;
        }
    }
    fail(exchange, STATUS_NOT_FOUND, "this page does not exist");
}

static void route_get(struct exchange *exchange)
{
    struct text first;
    struct text second;
    const struct asset *asset = asset_find(exchange->head.path);
    if (asset) {
        asset_reply(exchange, asset);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(routes); i++) {
        if (text_is(exchange->head.path, routes[i].path)) {
            routes[i].get(exchange);
            return;
        }
    }
    if (text_is(exchange->head.path, "/"))
        get_page(exchange); /* built without pages */
    else if (split(exchange->head.path, "/services/", &first, &second))
        route_node(exchange, first, second);
    else
        fail(exchange, STATUS_NOT_FOUND, "this page does not exist");
}

/* The client's own id for this request, when it sends one. */
static void take_trace(struct exchange *exchange)
{
    struct text value = http_header(&exchange->head, "x-request-id");
    if (uuid_parse(value.bytes, value.length, &exchange->trace))
        uuid_format(exchange->trace, exchange->trace_text);
}

void route_exchange(struct exchange *exchange)
{
    struct text plant;
    struct text method;
    take_trace(exchange);
    if (split(exchange->head.path, "/v1/", &plant, &method)) {
        if (text_is(method, "events") && exchange->head.method == HTTP_GET)
            stream_exchange(exchange, plant);
        else
            call_exchange(exchange, plant, method);
    } else if (exchange->head.method == HTTP_GET || exchange->head.method == HTTP_HEAD)
        route_get(exchange);
    else
        fail(exchange, STATUS_NOT_FOUND, "this page does not exist or is read by GET");
}
