#ifndef MILLRACE_LEDGER_ACT_H
#define MILLRACE_LEDGER_ACT_H

#include "common/io/rpc.h"
#include "common/io/sql.h"

/*
 * Acts that no other table tells (sql/migrations/0040): who did what, from where, what was before
 * and what after.  Append-only; written in the transaction of the change itself.
 */
#define ACT_NO_PLANT "-" /* of the acts that belong to no plant */

extern const struct sql_schema act_schema;

/* Texts without bytes are empty; before and after are JSON objects, empty where there is nothing.
 */
struct act {
    struct text plant;
    struct text by; /* login; of a failed sign-in the one that was tried */
    struct text device;
    struct text address;
    struct text method; /* "Access.SetUser" */
    enum status status;
    struct text object;
    struct text before;
    struct text after;
};

/* Plant, person, device and method of a request. */
struct act act_of_request(const struct rpc_request *request);

enum status act_insert(struct sql *sql, const struct act *act, struct fault *fault) MUST_CHECK;

#endif
