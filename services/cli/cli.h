#ifndef MILLRACE_CLI_CLI_H
#define MILLRACE_CLI_CLI_H

#include "common/base/crew.h"
#include "common/base/status.h"
#include "common/plant/csv.h"
#include "common/plant/plant.h"

#include <stdio.h>

/* Exit statuses of design/formats.md. */
enum cli_exit { CLI_DONE = 0, CLI_BAD_DATA = 1, CLI_BAD_USAGE = 2, CLI_SYSTEM_FAILED = 3 };

/*
 * One command: `millrace NAME ...`.  run gets the words behind the name and returns an exit status.
 * A new command is one row of cli_commands in main.c and one file cli_NAME.c.
 */
struct cli_command {
    const char *name;
    const char *usage; /* behind the name */
    const char *about;
    int (*run)(int argc, char **argv);
};

/* How it is called and what it does, as "millrace help" shows it. */
void cli_command_help(FILE *to, const struct cli_command *command);

int cli_check(int argc, char **argv);
int cli_plan(int argc, char **argv);
int cli_promise(int argc, char **argv);
int cli_rewrite(int argc, char **argv);
int cli_explode(int argc, char **argv);
int cli_where_used(int argc, char **argv);
int cli_kit(int argc, char **argv);
int cli_rollup(int argc, char **argv);
int cli_value(int argc, char **argv);

/* --name VALUE, or --name alone where takes_value is false; *value is "" then. */
struct cli_option {
    const char *name; /* without the dashes */
    bool takes_value;
    const char **value; /* stays as it is when the option is not given */
};

/*
 * Words that are no option are put in *operand, which is at most one.  On a mistake says so on
 * stderr and returns false: the caller returns CLI_BAD_USAGE.  operand may be NULL.
 */
bool cli_options(int argc, char **argv, const struct cli_option *options, size_t count,
                 const char **operand) MUST_CHECK;

/* "millrace: " and the text on stderr; returns CLI_BAD_USAGE. */
int cli_usage(const char *format, ...) PRINTF_LIKE(1, 2);

/* The fault on stderr; returns its exit status. */
int cli_fault(const struct fault *fault);

/*
 * The plant of a folder.  Returns CLI_DONE, or the exit status after saying on stderr what is
 * wrong: every error of the data.  plant_free(plant) when done.
 */
int cli_read_plant(const char *dir, struct plant **plant) MUST_CHECK;

/* The same, and its bills and routings must be what an import asks for (services/bom/bill_core.h).
 */
int cli_check_plant(const char *dir, struct plant **plant) MUST_CHECK;

/* The same by a crew of the caller's. */
int cli_read_plant_by(const char *dir, const struct crew *crew, struct plant **plant) MUST_CHECK;

/*
 * Results as CSV: to the file in the folder of --out (made when missing), which appears whole or
 * not at all, or to stdout where out is NULL.  Fields are put by csv_put(&writer.csv, ...), a row
 * is closed by cli_row.  A failed write is told once, by cli_finish.
 */
struct cli_writer {
    struct csv_out csv;
    struct folder_file *file; /* NULL: stdout */
    struct fault fault;
    bool grows; /* keeps its bytes: see cli_rows_init */
};

int cli_writer_init(struct cli_writer *writer, const char *out, const char *file) MUST_CHECK;

/* A writer that keeps all of its rows in writer->csv, for cli_rows.h; free(writer->csv.bytes) when
   done.  False: no memory. */
bool cli_rows_init(struct cli_writer *writer) MUST_CHECK;

void cli_put(struct cli_writer *writer, const char *field);
void cli_put_u32(struct cli_writer *writer, uint32_t number);
void cli_put_qty(struct cli_writer *writer, struct qty quantity); /* NO_QTY: empty */

/* As plant.csv's date_style says; empty for NO_DATE, DATE_FIRST and DATE_LAST. */
void cli_put_date(struct cli_writer *writer, const struct plant *plant, date day);
size_t cli_date_text(const struct plant *plant, date day, char text[DECIMAL_TEXT_MAX]);
void cli_header(struct cli_writer *writer, const char *names); /* "a,b,c" */
void cli_row(struct cli_writer *writer);

/* Puts the file in its place; keep false drops it.  Returns an exit status. */
int cli_finish(struct cli_writer *writer, bool keep) MUST_CHECK;

#endif
