#include "common/ledger/book_state_core.h"

/* Locations: which of them the plant has. */

enum status book_want_location(struct book *book, struct text location, struct fault *fault)
{
    return location.length > 0 ? book_want(book, BOOK_LOCATION, location, 0, fault) : STATUS_OK;
}

static bool lies_there(const struct book_item *item, struct text location)
{
    const struct book_balance *at = item ? item->balances : NULL;
    while (at && (at->row.is_new || !text_equal(at->location, location)))
        at = at->next;
    return at != NULL;
}

enum status book_location(struct book *book, const struct book_item *item, struct text location,
                          const char *field, struct fault *fault)
{
    if (location.length == 0)
        return STATUS_OK;
    const struct book_head *head = book_find(book, BOOK_LOCATION, location);
    if (text_equal(location, book->plant.main_location) || !book->state->items_fixed ||
        (head ? head->row.exists : lies_there(item, location)))
        return STATUS_OK;
    if (head)
        return fault_set(fault, STATUS_UNKNOWN_LOCATION, field, "location \"%.*s\" does not exist",
                         (int)location.length, location.bytes);
    enum status status = book_want_location(book, location, fault);
    if (status != STATUS_OK)
        return status;
    book->too_small = true;
    return fault_set(fault, STATUS_BUSY, field, "location \"%.*s\" is not loaded",
                     (int)location.length, location.bytes);
}

enum status book_set_location(struct book *book, const struct location_row *row,
                              struct fault *fault)
{
    enum status status = book_want_location(book, row->location, fault);
    if (status != STATUS_OK)
        return status;
    struct book_head *head = book_find(book, BOOK_LOCATION, row->location);
    status = book_save(book, &head->row, fault);
    if (status == STATUS_OK)
        head->row.exists = row->active;
    return status;
}
