#include "services/gateway/gateway_device_store.h"
#include "services/gateway/gateway_view_store.h"

enum statement {
    FIND_USER,
    FIND_ROLES,
    FIND_SESSION,
    TOUCH_SESSION,
    INSERT_SESSION,
    CONFIRM_SESSION,
    DELETE_OVER,
    DELETE_SESSION,
    DELETE_SESSIONS,
    FIND_TOKEN,
    FIND_TOKEN_ROLES,
    INSERT_TOKEN,
    INSERT_TOKEN_ROLES,
    REVOKE_TOKEN,
    LIST_TOKENS,
    INSERT_USER,
    UPDATE_USER,
    DELETE_ROLES,
    INSERT_ROLES,
    LIST_PLANTS,
    LIST_PEOPLE,
    LIST_EVENTS,
    LAST_EVENT,
    STATEMENTS
};

static const struct sql_statement statements[STATEMENTS] = {
    [LIST_EVENTS] =
        {.name = "gateway.list_events",
         .text = "SELECT event_seq, kind, body FROM event WHERE plant_id = $1 AND row_seq > $2"
                 " AND event_seq > $2 ORDER BY row_seq, event_seq LIMIT $3",
         .params = "tii",
         .columns = "inx"},
    [LAST_EVENT] = {.name = "gateway.last_event",
                    .text = "SELECT event_seq FROM plant_seq WHERE plant_id = $1",
                    .params = "t",
                    .columns = "i"},
    /* roles as lines of plant, tab, role; the machine's own user is nobody */
    [LIST_PEOPLE] = {.name = "gateway.list_people",
                     .text =
                         "SELECT u.login, u.active, coalesce(u.badge, ''), u.pin_failures::bigint,"
                         " coalesce(string_agg(r.plant || chr(9) || r.role, chr(10)"
                         " ORDER BY r.plant, r.role), '') FROM app_user u"
                         " LEFT JOIN user_role r ON r.login = u.login"
                         " WHERE u.login > $1 AND u.password_hash LIKE '$%'"
                         " GROUP BY u.login ORDER BY u.login LIMIT $2",
                     .params = "ti",
                     .columns = "tbtit"},
    [LIST_PLANTS] = {.name = "gateway.list_plants",
                     .text = "SELECT plant_id, coalesce(name, ''), currency, time_zone FROM plant"
                             " WHERE plant_id > $1 ORDER BY plant_id LIMIT $2",
                     .params = "ti",
                     .columns = "tttt"},
    [FIND_USER] = {.name = "gateway.find_user",
                   .text = "SELECT password_hash, active FROM app_user WHERE login = $1",
                   .params = "t",
                   .columns = "tb"},
    [FIND_ROLES] = {.name = "gateway.find_roles",
                    .text =
                        "SELECT plant, role FROM user_role WHERE login = $1 ORDER BY plant, role",
                    .params = "t",
                    .columns = "tt"},
    /* $2, $3: microseconds that a session may lie idle, and one by badge; $4: that a password is
       fresh */
    [FIND_SESSION] =
        {.name = "gateway.find_session",
         .text =
             "SELECT s.login, s.seen_at < now() - interval '1 minute', coalesce(s.device_id, ''),"
             " coalesce(d.plant, ''), s.by_badge,"
             " coalesce(s.confirmed_at > now() - $4::bigint * interval '1 microsecond', false),"
             " coalesce(d.device_hash, '')"
             " FROM session s JOIN app_user u ON u.login = s.login"
             " LEFT JOIN device d ON d.device_id = s.device_id"
             " WHERE s.session_hash = $1 AND u.active AND s.expires_at > now()"
             " AND s.seen_at > now() - CASE WHEN s.by_badge THEN $3::bigint ELSE $2::bigint END"
             " * interval '1 microsecond' AND d.revoked_at IS NULL",
         .params = "xiii",
         .columns = "tbttbbx"},
    [TOUCH_SESSION] = {.name = "gateway.touch_session",
                       .text = "UPDATE session SET seen_at = now() WHERE session_hash = $1",
                       .params = "x",
                       .columns = ""},
    [INSERT_SESSION] =
        {.name = "gateway.insert_session",
         .text = "INSERT INTO session (session_hash, login, expires_at, by_badge, confirmed_at,"
                 " device_id) VALUES ($1, $2, $3, $4, CASE WHEN $4 THEN NULL ELSE now() END,"
                 " (SELECT device_id FROM device WHERE device_hash = $5 AND revoked_at IS NULL))",
         .params = "xtzbx",
         .columns = ""},
    [CONFIRM_SESSION] = {.name = "gateway.confirm_session",
                         .text = "UPDATE session SET confirmed_at = now() WHERE session_hash = $1",
                         .params = "x",
                         .columns = ""},
    [DELETE_OVER] = {.name = "gateway.delete_over",
                     .text = "DELETE FROM session WHERE expires_at < now()"
                             " OR seen_at < now() - $1::bigint * interval '1 microsecond'",
                     .params = "i",
                     .columns = ""},
    [DELETE_SESSION] = {.name = "gateway.delete_session",
                        .text = "DELETE FROM session WHERE session_hash = $1",
                        .params = "x",
                        .columns = ""},
    [DELETE_SESSIONS] = {.name = "gateway.delete_sessions",
                         .text = "DELETE FROM session WHERE login = $1",
                         .params = "t",
                         .columns = ""},
    [FIND_TOKEN] =
        {.name = "gateway.find_token",
         .text = "SELECT t.login, t.token_id FROM api_token t JOIN app_user u ON u.login = t.login"
                 " WHERE t.token_hash = $1 AND u.active AND t.revoked_at IS NULL"
                 " AND t.expires_at > now()",
         .params = "x",
         .columns = "tt"},
    [FIND_TOKEN_ROLES] =
        {.name = "gateway.find_token_roles",
         .text = "SELECT plant, role FROM token_role WHERE token_id = $1 ORDER BY plant, role",
         .params = "t",
         .columns = "tt"},
    [INSERT_TOKEN] = {.name = "gateway.insert_token",
                      .text =
                          "INSERT INTO api_token (token_hash, token_id, login, name, expires_at)"
                          " VALUES ($1, $2, $3, $4, $5)",
                      .params = "xtttz",
                      .columns = ""},
    [INSERT_TOKEN_ROLES] =
        {.name = "gateway.insert_token_roles",
         .text = "INSERT INTO token_role (token_id, plant, role)"
                 " SELECT $1, plant, role FROM unnest($2::text[], $3::text[]) AS r (plant, role)",
         .params = "tTT",
         .columns = ""},
    [REVOKE_TOKEN] =
        {.name = "gateway.revoke_token",
         .text =
             "UPDATE api_token SET revoked_at = now() WHERE token_id = $1 AND revoked_at IS NULL"
             " AND ($2 = '' OR login = $2) RETURNING token_id",
         .params = "tt",
         .columns = "t"},
    [LIST_TOKENS] =
        {.name = "gateway.list_tokens",
         .text = "SELECT t.token_id, t.name, t.login, coalesce((SELECT string_agg(r.plant || chr(9)"
                 " || r.role, chr(10) ORDER BY r.plant, r.role) FROM token_role r"
                 " WHERE r.token_id = t.token_id), ''), t.created_at, t.expires_at"
                 " FROM api_token t WHERE t.token_id > $1 AND ($2 = '' OR t.login = $2)"
                 " AND t.revoked_at IS NULL AND t.expires_at > now() ORDER BY t.token_id LIMIT $3",
         .params = "tti",
         .columns = "ttttzz"},
    [INSERT_USER] =
        {.name = "gateway.insert_user",
         .text = "INSERT INTO app_user (login, password_hash, active) VALUES ($1, $2, $3)"
                 " ON CONFLICT (login) DO UPDATE SET password_hash = excluded.password_hash,"
                 " active = excluded.active",
         .params = "ttb",
         .columns = ""},
    [UPDATE_USER] = {.name = "gateway.update_user",
                     .text = "UPDATE app_user SET active = $2 WHERE login = $1 RETURNING login",
                     .params = "tb",
                     .columns = "t"},
    [DELETE_ROLES] = {.name = "gateway.delete_roles",
                      .text = "DELETE FROM user_role WHERE login = $1",
                      .params = "t",
                      .columns = ""},
    [INSERT_ROLES] =
        {.name = "gateway.insert_roles",
         .text = "INSERT INTO user_role (login, plant, role)"
                 " SELECT $1, plant, role FROM unnest($2::text[], $3::text[]) AS r (plant, role)",
         .params = "tTT",
         .columns = ""},
};

static const struct sql_schema *const parts[] = {&device_schema, &door_act_schema, &view_schema,
                                                 NULL};

const struct sql_schema store_schema = {
    .statements = statements, .statement_count = STATEMENTS, .parts = parts};

static struct text bytes_of(const uint8_t *hash)
{
    return (struct text){(const char *)hash, STORE_HASH_BYTES};
}

enum status store_find_user(struct sql *sql, struct arena *arena, const char *login,
                            struct store_user *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(text_of(login))};
    enum status status = sql_run(sql, &statements[FIND_USER], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = (struct store_user){.exists = rows.count > 0};
    if (rows.count > 0) {
        out->secret_hash = text_copy(sql_at(&rows, 0, 0)->as.text, arena);
        out->active = sql_at(&rows, 0, 1)->as.boolean;
        if (!out->secret_hash)
            return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    }
    return STATUS_OK;
}

struct role_query {
    enum statement statement;
    struct text key;
};

/* Rows of (plant, role). */
static enum status find_roles(struct sql *sql, struct arena *arena, struct role_query query,
                              struct store_roles *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(query.key)};
    enum status status = sql_run(sql, &statements[query.statement], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    out->rows = arena_alloc(arena, rows.count + 1, sizeof *out->rows);
    if (!out->rows)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    for (out->count = 0; out->count < rows.count; out->count++) {
        out->rows[out->count].plant = sql_at(&rows, out->count, 0)->as.text;
        out->rows[out->count].role = sql_at(&rows, out->count, 1)->as.text;
    }
    return STATUS_OK;
}

enum status store_find_session(struct sql *sql, struct arena *arena, const uint8_t *hash,
                               struct store_caller *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash)), SQL_INT(STORE_IDLE_US),
                                       SQL_INT(STORE_BADGE_IDLE_US), SQL_INT(STORE_CONFIRM_US)};
    enum status status = sql_run(sql, &statements[FIND_SESSION], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_UNAUTHENTICATED, "", STORE_SESSION_OVER);
    *out = (struct store_caller){.login = sql_at(&rows, 0, 0)->as.text,
                                 .device = sql_at(&rows, 0, 2)->as.text,
                                 .device_plant = sql_at(&rows, 0, 3)->as.text,
                                 .by_badge = sql_at(&rows, 0, 4)->as.boolean,
                                 .confirmed = sql_at(&rows, 0, 5)->as.boolean,
                                 .device_hash = sql_at(&rows, 0, 6)->as.text,
                                 .unseen = sql_at(&rows, 0, 1)->as.boolean};
    return find_roles(sql, arena, (struct role_query){FIND_ROLES, out->login}, &out->own, fault);
}

enum status store_touch_session(struct sql *sql, struct arena *arena, const uint8_t *hash,
                                struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash))};
    return sql_run(sql, &statements[TOUCH_SESSION], params, arena, NULL, fault);
}

enum status store_find_token(struct sql *sql, struct arena *arena, const uint8_t *hash,
                             struct store_caller *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash))};
    enum status status = sql_run(sql, &statements[FIND_TOKEN], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_UNAUTHENTICATED, "", "the token is not valid (any more)");
    *out = (struct store_caller){.login = sql_at(&rows, 0, 0)->as.text};
    struct text token_id = sql_at(&rows, 0, 1)->as.text;
    status = find_roles(sql, arena, (struct role_query){FIND_ROLES, out->login}, &out->own, fault);
    if (status == STATUS_OK)
        status = find_roles(sql, arena, (struct role_query){FIND_TOKEN_ROLES, token_id},
                            &out->token, fault);
    return status;
}

/* What a transaction of one change gets. */
struct change_work {
    struct arena *arena;
    const void *change;
};

static enum status add_session(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct store_session *session = work->change;
    const struct sql_value idle[] = {SQL_INT(STORE_IDLE_US)};
    const struct sql_value params[] = {SQL_TEXT(bytes_of(session->hash)),
                                       SQL_TEXT(text_of(session->login)),
                                       SQL_INT(session->expires_at_us), SQL_BOOL(session->by_badge),
                                       SQL_TEXT(bytes_of(session->device))};
    enum status status = sql_run(sql, &statements[DELETE_OVER], idle, work->arena, NULL, fault);
    return status != STATUS_OK
               ? status
               : sql_run(sql, &statements[INSERT_SESSION], params, work->arena, NULL, fault);
}

enum status store_add_session(struct sql *sql, struct store_act *act,
                              const struct store_session *session, struct fault *fault)
{
    struct change_work work = {act->arena, session};
    return act_transaction(sql, act, add_session, &work, fault);
}

static enum status confirm_session(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct sql_value params[] = {SQL_TEXT(bytes_of(work->change))};
    return sql_run(sql, &statements[CONFIRM_SESSION], params, work->arena, NULL, fault);
}

enum status store_confirm_session(struct sql *sql, struct store_act *act, const uint8_t *hash,
                                  struct fault *fault)
{
    struct change_work work = {act->arena, hash};
    return act_transaction(sql, act, confirm_session, &work, fault);
}

static enum status end_session(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct sql_value params[] = {SQL_TEXT(bytes_of(work->change))};
    return sql_run(sql, &statements[DELETE_SESSION], params, work->arena, NULL, fault);
}

enum status store_end_session(struct sql *sql, struct store_act *act, const uint8_t *hash,
                              struct fault *fault)
{
    struct change_work work = {act->arena, hash};
    return act_transaction(sql, act, end_session, &work, fault);
}

static enum status insert_roles(struct sql *sql, struct arena *arena, struct role_query query,
                                const struct store_roles *roles, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(query.key),
                                       SQL_ARRAY(roles->rows, roles->count, plant),
                                       SQL_ARRAY(roles->rows, roles->count, role)};
    return sql_run(sql, &statements[query.statement], params, arena, NULL, fault);
}

static enum status add_token(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct store_token *token = work->change;
    const struct sql_value params[] = {
        SQL_TEXT(bytes_of(token->hash)), SQL_TEXT(text_of(token->token_id)),
        SQL_TEXT(text_of(token->login)), SQL_TEXT(text_of(token->name)),
        SQL_INT(token->expires_at_us)};
    enum status status = sql_run(sql, &statements[INSERT_TOKEN], params, work->arena, NULL, fault);
    if (status != STATUS_OK)
        return status;
    return insert_roles(sql, work->arena,
                        (struct role_query){INSERT_TOKEN_ROLES, text_of(token->token_id)},
                        token->roles, fault);
}

enum status store_add_token(struct sql *sql, struct store_act *act, const struct store_token *token,
                            struct fault *fault)
{
    struct change_work work = {act->arena, token};
    return act_transaction(sql, act, add_token, &work, fault);
}

struct revoke_work {
    struct arena *arena;
    struct text token_id;
    const char *login;
};

static enum status revoke_token(struct sql *sql, void *context, struct fault *fault)
{
    const struct revoke_work *work = context;
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(work->token_id), SQL_TEXT(text_of(work->login))};
    enum status status = sql_run(sql, &statements[REVOKE_TOKEN], params, work->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "token_id", "token \"%.*s\" does not exist",
                         (int)work->token_id.length, work->token_id.bytes);
    return status;
}

enum status store_revoke_token(struct sql *sql, struct store_act *act, const char *login,
                               struct fault *fault)
{
    struct revoke_work work = {act->arena, act->act.object, login};
    return act_transaction(sql, act, revoke_token, &work, fault);
}

static enum status put_user(struct sql *sql, const struct change_work *work, struct fault *fault)
{
    const struct store_change *change = work->change;
    struct sql_rows rows;
    if (change->password_hash) {
        const struct sql_value params[] = {SQL_TEXT(text_of(change->login)),
                                           SQL_TEXT(text_of(change->password_hash)),
                                           SQL_BOOL(change->active)};
        return sql_run(sql, &statements[INSERT_USER], params, work->arena, NULL, fault);
    }
    const struct sql_value params[] = {SQL_TEXT(text_of(change->login)), SQL_BOOL(change->active)};
    enum status status = sql_run(sql, &statements[UPDATE_USER], params, work->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_INVALID, "password", "user \"%s\" is new: give a password",
                         change->login);
    return status;
}

static enum status set_user(struct sql *sql, void *context, struct fault *fault)
{
    const struct change_work *work = context;
    const struct store_change *change = work->change;
    const struct sql_value login[] = {SQL_TEXT(text_of(change->login))};
    enum status status = put_user(sql, work, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[DELETE_ROLES], login, work->arena, NULL, fault);
    if (status == STATUS_OK)
        status = insert_roles(sql, work->arena,
                              (struct role_query){INSERT_ROLES, text_of(change->login)},
                              change->roles, fault);
    if (status == STATUS_OK && (change->password_hash || !change->active))
        status = sql_run(sql, &statements[DELETE_SESSIONS], login, work->arena, NULL, fault);
    return status;
}

enum status store_set_user(struct sql *sql, struct store_act *act,
                           const struct store_change *change, struct fault *fault)
{
    struct change_work work = {act->arena, change};
    return act_transaction(sql, act, set_user, &work, fault);
}

enum status store_list_plants(struct sql *sql, struct arena *arena, struct text after, size_t limit,
                              struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(after), SQL_INT((int64_t)limit)};
    return sql_run(sql, &statements[LIST_PLANTS], params, arena, rows, fault);
}

enum status store_list_people(struct sql *sql, struct arena *arena, struct text after, size_t limit,
                              struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(after), SQL_INT((int64_t)limit)};
    return sql_run(sql, &statements[LIST_PEOPLE], params, arena, rows, fault);
}

enum status store_list_tokens(struct sql *sql, struct arena *arena, const struct token_query *query,
                              struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(query->after), SQL_TEXT(text_of(query->login)),
                                       SQL_INT((int64_t)query->limit)};
    return sql_run(sql, &statements[LIST_TOKENS], params, arena, rows, fault);
}

struct listed_token store_token_of(const struct sql_rows *rows, size_t i)
{
    const struct sql_value *v = sql_at(rows, i, 0);
    return (struct listed_token){v[0].as.text, v[1].as.text,    v[2].as.text,
                                 v[3].as.text, v[4].as.integer, v[5].as.integer};
}

struct store_person store_person_of(const struct sql_rows *rows, size_t i)
{
    return (struct store_person){sql_at(rows, i, 0)->as.text, sql_at(rows, i, 1)->as.boolean,
                                 sql_at(rows, i, 2)->as.text, sql_at(rows, i, 3)->as.integer,
                                 sql_at(rows, i, 4)->as.text};
}

struct store_plant store_plant_of(const struct sql_rows *rows, size_t i)
{
    const struct sql_value *v = sql_at(rows, i, 0);
    return (struct store_plant){v[0].as.text, v[1].as.text, v[2].as.text, v[3].as.text};
}

enum status store_events(struct sql *sql, struct arena *arena, const struct store_events *asked,
                         struct sql_rows *rows, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(asked->plant), SQL_INT(asked->after),
                                       SQL_INT(asked->limit)};
    return sql_run(sql, &statements[LIST_EVENTS], params, arena, rows, fault);
}

enum status store_last_event(struct sql *sql, struct arena *arena, const char *plant,
                             int64_t *last_seq, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(text_of(plant))};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LAST_EVENT], params, arena, &rows, fault);
    *last_seq = status == STATUS_OK && rows.count > 0 ? sql_at(&rows, 0, 0)->as.integer : 0;
    return status;
}
