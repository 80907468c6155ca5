/* SHA-256 and HMAC by the examples of FIPS 180 and RFC 4231, also by several threads at once. */
#include "common/wire/digest.h"
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static bool is_hex(const uint8_t digest[DIGEST_BYTES], const char *wanted)
{
    char hex[2 * DIGEST_BYTES + 1];
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return strcmp(hex, wanted) == 0;
}

/* First of all tests: the threads meet where the algorithm is looked up. */
static void *hash_abc(void *good)
{
    uint8_t digest[DIGEST_BYTES];
    const struct text abc = text_of("abc");
    *(bool *)good = digest_joined(&abc, 1, digest) && is_hex(digest, ABC);
    return NULL;
}

static void test_threads(void)
{
    pthread_t threads[8];
    bool good[COUNT_OF(threads)] = {false};
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, hash_abc, &good[i]), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_TRUE(good[i]);
    }
}

static void test_joined_and_apart(void)
{
    const struct text whole = text_of("abc");
    const struct text parts[] = {text_of("a"), text_of("bc")};
    const struct text others[] = {text_of("ab"), text_of("c")};
    const struct text nul = {"a\0bc\0", 5};
    uint8_t digest[DIGEST_BYTES];
    uint8_t same[DIGEST_BYTES];
    CU_ASSERT_TRUE(digest_joined(&whole, 1, digest) && is_hex(digest, ABC));
    CU_ASSERT_TRUE(digest_joined(parts, 2, digest) && is_hex(digest, ABC));
    CU_ASSERT_TRUE(digest_joined(&nul, 1, digest) && digest_of(parts, 2, same));
    CU_ASSERT_EQUAL(memcmp(digest, same, sizeof digest), 0);
    CU_ASSERT_TRUE(digest_of(others, 2, digest));
    CU_ASSERT_NOT_EQUAL(memcmp(digest, same, sizeof digest), 0);
    CU_ASSERT_TRUE(digest_joined(NULL, 0, digest));
    CU_ASSERT_TRUE(
        is_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

static void test_again(void)
{
    const struct text abc = text_of("abc");
    const struct text parts[] = {text_of("a"), text_of("bc")};
    uint8_t digest[DIGEST_BYTES];
    uint8_t same[DIGEST_BYTES];
    struct digest_again *again = digest_again_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    CU_ASSERT_TRUE(digest_of(parts, 2, same));
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_TRUE(digest_joined_again(again, &abc, 1, digest) && is_hex(digest, ABC));
        CU_ASSERT_TRUE(digest_of_again(again, parts, 2, digest));
        CU_ASSERT_EQUAL(memcmp(digest, same, sizeof digest), 0);
    }
    digest_again_free(&again);
    CU_ASSERT_PTR_NULL(again);
}

static void test_hmac(void)
{
    const struct text parts[] = {text_of("what do ya want "), text_of("for nothing?")};
    uint8_t digest[DIGEST_BYTES];
    CU_ASSERT_TRUE(digest_hmac(text_of("Jefe"), parts, 2, digest));
    CU_ASSERT_TRUE(
        is_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

UNIT_SUITE("digest", UNIT(test_threads), UNIT(test_joined_and_apart), UNIT(test_again),
           UNIT(test_hmac))
