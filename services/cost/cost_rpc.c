/* The cost service: what orders cost, what is in process, what items should cost. */

#include "common/io/rpc.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "services/cost/actual.h"
#include "services/cost/alarm.h"
#include "services/cost/books.h"
#include "services/cost/cost_codec.h"
#include "services/cost/cost_store.h"
#include "services/cost/figures.h"
#include "services/cost/invoice.h"
#include "services/cost/material.h"
#include "services/cost/order_cost_core.h"
#include "services/cost/report.h"
#include "services/cost/rollup_core.h"
#include "services/cost/version.h"
#include "services/cost/what_if.h"

#define ROLLUP_ARENA_MAX (2048 * MIB)

static enum status handle_get_order_cost(struct rpc_request *request)
{
    struct text work_order;
    struct cost_order order;
    struct cost_report report;
    enum status status = decode_get_order_cost(request, &work_order);
    if (status == STATUS_OK)
        status = store_cost_order(request->sql, text_of(request->plant), work_order, request->arena,
                                  &order, &request->fault);
    if (status == STATUS_OK)
        status = order_cost(&order, request->arena, &report, &request->fault);
    return status == STATUS_OK ? encode_order_cost(request, &report) : status;
}

static enum status handle_list_wip(struct rpc_request *request)
{
    struct wip_query query;
    struct wip_row *rows;
    size_t count;
    enum status status = decode_list_wip(request, &query);
    if (status == STATUS_OK)
        status =
            store_list_wip(request->sql, &query, request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_wip(request, rows, count, count == query.limit) : status;
}

/* Items stand in byte order of their codes: the first one after `after` by bisection. */
static uint32_t first_after(const struct plant *plant, struct text after)
{
    uint32_t low = 0;
    uint32_t high = after.length > 0 ? plant->items_count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_cmp(text_of(plant_item_code(plant, middle)), after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status rollup_page(struct rpc_request *request, const struct rollup_query *query,
                               const struct plant *plant, struct arena *arena)
{
    struct cost_page page = {.plant = plant};
    struct bom_graph *graph;
    struct item_cost *costs;
    enum status status = bom_graph_make(plant, arena, &graph, &request->fault);
    if (status == STATUS_OK)
        status = rollup(graph, NO_DATE, arena, &costs, &request->fault);
    if (status != STATUS_OK)
        return status;
    page.costs = costs;
    if (query->item.bytes) {
        page.first = plant_item_find(plant, query->item);
        page.count = 1;
        if (page.first == NO_INDEX)
            return fault_set(&request->fault, STATUS_NOT_FOUND, "item",
                             "item \"%.*s\" does not exist", (int)query->item.length,
                             query->item.bytes);
        return encode_rollup(request, &page);
    }
    page.first = first_after(plant, query->after);
    uint32_t left = plant->items_count - page.first;
    page.count = left < query->limit ? left : (uint32_t)query->limit;
    page.more = left > page.count;
    return encode_rollup(request, &page);
}

static enum status handle_rollup(struct rpc_request *request)
{
    struct rollup_query query;
    struct plant *plant = NULL;
    struct plant_position position;
    enum status status = decode_rollup(request, &query);
    if (status == STATUS_OK)
        status = plant_load(request->sql, text_of(request->plant), PLANT_COSTING, &plant, &position,
                            &request->fault);
    if (status != STATUS_OK)
        return status;
    struct arena *arena = arena_new(ROLLUP_ARENA_MAX);
    status = arena ? rollup_page(request, &query, plant, arena)
                   : fault_set(&request->fault, STATUS_LIMIT, "", "out of memory");
    arena_free(&arena);
    plant_free(&plant);
    return status;
}

static const struct rpc_method methods[] = {
    {"GetOrderCost", handle_get_order_cost},
    {"ListWip", handle_list_wip},
    {"RollUp", handle_rollup},
    {"GetWhatIf", handle_get_what_if},
    {"ListMaterialUse", handle_list_material_use},
    {"GetFigures", handle_get_figures},
    {"SplitVariances", handle_split_variances},
    {"ListVariances", handle_list_variances},
    {"SetAccount", handle_set_account},
    {"ListJournal", handle_list_journal},
    {"ExportJournal", handle_export_journal},
    {"GetTrialBalance", handle_trial_balance},
    {"ExportReport", handle_export_report},
    {"GetReport", handle_get_report},
    {"GetMonth", handle_get_month},
    {"CloseMonth", handle_close_month},
    {"AskReopenMonth", handle_ask_reopen},
    {"ReopenMonth", handle_reopen_month},
    {"EnterInvoice", NULL},
    {"EnterFreight", NULL},
    {"DecideInvoice", NULL},
    {"ReverseInvoice", NULL},
    {"PostLateCosts", NULL},
    {"SetInvoiceTolerance", handle_set_tolerance},
    {"ListInvoices", handle_list_invoices},
    {"SaveCostVersion", handle_save_version},
    {"SimulateCostVersion", handle_simulate_version},
    {"FreezeCostVersion", handle_freeze_version},
    {"MarkCostVersion", handle_mark_version},
    {"ReleaseCostVersion", handle_release_version},
    {"RevertCostVersion", handle_revert_version},
    {"WithdrawCostVersion", handle_withdraw_version},
    {"PostStandards", NULL},
    {"GetCostVersion", handle_get_version},
    {"ListCostVersions", handle_list_versions},
    {"ListVersionCosts", handle_list_version_costs},
    {"GetCostComparison", handle_get_comparison},
    {"GetActualCost", handle_get_actual_cost},
    {"SetVarianceAlarm", handle_set_alarm},
    {"ListVarianceAlarms", handle_list_alarms},
    {"NoteVarianceAlarm", handle_note_alarm},
};

/* Bills and late costs, and new standards, are posted with facts of their own. */
static void cost_batch(struct rpc_request *const *requests, size_t count)
{
    struct rpc_request *parts[2][RPC_BATCH_MAX];
    size_t counts[2] = {0};
    ASSERT(count <= RPC_BATCH_MAX);
    for (size_t i = 0; i < count; i++) {
        bool standards = text_is(text_of(requests[i]->method), "Cost.PostStandards");
        parts[standards][counts[standards]++] = requests[i];
    }
    if (counts[false] > 0)
        invoice_batch(parts[false], counts[false]);
    if (counts[true] > 0)
        standards_batch(parts[true], counts[true]);
}

int main(int argc, char **argv)
{
    const struct rpc_service service = {
        .name = "Cost",
        .process = "cost",
        .methods = methods,
        .method_count = COUNT_OF(methods),
        .descriptor = cost_descriptor,
        .schema = &cost_schema,
        .batch = cost_batch,
        .open = post_open,
        .close = post_close,
    };
    return rpc_serve(&service, argc, argv);
}
