#include "services/relay/relay_store.h"

#include "services/relay/act_store.h"
#include "services/relay/seal_store.h"
#include "services/relay/webhook_store.h"

enum { PLANTS, BEHIND, STATE, EVENTS_AFTER, PUBLISHED };

/* On a new stack PostgreSQL would plan to read the log whole while it is small, and keep to it when
   it has grown, until statistics are gathered. */
#define BY_INDEX                                              \
 "set_config('enable_seqscan', 'off', false) = 'off'"         \
 " AND set_config('enable_sort', 'off', false) = 'off'"       \
 " AND set_config('enable_bitmapscan', 'off', false) = 'off'" \
 " AND set_config('plan_cache_mode', 'force_generic_plan', false) <> ''"

static const struct sql_statement statements[] = {
    [PLANTS] =
        {
            .name = "relay.plants",
            .text = "SELECT plant_id FROM plant WHERE " BY_INDEX " ORDER BY plant_id",
            .params = "",
            .columns = "t",
        },
    [BEHIND] =
        {
            .name = "relay.behind",
            .text = "SELECT s.plant_id, coalesce(r.published_seq, 0), s.event_seq FROM plant_seq s "
                    "LEFT JOIN relay_state r ON r.plant_id = s.plant_id "
                    "WHERE " BY_INDEX
                    " AND coalesce(r.published_seq, 0) < s.event_seq ORDER BY s.plant_id",
            .params = "",
            .columns = "tii",
        },
    [STATE] =
        {
            .name = "relay.state",
            .text = "SELECT coalesce(r.published_seq, 0), s.event_seq FROM plant_seq s "
                    "LEFT JOIN relay_state r USING (plant_id) WHERE s.plant_id = $1",
            .params = "t",
            .columns = "ii",
        },
    [EVENTS_AFTER] =
        {
            .name = "relay.events_after",
            .text = "SELECT event_seq, body FROM event WHERE plant_id = $1 AND row_seq > $2 "
                    "AND event_seq > $2 ORDER BY row_seq, event_seq LIMIT $3",
            .params = "tii",
            .columns = "ix",
        },
    /* Without a sync of its own, for which postings would wait: what a crash forgets is published
       again, which subscribers stand in any case. */
    [PUBLISHED] =
        {
            .name = "relay.published",
            .text = "INSERT INTO relay_state (plant_id, published_seq) SELECT $1, $2 "
                    "WHERE set_config('synchronous_commit', 'off', true) = 'off' "
                    "ON CONFLICT (plant_id) DO UPDATE SET published_seq = excluded.published_seq",
            .params = "ti",
            .columns = "",
        },
};

const struct sql_schema relay_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
};

static const struct sql_schema *const parts[] = {&relay_schema, &webhook_schema,  &command_schema,
                                                 &seal_schema,  &act_list_schema, NULL};

const struct sql_schema relay_all_schema = {.parts = parts};

enum status store_plants(struct sql *sql, struct arena *arena, struct text **plants, size_t *count,
                         struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLANTS], NULL, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct text *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "too many plants");
    for (size_t i = 0; i < rows.count; i++)
        list[i] = sql_at(&rows, i, 0)->as.text;
    *plants = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_behind(struct sql *sql, struct arena *arena, struct relay_state **plants,
                         size_t *count, struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[BEHIND], NULL, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct relay_state *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "too many plants");
    for (size_t i = 0; i < rows.count; i++)
        list[i] =
            (struct relay_state){sql_at(&rows, i, 0)->as.text, sql_at(&rows, i, 1)->as.integer,
                                 sql_at(&rows, i, 2)->as.integer};
    *plants = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_relay_state(struct sql *sql, struct text plant, struct arena *arena,
                              struct relay_state *state, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[STATE], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    *state = (struct relay_state){plant, sql_at(&rows, 0, 0)->as.integer,
                                  sql_at(&rows, 0, 1)->as.integer};
    return STATUS_OK;
}

enum status store_events_after(struct sql *sql, struct text plant, int64_t after_seq, size_t limit,
                               struct arena *arena, struct relay_event **events, size_t *count,
                               struct fault *fault)
{
    ASSERT(limit <= RELAY_EVENTS_MAX);

    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(after_seq), SQL_INT((int64_t)limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[EVENTS_AFTER], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct relay_event *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "events do not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        list[i].event_seq = sql_at(&rows, i, 0)->as.integer;
        list[i].body = sql_at(&rows, i, 1)->as.text;
    }
    *events = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_published(struct sql *sql, struct text plant, int64_t published_seq,
                            struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(published_seq)};
    return sql_run(sql, &statements[PUBLISHED], params, NULL, NULL, fault);
}
