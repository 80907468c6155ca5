#include "common/ledger/book_state_core.h"

/* Balances and lots of the book's items, and the names of its enumerations. */

static int balance_cmp(const struct book_balance *balance, const struct book_balance_key *key)
{
    int order = text_cmp(balance->location, key->location);
    order = order != 0 ? order : text_cmp(balance->lot, key->lot);
    order = order != 0 ? order : text_cmp(balance->status, key->status);
    order = order != 0 ? order : text_cmp(balance->segment, key->segment);
    return order != 0 ? order : text_cmp(balance->owner, key->owner);
}

void book_link_balance(struct book_item *item, struct book_balance *balance)
{
    struct book_balance_key key = {balance->location, balance->lot, balance->status,
                                   balance->segment, balance->owner};
    struct book_balance **at = &item->balances;
    while (*at && balance_cmp(*at, &key) < 0)
        at = &(*at)->next;
    balance->item = item;
    balance->next = *at;
    *at = balance;
}

/* The record whose link will change when a balance of this key is put into the item's list. */
static struct book_row *row_before(struct book_item *item, const struct book_balance_key *key)
{
    struct book_row *before = &item->row;
    for (struct book_balance *at = item->balances; at && balance_cmp(at, key) < 0; at = at->next)
        before = &at->row;
    return before;
}

enum status book_balance(struct book *book, struct book_item *item,
                         const struct book_balance_key *key, struct book_balance **out,
                         struct fault *fault)
{
    for (struct book_balance *at = item->balances; at; at = at->next) {
        if (balance_cmp(at, key) == 0) {
            *out = at;
            return STATUS_OK;
        }
    }
    enum status status = book_know_lot(book, item, key->lot, fault);
    if (status == STATUS_OK)
        status = book_save(book, row_before(item, key), fault);
    if (status != STATUS_OK)
        return status;
    struct book_balance *balance = book_record(book, BOOK_TYPE_BALANCE, 1);
    if (!balance)
        return book_full(fault);
    balance->location = key->location;
    balance->lot = key->lot;
    balance->status = key->status;
    balance->segment = key->segment;
    balance->owner = key->owner;
    balance->frozen_by = text_of("");
    book_link_balance(item, balance);
    *out = balance;
    return book_made(book, &balance->row, fault);
}

/* ---- lots ---- */

static struct book_lot *lot_record(const struct book_item *item, struct text lot)
{
    struct book_lot *at = item->lots;
    while (at && !text_equal(at->lot, lot))
        at = at->next;
    return at;
}

struct book_lot *book_find_lot(const struct book_item *item, struct text lot)
{
    struct book_lot *found = lot_record(item, lot);
    return found && found->row.exists ? found : NULL;
}

enum status book_want_lot(struct book *book, struct text item, struct text lot, struct fault *fault)
{
    enum status status = book_want_item(book, item, fault);
    if (status != STATUS_OK || lot.length == 0)
        return status;
    struct book_lot_want *want =
        book_list_add(book, &book->state->lot_wants, sizeof *want, BOOK_LOTS_MAX);
    if (!want)
        return book_full(fault);
    *want = (struct book_lot_want){item, lot};
    return STATUS_OK;
}

enum status book_know_lot(struct book *book, const struct book_item *item, struct text lot,
                          struct fault *fault)
{
    if (lot.length == 0 || !book->state->items_fixed || lot_record(item, lot))
        return STATUS_OK;
    enum status status = book_want_lot(book, item->item, lot, fault);
    if (status != STATUS_OK)
        return status;
    book->too_small = true;
    return fault_set(fault, STATUS_BUSY, "lot", "lot \"%.*s\" of item \"%.*s\" is not loaded",
                     (int)lot.length, lot.bytes, (int)item->item.length, item->item.bytes);
}

enum status book_new_lot(struct book *book, struct book_item *item, struct text lot,
                         struct book_lot **out, struct fault *fault)
{
    struct book_lot *made = lot_record(item, lot);
    enum status status = book_save(book, made ? &made->row : &item->row, fault);
    if (status != STATUS_OK)
        return status;
    if (!made) {
        made = book_record(book, BOOK_TYPE_LOT, 1);
        if (!made)
            return book_full(fault);
        made->item = item;
        made->lot = lot;
        made->next = item->lots;
        item->lots = made;
    }
    *out = made;
    return book_made(book, &made->row, fault);
}

/* ---- names ---- */

static const char *const state_texts[WORK_ORDER_STATES] = {
    "firm", "released", "in_progress", "completed", "closed", "held", "cancelled"};

const char *work_order_state_text(enum work_order_state state)
{
    ASSERT(state < WORK_ORDER_STATES);
    return state_texts[state];
}

bool work_order_state_parse(struct text text, enum work_order_state *out)
{
    for (unsigned state = 0; state < WORK_ORDER_STATES; state++) {
        if (text_is(text, state_texts[state])) {
            *out = (enum work_order_state)state;
            return true;
        }
    }
    return false;
}

static const char *const order_kinds[WORK_ORDER_KINDS] = {"make", "rework", "unbuild"};

const char *work_order_kind_text(enum work_order_kind kind)
{
    ASSERT(kind < WORK_ORDER_KINDS);
    return order_kinds[kind];
}

static const char *const document_kinds[STOCK_DOCUMENT_KINDS] = {"transfer", "count", "adjustment"};
static const char *const document_states[STOCK_DOCUMENT_STATES] = {"open", "sent",     "waiting",
                                                                   "done", "rejected", "cancelled"};

const char *stock_document_kind_text(enum stock_document_kind kind)
{
    ASSERT(kind < STOCK_DOCUMENT_KINDS);
    return document_kinds[kind];
}

const char *stock_document_state_text(enum stock_document_state state)
{
    ASSERT(state < STOCK_DOCUMENT_STATES);
    return document_states[state];
}

bool stock_document_state_parse(struct text text, enum stock_document_state *out)
{
    for (unsigned state = 0; state < STOCK_DOCUMENT_STATES; state++) {
        if (text_is(text, document_states[state])) {
            *out = (enum stock_document_state)state;
            return true;
        }
    }
    return false;
}

static const char *const ledger_texts[LEDGER_KINDS] = {
    "issue",      "return",           "receipt",   "scrap",           "operation",
    "settlement", "purchase_receipt", "shipment",  "adjustment",      "opening",
    "correction", "transfer",         "status",    "supplier_return", "customer_return",
    "count",      "invoice",          "late_cost", "revaluation"};

const char *ledger_kind_text(enum ledger_kind kind)
{
    ASSERT(kind < LEDGER_KINDS);
    return ledger_texts[kind];
}
