#ifndef MILLRACE_PLANT_PLANT_READER_H
#define MILLRACE_PLANT_PLANT_READER_H

/* Inside of the reader: what plant_read.c, plant_value.c, plant_check.c and plant_cycle.c share. */

#include "common/base/arena.h"
#include "common/base/crew.h"
#include "common/plant/csv.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"

/* What a column referred to last, in the file's bytes: bills come parent by parent. */
struct last_reference {
    struct text text;
    uint32_t number;
};

struct plant_reader {
    struct text bytes[PLANT_FILES];
    csv_more_fn *more[PLANT_FILES]; /* instead of bytes: the file comes in pieces */
    void *more_context[PLANT_FILES];
    struct csv *csv; /* of the file that is read */
    bool taken[PLANT_FILES];
    struct plant *plant;
    struct arena *scratch;
    size_t limit_bytes;

    struct names *params;       /* distinct struct item_params, as bytes */
    struct names *terms;        /* distinct struct bom_terms, as bytes */
    struct names *work_centers; /* number = index */
    struct names *calendars;
    struct names *keys;   /* of the file that is read, as bytes: see unique keys in plant_check.c */
    uint32_t *key_lines;  /* malloc, as long as the file has rows so far: by key, or by row */
    uint32_t *item_lines; /* by item, once items.csv is read */
    uint32_t *bom_line_lines;  /* by line of a bill, as read */
    uint32_t *operation_lines; /* by operation, as read */

    uint32_t calendar_line;  /* of plant.csv */
    enum plant_file_id file; /* what is read now, for errors */
    uint32_t line;
    const struct column *columns[CSV_FIELDS_MAX]; /* of the current file's fields; NULL: x_ */
    uint32_t field_count;
    bool item_quantities;                       /* the current file has a COLUMN_ITEM_QTY */
    struct last_reference last[CSV_FIELDS_MAX]; /* by column of the current file */
    uint32_t last_shared;
    unsigned char
        *rows;          /* its array while it grows, row_count in use; malloc, or see rows_placed */
    bool rows_placed;   /* rows stand in the plant's arena already, with room for all */
    struct text *codes; /* of a piece of items.csv: item codes by row, added to the names later */
    uint32_t row_count;
    uint32_t row_room; /* of rows and key_lines */
    bool part;         /* of a plant's items or lines: see plant_reader_is_part */
    bool kept;         /* see plant_reader_is_kept */
    bool out_of_room;
    bool cycle;
    struct crew crew;

    char **errors; /* PLANT_ERRORS_KEPT */
    uint32_t errors_kept;
    uint64_t error_count;
};

/* Error of the current file and line.  Always false, so that a check reads `return
 * plant_error(...)`. */
bool plant_error(struct plant_reader *reader, const char *column, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The text as an error may show it: no control bytes, not endless. */
#define SHOWN_MAX 80
const char *plant_shown(struct text text, char shown[SHOWN_MAX]);

/* Read one field into its place in the row.  False when it was an error, which is then noted. */
bool plant_value_read(struct plant_reader *reader, const struct column *column, struct text text,
                      void *row);

/* Reads one file whose bytes were taken into reader->plant; false when there is no memory. */
bool plant_read_one(struct plant_reader *reader, enum plant_file_id file);

/* The rows behind the header into reader->rows by several hands.  False: that cannot be done for
   this file, or it has an error; nothing has happened then, and the rows are to be read one after
   the other. */
bool plant_read_pieces(struct plant_reader *reader, const struct csv *csv);

/* Of a file whose header was read: do its rows share nothing with others but items, so that a
   reader of its own may read them beside other files? */
bool plant_file_is_alone(const struct plant_reader *reader);

/* The next rows of the file, their items on the way from memory; 0 at its end.  They stay until the
   next call. */
#define PLANT_ROWS_AHEAD 8
uint32_t plant_rows_ahead(const struct plant_reader *reader, struct csv *csv,
                          struct csv_row rows[static PLANT_ROWS_AHEAD]);

/* Room for so many rows of the file, and their lines, in all. */
bool plant_rows_room(struct plant_reader *reader, size_t room) MUST_CHECK;

/* The same for who knows how many there are at most: rows are read where they will stay. */
bool plant_rows_place(struct plant_reader *reader, size_t room) MUST_CHECK;

/* One row of the file into its array; `wide` holds the defaults. */
void plant_read_row(struct plant_reader *reader, const struct csv_row *row, void *wide);

/* Checks of a whole row; false when there was an error. */
bool plant_check_row(struct plant_reader *reader, const void *row);

/* Checks across files that need all of them. */
void plant_check_folder(struct plant_reader *reader);

/* Notes an error for a cycle of the bill, with its loop spelled out. */
void plant_check_cycle(struct plant_reader *reader);

#endif
