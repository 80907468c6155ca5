#ifndef MILLRACE_WIRE_ROLE_H
#define MILLRACE_WIRE_ROLE_H

#include "common/wire/ticket.h"

/*
 * Who may call which method: lookups in role.tbl.h, asked by the gateway first and by every service
 * again.  A method without a row is refused to everybody.
 */

/* Bits of struct principal.roles: 1 << number of the role in proto/envelope.proto, enum Role
   (tests/unit/test_role.c holds the two together). */
enum role {
    ROLE_PLANNER = 1 << 1,
    ROLE_SALES = 1 << 2,
    ROLE_BUYER = 1 << 3,
    ROLE_OPERATOR = 1 << 4,
    ROLE_STOREKEEPER = 1 << 5,
    ROLE_SUPERVISOR = 1 << 6,
    ROLE_ENGINEER = 1 << 7,
    ROLE_FINANCE = 1 << 8,
    ROLE_AUDITOR = 1 << 9,
    ROLE_ADMINISTRATOR = 1 << 10,
};

#define ROLE_COUNT 10
#define ROLE_EVERY ((uint32_t)((ROLE_ADMINISTRATOR << 1) - ROLE_PLANNER))

/* Does the method ("Access.Login") need no ticket at all? */
bool role_is_public(const char *method);

/* Must a person have given the password a moment ago (approvals)?  The gateway asks; it knows the
   session. */
bool role_needs_password(const char *method);

/* May the method be asked with the plant "-" too, for what belongs to no plant?  A role at every
   plant is one there. */
bool role_takes_no_plant(const char *method);

/*
 * May the caller use the method?  `caller` is NULL when nobody is signed in.  FORBIDDEN when not,
 * UNAUTHENTICATED when signing in would be the first step; a method that has no row is FORBIDDEN.
 */
enum status role_permit(const char *method, const struct principal *caller,
                        struct fault *fault) MUST_CHECK;

/* "planner" -> ROLE_PLANNER; false leaves *out alone. */
bool role_parse(const char *name, uint32_t *out) MUST_CHECK;
const char *role_name(uint32_t role); /* one bit; lower case */

/* The rows of role.tbl.h, for the API description and tests: NULL past the last one. */
const char *role_method(size_t row);

#endif
