#include "common/io/metric.h"

#include "common/base/text.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METRIC_FAMILIES_MAX 64
#define METRIC_NAME_MAX     80
#define METRIC_LABEL_MAX    256                             /* the labels of one metric, escaped */
#define METRIC_SLOTS        ((size_t)METRIC_LABELS_MAX * 2) /* open addressing, at most half full */
#define METRIC_OTHER        "(other)" /* takes what is past METRIC_LABELS_MAX */
#define US_OF_SECOND        INT64_C(1000000)

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

static const int64_t metric_bounds_us[] = {100,     200,     500,     1000,    2000,   5000,
                                           10000,   20000,   50000,   100000,  200000, 500000,
                                           1000000, 2000000, 5000000, 10000000};

#define METRIC_BUCKETS (COUNT_OF(metric_bounds_us) + 1) /* the last one has no bound */

struct metric_family {
    enum metric_kind kind;
    char name[METRIC_NAME_MAX];
    const char *help;
    struct metric *plain; /* the one without labels */
    atomic_int child_count;
    struct metric *_Atomic children[METRIC_SLOTS];
};

struct metric {
    struct metric_family *family;
    char labels[METRIC_LABEL_MAX]; /* method="PostIssue",status="OK"; "" for none */
    atomic_bool touched;
    _Atomic int64_t value; /* the sum in microseconds of a histogram */
    _Atomic int64_t buckets[METRIC_BUCKETS];
};

/* Families and children are only ever added, and live as long as the process: readers need no
   lock.  The lock keeps two threads from adding the same one. */
static pthread_mutex_t metric_lock = PTHREAD_MUTEX_INITIALIZER;
static struct metric_family *_Atomic metric_families[METRIC_FAMILIES_MAX];
static atomic_int metric_family_count;

static struct metric *metric_new(struct metric_family *family, const char *labels)
{
    struct metric *metric = calloc(1, sizeof *metric);
    ASSERT(metric);
    metric->family = family;
    snprintf(metric->labels, sizeof metric->labels, "%s", labels);
    return metric;
}

static struct metric_family *metric_family_new(enum metric_kind kind, const char *name,
                                               const char *help)
{
    struct metric_family *family = calloc(1, sizeof *family);
    ASSERT(family && strlen(name) < sizeof family->name);
    family->kind = kind;
    snprintf(family->name, sizeof family->name, "%s", name);
    family->help = help;
    family->plain = metric_new(family, "");
    return family;
}

/* Declaring a metric again gives the same one. */
static struct metric *metric_declare(enum metric_kind kind, const char *name, const char *help)
{
    pthread_mutex_lock(&metric_lock);
    int count = atomic_load(&metric_family_count);
    struct metric_family *family = NULL;
    for (int i = 0; i < count && !family; i++) {
        struct metric_family *known = atomic_load(&metric_families[i]);
        if (strcmp(known->name, name) == 0)
            family = known;
    }
    if (!family) {
        ASSERT(count < METRIC_FAMILIES_MAX);
        family = metric_family_new(kind, name, help);
        atomic_store(&metric_families[count], family);
        atomic_store(&metric_family_count, count + 1);
    }
    pthread_mutex_unlock(&metric_lock);
    ASSERT(family->kind == kind);
    return family->plain;
}

struct metric *metric_counter(const char *name, const char *help)
{
    return metric_declare(METRIC_COUNTER, name, help);
}

struct metric *metric_gauge(const char *name, const char *help)
{
    return metric_declare(METRIC_GAUGE, name, help);
}

struct metric *metric_histogram(const char *name, const char *help)
{
    return metric_declare(METRIC_HISTOGRAM, name, help);
}

/* --- labels --- */

/* parent labels,label="value" with the value escaped; what does not fit is cut. */
static void metric_labels(char out[METRIC_LABEL_MAX], const char *parent, const char *label,
                          const char *value)
{
    int head = snprintf(out, METRIC_LABEL_MAX, "%s%s%s=\"", parent, *parent ? "," : "", label);
    ASSERT(head > 0 && head < METRIC_LABEL_MAX - 8);
    size_t at = (size_t)head;
    for (; *value && at < METRIC_LABEL_MAX - 4; value++) {
        bool special = *value == '"' || *value == '\\' || *value == '\n';
        if (special)
            out[at++] = '\\';
        out[at] = *value;
        if (*value == '\n')
            out[at] = 'n';
        at++;
    }
    out[at++] = '"';
    out[at] = '\0';
}

/* The slot of the labels: of the child that has them, or a free one. */
static size_t metric_slot(const struct metric_family *family, const char *labels)
{
    size_t slot = text_hash(text_of(labels)) % METRIC_SLOTS;
    for (size_t probes = 0; probes < METRIC_SLOTS; probes++) {
        const struct metric *child =
            atomic_load_explicit(&family->children[slot], memory_order_acquire);
        if (!child || strcmp(child->labels, labels) == 0)
            return slot;
        slot = (slot + 1) % METRIC_SLOTS;
    }
    ASSERT(false && "a free slot");
    return 0;
}

static struct metric *metric_add_child(struct metric_family *family, const char *labels,
                                       const char *other)
{
    pthread_mutex_lock(&metric_lock);
    int count = atomic_load(&family->child_count);
    size_t slot = metric_slot(family, labels);
    struct metric *child = atomic_load(&family->children[slot]);
    if (!child && count >= METRIC_LABELS_MAX) {
        slot = metric_slot(family, other);
        labels = other;
        child = atomic_load(&family->children[slot]);
    }
    if (!child) {
        child = metric_new(family, labels);
        atomic_store_explicit(&family->children[slot], child, memory_order_release);
        atomic_fetch_add(&family->child_count, 1);
    }
    pthread_mutex_unlock(&metric_lock);
    return child;
}

struct metric *metric_labelled(struct metric *metric, const char *label, const char *value)
{
    char labels[METRIC_LABEL_MAX];
    char other[METRIC_LABEL_MAX];
    struct metric_family *family = metric->family;
    metric_labels(labels, metric->labels, label, value);
    size_t slot = metric_slot(family, labels);
    struct metric *child = atomic_load_explicit(&family->children[slot], memory_order_acquire);
    if (child)
        return child;
    metric_labels(other, "", label, METRIC_OTHER);
    return metric_add_child(family, labels, other);
}

/* --- counting --- */

static void metric_touch(struct metric *metric)
{
    if (!atomic_load_explicit(&metric->touched, memory_order_relaxed))
        atomic_store_explicit(&metric->touched, true, memory_order_relaxed);
}

void metric_add(struct metric *metric, int64_t delta)
{
    ASSERT(metric->family->kind != METRIC_HISTOGRAM);
    ASSERT(metric->family->kind == METRIC_GAUGE || delta >= 0);
    atomic_fetch_add_explicit(&metric->value, delta, memory_order_relaxed);
    metric_touch(metric);
}

void metric_set(struct metric *metric, int64_t value)
{
    ASSERT(metric->family->kind == METRIC_GAUGE);
    atomic_store_explicit(&metric->value, value, memory_order_relaxed);
    metric_touch(metric);
}

void metric_observe_us(struct metric *metric, int64_t us)
{
    ASSERT(metric->family->kind == METRIC_HISTOGRAM);
    if (us < 0)
        us = 0;
    size_t bucket = 0;
    while (bucket < COUNT_OF(metric_bounds_us) && us > metric_bounds_us[bucket])
        bucket++;
    atomic_fetch_add_explicit(&metric->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->value, us, memory_order_relaxed);
    metric_touch(metric);
}

/* --- text --- */

static void write_seconds(FILE *out, int64_t us)
{
    fprintf(out, "%" PRId64 ".%06" PRId64, us / US_OF_SECOND, us % US_OF_SECOND);
}

/* name_bucket{labels,le="0.000100"} count */
static void write_bucket(FILE *out, const struct metric *metric, size_t bucket, int64_t count)
{
    fprintf(out, "%s_bucket{%s%sle=\"", metric->family->name, metric->labels,
            *metric->labels ? "," : "");
    if (bucket < COUNT_OF(metric_bounds_us))
        write_seconds(out, metric_bounds_us[bucket]);
    else
        fprintf(out, "+Inf");
    fprintf(out, "\"} %" PRId64 "\n", count);
}

static void write_name(FILE *out, const struct metric *metric, const char *suffix)
{
    bool labelled = *metric->labels != '\0';
    fprintf(out, "%s%s%s%s%s ", metric->family->name, suffix, labelled ? "{" : "", metric->labels,
            labelled ? "}" : "");
}

static bool was_observed(struct metric *metric)
{
    int64_t count = 0;
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
    return count > 0;
}

/* Of a labelled one that nothing was observed for there is nothing to say: a service has hundreds
   of statements and runs a few, and an answer has a limit. */
static void write_histogram(FILE *out, struct metric *metric)
{
    int64_t count = 0;
    if (*metric->labels && !was_observed(metric))
        return;
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        count += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        write_bucket(out, metric, i, count);
    }
    write_name(out, metric, "_sum");
    write_seconds(out, atomic_load_explicit(&metric->value, memory_order_relaxed));
    fprintf(out, "\n");
    write_name(out, metric, "_count");
    fprintf(out, "%" PRId64 "\n", count);
}

static void write_metric(FILE *out, struct metric *metric)
{
    if (metric->family->kind == METRIC_HISTOGRAM) {
        write_histogram(out, metric);
        return;
    }
    write_name(out, metric, "");
    fprintf(out, "%" PRId64 "\n", atomic_load_explicit(&metric->value, memory_order_relaxed));
}

static void write_family(FILE *out, struct metric_family *family)
{
    static const char *const kinds[] = {
        [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_HISTOGRAM] = "histogram"};
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help, family->name,
            kinds[family->kind]);
    /* Once there are labels, a plain one that nobody counts would only mislead. */
    if (atomic_load(&family->child_count) == 0 || atomic_load(&family->plain->touched))
        write_metric(out, family->plain);
    for (size_t i = 0; i < METRIC_SLOTS; i++) {
        struct metric *child = atomic_load_explicit(&family->children[i], memory_order_acquire);
        if (child)
            write_metric(out, child);
    }
}

char *metric_text(struct arena *arena)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    ASSERT(out);
    int count = atomic_load(&metric_family_count);
    for (int i = 0; i < count; i++)
        write_family(out, atomic_load(&metric_families[i]));
    int failed = fclose(out);
    ASSERT(!failed);
    char *text = arena_alloc(arena, length + 1, 1);
    if (text)
        memcpy(text, bytes, length + 1);
    free(bytes);
    return text;
}
