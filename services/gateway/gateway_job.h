#ifndef MILLRACE_GATEWAY_JOB_H
#define MILLRACE_GATEWAY_JOB_H

#include "services/gateway/gateway_auth.h"
#include "services/gateway/gateway_store.h"

/* What the methods that the gateway answers itself share: from an exchange to a job and back. */

/* Memory for a job of `size` bytes that begins with a struct auth_job; NULL ends the exchange. */
void *job_new(struct exchange *exchange, size_t size, auth_work_fn *work, auth_done_fn *done);

/* True when the job failed: the exchange has ended with its fault. */
bool job_failed(struct auth_job *job);

/* Ends the exchange. */
void job_refuse(struct exchange *exchange, enum status status, const char *field,
                const char *message);

/* The act that the job is: who, from where, by which method.  On the machine itself (no exchange)
   it is `local` by that method.  Memory of the job. */
struct store_act job_act(const struct auth_job *job, const char *local_method);

/* A text field that may be absent: "" where it is. */
char *job_text(char *field);

#endif
