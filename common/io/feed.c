#include "common/io/feed.h"

#include "common/io/rpc_guard.h"
#include "common/io/rpc_socket.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEED_BODY_MAX (64 * KIB)
#define FRAMES        2   /* topic, body */
#define HINT_MARK     " " /* before the plant in a hint's topic; no code begins with it */
#define TOPIC_MAX     (FEED_PLANT_MAX + sizeof HINT_MARK - 1)

struct feed {
    enum feed_end end;
    struct rpc_wire wire;
    struct rpc_guard *guard; /* of an end that binds a tcp socket, else NULL */
    pthread_mutex_t mutex;   /* a RING is shared by the workers of a process */
    void *context;
    void *socket;
    zmq_msg_t frames[FRAMES]; /* the last message received */
    size_t held;
    size_t asked; /* PUBLISH: topics other than hints that somebody subscribed to */
};

static const struct {
    int type;
    bool binds;
    const char *name;
} ends[] = {
    [FEED_RING] = {ZMQ_PUB, false, "doorbell"},
    [FEED_LISTEN] = {ZMQ_SUB, true, "doorbell"},
    [FEED_PUBLISH] = {ZMQ_XPUB, true, "events"}, /* it is told of subscriptions */
    [FEED_SUBSCRIBE] = {ZMQ_SUB, false, "events"},
};

static void ask_for(struct feed *feed, int option, const char *topic)
{
    int rc = zmq_setsockopt(feed->socket, option, topic, strlen(topic));
    ASSERT(rc == 0);
}

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
        ask_for(feed, ZMQ_SUBSCRIBE, HINT_MARK);
    }
    if (feed->end == FEED_LISTEN)
        ask_for(feed, ZMQ_SUBSCRIBE, "");
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

static void send_under(struct feed *feed, struct text topic, struct text body)
{
    pthread_mutex_lock(&feed->mutex);
    rpc_guard_renew(feed->guard, feed->socket);
    if (rpc_socket_send(feed->socket, topic, ZMQ_SNDMORE))
        (void)rpc_socket_send(feed->socket, body, 0);
    pthread_mutex_unlock(&feed->mutex);
}

void feed_send(struct feed *feed, const char *plant, struct text body)
{
    ASSERT(feed->end == FEED_RING || feed->end == FEED_PUBLISH);
    send_under(feed, text_of(plant), body);
}

void feed_deafen(struct feed *feed, bool deaf)
{
    ASSERT(feed->end == FEED_LISTEN);
    ask_for(feed, deaf ? ZMQ_UNSUBSCRIBE : ZMQ_SUBSCRIBE, "");
}

void feed_hint(struct feed *feed, const char *plant, struct text body)
{
    char topic[TOPIC_MAX];
    ASSERT(feed->end == FEED_PUBLISH && strlen(plant) < FEED_PLANT_MAX);
    snprintf(topic, sizeof topic, HINT_MARK "%s", plant);
    send_under(feed, text_of(topic), body);
}

bool feed_is_asked(struct feed *feed)
{
    zmq_msg_t frame;
    size_t count;
    ASSERT(feed->end == FEED_PUBLISH);
    /* The first subscription to a topic and the end of the last: one byte, 1 or 0, and the topic.
     */
    while (rpc_socket_receive(feed->socket, &frame, 1, &count)) {
        struct text told = rpc_frame_text(&frame);
        bool hints = told.length > 1 && told.bytes[1] == HINT_MARK[0];
        if (told.length > 0 && !hints && told.bytes[0] == 1)
            feed->asked++;
        else if (told.length > 0 && !hints && told.bytes[0] == 0 && feed->asked > 0)
            feed->asked--;
        rpc_frames_release(&frame, 1);
    }
    return feed->asked > 0;
}

/* The plant that a message is about: without the mark of a hint. */
static struct text plant_of(struct feed *feed)
{
    struct text topic = rpc_frame_text(&feed->frames[0]);
    size_t mark = feed->end == FEED_SUBSCRIBE ? sizeof HINT_MARK - 1 : 0;
    return (struct text){topic.bytes + mark, topic.length - mark};
}

/* Keeps the frames of the next well-formed message that is already here. */
static bool take(struct feed *feed)
{
    rpc_frames_release(feed->frames, feed->held);
    feed->held = 0;
    size_t count;
    while (rpc_socket_receive(feed->socket, feed->frames, FRAMES, &count)) {
        feed->held = count < FRAMES ? count : FRAMES;
        if (count == FRAMES && plant_of(feed).length < FEED_PLANT_MAX)
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
    struct text name = plant_of(feed);
    memcpy(plant, name.bytes, name.length);
    plant[name.length] = '\0';
    *body = rpc_frame_text(&feed->frames[1]);
    return true;
}
