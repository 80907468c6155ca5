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
#define TICKET_SIGNATURE_BYTES 64
#define PRINCIPAL_MAX          64

struct principal {
    char name[PRINCIPAL_MAX + 1];
    char plant[TEXT_CODE_MAX + 1]; /* "*" in a ticket for methods that name no plant */
    uint32_t roles;                /* bit 1 << ROLE_x of envelope.proto */
    char device[TEXT_CODE_MAX + 1];
};

struct ticket_signer;
struct ticket_verifier;

enum status ticket_signer_open(const char *private_key_pem_path, struct ticket_signer **out,
                               struct fault *fault) MUST_CHECK;
void ticket_signer_free(struct ticket_signer **signer);
enum status ticket_sign(struct ticket_signer *signer, const struct principal *principal,
                        const char *audience, int64_t now_us, struct arena *arena,
                        struct text *ticket, struct text *signature,
                        struct fault *fault) MUST_CHECK;

enum status ticket_verifier_open(const char *public_key_pem_path, const char *audience,
                                 struct ticket_verifier **out, struct fault *fault) MUST_CHECK;
void ticket_verifier_free(struct ticket_verifier **verifier);
/* UNAUTHENTICATED when anything is wrong.  Keeps the last few verified tickets, as a check costs
   about 100 us; used by one thread. */
enum status ticket_verify(struct ticket_verifier *verifier, struct text ticket,
                          struct text signature, int64_t now_us, struct principal *out,
                          struct fault *fault) MUST_CHECK;

#endif
