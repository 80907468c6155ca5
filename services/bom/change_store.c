#include "services/bom/change_store.h"

#include <string.h>

/* clang-format off */
enum { HEAD, LOCK_HEAD, LINES, STEPS, PUT, DROP_LINES, PUT_LINE, SET_STATE, PUT_STEP, STOCK, LIST, TOUCHED, READY, PLANTS };

#define HEAD_COLUMNS \
    "SELECT title, state, author, coalesce(approver, ''), effective_on, coalesce(stock_of, '')," \
    " coalesce(change_seq, 0) FROM engineering_change WHERE plant_id = $1 AND change_id = $2"

static const struct sql_statement statements[] = {
    [HEAD] = {"change.head", HEAD_COLUMNS, "tt", "ttttdti"},
    [LOCK_HEAD] = {"change.lock_head", HEAD_COLUMNS " FOR NO KEY UPDATE", "tt", "ttttdti"},
    [LINES] = {"change.lines",
        "SELECT l.line, l.file, l.action, l.row_no, e.key, e.value FROM engineering_change_line l"
        " LEFT JOIN LATERAL jsonb_each_text(l.cells) AS e ON true WHERE l.plant_id = $1 AND l.change_id = $2"
        " ORDER BY l.line, e.key", "tt", "nttntt"},
    [STEPS] = {"change.steps",
        "SELECT action, note, done_by, done_at FROM engineering_change_step WHERE plant_id = $1 AND change_id = $2"
        " ORDER BY step", "tt", "tttz"},
    [PUT] = {"change.put",
        "INSERT INTO engineering_change (plant_id, change_id, title, state, author, effective_on, stock_of)"
        " VALUES ($1, $2, $3, 'draft', $4, $5, $6) ON CONFLICT (plant_id, change_id)"
        " DO UPDATE SET title = excluded.title, state = 'draft', effective_on = excluded.effective_on,"
        " stock_of = excluded.stock_of", "ttttdt", ""},
    [DROP_LINES] = {"change.drop_lines",
        "DELETE FROM engineering_change_line WHERE plant_id = $1 AND change_id = $2", "tt", ""},
    [PUT_LINE] = {"change.put_line",
        "INSERT INTO engineering_change_line (plant_id, change_id, line, file, action, row_no, cells)"
        " VALUES ($1, $2, $3, $4, $5, $6, jsonb_object($7::text[], $8::text[]))", "ttnttnTT", ""},
    [SET_STATE] = {"change.set_state",
        "UPDATE engineering_change SET state = $3, approver = nullif($4, ''), effective_on = $5,"
        " change_seq = nullif($6::bigint, 0) WHERE plant_id = $1 AND change_id = $2", "ttttdi", ""},
    [PUT_STEP] = {"change.put_step",
        "INSERT INTO engineering_change_step (plant_id, change_id, step, action, note, done_by)"
        " SELECT $1, $2, coalesce(max(step), 0) + 1, $3, $4, $5 FROM engineering_change_step"
        " WHERE plant_id = $1 AND change_id = $2", "ttttt", ""},
    [STOCK] = {"change.stock",
        "SELECT on_hand FROM stock_item WHERE plant_id = $1 AND item = $2", "tt", "q"},
    [LIST] = {"change.list",
        "SELECT * FROM (SELECT 'engineering' AS kind, c.change_id, c.title, c.state, c.author, coalesce(c.approver, ''),"
        " c.effective_on, coalesce(c.stock_of, ''), (SELECT count(*) FROM engineering_change_line l"
        " WHERE l.plant_id = $1 AND l.change_id = c.change_id), (SELECT max(t.done_at) FROM engineering_change_step t"
        " WHERE t.plant_id = $1 AND t.change_id = c.change_id) AS done_at FROM engineering_change c WHERE c.plant_id = $1"
        " UNION ALL SELECT 'mass', change_id, rule, CASE WHEN undone_seq IS NULL THEN 'done' ELSE 'undone' END, done_by,"
        " '', NULL, '', line_count, done_at FROM mass_change WHERE plant_id = $1) AS c"
        " WHERE $2 = '' OR state = $2 ORDER BY done_at DESC, kind, change_id LIMIT $3 OFFSET $4",
        "ttii", "ttttttdtiz"},
    [READY] = {"change.ready",
        "SELECT c.change_id FROM engineering_change c LEFT JOIN stock_item s"
        " ON s.plant_id = c.plant_id AND s.item = c.stock_of WHERE c.plant_id = $1 AND c.state = 'approved'"
        " AND c.stock_of IS NOT NULL AND coalesce(s.on_hand, 0) <= 0"
        " AND NOT EXISTS (SELECT 1 FROM engineering_change_step t WHERE t.plant_id = c.plant_id"
        " AND t.change_id = c.change_id AND t.action = 'refuse') ORDER BY 1 LIMIT 100", "t", "t"},
    [PLANTS] = {"change.plants",
        "SELECT DISTINCT plant_id FROM engineering_change WHERE state = 'approved' AND stock_of IS NOT NULL"
        " ORDER BY 1", "", "t"},
    /* $2 the items and $4, $5 the rows of bom.csv and routing.csv that its lines name, $3 the components, $6 its day. */
    [TOUCHED] = {"change.touched",
        "WITH RECURSIVE changed AS (SELECT unnest($2::text[]) AS item"
        " UNION SELECT parent FROM bom WHERE plant_id = $1 AND row_no = ANY ($4)"
        " UNION SELECT item FROM routing WHERE plant_id = $1 AND row_no = ANY ($5)),"
        " bill AS (SELECT item, 'change' AS why FROM item WHERE plant_id = $1 AND item IN (SELECT item FROM changed)"
        " UNION SELECT item, 'variant' FROM item WHERE plant_id = $1 AND template IN (SELECT item FROM changed)"
        " UNION SELECT l.parent, 'phantom' FROM bill b JOIN item i ON i.plant_id = $1 AND i.item = b.item"
        " JOIN bom l ON l.plant_id = $1 AND l.component = b.item AND (i.type = 'phantom' OR l.kind = 'phantom')),"
        " concerned AS (SELECT item, min(why) AS why FROM (SELECT item, why FROM bill"
        " UNION ALL SELECT unnest($3::text[]), 'component'"
        " UNION ALL SELECT component, 'component' FROM bom WHERE plant_id = $1 AND row_no = ANY ($4)) AS c"
        " GROUP BY item),"
        " touched AS (SELECT 'bill' AS kind, item AS id, NULL::numeric(18,6) AS qty, item, NULL::date AS start,"
        " '' AS state, min(why) AS why FROM bill GROUP BY item"
        " UNION ALL SELECT 'work_order', w.work_order, w.qty - w.received_qty, w.item, w.start_on, w.state, c.why"
        " FROM concerned c JOIN work_order w ON w.plant_id = $1 AND w.item = c.item"
        " WHERE w.state IN ('firm', 'released', 'in_progress', 'held') AND ($6::date IS NULL OR w.start_on >= $6"
        " OR c.why = 'component' AND w.due_on >= $6)"
        " UNION ALL SELECT 'purchase_order', l.purchase_order || CASE WHEN l.line = 1 THEN '' ELSE '/' || l.line END,"
        " l.qty - l.received_qty, l.item, l.due, o.state, c.why"
        " FROM concerned c JOIN purchase_order_line l ON l.plant_id = $1 AND l.item = c.item"
        " JOIN purchase_order o USING (plant_id, purchase_order)"
        " WHERE l.qty > l.received_qty AND o.state IN ('draft', 'approved', 'sent') AND ($6::date IS NULL OR l.due >= $6)"
        " UNION ALL SELECT 'planned_order', p.planned_order_id, p.qty, p.item, p.start, 'planned', c.why"
        " FROM concerned c JOIN planned_order p ON p.plant_id = $1 AND p.item = c.item"
        " WHERE $6::date IS NULL OR p.start >= $6 OR c.why = 'component' AND p.due >= $6)"
        " SELECT kind, id, qty, item, start, state, why, count(*) OVER () FROM touched"
        " ORDER BY 1, 4, 5, 2 LIMIT $7 OFFSET $8", "tTTNNdii", "ttqtdtti"},
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"engineering_change_approved_by_another", STATUS_FORBIDDEN, "",
     "a change is approved by another person than its author"},
    {"engineering_change_plant_id_stock_of_fkey", STATUS_INVALID, "stock_of",
     "item does not exist"},
};

const struct sql_schema change_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
}

static enum status load_lines(struct sql *sql, const struct sql_value *mine, struct arena *arena,
                              struct change *change, struct fault *fault)
{
    struct sql_rows rows;
    int64_t last = 0;
    enum status status = sql_run(sql, &statements[LINES], mine, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    change->lines = arena_alloc(arena, CHANGE_LINES_MAX + 1, sizeof *change->lines);
    if (!change->lines)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        int64_t line = sql_at(&rows, i, 0)->as.integer;
        if (line != last && change->line_count < CHANGE_LINES_MAX) {
            struct cell *cells = arena_alloc(arena, ROW_CELLS_MAX + 1, sizeof *cells);
            if (!cells)
                return full(fault);
            change->lines[change->line_count++] =
                (struct change_line){sql_at(&rows, i, 1)->as.text, sql_at(&rows, i, 2)->as.text,
                                     sql_at(&rows, i, 3)->as.integer, cells, 0};
            last = line;
        }
        struct change_line *at = &change->lines[change->line_count - 1];
        if (!sql_at(&rows, i, 4)->null && at->cell_count < ROW_CELLS_MAX)
            at->cells[at->cell_count++] = (struct cell){
                sql_at(&rows, i, 4)->as.text,
                sql_at(&rows, i, 5)->null ? text_of("") : sql_at(&rows, i, 5)->as.text};
    }
    return STATUS_OK;
}

static enum status load_steps(struct sql *sql, const struct sql_value *mine, struct arena *arena,
                              struct change *change, struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[STEPS], mine, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    change->steps = arena_alloc(arena, rows.count + 1, sizeof *change->steps);
    if (!change->steps)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++)
        change->steps[i] =
            (struct change_step){sql_at(&rows, i, 0)->as.text, sql_at(&rows, i, 1)->as.text,
                                 sql_at(&rows, i, 2)->as.text, sql_at(&rows, i, 3)->as.integer};
    change->step_count = rows.count;
    return STATUS_OK;
}

enum status change_load(struct sql *sql, const struct change_key *key, struct arena *arena,
                        struct change *change, bool *found, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(key->plant), SQL_TEXT(key->change_id)};
    struct sql_rows rows;
    enum status status =
        sql_run(sql, &statements[key->lock ? LOCK_HEAD : HEAD], mine, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (found)
        *found = rows.count > 0;
    if (rows.count == 0)
        return found ? STATUS_OK
                     : fault_set(fault, STATUS_NOT_FOUND, "change",
                                 "engineering change \"%.*s\" does not exist",
                                 (int)key->change_id.length, key->change_id.bytes);
    const struct sql_value *day = sql_at(&rows, 0, 4);
    *change = (struct change){.change_id = key->change_id,
                              .title = sql_at(&rows, 0, 0)->as.text,
                              .state = sql_at(&rows, 0, 1)->as.text,
                              .author = sql_at(&rows, 0, 2)->as.text,
                              .approver = sql_at(&rows, 0, 3)->as.text,
                              .effective_on = day->null ? SQL_NO_DATE : day->as.day,
                              .stock_of = sql_at(&rows, 0, 5)->as.text,
                              .change_seq = sql_at(&rows, 0, 6)->as.integer};
    status = load_lines(sql, mine, arena, change, fault);
    return status == STATUS_OK ? load_steps(sql, mine, arena, change, fault) : status;
}

static struct change_head head_of(const struct sql_rows *rows, size_t i)
{
    const struct sql_value *day = sql_at(rows, i, 6);
    const struct sql_value *at = sql_at(rows, i, 9);
    return (struct change_head){.kind = sql_at(rows, i, 0)->as.text,
                                .change = {.change_id = sql_at(rows, i, 1)->as.text,
                                           .title = sql_at(rows, i, 2)->as.text,
                                           .state = sql_at(rows, i, 3)->as.text,
                                           .author = sql_at(rows, i, 4)->as.text,
                                           .approver = sql_at(rows, i, 5)->as.text,
                                           .effective_on = day->null ? SQL_NO_DATE : day->as.day,
                                           .stock_of = sql_at(rows, i, 7)->as.text},
                                .lines = sql_at(rows, i, 8)->as.integer,
                                .done_at_us = at->null ? 0 : at->as.integer};
}

enum status change_list(struct sql *sql, struct text plant, const struct change_query *query,
                        struct arena *arena, struct change_page *page, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(query->state), SQL_INT(query->limit + 1),
                                 SQL_INT(query->after)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    page->more = rows.count > (size_t)query->limit;
    page->count = page->more ? (size_t)query->limit : rows.count;
    page->heads = arena_alloc(arena, page->count + 1, sizeof *page->heads);
    if (!page->heads)
        return full(fault);
    for (size_t i = 0; i < page->count; i++)
        page->heads[i] = head_of(&rows, i);
    return STATUS_OK;
}

static enum status put_line(struct sql *sql, struct text plant, const struct change *change,
                            size_t number, struct fault *fault)
{
    const struct change_line *line = &change->lines[number];
    struct text columns[ROW_CELLS_MAX + 1];
    struct text values[ROW_CELLS_MAX + 1];
    for (size_t i = 0; i < line->cell_count; i++) {
        columns[i] = line->cells[i].column;
        values[i] = line->cells[i].value.bytes ? line->cells[i].value : text_of("");
    }
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_TEXT(change->change_id),
                                 SQL_INT((int64_t)number + 1),
                                 SQL_TEXT(line->file),
                                 SQL_TEXT(line->action),
                                 SQL_INT(line->row_no),
                                 SQL_LIST(columns, line->cell_count),
                                 SQL_LIST(values, line->cell_count)};
    return sql_run(sql, &statements[PUT_LINE], params, NULL, NULL, fault);
}

enum status change_put(struct sql *sql, struct text plant, const struct change *change,
                       struct arena *arena, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(change->change_id)};
    struct sql_value head[] = {
        SQL_TEXT(plant),
        SQL_TEXT(change->change_id),
        SQL_TEXT(change->title),
        SQL_TEXT(change->author),
        {.null = change->effective_on == SQL_NO_DATE, .as.day = change->effective_on},
        {.null = change->stock_of.length == 0, .as.text = change->stock_of}};
    enum status status = sql_run(sql, &statements[PUT], head, arena, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[DROP_LINES], mine, arena, NULL, fault);
    for (size_t i = 0; status == STATUS_OK && i < change->line_count; i++)
        status = put_line(sql, plant, change, i, fault);
    return status;
}

enum status change_set_state(struct sql *sql, struct text plant, const struct change *change,
                             struct fault *fault)
{
    struct sql_value params[] = {
        SQL_TEXT(plant),
        SQL_TEXT(change->change_id),
        SQL_TEXT(change->state),
        SQL_TEXT(change->approver),
        {.null = change->effective_on == SQL_NO_DATE, .as.day = change->effective_on},
        SQL_INT(change->change_seq)};
    return sql_run(sql, &statements[SET_STATE], params, NULL, NULL, fault);
}

enum status change_put_step(struct sql *sql, struct text plant, struct text change_id,
                            const struct change_step *step, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(change_id), SQL_TEXT(step->action),
                                 SQL_TEXT(step->note), SQL_TEXT(step->done_by)};
    return sql_run(sql, &statements[PUT_STEP], params, NULL, NULL, fault);
}

enum status change_stock(struct sql *sql, struct text plant, struct text item, struct arena *arena,
                         struct qty *on_hand, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(item)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[STOCK], params, arena, &rows, fault);
    if (status == STATUS_OK)
        *on_hand = rows.count > 0 ? sql_at(&rows, 0, 0)->as.qty : (struct qty){0};
    return status;
}

enum status change_touched(struct sql *sql, struct text plant, const struct touch_query *query,
                           struct arena *arena, struct touch_page *page, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_LIST(query->items.codes, query->items.count),
                                 SQL_LIST(query->components.codes, query->components.count),
                                 SQL_LIST(query->lines, query->line_count),
                                 SQL_LIST(query->operations, query->operation_count),
                                 {.null = query->day == SQL_NO_DATE, .as.day = query->day},
                                 SQL_INT(query->limit),
                                 SQL_INT(query->after)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[TOUCHED], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *page = (struct touch_page){arena_alloc(arena, rows.count + 1, sizeof *page->touches),
                                rows.count, 0};
    if (!page->touches)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *quantity = sql_at(&rows, i, 2);
        const struct sql_value *day = sql_at(&rows, i, 4);
        page->touches[i] = (struct touch){.kind = sql_at(&rows, i, 0)->as.text,
                                          .id = sql_at(&rows, i, 1)->as.text,
                                          .quantity = quantity->null ? NO_QTY : quantity->as.qty,
                                          .item = sql_at(&rows, i, 3)->as.text,
                                          .start_on = day->null ? SQL_NO_DATE : day->as.day,
                                          .state = sql_at(&rows, i, 5)->as.text,
                                          .why = sql_at(&rows, i, 6)->as.text};
        page->all = sql_at(&rows, i, 7)->as.integer;
    }
    return STATUS_OK;
}

static enum status load_codes(struct sql *sql, size_t statement, const struct sql_value *params,
                              struct arena *arena, struct code_list *out, struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[statement], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = (struct code_list){arena_alloc(arena, rows.count + 1, sizeof *out->codes), rows.count};
    if (!out->codes)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++)
        out->codes[i] = sql_at(&rows, i, 0)->as.text;
    return STATUS_OK;
}

enum status change_load_ready(struct sql *sql, struct text plant, struct arena *arena,
                              struct code_list *changes, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    return load_codes(sql, READY, params, arena, changes, fault);
}

enum status change_load_plants(struct sql *sql, struct arena *arena, struct code_list *plants,
                               struct fault *fault)
{
    return load_codes(sql, PLANTS, NULL, arena, plants, fault);
}
