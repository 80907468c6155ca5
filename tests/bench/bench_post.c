/*
 * Durable postings a second into millrace-inventory over ZeroMQ, everything written and synced:
 * documents of ten lines and of one, over ten thousand items and over ten, and issues to work
 * orders into millrace-production, with layers, lots and reservations; how long one takes,
 * alone and at half of the top load; beside pgbench's TPC-B and the bare set statements of
 * design/architecture.md section 5 on the same cluster in the same run, and a probe of its disk.
 * Then post_gateway.py: the same through TLS and JSON.  A ledger that has grown old, and the trace
 * of a lot: ledger.py.
 */
#include "common/io/clock.h"
#include "common/io/rpc.h"
#include "common/io/rpc_client.h"
#include "common/io/rpc_wire.h"
#include "common/io/sql.h"
#include "common/wire/role.h"
#include "common/wire/ticket.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"
#include "proto/production.pb-c.h"
#include "tests/bench/post_bare.h"

#include <event2/event.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ITEMS        POST_ITEMS
#define ORDERS       2000
#define AT_ONCE      4000 /* two batches: while one is written, the next gathers */
#define QUEUE        10000
#define FEW          64 /* as through the gateway: batches of some 30 */
#define SECONDS      6
#define WARM_SECONDS 2
#define HALF_SECONDS 20 /* so long that one stall of a shared disk is no hundredth of it */
#define PATH_ROOM    200
#define ALONE        1000
#define PROBES       500
#define PROBE_BYTES  8192
#define LATENCIES    1000000
#define TICK_US      1000

static char folder[] = "/tmp/millrace-post-XXXXXX";
static struct arena *arena;
static struct ticket ticket;
static uint64_t randomness = 1;
static bool missed; /* a target */

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_post: could not %s\n", what);
    exit(EXIT_FAILURE);
}

static void must_be_ok(enum status status, const struct fault *fault, const char *what)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bench_post: could not %s: %s %s\n", what, fault->message, fault->detail);
    exit(EXIT_FAILURE);
}

static const char *path_of(const char *name)
{
    static char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static uint32_t random_below(uint32_t bound)
{
    randomness = randomness * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(randomness >> 33) % bound;
}

/* ---- the cluster, the service ---- */

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

static pid_t services[2]; /* inventory, production */

/* Before each measurement, pgbench's too. */
static void settle(void)
{
    char answer[64];
    cluster("settle", "", answer, sizeof answer);
}

/* However the run ends: no cluster, no service and no folder stay behind. */
static void clean(void)
{
    char command[PATH_ROOM * 3];
    if (!folder[0])
        return;
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        if (services[i] <= 0)
            continue;
        kill(services[i], SIGTERM);
        waitpid(services[i], NULL, 0);
        services[i] = 0;
    }
    snprintf(command, sizeof command, "bash tests/bench/post_cluster.sh stop %s; rm -rf %s", folder,
             folder);
    if (system(command) != 0)
        fprintf(stderr, "bench_post: could not clean up %s\n", folder);
    folder[0] = '\0';
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

/* Good for a minute: made anew before each load. */
static void make_ticket(const char *audience)
{
    struct fault fault = {0};
    struct ticket_signer *signer = NULL;
    struct principal who = {.name = "bench", .plant = "BENCH", .roles = ROLE_STOREKEEPER};
    struct ticket_order order = {&who, audience, clock_unix_us()};
    must(ticket_signer_open(path_of("private.pem"), &signer, &fault) == STATUS_OK &&
             ticket_sign(signer, &order, arena, &ticket, &fault) == STATUS_OK,
         "sign a ticket");
    ticket_signer_free(&signer);
}

static const char *conninfo_of(const char *name)
{
    static char conninfo[PATH_ROOM];
    FILE *file = fopen(path_of(name), "r");
    must(file && fgets(conninfo, sizeof conninfo, file), "read the connection");
    fclose(file);
    conninfo[strcspn(conninfo, "\n")] = '\0';
    return conninfo;
}

static void write_settings(void)
{
    const char *conninfo = conninfo_of("conninfo");
    FILE *file = fopen(path_of("millrace.ini"), "w");
    must(file != NULL, "write the settings");
    fprintf(file,
            "[millrace]\nrpc.dir = %s\nticket.public_key = %s/public.pem\nrpc.queue = %d\n"
            "[inventory]\nsql.conninfo = %s user=millrace_inventory\n"
            "[production]\nsql.conninfo = %s user=millrace_production\n",
            folder, folder, QUEUE, conninfo, conninfo);
    fclose(file);
}

static pid_t start_service(const char *name)
{
    char program[PATH_ROOM];
    char path[PATH_ROOM];
    char option[] = "--config";
    const char *build = getenv("MILLRACE_BUILD");
    snprintf(program, sizeof program, "%s/bin/millrace-%s", build ? build : "build", name);
    snprintf(path, sizeof path, "%s", path_of("millrace.ini"));
    char *argv[] = {program, option, path, NULL};
    pid_t child = fork();
    if (child == 0) {
        if (freopen(path_of("log"), "a", stderr))
            execv(program, argv);
        _exit(127);
    }
    return child;
}

/* ---- what is said ---- */

struct figure {
    const char *metric;
    const char *unit;
    int64_t value;
    int64_t baseline;       /* 0: none */
    int64_t target_percent; /* of the baseline, at least; 0: none */
    int64_t at_most;        /* of the value, beyond twice the baseline; 0: none */
};

static void write_json(const struct figure *figure, int64_t percent, bool ok)
{
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (!out)
        return;
    fprintf(out, "{\"bench\":\"post\",\"metric\":\"%s\",\"value\":%" PRId64 ",\"unit\":\"%s\"",
            figure->metric, figure->value, figure->unit);
    if (figure->baseline > 0)
        fprintf(out, ",\"baseline\":%" PRId64 ",\"ratio\":%" PRId64 ".%02" PRId64, figure->baseline,
                percent / 100, percent % 100);
    if (figure->target_percent > 0)
        fprintf(out, ",\"target\":%" PRId64 ".%02" PRId64, figure->target_percent / 100,
                figure->target_percent % 100);
    if (figure->at_most > 0)
        fprintf(out, ",\"target\":\"< %" PRId64 " + 2 probes\"", figure->at_most);
    if (figure->target_percent > 0 || figure->at_most > 0)
        fprintf(out, ",\"ok\":%s", ok ? "true" : "false");
    fprintf(out, "}\n");
    fclose(out);
}

static void note(struct figure figure)
{
    int64_t percent = figure.baseline > 0 ? figure.value * 100 / figure.baseline : 0;
    bool ok = percent >= figure.target_percent &&
              (figure.at_most == 0 || figure.value < figure.at_most + 2 * figure.baseline);
    printf("%-44s %9" PRId64 " %s   %" PRId64 ".%02" PRId64 " of %" PRId64 "%s\n", figure.metric,
           figure.value, figure.unit, percent / 100, percent % 100, figure.baseline,
           ok ? "" : "   MISSED");
    missed = missed || !ok;
    write_json(&figure, percent, ok);
}

static int ascending(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

/* ---- the probe: what the machine needs to write a block and sync it ---- */

struct spread {
    int64_t p50;
    int64_t p99;
};

static struct spread spread_of(int64_t *times_us, size_t count)
{
    must(count > 0, "measure anything");
    qsort(times_us, count, sizeof *times_us, ascending);
    return (struct spread){times_us[count / 2], times_us[count * 99 / 100]};
}

static struct spread probe_disk(void)
{
    static int64_t times_us[PROBES];
    static const char block[PROBE_BYTES];
    int file = open(path_of("probe"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(file >= 0, "open the probe");
    for (size_t i = 0; i < PROBES; i++) {
        int64_t began_us = clock_monotonic_us();
        must(write(file, block, sizeof block) == (ssize_t)sizeof block && fdatasync(file) == 0,
             "write the probe");
        times_us[i] = clock_monotonic_us() - began_us;
    }
    close(file);
    return spread_of(times_us, PROBES);
}

/* ---- load ---- */

struct load {
    struct event_base *base;
    struct rpc_client *client;
    size_t lines; /* of a document */
    unsigned items;
    bool issues; /* to work orders, of ten lines; else adjustments */
    int64_t until_us;
    int64_t warm_from_us; /* answers to what was due before it are told apart */
    size_t cold_count;    /* they come first in times_us */
    int64_t in_flight;
    int64_t posted; /* documents */
    int64_t refused;
    int64_t most;   /* documents, 0: by time */
    int64_t a_tick; /* documents a tick, x 1000: they come whether answers come or not; 0: one
                       answered, one sent */
    int64_t owed;
    int64_t *times_us;
    size_t time_count;
};

/* One on its way. */
struct flight {
    struct load *load;
    int64_t due_us;
};

static struct text make_adjustment(const struct load *load)
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

/* One of each component of an order. */
static struct text make_issue(void)
{
    static uint8_t packed[4096];
    char order[8];
    char codes[10][8];
    uint32_t number = random_below(ORDERS);
    Millrace__IssueLine lines[10];
    Millrace__IssueLine *list[10];
    Millrace__PostIssueRequest request = MILLRACE__POST_ISSUE_REQUEST__INIT;
    snprintf(order, sizeof order, "W%05u", number % 100000u);
    for (uint32_t i = 0; i < 10; i++) {
        snprintf(codes[i], sizeof codes[i], "C%05u", (number + 1000 * i) % ITEMS);
        millrace__issue_line__init(&lines[i]);
        lines[i].item = codes[i];
        lines[i].has_quantity_micro = true;
        lines[i].quantity_micro = 1000000;
        list[i] = &lines[i];
    }
    request.work_order = order;
    request.lines = list;
    request.n_lines = 10;
    size_t length = protobuf_c_message_pack(&request.base, packed);
    return (struct text){(const char *)packed, length};
}

static void on_answer(void *context, const struct rpc_answer *answer);

static void send_one(struct load *load, int64_t due_us)
{
    struct rpc_call call = {.process = load->issues ? "production" : "inventory",
                            .method =
                                load->issues ? "Production.PostIssue" : "Inventory.PostAdjustment",
                            .plant = "BENCH",
                            .ticket = ticket.bytes,
                            .ticket_signature = ticket.signature,
                            .trace = clock_uuid(),
                            .key = clock_uuid(),
                            .body = load->issues ? make_issue() : make_adjustment(load),
                            .timeout_ms = 30000};
    struct flight *flight = malloc(sizeof *flight);
    must(flight != NULL, "remember a call");
    *flight = (struct flight){load, due_us};
    load->in_flight++;
    rpc_client_call(load->client, &call, on_answer, flight);
}

static bool more_to_send(const struct load *load, int64_t now_us)
{
    return load->most > 0 ? load->posted + load->refused < load->most : now_us < load->until_us;
}

static void on_answer(void *context, const struct rpc_answer *answer)
{
    struct flight *flight = context;
    struct load *load = flight->load;
    int64_t now_us = clock_monotonic_us();
    load->cold_count += flight->due_us < load->warm_from_us;
    if (load->time_count < LATENCIES)
        load->times_us[load->time_count++] = now_us - flight->due_us;
    free(flight);
    load->in_flight--;
    if (answer->fault->status == STATUS_OK) {
        load->posted++;
    } else if (load->refused++ < 3) {
        fprintf(stderr, "%s: %s\n", status_name(answer->fault->status), answer->fault->message);
    }
    bool more = more_to_send(load, now_us);
    if (more && load->a_tick == 0)
        send_one(load, now_us);
    else if (!more && load->in_flight == 0)
        event_base_loopbreak(load->base);
}

static void begin_load(struct load *load)
{
    make_ticket(load->issues ? "Production" : "Inventory");
    load->posted = load->refused = 0;
    load->time_count = load->cold_count = 0;
    load->until_us = clock_monotonic_us() + SECONDS * INT64_C(1000000);
}

/* Documents a second. */
static int64_t drive(struct load *load, int64_t at_once)
{
    int64_t started_us = clock_monotonic_us();
    begin_load(load);
    load->a_tick = 0;
    for (int64_t i = 0; i < at_once; i++)
        send_one(load, started_us);
    must(event_base_dispatch(load->base) >= 0, "turn the loop");
    must(load->refused == 0, "post: some were refused");
    return load->posted * 1000000 / (clock_monotonic_us() - started_us);
}

static void on_tick(evutil_socket_t none, short what, void *context)
{
    struct load *load = context;
    int64_t now_us = clock_monotonic_us();
    (void)none;
    (void)what;
    bool more = more_to_send(load, now_us);
    if (!more && load->in_flight == 0) /* the last answer came before the time was up */
        event_base_loopbreak(load->base);
    for (load->owed += more ? load->a_tick : 0; more && load->owed >= 1000; load->owed -= 1000)
        send_one(load, now_us);
}

/* So many documents a second, come what may.  The first seconds are told apart: settle's checkpoint
   makes the first change of each page write it whole, and the slow commits stood there; in use
   that is once in minutes. */
static void drive_at(struct load *load, int64_t a_second)
{
    struct timeval tick = {.tv_usec = TICK_US};
    struct event *timer = event_new(load->base, -1, EV_PERSIST, on_tick, load);
    must(timer && event_add(timer, &tick) == 0, "start a timer");
    begin_load(load);
    load->warm_from_us = clock_monotonic_us() + WARM_SECONDS * INT64_C(1000000);
    load->until_us = load->warm_from_us + HALF_SECONDS * INT64_C(1000000);
    load->owed = 1000; /* one at once, so that there is an answer that ends it */
    load->a_tick = a_second * TICK_US / 1000;
    must(event_base_dispatch(load->base) >= 0, "turn the loop");
    event_free(timer);
    load->warm_from_us = 0;
    must(load->refused == 0, "post: some were refused");
}

/* ---- measuring ---- */

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

/* Whatever else runs on the machine: the server's CPU for a line. */
static void note_cpu(const char *metric, int64_t count)
{
    note((struct figure){metric, "ns", .value = server_cpu_us() * 1000 / count});
}

/* Turns of load and bare statements, one beside the other: the machine is never quiet.  The one
   whose ratio is in the middle counts. */
#define TURNS 3

static void measure_alone(struct load *load)
{
    load->items = ITEMS;
    load->lines = 1;
    load->most = ALONE;
    settle();
    struct spread probe = probe_disk();
    (void)drive(load, 1);
    struct spread alone = spread_of(load->times_us, load->time_count);
    note((struct figure){"probe: write and fdatasync, p50", "us", .value = probe.p50});
    note((struct figure){"one posting alone, p50", "us", .value = alone.p50, .baseline = probe.p50,
                         .at_most = 2000});
    load->most = 0;
}

struct rates {
    int64_t lines;
    int64_t bare;
};

static int by_ratio(const void *a, const void *b)
{
    const struct rates *left = a;
    const struct rates *right = b;
    int64_t l = left->lines * right->bare;
    int64_t r = right->lines * left->bare;
    return (l > r) - (l < r);
}

static struct rates measure_lines(struct load *load, size_t lines)
{
    struct rates turns[TURNS];
    struct fault fault = {0};
    load->lines = lines;
    settle();
    for (int turn = 0; turn < TURNS; turn++) {
        must_be_ok(post_bare_rate(conninfo_of("bare"), lines, arena, &turns[turn].bare, &fault),
                   &fault, "write the bare statements");
        turns[turn].lines = drive(load, AT_ONCE) * (int64_t)lines;
    }
    qsort(turns, TURNS, sizeof *turns, by_ratio);
    return turns[TURNS / 2];
}

static void measure_half(struct load *load, int64_t top)
{
    settle();
    struct spread probe = probe_disk();
    drive_at(load, top / 2);
    struct spread cold = spread_of(load->times_us, load->cold_count);
    struct spread spread =
        spread_of(load->times_us + load->cold_count, load->time_count - load->cold_count);
    note((struct figure){"offered at half of the top load", "1/s", .value = top / 2});
    note((struct figure){"at half load, p50", "us", .value = spread.p50, .baseline = probe.p50,
                         .at_most = 5000});
    note((struct figure){"in the first 2 s after a checkpoint, p99", "us", .value = cold.p99});
    note((struct figure){"at half load, p99", "us", .value = spread.p99, .baseline = probe.p99,
                         .at_most = 25000});
}

/* Documents of ten lines to released orders, whose items are valued by lot, FIFO and average:
   layers and their takes, lots and their links, order lines and their reservations are written too.
 */
static void measure_issues(struct load *load, int64_t baseline)
{
    struct load issues = *load;
    issues.issues = true;
    issues.lines = 10;
    settle();
    (void)drive(&issues, AT_ONCE);
    (void)server_cpu_us();
    int64_t rate = drive(&issues, AT_ONCE) * 10;
    note_cpu("server CPU a line issued", issues.posted * 10);
    note((struct figure){"issues to work orders, documents of 10", "1/s", rate, baseline, 600, 0});
}

/* Small batches, where what a batch costs whatever it holds counts. */
static void measure_few(struct load *load)
{
    load->items = ITEMS;
    load->lines = 1;
    settle();
    (void)server_cpu_us();
    int64_t rate = drive(load, FEW);
    note_cpu("server CPU a line, 64 in flight", load->posted);
    note((struct figure){"lines, documents of 1, 64 in flight", "1/s", .value = rate});
}

/* MILLRACE_BENCH_PART: some of "documents", "issues", "few", "single" and "half", for whoever works
   on them. */
static bool is_asked(const char *part)
{
    const char *asked = getenv("MILLRACE_BENCH_PART");
    return !asked || strstr(asked, part);
}

static void measure_documents(struct load *load, int64_t baseline)
{
    struct rates wide = measure_lines(load, 10);
    note((struct figure){"lines, documents of 10, 10000 items", "1/s", wide.lines, baseline, 600,
                         0});
    note((struct figure){"the same beside the bare statements", "1/s", wide.lines, wide.bare, 60,
                         0});
    (void)server_cpu_us();
    (void)drive(load, AT_ONCE);
    note_cpu("server CPU a line, 10000 items", load->posted * 10);
    load->items = 10;
    int64_t narrow = drive(load, AT_ONCE) * 10;
    note((struct figure){"lines, documents of 10, 10 items", "1/s", narrow, wide.lines, 50, 0});
    load->items = ITEMS;
}

static void measure(struct load *load)
{
    char answer[64];
    cluster("pgbench", getenv("MILLRACE_BENCH_QUICK") ? "1" : "5", answer, sizeof answer);
    int64_t baseline = strtoll(answer, NULL, 10);
    note((struct figure){"pgbench TPC-B, best of 1 to 64", "1/s", .value = baseline});
    if (is_asked("half"))
        measure_alone(load);
    load->items = ITEMS;
    if (is_asked("documents"))
        measure_documents(load, baseline);
    if (is_asked("issues"))
        measure_issues(load, baseline);
    if (is_asked("few"))
        measure_few(load);
    if (!is_asked("single") && !is_asked("half"))
        return;
    struct rates single = measure_lines(load, 1);
    note((struct figure){"lines, documents of 1, 10000 items", "1/s", single.lines, baseline, 200,
                         0});
    note((struct figure){"the same beside the bare statements", "1/s", single.lines, single.bare,
                         60, 0});
    if (is_asked("half"))
        measure_half(load, single.lines);
}

/* The sums of the ledger, and no deadlock in the server's log. */
static void audit(void)
{
    char answer[4096];
    cluster("audit", "", answer, sizeof answer);
    if (answer[0])
        fprintf(stderr, "audit: %s\n", answer);
    note((struct figure){"audits and server log: without a finding", "yes",
                         .value = answer[0] == '\0', .baseline = 1, .target_percent = 100});
}

static void run_script(const char *command)
{
    fflush(stdout);
    int status = system(command);
    if (status == 0)
        return;
    fprintf(stderr, "bench_post: \"%s\" ended with %d\n", command, status);
    missed = true;
}

int main(void)
{
    char answer[4096];
    struct fault fault = {0};
    struct load load = {.base = event_base_new()};
    setvbuf(stdout, NULL, _IOLBF, 0);
    arena = arena_new(64 * MIB);
    load.times_us = calloc(LATENCIES, sizeof *load.times_us);
    must(arena && load.times_us && mkdtemp(folder), "make a folder");
    atexit(clean);
    cluster("start", "", answer, sizeof answer);
    make_keys();
    write_settings();
    services[0] = start_service("inventory");
    services[1] = start_service("production");
    struct rpc_wire wire = rpc_wire_local(folder);
    must(rpc_client_open(load.base, &wire, &load.client, &fault) == STATUS_OK, "open a client");
    measure(&load);
    audit();
    rpc_client_close(&load.client);
    event_base_free(load.base);
    free(load.times_us);
    arena_free(&arena);
    clean();
    if (!getenv("MILLRACE_BENCH_QUICK"))
        run_script("python3 tests/bench/post_gateway.py");
    return missed ? EXIT_FAILURE : EXIT_SUCCESS;
}
