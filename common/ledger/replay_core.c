#include "common/ledger/replay_core.h"

#include "common/base/sort.h"
#include "common/ledger/book_state_core.h"
#include "common/ledger/layer_core.h"
#include "common/ledger/value_core.h"

/* What an outward movement took: of a layer, of the stock at large (layer NULL), or below zero. */
struct part {
    struct book_layer *layer;
    struct qty qty; /* not given back */
    struct amount amount;
    struct qty owed; /* AVERAGE, below zero: not yet received */
    struct part *next_owed;
    struct part *next; /* of the item, the newest first */
};

/* A movement that was replayed, for those that name it. */
struct done {
    const struct movement *movement;
    struct book_item *item;
    struct qty qty; /* signed */
    struct amount amount;
    struct amount variance;
    struct book_layer *layer; /* what came in made it; NULL: all of it filled what was owed */
    struct part *parts;       /* what went out; the newest last */
    size_t part_count;
};

/* Side of an item that only a replay has. */
struct side {
    struct part *parts;
    struct part *owed_first; /* AVERAGE: oldest first */
    struct part *owed_last;
    struct lot_cost *lots; /* LOT: last costs */
};

struct lot_cost {
    struct text lot;
    struct unitcost cost;
    struct lot_cost *next;
};

struct game {
    const struct plant *plant;
    struct book *book;
    struct book_item *items;
    struct side *sides;
    struct done *done;     /* by place in `order` */
    const uint32_t *order; /* movements by item, then seq */
    size_t at;             /* in `order` */
    size_t first;          /* of its item */
    struct replay *out;
    struct fault *fault;
};

static enum status overflow(struct game *game)
{
    return fault_set(game->fault, STATUS_OVERFLOW, "qty", "the value of the item is out of range");
}

static enum status no_room(struct game *game)
{
    return fault_set(game->fault, STATUS_LIMIT, "", "the movements do not fit in memory");
}

static struct side *side_of(struct game *game, const struct book_item *item)
{
    return &game->sides[item - game->items];
}

static struct text lot_of(const struct game *game, const struct movement *movement)
{
    return text_of(plant_text(game->plant, movement->lot));
}

static bool share_of(struct amount amount, struct qty part, struct qty whole, struct amount *out)
{
    if (part.micro == whole.micro) {
        *out = amount;
        return true;
    }
    return amount_share(amount, part, whole, out);
}

static struct qty least(struct qty a, struct qty b)
{
    return qty_cmp(a, b) < 0 ? a : b;
}

/* ---- rows ---- */

static enum status put_row(struct game *game, struct done *done, bool correction)
{
    struct book_item *item = done->item;
    struct replay_row *row = &game->out->rows[game->out->row_count++];
    if (!qty_add(item->on_hand, done->qty, &item->on_hand) ||
        !amount_add(item->value, done->amount, &item->value))
        return overflow(game);
    *row = (struct replay_row){done->movement, correction,    done->qty,  done->amount,
                               done->variance, item->on_hand, item->value};
    return STATUS_OK;
}

static enum status put_correction(struct game *game, const struct done *done, struct amount by)
{
    struct done row = {
        .movement = done->movement, .item = done->item, .amount = {-by.e4}, .variance = by};
    return by.e4 == 0 ? STATUS_OK : put_row(game, &row, true);
}

/* ---- last costs by lot ---- */

static struct lot_cost *lot_cost(struct game *game, const struct book_item *item, struct text lot)
{
    struct lot_cost *at = side_of(game, item)->lots;
    while (at && !text_equal(at->lot, lot))
        at = at->next;
    return at;
}

static enum status keep_last_cost(struct game *game, struct done *done, struct amount cost)
{
    struct book_item *item = done->item;
    struct text lot = lot_of(game, done->movement);
    if (!unitcost_of(cost, done->qty, &item->last_cost))
        return overflow(game);
    if (item->valuation != VALUATION_LOT)
        return STATUS_OK;
    struct lot_cost *known = lot_cost(game, item, lot);
    if (!known) {
        known = arena_alloc(game->book->arena, 1, sizeof *known);
        if (!known)
            return no_room(game);
        known->lot = lot;
        known->next = side_of(game, item)->lots;
        side_of(game, item)->lots = known;
    }
    known->cost = item->last_cost;
    return STATUS_OK;
}

/* ---- out ---- */

static struct ledger_move move_of(struct game *game, const struct done *done, struct qty qty)
{
    return (struct ledger_move){.kind = LEDGER_ADJUSTMENT,
                                .item = done->item,
                                .qty = qty,
                                .lot = lot_of(game, done->movement)};
}

static void keep_part(struct game *game, struct done *done, const struct part *part)
{
    struct side *side = side_of(game, done->item);
    struct part *kept = &done->parts[done->part_count++];
    *kept = *part;
    kept->next = side->parts;
    side->parts = kept;
    if (kept->owed.micro == 0)
        return;
    if (side->owed_last)
        side->owed_last->next_owed = kept;
    else
        side->owed_first = kept;
    side->owed_last = kept;
}

/* What was there at the average; the rest, below zero, at the same. */
static enum status out_of_pool(struct game *game, struct done *done, struct qty qty,
                               struct amount *cost)
{
    struct book_item *item = done->item;
    struct qty there = {item->on_hand.micro > 0 ? item->on_hand.micro : 0};
    struct part stock = {.qty = least(qty, there)};
    struct part below = {.qty = {qty.micro - stock.qty.micro}};
    struct amount value = item->value;

    if (!value_out(item, qty, cost))
        return overflow(game);
    stock.amount = below.qty.micro > 0 ? value : *cost;
    if (there.micro == 0)
        stock.amount.e4 = 0;
    below.amount.e4 = cost->e4 - stock.amount.e4;
    if (item->valuation == VALUATION_AVERAGE)
        below.owed = below.qty;
    done->parts = arena_alloc(game->book->arena, 2, sizeof *done->parts);
    if (!done->parts)
        return no_room(game);
    if (stock.qty.micro > 0)
        keep_part(game, done, &stock);
    if (below.qty.micro > 0)
        keep_part(game, done, &below);
    return STATUS_OK;
}

static enum status out_of_layers(struct game *game, struct done *done, struct qty qty,
                                 struct amount *cost)
{
    struct book *book = game->book;
    struct book_item *item = done->item;
    struct ledger_move move = move_of(game, done, qty);
    struct unitcost last = item->last_cost;
    const struct lot_cost *of_lot = lot_cost(game, item, move.lot);
    size_t first = book->state->takes.count;

    if (of_lot)
        item->last_cost = of_lot->cost;
    enum status status = layer_take(book, &move, move.lot, cost, game->fault);
    item->last_cost = last;
    if (status != STATUS_OK)
        return status;
    size_t count = book->state->takes.count - first;
    struct part *parts = arena_alloc(book->arena, done->part_count + count + 1, sizeof *parts);
    if (!parts)
        return no_room(game);
    for (size_t i = 0; i < done->part_count; i++)
        parts[i] = done->parts[i];
    done->parts = parts;
    const struct book_take *takes = (const struct book_take *)book->state->takes.items + first;
    for (size_t i = 0; i < count; i++) {
        struct book_layer *layer = (struct book_layer *)(uintptr_t)takes[i].layer;
        struct part part = {.layer = layer, .qty = takes[i].qty, .amount = takes[i].amount};
        keep_part(game, done, &part);
    }
    book->state->takes.count = first; /* nobody writes them */
    return STATUS_OK;
}

static enum status check_there(struct game *game, const struct done *done, struct qty qty)
{
    const struct book_item *item = done->item;
    struct text lot = lot_of(game, done->movement);
    struct qty there = item->on_hand;
    char is[QTY_TEXT_MAX];
    char asked[QTY_TEXT_MAX];

    if (item->allow_negative)
        return STATUS_OK;
    if (item->valuation == VALUATION_LOT) {
        there.micro = 0;
        for (const struct book_layer *at = item->layers; at; at = at->next)
            there.micro += text_equal(at->lot, lot) ? at->qty.micro : 0;
    }
    if (qty_cmp(there, qty) >= 0)
        return STATUS_OK;
    qty_format(there, is);
    qty_format(qty, asked);
    return fault_set(game->fault, STATUS_INSUFFICIENT_STOCK, "qty",
                     "item \"%.*s\" has %s in stock, %s asked", (int)item->item.length,
                     item->item.bytes, is, asked);
}

static enum status go_out(struct game *game, struct done *done, struct qty qty)
{
    struct amount cost = {0};
    enum status status = check_there(game, done, qty);
    if (status == STATUS_OK)
        status = layer_valued(done->item) ? out_of_layers(game, done, qty, &cost)
                                          : out_of_pool(game, done, qty, &cost);
    if (status != STATUS_OK)
        return status;
    done->qty.micro = -qty.micro;
    done->amount.e4 = -cost.e4;
    return put_row(game, done, false);
}

/* ---- in ---- */

/* Whose pieces below zero a receipt at AVERAGE covers: the oldest; they get their share of it. */
static bool correct_parts(struct game *game, const struct done *done, struct qty covered,
                          struct amount correction)
{
    struct side *side = side_of(game, done->item);
    while (covered.micro > 0 && side->owed_first) {
        struct part *part = side->owed_first;
        struct qty now = least(part->owed, covered);
        struct amount share;
        if (!share_of(correction, now, covered, &share))
            return false;
        part->amount.e4 += share.e4;
        correction.e4 -= share.e4;
        part->owed.micro -= now.micro;
        covered.micro -= now.micro;
        if (part->owed.micro > 0)
            break;
        side->owed_first = part->next_owed;
        if (!side->owed_first)
            side->owed_last = NULL;
    }
    return true;
}

static enum status into_pool(struct game *game, struct done *done, struct amount cost,
                             struct amount *correction)
{
    struct value_in in;
    const struct book_item *item = done->item;
    if (!value_in(item, done->qty, cost, &in))
        return overflow(game);
    if (item->on_hand.micro < 0 && item->valuation == VALUATION_AVERAGE &&
        !correct_parts(game, done, least(done->qty, (struct qty){-item->on_hand.micro}),
                       in.correction))
        return overflow(game);
    done->amount = in.stock;
    done->variance = in.variance;
    *correction = in.correction;
    return STATUS_OK;
}

static enum status into_layers(struct game *game, struct done *done, struct amount cost,
                               struct amount *correction)
{
    struct ledger_move move = move_of(game, done, done->qty);
    const struct book_layer *newest = done->item->newest_layer;
    enum status status = layer_put(game->book, &move, cost, correction, game->fault);
    if (status == STATUS_OK && done->item->newest_layer != newest)
        done->layer = done->item->newest_layer;
    done->amount = cost;
    return status;
}

static enum status come_in(struct game *game, struct done *done, struct qty qty, struct amount cost)
{
    struct amount correction = {0};
    done->qty = qty;
    enum status status = layer_valued(done->item) ? into_layers(game, done, cost, &correction)
                                                  : into_pool(game, done, cost, &correction);
    if (status == STATUS_OK)
        status = put_row(game, done, false);
    return status == STATUS_OK ? put_correction(game, done, correction) : status;
}

/* The cost that the movement gives, else what the item costs now. */
static enum status given_cost(struct game *game, const struct done *done, struct qty qty,
                              struct amount *out)
{
    const struct movement *movement = done->movement;
    if (amount_given(movement->amount)) {
        *out = movement->amount;
        return STATUS_OK;
    }
    if (cost_given(movement->unit_cost))
        return amount_extend(qty, movement->unit_cost, out) ? STATUS_OK : overflow(game);
    return ledger_present_cost(done->item, qty, out, game->fault);
}

static enum status receive(struct game *game, struct done *done, struct qty qty)
{
    struct amount cost;
    enum status status = given_cost(game, done, qty, &cost);
    if (status == STATUS_OK)
        status = come_in(game, done, qty, cost);
    return status == STATUS_OK ? keep_last_cost(game, done, cost) : status;
}

/* ---- giving back ---- */

/* Of a layer below zero the pieces that are still owed come back first, at what they were taken
   at; the others with what they turned out to cost. */
static bool part_cost(const struct part *part, struct qty back, struct qty *owed,
                      struct amount *at_owed, struct amount *rest)
{
    struct qty still = {0};
    struct amount owed_amount = {0};
    struct amount corrected = {0};
    if (part->layer && part->layer->qty.micro < 0) {
        still.micro = -part->layer->qty.micro;
        owed_amount.e4 = -part->layer->amount.e4;
    }
    if (part->layer)
        corrected = part->layer->corrected;
    *owed = least(back, still);
    *at_owed = (struct amount){0};
    *rest = (struct amount){0};
    struct qty settled = {part->qty.micro - still.micro};
    struct amount worth = {part->amount.e4 - owed_amount.e4 + corrected.e4};
    if (owed->micro > 0 && !share_of(owed_amount, *owed, still, at_owed))
        return false;
    return back.micro == owed->micro ||
           share_of(worth, (struct qty){back.micro - owed->micro}, settled, rest);
}

static enum status give_back_part(struct game *game, struct part *part, struct qty back,
                                  struct amount *cost)
{
    struct qty owed;
    struct amount at_owed;
    struct amount rest;
    if (!part_cost(part, back, &owed, &at_owed, &rest))
        return overflow(game);
    struct amount sum = {at_owed.e4 + rest.e4};
    enum status status = STATUS_OK;
    if (part->layer) { /* what the settled pieces cost more is in part.amount from now on */
        struct amount corrected = part->layer->corrected;
        status = layer_add(game->book, part->layer, back, sum, game->fault);
        if (back.micro > owed.micro) {
            part->amount.e4 += corrected.e4;
            part->layer->corrected.e4 = 0;
        }
    }
    part->qty.micro -= back.micro;
    part->amount.e4 -= sum.e4;
    cost->e4 += sum.e4;
    return status;
}

static enum status give_back(struct game *game, struct done *done, const struct done *of)
{
    struct qty left = done->movement->qty;
    struct amount cost = {0};
    enum status status = STATUS_OK;

    for (size_t i = of->part_count; i > 0 && left.micro > 0 && status == STATUS_OK; i--) {
        struct part *part = &of->parts[i - 1];
        struct qty back = least(part->qty, left);
        if (back.micro > 0)
            status = give_back_part(game, part, back, &cost);
        left.micro -= back.micro;
    }
    if (status != STATUS_OK)
        return status;
    if (left.micro > 0)
        return fault_set(game->fault, STATUS_OVER_TOLERANCE, "qty",
                         "more is returned than movement %lld took", (long long)of->movement->seq);
    if (!layer_valued(done->item))
        return come_in(game, done, done->movement->qty, cost);
    done->qty = done->movement->qty;
    done->amount = cost;
    return put_row(game, done, false);
}

/* To the supplier: from the layer of its receipt while that has stock, else from the oldest. */
static enum status send_back(struct game *game, struct done *done, const struct done *of,
                             struct qty qty)
{
    struct amount amount = {0};
    struct qty part = {0};
    struct book_layer *layer = of->layer;
    enum status status = check_there(game, done, qty);
    if (status != STATUS_OK)
        return status;
    if (!layer_valued(done->item) || !layer || layer->qty.micro <= 0)
        return go_out(game, done, qty);
    part = least(layer->qty, qty);
    if (!share_of(layer->amount, part, layer->qty, &amount))
        return overflow(game);
    done->parts = arena_alloc(game->book->arena, 1, sizeof *done->parts);
    if (!done->parts)
        return no_room(game);
    keep_part(game, done, &(struct part){.layer = layer, .qty = part, .amount = amount});
    status = layer_add(game->book, layer, (struct qty){-part.micro}, (struct amount){-amount.e4},
                       game->fault);
    struct amount rest = {0};
    if (status == STATUS_OK && part.micro < qty.micro)
        status = out_of_layers(game, done, (struct qty){qty.micro - part.micro}, &rest);
    done->qty.micro = -qty.micro;
    done->amount.e4 = -(amount.e4 + rest.e4);
    return status == STATUS_OK ? put_row(game, done, false) : status;
}

/* ---- value only ---- */

static struct qty pieces(const struct book_item *item, struct text lot)
{
    struct qty sum = {0};
    for (const struct book_layer *at = item->layers; at; at = at->next) {
        if (at->qty.micro > 0 && (lot.length == 0 || text_equal(at->lot, lot)))
            sum.micro += at->qty.micro;
    }
    return sum;
}

/* An amount over all layers with stock (of the lot, where one is named), the last the rest. */
static enum status spread(struct game *game, const struct book_item *item, struct text lot,
                          struct amount amount)
{
    struct qty left = pieces(item, lot);
    enum status status = STATUS_OK;
    for (struct book_layer *at = item->layers; at && status == STATUS_OK; at = at->next) {
        struct amount part;
        if (at->qty.micro <= 0 || (lot.length > 0 && !text_equal(at->lot, lot)))
            continue;
        if (!share_of(amount, at->qty, left, &part))
            return overflow(game);
        status = layer_add(game->book, at, (struct qty){0}, part, game->fault);
        left.micro -= at->qty.micro;
        amount.e4 -= part.e4;
    }
    return status;
}

/* The rest of a late cost follows its pieces: returns of them will bring it back. */
static bool follow_parts(struct game *game, const struct book_item *item,
                         const struct book_layer *layer, struct amount rest)
{
    struct qty left = {0};
    for (const struct part *at = side_of(game, item)->parts; at; at = at->next)
        left.micro += at->layer == layer ? at->qty.micro : 0;
    for (struct part *at = side_of(game, item)->parts; at; at = at->next) {
        struct amount share;
        if (at->layer != layer || at->qty.micro == 0)
            continue;
        if (!share_of(rest, at->qty, left, &share))
            return false;
        at->amount.e4 += share.e4;
        rest.e4 -= share.e4;
        left.micro -= at->qty.micro;
    }
    return true;
}

static enum status revalue_receipt(struct game *game, struct done *done, const struct done *of,
                                   struct amount *to_stock)
{
    struct amount amount = done->movement->amount;
    struct book_item *item = done->item;
    struct qty there = item->on_hand;
    if (of->qty.micro <= 0)
        return fault_set(game->fault, STATUS_INVALID, "of_seq", "movement %lld is no receipt",
                         (long long)of->movement->seq);
    if (layer_valued(item))
        there = of->layer ? of->layer->qty : (struct qty){0};
    there = least(there, of->qty);
    if (there.micro < 0)
        there.micro = 0;
    if (!share_of(amount, there, of->qty, to_stock))
        return overflow(game);
    if (!layer_valued(item) || !of->layer)
        return STATUS_OK;
    if (!follow_parts(game, item, of->layer, (struct amount){amount.e4 - to_stock->e4}))
        return overflow(game);
    return layer_add(game->book, of->layer, (struct qty){0}, *to_stock, game->fault);
}

static enum status revalue(struct game *game, struct done *done, const struct done *of)
{
    struct amount amount = done->movement->amount;
    struct book_item *item = done->item;
    struct text lot = lot_of(game, done->movement);
    enum status status = STATUS_OK;

    if (item->valuation == VALUATION_STANDARD)
        done->amount.e4 = 0;
    else if (of)
        status = revalue_receipt(game, done, of, &done->amount);
    else if (layer_valued(item) && pieces(item, lot).micro > 0) {
        done->amount = amount;
        status = spread(game, item, lot, amount);
    } else if (!layer_valued(item) && item->on_hand.micro != 0)
        done->amount = amount;
    done->variance.e4 = amount.e4 - done->amount.e4;
    return status == STATUS_OK ? put_row(game, done, false) : status;
}

/* ---- reverse ---- */

/* What layers have more or less than the item's value goes to those that are left. */
static enum status even_out(struct game *game, const struct book_item *item, struct text lot,
                            struct amount value)
{
    struct amount sum = {0};
    for (const struct book_layer *at = item->layers; at; at = at->next) {
        if (!amount_add(sum, at->amount, &sum))
            return overflow(game);
    }
    struct amount by = {value.e4 - sum.e4};
    if (by.e4 == 0)
        return STATUS_OK;
    return spread(game, item, pieces(item, lot).micro > 0 ? lot : text_of(""), by);
}

/* Exactly the amount of its line: the pieces move as for a return, the layers that are left take
   what that would have cost otherwise; an emptied stock leaves it in variance. */
static enum status reverse(struct game *game, struct done *done, const struct done *of)
{
    struct book_item *item = done->item;
    size_t row = game->out->row_count;
    struct qty before = item->on_hand;
    struct amount value = item->value;
    struct movement as = *done->movement;
    const struct movement *movement = done->movement;
    enum status status = STATUS_OK;

    as.lot = of->movement->lot;
    as.qty.micro = of->qty.micro < 0 ? -of->qty.micro : of->qty.micro;
    done->movement = &as;
    if (of->qty.micro > 0)
        status = send_back(game, done, of, as.qty);
    else if (of->qty.micro < 0)
        status = give_back(game, done, of);
    done->movement = movement;
    if (status != STATUS_OK)
        return status;
    game->out->row_count = row;
    item->on_hand = before;
    item->value = value;
    done->qty.micro = -of->qty.micro;
    done->amount.e4 = -of->amount.e4;
    done->variance.e4 = -of->variance.e4;
    struct amount left = {value.e4 + done->amount.e4};
    bool emptied = before.micro + done->qty.micro == 0;
    status = put_row(game, done, false);
    if (status == STATUS_OK && emptied)
        status = put_correction(game, done, left);
    else if (status == STATUS_OK && layer_valued(item))
        status = even_out(game, item, text_of(plant_text(game->plant, as.lot)), left);
    return status;
}

/* ---- one movement ---- */

static enum status adjust(struct game *game, struct done *done, struct qty by)
{
    if (by.micro > 0)
        return receive(game, done, by);
    if (by.micro < 0)
        return go_out(game, done, (struct qty){-by.micro});
    return put_row(game, done, false);
}

static enum status count(struct game *game, struct done *done)
{
    struct qty by;
    struct qty there = done->item->on_hand;
    struct text lot = lot_of(game, done->movement);
    if (done->item->valuation == VALUATION_LOT) {
        there.micro = 0;
        for (const struct book_layer *at = done->item->layers; at; at = at->next)
            there.micro += text_equal(at->lot, lot) ? at->qty.micro : 0;
    }
    return qty_sub(done->movement->qty, there, &by) ? adjust(game, done, by) : overflow(game);
}

/* The movement that `of_seq` names, of the same item and before; NULL: none named. */
static enum status find_named(struct game *game, const struct movement *movement,
                              const struct done **of)
{
    *of = NULL;
    if (movement->of_seq == 0)
        return STATUS_OK;
    size_t low = game->first; /* movements of the item before this one, by seq */
    size_t high = game->at;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (game->done[middle].movement->seq < movement->of_seq)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < game->at && game->done[low].movement->seq == movement->of_seq) {
        *of = &game->done[low];
        return STATUS_OK;
    }
    return fault_set(game->fault, STATUS_INVALID, "of_seq",
                     "movement %lld of the same item does not come before",
                     (long long)movement->of_seq);
}

static enum status replay_one(struct game *game, struct done *done)
{
    const struct movement *movement = done->movement;
    const struct done *of;
    enum status status = find_named(game, movement, &of);
    if (status != STATUS_OK)
        return status;
    switch ((enum movement_kind)movement->kind) {
    case MOVEMENT_RECEIPT:
        return receive(game, done, movement->qty);
    case MOVEMENT_ISSUE:
        return go_out(game, done, movement->qty);
    case MOVEMENT_RETURN:
        if (!of)
            return receive(game, done, movement->qty);
        return of->qty.micro < 0 ? give_back(game, done, of)
                                 : send_back(game, done, of, movement->qty);
    case MOVEMENT_ADJUST:
        return adjust(game, done, movement->qty);
    case MOVEMENT_REVALUE:
        return revalue(game, done, of);
    case MOVEMENT_REVERSE:
        return of ? reverse(game, done, of)
                  : fault_set(game->fault, STATUS_INVALID, "of_seq", "of_seq is missing");
    case MOVEMENT_COUNT:
        return count(game, done);
    }
    return STATUS_OK;
}

/* ---- all of them ---- */

static int by_item_and_seq(const void *context, uint32_t a, uint32_t b)
{
    const struct movement *movements = context;
    if (movements[a].item != movements[b].item)
        return movements[a].item < movements[b].item ? -1 : 1;
    return (movements[a].seq > movements[b].seq) - (movements[a].seq < movements[b].seq);
}

static bool open_items(struct game *game)
{
    const struct plant *plant = game->plant;
    game->items = book_record(game->book, BOOK_TYPE_ITEM, plant->items_count);
    game->sides =
        arena_alloc(game->book->arena, (size_t)plant->items_count + 1, sizeof *game->sides);
    if (!game->items || !game->sides)
        return false;
    for (uint32_t i = 0; i < plant->items_count; i++) {
        struct book_item *item = &game->items[i];
        const struct item_params *params = plant_item_params(plant, i);
        item->row.exists = true;
        item->item = text_of(plant_item_code(plant, i));
        item->valuation = params->valuation;
        item->allow_negative = params->allow_negative == 1;
        if (cost_given(plant->items[i].unit_cost))
            item->unit_cost = plant->items[i].unit_cost;
        item->last_cost = item->unit_cost;
    }
    return true;
}

static enum status open_game(struct game *game, struct arena *arena)
{
    uint32_t n = game->plant->movements_count;
    struct book_plant nowhere = {.plant = text_of("")};
    uint32_t *order = arena_alloc(arena, (size_t)n + 1, sizeof *order);
    uint32_t *spare = arena_alloc(arena, (size_t)n + 1, sizeof *spare);
    game->done = arena_alloc(arena, (size_t)n + 1, sizeof *game->done);
    game->out->rows = arena_alloc(arena, 2 * (size_t)n + 1, sizeof *game->out->rows);
    game->out->row_count = 0;
    game->book = book_new(arena, &nowhere);
    if (!order || !spare || !game->done || !game->out->rows || !game->book || !open_items(game))
        return no_room(game);
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    sort_u32(order, spare, n, by_item_and_seq, game->plant->movements);
    game->order = order;
    return STATUS_OK;
}

enum status replay_movements(const struct plant *plant, struct arena *arena, struct replay *out,
                             const struct movement **wrong, struct fault *fault)
{
    struct game game = {.plant = plant, .out = out, .fault = fault};
    *wrong = NULL;
    enum status status = open_game(&game, arena);
    for (game.at = 0; game.at < plant->movements_count && status == STATUS_OK; game.at++) {
        const struct movement *movement = &plant->movements[game.order[game.at]];
        struct done *done = &game.done[game.at];
        if (game.at > 0 && game.done[game.at - 1].movement->item != movement->item)
            game.first = game.at;
        done->movement = movement;
        done->item = &game.items[movement->item];
        status = replay_one(&game, done);
        if (status != STATUS_OK)
            *wrong = movement;
    }
    return status;
}
