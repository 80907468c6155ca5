#include "services/gateway/gateway_access.h"

#include "common/io/clock.h"
#include "common/io/log.h"
#include "services/gateway/gateway_device_store.h"
#include "services/gateway/gateway_job.h"

#include <string.h>

/* argon2id of a password that nobody has, with the costs of all others: unknown logins are checked
   against it, so that they take as long as known ones. */
static const char nobodys_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$cGxhY2Vob2xkZXJzYWx0IQ$"
                                   "Tm90IGEgaGFzaCBvZiBhbnkgcGFzc3dvcmQgYXQgYWw";

/* The same work whatever is wrong: a user nobody knows, one without this secret, a wrong one. */
static bool secret_is_right(const struct store_user *user, const char *secret)
{
    const char *known =
        user->exists && user->secret_hash[0] == '$' ? user->secret_hash : nobodys_hash;
    bool right = crypto_pwhash_str_verify(known, secret, strlen(secret)) == 0;
    return right && user->exists && user->active && known != nobodys_hash;
}

static enum status check_password(struct auth_job *job, struct sql *sql, const char *login,
                                  const char *password)
{
    struct store_user user;
    enum status status = store_find_user(sql, job->arena, login, &user, &job->fault);
    if (status == STATUS_OK && !secret_is_right(&user, password))
        status = fault_set(&job->fault, STATUS_UNAUTHENTICATED, "password",
                           "login or password is not right");
    return status;
}

/* On an enrolled device; finds whose badge it is, and of which device the act is. */
static enum status check_badge(struct access_login *login, struct sql *sql, struct store_act *act)
{
    struct auth_job *job = &login->job;
    struct store_badge badge = {
        .badge = login->badge, .device = login->device, .certificate = login->certificate};
    enum status status = device_find_badge(sql, job->arena, &badge, &job->fault);
    if (badge.plant)
        act->act.plant = text_of(badge.plant);
    act->act.by = text_of(badge.login);
    act->act.object = text_of(login->badge);
    if (status != STATUS_OK)
        return status;
    bool right =
        secret_is_right(&badge.user, login->password) && badge.failures < ACCESS_PIN_FAILURES;
    login->login = badge.login;
    if (!right || badge.failures > 0) /* of a badge that nobody has too: it takes as long */
        status = device_count_failure(sql, job->arena, &badge, right, &job->fault);
    if (status == STATUS_OK && !right)
        status = fault_set(&job->fault, STATUS_UNAUTHENTICATED, "pin", "badge or PIN is not right");
    return status;
}

/* Whoever tried a wrong password or PIN is written down; the answer stays what it is. */
static enum status keep_refusal(struct auth_job *job, struct sql *sql, struct store_act *act)
{
    struct fault unkept = {0};
    act->act.status = job->fault.status;
    if (act->act.status == STATUS_UNAUTHENTICATED && act_put(sql, act, &unkept) != STATUS_OK)
        log_fault(LOG_WARNING, &unkept, "keep a refused sign-in");
    return job->fault.status;
}

enum status access_login_work(struct auth_job *job, struct sql *sql)
{
    struct access_login *login = (struct access_login *)job;
    uint8_t hash[STORE_HASH_BYTES];
    struct store_act act = job_act(job, "Access.Login");
    act.device_hash = login->device;
    enum status status = login->badge ? check_badge(login, sql, &act)
                                      : check_password(job, sql, login->login, login->password);
    if (status != STATUS_OK)
        return keep_refusal(job, sql, &act);
    caller_secret_new("", login->secret, hash);
    login->expires_at_us = clock_unix_us() + STORE_SESSION_US;
    struct store_session session = {hash, login->login, login->expires_at_us, login->device,
                                    login->badge != NULL};
    return store_add_session(sql, &act, &session, &job->fault);
}

enum status access_confirm_work(struct auth_job *job, struct sql *sql)
{
    struct access_confirm *confirm = (struct access_confirm *)job;
    struct store_act act = job_act(job, "Access.Confirm");
    enum status status = check_password(job, sql, confirm->login, confirm->password);
    return status != STATUS_OK ? keep_refusal(job, sql, &act)
                               : store_confirm_session(sql, &act, confirm->hash, &job->fault);
}

enum status access_logout_work(struct auth_job *job, struct sql *sql)
{
    struct access_logout *logout = (struct access_logout *)job;
    struct store_act act = job_act(job, "Access.Logout");
    return store_end_session(sql, &act, logout->hash, &job->fault);
}

#define DAY_US ((int64_t)86400 * 1000000)

enum status access_token_work(struct auth_job *job, struct sql *sql)
{
    struct access_token *token = (struct access_token *)job;
    uint8_t hash[STORE_HASH_BYTES];
    struct store_roles roles;
    if (role_names_of(&token->grants, job->arena, &roles, &job->fault) != STATUS_OK)
        return job->fault.status;
    caller_secret_new(CALLER_TOKEN_PREFIX, token->secret, hash);
    uuid_format(clock_uuid(), token->token_id);
    token->expires_at_us = clock_unix_us() + token->days * DAY_US;
    struct store_token row = {.hash = hash,
                              .token_id = token->token_id,
                              .login = token->login,
                              .name = token->name,
                              .expires_at_us = token->expires_at_us,
                              .roles = &roles};
    struct store_act act = job_act(job, "Access.CreateToken");
    act.subject = ACT_OF_TOKEN;
    act.act.object = text_of(token->token_id);
    return store_add_token(sql, &act, &row, &job->fault);
}

enum status access_revoke_work(struct auth_job *job, struct sql *sql)
{
    struct access_revoke *revoke = (struct access_revoke *)job;
    struct store_act act = job_act(job, "Access.RevokeToken");
    act.subject = ACT_OF_TOKEN;
    act.act.object = text_of(revoke->token_id);
    return store_revoke_token(sql, &act, revoke->login, &job->fault);
}

bool access_pin_is_one(const char *pin)
{
    size_t length = strspn(pin, "0123456789");
    return pin[length] == '\0' && length >= ACCESS_PIN_MIN && length <= ACCESS_PIN_MAX;
}

enum status access_hash(const char *secret, char out[crypto_pwhash_STRBYTES], struct fault *fault)
{
    if (crypto_pwhash_str(out, secret, strlen(secret), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return fault_set(fault, STATUS_LIMIT, "", "no memory to hash a password");
    return STATUS_OK;
}

enum status access_user_check(const struct access_user *user, struct fault *fault)
{
    if (!text_is_code(text_of(user->login)))
        return fault_set(fault, STATUS_INVALID, "login",
                         "a login has 1 to %d bytes, no control characters, no blank at its ends",
                         TEXT_CODE_MAX);
    if (strcmp(user->login, STORE_LOCAL_LOGIN) == 0)
        return fault_set(fault, STATUS_INVALID, "login", "login \"%s\" is the machine's own",
                         user->login);
    if (!user->password)
        return STATUS_OK;
    size_t length = strlen(user->password);
    if (length < ACCESS_PASSWORD_MIN || length > ACCESS_PASSWORD_MAX)
        return fault_set(fault, STATUS_INVALID, "password", "a password has %d to %d bytes",
                         ACCESS_PASSWORD_MIN, ACCESS_PASSWORD_MAX);
    return STATUS_OK;
}

enum status access_user_work(struct auth_job *job, struct sql *sql)
{
    struct access_user *user = (struct access_user *)job;
    char hash[crypto_pwhash_STRBYTES];
    struct store_roles roles;
    struct store_change change = {.login = user->login, .roles = &roles, .active = user->active};
    if (role_names_of(&user->grants, job->arena, &roles, &job->fault) != STATUS_OK)
        return job->fault.status;
    if (user->password && access_hash(user->password, hash, &job->fault) != STATUS_OK)
        return job->fault.status;
    change.password_hash = user->password ? hash : NULL;
    struct store_act act = job_act(job, "Access.SetUser");
    act.subject = ACT_OF_USER;
    act.act.object = text_of(user->login);
    act.act.anew = text_of(user->password ? "password" : "");
    return store_set_user(sql, &act, &change, &job->fault);
}

/* Who has a role at every plant reads one page; the others few rows of many pages. */
enum status access_plants_work(struct auth_job *job, struct sql *sql)
{
    struct access_plants *asked = (struct access_plants *)job;
    struct sql_rows rows = {0};
    enum status status = STATUS_OK;
    asked->plants = arena_alloc(job->arena, asked->limit + 1, sizeof *asked->plants);
    if (!asked->plants)
        return fault_set(&job->fault, STATUS_LIMIT, "", "out of memory");
    do {
        status =
            store_list_plants(sql, job->arena, asked->after, asked->limit + 1, &rows, &job->fault);
        for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
            struct store_plant plant = store_plant_of(&rows, i);
            asked->after = plant.plant;
            const char *code = text_copy(plant.plant, job->arena);
            if (code && caller_roles(&asked->caller, code) != 0 && asked->count <= asked->limit)
                asked->plants[asked->count++] = plant;
        }
    } while (status == STATUS_OK && rows.count > asked->limit && asked->count <= asked->limit);
    return status;
}

enum status access_tokens_work(struct auth_job *job, struct sql *sql)
{
    struct access_tokens *asked = (struct access_tokens *)job;
    return store_list_tokens(sql, job->arena, &asked->query, &asked->rows, &job->fault);
}

enum status access_people_work(struct auth_job *job, struct sql *sql)
{
    struct access_people *asked = (struct access_people *)job;
    return store_list_people(sql, job->arena, asked->after, asked->limit + 1, &asked->rows,
                             &job->fault);
}
