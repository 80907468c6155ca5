/*
 * The roll-up in memory, of the folder of a large plant given as argument (tests/bench/cost.py
 * makes it): all items, then single prices and a rate, with what is above them.
 */
#include "common/io/folder.h"
#include "common/plant/plant_read.h"
#include "services/cost/rollup_core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PLANT_BYTES ((size_t)8192 * MIB)
#define RUNS        5
#define CHANGES     2000

struct bench {
    struct plant *plant;
    struct bom_graph *graph;
    struct arena *arena;
    struct fault fault;
};

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_cost_engine: could not %s\n", what);
    exit(EXIT_FAILURE);
}

static void note(const char *metric, int64_t value, const char *unit, int64_t target)
{
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    bool ok = target == 0 || value <= target;
    printf("%-66s %10" PRId64 " %-6s%s\n", metric, value, unit, ok ? "" : "  MISSED");
    if (!out)
        return;
    fprintf(out,
            "{\"bench\":\"cost\",\"metric\":\"%s\",\"value\":%" PRId64 ",\"unit\":\"%s\","
            "\"baseline\":null,\"ratio\":null,",
            metric, value, unit);
    if (target > 0)
        fprintf(out, "\"target\":\"<= %" PRId64 "\",\"ok\":%s}\n", target, ok ? "true" : "false");
    else
        fprintf(out, "\"target\":null,\"ok\":null}\n");
    fclose(out);
}

static void read_plant(struct bench *bench, const char *path)
{
    static const char *const files[] = {"plant.csv", "items.csv", "bom.csv", "work_centers.csv",
                                        "routing.csv"};
    struct text bytes[COUNT_OF(files)];
    struct plant_reader *reader = plant_reader_new(PLANT_BYTES);
    must(reader != NULL, "have memory");
    for (size_t i = 0; i < COUNT_OF(files); i++)
        must(folder_read(path, files[i], &bytes[i], &bench->fault) == STATUS_OK &&
                 plant_reader_take(reader, files[i], bytes[i]),
             "read a file");
    must(plant_reader_finish(reader, &bench->plant, &bench->fault) == STATUS_OK, "read the plant");
    plant_reader_free(&reader);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        folder_file_free(&bytes[i]);
}

/* Processor time: the engine has one thread, and a machine with company would only add waiting. */
static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The least of some runs: the others had company. */
static void bench_all(struct bench *bench)
{
    int64_t best = INT64_MAX;
    for (int run = 0; run < RUNS; run++) {
        struct rollup *rollup = NULL;
        struct arena *arena = arena_new(PLANT_BYTES);
        must(arena != NULL, "have memory");
        int64_t began = now_ns();
        must(rollup_new(bench->graph, NO_DATE, arena, &rollup, &bench->fault) == STATUS_OK,
             "roll up");
        int64_t spent = now_ns() - began;
        best = spent < best ? spent : best;
        arena_free(&arena);
    }
    printf("%u items, %u lines, %u operations\n", bench->plant->items_count,
           bench->plant->bom_lines_count, bench->plant->operations_count);
    note("roll-up of all items in memory, processor time", best / 1000000, "ms", 1000);
}

static uint32_t next_bought(const struct plant *plant, uint32_t item)
{
    do
        item = (item + 7919) % plant->items_count;
    while (plant->items[item].type != ITEM_BUY);
    return item;
}

static void bench_prices(struct bench *bench, struct rollup *kept)
{
    int64_t spent = 0;
    size_t seen = 0;
    uint32_t item = 0;
    struct arena *arena = arena_new(PLANT_BYTES);
    must(arena != NULL, "have memory");
    for (int change = -1; change < CHANGES; change++) {
        struct rollup_changes changes;
        arena_reset(arena);
        item = next_bought(bench->plant, item);
        bench->plant->items[item].unit_cost.micro += UNITCOST_SCALE;
        int64_t began = now_ns();
        must(rollup_again(kept, &item, 1, change < 0 ? bench->arena : arena, &changes,
                          &bench->fault) == STATUS_OK,
             "roll up again");
        spent += change < 0 ? 0 : now_ns() - began;
        seen += change < 0 ? 0 : changes.seen;
    }
    arena_free(&arena);
    printf("%d prices, %zu items costed again\n", CHANGES, seen);
    note("one purchase price changed: items costed again", (int64_t)(seen / CHANGES), "", 0);
    note("one purchase price changed: an item above it", spent / (int64_t)(seen > 0 ? seen : 1),
         "ns", 1000);
}

/* Costs after all changes are those of a roll-up from nothing. */
static void check_same(struct bench *bench, struct rollup *kept)
{
    struct item_cost *costs = NULL;
    struct arena *arena = arena_new(PLANT_BYTES);
    must(arena && rollup(bench->graph, NO_DATE, arena, &costs, &bench->fault) == STATUS_OK,
         "roll up");
    for (uint32_t i = 0; i < bench->plant->items_count; i++)
        must(costs[i].total.micro == rollup_costs(kept)[i].total.micro, "find the same costs");
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    struct bench bench = {.arena = arena_new(PLANT_BYTES)};
    struct rollup *rollup = NULL;
    if (argc != 2) {
        printf("usage: bench_cost_engine FOLDER\n");
        return EXIT_FAILURE;
    }
    must(bench.arena != NULL, "have memory");
    read_plant(&bench, argv[1]);
    must(bom_graph_make(bench.plant, bench.arena, &bench.graph, &bench.fault) == STATUS_OK,
         "make the graph");
    bench_all(&bench);
    must(rollup_new(bench.graph, NO_DATE, bench.arena, &rollup, &bench.fault) == STATUS_OK,
         "roll up");
    bench_prices(&bench, rollup);
    check_same(&bench, rollup);
    plant_free(&bench.plant);
    arena_free(&bench.arena);
    return EXIT_SUCCESS;
}
