/* What the lines of a bill and the operations of a routing must be to each other
   (services/bom/bill_core.h). */

#include "common/plant/plant_read.h"
#include "common/plant/plant_rows.h"
#include "services/bom/bill_core.h"
#include "tests/unit/unit.h"

#include <string.h>

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

static bool check(const struct setting *s, uint32_t edited, const bool *inactive,
                  struct bill_wrong *wrong)
{
    const struct bill_lines lines = {.plant = &s->rows,
                                     .edited = edited,
                                     .order = bill_line_order(&s->rows, s->arena),
                                     .inactive = inactive};
    CU_ASSERT_PTR_NOT_NULL_FATAL(lines.order);
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
        bool sound = check(&s, wanted->edited, NULL, &wrong);
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
    CU_ASSERT_FALSE(check(&s, 2, inactive, &wrong));
    CU_ASSERT_EQUAL(wrong.row, 1);
    CU_ASSERT_STRING_EQUAL(wrong.column, "component");
    CU_ASSERT_STRING_EQUAL(wrong.message, "item \"C\" is not active");
    CU_ASSERT_TRUE(check(&s, 1, inactive, &wrong));
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
        const struct bill_routings routings = {&s.rows, bill_routing_order(&s.rows, s.arena)};
        bool sound = bill_check_operations(&routings, 1, &wrong);
        CU_ASSERT_EQUAL(sound, operation_cases[i].column == NULL);
        if (!sound)
            CU_ASSERT_STRING_EQUAL(wrong.column, "operation");
        setting_release(&s);
    }
}

/* What is told of a whole plant. */
struct told {
    char text[512];
};

static void tell(void *context, enum plant_file_id file, const struct bill_wrong *wrong)
{
    struct told *told = context;
    size_t used = strlen(told->text);
    snprintf(told->text + used, sizeof told->text - used, "%s %u %s: %s\n", plant_files[file].name,
             wrong->row, wrong->column, wrong->message);
}

/* Lines are told where they stand, copies of templates may name what the template has. */
static void test_whole_plant(void)
{
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    struct arena *arena = arena_new(64 * MIB);
    struct plant *plant = NULL;
    struct fault fault = {0};
    struct told told = {{0}};
    CU_ASSERT_TRUE_FATAL(reader && arena);
    CU_ASSERT_TRUE(plant_reader_take(
        reader, "items.csv", text_of("item,type,template\nA,make,\nB,make,A\nC,make,\nD,buy,\n")));
    CU_ASSERT_TRUE(plant_reader_take(reader, "work_centers.csv", text_of("work_center\nW\n")));
    CU_ASSERT_TRUE(
        plant_reader_take(reader, "routing.csv",
                          text_of("item,operation,work_center\nA,20,W\nC,5,W\nA,10,W\nA,20,W\n")));
    CU_ASSERT_TRUE(plant_reader_take(
        reader, "bom.csv",
        text_of("parent,component,qty,operation,inherited_from,position\nC,D,1,10,,1\nA,D,1,10,,1\n"
                "B,D,1,10,A,1\nA,C,1,20,,2\nA,D,1,,,2\n")));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(bill_check_plant(plant, arena, tell, &told, &fault), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(
        told.text,
        "bom.csv 0 operation: \"10\" is not in the routing of item \"C\": it has 5\n"
        "bom.csv 3 position: position \"2\" is taken by component \"D\" from the beginning to the end\n"
        "bom.csv 4 position: position \"2\" is taken by component \"C\" from the beginning to the end\n"
        "routing.csv 0 operation: operation \"20\" of item \"A\" already counts at that time\n"
        "routing.csv 3 operation: operation \"20\" of item \"A\" already counts at that time\n");
    plant_free(&plant);
    plant_reader_free(&reader);
    arena_free(&arena);
}

UNIT_SUITE("bill", UNIT(test_whole_plant), UNIT(test_lines), UNIT(test_inactive_component),
           UNIT(test_operations))
