#include "services/cli/cli_verb.h"

#include "services/cli/cli_json.h"

#include <stdio.h>
#include <string.h>

#define VERB_MEMORY MIB

static size_t word_count(const struct verb *verb)
{
    size_t count = 0;
    while (count < VERB_WORDS_MAX && verb->words[count].member)
        count++;
    return count;
}

/* Of each word of the command what was said, NULL where nothing was. */
static bool read_words(const struct verb *verb, int argc, char **argv,
                       const char *said[VERB_WORDS_MAX], struct remote_words *words)
{
    struct cli_option options[VERB_WORDS_MAX + 2] = {{"config", true, &words->config},
                                                     {"plant", true, &words->plant}};
    size_t count = word_count(verb);
    size_t option_count = 2;
    int at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct verb_word *word = &verb->words[i];
        if (word->option) {
            options[option_count++] =
                (struct cli_option){word->option, word->kind != VERB_FLAG, &said[i]};
        } else if (at < argc && argv[at][0] != '-') {
            said[i] = argv[at++];
        } else {
            (void)cli_usage("%s needs the %s; see millrace help", verb->name, word->member);
            return false;
        }
        if (said[i] && word->kind == VERB_NUMBER &&
            strspn(said[i], "0123456789") != strlen(said[i])) {
            (void)cli_usage("%s: %s must be a number", verb->name, word->member);
            return false;
        }
    }
    return cli_options(argc - at, argv + at, options, option_count, NULL);
}

static void put(struct cli_json *json, const struct verb_word *word, const char *said)
{
    if (word->kind == VERB_TEXT)
        cli_json_text(json, word->member, text_of(said));
    else
        cli_json_raw(json, word->member, word->kind == VERB_FLAG ? "true" : said);
}

static bool says(const struct verb *verb, const char *const said[VERB_WORDS_MAX],
                 enum verb_place place)
{
    bool any = false;
    for (size_t i = 0; i < word_count(verb); i++)
        any = any || (said[i] && verb->words[i].place == place);
    return any;
}

static void put_place(struct cli_json *json, const struct verb *verb,
                      const char *const said[VERB_WORDS_MAX], enum verb_place place)
{
    for (size_t i = 0; i < word_count(verb); i++) {
        if (said[i] && verb->words[i].place == place)
            put(json, &verb->words[i], said[i]);
    }
}

/* "" when memory was full */
static struct text request_of(const struct verb *verb, const char *const said[VERB_WORDS_MAX],
                              struct arena *arena)
{
    static const char *const members[VERB_PLACES] = {
        [VERB_LINE] = "lines", [VERB_LEFT] = "left", [VERB_RIGHT] = "right"};
    struct cli_json json;
    cli_json_init(&json, arena);
    put_place(&json, verb, said, VERB_REQUEST);
    for (enum verb_place place = VERB_LINE; place < VERB_PLACES; place++) {
        if (!says(verb, said, place))
            continue;
        if (place == VERB_LINE)
            cli_json_open(&json, members[place], '[');
        cli_json_open(&json, place == VERB_LINE ? NULL : members[place], '{');
        put_place(&json, verb, said, place);
        cli_json_close(&json, '}');
        if (place == VERB_LINE)
            cli_json_close(&json, ']');
    }
    return cli_json_done(&json);
}

int verb_run(const struct verb *verb, int argc, char **argv)
{
    const char *said[VERB_WORDS_MAX] = {0};
    struct remote_words words = {0};
    if (!read_words(verb, argc, argv, said, &words))
        return CLI_BAD_USAGE;
    struct arena *arena = arena_new(VERB_MEMORY);
    struct text body = arena ? request_of(verb, said, arena) : text_of("");
    int result = CLI_SYSTEM_FAILED;
    if (body.length > 0)
        result = cli_call_method(verb->method, body, &words);
    arena_free(&arena);
    return result;
}
