#ifndef MILLRACE_BASE_DATE_H
#define MILLRACE_BASE_DATE_H

#include "common/base/base.h"

/*
 * A calendar day as the number of days since 1970-01-01 (proleptic Gregorian), in an int32.
 * Business days carry no time and no zone: which day it is at the plant is decided once, where a
 * posting is dated.  PostgreSQL's binary date counts from 2000-01-01: DATE_OF_PG_EPOCH apart.
 */
typedef int32_t date; /* the one scalar typedef: a day number is never mixed up with a duration,
                         whose names end in _days */

#define DATE_OF_PG_EPOCH 10957     /* 2000-01-01 */
#define DATE_MIN         (-719162) /* 0001-01-01 */
#define DATE_MAX         2932896   /* 9999-12-31 */
#define DATE_TEXT_MAX    11        /* "2026-01-31" and its NUL */

struct date_parts {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
};

date date_of(struct date_parts parts); /* parts must be a real day */
struct date_parts date_split(date day);

/* Strict "YYYY-MM-DD", year 0001 to 9999, a day that exists; false leaves *out alone. */
bool date_parse(const char *text, size_t length, date *out) MUST_CHECK;

/* Writes "YYYY-MM-DD"; day must lie in DATE_MIN..DATE_MAX. Returns the length. */
size_t date_format(date day, char text[DATE_TEXT_MAX]);

int date_weekday(date day); /* 1 Monday .. 7 Sunday (ISO 8601) */

#define DEVICE_AHEAD_S 300 /* a device's clock may be ahead of ours by so much */

#endif
