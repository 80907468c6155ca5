#include "common/plant/plant_store.h"

#include "common/io/threads.h"
#include "common/plant/plant_narrow.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_select_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */

static const struct sql_statement position_of_plant = {
    .name = "plant.position",
    .text = "SELECT event_seq, line_seq FROM plant_seq WHERE plant_id = $1",
    .params = "t",
    .columns = "ii",
};

/* Is it worth a connection more? */
static const struct sql_statement largeness_of_plant = {
    .name = "plant.largeness",
    .text = "SELECT count(*) FROM (SELECT FROM item WHERE plant_id = $1 LIMIT 20000) i",
    .params = "t",
    .columns = "i",
};
#define LARGE_ITEMS 20000

/* What no row of the plant fills (sql/migrations/0050): plans and costs are read without it. */
static const struct sql_statement empty_columns_of_plant = {
    .name = "plant.empty_columns",
    .text = "SELECT file, name FROM empty_columns()",
    .params = "",
    .columns = "tt",
};

/* COPY takes no parameters: the plant is the setting that sql_set_plant makes. */
#define OF_PLANT "plant_id = current_setting('millrace.plant_id')"
#define COPY(select) "COPY (" select ") TO STDOUT (FORMAT csv, HEADER)"
#define COPY_TABLE(columns, table, order) \
    COPY("SELECT " columns " FROM " table " WHERE " OF_PLANT " ORDER BY " order)

#define ITEMS_COLUMNS \
    "item, name, type, uom, decimals, lead_time_days," \
    " trim_scale(lead_time_per_unit_days) AS lead_time_per_unit_days," \
    " trim_scale(safety_stock) AS safety_stock, safety_days, lot_rule, trim_scale(lot_qty) AS lot_qty," \
    " trim_scale(lot_min) AS lot_min, trim_scale(lot_max) AS lot_max," \
    " trim_scale(lot_multiple) AS lot_multiple, lot_periods, foq_mode," \
    " trim_scale(reorder_point) AS reorder_point, trim_scale(stock_min) AS stock_min," \
    " trim_scale(stock_max) AS stock_max, ppb_look, trim_scale(costing_lot_qty) AS costing_lot_qty," \
    " segment_policy, source_plant, forecast_back_days, forecast_forward_days," \
    " trim_scale(order_cost) AS order_cost, trim_scale(holding_cost) AS holding_cost," \
    " trim_scale(yield_pct) AS yield_pct, planning_fence_days, demand_fence_days, reschedule_days," \
    " min_days, trim_scale(min_quantity) AS min_quantity, valuation, trim_scale(unit_cost) AS unit_cost," \
    " tracking, shelf_life_days, abc, class, allow_negative::integer AS allow_negative"
#define UNITS_COLUMNS \
    "\"from\", \"to\", trim_scale(factor) AS factor, item"
#define BOM_COLUMNS \
    "parent, component, trim_scale(qty) AS qty, trim_scale(per_qty) AS per_qty, uom," \
    " qty_fixed::integer AS qty_fixed, trim_scale(pieces) AS pieces," \
    " trim_scale(scrap_pct) AS scrap_pct, kind, trim_scale(cost_share_pct) AS cost_share_pct, operation," \
    " revision, alternative, alternative_priority, valid_from, valid_to, substitute_group," \
    " substitute_priority, trim_scale(mix_pct) AS mix_pct, trim_scale(lot_from) AS lot_from," \
    " trim_scale(lot_to) AS lot_to, offset_days, position"

struct source {
    const char *file;
    unsigned part;
    struct sql_statement copy;
};

static const struct source sources[] = {
    {"plant.csv", PLANT_MASTER, {.name = "plant.copy_plant", .text = COPY(
        "SELECT kv.key, kv.value FROM plant, LATERAL (VALUES"
        " ('plant', plant_id), ('name', name), ('currency', currency),"
        " ('plan_start', coalesce(plan_start, (now() AT TIME ZONE time_zone)::date)::text),"
        " ('horizon_days', horizon_days::text), ('time_zone', time_zone), ('calendar', calendar),"
        " ('date_style', date_style), ('reschedule_days', reschedule_days::text)) AS kv (key, value)"
        " WHERE " OF_PLANT " AND kv.value IS NOT NULL")}},
    {"calendar.csv", PLANT_MASTER, {.name = "plant.copy_calendar", .text = COPY_TABLE(
        "calendar, date, weekday, working::integer AS working", "calendar", "row_no")}},
    {"items.csv", PLANT_MASTER, {.name = "plant.copy_items", .text = COPY_TABLE(ITEMS_COLUMNS, "item", "item")}},
    {"units.csv", PLANT_MASTER, {.name = "plant.copy_units", .text = COPY_TABLE(UNITS_COLUMNS, "unit", "row_no")}},
    {"rates.csv", PLANT_MASTER, {.name = "plant.copy_rates", .text = COPY_TABLE(
        "currency, date, trim_scale(rate) AS rate", "rate", "row_no")}},
    {"partners.csv", PLANT_MASTER, {.name = "plant.copy_partners", .text = COPY_TABLE(
        "partner, name, kind, class, currency, payment_days, contact, phone, email, tax_id",
        "partner", "partner")}},
    {"safety_stock.csv", PLANT_MASTER, {.name = "plant.copy_safety_stock", .text = COPY_TABLE(
        "item, \"from\", trim_scale(safety_stock) AS safety_stock", "safety_stock", "row_no")}},
    {"work_centers.csv", PLANT_MASTER, {.name = "plant.copy_work_centers", .text = COPY_TABLE(
        "work_center, name, trim_scale(labor_rate) AS labor_rate, trim_scale(machine_rate) AS machine_rate,"
        " trim_scale(overhead_rate) AS overhead_rate, overhead_basis,"
        " trim_scale(hours_per_day) AS hours_per_day, trim_scale(efficiency_pct) AS efficiency_pct, calendar",
        "work_center", "work_center")}},
    {"suppliers.csv", PLANT_MASTER, {.name = "plant.copy_suppliers", .text = COPY_TABLE(
        "item, supplier, trim_scale(price) AS price, currency, trim_scale(price_from_qty) AS price_from_qty,"
        " trim_scale(min_qty) AS min_qty, trim_scale(multiple) AS multiple, lead_time_days, calendar, priority,"
        " trim_scale(quota_pct) AS quota_pct, valid_from, valid_to, uom, trim_scale(uom_factor) AS uom_factor",
        "supplier", "row_no")}},
    {"order_costs.csv", PLANT_MASTER, {.name = "plant.copy_order_costs", .text = COPY_TABLE(
        "item, date, trim_scale(order_cost) AS order_cost", "order_cost", "row_no")}},
    {"routing.csv", PLANT_MASTER, {.name = "plant.copy_routing", .text = COPY_TABLE(
        "item, operation, work_center, alternative, alternative_priority, valid_from, valid_to,"
        " parallel_group, trim_scale(setup) AS setup, trim_scale(run) AS run, trim_scale(cleanup) AS cleanup,"
        " time_unit, trim_scale(per_qty) AS per_qty, trim_scale(run_size) AS run_size, lead_time_days,"
        " trim_scale(scrap_pct) AS scrap_pct, trim_scale(subcontract_price) AS subcontract_price, supplier",
        "routing", "row_no")}},
    {"stock.csv", PLANT_LIVE, {.name = "plant.copy_stock", .text = COPY(
        STOCK_ROWS("b." OF_PLANT))}},
    {"demand.csv", PLANT_LIVE, {.name = "plant.copy_demand", .text = COPY(
        DEMAND_ROWS("s." OF_PLANT, OF_PLANT))}},
    {"supply.csv", PLANT_LIVE, {.name = "plant.copy_supply", .text = COPY(
        SUPPLY_ROWS("l." OF_PLANT, OF_PLANT))}},
    {"order_components.csv", PLANT_LIVE, {.name = "plant.copy_order_components", .text = COPY(
        COMPONENT_ROWS("c." OF_PLANT, OF_PLANT) " ORDER BY 1, 2, 4")}},
    /* as the reader takes them: the longest last */
    {"bom.csv", PLANT_MASTER, {.name = "plant.copy_bom", .text = COPY_TABLE(BOM_COLUMNS, "bom", "row_no")}},
};

/* Files with what no engine asks for: it is exported and not loaded (a line's designators are its own, and lines of
   a bill share the rest in memory). */
static const struct source exports[] = {
    {"items.csv", PLANT_MASTER, {.name = "plant.export_items", .text = COPY_TABLE(
        ITEMS_COLUMNS ", active::integer AS active, template", "item", "item")}},
    {"units.csv", PLANT_MASTER, {.name = "plant.export_units", .text = COPY_TABLE(
        UNITS_COLUMNS ", rounding", "unit", "row_no")}},
    {"bom.csv", PLANT_MASTER, {.name = "plant.export_bom", .text = COPY_TABLE(
        BOM_COLUMNS ", designators, inherited_from", "bom", "row_no")}},
};

/* Of a line of a bill what costs and plans both ask for, before and after what only one does. */
#define BOM_ENGINE_FIRST \
    "parent, component, qty, nullif(per_qty, 1) AS per_qty, uom, CASE WHEN qty_fixed THEN 1 END AS qty_fixed," \
    " nullif(pieces, 1) AS pieces, nullif(scrap_pct, 0) AS scrap_pct, nullif(kind, 'component') AS kind,"
#define BOM_ENGINE_REST \
    ", revision, alternative, nullif(alternative_priority, 0) AS alternative_priority, valid_from," \
    " valid_to, substitute_group, nullif(substitute_priority, 0) AS substitute_priority, mix_pct," \
    " nullif(lot_from, 0) AS lot_from, lot_to"

/* Files as costs are made of them: without what only plans ask for, and with nothing where a value is the column's
   default, which an import writes out: of millions of rows neither is worth its way.  Loaded, never exported. */
static const struct source costing[] = {
    {"items.csv", PLANT_MASTER, {.name = "plant.cost_items", .text = COPY_TABLE(
        "item, name, type, uom, decimals, nullif(costing_lot_qty, 1) AS costing_lot_qty,"
        " nullif(yield_pct, 100) AS yield_pct, unit_cost", "item", "item")}},
    {"bom.csv", PLANT_MASTER, {.name = "plant.cost_bom", .text = COPY_TABLE(
        BOM_ENGINE_FIRST
        " cost_share_pct" BOM_ENGINE_REST ", position", "bom", "row_no")}},
    {"routing.csv", PLANT_MASTER, {.name = "plant.cost_routing", .text = COPY_TABLE(
        "item, operation, work_center, alternative, nullif(alternative_priority, 0) AS alternative_priority, valid_from,"
        " valid_to, nullif(setup, 0) AS setup, run, nullif(cleanup, 0) AS cleanup, time_unit,"
        " nullif(per_qty, 1) AS per_qty, run_size, nullif(scrap_pct, 0) AS scrap_pct, subcontract_price",
        "routing", "row_no")}},
};

/* The same as plans are made of them.  Zeros behind a point are read sooner than taken away. */
static const struct source planning[] = {
    {"items.csv", PLANT_MASTER, {.name = "plant.plan_items", .text = COPY_TABLE(
        "item, name, type, uom, decimals, lead_time_days,"
        " nullif(lead_time_per_unit_days, 0) AS lead_time_per_unit_days,"
        " nullif(safety_stock, 0) AS safety_stock, nullif(safety_days, 0) AS safety_days, lot_rule,"
        " lot_qty, lot_min, lot_max, lot_multiple, lot_periods, foq_mode, reorder_point, stock_min, stock_max,"
        " ppb_look, segment_policy, source_plant,"
        " nullif(forecast_back_days, 0) AS forecast_back_days,"
        " nullif(forecast_forward_days, 0) AS forecast_forward_days, order_cost, holding_cost,"
        " nullif(yield_pct, 100) AS yield_pct, nullif(planning_fence_days, 0) AS planning_fence_days,"
        " nullif(demand_fence_days, 0) AS demand_fence_days, reschedule_days, nullif(min_days, 0) AS min_days,"
        " nullif(min_quantity, 0) AS min_quantity, class", "item", "item")}},
    {"bom.csv", PLANT_MASTER, {.name = "plant.plan_bom", .text = COPY_TABLE(
        BOM_ENGINE_FIRST
        " operation" BOM_ENGINE_REST ", offset_days, position", "bom", "row_no")}},
};

/* clang-format on */

static const struct sql_schema source_schema = {.statements = &sources[0].copy,
                                                .statement_count = COUNT_OF(sources),
                                                .statement_stride = sizeof sources[0]};
static const struct sql_schema export_schema = {.statements = &exports[0].copy,
                                                .statement_count = COUNT_OF(exports),
                                                .statement_stride = sizeof exports[0]};
static const struct sql_schema costing_schema = {.statements = &costing[0].copy,
                                                 .statement_count = COUNT_OF(costing),
                                                 .statement_stride = sizeof costing[0]};
static const struct sql_schema planning_schema = {.statements = &planning[0].copy,
                                                  .statement_count = COUNT_OF(planning),
                                                  .statement_stride = sizeof planning[0]};
static const struct sql_schema largeness_schema = {.statements = &largeness_of_plant,
                                                   .statement_count = 1};
static const struct sql_schema empty_columns_schema = {.statements = &empty_columns_of_plant,
                                                       .statement_count = 1};
static const struct sql_schema *const parts_of_plant[] = {&source_schema,
                                                          &export_schema,
                                                          &costing_schema,
                                                          &planning_schema,
                                                          &largeness_schema,
                                                          &empty_columns_schema,
                                                          NULL};

const struct sql_schema plant_schema = {
    .statements = &position_of_plant, .statement_count = 1, .parts = parts_of_plant};

/*
 * Loading: this thread copies the files out of the database, in the order in which the reader needs
 * them, another one parses meanwhile.  Between them stand pieces of whole rows.
 */
#define PIECE_BYTES ((size_t)256 * 1024)
#define READERS     2 /* of a large plant: bills, and the rest */

struct piece {
    struct piece *next;
    size_t used;
    size_t room;
    char bytes[];
};

/* Who copies which files. */
struct copying {
    struct sql *sql;
    unsigned parts;
    const char *const *narrow; /* by file: what is copied instead; NULL: as it is declared */
    bool divided;              /* between two connections */
    bool beside;               /* this is the second */
    struct load *load;
    enum status status;
    struct fault fault;
};

/* One file on its way. */
struct stream {
    struct load *load;
    struct piece *first;
    struct piece *last; /* the one that is being filled */
    struct piece *read; /* the last that the reader was given */
    bool ended;
};

struct load {
    pthread_mutex_t lock; /* over the streams' lists, `ended` and the total */
    pthread_cond_t more;
    size_t total;
    struct stream streams[COUNT_OF(sources)];
    struct plant_reader *reader;
    struct plant *plant;
    enum status status; /* of the reader */
    struct fault fault;
};

/* csv_more_fn, in the reader's thread.  A piece is given when the next one has begun: it is full.
 */
static bool next_piece(void *context, struct text *piece)
{
    struct stream *stream = context;
    pthread_mutex_lock(&stream->load->lock);
    struct piece *next;
    for (;;) {
        next = stream->read ? stream->read->next : stream->first;
        if (stream->ended || (next && next->next))
            break;
        pthread_cond_wait(&stream->load->more, &stream->load->lock);
    }
    if (next)
        stream->read = next;
    pthread_mutex_unlock(&stream->load->lock);
    if (next)
        *piece = (struct text){next->bytes, next->used};
    return next != NULL;
}

static enum status begin_piece(struct stream *stream, size_t count, struct fault *fault)
{
    size_t room = count > PIECE_BYTES ? count : PIECE_BYTES;
    struct load *load = stream->load;
    struct piece *piece =
        load->total + room > PLANT_LOAD_MAX ? NULL : malloc(sizeof(*piece) + room);
    if (!piece)
        return fault_set(fault, STATUS_LIMIT, "plant", "plant does not fit in memory");
    piece->next = NULL;
    piece->used = 0;
    piece->room = room;
    pthread_mutex_lock(&load->lock);
    load->total += room;
    if (stream->last)
        stream->last->next = piece;
    else
        stream->first = piece;
    stream->last = piece;
    pthread_cond_broadcast(&load->more);
    pthread_mutex_unlock(&load->lock);
    return STATUS_OK;
}

/* sql_sink_fn: COPY hands over whole rows. */
static enum status stream_sink(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct stream *stream = context;
    struct piece *piece = stream->last;
    if (!piece || count > piece->room - piece->used) {
        enum status status = begin_piece(stream, count, fault);
        if (status != STATUS_OK)
            return status;
        piece = stream->last;
    }
    memcpy(piece->bytes + piece->used, bytes, count);
    piece->used += count;
    return STATUS_OK;
}

static void end_stream(struct stream *stream)
{
    pthread_mutex_lock(&stream->load->lock);
    stream->ended = true;
    pthread_cond_broadcast(&stream->load->more);
    pthread_mutex_unlock(&stream->load->lock);
}

static enum status read_position(struct sql *sql, struct text plant_id,
                                 struct plant_position *position, struct fault *fault)
{
    struct arena *arena = arena_new(64 * KIB);
    if (!arena)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    struct sql_value params[] = {SQL_TEXT(plant_id)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &position_of_plant, params, arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                           (int)plant_id.length, plant_id.bytes);
    if (status == STATUS_OK)
        *position = (struct plant_position){sql_at(&rows, 0, 0)->as.integer,
                                            sql_at(&rows, 0, 1)->as.integer};
    arena_free(&arena);
    return status;
}

/* NULL: none of the list is of that file. */
static const struct source *find_source(const struct source *list, size_t count, struct text file)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(file, list[i].file))
            return &list[i];
    }
    return NULL;
}

/* What is copied of a file; NULL: the load does without it. */
static const struct source *source_of(size_t file, unsigned parts)
{
    const struct source *narrow = NULL;
    if (!(sources[file].part & parts))
        return NULL;
    const struct text name = text_of(sources[file].file);
    if (parts & PLANT_COSTING)
        narrow = find_source(costing, COUNT_OF(costing), name);
    if (parts & PLANT_PLANNING)
        narrow = find_source(planning, COUNT_OF(planning), name);
    return narrow ? narrow : &sources[file];
}

/* The text of one file; NULL: no room. */
static const char *narrow_file(const struct source *source, const struct sql_rows *empty,
                               struct arena *arena)
{
    struct text *names = arena_alloc(arena, empty->count + 1, sizeof *names);
    size_t count = 0;
    if (!names)
        return NULL;
    for (size_t row = 0; row < empty->count; row++) {
        if (text_is(sql_at(empty, row, 0)->as.text, source->file))
            names[count++] = sql_at(empty, row, 1)->as.text;
    }
    return plant_narrow(source->copy.text, names, count, arena);
}

/* Files of which only some columns are asked for leave out those that no row fills. */
static enum status narrow_files(struct sql *sql, unsigned parts, struct arena *arena,
                                const char **narrow, struct fault *fault)
{
    struct sql_rows empty;
    if (!(parts & (PLANT_COSTING | PLANT_PLANNING)))
        return STATUS_OK;
    enum status status = sql_run(sql, &empty_columns_of_plant, NULL, arena, &empty, fault);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(sources); i++) {
        const struct source *source = source_of(i, parts);
        if (!source || source == &sources[i])
            continue;
        narrow[i] = narrow_file(source, &empty, arena);
        if (!narrow[i])
            status = fault_set(fault, STATUS_LIMIT, "plant", "out of memory");
    }
    return status;
}

/* What comes by the other connection: as much as all the rest. */
static bool is_beside(size_t file)
{
    return strcmp(sources[file].file, "bom.csv") == 0;
}

/* After a failure the rest is ended without rows: the reader must not wait for what never comes. */
static enum status copy_files(const struct copying *copying, struct load *load, struct fault *fault)
{
    struct sql *sql = copying->sql;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        const struct source *source = source_of(i, copying->parts);
        if (copying->divided && is_beside(i) != copying->beside)
            continue;
        struct sql_statement copy = source ? source->copy : (struct sql_statement){0};
        if (copying->narrow[i])
            copy.text = copying->narrow[i];
        if (status == STATUS_OK && source)
            status = sql_copy_out(sql, &copy, stream_sink, &load->streams[i], fault);
        end_stream(&load->streams[i]);
    }
    return status;
}

/* The other connection's thread. */
static void *copy_beside(void *context)
{
    struct copying *copying = context;
    copying->status = copy_files(copying, copying->load, &copying->fault);
    return NULL;
}

static void *read_pieces(void *context)
{
    struct load *load = context;
    load->status = plant_reader_finish(load->reader, &load->plant, &load->fault);
    return NULL;
}

static struct load *load_new(unsigned parts, bool divided)
{
    struct load *load = calloc(1, sizeof *load);
    const struct crew crew = threads_crew(READERS);
    if (!load)
        return NULL;
    load->reader = plant_reader_new(PLANT_LOAD_MAX);
    if (!load->reader) {
        free(load);
        return NULL;
    }
    plant_reader_is_kept(load->reader);
    if (divided)
        plant_reader_crew(load->reader, &crew);
    pthread_mutex_init(&load->lock, NULL);
    pthread_cond_init(&load->more, NULL);
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        load->streams[i].load = load;
        if (!source_of(i, parts))
            continue;
        bool known =
            plant_reader_take_pieces(load->reader, sources[i].file, next_piece, &load->streams[i]);
        ASSERT(known);
    }
    return load;
}

static void load_free(struct load *load)
{
    plant_reader_free(&load->reader);
    plant_free(&load->plant);
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        while (load->streams[i].first) {
            struct piece *piece = load->streams[i].first;
            load->streams[i].first = piece->next;
            free(piece);
        }
    }
    pthread_mutex_destroy(&load->lock);
    pthread_cond_destroy(&load->more);
    free(load);
}

/* The database holds only what was checked on its way in: an error here is ours or the operator's.
 */
static enum status finish(struct load *load, struct plant **out, struct fault *fault)
{
    if (load->status == STATUS_OK) {
        *out = load->plant;
        load->plant = NULL;
        return STATUS_OK;
    }
    if (load->status == STATUS_LIMIT) {
        *fault = load->fault;
        return STATUS_LIMIT;
    }
    return fault_set(fault, STATUS_INTERNAL, "plant", "plant in the database is not consistent: %s",
                     plant_reader_error_kept(load->reader) > 0 ? plant_reader_error(load->reader, 0)
                                                               : load->fault.message);
}

/* By two connections where there is another one; by one where there is no thread for it. */
static enum status copy_all(struct copying *copying, struct sql *beside, struct load *load,
                            struct fault *fault)
{
    pthread_t thread;
    struct copying other = {.sql = beside,
                            .parts = copying->parts,
                            .narrow = copying->narrow,
                            .divided = true,
                            .beside = true,
                            .load = load};
    copying->divided = beside && pthread_create(&thread, NULL, copy_beside, &other) == 0;
    enum status status = copy_files(copying, load, fault);
    if (!copying->divided)
        return status;
    pthread_join(thread, NULL);
    if (status == STATUS_OK && other.status != STATUS_OK)
        *fault = other.fault;
    return status == STATUS_OK ? other.status : status;
}

static enum status read_beside_copies(struct copying *copying, struct sql *beside,
                                      struct plant **out, struct fault *fault)
{
    pthread_t thread;
    struct load *load = load_new(copying->parts, beside != NULL);
    if (!load)
        return fault_set(fault, STATUS_LIMIT, "plant", "out of memory");
    if (pthread_create(&thread, NULL, read_pieces, load) != 0) {
        load_free(load);
        return fault_set(fault, STATUS_LIMIT, "plant", "no thread to read the plant with");
    }
    enum status status = copy_all(copying, beside, load, fault);
    pthread_join(thread, NULL);
    if (status == STATUS_OK)
        status = finish(load, out, fault);
    load_free(load);
    return status;
}

static enum status copy_and_read(struct sql *sql, struct sql *beside, unsigned parts,
                                 struct plant **out, struct fault *fault)
{
    const char *narrow[COUNT_OF(sources)] = {NULL};
    struct copying copying = {.sql = sql, .parts = parts | PLANT_MASTER, .narrow = narrow};
    struct arena *arena = arena_new(64 * KIB);
    if (!arena)
        return fault_set(fault, STATUS_LIMIT, "plant", "out of memory");
    enum status status = narrow_files(sql, copying.parts, arena, narrow, fault);
    if (status == STATUS_OK)
        status = read_beside_copies(&copying, beside, out, fault);
    arena_free(&arena);
    return status;
}

/* NULL: none is worth it, or there is none to be had. */
static struct sql *open_beside(struct sql *sql, struct text plant_id, unsigned parts)
{
    struct sql *beside = NULL;
    struct arena *arena = parts & PLANT_BESIDE ? arena_new(64 * KIB) : NULL;
    struct sql_value params[] = {SQL_TEXT(plant_id)};
    struct sql_rows rows;
    struct fault fault = {0};
    if (!arena)
        return NULL;
    if (sql_run(sql, &largeness_of_plant, params, arena, &rows, &fault) == STATUS_OK &&
        sql_at(&rows, 0, 0)->as.integer >= LARGE_ITEMS &&
        sql_open_beside(sql, &plant_schema, &beside, &fault) == STATUS_OK &&
        sql_set_plant(beside, plant_id, &fault) != STATUS_OK)
        sql_close(&beside);
    arena_free(&arena);
    return beside;
}

static enum status load_in_snapshot(struct sql *sql, struct text plant_id, unsigned parts,
                                    struct plant **out, struct plant_position *position,
                                    struct fault *fault)
{
    enum status status = read_position(sql, plant_id, position, fault);
    struct sql *beside = status == STATUS_OK ? open_beside(sql, plant_id, parts) : NULL;
    if (status == STATUS_OK)
        status = sql_set_plant(sql, plant_id, fault);
    if (status == STATUS_OK)
        status = copy_and_read(sql, beside, parts, out, fault);
    sql_close(&beside);
    return status;
}

enum status plant_load(struct sql *sql, struct text plant_id, unsigned parts, struct plant **out,
                       struct plant_position *position, struct fault *fault)
{
    enum status status = sql_begin_snapshot(sql, fault);
    if (status != STATUS_OK)
        return status;
    status = load_in_snapshot(sql, plant_id, parts, out, position, fault);
    sql_rollback(sql); /* it only read */
    return status;
}

enum status plant_load_within(struct sql *sql, struct text plant_id, unsigned parts,
                              struct plant **out, struct fault *fault)
{
    enum status status = sql_set_plant(sql, plant_id, fault);
    return status == STATUS_OK ? copy_and_read(sql, NULL, parts, out, fault) : status;
}

static const struct source *export_source(struct text file)
{
    const struct source *wide = find_source(exports, COUNT_OF(exports), file);
    return wide ? wide : find_source(sources, COUNT_OF(sources), file);
}

enum status plant_export_within(struct sql *sql, struct text plant_id, struct text file,
                                const struct plant_export_to *to, struct fault *fault)
{
    const struct source *source = export_source(file);
    if (!source)
        return fault_set(fault, STATUS_NOT_FOUND, "file", "file \"%.*s\" is no file of a plant",
                         (int)file.length, file.bytes);
    enum status status = sql_set_plant(sql, plant_id, fault);
    return status == STATUS_OK ? sql_copy_out(sql, &source->copy, to->sink, to->context, fault)
                               : status;
}

enum status plant_export(struct sql *sql, struct text plant_id, struct text file, sql_sink_fn *sink,
                         void *context, struct fault *fault)
{
    struct plant_position position;
    struct plant_export_to to = {sink, context};
    enum status status = sql_begin_snapshot(sql, fault);
    if (status != STATUS_OK)
        return status;
    status = read_position(sql, plant_id, &position, fault);
    if (status == STATUS_OK)
        status = plant_export_within(sql, plant_id, file, &to, fault);
    sql_rollback(sql);
    return status;
}
