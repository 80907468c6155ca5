#ifndef MILLRACE_GATEWAY_ACCESS_H
#define MILLRACE_GATEWAY_ACCESS_H

#include "services/gateway/gateway_auth.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_role.h"
#include "services/gateway/gateway_store.h"

#include <sodium.h>

/*
 * The jobs behind Access.*: logging in and out, tokens, users.  gateway_access_codec.c fills them
 * from messages and answers when they are done; gateway_command.c runs the last two by hand.
 */
#define ACCESS_PIN_FAILURES 10 /* in a row, anywhere: the PIN is dead until it is set anew */
#define ACCESS_PIN_MIN      6
#define ACCESS_PIN_MAX      12
#define ACCESS_PASSWORD_MIN 12
#define ACCESS_PASSWORD_MAX 128
#define ACCESS_COOKIE_BYTES 160
#define ACCESS_TOKEN_DAYS   90

struct access_login {
    struct auth_job job;
    const char *badge;                /* NULL: by login and password */
    const char *login;                /* of a badge: found by the work */
    const char *password;             /* of a badge: the PIN */
    uint8_t device[STORE_HASH_BYTES]; /* of the device's cookie; all zero without */
    const char *certificate;          /* of a badge: the device it must be, NULL for any */
    char secret[CALLER_SECRET_TEXT];  /* the cookie */
    int64_t expires_at_us;
};

enum status access_login_work(struct auth_job *job, struct sql *sql);

/* The password once more, for the session with that hash. */
struct access_confirm {
    struct auth_job job;
    const char *login;
    const char *password;
    uint8_t hash[STORE_HASH_BYTES];
};

enum status access_confirm_work(struct auth_job *job, struct sql *sql);

struct access_logout {
    struct auth_job job;
    uint8_t hash[STORE_HASH_BYTES];
};

enum status access_logout_work(struct auth_job *job, struct sql *sql);

struct access_token {
    struct auth_job job;
    const char *login;
    const char *name;
    uint32_t days;
    struct grants grants;
    char secret[CALLER_SECRET_TEXT]; /* the answer */
    char token_id[UUID_TEXT_MAX];
    int64_t expires_at_us;
};

enum status access_token_work(struct auth_job *job, struct sql *sql);

struct access_revoke {
    struct auth_job job;
    const char *token_id;
    const char *login; /* "" for any */
};

enum status access_revoke_work(struct auth_job *job, struct sql *sql);

/* A page of tokens. */
#define ACCESS_TOKENS_MAX 500

struct access_tokens {
    struct auth_job job;
    struct token_query query; /* asks for one more than the page holds */
    size_t limit;
    struct sql_rows rows;
};

enum status access_tokens_work(struct auth_job *job, struct sql *sql);

/* A page of plants at which the caller has a role, all of them read on the way. */
#define ACCESS_PLANTS_MAX 500

struct access_plants {
    struct auth_job job;
    struct caller caller;
    struct text after;
    size_t limit;
    struct store_plant *plants; /* one more than the limit where there is another page */
    size_t count;
};

enum status access_plants_work(struct auth_job *job, struct sql *sql);

/* A page of people. */
#define ACCESS_PEOPLE_MAX 500

struct access_people {
    struct auth_job job;
    struct text after;
    size_t limit;
    struct sql_rows rows; /* one more than the limit where there is another page */
};

enum status access_people_work(struct auth_job *job, struct sql *sql);

struct access_user {
    struct auth_job job;
    const char *login;
    const char *password; /* NULL: unchanged */
    struct grants grants;
    bool active;
};

/* 6 to 12 digits? */
bool access_pin_is_one(const char *pin);

/* argon2id of a password or PIN, as the database keeps it; LIMIT when there is no memory for it. */
enum status access_hash(const char *secret, char out[crypto_pwhash_STRBYTES],
                        struct fault *fault) MUST_CHECK;

/* INVALID when the login or the password will not do. */
enum status access_user_check(const struct access_user *user, struct fault *fault) MUST_CHECK;
enum status access_user_work(struct auth_job *job, struct sql *sql);

#endif
