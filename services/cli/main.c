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
    fprintf(to, "usage: millrace COMMAND ...    (millrace help COMMAND: that one alone)\n\n");
    for (size_t i = 0; i < COUNT_OF(cli_commands); i++)
        cli_command_help(to, &cli_commands[i]);
    cli_online_help(to);
    fprintf(to,
            "\nexit status: 0 done, 1 the data has errors, 2 wrong usage, 3 the system failed\n");
}

static const struct cli_command *find_offline(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(cli_commands); i++) {
        if (strcmp(name, cli_commands[i].name) == 0)
            return &cli_commands[i];
    }
    return NULL;
}

static bool is_said(const char *word, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], word) == 0)
            return true;
    }
    return false;
}

/* On a folder where --from says so; a command that only a running plant has may mean another
 * --from. */
static const struct cli_command *find(const char *name, int argc, char **argv)
{
    const struct cli_command *offline = find_offline(name);
    const struct cli_command *online = cli_online_find(name);
    return offline && (!online || is_said("--from", argc, argv)) ? offline : online;
}

static int unknown(const char *name)
{
    return cli_usage("there is no command \"%s\"; see millrace help", name);
}

/* What a command does on a folder, and what it does on a running plant. */
static int help_of(const char *name)
{
    const struct cli_command *offline = find_offline(name);
    const struct cli_command *online = cli_online_find(name);
    if (!offline && !online)
        return unknown(name);
    if (offline)
        cli_command_help(stdout, offline);
    if (online) {
        cli_command_help(stdout, online);
        printf("  on a running Millrace; all commands take --config FILE and --plant P\n");
    }
    return CLI_DONE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return CLI_BAD_USAGE;
    }
    bool help = strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0;
    if (help && argc > 2)
        return help_of(argv[2]);
    if (help) {
        print_help(stdout);
        return CLI_DONE;
    }
    if (is_said("--help", argc - 2, argv + 2))
        return help_of(argv[1]);
    const struct cli_command *command = find(argv[1], argc - 2, argv + 2);
    return command ? command->run(argc - 2, argv + 2) : unknown(argv[1]);
}
