#include "services/inventory/location_store.h"

static const struct sql_statement statements[] = {
    {.name = "inventory.locations",
     .text = "SELECT location, name, work_center, active FROM location WHERE plant_id = $1"
             " AND location > $2 ORDER BY location LIMIT $3",
     .params = "tti",
     .columns = "tttb"},
};

const struct sql_schema location_schema = {.statements = statements,
                                           .statement_count = COUNT_OF(statements)};

enum status store_locations(struct sql *sql, const struct location_query *query,
                            struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[0], params, arena, rows, fault);
}
