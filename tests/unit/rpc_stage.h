#ifndef MILLRACE_TESTS_RPC_STAGE_H
#define MILLRACE_TESTS_RPC_STAGE_H

/*
 * A folder, keys, tickets and a service to ask, for tests of rpc: the test program starts itself
 * again as the service, `PROGRAM serve --config FILE`.
 */
#include "common/io/clock.h"
#include "common/io/rpc_ask.h"
#include "common/io/rpc_wire.h"
#include "common/wire/role.h"
#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STAGE_PATH_MAX   128
#define STAGE_PATIENT_MS 40000

/* libzmq is not built for ThreadSanitizer, so its hand-over between threads is invisible
   (tests/tsan.supp says the same for programs that are started by hand). */
#ifdef __SANITIZE_THREAD__
const char *__tsan_default_suppressions(void);

const char *__tsan_default_suppressions(void)
{
    return "race:libzmq.so.5";
}
#endif

struct stage {
    const char *audience; /* "Order" */
    char folder[32];
    char path[STAGE_PATH_MAX];
    struct arena *arena;
    struct ticket_signer *signer;
    struct ticket tickets[2]; /* of plants A and B */
    int64_t signed_at_us;
    struct fault fault;
    pid_t server;
};

/* Valid until the next call. */
static inline const char *stage_path(struct stage *stage, const char *name)
{
    snprintf(stage->path, sizeof stage->path, "%s/%s", stage->folder, name);
    return stage->path;
}

static inline void stage_write_keys(struct stage *stage)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    FILE *file = fopen(stage_path(stage, "private.pem"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    file = fopen(stage_path(stage, "public.pem"), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(PEM_write_PUBKEY(file, key), 1);
    fclose(file);
    EVP_PKEY_free(key);
}

static inline void stage_open(struct stage *stage)
{
    snprintf(stage->folder, sizeof stage->folder, "/tmp/millrace-rpc-XXXXXX");
    stage->arena = arena_new(MIB);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(stage->folder));
    stage_write_keys(stage);
    CU_ASSERT_EQUAL_FATAL(
        ticket_signer_open(stage_path(stage, "private.pem"), &stage->signer, &stage->fault),
        STATUS_OK);
}

static inline void stage_close(struct stage *stage, const char *socket)
{
    const char *const files[] = {"private.pem", "public.pem", "millrace.ini", "log", socket};
    ticket_signer_free(&stage->signer);
    arena_free(&stage->arena);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        (void)unlink(stage_path(stage, files[i]));
    CU_ASSERT_EQUAL(rmdir(stage->folder), 0);
}

static inline struct ticket stage_sign(struct stage *stage, const char *plant, uint32_t roles)
{
    struct principal who = {.name = "mei", .roles = roles};
    struct ticket_order order = {&who, stage->audience, clock_unix_us()};
    struct ticket ticket = {0};
    snprintf(who.plant, sizeof who.plant, "%s", plant);
    stage->fault = (struct fault){0};
    CU_ASSERT_EQUAL_FATAL(ticket_sign(stage->signer, &order, stage->arena, &ticket, &stage->fault),
                          STATUS_OK);
    return ticket;
}

/* On a busy machine a test under ThreadSanitizer outlives a ticket. */
static inline void stage_sign_again(struct stage *stage)
{
    if (clock_unix_us() - stage->signed_at_us < TICKET_LIFE_US / 4)
        return;
    stage->signed_at_us = clock_unix_us();
    stage->tickets[0] = stage_sign(stage, "A", ROLE_BUYER | ROLE_PLANNER);
    stage->tickets[1] = stage_sign(stage, "B", ROLE_BUYER | ROLE_PLANNER);
}

/* `settings` are further lines of the ini file. */
static inline void stage_start(struct stage *stage, const char *settings)
{
    char path[STAGE_PATH_MAX];
    snprintf(path, sizeof path, "%s", stage_path(stage, "millrace.ini"));
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fprintf(file, "[millrace]\nrpc.dir = %s\nticket.public_key = %s/public.pem\n%s\n",
            stage->folder, stage->folder, settings);
    fclose(file);

    static char program[] = "/proc/self/exe";
    static char word[] = "serve";
    static char option[] = "--config";
    char *argv[] = {program, word, option, path, NULL};
    stage->server = fork();
    if (stage->server == 0) {
        if (freopen(stage_path(stage, "log"), "a", stderr))
            execv(program, argv);
        _exit(127);
    }
    CU_ASSERT_TRUE_FATAL(stage->server > 0);
    arena_reset(stage->arena);
    stage->signed_at_us = 0;
    stage_sign_again(stage);
}

/* Exit code, or minus the signal. */
static inline int stage_wait_end(struct stage *stage)
{
    int status = 0;
    pid_t ended = waitpid(stage->server, &status, 0);
    CU_ASSERT_EQUAL(ended, stage->server);
    stage->server = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void stage_stop(struct stage *stage)
{
    kill(stage->server, SIGTERM);
    CU_ASSERT_EQUAL(stage_wait_end(stage), 0);
}

static inline struct rpc_ask *stage_ask_open(struct stage *stage)
{
    struct rpc_ask *made = NULL;
    struct rpc_wire wire = rpc_wire_local(stage->folder);
    CU_ASSERT_EQUAL_FATAL(rpc_ask_open(&wire, &made, &stage->fault), STATUS_OK);
    return made;
}

static inline enum status stage_ask(struct stage *stage, struct rpc_ask *ask,
                                    const struct rpc_call *call, struct rpc_asked *out)
{
    stage->fault = (struct fault){0};
    *out = (struct rpc_asked){0};
    return rpc_ask(ask, call, stage->arena, out, &stage->fault);
}

#endif
