#include "common/base/text.h"

#include <string.h>

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

int text_cmp(struct text a, struct text b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* wyhash-like: eight bytes a step, multiplied in 128 bits and folded. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Less than eight bytes as a number: other bytes of the same count, another number. */
static uint64_t word_of(const char *bytes, size_t count)
{
    uint32_t first;
    uint32_t last;
    if (count < sizeof first) {
        uint64_t word = 0;
        for (size_t i = 0; i < count; i++)
            word = word << 8 | (unsigned char)bytes[i];
        return word;
    }
    memcpy(&first, bytes, sizeof first);
    memcpy(&last, bytes + count - sizeof last, sizeof last); /* some of the first ones again */
    return (uint64_t)first << 32 | last;
}

uint64_t text_hash(struct text a)
{
    static const uint64_t k0 = 0xa0761d6478bd642fULL;
    static const uint64_t k1 = 0xe7037ed1a0b428dbULL;
    uint64_t hash = k0 ^ a.length;
    size_t at = 0;

    for (; a.length - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, a.bytes + at, 8);
        hash = fold(hash ^ word, k1);
    }
    uint64_t tail = at < a.length ? word_of(a.bytes + at, a.length - at) : 0;
    return fold(fold(hash ^ tail, k1), k0);
}

char *text_copy(struct text a, struct arena *arena)
{
    char *copy = arena_alloc(arena, a.length + 1, 1);
    if (copy && a.length > 0)
        memcpy(copy, a.bytes, a.length);
    return copy;
}

/* Length of the well-formed sequence at `s`, 0 when there is none. */
static size_t sequence_length(const unsigned char *s, size_t left)
{
    if (s[0] == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || left < length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool outside = (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f);
    return overlong || outside ? 0 : length;
}

bool text_is_utf8(struct text a)
{
    for (size_t at = 0; at < a.length;) {
        const unsigned char first = (unsigned char)a.bytes[at];
        const bool ascii = first > 0 && first < 0x80; /* nearly always */
        size_t step =
            ascii ? 1 : sequence_length((const unsigned char *)a.bytes + at, a.length - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

bool text_is_code(struct text a)
{
    if (a.length == 0 || a.length > TEXT_CODE_MAX || !text_is_utf8(a))
        return false;
    if (a.bytes[0] == ' ' || a.bytes[a.length - 1] == ' ')
        return false;
    for (size_t i = 0; i < a.length; i++) {
        if ((unsigned char)a.bytes[i] < 0x20 || a.bytes[i] == 0x7f)
            return false;
    }
    return true;
}
