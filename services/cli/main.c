#include "services/cli/cli.h"
#include "services/cli/cli_online.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct cli_command cli_commands[] = {
    {"check", "--from DIR", "read a plant folder and tell every error it has", cli_check},
    {"rewrite", "--from DIR --out OUT [--chinese] [--xlsx]",
     "write a plant folder again, with all columns and in one form", cli_rewrite},
    {"plan", "--from DIR --out DIR [--only planned_orders,exceptions] [--rule-log]\n"
     "      [--shortages DAYS] [--against DIR] [--threads N]",
     "plan the material of a plant folder; --shortages: what stops the next days if nothing is done;\n"
     "      --against: what changed from the plan of another folder", cli_plan},
    {"promise", "--from DIR --item ITEM --qty Q [--date D] [--segment S] [--days] [--out OUT]",
     "when the item can be promised by what is free (atp) and by making and buying it (ctp), and\n"
     "      what limits it; --days: what is free on every day", cli_promise},
    {"explode", "--from DIR --item ITEM --qty Q [--date D] [--levels N] [--alternative A]\n"
     "      [--revision R] [--summary] [--net] [--out OUT], or --from DIR --list FILE",
     "what an order of the item needs, by line and by component; --summary: a row an item with\n"
     "      lead times; --net: less stock; --list: every row item,qty,date of a file", cli_explode},
    {"where-used", "--from DIR --item ITEM [--date D] [--levels N] [--ends] [--out OUT]",
     "the bills that an item stands in, up to the finished goods; --ends: these only", cli_where_used},
    {"kit", "--from DIR --item ITEM [--date D] [--make] [--out OUT]",
     "how many can be built now from stock, and what limits it; --make: made parts too", cli_kit},
    {"rollup", "--from DIR [--out OUT]", "the standard cost of every item by element and level",
     cli_rollup},
    {"value", "--from DIR [--out OUT]",
     "quantity and value of every movement of a plant folder", cli_value},
};

/* clang-format on */

static void print_help(FILE *to)
{
    fprintf(to, "usage: millrace COMMAND ...\n\n");
    for (size_t i = 0; i < COUNT_OF(cli_commands); i++)
        fprintf(to, "  millrace %s %s\n      %s\n", cli_commands[i].name, cli_commands[i].usage,
                cli_commands[i].about);
    cli_online_help(to);
    fprintf(to,
            "\nexit status: 0 done, 1 the data has errors, 2 wrong usage, 3 the system failed\n");
}

/* On a folder where --from says so; a command that only a running plant has may mean another
 * --from. */
static const struct cli_command *find(const char *name, int argc, char **argv)
{
    const struct cli_command *offline = NULL;
    const struct cli_command *online = cli_online_find(name);
    bool from = false;
    for (size_t i = 0; i < COUNT_OF(cli_commands) && !offline; i++)
        offline = strcmp(name, cli_commands[i].name) == 0 ? &cli_commands[i] : NULL;
    for (int i = 0; i < argc; i++)
        from = from || strcmp(argv[i], "--from") == 0;
    return offline && (from || !online) ? offline : online;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return CLI_BAD_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return CLI_DONE;
    }
    const struct cli_command *command = find(argv[1], argc - 2, argv + 2);
    if (command)
        return command->run(argc - 2, argv + 2);
    return cli_usage("there is no command \"%s\"; see millrace help", argv[1]);
}
