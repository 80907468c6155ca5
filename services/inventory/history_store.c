#include "services/inventory/history_store.h"

#include <stdio.h>

#define PICK_FIELD_MAX 32

/* clang-format off */
enum { BALANCE_AT, BALANCE_ON, ITEM, LAST_LINE, LOT, FORWARD, BACKWARD, RECALL_DOCUMENTS, RECALL_CUSTOMERS, RECALL_STOCK, WAVE, PICKS };

static const struct sql_statement statements[] = {
    [BALANCE_AT] = {
        .name = "inventory.balance_at",
        .text = "SELECT on_hand, value, posted_seq FROM ledger_line WHERE plant_id = $1"
                " AND item = $2 AND posted_seq <= $3 ORDER BY posted_seq DESC LIMIT 1",
        .params = "tti", .columns = "qai",
    },
    [BALANCE_ON] = {
        .name = "inventory.balance_on",
        .text = "SELECT CASE WHEN s.moved_on <= $3 THEN s.on_hand ELSE coalesce(c.qty, 0) END,"
                " CASE WHEN s.moved_on <= $3 THEN s.value ELSE coalesce(c.value, 0) END, 0::bigint"
                " FROM stock_item s LEFT JOIN LATERAL (SELECT qty, value FROM stock_close"
                " WHERE plant_id = $1 AND item = $2 AND day <= $3 ORDER BY day DESC LIMIT 1) c ON true"
                " WHERE s.plant_id = $1 AND s.item = $2",
        .params = "ttd", .columns = "qai",
    },
    [ITEM] = {
        .name = "inventory.item",
        .text = "SELECT 1::bigint FROM item WHERE plant_id = $1 AND item = $2",
        .params = "tt", .columns = "i",
    },
    [LAST_LINE] = {
        .name = "inventory.last_line",
        .text = "SELECT line_seq FROM plant_seq WHERE plant_id = $1",
        .params = "t", .columns = "i",
    },
    [LOT] = {
        .name = "inventory.lot",
        .text = "SELECT 1::bigint FROM lot WHERE plant_id = $1 AND item = $2 AND lot = $3",
        .params = "ttt", .columns = "i",
    },
    /* Of lot n of a level.  A partner is looked up by NULL, which finds nothing for nothing, where the order is of
       another kind. */
    [FORWARD] = {
        .name = "inventory.trace_forward",
        .text = "SELECT t.n, i.order_kind, i.order_id, s.customer, o.item, o.lot, i.qty"
                " FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (item, lot, n)"
                " JOIN lot_link i ON i.plant_id = $1 AND i.item = t.item AND i.lot = t.lot"
                " AND i.way = 'in' AND i.qty > 0"
                " LEFT JOIN lot_link o ON o.plant_id = $1 AND o.order_kind = i.order_kind"
                " AND o.order_id = i.order_id AND o.way = 'out' AND o.qty > 0"
                " LEFT JOIN sales_order s ON s.plant_id = $1 AND s.sales_order ="
                " CASE i.order_kind WHEN 'sales_order' THEN i.order_id END ORDER BY 1, 2, 3, 5, 6",
        .params = "tTT", .columns = "itttttq",
    },
    [BACKWARD] = {
        .name = "inventory.trace_backward",
        .text = "SELECT t.n, o.order_kind, o.order_id, p.supplier, i.item, i.lot, o.qty"
                " FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (item, lot, n)"
                " JOIN lot_link o ON o.plant_id = $1 AND o.item = t.item AND o.lot = t.lot"
                " AND o.way = 'out' AND o.qty > 0"
                " LEFT JOIN lot_link i ON i.plant_id = $1 AND i.order_kind = o.order_kind"
                " AND i.order_id = o.order_id AND i.way = 'in' AND i.qty > 0"
                " LEFT JOIN purchase_order p ON p.plant_id = $1 AND p.purchase_order ="
                " CASE o.order_kind WHEN 'purchase_order' THEN o.order_id END"
                " ORDER BY 1, 2, 3, 5, 6",
        .params = "tTT", .columns = "itttttq",
    },
    [RECALL_DOCUMENTS] = {
        .name = "inventory.recall_documents",
        .text = "SELECT g.document, g.kind, g.item, g.lot, sum(g.qty), g.order_kind, g.order_id"
                " FROM unnest($2::text[], $3::text[]) AS t (item, lot) JOIN ledger_line g"
                " ON g.plant_id = $1 AND g.item = t.item AND g.lot = t.lot AND g.lot <> ''"
                " GROUP BY 1, 2, 3, 4, 6, 7 ORDER BY min(g.posted_seq) LIMIT 1000",
        .params = "tTT", .columns = "ttttqtt",
    },
    [RECALL_CUSTOMERS] = {
        .name = "inventory.recall_customers",
        .text = "SELECT coalesce(s.customer, ''), k.order_id, k.item, k.lot, k.qty"
                " FROM unnest($2::text[], $3::text[]) AS t (item, lot) JOIN lot_link k"
                " ON k.plant_id = $1 AND k.item = t.item AND k.lot = t.lot AND k.way = 'in'"
                " AND k.order_kind = 'sales_order' AND k.qty > 0"
                " JOIN sales_order s ON s.plant_id = $1 AND s.sales_order = k.order_id"
                " ORDER BY 1, 2, 3, 4 LIMIT 1000",
        .params = "tTT", .columns = "ttttq",
    },
    [RECALL_STOCK] = {
        .name = "inventory.recall_stock",
        .text = "SELECT b.item, b.location, b.lot, b.status, b.segment, b.qty, l.expires_on"
                " FROM unnest($2::text[], $3::text[]) AS t (item, lot) JOIN stock_balance b"
                " ON b.plant_id = $1 AND b.item = t.item AND b.lot = t.lot AND b.qty <> 0"
                " LEFT JOIN lot l ON l.plant_id = $1 AND l.item = b.item AND l.lot = b.lot"
                " ORDER BY 1, 2, 3, 4, 5 LIMIT 1000",
        .params = "tTT", .columns = "tttttqd",
    },
    [WAVE] = {
        .name = "inventory.wave",
        .text = "SELECT t.at - 1 FROM unnest($2::text[]) WITH ORDINALITY AS t (work_order, at) WHERE NOT EXISTS"
                " (SELECT 1 FROM work_order o WHERE o.plant_id = $1 AND o.work_order = t.work_order)"
                " ORDER BY 1 LIMIT 1",
        .params = "tT", .columns = "i",
    },
    /* Needs and stock of an item each laid end to end: where a need and a balance overlap, that much is picked.  The
       order of the balances is that of ledger_take. */
    [PICKS] = {
        .name = "inventory.picks",
        .text = "WITH need AS (SELECT work_order, line, item, coalesce(segment, '') AS segment,"
                " required_qty - issued_qty + returned_qty AS qty,"
                " sum(required_qty - issued_qty + returned_qty) OVER (PARTITION BY item, coalesce(segment, '')"
                " ORDER BY due_on, work_order, line) AS upto, i.name, i.uom"
                " FROM work_order_component JOIN item i USING (plant_id, item)"
                " WHERE plant_id = $1 AND work_order = ANY ($2) AND EXISTS (SELECT 1 FROM work_order o WHERE o.plant_id = $1"
                " AND o.work_order = work_order_component.work_order AND o.state IN ('released', 'in_progress', 'completed'))"
                " AND required_qty - issued_qty + returned_qty > 0),"
                " there AS (SELECT b.item, b.segment, b.location, b.lot, l.expires_on, b.qty,"
                " sum(b.qty) OVER (PARTITION BY b.item, b.segment"
                " ORDER BY l.expires_on NULLS LAST, b.lot, b.location) AS upto"
                " FROM stock_balance b JOIN plant p ON p.plant_id = $1"
                " LEFT JOIN lot l ON l.plant_id = $1 AND l.item = b.item AND l.lot = b.lot"
                " WHERE b.plant_id = $1 AND b.item IN (SELECT item FROM need) AND b.status = 'available'"
                " AND b.owner = '' AND b.frozen_by = '' AND b.qty > 0"
                " AND (l.expires_on IS NULL OR l.expires_on >= (now() AT TIME ZONE p.time_zone)::date)),"
                " total AS (SELECT item, segment, sum(qty) AS qty FROM there GROUP BY 1, 2)"
                " SELECT t.location, n.item, t.lot, t.expires_on,"
                " least(n.upto, t.upto) - greatest(n.upto - n.qty, t.upto - t.qty), n.work_order, n.line,"
                " n.name, n.uom"
                " FROM need n JOIN there t ON t.item = n.item AND t.segment = n.segment"
                " AND t.upto > n.upto - n.qty AND t.upto - t.qty < n.upto"
                " UNION ALL SELECT NULL, n.item, NULL, NULL,"
                " least(n.qty, n.upto - coalesce(t.qty, 0)), n.work_order, n.line, n.name, n.uom"
                " FROM need n LEFT JOIN total t ON t.item = n.item AND t.segment = n.segment"
                " WHERE n.upto > coalesce(t.qty, 0) ORDER BY 1 NULLS LAST, 2, 3, 6, 7 LIMIT 1001",
        .params = "tT", .columns = "tttdqtntt",
    },
};
/* clang-format on */

const struct sql_schema history_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
};

/* Of an item that has never moved: is there one? */
static enum status check_item(struct sql *sql, const struct balance_query *query,
                              struct arena *arena, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->item)};
    enum status status = sql_run(sql, &statements[ITEM], params, arena, &rows, fault);
    if (status != STATUS_OK || rows.count > 0)
        return status;
    return fault_set(fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                     (int)query->item.length, query->item.bytes);
}

enum status store_balance(struct sql *sql, const struct balance_query *query, struct arena *arena,
                          struct balance_answer *out, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->item),
                                 SQL_INT(query->posted_seq)};
    if (query->of_day)
        params[2] = (struct sql_value)SQL_DATE(query->day);
    enum status status = sql_run(sql, &statements[query->of_day ? BALANCE_ON : BALANCE_AT], params,
                                 arena, &rows, fault);
    *out = (struct balance_answer){0};
    if (status == STATUS_OK && rows.count == 0)
        return check_item(sql, query, arena, fault);
    if (status == STATUS_OK)
        *out = (struct balance_answer){sql_at(&rows, 0, 0)->as.qty, sql_at(&rows, 0, 1)->as.amount,
                                       sql_at(&rows, 0, 2)->as.integer};
    return status;
}

static enum status check_wave(const struct pick_query *query, const struct sql_rows *unknown,
                              struct fault *fault)
{
    char field[PICK_FIELD_MAX];
    if (unknown->count == 0)
        return STATUS_OK;
    size_t at = (size_t)sql_at(unknown, 0, 0)->as.integer;
    (void)snprintf(field, sizeof field, "work_orders[%zu]", at);
    return fault_set(fault, STATUS_NOT_FOUND, field, "work order \"%.*s\" does not exist",
                     (int)query->work_orders[at].length, query->work_orders[at].bytes);
}

enum status store_picks(struct sql *sql, const struct pick_query *query, struct arena *arena,
                        struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant),
                                 SQL_LIST(query->work_orders, query->count)};
    enum status status = sql_run(sql, &statements[WAVE], params, arena, rows, fault);
    if (status == STATUS_OK)
        status = check_wave(query, rows, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[PICKS], params, arena, rows, fault);
    if (status == STATUS_OK && rows->count > PICKS_MAX)
        return fault_set(fault, STATUS_LIMIT, "work_orders", "the wave has more than %d picks",
                         PICKS_MAX);
    return status;
}

static struct text text_at(const struct sql_value *value)
{
    return value->null ? (struct text){0} : value->as.text;
}

enum status store_last_line(struct sql *sql, struct text plant, struct arena *arena, int64_t *out,
                            struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(plant)};
    enum status status = sql_run(sql, &statements[LAST_LINE], params, arena, &rows, fault);
    *out = status == STATUS_OK && rows.count > 0 ? sql_at(&rows, 0, 0)->as.integer : 0;
    return status;
}

enum status store_check_lot(struct sql *sql, const struct trace_walk *walk, struct trace_lot lot,
                            struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(walk->plant), SQL_TEXT(lot.item),
                                       SQL_TEXT(lot.lot)};
    enum status status = sql_run(sql, &statements[LOT], params, walk->rows, &rows, fault);
    if (status != STATUS_OK || rows.count > 0)
        return status;
    return fault_set(fault, STATUS_NOT_FOUND, "lot", "lot \"%.*s\" of item \"%.*s\" does not exist",
                     (int)lot.lot.length, lot.lot.bytes, (int)lot.item.length, lot.item.bytes);
}

/* The links of the lots of the present level. */
static enum status trace_level(struct sql *sql, const struct trace_walk *walk, struct trace *trace,
                               struct fault *fault)
{
    struct sql_rows rows;
    size_t first = trace->level_first;
    const struct trace_lot *lots = trace->lots + first;
    size_t count = trace->lot_count - first;
    struct sql_value params[] = {SQL_TEXT(walk->plant), SQL_ARRAY(lots, count, item),
                                 SQL_ARRAY(lots, count, lot)};
    enum status status = sql_run(sql, &statements[walk->backward ? BACKWARD : FORWARD], params,
                                 walk->rows, &rows, fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        struct trace_link link = {.from = first + (size_t)v[0].as.integer - 1,
                                  .order_kind = text_at(&v[1]),
                                  .order_id = text_at(&v[2]),
                                  .partner = text_at(&v[3]),
                                  .quantity = v[6].as.qty};
        const struct trace_lot to = {text_at(&v[4]), text_at(&v[5])};
        status = trace_add(trace, &link, v[4].null ? NULL : &to, fault);
    }
    arena_reset(walk->rows);
    return status;
}

enum status store_trace(struct sql *sql, const struct trace_walk *walk, struct trace *trace,
                        struct fault *fault)
{
    enum status status = STATUS_OK;
    size_t seen;
    do {
        seen = trace->lot_count;
        status = trace_level(sql, walk, trace, fault);
    } while (status == STATUS_OK && trace_next(trace, seen));
    return status;
}

enum status store_recall(struct sql *sql, struct text plant, const struct trace *trace,
                         struct recall *out, struct fault *fault)
{
    const struct trace_lot *lots = trace->lots;
    size_t n = trace->lot_count;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(lots, n, item),
                                 SQL_ARRAY(lots, n, lot)};
    enum status status =
        sql_run(sql, &statements[RECALL_DOCUMENTS], params, out->arena, &out->documents, fault);
    if (status == STATUS_OK)
        status =
            sql_run(sql, &statements[RECALL_CUSTOMERS], params, out->arena, &out->customers, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[RECALL_STOCK], params, out->arena, &out->stock, fault);
    return status;
}
