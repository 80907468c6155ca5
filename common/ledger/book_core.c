#include "common/ledger/book_core.h"

#include "common/base/decimal.h"
#include "common/ledger/book_state_core.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define MAP_SLOTS_FIRST 64
#define LIST_FIRST      16
#define BOOK_FIELD_MAX  48
#define JOURNAL_MAX     ((size_t)4000000)

static const size_t record_size[BOOK_TYPES] = {
    [BOOK_TYPE_WORK_ORDER] = sizeof(struct work_order),
    [BOOK_TYPE_PURCHASE_ORDER] = sizeof(struct purchase_order),
    [BOOK_TYPE_SALES_ORDER] = sizeof(struct sales_order),
    [BOOK_TYPE_SUGGESTION] = sizeof(struct suggestion),
    [BOOK_TYPE_STOCK_DOCUMENT] = sizeof(struct stock_document),
    [BOOK_TYPE_STOCK_LINE] = sizeof(struct stock_document_line),
    [BOOK_TYPE_ITEM] = sizeof(struct book_item),
    [BOOK_TYPE_LOCATION] = sizeof(struct book_head),
    [BOOK_TYPE_BALANCE] = sizeof(struct book_balance),
    [BOOK_TYPE_LOT] = sizeof(struct book_lot),
    [BOOK_TYPE_WORK_COMPONENT] = sizeof(struct work_component),
    [BOOK_TYPE_WORK_OPERATION] = sizeof(struct work_operation),
    [BOOK_TYPE_PURCHASE_LINE] = sizeof(struct purchase_line),
    [BOOK_TYPE_SALES_LINE] = sizeof(struct sales_line),
    [BOOK_TYPE_LAYER] = sizeof(struct book_layer),
    [BOOK_TYPE_TAKEN] = sizeof(struct book_taken)};

/* book_find reads any of them as a struct book_head */
_Static_assert(offsetof(struct work_order, work_order) == offsetof(struct book_head, id), "id");
_Static_assert(offsetof(struct purchase_order, purchase_order) == offsetof(struct book_head, id),
               "id");
_Static_assert(offsetof(struct sales_order, sales_order) == offsetof(struct book_head, id), "id");
_Static_assert(offsetof(struct suggestion, planned_order_id) == offsetof(struct book_head, id),
               "id");
_Static_assert(offsetof(struct stock_document, document) == offsetof(struct book_head, id), "id");
_Static_assert(offsetof(struct book_item, item) == offsetof(struct book_head, id), "id");

enum status book_full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the postings are too large for one batch");
}

void *book_list_add(struct book *book, struct book_list *list, size_t size, size_t limit)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? LIST_FIRST : list->capacity * 2;
        void *items = arena_alloc(book->arena, capacity, size);
        if (!items || list->count >= limit)
            return NULL;
        if (list->count > 0)
            memcpy(items, list->items, list->count * size);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + list->count++ * size;
}

void *book_record(struct book *book, enum book_type type, size_t count)
{
    size_t size = record_size[type];
    char *records = arena_alloc(book->arena, count == 0 ? 1 : count, size);
    for (size_t i = 0; records && i < count; i++) {
        struct book_row row = {.size = (uint32_t)size, .type = (uint8_t)type};
        memcpy(records + i * size, &row, sizeof row);
    }
    return records;
}

/* ---- finding ---- */

/* A slot says the hash of its name, so that names are compared once and not on the way. */
static struct book_slot *map_slot(const struct book_map *map, struct text id, uint64_t hash)
{
    size_t mask = map->slot_count - 1;
    size_t at = (size_t)hash & mask;
    while (map->slots[at].head &&
           (map->slots[at].hash != hash || !text_equal(map->slots[at].head->id, id)))
        at = (at + 1) & mask;
    return &map->slots[at];
}

static bool map_grow(struct book *book, struct book_map *map)
{
    struct book_map larger = {.count = map->count};
    larger.slot_count = map->slot_count == 0 ? MAP_SLOTS_FIRST : map->slot_count * 2;
    larger.slots = arena_alloc(book->arena, larger.slot_count, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < map->slot_count; i++) {
        const struct book_slot *old = &map->slots[i];
        if (old->head)
            *map_slot(&larger, old->head->id, old->hash) = *old;
    }
    *map = larger;
    return true;
}

struct book_head *book_find(const struct book *book, unsigned kind, struct text id)
{
    const struct book_map *map = &book->state->maps[kind];
    return map->slot_count == 0 ? NULL : map_slot(map, id, text_hash(id))->head;
}

size_t book_wanted_count(const struct book *book, unsigned kind)
{
    return book->state->wants[kind].count;
}

struct book_head *book_wanted(const struct book *book, unsigned kind, size_t index, unsigned *reach)
{
    ASSERT(index < book->state->wants[kind].count);
    const struct book_want *want = (const struct book_want *)book->state->wants[kind].items + index;
    if (reach)
        *reach = want->reach;
    return want->head;
}

struct book *book_new(struct arena *arena, const struct book_plant *plant)
{
    struct book *book = arena_alloc(arena, 1, sizeof *book);
    if (!book)
        return NULL;
    book->arena = arena;
    book->plant = *plant;
    book->approve_above = NO_LIMIT;
    book->past_from = NO_DATE;
    book->state = arena_alloc(arena, 1, sizeof *book->state);
    return book->state ? book : NULL;
}

struct book *book_again(const struct book *old, const struct book_plant *plant)
{
    struct book *book = book_new(old->arena, plant);
    struct fault fault = {0};

    if (book) {
        book->want_reserved = old->want_reserved;
        book->past_from = old->past_from;
    }
    for (unsigned kind = 0; book && kind < BOOK_MAPS; kind++) {
        for (size_t i = 0; i < book_wanted_count(old, kind); i++) {
            unsigned reach;
            struct text id = book_wanted(old, kind, i, &reach)->id;
            if (book_want(book, kind, id, reach, &fault) != STATUS_OK)
                return NULL;
        }
    }
    const struct book_lot_want *lots = old->state->lot_wants.items;
    for (size_t i = 0; book && i < old->state->lot_wants.count; i++) {
        if (book_want_lot(book, lots[i].item, lots[i].lot, &fault) != STATUS_OK)
            return NULL;
    }
    return book;
}

/* ---- wanting ---- */

static enum book_type type_of(unsigned kind)
{
    if (kind == BOOK_LOCATION)
        return BOOK_TYPE_LOCATION;
    return kind == BOOK_ITEM ? BOOK_TYPE_ITEM : (enum book_type)kind;
}

enum status book_want(struct book *book, unsigned kind, struct text id, unsigned reach,
                      struct fault *fault)
{
    const size_t limit = kind < BOOK_KINDS ? BOOK_DOCUMENTS_MAX : BOOK_ITEMS_MAX;
    struct book_state *state = book->state;
    struct book_map *map = &state->maps[kind];
    struct book_head *head = book_find(book, kind, id);

    if (head) {
        ((struct book_want *)state->wants[kind].items)[head->row.want].reach |= reach;
        return STATUS_OK;
    }
    if (map->count * 2 >= map->slot_count && !map_grow(book, map))
        return book_full(fault);
    head = book_record(book, type_of(kind), 1);
    struct book_want *added = book_list_add(book, &state->wants[kind], sizeof *added, limit);
    if (!head || !added)
        return book_full(fault);
    head->id = id;
    head->row.want = (uint32_t)(state->wants[kind].count - 1);
    *added = (struct book_want){head, reach};
    const uint64_t hash = text_hash(id);
    *map_slot(map, id, hash) = (struct book_slot){head, hash};
    map->count++;
    return STATUS_OK;
}

enum status book_want_document(struct book *book, enum book_kind kind, struct text id,
                               unsigned reach, struct fault *fault)
{
    ASSERT(kind < BOOK_KINDS);
    const struct book_head *head = book_find(book, kind, id);
    const struct book_want *wants = book->state->wants[kind].items;
    bool new_reach = head && (wants[head->row.want].reach & reach) != reach;
    if ((book->state->documents_fixed && !head) || (book->state->items_fixed && new_reach))
        book->too_small = true;
    return book_want(book, kind, id, reach, fault);
}

enum status book_want_item(struct book *book, struct text item, struct fault *fault)
{
    if (book->state->items_fixed && !book_find(book, BOOK_ITEM, item))
        book->too_small = true;
    return book_want(book, BOOK_ITEM, item, 0, fault);
}

/* Texts of fields are the same in every command: each is made once in a batch. */
const char *book_line_field(const struct book *book, size_t line, const char *name)
{
    const size_t at = (line * 31 + (uintptr_t)name) % BOOK_FIELDS;
    struct book_field *kept = &book->state->fields[at];
    if (kept->text && kept->line == line && kept->name == name)
        return kept->text;
    char *text = arena_alloc(book->arena, BOOK_FIELD_MAX, 1);
    if (!text)
        return name;
    snprintf(text, BOOK_FIELD_MAX, "lines[%zu]%s%s", line, name[0] ? "." : "", name);
    *kept = (struct book_field){line, name, text};
    return text;
}

static const char *const kind_texts[] = {"work_order",    "purchase_order", "sales_order",
                                         "planned_order", "stock_document", ""};
static const char *const kind_nouns[] = {"work order",    "purchase order", "sales order",
                                         "planned order", "document",       "item"};

const char *book_kind_text(enum book_kind kind)
{
    ASSERT(kind <= BOOK_KINDS);
    return kind_texts[kind];
}

/* What a command names, and the field in which it does. */
struct book_asked {
    struct text id;
    const char *field;
};

static enum status lookup(struct book *book, unsigned kind, const struct book_asked *asked,
                          struct book_head **out, struct fault *fault)
{
    struct book_head *head = book_find(book, kind, asked->id);
    const struct text id = asked->id;
    const char *field = asked->field;
    bool items = kind == BOOK_ITEM;

    *out = head;
    if (!head) {
        enum status status = items ? book_want_item(book, id, fault)
                                   : book_want_document(book, kind, id, REACH_LINES, fault);
        if (status != STATUS_OK)
            return status;
        book->too_small = true;
        return fault_set(fault, STATUS_BUSY, field, "%s \"%.*s\" is not locked", kind_nouns[kind],
                         (int)id.length, id.bytes);
    }
    if (!head->row.exists)
        return fault_set(
            fault, STATUS_NOT_FOUND, field, "%s \"%.*s\" does not exist%s", kind_nouns[kind],
            (int)id.length, id.bytes,
            kind == BOOK_SUGGESTION ? ": it was ordered meanwhile, or the plan has changed" : "");
    return STATUS_OK;
}

#define LOOKUP(function, kind, type)                                                           \
 enum status function(struct book *book, struct text id, const char *field, struct type **out, \
                      struct fault *fault)                                                     \
 {                                                                                             \
  struct book_head *head;                                                                      \
  enum status status = lookup(book, kind, &(struct book_asked){id, field}, &head, fault);      \
  if (status == STATUS_OK)                                                                     \
   *out = (struct type *)head;                                                                 \
  return status;                                                                               \
 }

LOOKUP(book_item, BOOK_ITEM, book_item)
LOOKUP(book_work_order, BOOK_WORK_ORDER, work_order)
LOOKUP(book_purchase_order, BOOK_PURCHASE_ORDER, purchase_order)
LOOKUP(book_sales_order, BOOK_SALES_ORDER, sales_order)
LOOKUP(book_suggestion, BOOK_SUGGESTION, suggestion)
LOOKUP(book_stock_document, BOOK_STOCK_DOCUMENT, stock_document)

/* ---- changing and taking back ---- */

struct book_mark book_mark(struct book *book)
{
    struct book_state *state = book->state;
    state->command++;
    return (struct book_mark){
        state->journal.count, state->changed.count, state->numbers.count,
        book->line_count,     state->takes.count,   state->order_changes.count,
        state->outputs.count, state->rules.count,   state->late_costs.count};
}

void book_keep(struct book *book)
{
    book->state->journal.count = 0;
}

void book_undo(struct book *book, struct book_mark mark)
{
    struct book_state *state = book->state;
    const struct book_saved *saved = state->journal.items;

    while (state->journal.count > mark.journal) {
        size_t last = --state->journal.count;
        memcpy(saved[last].place, saved[last].bytes, saved[last].size);
    }
    state->changed.count = mark.changed;
    state->numbers.count = mark.numbers;
    book->line_count = mark.lines;
    state->takes.count = mark.takes;
    state->order_changes.count = mark.order_changes;
    state->outputs.count = mark.outputs;
    state->rules.count = mark.rules;
    state->late_costs.count = mark.late_costs;
}

enum status book_save(struct book *book, struct book_row *row, struct fault *fault)
{
    struct book_state *state = book->state;
    if (row->saved == state->command)
        return STATUS_OK;
    struct book_saved *saved = book_list_add(book, &state->journal, sizeof *saved, JOURNAL_MAX);
    if (!saved)
        return book_full(fault);
    if (saved->room < row->size) { /* else an earlier command's is used again */
        void *bytes = arena_alloc(book->arena, 1, row->size);
        if (!bytes) {
            state->journal.count--;
            return book_full(fault);
        }
        saved->bytes = bytes;
        saved->room = row->size;
    }
    memcpy(saved->bytes, row, row->size);
    saved->place = row;
    saved->size = row->size;
    row->saved = state->command;
    return STATUS_OK;
}

static enum status must_write(struct book *book, struct book_row *row, struct fault *fault)
{
    if (row->changed)
        return STATUS_OK;
    struct book_row **listed =
        book_list_add(book, &book->state->changed, sizeof *listed, JOURNAL_MAX);
    if (!listed)
        return book_full(fault);
    *listed = row;
    row->changed = true;
    return STATUS_OK;
}

enum status book_change(struct book *book, struct book_row *row, struct fault *fault)
{
    ASSERT(row->exists);
    enum status status = book_save(book, row, fault);
    return status == STATUS_OK ? must_write(book, row, fault) : status;
}

enum status book_made(struct book *book, struct book_row *row, struct fault *fault)
{
    row->exists = true;
    row->is_new = true;
    row->saved = book->state->command;
    return must_write(book, row, fault);
}

enum status book_line(struct book *book, const struct ledger_line *line, struct fault *fault)
{
    struct book_list list = {book->lines, book->line_count, book->state->line_capacity};
    struct ledger_line *added = book_list_add(book, &list, sizeof *added, BOOK_LINES_MAX);
    if (!added)
        return book_full(fault);
    *added = *line;
    added->posted_by = book->principal;
    book->lines = list.items;
    book->line_count = list.count;
    book->state->line_capacity = list.capacity;
    return STATUS_OK;
}

enum status book_next_number(struct book *book, const char *prefix, struct book_number **out,
                             struct fault *fault)
{
    struct book_state *state = book->state;
    struct book_number *number = arena_alloc(book->arena, 1, sizeof *number);
    struct book_number **listed =
        book_list_add(book, &state->numbers, sizeof *listed, BOOK_LINES_MAX);
    if (!number || !listed)
        return book_full(fault);
    number->prefix = prefix;
    number->ordinal = state->numbers.count;
    *listed = number;
    *out = number;
    return STATUS_OK;
}

#define NUMBER_DIGITS 6 /* at least */

void book_give_number(struct book_number *number, int64_t value)
{
    static const char zeros[] = "-000000";
    char digits[DECIMAL_TEXT_MAX];
    const size_t prefix = strlen(number->prefix);
    const size_t length = decimal_format(value, 0, digits);
    const size_t filled = 1 + (length < NUMBER_DIGITS ? NUMBER_DIGITS - length : 0);
    ASSERT(prefix + filled + length < sizeof number->text);
    memcpy(number->text, number->prefix, prefix);
    memcpy(number->text + prefix, zeros, filled);
    memcpy(number->text + prefix + filled, digits, length + 1);
}

/* ---- new documents ---- */

/* The record for a new document: the absent one that was wanted, or one that the plant numbers. */
static enum status new_document(struct book *book, enum book_kind kind, struct text id,
                                struct book_head **out, struct fault *fault)
{
    struct book_head *head = NULL;
    if (id.length == 0) {
        head = book_record(book, (enum book_type)kind, 1);
        if (!head)
            return book_full(fault);
    } else {
        head = book_find(book, kind, id);
        ASSERT(head); /* wants must name the id of a document that is to be made */
        if (head->row.exists)
            return fault_set(fault, STATUS_EXISTS, kind_texts[kind], "%s \"%.*s\" already exists",
                             kind_nouns[kind], (int)id.length, id.bytes);
        enum status status = book_save(book, &head->row, fault);
        if (status != STATUS_OK)
            return status;
    }
    *out = head;
    return book_made(book, &head->row, fault);
}

static enum status number_if_empty(struct book *book, struct text id, const char *prefix,
                                   struct book_number **out, struct fault *fault)
{
    return id.length > 0 ? STATUS_OK : book_next_number(book, prefix, out, fault);
}

enum status book_new_work_order(struct book *book, struct text id, struct work_order **out,
                                struct fault *fault)
{
    struct book_head *head;
    enum status status = new_document(book, BOOK_WORK_ORDER, id, &head, fault);
    if (status != STATUS_OK)
        return status;
    struct work_order *order = (struct work_order *)head;
    order->state = WORK_ORDER_FIRM;
    order->segment = text_of("");
    order->released_on = NO_DATE;
    order->closed_on = NO_DATE;
    *out = order;
    return number_if_empty(book, id, "WO", &order->number, fault);
}

static const char *const order_states[ORDER_STATES] = {"draft", "approved", "sent",
                                                       "open",  "closed",   "cancelled"};

const char *order_state_text(enum order_state state)
{
    ASSERT(state < ORDER_STATES);
    return order_states[state];
}

bool order_state_parse(struct text text, enum order_state *out)
{
    for (unsigned i = 0; i < ORDER_STATES; i++) {
        if (text_is(text, order_states[i])) {
            *out = (enum order_state)i;
            return true;
        }
    }
    return false;
}

enum status book_new_purchase_order(struct book *book, struct text id, size_t line_count,
                                    struct purchase_order **out, struct fault *fault)
{
    struct book_head *head;
    enum status status = new_document(book, BOOK_PURCHASE_ORDER, id, &head, fault);
    if (status != STATUS_OK)
        return status;
    struct purchase_order *order = (struct purchase_order *)head;
    order->state = ORDER_SENT;
    order->approve_above = NO_LIMIT;
    order->made_by = book->principal;
    order->line_count = line_count;
    order->lines = book_record(book, BOOK_TYPE_PURCHASE_LINE, line_count);
    if (!order->lines)
        return book_full(fault);
    for (size_t i = 0; i < line_count && status == STATUS_OK; i++) {
        order->lines[i].order = order;
        order->lines[i].line = (int64_t)i + 1;
        order->lines[i].segment = text_of("");
        status = book_made(book, &order->lines[i].row, fault);
    }
    *out = order;
    return status == STATUS_OK ? number_if_empty(book, id, "PO", &order->number, fault) : status;
}

enum status book_new_sales_order(struct book *book, struct text id, size_t line_count,
                                 struct sales_order **out, struct fault *fault)
{
    struct book_head *head;
    enum status status = new_document(book, BOOK_SALES_ORDER, id, &head, fault);
    if (status != STATUS_OK)
        return status;
    struct sales_order *order = (struct sales_order *)head;
    order->state = ORDER_OPEN;
    order->made_by = book->principal;
    order->line_count = line_count;
    order->lines = book_record(book, BOOK_TYPE_SALES_LINE, line_count);
    if (!order->lines)
        return book_full(fault);
    for (size_t i = 0; i < line_count && status == STATUS_OK; i++) {
        order->lines[i].order = order;
        order->lines[i].line = (int64_t)i + 1;
        order->lines[i].priority = NO_DAYS;
        order->lines[i].segment = text_of("");
        status = book_made(book, &order->lines[i].row, fault);
    }
    *out = order;
    return status == STATUS_OK ? number_if_empty(book, id, "SO", &order->number, fault) : status;
}

enum status book_new_stock_document(struct book *book, struct book_number *number,
                                    size_t line_count, struct stock_document **out,
                                    struct fault *fault)
{
    struct book_head *head = NULL;
    enum status status = new_document(book, BOOK_STOCK_DOCUMENT, text_of(""), &head, fault);
    if (status != STATUS_OK)
        return status;
    struct stock_document *made = (struct stock_document *)head;
    struct text none = text_of("");
    made->number = number;
    made->location = made->to_location = made->reason = none;
    made->approve_above = book->approve_above;
    made->created_by = book->principal;
    made->line_count = line_count;
    made->lines = book_record(book, BOOK_TYPE_STOCK_LINE, line_count);
    if (!made->lines)
        return book_full(fault);
    for (size_t i = 0; i < line_count && status == STATUS_OK; i++) {
        struct stock_document_line *line = &made->lines[i];
        line->document = made;
        line->line = (int64_t)i + 1;
        line->location = line->lot = line->segment = none;
        line->status = text_of("available");
        line->unit_cost = NO_COST;
        line->expires_on = NO_DATE;
        line->counted_at_us = NO_MOMENT;
        status = book_made(book, &line->row, fault);
    }
    *out = made;
    return status;
}

enum status book_new_components(struct book *book, struct work_order *order, size_t component_count,
                                size_t operation_count, struct fault *fault)
{
    enum status status = book_change(book, &order->row, fault);
    order->components = book_record(book, BOOK_TYPE_WORK_COMPONENT, component_count);
    order->component_count = component_count;
    order->operations = book_record(book, BOOK_TYPE_WORK_OPERATION, operation_count);
    order->operation_count = operation_count;
    if (!order->components || !order->operations)
        return book_full(fault);
    for (size_t i = 0; i < component_count && status == STATUS_OK; i++) {
        order->components[i].order = order;
        order->components[i].line = (int64_t)i + 1;
        order->components[i].segment = text_of("");
        order->components[i].line_side = text_of("");
        status = book_made(book, &order->components[i].row, fault);
    }
    for (size_t i = 0; i < operation_count && status == STATUS_OK; i++) {
        order->operations[i].order = order;
        order->operations[i].line = (int64_t)i + 1;
        order->operations[i].parallel_group = text_of("");
        order->operations[i].supplier = text_of("");
        status = book_made(book, &order->operations[i].row, fault);
    }
    return status;
}

/* ---- checks every command makes ---- */

#define DAYS_AHEAD_MAX 1 /* where the poster is, the next day may have begun */

enum status book_day(const struct book *book, date given, date *out, struct fault *fault)
{
    date day = date_given(given) ? given : book->plant.today;
    if (day < DATE_MIN || day > DATE_MAX)
        return fault_set(fault, STATUS_INVALID, "effective_on", "day out of range");
    char is[DATE_TEXT_MAX];
    if (day > book->plant.today + DAYS_AHEAD_MAX) {
        char today[DATE_TEXT_MAX];
        date_format(day, is);
        date_format(book->plant.today, today);
        return fault_set(fault, STATUS_FUTURE_TIME, "effective_on",
                         "%s is in the future, today is %s", is, today);
    }
    if (day < book->plant.open_from) {
        char open[DATE_TEXT_MAX];
        date_format(day, is);
        date_format(book->plant.open_from, open);
        return fault_set(fault, STATUS_PERIOD_CLOSED, "effective_on",
                         "%s is in a closed period, open is %s and later", is, open);
    }
    *out = day;
    return STATUS_OK;
}

enum status book_code(struct text code, const char *field, struct fault *fault)
{
    if (text_is_code(code))
        return STATUS_OK;
    const char *point = strrchr(field, '.');
    const char *name = point ? point + 1 : field; /* the path is the fault's field */
    if (code.length == 0)
        return fault_set(fault, STATUS_INVALID, field, "%s is missing", name);
    if (code.length > TEXT_CODE_MAX)
        return fault_set(fault, STATUS_INVALID, field, "%s has %zu bytes, at most %d fit", name,
                         code.length, TEXT_CODE_MAX);
    return fault_set(fault, STATUS_INVALID, field,
                     "%s has a control character, or a blank at an end", name);
}

enum status book_quantity(const struct book_item *item, struct qty quantity, const char *field,
                          struct fault *fault)
{
    char text[QTY_TEXT_MAX];
    if (quantity.micro > 0 && quantity.micro <= QTY_STORED_MAX &&
        qty_fits_decimals(quantity, item->decimals))
        return STATUS_OK;
    qty_format(quantity, text);
    if (quantity.micro <= 0)
        return fault_set(fault, STATUS_INVALID, field, "quantity %s is not above zero", text);
    if (quantity.micro > QTY_STORED_MAX)
        return fault_set(fault, STATUS_OVERFLOW, field,
                         "quantity %s is out of range, at most 999999999999.999999 fits", text);
    return fault_set(fault, STATUS_NOT_WHOLE, field,
                     "quantity %s has more than the %d decimals of item \"%.*s\"", text,
                     item->decimals, (int)item->item.length, item->item.bytes);
}
