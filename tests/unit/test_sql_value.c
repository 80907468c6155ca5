#include "common/io/sql_value.h"
#include "tests/unit/unit.h"

#include <string.h>

static void test_numeric_bytes(void)
{
    /* what numeric_send gives on PostgreSQL 15: SELECT encode(numeric_send(x), 'hex') */
    static const struct {
        int64_t value;
        int decimals;
        const char *hex;
    } rows[] = {
        {0, 6, "0000000000000006"},
        {1000000, 6, "00010000000000060001"},
        {-1000000, 6, "00010000400000060001"},
        {1, 6, "0001fffe000000060064"},
        {1500000, 6, "000200000000000600011388"},
        {INT64_C(10000000000), 6, "00010001000000060001"},
        {INT64_C(999999999999999999), 6, "0005000200000006270f270f270f270f26ac"},
        {-5, 4, "0001ffff400000040005"},
        {INT64_C(999999999999999999), 4,
         "000500030000000400"
         "63270f270f270f270f"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char bytes[SQL_NUMERIC_MAX];
        char hex[2 * SQL_NUMERIC_MAX + 1] = "";
        size_t length = sql_numeric_encode(rows[i].value, rows[i].decimals, bytes);
        for (size_t j = 0; j < length; j++)
            snprintf(hex + 2 * j, 3, "%02x", (unsigned char)bytes[j]);
        CU_ASSERT_STRING_EQUAL(hex, rows[i].hex);
        if (strcmp(hex, rows[i].hex) != 0)
            printf("\ngot %s want %s\n", hex, rows[i].hex);
    }
}

static void check_round_trip(int64_t value, int decimals)
{
    char bytes[SQL_NUMERIC_MAX];
    int64_t back = ~value;
    size_t length = sql_numeric_encode(value, decimals, bytes);
    CU_ASSERT_EQUAL(sql_numeric_decode((struct text){bytes, length}, decimals, &back), STATUS_OK);
    CU_ASSERT_EQUAL(back, value);
}

static void test_numeric_round_trip(void)
{
    static const int decimals[] = {0, 4, 6};
    for (size_t i = 0; i < COUNT_OF(decimals); i++) {
        check_round_trip(INT64_MAX, decimals[i]);
        check_round_trip(INT64_MIN, decimals[i]);
        check_round_trip(0, decimals[i]);
        int64_t power = 1;
        for (int digit = 0; digit < 19; digit++) {
            check_round_trip(power, decimals[i]);
            check_round_trip(-power, decimals[i]);
            check_round_trip(power - 1, decimals[i]);
            check_round_trip(power + 1, decimals[i]);
            if (digit < 18)
                power *= 10;
        }
        uint64_t random = 88172645463325252u;
        for (int n = 0; n < 20000; n++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            check_round_trip((int64_t)(random >> (n % 64)), decimals[i]);
        }
    }
}

static enum status decode(const char *bytes, size_t length, int decimals, int64_t *out)
{
    return sql_numeric_decode((struct text){bytes, length}, decimals, out);
}

static void test_numeric_refusals(void)
{
    int64_t out = 7;
    /* 0.0000001: seven decimals */
    CU_ASSERT_EQUAL(decode("\0\1\xff\xfe\0\0\0\7\0\x0a", 10, 6, &out), STATUS_INTERNAL);
    /* 0.000010 has five, but an amount has four */
    CU_ASSERT_EQUAL(decode("\0\1\xff\xfe\0\0\0\6\3\xe8", 10, 4, &out), STATUS_INTERNAL);
    /* NaN, infinity */
    CU_ASSERT_EQUAL(decode("\0\0\0\0\xc0\0\0\0", 8, 6, &out), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(decode("\0\0\0\0\xd0\0\0\0", 8, 6, &out), STATUS_INTERNAL);
    /* cut, a digit of 10000, a count that lies */
    CU_ASSERT_EQUAL(decode("\0\1\0\0\0\0\0\6", 8, 6, &out), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(decode("\0\1\0\0\0\0\0\6\x27\x10", 10, 6, &out), STATUS_INTERNAL);
    CU_ASSERT_EQUAL(decode("\0\1\0\0", 4, 6, &out), STATUS_INTERNAL);
    /* 10^16, 10^400; 36 nines */
    CU_ASSERT_EQUAL(decode("\0\1\0\4\0\0\0\0\0\1", 10, 6, &out), STATUS_OVERFLOW);
    CU_ASSERT_EQUAL(decode("\0\1\0\x64\0\0\0\0\0\1", 10, 6, &out), STATUS_OVERFLOW);
    CU_ASSERT_EQUAL(decode("\0\x09\0\x08\0\0\0\0\x27\x0f\x27\x0f\x27\x0f\x27\x0f\x27\x0f\x27\x0f"
                           "\x27\x0f\x27\x0f\x27\x0f",
                           26, 6, &out),
                    STATUS_OVERFLOW);
    CU_ASSERT_EQUAL(out, 7);
    /* 0E+400 is still zero */
    CU_ASSERT_EQUAL(decode("\0\0\1\x90\0\0\0\0", 8, 6, &out), STATUS_OK);
    CU_ASSERT_EQUAL(out, 0);
}

struct line {
    struct text name;
    int32_t count;
    struct qty quantity;
    date day;
    struct uuid id;
    bool open;
    int64_t seq;
};

static void test_array_of_fields(void)
{
    struct line lines[] = {{.name = {"ab", 2},
                            .count = -2,
                            .quantity = {1500000},
                            .day = DATE_OF_PG_EPOCH + 1,
                            .id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
                            .open = true,
                            .seq = INT64_C(0x010203040506)},
                           {.name = {NULL, 0},
                            .count = INT32_MIN,
                            .quantity = {SQL_NO_INT},
                            .day = SQL_NO_DATE,
                            .seq = SQL_NO_INT}};

    static const struct {
        char letter;
        size_t length;
        const char *bytes;
    } rows[] = {
        {'T', 30, "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\2\0\0\0\1\0\0\0\2ab\xff\xff\xff\xff"},
        {'N', 32,
         "\0\0\0\1\0\0\0\1\0\0\0\x17\0\0\0\2\0\0\0\1\0\0\0\4\xff\xff\xff\xfe\xff\xff\xff\xff"},
        {'I', 36,
         "\0\0\0\1\0\0\0\1\0\0\0\x14\0\0\0\2\0\0\0\1\0\0\0\10\xff\xff\xff\xff\xff\xff\xff\xfe"
         "\xff\xff\xff\xff"},
        {'D', 32, "\0\0\0\1\0\0\0\1\0\0\4\x3a\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\1\xff\xff\xff\xff"},
        {'Q', 40,
         "\0\0\0\1\0\0\0\1\0\0\6\xa4\0\0\0\2\0\0\0\1\0\0\0\x0c\0\2\0\0\0\0\0\6\0\1\x13\x88"
         "\xff\xff\xff\xff"},
        {'U', 44,
         "\0\0\0\1\0\0\0\1\0\0\x0b\x86\0\0\0\2\0\0\0\1\0\0\0\x10"
         "\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\xff\xff\xff\xff"},
        {'B', 30, "\0\0\0\1\0\0\0\0\0\0\0\x10\0\0\0\2\0\0\0\1\0\0\0\1\1\0\0\0\1\0"},
        {'P', 34,
         "\0\0\0\1\0\0\0\1\0\0\0\x1b\0\0\0\2\0\0\0\1\0\0\0\6\1\2\3\4\5\6"
         "\xff\xff\xff\xff"},
        {'A', 38,
         "\0\0\0\1\0\0\0\1\0\0\6\xa4\0\0\0\2\0\0\0\1\0\0\0\x0a\0\1\0\0\0\0\0\4\0\x96"
         "\xff\xff\xff\xff"},
        {'Z', 36,
         "\0\0\0\1\0\0\0\1\0\0\4\xa0\0\0\0\2\0\0\0\1\0\0\0\x08"
         "\xff\xfc\xa4\0\xc7\xcc\x25\6\xff\xff\xff\xff"},
    };

    const struct sql_value values[] = {SQL_ARRAY(lines, 2, name),     SQL_ARRAY(lines, 2, count),
                                       SQL_ARRAY(lines, 2, count),    SQL_ARRAY(lines, 2, day),
                                       SQL_ARRAY(lines, 2, quantity), SQL_ARRAY(lines, 2, id),
                                       SQL_ARRAY(lines, 2, open),     SQL_ARRAY(lines, 2, seq),
                                       SQL_ARRAY(lines, 2, quantity), SQL_ARRAY(lines, 2, seq)};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sql_bytes out = {0};
        CU_ASSERT_EQUAL(sql_encode(rows[i].letter, &values[i], &out), STATUS_OK);
        CU_ASSERT_EQUAL_FATAL(out.length, rows[i].length);
        CU_ASSERT_EQUAL(memcmp(out.bytes, rows[i].bytes, out.length), 0);
        sql_bytes_release(&out);
    }
}

static void test_empty_array(void)
{
    struct line *none = NULL;
    const struct sql_value value = SQL_ARRAY(none, 0, id);
    struct sql_bytes out = {0};
    CU_ASSERT_EQUAL(sql_encode('U', &value, &out), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(out.length, 12);
    CU_ASSERT_EQUAL(memcmp(out.bytes, "\0\0\0\0\0\0\0\0\0\0\x0b\x86", 12), 0);
    sql_bytes_release(&out);
}

static void test_parameters_have_a_limit(void)
{
    static char long_text[MIB];
    struct text texts[70];
    memset(long_text, 'x', sizeof long_text);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        texts[i] = (struct text){long_text, sizeof long_text};
    const struct sql_value value = SQL_LIST(texts, 70);
    struct sql_bytes out = {0};
    CU_ASSERT_EQUAL(sql_encode('T', &value, &out), STATUS_LIMIT);
    sql_bytes_release(&out);
}

static void test_fixed_widths_are_demanded(void)
{
    struct arena *arena = arena_new(MIB);
    struct sql_value value = {0};
    static const char zeros[16] = {0};

    static const struct {
        char letter;
        size_t width;
    } rows[] = {{'i', 8}, {'n', 4}, {'b', 1}, {'d', 4}, {'u', 16}, {'z', 8}, {'p', 6}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text bytes = {zeros, rows[i].width};
        CU_ASSERT_EQUAL(sql_decode(rows[i].letter, bytes, arena, &value), STATUS_OK);
        bytes.length--;
        CU_ASSERT_EQUAL(sql_decode(rows[i].letter, bytes, arena, &value), STATUS_INTERNAL);
    }
    /* 'infinity'::date and ::timestamptz */
    CU_ASSERT_EQUAL(sql_decode('d', (struct text){"\x7f\xff\xff\xff", 4}, arena, &value),
                    STATUS_OVERFLOW);
    CU_ASSERT_EQUAL(
        sql_decode('z', (struct text){"\x7f\xff\xff\xff\xff\xff\xff\xff", 8}, arena, &value),
        STATUS_OVERFLOW);
    arena_free(&arena);
}

static void test_elements_are_counted(void)
{
    struct sql_bytes bytes = {0};
    const struct text texts[] = {{"a", 1}, {NULL, 0}, {"", 0}};
    for (size_t count = 0; count <= COUNT_OF(texts); count++) {
        struct sql_value list = SQL_LIST(texts, count);
        bytes.length = 0;
        CU_ASSERT_EQUAL_FATAL(sql_encode('T', &list, &bytes), STATUS_OK);
        CU_ASSERT_EQUAL(sql_array_count((struct text){bytes.bytes, bytes.length}), (int64_t)count);
    }
    CU_ASSERT_EQUAL(sql_array_count((struct text){NULL, 0}), 0);
    CU_ASSERT_EQUAL(sql_array_count((struct text){bytes.bytes, 19}), 0);
    bytes.bytes[3] = 2; /* of two dimensions */
    CU_ASSERT_EQUAL(sql_array_count((struct text){bytes.bytes, bytes.length}), 0);
    sql_bytes_release(&bytes);
}

UNIT_SUITE("sql_value", UNIT(test_numeric_bytes), UNIT(test_numeric_round_trip),
           UNIT(test_numeric_refusals), UNIT(test_array_of_fields), UNIT(test_empty_array),
           UNIT(test_parameters_have_a_limit), UNIT(test_fixed_widths_are_demanded),
           UNIT(test_elements_are_counted))
