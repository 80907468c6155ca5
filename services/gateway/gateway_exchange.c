#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/wire/json.h"
#include "services/gateway/gateway_conn.h"
#include "services/gateway/gateway_guess.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define STRICT_POLICY "default-src 'none'; frame-ancestors 'none'"

struct arena *server_arena_take(struct gateway *gateway)
{
    if (gateway->arena_count > 0)
        return gateway->arenas[--gateway->arena_count];
    return arena_new(SERVER_ARENA_BYTES);
}

void server_arena_give(struct gateway *gateway, struct arena *arena)
{
    arena_reset(arena);
    if (gateway->arena_count < SERVER_ARENAS_KEPT)
        gateway->arenas[gateway->arena_count++] = arena;
    else
        arena_free(&arena);
}

char *exchange_copy(struct exchange *exchange, struct text text)
{
    static char empty[1] = "";
    char *copy = text_copy(text, exchange->arena);
    return copy ? copy : empty;
}

static const char *reason_of(int code)
{
    static const struct {
        int code;
        const char *reason;
    } reasons[] = {{200, "OK"},
                   {303, "See Other"},
                   {304, "Not Modified"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {408, "Request Timeout"},
                   {409, "Conflict"},
                   {412, "Precondition Failed"},
                   {413, "Content Too Large"},
                   {415, "Unsupported Media Type"},
                   {422, "Unprocessable Content"},
                   {429, "Too Many Requests"},
                   {500, "Internal Server Error"},
                   {503, "Service Unavailable"},
                   {504, "Gateway Timeout"}};

    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        if (reasons[i].code == code)
            return reasons[i].reason;
    }
    return "Other";
}

/* Header lines by hand: each ends its line itself and none is longer than the room for all. */
struct head {
    char *bytes;
    size_t length;
};

static void put(struct head *head, const char *format, ...) PRINTF_LIKE(2, 3);

static void put(struct head *head, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wrote =
        vsnprintf(head->bytes + head->length, SERVER_HEADER_BYTES - head->length, format, args);
    va_end(args);
    ASSERT(wrote >= 0 && (size_t)wrote < SERVER_HEADER_BYTES - head->length);
    head->length += (size_t)wrote;
}

static const char *const keep_words[] = {[REPLY_NEVER] = "no-store",
                                         [REPLY_CHECKED] = "no-cache",
                                         [REPLY_FOREVER] = "public, max-age=31536000, immutable"};

static void put_content(struct head *head, const struct reply *reply)
{
    put(head, "Content-Type: %s\r\nCache-Control: %s\r\n", reply->type, keep_words[reply->keep]);
    if (strstr(reply->type, "json")) /* an answer that a browser is led to is a file, not a page */
        put(head, "Content-Disposition: attachment; filename=\"api.json\"\r\n");
    if (reply->code != 304) /* which would speak of the file that is not sent */
        put(head, "Content-Length: %zu\r\n", reply->body.length);
    if (reply->etag)
        put(head, "ETag: %s\r\n", reply->etag);
    if (reply->packed)
        put(head, "Content-Encoding: gzip\r\n");
}

static void put_safety(struct head *head, const struct reply *reply)
{
    put(head,
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: no-referrer\r\n"
        "Strict-Transport-Security: max-age=31536000\r\n"
        "Content-Security-Policy: %s\r\n",
        reply->policy ? reply->policy : STRICT_POLICY);
}

static size_t write_head(const struct exchange *exchange, const struct reply *reply, bool close,
                         char bytes[SERVER_HEADER_BYTES])
{
    struct head head = {.bytes = bytes};
    put(&head, "HTTP/1.1 %d %s\r\nX-Request-Id: %s\r\n", reply->code, reason_of(reply->code),
        exchange->trace_text);
    put_content(&head, reply);
    put_safety(&head, reply);
    if (reply->code == 503)
        put(&head, "Retry-After: 1\r\n");
    if (reply->repeated)
        put(&head, "Idempotent-Replayed: true\r\n");
    if (reply->cookie)
        put(&head, "Set-Cookie: %s\r\n", reply->cookie);
    if (close)
        put(&head, "Connection: close\r\n");
    put(&head, "\r\n");
    return head.length;
}

/* One line a request, whatever its end. */
static void log_exchange(const struct exchange *exchange, int code, int64_t elapsed_us)
{
    char target[160];
    snprintf(target, sizeof target, "%.*s", (int)exchange->head.path.length,
             exchange->head.path.length > 0 ? exchange->head.path.bytes : "");
    struct log_context context = {.trace = exchange->trace,
                                  .plant = exchange->plant,
                                  .principal = exchange->principal.name,
                                  .address = exchange->address.text,
                                  .device = exchange->principal.device,
                                  .method = exchange->method[0] ? exchange->method : target};
    struct gateway *gateway = exchange->gateway;
    char label[8];
    snprintf(label, sizeof label, "%d", code);
    metric_add(metric_labelled(gateway->requests, "code", label), 1);
    metric_observe_us(gateway->durations, elapsed_us);
    log_about(&context);
    log_request(exchange->fault.status, &exchange->fault, elapsed_us);
    log_about(NULL);
}

void exchange_release(struct exchange *exchange)
{
    struct gateway *gateway = exchange->gateway;
    gateway->exchange_count--;
    gateway->bodies_bytes -= exchange->reserved;
    server_arena_give(gateway, exchange->arena);
}

void exchange_reply(struct exchange *exchange, const struct reply *reply)
{
    struct gateway *gateway = exchange->gateway;
    char head[SERVER_HEADER_BYTES];
    ASSERT(!exchange->replied);
    exchange->replied = true;
    log_exchange(exchange, reply->code, clock_monotonic_us() - exchange->started_us);
    if (exchange->conn) {
        bool close = exchange->head.close || gateway->draining;
        size_t length = write_head(exchange, reply, close, head);
        struct text body = exchange->head.method == HTTP_HEAD ? text_of("") : reply->body;
        conn_answer(exchange->conn, head, length, body, close);
    }
    exchange_release(exchange);
}

void exchange_become_stream(struct exchange *exchange, struct stream *stream, struct text head)
{
    ASSERT(!exchange->replied && exchange->conn);
    exchange->replied = true;
    log_exchange(exchange, 200, clock_monotonic_us() - exchange->started_us);
    conn_stream(exchange->conn, stream, head);
    exchange_release(exchange);
}

void exchange_fail(struct exchange *exchange)
{
    struct reply reply = {.code = status_http(exchange->fault.status),
                          .type = "application/problem+json"};
    ASSERT(exchange->fault.status != STATUS_OK);
    if (exchange->signed_in && exchange->fault.status == STATUS_FORBIDDEN)
        guess_was_refused(exchange);
    if (json_of_fault(&exchange->fault, exchange->trace_text, exchange->arena, &reply.body) !=
        STATUS_OK)
        reply.body = text_of(
            "{\"type\":\"/docs#LIMIT\",\"error\":{\"code\":\"LIMIT\",\"field\":\"\",\"message\":\"limit "
            "exceeded\",\"retryable\":false,\"trace\":\"\"}}");
    exchange_reply(exchange, &reply);
}
