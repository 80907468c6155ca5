#ifndef MILLRACE_IO_RPC_CLIENT_H
#define MILLRACE_IO_RPC_CLIENT_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "common/base/uuid.h"

/*
 * The asking side: DEALERs on a libevent loop, one a service instance, used by the gateway and by
 * load generators.  One thread (the loop's).  A request that stays silent is sent again with the
 * same ids after RPC_RESEND_MS, until its timeout; one that is refused as BUSY, UNAVAILABLE or
 * COMMIT_UNKNOWN is sent again after a pause that grows: a service may be killed and started again
 * without its callers noticing more than the delay.  Safe because writes carry a key.  A service
 * does not run a request again while its first copy is under way.
 *
 * A socket that does not exist yet is no error: the service may be starting.
 */
#define RPC_RESEND_MS     500
#define RPC_DOWN_MS       2000 /* nobody connected for so long: UNAVAILABLE before the timeout */
#define RPC_IN_FLIGHT_MAX 65536
#define RPC_PROCESSES_MAX 32
struct event_base;
struct rpc_client;
struct rpc_wire;

/* Texts of the wire (rpc_wire.h) must last. */
enum status rpc_client_open(struct event_base *base, const struct rpc_wire *wire,
                            struct rpc_client **out, struct fault *fault) MUST_CHECK;
/* Calls in flight are told UNAVAILABLE first.  NULL-safe; not from within an rpc_answer_fn. */
void rpc_client_close(struct rpc_client **client);

/*
 * Plants are spread over `instances` of this process, at most one process a client: a call goes to
 * the instance that its plant was last found at; an instance that does not keep it says which one
 * does, and one that is silent is passed over for the next.
 */
void rpc_client_spread(struct rpc_client *client, const char *process, unsigned instances);

struct rpc_call {
    const char *process; /* "production": which socket */
    const char *method;  /* "Production.PostIssue" */
    const char *plant;
    struct text ticket;
    struct text ticket_signature;
    struct uuid trace;
    struct uuid key; /* nil: none */
    struct text body;
    uint32_t timeout_ms;
};

/* The answer; fault->status is OK, what the service said, LIMIT (the body is above WIRE_BODY_MAX),
   BUSY (also: RPC_IN_FLIGHT_MAX), UNAVAILABLE (could not be sent in time) or DEADLINE (sent, no
   answer in time).  The memory is only valid during the callback. */
struct rpc_answer {
    struct text body;
    bool repeated;
    const struct fault *fault;
};

typedef void rpc_answer_fn(void *context, const struct rpc_answer *answer);

/* Copies what it needs; always calls `done` exactly once, later, from the loop. */
void rpc_client_call(struct rpc_client *client, const struct rpc_call *call, rpc_answer_fn *done,
                     void *context);

#endif
