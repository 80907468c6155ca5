/* A file of the plant folder merged into the plant's rows (services/bom/merge_core.h). */

#include "services/bom/merge_core.h"
#include "tests/unit/unit.h"

#include <string.h>

static const char now_bom[] =
    "parent,component,qty,per_qty,position,kind,valid_from,inherited_from\n"
    "A,B,2.500000,1,10,component,,\n"
    "A,C,1,1,20,component,,\n"
    "A,C,3,1,20,component,2027-01-01,\n"
    "V,B,2.500000,1,10,component,,A\n"
    "Z,C,7,1,,component,,\n";
static const int64_t numbers[] = {4, 5, 6, 7, 9};

static struct arena *arena;
static struct merge_errors errors;

static struct merge_file merge(const char *given, bool removes)
{
    struct fault fault = {0};
    struct merge_file file = {.file = FILE_BOM,
                              .given = text_of(given),
                              .now = text_of(now_bom),
                              .numbers = numbers,
                              .number_count = COUNT_OF(numbers),
                              .remove = removes,
                              .plan_start = NO_DATE};
    arena = arena_new(64 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_TRUE_FATAL(merge_errors_init(&errors, arena));
    CU_ASSERT_EQUAL_FATAL(merge_file(&file, arena, &errors, &fault), STATUS_OK);
    return file;
}

static bool counts(const struct merge_file *file, uint32_t added, uint32_t changed, uint32_t same)
{
    return file->counts.added == added && file->counts.changed == changed &&
           file->counts.same == same;
}

static bool merged_has(const struct merge_file *file, const char *words)
{
    char *text = text_copy(file->merged, arena);
    return text && strstr(text, words) != NULL;
}

/* Values count, not texts; a default that is not written is one; nothing else is touched. */
static void test_same(void)
{
    struct merge_file file = merge("parent,component,qty,position,per_qty,valid_from\n"
                                   "A,B,2.5,10,,\nA,C,1.0,20,1.00,\nA,C,3,20,,2027-01-01\n",
                                   false);
    CU_ASSERT_EQUAL(errors.count, 0);
    CU_ASSERT_TRUE(counts(&file, 0, 0, 3));
    CU_ASSERT_EQUAL(file.counts.missing, 0); /* of bill Z the file says nothing */
    CU_ASSERT_EQUAL(file.lines[2].row->row_no, 6);
    CU_ASSERT_TRUE(merged_has(&file, "Z,C,7,"));
    arena_free(&arena);
}

/* What the file does not say stays; what it says changes; a key that is new is added. */
static void test_change(void)
{
    struct merge_file file = merge(
        "\xe7\x88\xb6\xe7\x89\xa9\xe6\x96\x99\xe7\xbc\x96\xe7\xa0\x81,component,qty,position\n"
        "A,B,4,10\n\nZ,D,1,\n",
        false);
    CU_ASSERT_EQUAL(errors.count, 0);
    CU_ASSERT_TRUE(counts(&file, 1, 1, 0));
    CU_ASSERT_EQUAL_FATAL(file.line_count, 2);
    const struct master_row *changed = file.lines[0].row;
    CU_ASSERT_TRUE(text_is(row_cell(changed, "qty"), "4") && changed->row_no == 4);
    CU_ASSERT_TRUE(text_is(row_cell(changed, "kind"), "component"));
    CU_ASSERT_PTR_NULL(file.lines[1].row->old);
    CU_ASSERT_EQUAL(file.lines[1].line, 4);
    CU_ASSERT_EQUAL(file.merged_line[1], 3);
    CU_ASSERT_EQUAL(file.counts.missing, 3); /* A's two lines with C, Z's one */
    arena_free(&arena);
}

/* Two lines of C in position 20: without valid_from nothing tells which one is meant. */
static void test_ambiguous(void)
{
    (void)merge("parent,component,qty,position\nA,C,1,20\n", false);
    CU_ASSERT_EQUAL_FATAL(errors.count, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(errors.texts[0], "bom.csv:2: parent: the plant has 1 more"));
    CU_ASSERT_PTR_NOT_NULL(strstr(errors.texts[0], "valid_from"));
    arena_free(&arena);
}

/* Only of bills that the file names, and never a copy of a template's line. */
static void test_remove(void)
{
    struct merge_file file = merge("parent,component,qty,position\nA,B,2.5,10\nV,C,1,30\n", true);
    CU_ASSERT_EQUAL(errors.count, 0);
    CU_ASSERT_EQUAL_FATAL(file.gone_count, 2);
    CU_ASSERT_TRUE(file.gone[0]->row_no == 5 && file.gone[1]->row_no == 6);
    CU_ASSERT_TRUE(file.gone[0]->gone && file.gone[0]->old != NULL);
    CU_ASSERT_TRUE(merged_has(&file, "V,B,") && merged_has(&file, "Z,C,7"));
    CU_ASSERT_FALSE(merged_has(&file, "2027-01-01"));
    arena_free(&arena);
}

/* Copies in the file follow their template and are passed over. */
static void test_copies(void)
{
    struct merge_file file =
        merge("parent,component,qty,position,inherited_from\nV,B,9,10,A\n", false);
    CU_ASSERT_TRUE(errors.count == 0 && counts(&file, 0, 0, 0) && file.counts.follow == 1);
    CU_ASSERT_TRUE(merged_has(&file, "V,B,2.5"));
    arena_free(&arena);
}

static void test_wrong(void)
{
    static const struct {
        const char *given;
        const char *said;
    } cases[] = {
        {"", "bom.csv:1: header row is missing"},
        {"parent,component,qty,colour\n", "bom.csv:1: colour: column is unknown"},
        {"parent,component,parent\n", "bom.csv:1: parent: column is given twice"},
        {"parent,qty\n", "bom.csv:1: component: column is missing"},
        {"parent,component\nA\n", "bom.csv:2: row has 1 fields, the header has 2"},
        {"parent,component\nA,\"B\nC\"\n", "bom.csv:2: a value has a line break"},
        {"parent,component\nA,\"B\n", "bom.csv:2: "},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        (void)merge(cases[i].given, false);
        CU_ASSERT_EQUAL_FATAL(errors.count, 1);
        CU_ASSERT_PTR_EQUAL(strstr(errors.texts[0], cases[i].said), errors.texts[0]);
        arena_free(&arena);
    }
}

UNIT_SUITE("merge", UNIT(test_same), UNIT(test_change), UNIT(test_ambiguous), UNIT(test_remove),
           UNIT(test_copies), UNIT(test_wrong))
