#ifndef MILLRACE_IO_RPC_GUARD_H
#define MILLRACE_IO_RPC_GUARD_H

#include "common/io/rpc_wire.h"

/*
 * Who may connect to a tcp socket: a thread that answers libzmq's question about each new
 * connection (ZAP, RFC 27) with the map (rpc_wire.h).  It fails closed: without an answer libzmq
 * lets nobody in (ZAP_ENFORCE_DOMAIN), a map that cannot be read takes nobody, and whatever is not
 * CURVE with a key on the list is refused.
 */
struct rpc_guard;

/* Before the socket of `place` is bound; the place's wire and name must last. */
enum status rpc_guard_start(const struct rpc_place *place, struct rpc_guard **out,
                            struct fault *fault) MUST_CHECK;

/* Once the context has ended, which ends the thread.  NULL-safe. */
void rpc_guard_join(struct rpc_guard **guard);

/* All guards of the process read the map again before the next connection (SIGHUP). */
void rpc_guard_reread(void);

/* By the socket's thread, now and then: after rpc_guard_reread the socket is bound anew once, which
   ends its connections, so that everybody shows his key again.  Waits RPC_REBIND_MS at most; when
   the address is not free by then the next call tries again.  NULL-safe. */
#define RPC_REBIND_MS 50
void rpc_guard_renew(struct rpc_guard *guard, void *socket);

#endif
