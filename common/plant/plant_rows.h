#ifndef MILLRACE_PLANT_PLANT_ROWS_H
#define MILLRACE_PLANT_PLANT_ROWS_H

#include "common/base/status.h"
#include "common/plant/plant_columns.h"

/*
 * Some rows of one file, read against a plant that is in memory: what is saved into a living plant
 * meets the same tables, checks and messages as a folder.
 */
struct plant_wrong {
    uint32_t line;      /* of the bytes, the header is line 1 */
    const char *column; /* name in the column table; NULL: the whole row */
    char message[256];
};

/*
 * `rows` becomes a plant that shares everything with `known` but the file's array (for bom.csv
 * also the terms), which lives in the arena.  Texts that are new are added to known->texts, so
 * nobody may read `known` meanwhile.  INVALID: *wrong is the first error.  LIMIT: no memory.
 */
enum status plant_read_rows(struct plant *known, enum plant_file_id file, struct text bytes,
                            struct arena *arena, struct plant *rows,
                            struct plant_wrong *wrong) MUST_CHECK;

/* Item `item` of the plant becomes what item `from` of another plant is: all columns.  False: no
   memory. */
bool plant_patch_item(struct plant *plant, uint32_t item, const struct plant *other,
                      uint32_t from) MUST_CHECK;

/* Item `from` of the other plant, whose code is new here, becomes the last item.  False: no memory;
   the plant has what it had. */
bool plant_add_item(struct plant *plant, const struct plant *other, uint32_t from) MUST_CHECK;

/* "bom.csv:7: qty: message" taken apart. */
void plant_wrong_parse(const char *error, enum plant_file_id file, struct plant_wrong *wrong);

#endif
