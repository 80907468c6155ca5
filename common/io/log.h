#ifndef MILLRACE_IO_LOG_H
#define MILLRACE_IO_LOG_H

#include "common/base/status.h"
#include "common/base/uuid.h"

/*
 * JSON lines on stderr (ops/up sends it to var/log/<service>.log):
 *     {"ts":"…","level":"info","service":"production","trace":"…","plant":"DEMO",
 *      "principal":"mei","method":"Production.PostIssue","ms":4.1,"message":"…"}
 * Whole lines by one write(2), so that lines of threads do not mix.  Values are escaped; parameters
 * of SQL and passwords are never logged.
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* What a line is about.  Set for the current thread while a request is served; NULL clears it. */
struct log_context {
    struct uuid trace;
    const char *plant;
    const char *principal;
    const char *method;
    const char *address; /* of the client, at the gateway */
    const char *device;  /* enrolled terminal */
};

void log_open(const char *service, enum log_level least);
void log_about(const struct log_context *context);
void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* One line for a failed operation: status, field, message and, only here, the detail. */
void log_fault(enum log_level level, const struct fault *fault, const char *doing);

/* One line at the end of each request: status and duration. */
void log_request(enum status status, const struct fault *fault, int64_t elapsed_us);

/* From here on this thread's lines wait and leave together, in pieces of whole lines that a pipe
   takes at once, until log_release.  For the short while in which a batch's lines come. */
void log_hold(void);
void log_release(void);

bool log_level_parse(const char *name, enum log_level *out) MUST_CHECK;

#endif
