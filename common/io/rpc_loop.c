#include "common/io/rpc_loop.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/metric.h"
#include "common/io/rpc_guard.h"
#include "common/io/rpc_socket.h"
#include "common/wire/wire.h"

#include <event2/event.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOP_ARENA_BYTES (2 * MIB) /* one envelope, or the text of the metrics */
#define TICK_MS          1000
#define STATUS_COUNT     (STATUS_INTERNAL + 1)
#define LISTEN_BACKLOG   1024

/* A message: where it came from, then one or more pairs. */
enum frame { FRAME_ROUTE, FRAME_ENVELOPE, FRAME_BODY };

#define FRAMES_MAX       (1 + 2 * RPC_PAIRS_MAX)
#define ANSWER_BYTES_MAX (64 * KIB) /* of a message with several answers; large ones go alone */

/* What is counted of each method; the last one stands for methods that do not exist. */
struct rpc_verb {
    char name[RPC_METHOD_MAX];
    const struct rpc_method *method;
    const ProtobufCMessageDescriptor *input; /* NULL of what is no method of the service */
    struct metric *by_status[STATUS_COUNT];  /* made on first use */
    struct metric *latency;
};

struct rpc_loop {
    struct rpc_loop_plan plan;
    char name[RPC_PROCESS_MAX]; /* of our socket */
    void *context;
    void *router;
    struct rpc_wire wire;
    struct rpc_guard *guard; /* of a tcp socket, else NULL */
    struct event_base *base;
    struct event *router_event;
    struct event *outbox_event;
    struct event *tick_event;
    struct event *signal_events[3];
    struct arena *arena;
    struct rpc_item *under_way[RPC_UNDER_WAY_BUCKETS]; /* queued or running, by request id */
    size_t under_way_count;
    int64_t started_at_us;  /* wall clock */
    int64_t drain_until_us; /* monotonic; 0 while serving */
    bool drained;
    struct metric *requests;
    struct metric *waiting;
    struct metric *dropped;
    struct metric *lost;
    struct metric *doubled;
    size_t verb_count;
    struct rpc_verb *verbs;
};

/* --- counting --- */

static void count_answer(struct rpc_loop *loop, struct rpc_verb *verb, enum status status,
                         int64_t elapsed_us)
{
    struct metric **metric = &verb->by_status[status];
    if (!*metric)
        *metric = metric_labelled(metric_labelled(loop->requests, "method", verb->name), "status",
                                  status_name(status));
    metric_add(*metric, 1);
    metric_observe_us(verb->latency, elapsed_us);
}

static const ProtobufCMessageDescriptor *input_of(const struct rpc_service *service,
                                                  const char *name)
{
    const ProtobufCMethodDescriptor *method =
        protobuf_c_service_descriptor_get_method_by_name(service->descriptor, name);
    return method->input;
}

/* The service's own methods, then the two of Node, then "unknown". */
static void make_verbs(struct rpc_loop *loop)
{
    const struct rpc_service *service = loop->plan.service;
    static const char *const others[] = {"Node.GetHealth", "Node.GetMetrics", "(unknown)"};
    struct metric *latency =
        metric_histogram("millrace_rpc_seconds", "from a request's arrival to its answer");
    loop->verb_count = service->method_count + COUNT_OF(others);
    loop->verbs = calloc(loop->verb_count, sizeof loop->verbs[0]);
    ASSERT(loop->verbs);
    for (size_t i = 0; i < loop->verb_count; i++) {
        struct rpc_verb *verb = &loop->verbs[i];
        if (i < service->method_count) {
            verb->method = &service->methods[i];
            verb->input = input_of(service, verb->method->name);
            snprintf(verb->name, sizeof verb->name, "%s.%s", service->name, verb->method->name);
        } else {
            snprintf(verb->name, sizeof verb->name, "%s", others[i - service->method_count]);
        }
        verb->latency = metric_labelled(latency, "method", verb->name);
    }
}

static struct rpc_verb *find_verb(struct rpc_loop *loop, const char *method)
{
    size_t last = loop->verb_count - 1;
    for (size_t i = 0; i < last; i++) {
        if (strcmp(loop->verbs[i].name, method) == 0)
            return &loop->verbs[i];
    }
    return &loop->verbs[last];
}

/* --- requests under way --- */

static struct rpc_item **under_way_place(struct rpc_loop *loop, struct uuid id)
{
    uint64_t tail;
    memcpy(&tail, id.bytes + 8, sizeof tail); /* the random half of a version 7 */
    struct rpc_item **place = &loop->under_way[(tail ^ tail >> 32) % RPC_UNDER_WAY_BUCKETS];
    while (*place && uuid_cmp((*place)->id, id) != 0)
        place = &(*place)->chain;
    return place;
}

static void forget_under_way(struct rpc_loop *loop, const struct rpc_item *item)
{
    struct rpc_item **place = under_way_place(loop, item->id);
    ASSERT(*place == item);
    *place = item->chain;
    loop->under_way_count--;
}

static void item_free(struct rpc_item *item)
{
    free(item->answer);
    free(item);
}

/* --- answers --- */

static struct text route_of(const struct rpc_item *item)
{
    return (struct text){(const char *)item->route, item->route_length};
}

/* Where the message that begins with this answer ends: the following ones to the same caller go
   along. */
static struct rpc_item *end_of_message(struct rpc_item *first)
{
    struct rpc_item *item = first->next;
    size_t bytes = first->body_length;
    for (int pairs = 1; item && pairs < RPC_PAIRS_MAX; pairs++) {
        bytes += item->body_length;
        if (bytes > ANSWER_BYTES_MAX || !text_equal(route_of(item), route_of(first)))
            break;
        item = item->next;
    }
    return item;
}

/* False: the caller is gone or does not read; it will ask again. */
static bool send_answers(struct rpc_loop *loop, const struct rpc_item *first,
                         const struct rpc_item *end)
{
    bool sent = rpc_socket_send(loop->router, route_of(first), ZMQ_SNDMORE);
    for (const struct rpc_item *item = first; sent && item != end; item = item->next) {
        struct text head = {item->answer, item->head_length};
        struct text body = {item->answer + item->head_length, item->body_length};
        (void)rpc_socket_send(loop->router, head, ZMQ_SNDMORE);
        (void)rpc_socket_send(loop->router, body, item->next == end ? 0 : ZMQ_SNDMORE);
    }
    return sent;
}

/* Sends the answers up to `end`, counts and frees them.  What the workers have served leaves its
   line of log here, behind the answer: neither the caller nor the plant's next batch waits for it.
 */
static void answer(struct rpc_loop *loop, struct rpc_item *first, const struct rpc_item *end,
                   bool served)
{
    bool sent = send_answers(loop, first, end);
    int64_t now_us = clock_monotonic_us();
    struct rpc_item *next;
    log_hold();
    for (struct rpc_item *item = first; item != end; item = next) {
        next = item->next;
        if (!sent)
            metric_add(loop->lost, 1);
        if (served)
            rpc_item_log(item, now_us - item->received_us);
        count_answer(loop, item->verb, item->request.fault.status, now_us - item->received_us);
        item_free(item);
    }
    log_release();
}

/* ZMQ_FD tells of changes only: after each send there may be something to read without a sign. */
static void look_again(struct rpc_loop *loop)
{
    if (rpc_socket_get(loop->router, ZMQ_EVENTS) & ZMQ_POLLIN)
        event_active(loop->router_event, EV_READ, 0);
}

/* Closing takes answers with it that have not left (libzmq issue 4660: an ipc socket does not
   always linger as told), so the loop turns a moment longer, answering BUSY to whoever comes. */
static void leave(struct rpc_loop *loop)
{
    struct timeval farewell = {.tv_usec = RPC_FAREWELL_MS * 1000};
    if (loop->drained)
        return;
    loop->drained = true;
    int rc = event_base_loopexit(loop->base, &farewell);
    ASSERT(rc == 0);
}

static void on_outbox(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct rpc_loop *loop = context;
    struct rpc_item *items = rpc_outbox_take_all(loop->plan.outbox);
    for (const struct rpc_item *item = items; item; item = item->next)
        forget_under_way(loop, item);
    struct rpc_item *end;
    for (struct rpc_item *item = items; item; item = end) {
        end = end_of_message(item);
        answer(loop, item, end, true);
    }
    look_again(loop);
    if (loop->drain_until_us != 0 && loop->under_way_count == 0)
        leave(loop);
}

/* --- what the loop answers by itself --- */

static const char *waiting_for(const struct rpc_loop *loop)
{
    const struct rpc_service *service = loop->plan.service;
    if (loop->drain_until_us != 0)
        return "shutting down";
    if (!rpc_pool_database_ready(loop->plan.pool))
        return "database";
    return service->ready ? service->ready(loop->plan.state) : NULL;
}

static enum status answer_health(struct rpc_loop *loop, struct rpc_request *request)
{
    struct rpc_health health = {.service = loop->plan.service->process,
                                .version = MILLRACE_VERSION,
                                .waiting_for = waiting_for(loop),
                                .started_at_us = loop->started_at_us};
    return rpc_health_pack(&health, loop->arena, &request->reply, &request->fault);
}

static enum status answer_metrics(struct rpc_loop *loop, struct rpc_request *request)
{
    metric_set(loop->waiting, (int64_t)rpc_queue_waiting(loop->plan.queue));
    const char *text = metric_text(loop->arena);
    if (!text)
        return fault_set(&request->fault, STATUS_LIMIT, "", "metrics need too much memory");
    return rpc_metrics_pack(text, loop->arena, &request->reply, &request->fault);
}

/* Refusals the caller should not have provoked leave a line; BUSY and health checks do not. */
static void answer_here(struct rpc_loop *loop, struct rpc_item *item)
{
    enum status status = item->request.fault.status;
    if (status != STATUS_OK && status != STATUS_BUSY)
        rpc_item_log(item, clock_monotonic_us() - item->received_us);
    rpc_item_answer(item);
    answer(loop, item, NULL, false);
}

/* --- from frames to an item --- */

static void put_text(char **room, struct text from, struct text *to)
{
    if (from.length > 0)
        memcpy(*room, from.bytes, from.length);
    (*room)[from.length] = '\0';
    *to = (struct text){*room, from.length};
    *room += from.length + 1;
}

static int64_t deadline_of(const struct rpc_loop *loop, uint32_t timeout_ms)
{
    int64_t ms = timeout_ms == 0 ? conf_int(loop->plan.conf, "rpc.timeout_ms") : timeout_ms;
    ms = ms < RPC_TIMEOUT_MAX_MS ? ms : RPC_TIMEOUT_MAX_MS;
    return clock_monotonic_us() + ms * 1000;
}

/* Everything of the message that outlives it, in one allocation. */
static struct rpc_item *item_new(struct rpc_loop *loop, const struct rpc_envelope *envelope,
                                 struct text route, struct text body)
{
    struct text method = text_of(envelope->method);
    struct text plant = text_of(envelope->plant);
    size_t size = method.length + plant.length + envelope->ticket.length +
                  envelope->signature.length + body.length + 5;
    struct rpc_item *item = calloc(1, sizeof *item + size);
    ASSERT(item && route.length <= sizeof item->route);
    memcpy(item->route, route.bytes, route.length);
    item->route_length = route.length;
    item->received_us = clock_monotonic_us();
    item->id = envelope->id;
    item->size = size;

    char *room = item->bytes;
    put_text(&room, method, &method);
    put_text(&room, plant, &plant);
    put_text(&room, envelope->ticket, &item->ticket.bytes);
    put_text(&room, envelope->signature, &item->ticket.signature);
    put_text(&room, body, &item->request.body);
    item->request.method = method.bytes;
    item->request.plant = plant.bytes;
    item->request.trace = envelope->trace;
    item->request.key = envelope->key;
    item->request.deadline_us = deadline_of(loop, envelope->timeout_ms);
    item->verb = find_verb(loop, item->request.method);
    item->method = item->verb->method;
    item->request.object =
        item->verb->input ? wire_object(item->verb->input, item->request.body) : text_of("");
    return item;
}

static enum status enqueue(struct rpc_loop *loop, struct rpc_item *item)
{
    struct fault *fault = &item->request.fault;
    struct rpc_item **place = under_way_place(loop, item->id);
    if (*place) { /* asked again, perhaps over a new connection: the answer goes there */
        memcpy((*place)->route, item->route, item->route_length);
        (*place)->route_length = item->route_length;
        metric_add(loop->doubled, 1);
        item_free(item);
        return STATUS_OK;
    }
    if (loop->drain_until_us != 0 || !rpc_queue_put(loop->plan.queue, item))
        return fault_set(fault, STATUS_BUSY, "", "too many requests are waiting");
    item->chain = NULL;
    *place = item;
    loop->under_way_count++;
    return STATUS_OK;
}

/* Takes the item over. */
static void dispatch(struct rpc_loop *loop, struct rpc_item *item)
{
    struct rpc_request *request = &item->request;
    if (request->fault.status != STATUS_OK) {
        answer_here(loop, item);
    } else if (item->method) {
        if (enqueue(loop, item) != STATUS_OK)
            answer_here(loop, item);
    } else {
        if (strcmp(request->method, "Node.GetHealth") == 0)
            (void)answer_health(loop, request);
        else if (strcmp(request->method, "Node.GetMetrics") == 0)
            (void)answer_metrics(loop, request);
        else
            (void)fault_set(&request->fault, STATUS_NOT_FOUND, "method",
                            "method \"%s\" does not exist in service \"%s\"", request->method,
                            loop->plan.service->name);
        answer_here(loop, item);
    }
}

/* One pair; what cannot even be answered is counted and forgotten. */
static void take_request(struct rpc_loop *loop, struct text route, zmq_msg_t *head, zmq_msg_t *rest)
{
    struct rpc_envelope envelope = {.method = "", .plant = ""};
    struct fault fault = {0};
    struct text body = {0};
    arena_reset(loop->arena);
    if (rpc_envelope_unpack(rpc_frame_text(head), loop->arena, &envelope, &fault) != STATUS_OK &&
        uuid_is_nil(envelope.id)) {
        metric_add(loop->dropped, 1);
        return;
    }
    if (!rest)
        (void)fault_set(&fault, STATUS_MALFORMED, "", "message has no body");
    else
        body = rpc_frame_text(rest);
    if (body.length > WIRE_BODY_MAX) {
        (void)fault_set(&fault, STATUS_LIMIT, "", "body of %zu bytes is above the limit of %zu",
                        body.length, WIRE_BODY_MAX);
        body = (struct text){0};
    }
    struct rpc_item *item = item_new(loop, &envelope, route, body);
    item->request.fault = fault;
    dispatch(loop, item);
}

static void take_message(struct rpc_loop *loop, zmq_msg_t *frames, size_t count)
{
    if (count <= FRAME_ENVELOPE || count > FRAMES_MAX) {
        metric_add(loop->dropped, 1);
        return;
    }
    struct text route = rpc_frame_text(&frames[FRAME_ROUTE]);
    for (size_t at = FRAME_ENVELOPE; at < count; at += 2)
        take_request(loop, route, &frames[at], at + 1 < count ? &frames[at + 1] : NULL);
}

static void on_router(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct rpc_loop *loop = context;
    for (int turn = 0; turn < RPC_TURN_MAX; turn++) {
        zmq_msg_t frames[FRAMES_MAX];
        size_t count;
        if (!rpc_socket_receive(loop->router, frames, FRAMES_MAX, &count))
            break;
        take_message(loop, frames, count);
        rpc_frames_release(frames, count < FRAMES_MAX ? count : FRAMES_MAX);
    }
    look_again(loop);
}

/* --- the end --- */

static void on_signal(evutil_socket_t number, short what, void *context)
{
    (void)what;
    struct rpc_loop *loop = context;
    if (loop->drain_until_us != 0)
        return;
    log_write(LOG_INFO, "signal %d: finishing %zu requests", (int)number, loop->under_way_count);
    loop->drain_until_us = clock_monotonic_us() + RPC_DRAIN_MS * INT64_C(1000);
    rpc_queue_close(loop->plan.queue);
    event_active(loop->outbox_event, EV_READ, 0); /* perhaps there is nothing to wait for */
}

/* The list of those who may connect has changed, for every tcp socket of this process. */
static void on_hangup(evutil_socket_t number, short what, void *context)
{
    (void)number;
    (void)what;
    struct rpc_loop *loop = context;
    rpc_guard_reread();
    rpc_guard_renew(loop->guard, loop->router);
    log_write(LOG_INFO, "the map of sockets is read again");
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct rpc_loop *loop = context;
    if (loop->drain_until_us != 0 && !loop->drained && clock_monotonic_us() > loop->drain_until_us)
        event_base_loopbreak(loop->base);
    rpc_guard_renew(loop->guard, loop->router);
    look_again(loop);
}

/* --- opening --- */

static enum status bind_router(struct rpc_loop *loop, struct fault *fault)
{
    struct rpc_socket_kind kind = {ZMQ_ROUTER, WIRE_BODY_MAX + RPC_ENVELOPE_ROOM_BYTES};
    rpc_socket_instance(loop->plan.service->process,
                        (unsigned)conf_int(loop->plan.conf, "rpc.instance"), loop->name);
    loop->context = zmq_ctx_new();
    ASSERT(loop->context);
    loop->router = rpc_socket_new(loop->context, kind);
    rpc_socket_set(loop->router, ZMQ_BACKLOG, LISTEN_BACKLOG);
    loop->wire = rpc_wire_of(loop->plan.conf);
    struct rpc_place place = {&loop->wire, loop->name, loop->context, loop->router};
    return rpc_wire_bind(&place, &loop->guard, fault);
}

static struct event *watch(struct rpc_loop *loop, int fd, short what, event_callback_fn call)
{
    struct timeval tick = {.tv_sec = TICK_MS / 1000};
    struct event *event = event_new(loop->base, fd, (short)(what | EV_PERSIST), call, loop);
    ASSERT(event);
    int rc = event_add(event, what == EV_TIMEOUT ? &tick : NULL);
    ASSERT(rc == 0);
    return event;
}

static void watch_all(struct rpc_loop *loop)
{
    loop->base = event_base_new();
    ASSERT(loop->base);
    loop->router_event = watch(loop, rpc_socket_get(loop->router, ZMQ_FD), EV_READ, on_router);
    loop->outbox_event = watch(loop, rpc_outbox_fd(loop->plan.outbox), EV_READ, on_outbox);
    loop->tick_event = watch(loop, -1, EV_TIMEOUT, on_tick);
    loop->signal_events[0] = watch(loop, SIGTERM, EV_SIGNAL, on_signal);
    loop->signal_events[1] = watch(loop, SIGINT, EV_SIGNAL, on_signal);
    loop->signal_events[2] = watch(loop, SIGHUP, EV_SIGNAL, on_hangup);
    event_active(loop->router_event, EV_READ, 0);
}

static void make_metrics(struct rpc_loop *loop)
{
    loop->requests =
        metric_counter("millrace_rpc_requests_total", "requests answered, by method and status");
    loop->waiting = metric_gauge("millrace_rpc_waiting", "requests waiting for a worker");
    loop->dropped =
        metric_counter("millrace_rpc_dropped_total", "messages too broken to be answered");
    loop->lost = metric_counter("millrace_rpc_lost_total", "answers whose caller was gone");
    loop->doubled =
        metric_counter("millrace_rpc_doubled_total", "requests sent again while under way");
    make_verbs(loop);
}

enum status rpc_loop_open(const struct rpc_loop_plan *plan, struct rpc_loop **out,
                          struct fault *fault)
{
    struct rpc_loop *loop = calloc(1, sizeof *loop);
    ASSERT(loop);
    loop->plan = *plan;
    loop->arena = arena_new(LOOP_ARENA_BYTES);
    ASSERT(loop->arena);
    loop->started_at_us = clock_unix_us();
    make_metrics(loop);
    if (bind_router(loop, fault) != STATUS_OK) {
        rpc_loop_close(&loop);
        return fault->status;
    }
    watch_all(loop);
    *out = loop;
    return STATUS_OK;
}

bool rpc_loop_run(struct rpc_loop *loop)
{
    int rc = event_base_dispatch(loop->base);
    ASSERT(rc == 0);
    return loop->drained;
}

static void unwatch(struct event *event)
{
    if (event)
        event_free(event);
}

void rpc_loop_close(struct rpc_loop **loop_place)
{
    struct rpc_loop *loop = *loop_place;
    if (!loop)
        return;
    unwatch(loop->router_event);
    unwatch(loop->outbox_event);
    unwatch(loop->tick_event);
    for (size_t i = 0; i < COUNT_OF(loop->signal_events); i++)
        unwatch(loop->signal_events[i]);
    if (loop->base)
        event_base_free(loop->base);
    rpc_socket_free(loop->router);
    if (loop->context)
        zmq_ctx_term(loop->context);
    rpc_guard_join(&loop->guard);
    arena_free(&loop->arena);
    free(loop->verbs);
    free(loop);
    *loop_place = NULL;
}
