#include "services/cost/version.h"

#include "common/io/threads.h"
#include "common/plant/plant_read.h"
#include "common/plant/plant_store.h"

#define VERSION_ARENA_MAX (3072 * MIB)

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the version does not fit in memory");
}

static enum status not_found(struct text version, struct fault *fault)
{
    return fault_set(fault, STATUS_NOT_FOUND, "cost_version",
                     "cost version \"%.*s\" does not exist", (int)version.length, version.bytes);
}

static enum status conflict(const struct cost_version *row, const char *what, struct fault *fault)
{
    return fault_set(fault, STATUS_STATE_CONFLICT, "cost_version",
                     "cost version \"%.*s\" is %s: %s", (int)row->version.length,
                     row->version.bytes, version_state_text(row->state), what);
}

/* ---- save ---- */

static bool may_change(const struct cost_version *row)
{
    return row->state == VERSION_DRAFT || row->state == VERSION_SIMULATED;
}

static enum status begin_version(struct command *command, const struct version_save *save,
                                 struct cost_version *row, struct fault *fault)
{
    struct cost_version other = {.version = save->copy_of};
    bool found = true;
    enum status status = STATUS_OK;
    struct text maker = text_of(command->request->principal.name);
    *row = (struct cost_version){.version = save->version,
                                 .note = text_of(""),
                                 .costed_on = NO_DATE,
                                 .revision = 0,
                                 .made_by = maker,
                                 .marked_on = NO_DATE,
                                 .effective_on = NO_DATE,
                                 .reached = text_of("")};
    if (save->copy_of.bytes)
        status = store_version(command->sql, command->plant, false, command->arena, &other, &found,
                               fault);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return fault_set(fault, STATUS_NOT_FOUND, "copy_of", "cost version \"%.*s\" does not exist",
                         (int)save->copy_of.length, save->copy_of.bytes);
    if (save->copy_of.bytes) {
        row->prices = other.prices;
        row->costed_on = other.costed_on;
    }
    return STATUS_OK;
}

static void take_terms(const struct version_save *save, struct cost_version *row)
{
    if (save->note.bytes)
        row->note = save->note;
    if (save->prices != PRICES_KINDS)
        row->prices = save->prices;
    if (date_given(save->costed_on))
        row->costed_on = save->costed_on;
    row->state = VERSION_DRAFT;
    row->revision++;
}

static enum status save_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct version_save *save = asked;
    struct cost_version row = {.version = save->version};
    bool found;
    enum status status =
        store_version(command->sql, command->plant, true, command->arena, &row, &found, fault);
    if (status == STATUS_OK && !found)
        status = begin_version(command, save, &row, fault);
    else if (status == STATUS_OK && save->copy_of.bytes)
        status =
            fault_set(fault, STATUS_EXISTS, "cost_version", "cost version \"%.*s\" exists already",
                      (int)save->version.length, save->version.bytes);
    else if (status == STATUS_OK && !may_change(&row))
        status = conflict(&row, "it cannot be changed any more", fault);
    if (status != STATUS_OK)
        return status;
    take_terms(save, &row);
    row.changed_by = text_of(command->request->principal.name);
    status = store_put_version(command->sql, command->plant, &row, fault);
    if (status == STATUS_OK && save->copy_of.bytes)
        status =
            store_copy_facts(command->sql, command->plant, save->copy_of, save->version, fault);
    if (status == STATUS_OK)
        status = store_put_facts(command->sql, command->plant, save->version, save->facts,
                                 save->fact_count, fault);
    return status == STATUS_OK ? encode_version(&row, command->arena, &command->reply, fault)
                               : status;
}

enum status handle_save_version(struct rpc_request *request)
{
    struct version_save save;
    enum status status = decode_save_version(request, &save);
    return status == STATUS_OK ? command_run(request, save_work, &save, NULL) : status;
}

/* ---- simulate ---- */

/*
 * What was costed before the transaction that writes it, or why nothing was: the command says so,
 * unless its key has an answer already.  While one thread rolls up another reads what is stored:
 * both are of one snapshot, and a version that was changed or simulated since has another revision.
 */
struct simulation {
    struct cost_version row;
    bool found;
    struct version_terms terms;
    struct version_costs made;
    struct stored_costs stored;
    struct arena *arena; /* of the roll-up */
    struct arena *stored_arena;
    struct plant *plant;
    struct sql *sql;
    struct fault fault;
    struct fault stored_fault;
};

static enum status check_simulated(const struct simulation *made, const struct cost_version *row,
                                   bool found, struct fault *fault)
{
    if (!found)
        return not_found(made->row.version, fault);
    if (!may_change(row))
        return conflict(row, "its costs stay as they are", fault);
    if (!made->found || row->revision != made->row.revision)
        return conflict(row, "it was changed or simulated meanwhile", fault);
    *fault = made->fault.status != STATUS_OK ? made->fault : made->stored_fault;
    return fault->status;
}

static enum status simulate_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct simulation *made = asked;
    struct cost_version row = {.version = made->row.version};
    size_t counts[2] = {0};
    bool found;
    enum status status =
        store_version(command->sql, command->plant, true, command->arena, &row, &found, fault);
    if (status == STATUS_OK)
        status = check_simulated(made, &row, found, fault);
    if (status != STATUS_OK)
        return status;
    counts[0] = made->plant->items_count;
    status = store_version_costs(command->sql, &made->made, command->arena, &counts[1], fault);
    row.state = VERSION_SIMULATED;
    row.revision++;
    if (status == STATUS_OK)
        status = store_put_version(command->sql, command->plant, &row, fault);
    return status == STATUS_OK ? encode_simulated(&row, counts, command, fault) : status;
}

/* The version's terms, of which the costs are made. */
static enum status read_terms(struct rpc_request *request, struct simulation *simulation)
{
    struct version_fact *facts;
    const struct cost_version *row = &simulation->row;
    struct version_terms *terms = &simulation->terms;
    struct text plant = text_of(request->plant);
    *terms = (struct version_terms){
        .version = row->version, .prices = row->prices, .on = row->costed_on};
    enum status status = store_version_facts(request->sql, plant, row->version, simulation->arena,
                                             &facts, &terms->fact_count, &simulation->fault);
    terms->facts = facts;
    if (status == STATUS_OK && (row->prices == PRICES_LAST || row->prices == PRICES_AVERAGE))
        status = store_stock_prices(request->sql, plant, row->prices, simulation->arena, terms,
                                    &simulation->fault);
    return status;
}

/* crew_part_fn: the first hand reads what is stored, the second one rolls up. */
static void simulate_part(void *context, uint32_t hand)
{
    struct simulation *s = context;
    enum status status =
        hand == 0 ? store_stored_costs(s->sql, s->row.version, s->plant, s->stored_arena,
                                       &s->stored, &s->stored_fault)
                  : version_cost(s->plant, &s->terms, s->arena, &s->made.costs, &s->fault);
    ASSERT(status == (hand == 0 ? s->stored_fault : s->fault).status);
}

/* In a snapshot.  Leaves what went wrong in simulation->fault and stored_fault. */
static void simulate(struct rpc_request *request, struct simulation *simulation)
{
    const struct crew crew = threads_crew(2);
    struct text plant = text_of(request->plant);
    enum status status = plant_load_within(request->sql, plant, PLANT_COSTING, &simulation->plant,
                                           &simulation->fault);
    if (status == STATUS_OK)
        status = read_terms(request, simulation);
    if (status != STATUS_OK)
        return;
    simulation->sql = request->sql;
    simulation->made = (struct version_costs){.plant_id = plant,
                                              .version = simulation->row.version,
                                              .plant = simulation->plant,
                                              .stored = &simulation->stored};
    crew.run(&crew, simulate_part, simulation);
}

static enum status simulate_version(struct rpc_request *request, struct simulation *simulation)
{
    simulation->arena = arena_new(VERSION_ARENA_MAX);
    simulation->stored_arena = arena_new(VERSION_ARENA_MAX);
    if (!simulation->arena || !simulation->stored_arena)
        return no_room(&request->fault);
    if (simulation->found && may_change(&simulation->row)) {
        if (sql_begin_snapshot(request->sql, &simulation->fault) == STATUS_OK)
            simulate(request, simulation);
        sql_rollback(request->sql); /* it only read */
    }
    return command_run(request, simulate_work, simulation, NULL);
}

enum status handle_simulate_version(struct rpc_request *request)
{
    struct simulation simulation = {.arena = NULL};
    enum status status = decode_version(request, &simulation.row.version);
    if (status == STATUS_OK)
        status = store_version(request->sql, text_of(request->plant), false, request->arena,
                               &simulation.row, &simulation.found, &request->fault);
    if (status == STATUS_OK)
        status = simulate_version(request, &simulation);
    arena_free(&simulation.arena);
    arena_free(&simulation.stored_arena);
    plant_free(&simulation.plant);
    return status;
}

/* ---- steps ---- */

enum version_step { STEP_FREEZE, STEP_MARK, STEP_RELEASE, STEP_REVERT, STEP_WITHDRAW };

struct stepping {
    enum version_step step;
    struct text version;
    date day;
};

struct step_rule {
    bool from[VERSION_STATES];
    enum version_state to;
    const char *refusal;
};

static const struct step_rule rules[] = {
    [STEP_FREEZE] = {{[VERSION_SIMULATED] = true},
                     VERSION_FROZEN,
                     "only a simulated one can be frozen"},
    [STEP_MARK] = {{[VERSION_FROZEN] = true}, VERSION_FROZEN, "only a frozen one can be marked"},
    [STEP_RELEASE] = {{[VERSION_FROZEN] = true},
                      VERSION_RELEASING,
                      "only a frozen one can be released"},
    [STEP_REVERT] = {{[VERSION_RELEASED] = true},
                     VERSION_REVERTING,
                     "only a released one can be reverted"},
    [STEP_WITHDRAW] =
        {{[VERSION_DRAFT] = true, [VERSION_SIMULATED] = true, [VERSION_FROZEN] = true},
         VERSION_WITHDRAWN,
         "it cannot be withdrawn"},
};

/* The day of a revaluation: open, and not to come. */
static enum status check_day(const struct version_days *days, date day, struct fault *fault)
{
    char text[DATE_TEXT_MAX];
    if (day > days->today)
        return fault_set(fault, STATUS_INVALID, "effective_on", "effective_on is later than today");
    if (day >= days->open_from)
        return STATUS_OK;
    date_format(days->open_from, text);
    return fault_set(fault, STATUS_PERIOD_CLOSED, "effective_on", "the books are closed before %s",
                     text);
}

static enum status take_release(const struct version_days *days, const struct stepping *asked,
                                struct cost_version *row, struct fault *fault)
{
    char text[DATE_TEXT_MAX];
    bool marked = date_given(row->marked_on);
    date day = date_given(asked->day) ? asked->day : marked ? row->marked_on : days->today;
    if (marked && (day < row->marked_on || row->marked_on > days->today)) {
        date_format(row->marked_on, text);
        return fault_set(fault, STATUS_STATE_CONFLICT, "effective_on",
                         "cost version \"%.*s\" is marked for %s", (int)row->version.length,
                         row->version.bytes, text);
    }
    row->effective_on = day;
    row->release_no = days->released + 1;
    return check_day(days, day, fault);
}

/* What was released after it stands on it. */
static enum status take_revert(const struct version_days *days, const struct stepping *asked,
                               struct cost_version *row, struct fault *fault)
{
    if (row->release_no != days->standing)
        return conflict(row, "another one was released after it: revert that first", fault);
    row->effective_on = date_given(asked->day) ? asked->day : days->today;
    return check_day(days, row->effective_on, fault);
}

static enum status take_step(struct command *command, const struct stepping *asked,
                             struct cost_version *row, struct fault *fault)
{
    struct version_days days;
    struct text by = text_of(command->request->principal.name);
    enum status status =
        store_version_days(command->sql, command->plant, command->arena, &days, fault);
    row->reached = text_of("");
    switch (asked->step) {
    case STEP_FREEZE:
        row->frozen_by = by;
        return status;
    case STEP_MARK:
        row->marked_on = date_given(asked->day) ? asked->day : days.today;
        return status;
    case STEP_RELEASE:
        row->released_by = by;
        return status == STATUS_OK ? take_release(&days, asked, row, fault) : status;
    case STEP_REVERT:
        row->reverted_by = by;
        return status == STATUS_OK ? take_revert(&days, asked, row, fault) : status;
    case STEP_WITHDRAW:
        return status;
    }
    return status;
}

static enum status step_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct stepping *stepping = asked;
    const struct step_rule *rule = &rules[stepping->step];
    struct cost_version row = {.version = stepping->version};
    bool found;
    enum status status =
        store_version(command->sql, command->plant, true, command->arena, &row, &found, fault);
    if (status == STATUS_OK && !found)
        status = not_found(stepping->version, fault);
    if (status == STATUS_OK && !rule->from[row.state])
        status = conflict(&row, rule->refusal, fault);
    if (status == STATUS_OK)
        status = take_step(command, stepping, &row, fault);
    if (status != STATUS_OK)
        return status;
    row.state = rule->to;
    status = store_put_version(command->sql, command->plant, &row, fault);
    return status == STATUS_OK ? encode_version(&row, command->arena, &command->reply, fault)
                               : status;
}

static enum status run_step(struct rpc_request *request, enum version_step step)
{
    struct stepping asked = {.step = step, .day = NO_DATE};
    bool dated = step == STEP_MARK || step == STEP_RELEASE || step == STEP_REVERT;
    enum status status = dated ? decode_version_day(request, &asked.version, &asked.day)
                               : decode_version(request, &asked.version);
    return status == STATUS_OK ? command_run(request, step_work, &asked, NULL) : status;
}

enum status handle_freeze_version(struct rpc_request *request)
{
    return run_step(request, STEP_FREEZE);
}

enum status handle_mark_version(struct rpc_request *request)
{
    return run_step(request, STEP_MARK);
}

enum status handle_withdraw_version(struct rpc_request *request)
{
    return run_step(request, STEP_WITHDRAW);
}

/* ---- releases ---- */

static enum status run_release(struct rpc_request *request, enum version_step step)
{
    enum status status = run_step(request, step);
    if (status == STATUS_OK && !request->repeated)
        standards_follow(request);
    return status;
}

enum status handle_release_version(struct rpc_request *request)
{
    return run_release(request, STEP_RELEASE);
}

enum status handle_revert_version(struct rpc_request *request)
{
    return run_release(request, STEP_REVERT);
}

/* ---- looking ---- */

enum status handle_get_version(struct rpc_request *request)
{
    struct cost_version row;
    struct version_fact *facts = NULL;
    struct version_shown shown = {.row = &row};
    struct text plant = text_of(request->plant);
    bool found = false;
    enum status status = decode_version(request, &row.version);
    if (status == STATUS_OK)
        status = store_version(request->sql, plant, false, request->arena, &row, &found,
                               &request->fault);
    if (status == STATUS_OK && !found)
        status = not_found(row.version, &request->fault);
    if (status == STATUS_OK)
        status = store_version_facts(request->sql, plant, row.version, request->arena, &facts,
                                     &shown.fact_count, &request->fault);
    if (status == STATUS_OK)
        status = store_version_sums(request->sql, plant, &row, request->arena, &shown.sums,
                                    &request->fault);
    shown.facts = facts;
    return status == STATUS_OK ? encode_shown_version(request, &shown) : status;
}

enum status handle_list_versions(struct rpc_request *request)
{
    struct version_query query;
    struct cost_version *rows;
    size_t count = 0;
    enum status status = decode_list_versions(request, &query);
    if (status == STATUS_OK)
        status = store_list_versions(request->sql, &query, request->arena, &rows, &count,
                                     &request->fault);
    return status == STATUS_OK ? encode_versions(request, rows, count, count == query.limit)
                               : status;
}

static enum status check_version(struct rpc_request *request, struct text version,
                                 const char *field)
{
    struct cost_version row = {.version = version};
    bool found = false;
    enum status status = store_version(request->sql, text_of(request->plant), false, request->arena,
                                       &row, &found, &request->fault);
    if (status == STATUS_OK && !found)
        return fault_set(&request->fault, STATUS_NOT_FOUND, field,
                         "cost version \"%.*s\" does not exist", (int)version.length,
                         version.bytes);
    return status;
}

enum status version_check(struct rpc_request *request, const struct version_query *query)
{
    enum status status = check_version(request, query->version, "cost_version");
    return status == STATUS_OK && query->against.length > 0
               ? check_version(request, query->against, "against")
               : status;
}

enum status handle_list_version_costs(struct rpc_request *request)
{
    struct version_query query;
    struct version_item *rows;
    size_t count = 0;
    enum status status = decode_version_costs(request, &query);
    if (status == STATUS_OK)
        status = check_version(request, query.version, "cost_version");
    if (status == STATUS_OK)
        status =
            store_list_costs(request->sql, &query, request->arena, &rows, &count, &request->fault);
    if (status == STATUS_OK && count == 0 && query.item.bytes)
        status = fault_set(&request->fault, STATUS_NOT_FOUND, "item",
                           "item \"%.*s\" has no cost in version \"%.*s\"", (int)query.item.length,
                           query.item.bytes, (int)query.version.length, query.version.bytes);
    return status == STATUS_OK ? encode_version_costs(request, rows, count, count == query.limit)
                               : status;
}

enum status handle_get_comparison(struct rpc_request *request)
{
    struct version_query query;
    struct cost_difference *rows;
    size_t count = 0;
    size_t items = 0;
    enum status status = decode_comparison(request, &query);
    if (status == STATUS_OK)
        status = version_check(request, &query);
    if (status == STATUS_OK)
        status =
            store_comparison(request->sql, &query, request->arena, &rows, &count, &request->fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        items += text_is(rows[i].element, "total");
    return status == STATUS_OK ? encode_comparison(request, rows, count, items == query.limit)
                               : status;
}
