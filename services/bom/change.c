#include "services/bom/change.h"

#include "services/bom/edit_codec.h"

#include <stdio.h>
#include <string.h>

static struct text me(const struct command *command)
{
    return text_of(command->request->principal.name);
}

static enum status wrong_state(const struct change *change, const char *wanted, struct fault *fault)
{
    return fault_set(fault, STATUS_STATE_CONFLICT, "change",
                     "engineering change \"%.*s\" is %.*s, it must be %s",
                     (int)change->change_id.length, change->change_id.bytes,
                     (int)change->state.length, change->state.bytes, wanted);
}

static enum status lock_gate(struct command *command, struct fault *fault)
{
    int64_t master_seq; /* edit_apply asks again */
    return edit_lock_gate(command->sql, command->plant, command->arena, &master_seq, fault);
}

/* ---- lines become edits ---- */

struct making {
    struct command *command;
    const struct change *change;
    struct edit *edits;
    size_t *lines; /* of each edit */
    size_t count;
    char *day; /* effective_on as text; NULL: none */
    struct fault *fault;
};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "change does not fit in memory");
}

static struct text line_cell(const struct change_line *line, const char *column)
{
    enum plant_file_id file = edit_file_find(line->file);
    uint32_t wanted = row_cell_find(file, text_of(column));
    for (size_t i = 0; wanted < row_cell_count(file) && i < line->cell_count; i++) {
        if (row_cell_find(file, line->cells[i].column) == wanted)
            return line->cells[i].value;
    }
    return text_of("");
}

static bool names_dates(const struct change_line *line)
{
    bool only = line->cell_count > 0;
    for (size_t i = 0; i < line->cell_count; i++)
        only &= text_is(line->cells[i].column, "valid_from") ||
                text_is(line->cells[i].column, "valid_to");
    return only;
}

static struct edit *next_edit(struct making *making, const struct change_line *line)
{
    struct edit *edit = &making->edits[making->count];
    making->lines[making->count++] = (size_t)(line - making->change->lines);
    *edit = (struct edit){.file = edit_file_find(line->file),
                          .action = EDIT_SAVE,
                          .row_no = line->row_no,
                          .cells = line->cells,
                          .cell_count = line->cell_count,
                          .end_on = making->change->effective_on};
    return edit;
}

static enum status load_row(struct making *making, const struct change_line *line,
                            struct master_row **row)
{
    struct command *command = making->command;
    struct row_list rows = {0};
    struct text *objects;
    size_t found;
    enum plant_file_id file = edit_file_find(line->file);
    enum status status = edit_load_objects(command->sql, command->plant, file, &line->row_no, 1,
                                           command->arena, &objects, &found, making->fault);
    if (status != STATUS_OK)
        return status;
    struct code_list one = {objects, found};
    status = edit_load_rows(command->sql, command->plant, file, &one, command->arena, &rows,
                            making->fault);
    *row = NULL;
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        if (rows.rows[i]->row_no == line->row_no)
            *row = rows.rows[i];
    }
    if (status != STATUS_OK)
        return status;
    if (!*row)
        return fault_set(making->fault, STATUS_NOT_FOUND, "lines", "row %lld of %s does not exist",
                         (long long)line->row_no, plant_files[file].name);
    return status;
}

/* The old line ends on the day, a copy with what differs begins on it. */
static enum status split_line(struct making *making, const struct change_line *line)
{
    struct master_row *row;
    enum status status = load_row(making, line, &row);
    if (status != STATUS_OK)
        return status;
    ASSERT(row);
    uint32_t count = row_cell_count(row->file);
    struct cell *cells =
        arena_alloc(making->command->arena, count + line->cell_count + 1, sizeof *cells);
    size_t used = 0;
    if (!cells)
        return full(making->fault);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = row_cell_name(row->file, i);
        if (row->cells[i].bytes && strcmp(name, "inherited_from") != 0)
            cells[used++] = (struct cell){text_of(name), row->cells[i]};
    }
    cells[used++] = (struct cell){text_of("valid_from"), text_of(making->day)};
    for (size_t i = 0; i < line->cell_count; i++)
        cells[used++] = line->cells[i];
    next_edit(making, line)->action = EDIT_END;
    struct edit *copy = next_edit(making, line);
    copy->row_no = 0;
    copy->cells = cells;
    copy->cell_count = used;
    return STATUS_OK;
}

static enum status add_line(struct making *making, const struct change_line *line)
{
    struct edit *edit = next_edit(making, line);
    bool dated = edit->file == FILE_BOM || edit->file == FILE_ROUTING;
    if (!making->day || !dated)
        return STATUS_OK;
    struct cell *cells = arena_alloc(making->command->arena, line->cell_count + 1, sizeof *cells);
    if (!cells)
        return full(making->fault);
    cells[0] = (struct cell){text_of("valid_from"), text_of(making->day)};
    if (line->cell_count > 0)
        memcpy(cells + 1, line->cells, line->cell_count * sizeof *cells);
    edit->cells = cells;
    edit->cell_count = line->cell_count + 1;
    return STATUS_OK;
}

static enum status make_line(struct making *making, const struct change_line *line)
{
    bool dated =
        making->day && !text_is(line->file, "items.csv") && !text_is(line->file, "units.csv");
    if (text_is(line->action, "add"))
        return add_line(making, line);
    if (text_is(line->action, "remove")) {
        next_edit(making, line)->action = dated ? EDIT_END : EDIT_REMOVE;
        return STATUS_OK;
    }
    if (dated && !names_dates(line))
        return split_line(making, line);
    (void)next_edit(making, line);
    return STATUS_OK;
}

static enum status make_edits(struct making *making)
{
    const struct change *change = making->change;
    const size_t most = 2 * change->line_count + 1;
    making->edits = arena_alloc(making->command->arena, most, sizeof *making->edits);
    making->lines = arena_alloc(making->command->arena, most, sizeof *making->lines);
    if (!making->edits || !making->lines)
        return full(making->fault);
    if (change->effective_on != SQL_NO_DATE) {
        making->day = arena_alloc(making->command->arena, DATE_TEXT_MAX, 1);
        if (!making->day)
            return full(making->fault);
        date_format(change->effective_on, making->day);
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < change->line_count; i++)
        status = make_line(making, &change->lines[i]);
    return status;
}

static enum status apply(struct command *command, const struct change *change, bool dry_run,
                         struct edited *edited, struct fault *fault)
{
    struct making making = {.command = command, .change = change, .fault = fault};
    enum status status = lock_gate(command, fault);
    if (status == STATUS_OK)
        status = make_edits(&making);
    if (status != STATUS_OK)
        return status;
    struct edits edits = {.items = making.edits,
                          .count = making.count,
                          .dry_run = dry_run,
                          .change_id = change->change_id,
                          .lines = making.lines};
    return edit_apply(command, &edits, edited, fault);
}

/* ---- steps ---- */

static enum status step(struct command *command, const char *action, struct text change_id,
                        struct text note, struct fault *fault)
{
    struct change_step made = {.action = text_of(action), .note = note, .done_by = me(command)};
    return change_put_step(command->sql, command->plant, change_id, &made, fault);
}

static enum status reply_with(struct command *command, struct text change_id, struct fault *fault)
{
    struct change change;
    struct change_key key = {command->plant, change_id, false};
    enum status status = change_load(command->sql, &key, command->arena, &change, NULL, fault);
    return status == STATUS_OK ? encode_change(&change, command->arena, &command->reply, fault)
                               : status;
}

static enum status save_work(struct command *command, const void *asked, struct fault *fault)
{
    struct change draft = *(const struct change *)asked;
    struct change old;
    bool found = false;
    struct change_key key = {command->plant, draft.change_id, true};
    draft.author = me(command);
    enum status status = change_load(command->sql, &key, command->arena, &old, &found, fault);
    if (status != STATUS_OK)
        return status;
    if (found && !text_is(old.state, "draft"))
        return wrong_state(&old, "draft", fault);
    if (found && !text_equal(old.author, draft.author))
        return fault_set(fault, STATUS_FORBIDDEN, "change", "it is the draft of \"%.*s\"",
                         (int)old.author.length, old.author.bytes);
    status = change_put(command->sql, command->plant, &draft, command->arena, fault);
    if (status == STATUS_OK)
        status = step(command, "save", draft.change_id, text_of(""), fault);
    return status == STATUS_OK ? reply_with(command, draft.change_id, fault) : status;
}

enum status handle_save_change(struct rpc_request *request)
{
    struct change change;
    enum status status = decode_save_change(request, &change);
    return status == STATUS_OK ? bom_run(request, save_work, &change) : status;
}

/* One step from a state to another.  `work` may change the state it becomes. */
struct move {
    const char *action;
    const char *from;
    const char *to;
    bool by_author;
    enum status (*work)(struct command *command, struct change *change, struct fault *fault);
};

struct moving {
    const struct move *move;
    struct change_asked asked;
};

static enum status move_work(struct command *command, const void *given, struct fault *fault)
{
    const struct moving *moving = given;
    const struct move *move = moving->move;
    struct change change;
    struct change_key key = {command->plant, moving->asked.change_id, true};
    enum status status = lock_gate(command, fault);
    if (status == STATUS_OK)
        status = change_load(command->sql, &key, command->arena, &change, NULL, fault);
    if (status != STATUS_OK)
        return status;
    if (!text_is(change.state, move->from) &&
        !(strcmp(move->action, "withdraw") == 0 &&
          (text_is(change.state, "draft") || text_is(change.state, "approved"))))
        return wrong_state(&change, move->from, fault);
    if (move->by_author && !text_equal(change.author, me(command)))
        return fault_set(fault, STATUS_FORBIDDEN, "change", "it is the change of \"%.*s\"",
                         (int)change.author.length, change.author.bytes);
    change.state = text_of(move->to);
    if (move->work)
        status = move->work(command, &change, fault);
    if (status != STATUS_OK || command->again)
        return status;
    status = change_set_state(command->sql, command->plant, &change, fault);
    if (status == STATUS_OK)
        status = step(command, move->action, change.change_id, moving->asked.note, fault);
    return status == STATUS_OK ? reply_with(command, change.change_id, fault) : status;
}

static enum status run_move(struct rpc_request *request, const struct move *move)
{
    struct moving moving = {.move = move};
    enum status status = decode_change(request, &moving.asked);
    return status == STATUS_OK ? bom_run(request, move_work, &moving) : status;
}

/* Would it work as it stands? */
static enum status try_out(struct command *command, struct change *change, struct fault *fault)
{
    struct edited edited;
    return apply(command, change, true, &edited, fault);
}

static enum status take_effect(struct command *command, struct change *change, struct fault *fault)
{
    struct edited edited;
    enum status status = apply(command, change, false, &edited, fault);
    change->change_seq = edited.change_seq;
    change->state = text_of("effective");
    return status;
}

static enum status approve(struct command *command, struct change *change, struct fault *fault)
{
    struct text approver = me(command);
    if (text_equal(change->author, approver))
        return fault_set(fault, STATUS_FORBIDDEN, "change",
                         "a change is approved by another person than its author \"%.*s\"",
                         (int)change->author.length, change->author.bytes);
    change->approver = approver;
    return change->stock_of.length > 0 ? STATUS_OK : take_effect(command, change, fault);
}

static enum status apply_waiting(struct command *command, struct change *change,
                                 struct fault *fault)
{
    struct qty on_hand;
    char text[QTY_TEXT_MAX];
    enum status status = change_stock(command->sql, command->plant, change->stock_of,
                                      command->arena, &on_hand, fault);
    if (status != STATUS_OK)
        return status;
    qty_format(on_hand, text);
    if (on_hand.micro > 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "stock_of",
                         "item \"%.*s\" still has %s in stock", (int)change->stock_of.length,
                         change->stock_of.bytes, text);
    return take_effect(command, change, fault);
}

/* ---- revert ---- */

static bool same_cells(const struct master_row *row, const struct cell *cells, size_t count)
{
    size_t given = 0;
    for (uint32_t i = 0; i < row_cell_count(row->file); i++)
        given += row->cells[i].bytes != NULL;
    for (size_t i = 0; i < count; i++) {
        uint32_t cell = row_cell_find(row->file, cells[i].column);
        if (cell == row_cell_count(row->file))
            given++; /* row_no */
        else if (!text_equal(row->cells[cell], cells[i].value))
            return false;
    }
    return given == count;
}

/* Every cell of the row as it was; what was not given is emptied. */
static struct cell *whole_row(enum plant_file_id file, const struct master_change *was,
                              struct arena *arena, size_t *count)
{
    struct cell *cells = arena_alloc(arena, ROW_CELLS_MAX + 1, sizeof *cells);
    *count = 0;
    for (uint32_t i = 0; cells && i < row_cell_count(file); i++) {
        struct cell cell = {text_of(row_cell_name(file, i)), {NULL, 0}};
        if (text_is(cell.column, "inherited_from"))
            continue;
        for (size_t k = 0; k < was->cell_count[0]; k++) {
            if (text_equal(was->cells[0][k].column, cell.column))
                cell.value = was->cells[0][k].value;
        }
        cells[(*count)++] = cell;
    }
    return cells;
}

static enum status unchanged_since(struct command *command, const struct change *change,
                                   const struct master_change *was, struct fault *fault)
{
    struct row_list rows = {0};
    struct text object = was->object;
    struct code_list one = {&object, 1};
    enum plant_file_id file = edit_file_find(was->file);
    bool same = was->cell_count[1] == 0;
    enum status status =
        edit_load_rows(command->sql, command->plant, file, &one, command->arena, &rows, fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        if (rows.rows[i]->row_no == was->row_no)
            same = same_cells(rows.rows[i], was->cells[1], was->cell_count[1]);
    }
    if (status == STATUS_OK && !same)
        return fault_set(fault, STATUS_STATE_CONFLICT, "change",
                         "row %lld of %.*s of \"%.*s\" was changed after engineering change "
                         "\"%.*s\"; it cannot be reverted",
                         (long long)was->row_no, (int)was->file.length, was->file.bytes,
                         (int)was->object.length, was->object.bytes, (int)change->change_id.length,
                         change->change_id.bytes);
    return status;
}

static bool is_copy(const struct master_change *was)
{
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < was->cell_count[side]; i++) {
            if (text_is(was->cells[side][i].column, "inherited_from"))
                return true;
        }
    }
    return false;
}

static enum status revert(struct command *command, struct change *change, struct fault *fault)
{
    struct history_query query = {.object = text_of(""),
                                  .change_id = change->change_id,
                                  .before_seq = change->change_seq + 1,
                                  .limit = EDITS_MAX};
    struct master_change *rows;
    struct edited edited;
    size_t count;
    enum status status =
        history_load(command->sql, command->plant, &query, command->arena, &rows, &count, fault);
    struct edit *edits = arena_alloc(command->arena, EDITS_MAX + 1, sizeof *edits);
    struct edits all = {.items = edits, .change_id = change->change_id};
    if (status == STATUS_OK && !edits)
        return full(fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (rows[i].change_seq != change->change_seq || is_copy(&rows[i]))
            continue;
        struct edit *edit = &edits[all.count++];
        edit->file = edit_file_find(rows[i].file);
        edit->action = rows[i].cell_count[0] == 0 ? EDIT_REMOVE : EDIT_SAVE;
        edit->row_no = rows[i].cell_count[1] == 0 ? 0 : rows[i].row_no;
        edit->forced_row_no = rows[i].row_no;
        edit->cells = whole_row(edit->file, &rows[i], command->arena, &edit->cell_count);
        if (!edit->cells)
            return full(fault);
        status = unchanged_since(command, change, &rows[i], fault);
    }
    if (status == STATUS_OK)
        status = edit_apply(command, &all, &edited, fault);
    return status;
}

enum status handle_submit_change(struct rpc_request *request)
{
    static const struct move submit = {"submit", "draft", "submitted", true, try_out};
    return run_move(request, &submit);
}

enum status handle_approve_change(struct rpc_request *request)
{
    static const struct move move = {"approve", "submitted", "approved", false, approve};
    return run_move(request, &move);
}

enum status handle_apply_change(struct rpc_request *request)
{
    static const struct move move = {"apply", "approved", "effective", false, apply_waiting};
    return run_move(request, &move);
}

enum status change_apply(struct rpc_request *request, struct text change_id)
{
    static const struct move move = {"apply", "approved", "effective", false, apply_waiting};
    struct moving moving = {.move = &move,
                            .asked = {change_id, text_of("no stock is left of the old item")}};
    return bom_run(request, move_work, &moving);
}

enum status handle_revert_change(struct rpc_request *request)
{
    static const struct move move = {"revert", "effective", "reverted", false, revert};
    return run_move(request, &move);
}

enum status handle_withdraw_change(struct rpc_request *request)
{
    static const struct move move = {"withdraw", "submitted", "withdrawn", true, NULL};
    return run_move(request, &move);
}

/* ---- reading ---- */

enum status handle_get_change(struct rpc_request *request)
{
    struct change_asked asked;
    struct change change;
    enum status status = decode_change(request, &asked);
    struct change_key key = {text_of(request->plant), asked.change_id, false};
    if (status == STATUS_OK)
        status = change_load(request->sql, &key, request->arena, &change, NULL, &request->fault);
    return status == STATUS_OK
               ? encode_change(&change, request->arena, &request->reply, &request->fault)
               : status;
}

enum status handle_list_changes(struct rpc_request *request)
{
    struct change_query query;
    struct change_page page;
    enum status status = decode_list_changes(request, &query);
    if (status == STATUS_OK)
        status = change_list(request->sql, text_of(request->plant), &query, request->arena, &page,
                             &request->fault);
    return status == STATUS_OK ? encode_list_changes(request, &query, &page) : status;
}

/* What its lines name: items, components, rows. */
static enum status named(struct rpc_request *request, const struct change *change,
                         struct touch_query *query)
{
    size_t room = change->line_count + 1;
    int64_t *lines = arena_alloc(request->arena, room, sizeof *lines);
    int64_t *operations = arena_alloc(request->arena, room, sizeof *operations);
    query->items.codes = arena_alloc(request->arena, room, sizeof *query->items.codes);
    query->components.codes = arena_alloc(request->arena, room, sizeof *query->components.codes);
    if (!lines || !operations || !query->items.codes || !query->components.codes)
        return full(&request->fault);
    for (size_t i = 0; i < change->line_count; i++) {
        const struct change_line *line = &change->lines[i];
        enum plant_file_id file = edit_file_find(line->file);
        struct text item = line_cell(line, file == FILE_BOM ? "parent" : "item");
        struct text component = line_cell(line, "component");
        if (item.length > 0)
            query->items.codes[query->items.count++] = item;
        if (component.length > 0)
            query->components.codes[query->components.count++] = component;
        if (line->row_no > 0 && file == FILE_BOM)
            lines[query->line_count++] = line->row_no;
        if (line->row_no > 0 && file == FILE_ROUTING)
            operations[query->operation_count++] = line->row_no;
    }
    query->lines = lines;
    query->operations = operations;
    query->day = change->effective_on;
    return STATUS_OK;
}

/* As it would be applied, then taken back. */
static void foresee(struct command *command, struct change *change, struct fault *refusal)
{
    if (sql_begin(command->sql, refusal) != STATUS_OK)
        return;
    if (try_out(command, change, refusal) == STATUS_OK && command->again)
        (void)fault_set(refusal, STATUS_BUSY, "", "the bills are being loaded");
    sql_rollback(command->sql);
}

enum status handle_get_change_effect(struct rpc_request *request)
{
    struct bom_service *service = request->service;
    struct change_asked asked;
    struct change change;
    struct touch_query query;
    struct touch_page page;
    struct fault refusal = {0};
    struct command command = {.request = request,
                              .plant = text_of(request->plant),
                              .sql = request->sql,
                              .arena = request->arena};
    enum status status = decode_effect(request, &asked, &query);
    struct change_key key = {command.plant, asked.change_id, false};
    if (status == STATUS_OK)
        status = master_refresh(service->cache, request->sql, command.plant, request->arena,
                                &request->fault);
    if (status == STATUS_OK)
        status = change_load(request->sql, &key, request->arena, &change, NULL, &request->fault);
    if (status == STATUS_OK)
        status = named(request, &change, &query);
    if (status == STATUS_OK)
        status = change_touched(request->sql, command.plant, &query, request->arena, &page,
                                &request->fault);
    if (status != STATUS_OK)
        return status;
    foresee(&command, &change, &refusal);
    return encode_effect(request, &query, &page, &refusal);
}

/* The item exists, and lines have the revision and the alternative that were named. */
static enum status resolve(struct rpc_request *request, const char *side,
                           const struct row_list *rows, struct bill_choice *choice)
{
    struct row_list items = {0};
    struct code_list one = {&choice->item, 1};
    char field[32];
    enum status status = edit_load_rows(request->sql, text_of(request->plant), FILE_ITEMS, &one,
                                        request->arena, &items, &request->fault);
    (void)snprintf(field, sizeof field, "%s.item", side);
    if (status == STATUS_OK && items.count == 0)
        return fault_set(&request->fault, STATUS_NOT_FOUND, field, "item \"%.*s\" does not exist",
                         (int)choice->item.length, choice->item.bytes);
    if (status != STATUS_OK)
        return status;
    const char *lacks = compare_resolve(choice, rows->rows, rows->count);
    if (!lacks)
        return STATUS_OK;
    struct text named = strcmp(lacks, "revision") == 0 ? choice->revision : choice->alternative;
    (void)snprintf(field, sizeof field, "%s.%s", side, lacks);
    return fault_set(&request->fault, STATUS_INVALID, field,
                     "no line of item \"%.*s\" has the %s \"%.*s\"", (int)choice->item.length,
                     choice->item.bytes, lacks, (int)named.length, named.bytes);
}

enum status handle_get_comparison(struct rpc_request *request)
{
    struct bill_choice left;
    struct bill_choice right;
    struct row_list rows = {0};
    struct bill_comparison made;
    enum status status = decode_comparison(request, &left, &right);
    if (status != STATUS_OK)
        return status;
    struct text codes[] = {left.item, right.item};
    struct code_list both = {codes, COUNT_OF(codes)};
    status = edit_load_rows(request->sql, text_of(request->plant), FILE_BOM, &both, request->arena,
                            &rows, &request->fault);
    if (status != STATUS_OK)
        return status;
    status = resolve(request, "left", &rows, &left);
    if (status == STATUS_OK)
        status = resolve(request, "right", &rows, &right);
    if (status != STATUS_OK)
        return status;
    struct compare_side sides[] = {{&left, rows.rows, rows.count}, {&right, rows.rows, rows.count}};
    if (!compare_bills(&sides[0], &sides[1], request->arena, &made))
        return full(&request->fault);
    return encode_comparison(request, &made);
}
