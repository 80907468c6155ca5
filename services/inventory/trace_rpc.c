#include "services/inventory/trace_rpc.h"

#include "services/inventory/history_codec.h"
#include "services/inventory/trace_shelf.h"

#define ROWS_BYTES_MAX (64 * MIB) /* of one level */

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "", "trace does not fit in memory");
}

static enum status make(struct sql *sql, const struct trace_key *key, struct shelf_trace **out,
                        struct fault *fault)
{
    struct arena *rows = arena_new(ROWS_BYTES_MAX);
    struct shelf_trace *made = rows ? shelf_trace_new(key) : NULL;
    enum status status =
        made ? trace_init(&made->trace, made->arena, key->lot, fault) : no_room(fault);
    const struct trace_walk walk = {.plant = key->plant, .backward = key->backward, .rows = rows};
    if (status == STATUS_OK)
        status = store_check_lot(sql, &walk, key->lot, fault);
    if (status == STATUS_OK)
        status = store_trace(sql, &walk, &made->trace, fault);
    if (status == STATUS_OK) {
        shelf_put(made);
        *out = made;
    } else {
        shelf_give_back(&made);
    }
    arena_free(&rows);
    return status;
}

/* The trace of the ledger as it is now, of one snapshot: from the shelf, or made and put there. */
static enum status trace_now(struct rpc_request *request, struct trace_key *key,
                             struct shelf_trace **out)
{
    struct fault *fault = &request->fault;
    enum status status = sql_begin_snapshot(request->sql, fault);
    if (status == STATUS_OK)
        status = store_last_line(request->sql, key->plant, request->arena, &key->as_of, fault);
    *out = status == STATUS_OK ? shelf_find(key) : NULL;
    if (status == STATUS_OK && !*out)
        status = make(request->sql, key, out, fault);
    sql_rollback(request->sql);
    return status;
}

enum status trace_list(struct rpc_request *request)
{
    struct trace_query query;
    enum status status = decode_trace(request, &query);
    if (status != STATUS_OK)
        return status;
    struct trace_key key = {.plant = text_of(request->plant),
                            .lot = query.lot,
                            .backward = query.backward,
                            .as_of = query.as_of};
    struct shelf_trace *held = query.after > 0 ? shelf_find(&key) : NULL;
    if (!held)
        status = trace_now(request, &key, &held);
    query.as_of = key.as_of;
    if (status == STATUS_OK)
        status = encode_trace(request, &query, &held->trace);
    shelf_give_back(&held);
    return status;
}

enum status trace_recall(struct rpc_request *request)
{
    struct shelf_trace *held = NULL;
    struct recall recall = {.arena = request->arena};
    struct trace_key key = {.plant = text_of(request->plant)};
    enum status status = decode_recall(request, &key.lot);
    if (status == STATUS_OK)
        status = trace_now(request, &key, &held);
    if (status == STATUS_OK)
        status = store_recall(request->sql, key.plant, &held->trace, &recall, &request->fault);
    if (status == STATUS_OK)
        status = encode_recall(request, &held->trace, &recall);
    shelf_give_back(&held);
    return status;
}
