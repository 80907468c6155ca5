/*
 * Prices and rates of random plants change; what is costed again must be what a roll-up from
 * nothing gives, and what was not must not differ.
 */

#include "common/plant/plant_read.h"
#include "services/cost/rollup_core.h"
#include "tests/unit/unit.h"

#include <string.h>

#define PLANTS    300
#define STEPS     12
#define ITEMS_MAX 40
#define CSV_MAX   (32 * KIB)

static uint64_t state;

static uint32_t below(uint32_t bound)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % bound;
}

struct world {
    struct plant *plant;
    struct arena *arena;
    struct bom_graph *graph;
    struct rollup *rollup;
    struct fault fault;
    char items[CSV_MAX];
    char bom[CSV_MAX];
    char routing[CSV_MAX];
};

static void write_items(struct world *w, uint32_t count)
{
    static const char *const yields[] = {"", "", "", "90"};
    static const char *const lots[] = {"", "", "10", "7.5"};
    size_t used = (size_t)snprintf(w->items, CSV_MAX,
                                   "item,type,unit_cost,yield_pct,costing_lot_qty,decimals\n");
    for (uint32_t i = 0; i < count; i++) {
        bool bought = i + below(count) > count;
        used += (size_t)snprintf(w->items + used, CSV_MAX - used, "I%02u,%s,%u.%u,%s,%s,6\n", i,
                                 bought     ? "buy"
                                 : below(8) ? "make"
                                            : "phantom",
                                 below(90), below(1000), yields[below(4)], lots[below(4)]);
    }
}

static void write_bom(struct world *w, uint32_t count)
{
    static const char *const kinds[] = {",", ",", ",", ",", "coproduct,10", "byproduct,5"};
    bool products = below(3) == 0;
    size_t used = (size_t)snprintf(w->bom, CSV_MAX,
                                   "parent,component,qty,scrap_pct,per_qty,kind,cost_share_pct\n");
    for (uint32_t i = 0; i < 3 * count; i++) {
        uint32_t parent = below(count - 1);
        uint32_t component = parent + 1 + below(count - parent - 1);
        used +=
            (size_t)snprintf(w->bom + used, CSV_MAX - used, "I%02u,I%02u,%u.%u,%s,%s,%s\n", parent,
                             component, 1 + below(3), below(100), below(6) ? "" : "12.5",
                             below(6) ? "" : "3", kinds[products ? below(6) : 0]);
    }
}

static void write_routing(struct world *w, uint32_t count)
{
    size_t used =
        (size_t)snprintf(w->routing, CSV_MAX, "item,operation,work_center,setup,run,time_unit\n");
    for (uint32_t i = 0; i < 2 * count; i++)
        used += (size_t)snprintf(w->routing + used, CSV_MAX - used, "I%02u,%u,W%u,%u,0.%u,%s\n",
                                 i / 2, 10 + i % 2 * 10, below(4), below(3), below(1000),
                                 below(2) ? "h" : "min");
}

static void make_world(struct world *w)
{
    static const char centers[] =
        "work_center,labor_rate,machine_rate,overhead_rate,overhead_basis,efficiency_pct\n"
        "W0,30,10,5,hour,\nW1,33.333333,0,12.5,labor,85\nW2,20,7,3,material,110\nW3,9,1,2,unit,33\n";
    uint32_t count = 3 + below(ITEMS_MAX - 3);
    struct plant_reader *reader = plant_reader_new(64 * MIB);
    memset(w, 0, sizeof *w);
    w->arena = arena_new(256 * MIB);
    CU_ASSERT_TRUE_FATAL(reader && w->arena);
    write_items(w, count);
    write_bom(w, count);
    write_routing(w, count);
    CU_ASSERT_TRUE(plant_reader_take(reader, "items.csv", text_of(w->items)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "bom.csv", text_of(w->bom)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "routing.csv", text_of(w->routing)));
    CU_ASSERT_TRUE(plant_reader_take(reader, "work_centers.csv", text_of(centers)));
    enum status status = plant_reader_finish(reader, &w->plant, &w->fault);
    if (status != STATUS_OK)
        printf("unexpected: %s\n", plant_reader_error(reader, 0));
    CU_ASSERT_EQUAL_FATAL(status, STATUS_OK);
    plant_reader_free(&reader);
    CU_ASSERT_EQUAL_FATAL(bom_graph_make(w->plant, w->arena, &w->graph, &w->fault), STATUS_OK);
}

static bool was_named(const struct rollup_changes *changes, uint32_t item)
{
    for (size_t i = 0; i < changes->count; i++) {
        if (changes->items[i] == item)
            return true;
    }
    return false;
}

/* A price, or the rates of a work centre with all items that use it. */
static size_t change(struct world *w, uint32_t items[2 * ITEMS_MAX])
{
    size_t count = 0;
    struct plant *plant = w->plant;
    if (below(3) > 0) {
        items[0] = below(plant->items_count);
        plant->items[items[0]].unit_cost.micro = (int64_t)below(100) * UNITCOST_SCALE / 8;
        return 1;
    }
    uint32_t center = below(plant->work_centers_count);
    plant->work_centers[center].labor_rate.micro += UNITCOST_SCALE / 4;
    for (uint32_t i = 0; i < plant->operations_count; i++) {
        if (plant->operations[i].work_center == center)
            items[count++] = plant->operations[i].item;
    }
    return count;
}

static void step(struct world *w)
{
    uint32_t items[2 * ITEMS_MAX];
    struct rollup_changes changes;
    struct item_cost *fresh = NULL;
    struct item_cost before[ITEMS_MAX];
    size_t bytes = w->plant->items_count * sizeof(struct item_cost);
    memcpy(before, rollup_costs(w->rollup), bytes);
    size_t count = change(w, items);
    CU_ASSERT_EQUAL_FATAL(rollup_again(w->rollup, items, count, w->arena, &changes, &w->fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(rollup(w->graph, NO_DATE, w->arena, &fresh, &w->fault), STATUS_OK);
    CU_ASSERT_TRUE(memcmp(fresh, rollup_costs(w->rollup), bytes) == 0);
    for (uint32_t i = 0; i < w->plant->items_count; i++) {
        bool differs = memcmp(&before[i], &fresh[i], sizeof before[i]) != 0;
        CU_ASSERT_TRUE(!differs || was_named(&changes, i));
    }
}

static void test_again(void)
{
    static struct world w;
    unsigned refused = 0;
    for (uint32_t turn = 1; turn <= PLANTS; turn++) {
        unsigned failed = CU_get_number_of_failures();
        state = turn;
        make_world(&w);
        enum status status = rollup_new(w.graph, NO_DATE, w.arena, &w.rollup, &w.fault);
        refused += status != STATUS_OK;
        for (int i = 0; status == STATUS_OK && i < STEPS; i++)
            step(&w);
        plant_free(&w.plant);
        arena_free(&w.arena);
        if (CU_get_number_of_failures() > failed) {
            printf("seed %u\n", turn);
            return;
        }
    }
    CU_ASSERT_TRUE(refused < PLANTS / 2);
}

UNIT_SUITE("prop_rollup", UNIT(test_again))
