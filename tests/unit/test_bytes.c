#include "common/base/bytes.h"
#include "tests/unit/unit.h"

#include <string.h>

static void grows_to_its_limit_and_no_further(void)
{
    struct bytes bytes = {.max = 100000};
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    for (int i = 0; i < 100; i++) {
        piece[0] = (char)('0' + i % 10);
        CU_ASSERT_FATAL(bytes_add(&bytes, piece, sizeof piece));
    }
    CU_ASSERT_EQUAL(bytes.length, 100000);
    CU_ASSERT_FALSE(bytes_add(&bytes, "y", 1));
    CU_ASSERT_TRUE(bytes_add(&bytes, NULL, 0));
    CU_ASSERT_EQUAL(bytes_text(&bytes).length, 100000);
    for (size_t i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(bytes.bytes[i * 1000], (char)('0' + i % 10));
    bytes_release(&bytes);
    CU_ASSERT_EQUAL(bytes.length, 0);
    CU_ASSERT_TRUE(bytes_add(&bytes, "again", 5));
    bytes_release(&bytes);
}

static void a_limit_below_the_first_room_holds(void)
{
    struct bytes bytes = {.max = 3};
    CU_ASSERT_TRUE(bytes_add(&bytes, "ab", 2));
    CU_ASSERT_FALSE(bytes_add(&bytes, "cd", 2));
    CU_ASSERT_TRUE(text_is(bytes_text(&bytes), "ab"));
    CU_ASSERT_TRUE(bytes_add(&bytes, "c", 1));
    CU_ASSERT_TRUE(text_is(bytes_text(&bytes), "abc"));
    bytes_release(&bytes);
}

static void a_sink_says_the_limit(void)
{
    struct bytes bytes = {.max = 4};
    struct fault fault = {0};
    CU_ASSERT_EQUAL(bytes_sink(&bytes, "1234", 4, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(bytes_sink(&bytes, "5", 1, &fault), STATUS_LIMIT);
    CU_ASSERT_STRING_EQUAL(fault.message, "more than 4 bytes do not fit in memory");
    CU_ASSERT_TRUE(text_is(bytes_text(&bytes), "1234"));
    bytes_release(&bytes);
}

UNIT_SUITE("bytes", UNIT(grows_to_its_limit_and_no_further),
           UNIT(a_limit_below_the_first_room_holds), UNIT(a_sink_says_the_limit))
