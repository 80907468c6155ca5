#include "services/mrp/simulation_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"

#include <stdio.h>
#include <string.h>

/* The request's body; NULL with the fault set. */
static const void *unpacked(struct rpc_request *request, const ProtobufCMessageDescriptor *type)
{
    const ProtobufCMessage *message = NULL;
    enum status status =
        wire_unpack(type, request->body, request->arena, &message, &request->fault);
    return status == STATUS_OK ? message : NULL;
}

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "simulation does not fit in memory");
}

static enum status read_name(struct rpc_request *request, const char *asked, struct text *name)
{
    *name = page_given(asked);
    if (name->length == 0 || !text_is_code(*name))
        return fault_set(&request->fault, STATUS_INVALID, "name", "name is missing or no code");
    return STATUS_OK;
}

/* ---- requests ---- */

static struct kept_change change_asked(const Millrace__SimulatedChange *asked)
{
    return (struct kept_change){
        .kind = text_of(asked->kind ? asked->kind : ""),
        .item = page_given(asked->item),
        .component = page_given(asked->component),
        .supplier = page_given(asked->supplier),
        .customer = page_given(asked->customer),
        .qty = asked->has_quantity_micro ? (struct qty){asked->quantity_micro} : NO_QTY,
        .due = asked->has_due_on ? asked->due_on : NO_DATE,
        .days = asked->has_days ? (int64_t)asked->days : NO_DAYS};
}

/* One sales order is made of all demands, so they are of one customer. */
static enum status check_customers(const struct kept_change *changes, size_t count,
                                   struct fault *fault)
{
    const struct kept_change *first = NULL;
    char field[48];
    for (size_t i = 0; i < count; i++) {
        if (!text_is(changes[i].kind, "demand"))
            continue;
        first = first ? first : &changes[i];
        if (text_equal(first->customer, changes[i].customer))
            continue;
        snprintf(field, sizeof field, "changes[%zu].customer", i);
        return fault_set(fault, STATUS_INVALID, field,
                         "all demands of a simulation that is kept are of one customer");
    }
    return STATUS_OK;
}

static enum status read_changes(struct rpc_request *request,
                                const Millrace__SaveSimulationRequest *asked,
                                struct simulation_save *save)
{
    if (asked->n_changes > SIMULATION_CHANGES_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "changes", "%zu changes are more than %d",
                         asked->n_changes, SIMULATION_CHANGES_MAX);
    struct kept_change *changes =
        arena_alloc(request->arena, asked->n_changes + 1, sizeof *changes);
    if (!changes)
        return full(&request->fault);
    for (size_t i = 0; i < asked->n_changes; i++)
        changes[i] = change_asked(asked->changes[i]);
    save->changes = changes;
    save->change_count = asked->n_changes;
    return check_customers(changes, asked->n_changes, &request->fault);
}

enum status decode_save_simulation(struct rpc_request *request, struct simulation_save *save,
                                   struct sim_question *question)
{
    const Millrace__SaveSimulationRequest *asked =
        unpacked(request, &millrace__save_simulation_request__descriptor);
    Millrace__GetSimulationRequest *as_if =
        arena_alloc(request->arena, 1, sizeof(Millrace__GetSimulationRequest));
    if (!asked || !as_if)
        return asked ? full(&request->fault) : request->fault.status;
    *save = (struct simulation_save){.note = page_given(asked->note),
                                     .shared_given = asked->has_shared,
                                     .shared = asked->has_shared && asked->shared,
                                     .if_version =
                                         asked->has_if_version ? (int64_t)asked->if_version : 0};
    enum status status = read_name(request, asked->name, &save->name);
    if (status == STATUS_OK && (save->note.length > SIMULATION_NOTE_MAX ||
                                (save->note.bytes && !text_is_utf8(save->note))))
        status = fault_set(&request->fault, STATUS_INVALID, "note",
                           "note is not text of at most %d bytes", SIMULATION_NOTE_MAX);
    if (status == STATUS_OK)
        status = read_changes(request, asked, save);
    millrace__get_simulation_request__init(as_if);
    as_if->n_changes = asked->n_changes;
    as_if->changes = asked->changes;
    *question = (struct sim_question){.message = as_if};
    return status;
}

enum status decode_discard_simulation(struct rpc_request *request, struct text *name)
{
    const Millrace__DiscardSimulationRequest *asked =
        unpacked(request, &millrace__discard_simulation_request__descriptor);
    return asked ? read_name(request, asked->name, name) : request->fault.status;
}

enum status decode_apply_simulation(struct rpc_request *request, struct text *name)
{
    const Millrace__ApplySimulationRequest *asked =
        unpacked(request, &millrace__apply_simulation_request__descriptor);
    return asked ? read_name(request, asked->name, name) : request->fault.status;
}

enum status decode_list_simulations(struct rpc_request *request, struct text *after, size_t *limit)
{
    const Millrace__ListSimulationsRequest *asked =
        unpacked(request, &millrace__list_simulations_request__descriptor);
    if (!asked)
        return request->fault.status;
    *after = text_of(asked->after ? asked->after : "");
    return page_limit(asked->has_limit, asked->limit, SIMULATION_LIST_MAX, limit, &request->fault);
}

/* ---- changes back as they were asked ---- */

static bool fill_change(Millrace__SimulatedChange *out, const struct kept_change *change,
                        struct arena *arena)
{
    bool ok = true;
    millrace__simulated_change__init(out);
    out->kind = page_text(change->kind, arena, &ok);
    out->item = page_text(change->item, arena, &ok);
    out->component = page_text(change->component, arena, &ok);
    out->supplier = page_text(change->supplier, arena, &ok);
    out->customer = page_text(change->customer, arena, &ok);
    out->has_quantity_micro = qty_given(change->qty);
    out->quantity_micro = out->has_quantity_micro ? change->qty.micro : 0;
    out->has_due_on = date_given(change->due);
    out->due_on = out->has_due_on ? change->due : 0;
    out->has_days = change->days != NO_DAYS;
    out->days = out->has_days ? (uint32_t)change->days : 0;
    return ok;
}

static Millrace__SimulatedChange **make_changes(const struct simulation *simulation,
                                                struct arena *arena)
{
    const size_t count = (size_t)simulation->change_count;
    Millrace__SimulatedChange *rows = arena_alloc(arena, count + 1, sizeof *rows);
    Millrace__SimulatedChange **list = arena_alloc(arena, count + 1, sizeof(void *));
    bool ok = rows && list;
    for (size_t i = 0; ok && i < count; i++) {
        ok = fill_change(&rows[i], &simulation->changes[i], arena);
        list[i] = &rows[i];
    }
    return ok ? list : NULL;
}

enum status question_of_kept(const struct simulation *simulation, struct arena *arena,
                             struct sim_question *question, struct fault *fault)
{
    Millrace__GetSimulationRequest *message =
        arena_alloc(arena, 1, sizeof(Millrace__GetSimulationRequest));
    if (!message)
        return full(fault);
    millrace__get_simulation_request__init(message);
    message->changes = make_changes(simulation, arena);
    message->n_changes = (size_t)simulation->change_count;
    question->message = message;
    return message->changes ? STATUS_OK : full(fault);
}

/* ---- replies ---- */

static bool fill_moved(Millrace__Simulation *out, const struct simulation_shown *shown,
                       struct arena *arena)
{
    const size_t count = (size_t)shown->row->change_count;
    bool ok = true;
    if (!shown->moved)
        return true;
    out->moved = arena_alloc(arena, count + 1, sizeof *out->moved);
    for (size_t i = 0; out->moved && i < count; i++) {
        if (shown->moved[i].bytes)
            out->moved[out->n_moved++] = page_text(shown->moved[i], arena, &ok);
    }
    return ok && out->moved;
}

void *make_simulation(const struct simulation_shown *shown, struct arena *arena)
{
    const struct simulation *row = shown->row;
    Millrace__Simulation *out = arena_alloc(arena, 1, sizeof *out);
    bool ok = out != NULL;
    if (!ok)
        return NULL;
    millrace__simulation__init(out);
    out->name = page_text(row->name, arena, &ok);
    out->note = page_text(row->note, arena, &ok);
    out->made_by = page_text(row->made_by, arena, &ok);
    out->applied_by = page_text(row->applied_by, arena, &ok);
    out->state = page_text(text_of(shown->state), arena, &ok);
    out->has_shared = out->has_version = out->has_plan_version = out->has_made_at_us = true;
    out->has_change_count = true;
    out->shared = row->shared;
    out->version = (uint64_t)row->version;
    out->plan_version = (uint64_t)row->plan_version;
    out->made_at_us = row->made_at_us;
    out->change_count = (uint32_t)row->change_count;
    if (ok && row->changes) {
        out->n_changes = (size_t)row->change_count;
        out->changes = make_changes(row, arena);
        ok = out->changes != NULL;
    }
    return ok && fill_moved(out, shown, arena) ? out : NULL;
}

enum status encode_saved_simulation(struct command *command, const struct simulation_shown *shown,
                                    struct fault *fault)
{
    const Millrace__Simulation *reply = make_simulation(shown, command->arena);
    return reply ? wire_pack(&reply->base, command->arena, &command->reply, fault) : full(fault);
}

enum status encode_simulations(struct rpc_request *request, const struct simulation_shown *rows,
                               size_t count, size_t limit)
{
    Millrace__ListSimulationsReply reply;
    millrace__list_simulations_reply__init(&reply);
    reply.n_simulations = count < limit ? count : limit;
    reply.simulations = arena_alloc(request->arena, count + 1, sizeof *reply.simulations);
    bool ok = reply.simulations != NULL;
    for (size_t i = 0; ok && i < reply.n_simulations; i++) {
        reply.simulations[i] = make_simulation(&rows[i], request->arena);
        ok = reply.simulations[i] != NULL;
    }
    if (!ok)
        return full(&request->fault);
    reply.next = count > limit ? reply.simulations[limit - 1]->name : NULL;
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
