#include "services/mrp/list_core.h"
#include "services/mrp/live_state_core.h"

#include <stddef.h>
#include <string.h>

/*
 * The facts of a living plan: rows by item that come and go, and whom a change of them touches
 * beside their own item (live_core.h says why that is all).
 */

#define NEW_ROOM(count) ((count) + (count) / 4 + 64)

static unsigned char *row_at(const struct fact_table *table, uint32_t row)
{
    ASSERT(row < table->count);
    return table->rows + row * table->row_size;
}

static uint32_t item_of(const struct fact_table *table, uint32_t row)
{
    uint32_t item;
    memcpy(&item, row_at(table, row) + table->item_at, sizeof item);
    return item;
}

static bool is_referenced(enum fact_kind kind)
{
    return kind == FACT_SUPPLIES || kind == FACT_COMPONENTS;
}

static uint32_t reference_of(const struct plan_live *live, enum fact_kind kind, uint32_t row)
{
    return kind == FACT_SUPPLIES ? live->plant->supplies[row].reference
                                 : live->plant->order_components[row].reference;
}

/* ---- by text ---- */

static void chain_text(struct plan_live *live, enum fact_kind kind, uint32_t row)
{
    struct fact_table *table = &live->tables[kind];
    const uint32_t text = reference_of(live, kind, row);
    if (text == 0)
        return;
    table->text_next[row] = table->by_text[text];
    table->by_text[text] = row + 1;
}

static void unchain_text(struct plan_live *live, enum fact_kind kind, uint32_t row)
{
    struct fact_table *table = &live->tables[kind];
    const uint32_t text = reference_of(live, kind, row);
    uint32_t *link = &table->by_text[text];
    if (text == 0)
        return;
    while (*link != row + 1)
        link = &table->text_next[*link - 1];
    *link = table->text_next[row];
}

/* The order that a reference names, after rows of that reference came or went. */
static void name_order(struct plan_live *live, uint32_t text)
{
    const struct fact_table *table = &live->tables[FACT_SUPPLIES];
    uint32_t best = 0;
    for (uint32_t row = table->by_text[text]; row != 0; row = table->text_next[row - 1]) {
        const uint8_t kind = live->plant->supplies[row - 1].kind;
        if ((kind == SUPPLY_WORK_ORDER || kind == SUPPLY_PURCHASE) &&
            (best == 0 || event_names(live->plant, row - 1, best - 1)))
            best = row;
    }
    live->model->order_rows[text] = best;
}

void *live_grown(struct plan_live *live, void *old, size_t old_bytes, size_t bytes)
{
    unsigned char *rows = pool_take(live->pool, bytes);
    if (!rows)
        return NULL;
    if (old_bytes > 0)
        memcpy(rows, old, old_bytes);
    memset(rows + old_bytes, 0, bytes - old_bytes);
    pool_give(live->pool, old, old_bytes);
    return rows;
}

static bool grow_texts(struct plan_live *live)
{
    const uint32_t count = names_count(live->plant->texts);
    if (count <= live->text_room)
        return true;
    const uint32_t room = NEW_ROOM(count);
    uint32_t **const tables[] = {&live->tables[FACT_SUPPLIES].by_text,
                                 &live->tables[FACT_COMPONENTS].by_text, &live->model->order_rows,
                                 &live->model->segment_asks, &live->segment_offers};
    for (size_t k = 0; k < COUNT_OF(tables); k++) {
        *tables[k] = live_grown(live, *tables[k], live->text_room * sizeof(uint32_t),
                                room * sizeof(uint32_t));
        if (!*tables[k])
            return false;
    }
    live->text_room = room;
    return true;
}

/* ---- rows ---- */

/* The plant's array and count are the table's. */
static void show_table(struct plan_live *live, enum fact_kind kind)
{
    const struct fact_table *table = &live->tables[kind];
    struct plant *plant = live->plant;
    void *const rows = table->rows;
    switch (kind) {
    case FACT_STOCKS:
        plant->stocks = rows;
        plant->stocks_count = table->count;
        break;
    case FACT_DEMANDS:
        plant->demands = rows;
        plant->demands_count = table->count;
        break;
    case FACT_SUPPLIES:
        plant->supplies = rows;
        plant->supplies_count = table->count;
        break;
    case FACT_COMPONENTS:
        plant->order_components = rows;
        plant->order_components_count = table->count;
        break;
    case FACT_KINDS:
        break;
    }
}

static bool grow_table(struct plan_live *live, enum fact_kind kind)
{
    struct fact_table *table = &live->tables[kind];
    const uint32_t room = NEW_ROOM(table->room);
    const size_t was = table->room * sizeof(uint32_t);
    const size_t will = room * sizeof(uint32_t);
    table->rows =
        live_grown(live, table->rows, table->room * table->row_size, room * table->row_size);
    table->next = live_grown(live, table->next, was, will);
    if (is_referenced(kind))
        table->text_next = live_grown(live, table->text_next, was, will);
    if (!table->rows || !table->next || !table->text_next)
        return false;
    if (kind == FACT_DEMANDS) {
        int64_t **left = &live->model->forecast_left;
        *left = live_grown(live, *left, table->room * sizeof **left, room * sizeof **left);
        if (!*left)
            return false;
    }
    table->room = room;
    show_table(live, kind);
    return true;
}

/* A free row's place, in *row. */
static bool take_row(struct plan_live *live, enum fact_kind kind, uint32_t *row)
{
    struct fact_table *table = &live->tables[kind];
    if (table->free != 0) {
        *row = table->free - 1;
        table->free = table->next[*row];
        return true;
    }
    if (table->count == table->room && !grow_table(live, kind))
        return false;
    *row = table->count++;
    show_table(live, kind);
    return true;
}

static uint32_t segment_of(const struct plan_live *live, enum fact_kind kind, uint32_t row)
{
    const struct plant *plant = live->plant;
    return kind == FACT_STOCKS     ? plant->stocks[row].segment
           : kind == FACT_DEMANDS  ? plant->demands[row].segment
           : kind == FACT_SUPPLIES ? plant->supplies[row].segment
                                   : plant->order_components[row].segment;
}

/* Who asks for segments, and who offers them. */
static uint32_t *segment_count(struct plan_live *live, enum fact_kind kind, uint32_t row)
{
    const bool asks = kind == FACT_DEMANDS || kind == FACT_COMPONENTS;
    return (asks ? live->model->segment_asks : live->segment_offers) + segment_of(live, kind, row);
}

static bool add_row(struct plan_live *live, enum fact_kind kind, const unsigned char *bytes)
{
    struct fact_table *table = &live->tables[kind];
    uint32_t row;
    if (!take_row(live, kind, &row))
        return false;
    memcpy(row_at(table, row), bytes, table->row_size);
    uint32_t *head = &table->head[item_of(table, row)];
    table->next[row] = *head;
    *head = row + 1;
    ++*segment_count(live, kind, row);
    if (is_referenced(kind))
        chain_text(live, kind, row);
    return true;
}

static void drop_rows(struct plan_live *live, enum fact_kind kind, uint32_t item)
{
    struct fact_table *table = &live->tables[kind];
    for (uint32_t row = table->head[item]; row != 0;) {
        const uint32_t next = table->next[row - 1];
        --*segment_count(live, kind, row - 1);
        if (is_referenced(kind))
            unchain_text(live, kind, row - 1);
        memset(row_at(table, row - 1), 0, table->row_size);
        table->next[row - 1] = table->free;
        table->free = row;
        row = next;
    }
    table->head[item] = 0;
}

/* ---- whom a change touches ---- */

static bool make_stale(struct plan_live *live, uint32_t item)
{
    if (live->marks[item] & MARK_STALE)
        return true;
    live->marks[item] |= MARK_STALE;
    return live_add(live, &live->stale, item);
}

/* Components that name an order take its start where they have no date, and are needed or not by
   its item's bill. */
static bool touch_references(struct plan_live *live, uint32_t item)
{
    const struct fact_table *supplies = &live->tables[FACT_SUPPLIES];
    const struct fact_table *components = &live->tables[FACT_COMPONENTS];
    bool fits = true;
    for (uint32_t row = supplies->head[item]; row != 0 && fits; row = supplies->next[row - 1]) {
        const uint32_t text = live->plant->supplies[row - 1].reference;
        if (text == 0)
            continue;
        name_order(live, text);
        for (uint32_t c = components->by_text[text]; c != 0 && fits;
             c = components->text_next[c - 1])
            fits = make_stale(live, live->plant->order_components[c - 1].item);
    }
    return fits;
}

/* All who offer a segment. */
static bool touch_offers(struct plan_live *live, uint32_t segment)
{
    static const enum fact_kind kinds[] = {FACT_STOCKS, FACT_SUPPLIES};

    bool fits = true;
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        const struct fact_table *table = &live->tables[kinds[k]];
        for (uint32_t row = 0; row < table->count && fits; row++) {
            if (segment_of(live, kinds[k], row) == segment)
                fits = make_stale(live, item_of(table, row));
        }
    }
    return fits;
}

/* Segments that the item asks for, with how often anybody did before its rows changed. */
struct asked {
    uint32_t segment;
    bool before;
};

static bool note_asked(struct plan_live *live, uint32_t segment, struct asked **rows,
                       uint32_t *count, uint32_t *capacity)
{
    if (segment == 0)
        return true;
    *rows = list_grown(live->scratch, *rows, *count, capacity, sizeof **rows);
    if (!*rows)
        return false;
    (*rows)[(*count)++] = (struct asked){segment, live->model->segment_asks[segment] > 0};
    return true;
}

static bool note_all_asked(struct plan_live *live, const struct live_facts *facts,
                           struct asked **rows, uint32_t *count)
{
    uint32_t capacity = 0;
    bool fits = true;

    const enum fact_kind kinds[] = {FACT_DEMANDS, FACT_COMPONENTS};

    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        const struct fact_table *table = &live->tables[kinds[k]];
        for (uint32_t row = table->head[facts->item]; row != 0 && fits; row = table->next[row - 1])
            fits = note_asked(live, segment_of(live, kinds[k], row - 1), rows, count, &capacity);
    }
    for (uint32_t k = 0; k < facts->demand_count && fits; k++)
        fits = note_asked(live, facts->demands[k].segment, rows, count, &capacity);
    for (uint32_t k = 0; k < facts->component_count && fits; k++)
        fits = note_asked(live, facts->components[k].segment, rows, count, &capacity);
    return fits;
}

static bool touch_segments(struct plan_live *live, const struct asked *rows, uint32_t count)
{
    bool fits = true;
    for (uint32_t k = 0; k < count && fits; k++) {
        if (rows[k].before != (live->model->segment_asks[rows[k].segment] > 0) &&
            live->segment_offers[rows[k].segment] > 0)
            fits = touch_offers(live, rows[k].segment);
    }
    return fits;
}

/* ---- replacing ---- */

struct given {
    const void *rows;
    uint32_t count;
};

static void given_of(const struct live_facts *facts, struct given given[FACT_KINDS])
{
    given[FACT_STOCKS] = (struct given){facts->stocks, facts->stock_count};
    given[FACT_DEMANDS] = (struct given){facts->demands, facts->demand_count};
    given[FACT_SUPPLIES] = (struct given){facts->supplies, facts->supply_count};
    given[FACT_COMPONENTS] = (struct given){facts->components, facts->component_count};
}

/* Byte for byte, in the order in which they are kept. */
static bool is_same(const struct plan_live *live, enum fact_kind kind, uint32_t item,
                    struct given given)
{
    const struct fact_table *table = &live->tables[kind];
    const unsigned char *bytes = given.rows;
    uint32_t row = table->head[item];
    uint32_t k = 0;
    for (; row != 0 && k < given.count; row = table->next[row - 1], k++) {
        if (memcmp(row_at(table, row - 1), bytes + k * table->row_size, table->row_size) != 0)
            return false;
    }
    return row == 0 && k == given.count;
}

static bool replace(struct plan_live *live, enum fact_kind kind, uint32_t item, struct given given)
{
    const struct fact_table *table = &live->tables[kind];
    const unsigned char *bytes = given.rows;
    drop_rows(live, kind, item);
    for (uint32_t k = given.count; k-- > 0;) { /* a chain begins with what came last */
        if (!add_row(live, kind, bytes + k * table->row_size))
            return false;
    }
    return true;
}

static bool replace_all(struct plan_live *live, const struct live_facts *facts,
                        const struct given given[FACT_KINDS], const bool differs[FACT_KINDS])
{
    struct asked *asked = NULL;
    uint32_t asked_count = 0;
    arena_reset(live->scratch);
    bool fits = note_all_asked(live, facts, &asked, &asked_count);
    if (fits && differs[FACT_SUPPLIES]) {
        live->marks[facts->item] |= MARK_PUSHES;
        fits = touch_references(live, facts->item);
    }
    /* those that the order had named; gone rows name nothing */
    uint32_t *old = NULL;
    uint32_t old_count = 0;
    uint32_t capacity = 0;
    const struct fact_table *supplies = &live->tables[FACT_SUPPLIES];
    for (uint32_t row = supplies->head[facts->item]; differs[FACT_SUPPLIES] && row != 0 && fits;
         row = supplies->next[row - 1]) {
        old = list_grown(live->scratch, old, old_count, &capacity, sizeof *old);
        fits = old != NULL;
        if (fits)
            old[old_count++] = live->plant->supplies[row - 1].reference;
    }
    for (int kind = 0; kind < FACT_KINDS && fits; kind++) {
        if (differs[kind])
            fits = replace(live, (enum fact_kind)kind, facts->item, given[kind]);
    }
    for (uint32_t k = 0; k < old_count && fits; k++) {
        if (old[k] != 0)
            name_order(live, old[k]);
    }
    if (fits && differs[FACT_SUPPLIES])
        fits = touch_references(live, facts->item);
    return fits && touch_segments(live, asked, asked_count) && make_stale(live, facts->item);
}

enum status live_change(struct plan_live *live, const struct live_facts *facts, struct fault *fault)
{
    ASSERT(facts->item < live->plan->item_count);
    struct given given[FACT_KINDS];
    bool differs[FACT_KINDS];
    bool any = false;
    given_of(facts, given);
    for (int kind = 0; kind < FACT_KINDS; kind++) {
        differs[kind] = !is_same(live, (enum fact_kind)kind, facts->item, given[kind]);
        any = any || differs[kind];
    }
    live->flags[facts->item] |= LIVE_TOUCHED;
    if (!live_list(live, facts->item))
        return live_full(fault);
    if (!any)
        return STATUS_OK;
    return grow_texts(live) && replace_all(live, facts, given, differs) ? STATUS_OK
                                                                        : live_full(fault);
}

enum status live_components_of(struct plan_live *live, uint32_t reference, const uint32_t **items,
                               uint32_t *count, struct fault *fault)
{
    const struct fact_table *table = &live->tables[FACT_COMPONENTS];
    live->answer.count = 0;
    for (uint32_t row = reference != 0 && reference < live->text_room ? table->by_text[reference]
                                                                      : 0;
         row != 0; row = table->text_next[row - 1]) {
        if (!live_add(live, &live->answer, item_of(table, row - 1)))
            return live_full(fault);
    }
    *items = live->answer.rows;
    *count = live->answer.count;
    return STATUS_OK;
}

/* ---- working out again ---- */

/* Rows of one item in scratch memory. */
static bool rows_of(struct plan_live *live, enum fact_kind kind, uint32_t item,
                    const uint32_t **rows, uint32_t *count)
{
    const struct fact_table *table = &live->tables[kind];
    uint32_t n = 0;
    for (uint32_t row = table->head[item]; row != 0; row = table->next[row - 1])
        n++;
    uint32_t *list = arena_alloc(live->scratch, (size_t)n + 1, sizeof *list);
    *rows = list;
    *count = 0;
    for (uint32_t row = table->head[item]; list && row != 0; row = table->next[row - 1])
        list[(*count)++] = row - 1;
    return list != NULL;
}

static bool all_rows_of(struct plan_live *live, uint32_t item, struct fact_rows *rows)
{
    return rows_of(live, FACT_STOCKS, item, &rows->stocks, &rows->stock_count) &&
           rows_of(live, FACT_DEMANDS, item, &rows->demands, &rows->demand_count) &&
           rows_of(live, FACT_SUPPLIES, item, &rows->supplies, &rows->supply_count) &&
           rows_of(live, FACT_COMPONENTS, item, &rows->components, &rows->component_count);
}

/* All events to new places, one item's after the other's. */
static bool move_events(struct plan_live *live, uint32_t more)
{
    struct model *model = live->model;
    uint64_t all = more;
    for (uint32_t i = 0; i < model->item_count; i++)
        all += model->event_end[i] - model->event_first[i];
    if (all > UINT32_MAX / 2)
        return false;
    const uint32_t room = NEW_ROOM((uint32_t)all);
    struct event *events = pool_take(live->pool, room * sizeof *events);
    uint32_t at = 0;
    if (!events)
        return false;
    for (uint32_t i = 0; i < model->item_count; i++) {
        const uint32_t count = model->event_end[i] - model->event_first[i];
        if (count > 0)
            memcpy(events + at, model->events + model->event_first[i], count * sizeof *events);
        model->event_first[i] = at;
        model->event_end[i] = at += count;
    }
    pool_give(live->pool, model->events, live->event_room * sizeof *events);
    model->events = events;
    live->event_used = at;
    live->event_room = room;
    return true;
}

/* Where so many events of the item go: where its old ones are, if they fit. */
static bool event_place(struct plan_live *live, uint32_t item, uint32_t most)
{
    struct model *model = live->model;
    if (most <= model->event_end[item] - model->event_first[item])
        return true;
    if (most > live->event_room - live->event_used && !move_events(live, most))
        return false;
    model->event_first[item] = live->event_used;
    live->event_used += most;
    return true;
}

/* The item's messages about its facts are in the model's list meanwhile. */
static enum status work_out(struct plan_live *live, uint32_t item, const struct fact_rows *rows,
                            struct fault *fault)
{
    struct model *model = live->model;
    uint32_t count;
    enum status status =
        event_item(model, rows, model->event_first[item], &count, live->scratch, fault);
    if (status != STATUS_OK)
        return status;
    model->event_end[item] = model->event_first[item] + count;
    status = bill_change_item(model, rows, live->scratch, fault);
    if (status == STATUS_OK)
        status = segment_check_item(model, rows, live->scratch, fault);
    if (status == STATUS_OK)
        status = model_sort_messages(model, live->scratch, fault);
    if (status == STATUS_OK &&
        !live_keep_messages(live->pool, &live->facts[item], model->messages, model->message_count))
        status = live_full(fault);
    return status;
}

static void flag_firm(struct plan_live *live, uint32_t item, const struct fact_rows *rows)
{
    uint16_t *flags = &live->model->plan_items[item].flags;
    *flags &= (uint16_t)~MODEL_FIRM;
    for (uint32_t k = 0; k < rows->supply_count; k++) {
        if (live->plant->supplies[rows->supplies[k]].kind == SUPPLY_PLANNED)
            *flags |= MODEL_FIRM;
    }
}

/* Where the ordinals of an item's orders begin among its events: firm orders stand behind stock,
   planned ones behind all. */
struct order_places {
    uint32_t firm;
    uint32_t planned;
};

static struct order_places order_places(const struct model *model, uint32_t item)
{
    const struct event *events = &model->events[model->event_first[item]];
    struct order_places places = {.planned = model->event_end[item] - model->event_first[item]};
    _Static_assert(EVENT_STOCK == 0 && EVENT_SUPPLY == 1, "events are sorted by kind");
    while (places.firm < places.planned && events[places.firm].kind == EVENT_STOCK)
        places.firm++;
    return places;
}

static enum status refresh_item(struct plan_live *live, uint32_t item, struct fault *fault)
{
    struct model *model = live->model;
    const struct order_places before = order_places(model, item);
    struct plan_message *messages = model->messages;
    const uint32_t message_count = model->message_count;
    const uint32_t message_capacity = model->message_capacity;
    struct fact_rows rows;
    arena_reset(live->scratch);
    if (!all_rows_of(live, item, &rows) ||
        !event_place(live, item,
                     rows.stock_count + rows.demand_count + rows.supply_count +
                         rows.component_count))
        return live_full(fault);
    flag_firm(live, item, &rows);
    model->messages = NULL;
    model->message_count = model->message_capacity = 0;
    enum status status = work_out(live, item, &rows, fault);
    model->messages = messages;
    model->message_count = message_count;
    model->message_capacity = message_capacity;
    const struct order_places after = order_places(model, item);
    if (after.firm != before.firm || after.planned != before.planned)
        live->marks[item] |= MARK_PUSHES; /* its components name its orders by ordinal */
    live_mark(live, item);
    return status;
}

enum status live_refresh(struct plan_live *live, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (uint32_t k = 0; k < live->stale.count && status == STATUS_OK; k++) {
        const uint32_t item = live->stale.rows[k];
        live->marks[item] &= (uint8_t)~MARK_STALE;
        status = refresh_item(live, item, fault);
    }
    live->stale.count = 0;
    return status;
}

/* ---- opening ---- */

static bool open_table(struct plan_live *live, enum fact_kind kind, struct fact_table table)
{
    const size_t items = (size_t)live->plan->item_count + 1;
    table.room = table.count;
    table.head = arena_alloc(live->arena, items, sizeof *table.head);
    table.next = arena_alloc(live->arena, (size_t)table.room + 1, sizeof *table.next);
    table.text_next = arena_alloc(live->arena, is_referenced(kind) ? (size_t)table.room + 1 : 1,
                                  sizeof *table.text_next);
    live->tables[kind] = table;
    return table.head && table.next && table.text_next;
}

/* Of two chains, which the rows of a table just opened go into. */
static void chain_rows(struct plan_live *live, enum fact_kind kind)
{
    struct fact_table *table = &live->tables[kind];
    for (uint32_t row = table->count; row-- > 0;) {
        uint32_t *head = &table->head[item_of(table, row)];
        table->next[row] = *head;
        *head = row + 1;
        ++*segment_count(live, kind, row);
        if (is_referenced(kind))
            chain_text(live, kind, row);
    }
}

enum status live_facts_open(struct plan_live *live, struct fault *fault)
{
    struct plant *plant = live->plant;
    struct model *model = live->model;
    const struct fact_table tables[FACT_KINDS] = {
        [FACT_STOCKS] = {.rows = (unsigned char *)plant->stocks,
                         .row_size = sizeof *plant->stocks,
                         .item_at = offsetof(struct stock, item),
                         .count = plant->stocks_count},
        [FACT_DEMANDS] = {.rows = (unsigned char *)plant->demands,
                          .row_size = sizeof *plant->demands,
                          .item_at = offsetof(struct demand, item),
                          .count = plant->demands_count},
        [FACT_SUPPLIES] = {.rows = (unsigned char *)plant->supplies,
                           .row_size = sizeof *plant->supplies,
                           .item_at = offsetof(struct supply, item),
                           .count = plant->supplies_count},
        [FACT_COMPONENTS] = {.rows = (unsigned char *)plant->order_components,
                             .row_size = sizeof *plant->order_components,
                             .item_at = offsetof(struct order_component, item),
                             .count = plant->order_components_count}};
    for (int kind = 0; kind < FACT_KINDS; kind++) {
        if (!open_table(live, (enum fact_kind)kind, tables[kind]))
            return live_full(fault);
    }
    /* the model's tables by text may be missing, and are made here whole */
    model->order_rows = model->segment_asks = NULL;
    live->event_room = live->event_used =
        model->item_count > 0 ? model->event_end[model->item_count - 1] : 0;
    if (!grow_texts(live))
        return live_full(fault);
    for (int kind = 0; kind < FACT_KINDS; kind++)
        chain_rows(live, (enum fact_kind)kind);
    for (uint32_t row = 0; row < plant->supplies_count; row++) {
        if (plant->supplies[row].reference != 0)
            name_order(live, plant->supplies[row].reference);
    }
    uint32_t *ends = arena_alloc(live->arena, (size_t)model->item_count + 1, sizeof *ends);
    if (!ends)
        return live_full(fault);
    memcpy(ends, model->event_end, model->item_count * sizeof *ends);
    model->event_end = ends; /* no longer the next one's first */
    return STATUS_OK;
}
