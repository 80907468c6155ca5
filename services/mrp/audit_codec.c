#include "services/mrp/audit_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"

static void fill(Millrace__PlanDifference *out, const struct audit_said *said, struct arena *arena,
                 bool *ok)
{
    millrace__plan_difference__init(out);
    out->kind = page_text(text_of(said->kind), arena, ok);
    if (said->message)
        out->message = page_text(said->key, arena, ok);
    else
        out->planned_order_id = page_text(said->key, arena, ok);
    if (said->planned[0] != '\0')
        out->planned = page_text(text_of(said->planned), arena, ok);
    if (said->written[0] != '\0')
        out->written = page_text(text_of(said->written), arena, ok);
}

enum status encode_audit(struct rpc_request *request, const struct audit_result *result)
{
    Millrace__AuditPlanReply reply;
    bool ok = true;
    millrace__audit_plan_reply__init(&reply);
    Millrace__PlanDifference *rows =
        arena_alloc(request->arena, result->said_count + 1, sizeof *rows);
    reply.list = arena_alloc(request->arena, result->said_count + 1, sizeof *reply.list);
    for (size_t i = 0; rows && reply.list && i < result->said_count; i++) {
        fill(&rows[i], &result->said[i], request->arena, &ok);
        reply.list[i] = &rows[i];
    }
    if (!rows || !reply.list || !ok)
        return fault_set(&request->fault, STATUS_LIMIT, "", "reply does not fit in memory");
    reply.n_list = result->said_count;
    reply.has_event_seq = reply.has_rows = reply.has_differences = true;
    reply.event_seq = (uint64_t)result->note.event_seq;
    reply.rows = (uint64_t)result->note.row_count;
    reply.differences = (uint64_t)result->note.differences;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
