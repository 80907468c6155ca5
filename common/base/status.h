#ifndef MILLRACE_BASE_STATUS_H
#define MILLRACE_BASE_STATUS_H

#include "common/base/base.h"

/*
 * Outcome of an operation that can fail for reasons outside the program.  Errors inside the
 * program (a broken invariant) never become a status: they ASSERT.
 *
 * A function returning a status leaves its outputs untouched unless it returns STATUS_OK.
 */
enum status {

#define STATUS(name, http, retry, text) STATUS_##name,
#include "common/base/status.tbl.h"
#undef STATUS
};

/*
 * What the caller is told and what the log keeps, filled in once, where the fault is seen.
 * Message style: lower case, no full stop, says what could not be done and to which object.
 */
struct fault {
    enum status status;
    char field[64];    /* path of the offending input field, e.g. "lines[3].quantity" */
    char message[256]; /* for the client */
    char detail[256];  /* for the log only: SQLSTATE, constraint, endpoint */
};

const char *status_name(enum status status);
const char *status_text(enum status status);
int status_http(enum status status);
bool status_retryable(enum status status);

/* Record the first fault and return its status, so `return fault_set(...)` reads as one step. */
enum status fault_set(struct fault *fault, enum status status, const char *field,
                      const char *format, ...) PRINTF_LIKE(4, 5);

#endif
