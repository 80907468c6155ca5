#include "services/bom/master_edit.h"

#include "common/plant/plant_units.h"
#include "services/bom/edit_codec.h"

#include <string.h>

/* ---- edits ---- */

static enum status edit_work(struct command *command, const void *asked, struct fault *fault)
{
    struct edited edited;
    enum status status = edit_apply(command, asked, &edited, fault);
    if (status != STATUS_OK || command->again)
        return status;
    return encode_edit_master(&edited, command->arena, &command->reply, fault);
}

enum status handle_edit_master(struct rpc_request *request)
{
    static const struct command_kind kind = {
        .work = edit_work, .ask = edit_ask, .end = bom_end_round};
    struct edits edits;
    enum status status = decode_edit_master(request, &edits);
    return status == STATUS_OK ? bom_run_kind(request, &kind, &edits) : status;
}

/* ---- deactivation ---- */

struct deactivate {
    struct text item;
    bool even_if_used;
};

static enum status deactivate_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct deactivate *wanted = asked;
    struct cell cells[] = {{text_of("item"), wanted->item}, {text_of("active"), text_of("false")}};
    struct edit edit = {.file = FILE_ITEMS, .cells = cells, .cell_count = COUNT_OF(cells)};
    struct edits edits = {.items = &edit, .count = 1, .plain = true};
    struct deactivated done = {.active = true};
    struct edited edited = {0};
    struct item_use *uses;
    struct text code = wanted->item;
    struct code_list one = {&code, 1};
    struct row_list found = {0};
    enum status status = edit_load_rows(command->sql, command->plant, FILE_ITEMS, &one,
                                        command->arena, &found, fault);
    if (status == STATUS_OK && found.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                         (int)wanted->item.length, wanted->item.bytes);
    if (status == STATUS_OK)
        status = edit_load_uses(command->sql, command->plant, wanted->item, command->arena, &uses,
                                &done.use_count, fault);
    if (status == STATUS_OK && (done.use_count == 0 || wanted->even_if_used))
        status = edit_apply(command, &edits, &edited, fault);
    if (status != STATUS_OK || command->again)
        return status;
    done.uses = uses;
    done.active = done.use_count > 0 && !wanted->even_if_used;
    done.change_seq = edited.change_seq;
    return encode_deactivate(&done, command->arena, &command->reply, fault);
}

enum status handle_deactivate_item(struct rpc_request *request)
{
    struct deactivate wanted;
    enum status status = decode_deactivate(request, &wanted.item, &wanted.even_if_used);
    return status == STATUS_OK ? bom_run(request, deactivate_work, &wanted) : status;
}

/* ---- reading ---- */

static enum status must_exist(struct rpc_request *request, struct text item)
{
    struct master *master;
    struct bom_service *service = request->service;
    enum status status = master_hold(service->cache, request->sql, text_of(request->plant),
                                     request->arena, &master, &request->fault);
    if (status != STATUS_OK)
        return status;
    bool exists = plant_item_find(master_graph(master)->plant, item) != NO_INDEX;
    master_release(master);
    return exists ? STATUS_OK
                  : fault_set(&request->fault, STATUS_NOT_FOUND, "item",
                              "item \"%.*s\" does not exist", (int)item.length, item.bytes);
}

enum status handle_list_master(struct rpc_request *request)
{
    enum plant_file_id file;
    struct text item;
    struct row_list rows = {0};
    enum status status = decode_list_master(request, &file, &item);
    if (status != STATUS_OK)
        return status;
    struct code_list one = {&item, 1};
    struct text plant = text_of(request->plant);
    int64_t version; /* before the rows: they may be newer, never older */
    status = edit_load_master_seq(request->sql, plant, request->arena, &version, &request->fault);
    if (status == STATUS_OK && item.length > 0)
        status = must_exist(request, item);
    if (status == STATUS_OK)
        status =
            edit_load_rows(request->sql, plant, file, &one, request->arena, &rows, &request->fault);
    return status == STATUS_OK ? encode_list_master(request, &rows, version) : status;
}

enum status handle_list_master_changes(struct rpc_request *request)
{
    struct history_query query;
    struct master_change *changes;
    size_t count;
    enum status status = decode_history(request, &query);
    if (status != STATUS_OK)
        return status;
    size_t limit = (size_t)query.limit++; /* one more tells whether there is a next page */
    status = history_load(request->sql, text_of(request->plant), &query, request->arena, &changes,
                          &count, &request->fault);
    if (status != STATUS_OK)
        return status;
    bool more = count > limit;
    return encode_history(request, changes, more ? limit : count, more);
}

/* ---- conversion ---- */

static const char *row_rounding(const struct row_list *units, const struct conversion *made)
{
    const char *general = "up";
    for (size_t i = 0; i < units->count; i++) {
        const struct master_row *row = units->rows[i];
        struct text from = row_cell(row, "from");
        struct text to = row_cell(row, "to");
        struct text rounding = row_cell(row, "rounding");
        bool joins = (text_equal(from, made->uom) && text_is(to, made->own_uom)) ||
                     (text_equal(to, made->uom) && text_is(from, made->own_uom));
        if (!joins)
            continue;
        const char *named = text_is(rounding, "down")      ? "down"
                            : text_is(rounding, "nearest") ? "nearest"
                                                           : "up";
        if (row_object(row).length > 0)
            return named;
        general = named;
    }
    return general;
}

static bool round_as(const char *rounding, struct frac exact, int decimals, struct qty *out)
{
    if (strcmp(rounding, "down") == 0)
        return frac_floor(exact, decimals, out);
    if (strcmp(rounding, "nearest") == 0)
        return frac_round(exact, decimals, out);
    return frac_ceil(exact, decimals, out);
}

static enum status convert(struct rpc_request *request, const struct plant *plant,
                           const struct row_list *units, struct conversion *made)
{
    struct frac factor;
    struct qty floor;
    uint32_t item = plant_item_find(plant, made->item);
    if (item == NO_INDEX)
        return fault_set(&request->fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                         (int)made->item.length, made->item.bytes);
    made->own_uom = text_copy(text_of(plant_text(plant, plant->items[item].uom)), request->arena);
    uint32_t uom = names_find(plant->texts, made->uom);
    if (!made->own_uom || uom == NAMES_NONE || !plant_unit_factor(plant, item, uom, &factor))
        return fault_set(&request->fault, STATUS_INVALID, "uom",
                         "unit \"%.*s\" cannot be converted to unit \"%s\" of item \"%.*s\"",
                         (int)made->uom.length, made->uom.bytes, made->own_uom ? made->own_uom : "",
                         (int)made->item.length, made->item.bytes);
    int decimals = plant->items[item].decimals;
    made->rounding = row_rounding(units, made);
    if (!frac_of_qty(made->quantity, &made->exact) ||
        !frac_mul(made->exact, factor, &made->exact) ||
        !frac_floor(made->exact, decimals, &floor) ||
        !round_as(made->rounding, made->exact, decimals, &made->rounded))
        return fault_set(&request->fault, STATUS_OVERFLOW, "quantity", "quantity is out of range");
    struct frac back;
    if (frac_of_qty(floor, &back) && frac_cmp(back, made->exact) == 0)
        made->rounding = "none";
    return STATUS_OK;
}

enum status handle_get_conversion(struct rpc_request *request)
{
    struct conversion made;
    struct master *master;
    struct row_list units = {0};
    struct bom_service *service = request->service;
    enum status status = decode_conversion(request, &made);
    if (status != STATUS_OK)
        return status;
    struct code_list one = {&made.item, 1};
    status = edit_load_rows(request->sql, text_of(request->plant), FILE_UNITS, &one, request->arena,
                            &units, &request->fault);
    if (status == STATUS_OK)
        status = master_hold(service->cache, request->sql, text_of(request->plant), request->arena,
                             &master, &request->fault);
    if (status != STATUS_OK)
        return status;
    status = convert(request, master_graph(master)->plant, &units, &made);
    master_release(master);
    return status == STATUS_OK ? encode_conversion(request, &made) : status;
}
