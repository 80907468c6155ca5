#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"
#include "services/bom/codec_memory.h"
#include "services/bom/setting.h"

static enum status days_of(struct rpc_request *request, const char *field, uint32_t days,
                           uint32_t least)
{
    if (days >= least && days <= PLANT_DAYS_MAX)
        return STATUS_OK;
    return fault_set(&request->fault, STATUS_INVALID, field, "%s %u is outside %u..%d", field, days,
                     least, PLANT_DAYS_MAX);
}

static enum status check(struct rpc_request *request, const Millrace__SetPlantRequest *asked)
{
    struct fault *fault = &request->fault;
    if (asked->name && text_of(asked->name).length > PLANT_NAME_MAX)
        return fault_set(fault, STATUS_INVALID, "name", "a name has at most %d bytes",
                         PLANT_NAME_MAX);
    if (asked->has_plan_start_on && asked->plan_from_today)
        return fault_set(fault, STATUS_INVALID, "plan_start_on",
                         "plan_start_on and plan_from_today exclude each other");
    if (asked->time_zone && !text_is_code(text_of(asked->time_zone)))
        return fault_set(fault, STATUS_INVALID, "time_zone", "a time zone is needed");
    enum status status = STATUS_OK;
    if (asked->has_horizon_days)
        status = days_of(request, "horizon_days", asked->horizon_days, 1);
    if (status == STATUS_OK && asked->has_reschedule_days)
        status = days_of(request, "reschedule_days", asked->reschedule_days, 0);
    return status;
}

enum status decode_set_plant(struct rpc_request *request, struct setting_change *change)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__set_plant_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetPlantRequest *asked = (const Millrace__SetPlantRequest *)message;
    struct text none = {NULL, 0};
    *change = (struct setting_change){
        .name = asked->name ? text_of(asked->name) : none,
        .plan_start = asked->has_plan_start_on ? asked->plan_start_on : SQL_NO_DATE,
        .from_today = asked->plan_from_today,
        .horizon_days = asked->has_horizon_days ? (int64_t)asked->horizon_days : -1,
        .time_zone = asked->time_zone ? text_of(asked->time_zone) : none,
        .calendar = asked->calendar ? text_of(asked->calendar) : none,
        .reschedule_days = asked->has_reschedule_days ? (int64_t)asked->reschedule_days : -1};
    return check(request, asked);
}

/* In the order of the statement that loads them. */
static void fill_rules(const struct sql_value *v, Millrace__PlantFacts *out)
{
    out->has_approve_above_e4 = !v[0].null;
    out->approve_above_e4 = v[0].as.amount.e4;
    out->has_purchase_approve_above_e4 = !v[1].null;
    out->purchase_approve_above_e4 = v[1].as.amount.e4;
    out->has_unplanned_issue = true;
    out->unplanned_issue = v[2].as.boolean;
    out->has_invoice_tolerance_pct_micro = !v[3].null;
    out->invoice_tolerance_pct_micro = v[3].as.qty.micro;
    out->has_invoice_tolerance_amount_e4 = !v[4].null;
    out->invoice_tolerance_amount_e4 = v[4].as.amount.e4;
    out->has_variance_alarm_pct_micro = !v[5].null;
    out->variance_alarm_pct_micro = v[5].as.qty.micro;
    out->has_variance_alarm_amount_e4 = !v[6].null;
    out->variance_alarm_amount_e4 = v[6].as.amount.e4;
}

enum status encode_setting(const struct setting *facts, struct arena *arena, struct text *reply,
                           struct fault *fault)
{
    Millrace__PlantFacts out = MILLRACE__PLANT_FACTS__INIT;
    bool ok = true;
    out.name = codec_text(facts->name, arena, &ok);
    out.currency = codec_text(facts->currency, arena, &ok);
    out.time_zone = codec_text(facts->time_zone, arena, &ok);
    out.calendar = codec_text(facts->calendar, arena, &ok);
    out.main_location = codec_text(facts->main_location, arena, &ok);
    out.has_plan_start_on = facts->plan_start != SQL_NO_DATE;
    out.plan_start_on = facts->plan_start;
    out.has_horizon_days = out.has_reschedule_days = out.has_version = true;
    out.horizon_days = (uint32_t)facts->horizon_days;
    out.reschedule_days = (uint32_t)facts->reschedule_days;
    out.version = (uint64_t)facts->version;
    fill_rules(facts->rules, &out);
    return ok ? wire_pack(&out.base, arena, reply, fault) : codec_full(fault);
}
