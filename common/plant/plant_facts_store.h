#ifndef MILLRACE_PLANT_PLANT_FACTS_STORE_H
#define MILLRACE_PLANT_PLANT_FACTS_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"

/*
 * The live facts of some items as they stand in the database now: what plant_load reads of all of
 * them, row for row and in the same order within an item.  The caller's transaction says what `now`
 * is.
 */
extern const struct sql_schema plant_facts_schema;

/* Rows as they came; texts live in the arena. */
struct plant_fact_rows {
    struct sql_rows stocks;
    struct sql_rows demands;
    struct sql_rows supplies;
    struct sql_rows components;
};

/* The last of a snapshot's reads: it ends it. */
enum status plant_facts_read(struct sql *sql, struct text plant_id, const struct text *items,
                             size_t count, struct arena *arena, struct plant_fact_rows *rows,
                             struct fault *fault) MUST_CHECK;

/* The same as rows of the plant's arrays, its numbers of items and texts; new texts are added to
   the plant's.  LIMIT: no room.  NOT_FOUND: of an item that the plant does not know. */
struct plant_fact_arrays {
    struct stock *stocks;
    struct demand *demands;
    struct supply *supplies;
    struct order_component *components;
    uint32_t stock_count;
    uint32_t demand_count;
    uint32_t supply_count;
    uint32_t component_count;
};

enum status plant_facts_number(struct plant *plant, const struct plant_fact_rows *rows,
                               struct arena *arena, struct plant_fact_arrays *facts,
                               struct fault *fault) MUST_CHECK;

#endif
