#include "services/bom/mass_store.h"

/* clang-format off */
enum {
    PICK, BILLS, FIRST_LINES, OBJECT, UNITS, PARENTS, PARTS, WRITE, UNDO, PUT, PUT_HISTORY, SET_UNDONE, LOAD, SWAP, SWAP_BACK,
    OBJECT_TO_UNDO
};

#define MINE "m.plant_id = $1 AND m.change_id = $2"
#define TOGETHER(a, b) \
    "coalesce(" a ".alternative, '') = coalesce(" b ".alternative, '')" \
    " AND coalesce(" a ".revision, '') = coalesce(" b ".revision, '')" \
    " AND coalesce(" a ".valid_from, '-infinity') < coalesce(" b ".valid_to, 'infinity')" \
    " AND coalesce(" b ".valid_from, '-infinity') < coalesce(" a ".valid_to, 'infinity')"

#define SWAP_LINES(was, is) \
    "SELECT m.parent, coalesce(b.position, ''), coalesce(b.alternative, ''), coalesce(b.revision, '')," \
    " coalesce(b.lot_from, 0), b.valid_from, m." was "_valid_to, m." is "_valid_to, m." was "_qty, m." is "_qty" \
    " FROM mass_change_line m JOIN bom b ON b.plant_id = m.plant_id AND b.row_no = m.row_no" \
    " WHERE b.plant_id = $1 AND " MINE " ORDER BY m.parent, m.row_no"

static const struct sql_statement statements[] = {
    [PICK] = {"mass.pick",
        "INSERT INTO mass_change_line (plant_id, change_id, row_no, parent, old_component, old_qty, old_valid_to,"
        " new_component, new_qty, new_valid_to) SELECT b.plant_id, $2, b.row_no, b.parent, b.component, b.qty,"
        " b.valid_to, coalesce($4, b.component),"
        " coalesce($5::numeric, round(b.qty * coalesce($6::numeric, 1), 6)), coalesce($7, b.valid_to)"
        " FROM bom b JOIN item i ON i.plant_id = b.plant_id AND i.item = b.parent"
        " JOIN plant p ON p.plant_id = b.plant_id WHERE b.plant_id = $1 AND b.component = $3"
        " AND (b.valid_to IS NULL OR b.valid_to > coalesce(p.plan_start, (now() AT TIME ZONE p.time_zone)::date))"
        " AND ($7 IS NULL OR ((b.valid_from IS NULL OR b.valid_from < $7) AND (b.valid_to IS NULL OR b.valid_to > $7)))"
        " AND ($8 = '' OR i.class = $8)", "ttttqqdt", ""},
    [BILLS] = {"mass.bills",
        "SELECT count(*), count(DISTINCT parent) FROM mass_change_line m WHERE " MINE, "tt", "ii"},
    [FIRST_LINES] = {"mass.first_lines",
        "SELECT parent, row_no, old_component, old_qty, new_component, new_qty, new_valid_to"
        " FROM mass_change_line m WHERE " MINE " ORDER BY parent, row_no LIMIT 100", "tt", "tntqtqd"},
    [OBJECT] = {"mass.object",
        "SELECT * FROM (SELECT m.parent, CASE WHEN m.new_qty <= 0 THEN 'quantity' WHEN m.new_qty >= 1e12 THEN 'factor'"
        " ELSE 'quantity' END AS field, CASE WHEN m.new_qty <= 0 THEN 'the new quantity is not above 0'"
        " WHEN m.new_qty >= 1e12 THEN 'the new quantity is out of range'"
        " ELSE 'the line names its designators one by one; change it there' END AS message"
        " FROM mass_change_line m JOIN bom b ON b.plant_id = m.plant_id AND b.row_no = m.row_no WHERE " MINE
        " AND (m.new_qty <= 0 OR m.new_qty >= 1e12 OR (m.new_qty <> m.old_qty AND b.designators IS NOT NULL))"
        " UNION ALL SELECT m.parent, 'new_component', 'the bill has a line of the new component in the same place'"
        " FROM mass_change_line m JOIN bom b ON b.plant_id = m.plant_id AND b.row_no = m.row_no"
        " JOIN bom o ON o.plant_id = m.plant_id AND o.parent = m.parent AND o.row_no <> m.row_no"
        " AND o.component = m.new_component AND " TOGETHER("o", "b")
        " AND (coalesce(o.position, '') = coalesce(b.position, '') OR o.substitute_group = b.substitute_group)"
        " WHERE " MINE " AND m.new_component <> m.old_component) AS t ORDER BY 1, 2 LIMIT 1", "tt", "ttt"},
    [OBJECT_TO_UNDO] = {"mass.object_to_undo",
        "SELECT m.parent, 'change' AS field, 'the bill has got a line of the old component in the same place; remove it first'"
        " AS message FROM mass_change_line m JOIN bom b ON b.plant_id = m.plant_id AND b.row_no = m.row_no"
        " JOIN bom o ON o.plant_id = m.plant_id AND o.parent = m.parent AND o.row_no <> m.row_no"
        " AND o.component = m.old_component AND " TOGETHER("o", "b")
        " AND (coalesce(o.position, '') = coalesce(b.position, '') OR o.substitute_group = b.substitute_group)"
        " WHERE b.plant_id = $1 AND " MINE " AND m.new_component <> m.old_component ORDER BY 1 LIMIT 1", "tt", "ttt"},
    [UNITS] = {"mass.units",
        "SELECT DISTINCT coalesce(b.uom, '') FROM mass_change_line m JOIN bom b ON b.plant_id = m.plant_id"
        " AND b.row_no = m.row_no WHERE " MINE " ORDER BY 1", "tt", "t"},
    [PARENTS] = {"mass.parents",
        "SELECT DISTINCT parent FROM mass_change_line m WHERE " MINE " ORDER BY 1", "tt", "t"},
    [PARTS] = {"mass.parts",
        "SELECT row_no FROM (SELECT row_no, row_number() OVER (ORDER BY row_no) AS n, count(*) OVER () AS all_lines"
        " FROM mass_change_line m WHERE " MINE ") AS t WHERE n % 10000 = 0 OR n = all_lines ORDER BY 1", "tt", "n"},
    [WRITE] = {"mass.write",
        "UPDATE bom b SET component = m.new_component, qty = m.new_qty, valid_to = m.new_valid_to"
        " FROM mass_change_line m WHERE b.plant_id = $1 AND " MINE " AND b.row_no = m.row_no"
        " AND m.row_no > $3 AND m.row_no <= $4", "ttnn", ""},
    [UNDO] = {"mass.undo",
        "UPDATE bom b SET component = m.old_component, qty = m.old_qty, valid_to = m.old_valid_to"
        " FROM mass_change_line m WHERE b.plant_id = $1 AND " MINE " AND b.row_no = m.row_no"
        " AND b.parent = m.parent AND b.component = m.new_component AND b.qty = m.new_qty"
        " AND b.valid_to IS NOT DISTINCT FROM m.new_valid_to AND m.row_no > $3 AND m.row_no <= $4", "ttnn", ""},
    [PUT] = {"mass.put",
        "INSERT INTO mass_change (plant_id, change_id, rule, line_count, bill_count, change_seq, done_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)", "tttiiit", ""},
    [PUT_HISTORY] = {"mass.put_history",
        "INSERT INTO master_change (plant_id, change_seq, place, file, object, change_id, changed_by)"
        " VALUES ($1, $2, 1, 'bom.csv', '', $3, $4)", "titt", ""},
    [SET_UNDONE] = {"mass.set_undone",
        "UPDATE mass_change SET undone_seq = $3 WHERE plant_id = $1 AND change_id = $2", "tti", ""},
    [LOAD] = {"mass.load",
        "SELECT c.line_count, c.bill_count, c.change_seq, coalesce(c.undone_seq, 0), c.rule,"
        " coalesce((SELECT m.old_component FROM mass_change_line m WHERE " MINE " LIMIT 1), ''),"
        " coalesce((SELECT m.new_component FROM mass_change_line m WHERE " MINE " LIMIT 1), '')"
        " FROM mass_change c WHERE c.plant_id = $1 AND c.change_id = $2", "tt", "iiiittt"},
    [SWAP] = {"mass.swap", SWAP_LINES("old", "new"), "tt", "ttttqdddqq"},
    [SWAP_BACK] = {"mass.swap_back", SWAP_LINES("new", "old"), "tt", "ttttqdddqq"},
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"mass_change_pkey", STATUS_EXISTS, "change", "a mass change of this id exists already"},
    {"mass_change_line_pkey", STATUS_EXISTS, "change", "a mass change of this id exists already"},
};

const struct sql_schema mass_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
};

static struct sql_value text_or_null(struct text text)
{
    return (struct sql_value){.null = text.length == 0, .as.text = text};
}

static struct sql_value qty_or_null(struct qty quantity)
{
    return (struct sql_value){.null = quantity.micro == SQL_NO_INT, .as.qty = quantity};
}

enum status mass_pick(struct sql *sql, struct text plant, const struct mass_rule *rule,
                      struct arena *arena, struct mass_counts *counts, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_TEXT(rule->change_id),
                                 SQL_TEXT(rule->component),
                                 text_or_null(rule->new_component),
                                 qty_or_null(rule->quantity),
                                 qty_or_null(rule->factor),
                                 {.null = rule->end_on == SQL_NO_DATE, .as.day = rule->end_on},
                                 SQL_TEXT(rule->parent_class)};
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(rule->change_id)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PICK], params, arena, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[BILLS], mine, arena, &rows, fault);
    if (status == STATUS_OK)
        *counts =
            (struct mass_counts){sql_at(&rows, 0, 0)->as.integer, sql_at(&rows, 0, 1)->as.integer};
    return status;
}

enum status mass_first_lines(struct sql *sql, struct text plant, struct text change_id,
                             struct arena *arena, struct mass_line **lines, size_t *count,
                             struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(change_id)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[FIRST_LINES], mine, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *lines = arena_alloc(arena, rows.count + 1, sizeof **lines);
    if (!*lines)
        return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *end = sql_at(&rows, i, 6);
        (*lines)[i] = (struct mass_line){
            sql_at(&rows, i, 0)->as.text,         sql_at(&rows, i, 1)->as.integer,
            sql_at(&rows, i, 2)->as.text,         sql_at(&rows, i, 3)->as.qty,
            sql_at(&rows, i, 4)->as.text,         sql_at(&rows, i, 5)->as.qty,
            end->null ? SQL_NO_DATE : end->as.day};
    }
    *count = rows.count;
    return STATUS_OK;
}

enum status mass_object(struct sql *sql, const struct mass_asked *asked, struct arena *arena,
                        struct mass_objection *objection, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(asked->plant), SQL_TEXT(asked->change_id)};
    struct sql_rows rows;
    *objection = (struct mass_objection){0};
    enum status status =
        sql_run(sql, &statements[asked->undo ? OBJECT_TO_UNDO : OBJECT], mine, arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        *objection =
            (struct mass_objection){sql_at(&rows, 0, 0)->as.text, sql_at(&rows, 0, 1)->as.text,
                                    sql_at(&rows, 0, 2)->as.text};
    return status;
}

enum status mass_units(struct sql *sql, struct text plant, struct text change_id,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(change_id)};
    return sql_run(sql, &statements[UNITS], mine, arena, rows, fault);
}

enum status mass_parents(struct sql *sql, struct text plant, struct text change_id,
                         struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(change_id)};
    return sql_run(sql, &statements[PARENTS], mine, arena, rows, fault);
}

enum status mass_parts(struct sql *sql, struct text plant, struct text change_id,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(change_id)};
    return sql_run(sql, &statements[PARTS], mine, arena, rows, fault);
}

enum status mass_write_part(struct sql *sql, struct text plant, const struct mass_part *part,
                            struct arena *arena, int64_t *lines, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(part->change_id), SQL_INT(part->after),
                                 SQL_INT(part->last)};
    struct sql_rows rows;
    enum status status =
        sql_run(sql, &statements[part->undo ? UNDO : WRITE], params, arena, &rows, fault);
    if (status == STATUS_OK)
        *lines = (int64_t)rows.count;
    return status;
}

enum status mass_put(struct sql *sql, struct text plant, const struct mass_done *done,
                     struct text change_id, struct text principal, struct fault *fault)
{
    struct sql_value params[] = {
        SQL_TEXT(plant),      SQL_TEXT(change_id),       SQL_TEXT(done->rule), SQL_INT(done->lines),
        SQL_INT(done->bills), SQL_INT(done->change_seq), SQL_TEXT(principal)};
    return sql_run(sql, &statements[PUT], params, NULL, NULL, fault);
}

enum status mass_put_history(struct sql *sql, struct text plant, struct text change_id,
                             int64_t change_seq, struct text principal, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(change_seq), SQL_TEXT(change_id),
                                 SQL_TEXT(principal)};
    return sql_run(sql, &statements[PUT_HISTORY], params, NULL, NULL, fault);
}

enum status mass_set_undone(struct sql *sql, struct text plant, struct text change_id,
                            int64_t undone_seq, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(change_id), SQL_INT(undone_seq)};
    return sql_run(sql, &statements[SET_UNDONE], params, NULL, NULL, fault);
}

enum status mass_load(struct sql *sql, struct text plant, struct text change_id,
                      struct arena *arena, struct mass_done *done, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(plant), SQL_TEXT(change_id)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LOAD], mine, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "change", "mass change \"%.*s\" does not exist",
                         (int)change_id.length, change_id.bytes);
    *done = (struct mass_done){
        .lines = sql_at(&rows, 0, 0)->as.integer,
        .bills = sql_at(&rows, 0, 1)->as.integer,
        .change_seq = sql_at(&rows, 0, 2)->as.integer,
        .undone_seq = sql_at(&rows, 0, 3)->as.integer,
        .rule = sql_at(&rows, 0, 4)->as.text,
        .component = sql_at(&rows, 0, 5)->as.text,
        .new_component = sql_at(&rows, 0, 6)->as.text,
    };
    return STATUS_OK;
}

enum status mass_load_swap(struct sql *sql, const struct mass_key *key, struct arena *arena,
                           struct mass_swap *swap, struct fault *fault)
{
    struct sql_value mine[] = {SQL_TEXT(key->plant), SQL_TEXT(key->change_id)};
    struct mass_done done;
    enum status status = mass_load(sql, key->plant, key->change_id, arena, &done, fault);
    if (status != STATUS_OK)
        return status;
    bool back = done.undone_seq == key->change_seq;
    *swap = (struct mass_swap){.from = back ? done.new_component : done.component,
                               .to = back ? done.component : done.new_component};
    return sql_run(sql, &statements[back ? SWAP_BACK : SWAP], mine, arena, &swap->lines, fault);
}
