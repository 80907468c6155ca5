#ifndef MILLRACE_MRP_SIMULATE_CODEC_H
#define MILLRACE_MRP_SIMULATE_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/plan_diff_core.h"
#include "services/mrp/simulate_core.h"

#define SIM_DIFFERENCES_MAX 500

/* A simulation as it is asked for; its changes are read once the plant is in sight. */
struct sim_question {
    const void *message;  /* the decoded request */
    int64_t plan_version; /* 0: any */
    size_t limit;
    struct text name; /* of a kept one; without bytes: the message has the changes */
};

enum status decode_simulation(struct rpc_request *request,
                              struct sim_question *question) MUST_CHECK;

/* The changes in terms of the plant.  NOT_FOUND, INVALID with the field's path. */
enum status decode_changes(struct rpc_request *request, const struct sim_question *question,
                           const struct plant *plant, struct sim_change **changes,
                           size_t *count) MUST_CHECK;

struct sim_answer {
    const struct plan *before;
    const struct plan *after;
    struct sim_sum sums[2]; /* before, after */
    struct amount purchases[2];
    struct plan_diff diff;
    size_t limit; /* of differences */
    void *kept;   /* a Millrace__Simulation; NULL: of no kept one */
};

enum status encode_simulation(struct rpc_request *request,
                              const struct sim_answer *answer) MUST_CHECK;

#endif
