#include "common/io/feed.h"

#include "common/io/rpc_guard.h"
#include "common/io/rpc_socket.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FEED_BODY_MAX (64 * KIB)
#define FRAMES        2 /* plant, body */

struct feed {
    enum feed_end end;
    struct rpc_wire wire;
    struct rpc_guard *guard; /* of an end that binds a tcp socket, else NULL */
    pthread_mutex_t mutex;   /* a RING is shared by the workers of a process */
    void *context;
    void *socket;
    zmq_msg_t frames[FRAMES]; /* the last message received */
    size_t held;
};

static const struct {
    int type;
    bool binds;
    const char *name;
} ends[] = {
    [FEED_RING] = {ZMQ_PUSH, false, "doorbell"},
    [FEED_LISTEN] = {ZMQ_PULL, true, "doorbell"},
    [FEED_PUBLISH] = {ZMQ_PUB, true, "events"},
    [FEED_SUBSCRIBE] = {ZMQ_SUB, false, "events"},
};

static enum status attach(struct feed *feed, struct fault *fault)
{
    struct rpc_place place = {&feed->wire, ends[feed->end].name, feed->context, feed->socket};
    if (feed->end == FEED_RING)
        rpc_socket_set(feed->socket, ZMQ_IMMEDIATE, 1); /* no queue for a relay that is away */
    if (feed->end == FEED_SUBSCRIBE) {
        /* Never full: libzmq 4.3.4 aborts (stream_engine_base.cpp:417) when the relay dies and
           comes back while a busy subscriber's queue is.  What a subscriber is behind by is small.
         */
        rpc_socket_set(feed->socket, ZMQ_RCVHWM, 0);
        int rc = zmq_setsockopt(feed->socket, ZMQ_SUBSCRIBE, "", 0);
        ASSERT(rc == 0);
    }
    return ends[feed->end].binds ? rpc_wire_bind(&place, &feed->guard, fault)
                                 : rpc_wire_connect(&place, fault);
}

enum status feed_open(const struct rpc_wire *wire, enum feed_end end, struct feed **out,
                      struct fault *fault)
{
    struct feed *feed = calloc(1, sizeof *feed);
    ASSERT(feed);
    feed->end = end;
    feed->wire = *wire;
    pthread_mutex_init(&feed->mutex, NULL);
    feed->context = zmq_ctx_new();
    ASSERT(feed->context);
    feed->socket =
        rpc_socket_new(feed->context, (struct rpc_socket_kind){ends[end].type, FEED_BODY_MAX});
    enum status status = attach(feed, fault);
    if (status != STATUS_OK) {
        feed_close(&feed);
        return status;
    }
    *out = feed;
    return STATUS_OK;
}

void feed_close(struct feed **feed)
{
    if (!*feed)
        return;
    rpc_frames_release((*feed)->frames, (*feed)->held);
    rpc_socket_free((*feed)->socket);
    zmq_ctx_term((*feed)->context);
    rpc_guard_join(&(*feed)->guard);
    pthread_mutex_destroy(&(*feed)->mutex);
    free(*feed);
    *feed = NULL;
}

void feed_send(struct feed *feed, const char *plant, struct text body)
{
    ASSERT(feed->end == FEED_RING || feed->end == FEED_PUBLISH);
    pthread_mutex_lock(&feed->mutex);
    rpc_guard_renew(feed->guard, feed->socket);
    if (rpc_socket_send(feed->socket, text_of(plant), ZMQ_SNDMORE))
        (void)rpc_socket_send(feed->socket, body, 0);
    pthread_mutex_unlock(&feed->mutex);
}

/* Keeps the frames of the next well-formed message that is already here. */
static bool take(struct feed *feed)
{
    rpc_frames_release(feed->frames, feed->held);
    feed->held = 0;
    size_t count;
    while (rpc_socket_receive(feed->socket, feed->frames, FRAMES, &count)) {
        feed->held = count < FRAMES ? count : FRAMES;
        if (count == FRAMES && rpc_frame_text(&feed->frames[0]).length < FEED_PLANT_MAX)
            return true;
        rpc_frames_release(feed->frames, feed->held);
        feed->held = 0;
    }
    return false;
}

bool feed_receive(struct feed *feed, int timeout_ms, char plant[FEED_PLANT_MAX], struct text *body)
{
    ASSERT(feed->end == FEED_LISTEN || feed->end == FEED_SUBSCRIBE);
    rpc_guard_renew(feed->guard, feed->socket);
    if (!take(feed)) {
        zmq_pollitem_t item = {.socket = feed->socket, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, timeout_ms) <= 0 || !take(feed))
            return false;
    }
    struct text name = rpc_frame_text(&feed->frames[0]);
    memcpy(plant, name.bytes, name.length);
    plant[name.length] = '\0';
    *body = rpc_frame_text(&feed->frames[1]);
    return true;
}
