#include "services/mrp/promise_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"

enum status decode_promise_order(struct rpc_request *request, struct text *sales_order, bool *again)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__promise_sales_order_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__PromiseSalesOrderRequest *asked = (const void *)message;
    *sales_order = page_given(asked->sales_order);
    *again = asked->has_again && asked->again;
    return sales_order->length > 0 ? STATUS_OK
                                   : fault_set(&request->fault, STATUS_INVALID, "sales_order",
                                               "sales_order is missing");
}

static void fill_line(Millrace__PromisedLine *out, const struct promise_line *line,
                      struct arena *arena, bool *ok)
{
    millrace__promised_line__init(out);
    out->has_line = out->has_quantity_micro = out->has_due_on = true;
    out->line = (uint32_t)line->line;
    out->item = page_text(line->item, arena, ok);
    out->quantity_micro = line->qty.micro;
    out->due_on = line->due;
    out->has_promised_on = date_given(line->promised);
    out->promised_on = line->promised;
    out->limit_item = page_text(line->limit_item, arena, ok);
    if (line->limit.length > 0)
        out->limit = page_text(line->limit, arena, ok);
}

enum status encode_promised(struct command *command, struct text sales_order,
                            const struct promise_line *lines, size_t count, struct fault *fault)
{
    struct arena *arena = command->arena;
    Millrace__PromiseSalesOrderReply reply = MILLRACE__PROMISE_SALES_ORDER_REPLY__INIT;
    Millrace__PromisedLine *rows = arena_alloc(arena, count + 1, sizeof *rows);
    bool ok = true;
    reply.sales_order = page_text(sales_order, arena, &ok);
    reply.lines = arena_alloc(arena, count + 1, sizeof *reply.lines);
    ok = ok && rows && reply.lines;
    for (size_t i = 0; ok && i < count; i++) {
        fill_line(&rows[i], &lines[i], arena, &ok);
        reply.lines[i] = &rows[i];
    }
    reply.n_lines = count;
    return ok ? wire_pack(&reply.base, arena, &command->reply, fault)
              : fault_set(fault, STATUS_LIMIT, "", "reply does not fit in memory");
}
