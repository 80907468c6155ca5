#ifndef MILLRACE_TESTS_SQL_POST_WORDS_H
#define MILLRACE_TESTS_SQL_POST_WORDS_H

/*
 * A service on common/ledger/post.h whose bodies are words: "put I01 10", "take I01 3",
 * "move I01 I02 1", "make W1 I04 10", "issue W1 5", ...
 */

#include "common/base/text.h"
#include "common/ledger/ledger_core.h"
#include "common/ledger/post.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 5

struct words {
    struct text word[WORDS_MAX];
    size_t count;
};

struct answer {
    struct ledger_range range;
    const struct book_number *number;
};

static inline enum status decode(struct text body, struct arena *arena, const void **request,
                                 struct fault *fault)
{
    struct words *words = arena_alloc(arena, 1, sizeof *words);
    if (!words)
        return fault_set(fault, STATUS_LIMIT, "", "no room");
    for (size_t at = 0; at < body.length && words->count < WORDS_MAX;) {
        size_t end = at;
        while (end < body.length && body.bytes[end] != ' ')
            end++;
        words->word[words->count++] = (struct text){body.bytes + at, end - at};
        at = end + 1;
    }
    if (words->count < 2)
        return fault_set(fault, STATUS_MALFORMED, "", "no words");
    *request = words;
    return STATUS_OK;
}

/* "hide" wants nothing, so that deciding finds the book too small. */
static inline enum status wants(const void *request, struct book *book, struct fault *fault)
{
    const struct words *words = request;
    enum status status = STATUS_OK;
    if (text_is(words->word[0], "hide"))
        return STATUS_OK;
    if (text_is(words->word[0], "order"))
        return book_want_document(book, BOOK_SALES_ORDER, words->word[1], REACH_NONE, fault);
    if (words->word[1].bytes[0] == 'W')
        status = book_want_document(book, BOOK_WORK_ORDER, words->word[1],
                                    REACH_LINES | REACH_TAKEN, fault);
    if (text_is(words->word[0], "at"))
        status = book_want_location(book, words->word[2], fault);
    for (size_t i = 1; i < words->count && status == STATUS_OK; i++) {
        if (words->word[i].bytes[0] == 'I')
            status = book_want_item(book, words->word[i], fault);
    }
    return status;
}

static inline struct qty quantity(struct text text)
{
    struct qty out = {0};
    bool parsed = qty_parse(text.bytes, text.length, &out);
    ASSERT(parsed);
    return out;
}

static inline enum status take(struct book *book, struct ledger_move *move, struct text item,
                               struct amount *cost, struct fault *fault)
{
    enum status status = book_item(book, item, "item", &move->item, fault);
    return status == STATUS_OK ? ledger_take(book, move, cost, fault) : status;
}

static inline enum status put(struct book *book, struct ledger_move *move, struct text item,
                              struct amount cost, struct fault *fault)
{
    enum status status = book_item(book, item, "item", &move->item, fault);
    return status == STATUS_OK ? ledger_put(book, move, cost, fault) : status;
}

/* "make W1 I04 10", "issue W1 5", "return W1 2": an order with one line */
static inline enum status make_order(struct book *book, const struct text *word,
                                     struct fault *fault)
{
    struct work_order *order;
    enum status status = book_new_work_order(book, word[1], &order, fault);
    if (status != STATUS_OK)
        return status;
    order->item = text_of("I01");
    order->qty = order->good = quantity(word[3]);
    order->start_on = order->due_on = 20000;
    order->state = WORK_ORDER_RELEASED;
    status = book_new_components(book, order, 1, 0, fault);
    if (status != STATUS_OK)
        return status;
    order->components[0].item = word[2];
    order->components[0].required = order->qty;
    order->components[0].due_on = 20000;
    return book_reserve_order(book, order, fault);
}

static inline enum status move_material(struct book *book, const struct text *word,
                                        struct ledger_move *move, struct fault *fault)
{
    struct amount cost;
    struct work_order *order;
    enum status status = book_work_order(book, word[1], "work_order", &order, fault);
    if (status != STATUS_OK)
        return status;
    struct work_component *component = &order->components[0];
    bool issue = text_is(word[0], "issue");
    move->kind = issue ? LEDGER_ISSUE : LEDGER_RETURN;
    move->component = component;
    move->wip = order;
    move->order_kind = BOOK_WORK_ORDER;
    move->order_id = order->work_order;
    move->order_line = 1;
    status = book_item(book, component->item, "item", &move->item, fault);
    if (status == STATUS_OK)
        status = book_change(book, &component->row, fault);
    if (status == STATUS_OK)
        status =
            issue ? ledger_take(book, move, &cost, fault) : ledger_return(book, move, &cost, fault);
    if (status != STATUS_OK)
        return status;
    struct qty *counter = issue ? &component->issued : &component->returned;
    counter->micro += move->qty.micro;
    component->issued_amount.e4 += issue ? cost.e4 : -cost.e4;
    return book_reserve(book, component, fault);
}

/* "lot I01 A 3 30000": of a lot, with the day it expires or without */
static inline enum status put_lot(struct book *book, const struct words *words,
                                  struct ledger_move *move, struct fault *fault)
{
    struct amount cost = {20000};
    move->lot = words->word[2];
    move->qty = quantity(words->word[3]);
    move->expires_on =
        words->count > 4 ? (date)(quantity(words->word[4]).micro / QTY_SCALE) : NO_DATE;
    return put(book, move, words->word[1], cost, fault);
}

/* "at I01 SHED 1": in a location */
static inline enum status put_at(struct book *book, const struct words *words,
                                 struct ledger_move *move, struct fault *fault)
{
    struct amount cost = {20000};
    move->location = words->word[2];
    move->qty = quantity(words->word[3]);
    enum status status = book_item(book, words->word[1], "item", &move->item, fault);
    if (status == STATUS_OK)
        status = book_location(book, move->item, move->location, "location", fault);
    return status == STATUS_OK ? ledger_put(book, move, cost, fault) : status;
}

static inline enum status run_words(struct book *book, const struct words *words,
                                    struct ledger_move *move, struct fault *fault)
{
    struct amount cost = {0};
    const struct text *word = words->word;
    struct sales_order *order;
    enum status status;

    if (text_is(word[0], "order")) {
        status = book_new_sales_order(book, word[1], 1, &order, fault);
        if (status != STATUS_OK)
            return status;
        order->lines[0].item = text_of("I01");
        order->lines[0].qty.micro = QTY_SCALE;
        order->lines[0].due = 20000;
        return STATUS_OK;
    }
    if (text_is(word[0], "at"))
        return put_at(book, words, move, fault);
    if (text_is(word[0], "lot"))
        return put_lot(book, words, move, fault);
    move->qty = quantity(word[words->count - 1]);
    if (text_is(word[0], "make"))
        return make_order(book, word, fault);
    if (text_is(word[0], "issue") || text_is(word[0], "return"))
        return move_material(book, word, move, fault);
    if (text_is(word[0], "busy")) /* a refusal that is not stored */
        return fault_set(fault, STATUS_BUSY, "", "busy");
    if (text_is(word[0], "put") || text_is(word[0], "poison")) {
        cost.e4 = move->qty.micro / 100 * 2;
        if (text_is(word[0], "poison"))
            move->location = text_of("\xff"); /* not UTF-8: PostgreSQL will refuse it */
        return put(book, move, word[1], cost, fault);
    }
    status = take(book, move, word[1], &cost, fault);
    if (status == STATUS_OK && text_is(word[0], "move"))
        status = put(book, move, word[2], cost, fault);
    return status;
}

static inline enum status decide(const void *request, const void *master, struct book *book,
                                 const void **outcome, struct fault *fault)
{
    struct ledger_move move = {.kind = LEDGER_ADJUSTMENT, .order_kind = BOOK_NO_KIND};
    struct answer *answer = arena_alloc(book->arena, 1, sizeof *answer);
    struct book_number *number = NULL;
    size_t first = book->line_count;
    (void)master;
    ASSERT(answer);

    enum status status = book_day(book, NO_DATE, &move.effective_on, fault);
    if (status == STATUS_OK)
        status = book_next_number(book, "AD", &number, fault);
    if (status == STATUS_OK) {
        move.document = number;
        status = run_words(book, request, &move, fault);
    }
    *answer = (struct answer){{first, book->line_count - first}, number};
    *outcome = answer;
    return status;
}

/* "AD-000001 1 2": the document and the numbers of its lines */
static inline enum status encode(const void *outcome, const struct book *book, struct text *reply,
                                 struct fault *fault)
{
    const struct answer *answer = outcome;
    char *text = arena_alloc(book->arena, 64 + 24 * (answer->range.count + 1), 1);
    (void)fault;
    ASSERT(text);
    int at = sprintf(text, "%s", answer->number->text);
    for (size_t i = 0; i < answer->range.count; i++)
        at += sprintf(text + at, " %llu",
                      (unsigned long long)book->lines[answer->range.first + i].posted_seq);
    *reply = (struct text){text, (size_t)at};
    return STATUS_OK;
}

static const struct post_kind kinds[] = {{"Do", decode, wants, decide, encode}};
static const struct post_service service = {
    .name = "Test", .kinds = kinds, .kind_count = COUNT_OF(kinds)};

#endif
