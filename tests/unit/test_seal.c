/* Streams, places and what differs between the marks of rows. */

#include "services/relay/seal_core.h"
#include "tests/unit/unit.h"

#include <string.h>

/* One letter a row: four of them are its mark. */
static struct text marks_of(const char *rows, char out[64])
{
    size_t count = strlen(rows);
    for (size_t i = 0; i < count * SEAL_MARK_BYTES; i++)
        out[i] = rows[i / SEAL_MARK_BYTES];
    return (struct text){out, count * SEAL_MARK_BYTES};
}

static void differs(const char *sealed, const char *found, struct seal_difference wanted)
{
    char was[64];
    char is[64];
    struct seal_difference seen;
    bool differ = seal_compare(marks_of(sealed, was), marks_of(found, is), &seen);
    CU_ASSERT_EQUAL(differ, wanted.was + wanted.is > 0);
    CU_ASSERT_EQUAL(seen.was, wanted.was);
    CU_ASSERT_EQUAL(seen.is, wanted.is);
    CU_ASSERT(!differ || seen.first == wanted.first);
}

static void test_compare(void)
{
    differs("", "", (struct seal_difference){0, 0, 0});
    differs("abcd", "abcd", (struct seal_difference){0, 0, 0});
    differs("abcd", "abXd", (struct seal_difference){2, 1, 1});
    differs("abcd", "abd", (struct seal_difference){2, 1, 0});
    differs("abcd", "abc", (struct seal_difference){3, 1, 0});
    differs("abcd", "Xabcd", (struct seal_difference){0, 0, 1});
    differs("abcd", "abcdX", (struct seal_difference){4, 0, 1});
    differs("abcd", "acbd", (struct seal_difference){1, 2, 2});
    differs("abcd", "", (struct seal_difference){0, 4, 0});
    differs("aaa", "aa", (struct seal_difference){2, 1, 0}); /* equal rows: one of them */
    differs("abcd", "aXYcd", (struct seal_difference){1, 1, 2});
}

static void test_streams(void)
{
    enum seal_stream stream;
    for (enum seal_stream each = 0; each < SEAL_STREAMS; each++) {
        CU_ASSERT_FATAL(seal_stream_parse(text_of(seal_stream_name(each)), &stream));
        CU_ASSERT_EQUAL(stream, each);
    }
    CU_ASSERT_FALSE(seal_stream_parse(text_of("ledger"), &stream));
    CU_ASSERT_FALSE(seal_stream_parse(text_of(""), &stream));
}

static void test_places(void)
{
    const struct seal_place a = {7, text_of("a")};
    const struct seal_place b = {7, text_of("b")};
    const struct seal_place c = {8, text_of("")};
    CU_ASSERT(seal_place_cmp(a, b) < 0);
    CU_ASSERT(seal_place_cmp(c, b) > 0);
    CU_ASSERT_EQUAL(seal_place_cmp(b, b), 0);
    CU_ASSERT(seal_place_cmp(b, (struct seal_place){7, text_of(SEAL_KEY_LAST)}) < 0);
}

static void test_gaps(void)
{
    const struct seal_place begin = seal_begin(SEAL_LEDGER_LINE);
    const struct seal_place ten = {10, text_of("")};
    const struct seal_place none = {0, text_of("")};
    CU_ASSERT_EQUAL(seal_gap(begin, ten, 10), 0);
    CU_ASSERT_EQUAL(seal_gap(begin, ten, 9), 1);
    CU_ASSERT_EQUAL(seal_gap(begin, ten, 11), -1);
    CU_ASSERT_EQUAL(seal_gap(begin, none, 0), 0);
    CU_ASSERT_EQUAL(seal_gap(ten, (struct seal_place){12, text_of("")}, 2), 0);
    CU_ASSERT_EQUAL(seal_gap(ten, none, 0), 0);
}

/* SELECT encode(record_send(ROW(-2::int8, 'ab'::text, ''::text, NULL::text, 1.5::numeric(18,6))),
 * 'hex') */
static void test_record(void)
{
    static const char wanted[] = "\0\0\0\5"
                                 "\0\0\0\x14\0\0\0\x8\xff\xff\xff\xff\xff\xff\xff\xfe"
                                 "\0\0\0\x19\0\0\0\2ab"
                                 "\0\0\0\x19\0\0\0\0"
                                 "\0\0\0\x19\xff\xff\xff\xff"
                                 "\0\0\6\xa4\0\0\0\xc\0\2\0\0\0\0\0\6\0\1\x13\x88";
    static const uint32_t types[] = {20, 25, 25, 25, 1700};
    const struct text cells[] = {{"\xff\xff\xff\xff\xff\xff\xff\xfe", 8},
                                 text_of("ab"),
                                 text_of(""),
                                 {NULL, 0},
                                 {"\0\2\0\0\0\0\0\6\0\1\x13\x88", 12}};
    char out[sizeof wanted];
    CU_ASSERT_EQUAL_FATAL(seal_record_size(cells, COUNT_OF(cells)), sizeof wanted - 1);
    seal_record_write(types, cells, COUNT_OF(cells), out);
    CU_ASSERT_EQUAL(memcmp(out, wanted, sizeof wanted - 1), 0);
    CU_ASSERT_EQUAL(seal_record_size(cells, 0), 4);
    seal_record_write(types, cells, 0, out);
    CU_ASSERT_EQUAL(memcmp(out, "\0\0\0\0", 4), 0);
}

UNIT_SUITE("seal", UNIT(test_record), UNIT(test_compare), UNIT(test_streams), UNIT(test_places),
           UNIT(test_gaps))
