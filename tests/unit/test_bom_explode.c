#include "common/bom/bom_choose.h"
#include "common/bom/bom_explode.h"
#include "common/bom/bom_used.h"
#include "common/plant/plant_read.h"
#include "tests/unit/unit.h"

#include <string.h>

struct setting {
    struct plant *plant;
    struct arena *arena;
    struct bom_graph *graph;
    struct fault fault;
};

static void setting_init(struct setting *setting, const char *items, const char *bom)
{
    struct plant_reader *reader = plant_reader_new(64 * MIB);
    memset(setting, 0, sizeof(*setting));
    setting->arena = arena_new(64 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    CU_ASSERT_PTR_NOT_NULL_FATAL(setting->arena);
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(items)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "bom.csv", text_of(bom)));
    enum status status = plant_reader_finish(reader, &setting->plant, &setting->fault);
    if (status != STATUS_OK)
        printf("unexpected: %s\n", setting->fault.message);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    plant_reader_free(&reader);
    CU_ASSERT_EQUAL_FATAL(
        bom_graph_make(setting->plant, setting->arena, &setting->graph, &setting->fault),
        STATUS_OK);
}

static void setting_release(struct setting *setting)
{
    plant_free(&setting->plant);
    arena_free(&setting->arena);
}

static uint32_t item_of(const struct setting *setting, const char *code)
{
    return plant_item_find(setting->plant, text_of(code));
}

static const struct bom_explosion *explode(struct setting *setting, const char *item,
                                           int64_t quantity, uint32_t levels)
{
    const struct bom_request request = {.item = item_of(setting, item),
                                        .quantity = {quantity * QTY_SCALE},
                                        .start = NO_DATE,
                                        .levels = levels};
    struct bom_explosion *explosion = NULL;
    enum status status =
        bom_explode(setting->graph, &request, setting->arena, &explosion, &setting->fault);
    CU_ASSERT_EQUAL(status == STATUS_OK, explosion != NULL);
    return explosion;
}

#define ITEMS "item,type\nA,make\nB,make\nC,make\nD,buy\nE,buy\n"

/* The longest path counts: D is two below B although A names it directly. */
static void test_low_level_codes(void)
{
    struct setting s;
    setting_init(&s, ITEMS, "parent,component,qty\nA,D,1\nA,B,1\nB,C,1\nC,D,1\n");
    CU_ASSERT_EQUAL(s.graph->level_count, 4);
    CU_ASSERT_EQUAL(s.graph->level[item_of(&s, "A")], 0);
    CU_ASSERT_EQUAL(s.graph->level[item_of(&s, "B")], 1);
    CU_ASSERT_EQUAL(s.graph->level[item_of(&s, "C")], 2);
    CU_ASSERT_EQUAL(s.graph->level[item_of(&s, "D")], 3);
    CU_ASSERT_EQUAL(s.graph->level[item_of(&s, "E")], 0);
    setting_release(&s);
}

/* A co-product is no need but it is an edge. */
static void test_coproduct_is_an_edge(void)
{
    struct setting s;
    setting_init(&s, ITEMS, "parent,component,qty,kind\nA,B,1,coproduct\nA,C,1,\n");
    CU_ASSERT_EQUAL(s.graph->level[item_of(&s, "B")], 1);
    const struct bom_explosion *explosion = explode(&s, "A", 1, 0);
    CU_ASSERT_EQUAL(explosion->need_count, 1);
    CU_ASSERT_EQUAL(explosion->needs[0].item, item_of(&s, "C"));
    setting_release(&s);
}

static void test_levels(void)
{
    struct setting s;
    setting_init(&s, ITEMS, "parent,component,qty\nA,B,2\nB,C,3\nA,C,1\nC,D,5\n");
    const struct bom_explosion *all = explode(&s, "A", 10, 0);
    CU_ASSERT_EQUAL_FATAL(all->need_count, 3);
    CU_ASSERT_EQUAL(all->needs[0].qty.micro, 20 * QTY_SCALE);
    CU_ASSERT_EQUAL(all->needs[1].qty.micro, 70 * QTY_SCALE);
    CU_ASSERT_EQUAL(all->needs[1].occurrences, 2);
    CU_ASSERT_EQUAL(all->needs[2].qty.micro, 350 * QTY_SCALE);
    CU_ASSERT_EQUAL(all->line_count, 5);
    const struct bom_explosion *one = explode(&s, "A", 10, 1);
    CU_ASSERT_EQUAL_FATAL(one->need_count, 2);
    CU_ASSERT_EQUAL(one->needs[1].qty.micro, 10 * QTY_SCALE);
    const struct bom_explosion *two = explode(&s, "A", 10, 2);
    CU_ASSERT_EQUAL_FATAL(two->need_count, 3);
    CU_ASSERT_EQUAL(two->needs[1].qty.micro, 70 * QTY_SCALE);
    CU_ASSERT_EQUAL(two->needs[2].qty.micro, 50 * QTY_SCALE);
    CU_ASSERT_EQUAL(two->line_count, 4);
    setting_release(&s);
}

/* Diamond on diamond: `depth` items, two lines from each to the next. */
static void diamonds_init(struct setting *s, int depth)
{
    static char items[4096];
    static char bom[8192];
    size_t items_used = (size_t)snprintf(items, sizeof(items), "item,type\n");
    size_t bom_used = (size_t)snprintf(bom, sizeof(bom), "parent,component,qty,position\n");
    for (int i = 0; i < depth; i++)
        items_used +=
            (size_t)snprintf(items + items_used, sizeof(items) - items_used, "N%03d,make\n", i);
    for (int i = 0; i + 1 < depth; i++)
        bom_used += (size_t)snprintf(bom + bom_used, sizeof(bom) - bom_used,
                                     "N%03d,N%03d,1,1\nN%03d,N%03d,1,2\n", i, i + 1, i, i + 1);
    setting_init(s, items, bom);
}

static void test_many_paths(void)
{
    struct setting s;
    struct bom_walk *walk;
    diamonds_init(&s, 41);
    const struct bom_explosion *explosion = explode(&s, "N000", 1, 0);
    CU_ASSERT_EQUAL_FATAL(explosion->need_count, 40);
    CU_ASSERT_EQUAL(explosion->needs[39].qty.micro, ((int64_t)1 << 40) * QTY_SCALE);
    CU_ASSERT_EQUAL(explosion->needs[39].occurrences, (int64_t)1 << 40);
    CU_ASSERT_EQUAL(bom_walk_new(explosion, s.arena, &walk, &s.fault), STATUS_LIMIT);
    CU_ASSERT_STRING_EQUAL(s.fault.message,
                           "explosion of item \"N000\" has more than 10000000 lines: ask for the "
                           "summary, or for fewer levels");
    setting_release(&s);
}

static void test_overflow(void)
{
    struct setting s;
    diamonds_init(&s, 70);
    CU_ASSERT_PTR_NULL(explode(&s, "N000", 1, 0));
    CU_ASSERT_EQUAL(s.fault.status, STATUS_OVERFLOW);
    CU_ASSERT_STRING_EQUAL(s.fault.message, "quantity of item \"N063\" is out of range");
    setting_release(&s);
}

static void test_walk(void)
{
    struct setting s;
    struct bom_walk *walk;
    struct bom_row row;
    setting_init(&s, ITEMS, "parent,component,qty,per_qty\nA,C,1,3\nA,B,2,\nB,C,1,7\n");
    const struct bom_explosion *explosion = explode(&s, "A", 5, 0);
    CU_ASSERT_EQUAL_FATAL(bom_walk_new(explosion, s.arena, &walk, &s.fault), STATUS_OK);
    CU_ASSERT_TRUE(bom_walk_next(walk, &row, &s.fault));
    CU_ASSERT_EQUAL(row.line->component, item_of(&s, "B"));
    CU_ASSERT_TRUE(bom_walk_next(walk, &row, &s.fault));
    CU_ASSERT_EQUAL(row.level, 2);
    CU_ASSERT_EQUAL(row.path[0], 1);
    CU_ASSERT_EQUAL(row.path[1], 1);
    CU_ASSERT_EQUAL(row.qty.num, 10);
    CU_ASSERT_EQUAL(row.qty.den, 7);
    CU_ASSERT_TRUE(bom_walk_next(walk, &row, &s.fault));
    CU_ASSERT_EQUAL(row.level, 1);
    CU_ASSERT_EQUAL(row.path[0], 2);
    CU_ASSERT_EQUAL(row.qty_per.den, 3);
    CU_ASSERT_FALSE(bom_walk_next(walk, &row, &s.fault));
    CU_ASSERT_EQUAL(s.fault.status, STATUS_OK);
    setting_release(&s);
}

static uint32_t count_used(struct setting *s, const char *item, date start, uint32_t levels)
{
    const struct bom_used_request request = {item_of(s, item), start, levels};
    struct bom_used *used;
    struct bom_row row;
    uint32_t rows = 0;
    CU_ASSERT_EQUAL_FATAL(bom_used_new(s->graph, &request, s->arena, &used, &s->fault), STATUS_OK);
    while (bom_used_next(used, &row, &s->fault))
        rows++;
    return rows;
}

static void test_where_used(void)
{
    struct setting s;
    date day;
    setting_init(&s, ITEMS,
                 "parent,component,qty,valid_to\nA,B,1,\nB,C,1,2026-01-01\nA,C,1,\nC,D,1,\n");
    CU_ASSERT_TRUE(date_parse("2026-01-01", 10, &day));
    CU_ASSERT_EQUAL(count_used(&s, "D", NO_DATE, 0), 4);
    CU_ASSERT_EQUAL(count_used(&s, "D", NO_DATE, 1), 1);
    CU_ASSERT_EQUAL(count_used(&s, "D", NO_DATE, 2), 3);
    CU_ASSERT_EQUAL(count_used(&s, "D", day, 0), 2);
    CU_ASSERT_EQUAL(count_used(&s, "D", day - 1, 0), 4);
    CU_ASSERT_EQUAL(count_used(&s, "E", NO_DATE, 0), 0);
    setting_release(&s);
}

static void test_where_used_limit(void)
{
    struct setting s;
    struct bom_used *used;
    diamonds_init(&s, 60);
    const struct bom_used_request all = {item_of(&s, "N059"), NO_DATE, 0};
    CU_ASSERT_EQUAL(bom_used_new(s.graph, &all, s.arena, &used, &s.fault), STATUS_LIMIT);
    CU_ASSERT_STRING_EQUAL(
        s.fault.message,
        "item \"N059\" is used in more than 10000000 lines: ask for the end items, or "
        "for fewer levels");
    CU_ASSERT_EQUAL(count_used(&s, "N059", NO_DATE, 1), 2);
    setting_release(&s);
}

static void test_bad_requests(void)
{
    struct setting s;
    setting_init(&s, ITEMS, "parent,component,qty\nA,B,1\n");
    CU_ASSERT_PTR_NULL(explode(&s, "A", 0, 0));
    CU_ASSERT_STRING_EQUAL(s.fault.message, "quantity must be positive");
    const struct bom_request half = {.item = 0, .quantity = {QTY_SCALE / 2}, .start = NO_DATE};
    struct bom_explosion *explosion;
    memset(&s.fault, 0, sizeof(s.fault));
    CU_ASSERT_EQUAL(bom_explode(s.graph, &half, s.arena, &explosion, &s.fault), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(s.fault.message, "quantity 0.5 is not a whole number of its unit");
    setting_release(&s);
}

UNIT_SUITE("bom_explode", UNIT(test_low_level_codes), UNIT(test_coproduct_is_an_edge),
           UNIT(test_levels), UNIT(test_many_paths), UNIT(test_overflow), UNIT(test_walk),
           UNIT(test_where_used), UNIT(test_where_used_limit), UNIT(test_bad_requests))
