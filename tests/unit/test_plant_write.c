#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_write.h"
#include "tests/unit/unit.h"

#include <string.h>

#define TEXT_MAX 16384

struct texts {
    char bytes[PLANT_FILES][TEXT_MAX];
    size_t used[PLANT_FILES];
    int file;
};

static enum status collect(void *context, const char *bytes, size_t count, struct fault *fault)
{
    struct texts *texts = context;
    size_t *used = &texts->used[texts->file];
    (void)fault;
    CU_ASSERT_TRUE_FATAL(*used + count < TEXT_MAX);
    memcpy(texts->bytes[texts->file] + *used, bytes, count);
    *used += count;
    return STATUS_OK;
}

static void write_all(const struct plant *plant, const struct plant_write *how, struct texts *texts)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant_write to_texts = *how;
    to_texts.sink = collect;
    to_texts.context = texts;
    memset(texts, 0, sizeof(*texts));
    for (texts->file = 0; texts->file < PLANT_FILES; texts->file++) {
        if (how->plant_id && texts->file == FILE_PLANT)
            continue;
        CU_ASSERT_EQUAL(plant_write_file(plant, plant_files[texts->file].name, &to_texts, &fault),
                        STATUS_OK);
    }
}

static struct plant *read_all(const struct texts *texts)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = NULL;
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    for (int i = 0; i < PLANT_FILES; i++) {
        if (texts->used[i] > 0)
            CU_ASSERT_TRUE(
                plant_reader_take(reader, plant_files[i].name, text_of(texts->bytes[i])));
    }
    enum status status = plant_reader_finish(reader, &plant, &fault);
    if (status != STATUS_OK)
        printf("unexpected: %s\n", fault.message);
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    plant_reader_free(&reader);
    return plant;
}

/* Every file, with things given and not given. */
static struct plant *sample(void)
{
    static const char *const given[PLANT_FILES] = {
        [FILE_PLANT] =
            "key,value\nplant,P\nname,\"Mill, north\"\nplan_start,2026-01-01\ncalendar,5D\n",
        [FILE_CALENDAR] = "calendar,weekday,date,working\n5D,7,,0\n5D,,2026-05-01,0\n",
        [FILE_ITEMS] =
            "item,name,type,uom,lead_time_days,safety_stock,lot_rule,lot_multiple,unit_cost\n"
            "Z,\"say \"\"hi\"\"\",make,EA,3,,L4L,12,\nA,,buy,KG,,2.500,,,0.25\nM,,make,,0,1,WW,,\n",
        [FILE_UNITS] = "from,to,factor,item\nT,KG,1000,\nBOX,EA,12,Z\n",
        [FILE_RATES] = "currency,date,rate\nEUR,2026-01-01,7.85\n",
        [FILE_PARTNERS] = "partner,kind,name,payment_days\nS1,supplier,Smith,30\n",
        [FILE_SAFETY_STOCK] = "item,from,safety_stock\nA,10,3.5\n",
        [FILE_WORK_CENTERS] = "work_center,labor_rate,calendar\nW,30.5,5D\n",
        [FILE_SUPPLIERS] = "item,supplier,price,valid_to\nA,S1,1.1,2027-01-01\n",
        [FILE_ORDER_COSTS] = "item,date,order_cost\nA,2026-02-01,54\n",
        [FILE_BOM] = "parent,component,qty,scrap_pct,valid_from,kind,position\n"
                     "Z,M,2,,,,10\nM,A,0.125,5,2026-03-01,consumable,\nZ,A,1,,,,20\n",
        [FILE_ROUTING] = "item,operation,work_center,setup,run,time_unit\nZ,10,W,1,0.5,min\n",
        [FILE_STOCK] = "item,qty,lot,expiry\nA,12.345,L1,2026-09-30\nZ,3,,\n",
        [FILE_DEMAND] = "item,due,qty,uom,kind,days\nZ,5,2,BOX,order,\nZ,20,100,,forecast,30\n",
        [FILE_SUPPLY] = "item,due,qty,kind,reference,firm\nZ,8,4,work_order,WO1,1\n",
        [FILE_ORDER_COMPONENTS] = "reference,item,qty,due\nWO1,M,8,\nWO9,A,1.5,2\n",
        [FILE_MOVEMENTS] = "seq,item,kind,qty,amount,unit_cost,of_seq\n1,A,receipt,5,10.5,,\n"
                           "2,A,issue,2,,,\n3,A,return,1,,,2\n4,A,revalue,,-1,,1\n"};
    static struct texts texts;
    memset(&texts, 0, sizeof(texts));
    for (int i = 0; i < PLANT_FILES; i++) {
        texts.used[i] = strlen(given[i]);
        memcpy(texts.bytes[i], given[i], texts.used[i]);
    }
    return read_all(&texts);
}

static void check_round_trip(const struct plant_write *how)
{
    static struct texts first;
    static struct texts second;
    static const struct plant_write plain = {0};
    struct plant *plant = sample();
    write_all(plant, how, &first);
    struct plant *again = read_all(&first);
    write_all(again, how, &second);
    for (int i = 0; i < PLANT_FILES; i++)
        CU_ASSERT_STRING_EQUAL(first.bytes[i], second.bytes[i]);
    write_all(plant, &plain, &first);
    write_all(again, &plain, &second);
    for (int i = 0; i < PLANT_FILES; i++)
        CU_ASSERT_STRING_EQUAL(first.bytes[i], second.bytes[i]);
    plant_free(&plant);
    plant_free(&again);
}

static void test_round_trip(void)
{
    check_round_trip(&(struct plant_write){0});
    check_round_trip(&(struct plant_write){.chinese = true});
}

static void test_bytes(void)
{
    static struct texts texts;
    struct plant *plant = sample();
    write_all(plant, &(struct plant_write){0}, &texts);
    CU_ASSERT_STRING_EQUAL(texts.bytes[FILE_STOCK],
                           "item,qty,location,lot,status,expiry,unit_cost,segment,owner\n"
                           "A,12.345,,L1,available,2026-09-30,,,\nZ,3,,,available,,,,\n");
    CU_ASSERT_STRING_EQUAL(texts.bytes[FILE_PLANT],
                           "key,value\nplant,P\nname,\"Mill, north\"\nplan_start,2026-01-01\n"
                           "horizon_days,365\ncalendar,5D\ndate_style,iso\n");
    write_all(plant, &(struct plant_write){.chinese = true}, &texts);
    CU_ASSERT_STRING_EQUAL(
        texts.bytes[FILE_UNITS],
        "原单位,目标单位,换算系数,物料编码,取整方式\nT,KG,1000,,\nBOX,EA,12,Z,\n");
    write_all(plant, &(struct plant_write){.plant_id = "P"}, &texts);
    CU_ASSERT_STRING_EQUAL(
        texts.bytes[FILE_UNITS],
        "plant_id,row_no,from,to,factor,item,rounding\nP,1,T,KG,1000,,\nP,2,BOX,EA,12,Z,\n");
    CU_ASSERT_STRING_EQUAL(texts.bytes[FILE_PARTNERS],
                           "plant_id,partner,name,kind,class,currency,payment_days,contact,phone,"
                           "email,tax_id\nP,S1,Smith,supplier,,,30,,,,\n");
    plant_free(&plant);
}

static void test_unknown_file(void)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = sample();
    CU_ASSERT_EQUAL(
        plant_write_file(plant, "x.csv", &(struct plant_write){.sink = collect}, &fault),
        STATUS_NOT_FOUND);
    CU_ASSERT_FALSE(plant_file_is_empty(plant, "bom.csv"));
    plant_free(&plant);
}

/* Headers are the way columns are found: no two of a file may agree, in either language. */
static void test_headers_are_distinct(void)
{
    for (int f = 0; f < PLANT_FILES; f++) {
        for (uint32_t i = 0; i < plant_files[f].column_count; i++) {
            const struct column *column = &plant_files[f].columns[i];
            CU_ASSERT_PTR_EQUAL(plant_column_find(&plant_files[f], text_of(column->name)), column);
            CU_ASSERT_PTR_EQUAL(plant_column_find(&plant_files[f], text_of(column->name_zh)),
                                column);
        }
    }
}

UNIT_SUITE("plant_write", UNIT(test_round_trip), UNIT(test_bytes), UNIT(test_unknown_file),
           UNIT(test_headers_are_distinct))
