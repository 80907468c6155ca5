#include "services/cli/cli_folder.h"

#include "common/io/folder.h"
#include "common/plant/plant_chinese.h"

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
    if (form->chinese && !plant_chinese(file, csv, &chinese))
        return fault_set(fault, STATUS_LIMIT, "", "no memory");
    struct text content = form->chinese ? chinese : csv;
    const char *name = plant_files[file].name;
    enum status status =
        form->xlsx ? write_xlsx(dir, name, content, fault) : write_csv(dir, name, content, fault);
    if (form->chinese)
        sheet_free(&chinese);
    return status;
}
