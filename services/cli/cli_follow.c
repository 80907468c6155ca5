#include "common/io/clock.h"
#include "services/cli/cli_follow_codec.h"
#include "services/cli/cli_json.h"
#include "services/cli/cli_online.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * millrace follow [ITEM ...]: the plan while it lives.  Events come as server-sent events; when one
 * says that the plan has changed, the suggestions of the items are read again and what differs from
 * the reading before is told, with the arithmetic behind it.
 */
#define FOLLOW_ITEMS_MAX 100 /* as many as a stream may name */
#define FOLLOW_MEMORY    (64 * MIB)
#define FOLLOW_PAGES_MAX 1000
#define FOR_EVER_S       ((int64_t)10 * 365 * 86400)

/* One reading of all suggestions of the items, in the order of items and names. */
struct reading {
    struct arena *arena;
    struct follow_suggestion *rows[FOLLOW_PAGES_MAX];
    size_t counts[FOLLOW_PAGES_MAX];
    size_t starts[FOLLOW_ITEMS_MAX + 1]; /* an item's first page */
    size_t pages;
};

struct follow {
    struct remote *ask;
    struct remote *hear;
    struct arena *arena; /* of one message */
    const char *items[FOLLOW_ITEMS_MAX + 1];
    size_t item_count;
    struct reading readings[2];
    size_t now; /* of the two, the one that is told */
};

/* ---- reading suggestions ---- */

static struct text page_request(const char *item, const char *after, struct arena *arena)
{
    struct cli_json json;
    cli_json_init(&json, arena);
    cli_json_text(&json, "item", text_of(item));
    if (after[0] != '\0')
        cli_json_text(&json, "after", text_of(after));
    return cli_json_done(&json);
}

static enum status read_item(struct follow *follow, struct reading *reading, const char *item,
                             struct fault *fault)
{
    const ProtobufCMessage *page;
    const char *next = "";
    do {
        struct remote_call call = {.method = "Mrp.ListPlannedOrders",
                                   .body = page_request(item, next, reading->arena)};
        if (reading->pages == FOLLOW_PAGES_MAX)
            return fault_set(fault, STATUS_LIMIT, "item", "too many suggestions to follow");
        if (remote_ask_message(follow->ask, &call, reading->arena, &page, fault) != STATUS_OK ||
            follow_suggestions(page, reading->arena, &reading->rows[reading->pages],
                               &reading->counts[reading->pages], &next, fault) != STATUS_OK)
            return fault->status;
        reading->pages++;
    } while (next[0] != '\0');
    return STATUS_OK;
}

static enum status read_all(struct follow *follow, struct reading *reading, struct fault *fault)
{
    arena_reset(reading->arena);
    reading->pages = 0;
    for (size_t i = 0; i < follow->item_count; i++) {
        reading->starts[i] = reading->pages;
        if (read_item(follow, reading, follow->items[i], fault) != STATUS_OK)
            return fault->status;
    }
    reading->starts[follow->item_count] = reading->pages;
    return STATUS_OK;
}

/* ---- what differs ---- */

/* A place in the pages of one item. */
struct cursor {
    const struct reading *reading;
    size_t page;
    size_t end;
    size_t row;
};

static const struct follow_suggestion *at(struct cursor *cursor)
{
    while (cursor->page < cursor->end && cursor->row == cursor->reading->counts[cursor->page]) {
        cursor->page++;
        cursor->row = 0;
    }
    return cursor->page < cursor->end ? &cursor->reading->rows[cursor->page][cursor->row] : NULL;
}

static void say_time(void)
{
    char text[CLOCK_TEXT_MAX];
    size_t length = clock_format_us(clock_unix_us(), text);
    const char *time = memchr(text, 'T', length);
    printf("%.12s  ", time ? time + 1 : text);
}

static enum status say_why(struct follow *follow, const char *name, struct fault *fault)
{
    struct cli_json json;
    const ProtobufCMessage *answer;
    cli_json_init(&json, follow->arena);
    cli_json_text(&json, "planned_order_id", text_of(name));
    struct remote_call call = {.method = "Mrp.GetPlannedOrder", .body = cli_json_done(&json)};
    enum status status = remote_ask_message(follow->ask, &call, follow->arena, &answer, fault);
    if (status == STATUS_OK)
        printf("                why: %s\n", follow_reason(answer));
    if (status == STATUS_NOT_FOUND)
        *fault = (struct fault){.status = STATUS_OK}; /* gone meanwhile: the next event tells */
    return fault->status;
}

static enum status say_is(struct follow *follow, const struct follow_suggestion *was,
                          const struct follow_suggestion *is, struct fault *fault)
{
    say_time();
    printf("  %s %s: %s\n", was ? "changed" : "new", is->name, is->words);
    if (was)
        printf("                was: %s\n", was->words);
    return say_why(follow, is->name, fault);
}

static enum status compare_item(struct follow *follow, size_t item, struct fault *fault)
{
    const struct reading *before = &follow->readings[!follow->now];
    const struct reading *now = &follow->readings[follow->now];
    struct cursor old = {before, before->starts[item], before->starts[item + 1], 0};
    struct cursor new = {now, now->starts[item], now->starts[item + 1], 0};
    const struct follow_suggestion *was = at(&old);
    const struct follow_suggestion *is = at(&new);
    while ((was || is) && fault->status == STATUS_OK) {
        int order = !was ? 1 : !is ? -1 : strcmp(was->name, is->name);
        if (order < 0) {
            say_time();
            printf("  gone %s: %s\n", was->name, was->words);
        } else if (order > 0 || strcmp(was->words, is->words) != 0) {
            (void)say_is(follow, order == 0 ? was : NULL, is, fault);
        }
        old.row += order <= 0;
        new.row += order >= 0;
        was = at(&old);
        is = at(&new);
    }
    return fault->status;
}

static enum status look_again(struct follow *follow, struct fault *fault)
{
    follow->now = !follow->now;
    enum status status = read_all(follow, &follow->readings[follow->now], fault);
    for (size_t i = 0; status == STATUS_OK && i < follow->item_count; i++)
        status = compare_item(follow, i, fault);
    return status;
}

/* ---- events ---- */

static enum status told(void *context, struct text data, struct fault *fault)
{
    struct follow *follow = context;
    struct follow_event *events;
    size_t count;
    bool plan = false;
    arena_reset(follow->arena);
    if (follow_events(data, follow->arena, &events, &count, fault) != STATUS_OK)
        return fault->status;
    for (size_t i = 0; i < count; i++) {
        int64_t age = clock_unix_us() - events[i].committed_us;
        plan = plan || events[i].plan;
        say_time();
        printf("#%" PRIu64 " %s", events[i].place, events[i].words);
        if (events[i].committed_us > 0)
            printf("  (committed %" PRId64 " ms ago)", age / 1000);
        printf("\n");
    }
    enum status status = plan && follow->item_count > 0 ? look_again(follow, fault) : STATUS_OK;
    fflush(stdout);
    return status;
}

/* Where the log is now; suggestions are read behind it, so nothing is missed in between. */
static enum status find_place(struct follow *follow, uint64_t *after, struct fault *fault)
{
    const ProtobufCMessage *answer;
    struct remote_call call = {.method = "Relay.GetRelayState", .body = text_of("{}")};
    enum status status = remote_ask_message(follow->ask, &call, follow->arena, &answer, fault);
    if (status == STATUS_OK)
        *after = follow_place(answer);
    return status;
}

/* An item that is not there would never be heard of. */
static enum status find_items(struct follow *follow, struct fault *fault)
{
    for (size_t i = 0; i < follow->item_count; i++) {
        struct cli_json json;
        struct text answer;
        cli_json_init(&json, follow->arena);
        cli_json_text(&json, "item", text_of(follow->items[i]));
        struct remote_call call = {.method = "Bom.GetItem", .body = cli_json_done(&json)};
        if (remote_ask(follow->ask, &call, &answer, fault) != STATUS_OK)
            return fault->status;
    }
    return STATUS_OK;
}

struct follow_words {
    struct remote_words remote;
    const char *after;
    const char *seconds;
};

static enum status run(struct follow *follow, const struct follow_words *words, struct fault *fault)
{
    int64_t seconds = words->seconds ? strtoll(words->seconds, NULL, 10) : FOR_EVER_S;
    struct remote_stream stream = {.items = follow->items,
                                   .until_us = clock_monotonic_us() + seconds * 1000000,
                                   .told = told,
                                   .context = follow};
    if (remote_open(&words->remote, &follow->ask, fault) != STATUS_OK ||
        remote_open(&words->remote, &follow->hear, fault) != STATUS_OK ||
        find_items(follow, fault) != STATUS_OK ||
        find_place(follow, &stream.after, fault) != STATUS_OK ||
        read_all(follow, &follow->readings[0], fault) != STATUS_OK)
        return fault->status;
    if (words->after)
        stream.after = strtoull(words->after, NULL, 10);
    say_time();
    printf("following plant %s behind #%" PRIu64 "\n", remote_plant(follow->hear), stream.after);
    fflush(stdout);
    return remote_follow(follow->hear, &stream, fault);
}

static int open_and_run(struct follow *follow, const struct follow_words *words)
{
    struct fault fault = {.status = STATUS_OK};
    follow->arena = arena_new(FOLLOW_MEMORY);
    for (size_t i = 0; i < COUNT_OF(follow->readings); i++)
        follow->readings[i].arena = arena_new(FOLLOW_MEMORY);
    enum status status = follow->arena && follow->readings[0].arena && follow->readings[1].arena
                             ? run(follow, words, &fault)
                             : fault_set(&fault, STATUS_LIMIT, "", "no memory");
    remote_close(&follow->ask);
    remote_close(&follow->hear);
    for (size_t i = 0; i < COUNT_OF(follow->readings); i++)
        arena_free(&follow->readings[i].arena);
    arena_free(&follow->arena);
    return status == STATUS_OK ? CLI_DONE : cli_online_fault(&fault);
}

static bool is_number(const char *said)
{
    size_t length = said ? strlen(said) : 1;
    return !said || (length > 0 && length < 10 && strspn(said, "0123456789") == length);
}

int cli_follow(int argc, char **argv)
{
    static struct follow follow; /* large */
    struct follow_words words = {0};
    const struct cli_option options[] = {{"config", true, &words.remote.config},
                                         {"plant", true, &words.remote.plant},
                                         {"after", true, &words.after},
                                         {"for", true, &words.seconds}};
    int item = 0;
    for (; item < argc && argv[item][0] != '-'; item++) {
        if (item == FOLLOW_ITEMS_MAX)
            return cli_usage("at most %d items can be followed", FOLLOW_ITEMS_MAX);
        follow.items[follow.item_count++] = argv[item];
    }
    if (!cli_options(argc - item, argv + item, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    if (!is_number(words.after) || !is_number(words.seconds))
        return cli_usage("--after and --for need a number");
    return open_and_run(&follow, &words);
}
