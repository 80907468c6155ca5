/* The MRP service: keeps each plant's plan current and answers questions about it. */

#include "common/io/rpc.h"
#include "services/mrp/audit_rpc.h"
#include "services/mrp/consumption_rpc.h"
#include "services/mrp/keep_rpc.h"
#include "services/mrp/look_rpc.h"
#include "services/mrp/mark_rpc.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/mrp_store.h"
#include "services/mrp/planner.h"
#include "services/mrp/promise_rpc.h"
#include "services/mrp/proposal_rpc.h"
#include "services/mrp/simulate_rpc.h"
#include "services/mrp/simulation_rpc.h"

static enum status handle_get_plan_state(struct rpc_request *request)
{
    struct plan_state state;
    enum status status = store_plan_state(request->sql, text_of(request->plant), request->arena,
                                          &state, &request->fault);
    struct audit_note audit;
    if (status == STATUS_OK)
        status = audit_last(request->sql, text_of(request->plant), request->arena, &audit,
                            &request->fault);
    return status == STATUS_OK ? encode_plan_state(request, &state, &audit) : status;
}

/* The plan has transactions of its own: who asked for it is written when it is there. */
static enum status handle_run_plan(struct rpc_request *request)
{
    struct plan_state state;
    struct act_of_object of = store_plan_told(request);
    struct act_change told = act_change_of(&of);
    enum status status = act_begin(request->sql, &told, &request->fault);
    if (status == STATUS_OK)
        status = planner_run(request->service, request->sql, text_of(request->plant), &state,
                             &request->fault);
    if (status == STATUS_OK)
        status = act_end(request->sql, &told, &request->fault);
    return status == STATUS_OK ? encode_run_plan(request, &state) : status;
}

static enum status handle_list_planned_orders(struct rpc_request *request)
{
    struct planned_order_query query;
    struct planned_order *orders;
    struct plan_state state;
    size_t count;

    enum status status = decode_list_planned_orders(request, &query);
    if (status == STATUS_OK)
        status =
            store_plan_state(request->sql, query.plant, request->arena, &state, &request->fault);
    if (status == STATUS_OK)
        status = store_list_planned_orders(request->sql, &query, request->arena, &orders, &count,
                                           &request->fault);
    if (status != STATUS_OK)
        return status;
    return encode_planned_orders(request, orders, count, count == query.limit, state.plan_version);
}

/* Before the first plan of this process those of the last one are in the database. */
static enum status handle_list_plan_messages(struct rpc_request *request)
{
    struct message_query query;
    struct planner_message *messages;
    size_t count;

    enum status status = look_messages(request);
    if (status != STATUS_NOT_FOUND)
        return status;
    request->fault = (struct fault){.status = STATUS_OK};
    status = decode_list_messages(request, &query);
    if (status == STATUS_OK)
        status = store_list_messages(request->sql, &query, request->arena, &messages, &count,
                                     &request->fault);
    return status == STATUS_OK ? encode_messages(request, messages, count, count == query.limit)
                               : status;
}

static enum status mrp_open(const struct conf *conf, void **service, struct fault *fault)
{
    struct planner *planner;
    enum status status = planner_start(conf, &planner, fault);
    if (status == STATUS_OK)
        *service = planner;
    return status;
}

static const char *mrp_ready(void *service)
{
    return planner_waiting_for(service);
}

static void mrp_close(void *service)
{
    struct planner *planner = service;
    planner_stop(&planner);
}

static uint32_t mrp_elsewhere(void *service, const char *plant)
{
    return owner_elsewhere(planner_owner(service), text_of(plant));
}

static const struct rpc_method methods[] = {
    {"GetPlanState", handle_get_plan_state},
    {"RunPlan", handle_run_plan},
    {"ListPlannedOrders", handle_list_planned_orders},
    {"ListPlanMessages", handle_list_plan_messages},
    {"ListShortages", look_shortages},
    {"GetStockRequirements", look_stock_requirements},
    {"GetPlannedOrder", look_planned_order},
    {"ListForecastConsumption", consumption_list},
    {"ListPegging", look_pegging},
    {"ListLoad", look_load},
    {"GetPromise", look_promise},
    {"PromiseSalesOrder", promise_order},
    {"GetSimulation", simulate_get},
    {"SaveSimulation", simulation_save},
    {"ListSimulations", simulation_list},
    {"DiscardSimulation", simulation_discard},
    {"ApplySimulation", simulation_apply},
    {"ApplyMessages", proposal_apply},
    {"KeepPlan", keep_plan},
    {"ListKeptPlans", keep_list},
    {"DropKeptPlan", keep_drop},
    {"ListPlanChanges", keep_changes},
    {"NotePlannedOrder", mark_note},
    {"RejectPlannedOrder", mark_reject},
    {"RestorePlannedOrder", mark_restore},
    {"AuditPlan", audit_plan},
};

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Mrp",
        .process = "mrp",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = mrp_descriptor,
        .schema = &mrp_schema,
        .open = mrp_open,
        .ready = mrp_ready,
        .close = mrp_close,
        .elsewhere = mrp_elsewhere,
    };
    return rpc_serve(&service, argc, argv);
}
