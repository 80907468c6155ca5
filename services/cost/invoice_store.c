#include "services/cost/invoice_store.h"

/* clang-format off */
enum {
    RULES, TAKEN, RECEIPTS, ONE, LINES, BILLED, PUT_INVOICE, PUT_LINES, PUT_PAYABLES, DECIDE, REVERSE, SET_LINES,
    TOLERANCE_STATE, SET_TOLERANCE, LIST, ENTRIES, TASKS, CONSUMERS, FOLLOWED, LATE_OPEN
};

static const struct sql_statement statements[] = {
    [RULES] = {
        .name = "invoice.rules",
        .text = "SELECT coalesce(p.currency, ''), s.invoice_tolerance_pct, s.invoice_tolerance_amount FROM plant p"
                " JOIN plant_seq s USING (plant_id) WHERE p.plant_id = $1",
        .params = "t", .columns = "tqa",
    },
    [TAKEN] = {
        .name = "invoice.taken",
        .text = "SELECT invoice FROM invoice WHERE plant_id = $1 AND supplier = $2 AND number = $3"
                " AND state IN ('blocked', 'posted')",
        .params = "ttt", .columns = "t",
    },
    [RECEIPTS] = {
        .name = "invoice.receipts",
        .text = "SELECT l.order_id, l.order_line, l.posted_seq, l.qty FROM ledger_line l WHERE l.plant_id = $1"
                " AND l.order_kind = 'purchase_order' AND l.order_id = ANY ($2::text[]) AND l.order_id <> ''"
                " AND l.kind = 'purchase_receipt' AND l.reverses IS NULL AND NOT EXISTS (SELECT FROM ledger_line r"
                " WHERE r.plant_id = $1 AND r.reverses = l.posted_seq) ORDER BY 1, 2, 3",
        .params = "tT", .columns = "tniq",
    },
    [ONE] = {
        .name = "invoice.one",
        .text = "SELECT kind, supplier, number, state, blocked_for, basis, amount, entered_by FROM invoice"
                " WHERE plant_id = $1 AND invoice = $2 FOR NO KEY UPDATE",
        .params = "tt", .columns = "ttttttat",
    },
    [LINES] = {
        .name = "invoice.lines",
        .text = "SELECT l.line, l.purchase_order, l.order_line, l.qty, l.weight, l.amount, l.work_order, o.operation"
                " FROM invoice_line l LEFT JOIN work_order_operation o ON o.plant_id = $1"
                " AND o.work_order = l.work_order AND o.line = l.order_line WHERE l.plant_id = $1"
                " AND l.invoice = $2 ORDER BY l.line",
        .params = "tt", .columns = "ntnqqatt",
    },
    [BILLED] = {
        .name = "invoice.billed",
        .text = "SELECT p.line, l.order_id, l.order_line, p.receipt, p.qty, l.counted,"
                " (l.amount + l.wip + l.variance)::numeric(18,4), p.amount, l.operation FROM payable p JOIN ledger_line l"
                " ON l.plant_id = $1 AND l.posted_seq = p.posted_seq WHERE p.plant_id = $1 AND p.invoice = $2"
                " ORDER BY p.posted_seq",
        .params = "tt", .columns = "ntniqqaat",
    },
    [PUT_INVOICE] = {
        .name = "invoice.put",
        .text = "INSERT INTO invoice (plant_id, invoice, kind, supplier, number, state, blocked_for, basis, amount,"
                " effective_on, entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        .params = "ttttttttadt", .columns = "",
    },
    [PUT_LINES] = {
        .name = "invoice.put_lines",
        .text = "INSERT INTO invoice_line (plant_id, invoice, line, purchase_order, order_line, qty, weight, amount,"
                " work_order) SELECT a.plant_id, $2, t.a, nullif(t.b, ''), t.c, t.d, t.e, t.f, nullif(t.g, '')"
                " FROM plant_seq a, unnest($3::integer[], $4::text[], $5::integer[], $6::numeric[], $7::numeric[],"
                " $8::numeric[], $9::text[]) AS t (a, b, c, d, e, f, g) WHERE a.plant_id = $1",
        .params = "ttNTNQQAT", .columns = "",
    },
    [PUT_PAYABLES] = {
        .name = "invoice.put_payables",
        .text = "INSERT INTO payable (plant_id, posted_seq, invoice, line, receipt, qty, amount) SELECT a.plant_id,"
                " t.a, $2, t.b, t.c, t.d, t.e FROM plant_seq a, unnest($3::bigint[], $4::integer[], $5::bigint[],"
                " $6::numeric[], $7::numeric[]) AS t (a, b, c, d, e) WHERE a.plant_id = $1",
        .params = "ttINIQA", .columns = "",
    },
    [DECIDE] = {
        .name = "invoice.decide",
        .text = "UPDATE invoice SET state = $3, decided_by = $4, effective_on = $5 WHERE plant_id = $1 AND invoice = $2"
                " AND state = 'blocked'",
        .params = "ttttd", .columns = "",
    },
    [REVERSE] = {
        .name = "invoice.reverse",
        .text = "UPDATE invoice SET state = 'reversed', reversed_by = $3, reversal = $4 WHERE plant_id = $1"
                " AND invoice = $2 AND state = 'posted'",
        .params = "tttt", .columns = "",
    },
    [SET_LINES] = {
        .name = "invoice.set_lines",
        .text = "UPDATE invoice_line l SET qty = t.b, amount = t.c FROM unnest($3::integer[], $4::numeric[],"
                " $5::numeric[]) AS t (a, b, c) WHERE l.plant_id = $1 AND l.invoice = $2 AND l.line = t.a",
        .params = "ttNQA", .columns = "",
    },
    [TOLERANCE_STATE] = {
        .name = "invoice.tolerance_state",
        .text = "SELECT jsonb_build_object('percent', invoice_tolerance_pct, 'amount', invoice_tolerance_amount)::text"
                " FROM plant_seq WHERE plant_id = $1 FOR NO KEY UPDATE",
        .params = "t", .columns = "t",
    },
    [SET_TOLERANCE] = {
        .name = "invoice.set_tolerance",
        .text = "UPDATE plant_seq SET invoice_tolerance_pct = $2::numeric, invoice_tolerance_amount = $3::numeric"
                " WHERE plant_id = $1",
        .params = "tqa", .columns = "",
    },
    [LIST] = {
        .name = "invoice.list",
        .text = "SELECT invoice, kind, supplier, number, state, blocked_for, basis, amount, effective_on, entered_by,"
                " decided_by, reversed_by, reversal FROM invoice WHERE plant_id = $1"
                " AND ($2::text IS NULL OR invoice = $2) AND ($3::text IS NULL OR supplier = $3)"
                " AND ($4::text IS NULL OR state = $4) AND invoice > $5 ORDER BY invoice LIMIT $6",
        .params = "ttttti", .columns = "tttttttadtttt",
    },
    [ENTRIES] = {
        .name = "invoice.entries",
        .text = "SELECT p.posted_seq, p.line, p.receipt, l.document, l.item, p.amount, l.amount, l.variance,"
                " l.effective_on, l.wip FROM payable p JOIN ledger_line l ON l.plant_id = $1 AND l.posted_seq = p.posted_seq"
                " WHERE p.plant_id = $1 AND p.invoice = $2 ORDER BY p.posted_seq",
        .params = "tt", .columns = "inittaaada",
    },
    [TASKS] = {
        .name = "invoice.late_tasks",
        .text = "SELECT posted_seq, item, layer, work_order, amount, pieces, source, depth, effective_on, followed"
                " FROM late_cost WHERE plant_id = $1 AND NOT done ORDER BY posted_seq LIMIT $2 FOR NO KEY UPDATE",
        .params = "ti", .columns = "ititaqtndn",
    },
    /* What was taken of a task's layers before it, by consumer; a receipt that was taken back took nothing. */
    [CONSUMERS] = {
        .name = "invoice.late_consumers",
        .text = "SELECT k.n, g.order_id, g.order_line, g.kind, g.qty, g.upto, g.day FROM unnest($2::bigint[],"
                " $3::text[], $4::bigint[], $5::text[], $6::integer[]) WITH ORDINALITY"
                " AS k (seq, item, layer, work_order, followed, n) CROSS JOIN LATERAL (SELECT c.*,"
                " (sum(c.qty) OVER consumers)::numeric(18,6) AS upto, row_number() OVER consumers AS place"
                " FROM (SELECT t.order_id, t.order_line, CASE WHEN t.order_id = '' THEN l.kind ELSE '' END AS kind,"
                " sum(t.qty)::numeric(18,6) AS qty, min(l.effective_on) AS day FROM (SELECT k.layer AS layer"
                " WHERE k.layer <> 0 UNION ALL SELECT r.posted_seq FROM ledger_line r WHERE r.plant_id = $1"
                " AND k.layer = 0 AND r.order_kind = 'work_order' AND r.order_id = k.work_order AND r.order_id <> ''"
                " AND r.kind = 'receipt' AND r.item = k.item) y JOIN fifo_take t ON t.plant_id = $1"
                " AND t.item = k.item AND t.layer = y.layer AND t.posted_seq < k.seq JOIN ledger_line l"
                " ON l.plant_id = $1 AND l.posted_seq = t.posted_seq"
                " AND l.kind NOT IN ('receipt', 'purchase_receipt') GROUP BY 1, 2, 3 HAVING sum(t.qty) <> 0) c"
                " WINDOW consumers AS (ORDER BY c.order_id, c.order_line, c.kind)) g"
                " WHERE g.place > k.followed ORDER BY k.n, g.place LIMIT $7",
        .params = "tITITNi", .columns = "itntqqd",
    },
    [FOLLOWED] = {
        .name = "invoice.followed",
        /* by places (post_store.c says why): the planner joined all the plant's tasks with the array */
        .text = "UPDATE late_cost c SET followed = t.b, done = t.c FROM (SELECT t.*, r.ctid AS place"
                " FROM unnest($2::bigint[], $3::integer[], $4::boolean[]) AS t (a, b, c) CROSS JOIN LATERAL"
                " (SELECT ctid FROM late_cost WHERE plant_id = $1 AND posted_seq = t.a OFFSET 0) r) t"
                " WHERE c.plant_id = $1 AND c.ctid = t.place",
        .params = "tINB", .columns = "",
    },
    [LATE_OPEN] = {
        .name = "invoice.late_open",
        .text = "SELECT EXISTS (SELECT FROM late_cost WHERE plant_id = $1 AND NOT done)",
        .params = "t", .columns = "b",
    },
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"invoice_once", STATUS_EXISTS, "number", "the supplier's number is entered already"},
    {"invoice_is_decided_by_another", STATUS_FORBIDDEN, "invoice",
     "who entered a bill cannot release or reject it"},
    {"invoice_blocked_needs_another", STATUS_STATE_CONFLICT, "invoice",
     "a blocked bill needs a second person"},
};

const struct sql_schema invoice_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
};

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the bill does not fit in memory");
}

/* A text that is never absent. */
static struct text kept(const struct sql_value *value)
{
    return value->null || value->as.text.length == 0 ? text_of("") : value->as.text;
}

/* ---- facts ---- */

enum status store_invoice_rules(struct sql *sql, struct text plant,
                                const struct invoice_command *bill, struct arena *arena,
                                struct invoice_facts *facts, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_rows taken;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(bill->supplier), SQL_TEXT(bill->number)};
    enum status status = sql_run(sql, &statements[RULES], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[TAKEN], params, arena, &taken, fault);
    if (status != STATUS_OK)
        return status;
    ASSERT(rows.count == 1); /* the plant is there: its row of numbers was read */
    const struct sql_value *v = sql_at(&rows, 0, 0);
    facts->currency = kept(&v[0]);
    facts->tolerance_pct = v[1].null ? NO_QTY : v[1].as.qty;
    facts->tolerance_amount = v[2].null ? NO_LIMIT : v[2].as.amount;
    facts->taken_by = taken.count > 0 ? sql_at(&taken, 0, 0)->as.text : text_of("");
    return STATUS_OK;
}

enum status store_invoice_receipts(struct sql *sql, struct text plant,
                                   const struct invoice_command *bill, struct arena *arena,
                                   struct invoice_facts *facts, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_ARRAY(bill->lines, bill->line_count, purchase_order)};
    enum status status = sql_run(sql, &statements[RECEIPTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct invoice_receipt *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct invoice_receipt){v[0].as.text, v[1].as.integer, (uint64_t)v[2].as.integer,
                                           v[3].as.qty};
    }
    facts->receipts = list;
    facts->receipt_count = rows.count;
    return STATUS_OK;
}

static enum invoice_basis basis_of(struct text text)
{
    unsigned basis = 0;
    while (basis < INVOICE_BASES && !text_is(text, invoice_bases[basis]))
        basis++;
    ASSERT(basis < INVOICE_BASES); /* the column's check says so */
    return basis;
}

static enum status read_lines(const struct sql_rows *rows, struct arena *arena,
                              struct invoice_facts *facts, struct fault *fault)
{
    struct invoice_line *lines = arena_alloc(arena, rows->count + 1, sizeof *lines);
    if (!lines)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        lines[i] = (struct invoice_line){kept(&v[1]), kept(&v[6]), kept(&v[7]),   v[2].as.integer,
                                         v[3].as.qty, v[4].as.qty, v[5].as.amount};
    }
    facts->bill.lines = lines;
    facts->bill.line_count = rows->count;
    return STATUS_OK;
}

enum status store_invoice(struct sql *sql, struct text plant, struct text invoice,
                          struct arena *arena, struct invoice_facts *facts, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_rows lines;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(invoice)};
    enum status status = sql_run(sql, &statements[ONE], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[LINES], params, arena, &lines, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    facts->stored = true;
    facts->state = kept(&v[3]);
    facts->blocked_for = kept(&v[4]);
    facts->entered_by = kept(&v[7]);
    facts->bill = (struct invoice_command){.freight = text_is(v[0].as.text, "freight"),
                                           .supplier = kept(&v[1]),
                                           .number = kept(&v[2]),
                                           .basis = basis_of(kept(&v[5])),
                                           .amount = v[6].as.amount,
                                           .effective_on = NO_DATE};
    return read_lines(&lines, arena, facts, fault);
}

enum status store_invoice_billed(struct sql *sql, struct text plant, struct text invoice,
                                 struct arena *arena, struct invoice_facts *facts,
                                 struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(invoice)};
    enum status status = sql_run(sql, &statements[BILLED], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct invoice_billed *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct invoice_billed){.line = v[0].as.integer,
                                          .order = v[1].as.text,
                                          .order_line = v[2].as.integer,
                                          .operation = kept(&v[8]),
                                          .receipt = (uint64_t)v[3].as.integer,
                                          .qty = v[4].as.qty,
                                          .counted = v[5].as.qty,
                                          .late = v[6].as.amount,
                                          .payable = v[7].as.amount};
    }
    facts->billed = list;
    facts->billed_count = rows.count;
    return STATUS_OK;
}

/* ---- what came of it ---- */

struct line_row {
    int64_t line;
    struct invoice_line of;
};

struct payable_row {
    int64_t posted_seq;
    int64_t receipt;
    struct invoice_payable of;
};

static enum status put_payables(struct sql *sql, const struct book *book,
                                const struct invoice_outcome *outcome, struct text invoice,
                                struct fault *fault)
{
    size_t n = outcome->payable_count;
    struct payable_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return no_room(fault);
    for (size_t i = 0; i < n; i++)
        rows[i] =
            (struct payable_row){(int64_t)book->lines[outcome->payables[i].ledger_line].posted_seq,
                                 (int64_t)outcome->payables[i].receipt, outcome->payables[i]};
    struct sql_value params[] = {SQL_TEXT(book->plant.plant),    SQL_TEXT(invoice),
                                 SQL_ARRAY(rows, n, posted_seq), SQL_ARRAY(rows, n, of.line),
                                 SQL_ARRAY(rows, n, receipt),    SQL_ARRAY(rows, n, of.qty),
                                 SQL_ARRAY(rows, n, of.amount)};
    return n == 0 ? STATUS_OK : sql_run(sql, &statements[PUT_PAYABLES], params, NULL, NULL, fault);
}

static enum status put_lines(struct sql *sql, const struct book *book,
                             const struct invoice_outcome *outcome, struct text invoice,
                             struct fault *fault)
{
    size_t n = outcome->bill->line_count;
    struct line_row *rows = arena_alloc(book->arena, n + 1, sizeof *rows);
    if (!rows)
        return no_room(fault);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct line_row){(int64_t)i + 1, outcome->lines[i]};
    struct sql_value made[] = {
        SQL_TEXT(book->plant.plant),       SQL_TEXT(invoice),
        SQL_ARRAY(rows, n, line),          SQL_ARRAY(rows, n, of.purchase_order),
        SQL_ARRAY(rows, n, of.order_line), SQL_ARRAY(rows, n, of.quantity),
        SQL_ARRAY(rows, n, of.weight),     SQL_ARRAY(rows, n, of.amount),
        SQL_ARRAY(rows, n, of.work_order)};
    struct sql_value set[] = {SQL_TEXT(book->plant.plant), SQL_TEXT(invoice),
                              SQL_ARRAY(rows, n, line), SQL_ARRAY(rows, n, of.quantity),
                              SQL_ARRAY(rows, n, of.amount)};
    return outcome->step == INVOICE_ENTERED
               ? sql_run(sql, &statements[PUT_LINES], made, NULL, NULL, fault)
               : sql_run(sql, &statements[SET_LINES], set, NULL, NULL, fault);
}

static enum status put_head(struct sql *sql, const struct book *book,
                            const struct invoice_outcome *outcome, struct text invoice,
                            struct fault *fault)
{
    const struct invoice_command *bill = outcome->bill;
    struct sql_value made[] = {SQL_TEXT(book->plant.plant),
                               SQL_TEXT(invoice),
                               SQL_TEXT(text_of(bill->freight ? "freight" : "invoice")),
                               SQL_TEXT(bill->supplier),
                               SQL_TEXT(bill->number),
                               SQL_TEXT(text_of(outcome->state)),
                               SQL_TEXT(text_of(outcome->blocked_for)),
                               SQL_TEXT(text_of(invoice_bases[bill->basis])),
                               SQL_AMOUNT(outcome->amount),
                               SQL_DATE(outcome->effective_on),
                               SQL_TEXT(outcome->by)};
    struct sql_value decided[] = {SQL_TEXT(book->plant.plant), SQL_TEXT(invoice),
                                  SQL_TEXT(text_of(outcome->state)), SQL_TEXT(outcome->by),
                                  SQL_DATE(outcome->effective_on)};
    struct sql_value reversed[] = {SQL_TEXT(book->plant.plant), SQL_TEXT(invoice),
                                   SQL_TEXT(outcome->by),
                                   SQL_TEXT(text_of(outcome->document->text))};
    struct sql_rows touched;
    enum status status =
        outcome->step == INVOICE_ENTERED
            ? sql_run(sql, &statements[PUT_INVOICE], made, book->arena, &touched, fault)
        : outcome->step == INVOICE_DECIDED
            ? sql_run(sql, &statements[DECIDE], decided, book->arena, &touched, fault)
            : sql_run(sql, &statements[REVERSE], reversed, book->arena, &touched, fault);
    if (status == STATUS_OK && touched.count != 1) /* an earlier command of this batch did it */
        return fault_set(fault, STATUS_STATE_CONFLICT, "invoice", "the bill has changed");
    return status;
}

enum status store_invoice_outcome(struct sql *sql, const struct book *book,
                                  const struct invoice_outcome *outcome, struct fault *fault)
{
    struct text invoice =
        outcome->invoice.bytes ? outcome->invoice : text_of(outcome->document->text);
    enum status status = put_head(sql, book, outcome, invoice, fault);
    bool lines = outcome->step != INVOICE_REVERSED && outcome->lines;
    if (status == STATUS_OK && lines)
        status = put_lines(sql, book, outcome, invoice, fault);
    return status == STATUS_OK ? put_payables(sql, book, outcome, invoice, fault) : status;
}

enum status store_set_tolerance(struct command *command, const struct invoice_tolerance *tolerance,
                                struct fault *fault)
{
    const struct sql_value params[] = {
        SQL_TEXT(command->plant),
        {.null = !qty_given(tolerance->pct), .as.qty = tolerance->pct},
        {.null = tolerance->amount.e4 == NO_LIMIT.e4, .as.amount = tolerance->amount}};
    const struct command_change change = {text_of("invoice tolerance"),
                                          &statements[TOLERANCE_STATE], params,
                                          &statements[SET_TOLERANCE], params};
    return command_change(command, &change, fault);
}

/* ---- lists ---- */

static struct sql_value filter(struct text text)
{
    return (struct sql_value){.null = text.bytes == NULL, .as.text = text};
}

enum status store_list_invoices(struct sql *sql, const struct invoice_query *query,
                                struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant),  filter(query->invoice),
                                 filter(query->supplier), filter(query->state),
                                 SQL_TEXT(query->after),  SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[LIST], params, arena, rows, fault);
}

enum status store_invoice_lines(struct sql *sql, const struct invoice_query *query,
                                struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->invoice)};
    return sql_run(sql, &statements[LINES], params, arena, rows, fault);
}

enum status store_invoice_entries(struct sql *sql, const struct invoice_query *query,
                                  struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->invoice)};
    return sql_run(sql, &statements[ENTRIES], params, arena, rows, fault);
}

/* ---- late costs ---- */

struct task_row {
    struct follow_task task;
    int64_t seq;
    int64_t layer;
};

static enum status read_tasks(const struct sql_rows *rows, struct arena *arena,
                              struct follow_facts *facts, struct fault *fault)
{
    struct follow_task *tasks = arena_alloc(arena, rows->count + 1, sizeof *tasks);
    if (!tasks)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        tasks[i] = (struct follow_task){.posted_seq = (uint64_t)v[0].as.integer,
                                        .item = v[1].as.text,
                                        .layer = (uint64_t)v[2].as.integer,
                                        .work_order = kept(&v[3]),
                                        .amount = v[4].as.amount,
                                        .pieces = v[5].as.qty,
                                        .source = kept(&v[6]),
                                        .depth = v[7].as.integer,
                                        .effective_on = v[8].as.day,
                                        .followed = v[9].as.integer};
    }
    facts->tasks = tasks;
    facts->task_count = rows->count;
    return STATUS_OK;
}

static enum status read_consumers(const struct sql_rows *rows, struct arena *arena,
                                  struct follow_facts *facts, struct fault *fault)
{
    struct follow_consumer *list = arena_alloc(arena, rows->count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        list[i] = (struct follow_consumer){(size_t)v[0].as.integer - 1,
                                           kept(&v[1]),
                                           v[2].as.integer,
                                           kept(&v[3]),
                                           v[4].as.qty,
                                           v[5].as.qty,
                                           v[6].as.day};
    }
    facts->consumers = list;
    facts->consumer_count = rows->count;
    facts->cut = rows->count == FOLLOW_STEPS_MAX;
    return STATUS_OK;
}

enum status store_follow_facts(struct sql *sql, struct text plant, struct arena *arena,
                               struct follow_facts *facts, struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value asked[] = {SQL_TEXT(plant), SQL_INT(FOLLOW_TASKS_MAX)};
    *facts = (struct follow_facts){.task_count = 0};
    enum status status = sql_run(sql, &statements[TASKS], asked, arena, &rows, fault);
    if (status == STATUS_OK)
        status = read_tasks(&rows, arena, facts, fault);
    size_t n = facts->task_count;
    if (status != STATUS_OK || n == 0)
        return status;
    struct task_row *of = arena_alloc(arena, n, sizeof *of);
    if (!of)
        return no_room(fault);
    for (size_t i = 0; i < n; i++)
        of[i] = (struct task_row){facts->tasks[i], (int64_t)facts->tasks[i].posted_seq,
                                  (int64_t)facts->tasks[i].layer};
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_ARRAY(of, n, seq),
                                 SQL_ARRAY(of, n, task.item),
                                 SQL_ARRAY(of, n, layer),
                                 SQL_ARRAY(of, n, task.work_order),
                                 SQL_ARRAY(of, n, task.followed),
                                 SQL_INT(FOLLOW_STEPS_MAX)};
    status = sql_run(sql, &statements[CONSUMERS], params, arena, &rows, fault);
    return status == STATUS_OK ? read_consumers(&rows, arena, facts, fault) : status;
}

enum status store_followed(struct sql *sql, struct text plant, const struct follow_facts *facts,
                           struct fault *fault)
{
    size_t n = facts->task_count;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(facts->tasks, n, posted_seq),
                                 SQL_ARRAY(facts->tasks, n, followed),
                                 SQL_ARRAY(facts->tasks, n, done)};
    return n == 0 ? STATUS_OK : sql_run(sql, &statements[FOLLOWED], params, NULL, NULL, fault);
}

enum status store_late_open(struct sql *sql, struct text plant, struct arena *arena, bool *open,
                            struct fault *fault)
{
    struct sql_rows rows;
    struct sql_value params[] = {SQL_TEXT(plant)};
    enum status status = sql_run(sql, &statements[LATE_OPEN], params, arena, &rows, fault);
    if (status == STATUS_OK)
        *open = sql_at(&rows, 0, 0)->as.boolean;
    return status;
}
