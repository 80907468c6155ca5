#ifndef MILLRACE_WIRE_TICKET_H
#define MILLRACE_WIRE_TICKET_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * The signed principal of a request (proto/envelope.proto, Ticket): made by the gateway for one
 * service, one plant and TICKET_LIFE_US, signed with Ed25519.  Services hold the public key only,
 * and check audience, plant and expiry as well as the signature, so that a captured service can
 * speak for nobody.
 */
#define TICKET_LIFE_US         ((int64_t)60 * 1000 * 1000)
#define TICKET_BYTES_MAX       512
#define TICKET_SIGNATURE_BYTES 64
#define PRINCIPAL_MAX          64
#define TICKET_NO_PLANT        "*" /* plant of a ticket for methods that name no plant */

struct principal {
    char name[PRINCIPAL_MAX + 1];
    char plant[TEXT_CODE_MAX + 1]; /* or TICKET_NO_PLANT */
    uint32_t roles;                /* bits of enum role (role.h) */
    char device[TEXT_CODE_MAX + 1];
};

struct ticket {
    struct text bytes; /* a packed Ticket */
    struct text signature;
};

struct ticket_signer;
struct ticket_verifier;

/* INVALID when the file cannot be read or is not an Ed25519 key in PEM. */
enum status ticket_signer_open(const char *private_key_pem_path, struct ticket_signer **out,
                               struct fault *fault) MUST_CHECK;
void ticket_signer_free(struct ticket_signer **signer); /* NULL-safe */

/* Good for the service `audience` ("Production") until now_us + TICKET_LIFE_US.  About 50 us: keep
   a ticket for half its life.  The bytes live in the arena. */
struct ticket_order {
    const struct principal *principal;
    const char *audience;
    int64_t now_us; /* wall clock, clock_unix_us */
};

enum status ticket_sign(struct ticket_signer *signer, const struct ticket_order *order,
                        struct arena *arena, struct ticket *out, struct fault *fault) MUST_CHECK;

enum status ticket_verifier_open(const char *public_key_pem_path, const char *audience,
                                 struct ticket_verifier **out, struct fault *fault) MUST_CHECK;
void ticket_verifier_free(struct ticket_verifier **verifier); /* NULL-safe */

/* UNAUTHENTICATED when anything is wrong; the fault's detail says what.  `plant` is the plant of
   the request, "" for none.  Keeps the last few verified tickets, as a check costs about 100 us;
   used by one thread. */
struct ticket_use {
    struct ticket ticket;
    const char *plant;
    int64_t now_us;
};

enum status ticket_verify(struct ticket_verifier *verifier, const struct ticket_use *use,
                          struct principal *out, struct fault *fault) MUST_CHECK;

#endif
