#include "common/base/bytes.h"
#include "common/io/folder.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_write.h"
#include "services/cli/cli.h"
#include "services/cli/cli_folder.h"

#include <string.h>

#define REWRITTEN_MAX (4096 * MIB)

static enum status rewrite_file(const struct plant *plant, enum plant_file_id file,
                                const struct cli_form *form, const char *out, struct fault *fault)
{
    struct bytes bytes = {.max = REWRITTEN_MAX};
    const struct plant_write how = {.sink = bytes_sink, .context = &bytes};
    enum status status = plant_write_file(plant, plant_files[file].name, &how, fault);
    if (status == STATUS_OK)
        status = cli_folder_write(out, file, bytes_text(&bytes), form, fault);
    bytes_release(&bytes);
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
