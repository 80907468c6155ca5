#ifndef MILLRACE_INVENTORY_HISTORY_CODEC_H
#define MILLRACE_INVENTORY_HISTORY_CODEC_H

#include "common/io/rpc.h"
#include "services/inventory/history_store.h"

/* Questions about the past and about lots, and their answers. */
enum status decode_get_balance(struct rpc_request *request, struct balance_query *query) MUST_CHECK;
enum status encode_balance(struct rpc_request *request, const struct balance_query *query,
                           const struct balance_answer *answer) MUST_CHECK;

/* INVALID or LIMIT, field "work_orders". */
enum status pick_query_of(struct rpc_request *request, char **work_orders, size_t count,
                          struct pick_query *query) MUST_CHECK;
enum status decode_picks(struct rpc_request *request, struct pick_query *query) MUST_CHECK;
enum status encode_picks(struct rpc_request *request, const struct sql_rows *rows) MUST_CHECK;

struct trace_query {
    struct trace_lot lot;
    bool backward;
    size_t limit;
    size_t after;  /* links to pass over */
    int64_t as_of; /* the last ledger line when the page before was traced; 0: the first page */
};

enum status decode_trace(struct rpc_request *request, struct trace_query *query) MUST_CHECK;
/* query->as_of: when this trace was made. */
enum status encode_trace(struct rpc_request *request, const struct trace_query *query,
                         const struct trace *trace) MUST_CHECK;
enum status decode_recall(struct rpc_request *request, struct trace_lot *lot) MUST_CHECK;
enum status encode_recall(struct rpc_request *request, const struct trace *trace,
                          const struct recall *recall) MUST_CHECK;

#endif
