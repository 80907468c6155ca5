#include "services/mrp/simulation_rpc.h"

#include "common/wire/role.h"
#include "services/mrp/planner.h"

#include <stdio.h>

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "name", "simulation does not fit in memory");
}

/* ---- how one stands ---- */

static enum simulation_step step_of(const struct kept_change *change)
{
    if (text_is(change->kind, "demand"))
        return STEP_ORDERS;
    return text_is(change->kind, "stock") ? STEP_STOCK : STEP_MASTER;
}

static enum status load_state(struct rpc_request *request, const struct simulation *row,
                              struct step_state states[SIMULATION_STEPS], const char **state)
{
    unsigned done = 0;
    *state = "open";
    for (size_t s = 0; s < SIMULATION_STEPS; s++)
        states[s] = (struct step_state){.done = false};
    if (uuid_is_nil(row->apply_key))
        return STATUS_OK;
    enum status status = store_step_states(request->sql, text_of(request->plant), row->apply_key,
                                           request->arena, states, &request->fault);
    for (unsigned s = 0; s < SIMULATION_STEPS; s++)
        done |= states[s].done ? 1U << s : 0;
    *state = (row->steps & ~done) == 0 ? "applied" : "applying";
    return status;
}

static struct text moved_words(const struct kept_change *change, size_t at, struct text now,
                               struct arena *arena)
{
    static const char *const facts[] = {"lead times", "items", "stock", "quantity"};
    const size_t fact = text_is(change->kind, "lead_time")       ? 0
                        : text_is(change->kind, "supplier_lost") ? 1
                        : text_is(change->kind, "stock")         ? 2
                                                                 : 3;
    const size_t size = now.length + change->seen.length + 4 * TEXT_CODE_MAX;
    char *text = arena_alloc(arena, size, 1);
    if (!text)
        return now;
    const struct text of = change->item.bytes ? change->item : change->supplier;
    int length = snprintf(text, size, "changes[%zu]: %s of \"%.*s\" is now %.*s, was %.*s", at,
                          facts[fact], (int)of.length, of.bytes, (int)now.length, now.bytes,
                          (int)change->seen.length, change->seen.bytes);
    return (struct text){text, length > 0 ? (size_t)length : 0};
}

/* What is no longer as it was, of changes that are not done yet. */
static enum status load_moved(struct rpc_request *request, struct kept_simulation *out)
{
    struct arena *arena = request->arena;
    const size_t count = (size_t)out->row.change_count;
    struct text *moved = arena_alloc(arena, count + 1, sizeof *moved);
    struct text *now;
    if (!moved)
        return full(&request->fault);
    enum status status = store_facts_seen(request->sql, text_of(request->plant), out->row.changes,
                                          count, arena, &now, &request->fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct kept_change *change = &out->row.changes[i];
        const bool same = text_equal(change->seen, now[i]) || out->states[step_of(change)].done;
        moved[i] = same ? (struct text){NULL, 0} : moved_words(change, i, now[i], arena);
    }
    out->shown.moved = moved;
    return status;
}

enum status simulation_load(struct rpc_request *request, struct text name,
                            struct kept_simulation *out)
{
    const struct simulation_key key = {text_of(request->plant), name,
                                       text_of(request->principal.name)};
    *out = (struct kept_simulation){.shown.row = &out->row};
    enum status status =
        store_simulation(request->sql, &key, request->arena, &out->row, &request->fault);
    if (status == STATUS_OK)
        status = load_state(request, &out->row, out->states, &out->shown.state);
    return status == STATUS_OK ? load_moved(request, out) : status;
}

/* ---- save, list, discard ---- */

struct checking {
    struct rpc_request *request;
    const struct sim_question *question;
};

static enum status check_changes(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct checking *at = context;
    struct sim_change *changes;
    size_t count;
    (void)fault;
    return decode_changes(at->request, at->question, sight->plan->plant, &changes, &count);
}

static enum status save_work(struct command *command, const void *asked, struct fault *fault)
{
    struct simulation saved;
    enum status status = store_save_simulation(command, asked, &saved, fault);
    struct simulation_shown shown = {.row = &saved, .state = "open"};
    return status == STATUS_OK ? encode_saved_simulation(command, &shown, fault) : status;
}

enum status simulation_save(struct rpc_request *request)
{
    struct simulation_save save;
    struct sim_question question;
    enum status status = decode_save_simulation(request, &save, &question);
    struct checking at = {request, &question};
    if (status == STATUS_OK && save.change_count > 0)
        status = planner_look(request->service, text_of(request->plant), check_changes, &at,
                              &request->fault);
    return status == STATUS_OK ? command_run(request, save_work, &save, NULL) : status;
}

enum status simulation_list(struct rpc_request *request)
{
    struct simulation_key key = {.plant = text_of(request->plant),
                                 .viewer = text_of(request->principal.name)};
    struct step_state states[SIMULATION_STEPS];
    struct sql_rows rows;
    size_t limit;
    enum status status = decode_list_simulations(request, &key.name, &limit);
    if (status == STATUS_OK)
        status = store_simulations(request->sql, &key, limit + 1, request->arena, &rows,
                                   &request->fault);
    if (status != STATUS_OK)
        return status;
    struct simulation *found = arena_alloc(request->arena, rows.count + 1, sizeof *found);
    struct simulation_shown *shown = arena_alloc(request->arena, rows.count + 1, sizeof *shown);
    if (!found || !shown)
        return full(&request->fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        found[i] = simulation_of(&rows, i);
        shown[i] = (struct simulation_shown){.row = &found[i]};
        status = load_state(request, &found[i], states, &shown[i].state);
    }
    return status == STATUS_OK ? encode_simulations(request, shown, rows.count, limit) : status;
}

static enum status discard_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct text *name = asked;
    struct simulation gone;
    enum status status = store_discard_simulation(command, *name, &gone, fault);
    struct simulation_shown shown = {.row = &gone, .state = "open"};
    return status == STATUS_OK ? encode_saved_simulation(command, &shown, fault) : status;
}

enum status simulation_discard(struct rpc_request *request)
{
    struct text name;
    enum status status = decode_discard_simulation(request, &name);
    return status == STATUS_OK ? command_run(request, discard_work, &name, NULL) : status;
}

/* ---- apply ---- */

static enum status check_unmoved(const struct kept_simulation *kept, struct fault *fault)
{
    for (size_t i = 0; i < (size_t)kept->row.change_count; i++) {
        const struct text moved = kept->shown.moved[i];
        if (moved.bytes)
            return fault_set(fault, STATUS_STATE_CONFLICT, "name",
                             "the plan has moved on: %.*s; nothing was done", (int)moved.length,
                             moved.bytes);
    }
    return STATUS_OK;
}

static enum status check_appliable(const struct kept_simulation *kept, struct fault *fault)
{
    if (text_is(text_of(kept->shown.state), "applied"))
        return fault_set(fault, STATUS_STATE_CONFLICT, "name",
                         "simulation \"%.*s\" was applied already by %.*s",
                         (int)kept->row.name.length, kept->row.name.bytes,
                         (int)kept->row.applied_by.length, kept->row.applied_by.bytes);
    return check_unmoved(kept, fault);
}

static enum status load_places(struct rpc_request *request, const struct simulation *row,
                               struct simulation_apply *apply)
{
    const struct text plant = text_of(request->plant);
    const size_t count = (size_t)row->change_count;
    struct master_place *places;
    struct counted_place *counted;
    enum status status =
        store_master_places(request->sql, plant, row->changes, count, request->arena, &places,
                            &apply->place_count, &request->fault);
    if (status == STATUS_OK)
        status = store_counted_places(request->sql, plant, row->changes, count, request->arena,
                                      &counted, &apply->counted_count, &request->fault);
    if (status != STATUS_OK)
        return status;
    apply->places = places;
    apply->counted = counted;
    return STATUS_OK;
}

/* Who may not do all that is left to do begins nothing. */
static enum status check_rights(struct rpc_request *request, const struct simulation_apply *apply,
                                unsigned steps)
{
    enum status status = STATUS_OK;
    for (unsigned s = 0; s < SIMULATION_STEPS && status == STATUS_OK; s++) {
        if ((steps & 1U << s) && !apply->states[s].done)
            status = role_permit(simulation_step_method((enum simulation_step)s),
                                 &request->principal, &request->fault);
    }
    return status;
}

/* The steps go back to the gateway, which does them with the caller's own rights. */
enum status simulation_apply(struct rpc_request *request)
{
    struct text name;
    struct kept_simulation kept;
    struct simulation_apply apply = {.simulation = &kept.row};
    struct uuid apply_key;
    enum status status = decode_apply_simulation(request, &name);
    if (status == STATUS_OK)
        status = simulation_load(request, name, &kept);
    if (status == STATUS_OK)
        status = check_appliable(&kept, &request->fault);
    if (status == STATUS_OK)
        status = load_places(request, &kept.row, &apply);
    if (status != STATUS_OK)
        return status;
    for (size_t s = 0; s < SIMULATION_STEPS; s++)
        apply.states[s] = kept.states[s];
    const unsigned steps = simulation_steps(&apply, request->arena);
    status = check_rights(request, &apply, steps);
    if (status == STATUS_OK)
        status = store_begin_apply(request, name, steps, &apply_key);
    if (status == STATUS_OK)
        status = store_step_states(request->sql, text_of(request->plant), apply_key, request->arena,
                                   apply.states, &request->fault);
    return status == STATUS_OK ? encode_apply(request, &apply) : status;
}
