#ifndef MILLRACE_COST_VERSION_STORE_H
#define MILLRACE_COST_VERSION_STORE_H

#include "common/io/sql.h"
#include "services/cost/version_core.h"

/* SQL of versions of standard costs: themselves, their facts, what their roll-up came to, and the
   items that a release has switched. */
extern const struct sql_schema version_schema;

enum version_state {
    VERSION_DRAFT,
    VERSION_SIMULATED,
    VERSION_FROZEN,
    VERSION_RELEASING,
    VERSION_RELEASED,
    VERSION_REVERTING,
    VERSION_REVERTED,
    VERSION_WITHDRAWN,
    VERSION_STATES
};

const char *version_state_text(enum version_state state);

/* A row of cost_version; texts without bytes: nobody, days that are NO_DATE: none. */
struct cost_version {
    struct text version;
    struct text note;
    enum version_state state;
    enum version_prices prices;
    date costed_on;
    int64_t revision;
    struct text made_by;
    struct text changed_by;
    struct text frozen_by;
    struct text released_by;
    struct text reverted_by;
    date marked_on;
    date effective_on;
    int64_t release_no; /* 0: none */
    struct text reached;
};

/* Locked for change where `lock`.  *found false: there is none. */
enum status store_version(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                          struct cost_version *row, bool *found, struct fault *fault) MUST_CHECK;

/* Makes or replaces the row. */
enum status store_put_version(struct sql *sql, struct text plant, const struct cost_version *row,
                              struct fault *fault) MUST_CHECK;

struct version_query {
    struct text plant;
    struct text version; /* bytes NULL: all */
    struct text state;   /* "": every one */
    struct text item;    /* bytes NULL: every one */
    struct text against; /* "": the current standards */
    bool all;            /* also what is equal */
    struct text after;
    size_t limit;
};

#define VERSIONS_PAGE_MAX 200
enum status store_list_versions(struct sql *sql, const struct version_query *query,
                                struct arena *arena, struct cost_version **rows, size_t *count,
                                struct fault *fault) MUST_CHECK;

/* ---- facts ---- */

#define VERSION_FACTS_MAX 500 /* in one call */

enum status store_version_facts(struct sql *sql, struct text plant, struct text version,
                                struct arena *arena, struct version_fact **facts, size_t *count,
                                struct fault *fault) MUST_CHECK;
enum status store_copy_facts(struct sql *sql, struct text plant, struct text from, struct text to,
                             struct fault *fault) MUST_CHECK;

/* Facts without a value are taken away.  NOT_FOUND with field "lines[3].code". */
enum status store_put_facts(struct sql *sql, struct text plant, struct text version,
                            const struct version_fact *facts, size_t count,
                            struct fault *fault) MUST_CHECK;

/* The last or average costs that items have. */
enum status store_stock_prices(struct sql *sql, struct text plant, enum version_prices prices,
                               struct arena *arena, struct version_terms *terms,
                               struct fault *fault) MUST_CHECK;

/* ---- costs ---- */

/* What is stored of a version, by item of the plant. */
struct stored_costs {
    struct item_cost *costs; /* where known; without `bought` */
    bool *known;
    bool gone; /* some rows are of items that the plant has no more */
};

/* As the caller's transaction sees them, whose plant is set (sql_set_plant). */
enum status store_stored_costs(struct sql *sql, struct text version, const struct plant *plant,
                               struct arena *arena, struct stored_costs *stored,
                               struct fault *fault) MUST_CHECK;

/* What a roll-up came to, by item of the plant. */
struct version_costs {
    struct text plant_id;
    struct text version;
    const struct plant *plant;
    const struct item_cost *costs;
    const struct stored_costs *stored; /* what is there */
};

/* Writes what differs from what is there; *changed: how many.  In a transaction. */
enum status store_version_costs(struct sql *sql, const struct version_costs *made,
                                struct arena *arena, size_t *changed,
                                struct fault *fault) MUST_CHECK;

struct version_item {
    struct text item;
    struct item_cost cost;
};

#define VERSION_COSTS_PAGE_MAX 1000
enum status store_list_costs(struct sql *sql, const struct version_query *query,
                             struct arena *arena, struct version_item **rows, size_t *count,
                             struct fault *fault) MUST_CHECK;

struct version_sums {
    int64_t items;
    int64_t different; /* from the current standards */
    struct amount revaluation;
};

/* Of a version that was released what it did, of another one what it would do. */
enum status store_version_sums(struct sql *sql, struct text plant, const struct cost_version *row,
                               struct arena *arena, struct version_sums *sums,
                               struct fault *fault) MUST_CHECK;

struct cost_difference {
    struct text item;
    struct text name;
    struct text element;
    struct unitcost before; /* NO_COST: not known */
    struct unitcost after;
    struct qty on_hand;
    struct amount stock;
    struct amount effect; /* on stock at standard */
};

#define COMPARISON_PAGE_MAX 500 /* items */
enum status store_comparison(struct sql *sql, const struct version_query *query,
                             struct arena *arena, struct cost_difference **rows, size_t *count,
                             struct fault *fault) MUST_CHECK;

/* ---- releases ---- */

struct version_days {
    date today;       /* at the plant */
    date open_from;   /* the first open day */
    int64_t released; /* the last release_no ever given */
    int64_t standing; /* the last one that is not reverted; 0: none */
};

enum status store_version_days(struct sql *sql, struct text plant, struct arena *arena,
                               struct version_days *days, struct fault *fault) MUST_CHECK;

#define STANDARDS_SLICE_MAX 500

/* An item that is to be switched from one standard to another. */
struct standard_switch {
    struct text item;
    struct unitcost before; /* NO_COST: it has none; also of `cost` where it had none */
    struct unitcost cost;
    int64_t posted_seq; /* SQL_NO_INT: nothing was revalued */
};

struct standards_slice {
    struct cost_version version; /* under way, locked; version.version without bytes: none is */
    struct standard_switch *switches;
    size_t count;
    bool last; /* there are no more */
};

enum status store_standards_slice(struct sql *sql, struct text plant, struct arena *arena,
                                  struct standards_slice *slice, struct fault *fault) MUST_CHECK;

/* The switches, and the version's row as it is then. */
enum status store_switched(struct sql *sql, struct text plant, const struct standards_slice *slice,
                           struct fault *fault) MUST_CHECK;

#endif
