#ifndef MILLRACE_RELAY_CODEC_H
#define MILLRACE_RELAY_CODEC_H

#include "common/io/rpc.h"
#include "services/relay/relay_store.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const relay_descriptor;

enum status decode_list_events(struct rpc_request *request, int64_t *after_seq,
                               size_t *limit) MUST_CHECK;
enum status encode_list_events(struct rpc_request *request, const struct relay_event *events,
                               size_t count) MUST_CHECK;
enum status encode_relay_state(struct rpc_request *request,
                               const struct relay_state *state) MUST_CHECK;

#endif
