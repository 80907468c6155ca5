#include "common/io/metric.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <string.h>

static struct arena *arena;

static const char *text(void)
{
    arena_free(&arena);
    arena = arena_new(8 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    const char *written = metric_text(arena);
    CU_ASSERT_PTR_NOT_NULL_FATAL(written);
    return written;
}

static void test_counters_and_gauges(void)
{
    struct metric *counter = metric_counter("demo_posts_total", "Postings.");
    struct metric *gauge = metric_gauge("demo_waiting", "Requests that wait.");
    CU_ASSERT_PTR_EQUAL(counter, metric_counter("demo_posts_total", "Postings."));
    metric_add(counter, 3);
    metric_add(counter, 4);
    metric_set(gauge, 9);
    metric_add(gauge, -11);
    const char *written = text();
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "# HELP demo_posts_total Postings.\n"
                                           "# TYPE demo_posts_total counter\n"
                                           "demo_posts_total 7\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "# TYPE demo_waiting gauge\ndemo_waiting -2\n"));
}

static void test_labels_are_escaped_and_chained(void)
{
    struct metric *root = metric_counter("demo_calls_total", "Calls.");
    struct metric *method = metric_labelled(root, "method", "a\"b\\c\nd");
    CU_ASSERT_PTR_EQUAL(method, metric_labelled(root, "method", "a\"b\\c\nd"));
    metric_add(method, 1);
    metric_add(metric_labelled(metric_labelled(root, "method", "x"), "status", "OK"), 2);
    const char *written = text();
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "\ndemo_calls_total{method=\"a\\\"b\\\\c\\nd\"} 1\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "\ndemo_calls_total{method=\"x\",status=\"OK\"} 2\n"));
    CU_ASSERT_PTR_NULL(strstr(written, "\ndemo_calls_total 0\n"));
}

static void test_histogram_is_cumulative(void)
{
    struct metric *seconds = metric_histogram("demo_seconds", "Time.");
    metric_observe_us(seconds, 0);
    metric_observe_us(seconds, 100);
    metric_observe_us(seconds, 101);
    metric_observe_us(seconds, 1500000);
    metric_observe_us(seconds, 10000001);
    const char *written = text();
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "demo_seconds_bucket{le=\"0.000100\"} 2\n"
                                           "demo_seconds_bucket{le=\"0.000200\"} 3\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "demo_seconds_bucket{le=\"1.000000\"} 3\n"
                                           "demo_seconds_bucket{le=\"2.000000\"} 4\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "demo_seconds_bucket{le=\"10.000000\"} 4\n"
                                           "demo_seconds_bucket{le=\"+Inf\"} 5\n"
                                           "demo_seconds_sum 11.500202\n"
                                           "demo_seconds_count 5\n"));
    metric_observe_us(metric_labelled(seconds, "statement", "bom.read"), 42);
    written = text();
    CU_ASSERT_PTR_NOT_NULL(
        strstr(written, "demo_seconds_bucket{statement=\"bom.read\",le=\"0.000100\"} 1\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(written, "demo_seconds_sum{statement=\"bom.read\"} 0.000042\n"));
}

static void test_too_many_labels_share_one(void)
{
    struct metric *root = metric_counter("demo_many_total", "Many.");
    for (int i = 0; i < METRIC_LABELS_MAX + 50; i++) {
        char value[16];
        snprintf(value, sizeof value, "v%d", i);
        metric_add(metric_labelled(root, "value", value), 1);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(text(), "\ndemo_many_total{value=\"(other)\"} 50\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text(), "\ndemo_many_total{value=\"v255\"} 1\n"));
    CU_ASSERT_PTR_NULL(strstr(text(), "v256"));
}

#define THREADS 4
#define ROUNDS  20000

static void *count_up(void *context)
{
    struct metric *root = context;
    for (int i = 0; i < ROUNDS; i++) {
        char value[2] = {(char)('a' + i % 20), '\0'};
        metric_add(metric_labelled(root, "letter", value), 1);
    }
    return NULL;
}

static void test_threads_lose_nothing(void)
{
    struct metric *root = metric_counter("demo_threads_total", "Threads.");
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, count_up, root), 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    const char *written = text();
    for (char letter = 'a'; letter < 'a' + 20; letter++) {
        char want[64];
        snprintf(want, sizeof want, "\ndemo_threads_total{letter=\"%c\"} %d\n", letter,
                 THREADS * ROUNDS / 20);
        CU_ASSERT_PTR_NOT_NULL(strstr(written, want));
    }
}

static void test_the_arena_limit_is_kept(void)
{
    struct arena *small = arena_new(64);
    CU_ASSERT_PTR_NOT_NULL_FATAL(small);
    CU_ASSERT_PTR_NULL(metric_text(small));
    arena_free(&small);
    arena_free(&arena);
}

UNIT_SUITE("metric", UNIT(test_counters_and_gauges), UNIT(test_labels_are_escaped_and_chained),
           UNIT(test_histogram_is_cumulative), UNIT(test_too_many_labels_share_one),
           UNIT(test_threads_lose_nothing), UNIT(test_the_arena_limit_is_kept))
