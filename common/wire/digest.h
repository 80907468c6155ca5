#ifndef MILLRACE_WIRE_DIGEST_H
#define MILLRACE_WIRE_DIGEST_H

#include "common/base/text.h"

/* SHA-256 over the texts one after another, a NUL after each, so that where one ends counts too. */
#define DIGEST_BYTES 32
bool digest_of(const struct text *texts, size_t count, uint8_t digest[DIGEST_BYTES]) MUST_CHECK;

/* SHA-256 over the texts one after another, nothing between them: what sha256sum says of a file. */
bool digest_joined(const struct text *texts, size_t count, uint8_t digest[DIGEST_BYTES]) MUST_CHECK;

/* The same again and again with one context.  For one thread. */
struct digest_again;
struct digest_again *digest_again_new(void) MUST_CHECK; /* NULL: no memory */
void digest_again_free(struct digest_again **again);    /* NULL-safe */
bool digest_of_again(struct digest_again *again, const struct text *texts, size_t count,
                     uint8_t digest[DIGEST_BYTES]) MUST_CHECK;
bool digest_joined_again(struct digest_again *again, const struct text *texts, size_t count,
                         uint8_t digest[DIGEST_BYTES]) MUST_CHECK;

/* HMAC-SHA256 over the texts one after another, nothing between them. */
bool digest_hmac(struct text key, const struct text *texts, size_t count,
                 uint8_t digest[DIGEST_BYTES]) MUST_CHECK;

#endif
