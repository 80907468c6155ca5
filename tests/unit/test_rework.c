#include "services/production/rework_core.h"
#include "services/receipt/receipt_core.h"
#include "tests/unit/book_stage.h"

/* Pieces that go through an order of their own, and products that are taken apart. */

static struct book_item *lamp;
static struct book_item *rod;
static struct book_item *box;
static const struct made_outcome *made;

/* 10 lamps at 10.00, of 2 rods at 3.00 and a box at 2.00 */
static void open_shop(void)
{
    stage_open();
    lamp = stage_item("LAMP", 0, 0);
    rod = stage_item("ROD", 0, 3);
    box = stage_item("BOX", 0, 2);
    stage_stock(lamp, 10, 100);
}

static enum status rework(struct rework_request asked, const struct rework_master *master)
{
    const void *outcome = NULL;
    enum status status;
    asked.due_on = asked.effective_on = NO_DATE;
    fault = (struct fault){0};
    status = rework_wants(&asked, book, &fault);
    if (status == STATUS_OK)
        STAGE_TRY(status, rework_decide(&asked, master, book, &outcome, &fault));
    made = outcome;
    return status;
}

static void test_rework(void)
{
    const struct center_rates rates = {text_of("WC"), cost(30), {0}, {0}, text_of("hour")};
    const struct rework_master master = {&rates, 1};
    struct rework_operation operation = {text_of("10"), text_of("GONE"), pieces(2)};
    struct rework_request asked = {.item = text_of("LAMP"), .quantity = pieces(4)};
    open_shop();
    stage_refused(rework(asked, NULL), STATUS_INVALID, "reason",
                  "rework needs a reason of 1 to 200 bytes");
    asked.reason = text_of("dull");
    stage_refused(rework(asked, NULL), STATUS_INSUFFICIENT_STOCK, "quantity",
                  "item \"LAMP\" has 0 blocked, 4 asked");
    asked.status = text_of("available");
    asked.operations = &operation;
    asked.operation_count = 1;
    stage_refused(rework(asked, &master), STATUS_NOT_FOUND, "operations[0].work_center",
                  "work centre \"GONE\" does not exist");
    operation.work_center = text_of("WC");
    size_t first = book->line_count;
    CU_ASSERT_EQUAL_FATAL(rework(asked, &master), STATUS_OK);
    LINE(first, LEDGER_ISSUE, "LAMP", -4, -400000, 400000, 0);
    CU_ASSERT_PTR_EQUAL(book->lines[first].made, made->order);
    CU_ASSERT_EQUAL(made->order->state, WORK_ORDER_IN_PROGRESS);
    CU_ASSERT_EQUAL(made->order->kind, WORK_ORDER_REWORK);
    CU_ASSERT_EQUAL(made->order->planned_cost.e4, 1000000); /* 40 and 2 h at 30 */
    CU_ASSERT_EQUAL(made->order->components[0].issued.micro, 4 * QTY_SCALE);
    CU_ASSERT_EQUAL(made->order->components[0].reserved.micro, 0);
}

static enum status unbuild(struct unbuild_request asked)
{
    const struct bill_line lines[] = {{.parent = text_of("LAMP"),
                                       .component = text_of("ROD"),
                                       .qty = pieces(2),
                                       .per_qty = pieces(1),
                                       .pieces = pieces(1),
                                       .lot_to = QTY_LAST,
                                       .factor_num = pieces(1),
                                       .factor_den = pieces(1),
                                       .valid_from = DATE_FIRST},
                                      {.parent = text_of("LAMP"),
                                       .component = text_of("BOX"),
                                       .qty = pieces(1),
                                       .per_qty = pieces(1),
                                       .pieces = pieces(1),
                                       .lot_to = QTY_LAST,
                                       .factor_num = pieces(1),
                                       .factor_den = pieces(1),
                                       .valid_from = DATE_FIRST}};
    struct bill_line bill[COUNT_OF(lines)];
    const struct release_master master = {bill, COUNT_OF(bill), NULL, 0};
    const void *outcome = NULL;
    enum status status;
    for (size_t i = 0; i < COUNT_OF(bill); i++) {
        bill[i] = lines[i];
        bill[i].mix_pct = NO_QTY;
    }
    asked.effective_on = NO_DATE;
    fault = (struct fault){0};
    status = unbuild_wants(&asked, book, &fault);
    if (status == STATUS_OK)
        STAGE_TRY(status, unbuild_decide(&asked, &master, book, &outcome, &fault));
    made = outcome;
    return status;
}

static void test_unbuild(void)
{
    struct unbuild_request asked = {
        .item = text_of("LAMP"), .quantity = pieces(3), .reason = text_of("wrong colour")};
    open_shop();
    size_t first = book->line_count;
    CU_ASSERT_EQUAL_FATAL(unbuild(asked), STATUS_OK);
    /* 30.00 for 6 rods of 18.00 and 3 boxes of 6.00 */
    CU_ASSERT_EQUAL(book->line_count, first + 3);
    LINE(first, LEDGER_ISSUE, "LAMP", -3, -300000, 300000, 0);
    LINE(first + 1, LEDGER_RECEIPT, "ROD", 6, 225000, -225000, 0);
    LINE(first + 2, LEDGER_RECEIPT, "BOX", 3, 75000, -75000, 0);
    CU_ASSERT_EQUAL(book->lines[first + 1].counted.micro, 0);
    CU_ASSERT_EQUAL(made->order->state, WORK_ORDER_CLOSED);
    CU_ASSERT_EQUAL(made->order->wip.e4, 0);
    CU_ASSERT_EQUAL(made->order->received.micro, 0);
}

static void test_unbuild_in_part(void)
{
    struct unbuild_line lines[] = {{.item = text_of("ROD"), .quantity = pieces(4)},
                                   {.item = text_of("ROD"), .quantity = pieces(3)}};
    struct unbuild_request asked = {.item = text_of("LAMP"),
                                    .quantity = pieces(3),
                                    .reason = text_of("burnt"),
                                    .lines = lines,
                                    .line_count = 2};
    open_shop();
    lines[0].expires_on = lines[1].expires_on = NO_DATE;
    stage_refused(unbuild(asked), STATUS_OVER_RECEIPT, "lines[1].quantity",
                  "there are 6 of item \"ROD\" in it, 4 recovered already, 3 asked");
    lines[1].item = text_of("LAMP");
    stage_refused(unbuild(asked), STATUS_NOT_ON_ORDER, "lines[1].item",
                  "item \"LAMP\" is not in the bill of item \"LAMP\"");
    lines[1] = (struct unbuild_line){text_of("ROD"), pieces(1), text_of(""),
                                     text_of(""),    NO_DATE,   text_of("blocked")};
    size_t first = book->line_count;
    CU_ASSERT_EQUAL_FATAL(unbuild(asked), STATUS_OK);
    CU_ASSERT_EQUAL(book->line_count, first + 4);
    LINE(first + 1, LEDGER_RECEIPT, "ROD", 4, 150000, -150000, 0);
    LINE(first + 2, LEDGER_RECEIPT, "ROD", 1, 37500, -37500, 0);
    LINE(first + 3, LEDGER_SETTLEMENT, "LAMP", 0, 0, -112500, 112500); /* a rod, three boxes */
    CU_ASSERT_TRUE(text_is(book->lines[first + 2].status, "blocked"));
}

static void test_end(void)
{
    stage_close();
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("rework", UNIT(test_rework), UNIT(test_unbuild), UNIT(test_unbuild_in_part),
           UNIT(test_end))
