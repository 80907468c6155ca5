#ifndef MILLRACE_GATEWAY_GUESS_H
#define MILLRACE_GATEWAY_GUESS_H

#include "services/gateway/gateway_grant_core.h"
#include "services/gateway/gateway_server.h"

/*
 * Who guesses passwords, PINs or secrets is slowed down, by login, address (IPv6: /64) and device.
 * A try counts from its beginning, so that many at once gain nothing, and is taken back unless it
 * was wrong.  Of the loop's thread and this process; forgotten at a restart.
 */
#define GUESS_LOGIN_MAX    5    /* of one login or badge from one address in LOCKOUT_WINDOW_US */
#define GUESS_USER_MAX     100  /* of one login or badge from anywhere in LOCKOUT_HOUR_US */
#define GUESS_ADDRESS_MAX  100  /* from one address in LOCKOUT_WINDOW_US */
#define GUESS_DEVICE_MAX   20   /* on one device in the same time */
#define GUESS_STRANGER_MAX 1000 /* cookies and tokens of nobody from one address, the same */
#define GUESS_REFUSED_MAX  1000 /* FORBIDDEN answers to one session or token, the same */

/* `name`: a login or a badge; `device`: the hash of the device's cookie, NULL without.
   UNAUTHENTICATED after too many wrong tries; else guess_ended must follow. */
enum status guess_begun(const struct exchange *exchange, const char *name, const uint8_t *device,
                        struct fault *fault) MUST_CHECK;
void guess_ended(const struct exchange *exchange, const char *name, const uint8_t *device,
                 bool wrong);

/* The same of a cookie or token that has to be looked up. */
enum status guess_stranger(const struct exchange *exchange, struct fault *fault) MUST_CHECK;
void guess_was_stranger(const struct exchange *exchange);

/* Who is known but asks for what is not his: FORBIDDEN after too many such calls, of this session
   or token alone. */
enum status guess_refused(const struct exchange *exchange, struct fault *fault) MUST_CHECK;
void guess_was_refused(const struct exchange *exchange);

#endif
