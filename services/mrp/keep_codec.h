#ifndef MILLRACE_MRP_KEEP_CODEC_H
#define MILLRACE_MRP_KEEP_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/keep_store.h"

#define PLAN_CHANGES_MAX 500

/* INVALID with the field's path. */
enum status decode_keep_plan(struct rpc_request *request, struct text *name) MUST_CHECK;
enum status decode_drop_plan(struct rpc_request *request, struct text *name) MUST_CHECK;
enum status decode_plan_changes(struct rpc_request *request,
                                struct plan_change_query *query) MUST_CHECK;

enum status encode_kept(struct rpc_request *request, const struct kept *kept) MUST_CHECK;
enum status encode_kept_plans(struct rpc_request *request, const struct kept *plans,
                              size_t count) MUST_CHECK;
enum status encode_plan_changes(struct rpc_request *request, const struct plan_change_row *rows,
                                size_t count, bool more) MUST_CHECK;

#endif
