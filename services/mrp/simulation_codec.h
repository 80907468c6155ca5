#ifndef MILLRACE_MRP_SIMULATION_CODEC_H
#define MILLRACE_MRP_SIMULATION_CODEC_H

#include "services/mrp/simulate_codec.h"
#include "services/mrp/simulation_store.h"

/* Kept simulations as bytes. */
#define SIMULATION_LIST_MAX 100
#define SIMULATION_NOTE_MAX 500 /* bytes */

/* INVALID with the field's path.  *question: its changes as they are asked, to be read against the
   plant (decode_changes); without any when the save brings none. */
enum status decode_save_simulation(struct rpc_request *request, struct simulation_save *save,
                                   struct sim_question *question) MUST_CHECK;
enum status decode_discard_simulation(struct rpc_request *request, struct text *name) MUST_CHECK;
enum status decode_apply_simulation(struct rpc_request *request, struct text *name) MUST_CHECK;
enum status decode_list_simulations(struct rpc_request *request, struct text *after,
                                    size_t *limit) MUST_CHECK;

/* A kept one asked as if its changes had been sent. */
enum status question_of_kept(const struct simulation *simulation, struct arena *arena,
                             struct sim_question *question, struct fault *fault) MUST_CHECK;

/* As people see it. */
struct simulation_shown {
    const struct simulation *row; /* changes NULL: left out */
    const char *state;            /* open, applying, applied */
    const struct text *moved;     /* one a change, without bytes where it is as it was; or NULL */
};

/* A Millrace__Simulation in the arena; NULL when that is full. */
void *make_simulation(const struct simulation_shown *shown, struct arena *arena);

enum status encode_saved_simulation(struct command *command, const struct simulation_shown *shown,
                                    struct fault *fault) MUST_CHECK;
enum status encode_simulations(struct rpc_request *request, const struct simulation_shown *rows,
                               size_t count, size_t limit) MUST_CHECK;

/* What applying it takes. */
struct simulation_apply {
    const struct simulation *simulation;
    struct step_state states[SIMULATION_STEPS];
    const struct master_place *places;
    size_t place_count;
    const struct counted_place *counted;
    size_t counted_count;
};

/* Bits of the steps that are done or have something to do (simulation_apply_codec.c). */
unsigned simulation_steps(const struct simulation_apply *apply, struct arena *arena);
const char *simulation_step_method(enum simulation_step step); /* "Bom.EditMaster" */
enum status encode_apply(struct rpc_request *request,
                         const struct simulation_apply *apply) MUST_CHECK;

#endif
