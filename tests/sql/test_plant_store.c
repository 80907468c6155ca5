/* common/plant's statements against sql/migrations: every file of a plant can be read. */

#include "common/plant/plant_columns.h"
#include "common/plant/plant_store.h"
#include "tests/sql/database.h"

#include <string.h>

enum { PLANT, COUNTERS };

static const struct sql_statement s[] = {
    [PLANT] = {"test.plant", "INSERT INTO plant (plant_id, name) VALUES ($1, 'one, two')", "t", ""},
    [COUNTERS] = {"test.counters", "INSERT INTO plant_seq (plant_id) VALUES ($1)", "t", ""},
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

static void test_close(void)
{
    sql_close(&sql);
    CU_ASSERT_PTR_NULL(sql);
}

DATABASE_SUITE("plant_store", UNIT(test_open), UNIT(test_every_file_is_exported),
               UNIT(test_unknown_names), UNIT(test_close))
