#include "services/bom/import_store.h"

#include "common/base/bytes.h"
#include "common/ledger/act.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_write.h"
#include "services/bom/bom_codec.h"

#include <string.h>

/* clang-format off */
enum {
    MAKE_PLANT, MAKE_SEQ, TODAY, LOCK_SEQ, HAS_ITEMS, PUT_SALES_ORDERS, PUT_SALES_LINES, PUT_FORECASTS,
    PUT_PURCHASE_ORDERS, PUT_PURCHASE_LINES, PUT_WORK_ORDERS, PUT_COMPONENTS, PUT_SUPPLIES,
    PUT_NEEDS, PUT_STOCK_ITEMS, PUT_LOTS, PUT_BALANCES, PUT_LOCATIONS, PUT_LEDGER, PUT_LAYERS, PUT_MOVED, SET_SEQ, PUT_EVENT,
    PLANT_STATE
};

static const struct sql_statement statements[] = {
    [MAKE_PLANT] = {
        .name = "import.make_plant",
        .text = "INSERT INTO plant (plant_id, name, currency, plan_start, horizon_days, time_zone,"
                " calendar, reschedule_days, main_location, date_style, master_seq)"
                " VALUES ($1, $2, coalesce($3, 'CNY'), $4, $5, coalesce($6, 'Asia/Shanghai'), $7,"
                " $8, $9, $10, 1) ON CONFLICT DO NOTHING",
        .params = "tttdnttntt", .columns = "",
    },
    [MAKE_SEQ] = {
        .name = "import.make_seq",
        .text = "INSERT INTO plant_seq (plant_id) VALUES ($1) ON CONFLICT DO NOTHING",
        .params = "t", .columns = "",
    },
    [TODAY] = {
        .name = "import.today",
        .text = "SELECT coalesce(plan_start, (now() AT TIME ZONE time_zone)::date) FROM plant"
                " WHERE plant_id = $1",
        .params = "t", .columns = "d",
    },
    [LOCK_SEQ] = {
        .name = "import.lock_seq",
        .text = "SELECT line_seq, event_seq FROM plant_seq WHERE plant_id = $1 FOR NO KEY UPDATE",
        .params = "t", .columns = "ii",
    },
    [HAS_ITEMS] = {
        .name = "import.has_items",
        .text = "SELECT EXISTS (SELECT FROM item WHERE plant_id = $1)",
        .params = "t", .columns = "b",
    },
    [PUT_SALES_ORDERS] = {
        .name = "import.put_sales_orders",
        .text = "INSERT INTO sales_order (plant_id, sales_order, customer)"
                " SELECT $1, t.* FROM unnest($2::text[], $3::text[]) AS t",
        .params = "tTT", .columns = "",
    },
    [PUT_SALES_LINES] = {
        .name = "import.put_sales_lines",
        .text = "INSERT INTO sales_order_line (plant_id, sales_order, line, item, qty, due,"
                " priority, segment, shipped_before, price) SELECT $1, t.o, t.l, t.i, t.q, t.d,"
                " nullif(t.p, -2147483648), t.s, t.h, coalesce(t.c, 0) FROM unnest($2::text[],"
                " $3::integer[], $4::text[], $5::numeric[], $6::date[], $7::integer[], $8::text[],"
                " $9::numeric[], $10::numeric[]) AS t (o, l, i, q, d, p, s, h, c)",
        .params = "tTNTQDNTQC", .columns = "",
    },
    [PUT_FORECASTS] = {
        .name = "import.put_forecasts",
        .text = "INSERT INTO forecast (plant_id, row_no, item, due, qty, days, reference, customer,"
                " segment) SELECT $1, t.n, t.i, t.d, t.q, nullif(t.l, -2147483648), t.r, t.c, t.s"
                " FROM unnest($2::integer[], $3::text[], $4::date[], $5::numeric[], $6::integer[],"
                " $7::text[], $8::text[], $9::text[]) AS t (n, i, d, q, l, r, c, s)",
        .params = "tNTDQNTTT", .columns = "",
    },
    [PUT_PURCHASE_ORDERS] = {
        .name = "import.put_purchase_orders",
        .text = "INSERT INTO purchase_order (plant_id, purchase_order, supplier)"
                " SELECT $1, t.* FROM unnest($2::text[], $3::text[]) AS t",
        .params = "tTT", .columns = "",
    },
    [PUT_PURCHASE_LINES] = {
        .name = "import.put_purchase_lines",
        .text = "INSERT INTO purchase_order_line (plant_id, purchase_order, line, item, qty, price,"
                " due, segment) SELECT $1, t.* FROM unnest($2::text[], $3::integer[], $4::text[],"
                " $5::numeric[], $6::numeric[], $7::date[], $8::text[]) AS t",
        .params = "tTNTQCDT", .columns = "",
    },
    [PUT_WORK_ORDERS] = {
        .name = "import.put_work_orders",
        .text = "INSERT INTO work_order (plant_id, work_order, item, qty, good_qty, start_on,"
                " due_on, state, segment, planned_cost, released_on)"
                " SELECT $1, t.o, t.i, t.q, t.q, t.b, t.d, t.s, t.g, t.c,"
                " CASE WHEN t.s = 'firm' THEN NULL ELSE t.b END FROM unnest($2::text[],"
                " $3::text[], $4::numeric[], $5::date[], $6::date[], $7::text[], $8::text[],"
                " $9::numeric[]) AS t (o, i, q, b, d, s, g, c)",
        .params = "tTTQDDTTA", .columns = "",
    },
    [PUT_COMPONENTS] = {
        .name = "import.put_components",
        .text = "INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty,"
                " due_on, operation, segment, planned_cost, reserved_qty, reserves) SELECT $1, t.*,"
                " CASE WHEN w.state <> 'firm' THEN t.q ELSE 0 END, w.state <> 'firm' AND t.q > 0"
                " FROM unnest($2::text[],"
                " $3::integer[], $4::text[], $5::numeric[], $6::date[], $7::text[], $8::text[],"
                " $9::numeric[]) AS t (o, n, i, q, d, p, g, c)"
                " JOIN work_order w ON w.plant_id = $1 AND w.work_order = t.o",
        .params = "tTNTQDTTC", .columns = "",
    },
    [PUT_SUPPLIES] = {
        .name = "import.put_supplies",
        .text = "INSERT INTO other_supply (plant_id, row_no, item, due, qty, kind, start, reference,"
                " firm, segment) SELECT $1, t.* FROM unnest($2::integer[], $3::text[], $4::date[],"
                " $5::numeric[], $6::text[], $7::date[], $8::text[], $9::boolean[], $10::text[])"
                " AS t",
        .params = "tNTDQTDTBT", .columns = "",
    },
    [PUT_NEEDS] = {
        .name = "import.put_needs",
        .text = "INSERT INTO other_component (plant_id, row_no, reference, item, qty, due,"
                " operation, segment) SELECT $1, t.* FROM unnest($2::integer[], $3::text[],"
                " $4::text[], $5::numeric[], $6::date[], $7::text[], $8::text[]) AS t",
        .params = "tNTTQDTT", .columns = "",
    },
    [PUT_STOCK_ITEMS] = {
        .name = "import.put_stock_items",
        .text = "INSERT INTO stock_item (plant_id, item, on_hand, value, last_cost)"
                " SELECT $1, t.* FROM unnest($2::text[], $3::numeric[], $4::numeric[],"
                " $5::numeric[]) AS t",
        .params = "tTQAC", .columns = "",
    },
    [PUT_LOTS] = {
        .name = "import.put_lots",
        .text = "INSERT INTO lot (plant_id, item, lot, expires_on, created_on)"
                " SELECT $1, t.i, t.l, min(t.e), $5"
                " FROM unnest($2::text[], $3::text[], $4::date[]) AS t (i, l, e) GROUP BY t.i, t.l",
        .params = "tTTDd", .columns = "",
    },
    [PUT_BALANCES] = {
        .name = "import.put_balances",
        .text = "INSERT INTO stock_balance (plant_id, item, location, lot, status, segment, qty,"
                " may_be_negative) SELECT $1, t.i, t.p, t.l, t.s, t.g, sum(t.q), bool_or(t.n)"
                " FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
                " $7::numeric[], $8::boolean[]) AS t (i, p, l, s, g, q, n)"
                " GROUP BY t.i, t.p, t.l, t.s, t.g",
        .params = "tTTTTTQB", .columns = "",
    },
    [PUT_LOCATIONS] = {
        .name = "import.put_locations",
        .text = "INSERT INTO location (plant_id, location) SELECT plant_id, main_location"
                " FROM plant WHERE plant_id = $1 UNION SELECT plant_id, location"
                " FROM stock_balance WHERE plant_id = $1 ON CONFLICT DO NOTHING",
        .params = "t", .columns = "",
    },
    [PUT_LEDGER] = {
        .name = "import.put_ledger",
        .text = "INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location,"
                " lot, status, segment, qty, amount, on_hand, value, effective_on, posted_by,"
                " document_lines) SELECT $1, t.n, 'OB-000001', 'opening', t.i, t.p, t.l, t.s, t.g, t.q,"
                " t.a, t.h, t.v, $12, $13, CASE t.n WHEN 1 THEN cardinality($2) ELSE 0 END FROM"
                " unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
                " $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[]) AS t (n, i, p, l, s, g, q,"
                " a, h, v)",
        .params = "tITTTTTQAQAdt", .columns = "",
    },
    [PUT_LAYERS] = {
        .name = "import.put_layers",
        .text = "INSERT INTO fifo_layer (plant_id, item, layer, lot, received, qty_left, remains,"
                " amount_left) SELECT l.plant_id, l.item, l.posted_seq, l.lot, l.qty, l.qty, true,"
                " l.amount FROM ledger_line l JOIN item i ON i.plant_id = $1 AND i.item = l.item"
                " WHERE l.plant_id = $1 AND i.valuation IN ('fifo', 'lot') AND l.qty <> 0",
        .params = "t", .columns = "",
    },
    [PUT_MOVED] = {
        .name = "import.put_moved",
        .text = "UPDATE stock_item s SET moved_on = l.day FROM (SELECT item, max(effective_on) AS day"
                " FROM ledger_line WHERE plant_id = $1 GROUP BY 1) l WHERE s.plant_id = $1"
                " AND s.item = l.item",
        .params = "t", .columns = "",
    },
    [SET_SEQ] = {
        .name = "import.set_seq",
        /* Orders that are made later get numbers behind those that the folder's orders have, or were given. */
        .text = "UPDATE plant_seq SET line_seq = $2, event_seq = 1, document_seq = greatest(1, (SELECT"
                " max(substring(o.id FROM '^(?:SO|PO|WO)-([0-9]{6,9})$')::bigint) FROM (SELECT sales_order AS id"
                " FROM sales_order WHERE plant_id = $1 UNION ALL SELECT purchase_order FROM purchase_order"
                " WHERE plant_id = $1 UNION ALL SELECT work_order FROM work_order WHERE plant_id = $1) o))"
                " WHERE plant_id = $1",
        .params = "ti", .columns = "",
    },
    [PUT_EVENT] = {
        .name = "import.put_event",
        .text = "INSERT INTO event_log (plant_id, event_seq, kind, object_id, body)"
                " VALUES ($1, 1, $2, 'master', $3)",
        .params = "tnx", .columns = "",
    },
    [PLANT_STATE] = {
        .name = "import.plant_state",
        .text = "SELECT (jsonb_strip_nulls(to_jsonb(p)) - '{plant_id,master_seq}'::text[])::text FROM plant p"
                " WHERE p.plant_id = $1",
        .params = "t", .columns = "t",
    },
};

/* The columns are those that plant_write.h writes, in its order. */
#define COPY_INTO(table, columns) \
    "COPY " table " (" columns ") FROM STDIN (FORMAT csv, HEADER MATCH)"

struct target {
    const char *file;
    struct sql_statement copy;
};

/* Referenced tables first. */
static const struct target targets[] = {
    {"items.csv", {.name = "import.copy_items", .text = COPY_INTO("item",
        "plant_id, item, name, type, uom, decimals, lead_time_days, lead_time_per_unit_days,"
        " safety_stock, safety_days, lot_rule, lot_qty, lot_min, lot_max, lot_multiple,"
        " lot_periods, foq_mode, reorder_point, stock_min, stock_max, ppb_look, costing_lot_qty,"
        " segment_policy, source_plant, forecast_back_days, forecast_forward_days, order_cost,"
        " holding_cost, yield_pct, planning_fence_days, demand_fence_days, reschedule_days,"
        " min_days, min_quantity, valuation, unit_cost, tracking, shelf_life_days, abc, class,"
        " allow_negative, active, template")}},
    {"calendar.csv", {.name = "import.copy_calendar", .text = COPY_INTO("calendar",
        "plant_id, row_no, calendar, date, weekday, working")}},
    {"units.csv", {.name = "import.copy_units", .text = COPY_INTO("unit",
        "plant_id, row_no, \"from\", \"to\", factor, item, rounding")}},
    {"rates.csv", {.name = "import.copy_rates", .text = COPY_INTO("rate",
        "plant_id, row_no, currency, date, rate")}},
    {"partners.csv", {.name = "import.copy_partners", .text = COPY_INTO("partner",
        "plant_id, partner, name, kind, class, currency, payment_days, contact, phone, email,"
        " tax_id")}},
    {"safety_stock.csv", {.name = "import.copy_safety_stock", .text = COPY_INTO("safety_stock",
        "plant_id, row_no, item, \"from\", safety_stock")}},
    {"work_centers.csv", {.name = "import.copy_work_centers", .text = COPY_INTO("work_center",
        "plant_id, work_center, name, labor_rate, machine_rate, overhead_rate, overhead_basis,"
        " hours_per_day, efficiency_pct, calendar")}},
    {"suppliers.csv", {.name = "import.copy_suppliers", .text = COPY_INTO("supplier",
        "plant_id, row_no, item, supplier, price, currency, price_from_qty, min_qty, multiple,"
        " lead_time_days, calendar, priority, quota_pct, valid_from, valid_to, uom, uom_factor")}},
    {"order_costs.csv", {.name = "import.copy_order_costs", .text = COPY_INTO("order_cost",
        "plant_id, row_no, item, date, order_cost")}},
    {"bom.csv", {.name = "import.copy_bom", .text = COPY_INTO("bom",
        "plant_id, row_no, parent, component, qty, per_qty, uom, qty_fixed, pieces, scrap_pct,"
        " kind, cost_share_pct, operation, revision, alternative, alternative_priority,"
        " valid_from, valid_to, substitute_group, substitute_priority, mix_pct, lot_from, lot_to,"
        " offset_days, position, designators, inherited_from")}},
    {"routing.csv", {.name = "import.copy_routing", .text = COPY_INTO("routing",
        "plant_id, row_no, item, operation, work_center, alternative, alternative_priority,"
        " valid_from, valid_to, parallel_group, setup, run, cleanup, time_unit, per_qty,"
        " run_size, lead_time_days, scrap_pct, subcontract_price, supplier")}},
};
/* clang-format on */

static const struct sql_schema target_schema = {.statements = &targets[0].copy,
                                                .statement_count = COUNT_OF(targets),
                                                .statement_stride = sizeof targets[0]};
static const struct sql_schema *const import_parts[] = {&target_schema, &act_schema, NULL};

const struct sql_schema import_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = import_parts,
};

/* One import under way. */
struct writing {
    struct sql *sql;
    struct text plant_id;
    const struct plant *plant;
    const struct import_rows *rows;
    struct arena *arena;
    struct fault *fault;
    const struct import_write *write;
    int64_t rows_done;
};

static enum status run(struct writing *w, size_t statement, const struct sql_value *params)
{
    return sql_run(w->sql, &statements[statement], params, w->arena, NULL, w->fault);
}

/* ---- the plant itself ---- */

static struct sql_value text_or_null(const struct plant *plant, uint32_t number)
{
    return (struct sql_value){.null = number == 0, .as.text = text_of(plant_text(plant, number))};
}

/* Of a new live plant that says nothing: without it every late supplier means buying twice
   (planning.md section 5). */
#define LIVE_RESCHEDULE_DAYS 30

static enum status make_plant(struct writing *w)
{
    const struct plant_facts *facts = &w->plant->facts;
    struct sql_value params[] = {
        SQL_TEXT(w->plant_id),
        text_or_null(w->plant, facts->name),
        text_or_null(w->plant, facts->currency),
        {.null = !date_given(facts->plan_start), .as.day = facts->plan_start},
        SQL_INT(facts->horizon_days),
        text_or_null(w->plant, facts->time_zone),
        text_or_null(w->plant, facts->calendar),
        SQL_INT(days_given(facts->reschedule_days) ? facts->reschedule_days : LIVE_RESCHEDULE_DAYS),
        SQL_TEXT(text_of(IMPORT_LOCATION)),
        {.null = facts->date_style == DATE_STYLE_ISO, .as.text = text_of("number")},
    };
    struct sql_value plant[] = {SQL_TEXT(w->plant_id)};
    enum status status = run(w, MAKE_PLANT, params);
    return status == STATUS_OK ? run(w, MAKE_SEQ, plant) : status;
}

/* Two imports of one plant take turns at the counter; the second finds it filled. */
static enum status check_empty(struct writing *w)
{
    struct sql_value plant[] = {SQL_TEXT(w->plant_id)};
    struct sql_rows seq;
    struct sql_rows items;
    enum status status = sql_run(w->sql, &statements[LOCK_SEQ], plant, w->arena, &seq, w->fault);
    if (status == STATUS_OK)
        status = sql_run(w->sql, &statements[HAS_ITEMS], plant, w->arena, &items, w->fault);
    if (status != STATUS_OK)
        return status;
    ASSERT(seq.count == 1);
    if (sql_at(&items, 0, 0)->as.boolean || sql_at(&seq, 0, 1)->as.integer > 0)
        return fault_set(
            w->fault, STATUS_EXISTS, "plant",
            "plant \"%.*s\" was filled by another import meanwhile; import again to merge",
            (int)w->plant_id.length, w->plant_id.bytes);
    return STATUS_OK;
}

/* ---- master data: COPY ---- */

#define COPIED_MAX (4096 * MIB) /* a file */

/*
 * A file goes in slices of whole rows, so that no statement comes near the limit of a statement's
 * time whatever the size of the plant: its two references and three indexes make a line of a bill
 * cost some 30 us.
 */
#define SLICE_BYTES (8 * MIB)

/* How many of the bytes are whole rows and about a slice.  A row may hold quoted ends of lines. */
static size_t slice_of(struct text bytes)
{
    bool quoted = false;
    for (size_t i = 0; i < bytes.length; i++) {
        quoted ^= bytes.bytes[i] == '"';
        if (bytes.bytes[i] == '\n' && !quoted && i + 1 >= SLICE_BYTES)
            return i + 1;
    }
    return bytes.length;
}

static int64_t rows_of(const struct writing *w)
{
    int64_t rows = 0;
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        uint32_t count;
        (void)plant_array(w->plant, plant_file_find(targets[i].file), &count);
        rows += count;
    }
    return rows;
}

/* Each slice stands behind a copy of the header, which takes the place of bytes that are sent. */
static enum status copy_slices(struct writing *w, const struct target *target, struct bytes *buffer)
{
    const char *newline = memchr(buffer->bytes, '\n', buffer->length);
    enum status status = STATUS_OK;
    ASSERT(newline); /* the writer's header */
    size_t header = (size_t)(newline - buffer->bytes) + 1;
    char *kept = arena_alloc(w->arena, header, 1);
    if (!kept)
        return fault_set(w->fault, STATUS_LIMIT, "", "import does not fit in memory");
    memcpy(kept, buffer->bytes, header);
    for (size_t at = header; status == STATUS_OK && at < buffer->length;) {
        size_t slice = slice_of((struct text){buffer->bytes + at, buffer->length - at});
        char *start = buffer->bytes + at - header;
        int64_t copied = 0;
        memcpy(start, kept, header);
        status = sql_copy_in(w->sql, &target->copy, (struct text){start, header + slice}, &copied,
                             w->fault);
        at += slice;
        w->rows_done += copied;
        if (w->write->on_rows)
            w->write->on_rows(w->write->context, w->rows_done, rows_of(w));
    }
    return status;
}

static enum status copy_file(struct writing *w, const struct target *target, const char *plant_id,
                             struct bytes *buffer)
{
    struct plant_write how = {.plant_id = plant_id, .sink = bytes_sink, .context = buffer};
    buffer->length = 0;
    enum status status = plant_write_file(w->plant, target->file, &how, w->fault);
    return status == STATUS_OK ? copy_slices(w, target, buffer) : status;
}

static enum status copy_master(struct writing *w)
{
    struct bytes buffer = {.max = COPIED_MAX};
    const char *plant_id = text_copy(w->plant_id, w->arena);
    enum status status =
        plant_id ? STATUS_OK
                 : fault_set(w->fault, STATUS_LIMIT, "", "import does not fit in memory");
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(targets); i++) {
        if (!plant_file_is_empty(w->plant, targets[i].file))
            status = copy_file(w, &targets[i], plant_id, &buffer);
    }
    bytes_release(&buffer);
    return status;
}

/* ---- orders and stock: arrays ---- */

static enum status put_sales(struct writing *w)
{
    const struct import_document *o = w->rows->sales_orders;
    const struct import_sales_line *l = w->rows->sales_lines;
    size_t n = w->rows->sales_orders_count;
    size_t m = w->rows->sales_lines_count;
    struct sql_value orders[] = {SQL_TEXT(w->plant_id), SQL_ARRAY(o, n, id),
                                 SQL_ARRAY(o, n, partner)};
    struct sql_value lines[] = {
        SQL_TEXT(w->plant_id),     SQL_ARRAY(l, m, sales_order), SQL_ARRAY(l, m, line),
        SQL_ARRAY(l, m, item),     SQL_ARRAY(l, m, qty),         SQL_ARRAY(l, m, due),
        SQL_ARRAY(l, m, priority), SQL_ARRAY(l, m, segment),     SQL_ARRAY(l, m, shipped_before),
        SQL_ARRAY(l, m, price)};
    enum status status = run(w, PUT_SALES_ORDERS, orders);
    return status == STATUS_OK ? run(w, PUT_SALES_LINES, lines) : status;
}

static enum status put_forecasts(struct writing *w)
{
    const struct import_forecast *f = w->rows->forecasts;
    size_t n = w->rows->forecasts_count;
    struct sql_value params[] = {
        SQL_TEXT(w->plant_id),      SQL_ARRAY(f, n, row_no),   SQL_ARRAY(f, n, item),
        SQL_ARRAY(f, n, due),       SQL_ARRAY(f, n, qty),      SQL_ARRAY(f, n, days),
        SQL_ARRAY(f, n, reference), SQL_ARRAY(f, n, customer), SQL_ARRAY(f, n, segment)};
    return run(w, PUT_FORECASTS, params);
}

static enum status put_purchases(struct writing *w)
{
    const struct import_document *o = w->rows->purchase_orders;
    const struct import_purchase_line *l = w->rows->purchase_lines;
    size_t n = w->rows->purchase_orders_count;
    size_t m = w->rows->purchase_lines_count;
    struct sql_value orders[] = {SQL_TEXT(w->plant_id), SQL_ARRAY(o, n, id),
                                 SQL_ARRAY(o, n, partner)};
    struct sql_value lines[] = {SQL_TEXT(w->plant_id), SQL_ARRAY(l, m, purchase_order),
                                SQL_ARRAY(l, m, line), SQL_ARRAY(l, m, item),
                                SQL_ARRAY(l, m, qty),  SQL_ARRAY(l, m, price),
                                SQL_ARRAY(l, m, due),  SQL_ARRAY(l, m, segment)};
    enum status status = run(w, PUT_PURCHASE_ORDERS, orders);
    return status == STATUS_OK ? run(w, PUT_PURCHASE_LINES, lines) : status;
}

static enum status put_work_orders(struct writing *w)
{
    const struct import_work_order *o = w->rows->work_orders;
    const struct import_component *c = w->rows->components;
    size_t n = w->rows->work_orders_count;
    size_t m = w->rows->components_count;
    struct sql_value orders[] = {
        SQL_TEXT(w->plant_id),  SQL_ARRAY(o, n, work_order), SQL_ARRAY(o, n, item),
        SQL_ARRAY(o, n, qty),   SQL_ARRAY(o, n, start_on),   SQL_ARRAY(o, n, due_on),
        SQL_ARRAY(o, n, state), SQL_ARRAY(o, n, segment),    SQL_ARRAY(o, n, planned_cost)};
    struct sql_value lines[] = {
        SQL_TEXT(w->plant_id),      SQL_ARRAY(c, m, work_order), SQL_ARRAY(c, m, line),
        SQL_ARRAY(c, m, item),      SQL_ARRAY(c, m, required),   SQL_ARRAY(c, m, due_on),
        SQL_ARRAY(c, m, operation), SQL_ARRAY(c, m, segment),    SQL_ARRAY(c, m, planned_cost)};
    enum status status = run(w, PUT_WORK_ORDERS, orders);
    return status == STATUS_OK ? run(w, PUT_COMPONENTS, lines) : status;
}

static enum status put_others(struct writing *w)
{
    const struct import_supply *s = w->rows->supplies;
    const struct import_need *c = w->rows->needs;
    size_t n = w->rows->supplies_count;
    size_t m = w->rows->needs_count;
    struct sql_value supplies[] = {SQL_TEXT(w->plant_id),  SQL_ARRAY(s, n, row_no),
                                   SQL_ARRAY(s, n, item),  SQL_ARRAY(s, n, due),
                                   SQL_ARRAY(s, n, qty),   SQL_ARRAY(s, n, kind),
                                   SQL_ARRAY(s, n, start), SQL_ARRAY(s, n, reference),
                                   SQL_ARRAY(s, n, firm),  SQL_ARRAY(s, n, segment)};
    struct sql_value needs[] = {SQL_TEXT(w->plant_id),      SQL_ARRAY(c, m, row_no),
                                SQL_ARRAY(c, m, reference), SQL_ARRAY(c, m, item),
                                SQL_ARRAY(c, m, qty),       SQL_ARRAY(c, m, due),
                                SQL_ARRAY(c, m, operation), SQL_ARRAY(c, m, segment)};
    enum status status = run(w, PUT_SUPPLIES, supplies);
    return status == STATUS_OK ? run(w, PUT_NEEDS, needs) : status;
}

static enum status put_balances(struct writing *w, date opened_on)
{
    const struct import_stock_item *i = w->rows->stock_items;
    const struct import_lot *l = w->rows->lots;
    const struct import_stock *s = w->rows->stocks;
    size_t n = w->rows->stock_items_count;
    size_t m = w->rows->lots_count;
    size_t k = w->rows->stocks_count;
    struct sql_value items[] = {SQL_TEXT(w->plant_id), SQL_ARRAY(i, n, item),
                                SQL_ARRAY(i, n, on_hand), SQL_ARRAY(i, n, value),
                                SQL_ARRAY(i, n, last_cost)};
    struct sql_value lots[] = {SQL_TEXT(w->plant_id), SQL_ARRAY(l, m, item), SQL_ARRAY(l, m, lot),
                               SQL_ARRAY(l, m, expires_on), SQL_DATE(opened_on)};
    struct sql_value balances[] = {SQL_TEXT(w->plant_id),     SQL_ARRAY(s, k, item),
                                   SQL_ARRAY(s, k, location), SQL_ARRAY(s, k, lot),
                                   SQL_ARRAY(s, k, status),   SQL_ARRAY(s, k, segment),
                                   SQL_ARRAY(s, k, qty),      SQL_ARRAY(s, k, may_be_negative)};
    enum status status = run(w, PUT_STOCK_ITEMS, items);
    if (status == STATUS_OK)
        status = run(w, PUT_LOTS, lots);
    return status == STATUS_OK ? run(w, PUT_BALANCES, balances) : status;
}

static enum status put_ledger(struct writing *w, date opened_on, struct text principal)
{
    const struct import_stock *s = w->rows->stocks;
    size_t k = w->rows->stocks_count;
    struct sql_value params[] = {
        SQL_TEXT(w->plant_id),     SQL_ARRAY(s, k, posted_seq), SQL_ARRAY(s, k, item),
        SQL_ARRAY(s, k, location), SQL_ARRAY(s, k, lot),        SQL_ARRAY(s, k, status),
        SQL_ARRAY(s, k, segment),  SQL_ARRAY(s, k, qty),        SQL_ARRAY(s, k, amount),
        SQL_ARRAY(s, k, on_hand),  SQL_ARRAY(s, k, value),      SQL_DATE(opened_on),
        SQL_TEXT(principal)};
    enum status status = run(w, PUT_LEDGER, params);
    if (status == STATUS_OK)
        status = run(w, PUT_LOCATIONS, params);
    if (status == STATUS_OK)
        status = run(w, PUT_LAYERS, params); /* the plant is all it needs, as the next */
    return status == STATUS_OK ? run(w, PUT_MOVED, params) : status;
}

/* The one event stands for everything: a bulk change is told once. */
static enum status put_event(struct writing *w)
{
    struct text body;
    struct sql_value seq[] = {SQL_TEXT(w->plant_id), SQL_INT((int64_t)w->rows->stocks_count)};
    enum status status = run(w, SET_SEQ, seq);
    if (status == STATUS_OK)
        status = encode_master_imported(w->plant_id, w->arena, &body, w->fault);
    if (status != STATUS_OK)
        return status;
    struct sql_value params[] = {SQL_TEXT(w->plant_id), SQL_INT(EVENT_MASTER_IMPORTED),
                                 SQL_TEXT(body)};
    return run(w, PUT_EVENT, params);
}

static enum status put_stock(struct writing *w, struct text principal)
{
    struct sql_value plant[] = {SQL_TEXT(w->plant_id)};
    struct sql_rows today;
    enum status status = sql_run(w->sql, &statements[TODAY], plant, w->arena, &today, w->fault);
    if (status != STATUS_OK)
        return status;
    ASSERT(today.count == 1);
    date opened_on = sql_at(&today, 0, 0)->as.day;
    status = put_balances(w, opened_on);
    return status == STATUS_OK ? put_ledger(w, opened_on, principal) : status;
}

enum status store_import(struct sql *sql, const struct import_write *write, struct arena *arena,
                         struct fault *fault)
{
    struct writing w = {sql, write->plant_id, write->plant, write->rows, arena, fault, write, 0};
    enum status status = make_plant(&w);
    if (status == STATUS_OK)
        status = check_empty(&w);
    if (status == STATUS_OK)
        status = copy_master(&w);
    if (status == STATUS_OK)
        status = put_sales(&w);
    if (status == STATUS_OK)
        status = put_forecasts(&w);
    if (status == STATUS_OK)
        status = put_purchases(&w);
    if (status == STATUS_OK)
        status = put_work_orders(&w);
    if (status == STATUS_OK)
        status = put_others(&w);
    if (status == STATUS_OK)
        status = put_stock(&w, write->principal);
    return status == STATUS_OK ? put_event(&w) : status;
}

enum status store_plant_state(struct sql *sql, struct text plant, struct arena *arena,
                              struct text *state, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLANT_STATE], params, arena, &rows, fault);
    *state = status == STATUS_OK && rows.count > 0 ? sql_at(&rows, 0, 0)->as.text : text_of("");
    return status;
}
