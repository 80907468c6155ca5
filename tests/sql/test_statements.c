/* The statements of common/ against sql/migrations.  Those of the services live in their programs:
   statements.sh asks each by --check-sql. */

#include "common/ledger/post.h"
#include "common/plant/plant_store.h"
#include "tests/sql/database.h"

static void check(const struct sql_schema *schema)
{
    struct sql *sql = database_open(schema);
    struct fault fault = {0};
    enum status status = sql_check(sql, &fault);
    CU_ASSERT_EQUAL(status, STATUS_OK);
    if (status != STATUS_OK)
        printf("\n%s: %s\n", fault.message, fault.detail);
    sql_close(&sql);
}

static void test_plant_statements(void)
{
    check(&plant_schema);
}

static void test_posting_statements(void)
{
    check(&post_schema);
}

DATABASE_SUITE("statements", UNIT(test_plant_statements), UNIT(test_posting_statements))
