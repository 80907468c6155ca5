#ifndef MILLRACE_GATEWAY_STEP_H
#define MILLRACE_GATEWAY_STEP_H

#include "services/gateway/gateway_call.h"

/*
 * A reply with a member `steps` (proto/step.proto) is carried out before the client gets it: its
 * steps that are still to do are called one after the other, under the caller's rights and their
 * own keys, and the reply says how each ended.  All of them must be permitted before the first is
 * done.  A refused step ends those behind it, but for independent ones; where not one was done the
 * refusal is the answer.  What is worth trying again is answered as such: the client calls again,
 * and what was done meanwhile is found done.
 */

/* False: the reply has nothing to do, and is to be sent as it is. */
bool step_begin(struct exchange *exchange, const ProtobufCMessage *reply);

#endif
