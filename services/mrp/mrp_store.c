#include "services/mrp/mrp_store.h"

#include "common/plant/plant_facts_store.h"
#include "common/plant/plant_store.h"
#include "services/mrp/audit_store.h"
#include "services/mrp/keep_store.h"
#include "services/mrp/mark_store.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/owner_store.h"
#include "services/mrp/promise_store.h"
#include "services/mrp/proposal_store.h"
#include "services/mrp/simulation_store.h"

/* clang-format off */
enum {
    PLAN_STATE, PLANTS_TO_PLAN, LOCK_STATE, MAKE_STATE, STORED_ORDERS, REMOVE_ORDERS, PUT_ORDERS,
    PUT_MESSAGES, TRIM_MESSAGES, PUT_DIGESTS, TAKE_EVENT_SEQ, PUT_EVENT, SET_STATE, LIST_ORDERS, LIST_MESSAGES,
    DIGESTS, WRITTEN_OF, ACCEPTED_ITEMS, STANDING, NEWS, FORECAST_NEWS, ITEMS_OF, PLAN_SIDE
};

#define ORDER_COLUMNS \
    "planned_order_id, item, type, qty, start_qty, start, due, need, past_due_days, supplier," \
    " purchase_qty, purchase_uom, price, order_by, segment, level, flags, content_hash"

static const struct sql_statement statements[] = {
    [PLAN_STATE] = {
        .name = "mrp.plan_state",
        .text = "SELECT coalesce(s.plan_version, 0), coalesce(s.event_seq, 0),"
                " coalesce(s.plan_start, '1970-01-01'::date), s.planned_at,"
                " (SELECT count(*) FROM planned_order o WHERE o.plant_id = $1),"
                " (SELECT count(*) FROM plan_message m WHERE m.plant_id = $1)"
                " FROM plant p LEFT JOIN plan_state s USING (plant_id) WHERE p.plant_id = $1",
        .params = "t", .columns = "iidzii",
    },
    [PLANTS_TO_PLAN] = {
        .name = "mrp.plants_to_plan",
        .text = "SELECT p.plant_id FROM plant p JOIN plant_seq q USING (plant_id)"
                " LEFT JOIN plan_state s USING (plant_id)"
                " WHERE $1 OR s.plan_version IS NULL"
                " OR s.plan_start <> coalesce(p.plan_start, (now() AT TIME ZONE p.time_zone)::date)"
                /* not EXISTS: it is estimated to find a row at once, and scans the whole log when there is none */
                " OR (q.event_seq > s.event_seq AND (SELECT e.event_seq FROM event_log e"
                " WHERE e.plant_id = p.plant_id AND e.event_seq > s.event_seq AND e.kind <> 6"
                " ORDER BY e.event_seq LIMIT 1) IS NOT NULL)"
                " ORDER BY p.plant_id",
        .params = "b", .columns = "t",
    },
    [LOCK_STATE] = {
        .name = "mrp.lock_state",
        .text = "SELECT FROM plan_state WHERE plant_id = $1 FOR NO KEY UPDATE",
        .params = "t", .columns = "",
    },
    [MAKE_STATE] = {
        .name = "mrp.make_state",
        .text = "INSERT INTO plan_state (plant_id, plan_version, event_seq, plan_start)"
                " VALUES ($1, 0, 0, '1970-01-01') ON CONFLICT DO NOTHING",
        .params = "t", .columns = "",
    },
    [STORED_ORDERS] = {
        .name = "mrp.stored_orders",
        /* not "item = ANY ($2)": before the first ANALYZE that is a walk over the plant's suggestions, each compared
           with all items */
        .text = "SELECT s.* FROM unnest($2::text[]) AS t (item) CROSS JOIN LATERAL"
                " (SELECT planned_order_id, content_hash, accepted_seq FROM planned_order o"
                " WHERE o.plant_id = $1 AND o.item = t.item OFFSET 0) s ORDER BY planned_order_id",
        .params = "tT", .columns = "tii",
    },
    [REMOVE_ORDERS] = {
        .name = "mrp.remove_orders",
        .text = "DELETE FROM planned_order WHERE plant_id = $1 AND planned_order_id = ANY ($2)"
                " AND (accepted_seq IS NULL OR accepted_seq <= $3)",
        .params = "tTi", .columns = "",
    },
    [PUT_ORDERS] = {
        .name = "mrp.put_orders",
        .text = "INSERT INTO planned_order AS o (plant_id, " ORDER_COLUMNS ")"
                " SELECT $1, t.* FROM unnest($2::text[], $3::text[], $4::text[], $5::numeric[],"
                " $6::numeric[], $7::date[], $8::date[], $9::date[], $10::integer[], $11::text[],"
                " $12::numeric[], $13::text[], $14::numeric[], $15::date[], $16::text[],"
                " $17::integer[], $18::text[], $19::bigint[]) AS t"
                " ON CONFLICT (plant_id, planned_order_id) DO UPDATE SET item = excluded.item,"
                " type = excluded.type, qty = excluded.qty, start_qty = excluded.start_qty,"
                " start = excluded.start, due = excluded.due, need = excluded.need,"
                " past_due_days = excluded.past_due_days, supplier = excluded.supplier,"
                " purchase_qty = excluded.purchase_qty, purchase_uom = excluded.purchase_uom,"
                " price = excluded.price, order_by = excluded.order_by, segment = excluded.segment,"
                " level = excluded.level, flags = excluded.flags,"
                " content_hash = excluded.content_hash, accepted_seq = NULL"
                " WHERE o.accepted_seq IS NULL OR o.accepted_seq <= $20",
        .params = "tTTTQQDDDNTQTCDTNTIi", .columns = "",
    },
    /* $11: they are known to differ.  To look first is half of writing a row as it was. */
    [PUT_MESSAGES] = {
        .name = "mrp.put_messages",
        .text = "INSERT INTO plan_message AS m (plant_id, message_no, item, segment, message, date, qty,"
                " reference, cause, action)"
                " SELECT $1, t.* FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[],"
                " $6::date[], $7::numeric[], $8::text[], $9::text[], $10::text[])"
                " AS t (message_no, item, segment, message, date, qty, reference, cause, action)"
                " WHERE $11 OR NOT EXISTS (SELECT FROM plan_message s WHERE s.plant_id = $1 AND s.item = t.item"
                " AND s.message_no = t.message_no"
                " AND (s.segment, s.message, s.date, s.qty, s.reference, s.cause, s.action) IS NOT DISTINCT FROM"
                " (t.segment, t.message, t.date, t.qty, t.reference, t.cause, t.action))"
                " ON CONFLICT (plant_id, item, message_no) DO UPDATE SET segment = excluded.segment,"
                " message = excluded.message, date = excluded.date, qty = excluded.qty,"
                " reference = excluded.reference, cause = excluded.cause, action = excluded.action",
        .params = "tNTTTDQTTTb", .columns = "",
    },
    /* What an item has beyond its messages; by ctid for the reason of STORED_ORDERS. */
    [TRIM_MESSAGES] = {
        .name = "mrp.trim_messages",
        .text = "DELETE FROM plan_message WHERE plant_id = $1 AND ctid = ANY (ARRAY(SELECT s.ctid"
                " FROM unnest($2::text[], $3::bigint[]) AS t (item, messages) CROSS JOIN LATERAL"
                " (SELECT m.ctid FROM plan_message m WHERE m.plant_id = $1 AND m.item = t.item"
                " AND m.message_no > t.messages OFFSET 0) s))",
        .params = "tTI", .columns = "",
    },
    [PUT_DIGESTS] = {
        .name = "mrp.put_digests",
        .text = "INSERT INTO plan_item (plant_id, item, digest, written)"
                " SELECT $1, t.* FROM unnest($2::text[], $3::bigint[], $4::bytea[]) AS t"
                " ON CONFLICT (plant_id, item) DO UPDATE SET digest = excluded.digest, written = excluded.written",
        .params = "tTIX", .columns = "",
    },
    [TAKE_EVENT_SEQ] = {
        .name = "mrp.take_event_seq",
        .text = "UPDATE plant_seq SET event_seq = event_seq + 1 WHERE plant_id = $1"
                " RETURNING event_seq",
        .params = "t", .columns = "i",
    },
    [PUT_EVENT] = {
        .name = "mrp.put_event",
        .text = "INSERT INTO event_log (plant_id, event_seq, kind, object_id, body)"
                " VALUES ($1, $2, $3, $4, $5)",
        .params = "tintx", .columns = "",
    },
    /* No row: what is stored is of newer facts.  Where the plan stays as it is ($4 false) the commit does not sync, for
       which postings would wait: what a crash forgets is planned again. */
    [SET_STATE] = {
        .name = "mrp.set_state",
        .text = "UPDATE plan_state SET plan_version = plan_version + CASE WHEN $4 THEN 1 ELSE 0 END, event_seq = $2, plan_start = $3,"
                " planned_at = now() WHERE plant_id = $1 AND event_seq <= $2"
                " AND ($4 OR set_config('synchronous_commit', 'off', true) = 'off') RETURNING plan_version",
        .params = "tidb", .columns = "i",
    },
    [LIST_ORDERS] = {
        .name = "mrp.list_orders",
        .text = "SELECT " ORDER_COLUMNS ", m.note, m.reason, m.marked_by"
                " FROM planned_order o LEFT JOIN planned_order_mark m USING (plant_id, planned_order_id)"
                " WHERE o.plant_id = $1 AND planned_order_id > $2"
                " AND ($3::text IS NULL OR item = $3) AND ($4::text IS NULL OR type = $4)"
                " AND ($7::text IS NULL OR supplier = $7)"
                " AND ($8::date IS NULL OR coalesce(order_by, start) <= $8)"
                " AND $6 = coalesce(m.rejected_hash = " REJECTED_FACTS ", false)"
                " AND accepted_seq IS NULL ORDER BY planned_order_id LIMIT $5",
        .params = "ttttibtd", .columns = "tttqqdddntqtcdtntittt",
    },
    [LIST_MESSAGES] = {
        .name = "mrp.list_messages",
        .text = "SELECT row_no, item, segment, message, date, qty, reference, cause, action"
                " FROM (SELECT *, row_number() OVER (ORDER BY item, message_no)::integer AS row_no"
                " FROM plan_message WHERE plant_id = $1) m WHERE plant_id = $1 AND row_no > $2"
                " AND ($3::text IS NULL OR item = $3) ORDER BY row_no LIMIT $4",
        .params = "tnti", .columns = "ntttdqttt",
    },
    [DIGESTS] = {
        .name = "mrp.digests",
        .text = "SELECT item, digest FROM plan_item WHERE plant_id = $1 ORDER BY item",
        .params = "t", .columns = "ti",
    },
    [WRITTEN_OF] = {
        .name = "mrp.written_of",
        .text = "SELECT CASE WHEN NOT EXISTS (SELECT FROM planned_order o WHERE o.plant_id = $1 AND o.item = t.item"
                " AND o.accepted_seq IS NOT NULL) THEN i.written END"
                " FROM unnest($2::text[]) WITH ORDINALITY AS t (item, place)"
                " LEFT JOIN plan_item i ON i.plant_id = $1 AND i.item = t.item ORDER BY t.place",
        .params = "tT", .columns = "x",
    },
    [ACCEPTED_ITEMS] = {
        .name = "mrp.accepted_items",
        .text = "SELECT DISTINCT item FROM planned_order WHERE plant_id = $1 AND accepted_seq IS NOT NULL"
                " ORDER BY item",
        .params = "t", .columns = "t",
    },
    /* The log grows between two statistics: it is not to be read whole because it was small, nor by several processes because
       a third of it might be new: to start them takes 20 ms.  Planning the questions behind this one anew for each step took
       as long as answering them. */
    [STANDING] = {
        .name = "mrp.standing",
        .text = "SELECT q.event_seq, coalesce(p.plan_start, (now() AT TIME ZONE p.time_zone)::date)"
                " FROM plant_seq q JOIN plant p USING (plant_id) WHERE q.plant_id = $1"
                " AND set_config('enable_seqscan', 'off', true) = 'off'"
                " AND set_config('max_parallel_workers_per_gather', '0', true) = '0'"
                " AND set_config('plan_cache_mode', 'force_generic_plan', true) <> ''",
        .params = "t", .columns = "id",
    },
    [NEWS] = {
        .name = "mrp.news",
        .text = "SELECT kind, object_id FROM event_log WHERE plant_id = $1 AND event_seq > $2 AND kind <> 6"
                " AND kind <> 8 GROUP BY kind, object_id",
        .params = "ti", .columns = "nt",
    },
    [FORECAST_NEWS] = {
        .name = "mrp.forecast_news",
        .text = "SELECT body FROM event_log WHERE plant_id = $1 AND event_seq > $2 AND kind = 8",
        .params = "ti", .columns = "x",
    },
    [ITEMS_OF] = {
        .name = "mrp.items_of",
        .text = "SELECT item FROM work_order WHERE plant_id = $1 AND work_order = ANY ($2)"
                " UNION SELECT item FROM work_order_component WHERE plant_id = $1 AND work_order = ANY ($2)"
                " UNION SELECT item FROM purchase_order_line WHERE plant_id = $1 AND purchase_order = ANY ($3)"
                " UNION SELECT item FROM sales_order_line WHERE plant_id = $1 AND sales_order = ANY ($4)",
        .params = "tTTT", .columns = "t",
    },
    [PLAN_SIDE] = {
        .name = "mrp.plan_side",
        .text = "SELECT jsonb_build_object('plan_version', plan_version, 'event_seq', event_seq, 'plan_start', plan_start)::text"
                " FROM plan_state WHERE plant_id = $1",
        .params = "t", .columns = "t",
    },
};
/* clang-format on */

static const struct sql_schema *const parts[] = {
    &plant_schema,    &mark_schema,    &keep_schema,  &owner_schema,       &simulation_schema,
    &proposal_schema, &promise_schema, &audit_schema, &plant_facts_schema, NULL};

const struct sql_schema mrp_schema = {
    .statements = statements,
    .statement_count = COUNT_OF(statements),
    .parts = parts,
};

#define WRITE_ARENA_MAX (16 * MIB)
#define PIECE_ARENA_MAX (1024 * MIB)

struct act_of_object store_plan_told(const struct rpc_request *request)
{
    return (struct act_of_object){
        request, &statements[PLAN_SIDE], text_of("plan"), request->arena, {{0}}};
}

enum status store_plan_state(struct sql *sql, struct text plant, struct arena *arena,
                             struct plan_state *state, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLAN_STATE], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    if (rows.count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    *state = (struct plan_state){
        .plan_version = sql_at(&rows, 0, 0)->as.integer,
        .event_seq = sql_at(&rows, 0, 1)->as.integer,
        .plan_start = sql_at(&rows, 0, 2)->as.day,
        .planned_at_us = sql_at(&rows, 0, 3)->null ? 0 : sql_at(&rows, 0, 3)->as.integer,
        .planned_orders = sql_at(&rows, 0, 4)->as.integer,
        .messages = sql_at(&rows, 0, 5)->as.integer,
    };
    return STATUS_OK;
}

enum status store_plants_to_plan(struct sql *sql, bool every, struct arena *arena,
                                 struct text **plants, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_BOOL(every)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[PLANTS_TO_PLAN], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct text *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "", "too many plants");
    for (size_t i = 0; i < rows.count; i++)
        list[i] = sql_at(&rows, i, 0)->as.text;
    *plants = list;
    *count = rows.count;
    return STATUS_OK;
}

/* What differs between the stored plan and the new one. */
struct plan_difference {
    const struct planned_order *put; /* new or changed */
    size_t put_count;
    const struct text *removed;
    size_t removed_count;
};

/* Both sides ascend by id: one merge. */
static enum status compare(const struct plan_piece *piece, int64_t event_seq,
                           const struct sql_rows *stored, struct arena *arena,
                           struct plan_difference *difference, struct fault *fault)
{
    struct planned_order *put = arena_alloc(arena, piece->order_count + 1, sizeof *put);
    struct text *removed = arena_alloc(arena, stored->count + 1, sizeof *removed);
    difference->put = put;
    difference->removed = removed;
    if (!put || !removed)
        return fault_set(fault, STATUS_LIMIT, "", "plan does not fit in memory");

    size_t at = 0;
    for (size_t row = 0; row < stored->count || at < piece->order_count;) {
        int order = 0;
        if (row == stored->count)
            order = 1;
        else if (at == piece->order_count)
            order = -1;
        else
            order = text_cmp(sql_at(stored, row, 0)->as.text, piece->orders[at].planned_order_id);

        bool changed =
            order == 0 && (sql_at(stored, row, 1)->as.integer != piece->orders[at].content_hash ||
                           !sql_at(stored, row, 2)->null);
        bool pending = order <= 0 && !sql_at(stored, row, 2)->null &&
                       sql_at(stored, row, 2)->as.integer > event_seq;
        if (order < 0 && !pending)
            removed[difference->removed_count++] = sql_at(stored, row, 0)->as.text;
        if (order > 0 || (changed && !pending))
            put[difference->put_count++] = piece->orders[at];
        if (order <= 0)
            row++;
        if (order >= 0)
            at++;
    }
    return STATUS_OK;
}

static enum status put_orders(struct sql *sql, const struct plan_write *write,
                              const struct plan_difference *d, struct fault *fault)
{
    if (d->put_count == 0)
        return STATUS_OK;
    struct sql_value params[] = {
        SQL_TEXT(write->plant),
        SQL_ARRAY(d->put, d->put_count, planned_order_id),
        SQL_ARRAY(d->put, d->put_count, item),
        SQL_ARRAY(d->put, d->put_count, type),
        SQL_ARRAY(d->put, d->put_count, qty),
        SQL_ARRAY(d->put, d->put_count, start_qty),
        SQL_ARRAY(d->put, d->put_count, start),
        SQL_ARRAY(d->put, d->put_count, due),
        SQL_ARRAY(d->put, d->put_count, need),
        SQL_ARRAY(d->put, d->put_count, past_due_days),
        SQL_ARRAY(d->put, d->put_count, supplier),
        SQL_ARRAY(d->put, d->put_count, purchase_qty),
        SQL_ARRAY(d->put, d->put_count, purchase_uom),
        SQL_ARRAY(d->put, d->put_count, price),
        SQL_ARRAY(d->put, d->put_count, order_by),
        SQL_ARRAY(d->put, d->put_count, segment),
        SQL_ARRAY(d->put, d->put_count, level),
        SQL_ARRAY(d->put, d->put_count, flags),
        SQL_ARRAY(d->put, d->put_count, content_hash),
        SQL_INT(write->event_seq),
    };
    return sql_push(sql, &statements[PUT_ORDERS], params, fault);
}

static enum status remove_orders(struct sql *sql, const struct plan_write *write,
                                 const struct plan_difference *d, struct fault *fault)
{
    if (d->removed_count == 0)
        return STATUS_OK;
    struct sql_value params[] = {
        SQL_TEXT(write->plant),
        SQL_LIST(d->removed, d->removed_count),
        SQL_INT(write->event_seq),
    };
    return sql_push(sql, &statements[REMOVE_ORDERS], params, fault);
}

/* Row by row over what was there. */
static enum status put_messages(struct sql *sql, struct text plant, const struct plan_piece *piece,
                                struct fault *fault)
{
    const struct planner_message *m = piece->messages;
    size_t n = piece->message_count;
    struct sql_value params[] = {
        SQL_TEXT(plant),          SQL_ARRAY(m, n, row_no),    SQL_ARRAY(m, n, item),
        SQL_ARRAY(m, n, segment), SQL_ARRAY(m, n, message),   SQL_ARRAY(m, n, day),
        SQL_ARRAY(m, n, qty),     SQL_ARRAY(m, n, reference), SQL_ARRAY(m, n, cause),
        SQL_ARRAY(m, n, action),  SQL_BOOL(piece->told),
    };
    struct sql_value trim[] = {SQL_TEXT(plant), SQL_ARRAY(piece->cut, piece->cut_count, item),
                               SQL_ARRAY(piece->cut, piece->cut_count, messages)};
    enum status status = STATUS_OK;
    if (n > 0)
        status = sql_push(sql, &statements[PUT_MESSAGES], params, fault);
    if (status == STATUS_OK && piece->cut_count > 0)
        status = sql_push(sql, &statements[TRIM_MESSAGES], trim, fault);
    return status;
}

static enum status put_digests(struct sql *sql, struct text plant, const struct plan_piece *piece,
                               struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(piece->items, piece->item_count),
                                 SQL_LIST(piece->digests, piece->item_count),
                                 SQL_LIST(piece->written, piece->item_count)};
    return sql_push(sql, &statements[PUT_DIGESTS], params, fault);
}

struct write_work {
    const struct plan_write *write;
    struct arena *arena; /* of the whole write */
    struct arena *piece_arena;
    struct plan_state *state;
    int64_t changed;
    bool outdated;
    struct text *items; /* of the pieces so far, while there is room for all */
    size_t item_count;
};

static enum status put_plan_changed(struct sql *sql, const struct write_work *work,
                                    int64_t event_seq, struct fault *fault)
{
    const struct plan_write *write = work->write;
    struct text body;
    const bool all_named = work->item_count <= PLAN_CHANGED_ITEMS_MAX;
    struct plan_changed event = {
        .plant = write->plant,
        .event_seq = event_seq,
        .plan_version = work->state->plan_version,
        .planned_from_seq = write->event_seq,
        .changed_orders = work->changed,
        .items = work->items,
        .item_count = all_named ? work->item_count : 0,
    };
    enum status status = encode_plan_changed(&event, work->arena, &body, fault);
    if (status != STATUS_OK)
        return status;
    struct sql_value params[] = {SQL_TEXT(write->plant), SQL_INT(event.event_seq),
                                 SQL_INT(EVENT_PLAN_CHANGED), SQL_TEXT(text_of("plan")),
                                 SQL_TEXT(body)};
    return sql_push(sql, &statements[PUT_EVENT], params, fault);
}

/* Locks plan_state first: two writers of one plant take turns. */
static enum status lock_state(struct sql *sql, struct text plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    enum status status = owner_begin(sql, fault);
    if (status == STATUS_OK)
        status = sql_push(sql, &statements[MAKE_STATE], params, fault);
    if (status == STATUS_OK)
        status = sql_push(sql, &statements[LOCK_STATE], params, fault);
    return status;
}

static enum status find_difference(struct sql *sql, struct write_work *work,
                                   const struct plan_piece *piece,
                                   struct plan_difference *difference, struct fault *fault)
{
    const struct plan_write *write = work->write;
    struct sql_value of[] = {SQL_TEXT(write->plant), SQL_LIST(piece->items, piece->item_count)};
    struct sql_rows stored;
    *difference = (struct plan_difference){0};
    enum status status =
        sql_run(sql, &statements[STORED_ORDERS], of, work->piece_arena, &stored, fault);
    return status == STATUS_OK
               ? compare(piece, write->event_seq, &stored, work->piece_arena, difference, fault)
               : status;
}

static enum status write_piece(struct sql *sql, struct write_work *work,
                               const struct plan_piece *piece, struct fault *fault)
{
    const struct plan_write *write = work->write;
    struct plan_difference difference = {piece->orders, piece->order_count, piece->removed,
                                         piece->removed_count};
    enum status status =
        piece->known ? STATUS_OK : find_difference(sql, work, piece, &difference, fault);
    if (status == STATUS_OK)
        status = remove_orders(sql, write, &difference, fault);
    if (status == STATUS_OK)
        status = put_orders(sql, write, &difference, fault);
    if (status == STATUS_OK)
        status = put_messages(sql, write->plant, piece, fault);
    if (status == STATUS_OK)
        status = put_digests(sql, write->plant, piece, fault);
    work->changed += (int64_t)(difference.put_count + difference.removed_count);
    for (size_t k = 0; k < piece->item_count && work->item_count <= PLAN_CHANGED_ITEMS_MAX; k++)
        work->items[work->item_count++] = piece->items[k];
    return status;
}

static enum status write_pieces(struct sql *sql, struct write_work *work, struct fault *fault)
{
    struct plan_piece piece = {.item_count = 1};
    enum status status = STATUS_OK;
    for (size_t number = 0; status == STATUS_OK && piece.item_count > 0; number++) {
        arena_reset(work->piece_arena);
        piece = (struct plan_piece){0};
        status = work->write->piece(work->write->context, number, work->piece_arena, &piece, fault);
        if (status == STATUS_OK && piece.item_count > 0)
            status = write_piece(sql, work, &piece, fault);
    }
    return status;
}

/* In one round trip with all that was pushed.  The counter is taken last: nothing slow follows it.
 */
static enum status set_state(struct sql *sql, struct write_work *work, int64_t *event_seq,
                             struct fault *fault)
{
    const struct plan_write *write = work->write;
    struct sql_value params[] = {SQL_TEXT(write->plant), SQL_INT(write->event_seq),
                                 SQL_DATE(write->plan_start),
                                 SQL_BOOL(write->whole || work->changed > 0)};
    struct sql_rows rows[3];
    const size_t count = work->changed > 0 ? 3 : 2;
    enum status status = sql_queue(sql, &statements[SET_STATE], params, fault);
    if (status == STATUS_OK)
        status = owner_queue_hold(sql, write->plant, write->epoch, fault);
    if (status == STATUS_OK && count == 3)
        status = sql_queue(sql, &statements[TAKE_EVENT_SEQ], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, work->arena, rows, count, fault);
    if (status == STATUS_OK)
        status = owner_held(&rows[1], write->plant, fault);
    if (status != STATUS_OK)
        return status;
    work->outdated = rows[0].count == 0;
    if (work->outdated)
        return fault_set(fault, STATUS_CHANGED, "plan", "plan of newer facts is stored");
    work->state->plan_version = sql_at(&rows[0], 0, 0)->as.integer;
    if (count == 3)
        *event_seq = sql_at(&rows[2], 0, 0)->as.integer;
    return STATUS_OK;
}

static enum status write_work(struct sql *sql, void *context, struct fault *fault)
{
    struct write_work *work = context;
    int64_t event_seq = 0;

    work->changed = 0;
    work->item_count = 0;
    enum status status = lock_state(sql, work->write->plant, fault);
    if (status == STATUS_OK)
        status = write_pieces(sql, work, fault);
    if (status == STATUS_OK)
        status = set_state(sql, work, &event_seq, fault);
    if (status == STATUS_OK && work->changed > 0)
        status = put_plan_changed(sql, work, event_seq, fault);
    return status;
}

/* A plan of older facts gives way. */
enum status store_write_plan(struct sql *sql, const struct plan_write *write,
                             struct plan_state *state, int64_t *changed, struct fault *fault)
{
    struct write_work work = {.write = write, .state = state};
    enum status status = fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
    work.arena = arena_new(WRITE_ARENA_MAX);
    work.piece_arena = arena_new(PIECE_ARENA_MAX);
    if (work.arena)
        work.items = arena_alloc(work.arena, PLAN_CHANGED_ITEMS_MAX + 1, sizeof *work.items);
    if (work.items && work.piece_arena) {
        *fault = (struct fault){.status = STATUS_OK};
        status = sql_transaction(sql, write_work, &work, fault);
    }
    if (work.outdated) {
        *fault = (struct fault){.status = STATUS_OK};
        status = STATUS_OK;
        work.changed = 0;
    }
    arena_free(&work.arena);
    arena_free(&work.piece_arena);
    *changed = work.changed;
    return status;
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
}

enum status store_digests(struct sql *sql, struct text plant, struct arena *arena,
                          struct item_digest **digests, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[DIGESTS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct item_digest *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return no_room(fault);
    for (size_t i = 0; i < rows.count; i++)
        list[i] =
            (struct item_digest){sql_at(&rows, i, 0)->as.text, sql_at(&rows, i, 1)->as.integer};
    *digests = list;
    *count = rows.count;
    return STATUS_OK;
}

static struct text or_null(const struct sql_value *value)
{
    return value->null ? (struct text){NULL, 0} : value->as.text;
}

static enum status texts_of(const struct sql_rows *rows, struct arena *arena, struct text **texts,
                            size_t *count, struct fault *fault)
{
    *texts = arena_alloc(arena, rows->count + 1, sizeof **texts);
    *count = rows->count;
    for (size_t i = 0; *texts && i < rows->count; i++)
        (*texts)[i] = or_null(sql_at(rows, i, 0));
    return *texts ? STATUS_OK : no_room(fault);
}

enum status store_written_of(struct sql *sql, struct text plant, const struct text *items,
                             size_t count, struct arena *arena, struct text **written,
                             struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(items, count)};
    struct sql_rows rows;
    size_t found = 0;
    enum status status = sql_run(sql, &statements[WRITTEN_OF], params, arena, &rows, fault);
    if (status == STATUS_OK)
        status = texts_of(&rows, arena, written, &found, fault);
    ASSERT(status != STATUS_OK || found == count);
    return status;
}

enum status store_accepted_items(struct sql *sql, struct text plant, struct arena *arena,
                                 struct text **items, size_t *count, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ACCEPTED_ITEMS], params, arena, &rows, fault);
    return status == STATUS_OK ? texts_of(&rows, arena, items, count, fault) : status;
}

static enum status fill_news(const struct sql_rows *objects, const struct sql_rows *forecasts,
                             struct arena *arena, struct plant_news *news, struct fault *fault)
{
    enum status status = STATUS_OK;
    news->count = objects->count + forecasts->count;
    news->events = arena_alloc(arena, news->count + 1, sizeof *news->events);
    if (!news->events)
        return no_room(fault);
    for (size_t i = 0; i < objects->count; i++)
        news->events[i] =
            (struct plant_event){sql_at(objects, i, 0)->as.integer, sql_at(objects, i, 1)->as.text};
    for (size_t i = 0; i < forecasts->count && status == STATUS_OK; i++) {
        struct plant_event *event = &news->events[objects->count + i];
        event->kind = NEWS_FORECAST;
        status =
            decode_forecast_item(sql_at(forecasts, i, 0)->as.text, arena, &event->object, fault);
    }
    return status;
}

enum status store_news(struct sql *sql, struct text plant, int64_t after, struct arena *arena,
                       struct plant_news *news, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant), SQL_INT(after)};
    struct sql_rows rows[3];
    enum status status = sql_queue(sql, &statements[STANDING], params, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &statements[NEWS], params, fault);
    if (status == STATUS_OK)
        status = sql_queue(sql, &statements[FORECAST_NEWS], params, fault);
    if (status == STATUS_OK)
        status = sql_collect(sql, arena, rows, COUNT_OF(rows), fault);
    if (status != STATUS_OK)
        return status;
    if (rows[0].count == 0)
        return fault_set(fault, STATUS_NOT_FOUND, "plant", "plant \"%.*s\" does not exist",
                         (int)plant.length, plant.bytes);
    *news = (struct plant_news){.event_seq = sql_at(&rows[0], 0, 0)->as.integer,
                                .today = sql_at(&rows[0], 0, 1)->as.day};
    return fill_news(&rows[1], &rows[2], arena, news, fault);
}

enum status store_items_of(struct sql *sql, struct text plant, const struct order_names *names,
                           struct arena *arena, struct text **items, size_t *count,
                           struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant),
                                 SQL_LIST(names->work_orders, names->work_order_count),
                                 SQL_LIST(names->purchases, names->purchase_count),
                                 SQL_LIST(names->sales, names->sale_count)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[ITEMS_OF], params, arena, &rows, fault);
    return status == STATUS_OK ? texts_of(&rows, arena, items, count, fault) : status;
}

static struct planned_order planned_order_of(const struct sql_rows *rows, size_t row)
{
    const struct sql_value *v = sql_at(rows, row, 0);
    return (struct planned_order){
        .planned_order_id = v[0].as.text,
        .item = v[1].as.text,
        .type = v[2].as.text,
        .qty = v[3].as.qty,
        .start_qty = v[4].as.qty,
        .start = v[5].as.day,
        .due = v[6].as.day,
        .need = v[7].as.day,
        .past_due_days = v[8].as.integer,
        .supplier = or_null(&v[9]),
        .purchase_qty = v[10].null ? NO_QTY : v[10].as.qty,
        .purchase_uom = or_null(&v[11]),
        .price = v[12].null ? NO_COST : v[12].as.unitcost,
        .order_by = v[13].null ? NO_DATE : v[13].as.day,
        .segment = v[14].as.text,
        .level = v[15].as.integer,
        .flags = v[16].as.text,
        .content_hash = v[17].as.integer,
        .note = or_null(&v[18]),
        .reason = or_null(&v[19]),
        .marked_by = or_null(&v[20]),
    };
}

/* A filter that was not given is NULL in the statement. */
static struct sql_value filter(struct text text)
{
    return (struct sql_value){.null = text.bytes == NULL, .as.text = text};
}

enum status store_list_planned_orders(struct sql *sql, const struct planned_order_query *query,
                                      struct arena *arena, struct planned_order **orders,
                                      size_t *count, struct fault *fault)
{
    ASSERT(query->limit <= MRP_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant),
                                 SQL_TEXT(query->after),
                                 filter(query->item),
                                 filter(query->type),
                                 SQL_INT((int64_t)query->limit),
                                 SQL_BOOL(query->rejected),
                                 filter(query->supplier),
                                 {.null = !date_given(query->until), .as.day = query->until}};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST_ORDERS], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct planned_order *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < rows.count; i++)
        list[i] = planned_order_of(&rows, i);
    *orders = list;
    *count = rows.count;
    return STATUS_OK;
}

enum status store_list_messages(struct sql *sql, const struct message_query *query,
                                struct arena *arena, struct planner_message **messages,
                                size_t *count, struct fault *fault)
{
    ASSERT(query->limit <= MRP_PAGE_MAX);

    struct sql_value params[] = {SQL_TEXT(query->plant), SQL_INT(query->after), filter(query->item),
                                 SQL_INT((int64_t)query->limit)};
    struct sql_rows rows;
    enum status status = sql_run(sql, &statements[LIST_MESSAGES], params, arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    struct planner_message *list = arena_alloc(arena, rows.count + 1, sizeof *list);
    if (!list)
        return fault_set(fault, STATUS_LIMIT, "limit", "page does not fit in memory");
    for (size_t i = 0; i < rows.count; i++) {
        const struct sql_value *v = sql_at(&rows, i, 0);
        list[i] = (struct planner_message){
            .row_no = v[0].as.integer,
            .item = v[1].as.text,
            .segment = v[2].as.text,
            .message = v[3].as.text,
            .day = v[4].as.day,
            .qty = v[5].as.qty,
            .reference = or_null(&v[6]),
            .cause = or_null(&v[7]),
            .action = or_null(&v[8]),
        };
    }
    *messages = list;
    *count = rows.count;
    return STATUS_OK;
}
