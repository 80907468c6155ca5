/* Orders and forecasts from a CSV text: one command, all or nothing. */

#include "common/base/decimal.h"
#include "common/ledger/post.h"
#include "common/plant/csv.h"
#include "services/order/life.h"
#include "services/order/life_codec.h"

#include <stdio.h>
#include <string.h>

enum column { ORDER, PARTNER, ITEM, QTY, DUE, PRICE, PRIORITY, DAYS, REFERENCE, COLUMNS };

static const char *const column_names[COLUMNS] = {"order", "partner",  "item", "qty",      "due",
                                                  "price", "priority", "days", "reference"};

struct import {
    struct command *command;
    const struct import_command *asked;
    struct csv *csv;
    int place[COLUMNS]; /* -1: the column is not there */
    struct order_rule rule;
    struct life_terms terms; /* the order under way */
    size_t orders;
    size_t lines;
    struct fault *fault;
};

static enum status at_line(struct import *import, uint32_t line, const char *name,
                           const char *problem)
{
    char field[32];
    snprintf(field, sizeof field, "csv:%u.%s", line, name);
    return fault_set(import->fault, STATUS_INVALID, field, "line %u: %s %s", line, name, problem);
}

static enum status item_at_line(struct import *import, uint32_t line, struct text item,
                                const char *problem)
{
    char words[TEXT_CODE_MAX + 32];
    snprintf(words, sizeof words, "\"%.*s\" %s", (int)item.length, item.bytes, problem);
    return at_line(import, line, "item", words);
}

static struct text cell(const struct import *import, const struct csv_row *row, enum column column)
{
    int place = import->place[column];
    return place >= 0 && (uint32_t)place < row->count ? row->fields[place] : text_of("");
}

/* Fields of a row with doubled quotes live in the reader: copies. */
static struct text kept(struct import *import, struct text text)
{
    const char *copy = text_copy(text, import->command->arena);
    return copy ? (struct text){copy, text.length} : text_of("");
}

static enum status read_header(struct import *import)
{
    struct csv_row row;
    for (size_t c = 0; c < COLUMNS; c++)
        import->place[c] = -1;
    if (!csv_next(import->csv, &row) || row.problem)
        return fault_set(import->fault, STATUS_INVALID, "csv", "the header row is missing");
    for (uint32_t i = 0; i < row.count; i++) {
        size_t c = 0;
        while (c < COLUMNS && !text_is(row.fields[i], column_names[c]))
            c++;
        if (c == COLUMNS)
            return fault_set(import->fault, STATUS_INVALID, "csv:1", "column \"%.*s\" is not known",
                             (int)row.fields[i].length, row.fields[i].bytes);
        import->place[c] = (int)i;
    }
    bool forecast = text_is(import->asked->kind, "forecast");
    if (import->place[ITEM] < 0 || import->place[QTY] < 0 || import->place[DUE] < 0 ||
        (!forecast && import->place[ORDER] < 0))
        return fault_set(import->fault, STATUS_INVALID, "csv:1",
                         "the header needs %sitem, qty and due", forecast ? "" : "order, ");
    return STATUS_OK;
}

static enum status read_number(struct import *import, const struct csv_row *row, enum column column,
                               int64_t *out)
{
    struct text text = cell(import, row, column);
    *out = NO_DAYS;
    if (text.length > 0 &&
        (!decimal_parse(text.bytes, text.length, 0, out) || *out < 0 || *out > INT32_MAX))
        return at_line(import, row->line, column_names[column], "is not a whole number");
    return STATUS_OK;
}

static enum status read_line(struct import *import, const struct csv_row *row,
                             struct life_line *out)
{
    struct text qty = cell(import, row, QTY);
    struct text due = cell(import, row, DUE);
    struct text price = cell(import, row, PRICE);
    struct qty cost = {0};
    *out = (struct life_line){
        .item = kept(import, cell(import, row, ITEM)), .promised = NO_DATE, .is_new = true};
    if (!qty_parse(qty.bytes, qty.length, &out->qty) || out->qty.micro <= 0)
        return at_line(import, row->line, "qty", "must be a quantity above zero");
    if (!date_parse(due.bytes, due.length, &out->due))
        return at_line(import, row->line, "due", "must be a day such as 2026-01-31");
    if (price.length > 0 && (!qty_parse(price.bytes, price.length, &cost) || cost.micro < 0))
        return at_line(import, row->line, "price", "must be an amount, not below zero");
    out->price = price.length > 0 ? (struct unitcost){cost.micro} : NO_COST;
    return read_number(import, row, PRIORITY, &out->priority);
}

static enum status check_line(struct import *import, uint32_t at, struct life_line *line)
{
    struct order_facts facts;
    struct command *command = import->command;
    enum status status = store_facts(command->sql, command->plant, &line->item, 1, command->arena,
                                     &facts, import->fault);
    if (status != STATUS_OK)
        return status;
    if (!facts.known || !facts.active)
        return item_at_line(import, at, line->item,
                            facts.known ? "is not active" : "does not exist");
    if (!qty_fits_decimals(line->qty, facts.decimals))
        return at_line(import, at, "qty", "has more decimals than the item");
    if (!text_is(import->asked->kind, "forecast") && line->due < import->rule.first_day)
        return at_line(import, at, "due", "is past");
    if (!cost_given(line->price))
        line->price = import->terms.sales ? (struct unitcost){0} : facts.last_cost;
    return STATUS_OK;
}

static enum status finish_order(struct import *import)
{
    struct life_terms *terms = &import->terms;
    struct amount line;
    if (terms->line_count == 0)
        return STATUS_OK;
    terms->value = (struct amount){0};
    for (size_t i = 0; !terms->sales && i < terms->line_count; i++) {
        if (!amount_extend(terms->lines[i].qty, terms->lines[i].price, &line) ||
            !amount_add(terms->value, line, &terms->value))
            return fault_set(import->fault, STATUS_OVERFLOW, "csv",
                             "value of order \"%.*s\" is out of range", (int)terms->order_id.length,
                             terms->order_id.bytes);
    }
    bool large = !terms->sales && terms->approve_above.e4 != NO_LIMIT.e4 &&
                 terms->value.e4 > terms->approve_above.e4;
    terms->state = terms->sales ? ORDER_OPEN : large ? ORDER_DRAFT : ORDER_SENT;
    enum status status = life_insert(import->command, terms, import->fault);
    if (status == STATUS_OK)
        status = command_take_event(import->command, import->fault);
    if (status == STATUS_OK)
        status = put_terms_event(import->command, terms, import->fault);
    import->orders++;
    terms->line_count = 0;
    return status;
}

static enum status add_line(struct import *import, const struct csv_row *row,
                            const struct life_line *line)
{
    struct life_terms *terms = &import->terms;
    struct text order = cell(import, row, ORDER);
    struct text partner = cell(import, row, PARTNER);
    enum status status = STATUS_OK;
    if (!text_is_code(order))
        return at_line(import, row->line, "order", "is not a code");
    if (terms->line_count > 0 && !text_equal(order, terms->order_id))
        status = finish_order(import);
    if (terms->line_count == 0) {
        terms->order_id = kept(import, order);
        terms->partner = partner.length > 0 ? kept(import, partner) : (struct text){NULL, 0};
    }
    terms->lines[terms->line_count] = *line;
    terms->lines[terms->line_count].line = (int64_t)terms->line_count + 1;
    terms->line_count++;
    return status;
}

static enum status add_forecast(struct import *import, const struct csv_row *row,
                                const struct life_line *line)
{
    struct forecast_row forecast = {.item = line->item, .due = line->due, .qty = line->qty};
    struct text reference = cell(import, row, REFERENCE);
    if (reference.length > 0)
        forecast.reference = kept(import, reference);
    enum status status = read_number(import, row, DAYS, &forecast.days);
    if (status == STATUS_OK && (forecast.days == 0 || forecast.days > 3660) &&
        forecast.days != NO_DAYS)
        status = at_line(import, row->line, "days", "is outside 1..3660");
    if (status == STATUS_OK)
        status = store_set_forecast(import->command, &forecast, import->fault);
    import->orders++;
    return status == STATUS_OK ? put_forecast_event(import->command, &forecast, import->fault)
                               : status;
}

static enum status read_rows(struct import *import)
{
    struct csv_row row;
    bool forecast = text_is(import->asked->kind, "forecast");
    enum status status = STATUS_OK;
    while (status == STATUS_OK && csv_next(import->csv, &row)) {
        struct life_line line;
        if (row.problem)
            return fault_set(import->fault, STATUS_INVALID, "csv", "line %u: %s", row.line,
                             row.problem);
        if (++import->lines > LIFE_LINES_MAX)
            return fault_set(import->fault, STATUS_LIMIT, "csv", "more than %d lines",
                             LIFE_LINES_MAX);
        status = read_line(import, &row, &line);
        if (status == STATUS_OK)
            status = check_line(import, row.line, &line);
        if (status == STATUS_OK)
            status = forecast ? add_forecast(import, &row, &line) : add_line(import, &row, &line);
    }
    if (status == STATUS_OK && import->lines == 0)
        return fault_set(import->fault, STATUS_INVALID, "csv", "no line follows the header");
    return status == STATUS_OK ? finish_order(import) : status;
}

static enum status import_work(struct command *command, const void *request, struct fault *fault)
{
    struct import import = {.command = command, .asked = request, .fault = fault};
    import.csv = arena_alloc(command->arena, 1, sizeof *import.csv);
    import.terms.lines = arena_alloc(command->arena, LIFE_LINES_MAX, sizeof *import.terms.lines);
    if (!import.csv || !import.terms.lines)
        return fault_set(fault, STATUS_LIMIT, "csv", "request does not fit in memory");
    import.terms.sales = text_is(import.asked->kind, "sales");
    if (!import.terms.sales && !text_is(import.asked->kind, "purchase") &&
        !text_is(import.asked->kind, "forecast"))
        return fault_set(fault, STATUS_INVALID, "kind", "kind must be sales, purchase or forecast");
    enum status status =
        store_rule(command->sql, command->plant, command->arena, &import.rule, fault);
    import.terms.version = 1;
    import.terms.approve_above = import.rule.approve_above;
    import.terms.made_by = text_of(command->request->principal.name);
    csv_init(import.csv, import.asked->csv);
    if (status == STATUS_OK)
        status = read_header(&import);
    if (status == STATUS_OK)
        status = read_rows(&import);
    return status == STATUS_OK ? encode_import_orders(command, import.orders, import.lines, fault)
                               : status;
}

enum status handle_import_orders(struct rpc_request *request)
{
    struct import_command asked;
    enum status status = decode_import_orders(request, &asked);
    return status == STATUS_OK
               ? command_run(request, import_work, &asked, post_bell(request->service))
               : status;
}
