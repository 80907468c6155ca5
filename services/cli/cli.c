#include "services/cli/cli.h"

#include "common/io/folder.h"
#include "common/io/threads.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "services/bom/bill_core.h"
#include "services/cli/cli_folder.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLANT_BYTES_MAX ((size_t)8192 * MIB)
#define OUT_BYTES       (2 * CSV_ROW_ROOM)

int cli_usage(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("millrace: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return CLI_BAD_USAGE;
}

void cli_command_help(FILE *to, const struct cli_command *command)
{
    fprintf(to, "  millrace %s %s\n      %s\n", command->name, command->usage, command->about);
}

int cli_fault(const struct fault *fault)
{
    bool system = fault->status == STATUS_UNAVAILABLE || fault->status == STATUS_LIMIT ||
                  fault->status == STATUS_INTERNAL;
    fprintf(stderr, "millrace: %s\n", fault->message);
    return system ? CLI_SYSTEM_FAILED : CLI_BAD_DATA;
}

static const struct cli_option *find_option(const char *word, const struct cli_option *options,
                                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(word, "--", 2) == 0 && strcmp(word + 2, options[i].name) == 0)
            return &options[i];
    }
    return NULL;
}

bool cli_options(int argc, char **argv, const struct cli_option *options, size_t count,
                 const char **operand)
{
    bool operand_given = false;
    for (int i = 0; i < argc; i++) {
        const struct cli_option *option = find_option(argv[i], options, count);
        if (!option && argv[i][0] == '-') {
            cli_usage("there is no option \"%s\"", argv[i]);
            return false;
        }
        if (!option && (!operand || operand_given)) {
            cli_usage("\"%s\" is one word too many", argv[i]);
            return false;
        }
        if (!option) {
            *operand = argv[i];
            operand_given = true;
        } else if (!option->takes_value) {
            *option->value = "";
        } else if (i + 1 == argc) {
            cli_usage("option \"%s\" needs a value", argv[i]);
            return false;
        } else {
            *option->value = argv[++i];
        }
    }
    return true;
}

struct cli_reading {
    struct crew crew;
    bool as_import; /* refuse what an import into a new plant refuses too */
};

static int tell_errors(const struct cli_folder *folder, const struct plant_reader *reader,
                       const struct fault *fault)
{
    uint32_t kept = plant_reader_error_kept(reader);
    for (uint32_t i = 0; i < kept; i++)
        cli_folder_error(folder, plant_reader_error(reader, i));
    if (plant_reader_error_count(reader) > kept)
        fprintf(stderr, "millrace: %" PRIu64 " errors, the first %u are shown\n",
                plant_reader_error_count(reader), kept);
    return kept > 0 ? CLI_BAD_DATA : cli_fault(fault);
}

static void tell_wrong(void *context, enum plant_file_id file, const struct bill_wrong *wrong)
{
    plant_reader_refuse(context, file, wrong->row, wrong->column, wrong->message);
}

static int check_bills(const struct cli_folder *folder, struct plant_reader *reader,
                       struct plant **plant)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct arena *scratch = arena_new(PLANT_BYTES_MAX);
    enum status status = scratch ? bill_check_plant(*plant, scratch, tell_wrong, reader, &fault)
                                 : fault_set(&fault, STATUS_LIMIT, "", "no memory");
    arena_free(&scratch);
    if (status == STATUS_OK && plant_reader_error_count(reader) == 0)
        return CLI_DONE;
    plant_free(plant);
    return tell_errors(folder, reader, &fault);
}

static int read_folder(const struct cli_folder *folder, const struct cli_reading *how,
                       struct plant **plant)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant_reader *reader = plant_reader_new(PLANT_BYTES_MAX);
    int result = CLI_DONE;
    if (!reader) {
        fault_set(&fault, STATUS_LIMIT, "", "no memory");
        return cli_fault(&fault);
    }
    plant_reader_crew(reader, &how->crew);
    for (int i = 0; i < PLANT_FILES; i++) {
        bool taken = !folder->bytes[i].bytes ||
                     plant_reader_take(reader, plant_files[i].name, folder->bytes[i]);
        ASSERT(taken);
    }
    if (plant_reader_finish(reader, plant, &fault) != STATUS_OK)
        result = tell_errors(folder, reader, &fault);
    else if (how->as_import)
        result = check_bills(folder, reader, plant);
    plant_reader_free(&reader);
    return result;
}

static int read_plant(const char *dir, const struct cli_reading *how, struct plant **plant)
{
    struct cli_folder folder;
    struct fault fault = {STATUS_OK, "", "", ""};
    int result = cli_folder_read(dir, &folder, &fault) == STATUS_OK
                     ? read_folder(&folder, how, plant)
                     : cli_fault(&fault);
    cli_folder_free(&folder);
    return result;
}

int cli_read_plant_by(const char *dir, const struct crew *crew, struct plant **plant)
{
    return read_plant(dir, &(struct cli_reading){.crew = *crew}, plant);
}

int cli_read_plant(const char *dir, struct plant **plant)
{
    const struct crew crew = threads_crew(threads_processors());
    return cli_read_plant_by(dir, &crew, plant);
}

int cli_check_plant(const char *dir, struct plant **plant)
{
    struct cli_reading how = {.crew = threads_crew(threads_processors()), .as_import = true};
    return read_plant(dir, &how, plant);
}

int cli_writer_init(struct cli_writer *writer, const char *out, const char *file)
{
    memset(writer, 0, sizeof(*writer));
    writer->csv.size = OUT_BYTES;
    writer->csv.bytes = malloc(OUT_BYTES);
    enum status status = STATUS_OK;
    if (!writer->csv.bytes)
        status = fault_set(&writer->fault, STATUS_LIMIT, "", "no memory");
    if (status == STATUS_OK && out)
        status = folder_make(out, &writer->fault);
    if (status == STATUS_OK && out)
        status = folder_file_new(out, file, &writer->file, &writer->fault);
    if (status == STATUS_OK)
        return CLI_DONE;
    free(writer->csv.bytes);
    return cli_fault(&writer->fault);
}

static void flush(struct cli_writer *writer)
{
    struct text bytes = {writer->csv.bytes, writer->csv.used};
    writer->csv.used = 0;
    if (writer->fault.status != STATUS_OK)
        return;
    if (writer->file && folder_file_write(writer->file, bytes, &writer->fault) != STATUS_OK)
        return;
    if (!writer->file && fwrite(bytes.bytes, 1, bytes.length, stdout) != bytes.length)
        fault_set(&writer->fault, STATUS_UNAVAILABLE, "", "could not write to stdout");
}

/* Room for another row in a writer that keeps its bytes. */
static void grow(struct cli_writer *writer)
{
    char *grown = realloc(writer->csv.bytes, writer->csv.size * 2);
    if (grown) {
        writer->csv.bytes = grown;
        writer->csv.size *= 2;
        return;
    }
    writer->csv.used = 0;
    fault_set(&writer->fault, STATUS_LIMIT, "", "no memory");
}

bool cli_rows_init(struct cli_writer *writer)
{
    memset(writer, 0, sizeof(*writer));
    writer->csv.size = OUT_BYTES;
    writer->csv.bytes = malloc(OUT_BYTES);
    writer->grows = true;
    return writer->csv.bytes != NULL;
}

void cli_put(struct cli_writer *writer, const char *field)
{
    if (writer->grows)
        csv_put(&writer->csv, text_of(field));
    else
        csv_put_shown(&writer->csv, text_of(field));
}

void cli_put_u32(struct cli_writer *writer, uint32_t number)
{
    char *to = csv_field(&writer->csv, DECIMAL_TEXT_MAX);
    if (to)
        csv_field_end(&writer->csv, decimal_format(number, 0, to));
}

void cli_put_qty(struct cli_writer *writer, struct qty quantity)
{
    char *to = csv_field(&writer->csv, QTY_TEXT_MAX);
    if (to)
        csv_field_end(&writer->csv, qty_given(quantity) ? qty_format(quantity, to) : 0);
}

size_t cli_date_text(const struct plant *plant, date day, char text[DECIMAL_TEXT_MAX])
{
    bool given = date_given(day) && day != DATE_LAST; /* DATE_FIRST is NO_DATE */
    bool number =
        plant->facts.date_style == DATE_STYLE_NUMBER && date_given(plant->facts.plan_start);
    if (given && number)
        return decimal_format(day - plant->facts.plan_start, 0, text);
    return given ? date_format(day, text) : 0;
}

void cli_put_date(struct cli_writer *writer, const struct plant *plant, date day)
{
    char *to = csv_field(&writer->csv, DECIMAL_TEXT_MAX);
    if (to)
        csv_field_end(&writer->csv, cli_date_text(plant, day, to));
}

void cli_header(struct cli_writer *writer, const char *names)
{
    for (const char *at = names;;) {
        size_t length = strcspn(at, ",");
        csv_put(&writer->csv, (struct text){at, length});
        if (at[length] == '\0')
            break;
        at += length + 1;
    }
    cli_row(writer);
}

void cli_row(struct cli_writer *writer)
{
    csv_end_row(&writer->csv);
    ASSERT(!writer->csv.full);
    if (writer->csv.used <= writer->csv.size - CSV_ROW_ROOM)
        return;
    if (writer->grows)
        grow(writer);
    else
        flush(writer);
}

int cli_finish(struct cli_writer *writer, bool keep)
{
    if (keep)
        flush(writer);
    if (keep && !writer->file && fflush(stdout) != 0)
        fault_set(&writer->fault, STATUS_UNAVAILABLE, "", "could not write to stdout");
    if (keep && writer->file && writer->fault.status == STATUS_OK) {
        if (folder_file_finish(&writer->file, &writer->fault) != STATUS_OK)
            writer->file = NULL;
    } else {
        folder_file_cancel(&writer->file);
    }
    free(writer->csv.bytes);
    writer->csv.bytes = NULL;
    return writer->fault.status == STATUS_OK ? CLI_DONE : cli_fault(&writer->fault);
}
