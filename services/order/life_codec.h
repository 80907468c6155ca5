#ifndef MILLRACE_ORDER_LIFE_CODEC_H
#define MILLRACE_ORDER_LIFE_CODEC_H

#include "services/order/life_store.h"
#include "services/order/reschedule_store.h"

/* The messages of commands beside the posting path; commands live in the request's arena. */
enum status decode_change_order(struct rpc_request *request, bool sales,
                                struct life_command *out) MUST_CHECK;
enum status decode_step_order(struct rpc_request *request, struct life_command *out) MUST_CHECK;
enum status decode_get_order(struct rpc_request *request, struct text *order_id) MUST_CHECK;
enum status decode_set_forecast(struct rpc_request *request, struct forecast_row *out) MUST_CHECK;
enum status decode_order_rule(struct rpc_request *request, struct amount *approve_above) MUST_CHECK;

struct import_command {
    struct text kind;
    struct text csv;
};

enum status decode_import_orders(struct rpc_request *request,
                                 struct import_command *out) MUST_CHECK;
enum status encode_import_orders(struct command *command, size_t orders, size_t lines,
                                 struct fault *fault) MUST_CHECK;

/* `terms` as command->reply, and as the packed Event of its number (kind 3 or 4). */
enum status encode_terms(struct command *command, const struct life_terms *terms,
                         struct fault *fault) MUST_CHECK;
enum status put_terms_event(struct command *command, const struct life_terms *terms,
                            struct fault *fault) MUST_CHECK;

enum status encode_set_forecast(struct command *command, const struct forecast_row *row,
                                struct fault *fault) MUST_CHECK;
enum status put_forecast_event(struct command *command, const struct forecast_row *row,
                               struct fault *fault) MUST_CHECK;
enum status encode_order_rule(struct command *command, struct fault *fault) MUST_CHECK;

enum status decode_list_forecasts(struct rpc_request *request, struct text *item, int64_t *after,
                                  size_t *limit) MUST_CHECK;
/* `rows` holds one more than a page where there is another. */
enum status encode_forecasts(struct rpc_request *request, const struct forecast_row *rows,
                             size_t count, size_t limit) MUST_CHECK;
enum status decode_list_changes(struct rpc_request *request, struct change_query *query) MUST_CHECK;
enum status encode_changes(struct rpc_request *request, const struct sql_rows *rows,
                           size_t limit) MUST_CHECK;

enum status decode_reschedule(struct rpc_request *request,
                              struct reschedule_command *out) MUST_CHECK;
enum status encode_reschedule(struct command *command, const struct work_days *days,
                              struct fault *fault) MUST_CHECK;
enum status put_work_days_event(struct command *command, const struct work_days *days,
                                struct fault *fault) MUST_CHECK;

#endif
