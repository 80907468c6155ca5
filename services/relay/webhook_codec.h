#ifndef MILLRACE_RELAY_WEBHOOK_CODEC_H
#define MILLRACE_RELAY_WEBHOOK_CODEC_H

#include "services/relay/webhook_store.h"

/* Messages of webhooks, and what is sent to them. */
enum status decode_create_webhook(struct rpc_request *request, struct webhook *out) MUST_CHECK;
enum status decode_set_webhook(struct rpc_request *request, struct webhook *out) MUST_CHECK;
enum status decode_delete_webhook(struct rpc_request *request, struct text *webhook) MUST_CHECK;
enum status decode_redeliver(struct rpc_request *request, struct text *webhook,
                             int64_t *event_seq) MUST_CHECK;
enum status decode_list_webhooks(struct rpc_request *request, struct text *after,
                                 size_t *limit) MUST_CHECK;
enum status decode_list_dead(struct rpc_request *request, struct dead_query *query) MUST_CHECK;

enum status encode_create_webhook(struct command *command, const struct webhook *webhook,
                                  struct fault *fault) MUST_CHECK;
enum status encode_set_webhook(struct command *command, struct fault *fault) MUST_CHECK;
enum status encode_delete_webhook(struct command *command, struct fault *fault) MUST_CHECK;
enum status encode_redeliver(struct command *command, size_t count, struct fault *fault) MUST_CHECK;
enum status encode_webhooks(struct rpc_request *request, const struct sql_rows *rows,
                            size_t limit) MUST_CHECK;
enum status encode_dead(struct rpc_request *request, const struct sql_rows *rows,
                        size_t limit) MUST_CHECK;

/* {"type":"stock","timestamp":"...","data":{the event}} and its kind ("stock"). */
#define WEBHOOK_KIND_MAX 64
enum status webhook_payload(struct text event, struct arena *arena, char kind[WEBHOOK_KIND_MAX],
                            struct text *payload, struct fault *fault) MUST_CHECK;

/* Are all names of the list kinds of events? */
bool webhook_kinds_known(struct text kinds);

#endif
