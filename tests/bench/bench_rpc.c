/*
 * Calls through rpc_client and rpc_serve, beside the same number of bare ZeroMQ messages between
 * the same two processes: what our envelope, ticket, queue, worker and log line cost.  The program
 * is the service too: `bench_rpc serve --config FILE`.
 */
#include "common/io/clock.h"
#include "common/io/rpc_client.h"
#include "common/io/rpc_wire.h"
#include "common/wire/role.h"
#include "tests/unit/echo_service.h"

#include <event2/event.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <zmq.h>

#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_ROOM   128
#define BODY_BYTES  100
#define BARE_FRAMES 300 /* about what envelope and body have together */

static char folder[] = "/tmp/millrace-bench-XXXXXX";
static struct arena *arena;
static struct ticket ticket;

struct run {
    struct event_base *base;
    struct rpc_client *client;
    const char *method;
    int64_t to_send;
    int64_t sent;
    int64_t answered;
};

static const char *path_of(const char *name)
{
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_rpc: could not %s\n", what);
    exit(EXIT_FAILURE);
}

static void make_ticket(void)
{
    struct fault fault = {0};
    struct ticket_signer *signer = NULL;
    struct principal who = {.name = "bench", .plant = "Z", .roles = ROLE_PLANNER | ROLE_BUYER};
    struct ticket_order order = {&who, "Order", clock_unix_us()};
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    FILE *file = fopen(path_of("private.pem"), "w");
    must(file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1, "write a key");
    fclose(file);
    file = fopen(path_of("public.pem"), "w");
    must(file && PEM_write_PUBKEY(file, key) == 1, "write a key");
    fclose(file);
    EVP_PKEY_free(key);
    must(ticket_signer_open(path_of("private.pem"), &signer, &fault) == STATUS_OK &&
             ticket_sign(signer, &order, arena, &ticket, &fault) == STATUS_OK,
         "sign a ticket");
    ticket_signer_free(&signer);
}

static pid_t start_service(void)
{
    static char program[] = "/proc/self/exe";
    static char word[] = "serve";
    static char option[] = "--config";
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s", path_of("millrace.ini"));
    FILE *file = fopen(path, "w");
    must(file != NULL, "write the settings");
    fprintf(file, "[millrace]\nrpc.dir = %s\nticket.public_key = %s/public.pem\n", folder, folder);
    fclose(file);
    char *argv[] = {program, word, option, path, NULL};
    pid_t child = fork();
    if (child == 0) {
        if (freopen(path_of("log"), "a", stderr)) /* a line a request, as in production */
            execv(program, argv);
        _exit(127);
    }
    return child;
}

/* --- ours --- */

static void on_answer(void *context, const struct rpc_answer *answer);

static void send_one(struct run *run)
{
    static char body[BODY_BYTES + 1];
    memset(body, '1', BODY_BYTES);
    struct rpc_call call = {.process = "order",
                            .method = run->method,
                            .plant = "Z",
                            .ticket = ticket.bytes,
                            .ticket_signature = ticket.signature,
                            .trace = clock_uuid(),
                            .key = clock_uuid(),
                            .body = text_of(body),
                            .timeout_ms = 30000};
    run->sent++;
    rpc_client_call(run->client, &call, on_answer, run);
}

static void on_answer(void *context, const struct rpc_answer *answer)
{
    struct run *run = context;
    must(answer->fault->status == STATUS_OK, answer->fault->message);
    run->answered++;
    if (run->sent < run->to_send)
        send_one(run);
    else if (run->answered == run->to_send)
        event_base_loopbreak(run->base);
}

/* Microseconds for all. */
static int64_t calls(struct run *run, const char *method, int64_t count, int64_t at_once)
{
    run->method = method;
    run->to_send = count;
    run->sent = 0;
    run->answered = 0;
    int64_t started_us = clock_monotonic_us();
    for (int64_t i = 0; i < at_once; i++)
        send_one(run);
    must(event_base_dispatch(run->base) >= 0, "turn the loop");
    return clock_monotonic_us() - started_us;
}

/* --- bare ZeroMQ --- */

static pid_t start_bare(const char *address)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    void *context = zmq_ctx_new();
    void *router = zmq_socket(context, ZMQ_ROUTER);
    must(zmq_bind(router, address) == 0, "bind");
    while (true) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        must(zmq_msg_recv(&frame, router, 0) >= 0, "receive");
        int more = zmq_msg_more(&frame) ? ZMQ_SNDMORE : 0;
        must(zmq_msg_send(&frame, router, more) >= 0, "send");
    }
}

static int64_t messages(void *dealer, int64_t count, int64_t at_once)
{
    static const char bytes[BARE_FRAMES];
    char back[BARE_FRAMES];
    int64_t started_us = clock_monotonic_us();
    for (int64_t sent = 0, got = 0; got < count;) {
        if (sent < count && sent - got < at_once) {
            must(zmq_send(dealer, bytes, BARE_FRAMES - BODY_BYTES, ZMQ_SNDMORE) > 0 &&
                     zmq_send(dealer, bytes, BODY_BYTES, 0) > 0,
                 "send");
            sent++;
            continue;
        }
        must(zmq_recv(dealer, back, sizeof back, 0) > 0 &&
                 zmq_recv(dealer, back, sizeof back, 0) > 0,
             "receive");
        got++;
    }
    return clock_monotonic_us() - started_us;
}

/* --- the table --- */

static void note(const char *metric, int64_t count, int64_t our_us, int64_t bare_us)
{
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    int64_t ours = count * 1000000 / our_us;
    int64_t bare = count * 1000000 / bare_us;
    int64_t percent = ours * 100 / bare;
    printf("%-24s %8" PRId64 "/s   bare ZeroMQ %8" PRId64 "/s   %3" PRId64 " %%\n", metric, ours,
           bare, percent);
    if (!out)
        return;
    fprintf(out,
            "{\"bench\":\"rpc\",\"metric\":\"%s\",\"value\":%" PRId64
            ",\"unit\":\"1/s\",\"baseline\":%" PRId64 ",\"ratio\":%" PRId64 ".%02" PRId64
            ",\"target\":null,\"ok\":null}\n",
            metric, ours, bare, percent / 100, percent % 100);
    fclose(out);
}

static void measure(struct run *run, void *dealer)
{
    enum { ONE = 5000, MANY = 60000, AT_ONCE = 64 };

    int64_t bare_one_us = messages(dealer, ONE, 1);
    int64_t bare_many_us = messages(dealer, MANY, AT_ONCE);
    (void)calls(run, "Node.GetHealth", 1, 1); /* connected */
    note("one at a time", ONE, calls(run, "Order.ListPurchaseOrders", ONE, 1), bare_one_us);
    note("64 at once", MANY, calls(run, "Order.ListPurchaseOrders", MANY, AT_ONCE), bare_many_us);
    note("64 at once, one plant", MANY, calls(run, "Order.CreateWorkOrder", MANY, AT_ONCE),
         bare_many_us);
}

static void stop(pid_t child, int signal_number)
{
    kill(child, signal_number);
    must(waitpid(child, NULL, 0) == child, "stop a process");
}

static void bench(void)
{
    struct fault fault = {0};
    char address[PATH_ROOM];
    arena = arena_new(MIB);
    must(arena && mkdtemp(folder), "make a folder");
    make_ticket();
    snprintf(address, sizeof address, "ipc://%s/bare.sock", folder);
    pid_t bare = start_bare(address);
    pid_t service = start_service();
    void *context = zmq_ctx_new();
    void *dealer = zmq_socket(context, ZMQ_DEALER);
    must(zmq_connect(dealer, address) == 0, "connect");

    struct run run = {.base = event_base_new()};
    struct rpc_wire wire = rpc_wire_local(folder);
    must(rpc_client_open(run.base, &wire, &run.client, &fault) == STATUS_OK, "open a client");
    measure(&run, dealer);
    rpc_client_close(&run.client);
    event_base_free(run.base);
    zmq_close(dealer);
    zmq_ctx_term(context);
    stop(bare, SIGKILL);
    stop(service, SIGTERM);
    arena_free(&arena);
}

static void clean(void)
{
    static const char *const files[] = {"private.pem", "public.pem", "millrace.ini",
                                        "log",         "bare.sock",  "order.sock"};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        (void)unlink(path_of(files[i]));
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        argv[1] = argv[0];
        return echo_main(argc - 1, argv + 1);
    }
    bench();
    clean();
    return EXIT_SUCCESS;
}
