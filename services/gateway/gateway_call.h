#ifndef MILLRACE_GATEWAY_CALL_H
#define MILLRACE_GATEWAY_CALL_H

#include "common/wire/catalog.h"
#include "services/gateway/gateway_grant_core.h"
#include "services/gateway/gateway_server.h"

/*
 * POST /v1/{plant}/{Service}.{Method}: JSON in, JSON out.  In this order: the path, the media type
 * and the origin; who is asking; may they; the key; the body.  Then the service is asked, or
 * Access answers here.
 */
#define CALL_TIMEOUT_HEADER     "x-timeout-ms"
#define CALL_TIMEOUT_MAX_MS     600000
#define CALL_DEVICE_TIME_HEADER "device-time"

void call_exchange(struct exchange *exchange, struct text plant, struct text method);

/* Ends the exchange with the message as JSON. */
void call_reply(struct exchange *exchange, const ProtobufCMessage *message);
void call_reply_with(struct exchange *exchange, const ProtobufCMessage *message,
                     const struct reply *like);

/* Access.*: gateway_access_codec.c.  `caller` is NULL for Access.Login. */
void access_call(struct exchange *exchange, const struct caller *caller,
                 const ProtobufCMessage *request);

#endif
