#include "services/cost/alarm.h"

static enum status set_work(struct command *command, const void *asked, struct fault *fault)
{
    enum status status = store_set_alarm(command, asked, fault);
    return status == STATUS_OK ? encode_alarm_limits(command, fault) : status;
}

enum status handle_set_alarm(struct rpc_request *request)
{
    struct alarm_limits limits;
    enum status status = decode_alarm_limits(request, &limits);
    return status == STATUS_OK ? command_run(request, set_work, &limits, NULL) : status;
}

enum status handle_list_alarms(struct rpc_request *request)
{
    struct alarm_query query;
    struct sql_rows rows;
    enum status status = decode_list_alarms(request, &query);
    if (status == STATUS_OK)
        status = store_alarms(request->sql, text_of(request->plant), &query, request->arena, &rows,
                              &request->fault);
    return status == STATUS_OK ? encode_alarms(request, &rows, rows.count == query.limit) : status;
}

static enum status note_work(struct command *command, const void *asked, struct fault *fault)
{
    struct alarm_note note = *(const struct alarm_note *)asked;
    size_t count;
    note.by = text_of(command->request->principal.name);
    enum status status =
        store_note_alarm(command->sql, command->plant, &note, command->arena, &count, fault);
    if (status == STATUS_OK && count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "work_order",
                         "work order \"%.*s\" has no alarm that is not noted",
                         (int)note.work_order.length, note.work_order.bytes);
    return status == STATUS_OK ? encode_noted(command, count, fault) : status;
}

enum status handle_note_alarm(struct rpc_request *request)
{
    struct alarm_note note;
    enum status status = decode_note_alarm(request, &note);
    return status == STATUS_OK ? command_run(request, note_work, &note, NULL) : status;
}
