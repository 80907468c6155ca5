#include "services/relay/webhook.h"

#include "common/io/clock.h"
#include "common/ledger/act.h"
#include "services/relay/webhook_codec.h"
#include "services/relay/webhook_send.h"

#define SECRET_BYTES 32

/* ---- create ---- */

static enum status create_work(struct command *command, const void *asked, struct fault *fault)
{
    struct webhook webhook = *(const struct webhook *)asked;
    struct act_of_object of = store_webhook_of(command, webhook.webhook);
    struct act_change told = act_change_of(&of);
    enum status status = act_begin(command->sql, &told, fault);
    if (status == STATUS_OK)
        status = store_put_webhook(command, &webhook, fault);
    if (status == STATUS_OK)
        status = act_end(command->sql, &told, fault);
    return status == STATUS_OK ? encode_create_webhook(command, &webhook, fault) : status;
}

/* The target as it is now; it is looked at again before each delivery. */
static enum status check_target(const struct rpc_request *request, const struct webhook *webhook,
                                struct fault *fault)
{
    const struct relay_service *service = request->service;
    struct webhook_target target;
    char pinned[WEBHOOK_PIN_MAX];
    if (webhook->allow_private && !service->private_targets)
        return fault_set(fault, STATUS_FORBIDDEN, "allow_private",
                         "private targets are not allowed here: setting relay.private_targets");
    enum status status = webhook_parse(webhook->url, webhook->allow_private, &target, fault);
    return status == STATUS_OK ? webhook_resolve(&target, webhook->allow_private, pinned, fault)
                               : status;
}

enum status handle_create_webhook(struct rpc_request *request)
{
    struct webhook webhook;
    uint8_t *secret = arena_alloc(request->arena, SECRET_BYTES, 1);
    enum status status = decode_create_webhook(request, &webhook);
    if (status == STATUS_OK && !secret)
        status = fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    if (status == STATUS_OK)
        status = check_target(request, &webhook, &request->fault);
    if (status != STATUS_OK)
        return status;
    clock_random(secret, SECRET_BYTES);
    webhook.secret = (struct text){(const char *)secret, SECRET_BYTES};
    return command_run(request, create_work, &webhook, NULL);
}

/* ---- change, delete, send again ---- */

static enum status set_work(struct command *command, const void *asked, struct fault *fault)
{
    struct act_of_object of = store_webhook_of(command, ((const struct webhook *)asked)->webhook);
    struct act_change told = act_change_of(&of);
    enum status status = act_begin(command->sql, &told, fault);
    if (status == STATUS_OK)
        status = store_set_webhook(command, asked, fault);
    if (status == STATUS_OK)
        status = act_end(command->sql, &told, fault);
    return status == STATUS_OK ? encode_set_webhook(command, fault) : status;
}

enum status handle_set_webhook(struct rpc_request *request)
{
    struct webhook webhook;
    enum status status = decode_set_webhook(request, &webhook);
    return status == STATUS_OK ? command_run(request, set_work, &webhook, NULL) : status;
}

static enum status delete_work(struct command *command, const void *asked, struct fault *fault)
{
    struct act_of_object of = store_webhook_of(command, *(const struct text *)asked);
    struct act_change told = act_change_of(&of);
    enum status status = act_begin(command->sql, &told, fault);
    if (status == STATUS_OK)
        status = store_delete_webhook(command, told.act.object, fault);
    if (status == STATUS_OK)
        status = act_end(command->sql, &told, fault);
    return status == STATUS_OK ? encode_delete_webhook(command, fault) : status;
}

enum status handle_delete_webhook(struct rpc_request *request)
{
    struct text webhook;
    enum status status = decode_delete_webhook(request, &webhook);
    return status == STATUS_OK ? command_run(request, delete_work, &webhook, NULL) : status;
}

struct redeliver {
    struct text webhook;
    int64_t event_seq;
};

static enum status redeliver_work(struct command *command, const void *request, struct fault *fault)
{
    const struct redeliver *asked = request;
    size_t count;
    enum status status = store_redeliver(command, asked->webhook, asked->event_seq, &count, fault);
    if (status == STATUS_OK && count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "event_seq",
                         "webhook \"%.*s\" has no such dead delivery", (int)asked->webhook.length,
                         asked->webhook.bytes);
    return status == STATUS_OK ? encode_redeliver(command, count, fault) : status;
}

enum status handle_redeliver_webhook(struct rpc_request *request)
{
    struct redeliver asked;
    enum status status = decode_redeliver(request, &asked.webhook, &asked.event_seq);
    return status == STATUS_OK ? command_run(request, redeliver_work, &asked, NULL) : status;
}

/* ---- lists ---- */

enum status handle_list_webhooks(struct rpc_request *request)
{
    struct text after;
    size_t limit;
    struct sql_rows rows;
    enum status status = decode_list_webhooks(request, &after, &limit);
    if (status == STATUS_OK)
        status = store_webhooks(request->sql, text_of(request->plant), after, limit + 1,
                                request->arena, &rows, &request->fault);
    return status == STATUS_OK ? encode_webhooks(request, &rows, limit) : status;
}

enum status handle_list_dead(struct rpc_request *request)
{
    struct dead_query query;
    struct sql_rows rows;
    enum status status = decode_list_dead(request, &query);
    if (status != STATUS_OK)
        return status;
    size_t limit = query.limit++; /* one more tells whether there is a next page */
    status = store_dead(request->sql, text_of(request->plant), &query, request->arena, &rows,
                        &request->fault);
    return status == STATUS_OK ? encode_dead(request, &rows, limit) : status;
}
