#include "common/wire/role.h"
#include "common/wire/ticket.h"
#include "common/wire/ticket_codec.h"
#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string.h>
#include <unistd.h>

#define NOW ((int64_t)1800000000 * 1000000)

static struct arena *arena;
static struct fault fault;
static struct ticket_signer *signer;
static struct ticket_verifier *verifier;
static const struct principal mei = {
    .name = "mei", .plant = "DEMO", .roles = ROLE_OPERATOR, .device = "scanner-7"};

static char private_path[] = "/tmp/millrace-ticket-XXXXXX";
static char public_path[] = "/tmp/millrace-ticket-XXXXXX";
static char other_path[] = "/tmp/millrace-ticket-XXXXXX";

static FILE *make_file(char *path)
{
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    return file;
}

static void write_keys(void)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    FILE *file = make_file(private_path);
    CU_ASSERT_EQUAL_FATAL(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    file = make_file(public_path);
    CU_ASSERT_EQUAL_FATAL(PEM_write_PUBKEY(file, key), 1);
    fclose(file);
    file = make_file(other_path);
    CU_ASSERT_EQUAL_FATAL(PEM_write_PUBKEY(file, other), 1);
    fclose(file);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void test_open(void)
{
    fault = (struct fault){0};
    write_keys();
    arena = arena_new(MIB);
    CU_ASSERT_EQUAL_FATAL(ticket_signer_open(private_path, &signer, &fault), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(ticket_verifier_open(public_path, "Production", &verifier, &fault),
                          STATUS_OK);
    struct ticket_signer *none = NULL;
    CU_ASSERT_EQUAL(ticket_signer_open(public_path, &none, &fault), STATUS_INVALID);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(ticket_signer_open("/nonexistent", &none, &fault), STATUS_INVALID);
    CU_ASSERT_PTR_NULL(none);
}

static struct ticket sign(const struct principal *who, const char *audience)
{
    struct ticket ticket = {0};
    struct ticket_order order = {.principal = who, .audience = audience, .now_us = NOW};
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(ticket_sign(signer, &order, arena, &ticket, &fault), STATUS_OK);
    return ticket;
}

static enum status verify(struct ticket ticket, const char *plant, int64_t now_us)
{
    struct principal who;
    struct ticket_use use = {.ticket = ticket, .plant = plant, .now_us = now_us};
    fault = (struct fault){0};
    return ticket_verify(verifier, &use, &who, &fault);
}

static void test_good(void)
{
    struct ticket ticket = sign(&mei, "Production");
    struct principal who = {0};
    struct ticket_use use = {.ticket = ticket, .plant = "DEMO", .now_us = NOW + 1};
    for (int again = 0; again < 3; again++) {
        fault = (struct fault){0};
        CU_ASSERT_EQUAL_FATAL(ticket_verify(verifier, &use, &who, &fault), STATUS_OK);
        CU_ASSERT_STRING_EQUAL(who.name, "mei");
        CU_ASSERT_STRING_EQUAL(who.plant, "DEMO");
        CU_ASSERT_STRING_EQUAL(who.device, "scanner-7");
        CU_ASSERT_EQUAL(who.roles, ROLE_OPERATOR);
    }
}

static void test_signature(void)
{
    struct ticket ticket = sign(&mei, "Production");
    char *bytes = (char *)(uintptr_t)ticket.bytes.bytes;
    char *signature = (char *)(uintptr_t)ticket.signature.bytes;
    for (int known = 0; known < 2; known++) { /* before and after it was seen to be good */
        for (size_t i = 0; i < ticket.bytes.length; i++) {
            bytes[i] ^= 1;
            CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW), STATUS_UNAUTHENTICATED);
            bytes[i] ^= 1;
        }
        for (size_t i = 0; i < TICKET_SIGNATURE_BYTES; i++) {
            signature[i] ^= 0x10;
            CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW), STATUS_UNAUTHENTICATED);
            signature[i] ^= 0x10;
        }
        CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW), STATUS_OK);
    }
    CU_ASSERT_EQUAL(verify((struct ticket){0}, "DEMO", NOW), STATUS_UNAUTHENTICATED);
    ticket.signature.length--;
    CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW), STATUS_UNAUTHENTICATED);
}

static void test_audience_plant_expiry(void)
{
    CU_ASSERT_EQUAL(verify(sign(&mei, "Receipt"), "DEMO", NOW), STATUS_UNAUTHENTICATED);
    CU_ASSERT_STRING_EQUAL(fault.detail, "ticket: for another service");
    CU_ASSERT_STRING_EQUAL(fault.message, "ticket is not valid");

    struct ticket ticket = sign(&mei, "Production");
    CU_ASSERT_EQUAL(verify(ticket, "OTHER", NOW), STATUS_UNAUTHENTICATED);
    CU_ASSERT_EQUAL(verify(ticket, "", NOW), STATUS_UNAUTHENTICATED);
    CU_ASSERT_STRING_EQUAL(fault.detail, "ticket: for another plant");
    CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW + TICKET_LIFE_US - 1), STATUS_OK);
    CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW + TICKET_LIFE_US), STATUS_UNAUTHENTICATED);
    CU_ASSERT_STRING_EQUAL(fault.detail, "ticket: expired");
    CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW - 2 * TICKET_LIFE_US), STATUS_UNAUTHENTICATED);
}

static void test_no_plant(void)
{
    struct principal anywhere = mei;
    memcpy(anywhere.plant, TICKET_NO_PLANT, sizeof TICKET_NO_PLANT);
    struct ticket ticket = sign(&anywhere, "Production");
    CU_ASSERT_EQUAL(verify(ticket, "", NOW), STATUS_OK);
    CU_ASSERT_EQUAL(verify(ticket, "DEMO", NOW), STATUS_UNAUTHENTICATED);
    CU_ASSERT_EQUAL(verify(ticket, TICKET_NO_PLANT, NOW), STATUS_UNAUTHENTICATED);
}

static void test_other_key(void)
{
    struct ticket_verifier *other = NULL;
    struct principal who;
    struct ticket_use use = {.ticket = sign(&mei, "Production"), .plant = "DEMO", .now_us = NOW};
    CU_ASSERT_EQUAL_FATAL(ticket_verifier_open(other_path, "Production", &other, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(ticket_verify(other, &use, &who, &fault), STATUS_UNAUTHENTICATED);
    CU_ASSERT_STRING_EQUAL(fault.detail, "ticket: wrong signature");
    ticket_verifier_free(&other);
}

static void test_decode(void)
{
    struct ticket_content content = {.principal = mei, .audience = "Production"};
    struct ticket_content back;
    struct text bytes;
    fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(ticket_encode(&content, arena, &bytes, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(ticket_decode(bytes, arena, &back, &fault), STATUS_OK);
    content.principal.name[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(ticket_encode(&content, arena, &bytes, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(ticket_decode(bytes, arena, &back, &fault), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "principal");
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(ticket_decode(text_of("\x0a\x01m"), arena, &back, &fault), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.field, "plant");
}

static void test_close(void)
{
    ticket_signer_free(&signer);
    ticket_verifier_free(&verifier);
    ticket_signer_free(&signer);
    arena_free(&arena);
    CU_ASSERT_EQUAL(unlink(private_path) + unlink(public_path) + unlink(other_path), 0);
}

UNIT_SUITE("ticket", UNIT(test_open), UNIT(test_good), UNIT(test_signature),
           UNIT(test_audience_plant_expiry), UNIT(test_no_plant), UNIT(test_other_key),
           UNIT(test_decode), UNIT(test_close))
