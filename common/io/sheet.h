#ifndef MILLRACE_IO_SHEET_H
#define MILLRACE_IO_SHEET_H

#include "common/base/status.h"
#include "common/base/text.h"

/*
 * The first sheet of an XLSX workbook as the CSV text that common/plant reads, and back: the only
 * place that knows the format.  Row n of the sheet is line n of the text, blank ones too, so that a
 * message about a line is one about a row.
 *
 * Text stays text (a line break in a cell becomes a blank), a number becomes decimal text of at
 * most 15 digits (what a spreadsheet shows of 0.30000000000000004), a cell with a date format
 * becomes YYYY-MM-DD, yes and no become 1 and 0.  A formula counts as the value that was saved with
 * it.
 *
 * What is written is text throughout: exact, and the same when read again.
 */
#define SHEET_NAME_MAX    128
#define SHEET_ROWS_MAX    1048576
#define SHEET_COLUMNS_MAX 64
#define SHEET_PART_MAX    ((size_t)512 * MIB) /* of one part of the workbook, unpacked */
#define SHEET_RATIO_MAX   400                 /* unpacked to packed bytes of a part, above 1 MiB */
#define SHEET_TEXT_MAX    32767               /* bytes of a cell */

/* *csv is the caller's: sheet_free.  INVALID: no workbook, or one with what cannot be read (the
   message says what); LIMIT: above a limit. */
enum status sheet_read(struct text xlsx, struct text *csv, char name[SHEET_NAME_MAX],
                       struct fault *fault) MUST_CHECK;
void sheet_free(struct text *csv);

/* A workbook with one sheet of that name. UNAVAILABLE: the file cannot be written. */
enum status sheet_write(struct text csv, const char *name, const char *path,
                        struct fault *fault) MUST_CHECK;

/*
 * A report: the first row is a header that stays in sight, columns marked `numbers` hold numbers
 * and are added up below by a formula, so that what is filtered or changed adds up anew.  The value
 * that a formula is saved with is 0: a spreadsheet reckons when it opens.
 */
struct sheet_report {
    const char *name;
    const char *total; /* what stands before the sums */
    const bool *numbers;
    size_t columns;
};

/* *book is the caller's: sheet_free. */
enum status sheet_report(struct text csv, const struct sheet_report *report, struct text *book,
                         struct fault *fault) MUST_CHECK;

#endif
