#include "services/gateway/gateway_store.h"

#include "common/wire/role.h"

#include <string.h>

enum statement {
    FIND_USER,
    FIND_ROLES,
    FIND_SESSION,
    TOUCH_SESSION,
    INSERT_SESSION,
    DELETE_OVER,
    DELETE_SESSION,
    DELETE_SESSIONS,
    FIND_TOKEN,
    FIND_TOKEN_ROLES,
    INSERT_TOKEN,
    INSERT_TOKEN_ROLES,
    REVOKE_TOKEN,
    INSERT_USER,
    UPDATE_USER,
    DELETE_ROLES,
    INSERT_ROLES,
    STATEMENTS
};

static const struct sql_statement statements[STATEMENTS] = {
    [FIND_USER] = {.name = "gateway.find_user",
                   .text = "SELECT password_hash, active FROM app_user WHERE login = $1",
                   .params = "t",
                   .columns = "tb"},
    [FIND_ROLES] = {.name = "gateway.find_roles",
                    .text =
                        "SELECT plant, role FROM user_role WHERE login = $1 ORDER BY plant, role",
                    .params = "t",
                    .columns = "tt"},
    /* $2: microseconds that a session may lie idle */
    [FIND_SESSION] = {.name = "gateway.find_session",
                      .text =
                          "SELECT s.login, s.seen_at < now() - interval '1 minute' FROM session s"
                          " JOIN app_user u ON u.login = s.login"
                          " WHERE s.session_hash = $1 AND u.active AND s.expires_at > now()"
                          " AND s.seen_at > now() - $2::bigint * interval '1 microsecond'",
                      .params = "xi",
                      .columns = "tb"},
    [TOUCH_SESSION] = {.name = "gateway.touch_session",
                       .text = "UPDATE session SET seen_at = now() WHERE session_hash = $1",
                       .params = "x",
                       .columns = ""},
    [INSERT_SESSION] =
        {.name = "gateway.insert_session",
         .text = "INSERT INTO session (session_hash, login, expires_at) VALUES ($1, $2, $3)",
         .params = "xtz",
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

const struct sql_schema store_schema = {.statements = statements, .statement_count = STATEMENTS};

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
        out->password_hash = text_copy(sql_at(&rows, 0, 0)->as.text, arena);
        out->active = sql_at(&rows, 0, 1)->as.boolean;
        if (!out->password_hash)
            return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    }
    return STATUS_OK;
}

/* Rows of (plant, role); a role that this version does not know is no grant. */
static enum status read_grants(const struct sql_rows *rows, struct arena *arena,
                               struct grants *grants, struct fault *fault)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *plant = text_copy(sql_at(rows, i, 0)->as.text, arena);
        const char *role = text_copy(sql_at(rows, i, 1)->as.text, arena);
        uint32_t bit;
        if (!plant || !role || strlen(plant) > TEXT_CODE_MAX)
            return fault_set(fault, STATUS_LIMIT, "", "the caller's roles cannot be read");
        if (role_parse(role, &bit) && !grants_add(grants, plant, bit))
            return fault_set(fault, STATUS_LIMIT, "", "the caller has roles at more than %d plants",
                             GRANTS_MAX);
    }
    return STATUS_OK;
}

static enum status find_grants(struct sql *sql, const struct sql_statement *statement,
                               struct text key, struct arena *arena, struct grants *grants,
                               struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(key)};
    enum status status = sql_run(sql, statement, params, arena, &rows, fault);
    return status != STATUS_OK ? status : read_grants(&rows, arena, grants, fault);
}

static enum status set_login(struct caller *out, struct text login, struct fault *fault)
{
    if (login.length > TEXT_CODE_MAX)
        return fault_set(fault, STATUS_LIMIT, "", "the login is too long");
    memcpy(out->login, login.bytes, login.length);
    out->login[login.length] = '\0';
    return STATUS_OK;
}

enum status store_find_session(struct sql *sql, struct arena *arena, const uint8_t *hash,
                               struct caller *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash)), SQL_INT(STORE_IDLE_US)};
    enum status status = sql_run(sql, &statements[FIND_SESSION], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_UNAUTHENTICATED, "", "the session is over: log in again");
    *out = (struct caller){.by_token = false};
    struct text login = sql_at(&rows, 0, 0)->as.text;
    status = set_login(out, login, fault);
    if (status == STATUS_OK)
        status = find_grants(sql, &statements[FIND_ROLES], login, arena, &out->own, fault);
    if (status == STATUS_OK && sql_at(&rows, 0, 1)->as.boolean)
        status = sql_run(sql, &statements[TOUCH_SESSION], params, arena, NULL, fault);
    return status;
}

enum status store_find_token(struct sql *sql, struct arena *arena, const uint8_t *hash,
                             struct caller *out, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash))};
    enum status status = sql_run(sql, &statements[FIND_TOKEN], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_UNAUTHENTICATED, "", "the token is not valid (any more)");
    *out = (struct caller){.by_token = true};
    struct text login = sql_at(&rows, 0, 0)->as.text;
    struct text token_id = sql_at(&rows, 0, 1)->as.text;
    status = set_login(out, login, fault);
    if (status == STATUS_OK)
        status = find_grants(sql, &statements[FIND_ROLES], login, arena, &out->own, fault);
    if (status == STATUS_OK)
        status =
            find_grants(sql, &statements[FIND_TOKEN_ROLES], token_id, arena, &out->token, fault);
    return status;
}

enum status store_add_session(struct sql *sql, struct arena *arena,
                              const struct store_session *session, struct fault *fault)
{
    const struct sql_value idle[] = {SQL_INT(STORE_IDLE_US)};
    const struct sql_value params[] = {SQL_TEXT(bytes_of(session->hash)),
                                       SQL_TEXT(text_of(session->login)),
                                       SQL_INT(session->expires_at_us)};
    enum status status = sql_run(sql, &statements[DELETE_OVER], idle, arena, NULL, fault);
    return status != STATUS_OK
               ? status
               : sql_run(sql, &statements[INSERT_SESSION], params, arena, NULL, fault);
}

enum status store_end_session(struct sql *sql, struct arena *arena, const uint8_t *hash,
                              struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(bytes_of(hash))};
    return sql_run(sql, &statements[DELETE_SESSION], params, arena, NULL, fault);
}

/* Grants as the two columns of rows (plant, role). */
struct role_rows {
    struct {
        struct text plant;
        struct text role;
    } rows[GRANTS_MAX * ROLE_COUNT];

    size_t count;
};

static struct role_rows *role_rows(const struct grants *grants, struct arena *arena)
{
    struct role_rows *out = arena_alloc(arena, 1, sizeof *out);
    for (size_t i = 0; out && i < grants->count; i++) {
        for (uint32_t bit = ROLE_PLANNER; bit <= ROLE_ADMINISTRATOR; bit <<= 1) {
            if (!(grants->rows[i].roles & bit))
                continue;
            out->rows[out->count].plant = text_of(grants->rows[i].plant);
            out->rows[out->count++].role = text_of(role_name(bit));
        }
    }
    return out;
}

static enum status insert_grants(struct sql *sql, const struct sql_statement *statement,
                                 const char *owner, const struct grants *grants,
                                 struct arena *arena, struct fault *fault)
{
    const struct role_rows *roles = role_rows(grants, arena);
    if (!roles)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    const struct sql_value params[] = {SQL_TEXT(text_of(owner)),
                                       SQL_ARRAY(roles->rows, roles->count, plant),
                                       SQL_ARRAY(roles->rows, roles->count, role)};
    return sql_run(sql, statement, params, arena, NULL, fault);
}

struct token_work {
    const struct store_token *token;
    struct arena *arena;
};

static enum status add_token(struct sql *sql, void *context, struct fault *fault)
{
    const struct token_work *work = context;
    const struct store_token *token = work->token;
    const struct sql_value params[] = {
        SQL_TEXT(bytes_of(token->hash)), SQL_TEXT(text_of(token->token_id)),
        SQL_TEXT(text_of(token->login)), SQL_TEXT(text_of(token->name)),
        SQL_INT(token->expires_at_us)};
    enum status status = sql_run(sql, &statements[INSERT_TOKEN], params, work->arena, NULL, fault);
    if (status != STATUS_OK)
        return status;
    return insert_grants(sql, &statements[INSERT_TOKEN_ROLES], token->token_id, token->grants,
                         work->arena, fault);
}

enum status store_add_token(struct sql *sql, struct arena *arena, const struct store_token *token,
                            struct fault *fault)
{
    struct token_work work = {token, arena};
    return sql_transaction(sql, add_token, &work, fault);
}

enum status store_revoke_token(struct sql *sql, struct arena *arena, const char *token_id,
                               const char *login, struct fault *fault)
{
    struct sql_rows rows;
    const struct sql_value params[] = {SQL_TEXT(text_of(token_id)), SQL_TEXT(text_of(login))};
    enum status status = sql_run(sql, &statements[REVOKE_TOKEN], params, arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "token_id", "token \"%s\" does not exist",
                         token_id);
    return status;
}

struct user_work {
    const struct store_change *change;
    struct arena *arena;
};

static enum status put_user(struct sql *sql, const struct user_work *work, struct fault *fault)
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
    const struct user_work *work = context;
    const struct store_change *change = work->change;
    const struct sql_value login[] = {SQL_TEXT(text_of(change->login))};
    enum status status = put_user(sql, work, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[DELETE_ROLES], login, work->arena, NULL, fault);
    if (status == STATUS_OK)
        status = insert_grants(sql, &statements[INSERT_ROLES], change->login, change->grants,
                               work->arena, fault);
    if (status == STATUS_OK && (change->password_hash || !change->active))
        status = sql_run(sql, &statements[DELETE_SESSIONS], login, work->arena, NULL, fault);
    return status;
}

enum status store_set_user(struct sql *sql, struct arena *arena, const struct store_change *change,
                           struct fault *fault)
{
    struct user_work work = {change, arena};
    return sql_transaction(sql, set_user, &work, fault);
}
