#ifndef MILLRACE_PLANT_PLANT_WRITE_H
#define MILLRACE_PLANT_PLANT_WRITE_H

#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * A plant as the CSV files it is read from: every column of the file in the order of the column
 * tables, header first, LF at the end of a row, quotes only where needed.  What was not given is
 * empty; a default that the reader put in is written as its value.  Dates are YYYY-MM-DD, or day
 * numbers where plant.csv's date_style says so; yes is 1, no is 0; numbers have no trailing zeros.
 * Reading what was written and writing it again gives the same bytes.
 *
 * For import into the database `plant_id` is given: each row then begins with it, and with row_no
 * 1, 2, 3, ... in the tables that have no natural key (all but items, work centres and partners);
 * the header names them too; dates are always YYYY-MM-DD.
 */
/* Takes the next piece of the file, which ends between rows. */
typedef enum status plant_sink_fn(void *context, const char *bytes, size_t count,
                                  struct fault *fault);

struct plant_write {
    const char *plant_id; /* NULL: as in the folder */
    bool chinese;         /* Chinese headers */
    plant_sink_fn *sink;
    void *context; /* of the sink */
};

#define PLANT_WRITE_PIECE ((size_t)256 * KIB) /* a piece is no longer */

/*
 * NOT_FOUND: no file of that name; else what the sink returned.  plant.csv (key, value) lists the
 * keys that were given or have a default; it cannot be written with a plant_id (its table has a
 * column for each key).
 */
enum status plant_write_file(const struct plant *plant, const char *file,
                             const struct plant_write *how, struct fault *fault) MUST_CHECK;

/* Does the file hold anything?  An export leaves empty files out. */
bool plant_file_is_empty(const struct plant *plant, const char *file);

#endif
