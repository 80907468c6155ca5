#ifndef MILLRACE_GATEWAY_ROLE_H
#define MILLRACE_GATEWAY_ROLE_H

#include "services/gateway/gateway_grant_core.h"
#include "services/gateway/gateway_store.h"

/* Between the names of roles that the database keeps and the bits that decisions use. */

/* A role that this version does not know is no grant.  LIMIT above GRANTS_MAX plants. */
enum status role_grants_of(const struct store_roles *roles, struct grants *out,
                           struct fault *fault) MUST_CHECK;
enum status role_names_of(const struct grants *grants, struct arena *arena, struct store_roles *out,
                          struct fault *fault) MUST_CHECK;
enum status role_caller_of(const struct store_caller *stored, bool by_token, struct caller *out,
                           struct fault *fault) MUST_CHECK;

#endif
