#include "services/cost/order_cost_core.h"
#include "tests/unit/unit.h"

/* Initializers of a qty, a unitcost and an amount. */
#define PIECES(n)          \
 {                         \
  (int64_t)(n) * QTY_SCALE \
 }
#define COST(n)                 \
 {                              \
  (int64_t)(n) * UNITCOST_SCALE \
 }
#define MONEY(n)              \
 {                            \
  (int64_t)(n) * AMOUNT_SCALE \
 }

static struct arena *arena;

/* 10 wanted, 4 received; 20 of a component at 3 planned, 9 issued for 28; one operation of 5 h at
   40 labour, 12 machine and 25 % of labour, 3 h reported. */
static const struct cost_component components[] = {{
    .item = {"RAW", 3},
    .required = PIECES(20),
    .issued = PIECES(9),
    .planned_cost = COST(3),
    .actual = MONEY(28),
}};

static struct cost_operation operation(enum overhead_basis basis, int64_t rate)
{
    return (struct cost_operation){
        .operation = text_of("10"),
        .planned_hours = PIECES(5),
        .reported_hours = PIECES(3),
        .rates = {COST(40), COST(12), COST(rate)},
        .overhead_basis = (uint8_t)basis,
        .actual = {MONEY(120), MONEY(36), MONEY(30)},
    };
}

static struct cost_order order_of(const struct cost_operation *one)
{
    return (struct cost_order){
        .work_order = text_of("WO-1"),
        .quantity = PIECES(10),
        .good = PIECES(10),
        .received = PIECES(4),
        .debits = MONEY(214),
        .credits = MONEY(124),
        .components = components,
        .component_count = 1,
        .operations = one,
        .operation_count = 1,
    };
}

static void report_of(const struct cost_order *order, struct cost_report *report)
{
    struct fault fault = {0};
    arena_reset(arena);
    CU_ASSERT_EQUAL_FATAL(order_cost(order, arena, report, &fault), STATUS_OK);
}

static void is_line(const struct cost_line *line, const char *element, int64_t planned,
                    int64_t target, int64_t actual)
{
    CU_ASSERT_STRING_EQUAL(line->element, element);
    CU_ASSERT_EQUAL(line->planned.e4, (planned)*AMOUNT_SCALE);
    CU_ASSERT_EQUAL(line->target.e4, (target)*AMOUNT_SCALE);
    CU_ASSERT_EQUAL(line->actual.e4, (actual)*AMOUNT_SCALE);
}

static void test_lines(void)
{
    struct cost_operation one = operation(OVERHEAD_LABOR, 25);
    struct cost_order order = order_of(&one);
    struct cost_report report;
    report_of(&order, &report);
    CU_ASSERT_EQUAL_FATAL(report.line_count, 4);
    is_line(&report.lines[0], "material", 60, 24, 28);
    is_line(&report.lines[1], "labor", 200, 80, 120);
    is_line(&report.lines[2], "machine", 60, 24, 36);
    is_line(&report.lines[3], "overhead", 50, 20, 30);
    CU_ASSERT_EQUAL(report.lines[0].actual_quantity.micro, 9 * QTY_SCALE);
    CU_ASSERT_EQUAL(report.lines[3].actual_quantity.micro, 3 * QTY_SCALE);
    CU_ASSERT_EQUAL(report.target.e4, (148) * AMOUNT_SCALE);
    CU_ASSERT_EQUAL(report.wip.e4, (90) * AMOUNT_SCALE);
    CU_ASSERT_TRUE(report.has_unit_cost);
    CU_ASSERT_EQUAL(report.unit_cost.micro, 53500000); /* 214 / 4 */
}

/* Two operations: what they cost together, by element. */
static void test_elements(void)
{
    struct cost_operation two[] = {operation(OVERHEAD_LABOR, 25), operation(OVERHEAD_HOUR, 1)};
    struct cost_order order = order_of(two);
    struct cost_report report;
    order.operation_count = 2;
    report_of(&order, &report);
    const int64_t wanted[ORDER_COST_ELEMENTS][3] = {
        {60, 24, 28}, {400, 160, 240}, {120, 48, 72}, {55, 22, 60}, {0, 0, 0}};
    for (size_t e = 0; e < ORDER_COST_ELEMENTS; e++) {
        CU_ASSERT_EQUAL(report.elements[e].planned.e4, wanted[e][0] * AMOUNT_SCALE);
        CU_ASSERT_EQUAL(report.elements[e].target.e4, wanted[e][1] * AMOUNT_SCALE);
        CU_ASSERT_EQUAL(report.elements[e].actual.e4, wanted[e][2] * AMOUNT_SCALE);
    }
}

/* 5 h at 25; 25 % of labour of 200; 25 % of material of 60; 10 pieces at 25. */
static void test_overhead_bases(void)
{
    const struct {
        enum overhead_basis basis;
        int64_t planned;
    } rows[] = {
        {OVERHEAD_HOUR, 125}, {OVERHEAD_LABOR, 50}, {OVERHEAD_MATERIAL, 15}, {OVERHEAD_UNIT, 250}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct cost_operation one = operation(rows[i].basis, 25);
        struct cost_order order = order_of(&one);
        struct cost_report report;
        report_of(&order, &report);
        CU_ASSERT_EQUAL(report.lines[3].planned.e4, (rows[i].planned) * AMOUNT_SCALE);
    }
}

static void test_nothing_received(void)
{
    struct cost_operation one = operation(OVERHEAD_HOUR, 1);
    struct cost_order order = order_of(&one);
    struct cost_report report;
    order.received = (struct qty)PIECES(0);
    report_of(&order, &report);
    CU_ASSERT_FALSE(report.has_unit_cost);
    CU_ASSERT_EQUAL(report.target.e4, 0);
    order.good = (struct qty)PIECES(0); /* imported before its good quantity was known */
    order.received = (struct qty)PIECES(1);
    report_of(&order, &report);
    CU_ASSERT_EQUAL(report.target.e4, 0);
}

/* A third of 10.00 is 3.3333, rounded once. */
static void test_target_is_rounded_once(void)
{
    static const struct cost_component one = {
        .item = {"RAW", 3}, .required = PIECES(1), .planned_cost = COST(10)};
    struct cost_order order = {.work_order = text_of("WO-2"),
                               .good = PIECES(3),
                               .received = PIECES(1),
                               .components = &one,
                               .component_count = 1};
    struct cost_report report;
    report_of(&order, &report);
    CU_ASSERT_EQUAL(report.lines[0].target.e4, 33333);
    order.received = (struct qty)PIECES(2);
    report_of(&order, &report);
    CU_ASSERT_EQUAL(report.lines[0].target.e4, 66667);
}

static void test_refusals(void)
{
    struct cost_operation one = operation(OVERHEAD_HOUR, 1);
    struct cost_order order = order_of(&one);
    struct cost_report report;
    struct fault fault = {0};
    one.planned_hours = (struct qty){INT64_MAX};
    one.rates[0] = (struct unitcost){INT64_MAX};
    arena_reset(arena);
    CU_ASSERT_EQUAL(order_cost(&order, arena, &report, &fault), STATUS_OVERFLOW);
    CU_ASSERT_STRING_EQUAL(fault.field, "work_order");
    CU_ASSERT_STRING_EQUAL(fault.message, "cost of work order \"WO-1\" is out of range");

    struct arena *tiny = arena_new(64);
    fault = (struct fault){0};
    CU_ASSERT_EQUAL(order_cost(&order, tiny, &report, &fault), STATUS_LIMIT);
    arena_free(&tiny);
}

static void test_open(void)
{
    arena = arena_new(MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
}

static void test_close(void)
{
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("order_cost", UNIT(test_open), UNIT(test_lines), UNIT(test_elements),
           UNIT(test_overhead_bases), UNIT(test_nothing_received),
           UNIT(test_target_is_rounded_once), UNIT(test_refusals), UNIT(test_close))
