#include "common/io/rpc_client.h"
#include "common/wire/role.h"
#include "proto/step.pb-c.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_step.h"

#include <stdio.h>
#include <string.h>

struct run {
    struct exchange *exchange;
    const ProtobufCMessage *reply;
    Millrace__Step **steps;
    size_t count;
    size_t at;    /* under way */
    size_t done;  /* now or before */
    bool stopped; /* one was refused: only independent ones go on */
    struct fault refusal;
};

static char done_word[] = "done";
static char refused_word[] = "refused";
static char skipped_word[] = "skipped";

/* The steps of a reply; false when it has none. */
static bool steps_of(const ProtobufCMessage *reply, struct run *run)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, "steps");
    if (!field || field->label != PROTOBUF_C_LABEL_REPEATED ||
        field->descriptor != &millrace__step__descriptor)
        return false;
    memcpy(&run->steps, (const char *)reply + field->offset, sizeof run->steps);
    memcpy(&run->count, (const char *)reply + field->quantifier_offset, sizeof run->count);
    return run->count > 0;
}

static void go_on(struct run *run);

static bool worth_trying_again(enum status status)
{
    return status == STATUS_BUSY || status == STATUS_UNAVAILABLE ||
           status == STATUS_COMMIT_UNKNOWN || status == STATUS_DEADLINE;
}

static void fail(struct run *run, const struct fault *fault)
{
    run->exchange->fault = *fault;
    exchange_fail(run->exchange);
}

static void note_refusal(struct run *run, Millrace__Step *step, const struct fault *fault)
{
    step->state = refused_word;
    step->code = exchange_copy(run->exchange, text_of(status_name(fault->status)));
    step->field = exchange_copy(run->exchange, text_of(fault->field));
    step->message = exchange_copy(run->exchange, text_of(fault->message));
    run->stopped = true;
    if (run->refusal.status == STATUS_OK)
        run->refusal = *fault;
}

static void on_step(void *context, const struct rpc_answer *answer)
{
    struct run *run = context;
    Millrace__Step *step = run->steps[run->at];
    if (worth_trying_again(answer->fault->status)) {
        fail(run, answer->fault);
        return;
    }
    if (answer->fault->status == STATUS_OK) {
        step->state = done_word;
        run->done++;
    } else {
        note_refusal(run, step, answer->fault);
    }
    run->at++;
    go_on(run);
}

static void send_step(struct run *run)
{
    struct exchange *exchange = run->exchange;
    const Millrace__Step *step = run->steps[run->at];
    const struct catalog_service *service;
    struct ticket ticket;
    struct fault fault = {0};
    struct rpc_call call = {.method = step->method,
                            .plant = exchange->plant,
                            .trace = exchange->trace,
                            .body = {(const char *)step->body.data, step->body.len},
                            .timeout_ms = exchange->gateway->limits.call_timeout_ms};
    if (!catalog_method(step->method, &service) || step->key_uuid.len != sizeof call.key.bytes) {
        (void)fault_set(&fault, STATUS_INTERNAL, "steps", "the service's answer is malformed");
        fail(run, &fault);
        return;
    }
    if (ticket_for(exchange, service->descriptor->short_name, &ticket, &fault) != STATUS_OK) {
        fail(run, &fault);
        return;
    }
    memcpy(call.key.bytes, step->key_uuid.data, sizeof call.key.bytes);
    call.process = service->process;
    call.ticket = ticket.bytes;
    call.ticket_signature = ticket.signature;
    rpc_client_call(exchange->gateway->rpc, &call, on_step, run);
}

static void end(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        run->steps[i]->has_body = false;
        if (!run->steps[i]->state)
            run->steps[i]->state = skipped_word;
    }
    if (run->done == 0 && run->refusal.status != STATUS_OK)
        fail(run, &run->refusal);
    else
        call_reply(run->exchange, run->reply);
}

/* The next step that is to be done, or the end. */
static void go_on(struct run *run)
{
    while (run->at < run->count) {
        const Millrace__Step *step = run->steps[run->at];
        if (!step->state && (!run->stopped || (step->has_independent && step->independent))) {
            send_step(run);
            return;
        }
        run->at++;
    }
    end(run);
}

bool step_begin(struct exchange *exchange, const ProtobufCMessage *reply)
{
    struct run found = {.exchange = exchange, .reply = reply};
    if (!steps_of(reply, &found))
        return false;
    struct run *run = arena_alloc(exchange->arena, 1, sizeof *run);
    struct fault fault = {0};
    if (!run) {
        (void)fault_set(&fault, STATUS_LIMIT, "", "out of memory");
        fail(&found, &fault);
        return true;
    }
    *run = found;
    for (size_t i = 0; i < run->count; i++) {
        run->done += run->steps[i]->state != NULL;
        if (!run->steps[i]->state &&
            role_permit(run->steps[i]->method, &exchange->principal, &fault) != STATUS_OK) {
            fail(run, &fault);
            return true;
        }
    }
    go_on(run);
    return true;
}
