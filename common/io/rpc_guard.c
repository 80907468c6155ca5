#include "common/io/rpc_guard.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/io/rpc_socket.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ZAP_ADDRESS        "inproc://zeromq.zap.01"
#define ZAP_DOMAIN         "millrace"
#define ZAP_ENFORCE_DOMAIN 93 /* zmq.h of 4.3.4 hides it behind ZMQ_BUILD_DRAFT_API */
#define LOG_EVERY_US       ((int64_t)1000000) /* a refused peer comes back five times a second */

/* Frames of a request, RFC 27; CURVE has one credential, the key. */
enum zap {
    ZAP_VERSION,
    ZAP_REQUEST,
    ZAP_DOMAIN_NAME,
    ZAP_PEER,
    ZAP_IDENTITY,
    ZAP_MECHANISM,
    ZAP_KEY,
    ZAP_COUNT
};

struct rpc_guard {
    const struct rpc_wire *wire;
    const char *name;
    void *questions; /* REP, of the thread */
    pthread_t thread;
    struct rpc_map map; /* of the thread */
    unsigned map_read;  /* generation; 0: not yet */
    int64_t logged_us;
    struct metric *refused;
    unsigned bound; /* generation that the socket was bound in; of the socket's thread */
    bool unbound;
    char endpoint[RPC_ADDRESS_MAX];
};

static atomic_uint generation = 1;

void rpc_guard_reread(void)
{
    atomic_fetch_add(&generation, 1);
}

/* --- the thread --- */

static void read_map(struct rpc_guard *guard)
{
    unsigned newest = atomic_load(&generation);
    struct fault fault = {0};
    if (guard->map_read == newest)
        return;
    guard->map_read = newest;
    if (rpc_map_read(guard->wire->map, &guard->map, &fault) != STATUS_OK) {
        guard->map.count = 0; /* nobody gets in */
        log_fault(LOG_ERROR, &fault, "read who may connect");
    }
}

static void note_refusal(struct rpc_guard *guard, zmq_msg_t *frames, size_t count)
{
    struct text peer = count > ZAP_PEER ? rpc_frame_text(&frames[ZAP_PEER]) : text_of("?");
    int64_t now_us = clock_monotonic_us();
    metric_add(guard->refused, 1);
    if (guard->logged_us != 0 && now_us - guard->logged_us < LOG_EVERY_US)
        return;
    guard->logged_us = now_us;
    log_write(LOG_WARNING, "refused a connection from %.*s to socket \"%s\": its key is not listed",
              (int)(peer.length < 64 ? peer.length : 64), peer.bytes, guard->name);
}

/* The name of the caller, NULL when it is refused. */
static const char *judge(struct rpc_guard *guard, zmq_msg_t *frames, size_t count)
{
    char key[RPC_KEY_TEXT];
    if (count != ZAP_COUNT || !text_is(rpc_frame_text(&frames[ZAP_VERSION]), "1.0") ||
        !text_is(rpc_frame_text(&frames[ZAP_MECHANISM]), "CURVE") ||
        zmq_msg_size(&frames[ZAP_KEY]) != RPC_KEY_BYTES)
        return NULL;
    zmq_z85_encode(key, zmq_msg_data(&frames[ZAP_KEY]), RPC_KEY_BYTES);
    read_map(guard);
    return rpc_map_client(&guard->map, guard->name, key);
}

/* 300 and not 400: the connection is closed without a word and its client tries again.  After 400
   libzmq's client gives up for good, also when its key is listed later. */
static void reply(struct rpc_guard *guard, struct text request, const char *client)
{
    const char *const words[] = {client ? "200" : "300", client ? "OK" : "not listed",
                                 client ? client : "", ""};
    bool sent = rpc_socket_send(guard->questions, text_of("1.0"), ZMQ_SNDMORE) &&
                rpc_socket_send(guard->questions, request, ZMQ_SNDMORE);
    for (size_t i = 0; sent && i < COUNT_OF(words); i++)
        sent = rpc_socket_send(guard->questions, text_of(words[i]),
                               i + 1 < COUNT_OF(words) ? ZMQ_SNDMORE : 0);
}

static void answer(struct rpc_guard *guard)
{
    zmq_msg_t frames[ZAP_COUNT];
    size_t count;
    if (!rpc_socket_receive(guard->questions, frames, ZAP_COUNT, &count))
        return;
    size_t kept = count < ZAP_COUNT ? count : ZAP_COUNT;
    const char *client = judge(guard, frames, count);
    if (!client)
        note_refusal(guard, frames, kept);
    reply(guard, kept > ZAP_REQUEST ? rpc_frame_text(&frames[ZAP_REQUEST]) : text_of(""), client);
    rpc_frames_release(frames, kept);
}

static void *guard_main(void *argument)
{
    struct rpc_guard *guard = argument;
    zmq_pollitem_t item = {.socket = guard->questions, .events = ZMQ_POLLIN};
    while (zmq_poll(&item, 1, -1) >= 0 || errno == EINTR) {
        if (item.revents & ZMQ_POLLIN)
            answer(guard);
    }
    zmq_close(guard->questions); /* ETERM: the context is being ended */
    return NULL;
}

/* --- its life --- */

static enum status open_questions(struct rpc_guard *guard, const struct rpc_place *place,
                                  struct fault *fault)
{
    guard->questions = zmq_socket(place->context, ZMQ_REP);
    ASSERT(guard->questions);
    rpc_socket_set(guard->questions, ZMQ_LINGER, 0);
    return rpc_socket_bind(guard->questions, ZAP_ADDRESS, fault);
}

enum status rpc_guard_start(const struct rpc_place *place, struct rpc_guard **out,
                            struct fault *fault)
{
    struct rpc_guard *guard = calloc(1, sizeof *guard);
    ASSERT(guard);
    guard->wire = place->wire;
    guard->name = place->name;
    guard->bound = atomic_load(&generation);
    guard->refused = metric_counter("millrace_rpc_refused_total",
                                    "connections of peers whose key is not listed");
    rpc_socket_set(place->socket, ZAP_ENFORCE_DOMAIN, 1);
    int rc = zmq_setsockopt(place->socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, sizeof ZAP_DOMAIN - 1);
    ASSERT(rc == 0);
    if (open_questions(guard, place, fault) != STATUS_OK) {
        zmq_close(guard->questions);
        free(guard);
        return fault->status;
    }
    rc = pthread_create(&guard->thread, NULL, guard_main, guard);
    ASSERT(rc == 0);
    *out = guard;
    return STATUS_OK;
}

void rpc_guard_join(struct rpc_guard **guard)
{
    if (!*guard)
        return;
    pthread_join((*guard)->thread, NULL);
    free(*guard);
    *guard = NULL;
}

/* --- after a reread --- */

static void unbind(struct rpc_guard *guard, void *socket)
{
    size_t size = sizeof guard->endpoint;
    int rc = zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, guard->endpoint, &size);
    ASSERT(rc == 0);
    rc = zmq_unbind(socket, guard->endpoint);
    ASSERT(rc == 0);
    guard->unbound = true;
}

void rpc_guard_renew(struct rpc_guard *guard, void *socket)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    if (!guard)
        return;
    unsigned newest = atomic_load(&generation);
    if (guard->bound != newest && !guard->unbound)
        unbind(guard, socket);
    guard->bound = newest;
    for (int i = 0; guard->unbound && i < RPC_REBIND_MS; i++) {
        guard->unbound = zmq_bind(socket, guard->endpoint) != 0;
        if (guard->unbound)
            nanosleep(&moment, NULL);
    }
}
