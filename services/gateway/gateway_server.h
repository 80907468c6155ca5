#ifndef MILLRACE_GATEWAY_SERVER_H
#define MILLRACE_GATEWAY_SERVER_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/io/metric.h"
#include "common/wire/catalog.h"
#include "common/wire/ticket.h"
#include "services/gateway/gateway_address.h"
#include "services/gateway/gateway_http_core.h"

/* What the parts of the gateway share.  Everything here belongs to the loop's thread, but for jobs
   that gateway_auth.c has handed to its workers. */

#define SERVER_BODY_MAX      (MIB) /* of any request; what a service takes is WIRE_BODY_MAX */
#define SERVER_ARENA_BYTES   (16 * MIB)
#define SERVER_ARENAS_KEPT   64
#define SERVER_EXCHANGES_MAX 8192 /* requests under way, also of clients that have gone */
#define SERVER_IDLE_S        75   /* a connection without a request */
#define SERVER_STUCK_S       30   /* a client that does not take its answer */
#define SERVER_LINGER_S      2    /* for a client to read why it was refused */
#define SERVER_DRAIN_S       10
#define SERVER_HEADER_BYTES  2048 /* of an answer */

struct event;
struct event_base;
struct evbuffer;
struct evconnlistener;
struct conn;
struct conf;
struct rpc_client;
struct auth;
struct callers;
struct tickets;
struct document;
struct stream;
struct streams;

struct limits {
    size_t header_bytes;
    size_t body_bytes;
    int64_t header_timeout_s;
    int64_t body_timeout_s;
    int64_t connections;
    int64_t connections_per_address;
    size_t bodies_bytes;
    const char *proxy; /* whose word about addresses is taken, "" for nobody's */
    bool certified;    /* terminals need their certificate */
    uint32_t call_timeout_ms;
};

struct gateway {
    const struct conf *conf;
    struct limits limits;
    struct event_base *base;
    struct ssl_ctx_st *tls;
    struct evconnlistener *listener;
    struct evbuffer *out; /* an answer under construction */
    struct event *signals[3];
    struct event *drain_timer;
    struct conn *conns; /* all of them, doubly linked */
    size_t conn_count;
    size_t exchange_count;
    size_t bodies_bytes; /* of the bodies that are on their way or being served */
    bool draining;
    int64_t started_us; /* wall clock */

    struct arena *arenas[SERVER_ARENAS_KEPT]; /* idle ones */
    size_t arena_count;

    struct rpc_client *rpc;
    struct ticket_signer *signer;
    struct auth *auth;
    struct callers *callers;
    struct tickets *tickets;
    struct document *openapi;
    struct streams *streams;

    struct metric *requests; /* by HTTP code */
    struct metric *durations;
    struct metric *connections;
    struct metric *refused;
};

/* One request from its head to its answer.  It outlives its connection when the client goes away
   while a service or a worker is at it. */
struct exchange {
    struct gateway *gateway;
    struct conn *conn; /* NULL once the client has gone */
    struct arena *arena;
    struct http_head head;
    struct text body;
    struct uuid trace;
    char trace_text[UUID_TEXT_MAX];
    struct address address;              /* of the client */
    char certificate[TEXT_CODE_MAX + 1]; /* common name of the client's, "" for none */
    size_t reserved;                     /* of gateway->bodies_bytes */
    int64_t started_us;
    bool replied;

    /* as far as it is known */
    char plant[TEXT_CODE_MAX + 1];           /* "" for none */
    const char *method;                      /* "Production.PostIssue" */
    const ProtobufCMethodDescriptor *called; /* the same in the catalogue; NULL: no such method */
    const struct catalog_service *service;   /* whose it is */
    struct principal principal;
    bool signed_in;
    bool by_cookie;
    uint8_t credential[32]; /* SHA-256 of cookie or token */
    struct fault fault;
};

/* How long a client may keep an answer. */
enum reply_keep {
    REPLY_NEVER,
    REPLY_CHECKED, /* asks each time whether it is still the newest (ETag) */
    REPLY_FOREVER,
};

struct reply {
    int code;
    const char *type; /* media type */
    struct text body;
    const char *cookie; /* value of Set-Cookie, or NULL */
    const char *policy; /* Content-Security-Policy, or NULL for the strictest */
    const char *etag;   /* with its quotation marks, or NULL */
    enum reply_keep keep;
    bool packed;   /* the body is gzip */
    bool repeated; /* the stored answer to an earlier request with this key */
};

/* Answers and ends the exchange: the pointer is dead afterwards.  Exactly one of the two is called
   for each exchange, once. */
void exchange_reply(struct exchange *exchange, const struct reply *reply);
void exchange_fail(struct exchange *exchange); /* with exchange->fault */

/* The exchange ends and its connection goes on as a stream (gateway_stream.h), begun with `head`.
 */
void exchange_become_stream(struct exchange *exchange, struct stream *stream, struct text head);

/* Gives back what the exchange holds; the pointer is dead afterwards. */
void exchange_release(struct exchange *exchange);

/* Keep a text until the end of the exchange; the empty text when its memory is full. */
char *exchange_copy(struct exchange *exchange, struct text text);

/* A request has come in whole: gateway_route.c. */
void route_exchange(struct exchange *exchange);

/* Memory for an exchange or for asking the services; the pool keeps a few. */
struct arena *server_arena_take(struct gateway *gateway) MUST_CHECK;
void server_arena_give(struct gateway *gateway, struct arena *arena);

#endif
