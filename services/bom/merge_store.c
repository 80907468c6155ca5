#include "services/bom/merge_store.h"

#include "common/base/bytes.h"
#include "common/plant/plant_store.h"

#include <string.h>

/* clang-format off */
enum {
    HAS_DATA, SET_MASTER_SEQ, PUT_STOCK_ITEMS, PUT_HISTORY, DROP_COPIES, PUT_COPIES,
    LAST_CALENDAR, LAST_UNITS, LAST_RATES, LAST_SAFETY_STOCK, LAST_SUPPLIERS, LAST_ORDER_COSTS, LAST_BOM, LAST_ROUTING,
    DROP_CALENDAR, DROP_UNITS, DROP_RATES, DROP_SAFETY_STOCK, DROP_SUPPLIERS, DROP_ORDER_COSTS, DROP_BOM, DROP_ROUTING,
    PUT_CALENDAR, PUT_UNITS, PUT_RATES, PUT_SAFETY_STOCK, PUT_SUPPLIERS, PUT_ORDER_COSTS, PUT_BOM, PUT_ROUTING, PUT_ITEMS, PUT_PARTNERS, PUT_WORK_CENTERS,
    SET_ITEMS, SET_PARTNERS, SET_WORK_CENTERS
};

/* Rows as cells, one after the other: number of the row, column, value. */
#define ROWS_OF(table) \
    " FROM (SELECT t.i, jsonb_object_agg(t.n, t.v) || jsonb_build_object('plant_id', $1::text) AS cells" \
    " FROM unnest($2::integer[], $3::text[], $4::text[]) AS t (i, n, v) GROUP BY t.i) AS g," \
    " jsonb_populate_record(NULL::" table ", g.cells) AS r"
#define PUT(table) "INSERT INTO " table " SELECT r.*" ROWS_OF(table) " WHERE r.plant_id = $1"
#define SET(table, columns) \
    "UPDATE " table " SET (" columns("") ") = (SELECT " columns("r.") ")" ROWS_OF(table) \
    " WHERE " table ".plant_id = $1 AND " table "." table " = r." table
#define LAST(table) "SELECT coalesce(max(row_no), 0) FROM " table " WHERE plant_id = $1"
#define DROP(table) "DELETE FROM " table " WHERE plant_id = $1 AND row_no = ANY ($2)"
#define NUMBERS(table) \
    "COPY (SELECT row_no FROM " table " WHERE plant_id = current_setting('millrace.plant_id') ORDER BY row_no)" \
    " TO STDOUT (FORMAT csv)"
#define ITEMS_COLUMNS(r) \
    r "name, " r "type, " r "uom, " r "decimals, " r "lead_time_days, " r "lead_time_per_unit_days, " \
    r "safety_stock, " r "safety_days, " r "lot_rule, " r "lot_qty, " r "lot_min, " r "lot_max, " \
    r "lot_multiple, " r "lot_periods, " r "foq_mode, " r "reorder_point, " r "stock_min, " \
    r "stock_max, " r "ppb_look, " r "costing_lot_qty, " r "segment_policy, " r "source_plant, " \
    r "forecast_back_days, " r "forecast_forward_days, " r "order_cost, " r "holding_cost, " \
    r "yield_pct, " r "planning_fence_days, " r "demand_fence_days, " r "reschedule_days, " \
    r "min_days, " r "min_quantity, " r "valuation, " r "unit_cost, " r "tracking, " \
    r "shelf_life_days, " r "abc, " r "class, " r "allow_negative, " r "active, " r "template"
#define PARTNERS_COLUMNS(r) \
    r "name, " r "kind, " r "class, " r "currency, " r "payment_days, " r "contact, " r "phone, " r "email, " r "tax_id"
#define WORK_CENTERS_COLUMNS(r) \
    r "name, " r "labor_rate, " r "machine_rate, " r "overhead_rate, " r "overhead_basis, " r "hours_per_day, " \
    r "efficiency_pct, " r "calendar"

/* A variant's copies are those of its template's own lines that no line of its own overrides: see edit_variants.c. */
#define LINE(r) "(to_jsonb(" r ") - '{row_no,parent,inherited_from}'::text[])"
#define WANTED \
    "t.plant_id = $1 AND t.inherited_from IS NULL AND NOT EXISTS (SELECT FROM bom o WHERE o.plant_id = $1" \
    " AND o.parent = i.item AND o.inherited_from IS NULL AND o.position = t.position AND t.position <> ''" \
    " AND coalesce(o.alternative, '') = coalesce(t.alternative, ''))"
/* $5: items whose bill or template changed */
#define CONCERNED \
    "(i.item IN (SELECT unnest($5::text[])) OR i.template IN (SELECT unnest($5::text[])))"
#define TELL(rows, old_row, new_row) \
    "INSERT INTO master_change (plant_id, change_seq, place, file, object, row_no, old_row, new_row, changed_by)" \
    " SELECT $1, $2, $3::integer + (row_number() OVER ())::integer, 'bom.csv', " rows ".parent, " rows ".row_no, " \
    old_row ", " new_row ", $4 FROM " rows
#define CELLS(rows) "jsonb_strip_nulls(to_jsonb(" rows ")) - '{plant_id,row_no}'::text[]"

static const struct sql_statement statements[] = {
    [HAS_DATA] = {"merge.has_data",
        "SELECT EXISTS (SELECT FROM item WHERE plant_id = $1) OR EXISTS (SELECT FROM plant_seq WHERE plant_id = $1"
        " AND event_seq > 0)", "t", "b"},
    [SET_MASTER_SEQ] = {"merge.set_master_seq", "UPDATE plant SET master_seq = $2 WHERE plant_id = $1", "ti", ""},
    [PUT_STOCK_ITEMS] = {"merge.put_stock_items",
        "INSERT INTO stock_item (plant_id, item, last_cost) SELECT plant_id, item, coalesce(unit_cost, 0) FROM item"
        " WHERE plant_id = $1 AND item = ANY ($2) ON CONFLICT DO NOTHING", "tT", ""},
    /* $3 the place before the first; $4..$7 by row; $8..$10 and $11..$13 cells as they were and are. */
    [PUT_HISTORY] = {"merge.put_history",
        "INSERT INTO master_change (plant_id, change_seq, place, file, object, row_no, old_row, new_row, changed_by)"
        " SELECT $1, $2, $3::integer + p.i, p.file, p.object, p.row_no, o.cells, n.cells, $14"
        " FROM unnest($4::integer[], $5::text[], $6::text[], $7::integer[]) AS p (i, file, object, row_no)"
        " LEFT JOIN (SELECT t.i, jsonb_object_agg(t.n, t.v) AS cells FROM unnest($8::integer[], $9::text[],"
        " $10::text[]) AS t (i, n, v) GROUP BY t.i) AS o ON o.i = p.i"
        " LEFT JOIN (SELECT t.i, jsonb_object_agg(t.n, t.v) AS cells FROM unnest($11::integer[], $12::text[],"
        " $13::text[]) AS t (i, n, v) GROUP BY t.i) AS n ON n.i = p.i", "tinNTTNNTTNTTt", ""},
    [DROP_COPIES] = {"merge.drop_copies",
        "WITH gone AS (DELETE FROM bom c USING item i WHERE c.plant_id = $1 AND c.inherited_from IS NOT NULL"
        " AND i.plant_id = $1 AND i.item = c.parent AND " CONCERNED " AND NOT EXISTS (SELECT FROM bom t WHERE " WANTED
        " AND t.parent = i.template AND c.inherited_from = i.template AND " LINE("t") " = " LINE("c") ") RETURNING c.*) "
        TELL("gone", CELLS("gone"), "NULL"), "tintT", ""},
    [PUT_COPIES] = {"merge.put_copies",
        "WITH wanted AS (SELECT t AS line, i.item AS variant, (SELECT coalesce(max(row_no), 0) FROM bom"
        " WHERE plant_id = $1) + row_number() OVER (ORDER BY i.item, t.row_no) AS number"
        " FROM item i JOIN bom t ON t.parent = i.template WHERE i.plant_id = $1 AND " CONCERNED " AND " WANTED
        " AND NOT EXISTS (SELECT FROM bom c WHERE c.plant_id = $1 AND c.parent = i.item"
        " AND c.inherited_from = t.parent AND " LINE("c") " = " LINE("t") ")),"
        " made AS (INSERT INTO bom SELECT r.* FROM wanted w, jsonb_populate_record(NULL::bom, to_jsonb(w.line)"
        " || jsonb_build_object('row_no', w.number, 'parent', w.variant, 'inherited_from', (w.line).parent)) AS r"
        " WHERE r.plant_id = $1 RETURNING *) "
        TELL("made", "NULL", CELLS("made")), "tintT", ""},
    [LAST_CALENDAR] = {"merge.last_calendar", LAST("calendar"), "t", "n"},
    [LAST_UNITS] = {"merge.last_units", LAST("unit"), "t", "n"},
    [LAST_RATES] = {"merge.last_rates", LAST("rate"), "t", "n"},
    [LAST_SAFETY_STOCK] = {"merge.last_safety_stock", LAST("safety_stock"), "t", "n"},
    [LAST_SUPPLIERS] = {"merge.last_suppliers", LAST("supplier"), "t", "n"},
    [LAST_ORDER_COSTS] = {"merge.last_order_costs", LAST("order_cost"), "t", "n"},
    [LAST_BOM] = {"merge.last_bom", LAST("bom"), "t", "n"},
    [LAST_ROUTING] = {"merge.last_routing", LAST("routing"), "t", "n"},
    [DROP_CALENDAR] = {"merge.drop_calendar", DROP("calendar"), "tN", ""},
    [DROP_UNITS] = {"merge.drop_units", DROP("unit"), "tN", ""},
    [DROP_RATES] = {"merge.drop_rates", DROP("rate"), "tN", ""},
    [DROP_SAFETY_STOCK] = {"merge.drop_safety_stock", DROP("safety_stock"), "tN", ""},
    [DROP_SUPPLIERS] = {"merge.drop_suppliers", DROP("supplier"), "tN", ""},
    [DROP_ORDER_COSTS] = {"merge.drop_order_costs", DROP("order_cost"), "tN", ""},
    [DROP_BOM] = {"merge.drop_bom", DROP("bom"), "tN", ""},
    [DROP_ROUTING] = {"merge.drop_routing", DROP("routing"), "tN", ""},
    [PUT_CALENDAR] = {"merge.put_calendar", PUT("calendar"), "tNTT", ""},
    [PUT_UNITS] = {"merge.put_units", PUT("unit"), "tNTT", ""},
    [PUT_RATES] = {"merge.put_rates", PUT("rate"), "tNTT", ""},
    [PUT_SAFETY_STOCK] = {"merge.put_safety_stock", PUT("safety_stock"), "tNTT", ""},
    [PUT_SUPPLIERS] = {"merge.put_suppliers", PUT("supplier"), "tNTT", ""},
    [PUT_ORDER_COSTS] = {"merge.put_order_costs", PUT("order_cost"), "tNTT", ""},
    [PUT_BOM] = {"merge.put_bom", PUT("bom"), "tNTT", ""},
    [PUT_ROUTING] = {"merge.put_routing", PUT("routing"), "tNTT", ""},
    [PUT_ITEMS] = {"merge.put_items", PUT("item"), "tNTT", ""},
    [PUT_PARTNERS] = {"merge.put_partners", PUT("partner"), "tNTT", ""},
    [PUT_WORK_CENTERS] = {"merge.put_work_centers", PUT("work_center"), "tNTT", ""},
    [SET_ITEMS] = {"merge.set_items", SET("item", ITEMS_COLUMNS), "tNTT", ""},
    [SET_PARTNERS] = {"merge.set_partners", SET("partner", PARTNERS_COLUMNS), "tNTT", ""},
    [SET_WORK_CENTERS] = {"merge.set_work_centers", SET("work_center", WORK_CENTERS_COLUMNS), "tNTT", ""},
};

static const struct sql_statement numbers[PLANT_FILES] = {
    [FILE_CALENDAR] = {"merge.numbers_calendar", NUMBERS("calendar"), "", ""},
    [FILE_UNITS] = {"merge.numbers_units", NUMBERS("unit"), "", ""},
    [FILE_RATES] = {"merge.numbers_rates", NUMBERS("rate"), "", ""},
    [FILE_SAFETY_STOCK] = {"merge.numbers_safety_stock", NUMBERS("safety_stock"), "", ""},
    [FILE_SUPPLIERS] = {"merge.numbers_suppliers", NUMBERS("supplier"), "", ""},
    [FILE_ORDER_COSTS] = {"merge.numbers_order_costs", NUMBERS("order_cost"), "", ""},
    [FILE_BOM] = {"merge.numbers_bom", NUMBERS("bom"), "", ""},
    [FILE_ROUTING] = {"merge.numbers_routing", NUMBERS("routing"), "", ""},
};

/* 0: the rows have a natural key and are never removed; they have none and are never set. */
static const struct {
    size_t last;
    size_t drop;
    size_t put;
    size_t set;
} of_file[PLANT_FILES] = {
    [FILE_CALENDAR] = {LAST_CALENDAR, DROP_CALENDAR, PUT_CALENDAR, 0},
    [FILE_UNITS] = {LAST_UNITS, DROP_UNITS, PUT_UNITS, 0},
    [FILE_RATES] = {LAST_RATES, DROP_RATES, PUT_RATES, 0},
    [FILE_SAFETY_STOCK] = {LAST_SAFETY_STOCK, DROP_SAFETY_STOCK, PUT_SAFETY_STOCK, 0},
    [FILE_SUPPLIERS] = {LAST_SUPPLIERS, DROP_SUPPLIERS, PUT_SUPPLIERS, 0},
    [FILE_ORDER_COSTS] = {LAST_ORDER_COSTS, DROP_ORDER_COSTS, PUT_ORDER_COSTS, 0},
    [FILE_BOM] = {LAST_BOM, DROP_BOM, PUT_BOM, 0},
    [FILE_ROUTING] = {LAST_ROUTING, DROP_ROUTING, PUT_ROUTING, 0},
    [FILE_ITEMS] = {0, 0, PUT_ITEMS, SET_ITEMS},
    [FILE_PARTNERS] = {0, 0, PUT_PARTNERS, SET_PARTNERS},
    [FILE_WORK_CENTERS] = {0, 0, PUT_WORK_CENTERS, SET_WORK_CENTERS},
};
/* clang-format on */

static const struct sql_schema number_schema = {.statements = numbers,
                                                .statement_count = COUNT_OF(numbers)};
static const struct sql_schema *const merge_parts[] = {&number_schema, NULL};

const struct sql_schema merge_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = merge_parts,
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "job_uuid", "import does not fit in memory");
}

enum status merge_has_data(struct sql *sql, struct text plant, struct arena *arena, bool *has,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[HAS_DATA], params, arena, &rows, fault);
    *has = status == STATUS_OK && sql_at(&rows, 0, 0)->as.boolean;
    return status;
}

/* ---- reading ---- */

#define MERGE_READ_MAX (4096 * MIB) /* a file of what is there */

/* One number a line. */
static enum status parse_numbers(struct text lines, struct arena *arena, struct merge_now *now,
                                 struct fault *fault)
{
    size_t count = 0;
    for (size_t i = 0; i < lines.length; i++)
        count += lines.bytes[i] == '\n';
    now->numbers = arena_alloc(arena, count + 1, sizeof *now->numbers);
    if (!now->numbers)
        return full(fault);
    for (size_t at = 0; now->number_count < count; at++) {
        size_t begin = at;
        while (lines.bytes[at] != '\n')
            at++;
        bool number =
            decimal_parse(lines.bytes + begin, at - begin, 0, &now->numbers[now->number_count++]);
        ASSERT(number);
    }
    return STATUS_OK;
}

enum status merge_read(struct sql *sql, struct text plant, enum plant_file_id file,
                       struct arena *arena, struct merge_now *now, struct fault *fault)
{
    struct bytes csv = {.max = MERGE_READ_MAX};
    struct bytes lines = {.max = MERGE_READ_MAX};
    struct plant_export_to to = {bytes_sink, &csv};
    *now = (struct merge_now){0};
    enum status status =
        plant_export_within(sql, plant, text_of(plant_files[file].name), &to, fault);
    if (status == STATUS_OK && numbers[file].text)
        status = sql_copy_out(sql, &numbers[file], bytes_sink, &lines, fault);
    if (status == STATUS_OK && numbers[file].text)
        status = parse_numbers(bytes_text(&lines), arena, now, fault);
    if (status == STATUS_OK) {
        now->csv = (struct text){text_copy(bytes_text(&csv), arena), csv.length};
        status = now->csv.bytes ? STATUS_OK : full(fault);
    }
    bytes_release(&csv);
    bytes_release(&lines);
    return status;
}

/* ---- writing ---- */

/* Rows go in slices, so that no statement comes near its limit of time. */
#define SLICE_ROWS  500
#define SLICE_CELLS ((size_t)SLICE_ROWS * ROW_CELLS_MAX + SLICE_ROWS)

struct cells {
    int64_t *rows;
    struct text *names;
    struct text *values;
    size_t count;
};

struct slice {
    struct sql *sql;
    const struct merge_write *write;
    struct arena *arena; /* reset with each slice */
    struct fault *fault;
    struct master_row *const *rows;
    size_t count;
};

static bool cells_init(struct cells *cells, struct arena *arena)
{
    *cells = (struct cells){arena_alloc(arena, SLICE_CELLS, sizeof *cells->rows),
                            arena_alloc(arena, SLICE_CELLS, sizeof *cells->names),
                            arena_alloc(arena, SLICE_CELLS, sizeof *cells->values), 0};
    return cells->rows && cells->names && cells->values;
}

static void cells_put(struct cells *cells, int64_t row, struct text name, struct text value)
{
    ASSERT(cells->count < SLICE_CELLS);
    cells->rows[cells->count] = row;
    cells->names[cells->count] = name;
    cells->values[cells->count++] = value;
}

static void cells_put_row(struct cells *cells, int64_t number, const struct master_row *row,
                          const struct text *values)
{
    for (uint32_t i = 0; i < row_cell_count(row->file); i++) {
        if (values[i].length > 0)
            cells_put(cells, number, text_of(row_cell_name(row->file, i)), values[i]);
    }
}

static enum status run(const struct slice *slice, size_t statement, const struct sql_value *params)
{
    return sql_run(slice->sql, &statements[statement], params, slice->arena, NULL, slice->fault);
}

static enum status put_history(struct slice *slice)
{
    struct cells old;
    struct cells now;
    int64_t number[SLICE_ROWS];
    int64_t row_no[SLICE_ROWS];
    struct text file[SLICE_ROWS];
    struct text object[SLICE_ROWS];
    if (!cells_init(&old, slice->arena) || !cells_init(&now, slice->arena))
        return full(slice->fault);
    for (size_t i = 0; i < slice->count; i++) {
        const struct master_row *row = slice->rows[i];
        number[i] = (int64_t)i + 1;
        row_no[i] = row->row_no;
        file[i] = text_of(plant_files[row->file].name);
        object[i] = row_object(row);
        if (row->old)
            cells_put_row(&old, number[i], row, row->old);
        if (!row->gone)
            cells_put_row(&now, number[i], row, row->cells);
    }
    struct sql_value params[] = {
        SQL_TEXT(slice->write->plant),   SQL_INT(slice->write->change_seq),
        SQL_INT(slice->write->places),   SQL_LIST(number, slice->count),
        SQL_LIST(file, slice->count),    SQL_LIST(object, slice->count),
        SQL_LIST(row_no, slice->count),  SQL_LIST(old.rows, old.count),
        SQL_LIST(old.names, old.count),  SQL_LIST(old.values, old.count),
        SQL_LIST(now.rows, now.count),   SQL_LIST(now.names, now.count),
        SQL_LIST(now.values, now.count), SQL_TEXT(slice->write->principal)};
    return run(slice, PUT_HISTORY, params);
}

/* Those of the slice that are new, or those that are set; 0 rows: nothing to do. */
static enum status put_cells(struct slice *slice, size_t statement, bool fresh)
{
    struct cells cells;
    char(*numbers_text)[DECIMAL_TEXT_MAX] = arena_alloc(slice->arena, SLICE_ROWS, DECIMAL_TEXT_MAX);
    enum plant_file_id file = slice->rows[0]->file;
    if (!cells_init(&cells, slice->arena) || !numbers_text)
        return full(slice->fault);
    for (size_t i = 0; i < slice->count; i++) {
        const struct master_row *row = slice->rows[i];
        if (row->gone || (of_file[file].set && fresh != (row->old == NULL)))
            continue;
        cells_put_row(&cells, (int64_t)i, row, row->cells);
        if (of_file[file].set)
            continue;
        size_t length = decimal_format(row->row_no, 0, numbers_text[i]);
        cells_put(&cells, (int64_t)i, text_of("row_no"), (struct text){numbers_text[i], length});
    }
    struct sql_value params[] = {SQL_TEXT(slice->write->plant), SQL_LIST(cells.rows, cells.count),
                                 SQL_LIST(cells.names, cells.count),
                                 SQL_LIST(cells.values, cells.count)};
    return cells.count > 0 ? run(slice, statement, params) : STATUS_OK;
}

/* Rows with a natural key: new ones are put, others set. */
static enum status write_keyed(struct slice *slice)
{
    struct text made[SLICE_ROWS];
    enum plant_file_id file = slice->rows[0]->file;
    size_t count = 0;
    for (size_t i = 0; i < slice->count; i++) {
        if (!slice->rows[i]->old)
            made[count++] = row_object(slice->rows[i]);
    }
    struct sql_value items[] = {SQL_TEXT(slice->write->plant), SQL_LIST(made, count)};
    enum status status = put_cells(slice, of_file[file].put, true);
    if (status == STATUS_OK)
        status = put_cells(slice, of_file[file].set, false);
    return status == STATUS_OK && file == FILE_ITEMS && count > 0
               ? run(slice, PUT_STOCK_ITEMS, items)
               : status;
}

/* Numbered rows: changed and removed ones go, changed and new ones come. */
static enum status write_numbered(struct slice *slice)
{
    int64_t row_no[SLICE_ROWS];
    enum plant_file_id file = slice->rows[0]->file;
    size_t count = 0;
    for (size_t i = 0; i < slice->count; i++) {
        if (slice->rows[i]->old)
            row_no[count++] = slice->rows[i]->row_no;
    }
    struct sql_value drop[] = {SQL_TEXT(slice->write->plant), SQL_LIST(row_no, count)};
    enum status status = count > 0 ? run(slice, of_file[file].drop, drop) : STATUS_OK;
    return status == STATUS_OK ? put_cells(slice, of_file[file].put, true) : status;
}

static enum status write_slice(struct slice *slice)
{
    enum plant_file_id file = slice->rows[0]->file;
    enum status status = of_file[file].set ? write_keyed(slice) : write_numbered(slice);
    return status == STATUS_OK ? put_history(slice) : status;
}

/* New rows get the numbers after the last of their file. */
static enum status number_rows(struct sql *sql, struct merge_write *write, struct arena *arena,
                               struct fault *fault)
{
    int64_t last[PLANT_FILES] = {0};
    bool known[PLANT_FILES] = {false};
    struct sql_value plant[] = {SQL_TEXT(write->plant)};
    for (size_t i = 0; i < write->count; i++) {
        struct master_row *row = write->rows[i];
        struct sql_rows rows;
        if (row->old || !of_file[row->file].last)
            continue;
        enum status status = known[row->file] ? STATUS_OK
                                              : sql_run(sql, &statements[of_file[row->file].last],
                                                        plant, arena, &rows, fault);
        if (status != STATUS_OK)
            return status;
        if (!known[row->file])
            last[row->file] = sql_at(&rows, 0, 0)->as.integer;
        known[row->file] = true;
        row->row_no = ++last[row->file];
    }
    return STATUS_OK;
}

#define SLICE_MEMORY (256 * MIB)

enum status merge_write_rows(struct sql *sql, struct merge_write *write, struct arena *arena,
                             struct fault *fault)
{
    struct sql_value seq[] = {SQL_TEXT(write->plant), SQL_INT(write->change_seq)};
    struct arena *scratch = arena_new(SLICE_MEMORY);
    if (!scratch)
        return full(fault);
    enum status status = number_rows(sql, write, arena, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[SET_MASTER_SEQ], seq, arena, NULL, fault);
    for (size_t at = 0; status == STATUS_OK && at < write->count;) {
        struct slice slice = {sql, write, scratch, fault, write->rows + at, 0};
        while (at < write->count && slice.count < SLICE_ROWS &&
               write->rows[at]->file == slice.rows[0]->file) {
            slice.count++;
            at++;
        }
        arena_reset(scratch);
        status = write_slice(&slice);
        write->places += (int64_t)slice.count;
    }
    arena_free(&scratch);
    return status;
}

/* Of bom.csv the parents, of items.csv those with another template. */
static size_t concerned(const struct merge_write *write, struct text *codes)
{
    uint32_t template = row_cell_find(FILE_ITEMS, text_of("template"));
    size_t count = 0;
    for (size_t i = 0; i < write->count; i++) {
        const struct master_row *row = write->rows[i];
        bool other = row->file == FILE_ITEMS &&
                     !text_equal(row->cells[template],
                                 row->old ? row->old[template] : (struct text){NULL, 0});
        if (other || (row->file == FILE_BOM &&
                      (count == 0 || !text_equal(codes[count - 1], row_object(row)))))
            codes[count++] = row_object(row);
    }
    return count;
}

enum status merge_write_copies(struct sql *sql, struct merge_write *write, struct arena *arena,
                               int64_t *copies, struct fault *fault)
{
    static const size_t steps[] = {DROP_COPIES, PUT_COPIES};
    struct text *codes = arena_alloc(arena, write->count + 1, sizeof *codes);
    *copies = 0;
    if (!codes)
        return full(fault);
    size_t count = concerned(write, codes);
    for (size_t i = 0; count > 0 && i < COUNT_OF(steps); i++) {
        struct sql_value params[] = {SQL_TEXT(write->plant), SQL_INT(write->change_seq),
                                     SQL_INT(write->places), SQL_TEXT(write->principal),
                                     SQL_LIST(codes, count)};
        struct sql_rows rows;
        enum status status = sql_run(sql, &statements[steps[i]], params, arena, &rows, fault);
        if (status != STATUS_OK)
            return status;
        write->places += (int64_t)rows.count;
        *copies += (int64_t)rows.count;
    }
    return STATUS_OK;
}
