#include "services/inventory/scan_store.h"

#include <string.h>

#define GTIN_DIGITS 14
#define ITEMS_MAX   5

/* clang-format off */
static const struct sql_statement statements[] = {
    {.name = "inventory.scan",
     .text = "SELECT kind, code, work_order, item, lot, name, state, qty, uom, day FROM ("
             "SELECT 1 AS rank, 'work_order' AS kind, w.work_order AS code, '' AS work_order, w.item, '' AS lot, i.name,"
             " w.state, (w.qty - w.received_qty - w.scrapped_qty)::numeric(18,6) AS qty, i.uom, w.due_on AS day"
             " FROM work_order w JOIN item i USING (plant_id, item) WHERE w.plant_id = $1 AND w.work_order = $2"
             " UNION ALL SELECT 2, 'operation', o.operation, o.work_order, w.item, '', o.work_center, w.state, o.good_qty, i.uom,"
             " w.due_on FROM work_order_operation o JOIN work_order w USING (plant_id, work_order)"
             " JOIN item i USING (plant_id, item) WHERE o.plant_id = $1 AND o.work_order = $7 AND o.operation = $8"
             " UNION ALL SELECT 3, 'lot', l.item, '', l.item, l.lot, i.name, '', coalesce((SELECT sum(b.qty) FROM stock_balance b"
             " WHERE b.plant_id = $1 AND b.item = l.item AND b.lot = l.lot), 0)::numeric(18,6), i.uom, l.expires_on"
             " FROM lot l JOIN item i USING (plant_id, item) WHERE l.plant_id = $1 AND l.lot = $4"
             " AND (NOT $9 OR l.item = ANY ($3))"
             " UNION ALL SELECT 4, 'item', i.item, '', i.item, '', i.name, '', coalesce(s.on_hand, 0)::numeric(18,6), i.uom, NULL"
             " FROM item i LEFT JOIN stock_item s USING (plant_id, item) WHERE i.plant_id = $1 AND i.item = ANY ($3)"
             " UNION ALL SELECT 5, 'location', p.location, '', '', '', p.name, CASE WHEN p.active THEN 'active' ELSE '' END,"
             " NULL, '', NULL FROM location p WHERE p.plant_id = $1 AND p.location = $5"
             " UNION ALL SELECT 6, 'purchase_order', p.purchase_order, '', '', '', p.supplier, p.state, NULL, '', NULL"
             " FROM purchase_order p WHERE p.plant_id = $1 AND p.purchase_order = $2"
             " UNION ALL SELECT 7, 'sales_order', s.sales_order, '', '', '', s.customer, s.state, NULL, '', NULL"
             " FROM sales_order s WHERE s.plant_id = $1 AND s.sales_order = $2"
             " UNION ALL SELECT 8, d.kind, d.document, '', '', '', d.to_location, d.state, NULL, '', NULL"
             " FROM stock_document d WHERE d.plant_id = $1 AND d.document = $2"
             " UNION ALL SELECT 9, 'person', u.login, '', '', '', u.login, '', NULL, '', NULL FROM app_user u"
             " WHERE u.badge = $6 AND u.active AND EXISTS (SELECT 1 FROM user_role r WHERE r.login = u.login"
             " AND r.plant IN ($1, '*'))) AS found ORDER BY rank, code, item LIMIT $10",
     .params = "ttTtttttbi", .columns = "tttttttqtd"},
};
/* clang-format on */

const struct sql_schema scan_schema = {.statements = statements,
                                       .statement_count = COUNT_OF(statements)};

/* A GTIN of 8, 12 or 13 digits is written with zeros before it, up to 14. */
static size_t item_names(struct text item, struct text names[ITEMS_MAX])
{
    static const size_t skips[] = {1, 2, 6};
    size_t count = 0;
    names[count++] = item;
    if (item.length != GTIN_DIGITS)
        return count;
    for (size_t i = 0; i < COUNT_OF(skips); i++) {
        if (memcmp(item.bytes, "000000", skips[i]) == 0)
            names[count++] = (struct text){item.bytes + skips[i], item.length - skips[i]};
    }
    return count;
}

/* "WO-1/20" */
static void split_operation(struct text code, struct text *order, struct text *operation)
{
    size_t at = code.length;
    while (at > 0 && code.bytes[at - 1] != '/')
        at--;
    *order = at > 1 ? (struct text){code.bytes, at - 1} : text_of("");
    *operation = (struct text){code.bytes + at, code.length - at};
}

enum status store_scan(struct sql *sql, struct text plant, const struct scan *scan,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct text names[ITEMS_MAX];
    bool plain = !scan->gs1;
    struct text order = plain ? scan->code : scan->order;
    struct text of_order = scan->order;
    struct text operation = scan->operation;
    size_t count = item_names(plain ? scan->code : scan->item, names);
    if (plain)
        split_operation(scan->code, &of_order, &operation);
    const struct sql_value params[] = {SQL_TEXT(plant),
                                       SQL_TEXT(order),
                                       SQL_LIST(names, count),
                                       SQL_TEXT(plain ? scan->code : scan->lot),
                                       SQL_TEXT(plain ? scan->code : scan->location),
                                       SQL_TEXT(plain ? scan->code : scan->person),
                                       SQL_TEXT(of_order),
                                       SQL_TEXT(operation),
                                       SQL_BOOL(scan->item.length > 0),
                                       SQL_INT(SCAN_MATCHES_MAX)};
    return sql_run(sql, &statements[0], params, arena, rows, fault);
}
