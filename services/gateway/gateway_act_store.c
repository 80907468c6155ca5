#include "services/gateway/gateway_act_store.h"

#define HASH_BYTES 32

enum { DEVICE_ID = ACT_OF_NOTHING };

/* By enum act_subject; no row where there is no such thing.  No hash of a secret is ever part of a
   state. */
#define ROLES_OF(table, key)                                              \
 "(SELECT coalesce(jsonb_agg(r.plant || ' ' || r.role ORDER BY 1), '[]')" \
 " FROM " table " r WHERE r." key " = $1)"

static const struct sql_statement statements[] = {
    [DEVICE_ID] = {.name = "act.device_id",
                   .text =
                       "SELECT device_id FROM device WHERE device_hash = $1 AND revoked_at IS NULL",
                   .params = "x",
                   .columns = "t"},
    [ACT_OF_USER] = {.name = "act.user",
                     .text =
                         "SELECT jsonb_strip_nulls(jsonb_build_object('active', u.active,"
                         " 'roles', " ROLES_OF(
                             "user_role",
                             "login") ", 'badge', u.badge,"
                                      " 'pin', u.pin_hash IS NOT NULL))::text"
                                      " FROM app_user u WHERE u.login = $1 FOR NO KEY UPDATE OF u",
                     .params = "t",
                     .columns = "t"},
    [ACT_OF_TOKEN] = {.name = "act.token",
                      .text =
                          "SELECT jsonb_strip_nulls(jsonb_build_object('login', t.login,"
                          " 'name', t.name, 'roles', " ROLES_OF(
                              "token_role", "token_id") ","
                                                        " 'expires_at', t.expires_at,"
                                                        " 'revoked_at', t.revoked_at))::text"
                                                        " FROM api_token t WHERE t.token_id = $1"
                                                        " FOR NO KEY UPDATE OF t",
                      .params = "t",
                      .columns = "t"},
    [ACT_OF_DEVICE] = {.name = "act.device",
                       .text = "SELECT jsonb_strip_nulls(jsonb_build_object('plant', d.plant,"
                               " 'name', d.name, 'work_centers', to_jsonb(d.work_centers),"
                               " 'enrolled_by', d.enrolled_by, 'revoked_at', d.revoked_at))::text"
                               " FROM device d WHERE d.device_id = $1"
                               " FOR NO KEY UPDATE OF d",
                       .params = "t",
                       .columns = "t"},
};

static const struct sql_schema *const parts[] = {&act_schema, NULL};

const struct sql_schema door_act_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

/* Of whose cookie nothing but the hash is known yet. */
static enum status name_device(struct sql *sql, struct store_act *act, struct fault *fault)
{
    struct sql_rows rows;
    const struct text hash = {(const char *)act->device_hash, HASH_BYTES};
    const struct sql_value params[] = {SQL_TEXT(hash)};
    if (!act->device_hash || act->act.device.length > 0)
        return STATUS_OK;
    enum status status = sql_run(sql, &statements[DEVICE_ID], params, act->arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        act->act.device = sql_at(&rows, 0, 0)->as.text;
    return status;
}

enum status act_put(struct sql *sql, struct store_act *act, struct fault *fault)
{
    enum status status = name_device(sql, act, fault);
    return status == STATUS_OK ? act_insert(sql, &act->act, fault) : status;
}

enum status act_transaction(struct sql *sql, struct store_act *act, sql_work_fn *work,
                            void *context, struct fault *fault)
{
    const struct sql_value key[] = {SQL_TEXT(act->act.object)};
    enum status status = name_device(sql, act, fault);
    struct act_change told = {act->act,
                              act->subject == ACT_OF_NOTHING ? NULL : &statements[act->subject],
                              key, act->arena};
    return status == STATUS_OK ? act_run(sql, &told, work, context, fault) : status;
}
