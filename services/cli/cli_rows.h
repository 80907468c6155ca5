#ifndef MILLRACE_CLI_CLI_ROWS_H
#define MILLRACE_CLI_CLI_ROWS_H

#include "common/base/crew.h"
#include "services/cli/cli.h"

/* A file whose rows come item by item. */
struct cli_rows_file {
    const char *name;    /* "planned_orders.csv" */
    const char *columns; /* "a,b,c" */
    enum status (*put_item)(void *context, struct cli_writer *writer, uint32_t item,
                            struct fault *fault);
};

#define CLI_ROWS_FILES_MAX 8

/*
 * Large files in one pass over the items, by a crew: a hand puts the rows of some items into
 * memory, is told in its turn where they stand in each file, and writes them there while others
 * put rows.  Its memory is used again for the next items.  The files are the same whatever the
 * number of hands.
 */
struct cli_rows {
    const struct crew *crew;
    void **contexts; /* [crew->hands], what each hand puts rows with */
    const struct cli_rows_file *const *files;
    uint32_t file_count; /* 0 .. CLI_ROWS_FILES_MAX */
    uint32_t item_count;
    const char *folder; /* made when missing */
};

/* Returns an exit status; the files appear whole, or none of them. */
int cli_rows_write(const struct cli_rows *rows) MUST_CHECK;

#endif
