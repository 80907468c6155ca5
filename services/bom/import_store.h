#ifndef MILLRACE_BOM_IMPORT_STORE_H
#define MILLRACE_BOM_IMPORT_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"
#include "services/bom/import_core.h"

/* Writing a whole plant.  Master tables are filled by COPY from the very bytes that
   common/plant/plant_write.h makes; HEADER MATCH refuses a column that moved. */
extern const struct sql_schema import_schema;

struct import_write {
    struct text plant_id;
    const struct plant *plant;
    const struct import_rows *rows;
    struct text principal;
    void (*on_rows)(void *context, int64_t done, int64_t all); /* rows of master files written */
    void *context;
};

/*
 * Within the caller's transaction: make the plant and everything in it, its opening ledger lines
 * (dated the plant's today) and one event.  EXISTS: another import has filled the plant
 * meanwhile.
 */
enum status store_import(struct sql *sql, const struct import_write *write, struct arena *arena,
                         struct fault *fault) MUST_CHECK;

/* The plant's own row as JSON, for the act of an import; empty where there is none yet. */
enum status store_plant_state(struct sql *sql, struct text plant, struct arena *arena,
                              struct text *state, struct fault *fault) MUST_CHECK;

#endif
