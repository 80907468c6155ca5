#include "services/cli/cli_json.h"
#include "services/cli/cli_online.h"

#include <stdio.h>
#include <string.h>

/*
 * Postings of the floor and the store in a line each.  A command is a table: which words and
 * options become which members of the request; options of a line make `lines` of one line.  What it
 * answers is the method's JSON, as with "call".
 */
#define FLOOR_WORDS_MAX 12
#define FLOOR_MEMORY    MIB

struct floor_word {
    const char *option; /* NULL: the next word that is none */
    const char *member;
    bool flag;
    bool of_line;
};

struct floor_command {
    const char *name;
    const char *method;
    struct floor_word words[FLOOR_WORDS_MAX]; /* those without an option first; all needed */
};

#define DAY                            \
 {                                     \
  "date", "effective_on", false, false \
 }
#define REASON                     \
 {                                 \
  "reason", "reason", false, false \
 }

static const struct floor_command release = {
    "release",
    "Production.ReleaseWorkOrder",
    {{NULL, "work_order", false, false}, DAY, {"complete", "complete_only", true, false}}};

static const struct floor_command issue = {"issue",
                                           "Production.PostIssue",
                                           {{NULL, "work_order", false, false},
                                            {"item", "item", false, true},
                                            {"qty", "quantity", false, true},
                                            {"lot", "lot", false, true},
                                            {"location", "location", false, true},
                                            {"reason", "reason", false, true},
                                            DAY}};

static const struct floor_command give_back = {"return",
                                               "Production.PostReturn",
                                               {{NULL, "work_order", false, false},
                                                {"item", "item", false, true},
                                                {"qty", "quantity", false, true},
                                                {"lot", "lot", false, true},
                                                {"location", "location", false, true},
                                                {"type", "type", false, true},
                                                {"reason", "reason", false, true},
                                                DAY}};

static const struct floor_command report = {"report",
                                            "Production.ReportOperation",
                                            {{NULL, "work_order", false, false},
                                             {NULL, "operation", false, false},
                                             {"hours", "hours", false, false},
                                             {"good", "good", false, false},
                                             {"scrapped", "scrapped", false, false},
                                             REASON,
                                             DAY}};

static const struct floor_command receive = {"receive",
                                             "Receipt.PostReceipt",
                                             {{NULL, "work_order", false, false},
                                              {"qty", "quantity", false, false},
                                              {"scrapped", "scrapped", false, false},
                                              {"lot", "lot", false, false},
                                              {"location", "location", false, false},
                                              {"final", "final", true, false},
                                              {"inspection", "inspection", true, false},
                                              REASON,
                                              DAY}};

static const struct floor_command shut = {
    "close",
    "Production.CloseWorkOrder",
    {{NULL, "work_order", false, false}, {"nothing-open", "nothing_open", true, false}, DAY}};

static const struct floor_command rework = {"rework",
                                            "Production.StartRework",
                                            {{NULL, "item", false, false},
                                             {"qty", "quantity", false, false},
                                             {"lot", "lot", false, false},
                                             {"location", "location", false, false},
                                             {"status", "status", false, false},
                                             REASON,
                                             DAY}};

static const struct floor_command unbuild = {"unbuild",
                                             "Production.PostUnbuild",
                                             {{NULL, "item", false, false},
                                              {"qty", "quantity", false, false},
                                              {"lot", "lot", false, false},
                                              {"location", "location", false, false},
                                              REASON,
                                              DAY}};

static const struct floor_command move = {"move",
                                          "Inventory.PostTransfer",
                                          {{NULL, "to_location", false, false},
                                           {"item", "item", false, true},
                                           {"qty", "quantity", false, true},
                                           {"from", "location", false, true},
                                           {"lot", "lot", false, true},
                                           REASON,
                                           DAY}};

static const struct floor_command reverse = {
    "reverse", "Inventory.ReverseDocument", {{NULL, "document", false, false}, REASON, DAY}};

static const struct floor_command recall = {
    "recall", "Inventory.ListRecall", {{NULL, "item", false, false}, {NULL, "lot", false, false}}};

static size_t word_count(const struct floor_command *command)
{
    size_t count = 0;
    while (count < FLOOR_WORDS_MAX && command->words[count].member)
        count++;
    return count;
}

/* Of each word of the command what was said, NULL where nothing was. */
static bool read_words(const struct floor_command *command, int argc, char **argv,
                       const char *said[FLOOR_WORDS_MAX], struct remote_words *words)
{
    struct cli_option options[FLOOR_WORDS_MAX + 2] = {{"config", true, &words->config},
                                                      {"plant", true, &words->plant}};
    size_t count = word_count(command);
    size_t option_count = 2;
    int at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct floor_word *word = &command->words[i];
        if (word->option) {
            options[option_count++] = (struct cli_option){word->option, !word->flag, &said[i]};
        } else if (at < argc && argv[at][0] != '-') {
            said[i] = argv[at++];
        } else {
            (void)cli_usage("%s needs the %s; see millrace help", command->name, word->member);
            return false;
        }
    }
    return cli_options(argc - at, argv + at, options, option_count, NULL);
}

static void put(struct cli_json *json, const struct floor_word *word, const char *said)
{
    if (word->flag)
        cli_json_raw(json, word->member, "true");
    else
        cli_json_text(json, word->member, text_of(said));
}

/* The request: members, and where options of a line were given, one line of them. */
static struct text request_of(const struct floor_command *command,
                              const char *const said[FLOOR_WORDS_MAX], struct arena *arena)
{
    struct cli_json body;
    struct cli_json line;
    bool has_line = false;
    cli_json_init(&body, arena);
    cli_json_init(&line, arena);
    for (size_t i = 0; i < word_count(command); i++) {
        const struct floor_word *word = &command->words[i];
        if (!said[i])
            continue;
        put(word->of_line ? &line : &body, word, said[i]);
        has_line = has_line || word->of_line;
    }
    struct text only = cli_json_done(&line);
    char *lines = arena_alloc(arena, only.length + sizeof "[]", 1);
    if (!lines)
        return text_of("");
    (void)snprintf(lines, only.length + sizeof "[]", "[%.*s]", (int)only.length, only.bytes);
    if (has_line)
        cli_json_raw(&body, "lines", lines);
    return cli_json_done(&body);
}

static int run(const struct floor_command *command, int argc, char **argv)
{
    const char *said[FLOOR_WORDS_MAX] = {0};
    struct remote_words words = {0};
    if (!read_words(command, argc, argv, said, &words))
        return CLI_BAD_USAGE;
    struct arena *arena = arena_new(FLOOR_MEMORY);
    struct text body = arena ? request_of(command, said, arena) : text_of("");
    int result = CLI_SYSTEM_FAILED;
    if (body.length > 0)
        result = cli_call_method(command->method, body, &words);
    arena_free(&arena);
    return result;
}

#define COMMAND(name)                        \
 int cli_floor_##name(int argc, char **argv) \
 {                                           \
  return run(&name, argc, argv);             \
 }

COMMAND(release)
COMMAND(issue)
COMMAND(give_back)
COMMAND(report)
COMMAND(receive)
COMMAND(shut)
COMMAND(rework)
COMMAND(unbuild)
COMMAND(move)
COMMAND(reverse)
COMMAND(recall)
