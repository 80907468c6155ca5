#include "services/cli/cli_json.h"
#include "services/cli/cli_online.h"

#include <stdio.h>
#include <string.h>

/*
 * Rows of master data as words: ACTION FILE [ROW] [COLUMN=VALUE ...], one after the other with "+"
 * between them.  `edit` saves them at once, `change-save` makes the lines of a draft of them.
 */
#define EDIT_MEMORY (8 * MIB)

static bool is_row(const char *word)
{
    return word[0] != '\0' && strspn(word, "0123456789") == strlen(word);
}

/* False after saying what is wrong. */
static bool put_cell(struct cli_json *json, const char *word)
{
    const char *sign = strchr(word, '=');
    if (!sign || sign == word) {
        (void)cli_usage("\"%s\" is not COLUMN=VALUE", word);
        return false;
    }
    cli_json_open(json, NULL, '{');
    cli_json_text(json, "column", (struct text){word, (size_t)(sign - word)});
    cli_json_text(json, "value", text_of(sign + 1));
    cli_json_close(json, '}');
    return true;
}

static bool put_row(struct cli_json *json, int argc, char **argv)
{
    bool ok = true;
    int at = 2;
    if (argc < 2) {
        (void)cli_usage("a row is ACTION FILE [ROW] [COLUMN=VALUE ...]");
        return false;
    }
    cli_json_open(json, NULL, '{');
    cli_json_text(json, "action", text_of(argv[0]));
    cli_json_text(json, "file", text_of(argv[1]));
    if (at < argc && is_row(argv[at]))
        cli_json_raw(json, "row", argv[at++]);
    if (at < argc && strcmp(argv[0], "end") == 0)
        cli_json_text(json, "end_on", text_of(argv[at++]));
    cli_json_open(json, "cells", '[');
    for (; ok && at < argc; at++)
        ok = put_cell(json, argv[at]);
    cli_json_close(json, ']');
    cli_json_close(json, '}');
    return ok;
}

/* All of them as the list `member`. */
static bool put_rows(struct cli_json *json, const char *member, int argc, char **argv)
{
    bool ok = true;
    cli_json_open(json, member, '[');
    for (int at = 0; ok && at < argc;) {
        int end = at;
        while (end < argc && strcmp(argv[end], "+") != 0)
            end++;
        ok = put_row(json, end - at, argv + at);
        at = end + 1;
    }
    cli_json_close(json, ']');
    return ok;
}

/* Options come first, then the rows. */
static int options_end(int argc, char **argv)
{
    int at = 0;
    while (at < argc && strncmp(argv[at], "--", 2) == 0)
        at += strcmp(argv[at], "--dry-run") == 0 ? 1 : 2;
    return at < argc ? at : argc;
}

static int send(const char *method, struct cli_json *json, const struct remote_words *words)
{
    struct text body = cli_json_done(json);
    return body.length > 0 ? cli_call_method(method, body, words) : CLI_SYSTEM_FAILED;
}

int cli_edit(int argc, char **argv)
{
    struct remote_words words = {0};
    const char *dry_run = NULL;
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant},
                                         {"dry-run", false, &dry_run}};
    int rows = options_end(argc, argv);
    if (!cli_options(rows, argv, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    struct cli_json json;
    struct arena *arena = arena_new(EDIT_MEMORY);
    if (!arena)
        return CLI_SYSTEM_FAILED;
    cli_json_init(&json, arena);
    if (dry_run)
        cli_json_raw(&json, "dry_run", "true");
    int result = rows == argc ? cli_usage("edit needs rows: ACTION FILE [ROW] [COLUMN=VALUE ...]")
                 : put_rows(&json, "edits", argc - rows, argv + rows)
                     ? send("Bom.EditMaster", &json, &words)
                     : CLI_BAD_USAGE;
    arena_free(&arena);
    return result;
}

int cli_change_save(int argc, char **argv)
{
    struct remote_words words = {0};
    const char *title = NULL;
    const char *day = NULL;
    const char *stock_of = NULL;
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant},
                                         {"title", true, &title},
                                         {"date", true, &day},
                                         {"stock-of", true, &stock_of}};
    if (argc < 1 || argv[0][0] == '-')
        return cli_usage("change-save needs CHANGE");
    int rows = 1 + options_end(argc - 1, argv + 1);
    if (!cli_options(rows - 1, argv + 1, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    struct cli_json json;
    struct arena *arena = arena_new(EDIT_MEMORY);
    if (!arena)
        return CLI_SYSTEM_FAILED;
    cli_json_init(&json, arena);
    cli_json_text(&json, "change", text_of(argv[0]));
    if (title)
        cli_json_text(&json, "title", text_of(title));
    if (day)
        cli_json_text(&json, "effective_on", text_of(day));
    if (stock_of)
        cli_json_text(&json, "stock_of", text_of(stock_of));
    int result = put_rows(&json, "lines", argc - rows, argv + rows)
                     ? send("Bom.SaveChange", &json, &words)
                     : CLI_BAD_USAGE;
    arena_free(&arena);
    return result;
}
