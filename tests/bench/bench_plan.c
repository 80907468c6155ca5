/*
 * The engine on generated plants: `ops/bench plan`.  Sizes in MILLRACE_BENCH_ITEMS (default "10000
 * 100000 1000000").  The baseline is one pass over the same CSV bytes.
 */

#include "common/io/folder.h"
#include "common/io/threads.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/plan_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define RUNS          5
#define BYTES_MAX     ((size_t)16384 * MIB)
#define PEGGED_ITEMS  100000
#define GENERATOR     "../shared/bench/generate_plant.py"
#define COMMAND_BYTES 1024

static struct crew crew;

static double now_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, RUNS, sizeof *values, by_value);
    return values[RUNS / 2];
}

static double peak_mib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static void put(const char *metric, unsigned items, double value, const char *unit)
{
    printf("%-22s %9u items %12.4f %s\n", metric, items, value, unit);
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (!out)
        return;
    fprintf(out,
            "{\"bench\": \"plan\", \"metric\": \"%s_%u\", \"value\": %.6f, \"unit\": \"%s\"}\n",
            metric, items, value, unit);
    fclose(out);
}

static void check(enum status status, const struct fault *fault)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bench_plan: %s\n", fault->message);
    exit(EXIT_FAILURE);
}

static struct plant *read_plant(const char *dir, unsigned items)
{
    struct text bytes[PLANT_FILES] = {{NULL, 0}};
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = NULL;
    struct plant_reader *reader = plant_reader_new(BYTES_MAX);
    uint64_t sum = 0;
    for (int i = 0; i < PLANT_FILES; i++) {
        enum status status = folder_read(dir, plant_files[i].name, &bytes[i], &fault);
        if (status == STATUS_OK && !plant_reader_take(reader, plant_files[i].name, bytes[i]))
            exit(EXIT_FAILURE);
        fault = (struct fault){STATUS_OK, "", "", ""};
    }
    double began = now_s();
    for (int i = 0; i < PLANT_FILES; i++) {
        for (size_t k = 0; k < bytes[i].length; k++)
            sum += (unsigned char)bytes[i].bytes[k];
    }
    double pass = now_s() - began;
    began = now_s();
    check(plant_reader_finish(reader, &plant, &fault), &fault);
    put("read", items, now_s() - began, "s");
    put("pass_over_bytes", items, pass, sum > 0 ? "s" : "");
    plant_reader_free(&reader);
    for (int i = 0; i < PLANT_FILES; i++)
        folder_file_free(&bytes[i]);
    return plant;
}

static void bench_pegging(const struct plan *plan, unsigned items)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct arena *arena = arena_new(BYTES_MAX);
    struct pegging *pegging;
    uint64_t rows = 0;
    double began = now_s();
    check(pegging_make(plan, &crew, arena, &pegging, &fault), &fault);
    for (uint32_t item = 0; item < plan->item_count; item++) {
        rows += pegging_count(pegging, item);
    }
    put("pegging", items, now_s() - began, "s");
    put("pegs", items, (double)rows, "rows");
    arena_free(&arena);
}

static void bench_size(unsigned items)
{
    char dir[] = "/tmp/millrace_bench_XXXXXX";
    char command[COMMAND_BYTES];
    if (!mkdtemp(dir))
        exit(EXIT_FAILURE);
    snprintf(command, sizeof command, "python3 " GENERATOR " %u 3 %s", items, dir);
    if (system(command) != 0)
        exit(EXIT_FAILURE);
    struct plant *plant = read_plant(dir, items);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    if (system(command) != 0)
        exit(EXIT_FAILURE);
    double seconds[RUNS];
    for (int run = 0; run < RUNS; run++) {
        struct fault fault = {STATUS_OK, "", "", ""};
        struct arena *arena = arena_new(BYTES_MAX);
        struct plan *plan;
        double began = now_s();
        check(plan_net_by(plant, &crew, arena, &plan, &fault), &fault);
        seconds[run] = now_s() - began;
        if (run == 0) {
            put("orders", items, (double)plan->order_count, "rows");
            put("arena", items, (double)arena_used(arena) / (double)MIB, "MiB");
        }
        if (run + 1 == RUNS && items <= PEGGED_ITEMS)
            bench_pegging(plan, items);
        arena_free(&arena);
    }
    put("plan", items, median(seconds), "s");
    put("peak", items, peak_mib(), "MiB");
    plant_free(&plant);
}

int main(void)
{
    FILE *generator = fopen(GENERATOR, "r");
    if (!generator) {
        printf("SKIP: %s is missing\n", GENERATOR);
        return EXIT_SUCCESS;
    }
    fclose(generator);
    crew = threads_crew(2);
    const char *sizes = getenv("MILLRACE_BENCH_ITEMS");
    char *at = NULL;
    for (const char *text = sizes ? sizes : "10000 100000 1000000"; *text; text = at) {
        unsigned long items = strtoul(text, &at, 10);
        if (at == text)
            break;
        bench_size((unsigned)items);
    }
    return EXIT_SUCCESS;
}
