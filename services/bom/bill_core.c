#include "services/bom/bill_core.h"

#include "common/base/sort.h"
#include "common/plant/operation_order.h"
#include "services/bom/row_core.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool say(struct bill_wrong *wrong, uint32_t row, const char *column, const char *format, ...)
    PRINTF_LIKE(4, 5);

static bool say(struct bill_wrong *wrong, uint32_t row, const char *column, const char *format, ...)
{
    va_list arguments;
    wrong->row = row;
    wrong->column = column;
    va_start(arguments, format);
    vsnprintf(wrong->message, sizeof(wrong->message), format, arguments);
    va_end(arguments);
    return false;
}

/* "2026-01-01", "the beginning", "the end" */
static const char *day_text(date day, char text[DATE_TEXT_MAX + 16])
{
    if (day == DATE_FIRST)
        return "the beginning";
    if (day == DATE_LAST)
        return "the end";
    date_format(day, text);
    return text;
}

static const struct bom_terms *terms_of(const struct bill_lines *lines, uint32_t line)
{
    return plant_bom_terms(lines->plant, &lines->plant->bom_lines[line]);
}

static const char *component_of(const struct bill_lines *lines, uint32_t line)
{
    return plant_item_code(lines->plant, lines->plant->bom_lines[line].component);
}

/* ---- one line ---- */

static bool check_dates(date from, date to, uint32_t row, struct bill_wrong *wrong)
{
    char from_text[DATE_TEXT_MAX + 16];
    char to_text[DATE_TEXT_MAX + 16];
    if (from < to)
        return true;
    return say(wrong, row, "valid_to", "%s is not after valid_from %s", day_text(to, to_text),
               day_text(from, from_text));
}

static bool check_line(const struct bill_lines *lines, uint32_t line, struct bill_wrong *wrong)
{
    const struct bom_terms *terms = terms_of(lines, line);
    const struct bom_line *row = &lines->plant->bom_lines[line];
    if (row->qty.micro <= 0)
        return say(wrong, line, "qty", "quantity must be above 0");
    if (terms->pieces.micro <= 0)
        return say(wrong, line, "pieces", "pieces must be above 0");
    if (lines->inactive && lines->inactive[line])
        return say(wrong, line, "component", "item \"%s\" is not active",
                   component_of(lines, line));
    return check_dates(terms->valid_from, terms->valid_to, line, wrong);
}

/* ---- its operation ---- */

/* "10" before "20" before "100". */
static int compare_codes(const struct plant *plant, uint32_t a, uint32_t b)
{
    int order = operation_number_cmp(plant_text(plant, a), plant_text(plant, b));
    return order != 0 ? order : (a > b) - (a < b);
}

/* The first operation in the order that is not before (item, code); code 0: the item's first. */
static uint32_t operation_first(const struct bill_routings *routings, uint32_t item, uint32_t code)
{
    const struct plant *plant = routings->plant;
    uint32_t low = 0;
    uint32_t high = plant->operations_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct operation *at = &plant->operations[routings->order[middle]];
        if (at->item < item ||
            (at->item == item && code != 0 && compare_codes(plant, at->operation, code) < 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The k-th in the order; NULL: there is none, or it is of another item. */
static const struct operation *operation_at(const struct bill_routings *routings, uint32_t k,
                                            uint32_t item)
{
    const struct plant *plant = routings->plant;
    if (k >= plant->operations_count || plant->operations[routings->order[k]].item != item)
        return NULL;
    return &plant->operations[routings->order[k]];
}

bool bill_has_operation(const struct bill_routings *routings, uint32_t item, uint32_t code)
{
    const struct operation *found =
        operation_at(routings, operation_first(routings, item, code), item);
    return found && found->operation == code;
}

#define OPERATIONS_SHOWN 8

/* "it has operations 10, 20, ..." */
static void operations_text(const struct bill_routings *routings, uint32_t item, char *text,
                            size_t size)
{
    uint32_t k = operation_first(routings, item, 0);
    const struct operation *found = operation_at(routings, k, item);
    uint32_t last = 0;
    int shown = 0;
    int used = snprintf(text, size, found ? "it has" : "it has no operations");
    for (; found && used < (int)size; found = operation_at(routings, ++k, item)) {
        if (found->operation == last)
            continue;
        last = found->operation;
        bool more = ++shown > OPERATIONS_SHOWN;
        used += snprintf(text + used, size - (size_t)used, "%s %s", shown > 1 ? "," : "",
                         more ? "..." : plant_text(routings->plant, last));
        if (more)
            break;
    }
}

bool bill_check_named(const struct bill_lines *lines, uint32_t line, struct bill_wrong *wrong)
{
    const struct bom_terms *terms = terms_of(lines, line);
    uint32_t parent = lines->plant->bom_lines[line].parent;
    char known[128];
    if (!lines->routings || terms->operation == 0 || terms->inherited_from != 0 ||
        bill_has_operation(lines->routings, parent, terms->operation))
        return true;
    operations_text(lines->routings, parent, known, sizeof known);
    return say(wrong, line, "operation", "\"%s\" is not in the routing of item \"%s\": %s",
               plant_text(lines->plant, terms->operation), plant_item_code(lines->plant, parent),
               known);
}

/* ---- two lines ---- */

/* Do both count for one start day, lot size, alternative and revision? */
static bool together(const struct bom_terms *a, const struct bom_terms *b)
{
    return a->valid_from < b->valid_to && b->valid_from < a->valid_to &&
           a->lot_from.micro < b->lot_to.micro && b->lot_from.micro < a->lot_to.micro &&
           a->alternative == b->alternative && a->revision == b->revision;
}

static bool check_overlap(const struct bill_lines *lines, uint32_t mine, uint32_t other,
                          struct bill_wrong *wrong)
{
    const struct bom_line *a = &lines->plant->bom_lines[mine];
    const struct bom_line *b = &lines->plant->bom_lines[other];
    const struct bom_terms *terms = terms_of(lines, other);
    const struct bom_terms *own = terms_of(lines, mine);
    char from[DATE_TEXT_MAX + 16];
    char to[DATE_TEXT_MAX + 16];
    bool same_group =
        own->substitute_group != 0 && own->substitute_group == terms->substitute_group;
    if (a->component == b->component && a->position == b->position)
        return say(wrong, mine, "valid_from",
                   "component \"%s\" already counts from %s to %s; the line must begin where that "
                   "one ends or end where it begins",
                   component_of(lines, mine), day_text(terms->valid_from, from),
                   day_text(terms->valid_to, to));
    if (a->position != 0 && a->position == b->position && !same_group)
        return say(wrong, mine, "position",
                   "position \"%s\" is taken by component \"%s\" from %s to %s",
                   plant_text(lines->plant, a->position), component_of(lines, other),
                   day_text(terms->valid_from, from), day_text(terms->valid_to, to));
    return true;
}

static bool check_mains(const struct bill_lines *lines, uint32_t mine, uint32_t other,
                        struct bill_wrong *wrong)
{
    const struct bom_terms *a = terms_of(lines, mine);
    const struct bom_terms *b = terms_of(lines, other);
    if (a->substitute_group == 0 || a->substitute_group != b->substitute_group ||
        qty_given(a->mix_pct) || qty_given(b->mix_pct) ||
        a->substitute_priority != b->substitute_priority)
        return true;
    return say(wrong, mine, "substitute_priority",
               "substitute group \"%s\" has two mains: components \"%s\" and \"%s\" both have "
               "priority %d; a substitute needs a priority of its own",
               plant_text(lines->plant, a->substitute_group), component_of(lines, other),
               component_of(lines, mine), (int)a->substitute_priority);
}

/* ---- sums ---- */

struct shares {
    int64_t mix;
    int64_t cost;
};

static bool is_product(const struct bom_terms *terms)
{
    return terms->kind == BOM_COPRODUCT || terms->kind == BOM_BYPRODUCT;
}

static void add_shares(struct shares *shares, const struct bom_terms *mine,
                       const struct bom_terms *other)
{
    bool group = mine->substitute_group != 0 && mine->substitute_group == other->substitute_group;
    if (group && qty_given(mine->mix_pct) && qty_given(other->mix_pct))
        shares->mix += other->mix_pct.micro;
    if (is_product(mine) && is_product(other) && qty_given(other->cost_share_pct))
        shares->cost += other->cost_share_pct.micro;
}

static bool check_shares(uint32_t mine, const struct shares *shares, struct bill_wrong *wrong)
{
    int64_t all = 100 * (int64_t)QTY_SCALE;
    char text[QTY_TEXT_MAX];
    const char *column = shares->mix > all ? "mix_pct" : "cost_share_pct";
    struct qty sum = {shares->mix > all ? shares->mix : shares->cost};
    if (sum.micro <= all)
        return true;
    qty_format(sum, text);
    return say(wrong, mine, column, "shares of the bill add up to %s, at most 100 is possible",
               text);
}

/* Lines that may say one thing twice are together: those of one position, and without a position
   those of one component. */
static int compare_places(const void *context, uint32_t a, uint32_t b)
{
    const struct plant *rows = context;
    const struct bom_line *left = &rows->bom_lines[a];
    const struct bom_line *right = &rows->bom_lines[b];
    if (left->parent != right->parent)
        return left->parent > right->parent ? 1 : -1;
    if (left->position != right->position)
        return left->position > right->position ? 1 : -1;
    if (left->position != 0)
        return 0;
    return (left->component > right->component) - (left->component < right->component);
}

static int compare_parents(const void *context, uint32_t a, uint32_t b)
{
    const struct plant *rows = context;
    uint32_t left = rows->bom_lines[a].parent;
    uint32_t right = rows->bom_lines[b].parent;
    return (left > right) - (left < right);
}

/* Place in the order of the first line that is not before this one. */
static uint32_t line_first(const struct bill_lines *lines, uint32_t line, sort_compare_fn *compare)
{
    uint32_t low = 0;
    uint32_t high = lines->plant->bom_lines_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare(lines->plant, lines->order[middle], line) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool check_places(const struct bill_lines *lines, uint32_t mine, struct bill_wrong *wrong)
{
    const struct bom_terms *own = terms_of(lines, mine);
    for (uint32_t k = line_first(lines, mine, compare_places); k < lines->plant->bom_lines_count;
         k++) {
        uint32_t i = lines->order[k];
        if (compare_places(lines->plant, i, mine) != 0)
            break;
        if (i != mine && together(own, terms_of(lines, i)) && !check_overlap(lines, mine, i, wrong))
            return false;
    }
    return true;
}

/* Only lines that share something with others ask all of their bill. */
static bool check_sums(const struct bill_lines *lines, uint32_t mine, struct bill_wrong *wrong)
{
    const struct bom_terms *own = terms_of(lines, mine);
    struct shares shares = {0};
    if (own->substitute_group == 0 && !is_product(own))
        return true;
    add_shares(&shares, own, own);
    for (uint32_t k = line_first(lines, mine, compare_parents); k < lines->plant->bom_lines_count;
         k++) {
        uint32_t i = lines->order[k];
        if (compare_parents(lines->plant, i, mine) != 0)
            break;
        if (i == mine || !together(own, terms_of(lines, i)))
            continue;
        add_shares(&shares, own, terms_of(lines, i));
        if (!check_mains(lines, mine, i, wrong))
            return false;
    }
    return check_shares(mine, &shares, wrong);
}

bool bill_check_one(const struct bill_lines *lines, uint32_t line, struct bill_wrong *wrong)
{
    return check_line(lines, line, wrong) && bill_check_named(lines, line, wrong) &&
           check_places(lines, line, wrong) && check_sums(lines, line, wrong);
}

bool bill_check(const struct bill_lines *lines, struct bill_wrong *wrong)
{
    ASSERT(lines->edited <= lines->plant->bom_lines_count);
    for (uint32_t i = 0; i < lines->edited; i++) {
        if (!bill_check_one(lines, i, wrong))
            return false;
    }
    return true;
}

/* ---- routing ---- */

static bool same_operation(const struct operation *a, const struct operation *b)
{
    return a->item == b->item && a->operation == b->operation && a->alternative == b->alternative &&
           a->valid_from < b->valid_to && b->valid_from < a->valid_to;
}

bool bill_check_operation(const struct bill_routings *routings, uint32_t operation,
                          struct bill_wrong *wrong)
{
    const struct plant *plant = routings->plant;
    const struct operation *mine = &plant->operations[operation];
    const struct operation *other;
    if (!check_dates(mine->valid_from, mine->valid_to, operation, wrong))
        return false;
    for (uint32_t k = operation_first(routings, mine->item, mine->operation);
         (other = operation_at(routings, k, mine->item)) && other->operation == mine->operation;
         k++) {
        if (other != mine && same_operation(mine, other))
            return say(wrong, operation, "operation",
                       "operation \"%s\" of item \"%s\" already counts at that time",
                       plant_text(plant, mine->operation), plant_item_code(plant, mine->item));
    }
    return true;
}

bool bill_check_operations(const struct bill_routings *routings, uint32_t edited,
                           struct bill_wrong *wrong)
{
    for (uint32_t i = 0; i < edited; i++) {
        if (!bill_check_operation(routings, i, wrong))
            return false;
    }
    return true;
}

/* ---- orders ---- */

static uint32_t *order_of(uint32_t count, sort_compare_fn *compare, const void *context,
                          struct arena *arena)
{
    uint32_t *numbers = arena_alloc(arena, (size_t)count + 1, sizeof *numbers);
    uint32_t *spare = arena_alloc(arena, (size_t)count + 1, sizeof *spare);
    if (!numbers || !spare)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = i;
    sort_u32(numbers, spare, count, compare, context);
    return numbers;
}

uint32_t *bill_line_order(const struct plant *rows, struct arena *arena)
{
    return order_of(rows->bom_lines_count, compare_places, rows, arena);
}

static int compare_operations(const void *context, uint32_t a, uint32_t b)
{
    const struct plant *rows = context;
    const struct operation *left = &rows->operations[a];
    const struct operation *right = &rows->operations[b];
    if (left->item != right->item)
        return left->item > right->item ? 1 : -1;
    return compare_codes(rows, left->operation, right->operation);
}

uint32_t *bill_routing_order(const struct plant *rows, struct arena *arena)
{
    return order_of(rows->operations_count, compare_operations, rows, arena);
}

/* ---- bills as the graph wants them ---- */

static int compare_bills(const void *a, const void *b)
{
    const struct bom_bill *left = a;
    const struct bom_bill *right = b;
    return (left->parent > right->parent) - (left->parent < right->parent);
}

bool bill_cut(const struct plant *rows, const struct text *codes, size_t code_count,
              struct arena *arena, struct bill_cut *cut)
{
    uint32_t count = rows->bom_lines_count;
    uint32_t at = 0;
    const uint32_t *order = order_of(count, compare_parents, rows, arena);
    struct bom_line *lines = arena_alloc(arena, (size_t)count + 1, sizeof *lines);
    *cut = (struct bill_cut){arena_alloc(arena, code_count + 1, sizeof *cut->bills), 0};
    if (!order || !lines || !cut->bills)
        return false;
    for (uint32_t i = 0; i < count; i++)
        lines[i] = rows->bom_lines[order[i]];
    for (size_t i = 0; i < code_count; i++) {
        uint32_t parent = plant_item_find(rows, codes[i]);
        if (parent != NO_INDEX)
            cut->bills[cut->count++] = (struct bom_bill){.parent = parent};
    }
    qsort(cut->bills, cut->count, sizeof *cut->bills, compare_bills);
    for (size_t i = 0; i < cut->count; i++) {
        struct bom_bill *bill = &cut->bills[i];
        bill->lines = lines + at;
        bill->terms = rows->bom_terms;
        while (at < count && lines[at].parent == bill->parent)
            at++;
        bill->line_count = (uint32_t)(lines + at - bill->lines);
    }
    return at == count;
}

enum status bill_too_deep(const struct plant *plant, struct arena *arena, uint32_t *item,
                          struct fault *fault)
{
    struct bom_graph *graph;
    *item = NO_INDEX;
    enum status status = bom_graph_make(plant, arena, &graph, fault);
    if (status != STATUS_OK || graph->level_count <= BOM_LEVELS_MAX + 1)
        return status;
    for (uint32_t i = 0; *item == NO_INDEX; i++) {
        if (graph->level[i] > BOM_LEVELS_MAX)
            *item = i;
    }
    return STATUS_OK;
}

/* ---- a whole plant ---- */

/* Told on a line that leads there. */
static enum status tell_depth(const struct plant *plant, struct arena *arena, bill_tell_fn *tell,
                              void *context, struct fault *fault)
{
    struct bill_wrong wrong;
    uint32_t item;
    uint32_t line = 0;
    enum status status = bill_too_deep(plant, arena, &item, fault);
    if (status != STATUS_OK || item == NO_INDEX)
        return status;
    while (plant->bom_lines[line].component != item)
        line++;
    if (!say(&wrong, line, "component", "item \"%s\" would be on a way of more than %d levels",
             plant_item_code(plant, item), BOM_LEVELS_MAX))
        tell(context, FILE_BOM, &wrong);
    return STATUS_OK;
}

enum status bill_check_plant(const struct plant *plant, struct arena *arena, bill_tell_fn *tell,
                             void *context, struct fault *fault)
{
    struct bill_wrong wrong;
    const struct bill_routings routings = {plant, bill_routing_order(plant, arena)};
    const struct bill_lines lines = {
        .plant = plant, .order = bill_line_order(plant, arena), .routings = &routings};
    if (!routings.order || !lines.order)
        return fault_set(fault, STATUS_LIMIT, "", "bills do not fit in memory");
    for (uint32_t i = 0; i < plant->bom_lines_count; i++) {
        if (!bill_check_one(&lines, i, &wrong))
            tell(context, FILE_BOM, &wrong);
    }
    for (uint32_t i = 0; i < plant->operations_count; i++) {
        if (!bill_check_operation(&routings, i, &wrong))
            tell(context, FILE_ROUTING, &wrong);
    }
    return tell_depth(plant, arena, tell, context, fault);
}
