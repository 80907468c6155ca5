#include "common/ledger/line_codec.h"

#include "proto/production.pb-c.h"

char *line_text(const struct book *book, struct text text, bool *ok)
{
    if (!text.bytes)
        return NULL;
    char *copy = text_copy(text, book->arena);
    *ok = *ok && copy;
    return copy;
}

static bool fill(Millrace__PostedLine *out, const struct book *book, const struct ledger_line *line)
{
    bool ok = true;
    millrace__posted_line__init(out);
    out->has_posted_seq = out->has_quantity_micro = out->has_amount_e4 = true;
    out->posted_seq = line->posted_seq;
    out->quantity_micro = line->qty.micro;
    out->amount_e4 = line->amount.e4;
    out->item = line_text(book, line->item, &ok);
    out->location = line_text(book, line->location, &ok);
    out->lot = line->lot.length > 0 ? line_text(book, line->lot, &ok) : NULL;
    return ok;
}

bool line_encode(const struct book *book, struct ledger_range range, void ***lines, size_t *count)
{
    Millrace__PostedLine *rows = arena_alloc(book->arena, range.count + 1, sizeof *rows);
    void **list = arena_alloc(book->arena, range.count + 1, sizeof *list);
    if (!rows || !list)
        return false;
    for (size_t i = 0; i < range.count; i++) {
        if (!fill(&rows[i], book, &book->lines[range.first + i]))
            return false;
        list[i] = &rows[i];
    }
    *lines = list;
    *count = range.count;
    return true;
}
