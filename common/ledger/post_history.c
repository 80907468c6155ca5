#include "common/ledger/post_rows.h"

#include <string.h>

/*
 * What is kept of the past.  An item's own row is the end of the latest day that a line of it is
 * for (moved_on).  A line for a later day leaves a closing of that day behind; a line for an
 * earlier one is late, and changes the closings of its day and after.
 *
 * Late lines are added to all closings by a statement that runs when the closings of this batch are
 * there, so a closing is written without what late lines of the batch have added to its item.
 */

struct history_row {
    struct text item;
    date day;
    struct qty qty;
    struct amount amount;
};

struct history {
    struct history_row *closed;
    size_t closed_count;
    struct history_row *late;
    size_t late_count;
};

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of quantities or amounts is out of range");
}

/* What the item had before the line, less what was late in this batch. */
static enum status close_day(const struct book_item *item, const struct ledger_line *line,
                             struct history_row *out, struct fault *fault)
{
    *out = (struct history_row){item->item, item->moved_on, line->on_hand, line->value};
    if (!qty_sub(out->qty, line->qty, &out->qty) || !qty_sub(out->qty, item->late_qty, &out->qty) ||
        !amount_sub(out->amount, line->amount, &out->amount) ||
        !amount_sub(out->amount, item->late_amount, &out->amount))
        return overflow(fault);
    return STATUS_OK;
}

static enum status add_line(struct history *history, struct book_item *item,
                            const struct ledger_line *line, struct fault *fault)
{
    if (!date_given(item->moved_on))
        item->moved_on = line->effective_on;
    if (line->effective_on > item->moved_on) {
        enum status status =
            close_day(item, line, &history->closed[history->closed_count++], fault);
        item->moved_on = line->effective_on;
        return status;
    }
    if (line->effective_on == item->moved_on)
        return STATUS_OK;
    history->late[history->late_count++] =
        (struct history_row){item->item, line->effective_on, line->qty, line->amount};
    if (!qty_add(item->late_qty, line->qty, &item->late_qty) ||
        !amount_add(item->late_amount, line->amount, &item->late_amount))
        return overflow(fault);
    return STATUS_OK;
}

static void set_params(const struct book *book, const struct history_row *rows, size_t n,
                       struct post_rows *out)
{
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_ARRAY(rows, n, item),
                                       SQL_ARRAY(rows, n, day), SQL_ARRAY(rows, n, qty),
                                       SQL_ARRAY(rows, n, amount)};
    memcpy(out->params, params, sizeof params);
    out->count = n;
}

enum status post_history_rows(struct book *book, struct post_rows *closed, struct post_rows *late,
                              struct fault *fault)
{
    size_t room = book->line_count + 1;
    struct history history = {
        .closed = arena_alloc(book->arena, room, sizeof *history.closed),
        .late = arena_alloc(book->arena, room, sizeof *history.late),
    };
    enum status status = history.closed && history.late ? STATUS_OK : book_full(fault);
    for (size_t i = 0; i < book->line_count && status == STATUS_OK; i++) {
        const struct ledger_line *line = &book->lines[i];
        if (!line->item.bytes)
            continue; /* of value only */
        struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, line->item);
        ASSERT(item && item->row.changed); /* whoever wrote the line raised it */
        status = add_line(&history, item, line, fault);
    }
    if (status == STATUS_OK) {
        set_params(book, history.closed, history.closed_count, closed);
        set_params(book, history.late, history.late_count, late);
    }
    return status;
}
