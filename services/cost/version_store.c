#include "services/cost/version_store.h"

#include "common/base/decimal.h"
#include "common/ledger/command.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
enum {
    ONE, LOCK, LIST, PUT, FACTS, PUT_FACTS, DROP_FACTS, COPY_FACTS, BAD_CODE, STOCK_PRICES, SET_VERSION, STORED_COSTS,
    COPY_COSTS, PUT_COSTS, DROP_COSTS, LIST_COSTS, WOULD_DO, HAS_DONE, COMPARISON, DAYS, UNDER_WAY, TO_RELEASE, TO_REVERT,
    LOCK_MASTER, SET_UNIT_COSTS, PUT_CHANGES, SET_MASTER_SEQ, PUT_STANDARDS, SET_REVERTED
};

#define VERSION_COLUMNS \
    "cost_version, note, state, prices, costed_on, revision, made_by, changed_by, frozen_by, released_by, reverted_by," \
    " marked_on, effective_on, coalesce(release_no, 0), reached"
#define VERSION_LETTERS "ttttdnttttt" "ddnt"
#define COST_COLUMNS "material, labor, machine, overhead, subcontract, total, this_level, lower_levels"
/* A version's cost is the standard of an item when it is released: a phantom has none. */
#define CANDIDATES \
    " FROM cost_version_item c JOIN item i ON i.plant_id = $1 AND i.item = c.item AND i.type <> 'phantom'"

static const struct sql_statement statements[] = {
    [ONE] = {
        .name = "version.one",
        .text = "SELECT " VERSION_COLUMNS " FROM cost_version WHERE plant_id = $1 AND cost_version = $2",
        .params = "tt", .columns = VERSION_LETTERS,
    },
    [LOCK] = {
        .name = "version.lock",
        .text = "SELECT " VERSION_COLUMNS " FROM cost_version WHERE plant_id = $1 AND cost_version = $2 FOR NO KEY UPDATE",
        .params = "tt", .columns = VERSION_LETTERS,
    },
    [LIST] = {
        .name = "version.list",
        .text = "SELECT " VERSION_COLUMNS " FROM cost_version WHERE plant_id = $1 AND ($2 = '' OR state = $2)"
                " AND cost_version > $3 ORDER BY cost_version LIMIT $4",
        .params = "ttti", .columns = VERSION_LETTERS,
    },
    [PUT] = {
        .name = "version.put",
        .text = "INSERT INTO cost_version (plant_id, cost_version, note, state, prices, costed_on, revision, made_by,"
                " changed_by, frozen_by, released_by, reverted_by, marked_on, effective_on, release_no, reached)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
                " ON CONFLICT (plant_id, cost_version) DO UPDATE SET note = excluded.note, state = excluded.state,"
                " prices = excluded.prices, costed_on = excluded.costed_on, revision = excluded.revision,"
                " changed_by = excluded.changed_by, frozen_by = excluded.frozen_by, released_by = excluded.released_by,"
                " reverted_by = excluded.reverted_by, marked_on = excluded.marked_on,"
                " effective_on = excluded.effective_on, release_no = excluded.release_no, reached = excluded.reached",
        .params = "tttttdntttttddnt", .columns = "",
    },
    [FACTS] = {
        .name = "version.facts",
        .text = "SELECT kind, code, value FROM cost_version_fact WHERE plant_id = $1 AND cost_version = $2"
                " ORDER BY kind, code",
        .params = "tt", .columns = "ttc",
    },
    [PUT_FACTS] = {
        .name = "version.put_facts",
        .text = "INSERT INTO cost_version_fact (plant_id, cost_version, kind, code, value) SELECT $1, $2, t.*"
                " FROM unnest($3::text[], $4::text[], $5::numeric[]) AS t (kind, code, value) WHERE t.value IS NOT NULL"
                " ON CONFLICT (plant_id, cost_version, kind, code) DO UPDATE SET value = excluded.value",
        .params = "ttTTC", .columns = "",
    },
    [DROP_FACTS] = {
        .name = "version.drop_facts",
        .text = "DELETE FROM cost_version_fact f USING unnest($3::text[], $4::text[], $5::numeric[])"
                " AS t (kind, code, value) WHERE f.plant_id = $1 AND f.cost_version = $2 AND f.kind = t.kind"
                " AND f.code = t.code AND t.value IS NULL",
        .params = "ttTTC", .columns = "",
    },
    [COPY_FACTS] = {
        .name = "version.copy_facts",
        .text = "INSERT INTO cost_version_fact (plant_id, cost_version, kind, code, value)"
                " SELECT plant_id, $3, kind, code, value FROM cost_version_fact WHERE plant_id = $1 AND cost_version = $2",
        .params = "ttt", .columns = "",
    },
    [BAD_CODE] = {
        .name = "version.bad_code",
        .text = "SELECT t.n - 1, CASE t.kind WHEN 'price' THEN 'item' WHEN 'currency' THEN 'currency' ELSE 'work centre' END"
                " FROM unnest($2::text[], $3::text[], $4::numeric[]) WITH ORDINALITY AS t (kind, code, value, n)"
                " WHERE t.value IS NOT NULL AND CASE t.kind"
                " WHEN 'price' THEN NOT EXISTS (SELECT FROM item WHERE plant_id = $1 AND item = t.code)"
                " WHEN 'currency' THEN NOT EXISTS (SELECT FROM rate WHERE plant_id = $1 AND currency = t.code)"
                " AND NOT EXISTS (SELECT FROM supplier WHERE plant_id = $1 AND currency = t.code)"
                " ELSE NOT EXISTS (SELECT FROM work_center WHERE plant_id = $1 AND work_center = t.code) END"
                " ORDER BY 1 LIMIT 1",
        .params = "tTTC", .columns = "it",
    },
    [STOCK_PRICES] = {
        .name = "version.stock_prices",
        .text = "SELECT item, CASE WHEN $2 = 'average' AND on_hand > 0 THEN round(value / on_hand, 6) ELSE last_cost END"
                "::numeric(18,6) FROM stock_item WHERE plant_id = $1 AND (last_cost > 0 OR on_hand > 0) ORDER BY item",
        .params = "tt", .columns = "tc",
    },
    /* COPY takes no parameters */
    [SET_VERSION] = {
        .name = "version.set",
        .text = "SELECT set_config('millrace.cost_version', $1, true)", .params = "t", .columns = "t",
    },
    [STORED_COSTS] = {
        .name = "version.stored_costs",
        .text = "COPY (SELECT item, " COST_COLUMNS " FROM cost_version_item"
                " WHERE plant_id = current_setting('millrace.plant_id')"
                " AND cost_version = current_setting('millrace.cost_version', true) ORDER BY item) TO STDOUT",
        .params = "", .columns = "",
    },
    [COPY_COSTS] = {
        .name = "version.copy_costs",
        .text = "COPY cost_version_item (plant_id, cost_version, item, " COST_COLUMNS ") FROM STDIN (FORMAT binary)",
        .params = "ttTCCCCCCCC", .columns = "",
    },
    [PUT_COSTS] = {
        .name = "version.put_costs",
        .text = "INSERT INTO cost_version_item (plant_id, cost_version, item, " COST_COLUMNS ") SELECT $1, $2, t.*"
                " FROM unnest($3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::numeric[],"
                " $9::numeric[], $10::numeric[], $11::numeric[]) AS t ON CONFLICT (plant_id, cost_version, item) DO UPDATE"
                " SET material = excluded.material, labor = excluded.labor, machine = excluded.machine,"
                " overhead = excluded.overhead, subcontract = excluded.subcontract, total = excluded.total,"
                " this_level = excluded.this_level, lower_levels = excluded.lower_levels",
        .params = "ttTCCCCCCCC", .columns = "",
    },
    [DROP_COSTS] = {
        .name = "version.drop_costs",
        .text = "DELETE FROM cost_version_item c WHERE c.plant_id = $1 AND c.cost_version = $2"
                " AND NOT EXISTS (SELECT FROM item i WHERE i.plant_id = $1 AND i.item = c.item)",
        .params = "tt", .columns = "",
    },
    [LIST_COSTS] = {
        .name = "version.list_costs",
        .text = "SELECT item, " COST_COLUMNS " FROM cost_version_item WHERE plant_id = $1 AND cost_version = $2"
                " AND ($3::text IS NULL OR item = $3) AND item > $4 ORDER BY item LIMIT $5",
        .params = "tttti", .columns = "tcccccccc",
    },
    [WOULD_DO] = {
        .name = "version.would_do",
        .text = "SELECT count(*), count(*) FILTER (WHERE c.total <> coalesce(i.unit_cost, 0)),"
                " coalesce(sum(round(s.on_hand * c.total, 4) - s.value) FILTER (WHERE c.total <> coalesce(i.unit_cost, 0)"
                " AND coalesce(i.valuation, 'standard') = 'standard'), 0)::numeric(18,4)" CANDIDATES
                " LEFT JOIN stock_item s ON s.plant_id = $1 AND s.item = c.item"
                " WHERE c.plant_id = $1 AND c.cost_version = $2",
        .params = "tt", .columns = "iia",
    },
    [HAS_DONE] = {
        .name = "version.has_done",
        .text = "SELECT (SELECT count(*) FROM cost_version_item c WHERE c.plant_id = $1 AND c.cost_version = $2),"
                " count(*), coalesce(sum(l.amount), 0)::numeric(18,4) FROM item_standard t LEFT JOIN ledger_line l"
                " ON l.plant_id = $1 AND l.posted_seq = t.posted_seq WHERE t.plant_id = $1 AND t.cost_version = $2",
        .params = "tt", .columns = "iia",
    },
    /* The current standard by elements is that of the release that made it, as long as nobody changed it since. */
    [COMPARISON] = {
        .name = "version.comparison",
        .text = "SELECT p.item, p.name, e.element, e.before, e.after, p.on_hand, p.value, CASE WHEN e.element = 'total'"
                " AND p.standard THEN round(p.on_hand * (e.after - coalesce(e.before, 0)), 4) ELSE 0 END::numeric(18,4)"
                " FROM (SELECT c.*, i.name, coalesce(s.on_hand, 0)::numeric(18,6) AS on_hand,"
                " coalesce(s.value, 0)::numeric(18,4) AS value, coalesce(i.valuation, 'standard') = 'standard' AS standard,"
                " b.material AS b1, b.labor AS b2, b.machine AS b3, b.overhead AS b4, b.subcontract AS b5,"
                " CASE WHEN $3 = '' THEN i.unit_cost ELSE b.total END AS b6" CANDIDATES
                " LEFT JOIN stock_item s ON s.plant_id = $1 AND s.item = c.item"
                " LEFT JOIN LATERAL (SELECT t.cost_version FROM item_standard t WHERE t.plant_id = $1 AND t.item = c.item"
                " AND NOT t.reverted AND t.cost = i.unit_cost AND $3 = '' ORDER BY t.release_no DESC LIMIT 1) t ON true"
                " LEFT JOIN cost_version_item b ON b.plant_id = $1 AND b.item = c.item"
                " AND b.cost_version = CASE WHEN $3 = '' THEN t.cost_version ELSE $3 END"
                " WHERE c.plant_id = $1 AND c.cost_version = $2 AND c.item > $4"
                " AND ($5 OR c.total IS DISTINCT FROM CASE WHEN $3 = '' THEN coalesce(i.unit_cost, 0) ELSE b.total END"
                " OR (b.item IS NOT NULL AND (b.material, b.labor, b.machine, b.overhead, b.subcontract)"
                " <> (c.material, c.labor, c.machine, c.overhead, c.subcontract)))"
                " AND ($7::text IS NULL OR c.item = $7) ORDER BY c.item LIMIT $6) p"
                " CROSS JOIN LATERAL (VALUES (1, 'material', p.b1, p.material), (2, 'labor', p.b2, p.labor),"
                " (3, 'machine', p.b3, p.machine), (4, 'overhead', p.b4, p.overhead),"
                " (5, 'subcontract', p.b5, p.subcontract), (6, 'total', p.b6, p.total)) AS e (n, element, before, after)"
                " WHERE e.n = 6 OR $5 OR e.before <> e.after ORDER BY p.item, e.n",
        .params = "ttttbit", .columns = "tttccqaa",
    },
    [DAYS] = {
        .name = "version.days",
        .text = "SELECT (clock_timestamp() AT TIME ZONE p.time_zone)::date, s.open_from,"
                " (SELECT coalesce(max(release_no), 0) FROM cost_version v WHERE v.plant_id = $1),"
                " (SELECT coalesce(max(release_no), 0) FROM cost_version v WHERE v.plant_id = $1 AND state <> 'reverted')"
                " FROM plant p JOIN plant_seq s USING (plant_id) WHERE p.plant_id = $1",
        .params = "t", .columns = "ddnn",
    },
    [UNDER_WAY] = {
        .name = "version.under_way",
        .text = "SELECT " VERSION_COLUMNS " FROM cost_version WHERE plant_id = $1"
                " AND state IN ('releasing', 'reverting') FOR NO KEY UPDATE",
        .params = "t", .columns = VERSION_LETTERS,
    },
    [TO_RELEASE] = {
        .name = "version.to_release",
        .text = "SELECT c.item, i.unit_cost, c.total" CANDIDATES " WHERE c.plant_id = $1 AND c.cost_version = $2"
                " AND c.item > $3 AND c.total <> coalesce(i.unit_cost, 0) ORDER BY c.item LIMIT $4",
        .params = "ttti", .columns = "tcc",
    },
    [TO_REVERT] = {
        .name = "version.to_revert",
        .text = "SELECT item, cost, before FROM item_standard WHERE plant_id = $1 AND release_no = $2 AND item > $3"
                " AND NOT reverted ORDER BY item LIMIT $4",
        .params = "tnti", .columns = "tcc",
    },
    /* Editors of master data wait, and know by master_seq what to read again (services/bom/master.c). */
    [LOCK_MASTER] = {
        .name = "version.lock_master",
        .text = "INSERT INTO bom_gate (plant_id) VALUES ($1) ON CONFLICT (plant_id) DO UPDATE SET plant_id = excluded.plant_id",
        .params = "t", .columns = "",
    },
    [PUT_CHANGES] = {
        .name = "version.put_changes",
        .text = "INSERT INTO master_change (plant_id, change_seq, place, file, object, old_row, new_row, changed_by)"
                " SELECT $1, s.event_seq, t.n, 'items.csv', t.a, jsonb_strip_nulls(jsonb_build_object('item', t.a, 'unit_cost',"
                " trim_scale(t.b)::text)), jsonb_strip_nulls(jsonb_build_object('item', t.a, 'unit_cost', trim_scale(t.c)::text)), $2"
                " FROM plant_seq s, unnest($3::text[], $4::numeric[], $5::numeric[]) WITH ORDINALITY AS t (a, b, c, n)"
                " WHERE s.plant_id = $1",
        .params = "ttTCC", .columns = "",
    },
    [SET_MASTER_SEQ] = {
        .name = "version.set_master_seq",
        .text = "UPDATE plant p SET master_seq = s.event_seq FROM plant_seq s WHERE p.plant_id = $1 AND s.plant_id = $1",
        .params = "t", .columns = "",
    },
    [SET_UNIT_COSTS] = {
        .name = "version.set_unit_costs",
        .text = "UPDATE item i SET unit_cost = t.b FROM unnest($2::text[], $3::numeric[]) AS t (a, b)"
                " WHERE i.plant_id = $1 AND i.item = t.a",
        .params = "tTC", .columns = "",
    },
    [PUT_STANDARDS] = {
        .name = "version.put_standards",
        .text = "INSERT INTO item_standard (plant_id, item, release_no, cost_version, before, cost, effective_on, posted_seq)"
                " SELECT $1, t.a, $2, $3, t.b, t.c, $4, t.d FROM unnest($5::text[], $6::numeric[], $7::numeric[],"
                " $8::bigint[]) AS t (a, b, c, d)",
        .params = "tntdTCCI", .columns = "",
    },
    [SET_REVERTED] = {
        .name = "version.set_reverted",
        .text = "UPDATE item_standard SET reverted = true WHERE plant_id = $1 AND release_no = $2 AND item = ANY ($3::text[])",
        .params = "tnT", .columns = "",
    },
};
/* clang-format on */

static const struct sql_constraint constraints[] = {
    {"cost_version_is_released_by_another", STATUS_FORBIDDEN, "cost_version",
     "a version is released by another person than those who made and froze it"},
    {"cost_version_is_reverted_by_another", STATUS_FORBIDDEN, "cost_version",
     "a version is reverted by another person than the one who released it"},
    {"cost_version_under_way", STATUS_STATE_CONFLICT, "cost_version",
     "another version is being released or reverted: PostStandards ends it"},
    {"cost_version_release", STATUS_STATE_CONFLICT, "cost_version",
     "another version was released meanwhile"},
};

const struct sql_schema version_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .constraints = constraints,
    .constraint_count = COUNT_OF(constraints),
};

static const char *const states[VERSION_STATES] = {
    "draft", "simulated", "frozen", "releasing", "released", "reverting", "reverted", "withdrawn"};

const char *version_state_text(enum version_state state)
{
    ASSERT(state < VERSION_STATES);
    return states[state];
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "the version does not fit in memory");
}

static unsigned place_of(struct text word, const char *const *words, unsigned count)
{
    unsigned at = 0;
    while (at < count && !text_is(word, words[at]))
        at++;
    ASSERT(at < count); /* the column's check says so */
    return at;
}

static struct text or_nobody(const struct sql_value *value)
{
    return value->null ? (struct text){NULL, 0} : value->as.text;
}

static date or_no_day(const struct sql_value *value)
{
    return value->null ? NO_DATE : value->as.day;
}

static struct unitcost or_no_cost(const struct sql_value *value)
{
    return value->null ? NO_COST : value->as.unitcost;
}

/* ---- the version itself ---- */

static struct cost_version version_of(const struct sql_value *v)
{
    return (struct cost_version){
        .version = v[0].as.text,
        .note = v[1].as.text,
        .state = (enum version_state)place_of(v[2].as.text, states, VERSION_STATES),
        .prices = (enum version_prices)place_of(v[3].as.text, version_price_names, PRICES_KINDS),
        .costed_on = or_no_day(&v[4]),
        .revision = v[5].as.integer,
        .made_by = v[6].as.text,
        .changed_by = v[7].as.text,
        .frozen_by = or_nobody(&v[8]),
        .released_by = or_nobody(&v[9]),
        .reverted_by = or_nobody(&v[10]),
        .marked_on = or_no_day(&v[11]),
        .effective_on = or_no_day(&v[12]),
        .release_no = v[13].as.integer,
        .reached = v[14].as.text,
    };
}

enum status store_version(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                          struct cost_version *row, bool *found, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(row->version)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[lock ? LOCK : ONE], params, arena, &rows, fault);
    *found = status == STATUS_OK && rows.count > 0;
    if (*found)
        *row = version_of(sql_at(&rows, 0, 0));
    return status;
}

static struct sql_value text_or_null(struct text text)
{
    return (struct sql_value){.null = !text.bytes, .as.text = text};
}

static struct sql_value day_or_null(date day)
{
    return (struct sql_value){.null = !date_given(day), .as.day = day};
}

enum status store_put_version(struct sql *sql, struct text plant, const struct cost_version *row,
                              struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_TEXT(row->version),
                                 SQL_TEXT(row->note),
                                 SQL_TEXT(text_of(version_state_text(row->state))),
                                 SQL_TEXT(text_of(version_price_names[row->prices])),
                                 day_or_null(row->costed_on),
                                 SQL_INT(row->revision),
                                 SQL_TEXT(row->made_by),
                                 SQL_TEXT(row->changed_by),
                                 text_or_null(row->frozen_by),
                                 text_or_null(row->released_by),
                                 text_or_null(row->reverted_by),
                                 day_or_null(row->marked_on),
                                 day_or_null(row->effective_on),
                                 {.null = row->release_no == 0, .as.integer = row->release_no},
                                 SQL_TEXT(row->reached)};
    return sql_run(sql, &statements[PUT], params, NULL, NULL, fault);
}

enum status store_list_versions(struct sql *sql, const struct version_query *query,
                                struct arena *arena, struct cost_version **out, size_t *count,
                                struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->state),
                                 SQL_TEXT(query->after), SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = arena_alloc(arena, rows.count + 1, sizeof **out);
    if (!*out)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        (*out)[i] = version_of(sql_at(&rows, i, 0));
    *count = rows.count;
    return STATUS_OK;
}

/* ---- facts ---- */

enum status store_version_facts(struct sql *sql, struct text plant, struct text version,
                                struct arena *arena, struct version_fact **facts, size_t *count,
                                struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(version)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[FACTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *facts = arena_alloc(arena, rows.count + 1, sizeof **facts);
    if (!*facts)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        (*facts)[i] = (struct version_fact){v[0].as.text, v[1].as.text, v[2].as.unitcost};
    }
    *count = rows.count;
    return STATUS_OK;
}

enum status store_copy_facts(struct sql *sql, struct text plant, struct text from, struct text to,
                             struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(from), SQL_TEXT(to)};
    return sql_run(sql, &statements[COPY_FACTS], params, NULL, NULL, fault);
}

static enum status check_codes(struct sql *sql, struct text plant, const struct version_fact *facts,
                               size_t count, struct arena *arena, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_ARRAY(facts, count, kind),
                                 SQL_ARRAY(facts, count, code), SQL_ARRAY(facts, count, value)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[BAD_CODE], params, arena, &rows, fault);
    if (status != STATUS_OK || rows.count == 0)
        return status;
    char field[64];
    const struct sql_value *v = sql_at(&rows, 0, 0);
    struct text code = facts[v[0].as.integer].code;
    (void)snprintf(field, sizeof field, "lines[%d].code", (int)v[0].as.integer);
    return fault_set(fault, STATUS_NOT_FOUND, field, "%.*s \"%.*s\" does not exist",
                     (int)v[1].as.text.length, v[1].as.text.bytes, (int)code.length, code.bytes);
}

enum status store_put_facts(struct sql *sql, struct text plant, struct text version,
                            const struct version_fact *facts, size_t count, struct fault *fault)
{
    struct arena *arena = count > 0 ? arena_new(64 * KIB) : NULL;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(version), SQL_ARRAY(facts, count, kind),
                                 SQL_ARRAY(facts, count, code), SQL_ARRAY(facts, count, value)};
    if (count == 0)
        return STATUS_OK;
    enum status status =
        arena ? check_codes(sql, plant, facts, count, arena, fault) : no_room(fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[DROP_FACTS], params, NULL, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[PUT_FACTS], params, NULL, NULL, fault);
    arena_free(&arena);
    return status;
}

enum status store_stock_prices(struct sql *sql, struct text plant, enum version_prices prices,
                               struct arena *arena, struct version_terms *terms,
                               struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(text_of(version_price_names[prices]))};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[STOCK_PRICES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct version_price *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct version_price){v[0].as.text, v[1].as.unitcost};
    }
    terms->stock_prices = list;
    terms->stock_price_count = rows.count;
    return STATUS_OK;
}

/* ---- costs: what is stored, and the difference ---- */

#define COST_FIELDS 8
#define PUT_ROWS    ((size_t)20000)

/* Rows that are stored stand in the same order as the plant's items. */
struct storing {
    const struct plant *plant;
    struct stored_costs *stored;
    uint32_t at; /* the next item */
};

/* The numbers behind the item, each behind a tab, in the order of COST_COLUMNS. */
static void take_numbers(const char *at, const char *end, struct item_cost *cost)
{
    struct unitcost *fields[COST_FIELDS] = {
        [5] = &cost->total, [6] = &cost->this_level, [7] = &cost->lower_levels};
    for (size_t e = 0; e < COST_ELEMENTS; e++)
        fields[e] = &cost->elements[e];
    for (size_t i = 0; i < COST_FIELDS; i++) {
        const char *tab = memchr(at + 1, '\t', (size_t)(end - at - 1));
        const char *stop = tab ? tab : end;
        bool number =
            decimal_parse(at + 1, (size_t)(stop - at - 1), QTY_DECIMALS, &fields[i]->micro);
        ASSERT(number);
        at = stop;
    }
    ASSERT(at == end);
}

static void take_row(struct storing *s, const char *row, const char *end)
{
    const char *tab = memchr(row, '\t', (size_t)(end - row));
    ASSERT(tab);
    const struct text item = {row, (size_t)(tab - row)};
    int order = -1;
    while (s->at < s->plant->items_count &&
           (order = text_cmp(text_of(plant_item_code(s->plant, s->at)), item)) < 0)
        s->at++;
    if (order != 0) {
        s->stored->gone = true;
        return;
    }
    s->stored->known[s->at] = true;
    take_numbers(tab, end, &s->stored->costs[s->at++]);
}

/* sql_sink_fn: whole rows. */
static enum status take_rows(void *context, const char *bytes, size_t count, struct fault *fault)
{
    const char *end = bytes + count;
    (void)fault;
    while (bytes < end) {
        const char *line = memchr(bytes, '\n', (size_t)(end - bytes));
        line = line ? line : end;
        take_row(context, bytes, line);
        bytes = line + (line < end);
    }
    return STATUS_OK;
}

enum status store_stored_costs(struct sql *sql, struct text version, const struct plant *plant,
                               struct arena *arena, struct stored_costs *stored,
                               struct fault *fault)
{
    const size_t room = (size_t)plant->items_count + 1;
    struct storing storing = {.plant = plant, .stored = stored};
    struct sql_value params[] = {SQL_TEXT(version)};
    struct sql_rows rows;
    *stored = (struct stored_costs){.costs = arena_alloc(arena, room, sizeof *stored->costs),
                                    .known = arena_alloc(arena, room, sizeof *stored->known)};
    if (!stored->costs || !stored->known)
        return no_room(fault);
    enum status status = sql_run(sql, &statements[SET_VERSION], params, arena, &rows, fault);
    return status == STATUS_OK
               ? sql_copy_out(sql, &statements[STORED_COSTS], take_rows, &storing, fault)
               : status;
}

static enum status put_costs(struct sql *sql, int statement, const struct version_costs *made,
                             const struct version_item *rows, size_t n, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(made->plant_id),
                                 SQL_TEXT(made->version),
                                 SQL_ARRAY(rows, n, item),
                                 SQL_ARRAY(rows, n, cost.elements[COST_MATERIAL]),
                                 SQL_ARRAY(rows, n, cost.elements[COST_LABOR]),
                                 SQL_ARRAY(rows, n, cost.elements[COST_MACHINE]),
                                 SQL_ARRAY(rows, n, cost.elements[COST_OVERHEAD]),
                                 SQL_ARRAY(rows, n, cost.elements[COST_SUBCONTRACT]),
                                 SQL_ARRAY(rows, n, cost.total),
                                 SQL_ARRAY(rows, n, cost.this_level),
                                 SQL_ARRAY(rows, n, cost.lower_levels)};
    if (n == 0)
        return STATUS_OK;
    return statement == COPY_COSTS
               ? sql_copy_rows(sql, &statements[COPY_COSTS], params, n, fault)
               : sql_run(sql, &statements[statement], params, NULL, NULL, fault);
}

/* `bought` is no column: it is material of this level. */
static bool same_cost(const struct item_cost *a, const struct item_cost *b)
{
    return memcmp(a->elements, b->elements, sizeof a->elements) == 0 &&
           a->total.micro == b->total.micro && a->this_level.micro == b->this_level.micro &&
           a->lower_levels.micro == b->lower_levels.micro;
}

/* The items of which nothing is stored yet, or those of which something else is, PUT_ROWS at a
   time; adds to *changed. */
static enum status put_items(struct sql *sql, const struct version_costs *made, bool known,
                             struct version_item *rows, size_t *changed, struct fault *fault)
{
    const int statement = known ? PUT_COSTS : COPY_COSTS;
    const struct stored_costs *stored = made->stored;
    enum status status = STATUS_OK;
    size_t n = 0;
    for (uint32_t i = 0; i < made->plant->items_count && status == STATUS_OK; i++) {
        if (stored->known[i] != known || (known && same_cost(&made->costs[i], &stored->costs[i])))
            continue;
        rows[n++] = (struct version_item){text_of(plant_item_code(made->plant, i)), made->costs[i]};
        ++*changed;
        if (n == PUT_ROWS) {
            status = put_costs(sql, statement, made, rows, n, fault);
            n = 0;
        }
    }
    return status == STATUS_OK ? put_costs(sql, statement, made, rows, n, fault) : status;
}

enum status store_version_costs(struct sql *sql, const struct version_costs *made,
                                struct arena *arena, size_t *changed, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(made->plant_id), SQL_TEXT(made->version)};
    struct version_item *rows = arena_alloc(arena, PUT_ROWS, sizeof *rows);
    if (!rows)
        return no_room(fault);
    *changed = 0;
    enum status status = sql_set_plant(sql, made->plant_id, fault);
    if (status == STATUS_OK)
        status = put_items(sql, made, false, rows, changed, fault);
    if (status == STATUS_OK)
        status = put_items(sql, made, true, rows, changed, fault);
    if (status == STATUS_OK && made->stored->gone)
        status = sql_run(sql, &statements[DROP_COSTS], params, NULL, NULL, fault);
    return status;
}

/* ---- what was costed ---- */

static struct item_cost cost_of(const struct sql_value *v)
{
    struct item_cost cost = {.total = v[5].as.unitcost,
                             .this_level = v[6].as.unitcost,
                             .lower_levels = v[7].as.unitcost};
    for (size_t e = 0; e < COST_ELEMENTS; e++)
        cost.elements[e] = v[e].as.unitcost;
    return cost;
}

enum status store_list_costs(struct sql *sql, const struct version_query *query,
                             struct arena *arena, struct version_item **out, size_t *count,
                             struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_TEXT(query->version),
                                 text_or_null(query->item), SQL_TEXT(query->after),
                                 SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST_COSTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = arena_alloc(arena, rows.count + 1, sizeof **out);
    if (!*out)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        (*out)[i] =
            (struct version_item){sql_at(&rows, i, 0)->as.text, cost_of(sql_at(&rows, i, 1))};
    *count = rows.count;
    return STATUS_OK;
}

enum status store_version_sums(struct sql *sql, struct text plant, const struct cost_version *row,
                               struct arena *arena, struct version_sums *sums, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_TEXT(row->version)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[row->release_no > 0 ? HAS_DONE : WOULD_DO],
                                 params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *sums = (struct version_sums){v[0].as.integer, v[1].as.integer, v[2].as.amount};
    return STATUS_OK;
}

enum status store_comparison(struct sql *sql, const struct version_query *query,
                             struct arena *arena, struct cost_difference **out, size_t *count,
                             struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(query->plant),   SQL_TEXT(query->version),
                                 SQL_TEXT(query->against), SQL_TEXT(query->after),
                                 SQL_BOOL(query->all),     SQL_INT((int64_t)query->limit),
                                 text_or_null(query->item)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[COMPARISON], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = arena_alloc(arena, rows.count + 1, sizeof **out);
    if (!*out)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        (*out)[i] = (struct cost_difference){v[0].as.text,      or_nobody(&v[1]), v[2].as.text,
                                             or_no_cost(&v[3]), v[4].as.unitcost, v[5].as.qty,
                                             v[6].as.amount,    v[7].as.amount};
    }
    *count = rows.count;
    return STATUS_OK;
}

/* ---- releases ---- */

enum status store_version_days(struct sql *sql, struct text plant, struct arena *arena,
                               struct version_days *days, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[DAYS], params, arena, &rows, fault);
    if (status == STATUS_OK && rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *days = (struct version_days){v[0].as.day, v[1].null ? DATE_MIN : v[1].as.day, v[2].as.integer,
                                  v[3].as.integer};
    return STATUS_OK;
}

static enum status read_switches(const struct sql_rows *rows, struct arena *arena,
                                 struct standards_slice *slice, struct fault *fault)
{
    slice->switches = arena_alloc(arena, rows->count + 1, sizeof *slice->switches);
    if (!slice->switches)
        return no_room(fault);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sql_value *v = sql_at(rows, i, 0);
        slice->switches[i] = (struct standard_switch){v[0].as.text, or_no_cost(&v[1]),
                                                      or_no_cost(&v[2]), SQL_NO_INT};
    }
    slice->count = rows->count;
    slice->last = rows->count < STANDARDS_SLICE_MAX;
    return STATUS_OK;
}

enum status store_standards_slice(struct sql *sql, struct text plant, struct arena *arena,
                                  struct standards_slice *slice, struct fault *fault)
{
    struct sql_value key[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[UNDER_WAY], key, arena, &rows, fault);
    *slice = (struct standards_slice){.last = true};
    if (status != STATUS_OK || rows.count == 0)
        return status;
    slice->version = version_of(sql_at(&rows, 0, 0));
    status = sql_run(sql, &statements[LOCK_MASTER], key, NULL, NULL, fault);
    if (status != STATUS_OK)
        return status;
    const struct cost_version *at = &slice->version;
    struct sql_value release[] = {SQL_TEXT(plant), SQL_TEXT(at->version), SQL_TEXT(at->reached),
                                  SQL_INT(STANDARDS_SLICE_MAX)};
    struct sql_value revert[] = {SQL_TEXT(plant), SQL_INT(at->release_no), SQL_TEXT(at->reached),
                                 SQL_INT(STANDARDS_SLICE_MAX)};
    status = at->state == VERSION_RELEASING
                 ? sql_run(sql, &statements[TO_RELEASE], release, arena, &rows, fault)
                 : sql_run(sql, &statements[TO_REVERT], revert, arena, &rows, fault);
    return status == STATUS_OK ? read_switches(&rows, arena, slice, fault) : status;
}

static enum status note_switches(struct sql *sql, struct text plant,
                                 const struct standards_slice *slice, struct fault *fault)
{
    const struct cost_version *at = &slice->version;
    const struct standard_switch *rows = slice->switches;
    size_t n = slice->count;
    struct sql_value put[] = {SQL_TEXT(plant),          SQL_INT(at->release_no),
                              SQL_TEXT(at->version),    SQL_DATE(at->effective_on),
                              SQL_ARRAY(rows, n, item), SQL_ARRAY(rows, n, before),
                              SQL_ARRAY(rows, n, cost), SQL_ARRAY(rows, n, posted_seq)};
    struct sql_value set[] = {SQL_TEXT(plant), SQL_INT(at->release_no), SQL_ARRAY(rows, n, item)};
    bool release = at->state == VERSION_RELEASING || at->state == VERSION_RELEASED;
    return release ? sql_run(sql, &statements[PUT_STANDARDS], put, NULL, NULL, fault)
                   : sql_run(sql, &statements[SET_REVERTED], set, NULL, NULL, fault);
}

/* The slice has locked its items, so its batch has an event of each: its last number is its own. */
static enum status set_unit_costs(struct sql *sql, struct text plant,
                                  const struct standards_slice *slice, struct fault *fault)
{
    const struct cost_version *at = &slice->version;
    const struct standard_switch *rows = slice->switches;
    size_t n = slice->count;
    struct sql_value key[] = {SQL_TEXT(plant)};
    struct sql_value costs[] = {SQL_TEXT(plant), SQL_ARRAY(rows, n, item),
                                SQL_ARRAY(rows, n, cost)};
    struct sql_value changes[] = {
        SQL_TEXT(plant), SQL_TEXT(at->reverted_by.bytes ? at->reverted_by : at->released_by),
        SQL_ARRAY(rows, n, item), SQL_ARRAY(rows, n, before), SQL_ARRAY(rows, n, cost)};
    enum status status = sql_run(sql, &statements[SET_UNIT_COSTS], costs, NULL, NULL, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[PUT_CHANGES], changes, NULL, NULL, fault);
    return status == STATUS_OK ? sql_run(sql, &statements[SET_MASTER_SEQ], key, NULL, NULL, fault)
                               : status;
}

enum status store_switched(struct sql *sql, struct text plant, const struct standards_slice *slice,
                           struct fault *fault)
{
    enum status status = STATUS_OK;
    if (slice->count > 0)
        status = set_unit_costs(sql, plant, slice, fault);
    if (status == STATUS_OK && slice->count > 0)
        status = note_switches(sql, plant, slice, fault);
    return status == STATUS_OK ? store_put_version(sql, plant, &slice->version, fault) : status;
}
