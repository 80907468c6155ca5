#include "common/plant/plant_facts_store.h"

#include "common/plant/plant_columns.h"
#include "common/plant/plant_select_store.h"

/* clang-format off */

#define OF_ITEMS(alias) alias "plant_id = $1 AND " alias "item = ANY ($2)"

enum { FACTS_STOCK, FACTS_DEMAND, FACTS_SUPPLY, FACTS_COMPONENTS, FACTS_FILES };

static const struct sql_statement statements[FACTS_FILES] = {
    [FACTS_STOCK] = {.name = "plant.stock_of", .text = STOCK_ROWS(OF_ITEMS("b.")),
        .params = "tT", .columns = "tqtttdtt"},
    [FACTS_DEMAND] = {.name = "plant.demand_of", .text = DEMAND_ROWS(OF_ITEMS("s."), OF_ITEMS("")),
        .params = "tT", .columns = "tdqtnttntqc"},
    [FACTS_SUPPLY] = {.name = "plant.supply_of", .text = SUPPLY_ROWS(OF_ITEMS("l."), OF_ITEMS("")),
        .params = "tT", .columns = "tdqtdtnt"},
    [FACTS_COMPONENTS] = {.name = "plant.components_of", .text = COMPONENT_ROWS(OF_ITEMS("c."), OF_ITEMS("")) " ORDER BY 2, 1, 4",
        .params = "tT", .columns = "ttqdtt"},
};

/* clang-format on */

const struct sql_schema plant_facts_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
};

enum status plant_facts_read(struct sql *sql, struct text plant_id, const struct text *items,
                             size_t count, struct arena *arena, struct plant_fact_rows *rows,
                             struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant_id), SQL_LIST(items, count)};
    struct sql_rows found[FACTS_FILES];
    enum status status = STATUS_OK;
    for (size_t k = 0; k < FACTS_FILES && status == STATUS_OK; k++)
        status = sql_queue(sql, &statements[k], params, fault);
    if (status == STATUS_OK)
        status = sql_queue_end(sql, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, found, FACTS_FILES, fault);
    if (status == STATUS_OK)
        *rows = (struct plant_fact_rows){found[FACTS_STOCK], found[FACTS_DEMAND],
                                         found[FACTS_SUPPLY], found[FACTS_COMPONENTS]};
    return status;
}

/* ---- numbers ---- */

struct numbering {
    struct plant *plant;
    struct arena *arena;
    struct fault *fault;
    bool good;
};

static uint32_t text_number(struct numbering *numbering, const struct sql_value *value)
{
    if (value->null || value->as.text.length == 0)
        return 0;
    uint32_t number = names_add(numbering->plant->texts, value->as.text);
    if (number == NAMES_NONE) {
        fault_set(numbering->fault, STATUS_LIMIT, "plant", "plant does not fit in memory");
        numbering->good = false;
    }
    return number;
}

static uint32_t item_number(struct numbering *numbering, const struct sql_value *value)
{
    uint32_t item = plant_item_find(numbering->plant, value->as.text);
    if (item == NO_INDEX) {
        fault_set(numbering->fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                  (int)value->as.text.length, value->as.text.bytes);
        numbering->good = false;
    }
    return item;
}

static date day_of(const struct sql_value *value)
{
    return value->null ? NO_DATE : value->as.day;
}

static int32_t days_of(const struct sql_value *value)
{
    return value->null ? NO_DAYS : (int32_t)value->as.integer;
}

/* The place of a word in the column's list, as the CSV reader finds it; the default without one. */
static uint8_t word_of(const char *file, const char *header, const struct sql_value *value)
{
    const struct column *column =
        plant_column_find(&plant_files[plant_file_find(file)], text_of(header));
    ASSERT(column && column->words);
    uint8_t word = 0;
    if (value->null)
        return (uint8_t)column->fallback;
    while (column->words[word] && !text_is(value->as.text, column->words[word]))
        word++;
    ASSERT(column->words[word]);
    return word;
}

static void *rows_of(struct numbering *numbering, size_t count, size_t row_size)
{
    void *rows = arena_alloc(numbering->arena, count + 1, row_size);
    if (!rows) {
        fault_set(numbering->fault, STATUS_LIMIT, "plant", "plant does not fit in memory");
        numbering->good = false;
    }
    return rows;
}

static void number_stocks(struct numbering *numbering, const struct sql_rows *rows,
                          struct plant_fact_arrays *facts)
{
    facts->stocks = rows_of(numbering, rows->count, sizeof *facts->stocks);
    for (size_t i = 0; numbering->good && i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        facts->stocks[facts->stock_count++] = (struct stock){
            .item = item_number(numbering, &v[0]),
            .qty = v[1].as.qty,
            .location = text_number(numbering, &v[2]),
            .lot = text_number(numbering, &v[3]),
            .status = word_of("stock.csv", "status", &v[4]),
            .expiry = day_of(&v[5]),
            .segment = text_number(numbering, &v[6]),
            .owner = text_number(numbering, &v[7]),
            .unit_cost = NO_COST,
        };
    }
}

static void number_demands(struct numbering *numbering, const struct sql_rows *rows,
                           struct plant_fact_arrays *facts)
{
    facts->demands = rows_of(numbering, rows->count, sizeof *facts->demands);
    for (size_t i = 0; numbering->good && i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        facts->demands[facts->demand_count++] = (struct demand){
            .item = item_number(numbering, &v[0]),
            .due = v[1].as.day,
            .qty = v[2].as.qty,
            .kind = word_of("demand.csv", "kind", &v[3]),
            .days = days_of(&v[4]),
            .reference = text_number(numbering, &v[5]),
            .customer = text_number(numbering, &v[6]),
            .priority = days_of(&v[7]),
            .segment = text_number(numbering, &v[8]),
            .shipped = v[9].null ? (struct qty){0} : v[9].as.qty,
            .price = v[10].null ? NO_COST : v[10].as.unitcost,
        };
    }
}

static void number_supplies(struct numbering *numbering, const struct sql_rows *rows,
                            struct plant_fact_arrays *facts)
{
    facts->supplies = rows_of(numbering, rows->count, sizeof *facts->supplies);
    for (size_t i = 0; numbering->good && i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        facts->supplies[facts->supply_count++] = (struct supply){
            .item = item_number(numbering, &v[0]),
            .due = v[1].as.day,
            .qty = v[2].as.qty,
            .kind = word_of("supply.csv", "kind", &v[3]),
            .start = day_of(&v[4]),
            .reference = text_number(numbering, &v[5]),
            .firm = !v[6].null && v[6].as.integer != 0,
            .segment = text_number(numbering, &v[7]),
        };
    }
}

static void number_components(struct numbering *numbering, const struct sql_rows *rows,
                              struct plant_fact_arrays *facts)
{
    facts->components = rows_of(numbering, rows->count, sizeof *facts->components);
    for (size_t i = 0; numbering->good && i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        facts->components[facts->component_count++] = (struct order_component){
            .reference = text_number(numbering, &v[0]),
            .item = item_number(numbering, &v[1]),
            .qty = v[2].as.qty,
            .due = day_of(&v[3]),
            .operation = text_number(numbering, &v[4]),
            .segment = text_number(numbering, &v[5]),
        };
    }
}

enum status plant_facts_number(struct plant *plant, const struct plant_fact_rows *rows,
                               struct arena *arena, struct plant_fact_arrays *facts,
                               struct fault *fault)
{
    struct numbering numbering = {plant, arena, fault, true};
    *facts = (struct plant_fact_arrays){0};
    number_stocks(&numbering, &rows->stocks, facts);
    number_demands(&numbering, &rows->demands, facts);
    number_supplies(&numbering, &rows->supplies, facts);
    number_components(&numbering, &rows->components, facts);
    return numbering.good ? STATUS_OK : fault->status;
}
