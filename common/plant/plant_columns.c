#include "common/plant/plant_columns.h"

#include <string.h>

/* Names that the table uses for stored values. */
#define NONE        INT64_MIN /* not given, as NO_QTY, NO_COST, NO_AMOUNT */
#define ZERO        0
#define ONE_MICRO   1
#define MOST        QTY_STORED_MAX
#define LEAST       (-MOST)
#define PERCENT_ALL (100 * (int64_t)QTY_SCALE)
#define SCRAP_MOST  (PERCENT_ALL - 1) /* the need is divided by what is left */
#define HOURS_MOST  (24 * (int64_t)QTY_SCALE)
#define DAYS_MOST   100000
#define NO_DECIMALS UINT8_MAX /* the unit's, replaced while reading */

static const char *const date_styles[] = {"iso", "number", NULL};
static const char *const item_types[] = {"make", "buy", "phantom", "transfer", NULL};
static const char *const lot_rules[] = {"L4L", "FOQ", "EOQ", "POQ", "DOS",   "MINMAX", "ROP",
                                        "LUC", "LTC", "PPB", "SM",  "GROFF", "WW",     NULL};
static const char *const foq_modes[] = {"multiple", "raise", NULL};
static const char *const ppb_looks[] = {"none", "ahead", "back", NULL};
static const char *const segment_policies[] = {"collective", "individual", NULL};
static const char *const valuations[] = {"standard", "average", "fifo", "lot", NULL};
static const char *const trackings[] = {"none", "lot", "serial", NULL};
static const char *const partner_kinds[] = {"customer", "supplier", "both", NULL};
static const char *const overhead_bases[] = {"hour", "labor", "material", "unit", NULL};
static const char *const bom_kinds[] = {"component", "phantom",    "coproduct",
                                        "byproduct", "consumable", NULL};
static const char *const time_units[] = {"h", "min", "s", NULL};
static const char *const roundings[] = {"", "up", "nearest", "down", NULL};
static const char *const stock_statuses[] = {"available", "inspection", "blocked", NULL};
static const char *const demand_kinds[] = {"order", "forecast", NULL};
static const char *const supply_kinds[] = {"purchase", "work_order", "planned", "transfer", NULL};
static const char *const movement_kinds[] = {"receipt", "issue",   "return", "adjust",
                                             "revalue", "reverse", "count",  NULL};

/* First pass: the columns of each file. */
#define REFERENCE_NONE(kind)               ((kind) == COLUMN_CALENDAR ? 0 : (int64_t)NO_INDEX)
#define FILE_BEGIN(id, name, table, array) static const struct column columns_##id[] = {
#define TEXTUAL(kind, name, zh, required, field) \
 {name, zh, kind, required, offsetof(ROW, field), 0, 0, 0, NULL},
#define REFERENCE(kind, name, zh, required, field) \
 {name, zh, kind, required, offsetof(ROW, field), REFERENCE_NONE(kind), 0, 0, NULL},
#define NUMBER(kind, name, zh, required, field, fallback, low, high) \
 {name, zh, kind, required, offsetof(ROW, field), fallback, low, high, NULL},
#define WORDS(kind, name, zh, required, field, fallback, words) \
 {name, zh, kind, required, offsetof(ROW, field), fallback, 0, UINT8_MAX, words},
#define FILE_END \
 }               \
 ;
#include "common/plant/plant_columns.tbl.h"
#undef FILE_BEGIN
#undef TEXTUAL
#undef REFERENCE
#undef NUMBER
#undef WORDS
#undef FILE_END

/* Second pass: the files. */
#define ARRAY_OF(field)                                              \
 sizeof(*((struct plant *)0)->field), offsetof(struct plant, field), \
     offsetof(struct plant, field##_count)
#define NO_ARRAY 0, 0, 0
#define FILE_BEGIN(id, name, table, ...) \
 [id] = {name, table, columns_##id, COUNT_OF(columns_##id), sizeof(ROW), __VA_ARGS__},
#define TEXTUAL(kind, name, zh, required, field)
#define REFERENCE(kind, name, zh, required, field)
#define NUMBER(kind, name, zh, required, field, fallback, low, high)
#define WORDS(kind, name, zh, required, field, fallback, words)
#define FILE_END
const struct plant_file plant_files[PLANT_FILES] = {
#include "common/plant/plant_columns.tbl.h"
};

const void *plant_array(const struct plant *plant, enum plant_file_id file, uint32_t *count)
{
    const char *base = (const char *)plant;
    void *array;
    ASSERT(plant_files[file].element_bytes > 0);
    memcpy(&array, base + plant_files[file].array_offset, sizeof(array));
    memcpy(count, base + plant_files[file].count_offset, sizeof(*count));
    return array;
}

void plant_array_set(struct plant *plant, enum plant_file_id file, void *array, uint32_t count)
{
    char *base = (char *)plant;
    ASSERT(plant_files[file].element_bytes > 0);
    memcpy(base + plant_files[file].array_offset, &array, sizeof(array));
    memcpy(base + plant_files[file].count_offset, &count, sizeof(count));
}

enum plant_file_id plant_file_find(const char *name)
{
    int id = 0;
    while (id < PLANT_FILES && strcmp(plant_files[id].name, name) != 0)
        id++;
    return (enum plant_file_id)id;
}

const struct column *plant_column_find(const struct plant_file *file, struct text header)
{
    for (uint32_t i = 0; i < file->column_count; i++) {
        if (text_is(header, file->columns[i].name) || text_is(header, file->columns[i].name_zh))
            return &file->columns[i];
    }
    return NULL;
}

static size_t column_bytes(enum column_kind kind)
{
    switch (kind) {
    case COLUMN_QTY:
    case COLUMN_ITEM_QTY:
    case COLUMN_COST:
    case COLUMN_AMOUNT:
    case COLUMN_SEQ:
        return 8;
    case COLUMN_DECIMALS:
    case COLUMN_BOOL:
    case COLUMN_ENUM:
        return 1;
    case COLUMN_CODE:
    case COLUMN_TEXT:
    case COLUMN_NEW_ITEM:
    case COLUMN_ITEM:
    case COLUMN_WORK_CENTER:
    case COLUMN_CALENDAR:
    case COLUMN_INT:
    case COLUMN_DATE:
        return 4;
    }
    ASSERT(false && "a kind that is no column_kind");
    return 0;
}

static bool column_signed(enum column_kind kind)
{
    return kind == COLUMN_INT || kind == COLUMN_DATE;
}

int64_t column_load(const struct column *column, const void *row)
{
    const unsigned char *at = (const unsigned char *)row + column->offset;
    int64_t wide;
    int32_t narrow;
    size_t bytes = column_bytes(column->kind);
    if (bytes == 1)
        return *at;
    if (bytes == 8) {
        memcpy(&wide, at, 8);
        return wide;
    }
    memcpy(&narrow, at, 4);
    return column_signed(column->kind) ? narrow : (int64_t)(uint32_t)narrow;
}

void column_store(const struct column *column, void *row, int64_t value)
{
    unsigned char *at = (unsigned char *)row + column->offset;
    size_t bytes = column_bytes(column->kind);
    if (bytes == 1) {
        *at = (unsigned char)value;
    } else if (bytes == 8) {
        memcpy(at, &value, 8);
    } else {
        uint32_t narrow = (uint32_t)value;
        memcpy(at, &narrow, 4);
    }
}

void plant_row_default(const struct plant_file *file, void *row)
{
    memset(row, 0, file->row_bytes);
    for (uint32_t i = 0; i < file->column_count; i++)
        column_store(&file->columns[i], row, file->columns[i].fallback);
}
