/*
 * Durable postings a second into millrace-inventory over ZeroMQ, everything written and synced,
 * beside pgbench's TPC-B on the same cluster in the same run: documents of ten lines and of one,
 * over ten thousand items and over ten; and how long one posting takes alone.
 */
#include "common/io/clock.h"
#include "common/io/rpc_client.h"
#include "common/wire/role.h"
#include "common/wire/ticket.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"

#include <event2/event.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ITEMS     10000
#define AT_ONCE   800
#define SECONDS   8
#define PATH_ROOM 200
#define ALONE     1000

static char folder[] = "/tmp/millrace-post-XXXXXX";
static struct arena *arena;
static struct ticket ticket;
static uint64_t randomness = 1;

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_post: could not %s\n", what);
    exit(EXIT_FAILURE);
}

static const char *path_of(const char *name)
{
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* What the script prints; "" for nothing. */
static void cluster(const char *what, const char *argument, char *answer, size_t room)
{
    char command[PATH_ROOM * 2];
    snprintf(command, sizeof command, "bash tests/bench/post_cluster.sh %s %s %s", what, folder,
             argument);
    FILE *output = popen(command, "r");
    must(output != NULL, "run the script of the cluster");
    answer[fread(answer, 1, room - 1, output)] = '\0';
    must(pclose(output) == 0, what);
}

static pid_t service;

/* However the run ends: no cluster, no service and no folder stay behind. */
static void clean(void)
{
    char command[PATH_ROOM * 3];
    if (service > 0) {
        kill(service, SIGTERM);
        waitpid(service, NULL, 0);
    }
    snprintf(command, sizeof command, "bash tests/bench/post_cluster.sh stop %s; rm -rf %s", folder,
             folder);
    if (system(command) != 0)
        fprintf(stderr, "bench_post: could not clean up %s\n", folder);
}

static void make_keys(void)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    FILE *file = fopen(path_of("private.pem"), "w");
    must(file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1, "write a key");
    fclose(file);
    file = fopen(path_of("public.pem"), "w");
    must(file && PEM_write_PUBKEY(file, key) == 1, "write a key");
    fclose(file);
    EVP_PKEY_free(key);
}

/* Good for a minute: made when the load begins. */
static void make_ticket(void)
{
    struct fault fault = {0};
    struct ticket_signer *signer = NULL;
    struct principal who = {.name = "bench", .plant = "BENCH", .roles = ROLE_STOREKEEPER};
    struct ticket_order order = {&who, "Inventory", clock_unix_us()};
    must(ticket_signer_open(path_of("private.pem"), &signer, &fault) == STATUS_OK &&
             ticket_sign(signer, &order, arena, &ticket, &fault) == STATUS_OK,
         "sign a ticket");
    ticket_signer_free(&signer);
}

static pid_t start_service(void)
{
    static char conninfo[PATH_ROOM];
    static char path[PATH_ROOM];
    static char program[PATH_ROOM];
    static char option[] = "--config";
    const char *build = getenv("MILLRACE_BUILD");
    snprintf(program, sizeof program, "%s/bin/millrace-inventory", build ? build : "build");
    FILE *file = fopen(path_of("conninfo"), "r");
    must(file && fgets(conninfo, sizeof conninfo, file), "read the connection");
    fclose(file);
    snprintf(path, sizeof path, "%s", path_of("millrace.ini"));
    file = fopen(path, "w");
    must(file != NULL, "write the settings");
    fprintf(file,
            "[millrace]\nrpc.dir = %s\nticket.public_key = %s/public.pem\nsql.conninfo = %s\n"
            "rpc.queue = 4000\n",
            folder, folder, conninfo);
    fclose(file);
    char *argv[] = {program, option, path, NULL};
    pid_t child = fork();
    if (child == 0) {
        if (freopen(path_of("log"), "a", stderr))
            execv(program, argv);
        _exit(127);
    }
    return child;
}

/* ---- load ---- */

struct load {
    struct event_base *base;
    struct rpc_client *client;
    size_t lines; /* of a document */
    unsigned items;
    int64_t until_us;
    int64_t in_flight;
    int64_t posted; /* documents */
    int64_t refused;
    int64_t most; /* documents, 0: by time */
};

static uint32_t random_below(uint32_t bound)
{
    randomness = randomness * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(randomness >> 33) % bound;
}

static struct text make_body(const struct load *load)
{
    static uint8_t packed[4096];
    static char reason[] = "bench";
    char codes[10][8];
    Millrace__AdjustmentLine lines[10];
    Millrace__AdjustmentLine *list[10];
    Millrace__PostAdjustmentRequest request = MILLRACE__POST_ADJUSTMENT_REQUEST__INIT;
    for (size_t i = 0; i < load->lines; i++) {
        snprintf(codes[i], sizeof codes[i], "I%05u", random_below(load->items) % 10000u);
        millrace__adjustment_line__init(&lines[i]);
        lines[i].item = codes[i];
        lines[i].has_quantity_micro = true;
        lines[i].quantity_micro = random_below(2) == 0 ? -1000000 : 1000000;
        list[i] = &lines[i];
    }
    request.reason = reason;
    request.lines = list;
    request.n_lines = load->lines;
    size_t length = protobuf_c_message_pack(&request.base, packed);
    return (struct text){(const char *)packed, length};
}

static void on_answer(void *context, const struct rpc_answer *answer);

static void send_one(struct load *load)
{
    struct rpc_call call = {.process = "inventory",
                            .method = "Inventory.PostAdjustment",
                            .plant = "BENCH",
                            .ticket = ticket.bytes,
                            .ticket_signature = ticket.signature,
                            .trace = clock_uuid(),
                            .key = clock_uuid(),
                            .body = make_body(load),
                            .timeout_ms = 30000};
    load->in_flight++;
    rpc_client_call(load->client, &call, on_answer, load);
}

static void on_answer(void *context, const struct rpc_answer *answer)
{
    struct load *load = context;
    load->in_flight--;
    if (answer->fault->status == STATUS_OK) {
        load->posted++;
    } else if (load->refused++ < 3) {
        fprintf(stderr, "%s: %s\n", status_name(answer->fault->status), answer->fault->message);
    }
    bool more = load->most > 0 ? load->posted + load->refused < load->most
                               : clock_monotonic_us() < load->until_us;
    if (more)
        send_one(load);
    else if (load->in_flight == 0)
        event_base_loopbreak(load->base);
}

/* Documents a second. */
static int64_t drive(struct load *load, int64_t at_once)
{
    int64_t started_us = clock_monotonic_us();
    load->posted = load->refused = 0;
    load->until_us = started_us + SECONDS * INT64_C(1000000);
    for (int64_t i = 0; i < at_once; i++)
        send_one(load);
    must(event_base_dispatch(load->base) >= 0, "turn the loop");
    must(load->refused == 0, "post: some were refused");
    return load->posted * 1000000 / (clock_monotonic_us() - started_us);
}

static void note(const char *metric, int64_t value, const char *unit, int64_t baseline,
                 int64_t target_percent)
{
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    int64_t percent = baseline > 0 ? value * 100 / baseline : 0;
    printf("%-36s %9" PRId64 " %s   %" PRId64 ".%02" PRId64 " of %" PRId64 "\n", metric, value,
           unit, percent / 100, percent % 100, baseline);
    if (!out)
        return;
    fprintf(out, "{\"bench\":\"post\",\"metric\":\"%s\",\"value\":%" PRId64 ",\"unit\":\"%s\"",
            metric, value, unit);
    if (baseline > 0)
        fprintf(out, ",\"baseline\":%" PRId64 ",\"ratio\":%" PRId64 ".%02" PRId64, baseline,
                percent / 100, percent % 100);
    if (target_percent > 0)
        fprintf(out, ",\"target\":%" PRId64 ".%02" PRId64 ",\"ok\":%s", target_percent / 100,
                target_percent % 100, percent >= target_percent ? "true" : "false");
    fprintf(out, "}\n");
    fclose(out);
}

/* Microseconds of CPU that the server used since the last call. */
static int64_t server_cpu_us(void)
{
    static int64_t before_us;
    char answer[64];
    cluster("cpu", "", answer, sizeof answer);
    int64_t now_us = strtoll(answer, NULL, 10);
    int64_t used_us = now_us - before_us;
    before_us = now_us;
    return used_us;
}

/* Whatever else runs on the machine: the server's CPU for a line, or a transaction. */
static void note_cpu(const char *metric, int64_t count)
{
    note(metric, server_cpu_us() * 1000 / count, "ns", 0, 0);
}

static void measure(struct load *load, int64_t baseline)
{
    load->items = ITEMS;
    load->lines = 1;
    load->most = ALONE;
    int64_t alone = drive(load, 1);
    note("one posting alone", 1000000 / alone, "us", 0, 0);
    load->most = 0;
    load->lines = 10;
    (void)server_cpu_us();
    int64_t wide = drive(load, AT_ONCE) * 10;
    note_cpu("server CPU a line, 10000 items", load->posted * 10);
    note("lines, documents of 10, 10000 items", wide, "1/s", baseline, 600);
    load->items = 10;
    int64_t narrow = drive(load, AT_ONCE) * 10;
    note_cpu("server CPU a line, 10 items", load->posted * 10);
    note("lines, documents of 10, 10 items", narrow, "1/s", wide, 50);
    load->items = ITEMS;
    load->lines = 1;
    note("lines, documents of 1, 10000 items", drive(load, AT_ONCE), "1/s", baseline, 200);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    char answer[4096];
    struct fault fault = {0};
    struct load load = {.base = event_base_new()};
    arena = arena_new(MIB);
    must(arena && mkdtemp(folder), "make a folder");
    atexit(clean);
    cluster("start", "", answer, sizeof answer);
    make_keys();
    service = start_service();
    must(rpc_client_open(load.base, folder, &load.client, &fault) == STATUS_OK, "open a client");

    cluster("pgbench", getenv("MILLRACE_BENCH_QUICK") ? "1" : "5", answer, sizeof answer);
    int64_t baseline = strtoll(answer, NULL, 10);
    note("pgbench TPC-B, best of 1 to 64", baseline, "1/s", 0, 0);
    make_ticket();
    measure(&load, baseline);

    cluster("audit", "", answer, sizeof answer);
    if (answer[0])
        fprintf(stderr, "audit: %s\n", answer);
    rpc_client_close(&load.client);
    event_base_free(load.base);
    arena_free(&arena);
    return answer[0] ? EXIT_FAILURE : EXIT_SUCCESS;
}
