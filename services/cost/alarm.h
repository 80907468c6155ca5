#ifndef MILLRACE_COST_ALARM_H
#define MILLRACE_COST_ALARM_H

#include "common/ledger/command.h"
#include "services/cost/alarm_store.h"

/*
 * Tolerance alarms: an order whose variance, when it is split after its close, passes the plant's
 * limit (an amount, or percent of the standard of what was received) is listed for finance and the
 * supervisors until one of them has noted it.  An order that is opened again has none.
 */
rpc_handler_fn handle_set_alarm;
rpc_handler_fn handle_list_alarms;
rpc_handler_fn handle_note_alarm;

/* ---- of alarm_codec.c ---- */

#define ALARMS_PAGE_MAX 500
#define ALARM_NOTE_MAX  500

enum status decode_alarm_limits(struct rpc_request *request,
                                struct alarm_limits *limits) MUST_CHECK;
enum status decode_list_alarms(struct rpc_request *request, struct alarm_query *query) MUST_CHECK;
enum status decode_note_alarm(struct rpc_request *request, struct alarm_note *note) MUST_CHECK;
enum status encode_alarm_limits(struct command *command, struct fault *fault) MUST_CHECK;
enum status encode_noted(struct command *command, size_t count, struct fault *fault) MUST_CHECK;
enum status encode_alarms(struct rpc_request *request, const struct sql_rows *rows,
                          bool more) MUST_CHECK;

#endif
