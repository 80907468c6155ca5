#include "services/gateway/gateway_conn.h"

#include "common/io/clock.h"
#include "common/io/conf.h"
#include "common/io/log.h"
#include "services/gateway/gateway_stream.h"
#include "services/gateway/gateway_tls.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BACKLOG    1024
#define OUTPUT_MAX (256 * KIB) /* unread answers, above which no further request is begun */

enum conn_state {
    CONN_HEAD,   /* waiting for a head or in the middle of one */
    CONN_BODY,   /* waiting for the body of conn->exchange */
    CONN_BUSY,   /* conn->exchange is being served */
    CONN_STREAM, /* conn->stream is told events */
    CONN_CLOSING /* the last answer is going out; input is thrown away */
};

struct conn {
    struct gateway *gateway;
    struct conn *next;
    struct conn *previous;
    struct bufferevent *bev;
    struct event *timer;
    struct exchange *exchange; /* in CONN_BODY and CONN_BUSY */
    struct stream *stream;     /* in CONN_STREAM */
    enum conn_state state;
    bool head_begun; /* the head's time is running */
    bool in_process; /* conn_process is on the stack */
    bool shut;       /* our side is closed */
    struct address address;
    char certificate[TEXT_CODE_MAX + 1]; /* common name of the client's, "" for none */
};

static void conn_process(struct conn *conn);

static void arm(struct conn *conn, int64_t seconds)
{
    struct timeval after = {.tv_sec = (time_t)seconds};
    event_add(conn->timer, &after);
}

/* An exchange under way goes on without its client. */
static void conn_free(struct conn *conn)
{
    struct gateway *gateway = conn->gateway;
    if (conn->stream)
        stream_gone(conn->stream);
    if (conn->exchange && conn->state == CONN_BUSY)
        conn->exchange->conn = NULL;
    else if (conn->exchange)
        exchange_release(conn->exchange);
    if (conn->previous)
        conn->previous->next = conn->next;
    else
        gateway->conns = conn->next;
    if (conn->next)
        conn->next->previous = conn->previous;
    gateway->conn_count--;
    metric_add(gateway->connections, -1);
    event_free(conn->timer);
    bufferevent_free(conn->bev);
    free(conn);
}

static size_t unsent(const struct conn *conn)
{
    return evbuffer_get_length(bufferevent_get_output(conn->bev));
}

static void linger(struct conn *conn)
{
    conn->state = CONN_CLOSING;
    arm(conn, SERVER_STUCK_S);
}

void conn_stream(struct conn *conn, struct stream *stream, struct text head)
{
    ASSERT(conn->state == CONN_BUSY);
    conn->exchange = NULL;
    conn->stream = stream;
    conn->state = CONN_STREAM;
    conn_push(conn, head);
}

void conn_push(struct conn *conn, struct text bytes)
{
    ASSERT(conn->state == CONN_STREAM);
    (void)bufferevent_write(conn->bev, bytes.bytes, bytes.length);
}

size_t conn_unsent(const struct conn *conn)
{
    return unsent(conn);
}

void conn_end(struct conn *conn)
{
    ASSERT(conn->state == CONN_STREAM);
    stream_gone(conn->stream);
    conn->stream = NULL;
    linger(conn);
    if (unsent(conn) == 0)
        arm(conn, 0);
}

void conn_answer(struct conn *conn, const char *head, size_t head_length, struct text body,
                 bool close)
{
    struct evbuffer *out = conn->gateway->out;
    ASSERT(conn->state != CONN_CLOSING);
    conn->exchange = NULL;
    conn->head_begun = false;
    if (close)
        linger(conn);
    else
        conn->state = CONN_HEAD;
    if (evbuffer_add(out, head, head_length) != 0 ||
        (body.length > 0 && evbuffer_add(out, body.bytes, body.length) != 0) ||
        bufferevent_write_buffer(conn->bev, out) != 0) {
        evbuffer_drain(out, evbuffer_get_length(out));
        linger(conn);
        return;
    }
    if (!close && !conn->in_process) {
        arm(conn, SERVER_IDLE_S);
        conn_process(conn);
    }
}

/* A request that cannot be framed: an answer without a request, then the end. */
static void refuse(struct conn *conn, const struct fault *fault)
{
    struct exchange *exchange = conn->exchange;
    conn->state = CONN_BUSY;
    exchange->head.close = true;
    exchange->fault = *fault;
    metric_add(conn->gateway->refused, 1);
    exchange_fail(exchange);
}

static bool exchange_new(struct conn *conn)
{
    struct gateway *gateway = conn->gateway;
    bool room = gateway->exchange_count < SERVER_EXCHANGES_MAX;
    struct arena *arena = room ? server_arena_take(gateway) : NULL;
    struct exchange *exchange = arena ? arena_alloc(arena, 1, sizeof *exchange) : NULL;
    if (!exchange) {
        if (arena)
            server_arena_give(gateway, arena);
        return false;
    }
    exchange->gateway = gateway;
    exchange->conn = conn;
    exchange->arena = arena;
    exchange->started_us = clock_monotonic_us();
    exchange->trace = clock_uuid();
    uuid_format(exchange->trace, exchange->trace_text);
    exchange->method = "";
    exchange->address = conn->address;
    snprintf(exchange->certificate, sizeof exchange->certificate, "%s", conn->certificate);
    gateway->exchange_count++;
    conn->exchange = exchange;
    return true;
}

/* Moves `length` bytes of input into the exchange's memory. */
static bool take_input(struct conn *conn, size_t length, struct text *out)
{
    struct evbuffer *input = bufferevent_get_input(conn->bev);
    char *bytes = arena_alloc(conn->exchange->arena, length + 1, 1);
    if (!bytes || evbuffer_remove(input, bytes, length) != (int)length)
        return false;
    *out = (struct text){bytes, length};
    return true;
}

/* What a head promises is counted before it comes: bodies of all connections have one limit. */
static enum status reserve_body(struct exchange *exchange, struct fault *fault)
{
    struct gateway *gateway = exchange->gateway;
    size_t length = exchange->head.content_length;
    if (length > gateway->limits.bodies_bytes - gateway->bodies_bytes)
        return fault_set(fault, STATUS_BUSY, "", "too many requests are on their way");
    exchange->reserved = length;
    gateway->bodies_bytes += length;
    return STATUS_OK;
}

static bool is_proxy(const struct gateway *gateway, const struct address *address)
{
    return strcmp(address->text, gateway->limits.proxy) == 0;
}

static enum status read_head(struct conn *conn, size_t length, struct fault *fault)
{
    struct exchange *exchange = conn->exchange;
    struct text bytes;
    if (!take_input(conn, length, &bytes))
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    enum status status = http_head_parse(bytes, &exchange->head, fault);
    if (status != STATUS_OK)
        return status;
    if (is_proxy(conn->gateway, &exchange->address))
        address_forwarded(&exchange->head, &exchange->address);
    size_t most = conn->gateway->limits.body_bytes;
    if (exchange->head.content_length > most)
        return fault_set(fault, STATUS_LIMIT, "", "the body is longer than %zu bytes", most);
    return reserve_body(exchange, fault);
}

static void begin_body(struct conn *conn)
{
    const struct http_head *head = &conn->exchange->head;
    size_t have = evbuffer_get_length(bufferevent_get_input(conn->bev));
    conn->state = CONN_BODY;
    bufferevent_setwatermark(conn->bev, EV_READ, 0,
                             head->content_length + conn->gateway->limits.header_bytes);
    arm(conn, conn->gateway->limits.body_timeout_s);
    if (head->expects_continue && have < head->content_length)
        bufferevent_write(conn->bev, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

/* Is there a whole head?  False: wait for more, or the connection is on its way out. */
static bool process_head(struct conn *conn)
{
    struct evbuffer *input = bufferevent_get_input(conn->bev);
    size_t most = conn->gateway->limits.header_bytes;
    size_t have = evbuffer_get_length(input);
    if (have == 0 || unsent(conn) > OUTPUT_MAX)
        return false;
    if (!conn->head_begun) {
        conn->head_begun = true;
        arm(conn, conn->gateway->limits.header_timeout_s);
    }
    struct text bytes = {.length = have < most ? have : most};
    bytes.bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)bytes.length);
    struct fault fault = {0};
    size_t length = 0;
    if (http_head_scan(bytes, &length, &fault) == STATUS_OK && length == 0 && have >= most)
        (void)fault_set(&fault, STATUS_LIMIT, "", "the header is longer than %zu bytes", most);
    if (fault.status == STATUS_OK && length == 0)
        return false;
    if (!exchange_new(conn)) {
        linger(conn);
        return false;
    }
    if (fault.status != STATUS_OK || read_head(conn, length, &fault) != STATUS_OK) {
        refuse(conn, &fault);
        return false;
    }
    begin_body(conn);
    return true;
}

static bool process_body(struct conn *conn)
{
    struct evbuffer *input = bufferevent_get_input(conn->bev);
    size_t length = conn->exchange->head.content_length;
    if (evbuffer_get_length(input) < length)
        return false;
    struct fault fault = {0};
    if (!take_input(conn, length, &conn->exchange->body)) {
        (void)fault_set(&fault, STATUS_LIMIT, "", "out of memory");
        refuse(conn, &fault);
        return false;
    }
    event_del(conn->timer);
    conn->state = CONN_BUSY;
    bufferevent_setwatermark(conn->bev, EV_READ, 0, conn->gateway->limits.header_bytes);
    route_exchange(conn->exchange);
    return true;
}

/* Everything that the input allows.  An answer given at once comes back here by the loop, not by
   the stack, however many requests a client sends ahead. */
static void conn_process(struct conn *conn)
{
    bool more = true;
    conn->in_process = true;
    while (more) {
        if (conn->state == CONN_HEAD)
            more = process_head(conn);
        else if (conn->state == CONN_BODY)
            more = process_body(conn);
        else
            more = false;
    }
    conn->in_process = false;
    if (conn->state == CONN_HEAD && !conn->head_begun)
        arm(conn, SERVER_IDLE_S);
}

static void on_read(struct bufferevent *bev, void *context)
{
    struct conn *conn = context;
    if (conn->state == CONN_CLOSING || conn->state == CONN_STREAM) {
        struct evbuffer *input = bufferevent_get_input(bev);
        evbuffer_drain(input, evbuffer_get_length(input));
        return;
    }
    if (!conn->in_process)
        conn_process(conn);
}

/* The last answer is out: say good-bye and give the client a moment to read it, as closing with
   unread input would destroy it on its way. */
static void on_written(struct bufferevent *bev, void *context)
{
    struct conn *conn = context;
    if (conn->state == CONN_HEAD && !conn->in_process)
        conn_process(conn); /* what waited for its answers to be read */
    if (conn->state == CONN_STREAM)
        stream_taken(conn->stream);
    if (conn->state != CONN_CLOSING || conn->shut || unsent(conn) > 0)
        return;
    conn->shut = true;
    SSL_shutdown(bufferevent_openssl_get_ssl(bev));
    shutdown(bufferevent_getfd(bev), SHUT_WR);
    arm(conn, SERVER_LINGER_S);
}

static void on_event(struct bufferevent *bev, short events, void *context)
{
    struct conn *conn = context;
    ERR_clear_error();
    if (events & BEV_EVENT_CONNECTED)
        tls_certificate(bufferevent_openssl_get_ssl(bev), conn->certificate,
                        sizeof conn->certificate);
    if (events & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
        conn_free(context);
}

/* Time is up: for the head or the body with an answer, else without. */
static void on_timer(evutil_socket_t fd, short events, void *context)
{
    (void)fd, (void)events;
    struct conn *conn = context;
    struct fault fault = {0};
    bool head = conn->state == CONN_HEAD && conn->head_begun;
    if (!head && conn->state != CONN_BODY) {
        conn_free(conn);
        return;
    }
    if (head && !exchange_new(conn)) {
        conn_free(conn);
        return;
    }
    (void)fault_set(&fault, STATUS_DEADLINE, "", "the %s did not come in time",
                    head ? "header" : "body");
    refuse(conn, &fault);
}

/* Is there room for one more, in all and from there? */
static bool has_room(const struct gateway *gateway, const struct address *address)
{
    int64_t same = 0;
    for (const struct conn *conn = gateway->conns; conn; conn = conn->next)
        same += conn->address.origin == address->origin;
    return (int64_t)gateway->conn_count < gateway->limits.connections &&
           (same < gateway->limits.connections_per_address || is_proxy(gateway, address));
}

static struct conn *conn_new(struct gateway *gateway, evutil_socket_t fd)
{
    struct conn *conn = calloc(1, sizeof *conn);
    SSL *ssl = SSL_new(gateway->tls);
    if (!conn || !ssl) {
        free(conn);
        SSL_free(ssl);
        return NULL;
    }
    conn->gateway = gateway;
    conn->bev = bufferevent_openssl_socket_new(gateway->base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING,
                                               BEV_OPT_CLOSE_ON_FREE);
    conn->timer = conn->bev ? evtimer_new(gateway->base, on_timer, conn) : NULL;
    if (!conn->timer) {
        if (conn->bev)
            bufferevent_free(conn->bev);
        free(conn);
        return NULL;
    }
    conn->next = gateway->conns;
    if (conn->next)
        conn->next->previous = conn;
    gateway->conns = conn;
    gateway->conn_count++;
    return conn;
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
                      int length, void *context)
{
    (void)listener, (void)length;
    struct gateway *gateway = context;
    struct address address;
    address_of(peer, &address);
    struct conn *conn = has_room(gateway, &address) ? conn_new(gateway, fd) : NULL;
    if (!conn) {
        metric_add(gateway->refused, 1);
        evutil_closesocket(fd);
        return;
    }
    static const struct timeval stuck = {.tv_sec = SERVER_STUCK_S};
    metric_add(gateway->connections, 1);
    conn->address = address;
    bufferevent_openssl_set_allow_dirty_shutdown(conn->bev, 1);
    bufferevent_setcb(conn->bev, on_read, on_written, on_event, conn);
    bufferevent_set_timeouts(conn->bev, NULL, &stuck);
    bufferevent_setwatermark(conn->bev, EV_READ, 0, gateway->limits.header_bytes);
    bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
    arm(conn, gateway->limits.header_timeout_s); /* the handshake's time as well */
}

static void on_accept_error(struct evconnlistener *listener, void *context)
{
    (void)listener, (void)context;
    log_write(LOG_WARNING, "could not accept a connection: %s",
              evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
}

static enum status read_listen(const struct conf *conf, struct sockaddr_storage *out, int *length,
                               struct fault *fault)
{
    char text[128];
    const char *host = conf_text(conf, "listen");
    snprintf(text, sizeof text, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host,
             (int)conf_int(conf, "port"));
    *length = sizeof *out;
    if (evutil_parse_sockaddr_port(text, (struct sockaddr *)out, length) != 0)
        return fault_set(fault, STATUS_INVALID, "listen", "\"%s\" is not an address", host);
    return STATUS_OK;
}

enum status conn_listen(struct gateway *gateway, struct fault *fault)
{
    struct sockaddr_storage address;
    int length;
    enum status status = tls_open(gateway, fault);
    if (status == STATUS_OK)
        status = read_listen(gateway->conf, &address, &length, fault);
    if (status != STATUS_OK)
        return status;
    gateway->out = evbuffer_new();
    gateway->listener =
        evconnlistener_new_bind(gateway->base, on_accept, gateway,
                                LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_EXEC,
                                BACKLOG, (struct sockaddr *)&address, length);
    if (!gateway->out || !gateway->listener)
        return fault_set(fault, STATUS_UNAVAILABLE, "port", "could not listen at port %d: %s",
                         (int)conf_int(gateway->conf, "port"),
                         evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
    /* inherited by what it accepts: without it answers over TLS wait 40 ms for an ACK */
    int on = 1;
    setsockopt(evconnlistener_get_fd(gateway->listener), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    evconnlistener_set_error_cb(gateway->listener, on_accept_error);
    return STATUS_OK;
}

void conn_drain(struct gateway *gateway)
{
    gateway->draining = true;
    if (gateway->listener)
        evconnlistener_free(gateway->listener);
    gateway->listener = NULL;
    struct conn *next;
    for (struct conn *conn = gateway->conns; conn; conn = next) {
        next = conn->next;
        if (conn->state == CONN_STREAM)
            conn_free(conn); /* the client comes back, to the next process */
        else if (conn->state == CONN_HEAD && unsent(conn) == 0)
            conn_free(conn);
        else if (conn->state == CONN_HEAD)
            linger(conn);
    }
}

void conn_close_certified(struct gateway *gateway)
{
    struct conn *next;
    for (struct conn *conn = gateway->conns; conn; conn = next) {
        next = conn->next;
        if (conn->certificate[0] == '\0')
            continue;
        if (conn->exchange)
            conn->exchange->head.close = true; /* after its answer */
        else
            conn_free(conn);
    }
}

bool conn_drained(const struct gateway *gateway)
{
    if (gateway->exchange_count > 0)
        return false;
    for (const struct conn *conn = gateway->conns; conn; conn = conn->next) {
        if (unsent(conn) > 0)
            return false;
    }
    return true;
}

void conn_close_all(struct gateway *gateway)
{
    while (gateway->conns)
        conn_free(gateway->conns);
    if (gateway->out)
        evbuffer_free(gateway->out);
    tls_close(gateway);
    gateway->out = NULL;
}
