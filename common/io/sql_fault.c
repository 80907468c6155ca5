#include "common/io/sql_private.h"

#include <stdio.h>
#include <string.h>

/* SQLSTATEs by prefix, the first match counts (PostgreSQL 15, appendix A). */
static const struct sql_meaning {
    const char *state;
    enum status status;
    const char *message;
} sql_meanings[] = {
    {"40001", STATUS_BUSY, "could not finish among other changes of the same data"},
    {"40P01", STATUS_BUSY, "could not finish among other changes of the same data"},
    {"55P03", STATUS_BUSY, "could not get a lock in time"},
    {"57014", STATUS_DEADLINE, "database statement took too long"},
    {"25P03", STATUS_DEADLINE, "database transaction was idle too long"},
    {"22003", STATUS_OVERFLOW, "number out of range"},
    {"57P0", STATUS_UNAVAILABLE, "database is not available"},
    {"25006", STATUS_UNAVAILABLE, "database is read-only"},
    {"08", STATUS_UNAVAILABLE, "database is not available"},
    {"53", STATUS_UNAVAILABLE, "database is out of resources"},
};

static const struct sql_constraint *find_constraint(const struct sql *sql, const char *name)
{
    for (size_t i = 0; i < sql->schema_count; i++) {
        const struct sql_schema *schema = sql->schemas[i];
        for (size_t j = 0; j < schema->constraint_count; j++) {
            if (strcmp(schema->constraints[j].name, name) == 0)
                return &schema->constraints[j];
        }
    }
    return NULL;
}

/* For the log.  Only the primary message: DETAIL quotes values of rows. */
static void set_detail(struct fault *fault, const char *state, const PGresult *result,
                       const struct sql *sql, const char *what)
{
    const char *constraint = result ? PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!message)
        message = sql->conn ? PQerrorMessage(sql->conn) : "no connection";
    int length = snprintf(fault->detail, sizeof fault->detail, "SQLSTATE %s, %s%s%s: %s",
                          *state ? state : "none", what, constraint ? ", constraint " : "",
                          constraint ? constraint : "", message);
    size_t end = strnlen(fault->detail, sizeof fault->detail);
    if (length > 0 && end > 0 && fault->detail[end - 1] == '\n')
        fault->detail[end - 1] = '\0'; /* libpq's own messages end in a line feed */
}

static enum status set_meaning(struct sql *sql, const PGresult *result, const char *state,
                               struct fault *fault)
{
    const char *name = result ? PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) : NULL;
    const struct sql_constraint *constraint = NULL;
    if (state[0] == '2' && state[1] == '3' && name)
        constraint = find_constraint(sql, name);
    if (constraint)
        return fault_set(fault, constraint->status, constraint->field, "%s", constraint->message);
    for (size_t i = 0; i < COUNT_OF(sql_meanings); i++) {
        const struct sql_meaning *meaning = &sql_meanings[i];
        if (strncmp(state, meaning->state, strlen(meaning->state)) == 0)
            return fault_set(fault, meaning->status, "", "%s", meaning->message);
    }
    if (sql_lost(sql))
        return fault_set(fault, STATUS_UNAVAILABLE, "", "database is not available");
    return fault_set(fault, STATUS_INTERNAL, "", "internal error");
}

enum status sql_fault(struct sql *sql, const PGresult *result, const char *what,
                      struct fault *fault)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!state)
        state = "";
    snprintf(sql->state, sizeof sql->state, "%s", state);
    sql->plant_known = false; /* what failed may have taken it back */
    if (fault->status != STATUS_OK)
        return fault->status;
    enum status status = set_meaning(sql, result, state, fault);
    set_detail(fault, state, result, sql, what);
    return status;
}

bool sql_may_run_again(const struct sql *sql)
{
    return strcmp(sql->state, "40001") == 0 || strcmp(sql->state, "40P01") == 0;
}

const char *sql_state(const struct sql *sql)
{
    return sql->state;
}
