#include "common/plant/plant_columns.h"
#include "services/cli/cli.h"
#include "services/cli/cli_json.h"
#include "services/cli/cli_master_codec.h"
#include "services/cli/cli_online.h"

#include <stdio.h>
#include <string.h>

/* Rows of master data as a table: their numbers, and the columns that say something. */

#define MASTER_MEMORY (64 * MIB)
#define COLUMNS_MAX   64

struct table {
    const char *columns[COLUMNS_MAX];
    size_t count;
    bool numbered; /* items are known by their codes */
};

/* False: the server knows the file, this program does not. */
static bool choose_columns(const ProtobufCMessage *reply, const char *name, struct table *table)
{
    enum plant_file_id file = plant_file_find(name);
    table->count = 0;
    table->numbered = file != FILE_ITEMS;
    if (file == PLANT_FILES)
        return false;
    ASSERT(plant_files[file].column_count <= COLUMNS_MAX);
    for (uint32_t k = 0; k < plant_files[file].column_count; k++) {
        const char *column = plant_files[file].columns[k].name;
        bool said = false;
        for (size_t row = 0; !said && row < master_row_count(reply); row++)
            said = master_row_cell(reply, row, column) != NULL;
        if (said)
            table->columns[table->count++] = column;
    }
    return true;
}

static int write_table(const ProtobufCMessage *reply, const struct table *table, const char *out)
{
    struct cli_writer writer;
    int result = cli_writer_init(&writer, out, "rows.csv");
    if (result != CLI_DONE)
        return result;
    if (table->numbered)
        cli_put(&writer, "row");
    for (size_t k = 0; k < table->count; k++)
        cli_put(&writer, table->columns[k]);
    cli_row(&writer);
    for (size_t row = 0; row < master_row_count(reply); row++) {
        if (table->numbered)
            cli_put_u32(&writer, master_row_number(reply, row));
        for (size_t k = 0; k < table->count; k++) {
            const char *cell = master_row_cell(reply, row, table->columns[k]);
            cli_put(&writer, cell ? cell : "");
        }
        cli_row(&writer);
    }
    return cli_finish(&writer, true);
}

struct asked {
    struct remote_words words;
    const char *file;
    const char *item;
    const char *json;
    const char *out;
};

static struct text request_of(const struct asked *asked, struct arena *arena)
{
    struct cli_json json;
    cli_json_init(&json, arena);
    cli_json_text(&json, "file", text_of(asked->file));
    if (asked->item)
        cli_json_text(&json, "item", text_of(asked->item));
    return cli_json_done(&json);
}

static int list(const struct asked *asked, struct arena *arena)
{
    struct remote *remote = NULL;
    struct fault fault = {.status = STATUS_OK};
    struct table table;
    const ProtobufCMessage *reply;
    struct remote_call call = {.method = "Bom.ListMaster", .body = request_of(asked, arena)};
    enum status status = remote_open(&asked->words, &remote, &fault);
    if (status == STATUS_OK)
        status = remote_ask_message(remote, &call, arena, &reply, &fault);
    remote_close(&remote);
    if (status != STATUS_OK)
        return cli_online_fault(&fault);
    if (!choose_columns(reply, asked->file, &table))
        return cli_usage("rows: this program does not know %s; use --json", asked->file);
    return write_table(reply, &table, asked->out);
}

int cli_master_rows(int argc, char **argv)
{
    struct asked asked = {0};
    const struct cli_option options[] = {{"config", true, &asked.words.config},
                                         {"plant", true, &asked.words.plant},
                                         {"item", true, &asked.item},
                                         {"json", false, &asked.json},
                                         {"out", true, &asked.out}};
    if (argc < 1 || argv[0][0] == '-')
        return cli_usage("rows needs the file; see millrace help");
    asked.file = argv[0];
    if (!cli_options(argc - 1, argv + 1, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    struct arena *arena = arena_new(MASTER_MEMORY);
    if (!arena)
        return CLI_SYSTEM_FAILED;
    int result = asked.json
                     ? cli_call_method("Bom.ListMaster", request_of(&asked, arena), &asked.words)
                     : list(&asked, arena);
    arena_free(&arena);
    return result;
}
