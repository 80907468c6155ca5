#ifndef MILLRACE_GATEWAY_NODE_H
#define MILLRACE_GATEWAY_NODE_H

#include "services/gateway/gateway_server.h"

/*
 * Asking the services how they are: Node.GetHealth and Node.GetMetrics of one, or the health of all
 * at once, in parallel and with a short patience.
 */
#define NODE_TIMEOUT_MS 1000
#define NODE_COUNT_MAX  24
#define NODE_SPREAD     "mrp" /* the process of which several instances share the plants */

struct node_health {
    const char *process;
    bool healthy; /* it answered */
    bool ready;
    const char *waiting_for; /* "" when ready */
    const char *version;
    int64_t started_at_us;
};

struct node_sweep {
    struct node_health nodes[NODE_COUNT_MAX]; /* the gateway first */
    size_t count;
    bool all_ready;
};

typedef void node_swept_fn(struct exchange *exchange, const struct node_sweep *sweep);
void node_sweep(struct exchange *exchange, node_swept_fn *swept);

/* GET /services/{process}/{healthz,readyz,metrics}; these answer the exchange. */
bool node_known(const struct gateway *gateway, const char *process);
void node_healthz(struct exchange *exchange, const char *process);
void node_readyz(struct exchange *exchange, const char *process);
void node_metrics(struct exchange *exchange, const char *process);

/* What the gateway says of itself. */
struct node_health node_own(const struct gateway *gateway);

/* Access.ListServices and GET /readyz: the sweep as ListServicesReply. */
void node_reply(struct exchange *exchange, const struct node_sweep *sweep);
void node_reply_ready(struct exchange *exchange, const struct node_sweep *sweep);

#endif
