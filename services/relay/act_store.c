#include "services/relay/act_store.h"

#include <stdlib.h>

/* clang-format off */

/*
 * $1 plant, $2 who, $3 part of the method, $4 object, $5 device, $6 from, $7 to, ($8, $9) behind this row, $10 rows.
 * Columns: moment, key, who, device, address, method, object, status, before, after, reply.
 */
#define ASKED(by, method, object, device, at, key) \
    " WHERE plant_id = $1 AND ($2 = '' OR " by " = $2) AND ($3 = '' OR strpos(lower(" method "), lower($3)) > 0)" \
    " AND ($4 = '' OR " object ") AND ($5 = '' OR " device " = $5) AND " at " >= $6 AND " at " < $7 AND " at " <= $8" \
    " AND (" at ", " key ") < ($8, $9)"
#define NEWEST(at, key) " ORDER BY " at " DESC, " key " DESC LIMIT $10"
#define OF_NUMBER(number) "to_char(" number ", 'FM0000000000000000000')"
#define OF_PLACE(number, place) OF_NUMBER(number) " || '/' || to_char(" place ", 'FM0000000000')"
#define NONE "''::bytea"
/* A packed answer holds the text: behind a byte with its length. */
#define ANSWERS(text) \
    "position(convert_to(chr(greatest(1, least(127, octet_length(" text ")))) || " text ", 'UTF8') IN reply) > 0"

/* Numbers of lines that can lie between the moments, as far as they are sealed: lines have no index by moment. */
#define LINES_BETWEEN \
    " AND posted_seq <= coalesce((SELECT min(s.last_place) FROM audit_seal s WHERE s.plant_id = $1" \
    " AND s.stream = 'ledger_line' AND s.last_at > least($7, $8)), 9223372036854775807)" \
    " AND posted_seq > coalesce((SELECT max(s.last_place) FROM audit_seal s WHERE s.plant_id = $1" \
    " AND s.stream = 'ledger_line' AND s.last_at < $6), 0)"

static const struct sql_statement statements[SEAL_STREAMS] = {
    [SEAL_ACT] = {"act.list",
        "SELECT acted_at, act_id::text, acted_by, device, address, method, object, status, coalesce(before::text, ''),"
        " coalesce(after::text, ''), " NONE " FROM act"
        ASKED("acted_by", "method", "object = $4", "device", "acted_at", "act_id::text") NEWEST("acted_at", "act_id::text"),
        "tttttzzzti", "ztttttttttx"},
    [SEAL_POSTING_KEY] = {"act.list_commands",
        "SELECT posted_at, key::text, asked_by, device, '', method, object, status, '', CASE WHEN status = 'OK' THEN ''"
        " ELSE jsonb_build_object('field', field, 'message', message)::text END, reply FROM posting_key"
        ASKED("asked_by", "method", "object = $4 OR key::text = $4 OR " ANSWERS("$4"), "device", "posted_at", "key::text") NEWEST("posted_at", "key::text"),
        "tttttzzzti", "ztttttttttx"},
    [SEAL_LEDGER_LINE] = {"act.list_lines",
        "SELECT posted_at, " OF_NUMBER("posted_seq") ", posted_by, '', '', kind, coalesce(item, order_id), 'OK',"
        " jsonb_build_object('on_hand', on_hand - qty, 'value', value - amount)::text,"
        " jsonb_strip_nulls(jsonb_build_object('on_hand', on_hand, 'value', value, 'qty', qty, 'amount', amount,"
        " 'document', document, 'location', location, 'lot', nullif(lot, ''), 'order', nullif(order_id, ''), 'line', nullif(order_line, 0),"
        " 'operation', nullif(operation, ''), 'reason', nullif(reason, ''), 'effective_on', effective_on))::text, "
        NONE " FROM ledger_line"
        ASKED("posted_by", "kind", "item = $4 OR document = $4 OR (order_kind IN ('work_order', 'purchase_order',"
              " 'sales_order') AND order_id = $4 AND order_id <> '')", "''", "posted_at", OF_NUMBER("posted_seq"))
        LINES_BETWEEN " ORDER BY posted_seq DESC LIMIT $10", "tttttzzzti", "ztttttttttx"},
    [SEAL_MASTER_CHANGE] = {"act.list_master",
        "SELECT changed_at, " OF_PLACE("change_seq", "place") ", changed_by, '', '', file, object, 'OK',"
        " coalesce(old_row::text, ''), coalesce(new_row::text, ''), " NONE " FROM master_change"
        ASKED("changed_by", "file", "object = $4 OR change_id = $4", "''", "changed_at", OF_PLACE("change_seq", "place"))
        NEWEST("changed_at", OF_PLACE("change_seq", "place")), "tttttzzzti", "ztttttttttx"},
    [SEAL_ORDER_CHANGE] = {"act.list_orders",
        "SELECT changed_at, " OF_PLACE("event_seq", "place") ", changed_by, '', '', kind || ' ' || what, order_id, 'OK',"
        " jsonb_build_object(what, before)::text, jsonb_strip_nulls(jsonb_build_object(what, after, 'line', nullif(line, 0), 'reason',"
        " nullif(reason, '')))::text, " NONE " FROM order_change"
        ASKED("changed_by", "(kind || ' ' || what)", "order_id = $4", "''", "changed_at", OF_PLACE("event_seq", "place"))
        NEWEST("changed_at", OF_PLACE("event_seq", "place")), "tttttzzzti", "ztttttttttx"},
    [SEAL_WORK_ORDER_CHANGE] = {"act.list_work_orders",
        "SELECT changed_at, document || '/' || " OF_NUMBER("line") ", changed_by, '', '', 'work_order ' || what,"
        " work_order, 'OK', jsonb_build_object(what, before)::text, jsonb_strip_nulls(jsonb_build_object(what, after,"
        " 'item', nullif(item, ''), 'line', nullif(order_line, 0), 'reason', nullif(reason, '')))::text, " NONE
        " FROM work_order_change"
        ASKED("changed_by", "('work_order ' || what)", "(work_order = $4 OR item = $4)", "''", "changed_at",
              "document || '/' || " OF_NUMBER("line")) NEWEST("changed_at", "document || '/' || " OF_NUMBER("line")),
        "tttttzzzti", "ztttttttttx"},
    [SEAL_CHANGE_STEP] = {"act.list_steps",
        "SELECT done_at, change_id || '/' || " OF_NUMBER("step") ", done_by, '', '', 'change ' || action, change_id, 'OK',"
        " '', jsonb_build_object('note', note)::text, " NONE " FROM engineering_change_step"
        ASKED("done_by", "('change ' || action)", "change_id = $4", "''", "done_at", "change_id || '/' || " OF_NUMBER("step"))
        NEWEST("done_at", "change_id || '/' || " OF_NUMBER("step")), "tttttzzzti", "ztttttttttx"},
};
/* clang-format on */

const struct sql_schema act_list_schema = {.statements = statements,
                                           .statement_count = SEAL_STREAMS};

/* Newest first; rows of one moment by stream and key, descending too. */
static int act_cmp(const void *left, const void *right)
{
    const struct act_row *a = left;
    const struct act_row *b = right;
    if (a->at_us != b->at_us)
        return a->at_us > b->at_us ? -1 : 1;
    if (a->stream != b->stream)
        return a->stream > b->stream ? -1 : 1;
    return text_cmp(b->key, a->key);
}

/* Where the stream goes on: of rows of the last moment those of earlier streams are behind it. */
static struct text key_after(const struct act_query *query, enum seal_stream stream)
{
    if (stream == query->after.stream)
        return query->after.key;
    return text_of(stream < query->after.stream ? SEAL_KEY_LAST : "");
}

static struct act_row row_of(enum seal_stream stream, const struct sql_value *v)
{
    return (struct act_row){stream,       v[0].as.integer, v[1].as.text, v[2].as.text,
                            v[3].as.text, v[4].as.text,    v[5].as.text, v[6].as.text,
                            v[7].as.text, v[8].as.text,    v[9].as.text, v[10].as.text};
}

/* Events tell nothing that the rows they were made with do not; a stream without devices has none
   to be asked for. */
static bool is_listed(const struct act_query *query, enum seal_stream stream)
{
    bool has_device = stream == SEAL_ACT || stream == SEAL_POSTING_KEY;
    return statements[stream].text && (query->device.length == 0 || has_device) &&
           (query->stream.length == 0 || text_is(query->stream, seal_stream_name(stream)));
}

struct act_list {
    struct arena *arena;
    struct act_row *rows;
    size_t count;
};

static enum status add_rows(struct sql *sql, const struct act_query *query, enum seal_stream stream,
                            struct act_list *list, struct fault *fault)
{
    struct sql_rows found;
    const struct sql_value params[] = {SQL_TEXT(query->plant),
                                       SQL_TEXT(query->by),
                                       SQL_TEXT(query->method),
                                       SQL_TEXT(query->object),
                                       SQL_TEXT(query->device),
                                       SQL_INT(query->from_us),
                                       SQL_INT(query->to_us),
                                       SQL_INT(query->after.at_us),
                                       SQL_TEXT(key_after(query, stream)),
                                       SQL_INT((int64_t)query->limit)};
    enum status status = sql_run(sql, &statements[stream], params, list->arena, &found, fault);
    for (size_t i = 0; status == STATUS_OK && i < found.count; i++)
        list->rows[list->count++] = row_of(stream, sql_at(&found, i, 0));
    return status;
}

enum status store_acts(struct sql *sql, const struct act_query *query, struct arena *arena,
                       struct act_row **rows, size_t *count, struct fault *fault)
{
    enum status status = STATUS_OK;
    struct act_list list = {
        arena, arena_alloc(arena, SEAL_STREAMS * query->limit + 1, sizeof *list.rows), 0};
    if (!list.rows)
        return fault_set(fault, STATUS_LIMIT, "", "acts do not fit in memory");
    for (enum seal_stream stream = 0; status == STATUS_OK && stream < SEAL_STREAMS; stream++) {
        if (is_listed(query, stream))
            status = add_rows(sql, query, stream, &list, fault);
    }
    qsort(list.rows, list.count, sizeof *list.rows, act_cmp);
    *rows = list.rows;
    *count = list.count < query->limit ? list.count : query->limit;
    return status;
}
