#include "services/relay/seal_store.h"

#include <string.h>

/* clang-format off */

enum {
    WAITING = SEAL_STREAMS, /* before it the rows of each stream */
    WAITING_CHANGES, TOTALS, NUMBERS, PUT_SEAL, SEALS_AFTER, SEALED_UNTIL, HEAD,
    LOCK_HEAD, MAKE_HEAD, SET_HEAD, RUNNING, STATEMENTS
};

/* A stream is known by the columns of its order: `at` its moment, `key` what tells rows of one moment apart. */
#define BEHIND_MOMENT(at, key) "plant_id = $1 AND " at " >= $2 AND (" at ", " key ") > ($2, $3)"
#define RECORD(columns) "record_send(ROW(" columns "))"
/* A column that came later is hashed where it holds something: what was sealed before it stays as it was. */
#define RECORD_SINCE(columns, later) \
    "CASE " later " WHEN '' THEN " RECORD(columns) " ELSE " RECORD(columns ", " later) " END"
#define BY_MOMENT(stream, table, at, key, record) \
    [stream] = {"seal.rows_" table, \
        "SELECT " at ", " key ", " record ", " at " FROM " table " WHERE " BEHIND_MOMENT(at, key) \
        " AND " at " <= $4 AND (" at ", " key ") <= ($4, $5) ORDER BY " at ", " key " LIMIT $6", "tztzti", "ztxz"}

#define BEHIND_NUMBER(number) "plant_id = $1 AND " number " > $2 AND $3::text = ''"
#define BY_NUMBER(stream, table, at, number, columns) \
    [stream] = {"seal.rows_" table, \
        "SELECT " number ", '', record_send(ROW(" columns ")), " at " FROM " table " WHERE " BEHIND_NUMBER(number) \
        " AND " number " <= $4 AND $5::text IS NOT NULL ORDER BY " number " LIMIT $6", "tititi", "itxz"}

/* How many rows wait behind the last seal of a stream, $2 at most, and since when.  The place is worked out (OFFSET 0)
   before the rows are looked for: under row-level security a condition with a function that might leak is not looked up
   in the index but asked of each row of the plant, and coalesce counts as one. */
#define WAITING_OF(table, at, place, behind) \
    "SELECT '" table "' AS stream, count(w.at) AS rows, coalesce(min(w.at), 'epoch') AS since FROM (SELECT " place \
    " AS place, coalesce(u.last_key, '') AS key FROM (SELECT 1) AS one" \
    " LEFT JOIN (SELECT last_place, last_key FROM audit_seal WHERE plant_id = $1 AND stream = '" table "'" \
    " ORDER BY seal_no DESC LIMIT 1) AS u ON true OFFSET 0) AS s LEFT JOIN LATERAL (SELECT " at " AS at FROM " table \
    " WHERE plant_id = $1 AND " behind " LIMIT $2) AS w ON true"
#define WAITING_BY_MOMENT(table, at, key) \
    WAITING_OF(table, at, \
        "timestamptz 'epoch' + coalesce(u.last_place, -100000000000000000) * interval '1 microsecond'", \
        at " >= s.place AND (" at ", " key ") > (s.place, s.key)")
#define WAITING_BY_NUMBER(table, at, number) \
    WAITING_OF(table, at, "coalesce(u.last_place, -9223372036854775807)", number " > s.place")

static const struct sql_statement statements[STATEMENTS] = {
    BY_MOMENT(SEAL_ACT, "act", "acted_at", "act_id::text",
        RECORD("act_id, acted_at, acted_by, device, address, method, status, object, before::text, after::text")),
    BY_MOMENT(SEAL_POSTING_KEY, "posting_key", "posted_at", "key::text",
        RECORD_SINCE("key, request_hash, status, field, message, reply, posted_at, asked_by, device, method", "object")),
    BY_NUMBER(SEAL_LEDGER_LINE, "ledger_line", "posted_at", "posted_seq",
        "posted_seq, document, kind::text, item, location, lot, status, segment, owner, qty, amount, wip, variance, counted,"
        " on_hand, value, order_kind, order_id, order_line, operation, reason, effective_on, posted_at, posted_by,"
        " reverses"),
    BY_NUMBER(SEAL_EVENT_LOG, "event_log", "committed_at", "event_seq",
        "event_seq, kind, object_id, body, committed_at"),
    BY_MOMENT(SEAL_MASTER_CHANGE, "master_change", "changed_at", "(change_seq || '/' || place)",
        RECORD("change_seq, place, file, object, row_no, old_row::text, new_row::text, change_id, changed_by, changed_at")),
    BY_MOMENT(SEAL_ORDER_CHANGE, "order_change", "changed_at", "(event_seq || '/' || place)",
        RECORD("event_seq, place, kind, order_id, what, line, before, after, reason, changed_by, changed_at")),
    BY_MOMENT(SEAL_WORK_ORDER_CHANGE, "work_order_change", "changed_at", "(document || '/' || line)",
        RECORD("document, line, work_order, what, order_line, item, before, after, reason, effective_on, changed_by, changed_at")),
    BY_MOMENT(SEAL_CHANGE_STEP, "engineering_change_step", "done_at", "(change_id || '/' || step)",
        RECORD("change_id, step, action, note, done_by, done_at")),
    [WAITING] = {"seal.waiting",
        WAITING_BY_MOMENT("act", "acted_at", "act_id::text")
        " UNION ALL " WAITING_BY_MOMENT("posting_key", "posted_at", "key::text")
        " UNION ALL " WAITING_BY_NUMBER("ledger_line", "posted_at", "posted_seq")
        " UNION ALL " WAITING_BY_NUMBER("event_log", "committed_at", "event_seq"),
        "ti", "tiz"},
    [WAITING_CHANGES] = {"seal.waiting_changes",
        WAITING_BY_MOMENT("master_change", "changed_at", "(change_seq || '/' || place)")
        " UNION ALL " WAITING_BY_MOMENT("order_change", "changed_at", "(event_seq || '/' || place)")
        " UNION ALL " WAITING_BY_MOMENT("work_order_change", "changed_at", "(document || '/' || line)")
        " UNION ALL " WAITING_BY_MOMENT("engineering_change_step", "done_at", "(change_id || '/' || step)"),
        "ti", "tiz"},
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

enum status store_seal_rows(struct sql *sql, const struct seal_range *range, size_t limit,
                            struct arena *arena, struct seal_rows *out, struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(range->plant),     SQL_INT(range->after.place),
                                       SQL_TEXT(range->after.key), SQL_INT(range->upto.place),
                                       SQL_TEXT(range->upto.key),  SQL_INT((int64_t)limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[range->stream], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    *out = (struct seal_rows){arena_alloc(arena, rows.count + 1, sizeof *out->rows), rows.count};
    if (!out->rows)
        return full(fault);
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        out->rows[i] =
            (struct seal_row){{v[0].as.integer, v[1].as.text}, v[2].as.text, v[3].as.integer};
    }
    return STATUS_OK;
}

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
        counts[stream] = (struct seal_count){v[1].as.integer, v[2].as.integer};
    }
    return STATUS_OK;
}

enum status store_seal_waiting(struct sql *sql, struct text plant, struct arena *arena,
                               struct seal_count counts[SEAL_STREAMS], struct fault *fault)
{
    const struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(SEAL_COUNT_MAX)};
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
    return sql_run(sql, &statements[PUT_SEAL], params, NULL, NULL, fault);
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
    return sql_run(sql, &statements[SET_HEAD], params, NULL, NULL, fault);
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
