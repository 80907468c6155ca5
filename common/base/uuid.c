#include "common/base/uuid.h"

#include <limits.h>
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

/* A digit's value by its character, plus one; 0 for what is none. */
static const uint8_t nibbles[UCHAR_MAX + 1] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

static int nibble(char c)
{
    return nibbles[(unsigned char)c] - 1;
}

/* Where in the text each byte's two digits stand, and what stands around them. */
static const uint8_t places[] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
static const char dashes[UUID_TEXT_MAX] = "        -    -    -    -            ";

bool uuid_parse(const char *text, size_t length, struct uuid *out)
{
    struct uuid id;
    if (length != UUID_TEXT_MAX - 1 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
        text[23] != '-')
        return false;
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        int high = nibble(text[places[i]]);
        int low = nibble(text[places[i] + 1]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *out = id;
    return true;
}

size_t uuid_format(struct uuid id, char text[UUID_TEXT_MAX])
{
    static const char hex[] = "0123456789abcdef";
    memcpy(text, dashes, sizeof dashes);
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        text[places[i]] = hex[id.bytes[i] >> 4];
        text[places[i] + 1] = hex[id.bytes[i] & 0x0f];
    }
    return UUID_TEXT_MAX - 1;
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
