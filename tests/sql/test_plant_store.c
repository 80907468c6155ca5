/* common/plant's statements against sql/migrations: every file of a plant can be read. */

#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"
#include "tests/sql/database.h"

#include <string.h>

enum { PLANT, COUNTERS, LARGE, LINES, COUNT_LINES, PLAIN_ITEMS, PLAIN_LINES, FILL_ITEM, FILL_LINE };

static const struct sql_statement s[] = {
    [PLANT] = {"test.plant", "INSERT INTO plant (plant_id, name) VALUES ($1, 'one, two')", "t", ""},
    [COUNTERS] = {"test.counters", "INSERT INTO plant_seq (plant_id) VALUES ($1)", "t", ""},
    [LARGE] = {"test.large",
               "INSERT INTO item (plant_id, item, type) SELECT $1, 'I' || n, 'make'"
               " FROM generate_series(10001, 30000) n",
               "t", ""},
    [LINES] =
        {"test.lines",
         "INSERT INTO bom (plant_id, row_no, parent, component, qty)"
         " SELECT $1, $2 + n, 'I' || 10000 + n, 'I' || 10001 + n, 1 FROM generate_series(1, 500) n",
         "ti", ""},
    /* Without anything, and with the defaults written out. */
    [PLAIN_ITEMS] =
        {"test.plain_items",
         "INSERT INTO item (plant_id, item, type, lead_time_per_unit_days, safety_stock, safety_days, lot_rule,"
         " foq_mode, ppb_look, costing_lot_qty, segment_policy, forecast_back_days, forecast_forward_days, yield_pct,"
         " planning_fence_days, demand_fence_days, min_days, min_quantity)"
         " VALUES ($1, 'A', 'make', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
         " NULL), ($1, 'B', 'make', 0, 0, 0, 'L4L', 'multiple', 'none', 1, 'collective', 0, 0, 100, 0, 0, 0, 0)",
         "t", ""},
    [PLAIN_LINES] =
        {"test.plain_lines",
         "INSERT INTO bom (plant_id, row_no, parent, component, qty, per_qty, qty_fixed, pieces, scrap_pct, kind,"
         " alternative_priority, substitute_priority, lot_from)"
         " VALUES ($1, 1, 'A', 'B', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
         " ($1, 2, 'A', 'B', 2, 1, false, 1, 0, 'component', 0, 0, 0)",
         "t", ""},
    [FILL_ITEM] = {"test.fill_item",
                   "UPDATE item SET lot_qty = 7, min_days = 3 WHERE plant_id = $1 AND item = 'B'",
                   "t", ""},
    [FILL_LINE] =
        {"test.fill_line",
         "UPDATE bom SET scrap_pct = 5, position = 'P' WHERE plant_id = $1 AND row_no = 2", "t",
         ""},
    [COUNT_LINES] = {"test.count", "SELECT count(*) FROM bom WHERE plant_id = $1", "t", "i"},
};
static const struct sql_schema *const parts[] = {&plant_schema, NULL};
static const struct sql_schema schema = {
    .statements = s, .statement_count = COUNT_OF(s), .parts = parts};

static struct sql *sql;

static void test_open(void)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of("EMPTY"))};
    sql = database_open(&schema);
    database_run(sql, &s[PLANT], plant);
    database_run(sql, &s[COUNTERS], plant);
}

struct head {
    size_t length;
    char text[4096];
};

static enum status take(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct head *head = context;
    if (count >= sizeof head->text - head->length)
        return fault_set(fault, STATUS_LIMIT, "", "more than a header");
    memcpy(head->text + head->length, bytes, count);
    head->length += count;
    return STATUS_OK;
}

/* An empty plant gives the header line of each file; plant.csv has its rows. */
static void test_every_file_is_exported(void)
{
    for (size_t i = 0; i < PLANT_FILES; i++) {
        struct head head = {0};
        struct fault fault = {0};
        const char *name = plant_files[i].name;
        if (i == FILE_MOVEMENTS)
            continue; /* offline costing only: in the database movements are ledger lines */
        enum status status =
            plant_export(sql, text_of("EMPTY"), text_of(name), take, &head, &fault);
        bool lines = strchr(head.text, '\n') != NULL;
        CU_ASSERT_EQUAL(status, STATUS_OK);
        CU_ASSERT_TRUE(lines);
        if (status != STATUS_OK || !lines)
            printf("\n%s: %s: %s\n", name, fault.message, fault.detail);
        if (strcmp(name, "plant.csv") == 0)
            CU_ASSERT_PTR_NOT_NULL(strstr(head.text, "\nname,\"one, two\"\n"));
    }
}

static void test_unknown_names(void)
{
    struct head head = {0};
    struct fault fault = {0};
    CU_ASSERT_EQUAL(plant_export(sql, text_of("EMPTY"), text_of("no.csv"), take, &head, &fault),
                    STATUS_NOT_FOUND);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(plant_export(sql, text_of("NONE"), text_of("items.csv"), take, &head, &fault),
                    STATUS_NOT_FOUND);
}

/* A large plant comes by two connections. */
static void test_large_plant(void)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of("LARGE"))};
    const struct sql_value lines[] = {SQL_TEXT(text_of("LARGE")), SQL_INT(0)};
    struct fault fault = {0};
    struct plant *loaded = NULL;
    struct plant_position position;
    database_run(sql, &s[PLANT], plant);
    database_run(sql, &s[COUNTERS], plant);
    database_run(sql, &s[LARGE], plant);
    database_run(sql, &s[LINES], lines);
    CU_ASSERT_EQUAL_FATAL(plant_load(sql, text_of("LARGE"), PLANT_PLANNING | PLANT_BESIDE, &loaded,
                                     &position, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(loaded->items_count, 20000);
    CU_ASSERT_EQUAL(loaded->bom_lines_count, 500);
    plant_free(&loaded);
}

/* A plant of two items and two lines as plans read it, and as it is exported. */
static void load_both(struct text plant_id, struct plant *plants[2])
{
    static const char *const files[] = {"plant.csv", "items.csv", "bom.csv"};
    struct plant_reader *reader = plant_reader_new(MIB);
    struct head heads[COUNT_OF(files)] = {{0}};
    struct fault fault = {0};
    struct plant_position position;
    CU_ASSERT_EQUAL_FATAL(plant_load(sql, plant_id, PLANT_PLANNING, &plants[0], &position, &fault),
                          STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        CU_ASSERT_EQUAL_FATAL(
            plant_export(sql, plant_id, text_of(files[i]), take, &heads[i], &fault), STATUS_OK);
        CU_ASSERT_TRUE_FATAL(
            plant_reader_take(reader, files[i], (struct text){heads[i].text, heads[i].length}));
    }
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plants[1], &fault), STATUS_OK);
    plant_reader_free(&reader);
    for (size_t i = 0; i < 2; i++)
        CU_ASSERT_TRUE_FATAL(plants[i]->items_count == 2 && plants[i]->bom_lines_count == 2);
}

/* A column is left out where no row says anything else than its default. */
static void test_empty_columns_are_left_out(void)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of("PLAIN"))};
    struct plant *plants[2];
    database_run(sql, &s[PLANT], plant);
    database_run(sql, &s[COUNTERS], plant);
    database_run(sql, &s[PLAIN_ITEMS], plant);
    database_run(sql, &s[PLAIN_LINES], plant);
    load_both(plant[0].as.text, plants);
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(plants[i]->items[0].params, plants[i]->items[1].params);
        CU_ASSERT_EQUAL(plants[i]->bom_lines[0].terms, plants[i]->bom_lines[1].terms);
        plant_free(&plants[i]);
    }
    database_run(sql, &s[FILL_ITEM], plant);
    database_run(sql, &s[FILL_LINE], plant);
    load_both(plant[0].as.text, plants);
    for (size_t i = 0; i < 2; i++) {
        const struct item_params *params = &plants[i]->item_params[plants[i]->items[1].params];
        const struct bom_line *line = &plants[i]->bom_lines[1];
        CU_ASSERT_EQUAL(params->lot_qty.micro, 7000000);
        CU_ASSERT_EQUAL(params->min_days, 3);
        CU_ASSERT_EQUAL(plants[i]->bom_terms[line->terms].scrap_pct.micro, 5000000);
        CU_ASSERT_STRING_EQUAL(plant_text(plants[i], line->position), "P");
        plant_free(&plants[i]);
    }
}

static int64_t lines_seen(struct sql *by)
{
    const struct sql_value plant[] = {SQL_TEXT(text_of("LARGE"))};
    struct fault fault = {0};
    struct arena *arena = arena_new(64 * KIB);
    struct sql_rows rows;
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL_FATAL(sql_run(by, &s[COUNT_LINES], plant, arena, &rows, &fault), STATUS_OK);
    const int64_t count = sql_at(&rows, 0, 0)->as.integer;
    arena_free(&arena);
    return count;
}

/* What is committed between the first connection's snapshot and the second connection is seen by
 * neither. */
static void test_two_connections_see_one_state(void)
{
    const struct sql_value more[] = {SQL_TEXT(text_of("LARGE")), SQL_INT(1000)};
    struct fault fault = {0};
    struct sql *beside = NULL;
    struct sql *writer = database_open(&schema);
    CU_ASSERT_EQUAL_FATAL(sql_begin_snapshot(sql, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(lines_seen(sql), 500);
    database_run(writer, &s[LINES], more);
    CU_ASSERT_EQUAL_FATAL(sql_open_beside(sql, &schema, &beside, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(lines_seen(beside), 500);
    CU_ASSERT_EQUAL(lines_seen(writer), 1000);
    sql_close(&beside);
    sql_rollback(sql);
    CU_ASSERT_EQUAL(lines_seen(sql), 1000);
    sql_close(&writer);
}

static void test_close(void)
{
    sql_close(&sql);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("plant_store", UNIT(test_open), UNIT(test_every_file_is_exported),
               UNIT(test_unknown_names), UNIT(test_empty_columns_are_left_out),
               UNIT(test_large_plant), UNIT(test_two_connections_see_one_state), UNIT(test_close))
