/* What rpc_client sends, seen by a service made by hand. */
#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/io/rpc_client.h"
#include "common/io/rpc_codec.h"
#include "common/io/rpc_socket.h"
#include "tests/unit/unit.h"

#include <event2/event.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define FRAMES_MAX (1 + 2 * RPC_PAIRS_MAX)
#define PATIENT_MS 40000
#define TURNS_MAX  20000 /* of 1 ms */

static char folder[] = "/tmp/millrace-client-XXXXXX";
static struct arena *arena;
static struct event_base *base;
static struct rpc_client *client;
static void *context;
static void *router;
static bool tells; /* on_answer writes a line of log */

/* One call: what its answer was. */
struct asked {
    bool done;
    enum status status;
    char body[16];
};

/* A message as the service sees it. */
struct message {
    zmq_msg_t frames[FRAMES_MAX];
    size_t count;
    size_t pairs;
};

static void test_open(void)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    arena = arena_new(MIB);
    context = zmq_ctx_new();
}

static void service_open(void)
{
    char address[RPC_ADDRESS_MAX];
    struct fault fault = {0};
    router = rpc_socket_new(context, (struct rpc_socket_kind){ZMQ_ROUTER, MIB});
    CU_ASSERT_EQUAL_FATAL(rpc_socket_address(folder, "order", address, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(rpc_socket_bind(router, address, &fault), STATUS_OK);
}

static void client_open(void)
{
    struct rpc_wire wire = rpc_wire_local(folder);
    struct fault fault = {0};
    base = event_base_new();
    CU_ASSERT_EQUAL_FATAL(rpc_client_open(base, &wire, &client, &fault), STATUS_OK);
}

static void both_close(void)
{
    rpc_client_close(&client);
    event_base_free(base);
    rpc_socket_free(router);
}

static void on_answer(void *where, const struct rpc_answer *answer)
{
    struct asked *asked = where;
    CU_ASSERT_FALSE(asked->done);
    if (tells)
        log_write(LOG_WARNING, "answered");
    asked->done = true;
    asked->status = answer->fault->status;
    snprintf(asked->body, sizeof asked->body, "%.*s", (int)answer->body.length,
             answer->body.length > 0 ? answer->body.bytes : "");
}

static void call(struct asked *asked, struct uuid key)
{
    struct rpc_call what = {.process = "order",
                            .method = "Order.CreateWorkOrder",
                            .plant = "A",
                            .key = key,
                            .body = text_of("x"),
                            .timeout_ms = PATIENT_MS};
    *asked = (struct asked){0};
    rpc_client_call(client, &what, on_answer, asked);
}

static void rest(void)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    nanosleep(&moment, NULL);
}

/* The next message, while the client's loop turns. */
static void receive(struct message *message)
{
    bool came = false;
    for (int turn = 0; turn < TURNS_MAX && !came; turn++) {
        event_base_loop(base, EVLOOP_NONBLOCK);
        came = rpc_socket_receive(router, message->frames, FRAMES_MAX, &message->count);
        if (!came)
            rest();
    }
    CU_ASSERT_TRUE_FATAL(came && message->count % 2 == 1);
    message->pairs = message->count / 2;
}

static struct uuid id_of(struct message *message, size_t pair)
{
    struct rpc_envelope envelope;
    struct fault fault = {0};
    arena_reset(arena);
    CU_ASSERT_EQUAL_FATAL(rpc_envelope_unpack(rpc_frame_text(&message->frames[1 + 2 * pair]), arena,
                                              &envelope, &fault),
                          STATUS_OK);
    return envelope.id;
}

static void send_pair(struct uuid id, const char *body, bool more)
{
    uint8_t bytes[RPC_HEAD_MAX];
    struct rpc_head head = {.id = id, .status = STATUS_OK, .field = "", .message = ""};
    struct text packed = {(const char *)bytes, rpc_head_pack(&head, bytes)};
    CU_ASSERT_TRUE(rpc_socket_send(router, packed, ZMQ_SNDMORE));
    CU_ASSERT_TRUE(rpc_socket_send(router, text_of(body), more ? ZMQ_SNDMORE : 0));
}

/* All that the message asked, in one message, in turn with answers that nobody waits for. */
static void answer_all(struct message *message)
{
    CU_ASSERT_TRUE(rpc_socket_send(router, rpc_frame_text(&message->frames[0]), ZMQ_SNDMORE));
    for (size_t i = 0; i < message->pairs; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i);
        if (2 * message->pairs <= RPC_PAIRS_MAX)
            send_pair(clock_uuid(), "whose?", true);
        send_pair(id_of(message, i), number, i + 1 < message->pairs);
    }
    rpc_frames_release(message->frames, message->count);
}

static void wait_for(const struct asked *asked, size_t count)
{
    size_t done = 0;
    for (int turn = 0; turn < TURNS_MAX && done < count; turn++) {
        event_base_loop(base, EVLOOP_NONBLOCK);
        for (done = 0; done < count && asked[done].done; done++)
            CU_ASSERT_EQUAL(asked[done].status, STATUS_OK);
        if (done < count)
            rest();
    }
    CU_ASSERT_EQUAL_FATAL(done, count);
}

/* Client and service know each other. */
static void connect_both(void)
{
    struct message message;
    struct asked first;
    service_open();
    client_open();
    call(&first, (struct uuid){{0}});
    receive(&message);
    CU_ASSERT_EQUAL(message.pairs, 1);
    answer_all(&message);
    wait_for(&first, 1);
}

/* Postings of one turn of the loop travel together, each is answered as itself. */
static void test_postings_together(void)
{
    enum { MORE = 3 };
    struct message message;
    struct asked asked[RPC_PAIRS_MAX + MORE];
    connect_both();
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        call(&asked[i], clock_uuid());
    receive(&message);
    CU_ASSERT_EQUAL(message.pairs, RPC_PAIRS_MAX);
    answer_all(&message);
    receive(&message);
    CU_ASSERT_EQUAL(message.pairs, MORE);
    answer_all(&message);
    wait_for(asked, COUNT_OF(asked));
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i % RPC_PAIRS_MAX);
        CU_ASSERT_STRING_EQUAL(asked[i].body, number);
    }
    both_close();
}

/* A call without a key goes at once, and what was asked before it does not come after it. */
static void test_reads_wait_for_nobody(void)
{
    struct message message;
    struct asked asked[4];
    connect_both();
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        call(&asked[i], i == 1 ? clock_uuid() : (struct uuid){{0}});
    const size_t pairs[] = {1, 2, 1};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        receive(&message);
        CU_ASSERT_EQUAL(message.pairs, pairs[i]);
        answer_all(&message);
    }
    wait_for(asked, COUNT_OF(asked));
    CU_ASSERT_STRING_EQUAL(asked[1].body, "0");
    CU_ASSERT_STRING_EQUAL(asked[2].body, "1");
    both_close();
}

/* Nobody is there yet: none is lost. */
static void test_sent_later(void)
{
    struct message message;
    struct asked asked[RPC_PAIRS_MAX];
    client_open();
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        call(&asked[i], clock_uuid());
    event_base_loop(base, EVLOOP_NONBLOCK);
    service_open();
    for (size_t came = 0; came < COUNT_OF(asked); came += message.pairs) {
        receive(&message);
        answer_all(&message);
    }
    wait_for(asked, COUNT_OF(asked));
    both_close();
}

/* What was to be sent when the client closes is told so. */
static void test_closed_before_sent(void)
{
    struct asked asked[3];
    connect_both();
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        call(&asked[i], clock_uuid());
    both_close();
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        CU_ASSERT_TRUE(asked[i].done);
        CU_ASSERT_EQUAL(asked[i].status, STATUS_UNAVAILABLE);
    }
}

/* How many writes wait at the other end of stderr, and how many lines they have. */
static size_t count_writes(int end, size_t *lines)
{
    char bytes[8192];
    size_t writes = 0;
    *lines = 0;
    for (ssize_t got; (got = recv(end, bytes, sizeof bytes, MSG_DONTWAIT)) > 0; writes++) {
        for (ssize_t i = 0; i < got; i++)
            *lines += bytes[i] == '\n';
    }
    return writes;
}

/* The lines about answers that came together are one write, and none waits for more answers. */
static void test_lines_together(void)
{
    struct message message;
    struct asked asked[3];
    int ends[2];
    size_t lines;
    connect_both();
    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    int saved = dup(STDERR_FILENO);
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        call(&asked[i], clock_uuid());
    receive(&message);
    tells = dup2(ends[0], STDERR_FILENO) == STDERR_FILENO;
    answer_all(&message);
    wait_for(asked, COUNT_OF(asked));
    tells = false;
    CU_ASSERT_EQUAL_FATAL(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    CU_ASSERT_EQUAL(count_writes(ends[1], &lines), 1);
    CU_ASSERT_EQUAL(lines, COUNT_OF(asked));
    close(saved);
    close(ends[0]);
    close(ends[1]);
    both_close();
}

static void on_signal(int number)
{
    (void)number;
}

/* A signal that comes while a socket is asked is no reason to end: SIGTERM begins a drain. */
static void test_asked_among_signals(void)
{
    struct itimerval often = {.it_interval = {.tv_usec = 50}, .it_value = {.tv_usec = 50}};
    struct itimerval never = {0};
    struct sigaction action = {.sa_handler = on_signal};
    service_open();
    CU_ASSERT_EQUAL_FATAL(sigaction(SIGALRM, &action, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(setitimer(ITIMER_REAL, &often, NULL), 0);
    int64_t until_us = clock_monotonic_us() + 500000;
    while (clock_monotonic_us() < until_us)
        CU_ASSERT_EQUAL(rpc_socket_get(router, ZMQ_EVENTS) & ZMQ_POLLIN, 0);
    CU_ASSERT_EQUAL(setitimer(ITIMER_REAL, &never, NULL), 0);
    rpc_socket_free(router);
}

/* An answer without a body, and one in a message of too many, are as good as none. */
static void test_broken_answers(void)
{
    struct message message;
    struct asked asked;
    connect_both();
    call(&asked, clock_uuid());
    receive(&message);
    struct uuid id = id_of(&message, 0);
    struct text route = rpc_frame_text(&message.frames[0]);
    CU_ASSERT_TRUE(rpc_socket_send(router, route, ZMQ_SNDMORE));
    for (int i = 0; i <= RPC_PAIRS_MAX; i++)
        send_pair(id, "too many", i < RPC_PAIRS_MAX);
    CU_ASSERT_TRUE(rpc_socket_send(router, route, ZMQ_SNDMORE));
    CU_ASSERT_TRUE(rpc_socket_send(router, text_of("\xff"), 0));
    CU_ASSERT_TRUE(rpc_socket_send(router, route, ZMQ_SNDMORE));
    send_pair(id, "good", false);
    wait_for(&asked, 1);
    CU_ASSERT_STRING_EQUAL(asked.body, "good");
    rpc_frames_release(message.frames, message.count);
    both_close();
}

static void test_close(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s/order.sock", folder);
    zmq_ctx_term(context);
    arena_free(&arena);
    (void)unlink(path);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

int main(void)
{
    static const struct unit_test tests[] = {
        UNIT(test_open),
        UNIT(test_postings_together),
        UNIT(test_reads_wait_for_nobody),
        UNIT(test_sent_later),
        UNIT(test_closed_before_sent),
        UNIT(test_lines_together),
        UNIT(test_asked_among_signals),
        UNIT(test_broken_answers),
        UNIT(test_close),
    };
    return unit_run("rpc_client", tests, COUNT_OF(tests));
}
