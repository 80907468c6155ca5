#include "common/io/rpc_client.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/rpc_codec.h"
#include "common/io/rpc_socket.h"
#include "common/wire/wire.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS         8192
#define HEAD_ARENA      (16 * KIB)
#define TURN_MAX        256
#define TICKET_MAX      512
#define UNSENT_RETRY_MS 50 /* no connection yet */
#define PAUSE_FIRST_MS  10 /* after BUSY; doubles */
#define PAUSE_MOST_MS   500
#define PLACES          1024
#define FRAMES_MAX      (RPC_PAIRS_MAX * FRAME_COUNT)

enum frame { FRAME_HEAD, FRAME_BODY, FRAME_COUNT }; /* a pair; a message has one or more */

/* The connection to one instance of a service. */
struct peer {
    struct rpc_client *client;
    char process[RPC_PROCESS_MAX];
    void *socket;
    struct event *event;
    bool known;            /* it has answered once: it is not just being started */
    int64_t down_since_us; /* sending fails since then: nobody is connected; 0: it does not */
    struct call *outgoing[RPC_PAIRS_MAX]; /* sent together when the loop has turned */
    size_t outgoing_count;
};

/* A call from rpc_client_call to `done`. */
struct call {
    struct call *chain; /* in its bucket */
    struct rpc_client *client;
    struct peer *peer;
    struct event timer; /* what happens when nothing comes */
    struct rpc_envelope envelope;
    struct text body;
    int64_t deadline_us; /* monotonic */
    bool sent;
    bool outgoing;  /* is among those of its peer */
    bool pausing;   /* was refused, waits to ask again */
    uint8_t *place; /* of a plant that is spread: the instance it was last found at */
    unsigned refusals;
    struct fault fault; /* the last refusal, or why it was not sent at all */
    rpc_answer_fn *done;
    void *context;
    char bytes[];
};

struct rpc_client {
    struct event_base *base;
    void *context;
    struct rpc_wire wire;
    struct arena *arena;
    struct peer *peers[RPC_PROCESSES_MAX];
    size_t peer_count;
    struct call *calls[BUCKETS];
    size_t call_count;
    char spread[RPC_PROCESS_MAX]; /* the process whose instances share the plants, "" for none */
    unsigned instances;
    uint8_t places[PLACES]; /* by hash of the plant; 0: not known.  Two plants in one place cost a
                               turn more */
};

/* --- calls by id --- */

static struct call **call_place(struct rpc_client *client, struct uuid id)
{
    uint64_t tail;
    memcpy(&tail, id.bytes + 8, sizeof tail); /* the random half of a version 7 */
    struct call **place = &client->calls[(tail ^ tail >> 32) % BUCKETS];
    while (*place && uuid_cmp((*place)->envelope.id, id) != 0)
        place = &(*place)->chain;
    return place;
}

/* It need not go: it has ended, or a copy was answered. */
static void forget_outgoing(struct call *call)
{
    struct peer *peer = call->peer;
    size_t kept = 0;
    if (!call->outgoing)
        return;
    for (size_t i = 0; i < peer->outgoing_count; i++) {
        if (peer->outgoing[i] != call)
            peer->outgoing[kept++] = peer->outgoing[i];
    }
    peer->outgoing_count = kept;
    call->outgoing = false;
}

/* The end of every call. */
static void finish(struct call *call, const struct rpc_answer *answer)
{
    struct rpc_client *client = call->client;
    forget_outgoing(call);
    struct call **place = call_place(client, call->envelope.id);
    ASSERT(*place == call);
    *place = call->chain;
    client->call_count--;
    event_del(&call->timer);
    call->done(call->context, answer);
    free(call);
}

static void fail(struct call *call)
{
    ASSERT(call->fault.status != STATUS_OK);
    struct rpc_answer answer = {.fault = &call->fault};
    finish(call, &answer);
}

/* --- sending --- */

static void look_again(struct peer *peer)
{
    event_active(peer->event, EV_READ, 0); /* ZMQ_FD is silent about what a send has let in */
}

static void arm(struct call *call, int64_t delay_us)
{
    int64_t left_us = call->deadline_us - clock_monotonic_us();
    if (delay_us > left_us)
        delay_us = left_us > 0 ? left_us : 0;
    struct timeval delay = {.tv_sec = delay_us / 1000000, .tv_usec = delay_us % 1000000};
    int rc = evtimer_add(&call->timer, &delay);
    ASSERT(rc == 0);
}

static bool send_pair(struct call *call, bool more)
{
    int64_t left_ms = (call->deadline_us - clock_monotonic_us()) / 1000;
    uint8_t bytes[RPC_ENVELOPE_MAX];
    call->envelope.timeout_ms = left_ms > 1 ? (uint32_t)left_ms : 1;
    struct text envelope = {(const char *)bytes, rpc_envelope_pack(&call->envelope, bytes)};
    return rpc_socket_send(call->peer->socket, envelope, ZMQ_SNDMORE) &&
           rpc_socket_send(call->peer->socket, call->body, more ? ZMQ_SNDMORE : 0);
}

/* The first frame decides whether a message can be sent; libzmq then takes the others. */
static void send_outgoing(struct peer *peer)
{
    size_t count = peer->outgoing_count;
    bool sent = true;
    for (size_t i = 0; i < count && sent; i++)
        sent = send_pair(peer->outgoing[i], i + 1 < count);
    if (count > 0 && sent)
        peer->down_since_us = 0;
    else if (count > 0 && peer->down_since_us == 0)
        peer->down_since_us = clock_monotonic_us();
    for (size_t i = 0; i < count; i++) {
        struct call *call = peer->outgoing[i];
        call->outgoing = false;
        call->sent = call->sent || sent;
        arm(call, (sent ? RPC_RESEND_MS : UNSENT_RETRY_MS) * INT64_C(1000));
    }
    peer->outgoing_count = 0;
}

/* A posting, which the service gathers into a batch anyway, goes with what else this turn of the
   loop sends to the peer (on_readable); a call without a key waits for nobody. */
static void send_call(struct call *call)
{
    struct peer *peer = call->peer;
    if (call->outgoing)
        return;
    call->outgoing = true;
    peer->outgoing[peer->outgoing_count++] = call;
    if (uuid_is_nil(call->envelope.key) || peer->outgoing_count == RPC_PAIRS_MAX)
        send_outgoing(peer);
    look_again(peer);
}

/* A service that is away for longer than a restart takes is answered for at once: its callers do
   not wait until their patience ends.  Each call tries to send first, so the first one that finds
   it back ends this. */
static bool is_down(const struct peer *peer)
{
    return peer && peer->known && peer->down_since_us != 0 &&
           clock_monotonic_us() - peer->down_since_us >= RPC_DOWN_MS * INT64_C(1000);
}

static void move_call(struct call *call, unsigned instance);

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct call *call = context;
    if (call->outgoing)
        return; /* is sent, and timed anew, when this turn of the loop ends */
    if (call->place && !call->pausing)
        move_call(call, *call->place % call->client->instances + 1); /* silence: try the next */
    call->pausing = false;
    bool over = clock_monotonic_us() >= call->deadline_us || is_down(call->peer);
    if (!call->peer) {
        fail(call); /* refused before it was sent */
    } else if (!over) {
        send_call(call);
    } else {
        /* The refusal it was last given says more than the clock does; fault_set keeps it. */
        bool down = is_down(call->peer) || !call->sent;
        (void)fault_set(&call->fault, down ? STATUS_UNAVAILABLE : STATUS_DEADLINE, "",
                        down ? "could not reach service \"%s\""
                             : "no answer from service \"%s\" in time",
                        call->peer->process);
        fail(call);
    }
}

/* --- receiving --- */

static bool worth_repeating(const struct call *call, enum status status)
{
    return status == STATUS_BUSY || status == STATUS_UNAVAILABLE ||
           (status == STATUS_COMMIT_UNKNOWN && !uuid_is_nil(call->envelope.key));
}

/* A growing pause of which a part is chance, so that callers that were refused together do not
   come back together. */
static void pause_call(struct call *call)
{
    uint8_t chance;
    clock_random(&chance, sizeof chance);
    int64_t pause_ms = PAUSE_FIRST_MS << (call->refusals < 6 ? call->refusals : 6);
    pause_ms = pause_ms < PAUSE_MOST_MS ? pause_ms : PAUSE_MOST_MS;
    call->refusals++;
    call->pausing = true;
    arm(call, pause_ms * (500 + chance * INT64_C(2)));
}

static void take_answer(struct rpc_client *client, zmq_msg_t *frames)
{
    struct rpc_head head;
    struct fault unreadable = {0};
    arena_reset(client->arena);
    if (rpc_head_unpack(rpc_frame_text(&frames[FRAME_HEAD]), client->arena, &head, &unreadable) !=
        STATUS_OK)
        return; /* silence: it is asked again */
    struct call *call = *call_place(client, head.id);
    if (!call || !call->peer)
        return; /* the answer to a copy of what has been answered */
    call->peer->known = true;
    forget_outgoing(call);

    /* When time has run out over refusals, or the ticket has, these say why. */
    bool over = head.status == STATUS_DEADLINE || head.status == STATUS_UNAUTHENTICATED;
    if (!over || call->refusals == 0)
        call->fault = (struct fault){0};
    if (head.status != STATUS_OK)
        (void)fault_set(&call->fault, head.status, head.field, "%s", head.message);
    if (head.instance > 0 && call->place && call->refusals++ == 0) {
        move_call(call, head.instance);
        send_call(call);
        return;
    }
    if (head.instance > 0 && call->place)
        move_call(call, head.instance);
    if (worth_repeating(call, head.status)) {
        pause_call(call);
        return;
    }
    struct rpc_answer answer = {.body = rpc_frame_text(&frames[FRAME_BODY]),
                                .repeated = head.repeated,
                                .fault = &call->fault};
    finish(call, &answer);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct peer *peer = context;
    send_outgoing(peer);
    for (int turn = 0; turn < TURN_MAX; turn++) {
        zmq_msg_t frames[FRAMES_MAX];
        size_t count;
        if (!rpc_socket_receive(peer->socket, frames, FRAMES_MAX, &count))
            break;
        size_t kept = count < FRAMES_MAX ? count : FRAMES_MAX;
        log_hold(); /* answers come together, and so do the lines about them */
        for (size_t i = 0; count <= FRAMES_MAX && i + 1 < count; i += FRAME_COUNT)
            take_answer(peer->client, &frames[i]);
        log_release();
        rpc_frames_release(frames, kept);
    }
    if (rpc_socket_get(peer->socket, ZMQ_EVENTS) & ZMQ_POLLIN)
        look_again(peer);
}

/* --- instances --- */

static void peer_free(struct peer *peer)
{
    if (peer->event)
        event_free(peer->event);
    rpc_socket_free(peer->socket);
    free(peer);
}

static enum status peer_open(struct rpc_client *client, const char *process, struct peer **out,
                             struct fault *fault)
{
    if (client->peer_count == RPC_PROCESSES_MAX || strlen(process) >= sizeof(*out)->process)
        return fault_set(fault, STATUS_LIMIT, "", "service \"%s\" is one too many", process);
    struct rpc_socket_kind kind = {ZMQ_DEALER, WIRE_REPLY_MAX + RPC_ENVELOPE_ROOM_BYTES};
    struct peer *peer = calloc(1, sizeof *peer);
    ASSERT(peer);
    peer->client = client;
    snprintf(peer->process, sizeof peer->process, "%s", process);
    peer->socket = rpc_socket_new(client->context, kind);
    rpc_socket_set(peer->socket, ZMQ_IMMEDIATE, 1); /* nothing waits in a queue to nobody */
    struct rpc_place place = {&client->wire, peer->process, client->context, peer->socket};
    if (rpc_wire_connect(&place, fault) != STATUS_OK) {
        peer_free(peer);
        return fault->status;
    }
    peer->event = event_new(client->base, rpc_socket_get(peer->socket, ZMQ_FD),
                            EV_READ | EV_PERSIST, on_readable, peer);
    ASSERT(peer->event);
    int rc = event_add(peer->event, NULL);
    ASSERT(rc == 0);
    client->peers[client->peer_count++] = peer;
    *out = peer;
    return STATUS_OK;
}

static enum status peer_of(struct rpc_client *client, const char *name, struct peer **out,
                           struct fault *fault)
{
    for (size_t i = 0; i < client->peer_count; i++) {
        if (strcmp(client->peers[i]->process, name) == 0) {
            *out = client->peers[i];
            return STATUS_OK;
        }
    }
    return peer_open(client, name, out, fault);
}

/* A place that cannot be opened leaves the call where it is. */
static void move_call(struct call *call, unsigned instance)
{
    char name[RPC_PROCESS_MAX];
    struct fault fault = {0};
    struct peer *peer;
    if (instance > call->client->instances)
        return;
    rpc_socket_instance(call->client->spread, instance, name);
    if (peer_of(call->client, name, &peer, &fault) != STATUS_OK)
        return;
    *call->place = (uint8_t)instance;
    call->peer = peer;
}

/* Where the call's plant is remembered; NULL when all calls go to one instance. */
static uint8_t *place_of(struct rpc_client *client, const struct rpc_call *call)
{
    bool spread = client->instances > 1 && call->plant[0] != '\0' &&
                  strcmp(client->spread, call->process) == 0;
    return spread ? &client->places[text_hash(text_of(call->plant)) % PLACES] : NULL;
}

static enum status instance_of(struct rpc_client *client, const struct rpc_call *call,
                               struct peer **out, struct fault *fault)
{
    char name[RPC_PROCESS_MAX];
    const uint8_t *place = place_of(client, call);
    if (strlen(call->process) + 3 >= sizeof name)
        return fault_set(fault, STATUS_LIMIT, "", "service \"%s\" has too long a name",
                         call->process);
    rpc_socket_instance(call->process, place && *place > 0 ? *place : 1, name);
    return peer_of(client, name, out, fault);
}

void rpc_client_spread(struct rpc_client *client, const char *process, unsigned instances)
{
    ASSERT(instances >= 1 && instances <= UINT8_MAX && strlen(process) < sizeof client->spread);
    snprintf(client->spread, sizeof client->spread, "%s", process);
    client->instances = instances;
}

/* --- calls --- */

static struct text put_text(char **room, struct text from)
{
    struct text copy = {*room, from.length};
    if (from.length > 0)
        memcpy(*room, from.bytes, from.length);
    (*room)[from.length] = '\0';
    *room += from.length + 1;
    return copy;
}

static struct call *call_new(struct rpc_client *client, const struct rpc_call *asked)
{
    struct text method = text_of(asked->method);
    struct text plant = text_of(asked->plant);
    size_t size = method.length + plant.length + asked->ticket.length +
                  asked->ticket_signature.length + asked->body.length + 5;
    struct call *call = malloc(sizeof *call + size);
    ASSERT(call);
    memset(call, 0, sizeof *call);
    char *room = call->bytes;
    call->client = client;
    call->envelope.method = put_text(&room, method).bytes;
    call->envelope.plant = put_text(&room, plant).bytes;
    call->envelope.ticket = put_text(&room, asked->ticket);
    call->envelope.signature = put_text(&room, asked->ticket_signature);
    call->envelope.id = clock_uuid();
    call->envelope.trace = asked->trace;
    call->envelope.key = asked->key;
    call->body = put_text(&room, asked->body);
    call->deadline_us = clock_monotonic_us() + (int64_t)asked->timeout_ms * 1000;
    return call;
}

static enum status check_call(const struct rpc_client *client, const struct rpc_call *call,
                              struct fault *fault)
{
    if (client->call_count >= RPC_IN_FLIGHT_MAX)
        return fault_set(fault, STATUS_BUSY, "", "too many requests are under way");
    if (call->body.length > WIRE_BODY_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "body of %zu bytes is above the limit of %zu",
                         call->body.length, WIRE_BODY_MAX);
    if (strlen(call->method) >= RPC_METHOD_MAX || text_of(call->plant).length > TEXT_CODE_MAX ||
        call->ticket.length > TICKET_MAX || call->ticket_signature.length > TICKET_MAX)
        return fault_set(fault, STATUS_INVALID, "", "method, plant or ticket is too long");
    return STATUS_OK;
}

void rpc_client_call(struct rpc_client *client, const struct rpc_call *asked, rpc_answer_fn *done,
                     void *context)
{
    struct fault fault = {0};
    struct peer *peer = NULL;
    if (check_call(client, asked, &fault) == STATUS_OK)
        (void)instance_of(client, asked, &peer, &fault);

    struct call *call = call_new(client, asked);
    call->peer = peer;
    call->place = peer ? place_of(client, asked) : NULL;
    call->fault = fault;
    call->done = done;
    call->context = context;
    evtimer_assign(&call->timer, client->base, on_timer, call);
    struct call **place = call_place(client, call->envelope.id);
    ASSERT(!*place);
    *place = call;
    client->call_count++;
    if (peer)
        send_call(call);
    else
        arm(call, 0);
}

/* --- the client --- */

enum status rpc_client_open(struct event_base *base, const struct rpc_wire *wire,
                            struct rpc_client **out, struct fault *fault)
{
    char address[RPC_ADDRESS_MAX];
    enum status status = rpc_socket_address(wire->dir, "production", address, fault);
    if (status != STATUS_OK)
        return status;
    struct rpc_client *client = calloc(1, sizeof *client);
    ASSERT(client);
    client->base = base;
    client->wire = *wire;
    client->context = zmq_ctx_new();
    client->arena = arena_new(HEAD_ARENA);
    ASSERT(client->context && client->arena);
    *out = client;
    return STATUS_OK;
}

static void fail_all(struct rpc_client *client)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (client->calls[i]) {
            struct call *call = client->calls[i];
            (void)fault_set(&call->fault, STATUS_UNAVAILABLE, "", "shutting down");
            fail(call);
        }
    }
}

void rpc_client_close(struct rpc_client **client)
{
    if (!*client)
        return;
    fail_all(*client);
    for (size_t i = 0; i < (*client)->peer_count; i++)
        peer_free((*client)->peers[i]);
    zmq_ctx_term((*client)->context);
    arena_free(&(*client)->arena);
    free(*client);
    *client = NULL;
}
