#include "common/io/folder.h"
#include "services/cli/cli_json.h"
#include "services/cli/cli_online.h"
#include "services/cli/cli_print_codec.h"

#include <stdio.h>
#include <string.h>

/* Labels and pick lists as SVG files of a folder, or one after the other on stdout. */

#define ARENA_BYTES (64 * MIB)

static enum status write_page(const char *out, const struct print_page *page, struct fault *fault)
{
    struct folder_file *file = NULL;
    if (!out) {
        (void)fwrite(page->svg.bytes, 1, page->svg.length, stdout);
        return STATUS_OK;
    }
    enum status status = folder_file_new(out, page->name, &file, fault);
    if (status == STATUS_OK)
        status = folder_file_write(file, page->svg, fault);
    if (status == STATUS_OK)
        status = folder_file_finish(&file, fault);
    folder_file_cancel(&file);
    if (status == STATUS_OK)
        printf("%s/%s\n", out, page->name);
    return status;
}

static enum status print(struct remote *remote, const struct remote_call *call, const char *out,
                         struct arena *arena, struct fault *fault)
{
    const ProtobufCMessage *reply;
    enum status status = remote_ask_message(remote, call, arena, &reply, fault);
    if (status == STATUS_OK && out)
        status = folder_make(out, fault);
    for (size_t i = 0; status == STATUS_OK && i < print_count(reply); i++) {
        const struct print_page page = print_page(reply, i);
        status = write_page(out, &page, fault);
    }
    return status;
}

static int run(const char *method, struct cli_json *json, const struct remote_words *words,
               const char *out)
{
    struct remote *remote = NULL;
    struct fault fault = {.status = STATUS_OK};
    const struct remote_call call = {.method = method, .body = cli_json_done(json)};
    enum status status = remote_open(words, &remote, &fault);
    if (status == STATUS_OK)
        status = print(remote, &call, out, json->arena, &fault);
    remote_close(&remote);
    arena_free(&json->arena);
    return status == STATUS_OK ? CLI_DONE : cli_online_fault(&fault);
}

/* The codes between the commas, each as a label or as it is. */
static void put_codes(struct cli_json *json, const char *said, const char *kind, const char *lot,
                      const char *qty)
{
    while (*said) {
        struct text code = {said, strcspn(said, ",")};
        if (kind) {
            cli_json_open(json, NULL, '{');
            cli_json_text(json, "kind", text_of(kind));
        }
        cli_json_text(json, kind ? "code" : NULL, code);
        if (kind && lot)
            cli_json_text(json, "lot", text_of(lot));
        if (kind && qty)
            cli_json_text(json, "quantity", text_of(qty));
        if (kind)
            cli_json_close(json, '}');
        said += code.length + (said[code.length] == ',');
    }
}

static const char *kind_of(const char *word)
{
    return strcmp(word, "order") == 0 ? "work_order" : word;
}

int cli_print_label(int argc, char **argv)
{
    const char *lot = NULL;
    const char *qty = NULL;
    const char *size = NULL;
    const char *out = NULL;
    struct remote_words words = {0};
    const struct cli_option options[] = {{"config", true, &words.config},
                                         {"plant", true, &words.plant},
                                         {"lot", true, &lot},
                                         {"qty", true, &qty},
                                         {"size", true, &size},
                                         {"out", true, &out}};
    if (argc < 2 || argv[0][0] == '-' || argv[1][0] == '-')
        return cli_usage("label needs order, operation, item, lot or location, and a code");
    if (!cli_options(argc - 2, argv + 2, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    struct cli_json json;
    cli_json_init(&json, arena_new(ARENA_BYTES));
    if (!json.arena)
        return CLI_SYSTEM_FAILED;
    cli_json_open(&json, "labels", '[');
    put_codes(&json, argv[1], kind_of(argv[0]), lot, qty);
    cli_json_close(&json, ']');
    if (size)
        cli_json_text(&json, "size", text_of(size));
    return run("Inventory.PrintLabels", &json, &words, out);
}

int cli_print_picks(int argc, char **argv)
{
    const char *out = NULL;
    struct remote_words words = {0};
    const struct cli_option options[] = {
        {"config", true, &words.config}, {"plant", true, &words.plant}, {"out", true, &out}};
    if (argc < 1 || argv[0][0] == '-')
        return cli_usage("pick-list needs work orders: ORDER[,ORDER...]");
    if (!cli_options(argc - 1, argv + 1, options, COUNT_OF(options), NULL))
        return CLI_BAD_USAGE;
    struct cli_json json;
    cli_json_init(&json, arena_new(ARENA_BYTES));
    if (!json.arena)
        return CLI_SYSTEM_FAILED;
    cli_json_open(&json, "work_orders", '[');
    put_codes(&json, argv[0], NULL, NULL, NULL);
    cli_json_close(&json, ']');
    return run("Inventory.PrintPicks", &json, &words, out);
}
