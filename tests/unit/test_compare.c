/* Rows as texts (services/bom/row_core.h), and two bills side by side
   (services/bom/compare_core.h). */

#include "services/bom/compare_core.h"
#include "tests/unit/unit.h"

#include <stdarg.h>
#include <string.h>

static struct arena *arena;

static void begin(void)
{
    arena = arena_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
}

/* "column", "value", ..., NULL */
static struct master_row *row(enum plant_file_id file, ...)
{
    va_list words;
    struct master_row *made = row_new(file, arena);
    CU_ASSERT_PTR_NOT_NULL_FATAL(made);
    va_start(words, file);
    for (const char *column = va_arg(words, const char *); column;
         column = va_arg(words, const char *))
        row_cell_set(made, column, text_of(va_arg(words, const char *)));
    va_end(words);
    return made;
}

/* ---- rows ---- */

static void test_cells(void)
{
    begin();
    struct master_row *line = row(FILE_BOM, "parent", "A", "component", "B", "qty", "2", NULL);
    CU_ASSERT_TRUE(text_is(row_cell(line, "component"), "B"));
    CU_ASSERT_TRUE(text_is(row_object(line), "A"));
    CU_ASSERT_PTR_NULL(row_cell(line, "position").bytes);
    row_cell_set(line, "qty", text_of(""));
    CU_ASSERT_PTR_NULL(row_cell(line, "qty").bytes);
    CU_ASSERT_EQUAL(row_cell_find(FILE_BOM, text_of("no such")), row_cell_count(FILE_BOM));
    CU_ASSERT_TRUE(text_is(row_object(row(FILE_ITEMS, "item", "X", NULL)), "X"));
    CU_ASSERT_TRUE(text_is(row_object(row(FILE_UNITS, "from", "KG", NULL)), ""));
    arena_free(&arena);
}

/* Each column is found by its name in either language. */
static void test_both_languages(void)
{
    static const enum plant_file_id files[] = {FILE_ITEMS, FILE_UNITS, FILE_BOM, FILE_ROUTING};

    for (size_t f = 0; f < COUNT_OF(files); f++) {
        for (uint32_t i = 0; i < row_cell_count(files[f]); i++)
            CU_ASSERT_EQUAL(row_cell_find(files[f], text_of(row_cell_name(files[f], i))), i);
    }
    CU_ASSERT_EQUAL(row_cell_find(FILE_BOM, text_of("子物料编码")),
                    row_cell_find(FILE_BOM, text_of("component")));
}

static void test_changed(void)
{
    begin();
    struct master_row *line = row(FILE_BOM, "parent", "A", "component", "B", "qty", "2", NULL);
    const struct master_row *before =
        row(FILE_BOM, "parent", "A", "component", "B", "qty", "2", NULL);
    CU_ASSERT_TRUE(row_changed(line));
    line->old = before->cells;
    CU_ASSERT_FALSE(row_changed(line));
    row_cell_set(line, "qty", text_of("3"));
    CU_ASSERT_TRUE(row_changed(line));
    row_cell_set(line, "qty", text_of("2"));
    line->gone = true;
    CU_ASSERT_TRUE(row_changed(line));
    arena_free(&arena);
}

/* Edited rows first, those that are gone not at all; quotes are doubled. */
static void test_write(void)
{
    begin();
    struct master_row *rows[] = {
        row(FILE_UNITS, "from", "G", "to", "KG", "factor", "0.001", NULL),
        row(FILE_UNITS, "from", "a \"b\", c", "to", "KG", "factor", "2", NULL),
        row(FILE_UNITS, "from", "T", "to", "KG", "factor", "1000", NULL)};
    struct row_file file;
    rows[1]->edit = 0;
    rows[2]->gone = true;
    CU_ASSERT_TRUE_FATAL(row_write(rows, 3, FILE_UNITS, arena, &file));
    CU_ASSERT_EQUAL_FATAL(file.count, 2);
    CU_ASSERT_PTR_EQUAL(file.row_of[0], rows[1]);
    CU_ASSERT_PTR_EQUAL(file.row_of[1], rows[0]);
    char *text = text_copy(file.bytes, arena);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    const char *quoted = strstr(text, "\n\"a \"\"b\"\", c\",\"KG\",\"2\"");
    const char *plain = strstr(text, "\n\"G\",\"KG\",\"0.001\"");
    CU_ASSERT_TRUE(quoted && plain && quoted < plain);
    CU_ASSERT_PTR_NULL(strstr(text, "1000"));
    arena_free(&arena);
}

/* ---- two bills ---- */

static struct bill_comparison compare(struct master_row *const *rows, size_t count,
                                      const struct bill_choice *left,
                                      const struct bill_choice *right)
{
    struct bill_comparison made = {0};
    const struct compare_side a = {left, rows, count};
    const struct compare_side b = {right, rows, count};
    CU_ASSERT_TRUE_FATAL(compare_bills(&a, &b, arena, &made));
    return made;
}

static void test_two_items(void)
{
    begin();
    struct master_row *rows[] = {
        row(FILE_BOM, "parent", "A", "component", "X", "position", "10", "qty", "1", NULL),
        row(FILE_BOM, "parent", "A", "component", "Y", "position", "20", "qty", "2", NULL),
        row(FILE_BOM, "parent", "A", "component", "Z", "position", "30", "qty", "3", NULL),
        row(FILE_BOM, "parent", "B", "component", "W", "position", "20", "qty", "2", NULL),
        row(FILE_BOM, "parent", "B", "component", "X", "position", "15", "qty", "1", NULL),
        row(FILE_BOM, "parent", "B", "component", "V", "position", "90", "qty", "1", NULL)};
    const struct bill_choice left = {.item = text_of("A"), .start_on = text_of("")};
    const struct bill_choice right = {.item = text_of("B"), .start_on = text_of("")};
    struct bill_comparison made = compare(rows, COUNT_OF(rows), &left, &right);
    CU_ASSERT_EQUAL(made.same, 0);
    CU_ASSERT_EQUAL_FATAL(made.count, 4);
    /* X moved, Y became W in its place, Z went, V came */
    CU_ASSERT_TRUE(made.differences[0].left == rows[0] && made.differences[0].right == rows[4]);
    CU_ASSERT_TRUE(made.differences[1].left == rows[1] && made.differences[1].right == rows[3]);
    CU_ASSERT_TRUE(made.differences[2].left == rows[2] && !made.differences[2].right);
    CU_ASSERT_TRUE(!made.differences[3].left && made.differences[3].right == rows[5]);
    uint32_t qty = row_cell_find(FILE_BOM, text_of("qty"));
    uint32_t position = row_cell_find(FILE_BOM, text_of("position"));
    uint32_t parent = row_cell_find(FILE_BOM, text_of("parent"));
    CU_ASSERT_FALSE(compare_cell_differs(rows[0], rows[4], qty));
    CU_ASSERT_TRUE(compare_cell_differs(rows[0], rows[4], position));
    CU_ASSERT_FALSE(compare_cell_differs(rows[0], rows[4], parent));
    made = compare(rows, COUNT_OF(rows), &left, &left);
    CU_ASSERT_TRUE(made.count == 0 && made.same == 3);
    arena_free(&arena);
}

/* Lines without a revision belong to each; a line counts from its first day to before its last. */
static void test_days_and_revisions(void)
{
    begin();
    struct master_row *rows[] = {
        row(FILE_BOM, "parent", "A", "component", "X", "qty", "1", NULL),
        row(FILE_BOM, "parent", "A", "component", "Y", "qty", "1", "revision", "1", NULL),
        row(FILE_BOM, "parent", "A", "component", "Y", "qty", "2", "revision", "2", NULL),
        row(FILE_BOM, "parent", "A", "component", "Z", "qty", "1", "valid_to", "2026-03-01", NULL),
        row(FILE_BOM, "parent", "A", "component", "Z", "qty", "4", "valid_from", "2026-03-01",
            NULL)};
    const struct bill_choice one = {
        .item = text_of("A"), .revision = text_of("1"), .start_on = text_of("2026-02-28")};
    const struct bill_choice two = {
        .item = text_of("A"), .revision = text_of("2"), .start_on = text_of("2026-03-01")};
    struct bill_comparison made = compare(rows, COUNT_OF(rows), &one, &two);
    CU_ASSERT_EQUAL(made.same, 1);
    CU_ASSERT_EQUAL_FATAL(made.count, 2);
    CU_ASSERT_TRUE(made.differences[0].left == rows[1] && made.differences[0].right == rows[2]);
    CU_ASSERT_TRUE(made.differences[1].left == rows[3] && made.differences[1].right == rows[4]);
    CU_ASSERT_FALSE(compare_chosen(&two, rows[3]));
    CU_ASSERT_TRUE(compare_chosen(&two, rows[4]));
    arena_free(&arena);
}

/* What an explosion takes where nothing is named: the alternative by priority, on a day the
   revision that began last. */
static void test_resolve(void)
{
    begin();
    struct master_row *rows[] = {
        row(FILE_BOM, "parent", "A", "component", "X", "revision", "1", NULL),
        row(FILE_BOM, "parent", "A", "component", "X", "revision", "2", "valid_from", "2026-03-01",
            NULL),
        row(FILE_BOM, "parent", "A", "component", "Y", "alternative", "S", "alternative_priority",
            "1", NULL),
        row(FILE_BOM, "parent", "B", "component", "Y", "alternative", "T", "alternative_priority",
            "2", NULL),
        row(FILE_BOM, "parent", "B", "component", "Y", "alternative", "S", "alternative_priority",
            "1", "per_qty", "1", NULL)};
    struct bill_choice early = {.item = text_of("A"), .start_on = text_of("2026-02-01")};
    struct bill_choice late = {.item = text_of("A"), .start_on = text_of("2026-03-01")};
    struct bill_choice any = {.item = text_of("A")};
    struct bill_choice other = {.item = text_of("B")};
    struct bill_choice wrong = {.item = text_of("B"), .revision = text_of("1")};
    CU_ASSERT_PTR_NULL(compare_resolve(&early, rows, COUNT_OF(rows)));
    CU_ASSERT_TRUE(text_is(early.revision, "1") && early.alternative.length == 0);
    CU_ASSERT_PTR_NULL(compare_resolve(&late, rows, COUNT_OF(rows)));
    CU_ASSERT_TRUE(text_is(late.revision, "2"));
    CU_ASSERT_FALSE(compare_chosen(&late, rows[0]));
    CU_ASSERT_PTR_NULL(compare_resolve(&any, rows, COUNT_OF(rows)));
    CU_ASSERT_TRUE(any.revision.length == 0 && compare_chosen(&any, rows[0]) &&
                   compare_chosen(&any, rows[1]) && !compare_chosen(&any, rows[2]));
    CU_ASSERT_PTR_NULL(compare_resolve(&other, rows, COUNT_OF(rows)));
    CU_ASSERT_TRUE(text_is(other.alternative, "S"));
    CU_ASSERT_STRING_EQUAL(compare_resolve(&wrong, rows, COUNT_OF(rows)), "revision");
    /* a default that is written says what one that is not does */
    uint32_t per_qty = row_cell_find(FILE_BOM, text_of("per_qty"));
    CU_ASSERT_FALSE(compare_cell_differs(rows[3], rows[4], per_qty));
    arena_free(&arena);
}

UNIT_SUITE("compare", UNIT(test_cells), UNIT(test_both_languages), UNIT(test_changed),
           UNIT(test_write), UNIT(test_two_items), UNIT(test_days_and_revisions),
           UNIT(test_resolve))
