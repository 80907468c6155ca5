#ifndef MILLRACE_RELAY_AUDIT_CODEC_H
#define MILLRACE_RELAY_AUDIT_CODEC_H

#include "common/io/rpc.h"
#include "services/relay/act_store.h"
#include "services/relay/seal_verify.h"

#define ACTS_DEFAULT   50
#define VERIFY_DEFAULT 100

enum status decode_list_acts(struct rpc_request *request, struct act_query *out) MUST_CHECK;

/* `rows` may have one more than the limit, which tells that there is another page. */
enum status encode_acts(struct rpc_request *request, const struct act_row *rows, size_t count,
                        size_t limit) MUST_CHECK;

struct audit_head {
    struct seal_head head;
    struct seal_count sealed[SEAL_STREAMS];
    struct seal_count waiting[SEAL_STREAMS];
};

enum status encode_audit_head(struct rpc_request *request,
                              const struct audit_head *head) MUST_CHECK;

/* The head's JSON, out of the reply; and a head that was kept, for another plant INVALID. */
enum status audit_head_json(struct rpc_request *request, struct text *json,
                            struct fault *fault) MUST_CHECK;
enum status decode_kept_head(struct text json, struct arena *arena, struct verify_ask *ask,
                             struct fault *fault) MUST_CHECK;

enum status decode_list_findings(struct rpc_request *request, struct verify_ask *out) MUST_CHECK;
enum status encode_findings(struct rpc_request *request,
                            const struct verify_report *report) MUST_CHECK;

#endif
