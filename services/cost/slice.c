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

bool slice_post(const struct slice_kind *kind, const struct rpc_request *asker)
{
    struct arena *arena = arena_new(SLICE_ARENA_MAX);
    struct rpc_request slice = *asker;
    struct rpc_request *const only[] = {&slice};
    if (!arena)
        return false;
    slice.method = kind->method;
    slice.key = new_key();
    slice.body = text_of("");
    slice.reply = (struct text){0};
    slice.fault = (struct fault){0};
    slice.arena = arena;
    post_batch(kind->posting, only, 1);
    bool more = slice.fault.status == STATUS_OK && kind->more(slice.reply, arena);
    if (slice.fault.status != STATUS_OK)
        log_fault(LOG_WARNING, &slice.fault, "post a slice; the next call goes on");
    arena_free(&arena);
    return more;
}
