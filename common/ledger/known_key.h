#ifndef MILLRACE_LEDGER_KNOWN_KEY_H
#define MILLRACE_LEDGER_KNOWN_KEY_H

#include "common/io/rpc.h"

/* What a stored key says, for every path that answers from one. */

/* Is the answer the caller's?  It is whose request it was, from whatever device; or the device's,
   whoever stands before it now.  A key from before this was kept is anybody's. */
static inline bool known_key_is_asker(const struct rpc_request *request, struct text asked_by,
                                      struct text device)
{
    return asked_by.length == 0 || text_is(asked_by, request->principal.name) ||
           (device.length > 0 && text_is(device, request->principal.device));
}

/* The status of a stored reply; false for a name that is none. */
static inline bool known_key_status(struct text name, enum status *out)
{
    for (unsigned status = STATUS_OK; status <= STATUS_INTERNAL; status++) {
        if (text_is(name, status_name((enum status)status))) {
            *out = (enum status)status;
            return true;
        }
    }
    return false;
}

#endif
