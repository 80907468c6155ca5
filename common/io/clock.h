#ifndef MILLRACE_IO_CLOCK_H
#define MILLRACE_IO_CLOCK_H

#include "common/base/uuid.h"

/* The only place that asks the machine for the time or for randomness. */

int64_t clock_unix_us(void);      /* wall clock, microseconds since 1970-01-01 UTC */
int64_t clock_monotonic_us(void); /* for durations and deadlines; never goes back */
void clock_random(void *bytes, size_t count);
struct uuid clock_uuid(void);    /* version 7 of now */
void clock_sleep_us(int64_t us); /* at least that long, signals notwithstanding */

/* "2026-01-31T08:00:00.000000Z" and its NUL; returns the length. */
#define CLOCK_TEXT_MAX 28
size_t clock_format_us(int64_t unix_us, char text[CLOCK_TEXT_MAX]);

#endif
