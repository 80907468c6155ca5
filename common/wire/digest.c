#include "common/wire/digest.h"

#include <openssl/evp.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Looked up once for the process: for a short text that is a third of the work. */
static EVP_MD *sha256;
static pthread_once_t sha256_sought = PTHREAD_ONCE_INIT;

static void seek_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static bool begin(EVP_MD_CTX *context)
{
    pthread_once(&sha256_sought, seek_sha256);
    return sha256 && EVP_DigestInit_ex(context, sha256, NULL) == 1;
}

/* A NUL after each text, or nothing. */
static bool hash_with(EVP_MD_CTX *context, const struct text *texts, size_t count, bool apart,
                      uint8_t digest[DIGEST_BYTES])
{
    bool done = begin(context);
    for (size_t i = 0; done && i < count; i++)
        done = EVP_DigestUpdate(context, texts[i].bytes, texts[i].length) == 1 &&
               (!apart || EVP_DigestUpdate(context, "", 1) == 1);
    return done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
}

static bool hash_texts(const struct text *texts, size_t count, bool apart,
                       uint8_t digest[DIGEST_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && hash_with(context, texts, count, apart, digest);
    EVP_MD_CTX_free(context);
    return done;
}

bool digest_of(const struct text *texts, size_t count, uint8_t digest[DIGEST_BYTES])
{
    return hash_texts(texts, count, true, digest);
}

bool digest_joined(const struct text *texts, size_t count, uint8_t digest[DIGEST_BYTES])
{
    return hash_texts(texts, count, false, digest);
}

struct digest_again {
    EVP_MD_CTX *context;
};

struct digest_again *digest_again_new(void)
{
    struct digest_again *again = calloc(1, sizeof *again);
    if (!again)
        return NULL;
    again->context = EVP_MD_CTX_new();
    if (!again->context)
        digest_again_free(&again);
    return again;
}

void digest_again_free(struct digest_again **again)
{
    if (!*again)
        return;
    EVP_MD_CTX_free((*again)->context);
    free(*again);
    *again = NULL;
}

bool digest_of_again(struct digest_again *again, const struct text *texts, size_t count,
                     uint8_t digest[DIGEST_BYTES])
{
    return hash_with(again->context, texts, count, true, digest);
}

bool digest_joined_again(struct digest_again *again, const struct text *texts, size_t count,
                         uint8_t digest[DIGEST_BYTES])
{
    return hash_with(again->context, texts, count, false, digest);
}

#define HMAC_BLOCK_BYTES 64

/* RFC 2104: H(key ^ opad, H(key ^ ipad, text)). */
static bool hash_padded(EVP_MD_CTX *context, const uint8_t key[HMAC_BLOCK_BYTES], uint8_t pad)
{
    uint8_t block[HMAC_BLOCK_BYTES];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = key[i] ^ pad;
    return begin(context) && EVP_DigestUpdate(context, block, sizeof block) == 1;
}

bool digest_hmac(struct text key, const struct text *texts, size_t count,
                 uint8_t digest[DIGEST_BYTES])
{
    uint8_t block[HMAC_BLOCK_BYTES] = {0};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && key.length <= sizeof block;
    if (ok)
        memcpy(block, key.bytes, key.length);
    ok = ok && hash_padded(context, block, 0x36);
    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_DigestUpdate(context, texts[i].bytes, texts[i].length) == 1;
    ok = ok && EVP_DigestFinal_ex(context, digest, NULL) == 1 &&
         hash_padded(context, block, 0x5c) &&
         EVP_DigestUpdate(context, digest, DIGEST_BYTES) == 1 &&
         EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return ok;
}
