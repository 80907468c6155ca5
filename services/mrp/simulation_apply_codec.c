/* What a kept simulation changes, as the requests of the services that change it. */

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"
#include "proto/inventory.pb-c.h"
#include "proto/mrp.pb-c.h"
#include "proto/order.pb-c.h"
#include "services/mrp/simulation_codec.h"

#include <stdio.h>
#include <string.h>

#define CELLS_MAX 3

/* A request under construction. */
struct making {
    const struct simulation_apply *apply;
    struct arena *arena;
    bool ok; /* false once the arena is full */
};

static void *room(struct making *making, size_t count, size_t size)
{
    void *made = making->ok ? arena_alloc(making->arena, count + 1, size) : NULL;
    making->ok = made != NULL;
    return made;
}

static char *words(struct making *making, struct text text)
{
    return making->ok ? page_text(text, making->arena, &making->ok) : NULL;
}

static bool is(const struct kept_change *change, const char *kind)
{
    return text_is(change->kind, kind);
}

static size_t change_count(const struct simulation_apply *apply)
{
    return (size_t)apply->simulation->change_count;
}

/* ---- master data ---- */

struct edit_cell {
    const char *column;
    struct text value;
};

static void add_edit(struct making *making, Millrace__EditMasterRequest *request,
                     const struct master_place *place, const struct edit_cell *cells,
                     size_t cell_count)
{
    Millrace__MasterEdit *edit = room(making, 1, sizeof *edit);
    Millrace__Cell *made = room(making, CELLS_MAX, sizeof *made);
    Millrace__Cell **list = room(making, CELLS_MAX, sizeof(void *));
    if (!making->ok)
        return;
    millrace__master_edit__init(edit);
    edit->file = words(making, place->file);
    edit->has_row = place->row > 0;
    edit->row = (uint32_t)place->row;
    if (cell_count == 0)
        edit->action = words(making, text_of("remove"));
    for (size_t i = 0; i < cell_count; i++) {
        millrace__cell__init(&made[i]);
        made[i].column = words(making, text_of(cells[i].column));
        made[i].value = words(making, cells[i].value);
        list[i] = &made[i];
    }
    edit->cells = list;
    edit->n_cells = cell_count;
    request->edits[request->n_edits++] = edit;
}

static void edit_lead_time(struct making *making, Millrace__EditMasterRequest *request, size_t at)
{
    const struct kept_change *change = &making->apply->simulation->changes[at];
    char days[24];
    snprintf(days, sizeof days, "%lld", (long long)change->days);
    const struct edit_cell cells[] = {{"lead_time_days", text_of(days)}, {"item", change->item}};
    const struct master_place item = {.file = text_of("items.csv")};
    add_edit(making, request, &item, cells, 2);
    for (size_t i = 0; i < making->apply->place_count; i++) {
        if (making->apply->places[i].change == (int64_t)at)
            add_edit(making, request, &making->apply->places[i], cells, 1);
    }
}

/* The first line of the component gets the quantity, further ones go: as the simulation has it. */
static void edit_bill(struct making *making, Millrace__EditMasterRequest *request, size_t at)
{
    const struct kept_change *change = &making->apply->simulation->changes[at];
    char qty[QTY_TEXT_MAX];
    bool found = change->qty.micro == 0;
    qty_format(change->qty, qty);
    const struct edit_cell cells[] = {
        {"qty", text_of(qty)}, {"parent", change->item}, {"component", change->component}};
    for (size_t i = 0; i < making->apply->place_count; i++) {
        if (making->apply->places[i].change != (int64_t)at)
            continue;
        add_edit(making, request, &making->apply->places[i], cells, found ? 0 : 1);
        found = true;
    }
    if (!found) {
        const struct master_place fresh = {.file = text_of("bom.csv")};
        add_edit(making, request, &fresh, cells, 3);
    }
}

static void edit_losses(struct making *making, Millrace__EditMasterRequest *request, size_t at)
{
    for (size_t i = 0; i < making->apply->place_count; i++) {
        if (making->apply->places[i].change == (int64_t)at)
            add_edit(making, request, &making->apply->places[i], NULL, 0);
    }
}

static void make_edits(struct making *making, Millrace__EditMasterRequest *request)
{
    const struct simulation_apply *apply = making->apply;
    millrace__edit_master_request__init(request);
    request->edits =
        room(making, apply->place_count + 2 * change_count(apply), sizeof *request->edits);
    for (size_t i = 0; i < change_count(apply); i++) {
        const struct kept_change *change = &apply->simulation->changes[i];
        if (is(change, "lead_time"))
            edit_lead_time(making, request, i);
        else if (is(change, "bill"))
            edit_bill(making, request, i);
        else if (is(change, "supplier_lost"))
            edit_losses(making, request, i);
    }
}

/* ---- stock ---- */

static void add_stock(struct making *making, Millrace__PostAdjustmentRequest *request,
                      const struct counted_place *place, int64_t micro)
{
    Millrace__AdjustmentLine *line = room(making, 1, sizeof *line);
    if (!making->ok || micro == 0)
        return;
    millrace__adjustment_line__init(line);
    line->item = words(making, making->apply->simulation->changes[place->change].item);
    line->has_quantity_micro = true;
    line->quantity_micro = micro;
    line->location = words(making, place->location);
    if (place->lot.length > 0)
        line->lot = words(making, place->lot);
    request->lines[request->n_lines++] = line;
}

/* What was counted more comes to the first place, what was counted less is taken one place after
   the other. */
static void count_stock(struct making *making, Millrace__PostAdjustmentRequest *request, size_t at)
{
    const struct simulation_apply *apply = making->apply;
    const struct counted_place *first = NULL;
    int64_t more = apply->simulation->changes[at].qty.micro;
    for (size_t i = 0; i < apply->counted_count; i++) {
        if (apply->counted[i].change != (int64_t)at)
            continue;
        first = first ? first : &apply->counted[i];
        more -= apply->counted[i].qty.micro;
    }
    const struct counted_place nowhere = {.change = (int64_t)at};
    if (more > 0)
        add_stock(making, request, first ? first : &nowhere, more);
    for (size_t i = 0; more < 0 && i < apply->counted_count; i++) {
        const struct counted_place *place = &apply->counted[i];
        if (place->change != (int64_t)at || place->qty.micro <= 0)
            continue;
        const int64_t less = -more < place->qty.micro ? -more : place->qty.micro;
        add_stock(making, request, place, -less);
        more += less;
    }
}

static void make_counts(struct making *making, Millrace__PostAdjustmentRequest *request)
{
    const struct simulation_apply *apply = making->apply;
    char reason[TEXT_CODE_MAX + 16];
    millrace__post_adjustment_request__init(request);
    snprintf(reason, sizeof reason, "simulation %.*s", (int)apply->simulation->name.length,
             apply->simulation->name.bytes);
    request->reason = words(making, text_of(reason));
    request->lines =
        room(making, apply->counted_count + change_count(apply), sizeof *request->lines);
    for (size_t i = 0; i < change_count(apply); i++) {
        if (is(&apply->simulation->changes[i], "stock"))
            count_stock(making, request, i);
    }
}

/* ---- demands ---- */

static void make_order(struct making *making, Millrace__CreateSalesOrderRequest *request)
{
    const struct simulation_apply *apply = making->apply;
    millrace__create_sales_order_request__init(request);
    request->lines = room(making, change_count(apply), sizeof *request->lines);
    for (size_t i = 0; i < change_count(apply); i++) {
        const struct kept_change *change = &apply->simulation->changes[i];
        if (!is(change, "demand"))
            continue;
        Millrace__SalesLine *line = room(making, 1, sizeof *line);
        if (!making->ok)
            return;
        millrace__sales_line__init(line);
        line->item = words(making, change->item);
        line->has_quantity_micro = line->has_due_on = true;
        line->quantity_micro = change->qty.micro;
        line->due_on = change->due;
        request->customer = words(making, change->customer);
        request->lines[request->n_lines++] = line;
    }
}

/* ---- steps ---- */

struct requests {
    Millrace__EditMasterRequest edits;
    Millrace__PostAdjustmentRequest counts;
    Millrace__CreateSalesOrderRequest order;
};

static const struct {
    const char *method;
    const char *about;
} commands[SIMULATION_STEPS] = {
    [STEP_MASTER] = {"Bom.EditMaster", "rows of master data"},
    [STEP_STOCK] = {"Inventory.PostAdjustment", "counted balances"},
    [STEP_ORDERS] = {"Order.CreateSalesOrder", "demands"},
};

const char *simulation_step_method(enum simulation_step step)
{
    return commands[step].method;
}

static void make_requests(struct making *making, struct requests *requests,
                          size_t counts[SIMULATION_STEPS])
{
    make_edits(making, &requests->edits);
    make_counts(making, &requests->counts);
    make_order(making, &requests->order);
    counts[STEP_MASTER] = requests->edits.n_edits;
    counts[STEP_STOCK] = requests->counts.n_lines;
    counts[STEP_ORDERS] = requests->order.n_lines;
}

unsigned simulation_steps(const struct simulation_apply *apply, struct arena *arena)
{
    struct making making = {apply, arena, true};
    struct requests requests;
    size_t counts[SIMULATION_STEPS];
    unsigned steps = 0;
    make_requests(&making, &requests, counts);
    for (unsigned s = 0; s < SIMULATION_STEPS; s++)
        steps |= counts[s] > 0 || apply->states[s].done ? 1U << s : 0;
    return steps;
}

static void fill_step(struct making *making, Millrace__Step *step, size_t s, size_t count)
{
    const struct step_state *state = &making->apply->states[s];
    char about[64];
    millrace__step__init(step);
    snprintf(about, sizeof about, "%zu %s", count, commands[s].about);
    step->method = words(making, text_of(commands[s].method));
    step->about = words(making, text_of(about));
    step->has_key_uuid = true;
    step->key_uuid.len = sizeof state->key.bytes;
    step->key_uuid.data = (uint8_t *)words(
        making, (struct text){(const char *)state->key.bytes, sizeof state->key.bytes});
    if (state->done)
        step->state = words(making, text_of("done"));
}

static enum status pack_body(struct rpc_request *request, Millrace__Step *step,
                             const ProtobufCMessage *body)
{
    struct text bytes;
    enum status status = wire_pack(body, request->arena, &bytes, &request->fault);
    if (status == STATUS_OK && bytes.length > WIRE_BODY_MAX)
        return fault_set(&request->fault, STATUS_LIMIT, "name",
                         "the simulation changes too many rows to be applied by one command");
    step->has_body = true;
    step->body.len = bytes.length;
    memcpy(&step->body.data, &bytes.bytes, sizeof step->body.data);
    return status;
}

enum status encode_apply(struct rpc_request *request, const struct simulation_apply *apply)
{
    struct making making = {apply, request->arena, true};
    Millrace__ApplySimulationReply reply;
    Millrace__Step steps[SIMULATION_STEPS];
    Millrace__Step *list[SIMULATION_STEPS];
    struct requests requests;
    size_t counts[SIMULATION_STEPS];
    enum status status = STATUS_OK;
    make_requests(&making, &requests, counts);
    const ProtobufCMessage *bodies[] = {[STEP_MASTER] = &requests.edits.base,
                                        [STEP_STOCK] = &requests.counts.base,
                                        [STEP_ORDERS] = &requests.order.base};
    millrace__apply_simulation_reply__init(&reply);
    reply.name = words(&making, apply->simulation->name);
    reply.steps = list;
    for (size_t s = 0; s < SIMULATION_STEPS && making.ok && status == STATUS_OK; s++) {
        if (counts[s] == 0 && !apply->states[s].done)
            continue;
        Millrace__Step *step = &steps[reply.n_steps];
        fill_step(&making, step, s, counts[s]);
        if (!apply->states[s].done)
            status = pack_body(request, step, bodies[s]);
        list[reply.n_steps++] = step;
    }
    if (!making.ok)
        return fault_set(&request->fault, STATUS_LIMIT, "name",
                         "simulation does not fit in memory");
    return status == STATUS_OK
               ? wire_pack(&reply.base, request->arena, &request->reply, &request->fault)
               : status;
}
