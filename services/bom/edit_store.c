#include "services/bom/edit_store.h"

#include "common/ledger/post_store.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
enum {
    LOCK_GATE, MAKE_GATE, MASTER_SEQ, ROWS_ITEMS, ROWS_BOM, ROWS_ROUTING, ROWS_UNITS, ROWS_SUPPLIERS, KIN_ROWS,
    OBJECTS_BOM, OBJECTS_ROUTING, OBJECTS_UNITS, OBJECTS_SUPPLIERS, INACTIVE, LAST_BOM, LAST_ROUTING, LAST_UNITS,
    LAST_SUPPLIERS, DROP_BOM, DROP_ROUTING, DROP_UNITS, DROP_SUPPLIERS, PUT_ITEM, SET_ITEM, PUT_STOCK_ITEM, PUT_BOM,
    PUT_ROUTING, PUT_UNIT, PUT_SUPPLIER, PUT_HISTORY, SET_MASTER_SEQ,
    USES, LATER
};

/* Every value of a row as text, whatever its columns are. */
#define ROWS(table, number, of) \
    "SELECT " number ", e.key, e.value FROM " table " r, jsonb_each_text(to_jsonb(r)) AS e" \
    " WHERE r.plant_id = $1 AND " of " AND e.value IS NOT NULL AND e.key <> 'plant_id'" \
    " AND e.key <> 'row_no' ORDER BY 1, r.item"
/* Lines of bills are read and written at each save: a column a cell, in half the time of the others' pairs. */
#define BOM_CELLS(CELL) CELL(parent, 3, text) CELL(component, 4, text) BOM_TERMS(CELL)
#define BOM_TERMS(CELL) \
    CELL(qty, 5, numeric) CELL(per_qty, 6, numeric) CELL(uom, 7, text) \
    CELL(qty_fixed, 8, boolean) CELL(pieces, 9, numeric) CELL(scrap_pct, 10, numeric) CELL(kind, 11, text) \
    CELL(cost_share_pct, 12, numeric) CELL(operation, 13, text) CELL(revision, 14, text) CELL(alternative, 15, text) \
    CELL(alternative_priority, 16, integer) CELL(valid_from, 17, date) CELL(valid_to, 18, date) \
    CELL(substitute_group, 19, text) CELL(substitute_priority, 20, integer) CELL(mix_pct, 21, numeric) \
    CELL(lot_from, 22, numeric) CELL(lot_to, 23, numeric) CELL(offset_days, 24, integer) CELL(position, 25, text) \
    CELL(designators, 26, text) CELL(inherited_from, 27, text)
#define CELL_COLUMN(name, number, type) ", r." #name "::text"
#define CELL_TARGET(name, number, type) ", " #name
#define CELL_PARAM(name, number, type) ", $" #number "::text::" #type
#define CELL_NONE(name, number, type) ", NULL"
#define CELL_LETTER(name, number, type) "t"
#define CELL_NAME(name, number, type) #name,
#define ROWS_OF_BOM(parents) \
    "SELECT r.row_no" BOM_CELLS(CELL_COLUMN) " FROM bom r WHERE r.plant_id = $1 AND r.parent = ANY (" parents ")"
/* The rows of these items, and of those that have a row with such a number. */
#define ITEMS_OR_OF_ROWS(table) \
    "r.item = ANY (ARRAY(SELECT unnest($2::text[]) UNION" \
    " SELECT item FROM " table " WHERE plant_id = $1 AND row_no = ANY ($3)))"
/* The same of bills with their heirs and templates; before the rows these pairs, without a number.
   (`coalesce` keeps PostgreSQL from looking an item up among all that have a template.) */
#define KIN_ROWS_OF_BOM \
    "WITH named AS MATERIALIZED (SELECT $2::text[] || ARRAY(SELECT parent FROM bom WHERE plant_id = $1" \
    " AND row_no = ANY ($3)) AS codes)," \
    " kin AS MATERIALIZED (SELECT item, template FROM item WHERE plant_id = $1 AND template = ANY (" CODES ")" \
    " UNION SELECT item, template FROM item WHERE plant_id = $1 AND item = ANY (" CODES ")" \
    " AND coalesce(template, '') <> '')" \
    " SELECT NULL::integer, item, template" BOM_TERMS(CELL_NONE) " FROM kin UNION ALL " \
    ROWS_OF_BOM(CODES " || ARRAY(SELECT item FROM kin) || ARRAY(SELECT template FROM kin)") \
    " ORDER BY 1 NULLS FIRST, 2"
#define CODES "(SELECT codes FROM named)::text[]"
#define RECORD(table) \
    "jsonb_populate_record(NULL::" table ", jsonb_object($2::text[], $3::text[])" \
    " || jsonb_build_object('plant_id', $1::text))"
#define PUT(table) "INSERT INTO " table " SELECT r.* FROM " RECORD(table) " AS r WHERE r.plant_id = $1"
#define ITEM_COLUMNS(r) \
    r "name, " r "type, " r "uom, " r "decimals, " r "lead_time_days, " r "lead_time_per_unit_days, " \
    r "safety_stock, " r "safety_days, " r "lot_rule, " r "lot_qty, " r "lot_min, " r "lot_max, " \
    r "lot_multiple, " r "lot_periods, " r "foq_mode, " r "reorder_point, " r "stock_min, " \
    r "stock_max, " r "ppb_look, " r "costing_lot_qty, " r "segment_policy, " r "source_plant, " \
    r "forecast_back_days, " r "forecast_forward_days, " r "order_cost, " r "holding_cost, " \
    r "yield_pct, " r "planning_fence_days, " r "demand_fence_days, " r "reschedule_days, " \
    r "min_days, " r "min_quantity, " r "valuation, " r "unit_cost, " r "tracking, " \
    r "shelf_life_days, " r "abc, " r "class, " r "allow_negative, " r "active, " r "template"

static const struct sql_statement statements[] = {
    [LOCK_GATE] = {"edit.lock_gate",
        "SELECT plant_id FROM bom_gate WHERE plant_id = $1 FOR NO KEY UPDATE", "t", "t"},
    [MAKE_GATE] = {"edit.make_gate",
        "INSERT INTO bom_gate (plant_id) VALUES ($1) ON CONFLICT DO NOTHING", "t", ""},
    [MASTER_SEQ] = {"edit.master_seq", "SELECT master_seq FROM plant WHERE plant_id = $1", "t", "i"},
    [ROWS_ITEMS] = {"edit.rows_items", ROWS("item", "dense_rank() OVER (ORDER BY r.item)::integer", "r.item = ANY ($2)"), "tT", "ntt"},
    [ROWS_BOM] = {"edit.rows_bom", ROWS_OF_BOM("$2") " ORDER BY r.row_no", "tT", "n" BOM_CELLS(CELL_LETTER)},
    [ROWS_ROUTING] = {"edit.rows_routing", ROWS("routing", "r.row_no", ITEMS_OR_OF_ROWS("routing")), "tTN", "ntt"},
    [ROWS_UNITS] = {"edit.rows_units",
        ROWS("unit", "r.row_no", "(r.item IS NULL OR " ITEMS_OR_OF_ROWS("unit") ")"), "tTN", "ntt"},
    [ROWS_SUPPLIERS] = {"edit.rows_suppliers", ROWS("supplier", "r.row_no", ITEMS_OR_OF_ROWS("supplier")), "tTN", "ntt"},
    [KIN_ROWS] = {"edit.kin_rows", KIN_ROWS_OF_BOM, "tTN", "n" BOM_CELLS(CELL_LETTER)},
    [OBJECTS_BOM] = {"edit.objects_bom",
        "SELECT DISTINCT parent FROM bom WHERE plant_id = $1 AND row_no = ANY ($2) ORDER BY parent", "tN", "t"},
    [OBJECTS_ROUTING] = {"edit.objects_routing",
        "SELECT DISTINCT item FROM routing WHERE plant_id = $1 AND row_no = ANY ($2) ORDER BY item", "tN", "t"},
    [OBJECTS_UNITS] = {"edit.objects_units",
        "SELECT DISTINCT item FROM unit WHERE plant_id = $1 AND row_no = ANY ($2) AND item IS NOT NULL"
        " ORDER BY item", "tN", "t"},
    [OBJECTS_SUPPLIERS] = {"edit.objects_suppliers",
        "SELECT DISTINCT item FROM supplier WHERE plant_id = $1 AND row_no = ANY ($2) ORDER BY item", "tN", "t"},
    [INACTIVE] = {"edit.inactive",
        "SELECT item FROM item WHERE plant_id = $1 AND item = ANY ($2) AND NOT active ORDER BY item", "tT", "t"},
    [LAST_BOM] = {"edit.last_bom", "SELECT coalesce(max(row_no), 0) FROM bom WHERE plant_id = $1", "t", "n"},
    [LAST_ROUTING] = {"edit.last_routing",
        "SELECT coalesce(max(row_no), 0) FROM routing WHERE plant_id = $1", "t", "n"},
    [LAST_UNITS] = {"edit.last_units", "SELECT coalesce(max(row_no), 0) FROM unit WHERE plant_id = $1", "t", "n"},
    [LAST_SUPPLIERS] = {"edit.last_suppliers",
        "SELECT coalesce(max(row_no), 0) FROM supplier WHERE plant_id = $1", "t", "n"},
    [DROP_BOM] = {"edit.drop_bom", "DELETE FROM bom WHERE plant_id = $1 AND row_no = ANY ($2)", "tN", ""},
    [DROP_ROUTING] = {"edit.drop_routing",
        "DELETE FROM routing WHERE plant_id = $1 AND row_no = ANY ($2)", "tN", ""},
    [DROP_UNITS] = {"edit.drop_units", "DELETE FROM unit WHERE plant_id = $1 AND row_no = ANY ($2)", "tN", ""},
    [DROP_SUPPLIERS] = {"edit.drop_suppliers",
        "DELETE FROM supplier WHERE plant_id = $1 AND row_no = ANY ($2)", "tN", ""},
    [PUT_ITEM] = {"edit.put_item", PUT("item"), "tTT", ""},
    [SET_ITEM] = {"edit.set_item",
        "UPDATE item SET (" ITEM_COLUMNS("") ") = (SELECT " ITEM_COLUMNS("r.") " FROM " RECORD("item") " AS r)"
        " WHERE plant_id = $1 AND item = $4", "tTTt", ""},
    [PUT_STOCK_ITEM] = {"edit.put_stock_item",
        "INSERT INTO stock_item (plant_id, item, last_cost)"
        " SELECT plant_id, item, coalesce(unit_cost, 0) FROM item WHERE plant_id = $1 AND item = $2"
        " ON CONFLICT DO NOTHING", "tt", ""},
    [PUT_BOM] = {"edit.put_bom",
        "INSERT INTO bom (plant_id, row_no" BOM_CELLS(CELL_TARGET) ") VALUES ($1, $2" BOM_CELLS(CELL_PARAM) ")",
        "tn" BOM_CELLS(CELL_LETTER), ""},
    [PUT_ROUTING] = {"edit.put_routing", PUT("routing"), "tTT", ""},
    [PUT_UNIT] = {"edit.put_unit", PUT("unit"), "tTT", ""},
    [PUT_SUPPLIER] = {"edit.put_supplier", PUT("supplier"), "tTT", ""},
    [PUT_HISTORY] = {"edit.put_history",
        "INSERT INTO master_change (plant_id, change_seq, place, file, object, row_no, old_row, new_row,"
        " change_id, changed_by) VALUES ($1, $2, $3, $4, $5, $6, jsonb_object($7::text[], $8::text[]),"
        " jsonb_object($9::text[], $10::text[]), $11, $12)", "tinttnTTTTtt", ""},
    [SET_MASTER_SEQ] = {"edit.set_master_seq",
        "UPDATE plant SET master_seq = $2 WHERE plant_id = $1", "ti", ""},
    [USES] = {"edit.uses",
        "SELECT * FROM ("
        "SELECT 'bill' AS kind, parent AS id, qty FROM bom WHERE plant_id = $1 AND component = $2"
        " AND inherited_from IS NULL AND (valid_to IS NULL OR valid_to > (SELECT coalesce(p.plan_start,"
        " (now() AT TIME ZONE p.time_zone)::date) FROM plant p WHERE p.plant_id = $1))"
        " UNION ALL SELECT 'stock', location, qty FROM stock_balance WHERE plant_id = $1 AND item = $2 AND qty <> 0"
        " UNION ALL SELECT 'work_order', work_order, qty - received_qty FROM work_order WHERE plant_id = $1"
        " AND item = $2 AND state IN ('firm', 'released', 'in_progress', 'held')"
        " UNION ALL SELECT 'work_order', c.work_order, c.required_qty FROM work_order_component c"
        " JOIN work_order w USING (plant_id, work_order) WHERE c.plant_id = $1 AND c.item = $2"
        " AND w.state IN ('firm', 'released', 'in_progress', 'held')"
        " UNION ALL SELECT 'purchase_order', purchase_order, qty - received_qty FROM purchase_order_line"
        " WHERE plant_id = $1 AND item = $2 AND qty > received_qty"
        " UNION ALL SELECT 'sales_order', sales_order, qty - shipped_qty FROM sales_order_line"
        " WHERE plant_id = $1 AND item = $2 AND qty > shipped_qty"
        " UNION ALL SELECT 'planned_order', planned_order_id, qty FROM planned_order WHERE plant_id = $1 AND item = $2"
        " UNION ALL SELECT 'variant', item, NULL FROM item WHERE plant_id = $1 AND template = $2 AND active"
        ") AS u ORDER BY 1, 2, 3 LIMIT 501", "tt", "ttq"},
    [LATER] = {"edit.later",
        "SELECT object, changed_by, at FROM (SELECT object, changed_by, changed_at AS at FROM master_change"
        " WHERE plant_id = $1 AND change_seq > $2 AND object = ANY ($3)"
        " UNION ALL SELECT l.parent, m.done_by, m.done_at FROM mass_change m JOIN mass_change_line l"
        " USING (plant_id, change_id) WHERE m.plant_id = $1 AND greatest(m.change_seq, m.undone_seq) > $2"
        " AND l.parent = ANY ($3)) AS c ORDER BY at DESC LIMIT 1", "tiT", "ttz"},
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"item_template_fkey", STATUS_INVALID, "template", "template does not exist"},
    {"item_is_not_its_template", STATUS_INVALID, "template", "item cannot be its own template"},
    {"item_pkey", STATUS_EXISTS, "item", "item exists already"},
};

const struct sql_schema edit_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
}

enum status edit_make_gate(struct sql *sql, struct text plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    return sql_run(sql, &statements[MAKE_GATE], params, NULL, NULL, fault);
}

static enum status take_master_seq(const struct sql_rows *rows, struct text plant,
                                   int64_t *master_seq, struct fault *fault)
{
    if (rows->count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    *master_seq = sql_at(rows, 0, 0)->as.integer;
    return STATUS_OK;
}

enum status edit_load_master_seq(struct sql *sql, struct text plant, struct arena *arena,
                                 int64_t *master_seq, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[MASTER_SEQ], params, arena, &rows, fault);
    return status == STATUS_OK ? take_master_seq(&rows, plant, master_seq, fault) : status;
}

static enum status queue_gate(struct sql *sql, struct text plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    enum status status = sql_queue(sql, &statements[LOCK_GATE], params, fault);
    return status == STATUS_OK ? sql_queue(sql, &statements[MASTER_SEQ], params, fault) : status;
}

enum status edit_lock_gate(struct sql *sql, struct text plant, struct arena *arena,
                           int64_t *master_seq, struct fault *fault)
{
    struct sql_rows rows[2];
    for (int made = 0; made < 2; made++) {
        enum status status = made > 0 ? edit_make_gate(sql, plant, fault) : STATUS_OK;
        if (status == STATUS_OK)
            status = queue_gate(sql, plant, fault);
        if (status == STATUS_OK)
            status = sql_collect(sql, arena, rows, 2, fault);
        if (status != STATUS_OK)
            return status;
        if (rows[0].count > 0)
            break;
    }
    return take_master_seq(&rows[1], plant, master_seq, fault);
}

/* ---- lists of codes ---- */

static int compare_texts(const void *a, const void *b)
{
    const struct text *left = a;
    const struct text *right = b;
    return text_cmp(*left, *right);
}

void code_list_sort(struct code_list *list)
{
    size_t kept = 0;
    if (list->count > 1)
        qsort(list->codes, list->count, sizeof *list->codes, compare_texts);
    for (size_t i = 0; i < list->count; i++) {
        if (kept == 0 || !text_equal(list->codes[kept - 1], list->codes[i]))
            list->codes[kept++] = list->codes[i];
    }
    list->count = kept;
}

bool code_list_has(const struct code_list *list, struct text code)
{
    return list->count > 0 &&
           bsearch(&code, list->codes, list->count, sizeof code, compare_texts) != NULL;
}

/* ---- rows ---- */

bool row_list_add(struct row_list *list, struct master_row *row, struct arena *arena)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        struct master_row **grown = arena_alloc(arena, room, sizeof *grown);
        if (!grown)
            return false;
        if (list->count > 0)
            memcpy(grown, list->rows, list->count * sizeof *grown);
        list->rows = grown;
        list->room = room;
    }
    list->rows[list->count++] = row;
    return true;
}

/* 4.500000 is 4.5. */
static struct text trimmed(struct text value)
{
    const char *point = memchr(value.bytes, '.', value.length);
    for (size_t i = 0; i < value.length; i++) {
        char c = value.bytes[i];
        if (c != '.' && c != '-' && (c < '0' || c > '9'))
            return value;
    }
    while (point && value.length > 0 && value.bytes[value.length - 1] == '0')
        value.length--;
    if (point && value.length > 0 && value.bytes[value.length - 1] == '.')
        value.length--;
    return value;
}

static bool is_number(enum plant_file_id file, uint32_t cell)
{
    if (cell >= plant_files[file].column_count)
        return false;
    enum column_kind kind = plant_files[file].columns[cell].kind;
    return kind == COLUMN_QTY || kind == COLUMN_ITEM_QTY || kind == COLUMN_COST;
}

/* A column that the file does not have is passed over. */
static void put_cell(struct master_row *row, uint32_t cell, struct text value)
{
    if (cell < row_cell_count(row->file))
        row->cells[cell] = is_number(row->file, cell) ? trimmed(value) : value;
}

/* What the row is now is what it was. */
static bool keep_old(struct master_row *row, struct arena *arena)
{
    uint32_t count = row_cell_count(row->file);
    row->old = arena_alloc(arena, count, sizeof *row->old);
    if (row->old)
        memcpy(row->old, row->cells, count * sizeof *row->old);
    return row->old != NULL;
}

static struct master_row *add_row(struct row_list *list, enum plant_file_id file, int64_t row_no,
                                  struct arena *arena)
{
    struct master_row *row = row_new(file, arena);
    if (!row || !row_list_add(list, row, arena))
        return NULL;
    row->row_no = row_no;
    return row;
}

static const char *const bom_cells[] = {BOM_CELLS(CELL_NAME)};

static void find_bom_cells(uint32_t cells[COUNT_OF(bom_cells)])
{
    for (size_t i = 0; i < COUNT_OF(bom_cells); i++)
        cells[i] = row_cell_find(FILE_BOM, text_of(bom_cells[i]));
}

/* Row number and cells, as BOM_CELLS has them; what has no number is no line. */
static enum status gather_lines(const struct sql_rows *found, struct arena *arena,
                                struct row_list *out, struct fault *fault)
{
    uint32_t cells[COUNT_OF(bom_cells)];
    find_bom_cells(cells);
    for (size_t i = 0; i < found->count; i++) {
        const struct sql_value *values = sql_at(found, i, 0);
        if (values[0].null)
            continue;
        struct master_row *row = add_row(out, FILE_BOM, values[0].as.integer, arena);
        if (!row)
            return full(fault);
        for (size_t k = 0; k < COUNT_OF(bom_cells); k++) {
            if (!values[k + 1].null)
                put_cell(row, cells[k], values[k + 1].as.text);
        }
        if (!keep_old(row, arena))
            return full(fault);
    }
    return STATUS_OK;
}

/* Triples of row number, column and value; rows of items.csv are numbered by the statement. */
static enum status gather_pairs(const struct sql_rows *found, enum plant_file_id file,
                                struct arena *arena, struct row_list *out, struct fault *fault)
{
    struct master_row *row = NULL;
    int64_t number = 0;
    for (size_t i = 0; i < found->count; i++) {
        int64_t row_no = sql_at(found, i, 0)->as.integer;
        struct text key = sql_at(found, i, 1)->as.text;
        if (!row || number != row_no) {
            if (row && !keep_old(row, arena))
                return full(fault);
            row = add_row(out, file, file == FILE_ITEMS ? 0 : row_no, arena);
            if (!row)
                return full(fault);
            number = row_no;
        }
        put_cell(row, row_cell_find(file, key), sql_at(found, i, 2)->as.text);
    }
    return !row || keep_old(row, arena) ? STATUS_OK : full(fault);
}

static enum status gather_rows(const struct sql_rows *found, enum plant_file_id file,
                               struct arena *arena, struct row_list *out, struct fault *fault)
{
    return file == FILE_BOM ? gather_lines(found, arena, out, fault)
                            : gather_pairs(found, file, arena, out, fault);
}

/* The statements of a file whose rows have numbers. */
struct file_statements {
    enum plant_file_id file;
    size_t rows;
    size_t wanted; /* rows with those that follow them */
    size_t objects;
    size_t last;
    size_t drop;
    size_t put;
};

static const struct file_statements *statements_of(enum plant_file_id file)
{
    static const struct file_statements files[] = {
        {FILE_BOM, ROWS_BOM, KIN_ROWS, OBJECTS_BOM, LAST_BOM, DROP_BOM, PUT_BOM},
        {FILE_ROUTING, ROWS_ROUTING, ROWS_ROUTING, OBJECTS_ROUTING, LAST_ROUTING, DROP_ROUTING,
         PUT_ROUTING},
        {FILE_UNITS, ROWS_UNITS, ROWS_UNITS, OBJECTS_UNITS, LAST_UNITS, DROP_UNITS, PUT_UNIT},
        {FILE_SUPPLIERS, ROWS_SUPPLIERS, ROWS_SUPPLIERS, OBJECTS_SUPPLIERS, LAST_SUPPLIERS,
         DROP_SUPPLIERS, PUT_SUPPLIER},
    };
    size_t i = 0;
    while (i < COUNT_OF(files) && files[i].file != file)
        i++;
    ASSERT(i < COUNT_OF(files));
    return &files[i];
}

enum status edit_load_rows(struct sql *sql, struct text plant, enum plant_file_id file,
                           const struct code_list *objects, struct arena *arena,
                           struct row_list *out, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(objects->codes, objects->count),
                                 SQL_LIST((const int64_t *)NULL, 0)};
    struct sql_rows rows;
    size_t statement = file == FILE_ITEMS ? ROWS_ITEMS : statements_of(file)->rows;
    enum status status = sql_run(sql, &statements[statement], params, arena, &rows, fault);
    return status == STATUS_OK ? gather_rows(&rows, file, arena, out, fault) : status;
}

/* The first column of the rows as texts. */
static enum status first_texts(const struct sql_rows *rows, struct arena *arena,
                               struct text **texts, struct fault *fault)
{
    *texts = arena_alloc(arena, rows->count + 1, sizeof **texts);
    if (!*texts)
        return full(fault);
    for (size_t i = 0; i < rows->count; i++)
        (*texts)[i] = sql_at(rows, i, 0)->as.text;
    return STATUS_OK;
}

enum status edit_load_objects(struct sql *sql, struct text plant, enum plant_file_id file,
                              const int64_t *numbers, size_t count, struct arena *arena,
                              struct text **objects, size_t *found, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(numbers, count)};
    struct sql_rows rows;
    size_t statement = statements_of(file)->objects;
    enum status status = sql_run(sql, &statements[statement], params, arena, &rows, fault);
    *found = status == STATUS_OK ? rows.count : 0;
    return status == STATUS_OK ? first_texts(&rows, arena, objects, fault) : status;
}

enum status edit_load_inactive(struct sql *sql, struct text plant, const struct code_list *items,
                               struct arena *arena, struct code_list *inactive, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(items->codes, items->count)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[INACTIVE], params, arena, &rows, fault);
    inactive->count = status == STATUS_OK ? rows.count : 0;
    return status == STATUS_OK ? first_texts(&rows, arena, &inactive->codes, fault) : status;
}

enum status edit_refuse_later(struct sql *sql, const struct edit_read *read, struct arena *arena,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(read->plant), SQL_INT(read->version),
                                 SQL_LIST(read->objects.codes, read->objects.count)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LATER], params, arena, &rows, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    struct text object = sql_at(&rows, 0, 0)->as.text;
    struct text who = sql_at(&rows, 0, 1)->as.text;
    return fault_set(fault, STATUS_CHANGED, "if_version",
                     "\"%.*s\" was changed by \"%.*s\" after it was read", (int)object.length,
                     object.bytes, (int)who.length, who.bytes);
}

/* ---- what edits read ---- */

static const enum plant_file_id readable[] = {FILE_ITEMS, FILE_UNITS, FILE_BOM, FILE_ROUTING,
                                              FILE_SUPPLIERS};

/* Statements on their way, with the count that who asked them needs. */
struct queue {
    struct sql *sql;
    size_t count;
    enum status status;
    struct fault *fault;
};

static void queue(struct queue *queue, size_t statement, const struct sql_value *params)
{
    if (queue->status == STATUS_OK)
        queue->status = sql_queue(queue->sql, &statements[statement], params, queue->fault);
    queue->count++;
}

static void queue_file(struct queue *to, const struct edit_wants *wants, enum plant_file_id file)
{
    const struct code_list *objects = &wants->of[file].objects;
    struct sql_value params[] = {SQL_TEXT(wants->plant), SQL_LIST(objects->codes, objects->count),
                                 SQL_LIST(wants->of[file].rows, wants->of[file].row_count)};
    if (!wants->of[file].any)
        return;
    queue(to, file == FILE_ITEMS ? ROWS_ITEMS : statements_of(file)->wanted, params);
    if (file != FILE_ITEMS)
        queue(to, statements_of(file)->last, params);
}

enum status edit_queue_reads(struct sql *sql, const struct edit_wants *wants, size_t *count,
                             struct fault *fault)
{
    struct queue to = {.sql = sql, .count = 2, .fault = fault};
    struct sql_value components[] = {SQL_TEXT(wants->plant),
                                     SQL_LIST(wants->components.codes, wants->components.count)};
    /* with an array each statement would be planned again each time, for longer than it runs */
    to.status = sql_push(sql, &post_statements[POST_PLANS], NULL, fault);
    if (to.status == STATUS_OK)
        to.status = queue_gate(sql, wants->plant, fault);
    for (size_t i = 0; i < COUNT_OF(readable); i++)
        queue_file(&to, wants, readable[i]);
    if (wants->components.count > 0)
        queue(&to, INACTIVE, components);
    *count = to.count;
    return to.status;
}

static enum status take_variants(const struct sql_rows *rows, struct arena *arena,
                                 struct edit_reads *reads, struct fault *fault)
{
    reads->variants = arena_alloc(arena, rows->count + 1, sizeof *reads->variants);
    if (!reads->variants)
        return full(fault);
    for (size_t i = 0; i < rows->count && sql_at(rows, i, 0)->null; i++)
        reads->variants[reads->variant_count++] =
            (struct variant){sql_at(rows, i, 1)->as.text, sql_at(rows, i, 2)->as.text};
    return STATUS_OK;
}

/* In the order in which queue_file asked. */
static enum status take_file(enum plant_file_id file, const struct sql_rows **next,
                             struct arena *arena, struct edit_reads *reads, struct fault *fault)
{
    const struct sql_rows *rows = (*next)++;
    enum status status = gather_rows(rows, file, arena, &reads->rows[file], fault);
    if (status == STATUS_OK && file == FILE_BOM)
        status = take_variants(rows, arena, reads, fault);
    if (file != FILE_ITEMS)
        reads->last_row[file] = sql_at((*next)++, 0, 0)->as.integer;
    return status;
}

enum status edit_take_reads(const struct edit_wants *wants, const struct sql_rows *rows,
                            struct arena *arena, bool *gated, struct edit_reads *reads,
                            struct fault *fault)
{
    const struct sql_rows *next = rows;
    *reads = (struct edit_reads){0};
    *gated = (next++)->count > 0;
    enum status status = take_master_seq(next++, wants->plant, &reads->master_seq, fault);
    for (size_t i = 0; i < COUNT_OF(readable) && status == STATUS_OK && *gated; i++) {
        if (wants->of[readable[i]].any)
            status = take_file(readable[i], &next, arena, reads, fault);
    }
    if (status != STATUS_OK || !*gated || wants->components.count == 0)
        return status;
    reads->inactive.count = next->count;
    return first_texts(next, arena, &reads->inactive.codes, fault);
}

/* ---- writing ---- */

/* Cells as two arrays for jsonb_object; row_no among them where the file has it. */
struct cell_arrays {
    struct text names[ROW_CELLS_MAX + 1];
    struct text values[ROW_CELLS_MAX + 1];
    size_t count;
    char number[DECIMAL_TEXT_MAX];
};

static void fill_arrays(struct cell_arrays *arrays, const struct master_row *row,
                        const struct text *cells)
{
    uint32_t count = row_cell_count(row->file);
    arrays->count = 0;
    for (uint32_t i = 0; cells && i < count; i++) {
        if (!cells[i].bytes)
            continue;
        arrays->names[arrays->count] = text_of(row_cell_name(row->file, i));
        arrays->values[arrays->count++] = cells[i];
    }
}

static void add_row_no(struct cell_arrays *arrays, int64_t row_no)
{
    size_t length = decimal_format(row_no, 0, arrays->number);
    arrays->names[arrays->count] = text_of("row_no");
    arrays->values[arrays->count++] = (struct text){arrays->number, length};
}

static enum status push_item(struct sql *sql, const struct edit_write *write,
                             const struct master_row *row, struct fault *fault)
{
    struct cell_arrays now;
    fill_arrays(&now, row, row->cells);
    struct sql_value params[] = {SQL_TEXT(write->plant), SQL_LIST(now.names, now.count),
                                 SQL_LIST(now.values, now.count), SQL_TEXT(row_object(row))};
    struct sql_value made[] = {SQL_TEXT(write->plant), SQL_TEXT(row_object(row))};
    enum status status = sql_push(sql, &statements[row->old ? SET_ITEM : PUT_ITEM], params, fault);
    return status == STATUS_OK && !row->old
               ? sql_push(sql, &statements[PUT_STOCK_ITEM], made, fault)
               : status;
}

static enum status push_line(struct sql *sql, const struct edit_write *write,
                             const struct master_row *row, struct fault *fault)
{
    uint32_t cells[COUNT_OF(bom_cells)];
    struct sql_value params[COUNT_OF(bom_cells) + 2] = {SQL_TEXT(write->plant),
                                                        SQL_INT(row->row_no)};
    find_bom_cells(cells);
    for (size_t i = 0; i < COUNT_OF(bom_cells); i++) {
        params[2 + i].as.text = row->cells[cells[i]];
        params[2 + i].null = !row->cells[cells[i]].bytes;
    }
    return sql_push(sql, &statements[PUT_BOM], params, fault);
}

static enum status push_row(struct sql *sql, const struct edit_write *write,
                            const struct master_row *row, struct fault *fault)
{
    struct cell_arrays now;
    struct sql_value drop[] = {SQL_TEXT(write->plant), SQL_LIST(&row->row_no, 1)};
    enum status status = STATUS_OK;
    if (row->file == FILE_ITEMS)
        return push_item(sql, write, row, fault);
    if (row->old)
        status = sql_push(sql, &statements[statements_of(row->file)->drop], drop, fault);
    if (row->gone || status != STATUS_OK)
        return status;
    if (row->file == FILE_BOM)
        return push_line(sql, write, row, fault);
    fill_arrays(&now, row, row->cells);
    add_row_no(&now, row->row_no);
    struct sql_value put[] = {SQL_TEXT(write->plant), SQL_LIST(now.names, now.count),
                              SQL_LIST(now.values, now.count)};
    return sql_push(sql, &statements[statements_of(row->file)->put], put, fault);
}

static enum status push_change(struct sql *sql, const struct edit_write *write, size_t number,
                               struct fault *fault)
{
    struct cell_arrays was;
    struct cell_arrays now;
    const struct master_row *row = write->rows[number];
    fill_arrays(&was, row, row->old);
    fill_arrays(&now, row, row->gone ? NULL : row->cells);
    struct sql_value none = SQL_NULL;
    struct sql_value was_names = SQL_LIST(was.names, was.count);
    struct sql_value was_values = SQL_LIST(was.values, was.count);
    struct sql_value now_names = SQL_LIST(now.names, now.count);
    struct sql_value now_values = SQL_LIST(now.values, now.count);
    struct sql_value params[] = {
        SQL_TEXT(write->plant),       SQL_INT(write->change_seq),
        SQL_INT((int64_t)number + 1), SQL_TEXT(text_of(plant_files[row->file].name)),
        SQL_TEXT(row_object(row)),    SQL_INT(row->row_no),
        row->old ? was_names : none,  row->old ? was_values : none,
        row->gone ? none : now_names, row->gone ? none : now_values,
        SQL_TEXT(write->change_id),   SQL_TEXT(write->principal)};
    return sql_push(sql, &statements[PUT_HISTORY], params, fault);
}

enum status edit_push_rows(struct sql *sql, const struct edit_write *write, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < write->count; i++)
        status = push_row(sql, write, write->rows[i], fault);
    return status;
}

enum status edit_push_history(struct sql *sql, const struct edit_write *write, struct fault *fault)
{
    struct sql_value seq[] = {SQL_TEXT(write->plant), SQL_INT(write->change_seq)};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < write->count; i++)
        status = push_change(sql, write, i, fault);
    return status == STATUS_OK ? sql_push(sql, &statements[SET_MASTER_SEQ], seq, fault) : status;
}

/* ---- reading back ---- */

enum status edit_load_uses(struct sql *sql, struct text plant, struct text item,
                           struct arena *arena, struct item_use **uses, size_t *count,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(item)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[USES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *count = rows.count < ITEM_USES_MAX ? rows.count : ITEM_USES_MAX;
    *uses = arena_alloc(arena, *count + 1, sizeof **uses);
    if (!*uses)
        return full(fault);
    for (size_t i = 0; i < *count; i++) {
        const struct sql_value *quantity = sql_at(&rows, i, 2);
        (*uses)[i] = (struct item_use){sql_at(&rows, i, 0)->as.text, sql_at(&rows, i, 1)->as.text,
                                       quantity->null ? NO_QTY : quantity->as.qty};
    }
    return STATUS_OK;
}
