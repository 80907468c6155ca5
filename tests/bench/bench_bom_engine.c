/*
 * The bill engine in memory: explosion of a tree of 4,681 distinct nodes, diamonds 25 levels deep,
 * and, with the folder of a large plant as argument, its memory, graph, sums and where-used.
 * tests/bench/bom.py calls it and adds what needs a server.
 */
#include "common/bom/bom_used.h"
#include "common/io/clock.h"
#include "common/io/folder.h"
#include "common/plant/plant_read.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLANT_BYTES ((size_t)8192 * MIB)
#define TEXT_BYTES  (4 * MIB)
#define RUNS        400
#define ITEM_RUNS   20000

struct bench {
    struct plant *plant;
    struct arena *graph_arena;
    struct arena *arena; /* of one request */
    struct bom_graph *graph;
    struct fault fault;
};

static void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_bom_engine: could not %s\n", what);
    exit(EXIT_FAILURE);
}

static void note(const char *metric, int64_t value, const char *unit, int64_t target)
{
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    bool ok = target == 0 || value <= target;
    printf("%-58s %10" PRId64 " %-6s", metric, value, unit);
    printf(target > 0 ? " target <= %" PRId64 "%s\n" : "\n", target, ok ? "" : "  MISSED");
    if (!out)
        return;
    fprintf(out,
            "{\"bench\":\"bom\",\"metric\":\"%s\",\"value\":%" PRId64 ",\"unit\":\"%s\","
            "\"baseline\":null,\"ratio\":null,",
            metric, value, unit);
    if (target > 0)
        fprintf(out, "\"target\":\"<= %" PRId64 "\",\"ok\":%s}\n", target, ok ? "true" : "false");
    else
        fprintf(out, "\"target\":null,\"ok\":null}\n");
    fclose(out);
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* ---- plants ---- */

static void finish(struct bench *bench, struct plant_reader *reader)
{
    if (plant_reader_finish(reader, &bench->plant, &bench->fault) != STATUS_OK)
        fprintf(stderr, "%s\n", bench->fault.message);
    must(bench->plant != NULL, "read the plant");
    plant_reader_free(&reader);
}

static void build(struct bench *bench)
{
    bench->graph_arena = arena_new(PLANT_BYTES);
    bench->arena = arena_new(PLANT_BYTES);
    must(bench->graph_arena && bench->arena, "make arenas");
    must(bom_graph_make(bench->plant, bench->graph_arena, &bench->graph, &bench->fault) ==
             STATUS_OK,
         "make the graph");
}

static void release(struct bench *bench)
{
    plant_free(&bench->plant);
    arena_free(&bench->graph_arena);
    arena_free(&bench->arena);
}

struct texts {
    char *items;
    char *bom;
    size_t items_used;
    size_t bom_used;
};

static void texts_init(struct texts *texts)
{
    texts->items = malloc(TEXT_BYTES);
    texts->bom = malloc(TEXT_BYTES);
    must(texts->items && texts->bom, "have memory");
    texts->items_used = (size_t)snprintf(texts->items, TEXT_BYTES, "item,type\n");
    texts->bom_used = (size_t)snprintf(texts->bom, TEXT_BYTES, "parent,component,qty\n");
}

static void add_item(struct texts *texts, int number)
{
    texts->items_used += (size_t)snprintf(texts->items + texts->items_used,
                                          TEXT_BYTES - texts->items_used, "N%06d,make\n", number);
}

static void add_line(struct texts *texts, int parent, int component)
{
    texts->bom_used += (size_t)snprintf(texts->bom + texts->bom_used, TEXT_BYTES - texts->bom_used,
                                        "N%06d,N%06d,1\n", parent, component);
}

static void read_texts(struct bench *bench, struct texts *texts)
{
    struct plant_reader *reader = plant_reader_new(PLANT_BYTES);
    must(reader && plant_reader_take(reader, "items.csv", text_of(texts->items)) &&
             plant_reader_take(reader, "bom.csv", text_of(texts->bom)),
         "take the texts");
    finish(bench, reader);
    free(texts->items);
    free(texts->bom);
    build(bench);
}

/* ---- explosions ---- */

/* Rows of the indented explosion; fewer than 0: refused. */
static int64_t explode_lines(struct bench *bench, uint32_t item)
{
    const struct bom_request request = {.item = item, .quantity = {QTY_SCALE}, .start = NO_DATE};
    struct bom_explosion *explosion;
    struct bom_walk *walk;
    struct bom_row row;
    int64_t rows = 0;
    arena_reset(bench->arena);
    must(bom_explode(bench->graph, &request, bench->arena, &explosion, &bench->fault) == STATUS_OK,
         "explode");
    if (bom_walk_new(explosion, bench->arena, &walk, &bench->fault) != STATUS_OK)
        return -1;
    while (bom_walk_next(walk, &row, &bench->fault))
        rows++;
    return rows;
}

static uint32_t explode_sums(struct bench *bench, uint32_t item)
{
    const struct bom_request request = {.item = item, .quantity = {QTY_SCALE}, .start = NO_DATE};
    struct bom_explosion *explosion;
    arena_reset(bench->arena);
    must(bom_explode(bench->graph, &request, bench->arena, &explosion, &bench->fault) == STATUS_OK,
         "explode");
    return explosion->need_count;
}

static void bench_tree(void)
{
    enum { NODES = 4681, WIDTH = 8 };

    static int64_t times[RUNS];
    struct bench bench = {.plant = NULL};
    struct texts texts;
    texts_init(&texts);
    for (int i = 0; i < NODES; i++)
        add_item(&texts, i);
    for (int i = 1; i < NODES; i++)
        add_line(&texts, (i - 1) / WIDTH, i);
    read_texts(&bench, &texts);
    for (int run = 0; run < RUNS; run++) {
        int64_t began_us = clock_monotonic_us();
        must(explode_lines(&bench, 0) == NODES - 1, "count the rows");
        times[run] = clock_monotonic_us() - began_us;
    }
    qsort(times, RUNS, sizeof *times, compare_times);
    note("indented explosion of 4,681 nodes, engine, p50", times[RUNS / 2], "us", 1000);
    release(&bench);
}

static void bench_diamonds(void)
{
    enum { LEVELS = 25 };

    static int64_t times[RUNS];
    struct bench bench = {.plant = NULL};
    struct texts texts;
    texts_init(&texts);
    for (int i = 0; i <= 3 * LEVELS; i++)
        add_item(&texts, i);
    for (int i = 0; i < LEVELS; i++) {
        add_line(&texts, 3 * i, 3 * i + 1);
        add_line(&texts, 3 * i, 3 * i + 2);
        add_line(&texts, 3 * i + 1, 3 * i + 3);
        add_line(&texts, 3 * i + 2, 3 * i + 3);
    }
    read_texts(&bench, &texts);
    for (int run = 0; run < RUNS; run++) {
        int64_t began_us = clock_monotonic_us();
        must(explode_sums(&bench, 0) == 3 * LEVELS, "count the components");
        times[run] = clock_monotonic_us() - began_us;
    }
    qsort(times, RUNS, sizeof *times, compare_times);
    note("diamonds, 2^25 paths, summarised, p50", times[RUNS / 2], "us", 1000);
    int64_t began_us = clock_monotonic_us();
    must(explode_lines(&bench, 0) < 0, "be refused");
    note("diamonds, indented, refused after", clock_monotonic_us() - began_us, "us", 1000);
    printf("    %s\n", bench.fault.message);
    release(&bench);
}

/* ---- the large plant ---- */

static int64_t resident_bytes(void)
{
    long pages = 0;
    (void)malloc_trim(0);
    FILE *file = fopen("/proc/self/statm", "r");
    must(file && fscanf(file, "%*d %ld", &pages) == 1, "read statm");
    fclose(file);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void read_folder(struct bench *bench, const char *dir)
{
    static const char *const files[] = {"items.csv", "bom.csv", "plant.csv"};
    struct text bytes[COUNT_OF(files)];
    struct plant_reader *reader = plant_reader_new(PLANT_BYTES);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        must(folder_read(dir, files[i], &bytes[i], &bench->fault) == STATUS_OK &&
                 plant_reader_take(reader, files[i], bytes[i]),
             "read the folder");
    int64_t began_us = clock_monotonic_us();
    finish(bench, reader);
    note("plant read from CSV", (clock_monotonic_us() - began_us) / 1000, "ms", 0);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        folder_file_free(&bytes[i]);
}

typedef void one_fn(struct bench *bench, uint32_t item);

static void sums_of(struct bench *bench, uint32_t item)
{
    (void)explode_sums(bench, item);
}

static void ends_of(struct bench *bench, uint32_t item)
{
    const struct bom_used_request request = {.item = item, .start = NO_DATE};
    struct bom_ends ends;
    arena_reset(bench->arena);
    must(bom_used_ends(bench->graph, &request, bench->arena, &ends, &bench->fault) == STATUS_OK,
         "find end items");
}

/* Items of a level (wanted: finished goods) or without a bill, spread over the plant. */
static void bench_items(struct bench *bench, bool finished, one_fn *one, const char *metric,
                        const int64_t targets[2])
{
    static int64_t times[ITEM_RUNS];
    char name[96];
    uint32_t items = bench->plant->items_count;
    size_t count = 0;
    for (uint64_t at = 0; count < ITEM_RUNS; at += 104729) {
        uint32_t item = (uint32_t)(at % items);
        bool top = bench->graph->level[item] == 0;
        bool bought = bench->graph->below_first[item] == bench->graph->below_end[item];
        if (finished ? !top : !bought)
            continue;
        int64_t began_us = clock_monotonic_us();
        one(bench, item);
        times[count++] = clock_monotonic_us() - began_us;
    }
    qsort(times, count, sizeof *times, compare_times);
    snprintf(name, sizeof name, "%s, p50", metric);
    note(name, times[count / 2], "us", targets[0]);
    snprintf(name, sizeof name, "%s, p99", metric);
    note(name, times[count * 99 / 100], "us", targets[1]);
}

static void bench_plant(const char *dir)
{
    struct bench bench = {.plant = NULL};
    int64_t before = resident_bytes();
    read_folder(&bench, dir);
    int64_t began_us = clock_monotonic_us();
    build(&bench);
    note("rows and low-level codes of the graph", (clock_monotonic_us() - began_us) / 1000, "ms",
         0);
    int64_t bytes = resident_bytes() - before;
    note("bill lines", bench.plant->bom_lines_count, "", 0);
    int64_t lines = bench.plant->bom_lines_count;
    note("memory, items and all, a line", (bytes + lines - 1) / lines, "bytes", 64);
    began_us = clock_monotonic_us();
    must(bom_graph_levels(bench.graph, &bench.fault) == STATUS_OK, "level");
    note("low-level codes of all", (clock_monotonic_us() - began_us) / 1000, "ms", 300);
    bench_items(&bench, true, sums_of, "summarised explosion of a finished good",
                (const int64_t[]){1000, 3000});
    bench_items(&bench, false, ends_of, "where-used of a bought item to end items",
                (const int64_t[]){0, 5000});
    release(&bench);
}

int main(int argc, char **argv)
{
    bench_tree();
    bench_diamonds();
    if (argc > 1)
        bench_plant(argv[1]);
    return EXIT_SUCCESS;
}
