#include "common/ledger/post_rows.h"

#include <string.h>

/* Which lots an order took and brought. */

struct link_row {
    struct text order_kind;
    struct text order_id;
    struct text way;
    struct text item;
    struct text lot;
    struct qty qty;
};

/* Did the order take the lot, or bring it?  NULL: neither. */
static const char *way_of(const struct ledger_line *line)
{
    bool takes = line->kind == LEDGER_ISSUE || line->kind == LEDGER_RETURN ||
                 line->kind == LEDGER_SHIPMENT || line->kind == LEDGER_CUSTOMER_RETURN;
    bool brings = line->kind == LEDGER_RECEIPT || line->kind == LEDGER_PURCHASE_RECEIPT ||
                  line->kind == LEDGER_SUPPLIER_RETURN;
    if (line->lot.length == 0 || line->order_id.length == 0)
        return NULL;
    return takes ? "in" : (brings ? "out" : NULL);
}

enum status post_link_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    struct link_row *rows = arena_alloc(book->arena, book->line_count + 1, sizeof *rows);
    size_t n = 0;
    if (!rows)
        return book_full(fault);
    for (size_t i = 0; i < book->line_count; i++) {
        const struct ledger_line *line = &book->lines[i];
        const char *way = way_of(line);
        if (!way)
            continue;
        int64_t qty = way[0] == 'i' ? -line->qty.micro : line->qty.micro;
        rows[n++] = (struct link_row){text_of(book_kind_text(line->order_kind)),
                                      line->order_id,
                                      text_of(way),
                                      line->item,
                                      line->lot,
                                      {qty}};
    }
    out->count = n;
    if (n == 0)
        return STATUS_OK;
    const struct sql_value params[] = {SQL_TEXT(book->plant.plant),  SQL_ARRAY(rows, n, order_kind),
                                       SQL_ARRAY(rows, n, order_id), SQL_ARRAY(rows, n, way),
                                       SQL_ARRAY(rows, n, item),     SQL_ARRAY(rows, n, lot),
                                       SQL_ARRAY(rows, n, qty)};
    memcpy(out->params, params, sizeof params);
    return STATUS_OK;
}
