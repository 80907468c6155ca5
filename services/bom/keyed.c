#include "services/bom/keyed.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "common/ledger/known_key.h"
#include "common/ledger/post.h"
#include "common/ledger/post_store.h"
#include "common/wire/digest.h"

#include <string.h>

#define ATTEMPT_MEMORY_MAX (1024 * MIB)

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
}

/* ---- the key ---- */

/* Row: key, request_hash, status, field, message, reply, asked_by, device. */
static enum status answer_known(struct keyed *keyed, struct text hash, const struct sql_value *row,
                                struct fault *fault)
{
    struct rpc_request *request = keyed->request;
    enum status stored = STATUS_INTERNAL;
    char field[sizeof request->fault.field] = {0};
    keyed->foreign = !known_key_is_asker(request, row[6].as.text, row[7].as.text);
    if (keyed->foreign)
        return fault_set(fault, STATUS_FORBIDDEN, "idempotency_key",
                         "the idempotency key is another caller's");
    if (!text_equal(row[1].as.text, hash))
        return fault_set(fault, STATUS_KEY_REUSED, "",
                         "the idempotency key was used for a different request");
    request->repeated = true;
    bool parsed = known_key_status(row[2].as.text, &stored);
    ASSERT(parsed);
    if (stored == STATUS_OK) {
        keyed->reply = row[5].as.text;
        return STATUS_OK;
    }
    size_t length = row[3].as.text.length;
    memcpy(field, row[3].as.text.bytes, length < sizeof field ? length : sizeof field - 1);
    return fault_set(fault, stored, field, "%.*s", (int)row[4].as.text.length,
                     row[4].as.text.bytes);
}

static enum status look_up(struct keyed *keyed, struct text hash, bool *known, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(keyed->plant), SQL_LIST(&keyed->request->key, 1)};
    enum status status =
        sql_run(keyed->sql, &post_statements[POST_KEYS], params, keyed->arena, &rows, fault);
    *known = status == STATUS_OK && rows.count > 0;
    if (!*known)
        return status;
    status = answer_known(keyed, hash, rows.values, fault);
    if (status != STATUS_OK)
        return status;
    return sql_run(keyed->sql, &post_statements[POST_WAIT_FOR_REPLICAS], NULL, keyed->arena, NULL,
                   fault);
}

/* *met: another has stored the key meanwhile. */
static enum status put_key(struct keyed *keyed, struct text hash, const struct fault *refusal,
                           bool *met, struct fault *fault)
{
    struct text status_text = text_of(status_name(refusal->status));
    struct text field = text_of(refusal->field);
    struct text message = text_of(refusal->message);
    struct text reply = keyed->reply.bytes ? keyed->reply : text_of("");
    struct text asked_by = text_of(keyed->request->principal.name);
    struct text device = text_of(keyed->request->principal.device);
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(keyed->plant), SQL_LIST(&keyed->request->key, 1),
                                 SQL_LIST(&hash, 1),     SQL_LIST(&status_text, 1),
                                 SQL_LIST(&field, 1),    SQL_LIST(&message, 1),
                                 SQL_LIST(&reply, 1),    SQL_LIST(&asked_by, 1),
                                 SQL_LIST(&device, 1)};
    enum status status =
        sql_run(keyed->sql, &post_statements[POST_INSERT_KEYS], params, keyed->arena, &rows, fault);
    *met = status == STATUS_OK && rows.count == 0;
    return status;
}

/* ---- rounds ---- */

/* What cannot be followed now is by the next who asks. */
static void follow_expected(struct keyed *keyed)
{
    struct fault fault = {0};
    if (!keyed->expects)
        return;
    struct master *master = keyed->expects;
    keyed->expects = NULL;
    if (master_follow(master, keyed->sql, keyed->arena, &fault) != STATUS_OK)
        log_fault(LOG_WARNING, &fault, "following a mass change");
}

/* *again: nothing was written, and another round may succeed. */
static enum status attempt(struct keyed *keyed, keyed_work_fn *work, const void *asked,
                           struct text hash, struct fault *fault)
{
    const struct fault none = {0};
    bool known;
    bool met = false;
    keyed->again = keyed->told = false;
    enum status status = sql_begin(keyed->sql, fault);
    if (status == STATUS_OK)
        status = look_up(keyed, hash, &known, fault);
    if (status == STATUS_OK && !known) {
        status = work(keyed, asked, fault);
        if (status == STATUS_OK && !keyed->again)
            status = put_key(keyed, hash, &none, &met, fault);
        keyed->again |= met;
    }
    if (status == STATUS_OK && !keyed->again)
        status = sql_commit(keyed->sql, fault);
    else
        sql_rollback(keyed->sql);
    follow_expected(keyed);
    return status;
}

static bool is_stored(const struct keyed *keyed, enum status status)
{
    return !keyed->request->repeated && !keyed->foreign && !status_retryable(status) &&
           status != STATUS_INTERNAL && status != STATUS_KEY_REUSED;
}

/* What was refused stays refused when it comes again. */
static void store_refusal(struct keyed *keyed, struct text hash, const struct fault *refusal)
{
    struct fault fault = {0};
    bool met;
    keyed->reply = (struct text){NULL, 0};
    enum status status = sql_begin(keyed->sql, &fault);
    if (status == STATUS_OK)
        status = put_key(keyed, hash, refusal, &met, &fault);
    if (status == STATUS_OK)
        status = sql_commit(keyed->sql, &fault);
    if (status != STATUS_OK)
        sql_rollback(keyed->sql);
}

static bool may_try_again(const struct keyed *keyed, enum status status)
{
    if (status == STATUS_OK)
        return keyed->again;
    if (status == STATUS_BUSY)
        return strcmp(sql_state(keyed->sql), "40001") == 0 ||
               strcmp(sql_state(keyed->sql), "40P01") == 0;
    return status == STATUS_COMMIT_UNKNOWN || status == STATUS_UNAVAILABLE;
}

static enum status rounds(struct keyed *keyed, keyed_work_fn *work, const void *asked,
                          struct text hash)
{
    struct rpc_request *request = keyed->request;
    enum status status = STATUS_OK;
    bool unknown = false;
    for (int round = 0; round < KEYED_ROUNDS_MAX; round++) {
        request->fault = (struct fault){0};
        arena_reset(keyed->arena);
        status = round == 0 ? STATUS_OK
                            : master_refresh(keyed->service->cache, keyed->sql, keyed->plant,
                                             keyed->arena, &request->fault);
        if (status == STATUS_OK)
            status = attempt(keyed, work, asked, hash, &request->fault);
        unknown |= status == STATUS_COMMIT_UNKNOWN;
        if (!may_try_again(keyed, status))
            break;
    }
    if (status == STATUS_OK && keyed->again)
        return fault_set(&request->fault, STATUS_BUSY, "", "could not finish among other changes");
    if (unknown && status == STATUS_UNAVAILABLE)
        return fault_set(&request->fault, STATUS_COMMIT_UNKNOWN, "", "%s",
                         status_text(STATUS_COMMIT_UNKNOWN));
    if (is_stored(keyed, status) && status != STATUS_OK)
        store_refusal(keyed, hash, &request->fault);
    return status;
}

static enum status answer(struct keyed *keyed)
{
    struct rpc_request *request = keyed->request;
    request->reply = (struct text){text_copy(keyed->reply, request->arena), keyed->reply.length};
    if (keyed->told && keyed->service->doorbell)
        feed_send(keyed->service->doorbell, request->plant, text_of(""));
    return request->reply.bytes
               ? STATUS_OK
               : fault_set(&request->fault, STATUS_BUSY, "", "the answer finds no room");
}

enum status keyed_run(struct rpc_request *request, keyed_work_fn *work, const void *asked)
{
    uint8_t digest[DIGEST_BYTES];
    struct text hashed[] = {text_of(request->method), request->body};
    struct keyed keyed = {.request = request,
                          .service = request->service,
                          .plant = text_of(request->plant),
                          .sql = request->sql,
                          .arena = arena_new(ATTEMPT_MEMORY_MAX)};
    if (!keyed.arena)
        return full(&request->fault);
    enum status status = STATUS_OK;
    if (!digest_of(hashed, COUNT_OF(hashed), digest))
        status = fault_set(&request->fault, STATUS_INTERNAL, "", "internal error");
    struct text hash = {(const char *)digest, DIGEST_BYTES};
    if (status == STATUS_OK)
        status = rounds(&keyed, work, asked, hash);
    if (status == STATUS_OK)
        status = answer(&keyed);
    arena_free(&keyed.arena);
    return status;
}
