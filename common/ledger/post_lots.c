#include "common/ledger/post_lots.h"

#include "common/ledger/post_store.h"

static struct book_lot *add_lot(struct book *book, struct book_item *item, struct text name)
{
    struct book_lot *lot = book_record(book, BOOK_TYPE_LOT, 1);
    if (!lot)
        return NULL;
    lot->item = item;
    lot->lot = name;
    lot->next = item->lots;
    item->lots = lot;
    return lot;
}

static struct book_lot *lot_of(const struct book_item *item, struct text name)
{
    struct book_lot *at = item->lots;
    while (at && !text_equal(at->lot, name))
        at = at->next;
    return at;
}

static void read_dates(struct book_lot *lot, struct reader *at)
{
    lot->row.exists = true;
    lot->expires_on = next_date(at);
    lot->created_on = next_date(at);
}

bool post_read_lot(struct book *book, const struct book_balance *balance, struct reader *at)
{
    if (balance->lot.length == 0 || lot_of(balance->item, balance->lot))
        return true;
    struct book_lot *lot = add_lot(book, balance->item, balance->lot);
    if (lot)
        read_dates(lot, at);
    return lot != NULL;
}

enum status post_queue_lots(struct sql *sql, struct book *book, size_t *queued, struct fault *fault)
{
    const struct book_lot_want *wants = book->state->lot_wants.items;
    size_t n = book->state->lot_wants.count;
    struct sql_value params[] = {SQL_TEXT(book->plant.plant), SQL_ARRAY(wants, n, item),
                                 SQL_ARRAY(wants, n, lot)};
    *queued = n > 0;
    return n > 0 ? sql_queue(sql, &post_statements[POST_LOTS], params, fault) : STATUS_OK;
}

enum status post_read_lots(struct book *book, const struct sql_rows *rows, struct fault *fault)
{
    const struct book_lot_want *wants = book->state->lot_wants.items;
    for (size_t i = 0; i < book->state->lot_wants.count; i++) {
        struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, wants[i].item);
        ASSERT(item); /* book_want_lot wants it too */
        if (!lot_of(item, wants[i].lot) && !add_lot(book, item, wants[i].lot))
            return book_full(fault);
    }
    for (size_t i = 0; i < rows->count; i++) {
        struct reader at = {rows, i, 0};
        struct book_item *item = (struct book_item *)book_find(book, BOOK_ITEM, next_text(&at));
        struct book_lot *lot = item ? lot_of(item, next_text(&at)) : NULL;
        ASSERT(lot);
        read_dates(lot, &at);
    }
    return STATUS_OK;
}
