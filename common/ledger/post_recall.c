#include "common/ledger/post_recall.h"

#include "common/io/clock.h"

#include <stdlib.h>
#include <string.h>

/* An item with its balances and all their texts in one piece of memory. */
struct recalled_item {
    struct recalled_item *next; /* in its bucket */
    uint64_t hash;
    size_t size; /* bytes of it all */
    struct book_item item;
    size_t balance_count;
    struct book_balance balances[]; /* the texts behind them */
};

/* ---- plants ---- */

void post_recall_init(struct post_recall *recall)
{
    pthread_mutex_init(&recall->mutex, NULL);
    recall->plant_count = 0;
    recall->items_max = POST_RECALL_ITEMS_MAX;
}

void post_recall_release(struct post_recall *recall)
{
    while (recall->plant_count > 0) {
        struct post_recalled *recalled = recall->plants[--recall->plant_count];
        post_recall_forget(recalled);
        free(recalled);
    }
    pthread_mutex_destroy(&recall->mutex);
}

static struct post_recalled *recalled_of(struct post_recall *recall, struct text plant)
{
    for (size_t i = 0; i < recall->plant_count; i++) {
        if (text_is(plant, recall->plants[i]->plant))
            return recall->plants[i];
    }
    if (recall->plant_count == POST_RECALL_PLANTS_MAX || plant.length >= SQL_PLANT_MAX)
        return NULL;
    struct post_recalled *made = calloc(1, sizeof *made);
    if (made) {
        memcpy(made->plant, plant.bytes, plant.length);
        made->items_max = recall->items_max;
        recall->plants[recall->plant_count++] = made;
    }
    return made;
}

struct post_recalled *post_recall_take(struct post_recall *recall, struct text plant)
{
    pthread_mutex_lock(&recall->mutex);
    struct post_recalled *recalled = recalled_of(recall, plant);
    if (recalled && recalled->taken)
        recalled = NULL;
    if (recalled)
        recalled->taken = true;
    pthread_mutex_unlock(&recall->mutex);
    return recalled;
}

void post_recall_give_back(struct post_recall *recall, struct post_recalled *recalled)
{
    if (!recalled)
        return;
    pthread_mutex_lock(&recall->mutex);
    recalled->taken = false;
    pthread_mutex_unlock(&recall->mutex);
}

/* ---- items ---- */

/* Where it hangs, or would: NULL stands there. */
static struct recalled_item **place_of(struct post_recalled *recalled, struct text name,
                                       uint64_t hash)
{
    struct recalled_item **at = &recalled->buckets[hash % POST_RECALL_BUCKETS];
    while (*at && ((*at)->hash != hash || !text_equal((*at)->item.item, name)))
        at = &(*at)->next;
    return at;
}

static const struct recalled_item *find(struct post_recalled *recalled, struct text name)
{
    return *place_of(recalled, name, text_hash(name));
}

static void drop(struct post_recalled *recalled, struct recalled_item **place)
{
    struct recalled_item *gone = *place;
    *place = gone->next;
    free(gone);
    recalled->count--;
}

void post_recall_forget(struct post_recalled *recalled)
{
    for (size_t i = 0; i < POST_RECALL_BUCKETS && recalled->count > 0; i++) {
        while (recalled->buckets[i])
            drop(recalled, &recalled->buckets[i]);
    }
    recalled->current = recalled->quiet = false;
    post_crowd_cleared(&recalled->crowd); /* perhaps they are pages of another file now */
}

/* ---- keeping ---- */

static bool may_keep_balance(const struct book_balance *balance)
{
    return !balance->row.is_new && balance->place != 0 && balance->lot.length == 0 &&
           !balance->frozen_now && (balance->qty.micro != 0 || balance->frozen_by.length > 0);
}

static bool may_keep(const struct book_item *item)
{
    bool plain = item->row.exists && item->place != 0 && item->tracking == TRACKING_NONE &&
                 (item->valuation == VALUATION_STANDARD || item->valuation == VALUATION_AVERAGE) &&
                 item->on_hand.micro >= 0 && !item->lots && !item->layers && item->debt_count == 0;
    size_t balances = 0;
    for (const struct book_balance *at = item->balances; at && plain; at = at->next)
        plain = may_keep_balance(at) && ++balances <= POST_RECALL_BALANCES_MAX;
    return plain;
}

#define BALANCE_TEXTS 5

/* But for the lot: none is kept. */
static void texts_of(struct book_balance *balance, struct text *texts[BALANCE_TEXTS])
{
    texts[0] = &balance->location;
    texts[1] = &balance->status;
    texts[2] = &balance->segment;
    texts[3] = &balance->owner;
    texts[4] = &balance->frozen_by;
}

static size_t size_of(const struct book_item *item, size_t *balances)
{
    size_t size = sizeof(struct recalled_item) + item->item.length;
    *balances = 0;
    for (const struct book_balance *at = item->balances; at; at = at->next) {
        size += sizeof *at + at->location.length + at->status.length + at->segment.length +
                at->owner.length + at->frozen_by.length;
        (*balances)++;
    }
    return size;
}

static struct text put_text(char **end, struct text text)
{
    struct text put = {*end, text.length};
    if (text.length > 0)
        memcpy(*end, text.bytes, text.length);
    *end += text.length;
    return put;
}

/* As it stands after the batch, without what is only of it. */
static void fill_recalled(struct recalled_item *copy, const struct book_item *item)
{
    struct text *texts[BALANCE_TEXTS];
    char *end = (char *)&copy->balances[copy->balance_count];
    copy->item = *item;
    copy->item.item = put_text(&end, item->item);
    copy->item.balances = NULL;
    copy->item.closes = NULL;
    copy->item.close_count = 0;
    copy->item.opened_on = NO_DATE;
    copy->item.debts = NULL;
    copy->item.reserved = copy->item.late_qty = (struct qty){0};
    copy->item.late_amount = (struct amount){0};
    copy->item.layers_differ = item->on_hand.micro != 0;
    struct book_balance *to = copy->balances;
    for (const struct book_balance *at = item->balances; at; at = at->next, to++) {
        *to = *at;
        to->lot = text_of("");
        texts_of(to, texts);
        for (size_t i = 0; i < BALANCE_TEXTS; i++)
            *texts[i] = put_text(&end, *texts[i]);
    }
}

/* A new one is put there; NULL: no memory. */
static struct recalled_item *add_at(struct post_recalled *recalled, struct recalled_item **place,
                                    uint64_t hash, size_t size)
{
    struct recalled_item *added = malloc(size);
    if (!added)
        return NULL;
    added->hash = hash;
    added->size = size;
    added->next = *place;
    *place = added;
    recalled->count++;
    return added;
}

/* Nearly always only figures differ from what is remembered: its memory is used again. */
static void keep_item(struct post_recalled *recalled, const struct book_head *head, bool placed)
{
    const struct book_item *item = (const struct book_item *)head;
    const uint64_t hash = text_hash(head->id);
    struct recalled_item **place = place_of(recalled, head->id, hash);
    struct recalled_item *kept = *place;
    const bool keeps = placed && may_keep(item);
    size_t balances = 0;
    const size_t size = keeps ? size_of(item, &balances) : 0;
    if (kept && kept->size != size) {
        drop(recalled, place);
        kept = NULL;
    }
    if (keeps && !kept)
        kept = add_at(recalled, place, hash, size);
    if (!kept)
        return;
    kept->balance_count = balances;
    fill_recalled(kept, item);
}

static int64_t *place_in(struct book_row *row)
{
    void *record = row;
    ASSERT(row->type == BOOK_TYPE_ITEM || row->type == BOOK_TYPE_BALANCE);
    return row->type == BOOK_TYPE_ITEM ? &((struct book_item *)record)->place
                                       : &((struct book_balance *)record)->place;
}

static int by_place(const void *a, const void *b)
{
    const int64_t left = *place_in(*(struct book_row *const *)a);
    const int64_t right = *place_in(*(struct book_row *const *)b);
    return (left > right) - (left < right);
}

static int by_former_place(const void *a, const void *b)
{
    const int64_t left = ((const struct sql_value *)a)->as.integer;
    const int64_t right = ((const struct sql_value *)b)->as.integer;
    return (left > right) - (left < right);
}

/* Is each row's move, its place before and after, where the row is? */
static bool in_step(const struct post_placed *placed, const struct sql_value *moves)
{
    bool same = true;
    for (size_t i = 0; i < placed->count && same; i++)
        same = moves[2 * i].as.integer == *place_in(placed->rows[i]);
    return same;
}

/* Where the rows of a table are that COMMIT has left elsewhere.  Their moves come in the order in
   which the rows were sent, or in another one that the server's plan made of it. */
static bool move_table(const struct post_placed *placed, struct arena *arena)
{
    const struct sql_value *moves = placed->moved.values;
    if (placed->moved.count != placed->count)
        return false;
    if (!in_step(placed, moves)) {
        struct sql_value *sorted = arena_alloc(arena, 2 * placed->count, sizeof *sorted);
        if (!sorted)
            return false;
        memcpy(sorted, moves, 2 * placed->count * sizeof *sorted);
        qsort(sorted, placed->count, 2 * sizeof *sorted, by_former_place);
        qsort(placed->rows, placed->count, sizeof(struct book_row *), by_place);
        if (!in_step(placed, sorted))
            return false;
        moves = sorted;
    }
    for (size_t i = 0; i < placed->count; i++)
        *place_in(placed->rows[i]) = moves[2 * i + 1].as.integer;
    return true;
}

static bool move_rows(const struct post_places *places, struct arena *arena)
{
    bool moved = true;
    for (size_t table = 0; table < POST_PLACED_TABLES && moved; table++)
        moved = move_table(&places->tables[table], arena);
    return moved;
}

/* Where a batch that looked nothing up has written. */
static void note_crowds(struct post_recalled *recalled, const struct post_held *held,
                        const struct post_places *places)
{
    if (held->crowd)
        post_crowd_cleared(&recalled->crowd);
    for (enum post_placed_table table = 0; table < POST_PLACED_TABLES; table++) {
        const struct post_placed *placed = &places->tables[table];
        for (size_t i = 0; i < placed->count; i++)
            post_crowd_note(&recalled->crowd, table, *place_in(placed->rows[i]));
    }
}

static bool same_counter(const struct post_held *a, const struct post_held *b)
{
    return a->lines == b->lines && a->events == b->events && a->documents == b->documents &&
           a->items_file == b->items_file && a->balances_file == b->balances_file;
}

/* What was read was read while nobody raised the counter. */
static bool was_still(const struct book *book, const struct post_held *held)
{
    const struct book_counter *seen = &book->state->seen;
    return held->recalled || (seen->lines == held->lines && seen->events == held->events &&
                              seen->documents == held->documents);
}

static void keep_counter(struct post_recalled *recalled, const struct book *book,
                         const struct post_held *held, const struct post_taken *taken)
{
    const int64_t ahead_us = recalled->counter.clock_ahead_us;
    bool still = recalled->current;
    recalled->counter = *held;
    if (still && ahead_us > held->clock_ahead_us)
        recalled->counter.clock_ahead_us = ahead_us; /* each is a little too little */
    recalled->quiet = still;
    recalled->counter.lines += (int64_t)book->line_count;
    recalled->counter.events += (int64_t)book->state->told.count;
    recalled->counter.documents += (int64_t)book->state->numbers.count;
    recalled->counter.now_us = taken->now_us;
    recalled->approve_above = book->approve_above;
    recalled->unplanned_issue = book->unplanned_issue;
    memcpy(recalled->main_location, book->plant.main_location.bytes,
           book->plant.main_location.length);
    recalled->main_location[book->plant.main_location.length] = '\0';
}

void post_recall_keep(struct post_recalled *recalled, struct book *book, struct post_held *held,
                      const struct post_taken *taken, const struct post_places *places)
{
    if (!held->recalled) {
        held->items_file = book->state->seen.items_file;
        held->balances_file = book->state->seen.balances_file;
    }
    if (taken->now_us == 0)
        return; /* nothing was written */
    if (!recalled->current || !same_counter(&recalled->counter, held) ||
        recalled->count + book_wanted_count(book, BOOK_ITEM) > recalled->items_max)
        post_recall_forget(recalled);
    if (!held->held || !was_still(book, held) || (places && !move_rows(places, book->arena)) ||
        book->approve_above_set || book->unplanned_issue_set || book->state->rules.count > 0 ||
        book->plant.main_location.length > TEXT_CODE_MAX) {
        post_recall_forget(recalled);
        return;
    }
    if (held->recalled && places)
        note_crowds(recalled, held, places);
    keep_counter(recalled, book, held, taken);
    for (size_t i = 0; i < book_wanted_count(book, BOOK_ITEM); i++)
        keep_item(recalled, book_wanted(book, BOOK_ITEM, i, NULL), places != NULL);
    recalled->current = true;
}

/* ---- recalling ---- */

/* Ends of days since the one that a command is for are not remembered. */
static bool needs_past(const struct book *book, const struct book_item *item)
{
    return date_given(book->past_from) && date_given(item->moved_on) &&
           item->moved_on > book->past_from;
}

static bool knows_all(struct post_recalled *recalled, const struct book *book)
{
    if (!recalled->current || !recalled->quiet || book->want_reserved ||
        book->state->lot_wants.count > 0 || book_wanted_count(book, BOOK_ITEM) == 0)
        return false;
    for (unsigned kind = 0; kind < BOOK_MAPS; kind++) {
        if (kind != BOOK_ITEM && kind != BOOK_LOCATION && book_wanted_count(book, kind) > 0)
            return false;
    }
    for (size_t i = 0; i < book_wanted_count(book, BOOK_ITEM); i++) {
        const struct recalled_item *found =
            find(recalled, book_wanted(book, BOOK_ITEM, i, NULL)->id);
        if (!found || needs_past(book, &found->item))
            return false;
    }
    return true;
}

/* The book has texts of its own: what is remembered may be forgotten before it is. */
static bool fill_balance(struct book *book, const struct book_balance *from,
                         struct book_balance *to)
{
    struct text *texts[BALANCE_TEXTS];
    const struct book_row row = to->row;
    *to = *from;
    to->row = row;
    to->row.exists = true;
    texts_of(to, texts);
    bool fits = true;
    for (size_t i = 0; i < BALANCE_TEXTS && fits; i++) {
        texts[i]->bytes = texts[i]->length > 0 ? text_copy(*texts[i], book->arena) : "";
        fits = texts[i]->bytes != NULL;
    }
    return fits;
}

static bool fill_item(struct book *book, const struct recalled_item *from, struct book_item *to)
{
    struct book_balance *balances = book_record(book, BOOK_TYPE_BALANCE, from->balance_count);
    const struct book_row row = to->row;
    const struct text name = to->item;
    bool fits = balances != NULL;
    *to = from->item;
    to->row = row;
    to->item = name;
    to->row.exists = true;
    to->balances = NULL;
    for (size_t i = 0; i < from->balance_count && fits; i++) {
        fits = fill_balance(book, &from->balances[i], &balances[i]);
        book_link_balance(to, &balances[i]);
    }
    return fits;
}

static void empty_again(struct book *book)
{
    for (size_t i = 0; i < book_wanted_count(book, BOOK_ITEM); i++) {
        struct book_item *item = (struct book_item *)book_wanted(book, BOOK_ITEM, i, NULL);
        item->row.exists = false;
        item->balances = NULL;
    }
}

/* The database's clock by ours: never ahead of it where both go alike, and after the last batch's
   moment.  What is not so fails with the counter. */
static int64_t moment_now(const struct post_held *counter)
{
    int64_t now_us = clock_unix_us() + counter->clock_ahead_us;
    return now_us > counter->now_us ? now_us : counter->now_us + 1;
}

bool post_recall_fill(struct post_recalled *recalled, struct book *book, struct post_held *held)
{
    if (!knows_all(recalled, book))
        return false;
    struct text location = text_of(recalled->main_location);
    location.bytes = text_copy(location, book->arena);
    bool fits = location.bytes != NULL;
    for (size_t i = 0; i < book_wanted_count(book, BOOK_ITEM) && fits; i++) {
        struct book_head *head = book_wanted(book, BOOK_ITEM, i, NULL);
        const struct recalled_item *from = find(recalled, head->id);
        fits = from && fill_item(book, from, (struct book_item *)head);
    }
    if (!fits) {
        empty_again(book);
        return false;
    }
    for (size_t i = 0; i < book_wanted_count(book, BOOK_LOCATION); i++)
        book_wanted(book, BOOK_LOCATION, i, NULL)->row.exists =
            true; /* POST_STILL_LOCATIONS tells */
    book->plant.main_location = location;
    book->plant.today = recalled->counter.today;
    book->plant.open_from = recalled->counter.open_from;
    book->approve_above = recalled->approve_above;
    book->unplanned_issue = recalled->unplanned_issue;
    book->state->documents_fixed = book->state->items_fixed = true;
    *held = recalled->counter;
    held->held = held->recalled = true;
    held->crowd = post_crowd_is_enough(&recalled->crowd) ? &recalled->crowd : NULL;
    held->now_us = moment_now(&recalled->counter);
    return true;
}

bool post_recall_fits(const struct book *book)
{
    const struct book_state *state = book->state;
    if (book->line_count == 0 || book->approve_above_set || book->unplanned_issue_set ||
        state->outputs.count > 0 || state->rules.count > 0 || state->takes.count > 0 ||
        state->order_changes.count > 0 || state->late_costs.count > 0)
        return false;
    bool items = false;
    for (size_t i = 0; i < state->changed.count; i++) {
        const struct book_row *row = ((struct book_row **)state->changed.items)[i];
        if (row->is_new || (row->type != BOOK_TYPE_ITEM && row->type != BOOK_TYPE_BALANCE))
            return false;
        items |= row->type == BOOK_TYPE_ITEM;
    }
    return items;
}
