#ifndef MILLRACE_GATEWAY_DEVICE_H
#define MILLRACE_GATEWAY_DEVICE_H

#include "services/gateway/gateway_access.h"
#include "services/gateway/gateway_call.h"
#include "services/gateway/gateway_device_store.h"

/*
 * Terminals that many people share.  A browser becomes a device when a supervisor signs in on it
 * with a password and enrolls it: it keeps a cookie, the database the cookie's SHA-256, the plant
 * and the work centres.  On it people sign in by badge and PIN.  What such a session may do is at
 * most what its person may do on the shop floor of the device's plant; a revoked device ends them
 * all.
 */
#define DEVICE_COOKIE           "__Host-millrace-device"
#define DEVICE_COOKIE_S         (366 * 86400)
#define DEVICE_WORK_CENTERS_MAX 32
#define DEVICES_MAX             500 /* of one page */

/* The hash of the device's cookie; false, and zeros, when the request brings none. */
bool device_of(const struct exchange *exchange, uint8_t hash[STORE_HASH_BYTES]);

/* Methods (gateway_device_codec.c). */
typedef void device_call(struct exchange *exchange, const struct caller *caller,
                         const ProtobufCMessage *message);
device_call device_call_set_badge;
device_call device_call_enroll;
device_call device_call_revoke;
device_call device_call_list;
device_call device_call_get;

#endif
