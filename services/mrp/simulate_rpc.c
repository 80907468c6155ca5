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

/* The same sums of both plans, by the pegging of each. */
static enum status sums(struct planner_sight *sight, const struct simulating *at,
                        struct sim_answer *answer, struct fault *fault)
{
    struct pegging *pegging;
    struct pegging *other;
    enum status status = planner_pegging(sight, &pegging, fault);
    if (status == STATUS_OK)
        status = planner_messages(sight, fault);
    if (status == STATUS_OK)
        status = simulate_sum(sight->plan, pegging, at->arena, &answer->sum_before, fault);
    if (status == STATUS_OK)
        status = pegging_make(answer->after, &at->crew, at->arena, &other, fault);
    if (status == STATUS_OK)
        status = simulate_sum(answer->after, other, at->arena, &answer->sum_after, fault);
    return status;
}

static enum status simulate(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct simulating *at = context;
    struct sim_answer answer = {
        .before = sight->plan, .limit = at->question->limit, .kept = at->kept};
    struct sim_change *changes;
    struct plant *plant;
    struct plan *plan;
    size_t count;
    enum status status =
        decode_changes(at->request, at->question, sight->plan->plant, &changes, &count);
    if (status == STATUS_OK)
        status = simulate_plant(sight->plan->plant, changes, count, at->arena, &plant, fault);
    if (status == STATUS_OK)
        status = plan_run_by(plant, &at->crew, at->arena, &plan, fault);
    if (status != STATUS_OK)
        return status;
    answer.after = plan;
    status = sums(sight, at, &answer, fault);
    if (status == STATUS_OK)
        status = plan_diff_make(answer.before, answer.after, at->arena, &answer.diff, fault);
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
