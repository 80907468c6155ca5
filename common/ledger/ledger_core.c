#include "common/ledger/ledger_core.h"

#include "common/ledger/book_state_core.h"
#include "common/ledger/debt_core.h"
#include "common/ledger/layer_core.h"
#include "common/ledger/ledger_line_core.h"
#include "common/ledger/past_core.h"
#include "common/ledger/value_core.h"

#define FIELD_MAX 64

/* "lines[2]" + "quantity" -> "lines[2].quantity"; no field of its own: "quantity" */
static const char *field_of(const struct ledger_move *move, const char *name, char out[FIELD_MAX])
{
    size_t at = 0;
    for (const char *from = move->field ? move->field : ""; *from && at < FIELD_MAX - 1; from++)
        out[at++] = *from;
    if (at > 0 && at < FIELD_MAX - 1)
        out[at++] = '.';
    for (const char *from = name; *from && at < FIELD_MAX - 1; from++)
        out[at++] = *from;
    out[at] = '\0';
    return out;
}

static struct text empty_if_none(struct text text)
{
    return text.bytes ? text : text_of("");
}

static struct text status_of(const struct ledger_move *move)
{
    return text_of(move->status ? move->status : "available");
}

/* Stock that was there when its item began to be valued by layers has none. */
enum status ledger_check_layers(const struct ledger_move *move, struct fault *fault)
{
    char field[FIELD_MAX];
    const struct book_item *item = move->item;
    if (!layer_valued(item) || !item->layers_differ)
        return STATUS_OK;
    return fault_set(fault, STATUS_STATE_CONFLICT, field_of(move, "item", field),
                     "item \"%.*s\" has stock without cost layers: its valuation was changed",
                     (int)item->item.length, item->item.bytes);
}

static enum status check_place(struct book *book, const struct ledger_move *move,
                               struct text location, struct fault *fault)
{
    char field[FIELD_MAX];
    if (location.length == 0)
        return STATUS_OK; /* the plant's main one, or wherever it lies */
    return book_location(book, move->item, location, field_of(move, "location", field), fault);
}

static enum status overflow(struct fault *fault)
{
    return fault_set(fault, STATUS_OVERFLOW, "", "a sum of quantities or amounts is out of range");
}

/* ---- one line: keep item, balance and WIP in step with it ---- */

/* The order gets its number when the batch is written. */
static const struct work_order *made_now(const struct ledger_move *move)
{
    return move->wip && move->wip->number ? move->wip : NULL;
}

static bool names_order(const struct ledger_move *move)
{
    return move->order_kind != BOOK_NO_KIND && (move->order_id.length > 0 || made_now(move));
}

struct ledger_line ledger_line_of(const struct ledger_move *move)
{
    struct text none = text_of("");
    return (struct ledger_line){.document = move->document,
                                .kind = move->kind,
                                .item = move->item ? move->item->item : (struct text){0},
                                .location = none,
                                .lot = none,
                                .status = status_of(move),
                                .segment = empty_if_none(move->segment),
                                .owner = none,
                                .order_kind = names_order(move) ? move->order_kind : BOOK_NO_KIND,
                                .order_id = empty_if_none(move->order_id),
                                .made = made_now(move),
                                .order_line = move->order_line,
                                .operation = empty_if_none(move->operation),
                                .reason = empty_if_none(move->reason),
                                .effective_on = move->effective_on};
}

static enum status raise_item(struct book *book, struct book_item *item, struct ledger_line *line,
                              struct fault *fault)
{
    enum status status = book_change(book, &item->row, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_add(item->on_hand, line->qty, &item->on_hand) ||
        !amount_add(item->value, line->amount, &item->value))
        return overflow(fault);
    line->on_hand = item->on_hand;
    line->value = item->value;
    return STATUS_OK;
}

static enum status raise_wip(struct book *book, struct work_order *order, struct amount wip,
                             struct fault *fault)
{
    if (!order || wip.e4 == 0)
        return STATUS_OK;
    enum status status = book_change(book, &order->row, fault);
    if (status == STATUS_OK && !amount_add(order->wip, wip, &order->wip))
        return overflow(fault);
    return status;
}

/* Taken on a day before today: the days since must have had it. */
static enum status check_past(struct book *book, const struct ledger_move *move,
                              const struct ledger_line *line, struct fault *fault)
{
    char field[FIELD_MAX];
    bool inside = line->kind == LEDGER_TRANSFER || line->kind == LEDGER_STATUS;
    if (line->qty.micro >= 0 || inside || line->effective_on >= book->plant.today ||
        move->item->allow_negative)
        return STATUS_OK;
    return past_check(book, move->item, line->effective_on, field_of(move, "quantity", field),
                      fault);
}

enum status ledger_write_line(struct book *book, const struct ledger_move *move,
                              struct ledger_line *line, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (move->item)
        status = raise_item(book, move->item, line, fault);
    if (status == STATUS_OK)
        status = raise_wip(book, move->wip, line->wip, fault);
    if (status == STATUS_OK)
        status = book_line(book, line, fault);
    return status == STATUS_OK ? check_past(book, move, line, fault) : status;
}

static enum status raise_balance(struct book *book, struct book_balance *balance, struct qty by,
                                 struct fault *fault)
{
    if (balance->frozen_by.length > 0 || balance->frozen_now)
        return fault_set(fault, STATUS_STATE_CONFLICT, "location",
                         "item \"%.*s\" in location \"%.*s\" is held still by count \"%.*s\"",
                         (int)balance->item->item.length, balance->item->item.bytes,
                         (int)balance->location.length, balance->location.bytes,
                         (int)balance->frozen_by.length, balance->frozen_by.bytes);
    enum status status = book_change(book, &balance->row, fault);
    if (status == STATUS_OK && !qty_add(balance->qty, by, &balance->qty))
        return overflow(fault);
    return status;
}

/* ---- taking ---- */

static date expiry_of(const struct book_balance *balance)
{
    const struct book_lot *lot =
        balance->lot.length > 0 ? book_find_lot(balance->item, balance->lot) : NULL;
    return lot && date_given(lot->expires_on) ? lot->expires_on : DATE_LAST;
}

static bool is_meant(const struct book_balance *balance, const struct ledger_move *move)
{
    return balance->qty.micro > 0 && balance->owner.length == 0 &&
           text_equal(balance->status, status_of(move)) &&
           text_equal(balance->segment, empty_if_none(move->segment)) &&
           (move->location.length == 0 || text_equal(balance->location, move->location)) &&
           (move->lot.length == 0 || text_equal(balance->lot, move->lot)) &&
           (move->expired_too || expiry_of(balance) >= move->effective_on);
}

static bool is_held_still(const struct book_balance *balance)
{
    return balance->frozen_by.length > 0 || balance->frozen_now;
}

static bool may_take(const struct book_balance *balance, const struct ledger_move *move)
{
    return is_meant(balance, move) && !is_held_still(balance);
}

static date came_on(const struct book_balance *balance)
{
    const struct book_lot *lot =
        balance->lot.length > 0 ? book_find_lot(balance->item, balance->lot) : NULL;
    return lot ? lot->created_on : DATE_FIRST;
}

/* First to expire (or oldest), then lot, then location. */
static bool goes_before(const struct ledger_move *move, const struct book_balance *a,
                        const struct book_balance *b)
{
    date day_a = move->oldest_first ? came_on(a) : expiry_of(a);
    date day_b = move->oldest_first ? came_on(b) : expiry_of(b);
    if (day_a != day_b)
        return day_a < day_b;
    int order = text_cmp(a->lot, b->lot);
    return order != 0 ? order < 0 : text_cmp(a->location, b->location) < 0;
}

/* An emptied balance drops out, so the next call finds the next one. */
static struct book_balance *next_to_take(const struct ledger_move *move)
{
    struct book_balance *best = NULL;
    for (struct book_balance *at = move->item->balances; at; at = at->next) {
        if (may_take(at, move) && (!best || goes_before(move, at, best)))
            best = at;
    }
    return best;
}

static enum status takeable(const struct ledger_move *move, struct qty *out, struct fault *fault)
{
    struct qty sum = {0};
    for (const struct book_balance *at = move->item->balances; at; at = at->next) {
        if (may_take(at, move) && !qty_add(sum, at->qty, &sum))
            return overflow(fault);
    }
    *out = sum;
    return STATUS_OK;
}

enum status ledger_available(const struct book_item *item, struct text segment, date on,
                             struct qty *out, struct fault *fault)
{
    struct qty sum = {0};
    struct ledger_move any = {.segment = segment, .effective_on = on};
    for (const struct book_balance *at = item->balances; at; at = at->next) {
        if (may_take(at, &any) && !qty_add(sum, at->qty, &sum))
            return overflow(fault);
    }
    *out = sum;
    return STATUS_OK;
}

/* Stock of the named lot that is not available; NULL: none. */
static const struct book_balance *held_back(const struct ledger_move *move)
{
    const struct book_balance *at = move->item->balances;
    while (at && (at->qty.micro <= 0 || !text_equal(at->lot, move->lot) ||
                  text_equal(at->status, status_of(move)) || text_is(at->status, "in_transit") ||
                  (move->location.length > 0 && !text_equal(at->location, move->location))))
        at = at->next;
    return at;
}

static enum status blocked(const struct ledger_move *move, const char *is, const char *asked,
                           struct fault *fault)
{
    char field[FIELD_MAX];
    char held[QTY_TEXT_MAX];
    const struct book_balance *at = held_back(move);
    qty_format(at->qty, held);
    return fault_set(fault, STATUS_LOT_BLOCKED, field_of(move, "lot", field),
                     "lot \"%.*s\" of item \"%.*s\" has %s %.*s and %s %.*s, %s asked",
                     (int)move->lot.length, move->lot.bytes, (int)move->item->item.length,
                     move->item->item.bytes, held, (int)at->status.length, at->status.bytes, is,
                     (int)status_of(move).length, status_of(move).bytes, asked);
}

/* Stock that would do, but for a count; NULL: none. */
static const struct book_balance *counted_now(const struct ledger_move *move)
{
    const struct book_balance *at = move->item->balances;
    while (at && !(is_meant(at, move) && is_held_still(at)))
        at = at->next;
    return at;
}

static enum status held_still(const struct ledger_move *move, const char *is, const char *asked,
                              struct fault *fault)
{
    char field[FIELD_MAX];
    char held[QTY_TEXT_MAX];
    const struct book_balance *at = counted_now(move);
    qty_format(at->qty, held);
    return fault_set(fault, STATUS_INSUFFICIENT_STOCK, field_of(move, "quantity", field),
                     "item \"%.*s\" has %s %.*s, %s asked: %s in location \"%.*s\" are held still "
                     "by a count",
                     (int)move->item->item.length, move->item->item.bytes, is,
                     (int)status_of(move).length, status_of(move).bytes, asked, held,
                     (int)at->location.length, at->location.bytes);
}

static enum status insufficient(const struct ledger_move *move, struct qty there,
                                struct fault *fault)
{
    char field[FIELD_MAX];
    char is[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];
    const struct text *item = &move->item->item;
    struct text status = status_of(move);

    qty_format(there, is);
    qty_format(move->qty, asked);
    field_of(move, "quantity", field);
    if (move->lot.length > 0 && text_is(status, "available") && held_back(move))
        return blocked(move, is, asked, fault);
    if (counted_now(move))
        return held_still(move, is, asked, fault);
    if (move->lot.length > 0)
        return fault_set(fault, STATUS_INSUFFICIENT_STOCK, field,
                         "lot \"%.*s\" of item \"%.*s\" has %s %.*s%s, %s asked",
                         (int)move->lot.length, move->lot.bytes, (int)item->length, item->bytes, is,
                         (int)status.length, status.bytes,
                         move->location.length > 0 ? " there" : "", asked);
    if (move->location.length > 0)
        return fault_set(fault, STATUS_INSUFFICIENT_STOCK, field,
                         "item \"%.*s\" has %s %.*s in location \"%.*s\", %s asked",
                         (int)item->length, item->bytes, is, (int)status.length, status.bytes,
                         (int)move->location.length, move->location.bytes, asked);
    return fault_set(fault, STATUS_INSUFFICIENT_STOCK, field, "item \"%.*s\" has %s %.*s, %s asked",
                     (int)item->length, item->bytes, is, (int)status.length, status.bytes, asked);
}

static enum status check_named_lot(const struct ledger_move *move, struct fault *fault)
{
    char field[FIELD_MAX];
    char day[DATE_TEXT_MAX];
    const struct book_lot *lot = move->lot.length > 0 ? book_find_lot(move->item, move->lot) : NULL;

    if (!lot || move->expired_too || !date_given(lot->expires_on) ||
        lot->expires_on >= move->effective_on)
        return STATUS_OK;
    date_format(lot->expires_on, day);
    char used[DATE_TEXT_MAX];
    date_format(move->effective_on, used);
    return fault_set(fault, STATUS_LOT_EXPIRED, field_of(move, "lot", field),
                     "lot \"%.*s\" expired on %s, it was asked for on %s", (int)lot->lot.length,
                     lot->lot.bytes, day, used);
}

static enum status cost_out(struct book *book, const struct ledger_move *move, struct text lot,
                            struct amount *cost, struct fault *fault)
{
    enum status status = book_change(book, &move->item->row, fault);
    if (status != STATUS_OK)
        return status;
    if (layer_valued(move->item))
        return layer_take(book, move, lot, cost, fault);
    return value_out(move->item, move->qty, cost) ? STATUS_OK : overflow(fault);
}

/* `part` of the move comes out of this balance. */
static enum status take_part(struct book *book, const struct ledger_move *move,
                             struct book_balance *balance, struct qty part, struct amount *cost,
                             struct fault *fault)
{
    struct amount taken;
    struct qty less = {-part.micro};
    struct ledger_line line = ledger_line_of(move);

    struct ledger_move of_part = *move;
    of_part.qty = part;
    enum status status = cost_out(book, &of_part, balance->lot, &taken, fault);
    if (status == STATUS_OK)
        status = raise_balance(book, balance, less, fault);
    if (status != STATUS_OK)
        return status;
    line.location = balance->location;
    line.lot = balance->lot;
    line.qty = less;
    line.amount.e4 = -taken.e4;
    if (move->wip)
        line.wip = taken;
    if (names_order(move))
        line.counted = part;
    if (!amount_add(*cost, taken, cost))
        return overflow(fault);
    return ledger_write_line(book, move, &line, fault);
}

/* What is not there, where the item may go below zero. */
static enum status take_below_zero(struct book *book, const struct ledger_move *move,
                                   struct qty part, struct amount *cost, struct fault *fault)
{
    struct book_balance *balance;
    struct text none = text_of("");
    struct book_balance_key key = {move->location.length > 0 ? move->location
                                                             : book->plant.main_location,
                                   none, status_of(move), empty_if_none(move->segment), none};
    enum status status = book_balance(book, move->item, &key, &balance, fault);
    return status == STATUS_OK ? take_part(book, move, balance, part, cost, fault) : status;
}

enum status ledger_take(struct book *book, const struct ledger_move *move, struct amount *cost,
                        struct fault *fault)
{
    struct qty there = {0};
    struct amount sum = {0};
    int64_t left = move->qty.micro;
    ASSERT(move->item && left > 0);

    enum status status = ledger_check_layers(move, fault);
    if (status == STATUS_OK)
        status = check_place(book, move, move->location, fault);
    if (status == STATUS_OK)
        status = check_named_lot(move, fault);
    if (status == STATUS_OK)
        status = takeable(move, &there, fault);
    if (status != STATUS_OK)
        return status;
    bool below_zero = move->item->allow_negative && move->item->tracking == TRACKING_NONE;
    if (there.micro < left && !below_zero)
        return insufficient(move, there, fault);

    while (left > 0 && status == STATUS_OK) {
        struct book_balance *balance = next_to_take(move);
        int64_t part = balance && balance->qty.micro < left ? balance->qty.micro : left;
        status = balance ? take_part(book, move, balance, (struct qty){part}, &sum, fault)
                         : take_below_zero(book, move, (struct qty){part}, &sum, fault);
        left -= part;
    }
    if (status == STATUS_OK)
        *cost = sum;
    return status;
}

/* ---- moving inside the plant ---- */

static enum status shift_side(struct book *book, const struct ledger_move *move,
                              struct book_balance *balance, struct qty by, struct fault *fault)
{
    struct ledger_line line = ledger_line_of(move);
    enum status status = raise_balance(book, balance, by, fault);
    line.location = balance->location;
    line.lot = balance->lot;
    line.status = balance->status;
    line.qty = by;
    return status == STATUS_OK ? ledger_write_line(book, move, &line, fault) : status;
}

static enum status shift_part(struct book *book, const struct ledger_move *move,
                              struct book_balance *from, struct ledger_place to, struct qty part,
                              struct fault *fault)
{
    struct book_balance *balance;
    struct book_balance_key key = {to.location.length > 0 ? to.location : from->location, from->lot,
                                   to.status ? text_of(to.status) : from->status, from->segment,
                                   from->owner};
    enum status status = book_balance(book, move->item, &key, &balance, fault);
    if (status == STATUS_OK && balance == from) {
        char field[FIELD_MAX];
        return fault_set(fault, STATUS_INVALID, field_of(move, "location", field),
                         "item \"%.*s\" is there already", (int)move->item->item.length,
                         move->item->item.bytes);
    }
    if (status == STATUS_OK)
        status = shift_side(book, move, from, (struct qty){-part.micro}, fault);
    return status == STATUS_OK ? shift_side(book, move, balance, part, fault) : status;
}

/* Balances that are in the target place already are none of those to take from. */
static struct book_balance *next_to_shift(const struct ledger_move *move, struct ledger_place to)
{
    struct book_balance *best = NULL;
    for (struct book_balance *at = move->item->balances; at; at = at->next) {
        bool there = (to.location.length == 0 || text_equal(at->location, to.location)) &&
                     (!to.status || text_is(at->status, to.status));
        if (!there && may_take(at, move) && (!best || goes_before(move, at, best)))
            best = at;
    }
    return best;
}

enum status ledger_shift(struct book *book, const struct ledger_move *move, struct ledger_place to,
                         struct fault *fault)
{
    struct qty there = {0};
    int64_t left = move->qty.micro;
    ASSERT(move->item && left > 0);

    enum status status = check_place(book, move, move->location, fault);
    if (status == STATUS_OK)
        status = check_place(book, move, to.location, fault);
    if (status == STATUS_OK)
        status = check_named_lot(move, fault);
    while (left > 0 && status == STATUS_OK) {
        struct book_balance *from = next_to_shift(move, to);
        if (!from) {
            there.micro = move->qty.micro - left;
            return insufficient(move, there, fault);
        }
        struct qty part = {from->qty.micro < left ? from->qty.micro : left};
        status = shift_part(book, move, from, to, part, fault);
        left -= part.micro;
    }
    return status;
}

/* ---- putting ---- */

static enum status make_lot(struct book *book, const struct ledger_move *move, struct fault *fault)
{
    char field[FIELD_MAX];
    struct book_item *item = move->item;
    if (move->lot.length == 0 || book_find_lot(item, move->lot))
        return STATUS_OK;
    struct book_lot *lot;
    enum status status = book_code(move->lot, field_of(move, "lot", field), fault);
    if (status == STATUS_OK)
        status = book_know_lot(book, item, move->lot, fault);
    if (status == STATUS_OK)
        status = book_new_lot(book, item, move->lot, &lot, fault);
    if (status != STATUS_OK)
        return status;
    lot->created_on = move->effective_on;
    lot->expires_on = move->expires_on == 0 ? NO_DATE : move->expires_on;
    if (!date_given(lot->expires_on) && days_given(item->shelf_life_days) &&
        item->shelf_life_days <= DATE_MAX - move->effective_on)
        lot->expires_on = move->effective_on + item->shelf_life_days;
    return STATUS_OK;
}

/* A serial number stands for one piece, which is in one place. */
static enum status check_serial(const struct ledger_move *move, struct fault *fault)
{
    char field[FIELD_MAX];
    char asked[QTY_TEXT_MAX];
    if (move->qty.micro != QTY_SCALE) {
        qty_format(move->qty, asked);
        return fault_set(fault, STATUS_INVALID, field_of(move, "quantity", field),
                         "serial number \"%.*s\" stands for one piece, %s asked",
                         (int)move->lot.length, move->lot.bytes, asked);
    }
    for (const struct book_balance *at = move->item->balances; at; at = at->next) {
        if (at->qty.micro > 0 && text_equal(at->lot, move->lot))
            return fault_set(fault, STATUS_SERIAL_EXISTS, field_of(move, "lot", field),
                             "serial number \"%.*s\" of item \"%.*s\" is in location \"%.*s\"",
                             (int)move->lot.length, move->lot.bytes, (int)move->item->item.length,
                             move->item->item.bytes, (int)at->location.length, at->location.bytes);
    }
    return STATUS_OK;
}

static enum status check_put(const struct ledger_move *move, struct fault *fault)
{
    char field[FIELD_MAX];
    enum status status = ledger_check_layers(move, fault);
    if (status != STATUS_OK)
        return status;
    if (move->item->tracking != TRACKING_NONE && move->lot.length == 0)
        return fault_set(fault, STATUS_INVALID, field_of(move, "lot", field),
                         "item \"%.*s\" is tracked: a lot is needed", (int)move->item->item.length,
                         move->item->item.bytes);
    if (move->item->tracking == TRACKING_NONE && move->lot.length > 0)
        return fault_set(fault, STATUS_INVALID, field_of(move, "lot", field),
                         "item \"%.*s\" has no lots", (int)move->item->item.length,
                         move->item->item.bytes);
    return move->item->tracking == TRACKING_SERIAL ? check_serial(move, fault) : STATUS_OK;
}

static bool is_cost_of_its_own(enum ledger_kind kind)
{
    return kind != LEDGER_RETURN;
}

/* ---- what issues below zero cost more, once it is known (design/costing.md section 3) ---- */

/* To the consuming order if that is open, else to variance. */
static enum status correct(struct book *book, const struct ledger_move *move,
                           const struct book_debt *debt, struct amount by, struct fault *fault)
{
    struct work_order *order = NULL;
    struct ledger_move correction = *move;
    if (by.e4 == 0)
        return STATUS_OK;
    correction.kind = LEDGER_CORRECTION;
    correction.wip = NULL;
    if (debt && debt->order_kind == BOOK_WORK_ORDER && debt->order_id.length > 0) {
        enum status status = book_work_order(book, debt->order_id, "", &order, fault);
        if (status != STATUS_OK)
            return status;
        correction.order_kind = BOOK_WORK_ORDER;
        correction.order_id = order->work_order;
        correction.order_line = 0;
    }
    bool open = order && order->state != WORK_ORDER_CLOSED && order->state != WORK_ORDER_CANCELLED;
    correction.wip = open ? order : NULL;
    struct ledger_line line = ledger_line_of(&correction);
    line.amount.e4 = -by.e4;
    *(open ? &line.wip : &line.variance) = by;
    return ledger_write_line(book, &correction, &line, fault);
}

/* The layers below zero that were filled, each for whom it was taken. */
static enum status correct_layers(struct book *book, const struct ledger_move *move,
                                  struct fault *fault)
{
    enum status status = STATUS_OK;
    for (struct book_layer *at = move->item->layers; at && status == STATUS_OK; at = at->next) {
        struct amount due = at->due;
        const struct book_debt debt = {BOOK_WORK_ORDER, at->order_id, {0}};
        at->due = (struct amount){0};
        status = correct(book, move, &debt, due, fault);
    }
    return status;
}

/* At AVERAGE the pieces filled are the oldest of those owed: newer debts are passed over first. */
static enum status correct_debts(struct book *book, const struct ledger_move *move,
                                 const struct value_in *in, struct fault *fault)
{
    struct debt_walk walk;
    struct book_debt debt;
    struct amount left = in->correction;
    struct qty rest = in->covered;
    debt_begin(&walk, book, move->item, (struct qty){in->owed.micro - in->covered.micro});
    while (rest.micro > 0 && left.e4 != 0 && debt_next(&walk, &debt)) {
        struct amount part = left;
        if (debt.qty.micro > rest.micro)
            debt.qty = rest;
        if (debt.qty.micro < rest.micro && !amount_share(left, debt.qty, rest, &part))
            return overflow(fault);
        enum status status = correct(book, move, &debt, part, fault);
        if (status != STATUS_OK)
            return status;
        left.e4 -= part.e4;
        rest.micro -= debt.qty.micro;
    }
    return correct(book, move, NULL, left, fault);
}

static enum status put_balance(struct book *book, const struct ledger_move *move,
                               struct book_balance **out, struct fault *fault)
{
    struct book_balance_key key = {
        move->location.length > 0 ? move->location : book->plant.main_location,
        empty_if_none(move->lot), status_of(move), empty_if_none(move->segment), text_of("")};
    enum status status = make_lot(book, move, fault);
    if (status == STATUS_OK)
        status = book_balance(book, move->item, &key, out, fault);
    return status == STATUS_OK ? raise_balance(book, *out, move->qty, fault) : status;
}

static enum status cost_in(struct book *book, const struct ledger_move *move, struct amount cost,
                           struct value_in *in, struct fault *fault)
{
    enum status status = book_change(book, &move->item->row, fault);
    if (status != STATUS_OK)
        return status;
    if (layer_valued(move->item)) {
        *in = (struct value_in){.stock = cost};
        status = layer_put(book, move, cost, &in->correction, fault);
    } else if (!value_in(move->item, move->qty, cost, in)) {
        return overflow(fault);
    }
    if (status == STATUS_OK && is_cost_of_its_own(move->kind) &&
        !unitcost_of(cost, move->qty, &move->item->last_cost))
        return overflow(fault);
    return status;
}

/* The line of what came in: at `cost`, of which `in` says where it goes. */
static enum status put_line(struct book *book, const struct ledger_move *move, struct amount cost,
                            const struct value_in *in, struct fault *fault)
{
    struct book_balance *balance;
    struct ledger_line line = ledger_line_of(move);
    enum status status = put_balance(book, move, &balance, fault);
    if (status != STATUS_OK)
        return status;
    line.location = balance->location;
    line.lot = balance->lot;
    line.qty = move->qty;
    line.amount = in->stock;
    line.variance = in->variance;
    if (move->wip)
        line.wip.e4 = -cost.e4;
    if (names_order(move) && !move->aside)
        line.counted = move->qty;
    status = ledger_write_line(book, move, &line, fault);
    if (status == STATUS_OK && layer_valued(move->item))
        return correct_layers(book, move, fault);
    return status == STATUS_OK ? correct_debts(book, move, in, fault) : status;
}

enum status ledger_put(struct book *book, const struct ledger_move *move, struct amount cost,
                       struct fault *fault)
{
    struct value_in in;
    ASSERT(move->item && move->qty.micro > 0);
    enum status status = check_put(move, fault);
    if (status == STATUS_OK)
        status = check_place(book, move, move->location, fault);
    if (status == STATUS_OK)
        status = cost_in(book, move, cost, &in, fault);
    return status == STATUS_OK ? put_line(book, move, cost, &in, fault) : status;
}

/* ---- giving back ---- */

/* One take after the other; what was taken of no layer comes in as anything does, in proportion. */
static enum status return_layers(struct book *book, const struct ledger_move *move,
                                 struct amount *cost, struct fault *fault)
{
    struct ledger_move of_part = *move;
    enum status status = ledger_check_layers(move, fault);
    int64_t left = move->qty.micro;

    while (left > 0 && status == STATUS_OK) {
        struct layer_part part;
        of_part.qty.micro = left;
        of_part.lot = move->lot;
        status = layer_restore(book, &of_part, &part, fault);
        if (status != STATUS_OK || part.qty.micro == 0)
            break;
        of_part.qty = part.qty;
        of_part.lot = part.lot;
        struct value_in in = {.stock = part.cost};
        status = put_line(book, &of_part, part.cost, &in, fault);
        left -= part.qty.micro;
        if (!amount_add(*cost, part.cost, cost))
            return overflow(fault);
    }
    if (status != STATUS_OK || left == 0)
        return status;
    char field[FIELD_MAX];
    return fault_set(fault, STATUS_OVER_RETURN, field_of(move, "lot", field),
                     "not so much of lot \"%.*s\" was issued to the order", (int)move->lot.length,
                     move->lot.bytes);
}

enum status ledger_return(struct book *book, const struct ledger_move *move, struct amount *cost,
                          struct fault *fault)
{
    const struct work_component *component = move->component;
    struct amount back = component->issued_amount;
    struct qty net = {component->issued.micro - component->returned.micro};
    ASSERT(move->item && move->qty.micro > 0 && net.micro >= move->qty.micro);

    *cost = (struct amount){0};
    if (layer_valued(move->item))
        return return_layers(book, move, cost, fault);
    if (net.micro != move->qty.micro && !amount_share(back, move->qty, net, &back))
        return overflow(fault);
    *cost = back;
    return ledger_put(book, move, back, fault);
}
