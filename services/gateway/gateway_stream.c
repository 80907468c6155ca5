#include "services/gateway/gateway_stream.h"

#include "common/io/clock.h"
#include "common/io/conf.h"
#include "common/io/feed.h"
#include "common/io/log.h"
#include "common/io/rpc_wire.h"
#include "common/wire/role.h"
#include "services/gateway/gateway_auth.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_conn.h"
#include "services/gateway/gateway_store.h"
#include "services/gateway/gateway_stream_codec.h"

#include <event2/event.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_MAX      512
#define LOOK_US       ((int64_t)1000000) /* without a hint: the feed may lose one */
#define FRAME_EXTRA   128
#define BEGIN_AT_NEXT (-1)

struct channel {
    struct channel *next;
    char plant[TEXT_CODE_MAX + 1];
    int64_t last_seq; /* told to all that are up to date; BEGIN_AT_NEXT: not known yet */
    struct stream *first;
    bool reading;  /* what is new, for all that are up to date */
    bool catching; /* what some of the others missed */
    bool rung;
    int64_t read_us;
};

struct followed {
    struct text item;
    uint32_t slot; /* of read_job.present */
};

struct stream {
    struct stream *next;
    struct stream *previous;
    struct channel *channel;
    struct gateway *gateway;
    struct conn *conn;
    int64_t cursor;  /* told up to here; BEGIN_AT_NEXT: begins with the channel */
    bool up_to_date; /* hears what the channel reads; else what is read to catch up */
    int64_t began_us;
    int64_t sent_us;
    int64_t caught_us; /* when events were read last for it to catch up */
    struct followed items[STREAM_ITEMS_MAX];
    size_t item_count; /* 0: the whole plant */
};

struct streams {
    struct gateway *gateway;
    struct feed *feed;
    struct event *timer;
    struct channel *channels;
    size_t channel_count;
    size_t stream_count;
    uint32_t mark;
    struct metric *open;
    struct metric *frames;
};

/* What a read brings: events in order, and an index by item of the newest of each object. */
struct item_place {
    struct text item;
    uint32_t event;
};

struct read_job {
    struct auth_job job;
    struct channel *channel;
    bool catching; /* for those that are behind and stand at `after`; else for all up to date */
    int64_t after;
    struct told *events;
    size_t count;
    struct item_place *places;
    size_t place_count;
    uint64_t *present; /* a bit for each slot that one of the places has */
    uint32_t *wholes;  /* the events that are about the whole plant */
    size_t whole_count;
    uint32_t *heard; /* those that one stream hears, ascending */
    size_t heard_count;
    uint32_t *marks;  /* by event: the mark of the last stream that hears it */
    int64_t last_seq; /* read up to here */
    bool more;        /* there may be events behind it */
};

/* ---- reading, on a worker ---- */

static int by_object(const void *a, const void *b)
{
    const struct told *left = *(const struct told *const *)a;
    const struct told *right = *(const struct told *const *)b;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    int order = text_cmp(left->object, right->object);
    if (order != 0)
        return order;
    return (left->event_seq > right->event_seq) - (left->event_seq < right->event_seq);
}

/* Of several events of one object only the newest is told: it carries the whole new state. */
static bool find_newest(struct read_job *read, struct arena *arena)
{
    struct told **order = arena_alloc(arena, read->count + 1, sizeof *order);
    if (!order)
        return false;
    for (size_t i = 0; i < read->count; i++)
        order[i] = &read->events[i];
    qsort(order, read->count, sizeof *order, by_object);
    const struct told *newest = NULL;
    for (size_t i = read->count; i > 0; i--) {
        struct told *event = order[i - 1];
        if (!newest || event->kind != newest->kind || !text_equal(event->object, newest->object))
            newest = event;
        event->newest = (uint32_t)(newest - read->events);
    }
    return true;
}

static int by_item(const void *a, const void *b)
{
    const struct item_place *left = a;
    const struct item_place *right = b;
    int order = text_cmp(left->item, right->item);
    return order != 0 ? order : (left->event > right->event) - (left->event < right->event);
}

#define SLOTS 65536 /* far more than a read has items: hardly any stream looks for one in vain */

static uint32_t slot_of(struct text item)
{
    return (uint32_t)(text_hash(item) % SLOTS);
}

/* What an event is about hears the newest of its object: an order may have left an item. */
static bool index_items(struct read_job *read, struct arena *arena)
{
    size_t most = 0;
    for (size_t i = 0; i < read->count; i++)
        most += read->events[i].item_count;
    read->places = arena_alloc(arena, most + 1, sizeof *read->places);
    read->wholes = arena_alloc(arena, read->count + 1, sizeof *read->wholes);
    read->heard = arena_alloc(arena, read->count + 1, sizeof *read->heard);
    read->marks = arena_alloc(arena, read->count + 1, sizeof *read->marks);
    read->present = arena_alloc(arena, SLOTS / 64, sizeof *read->present);
    if (!read->places || !read->wholes || !read->heard || !read->marks || !read->present)
        return false;
    for (size_t i = 0; i < read->count; i++) {
        if (read->events[i].whole)
            read->wholes[read->whole_count++] = read->events[i].newest;
        for (size_t k = 0; k < read->events[i].item_count; k++)
            read->places[read->place_count++] =
                (struct item_place){read->events[i].items[k], read->events[i].newest};
    }
    for (size_t p = 0; p < read->place_count; p++) {
        const uint32_t slot = slot_of(read->places[p].item);
        read->present[slot / 64] |= UINT64_C(1) << slot % 64;
    }
    qsort(read->places, read->place_count, sizeof *read->places, by_item);
    return true;
}

/* As many as fit; at least one, or the read fails. */
static enum status work_read(struct auth_job *job, struct sql *sql)
{
    struct read_job *read = (struct read_job *)job;
    struct sql_rows rows;
    enum status status =
        read->after == BEGIN_AT_NEXT
            ? store_last_event(sql, job->arena, read->channel->plant, &read->last_seq, &job->fault)
            : store_events(sql, job->arena,
                           &(struct store_events){text_of(read->channel->plant), read->after,
                                                  STREAM_READ_MAX},
                           &rows, &job->fault);
    if (status != STATUS_OK || read->after == BEGIN_AT_NEXT)
        return status;
    read->events = arena_alloc(job->arena, rows.count + 1, sizeof *read->events);
    read->last_seq = read->after;
    size_t seen = 0;
    for (; read->events && seen < rows.count; seen++) {
        const struct sql_value *v = sql_at(&rows, seen, 0);
        struct told *told = &read->events[read->count];
        struct fault unread = {0};
        *told = (struct told){.event_seq = v[0].as.integer, .kind = v[1].as.integer};
        enum status decoded = told_decode(v[2].as.text, job->arena, told, &unread);
        if (decoded == STATUS_LIMIT)
            break;
        read->last_seq = v[0].as.integer;
        read->count += decoded == STATUS_OK; /* one of a later release is passed over */
    }
    read->more = rows.count == STREAM_READ_MAX || seen < rows.count;
    if (!read->events || (seen == 0 && rows.count > 0) || !find_newest(read, job->arena) ||
        !index_items(read, job->arena))
        return fault_set(&job->fault, STATUS_LIMIT, "", "events do not fit in memory");
    return STATUS_OK;
}

/* ---- telling ---- */

static struct text begin_frame(char *frame, const struct read_job *read, size_t room)
{
    int wrote = snprintf(frame, room, "id: %lld\ndata: {\"plant\":\"", (long long)read->last_seq);
    ASSERT(wrote > 0 && (size_t)wrote < room);
    size_t length = (size_t)wrote;
    for (const char *c = read->channel->plant; *c; c++) {
        if (*c == '"' || *c == '\\')
            frame[length++] = '\\';
        frame[length++] = *c;
    }
    static const char events[] = "\",\"events\":[";
    memcpy(frame + length, events, sizeof events - 1);
    return (struct text){frame, length + sizeof events - 1};
}

/* The events heard as one message; the empty text when there are none. */
static struct text compose(const struct read_job *read)
{
    size_t bytes = 2 * sizeof read->channel->plant + FRAME_EXTRA;
    for (size_t i = 0; i < read->heard_count; i++)
        bytes += read->events[read->heard[i]].json.length + 1;
    char *frame = read->heard_count > 0 ? malloc(bytes) : NULL;
    if (!frame)
        return (struct text){NULL, 0};
    size_t length = begin_frame(frame, read, bytes).length;
    for (size_t i = 0; i < read->heard_count; i++) {
        const struct text json = read->events[read->heard[i]].json;
        if (i > 0)
            frame[length++] = ',';
        memcpy(frame + length, json.bytes, json.length);
        length += json.length;
    }
    memcpy(frame + length, "]}\n\n", 4);
    return (struct text){frame, length + 4};
}

static size_t first_place(const struct read_job *read, struct text item)
{
    size_t low = 0;
    size_t high = read->place_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(read->places[middle].item, item) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void hear(struct read_job *read, uint32_t event, uint32_t mark)
{
    if (read->marks[event] == mark)
        return;
    read->marks[event] = mark;
    read->heard[read->heard_count++] = event;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a;
    const uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* What the stream hears of the read: of a read of thousands that is often next to nothing. */
static void find_heard(const struct stream *stream, struct read_job *read)
{
    const uint32_t mark = ++stream->gateway->streams->mark;
    read->heard_count = 0;
    for (uint32_t i = 0; stream->item_count == 0 && i < read->count; i++) {
        if (read->events[i].newest == i)
            hear(read, i, mark);
    }
    for (size_t i = 0; i < read->whole_count; i++)
        hear(read, read->wholes[i], mark);
    for (size_t k = 0; k < stream->item_count; k++) {
        const struct followed *followed = &stream->items[k];
        if (!(read->present[followed->slot / 64] >> followed->slot % 64 & 1))
            continue;
        for (size_t p = first_place(read, followed->item);
             p < read->place_count && text_equal(read->places[p].item, followed->item); p++)
            hear(read, read->places[p].event, mark);
    }
    if (stream->item_count > 0)
        qsort(read->heard, read->heard_count, sizeof *read->heard, by_number);
}

static void push(struct stream *stream, struct text frame)
{
    stream->sent_us = clock_monotonic_us();
    metric_add(stream->gateway->streams->frames, 1);
    conn_push(stream->conn, frame);
}

static void tell_one(struct stream *stream, struct read_job *read)
{
    find_heard(stream, read);
    struct text frame = compose(read);
    if (frame.length > 0)
        push(stream, frame);
    free((void *)(uintptr_t)frame.bytes);
    stream->cursor = read->last_seq;
}

/* Is the read for this stream? */
static bool is_told(const struct stream *stream, const struct read_job *read)
{
    return read->catching ? !stream->up_to_date && stream->cursor == read->after
                          : stream->up_to_date && stream->cursor < read->last_seq;
}

/* Clients of the whole plant share one frame.  One that is slow to read is left behind, until it
   has taken what is sent.  One that has caught up hears what is new from now on: not while the
   channel has no place yet, as it will begin behind events that this read did not see. */
static void tell_all(struct channel *channel, struct read_job *read)
{
    struct text whole = {NULL, 0};
    const bool is_current = !read->catching || (channel->last_seq != BEGIN_AT_NEXT && !read->more &&
                                                read->last_seq >= channel->last_seq);
    for (struct stream *stream = channel->first; stream; stream = stream->next) {
        if (!is_told(stream, read))
            continue;
        const bool is_slow = conn_unsent(stream->conn) > STREAM_UNSENT_MAX;
        stream->up_to_date = is_current && !is_slow;
        if (is_slow)
            continue;
        if (stream->item_count > 0) {
            tell_one(stream, read);
            continue;
        }
        if (!whole.bytes) {
            find_heard(stream, read);
            whole = compose(read);
        }
        if (whole.length > 0)
            push(stream, whole);
        stream->cursor = read->last_seq;
    }
    free((void *)(uintptr_t)whole.bytes);
}

/* ---- reads and their end, on the loop ---- */

static void begin_read(struct gateway *gateway, struct channel *channel,
                       const struct stream *behind);

static bool is_behind(const struct stream *stream)
{
    return !stream->up_to_date && stream->cursor != BEGIN_AT_NEXT &&
           conn_unsent(stream->conn) <= STREAM_UNSENT_MAX;
}

/* One read at a time for those that are behind, whose turn it is longest: however many come back
   at once, what is new does not wait for what they missed. */
static void catch_up(struct gateway *gateway, struct channel *channel)
{
    struct stream *next = NULL;
    for (struct stream *stream = channel->first; stream && !channel->catching;
         stream = stream->next) {
        if (is_behind(stream) && (!next || stream->caught_us < next->caught_us))
            next = stream;
    }
    if (next) {
        next->caught_us = clock_monotonic_us();
        begin_read(gateway, channel, next);
    }
}

static void done_catching(struct read_job *read)
{
    struct channel *channel = read->channel;
    channel->catching = false;
    if (read->job.fault.status != STATUS_OK)
        return; /* the next tick tries again */
    tell_all(channel, read);
    if (channel->last_seq != BEGIN_AT_NEXT)
        catch_up(read->job.gateway, channel);
}

static void begin_waiting(struct channel *channel)
{
    for (struct stream *stream = channel->first; stream; stream = stream->next) {
        if (stream->cursor != BEGIN_AT_NEXT)
            continue;
        stream->cursor = channel->last_seq;
        stream->up_to_date = true;
    }
}

static void done_channel(struct read_job *read)
{
    struct channel *channel = read->channel;
    channel->reading = false;
    if (read->job.fault.status != STATUS_OK)
        return;
    channel->last_seq = read->last_seq;
    if (read->more)
        begin_read(read->job.gateway, channel, NULL); /* while these are told */
    if (read->after != BEGIN_AT_NEXT)
        tell_all(channel, read);
    begin_waiting(channel);
}

static void done_read(struct auth_job *job)
{
    struct read_job *read = (struct read_job *)job;
    struct arena *arena = job->arena;
    struct gateway *gateway = job->gateway;
    if (job->fault.status != STATUS_OK)
        log_fault(LOG_WARNING, &job->fault, "read events");
    if (read->catching)
        done_catching(read);
    else
        done_channel(read);
    server_arena_give(gateway, arena);
}

/* For those that are `behind` where this one is; NULL: what is new. */
static void begin_read(struct gateway *gateway, struct channel *channel,
                       const struct stream *behind)
{
    struct arena *arena = server_arena_take(gateway);
    struct read_job *read = arena ? arena_alloc(arena, 1, sizeof *read) : NULL;
    if (!read) {
        if (arena)
            server_arena_give(gateway, arena);
        return;
    }
    read->job.work = work_read;
    read->job.done = done_read;
    read->job.arena = arena;
    read->channel = channel;
    read->catching = behind != NULL;
    read->after = behind ? behind->cursor : channel->last_seq;
    if (behind) {
        channel->catching = true;
    } else {
        channel->reading = true;
        channel->rung = false;
        channel->read_us = clock_monotonic_us();
    }
    auth_submit(gateway->auth, &read->job);
}

/* ---- the tick ---- */

static struct channel *channel_find(struct streams *streams, const char *plant)
{
    struct channel *channel = streams->channels;
    while (channel && strcmp(channel->plant, plant) != 0)
        channel = channel->next;
    return channel;
}

static void hear_rings(struct streams *streams)
{
    char plant[FEED_PLANT_MAX];
    struct text body;
    while (feed_receive(streams->feed, 0, plant, &body)) {
        struct channel *channel = channel_find(streams, plant);
        if (channel)
            channel->rung = true;
    }
}

static void keep_alive(struct stream *stream, int64_t now_us)
{
    char comment[64];
    if (now_us - stream->began_us > (int64_t)STREAM_LIFE_S * 1000000) {
        conn_end(stream->conn);
        return;
    }
    if (now_us - stream->sent_us < (int64_t)STREAM_QUIET_S * 1000000 || stream->cursor < 0)
        return;
    snprintf(comment, sizeof comment, "id: %lld\n\n", (long long)stream->cursor);
    push(stream, text_of(comment));
}

static void on_tick(evutil_socket_t fd, short events, void *context)
{
    (void)fd, (void)events;
    struct streams *streams = context;
    int64_t now_us = clock_monotonic_us();
    hear_rings(streams);
    for (struct channel *channel = streams->channels; channel; channel = channel->next) {
        struct stream *next;
        for (struct stream *stream = channel->first; stream; stream = next) {
            next = stream->next;
            keep_alive(stream, now_us);
        }
        catch_up(streams->gateway, channel);
        if (channel->first && !channel->reading &&
            (channel->rung || now_us - channel->read_us > LOOK_US))
            begin_read(streams->gateway, channel, NULL);
    }
}

/* ---- coming and going ---- */

static void stream_free(struct stream *stream)
{
    for (size_t i = 0; i < stream->item_count; i++)
        free((void *)(uintptr_t)stream->items[i].item.bytes);
    free(stream);
}

static void fail(struct exchange *exchange, enum status status, const char *field,
                 const char *message)
{
    (void)fault_set(&exchange->fault, status, field, "%s", message);
    exchange_fail(exchange);
}

static struct channel *channel_of(struct streams *streams, const char *plant)
{
    struct channel *channel = channel_find(streams, plant);
    if (channel || streams->channel_count == STREAM_PLANTS_MAX)
        return channel;
    channel = calloc(1, sizeof *channel);
    if (!channel)
        return NULL;
    snprintf(channel->plant, sizeof channel->plant, "%s", plant);
    channel->last_seq = BEGIN_AT_NEXT;
    channel->rung = true;
    channel->next = streams->channels;
    streams->channels = channel;
    streams->channel_count++;
    return channel;
}

static bool parse_place(struct text text, int64_t *out)
{
    int64_t place = 0;
    if (text.length == 0 || text.length > 18)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        place = place * 10 + (text.bytes[i] - '0');
    }
    *out = place;
    return true;
}

static bool add_item(struct stream *stream, struct text value)
{
    char item[TEXT_CODE_MAX + 1];
    if (stream->item_count == STREAM_ITEMS_MAX || !http_decode(value, item, sizeof item) ||
        !text_is_code(text_of(item)))
        return false;
    const char *copy = strdup(item);
    if (copy)
        stream->items[stream->item_count++] =
            (struct followed){text_of(copy), slot_of(text_of(copy))};
    return copy != NULL;
}

/* "item=A&item=B&after=17" */
static bool read_query(struct stream *stream, struct text query, const char **field)
{
    while (query.length > 0) {
        const char *end = memchr(query.bytes, '&', query.length);
        size_t length = end ? (size_t)(end - query.bytes) : query.length;
        struct text part = {query.bytes, length};
        query.bytes += length + (end ? 1 : 0);
        query.length -= length + (end ? 1 : 0);
        bool item = part.length > 5 && memcmp(part.bytes, "item=", 5) == 0;
        bool after = part.length > 6 && memcmp(part.bytes, "after=", 6) == 0;
        *field = after ? "after" : "item";
        if (item ? !add_item(stream, (struct text){part.bytes + 5, part.length - 5})
                 : !after || !parse_place((struct text){part.bytes + 6, part.length - 6},
                                          &stream->cursor))
            return false;
    }
    return true;
}

static bool read_place(struct stream *stream, const struct exchange *exchange)
{
    struct text last = http_header(&exchange->head, "last-event-id");
    return last.length == 0 || parse_place(last, &stream->cursor);
}

static void link_stream(struct stream *stream, struct channel *channel)
{
    stream->channel = channel;
    stream->next = channel->first;
    if (stream->next)
        stream->next->previous = stream;
    channel->first = stream;
    stream->gateway->streams->stream_count++;
    metric_add(stream->gateway->streams->open, 1);
}

static void start(struct exchange *exchange, struct stream *stream, struct channel *channel)
{
    char head[HEAD_MAX];
    int length =
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nX-Request-Id: %s\r\nContent-Type: text/event-stream\r\n"
                 "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                 "Strict-Transport-Security: max-age=31536000\r\n"
                 "X-Accel-Buffering: no\r\nConnection: close\r\n\r\nretry: 1000\n\n",
                 exchange->trace_text);
    ASSERT(length > 0 && (size_t)length < sizeof head);
    stream->conn = exchange->conn;
    stream->began_us = stream->sent_us = clock_monotonic_us();
    link_stream(stream, channel);
    exchange_become_stream(exchange, stream, (struct text){head, (size_t)length});
    if (stream->cursor == BEGIN_AT_NEXT && channel->last_seq != BEGIN_AT_NEXT) {
        stream->cursor = channel->last_seq;
        stream->up_to_date = true;
    }
    channel->rung = channel->rung || channel->last_seq == BEGIN_AT_NEXT;
}

static void on_caller(struct exchange *exchange, const struct caller *caller)
{
    struct gateway *gateway = exchange->gateway;
    const char *field = "";
    if (exchange->fault.status != STATUS_OK || !caller) {
        (void)fault_set(&exchange->fault, STATUS_UNAUTHENTICATED, "", "%s",
                        status_text(STATUS_UNAUTHENTICATED));
        exchange_fail(exchange);
        return;
    }
    snprintf(exchange->principal.name, sizeof exchange->principal.name, "%s", caller->login);
    if (caller_roles(caller, exchange->plant) == 0) {
        fail(exchange, STATUS_FORBIDDEN, "plant", "you have no role at this plant");
        return;
    }
    if (!exchange->conn || gateway->draining) {
        fail(exchange, STATUS_UNAVAILABLE, "", "shutting down");
        return;
    }
    struct stream *stream = calloc(1, sizeof *stream);
    struct channel *channel = channel_of(gateway->streams, exchange->plant);
    if (!stream || !channel) {
        free(stream);
        fail(exchange, STATUS_BUSY, "", "too many plants are followed");
        return;
    }
    stream->gateway = gateway;
    stream->cursor = BEGIN_AT_NEXT;
    if (!read_query(stream, exchange->head.query, &field)) {
        stream_free(stream);
        fail(exchange, STATUS_INVALID, field,
             "the query takes item=CODE, at most 100 times, and after=NUMBER");
    } else if (!read_place(stream, exchange)) {
        stream_free(stream);
        fail(exchange, STATUS_INVALID, "Last-Event-ID",
             "Last-Event-ID is not a place in the events");
    } else {
        start(exchange, stream, channel);
    }
}

void stream_exchange(struct exchange *exchange, struct text plant)
{
    exchange->method = "events";
    if (!http_decode(plant, exchange->plant, sizeof exchange->plant) ||
        !text_is_code(text_of(exchange->plant))) {
        exchange->plant[0] = '\0';
        fail(exchange, STATUS_MALFORMED, "plant", "the path does not hold a plant's code");
        return;
    }
    caller_identify(exchange, on_caller);
}

void stream_gone(struct stream *stream)
{
    struct streams *streams = stream->gateway->streams;
    if (stream->previous)
        stream->previous->next = stream->next;
    else
        stream->channel->first = stream->next;
    if (stream->next)
        stream->next->previous = stream->previous;
    streams->stream_count--;
    metric_add(streams->open, -1);
    stream_free(stream);
}

void stream_taken(struct stream *stream)
{
    if (is_behind(stream))
        catch_up(stream->gateway, stream->channel);
}

enum status streams_open(struct gateway *gateway, struct fault *fault)
{
    static const struct timeval tick = {.tv_usec = (suseconds_t)STREAM_TICK_MS * 1000};
    struct streams *streams = calloc(1, sizeof *streams);
    if (!streams)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    gateway->streams = streams;
    streams->gateway = gateway;
    streams->open = metric_gauge("millrace_gateway_streams", "Clients that follow events");
    streams->frames =
        metric_counter("millrace_gateway_stream_messages_total", "Messages to clients");
    struct rpc_wire wire = rpc_wire_of(gateway->conf);
    enum status status = feed_open(&wire, FEED_SUBSCRIBE, &streams->feed, fault);
    if (status != STATUS_OK)
        return status;
    streams->timer = event_new(gateway->base, -1, EV_PERSIST, on_tick, streams);
    if (!streams->timer || event_add(streams->timer, &tick) != 0)
        return fault_set(fault, STATUS_INTERNAL, "", "could not watch the feed");
    return STATUS_OK;
}

void streams_close(struct gateway *gateway)
{
    struct streams *streams = gateway->streams;
    if (!streams)
        return;
    if (streams->timer)
        event_free(streams->timer);
    feed_close(&streams->feed);
    while (streams->channels) {
        struct channel *channel = streams->channels;
        streams->channels = channel->next;
        free(channel);
    }
    free(streams);
    gateway->streams = NULL;
}
