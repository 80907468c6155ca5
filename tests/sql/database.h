#ifndef MILLRACE_TESTS_SQL_DATABASE_H
#define MILLRACE_TESTS_SQL_DATABASE_H

/*
 * What the programs of tests/sql share: the connection of MILLRACE_TEST_CONNINFO (tests/sql/
 * with_cluster.sh sets it), and a schema sql_test that each program makes anew.
 *
 *     DATABASE_SUITE("sql", UNIT(test_a), UNIT(test_b))
 */

#include "common/io/log.h"
#include "common/io/sql.h"
#include "tests/unit/unit.h"

#define DATABASE_SKIPPED 77 /* ctest: SKIP_RETURN_CODE */

static inline struct sql *database_open(const struct sql_schema *schema)
{
    struct sql *sql = NULL;
    struct fault fault = {0};
    if (sql_open(getenv("MILLRACE_TEST_CONNINFO"), schema, &sql, &fault) != STATUS_OK) {
        fprintf(stderr, "could not open the database: %s: %s\n", fault.message, fault.detail);
        exit(EXIT_FAILURE);
    }
    return sql;
}

/* A statement that must succeed; ends the program otherwise. */
static inline void database_run(struct sql *sql, const struct sql_statement *statement,
                                const struct sql_value *params)
{
    struct fault fault = {0};
    if (sql_run(sql, statement, params, NULL, NULL, &fault) != STATUS_OK) {
        fprintf(stderr, "%s: %s: %s\n", statement->name, fault.message, fault.detail);
        exit(EXIT_FAILURE);
    }
}

/* Runs statements that make the tables of a test, each on its own connection: one can only be
   prepared when the tables of those before it are there. */
static inline void database_make(const struct sql_statement *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sql_schema one = {.statements = &list[i], .statement_count = 1};
        struct sql *sql = database_open(&one);
        database_run(sql, &list[i], NULL);
        sql_close(&sql);
    }
}

static inline int database_suite(const char *name, const struct unit_test *tests, size_t count)
{
    if (!getenv("MILLRACE_TEST_CONNINFO")) {
        fprintf(stderr,
                "%s: SKIPPED: MILLRACE_TEST_CONNINFO is not set (tests/sql/with_cluster.sh)\n",
                name);
        return DATABASE_SKIPPED;
    }
    log_open("test", LOG_ERROR);
    return unit_run(name, tests, count);
}

#define DATABASE_SUITE(name, ...)                        \
 int main(void)                                          \
 {                                                       \
  static const struct unit_test tests[] = {__VA_ARGS__}; \
  return database_suite(name, tests, COUNT_OF(tests));   \
 }

#endif
