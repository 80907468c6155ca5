#ifndef MILLRACE_GATEWAY_AUTH_H
#define MILLRACE_GATEWAY_AUTH_H

#include "services/gateway/gateway_server.h"

/*
 * Work that must not hold up the loop: password hashing (tens of milliseconds, 64 MiB) and every
 * question to the database.  A few threads, each with its own connection; the loop hands a job over
 * and gets it back in its own thread.  In between the job and its memory belong to the worker.
 * Hashing has threads of its own that step back behind everything else: whoever signs in can wait a
 * little, whoever works shall not.
 */
#define AUTH_WORKERS  4
#define AUTH_HASHERS  2 /* of these */
#define AUTH_NICE     5
#define AUTH_JOBS_MAX 512 /* waiting; more are refused as BUSY */

struct sql;
struct auth_job;

typedef enum status auth_work_fn(struct auth_job *job, struct sql *sql);
typedef void auth_done_fn(struct auth_job *job);

/* The first member of what a job needs.  Made by the caller in memory that outlives the job. */
struct auth_job {
    struct auth_job *next;
    auth_work_fn *work; /* on a worker; its status is that of `fault` */
    auth_done_fn *done; /* on the loop */
    bool hashes;        /* a password or a PIN */
    struct gateway *gateway;
    struct exchange *exchange; /* may be NULL */
    struct arena *arena;
    struct fault fault;
};

/* Starts the threads; the database need not be there yet. */
enum status auth_open(struct gateway *gateway, struct fault *fault) MUST_CHECK;
void auth_close(struct auth **auth); /* jobs under way are finished, their `done` is not called */

/* Always ends in job->done, later, from the loop; with BUSY when too many wait. */
void auth_submit(struct auth *auth, struct auth_job *job);

/* Is the database reached?  NULL when it is, else what is awaited. */
const char *auth_waiting_for(const struct auth *auth);

#endif
