#ifndef MILLRACE_PLANT_PLANT_COLUMNS_H
#define MILLRACE_PLANT_PLANT_COLUMNS_H

#include "common/plant/plant.h"

/*
 * The plant folder as data: for each file its columns, for each column its English and Chinese
 * header, type, default, range and place in the row.  Reading, writing, import into the database
 * and export all walk these tables; the database's master data has the same column names.
 */
enum plant_file_id {
    FILE_PLANT, /* key, value: its columns are the keys */
    FILE_CALENDAR,
    FILE_ITEMS,
    FILE_UNITS,
    FILE_RATES,
    FILE_PARTNERS,
    FILE_SAFETY_STOCK,
    FILE_WORK_CENTERS,
    FILE_SUPPLIERS,
    FILE_ORDER_COSTS,
    FILE_BOM,
    FILE_ROUTING,
    FILE_STOCK,
    FILE_DEMAND,
    FILE_SUPPLY,
    FILE_ORDER_COMPONENTS,
    FILE_MOVEMENTS,
    PLANT_FILES
};

/* What a value is, how it is stored (in brackets) and how its text looks. */
enum column_kind {
    COLUMN_CODE,        /* [u32 text] a code, text_is_code */
    COLUMN_TEXT,        /* [u32 text] any text up to PLANT_TEXT_MAX bytes */
    COLUMN_NEW_ITEM,    /* [u32 item] the code of the item that the row describes */
    COLUMN_ITEM,        /* [u32 item] */
    COLUMN_WORK_CENTER, /* [u32 work centre] */
    COLUMN_CALENDAR,    /* [u32 text] */
    COLUMN_QTY,         /* [struct qty] a number with up to six decimals, range in micro */
    COLUMN_ITEM_QTY,    /* [struct qty] the same, with no more decimals than the row's item */
    COLUMN_COST,        /* [struct unitcost] */
    COLUMN_AMOUNT,      /* [struct amount] */
    COLUMN_INT,         /* [int32_t] */
    COLUMN_DECIMALS,    /* [uint8_t] */
    COLUMN_SEQ,         /* [int64_t] */
    COLUMN_DATE,        /* [date] YYYY-MM-DD or a day number from plan_start */
    COLUMN_BOOL,        /* [uint8_t] 1 or 0 */
    COLUMN_ENUM         /* [uint8_t] one of column->words */
};

#define PLANT_TEXT_MAX 1000

struct column {
    const char *name;
    const char *name_zh;
    enum column_kind kind;
    bool required;
    uint16_t offset;  /* in the row */
    int64_t fallback; /* the stored value where the text is empty */
    int64_t low;      /* least and greatest stored value */
    int64_t high;
    const char *const *words; /* of COLUMN_ENUM, NULL-terminated, in the order of the enum */
};

/* items.csv and bom.csv are read and written as one wide row, then split (plant.h). */
struct item_row {
    struct item item;
    struct item_params params;
    uint32_t code; /* item index */
    uint32_t spare;
};

struct bom_wide {
    struct bom_line line;
    struct bom_terms terms;
};

struct plant_file {
    const char *name;  /* "items.csv" */
    const char *table; /* "item": its table in the database, where it has one of its own */
    const struct column *columns;
    uint32_t column_count;
    uint32_t row_bytes;
    uint32_t element_bytes; /* of the array in struct plant; 0 for plant.csv, which has none */
    uint16_t array_offset;  /* in struct plant: the pointer and the count */
    uint16_t count_offset;
};

#define PLANT_COLUMNS_MAX 64 /* columns in the header of one file, x_ columns included */

extern const struct plant_file plant_files[PLANT_FILES];

/* File by its name, or PLANT_FILES. */
enum plant_file_id plant_file_find(const char *name);

/* Column by its English or Chinese header, or NULL. */
const struct column *plant_column_find(const struct plant_file *file, struct text header);

/* All values absent or at their defaults; row has file->row_bytes. */
void plant_row_default(const struct plant_file *file, void *row);

/* The plant's array of a file other than plant.csv. */
const void *plant_array(const struct plant *plant, enum plant_file_id file, uint32_t *count);
void plant_array_set(struct plant *plant, enum plant_file_id file, void *array, uint32_t count);

/*
 * The stored value of a text; dates may be day numbers from plan_start (NO_DATE: none).  False: it
 * is no such value, or the column holds texts or references, whose values are the reader's.
 */
bool column_parse(const struct column *column, struct text text, date plan_start,
                  int64_t *value) MUST_CHECK;

/* How many decimals the numbers of a column may have. */
int column_decimals(enum column_kind kind);

/* The stored value as an integer, whatever its width, and back. */
int64_t column_load(const struct column *column, const void *row);
void column_store(const struct column *column, void *row, int64_t value);

#endif
