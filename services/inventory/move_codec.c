#include "services/inventory/move_codec.h"

#include "common/ledger/line_codec.h"
#include "common/wire/json.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"

/* The request's message, and room for as many lines as it has. */
#define UNPACK(type, message, asked)                                        \
 const ProtobufCMessage *unpacked;                                          \
 enum status status = wire_unpack(&message, body, arena, &unpacked, fault); \
 if (status != STATUS_OK)                                                   \
  return status;                                                            \
 const type *asked = (const type *)unpacked

#define DAY(asked) ((asked)->has_effective_on ? (asked)->effective_on : NO_DATE)

static enum status room(struct arena *arena, size_t count, size_t size, void **lines,
                        struct fault *fault)
{
    if (count > INVENTORY_LINES_MAX)
        return fault_set(fault, STATUS_LIMIT, "lines", "%zu lines are more than %d", count,
                         INVENTORY_LINES_MAX);
    *lines = arena_alloc(arena, count + 1, size);
    if (!*lines)
        return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
    return STATUS_OK;
}

enum status decode_transfer(struct text body, struct arena *arena, struct move_command *command,
                            struct fault *fault)
{
    void *made;
    UNPACK(Millrace__PostTransferRequest, millrace__post_transfer_request__descriptor, asked);
    status = room(arena, asked->n_lines, sizeof(struct move_line), &made, fault);
    if (status != STATUS_OK)
        return status;
    struct move_line *lines = made;
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct move_line){.item = text_of(asked->lines[i]->item),
                                      .quantity = {asked->lines[i]->quantity_micro},
                                      .location = text_of(asked->lines[i]->location),
                                      .lot = text_of(asked->lines[i]->lot),
                                      .segment = text_of(asked->lines[i]->segment)};
    *command = (struct move_command){.effective_on = DAY(asked),
                                     .to_location = text_of(asked->to_location),
                                     .two_steps = asked->two_steps,
                                     .reason = text_of(asked->reason),
                                     .lines = lines,
                                     .line_count = asked->n_lines};
    return STATUS_OK;
}

enum status decode_arrival(struct text body, struct arena *arena, struct arrival_command *command,
                           struct fault *fault)
{
    void *made;
    UNPACK(Millrace__ReceiveTransferRequest, millrace__receive_transfer_request__descriptor, asked);
    if (!asked->transfer)
        return fault_set(fault, STATUS_INVALID, "transfer", "transfer is missing");
    status = room(arena, asked->n_lines, sizeof(struct arrival_line), &made, fault);
    if (status != STATUS_OK)
        return status;
    struct arrival_line *lines = made;
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct arrival_line){asked->lines[i]->line, {asked->lines[i]->quantity_micro}};
    *command = (struct arrival_command){.transfer = text_of(asked->transfer),
                                        .effective_on = DAY(asked),
                                        .lines = lines,
                                        .line_count = asked->n_lines,
                                        .send_back = asked->send_back};
    return STATUS_OK;
}

enum status decode_status_change(struct text body, struct arena *arena,
                                 struct move_command *command, struct fault *fault)
{
    void *made;
    UNPACK(Millrace__ChangeStatusRequest, millrace__change_status_request__descriptor, asked);
    status = room(arena, asked->n_lines, sizeof(struct move_line), &made, fault);
    if (status != STATUS_OK)
        return status;
    struct move_line *lines = made;
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct move_line){.item = text_of(asked->lines[i]->item),
                                      .quantity = {asked->lines[i]->quantity_micro},
                                      .location = text_of(asked->lines[i]->location),
                                      .lot = text_of(asked->lines[i]->lot),
                                      .segment = text_of(asked->lines[i]->segment),
                                      .from_status = text_of(asked->lines[i]->from_status),
                                      .to_status = text_of(asked->lines[i]->to_status)};
    *command = (struct move_command){.effective_on = DAY(asked),
                                     .reason = text_of(asked->reason),
                                     .lines = lines,
                                     .line_count = asked->n_lines};
    return STATUS_OK;
}

enum status decode_inspection(struct text body, struct arena *arena,
                              struct inspection_command *command, struct fault *fault)
{
    void *made;
    UNPACK(Millrace__PostInspectionRequest, millrace__post_inspection_request__descriptor, asked);
    status = room(arena, asked->n_lines, sizeof(struct inspection_line), &made, fault);
    if (status != STATUS_OK)
        return status;
    struct inspection_line *lines = made;
    for (size_t i = 0; i < asked->n_lines; i++)
        lines[i] = (struct inspection_line){.item = text_of(asked->lines[i]->item),
                                            .location = text_of(asked->lines[i]->location),
                                            .lot = text_of(asked->lines[i]->lot),
                                            .segment = text_of(asked->lines[i]->segment),
                                            .accepted = {asked->lines[i]->accepted_micro},
                                            .rejected = {asked->lines[i]->rejected_micro}};
    *command = (struct inspection_command){.effective_on = DAY(asked),
                                           .reason = text_of(asked->reason),
                                           .lines = lines,
                                           .line_count = asked->n_lines};
    return STATUS_OK;
}

static enum status return_lines(Millrace__OrderReturnLine *const *asked, size_t count,
                                struct arena *arena, struct return_command *command,
                                struct fault *fault)
{
    void *made;
    enum status status = room(arena, count, sizeof(struct return_line), &made, fault);
    if (status != STATUS_OK)
        return status;
    struct return_line *lines = made;
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct return_line){.line = asked[i]->line,
                                        .quantity = {asked[i]->quantity_micro},
                                        .location = text_of(asked[i]->location),
                                        .lot = text_of(asked[i]->lot),
                                        .status = text_of(asked[i]->status)};
    command->lines = lines;
    command->line_count = count;
    return STATUS_OK;
}

enum status decode_supplier_return(struct text body, struct arena *arena,
                                   struct return_command *command, struct fault *fault)
{
    UNPACK(Millrace__PostSupplierReturnRequest, millrace__post_supplier_return_request__descriptor,
           asked);
    if (!asked->purchase_order)
        return fault_set(fault, STATUS_INVALID, "purchase_order", "purchase_order is missing");
    *command = (struct return_command){.order_id = text_of(asked->purchase_order),
                                       .effective_on = DAY(asked),
                                       .reason = text_of(asked->reason)};
    return return_lines(asked->lines, asked->n_lines, arena, command, fault);
}

enum status decode_customer_return(struct text body, struct arena *arena,
                                   struct return_command *command, struct fault *fault)
{
    UNPACK(Millrace__PostCustomerReturnRequest, millrace__post_customer_return_request__descriptor,
           asked);
    if (!asked->sales_order)
        return fault_set(fault, STATUS_INVALID, "sales_order", "sales_order is missing");
    *command = (struct return_command){.order_id = text_of(asked->sales_order),
                                       .effective_on = DAY(asked),
                                       .reason = text_of(asked->reason)};
    return return_lines(asked->lines, asked->n_lines, arena, command, fault);
}

static struct qty given_or_none(protobuf_c_boolean has, int64_t micro)
{
    return has ? (struct qty){micro} : NO_QTY;
}

enum status decode_rule(struct text body, struct arena *arena, struct rule_command *command,
                        struct fault *fault)
{
    UNPACK(Millrace__SetStockRuleRequest, millrace__set_stock_rule_request__descriptor, asked);
    bool any = asked->has_inspect || asked->has_backflush || asked->has_over_issue_pct_micro ||
               asked->has_over_issue_quantity_micro || asked->has_over_receipt_pct_micro;
    if ((asked->item != NULL) != any)
        return fault_set(fault, STATUS_INVALID, asked->item ? "inspect" : "item",
                         "an item and what is set of it come together");
    *command = (struct rule_command){.limit_given = asked->has_approve_above_e4,
                                     .approve_above = {asked->approve_above_e4},
                                     .item = text_of(asked->item),
                                     .inspect_given = asked->has_inspect,
                                     .inspect = asked->inspect,
                                     .backflush_given = asked->has_backflush,
                                     .backflush = asked->backflush};
    command->over_issue_pct =
        given_or_none(asked->has_over_issue_pct_micro, asked->over_issue_pct_micro);
    command->over_issue_qty =
        given_or_none(asked->has_over_issue_quantity_micro, asked->over_issue_quantity_micro);
    command->over_receipt_pct =
        given_or_none(asked->has_over_receipt_pct_micro, asked->over_receipt_pct_micro);
    return STATUS_OK;
}

enum status encode_rule_state(const struct rule_command *rule, struct arena *arena,
                              struct text *json, struct fault *fault)
{
    Millrace__SetStockRuleRequest state = MILLRACE__SET_STOCK_RULE_REQUEST__INIT;
    state.has_approve_above_e4 = rule->limit_given;
    state.approve_above_e4 = rule->approve_above.e4;
    state.has_inspect = rule->inspect_given;
    state.inspect = rule->inspect;
    state.has_backflush = rule->backflush_given;
    state.backflush = rule->backflush;
    state.has_over_issue_pct_micro = qty_given(rule->over_issue_pct);
    state.over_issue_pct_micro = rule->over_issue_pct.micro;
    state.has_over_issue_quantity_micro = qty_given(rule->over_issue_qty);
    state.over_issue_quantity_micro = rule->over_issue_qty.micro;
    state.has_over_receipt_pct_micro = qty_given(rule->over_receipt_pct);
    state.over_receipt_pct_micro = rule->over_receipt_pct.micro;
    return json_of_message(&state.base, arena, json, fault);
}

enum status encode_rule(const struct rule_command *command, const struct book *book,
                        struct text *reply, struct fault *fault)
{
    Millrace__SetStockRuleReply message;
    bool ok = true;
    millrace__set_stock_rule_reply__init(&message);
    message.has_approve_above_e4 = command->limit_given;
    message.approve_above_e4 = command->approve_above.e4;
    if (command->item.length > 0) {
        message.item = line_text(book, command->item, &ok);
        message.has_inspect = command->inspect_given;
        message.inspect = command->inspect;
    }
    if (!ok)
        return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
    return wire_pack(&message.base, book->arena, reply, fault);
}
