#include "services/mrp/plan_write_store.h"

#include "services/mrp/mrp_codec.h"
#include "services/mrp/owner_store.h"
#include "services/mrp/plan_written_store.h"

#include <pthread.h>
#include <stdatomic.h>

/* clang-format off */
enum {
    LOCK_STATE, MAKE_STATE, PATIENCE_OF_TWO, PATIENCE_OF_ONE, STORED_ORDERS, REMOVE_ORDERS, PUT_ORDERS, PUT_MESSAGES,
    TRIM_MESSAGES, PUT_DIGESTS, TAKE_EVENT_SEQ, PUT_EVENT, SET_STATE
};

static const struct sql_statement writes[] = {
    [LOCK_STATE] = {
        .name = "mrp.lock_state",
        .text = "SELECT event_seq FROM plan_state WHERE plant_id = $1 FOR NO KEY UPDATE",
        .params = "t", .columns = "i",
    },
    [MAKE_STATE] = {
        .name = "mrp.make_state",
        .text = "INSERT INTO plan_state (plant_id, plan_version, event_seq, plan_start)"
                " VALUES ($1, 0, 0, '1970-01-01') ON CONFLICT DO NOTHING",
        .params = "t", .columns = "",
    },
    /* Whoever waits for one of two connections may keep the other one waiting, and the database sees no circle: the other
       rests at this program's word, not at a lock. */
    [PATIENCE_OF_TWO] = {
        .name = "mrp.patience_of_two",
        .text = "SET LOCAL lock_timeout TO '1s'", .params = "", .columns = "",
    },
    [PATIENCE_OF_ONE] = {
        .name = "mrp.patience_of_one", .text = "SET LOCAL lock_timeout TO DEFAULT", .params = "", .columns = "",
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
    /* unnest beside each other, not in FROM: there each array is first stored as a table of its own, 1.6 us a row. */
    [PUT_ORDERS] = {
        .name = "mrp.put_orders",
        .text = "INSERT INTO planned_order AS o (plant_id, " PLANNED_ORDER_COLUMNS ")"
                " SELECT $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::numeric[]),"
                " unnest($6::numeric[]), unnest($7::date[]), unnest($8::date[]), unnest($9::date[]),"
                " unnest($10::integer[]), unnest($11::text[]), unnest($12::numeric[]), unnest($13::text[]),"
                " unnest($14::numeric[]), unnest($15::date[]), unnest($16::text[]), unnest($17::integer[]),"
                " unnest($18::text[]), unnest($19::bigint[])"
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
                " SELECT $1, t.* FROM (SELECT unnest($2::integer[]) AS message_no, unnest($3::text[]) AS item,"
                " unnest($4::text[]) AS segment, unnest($5::text[]) AS message, unnest($6::date[]) AS date,"
                " unnest($7::numeric[]) AS qty, unnest($8::text[]) AS reference, unnest($9::text[]) AS cause,"
                " unnest($10::text[]) AS action) AS t"
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
                " SELECT $1, unnest($2::text[]), unnest($3::bigint[]), unnest($4::bytea[])"
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
};
/* clang-format on */

const struct sql_schema plan_write_schema = {.statements = writes,
                                             .statement_count = COUNT_OF(writes)};

static const struct sql_schema *const parts_alone[] = {&plan_write_schema, &plan_written_schema,
                                                       &owner_schema, NULL};
const struct sql_schema plan_write_alone_schema = {.parts = parts_alone};

#define WRITE_ARENA_MAX (16 * MIB)
#define PIECE_ARENA_MAX (1024 * MIB)

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
    return sql_push(sql, &writes[PUT_ORDERS], params, fault);
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
    return sql_push(sql, &writes[REMOVE_ORDERS], params, fault);
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
        status = sql_push(sql, &writes[PUT_MESSAGES], params, fault);
    if (status == STATUS_OK && piece->cut_count > 0)
        status = sql_push(sql, &writes[TRIM_MESSAGES], trim, fault);
    return status;
}

static enum status put_digests(struct sql *sql, struct text plant, const struct plan_piece *piece,
                               struct fault *fault)
{
    const size_t count = piece->numbered_count;
    struct sql_value params[] = {SQL_TEXT(plant), SQL_LIST(piece->numbered, count),
                                 SQL_LIST(piece->digests, count), SQL_LIST(piece->written, count)};
    return count == 0 ? STATUS_OK : sql_push(sql, &writes[PUT_DIGESTS], params, fault);
}

/* Pieces are taken from a counter: who writes faster writes more of them. */
struct pieces_left {
    atomic_size_t next;
    atomic_bool given_up; /* one of two failed: the other one need not go on */
};

/* What one connection writes. */
struct write_work {
    const struct plan_write *write;
    struct sql *sql;
    struct pieces_left *left;
    struct arena *arena; /* of the whole write */
    struct arena *piece_arena;
    struct plan_state *state;
    int64_t changed;
    bool outdated;
    struct text *items; /* of the pieces so far, while there is room for all */
    size_t item_count;
    enum status status; /* of the second connection, told by its thread */
    struct fault fault;
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
    return sql_push(sql, &writes[PUT_EVENT], params, fault);
}

/* Locks plan_state first: two writers of one plant take turns. */
static enum status push_lock(struct sql *sql, struct text plant, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(plant)};
    enum status status = owner_begin(sql, fault);
    if (status == STATUS_OK)
        status = sql_push(sql, &writes[MAKE_STATE], params, fault);
    if (status == STATUS_OK)
        status = sql_push(sql, &writes[LOCK_STATE], params, fault);
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
        sql_run(sql, &writes[STORED_ORDERS], of, work->piece_arena, &stored, fault);
    return status == STATUS_OK
               ? compare(piece, write->event_seq, &stored, work->piece_arena, difference, fault)
               : status;
}

static enum status write_piece(struct write_work *work, const struct plan_piece *piece,
                               struct fault *fault)
{
    const struct plan_write *write = work->write;
    struct sql *sql = work->sql;
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

static enum status write_pieces(struct write_work *work, struct fault *fault)
{
    const struct plan_write *write = work->write;
    bool more = true;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && more && !atomic_load(&work->left->given_up)) {
        struct plan_piece piece = {0};
        const size_t number = atomic_fetch_add(&work->left->next, 1);
        arena_reset(work->piece_arena);
        status = write->piece(write->context, number, work->piece_arena, &piece, fault);
        more = piece.item_count + piece.numbered_count > 0;
        if (status == STATUS_OK && more)
            status = write_piece(work, &piece, fault);
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
    enum status status = sql_queue(sql, &writes[SET_STATE], params, fault);
    if (status == STATUS_OK)
        status = owner_queue_hold(sql, write->plant, write->epoch, fault);
    if (status == STATUS_OK && count == 3)
        status = sql_queue(sql, &writes[TAKE_EVENT_SEQ], params, fault);
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

static enum status end_write(struct write_work *work, struct fault *fault)
{
    int64_t event_seq = 0;
    enum status status = set_state(work->sql, work, &event_seq, fault);
    if (status == STATUS_OK && work->changed > 0)
        status = put_plan_changed(work->sql, work, event_seq, fault);
    return status;
}

static void begin_again(struct write_work *work)
{
    atomic_store(&work->left->next, 0);
    atomic_store(&work->left->given_up, false);
    work->changed = 0;
    work->item_count = 0;
}

static enum status write_alone(struct sql *sql, void *context, struct fault *fault)
{
    struct write_work *work = context;
    begin_again(work);
    enum status status = push_lock(sql, work->write->plant, fault);
    if (status == STATUS_OK)
        status = write_pieces(work, fault);
    return status == STATUS_OK ? end_write(work, fault) : status;
}

/* ---- by two connections ---- */

/* The check of set_state would come too late for the second one. */
static enum status lock_for_two(struct write_work *work, struct fault *fault)
{
    struct sql_value params[] = {SQL_TEXT(work->write->plant)};
    struct sql_rows rows;
    enum status status = push_lock(work->sql, work->write->plant, fault);
    if (status == STATUS_OK)
        status = sql_run(work->sql, &writes[LOCK_STATE], params, work->arena, &rows, fault);
    if (status != STATUS_OK)
        return status;
    work->outdated = rows.count == 1 && sql_at(&rows, 0, 0)->as.integer > work->write->event_seq;
    return work->outdated
               ? fault_set(fault, STATUS_CHANGED, "plan", "plan of newer facts is stored")
               : STATUS_OK;
}

static enum status write_part(struct write_work *work, struct fault *fault)
{
    enum status status = sql_push(work->sql, &writes[PATIENCE_OF_TWO], NULL, fault);
    return status == STATUS_OK ? write_pieces(work, fault) : status;
}

/* Nothing is left but to commit. */
static enum status second_part(struct write_work *work, struct fault *fault)
{
    const struct plan_write *write = work->write;
    struct sql_rows hold;
    enum status status = sql_begin(work->sql, fault);
    if (status == STATUS_OK)
        status = owner_begin(work->sql, fault);
    if (status == STATUS_OK)
        status = write_part(work, fault);
    if (status == STATUS_OK)
        status = owner_queue_hold(work->sql, write->plant, write->epoch, fault);
    if (status == STATUS_OK)
        status = sql_collect(work->sql, work->arena, &hold, 1, fault);
    return status == STATUS_OK ? owner_held(&hold, write->plant, fault) : status;
}

static void *second_thread(void *context)
{
    struct write_work *second = context;
    second->status = second_part(second, &second->fault);
    if (second->status != STATUS_OK)
        atomic_store(&second->left->given_up, true);
    return NULL;
}

/* All that was pushed is done when this has been answered. */
static enum status first_part(struct write_work *work, struct fault *fault)
{
    struct sql_rows nothing;
    enum status status = write_part(work, fault);
    if (status == STATUS_OK)
        status = sql_queue(work->sql, &writes[PATIENCE_OF_ONE], NULL, fault);
    if (status == STATUS_OK)
        status = sql_collect(work->sql, work->arena, &nothing, 1, fault);
    if (status != STATUS_OK)
        atomic_store(&work->left->given_up, true);
    return status;
}

static void add_part(struct write_work *work, const struct write_work *second)
{
    work->changed += second->changed;
    for (size_t k = 0; k < second->item_count && work->item_count <= PLAN_CHANGED_ITEMS_MAX; k++)
        work->items[work->item_count++] = second->items[k];
}

/* Both parts are done, or both are to be taken back. */
static enum status write_parts(struct write_work *work, struct write_work *second,
                               struct fault *fault)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, second_thread, second) != 0)
        return fault_set(fault, STATUS_BUSY, "", "no thread to write a plan with");
    enum status status = first_part(work, fault);
    pthread_join(thread, NULL);
    if (status == STATUS_OK && second->status != STATUS_OK) {
        *fault = second->fault;
        status = second->status;
    }
    return status;
}

/* The second commits while the first still holds the plant's state, and before postings wait for
   the first one's counter. */
static enum status write_by_two(struct write_work *work, struct write_work *second, bool *half,
                                struct fault *fault)
{
    begin_again(work);
    enum status status = lock_for_two(work, fault);
    if (status == STATUS_OK)
        status = write_parts(work, second, fault);
    if (status != STATUS_OK)
        return status;
    *half = true;
    add_part(work, second);
    status = sql_commit(second->sql, fault);
    return status == STATUS_OK ? end_write(work, fault) : status;
}

/* Where one of the two has to wait too long for somebody, all is taken back and written by one. */
static enum status write_twofold(struct write_work *work, struct write_work *second,
                                 struct fault *fault)
{
    bool half = false;
    enum status status = sql_begin(work->sql, fault);
    if (status == STATUS_OK)
        status = write_by_two(work, second, &half, fault);
    if (status == STATUS_OK)
        status = sql_commit(work->sql, fault);
    sql_rollback(work->sql);
    sql_rollback(second->sql);
    if (status != STATUS_BUSY || half)
        return status;
    *fault = (struct fault){.status = STATUS_OK};
    return sql_transaction(work->sql, write_alone, work, fault);
}

static bool work_open(struct write_work *work)
{
    work->arena = arena_new(WRITE_ARENA_MAX);
    work->piece_arena = arena_new(PIECE_ARENA_MAX);
    if (work->arena)
        work->items = arena_alloc(work->arena, PLAN_CHANGED_ITEMS_MAX + 1, sizeof *work->items);
    return work->items && work->piece_arena;
}

static void work_close(struct write_work *work)
{
    arena_free(&work->arena);
    arena_free(&work->piece_arena);
}

/* A plan of older facts gives way. */
enum status store_write_plan(struct sql *sql, const struct plan_write *write,
                             struct plan_state *state, int64_t *changed, struct fault *fault)
{
    struct pieces_left left;
    struct write_work work = {.write = write, .sql = sql, .left = &left, .state = state};
    struct write_work second = {.write = write, .sql = write->beside, .left = &left};
    enum status status;
    if (!work_open(&work) || (write->beside && !work_open(&second)))
        status = fault_set(fault, STATUS_LIMIT, "plant", "plan does not fit in memory");
    else
        status = write->beside ? write_twofold(&work, &second, fault)
                               : sql_transaction(sql, write_alone, &work, fault);
    if (work.outdated) {
        *fault = (struct fault){.status = STATUS_OK};
        status = STATUS_OK;
        work.changed = 0;
    }
    work_close(&work);
    work_close(&second);
    *changed = work.changed;
    return status;
}
