#include "common/wire/wire.h"
#include "proto/bom.pb-c.h"
#include "services/bom/change.h"
#include "services/bom/codec_memory.h"
#include "services/bom/edit_codec.h"

#include <stdio.h>

static enum status wrong(struct rpc_request *request, size_t line, const char *field,
                         const char *message)
{
    char path[64];
    snprintf(path, sizeof path, "lines[%zu].%s", line, field);
    return fault_set(&request->fault, STATUS_INVALID, path, "%s", message);
}

static enum status read_line(struct rpc_request *request, size_t number,
                             const Millrace__ChangeLine *asked, struct change_line *line)
{
    bool ok = true;
    bool add = asked->action && text_is(text_of(asked->action), "add");
    *line = (struct change_line){.file = text_of(asked->file ? asked->file : "bom.csv"),
                                 .action = text_of(asked->action),
                                 .row_no = asked->row,
                                 .cell_count = asked->n_cells};
    if (!add && !text_is(line->action, "change") && !text_is(line->action, "remove"))
        return wrong(request, number, "action", "action is not one of add, change, remove");
    if (edit_file_find(line->file) == PLANT_FILES)
        return wrong(
            request, number, "file",
            "file is not one of items.csv, units.csv, bom.csv, routing.csv, suppliers.csv");
    if (!add && line->row_no == 0 && !text_is(line->file, "items.csv"))
        return wrong(request, number, "row",
                     "the row is to be named (ListMaster tells its number)");
    if (add && line->row_no != 0)
        return wrong(request, number, "row", "a line that is added has no row yet");
    if (asked->n_cells > ROW_CELLS_MAX)
        return wrong(request, number, "cells", "there are more cells than columns");
    line->cells = codec_room(request->arena, asked->n_cells, sizeof *line->cells, &ok);
    for (size_t i = 0; ok && i < asked->n_cells; i++)
        line->cells[i] =
            (struct cell){text_of(asked->cells[i]->column), text_of(asked->cells[i]->value)};
    return ok ? STATUS_OK : codec_full(&request->fault);
}

enum status decode_save_change(struct rpc_request *request, struct change *change)
{
    const ProtobufCMessage *message;
    bool ok = true;
    enum status status = wire_unpack(&millrace__save_change_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__SaveChangeRequest *asked = (const Millrace__SaveChangeRequest *)message;
    *change =
        (struct change){.change_id = text_of(asked->change),
                        .title = text_of(asked->title),
                        .effective_on = asked->has_effective_on ? asked->effective_on : SQL_NO_DATE,
                        .stock_of = text_of(asked->stock_of),
                        .line_count = asked->n_lines};
    if (!text_is_code(change->change_id))
        return fault_set(&request->fault, STATUS_INVALID, "change", "\"%s\" is not a code",
                         asked->change ? asked->change : "");
    if (asked->n_lines == 0 || asked->n_lines > CHANGE_LINES_MAX)
        return fault_set(&request->fault, STATUS_INVALID, "lines", "%zu lines: not within 1..%d",
                         asked->n_lines, CHANGE_LINES_MAX);
    if (asked->has_effective_on && change->stock_of.length > 0)
        return fault_set(&request->fault, STATUS_INVALID, "stock_of",
                         "effective_on and stock_of exclude each other");
    change->lines = codec_room(request->arena, asked->n_lines, sizeof *change->lines, &ok);
    if (!ok)
        return codec_full(&request->fault);
    for (size_t i = 0; status == STATUS_OK && i < asked->n_lines; i++)
        status = read_line(request, i, asked->lines[i], &change->lines[i]);
    return status;
}

enum status decode_change(struct rpc_request *request, struct change_asked *asked)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__change_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ChangeRequest *given = (const Millrace__ChangeRequest *)message;
    *asked = (struct change_asked){text_of(given->change), text_of(given->note)};
    return STATUS_OK;
}

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

static void fill_line(Millrace__ChangeLine *out, const struct change_line *line,
                      struct arena *arena, bool *ok)
{
    millrace__change_line__init(out);
    out->action = codec_text(line->action, arena, ok);
    out->file = codec_text(line->file, arena, ok);
    out->has_row = line->row_no > 0;
    out->row = (uint32_t)line->row_no;
    out->cells = make_cells(line->cells, line->cell_count, arena, ok);
    out->n_cells = line->cell_count;
}

static void fill_lists(Millrace__ChangeReply *out, const struct change *change, struct arena *arena,
                       bool *ok)
{
    Millrace__ChangeLine *lines = codec_room(arena, change->line_count, sizeof *lines, ok);
    Millrace__ChangeStep *steps = codec_room(arena, change->step_count, sizeof *steps, ok);
    out->lines = codec_room(arena, change->line_count, sizeof *out->lines, ok);
    out->steps = codec_room(arena, change->step_count, sizeof *out->steps, ok);
    for (size_t i = 0; *ok && i < change->line_count; i++) {
        fill_line(&lines[i], &change->lines[i], arena, ok);
        out->lines[i] = &lines[i];
    }
    for (size_t i = 0; *ok && i < change->step_count; i++) {
        millrace__change_step__init(&steps[i]);
        steps[i].action = codec_text(change->steps[i].action, arena, ok);
        steps[i].note = codec_text(change->steps[i].note, arena, ok);
        steps[i].done_by = codec_text(change->steps[i].done_by, arena, ok);
        steps[i].has_done_at_us = true;
        steps[i].done_at_us = change->steps[i].done_at_us;
        out->steps[i] = &steps[i];
    }
    out->n_lines = change->line_count;
    out->n_steps = change->step_count;
}

enum status encode_change(const struct change *change, struct arena *arena, struct text *reply,
                          struct fault *fault)
{
    Millrace__ChangeReply message;
    bool ok = true;
    millrace__change_reply__init(&message);
    message.change = codec_text(change->change_id, arena, &ok);
    message.title = codec_text(change->title, arena, &ok);
    message.state = codec_text(change->state, arena, &ok);
    message.author = codec_text(change->author, arena, &ok);
    message.approver = codec_text(change->approver, arena, &ok);
    message.stock_of = codec_text(change->stock_of, arena, &ok);
    message.has_effective_on = change->effective_on != SQL_NO_DATE;
    message.effective_on = change->effective_on;
    message.has_change_seq = change->change_seq > 0;
    message.change_seq = (uint64_t)change->change_seq;
    fill_lists(&message, change, arena, &ok);
    return ok ? wire_pack(&message.base, arena, reply, fault) : codec_full(fault);
}

/* Pages are told apart by how many rows are passed over. */
static enum status read_after(struct rpc_request *request, const char *given, int64_t *after)
{
    struct text text = text_of(given);
    if (text.length == 0 || (decimal_parse(text.bytes, text.length, 0, after) && *after >= 0))
        return STATUS_OK;
    return fault_set(&request->fault, STATUS_INVALID, "after",
                     "after is not what a page before this one gave as next");
}

static char *write_next(int64_t end, struct arena *arena, bool *ok)
{
    char next[DECIMAL_TEXT_MAX];
    return codec_text((struct text){next, decimal_format(end, 0, next)}, arena, ok);
}

/* ---- all of them ---- */

/* Of an engineering change, or of a mass change. */
static bool is_state(struct text said)
{
    static const char *const states[] = {"draft",    "submitted", "approved", "effective",
                                         "reverted", "withdrawn", "done",     "undone"};
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(states); i++)
        known |= text_is(said, states[i]);
    return known;
}

enum status decode_list_changes(struct rpc_request *request, struct change_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__list_changes_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListChangesRequest *given = (const Millrace__ListChangesRequest *)message;
    *query = (struct change_query){.state = text_of(given->state), .limit = CHANGE_HEADS_MAX};
    if (given->has_limit && given->limit > 0 && given->limit < CHANGE_HEADS_MAX)
        query->limit = given->limit;
    if (query->state.length > 0 && !is_state(query->state))
        return fault_set(&request->fault, STATUS_INVALID, "state",
                         "\"%s\" is not one of draft, submitted, approved, effective, reverted, "
                         "withdrawn, done, undone",
                         given->state);
    return read_after(request, given->after, &query->after);
}

static void fill_head(Millrace__ChangeHead *out, const struct change_head *head,
                      struct arena *arena, bool *ok)
{
    const struct change *change = &head->change;
    millrace__change_head__init(out);
    out->kind = codec_text(head->kind, arena, ok);
    out->change = codec_text(change->change_id, arena, ok);
    out->title = codec_text(change->title, arena, ok);
    out->state = codec_text(change->state, arena, ok);
    out->author = codec_text(change->author, arena, ok);
    out->approver = codec_text(change->approver, arena, ok);
    out->stock_of = codec_text(change->stock_of, arena, ok);
    out->has_effective_on = change->effective_on != SQL_NO_DATE;
    out->effective_on = change->effective_on;
    out->has_lines = true;
    out->lines = (uint64_t)head->lines;
    out->has_done_at_us = head->done_at_us > 0;
    out->done_at_us = head->done_at_us;
}

enum status encode_list_changes(struct rpc_request *request, const struct change_query *query,
                                const struct change_page *page)
{
    Millrace__ListChangesReply message;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_changes_reply__init(&message);
    Millrace__ChangeHead *made = codec_room(arena, page->count, sizeof *made, &ok);
    message.changes = codec_room(arena, page->count, sizeof *message.changes, &ok);
    for (size_t i = 0; ok && i < page->count; i++) {
        fill_head(&made[i], &page->heads[i], arena, &ok);
        message.changes[i] = &made[i];
    }
    message.n_changes = page->count;
    if (page->more)
        message.next = write_next(query->after + (int64_t)page->count, arena, &ok);
    return ok ? wire_pack(&message.base, arena, &request->reply, &request->fault)
              : codec_full(&request->fault);
}

/* ---- effect ---- */

enum status decode_effect(struct rpc_request *request, struct change_asked *asked,
                          struct touch_query *query)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_change_effect_request__descriptor,
                                     request->body, request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetChangeEffectRequest *given =
        (const Millrace__GetChangeEffectRequest *)message;
    *asked = (struct change_asked){.change_id = text_of(given->change)};
    *query = (struct touch_query){.limit = CHANGE_TOUCHES_MAX};
    if (given->has_limit && given->limit > 0 && given->limit < CHANGE_TOUCHES_MAX)
        query->limit = given->limit;
    return read_after(request, given->after, &query->after);
}

static void fill_touch(Millrace__ChangeTouch *out, const struct touch *touch, struct arena *arena,
                       bool *ok)
{
    millrace__change_touch__init(out);
    out->kind = codec_text(touch->kind, arena, ok);
    out->id = codec_text(touch->id, arena, ok);
    out->has_quantity_micro = qty_given(touch->quantity);
    out->quantity_micro = touch->quantity.micro;
    out->item = codec_text(touch->item, arena, ok);
    out->has_start_on = touch->start_on != SQL_NO_DATE;
    out->start_on = touch->start_on;
    out->state = codec_text(touch->state, arena, ok);
    out->why = codec_text(touch->why, arena, ok);
}

enum status encode_effect(struct rpc_request *request, const struct touch_query *query,
                          const struct touch_page *page, const struct fault *refusal)
{
    Millrace__GetChangeEffectReply message;
    struct arena *arena = request->arena;
    int64_t end = query->after + (int64_t)page->count;
    bool ok = true;
    millrace__get_change_effect_reply__init(&message);
    Millrace__ChangeTouch *made = codec_room(arena, page->count, sizeof *made, &ok);
    message.touched = codec_room(arena, page->count, sizeof *message.touched, &ok);
    for (size_t i = 0; ok && i < page->count; i++) {
        fill_touch(&made[i], &page->touches[i], arena, &ok);
        message.touched[i] = &made[i];
    }
    message.n_touched = page->count;
    message.has_count = true;
    message.count = (uint64_t)page->all;
    if (end < page->all)
        message.next = write_next(end, arena, &ok);
    if (refusal->status != STATUS_OK) {
        message.refusal = codec_text(text_of(refusal->message), arena, &ok);
        message.refusal_field = codec_text(text_of(refusal->field), arena, &ok);
    }
    return ok ? wire_pack(&message.base, arena, &request->reply, &request->fault)
              : codec_full(&request->fault);
}

/* ---- comparison ---- */

static enum status read_choice(struct rpc_request *request, const Millrace__BillChoice *asked,
                               const char *side, struct bill_choice *choice)
{
    if (!asked || !asked->item || !asked->item[0])
        return fault_set(&request->fault, STATUS_INVALID, side, "the item is missing");
    *choice = (struct bill_choice){.item = text_of(asked->item),
                                   .revision = text_of(asked->revision),
                                   .alternative = text_of(asked->alternative),
                                   .start_on = text_of("")};
    if (!asked->has_start_on)
        return STATUS_OK;
    char *day = arena_alloc(request->arena, DATE_TEXT_MAX, 1);
    if (!day)
        return codec_full(&request->fault);
    date_format(asked->start_on, day);
    choice->start_on = text_of(day);
    return STATUS_OK;
}

enum status decode_comparison(struct rpc_request *request, struct bill_choice *left,
                              struct bill_choice *right)
{
    const ProtobufCMessage *message;
    enum status status = wire_unpack(&millrace__get_comparison_request__descriptor, request->body,
                                     request->arena, &message, &request->fault);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetComparisonRequest *asked = (const Millrace__GetComparisonRequest *)message;
    status = read_choice(request, asked->left, "left.item", left);
    return status == STATUS_OK ? read_choice(request, asked->right, "right.item", right) : status;
}

/* Of a changed line the cells that differ, else all. */
static Millrace__Cell **side_cells(const struct master_row *row, const struct master_row *other,
                                   struct arena *arena, size_t *count, bool *ok)
{
    struct cell cells[ROW_CELLS_MAX];
    *count = 0;
    for (uint32_t i = 0; row && i < row_cell_count(FILE_BOM); i++) {
        bool wanted = other ? compare_cell_differs(row, other, i) : row->cells[i].bytes != NULL;
        if (wanted)
            cells[(*count)++] = (struct cell){text_of(row_cell_name(FILE_BOM, i)), row->cells[i]};
    }
    return make_cells(cells, *count, arena, ok);
}

enum status encode_comparison(struct rpc_request *request, const struct bill_comparison *made)
{
    Millrace__GetComparisonReply message;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__get_comparison_reply__init(&message);
    Millrace__LineDifference *lines = codec_room(arena, made->count, sizeof *lines, &ok);
    message.differences = codec_room(arena, made->count, sizeof *message.differences, &ok);
    for (size_t i = 0; ok && i < made->count; i++) {
        const struct master_row *left = made->differences[i].left;
        const struct master_row *right = made->differences[i].right;
        const struct master_row *named = left ? left : right;
        millrace__line_difference__init(&lines[i]);
        lines[i].kind = codec_text(text_of(!left    ? "added"
                                           : !right ? "removed"
                                                    : "changed"),
                                   arena, &ok);
        lines[i].component = codec_text(row_cell(named, "component"), arena, &ok);
        lines[i].position = codec_text(row_cell(named, "position"), arena, &ok);
        lines[i].left_cells = side_cells(left, right, arena, &lines[i].n_left_cells, &ok);
        lines[i].right_cells = side_cells(right, left, arena, &lines[i].n_right_cells, &ok);
        message.differences[i] = &lines[i];
    }
    message.n_differences = made->count;
    message.has_same = true;
    message.same = (uint32_t)made->same;
    return ok ? wire_pack(&message.base, arena, &request->reply, &request->fault)
              : codec_full(&request->fault);
}
