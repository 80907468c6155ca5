#ifndef MILLRACE_BOM_ROW_CORE_H
#define MILLRACE_BOM_ROW_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/plant/plant_columns.h"

/*
 * Rows of master data as texts by column: what an engineer changes, before it is read by the very
 * reader that a plant folder is read with.  The columns are those of common/plant's tables, and
 * behind them the few that only a living plant has.  Pure.
 */
#define ROW_CELLS_MAX 48

struct master_row {
    enum plant_file_id file;
    int64_t row_no;     /* 0: not yet, or a file whose rows have a natural key (items.csv) */
    struct text *cells; /* row_cell_count(file); without bytes: not given */
    struct text *old;   /* as in the database; NULL: a new row */
    int32_t edit;       /* number of the edit that made or changed it; ROW_UNTOUCHED, ... */
    bool gone;          /* to be removed */
};

#define ROW_UNTOUCHED (-1)
#define ROW_FOLLOWS   (-2) /* a variant's copy of a template's line */

struct cell {
    struct text column;
    struct text value;
};

uint32_t row_cell_count(enum plant_file_id file);
const char *row_cell_name(enum plant_file_id file, uint32_t cell);

/* By the column's name in either language; row_cell_count when there is none. */
uint32_t row_cell_find(enum plant_file_id file, struct text name);
struct text row_cell(const struct master_row *row, const char *name);
void row_cell_set(struct master_row *row, const char *name, struct text value);

/* Do two texts say the same value?  2.50 is 2.5, and nothing is the column's default. */
bool row_same_value(enum plant_file_id file, uint32_t cell, struct text a, struct text b);

/* Does the column hold texts or references? */
bool row_is_textual(enum plant_file_id file, uint32_t cell);

/* Whose data this is: of bom.csv the parent, of files about items the item, else the calendar,
   currency, partner or work centre; "" none. */
const char *row_object_column(enum plant_file_id file);
struct text row_object(const struct master_row *row);

/* Does no column say anything (but active, which every item has)? */
bool row_is_blank(const struct master_row *row);

/* A new row without values.  NULL: the arena is full. */
struct master_row *row_new(enum plant_file_id file, struct arena *arena);
bool row_changed(const struct master_row *row);

/*
 * The rows that are not gone as a file of the plant folder, those of edits first; row_of[line - 2]
 * is the row of a line.  Cells hold no line breaks.  False: the arena is full.
 */
struct row_file {
    struct text bytes;
    struct master_row **row_of;
    size_t count;
};

bool row_write(struct master_row *const *rows, size_t count, enum plant_file_id file,
               struct arena *arena, struct row_file *out) MUST_CHECK;

#endif
