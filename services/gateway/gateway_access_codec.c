#include "common/wire/json.h"
#include "common/wire/page.h"
#include "common/wire/role.h"
#include "proto/gateway.pb-c.h"
#include "services/gateway/gateway_access.h"
#include "services/gateway/gateway_call.h"
#include "services/gateway/gateway_device.h"
#include "services/gateway/gateway_guess.h"
#include "services/gateway/gateway_job.h"
#include "services/gateway/gateway_node.h"
#include "services/gateway/gateway_view.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Access.*: from its messages to jobs and back. */

static char *csrf_token_of(struct exchange *exchange)
{
    char token[CALLER_CSRF_TEXT];
    caller_csrf_token(exchange->credential, token);
    return exchange_copy(exchange, text_of(token));
}

static void done_login(struct auth_job *job)
{
    struct access_login *login = (struct access_login *)job;
    struct exchange *exchange = job->exchange;
    guess_ended(exchange, login->badge ? login->badge : login->login,
                login->badge ? login->device : NULL, job->fault.status == STATUS_UNAUTHENTICATED);
    if (job_failed(job))
        return;
    snprintf(exchange->principal.name, sizeof exchange->principal.name, "%s", login->login);
    char cookie[ACCESS_COOKIE_BYTES];
    snprintf(cookie, sizeof cookie,
             CALLER_COOKIE "=%s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Strict",
             login->secret, (int)(STORE_SESSION_US / 1000000));
    Millrace__LoginReply reply;
    millrace__login_reply__init(&reply);
    reply.login = exchange_copy(exchange, text_of(login->login));
    reply.has_expires_at_us = 1;
    reply.expires_at_us = login->expires_at_us;
    crypto_hash_sha256(exchange->credential, (const unsigned char *)login->secret,
                       strlen(login->secret));
    reply.csrf_token = csrf_token_of(exchange);
    call_reply_with(exchange, &reply.base, &(struct reply){.cookie = cookie});
}

/* `name`: the login or the badge, whose failures are counted. */
static void submit_login(struct exchange *exchange, struct access_login *login, const char *name)
{
    (void)device_of(exchange, login->device);
    snprintf(exchange->principal.name, sizeof exchange->principal.name, "%s",
             name); /* for the log */
    if (guess_begun(exchange, name, login->badge ? login->device : NULL, &exchange->fault) !=
        STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &login->job);
}

static void call_login(struct exchange *exchange, const struct caller *caller,
                       const ProtobufCMessage *message)
{
    (void)caller;
    const Millrace__LoginRequest *request = (const void *)message;
    struct access_login *login = job_new(exchange, sizeof *login, access_login_work, done_login);
    if (!login)
        return;
    login->job.hashes = true;
    login->login = job_text(request->login);
    login->password = job_text(request->password);
    if (login->login[0] == '\0' || strlen(login->login) > TEXT_CODE_MAX)
        job_refuse(exchange, STATUS_INVALID, "login", "a login is needed");
    else if (login->password[0] == '\0' || strlen(login->password) > ACCESS_PASSWORD_MAX)
        job_refuse(exchange, STATUS_INVALID, "password", "a password is needed");
    else
        submit_login(exchange, login, login->login);
}

static void call_login_badge(struct exchange *exchange, const struct caller *caller,
                             const ProtobufCMessage *message)
{
    (void)caller;
    const Millrace__LoginBadgeRequest *request = (const void *)message;
    struct access_login *login = job_new(exchange, sizeof *login, access_login_work, done_login);
    if (!login)
        return;
    login->job.hashes = true;
    login->badge = job_text(request->badge);
    login->password = job_text(request->pin);
    if (exchange->gateway->limits.certified)
        login->certificate = exchange->certificate;
    if (!text_is_code(text_of(login->badge)))
        job_refuse(exchange, STATUS_INVALID, "badge", "a badge is needed");
    else if (!access_pin_is_one(login->password))
        job_refuse(exchange, STATUS_INVALID, "pin", "a PIN of 6 to 12 digits is needed");
    else
        submit_login(exchange, login, login->badge);
}

static void done_confirm(struct auth_job *job)
{
    bool wrong = job->fault.status == STATUS_UNAUTHENTICATED;
    guess_ended(job->exchange, ((struct access_confirm *)job)->login, NULL, wrong);
    if (wrong)
        job->fault.status = STATUS_INVALID; /* the session itself is still good */
    if (job_failed(job))
        return;
    Millrace__ConfirmReply reply = MILLRACE__CONFIRM_REPLY__INIT;
    callers_forget_all(job->gateway->callers);
    call_reply(job->exchange, &reply.base);
}

static void call_confirm(struct exchange *exchange, const struct caller *caller,
                         const ProtobufCMessage *message)
{
    const Millrace__ConfirmRequest *request = (const void *)message;
    if (!exchange->by_cookie) {
        job_refuse(exchange, STATUS_STATE_CONFLICT, "", "a token has no session to confirm");
        return;
    }
    struct access_confirm *confirm =
        job_new(exchange, sizeof *confirm, access_confirm_work, done_confirm);
    if (!confirm)
        return;
    confirm->job.hashes = true;
    confirm->login = exchange_copy(exchange, text_of(caller->login));
    confirm->password = job_text(request->password);
    memcpy(confirm->hash, exchange->credential, sizeof confirm->hash);
    if (confirm->password[0] == '\0' || strlen(confirm->password) > ACCESS_PASSWORD_MAX)
        job_refuse(exchange, STATUS_INVALID, "password", "a password is needed");
    else if (guess_begun(exchange, confirm->login, NULL, &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &confirm->job);
}

static void done_logout(struct auth_job *job)
{
    if (job_failed(job))
        return;
    Millrace__LogoutReply reply;
    millrace__logout_reply__init(&reply);
    callers_forget_all(job->gateway->callers);
    call_reply_with(job->exchange, &reply.base,
                    &(struct reply){.cookie = CALLER_COOKIE "=; Path=/; Max-Age=0; Secure; "
                                                            "HttpOnly; SameSite=Strict"});
}

static void call_logout(struct exchange *exchange, const struct caller *caller,
                        const ProtobufCMessage *message)
{
    (void)caller, (void)message;
    if (!exchange->by_cookie) {
        job_refuse(exchange, STATUS_STATE_CONFLICT, "",
                   "a token has no session: revoke it instead");
        return;
    }
    struct access_logout *logout =
        job_new(exchange, sizeof *logout, access_logout_work, done_logout);
    if (!logout)
        return;
    memcpy(logout->hash, exchange->credential, sizeof logout->hash);
    auth_submit(exchange->gateway->auth, &logout->job);
}

/* A row for each role at each plant; NULL when memory is full. */
static Millrace__PlantRole **grants_to_proto(const struct caller *caller, struct exchange *exchange,
                                             size_t *count)
{
    struct grants named = caller->own; /* a token's plants too: what both have counts */
    bool room = caller->by_token;
    for (size_t i = 0; room && i < caller->token.count; i++)
        room = grants_add(&named, caller->token.rows[i].plant, 0);
    const struct grants *grants = &named;
    size_t most = grants->count * ROLE_COUNT;
    Millrace__PlantRole **pointers = arena_alloc(exchange->arena, most + 1, sizeof(void *));
    Millrace__PlantRole *rows = arena_alloc(exchange->arena, most + 1, sizeof *rows);
    *count = 0;
    for (size_t i = 0; pointers && rows && i < grants->count; i++) {
        const char *plant = grants->rows[i].plant;
        uint32_t roles = caller_roles(caller, strcmp(plant, GRANT_ALL) == 0 ? "" : plant);
        for (uint32_t bit = ROLE_PLANNER; bit <= ROLE_ADMINISTRATOR; bit <<= 1) {
            if (!(roles & bit))
                continue;
            Millrace__PlantRole *row = &rows[*count];
            millrace__plant_role__init(row);
            row->plant = exchange_copy(exchange, text_of(plant));
            row->role = exchange_copy(exchange, text_of(role_name(bit)));
            pointers[(*count)++] = row;
        }
    }
    return rows ? pointers : NULL;
}

static enum status grants_of_proto(Millrace__PlantRole *const *rows, size_t count,
                                   struct grants *grants, struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        char field[64];
        uint32_t bit;
        const char *plant = job_text(rows[i]->plant);
        const char *role = job_text(rows[i]->role);
        snprintf(field, sizeof field, "roles[%zu].plant", i);
        if (!text_is_code(text_of(plant)))
            return fault_set(fault, STATUS_INVALID, field, "a plant's code or \"*\" is needed");
        snprintf(field, sizeof field, "roles[%zu].role", i);
        if (!role_parse(role, &bit))
            return fault_set(fault, STATUS_INVALID, field, "role \"%s\" does not exist", role);
        if (!grants_add(grants, plant, bit))
            return fault_set(fault, STATUS_LIMIT, "roles", "more than %d plants", GRANTS_MAX);
    }
    return STATUS_OK;
}

static void call_who_am_i(struct exchange *exchange, const struct caller *caller,
                          const ProtobufCMessage *message)
{
    (void)message;
    Millrace__WhoAmIReply reply;
    millrace__who_am_ireply__init(&reply);
    reply.login = exchange_copy(exchange, text_of(caller->login));
    reply.roles = grants_to_proto(caller, exchange, &reply.n_roles);
    if (caller->device[0] != '\0')
        reply.device_id = exchange_copy(exchange, text_of(caller->device));
    reply.has_by_badge = reply.by_badge = caller->by_badge;
    if (exchange->by_cookie)
        reply.csrf_token = csrf_token_of(exchange);
    if (reply.roles)
        call_reply(exchange, &reply.base);
    else
        job_refuse(exchange, STATUS_LIMIT, "", "out of memory");
}

static void done_token(struct auth_job *job)
{
    struct access_token *token = (struct access_token *)job;
    if (job_failed(job))
        return;
    Millrace__CreateTokenReply reply;
    millrace__create_token_reply__init(&reply);
    reply.token = token->secret;
    reply.token_id = token->token_id;
    reply.has_expires_at_us = 1;
    reply.expires_at_us = token->expires_at_us;
    call_reply(job->exchange, &reply.base);
}

static enum status read_token(const Millrace__CreateTokenRequest *request,
                              const struct caller *caller, struct access_token *token,
                              struct fault *fault)
{
    token->name = job_text(request->name);
    token->days = request->has_days ? request->days : ACCESS_TOKEN_DAYS;
    if (!text_is_code(text_of(token->name)))
        return fault_set(fault, STATUS_INVALID, "name", "a name of 1 to %d bytes is needed",
                         TEXT_CODE_MAX);
    if (token->days < 1 || token->days > STORE_TOKEN_DAYS_MAX)
        return fault_set(fault, STATUS_INVALID, "days", "a token lasts 1 to %d days",
                         STORE_TOKEN_DAYS_MAX);
    if (request->n_roles == 0)
        return fault_set(fault, STATUS_INVALID, "roles", "at least one role is needed");
    enum status status = grants_of_proto(request->roles, request->n_roles, &token->grants, fault);
    if (status == STATUS_OK && !caller_covers(caller, &token->grants))
        return fault_set(fault, STATUS_FORBIDDEN, "roles",
                         "a token cannot have roles that you do not have");
    return status;
}

static void call_create_token(struct exchange *exchange, const struct caller *caller,
                              const ProtobufCMessage *message)
{
    struct access_token *token = job_new(exchange, sizeof *token, access_token_work, done_token);
    if (!token)
        return;
    token->login = exchange_copy(exchange, text_of(caller->login));
    if (read_token((const void *)message, caller, token, &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &token->job);
}

static void done_revoke(struct auth_job *job)
{
    if (job_failed(job))
        return;
    Millrace__RevokeTokenReply reply;
    millrace__revoke_token_reply__init(&reply);
    callers_forget_all(job->gateway->callers);
    call_reply(job->exchange, &reply.base);
}

static void call_revoke_token(struct exchange *exchange, const struct caller *caller,
                              const ProtobufCMessage *message)
{
    const Millrace__RevokeTokenRequest *request = (const void *)message;
    bool administrator = (exchange->principal.roles & ROLE_ADMINISTRATOR) != 0;
    struct access_revoke *revoke =
        job_new(exchange, sizeof *revoke, access_revoke_work, done_revoke);
    if (!revoke)
        return;
    revoke->token_id = job_text(request->token_id);
    revoke->login = administrator ? "" : exchange_copy(exchange, text_of(caller->login));
    auth_submit(exchange->gateway->auth, &revoke->job);
}

static void done_set_user(struct auth_job *job)
{
    if (job_failed(job))
        return;
    Millrace__SetUserReply reply;
    millrace__set_user_reply__init(&reply);
    callers_forget_all(job->gateway->callers);
    call_reply(job->exchange, &reply.base);
}

static void call_set_user(struct exchange *exchange, const struct caller *caller,
                          const ProtobufCMessage *message)
{
    const Millrace__SetUserRequest *request = (const void *)message;
    struct access_user *user = job_new(exchange, sizeof *user, access_user_work, done_set_user);
    if (!user)
        return;
    user->login = job_text(request->login);
    user->password = request->password;
    user->active = !request->has_active || request->active;
    user->job.hashes = user->password != NULL;
    struct fault *fault = &exchange->fault;
    enum status status = access_user_check(user, fault);
    if (status == STATUS_OK)
        status = grants_of_proto(request->roles, request->n_roles, &user->grants, fault);
    if (status == STATUS_OK && strcmp(user->login, caller->login) == 0 && !user->active)
        status = fault_set(fault, STATUS_STATE_CONFLICT, "active", "you cannot lock yourself out");
    if (status != STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &user->job);
}

static void call_list_services(struct exchange *exchange, const struct caller *caller,
                               const ProtobufCMessage *message)
{
    (void)caller, (void)message;
    node_sweep(exchange, node_reply);
}

static void fill_plant(Millrace__Plant *out, const struct store_plant *plant, struct arena *arena,
                       bool *ok)
{
    millrace__plant__init(out);
    out->plant = page_text(plant->plant, arena, ok);
    out->name = plant->name.length > 0 ? page_text(plant->name, arena, ok) : NULL;
    out->currency = page_text(plant->currency, arena, ok);
    out->time_zone = page_text(plant->time_zone, arena, ok);
}

static void done_list_plants(struct auth_job *job)
{
    struct access_plants *found = (struct access_plants *)job;
    Millrace__ListPlantsReply reply = MILLRACE__LIST_PLANTS_REPLY__INIT;
    bool ok = true;
    if (job_failed(job))
        return;
    bool more = found->count > found->limit;
    size_t count = more ? found->limit : found->count;
    Millrace__Plant *out = arena_alloc(job->arena, count + 1, sizeof *out);
    reply.plants = arena_alloc(job->arena, count + 1, sizeof(void *));
    for (size_t i = 0; out && reply.plants && i < count; i++) {
        fill_plant(&out[i], &found->plants[i], job->arena, &ok);
        reply.plants[reply.n_plants++] = &out[i];
    }
    if (more && out)
        reply.next = out[count - 1].plant;
    if (ok && out && reply.plants)
        call_reply(job->exchange, &reply.base);
    else
        job_refuse(job->exchange, STATUS_LIMIT, "", "out of memory");
}

static void call_list_plants(struct exchange *exchange, const struct caller *caller,
                             const ProtobufCMessage *message)
{
    const Millrace__ListPlantsRequest *request = (const void *)message;
    struct access_plants *asked =
        job_new(exchange, sizeof *asked, access_plants_work, done_list_plants);
    if (!asked)
        return;
    asked->caller = *caller;
    asked->after = text_of(request->after);
    if (page_limit(request->has_limit, request->limit, ACCESS_PLANTS_MAX, &asked->limit,
                   &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &asked->job);
}

/* Of lines of plant, tab, role; the number of them.  NULL and !*ok: the arena is full. */
static Millrace__PlantRole **roles_of(struct text lines, size_t *count, struct arena *arena,
                                      bool *ok)
{
    size_t most = 1;
    for (size_t i = 0; i < lines.length; i++)
        most += lines.bytes[i] == '\n';
    Millrace__PlantRole *rows = arena_alloc(arena, most, sizeof *rows);
    Millrace__PlantRole **roles = arena_alloc(arena, most, sizeof *roles);
    *count = 0;
    *ok = *ok && rows && roles;
    while (*ok && lines.length > 0) {
        const char *end = memchr(lines.bytes, '\n', lines.length);
        size_t length = end ? (size_t)(end - lines.bytes) : lines.length;
        const char *tab = memchr(lines.bytes, '\t', length);
        ASSERT(tab != NULL && *count < most);
        size_t plant = (size_t)(tab - lines.bytes);
        Millrace__PlantRole *row = &rows[*count];
        millrace__plant_role__init(row);
        row->plant = page_text((struct text){lines.bytes, plant}, arena, ok);
        row->role = page_text((struct text){tab + 1, length - plant - 1}, arena, ok);
        roles[(*count)++] = row;
        length += end ? 1 : 0;
        lines = (struct text){lines.bytes + length, lines.length - length};
    }
    return roles;
}

static bool fill_token(struct listed_token token, Millrace__Token *out, struct arena *arena)
{
    bool ok = true;
    millrace__token__init(out);
    out->token_id = page_text(token.token_id, arena, &ok);
    out->name = page_text(token.name, arena, &ok);
    out->login = page_text(token.login, arena, &ok);
    out->has_created_at_us = out->has_expires_at_us = true;
    out->created_at_us = token.created_at_us;
    out->expires_at_us = token.expires_at_us;
    out->roles = roles_of(token.roles, &out->n_roles, arena, &ok);
    return ok;
}

static void done_list_tokens(struct auth_job *job)
{
    struct access_tokens *found = (struct access_tokens *)job;
    Millrace__ListTokensReply reply = MILLRACE__LIST_TOKENS_REPLY__INIT;
    if (job_failed(job))
        return;
    bool more = found->rows.count > found->limit;
    size_t count = more ? found->limit : found->rows.count;
    Millrace__Token *out = arena_alloc(job->arena, count + 1, sizeof *out);
    reply.tokens = arena_alloc(job->arena, count + 1, sizeof(void *));
    bool ok = out && reply.tokens;
    for (size_t i = 0; ok && i < count; i++) {
        ok = fill_token(store_token_of(&found->rows, i), &out[i], job->arena);
        reply.tokens[reply.n_tokens++] = &out[i];
    }
    if (more && ok)
        reply.next = out[count - 1].token_id;
    if (ok)
        call_reply(job->exchange, &reply.base);
    else
        job_refuse(job->exchange, STATUS_LIMIT, "", "out of memory");
}

static void call_list_tokens(struct exchange *exchange, const struct caller *caller,
                             const ProtobufCMessage *message)
{
    const Millrace__ListTokensRequest *request = (const void *)message;
    bool administrator = (exchange->principal.roles & ROLE_ADMINISTRATOR) != 0;
    struct access_tokens *asked =
        job_new(exchange, sizeof *asked, access_tokens_work, done_list_tokens);
    if (!asked)
        return;
    asked->query.after = text_of(job_text(request->after));
    asked->query.login = administrator ? "" : exchange_copy(exchange, text_of(caller->login));
    if (page_limit(request->has_limit, request->limit, ACCESS_TOKENS_MAX, &asked->limit,
                   &exchange->fault) != STATUS_OK) {
        exchange_fail(exchange);
        return;
    }
    asked->query.limit = asked->limit + 1;
    auth_submit(exchange->gateway->auth, &asked->job);
}

static bool fill_user(struct store_person person, Millrace__User *out, struct arena *arena)
{
    bool ok = true;
    millrace__user__init(out);
    out->login = page_text(person.login, arena, &ok);
    out->has_active = true;
    out->active = person.active;
    out->badge = person.badge.length > 0 ? page_text(person.badge, arena, &ok) : NULL;
    out->has_pin_dead = out->pin_dead = person.pin_failures >= ACCESS_PIN_FAILURES;
    out->roles = roles_of(person.roles, &out->n_roles, arena, &ok);
    return ok;
}

static void done_list_users(struct auth_job *job)
{
    struct access_people *found = (struct access_people *)job;
    Millrace__ListUsersReply reply = MILLRACE__LIST_USERS_REPLY__INIT;
    if (job_failed(job))
        return;
    bool more = found->rows.count > found->limit;
    size_t count = more ? found->limit : found->rows.count;
    Millrace__User *out = arena_alloc(job->arena, count + 1, sizeof *out);
    reply.users = arena_alloc(job->arena, count + 1, sizeof(void *));
    bool ok = out && reply.users;
    for (size_t i = 0; ok && i < count; i++) {
        ok = fill_user(store_person_of(&found->rows, i), &out[i], job->arena);
        reply.users[reply.n_users++] = &out[i];
    }
    if (more && ok)
        reply.next = out[count - 1].login;
    if (ok)
        call_reply(job->exchange, &reply.base);
    else
        job_refuse(job->exchange, STATUS_LIMIT, "", "out of memory");
}

static void call_list_users(struct exchange *exchange, const struct caller *caller,
                            const ProtobufCMessage *message)
{
    (void)caller;
    const Millrace__ListUsersRequest *request = (const void *)message;
    struct access_people *asked =
        job_new(exchange, sizeof *asked, access_people_work, done_list_users);
    if (!asked)
        return;
    asked->after = text_of(job_text(request->after));
    if (page_limit(request->has_limit, request->limit, ACCESS_PEOPLE_MAX, &asked->limit,
                   &exchange->fault) != STATUS_OK)
        exchange_fail(exchange);
    else
        auth_submit(exchange->gateway->auth, &asked->job);
}

static const struct {
    const char *method;
    void (*call)(struct exchange *exchange, const struct caller *caller,
                 const ProtobufCMessage *message);
} calls[] = {
    {"Access.Login", call_login},
    {"Access.LoginBadge", call_login_badge},
    {"Access.Confirm", call_confirm},
    {"Access.Logout", call_logout},
    {"Access.WhoAmI", call_who_am_i},
    {"Access.CreateToken", call_create_token},
    {"Access.RevokeToken", call_revoke_token},
    {"Access.SetUser", call_set_user},
    {"Access.ListUsers", call_list_users},
    {"Access.ListServices", call_list_services},
    {"Access.ListPlants", call_list_plants},
    {"Access.SetBadge", device_call_set_badge},
    {"Access.EnrollDevice", device_call_enroll},
    {"Access.RevokeDevice", device_call_revoke},
    {"Access.ListDevices", device_call_list},
    {"Access.GetDevice", device_call_get},
    {"Access.ListTokens", call_list_tokens},
    {"Access.SaveView", view_call_save},
    {"Access.ListViews", view_call_list},
};

void access_call(struct exchange *exchange, const struct caller *caller,
                 const ProtobufCMessage *request)
{
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        if (strcmp(calls[i].method, exchange->method) == 0) {
            calls[i].call(exchange, caller, request);
            return;
        }
    }
    job_refuse(exchange, STATUS_NOT_FOUND, "", "this method does not exist yet");
}
