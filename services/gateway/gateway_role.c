#include "services/gateway/gateway_role.h"

#include "common/wire/role.h"

#include <string.h>

/* A code as a string; false when it is none. */
static bool copy_code(struct text text, char out[TEXT_CODE_MAX + 1])
{
    if (!text_is_code(text))
        return false;
    memcpy(out, text.bytes, text.length);
    out[text.length] = '\0';
    return true;
}

enum status role_grants_of(const struct store_roles *roles, struct grants *out, struct fault *fault)
{
    for (size_t i = 0; i < roles->count; i++) {
        char plant[TEXT_CODE_MAX + 1];
        char role[TEXT_CODE_MAX + 1];
        uint32_t bit;
        if (!copy_code(roles->rows[i].plant, plant) || !copy_code(roles->rows[i].role, role) ||
            !role_parse(role, &bit))
            continue;
        if (!grants_add(out, plant, bit))
            return fault_set(fault, STATUS_LIMIT, "", "the caller has roles at more than %d plants",
                             GRANTS_MAX);
    }
    return STATUS_OK;
}

enum status role_names_of(const struct grants *grants, struct arena *arena, struct store_roles *out,
                          struct fault *fault)
{
    out->count = 0;
    out->rows = arena_alloc(arena, grants->count * ROLE_COUNT + 1, sizeof *out->rows);
    if (!out->rows)
        return fault_set(fault, STATUS_LIMIT, "", "out of memory");
    for (size_t i = 0; i < grants->count; i++) {
        for (uint32_t bit = ROLE_PLANNER; bit <= ROLE_ADMINISTRATOR; bit <<= 1) {
            if (grants->rows[i].roles & bit)
                out->rows[out->count++] =
                    (struct store_role){text_of(grants->rows[i].plant), text_of(role_name(bit))};
        }
    }
    return STATUS_OK;
}

/* By badge: the shop floor of the device's plant. */
static enum status confine(const struct store_caller *stored, struct caller *out,
                           struct fault *fault)
{
    char plant[TEXT_CODE_MAX + 1];
    if (!copy_code(stored->device_plant, plant))
        return fault_set(fault, STATUS_INTERNAL, "", "the device's plant is malformed");
    grants_confine(&out->own, plant, ROLE_OPERATOR | ROLE_STOREKEEPER | ROLE_SUPERVISOR);
    return STATUS_OK;
}

enum status role_caller_of(const struct store_caller *stored, bool by_token, struct caller *out,
                           struct fault *fault)
{
    *out = (struct caller){.by_token = by_token};
    if (!copy_code(stored->login, out->login))
        return fault_set(fault, STATUS_INTERNAL, "", "the caller's login is malformed");
    if (!copy_code(stored->device, out->device))
        out->device[0] = '\0';
    if (stored->device_hash.length == sizeof out->device_hash)
        memcpy(out->device_hash, stored->device_hash.bytes, sizeof out->device_hash);
    out->confirmed = stored->confirmed;
    out->by_badge = stored->by_badge;
    enum status status = role_grants_of(&stored->own, &out->own, fault);
    if (status == STATUS_OK && by_token)
        status = role_grants_of(&stored->token, &out->token, fault);
    if (status == STATUS_OK && stored->by_badge)
        status = confine(stored, out, fault);
    return status;
}
