#ifndef MILLRACE_ORDER_LIFE_H
#define MILLRACE_ORDER_LIFE_H

#include "common/io/rpc.h"

/* Handlers of what happens to an order after it was entered, of forecasts, and of CSV. */
enum status handle_change_purchase(struct rpc_request *request);
enum status handle_approve_purchase(struct rpc_request *request);
enum status handle_send_purchase(struct rpc_request *request);
enum status handle_close_purchase(struct rpc_request *request);
enum status handle_cancel_purchase(struct rpc_request *request);
enum status handle_change_sale(struct rpc_request *request);
enum status handle_close_sale(struct rpc_request *request);
enum status handle_cancel_sale(struct rpc_request *request);
enum status handle_get_purchase(struct rpc_request *request);
enum status handle_get_sale(struct rpc_request *request);
enum status handle_set_forecast(struct rpc_request *request);
enum status handle_set_rule(struct rpc_request *request);
enum status handle_list_forecasts(struct rpc_request *request);
enum status handle_list_changes(struct rpc_request *request);
enum status handle_import_orders(struct rpc_request *request);         /* import.c */
enum status handle_reschedule_work_order(struct rpc_request *request); /* reschedule.c */

#endif
