#ifndef MILLRACE_IO_CONF_H
#define MILLRACE_IO_CONF_H

#include "common/base/status.h"

/*
 * Settings: one table row each (conf.tbl.h) with section, name, kind, default, range and help.
 * Read from the ini file of --config, then from the environment (MILLRACE_SQL_CONNINFO for
 * "sql.conninfo"), which wins.  A process gets the values of section [millrace] and of its own
 * section ([gateway], [mrp], ...), the latter wins.  An unknown key, section or a value outside
 * its range is refused with file and line; `--help` prints the table.
 */
struct conf;

/* Handles --config FILE, --help and --version; other words stay in argv for the caller
   (*argc is lowered).  Exits the process after --help and --version only. */
enum status conf_load(const char *process, int *argc, char **argv, struct conf **out,
                      struct fault *fault) MUST_CHECK;
void conf_free(struct conf **conf);

/* The name must be a row of the table: anything else is a bug and asserts. */
const char *conf_text(const struct conf *conf, const char *name);
int64_t conf_int(const struct conf *conf, const char *name);
bool conf_bool(const struct conf *conf, const char *name);

#endif
