#include "services/gateway/gateway_act_store.h"

#define HASH_BYTES 32

enum { DEVICE_ID = ACT_OF_NOTHING };

/* By enum act_subject; no row where there is no such thing.  $2: the secret that is set anew.  No
   hash of a secret is ever part of a state. */
#define ROLES_OF(table, key)                                              \
 "(SELECT coalesce(jsonb_agg(r.plant || ' ' || r.role ORDER BY 1), '[]')" \
 " FROM " table " r WHERE r." key " = $1)"

static const struct sql_statement statements[] = {
    [DEVICE_ID] = {.name = "act.device_id",
                   .text =
                       "SELECT device_id FROM device WHERE device_hash = $1 AND revoked_at IS NULL",
                   .params = "x",
                   .columns = "t"},
    [ACT_OF_USER] =
        {.name = "act.user",
         .text = "SELECT jsonb_strip_nulls(jsonb_build_object('active', u.active,"
                 " 'roles', " ROLES_OF(
                     "user_role",
                     "login") ", 'badge', u.badge,"
                              " 'pin', u.pin_hash IS NOT NULL, 'set_anew', nullif($2, '')))::text"
                              " FROM app_user u WHERE u.login = $1",
         .params = "tt",
         .columns = "t"},
    [ACT_OF_TOKEN] = {.name = "act.token",
                      .text =
                          "SELECT jsonb_strip_nulls(jsonb_build_object('login', t.login,"
                          " 'name', t.name, 'roles', " ROLES_OF(
                              "token_role",
                              "token_id") ","
                                          " 'expires_at', t.expires_at, 'revoked_at', t.revoked_at,"
                                          " 'set_anew', nullif($2, '')))::text"
                                          " FROM api_token t WHERE t.token_id = $1",
                      .params = "tt",
                      .columns = "t"},
    [ACT_OF_DEVICE] = {.name = "act.device",
                       .text = "SELECT jsonb_strip_nulls(jsonb_build_object('plant', d.plant,"
                               " 'name', d.name, 'work_centers', to_jsonb(d.work_centers),"
                               " 'enrolled_by', d.enrolled_by, 'revoked_at', d.revoked_at,"
                               " 'set_anew', nullif($2, '')))::text"
                               " FROM device d WHERE d.device_id = $1",
                       .params = "tt",
                       .columns = "t"},
};

static const struct sql_schema *const parts[] = {&act_schema, NULL};

const struct sql_schema door_act_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

enum status act_put(struct sql *sql, struct store_act *act, struct fault *fault)
{
    struct sql_rows rows;
    const struct text hash = {(const char *)act->device_hash, HASH_BYTES};
    const struct sql_value params[] = {SQL_TEXT(hash)};
    if (act->device_hash && act->act.device.length == 0) {
        enum status status = sql_run(sql, &statements[DEVICE_ID], params, act->arena, &rows, fault);
        if (status != STATUS_OK)
            return status;
        if (rows.count > 0)
            act->act.device = sql_at(&rows, 0, 0)->as.text;
    }
    return act_insert(sql, &act->act, fault);
}

static enum status state_of(struct sql *sql, const struct store_act *act, const char *anew,
                            struct text *state, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(act->act.object), SQL_TEXT(text_of(anew))};
    *state = text_of("");
    if (act->subject == ACT_OF_NOTHING)
        return STATUS_OK;
    enum status status = sql_run(sql, &statements[act->subject], params, act->arena, &rows, fault);
    if (status == STATUS_OK && rows.count > 0)
        *state = sql_at(&rows, 0, 0)->as.text;
    return status;
}

struct acting {
    struct store_act *act;
    sql_work_fn *work;
    void *context;
};

static enum status act(struct sql *sql, void *context, struct fault *fault)
{
    const struct acting *acting = context;
    struct store_act *done = acting->act;
    enum status status = state_of(sql, done, "", &done->act.before, fault);
    if (status == STATUS_OK)
        status = acting->work(sql, acting->context, fault);
    if (status == STATUS_OK)
        status = state_of(sql, done, done->anew ? done->anew : "", &done->act.after, fault);
    return status == STATUS_OK ? act_put(sql, done, fault) : status;
}

enum status act_transaction(struct sql *sql, struct store_act *done, sql_work_fn *work,
                            void *context, struct fault *fault)
{
    struct acting acting = {done, work, context};
    return sql_transaction(sql, act, &acting, fault);
}
