#ifndef MILLRACE_RELAY_WEBHOOK_SEND_H
#define MILLRACE_RELAY_WEBHOOK_SEND_H

#include "common/io/conf.h"
#include "services/relay/webhook_store.h"

/*
 * The threads that deliver: each takes a webhook that has something to send, for itself alone
 * (webhook.next_at is its claim, so several relays may run), and POSTs its events one by one, in
 * order, until nothing is left, it was at it for a while, or a delivery failed.
 */
#define WEBHOOK_SENDERS     4
#define WEBHOOK_TURN_MS     20000 /* then another webhook has its turn */
#define WEBHOOK_TURN_EVENTS 200
#define WEBHOOK_TIMEOUT_S   10 /* of one delivery */
#define WEBHOOK_ERROR_MAX   240

struct webhook_senders;

enum status webhook_senders_start(const struct conf *conf, struct webhook_senders **out,
                                  struct fault *fault) MUST_CHECK;
void webhook_senders_stop(struct webhook_senders **senders);

/* Looks the host up: INVALID with field "url" when it has no address or one that is private and
   not allowed.  *pinned becomes "host:port:address" for the connection. */
#define WEBHOOK_PIN_MAX 400
enum status webhook_resolve(const struct webhook_target *target, bool allow_private,
                            char pinned[WEBHOOK_PIN_MAX], struct fault *fault) MUST_CHECK;

#endif
