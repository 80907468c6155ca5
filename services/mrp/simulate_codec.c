#include "services/mrp/simulate_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"

#include <stdio.h>
#include <string.h>

#define FIELD_MAX 48
#define DAYS_MAX  100000

enum status decode_simulation(struct rpc_request *request, struct sim_question *question)
{
    const ProtobufCMessage *message = NULL;
    enum status status = wire_unpack(&millrace__get_simulation_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetSimulationRequest *asked = (const Millrace__GetSimulationRequest *)message;
    question->message = asked;
    question->plan_version = asked->has_plan_version ? (int64_t)asked->plan_version : 0;
    question->name = page_given(asked->name);
    if (question->name.bytes && asked->n_changes > 0)
        return fault_set(&request->fault, STATUS_INVALID, "changes",
                         "a simulation has a name or changes, not both");
    if (!question->name.bytes && (asked->n_changes < 1 || asked->n_changes > SIM_CHANGES_MAX))
        return fault_set(&request->fault, STATUS_INVALID, "changes",
                         "%zu changes are outside 1..%d", asked->n_changes, SIM_CHANGES_MAX);
    return page_limit(asked->has_limit, asked->limit, SIM_DIFFERENCES_MAX, &question->limit,
                      &request->fault);
}

/* One change while it is read. */
struct reading {
    const Millrace__SimulatedChange *asked;
    const struct plant *plant;
    struct rpc_request *request;
    size_t place;
};

static enum status wrong(const struct reading *reading, enum status status, const char *name,
                         const char *message)
{
    char field[FIELD_MAX];
    snprintf(field, sizeof field, "changes[%zu].%s", reading->place, name);
    return fault_set(&reading->request->fault, status, field, "%s", message);
}

static enum status missing(const struct reading *reading, const char *kind, const char *name,
                           const char *code)
{
    char message[160];
    snprintf(message, sizeof message, "%s \"%.100s\" does not exist", kind, code);
    return wrong(reading, STATUS_NOT_FOUND, name, message);
}

static enum status read_item(const struct reading *reading, const char *code, const char *name,
                             uint32_t *item)
{
    if (!code)
        return wrong(reading, STATUS_INVALID, name, "item is missing");
    *item = plant_item_find(reading->plant, text_of(code));
    return *item != NO_INDEX ? STATUS_OK : missing(reading, "item", name, code);
}

/* A quantity of the item, at least `least` millionths. */
static enum status read_qty(const struct reading *reading, int64_t least, int decimals,
                            struct qty *qty)
{
    qty->micro = reading->asked->quantity_micro;
    if (!reading->asked->has_quantity_micro)
        return wrong(reading, STATUS_INVALID, "quantity", "quantity is missing");
    if (qty->micro < least)
        return wrong(reading, STATUS_INVALID, "quantity",
                     least > 0 ? "quantity must be above zero" : "quantity must not be below zero");
    if (!qty_fits_decimals(*qty, decimals))
        return wrong(reading, STATUS_INVALID, "quantity",
                     "quantity has more decimals than the item");
    return STATUS_OK;
}

static enum status read_demand(const struct reading *reading, struct sim_change *change)
{
    const int64_t first = reading->plant->facts.plan_start;
    enum status status =
        read_qty(reading, 1, reading->plant->items[change->item].decimals, &change->qty);
    if (status != STATUS_OK)
        return status;
    change->due = reading->asked->due_on;
    if (!reading->asked->has_due_on || change->due < first ||
        change->due >= first + reading->plant->facts.horizon_days)
        return wrong(reading, STATUS_INVALID, "due_on", "due_on must lie within the plan");
    return STATUS_OK;
}

static enum status read_lead_time(const struct reading *reading, struct sim_change *change)
{
    if (!reading->asked->has_days || reading->asked->days > DAYS_MAX)
        return wrong(reading, STATUS_INVALID, "days", "days must be 0 to 100000");
    change->days = (int32_t)reading->asked->days;
    return STATUS_OK;
}

static enum status read_supplier(const struct reading *reading, struct sim_change *change)
{
    const char *name = reading->asked->supplier;
    change->supplier = name ? names_find(reading->plant->texts, text_of(name)) : NO_INDEX;
    bool known = false;
    for (uint32_t i = 0; i < reading->plant->suppliers_count && !known; i++)
        known = reading->plant->suppliers[i].supplier == change->supplier;
    if (!name)
        return wrong(reading, STATUS_INVALID, "supplier", "supplier is missing");
    return known ? STATUS_OK : missing(reading, "supplier", "supplier", name);
}

static enum status read_change(const struct reading *reading, struct sim_change *change)
{
    static const char *const kinds[] = {"demand", "lead_time", "supplier_lost", "stock", "bill"};
    const Millrace__SimulatedChange *asked = reading->asked;
    size_t kind = 0;
    *change = (struct sim_change){.item = NO_INDEX};
    while (kind < COUNT_OF(kinds) && (!asked->kind || strcmp(asked->kind, kinds[kind]) != 0))
        kind++;
    if (kind == COUNT_OF(kinds))
        return wrong(reading, STATUS_INVALID, "kind",
                     "kind is not one of demand, lead_time, supplier_lost, stock, bill");
    change->kind = (uint8_t)kind;
    enum status status = STATUS_OK;
    if (kind != SIM_SUPPLIER_LOST || asked->item)
        status = read_item(reading, asked->item, "item", &change->item);
    if (status != STATUS_OK)
        return status;
    if (kind == SIM_DEMAND)
        return read_demand(reading, change);
    if (kind == SIM_LEAD_TIME)
        return read_lead_time(reading, change);
    if (kind == SIM_SUPPLIER_LOST)
        return read_supplier(reading, change);
    if (kind == SIM_STOCK)
        return read_qty(reading, 0, reading->plant->items[change->item].decimals, &change->qty);
    status = read_item(reading, asked->component, "component", &change->component);
    return status == STATUS_OK ? read_qty(reading, 0, QTY_DECIMALS, &change->qty) : status;
}

enum status decode_changes(struct rpc_request *request, const struct sim_question *question,
                           const struct plant *plant, struct sim_change **changes, size_t *count)
{
    const Millrace__GetSimulationRequest *asked = question->message;
    *count = asked->n_changes;
    *changes = arena_alloc(request->arena, *count + 1, sizeof **changes);
    if (!*changes)
        return fault_set(&request->fault, STATUS_LIMIT, "changes",
                         "simulation does not fit in memory");
    enum status status = STATUS_OK;
    for (size_t i = 0; i < *count && status == STATUS_OK; i++) {
        struct reading reading = {asked->changes[i], plant, request, i};
        status = read_change(&reading, &(*changes)[i]);
    }
    return status;
}

static void fill_sum(Millrace__SimulatedSum *out, const struct sim_sum *sum,
                     struct amount purchases)
{
    millrace__simulated_sum__init(out);
    out->has_planned_orders = out->has_late_orders = out->has_late_demands = true;
    out->has_messages = out->has_purchases_e4 = true;
    out->planned_orders = sum->orders;
    out->late_orders = sum->late_orders;
    out->late_demands = sum->late_demands;
    for (int k = 0; k < PLAN_MESSAGE_KINDS; k++)
        out->messages += sum->messages[k];
    out->purchases_e4 = purchases.e4;
}

static char *supplier_of(const struct plan *plan, const struct plan_order *order,
                         struct arena *arena, bool *ok)
{
    if (order->source == NO_INDEX)
        return NULL;
    return page_text(
        text_of(plant_text(plan->plant, plan->plant->suppliers[order->source].supplier)), arena,
        ok);
}

static bool fill_difference(Millrace__SimulatedDifference *out, const struct sim_answer *answer,
                            const struct plan_change *row, struct arena *arena)
{
    static const char *const kinds[] = {"remove", "change", "insert"};
    const struct plan *plan = row->after ? answer->after : answer->before;
    const struct plan_order *order = row->after ? row->after : row->before;
    const uint32_t item = row->after ? row->after_item : row->before_item;
    bool ok = true;
    millrace__simulated_difference__init(out);
    out->change = page_text(text_of(kinds[row->kind]), arena, &ok);
    out->item = page_text(text_of(plant_item_code(plan->plant, item)), arena, &ok);
    if (order->segment != 0)
        out->segment = page_text(text_of(plant_text(plan->plant, order->segment)), arena, &ok);
    out->has_need_on = true;
    out->need_on = plan_date(plan, order->need_day);
    if (row->after) {
        out->has_quantity_micro = out->has_start_on = out->has_due_on = true;
        out->quantity_micro = row->after->qty.micro;
        out->start_on = plan_date(answer->after, row->after->start_day);
        out->due_on = plan_date(answer->after, row->after->due_day);
        out->supplier = supplier_of(answer->after, row->after, arena, &ok);
    }
    if (row->before) {
        out->has_old_quantity_micro = out->has_old_start_on = out->has_old_due_on = true;
        out->old_quantity_micro = row->before->qty.micro;
        out->old_start_on = plan_date(answer->before, row->before->start_day);
        out->old_due_on = plan_date(answer->before, row->before->due_day);
        out->old_supplier = supplier_of(answer->before, row->before, arena, &ok);
    }
    return ok;
}

static bool fill_messages(Millrace__GetSimulationReply *reply, const struct sim_answer *answer,
                          struct arena *arena)
{
    Millrace__SimulatedMessages *rows = arena_alloc(arena, PLAN_MESSAGE_KINDS, sizeof *rows);
    reply->messages = arena_alloc(arena, PLAN_MESSAGE_KINDS, sizeof *reply->messages);
    bool ok = rows && reply->messages;
    for (int k = 0; ok && k < PLAN_MESSAGE_KINDS; k++) {
        if (answer->sums[0].messages[k] == answer->sums[1].messages[k])
            continue;
        Millrace__SimulatedMessages *row = &rows[reply->n_messages];
        millrace__simulated_messages__init(row);
        row->message = page_text(text_of(plan_message_name((enum plan_message_kind)k)), arena, &ok);
        row->has_before = row->has_after = true;
        row->before = answer->sums[0].messages[k];
        row->after = answer->sums[1].messages[k];
        reply->messages[reply->n_messages++] = row;
    }
    return ok;
}

enum status encode_simulation(struct rpc_request *request, const struct sim_answer *answer)
{
    struct arena *arena = request->arena;
    Millrace__GetSimulationReply reply;
    Millrace__SimulatedSum sums[2];
    millrace__get_simulation_reply__init(&reply);
    fill_sum(&sums[0], &answer->sums[0], answer->purchases[0]);
    fill_sum(&sums[1], &answer->sums[1], answer->purchases[1]);
    reply.before = &sums[0];
    reply.after = &sums[1];
    reply.has_removed = reply.has_changed = reply.has_inserted = true;
    reply.removed = answer->diff.removes;
    reply.changed = answer->diff.changes;
    reply.inserted = answer->diff.inserts;
    reply.simulation = answer->kept;
    size_t count = answer->diff.count < answer->limit ? answer->diff.count : answer->limit;
    Millrace__SimulatedDifference *rows = arena_alloc(arena, count + 1, sizeof *rows);
    reply.differences = arena_alloc(arena, count + 1, sizeof *reply.differences);
    bool ok = rows && reply.differences && fill_messages(&reply, answer, arena);
    for (size_t i = 0; ok && i < count; i++) {
        ok = fill_difference(&rows[i], answer, &answer->diff.rows[i], arena);
        reply.differences[i] = &rows[i];
    }
    reply.n_differences = count;
    if (!ok)
        return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
    return wire_pack(&reply.base, arena, &request->reply, &request->fault);
}
