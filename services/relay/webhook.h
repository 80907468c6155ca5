#ifndef MILLRACE_RELAY_WEBHOOK_H
#define MILLRACE_RELAY_WEBHOOK_H

#include "common/io/rpc.h"

struct publisher;
struct webhook_senders;
struct sealer;

/* What relay_rpc.c opens. */
struct relay_service {
    struct publisher *publisher;
    struct webhook_senders *senders;
    struct sealer *sealer;
    bool private_targets; /* the setting */
};

/* Webhooks as their owners see them.  The reply of CreateWebhook is the only one with the secret.
 */
enum status handle_create_webhook(struct rpc_request *request);
enum status handle_set_webhook(struct rpc_request *request);
enum status handle_delete_webhook(struct rpc_request *request);
enum status handle_redeliver_webhook(struct rpc_request *request);
enum status handle_list_webhooks(struct rpc_request *request);
enum status handle_list_dead(struct rpc_request *request);

#endif
