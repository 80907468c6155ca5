#include "common/plant/plant_read.h"
#include "services/cli/cli.h"

#include <stdio.h>

int cli_check(int argc, char **argv)
{
    const char *from = NULL;
    const struct cli_option options[] = {{"from", true, &from}};
    struct plant *plant = NULL;
    if (!cli_options(argc, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!from)
        return cli_usage("check needs --from DIR");
    int result = cli_check_plant(from, &plant);
    if (result != CLI_DONE)
        return result;
#define TELL(field, row, file) \
 if (plant->field##_count > 0) \
  printf("%s: %u rows\n", file, plant->field##_count);
    PLANT_ARRAYS(TELL)
#undef TELL
    plant_free(&plant);
    return CLI_DONE;
}
