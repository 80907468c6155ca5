#include "common/wire/digest.h"

#include <openssl/evp.h>

#include <string.h>

/* A NUL after each text, or nothing. */
static bool hash_texts(const struct text *texts, size_t count, bool apart,
                       uint8_t digest[DIGEST_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; done && i < count; i++)
        done = EVP_DigestUpdate(context, texts[i].bytes, texts[i].length) == 1 &&
               EVP_DigestUpdate(context, "", apart) == 1;
    done = done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
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

#define HMAC_BLOCK_BYTES 64

/* RFC 2104: H(key ^ opad, H(key ^ ipad, text)). */
static bool hash_padded(EVP_MD_CTX *context, const uint8_t key[HMAC_BLOCK_BYTES], uint8_t pad)
{
    uint8_t block[HMAC_BLOCK_BYTES];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = key[i] ^ pad;
    return EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(context, block, sizeof block) == 1;
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
