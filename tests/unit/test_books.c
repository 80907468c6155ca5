#include "services/cost/journal_core.h"
#include "tests/unit/unit.h"

#define PIECES(n) ((struct qty){(int64_t)((n)*QTY_SCALE)})
#define COST(n)   ((struct unitcost){(int64_t)(n)*UNITCOST_SCALE})
#define E4(n)     ((struct amount){(n)})

/* design/costing.md section 4: 22 kg at 5.20 against 20 kg at 5.00, price 4.40 and usage 10.00. */
static void test_price_and_usage(void)
{
    const struct cost_component kg = {.required = PIECES(20),
                                      .issued = PIECES(22),
                                      .planned_cost = COST(5),
                                      .actual = E4(1144000)};
    struct variance_settled settled = {.order = {.quantity = PIECES(10),
                                                 .good = PIECES(10),
                                                 .received = PIECES(10),
                                                 .credits = E4(1000000),
                                                 .components = &kg,
                                                 .component_count = 1},
                                       .variance = E4(144000)};
    struct variance_split split;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(variance_split(&settled, &split, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(split.amounts[VARIANCE_PRICE].e4, 44000);
    CU_ASSERT_EQUAL(split.amounts[VARIANCE_USAGE].e4, 100000);
    for (int k = VARIANCE_LABOR_RATE; k < VARIANCE_KINDS; k++)
        CU_ASSERT_EQUAL(split.amounts[k].e4, 0);
}

/* 12 pieces started for 10 good ones at a price of 5 each; the subcontractor bills 12 at 5.50.  All
   came: 66 against 60 allowed.  Of 5 received 30 is allowed. */
static void test_subcontract(void)
{
    const struct cost_operation plating = {.subcontract_price = {5 * QTY_SCALE},
                                           .actual = {[COST_SUBCONTRACTED] = E4(660000)}};
    struct variance_settled settled = {.order = {.quantity = PIECES(12),
                                                 .good = PIECES(10),
                                                 .received = PIECES(10),
                                                 .scrapped = PIECES(2),
                                                 .credits = E4(600000),
                                                 .operations = &plating,
                                                 .operation_count = 1},
                                       .variance = E4(60000)};
    struct variance_split split;
    struct fault fault = {0};
    CU_ASSERT_EQUAL_FATAL(variance_split(&settled, &split, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(split.amounts[VARIANCE_SUBCONTRACT].e4, 60000);
    settled.order.received = PIECES(5);
    settled.order.scrapped = PIECES(7);
    settled.order.credits = E4(300000);
    settled.variance = E4(360000);
    CU_ASSERT_EQUAL_FATAL(variance_split(&settled, &split, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(split.amounts[VARIANCE_SCRAP].e4, 300000); /* 5 pieces lost at 6 */
    CU_ASSERT_EQUAL(split.amounts[VARIANCE_SUBCONTRACT].e4, 60000);
    CU_ASSERT_EQUAL(split.amounts[VARIANCE_ROUNDING].e4, 0);
}

/* Whatever the facts are, kinds add up to what was settled. */
static void test_sums(void)
{
    uint64_t state = 7;
    for (int run = 0; run < 20000; run++) {
        int64_t r[16];
        for (size_t i = 0; i < COUNT_OF(r); i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            r[i] = (int64_t)(state >> 33) % 1000000;
        }
        const struct cost_component component = {
            .required = {r[0]}, .issued = {r[1]}, .planned_cost = {r[2]}, .actual = {r[3]}};
        const struct cost_operation operation = {.planned_hours = {r[4]},
                                                 .reported_hours = {r[5]},
                                                 .rates = {{r[6]}, {r[7]}, {r[8]}},
                                                 .overhead_basis = (uint8_t)(r[9] % 4),
                                                 .subcontract_price = {r[13]},
                                                 .actual = {{r[9]}, {r[10]}, {r[11]}, {r[15]}}};
        const struct variance_settled settled = {.order = {.quantity = {r[12] + 1},
                                                           .good = {r[13]},
                                                           .received = {r[14]},
                                                           .scrapped = {r[15]},
                                                           .credits = {r[0]},
                                                           .components = &component,
                                                           .component_count = 1,
                                                           .operations = &operation,
                                                           .operation_count = 1},
                                                 .variance = {r[1] - r[2]}};
        struct variance_split split;
        struct fault fault = {0};
        int64_t sum = 0;
        CU_ASSERT_EQUAL_FATAL(variance_split(&settled, &split, &fault), STATUS_OK);
        for (int k = 0; k < VARIANCE_KINDS; k++)
            sum += split.amounts[k].e4;
        CU_ASSERT_EQUAL_FATAL(sum, settled.variance.e4);
    }
}

static void test_entries_balance(void)
{
    static const char *const kinds[] = {"issue",      "return",           "receipt",
                                        "scrap",      "operation",        "settlement",
                                        "shipment",   "purchase_receipt", "adjustment",
                                        "opening",    "correction",       "transfer",
                                        "count",      "status",           "supplier_return",
                                        "a new kind", "customer_return",  JOURNAL_KIND_SUBCONTRACT};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct journal_line line = {
            .kind = text_of(kinds[i]), .amount = E4(-70000), .wip = E4(81234), .variance = E4(-5)};
        struct journal_entries entries = {{{0}}};
        struct fault fault = {0};
        int64_t sum = 0;
        line.split.amounts[VARIANCE_USAGE] = E4(i % 2 ? -5 : 3);
        CU_ASSERT_EQUAL(journal_add(&line, &entries, &fault), STATUS_OK);
        for (int k = 0; k < JOURNAL_KEYS; k++)
            sum += entries.amounts[k].e4;
        CU_ASSERT_EQUAL(sum, 0);
        CU_ASSERT_EQUAL(entries.amounts[JOURNAL_STOCK].e4, -70000);
        CU_ASSERT_EQUAL(entries.amounts[JOURNAL_WIP].e4, 81234);
    }
}

static void test_names(void)
{
    for (int k = 0; k < JOURNAL_KEYS; k++) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(journal_names[k].key);
        CU_ASSERT_EQUAL(journal_key_find(text_of(journal_names[k].key)), (enum journal_key)k);
        CU_ASSERT_TRUE(text_is_code(text_of(journal_names[k].account)));
    }
    for (int k = 0; k < VARIANCE_KINDS; k++)
        CU_ASSERT_STRING_EQUAL(journal_names[JOURNAL_VARIANCES + k].key, variance_names[k]);
    CU_ASSERT_EQUAL(journal_key_find(text_of("petty")), JOURNAL_KEYS);
}

UNIT_SUITE("books", UNIT(test_price_and_usage), UNIT(test_subcontract), UNIT(test_sums),
           UNIT(test_entries_balance), UNIT(test_names))
