#include "services/mrp/proposal_store.h"

/* clang-format off */
enum { ORDERS };

#define PURCHASE_LINE(order_is) \
    "SELECT t.n, false AS work, l.purchase_order AS id, l.line, o.version, l.qty, l.received_qty AS received," \
    " greatest(0, l.qty - l.received_qty) AS open, l.qty AS good, l.due," \
    " (SELECT count(*) FROM purchase_order_line x WHERE x.plant_id = $1 AND x.purchase_order = l.purchase_order" \
    " AND x.qty > x.received_qty) AS open_lines," \
    " EXISTS (SELECT FROM purchase_order_line x WHERE x.plant_id = $1 AND x.purchase_order = l.purchase_order" \
    " AND x.received_qty <> 0) AS any_received" \
    " FROM t JOIN purchase_order_line l ON l.plant_id = $1 AND " order_is \
    " JOIN purchase_order o ON o.plant_id = $1 AND o.purchase_order = l.purchase_order" \
    " WHERE NOT t.work AND o.state IN ('draft', 'approved', 'sent')"

static const struct sql_statement statements[] = {
    [ORDERS] = {"proposal.orders",
        "WITH t AS (SELECT * FROM unnest($2::text[], $3::bool[]) WITH ORDINALITY AS t (ref, work, n))"
        " SELECT f.n, f.id, f.line, f.version, f.qty, f.received, f.open, f.good, f.due, f.open_lines, f.any_received FROM ("
        PURCHASE_LINE("l.purchase_order = t.ref AND l.line = 1") " UNION ALL "
        PURCHASE_LINE("l.purchase_order = regexp_replace(t.ref, '/[0-9]+$', '') AND t.ref ~ '/[0-9]{1,9}$'"
                      " AND l.line = substring(t.ref FROM '[0-9]{1,9}$')::integer")
        " UNION ALL SELECT t.n, true, w.work_order, 0, 0, w.qty, w.received_qty,"
        " least(w.good_qty - w.received_qty, w.qty - w.received_qty - w.scrapped_qty), w.good_qty, w.due_on, 1, false"
        " FROM t JOIN work_order w ON w.plant_id = $1 AND w.work_order = t.ref WHERE t.work"
        " AND w.state IN ('firm', 'released', 'in_progress', 'held')) AS f WHERE f.open > 0 ORDER BY f.n",
        "tTB", "itniqqqqdib"},
};
/* clang-format on */

const struct sql_schema proposal_schema = {.statements = statements,
                                           .statement_count = COUNT_OF(statements)};

enum status store_proposed_orders(struct sql *sql, struct text plant, struct proposal *proposals,
                                  size_t count, struct arena *arena, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(proposals, count, reference),
                                 SQL_ARRAY(proposals, count, is_work)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ORDERS], params, arena, &rows, fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        struct proposal *to = &proposals[v[0].as.integer - 1];
        to->order_id = v[1].as.text;
        to->line = v[2].as.integer;
        to->version = v[3].as.integer;
        to->qty = v[4].as.qty;
        to->received = v[5].as.qty;
        to->open = v[6].as.qty;
        to->good = v[7].as.qty;
        to->due = v[8].as.day;
        to->open_lines = v[9].as.integer;
        to->any_received = v[10].as.boolean;
    }
    return status;
}
