#include "services/bom/import_core.h"

#include "common/plant/plant_price.h"
#include "common/plant/plant_units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything the functions here share. */
struct import {
    const struct plant *plant;
    struct arena *arena;
    struct import_rows *rows;
    struct fault *fault;
    uint32_t *order_of_reference; /* by text number: work order + 1 in rows->work_orders */
    struct place *purchases;      /* rows of supply.csv that are purchases */
    size_t purchase_count;
    uint32_t *supplier_of_item; /* first row of the item in suppliers + 1 */
};

static enum status full(struct import *import)
{
    return fault_set(import->fault, STATUS_LIMIT, "", "import does not fit in memory");
}

static struct text text_at(const struct import *import, uint32_t number)
{
    return text_of(plant_text(import->plant, number));
}

static struct text or_null(const struct import *import, uint32_t number)
{
    return number == 0 ? (struct text){NULL, 0} : text_at(import, number);
}

static struct text item_code(const struct import *import, uint32_t item)
{
    return text_of(plant_item_code(import->plant, item));
}

/* "SO-000017" for a row whose reference is empty; the next free number where the folder has that
   text itself. */
#define NUMBER_MAX  32
#define NUMBER_STEP 1000000000 /* above every row of a file that numbers come from */

static enum status reference_or_number(struct import *import, uint32_t reference,
                                       const char *prefix, size_t number, struct text *out)
{
    if (reference != 0) {
        *out = text_at(import, reference);
        return STATUS_OK;
    }
    char *made = arena_alloc(import->arena, NUMBER_MAX, 1);
    if (!made)
        return full(import);
    int length;
    do {
        length = snprintf(made, NUMBER_MAX, "%s-%06zu", prefix, number);
        ASSERT(length > 0 && length < NUMBER_MAX);
        number += NUMBER_STEP;
    } while (names_find(import->plant->texts, text_of(made)) != NAMES_NONE);
    *out = (struct text){made, (size_t)length};
    return STATUS_OK;
}

/* A quantity in another unit, in the item's own: exact, rounded up at the item's decimals as every
   computed requirement is. */
static enum status in_stock_unit(struct import *import, const struct demand *demand,
                                 struct qty given, struct qty *out)
{
    struct frac factor;
    struct frac asked;
    struct frac own;
    *out = given;
    if (demand->uom == 0)
        return STATUS_OK;
    if (!plant_unit_factor(import->plant, demand->item, demand->uom, &factor) ||
        !frac_of_qty(given, &asked) || !frac_mul(asked, factor, &own) ||
        !frac_ceil(own, import->plant->items[demand->item].decimals, out))
        return fault_set(import->fault, STATUS_INVALID, "demand.csv",
                         "demand of item \"%s\" in \"%s\" cannot be converted to its own unit",
                         plant_item_code(import->plant, demand->item),
                         plant_text(import->plant, demand->uom));
    return STATUS_OK;
}

/* Rows of one document stand together, then by place in the file. */
struct place {
    struct text id;
    uint32_t row;
};

static int by_id_and_row(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;
    int order = text_cmp(left->id, right->id);
    return order != 0 ? order : (left->row > right->row) - (left->row < right->row);
}

static enum status sales_line(struct import *import, const struct place *place)
{
    struct import_rows *rows = import->rows;
    const struct demand *demand = &import->plant->demands[place->row];
    struct import_sales_line *line = &rows->sales_lines[rows->sales_lines_count];
    size_t orders = rows->sales_orders_count;
    int64_t before = 0;

    if (orders == 0 || !text_equal(rows->sales_orders[orders - 1].id, place->id))
        rows->sales_orders[rows->sales_orders_count++] =
            (struct import_document){place->id, or_null(import, demand->customer)};
    else
        before = line[-1].line;
    *line = (struct import_sales_line){
        .sales_order = place->id,
        .line = before + 1,
        .item = item_code(import, demand->item),
        .due = demand->due,
        .priority = demand->priority,
        .segment = or_null(import, demand->segment),
        .price = demand->price,
    };
    rows->sales_lines_count++;
    enum status status = in_stock_unit(import, demand, demand->qty, &line->qty);
    if (status == STATUS_OK)
        status = in_stock_unit(import, demand, demand->shipped, &line->shipped_before);
    return status;
}

static enum status forecast(struct import *import, const struct demand *demand)
{
    struct import_rows *rows = import->rows;
    struct import_forecast *row = &rows->forecasts[rows->forecasts_count++];
    *row = (struct import_forecast){
        .row_no = (int64_t)rows->forecasts_count,
        .item = item_code(import, demand->item),
        .due = demand->due,
        .days = demand->days,
        .reference = or_null(import, demand->reference),
        .customer = or_null(import, demand->customer),
        .segment = or_null(import, demand->segment),
    };
    return in_stock_unit(import, demand, demand->qty, &row->qty);
}

static enum status demands(struct import *import)
{
    const struct plant *plant = import->plant;
    struct place *places = arena_alloc(import->arena, plant->demands_count + 1, sizeof *places);
    size_t orders = 0;
    enum status status = places ? STATUS_OK : full(import);

    for (uint32_t i = 0; status == STATUS_OK && i < plant->demands_count; i++) {
        const struct demand *demand = &plant->demands[i];
        if (demand->kind == DEMAND_FORECAST) {
            status = forecast(import, demand);
            continue;
        }
        places[orders].row = i;
        status =
            reference_or_number(import, demand->reference, "SO", (size_t)i + 1, &places[orders].id);
        orders++;
    }
    if (status == STATUS_OK)
        qsort(places, orders, sizeof *places, by_id_and_row);
    for (size_t i = 0; status == STATUS_OK && i < orders; i++)
        status = sales_line(import, &places[i]);
    return status;
}

static struct unitcost item_cost(const struct plant *plant, uint32_t item)
{
    struct unitcost cost = plant->items[item].unit_cost;
    return cost_given(cost) ? cost : (struct unitcost){0};
}

/* What a stock unit costs: the first supplier's price, else what the item is worth; the order's own
   price is not in the folder. */
static enum status purchase_price(struct import *import, uint32_t item,
                                  const struct supplier *source, struct unitcost *price)
{
    const struct plant *plant = import->plant;
    *price = NO_COST;
    if (source &&
        !plant_supplier_price(plant, source, plant->facts.plan_start, source->uom_factor, price))
        return fault_set(import->fault, STATUS_OVERFLOW, "suppliers.csv",
                         "price of item \"%s\" is out of range", plant_item_code(plant, item));
    if (!cost_given(*price))
        *price = item_cost(plant, item);
    return STATUS_OK;
}

static enum status purchase(struct import *import, const struct place *place)
{
    struct import_rows *rows = import->rows;
    const struct supply *supply = &import->plant->supplies[place->row];
    struct import_purchase_line *line = &rows->purchase_lines[rows->purchase_lines_count];
    size_t orders = rows->purchase_orders_count;
    uint32_t first = import->supplier_of_item[supply->item];
    const struct supplier *source = first > 0 ? &import->plant->suppliers[first - 1] : NULL;
    int64_t before = 0;

    if (orders == 0 || !text_equal(rows->purchase_orders[orders - 1].id, place->id))
        rows->purchase_orders[rows->purchase_orders_count++] = (struct import_document){
            place->id, source ? text_at(import, source->supplier) : (struct text){NULL, 0}};
    else
        before = line[-1].line;
    *line = (struct import_purchase_line){
        .purchase_order = place->id,
        .line = before + 1,
        .item = item_code(import, supply->item),
        .qty = supply->qty,
        .due = supply->due,
        .segment = or_null(import, supply->segment),
    };
    rows->purchase_lines_count++;
    return purchase_price(import, supply->item, source, &line->price);
}

static enum status work_order(struct import *import, const struct supply *supply, struct text id)
{
    struct import_rows *rows = import->rows;
    struct import_work_order *order = &rows->work_orders[rows->work_orders_count++];
    bool released = supply->kind == SUPPLY_WORK_ORDER;
    *order = (struct import_work_order){
        .work_order = id,
        .item = item_code(import, supply->item),
        .qty = supply->qty,
        .start_on =
            date_given(supply->start) && supply->start < supply->due ? supply->start : supply->due,
        .due_on = supply->due,
        .state = text_of(released ? "released" : "firm"),
        .segment = or_null(import, supply->segment),
    };
    if (!amount_extend(supply->qty, item_cost(import->plant, supply->item), &order->planned_cost))
        return fault_set(import->fault, STATUS_OVERFLOW, "supply.csv",
                         "cost of work order \"%.*s\" is out of range", (int)id.length, id.bytes);
    if (supply->reference != 0)
        import->order_of_reference[supply->reference] = (uint32_t)rows->work_orders_count;
    return STATUS_OK;
}

static enum status other_supply(struct import *import, const struct supply *supply)
{
    static const char *const kinds[] = {[SUPPLY_PURCHASE] = "purchase",
                                        [SUPPLY_WORK_ORDER] = "work_order",
                                        [SUPPLY_PLANNED] = "planned",
                                        [SUPPLY_TRANSFER] = "transfer"};
    struct import_rows *rows = import->rows;
    struct import_supply *row = &rows->supplies[rows->supplies_count++];
    *row = (struct import_supply){
        .row_no = (int64_t)rows->supplies_count,
        .item = item_code(import, supply->item),
        .due = supply->due,
        .qty = supply->qty,
        .kind = text_of(kinds[supply->kind]),
        .start = date_given(supply->start) ? supply->start : supply->due,
        .reference = or_null(import, supply->reference),
        .firm = supply->firm,
        .segment = or_null(import, supply->segment),
    };
    return STATUS_OK;
}

enum supply_becomes { BECOMES_PURCHASE, BECOMES_WORK_ORDER, BECOMES_OTHER };

/* Two rows with one reference cannot both be that work order. */
static enum supply_becomes becomes(const struct import *import, const struct supply *supply)
{
    bool made = import->plant->items[supply->item].type == ITEM_MAKE;
    if (supply->kind == SUPPLY_PURCHASE)
        return BECOMES_PURCHASE;
    bool order = supply->kind == SUPPLY_WORK_ORDER ||
                 (supply->kind == SUPPLY_PLANNED && supply->firm && made);
    bool taken = supply->reference != 0 && import->order_of_reference[supply->reference] > 0;
    return order && !taken ? BECOMES_WORK_ORDER : BECOMES_OTHER;
}

static enum status supply_row(struct import *import, uint32_t row)
{
    const struct supply *supply = &import->plant->supplies[row];
    enum supply_becomes what = becomes(import, supply);
    const char *prefix = what == BECOMES_PURCHASE ? "PO" : "WO";
    struct text id;
    if (what == BECOMES_OTHER)
        return other_supply(import, supply);
    enum status status =
        reference_or_number(import, supply->reference, prefix, (size_t)row + 1, &id);
    if (status != STATUS_OK)
        return status;
    if (what == BECOMES_WORK_ORDER)
        return work_order(import, supply, id);
    import->purchases[import->purchase_count++] = (struct place){id, row};
    return STATUS_OK;
}

static enum status supplies(struct import *import)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < import->plant->supplies_count; i++)
        status = supply_row(import, i);
    if (status == STATUS_OK)
        qsort(import->purchases, import->purchase_count, sizeof *import->purchases, by_id_and_row);
    for (size_t i = 0; status == STATUS_OK && i < import->purchase_count; i++)
        status = purchase(import, &import->purchases[i]);
    return status;
}

static void other_need(struct import *import, const struct order_component *component)
{
    struct import_rows *rows = import->rows;
    struct import_need *row = &rows->needs[rows->needs_count++];
    *row = (struct import_need){
        .row_no = (int64_t)rows->needs_count,
        .reference = text_at(import, component->reference),
        .item = item_code(import, component->item),
        .qty = component->qty,
        .due = component->due,
        .operation = or_null(import, component->operation),
        .segment = or_null(import, component->segment),
    };
}

/* Lines are numbered through in file order, which makes them unique within their order. */
static enum status components(struct import *import)
{
    const struct plant *plant = import->plant;
    struct import_rows *rows = import->rows;
    for (uint32_t i = 0; i < plant->order_components_count; i++) {
        const struct order_component *component = &plant->order_components[i];
        uint32_t order = import->order_of_reference[component->reference];
        if (order == 0 || !text_is(rows->work_orders[order - 1].state, "released")) {
            other_need(import, component);
            continue;
        }
        const struct import_work_order *parent = &rows->work_orders[order - 1];
        rows->components[rows->components_count++] = (struct import_component){
            .work_order = parent->work_order,
            .line = (int64_t)i + 1,
            .item = item_code(import, component->item),
            .required = component->qty,
            .due_on = date_given(component->due) ? component->due : parent->start_on,
            .operation = or_null(import, component->operation),
            .segment = or_null(import, component->segment),
            .planned_cost = item_cost(plant, component->item),
        };
    }
    return STATUS_OK;
}

/* Value of an opening line; what empties the item takes what is left. */
static enum status opening(struct import *import, const struct stock *stock,
                           struct import_stock *row, struct import_stock_item *item)
{
    bool standard = plant_item_params(import->plant, stock->item)->valuation == VALUATION_STANDARD;
    struct unitcost cost = cost_given(stock->unit_cost) && !standard
                               ? stock->unit_cost
                               : item_cost(import->plant, stock->item);
    bool fits = qty_add(item->on_hand, stock->qty, &item->on_hand) &&
                amount_extend(stock->qty, cost, &row->amount);
    if (fits && item->on_hand.micro == 0)
        row->amount.e4 = -item->value.e4;
    fits = fits && amount_add(item->value, row->amount, &item->value);
    if (!fits)
        return fault_set(import->fault, STATUS_OVERFLOW, "stock.csv",
                         "value of item \"%s\" is out of range",
                         plant_item_code(import->plant, stock->item));
    if (stock->qty.micro > 0)
        item->last_cost = cost;
    row->on_hand = item->on_hand;
    row->value = item->value;
    return STATUS_OK;
}

static enum status stock_row(struct import *import, const struct stock *stock)
{
    static const char *const statuses[] = {[STOCK_AVAILABLE] = "available",
                                           [STOCK_INSPECTION] = "inspection",
                                           [STOCK_BLOCKED] = "blocked"};
    struct import_rows *rows = import->rows;
    struct import_stock *row = &rows->stocks[rows->stocks_count++];
    if (stock->owner != 0)
        return fault_set(import->fault, STATUS_INVALID, "stock.csv",
                         "consigned stock of item \"%s\" cannot be imported yet",
                         plant_item_code(import->plant, stock->item));
    *row = (struct import_stock){
        .posted_seq = (int64_t)rows->stocks_count,
        .item = item_code(import, stock->item),
        .location =
            stock->location != 0 ? text_at(import, stock->location) : text_of(IMPORT_LOCATION),
        .lot = text_at(import, stock->lot),
        .status = text_of(statuses[stock->status]),
        .segment = text_at(import, stock->segment),
        .qty = stock->qty,
        .may_be_negative = plant_item_params(import->plant, stock->item)->allow_negative,
    };
    if (stock->lot != 0)
        rows->lots[rows->lots_count++] = (struct import_lot){row->item, row->lot, stock->expiry};
    return opening(import, stock, row, &rows->stock_items[stock->item]);
}

static enum status stocks(struct import *import)
{
    const struct plant *plant = import->plant;
    struct import_rows *rows = import->rows;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < plant->items_count; i++)
        rows->stock_items[i] = (struct import_stock_item){.item = item_code(import, i),
                                                          .last_cost = item_cost(plant, i)};
    rows->stock_items_count = plant->items_count;
    for (uint32_t i = 0; status == STATUS_OK && i < plant->stocks_count; i++)
        status = stock_row(import, &plant->stocks[i]);
    return status;
}

/* Every list as long as the file it comes from could make it. */
static enum status make_room(struct import *import)
{
    const struct plant *plant = import->plant;
    struct import_rows *rows = import->rows;
    const size_t demands_max = plant->demands_count;
    const size_t supplies_max = plant->supplies_count;
    const size_t needs_max = plant->order_components_count;
    const size_t stocks_max = plant->stocks_count;
    bool ok = true;
#define ROOM(field, n) \
 ok = ok && (rows->field = arena_alloc(import->arena, (n) + 1, sizeof *rows->field)) != NULL
    ROOM(sales_orders, demands_max);
    ROOM(sales_lines, demands_max);
    ROOM(forecasts, demands_max);
    ROOM(purchase_orders, supplies_max);
    ROOM(purchase_lines, supplies_max);
    ROOM(work_orders, supplies_max);
    ROOM(supplies, supplies_max);
    ROOM(components, needs_max);
    ROOM(needs, needs_max);
    ROOM(stocks, stocks_max);
    ROOM(lots, stocks_max);
    ROOM(stock_items, plant->items_count);
#undef ROOM
    import->order_of_reference = arena_alloc(import->arena, (size_t)names_count(plant->texts) + 1,
                                             sizeof *import->order_of_reference);
    import->supplier_of_item =
        arena_alloc(import->arena, (size_t)plant->items_count + 1, sizeof(uint32_t));
    import->purchases = arena_alloc(import->arena, supplies_max + 1, sizeof *import->purchases);
    if (!ok || !import->order_of_reference || !import->supplier_of_item || !import->purchases)
        return full(import);
    for (uint32_t i = plant->suppliers_count; i > 0; i--)
        import->supplier_of_item[plant->suppliers[i - 1].item] = i;
    return STATUS_OK;
}

enum status import_rows_of(const struct plant *plant, struct arena *arena, struct import_rows *rows,
                           struct fault *fault)
{
    struct import import = {.plant = plant, .arena = arena, .rows = rows, .fault = fault};
    memset(rows, 0, sizeof *rows);
    enum status status = make_room(&import);
    if (status == STATUS_OK)
        status = demands(&import);
    if (status == STATUS_OK)
        status = supplies(&import);
    if (status == STATUS_OK)
        status = components(&import);
    if (status == STATUS_OK)
        status = stocks(&import);
    return status;
}
