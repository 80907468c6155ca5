/* Stock that moves inside the plant, is counted, approved and taken back, on a book.  The figures
   are worked out beside each check. */

#include "services/inventory/document_core.h"
#include "services/inventory/move_core.h"
#include "services/inventory/reversal_core.h"
#include "services/inventory/trace_core.h"
#include "tests/unit/book_stage.h"

#include <string.h>

static struct book_item *bolt;
static struct inventory_outcome outcome;

/* 10 bolts worth 20.00 in MAIN. */
static void open_store(void)
{
    stage_open();
    bolt = stage_item("BOLT", 0, 2);
    stage_stock(bolt, 10, 20);
    outcome = (struct inventory_outcome){0};
}

static struct qty there(const char *location, const char *state)
{
    struct qty sum = {0};
    for (const struct book_balance *at = bolt->balances; at; at = at->next) {
        if (text_is(at->location, location) && text_is(at->status, state))
            sum.micro += at->qty.micro;
    }
    return sum;
}

static enum status transfer(int64_t whole, const char *to, bool two_steps)
{
    const struct move_line line = {.item = text_of("BOLT"), .quantity = pieces(whole)};
    const struct move_command command = {.effective_on = NO_DATE,
                                         .to_location = text_of(to),
                                         .two_steps = two_steps,
                                         .lines = &line,
                                         .line_count = 1};
    enum status status;
    STAGE_TRY(status, transfer_decide(&command, book, &outcome, &fault));
    return status;
}

static void test_transfer_at_once(void)
{
    open_store();
    CU_ASSERT_EQUAL(transfer(4, "LINE", false), STATUS_OK);
    CU_ASSERT_EQUAL(there("MAIN", "available").micro, pieces(6).micro);
    CU_ASSERT_EQUAL(there("LINE", "available").micro, pieces(4).micro);
    LINE(1, LEDGER_TRANSFER, "BOLT", -4, 0, 0, 0);
    LINE(2, LEDGER_TRANSFER, "BOLT", 4, 0, 0, 0);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, pieces(10).micro);
    CU_ASSERT_EQUAL(bolt->value.e4, 20 * AMOUNT_SCALE);
    stage_refused(transfer(7, "LINE", false), STATUS_INSUFFICIENT_STOCK, "lines[0].quantity",
                  "item \"BOLT\" has 6 available, 7 asked");
    stage_refused(transfer(1, "", false), STATUS_INVALID, "to_location",
                  "a transfer needs the location it goes to");
}

static void test_transfer_in_two_steps(void)
{
    open_store();
    CU_ASSERT_EQUAL(transfer(4, "LINE", true), STATUS_OK);
    CU_ASSERT_STRING_EQUAL(outcome.state, "sent");
    CU_ASSERT_EQUAL(there("LINE", "in_transit").micro, pieces(4).micro);
    /* nobody can take what is on its way */
    stage_refused(transfer(7, "X", false), STATUS_INSUFFICIENT_STOCK, "lines[0].quantity",
                  "item \"BOLT\" has 6 available, 7 asked");
}

static enum status change_status(const char *from, const char *to, const char *reason)
{
    const struct move_line line = {.item = text_of("BOLT"),
                                   .quantity = pieces(3),
                                   .from_status = text_of(from),
                                   .to_status = text_of(to)};
    const struct move_command command = {
        .effective_on = NO_DATE, .reason = text_of(reason), .lines = &line, .line_count = 1};
    enum status status;
    STAGE_TRY(status, status_decide(&command, book, &outcome, &fault));
    return status;
}

/* Each row mends the fault of the one before it. */
static void test_status_checks_in_order(void)
{
    open_store();
    stage_refused(change_status("lost", "lost", ""), STATUS_INVALID, "reason",
                  "a change of status needs a reason");
    stage_refused(change_status("lost", "lost", "rust"), STATUS_INVALID, "lines[0].from_status",
                  "status \"lost\" is not available, inspection or blocked");
    stage_refused(change_status("blocked", "lost", "rust"), STATUS_INVALID, "lines[0].to_status",
                  "status \"lost\" is not available, inspection or blocked");
    stage_refused(change_status("blocked", "blocked", "rust"), STATUS_INVALID, "lines[0].to_status",
                  "it is blocked already");
    stage_refused(change_status("blocked", "available", "rust"), STATUS_INSUFFICIENT_STOCK,
                  "lines[0].quantity", "item \"BOLT\" has 0 blocked, 3 asked");
    CU_ASSERT_EQUAL(change_status("available", "blocked", "rust"), STATUS_OK);
    CU_ASSERT_EQUAL(there("MAIN", "blocked").micro, pieces(3).micro);
}

static enum status adjust(int64_t whole, bool *waits)
{
    const struct adjustment_line line = {.item = text_of("BOLT"),
                                         .quantity = pieces(whole),
                                         .unit_cost = NO_COST,
                                         .expires_on = NO_DATE};
    const struct adjustment_command command = {
        .effective_on = NO_DATE, .reason = text_of("found"), .lines = &line, .line_count = 1};
    enum status status;
    STAGE_TRY(status, adjustment_decide(&command, book, &outcome, &fault));
    *waits = status == STATUS_OK && outcome.state && strcmp(outcome.state, "waiting") == 0;
    return status;
}

/* At 2.00 apiece five are worth 10.00, which one person may; six are not. */
static void test_large_adjustment_waits(void)
{
    bool waits;
    open_store();
    book->approve_above.e4 = 10 * AMOUNT_SCALE;
    CU_ASSERT_EQUAL(adjust(-5, &waits), STATUS_OK);
    CU_ASSERT_FALSE(waits);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, pieces(5).micro);
    size_t lines = book->line_count;
    CU_ASSERT_EQUAL(adjust(6, &waits), STATUS_OK);
    CU_ASSERT_TRUE(waits);
    CU_ASSERT_EQUAL(book->line_count, lines);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, pieces(5).micro);
    /* what could not be posted does not wait either: its maker is told */
    CU_ASSERT_EQUAL(adjust(-6, &waits), STATUS_INSUFFICIENT_STOCK);
    CU_ASSERT_FALSE(waits);
}

/* A document as it comes from the database. */
static struct stock_document *document_of(enum stock_document_kind kind,
                                          enum stock_document_state state)
{
    CU_ASSERT_EQUAL_FATAL(
        book_want_document(book, BOOK_STOCK_DOCUMENT, text_of("D-1"), REACH_LINES, &fault),
        STATUS_OK);
    struct stock_document *made =
        (struct stock_document *)book_find(book, BOOK_STOCK_DOCUMENT, text_of("D-1"));
    made->row.exists = true;
    made->kind = kind;
    made->state = state;
    made->location = made->to_location = text_of("");
    made->reason = text_of("count");
    made->approve_above = NO_LIMIT;
    made->effective_on = STAGE_TODAY;
    made->created_by = text_of("li");
    made->line_count = 1;
    made->lines = book_record(book, BOOK_TYPE_STOCK_LINE, 1);
    struct stock_document_line *line = made->lines;
    line->row.exists = true;
    line->document = made;
    line->line = 1;
    line->item = text_of("BOLT");
    line->location = text_of("MAIN");
    line->lot = line->segment = text_of("");
    line->status = text_of("available");
    line->unit_cost = NO_COST;
    line->expires_on = NO_DATE;
    line->counted_at_us = NO_MOMENT;
    return made;
}

static enum status decide(enum document_verdict verdict, const struct count_facts *facts)
{
    const struct document_decision command = {text_of("D-1"), verdict};
    enum status status;
    STAGE_TRY(status, decision_decide(&command, facts, book, &outcome, &fault));
    return status;
}

static void test_maker_is_never_checker(void)
{
    open_store();
    struct stock_document *waiting = document_of(STOCK_ADJUSTMENT, STOCK_WAITING);
    waiting->lines[0].qty = pieces(6);
    stage_refused(decide(VERDICT_FINISH, NULL), STATUS_STATE_CONFLICT, "document",
                  "adjustment \"D-1\" is waiting");
    stage_refused(decide(VERDICT_APPROVE, NULL), STATUS_FORBIDDEN, "document",
                  "\"li\" made adjustment \"D-1\" and cannot approve it");
    waiting->created_by = text_of("wang");
    CU_ASSERT_EQUAL(decide(VERDICT_APPROVE, NULL), STATUS_OK);
    CU_ASSERT_TRUE(text_is(waiting->decided_by, "li"));
    LINE(1, LEDGER_ADJUSTMENT, "BOLT", 6, 120000, 0, 0);
    stage_refused(decide(VERDICT_APPROVE, NULL), STATUS_STATE_CONFLICT, "document",
                  "adjustment \"D-1\" is done");
}

/* 9 were counted when the book had 12; 2 left since, so 10 are in the book and 7 on the shelf. */
static void test_count_against_its_own_moment(void)
{
    const struct count_fact fact = {1, pieces(12)};
    const struct count_facts facts = {&fact, 1};
    open_store();
    struct stock_document *count = document_of(STOCK_COUNT, STOCK_OPEN);
    count->lines[0].qty = pieces(9);
    count->lines[0].counted_at_us = 1;
    CU_ASSERT_EQUAL(decide(VERDICT_FINISH, &facts), STATUS_OK);
    LINE(1, LEDGER_COUNT, "BOLT", -3, -60000, 0, 0);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, pieces(7).micro);
    CU_ASSERT_EQUAL(count->value.e4, 6 * AMOUNT_SCALE);
}

static enum status reverse(const struct posted_document *posted)
{
    const struct reversal_command command = {text_of("SH-1"), text_of("wrong"), NO_DATE};
    enum status status;
    STAGE_TRY(status, reversal_decide(&command, posted, book, &outcome, &fault));
    return status;
}

static void test_reversal(void)
{
    struct posted_line line = {.document = text_of("SH-1"), .posted_by = text_of("wu")};
    const struct posted_document posted = {&line, 1};
    const struct posted_document nothing = {NULL, 0};
    bool waits;
    open_store();
    CU_ASSERT_EQUAL_FATAL(adjust(-10, &waits), STATUS_OK);
    line.line = book->lines[1];
    line.line.posted_seq = 7;
    stage_refused(reverse(&nothing), STATUS_NOT_FOUND, "document",
                  "document \"SH-1\" has posted nothing");
    line.reversed = true;
    stage_refused(reverse(&posted), STATUS_STATE_CONFLICT, "document",
                  "document \"SH-1\": it is reversed already");
    line.reversed = false;
    stage_refused(reverse(&posted), STATUS_FORBIDDEN, "document",
                  "document \"SH-1\" was posted by \"wu\": a supervisor takes it back");
    line.posted_by = book->principal;
    CU_ASSERT_EQUAL(reverse(&posted), STATUS_OK);
    LINE(2, LEDGER_ADJUSTMENT, "BOLT", 10, 200000, 0, 0);
    CU_ASSERT_EQUAL(book->lines[2].reverses, 7);
    CU_ASSERT_EQUAL(bolt->value.e4, 20 * AMOUNT_SCALE);
}

/* 10 at 2.00 and 10 at 4.00 are 20 at 3.00; 15 left.  Of the 5 (15.00) no receipt of 10 can go. */
static void test_reversal_of_what_was_used(void)
{
    struct posted_line line = {
        .document = text_of("SH-1"), .posted_by = text_of("li"), .used_by = text_of("AD-9")};
    const struct posted_document posted = {&line, 1};
    bool waits;
    open_store();
    stage_stock(bolt, 10, 40);
    line.line = book->lines[1];
    line.line.kind = LEDGER_ADJUSTMENT;
    CU_ASSERT_EQUAL_FATAL(adjust(-15, &waits), STATUS_OK);
    stage_refused(reverse(&posted), STATUS_STATE_CONFLICT, "document",
                  "item \"BOLT\" of document \"SH-1\" was used since by \"AD-9\"");
    /* of 5 of it, 40.00 wanted: 15.00 is all there is, the rest is variance */
    line.line.qty = pieces(5);
    CU_ASSERT_EQUAL(reverse(&posted), STATUS_OK);
    CU_ASSERT_EQUAL(bolt->on_hand.micro, 0);
    CU_ASSERT_EQUAL(bolt->value.e4, 0);
    LINE(3, LEDGER_ADJUSTMENT, "BOLT", -5, -150000, 0, -250000);
}

static void test_trace_sees_a_lot_once(void)
{
    struct trace trace;
    stage_open();
    struct trace_lot first = {text_of("A"), text_of("1")};
    const struct trace_link link = {.order_kind = text_of("work_order"), .order_id = text_of("W")};
    CU_ASSERT_EQUAL(trace_init(&trace, arena, first, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(trace_add(&trace, &link, &first, &fault), STATUS_OK); /* rework */
    CU_ASSERT_EQUAL(trace.lot_count, 1);
    CU_ASSERT_EQUAL(trace.links[0].to, 0);
    CU_ASSERT_FALSE(trace_next(&trace, 1));
    for (int i = 0; i < 1000; i++) {
        char name[16];
        sprintf(name, "%d", i);
        const struct trace_lot to = {text_of("A"), text_of(name)};
        CU_ASSERT_EQUAL(trace_add(&trace, &link, &to, &fault), STATUS_OK);
        CU_ASSERT_EQUAL(trace_add(&trace, &link, &to, &fault), STATUS_OK);
        name[0] = '\0'; /* it has its own copy */
    }
    CU_ASSERT_EQUAL(trace_add(&trace, &link, NULL, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(trace.links[2001].to, TRACE_NOWHERE);
    CU_ASSERT_TRUE(text_equal(trace.lots[999].lot, text_of("999")));
    CU_ASSERT_EQUAL(trace.link_count, 2002);
    CU_ASSERT_EQUAL(trace.lot_count, 1000); /* "1" was there */
    stage_close();
}

static void test_document_numbers(void)
{
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {{1, "AD-000001"},
                {42, "AD-000042"},
                {999999, "AD-999999"},
                {1000000, "AD-1000000"},
                {INT64_MAX, "AD-9223372036854775807"}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct book_number number = {.prefix = "AD"};
        memset(number.text, 'x', sizeof number.text);
        book_give_number(&number, rows[i].value);
        CU_ASSERT_STRING_EQUAL(number.text, rows[i].text);
    }
}

UNIT_SUITE("stock", UNIT(test_transfer_at_once), UNIT(test_transfer_in_two_steps),
           UNIT(test_status_checks_in_order), UNIT(test_large_adjustment_waits),
           UNIT(test_maker_is_never_checker), UNIT(test_count_against_its_own_moment),
           UNIT(test_reversal), UNIT(test_reversal_of_what_was_used),
           UNIT(test_trace_sees_a_lot_once), UNIT(test_document_numbers))
