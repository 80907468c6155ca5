#ifndef MILLRACE_IO_METRIC_H
#define MILLRACE_IO_METRIC_H

#include "common/base/arena.h"

/*
 * Counters, gauges and histograms in Prometheus text (exposition format 0.0.4).  Metrics are
 * declared once at start, updated from any thread without a lock (C11 atomics), and written out
 * by Node.GetMetrics of every service.  Floating point appears only in the text (seconds).
 */
struct metric;

/* `name` and `help` are texts that last; declaring a name again gives the same metric. */
struct metric *metric_counter(const char *name, const char *help);
struct metric *metric_gauge(const char *name, const char *help);
/* Durations in microseconds, buckets from 100 us to 10 s, shown in seconds. */
struct metric *metric_histogram(const char *name, const char *help);
/* The same metric under one more label value, made on first use; at most METRIC_LABELS_MAX of one
   name, what comes after counts under the value "(other)".  May be applied to its own result for
   a second label.  Finding one is a hash and a compare; keep the pointer where that is too much. */
#define METRIC_LABELS_MAX 256
struct metric *metric_labelled(struct metric *metric, const char *label, const char *value);

void metric_add(struct metric *metric, int64_t delta);     /* counter, gauge */
void metric_set(struct metric *metric, int64_t value);     /* gauge */
void metric_observe_us(struct metric *metric, int64_t us); /* histogram */

/* All metrics of the process, NUL-terminated, in the arena; NULL when its limit would be passed. */
char *metric_text(struct arena *arena) MUST_CHECK;

#endif
