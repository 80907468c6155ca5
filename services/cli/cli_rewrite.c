#include "common/io/folder.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_write.h"
#include "services/cli/cli.h"

static enum status to_file(void *context, const char *bytes, size_t count, struct fault *fault)
{
    return folder_file_write(context, (struct text){bytes, count}, fault);
}

static enum status rewrite_file(const struct plant *plant, const char *file, bool chinese,
                                const char *out, struct fault *fault)
{
    struct folder_file *draft = NULL;
    enum status status = folder_file_new(out, file, &draft, fault);
    if (status == STATUS_OK)
        status = plant_write_file(
            plant, file,
            &(struct plant_write){.chinese = chinese, .sink = to_file, .context = draft}, fault);
    if (status == STATUS_OK)
        return folder_file_finish(&draft, fault);
    folder_file_cancel(&draft);
    return status;
}

static int rewrite(const struct plant *plant, bool chinese, const char *out)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    enum status status = folder_make(out, &fault);
    for (int i = 0; i < PLANT_FILES && status == STATUS_OK; i++) {
        if (!plant_file_is_empty(plant, plant_files[i].name))
            status = rewrite_file(plant, plant_files[i].name, chinese, out, &fault);
    }
    return status == STATUS_OK ? CLI_DONE : cli_fault(&fault);
}

int cli_rewrite(int argc, char **argv)
{
    const char *from = NULL;
    const char *out = NULL;
    const char *chinese = NULL;
    const struct cli_option options[] = {
        {"from", true, &from}, {"out", true, &out}, {"chinese", false, &chinese}};
    struct plant *plant = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from || !out)
        return cli_usage("rewrite needs --from DIR --out OUT");
    int result = cli_read_plant(from, &plant);
    if (result == CLI_DONE)
        result = rewrite(plant, chinese != NULL, out);
    plant_free(&plant);
    return result;
}
