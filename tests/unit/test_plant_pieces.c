#include "common/io/threads.h"
#include "common/plant/plant_read.h"
#include "tests/unit/unit.h"

#include <string.h>

/* Files read in pieces by several hands: the same plant, and the same errors, as line by line. */

static void run_backwards(const struct crew *crew, crew_part_fn *part, void *context)
{
    for (uint32_t hand = crew->hands; hand-- > 0;)
        part(context, hand);
}

static const struct crew three = {3, 1, run_backwards};

struct folder {
    const char *items;
    const char *bom;
    const char *stock;
};

static struct plant_reader *take(const struct folder *folder, const struct crew *crew)
{
    struct plant_reader *reader = plant_reader_new(64 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    if (crew)
        plant_reader_crew(reader, crew);
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(folder->items)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "bom.csv", text_of(folder->bom)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "stock.csv", text_of(folder->stock)));
    return reader;
}

static void check_same(const struct plant *a, const struct plant *b)
{
    CU_ASSERT_EQUAL_FATAL(a->items_count, b->items_count);
    CU_ASSERT_EQUAL_FATAL(a->bom_lines_count, b->bom_lines_count);
    CU_ASSERT_EQUAL_FATAL(a->stocks_count, b->stocks_count);
    CU_ASSERT_EQUAL(a->item_param_count, b->item_param_count);
    CU_ASSERT_EQUAL(memcmp(a->items, b->items, a->items_count * sizeof *a->items), 0);
    CU_ASSERT_EQUAL(memcmp(a->bom_lines, b->bom_lines, a->bom_lines_count * sizeof *a->bom_lines),
                    0);
    CU_ASSERT_EQUAL(memcmp(a->stocks, b->stocks, a->stocks_count * sizeof *a->stocks), 0);
    for (uint32_t i = 0; i < a->items_count; i++)
        CU_ASSERT_STRING_EQUAL(plant_item_code(a, i), plant_item_code(b, i));
}

/* Reads both ways; the number of errors. */
static uint64_t both(const struct folder *folder)
{
    struct plant *plants[2] = {NULL, NULL};
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant_reader *alone = take(folder, NULL);
    struct plant_reader *shared = take(folder, &three);
    enum status status = plant_reader_finish(alone, &plants[0], &fault);
    fault = (struct fault){STATUS_OK, "", "", ""};
    CU_ASSERT_EQUAL(plant_reader_finish(shared, &plants[1], &fault), status);
    const uint64_t errors = plant_reader_error_count(alone);
    CU_ASSERT_EQUAL(plant_reader_error_count(shared), errors);
    for (uint32_t k = 0; k < plant_reader_error_kept(alone); k++)
        CU_ASSERT_STRING_EQUAL(plant_reader_error(alone, k), plant_reader_error(shared, k));
    if (status == STATUS_OK)
        check_same(plants[0], plants[1]);
    plant_free(&plants[0]);
    plant_free(&plants[1]);
    plant_reader_free(&alone);
    plant_reader_free(&shared);
    return errors;
}

/* Bills that come in pieces of a row each. */
static bool next_row(void *context, struct text *piece)
{
    const char **at = context;
    const char *newline = strchr(*at, '\n');
    const char *end = newline ? newline + 1 : *at + strlen(*at);
    *piece = (struct text){*at, (size_t)(end - *at)};
    *at = end;
    return piece->length > 0;
}

static bool is_told(const struct plant_reader *reader, const char *error)
{
    bool found = false;
    for (uint32_t k = 0; k < plant_reader_error_kept(reader) && !found; k++)
        found = strcmp(plant_reader_error(reader, k), error) == 0;
    return found;
}

/* Texts were met in another order, and so have other numbers. */
static void check_texts(const struct plant *a, const struct plant *b)
{
    CU_ASSERT_EQUAL_FATAL(a->bom_lines_count, b->bom_lines_count);
    CU_ASSERT_EQUAL_FATAL(a->stocks_count, b->stocks_count);
    for (uint32_t i = 0; i < a->bom_lines_count; i++)
        CU_ASSERT_STRING_EQUAL(plant_text(a, a->bom_lines[i].position),
                               plant_text(b, b->bom_lines[i].position));
    for (uint32_t i = 0; i < a->stocks_count; i++)
        CU_ASSERT_STRING_EQUAL(plant_text(a, a->stocks[i].lot), plant_text(b, b->stocks[i].lot));
}

/* Their errors come behind those of the other files. */
static uint64_t bills_beside(const struct folder *folder, const struct crew *crew)
{
    const char *at = folder->bom;
    struct plant *plants[2] = {NULL, NULL};
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant_reader *alone = take(folder, NULL);
    struct plant_reader *beside = take(folder, crew);
    CU_ASSERT_TRUE(plant_reader_take_pieces(beside, "bom.csv", next_row, &at));
    const enum status status = plant_reader_finish(alone, &plants[0], &fault);
    fault = (struct fault){STATUS_OK, "", "", ""};
    CU_ASSERT_EQUAL(plant_reader_finish(beside, &plants[1], &fault), status);
    const uint64_t errors = plant_reader_error_count(alone);
    CU_ASSERT_EQUAL(plant_reader_error_count(beside), errors);
    CU_ASSERT_EQUAL(plant_reader_error_kept(beside), plant_reader_error_kept(alone));
    for (uint32_t k = 0; k < plant_reader_error_kept(alone); k++)
        CU_ASSERT_TRUE(is_told(beside, plant_reader_error(alone, k)));
    if (status == STATUS_OK && strstr(folder->bom, "position"))
        check_texts(plants[0], plants[1]);
    else if (status == STATUS_OK)
        check_same(plants[0], plants[1]);
    for (size_t k = 0; k < 2; k++)
        plant_free(&plants[k]);
    plant_reader_free(&alone);
    plant_reader_free(&beside);
    return errors;
}

#define ITEMS "item,type,unit_cost\nB,make,2.50\nA,make,1\n\nD,buy,0.5\r\nC,buy,3\nE,buy,4\n"
#define BOM   "parent,component,qty\nB,D,2\nB,C,1\n,,\n\nA,E,3\nA,D,1.000\nB,E,4"
#define STOCK "item,qty\nA,5\nE,7\nC,0\nB,1\n"

static void test_same(void)
{
    CU_ASSERT_EQUAL(both(&(struct folder){ITEMS, BOM, STOCK}), 0);
    CU_ASSERT_EQUAL(both(&(struct folder){"\xef\xbb\xbf" ITEMS, BOM "\n", STOCK}), 0);
    CU_ASSERT_EQUAL(both(&(struct folder){ITEMS "\"F,1\",buy,1\n", BOM, "item,qty\n"}), 0);
}

/* Texts, and parameters other than the default, are shared: such files are read line by line. */
static void test_shared_records(void)
{
    CU_ASSERT_EQUAL(both(&(struct folder){"item,type,lot_qty,uom\nA,make,5,EA\nB,buy,6,EA\n"
                                          "C,buy,5,KG\n",
                                          "parent,component,qty,position\nA,B,1,10\nA,C,2,20\n",
                                          "item,qty,lot\nA,1,L1\nB,2,L2\n"}),
                    0);
}

static void test_errors(void)
{
    CU_ASSERT_EQUAL(both(&(struct folder){ITEMS "A,buy,1\nF,buy,x\n", BOM "\nB,Z,1\n", STOCK}), 3);
    CU_ASSERT_EQUAL(both(&(struct folder){ITEMS, BOM "\nA,B\nB,A,1.5\n", STOCK "Q,1\nA,-1\n"}), 3);
    CU_ASSERT_EQUAL(both(&(struct folder){ITEMS, BOM "\nD,B,1\n", STOCK}), 1); /* a cycle */
}

/* By a hand of their own; with a column of texts behind the other files; with errors in both. */
static void test_bills_beside(void)
{
    const struct crew crews[] = {three, threads_crew(2), {2, 1, crew_alone.run}};
    for (size_t k = 0; k < COUNT_OF(crews); k++) {
        const struct crew *crew = &crews[k];
        CU_ASSERT_EQUAL(bills_beside(&(struct folder){ITEMS, BOM, STOCK}, crew), 0);
        CU_ASSERT_EQUAL(bills_beside(&(struct folder){ITEMS,
                                                      "parent,component,qty,position\nA,B,1,10\n"
                                                      "A,C,2,20\n",
                                                      "item,qty,lot\nA,1,L1\nB,2,L2\n"},
                                     crew),
                        0);
        CU_ASSERT_EQUAL(
            bills_beside(&(struct folder){ITEMS, BOM "\nA,B\nB,A,x\n", STOCK "Q,1\n"}, crew), 3);
        CU_ASSERT_EQUAL(bills_beside(&(struct folder){ITEMS, "parent,qty\nA,1\n", STOCK}, crew), 1);
        CU_ASSERT_EQUAL(bills_beside(&(struct folder){ITEMS, BOM "\nD,B,1\n", STOCK}, crew), 1);
    }
}

UNIT_SUITE("plant_pieces", UNIT(test_same), UNIT(test_shared_records), UNIT(test_errors),
           UNIT(test_bills_beside))
