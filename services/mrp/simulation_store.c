#include "services/mrp/simulation_store.h"

#include "common/io/clock.h"
#include "common/ledger/act.h"

/* clang-format off */
enum {
    LOCK, PUT, SET, DROP, DROP_CHANGES, PUT_CHANGES, ONE, CHANGES, LIST, FACTS, BEGIN, KEYS, MASTER_PLACES, COUNTED_PLACES, STATE
};

#define COLUMNS "s.name, s.note, s.shared, s.version, s.plan_version, s.made_by, s.made_at, s.apply_key, s.applied_by, s.steps," \
    " (SELECT count(*) FROM simulation_change c WHERE c.plant_id = $1 AND c.name = s.name)"
#define LETTERS "ttbiitzutni"
#define ASKED "unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS t (kind, item, component, supplier, n)"
#define USABLE "b.status = 'available' AND b.segment = '' AND b.owner = ''"
#define LINE_OF_BILL(column) "(SELECT string_agg(" column ", ', ' ORDER BY l.row_no) FROM bom l WHERE l.plant_id = $1" \
    " AND l.parent = t.item AND l.component = t.component)"

static const struct sql_statement statements[] = {
    [LOCK] = {"simulation.lock", "SELECT " COLUMNS " FROM simulation s WHERE s.plant_id = $1 AND s.name = $2"
        " FOR NO KEY UPDATE", "tt", LETTERS},
    [PUT] = {"simulation.put",
        "INSERT INTO simulation (plant_id, name, note, shared, plan_version, made_by) SELECT $1, $2, $3, $4,"
        " coalesce((SELECT plan_version FROM plan_state WHERE plant_id = $1), 0), $5"
        " WHERE (SELECT count(*) FROM simulation WHERE plant_id = $1) < $6 RETURNING version", "tttbti", "i"},
    [SET] = {"simulation.set",
        "UPDATE simulation SET note = coalesce($3, note), shared = coalesce($4, shared), version = version + 1,"
        " plan_version = CASE WHEN $5 THEN (SELECT plan_version FROM plan_state WHERE plant_id = $1) ELSE plan_version END"
        " WHERE plant_id = $1 AND name = $2", "tttbb", ""},
    [DROP] = {"simulation.drop", "DELETE FROM simulation WHERE plant_id = $1 AND name = $2", "tt", ""},
    [DROP_CHANGES] = {"simulation.drop_changes", "DELETE FROM simulation_change WHERE plant_id = $1 AND name = $2", "tt", ""},
    [PUT_CHANGES] = {"simulation.put_changes",
        "INSERT INTO simulation_change (plant_id, name, place, kind, item, component, supplier, customer, qty, due, days, seen)"
        " SELECT a.plant_id, $2, t.n, t.k, t.i, t.c, t.s, t.m, t.q, t.d, t.l, t.f FROM plant_seq a,"
        " unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[], $9::date[], $10::bigint[], $11::text[])"
        " WITH ORDINALITY AS t (k, i, c, s, m, q, d, l, f, n) WHERE a.plant_id = $1", "ttTTTTTQDIT", ""},
    [ONE] = {"simulation.one", "SELECT " COLUMNS " FROM simulation s WHERE s.plant_id = $1 AND s.name = $2"
        " AND (s.shared OR s.made_by = $3)", "ttt", LETTERS},
    [CHANGES] = {"simulation.changes",
        "SELECT kind, item, component, supplier, customer, qty, due, days, seen FROM simulation_change"
        " WHERE plant_id = $1 AND name = $2 ORDER BY place", "tt", "tttttqdnt"},
    [LIST] = {"simulation.list", "SELECT " COLUMNS " FROM simulation s WHERE s.plant_id = $1 AND s.name > $2"
        " AND (s.shared OR s.made_by = $3) ORDER BY s.name LIMIT $4", "ttti", LETTERS},
    /* In words for people; what would be long is told apart by its digest. */
    [FACTS] = {"simulation.facts",
        "SELECT CASE WHEN length(f.seen) > 400 THEN left(f.seen, 360) || ' ' || md5(f.seen) ELSE f.seen END FROM"
        " (SELECT t.n, coalesce(CASE t.kind"
        " WHEN 'lead_time' THEN (SELECT coalesce(i.lead_time_days, 0)::text FROM item i WHERE i.plant_id = $1 AND i.item = t.item)"
        " || coalesce((SELECT string_agg(', ' || s.supplier || ' ' || coalesce(s.lead_time_days::text, '-'), '' ORDER BY s.row_no)"
        " FROM supplier s WHERE s.plant_id = $1 AND s.item = t.item), '')"
        " WHEN 'supplier_lost' THEN (SELECT string_agg(s.item, ', ' ORDER BY s.row_no) FROM supplier s WHERE s.plant_id = $1"
        " AND s.supplier = t.supplier AND (t.item IS NULL OR s.item = t.item))"
        " WHEN 'stock' THEN (SELECT trim_scale(coalesce(sum(b.qty), 0))::text FROM stock_balance b WHERE b.plant_id = $1"
        " AND b.item = t.item AND " USABLE ")"
        " WHEN 'bill' THEN " LINE_OF_BILL("trim_scale(l.qty)::text")
        " END, 'nothing') AS seen FROM " ASKED ") AS f ORDER BY f.n", "tTTTT", "t"},
    /* Who began goes on at once, another after a while. */
    [BEGIN] = {"simulation.begin",
        "UPDATE simulation SET apply_key = coalesce(apply_key, $4), applied_by = $3, applied_at = now(),"
        " steps = $6"
        " WHERE plant_id = $1 AND name = $2 AND (applied_by IS NULL OR applied_by = $3"
        " OR applied_at < now() - $5::integer * interval '1 second') RETURNING apply_key", "tttunn", "u"},
    [KEYS] = {"simulation.keys",
        "SELECT key, status FROM posting_key WHERE plant_id = $1 AND key = ANY ($2)", "tU", "ut"},
    [MASTER_PLACES] = {"simulation.master_places",
        "SELECT t.n, f.file, f.row_no FROM " ASKED " CROSS JOIN LATERAL ("
        "SELECT 'suppliers.csv' AS file, s.row_no FROM supplier s WHERE s.plant_id = $1 AND t.kind = 'lead_time'"
        " AND s.item = t.item UNION ALL"
        " SELECT 'suppliers.csv', s.row_no FROM supplier s WHERE s.plant_id = $1 AND t.kind = 'supplier_lost'"
        " AND s.supplier = t.supplier AND (t.item IS NULL OR s.item = t.item) UNION ALL"
        " SELECT 'bom.csv', l.row_no FROM bom l WHERE l.plant_id = $1 AND t.kind = 'bill' AND l.parent = t.item"
        " AND l.component = t.component) AS f ORDER BY 1, 2, 3", "tTTTT", "itn"},
    [COUNTED_PLACES] = {"simulation.counted_places",
        "SELECT t.n, b.location, b.lot, b.qty FROM " ASKED " JOIN stock_balance b ON b.plant_id = $1 AND b.item = t.item AND "
        USABLE " WHERE t.kind = 'stock' ORDER BY 1, 2, 3", "tTTTT", "ittq"},
    [STATE] = {"simulation.state",
        "SELECT jsonb_strip_nulls(jsonb_build_object('made_by', s.made_by, 'note', s.note, 'shared', s.shared, 'applied_by',"
        " s.applied_by, 'changes', (SELECT jsonb_agg(to_jsonb(c) - ARRAY['plant_id', 'name', 'place', 'seen'] ORDER BY c.place)"
        " FROM simulation_change c WHERE c.plant_id = $1 AND c.name = $2)))::text FROM simulation s"
        " WHERE s.plant_id = $1 AND s.name = $2 FOR NO KEY UPDATE OF s", "tt", "t"},
};
/* clang-format on */

static const struct sql_schema *const parts[] = {&command_schema, NULL};

const struct sql_schema simulation_schema = {
    .statements = statements, .statement_count = COUNT_OF(statements), .parts = parts};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "changes", "simulation does not fit in memory");
}

static struct text text_or_none(const struct sql_value *value)
{
    return value->null ? (struct text){NULL, 0} : value->as.text;
}

struct simulation simulation_of(const struct sql_rows *rows, size_t row)
{
    const struct sql_value *v = sql_at(rows, row, 0);
    return (struct simulation){.name = v[0].as.text,
                               .note = v[1].as.text,
                               .shared = v[2].as.boolean,
                               .version = v[3].as.integer,
                               .plan_version = v[4].as.integer,
                               .made_by = v[5].as.text,
                               .made_at_us = v[6].as.integer,
                               .apply_key = v[7].null ? (struct uuid){{0}} : v[7].as.uuid,
                               .applied_by = text_or_none(&v[8]),
                               .steps = (unsigned)v[9].as.integer,
                               .change_count = v[10].as.integer};
}

/* ---- reading ---- */

static enum status none_of(struct text name, struct fault *fault)
{
    return fault_set(fault, STATUS_NOT_FOUND, "name", "simulation \"%.*s\" does not exist",
                     (int)name.length, name.bytes);
}

static enum status load_changes(struct sql *sql, struct text plant, struct arena *arena,
                                struct simulation *simulation, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(simulation->name)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[CHANGES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    simulation->change_count = (int64_t)rows.count;
    simulation->changes = arena_alloc(arena, rows.count + 1, sizeof *simulation->changes);
    if (!simulation->changes)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        simulation->changes[i] = (struct kept_change){.kind = v[0].as.text,
                                                      .item = text_or_none(&v[1]),
                                                      .component = text_or_none(&v[2]),
                                                      .supplier = text_or_none(&v[3]),
                                                      .customer = text_or_none(&v[4]),
                                                      .qty = v[5].null ? NO_QTY : v[5].as.qty,
                                                      .due = v[6].null ? NO_DATE : v[6].as.day,
                                                      .days = v[7].null ? NO_DAYS : v[7].as.integer,
                                                      .seen = v[8].as.text};
    }
    return STATUS_OK;
}

enum status store_simulation(struct sql *sql, const struct simulation_key *key, struct arena *arena,
                             struct simulation *out, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(key->plant), SQL_TEXT(key->name), SQL_TEXT(key->viewer)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ONE], params, arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return none_of(key->name, fault);
    if (status != STATUS_OK)
        return status;
    *out = simulation_of(&rows, 0);
    return load_changes(sql, key->plant, arena, out, fault);
}

enum status store_simulations(struct sql *sql, const struct simulation_key *key, size_t limit,
                              struct arena *arena, struct sql_rows *rows, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(key->plant), SQL_TEXT(key->name), SQL_TEXT(key->viewer),
                                 SQL_INT((int64_t)limit)};
    return sql_run(sql, &statements[LIST], params, arena, rows, fault);
}

/* Statements over the changes themselves: what they name, by columns. */
#define OVER(plant, changes, count)                                                  \
 {                                                                                   \
  SQL_TEXT(plant), SQL_ARRAY(changes, count, kind), SQL_ARRAY(changes, count, item), \
      SQL_ARRAY(changes, count, component), SQL_ARRAY(changes, count, supplier)      \
 }

enum status store_facts_seen(struct sql *sql, struct text plant, const struct kept_change *changes,
                             size_t count, struct arena *arena, struct text **texts,
                             struct fault *fault)
{
    struct sql_value params[] = OVER(plant, changes, count);
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[FACTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    ASSERT(rows.count == count);
    *texts = arena_alloc(arena, count + 1, sizeof **texts);
    if (!*texts)
        return full(fault);
    for (size_t i = 0; i < count; i++)
        (*texts)[i] = sql_at(&rows, i, 0)->as.text;
    return STATUS_OK;
}

/* ---- saving ---- */

/* *known: there is one already, and it is the caller's to change. */
static enum status lock_own(struct command *command, struct text name, struct simulation *found,
                            bool *known, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant), SQL_TEXT(name)};
    struct sql_rows rows;
    enum status status =
        sql_run(command->sql, &statements[LOCK], params, command->arena, &rows, fault);
    *known = status == STATUS_OK && rows.count > 0;
    if (!*known)
        return status;
    *found = simulation_of(&rows, 0);
    if (!text_is(found->made_by, command->request->principal.name))
        return fault_set(fault, STATUS_FORBIDDEN, "name", "simulation \"%.*s\" belongs to %.*s",
                         (int)name.length, name.bytes, (int)found->made_by.length,
                         found->made_by.bytes);
    return STATUS_OK;
}

static enum status check_saved(const struct simulation *now, const struct simulation_save *save,
                               struct fault *fault)
{
    if (save->if_version > 0 && save->if_version != now->version)
        return fault_set(fault, STATUS_CHANGED, "if_version",
                         "simulation \"%.*s\" is at version %lld, not %lld", (int)save->name.length,
                         save->name.bytes, (long long)now->version, (long long)save->if_version);
    if (now->applied_by.bytes && save->change_count > 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "name",
                         "simulation \"%.*s\" was applied by %.*s: save it under another name",
                         (int)save->name.length, save->name.bytes, (int)now->applied_by.length,
                         now->applied_by.bytes);
    return STATUS_OK;
}

static enum status put_changes(struct command *command, const struct simulation_save *save,
                               struct fault *fault)
{
    const size_t n = save->change_count;
    struct sql_value named[] = {SQL_TEXT(command->plant), SQL_TEXT(save->name)};
    struct kept_change *c = arena_alloc(command->arena, n + 1, sizeof *c);
    struct text *seen;
    if (!c)
        return full(fault);
    enum status status = store_facts_seen(command->sql, command->plant, save->changes, n,
                                          command->arena, &seen, fault);
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        c[i] = save->changes[i];
        c[i].seen = seen[i];
        c[i].days = c[i].days == NO_DAYS ? SQL_NO_INT : c[i].days;
    }
    struct sql_value params[] = {
        SQL_TEXT(command->plant),  SQL_TEXT(save->name),       SQL_ARRAY(c, n, kind),
        SQL_ARRAY(c, n, item),     SQL_ARRAY(c, n, component), SQL_ARRAY(c, n, supplier),
        SQL_ARRAY(c, n, customer), SQL_ARRAY(c, n, qty),       SQL_ARRAY(c, n, due),
        SQL_ARRAY(c, n, days),     SQL_ARRAY(c, n, seen)};
    if (status == STATUS_OK)
        status = sql_run(command->sql, &statements[DROP_CHANGES], named, NULL, NULL, fault);
    return status == STATUS_OK
               ? sql_run(command->sql, &statements[PUT_CHANGES], params, NULL, NULL, fault)
               : status;
}

static enum status put_new(struct command *command, const struct simulation_save *save,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant),
                                 SQL_TEXT(save->name),
                                 SQL_TEXT(save->note.bytes ? save->note : text_of("")),
                                 SQL_BOOL(save->shared),
                                 SQL_TEXT(text_of(command->request->principal.name)),
                                 SQL_INT(SIMULATIONS_MAX)};
    struct sql_rows rows;
    if (save->change_count == 0)
        return fault_set(fault, STATUS_INVALID, "changes", "a new simulation needs changes");
    enum status status =
        sql_run(command->sql, &statements[PUT], params, command->arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        status = fault_set(fault, STATUS_LIMIT, "name", "%d simulations are kept already",
                           SIMULATIONS_MAX);
    return status;
}

static enum status set_old(struct command *command, const struct simulation_save *save,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(command->plant),
                                 SQL_TEXT(save->name),
                                 {.null = !save->note.bytes, .as.text = save->note},
                                 {.null = !save->shared_given, .as.boolean = save->shared},
                                 SQL_BOOL(save->change_count > 0)};
    return sql_run(command->sql, &statements[SET], params, NULL, NULL, fault);
}

static struct act_of_object act_of_simulation(const struct command *command, struct text name)
{
    return (struct act_of_object){
        command->request, &statements[STATE], name, command->arena, {{0}}};
}

enum status store_save_simulation(struct command *command, const struct simulation_save *save,
                                  struct simulation *saved, struct fault *fault)
{
    const struct simulation_key key = {command->plant, save->name,
                                       text_of(command->request->principal.name)};
    struct act_of_object of = act_of_simulation(command, save->name);
    struct act_change told = act_change_of(&of);
    bool known;
    enum status status = lock_own(command, save->name, saved, &known, fault);
    if (status == STATUS_OK && known)
        status = check_saved(saved, save, fault);
    if (status == STATUS_OK)
        status = act_begin(command->sql, &told, fault);
    if (status == STATUS_OK)
        status = known ? set_old(command, save, fault) : put_new(command, save, fault);
    if (status == STATUS_OK && save->change_count > 0)
        status = put_changes(command, save, fault);
    if (status == STATUS_OK)
        status = act_end(command->sql, &told, fault);
    return status == STATUS_OK ? store_simulation(command->sql, &key, command->arena, saved, fault)
                               : status;
}

enum status store_discard_simulation(struct command *command, struct text name,
                                     struct simulation *gone, struct fault *fault)
{
    struct act_of_object of = act_of_simulation(command, name);
    struct act_change told = act_change_of(&of);
    bool known;
    enum status status = lock_own(command, name, gone, &known, fault);
    if (status == STATUS_OK && !known)
        status = none_of(name, fault);
    if (status == STATUS_OK)
        status = act_begin(command->sql, &told, fault);
    if (status == STATUS_OK)
        status = sql_run(command->sql, &statements[DROP], of.key, NULL, NULL, fault);
    return status == STATUS_OK ? act_end(command->sql, &told, fault) : status;
}

/* ---- applying ---- */

struct beginning {
    struct act_of_object of;
    unsigned steps;
    struct uuid apply_key;
};

static enum status begin_apply(struct sql *sql, void *context, struct fault *fault)
{
    struct beginning *begin = context;
    const struct text name = begin->of.object;
    struct sql_value params[] = {begin->of.key[0],
                                 begin->of.key[1],
                                 SQL_TEXT(text_of(begin->of.request->principal.name)),
                                 SQL_UUID(clock_uuid()),
                                 SQL_INT(SIMULATION_APPLY_SECONDS),
                                 SQL_INT(begin->steps)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[BEGIN], params, begin->of.arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_STATE_CONFLICT, "name",
                         "simulation \"%.*s\" is being applied by somebody else", (int)name.length,
                         name.bytes);
    if (status == STATUS_OK)
        begin->apply_key = sql_at(&rows, 0, 0)->as.uuid;
    return status;
}

enum status store_begin_apply(struct rpc_request *request, struct text name, unsigned steps,
                              struct uuid *apply_key)
{
    struct beginning begin = {
        {request, &statements[STATE], name, request->arena, {{0}}}, steps, {{0}}};
    struct act_change told = act_change_of(&begin.of);
    enum status status = act_run(request->sql, &told, begin_apply, &begin, &request->fault);
    *apply_key = begin.apply_key;
    return status;
}

/* The last two bytes, random ones of the key, say which step and which try. */
static struct uuid step_key(struct uuid key, size_t step, size_t attempt)
{
    key.bytes[14] = (uint8_t)step;
    key.bytes[15] = (uint8_t)attempt;
    return key;
}

enum status store_step_states(struct sql *sql, struct text plant, struct uuid apply_key,
                              struct arena *arena, struct step_state states[SIMULATION_STEPS],
                              struct fault *fault)
{
    struct uuid keys[SIMULATION_STEPS * SIMULATION_TRIES];
    bool refused[SIMULATION_STEPS][SIMULATION_TRIES] = {{false}};
    struct sql_rows rows;
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        keys[i] = step_key(apply_key, i / SIMULATION_TRIES, i % SIMULATION_TRIES);
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(keys, COUNT_OF(keys))};
    enum status status = sql_run(sql, &statements[KEYS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    for (size_t s = 0; s < SIMULATION_STEPS; s++)
        states[s] = (struct step_state){.done = false};
    for (size_t i = 0; i < rows.count; i++) {
        const struct uuid key = sql_at(&rows, i, 0)->as.uuid;
        const bool done = text_is(sql_at(&rows, i, 1)->as.text, status_name(STATUS_OK));
        states[key.bytes[14]].done = states[key.bytes[14]].done || done;
        refused[key.bytes[14]][key.bytes[15]] = !done;
    }
    for (size_t s = 0; s < SIMULATION_STEPS; s++) {
        size_t attempt = 0;
        while (attempt + 1 < SIMULATION_TRIES && refused[s][attempt])
            attempt++;
        states[s].key = step_key(apply_key, s, attempt);
    }
    return STATUS_OK;
}

enum status store_master_places(struct sql *sql, struct text plant,
                                const struct kept_change *changes, size_t count,
                                struct arena *arena, struct master_place **places, size_t *found,
                                struct fault *fault)
{
    struct sql_value params[] = OVER(plant, changes, count);
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[MASTER_PLACES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *found = rows.count;
    *places = arena_alloc(arena, rows.count + 1, sizeof **places);
    if (!*places)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        (*places)[i] = (struct master_place){v[0].as.integer - 1, v[1].as.text, v[2].as.integer};
    }
    return STATUS_OK;
}

enum status store_counted_places(struct sql *sql, struct text plant,
                                 const struct kept_change *changes, size_t count,
                                 struct arena *arena, struct counted_place **places, size_t *found,
                                 struct fault *fault)
{
    struct sql_value params[] = OVER(plant, changes, count);
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[COUNTED_PLACES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *found = rows.count;
    *places = arena_alloc(arena, rows.count + 1, sizeof **places);
    if (!*places)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        (*places)[i] =
            (struct counted_place){v[0].as.integer - 1, v[1].as.text, v[2].as.text, v[3].as.qty};
    }
    return STATUS_OK;
}
