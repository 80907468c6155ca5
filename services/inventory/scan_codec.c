#include "services/inventory/scan_codec.h"

#include "common/wire/page.h"
#include "common/wire/role.h"
#include "common/wire/wire.h"
#include "proto/inventory.pb-c.h"
#include "services/inventory/scan_store.h"

#define ACTIONS_MAX 16

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "message does not fit in memory");
}

enum status decode_scan(struct rpc_request *request, struct text *scan)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__resolve_scan_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ResolveScanRequest *asked = (const void *)message;
    *scan = text_of(asked->scan);
    return STATUS_OK;
}

static bool may(const struct rpc_request *request, const struct scan_action *action)
{
    struct fault refused = {0};
    return role_permit(action->method, &request->principal, &refused) == STATUS_OK;
}

static bool fill_actions(struct rpc_request *request, Millrace__ScanMatch *out,
                         const struct sql_value *v)
{
    struct arena *arena = request->arena;
    Millrace__ScanAction *rows = arena_alloc(arena, ACTIONS_MAX, sizeof *rows);
    const struct scan_action *action;
    bool ok = true;
    out->actions = arena_alloc(arena, ACTIONS_MAX, sizeof *out->actions);
    if (!rows || !out->actions)
        return false;
    for (size_t i = 0; (action = scan_action(v[0].as.text, v[6].as.text, i)) != NULL; i++) {
        if (!may(request, action) || out->n_actions == ACTIONS_MAX)
            continue;
        Millrace__ScanAction *at = &rows[out->n_actions];
        millrace__scan_action__init(at);
        at->action = page_text(text_of(action->action), arena, &ok);
        at->method = page_text(text_of(action->method), arena, &ok);
        out->actions[out->n_actions++] = at;
    }
    return ok;
}

static bool fill_match(struct rpc_request *request, Millrace__ScanMatch *out,
                       const struct sql_value *v)
{
    bool ok = true;
    struct arena *arena = request->arena;
    millrace__scan_match__init(out);
    char **const texts[] = {&out->kind, &out->code, &out->work_order, &out->item,
                            &out->lot,  &out->name, &out->state};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        if (!v[i].null && v[i].as.text.length > 0)
            *texts[i] = page_text(v[i].as.text, arena, &ok);
    }
    out->has_quantity_micro = !v[7].null;
    out->quantity_micro = v[7].null ? 0 : v[7].as.qty.micro;
    if (!v[8].null && v[8].as.text.length > 0)
        out->uom = page_text(v[8].as.text, arena, &ok);
    out->has_day_on = !v[9].null;
    out->day_on = v[9].null ? 0 : v[9].as.day;
    return ok && fill_actions(request, out, v);
}

static bool fill_matches(struct rpc_request *request, Millrace__ResolveScanReply *reply,
                         const struct sql_rows *rows)
{
    Millrace__ScanMatch *out = arena_alloc(request->arena, rows->count + 1, sizeof *out);
    reply->matches = arena_alloc(request->arena, rows->count + 1, sizeof *reply->matches);
    bool ok = out && reply->matches;
    for (size_t i = 0; i < rows->count && ok; i++) {
        ok = fill_match(request, &out[i], sql_at(rows, i, 0));
        reply->matches[i] = &out[i];
    }
    reply->n_matches = ok ? rows->count : 0;
    return ok;
}

static bool fill_elements(struct rpc_request *request, Millrace__ResolveScanReply *reply,
                          const struct scan *scan)
{
    struct arena *arena = request->arena;
    Millrace__ScanElement *out = arena_alloc(arena, scan->element_count + 1, sizeof *out);
    reply->elements = arena_alloc(arena, scan->element_count + 1, sizeof *reply->elements);
    bool ok = out && reply->elements;
    for (size_t i = 0; i < scan->element_count && ok; i++) {
        millrace__scan_element__init(&out[i]);
        out[i].ai = page_text(scan->elements[i].ai, arena, &ok);
        out[i].title = page_text(text_of(scan->elements[i].title), arena, &ok);
        out[i].value = page_text(scan->elements[i].value, arena, &ok);
        reply->elements[i] = &out[i];
    }
    reply->n_elements = ok ? scan->element_count : 0;
    return ok;
}

enum status encode_scan(struct rpc_request *request, const struct scan *scan,
                        const struct sql_rows *rows)
{
    Millrace__ResolveScanReply reply = MILLRACE__RESOLVE_SCAN_REPLY__INIT;
    struct arena *arena = request->arena;
    bool ok = fill_elements(request, &reply, scan) && fill_matches(request, &reply, rows);
    reply.code = page_text(scan->code, arena, &ok);
    if (scan->lot.length > 0)
        reply.lot = page_text(scan->lot, arena, &ok);
    reply.has_quantity_micro = qty_given(scan->quantity);
    reply.quantity_micro = reply.has_quantity_micro ? scan->quantity.micro : 0;
    if (scan->uom[0] != '\0')
        reply.uom = page_text(text_of(scan->uom), arena, &ok);
    reply.has_expires_on = date_given(scan->expires_on);
    reply.expires_on = reply.has_expires_on ? scan->expires_on : 0;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}
