#include "services/bom/mass.h"

#include "common/plant/plant_units.h"
#include "services/bom/edit_codec.h"

#include <string.h>

/* ---- progress ---- */

static void progress_set(struct command *command, struct text change_id, int64_t done, int64_t all)
{
    struct mass_progress *progress = &bom_of(command)->progress;
    size_t plant = command->plant.length < TEXT_CODE_MAX ? command->plant.length : TEXT_CODE_MAX;
    size_t change = change_id.length < TEXT_CODE_MAX ? change_id.length : TEXT_CODE_MAX;
    pthread_mutex_lock(&progress->lock);
    memset(progress->plant, 0, sizeof progress->plant);
    memset(progress->change, 0, sizeof progress->change);
    memcpy(progress->plant, command->plant.bytes, plant);
    memcpy(progress->change, change_id.bytes, change);
    progress->done = done;
    progress->all = all;
    progress->runs = done < all;
    pthread_mutex_unlock(&progress->lock);
}

static bool progress_get(struct bom_service *service, const char *plant, struct text change_id,
                         struct mass_reply *reply)
{
    struct mass_progress *progress = &service->progress;
    pthread_mutex_lock(&progress->lock);
    bool mine = progress->runs && strcmp(progress->plant, plant) == 0 &&
                text_is(change_id, progress->change);
    reply->lines_done = progress->done;
    reply->counts.lines = progress->all;
    pthread_mutex_unlock(&progress->lock);
    return mine;
}

/* ---- checks ---- */

struct mass {
    struct command *command;
    struct text change_id;
    struct text from; /* component that goes */
    struct text to;   /* component that comes; equal to from: none does */
    bool scaled;      /* the rule says what becomes of the quantity */
    struct master *master;
    struct fault *fault;
};

static enum status find_item(struct mass *mass, struct text code, const char *field, uint32_t *item)
{
    *item = plant_item_find(master_plant(mass->master), code);
    return *item != NO_INDEX
               ? STATUS_OK
               : fault_set(mass->fault, STATUS_INVALID, field, "item \"%.*s\" does not exist",
                           (int)code.length, code.bytes);
}

static enum status check_units(struct mass *mass, uint32_t from, uint32_t to)
{
    const struct plant *plant = master_plant(mass->master);
    struct sql_rows rows;
    struct frac factor;
    enum status status = mass_units(mass->command->sql, mass->command->plant, mass->change_id,
                                    mass->command->arena, &rows, mass->fault);
    for (size_t i = 0; status == STATUS_OK && i < rows.count; i++) {
        struct text uom = sql_at(&rows, i, 0)->as.text;
        uint32_t number = uom.length > 0 ? names_find(plant->texts, uom) : plant->items[from].uom;
        if (number != NAMES_NONE && plant_unit_factor(plant, to, number, &factor) &&
            (uom.length > 0 || number == plant->items[to].uom || mass->scaled))
            continue;
        return fault_set(mass->fault, STATUS_INVALID, "new_component",
                         "lines in unit \"%s\" cannot become lines of item \"%s\" in unit \"%s\" "
                         "without a factor or a quantity",
                         number == NAMES_NONE ? "" : plant_text(plant, number),
                         plant_item_code(plant, to), plant_text(plant, plant->items[to].uom));
    }
    return status;
}

/* ---- loops: is a parent of the changed lines at or below what comes? ---- */

struct parents {
    const unsigned char *is;
};

static bool is_parent(const void *context, uint32_t item)
{
    const struct parents *parents = context;
    return parents->is[item] != 0;
}

static enum status mark_parents(struct mass *mass, unsigned char **is)
{
    const struct plant *plant = master_plant(mass->master);
    struct sql_rows rows;
    enum status status = mass_parents(mass->command->sql, mass->command->plant, mass->change_id,
                                      mass->command->arena, &rows, mass->fault);
    if (status != STATUS_OK)
        return status;
    *is = arena_alloc(mass->command->arena, (size_t)plant->items_count + 1, 1);
    if (!*is)
        return fault_set(mass->fault, STATUS_LIMIT, "", "change does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        uint32_t item = plant_item_find(plant, sql_at(&rows, i, 0)->as.text);
        if (item != NO_INDEX)
            (*is)[item] = 1;
    }
    return STATUS_OK;
}

/* The deepest of the parents, the line, and what is below what comes. */
static enum status check_depth(struct mass *mass, const unsigned char *is, uint32_t to)
{
    const struct plant *plant = master_plant(mass->master);
    const struct bom_graph *graph = master_graph(mass->master);
    uint32_t deepest = 0;
    uint32_t parent = 0;
    for (uint32_t i = 0; i < plant->items_count; i++) {
        if (!is[i] || graph->level[i] < deepest)
            continue;
        deepest = graph->level[i];
        parent = i;
    }
    if (deepest + 1 + bom_patch_depth(master_patch(mass->master), to) <= BOM_LEVELS_MAX)
        return STATUS_OK;
    return fault_set(mass->fault, STATUS_LIMIT, "new_component",
                     "item \"%s\" would be on a way of more than %d levels",
                     plant_item_code(plant, parent), BOM_LEVELS_MAX);
}

static enum status check_loop(struct mass *mass, uint32_t to)
{
    char loop[192];
    unsigned char *is;
    enum status status = mark_parents(mass, &is);
    if (status != STATUS_OK)
        return status;
    struct parents parents = {is};
    struct bom_patch *patch = master_patch(mass->master);
    if (is[to])
        return fault_set(mass->fault, STATUS_BOM_CYCLE, "new_component",
                         "bill of material contains a cycle: %.*s > %.*s", (int)mass->to.length,
                         mass->to.bytes, (int)mass->to.length, mass->to.bytes);
    uint32_t found = bom_patch_find_below(patch, to, is_parent, &parents);
    if (found == NO_INDEX)
        return check_depth(mass, is, to);
    bom_patch_spell(patch, found, loop, sizeof loop);
    return fault_set(mass->fault, STATUS_BOM_CYCLE, "new_component",
                     "bill of material contains a cycle: %s", loop);
}

static enum status check_active(struct mass *mass)
{
    struct text code = mass->to;
    struct code_list one = {&code, 1};
    struct code_list inactive;
    enum status status = edit_load_inactive(mass->command->sql, mass->command->plant, &one,
                                            mass->command->arena, &inactive, mass->fault);
    if (status == STATUS_OK && inactive.count > 0)
        return fault_set(mass->fault, STATUS_INVALID, "new_component",
                         "item \"%.*s\" is not active", (int)code.length, code.bytes);
    return status;
}

static enum status check_replacement(struct mass *mass)
{
    uint32_t from = NO_INDEX;
    uint32_t to = NO_INDEX;
    enum status status = find_item(mass, mass->from, "component", &from);
    if (status == STATUS_OK)
        status = find_item(mass, mass->to, "new_component", &to);
    if (status == STATUS_OK && from != to)
        status = check_active(mass);
    if (status != STATUS_OK || from == to)
        return status;
    master_hold_alone(mass->master);
    status = check_units(mass, from, to);
    if (status == STATUS_OK)
        status = check_loop(mass, to);
    master_release(mass->master);
    return status;
}

static enum status check_lines(struct mass *mass, bool undo)
{
    struct mass_objection objection;
    const struct mass_asked asked = {mass->command->plant, mass->change_id, undo};
    enum status status =
        mass_object(mass->command->sql, &asked, mass->command->arena, &objection, mass->fault);
    if (status != STATUS_OK || !objection.parent.bytes)
        return status;
    char field[32] = {0};
    memcpy(field, objection.field.bytes, objection.field.length < 31 ? objection.field.length : 31);
    return fault_set(mass->fault, STATUS_INVALID, field, "bill of \"%.*s\": %.*s",
                     (int)objection.parent.length, objection.parent.bytes,
                     (int)objection.message.length, objection.message.bytes);
}

/* ---- writing ---- */

static enum status write_parts(struct mass *mass, const struct mass_counts *counts, bool undo)
{
    struct command *command = mass->command;
    struct sql_rows parts;
    int64_t total = 0;
    struct mass_part part = {.change_id = mass->change_id, .after = -1, .undo = undo};
    enum status status = mass_parts(command->sql, command->plant, mass->change_id, command->arena,
                                    &parts, mass->fault);
    for (size_t i = 0; status == STATUS_OK && i < parts.count; i++) {
        int64_t lines = 0;
        part.last = sql_at(&parts, i, 0)->as.integer;
        status = mass_write_part(command->sql, command->plant, &part, command->arena, &lines,
                                 mass->fault);
        part.after = part.last;
        total += lines;
        progress_set(command, mass->change_id, total < counts->lines ? total : counts->lines - 1,
                     counts->lines);
    }
    if (status == STATUS_OK && total != counts->lines)
        return fault_set(mass->fault, STATUS_STATE_CONFLICT, "change",
                         "%lld of its %lld lines were changed since; it cannot be undone",
                         (long long)(counts->lines - total), (long long)counts->lines);
    return status;
}

/* The counter, the one event, the one row of history. */
static enum status tell(struct mass *mass, int64_t *change_seq)
{
    struct command *command = mass->command;
    struct bom_kept *kept = bom_keep(command);
    struct edit_write write = {.plant = command->plant,
                               .change_id = mass->change_id,
                               .principal = text_of(command->request->principal.name),
                               .object = mass->change_id};
    if (!kept)
        return fault_set(mass->fault, STATUS_LIMIT, "", "change does not fit in memory");
    enum status status = edit_tell(command, &write, mass->fault);
    if (status == STATUS_OK)
        status = mass_put_history(command->sql, command->plant, mass->change_id, write.change_seq,
                                  write.principal, mass->fault);
    *change_seq = write.change_seq;
    if (status == STATUS_OK) {
        kept->expects = mass->master;
        master_expect(mass->master);
    }
    return status;
}

static enum status begin(struct mass *mass)
{
    struct command *command = mass->command;
    int64_t master_seq;
    enum status status =
        edit_lock_gate(command->sql, command->plant, command->arena, &master_seq, mass->fault);
    if (status == STATUS_OK)
        status = master_catch_up(bom_of(command)->cache, command, master_seq, &mass->master,
                                 mass->fault);
    command->again = status == STATUS_OK && !mass->master;
    return status;
}

/* Picks, checks, and tells the first lines. */
static enum status prepare(struct mass *mass, const struct mass_rule *rule,
                           struct mass_reply *reply)
{
    struct command *command = mass->command;
    struct mass_line *lines;
    enum status status =
        mass_pick(command->sql, command->plant, rule, command->arena, &reply->counts, mass->fault);
    if (status == STATUS_OK)
        status = check_replacement(mass);
    if (status == STATUS_OK)
        status = check_lines(mass, false);
    if (status == STATUS_OK)
        status = mass_first_lines(command->sql, command->plant, mass->change_id, command->arena,
                                  &lines, &reply->line_count, mass->fault);
    if (status == STATUS_OK)
        reply->lines = lines;
    return status;
}

static const char *rule_words(const struct mass_rule *rule)
{
    if (rule->new_component.length > 0)
        return "replace";
    return rule->end_on != SQL_NO_DATE ? "end" : "quantity";
}

static struct mass mass_of(struct command *command, const struct mass_rule *rule,
                           struct fault *fault)
{
    return (struct mass){
        .command = command,
        .change_id = rule->change_id,
        .from = rule->component,
        .to = rule->new_component.length > 0 ? rule->new_component : rule->component,
        .scaled = rule->factor.micro != SQL_NO_INT || rule->quantity.micro != SQL_NO_INT,
        .fault = fault};
}

static enum status run_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct mass_rule *rule = asked;
    struct mass mass = mass_of(command, rule, fault);
    struct mass_reply reply = {.change_id = rule->change_id, .state = "done"};
    enum status status = begin(&mass);
    if (status == STATUS_OK && !command->again)
        status = prepare(&mass, rule, &reply);
    if (status != STATUS_OK || command->again)
        return status;
    if (reply.counts.lines == 0)
        return fault_set(fault, STATUS_INVALID, "component", "no line has component \"%.*s\"",
                         (int)rule->component.length, rule->component.bytes);
    progress_set(command, rule->change_id, 0, reply.counts.lines);
    status = write_parts(&mass, &reply.counts, false);
    if (status == STATUS_OK)
        status = tell(&mass, &reply.change_seq);
    struct mass_done done = {.lines = reply.counts.lines,
                             .bills = reply.counts.bills,
                             .change_seq = reply.change_seq,
                             .rule = text_of(rule_words(rule))};
    if (status == STATUS_OK)
        status = mass_put(command->sql, command->plant, &done, rule->change_id,
                          text_of(command->request->principal.name), fault);
    progress_set(command, rule->change_id, 0, 0);
    reply.lines_done = reply.counts.lines;
    return status == STATUS_OK ? encode_mass(&reply, command->arena, &command->reply, fault)
                               : status;
}

enum status handle_run_mass(struct rpc_request *request)
{
    struct mass_rule rule;
    enum status status = decode_mass(request, false, &rule);
    return status == STATUS_OK ? bom_run(request, run_work, &rule) : status;
}

/* The same work, taken back. */
static enum status preview(struct command *command, const struct mass_rule *rule)
{
    struct rpc_request *request = command->request;
    struct mass mass = mass_of(command, rule, &request->fault);
    struct mass_reply reply = {.change_id = text_of(""), .state = "preview"};
    int64_t master_seq;
    enum status status = sql_begin(request->sql, &request->fault);
    if (status == STATUS_OK)
        status = edit_load_master_seq(command->sql, command->plant, command->arena, &master_seq,
                                      &request->fault);
    if (status == STATUS_OK)
        status = master_catch_up(bom_of(command)->cache, command, master_seq, &mass.master,
                                 &request->fault);
    if (status == STATUS_OK && !mass.master)
        status = fault_set(&request->fault, STATUS_BUSY, "", "the bills are being loaded");
    if (status == STATUS_OK)
        status = prepare(&mass, rule, &reply);
    sql_rollback(request->sql);
    return status == STATUS_OK
               ? encode_mass(&reply, request->arena, &request->reply, &request->fault)
               : status;
}

enum status handle_preview_mass(struct rpc_request *request)
{
    struct mass_rule rule;
    struct bom_service *service = request->service;
    struct command command = {.request = request,
                              .plant = text_of(request->plant),
                              .sql = request->sql,
                              .arena = request->arena};
    enum status status = decode_mass(request, true, &rule);
    if (status == STATUS_OK)
        status = master_refresh(service->cache, request->sql, command.plant, request->arena,
                                &request->fault);
    return status == STATUS_OK ? preview(&command, &rule) : status;
}

static enum status undo_work(struct command *command, const void *asked, struct fault *fault)
{
    struct text change_id = *(const struct text *)asked;
    struct mass mass = {.command = command, .change_id = change_id, .fault = fault, .scaled = true};
    struct mass_reply reply = {.change_id = change_id, .state = "undone"};
    struct mass_done done;
    enum status status = begin(&mass);
    if (status == STATUS_OK && !command->again)
        status = mass_load(command->sql, command->plant, change_id, command->arena, &done, fault);
    if (status != STATUS_OK || command->again)
        return status;
    if (done.undone_seq != 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "change", "it was undone before");
    mass.from = done.new_component;
    mass.to = done.component;
    reply.counts = (struct mass_counts){done.lines, done.bills};
    status = check_replacement(&mass);
    if (status == STATUS_OK)
        status = check_lines(&mass, true);
    if (status == STATUS_OK)
        status = write_parts(&mass, &reply.counts, true);
    if (status == STATUS_OK)
        status = tell(&mass, &reply.change_seq);
    if (status == STATUS_OK)
        status = mass_set_undone(command->sql, command->plant, change_id, reply.change_seq, fault);
    progress_set(command, change_id, 0, 0);
    return status == STATUS_OK ? encode_mass(&reply, command->arena, &command->reply, fault)
                               : status;
}

enum status handle_undo_mass(struct rpc_request *request)
{
    struct text change_id;
    enum status status = decode_mass_id(request, &change_id);
    return status == STATUS_OK ? bom_run(request, undo_work, &change_id) : status;
}

enum status handle_get_mass(struct rpc_request *request)
{
    struct text change_id;
    struct mass_done done;
    struct mass_reply reply = {.state = "running"};
    enum status status = decode_mass_id(request, &change_id);
    if (status != STATUS_OK)
        return status;
    reply.change_id = change_id;
    if (progress_get(request->service, request->plant, change_id, &reply))
        return encode_mass(&reply, request->arena, &request->reply, &request->fault);
    status = mass_load(request->sql, text_of(request->plant), change_id, request->arena, &done,
                       &request->fault);
    if (status != STATUS_OK)
        return status;
    struct mass_line *lines;
    status = mass_first_lines(request->sql, text_of(request->plant), change_id, request->arena,
                              &lines, &reply.line_count, &request->fault);
    if (status != STATUS_OK)
        return status;
    reply.lines = lines;
    reply.state = done.undone_seq > 0 ? "undone" : "done";
    reply.counts = (struct mass_counts){done.lines, done.bills};
    reply.lines_done = done.lines;
    reply.change_seq = done.change_seq;
    return encode_mass(&reply, request->arena, &request->reply, &request->fault);
}
