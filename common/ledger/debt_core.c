#include "common/ledger/debt_core.h"

void debt_begin(struct debt_walk *walk, const struct book *book, const struct book_item *item,
                struct qty skip)
{
    *walk = (struct debt_walk){book, item, skip, book->line_count, 0};
}

static bool takes(const struct ledger_line *line, const struct book_item *item)
{
    return line->qty.micro < 0 && line->kind != LEDGER_TRANSFER && line->kind != LEDGER_STATUS &&
           text_equal(line->item, item->item);
}

static bool newest(struct debt_walk *walk, struct book_debt *out)
{
    while (walk->line > 0) {
        const struct ledger_line *line = &walk->book->lines[--walk->line];
        if (!takes(line, walk->item))
            continue;
        *out = (struct book_debt){line->order_kind, line->order_id, {-line->qty.micro}};
        return true;
    }
    if (walk->loaded == walk->item->debt_count)
        return false;
    *out = walk->item->debts[walk->loaded++];
    return true;
}

bool debt_next(struct debt_walk *walk, struct book_debt *out)
{
    while (newest(walk, out)) {
        if (out->qty.micro > walk->skip.micro) {
            out->qty.micro -= walk->skip.micro;
            walk->skip.micro = 0;
            return true;
        }
        walk->skip.micro -= out->qty.micro;
    }
    return false;
}
