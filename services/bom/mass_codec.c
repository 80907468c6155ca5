#include "common/plant/plant.h"
#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"
#include "services/bom/codec_memory.h"
#include "services/bom/mass.h"

#include <string.h>

static enum status check_rule(const Millrace__MassChangeRequest *asked, bool preview,
                              struct fault *fault)
{
    bool replaces = asked->new_component && asked->new_component[0];
    int rules = asked->has_quantity_micro + asked->has_end_on;
    if (!preview && !text_is_code(text_of(asked->change)))
        return fault_set(fault, STATUS_INVALID, "change", "\"%s\" is not a code",
                         asked->change ? asked->change : "");
    if (!asked->component || !asked->component[0])
        return fault_set(fault, STATUS_INVALID, "component", "component is missing");
    if (!replaces && !asked->has_factor_micro && rules == 0)
        return fault_set(fault, STATUS_INVALID, "new_component",
                         "one of new_component, factor, quantity and end_on is needed");
    if (replaces && strcmp(asked->new_component, asked->component) == 0)
        return fault_set(fault, STATUS_INVALID, "new_component",
                         "\"%s\" is the component that is to be replaced", asked->component);
    if (asked->has_factor_micro && asked->has_quantity_micro)
        return fault_set(fault, STATUS_INVALID, "factor", "factor and quantity exclude each other");
    if (asked->has_factor_micro && asked->factor_micro <= 0)
        return fault_set(fault, STATUS_INVALID, "factor", "factor must be above 0");
    if (asked->has_quantity_micro && asked->quantity_micro <= 0)
        return fault_set(fault, STATUS_INVALID, "quantity", "quantity must be above 0");
    return STATUS_OK;
}

enum status decode_mass(struct rpc_request *request, bool preview, struct mass_rule *rule)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__mass_change_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__MassChangeRequest *asked = (const Millrace__MassChangeRequest *)message;
    *rule = (struct mass_rule){
        .change_id = text_of(preview ? " preview" : asked->change),
        .component = text_of(asked->component),
        .new_component = text_of(asked->new_component),
        .factor = {asked->has_factor_micro ? asked->factor_micro : SQL_NO_INT},
        .quantity = {asked->has_quantity_micro ? asked->quantity_micro : SQL_NO_INT},
        .end_on = asked->has_end_on ? asked->end_on : SQL_NO_DATE,
        .parent_class = text_of(asked->parent_class),
    };
    return check_rule(asked, preview, &request->fault);
}

enum status decode_mass_id(struct rpc_request *request, struct text *change_id)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__undo_mass_change_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status == STATUS_OK)
        *change_id = text_of(((const Millrace__UndoMassChangeRequest *)message)->change);
    return status;
}

static void fill_line(Millrace__MassLine *out, const struct mass_line *line, struct arena *arena,
                      bool *ok)
{
    millrace__mass_line__init(out);
    out->parent = codec_text(line->parent, arena, ok);
    out->component = codec_text(line->component, arena, ok);
    out->new_component = codec_text(line->new_component, arena, ok);
    out->has_row = out->has_quantity_micro = out->has_new_quantity_micro = true;
    out->row = (uint32_t)line->row_no;
    out->quantity_micro = line->qty.micro;
    out->new_quantity_micro = line->new_qty.micro;
    out->has_new_end_on = line->new_valid_to != SQL_NO_DATE;
    out->new_end_on = line->new_valid_to;
}

enum status encode_mass(const struct mass_reply *made, struct arena *arena, struct text *reply,
                        struct fault *fault)
{
    Millrace__MassChangeReply message;
    bool ok = true;
    millrace__mass_change_reply__init(&message);
    Millrace__MassLine *lines = codec_room(arena, made->line_count, sizeof *lines, &ok);
    message.first_lines = codec_room(arena, made->line_count, sizeof(void *), &ok);
    message.change = codec_text(made->change_id, arena, &ok);
    message.state = codec_text(text_of(made->state), arena, &ok);
    for (size_t i = 0; ok && i < made->line_count; i++) {
        fill_line(&lines[i], &made->lines[i], arena, &ok);
        message.first_lines[i] = &lines[i];
    }
    if (!ok)
        return codec_full(fault);
    message.n_first_lines = made->line_count;
    message.has_lines = message.has_bills = message.has_lines_done = true;
    message.lines = (uint64_t)made->counts.lines;
    message.bills = (uint64_t)made->counts.bills;
    message.lines_done = (uint64_t)made->lines_done;
    message.has_change_seq = made->change_seq > 0;
    message.change_seq = (uint64_t)made->change_seq;
    return wire_pack(&message.base, arena, reply, fault);
}
