#include "common/io/conf.h"

#include "common/base/decimal.h"
#include "common/io/log.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONF_LINE_MAX     4096
#define CONF_VARIABLE_MAX 64
#define CONF_SHARED       "millrace" /* the section of all processes */

enum conf_kind { CONF_TEXT, CONF_INT, CONF_BOOL, CONF_LEVEL };

struct conf_row {
    const char *section;
    const char *name;
    enum conf_kind kind;
    const char *standard;
    int64_t min;
    int64_t max;
    const char *help;
};

static const struct conf_row conf_rows[] = {
#define CONF(section, name, kind, standard, min, max, help) \
 {section, name, CONF_##kind, standard, min, max, help},
#include "common/io/conf.tbl.h"
#undef CONF
};

static const char *const conf_processes[] = {"gateway",   "bom",   "mrp",  "production", "receipt",
                                             "inventory", "order", "cost", "relay",      "cli"};

/* Where a value comes from: a later origin wins. */
enum conf_origin { CONF_DEFAULT, CONF_SHARED_SECTION, CONF_OWN_SECTION, CONF_ENVIRONMENT };

struct conf_value {
    char *text;
    int64_t number; /* INT; BOOL as 0 and 1; LEVEL as enum log_level */
    enum conf_origin origin;
};

struct conf {
    const char *process;
    struct conf_value values[COUNT_OF(conf_rows)]; /* text is NULL in rows of other processes */
};

/* One reading of a file. */
struct conf_reading {
    struct conf *conf;
    FILE *file;
    const char *path;
    int line;
    bool seen[COUNT_OF(conf_rows)][COUNT_OF(conf_processes) + 1]; /* by row and section */
    struct fault *fault;
};

/* --- values --- */

static bool conf_row_is_of(const struct conf_row *row, const char *process)
{
    return strcmp(row->section, CONF_SHARED) == 0 || strcmp(row->section, process) == 0;
}

static bool conf_parse(const struct conf_row *row, const char *text, int64_t *number)
{
    int64_t length = (int64_t)strlen(text);
    enum log_level level = LOG_INFO;
    switch (row->kind) {
    case CONF_TEXT:
        return length >= row->min && length <= row->max;
    case CONF_INT:
        return decimal_parse(text, (size_t)length, 0, number) && *number >= row->min &&
               *number <= row->max;
    case CONF_BOOL:
        *number = strcmp(text, "true") == 0;
        return *number || strcmp(text, "false") == 0;
    case CONF_LEVEL:
        if (!log_level_parse(text, &level))
            return false;
        *number = (int64_t)level;
        return true;
    }
    ASSERT(false && "a kind of setting");
    return false;
}

static enum status conf_refuse(const struct conf_row *row, const char *where, struct fault *fault)
{
    switch (row->kind) {
    case CONF_TEXT:
        return fault_set(fault, STATUS_INVALID, row->name,
                         "%s: setting \"%s\" must have %" PRId64 " to %" PRId64 " bytes", where,
                         row->name, row->min, row->max);
    case CONF_INT:
        return fault_set(fault, STATUS_INVALID, row->name,
                         "%s: setting \"%s\" must be a number from %" PRId64 " to %" PRId64, where,
                         row->name, row->min, row->max);
    case CONF_BOOL:
        return fault_set(fault, STATUS_INVALID, row->name,
                         "%s: setting \"%s\" must be true or false", where, row->name);
    case CONF_LEVEL:
        return fault_set(fault, STATUS_INVALID, row->name,
                         "%s: setting \"%s\" must be debug, info, warning or error", where,
                         row->name);
    }
    ASSERT(false && "a kind of setting");
    return STATUS_INTERNAL;
}

struct conf_setting {
    const struct conf_row *row;
    const char *text;
    enum conf_origin origin;
    const char *where; /* for messages */
};

/* Checked even where it is another process's, since all read the same file. */
static enum status conf_set(struct conf *conf, struct conf_setting setting, bool ours,
                            struct fault *fault)
{
    int64_t number = 0;
    if (!conf_parse(setting.row, setting.text, &number))
        return conf_refuse(setting.row, setting.where, fault);
    struct conf_value *value = &conf->values[setting.row - conf_rows];
    if (!ours || value->origin > setting.origin)
        return STATUS_OK;
    char *text = strdup(setting.text);
    if (!text)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    free(value->text);
    *value = (struct conf_value){text, number, setting.origin};
    return STATUS_OK;
}

static enum status conf_set_defaults(struct conf *conf, struct fault *fault)
{
    for (size_t i = 0; i < COUNT_OF(conf_rows); i++) {
        const struct conf_row *row = &conf_rows[i];
        struct conf_setting setting = {row, row->standard, CONF_DEFAULT, "default"};
        enum status status = conf_set(conf, setting, conf_row_is_of(row, conf->process), fault);
        ASSERT(status != STATUS_INVALID);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* --- environment --- */

static void conf_variable(const struct conf_row *row, char variable[CONF_VARIABLE_MAX])
{
    int length = snprintf(variable, CONF_VARIABLE_MAX, "MILLRACE_%s", row->name);
    ASSERT(length < CONF_VARIABLE_MAX);
    for (char *at = variable; *at; at++) {
        if (*at == '.')
            *at = '_';
        else if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    }
}

static enum status conf_read_environment(struct conf *conf, struct fault *fault)
{
    for (size_t i = 0; i < COUNT_OF(conf_rows); i++) {
        const struct conf_row *row = &conf_rows[i];
        if (!conf_row_is_of(row, conf->process))
            continue;
        char variable[CONF_VARIABLE_MAX];
        conf_variable(row, variable);
        const char *text = getenv(variable);
        if (!text)
            continue;
        struct conf_setting setting = {row, text, CONF_ENVIRONMENT, variable};
        enum status status = conf_set(conf, setting, true, fault);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* --- file --- */

/* 0 for the shared section, 1.. for a process, -1 for neither. */
static int conf_section(const char *name)
{
    if (strcmp(name, CONF_SHARED) == 0)
        return 0;
    for (size_t i = 0; i < COUNT_OF(conf_processes); i++) {
        if (strcmp(name, conf_processes[i]) == 0)
            return (int)i + 1;
    }
    return -1;
}

static const struct conf_row *conf_find(const char *section, const char *name)
{
    for (size_t i = 0; i < COUNT_OF(conf_rows); i++) {
        if (strcmp(conf_rows[i].name, name) == 0 && conf_row_is_of(&conf_rows[i], section))
            return &conf_rows[i];
    }
    return NULL;
}

static enum status conf_take(struct conf_reading *reading, const char *section, const char *name,
                             const char *text)
{
    struct fault *fault = reading->fault;
    char where[160];
    snprintf(where, sizeof where, "\"%.120s\" line %d", reading->path, reading->line);
    int place = conf_section(section);
    if (place < 0)
        return fault_set(fault, STATUS_INVALID, "", "%s: section \"%s\" does not exist", where,
                         section);
    const struct conf_row *row = conf_find(section, name);
    if (!row)
        return fault_set(fault, STATUS_INVALID, "",
                         "%s: setting \"%s\" does not exist in section \"%s\"", where, name,
                         section);
    bool *seen = &reading->seen[row - conf_rows][place];
    if (*seen)
        return fault_set(fault, STATUS_INVALID, row->name, "%s: setting \"%s\" is given twice",
                         where, name);
    *seen = true;
    bool own = strcmp(section, reading->conf->process) == 0;
    struct conf_setting setting = {row, text, own ? CONF_OWN_SECTION : CONF_SHARED_SECTION, where};
    return conf_set(reading->conf, setting, own || place == 0, fault);
}

/* Called by inih; 0 is failure. */
static int conf_handle(void *context, const char *section, const char *name, const char *value)
{
    return conf_take(context, section, name, value) == STATUS_OK;
}

/* Called by inih for the next line; counts them, and refuses what inih would cut. */
static char *conf_read_line(char *line, int size, void *context)
{
    struct conf_reading *reading = context;
    if (reading->fault->status != STATUS_OK || !fgets(line, size, reading->file))
        return NULL;
    reading->line++;
    size_t length = strlen(line);
    if (length + 1 == (size_t)size && line[length - 1] != '\n') {
        (void)fault_set(reading->fault, STATUS_INVALID, "",
                        "\"%.120s\" line %d: line is longer than %d bytes", reading->path,
                        reading->line, size - 2);
        return NULL;
    }
    return line;
}

static enum status conf_read_file(struct conf *conf, const char *path, struct fault *fault)
{
    struct conf_reading reading = {.conf = conf, .path = path, .fault = fault};
    reading.file = fopen(path, "r");
    if (!reading.file)
        return fault_set(fault, STATUS_INVALID, "", "could not open file \"%.120s\": %s", path,
                         strerror(errno));
    /* inih's switches are global variables; the configuration is read before any thread starts. */
    ini_use_stack = false;
    ini_max_line = CONF_LINE_MAX;
    ini_initial_alloc = CONF_LINE_MAX;
    ini_allow_multiline = false;
    ini_stop_on_first_error = true;
    int bad_line = ini_parse_stream(conf_read_line, &reading, conf_handle, &reading);
    fclose(reading.file);
    if (bad_line != 0 && fault->status == STATUS_OK)
        return fault_set(fault, STATUS_INVALID, "",
                         "\"%.120s\" line %d: neither a section nor a setting", path, bad_line);
    return fault->status;
}

/* --- words of the command line --- */

static void conf_print_help(const char *process)
{
    static const char *const kinds[] = {
        [CONF_TEXT] = "text", [CONF_INT] = "int", [CONF_BOOL] = "bool", [CONF_LEVEL] = "level"};
    printf("millrace-%s [--config FILE] [--help] [--version]\n\n"
           "Settings stand in section [" CONF_SHARED "] or [%s] of FILE; the environment wins.\n\n",
           process, process);
    for (size_t i = 0; i < COUNT_OF(conf_rows); i++) {
        const struct conf_row *row = &conf_rows[i];
        if (!conf_row_is_of(row, process))
            continue;
        char variable[CONF_VARIABLE_MAX];
        conf_variable(row, variable);
        printf("%-20s %-5s ", row->name, kinds[row->kind]);
        if (row->kind == CONF_INT)
            printf("%" PRId64 "..%" PRId64 " ", row->min, row->max);
        printf("default \"%s\"\n    %s\n    %s\n", row->standard, row->help, variable);
    }
}

/* Takes out `count` words at `at`. */
static void conf_words_remove(int *argc, char **argv, int at, int count)
{
    for (int i = at; i + count <= *argc; i++)
        argv[i] = argv[i + count]; /* with the closing NULL */
    *argc -= count;
}

static void conf_exit_after_print(const char *word, const char *process)
{
    if (strcmp(word, "--help") == 0)
        conf_print_help(process);
    else if (strcmp(word, "--version") == 0)
        printf("millrace-%s %s\n", process, MILLRACE_VERSION);
    else
        return;
    exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static enum status conf_take_words(const char *process, int *argc, char **argv, const char **path,
                                   struct fault *fault)
{
    for (int i = 1; i < *argc;) {
        conf_exit_after_print(argv[i], process);
        if (strncmp(argv[i], "--config=", 9) == 0) {
            *path = argv[i] + 9;
            conf_words_remove(argc, argv, i, 1);
        } else if (strcmp(argv[i], "--config") == 0) {
            if (i + 1 == *argc)
                return fault_set(fault, STATUS_INVALID, "--config", "--config needs a file");
            *path = argv[i + 1];
            conf_words_remove(argc, argv, i, 2);
        } else {
            i++;
        }
    }
    return STATUS_OK;
}

/* --- the door --- */

enum status conf_load(const char *process, int *argc, char **argv, struct conf **out,
                      struct fault *fault)
{
    const char *path = NULL;
    if (conf_take_words(process, argc, argv, &path, fault) != STATUS_OK)
        return fault->status;
    struct conf *conf = calloc(1, sizeof *conf);
    if (!conf)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    conf->process = process;
    enum status status = conf_set_defaults(conf, fault);
    if (status == STATUS_OK && path)
        status = conf_read_file(conf, path, fault);
    if (status == STATUS_OK)
        status = conf_read_environment(conf, fault);
    if (status != STATUS_OK) {
        conf_free(&conf);
        return status;
    }
    *out = conf;
    return STATUS_OK;
}

void conf_free(struct conf **conf)
{
    if (!*conf)
        return;
    for (size_t i = 0; i < COUNT_OF(conf_rows); i++)
        free((*conf)->values[i].text);
    free(*conf);
    *conf = NULL;
}

static const struct conf_value *conf_value(const struct conf *conf, const char *name, bool text)
{
    const struct conf_row *row = conf_find(conf->process, name);
    ASSERT(row);
    ASSERT(text == (row->kind == CONF_TEXT) || row->kind == CONF_LEVEL);
    return &conf->values[row - conf_rows];
}

const char *conf_text(const struct conf *conf, const char *name)
{
    return conf_value(conf, name, true)->text;
}

int64_t conf_int(const struct conf *conf, const char *name)
{
    return conf_value(conf, name, false)->number;
}

bool conf_bool(const struct conf *conf, const char *name)
{
    return conf_value(conf, name, false)->number != 0;
}
