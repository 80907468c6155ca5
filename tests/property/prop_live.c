/*
 * A living plan under random events of every kind, on random small plants with every feature: after
 * each step it must equal the plan made in one go of the same facts, row for row, its messages, its
 * load and its pegs included; and whatever changed must have been told as changed.  So must the
 * plan that is made beside it of random what-ifs, which leaves it as it is.
 *
 * MILLRACE_SEED sets the first plant (printed), MILLRACE_LONG=1 takes twenty times as many and
 * compares pegs at every step.
 */

#include "common/base/text.h"
#include "common/io/folder.h"
#include "common/io/threads.h"
#include "common/plant/plant_columns.h"
#include "common/plant/plant_read.h"
#include "services/mrp/live_core.h"
#include "services/mrp/pegging_core.h"
#include "services/mrp/plan_numbers_core.h"
#include "services/mrp/simulate_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define PLANTS        120
#define PLANTS_LONG   2400
#define STEPS         40
#define PEGS_EVERY    8
#define WHAT_IF_EVERY 4
#define BYTES_MAX     ((size_t)1024 * MIB)
#define ROWS_MAX      8

static uint64_t state;

static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 24) % n);
}

static bool one_in(uint32_t n)
{
    return below(n) == 0;
}

/* ---- facts ---- */

struct world {
    struct plant *plant;
    struct plan_live *live;
    struct stock stocks[ROWS_MAX];
    struct demand demands[ROWS_MAX];
    struct supply supplies[ROWS_MAX];
    struct order_component components[ROWS_MAX];
};

/* "SO-I03-7" */
static uint32_t text_number(struct world *world, const char *kind, const char *code, uint32_t k)
{
    char text[64];
    snprintf(text, sizeof text, "%s%s%s%u", kind, code, code[0] ? "-" : "", k);
    uint32_t number = names_add(world->plant->texts, text_of(text));
    ASSERT(number != NAMES_NONE);
    return number;
}

static uint32_t random_item(const struct world *world)
{
    return below(world->plant->items_count);
}

static struct qty random_qty(const struct world *world, uint32_t item, uint32_t most)
{
    static const int64_t units[QTY_DECIMALS + 1] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    const int64_t unit = units[world->plant->items[item].decimals];
    const uint32_t steps = most * (uint32_t)(QTY_SCALE / unit);
    return (struct qty){(1 + (int64_t)below(steps)) * unit};
}

static uint32_t random_segment(struct world *world)
{
    return one_in(4) ? text_number(world, "P", "", 1 + below(3)) : 0;
}

static date random_day(const struct world *world)
{
    const struct plant_facts *facts = &world->plant->facts;
    return facts->plan_start + (date)below((uint32_t)facts->horizon_days + 4) - 3;
}

static struct stock random_stock(struct world *world, uint32_t item)
{
    const bool phantom = world->plant->items[item].type == ITEM_PHANTOM;
    return (struct stock){
        .item = item,
        .location = text_number(world, "B", "", below(2)),
        .lot = text_number(world, "L", "", below(9)),
        .segment = random_segment(world),
        .expiry = !phantom && one_in(4) ? random_day(world) : NO_DATE,
        .qty = random_qty(world, item, 50),
        .unit_cost = NO_COST,
        .status = one_in(5) ? STOCK_BLOCKED : STOCK_AVAILABLE,
    };
}

static struct demand random_demand(struct world *world, uint32_t item, uint32_t k)
{
    const char *code = plant_item_code(world->plant, item);
    struct demand demand = {.item = item,
                            .due = random_day(world),
                            .qty = random_qty(world, item, 60),
                            .days = NO_DAYS,
                            .priority = NO_DAYS};
    if (one_in(3)) {
        demand.kind = DEMAND_FORECAST;
        demand.days = 1 + (int32_t)below(7);
        demand.reference = text_number(world, "FC-", code, k);
        return demand;
    }
    demand.reference = text_number(world, "SO-", code, below(30));
    demand.segment = random_segment(world);
    demand.priority = one_in(2) ? NO_DAYS : 1 + (int32_t)below(3);
    if (one_in(4))
        demand.shipped = random_qty(world, item, 20);
    if (one_in(8))
        demand.qty = (struct qty){0};
    return demand;
}

static struct supply random_supply(struct world *world, uint32_t item, uint32_t k)
{
    static const uint8_t made[] = {SUPPLY_WORK_ORDER, SUPPLY_PLANNED};
    const uint8_t type = world->plant->items[item].type;
    const date due = random_day(world);
    return (struct supply){
        .item = item,
        .due = due,
        .qty = random_qty(world, item, 40),
        .start = one_in(3) ? due - (date)below(6) : NO_DATE,
        .reference =
            one_in(9) ? 0 : text_number(world, "R-", plant_item_code(world->plant, item), k),
        .segment = random_segment(world),
        .kind = type == ITEM_BUY       ? SUPPLY_PURCHASE
                : type == ITEM_PHANTOM ? SUPPLY_WORK_ORDER
                                       : made[below(2)],
        .firm = one_in(3),
    };
}

static struct order_component random_component(struct world *world, uint32_t item)
{
    const char *code = plant_item_code(world->plant, random_item(world));
    return (struct order_component){.reference = text_number(world, "R-", code, below(3)),
                                    .item = item,
                                    .qty = random_qty(world, item, 20),
                                    .due = one_in(2) ? NO_DATE : random_day(world),
                                    .segment = random_segment(world)};
}

/* The item's facts as they are in the plant, without the rows that are gone. */
static struct live_facts facts_of(struct world *world, uint32_t item)
{
    const struct plant *plant = world->plant;
    struct live_facts facts = {.item = item,
                               .stocks = world->stocks,
                               .demands = world->demands,
                               .supplies = world->supplies,
                               .components = world->components};
    for (uint32_t i = 0; i < plant->stocks_count && facts.stock_count < ROWS_MAX; i++)
        if (plant->stocks[i].item == item && plant->stocks[i].qty.micro != 0)
            world->stocks[facts.stock_count++] = plant->stocks[i];
    for (uint32_t i = 0; i < plant->demands_count && facts.demand_count < ROWS_MAX; i++)
        if (plant->demands[i].item == item &&
            (plant->demands[i].qty.micro != 0 || plant->demands[i].shipped.micro != 0))
            world->demands[facts.demand_count++] = plant->demands[i];
    for (uint32_t i = 0; i < plant->supplies_count && facts.supply_count < ROWS_MAX; i++)
        if (plant->supplies[i].item == item && plant->supplies[i].qty.micro != 0)
            world->supplies[facts.supply_count++] = plant->supplies[i];
    for (uint32_t i = 0; i < plant->order_components_count && facts.component_count < ROWS_MAX; i++)
        if (plant->order_components[i].item == item && plant->order_components[i].qty.micro != 0)
            world->components[facts.component_count++] = plant->order_components[i];
    return facts;
}

/* One row of one kind comes, goes or becomes another. */
static void disturb_row(struct world *world, struct live_facts *facts)
{
    const uint32_t item = facts->item;
    uint32_t *const counts[] = {&facts->stock_count, &facts->demand_count, &facts->supply_count,
                                &facts->component_count};
    const uint32_t kind = below(COUNT_OF(counts));
    uint32_t *count = counts[kind];
    uint32_t row = *count > 0 ? below(*count) : 0;
    if (*count > 0 && one_in(3)) { /* the last takes its place */
        --*count;
        world->stocks[row] = kind == 0 ? world->stocks[*count] : world->stocks[row];
        world->demands[row] = kind == 1 ? world->demands[*count] : world->demands[row];
        world->supplies[row] = kind == 2 ? world->supplies[*count] : world->supplies[row];
        world->components[row] = kind == 3 ? world->components[*count] : world->components[row];
        return;
    }
    if (*count < ROWS_MAX && (*count == 0 || one_in(2)))
        row = (*count)++;
    if (kind == 0)
        world->stocks[row] = random_stock(world, item);
    else if (kind == 1)
        world->demands[row] = random_demand(world, item, row);
    else if (kind == 2)
        world->supplies[row] = random_supply(world, item, row);
    else
        world->components[row] = random_component(world, item);
}

/* ---- comparing ---- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
    return (hash * 31 + text_hash((struct text){bytes, count})) * 0x9e3779b97f4a7c15ULL;
}

static uint64_t digest_of(const struct world *world, uint32_t item)
{
    const struct plan_item *row = &live_plan(world->live)->items[item];
    uint32_t count;
    const struct plan_message *messages = live_messages(world->live, item, &count);
    uint64_t hash = mix(count, row->orders, row->order_count * sizeof *row->orders);
    for (uint32_t k = 0; k < count; k++) {
        hash = mix(hash, &messages[k].segment, 4 * sizeof(uint32_t));
        hash = mix(hash, &messages[k].qty, 3 * sizeof(int64_t));
    }
    return hash;
}

static bool same_pegs(const struct plan *a, const struct plan *b, struct arena *arena)
{
    struct fault fault = {0};
    struct pegging *x;
    struct pegging *y;
    bool same = pegging_make(a, &crew_alone, arena, &x, &fault) == STATUS_OK &&
                pegging_make(b, &crew_alone, arena, &y, &fault) == STATUS_OK;
    for (uint32_t i = 0; same && i < a->item_count; i++) {
        same = pegging_count(x, i) == pegging_count(y, i);
        for (uint32_t k = 0; same && k < pegging_count(x, i); k++) {
            const struct peg p = pegging_row(x, i, k);
            const struct peg q = pegging_row(y, i, k);
            same = p.qty.micro == q.qty.micro && p.for_item == q.for_item &&
                   p.for_day == q.for_day && p.supply_day == q.supply_day &&
                   p.top_reference == q.top_reference && p.supply_reference == q.supply_reference;
        }
    }
    return same;
}

static bool holds_so(struct plan_live *live, bool pegs)
{
    struct arena *arena = arena_new(BYTES_MAX);
    const struct plant *plant = live_plan(live)->plant;
    struct fault fault = {0};
    struct plan *full;
    struct live_difference difference;
    bool same = plan_run(plant, arena, &full, &fault) == STATUS_OK;
    if (same) {
        live_compare(live, full, &difference);
        same = difference.items == 0 && !difference.load;
        if (!same)
            printf("items %u, first \"%s\"%s%s%s\n", (unsigned)difference.items,
                   difference.first == NO_INDEX ? "-" : plant_item_code(plant, difference.first),
                   difference.order ? " orders" : "", difference.message ? " messages" : "",
                   difference.load ? " load" : "");
        if (same && pegs && !same_pegs(live_plan(live), full, arena)) {
            printf("pegs differ\n");
            same = false;
        }
        same = same && live_plan(live)->order_count == full->order_count;
    } else {
        printf("plan: %s\n", fault.message);
    }
    arena_free(&arena);
    return same;
}

static bool holds(struct world *world, bool pegs)
{
    return holds_so(world->live, pegs);
}

/* Did every item that now looks otherwise say so? */
static bool told(const struct world *world, const uint64_t *before)
{
    const struct live_changes changes = live_changed(world->live);
    for (uint32_t i = 0; i < world->plant->items_count; i++) {
        if (before[i] != digest_of(world, i) &&
            !(changes.flags[i] & (LIVE_ORDERS | LIVE_MESSAGES))) {
            printf("item \"%s\" changed and was not told\n", plant_item_code(world->plant, i));
            return false;
        }
    }
    return true;
}

/* The orders of all items, of their own. */
static struct plan *copy_plan(const struct plan *plan, struct arena *arena)
{
    struct plan *copy = arena_alloc(arena, 1, sizeof *copy);
    struct plan_item *items = arena_alloc(arena, (size_t)plan->item_count + 1, sizeof *items);
    ASSERT(copy && items);
    *copy = *plan;
    copy->items = items;
    for (uint32_t i = 0; i < plan->item_count; i++) {
        const size_t count = plan->items[i].order_count;
        struct plan_order *orders = arena_alloc(arena, count + 1, sizeof *orders);
        ASSERT(orders);
        if (count > 0)
            memcpy(orders, plan->items[i].orders, count * sizeof *orders);
        items[i] = plan->items[i];
        items[i].orders = orders;
    }
    return copy;
}

static bool same_change(const struct plan_change *a, const struct plan_change *b)
{
    return a->kind == b->kind && a->ordinal == b->ordinal && a->before_item == b->before_item &&
           a->after_item == b->after_item && a->after == b->after &&
           (!a->before || memcmp(a->before, b->before, sizeof *a->before) == 0);
}

/* Is what the plan says of the orders that changed the difference of the whole plans? */
static bool differs_so(const struct world *world, const struct plan *before, struct arena *arena)
{
    const struct live_changes changes = live_changed(world->live);
    struct fault fault = {0};
    struct plan_diff told;
    struct plan_diff full;
    uint32_t items[64];
    uint32_t count = 0;
    for (uint32_t i = 0; i < world->plant->items_count; i++) {
        if (changes.flags[i] != 0)
            items[count++] = i;
    }
    bool same = live_orders_changed(world->live, items, count, arena, &told, &fault) == STATUS_OK &&
                plan_diff_make(before, live_plan(world->live), arena, &full, &fault) == STATUS_OK &&
                told.count == full.count;
    for (uint32_t k = 0; same && k < told.count; k++) {
        struct plan_change change = told.rows[k];
        if (change.before)
            change.before_item = items[change.before_item];
        if (change.after)
            change.after_item = items[change.after_item];
        same = same_change(&change, &full.rows[k]);
    }
    if (!same)
        printf("what changed is not what was told\n");
    return same;
}

struct said {
    struct plan_message *rows;
    uint32_t count;
};

static void copy_messages(const struct world *world, struct said *said, struct arena *arena)
{
    for (uint32_t i = 0; i < world->plant->items_count; i++) {
        const struct plan_message *rows = live_messages(world->live, i, &said[i].count);
        said[i].rows = arena_alloc(arena, said[i].count + 1, sizeof *rows);
        ASSERT(said[i].rows);
        if (said[i].count > 0)
            memcpy(said[i].rows, rows, said[i].count * sizeof *rows);
    }
}

static bool same_words(const struct plan_message *a, const struct plan_message *b)
{
    return a->kind == b->kind && a->segment == b->segment && a->reference == b->reference &&
           a->day == b->day && a->to_day == b->to_day && a->qty.micro == b->qty.micro &&
           a->to_qty.micro == b->to_qty.micro && a->data_error == b->data_error &&
           a->supply_kind == b->supply_kind;
}

/* What the messages were, with those that are told as changed or gone, is what they are. */
static bool says_so(const struct world *world, const struct said *said)
{
    bool same = true;
    for (uint32_t i = 0; same && i < world->plant->items_count; i++) {
        uint32_t count;
        const struct plan_message *rows = live_messages(world->live, i, &count);
        same = live_messages_gone(world->live, i) ==
               (said[i].count > count ? said[i].count - count : 0);
        for (uint32_t k = 0; same && k < count; k++)
            same = live_message_changed(world->live, i, k) ==
                   (k >= said[i].count || !same_words(&rows[k], &said[i].rows[k]));
    }
    if (!same)
        printf("messages that changed are not those that were told\n");
    return same;
}

/* ---- numbers of what was written ---- */

static void number_all(const struct world *world, struct text *written, struct arena *arena)
{
    for (uint32_t i = 0; i < world->plant->items_count; i++) {
        const bool fits = plan_numbers_of(world->live, i, arena, &written[i]);
        ASSERT(fits);
    }
}

/* A removed order is known by its need and ordinal, another one by itself. */
static bool has_change(const struct plan_diff *diff, const struct plan_change *change)
{
    bool found = false;
    for (uint32_t k = 0; k < diff->count && !found; k++) {
        const struct plan_change *row = &diff->rows[k];
        found = row->kind == change->kind && row->after == change->after &&
                (row->kind != PLAN_REMOVE || (row->ordinal == change->ordinal &&
                                              row->before->need_day == change->before->need_day));
    }
    return found;
}

static bool same_item_numbers(const struct world *world, uint32_t item, struct text written,
                              struct arena *arena)
{
    struct fault fault = {0};
    struct plan_diff told;
    struct plan_diff numbered;
    uint32_t count;
    (void)live_messages(world->live, item, &count);
    bool same =
        live_orders_changed(world->live, &item, 1, arena, &told, &fault) == STATUS_OK &&
        plan_numbers_changed(world->live, &item, &written, 1, arena, &numbered) == STATUS_OK &&
        told.count == numbered.count && told.removes == numbered.removes &&
        plan_numbers_messages_gone(world->live, item, written) ==
            live_messages_gone(world->live, item);
    for (uint32_t k = 0; same && k < told.count; k++)
        same = has_change(&numbered, &told.rows[k]);
    for (uint32_t k = 0; same && k < count; k++)
        same = plan_numbers_message_changed(world->live, item, k, written) ==
               live_message_changed(world->live, item, k);
    return same;
}

/* Do the numbers of what was written tell the same changes as the plan that remembers it? */
static bool numbered_so(const struct world *world, const struct text *written, struct arena *arena)
{
    bool same = true;
    for (uint32_t i = 0; same && i < world->plant->items_count; i++) {
        if (!plan_numbers_known(world->live, i, written[i]))
            continue;
        same = same_item_numbers(world, i, written[i], arena);
        if (!same)
            printf("item \"%s\": its numbers tell other changes than its plan\n",
                   plant_item_code(world->plant, i));
    }
    return same;
}

/* ---- what if ---- */

static struct sim_change random_what_if(struct world *world)
{
    const struct plant *plant = world->plant;
    const uint32_t item = random_item(world);
    struct sim_change change = {.item = item,
                                .kind = (uint8_t)below(SIM_BILL + 1),
                                .qty = random_qty(world, item, 60),
                                .due = plant->facts.plan_start +
                                       (date)below((uint32_t)plant->facts.horizon_days),
                                .days = (int32_t)below(9)};
    if (change.kind == SIM_SUPPLIER_LOST && plant->suppliers_count == 0)
        change.kind = SIM_STOCK;
    if (change.kind == SIM_SUPPLIER_LOST) {
        const struct supplier *row = &plant->suppliers[below(plant->suppliers_count)];
        change.supplier = row->supplier;
        change.item = one_in(2) ? NO_INDEX : row->item;
    }
    if (change.kind == SIM_STOCK && one_in(3))
        change.qty = (struct qty){0};
    if (change.kind == SIM_BILL && plant->bom_lines_count > 0 && !one_in(3)) {
        const struct bom_line *line = &plant->bom_lines[below(plant->bom_lines_count)];
        change.item = line->parent;
        change.component = line->component;
        change.qty = (struct qty){(int64_t)below(4) * QTY_SCALE};
    } else if (change.kind == SIM_BILL) {
        change.component = random_item(world);
    }
    return change;
}

static bool same_sum(const struct sim_sum *a, const struct sim_sum *b)
{
    return a->value == b->value && a->orders == b->orders && a->late_orders == b->late_orders &&
           a->late_demands == b->late_demands &&
           memcmp(a->messages, b->messages, sizeof a->messages) == 0;
}

/* What the other comes to, counted from the first's sum, beside what is counted of a plan of its
   own. */
static bool sums_hold(struct world *world, struct plan_live *other, struct arena *arena)
{
    struct plan_live *own;
    struct sim_sum before;
    struct sim_sum after;
    struct sim_sum counted;
    struct pegging *pegs[2];
    struct fault fault = {0};
    bool good =
        pegging_make(live_plan(world->live), &crew_alone, arena, &pegs[0], &fault) == STATUS_OK &&
        pegging_make(live_plan(other), &crew_alone, arena, &pegs[1], &fault) == STATUS_OK &&
        simulate_sum(world->live, pegs[0], arena, &before, &fault) == STATUS_OK &&
        simulate_sum_beside(other, world->live, &before, pegs[1], arena, &after, &fault) ==
            STATUS_OK &&
        live_open((struct plant *)(uintptr_t)live_plan(other)->plant, &crew_alone, arena, &own,
                  &fault) == STATUS_OK &&
        pegging_make(live_plan(own), &crew_alone, arena, &pegs[0], &fault) == STATUS_OK &&
        simulate_sum(own, pegs[0], arena, &counted, &fault) == STATUS_OK;
    good = good && same_sum(&after, &counted);
    if (!good)
        printf("sums of a what-if differ %s\n", fault.message);
    return good;
}

/* What netting reads beside orders and messages, as substitutes' takings: the requirement rows. */
static uint64_t digest_of_rows(const struct world *world, struct arena *arena)
{
    struct fault fault = {0};
    struct plan_view *view;
    uint64_t hash = 0;
    bool good = plan_view_open(live_plan(world->live), arena, &view, &fault) == STATUS_OK;
    for (uint32_t i = 0; good && i < world->plant->items_count; i++) {
        const struct plan_requirement *rows;
        uint32_t count = 0;
        good = plan_view_requirements(view, i, &rows, &count, &fault) == STATUS_OK;
        for (uint32_t k = 0; good && k < count; k++)
            hash = mix(mix(hash, &rows[k].gross, sizeof rows[k].gross), &rows[k].projected,
                       sizeof rows[k].projected);
    }
    ASSERT(good);
    return hash;
}

/* A plan of changed facts beside the living one, and nothing of that one changes. */
static bool what_if(struct world *world, const struct crew *crew, bool pegs)
{
    struct arena *arena = arena_new(BYTES_MAX);
    struct fault fault = {0};
    struct sim_change changes[3];
    struct simulated seen;
    struct plan_live *other;
    struct live_sum sum;
    struct said said[64];
    uint64_t before[64];
    const uint32_t count = 1 + below(COUNT_OF(changes));
    const uint64_t rows = digest_of_rows(world, arena);
    copy_messages(world, said, arena);
    for (uint32_t i = 0; i < world->plant->items_count; i++)
        before[i] = digest_of(world, i);
    for (uint32_t k = 0; k < count; k++)
        changes[k] = random_what_if(world);
    bool good = simulate_plant(world->plant, changes, count, arena, &seen, &fault) == STATUS_OK;
    enum status status = live_open_beside(world->live, seen.plant, seen.items, seen.item_count,
                                          crew, arena, &other, &fault);
    if (good && status == STATUS_OK)
        good = live_settle(other, &sum, &fault) == STATUS_OK && holds_so(other, pegs) &&
               sums_hold(world, other, arena);
    else
        good = good && status == STATUS_BOM_CYCLE; /* a new line may close one */
    for (uint32_t i = 0; i < world->plant->items_count; i++)
        good = good && before[i] == digest_of(world, i);
    good = good && rows == digest_of_rows(world, arena) && says_so(world, said) &&
           live_changed(world->live).count == 0;
    for (uint32_t k = 0; !good && k < count; k++)
        printf("what if %d of \"%s\" %s\n", changes[k].kind,
               changes[k].item == NO_INDEX ? "-" : plant_item_code(world->plant, changes[k].item),
               fault.message);
    arena_free(&arena);
    return good;
}

/* ---- the walk ---- */

static bool step(struct world *world, struct arena *arena, struct fault *fault)
{
    const struct plan *plan = copy_plan(live_plan(world->live), arena);
    struct live_sum sum;
    struct said said[64];
    struct text written[64];
    uint64_t before[64];
    ASSERT(world->plant->items_count <= COUNT_OF(before));
    copy_messages(world, said, arena);
    number_all(world, written, arena);
    for (uint32_t i = 0; i < world->plant->items_count; i++)
        before[i] = digest_of(world, i);
    for (uint32_t changes = 1 + below(3); changes > 0; changes--) {
        struct live_facts facts = facts_of(world, random_item(world));
        for (uint32_t rows = below(4); rows > 0; rows--) /* none: an event that is read twice */
            disturb_row(world, &facts);
        if (live_change(world->live, &facts, fault) != STATUS_OK)
            return false;
    }
    if (live_settle(world->live, &sum, fault) != STATUS_OK || !told(world, before) ||
        !differs_so(world, plan, arena) || !says_so(world, said) ||
        !numbered_so(world, written, arena))
        return false;
    live_written(world->live);
    return live_changed(world->live).count == 0;
}

static struct plant *read_plant(const char *dir)
{
    struct text bytes[PLANT_FILES] = {{NULL, 0}};
    struct plant *plant = NULL;
    struct plant_reader *reader = plant_reader_new(BYTES_MAX);
    for (int i = 0; i < PLANT_FILES; i++) {
        struct fault missing = {0};
        if (folder_read(dir, plant_files[i].name, &bytes[i], &missing) == STATUS_OK) {
            bool known = plant_reader_take(reader, plant_files[i].name, bytes[i]);
            ASSERT(known);
        }
    }
    struct fault fault = {0};
    enum status status = plant_reader_finish(reader, &plant, &fault);
    if (status != STATUS_OK)
        printf("%s: %s\n", dir, fault.message);
    plant_reader_free(&reader);
    for (int i = 0; i < PLANT_FILES; i++)
        folder_file_free(&bytes[i]);
    return status == STATUS_OK ? plant : NULL;
}

/* Pegs are compared at one step of so many.  False with the place printed. */
static bool walk(const char *dir, uint64_t seed, uint32_t pegs_every)
{
    struct world *world = calloc(1, sizeof *world);
    struct arena *arena = arena_new(BYTES_MAX);
    struct arena *of_step = arena_new(BYTES_MAX);
    struct fault fault = {0};
    struct crew crew = seed % 2 == 0 ? threads_crew(2) : crew_alone;
    crew.least = 2; /* so that two hands share even these levels */
    state = seed * 0x9e3779b97f4a7c15ULL + 1;
    world->plant = read_plant(dir);
    bool good = world->plant &&
                live_open(world->plant, &crew, arena, &world->live, &fault) == STATUS_OK &&
                holds(world, true);
    for (uint32_t k = 0; good && k < STEPS; k++) {
        arena_reset(of_step);
        const bool pegs = k % pegs_every == pegs_every - 1;
        good = step(world, of_step, &fault) && holds(world, pegs) &&
               (k % WHAT_IF_EVERY != 0 || what_if(world, &crew, pegs));
        if (!good)
            printf("seed %u, step %u %s\n", (unsigned)seed, k, fault.message);
    }
    if (!good)
        printf("seed %u failed: %s\n", (unsigned)seed, fault.message);
    arena_free(&of_step);
    arena_free(&arena);
    plant_free(&world->plant);
    free(world);
    return good;
}

static void walk_all(unsigned first, unsigned count, uint32_t pegs_every)
{
    char dir[] = "/tmp/millrace-live-XXXXXX";
    char command[256];
    unsigned failed = 0;
    if (!mkdtemp(dir)) {
        CU_FAIL("no folder for the plants");
        return;
    }
    printf("seeds %u .. %u, %u steps each\n", first, first + count - 1, STEPS);
    snprintf(command, sizeof command, "python3 tests/property/live_plants.py %s %u %u", dir, first,
             count);
    CU_ASSERT_FATAL(system(command) == 0);
    for (unsigned k = 0; k < count; k++) {
        char plant[64];
        snprintf(plant, sizeof plant, "%s/%u", dir, k);
        failed += !walk(plant, first + k, pegs_every);
    }
    CU_ASSERT_EQUAL(failed, 0);
    snprintf(command, sizeof command, "rm -r %s", dir);
    CU_ASSERT(system(command) == 0);
}

static void test_walks(void)
{
    const char *given = getenv("MILLRACE_SEED");
    const char *wanted = getenv("MILLRACE_LONG");
    const unsigned first = given ? (unsigned)strtoul(given, NULL, 10) : 1;
    if (wanted && strcmp(wanted, "1") == 0)
        walk_all(first, PLANTS_LONG, 1);
    else
        walk_all(first, PLANTS, PEGS_EVERY);
}

/* Seeds that once found a defect. */
static void test_known_seeds(void)
{
    walk_all(41516, 1, PEGS_EVERY); /* test_firm_order_moves */
}

/* ---- one change, by hand ---- */

static struct plant *plant_of_texts(void)
{
    static const char *const files[][2] = {
        {"plant.csv", "key,value\nplan_start,2026-01-01\ndate_style,number\nhorizon_days,30\n"},
        {"items.csv", "item,type\nA,make\nM,buy\nP,phantom\nQ,buy\nS,buy\n"},
        {"bom.csv", "parent,component,qty,substitute_group,substitute_priority\n"
                    "A,P,1,,\nP,Q,1,,\nA,M,1,G,1\nA,S,1,G,2\n"},
        {"stock.csv", "item,qty\nS,20\n"},
        {"supply.csv", "item,due,qty,kind\nA,8,20,planned\n"},
        {"demand.csv", "item,due,qty,reference\nA,9,10,SO-1\nA,20,1,SO-2\n"}};
    struct plant_reader *reader = plant_reader_new(BYTES_MAX);
    struct plant *plant = NULL;
    struct fault fault = {0};
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        CU_ASSERT_TRUE_FATAL(plant_reader_take(reader, files[i][0], text_of(files[i][1])));
    CU_ASSERT_EQUAL_FATAL(plant_reader_finish(reader, &plant, &fault), STATUS_OK);
    plant_reader_free(&reader);
    return plant;
}

/* Of the item's pegs, what serves the customer's order. */
static int64_t pegged(const struct plan *plan, const char *code, const char *reference)
{
    struct arena *arena = arena_new(BYTES_MAX);
    struct fault fault = {0};
    struct pegging *pegging;
    int64_t sum = 0;
    CU_ASSERT_EQUAL_FATAL(pegging_make(plan, &crew_alone, arena, &pegging, &fault), STATUS_OK);
    for (uint32_t i = 0; i < plan->item_count; i++) {
        for (uint32_t k = 0; k < pegging_count(pegging, i); k++) {
            const struct peg peg = pegging_row(pegging, i, k);
            if (strcmp(plant_item_code(plan->plant, i), code) == 0 &&
                strcmp(plant_text(plan->plant, peg.top_reference), reference) == 0)
                sum += peg.qty.micro;
        }
    }
    arena_free(&arena);
    return sum;
}

/*
 * Stock of A comes and its demand SO-2 goes: A has the same orders and as many facts as before, but
 * its firm order stands second among them, no longer first.  Its needs through the phantom P, and
 * of the substitute S, name it by that place.  It gives 7 to SO-1, after 3 of stock; so do they.
 */
static void test_firm_order_moves(void)
{
    struct world *world = calloc(1, sizeof *world);
    struct arena *arena = arena_new(BYTES_MAX);
    struct fault fault = {0};
    struct live_sum sum;
    world->plant = plant_of_texts();
    CU_ASSERT_EQUAL_FATAL(live_open(world->plant, &crew_alone, arena, &world->live, &fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(pegged(live_plan(world->live), "Q", "SO-1"), 10 * QTY_SCALE);
    struct live_facts facts = facts_of(world, 0);
    CU_ASSERT_EQUAL_FATAL(facts.demand_count, 2);
    facts.demand_count = 1;
    facts.stock_count = 1;
    world->stocks[0] = world->plant->stocks[0];
    world->stocks[0].item = facts.item;
    world->stocks[0].qty = (struct qty){3 * QTY_SCALE};
    CU_ASSERT_EQUAL(live_change(world->live, &facts, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(live_settle(world->live, &sum, &fault), STATUS_OK);
    CU_ASSERT_EQUAL(pegged(live_plan(world->live), "Q", "SO-1"), 7 * QTY_SCALE);
    CU_ASSERT_EQUAL(pegged(live_plan(world->live), "S", "SO-1"), 7 * QTY_SCALE);
    CU_ASSERT_TRUE(holds(world, true));
    arena_free(&arena);
    plant_free(&world->plant);
    free(world);
}

UNIT_SUITE("property/live", UNIT(test_walks), UNIT(test_known_seeds), UNIT(test_firm_order_moves))
