#ifndef MILLRACE_MRP_PROMISE_CODEC_H
#define MILLRACE_MRP_PROMISE_CODEC_H

#include "services/mrp/promise_store.h"

enum status decode_promise_order(struct rpc_request *request, struct text *sales_order,
                                 bool *again) MUST_CHECK;
enum status encode_promised(struct command *command, struct text sales_order,
                            const struct promise_line *lines, size_t count,
                            struct fault *fault) MUST_CHECK;

#endif
