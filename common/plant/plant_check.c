#include "common/plant/designators.h"
#include "common/plant/plant_reader.h"
#include "common/plant/plant_units.h"

#include <inttypes.h>
#include <string.h>

#define KEY_COLUMNS_MAX 3

/* No two rows of a file may agree in all of these columns.  Items have their own check. */
static const char *const unique_keys[PLANT_FILES][KEY_COLUMNS_MAX] = {
    [FILE_CALENDAR] = {"calendar", "date", "weekday"},
    [FILE_UNITS] = {"from", "to", "item"},
    [FILE_RATES] = {"currency", "date"},
    [FILE_PARTNERS] = {"partner"},
    [FILE_SAFETY_STOCK] = {"item", "from"},
    [FILE_WORK_CENTERS] = {"work_center"},
    [FILE_ORDER_COSTS] = {"item", "date"},
    [FILE_MOVEMENTS] = {"seq"}};

static const struct column *column_named(enum plant_file_id file, const char *name)
{
    return plant_column_find(&plant_files[file], text_of(name));
}

static bool key_is_new(struct plant_reader *reader, const int64_t *key, uint32_t columns,
                       const char *column)
{
    struct text bytes = {(const char *)key, columns * sizeof(*key)};
    uint32_t count = names_count(reader->keys);
    uint32_t number = names_add(reader->keys, bytes);
    if (number == NAMES_NONE) {
        reader->out_of_room = true;
        return true;
    }
    if (number < count)
        return plant_error(reader, column, "row is given twice, first on line %u",
                           reader->key_lines[number]);
    reader->key_lines[number] = reader->line;
    return true;
}

static bool check_unique(struct plant_reader *reader, const void *row)
{
    const char *const *names = unique_keys[reader->file];
    int64_t key[KEY_COLUMNS_MAX];
    uint32_t columns = 0;
    while (columns < KEY_COLUMNS_MAX && names[columns]) {
        key[columns] = column_load(column_named(reader->file, names[columns]), row);
        columns++;
    }
    return columns == 0 || key_is_new(reader, key, columns, names[0]);
}

/* A work order's line is named by its reference, item and day. */
static bool check_supply(struct plant_reader *reader, const void *row)
{
    const struct supply *supply = row;
    int64_t key[] = {supply->reference, supply->item, supply->due};
    char shown[SHOWN_MAX];
    if (supply->reference == 0 || supply->kind != SUPPLY_WORK_ORDER)
        return true;
    uint32_t count = names_count(reader->keys);
    uint32_t number = names_add(reader->keys, (struct text){(const char *)key, sizeof(key)});
    reader->out_of_room |= number == NAMES_NONE;
    if (number < count)
        return plant_error(
            reader, "reference",
            "reference \"%s\" is given twice for the item and day, first on line %u",
            plant_shown(text_of(plant_text(reader->plant, supply->reference)), shown),
            reader->key_lines[number]);
    if (number != NAMES_NONE)
        reader->key_lines[number] = reader->line;
    return true;
}

static bool check_decimals(struct plant_reader *reader, const char *column, struct qty quantity,
                           const struct item *item)
{
    char text[QTY_TEXT_MAX];
    char shown[SHOWN_MAX];
    if (reader->kept || !qty_given(quantity) || qty_fits_decimals(quantity, item->decimals))
        return true;
    const char *uom = item->uom ? plant_text(reader->plant, item->uom) : "its unit";
    qty_format(quantity, text);
    plant_shown(text_of(uom), shown);
    if (item->decimals == 0)
        return plant_error(reader, column, "quantity %s is not a whole number of %s", text, shown);
    return plant_error(reader, column, "quantity %s has more than the %d decimals of %s", text,
                       item->decimals, shown);
}

/* Every COLUMN_ITEM_QTY of the row; the item is the row's COLUMN_ITEM, for items.csv the row
 * itself. */
static bool check_item_quantities(struct plant_reader *reader, const void *row)
{
    const struct plant_file *file = &plant_files[reader->file];
    const struct item *item = NULL;
    bool good = true;
    if (reader->file == FILE_ITEMS)
        item = &((const struct item_row *)row)->item;
    for (uint32_t i = 0; i < file->column_count; i++) {
        const struct column *column = &file->columns[i];
        if (column->kind == COLUMN_ITEM)
            item = &reader->plant->items[column_load(column, row)];
        if (column->kind != COLUMN_ITEM_QTY)
            continue;
        ASSERT(item);
        struct qty quantity = {column_load(column, row)};
        good &= check_decimals(reader, column->name, quantity, item);
    }
    return good;
}

static bool check_validity(struct plant_reader *reader, const char *column, date from, date to)
{
    char from_text[DATE_TEXT_MAX];
    char to_text[DATE_TEXT_MAX];
    if (from <= to)
        return true;
    date_format(from, from_text);
    date_format(to, to_text);
    return plant_error(reader, column, "%s is before valid_from %s", to_text, from_text);
}

static bool check_order(struct plant_reader *reader, const char *low_name, struct qty low,
                        const char *high_name, struct qty high)
{
    char low_text[QTY_TEXT_MAX];
    char high_text[QTY_TEXT_MAX];
    if (!qty_given(low) || !qty_given(high) || qty_cmp(low, high) <= 0)
        return true;
    qty_format(low, low_text);
    qty_format(high, high_text);
    return plant_error(reader, high_name, "%s is below %s %s", high_text, low_name, low_text);
}

static bool check_uom(struct plant_reader *reader, uint32_t item, uint32_t uom)
{
    char shown[SHOWN_MAX];
    char own[SHOWN_MAX];
    char code[SHOWN_MAX];
    const struct plant *plant = reader->plant;
    struct frac factor;
    if (plant_unit_factor(plant, item, uom, &factor))
        return true;
    return plant_error(reader, "uom",
                       "unit \"%s\" cannot be converted to unit \"%s\" of item \"%s\"",
                       plant_shown(text_of(plant_text(plant, uom)), shown),
                       plant_shown(text_of(plant_text(plant, plant->items[item].uom)), own),
                       plant_shown(text_of(plant_item_code(plant, item)), code));
}

static bool check_lot_rule(struct plant_reader *reader, const struct item_params *params)
{
    const char *missing = NULL;
    if (params->lot_rule == LOT_RULE_FOQ && !qty_given(params->lot_qty))
        missing = "FOQ needs lot_qty";
    if (params->lot_rule == LOT_RULE_ROP && !qty_given(params->lot_qty))
        missing = "ROP needs lot_qty";
    if (params->lot_rule == LOT_RULE_ROP && !qty_given(params->reorder_point))
        missing = "ROP needs reorder_point";
    if (params->lot_rule == LOT_RULE_POQ && !days_given(params->lot_periods))
        missing = "POQ needs lot_periods";
    if (params->lot_rule == LOT_RULE_DOS && !days_given(params->lot_periods))
        missing = "DOS needs lot_periods";
    if (params->lot_rule == LOT_RULE_MINMAX && !qty_given(params->stock_max))
        missing = "MINMAX needs stock_max";
    return !missing || plant_error(reader, "lot_rule", "%s", missing);
}

static bool check_item(struct plant_reader *reader, const void *row)
{
    const struct item_row *item = row;
    const struct item_params *params = &item->params;
    bool good = check_order(reader, "lot_min", params->lot_min, "lot_max", params->lot_max);
    good &= check_order(reader, "stock_min", params->stock_min, "stock_max", params->stock_max);
    return check_lot_rule(reader, params) && good;
}

static bool check_calendar_day(struct plant_reader *reader, const void *row)
{
    const struct calendar_day *day = row;
    if (date_given(day->date) != days_given(day->weekday))
        return true;
    return plant_error(reader, "date", "either a date or a weekday is needed");
}

/* They name the pieces of one parent. */
static bool check_designators(struct plant_reader *reader, const struct bom_wide *line)
{
    const struct bom_terms *terms = &line->terms;
    struct text given = text_of(plant_text(reader->plant, terms->designators));
    char text[QTY_TEXT_MAX];
    char shown[SHOWN_MAX];
    const char *message;
    uint64_t count;
    struct qty wanted;
    if (given.length == 0)
        return true;
    if (!designators_count(given, &count, &message))
        return plant_error(reader, "designators", "\"%s\" %s", plant_shown(given, shown), message);
    if (!qty_mul(line->line.qty, terms->pieces, &wanted))
        return plant_error(reader, "qty", "quantity is out of range");
    if (terms->per_qty.micro == QTY_SCALE && wanted.micro == (int64_t)count * QTY_SCALE)
        return true;
    qty_format(wanted, text);
    return plant_error(reader, "designators",
                       "%" PRIu64 " designators are named, the quantity for one is %s", count,
                       text);
}

/* Copies are made from the template of the parent, whose bill is read by now. */
static bool check_inherited(struct plant_reader *reader, const struct bom_wide *line)
{
    const struct plant *plant = reader->plant;
    char shown[SHOWN_MAX];
    char parent[SHOWN_MAX];
    uint32_t from = line->terms.inherited_from;
    if (reader->part || from == 0 || plant_item_params(plant, line->line.parent)->template == from)
        return true;
    return plant_error(reader, "inherited_from", "\"%s\" is not the template of item \"%s\"",
                       plant_shown(text_of(plant_text(plant, from)), shown),
                       plant_shown(text_of(plant_item_code(plant, line->line.parent)), parent));
}

static bool check_bom(struct plant_reader *reader, const void *row)
{
    const struct bom_wide *line = row;
    const struct bom_terms *terms = &line->terms;
    bool good = check_validity(reader, "valid_to", terms->valid_from, terms->valid_to);
    good &= check_order(reader, "lot_from", terms->lot_from, "lot_to", terms->lot_to);
    good &= check_designators(reader, line);
    good &= check_inherited(reader, line);
    return check_uom(reader, line->line.component, terms->uom) && good;
}

static bool check_operation(struct plant_reader *reader, const void *row)
{
    const struct operation *operation = row;
    return check_validity(reader, "valid_to", operation->valid_from, operation->valid_to);
}

static bool check_supplier(struct plant_reader *reader, const void *row)
{
    const struct supplier *supplier = row;
    return check_validity(reader, "valid_to", supplier->valid_from, supplier->valid_to);
}

static bool check_stock(struct plant_reader *reader, const void *row)
{
    const struct stock *stock = row;
    char text[QTY_TEXT_MAX];
    char shown[SHOWN_MAX];
    const struct plant *plant = reader->plant;
    if (reader->kept || stock->qty.micro >= 0 ||
        plant->item_params[plant->items[stock->item].params].allow_negative)
        return true;
    qty_format(stock->qty, text);
    return plant_error(reader, "qty", "quantity %s is negative and item \"%s\" does not allow it",
                       text, plant_shown(text_of(plant_item_code(plant, stock->item)), shown));
}

/* A quantity in the item's own unit has the item's decimals; in another it must be convertible. */
static bool check_demand(struct plant_reader *reader, const void *row)
{
    const struct demand *demand = row;
    const struct item *item = &reader->plant->items[demand->item];
    if (demand->uom == 0 || demand->uom == item->uom)
        return check_decimals(reader, "qty", demand->qty, item);
    return check_uom(reader, demand->item, demand->uom);
}

/* A line can only refer back: the numbers of the lines above are the file's keys. */
static bool check_of_seq(struct plant_reader *reader, const struct movement *movement)
{
    char text[DECIMAL_TEXT_MAX];
    struct text key = {(const char *)&movement->of_seq, sizeof(movement->of_seq)};
    if (movement->of_seq == 0 ||
        (movement->of_seq != movement->seq && names_find(reader->keys, key) != NAMES_NONE))
        return true;
    decimal_format(movement->of_seq, 0, text);
    return plant_error(reader, "of_seq", "no line above has the seq %s", text);
}

static bool check_movement(struct plant_reader *reader, const void *row)
{
    const struct movement *movement = row;
    bool moves = movement->kind == MOVEMENT_RECEIPT || movement->kind == MOVEMENT_ISSUE ||
                 movement->kind == MOVEMENT_RETURN;
    bool counts = movement->kind == MOVEMENT_ADJUST || movement->kind == MOVEMENT_COUNT;
    if ((moves || counts) && !qty_given(movement->qty))
        return plant_error(reader, "qty", "value is missing");
    if (moves && movement->qty.micro <= 0)
        return plant_error(reader, "qty", "quantity must be positive");
    if (movement->kind == MOVEMENT_RECEIPT && !amount_given(movement->amount) &&
        !cost_given(movement->unit_cost))
        return plant_error(reader, "amount", "a receipt needs an amount or a unit_cost");
    if (movement->kind == MOVEMENT_REVALUE && !amount_given(movement->amount))
        return plant_error(reader, "amount", "value is missing");
    if (movement->kind == MOVEMENT_REVERSE && movement->of_seq == 0)
        return plant_error(reader, "of_seq", "value is missing");
    return check_of_seq(reader, movement);
}

bool plant_check_row(struct plant_reader *reader, const void *row)
{
    static bool (*const checks[PLANT_FILES])(struct plant_reader *, const void *) = {
        [FILE_CALENDAR] = check_calendar_day, [FILE_ITEMS] = check_item,
        [FILE_SUPPLIERS] = check_supplier,    [FILE_BOM] = check_bom,
        [FILE_ROUTING] = check_operation,     [FILE_STOCK] = check_stock,
        [FILE_DEMAND] = check_demand,         [FILE_SUPPLY] = check_supply,
        [FILE_MOVEMENTS] = check_movement};
    bool good = !reader->item_quantities || check_item_quantities(reader, row);
    good &= check_unique(reader, row);
    return (!checks[reader->file] || checks[reader->file](reader, row)) && good;
}

/* plant.csv is read before the calendars. */
static void check_plant_calendar(struct plant_reader *reader)
{
    char shown[SHOWN_MAX];
    struct text calendar = text_of(plant_text(reader->plant, reader->plant->facts.calendar));
    if (calendar.length == 0 || names_find(reader->calendars, calendar) != NAMES_NONE)
        return;
    reader->file = FILE_PLANT;
    reader->line = reader->calendar_line;
    plant_error(reader, "calendar", "calendar \"%s\" does not exist", plant_shown(calendar, shown));
}

/* Templates may stand below the items that name them.  The line is not known any more. */
static void check_templates(struct plant_reader *reader)
{
    const struct plant *plant = reader->plant;
    for (uint32_t i = 0; i < plant->items_count; i++) {
        uint32_t template = plant_item_params(plant, i)->template;
        if (template == 0)
            continue;
        const char *code = plant_item_code(plant, i);
        const char *named = plant_text(plant, template);
        uint32_t item = plant_item_find(plant, text_of(named));
        char shown[SHOWN_MAX];
        char other[SHOWN_MAX];
        reader->file = FILE_ITEMS;
        reader->line = reader->item_lines ? reader->item_lines[i] : 0;
        plant_shown(text_of(named), shown);
        plant_shown(text_of(code), other);
        if (item == NO_INDEX)
            plant_error(reader, "template", "item \"%s\" does not exist", shown);
        else if (item == i)
            plant_error(reader, "template", "item \"%s\" cannot be its own template", other);
        else if (plant_item_params(plant, item)->template != 0)
            plant_error(reader, "template", "item \"%s\" has a template itself", shown);
    }
}

void plant_check_folder(struct plant_reader *reader)
{
    if (!reader->part)
        check_templates(reader);
    check_plant_calendar(reader);
    plant_check_cycle(reader);
}
