#ifndef MILLRACE_IO_SHEET_NUMBER_H
#define MILLRACE_IO_SHEET_NUMBER_H

#include "common/base/text.h"

/*
 * Numbers of a spreadsheet as text, without ever being a floating-point number here.  What is no
 * number comes back as it is, for the column tables to refuse; `room` holds what had to be written.
 */
#define SHEET_NUMBER_MAX 64

/* "0.30000000000000004" is "0.3", "1.5E-3" is "0.0015": 15 digits, as spreadsheets show. */
struct text sheet_number_text(struct text raw, char room[SHEET_NUMBER_MAX]);

/* Days since 1899-12-30 (or 1904-01-01), a time of day dropped: "2026-01-31". */
struct text sheet_date_text(struct text raw, bool since_1904, char room[SHEET_NUMBER_MAX]);

/* "yyyy-mm-dd", "m/d/yy h:mm", but not "0.00" or "[Red]0": day or year outside of quotes and
   brackets. */
bool sheet_format_is_date(const char *code);

#endif
