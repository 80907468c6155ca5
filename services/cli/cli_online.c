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
    {"release", "ORDER [--complete] [--date D]", "freeze and reserve what a work order needs; says what is short",
     cli_floor_release},
    {"issue", "ORDER [--item I --qty Q [--lot L] [--location P] [--reason R]] [--date D]",
     "material to a work order; without an item everything that it still needs", cli_floor_issue},
    {"return", "ORDER --item I --qty Q [--lot L] [--location P] [--type surplus|defective|other] [--reason R]",
     "material back from a work order", cli_floor_give_back},
    {"report", "ORDER OPERATION [--hours H] [--good Q] [--scrapped Q] [--reason R] [--date D]",
     "what an operation has worked, made and lost", cli_floor_report},
    {"receive", "ORDER --qty Q [--scrapped Q] [--lot L] [--location P] [--inspection] [--final] [--reason R]",
     "finished pieces into stock", cli_floor_receive},
    {"close", "ORDER [--nothing-open] [--date D]", "settle a work order; --nothing-open: not while material or pieces of it\n"
     "      are on the floor", cli_floor_shut},
    {"rework", "ITEM --qty Q [--lot L] [--status S] --reason R", "pieces to a work order of their own, to be mended",
     cli_floor_rework},
    {"unbuild", "ITEM --qty Q [--lot L] [--location P] --reason R", "take a product apart by its bill", cli_floor_unbuild},
    {"move", "TO --item I --qty Q [--from P] [--lot L]", "stock to another location, the line's for one", cli_floor_move},
    {"reverse", "DOCUMENT --reason R", "take a posted document back", cli_floor_reverse},
    {"recall", "ITEM LOT", "documents, customers and stock that a lot went into", cli_floor_recall},
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
