#include "services/cli/cli_json.h"
#include "services/cli/cli_list.h"

#include <stdio.h>
#include <string.h>

/*
 * millrace simulation: what if, kept under a name or only tried.  A change is one word, its kind
 * and what belongs to it: demand=ITEM,QTY,DATE[,CUSTOMER].
 */
#define WORDS_MAX    208 /* changes and options */
#define MEMORY       MIB
#define MEMBERS_MOST 4
#define DIFFERENCES  "500"
#define ACTION_NEEDED \
 "simulation needs try, save, list, show, differences, share, unshare, apply or discard"

struct change_kind {
    const char *kind;
    size_t least;                      /* members that must be there */
    const char *members[MEMBERS_MOST]; /* NULL behind the last */
};

static const struct change_kind kinds[] = {
    {"demand", 3, {"item", "quantity", "due_on", "customer"}},
    {"lead_time", 2, {"item", "days"}},
    {"supplier_lost", 1, {"supplier", "item"}},
    {"stock", 2, {"item", "quantity"}},
    {"bill", 3, {"item", "component", "quantity"}},
};

static const struct change_kind *kind_of(const char *word, size_t length)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (strlen(kinds[i].kind) == length && memcmp(kinds[i].kind, word, length) == 0)
            return &kinds[i];
    }
    return NULL;
}

/* Days are a number where they are one; what is none is the server's to refuse. */
static void put_member(struct cli_json *json, const char *member, struct text said)
{
    char digits[8];
    bool number = strcmp(member, "days") == 0 && said.length > 0 && said.length < sizeof digits;
    for (size_t i = 0; number && i < said.length; i++)
        number = said.bytes[i] >= '0' && said.bytes[i] <= '9';
    if (!number) {
        cli_json_text(json, member, said);
        return;
    }
    snprintf(digits, sizeof digits, "%.*s", (int)said.length, said.bytes);
    cli_json_raw(json, member, digits);
}

/* {"kind":"stock","item":"TUBE",...}; "" after saying why not. */
static struct text change_of(const char *word, struct arena *arena)
{
    struct cli_json json;
    const size_t named = strcspn(word, "=");
    const struct change_kind *kind = kind_of(word, named);
    size_t count = 0;
    const char *at = word + named;
    if (!kind || *at != '=') {
        (void)cli_usage("\"%s\" is not a change; see millrace help", word);
        return text_of("");
    }
    cli_json_init(&json, arena);
    cli_json_text(&json, "kind", text_of(kind->kind));
    while (*at != '\0' && count < MEMBERS_MOST && kind->members[count]) {
        const size_t length = strcspn(++at, ",");
        put_member(&json, kind->members[count++], (struct text){at, length});
        at += length;
    }
    if (*at != '\0' || count < kind->least) {
        (void)cli_usage("\"%s\" does not have what a change of kind %s needs; see millrace help",
                        word, kind->kind);
        return text_of("");
    }
    return cli_json_done(&json);
}

/* The words as an array of changes; NULL after saying why not. */
static const char *changes_of(char **words, size_t count, struct arena *arena)
{
    struct text changes[WORDS_MAX];
    size_t size = sizeof "[]";
    for (size_t i = 0; i < count; i++) {
        changes[i] = change_of(words[i], arena);
        if (changes[i].length == 0)
            return NULL;
        size += changes[i].length + 1;
    }
    char *array = arena_alloc(arena, size, 1);
    size_t length = 0;
    for (size_t i = 0; array && i < count; i++)
        length += (size_t)snprintf(array + length, size - length, "%c%.*s", i == 0 ? '[' : ',',
                                   (int)changes[i].length, changes[i].bytes);
    if (array)
        snprintf(array + length, size - length, "%s", count == 0 ? "[]" : "]");
    return array;
}

/* What stands behind the action. */
struct said {
    struct remote_words remote;
    const char *note;
    const char *shared;
    const char *out;
    char *words[WORDS_MAX];
    size_t count;
};

static bool read_said(int argc, char **argv, struct said *said)
{
    const struct cli_option options[] = {{"config", true, &said->remote.config},
                                         {"plant", true, &said->remote.plant},
                                         {"note", true, &said->note},
                                         {"shared", false, &said->shared},
                                         {"out", true, &said->out}};
    int at = 0;
    while (at < argc && argv[at][0] != '-' && said->count < WORDS_MAX)
        said->words[said->count++] = argv[at++];
    return cli_options(argc - at, argv + at, options, COUNT_OF(options), NULL);
}

static int keep_or_try(struct said *said, bool keep, struct arena *arena)
{
    struct cli_json json;
    const size_t first = keep ? 1 : 0;
    if (said->count < first + !keep)
        return cli_usage(keep ? "simulation save needs NAME" : "simulation try needs CHANGE ...");
    const char *changes = changes_of(said->words + first, said->count - first, arena);
    if (!changes)
        return CLI_BAD_USAGE;
    cli_json_init(&json, arena);
    cli_json_raw(&json, "changes", changes);
    if (keep)
        cli_json_text(&json, "name", text_of(said->words[0]));
    if (said->note)
        cli_json_text(&json, "note", text_of(said->note));
    if (said->shared)
        cli_json_raw(&json, "shared", "true");
    return cli_call_method(keep ? "Mrp.SaveSimulation" : "Mrp.GetSimulation", cli_json_done(&json),
                           &said->remote);
}

static int list_all(const struct said *said)
{
    const struct cli_list list = {
        .method = "Mrp.ListSimulations",
        .rows = "simulations",
        .members = "name,state,shared,change_count,plan_version,version,made_by,applied_by,note"};
    const struct cli_output output = {
        said->out, "simulations.csv",
        "name,state,shared,changes,plan_version,version,made_by,applied_by,note", &list, 1};
    return cli_list_run(&said->remote, &output);
}

static int list_differences(const struct said *said)
{
    const struct cli_list list = {
        .method = "Mrp.GetSimulation",
        .rows = "differences",
        .members = "change,item,segment,need_on,quantity,start_on,due_on,supplier,old_quantity,"
                   "old_start_on,old_due_on,old_supplier",
        .request = {{"name", said->words[0], false}, {"limit", DIFFERENCES, true}}};
    const struct cli_output output = {said->out, "differences.csv",
                                      "change,item,segment,need,qty,start,due,supplier,old_qty,"
                                      "old_start,old_due,old_supplier",
                                      &list, 1};
    return cli_list_run(&said->remote, &output);
}

/* Actions on one name that are one call. */
static const struct {
    const char *action;
    const char *method;
    const char *member; /* and its value, or NULL */
    const char *value;
} calls[] = {
    {"show", "Mrp.GetSimulation", NULL, NULL},
    {"share", "Mrp.SaveSimulation", "shared", "true"},
    {"unshare", "Mrp.SaveSimulation", "shared", "false"},
    {"apply", "Mrp.ApplySimulation", NULL, NULL},
    {"discard", "Mrp.DiscardSimulation", NULL, NULL},
};

static int call_one(const char *action, const struct said *said, struct arena *arena)
{
    struct cli_json json;
    size_t i = 0;
    while (i < COUNT_OF(calls) && strcmp(calls[i].action, action) != 0)
        i++;
    if (i == COUNT_OF(calls))
        return cli_usage(ACTION_NEEDED);
    cli_json_init(&json, arena);
    cli_json_text(&json, "name", text_of(said->words[0]));
    if (calls[i].member)
        cli_json_raw(&json, calls[i].member, calls[i].value);
    return cli_call_method(calls[i].method, cli_json_done(&json), &said->remote);
}

static int run(const char *action, struct said *said, struct arena *arena)
{
    if (strcmp(action, "save") == 0 || strcmp(action, "try") == 0)
        return keep_or_try(said, strcmp(action, "save") == 0, arena);
    if (strcmp(action, "list") == 0)
        return said->count == 0 ? list_all(said) : cli_usage("simulation list takes no name");
    if (said->count != 1)
        return cli_usage("simulation %s needs NAME", action);
    if (strcmp(action, "differences") == 0)
        return list_differences(said);
    return call_one(action, said, arena);
}

int cli_simulation(int argc, char **argv)
{
    struct said said = {0};
    if (argc < 1 || argv[0][0] == '-')
        return cli_usage(ACTION_NEEDED);
    if (!read_said(argc - 1, argv + 1, &said))
        return CLI_BAD_USAGE;
    struct arena *arena = arena_new(MEMORY);
    int result = arena ? run(argv[0], &said, arena) : CLI_SYSTEM_FAILED;
    arena_free(&arena);
    return result;
}
