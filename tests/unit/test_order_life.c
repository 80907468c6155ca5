/* What happens to an order after it was entered: legal steps, the second person, changes. */

#include "services/order/life_core.h"
#include "tests/unit/unit.h"

#include <string.h>

static struct arena *arena;
static struct fault fault;
static struct life_line lines[LIFE_LINES_MAX];
static struct life_changes changes;
static const struct order_facts item = {
    .known = true, .active = true, .uom = {"EA", 2}, .decimals = 0};
static struct life_facts facts = {.principal = {"ann", 3},
                                  .rule = {.approve_above = {INT64_MIN}, .first_day = 20000},
                                  .items = &item};

/* 10 bolts at 5.00 (value 50.00), entered by ann. */
static struct life_terms order(bool sales, enum order_state state)
{
    lines[0] = (struct life_line){.line = 1,
                                  .item = text_of("BOLT"),
                                  .qty = {10 * QTY_SCALE},
                                  .price = {5 * UNITCOST_SCALE},
                                  .due = 20010,
                                  .priority = NO_DAYS};
    return (struct life_terms){.sales = sales,
                               .order_id = text_of("O-1"),
                               .made_by = text_of("ann"),
                               .state = state,
                               .version = 3,
                               .value = {500000},
                               .approve_above = NO_LIMIT,
                               .lines = lines,
                               .line_count = 1};
}

static enum status step(enum life_step what, struct life_terms *terms)
{
    const struct life_command command = {
        .step = what, .sales = terms->sales, .order_id = terms->order_id};
    fault = (struct fault){0};
    arena_reset(arena);
    changes = (struct life_changes){.arena = arena};
    return life_decide(&command, &facts, terms, &changes, &fault);
}

static enum status change(struct life_line_command line, struct life_terms *terms)
{
    const struct life_command command = {.step = LIFE_CHANGE,
                                         .sales = terms->sales,
                                         .order_id = terms->order_id,
                                         .lines = &line,
                                         .line_count = 1};
    fault = (struct fault){0};
    arena_reset(arena);
    changes = (struct life_changes){.arena = arena};
    return life_decide(&command, &facts, terms, &changes, &fault);
}

static void refused(enum status got, enum status wanted, const char *message)
{
    CU_ASSERT_EQUAL(got, wanted);
    if (strcmp(fault.message, message) != 0)
        printf("got \"%s\", wanted \"%s\"\n", fault.message, message);
    CU_ASSERT_STRING_EQUAL(fault.message, message);
}

static void test_steps_in_order(void)
{
    struct life_terms terms = order(false, ORDER_DRAFT);
    refused(step(LIFE_SEND, &terms), STATUS_STATE_CONFLICT,
            "cannot send purchase order \"O-1\": it is draft");
    CU_ASSERT_EQUAL(step(LIFE_APPROVE, &terms), STATUS_OK);
    CU_ASSERT_EQUAL(terms.version, 4);
    CU_ASSERT_EQUAL(changes.count, 1);
    CU_ASSERT_TRUE(text_is(changes.rows[0].after, "approved"));
    CU_ASSERT_EQUAL(step(LIFE_SEND, &terms), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(life_shown_state(&terms), "sent");
    lines[0].done.micro = 4 * QTY_SCALE;
    CU_ASSERT_STRING_EQUAL(life_shown_state(&terms), "partly_received");
    refused(step(LIFE_CANCEL, &terms), STATUS_STATE_CONFLICT,
            "line 1 of purchase order \"O-1\" is partly received: close the order instead");
    CU_ASSERT_EQUAL(step(LIFE_CLOSE, &terms), STATUS_OK);
    refused(step(LIFE_CLOSE, &terms), STATUS_STATE_CONFLICT,
            "cannot close purchase order \"O-1\": it is closed");
    lines[0].done.micro = 10 * QTY_SCALE;
    terms.state = ORDER_SENT;
    CU_ASSERT_STRING_EQUAL(life_shown_state(&terms), "closed");
}

static void test_sales_steps(void)
{
    struct life_terms terms = order(true, ORDER_OPEN);
    refused(step(LIFE_APPROVE, &terms), STATUS_STATE_CONFLICT,
            "cannot approve sales order \"O-1\": it is open");
    CU_ASSERT_EQUAL(step(LIFE_CANCEL, &terms), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(life_shown_state(&terms), "cancelled");
    refused(change((struct life_line_command){.line = 1, .qty = {QTY_SCALE}}, &terms),
            STATUS_STATE_CONFLICT, "cannot change sales order \"O-1\": it is cancelled");
}

static void test_second_person(void)
{
    struct life_terms terms = order(false, ORDER_DRAFT);
    terms.approve_above.e4 = 499999;
    refused(
        step(LIFE_APPROVE, &terms), STATUS_FORBIDDEN,
        "purchase order \"O-1\" is above the plant's limit: somebody else than \"ann\", who set "
        "its terms, must approve it");
    facts.principal = text_of("bob");
    CU_ASSERT_EQUAL(step(LIFE_APPROVE, &terms), STATUS_OK);
    CU_ASSERT_TRUE(text_is(terms.approved_by, "bob"));
    facts.principal = text_of("ann");
    terms = order(false, ORDER_DRAFT);
    terms.approve_above.e4 = 500000; /* at the limit one person is enough */
    CU_ASSERT_EQUAL(step(LIFE_APPROVE, &terms), STATUS_OK);
}

static const struct life_line_command nothing = {
    .line = 1, .qty = {INT64_MIN}, .price = {INT64_MIN}, .due = NO_DATE, .priority = NO_DAYS};

static void test_change(void)
{
    struct life_terms terms = order(false, ORDER_SENT);
    struct life_line_command line = nothing;
    line.qty.micro = 12 * QTY_SCALE;
    line.due = 20011;
    CU_ASSERT_EQUAL(change(line, &terms), STATUS_OK);
    CU_ASSERT_EQUAL(terms.value.e4, 600000);
    CU_ASSERT_EQUAL(changes.count, 2);
    CU_ASSERT_TRUE(text_is(changes.rows[0].before, "10"));
    CU_ASSERT_TRUE(text_is(changes.rows[0].after, "12"));
    CU_ASSERT_TRUE(lines[0].touched);
    CU_ASSERT_EQUAL(terms.state, ORDER_SENT);
    facts.rule.approve_above.e4 = 600000;
    line.qty.micro = 13 * QTY_SCALE;
    CU_ASSERT_EQUAL(change(line, &terms), STATUS_OK);
    CU_ASSERT_EQUAL(terms.state, ORDER_DRAFT); /* above the limit: somebody must look again */
    facts.rule.approve_above = NO_LIMIT;
}

static void test_change_refused(void)
{
    struct life_terms terms = order(true, ORDER_OPEN);
    struct life_line_command line = nothing;
    lines[0].done.micro = 4 * QTY_SCALE;
    line.qty.micro = 3 * QTY_SCALE;
    refused(change(line, &terms), STATUS_OVER_TOLERANCE,
            "line 1 cannot fall below what is received or shipped of it");
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].quantity");
    line.qty.micro = QTY_SCALE / 2;
    refused(change(line, &terms), STATUS_INVALID,
            "quantity 0.5 has more than the 0 decimals of item \"\"");
    line.qty.micro = 0;
    refused(change(line, &terms), STATUS_INVALID, "quantity must be above zero");
    line = nothing;
    line.due = 19999;
    refused(change(line, &terms), STATUS_INVALID, "due_on 2024-10-03 is past");
    CU_ASSERT_STRING_EQUAL(fault.field, "lines[0].due_on");
    line = nothing;
    line.line = 7;
    refused(change(line, &terms), STATUS_NOT_FOUND, "sales order \"O-1\" has no line 7");
    line.line = 0;
    refused(change(line, &terms), STATUS_INVALID, "a new line needs item, quantity and due_on");
    line.qty.micro = QTY_SCALE;
    line.due = 20012;
    CU_ASSERT_EQUAL(change(line, &terms), STATUS_OK);
    CU_ASSERT_EQUAL(terms.line_count, 2);
    CU_ASSERT_EQUAL(terms.lines[1].line, 2);
}

static void test_version(void)
{
    struct life_terms terms = order(true, ORDER_OPEN);
    const struct life_command command = {
        .step = LIFE_CLOSE, .sales = true, .order_id = terms.order_id, .if_version = 2};
    fault = (struct fault){0};
    refused(life_decide(&command, &facts, &terms, &changes, &fault), STATUS_CHANGED,
            "sales order \"O-1\" is at version 3, not 2: read it again");
    CU_ASSERT_EQUAL(terms.version, 3);
}

static void test_open(void)
{
    arena = arena_new(16 * MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
}

static void test_close(void)
{
    arena_free(&arena);
    CU_ASSERT_PTR_NULL(arena);
}

UNIT_SUITE("order_life", UNIT(test_open), UNIT(test_steps_in_order), UNIT(test_sales_steps),
           UNIT(test_second_person), UNIT(test_change), UNIT(test_change_refused),
           UNIT(test_version), UNIT(test_close))
