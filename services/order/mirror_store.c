#include "services/order/mirror_store.h"

/* clang-format off */
enum { PLANTS, SCANNED, EVENTS, SET_SCANNED, MAKE_CURSOR, LOCK_CURSOR, SET_CURSOR };

static const struct sql_statement statements[] = {
    [PLANTS] = {"mirror.plants",
        "SELECT s.plant_id FROM plant_seq s LEFT JOIN transfer_cursor c ON c.plant_id = s.plant_id"
        " AND c.from_plant = '' WHERE s.event_seq > coalesce(c.event_seq, 0) ORDER BY s.plant_id", "", "t"},
    /* The head is read before the events: what commits meanwhile is for the next round. */
    [SCANNED] = {"mirror.scanned",
        "SELECT coalesce(c.event_seq, 0), s.event_seq FROM plant_seq s LEFT JOIN transfer_cursor c"
        " ON c.plant_id = s.plant_id AND c.from_plant = '' WHERE s.plant_id = $1", "t", "ii"},
    /* No row goes on behind the head. */
    [EVENTS] = {"mirror.events",
        "SELECT event_seq, object_id FROM event WHERE plant_id = $1 AND row_seq > $2 AND row_seq <= $3"
        " AND event_seq > $2 AND kind = 3 ORDER BY row_seq, event_seq LIMIT $4", "tiii", "it"},
    [SET_SCANNED] = {"mirror.set_scanned",
        "INSERT INTO transfer_cursor (plant_id, from_plant, event_seq) VALUES ($1, '', $2)"
        " ON CONFLICT (plant_id, from_plant) DO UPDATE SET event_seq ="
        " greatest(transfer_cursor.event_seq, excluded.event_seq)", "ti", ""},
    [MAKE_CURSOR] = {"mirror.make_cursor",
        "INSERT INTO transfer_cursor (plant_id, from_plant, event_seq) SELECT plant_id, $2, 0 FROM plant"
        " WHERE plant_id = $1 ON CONFLICT DO NOTHING", "tt", ""},
    [LOCK_CURSOR] = {"mirror.lock_cursor",
        "SELECT event_seq FROM transfer_cursor WHERE plant_id = $1 AND from_plant = $2 FOR NO KEY UPDATE", "tt", "i"},
    [SET_CURSOR] = {"mirror.set_cursor",
        "UPDATE transfer_cursor SET event_seq = $3 WHERE plant_id = $1 AND from_plant = $2", "tti", ""},
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&life_schema, &reschedule_schema, NULL};

const struct sql_schema mirror_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

enum status mirror_plants(struct sql *sql, struct arena *arena, struct text **plants, size_t *count,
                          struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLANTS], NULL, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *plants = arena_alloc(arena, rows.count + 1, sizeof **plants);
    if (!*plants)
        return fault_set(fault, STATUS_LIMIT, "", "plants do not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        (*plants)[i] = sql_at(&rows, i, 0)->as.text;
    *count = rows.count;
    return STATUS_OK;
}

enum status mirror_events(struct sql *sql, struct text plant, struct arena *arena,
                          struct mirror_page *page, struct fault *fault)
{
    struct sql_value key[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    *page = (struct mirror_page){0};
    enum status status = sql_run(sql, &statements[SCANNED], key, arena, &rows, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    page->after_seq = sql_at(&rows, 0, 0)->as.integer;
    page->last_seq = sql_at(&rows, 0, 1)->as.integer;
    if (page->last_seq <= page->after_seq)
        return STATUS_OK;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(page->after_seq), SQL_INT(page->last_seq),
                                 SQL_INT(MIRROR_PAGE)};
    status = sql_run(sql, &statements[EVENTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    page->events = arena_alloc(arena, rows.count + 1, sizeof *page->events);
    if (!page->events)
        return fault_set(fault, STATUS_LIMIT, "", "events do not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        page->events[page->count++] =
            (struct mirror_event){sql_at(&rows, i, 0)->as.integer, sql_at(&rows, i, 1)->as.text};
    page->more = rows.count == MIRROR_PAGE;
    if (page->more)
        page->last_seq = page->events[page->count - 1].event_seq;
    return STATUS_OK;
}

enum status mirror_scanned(struct sql *sql, struct text plant, int64_t event_seq,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(event_seq)};
    return sql_run(sql, &statements[SET_SCANNED], params, NULL, NULL, fault);
}

enum status mirror_take_cursor(struct command *command, struct text from_plant, int64_t event_seq,
                               bool *before, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(from_plant),
                                 SQL_INT(event_seq)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[MAKE_CURSOR], params, command->arena, NULL, fault);
    if (status == STATUS_OK)
        status =
            sql_run(command->sql, &statements[LOCK_CURSOR], params, command->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "source_plant", "plant \"%.*s\" does not exist",
                         (int)command->plant.length, command->plant.bytes);
    if (status != STATUS_OK)
        return status;
    *before = sql_at(&rows, 0, 0)->as.integer >= event_seq;
    return *before ? STATUS_OK
                   : sql_run(command->sql, &statements[SET_CURSOR], params, command->arena, NULL,
                             fault);
}
