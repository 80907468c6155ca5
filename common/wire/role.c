#include "common/wire/role.h"

#include "common/base/text.h"

#include <pthread.h>
#include <string.h>

/* Four more bits beside the roles, so that a row of the table is one mask. */
enum {
    PUBLIC = 1 << 30,
    SIGNED_IN = 1 << 29,
    CONFIRMED = 1 << 28,
    NO_PLANT = 1 << 27,
    PLANNER = ROLE_PLANNER,
    SALES = ROLE_SALES,
    BUYER = ROLE_BUYER,
    OPERATOR = ROLE_OPERATOR,
    STOREKEEPER = ROLE_STOREKEEPER,
    SUPERVISOR = ROLE_SUPERVISOR,
    ENGINEER = ROLE_ENGINEER,
    FINANCE = ROLE_FINANCE,
    AUDITOR = ROLE_AUDITOR,
    ADMINISTRATOR = ROLE_ADMINISTRATOR,
    ROLES = 2 * ROLE_ADMINISTRATOR - ROLE_PLANNER, /* all of them */
};

struct row {
    const char *method;
    uint32_t mask;
};

static const struct row rows[] = {
#define METHOD(name, mask) {name, mask},
#include "common/wire/role.tbl.h"
#undef METHOD
};

static const char *const names[ROLE_COUNT] = {"planner",     "sales",        "buyer",    "operator",
                                              "storekeeper", "supervisor",   "engineer", "finance",
                                              "auditor",     "administrator"};

/* Rows by the hash of their method, at most half full: each request asks several times, and a walk
   through hundreds of names was a tenth of the gateway's own work. */
#define SLOTS 1024

static const struct row *slots[SLOTS];
static pthread_once_t slots_made = PTHREAD_ONCE_INIT;

/* The slot of the method: its row's, or an empty one. */
static const struct row **slot_of(const char *method)
{
    size_t at = (size_t)text_hash(text_of(method)) % SLOTS;
    while (slots[at] && strcmp(slots[at]->method, method) != 0)
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static void make_slots(void)
{
    _Static_assert(2 * COUNT_OF(rows) <= SLOTS, "half full");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        *slot_of(rows[i].method) = &rows[i];
}

/* 0, hence nobody, for a method without a row. */
static uint32_t mask_of(const char *method)
{
    pthread_once(&slots_made, make_slots);
    const struct row *row = *slot_of(method);
    return row ? row->mask : 0;
}

bool role_is_public(const char *method)
{
    return (mask_of(method) & PUBLIC) != 0;
}

bool role_needs_password(const char *method)
{
    return (mask_of(method) & CONFIRMED) != 0;
}

bool role_takes_no_plant(const char *method)
{
    return (mask_of(method) & NO_PLANT) != 0;
}

enum status role_permit(const char *method, const struct principal *caller, struct fault *fault)
{
    uint32_t mask = mask_of(method);
    if (mask & PUBLIC)
        return STATUS_OK;
    if (!caller)
        return fault_set(fault, STATUS_UNAUTHENTICATED, "", "method \"%s\" needs a login", method);
    if (mask & caller->roles & ROLES)
        return STATUS_OK;
    /* what anybody may read is read at a plant where one is somebody */
    if ((mask & SIGNED_IN) && (caller->roles != 0 || strcmp(caller->plant, TICKET_NO_PLANT) == 0))
        return STATUS_OK;
    return fault_set(fault, STATUS_FORBIDDEN, "", "\"%s\" has no role that permits \"%s\"",
                     caller->name, method);
}

bool role_parse(const char *name, uint32_t *out)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (uint32_t)ROLE_PLANNER << i;
            return true;
        }
    }
    return false;
}

const char *role_name(uint32_t role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (role == (uint32_t)ROLE_PLANNER << i)
            return names[i];
    }
    ASSERT(false && "one bit of enum role");
    return "";
}

const char *role_method(size_t row)
{
    return row < COUNT_OF(rows) ? rows[row].method : NULL;
}
