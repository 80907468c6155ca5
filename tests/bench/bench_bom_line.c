/*
 * One bill line saved into a plant that is there: Bom.EditMaster over ZeroMQ, one call after the
 * other, in turns with the bare INSERT of such a line, also one after the other, by the same
 * program on the same cluster.  tests/bench/bom_save.py makes the plant and calls it:
 *
 *     bench_bom_line CONNINFO RPC_DIR PRIVATE_KEY PLANT ITEMS SAVES
 *
 * Items are I0000001.., the first 8 of 10 made.  Without arguments it does nothing.
 */
#include "common/io/clock.h"
#include "common/io/rpc_client.h"
#include "common/io/rpc_wire.h"
#include "common/io/sql.h"
#include "common/wire/role.h"
#include "common/wire/ticket.h"
#include "proto/bom.pb-c.h"

#include <event2/event.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURNS     10
#define SAVES_MAX 100000
#define WARM      50 /* saves nobody measures */

struct bench {
    const char *plant;
    const char *key_path;
    uint32_t items;
    size_t saves;
    bool near; /* both made: low-level codes move, loops are met */
    struct event_base *base;
    struct rpc_client *client;
    struct sql *sql;
    struct arena *arena;
    struct ticket ticket;
    enum status answered;
    int64_t place; /* of the next line: its number and position */
    int64_t *save_us;
    size_t save_count;
    int64_t *bare_us;
    size_t bare_count;
    size_t refused;
};

static const struct sql_statement bare[] = {
    {"bare.insert",
     "INSERT INTO bom (plant_id, row_no, parent, component, qty, position) VALUES ($1, $2, $3, $4,"
     " 1, $5)",
     "tittt", ""}};
static const struct sql_schema bare_schema = {.statements = bare,
                                              .statement_count = COUNT_OF(bare)};

static uint64_t randomness = 1;

static uint32_t random_between(uint32_t low, uint32_t high)
{
    randomness = randomness * 6364136223846793005u + 1442695040888963407u;
    return low + (uint32_t)(randomness >> 33) % (high - low + 1);
}

static void must_be_ok(enum status status, const struct fault *fault, const char *what)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bench_bom_line: could not %s: %s %s\n", what, fault->message, fault->detail);
    exit(EXIT_FAILURE);
}

static void sign_ticket(struct bench *bench)
{
    struct fault fault = {0};
    struct ticket_signer *signer = NULL;
    struct principal who = {.name = "bench", .roles = ROLE_ENGINEER | ROLE_ADMINISTRATOR};
    snprintf(who.plant, sizeof who.plant, "%s", bench->plant);
    struct ticket_order order = {&who, "Bom", clock_unix_us()};
    must_be_ok(ticket_signer_open(bench->key_path, &signer, &fault), &fault, "open the key");
    must_be_ok(ticket_sign(signer, &order, bench->arena, &bench->ticket, &fault), &fault, "sign");
    ticket_signer_free(&signer);
}

/* ---- a line ---- */

struct line {
    char parent[16];
    char component[16];
    char position[24];
};

static void draw_line(struct bench *bench, struct line *line)
{
    uint32_t made = bench->items / 10 * 8;
    uint32_t parent = random_between(1, made);
    uint32_t component =
        bench->near ? random_between(1, made) : random_between(made + 1, bench->items);
    if (bench->near && parent >= component) { /* most loops are met from below */
        uint32_t lower = parent == component ? parent - (parent > 1) : component;
        component = parent + (parent == 1);
        parent = lower;
    }
    bench->place++;
    snprintf(line->parent, sizeof line->parent, "I%07" PRIu32, parent);
    snprintf(line->component, sizeof line->component, "I%07" PRIu32, component);
    snprintf(line->position, sizeof line->position, "s%" PRId64, bench->place);
}

static void on_answer(void *context, const struct rpc_answer *answer)
{
    struct bench *bench = context;
    bench->answered = answer->fault->status;
    if (bench->answered != STATUS_OK && bench->answered != STATUS_BOM_CYCLE &&
        !strstr(answer->fault->message, "already counts"))
        must_be_ok(bench->answered, answer->fault, "save a line");
    event_base_loopbreak(bench->base);
}

static struct text pack_line(struct line *line, uint8_t packed[512])
{
    static char file[] = "bom.csv";
    static char columns[4][16] = {"parent", "component", "qty", "position"};
    static char quantity[] = "2";
    char *values[] = {line->parent, line->component, quantity, line->position};
    Millrace__Cell cells[4];
    Millrace__Cell *list[4];
    Millrace__MasterEdit edit = MILLRACE__MASTER_EDIT__INIT;
    Millrace__MasterEdit *edits[] = {&edit};
    Millrace__EditMasterRequest request = MILLRACE__EDIT_MASTER_REQUEST__INIT;
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        millrace__cell__init(&cells[i]);
        cells[i].column = columns[i];
        cells[i].value = values[i];
        list[i] = &cells[i];
    }
    edit.file = file;
    edit.cells = list;
    edit.n_cells = COUNT_OF(cells);
    request.edits = edits;
    request.n_edits = 1;
    return (struct text){(const char *)packed, protobuf_c_message_pack(&request.base, packed)};
}

static void save_line(struct bench *bench)
{
    uint8_t packed[512];
    struct line line;
    draw_line(bench, &line);
    struct rpc_call call = {.process = "bom",
                            .method = "Bom.EditMaster",
                            .plant = bench->plant,
                            .ticket = bench->ticket.bytes,
                            .ticket_signature = bench->ticket.signature,
                            .trace = clock_uuid(),
                            .key = clock_uuid(),
                            .body = pack_line(&line, packed),
                            .timeout_ms = 60000};
    int64_t began_us = clock_monotonic_us();
    rpc_client_call(bench->client, &call, on_answer, bench);
    event_base_dispatch(bench->base);
    if (bench->answered == STATUS_OK)
        bench->save_us[bench->save_count++] = clock_monotonic_us() - began_us;
    else
        bench->refused++;
}

static void insert_line(struct bench *bench)
{
    struct line line;
    struct fault fault = {0};
    draw_line(bench, &line);
    struct sql_value params[] = {SQL_TEXT(text_of(bench->plant)), SQL_INT(-bench->place),
                                 SQL_TEXT(text_of(line.parent)), SQL_TEXT(text_of(line.component)),
                                 SQL_TEXT(text_of(line.position))};
    int64_t began_us = clock_monotonic_us();
    must_be_ok(sql_run(bench->sql, &bare[0], params, NULL, NULL, &fault), &fault, "insert a line");
    bench->bare_us[bench->bare_count++] = clock_monotonic_us() - began_us;
}

/* ---- what is said ---- */

static int ascending(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

static void write_metric(const struct bench *bench, const char *share, int64_t saved_us,
                         int64_t bare_us, bool target)
{
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (!out)
        return;
    fprintf(out,
            "{\"bench\":\"bom_save\",\"metric\":\"one line saved (%s), at the service, %s\","
            "\"value\":%" PRId64 ",\"unit\":\"us\",\"baseline\":%" PRId64 ",\"ratio\":%" PRId64
            ".%02" PRId64,
            bench->near ? "a made part, levels move" : "a bought part", share, saved_us, bare_us,
            saved_us / bare_us, saved_us * 100 / bare_us % 100);
    if (target)
        fprintf(out, ",\"target\":\"<= insert + 2000\",\"ok\":%s",
                saved_us <= bare_us + 2000 ? "true" : "false");
    fprintf(out, "}\n");
    fclose(out);
}

static void tell(struct bench *bench)
{
    qsort(bench->save_us, bench->save_count, sizeof *bench->save_us, ascending);
    qsort(bench->bare_us, bench->bare_count, sizeof *bench->bare_us, ascending);
    int64_t saved50 = bench->save_us[bench->save_count / 2];
    int64_t saved99 = bench->save_us[bench->save_count * 99 / 100];
    int64_t bare50 = bench->bare_us[bench->bare_count / 2];
    int64_t bare99 = bench->bare_us[bench->bare_count * 99 / 100];
    printf("%s: %zu saved, %zu refused: p50 %" PRId64 " us, p99 %" PRId64
           " us; bare insert p50 %" PRId64 " us, p99 %" PRId64 " us\n",
           bench->near ? "a made part into a bill, levels move" : "a bought part into a bill",
           bench->save_count, bench->refused, saved50, saved99, bare50, bare99);
    write_metric(bench, "p50", saved50, bare50, false);
    write_metric(bench, "p99", saved99, bare99, true);
}

/* In turns: the disk is not the same from one second to the next. */
static void measure(struct bench *bench)
{
    bench->save_count = bench->bare_count = bench->refused = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        arena_reset(bench->arena);
        sign_ticket(bench);
        for (size_t i = 0; i < bench->saves / TURNS; i++)
            insert_line(bench);
        for (size_t i = 0; i < bench->saves / TURNS; i++)
            save_line(bench);
    }
    tell(bench);
}

static void open_all(struct bench *bench, char **argv)
{
    struct fault fault = {0};
    bench->base = event_base_new();
    bench->arena = arena_new(64 * MIB);
    bench->save_us = calloc(SAVES_MAX + WARM, sizeof *bench->save_us);
    bench->bare_us = calloc(SAVES_MAX, sizeof *bench->bare_us);
    if (!bench->base || !bench->arena || !bench->save_us || !bench->bare_us)
        must_be_ok(STATUS_LIMIT, &fault, "find memory");
    must_be_ok(sql_open(argv[1], &bare_schema, &bench->sql, &fault), &fault, "connect");
    struct rpc_wire wire = rpc_wire_local(argv[2]);
    must_be_ok(rpc_client_open(bench->base, &wire, &bench->client, &fault), &fault, "call");
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        printf("SKIPPED: bom_save makes the plant and calls this\n");
        return EXIT_SUCCESS;
    }
    struct bench bench = {.key_path = argv[3],
                          .plant = argv[4],
                          .items = (uint32_t)strtoul(argv[5], NULL, 10),
                          .saves = strtoul(argv[6], NULL, 10)};
    ASSERT(bench.saves >= TURNS && bench.saves <= SAVES_MAX && bench.items >= 10);
    open_all(&bench, argv);
    randomness = (uint64_t)clock_unix_us(); /* a plant that is kept gets other lines each time */
    bench.place = clock_unix_us() / 1000000 % 100000 * 10000;
    sign_ticket(&bench);
    for (int i = 0; i < WARM; i++)
        save_line(&bench);
    for (int near = 0; near < 2; near++) {
        bench.near = near == 1;
        measure(&bench);
    }
    rpc_client_close(&bench.client);
    sql_close(&bench.sql);
    event_base_free(bench.base);
    free(bench.save_us);
    free(bench.bare_us);
    arena_free(&bench.arena);
    return EXIT_SUCCESS;
}
