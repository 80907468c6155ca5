/* Which events of a batch share a row of event_log. */

#include "common/ledger/event_rows_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define EVENTS_MAX 100

static struct event_row events[EVENTS_MAX];
static struct event_group groups[EVENTS_MAX];
static char bytes[2 * EVENT_ROW_BYTES_MAX];

/* A letter an event, its kind; `length` bytes in each body. */
static size_t fill(const char *kinds, size_t length)
{
    size_t count = strlen(kinds);
    for (size_t i = 0; i < count; i++)
        events[i] = (struct event_row){(int64_t)i + 1, kinds[i], text_of("I1"), {bytes, length}};
    return count;
}

/* "3 1 ..": events of each row; they are all there, in their order. */
static void check(size_t count, const char *wanted)
{
    char seen[4 * EVENTS_MAX] = "";
    const struct event_row *next = events;
    size_t group_count = event_rows_group(events, count, groups);
    for (size_t i = 0; i < group_count; i++) {
        CU_ASSERT_PTR_EQUAL(groups[i].events, next);
        for (size_t j = 0; j < groups[i].count; j++)
            CU_ASSERT_EQUAL(groups[i].events[j].kind, next->kind);
        next += groups[i].count;
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s%zu", i > 0 ? " " : "",
                 groups[i].count);
    }
    CU_ASSERT_PTR_EQUAL(next, events + count);
    CU_ASSERT_STRING_EQUAL(seen, wanted);
}

static void test_kinds(void)
{
    static const struct {
        const char *kinds;
        const char *rows;
    } cases[] = {{"", ""},      {"a", "1"},          {"aaa", "3"},
                 {"ab", "1 1"}, {"aabbba", "2 3 1"}, {"ababaa", "1 1 1 1 2"}};

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        check(fill(cases[i].kinds, 60), cases[i].rows);
}

static void test_events_of_a_row_have_a_limit(void)
{
    char kinds[EVENTS_MAX] = "";
    memset(kinds, 'a', 2 * EVENT_ROW_EVENTS_MAX + 1);
    check(fill(kinds, 60), "32 32 1");
    kinds[EVENT_ROW_EVENTS_MAX] = '\0';
    check(fill(kinds, 60), "32");
}

static void test_bytes_of_a_row_have_a_limit(void)
{
    check(fill("aaaaaaa", EVENT_ROW_BYTES_MAX / 3 - 18), "3 3 1");
    check(fill("aaa", EVENT_ROW_BYTES_MAX / 3 - 17), "2 1");
    check(fill("aaa", 2 * EVENT_ROW_BYTES_MAX), "1 1 1");
    size_t count = fill("aaa", 60);
    events[1].body.length = 2 * EVENT_ROW_BYTES_MAX;
    check(count, "1 1 1");
}

UNIT_SUITE("event_rows", UNIT(test_kinds), UNIT(test_events_of_a_row_have_a_limit),
           UNIT(test_bytes_of_a_row_have_a_limit))
