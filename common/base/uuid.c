#include "common/base/uuid.h"

#include <string.h>

struct uuid uuid_v7(int64_t unix_ms, const uint8_t random[10])
{
    ASSERT(unix_ms >= 0 && unix_ms < (int64_t)1 << 48);

    struct uuid id;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(unix_ms >> (40 - 8 * i));
    memcpy(id.bytes + 6, random, 10);
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0f));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool dash_at(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

bool uuid_parse(const char *text, size_t length, struct uuid *out)
{
    if (length != 36)
        return false;

    struct uuid id = {{0}};
    size_t filled = 0;
    for (size_t i = 0; i < 36;) {
        if (dash_at(i)) {
            if (text[i++] != '-')
                return false;
            continue;
        }
        int high = nibble(text[i]);
        int low = nibble(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[filled++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    ASSERT(filled == sizeof id.bytes);
    *out = id;
    return true;
}

size_t uuid_format(struct uuid id, char text[UUID_TEXT_MAX])
{
    static const char hex[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        if (dash_at(at))
            text[at++] = '-';
        text[at++] = hex[id.bytes[i] >> 4];
        text[at++] = hex[id.bytes[i] & 0x0f];
    }
    text[at] = '\0';
    ASSERT(at == UUID_TEXT_MAX - 1);
    return at;
}

int uuid_cmp(struct uuid a, struct uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes);
}

bool uuid_is_nil(struct uuid id)
{
    static const struct uuid nil;
    return uuid_cmp(id, nil) == 0;
}
