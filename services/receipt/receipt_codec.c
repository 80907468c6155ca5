#include "services/receipt/receipt_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/wire.h"
#include "proto/receipt.pb-c.h"

const void *const receipt_descriptor = &millrace__receipt__descriptor;

enum status decode_post_receipt(struct text body, struct arena *arena,
                                struct receipt_command *command, struct fault *fault)
{
    const ProtobufCMessage *message;
    enum status status =
        wire_unpack(&millrace__post_receipt_request__descriptor, body, arena, &message, fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PostReceiptRequest *asked = (const Millrace__PostReceiptRequest *)message;
    if (!asked->work_order)
        return fault_set(fault, STATUS_INVALID, "work_order", "work_order is missing");
    *command = (struct receipt_command){
        .work_order = text_of(asked->work_order),
        .effective_on = asked->has_effective_on ? asked->effective_on : NO_DATE,
        .quantity = {asked->quantity_micro},
        .scrapped = {asked->scrapped_micro},
        .location = text_of(asked->location),
        .lot = text_of(asked->lot),
        .final = asked->final,
    };
    return STATUS_OK;
}

enum status encode_post_receipt(const struct receipt_outcome *outcome, const struct book *book,
                                struct text *reply, struct fault *fault)
{
    Millrace__PostReceiptReply message;
    bool ok = true;
    void **lines;
    size_t count;
    millrace__post_receipt_reply__init(&message);
    if (!line_encode(book, outcome->lines, &lines, &count))
        return fault_set(fault, STATUS_LIMIT, "", "reply does not fit in memory");
    message.lines = (Millrace__PostedLine **)lines;
    message.n_lines = count;
    message.document = line_text(book, text_of(outcome->document->text), &ok);
    message.state = line_text(book, text_of(outcome->state), &ok);
    if (!ok)
        return fault_set(fault, STATUS_LIMIT, "", "reply does not fit in memory");
    return wire_pack(&message.base, book->arena, reply, fault);
}
