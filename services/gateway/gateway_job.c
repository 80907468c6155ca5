#include "services/gateway/gateway_job.h"

void job_refuse(struct exchange *exchange, enum status status, const char *field,
                const char *message)
{
    (void)fault_set(&exchange->fault, status, field, "%s", message);
    exchange_fail(exchange);
}

void *job_new(struct exchange *exchange, size_t size, auth_work_fn *work, auth_done_fn *done)
{
    struct auth_job *job = arena_alloc(exchange->arena, 1, size);
    if (!job) {
        job_refuse(exchange, STATUS_LIMIT, "", "out of memory");
        return NULL;
    }
    job->work = work;
    job->done = done;
    job->exchange = exchange;
    job->arena = exchange->arena;
    return job;
}

bool job_failed(struct auth_job *job)
{
    if (job->fault.status == STATUS_OK)
        return false;
    job->exchange->fault = job->fault;
    exchange_fail(job->exchange);
    return true;
}

struct store_act job_act(const struct auth_job *job, const char *local_method)
{
    const struct exchange *exchange = job->exchange;
    if (!exchange)
        return (struct store_act){.arena = job->arena,
                                  .act = {.plant = text_of(ACT_NO_PLANT),
                                          .by = text_of(STORE_LOCAL_LOGIN),
                                          .method = text_of(local_method)}};
    return (struct store_act){.arena = job->arena,
                              .act = {.plant = text_of(ACT_NO_PLANT),
                                      .by = text_of(exchange->principal.name),
                                      .device = text_of(exchange->principal.device),
                                      .address = text_of(exchange->address.text),
                                      .method = text_of(exchange->method)}};
}

char *job_text(char *field)
{
    static char empty[1] = "";
    return field ? field : empty;
}
