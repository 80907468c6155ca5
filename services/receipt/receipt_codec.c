#include "services/receipt/receipt_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/wire.h"
#include "proto/receipt.pb-c.h"

const void *const receipt_descriptor = &millrace__receipt__descriptor;

static enum status decode_parts(const Millrace__PostReceiptRequest *asked, struct arena *arena,
                                struct receipt_command *command, struct fault *fault)
{
    struct text *serials = arena_alloc(arena, asked->n_serials + 1, sizeof *serials);
    struct receipt_output *outputs = arena_alloc(arena, asked->n_outputs + 1, sizeof *outputs);
    if (asked->n_serials > RECEIPT_LINES_MAX || asked->n_outputs > RECEIPT_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT,
                         asked->n_serials > RECEIPT_LINES_MAX ? "serials" : "outputs",
                         "more than %d lines", RECEIPT_LINES_MAX);
    if (!serials || !outputs)
        return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
    for (size_t i = 0; i < asked->n_serials; i++)
        serials[i] = text_of(asked->serials[i]);
    for (size_t i = 0; i < asked->n_outputs; i++) {
        const Millrace__ReceiptOutput *output = asked->outputs[i];
        outputs[i] = (struct receipt_output){text_of(output->item ? output->item : ""),
                                             {output->quantity_micro},
                                             text_of(output->location),
                                             text_of(output->lot),
                                             output->has_expires_on ? output->expires_on : NO_DATE,
                                             output->inspection};
    }
    command->serials = serials;
    command->serial_count = asked->n_serials;
    command->outputs = outputs;
    command->output_count = asked->n_outputs;
    return STATUS_OK;
}

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
        .inspection_given = asked->has_inspection,
        .inspection = asked->inspection,
        .reason = text_of(asked->reason),
        .expires_on = asked->has_expires_on ? asked->expires_on : NO_DATE,
    };
    return decode_parts(asked, arena, command, fault);
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
