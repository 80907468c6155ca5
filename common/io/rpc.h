#ifndef MILLRACE_IO_RPC_H
#define MILLRACE_IO_RPC_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/io/conf.h"
#include "common/io/sql.h"
#include "common/wire/ticket.h"

struct feed; /* feed.h */

/*
 * The service side of a request: a ROUTER on a libevent loop, a pool of worker threads, each with
 * its own arena and database connection.  Frames: [routing id, Envelope, body] in,
 * [routing id, ReplyHead, body] out (proto/envelope.proto), or several such pairs.
 *
 * Before a handler runs, the loop and the worker have: capped the sizes and the number of frames,
 * decoded the envelope, refused what is past its deadline, verified the ticket (signature,
 * audience, plant, expiry) and the role table (common/wire/role.h), and demanded a key where the
 * method writes.
 */
struct rpc_request {
    const char *method; /* "Production.PostIssue" */
    const char *plant;  /* "" where the method names no plant */
    struct principal principal;
    struct uuid trace;
    struct uuid key; /* idempotency key; nil for a method that only reads */
    struct text body;
    struct text object;  /* what it is about, of the body (wire_object); "" */
    int64_t deadline_us; /* of clock_monotonic_us */
    struct arena *arena; /* for everything about this request; shared within a batch */
    struct sql *sql;     /* the worker's connection; NULL when the service has no schema */
    void *service;       /* what rpc_service.open made */

    /* the answer */
    struct text reply;  /* packed body, arena memory */
    bool repeated;      /* the stored answer to an earlier request with this key */
    uint32_t instance;  /* with UNAVAILABLE: the instance that keeps the plant; 0: not said */
    struct feed *bell;  /* rung for the plant once the answer is on its way; NULL: nobody waits */
    struct fault fault; /* fill it with fault_set; status is OK when there is an answer */
};

/* Returns request->fault.status: `return fault_set(&request->fault, ...)`. */
typedef enum status rpc_handler_fn(struct rpc_request *request);

/*
 * All waiting requests of one plant to methods that write, oldest first, at most RPC_BATCH_MAX and
 * not much above RPC_BATCH_BYTES.  The larger the batch, the more postings of one item meet in it.
 * At most one batch of a plant is under way in a process.  Fills reply or fault of each.  Requests
 * that were refused before (deadline, ticket, role, no key) are not among them.  Runs on any
 * worker; all requests share one arena, one connection and one plant.
 */
#define RPC_BATCH_MAX   2000
#define RPC_BATCH_BYTES ((size_t)MIB)
typedef void rpc_batch_fn(struct rpc_request *const *requests, size_t count);

struct rpc_method {
    const char *name; /* "PostIssue"; must be in the service's descriptor, and each of those here */
    rpc_handler_fn *handle; /* NULL: goes to rpc_service.batch; such a method needs a key */
};

struct rpc_service {
    const char *name;    /* "Production": audience of tickets, prefix of methods */
    const char *process; /* "production": its section of the ini file, its socket, its log */
    const struct rpc_method *methods;
    size_t method_count;
    const void
        *descriptor;     /* ProtobufCServiceDescriptor, from the codec; checked against methods */
    rpc_batch_fn *batch; /* may be NULL */
    const struct sql_schema *schema; /* may be NULL */

    /* Optional.  open runs before the socket is bound (and may start threads of its own with
       connections of their own); it must succeed when the database is down.  ready says why the
       service cannot serve yet, NULL when it can; it runs on the loop and must not block (whether
       the database is reachable is known without it).  close runs after the last reply. */
    enum status (*open)(const struct conf *conf, void **service, struct fault *fault);
    const char *(*ready)(void *service);
    void (*close)(void *service);

    /* Optional, for a service that keeps state by plant: which other instance keeps this plant, 0
       when this one does or nobody is known to.  Its requests are sent on there, unhandled. */
    uint32_t (*elsewhere)(void *service, const char *plant);
};

/*
 * Load the configuration, bind the socket "<process>" ("<process>-N" as instance N > 1;
 * rpc_wire.h), serve until SIGTERM or SIGINT, drain (finish what was taken, answer BUSY to the
 * rest), return the exit code.  Every main() of a service ends in this call.  Answers
 * Node.GetHealth and Node.GetMetrics by itself.
 *
 * A database that is down is no reason to stop: requests are answered UNAVAILABLE until it is back.
 * A request that comes again while the first copy is waiting or running (the caller was impatient)
 * is not run twice.
 *
 * With --check-sql: compare the schema's statements with the database (sql_check) and exit, 0 when
 * they fit.
 */
int rpc_serve(const struct rpc_service *service, int argc, char **argv);

#endif
