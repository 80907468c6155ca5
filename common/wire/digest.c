#include "common/wire/digest.h"

#include <openssl/evp.h>

bool digest_of(const struct text *texts, size_t count, uint8_t digest[DIGEST_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; done && i < count; i++)
        done = EVP_DigestUpdate(context, texts[i].bytes, texts[i].length) == 1 &&
               EVP_DigestUpdate(context, "", 1) == 1;
    done = done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return done;
}
