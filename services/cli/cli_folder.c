#include "services/cli/cli_folder.h"

#include "common/io/folder.h"
#include "common/plant/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64

/* "items.csv": "items.xlsx" */
static void sheet_file(const char *name, char file[NAME_MAX_BYTES])
{
    snprintf(file, NAME_MAX_BYTES, "%.*s.xlsx", (int)strcspn(name, "."), name);
}

static enum status read_sheet(const char *dir, struct cli_folder *folder, int file,
                              struct fault *fault)
{
    char name[NAME_MAX_BYTES];
    struct text packed;
    sheet_file(plant_files[file].name, name);
    enum status status = folder_read(dir, name, &packed, fault);
    if (status != STATUS_OK)
        return status;
    struct fault wrong = {.status = STATUS_OK};
    status = sheet_read(packed, &folder->bytes[file], folder->sheets[file], &wrong);
    folder_file_free(&packed);
    return status == STATUS_OK ? status : fault_set(fault, status, name, "%s", wrong.message);
}

enum status cli_folder_read(const char *dir, struct cli_folder *folder, struct fault *fault)
{
    memset(folder, 0, sizeof *folder);
    for (int i = 0; i < PLANT_FILES; i++) {
        enum status status = folder_read(dir, plant_files[i].name, &folder->bytes[i], fault);
        if (status == STATUS_NOT_FOUND) {
            *fault = (struct fault){.status = STATUS_OK};
            status = read_sheet(dir, folder, i, fault);
        }
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        *fault = (struct fault){.status = STATUS_OK};
    }
    return STATUS_OK;
}

void cli_folder_free(struct cli_folder *folder)
{
    for (int i = 0; i < PLANT_FILES; i++) {
        if (folder->sheets[i][0] != '\0')
            sheet_free(&folder->bytes[i]);
        else
            folder_file_free(&folder->bytes[i]);
    }
}

void cli_folder_error(const struct cli_folder *folder, const char *error)
{
    for (int i = 0; i < PLANT_FILES; i++) {
        size_t length = strlen(plant_files[i].name);
        if (folder->sheets[i][0] != '\0' && strncmp(error, plant_files[i].name, length) == 0 &&
            error[length] == ':') {
            fprintf(stderr, "%s%s\n", folder->sheets[i], error + length);
            return;
        }
    }
    fprintf(stderr, "%s\n", error);
}

/* ---- writing ---- */

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

static bool translate(enum plant_file_id file, struct text csv, struct text *out)
{
    static struct csv rows; /* too large for the stack */
    struct csv_row row;
    struct csv_out made = {.size = csv.length * 2 + CSV_ROW_ROOM};
    bool header = true;
    made.bytes = malloc(made.size);
    if (!made.bytes)
        return false;
    csv_init(&rows, csv);
    while (csv_next(&rows, &row)) {
        put_chinese(&made, file, &row, header);
        header = false;
    }
    *out = (struct text){made.bytes, made.used};
    return !made.full;
}

static enum status write_csv(const char *dir, const char *name, struct text csv,
                             struct fault *fault)
{
    struct folder_file *draft = NULL;
    enum status status = folder_file_new(dir, name, &draft, fault);
    if (status == STATUS_OK)
        status = folder_file_write(draft, csv, fault);
    if (status == STATUS_OK)
        return folder_file_finish(&draft, fault);
    folder_file_cancel(&draft);
    return status;
}

static enum status write_xlsx(const char *dir, const char *name, struct text csv,
                              struct fault *fault)
{
    char path[4096];
    char sheet[NAME_MAX_BYTES];
    snprintf(sheet, sizeof sheet, "%.*s", (int)strcspn(name, "."), name);
    if (snprintf(path, sizeof path, "%s/%s.xlsx", dir, sheet) >= (int)sizeof path)
        return fault_set(fault, STATUS_INVALID, "", "name of the folder is too long");
    return sheet_write(csv, sheet, path, fault);
}

enum status cli_folder_write(const char *dir, enum plant_file_id file, struct text csv,
                             const struct cli_form *form, struct fault *fault)
{
    struct text chinese = {NULL, 0};
    if (form->chinese && !translate(file, csv, &chinese))
        return fault_set(fault, STATUS_LIMIT, "", "no memory");
    struct text content = form->chinese ? chinese : csv;
    const char *name = plant_files[file].name;
    enum status status =
        form->xlsx ? write_xlsx(dir, name, content, fault) : write_csv(dir, name, content, fault);
    if (form->chinese)
        sheet_free(&chinese);
    return status;
}
