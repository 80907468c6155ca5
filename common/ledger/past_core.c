#include "common/ledger/past_core.h"

#include "common/ledger/book_state_core.h"

void book_want_past(struct book *book, date day)
{
    if (!date_given(day) || (date_given(book->past_from) && book->past_from <= day))
        return;
    if (book->state->items_fixed)
        book->too_small = true;
    book->past_from = day;
}

/* What the lines of this batch for that day and before sum to; DATE_LAST: all of them. */
static int64_t batch_sum(const struct book *book, const struct book_item *item, date upto)
{
    int64_t sum = 0;
    for (size_t i = 0; i < book->line_count; i++) {
        const struct ledger_line *line = &book->lines[i];
        if (line->effective_on <= upto && text_equal(line->item, item->item))
            sum += line->qty.micro;
    }
    return sum;
}

/* What was there at the end of the day when the batch was loaded. */
static int64_t loaded_at(const struct book *book, const struct book_item *item, date day)
{
    int64_t at = 0;
    if (!date_given(item->moved_on) || day >= item->moved_on)
        return item->on_hand.micro - batch_sum(book, item, DATE_LAST);
    for (size_t i = 0; i < item->close_count && item->closes[i].day <= day; i++)
        at = item->closes[i].qty.micro;
    return at;
}

static enum status check_day(const struct book *book, const struct book_item *item, date day,
                             const char *field, struct fault *fault)
{
    struct qty left = {loaded_at(book, item, day) + batch_sum(book, item, day)};
    if (left.micro >= 0 || (date_given(item->opened_on) && day < item->opened_on))
        return STATUS_OK;
    char text[QTY_TEXT_MAX];
    char on[DATE_TEXT_MAX];
    qty_format(left, text);
    date_format(day, on);
    return fault_set(fault, STATUS_NEGATIVE_LATER, field, "item \"%.*s\" would have %s on %s",
                     (int)item->item.length, item->item.bytes, text, on);
}

static enum status check_batch_days(const struct book *book, const struct book_item *item, date day,
                                    const char *field, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < book->line_count && status == STATUS_OK; i++) {
        const struct ledger_line *line = &book->lines[i];
        if (line->effective_on > day && line->qty.micro < 0 && text_equal(line->item, item->item))
            status = check_day(book, item, line->effective_on, field, fault);
    }
    return status;
}

enum status past_check(struct book *book, const struct book_item *item, date day, const char *field,
                       struct fault *fault)
{
    if (book->state->items_fixed && (!date_given(book->past_from) || day < book->past_from)) {
        book_want_past(book, day);
        return fault_set(fault, STATUS_BUSY, field, "the past of the item is not loaded");
    }
    enum status status = check_day(book, item, day, field, fault);
    for (size_t i = 0; i < item->close_count && status == STATUS_OK; i++) {
        if (item->closes[i].day > day)
            status = check_day(book, item, item->closes[i].day, field, fault);
    }
    if (status == STATUS_OK && date_given(item->moved_on) && item->moved_on > day)
        status = check_day(book, item, item->moved_on, field, fault);
    return status == STATUS_OK ? check_batch_days(book, item, day, field, fault) : status;
}
