#include "services/receipt/receipt_store.h"

#include "common/ledger/post.h"

enum { OUTPUTS, SERIALS };

static const struct sql_statement statements[] = {
    [OUTPUTS] = {.name = "receipt.outputs",
                 .text = "SELECT o.work_order, o.line, o.item,"
                         " round(o.qty * w.qty / o.order_qty, 6)::numeric(18,6), o.unit_cost,"
                         " coalesce(l.qty, 0)::numeric(18,6) FROM work_order_output o"
                         " JOIN work_order w ON w.plant_id = $1 AND w.work_order = o.work_order"
                         " LEFT JOIN LATERAL (SELECT sum(g.qty) AS qty FROM ledger_line g"
                         " WHERE g.plant_id = $1 AND g.order_kind = 'work_order'"
                         " AND g.order_id = o.work_order AND g.order_line = o.line"
                         " AND g.item = o.item AND g.kind = 'receipt') l ON true"
                         " WHERE o.plant_id = $1 AND o.work_order = ANY ($2)"
                         " ORDER BY o.work_order, o.line",
                 .params = "tT",
                 .columns = "tntqcq"},
    [SERIALS] = {.name = "receipt.serials",
                 .text = "SELECT k.item, k.lot, k.order_id FROM unnest($2::text[], $3::text[])"
                         " AS t (item, lot) JOIN lot_link k ON k.plant_id = $1"
                         " AND k.item = t.item AND k.lot = t.lot AND k.way = 'out' AND k.qty > 0",
                 .params = "tTT",
                 .columns = "ttt"},
};

static const struct sql_schema *const parts[] = {&post_schema, NULL};

const struct sql_schema receipt_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the answer of the database finds no room");
}

static enum status read_outputs(const struct sql_rows *rows, struct arena *arena,
                                struct receipt_master *out, struct fault *fault)
{
    struct frozen_output *outputs = arena_alloc(arena, rows->count + 1, sizeof *outputs);
    if (!outputs)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        outputs[i] = (struct frozen_output){v[0].as.text, v[1].as.integer,  v[2].as.text,
                                            v[3].as.qty,  v[4].as.unitcost, v[5].as.qty};
    }
    out->outputs = outputs;
    out->output_count = rows->count;
    return STATUS_OK;
}

static enum status read_serials(const struct sql_rows *rows, struct arena *arena,
                                struct receipt_master *out, struct fault *fault)
{
    struct used_serial *serials = arena_alloc(arena, rows->count + 1, sizeof *serials);
    if (!serials)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        serials[i] = (struct used_serial){v[0].as.text, v[1].as.text, v[2].as.text};
    }
    out->serials = serials;
    out->serial_count = rows->count;
    return STATUS_OK;
}

enum status store_receipt_master(struct sql *sql, const struct book *book,
                                 const struct receipt_ask *ask, struct receipt_master *out,
                                 struct fault *fault)
{
    struct sql_rows rows;
    enum status status = STATUS_OK;
    if (ask->order_count > 0) {
        struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                     SQL_LIST(ask->orders, ask->order_count)};
        status = sql_run(sql, &statements[OUTPUTS], params, book->arena, &rows, fault);
        if (status == STATUS_OK)
            status = read_outputs(&rows, book->arena, out, fault);
    }
    if (status == STATUS_OK && ask->serial_count > 0) {
        struct sql_value params[] = {SQL_TEXT(book->plant.plant),
                                     SQL_LIST(ask->items, ask->serial_count),
                                     SQL_LIST(ask->serials, ask->serial_count)};
        status = sql_run(sql, &statements[SERIALS], params, book->arena, &rows, fault);
        if (status == STATUS_OK)
            status = read_serials(&rows, book->arena, out, fault);
    }
    return status;
}
