#include "services/relay/webhook_store.h"

/* clang-format off */
enum {
    DUE, PUT, SET, DROP_DEAD, DROP, REDELIVER, WEBHOOKS, DEAD, CLAIM, REDELIVERY, DELIVERED, FAILED, KEEP_DEAD,
    DROP_ONE_DEAD, RELEASE, STATE
};

#define COLUMNS_OF(w) w "webhook, " w "url, " w "secret, " w "kinds, " w "active, " w "allow_private, " w "tries, " \
    w "cursor_seq, " w "failures, " w "next_at, " w "last_error, " w "made_by"
#define LETTERS "ttxtbbninztt"

static const struct sql_statement statements[] = {
    [DUE] = {"webhook.due",
        "SELECT DISTINCT w.plant_id FROM webhook w JOIN plant_seq s ON s.plant_id = w.plant_id"
        " WHERE w.active AND w.next_at <= now() AND (w.cursor_seq < s.event_seq OR EXISTS"
        " (SELECT FROM webhook_dead d WHERE d.plant_id = w.plant_id AND d.webhook = w.webhook"
        " AND d.redeliver_at IS NOT NULL)) ORDER BY w.plant_id", "", "t"},
    [PUT] = {"webhook.put",
        "INSERT INTO webhook (plant_id, webhook, url, secret, kinds, allow_private, tries, cursor_seq, made_by)"
        " SELECT s.plant_id, $2, $3, $4, $5, $6, $7, coalesce($8, s.event_seq), $9 FROM plant_seq s"
        " WHERE s.plant_id = $1", "tttxtbnit", ""},
    [SET] = {"webhook.set",
        "UPDATE webhook SET active = $3, cursor_seq = coalesce($4, cursor_seq), failures = 0, next_at = now()"
        " WHERE plant_id = $1 AND webhook = $2", "ttbi", ""},
    [DROP_DEAD] = {"webhook.drop_dead",
        "DELETE FROM webhook_dead WHERE plant_id = $1 AND webhook = $2", "tt", ""},
    [DROP] = {"webhook.drop", "DELETE FROM webhook WHERE plant_id = $1 AND webhook = $2", "tt", ""},
    [REDELIVER] = {"webhook.redeliver",
        "UPDATE webhook_dead SET redeliver_at = now() WHERE plant_id = $1 AND webhook = $2"
        " AND ($3::bigint = 0 OR event_seq = $3)", "tti", ""},
    [WEBHOOKS] = {"webhook.list",
        "SELECT " COLUMNS_OF("w.") " FROM webhook w WHERE w.plant_id = $1 AND w.webhook > $2"
        " ORDER BY w.webhook LIMIT $3", "tti", LETTERS},
    [DEAD] = {"webhook.dead",
        "SELECT webhook, event_seq, error, dead_at, redeliver_at IS NOT NULL FROM webhook_dead WHERE plant_id = $1"
        " AND webhook = $2 AND event_seq > $3 ORDER BY event_seq LIMIT $4", "ttii", "titzb"},
    /* The claim ends by itself, should the sender die. */
    [CLAIM] = {"webhook.claim",
        "UPDATE webhook c SET next_at = now() + interval '60 seconds' WHERE c.plant_id = $1 AND c.webhook ="
        " (SELECT w.webhook FROM webhook w JOIN plant_seq s ON s.plant_id = w.plant_id"
        " WHERE w.plant_id = $1 AND w.active AND w.next_at <= now() AND (w.cursor_seq < s.event_seq OR EXISTS"
        " (SELECT FROM webhook_dead d WHERE d.plant_id = $1 AND d.webhook = w.webhook"
        " AND d.redeliver_at IS NOT NULL)) ORDER BY w.next_at LIMIT 1 FOR NO KEY UPDATE OF w SKIP LOCKED)"
        " RETURNING " COLUMNS_OF("c."), "t", LETTERS},
    [REDELIVERY] = {"webhook.redelivery",
        "SELECT event_seq FROM webhook_dead WHERE plant_id = $1 AND webhook = $2 AND redeliver_at IS NOT NULL"
        " ORDER BY event_seq LIMIT 1", "tt", "i"},
    [DELIVERED] = {"webhook.delivered",
        "UPDATE webhook SET cursor_seq = $3, failures = 0, last_error = '' WHERE plant_id = $1 AND webhook = $2",
        "tti", ""},
    [FAILED] = {"webhook.failed",
        "UPDATE webhook SET failures = failures + 1, last_error = $4,"
        " next_at = now() + $3::bigint * interval '1 millisecond' WHERE plant_id = $1 AND webhook = $2", "ttit", ""},
    [KEEP_DEAD] = {"webhook.keep_dead",
        "INSERT INTO webhook_dead (plant_id, webhook, event_seq, error) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (plant_id, webhook, event_seq) DO UPDATE SET error = excluded.error, dead_at = now(),"
        " redeliver_at = NULL", "ttit", ""},
    [DROP_ONE_DEAD] = {"webhook.drop_one_dead",
        "DELETE FROM webhook_dead WHERE plant_id = $1 AND webhook = $2 AND event_seq = $3", "tti", ""},
    [RELEASE] = {"webhook.release",
        "UPDATE webhook SET next_at = now() WHERE plant_id = $1 AND webhook = $2", "tt", ""},
    /* for its act: without the secret, and without how far it has come */
    [STATE] = {"webhook.state",
        "SELECT jsonb_build_object('url', url, 'kinds', kinds, 'active', active, 'allow_private', allow_private,"
        " 'tries', tries)::text FROM webhook WHERE plant_id = $1 AND webhook = $2"
        " FOR NO KEY UPDATE", "tt", "t"},
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"webhook_pkey", STATUS_EXISTS, "webhook", "the webhook already exists"},
};

const struct sql_schema webhook_schema = {.statements = statements,
                                          .statement_count = COUNT_OF(statements),
                                          .constraints = constraints,
                                          .constraint_count = COUNT_OF(constraints)};

static enum status found_one(size_t count, struct text webhook, struct fault *fault)
{
    return count > 0
               ? STATUS_OK
               : fault_set(fault, STATUS_NOT_FOUND, "webhook", "webhook \"%.*s\" does not exist",
                           (int)webhook.length, webhook.bytes);
}

static struct sql_value place_or_null(int64_t place)
{
    return (struct sql_value){.null = place == INT64_MIN, .as.integer = place};
}

struct act_of_object store_webhook_of(const struct command *command, struct text webhook)
{
    return (struct act_of_object){
        command->request, &statements[STATE], webhook, command->arena, {{0}}};
}

enum status store_put_webhook(struct command *command, const struct webhook *webhook,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant),  SQL_TEXT(webhook->webhook),
                                 SQL_TEXT(webhook->url),    SQL_TEXT(webhook->secret),
                                 SQL_TEXT(webhook->kinds),  SQL_BOOL(webhook->allow_private),
                                 SQL_INT(webhook->tries),   place_or_null(webhook->cursor_seq),
                                 SQL_TEXT(webhook->made_by)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[PUT], params, command->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)command->plant.length, command->plant.bytes);
    return status;
}

enum status store_set_webhook(struct command *command, const struct webhook *webhook,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(webhook->webhook),
                                 SQL_BOOL(webhook->active), place_or_null(webhook->cursor_seq)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[SET], params, command->arena, &rows, fault);
    return status == STATUS_OK ? found_one(rows.count, webhook->webhook, fault) : status;
}

enum status store_delete_webhook(struct command *command, struct text webhook, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(webhook)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[DROP_DEAD], params, command->arena, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(command->sql, &statements[DROP], params, command->arena, &rows, fault);
    return status == STATUS_OK ? found_one(rows.count, webhook, fault) : status;
}

enum status store_redeliver(struct command *command, struct text webhook, int64_t event_seq,
                            size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(webhook), SQL_INT(event_seq)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[REDELIVER], params, command->arena, &rows, fault);
    *count = status == STATUS_OK ? rows.count : 0;
    return status;
}

enum status store_webhooks(struct sql *sql, struct text plant, struct text after, size_t limit,
                           struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(after), SQL_INT((int64_t)limit)};
    return sql_run(sql, &statements[WEBHOOKS], params, arena, rows, fault);
}

struct webhook webhook_of_row(const struct sql_rows *rows, size_t row)
{
    const struct sql_value *v = sql_at(rows, row, 0);
    return (struct webhook){
        .webhook = v[0].as.text,
        .url = v[1].as.text,
        .secret = v[2].as.text,
        .kinds = v[3].as.text,
        .active = v[4].as.boolean,
        .allow_private = v[5].as.boolean,
        .tries = v[6].as.integer,
        .cursor_seq = v[7].as.integer,
        .failures = v[8].as.integer,
        .next_at_us = v[9].as.integer,
        .last_error = v[10].as.text,
        .made_by = v[11].as.text,
    };
}

enum status store_dead(struct sql *sql, struct text plant, const struct dead_query *query,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(query->webhook), SQL_INT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[DEAD], params, arena, rows, fault);
}

enum status store_due_plants(struct sql *sql, struct arena *arena, struct text **plants,
                             size_t *count, struct fault *fault)
{
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[DUE], NULL, arena, &rows, fault);
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

enum status store_claim(struct sql *sql, struct text plant, struct arena *arena,
                        struct webhook *out, bool *found, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[CLAIM], params, arena, &rows, fault);
    *found = status == STATUS_OK && rows.count > 0;
    if (!*found)
        return status;
    *out = webhook_of_row(&rows, 0);
    out->plant = plant;
    return STATUS_OK;
}

enum status store_redelivery(struct sql *sql, const struct webhook *webhook, struct arena *arena,
                             int64_t *event_seq, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(webhook->plant), SQL_TEXT(webhook->webhook)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[REDELIVERY], params, arena, &rows, fault);
    *event_seq = status == STATUS_OK && rows.count > 0 ? sql_at(&rows, 0, 0)->as.integer : 0;
    return status;
}

enum status store_delivered(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                            struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(webhook->plant), SQL_TEXT(webhook->webhook),
                                 SQL_INT(event_seq)};
    return sql_run(sql, &statements[DELIVERED], params, NULL, NULL, fault);
}

enum status store_failed(struct sql *sql, const struct webhook *webhook, int64_t pause_ms,
                         struct text error, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(webhook->plant), SQL_TEXT(webhook->webhook),
                                 SQL_INT(pause_ms), SQL_TEXT(error)};
    return sql_run(sql, &statements[FAILED], params, NULL, NULL, fault);
}

static enum status keep_dead(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                             struct text error, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(webhook->plant), SQL_TEXT(webhook->webhook),
                                 SQL_INT(event_seq), SQL_TEXT(error)};
    return sql_run(sql, &statements[KEEP_DEAD], params, NULL, NULL, fault);
}

enum status store_gave_up(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                          struct text error, struct fault *fault)
{
    enum status status = sql_begin(sql, fault);
    if (status == STATUS_OK)
        status = keep_dead(sql, webhook, event_seq, error, fault);
    if (status == STATUS_OK)
        status = store_delivered(sql, webhook, event_seq, fault);
    if (status == STATUS_OK)
        return sql_commit(sql, fault);
    sql_rollback(sql);
    return status;
}

enum status store_redelivered(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                              struct text error, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(webhook->plant), SQL_TEXT(webhook->webhook),
                                 SQL_INT(event_seq)};
    return error.length > 0 ? keep_dead(sql, webhook, event_seq, error, fault)
                            : sql_run(sql, &statements[DROP_ONE_DEAD], params, NULL, NULL, fault);
}

enum status store_release(struct sql *sql, const struct webhook *webhook, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(webhook->plant), SQL_TEXT(webhook->webhook)};
    return sql_run(sql, &statements[RELEASE], params, NULL, NULL, fault);
}
