#include "services/gateway/gateway_grant_core.h"

#include <string.h>

bool grants_add(struct grants *grants, const char *plant, uint32_t roles)
{
    ASSERT(strlen(plant) <= TEXT_CODE_MAX);
    for (size_t i = 0; i < grants->count; i++) {
        if (strcmp(grants->rows[i].plant, plant) == 0) {
            grants->rows[i].roles |= roles;
            return true;
        }
    }
    if (grants->count == GRANTS_MAX)
        return false;
    struct grant *grant = &grants->rows[grants->count++];
    memcpy(grant->plant, plant, strlen(plant) + 1);
    grant->roles = roles;
    return true;
}

uint32_t grants_at(const struct grants *grants, const char *plant)
{
    uint32_t roles = 0;
    for (size_t i = 0; i < grants->count; i++) {
        const char *at = grants->rows[i].plant;
        if (strcmp(at, GRANT_ALL) == 0 || (plant[0] != '\0' && strcmp(at, plant) == 0))
            roles |= grants->rows[i].roles;
    }
    return roles;
}

uint32_t caller_roles(const struct caller *caller, const char *plant)
{
    uint32_t roles = grants_at(&caller->own, plant);
    return caller->by_token ? roles & grants_at(&caller->token, plant) : roles;
}

void grants_confine(struct grants *grants, const char *plant, uint32_t roles)
{
    uint32_t left = grants_at(grants, plant) & roles;
    grants->count = 0;
    if (left != 0 && !grants_add(grants, plant, left))
        ASSERT(false && "one plant finds room");
}

bool caller_covers(const struct caller *caller, const struct grants *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const struct grant *grant = &wanted->rows[i];
        const char *plant = strcmp(grant->plant, GRANT_ALL) == 0 ? "" : grant->plant;
        if ((grant->roles & ~caller_roles(caller, plant)) != 0)
            return false;
    }
    return true;
}

bool lockout_refuses(const struct lockout *lockout, uint64_t key, uint32_t most, int64_t now_us)
{
    size_t slot = key % LOCKOUT_SLOTS;
    return lockout->slots[slot].key == key && lockout->slots[slot].failures >= most &&
           now_us - lockout->slots[slot].since_us < lockout->window_us;
}

void lockout_failed(struct lockout *lockout, uint64_t key, int64_t now_us)
{
    size_t slot = key % LOCKOUT_SLOTS;
    if (lockout->slots[slot].key != key ||
        now_us - lockout->slots[slot].since_us >= lockout->window_us) {
        lockout->slots[slot].key = key;
        lockout->slots[slot].since_us = now_us;
        lockout->slots[slot].failures = 0;
    }
    lockout->slots[slot].failures++;
}

void lockout_take_back(struct lockout *lockout, uint64_t key)
{
    size_t slot = key % LOCKOUT_SLOTS;
    if (lockout->slots[slot].key == key && lockout->slots[slot].failures > 0)
        lockout->slots[slot].failures--;
}
