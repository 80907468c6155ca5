#ifndef MILLRACE_PLANT_PLANT_READ_H
#define MILLRACE_PLANT_PLANT_READ_H

#include "common/base/crew.h"
#include "common/base/status.h"
#include "common/plant/csv.h"
#include "common/plant/plant_columns.h"

/*
 * Reading a plant from the bytes of its CSV files (design/formats.md).  Pure: bytes come from
 * common/io/folder or from COPY ... TO STDOUT (FORMAT csv, HEADER).
 *
 *     struct plant_reader *reader = plant_reader_new(limit_bytes);
 *     plant_reader_take(reader, "items.csv", bytes);        every file there is, in any order
 *     status = plant_reader_finish(reader, &plant, &fault); checks across files
 *     plant_reader_error(reader, k) ...                     when status is not STATUS_OK
 *     plant_reader_free(&reader);
 *     ... plant_free(&plant);
 *
 * Given bytes must stay until plant_reader_finish returns: files are parsed there, in the order in
 * which they need each other.
 */
struct plant_reader;

#define PLANT_ERRORS_KEPT    1000 /* all are counted */
#define PLANT_ERROR_TEXT_MAX 512

/* limit_bytes bounds what the plant takes.  NULL when there is no memory. */
struct plant_reader *plant_reader_new(size_t limit_bytes) MUST_CHECK;
void plant_reader_free(struct plant_reader **reader);

/* Hands to read large files with; without, the caller reads alone.  The plant is the same. */
void plant_reader_crew(struct plant_reader *reader, const struct crew *crew);

/* False for a name that is no file of a plant folder (nothing is taken then). */
bool plant_reader_take(struct plant_reader *reader, const char *file, struct text bytes) MUST_CHECK;

/* The items are some of a plant's: the templates that they name may be missing. */
void plant_reader_is_part(struct plant_reader *reader);

/* The plant is one that is kept: a quantity that was right when it came, and is not by what its
   item is now (its decimals, that it may be below zero), stays a fact. */
void plant_reader_is_kept(struct plant_reader *reader);

/* The same with the bytes in pieces, which `more` (csv.h) waits for while another thread fetches
   them: so a large file is parsed while it comes.  Each piece must stay until plant_reader_finish
   returns. */
bool plant_reader_take_pieces(struct plant_reader *reader, const char *file, csv_more_fn *more,
                              void *context) MUST_CHECK;

/*
 * STATUS_OK: *plant is the caller's, errors are none.  STATUS_INVALID or STATUS_BOM_CYCLE: the data
 * has errors, *plant is untouched, the fault names the first.  STATUS_LIMIT: the plant does not fit
 * limit_bytes.
 */
enum status plant_reader_finish(struct plant_reader *reader, struct plant **plant,
                                struct fault *fault) MUST_CHECK;

/* Notes an error that was found in the plant that came out: in a row of bom.csv or routing.csv, as
   they stand in the plant. */
void plant_reader_refuse(struct plant_reader *reader, enum plant_file_id file, uint32_t row,
                         const char *column, const char *message);

/* Errors in the order of files and lines, as "file:line: column: message"; index < kept. */
uint64_t plant_reader_error_count(const struct plant_reader *reader);
uint32_t plant_reader_error_kept(const struct plant_reader *reader);
const char *plant_reader_error(const struct plant_reader *reader, uint32_t index);

void plant_free(struct plant **plant); /* NULL-safe; sets *plant to NULL */

#endif
