#include "services/bom/setting.h"

#include "services/bom/bom_command.h"
#include "services/bom/edit_codec.h"
#include "services/bom/edit_store.h"

enum status handle_get_plant(struct rpc_request *request)
{
    struct setting facts;
    enum status status = setting_load(request->sql, text_of(request->plant), request->arena, &facts,
                                      &request->fault);
    return status != STATUS_OK
               ? status
               : encode_setting(&facts, request->arena, &request->reply, &request->fault);
}

static void apply(const struct setting_change *change, struct setting *facts)
{
    if (change->name.bytes)
        facts->name = change->name;
    if (change->plan_start != SQL_NO_DATE || change->from_today)
        facts->plan_start = change->plan_start;
    if (change->horizon_days >= 0)
        facts->horizon_days = change->horizon_days;
    if (change->time_zone.bytes)
        facts->time_zone = change->time_zone;
    if (change->calendar.bytes)
        facts->calendar = change->calendar;
    if (change->reschedule_days >= 0)
        facts->reschedule_days = change->reschedule_days;
}

static enum status tell(struct command *command, struct fault *fault)
{
    struct text body;
    const struct edit_write told = {.plant = command->plant,
                                    .change_id = text_of(""),
                                    .principal = text_of(command->request->principal.name),
                                    .object = text_of("plant"),
                                    .change_seq = command->event_seq};
    enum status status = encode_master_changed(&told, command->arena, &body, fault);
    return status == STATUS_OK
               ? command_put_event(command, EVENT_MASTER_CHANGED, told.object, body, fault)
               : status;
}

static enum status set_work(struct command *command, const void *asked, struct fault *fault)
{
    struct setting facts;
    enum status status = setting_load(command->sql, command->plant, command->arena, &facts, fault);
    if (status != STATUS_OK)
        return status;
    apply(asked, &facts);
    status = setting_check(command->sql, command->plant, &facts, command->arena, fault);
    if (status == STATUS_OK)
        status = command_take_event(command, fault);
    const struct setting_write write = {.plant = command->plant,
                                        .principal = text_of(command->request->principal.name),
                                        .change_seq = command->event_seq,
                                        .setting = &facts};
    if (status == STATUS_OK)
        status = setting_save(command->sql, &write, command->arena, fault);
    if (status == STATUS_OK)
        status = tell(command, fault);
    facts.version = command->event_seq;
    return status == STATUS_OK ? encode_setting(&facts, command->arena, &command->reply, fault)
                               : status;
}

enum status handle_set_plant(struct rpc_request *request)
{
    struct setting_change change;
    enum status status = decode_set_plant(request, &change);
    return status == STATUS_OK ? bom_run(request, set_work, &change) : status;
}
