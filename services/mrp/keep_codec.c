#include "services/mrp/keep_codec.h"

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

static enum status read_name(struct rpc_request *request, const char *asked, struct text *name)
{
    *name = page_given(asked);
    if (name->length == 0 || !text_is_code(*name))
        return fault_set(&request->fault, STATUS_INVALID, "name", "name is missing or no code");
    return STATUS_OK;
}

enum status decode_keep_plan(struct rpc_request *request, struct text *name)
{
    const Millrace__KeepPlanRequest *asked =
        unpacked(request, &millrace__keep_plan_request__descriptor);
    return asked ? read_name(request, asked->name, name) : request->fault.status;
}

enum status decode_drop_plan(struct rpc_request *request, struct text *name)
{
    const Millrace__DropKeptPlanRequest *asked =
        unpacked(request, &millrace__drop_kept_plan_request__descriptor);
    return asked ? read_name(request, asked->name, name) : request->fault.status;
}

enum status decode_plan_changes(struct rpc_request *request, struct plan_change_query *query)
{
    const Millrace__ListPlanChangesRequest *asked =
        unpacked(request, &millrace__list_plan_changes_request__descriptor);
    if (!asked)
        return request->fault.status;
    *query = (struct plan_change_query){.plant = text_of(request->plant),
                                        .item = page_given(asked->item),
                                        .after = text_of(asked->after ? asked->after : "")};
    enum status status = read_name(request, asked->name, &query->name);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, PLAN_CHANGES_MAX,
                                            &query->limit, &request->fault)
                               : status;
}

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static bool fill_kept(Millrace__KeptPlan *out, const struct kept *kept, struct arena *arena)
{
    bool ok = true;
    millrace__kept_plan__init(out);
    out->name = page_text(kept->name, arena, &ok);
    out->kept_by = page_text(kept->by, arena, &ok);
    out->has_plan_version = out->has_planned_orders = out->has_kept_at_us = kept->plan_version > 0;
    out->plan_version = (uint64_t)kept->plan_version;
    out->planned_orders = (uint32_t)kept->orders;
    out->kept_at_us = kept->at_us;
    return ok;
}

enum status encode_kept(struct rpc_request *request, const struct kept *kept)
{
    Millrace__KeptPlan reply;
    if (!fill_kept(&reply, kept, request->arena))
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

enum status encode_kept_plans(struct rpc_request *request, const struct kept *plans, size_t count)
{
    Millrace__ListKeptPlansReply reply;
    millrace__list_kept_plans_reply__init(&reply);
    Millrace__KeptPlan *rows = arena_alloc(request->arena, count + 1, sizeof *rows);
    reply.plans = arena_alloc(request->arena, count + 1, sizeof *reply.plans);
    bool ok = rows && reply.plans;
    for (size_t i = 0; ok && i < count; i++) {
        ok = fill_kept(&rows[i], &plans[i], request->arena);
        reply.plans[i] = &rows[i];
    }
    reply.n_plans = count;
    if (!ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static bool fill_change(Millrace__PlanChange *out, const struct plan_change_row *row,
                        struct arena *arena)
{
    const bool now = qty_given(row->qty);
    const bool then = qty_given(row->old_qty);
    bool ok = true;
    millrace__plan_change__init(out);
    out->change = page_text(text_of(now && then ? "change"
                                    : now       ? "insert"
                                                : "remove"),
                            arena, &ok);
    out->planned_order_id = page_text(row->planned_order_id, arena, &ok);
    out->item = page_text(row->item, arena, &ok);
    out->supplier = page_text(row->supplier, arena, &ok);
    out->old_supplier = page_text(row->old_supplier, arena, &ok);
    out->has_quantity_micro = out->has_start_on = out->has_due_on = now;
    out->has_old_quantity_micro = out->has_old_start_on = out->has_old_due_on = then;
    out->quantity_micro = row->qty.micro;
    out->start_on = row->start;
    out->due_on = row->due;
    out->old_quantity_micro = row->old_qty.micro;
    out->old_start_on = row->old_start;
    out->old_due_on = row->old_due;
    return ok;
}

enum status encode_plan_changes(struct rpc_request *request, const struct plan_change_row *found,
                                size_t count, bool more)
{
    Millrace__ListPlanChangesReply reply;
    millrace__list_plan_changes_reply__init(&reply);
    Millrace__PlanChange *rows = arena_alloc(request->arena, count + 1, sizeof *rows);
    reply.changes = arena_alloc(request->arena, count + 1, sizeof *reply.changes);
    bool ok = rows && reply.changes;
    for (size_t i = 0; ok && i < count; i++) {
        ok = fill_change(&rows[i], &found[i], request->arena);
        reply.changes[i] = &rows[i];
    }
    if (!ok)
        return full(request);
    reply.n_changes = count;
    reply.next = more ? rows[count - 1].planned_order_id : NULL;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
