/* Where webhooks may go, when they are tried again, and how they are signed. */

#include "common/wire/digest.h"
#include "services/relay/webhook_core.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <string.h>

static bool is_public(const char *address)
{
    uint8_t bytes[16];
    bool v6 = strchr(address, ':') != NULL;
    CU_ASSERT_EQUAL_FATAL(inet_pton(v6 ? AF_INET6 : AF_INET, address, bytes), 1);
    return webhook_is_public(bytes, v6 ? 16 : 4);
}

static void test_private(void)
{
    static const char *const private[] = {"127.0.0.1",
                                          "127.255.0.9",
                                          "10.1.2.3",
                                          "172.16.0.1",
                                          "172.31.255.255",
                                          "192.168.1.1",
                                          "169.254.169.254",
                                          "100.64.0.1",
                                          "0.0.0.0",
                                          "224.0.0.1",
                                          "255.255.255.255",
                                          "198.18.0.1",
                                          "::1",
                                          "::",
                                          "fe80::1",
                                          "fc00::1",
                                          "fd12::1",
                                          "ff02::1",
                                          "::ffff:127.0.0.1",
                                          "::ffff:10.0.0.1",
                                          "64:ff9b::7f00:1",
                                          "2002:7f00:1::",
                                          "2001::1",
                                          "2001:db8::1",
                                          "::7f00:1"};
    static const char *const public[] = {"1.1.1.1",          "172.15.0.1",      "172.32.0.1",
                                         "100.128.0.1",      "2606:4700::1111", "::ffff:8.8.8.8",
                                         "64:ff9b::808:808", "2002:808:808::1"};
    for (size_t i = 0; i < COUNT_OF(private); i++) {
        if (is_public(private[i]))
            printf("%s\n", private[i]);
        CU_ASSERT_FALSE(is_public(private[i]));
    }
    for (size_t i = 0; i < COUNT_OF(public); i++)
        CU_ASSERT_TRUE(is_public(public[i]));
}

static enum status parse(const char *url, bool allow_private, struct webhook_target *out)
{
    struct fault fault = {0};
    return webhook_parse(text_of(url), allow_private, out, &fault);
}

static void test_url(void)
{
    static const char *const bad[] = {"",
                                      "ftp://a/",
                                      "http://a/",
                                      "https://",
                                      "https:///x",
                                      "https://u@h/",
                                      "https://h:0/",
                                      "https://h:65536/",
                                      "https://h:8x/",
                                      "https://h:/",
                                      "https://h/#f",
                                      "https://h/a b",
                                      "https://[::1",
                                      "https://[::1/]:443/",
                                      "https://[example.org]/",
                                      "https://example.org%2f.evil/",
                                      "https://exa[mple/",
                                      "https://a,b/",
                                      "https://h\\@i/",
                                      "https://h\n/",
                                      "https://\xc3\xa9/"};
    struct webhook_target target;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        if (parse(bad[i], false, &target) != STATUS_INVALID)
            printf("taken: %s\n", bad[i]);
        CU_ASSERT_EQUAL(parse(bad[i], false, &target), STATUS_INVALID);
    }
    CU_ASSERT_EQUAL(parse("https://example.org:8443/in?x=1", false, &target), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(target.host, "example.org");
    CU_ASSERT_EQUAL(target.port, 8443);
    CU_ASSERT_EQUAL(parse("https://[2606:4700::1111]", false, &target), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(target.host, "2606:4700::1111");
    CU_ASSERT_EQUAL(target.port, 443);
    CU_ASSERT_EQUAL(parse("http://localhost/x", true, &target), STATUS_OK);
    CU_ASSERT_EQUAL(target.port, 80);
}

static void test_pauses(void)
{
    int64_t sum_ms = 0;
    CU_ASSERT_EQUAL(webhook_pause_ms(1), 1000);
    CU_ASSERT_EQUAL(webhook_pause_ms(2), 2000);
    CU_ASSERT_EQUAL(webhook_pause_ms(5), 16000);
    CU_ASSERT_EQUAL(webhook_pause_ms(WEBHOOK_TRIES_MAX), WEBHOOK_PAUSE_MOST_MS);
    for (int64_t i = 1; i < WEBHOOK_TRIES; i++)
        sum_ms += webhook_pause_ms(i);
    CU_ASSERT_EQUAL(sum_ms, 2047000);
}

static void test_kinds(void)
{
    CU_ASSERT_TRUE(webhook_wants(text_of(""), "stock"));
    CU_ASSERT_TRUE(webhook_wants(text_of("work_order,stock"), "stock"));
    CU_ASSERT_FALSE(webhook_wants(text_of("work_order,stocks"), "stock"));
}

/* RFC 4231, cases 1 and 2, the second in two pieces. */
static void test_hmac(void)
{
    static const uint8_t first[] = {0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53,
                                    0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
                                    0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7,
                                    0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7};
    static const uint8_t second[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
                                     0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
                                     0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
                                     0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    uint8_t got[DIGEST_BYTES];
    struct text key = {
        "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
        "\x0b",
        20};
    struct text there = text_of("Hi There");
    struct text pieces[] = {text_of("what do ya want "), text_of("for nothing?")};
    CU_ASSERT_TRUE(digest_hmac(key, &there, 1, got));
    CU_ASSERT_EQUAL(memcmp(got, first, sizeof got), 0);
    CU_ASSERT_TRUE(digest_hmac(text_of("Jefe"), pieces, 2, got));
    CU_ASSERT_EQUAL(memcmp(got, second, sizeof got), 0);
}

/* FIPS 180-4's "abc", in two pieces, again and again. */
static void test_digest_again(void)
{
    static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                  0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                  0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    uint8_t got[DIGEST_BYTES];
    const struct text pieces[] = {text_of("a"), text_of(""), text_of("bc")};
    struct digest_again *again = digest_again_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    for (int i = 0; i < 3; i++) {
        memset(got, 0, sizeof got);
        CU_ASSERT_TRUE(digest_joined_again(again, pieces, COUNT_OF(pieces), got));
        CU_ASSERT_EQUAL(memcmp(got, abc, sizeof got), 0);
        CU_ASSERT_TRUE(digest_joined_again(again, pieces, 1, got));
        CU_ASSERT_NOT_EQUAL(memcmp(got, abc, sizeof got), 0);
    }
    digest_again_free(&again);
    digest_again_free(&again);
    CU_ASSERT_PTR_NULL(again);
    CU_ASSERT_TRUE(digest_joined(pieces, COUNT_OF(pieces), got));
    CU_ASSERT_EQUAL(memcmp(got, abc, sizeof got), 0);
}

UNIT_SUITE("webhook", UNIT(test_private), UNIT(test_url), UNIT(test_pauses), UNIT(test_kinds),
           UNIT(test_hmac), UNIT(test_digest_again))
