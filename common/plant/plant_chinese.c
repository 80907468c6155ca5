#include "common/plant/plant_chinese.h"

#include "common/plant/csv.h"

#include <stdlib.h>

/* The header, or of plant.csv every key, in Chinese; the rest as it is. */
static void put_chinese(struct csv_out *out, enum plant_file_id file, const struct csv_row *row,
                        bool header)
{
    for (uint32_t i = 0; i < row->count; i++) {
        bool key = file == FILE_PLANT && i == 0 && !header;
        const struct column *column = (header && file != FILE_PLANT) || key
                                          ? plant_column_find(&plant_files[file], row->fields[i])
                                          : NULL;
        struct text field = column ? text_of(column->name_zh) : row->fields[i];
        if (header && file == FILE_PLANT)
            field = text_of(i == 0 ? "键" : "值");
        csv_put(out, field);
    }
    csv_end_row(out);
}

bool plant_chinese(enum plant_file_id file, struct text csv, struct text *out)
{
    struct csv *rows = malloc(sizeof *rows);
    struct csv_row row;
    struct csv_out made = {.size = csv.length * 2 + CSV_ROW_ROOM};
    bool header = true;
    made.bytes = malloc(made.size);
    if (!made.bytes || !rows) {
        free(made.bytes);
        free(rows);
        return false;
    }
    csv_init(rows, csv);
    while (csv_next(rows, &row)) {
        put_chinese(&made, file, &row, header);
        header = false;
    }
    free(rows);
    *out = (struct text){made.bytes, made.used};
    return !made.full;
}
