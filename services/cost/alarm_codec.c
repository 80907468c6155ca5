#include "common/base/decimal.h"
#include "common/ledger/book_core.h"
#include "common/plant/plant.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/alarm.h"

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **message)
{
    return wire_unpack(type, request->body, request->arena, message, &request->fault);
}

enum status decode_alarm_limits(struct rpc_request *request, struct alarm_limits *limits)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__set_variance_alarm_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetVarianceAlarmRequest *asked =
        (const Millrace__SetVarianceAlarmRequest *)message;
    if (asked->percent_micro < 0)
        return fault_set(&request->fault, STATUS_INVALID, "percent", "a limit cannot be negative");
    if (asked->amount_e4 < 0)
        return fault_set(&request->fault, STATUS_INVALID, "amount", "a limit cannot be negative");
    limits->pct = asked->has_percent_micro ? (struct qty){asked->percent_micro} : NO_QTY;
    limits->amount = asked->has_amount_e4 ? (struct amount){asked->amount_e4} : NO_LIMIT;
    return STATUS_OK;
}

enum status encode_alarm_limits(struct command *command, struct fault *fault)
{
    Millrace__SetVarianceAlarmReply reply;
    millrace__set_variance_alarm_reply__init(&reply);
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

enum status decode_list_alarms(struct rpc_request *request, struct alarm_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__list_variance_alarms_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListVarianceAlarmsRequest *asked =
        (const Millrace__ListVarianceAlarmsRequest *)message;
    query->noted = asked->noted;
    status = page_after(asked->after, &query->after, &request->fault);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, ALARMS_PAGE_MAX,
                                            &query->limit, &request->fault)
                               : status;
}

enum status decode_note_alarm(struct rpc_request *request, struct alarm_note *note)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__note_variance_alarm_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__NoteVarianceAlarmRequest *asked =
        (const Millrace__NoteVarianceAlarmRequest *)message;
    *note =
        (struct alarm_note){.work_order = text_of(asked->work_order), .note = text_of(asked->note)};
    if (!asked->work_order)
        return fault_set(&request->fault, STATUS_INVALID, "work_order", "work_order is missing");
    if (note->note.length == 0 || note->note.length > ALARM_NOTE_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "note", "a note has 1 to %d bytes",
                         ALARM_NOTE_MAX);
    return STATUS_OK;
}

enum status encode_noted(struct command *command, size_t count, struct fault *fault)
{
    Millrace__NoteVarianceAlarmReply reply;
    millrace__note_variance_alarm_reply__init(&reply);
    reply.has_alarms = true;
    reply.alarms = (uint32_t)count;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

static void fill_alarm(Millrace__VarianceAlarm *out, const struct sql_value *v, struct arena *arena,
                       bool *ok)
{
    int64_t pct = 0;
    millrace__variance_alarm__init(out);
    out->has_posted_seq = out->has_effective_on = out->has_variance_e4 = true;
    out->has_standard_e4 = out->has_raised_at_us = true;
    out->posted_seq = (uint64_t)v[0].as.integer;
    out->work_order = page_text(v[1].as.text, arena, ok);
    out->item = page_text(v[2].as.text, arena, ok);
    out->effective_on = v[3].as.day;
    out->variance_e4 = v[4].as.amount.e4;
    out->standard_e4 = v[5].as.amount.e4;
    out->raised_at_us = v[6].as.integer;
    out->noted_by = v[7].null ? NULL : page_text(v[7].as.text, arena, ok);
    out->note = v[8].null ? NULL : page_text(v[8].as.text, arena, ok);
    out->has_percent_micro =
        out->standard_e4 > 0 &&
        int128_narrow(div_half_away((int128)100 * QTY_SCALE * out->variance_e4, out->standard_e4),
                      &pct);
    out->percent_micro = pct;
}

enum status encode_alarms(struct rpc_request *request, const struct sql_rows *rows, bool more)
{
    Millrace__ListVarianceAlarmsReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_variance_alarms_reply__init(&reply);
    Millrace__VarianceAlarm *out = arena_alloc(arena, rows->count + 1, sizeof *out);
    reply.alarms = arena_alloc(arena, rows->count + 1, sizeof *reply.alarms);
    if (!out || !reply.alarms)
        return full(request);
    for (size_t i = 0; i < rows->count; i++) {
        fill_alarm(&out[i], sql_at(rows, i, 0), arena, &ok);
        reply.alarms[i] = &out[i];
    }
    reply.n_alarms = rows->count;
    reply.next = more ? page_next(sql_at(rows, rows->count - 1, 0)->as.integer, arena, &ok) : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault) : full(request);
}
