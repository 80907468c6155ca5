#include "services/cost/slice.h"

#include "common/io/clock.h"
#include "common/io/log.h"

#define SLICE_ARENA_MAX (64 * MIB)

static struct uuid new_key(void)
{
    uint8_t random[10];
    clock_random(random, sizeof random);
    return uuid_v7(clock_unix_us() / 1000, random);
}

/* A request of its own, in the name of who asked. */
static struct rpc_request request_of(const char *method, struct arena *arena,
                                     const struct rpc_request *asker)
{
    struct rpc_request slice = *asker;
    slice.method = method;
    slice.key = new_key();
    slice.body = text_of("");
    slice.reply = (struct text){0};
    slice.fault = (struct fault){0};
    slice.arena = arena;
    return slice;
}

static bool is_done(const struct rpc_request *slice)
{
    if (slice->fault.status != STATUS_OK)
        log_fault(LOG_WARNING, &slice->fault, "post a slice; the next call goes on");
    return slice->fault.status == STATUS_OK;
}

bool slice_command(const char *method, command_work_fn *work, const void *asked,
                   const struct rpc_request *asker)
{
    struct arena *arena = arena_new(SLICE_ARENA_MAX);
    if (!arena)
        return false;
    struct rpc_request slice = request_of(method, arena, asker);
    enum status status = command_run(&slice, work, asked, NULL);
    ASSERT(status == slice.fault.status);
    bool done = is_done(&slice);
    arena_free(&arena);
    return done;
}

bool slice_post(const struct slice_kind *kind, const struct rpc_request *asker)
{
    struct arena *arena = arena_new(SLICE_ARENA_MAX);
    if (!arena)
        return false;
    struct rpc_request slice = request_of(kind->method, arena, asker);
    struct rpc_request *const only[] = {&slice};
    post_batch(kind->posting, only, 1);
    bool more = is_done(&slice) && kind->more(slice.reply, arena);
    arena_free(&arena);
    return more;
}
