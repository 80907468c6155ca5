#include "services/bom/bom_command.h"

#include "common/io/log.h"

struct bom_kept *bom_keep(struct command *command)
{
    if (!command->kept)
        command->kept = arena_alloc(command->arena, 1, sizeof(struct bom_kept));
    return command->kept;
}

/* What cannot be followed now is by the next who asks. */
static void follow_expected(struct command *command, struct master *master)
{
    struct fault fault = {0};
    if (master_follow(master, command->sql, command->arena, &fault) != STATUS_OK)
        log_fault(LOG_WARNING, &fault, "following a mass change");
}

enum status bom_end_round(struct command *command, enum status outcome, struct fault *fault)
{
    const struct bom_kept *kept = command->kept;
    if (kept && kept->expects)
        follow_expected(command, kept->expects);
    if (kept && kept->news && outcome == STATUS_OK)
        master_tell(kept->news, command->arena);
    if (!command->again)
        return STATUS_OK;
    return master_refresh(bom_of(command)->cache, command->sql, command->plant, command->arena,
                          fault);
}

enum status bom_run_kind(struct rpc_request *request, const struct command_kind *kind,
                         const void *asked)
{
    const struct bom_service *service = request->service;
    return command_run_kind(request, kind, asked, service->doorbell);
}

enum status bom_run(struct rpc_request *request, command_work_fn *work, const void *asked)
{
    const struct command_kind kind = {.work = work, .end = bom_end_round};
    return bom_run_kind(request, &kind, asked);
}
