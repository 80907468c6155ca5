#include "services/cost/books_store.h"

#include "common/ledger/command.h"
#include "services/cost/cost_store.h"

/* clang-format off */
enum {
    SETTLED, SETTLED_COMPONENTS, SETTLED_OPERATIONS, COPY_REVERSED, PUT_SPLITS, VARIANCES, JOURNAL, JOURNAL_SUMS,
    ACCOUNTS, ACCOUNT_STATE, PUT_ACCOUNT, CLASS_EXISTS, REMOVE_ACCOUNT, CURRENCY, LOCK_BOOKS, UNSPLIT, MONTH_BASE, MONTH_FACTS, MONTH_ROW,
    CLOSE_MONTH, SET_OPEN, ASK_REOPEN, REOPEN
};

/* Of a settlement of a product that is not at standard the rest is cost of sales, no variance. */
#define AT_STANDARD "coalesce(i.valuation, 'standard') = 'standard'"
#define SPLIT_SUM(kind) "coalesce(sum(v.amount) FILTER (WHERE v.kind = '" kind "'), 0)::numeric(18,4)"
/* In the order of variance_kind. */
#define SPLITS SPLIT_SUM("price") " AS k0, " SPLIT_SUM("scrap") " AS k1, " SPLIT_SUM("usage") " AS k2, " \
    SPLIT_SUM("labor_rate") " AS k3, " SPLIT_SUM("machine_rate") " AS k4, " SPLIT_SUM("efficiency") " AS k5, " \
    SPLIT_SUM("overhead") " AS k6, " SPLIT_SUM("lot_size") " AS k7, " SPLIT_SUM("mix") " AS k8, " \
    SPLIT_SUM("subcontract") " AS k9, " SPLIT_SUM("rounding") " AS k10"
/* Of a line that settles, by the primary key; of others nothing is looked up. */
#define SPLITS_OF_LINE \
    " LEFT JOIN LATERAL (SELECT " SPLITS " FROM order_variance v WHERE l.kind = 'settlement' AND v.plant_id = $1" \
    " AND v.posted_seq = l.posted_seq OFFSET 0) AS v ON true"
#define SUM_OF(column) " sum(g." column ")::numeric(18,4)"
#define JOURNAL_SPLIT_SUMS \
    SUM_OF("k0") "," SUM_OF("k1") "," SUM_OF("k2") "," SUM_OF("k3") "," SUM_OF("k4") "," SUM_OF("k5") "," \
    SUM_OF("k6") "," SUM_OF("k7") "," SUM_OF("k8") "," SUM_OF("k9") "," SUM_OF("k10")
#define JOURNAL_SPLIT_SIGNS \
    " sign(g.k0), sign(g.k1), sign(g.k2), sign(g.k3), sign(g.k4), sign(g.k5), sign(g.k6), sign(g.k7), sign(g.k8)," \
    " sign(g.k9), sign(g.k10)"
/* A subcontractor is owed what his line says, the plant's own hours are absorbed. */
#define JOURNAL_KIND "CASE WHEN l.kind = 'operation' AND l.reason = 'subcontract' THEN l.reason ELSE l.kind END"

static const struct sql_statement statements[] = {
    [SETTLED] = {
        .name = "books.settled",
        /* || '': by the order, not by the index of settlements, which looks empty after a night's closing */
        .text = "SELECT l.posted_seq, l.order_id, l.variance, w.qty, w.good_qty, w.received_qty, w.scrapped_qty,"
                " (SELECT coalesce(-sum(r.wip), 0)::numeric(18,4) FROM ledger_line r WHERE r.plant_id = $1"
                " AND r.order_kind = 'work_order' AND r.order_id = l.order_id AND r.order_id <> ''"
                " AND r.kind = 'receipt'),"
                " EXISTS (SELECT FROM ledger_line e WHERE e.plant_id = $1 AND e.order_kind = 'work_order'"
                " AND e.order_id = l.order_id AND e.order_id <> '' AND e.kind || '' = 'settlement' AND e.reverses IS NULL"
                " AND e.posted_seq < l.posted_seq AND NOT EXISTS (SELECT FROM ledger_line b WHERE b.plant_id = $1"
                " AND b.reverses = e.posted_seq AND b.order_kind = 'work_order' AND b.order_id = e.order_id"
                " AND b.order_id <> '')), l.operation <> ''"
                " FROM ledger_line l JOIN work_order w ON w.plant_id = $1 AND w.work_order = l.order_id"
                " LEFT JOIN item i ON i.plant_id = $1 AND i.item = l.item"
                " WHERE l.plant_id = $1 AND l.kind = 'settlement' AND l.variance <> 0 AND l.reverses IS NULL"
                " AND " AT_STANDARD " AND NOT EXISTS (SELECT FROM order_variance v WHERE v.plant_id = $1"
                " AND v.posted_seq = l.posted_seq) ORDER BY l.posted_seq LIMIT $2",
        .params = "ti", .columns = "itaqqqqabb",
    },
    [SETTLED_COMPONENTS] = {
        .name = "books.settled_components",
        /* late costs that came after the settlement have one of their own */
        .text = "SELECT c.work_order, c.item, c.required_qty, c.issued_qty - c.returned_qty, c.planned_cost,"
                " (c.issued_amount - coalesce((SELECT sum(e.wip) FROM ledger_line e WHERE e.plant_id = $1"
                " AND e.order_id = c.work_order AND e.order_line = c.line AND e.kind = 'late_cost'"
                " AND e.posted_seq + 0 > t.b), 0))::numeric(18,4)," /* + 0: not by the primary key */
                " coalesce(r.item, ''), coalesce(r.qty, 0)::numeric(18,6)"
                " FROM unnest($2::text[], $3::bigint[]) AS t (a, b) CROSS JOIN LATERAL (SELECT * FROM work_order_component"
                " WHERE plant_id = $1 AND work_order = t.a OFFSET 0) AS c"
                /* beside the plan: which planned item of its group it stands for, and for how much */
                " LEFT JOIN LATERAL (SELECT m.component AS item, round((c.issued_qty - c.returned_qty)"
                " * (m.qty / coalesce(m.per_qty, 1)) / (s.qty / coalesce(s.per_qty, 1)), 6) AS qty"
                " FROM work_order w JOIN bom s ON s.plant_id = $1 AND s.parent = w.item AND s.component = c.item AND s.qty > 0"
                " JOIN bom m ON m.plant_id = $1 AND m.parent = s.parent AND m.component <> s.component"
                " AND m.substitute_group = s.substitute_group JOIN work_order_component d ON d.plant_id = $1"
                " AND d.work_order = c.work_order AND d.item = m.component AND d.required_qty > 0"
                " WHERE w.plant_id = $1 AND w.work_order = t.a AND c.required_qty = 0 AND c.issued_qty > c.returned_qty"
                " ORDER BY m.row_no, s.row_no LIMIT 1) r ON true ORDER BY c.work_order, c.line",
        .params = "tTI", .columns = "ttqqcatq",
    },
    [SETTLED_OPERATIONS] = {
        .name = "books.settled_operations",
        /* nor what subcontractors' bills after the settlement differed by */
        .text = "SELECT o.work_order, o.operation, o.planned_hours, o.reported_hours, o.labor_rate, o.machine_rate,"
                " o.overhead_rate, o.overhead_basis, o.labor_amount, o.machine_amount, o.overhead_amount,"
                " o.subcontract_price, (o.subcontract_amount - CASE WHEN o.subcontract_price = 0 THEN 0 ELSE"
                " coalesce((SELECT sum(e.wip) FROM ledger_line e WHERE e.plant_id = $1 AND e.order_kind = 'work_order'"
                " AND e.order_id = o.work_order AND e.order_id <> '' AND e.order_line = o.line AND e.kind = 'invoice'"
                " AND e.posted_seq + 0 > t.b), 0) END)::numeric(18,4) FROM unnest($2::text[], $3::bigint[]) AS t (a, b)"
                " CROSS JOIN LATERAL (SELECT * FROM work_order_operation WHERE plant_id = $1 AND work_order = t.a"
                " OFFSET 0) AS o ORDER BY o.work_order, o.line",
        .params = "tTI", .columns = "ttqqccctaaaca",
    },
    [COPY_REVERSED] = {
        .name = "books.copy_reversed",
        .text = "INSERT INTO order_variance (plant_id, posted_seq, kind, work_order, amount)"
                " SELECT $1, l.posted_seq, v.kind, v.work_order, -v.amount FROM ledger_line l"
                " JOIN order_variance v ON v.plant_id = $1 AND v.posted_seq = l.reverses"
                " WHERE l.plant_id = $1 AND l.kind = 'settlement' AND l.reverses IS NOT NULL ON CONFLICT DO NOTHING",
        .params = "t", .columns = "",
    },
    [PUT_SPLITS] = {
        .name = "books.put_splits",
        .text = "INSERT INTO order_variance (plant_id, posted_seq, kind, work_order, amount) SELECT $1, t.*"
                " FROM unnest($2::bigint[], $3::text[], $4::text[], $5::numeric[]) AS t ON CONFLICT DO NOTHING",
        .params = "tITTA", .columns = "",
    },
    [VARIANCES] = {
        .name = "books.variances",
        .text = "WITH v AS (SELECT CASE $4 WHEN 'item' THEN w.item WHEN 'class' THEN coalesce(i.class, '')"
                " WHEN 'month' THEN to_char(l.effective_on, 'YYYY-MM') WHEN 'work_order' THEN v.work_order"
                " ELSE '' END AS of, v.kind, v.amount, v.work_order, v.posted_seq FROM order_variance v"
                " JOIN ledger_line l ON l.plant_id = $1 AND l.posted_seq = v.posted_seq"
                " JOIN work_order w ON w.plant_id = $1 AND w.work_order = v.work_order"
                " JOIN item i ON i.plant_id = $1 AND i.item = w.item WHERE v.plant_id = $1"
                " AND l.effective_on BETWEEN $2 AND $3 AND ($5 = '' OR v.work_order = $5)"
                " AND ($8 = '' OR w.item = $8) AND ($9 = '' OR i.class = $9) AND ($10 = '' OR EXISTS (SELECT"
                " FROM work_order_operation o WHERE o.plant_id = $1 AND o.work_order = v.work_order"
                " AND o.work_center = $10)))"
                " SELECT of, kind, sum(amount)::numeric(18,4), count(DISTINCT work_order), max(posted_seq) FROM v"
                " WHERE of IN (SELECT DISTINCT of FROM v WHERE $6 = '' OR of > $6 ORDER BY of LIMIT $7)"
                " GROUP BY of, kind HAVING sum(amount) <> 0 ORDER BY of, kind",
        .params = "tddtttittt", .columns = "ttaii",
    },
    [JOURNAL] = {
        .name = "books.journal",
        .text = "SELECT l.posted_seq, l.document, l.item, i.class, l.order_id, l.effective_on, " JOURNAL_KIND ", NOT " AT_STANDARD ","
                " l.amount, l.wip, l.variance, coalesce(b.amount, 0)::numeric(18,4), v.* FROM ledger_line l"
                " LEFT JOIN item i ON i.plant_id = $1 AND i.item = l.item"
                " LEFT JOIN payable b ON b.plant_id = $1 AND b.posted_seq = l.posted_seq AND l.kind = 'invoice'"
                SPLITS_OF_LINE
                " WHERE l.plant_id = $1 AND l.posted_seq > $4 AND l.effective_on BETWEEN $2 AND $3"
                " AND ($5 = '' OR l.document = $5) AND (l.amount <> 0 OR l.wip <> 0 OR l.variance <> 0 OR b.amount <> 0)"
                " ORDER BY l.posted_seq LIMIT $6",
        .params = "tdditi", .columns = "itttt" "dtb" "aaaaaaaaaaaaaaa",
    },
    [JOURNAL_SUMS] = {
        .name = "books.journal_sums",
        /* Lines that have one figure each are summed before anything is joined to them: whatever the planner believes of
           the tables, items are looked up by group, and bills and splits by their lines.  By sign too: a debit and a
           credit of one account are two figures. */
        .text = "SELECT i.class, g.kind, NOT " AT_STANDARD ", sum(g.amount)::numeric(18,4), sum(g.wip)::numeric(18,4),"
                " sum(g.variance)::numeric(18,4), sum(g.owed)::numeric(18,4)," JOURNAL_SPLIT_SUMS
                " FROM (SELECT l.item, " JOURNAL_KIND " AS kind, sum(l.amount) AS amount, sum(l.wip) AS wip,"
                " sum(l.variance) AS variance, 0 AS owed, 0 AS k0, 0 AS k1, 0 AS k2, 0 AS k3, 0 AS k4, 0 AS k5, 0 AS k6,"
                " 0 AS k7, 0 AS k8, 0 AS k9, 0 AS k10 FROM ledger_line l WHERE l.plant_id = $1"
                " AND l.effective_on BETWEEN $2 AND $3 AND l.kind NOT IN ('settlement', 'invoice')"
                " GROUP BY 1, 2, sign(l.amount), sign(l.wip), sign(l.variance), sign(l.amount + l.wip + l.variance)"
                " UNION ALL SELECT l.item, l.kind, l.amount, l.wip, l.variance, coalesce(b.amount, 0), v.* FROM ledger_line l"
                " LEFT JOIN LATERAL (SELECT p.amount FROM payable p WHERE p.plant_id = $1 AND p.posted_seq = l.posted_seq"
                " OFFSET 0) AS b ON true" SPLITS_OF_LINE
                " WHERE l.plant_id = $1 AND l.effective_on BETWEEN $2 AND $3 AND l.kind IN ('settlement', 'invoice')) AS g"
                " LEFT JOIN LATERAL (SELECT class, valuation FROM item WHERE plant_id = $1 AND item = g.item OFFSET 0) AS i"
                " ON true GROUP BY 1, 2, 3, sign(g.amount), sign(g.wip), sign(g.variance),"
                " sign(g.owed - g.amount - g.wip - g.variance), sign(g.owed)," JOURNAL_SPLIT_SIGNS,
        .params = "tdd", .columns = "ttb" "aaaaaaaaaaaaaaa",
    },
    [ACCOUNTS] = {
        .name = "books.accounts",
        .text = "SELECT class, key, account FROM account WHERE plant_id = $1 ORDER BY class, key",
        .params = "t", .columns = "ttt",
    },
    [ACCOUNT_STATE] = {
        .name = "books.account_state",
        .text = "SELECT jsonb_build_object('account', account)::text FROM account WHERE plant_id = $1 AND class = $2"
                " AND key = $3 FOR NO KEY UPDATE",
        .params = "ttt", .columns = "t",
    },
    [PUT_ACCOUNT] = {
        .name = "books.put_account",
        .text = "INSERT INTO account (plant_id, class, key, account) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (plant_id, class, key) DO UPDATE SET account = excluded.account",
        .params = "tttt", .columns = "",
    },
    [CLASS_EXISTS] = {
        .name = "books.class_exists",
        .text = "SELECT EXISTS (SELECT FROM item WHERE plant_id = $1 AND class = $2)",
        .params = "tt", .columns = "b",
    },
    [REMOVE_ACCOUNT] = {
        .name = "books.remove_account",
        .text = "DELETE FROM account WHERE plant_id = $1 AND class = $2 AND key = $3",
        .params = "ttt", .columns = "",
    },
    [CURRENCY] = {
        .name = "books.currency",
        .text = "SELECT coalesce(currency, '') FROM plant WHERE plant_id = $1",
        .params = "t", .columns = "t",
    },
    [LOCK_BOOKS] = {
        .name = "books.lock",
        .text = "SELECT open_from FROM plant_seq WHERE plant_id = $1 FOR NO KEY UPDATE",
        .params = "t", .columns = "d",
    },
    [UNSPLIT] = {
        .name = "books.unsplit",
        /* before a month is closed all of it is split */
        .text = "SELECT EXISTS (SELECT FROM ledger_line l LEFT JOIN item i ON i.plant_id = $1 AND i.item = l.item"
                " WHERE l.plant_id = $1 AND l.kind = 'settlement' AND l.variance <> 0 AND " AT_STANDARD
                " AND l.effective_on >= coalesce((SELECT open_from FROM plant_seq WHERE plant_id = $1), '-infinity')"
                " AND NOT EXISTS (SELECT FROM order_variance v WHERE v.plant_id = $1 AND v.posted_seq = l.posted_seq))",
        .params = "t", .columns = "b",
    },
    [MONTH_BASE] = {
        .name = "books.month_base",
        /* the figures frozen with the last closed month: what is before open_from changes no more */
        .text = "SELECT s.open_from, c.stock, c.wip FROM plant_seq s JOIN accounting_month c ON c.plant_id = $1"
                " AND (c.month + interval '1 month')::date = s.open_from AND c.reopened_by IS NULL"
                " WHERE s.plant_id = $1 ORDER BY c.closing DESC LIMIT 1",
        .params = "t", .columns = "daa",
    },
    /* $3: from where on lines are summed, $4 and $5 being all before; $6: the earlier of it and of the month's end, which
       may lie before, and then what is between is taken off again */
    [MONTH_FACTS] = {
        .name = "books.month_facts",
        .text = "SELECT s.open_from,"
                " ((SELECT coalesce(sum(value), 0) FROM stock_item WHERE plant_id = $1) - l.amount)::numeric(18,4),"
                " ((SELECT coalesce(sum(wip), 0) FROM work_order WHERE plant_id = $1) - l.wip)::numeric(18,4),"
                " (SELECT count(*) FROM ledger_line l LEFT JOIN item i ON i.plant_id = $1 AND i.item = l.item"
                " WHERE l.plant_id = $1 AND l.kind = 'settlement' AND l.variance <> 0 AND l.effective_on < $2"
                " AND l.effective_on >= $3 AND " AT_STANDARD " AND NOT EXISTS (SELECT FROM order_variance v WHERE v.plant_id = $1"
                " AND v.posted_seq = l.posted_seq)),"
                " (SELECT count(*) FROM stock_document WHERE plant_id = $1 AND kind = 'count'"
                " AND state IN ('open', 'waiting') AND effective_on < $2),"
                " (SELECT count(*) FROM stock_document WHERE plant_id = $1 AND kind <> 'count'"
                " AND state IN ('waiting', 'sent') AND effective_on < $2),"
                " (SELECT count(*) FROM late_cost WHERE plant_id = $1 AND NOT done AND effective_on < $2),"
                " c.orders, c.wip::numeric(18,4), l.amount_then::numeric(18,4), l.wip_then::numeric(18,4),"
                " (SELECT (now() AT TIME ZONE p.time_zone)::date FROM plant p WHERE p.plant_id = $1),"
                " (SELECT count(*) FROM work_order w WHERE w.plant_id = $1 AND w.state = 'completed' AND EXISTS"
                " (SELECT FROM work_order_operation o WHERE o.plant_id = $1 AND o.work_order = w.work_order"
                " AND o.subcontract_price <> 0 AND o.good_qty + o.scrapped_qty < w.received_qty)) FROM plant_seq s,"
                " (SELECT $4 + coalesce(sum(amount) FILTER (WHERE effective_on >= $3), 0) AS amount,"
                " $5 + coalesce(sum(wip) FILTER (WHERE effective_on >= $3), 0) AS wip,"
                " $4 + coalesce(sum(CASE WHEN effective_on < $3 THEN -amount ELSE amount END)"
                " FILTER (WHERE (effective_on < $2) = (effective_on >= $3)), 0) AS amount_then,"
                " $5 + coalesce(sum(CASE WHEN effective_on < $3 THEN -wip ELSE wip END)"
                " FILTER (WHERE (effective_on < $2) = (effective_on >= $3)), 0) AS wip_then"
                " FROM ledger_line WHERE plant_id = $1 AND effective_on >= $6) AS l,"
                " (SELECT count(*) AS orders, coalesce(sum(wip), 0) AS wip FROM work_order"
                " WHERE plant_id = $1 AND state = 'completed') AS c WHERE s.plant_id = $1",
        .params = "tddaad", .columns = "daaiiiiiaaadi",
    },
    [MONTH_ROW] = {
        .name = "books.month_row",
        .text = "SELECT closing, closed_by, reopen_asked_by, reopened_by, stock, wip FROM accounting_month"
                " WHERE plant_id = $1 AND month = $2 ORDER BY closing DESC LIMIT 1",
        .params = "td", .columns = "ntttaa",
    },
    [CLOSE_MONTH] = {
        .name = "books.close_month",
        .text = "INSERT INTO accounting_month (plant_id, month, closing, closed_by, stock, wip)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
        .params = "tdntaa", .columns = "",
    },
    [SET_OPEN] = {
        .name = "books.set_open",
        .text = "UPDATE plant_seq SET open_from = $2 WHERE plant_id = $1",
        .params = "td", .columns = "",
    },
    [ASK_REOPEN] = {
        .name = "books.ask_reopen",
        .text = "UPDATE accounting_month SET reopen_asked_by = $4 WHERE plant_id = $1 AND month = $2 AND closing = $3",
        .params = "tdnt", .columns = "",
    },
    [REOPEN] = {
        .name = "books.reopen",
        .text = "UPDATE accounting_month SET reopened_by = $4, reopened_at = now()"
                " WHERE plant_id = $1 AND month = $2 AND closing = $3",
        .params = "tdnt", .columns = "",
    },
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"month_is_reopened_by_two", STATUS_FORBIDDEN, "month_on",
     "a month is opened again by another person than the one who asked"},
};

static const struct sql_schema *const parts[] = {&command_schema, NULL};

const struct sql_schema books_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
    .parts = parts,
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "books do not fit in memory");
}

static struct text or_empty(const struct sql_value *value)
{
    return value->null ? text_of("") : value->as.text;
}

/* ---- settlements ---- */

static struct cost_component component_of(const struct sql_value *v)
{
    return (struct cost_component){.item = v[1].as.text,
                                   .required = v[2].as.qty,
                                   .issued = v[3].as.qty,
                                   .planned_cost = v[4].as.unitcost,
                                   .actual = v[5].as.amount,
                                   .replaces = v[6].as.text,
                                   .replaced = v[7].as.qty};
}

static struct cost_operation operation_of(const struct sql_value *v)
{
    return (struct cost_operation){
        .operation = v[1].as.text,
        .planned_hours = v[2].as.qty,
        .reported_hours = v[3].as.qty,
        .rates = {v[4].as.unitcost, v[5].as.unitcost, v[6].as.unitcost},
        .overhead_basis = cost_basis_of(v[7].as.text),
        .subcontract_price = v[11].as.unitcost,
        .actual = {v[8].as.amount, v[9].as.amount, v[10].as.amount, v[12].as.amount},
    };
}

/* Where the rows of an order begin and end; rows stand by order. */
static size_t find_order(const struct sql_rows *rows, struct text work_order, size_t *end)
{
    size_t low = 0;
    size_t high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(sql_at(rows, middle, 0)->as.text, work_order) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *end = low;
    while (*end < rows->count && text_equal(sql_at(rows, *end, 0)->as.text, work_order))
        (*end)++;
    return low;
}

struct parts {
    struct sql_rows components;
    struct sql_rows operations;
    struct cost_component *component_list;
    struct cost_operation *operation_list;
};

/* An order, and the settlement that is split. */
struct settled_key {
    struct text work_order;
    int64_t posted_seq;
};

static enum status load_parts(struct sql *sql, struct text plant, const struct settled_key *orders,
                              size_t count, struct arena *arena, struct parts *out,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(orders, count, work_order),
                                 SQL_ARRAY(orders, count, posted_seq)};
    enum status status =
        sql_run(sql, &statements[SETTLED_COMPONENTS], params, arena, &out->components, fault);
    if (status == STATUS_OK)
        status =
            sql_run(sql, &statements[SETTLED_OPERATIONS], params, arena, &out->operations, fault);
    if (status != STATUS_OK)
        return status;
    out->component_list =
        arena_alloc(arena, out->components.count + 1, sizeof *out->component_list);
    out->operation_list =
        arena_alloc(arena, out->operations.count + 1, sizeof *out->operation_list);
    if (!out->component_list || !out->operation_list)
        return no_room(fault);
    for (size_t i = 0; i < out->components.count; i++)
        out->component_list[i] = component_of(sql_at(&out->components, i, 0));
    for (size_t i = 0; i < out->operations.count; i++)
        out->operation_list[i] = operation_of(sql_at(&out->operations, i, 0));
    return STATUS_OK;
}

static void fill_settled(const struct sql_value *v, const struct parts *of, struct settled_row *row)
{
    size_t end;
    struct cost_order *order = &row->settled.order;
    row->posted_seq = v[0].as.integer;
    row->settled.variance = v[2].as.amount;
    row->later = v[8].as.boolean;
    row->outside = v[9].as.boolean;
    *order = (struct cost_order){.work_order = v[1].as.text,
                                 .quantity = v[3].as.qty,
                                 .good = v[4].as.qty,
                                 .received = v[5].as.qty,
                                 .scrapped = v[6].as.qty,
                                 .credits = v[7].as.amount};
    size_t first = find_order(&of->components, order->work_order, &end);
    order->components = of->component_list + first;
    order->component_count = end - first;
    first = find_order(&of->operations, order->work_order, &end);
    order->operations = of->operation_list + first;
    order->operation_count = end - first;
}

enum status store_settled(struct sql *sql, struct text plant, size_t limit, struct arena *arena,
                          struct settled_row **out, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT((int64_t)limit)};
    struct sql_rows rows;
    struct parts of = {.component_list = NULL};
    enum status status = sql_run(sql, &statements[SETTLED], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct settled_key *orders = arena_alloc(arena, rows.count + 1, sizeof *orders);
    size_t order_count = 0;
    struct settled_row *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!orders || !list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        if (!v[8].as.boolean) /* a later settlement is one price */
            orders[order_count++] = (struct settled_key){v[1].as.text, v[0].as.integer};
    }
    if (order_count > 0)
        status = load_parts(sql, plant, orders, order_count, arena, &of, fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++)
        fill_settled(sql_at(&rows, i, 0), &of, &list[i]);
    *out = list;
    *count = rows.count;
    return status;
}

enum status store_copy_reversed(struct sql *sql, struct text plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    return sql_run(sql, &statements[COPY_REVERSED], params, NULL, NULL, fault);
}

enum status store_put_splits(struct sql *sql, struct text plant, const struct split_row *rows,
                             size_t count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(rows, count, posted_seq),
                                 SQL_ARRAY(rows, count, kind), SQL_ARRAY(rows, count, work_order),
                                 SQL_ARRAY(rows, count, amount)};
    return sql_run(sql, &statements[PUT_SPLITS], params, NULL, NULL, fault);
}

enum status store_variances(struct sql *sql, const struct variances_query *query,
                            struct arena *arena, struct variance_row **out, size_t *count,
                            struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->range.plant), SQL_DATE(query->range.from),
                                 SQL_DATE(query->range.to),    SQL_TEXT(query->by),
                                 SQL_TEXT(query->work_order),  SQL_TEXT(query->after),
                                 SQL_INT(VARIANCE_GROUPS_MAX), SQL_TEXT(query->item),
                                 SQL_TEXT(query->class),       SQL_TEXT(query->work_center)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[VARIANCES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct variance_row *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct variance_row){v[0].as.text, v[1].as.text, v[2].as.amount, v[3].as.integer,
                                        v[4].as.integer};
    }
    *out = list;
    *count = rows.count;
    return STATUS_OK;
}

/* ---- journal ---- */

/* kind, sales, amount, wip, variance and the kinds of variance, from `v` on. */
static struct journal_line line_of(const struct sql_value *v)
{
    struct journal_line line = {.kind = v[0].as.text,
                                .sales = v[1].as.boolean,
                                .amount = v[2].as.amount,
                                .wip = v[3].as.amount,
                                .variance = v[4].as.amount,
                                .payable = v[5].as.amount};
    for (int k = 0; k < VARIANCE_KINDS; k++)
        line.split.amounts[k] = v[6 + k].as.amount;
    return line;
}

enum status store_journal(struct sql *sql, const struct journal_query *query, struct arena *arena,
                          struct journal_row **out, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->range.plant), SQL_DATE(query->range.from),
                                 SQL_DATE(query->range.to),    SQL_INT(query->after),
                                 SQL_TEXT(query->document),    SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[JOURNAL], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct journal_row *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] =
            (struct journal_row){v[0].as.integer, v[1].as.text, or_empty(&v[2]), or_empty(&v[3]),
                                 v[4].as.text,    v[5].as.day,  line_of(&v[6])};
    }
    *out = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_journal_sums(struct sql *sql, const struct books_range *range,
                               struct arena *arena, struct journal_row **out, size_t *count,
                               struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(range->plant), SQL_DATE(range->from),
                                 SQL_DATE(range->to)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[JOURNAL_SUMS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct journal_row *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct journal_row){.class = or_empty(&v[0]), .line = line_of(&v[1])};
    }
    *out = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_accounts(struct sql *sql, struct text plant, struct arena *arena,
                           struct account_row **out, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ACCOUNTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct account_row *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct account_row){v[0].as.text, v[1].as.text, v[2].as.text, false, false};
    }
    *out = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_class_exists(struct command *command, struct text class, bool *there,
                               struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(class)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[CLASS_EXISTS], params, command->arena, &rows, fault);
    if (status == STATUS_OK)
        *there = sql_at(&rows, 0, 0)->as.boolean;
    return status;
}

enum status store_put_account(struct command *command, const struct account_row *row,
                              struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(row->class),
                                       SQL_TEXT(row->key), SQL_TEXT(row->account)};
    const struct command_change change = {row->key, &statements[ACCOUNT_STATE], params,
                                          &statements[row->remove ? REMOVE_ACCOUNT : PUT_ACCOUNT],
                                          params};
    return command_change(command, &change, fault);
}

enum status store_currency(struct sql *sql, struct text plant, struct arena *arena,
                           struct text *currency, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[CURRENCY], params, arena, &rows, fault);
    if (status == STATUS_OK)
        *currency = rows.count > 0 ? or_empty(sql_at(&rows, 0, 0)) : text_of("");
    return status;
}

/* ---- months ---- */

static void fill_facts(const struct sql_value *v, struct month_facts *facts)
{
    facts->open_from = v[0].as.day;
    facts->stock_differs = v[1].as.amount;
    facts->wip_differs = v[2].as.amount;
    facts->unsplit = v[3].as.integer;
    facts->open_counts = v[4].as.integer;
    facts->waiting = v[5].as.integer;
    facts->late_costs = v[6].as.integer;
    facts->completed = v[7].as.integer;
    facts->completed_wip = v[8].as.amount;
    facts->stock = v[9].as.amount;
    facts->wip = v[10].as.amount;
    facts->today = v[11].as.day;
    facts->unreported = v[12].as.integer;
}

/* What was frozen counts while the month is closed. */
static void fill_row(const struct sql_value *v, struct month_facts *facts)
{
    facts->closing = v[0].as.integer;
    facts->closed = v[3].null;
    facts->closed_by = v[1].as.text;
    facts->reopen_asked_by = v[2].null ? (struct text){NULL, 0} : v[2].as.text;
    if (facts->closed) {
        facts->stock = v[4].as.amount;
        facts->wip = v[5].as.amount;
    }
}

enum status store_unsplit(struct sql *sql, struct text plant, struct arena *arena, bool *open,
                          struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[UNSPLIT], params, arena, &rows, fault);
    if (status == STATUS_OK)
        *open = sql_at(&rows, 0, 0)->as.boolean;
    return status;
}

static enum status read_facts(struct sql *sql, struct text plant, struct arena *arena,
                              struct month_facts *facts, struct fault *fault)
{
    struct sql_value key[] = {SQL_TEXT(plant)};
    struct amount stock = {0};
    struct amount wip = {0};
    struct sql_rows rows;
    facts->since = DATE_MIN;
    enum status status = sql_run(sql, &statements[MONTH_BASE], key, arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0) {
        facts->since = sql_at(&rows, 0, 0)->as.day;
        stock = sql_at(&rows, 0, 1)->as.amount;
        wip = sql_at(&rows, 0, 2)->as.amount;
    }
    date from = facts->since < facts->next ? facts->since : facts->next;
    struct sql_value asked[] = {SQL_TEXT(plant),   SQL_DATE(facts->next), SQL_DATE(facts->since),
                                SQL_AMOUNT(stock), SQL_AMOUNT(wip),       SQL_DATE(from)};
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[MONTH_FACTS], asked, arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    if (status == STATUS_OK)
        fill_facts(sql_at(&rows, 0, 0), facts);
    return status;
}

enum status store_month(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                        struct month_facts *facts, struct fault *fault)
{
    struct sql_value key[] = {SQL_TEXT(plant)};
    struct sql_value month[] = {SQL_TEXT(plant), SQL_DATE(facts->month)};
    struct sql_rows rows;
    enum status status = STATUS_OK;
    if (lock)
        status = sql_run(sql, &statements[LOCK_BOOKS], key, arena, &rows, fault);
    if (status == STATUS_OK)
        status = read_facts(sql, plant, arena, facts, fault);
    if (status != STATUS_OK)
        return status;
    status = sql_run(sql, &statements[MONTH_ROW], month, arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        fill_row(sql_at(&rows, 0, 0), facts);
    return status;
}

static enum status set_open(struct sql *sql, struct text plant, date day, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_DATE(day)};
    return sql_run(sql, &statements[SET_OPEN], params, NULL, NULL, fault);
}

enum status store_close_month(struct sql *sql, struct text plant, struct text principal,
                              const struct month_facts *facts, struct fault *fault)
{
    struct sql_value params[] = {
        SQL_TEXT(plant),     SQL_DATE(facts->month),   SQL_INT(facts->closing + 1),
        SQL_TEXT(principal), SQL_AMOUNT(facts->stock), SQL_AMOUNT(facts->wip)};
    enum status status = sql_run(sql, &statements[CLOSE_MONTH], params, NULL, NULL, fault);
    return status == STATUS_OK ? set_open(sql, plant, facts->next, fault) : status;
}

enum status store_ask_reopen(struct sql *sql, struct text plant, struct text principal,
                             const struct month_facts *facts, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_DATE(facts->month), SQL_INT(facts->closing),
                                 SQL_TEXT(principal)};
    return sql_run(sql, &statements[ASK_REOPEN], params, NULL, NULL, fault);
}

enum status store_reopen(struct sql *sql, struct text plant, struct text principal,
                         const struct month_facts *facts, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_DATE(facts->month), SQL_INT(facts->closing),
                                 SQL_TEXT(principal)};
    enum status status = sql_run(sql, &statements[REOPEN], params, NULL, NULL, fault);
    return status == STATUS_OK ? set_open(sql, plant, facts->month, fault) : status;
}
