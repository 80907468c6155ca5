#include "common/io/rpc.h"

#include "common/io/log.h"
#include "common/io/rpc_loop.h"

#include <protobuf-c/protobuf-c.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* An ipc listener of ZeroMQ aborts the process when it has no descriptor left for a caller. */
#define DESCRIPTORS_WANTED 65536

struct server {
    const struct rpc_service *service;
    struct conf *conf;
    void *state; /* what service->open made */
    bool opened;
    struct rpc_queue *queue;
    struct rpc_outbox *outbox;
    struct rpc_pool *pool;
    struct rpc_loop *loop;
};

/* --- the table of methods --- */

static bool has_method(const struct rpc_service *service, const char *name)
{
    for (size_t i = 0; i < service->method_count; i++) {
        if (strcmp(service->methods[i].name, name) == 0)
            return true;
    }
    return false;
}

/* A method of proto/ without a handler, or a handler without a method, is our mistake. */
static void assert_methods(const struct rpc_service *service)
{
    const ProtobufCServiceDescriptor *descriptor = service->descriptor;
    ASSERT(strcmp(descriptor->short_name, service->name) == 0);
    ASSERT(descriptor->n_methods == service->method_count);
    for (unsigned i = 0; i < descriptor->n_methods; i++)
        ASSERT(has_method(service, descriptor->methods[i].name));
    for (size_t i = 0; i < service->method_count; i++)
        ASSERT(service->methods[i].handle || service->batch);
}

static bool is_mixed(const struct rpc_service *service)
{
    bool handlers = false;
    bool postings = false;
    for (size_t i = 0; i < service->method_count; i++) {
        handlers = handlers || service->methods[i].handle != NULL;
        postings = postings || service->methods[i].handle == NULL;
    }
    return handlers && postings;
}

/* --- the process --- */

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_write(LOG_WARNING, "could not raise the limit of open files");
}

/* Only the loop is to see them: threads inherit the mask. */
static void mask_signals(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(how, &set, NULL);
}

static enum status load(struct server *server, int *argc, char **argv, struct fault *fault)
{
    enum status status = conf_load(server->service->process, argc, argv, &server->conf, fault);
    if (status != STATUS_OK)
        return status;
    enum log_level level = LOG_INFO;
    bool known = log_level_parse(conf_text(server->conf, "log.level"), &level);
    ASSERT(known);
    log_open(server->service->process, level);
    return STATUS_OK;
}

static enum status start(struct server *server, struct fault *fault)
{
    const struct rpc_service *service = server->service;
    struct rpc_queue_limits limits = {.items = (size_t)conf_int(server->conf, "rpc.queue"),
                                      .workers = (unsigned)conf_int(server->conf, "rpc.workers"),
                                      .mixed = is_mixed(service)};
    if (service->open && service->open(server->conf, &server->state, fault) != STATUS_OK)
        return fault->status;
    server->opened = true;
    server->queue = rpc_queue_new(limits);
    server->outbox = rpc_outbox_new();

    struct rpc_pool_plan pool = {service, server->conf, server->state, server->queue,
                                 server->outbox};
    enum status status = rpc_pool_start(&pool, &server->pool, fault);
    if (status != STATUS_OK)
        return status;
    struct rpc_loop_plan loop = {service,       server->conf,   server->state,
                                 server->queue, server->outbox, server->pool};
    return rpc_loop_open(&loop, &server->loop, fault);
}

/* Also after a start that went half way. */
static void stop(struct server *server)
{
    if (server->pool) {
        rpc_queue_close(server->queue);
        rpc_pool_join(&server->pool);
    }
    rpc_loop_close(&server->loop);
    if (server->opened && server->service->close)
        server->service->close(server->state);
    rpc_queue_free(&server->queue);
    rpc_outbox_free(&server->outbox);
    conf_free(&server->conf);
}

static int run(struct server *server, struct fault *fault)
{
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    mask_signals(SIG_BLOCK);
    if (start(server, fault) != STATUS_OK)
        return EXIT_FAILURE;
    mask_signals(SIG_UNBLOCK);
    log_write(LOG_INFO, "serving");
    if (!rpc_loop_run(server->loop)) {
        log_write(LOG_ERROR, "requests did not end in time");
        _Exit(EXIT_FAILURE); /* a handler hangs: nothing can be taken down in order */
    }
    log_write(LOG_INFO, "drained");
    return EXIT_SUCCESS;
}

static int check_sql(struct server *server, struct fault *fault)
{
    struct sql *sql = NULL;
    if (!server->service->schema) {
        printf("%s: no statements\n", server->service->process);
        return EXIT_SUCCESS;
    }
    enum status status =
        sql_open(conf_text(server->conf, "sql.conninfo"), server->service->schema, &sql, fault);
    if (status == STATUS_OK)
        status = sql_check(sql, fault);
    sql_close(&sql);
    if (status == STATUS_OK)
        printf("%s: every statement fits the database\n", server->service->process);
    return status == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int rpc_serve(const struct rpc_service *service, int argc, char **argv)
{
    struct server server = {.service = service};
    struct fault fault = {0};
    int code = EXIT_FAILURE;
    assert_methods(service);
    if (load(&server, &argc, argv, &fault) == STATUS_OK) {
        if (argc == 2 && strcmp(argv[1], "--check-sql") == 0)
            code = check_sql(&server, &fault);
        else if (argc > 1)
            (void)fault_set(&fault, STATUS_INVALID, argv[1], "word \"%s\" is not known", argv[1]);
        else
            code = run(&server, &fault);
    }
    if (fault.status != STATUS_OK) {
        fprintf(stderr, "millrace-%s: %s%s%s\n", service->process, fault.message,
                fault.detail[0] != '\0' ? ": " : "", fault.detail);
        code = EXIT_FAILURE;
    }
    stop(&server);
    return code;
}
