#include "services/bom/edit_codec.h"

#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"
#include "proto/event.pb-c.h"
#include "services/bom/codec_memory.h"

#include <stdio.h>
#include <string.h>

_Static_assert(MILLRACE__EVENT_KIND__EVENT_KIND_MASTER_CHANGED == 7,
               "the store writes this number");

#define OBJECTS_TOLD_MAX 50
#define HISTORY_PAGE_MAX 200

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **message)
{
    return wire_unpack(type, request->body, request->arena, message, &request->fault);
}

/* ---- the event ---- */

static bool told_already(char *const *objects, size_t count, struct text object)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(object, objects[i]))
            return true;
    }
    return false;
}

enum status encode_master_changed(const struct edit_write *write, struct arena *arena,
                                  struct text *body, struct fault *fault)
{
    Millrace__Event event;
    Millrace__MasterState state;
    bool ok = true;
    millrace__event__init(&event);
    millrace__master_state__init(&state);
    state.objects = codec_room(arena, OBJECTS_TOLD_MAX, sizeof(char *), &ok);
    for (size_t i = 0; ok && i < write->count && state.n_objects < OBJECTS_TOLD_MAX; i++) {
        struct text object = row_object(write->rows[i]);
        if (object.length > 0 && !told_already(state.objects, state.n_objects, object))
            state.objects[state.n_objects++] = codec_text(object, arena, &ok);
    }
    state.change = codec_text(write->change_id, arena, &ok);
    state.has_rows = true;
    state.rows = (uint32_t)write->count;
    state.changed_by = codec_text(write->principal, arena, &ok);
    event.plant = codec_text(write->plant, arena, &ok);
    event.object_id = codec_text(write->object, arena, &ok);
    event.has_event_seq = event.has_version = event.has_kind = true;
    event.event_seq = event.version = (uint64_t)write->change_seq;
    event.kind = MILLRACE__EVENT_KIND__EVENT_KIND_MASTER_CHANGED;
    ASSERT(event.kind == EVENT_MASTER_CHANGED);
    event.master = &state;
    return ok ? wire_pack(&event.base, arena, body, fault) : codec_full(fault);
}

/* ---- edits ---- */

enum plant_file_id edit_file_find(struct text name)
{
    static const enum plant_file_id files[] = {FILE_ITEMS, FILE_UNITS, FILE_BOM, FILE_ROUTING,
                                               FILE_SUPPLIERS};

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        if (text_is(name, plant_files[files[i]].name))
            return files[i];
    }
    return PLANT_FILES;
}

static enum status wrong(struct rpc_request *request, size_t edit, const char *field,
                         const char *message)
{
    char path[64];
    snprintf(path, sizeof path, "edits[%zu].%s", edit, field);
    return fault_set(&request->fault, STATUS_INVALID, path, "%s", message);
}

static enum status read_action(struct rpc_request *request, size_t number,
                               const Millrace__MasterEdit *asked, struct edit *edit)
{
    struct text action = text_of(asked->action ? asked->action : "save");
    edit->row_no = asked->row;
    edit->end_on = asked->end_on;
    if (text_is(action, "save"))
        edit->action = EDIT_SAVE;
    else if (text_is(action, "remove"))
        edit->action = EDIT_REMOVE;
    else if (text_is(action, "end"))
        edit->action = EDIT_END;
    else
        return wrong(request, number, "action", "action is not one of save, remove, end");
    if (edit->action == EDIT_END && !asked->has_end_on)
        return wrong(request, number, "end_on", "action end needs the day the row ends on");
    if (edit->action != EDIT_SAVE && edit->row_no == 0 && edit->file != FILE_ITEMS)
        return wrong(request, number, "row",
                     "the row is to be named (ListMaster tells its number)");
    return STATUS_OK;
}

/* The first cell whose column another before it has, in either language; cell_count: none. */
static size_t given_again(const struct edit *edit)
{
    uint32_t columns = row_cell_count(edit->file);
    bool given[ROW_CELLS_MAX + 1] = {false};
    for (size_t i = 0; i < edit->cell_count; i++) {
        uint32_t cell = row_cell_find(edit->file, edit->cells[i].column);
        if (cell < columns && given[cell])
            return i;
        given[cell] = true;
    }
    return edit->cell_count;
}

static enum status read_edit(struct rpc_request *request, size_t number,
                             const Millrace__MasterEdit *asked, struct edit *edit)
{
    bool ok = true;
    edit->file = edit_file_find(text_of(asked->file));
    if (edit->file == PLANT_FILES)
        return wrong(
            request, number, "file",
            "file is not one of items.csv, units.csv, bom.csv, routing.csv, suppliers.csv");
    if (asked->n_cells > ROW_CELLS_MAX)
        return wrong(request, number, "cells", "there are more cells than columns");
    struct cell *cells = codec_room(request->arena, asked->n_cells, sizeof *cells, &ok);
    if (!ok)
        return codec_full(&request->fault);
    for (size_t i = 0; i < asked->n_cells; i++)
        cells[i] = (struct cell){text_of(asked->cells[i]->column), text_of(asked->cells[i]->value)};
    edit->cells = cells;
    edit->cell_count = asked->n_cells;
    size_t again = given_again(edit);
    if (again < edit->cell_count)
        return wrong(request, number, asked->cells[again]->column, "column is given twice");
    return read_action(request, number, asked, edit);
}

enum status decode_edit_master(struct rpc_request *request, struct edits *edits)
{
    const ProtobufCMessage *message;
    bool ok = true;
    enum status status = unpack(request, &millrace__edit_master_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__EditMasterRequest *asked = (const Millrace__EditMasterRequest *)message;
    if (asked->n_edits == 0 || asked->n_edits > EDITS_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "edits", "%zu edits: not within 1..%d",
                         asked->n_edits, EDITS_MAX);
    struct edit *items = codec_room(request->arena, asked->n_edits, sizeof *items, &ok);
    if (!ok)
        return codec_full(&request->fault);
    *edits = (struct edits){.items = items,
                            .count = asked->n_edits,
                            .dry_run = asked->dry_run,
                            .if_version = (int64_t)asked->if_version};
    for (size_t i = 0; status == STATUS_OK && i < asked->n_edits; i++)
        status = read_edit(request, i, asked->edits[i], &items[i]);
    return status;
}

/* ---- rows ---- */

static Millrace__Cell **make_cells(const struct cell *cells, size_t count, struct arena *arena,
                                   bool *ok)
{
    Millrace__Cell *made = codec_room(arena, count, sizeof *made, ok);
    Millrace__Cell **list = codec_room(arena, count, sizeof *list, ok);
    for (size_t i = 0; *ok && i < count; i++) {
        millrace__cell__init(&made[i]);
        made[i].column = codec_text(cells[i].column, arena, ok);
        made[i].value = codec_text(cells[i].value, arena, ok);
        list[i] = &made[i];
    }
    return list;
}

static void fill_row(Millrace__MasterRow *out, const struct master_row *row, struct arena *arena,
                     bool *ok)
{
    struct cell cells[ROW_CELLS_MAX];
    size_t count = 0;
    millrace__master_row__init(out);
    for (uint32_t i = 0; i < row_cell_count(row->file); i++) {
        if (row->cells[i].bytes)
            cells[count++] = (struct cell){text_of(row_cell_name(row->file, i)), row->cells[i]};
    }
    out->file = codec_text(text_of(plant_files[row->file].name), arena, ok);
    out->object = codec_text(row_object(row), arena, ok);
    out->has_row = row->row_no > 0;
    out->row = (uint32_t)row->row_no;
    out->cells = make_cells(cells, count, arena, ok);
    out->n_cells = count;
}

static Millrace__MasterRow **make_rows(const struct row_list *rows, struct arena *arena, bool *ok)
{
    Millrace__MasterRow *made = codec_room(arena, rows->count, sizeof *made, ok);
    Millrace__MasterRow **list = codec_room(arena, rows->count, sizeof *list, ok);
    for (size_t i = 0; *ok && i < rows->count; i++) {
        fill_row(&made[i], rows->rows[i], arena, ok);
        list[i] = &made[i];
    }
    return list;
}

enum status encode_edit_master(const struct edited *edited, struct arena *arena, struct text *reply,
                               struct fault *fault)
{
    Millrace__EditMasterReply message;
    bool ok = true;
    millrace__edit_master_reply__init(&message);
    message.has_change_seq = edited->change_seq > 0;
    message.change_seq = (uint64_t)edited->change_seq;
    message.has_inherited_rows = true;
    message.inherited_rows = edited->inherited_rows;
    message.rows = make_rows(&edited->rows, arena, &ok);
    message.n_rows = edited->rows.count;
    return ok ? wire_pack(&message.base, arena, reply, fault) : codec_full(fault);
}

/* ---- deactivation ---- */

enum status decode_deactivate(struct rpc_request *request, struct text *item, bool *even_if_used)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__deactivate_item_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__DeactivateItemRequest *asked = (const Millrace__DeactivateItemRequest *)message;
    *item = text_of(asked->item);
    *even_if_used = asked->even_if_used;
    return STATUS_OK;
}

enum status encode_deactivate(const struct deactivated *done, struct arena *arena,
                              struct text *reply, struct fault *fault)
{
    Millrace__DeactivateItemReply message;
    bool ok = true;
    millrace__deactivate_item_reply__init(&message);
    Millrace__ItemUse *uses = codec_room(arena, done->use_count, sizeof *uses, &ok);
    message.uses = codec_room(arena, done->use_count, sizeof *message.uses, &ok);
    for (size_t i = 0; ok && i < done->use_count; i++) {
        millrace__item_use__init(&uses[i]);
        uses[i].kind = codec_text(done->uses[i].kind, arena, &ok);
        uses[i].id = codec_text(done->uses[i].id, arena, &ok);
        uses[i].has_quantity_micro = qty_given(done->uses[i].quantity);
        uses[i].quantity_micro = done->uses[i].quantity.micro;
        message.uses[i] = &uses[i];
    }
    message.n_uses = done->use_count;
    message.has_active = true;
    message.active = done->active;
    message.has_change_seq = done->change_seq > 0;
    message.change_seq = (uint64_t)done->change_seq;
    return ok ? wire_pack(&message.base, arena, reply, fault) : codec_full(fault);
}

/* ---- reading ---- */

enum status decode_list_master(struct rpc_request *request, enum plant_file_id *file,
                               struct text *item)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_master_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListMasterRequest *asked = (const Millrace__ListMasterRequest *)message;
    *file = edit_file_find(text_of(asked->file));
    *item = text_of(asked->item);
    if (*file == PLANT_FILES)
        return fault_set(
            &request->fault, STATUS_INVALID, "file",
            "file is not one of items.csv, units.csv, bom.csv, routing.csv, suppliers.csv");
    if (item->length == 0 && *file != FILE_UNITS)
        return fault_set(&request->fault, STATUS_INVALID, "item",
                         "item is missing: rows of %s are listed item by item (all of them: "
                         "ExportFile)",
                         plant_files[*file].name);
    return STATUS_OK;
}

enum status encode_list_master(struct rpc_request *request, const struct row_list *rows,
                               int64_t version)
{
    Millrace__ListMasterReply message;
    bool ok = true;
    millrace__list_master_reply__init(&message);
    message.rows = make_rows(rows, request->arena, &ok);
    message.n_rows = rows->count;
    message.has_version = true;
    message.version = (uint64_t)version;
    return ok ? wire_pack(&message.base, request->arena, &request->reply, &request->fault)
              : codec_full(&request->fault);
}

/* "17.3": before row 3 of change 17 */
static bool parse_place(const char *after, struct history_query *query)
{
    const char *dot = after ? strchr(after, '.') : NULL;
    query->before_seq = INT64_MAX;
    query->before_place = INT32_MAX;
    if (!after)
        return true;
    return dot && decimal_parse(after, (size_t)(dot - after), 0, &query->before_seq) &&
           decimal_parse(dot + 1, strlen(dot + 1), 0, &query->before_place) &&
           query->before_place <= INT32_MAX;
}

enum status decode_history(struct rpc_request *request, struct history_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__list_master_changes_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListMasterChangesRequest *asked =
        (const Millrace__ListMasterChangesRequest *)message;
    *query = (struct history_query){.object = text_of(asked->object),
                                    .change_id = text_of(""),
                                    .limit = asked->has_limit ? asked->limit : HISTORY_PAGE_MAX};
    if (query->limit < 1 || query->limit > HISTORY_PAGE_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "limit", "limit %u is outside 1..%d",
                         asked->limit, HISTORY_PAGE_MAX);
    if (!parse_place(asked->after, query))
        return fault_set(&request->fault, STATUS_INVALID, "after",
                         "\"%s\" is not what \"next\" of an earlier page said", asked->after);
    return STATUS_OK;
}

static void fill_change(Millrace__MasterChange *out, const struct master_change *change,
                        struct arena *arena, bool *ok)
{
    millrace__master_change__init(out);
    out->has_change_seq = out->has_place = out->has_row = out->has_changed_at_us = true;
    out->change_seq = (uint64_t)change->change_seq;
    out->place = (uint32_t)change->place;
    out->row = (uint32_t)change->row_no;
    out->changed_at_us = change->changed_at_us;
    out->file = codec_text(change->file, arena, ok);
    out->object = codec_text(change->object, arena, ok);
    out->change = change->change_id.length > 0 ? codec_text(change->change_id, arena, ok) : NULL;
    out->changed_by = codec_text(change->changed_by, arena, ok);
    out->old_cells = make_cells(change->cells[0], change->cell_count[0], arena, ok);
    out->n_old_cells = change->cell_count[0];
    out->new_cells = make_cells(change->cells[1], change->cell_count[1], arena, ok);
    out->n_new_cells = change->cell_count[1];
}

enum status encode_history(struct rpc_request *request, const struct master_change *changes,
                           size_t count, bool more)
{
    Millrace__ListMasterChangesReply message;
    struct arena *arena = request->arena;
    bool ok = true;
    char next[64];
    millrace__list_master_changes_reply__init(&message);
    Millrace__MasterChange *made = codec_room(arena, count, sizeof *made, &ok);
    message.changes = codec_room(arena, count, sizeof *message.changes, &ok);
    for (size_t i = 0; ok && i < count; i++) {
        fill_change(&made[i], &changes[i], arena, &ok);
        message.changes[i] = &made[i];
    }
    message.n_changes = count;
    if (more && count > 0) {
        snprintf(next, sizeof next, "%lld.%lld", (long long)changes[count - 1].change_seq,
                 (long long)changes[count - 1].place);
        message.next = codec_text(text_of(next), arena, &ok);
    }
    return ok ? wire_pack(&message.base, arena, &request->reply, &request->fault)
              : codec_full(&request->fault);
}

/* ---- conversion ---- */

enum status decode_conversion(struct rpc_request *request, struct conversion *asked)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__get_conversion_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetConversionRequest *given = (const Millrace__GetConversionRequest *)message;
    *asked = (struct conversion){.item = text_of(given->item),
                                 .uom = text_of(given->uom),
                                 .quantity = {given->quantity_micro}};
    if (!given->has_quantity_micro || given->quantity_micro < 0)
        return fault_set(&request->fault, STATUS_INVALID, "quantity",
                         "quantity must be given and not negative");
    return STATUS_OK;
}

enum status encode_conversion(struct rpc_request *request, const struct conversion *made)
{
    Millrace__GetConversionReply message;
    char exact[FRAC_TEXT_MAX];
    bool ok = true;
    millrace__get_conversion_reply__init(&message);
    frac_format(made->exact, exact);
    message.exact = codec_text(text_of(exact), request->arena, &ok);
    message.has_quantity_micro = true;
    message.quantity_micro = made->rounded.micro;
    message.rounding = codec_text(text_of(made->rounding), request->arena, &ok);
    message.uom = codec_text(text_of(made->own_uom), request->arena, &ok);
    return ok ? wire_pack(&message.base, request->arena, &request->reply, &request->fault)
              : codec_full(&request->fault);
}
