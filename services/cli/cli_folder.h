#ifndef MILLRACE_CLI_CLI_FOLDER_H
#define MILLRACE_CLI_CLI_FOLDER_H

#include "common/io/sheet.h"
#include "common/plant/plant_columns.h"

/* The files of a plant folder, each as NAME.csv or, where that is missing, as the first sheet of
   NAME.xlsx. */
struct cli_folder {
    struct text bytes[PLANT_FILES];           /* CSV; bytes NULL: the folder has no such file */
    char sheets[PLANT_FILES][SHEET_NAME_MAX]; /* "": it was CSV */
};

/* STATUS_OK also when there is none.  cli_folder_free in either case. */
enum status cli_folder_read(const char *dir, struct cli_folder *folder,
                            struct fault *fault) MUST_CHECK;
void cli_folder_free(struct cli_folder *folder);

/* An error of the reader on stderr: of a sheet as "sheet:row: column: message". */
void cli_folder_error(const struct cli_folder *folder, const char *error);

/* Writes DIR/NAME.csv, or DIR/NAME.xlsx, with English or Chinese headers, of CSV in English. */
struct cli_form {
    bool chinese;
    bool xlsx;
};

enum status cli_folder_write(const char *dir, enum plant_file_id file, struct text csv,
                             const struct cli_form *form, struct fault *fault) MUST_CHECK;

#endif
