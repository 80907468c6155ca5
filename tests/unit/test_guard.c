/* CURVE between hosts, with a real process at the other end: who gets in and who does not. */
#include "common/io/rpc_client.h"
#include "common/io/rpc_guard.h"
#include "common/io/rpc_socket.h"
#include "tests/unit/echo_service.h"
#include "tests/unit/rpc_stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define ECHO        "Order.ListPurchaseOrders"
#define REFUSED_MS  400 /* long after a listed key would have been answered */
#define SECRET_WORD "rosebud-rosebud"
#define TAPE_MAX    (256 * KIB)

static struct stage stage = {.audience = "Order"};
static struct rpc_key server, gateway, stranger;
static int port;
static char map[STAGE_PATH_MAX], keys[3][STAGE_PATH_MAX];

/* --- the stage --- */

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&at, size), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    return ntohs(at.sin_port);
}

/* `listed` is the key in the gateway's line; with `at` the server seems to be at another port. */
static void write_map(const char *path, const struct rpc_key *listed, int at)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fprintf(file, "# a comment\n\ngateway - %s -\norder tcp://127.0.0.1:%d %s bom,gateway\n",
            listed->public, at, server.public);
    fclose(file);
}

static void make_key(struct rpc_key *key, const char *name, char path[STAGE_PATH_MAX])
{
    snprintf(path, STAGE_PATH_MAX, "%s", stage_path(&stage, name));
    CU_ASSERT_EQUAL_FATAL(rpc_key_make(path, key, &stage.fault), STATUS_OK);
}

static void start(void)
{
    char settings[3 * STAGE_PATH_MAX];
    snprintf(settings, sizeof settings, "rpc.map = %s\nrpc.key = %s\nlog.level = warning", map,
             keys[0]);
    stage_start(&stage, settings);
}

static void test_open(void)
{
    stage_open(&stage);
    make_key(&server, "server.key", keys[0]);
    make_key(&gateway, "gateway.key", keys[1]);
    make_key(&stranger, "stranger.key", keys[2]);
    snprintf(map, sizeof map, "%s", stage_path(&stage, "map"));
    port = free_port();
    write_map(map, &gateway, port);
}

/* --- asking --- */

static struct rpc_call call_of(const char *body, uint32_t timeout_ms)
{
    stage_sign_again(&stage);
    return (struct rpc_call){.process = "order",
                             .method = ECHO,
                             .plant = "A",
                             .ticket = stage.tickets[0].bytes,
                             .ticket_signature = stage.tickets[0].signature,
                             .trace = clock_uuid(),
                             .body = text_of(body),
                             .timeout_ms = timeout_ms};
}

static struct ticket sign_at(int64_t now_us)
{
    struct principal who = {.name = "mei", .plant = "A", .roles = ROLE_BUYER};
    struct ticket_order order = {&who, "Order", now_us};
    struct ticket ticket = {0};
    stage.fault = (struct fault){0};
    CU_ASSERT_EQUAL(ticket_sign(stage.signer, &order, stage.arena, &ticket, &stage.fault),
                    STATUS_OK);
    return ticket;
}

static struct rpc_ask *open_with(const char *at, const char *key)
{
    struct rpc_wire wire = {stage.folder, at, key};
    struct rpc_ask *asker = NULL;
    CU_ASSERT_EQUAL_FATAL(rpc_ask_open(&wire, &asker, &stage.fault), STATUS_OK);
    return asker;
}

static enum status ask(struct rpc_ask *asker, const char *body, uint32_t timeout_ms)
{
    struct rpc_asked answer;
    struct rpc_call call = call_of(body, timeout_ms);
    return stage_ask(&stage, asker, &call, &answer);
}

static enum status ask_with(const char *at, const char *key, uint32_t timeout_ms)
{
    struct rpc_ask *asker = open_with(at, key);
    enum status status = ask(asker, "hello", timeout_ms);
    rpc_ask_close(&asker);
    return status;
}

/* How many questions the service has run, asked with a key that it knows. */
static int times_run(void)
{
    struct rpc_ask *asker = open_with(map, keys[1]);
    struct rpc_asked answer;
    struct rpc_call call = call_of("count", STAGE_PATIENT_MS);
    CU_ASSERT_EQUAL(stage_ask(&stage, asker, &call, &answer), STATUS_OK);
    int count = atoi(answer.body.bytes);
    rpc_ask_close(&asker);
    return count;
}

/* --- who gets in --- */

static void test_known_key(void)
{
    start();
    CU_ASSERT_EQUAL(ask_with(map, keys[1], STAGE_PATIENT_MS), STATUS_OK);
    CU_ASSERT_EQUAL(times_run(), 1);
}

static void test_unknown_key(void)
{
    int before = times_run();
    CU_ASSERT_EQUAL(ask_with(map, keys[2], REFUSED_MS), STATUS_UNAVAILABLE);
    /* a key of the map that this socket does not take: the server's own */
    CU_ASSERT_EQUAL(ask_with(map, keys[0], REFUSED_MS), STATUS_UNAVAILABLE);
    CU_ASSERT_EQUAL(times_run(), before + 1); /* the count before, nothing else */
}

/* A service that was captured, even with a key that opens this one, has the tickets it was shown:
   for another service, for another plant, changed, or too old.  Each is refused before anything is
   run. */
static void test_captured_service(void)
{
    int before = times_run();
    struct rpc_ask *asker = open_with(map, keys[1]);
    struct rpc_asked answer;
    stage.audience = "Production";
    struct ticket other = stage_sign(&stage, "A", ROLE_BUYER);
    stage.audience = "Order";
    char changed[TICKET_BYTES_MAX];
    memcpy(changed, other.bytes.bytes, other.bytes.length);
    const char *name = memchr(changed, 'm', other.bytes.length); /* "mei" */
    CU_ASSERT_PTR_NOT_NULL_FATAL(name);
    changed[name - changed] = 'n';

    struct rpc_call calls[] = {call_of("x", STAGE_PATIENT_MS), call_of("x", STAGE_PATIENT_MS),
                               call_of("x", STAGE_PATIENT_MS), call_of("x", STAGE_PATIENT_MS)};
    calls[0].ticket = other.bytes;
    calls[0].ticket_signature = other.signature;
    calls[1].plant = "B"; /* with a ticket for A */
    calls[2].ticket = (struct text){changed, other.bytes.length};
    calls[2].ticket_signature = other.signature;
    struct ticket old = sign_at(clock_unix_us() - TICKET_LIFE_US - 1);
    calls[3].ticket = old.bytes;
    calls[3].ticket_signature = old.signature;
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        CU_ASSERT_EQUAL(stage_ask(&stage, asker, &calls[i], &answer), STATUS_UNAUTHENTICATED);
    rpc_ask_close(&asker);
    CU_ASSERT_EQUAL(times_run(), before + 1);
}

/* What a socket without our settings hears from the service within REFUSED_MS. */
static int hears(void *socket, void *context)
{
    char address[RPC_ADDRESS_MAX], byte[16];
    snprintf(address, sizeof address, "tcp://127.0.0.1:%d", port);
    rpc_socket_set(socket, ZMQ_LINGER, 0);
    rpc_socket_set(socket, ZMQ_RCVTIMEO, REFUSED_MS);
    CU_ASSERT_EQUAL(zmq_connect(socket, address), 0);
    (void)zmq_send(socket, "x", 1, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    (void)zmq_send(socket, "y", 1, ZMQ_DONTWAIT);
    int heard = zmq_recv(socket, byte, sizeof byte, 0);
    zmq_close(socket);
    zmq_ctx_term(context);
    return heard;
}

static void test_no_key(void)
{
    int before = times_run();
    void *context = zmq_ctx_new();
    CU_ASSERT_EQUAL(hears(zmq_socket(context, ZMQ_DEALER), context), -1); /* NULL mechanism */
    context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_DEALER);
    (void)zmq_setsockopt(socket, ZMQ_PLAIN_USERNAME, "gateway", 7);
    (void)zmq_setsockopt(socket, ZMQ_PLAIN_PASSWORD, "gateway", 7);
    CU_ASSERT_EQUAL(hears(socket, context), -1);
    CU_ASSERT_EQUAL(times_run(), before + 1);
}

/* Somebody who stands in the server's place without its key is told nothing. */
static void test_false_server(void)
{
    char path[STAGE_PATH_MAX];
    snprintf(path, sizeof path, "%s", stage_path(&stage, "false"));
    int at = free_port();
    write_map(path, &gateway, at);
    void *context = zmq_ctx_new();
    void *router = zmq_socket(context, ZMQ_ROUTER);
    char address[RPC_ADDRESS_MAX], byte[16];
    snprintf(address, sizeof address, "tcp://127.0.0.1:%d", at);
    rpc_socket_set(router, ZMQ_CURVE_SERVER, 1);
    (void)zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, stranger.secret, RPC_KEY_TEXT - 1);
    CU_ASSERT_EQUAL(zmq_bind(router, address), 0);
    CU_ASSERT_EQUAL(ask_with(path, keys[1], REFUSED_MS), STATUS_UNAVAILABLE);
    CU_ASSERT_EQUAL(zmq_recv(router, byte, sizeof byte, ZMQ_DONTWAIT), -1);
    zmq_close(router);
    zmq_ctx_term(context);
    (void)unlink(path);
}

/* --- the guard itself --- */

enum guard_state { GUARD_WORKS, GUARD_GONE, GUARD_MUTE };

/* Does a server with this guard hear a client whose key is listed?  A guard in another context than
   the socket's is one that the socket does not find. */
static bool is_heard(enum guard_state state)
{
    char path[STAGE_PATH_MAX], byte[16];
    snprintf(path, sizeof path, "%s", stage_path(&stage, "dead"));
    write_map(path, &gateway, free_port());
    struct rpc_wire wire = {stage.folder, path, keys[0]};
    void *contexts[] = {zmq_ctx_new(), zmq_ctx_new()};
    void *router = zmq_socket(contexts[0], ZMQ_ROUTER);
    void *mute = zmq_socket(contexts[0], ZMQ_REP);
    if (state == GUARD_MUTE)
        CU_ASSERT_EQUAL(zmq_bind(mute, "inproc://zeromq.zap.01"), 0);
    struct rpc_guard *guard = NULL;
    struct rpc_place place = {&wire, "order", contexts[state != GUARD_WORKS], router};
    stage.fault = (struct fault){0};
    CU_ASSERT_EQUAL(rpc_wire_bind(&place, &guard, &stage.fault), STATUS_OK);
    CU_ASSERT_NOT_EQUAL(ask_with(path, keys[1], REFUSED_MS), STATUS_OK); /* nobody answers */
    bool heard = zmq_recv(router, byte, sizeof byte, ZMQ_DONTWAIT) > 0;
    zmq_close(mute);
    zmq_close(router);
    zmq_ctx_term(contexts[0]);
    zmq_ctx_term(contexts[1]);
    rpc_guard_join(&guard);
    (void)unlink(path);
    return heard;
}

static void test_dead_guard(void)
{
    CU_ASSERT_TRUE(is_heard(GUARD_WORKS));
    CU_ASSERT_FALSE(is_heard(GUARD_GONE));
    CU_ASSERT_FALSE(is_heard(GUARD_MUTE));
}

/* SIGHUP: who is no longer listed is cut off at once, and who is comes in. */
static void test_reread(void)
{
    struct rpc_ask *known = open_with(map, keys[1]);
    CU_ASSERT_EQUAL(ask(known, "hello", STAGE_PATIENT_MS), STATUS_OK);
    write_map(map, &stranger, port);
    CU_ASSERT_EQUAL(ask(known, "hello", STAGE_PATIENT_MS), STATUS_OK); /* not read yet */
    kill(stage.server, SIGHUP);
    CU_ASSERT_EQUAL(ask_with(map, keys[2], STAGE_PATIENT_MS), STATUS_OK);
    CU_ASSERT_NOT_EQUAL(ask(known, "hello", REFUSED_MS), STATUS_OK);

    FILE *file = fopen(map, "w"); /* a map that makes no sense takes nobody */
    fputs("order tcp://127.0.0.1:1 short gateway\n", file);
    fclose(file);
    kill(stage.server, SIGHUP);
    char path[STAGE_PATH_MAX];
    snprintf(path, sizeof path, "%s", stage_path(&stage, "good"));
    write_map(path, &stranger, port);
    struct rpc_ask *other = open_with(path, keys[2]);
    while (ask(other, "hello", REFUSED_MS) == STATUS_OK)
        ; /* until the signal has come */
    rpc_ask_close(&other);
    write_map(map, &gateway, port);
    kill(stage.server, SIGHUP);
    CU_ASSERT_EQUAL(ask(known, "hello", STAGE_PATIENT_MS), STATUS_OK);
    rpc_ask_close(&known);
    (void)unlink(path);
}

/* --- a man on the wire --- */

struct man {
    int listener;
    int at;
    bool tampers;
    char *tape; /* what the client said on its first connection */
    size_t length;
    size_t other_length; /* what the server said */
    bool saw_secret;
    atomic_bool stop;
    pthread_t thread;
};

static int dial(int at)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)at),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* One piece from one side to the other; false at the end. */
static bool carry(struct man *man, int from, int to, bool of_client)
{
    char piece[4096];
    ssize_t length = recv(from, piece, sizeof piece, 0);
    if (length <= 0)
        return false;
    for (ssize_t i = 0; i + (ssize_t)sizeof SECRET_WORD - 1 <= length; i++)
        man->saw_secret =
            man->saw_secret || memcmp(piece + i, SECRET_WORD, sizeof SECRET_WORD - 1) == 0;
    if (of_client && man->length + (size_t)length <= TAPE_MAX) {
        memcpy(man->tape + man->length, piece, (size_t)length);
        man->length += (size_t)length;
    }
    if (man->tampers && of_client && man->length > 700) /* behind the handshake */
        piece[length - 1] ^= 1;
    man->other_length += of_client ? 0 : (size_t)length;
    return send(to, piece, (size_t)length, MSG_NOSIGNAL) == length;
}

static void serve_one(struct man *man, int client)
{
    int behind = dial(port);
    bool goes_on = behind >= 0;
    while (goes_on && !atomic_load(&man->stop)) {
        struct pollfd both[] = {{client, POLLIN, 0}, {behind, POLLIN, 0}};
        if (poll(both, 2, 20) <= 0)
            continue;
        if (both[0].revents)
            goes_on = carry(man, client, behind, true);
        if (goes_on && both[1].revents)
            goes_on = carry(man, behind, client, false);
    }
    close(behind);
    close(client);
}

static void *man_main(void *argument)
{
    struct man *man = argument;
    while (!atomic_load(&man->stop)) {
        struct pollfd door = {man->listener, POLLIN, 0};
        if (poll(&door, 1, 20) > 0)
            serve_one(man, accept(man->listener, NULL, NULL));
    }
    return NULL;
}

static void man_start(struct man *man, bool tampers)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    *man = (struct man){.tape = malloc(TAPE_MAX), .tampers = tampers};
    man->listener = socket(AF_INET, SOCK_STREAM, 0);
    CU_ASSERT_EQUAL_FATAL(bind(man->listener, (struct sockaddr *)&at, size), 0);
    CU_ASSERT_EQUAL_FATAL(listen(man->listener, 8), 0);
    (void)getsockname(man->listener, (struct sockaddr *)&at, &size);
    man->at = ntohs(at.sin_port);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&man->thread, NULL, man_main, man), 0);
}

static void man_stop(struct man *man)
{
    atomic_store(&man->stop, true);
    pthread_join(man->thread, NULL);
    close(man->listener);
    free(man->tape);
}

/* Plays the tape to the service; what it answers behind the handshake is nothing. */
static size_t replay(const struct man *man)
{
    char piece[4096];
    size_t heard = 0;
    int fd = dial(port);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    (void)send(fd, man->tape, man->length, MSG_NOSIGNAL);
    struct pollfd answer = {fd, POLLIN, 0};
    while (poll(&answer, 1, REFUSED_MS) > 0) {
        ssize_t length = recv(fd, piece, sizeof piece, 0);
        if (length <= 0)
            break;
        heard += (size_t)length;
    }
    close(fd);
    return heard;
}

static void test_man_on_the_wire(void)
{
    char path[STAGE_PATH_MAX];
    struct man man;
    snprintf(path, sizeof path, "%s", stage_path(&stage, "man"));
    man_start(&man, false);
    write_map(path, &gateway, man.at);
    struct rpc_ask *asker = open_with(path, keys[1]);
    int before = times_run();
    CU_ASSERT_EQUAL(ask(asker, SECRET_WORD, STAGE_PATIENT_MS), STATUS_OK);
    rpc_ask_close(&asker);
    CU_ASSERT_FALSE(man.saw_secret);
    CU_ASSERT_TRUE(man.length > 700);
    size_t whole = man.other_length;
    CU_ASSERT_TRUE(replay(&man) < whole);
    CU_ASSERT_EQUAL(times_run(), before + 2); /* the count before and the question, once */
    man_stop(&man);

    man_start(&man, true);
    write_map(path, &gateway, man.at);
    CU_ASSERT_NOT_EQUAL(ask_with(path, keys[1], REFUSED_MS), STATUS_OK);
    man_stop(&man);
    (void)unlink(path);
    CU_ASSERT_EQUAL(times_run(), before + 3);
}

/* --- files --- */

static enum status read_map_of(const char *text)
{
    static struct rpc_map read;
    const char *path = stage_path(&stage, "odd");
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    stage.fault = (struct fault){0};
    enum status status = rpc_map_read(path, &read, &stage.fault);
    (void)unlink(path);
    return status;
}

static void test_bad_files(void)
{
    char line[RPC_MAP_LINE_MAX + 8];
    snprintf(line, sizeof line, "order - %s -\n", server.public);
    CU_ASSERT_EQUAL(read_map_of(line), STATUS_OK);
    snprintf(line, sizeof line, "order - %s -\norder - %s -\n", server.public, server.public);
    CU_ASSERT_EQUAL(read_map_of(line), STATUS_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(stage.fault.message, "line 2: socket \"order\" is given twice"));
    snprintf(line, sizeof line, "order udp://x %s -\n", server.public);
    CU_ASSERT_EQUAL(read_map_of(line), STATUS_INVALID);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    CU_ASSERT_EQUAL(read_map_of(line), STATUS_INVALID);

    struct rpc_key key;
    CU_ASSERT_EQUAL(rpc_key_make(keys[0], &key, &stage.fault), STATUS_INVALID); /* is there */
    CU_ASSERT_EQUAL(chmod(keys[2], 0640), 0);
    stage.fault = (struct fault){0};
    CU_ASSERT_EQUAL(rpc_key_read(keys[2], &key, &stage.fault), STATUS_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(stage.fault.message, "0600"));
}

static void test_close(void)
{
    stage_stop(&stage);
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        (void)unlink(keys[i]);
    (void)unlink(map);
    stage_close(&stage, "order.sock");
}

int main(int argc, char **argv)
{
    static const struct unit_test tests[] = {
        UNIT(test_open),
        UNIT(test_known_key),
        UNIT(test_unknown_key),
        UNIT(test_captured_service),
        UNIT(test_no_key),
        UNIT(test_false_server),
        UNIT(test_man_on_the_wire),
        UNIT(test_dead_guard),
        UNIT(test_reread),
        UNIT(test_bad_files),
        UNIT(test_close),
    };
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        argv[1] = argv[0];
        return echo_main(argc - 1, argv + 1);
    }
    return unit_run("guard", tests, COUNT_OF(tests));
}
