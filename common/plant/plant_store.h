#ifndef MILLRACE_PLANT_PLANT_STORE_H
#define MILLRACE_PLANT_PLANT_STORE_H

#include "common/io/sql.h"
#include "common/plant/plant.h"

/*
 * A plant's facts as they stand in the database, in the form of the plant folder: each file is one
 * COPY whose columns are the file's.  So a service reads its plant with the very reader that a
 * folder is read with, and an export is the same bytes.
 *
 * stock.csv, demand.csv, supply.csv and order_components.csv are views of the live ledger and
 * orders: what is on hand, still wanted, still to come, still needed.
 */
extern const struct sql_schema plant_schema; /* a part of the schema of every service that loads */

enum plant_part {
    PLANT_MASTER = 1, /* items, bills, routings, suppliers, calendars ... */
    PLANT_LIVE = 2,   /* stock, demand, supply, order components */
    PLANT_COSTING =
        4, /* master data as far as costs are made of them: the rest stands at its default */
    PLANT_PLANNING = 8, /* the same of plans */
    PLANT_BESIDE = 16   /* a large plant's bills by another connection: somebody waits for it */
};

struct plant_position {
    int64_t event_seq;
    int64_t line_seq;
};

/*
 * Read `parts` of the plant in one snapshot; *position is the place in its event order that the
 * facts stand for.  NOT_FOUND: no such plant.  The plant is the caller's (plant_free).
 */
#define PLANT_LOAD_MAX (4096 * MIB)
enum status plant_load(struct sql *sql, struct text plant_id, unsigned parts, struct plant **out,
                       struct plant_position *position, struct fault *fault) MUST_CHECK;

/* The master data as the caller's transaction sees them, with PLANT_COSTING as there.  INTERNAL:
   they are not consistent; the message says why. */
enum status plant_load_within(struct sql *sql, struct text plant_id, unsigned parts,
                              struct plant **out, struct fault *fault) MUST_CHECK;

/* One file of the folder as CSV with its header, to the sink.  NOT_FOUND: no file of that name. */
enum status plant_export(struct sql *sql, struct text plant_id, struct text file, sql_sink_fn *sink,
                         void *context, struct fault *fault) MUST_CHECK;

/* The same as the caller's transaction sees it. */
struct plant_export_to {
    sql_sink_fn *sink;
    void *context;
};

enum status plant_export_within(struct sql *sql, struct text plant_id, struct text file,
                                const struct plant_export_to *to, struct fault *fault) MUST_CHECK;

#endif
