#ifndef MILLRACE_GATEWAY_GRANT_CORE_H
#define MILLRACE_GATEWAY_GRANT_CORE_H

#include "common/base/text.h"

/*
 * What a person or a token may do: role bits (common/wire/role.h) by plant, "*" for every plant.
 * A token has grants of its own and can do at most what its owner may do at that moment.
 */
#define GRANTS_MAX 64
#define GRANT_ALL  "*"

struct grant {
    char plant[TEXT_CODE_MAX + 1];
    uint32_t roles;
};

struct grants {
    struct grant rows[GRANTS_MAX];
    size_t count;
};

struct caller {
    char login[TEXT_CODE_MAX + 1];
    bool by_token;
    bool by_badge;                  /* a session on a shared terminal */
    bool confirmed;                 /* a session whose password was given a moment ago */
    char device[TEXT_CODE_MAX + 1]; /* of a session on an enrolled device; "" without */
    uint8_t device_hash[32];        /* of the device's cookie */
    struct grants own;
    struct grants token; /* when by_token */
};

/* Adds roles at a plant; false when there is no room for another plant. */
bool grants_add(struct grants *grants, const char *plant, uint32_t roles) MUST_CHECK;

/* Roles at the plant, those of every plant included; for "" those of every plant alone. */
uint32_t grants_at(const struct grants *grants, const char *plant);
uint32_t caller_roles(const struct caller *caller, const char *plant);

/* What is left of the grants at one plant, of these roles: a badge opens no more than that. */
void grants_confine(struct grants *grants, const char *plant, uint32_t roles);

/* Is every grant of `wanted` among what the caller may do? */
bool caller_covers(const struct caller *caller, const struct grants *wanted);

/*
 * Failed logins, to slow down guessing: counted by a key in a window that begins with the first.  A
 * table of fixed size; a newer key may push out an older one, so keys must not be of anybody's
 * choosing (gateway_guess.c).
 */
#define LOCKOUT_SLOTS     4096
#define LOCKOUT_WINDOW_US ((int64_t)300 * 1000 * 1000)
#define LOCKOUT_HOUR_US   ((int64_t)3600 * 1000 * 1000)

struct lockout {
    int64_t window_us;

    struct {
        uint64_t key;
        int64_t since_us;
        uint32_t failures;
    } slots[LOCKOUT_SLOTS];
};

/* Have there been `most` failures or more in the window that began with the first? */
bool lockout_refuses(const struct lockout *lockout, uint64_t key, uint32_t most, int64_t now_us);
void lockout_failed(struct lockout *lockout, uint64_t key, int64_t now_us);
/* One that was counted was none. */
void lockout_take_back(struct lockout *lockout, uint64_t key);

#endif
