#ifndef MILLRACE_IO_RPC_ASK_H
#define MILLRACE_IO_RPC_ASK_H

#include "common/io/rpc_client.h"

/*
 * rpc_client for a program that does one thing at a time (tests, benches): a loop of its own, and
 * a call that returns with the answer.  One thread.
 */
struct rpc_ask;

enum status rpc_ask_open(const struct rpc_wire *wire, struct rpc_ask **out,
                         struct fault *fault) MUST_CHECK;
void rpc_ask_close(struct rpc_ask **ask); /* NULL-safe */

struct rpc_asked {
    struct text body; /* arena memory */
    bool repeated;
};

/* Returns the status of the answer. */
enum status rpc_ask(struct rpc_ask *ask, const struct rpc_call *call, struct arena *arena,
                    struct rpc_asked *out, struct fault *fault) MUST_CHECK;

#endif
