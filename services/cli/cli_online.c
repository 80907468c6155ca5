#include "services/cli/cli_online.h"

#include <string.h>

/* clang-format off */
static const struct cli_command online_commands[] = {
    {"call", "SERVICE.METHOD [JSON] [--key UUID]", "call any method of a service", cli_call},
    {"import", "DIR [--dry-run]", "bring a plant folder (CSV or XLSX) into the running plant", cli_import},
    {"export", "DIR [--chinese] [--xlsx]", "write the running plant as a plant folder", cli_export},
    {"plan", "[--out OUT]", "plan the running plant anew and show the planned orders", cli_online_plan},
    {"explode", "ITEM [--qty Q] [--date D] [--levels N] [--alternative A] [--revision R]\n"
     "      [--summary] [--net] [--out OUT]",
     "what an order of the item needs; --net: less what is in stock", cli_online_explode},
    {"where-used", "ITEM [--date D] [--levels N] [--ends] [--out OUT]",
     "the bills that an item stands in; --ends: the end items only", cli_online_where_used},
    {"kit", "ITEM [--date D] [--make]", "how many can be built now from stock, and what limits it",
     cli_online_kit},
};

/* clang-format on */

const struct cli_command *cli_online_find(const char *name, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--from") == 0)
            return NULL;
    }
    for (size_t i = 0; i < COUNT_OF(online_commands); i++) {
        if (strcmp(online_commands[i].name, name) == 0)
            return &online_commands[i];
    }
    return NULL;
}

void cli_online_help(FILE *to)
{
    fprintf(to, "\non a running Millrace (all take --config FILE and --plant P):\n\n");
    for (size_t i = 0; i < COUNT_OF(online_commands); i++)
        fprintf(to, "  millrace %s %s\n      %s\n", online_commands[i].name,
                online_commands[i].usage, online_commands[i].about);
}

int cli_online_fault(const struct fault *fault)
{
    int http = status_http(fault->status);
    if (fault->field[0] != '\0')
        fprintf(stderr, "millrace: %s: %s\n", fault->field, fault->message);
    else
        fprintf(stderr, "millrace: %s\n", fault->message);
    return http >= 500 ? CLI_SYSTEM_FAILED : CLI_BAD_DATA;
}
