#include "common/ledger/post_store.h"

#include "common/ledger/post.h"

/* After "WITH u AS (UPDATE ..)": fails when a row of the arrays was not there, so that COMMIT may
   stand behind it. */
#define ALL_OF_THEM " SELECT 1 / (count(*) = cardinality($2))::integer FROM u"

/* The same, with the places of the rows before and after. */
#define PLACES_OF_ALL                                                 \
 " SELECT * FROM u UNION ALL SELECT '(0,0)'::tid, '(0,0)'::tid WHERE" \
 " 1 / ((SELECT count(*) FROM u) = cardinality($2))::integer = 0"

/*
 * Every set insert is anchored on the plant's counter row (architecture.md section 8).  Arrays are
 * one a column, unnested in the select list, not in FROM, where PostgreSQL would store each first,
 * and read it from there: an eighth of a small batch's instructions.  What is written most travels
 * as rows instead (row_types below).  A date that may be missing travels as 0001-01-01.
 */
const struct sql_statement post_statements[POST_STATEMENTS] = {
    /* Every statement below finds its rows by a key.  A plan made while a table was small would
       read all of it, and stay; one made for each array anew costs more than running it.  So reads
       go row by row of the array (LATERAL .. OFFSET 0), in sorted order where they lock, the lines
       of a document together and in their order, or by an index alone (= ANY), sorted before they
       lock; updates find the places of their rows in the same way, and then the rows by these: all
       of them are locked, or their document is. */
    [POST_PLANS] = {"post.plans",
                    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true),"
                    " set_config('enable_seqscan', 'off', true),"
                    " set_config('enable_hashjoin', 'off', true),"
                    " set_config('enable_mergejoin', 'off', true)",
                    "", "tttt"},
    [POST_PLANT] =
        {"post.plant",
         "SELECT p.main_location, (clock_timestamp() AT TIME ZONE p.time_zone)::date, s.open_from,"
         " s.approve_above, s.unplanned_issue, s.line_seq, s.event_seq, s.document_seq,"
         " pg_relation_filenode('stock_item')::bigint, pg_relation_filenode('stock_balance')::bigint"
         " FROM plant p JOIN plant_seq s ON s.plant_id = p.plant_id"
         " WHERE p.plant_id = $1",
         "t", "tddabiiiii"},
    [POST_KEYS] =
        {"post.keys",
         "SELECT r.* FROM (SELECT unnest($2::uuid[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT key, request_hash, status, field, message, reply, asked_by, device FROM"
         " posting_key WHERE plant_id = $1 AND key = t.id OFFSET 0) r ORDER BY key",
         "tU", "uxtttxtt"},
    [POST_LOCK_WORK_ORDERS] =
        {"post.lock_work_orders",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT work_order, item, qty, good_qty, received_qty, scrapped_qty, start_on,"
         " due_on, state, coalesce(segment, ''), planned_cost, wip, released_on, closed_on,"
         " kind, ctid FROM work_order WHERE plant_id = $1 AND work_order = t.id FOR NO KEY UPDATE) r",
         "tT", "ttqqqqddttaaddtp"},
    [POST_COMPONENTS] =
        {"post.components",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT work_order, line, item, required_qty, fixed, due_on, operation,"
         " coalesce(segment, ''), planned_cost, issued_qty, returned_qty, issued_amount,"
         " reserved_qty, backflush, line_side, ctid FROM work_order_component WHERE plant_id = $1 AND"
         " work_order = t.id ORDER BY line OFFSET 0) r",
         "tT", "tntqbdttcqqaqbtp"},
    [POST_OPERATIONS] =
        {"post.operations",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT work_order, line, operation, work_center, planned_hours, labor_rate,"
         " machine_rate, overhead_rate, overhead_basis, reported_hours, labor_amount,"
         " machine_amount, overhead_amount, parallel_group, good_qty, scrapped_qty, subcontract_price,"
         " supplier, subcontract_amount, billed_qty, billed_amount FROM work_order_operation WHERE"
         " plant_id = $1 AND work_order = t.id ORDER BY line OFFSET 0) r",
         "tT", "tnttqccctqaaatqqctaqa"},
    [POST_LOCK_PURCHASE_ORDERS] =
        {"post.lock_purchase_orders",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT purchase_order, supplier, state, source_plant FROM purchase_order WHERE"
         " plant_id = $1 AND purchase_order = t.id FOR NO KEY UPDATE) r",
         "tT", "tttt"},
    [POST_PURCHASE_LINES] =
        {"post.purchase_lines",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT purchase_order, line, item, qty, price, due, coalesce(segment, ''),"
         " received_qty, invoiced_qty FROM purchase_order_line WHERE plant_id = $1 AND purchase_order"
         " = t.id ORDER BY line OFFSET 0) r",
         "tT", "tntqcdtqq"},
    [POST_LOCK_SALES_ORDERS] =
        {"post.lock_sales_orders",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT sales_order, customer, state, to_plant FROM sales_order WHERE plant_id = $1"
         " AND sales_order = t.id FOR NO KEY UPDATE) r",
         "tT", "tttt"},
    [POST_SALES_LINES] =
        {"post.sales_lines",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT sales_order, line, item, qty, price, due, priority, coalesce(segment, ''),"
         " shipped_qty FROM sales_order_line WHERE plant_id = $1 AND sales_order = t.id ORDER BY line"
         " OFFSET 0) r",
         "tT", "tntqcdntq"},
    [POST_LOCK_SUGGESTIONS] =
        {"post.lock_suggestions",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT planned_order_id, item, type, qty, start_qty, start, due, supplier, segment,"
         " price, purchase_qty, accepted_seq IS NOT NULL, need FROM planned_order WHERE"
         " plant_id = $1 AND planned_order_id = t.id FOR NO KEY UPDATE) r",
         "tT", "tttqqddttcqbd"},
    [POST_LOCK_STOCK_DOCUMENTS] =
        {"post.lock_stock_documents",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT document, kind, state, location, to_location, reason, frozen, value,"
         " effective_on, book_seq, created_by, decided_by, approve_above FROM stock_document"
         " WHERE plant_id = $1 AND document = t.id FOR NO KEY UPDATE) r",
         "tT", "ttttttbaditta"},
    [POST_STOCK_LINES] =
        {"post.stock_lines",
         "SELECT r.* FROM (SELECT unnest($2::text[]) AS id ORDER BY 1) t CROSS JOIN LATERAL"
         " (SELECT document, line, item, location, lot, status, segment, qty, done, unit_cost,"
         " expires_on, counted_at FROM stock_document_line WHERE plant_id = $1 AND document = t.id"
         " ORDER BY line OFFSET 0) r",
         "tT", "tntttttqqcdz"},
    [POST_LOCK_ITEMS] =
        {"post.lock_items",
         "SELECT item, on_hand, value, last_cost, inspect, backflush, over_issue_pct,"
         " over_issue_qty, over_receipt_pct, moved_on, ctid FROM stock_item"
         " WHERE plant_id = $1 AND item = ANY ($2) ORDER BY item FOR NO KEY UPDATE",
         "tT", "tqacbbqqqdp"},
    [POST_ITEMS] =
        {"post.items",
         "SELECT item, type, coalesce(valuation, 'average'), coalesce(tracking, 'none'),"
         " coalesce(decimals, CASE uom WHEN 'KG' THEN 3 ELSE 0 END), coalesce(allow_negative,"
         " false), shelf_life_days, coalesce(unit_cost, 0) FROM item WHERE plant_id = $1 AND"
         " item = ANY ($2)",
         "tT", "ttttnbnc"},
    [POST_BALANCES] =
        {"post.balances",
         "SELECT b.item, b.location, b.lot, b.status, b.segment, b.owner, b.qty, b.frozen_by,"
         " b.ctid, l.expires_on, l.created_on FROM stock_balance b LEFT JOIN LATERAL (SELECT"
         " expires_on, created_on FROM lot WHERE b.lot <> '' AND plant_id = $1 AND item = b.item"
         " AND lot = b.lot OFFSET 0) l ON true WHERE b.plant_id = $1 AND b.item = ANY ($2)"
         " AND (b.qty <> 0 OR b.frozen_by <> '')",
         "tT", "ttttttqtpdd"},
    [POST_LOTS] =
        {"post.lots",
         "SELECT r.* FROM unnest($2::text[], $3::text[]) AS t (i, l) CROSS JOIN LATERAL"
         " (SELECT item, lot, expires_on, created_on FROM lot WHERE plant_id = $1 AND item = t.i"
         " AND lot = t.l OFFSET 0) r",
         "tTT", "ttdd"},
    [POST_LAYERS] =
        {"post.layers",
         "SELECT r.* FROM (SELECT item, layer, lot, order_id, received, qty_left, amount_left, ctid"
         " FROM fifo_layer WHERE plant_id = $1 AND item = ANY ($2) AND remains OFFSET 0) r ORDER BY"
         " item, layer",
         "tT", "tittqqap"},
    [POST_TAKEN] =
        {"post.taken",
         "SELECT t.order_id, t.order_line, t.item, t.layer, t.qty, t.amount, l.* FROM"
         " unnest($2::text[]) AS o (id) CROSS JOIN LATERAL (SELECT * FROM fifo_take WHERE"
         " plant_id = $1 AND order_id = o.id AND order_id <> '' OFFSET 0) t CROSS JOIN LATERAL"
         " (SELECT lot, order_id, received, qty_left, amount_left, ctid FROM fifo_layer WHERE"
         " plant_id = $1 AND item = t.item AND layer = t.layer OFFSET 0) l ORDER BY t.order_id,"
         " t.order_line, t.posted_seq, t.layer",
         "tT", "tntiqattqqap"},

    [POST_RESERVED] = {"post.reserved",
                       "SELECT r.* FROM unnest($2::text[]) AS t (code) CROSS JOIN LATERAL"
                       " (SELECT t.code, sum(reserved_qty)::numeric(18,6)"
                       " FROM work_order_component WHERE plant_id = $1 AND item = t.code"
                       " AND reserves HAVING sum(reserved_qty) > 0 OFFSET 0) r",
                       "tT", "tq"},
    [POST_DEBTS] = {"post.debts",
                    "SELECT r.* FROM unnest($2::text[]) AS t (code) CROSS JOIN LATERAL"
                    " (SELECT item, order_kind, order_id, -qty FROM ledger_line"
                    " WHERE plant_id = $1 AND item = t.code AND qty < 0"
                    " AND kind NOT IN ('transfer', 'status') ORDER BY posted_seq DESC"
                    " LIMIT $3 OFFSET 0) r",
                    "tTi", "tttq"},
    [POST_PAST] =
        {"post.past",
         "SELECT t.code, c.day, c.qty, o.opened FROM unnest($2::text[]) AS t (code)"
         " LEFT JOIN LATERAL (SELECT CASE kind WHEN 'opening' THEN effective_on END AS opened"
         " FROM ledger_line WHERE plant_id = $1 AND item = t.code ORDER BY posted_seq LIMIT 1) o"
         " ON true LEFT JOIN LATERAL (SELECT day, qty FROM stock_close WHERE plant_id = $1"
         " AND item = t.code AND day >= coalesce((SELECT max(day) FROM stock_close"
         " WHERE plant_id = $1 AND item = t.code AND day <= $3), DATE '0001-01-01') OFFSET 0) c"
         " ON true ORDER BY t.code, c.day",
         "tTd", "tdqd"},
    [POST_LOCATIONS] = {"post.locations",
                        "SELECT r.* FROM unnest($2::text[]) AS t (code) CROSS JOIN LATERAL"
                        " (SELECT location FROM location WHERE plant_id = $1"
                        " AND location = t.code AND active OFFSET 0) r",
                        "tT", "t"},
    [POST_COUNTER] = {"post.counter",
                      "UPDATE plant_seq SET line_seq = line_seq + $2, event_seq = event_seq + $3,"
                      " document_seq = document_seq + $4,"
                      " approve_above = coalesce($5, approve_above),"
                      " unplanned_issue = coalesce($6, unplanned_issue) WHERE plant_id = $1"
                      " RETURNING line_seq - $2, event_seq - $3, document_seq - $4, open_from",
                      "tiiiab", "iiid"},
    /* The same in two steps: with the lock all that is needed to decide, and POST_COUNTER with the
       writes. */
    [POST_HOLD_COUNTER] = {"post.hold_counter",
                           "SELECT line_seq, event_seq, document_seq, open_from FROM plant_seq"
                           " WHERE plant_id = $1 FOR NO KEY UPDATE",
                           "t", "iiid"},
    /* Fails when a batch that nothing was read for took anything for true that is so no more: the
       counter, which all raise who change what a posting reads, and what changes without it. */
    [POST_RAISE_RECALLED] =
        {"post.raise_recalled",
         "WITH u AS (UPDATE plant_seq s SET line_seq = s.line_seq + $2, event_seq = s.event_seq +"
         " $3, document_seq = s.document_seq + $4 FROM plant p WHERE s.plant_id = $1 AND p.plant_id"
         " = $1 AND s.line_seq = $5 AND s.event_seq = $6 AND s.document_seq = $7 AND s.open_from ="
         " $8 AND s.approve_above IS NOT DISTINCT FROM $9 AND s.unplanned_issue = $10 AND"
         " p.main_location = $11 AND (clock_timestamp() AT TIME ZONE p.time_zone)::date = $12 AND"
         " clock_timestamp() >= $13 AND pg_relation_filenode('stock_item')::bigint = $14 AND"
         " pg_relation_filenode('stock_balance')::bigint = $15 RETURNING 1)"
         " SELECT 1 / count(*)::integer FROM u",
         "tiiiiiidabtdzii", "n"},
    [POST_STILL_LOCATIONS] = {"post.still_locations",
                              "SELECT 1 / (count(*) = cardinality($2))::integer FROM location"
                              " WHERE plant_id = $1 AND location = ANY ($2) AND active",
                              "tT", "n"},
    /* After the counter is locked: moments rise with its numbers, and so does the plant's day. */
    [POST_MOMENT] = {"post.moment",
                     "SELECT m, (m AT TIME ZONE p.time_zone)::date"
                     " FROM plant p, clock_timestamp() m WHERE p.plant_id = $1",
                     "t", "zd"},
    [POST_INSERT_WORK_ORDERS] =
        {"post.insert_work_orders",
         "INSERT INTO work_order (plant_id, work_order, item, qty, good_qty, start_on, due_on,"
         " state, segment, kind) SELECT a.plant_id, t.a, t.b, t.c, t.d, t.e, t.f, t.g,"
         " nullif(t.h, ''), t.i FROM plant_seq a, unnest($2::text[], $3::text[], $4::numeric[],"
         " $5::numeric[], $6::date[], $7::date[], $8::text[], $9::text[], $10::text[])"
         " AS t (a, b, c, d, e, f, g, h, i) WHERE a.plant_id = $1",
         "tTTQQDDTTT", ""},
    [POST_UPDATE_WORK_ORDERS] =
        {"post.update_work_orders",
         "UPDATE work_order w SET state = t.b, received_qty = t.c, scrapped_qty = t.d,"
         " planned_cost = t.e, wip = t.f, released_on = nullif(t.g, DATE '0001-01-01'), closed_on"
         " = nullif(t.h, DATE '0001-01-01'), qty = t.i, good_qty = t.j FROM (SELECT t.*, r.ctid AS"
         " place FROM (SELECT unnest($2::text[]) AS a, unnest($3::text[]) AS b,"
         " unnest($4::numeric[]) AS c, unnest($5::numeric[]) AS d, unnest($6::numeric[]) AS e,"
         " unnest($7::numeric[]) AS f, unnest($8::date[]) AS g, unnest($9::date[]) AS h,"
         " unnest($10::numeric[]) AS i, unnest($11::numeric[]) AS j) t CROSS JOIN LATERAL (SELECT"
         " ctid FROM work_order WHERE plant_id = $1 AND work_order = t.a OFFSET 0) r) t WHERE"
         " w.plant_id = $1 AND w.ctid = t.place",
         "tTTQQAADDQQ", ""},
    [POST_UPDATE_PLACED_WORK_ORDERS] =
        {"post.update_placed_work_orders",
         "WITH u AS (UPDATE work_order w SET state = t.state, received_qty = t.received_qty,"
         " scrapped_qty = t.scrapped_qty, planned_cost = t.planned_cost, wip = t.wip, released_on ="
         " nullif(t.released_on, DATE '0001-01-01'), closed_on = nullif(t.closed_on, DATE"
         " '0001-01-01'), qty = t.qty, good_qty = t.good_qty FROM unnest($2::post_work_order[]) AS t"
         " WHERE w.plant_id = $1 AND w.ctid = t.place AND w.work_order = t.work_order RETURNING 1)" ALL_OF_THEM,
         "tPTTQQAADDQQ", "n"},
    [POST_INSERT_COMPONENTS] =
        {"post.insert_components",
         "INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, fixed,"
         " due_on, operation, segment, planned_cost, issued_qty, returned_qty, issued_amount,"
         " reserved_qty, reserves, backflush, line_side)"
         " SELECT a.plant_id, t.a, t.b, t.c, t.d, t.e, t.f, t.g, nullif(t.h, ''), t.i, t.j, t.k,"
         " t.l, t.m, t.m > 0, t.n, t.o"
         " FROM plant_seq a, unnest($2::text[], $3::integer[], $4::text[], $5::numeric[],"
         " $6::boolean[], $7::date[], $8::text[], $9::text[], $10::numeric[], $11::numeric[],"
         " $12::numeric[], $13::numeric[], $14::numeric[], $15::boolean[], $16::text[])"
         " AS t (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o) WHERE a.plant_id = $1",
         "tTNTQBDTTCQQAQBT", ""},
    [POST_UPDATE_COMPONENTS] =
        {"post.update_components",
         "WITH u AS (UPDATE work_order_component w SET issued_qty = t.issued_qty, returned_qty ="
         " t.returned_qty, issued_amount = t.issued_amount, required_qty = t.required_qty,"
         " reserved_qty = t.reserved_qty, reserves = t.reserved_qty > 0 FROM"
         " unnest($2::post_component[]) AS t WHERE w.plant_id = $1 AND w.ctid = t.place AND"
         " w.work_order = t.work_order RETURNING 1)" ALL_OF_THEM,
         "tPTQQAQQ", "n"},
    [POST_INSERT_OPERATIONS] =
        {"post.insert_operations",
         "INSERT INTO work_order_operation (plant_id, work_order, line, operation, work_center,"
         " planned_hours, labor_rate, machine_rate, overhead_rate, overhead_basis, reported_hours,"
         " labor_amount, machine_amount, overhead_amount, parallel_group, good_qty, scrapped_qty,"
         " subcontract_price, subcontract_amount, supplier) SELECT a.plant_id, unnest($2::text[]),"
         " unnest($3::integer[]), unnest($4::text[]), unnest($5::text[]), unnest($6::numeric[]),"
         " unnest($7::numeric[]), unnest($8::numeric[]), unnest($9::numeric[]),"
         " unnest($10::text[]), unnest($11::numeric[]), unnest($12::numeric[]),"
         " unnest($13::numeric[]), unnest($14::numeric[]), unnest($15::text[]),"
         " unnest($16::numeric[]), unnest($17::numeric[]), unnest($18::numeric[]),"
         " unnest($19::numeric[]), unnest($20::text[]) FROM plant_seq a WHERE a.plant_id = $1",
         "tTNTTQCCCTQAAATQQCAT", ""},
    [POST_UPDATE_OPERATIONS] =
        {"post.update_operations",
         "UPDATE work_order_operation w SET reported_hours = t.c, labor_amount = t.d,"
         " machine_amount = t.e, overhead_amount = t.f, good_qty = t.g, scrapped_qty = t.h,"
         " subcontract_amount = t.i, billed_qty = t.j, billed_amount = t.k FROM (SELECT t.*,"
         " r.ctid AS place FROM (SELECT unnest($2::text[]) AS a, unnest($3::integer[]) AS b,"
         " unnest($4::numeric[]) AS c, unnest($5::numeric[]) AS d, unnest($6::numeric[]) AS e,"
         " unnest($7::numeric[]) AS f, unnest($8::numeric[]) AS g, unnest($9::numeric[]) AS h,"
         " unnest($10::numeric[]) AS i, unnest($11::numeric[]) AS j, unnest($12::numeric[]) AS k)"
         " t CROSS JOIN LATERAL (SELECT ctid FROM work_order_operation WHERE plant_id = $1 AND"
         " work_order = t.a AND line = t.b OFFSET 0) r) t WHERE w.plant_id = $1 AND w.ctid ="
         " t.place",
         "tTNQAAAQQAQA", ""},
    [POST_INSERT_PURCHASE_ORDERS] =
        {"post.insert_purchase_orders",
         "INSERT INTO purchase_order (plant_id, purchase_order, supplier, state, source_plant,"
         " made_by, value, approve_above) SELECT a.plant_id, unnest($2::text[]),"
         " unnest($3::text[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),"
         " unnest($7::numeric[]), unnest($8::numeric[]) FROM plant_seq a WHERE a.plant_id = $1",
         "tTTTTTAA", ""},
    [POST_INSERT_PURCHASE_LINES] =
        {"post.insert_purchase_lines",
         "INSERT INTO purchase_order_line (plant_id, purchase_order, line, item, qty, price, due,"
         " segment, received_qty) SELECT a.plant_id, t.a, t.b, t.c, t.d, t.e, t.f, nullif(t.g, ''),"
         " t.h FROM plant_seq a, unnest($2::text[], $3::integer[], $4::text[], $5::numeric[],"
         " $6::numeric[], $7::date[], $8::text[], $9::numeric[]) AS t (a, b, c, d, e, f, g, h)"
         " WHERE a.plant_id = $1",
         "tTNTQCDTQ", ""},
    [POST_UPDATE_PURCHASE_LINES] =
        {"post.update_purchase_lines",
         "UPDATE purchase_order_line l SET received_qty = t.c, invoiced_qty = t.d FROM (SELECT"
         " t.*, r.ctid AS place FROM (SELECT unnest($2::text[]) AS a, unnest($3::integer[]) AS b,"
         " unnest($4::numeric[]) AS c, unnest($5::numeric[]) AS d) t CROSS JOIN LATERAL (SELECT"
         " ctid FROM purchase_order_line WHERE plant_id = $1 AND purchase_order = t.a AND line ="
         " t.b OFFSET 0) r) t WHERE l.plant_id = $1 AND l.ctid = t.place",
         "tTNQQ", ""},
    [POST_INSERT_SALES_ORDERS] =
        {"post.insert_sales_orders",
         "INSERT INTO sales_order (plant_id, sales_order, customer, state, to_plant, made_by)"
         " SELECT a.plant_id, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]),"
         " unnest($5::text[]), unnest($6::text[]) FROM plant_seq a WHERE a.plant_id = $1",
         "tTTTTT", ""},
    [POST_INSERT_SALES_LINES] =
        {"post.insert_sales_lines",
         "INSERT INTO sales_order_line (plant_id, sales_order, line, item, qty, due, priority,"
         " segment, shipped_qty, price) SELECT a.plant_id, t.a, t.b, t.c, t.d, t.e,"
         " nullif(t.f, -2147483648), nullif(t.g, ''), t.h, t.i FROM plant_seq a, unnest($2::text[],"
         " $3::integer[], $4::text[], $5::numeric[], $6::date[], $7::integer[], $8::text[],"
         " $9::numeric[], $10::numeric[]) AS t (a, b, c, d, e, f, g, h, i)"
         " WHERE a.plant_id = $1",
         "tTNTQDNTQC", ""},
    [POST_UPDATE_SALES_LINES] =
        {"post.update_sales_lines",
         "UPDATE sales_order_line l SET shipped_qty = t.c FROM (SELECT t.*, r.ctid AS place"
         " FROM unnest($2::text[], $3::integer[], $4::numeric[]) AS t (a, b, c) CROSS JOIN"
         " LATERAL (SELECT ctid FROM sales_order_line WHERE plant_id = $1 AND sales_order ="
         " t.a AND line = t.b OFFSET 0) r) t WHERE l.plant_id = $1 AND l.ctid = t.place",
         "tTNQ", ""},
    [POST_ACCEPT_SUGGESTIONS] =
        {"post.accept_suggestions",
         "UPDATE planned_order p SET accepted_seq = $3 FROM unnest($2::text[]) AS t (id) WHERE"
         " p.plant_id = $1 AND p.planned_order_id = t.id",
         "tTi", ""},
    [POST_INSERT_STOCK_DOCUMENTS] =
        {"post.insert_stock_documents",
         "INSERT INTO stock_document (plant_id, book_seq, document, kind, state, location,"
         " to_location, reason, created_by, frozen, value, approve_above, effective_on) SELECT"
         " a.plant_id, a.line_seq, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]),"
         " unnest($5::text[]), unnest($6::text[]), unnest($7::text[]), unnest($8::text[]),"
         " unnest($9::boolean[]), unnest($10::numeric[]), unnest($11::numeric[]),"
         " unnest($12::date[]) FROM plant_seq a WHERE a.plant_id = $1",
         "tTTTTTTTBAAD", ""},
    [POST_UPDATE_STOCK_DOCUMENTS] =
        {"post.update_stock_documents",
         "UPDATE stock_document d SET state = t.b, value = t.c, decided_by = t.d, decided_at ="
         " CASE WHEN t.d IS NOT NULL THEN coalesce(d.decided_at, now()) END FROM (SELECT t.*,"
         " r.ctid AS place FROM (SELECT unnest($2::text[]) AS a, unnest($3::text[]) AS b,"
         " unnest($4::numeric[]) AS c, unnest($5::text[]) AS d) t CROSS JOIN LATERAL (SELECT ctid"
         " FROM stock_document WHERE plant_id = $1 AND document = t.a OFFSET 0) r) t WHERE"
         " d.plant_id = $1 AND d.ctid = t.place",
         "tTTAT", ""},
    [POST_INSERT_STOCK_LINES] =
        {"post.insert_stock_lines",
         "INSERT INTO stock_document_line (plant_id, document, line, item, location, lot, status,"
         " segment, qty, done, unit_cost, expires_on, counted_at) SELECT a.plant_id, t.a, t.b, t.c,"
         " t.d, t.e, t.f, t.g, t.h, t.i, t.j, nullif(t.k, DATE '0001-01-01'), t.l FROM plant_seq a,"
         " unnest($2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[],"
         " $8::text[], $9::numeric[], $10::numeric[], $11::numeric[], $12::date[],"
         " $13::timestamptz[]) AS t (a, b, c, d, e, f, g, h, i, j, k, l) WHERE a.plant_id = $1",
         "tTNTTTTTQQCDZ", ""},
    [POST_UPDATE_STOCK_LINES] =
        {"post.update_stock_lines",
         "UPDATE stock_document_line l SET qty = t.c, done = t.d, counted_at = t.e FROM (SELECT"
         " t.*, r.ctid AS place FROM (SELECT unnest($2::text[]) AS a, unnest($3::integer[]) AS b,"
         " unnest($4::numeric[]) AS c, unnest($5::numeric[]) AS d, unnest($6::timestamptz[]) AS e)"
         " t CROSS JOIN LATERAL (SELECT ctid FROM stock_document_line WHERE plant_id = $1 AND"
         " document = t.a AND line = t.b OFFSET 0) r) t WHERE l.plant_id = $1 AND l.ctid = t.place",
         "tTNQQZ", ""},
    [POST_INSERT_LOTS] =
        {"post.insert_lots",
         "INSERT INTO lot (plant_id, item, lot, expires_on, created_on)"
         " SELECT a.plant_id, t.a, t.b, nullif(t.c, DATE '0001-01-01'), t.d FROM plant_seq a,"
         " unnest($2::text[], $3::text[], $4::date[], $5::date[]) AS t (a, b, c, d)"
         " WHERE a.plant_id = $1 ON CONFLICT (plant_id, item, lot) DO NOTHING",
         "tTTDD", ""},
    [POST_CREATE_BALANCES] =
        {"post.create_balances",
         "INSERT INTO stock_balance (plant_id, item, location, lot, status, segment, owner) SELECT"
         " a.plant_id, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]),"
         " unnest($5::text[]), unnest($6::text[]), unnest($7::text[]) FROM plant_seq a WHERE"
         " a.plant_id = $1 ON CONFLICT (plant_id, item, location, lot, status, segment, owner) DO"
         " NOTHING",
         "tTTTTTT", ""},
    [POST_UPDATE_BALANCES] =
        {"post.update_balances",
         "UPDATE stock_balance b SET qty = t.g, may_be_negative = t.h, frozen_by = t.i FROM"
         " (SELECT t.*, r.ctid AS place FROM (SELECT unnest($2::text[]) AS a, unnest($3::text[])"
         " AS b, unnest($4::text[]) AS c, unnest($5::text[]) AS d, unnest($6::text[]) AS e,"
         " unnest($7::text[]) AS f, unnest($8::numeric[]) AS g, unnest($9::boolean[]) AS h,"
         " unnest($10::text[]) AS i) t CROSS JOIN LATERAL (SELECT ctid FROM stock_balance WHERE"
         " plant_id = $1 AND item = t.a AND location = t.b AND lot = t.c AND status = t.d AND"
         " segment = t.e AND owner = t.f OFFSET 0) r) t WHERE b.plant_id = $1 AND b.ctid = t.place",
         "tTTTTTTQBT", ""},
    /* Who holds the lock of an item or an order knows where its rows are: they are found without an
       index.  A row that is locked itself, stock_item's, cannot be anywhere else. */
    [POST_UPDATE_PLACED_BALANCES] =
        {"post.update_placed_balances",
         "WITH u AS (UPDATE stock_balance b SET qty = t.qty, may_be_negative = t.may_be_negative,"
         " frozen_by = t.frozen_by FROM unnest($2::post_balance[]) AS t WHERE b.plant_id = $1 AND"
         " b.ctid = t.place AND b.item = t.item RETURNING 1)" ALL_OF_THEM,
         "tPTQBT", "n"},
    [POST_UPDATE_ITEMS] =
        {"post.update_items",
         "UPDATE stock_item s SET on_hand = t.on_hand, value = t.value, last_cost = t.last_cost,"
         " inspect = t.inspect, moved_on = t.moved_on FROM unnest($2::post_item[]) AS t WHERE"
         " s.plant_id = $1 AND s.ctid = t.place AND s.item = t.item",
         "tPTQACBD", ""},
    /* The same two where the next batch is to know where its rows are. */
    [POST_MOVE_BALANCES] =
        {"post.move_balances",
         "WITH u AS (UPDATE stock_balance b SET qty = t.qty, may_be_negative = t.may_be_negative,"
         " frozen_by = t.frozen_by FROM unnest($2::post_balance[]) AS t WHERE b.plant_id = $1 AND"
         " b.ctid = t.place AND b.item = t.item RETURNING t.place, b.ctid)" PLACES_OF_ALL,
         "tPTQBT", "pp"},
    [POST_MOVE_ITEMS] =
        {"post.move_items",
         "WITH u AS (UPDATE stock_item s SET on_hand = t.on_hand, value = t.value, last_cost ="
         " t.last_cost, inspect = t.inspect, moved_on = t.moved_on FROM unnest($2::post_item[])"
         " AS t WHERE s.plant_id = $1 AND s.ctid = t.place AND s.item = t.item RETURNING t.place,"
         " s.ctid)" PLACES_OF_ALL,
         "tPTQACBD", "pp"},
    /* A page is cleared as its first row is looked for.  Each in a subquery of its own: no join. */
    [POST_CLEAR_PAGES] =
        {"post.clear_pages",
         "SELECT (SELECT count((SELECT 1 FROM stock_item WHERE ctid >= page LIMIT 1)) FROM"
         " unnest($1::tid[]) AS page) + (SELECT count((SELECT 1 FROM stock_balance WHERE ctid >="
         " page LIMIT 1)) FROM unnest($2::tid[]) AS page)",
         "PP", "i"},
    [POST_INSERT_LINES] =
        {"post.insert_lines",
         "INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, lot,"
         " status, segment, owner, qty, amount, wip, variance, counted, on_hand, value,"
         " order_kind, order_id, order_line, operation, reason, effective_on, posted_by, reverses,"
         " document_lines, posted_at) SELECT a.plant_id, t.*, $2 FROM plant_seq a, unnest($3::post_line[]) AS t"
         " WHERE a.plant_id = $1",
         "tITTTTTTTTQAAAQQATTNTTDTINz", ""},
    /* The same for lines that have the rest of their columns by default. */
    [POST_INSERT_PLAIN_LINES] =
        {"post.insert_plain_lines",
         "INSERT INTO ledger_line (plant_id, kind, effective_on, posted_at, posted_seq, document,"
         " item, location, qty, amount, on_hand, value, reason, posted_by, document_lines) SELECT"
         " a.plant_id, $2::text, $3, $4, t.* FROM plant_seq a, unnest($5::post_plain_line[]) AS t"
         " WHERE a.plant_id = $1",
         "tITtTTQAQATdTNz", ""},
    /* The same for many lines.  Who copies may not name the plant: it is the session's, by default
       (sql/migrations/0052). */
    [POST_COPY_LINES] =
        {"post.copy_lines",
         "COPY ledger_line (posted_seq, document, kind, item, location, lot, status,"
         " segment, owner, qty, amount, wip, variance, counted, on_hand, value, order_kind,"
         " order_id, order_line, operation, reason, effective_on, posted_by, reverses,"
         " document_lines, posted_at) FROM STDIN (FORMAT binary)",
         "ITTTTTTTTQAAAQQATTNTTDTINz", ""},
    [POST_INSERT_CLOSES] =
        {"post.insert_closes",
         "INSERT INTO stock_close (plant_id, item, day, qty, value) SELECT a.plant_id,"
         " unnest($2::text[]), unnest($3::date[]), unnest($4::numeric[]), unnest($5::numeric[])"
         " FROM plant_seq a WHERE a.plant_id = $1",
         "tTDQA", ""},
    [POST_OPEN_LATE] =
        {"post.open_late",
         "INSERT INTO stock_close (plant_id, item, day, qty, value)"
         " SELECT a.plant_id, t.a, t.b, coalesce(p.qty, 0), coalesce(p.value, 0)"
         " FROM plant_seq a CROSS JOIN (SELECT DISTINCT u.a, u.b FROM unnest($2::text[],"
         " $3::date[], $4::numeric[], $5::numeric[]) AS u (a, b, c, d)) t"
         " LEFT JOIN LATERAL (SELECT o.qty, o.value FROM stock_close o WHERE o.plant_id = $1"
         " AND o.item = t.a AND o.day < t.b ORDER BY o.day DESC LIMIT 1) p ON true"
         " WHERE a.plant_id = $1 ON CONFLICT (plant_id, item, day) DO NOTHING",
         "tTDQA", ""},
    [POST_ADD_LATE] =
        {"post.add_late",
         "UPDATE stock_close p SET qty = p.qty + d.qty, value = p.value + d.amount FROM ("
         " SELECT o.item, o.day, sum(t.c) AS qty, sum(t.d) AS amount FROM unnest($2::text[],"
         " $3::date[], $4::numeric[], $5::numeric[]) AS t (a, b, c, d) JOIN stock_close o"
         " ON o.plant_id = $1 AND o.item = t.a AND o.day >= t.b"
         " GROUP BY 1, 2) d WHERE p.plant_id = $1 AND p.item = d.item AND p.day = d.day",
         "tTDQA", ""},
    [POST_ADD_LINKS] =
        {"post.add_links",
         "INSERT INTO lot_link AS k (plant_id, order_kind, order_id, way, item, lot, qty)"
         " SELECT a.plant_id, t.* FROM plant_seq a, unnest($2::post_link[]) AS t WHERE a.plant_id ="
         " $1 ON CONFLICT (plant_id, order_kind, order_id, way, item, lot)"
         " DO UPDATE SET qty = k.qty + excluded.qty",
         "tTTTTTQ", ""},
    [POST_INSERT_LAYERS] =
        {"post.insert_layers",
         "INSERT INTO fifo_layer (plant_id, item, layer, lot, order_id, received, qty_left,"
         " remains, amount_left) SELECT a.plant_id, unnest($2::text[]), unnest($3::bigint[]),"
         " unnest($4::text[]), unnest($5::text[]), unnest($6::numeric[]), unnest($7::numeric[]),"
         " unnest($7::numeric[]) <> 0, unnest($8::numeric[]) FROM plant_seq a WHERE a.plant_id ="
         " $1",
         "tTITTQQA", ""},
    [POST_UPDATE_LAYERS] =
        {"post.update_layers",
         "WITH u AS (UPDATE fifo_layer l SET qty_left = t.qty_left, remains = t.qty_left <> 0,"
         " amount_left = t.amount_left FROM unnest($2::post_layer[]) AS t WHERE l.plant_id = $1 AND"
         " l.ctid = t.place AND l.item = t.item RETURNING 1)" ALL_OF_THEM,
         "tPTQA", "n"},
    [POST_INSERT_TAKES] =
        {"post.insert_takes",
         "INSERT INTO fifo_take (plant_id, posted_seq, layer, item, qty, amount, order_id,"
         " order_line) SELECT a.plant_id, unnest($2::bigint[]), unnest($3::bigint[]),"
         " unnest($4::text[]), unnest($5::numeric[]), unnest($6::numeric[]), unnest($7::text[]),"
         " unnest($8::integer[]) FROM plant_seq a WHERE a.plant_id = $1",
         "tIITQATN", ""},
    [POST_COPY_TAKES] =
        {"post.copy_takes",
         "COPY fifo_take (posted_seq, layer, item, qty, amount, order_id, order_line)"
         " FROM STDIN (FORMAT binary)",
         "IITQATN", ""},
    [POST_INSERT_ORDER_CHANGES] =
        {"post.insert_order_changes",
         "INSERT INTO work_order_change (plant_id, document, line, work_order, what, order_line,"
         " item, before, after, reason, effective_on, changed_by) SELECT a.plant_id,"
         " unnest($2::text[]), unnest($3::integer[]), unnest($4::text[]), unnest($5::text[]),"
         " unnest($6::integer[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),"
         " unnest($10::text[]), unnest($11::date[]), unnest($12::text[]) FROM plant_seq a WHERE"
         " a.plant_id = $1",
         "tTNTTNTTTTDT", ""},
    [POST_INSERT_LATE_COSTS] =
        {"post.insert_late_costs",
         "INSERT INTO late_cost (plant_id, posted_seq, item, layer, work_order, amount, pieces,"
         " source, depth, effective_on) SELECT a.plant_id, unnest($2::bigint[]),"
         " unnest($3::text[]), unnest($4::bigint[]), unnest($5::text[]), unnest($6::numeric[]),"
         " unnest($7::numeric[]), unnest($8::text[]), unnest($9::integer[]), unnest($10::date[])"
         " FROM plant_seq a WHERE a.plant_id = $1",
         "tITITAQTND", ""},
    [POST_INSERT_OUTPUTS] =
        {"post.insert_outputs",
         "INSERT INTO work_order_output (plant_id, work_order, line, item, kind, qty, unit_cost,"
         " order_qty) SELECT a.plant_id, unnest($2::text[]), unnest($3::integer[]),"
         " unnest($4::text[]), unnest($5::text[]), unnest($6::numeric[]), unnest($7::numeric[]),"
         " unnest($8::numeric[]) FROM plant_seq a WHERE a.plant_id = $1",
         "tTNTTQCQ", ""},
    [POST_SET_RULES] =
        {"post.set_rules",
         "UPDATE stock_item s SET backflush = t.b, over_issue_pct = nullif(t.c, -1),"
         " over_issue_qty = nullif(t.d, -1), over_receipt_pct = nullif(t.e, -1) FROM (SELECT"
         " unnest($2::text[]) AS a, unnest($3::boolean[]) AS b, unnest($4::numeric[]) AS c,"
         " unnest($5::numeric[]) AS d, unnest($6::numeric[]) AS e) t WHERE s.plant_id = $1 AND"
         " s.item = t.a",
         "tTBQQQ", ""},
    /* A row with the events before its own (sql/migrations/0053). */
    [POST_INSERT_EVENT] =
        {"post.insert_event",
         "INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, earlier_ids,"
         " earlier_bodies, committed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
         "tintxTXz", ""},
    /* A key that another poster has written meanwhile fails it, as it does the next. */
    [POST_INSERT_KEYS] =
        {"post.insert_keys",
         "INSERT INTO posting_key (plant_id, key, request_hash, status, field, message, reply,"
         " asked_by, device, method, object) SELECT a.plant_id, t.* FROM plant_seq a,"
         " unnest($2::post_key[]) AS t WHERE a.plant_id = $1",
         "tUXTTTXTTTT", ""},
    [POST_COPY_KEYS] = {"post.copy_keys",
                        "COPY posting_key (key, request_hash, status, field, message, reply,"
                        " asked_by, device, method, object) FROM STDIN (FORMAT binary)",
                        "UXTTTXTTTT", ""},
    [POST_WAIT_FOR_REPLICAS] = {"post.wait_for_replicas",
                                "SELECT pg_logical_emit_message(true, 'millrace', '')::text", "",
                                "t"},
};

/* What each of the batch's rows has; sql/migrations/0055, 0057, 0059. */
static const struct sql_row_type row_types[] = {
    {&post_statements[POST_UPDATE_PLACED_WORK_ORDERS], "post_work_order"},
    {&post_statements[POST_UPDATE_COMPONENTS], "post_component"},
    {&post_statements[POST_UPDATE_PLACED_BALANCES], "post_balance"},
    {&post_statements[POST_UPDATE_ITEMS], "post_item"},
    {&post_statements[POST_UPDATE_LAYERS], "post_layer"},
    {&post_statements[POST_ADD_LINKS], "post_link"},
    {&post_statements[POST_MOVE_BALANCES], "post_balance"},
    {&post_statements[POST_MOVE_ITEMS], "post_item"},
    {&post_statements[POST_INSERT_LINES], "post_line"},
    {&post_statements[POST_INSERT_PLAIN_LINES], "post_plain_line"},
    {&post_statements[POST_INSERT_KEYS], "post_key"},
};

/* Backstops: the core refuses first, and says more. */
static const struct sql_constraint constraints[] = {
    {"posting_key_pkey", STATUS_KEY_REUSED, "", "the idempotency key was used meanwhile"},
    {"stock_not_negative", STATUS_INSUFFICIENT_STOCK, "quantity", "stock would fall below zero"},
    {"stock_item_empty_is_worthless", STATUS_INTERNAL, "", "an empty stock would have a value"},
    {"maker_is_not_checker", STATUS_FORBIDDEN, "document", "who made a document cannot approve it"},
    {"large_needs_a_checker", STATUS_STATE_CONFLICT, "document",
     "the document needs a second person"},
    {"ledger_line_reversed_once", STATUS_STATE_CONFLICT, "document",
     "the document is reversed already"},
    {"location_line_side", STATUS_STATE_CONFLICT, "locations",
     "the work centre has another line-side location"},
    {"component_returned_within_issued", STATUS_OVER_RETURN, "quantity",
     "more would be returned than was issued"},
    {"purchase_large_needs_a_checker", STATUS_STATE_CONFLICT, "purchase_order",
     "the purchase order needs a second person"},
    {"work_order_pkey", STATUS_EXISTS, "work_order", "the work order already exists"},
    {"purchase_order_pkey", STATUS_EXISTS, "purchase_order", "the purchase order already exists"},
    {"sales_order_pkey", STATUS_EXISTS, "sales_order", "the sales order already exists"},
};

const struct sql_schema post_command_schema = {.statements = post_statements,
                                               .statement_count = POST_COMMAND_STATEMENTS};

static const struct sql_schema *const parts[] = {&post_command_schema, NULL};

const struct sql_schema post_schema = {.statements = &post_statements[POST_COMMAND_STATEMENTS],
                                       .statement_count = POST_STATEMENTS - POST_COMMAND_STATEMENTS,
                                       .parts = parts,
                                       .row_types = row_types,
                                       .row_type_count = COUNT_OF(row_types),
                                       .constraints = constraints,
                                       .constraint_count = COUNT_OF(constraints)};
