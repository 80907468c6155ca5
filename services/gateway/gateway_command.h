#ifndef MILLRACE_GATEWAY_COMMAND_H
#define MILLRACE_GATEWAY_COMMAND_H

#include "common/io/conf.h"

/*
 * Commands for whoever may read the settings on this machine, so that a fresh database gets its
 * first user:
 *     --create-user LOGIN --role ROLE [--plant P]    password: the first line of stdin
 *     --create-token NAME [--login LOGIN]            prints the token, once
 * Returns the exit code (0 done, 1 refused, 2 wrong usage, 3 failed); -1 when argv holds none of
 * them.
 */
int command_run(const struct conf *conf, int argc, char **argv);

#endif
