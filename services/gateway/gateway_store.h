#ifndef MILLRACE_GATEWAY_STORE_H
#define MILLRACE_GATEWAY_STORE_H

#include "services/gateway/gateway_act_store.h"

/*
 * People, sessions and tokens in the database (sql/migrations/0001).  Secrets arrive here only as
 * their SHA-256 (sessions, tokens: 256 random bits, so a plain hash is enough) or argon2id hash
 * (passwords).
 */
#define STORE_HASH_BYTES     32
#define STORE_IDLE_US        ((int64_t)30 * 60 * 1000 * 1000)      /* a session without requests */
#define STORE_BADGE_IDLE_US  ((int64_t)10 * 60 * 1000 * 1000)      /* the same of one by badge */
#define STORE_CONFIRM_US     ((int64_t)10 * 60 * 1000 * 1000)      /* a password is fresh */
#define STORE_SESSION_US     ((int64_t)12 * 60 * 60 * 1000 * 1000) /* and in any case */
#define STORE_SESSION_OVER   "the session is over: log in again"
#define STORE_LOCAL_LOGIN    "local" /* owns tokens made on the machine itself; cannot log in */
#define STORE_NO_PASSWORD    "!"
#define STORE_TOKEN_DAYS_MAX 366

extern const struct sql_schema store_schema;

/* A role at a plant, by name (common/wire/role.h; gateway_role.h makes grants of them). */
struct store_role {
    struct text plant; /* "*" for every plant */
    struct text role;
};

struct store_roles {
    struct store_role *rows;
    size_t count;
};

struct store_caller {
    struct text login;
    struct store_roles own;
    struct store_roles token; /* of a token */
    struct text device;       /* of a session on an enrolled device; "" without */
    struct text device_plant;
    struct text device_hash; /* of its cookie */
    bool by_badge;
    bool unseen;    /* a session that was not touched for a minute */
    bool confirmed; /* the password was given within STORE_CONFIRM_US */
};

struct store_user {
    bool exists;
    bool active;
    const char *secret_hash; /* of the password, or the PIN */
};

enum status store_find_user(struct sql *sql, struct arena *arena, const char *login,
                            struct store_user *out, struct fault *fault) MUST_CHECK;

/* Who holds the session or token with that hash; UNAUTHENTICATED when nobody does any more. */
enum status store_find_session(struct sql *sql, struct arena *arena, const uint8_t *hash,
                               struct store_caller *out, struct fault *fault) MUST_CHECK;
/* Its person has just done something. */
enum status store_touch_session(struct sql *sql, struct arena *arena, const uint8_t *hash,
                                struct fault *fault) MUST_CHECK;
enum status store_find_token(struct sql *sql, struct arena *arena, const uint8_t *hash,
                             struct store_caller *out, struct fault *fault) MUST_CHECK;

struct store_session {
    const uint8_t *hash;
    const char *login;
    int64_t expires_at_us;
    const uint8_t *device; /* hash of a device's cookie; all zero without */
    bool by_badge;
};

/* Whatever changes something is written down with its act, in one transaction. */

/* Also forgets sessions that are over. */
enum status store_add_session(struct sql *sql, struct store_act *act,
                              const struct store_session *session, struct fault *fault) MUST_CHECK;
/* The password was given now. */
enum status store_confirm_session(struct sql *sql, struct store_act *act, const uint8_t *hash,
                                  struct fault *fault) MUST_CHECK;
enum status store_end_session(struct sql *sql, struct store_act *act, const uint8_t *hash,
                              struct fault *fault) MUST_CHECK;

struct store_token {
    const uint8_t *hash;
    const char *token_id;
    const char *login;
    const char *name;
    int64_t expires_at_us;
    const struct store_roles *roles;
};

enum status store_add_token(struct sql *sql, struct store_act *act, const struct store_token *token,
                            struct fault *fault) MUST_CHECK;

/* The act's object is the token's id.  `login`: only a token of that user; "" for any.  NOT_FOUND
   when there is none to revoke. */
enum status store_revoke_token(struct sql *sql, struct store_act *act, const char *login,
                               struct fault *fault) MUST_CHECK;

/* Events of the log: event_seq, kind, body. */
struct store_events {
    struct text plant;
    int64_t after;
    int64_t limit;
};

enum status store_events(struct sql *sql, struct arena *arena, const struct store_events *asked,
                         struct sql_rows *rows, struct fault *fault) MUST_CHECK;
/* 0 where the plant does not exist yet. */
enum status store_last_event(struct sql *sql, struct arena *arena, const char *plant,
                             int64_t *last_seq, struct fault *fault) MUST_CHECK;

struct store_plant {
    struct text plant;
    struct text name; /* "" none; so the next two never are */
    struct text currency;
    struct text time_zone;
};

/* Plants after `after`, ascending, at most `limit`. */
enum status store_list_plants(struct sql *sql, struct arena *arena, struct text after, size_t limit,
                              struct sql_rows *rows, struct fault *fault) MUST_CHECK;
struct store_plant store_plant_of(const struct sql_rows *rows, size_t i);

struct store_person {
    struct text login;
    bool active;
    struct text badge;    /* "" none */
    int64_t pin_failures; /* in a row */
    struct text roles;    /* a line each: plant, tab, role */
};

/* People after `after`, ascending, at most `limit`. */
enum status store_list_people(struct sql *sql, struct arena *arena, struct text after, size_t limit,
                              struct sql_rows *rows, struct fault *fault) MUST_CHECK;
struct store_person store_person_of(const struct sql_rows *rows, size_t i);

struct token_query {
    struct text after;
    const char *login; /* "" everybody's */
    size_t limit;
};

struct listed_token {
    struct text token_id;
    struct text name;
    struct text login;
    struct text roles; /* a line each: plant, tab, role */
    int64_t created_at_us;
    int64_t expires_at_us;
};

/* Tokens that can still be used. */
enum status store_list_tokens(struct sql *sql, struct arena *arena, const struct token_query *query,
                              struct sql_rows *rows, struct fault *fault) MUST_CHECK;
struct listed_token store_token_of(const struct sql_rows *rows, size_t i);

struct store_change {
    const char *login;
    const char *password_hash; /* NULL: unchanged; a new user needs one */
    const struct store_roles *roles;
    bool active;
};

/* Makes the user or changes it; with a new password or when no longer active its sessions end. */
enum status store_set_user(struct sql *sql, struct store_act *act,
                           const struct store_change *change, struct fault *fault) MUST_CHECK;

#endif
