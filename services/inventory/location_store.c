#include "services/inventory/location_store.h"

#include "common/io/clock.h"

/* clang-format off */
enum { LIST, STRAY, TELL, SET };

static const struct sql_statement statements[] = {
    [LIST] = {"inventory.locations",
        "SELECT location, name, work_center, active FROM location WHERE plant_id = $1"
        " AND location > $2 ORDER BY location LIMIT $3", "tti", "tttb"},
    [STRAY] = {"inventory.stray_location",
        "SELECT t.at - 1 FROM unnest($2::text[]) WITH ORDINALITY AS t (work_center, at) WHERE t.work_center <> ''"
        " AND NOT EXISTS (SELECT 1 FROM work_center w WHERE w.plant_id = $1 AND w.work_center = t.work_center)"
        " ORDER BY 1 LIMIT 1", "tT", "i"},
    /* An act each, while the rows are what they were. */
    [TELL] = {"inventory.tell_locations",
        "WITH old AS (SELECT l.location, jsonb_build_object('name', l.name, 'work_center', l.work_center, 'active', l.active)"
        " AS facts FROM location l WHERE l.plant_id = $1 AND l.location = ANY ($6::text[]) ORDER BY l.location"
        " FOR NO KEY UPDATE) INSERT INTO act (plant_id, act_id, acted_by, device, method, object, before, after)"
        " SELECT $1, t.a, $2, $3, $4, t.b, o.facts, jsonb_build_object('name', t.c, 'work_center', t.d, 'active', t.e)"
        " FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::boolean[]) AS t (a, b, c, d, e)"
        " LEFT JOIN old o ON o.location = t.b", "ttttUTTTB", ""},
    [SET] = {"inventory.set_locations",
        "INSERT INTO location (plant_id, location, name, work_center, active)"
        " SELECT $1, t.a, t.b, t.c, t.d FROM unnest($2::text[], $3::text[], $4::text[], $5::boolean[])"
        " AS t (a, b, c, d) ON CONFLICT (plant_id, location) DO UPDATE"
        " SET name = excluded.name, work_center = excluded.work_center, active = excluded.active", "tTTTB", ""},
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&act_schema, NULL};

const struct sql_schema location_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

enum status store_locations(struct sql *sql, const struct location_query *query,
                            struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[LIST], params, arena, rows, fault);
}

enum status store_stray_location(struct sql *sql, struct text plant,
                                 const struct location_command *command, struct arena *arena,
                                 size_t *stray, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(plant),
                                       SQL_ARRAY(command->rows, command->count, work_center)};
    enum status status = sql_run(sql, &statements[STRAY], params, arena, &rows, fault);
    if (status == STATUS_OK)
        *stray = rows.count > 0 ? (size_t)sql_at(&rows, 0, 0)->as.integer : command->count;
    return status;
}

enum status store_set_locations(struct sql *sql, const struct rpc_request *asked,
                                const struct location_command *command, struct arena *arena,
                                struct fault *fault)
{
    const struct act act = act_of_request(asked);
    const struct location_row *rows = command->rows;
    const size_t n = command->count;
    struct uuid *ids = arena_alloc(arena, n, sizeof *ids);
    if (!ids)
        return fault_set(fault, STATUS_LIMIT, "", "request does not fit in memory");
    for (size_t i = 0; i < n; i++)
        ids[i] = clock_uuid();
    const struct sql_value told[] = {SQL_TEXT(act.plant),       SQL_TEXT(act.by),
                                     SQL_TEXT(act.device),      SQL_TEXT(act.method),
                                     SQL_LIST(ids, n),          SQL_ARRAY(rows, n, location),
                                     SQL_ARRAY(rows, n, name),  SQL_ARRAY(rows, n, work_center),
                                     SQL_ARRAY(rows, n, active)};
    const struct sql_value set[] = {SQL_TEXT(act.plant), SQL_ARRAY(rows, n, location),
                                    SQL_ARRAY(rows, n, name), SQL_ARRAY(rows, n, work_center),
                                    SQL_ARRAY(rows, n, active)};
    enum status status = sql_run(sql, &statements[TELL], told, NULL, NULL, fault);
    return status == STATUS_OK ? sql_run(sql, &statements[SET], set, NULL, NULL, fault) : status;
}
