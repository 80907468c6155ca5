#include "services/mrp/mark_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"

/* The request's body; NULL with the fault set. */
static const void *unpacked(struct rpc_request *request, const ProtobufCMessageDescriptor *type)
{
    const ProtobufCMessage *message = NULL;
    enum status status =
        wire_unpack(type, request->body, request->arena, &message, &request->fault);
    return status == STATUS_OK ? message : NULL;
}

static enum status mark_of(struct rpc_request *request, const char *id, const char *words,
                           struct order_mark *mark)
{
    *mark = (struct order_mark){.plant = text_of(request->plant),
                                .planned_order_id = page_given(id),
                                .words = text_of(words ? words : ""),
                                .by = text_of(request->principal.name)};
    if (mark->planned_order_id.length == 0)
        return fault_set(&request->fault, STATUS_INVALID, "planned_order_id",
                         "planned_order_id is missing");
    return STATUS_OK;
}

static enum status check_words(const struct order_mark *mark, const char *field,
                               struct fault *fault)
{
    if (mark->words.length > MARK_WORDS_MAX || !text_is_utf8(mark->words))
        return fault_set(fault, STATUS_INVALID, field, "%s is not text of at most %d bytes", field,
                         MARK_WORDS_MAX);
    return STATUS_OK;
}

enum status decode_note(struct rpc_request *request, struct order_mark *mark)
{
    const Millrace__NotePlannedOrderRequest *asked =
        unpacked(request, &millrace__note_planned_order_request__descriptor);
    if (!asked)
        return request->fault.status;
    enum status status = mark_of(request, asked->planned_order_id, asked->note, mark);
    return status == STATUS_OK ? check_words(mark, "note", &request->fault) : status;
}

enum status decode_reject(struct rpc_request *request, struct order_mark *mark)
{
    const Millrace__RejectPlannedOrderRequest *asked =
        unpacked(request, &millrace__reject_planned_order_request__descriptor);
    if (!asked)
        return request->fault.status;
    enum status status = mark_of(request, asked->planned_order_id, asked->reason, mark);
    if (status != STATUS_OK)
        return status;
    if (!asked->has_quantity_micro || !asked->has_due_on)
        return fault_set(&request->fault, STATUS_INVALID,
                         asked->has_quantity_micro ? "due_on" : "quantity",
                         "quantity and due_on of the planned order, as they were seen, are needed");
    mark->qty.micro = asked->quantity_micro;
    mark->due = asked->due_on;
    if (mark->words.length == 0)
        return fault_set(&request->fault, STATUS_INVALID, "reason", "reason is missing");
    return check_words(mark, "reason", &request->fault);
}

enum status decode_restore(struct rpc_request *request, struct order_mark *mark)
{
    const Millrace__RestorePlannedOrderRequest *asked =
        unpacked(request, &millrace__restore_planned_order_request__descriptor);
    return asked ? mark_of(request, asked->planned_order_id, NULL, mark) : request->fault.status;
}

enum status encode_marked(struct rpc_request *request, const struct order_mark *mark)
{
    Millrace__MarkedOrder reply;
    bool ok = true;
    millrace__marked_order__init(&reply);
    reply.planned_order_id = page_text(mark->planned_order_id, request->arena, &ok);
    if (!ok)
        return fault_set(&request->fault, STATUS_LIMIT, "", "reply does not fit in memory");
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
