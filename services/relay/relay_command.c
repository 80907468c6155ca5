#include "services/relay/relay_command.h"

#include "common/io/folder.h"
#include "services/relay/audit.h"
#include "services/relay/audit_codec.h"

#include <stdio.h>
#include <string.h>

#define COMMAND_ARENA_BYTES (32 * MIB)
#define EXIT_FOUND          1
#define EXIT_USAGE          2
#define EXIT_SYSTEM         3

struct words {
    const char *config;
    const char *verify; /* a plant */
    const char *head;   /* a plant */
    const char *kept;   /* a file */
};

static bool read_words(int argc, char **argv, struct words *words)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {{"--config", &words->config},
                   {"--verify-audit", &words->verify},
                   {"--audit-head", &words->head},
                   {"--head", &words->kept}};

    for (int at = 1; at < argc; at += 2) {
        size_t i = 0;
        while (i < COUNT_OF(options) && strcmp(options[i].name, argv[at]) != 0)
            i++;
        if (i == COUNT_OF(options) || at + 1 == argc || *options[i].value)
            return false;
        *options[i].value = argv[at + 1];
    }
    return !words->verify != !words->head && (words->verify || !words->kept);
}

static int usage(void)
{
    fprintf(stderr, "usage: millrace-relay --config FILE --verify-audit PLANT [--head FILE]\n"
                    "       millrace-relay --config FILE --audit-head PLANT\n");
    return EXIT_USAGE;
}

static int report(const struct fault *fault)
{
    fprintf(stderr, "millrace-relay: %s%s%s\n", fault->message, fault->detail[0] ? ": " : "",
            fault->detail);
    return EXIT_SYSTEM;
}

static enum status print_head(struct sql *sql, struct arena *arena, const char *plant,
                              struct fault *fault)
{
    struct rpc_request request = {.plant = plant, .arena = arena, .sql = sql};
    struct text json;
    enum status status = handle_get_audit_head(&request);
    if (status != STATUS_OK)
        *fault = request.fault;
    else
        status = audit_head_json(&request, &json, fault);
    if (status == STATUS_OK)
        printf("%.*s\n", (int)json.length, json.bytes);
    return status;
}

static enum status read_kept(const char *path, struct arena *arena, struct verify_ask *ask,
                             struct fault *fault)
{
    struct text content = {NULL, 0};
    enum status status = folder_read(path[0] == '/' ? "" : ".", path, &content, fault);
    if (status == STATUS_OK)
        status = decode_kept_head(content, arena, ask, fault);
    folder_file_free(&content);
    return status;
}

/* *found: findings, all slices. */
static enum status verify(struct sql *sql, struct arena *arena, struct verify_ask *ask,
                          int64_t *found, struct fault *fault)
{
    struct verify_report all = {.count = 0};
    struct verify_report slice;
    enum status status = STATUS_OK;
    do {
        arena_reset(arena);
        status = verify_slice(sql, ask, arena, &slice, fault);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < slice.count; i++)
            printf("%s\n", slice.findings[i].text);
        all.found += slice.found;
        all.seals += slice.seals;
        all.rows += slice.rows;
        ask->after_seal = slice.next;
    } while (slice.next > 0);
    *found = all.found;
    printf("plant %.*s: %lld seals and %lld rows checked, %lld findings\n", (int)ask->plant.length,
           ask->plant.bytes, (long long)all.seals, (long long)all.rows, (long long)all.found);
    return STATUS_OK;
}

static int run(const struct conf *conf, const struct words *words)
{
    struct fault fault = {0};
    struct sql *sql = NULL;
    int64_t found = 0;
    struct verify_ask ask = {.plant = text_of(words->verify), .limit = VERIFY_SEALS_MAX};
    struct arena *arena = arena_new(COMMAND_ARENA_BYTES);
    if (!arena)
        return EXIT_SYSTEM;
    enum status status = sql_open(conf_text(conf, "sql.conninfo"), &seal_schema, &sql, &fault);
    if (status == STATUS_OK && words->kept)
        status = read_kept(words->kept, arena, &ask, &fault);
    if (status == STATUS_OK)
        status = words->verify ? verify(sql, arena, &ask, &found, &fault)
                               : print_head(sql, arena, words->head, &fault);
    int code = status != STATUS_OK ? report(&fault) : found > 0 ? EXIT_FOUND : 0;
    sql_close(&sql);
    arena_free(&arena);
    return code;
}

int relay_command(int argc, char **argv)
{
    struct fault fault = {0};
    struct words words = {0};
    struct conf *conf = NULL;
    bool asked = false;
    for (int i = 1; i < argc; i++)
        asked =
            asked || strcmp(argv[i], "--verify-audit") == 0 || strcmp(argv[i], "--audit-head") == 0;
    if (!asked)
        return -1;
    if (!read_words(argc, argv, &words))
        return usage();
    enum status status = conf_load("relay", &argc, argv, &conf, &fault);
    int code = status == STATUS_OK ? run(conf, &words) : report(&fault);
    conf_free(&conf);
    return code;
}
