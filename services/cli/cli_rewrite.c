#include "common/io/folder.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_write.h"
#include "services/cli/cli.h"
#include "services/cli/cli_folder.h"

#include <stdlib.h>
#include <string.h>

struct room {
    char *bytes;
    size_t length;
    size_t size;
};

static enum status to_room(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct room *room = context;
    if (count > room->size - room->length) {
        size_t size = (room->length + count) * 2;
        char *grown = realloc(room->bytes, size);
        if (!grown)
            return fault_set(fault, STATUS_LIMIT, "", "no memory");
        room->bytes = grown;
        room->size = size;
    }
    memcpy(room->bytes + room->length, bytes, count);
    room->length += count;
    return STATUS_OK;
}

static enum status rewrite_file(const struct plant *plant, enum plant_file_id file,
                                const struct cli_form *form, const char *out, struct fault *fault)
{
    struct room room = {NULL, 0, 0};
    const struct plant_write how = {.sink = to_room, .context = &room};
    enum status status = plant_write_file(plant, plant_files[file].name, &how, fault);
    if (status == STATUS_OK)
        status = cli_folder_write(out, file, (struct text){room.bytes, room.length}, form, fault);
    free(room.bytes);
    return status;
}

static int rewrite(const struct plant *plant, const struct cli_form *form, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    enum status status = folder_make(out, &fault);
    for (int i = 0; i < PLANT_FILES && status == STATUS_OK; i++) {
        if (!plant_file_is_empty(plant, plant_files[i].name))
            status = rewrite_file(plant, (enum plant_file_id)i, form, out, &fault);
    }
    return status == STATUS_OK ? CLI_DONE : cli_fault(&fault);
}

int cli_rewrite(int argc, char **argv)
{
    const char *from = NULL;
    const char *out = NULL;
    const char *chinese = NULL;
    const char *xlsx = NULL;
    const struct cli_option options[] = {{"from", true, &from},
                                         {"out", true, &out},
                                         {"chinese", false, &chinese},
                                         {"xlsx", false, &xlsx}};
    struct plant *plant = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from || !out)
        return cli_usage("rewrite needs --from DIR --out OUT");
    int result = cli_read_plant(from, &plant);
    if (result == CLI_DONE)
        result = rewrite(plant, &(struct cli_form){chinese != NULL, xlsx != NULL}, out);
    plant_free(&plant);
    return result;
}
