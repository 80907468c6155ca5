/*
 * The figures of the planning engine: `ops/bench plan`.  Two hands, as the targets say; plants from
 * ../shared/bench/generate_plant.py.  MILLRACE_BENCH_ITEMS (default 1000000) is the large plant.
 */

#include "common/io/folder.h"
#include "common/io/threads.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "services/mrp/live_core.h"
#include "services/mrp/lot_core.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/plan_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define RUNS          5
#define HANDS         2
#define TEXT_OF(x)    TEXT_OF_(x)
#define TEXT_OF_(x)   #x
#define BYTES_MAX     ((size_t)16384 * MIB)
#define GENERATOR     "../shared/bench/generate_plant.py"
#define FEATURES      "tests/bench/plant_features.py"
#define COMMAND_BYTES 1024
#define FOLDERS_MAX   8
#define LARGE         1000000
#define MIDDLE        100000
#define SMALL         10000
#define NET_CHANGES   50000
#define NET_ROUNDS    5
#define WW_ITEMS      100000
#define WW_NAIVE      200 /* items of the naive recurrence, which is scaled up */
#define WW_DAYS       365

static struct crew crew;

struct figure {
    const char *metric;
    const char *unit;
    double value;
    double baseline; /* 0: none */
    double most;     /* of the value; 0: no target */
    double ratio;    /* most of value / baseline instead; 0: none */
};

static void put(struct figure figure)
{
    const double ratio = figure.baseline > 0 ? figure.value / figure.baseline : 0;
    const bool good = (figure.most <= 0 || figure.value <= figure.most) &&
                      (figure.ratio <= 0 || ratio <= figure.ratio);
    const char *path = getenv("MILLRACE_BENCH_OUT");
    FILE *out = path ? fopen(path, "a") : NULL;
    printf("%-44s %12.4f %s\n", figure.metric, figure.value, figure.unit);
    if (!out)
        return;
    const char *bench = getenv("MILLRACE_BENCH_NAME"); /* whose table it is a part of */
    fprintf(out, "{\"bench\": \"%s\", \"metric\": \"%s\", \"value\": %.6f, \"unit\": \"%s\"",
            bench ? bench : "plan", figure.metric, figure.value, figure.unit);
    if (figure.baseline > 0)
        fprintf(out, ", \"baseline\": %.6f, \"ratio\": %.3f", figure.baseline, ratio);
    if (figure.most > 0)
        fprintf(out, ", \"target\": \"%g %s\", \"ok\": %s", figure.most, figure.unit,
                good ? "true" : "false");
    else if (figure.ratio > 0)
        fprintf(out, ", \"target\": \"%g x\", \"ok\": %s", figure.ratio, good ? "true" : "false");
    fprintf(out, "}\n");
    fclose(out);
}

static double now_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Of the processors, by all hands. */
static double spent_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
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

static void check(enum status status, const struct fault *fault)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bench_plan: %s\n", fault->message);
    exit(EXIT_FAILURE);
}

static void shell(const char *form, const char *a, const char *b)
{
    char command[COMMAND_BYTES];
    int length = snprintf(command, sizeof command, "%s '%s' '%s'", form, a, b);
    if (length < 0 || length >= (int)sizeof command || system(command) != 0) {
        fprintf(stderr, "bench_plan: could not run \"%s\"\n", command);
        exit(EXIT_FAILURE);
    }
}

static void generate(unsigned items, const char *dir)
{
    char count[32];
    snprintf(count, sizeof count, "%u' '3", items);
    shell("python3 " GENERATOR, count, dir);
}

/* The plant of a folder; *pass is what one pass over its bytes takes. */
static struct plant *read_plant(const char *dir, double *pass, double *read)
{
    struct text bytes[PLANT_FILES] = {{NULL, 0}};
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = NULL;
    struct plant_reader *reader = plant_reader_new(BYTES_MAX);
    volatile uint64_t sum = 0;
    for (int i = 0; i < PLANT_FILES; i++) {
        enum status status = folder_read(dir, plant_files[i].name, &bytes[i], &fault);
        if (status == STATUS_OK && !plant_reader_take(reader, plant_files[i].name, bytes[i]))
            exit(EXIT_FAILURE);
        fault = (struct fault){STATUS_OK, "", "", ""};
    }
    double began = now_s();
    for (int i = 0; i < PLANT_FILES; i++) {
        uint64_t file = 0;
        for (size_t k = 0; k < bytes[i].length; k++)
            file += (unsigned char)bytes[i].bytes[k];
        sum += file;
    }
    (void)sum; /* volatile, so that the pass is made */
    *pass = now_s() - began;
    plant_reader_crew(reader, &crew);
    began = now_s();
    check(plant_reader_finish(reader, &plant, &fault), &fault);
    *read = now_s() - began;
    plant_reader_free(&reader);
    for (int i = 0; i < PLANT_FILES; i++)
        folder_file_free(&bytes[i]);
    return plant;
}

static double plan_once(const struct plant *plant, struct arena *arena, struct plan **plan)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    double began = now_s();
    check(plan_net_by(plant, &crew, arena, plan, &fault), &fault);
    return now_s() - began;
}

static double plan_median(const struct plant *plant)
{
    double seconds[RUNS];
    for (int run = 0; run < RUNS; run++) {
        struct arena *arena = arena_new(BYTES_MAX);
        struct plan *plan;
        seconds[run] = plan_once(plant, arena, &plan);
        arena_free(&arena);
    }
    return median(seconds);
}

static double plan_of(const char *dir)
{
    double pass;
    double read;
    struct plant *plant = read_plant(dir, &pass, &read);
    double seconds = plan_median(plant);
    plant_free(&plant);
    return seconds;
}

static double pegging_of(const char *dir)
{
    double pass;
    double read;
    double seconds[RUNS];
    struct plant *plant = read_plant(dir, &pass, &read);
    struct fault fault = {STATUS_OK, "", "", ""};
    for (int run = 0; run < RUNS; run++) {
        struct arena *arena = arena_new(BYTES_MAX);
        struct plan *plan;
        struct pegging *pegging;
        (void)plan_once(plant, arena, &plan);
        double began = now_s();
        check(pegging_make(plan, &crew, arena, &pegging, &fault), &fault);
        seconds[run] = now_s() - began;
        arena_free(&arena);
    }
    plant_free(&plant);
    return median(seconds);
}

/* `millrace plan` as a planner runs it, from the folder's bytes to the files. */
static double command(const char *dir, const char *only)
{
    const char *build = getenv("MILLRACE_BUILD");
    char words[COMMAND_BYTES];
    char out[COMMAND_BYTES];
    snprintf(words, sizeof words, "'%s/bin/millrace' plan %s --from '%s' --out",
             build ? build : "build", only, dir);
    snprintf(out, sizeof out, "%s/out", dir);
    double began = now_s();
    shell(words, out, "--threads' '" TEXT_OF(HANDS));
    double seconds = now_s() - began;
    shell("rm -rf", out, out);
    return seconds;
}

/* First of all: the peak is the process's. */
static double bench_large(const char *dir, unsigned items)
{
    double pass;
    double read;
    struct plant *plant = read_plant(dir, &pass, &read);
    put((struct figure){"one pass over the bytes of the large plant", "s", pass, 0, 0, 0});
    put((struct figure){"reading the large plant from memory", "s", read, pass, 0, 0});
    double seconds = plan_median(plant);
    bool whole = items == LARGE;
    put((struct figure){"plan of 1,000,000 items", "s", seconds, pass, whole ? 1.2 : 0, 0});
    put((struct figure){"peak of the process", "MiB", peak_mib(), 0, whole ? 1228.8 : 0, 0});
    plant_free(&plant);
    return seconds / items;
}

static void bench_command(const char *dir, unsigned items)
{
    bool whole = items == LARGE;
    put((struct figure){"millrace plan: planned_orders, exceptions", "s",
                        command(dir, "--only planned_orders,exceptions"), 0, whole ? 5 : 0, 0});
    put((struct figure){"millrace plan: requirements, pegging as well", "s", command(dir, ""), 0,
                        whole ? 20 : 0, 0});
}

static uint64_t random_state;

static uint64_t random_next(uint64_t range)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (random_state >> 33) % range;
}

static struct lot_terms ww_item(struct lot_need *needs)
{
    const int64_t setup = (int64_t)(random_next(50) + 1) * 20 * QTY_SCALE;
    for (int32_t day = 0; day < WW_DAYS; day++)
        needs[day] = (struct lot_need){
            .qty = (int64_t)(random_next(1000) + 1) * QTY_SCALE, .order_cost = setup, .day = day};
    return (struct lot_terms){.rule = LOT_RULE_WW,
                              .holding = (int64_t)(random_next(17) + 1) * 10000};
}

/* Cost of the best plan by looking at every last lot of every day. */
static int128 ww_naive(const struct lot_terms *terms, const struct lot_need *needs)
{
    static int128 best[WW_DAYS + 1];
    for (int32_t end = 1; end <= WW_DAYS; end++) {
        int128 carried = 0;
        int64_t later = 0; /* quantity of the days after `first` */
        best[end] = -1;
        for (int32_t first = end - 1; first >= 0; first--) {
            carried += (int128)later * terms->holding;
            later += needs[first].qty;
            int128 cost = best[first] + carried + (int128)needs[first].order_cost * QTY_SCALE;
            if (best[end] < 0 || cost < best[end])
                best[end] = cost;
        }
    }
    return best[WW_DAYS];
}

static void bench_lots(void)
{
    static struct lot_need needs[WW_DAYS];
    static uint32_t ends[WW_DAYS + 1];
    void *scratch = malloc((WW_DAYS + 1) * (size_t)LOT_SCRATCH_BYTES);
    int128 sum = 0;
    double spent[2] = {0, 0};
    for (int k = 0; k < WW_ITEMS; k++) {
        struct lot_terms terms = ww_item(needs);
        double began = now_s();
        if (!scratch || !lot_cheapest(&terms, needs, WW_DAYS, ends, scratch))
            exit(EXIT_FAILURE);
        spent[0] += now_s() - began;
        if (k >= WW_NAIVE)
            continue;
        began = now_s();
        sum += ww_naive(&terms, needs);
        spent[1] += now_s() - began;
    }
    free(scratch);
    put((struct figure){"WW, 100,000 items x 365 days; naive recurrence", "s", spent[0],
                        sum > 0 ? spent[1] * WW_ITEMS / WW_NAIVE : 0, 2, 0});
}

/* Micro seconds for an item netted, its messages included. */
struct net_change {
    double took;
    double spent; /* of the processors */
};

/* Stock of random items becomes another, so many at once. */
static struct net_change net_change(struct plan_live *live, struct plant *plant, uint32_t at_once)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    uint64_t netted = 0;
    const double began = now_s();
    const double spent = spent_s();
    for (uint32_t done = 0; done < NET_CHANGES; done += at_once) {
        struct live_sum sum;
        for (uint32_t k = 0; k < at_once; k++) {
            const uint32_t item = (uint32_t)random_next(plant->items_count);
            const struct stock stock = {.item = item,
                                        .expiry = NO_DATE,
                                        .qty = {(int64_t)(1 + random_next(500)) * QTY_SCALE},
                                        .unit_cost = NO_COST};
            const struct live_facts facts = {.item = item, .stock_count = 1, .stocks = &stock};
            check(live_change(live, &facts, &fault), &fault);
        }
        check(live_settle(live, &sum, &fault), &fault);
        live_written(live);
        netted += sum.netted;
    }
    return (struct net_change){(now_s() - began) * 1e6 / (double)netted,
                               (spent_s() - spent) * 1e6 / (double)netted};
}

static int by_took(const void *a, const void *b)
{
    const double left = ((const struct net_change *)a)->took;
    const double right = ((const struct net_change *)b)->took;
    return (left > right) - (left < right);
}

/* The median of NET_ROUNDS. */
static struct net_change net_changes(struct plan_live *live, struct plant *plant, uint32_t at_once)
{
    struct net_change rounds[NET_ROUNDS];
    for (size_t i = 0; i < NET_ROUNDS; i++)
        rounds[i] = net_change(live, plant, at_once);
    qsort(rounds, NET_ROUNDS, sizeof rounds[0], by_took);
    return rounds[NET_ROUNDS / 2];
}

static void bench_living(const char *dir)
{
    double pass;
    double read;
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = read_plant(dir, &pass, &read);
    struct arena *arena = arena_new(BYTES_MAX);
    struct plan_live *live;
    double began = now_s();
    check(live_open(plant, &crew, arena, &live, &fault), &fault);
    const double whole = (now_s() - began) * 1e6 / plant->items_count;
    put((struct figure){"living plan of 100,000 items, made whole, an item", "us", whole, 0, 0, 0});
    const struct net_change many = net_changes(live, plant, 1000);
    const struct net_change one = net_changes(live, plant, 1);
    put((struct figure){"net change, 1,000 at once, an item; made whole", "us", many.took, whole, 1,
                        0});
    put((struct figure){"the same, of the processors", "us", many.spent, whole, 0, 0});
    put((struct figure){"net change, one at a time, an item; made whole", "us", one.took, whole, 0,
                        0});
    arena_free(&arena);
    plant_free(&plant);
}

static void bench_middle(const char *dir)
{
    char features[COMMAND_BYTES];
    snprintf(features, sizeof features, "%s/features", dir);
    shell("python3 " FEATURES, dir, features);
    const double plain = plan_of(dir);
    put((struct figure){"plan of 100,000 items", "s", plain, 0, 0, 0});
    put((struct figure){"full pegging of 100,000 items; their plan", "s", pegging_of(dir), plain,
                        0.15, 0});
    put((struct figure){"plan of 100,000 items with every feature; plain", "s", plan_of(features),
                        plain, 0, 3});
    bench_living(dir);
}

/* Folders beside each other, planned in turn so that what slows one slows the others. */
static void bench_folders(int count, char **dirs)
{
    struct plant *plants[FOLDERS_MAX];
    double seconds[FOLDERS_MAX][RUNS];
    double pass;
    double read;
    if (count > FOLDERS_MAX)
        exit(EXIT_FAILURE);
    for (int k = 0; k < count; k++)
        plants[k] = read_plant(dirs[k], &pass, &read);
    for (int run = 0; run < RUNS; run++) {
        for (int k = 0; k < count; k++) {
            struct arena *arena = arena_new(BYTES_MAX);
            struct plan *plan;
            seconds[k][run] = plan_once(plants[k], arena, &plan);
            arena_free(&arena);
        }
    }
    const double first = median(seconds[0]);
    for (int k = 0; k < count; k++) {
        const double own = k == 0 ? first : median(seconds[k]);
        printf("%-44s %12.4f s %8.2f x the first\n", dirs[k], own, own / first);
        plant_free(&plants[k]);
    }
}

/* With the argument "living" only the figures of the living plan; with folders only their plans,
   beside each other. */
int main(int count, char **words)
{
    char dir[] = "/tmp/millrace_bench_XXXXXX";
    const bool living = count > 1 && strcmp(words[1], "living") == 0;
    const char *asked = getenv("MILLRACE_BENCH_ITEMS");
    const unsigned items = asked ? (unsigned)strtoul(asked, NULL, 10) : LARGE;
    FILE *generator = fopen(GENERATOR, "r");
    if (!generator) {
        printf("SKIP: %s is missing\n", GENERATOR);
        return EXIT_SUCCESS;
    }
    fclose(generator);
    if (!mkdtemp(dir) || items == 0)
        exit(EXIT_FAILURE);
    crew = threads_crew(HANDS);
    if (count > 1 && !living) {
        bench_folders(count - 1, words + 1);
        return EXIT_SUCCESS;
    }
    if (living) {
        generate(MIDDLE, dir);
        bench_living(dir);
        shell("rm -rf", dir, dir);
        return EXIT_SUCCESS;
    }
    generate(items, dir);
    double an_item = bench_large(dir, items);
    bench_command(dir, items);
    generate(MIDDLE, dir);
    bench_middle(dir);
    generate(SMALL, dir);
    put((struct figure){"plan of an item of the large plant; of 10,000", "us", an_item * 1e6,
                        plan_of(dir) * 1e6 / SMALL, 0, 3});
    bench_lots();
    shell("rm -rf", dir, dir);
    return EXIT_SUCCESS;
}
