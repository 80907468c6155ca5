#include "services/gateway/gateway_caller.h"

#include "common/io/clock.h"
#include "common/wire/digest.h"
#include "services/gateway/gateway_auth.h"
#include "services/gateway/gateway_device.h"
#include "services/gateway/gateway_guess.h"
#include "services/gateway/gateway_role.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slot {
    uint8_t hash[32];
    bool used;
    bool asking;  /* a job is under way */
    bool noticed; /* the database knows that somebody is there */
    int64_t known_us;
    struct caller caller;
};

struct callers {
    struct digest_again *digest;
    struct slot *slots[CALLER_SLOTS]; /* made when first used */
};

struct find_job {
    struct auth_job job;
    uint8_t hash[32];
    bool by_token;
    bool acted;
    caller_found_fn *found;
    struct caller caller;
};

enum status callers_open(struct gateway *gateway, struct fault *fault)
{
    gateway->callers = calloc(1, sizeof *gateway->callers);
    if (gateway->callers)
        gateway->callers->digest = digest_again_new();
    return gateway->callers && gateway->callers->digest
               ? STATUS_OK
               : fault_set(fault, STATUS_LIMIT, "", "out of memory");
}

void callers_close(struct callers **callers)
{
    for (size_t i = 0; *callers && i < CALLER_SLOTS; i++)
        free((*callers)->slots[i]);
    if (*callers)
        digest_again_free(&(*callers)->digest);
    free(*callers);
    *callers = NULL;
}

void callers_forget_all(struct callers *callers)
{
    for (size_t i = 0; i < CALLER_SLOTS; i++) {
        if (callers->slots[i])
            callers->slots[i]->used = false;
    }
}

/* Slots are chosen by secret hashes: nobody can aim at one. */
static struct slot **place_of(struct callers *callers, const uint8_t hash[32])
{
    return &callers->slots[((size_t)hash[0] << 8 | hash[1]) % CALLER_SLOTS];
}

static struct slot *slot_of(struct callers *callers, const uint8_t hash[32])
{
    struct slot *slot = *place_of(callers, hash);
    return slot && slot->used && sodium_memcmp(slot->hash, hash, 32) == 0 ? slot : NULL;
}

static void remember(struct callers *callers, const struct find_job *find)
{
    struct slot **place = place_of(callers, find->hash);
    if (!*place)
        *place = calloc(1, sizeof **place);
    if (!*place)
        return;
    memcpy((*place)->hash, find->hash, 32);
    (*place)->used = true;
    (*place)->asking = false;
    (*place)->noticed = find->acted;
    (*place)->known_us = clock_monotonic_us();
    (*place)->caller = find->caller;
}

void caller_secret_new(const char *prefix, char text[CALLER_SECRET_TEXT], uint8_t hash[32])
{
    uint8_t secret[CALLER_SECRET_BYTES];
    size_t at = strlen(prefix);
    clock_random(secret, sizeof secret);
    snprintf(text, CALLER_SECRET_TEXT, "%s", prefix);
    sodium_bin2base64(text + at, CALLER_SECRET_TEXT - at, secret, sizeof secret,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    sodium_memzero(secret, sizeof secret);
}

void caller_csrf_token(const uint8_t credential[32], char text[CALLER_CSRF_TEXT])
{
    static const unsigned char purpose[] = "millrace csrf ";
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, purpose, sizeof purpose - 1);
    crypto_hash_sha256_update(&state, credential, 32);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2base64(text, CALLER_CSRF_TEXT, hash, sizeof hash,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A session by badge is worth nothing but with its device's cookie, and where terminals have
   certificates no session of a device is without its own.  Whoever stole a cookie is told what
   everybody is whose session is over. */
static bool is_at_home(const struct exchange *exchange, const struct caller *caller)
{
    uint8_t device[STORE_HASH_BYTES];
    bool certified = !exchange->gateway->limits.certified || caller->device[0] == '\0' ||
                     strcmp(caller->device, exchange->certificate) == 0;
    if (!certified || !caller->by_badge)
        return certified;
    (void)device_of(exchange, device);
    return sodium_memcmp(device, caller->device_hash, sizeof device) == 0;
}

static void tell(struct exchange *exchange, const struct caller *caller, caller_found_fn *found)
{
    if (caller && !is_at_home(exchange, caller)) {
        snprintf(exchange->fault.detail, sizeof exchange->fault.detail,
                 "session of \"%s\" on device \"%s\" under certificate \"%s\"", caller->login,
                 caller->device, exchange->certificate);
        (void)fault_set(&exchange->fault, STATUS_UNAUTHENTICATED, "", STORE_SESSION_OVER);
        caller = NULL;
    }
    found(exchange, caller);
}

static enum status work_find(struct auth_job *job, struct sql *sql)
{
    struct find_job *find = (struct find_job *)job;
    struct store_caller stored = {.login = {NULL, 0}};
    enum status status =
        find->by_token ? store_find_token(sql, job->arena, find->hash, &stored, &job->fault)
                       : store_find_session(sql, job->arena, find->hash, &stored, &job->fault);
    if (status == STATUS_OK && stored.unseen && find->acted)
        status = store_touch_session(sql, job->arena, find->hash, &job->fault);
    return status == STATUS_OK ? role_caller_of(&stored, find->by_token, &find->caller, &job->fault)
                               : status;
}

static void done_find(struct auth_job *job)
{
    struct find_job *find = (struct find_job *)job;
    struct callers *callers = job->gateway->callers;
    struct slot *slot = slot_of(callers, find->hash);
    if (job->fault.status == STATUS_OK)
        remember(callers, find);
    else if (slot && job->fault.status == STATUS_UNAUTHENTICATED)
        slot->used = false;
    else if (slot)
        slot->asking = false;
    if (job->fault.status == STATUS_UNAUTHENTICATED)
        guess_was_stranger(job->exchange);
    job->exchange->fault = job->fault;
    tell(job->exchange, job->fault.status == STATUS_OK ? &find->caller : NULL, find->found);
}

/* Somebody did something: not a page that only keeps itself up to date (X-Background), or a stream.
   An open page alone must not keep a session alive. */
static bool has_acted(const struct exchange *exchange)
{
    return exchange->head.method == HTTP_POST &&
           http_header(&exchange->head, "x-background").length == 0;
}

static void ask(struct exchange *exchange, bool by_token, caller_found_fn *found)
{
    struct find_job *find = arena_alloc(exchange->arena, 1, sizeof *find);
    if (!find) {
        (void)fault_set(&exchange->fault, STATUS_LIMIT, "", "out of memory");
        found(exchange, NULL);
        return;
    }
    find->job.work = work_find;
    find->job.done = done_find;
    find->job.exchange = exchange;
    find->job.arena = exchange->arena;
    memcpy(find->hash, exchange->credential, sizeof find->hash);
    find->by_token = by_token;
    find->acted = has_acted(exchange);
    find->found = found;
    auth_submit(exchange->gateway->auth, &find->job);
}

/* "Bearer mr_..." of the Authorization header, or the session's cookie. */
static struct text secret_of(struct exchange *exchange, bool *by_token)
{
    static const char scheme[] = "Bearer ";
    struct text header = http_header(&exchange->head, "authorization");
    *by_token = header.length > 0;
    if (*by_token) {
        if (header.length <= sizeof scheme - 1 ||
            memcmp(header.bytes, scheme, sizeof scheme - 1) != 0)
            return text_of("?"); /* some other scheme: a credential that nobody has */
        return (struct text){header.bytes + sizeof scheme - 1, header.length - sizeof scheme + 1};
    }
    return http_cookie(&exchange->head, CALLER_COOKIE);
}

void caller_identify(struct exchange *exchange, caller_found_fn *found)
{
    bool by_token;
    struct text secret = secret_of(exchange, &by_token);
    if (secret.length == 0) {
        found(exchange, NULL);
        return;
    }
    if (!digest_joined_again(exchange->gateway->callers->digest, &secret, 1,
                             exchange->credential)) {
        (void)fault_set(&exchange->fault, STATUS_INTERNAL, "", "internal error");
        found(exchange, NULL);
        return;
    }
    exchange->by_cookie = !by_token;
    struct slot *slot = slot_of(exchange->gateway->callers, exchange->credential);
    int64_t age_us = slot ? clock_monotonic_us() - slot->known_us : INT64_MAX;
    bool usable = slot && slot->caller.by_token == by_token &&
                  (by_token || slot->noticed || !has_acted(exchange)) &&
                  (age_us < CALLER_FRESH_US || (slot->asking && age_us < CALLER_STALE_US));
    if (usable) {
        tell(exchange, &slot->caller, found);
        return;
    }
    /* who was known a while ago is looked up whatever strangers at his address do */
    if (!slot && guess_stranger(exchange, &exchange->fault) != STATUS_OK) {
        found(exchange, NULL);
        return;
    }
    if (slot)
        slot->asking = true;
    ask(exchange, by_token, found);
}
