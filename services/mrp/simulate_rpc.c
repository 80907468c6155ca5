#include "services/mrp/simulate_rpc.h"

#include "common/io/threads.h"
#include "services/mrp/planner.h"
#include "services/mrp/simulation_rpc.h"

#define SIM_BYTES_MAX ((size_t)4096 * MIB)

struct simulating {
    struct rpc_request *request;
    const struct sim_question *question;
    struct crew crew;
    struct arena *arena; /* of the other plan */
    void *kept;          /* of struct sim_answer */
};

/* The plan of the changed facts, with its pegging. */
static enum status plan_beside(struct planner_sight *sight, const struct simulating *at,
                               struct plan_live **other, struct pegging **pegging,
                               struct fault *fault)
{
    const struct plant *plant = sight->plan->plant;
    struct sim_change *changes;
    struct simulated seen;
    struct live_sum sum;
    size_t count;
    enum status status = decode_changes(at->request, at->question, plant, &changes, &count);
    if (status == STATUS_OK)
        status = simulate_plant(plant, changes, count, at->arena, &seen, fault);
    if (status == STATUS_OK)
        status = live_open_beside(sight->live, seen.plant, seen.items, seen.item_count, &at->crew,
                                  at->arena, other, fault);
    if (status == STATUS_OK)
        status = live_settle(*other, &sum, fault);
    if (status == STATUS_OK)
        status = pegging_make(live_plan(*other), &at->crew, at->arena, pegging, fault);
    return status;
}

static enum status simulate(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct simulating *at = context;
    struct sim_answer answer = {
        .before = sight->plan, .limit = at->question->limit, .kept = at->kept};
    struct sim_sum *sums = answer.sums;
    struct plan_live *other;
    struct pegging *pegging;
    enum status status = plan_beside(sight, at, &other, &pegging, fault);
    if (status == STATUS_OK)
        status = planner_sums(sight, &sums[0], fault);
    if (status == STATUS_OK)
        status =
            simulate_sum_beside(other, sight->live, &sums[0], pegging, at->arena, &sums[1], fault);
    if (status != STATUS_OK)
        return status;
    answer.after = live_plan(other);
    status = plan_diff_make(answer.before, answer.after, at->arena, &answer.diff, fault);
    for (size_t k = 0; status == STATUS_OK && k < COUNT_OF(answer.sums); k++)
        status = simulate_purchases(&sums[k], &answer.purchases[k], fault);
    return status == STATUS_OK ? encode_simulation(at->request, &answer) : status;
}

/* A simulation of a plan that is no more would be an answer to another question. */
static enum status check_version(struct rpc_request *request, const struct sim_question *question)
{
    struct plan_state state;
    if (question->plan_version == 0)
        return STATUS_OK;
    enum status status = store_plan_state(request->sql, text_of(request->plant), request->arena,
                                          &state, &request->fault);
    if (status == STATUS_OK && state.plan_version != question->plan_version)
        status = fault_set(&request->fault, STATUS_STATE_CONFLICT, "plan_version",
                           "the plan has moved on: it is now version %lld",
                           (long long)state.plan_version);
    return status;
}

/* A kept one: its changes as if they had been sent. */
static enum status load_kept(struct rpc_request *request, struct sim_question *question,
                             void **kept)
{
    struct kept_simulation found;
    *kept = NULL;
    if (!question->name.bytes)
        return STATUS_OK;
    enum status status = simulation_load(request, question->name, &found);
    if (status == STATUS_OK)
        status = question_of_kept(&found.row, request->arena, question, &request->fault);
    if (status != STATUS_OK)
        return status;
    *kept = make_simulation(&found.shown, request->arena);
    return *kept ? STATUS_OK
                 : fault_set(&request->fault, STATUS_LIMIT, "", "reply does not fit in memory");
}

enum status simulate_get(struct rpc_request *request)
{
    struct sim_question question;
    void *kept;
    enum status status = decode_simulation(request, &question);
    if (status == STATUS_OK)
        status = check_version(request, &question);
    if (status == STATUS_OK)
        status = load_kept(request, &question, &kept);
    if (status != STATUS_OK)
        return status;
    struct simulating at = {request, &question, threads_crew(threads_processors()),
                            arena_new(SIM_BYTES_MAX), kept};
    if (!at.arena)
        return fault_set(&request->fault, STATUS_LIMIT, "", "simulation does not fit in memory");
    status =
        planner_look(request->service, text_of(request->plant), simulate, &at, &request->fault);
    arena_free(&at.arena);
    return status;
}
