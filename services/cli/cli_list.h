#ifndef MILLRACE_CLI_CLI_LIST_H
#define MILLRACE_CLI_CLI_LIST_H

#include "services/cli/cli_online.h"

/*
 * Lists of the running plant as CSV: all pages of a method, a row a line.  A row's columns are
 * members of a message, found by their JSON name.
 */
#define CLI_MEMBERS_MAX 12 /* request members a list may have */

struct cli_member {
    const char *name;
    const char *value; /* NULL: not given */
    bool raw;          /* a number or true */
};

struct cli_list {
    const char *method;
    const char *rows;    /* the repeated member of the reply */
    const char *members; /* "item,quantity,...": a member a column; an empty one has none */
    struct cli_member request[CLI_MEMBERS_MAX];
};

struct cli_output {
    const char *out;    /* folder, or NULL for stdout */
    const char *file;   /* "explosion.csv" */
    const char *header; /* its columns */
    const struct cli_list *lists;
    size_t list_count;
};

/* Returns an exit status. */
int cli_list_run(const struct remote_words *words, const struct cli_output *output);

#endif
