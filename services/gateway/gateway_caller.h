#ifndef MILLRACE_GATEWAY_CALLER_H
#define MILLRACE_GATEWAY_CALLER_H

#include "services/gateway/gateway_grant_core.h"
#include "services/gateway/gateway_server.h"

/*
 * Who is asking.  A session (cookie) or an API token names a caller; the database says which, and
 * for a few seconds the loop remembers, so that a request needs no question to the database.  A
 * revoked token or an ended session may thus still work for CALLER_FRESH_US on another gateway; on
 * the one that was told, it ends at once.
 */
#define CALLER_FRESH_US     ((int64_t)5 * 1000 * 1000)
#define CALLER_STALE_US     ((int64_t)15 * 1000 * 1000) /* used while one job asks again */
#define CALLER_SLOTS        1024
#define CALLER_COOKIE       "__Host-millrace"
#define CALLER_TOKEN_PREFIX "mr_"
#define CALLER_SECRET_BYTES 32 /* random bytes of a cookie or token */
#define CALLER_SECRET_TEXT  48 /* their base64url text, prefix and NUL fit */
#define CALLER_CSRF_TEXT    44 /* 32 bytes as base64url, and NUL */

enum status callers_open(struct gateway *gateway, struct fault *fault) MUST_CHECK;
void callers_close(struct callers **callers);
void callers_forget_all(struct callers *callers);

/* Called with the caller, or NULL and exchange->fault set (NOT when the request brings no
   credential: then with NULL and no fault). */
typedef void caller_found_fn(struct exchange *exchange, const struct caller *caller);

/* Finds out, at once or later. */
void caller_identify(struct exchange *exchange, caller_found_fn *found);

/* A fresh secret as text with its prefix, and its SHA-256. */
void caller_secret_new(const char *prefix, char text[CALLER_SECRET_TEXT], uint8_t hash[32]);

/* What a page of ours must show beside its session's cookie (X-CSRF-Token): made of the session's
   hash one way, so nothing is kept and another session's is worth nothing. */
void caller_csrf_token(const uint8_t credential[32], char text[CALLER_CSRF_TEXT]);

/* A ticket for the caller at exchange->plant to the service, signed now or a while ago. */
enum status tickets_open(struct gateway *gateway, struct fault *fault) MUST_CHECK;
void tickets_close(struct tickets **tickets);
enum status ticket_for(struct exchange *exchange, const char *audience, struct ticket *out,
                       struct fault *fault) MUST_CHECK;

#endif
