#include "services/order/life_store.h"

/* clang-format off */
enum {
    LOCK_PURCHASE, PURCHASE_HEAD, LOCK_SALES, SALES_HEAD, PURCHASE_LINES, SALES_LINES, SET_PURCHASE, SET_SALES,
    SET_PURCHASE_LINES, SET_SALES_LINES, PUT_PURCHASE_LINES, PUT_SALES_LINES, PUT_CHANGES, PUT_PURCHASE, PUT_SALES,
    FACTS, RULE, PLANT_KNOWN, RULE_STATE, SET_RULE, NEXT_FORECAST, PUT_FORECAST, DROP_FORECAST, FORECAST_STATE, FORECASTS, CHANGES
};

#define HEAD_OF_PURCHASE "SELECT purchase_order, supplier, source_plant, made_by, approved_by, state, version, value," \
    " approve_above FROM purchase_order WHERE plant_id = $1 AND purchase_order = $2"
#define HEAD_OF_SALES "SELECT sales_order, customer, to_plant, made_by, NULL::text, state, version, 0::numeric(18,4)," \
    " NULL::numeric(18,4) FROM sales_order WHERE plant_id = $1 AND sales_order = $2"
#define LINES_IN "unnest($2::text[], $3::integer[], $4::text[], $5::numeric[], $6::numeric[], $7::date[], $8::integer[])" \
    " AS t (o, l, i, q, p, d, r)"

static const struct sql_statement statements[] = {
    [LOCK_PURCHASE] = {"life.lock_purchase", HEAD_OF_PURCHASE " FOR NO KEY UPDATE", "tt", "ttttttiaa"},
    [PURCHASE_HEAD] = {"life.purchase_head", HEAD_OF_PURCHASE, "tt", "ttttttiaa"},
    [LOCK_SALES] = {"life.lock_sales", HEAD_OF_SALES " FOR NO KEY UPDATE", "tt", "ttttttiaa"},
    [SALES_HEAD] = {"life.sales_head", HEAD_OF_SALES, "tt", "ttttttiaa"},
    [PURCHASE_LINES] = {"life.purchase_lines",
        "SELECT line, item, qty, received_qty, price, due, NULL::integer, NULL::date, '' FROM purchase_order_line"
        " WHERE plant_id = $1 AND purchase_order = $2 ORDER BY line", "tt", "ntqqcdndt"},
    [SALES_LINES] = {"life.sales_lines",
        "SELECT line, item, qty, shipped_qty, price, due, priority, promised_on, promise_limit FROM sales_order_line"
        " WHERE plant_id = $1 AND sales_order = $2 ORDER BY line", "tt", "ntqqcdndt"},
    [SET_PURCHASE] = {"life.set_purchase",
        "UPDATE purchase_order SET state = $3, version = $4, value = $5, approve_above = $6, made_by = $7,"
        " approved_by = $8 WHERE plant_id = $1 AND purchase_order = $2", "tttiaatt", ""},
    [SET_SALES] = {"life.set_sales",
        "UPDATE sales_order SET state = $3, version = $4, made_by = $5 WHERE plant_id = $1 AND sales_order = $2",
        "tttit", ""},
    [SET_PURCHASE_LINES] = {"life.set_purchase_lines",
        "UPDATE purchase_order_line x SET qty = t.q, price = t.p, due = t.d FROM " LINES_IN
        " WHERE x.plant_id = $1 AND x.purchase_order = t.o AND x.line = t.l", "tTNTQCDN", ""},
    [SET_SALES_LINES] = {"life.set_sales_lines",
        "UPDATE sales_order_line x SET qty = t.q, price = t.p, due = t.d, priority = nullif(t.r, -2147483648),"
        /* a promise is of this day and no more than this */
        " promised_on = CASE WHEN t.q <= x.qty AND t.d = x.due THEN x.promised_on END,"
        " promise_limit = CASE WHEN t.q <= x.qty AND t.d = x.due THEN x.promise_limit ELSE '' END,"
        " promised_by = CASE WHEN t.q <= x.qty AND t.d = x.due THEN x.promised_by END FROM " LINES_IN
        " WHERE x.plant_id = $1 AND x.sales_order = t.o AND x.line = t.l", "tTNTQCDN", ""},
    [PUT_PURCHASE_LINES] = {"life.put_purchase_lines",
        "INSERT INTO purchase_order_line (plant_id, purchase_order, line, item, qty, price, due)"
        " SELECT a.plant_id, t.o, t.l, t.i, t.q, t.p, t.d FROM plant_seq a, " LINES_IN
        " WHERE a.plant_id = $1", "tTNTQCDN", ""},
    [PUT_SALES_LINES] = {"life.put_sales_lines",
        "INSERT INTO sales_order_line (plant_id, sales_order, line, item, qty, price, due, priority)"
        " SELECT a.plant_id, t.o, t.l, t.i, t.q, t.p, t.d, nullif(t.r, -2147483648) FROM plant_seq a, " LINES_IN
        " WHERE a.plant_id = $1", "tTNTQCDN", ""},
    [PUT_CHANGES] = {"life.put_changes",
        "INSERT INTO order_change (plant_id, event_seq, place, kind, order_id, what, line, before, after, reason,"
        " changed_by) SELECT a.plant_id, $2, t.n, $3, $4, t.w, t.l, t.b, t.x, $5, $6 FROM plant_seq a,"
        " unnest($7::text[], $8::integer[], $9::text[], $10::text[]) WITH ORDINALITY AS t (w, l, b, x, n)"
        " WHERE a.plant_id = $1", "titttt" "TNTT", ""},
    [PUT_PURCHASE] = {"life.put_purchase",
        "INSERT INTO purchase_order (plant_id, purchase_order, supplier, state, value, approve_above, made_by,"
        " source_plant) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", "ttttaatt", ""},
    [PUT_SALES] = {"life.put_sales",
        "INSERT INTO sales_order (plant_id, sales_order, customer, state, made_by, to_plant)"
        " VALUES ($1, $2, $3, $4, $5, $6)", "tttttt", ""},
    [FACTS] = {"life.facts",
        "SELECT coalesce(i.yield_pct, 100), i.item IS NOT NULL, coalesce(i.active, true), coalesce(i.uom, ''),"
        " coalesce(i.decimals, CASE i.uom WHEN 'KG' THEN 3 ELSE 0 END), coalesce(s.last_cost, i.unit_cost, 0), i.source_plant,"
        " coalesce(i.lead_time_days, 0)"
        " FROM unnest($2::text[]) WITH ORDINALITY AS w (item, n)"
        " LEFT JOIN item i ON i.plant_id = $1 AND i.item = w.item"
        " LEFT JOIN stock_item s ON s.plant_id = $1 AND s.item = w.item ORDER BY w.n", "tT", "qbbtnctn"},
    [RULE] = {"life.rule",
        "SELECT s.purchase_approve_above, least(coalesce(p.plan_start, (now() AT TIME ZONE p.time_zone)::date),"
        " (now() AT TIME ZONE p.time_zone)::date) FROM plant p JOIN plant_seq s ON s.plant_id = p.plant_id"
        " WHERE p.plant_id = $1", "t", "ad"},
    [PLANT_KNOWN] = {"life.plant_known",
        "SELECT count(*) > 0 FROM plant_seq WHERE plant_id = $1", "t", "b"},
    [RULE_STATE] = {"life.rule_state",
        "SELECT jsonb_build_object('purchase_approve_above', purchase_approve_above)::text FROM plant_seq"
        " WHERE plant_id = $1 FOR NO KEY UPDATE", "t", "t"},
    [SET_RULE] = {"life.set_rule",
        "UPDATE plant_seq SET purchase_approve_above = $2::numeric WHERE plant_id = $1", "ta", ""},
    [NEXT_FORECAST] = {"life.next_forecast",
        "SELECT coalesce(max(row_no), 0) + 1 FROM forecast WHERE plant_id = $1", "t", "n"},
    [PUT_FORECAST] = {"life.put_forecast",
        "INSERT INTO forecast (plant_id, row_no, item, due, qty, days, reference, customer, segment)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (plant_id, row_no) DO UPDATE SET"
        " item = excluded.item, due = excluded.due, qty = excluded.qty, days = excluded.days,"
        " reference = excluded.reference, customer = excluded.customer, segment = excluded.segment",
        "tntdqnttt", ""},
    [DROP_FORECAST] = {"life.drop_forecast",
        "DELETE FROM forecast WHERE plant_id = $1 AND row_no = $2", "tn", ""},
    [FORECAST_STATE] = {"life.forecast_state",
        "SELECT jsonb_strip_nulls(jsonb_build_object('row', row_no, 'quantity', qty, 'due_on', due, 'days', days, 'reference',"
        " reference, 'customer', customer, 'segment', segment))::text FROM forecast WHERE plant_id = $1 AND row_no = $2"
        " FOR NO KEY UPDATE", "tn", "t"},
    [FORECASTS] = {"life.forecasts",
        "SELECT row_no, item, due, days, qty, reference, customer, segment FROM forecast WHERE plant_id = $1"
        " AND row_no > $2 AND ($3 = '' OR item = $3) ORDER BY row_no LIMIT $4", "tnti", "ntdnqttt"},
    [CHANGES] = {"life.changes",
        "SELECT kind, order_id, what, line, before, after, reason, changed_by, changed_at, event_seq, place"
        " FROM order_change WHERE plant_id = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR order_id = $3)"
        " AND event_seq * 4096 + place < $4 ORDER BY event_seq DESC, place DESC LIMIT $5", "tttii", "tttnttttzin"},
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"purchase_order_line_plant_id_item_fkey", STATUS_NOT_FOUND, "lines", "an item does not exist"},
    {"sales_order_line_plant_id_item_fkey", STATUS_NOT_FOUND, "lines", "an item does not exist"},
    {"forecast_plant_id_item_fkey", STATUS_NOT_FOUND, "item", "the item does not exist"},
};

static const struct sql_schema *const parts[] = {&command_schema, NULL};

const struct sql_schema life_schema = {.statements = statements,
                                       .statement_count = COUNT_OF(statements),
                                       .constraints = constraints,
                                       .constraint_count = COUNT_OF(constraints),
                                       .parts = parts};

static struct text text_or_none(const struct sql_value *v)
{
    return v->null ? (struct text){NULL, 0} : v->as.text;
}

static struct sql_value sql_or_null(struct text text)
{
    return (struct sql_value){.null = !text.bytes, .as.text = text};
}

static struct sql_value limit_or_null(struct amount limit)
{
    return (struct sql_value){.null = limit.e4 == NO_LIMIT.e4, .as.amount = limit};
}

/* ---- loading ---- */

static enum status load_lines(struct command *command, struct life_terms *terms,
                              const struct sql_value *params, struct fault *fault)
{
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[terms->sales ? SALES_LINES : PURCHASE_LINES], params,
                command->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    size_t room = rows.count > LIFE_LINES_MAX ? rows.count : LIFE_LINES_MAX;
    terms->lines = arena_alloc(command->arena, room, sizeof *terms->lines);
    if (!terms->lines)
        return fault_set(fault, STATUS_LIMIT, "", "order does not fit in memory");
    terms->line_count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        terms->lines[i] = (struct life_line){
            .line = v[0].as.integer,
            .item = v[1].as.text,
            .qty = v[2].as.qty,
            .done = v[3].as.qty,
            .price = v[4].as.unitcost,
            .due = v[5].as.day,
            .priority = v[6].null ? NO_DAYS : v[6].as.integer,
            .promised = v[7].null ? NO_DATE : v[7].as.day,
            .promise_limit = v[8].as.text,
        };
    }
    return STATUS_OK;
}

enum status life_load(struct command *command, bool sales, struct text order_id, bool lock,
                      struct life_terms *terms, struct fault *fault)
{
    static const unsigned heads[2][2] = {{PURCHASE_HEAD, LOCK_PURCHASE}, {SALES_HEAD, LOCK_SALES}};
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(order_id)};
    struct sql_rows rows;
    *terms = (struct life_terms){.sales = sales};
    enum status status = sql_run(command->sql, &statements[heads[sales][lock]], params,
                                 command->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "order_id", "%s \"%.*s\" does not exist",
                         sales ? "sales order" : "purchase order", (int)order_id.length,
                         order_id.bytes);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    terms->order_id = v[0].as.text;
    terms->partner = text_or_none(&v[1]);
    terms->other_plant = text_or_none(&v[2]);
    terms->made_by = text_or_none(&v[3]);
    terms->approved_by = text_or_none(&v[4]);
    bool known = order_state_parse(v[5].as.text, &terms->state);
    ASSERT(known);
    terms->version = v[6].as.integer;
    terms->value = v[7].as.amount;
    terms->approve_above = v[8].null ? NO_LIMIT : v[8].as.amount;
    return load_lines(command, terms, params, fault);
}

/* ---- writing ---- */

struct line_row {
    struct text order_id;
    int64_t line;
    struct text item;
    struct qty qty;
    struct unitcost price;
    date due;
    int64_t priority;
};

static enum status write_lines(struct command *command, const struct life_terms *terms, bool fresh,
                               struct fault *fault)
{
    static const unsigned places[2][2] = {{SET_PURCHASE_LINES, PUT_PURCHASE_LINES},
                                          {SET_SALES_LINES, PUT_SALES_LINES}};
    struct line_row *r = arena_alloc(command->arena, terms->line_count + 1, sizeof *r);
    size_t n = 0;
    if (!r)
        return fault_set(fault, STATUS_LIMIT, "", "order does not fit in memory");
    for (size_t i = 0; i < terms->line_count; i++) {
        const struct life_line *line = &terms->lines[i];
        if (fresh ? line->is_new : line->touched)
            r[n++] = (struct line_row){terms->order_id,
                                       line->line,
                                       line->item,
                                       line->qty,
                                       line->price,
                                       line->due,
                                       line->priority == NO_DAYS ? INT32_MIN : line->priority};
    }
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_ARRAY(r, n, order_id),
                                 SQL_ARRAY(r, n, line),    SQL_ARRAY(r, n, item),
                                 SQL_ARRAY(r, n, qty),     SQL_ARRAY(r, n, price),
                                 SQL_ARRAY(r, n, due),     SQL_ARRAY(r, n, priority)};
    return n == 0 ? STATUS_OK
                  : sql_run(command->sql, &statements[places[terms->sales][fresh]], params,
                            command->arena, NULL, fault);
}

static enum status write_changes(struct command *command, const struct life_terms *terms,
                                 const struct life_changes *changes, struct text reason,
                                 struct fault *fault)
{
    const struct life_change *c = changes->rows;
    size_t n = changes->count;
    struct text kind = text_of(terms->sales ? "sales_order" : "purchase_order");
    struct sql_value params[] = {SQL_TEXT(command->plant),
                                 SQL_INT(command->event_seq),
                                 SQL_TEXT(kind),
                                 SQL_TEXT(terms->order_id),
                                 SQL_TEXT(reason.bytes ? reason : text_of("")),
                                 SQL_TEXT(text_of(command->request->principal.name)),
                                 SQL_ARRAY(c, n, what),
                                 SQL_ARRAY(c, n, line),
                                 SQL_ARRAY(c, n, before),
                                 SQL_ARRAY(c, n, after)};
    return n == 0 ? STATUS_OK
                  : sql_run(command->sql, &statements[PUT_CHANGES], params, command->arena, NULL,
                            fault);
}

enum status life_write(struct command *command, const struct life_terms *terms,
                       const struct life_changes *changes, struct text reason, struct fault *fault)
{
    struct text state = text_of(order_state_text(terms->state));
    struct sql_value purchase[] = {SQL_TEXT(command->plant),
                                   SQL_TEXT(terms->order_id),
                                   SQL_TEXT(state),
                                   SQL_INT(terms->version),
                                   SQL_AMOUNT(terms->value),
                                   limit_or_null(terms->approve_above),
                                   sql_or_null(terms->made_by),
                                   sql_or_null(terms->approved_by)};
    struct sql_value sales[] = {SQL_TEXT(command->plant), SQL_TEXT(terms->order_id),
                                SQL_TEXT(state), SQL_INT(terms->version),
                                sql_or_null(terms->made_by)};
    enum status status = sql_run(command->sql, &statements[terms->sales ? SET_SALES : SET_PURCHASE],
                                 terms->sales ? sales : purchase, command->arena, NULL, fault);
    if (status == STATUS_OK)
        status = write_lines(command, terms, false, fault);
    if (status == STATUS_OK)
        status = write_lines(command, terms, true, fault);
    return status == STATUS_OK ? write_changes(command, terms, changes, reason, fault) : status;
}

enum status life_insert(struct command *command, const struct life_terms *terms,
                        struct fault *fault)
{
    struct text state = text_of(order_state_text(terms->state));
    struct sql_value purchase[] = {SQL_TEXT(command->plant),    SQL_TEXT(terms->order_id),
                                   sql_or_null(terms->partner), SQL_TEXT(state),
                                   SQL_AMOUNT(terms->value),    limit_or_null(terms->approve_above),
                                   sql_or_null(terms->made_by), sql_or_null(terms->other_plant)};
    struct sql_value sales[] = {SQL_TEXT(command->plant),    SQL_TEXT(terms->order_id),
                                sql_or_null(terms->partner), SQL_TEXT(state),
                                sql_or_null(terms->made_by), sql_or_null(terms->other_plant)};
    enum status status = sql_run(command->sql, &statements[terms->sales ? PUT_SALES : PUT_PURCHASE],
                                 terms->sales ? sales : purchase, command->arena, NULL, fault);
    return status == STATUS_OK ? write_lines(command, terms, true, fault) : status;
}

/* ---- master data ---- */

enum status store_facts(struct sql *sql, struct text plant, const struct text *items, size_t count,
                        struct arena *arena, struct order_facts *facts, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(items, count)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[FACTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    ASSERT(rows.count == count);
    for (size_t i = 0; i < count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        facts[i] = (struct order_facts){.yield_pct = v[0].as.qty,
                                        .known = v[1].as.boolean,
                                        .active = v[2].as.boolean,
                                        .uom = v[3].as.text,
                                        .decimals = (int)v[4].as.integer,
                                        .last_cost = v[5].as.unitcost,
                                        .source_plant = text_or_none(&v[6]),
                                        .lead_time_days = v[7].as.integer};
    }
    return STATUS_OK;
}

enum status store_rule(struct sql *sql, struct text plant, struct arena *arena,
                       struct order_rule *rule, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    *rule = (struct order_rule){.approve_above = NO_LIMIT, .first_day = NO_DATE};
    enum status status = sql_run(sql, &statements[RULE], params, arena, &rows, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    rule->approve_above = v[0].null ? NO_LIMIT : v[0].as.amount;
    rule->first_day = v[1].as.day;
    return STATUS_OK;
}

enum status store_plant_known(struct sql *sql, struct text plant, struct arena *arena, bool *known,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLANT_KNOWN], params, arena, &rows, fault);
    *known = status == STATUS_OK && sql_at(&rows, 0, 0)->as.boolean;
    return status;
}

enum status store_set_rule(struct command *command, struct amount approve_above,
                           struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(command->plant), limit_or_null(approve_above)};
    const struct command_change change = {text_of("order rule"), &statements[RULE_STATE], params,
                                          &statements[SET_RULE], params};
    return command_change(command, &change, fault);
}

/* ---- forecasts ---- */

static enum status find_forecast(struct command *command, const struct forecast_row *row,
                                 struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_INT(row->row - 1),
                                 SQL_TEXT(text_of("")), SQL_INT(1)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[FORECASTS], params, command->arena, &rows, fault);
    if (status == STATUS_OK && (rows.count == 0 || sql_at(&rows, 0, 0)->as.integer != row->row))
        return fault_set(fault, STATUS_NOT_FOUND, "row", "forecast %lld does not exist",
                         (long long)row->row);
    if (status == STATUS_OK && text_cmp(sql_at(&rows, 0, 1)->as.text, row->item) != 0)
        return fault_set(fault, STATUS_INVALID, "item", "forecast %lld is of item \"%.*s\"",
                         (long long)row->row, (int)sql_at(&rows, 0, 1)->as.text.length,
                         sql_at(&rows, 0, 1)->as.text.bytes);
    return status;
}

static enum status number_forecast(struct command *command, struct forecast_row *row,
                                   struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant)};
    struct sql_rows rows;
    if (row->row != 0)
        return find_forecast(command, row, fault);
    enum status status =
        sql_run(command->sql, &statements[NEXT_FORECAST], params, command->arena, &rows, fault);
    if (status == STATUS_OK)
        row->row = sql_at(&rows, 0, 0)->as.integer;
    return status;
}

/* The counter is taken first here: it guards the number, and what follows is short. */
enum status store_set_forecast(struct command *command, struct forecast_row *row,
                               struct fault *fault)
{
    enum status status = command_take_event(command, fault);
    if (status == STATUS_OK)
        status = number_forecast(command, row, fault);
    if (status != STATUS_OK)
        return status;
    struct sql_value drop[] = {SQL_TEXT(command->plant), SQL_INT(row->row)};
    struct sql_value put[] = {
        SQL_TEXT(command->plant),    SQL_INT(row->row),
        SQL_TEXT(row->item),         SQL_DATE(row->due),
        SQL_QTY(row->qty),           {.null = row->days == NO_DAYS, .as.integer = row->days},
        sql_or_null(row->reference), sql_or_null(row->customer),
        sql_or_null(row->segment)};
    bool gone = row->qty.micro == 0;
    const struct command_change change = {row->item, &statements[FORECAST_STATE], drop,
                                          &statements[gone ? DROP_FORECAST : PUT_FORECAST],
                                          gone ? drop : put};
    return command_change(command, &change, fault);
}

enum status store_forecasts(struct sql *sql, struct text plant, struct text item, int64_t after,
                            size_t limit, struct arena *arena, struct forecast_row **rows,
                            size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(after), SQL_TEXT(item),
                                 SQL_INT((int64_t)limit)};
    struct sql_rows found;
    enum status status = sql_run(sql, &statements[FORECASTS], params, arena, &found, fault);
    if (status != STATUS_OK)
        return status;
    *rows = arena_alloc(arena, found.count + 1, sizeof **rows);
    if (!*rows)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    *count = found.count;
    for (size_t i = 0; i < found.count; i++) {
        const struct sql_value *v = sql_at(&found, i, 0);
        (*rows)[i] = (struct forecast_row){
            .row = v[0].as.integer,
            .item = v[1].as.text,
            .due = v[2].as.day,
            .days = v[3].null ? NO_DAYS : v[3].as.integer,
            .qty = v[4].as.qty,
            .reference = text_or_none(&v[5]),
            .customer = text_or_none(&v[6]),
            .segment = text_or_none(&v[7]),
        };
    }
    return STATUS_OK;
}

enum status store_changes(struct sql *sql, struct text plant, const struct change_query *query,
                          struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(query->kind), SQL_TEXT(query->order_id),
                                 SQL_INT(query->before), SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[CHANGES], params, arena, rows, fault);
}
