#ifndef MILLRACE_MRP_SIMULATION_STORE_H
#define MILLRACE_MRP_SIMULATION_STORE_H

#include "common/io/sql.h"
#include "common/ledger/command.h"
#include "common/plant/plant.h"

/* Simulations that are kept: a part of mrp_schema. */
extern const struct sql_schema simulation_schema;

#define SIMULATIONS_MAX          1000 /* of a plant */
#define SIMULATION_CHANGES_MAX   200
#define SIMULATION_TRIES         8  /* of a step that was refused */
#define SIMULATION_APPLY_SECONDS 30 /* so long nobody else goes on with what one began */

/* What applying does, each by one command. */
enum simulation_step { STEP_MASTER, STEP_STOCK, STEP_ORDERS, SIMULATION_STEPS };

/* A change as it was asked for; texts without bytes, NO_QTY, NO_DATE and NO_DAYS where not given.
 */
struct kept_change {
    struct text kind;
    struct text item;
    struct text component;
    struct text supplier;
    struct text customer;
    struct qty qty;
    date due;
    int64_t days;
    struct text seen; /* the facts it changes, as they were when it was saved */
};

struct simulation {
    struct text name;
    struct text note;
    bool shared;
    int64_t version;
    int64_t plan_version;
    struct text made_by;
    int64_t made_at_us;
    struct uuid apply_key;  /* nil: nobody began */
    struct text applied_by; /* without bytes: nobody */
    unsigned steps;         /* those it takes: bits of enum simulation_step */
    int64_t change_count;
    struct kept_change *changes; /* NULL in lists */
};

/* What a save says; note without bytes, shared and changes stay as they are where not given. */
struct simulation_save {
    struct text name;
    struct text note;
    bool shared_given;
    bool shared;
    int64_t if_version; /* 0: any */
    const struct kept_change *changes;
    size_t change_count; /* 0: as they are */
};

/* Within the command's transaction, told with both sides (act.h).  FORBIDDEN (another's), CHANGED,
   STATE_CONFLICT (applied), INVALID (a new one without changes), LIMIT. */
enum status store_save_simulation(struct command *command, const struct simulation_save *save,
                                  struct simulation *saved, struct fault *fault) MUST_CHECK;
enum status store_discard_simulation(struct command *command, struct text name,
                                     struct simulation *gone, struct fault *fault) MUST_CHECK;

/* With its changes.  NOT_FOUND: none of that name that `viewer` may see. */
struct simulation_key {
    struct text plant;
    struct text name;
    struct text viewer;
};
enum status store_simulation(struct sql *sql, const struct simulation_key *key, struct arena *arena,
                             struct simulation *out, struct fault *fault) MUST_CHECK;
/* key->name: those after it. */
enum status store_simulations(struct sql *sql, const struct simulation_key *key, size_t limit,
                              struct arena *arena, struct sql_rows *rows,
                              struct fault *fault) MUST_CHECK;
struct simulation simulation_of(const struct sql_rows *rows, size_t row);

/* The facts that each change changes, as they are now, in words: texts[count]. */
enum status store_facts_seen(struct sql *sql, struct text plant, const struct kept_change *changes,
                             size_t count, struct arena *arena, struct text **texts,
                             struct fault *fault) MUST_CHECK;

/* ---- applying ---- */

/* Makes sure it has an apply_key and says who applies it, by which steps; told as an act.
   STATE_CONFLICT: another began a moment ago. */
enum status store_begin_apply(struct rpc_request *request, struct text name, unsigned steps,
                              struct uuid *apply_key) MUST_CHECK;

/*
 * How each step stands: the key to do it with, or done.  A step has SIMULATION_TRIES keys made of
 * apply_key; the next one is used when the one before was surely refused.
 */
struct step_state {
    struct uuid key;
    bool done;
};
enum status store_step_states(struct sql *sql, struct text plant, struct uuid apply_key,
                              struct arena *arena, struct step_state states[SIMULATION_STEPS],
                              struct fault *fault) MUST_CHECK;

/* Rows of master data that changes of lead times, suppliers and bills are about. */
struct master_place {
    int64_t change; /* from 0 */
    struct text file;
    int64_t row;
};
enum status store_master_places(struct sql *sql, struct text plant,
                                const struct kept_change *changes, size_t count,
                                struct arena *arena, struct master_place **places, size_t *found,
                                struct fault *fault) MUST_CHECK;

/* What is there of what was counted: usable, our own, without segment. */
struct counted_place {
    int64_t change; /* from 0 */
    struct text location;
    struct text lot;
    struct qty qty;
};
enum status store_counted_places(struct sql *sql, struct text plant,
                                 const struct kept_change *changes, size_t count,
                                 struct arena *arena, struct counted_place **places, size_t *found,
                                 struct fault *fault) MUST_CHECK;

#endif
