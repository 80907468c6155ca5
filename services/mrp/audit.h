#ifndef MILLRACE_MRP_AUDIT_H
#define MILLRACE_MRP_AUDIT_H

#include "common/io/conf.h"
#include "services/mrp/audit_core.h"
#include "services/mrp/audit_store.h"

/*
 * Does the written plan equal one made anew?  A look reads what is written, then the facts, plans
 * them from scratch and compares row for row.  Where events came in between that the written plan
 * does not know, a difference may only be the plan's delay; then there is a second look once the
 * plan has passed the facts of the first, and a difference counts that stands in both, the same on
 * both sides: neither the plan nor what is written moves there.
 *
 * A difference is told to planners with their messages (Mrp.ListPlanMessages), in GetPlanState, in
 * the log and as a metric, until an audit finds none.
 */
#define AUDIT_WAIT_MS  5000 /* for the plan to pass the facts of a look; then BUSY */
#define AUDIT_TOLD_MAX 100

struct audit_said {
    const char *kind; /* "missing", "extra", "changed" */
    struct text key;  /* the planned order's id, or item/message/reference */
    bool message;
    const char *planned; /* the suggestion in words; "" for none, and of a message */
    const char *written;
};

struct audit_result {
    struct audit_note note;
    const struct audit_said *said; /* the first AUDIT_TOLD_MAX */
    size_t said_count;
};

/* Audit now, on the caller's connection.  NOT_FOUND: no such plant, or it has no plan. */
enum status audit_run(struct sql *sql, struct text plant, struct arena *arena,
                      struct audit_result *result, struct fault *fault) MUST_CHECK;

/* The thread that audits each plant of this instance every mrp.audit_minutes, one after the other,
   and keeps each one's first plan of a week (mrp.keep_weeks), below the priority of everything
   else; none when both are 0. */
struct auditor;
enum status auditor_start(const struct conf *conf, struct auditor **out,
                          struct fault *fault) MUST_CHECK;
void auditor_stop(struct auditor **auditor);

#endif
