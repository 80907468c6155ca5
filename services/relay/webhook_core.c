#include "services/relay/webhook_core.h"

#include <string.h>

static enum status bad_url(struct fault *fault, const char *why)
{
    return fault_set(fault, STATUS_INVALID, "url", "url %s", why);
}

static bool starts(struct text text, const char *with)
{
    size_t length = strlen(with);
    return text.length >= length && memcmp(text.bytes, with, length) == 0;
}

/* "host", "host:8443", "[::1]:8443" up to the path.  Nothing that another reader of URLs could
   take for a different host: no %XX, and between brackets what an IPv6 address is written with. */
static bool take_host(struct text from, struct webhook_target *out, struct text *rest)
{
    static const char in_name[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    static const char in_brackets[] = "0123456789abcdefABCDEF:.";
    bool brackets = from.length > 0 && from.bytes[0] == '[';
    size_t begin = brackets ? 1 : 0;
    size_t at = begin;
    while (at < from.length && strchr(brackets ? in_brackets : in_name, from.bytes[at]))
        at++;
    size_t length = at - begin;
    if (length == 0 || length > WEBHOOK_HOST_MAX ||
        (brackets && (at == from.length || from.bytes[at] != ']')))
        return false;
    memcpy(out->host, from.bytes + begin, length);
    out->host[length] = '\0';
    at += brackets ? 1 : 0;
    *rest = (struct text){from.bytes + at, from.length - at};
    return true;
}

static bool take_port(struct text *rest, int *port)
{
    int number = 0;
    size_t at = 1;
    if (rest->length == 0 || rest->bytes[0] != ':')
        return true;
    while (at < rest->length && rest->bytes[at] >= '0' && rest->bytes[at] <= '9' && number < 65536)
        number = number * 10 + (rest->bytes[at++] - '0');
    *rest = (struct text){rest->bytes + at, rest->length - at};
    *port = number;
    return at > 1 && number > 0 && number < 65536;
}

enum status webhook_parse(struct text url, bool allow_private, struct webhook_target *out,
                          struct fault *fault)
{
    struct text rest;
    memset(out, 0, sizeof *out);
    out->https = starts(url, "https://");
    if (!out->https && !(allow_private && starts(url, "http://")))
        return bad_url(fault, "must begin with https://");
    if (url.length > WEBHOOK_URL_MAX)
        return bad_url(fault, "is longer than 1024 bytes");
    for (size_t i = 0; i < url.length; i++) {
        unsigned char c = (unsigned char)url.bytes[i];
        if (c <= ' ' || c >= 127 || strchr("\"<>\\^`{|}@#", c))
            return bad_url(fault, "holds a character that it must not: no user, no fragment, "
                                  "no blanks, %XX for all that is not ASCII");
    }
    size_t scheme = out->https ? 8 : 7;
    out->port = out->https ? 443 : 80;
    if (!take_host((struct text){url.bytes + scheme, url.length - scheme}, out, &rest))
        return bad_url(fault, "names no host");
    if (!take_port(&rest, &out->port))
        return bad_url(fault, "names no good port");
    if (rest.length > 0 && rest.bytes[0] != '/' && rest.bytes[0] != '?')
        return bad_url(fault, "is not well formed");
    return STATUS_OK;
}

/* ---- addresses ---- */

struct range {
    uint8_t prefix[4];
    unsigned bits;
};

/* What IANA's registry of special-purpose IPv4 addresses keeps from the internet. */
static const struct range private_v4[] = {
    {{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},     {{100, 64, 0, 0}, 10}, {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12},  {{192, 0, 0, 0}, 24},  {{192, 0, 2, 0}, 24},
    {{192, 88, 99, 0}, 24}, {{192, 168, 0, 0}, 16}, {{198, 18, 0, 0}, 15}, {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24}, {{224, 0, 0, 0}, 4},    {{240, 0, 0, 0}, 4}};

static bool is_in(const uint8_t *address, const struct range *range)
{
    for (unsigned bit = 0; bit < range->bits; bit++) {
        unsigned mask = 0x80U >> (bit % 8);
        if ((address[bit / 8] & mask) != (range->prefix[bit / 8] & mask))
            return false;
    }
    return true;
}

static bool is_public_v4(const uint8_t *address)
{
    for (size_t i = 0; i < COUNT_OF(private_v4); i++) {
        if (is_in(address, &private_v4[i]))
            return false;
    }
    return true;
}

/* Global unicast is 2000::/3; of it not Teredo, documentation and the like, and 6to4 by what it
   holds.  Mapped and NAT64 addresses lie outside. */
static bool is_public_v6(const uint8_t *a)
{
    static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (memcmp(a, mapped, sizeof mapped) == 0 || memcmp(a, nat64, sizeof nat64) == 0)
        return is_public_v4(a + 12);
    if ((a[0] & 0xe0) != 0x20)
        return false;
    if (a[0] == 0x20 && a[1] == 0x02)
        return is_public_v4(a + 2);
    bool special = a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02; /* 2001::/23 */
    bool documentation = a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8;
    return !special && !documentation && !(a[0] == 0x3f && a[1] == 0xff && a[2] < 0x10);
}

bool webhook_is_public(const uint8_t *address, size_t length)
{
    ASSERT(length == 4 || length == 16);
    return length == 4 ? is_public_v4(address) : is_public_v6(address);
}

/* ---- when, what ---- */

int64_t webhook_pause_ms(int64_t failures)
{
    int64_t pause_ms = WEBHOOK_PAUSE_MS;
    for (int64_t i = 1; i < failures && pause_ms < WEBHOOK_PAUSE_MOST_MS; i++)
        pause_ms *= 2;
    return pause_ms < WEBHOOK_PAUSE_MOST_MS ? pause_ms : WEBHOOK_PAUSE_MOST_MS;
}

bool webhook_wants(struct text kinds, const char *kind)
{
    size_t at = 0;
    if (kinds.length == 0)
        return true;
    while (at < kinds.length) {
        size_t end = at;
        while (end < kinds.length && kinds.bytes[end] != ',')
            end++;
        if (text_is((struct text){kinds.bytes + at, end - at}, kind))
            return true;
        at = end + 1;
    }
    return false;
}
