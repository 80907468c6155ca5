#ifndef MILLRACE_CLI_CLI_ROWS_H
#define MILLRACE_CLI_CLI_ROWS_H

#include "common/base/crew.h"
#include "services/cli/cli.h"

/*
 * A large file whose rows come item by item, written by a crew: each hand puts the rows of some
 * items into memory, and when the places of all those in the file are known, the hands write them
 * there.  The file is the same whatever the number of hands.
 */
struct cli_rows {
    const struct crew *crew;
    void **contexts; /* [crew->hands], what each hand puts rows with */
    enum status (*put)(void *context, struct cli_writer *writer, uint32_t item,
                       struct fault *fault);
    uint32_t item_count;
    const char *folder;
    const char *file;
    const char *columns; /* "a,b,c" */
};

/* Returns an exit status; the file appears whole or not at all. */
int cli_rows_write(const struct cli_rows *rows) MUST_CHECK;

#endif
