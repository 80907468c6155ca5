#include "common/io/rpc_ask.h"

#include <event2/event.h>

#include <stdlib.h>

struct rpc_ask {
    struct event_base *base;
    struct rpc_client *client;
};

/* One call that is waited for. */
struct wait {
    struct event_base *base;
    struct arena *arena;
    struct rpc_asked *out;
    struct fault *fault;
    bool answered;
};

enum status rpc_ask_open(const struct rpc_wire *wire, struct rpc_ask **out, struct fault *fault)
{
    struct rpc_ask *ask = calloc(1, sizeof *ask);
    ASSERT(ask);
    ask->base = event_base_new();
    ASSERT(ask->base);
    if (rpc_client_open(ask->base, wire, &ask->client, fault) != STATUS_OK) {
        rpc_ask_close(&ask);
        return fault->status;
    }
    *out = ask;
    return STATUS_OK;
}

void rpc_ask_close(struct rpc_ask **ask)
{
    if (!*ask)
        return;
    rpc_client_close(&(*ask)->client);
    event_base_free((*ask)->base);
    free(*ask);
    *ask = NULL;
}

static void on_answer(void *context, const struct rpc_answer *answer)
{
    struct wait *wait = context;
    wait->answered = true;
    *wait->fault = *answer->fault;
    event_base_loopbreak(wait->base);
    if (answer->fault->status != STATUS_OK)
        return;
    const char *bytes = text_copy(answer->body, wait->arena);
    if (!bytes) {
        (void)fault_set(wait->fault, STATUS_LIMIT, "", "answer needs too much memory");
        return;
    }
    *wait->out = (struct rpc_asked){{bytes, answer->body.length}, answer->repeated};
}

enum status rpc_ask(struct rpc_ask *ask, const struct rpc_call *call, struct arena *arena,
                    struct rpc_asked *out, struct fault *fault)
{
    struct wait wait = {.base = ask->base, .arena = arena, .out = out, .fault = fault};
    rpc_client_call(ask->client, call, on_answer, &wait);
    while (!wait.answered) {
        int rc = event_base_loop(ask->base, EVLOOP_ONCE);
        ASSERT(rc == 0);
    }
    return fault->status;
}
