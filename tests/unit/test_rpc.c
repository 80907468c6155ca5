/* rpc with real processes and sockets: this program is the service too (echo_service.h). */
#include "common/io/rpc_client.h"
#include "common/io/rpc_codec.h"
#include "common/io/rpc_socket.h"
#include "tests/unit/echo_service.h"
#include "tests/unit/rpc_stage.h"

#include <event2/event.h>
#include <zmq.h>

#define ECHO "Order.ListPurchaseOrders"
#define POST "Order.CreateWorkOrder"

static struct stage stage = {.audience = "Order"};

static void start(int workers, int queue)
{
    char settings[128];
    snprintf(settings, sizeof settings, "rpc.workers = %d\nrpc.queue = %d\nlog.level = error",
             workers, queue);
    stage_start(&stage, settings);
}

static void stop(void)
{
    stage_stop(&stage);
}

static void test_open(void)
{
    stage_open(&stage);
}

static void test_close(void)
{
    stage_close(&stage, "order.sock");
}

static struct rpc_call call_of(const char *method, char plant, const char *body)
{
    stage_sign_again(&stage);
    const struct ticket *ticket = &stage.tickets[plant == 'B'];
    return (struct rpc_call){.process = "order",
                             .method = method,
                             .plant = plant == 'B' ? "B" : "A",
                             .ticket = ticket->bytes,
                             .ticket_signature = ticket->signature,
                             .trace = clock_uuid(),
                             .key = clock_uuid(),
                             .body = text_of(body),
                             .timeout_ms = STAGE_PATIENT_MS};
}

/* --- one question at a time --- */

static enum status ask(struct rpc_ask *asker, const struct rpc_call *call, struct rpc_asked *out)
{
    return stage_ask(&stage, asker, call, out);
}

static void test_answers(void)
{
    start(2, 100);
    struct rpc_ask *asker = stage_ask_open(&stage);
    struct rpc_asked answer;
    struct rpc_call call = call_of(ECHO, 'A', "hello");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_OK);
    CU_ASSERT_TRUE(text_is(answer.body, "hello"));
    CU_ASSERT_FALSE(answer.repeated);

    call = call_of(POST, 'A', "1");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_OK);
    CU_ASSERT_TRUE(text_is(answer.body, "ok 1"));

    call = call_of("Order.ListSalesOrders", 'A', "\x10\x05");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_OK);
    call = call_of("Order.ListSalesOrders", 'A', "\x1a\x05garbage");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_MALFORMED);

    call = call_of(ECHO, 'A', "huge");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_LIMIT);
    rpc_ask_close(&asker);
    stop();
}

static void test_refusals(void)
{
    start(2, 100);
    struct rpc_ask *asker = stage_ask_open(&stage);
    struct rpc_asked answer;
    struct rpc_call call = call_of(ECHO, 'A', "");
    call.ticket = (struct text){0};
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_UNAUTHENTICATED);
    call = call_of(ECHO, 'A', "");
    call.plant = "B"; /* with a ticket for A */
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_UNAUTHENTICATED);
    CU_ASSERT_STRING_EQUAL(stage.fault.detail, ""); /* stays in the log */

    struct ticket sales = stage_sign(&stage, "A", ROLE_SALES);
    call = call_of(POST, 'A', "1");
    call.ticket = sales.bytes;
    call.ticket_signature = sales.signature;
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_FORBIDDEN);

    call = call_of(POST, 'A', "1");
    call.key = (struct uuid){0};
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(stage.fault.field, "idempotency_key");
    call = call_of("Order.Nothing", 'A', "");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_NOT_FOUND);
    call = call_of("Production.PostIssue", 'A', "");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_NOT_FOUND);

    static char large[WIRE_BODY_MAX + 2];
    memset(large, 'x', sizeof large - 1);
    call = call_of(ECHO, 'A', large);
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_LIMIT);
    large[WIRE_BODY_MAX] = '\0';
    call = call_of(ECHO, 'A', large);
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_OK);
    CU_ASSERT_EQUAL(answer.body.length, WIRE_BODY_MAX);
    rpc_ask_close(&asker);
    stop();
}

static void test_nobody_there(void)
{
    struct rpc_ask *asker = stage_ask_open(&stage);
    struct rpc_asked answer;
    struct rpc_call call = call_of(ECHO, 'A', "");
    call.process = "nobody";
    call.timeout_ms = 150;
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_UNAVAILABLE);
    rpc_ask_close(&asker);
}

/* --- many at once --- */

struct crowd {
    struct event_base *base;
    struct rpc_client *client;
    size_t to_send;
    size_t sent;
    size_t under_way;
    size_t by_status[STATUS_INTERNAL + 1];
    size_t bad_answers; /* not what was expected */
    size_t shared;      /* answered out of a batch with others */
    size_t most_at_once;
    size_t kill_at;   /* kill and start again when so many are answered; 0: never */
    int health_place; /* how many were answered before the health question */
};

static size_t answered(const struct crowd *crowd)
{
    return crowd->sent - crowd->under_way;
}

static void crowd_open(struct crowd *crowd)
{
    struct rpc_wire wire = rpc_wire_local(stage.folder);
    *crowd = (struct crowd){.base = event_base_new(), .health_place = -1};
    CU_ASSERT_EQUAL_FATAL(rpc_client_open(crowd->base, &wire, &crowd->client, &stage.fault),
                          STATUS_OK);
}

/* How many ended in the status; the others are named, or nobody would know why. */
static size_t ended(const struct crowd *crowd, enum status status)
{
    for (size_t i = 0; i <= STATUS_INTERNAL; i++) {
        if (i != status && crowd->by_status[i] > 0)
            printf("%zu calls ended in %s\n", crowd->by_status[i], status_name((enum status)i));
    }
    return crowd->by_status[status];
}

static void crowd_close(struct crowd *crowd)
{
    rpc_client_close(&crowd->client);
    event_base_free(crowd->base);
}

static void crowd_run(struct crowd *crowd)
{
    int rc = event_base_dispatch(crowd->base);
    CU_ASSERT_TRUE(rc >= 0);
    CU_ASSERT_EQUAL(crowd->under_way, 0);
}

static void crowd_call(struct crowd *crowd, const struct rpc_call *call, rpc_answer_fn *done)
{
    crowd->sent++;
    crowd->under_way++;
    rpc_client_call(crowd->client, call, done, crowd);
}

static void note(struct crowd *crowd, const struct rpc_answer *answer)
{
    CU_ASSERT_TRUE_FATAL(crowd->under_way > 0);
    crowd->under_way--;
    crowd->by_status[answer->fault->status]++;
    if (crowd->under_way == 0 && crowd->sent >= crowd->to_send)
        event_base_loopbreak(crowd->base);
}

static void on_any(void *context, const struct rpc_answer *answer)
{
    note(context, answer);
}

static void on_batched(void *context, const struct rpc_answer *answer)
{
    struct crowd *crowd = context;
    size_t size = answer->body.length > 3 ? (size_t)atol(answer->body.bytes + 3) : 0;
    if (answer->body.length < 4 || memcmp(answer->body.bytes, "ok ", 3) != 0)
        crowd->bad_answers++;
    if (size > 1)
        crowd->shared++;
    note(crowd, answer);
}

/* Calls that find no socket yet are sent later, each in its own time, and so change order. */
static void crowd_connect(struct crowd *crowd)
{
    struct rpc_call health = call_of("Node.GetHealth", 'A', "");
    crowd_call(crowd, &health, on_any);
    crowd_run(crowd);
}

static void test_batches(void)
{
    enum { EACH = 600 };
    struct crowd crowd;
    start(3, 2 * EACH);
    crowd_open(&crowd);
    crowd_connect(&crowd);
    crowd.to_send = (size_t)2 * EACH + 1;
    for (int i = 1; i <= EACH; i++) {
        char number[12];
        snprintf(number, sizeof number, "%d", i);
        struct rpc_call call = call_of(POST, 'A', number);
        crowd_call(&crowd, &call, on_batched);
        call = call_of(POST, 'B', number);
        crowd_call(&crowd, &call, on_batched);
    }
    crowd_run(&crowd);
    CU_ASSERT_EQUAL(ended(&crowd, STATUS_OK), 2 * EACH + 1);
    CU_ASSERT_EQUAL(crowd.bad_answers, 0); /* in order, one plant, one batch at a time */
    CU_ASSERT_TRUE(crowd.shared > EACH);
    crowd_close(&crowd);
    stop();
}

static void on_health(void *context, const struct rpc_answer *answer)
{
    struct crowd *crowd = context;
    CU_ASSERT_EQUAL(answer->fault->status, STATUS_OK);
    crowd->health_place = (int)answered(crowd);
    note(crowd, answer);
}

static void test_health_while_busy(void)
{
    struct crowd crowd;
    start(2, 100);
    crowd_open(&crowd);
    crowd_connect(&crowd);
    crowd.to_send = 6;
    struct rpc_call call = call_of(ECHO, 'A', "sleep 600");
    for (int i = 0; i < 4; i++)
        crowd_call(&crowd, &call, on_any);
    call = call_of("Node.GetHealth", 'A', "");
    call.ticket = (struct text){0};
    crowd_call(&crowd, &call, on_health);
    crowd_run(&crowd);
    CU_ASSERT_EQUAL(crowd.health_place, 1); /* the one before */
    CU_ASSERT_EQUAL(ended(&crowd, STATUS_OK), 6);

    struct rpc_ask *asker = stage_ask_open(&stage);
    struct rpc_asked answer;
    call = call_of("Node.GetMetrics", 'A', "");
    CU_ASSERT_EQUAL(ask(asker, &call, &answer), STATUS_OK);
    const char *metrics = text_copy(answer.body, stage.arena);
    CU_ASSERT_PTR_NOT_NULL_FATAL(metrics);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(metrics, "millrace_rpc_requests_total{method=\"" ECHO "\",status=\"OK\"} 4"));
    rpc_ask_close(&asker);
    crowd_close(&crowd);
    stop();
}

static void on_killing(void *context, const struct rpc_answer *answer);

static void send_next(struct crowd *crowd)
{
    while (crowd->under_way < crowd->most_at_once && crowd->sent < crowd->to_send) {
        struct rpc_call call =
            call_of(crowd->sent % 2 ? ECHO : POST, crowd->sent % 3 ? 'A' : 'B', "1");
        crowd_call(crowd, &call, on_killing);
    }
}

static void on_killing(void *context, const struct rpc_answer *answer)
{
    struct crowd *crowd = context;
    note(crowd, answer);
    if (crowd->kill_at != 0 && answered(crowd) % crowd->kill_at == 0) {
        kill(stage.server, SIGKILL);
        CU_ASSERT_EQUAL(stage_wait_end(&stage), -SIGKILL);
        start(2, 40);
    }
    send_next(crowd);
}

/* Callers see nothing of kill -9 but the delay; a queue shorter than the crowd adds BUSY. */
static void test_killed_under_load(void)
{
    struct crowd crowd;
    start(2, 40);
    crowd_open(&crowd);
    crowd.to_send = 2000;
    crowd.most_at_once = 64;
    crowd.kill_at = 450;
    send_next(&crowd);
    crowd_run(&crowd);
    CU_ASSERT_EQUAL(crowd.sent, 2000);
    CU_ASSERT_EQUAL(ended(&crowd, STATUS_OK), 2000);
    crowd_close(&crowd);
    stop();
}

static void on_health_then_term(void *context, const struct rpc_answer *answer)
{
    on_health(context, answer);
    kill(stage.server, SIGTERM); /* what was sent before has been taken */
}

static void test_drain(void)
{
    struct crowd crowd;
    start(2, 100);
    crowd_open(&crowd);
    crowd_connect(&crowd);
    crowd.to_send = 42;
    for (int i = 0; i < 20; i++) {
        struct rpc_call call = call_of(ECHO, 'A', "sleep 10");
        crowd_call(&crowd, &call, on_any);
        call = call_of(POST, 'A', "1");
        crowd_call(&crowd, &call, on_any);
    }
    struct rpc_call health = call_of("Node.GetHealth", 'A', "");
    crowd_call(&crowd, &health, on_health_then_term);
    crowd_run(&crowd);
    CU_ASSERT_EQUAL(ended(&crowd, STATUS_OK), 42);
    CU_ASSERT_TRUE(crowd.health_place < 41);
    CU_ASSERT_EQUAL(stage_wait_end(&stage), 0);
    crowd_close(&crowd);
}

/* --- by hand --- */

struct raw {
    void *context;
    void *socket;
    const char *method;
    uint32_t timeout_ms;
    const struct ticket *ticket;
};

static void raw_open(struct raw *raw)
{
    char address[STAGE_PATH_MAX];
    int linger = 1000; /* with 0, 4.3.4 aborts when a half-read message loses its connection */
    int wait_ms = STAGE_PATIENT_MS;
    snprintf(address, sizeof address, "ipc://%s/order.sock", stage.folder);
    raw->method = ECHO;
    raw->timeout_ms = STAGE_PATIENT_MS;
    raw->ticket = &stage.tickets[0];
    raw->context = zmq_ctx_new();
    raw->socket = zmq_socket(raw->context, ZMQ_DEALER);
    zmq_setsockopt(raw->socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(raw->socket, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
    CU_ASSERT_EQUAL_FATAL(zmq_connect(raw->socket, address), 0);
}

static void raw_close(struct raw *raw)
{
    zmq_close(raw->socket);
    zmq_ctx_term(raw->context);
}

/* One pair of a message; `flags` is ZMQ_SNDMORE when another follows. */
static void raw_pair(struct raw *raw, const char *body, struct uuid id, int flags)
{
    uint8_t bytes[RPC_ENVELOPE_MAX];
    struct rpc_envelope envelope = {.method = raw->method,
                                    .plant = "A",
                                    .id = id,
                                    .trace = id,
                                    .key = id,
                                    .ticket = raw->ticket->bytes,
                                    .signature = raw->ticket->signature,
                                    .timeout_ms = raw->timeout_ms};
    size_t length = rpc_envelope_pack(&envelope, bytes);
    CU_ASSERT_EQUAL(zmq_send(raw->socket, bytes, length, ZMQ_SNDMORE), (int)length);
    CU_ASSERT_TRUE(zmq_send(raw->socket, body, strlen(body), flags) >= 0);
}

static void raw_call(struct raw *raw, const char *body, struct uuid id, uint32_t timeout_ms)
{
    raw->timeout_ms = timeout_ms;
    raw_pair(raw, body, id, 0);
}

/* Status of the next answer; STATUS_UNAVAILABLE when none comes. */
static enum status raw_answer(struct raw *raw, struct uuid *id, char body[64])
{
    char bytes[RPC_HEAD_MAX];
    struct rpc_head head;
    int length = zmq_recv(raw->socket, bytes, sizeof bytes, 0);
    if (length < 0)
        return STATUS_UNAVAILABLE;
    int body_length = zmq_recv(raw->socket, body, 63, 0);
    CU_ASSERT_TRUE_FATAL(body_length >= 0);
    body[body_length < 63 ? body_length : 63] = '\0';
    stage.fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(
        rpc_head_unpack((struct text){bytes, (size_t)length}, stage.arena, &head, &stage.fault),
        STATUS_OK);
    *id = head.id;
    return head.status;
}

/* A request may wait for its turn longer than its ticket lives. */
static void test_ticket_ends_while_waiting(void)
{
    struct raw raw;
    struct uuid id;
    char body[64];
    struct principal who = {.name = "li", .plant = "A", .roles = ROLE_BUYER};
    struct ticket_order order = {&who, "Order", clock_unix_us() - TICKET_LIFE_US + 2000000};
    struct ticket ticket;
    start(1, 100);
    raw_open(&raw);
    CU_ASSERT_EQUAL_FATAL(ticket_sign(stage.signer, &order, stage.arena, &ticket, &stage.fault),
                          STATUS_OK);
    raw_call(&raw, "sleep 2500", clock_uuid(), STAGE_PATIENT_MS);
    raw.ticket = &ticket;
    raw_call(&raw, "in time", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    raw_call(&raw, "too late", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_UNAUTHENTICATED);
    raw_close(&raw);
    stop();
}

/* With one worker asleep, what does not fit the queue is refused at once, and what has waited too
   long is not run. */
static void test_queue_full_and_deadline(void)
{
    enum { ROOM = 3, MORE = 5 };
    struct raw raw;
    struct uuid id;
    char body[64];
    start(1, ROOM);
    raw_open(&raw);
    raw_call(&raw, "up?", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL_FATAL(raw_answer(&raw, &id, body), STATUS_OK);
    struct uuid sleeper = clock_uuid();
    raw_call(&raw, "sleep 1500", sleeper, STAGE_PATIENT_MS);
    echo_sleep_ms(400); /* the worker has it */
    for (int i = 0; i < ROOM; i++)
        raw_call(&raw, "late", clock_uuid(), 50);
    for (int i = 0; i < MORE; i++)
        raw_call(&raw, "too many", clock_uuid(), STAGE_PATIENT_MS);
    for (int i = 0; i < MORE; i++)
        CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_BUSY);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    CU_ASSERT_EQUAL(uuid_cmp(id, sleeper), 0);
    for (int i = 0; i < ROOM; i++)
        CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_DEADLINE);
    raw_call(&raw, "count", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(body, "2"); /* "up?" and "sleep" */
    raw_close(&raw);
    stop();
}

/* An impatient caller's copies are run once, and the answer goes to the connection last used. */
static void test_asked_again(void)
{
    struct raw first;
    struct raw second;
    struct uuid id;
    char body[64];
    start(2, 100);
    raw_open(&first);
    raw_open(&second);
    raw_call(&second, "up?", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL_FATAL(raw_answer(&second, &id, body), STATUS_OK);
    struct uuid same = clock_uuid();
    raw_call(&first, "sleep 1000", same, STAGE_PATIENT_MS);
    raw_call(&first, "sleep 1000", same, STAGE_PATIENT_MS);
    echo_sleep_ms(200);
    raw_call(&second, "sleep 1000", same, STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&second, &id, body), STATUS_OK);
    CU_ASSERT_EQUAL(uuid_cmp(id, same), 0);
    raw_call(&second, "count", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&second, &id, body), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(body, "2");
    raw_close(&first);
    raw_close(&second);
    stop();
}

static void send_frames(struct raw *raw, const char *bytes, size_t length, int count)
{
    for (int i = 1; i <= count; i++)
        (void)zmq_send(raw->socket, bytes, length, i < count ? ZMQ_SNDMORE : 0);
}

/* A message that makes no sense costs its sender an answer, or nothing: the service goes on. */
static void test_garbage(void)
{
    static char large[WIRE_BODY_MAX + 8192];
    struct raw raw;
    struct uuid id;
    char body[64];
    start(2, 100);
    raw_open(&raw);
    send_frames(&raw, "", 0, 1);
    send_frames(&raw, "", 0, 2);
    send_frames(&raw, "\xff\xff\xff\xff", 4, 1);
    send_frames(&raw, "\xff\xff\xff\xff", 4, 2);
    send_frames(&raw, "x", 1, 3);
    send_frames(&raw, "x", 1, 20000);

    /* an envelope with an id but no method, and one without a body */
    send_frames(&raw,
                "\x12\x10"
                "0123456789abcdef",
                18, 2);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_MALFORMED);
    CU_ASSERT_EQUAL(memcmp(id.bytes, "0123456789abcdef", 16), 0);
    send_frames(&raw,
                "\x0a\x0eNode.GetHealth\x12\x10"
                "0123456789abcdef",
                34, 1);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_MALFORMED);

    raw_call(&raw, "still there?", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(body, "still there?");
    raw_close(&raw);

    raw_open(&raw); /* a frame above the limit: the connection is closed */
    send_frames(&raw, large, sizeof large, 2);
    raw_close(&raw);
    raw_open(&raw);
    raw_call(&raw, "and now?", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    raw_close(&raw);
    stop();
}

/* Several requests in one message: each is answered, what makes no sense among them is passed
   over, and a message of too many is dropped whole. */
static void test_pairs(void)
{
    enum { GOOD = 5 };
    struct raw raw;
    struct uuid ids[GOOD + 1];
    struct uuid id;
    char body[64];
    start(1, 100);
    raw_open(&raw);
    for (int i = 0; i < GOOD; i++) {
        ids[i] = clock_uuid();
        raw_pair(&raw, "one of several", ids[i], ZMQ_SNDMORE);
    }
    (void)zmq_send(raw.socket, "\xff\xff", 2, ZMQ_SNDMORE);
    (void)zmq_send(raw.socket, "", 0, ZMQ_SNDMORE);
    ids[GOOD] = clock_uuid();
    raw_pair(&raw, "the last", ids[GOOD], 0);
    for (int i = 0; i <= GOOD; i++) {
        CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
        CU_ASSERT_EQUAL(uuid_cmp(id, ids[i]), 0);
        CU_ASSERT_STRING_EQUAL(body, i < GOOD ? "one of several" : "the last");
    }
    for (int i = 0; i < RPC_PAIRS_MAX; i++)
        raw_pair(&raw, "too many", clock_uuid(), ZMQ_SNDMORE);
    raw_pair(&raw, "too many", clock_uuid(), 0);
    raw_pair(&raw, "count", clock_uuid(), 0);
    CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(body, "6"); /* GOOD and the last one */
    raw_close(&raw);
    stop();
}

/* Postings that are answered together are answered in one message. */
static void test_answers_together(void)
{
    struct raw raw;
    struct uuid id;
    char body[64];
    int messages = 0;
    start(1, 100);
    raw_open(&raw);
    raw.method = POST;
    for (int i = 1; i <= RPC_PAIRS_MAX; i++) {
        char number[12];
        snprintf(number, sizeof number, "%d", i);
        raw_pair(&raw, number, clock_uuid(), i < RPC_PAIRS_MAX ? ZMQ_SNDMORE : 0);
    }
    for (int i = 0; i < RPC_PAIRS_MAX; i++) {
        int more = 0;
        size_t size = sizeof more;
        CU_ASSERT_EQUAL(raw_answer(&raw, &id, body), STATUS_OK);
        CU_ASSERT_EQUAL(memcmp(body, "ok ", 3), 0);
        CU_ASSERT_EQUAL(zmq_getsockopt(raw.socket, ZMQ_RCVMORE, &more, &size), 0);
        messages += !more;
    }
    CU_ASSERT_TRUE(messages < RPC_PAIRS_MAX);
    raw_close(&raw);
    stop();
}

static void test_assertion(void)
{
    struct raw raw;
    start(2, 100);
    raw_open(&raw);
    raw_call(&raw, "abort", clock_uuid(), STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(stage_wait_end(&stage), -SIGABRT);
    raw_close(&raw);
}

int main(int argc, char **argv)
{
    static const struct unit_test tests[] = {
        UNIT(test_open),
        UNIT(test_answers),
        UNIT(test_refusals),
        UNIT(test_nobody_there),
        UNIT(test_batches),
        UNIT(test_health_while_busy),
        UNIT(test_killed_under_load),
        UNIT(test_drain),
        UNIT(test_ticket_ends_while_waiting),
        UNIT(test_queue_full_and_deadline),
        UNIT(test_asked_again),
        UNIT(test_garbage),
        UNIT(test_pairs),
        UNIT(test_answers_together),
        UNIT(test_assertion),
        UNIT(test_close),
    };
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        argv[1] = argv[0];
        return echo_main(argc - 1, argv + 1);
    }
    return unit_run("rpc", tests, COUNT_OF(tests));
}
