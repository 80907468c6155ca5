#ifndef MILLRACE_TESTS_BOOK_STAGE_H
#define MILLRACE_TESTS_BOOK_STAGE_H

/*
 * A book for tests of what services decide on it: items with stock, and a command that either does
 * all of it or, refused, changes not one byte.
 *
 *     stage_open();
 *     struct book_item *bolt = stage_item("BOLT", 0, 2);
 *     stage_stock(bolt, 10, 20);
 *     STAGE_TRY(status, decide(&command, book, &outcome, &fault));
 */

#include "common/ledger/book_state_core.h"
#include "common/ledger/ledger_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define STAGE_TODAY     20000
#define STAGE_OPEN_FROM 19990
#define STAGE_KEPT_MAX  16

static struct arena *arena;
static struct book *book;
static struct fault fault;

/* Records whose bytes a refusal must leave alone. */
static struct {
    const struct book_row *row;
    char bytes[512];
} stage_kept[STAGE_KEPT_MAX];

static size_t stage_kept_count;

static inline struct qty pieces(int64_t whole)
{
    return (struct qty){whole * QTY_SCALE};
}

static inline struct unitcost cost(int64_t whole)
{
    return (struct unitcost){whole * UNITCOST_SCALE};
}

static inline void stage_keep(const struct book_row *row)
{
    CU_ASSERT_FATAL(stage_kept_count < STAGE_KEPT_MAX && row->size <= sizeof stage_kept[0].bytes);
    stage_kept[stage_kept_count++].row = row;
}

static inline void stage_open(void)
{
    const struct book_plant plant = {text_of("P"), text_of("MAIN"), STAGE_TODAY, STAGE_OPEN_FROM};
    if (!arena)
        arena = arena_new(32 * MIB);
    arena_reset(arena);
    fault = (struct fault){0};
    stage_kept_count = 0;
    book = book_new(arena, &plant);
    CU_ASSERT_PTR_NOT_NULL_FATAL(book);
    book->principal = text_of("li");
    (void)book_mark(book);
}

static inline void stage_close(void)
{
    arena_free(&arena);
}

/* A made item valued at the moving average. */
static inline struct book_item *stage_item(const char *code, int decimals, int64_t unit_cost)
{
    CU_ASSERT_EQUAL_FATAL(book_want_item(book, text_of(code), &fault), STATUS_OK);
    struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, text_of(code));
    item->row.exists = true;
    item->type = ITEM_MAKE;
    item->valuation = VALUATION_AVERAGE;
    item->decimals = (uint8_t)decimals;
    item->shelf_life_days = NO_DAYS;
    item->unit_cost = cost(unit_cost);
    item->over_issue_pct = item->over_issue_qty = item->over_receipt_pct = NO_QTY;
    stage_keep(&item->row);
    return item;
}

static inline void stage_stock(struct book_item *item, int64_t whole, int64_t worth)
{
    struct ledger_move move = {
        .kind = LEDGER_OPENING, .item = item, .qty = pieces(whole), .effective_on = STAGE_TODAY};
    struct amount value = {worth * AMOUNT_SCALE};
    CU_ASSERT_EQUAL_FATAL(ledger_put(book, &move, value, &fault), STATUS_OK);
}

/* What a kept record was before the command, and whether it still is. */
static inline void stage_remember(void)
{
    for (size_t i = 0; i < stage_kept_count; i++)
        memcpy(stage_kept[i].bytes, stage_kept[i].row, stage_kept[i].row->size);
}

static inline bool stage_unchanged(void)
{
    for (size_t i = 0; i < stage_kept_count; i++) {
        if (memcmp(stage_kept[i].bytes, stage_kept[i].row, stage_kept[i].row->size) != 0)
            return false;
    }
    return true;
}

/* As post.c runs a command: what a refused one did is taken back. */
#define STAGE_TRY(status, call)                                 \
 do {                                                           \
  size_t lines_before = book->line_count;                       \
  size_t numbers_before = book->state->numbers.count;           \
  struct book_mark stage_mark = book_mark(book);                \
  fault = (struct fault){0};                                    \
  stage_remember();                                             \
  status = (call);                                              \
  if (status != STATUS_OK) {                                    \
   book_undo(book, stage_mark);                                 \
   CU_ASSERT_TRUE(stage_unchanged());                           \
   CU_ASSERT_EQUAL(book->line_count, lines_before);             \
   CU_ASSERT_EQUAL(book->state->numbers.count, numbers_before); \
  } else {                                                      \
   book_keep(book);                                             \
  }                                                             \
 } while (0)

static inline void stage_refused(enum status is, enum status want, const char *field,
                                 const char *message)
{
    if (is != want || strcmp(fault.field, field) != 0 || strcmp(fault.message, message) != 0)
        printf("\nwant %s %s: %s\ngot  %s %s: %s\n", status_name(want), field, message,
               status_name(is), fault.field, fault.message);
    CU_ASSERT_EQUAL(is, want);
    CU_ASSERT_STRING_EQUAL(fault.field, field);
    CU_ASSERT_STRING_EQUAL(fault.message, message);
}

/* One ledger line: kind, item, quantity in pieces, and three amounts in 1e-4. */
static inline void stage_line(size_t index, enum ledger_kind kind, const char *item, int64_t whole,
                              const int64_t e4[3])
{
    CU_ASSERT_FATAL(index < book->line_count);
    const struct ledger_line *line = &book->lines[index];
    if (line->amount.e4 != e4[0] || line->wip.e4 != e4[1] || line->variance.e4 != e4[2])
        printf("\nline %zu: amount %lld, wip %lld, variance %lld\n", index,
               (long long)line->amount.e4, (long long)line->wip.e4, (long long)line->variance.e4);
    CU_ASSERT_EQUAL(line->kind, kind);
    CU_ASSERT_TRUE(text_is(line->item, item));
    CU_ASSERT_EQUAL(line->qty.micro, whole * QTY_SCALE);
    CU_ASSERT_EQUAL(line->amount.e4, e4[0]);
    CU_ASSERT_EQUAL(line->wip.e4, e4[1]);
    CU_ASSERT_EQUAL(line->variance.e4, e4[2]);
    CU_ASSERT_TRUE(text_is(line->posted_by, "li"));
}

#define LINE(index, kind, item, whole, ...) \
 stage_line(index, kind, item, whole, (const int64_t[3]){__VA_ARGS__})

#endif
