#include "services/cli/cli_verb.h"

#include "common/base/bytes.h"
#include "common/io/folder.h"
#include "common/plant/csv.h"
#include "services/cli/cli_json.h"

#include <stdio.h>
#include <string.h>

#define VERB_MEMORY   (4 * MIB)
#define VERB_NAME_MAX 64
#define VERB_OPTIONS  3 /* that every verb takes */

static size_t word_count(const struct verb *verb)
{
    size_t count = 0;
    while (count < VERB_WORDS_MAX && verb->words[count].member)
        count++;
    return count;
}

static bool is_whole(struct text said)
{
    for (size_t i = 0; i < said.length; i++) {
        if (said.bytes[i] < '0' || said.bytes[i] > '9')
            return false;
    }
    return said.length > 0 && said.length < DECIMAL_TEXT_MAX;
}

/* Of each word of the command what was said, NULL where nothing was. */
static bool read_words(const struct verb *verb, int argc, char **argv,
                       const char *said[VERB_WORDS_MAX], struct remote_words *words)
{
    struct cli_option options[VERB_WORDS_MAX + VERB_OPTIONS] = {{"config", true, &words->config},
                                                                {"plant", true, &words->plant},
                                                                {"key", true, &words->key}};
    size_t count = word_count(verb);
    size_t option_count = VERB_OPTIONS;
    int at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct verb_word *word = &verb->words[i];
        if (word->kind == VERB_TRUE || word->kind == VERB_FALSE) {
            said[i] = word->kind == VERB_TRUE ? "true" : "false";
        } else if (word->option) {
            options[option_count++] =
                (struct cli_option){word->option, word->kind != VERB_FLAG, &said[i]};
        } else if (at < argc && (argv[at][0] != '-' || argv[at][1] == '\0')) {
            said[i] = argv[at++];
        } else {
            (void)cli_usage("%s needs the %s; see millrace help %s", verb->name, word->member,
                            verb->name);
            return false;
        }
    }
    if (!cli_options(argc - at, argv + at, options, option_count, NULL))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (said[i] && verb->words[i].kind == VERB_NUMBER && !is_whole(text_of(said[i]))) {
            (void)cli_usage("%s: %s must be a number", verb->name, verb->words[i].member);
            return false;
        }
    }
    return true;
}

static bool is_file(const struct verb_word *word)
{
    return word->kind == VERB_ROWS || word->kind == VERB_LISTED || word->kind == VERB_FILE;
}

/* The codes between the commas, each a text or an object of one member. */
static void put_codes(struct cli_json *json, const struct verb_word *word, const char *said)
{
    char name[VERB_NAME_MAX];
    size_t length = strcspn(word->member, ".");
    bool objects = word->member[length] == '.';
    (void)snprintf(name, sizeof name, "%.*s", (int)length, word->member);
    cli_json_open(json, name, '[');
    while (*said) {
        struct text code = {said, strcspn(said, ",")};
        if (objects)
            cli_json_open(json, NULL, '{');
        cli_json_text(json, objects ? word->member + length + 1 : NULL, code);
        if (objects)
            cli_json_close(json, '}');
        said += code.length + (said[code.length] == ',');
    }
    cli_json_close(json, ']');
}

/* A part without a quantity is the server's to refuse. */
static void put_parts(struct cli_json *json, const struct verb_word *word, const char *said)
{
    cli_json_open(json, word->member, '[');
    while (*said) {
        struct text part = {said, strcspn(said, ",")};
        struct text item = {said, strcspn(said, ",=")};
        cli_json_open(json, NULL, '{');
        cli_json_text(json, "item", item);
        if (item.length < part.length)
            cli_json_text(json, "quantity",
                          (struct text){said + item.length + 1, part.length - item.length - 1});
        cli_json_close(json, '}');
        said += part.length + (said[part.length] == ',');
    }
    cli_json_close(json, ']');
}

static void put(struct cli_json *json, const struct verb_word *word, const char *said)
{
    if (is_file(word))
        return;
    if (word->kind == VERB_PARTS) {
        put_parts(json, word, said);
        return;
    }
    if (word->kind == VERB_CODES) {
        put_codes(json, word, said);
        return;
    }
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

/* ---- lines out of a file ---- */

/* The word that a column of the file is for, by the name of its member or option. */
static const struct verb_word *word_of(const struct verb *verb, struct text column)
{
    for (size_t i = 0; i < word_count(verb); i++) {
        const struct verb_word *word = &verb->words[i];
        bool named =
            text_is(column, word->member) || (word->option && text_is(column, word->option));
        if (word->place == VERB_LINE && named)
            return word;
    }
    return NULL;
}

/* A row as an object; empty fields are absent. */
static void put_row(struct cli_json *json, const struct verb *verb, bool listed,
                    const struct csv_row rows[2])
{
    const struct csv_row *header = &rows[0];
    const struct csv_row *row = &rows[1];
    cli_json_open(json, NULL, '{');
    for (uint32_t i = 0; i < row->count && i < header->count; i++) {
        char name[VERB_NAME_MAX];
        char digits[DECIMAL_TEXT_MAX];
        struct text field = row->fields[i];
        const struct verb_word *word = word_of(verb, header->fields[i]);
        (void)snprintf(name, sizeof name, "%.*s", (int)header->fields[i].length,
                       header->fields[i].bytes);
        (void)snprintf(digits, sizeof digits, "%.*s", (int)field.length, field.bytes);
        const char *member = word ? word->member : name;
        if (field.length == 0 || (listed && !word))
            continue;
        if (word && word->kind == VERB_NUMBER && is_whole(field))
            cli_json_raw(json, member, digits);
        else
            cli_json_text(json, member, field);
    }
    cli_json_close(json, '}');
}

static bool put_rows(struct cli_json *json, const struct verb *verb, const struct verb_word *word,
                     struct text content)
{
    static struct csv csv;         /* large */
    static struct csv_row rows[2]; /* the header and one */
    csv_init(&csv, content);
    bool ok = csv_next(&csv, &rows[0]) && !rows[0].problem;
    cli_json_open(json, word->member, '[');
    while (ok && csv_next(&csv, &rows[1])) {
        ok = !rows[1].problem;
        if (ok)
            put_row(json, verb, word->kind == VERB_LISTED, rows);
    }
    cli_json_close(json, ']');
    return ok;
}

static enum status read_stdin(struct bytes *out, struct fault *fault)
{
    char piece[4096];
    size_t count;
    while ((count = fread(piece, 1, sizeof piece, stdin)) > 0) {
        if (bytes_sink(out, piece, count, fault) != STATUS_OK)
            return fault->status;
    }
    return STATUS_OK;
}

/* The file's bytes into `out`. */
static enum status read_file(const char *path, struct arena *arena, struct bytes *out,
                             struct fault *fault)
{
    struct text content;
    if (strcmp(path, "-") == 0)
        return read_stdin(out, fault);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *dir = text_copy((struct text){path, (size_t)(name - path)}, arena);
    if (!dir)
        return fault_set(fault, STATUS_LIMIT, "", "no memory");
    if (folder_read(slash ? dir : ".", name, &content, fault) != STATUS_OK)
        return fault->status;
    enum status status = bytes_sink(out, content.bytes, content.length, fault);
    folder_file_free(&content);
    return status;
}

/* False, and a message, where the file cannot be read. */
static bool put_file(struct cli_json *json, const struct verb *verb, const struct verb_word *word,
                     const char *path)
{
    struct fault fault = {.status = STATUS_OK};
    struct bytes bytes = {.max = VERB_MEMORY};
    bool ok = read_file(path, json->arena, &bytes, &fault) == STATUS_OK;
    if (!ok) {
        fprintf(stderr, "millrace: %s: %s\n", path, fault.message);
    } else if (word->kind == VERB_FILE) {
        cli_json_text(json, word->member, bytes_text(&bytes));
    } else {
        ok = put_rows(json, verb, word, bytes_text(&bytes));
        if (!ok)
            fprintf(stderr, "millrace: %s: not rows of CSV under a header\n", path);
    }
    bytes_release(&bytes);
    return ok;
}

/* The word that names a file, as it was said; NULL where none was. */
static const struct verb_word *file_of(const struct verb *verb,
                                       const char *const said[VERB_WORDS_MAX], const char **path)
{
    for (size_t i = 0; i < word_count(verb); i++) {
        *path = said[i];
        if (said[i] && is_file(&verb->words[i]))
            return &verb->words[i];
    }
    return NULL;
}

/* The list that lines go into is the one that a file of them would. */
static const char *list_of_lines(const struct verb *verb)
{
    for (size_t i = 0; i < word_count(verb); i++) {
        if (verb->words[i].kind == VERB_ROWS || verb->words[i].kind == VERB_LISTED)
            return verb->words[i].member;
    }
    return "lines";
}

/* "" when memory was full, or a file cannot be read */
static struct text request_of(const struct verb *verb, const char *const said[VERB_WORDS_MAX],
                              struct arena *arena)
{
    const char *const members[VERB_PLACES] = {[VERB_LINE] = list_of_lines(verb),
                                              [VERB_LOCATION] = "locations",
                                              [VERB_LEFT] = "left",
                                              [VERB_RIGHT] = "right"};
    struct cli_json json;
    cli_json_init(&json, arena);
    const char *path;
    const struct verb_word *file = file_of(verb, said, &path);
    put_place(&json, verb, said, VERB_REQUEST);
    if (file && !put_file(&json, verb, file, path))
        return text_of("");
    for (enum verb_place place = VERB_LINE; place < VERB_PLACES; place++) {
        if (!says(verb, said, place) || (file && place == VERB_LINE))
            continue;
        bool list = place == VERB_LINE || place == VERB_LOCATION;
        if (list)
            cli_json_open(&json, members[place], '[');
        cli_json_open(&json, list ? NULL : members[place], '{');
        put_place(&json, verb, said, place);
        cli_json_close(&json, '}');
        if (list)
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
    int result = CLI_BAD_DATA;
    if (body.length > 0)
        result = cli_call_method(verb->method, body, &words);
    arena_free(&arena);
    return result;
}

int verb_run_one(const char *said, const struct verb *const *verbs, int argc, char **argv)
{
    for (size_t i = 0; argc > 0 && verbs[i]; i++) {
        const char *word = strchr(verbs[i]->name, ' ') + 1;
        if (strcmp(word, argv[0]) == 0)
            return verb_run(verbs[i], argc - 1, argv + 1);
    }
    return cli_usage("%s needs one of its words first; see millrace help %s", said, said);
}
