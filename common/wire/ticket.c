#include "common/wire/ticket.h"

#include "common/wire/ticket_codec.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERIFIED_MAX        64 /* tickets a thread remembers: users at work on one service */
#define DECODE_MEMORY_BYTES (16 * KIB)

struct ticket_signer {
    EVP_PKEY *key;
};

/* A ticket whose signature was found good: bytes, signature and what it says. */
struct verified {
    char bytes[TICKET_BYTES_MAX];
    size_t length;
    unsigned char signature[TICKET_SIGNATURE_BYTES];
    struct ticket_content content;
};

struct ticket_verifier {
    EVP_PKEY *key;
    char audience[TEXT_CODE_MAX + 1];
    struct arena *arena;
    struct verified verified[VERIFIED_MAX]; /* by hash of the bytes; a newer one overwrites */
};

typedef EVP_PKEY *read_key_fn(FILE *file, EVP_PKEY **key, pem_password_cb *ask, void *context);

/* A key file that wants a password is refused; without this OpenSSL asks at the terminal. */
static int no_password(char *password, int size, int writing, void *context)
{
    (void)password;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static enum status read_key(const char *path, read_key_fn *read, EVP_PKEY **out,
                            struct fault *fault)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return fault_set(fault, STATUS_INVALID, "", "could not open key \"%s\": %s", path,
                         strerror(errno));
    EVP_PKEY *key = read(file, NULL, no_password, NULL);
    fclose(file);
    if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        return fault_set(fault, STATUS_INVALID, "", "\"%s\" is not an Ed25519 key in PEM", path);
    }
    *out = key;
    return STATUS_OK;
}

enum status ticket_signer_open(const char *private_key_pem_path, struct ticket_signer **out,
                               struct fault *fault)
{
    EVP_PKEY *key;
    enum status status = read_key(private_key_pem_path, PEM_read_PrivateKey, &key, fault);
    if (status != STATUS_OK)
        return status;
    struct ticket_signer *signer = calloc(1, sizeof *signer);
    ASSERT(signer);
    signer->key = key;
    *out = signer;
    return STATUS_OK;
}

void ticket_signer_free(struct ticket_signer **signer)
{
    if (!*signer)
        return;
    EVP_PKEY_free((*signer)->key);
    free(*signer);
    *signer = NULL;
}

static enum status sign(EVP_PKEY *key, struct text bytes, unsigned char *signature,
                        struct fault *fault)
{
    size_t length = TICKET_SIGNATURE_BYTES;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(context, signature, &length, (const unsigned char *)bytes.bytes,
                             bytes.length) == 1;
    EVP_MD_CTX_free(context);
    if (!ok || length != TICKET_SIGNATURE_BYTES)
        return fault_set(fault, STATUS_INTERNAL, "", "could not sign a ticket");
    return STATUS_OK;
}

enum status ticket_sign(struct ticket_signer *signer, const struct ticket_order *order,
                        struct arena *arena, struct ticket *out, struct fault *fault)
{
    struct ticket_content content = {.principal = *order->principal,
                                     .expires_at_us = order->now_us + TICKET_LIFE_US};
    snprintf(content.audience, sizeof content.audience, "%s", order->audience);

    struct ticket ticket;
    enum status status = ticket_encode(&content, arena, &ticket.bytes, fault);
    if (status != STATUS_OK)
        return status;
    unsigned char *signature = arena_alloc(arena, TICKET_SIGNATURE_BYTES, 1);
    if (!signature)
        return fault_set(fault, STATUS_LIMIT, "", "ticket needs too much memory");
    status = sign(signer->key, ticket.bytes, signature, fault);
    if (status != STATUS_OK)
        return status;
    ticket.signature = (struct text){(const char *)signature, TICKET_SIGNATURE_BYTES};
    *out = ticket;
    return STATUS_OK;
}

enum status ticket_verifier_open(const char *public_key_pem_path, const char *audience,
                                 struct ticket_verifier **out, struct fault *fault)
{
    EVP_PKEY *key;
    enum status status = read_key(public_key_pem_path, PEM_read_PUBKEY, &key, fault);
    if (status != STATUS_OK)
        return status;
    struct ticket_verifier *verifier = calloc(1, sizeof *verifier);
    ASSERT(verifier);
    verifier->key = key;
    verifier->arena = arena_new(DECODE_MEMORY_BYTES);
    ASSERT(verifier->arena && strlen(audience) < sizeof verifier->audience);
    memcpy(verifier->audience, audience, strlen(audience) + 1);
    *out = verifier;
    return STATUS_OK;
}

void ticket_verifier_free(struct ticket_verifier **verifier)
{
    if (!*verifier)
        return;
    EVP_PKEY_free((*verifier)->key);
    arena_free(&(*verifier)->arena);
    free(*verifier);
    *verifier = NULL;
}

static enum status refuse(struct fault *fault, const char *why)
{
    if (fault->status == STATUS_OK)
        snprintf(fault->detail, sizeof fault->detail, "ticket: %.240s", why);
    return fault_set(fault, STATUS_UNAUTHENTICATED, "", "ticket is not valid");
}

static bool signature_good(EVP_PKEY *key, const struct ticket *ticket)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good =
        context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
        EVP_DigestVerify(context, (const unsigned char *)ticket->signature.bytes,
                         ticket->signature.length, (const unsigned char *)ticket->bytes.bytes,
                         ticket->bytes.length) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

static bool same_ticket(const struct verified *known, const struct ticket *ticket)
{
    return text_equal((struct text){known->bytes, known->length}, ticket->bytes) &&
           memcmp(known->signature, ticket->signature.bytes, TICKET_SIGNATURE_BYTES) == 0;
}

/* The slot of the ticket, verified now or before. */
static enum status known_ticket(struct ticket_verifier *verifier, const struct ticket *ticket,
                                struct verified **out, struct fault *fault)
{
    if (ticket->bytes.length == 0 || ticket->bytes.length > TICKET_BYTES_MAX ||
        ticket->signature.length != TICKET_SIGNATURE_BYTES)
        return refuse(fault, "absent or of a wrong size");

    struct verified *slot = &verifier->verified[text_hash(ticket->bytes) % VERIFIED_MAX];
    *out = slot;
    if (same_ticket(slot, ticket))
        return STATUS_OK;
    if (!signature_good(verifier->key, ticket))
        return refuse(fault, "wrong signature");

    struct fault why = {0};
    struct ticket_content content;
    arena_reset(verifier->arena);
    if (ticket_decode(ticket->bytes, verifier->arena, &content, &why) != STATUS_OK)
        return refuse(fault, why.message);
    slot->content = content;
    slot->length = ticket->bytes.length;
    memcpy(slot->bytes, ticket->bytes.bytes, ticket->bytes.length);
    memcpy(slot->signature, ticket->signature.bytes, TICKET_SIGNATURE_BYTES);
    return STATUS_OK;
}

enum status ticket_verify(struct ticket_verifier *verifier, const struct ticket_use *use,
                          struct principal *out, struct fault *fault)
{
    struct verified *known;
    enum status status = known_ticket(verifier, &use->ticket, &known, fault);
    if (status != STATUS_OK)
        return status;

    const struct ticket_content *content = &known->content;
    const char *plant = use->plant[0] == '\0' ? TICKET_NO_PLANT : use->plant;
    if (strcmp(content->audience, verifier->audience) != 0)
        return refuse(fault, "for another service");
    if (strcmp(use->plant, TICKET_NO_PLANT) == 0 || strcmp(content->principal.plant, plant) != 0)
        return refuse(fault, "for another plant");
    if (use->now_us >= content->expires_at_us)
        return refuse(fault, "expired");
    if (content->expires_at_us - use->now_us > 2 * TICKET_LIFE_US)
        return refuse(fault, "lives longer than any ticket should");
    *out = content->principal;
    return STATUS_OK;
}
