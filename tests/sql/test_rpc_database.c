/*
 * A service and its database: it starts and answers health without one, says what it waits for,
 * and needs no restart when the database comes, goes and comes back.  The program is the service
 * too (tests/unit/rpc_stage.h).  The database "goes" by a link to the folder of its socket.
 */
#include "common/io/rpc.h"
#include "common/wire/wire.h"
#include "proto/envelope.pb-c.h"
#include "proto/relay.pb-c.h"
#include "tests/unit/rpc_stage.h"

#define QUICK_MS 1500

/* --- the service --- */

static const struct sql_statement statements[] = {
    {"test.pid", "SELECT pg_backend_pid()::int8", "", "i"},
    {"test.terminate_others",
     "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
     " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
     "", "i"}};
static const struct sql_schema schema = {.statements = statements,
                                         .statement_count = COUNT_OF(statements)};

static enum status pid_handle(struct rpc_request *request)
{
    struct sql_rows rows;
    char text[24];
    if (sql_run(request->sql, &statements[0], NULL, request->arena, &rows, &request->fault) !=
        STATUS_OK)
        return request->fault.status;
    snprintf(text, sizeof text, "%lld", (long long)sql_at(&rows, 0, 0)->as.integer);
    const char *copy = text_copy(text_of(text), request->arena);
    ASSERT(copy);
    request->reply = text_of(copy);
    return STATUS_OK;
}

static void batch(struct rpc_request *const *requests, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)pid_handle(requests[i]);
}

/* Whatever methods Relay has today: those that create something are batched. */
static int serve(int argc, char **argv)
{
    enum { METHODS_MAX = 64 };
    static struct rpc_method methods[METHODS_MAX];
    const ProtobufCServiceDescriptor *relay = &millrace__relay__descriptor;
    ASSERT(relay->n_methods <= METHODS_MAX);
    for (unsigned i = 0; i < relay->n_methods; i++) {
        const char *name = relay->methods[i].name;
        methods[i] = (struct rpc_method){name, strncmp(name, "Create", 6) == 0 ? NULL : pid_handle};
    }
    const struct rpc_service service = {.name = "Relay",
                                        .process = "relay",
                                        .methods = methods,
                                        .method_count = relay->n_methods,
                                        .descriptor = relay,
                                        .batch = batch,
                                        .schema = &schema};
    return rpc_serve(&service, argc, argv);
}

/* --- the test --- */

static struct stage stage = {.audience = "Relay"};
static char cluster[100]; /* folder of the socket */
static struct rpc_ask *asker;

static void test_open(void)
{
    const char *conninfo = getenv("MILLRACE_TEST_CONNINFO");
    CU_ASSERT_PTR_NOT_NULL_FATAL(conninfo);
    CU_ASSERT_EQUAL_FATAL(sscanf(conninfo, "host=%99s", cluster), 1);
    stage_open(&stage);
    char settings[256];
    snprintf(settings, sizeof settings, "log.level = error\nsql.conninfo = host=%s%s",
             stage_path(&stage, "pg"), strchr(conninfo, ' '));
    stage_start(&stage, settings);
    asker = stage_ask_open(&stage);
}

static void connect_cluster(void)
{
    CU_ASSERT_EQUAL_FATAL(symlink(cluster, stage_path(&stage, "pg")), 0);
}

static void terminate_others(void)
{
    struct sql *sql = NULL;
    struct sql_rows rows;
    stage.fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(sql_open(getenv("MILLRACE_TEST_CONNINFO"), &schema, &sql, &stage.fault),
                          STATUS_OK);
    CU_ASSERT_EQUAL(sql_run(sql, &statements[1], NULL, stage.arena, &rows, &stage.fault),
                    STATUS_OK);
    CU_ASSERT_TRUE(sql_at(&rows, 0, 0)->as.integer >= 1);
    sql_close(&sql);
}

/* One request with a handler, then one that is a batch: both end alike. */
static enum status call(uint32_t timeout_ms, struct rpc_asked *out)
{
    struct ticket administrator = stage_sign(&stage, "A", ROLE_ADMINISTRATOR);
    struct rpc_call call = {.process = "relay",
                            .method = "Relay.GetRelayState",
                            .plant = "A",
                            .ticket = administrator.bytes,
                            .ticket_signature = administrator.signature,
                            .trace = clock_uuid(),
                            .timeout_ms = timeout_ms};
    enum status handled = stage_ask(&stage, asker, &call, out);
    call.method = "Relay.CreateWebhook";
    call.key = clock_uuid();
    CU_ASSERT_EQUAL(stage_ask(&stage, asker, &call, out), handled);
    return handled;
}

/* NULL when it is ready. */
static const char *waiting_for(void)
{
    const ProtobufCMessage *message = NULL;
    struct rpc_asked answer;
    struct rpc_call health = {.process = "relay",
                              .method = "Node.GetHealth",
                              .plant = "",
                              .timeout_ms = STAGE_PATIENT_MS};
    CU_ASSERT_EQUAL_FATAL(stage_ask(&stage, asker, &health, &answer), STATUS_OK);
    CU_ASSERT_EQUAL_FATAL(wire_unpack(&millrace__get_health_reply__descriptor, answer.body,
                                      stage.arena, &message, &stage.fault),
                          STATUS_OK);
    const Millrace__GetHealthReply *reply = (const Millrace__GetHealthReply *)message;
    CU_ASSERT_TRUE(reply->healthy);
    CU_ASSERT_EQUAL(reply->ready, reply->waiting_for == NULL);
    return reply->waiting_for;
}

/* Readiness follows within a few seconds, as idle workers look once a second. */
static bool becomes(bool ready)
{
    for (int i = 0; i < 100; i++) {
        const char *what = waiting_for();
        if ((what == NULL) == ready)
            return ready || strcmp(what, "database") == 0;
        struct timespec pause = {.tv_nsec = 100000000};
        nanosleep(&pause, NULL);
    }
    return false;
}

static void test_starts_without(void)
{
    struct rpc_asked answer;
    CU_ASSERT_TRUE(becomes(false));
    CU_ASSERT_EQUAL(call(QUICK_MS, &answer), STATUS_UNAVAILABLE);
}

static void test_comes(void)
{
    struct rpc_asked answer;
    connect_cluster();
    CU_ASSERT_EQUAL(call(STAGE_PATIENT_MS, &answer), STATUS_OK); /* by the client's repeating */
    CU_ASSERT_TRUE(becomes(true));
}

/* Killed connections cost nobody an error: they are looked at before each request. */
static void test_connections_killed(void)
{
    struct rpc_asked answer;
    for (int i = 0; i < 3; i++) {
        terminate_others();
        CU_ASSERT_EQUAL(call(STAGE_PATIENT_MS, &answer), STATUS_OK);
    }
}

static void test_goes_and_comes_back(void)
{
    struct rpc_asked answer;
    CU_ASSERT_EQUAL(unlink(stage_path(&stage, "pg")), 0);
    terminate_others();
    CU_ASSERT_TRUE(becomes(false));
    CU_ASSERT_EQUAL(call(QUICK_MS, &answer), STATUS_UNAVAILABLE);
    connect_cluster();
    CU_ASSERT_TRUE(becomes(true));
    CU_ASSERT_EQUAL(call(STAGE_PATIENT_MS, &answer), STATUS_OK);
}

static void test_close(void)
{
    stage_stop(&stage);
    rpc_ask_close(&asker);
    (void)unlink(stage_path(&stage, "pg"));
    stage_close(&stage, "relay.sock");
}

int main(int argc, char **argv)
{
    static const struct unit_test tests[] = {
        UNIT(test_open),
        UNIT(test_starts_without),
        UNIT(test_comes),
        UNIT(test_connections_killed),
        UNIT(test_goes_and_comes_back),
        UNIT(test_close),
    };
    if (argc > 1 && strcmp(argv[1], "serve") == 0) {
        argv[1] = argv[0];
        return serve(argc - 1, argv + 1);
    }
    return unit_run("rpc_database", tests, COUNT_OF(tests));
}
