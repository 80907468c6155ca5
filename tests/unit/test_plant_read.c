#include "common/plant/plant_read.h"
#include "common/plant/plant_units.h"
#include "tests/unit/unit.h"

#include <string.h>

struct given {
    const char *file;
    const char *bytes;
};

#define FILES_MAX 8

/* Reads the given files; fails the test where the reader cannot take one of them. */
static enum status read_given(const struct given *given, struct plant_reader **reader,
                              struct plant **plant)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    *plant = NULL;
    *reader = plant_reader_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*reader);
    for (size_t i = 0; i < FILES_MAX && given[i].file; i++)
        CU_ASSERT_TRUE_FATAL(plant_reader_take(*reader, given[i].file, text_of(given[i].bytes)));
    return plant_reader_finish(*reader, plant, &fault);
}

static struct plant *plant_of(const struct given *given)
{
    struct plant_reader *reader;
    struct plant *plant;
    enum status status = read_given(given, &reader, &plant);
    if (status != STATUS_OK && plant_reader_error_kept(reader) > 0)
        printf("unexpected: %s\n", plant_reader_error(reader, 0));
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    plant_reader_free(&reader);
    return plant;
}

#define ITEMS "item,type,uom,decimals\nA,make,EA,\nB,buy,KG,\nC,buy,,2\n"

/* The one error of the files. */
static void expect_error(const struct given *given, const char *want)
{
    struct plant_reader *reader;
    struct plant *plant;
    CU_ASSERT_NOT_EQUAL(read_given(given, &reader, &plant), STATUS_OK);
    CU_ASSERT_PTR_NULL(plant);
    CU_ASSERT_EQUAL(plant_reader_error_count(reader), 1);
    const char *got = plant_reader_error_kept(reader) > 0 ? plant_reader_error(reader, 0) : "";
    if (strcmp(got, want) != 0)
        printf("got:  %s\nwant: %s\n", got, want);
    CU_ASSERT_STRING_EQUAL(got, want);
    plant_reader_free(&reader);
}

static void test_defaults(void)
{
    struct plant *plant = plant_of((const struct given[FILES_MAX]){
        {"items.csv", ITEMS}, {"bom.csv", "parent,component,qty\nA,B,0.5\n"}});
    CU_ASSERT_EQUAL(plant->items_count, 3);
    CU_ASSERT_EQUAL(plant->items[0].type, ITEM_MAKE);
    CU_ASSERT_EQUAL(plant->items[0].decimals, 0);
    CU_ASSERT_EQUAL(plant->items[1].decimals, 3);
    CU_ASSERT_EQUAL(plant->items[2].decimals, 2);
    CU_ASSERT_EQUAL(plant->item_param_count, 1);
    CU_ASSERT_FALSE(days_given(plant->items[0].lead_time_days));
    CU_ASSERT_FALSE(cost_given(plant->items[0].unit_cost));
    CU_ASSERT_EQUAL(plant->item_params[0].yield_pct.micro, 100 * QTY_SCALE);
    CU_ASSERT_EQUAL(plant->facts.horizon_days, 365);
    CU_ASSERT_FALSE(date_given(plant->facts.plan_start));
    CU_ASSERT_EQUAL(plant->bom_lines[0].qty.micro, QTY_SCALE / 2);
    const struct bom_terms *terms = plant_bom_terms(plant, &plant->bom_lines[0]);
    CU_ASSERT_EQUAL(terms->per_qty.micro, QTY_SCALE);
    CU_ASSERT_EQUAL(terms->valid_from, DATE_FIRST);
    CU_ASSERT_EQUAL(terms->valid_to, DATE_LAST);
    CU_ASSERT_EQUAL(terms->lot_to.micro, INT64_MAX);
    plant_free(&plant);
    CU_ASSERT_PTR_NULL(plant);
}

/* Items are numbered by code whatever the order of rows, and references follow. */
static void test_items_are_sorted(void)
{
    struct plant *plant = plant_of((const struct given[FILES_MAX]){
        {"bom.csv", "qty,component,parent\n2,M,Z\n3,A,M\n"},
        {"items.csv", "type,item,lot_qty\nmake,Z,5\nbuy,A,\nmake,M,7\n"}});
    CU_ASSERT_STRING_EQUAL(plant_item_code(plant, 0), "A");
    CU_ASSERT_STRING_EQUAL(plant_item_code(plant, 2), "Z");
    CU_ASSERT_EQUAL(plant_item_find(plant, text_of("M")), 1);
    CU_ASSERT_EQUAL(plant_item_find(plant, text_of("Q")), NO_INDEX);
    CU_ASSERT_EQUAL(plant_item_params(plant, 2)->lot_qty.micro, 5 * QTY_SCALE);
    CU_ASSERT_EQUAL(plant_item_params(plant, 1)->lot_qty.micro, 7 * QTY_SCALE);
    CU_ASSERT_FALSE(qty_given(plant_item_params(plant, 0)->lot_qty));
    CU_ASSERT_EQUAL(plant->bom_lines[0].parent, 2);
    CU_ASSERT_EQUAL(plant->bom_lines[1].component, 0);
    plant_free(&plant);
}

static void test_csv_corners(void)
{
    struct plant *plant = plant_of(
        (const struct given[FILES_MAX]){{"items.csv", "\xef\xbb\xbfitem,\"name\",type,x_note\r\n"
                                                      "\"A,1\",\"say \"\"hi\"\"\",make,anything\r\n"
                                                      "\r\n,,,\r\n"
                                                      "B,\"two\nlines\",buy,\"\"\n"
                                                      "\"C\",,buy,"}});
    CU_ASSERT_EQUAL_FATAL(plant->items_count, 3);
    CU_ASSERT_STRING_EQUAL(plant_item_code(plant, 0), "A,1");
    CU_ASSERT_STRING_EQUAL(plant_text(plant, plant->items[0].name), "say \"hi\"");
    CU_ASSERT_STRING_EQUAL(plant_text(plant, plant->items[1].name), "two\nlines");
    CU_ASSERT_EQUAL(plant->items[2].name, 0);
    plant_free(&plant);
}

/* Fields with doubled quotes share their room with the next row's. */
static void test_quoted_references(void)
{
    struct plant *plant = plant_of((const struct given[FILES_MAX]){
        {"items.csv", "item,type\n\"x\"\"1\",make\n\"x\"\"2\",make\n\"x\"\"3\",buy\n"},
        {"bom.csv", "parent,component,qty\n\"x\"\"1\",\"x\"\"2\",1\n\"x\"\"2\",\"x\"\"3\",1\n"}});
    CU_ASSERT_EQUAL(plant->bom_lines[0].parent, 0);
    CU_ASSERT_EQUAL(plant->bom_lines[0].component, 1);
    CU_ASSERT_EQUAL(plant->bom_lines[1].parent, 1);
    CU_ASSERT_EQUAL(plant->bom_lines[1].component, 2);
    plant_free(&plant);
}

static void test_chinese(void)
{
    struct plant *plant = plant_of((const struct given[FILES_MAX]){
        {"items.csv",
         "物料编码,物料名称,物料类型,单位,允许负库存\n20000,眼镜,make,副,否\n20109,螺钉,buy,个,是\n"},
        {"bom.csv", "父物料编码,子物料编码,用量,固定用量\n20000,20109,2,TRUE\n"}});
    CU_ASSERT_STRING_EQUAL(plant_text(plant, plant->items[0].name), "眼镜");
    CU_ASSERT_EQUAL(plant_item_params(plant, 0)->allow_negative, 0);
    CU_ASSERT_EQUAL(plant_item_params(plant, 1)->allow_negative, 1);
    CU_ASSERT_EQUAL(plant_bom_terms(plant, &plant->bom_lines[0])->qty_fixed, 1);
    plant_free(&plant);
}

static void test_dates(void)
{
    date day;
    struct plant *plant = plant_of((const struct given[FILES_MAX]){
        {"plant.csv", "key,value\nplant,P1\nplan_start,2026-01-31\ndate_style,number\n"},
        {"items.csv", ITEMS},
        {"demand.csv", "item,due,qty\nA,2026-02-01,5\nA,1,5\nA,-1,5\n"}});
    CU_ASSERT_TRUE(date_parse("2026-02-01", 10, &day));
    CU_ASSERT_EQUAL(plant->demands[0].due, day);
    CU_ASSERT_EQUAL(plant->demands[1].due, day);
    CU_ASSERT_EQUAL(plant->demands[2].due, day - 2);
    CU_ASSERT_EQUAL(plant->facts.date_style, DATE_STYLE_NUMBER);
    CU_ASSERT_EQUAL(plant->demands[0].kind, DEMAND_ORDER);
    plant_free(&plant);
}

static void test_a_kept_plant_keeps_its_facts(void)
{
    static const char stock[] = "item,qty\nA,-5\nB,0.5\n";
    static const char items[] = "item,type,uom,decimals\nA,make,EA,0\nB,buy,EA,0\n";
    struct plant *plant = NULL;
    struct fault fault = {0};
    struct plant_reader *reader = plant_reader_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    plant_reader_is_kept(reader);
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(items)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "stock.csv", text_of(stock)));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(plant->stocks[0].qty.micro, -5000000);
    CU_ASSERT_EQUAL(plant->stocks[1].qty.micro, 500000);
    plant_reader_free(&reader);
    plant_free(&plant);
}

static void test_references(void)
{
    struct plant *plant = plant_of((const struct given[FILES_MAX]){
        {"plant.csv", "key,value\ncalendar,5D\n"},
        {"items.csv", ITEMS},
        {"calendar.csv", "calendar,weekday,date,working\n5D,6,,0\n5D,7,,no\n5D,,2026-10-01,0\n"},
        {"work_centers.csv", "work_center,calendar,labor_rate\nW1,5D,30\nW2,,20\n"},
        {"routing.csv", "item,operation,work_center,run\nA,10,W2,0.5\n"},
        {"safety_stock.csv", "item,from,safety_stock\nA,2026-01-01,5\n"},
        {"units.csv", "from,to,factor,item\nT,KG,1000,\nBOX,KG,12,B\n"},
        {"demand.csv", "item,due,qty,uom\nB,2026-01-01,3,T\n"}});
    CU_ASSERT_EQUAL(plant->operations[0].work_center, 1);
    CU_ASSERT_EQUAL(plant->items[0].has_safety_levels, 1);
    CU_ASSERT_EQUAL(plant->items[1].has_safety_levels, 0);
    CU_ASSERT_EQUAL(plant->work_centers[0].calendar, plant->calendar_days[0].calendar);
    CU_ASSERT_EQUAL(plant->facts.calendar, plant->calendar_days[0].calendar);
    struct frac factor;
    uint32_t tonne = plant->demands[0].uom;
    CU_ASSERT_TRUE(plant_unit_factor(plant, 1, tonne, &factor));
    CU_ASSERT_EQUAL(factor.num, 1000);
    CU_ASSERT_EQUAL(factor.den, 1);
    CU_ASSERT_FALSE(plant_unit_factor(plant, 0, tonne, &factor));
    plant_free(&plant);
}

/* Every message once: the file, its bytes, the error; items.csv is ITEMS where the row gives
 * another file. */
static const struct {
    const char *file;
    const char *bytes;
    const char *error;
} wrong[] = {
    {"items.csv", "", "items.csv:1: header row is missing"},
    {"items.csv", "item,type,colour\n", "items.csv:1: colour: column is unknown"},
    {"items.csv", "item,type,item\n", "items.csv:1: item: column is given twice"},
    {"items.csv", "item,type,物料编码\n", "items.csv:1: 物料编码: column is given twice"},
    {"items.csv", "item\nA\n", "items.csv:1: type: column is missing"},
    {"items.csv", "item,\xb9\xa4\n",
     "items.csv:1: file is not UTF-8: save it as \"CSV UTF-8\", or as a workbook"},
    {"items.csv", "item,type\nA,make,1\n", "items.csv:2: row has 3 fields, the header has 2"},
    {"items.csv", "item,type\nA\n", "items.csv:2: row has 1 fields, the header has 2"},
    {"items.csv", "item,type\n\"A,make\n", "items.csv:2: quoted field is not closed"},
    {"items.csv", "item,type\n\"A\"B,make\n", "items.csv:2: text after the closing quote"},
    {"items.csv", "item,type\nA\"B,make\n", "items.csv:2: quote inside an unquoted field"},
    {"items.csv", "item,type\nA\rB,make\n", "items.csv:2: carriage return without line feed"},
    {"items.csv", "item,type\n,make\nA,buy\n", "items.csv:2: item: value is missing"},
    {"items.csv", "item,type\nA,make\nA,buy\n",
     "items.csv:3: item: item \"A\" is given twice, first on line 2"},
    {"items.csv", "item,type\n A,make\n",
     "items.csv:2: item: \" A\" is not a code: 1 to 64 bytes, no blank at either end"},
    {"items.csv", "item,type\nA,maker\n",
     "items.csv:2: type: \"maker\" is not one of make, buy, phantom, transfer"},
    {"items.csv", "item,type,name\nA,make,\xff\n", "items.csv:2: name: \"?\" is not UTF-8"},
    {"items.csv", "item,type,decimals\nA,make,7\n",
     "items.csv:2: decimals: 7 is not between 0 and 6"},
    {"items.csv", "item,type,lead_time_days\nA,make,-1\n",
     "items.csv:2: lead_time_days: -1 is negative"},
    {"items.csv", "item,type,lead_time_days\nA,make,2.5\n",
     "items.csv:2: lead_time_days: 2.5 is not a whole number"},
    {"items.csv", "item,type,lead_time_days\nA,make,soon\n",
     "items.csv:2: lead_time_days: \"soon\" is not a whole number"},
    {"items.csv", "item,type,safety_stock\nA,make,\"1,000\"\n",
     "items.csv:2: safety_stock: \"1,000\" is not a number"},
    {"items.csv", "item,type,unit_cost\nA,make,0.1234567\n",
     "items.csv:2: unit_cost: 0.1234567 has more than 6 decimals"},
    {"items.csv", "item,type,unit_cost\nA,make,99999999999999\n",
     "items.csv:2: unit_cost: 99999999999999 is out of range"},
    {"items.csv", "item,type,lot_qty\nA,make,0\n", "items.csv:2: lot_qty: 0 is not above 0"},
    {"items.csv", "item,type,yield_pct\nA,make,101\n",
     "items.csv:2: yield_pct: 101 is not between 0.000001 and 100"},
    {"items.csv", "item,type,uom,safety_stock\nA,make,EA,3.5\n",
     "items.csv:2: safety_stock: quantity 3.5 is not a whole number of EA"},
    {"items.csv", "item,type,uom,safety_stock\nA,make,KG,3.1234\n",
     "items.csv:2: safety_stock: quantity 3.1234 has more than the 3 decimals of KG"},
    {"items.csv", "item,type,allow_negative\nA,make,maybe\n",
     "items.csv:2: allow_negative: \"maybe\" is neither yes nor no"},
    {"items.csv", "item,type,lot_min,lot_max\nA,make,5,3\n",
     "items.csv:2: lot_max: 3 is below lot_min 5"},
    {"items.csv", "item,type,lot_rule\nA,make,FOQ\n", "items.csv:2: lot_rule: FOQ needs lot_qty"},
    {"plant.csv", "a,b\n", "plant.csv:1: header must be key,value"},
    {"plant.csv", "key,value\nowner,x\n", "plant.csv:2: owner: key is unknown"},
    {"plant.csv", "key,value\nname,x\nname,y\n", "plant.csv:3: name: key is given twice"},
    {"plant.csv", "key,value\ncalendar,5D\n",
     "plant.csv:2: calendar: calendar \"5D\" does not exist"},
    {"plant.csv", "key,value\nplan_start,2026-02-30\n",
     "plant.csv:2: plan_start: \"2026-02-30\" is not a date (YYYY-MM-DD or a day number)"},
    {"calendar.csv", "calendar,date,weekday\nX,2026-01-01,3\n",
     "calendar.csv:2: date: either a date or a weekday is needed"},
    {"calendar.csv", "calendar,weekday\nX,8\n",
     "calendar.csv:2: weekday: 8 is not between 1 and 7"},
    {"work_centers.csv", "work_center\nW\nW\n",
     "work_centers.csv:3: work_center: row is given twice, first on line 2"},
    {"work_centers.csv", "work_center,calendar\nW,C\n",
     "work_centers.csv:2: calendar: calendar \"C\" does not exist"},
    {"routing.csv", "item,operation,work_center\nA,10,W\n",
     "routing.csv:2: work_center: work centre \"W\" does not exist"},
    {"bom.csv", "parent,component,qty\nA,X,1\n", "bom.csv:2: component: item \"X\" does not exist"},
    {"bom.csv", "parent,component,qty\nA,B,1\nB,C,1\nC,A,1\n",
     "bom.csv:4: component: bill of material contains a cycle: A > B > C > A"},
    {"bom.csv", "parent,component,qty\nA,A,1\n",
     "bom.csv:2: component: bill of material contains a cycle: A > A"},
    {"bom.csv", "parent,component,qty,scrap_pct\nA,B,1,100\n",
     "bom.csv:2: scrap_pct: 100 is not below 100"},
    {"bom.csv", "parent,component,qty,scrap_pct\nA,B,1,-1\n",
     "bom.csv:2: scrap_pct: -1 is negative"},
    {"bom.csv", "parent,component,qty,per_qty\nA,B,1,0\n", "bom.csv:2: per_qty: 0 is not above 0"},
    {"bom.csv", "parent,component,qty,valid_from,valid_to\nA,B,1,2026-02-01,2026-01-01\n",
     "bom.csv:2: valid_to: 2026-01-01 is before valid_from 2026-02-01"},
    {"bom.csv", "parent,component,qty,valid_from\nA,B,1,5\n",
     "bom.csv:2: valid_from: day number 5 needs plan_start in plant.csv"},
    {"bom.csv", "parent,component,qty,uom\nA,B,1,BOX\n",
     "bom.csv:2: uom: unit \"BOX\" cannot be converted to unit \"KG\" of item \"B\""},
    {"stock.csv", "item,qty\nA,-5\n",
     "stock.csv:2: qty: quantity -5 is negative and item \"A\" does not allow it"},
    {"stock.csv", "item,qty\nA,0.5\n",
     "stock.csv:2: qty: quantity 0.5 is not a whole number of EA"},
    {"demand.csv", "item,due,qty\nC,2026-01-01,1.234\n",
     "demand.csv:2: qty: quantity 1.234 has more than the 2 decimals of its unit"},
    {"demand.csv", "item,due,qty,uom\nA,2026-01-01,1,BOX\n",
     "demand.csv:2: uom: unit \"BOX\" cannot be converted to unit \"EA\" of item \"A\""},
    {"supply.csv",
     "item,due,qty,kind,reference\nA,2026-01-01,1,work_order,WO\nA,2026-01-01,2,work_order,WO\n",
     "supply.csv:3: reference: reference \"WO\" is given twice for the item and day, first on "
     "line 2"},
    {"movements.csv", "seq,item,kind,qty\n1,A,receipt,5\n",
     "movements.csv:2: amount: a receipt needs an amount or a unit_cost"},
    {"movements.csv", "seq,item,kind,qty\n1,A,issue,-5\n",
     "movements.csv:2: qty: quantity must be positive"},
    {"movements.csv", "seq,item,kind,qty,of_seq\n1,A,issue,5,\n2,A,return,5,7\n",
     "movements.csv:3: of_seq: no line above has the seq 7"},
    {"movements.csv", "seq,item,kind,qty,of_seq\n1,A,return,5,1\n",
     "movements.csv:2: of_seq: no line above has the seq 1"},
    {"movements.csv", "seq,item,kind,qty\n1,A,issue,5\n1,A,issue,5\n",
     "movements.csv:3: seq: row is given twice, first on line 2"},
};

static void test_each_error(void)
{
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct given given[FILES_MAX] = {{wrong[i].file, wrong[i].bytes}};
        if (strcmp(wrong[i].file, "items.csv") != 0)
            given[1] = (struct given){"items.csv", ITEMS};
        expect_error(given, wrong[i].error);
    }
}

static void test_missing_items(void)
{
    expect_error((const struct given[FILES_MAX]){{"bom.csv", "parent,component,qty\n"}},
                 "items.csv:1: file is missing");
}

static void test_all_errors_are_told(void)
{
    struct plant_reader *reader;
    struct plant *plant;
    CU_ASSERT_EQUAL(read_given(
                        (const struct given[FILES_MAX]){
                            {"items.csv", "item,type,lead_time_days\nA,mak,x\nB,buy,\n"},
                            {"bom.csv", "parent,component,qty\nA,B,one\nQ,B,1\n"}},
                        &reader, &plant),
                    STATUS_INVALID);
    CU_ASSERT_EQUAL_FATAL(plant_reader_error_kept(reader), 4);
    CU_ASSERT_STRING_EQUAL(plant_reader_error(reader, 1),
                           "items.csv:2: lead_time_days: \"x\" is not a whole number");
    CU_ASSERT_STRING_EQUAL(plant_reader_error(reader, 2),
                           "bom.csv:2: qty: \"one\" is not a number");
    CU_ASSERT_STRING_EQUAL(plant_reader_error(reader, 3),
                           "bom.csv:3: parent: item \"Q\" does not exist");
    plant_reader_free(&reader);
}

/* 1500 wrong lines: all counted, PLANT_ERRORS_KEPT kept. */
static void test_errors_have_a_limit(void)
{
    static char bytes[32 * 1024];
    struct plant_reader *reader;
    struct plant *plant;
    size_t used = (size_t)snprintf(bytes, sizeof(bytes), "item,qty\n");
    for (int i = 0; i < 1500; i++)
        used += (size_t)snprintf(bytes + used, sizeof(bytes) - used, "NOPE,%d\n", i);
    CU_ASSERT_EQUAL(
        read_given((const struct given[FILES_MAX]){{"items.csv", ITEMS}, {"stock.csv", bytes}},
                   &reader, &plant),
        STATUS_INVALID);
    CU_ASSERT_EQUAL(plant_reader_error_count(reader), 1500);
    CU_ASSERT_EQUAL(plant_reader_error_kept(reader), PLANT_ERRORS_KEPT);
    plant_reader_free(&reader);
}

/* A text cut into pieces of `rows` rows. */
struct pieces {
    const char *at;
    int rows;
    const struct pieces *before; /* these must be read by then */
};

static bool next_piece(void *context, struct text *piece)
{
    struct pieces *pieces = context;
    const char *end = pieces->at;
    CU_ASSERT_TRUE(!pieces->before || *pieces->before->at == '\0');
    for (int i = 0; i < pieces->rows && *end != '\0'; i++)
        end = strchr(end, '\n') + 1;
    *piece = (struct text){pieces->at, (size_t)(end - pieces->at)};
    pieces->at = end;
    return piece->length > 0;
}

static void test_pieces(void)
{
    static const char bom[] = "parent,component,qty,position\nA,B,1,\"a\"\"1\"\nA,C,2.5,\n"
                              "\"A\",\"B\",3,x\nA,C,4,\n";
    for (int rows = 1; rows < 6; rows++) {
        struct fault fault = {STATUS_OK, "", "", ""};
        struct plant *plant = NULL;
        struct plant_reader *reader = plant_reader_new(16 * MIB);
        struct pieces items = {ITEMS, rows, NULL};
        struct pieces stock = {"item,qty\nB,5\n", rows, &items};
        struct pieces lines = {bom, rows, &stock}; /* the longest last */
        CU_ASSERT_TRUE(plant_reader_take_pieces(reader, "items.csv", next_piece, &items));
        CU_ASSERT_TRUE(plant_reader_take_pieces(reader, "bom.csv", next_piece, &lines));
        CU_ASSERT_TRUE(plant_reader_take_pieces(reader, "stock.csv", next_piece, &stock));
        CU_ASSERT_FALSE(plant_reader_take_pieces(reader, "prices.csv", next_piece, &lines));
        CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
        CU_ASSERT_EQUAL(plant->items_count, 3);
        CU_ASSERT_EQUAL(plant->stocks_count, 1);
        CU_ASSERT_EQUAL_FATAL(plant->bom_lines_count, 4);
        CU_ASSERT_STRING_EQUAL(plant_text(plant, plant->bom_lines[0].position), "a\"1");
        CU_ASSERT_STRING_EQUAL(plant_text(plant, plant->bom_lines[2].position), "x");
        CU_ASSERT_EQUAL(plant->bom_lines[3].component, 2);
        CU_ASSERT_EQUAL(plant->bom_lines[3].qty.micro, 4 * QTY_SCALE);
        plant_reader_free(&reader);
        plant_free(&plant);
    }
}

static void test_unknown_file_and_limit(void)
{
    struct fault fault = {STATUS_OK, "", "", ""};
    struct plant *plant = NULL;
    struct plant_reader *reader = plant_reader_new(MIB);
    CU_ASSERT_FALSE(plant_reader_take(reader, "prices.csv", text_of("")));
    static char bytes[256 * 1024];
    size_t used = (size_t)snprintf(bytes, sizeof(bytes), "item,type\n");
    while (used < sizeof(bytes) - 16)
        used += (size_t)snprintf(bytes + used, sizeof(bytes) - used, "%zu,buy\n", used);
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(bytes)));
    CU_ASSERT_EQUAL(plant_reader_finish(reader, &plant, &fault), STATUS_LIMIT);
    CU_ASSERT_PTR_NULL(plant);
    plant_reader_free(&reader);
}

UNIT_SUITE("plant_read", UNIT(test_defaults), UNIT(test_items_are_sorted), UNIT(test_csv_corners),
           UNIT(test_quoted_references), UNIT(test_chinese), UNIT(test_dates),
           UNIT(test_references), UNIT(test_a_kept_plant_keeps_its_facts), UNIT(test_each_error),
           UNIT(test_missing_items), UNIT(test_all_errors_are_told), UNIT(test_errors_have_a_limit),
           UNIT(test_pieces), UNIT(test_unknown_file_and_limit))
