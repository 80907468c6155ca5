#include "services/production/rework_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/wire.h"
#include "proto/production.pb-c.h"

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the message finds no room");
}

static date day_or_none(protobuf_c_boolean has, int32_t day)
{
    return has ? day : NO_DATE;
}

enum status decode_rework(struct text body, struct arena *arena, const void **request,
                          struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__start_rework_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__StartReworkRequest *asked = (const void *)message;
    struct rework_request *out = arena_alloc(arena, 1, sizeof *out);
    struct rework_operation *operations =
        arena_alloc(arena, asked->n_operations + 1, sizeof *operations);
    if (!out || !operations)
        return no_room(fault);
    for (size_t i = 0; i < asked->n_operations; i++)
        operations[i] = (struct rework_operation){wire_text(asked->operations[i]->operation),
                                                  wire_text(asked->operations[i]->work_center),
                                                  {asked->operations[i]->hours_micro}};
    *out = (struct rework_request){
        .work_order = wire_text(asked->work_order),
        .item = wire_text(asked->item),
        .quantity = {asked->quantity_micro},
        .location = wire_text(asked->location),
        .lot = wire_text(asked->lot),
        .status = wire_text(asked->status),
        .reason = wire_text(asked->reason),
        .due_on = day_or_none(asked->has_due_on, asked->due_on),
        .effective_on = day_or_none(asked->has_effective_on, asked->effective_on),
        .operations = operations,
        .operation_count = asked->n_operations,
    };
    *request = out;
    return STATUS_OK;
}

enum status encode_rework(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault)
{
    const struct made_outcome *made = outcome;
    Millrace__StartReworkReply out = MILLRACE__START_REWORK_REPLY__INIT;
    void **lines;
    bool fits = line_encode(book, made->posted.lines, &lines, &out.n_lines);
    out.work_order = line_text(book, made->order->work_order, &fits);
    out.document = line_text(book, text_of(made->posted.document->text), &fits);
    if (!fits)
        return no_room(fault);
    out.lines = (Millrace__PostedLine **)lines;
    return wire_pack(&out.base, book->arena, reply, fault);
}

enum status decode_unbuild(struct text body, struct arena *arena, const void **request,
                           struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_unbuild_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostUnbuildRequest *asked = (const void *)message;
    struct unbuild_request *out = arena_alloc(arena, 1, sizeof *out);
    struct unbuild_line *lines = arena_alloc(arena, asked->n_lines + 1, sizeof *lines);
    if (!out || !lines)
        return no_room(fault);
    for (size_t i = 0; i < asked->n_lines; i++) {
        const Millrace__UnbuildLine *line = asked->lines[i];
        lines[i] = (struct unbuild_line){wire_text(line->item),
                                         {line->quantity_micro},
                                         wire_text(line->location),
                                         wire_text(line->lot),
                                         day_or_none(line->has_expires_on, line->expires_on),
                                         wire_text(line->status)};
    }
    *out = (struct unbuild_request){
        .item = wire_text(asked->item),
        .quantity = {asked->quantity_micro},
        .location = wire_text(asked->location),
        .lot = wire_text(asked->lot),
        .status = wire_text(asked->status),
        .reason = wire_text(asked->reason),
        .effective_on = day_or_none(asked->has_effective_on, asked->effective_on),
        .lines = lines,
        .line_count = asked->n_lines,
    };
    *request = out;
    return STATUS_OK;
}

enum status encode_unbuild(const void *outcome, const struct book *book, struct text *reply,
                           struct fault *fault)
{
    const struct made_outcome *made = outcome;
    Millrace__PostUnbuildReply out = MILLRACE__POST_UNBUILD_REPLY__INIT;
    void **lines;
    bool fits = line_encode(book, made->posted.lines, &lines, &out.n_lines);
    out.work_order = line_text(book, made->order->work_order, &fits);
    out.document = line_text(book, text_of(made->posted.document->text), &fits);
    if (!fits)
        return no_room(fault);
    out.lines = (Millrace__PostedLine **)lines;
    return wire_pack(&out.base, book->arena, reply, fault);
}
