#include "services/relay/seal_store.h"

#include "common/io/sql_value.h"

#include <string.h>

/* clang-format off */

enum {
    WAITING = SEAL_STREAMS, /* before it the rows of each stream */
    NUMBERS_BETWEEN, MOMENTS_BETWEEN, WAITING_CHANGES, TOTALS, NUMBERS, PUT_SEAL, SEALS_AFTER, SEAL_END, SEALED_UNTIL,
    HEAD, LOCK_HEAD, MAKE_HEAD, SET_HEAD, RUNNING, STATEMENTS
};

/*
 * Rows come by binary COPY, cell by cell (sql_copy_cells): to put them into record_send's form in the database, and through
 * libpq's results, doubles what a seal costs.  COPY takes no parameters: the range is in settings of the transaction.
 * Letters: of the columns that are hashed; behind them what tells rows of one moment apart, where no column does.
 */
#define SET(name, value) "set_config('millrace.seal_" name "', " value ", true)"
#define GIVEN(name, type) "current_setting('millrace.seal_" name "', true)::" type
#define PLANT_AND "plant_id = current_setting('millrace.plant_id') AND "

#define BY_NUMBER(stream, table, at, number, columns, letters) \
    [stream] = {"seal.rows_" table, \
        "COPY (SELECT " columns " FROM " table " WHERE " PLANT_AND number " > " GIVEN("after", "bigint") \
        " AND " number " <= " GIVEN("upto", "bigint") " ORDER BY " number " LIMIT " GIVEN("rows", "bigint") \
        ") TO STDOUT (FORMAT binary)", NULL, letters}

/* A stream is known by the columns of its order: `at` its moment, `key` what tells rows of one moment apart; `order` is the
   order of the keys.  (SELECT ..) is worked out once, not for each row. */
#define ORDERED(stream, table, at, key, order, columns, letters) \
    [stream] = {"seal.rows_" table, \
        "COPY (SELECT " columns " FROM " table " WHERE " PLANT_AND at " >= " GIVEN("after", "timestamptz") \
        " AND " at " <= " GIVEN("upto", "timestamptz") \
        " AND (" at ", " key ") > ((SELECT " GIVEN("after", "timestamptz") "), (SELECT " GIVEN("after_key", "text") "))" \
        " AND (" at ", " key ") <= ((SELECT " GIVEN("upto", "timestamptz") "), (SELECT " GIVEN("upto_key", "text") "))" \
        " ORDER BY " at ", " order " LIMIT " GIVEN("rows", "bigint") ") TO STDOUT (FORMAT binary)", NULL, letters}
/* A uuid and its text have one order. */
#define BY_UUID(stream, table, at, key, columns, letters) \
    ORDERED(stream, table, at, key "::text", key, columns, letters)
#define BY_MOMENT(stream, table, at, key, columns, letters) \
    ORDERED(stream, table, at, key, key, columns ", " key, letters "t")

/* How many rows wait behind the last seal of a stream, $2 at most, and since when.  The place is worked out (OFFSET 0)
   before the rows are looked for: under row-level security a condition with a function that might leak is not looked up
   in the index but asked of each row of the plant, and coalesce counts as one. */
#define WAITING_OF(table, at, numbers, place, behind, order) \
    "SELECT '" table "' AS stream, count(w.at) AS rows, coalesce(min(w.at), 'epoch') AS since," \
    " coalesce(sum(w.numbers), 0)::bigint AS numbers FROM (SELECT " place \
    " AS place, coalesce(u.last_key, '') AS key FROM (SELECT 1) AS one" \
    " LEFT JOIN (SELECT last_place, last_key FROM audit_seal WHERE plant_id = $1 AND stream = '" table "'" \
    " ORDER BY seal_no DESC LIMIT 1) AS u ON true OFFSET 0) AS s LEFT JOIN LATERAL (SELECT " at " AS at, " numbers " AS numbers FROM " table \
    " WHERE plant_id = $1 AND " behind " ORDER BY " order " LIMIT $2) AS w ON true"
#define WAITING_BY_MOMENT(table, at, key) \
    WAITING_OF(table, at, "0", \
        "timestamptz 'epoch' + coalesce(u.last_place, -100000000000000000) * interval '1 microsecond'", \
        at " >= s.place AND (" at ", " key ") > (s.place, s.key)", at)
#define WAITING_BY_NUMBER(table, at, number, numbers) \
    WAITING_OF(table, at, numbers, "coalesce(u.last_place, -9223372036854775807)", number " > s.place", number)

static const struct sql_statement statements[STATEMENTS] = {
    BY_UUID(SEAL_ACT, "act", "acted_at", "act_id",
        "act_id, acted_at, acted_by, device, address, method, status, object, before::text, after::text", "uztttttttt"),
    BY_UUID(SEAL_POSTING_KEY, "posting_key", "posted_at", "key",
        "key, request_hash, status, field, message, reply, posted_at, asked_by, device, method, object", "uxtttxztttt"),
    BY_NUMBER(SEAL_LEDGER_LINE, "ledger_line", "posted_at", "posted_seq",
        "posted_seq, document, kind::text, item, location, lot, status, segment, owner, qty, amount, wip, variance, counted,"
        " on_hand, value, order_kind, order_id, order_line, operation, reason, effective_on, posted_at, posted_by,"
        " reverses", "ittttttttqaaaqqattnttdzti"),
    BY_NUMBER(SEAL_EVENT_LOG, "event_log", "committed_at", "event_seq",
        "event_seq, kind, object_id, body, committed_at, earlier_ids, earlier_bodies", "intxzTX"),
    BY_MOMENT(SEAL_MASTER_CHANGE, "master_change", "changed_at", "(change_seq || '/' || place)",
        "change_seq, place, file, object, row_no, old_row::text, new_row::text, change_id, changed_by, changed_at",
        "inttnttttz"),
    BY_MOMENT(SEAL_ORDER_CHANGE, "order_change", "changed_at", "(event_seq || '/' || place)",
        "event_seq, place, kind, order_id, what, line, before, after, reason, changed_by, changed_at", "intttnttttz"),
    BY_MOMENT(SEAL_WORK_ORDER_CHANGE, "work_order_change", "changed_at", "(document || '/' || line)",
        "document, line, work_order, what, order_line, item, before, after, reason, effective_on, changed_by, changed_at",
        "tnttnttttdtz"),
    BY_MOMENT(SEAL_CHANGE_STEP, "engineering_change_step", "done_at", "(change_id || '/' || step)",
        "change_id, step, action, note, done_by, done_at", "tntttz"),
    [NUMBERS_BETWEEN] = {"seal.numbers_between",
        "SELECT " SET("after", "$1::bigint::text") ", " SET("upto", "$2::bigint::text") ", " SET("rows", "$3::bigint::text"),
        "iii", "ttt"},
    [MOMENTS_BETWEEN] = {"seal.moments_between",
        "SELECT " SET("after", "$1::timestamptz::text") ", " SET("after_key", "$2") ", "
        SET("upto", "$3::timestamptz::text") ", " SET("upto_key", "$4") ", " SET("rows", "$5::bigint::text"),
        "ztzti", "ttttt"},
    [WAITING] = {"seal.waiting",
        WAITING_BY_MOMENT("act", "acted_at", "act_id::text")
        " UNION ALL " WAITING_BY_MOMENT("posting_key", "posted_at", "key::text")
        " UNION ALL " WAITING_BY_NUMBER("ledger_line", "posted_at", "posted_seq", "1")
        " UNION ALL " WAITING_BY_NUMBER("event_log", "committed_at", "event_seq", "1 + coalesce(cardinality(earlier_ids), 0)"),
        "ti", "tizi"},
    [WAITING_CHANGES] = {"seal.waiting_changes",
        WAITING_BY_MOMENT("master_change", "changed_at", "(change_seq || '/' || place)")
        " UNION ALL " WAITING_BY_MOMENT("order_change", "changed_at", "(event_seq || '/' || place)")
        " UNION ALL " WAITING_BY_MOMENT("work_order_change", "changed_at", "(document || '/' || line)")
        " UNION ALL " WAITING_BY_MOMENT("engineering_change_step", "done_at", "(change_id || '/' || step)"),
        "ti", "tizi"},
    [TOTALS] = {"seal.totals",
        "SELECT stream, sum(row_count)::bigint, max(last_at) FROM audit_seal WHERE plant_id = $1 GROUP BY stream"
        " ORDER BY stream", "t", "tiz"},
    [NUMBERS] = {"seal.numbers", "SELECT line_seq, event_seq FROM plant_seq WHERE plant_id = $1", "t", "ii"},
    [PUT_SEAL] = {"seal.put",
        "INSERT INTO audit_seal (plant_id, seal_no, stream, after_place, after_key, last_place, last_key, row_count,"
        " last_at, marks, rows_hash, previous, hash, sealed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)", "titititnzxxxxz", ""},
    [SEALS_AFTER] = {"seal.after",
        "SELECT seal_no, stream, after_place, after_key, last_place, last_key, row_count, last_at, marks, rows_hash,"
        " previous, hash, sealed_at FROM audit_seal WHERE plant_id = $1 AND seal_no > $2 ORDER BY seal_no LIMIT $3",
        "tii", "itititnzxxxxz"},
    [SEAL_END] = {"seal.end",
        "SELECT seal_no, hash FROM audit_seal WHERE plant_id = $1 ORDER BY seal_no DESC LIMIT 1", "t", "ix"},
    [SEALED_UNTIL] = {"seal.until",
        "SELECT last_place, last_key FROM audit_seal WHERE plant_id = $1 AND stream = $2 AND seal_no <= $3"
        " ORDER BY seal_no DESC LIMIT 1", "tti", "it"},
    [HEAD] = {"seal.head",
        "SELECT seal_no, hash, row_count, sealed_at FROM audit_head WHERE plant_id = $1", "t", "ixiz"},
    [LOCK_HEAD] = {"seal.lock_head",
        "SELECT seal_no, hash, row_count, sealed_at FROM audit_head WHERE plant_id = $1 FOR NO KEY UPDATE", "t", "ixiz"},
    [MAKE_HEAD] = {"seal.make_head",
        "INSERT INTO audit_head (plant_id) VALUES ($1) ON CONFLICT DO NOTHING", "t", ""},
    [SET_HEAD] = {"seal.set_head",
        "UPDATE audit_head SET seal_no = $2, hash = $3, row_count = $4, sealed_at = $5 WHERE plant_id = $1",
        "tixiz", ""},
    /* Every open transaction holds the lock of its own virtual number from its first statement on. */
    [RUNNING] = {"seal.running",
        "SELECT clock_timestamp(), coalesce(string_agg(l.virtualtransaction, ' '), ''),"
        " coalesce(bool_or(l.virtualtransaction = ANY (string_to_array($1, ' '))), false)"
        " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'virtualxid'"
        " AND l.mode = 'ExclusiveLock' AND a.datname = current_database() AND a.usename LIKE 'millrace\\_%'"
        " AND l.pid <> pg_backend_pid()", "t", "ztb"},
};
/* clang-format on */

const struct sql_schema seal_schema = {.statements = statements, .statement_count = STATEMENTS};

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "seals do not fit in memory");
}

/* ---- rows ---- */

#define COLUMNS_MAX 32
#define NONE        COLUMNS_MAX

/* Where in a row its place is. */
static const struct form {
    size_t columns; /* that are hashed */
    size_t place;
    size_t key;
    size_t at;
    size_t later;    /* so many of the last came later: they are hashed where they hold something */
    bool later_null; /* nothing is NULL in these, else a text that is empty */
    size_t more;     /* an array: the row has as many numbers more */
} forms[SEAL_STREAMS] = {
    [SEAL_ACT] = {.columns = 10, .place = 1, .key = 0, .at = 1, .more = NONE},
    [SEAL_POSTING_KEY] = {.columns = 11, .place = 6, .key = 0, .at = 6, .later = 1, .more = NONE},
    [SEAL_LEDGER_LINE] = {.columns = 25, .place = 0, .key = NONE, .at = 22, .more = NONE},
    [SEAL_EVENT_LOG] =
        {.columns = 7, .place = 0, .key = NONE, .at = 4, .later = 2, .later_null = true, .more = 5},
    [SEAL_MASTER_CHANGE] = {.columns = 10, .place = 9, .key = 10, .at = 9, .more = NONE},
    [SEAL_ORDER_CHANGE] = {.columns = 11, .place = 10, .key = 11, .at = 10, .more = NONE},
    [SEAL_WORK_ORDER_CHANGE] = {.columns = 12, .place = 11, .key = 12, .at = 11, .more = NONE},
    [SEAL_CHANGE_STEP] = {.columns = 6, .place = 5, .key = 6, .at = 5, .more = NONE},
};

struct reading {
    const struct form *form;
    const char *letters;
    uint32_t types[COLUMNS_MAX];
    struct arena *arena;
    char *room; /* for the bytes of a row */
    size_t room_bytes;
    seal_row_fn *take;
    void *context;
};

/* The room grows to twice the largest row at most; what it leaves is less than that. */
static enum status make_room(struct reading *reading, size_t size, struct fault *fault)
{
    if (size <= reading->room_bytes)
        return STATUS_OK;
    reading->room_bytes = 2 * size;
    reading->room = arena_alloc(reading->arena, 1, reading->room_bytes);
    return reading->room ? STATUS_OK : full(fault);
}

static enum status read_moment(const struct reading *reading, const struct text *cells, size_t i,
                               int64_t *out, struct fault *fault)
{
    struct sql_value value = {.null = true};
    if (!cells[i].bytes ||
        sql_decode(reading->letters[i], cells[i], reading->arena, &value) != STATUS_OK)
        return fault_set(fault, STATUS_INTERNAL, "", "a row has no place in its stream");
    *out = value.as.integer;
    return STATUS_OK;
}

static struct text read_key(const struct reading *reading, const struct text *cells,
                            char text[UUID_TEXT_MAX])
{
    const size_t key = reading->form->key;
    struct uuid id;
    if (key == NONE)
        return text_of("");
    if (reading->letters[key] != 'u' || cells[key].length != sizeof id.bytes)
        return cells[key];
    memcpy(id.bytes, cells[key].bytes, sizeof id.bytes);
    return (struct text){text, uuid_format(id, text)};
}

/* Without what came later where all of that holds nothing: so the row was sealed before. */
static size_t hashed_columns(const struct form *form, const struct text *cells)
{
    bool holds = false;
    for (size_t i = form->columns - form->later; i < form->columns; i++)
        holds = holds || (form->later_null ? cells[i].bytes != NULL
                                           : !cells[i].bytes || cells[i].length > 0);
    return holds ? form->columns : form->columns - form->later;
}

/* sql_cells_fn */
static enum status take_cells(void *context, const struct text *cells, struct fault *fault)
{
    struct reading *reading = context;
    const struct form *form = reading->form;
    const size_t columns = hashed_columns(form, cells);
    const size_t size = seal_record_size(cells, columns);
    char key[UUID_TEXT_MAX];
    struct seal_row row = {.place.key = read_key(reading, cells, key), .numbers = 1};
    if (form->more != NONE)
        row.numbers += sql_array_count(cells[form->more]);
    enum status status = make_room(reading, size, fault);
    if (status == STATUS_OK)
        status = read_moment(reading, cells, form->place, &row.place.place, fault);
    if (status == STATUS_OK)
        status = read_moment(reading, cells, form->at, &row.at_us, fault);
    if (status != STATUS_OK)
        return status;
    seal_record_write(reading->types, cells, columns, reading->room);
    row.bytes = (struct text){reading->room, size};
    return reading->take(reading->context, &row, fault);
}

static enum status set_range(struct sql *sql, const struct seal_range *range, struct fault *fault)
{
    const bool numbered = seal_is_numbered(range->stream);
    const struct sql_value numbers[] = {SQL_INT(range->after.place), SQL_INT(range->upto.place),
                                        SQL_INT((int64_t)range->limit)};
    const struct sql_value moments[] = {SQL_INT(range->after.place), SQL_TEXT(range->after.key),
                                        SQL_INT(range->upto.place), SQL_TEXT(range->upto.key),
                                        SQL_INT((int64_t)range->limit)};
    enum status status = sql_set_plant(sql, range->plant, fault);
    if (status != STATUS_OK)
        return status;
    return sql_push(sql, &statements[numbered ? NUMBERS_BETWEEN : MOMENTS_BETWEEN],
                    numbered ? numbers : moments, fault);
}

enum status store_seal_rows(struct sql *sql, const struct seal_range *range, struct arena *arena,
                            seal_row_fn *take, void *context, struct fault *fault)
{
    struct reading reading = {.form = &forms[range->stream],
                              .letters = statements[range->stream].columns,
                              .arena = arena,
                              .take = take,
                              .context = context};
    ASSERT(reading.form->columns <= COLUMNS_MAX);
    for (size_t i = 0; i < reading.form->columns; i++)
        reading.types[i] = sql_type_of(reading.letters[i]);
    enum status status = set_range(sql, range, fault);
    return status == STATUS_OK
               ? sql_copy_cells(sql, &statements[range->stream], take_cells, &reading, fault)
               : status;
}

/* ---- seals ---- */

/* Rows of a stream, how many, a moment. */
static enum status counts_of(const struct sql_rows *rows, struct seal_count counts[SEAL_STREAMS],
                             struct fault *fault)
{
    for (size_t i = 0; i < rows->count; i++) {
        enum seal_stream stream;
        const struct sql_value *v = sql_at(rows, i, 0);
        if (!seal_stream_parse(v[0].as.text, &stream))
            return fault_set(fault, STATUS_INTERNAL, "", "stream \"%.*s\" is not known",
                             (int)v[0].as.text.length, v[0].as.text.bytes);
        counts[stream] = (struct seal_count){v[1].as.integer, v[2].as.integer,
                                             rows->width > 3 ? v[3].as.integer : 0};
    }
    return STATUS_OK;
}

enum status store_seal_waiting(struct sql *sql, struct text plant, int64_t at_most,
                               struct arena *arena, struct seal_count counts[SEAL_STREAMS],
                               struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(at_most)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[WAITING], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = counts_of(&rows, counts, fault);
    if (status == STATUS_OK)
        status = sql_run(sql, &statements[WAITING_CHANGES], params, arena, &rows, fault);
    return status == STATUS_OK ? counts_of(&rows, counts, fault) : status;
}

enum status store_seal_totals(struct sql *sql, struct text plant, struct arena *arena,
                              struct seal_count counts[SEAL_STREAMS], struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    memset(counts, 0, SEAL_STREAMS * sizeof *counts);
    enum status status = sql_run(sql, &statements[TOTALS], params, arena, &rows, fault);
    return status == STATUS_OK ? counts_of(&rows, counts, fault) : status;
}

enum status store_seal_numbers(struct sql *sql, struct text plant, struct arena *arena,
                               int64_t *ledger_line, int64_t *event_log, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[NUMBERS], params, arena, &rows, fault);
    bool found = status == STATUS_OK && rows.count > 0;
    *ledger_line = found ? sql_at(&rows, 0, 0)->as.integer : 0;
    *event_log = found ? sql_at(&rows, 0, 1)->as.integer : 0;
    return status;
}

enum status store_put_seal(struct sql *sql, struct text plant, const struct seal *seal,
                           struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant),           SQL_INT(seal->seal_no),
                                       SQL_TEXT(seal->stream),    SQL_INT(seal->after.place),
                                       SQL_TEXT(seal->after.key), SQL_INT(seal->last.place),
                                       SQL_TEXT(seal->last.key),  SQL_INT(seal->row_count),
                                       SQL_INT(seal->last_at_us), SQL_TEXT(seal->marks),
                                       SQL_TEXT(seal->rows_hash), SQL_TEXT(seal->previous),
                                       SQL_TEXT(seal->hash),      SQL_INT(seal->sealed_at_us)};
    return sql_push(sql, &statements[PUT_SEAL], params, fault);
}

static struct seal seal_of(const struct sql_value *v)
{
    return (struct seal){.seal_no = v[0].as.integer,
                         .stream = v[1].as.text,
                         .after = {v[2].as.integer, v[3].as.text},
                         .last = {v[4].as.integer, v[5].as.text},
                         .row_count = v[6].as.integer,
                         .last_at_us = v[7].as.integer,
                         .marks = v[8].as.text,
                         .rows_hash = v[9].as.text,
                         .previous = v[10].as.text,
                         .hash = v[11].as.text,
                         .sealed_at_us = v[12].as.integer};
}

enum status store_seals_after(struct sql *sql, struct text plant, int64_t seal_no, size_t limit,
                              struct arena *arena, struct seal **seals, size_t *count,
                              struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(seal_no), SQL_INT((int64_t)limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[SEALS_AFTER], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *count = rows.count;
    *seals = arena_alloc(arena, rows.count + 1, sizeof **seals);
    if (!*seals)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++)
        (*seals)[i] = seal_of(sql_at(&rows, i, 0));
    return STATUS_OK;
}

enum status store_seal_end(struct sql *sql, struct text plant, struct arena *arena,
                           struct seal_end *end, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[SEAL_END], params, arena, &rows, fault);
    *end = (struct seal_end){.hash = text_of("")};
    if (status == STATUS_OK && rows.count > 0)
        *end = (struct seal_end){sql_at(&rows, 0, 0)->as.integer, sql_at(&rows, 0, 1)->as.text};
    return status;
}

enum status store_sealed_until(struct sql *sql, const struct seal_until *until, struct arena *arena,
                               struct seal_place *place, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(until->plant),
                                       SQL_TEXT(text_of(seal_stream_name(until->stream))),
                                       SQL_INT(until->seal_no)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[SEALED_UNTIL], params, arena, &rows, fault);
    *place = seal_begin(until->stream);
    if (status == STATUS_OK && rows.count > 0)
        *place = (struct seal_place){sql_at(&rows, 0, 0)->as.integer, sql_at(&rows, 0, 1)->as.text};
    return status;
}

enum status store_seal_head(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                            struct seal_head *head, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status =
        sql_run(sql, &statements[lock ? LOCK_HEAD : HEAD], params, arena, &rows, fault);
    *head = (struct seal_head){.hash = text_of("")};
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return lock ? sql_run(sql, &statements[MAKE_HEAD], params, arena, NULL, fault) : STATUS_OK;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *head = (struct seal_head){v[0].as.integer, v[1].as.text, v[2].as.integer, v[3].as.integer};
    return STATUS_OK;
}

enum status store_set_head(struct sql *sql, struct text plant, const struct seal_head *head,
                           struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(head->seal_no),
                                       SQL_TEXT(head->hash), SQL_INT(head->row_count),
                                       SQL_INT(head->sealed_at_us)};
    return sql_push(sql, &statements[SET_HEAD], params, fault);
}

enum status store_running(struct sql *sql, struct text earlier, struct arena *arena,
                          struct seal_running *out, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(earlier)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[RUNNING], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    const struct sql_value *v = sql_at(&rows, 0, 0);
    *out = (struct seal_running){v[1].as.text, v[2].as.boolean, v[0].as.integer};
    return STATUS_OK;
}
