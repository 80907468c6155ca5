#include "services/cli/cli_fetch.h"

#include "services/cli/cli_json.h"
#include "services/cli/cli_transfer_codec.h"

#include <stdio.h>

#define AFTER_MAX 512

/* The next part; `after` becomes where to go on, "" at the end. */
static enum status fetch_part(const struct cli_fetch *fetch, char after[AFTER_MAX],
                              struct bytes *fetched, struct fault *fault)
{
    struct cli_json json;
    const ProtobufCMessage *answer;
    const char *next = "";
    arena_reset(fetch->arena);
    cli_json_init(&json, fetch->arena);
    for (size_t i = 0; i < fetch->asked_count; i++) {
        const struct cli_member *member = &fetch->asked[i];
        if (member->value && member->raw)
            cli_json_raw(&json, member->name, member->value);
        else if (member->value)
            cli_json_text(&json, member->name, text_of(member->value));
    }
    if (after[0] != '\0')
        cli_json_text(&json, "after", text_of(after));
    struct remote_call call = {.method = fetch->method, .body = cli_json_done(&json)};
    if (call.body.length == 0)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    enum status status = remote_ask_message(fetch->remote, &call, fetch->arena, &answer, fault);
    if (status == STATUS_OK) {
        struct text content = transfer_content(answer, &next);
        status = bytes_sink(fetched, content.bytes, content.length, fault);
    }
    (void)snprintf(after, AFTER_MAX, "%s", next);
    return status;
}

enum status cli_fetch(const struct cli_fetch *fetch, struct bytes *fetched, struct fault *fault)
{
    char after[AFTER_MAX] = "";
    enum status status = fetch_part(fetch, after, fetched, fault);
    while (status == STATUS_OK && after[0] != '\0')
        status = fetch_part(fetch, after, fetched, fault);
    return status;
}
