/* What the lines of a bill and the operations of a routing must be to each other
   (services/bom/bill_core.h). */

#include "common/base/sort.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
#include "services/bom/bill_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define LINES_MAX 64

struct setting {
    struct plant *plant; /* the items and work centres */
    struct plant rows;
    struct arena *arena;
};

static void setting_init(struct setting *s, enum plant_file_id file, const char *bytes)
{
    struct plant_wrong wrong = {0};
    struct fault fault = {0};
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    *s = (struct setting){.arena = arena_new(64 * MIB)};
    CU_ASSERT_TRUE_FATAL(reader && s->arena);
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv",
                                     text_of("item,type,decimals\nA,make,0\nB,make,0\nC,make,0\n"
                                             "D,buy,3\nE,buy,3\nF,buy,0\n")));
    CU_ASSERT_TRUE(plant_reader_take(reader, "work_centers.csv", text_of("work_center\nW1\nW2\n")));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &s->plant, &fault), STATUS_OK);
    plant_reader_free(&reader);
    enum status status =
        plant_read_rows(s->plant, file, text_of(bytes), s->arena, &s->rows, &wrong);
    if (status != STATUS_OK)
        printf("unexpected: line %u %s: %s\n", wrong.line, wrong.column ? wrong.column : "",
               wrong.message);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void setting_release(struct setting *s)
{
    plant_free(&s->plant);
    arena_free(&s->arena);
}

static int compare_parents(const void *context, uint32_t a, uint32_t b)
{
    const struct bom_line *lines = context;
    return (lines[a].parent > lines[b].parent) - (lines[a].parent < lines[b].parent);
}

static bool check(const struct plant *rows, uint32_t edited, const bool *inactive,
                  struct bill_wrong *wrong)
{
    uint32_t order[LINES_MAX];
    uint32_t spare[LINES_MAX];
    CU_ASSERT_TRUE_FATAL(rows->bom_lines_count <= LINES_MAX);
    for (uint32_t i = 0; i < rows->bom_lines_count; i++)
        order[i] = i;
    sort_u32(order, spare, rows->bom_lines_count, compare_parents, rows->bom_lines);
    const struct bill_lines lines = {
        .plant = rows, .edited = edited, .by_parent = order, .inactive = inactive};
    return bill_check(&lines, wrong);
}

/* ---- lines ---- */

struct line_case {
    const char *bom;
    uint32_t edited;
    const char *column; /* NULL: sound */
    const char *words;
    uint32_t row;
};

static const struct line_case line_cases[] = {
    {"parent,component,qty\nA,B,1\nA,C,2\n", 2, NULL, NULL, 0},
    {"parent,component,qty\nA,B,0\n", 1, "qty", "quantity must be above 0", 0},
    {"parent,component,qty,pieces\nA,B,1,0\n", 1, "pieces", "pieces must be above 0", 0},
    {"parent,component,qty\nA,B,0\n", 0, NULL, NULL, 0},

    /* one component twice at one time */
    {"parent,component,qty\nA,B,1\nA,B,2\n", 1, "valid_from",
     "component \"B\" already counts from the beginning to the end", 0},
    {"parent,component,qty\nB,D,1\nA,B,1\nA,B,2\n", 2, "valid_from", "already counts", 1},
    {"parent,component,qty\nA,B,1\nB,C,1\nC,D,1\nC,E,1\n", 4, NULL, NULL, 0},
    {"parent,component,qty,valid_from,valid_to\nA,B,1,2026-03-01,\nA,B,2,,2026-03-01\n", 2, NULL,
     NULL, 0},
    {"parent,component,qty,valid_from,valid_to\nA,B,1,2026-02-28,\nA,B,2,,2026-03-01\n", 1,
     "valid_from", "from the beginning to 2026-03-01", 0},
    {"parent,component,qty,position\nA,B,1,10\nA,B,2,20\n", 2, NULL, NULL, 0},
    {"parent,component,qty,alternative\nA,B,1,\nA,B,2,X\n", 2, NULL, NULL, 0},
    {"parent,component,qty,revision\nA,B,1,1\nA,B,2,2\n", 2, NULL, NULL, 0},
    {"parent,component,qty,lot_from,lot_to\nA,B,1,,100\nA,B,2,100,\n", 2, NULL, NULL, 0},
    {"parent,component,qty,lot_from,lot_to\nA,B,1,,100\nA,B,2,99,\n", 1, "valid_from", "\"B\"", 0},

    /* one position for two */
    {"parent,component,qty,position\nA,B,1,10\nA,C,2,10\n", 1, "position",
     "position \"10\" is taken by component \"C\"", 0},
    {"parent,component,qty,position\nA,B,1,10\nB,C,2,10\n", 2, NULL, NULL, 0},
    {"parent,component,qty,position,substitute_group,substitute_priority\nA,B,1,10,G,0\n"
     "A,C,2,10,G,1\n",
     2, NULL, NULL, 0},

    /* substitutes and shares */
    {"parent,component,qty,substitute_group\nA,B,1,G\nA,C,2,G\n", 1, "substitute_priority",
     "substitute group \"G\" has two mains: components \"C\" and \"B\" both have priority 0", 0},
    {"parent,component,qty,substitute_group,substitute_priority\nA,B,1,G,0\nA,C,2,H,0\n", 2, NULL,
     NULL, 0},
    {"parent,component,qty,substitute_group,mix_pct\nA,B,1,G,60\nA,C,2,G,40\n", 2, NULL, NULL, 0},
    {"parent,component,qty,substitute_group,mix_pct\nA,B,1,G,60\nA,C,2,G,40.000001\n", 1, "mix_pct",
     "add up to 100.000001, at most 100 is possible", 0},
    {"parent,component,qty,kind,cost_share_pct\nA,B,1,byproduct,60\nA,C,2,coproduct,41\n", 2,
     "cost_share_pct", "add up to 101", 0},
    {"parent,component,qty,kind,cost_share_pct,alternative\nA,B,1,byproduct,60,\n"
     "A,C,2,coproduct,41,X\n",
     2, NULL, NULL, 0},
};

static void test_lines(void)
{
    for (size_t i = 0; i < COUNT_OF(line_cases); i++) {
        const struct line_case *wanted = &line_cases[i];
        struct bill_wrong wrong = {0};
        struct setting s;
        setting_init(&s, FILE_BOM, wanted->bom);
        bool sound = check(&s.rows, wanted->edited, NULL, &wrong);
        CU_ASSERT_EQUAL(sound, wanted->column == NULL);
        bool right = sound || (wanted->column && strcmp(wrong.column, wanted->column) == 0 &&
                               wrong.row == wanted->row && strstr(wrong.message, wanted->words));
        CU_ASSERT_TRUE(right);
        if (!right)
            printf("case %zu: row %u, %s: %s\n", i, wrong.row, wrong.column, wrong.message);
        setting_release(&s);
    }
}

static void test_inactive_component(void)
{
    const bool inactive[] = {false, true};
    struct bill_wrong wrong = {0};
    struct setting s;
    setting_init(&s, FILE_BOM, "parent,component,qty\nA,B,1\nA,C,1\n");
    CU_ASSERT_FALSE(check(&s.rows, 2, inactive, &wrong));
    CU_ASSERT_EQUAL(wrong.row, 1);
    CU_ASSERT_STRING_EQUAL(wrong.column, "component");
    CU_ASSERT_STRING_EQUAL(wrong.message, "item \"C\" is not active");
    CU_ASSERT_TRUE(check(&s.rows, 1, inactive, &wrong));
    setting_release(&s);
}

/* ---- operations ---- */

struct operation_case {
    const char *routing;
    const char *column;
};

static const struct operation_case operation_cases[] = {
    {"item,operation,work_center\nA,10,W1\nA,20,W1\nB,10,W1\n", NULL},
    {"item,operation,work_center\nA,10,W1\nA,10,W2\n", "operation"},
    {"item,operation,work_center,alternative\nA,10,W1,\nA,10,W2,X\n", NULL},
    {"item,operation,work_center,valid_from,valid_to\nA,10,W1,,2026-05-01\nA,10,W2,2026-05-01,\n",
     NULL},
    {"item,operation,work_center,valid_from,valid_to\nA,10,W1,,2026-05-02\nA,10,W2,2026-05-01,\n",
     "operation"},
};

static void test_operations(void)
{
    for (size_t i = 0; i < COUNT_OF(operation_cases); i++) {
        struct bill_wrong wrong = {0};
        struct setting s;
        setting_init(&s, FILE_ROUTING, operation_cases[i].routing);
        bool sound = bill_check_operations(&s.rows, 1, &wrong);
        CU_ASSERT_EQUAL(sound, operation_cases[i].column == NULL);
        if (!sound)
            CU_ASSERT_STRING_EQUAL(wrong.column, "operation");
        setting_release(&s);
    }
}

UNIT_SUITE("bill", UNIT(test_lines), UNIT(test_inactive_component), UNIT(test_operations))
