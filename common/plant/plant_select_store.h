#ifndef MILLRACE_PLANT_PLANT_SELECT_STORE_H
#define MILLRACE_PLANT_PLANT_SELECT_STORE_H

#include "common/io/sql.h"

/*
 * The live facts of a plant as rows of stock.csv, demand.csv, supply.csv and order_components.csv:
 * one text for all of them (COPY) and for those of some items.  The arguments say of which plant
 * and items; of_lines in a select whose table of lines has an alias (b, s, l, c).  Rows come by
 * item, but for components, whose order is said by whoever selects: a folder has them by order.
 */

/* clang-format off */

#define STOCK_ROWS(of_lines) \
    "SELECT b.item, trim_scale(b.qty) AS qty, b.location, nullif(b.lot, '') AS lot," \
    " CASE b.status WHEN 'in_transit' THEN 'available' ELSE b.status END AS status," \
    " l.expires_on AS expiry, nullif(b.segment, '') AS segment, nullif(b.owner, '') AS owner" \
    " FROM stock_balance b LEFT JOIN lot l USING (plant_id, item, lot)" \
    " WHERE " of_lines " AND b.qty <> 0" \
    " ORDER BY b.item, b.location, b.lot, b.status, b.segment, b.owner"

/* A shipped line goes on to consume the forecast that it took from (planning.md section 7). */
#define DEMAND_ROWS(of_lines, of) \
    "SELECT s.item, s.due, CASE o.state WHEN 'open' THEN trim_scale(greatest(0, s.qty - s.shipped_qty))" \
    " ELSE 0 END AS qty, 'order' AS kind," \
    " NULL::integer AS days," \
    " s.sales_order || CASE WHEN s.line = 1 THEN '' ELSE '/' || s.line END AS reference," \
    " o.customer, s.priority, s.segment, trim_scale(nullif(s.shipped_qty + s.shipped_before, 0)) AS shipped," \
    " trim_scale(nullif(s.price, 0)) AS price" \
    " FROM sales_order_line s JOIN sales_order o USING (plant_id, sales_order)" \
    " WHERE " of_lines " AND (s.qty > s.shipped_qty AND o.state = 'open' OR s.shipped_qty + s.shipped_before > 0 AND" \
    " EXISTS (SELECT FROM forecast f WHERE f.plant_id = s.plant_id AND f.item = s.item))" \
    " UNION ALL SELECT item, due, trim_scale(qty), 'forecast', days, reference, customer, NULL, segment, NULL, NULL" \
    " FROM forecast WHERE " of \
    " ORDER BY 1, 2, 4, 6"

/* Released orders count through their own component lines and may be taken earlier; a firm one is exploded by the
   plan and never moved. */
#define SUPPLY_ROWS(of_lines, of) \
    "SELECT l.item, l.due, trim_scale(l.qty - l.received_qty) AS qty," \
    " CASE WHEN o.source_plant IS NULL THEN 'purchase' ELSE 'transfer' END AS kind, NULL::date AS start," \
    " l.purchase_order || CASE WHEN l.line = 1 THEN '' ELSE '/' || l.line END AS reference," \
    " 0 AS firm, l.segment" \
    " FROM purchase_order_line l JOIN purchase_order o USING (plant_id, purchase_order)" \
    " WHERE " of_lines " AND l.qty > l.received_qty AND o.state IN ('draft', 'approved', 'sent')" \
    " UNION ALL SELECT item, due_on," \
    " trim_scale(least(good_qty - received_qty, qty - received_qty - scrapped_qty))," \
    " CASE state WHEN 'firm' THEN 'planned' ELSE 'work_order' END, start_on, work_order," \
    " (state = 'firm')::integer, segment" \
    " FROM work_order WHERE " of " AND state IN ('firm', 'released', 'in_progress', 'held')" \
    " AND least(good_qty - received_qty, qty - received_qty - scrapped_qty) > 0" \
    " UNION ALL SELECT item, due, trim_scale(qty), kind, start, reference, firm::integer, segment" \
    " FROM other_supply WHERE " of \
    " ORDER BY 1, 2, 4, 6"

#define COMPONENT_ROWS(of_lines, of) \
    "SELECT c.work_order AS reference, c.item," \
    " trim_scale(greatest(0, c.required_qty - c.issued_qty + c.returned_qty)) AS qty, c.due_on AS due," \
    " c.operation, c.segment" \
    " FROM work_order_component c JOIN work_order w USING (plant_id, work_order)" \
    " WHERE " of_lines " AND w.state IN ('released', 'in_progress', 'held')" \
    " AND c.required_qty > c.issued_qty - c.returned_qty" \
    " UNION ALL SELECT reference, item, trim_scale(qty), due, operation, segment" \
    " FROM other_component WHERE " of

/* clang-format on */

#endif
