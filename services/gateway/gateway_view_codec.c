#include "common/wire/page.h"
#include "proto/gateway.pb-c.h"
#include "services/gateway/gateway_caller.h"
#include "services/gateway/gateway_job.h"
#include "services/gateway/gateway_view.h"
#include "services/gateway/gateway_view_store.h"

#include <string.h>

struct view_job {
    struct auth_job job;
    struct store_view view;
    struct sql_rows rows; /* of a list */
};

static enum status work_save(struct auth_job *job, struct sql *sql)
{
    struct store_act act = job_act(job, "Access.SaveView");
    return view_save(sql, &act, &((struct view_job *)job)->view, &job->fault);
}

static void done_save(struct auth_job *job)
{
    if (job_failed(job))
        return;
    Millrace__SaveViewReply reply = MILLRACE__SAVE_VIEW_REPLY__INIT;
    call_reply(job->exchange, &reply.base);
}

void view_call_save(struct exchange *exchange, const struct caller *caller,
                    const ProtobufCMessage *message)
{
    const Millrace__SaveViewRequest *request = (const void *)message;
    struct view_job *save = job_new(exchange, sizeof *save, work_save, done_save);
    if (!save)
        return;
    save->view = (struct store_view){.login = exchange_copy(exchange, text_of(caller->login)),
                                     .list = job_text(request->list),
                                     .name = job_text(request->name),
                                     .view = request->view};
    if (!text_is_code(text_of(save->view.list)))
        job_refuse(exchange, STATUS_INVALID, "list", "the name of a list is needed");
    else if (!text_is_code(text_of(save->view.name)))
        job_refuse(exchange, STATUS_INVALID, "name", "a name of 1 to 64 bytes is needed");
    else if (save->view.view && strlen(save->view.view) > VIEW_BYTES_MAX)
        job_refuse(exchange, STATUS_LIMIT, "view", "a view has at most 4096 bytes");
    else
        auth_submit(exchange->gateway->auth, &save->job);
}

static enum status work_list(struct auth_job *job, struct sql *sql)
{
    struct view_job *list = (struct view_job *)job;
    return view_list(sql, job->arena, list->view.login, list->view.list, &list->rows, &job->fault);
}

static void done_list(struct auth_job *job)
{
    struct view_job *list = (struct view_job *)job;
    Millrace__ListViewsReply reply = MILLRACE__LIST_VIEWS_REPLY__INIT;
    if (job_failed(job))
        return;
    Millrace__SavedView *out = arena_alloc(job->arena, list->rows.count + 1, sizeof *out);
    reply.views = arena_alloc(job->arena, list->rows.count + 1, sizeof(void *));
    bool ok = out && reply.views;
    for (size_t i = 0; ok && i < list->rows.count; i++) {
        millrace__saved_view__init(&out[i]);
        out[i].name = page_text(sql_at(&list->rows, i, 0)->as.text, job->arena, &ok);
        out[i].view = page_text(sql_at(&list->rows, i, 1)->as.text, job->arena, &ok);
        reply.views[reply.n_views++] = &out[i];
    }
    if (ok)
        call_reply(job->exchange, &reply.base);
    else
        job_refuse(job->exchange, STATUS_LIMIT, "", "out of memory");
}

void view_call_list(struct exchange *exchange, const struct caller *caller,
                    const ProtobufCMessage *message)
{
    const Millrace__ListViewsRequest *request = (const void *)message;
    struct view_job *list = job_new(exchange, sizeof *list, work_list, done_list);
    if (!list)
        return;
    list->view = (struct store_view){.login = exchange_copy(exchange, text_of(caller->login)),
                                     .list = job_text(request->list)};
    if (!text_is_code(text_of(list->view.list)))
        job_refuse(exchange, STATUS_INVALID, "list", "the name of a list is needed");
    else
        auth_submit(exchange->gateway->auth, &list->job);
}
