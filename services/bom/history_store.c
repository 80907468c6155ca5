#include "services/bom/history_store.h"

/* clang-format off */
enum { ROWS, TOUCHED };

/*
 * A mass change has one row of history, of no item.  An item's history tells its lines that the
 * change wrote, found by the numbers of the rows that its bill has and had; and of a component, once,
 * that it went or came: the lines may be 100,000.  Undone, the sides change places.
 */
#define MASS_CELLS(side) "jsonb_strip_nulls(jsonb_build_object('component', l." side "_component," \
    " 'qty', trim_scale(l." side "_qty)::text, 'valid_to', l." side "_valid_to))"
#define MASS_HISTORY \
    " UNION ALL SELECT h.change_seq, m.place, h.file, m.parent, m.row_no, h.change_id, h.changed_by, h.changed_at," \
    " CASE WHEN h.change_seq = d.change_seq THEN m.was ELSE m.became END," \
    " CASE WHEN h.change_seq = d.change_seq THEN m.became ELSE m.was END" \
    " FROM master_change h JOIN mass_change d ON d.plant_id = h.plant_id AND d.change_id = h.change_id CROSS JOIN LATERAL (" \
    "SELECT l.row_no AS place, l.parent, l.row_no, " MASS_CELLS("old") " AS was, " MASS_CELLS("new") " AS became" \
    " FROM mass_change_line l WHERE l.plant_id = $1 AND l.change_id = d.change_id AND l.parent = $2" \
    " AND l.row_no IN (SELECT b.row_no FROM bom b WHERE b.plant_id = $1 AND b.parent = $2 UNION" \
    " SELECT o.row_no FROM master_change o WHERE o.plant_id = $1 AND o.object = $2 AND o.file = 'bom.csv')" \
    " UNION ALL SELECT h.place, '', 0, jsonb_build_object('component', l.old_component)," \
    " jsonb_build_object('component', l.new_component) FROM (SELECT old_component, new_component FROM mass_change_line" \
    " WHERE plant_id = $1 AND change_id = d.change_id LIMIT 1) AS l WHERE $2 IN (l.old_component, l.new_component)) AS m" \
    " WHERE h.plant_id = $1 AND h.object = '' AND $2 <> '' AND ($3 = '' OR h.change_id = $3)"

static const struct sql_statement statements[] = {
    [ROWS] = {"history.rows",
        "SELECT c.change_seq, c.place, c.file, c.object, c.row_no, c.change_id, c.changed_by, c.changed_at,"
        " coalesce(e.side, 0), e.key, e.value"
        " FROM (SELECT * FROM (SELECT change_seq, place, file, object, row_no, change_id, changed_by, changed_at, old_row, new_row"
        " FROM master_change WHERE plant_id = $1 AND ($2 = '' OR object = $2) AND ($3 = '' OR change_id = $3)" MASS_HISTORY ") AS a"
        " WHERE (change_seq, place) < ($4, $5::integer) ORDER BY change_seq DESC, place DESC LIMIT $6) AS c"
        " LEFT JOIN LATERAL (SELECT 1 AS side, o.key, o.value FROM jsonb_each_text(c.old_row) AS o"
        " UNION ALL SELECT 2, n.key, n.value FROM jsonb_each_text(c.new_row) AS n) AS e ON true"
        " ORDER BY c.change_seq DESC, c.place DESC, 9, e.key", "tttini", "inttnttzntt"},
    [TOUCHED] = {"history.touched",
        "SELECT change_seq, file, object, change_id FROM master_change WHERE plant_id = $1 AND change_seq > $2"
        " ORDER BY change_seq, place LIMIT 2001", "ti", "ittt"},
};
/* clang-format on */

const struct sql_schema history_schema = {.statements = statements,
                                          .statement_count = COUNT_OF(statements)};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "history does not fit in memory");
}

static bool same_change(const struct master_change *change, const struct sql_rows *rows, size_t i)
{
    return change->change_seq == sql_at(rows, i, 0)->as.integer &&
           change->place == sql_at(rows, i, 1)->as.integer;
}

static bool begin_change(struct master_change *change, const struct sql_rows *rows, size_t i,
                         struct arena *arena)
{
    *change = (struct master_change){
        .change_seq = sql_at(rows, i, 0)->as.integer,
        .place = sql_at(rows, i, 1)->as.integer,
        .file = sql_at(rows, i, 2)->as.text,
        .object = sql_at(rows, i, 3)->as.text,
        .row_no = sql_at(rows, i, 4)->as.integer,
        .change_id = sql_at(rows, i, 5)->as.text,
        .changed_by = sql_at(rows, i, 6)->as.text,
        .changed_at_us = sql_at(rows, i, 7)->as.integer,
    };
    for (int side = 0; side < 2; side++) {
        change->cells[side] = arena_alloc(arena, ROW_CELLS_MAX + 1, sizeof(struct cell));
        if (!change->cells[side])
            return false;
    }
    return true;
}

static void add_cell(struct master_change *change, const struct sql_rows *rows, size_t i)
{
    int64_t side = sql_at(rows, i, 8)->as.integer;
    if (side == 0)
        return;
    size_t *count = &change->cell_count[side - 1];
    if (*count < ROW_CELLS_MAX)
        change->cells[side - 1][(*count)++] =
            (struct cell){sql_at(rows, i, 9)->as.text, sql_at(rows, i, 10)->as.text};
}

enum status history_load(struct sql *sql, struct text plant, const struct history_query *query,
                         struct arena *arena, struct master_change **changes, size_t *count,
                         struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_TEXT(query->object),
                                 SQL_TEXT(query->change_id),
                                 SQL_INT(query->before_seq),
                                 SQL_INT(query->before_place),
                                 SQL_INT(query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ROWS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct master_change *list = arena_alloc(arena, (size_t)query->limit + 1, sizeof *list);
    size_t made = 0;
    if (!list)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        if (made == 0 || !same_change(&list[made - 1], &rows, i)) {
            if (!begin_change(&list[made++], &rows, i, arena))
                return full(fault);
        }
        add_cell(&list[made - 1], &rows, i);
    }
    *changes = list;
    *count = made;
    return STATUS_OK;
}

enum status history_load_touched(struct sql *sql, struct text plant, int64_t after,
                                 struct arena *arena, struct touched **touched, size_t *count,
                                 struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(after)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[TOUCHED], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *touched = arena_alloc(arena, rows.count + 1, sizeof **touched);
    if (!*touched)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++)
        (*touched)[i] =
            (struct touched){sql_at(&rows, i, 0)->as.integer, sql_at(&rows, i, 1)->as.text,
                             sql_at(&rows, i, 2)->as.text, sql_at(&rows, i, 3)->as.text};
    *count = rows.count;
    return STATUS_OK;
}
