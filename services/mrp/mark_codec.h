#ifndef MILLRACE_MRP_MARK_CODEC_H
#define MILLRACE_MRP_MARK_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/mark_store.h"

#define MARK_WORDS_MAX 500 /* bytes of a note or a reason */

/* INVALID with the field's path.  plant and by are the request's. */
enum status decode_note(struct rpc_request *request, struct order_mark *mark) MUST_CHECK;
enum status decode_reject(struct rpc_request *request, struct order_mark *mark) MUST_CHECK;
enum status decode_restore(struct rpc_request *request, struct order_mark *mark) MUST_CHECK;
enum status encode_marked(struct rpc_request *request, const struct order_mark *mark) MUST_CHECK;

#endif
