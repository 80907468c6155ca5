#include "common/ledger/command.h"

#include "common/ledger/act.h"
#include "common/ledger/known_key.h"
#include "common/ledger/post.h"
#include "common/ledger/post_store.h"
#include "common/wire/digest.h"

#include <string.h>

#define ROUND_MEMORY_MAX (1024 * MIB)

/* clang-format off */
enum { TAKE_EVENT, PUT_KEY };

static const struct sql_statement statements[] = {
    /* The moment is read while the counter is held: moments rise with its numbers. */
    [TAKE_EVENT] = {"command.take_event",
        "UPDATE plant_seq SET event_seq = event_seq + 1 WHERE plant_id = $1"
        " RETURNING event_seq, clock_timestamp()", "t", "iz"},
    /* A key that is there already breaks it, so that COMMIT may stand behind it. */
    [PUT_KEY] = {"command.put_key",
        "INSERT INTO posting_key (plant_id, key, request_hash, status, field, message, reply, asked_by, device, method,"
        " object) SELECT plant_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM plant_seq WHERE plant_id = $1",
        "tuxtttxtttt", ""},
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"posting_key_pkey", STATUS_KEY_REUSED, "idempotency_key",
     "the idempotency key was used meanwhile"},
};

static const struct sql_schema *const parts[] = {&post_command_schema, &act_schema, NULL};

const struct sql_schema command_schema = {.statements = statements,
                                          .statement_count = COUNT_OF(statements),
                                          .constraints = constraints,
                                          .constraint_count = COUNT_OF(constraints),
                                          .parts = parts};

/* A command on its way through its rounds. */
struct run {
    struct command command;
    const struct command_kind *kind;
    const void *asked;
    struct text hash; /* of method and body */
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
}

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
    struct sql_value event[] = {SQL_TEXT(command->plant),
                                SQL_INT(command->event_seq),
                                SQL_INT(kind),
                                SQL_TEXT(object),
                                SQL_TEXT(body),
                                SQL_NULL,
                                SQL_NULL,
                                SQL_INT(command->now_us)};
    return sql_push(command->sql, &post_statements[POST_INSERT_EVENT], event, fault);
}

/* ---- acts ---- */

enum status command_change(struct command *command, const struct command_change *change,
                           struct fault *fault)
{
    struct act_change told = {.act = act_of_request(command->request),
                              .state = change->state,
                              .params = change->key,
                              .arena = command->arena};
    told.act.object = change->object;
    enum status status = act_begin(command->sql, &told, fault);
    if (status == STATUS_OK)
        status = sql_run(command->sql, change->statement, change->params, NULL, NULL, fault);
    return status == STATUS_OK ? act_end(command->sql, &told, fault) : status;
}

/* ---- the key ---- */

/* Row: key, request_hash, status, field, message, reply, asked_by, device. */
static enum status answer_known(struct run *run, const struct sql_value *row, struct fault *fault)
{
    struct command *command = &run->command;
    enum status stored = STATUS_INTERNAL;
    char field[sizeof fault->field] = {0};
    command->foreign = !known_key_is_asker(command->request, row[6].as.text, row[7].as.text);
    if (command->foreign)
        return fault_set(fault, STATUS_FORBIDDEN, "idempotency_key",
                         "the idempotency key is another caller's");
    if (!text_equal(row[1].as.text, run->hash))
        return fault_set(fault, STATUS_KEY_REUSED, "idempotency_key",
                         "the idempotency key was used for a different request");
    command->request->repeated = true;
    bool parsed = known_key_status(row[2].as.text, &stored);
    ASSERT(parsed);
    if (stored == STATUS_OK) {
        command->reply = row[5].as.text;
        return sql_push(command->sql, &post_statements[POST_WAIT_FOR_REPLICAS], NULL, fault);
    }
    size_t length = row[3].as.text.length;
    memcpy(field, row[3].as.text.bytes, length < sizeof field ? length : sizeof field - 1);
    return fault_set(fault, stored, field, "%.*s", (int)row[4].as.text.length,
                     row[4].as.text.bytes);
}

/* Goes out with COMMIT. */
static enum status put_key(struct run *run, const struct fault *refusal, struct fault *fault)
{
    const struct rpc_request *request = run->command.request;
    struct text reply = run->command.reply;
    struct sql_value params[] = {SQL_TEXT(run->command.plant),
                                 SQL_UUID(request->key),
                                 SQL_TEXT(run->hash),
                                 SQL_TEXT(text_of(status_name(refusal->status))),
                                 SQL_TEXT(text_of(refusal->field)),
                                 SQL_TEXT(text_of(refusal->message)),
                                 SQL_TEXT(reply.bytes ? reply : text_of("")),
                                 SQL_TEXT(text_of(request->principal.name)),
                                 SQL_TEXT(text_of(request->principal.device)),
                                 SQL_TEXT(text_of(request->method)),
                                 SQL_TEXT(request->object)};
    return sql_push(run->command.sql, &statements[PUT_KEY], params, fault);
}

/* ---- one round ---- */

/* BEGIN, what is asked first, the key: one round trip.  *key: the row that is known of it. */
static enum status open_round(struct run *run, struct sql_rows *key, struct fault *fault)
{
    struct command *command = &run->command;
    struct sql_rows *rows = arena_alloc(command->arena, COMMAND_ASKS_MAX + 2, sizeof *rows);
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_LIST(&command->request->key, 1)};
    size_t count = 0;
    if (!rows)
        return full(fault);
    enum status status = sql_queue_begin(command->sql, fault);
    if (status == STATUS_OK && run->kind->ask)
        status = run->kind->ask(command, run->asked, &count, fault);
    ASSERT(count <= COMMAND_ASKS_MAX);
    if (status == STATUS_OK)
        status = sql_queue(command->sql, &post_statements[POST_KEYS], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(command->sql, command->arena, rows, count + 2, fault);
    command->asked = count > 0 ? rows + 1 : NULL;
    *key = rows[count + 1];
    return status;
}

/* *met: another has stored the key meanwhile. */
static enum status commit(struct run *run, bool *met, struct fault *fault)
{
    enum status status = sql_commit(run->command.sql, fault);
    *met = status == STATUS_KEY_REUSED;
    if (*met)
        *fault = (struct fault){0};
    return *met ? STATUS_OK : status;
}

/* Asks, works and commits. */
static enum status transact(struct run *run, bool *worked, struct fault *fault)
{
    const struct fault none = {0};
    struct command *command = &run->command;
    struct sql_rows key = {0};
    bool met = false;
    enum status status = open_round(run, &key, fault);
    if (status != STATUS_OK)
        return status;
    if (key.count > 0) {
        status = answer_known(run, key.values, fault);
        return status == STATUS_OK ? sql_commit(command->sql, fault) : status;
    }
    *worked = true;
    status = run->kind->work(command, run->asked, fault);
    if (status == STATUS_OK && !command->again)
        status = put_key(run, &none, fault);
    if (status == STATUS_OK && !command->again)
        status = commit(run, &met, fault);
    command->again |= met;
    return status;
}

/* command->again: nothing was written, and another round may succeed. */
static enum status attempt(struct run *run, struct fault *fault)
{
    struct command *command = &run->command;
    struct fault ended = {0};
    bool worked = false;
    command->event_seq = 0;
    command->again = false;
    command->kept = NULL;
    enum status status = transact(run, &worked, fault);
    sql_rollback(command->sql); /* what is not committed by now */
    if (!worked || !run->kind->end)
        return status;
    enum status outcome = status == STATUS_OK && command->again ? STATUS_BUSY : status;
    enum status end = run->kind->end(command, outcome, &ended);
    if (status == STATUS_OK && command->again && end != STATUS_OK) {
        *fault = ended;
        return end;
    }
    return status;
}

/* ---- rounds ---- */

/* What was refused stays refused when it comes again.  False: another has stored the key. */
static bool store_refusal(struct run *run, const struct fault *refusal)
{
    struct fault fault = {0};
    bool met = false;
    run->command.reply = (struct text){NULL, 0};
    enum status status = sql_begin(run->command.sql, &fault);
    if (status == STATUS_OK)
        status = put_key(run, refusal, &fault);
    if (status == STATUS_OK)
        status = commit(run, &met, &fault);
    sql_rollback(run->command.sql);
    return !met;
}

static bool is_stored(const struct command *command, enum status status)
{
    return !command->request->repeated && !command->foreign && !status_retryable(status) &&
           status != STATUS_INTERNAL && status != STATUS_KEY_REUSED;
}

static bool may_try_again(const struct command *command, enum status status)
{
    if (status == STATUS_OK)
        return command->again;
    if (status == STATUS_BUSY)
        return strcmp(sql_state(command->sql), "40001") == 0 ||
               strcmp(sql_state(command->sql), "40P01") == 0;
    return status == STATUS_COMMIT_UNKNOWN || status == STATUS_UNAVAILABLE;
}

static enum status rounds(struct run *run)
{
    struct command *command = &run->command;
    struct fault *fault = &command->request->fault;
    enum status status = STATUS_OK;
    bool unknown = false;
    for (int round = 0; round < COMMAND_ROUNDS_MAX; round++) {
        *fault = (struct fault){0};
        arena_reset(command->arena);
        status = attempt(run, fault);
        unknown |= status == STATUS_COMMIT_UNKNOWN;
        if (may_try_again(command, status))
            continue;
        if (status == STATUS_OK || !is_stored(command, status) || store_refusal(run, fault))
            break;
        command->again = true; /* what is stored now is the answer */
    }
    if (status == STATUS_OK && command->again)
        return fault_set(fault, STATUS_BUSY, "", "could not finish among other changes");
    if (unknown && status == STATUS_UNAVAILABLE)
        fault->status = status = STATUS_COMMIT_UNKNOWN;
    return status;
}

static enum status answer(struct run *run, struct feed *bell)
{
    struct command *command = &run->command;
    struct rpc_request *request = command->request;
    struct text reply = command->reply;
    if (bell && command->event_seq > 0)
        request->bell = bell;
    if (!reply.bytes)
        return STATUS_OK;
    request->reply = (struct text){text_copy(reply, request->arena), reply.length};
    return request->reply.bytes
               ? STATUS_OK
               : fault_set(&request->fault, STATUS_BUSY, "", "the answer finds no room");
}

enum status command_run_kind(struct rpc_request *request, const struct command_kind *kind,
                             const void *asked, struct feed *bell)
{
    uint8_t digest[DIGEST_BYTES];
    struct text hashed[] = {text_of(request->method), request->body};
    struct run run = {.kind = kind, .asked = asked, .hash = {(const char *)digest, DIGEST_BYTES}};
    if (!digest_of(hashed, COUNT_OF(hashed), digest))
        return fault_set(&request->fault, STATUS_INTERNAL, "", "internal error");
    run.command = (struct command){.request = request,
                                   .plant = text_of(request->plant),
                                   .sql = request->sql,
                                   .arena = arena_new(ROUND_MEMORY_MAX)};
    if (!run.command.arena)
        return full(&request->fault);
    enum status status = rounds(&run);
    if (status == STATUS_OK)
        status = answer(&run, bell);
    arena_free(&run.command.arena);
    return status;
}

enum status command_run(struct rpc_request *request, command_work_fn *work, const void *asked,
                        struct feed *bell)
{
    const struct command_kind kind = {.work = work};
    return command_run_kind(request, &kind, asked, bell);
}
