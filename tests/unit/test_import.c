/* What a plant folder's orders and stock become (services/bom/import_core.h). */

#include "common/plant/plant_read.h"
#include "services/bom/import_core.h"
#include "tests/unit/unit.h"

#include <string.h>

struct file {
    const char *name;
    const char *bytes;
};

static struct arena *arena;
static struct plant *plant;
static struct import_rows rows;
static struct fault fault;

static const struct file plant_file = {"plant.csv",
                                       "key,value\ncurrency,CNY\nplan_start,2026-01-05\n"};
static const struct file items_file = {
    "items.csv",
    "item,type,uom,decimals,unit_cost,valuation,allow_negative\nBIKE,make,EA,0,100,,\nGLUE,buy,KG,3,4,"
    "fifo,1\nHUB,make,EA,0,,,\nPART,buy,EA,0,7,standard,\nPUMP,transfer,EA,0,3000,,\n"};
static const struct file units_file = {"units.csv", "from,to,factor\nG,KG,0.001\n"};

/* Reads plant.csv, items.csv, units.csv and the given files, and imports them. */
static enum status import(const struct file *files, size_t count)
{
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    plant_free(&plant);
    fault = (struct fault){0};
    if (!arena)
        arena = arena_new(16 * MIB);
    arena_reset(arena);
    CU_ASSERT_TRUE(plant_reader_take(reader, plant_file.name, text_of(plant_file.bytes)));
    CU_ASSERT_TRUE(plant_reader_take(reader, items_file.name, text_of(items_file.bytes)));
    CU_ASSERT_TRUE(plant_reader_take(reader, units_file.name, text_of(units_file.bytes)));
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_TRUE(plant_reader_take(reader, files[i].name, text_of(files[i].bytes)));
    enum status status = plant_reader_finish(reader, &plant, &fault);
    if (status != STATUS_OK)
        printf("unexpected: %s\n", plant_reader_error(reader, 0));
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    plant_reader_free(&reader);
    return import_rows_of(plant, arena, &rows, &fault);
}

static void import_ok(const struct file *files, size_t count)
{
    enum status status = import(files, count);
    if (status != STATUS_OK)
        printf("unexpected: %s\n", fault.message);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
}

static void is_day(date day, const char *want)
{
    char text[DATE_TEXT_MAX];
    date_format(day, text);
    CU_ASSERT_STRING_EQUAL(text, want);
}

static void is_text(struct text text, const char *want)
{
    bool same = want ? text_is(text, want) : text.bytes == NULL;
    if (!same)
        printf("\nwant \"%s\", got \"%.*s\"\n", want ? want : "none", (int)text.length,
               text.bytes ? text.bytes : "");
    CU_ASSERT_TRUE(same);
}

/* One reference is one order, its lines in file order, wherever they stand; no reference makes a
   number of the place in the file. */
static void test_sales_orders(void)
{
    const struct file files[] = {{"demand.csv",
                                  "item,due,qty,uom,reference,customer,priority,segment\n"
                                  "BIKE,2026-02-01,5,,SO-B,C1,2,\n"
                                  "PART,2026-02-02,1,,,,,S9\n"
                                  "BIKE,2026-02-03,2,,SO-A,,,\n"
                                  "GLUE,2026-02-04,1500.5,G,SO-B,C2,,\n"}};
    import_ok(files, 1);
    CU_ASSERT_EQUAL_FATAL(rows.sales_orders_count, 3);
    CU_ASSERT_EQUAL_FATAL(rows.sales_lines_count, 4);
    is_text(rows.sales_orders[0].id, "SO-000002");
    is_text(rows.sales_orders[0].partner, NULL);
    is_text(rows.sales_orders[1].id, "SO-A");
    is_text(rows.sales_orders[2].id, "SO-B");
    is_text(rows.sales_orders[2].partner, "C1"); /* of its first line */
    const struct import_sales_line *lines = rows.sales_lines;
    is_text(lines[0].segment, "S9");
    CU_ASSERT_EQUAL(lines[0].line, 1);
    CU_ASSERT_EQUAL(lines[0].priority, NO_DAYS);
    is_text(lines[2].sales_order, "SO-B");
    CU_ASSERT_EQUAL(lines[2].line, 1);
    CU_ASSERT_EQUAL(lines[2].priority, 2);
    is_text(lines[3].item, "GLUE");
    CU_ASSERT_EQUAL(lines[3].line, 2);
    CU_ASSERT_EQUAL(lines[3].qty.micro, 1501000); /* 1500.5 g: 1.5005 kg, up to 1.501 */
    is_day(lines[3].due, "2026-02-04");
}

/* A number that the folder uses itself is passed over. */
static void test_numbers_are_free(void)
{
    const struct file files[] = {
        {"demand.csv",
         "item,due,qty,reference\nBIKE,2026-02-01,5,\nBIKE,2026-02-02,1,SO-000001\n"}};
    import_ok(files, 1);
    CU_ASSERT_EQUAL_FATAL(rows.sales_orders_count, 2);
    is_text(rows.sales_orders[0].id, "SO-000001");
    is_text(rows.sales_orders[1].id, "SO-1000000001");
    CU_ASSERT_EQUAL(rows.sales_lines[0].qty.micro, 1000000);
}

static void test_forecasts(void)
{
    const struct file files[] = {{"demand.csv", "item,due,qty,kind,days,customer\n"
                                                "BIKE,2026-02-01,5,forecast,7,C1\n"
                                                "BIKE,2026-02-08,6,forecast,,\n"}};
    import_ok(files, 1);
    CU_ASSERT_EQUAL(rows.sales_orders_count, 0);
    CU_ASSERT_EQUAL_FATAL(rows.forecasts_count, 2);
    CU_ASSERT_EQUAL(rows.forecasts[0].row_no, 1);
    CU_ASSERT_EQUAL(rows.forecasts[0].days, 7);
    is_text(rows.forecasts[0].customer, "C1");
    CU_ASSERT_EQUAL(rows.forecasts[1].row_no, 2);
    CU_ASSERT_EQUAL(rows.forecasts[1].days, NO_DAYS);
    is_text(rows.forecasts[1].reference, NULL);
}

/* The first supplier's price in plant currency and stock unit, else the item's unit cost. */
static void test_purchases(void)
{
    const struct file files[] = {
        {"suppliers.csv", "item,supplier,price,currency,uom,uom_factor\nPART,S1,30,USD,BOX,20\n"
                          "GLUE,S2,3,EUR,,\nPART,S3,1,,,\n"},
        {"rates.csv", "currency,date,rate\nUSD,2026-01-01,7\nUSD,2026-02-01,9\n"},
        {"supply.csv", "item,due,qty,kind,reference,segment\n"
                       "PART,2026-02-01,40,purchase,PO-2,\n"
                       "HUB,2026-02-05,1,purchase,,\n"
                       "GLUE,2026-02-02,1.5,purchase,PO-2,S1\n"}};
    import_ok(files, COUNT_OF(files));
    CU_ASSERT_EQUAL_FATAL(rows.purchase_orders_count, 2);
    CU_ASSERT_EQUAL_FATAL(rows.purchase_lines_count, 3);
    is_text(rows.purchase_orders[0].id, "PO-000002");
    is_text(rows.purchase_orders[0].partner, NULL);
    is_text(rows.purchase_orders[1].id, "PO-2");
    is_text(rows.purchase_orders[1].partner, "S1");
    const struct import_purchase_line *lines = rows.purchase_lines;
    CU_ASSERT_EQUAL(lines[0].price.micro, 0); /* a hub costs nothing that is known */
    CU_ASSERT_EQUAL(lines[1].line, 1);
    CU_ASSERT_EQUAL(lines[1].price.micro, 10500000); /* 30 x 7 / 20 */
    CU_ASSERT_EQUAL(lines[1].qty.micro, 40000000);
    CU_ASSERT_EQUAL(lines[2].line, 2);
    CU_ASSERT_EQUAL(lines[2].price.micro, 4000000); /* no rate of EUR: the unit cost */
    is_text(lines[2].segment, "S1");
}

static void test_work_orders(void)
{
    const struct file files[] = {
        {"supply.csv",
         "item,due,qty,kind,start,reference,firm\n"
         "BIKE,2026-02-10,3,work_order,2026-02-01,WO-1,\n"
         "BIKE,2026-02-10,2,work_order,2026-02-11,WO-2,\n" /* starts late: on its due day */
         "BIKE,2026-02-12,4,planned,,WO-3,1\n"
         "BIKE,2026-02-13,4,planned,,,\n"        /* not firm */
         "PUMP,2026-02-13,4,planned,,P-1,1\n"    /* not made here */
         "BIKE,2026-02-14,1,work_order,,WO-1,\n" /* the reference is taken */
         "PUMP,2026-02-15,1,transfer,,T-1,1\n"},
        {"order_components.csv", "reference,item,qty,due,operation,segment\n"
                                 "WO-3,PART,4,,,\n"
                                 "WO-1,PART,6,,20,S1\n"
                                 "WO-1,GLUE,0.5,2026-02-03,,\n"
                                 "GONE,PART,1,,,\n"}};
    import_ok(files, COUNT_OF(files));
    CU_ASSERT_EQUAL_FATAL(rows.work_orders_count, 3);
    const struct import_work_order *orders = rows.work_orders;
    is_text(orders[0].work_order, "WO-1");
    is_text(orders[0].state, "released");
    is_day(orders[0].start_on, "2026-02-01");
    CU_ASSERT_EQUAL(orders[0].planned_cost.e4, 3000000); /* 3 x 100 */
    is_day(orders[1].start_on, "2026-02-10");
    is_text(orders[2].state, "firm");
    is_day(orders[2].start_on, "2026-02-12");

    CU_ASSERT_EQUAL_FATAL(rows.components_count, 2);
    CU_ASSERT_EQUAL(rows.components[0].line, 2);
    is_text(rows.components[0].work_order, "WO-1");
    is_day(rows.components[0].due_on, "2026-02-01"); /* the order's start */
    is_text(rows.components[0].operation, "20");
    CU_ASSERT_EQUAL(rows.components[0].planned_cost.micro, 7000000);
    is_day(rows.components[1].due_on, "2026-02-03");

    /* A firm order is exploded by the plan: its needs stay a row, as those of an unknown order. */
    CU_ASSERT_EQUAL_FATAL(rows.needs_count, 2);
    is_text(rows.needs[0].reference, "WO-3");
    is_text(rows.needs[1].reference, "GONE");
    CU_ASSERT_EQUAL(rows.needs[1].due, NO_DATE);

    CU_ASSERT_EQUAL_FATAL(rows.supplies_count, 4);
    is_text(rows.supplies[0].kind, "planned");
    CU_ASSERT_FALSE(rows.supplies[0].firm);
    is_text(rows.supplies[0].reference, NULL);
    is_day(rows.supplies[0].start, "2026-02-13");
    is_text(rows.supplies[1].reference, "P-1");
    CU_ASSERT_TRUE(rows.supplies[1].firm);
    is_text(rows.supplies[2].kind, "work_order");
    is_text(rows.supplies[3].kind, "transfer");
}

/* Valued at the row's unit cost, else the item's; at standard always at the item's. */
static void test_stock(void)
{
    const struct file files[] = {{"stock.csv",
                                  "item,qty,location,lot,status,expiry,unit_cost,segment\n"
                                  "GLUE,1.5,A1,L1,inspection,2026-06-01,5,\n"
                                  "GLUE,0.5,,L1,,2026-06-01,,S1\n"
                                  "GLUE,-2,A2,,,,9,\n"
                                  "PART,10,A1,,blocked,,1,\n"}};
    import_ok(files, 1);
    CU_ASSERT_EQUAL_FATAL(rows.stocks_count, 4);
    const struct import_stock *s = rows.stocks;
    CU_ASSERT_EQUAL(s[0].posted_seq, 1);
    is_text(s[0].status, "inspection");
    CU_ASSERT_EQUAL(s[0].amount.e4, 75000);
    CU_ASSERT_TRUE(s[0].may_be_negative);
    is_text(s[1].location, IMPORT_LOCATION);
    is_text(s[1].status, "available");
    CU_ASSERT_EQUAL(s[1].amount.e4, 20000); /* 0.5 x 4 */
    CU_ASSERT_EQUAL(s[1].on_hand.micro, 2000000);
    CU_ASSERT_EQUAL(s[1].value.e4, 95000);
    CU_ASSERT_EQUAL(s[2].amount.e4, -95000); /* what empties the item takes what is left */
    CU_ASSERT_EQUAL(s[2].value.e4, 0);
    CU_ASSERT_EQUAL(s[3].posted_seq, 4);
    CU_ASSERT_EQUAL(s[3].amount.e4, 700000); /* 10 x 7, the standard */
    CU_ASSERT_FALSE(s[3].may_be_negative);

    CU_ASSERT_EQUAL_FATAL(rows.lots_count, 2);
    is_day(rows.lots[0].expires_on, "2026-06-01");
    CU_ASSERT_EQUAL_FATAL(rows.stock_items_count, 5); /* every item, also without stock */
    is_text(rows.stock_items[1].item, "GLUE");
    CU_ASSERT_EQUAL(rows.stock_items[1].on_hand.micro, 0);
    CU_ASSERT_EQUAL(rows.stock_items[1].last_cost.micro, 4000000);
    CU_ASSERT_EQUAL(rows.stock_items[2].last_cost.micro, 0);
    CU_ASSERT_EQUAL(rows.stock_items[3].value.e4, 700000);
}

static void test_refusals(void)
{
    const struct file owned[] = {{"stock.csv", "item,qty,owner\nPART,1,S1\n"}};
    CU_ASSERT_EQUAL(import(owned, 1), STATUS_INVALID);
    CU_ASSERT_STRING_EQUAL(fault.message,
                           "consigned stock of item \"PART\" cannot be imported yet");
    const struct file rich[] = {
        {"stock.csv", "item,qty,unit_cost\nGLUE,999999999999,999999999999\n"}};
    CU_ASSERT_EQUAL(import(rich, 1), STATUS_OVERFLOW);
    CU_ASSERT_STRING_EQUAL(fault.field, "stock.csv");
    const struct file dear[] = {
        {"supply.csv", "item,due,qty,kind\nPUMP,2026-02-01,999999999999,work_order\n"}};
    CU_ASSERT_EQUAL(import(dear, 1), STATUS_OVERFLOW);
    CU_ASSERT_STRING_EQUAL(fault.field, "supply.csv");

    struct arena *tiny = arena_new(1000);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(import_rows_of(plant, tiny, &rows, &fault), STATUS_LIMIT);
    arena_free(&tiny);
}

static void test_nothing(void)
{
    import_ok(NULL, 0);
    CU_ASSERT_EQUAL(rows.sales_lines_count + rows.purchase_lines_count + rows.work_orders_count +
                        rows.stocks_count + rows.needs_count + rows.supplies_count,
                    0);
    CU_ASSERT_EQUAL(rows.stock_items_count, 5);
    CU_ASSERT_FALSE(days_given(plant->facts.reschedule_days)); /* the store makes 30 of it */
    plant_free(&plant);
    arena_free(&arena);
}

UNIT_SUITE("import", UNIT(test_sales_orders), UNIT(test_numbers_are_free), UNIT(test_forecasts),
           UNIT(test_purchases), UNIT(test_work_orders), UNIT(test_stock), UNIT(test_refusals),
           UNIT(test_nothing))
