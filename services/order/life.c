#include "services/order/life.h"

#include "common/ledger/post.h"
#include "services/order/life_codec.h"

/* ---- steps and changes ---- */

/* Facts of the items that the command's lines are about: what it names, or the order's own. */
static enum status load_facts(struct command *command, const struct life_command *asked,
                              const struct life_terms *terms, struct life_facts *facts,
                              struct fault *fault)
{
    size_t n = asked->line_count;
    struct text *items = arena_alloc(command->arena, n + 1, sizeof *items);
    struct order_facts *found = arena_alloc(command->arena, n + 1, sizeof *found);
    if (!items || !found)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    for (size_t i = 0; i < n; i++) {
        items[i] = asked->lines[i].item;
        for (size_t k = 0; k < terms->line_count && asked->lines[i].line > 0; k++) {
            if (terms->lines[k].line == asked->lines[i].line)
                items[i] = terms->lines[k].item;
        }
    }
    facts->principal = text_of(command->request->principal.name);
    facts->items = found;
    enum status status =
        store_rule(command->sql, command->plant, command->arena, &facts->rule, fault);
    return status == STATUS_OK && n > 0
               ? store_facts(command->sql, command->plant, items, n, command->arena, found, fault)
               : status;
}

static enum status life_work(struct command *command, const void *request, struct fault *fault)
{
    const struct life_command *asked = request;
    struct life_terms terms;
    struct life_facts facts = {0};
    struct life_changes changes = {.arena = command->arena};
    enum status status = life_load(command, asked->sales, asked->order_id, true, &terms, fault);
    if (status == STATUS_OK)
        status = load_facts(command, asked, &terms, &facts, fault);
    if (status == STATUS_OK)
        status = life_decide(asked, &facts, &terms, &changes, fault);
    if (status == STATUS_OK)
        status = command_take_event(command, fault);
    if (status == STATUS_OK)
        status = life_write(command, &terms, &changes, asked->reason, fault);
    if (status == STATUS_OK)
        status = put_terms_event(command, &terms, fault);
    return status == STATUS_OK ? encode_terms(command, &terms, fault) : status;
}

static enum status change(struct rpc_request *request, bool sales)
{
    struct life_command asked;
    enum status status = decode_change_order(request, sales, &asked);
    return status == STATUS_OK
               ? command_run(request, life_work, &asked, post_bell(request->service))
               : status;
}

static enum status take_step(struct rpc_request *request, bool sales, enum life_step step)
{
    struct life_command asked = {.step = step, .sales = sales};
    enum status status = decode_step_order(request, &asked);
    return status == STATUS_OK
               ? command_run(request, life_work, &asked, post_bell(request->service))
               : status;
}

enum status handle_change_purchase(struct rpc_request *request)
{
    return change(request, false);
}

enum status handle_approve_purchase(struct rpc_request *request)
{
    return take_step(request, false, LIFE_APPROVE);
}

enum status handle_send_purchase(struct rpc_request *request)
{
    return take_step(request, false, LIFE_SEND);
}

enum status handle_close_purchase(struct rpc_request *request)
{
    return take_step(request, false, LIFE_CLOSE);
}

enum status handle_cancel_purchase(struct rpc_request *request)
{
    return take_step(request, false, LIFE_CANCEL);
}

enum status handle_change_sale(struct rpc_request *request)
{
    return change(request, true);
}

enum status handle_close_sale(struct rpc_request *request)
{
    return take_step(request, true, LIFE_CLOSE);
}

enum status handle_cancel_sale(struct rpc_request *request)
{
    return take_step(request, true, LIFE_CANCEL);
}

/* ---- reading one ---- */

static enum status get(struct rpc_request *request, bool sales)
{
    struct text order_id;
    struct life_terms terms;
    struct command command = {.request = request,
                              .plant = text_of(request->plant),
                              .sql = request->sql,
                              .arena = request->arena};
    enum status status = decode_get_order(request, &order_id);
    if (status == STATUS_OK)
        status = life_load(&command, sales, order_id, false, &terms, &request->fault);
    if (status == STATUS_OK)
        status = encode_terms(&command, &terms, &request->fault);
    request->reply = command.reply;
    return status;
}

enum status handle_get_purchase(struct rpc_request *request)
{
    return get(request, false);
}

enum status handle_get_sale(struct rpc_request *request)
{
    return get(request, true);
}

/* ---- forecasts ---- */

static enum status check_forecast_item(struct command *command, const struct forecast_row *row,
                                       struct fault *fault)
{
    struct order_facts facts;
    char shown[QTY_TEXT_MAX];
    enum status status =
        store_facts(command->sql, command->plant, &row->item, 1, command->arena, &facts, fault);
    if (status != STATUS_OK || row->qty.micro == 0)
        return status;
    if (!facts.known || !facts.active)
        return fault_set(fault, facts.known ? STATUS_INVALID : STATUS_NOT_FOUND, "item",
                         "item \"%.*s\" %s", (int)row->item.length, row->item.bytes,
                         facts.known ? "is not active" : "does not exist");
    if (qty_fits_decimals(row->qty, facts.decimals))
        return STATUS_OK;
    qty_format(row->qty, shown);
    return fault_set(fault, STATUS_INVALID, "quantity",
                     "quantity %s has more than the %d decimals of item \"%.*s\"", shown,
                     facts.decimals, (int)row->item.length, row->item.bytes);
}

/* A bucket that has ended lapses: it would change nothing. */
static enum status check_forecast_days(struct command *command, const struct forecast_row *row,
                                       struct fault *fault)
{
    struct order_rule rule;
    char last[DATE_TEXT_MAX];
    enum status status = store_rule(command->sql, command->plant, command->arena, &rule, fault);
    date end = row->due + (date)(row->days == NO_DAYS ? 1 : row->days) - 1;
    if (status != STATUS_OK || end >= rule.first_day)
        return status;
    date_format(end, last);
    return fault_set(fault, STATUS_INVALID, "due_on", "the forecast's last day %s is past", last);
}

static enum status forecast_work(struct command *command, const void *request, struct fault *fault)
{
    struct forecast_row row = *(const struct forecast_row *)request;
    enum status status = check_forecast_item(command, &row, fault);
    if (status == STATUS_OK && row.qty.micro > 0)
        status = check_forecast_days(command, &row, fault);
    if (status == STATUS_OK)
        status = store_set_forecast(command, &row, fault);
    if (status == STATUS_OK)
        status = put_forecast_event(command, &row, fault);
    return status == STATUS_OK ? encode_set_forecast(command, &row, fault) : status;
}

enum status handle_set_forecast(struct rpc_request *request)
{
    struct forecast_row row;
    enum status status = decode_set_forecast(request, &row);
    return status == STATUS_OK
               ? command_run(request, forecast_work, &row, post_bell(request->service))
               : status;
}

enum status handle_list_forecasts(struct rpc_request *request)
{
    struct text item;
    int64_t after;
    size_t limit;
    size_t count;
    struct forecast_row *rows;
    enum status status = decode_list_forecasts(request, &item, &after, &limit);
    if (status == STATUS_OK)
        status = store_forecasts(request->sql, text_of(request->plant), item, after, limit + 1,
                                 request->arena, &rows, &count, &request->fault);
    return status == STATUS_OK ? encode_forecasts(request, rows, count, limit) : status;
}

/* ---- the rule, the record ---- */

static enum status rule_work(struct command *command, const void *request, struct fault *fault)
{
    const struct amount *limit = request;
    enum status status = store_set_rule(command, *limit, fault);
    return status == STATUS_OK ? encode_order_rule(command, fault) : status;
}

enum status handle_set_rule(struct rpc_request *request)
{
    struct amount limit;
    enum status status = decode_order_rule(request, &limit);
    return status == STATUS_OK ? command_run(request, rule_work, &limit, NULL) : status;
}

enum status handle_list_changes(struct rpc_request *request)
{
    struct change_query query;
    struct sql_rows rows;
    enum status status = decode_list_changes(request, &query);
    if (status != STATUS_OK)
        return status;
    size_t limit = query.limit++; /* one more tells whether there is a next page */
    status = store_changes(request->sql, text_of(request->plant), &query, request->arena, &rows,
                           &request->fault);
    return status == STATUS_OK ? encode_changes(request, &rows, limit) : status;
}
