#include "services/gateway/gateway_device_store.h"

enum statement {
    FIND,
    FIND_ID,
    LIST,
    INSERT,
    REVOKE,
    END_SESSIONS,
    FIND_BADGE,
    COUNT_FAILURE,
    SET_BADGE,
    END_BADGE_SESSIONS,
    STATEMENTS
};

#define DEVICE_COLUMNS                                                    \
 "SELECT device_id, plant, name, array_to_string(work_centers, chr(10))," \
 " enrolled_by, enrolled_at, coalesce(revoked_at, 'epoch') FROM device"

static const struct sql_statement statements[STATEMENTS] = {
    [FIND] = {.name = "device.find",
              .text = DEVICE_COLUMNS " WHERE device_hash = $1 AND revoked_at IS NULL",
              .params = "x",
              .columns = "tttttzz"},
    [FIND_ID] = {.name = "device.find_id",
                 .text = DEVICE_COLUMNS " WHERE device_id = $1 AND revoked_at IS NULL",
                 .params = "t",
                 .columns = "tttttzz"},
    [LIST] = {.name = "device.list",
              .text = DEVICE_COLUMNS " WHERE device_id > $1 ORDER BY device_id LIMIT $2",
              .params = "ti",
              .columns = "tttttzz"},
    [INSERT] = {.name = "device.insert",
                .text = "INSERT INTO device (device_id, device_hash, plant, name, work_centers,"
                        " enrolled_by) VALUES ($1, $2, $3, $4, $5, $6)",
                .params = "txttTt",
                .columns = ""},
    [REVOKE] = {.name = "device.revoke",
                .text = "UPDATE device SET revoked_at = now() WHERE device_id = $1"
                        " AND revoked_at IS NULL RETURNING device_id",
                .params = "t",
                .columns = "t"},
    [END_SESSIONS] = {.name = "device.end_sessions",
                      .text = "DELETE FROM session WHERE device_id = $1",
                      .params = "t",
                      .columns = ""},
    [FIND_BADGE] = {.name = "device.find_badge",
                    .text = "SELECT login, coalesce(pin_hash, ''), active, pin_failures::bigint"
                            " FROM app_user WHERE badge = $1",
                    .params = "t",
                    .columns = "ttbi"},
    [COUNT_FAILURE] = {.name = "device.count_failure",
                       .text = "UPDATE app_user SET pin_failures = CASE WHEN $2 THEN 0"
                               " ELSE pin_failures + 1 END WHERE badge = $1"
                               /* not to wait for the disk: a badge that exists would show */
                               " AND set_config('synchronous_commit', 'off', true) IS NOT NULL",
                       .params = "tb",
                       .columns = ""},
    [SET_BADGE] = {.name = "device.set_badge",
                   .text = "UPDATE app_user SET badge = nullif($2, ''), pin_hash = nullif($3, ''),"
                           " pin_failures = 0 WHERE login = $1 RETURNING login",
                   .params = "ttt",
                   .columns = "t"},
    [END_BADGE_SESSIONS] = {.name = "device.end_badge_sessions",
                            .text = "DELETE FROM session WHERE login = $1 AND by_badge",
                            .params = "t",
                            .columns = ""},
};

static const struct sql_constraint constraints[] = {
    {"app_user_badge_once", STATUS_EXISTS, "badge", "the badge belongs to somebody else"},
};

const struct sql_schema device_schema = {.statements = statements,
                                         .statement_count = STATEMENTS,
                                         .constraints = constraints,
                                         .constraint_count = COUNT_OF(constraints)};

static struct text bytes_of(const uint8_t *hash)
{
    return (struct text){(const char *)hash, STORE_HASH_BYTES};
}

/* What a transaction of one change gets. */
struct change_work {
    struct arena *arena;
    const void *change;
};

static enum status insert(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct store_enrollment *device = work->change;
    const struct sql_value params[] = {SQL_TEXT(text_of(device->device_id)),
                                       SQL_TEXT(bytes_of(device->hash)),
                                       SQL_TEXT(text_of(device->plant)),
                                       SQL_TEXT(text_of(device->name)),
                                       SQL_LIST(device->work_centers, device->work_center_count),
                                       SQL_TEXT(text_of(device->login))};
    return sql_run(sql, &statements[INSERT], params, work->arena, NULL, fault);
}

enum status device_insert(struct sql *sql, struct store_act *act,
                          const struct store_enrollment *device, struct fault *fault)
{
    struct change_work work = {act->arena, device};
    return act_transaction(sql, act, insert, &work, fault);
}

struct store_device device_row(const struct sql_rows *rows, size_t i)
{
    return (struct store_device){sql_at(rows, i, 0)->as.text,   sql_at(rows, i, 1)->as.text,
                                 sql_at(rows, i, 2)->as.text,   sql_at(rows, i, 3)->as.text,
                                 sql_at(rows, i, 4)->as.text,   sql_at(rows, i, 5)->as.integer,
                                 sql_at(rows, i, 6)->as.integer};
}

enum status device_find(struct sql *sql, struct arena *arena, const uint8_t *hash,
                        struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash))};
    return sql_run(sql, &statements[FIND], params, arena, rows, fault);
}

enum status device_find_id(struct sql *sql, struct arena *arena, const char *device_id,
                           struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(device_id))};
    return sql_run(sql, &statements[FIND_ID], params, arena, rows, fault);
}

enum status device_list(struct sql *sql, struct arena *arena, struct text after, size_t limit,
                        struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(after), SQL_INT((int64_t)limit)};
    return sql_run(sql, &statements[LIST], params, arena, rows, fault);
}

static enum status revoke(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct text *device_id = work->change;
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(*device_id)};
    enum status status = sql_run(sql, &statements[REVOKE], params, work->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_NOT_FOUND, "device_id", "device \"%.*s\" does not exist",
                           (int)device_id->length, device_id->bytes);
    return status != STATUS_OK
               ? status
               : sql_run(sql, &statements[END_SESSIONS], params, work->arena, NULL, fault);
}

enum status device_revoke(struct sql *sql, struct store_act *act, struct fault *fault)
{
    struct change_work work = {act->arena, &act->act.object};
    return act_transaction(sql, act, revoke, &work, fault);
}

enum status device_find_badge(struct sql *sql, struct arena *arena, struct store_badge *badge,
                              struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(text_of(badge->badge))};
    enum status status = device_find(sql, arena, badge->device, &rows, fault);
    badge->login = "";
    if (status == STATUS_OK && rows.count > 0)
        badge->plant = text_copy(device_row(&rows, 0).plant, arena);
    bool known =
        status == STATUS_OK && rows.count > 0 &&
        (!badge->certificate || text_is(device_row(&rows, 0).device_id, badge->certificate));
    if (status == STATUS_OK && !known)
        status = fault_set(fault, STATUS_UNAUTHENTICATED, "device",
                           "this device is not enrolled: a supervisor signs in and enrolls it");
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[FIND_BADGE], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    badge->user = (struct store_user){.exists = rows.count > 0};
    if (rows.count == 0)
        return STATUS_OK;
    badge->login = text_copy(sql_at(&rows, 0, 0)->as.text, arena);
    badge->user.secret_hash = text_copy(sql_at(&rows, 0, 1)->as.text, arena);
    badge->user.active = sql_at(&rows, 0, 2)->as.boolean;
    badge->failures = sql_at(&rows, 0, 3)->as.integer;
    return badge->login && badge->user.secret_hash
               ? STATUS_OK
               : fault_set(fault, STATUS_LIMIT, "", "out of memory");
}

enum status device_count_failure(struct sql *sql, struct arena *arena,
                                 const struct store_badge *badge, bool right, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(badge->badge)), SQL_BOOL(right)};
    return sql_run(sql, &statements[COUNT_FAILURE], params, arena, NULL, fault);
}

static enum status set_badge(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct store_badge_change *change = work->change;
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(text_of(change->login)),
                                       SQL_TEXT(text_of(change->badge)),
                                       SQL_TEXT(text_of(change->pin_hash))};
    enum status status = sql_run(sql, &statements[SET_BADGE], params, work->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_NOT_FOUND, "login", "user \"%s\" does not exist",
                           change->login);
    return status != STATUS_OK
               ? status
               : sql_run(sql, &statements[END_BADGE_SESSIONS], params, work->arena, NULL, fault);
}

enum status device_set_badge(struct sql *sql, struct store_act *act,
                             const struct store_badge_change *change, struct fault *fault)
{
    struct change_work work = {act->arena, change};
    return act_transaction(sql, act, set_badge, &work, fault);
}
