#ifndef MILLRACE_MRP_PROPOSAL_CODEC_H
#define MILLRACE_MRP_PROPOSAL_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/proposal_store.h"

#define PROPOSALS_MAX 200

struct proposals {
    struct proposal *rows;
    size_t count;
    struct text reason; /* without bytes: the message's name */
};

/* INVALID with the field's path. */
enum status decode_apply_messages(struct rpc_request *request,
                                  struct proposals *proposals) MUST_CHECK;

/* The changes as steps, one an order; all have been checked. */
enum status encode_apply_messages(struct rpc_request *request,
                                  const struct proposals *proposals) MUST_CHECK;

#endif
