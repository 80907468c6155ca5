#include "common/ledger/post_rows.h"

#include <stdlib.h>
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

/* In the order of the table's key. */
static int link_cmp(const void *a, const void *b)
{
    const struct link_row *left = a;
    const struct link_row *right = b;
    int order = text_cmp(left->order_kind, right->order_kind);
    if (order == 0)
        order = text_cmp(left->order_id, right->order_id);
    if (order == 0)
        order = text_cmp(left->way, right->way);
    if (order == 0)
        order = text_cmp(left->item, right->item);
    return order == 0 ? text_cmp(left->lot, right->lot) : order;
}

/* What lines did, one row each; returns how many. */
static size_t links_of(const struct book *book, struct link_row *rows)
{
    size_t n = 0;
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
    return n;
}

/* One row a key: a statement may meet a key once only. */
static enum status sum_links(struct link_row *rows, size_t *count, struct fault *fault)
{
    size_t n = 0;
    qsort(rows, *count, sizeof *rows, link_cmp);
    for (size_t i = 0; i < *count; i++) {
        if (n == 0 || link_cmp(&rows[n - 1], &rows[i]) != 0)
            rows[n++] = rows[i];
        else if (!qty_add(rows[n - 1].qty, rows[i].qty, &rows[n - 1].qty))
            return fault_set(fault, STATUS_OVERFLOW, "quantity",
                             "what is moved of lot \"%.*s\" is out of range",
                             (int)rows[i].lot.length, rows[i].lot.bytes);
    }
    *count = n;
    return STATUS_OK;
}

enum status post_link_rows(struct book *book, struct post_rows *out, struct fault *fault)
{
    struct link_row *rows = arena_alloc(book->arena, book->line_count + 1, sizeof *rows);
    if (!rows)
        return book_full(fault);
    size_t n = links_of(book, rows);
    enum status status = sum_links(rows, &n, fault);
    if (status != STATUS_OK)
        return status;
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
