#ifndef MILLRACE_BOM_BOM_COMMAND_H
#define MILLRACE_BOM_BOM_COMMAND_H

#include "common/ledger/command.h"
#include "services/bom/bom_service.h"

/*
 * Commands of this service (common/ledger/command.h) and the master in memory: after each round it
 * learns what was saved, or is loaded where the work found that it must be (command->again).
 */
struct bom_kept {
    struct master *expects;         /* master_expect was said: follow it before the answer */
    const struct master_news *news; /* what the master is to be told once it is committed; NULL */
};

enum status bom_run(struct rpc_request *request, command_work_fn *work, const void *asked);
enum status bom_run_kind(struct rpc_request *request, const struct command_kind *kind,
                         const void *asked);
command_end_fn bom_end_round;

/* Of this round; NULL: no memory. */
struct bom_kept *bom_keep(struct command *command);

static inline struct bom_service *bom_of(const struct command *command)
{
    return command->request->service;
}

#endif
