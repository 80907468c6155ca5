#include "common/ledger/command.h"

#include "common/ledger/known_key.h"
#include "common/ledger/post.h"
#include "common/ledger/post_store.h"
#include "common/wire/digest.h"

#include <string.h>

/* clang-format off */
enum { TAKE_EVENT };

static const struct sql_statement statements[] = {
    /* The moment is read while the counter is held: moments rise with its numbers. */
    [TAKE_EVENT] = {"command.take_event",
        "UPDATE plant_seq SET event_seq = event_seq + 1 WHERE plant_id = $1"
        " RETURNING event_seq, clock_timestamp()", "t", "iz"},
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&post_schema, NULL};

const struct sql_schema command_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

/* ---- numbers and events ---- */

enum status command_take_event(struct command *command, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[TAKE_EVENT], params, command->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)command->plant.length, command->plant.bytes);
    if (status != STATUS_OK)
        return status;
    command->event_seq = sql_at(&rows, 0, 0)->as.integer;
    command->now_us = sql_at(&rows, 0, 1)->as.integer;
    return STATUS_OK;
}

enum status command_put_event(struct command *command, int64_t kind, struct text object,
                              struct text body, struct fault *fault)
{
    ASSERT(command->event_seq > 0);
    struct sql_value event[] = {SQL_TEXT(command->plant), SQL_LIST(&command->event_seq, 1),
                                SQL_LIST(&kind, 1),       SQL_LIST(&object, 1),
                                SQL_LIST(&body, 1),       SQL_INT(command->now_us)};
    return sql_run(command->sql, &post_statements[POST_INSERT_EVENTS], event, command->arena, NULL,
                   fault);
}

/* ---- the key ---- */

/* Row: key, request_hash, status, field, message, reply, asked_by, device. */
static enum status answer_known(struct command *command, struct text hash,
                                const struct sql_value *row, struct fault *fault)
{
    enum status stored = STATUS_INTERNAL;
    char field[sizeof fault->field] = {0};
    command->foreign = !known_key_is_asker(command->request, row[6].as.text, row[7].as.text);
    if (command->foreign)
        return fault_set(fault, STATUS_FORBIDDEN, "idempotency_key",
                         "the idempotency key is another caller's");
    if (!text_equal(row[1].as.text, hash))
        return fault_set(fault, STATUS_KEY_REUSED, "",
                         "the idempotency key was used for a different request");
    command->request->repeated = true;
    bool parsed = known_key_status(row[2].as.text, &stored);
    ASSERT(parsed);
    if (stored == STATUS_OK) {
        command->reply = row[5].as.text;
        return sql_run(command->sql, &post_statements[POST_WAIT_FOR_REPLICAS], NULL, command->arena,
                       NULL, fault);
    }
    size_t length = row[3].as.text.length;
    memcpy(field, row[3].as.text.bytes, length < sizeof field ? length : sizeof field - 1);
    return fault_set(fault, stored, field, "%.*s", (int)row[4].as.text.length,
                     row[4].as.text.bytes);
}

static enum status look_up(struct command *command, struct text hash, bool *known,
                           struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_LIST(&command->request->key, 1)};
    enum status status =
        sql_run(command->sql, &post_statements[POST_KEYS], params, command->arena, &rows, fault);
    *known = status == STATUS_OK && rows.count > 0;
    return *known ? answer_known(command, hash, rows.values, fault) : status;
}

/* *met: another has stored the key meanwhile. */
static enum status put_key(struct command *command, struct text hash, const struct fault *refusal,
                           bool *met, struct fault *fault)
{
    struct text status_text = text_of(status_name(refusal->status));
    struct text field = text_of(refusal->field);
    struct text message = text_of(refusal->message);
    struct text reply = command->reply.bytes ? command->reply : text_of("");
    struct text asked_by = text_of(command->request->principal.name);
    struct text device = text_of(command->request->principal.device);
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_LIST(&command->request->key, 1),
                                 SQL_LIST(&hash, 1),       SQL_LIST(&status_text, 1),
                                 SQL_LIST(&field, 1),      SQL_LIST(&message, 1),
                                 SQL_LIST(&reply, 1),      SQL_LIST(&asked_by, 1),
                                 SQL_LIST(&device, 1)};
    enum status status = sql_run(command->sql, &post_statements[POST_INSERT_KEYS], params,
                                 command->arena, &rows, fault);
    *met = status == STATUS_OK && rows.count == 0;
    return status;
}

/* ---- rounds ---- */

/* *again: nothing was written, and another round may succeed. */
static enum status attempt(struct command *command, command_work_fn *work, const void *asked,
                           struct text hash, bool *again)
{
    struct fault *fault = &command->request->fault;
    const struct fault none = {0};
    bool known;
    bool met = false;
    command->event_seq = 0;
    enum status status = sql_begin(command->sql, fault);
    if (status == STATUS_OK)
        status = look_up(command, hash, &known, fault);
    if (status == STATUS_OK && !known) {
        status = work(command, asked, fault);
        if (status == STATUS_OK)
            status = put_key(command, hash, &none, &met, fault);
    }
    *again = status == STATUS_OK && met;
    if (status == STATUS_OK && !met)
        return sql_commit(command->sql, fault);
    sql_rollback(command->sql);
    return status;
}

/* What was refused stays refused when it comes again. */
static void store_refusal(struct command *command, struct text hash, const struct fault *refusal)
{
    struct fault fault = {0};
    bool met;
    command->reply = (struct text){NULL, 0};
    enum status status = sql_begin(command->sql, &fault);
    if (status == STATUS_OK)
        status = put_key(command, hash, refusal, &met, &fault);
    if (status == STATUS_OK)
        status = sql_commit(command->sql, &fault);
    if (status != STATUS_OK)
        sql_rollback(command->sql);
}

static bool may_try_again(const struct command *command, enum status status, bool again)
{
    if (status == STATUS_OK)
        return again;
    if (status == STATUS_BUSY)
        return strcmp(sql_state(command->sql), "40001") == 0 ||
               strcmp(sql_state(command->sql), "40P01") == 0;
    return status == STATUS_COMMIT_UNKNOWN || status == STATUS_UNAVAILABLE;
}

static enum status rounds(struct command *command, command_work_fn *work, const void *asked,
                          struct text hash)
{
    struct fault *fault = &command->request->fault;
    enum status status = STATUS_OK;
    bool unknown = false;
    bool again = false;
    for (int round = 0; round < COMMAND_ROUNDS_MAX; round++) {
        *fault = (struct fault){0};
        status = attempt(command, work, asked, hash, &again);
        unknown |= status == STATUS_COMMIT_UNKNOWN;
        if (!may_try_again(command, status, again))
            break;
    }
    if (status == STATUS_OK && again)
        return fault_set(fault, STATUS_BUSY, "", "could not finish among other changes");
    if (unknown && status == STATUS_UNAVAILABLE)
        fault->status = status = STATUS_COMMIT_UNKNOWN;
    bool stored = !command->request->repeated && !command->foreign && !status_retryable(status) &&
                  status != STATUS_INTERNAL && status != STATUS_KEY_REUSED;
    if (status != STATUS_OK && stored)
        store_refusal(command, hash, fault);
    return status;
}

enum status command_run(struct rpc_request *request, command_work_fn *work, const void *asked,
                        struct feed *bell)
{
    uint8_t digest[DIGEST_BYTES];
    struct text hashed[] = {text_of(request->method), request->body};
    struct command command = {.request = request,
                              .plant = text_of(request->plant),
                              .sql = request->sql,
                              .arena = request->arena};
    if (!digest_of(hashed, COUNT_OF(hashed), digest))
        return fault_set(&request->fault, STATUS_INTERNAL, "", "internal error");
    struct text hash = {(const char *)digest, DIGEST_BYTES};
    enum status status = rounds(&command, work, asked, hash);
    request->reply = command.reply;
    if (status == STATUS_OK && bell && command.event_seq > 0)
        feed_send(bell, request->plant, text_of(""));
    return status;
}
