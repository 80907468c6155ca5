#include "common/ledger/known_key.h"
#include "common/ledger/post_run.h"

#include <string.h>

static bool status_parse(struct text name, enum status *out)
{
    for (unsigned status = STATUS_OK; status <= STATUS_INTERNAL; status++) {
        if (text_is(name, status_name((enum status)status))) {
            *out = (enum status)status;
            return true;
        }
    }
    return false;
}

static void answer_known(struct rpc_request *request, const struct post_known *known)
{
    enum status status = STATUS_INTERNAL;
    bool parsed = status_parse(known->status, &status);
    ASSERT(parsed);
    request->repeated = true;
    if (status != STATUS_OK) {
        char field[sizeof request->fault.field] = {0};
        size_t length = known->field.length < sizeof field ? known->field.length : sizeof field - 1;
        memcpy(field, known->field.bytes, length);
        (void)fault_set(&request->fault, status, field, "%.*s", (int)known->message.length,
                        known->message.bytes);
        return;
    }
    request->reply = (struct text){text_copy(known->reply, request->arena), known->reply.length};
    if (!request->reply.bytes)
        (void)fault_set(&request->fault, STATUS_BUSY, "", "the stored answer finds no room");
}

static void answer_reused(struct rpc_request *request)
{
    (void)fault_set(&request->fault, STATUS_KEY_REUSED, "idempotency_key",
                    "the idempotency key was used for a different request");
}

static void answer_stranger(struct rpc_request *request)
{
    (void)fault_set(&request->fault, STATUS_FORBIDDEN, "idempotency_key",
                    "the idempotency key is another caller's");
}

void post_answer_slot(struct slot *slot)
{
    struct rpc_request *request = slot->request;
    struct text hash = {(const char *)slot->hash, DIGEST_BYTES};

    if (slot->known && !known_key_is_asker(request, slot->known->asked_by, slot->known->device)) {
        answer_stranger(request);
    } else if (slot->known && !text_equal(slot->known->hash, hash)) {
        answer_reused(request);
    } else if (slot->known) {
        answer_known(request, slot->known);
    } else if (slot->refusal.status != STATUS_OK) {
        request->fault = slot->refusal;
    } else {
        request->reply = slot->reply;
    }
}

void post_answer_again(struct slot *slot)
{
    const struct slot *first = slot->same_key;
    struct rpc_request *request = slot->request;
    const struct principal *asker = &first->request->principal;
    if (!known_key_is_asker(request, text_of(asker->name), text_of(asker->device))) {
        answer_stranger(request);
        return;
    }
    if (memcmp(first->hash, slot->hash, DIGEST_BYTES) != 0) {
        answer_reused(request);
        return;
    }
    request->fault = first->request->fault;
    request->reply = first->request->reply;
    request->repeated = first->request->repeated || !status_retryable(request->fault.status);
}
