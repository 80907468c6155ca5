#ifndef MILLRACE_CLI_CLI_BOM_H
#define MILLRACE_CLI_CLI_BOM_H

#include "common/bom/bom_graph.h"
#include "services/cli/cli.h"

/* What explode and where-used share: a folder's plant, its graph and one item of it. */
struct cli_bom {
    struct plant *plant;
    struct arena *arena;
    struct bom_graph *graph;
    uint32_t item;
};

/* item NULL: none.  Returns CLI_DONE or the exit status after saying why; cli_bom_release in either
 * case. */
int cli_bom_init(struct cli_bom *bom, const char *from, const char *item) MUST_CHECK;
void cli_bom_release(struct cli_bom *bom);

/* A day of the command line, ISO or counted from plan_start; NULL: the plant's today. */
bool cli_bom_start(const struct plant *plant, const char *text, date *start) MUST_CHECK;

/* "1.3.2" */
void cli_put_path(struct cli_writer *writer, const uint32_t *path, uint32_t level);
void cli_put_frac(struct cli_writer *writer, struct frac value);

#endif
