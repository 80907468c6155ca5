#ifndef MILLRACE_RELAY_RELAY_COMMAND_H
#define MILLRACE_RELAY_RELAY_COMMAND_H

/*
 * The audit trail by direct access to the database (setting sql.conninfo; reading is enough), for
 * whoever trusts no running service:
 *     millrace-relay --config FILE --audit-head PLANT > FILE
 *     millrace-relay --config FILE --verify-audit PLANT [--head FILE]
 * Returns the exit status, -1 where the words are for rpc_serve.
 */
int relay_command(int argc, char **argv);

#endif
