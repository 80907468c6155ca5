#ifndef MILLRACE_BOM_EDITING_H
#define MILLRACE_BOM_EDITING_H

#include "services/bom/bill_core.h"
#include "services/bom/edit.h"

/* Inside of edit.h: what edit.c, edit_variants.c and edit_check.c share. */

/* One command under way. */
struct edit_job {
    struct command *command;
    const struct edits *edits;
    struct edited *edited;
    struct arena *arena;
    struct fault *fault;
    struct master *master;
    struct edit_reads reads;       /* to its rows those are added that are new */
    struct code_list bills;        /* parents whose bills are concerned, variants too */
    struct bill_cut cut;           /* those bills as the graph wants them, checked */
    struct plant routed;           /* operations of those bills' parents, after the edits */
    struct bill_routings routings; /* of routed */
    struct master_row **by_parent; /* rows of bom.csv as they were read, by parent */
    size_t by_parent_count;
};

enum status edit_full(struct edit_job *job);

/* The fault names the row's edit and column; of a variant's copy it says whose. */
enum status edit_refuse(struct edit_job *job, enum status status, const struct master_row *row,
                        const char *column, const char *message);

/* Does the edit name the template of an item? */
bool edit_gains_template(const struct edit *edit);

/* Variants get the lines of their templates. */
enum status edit_inherit(struct edit_job *job) MUST_CHECK;

/* Operations of the parents of edited lines that name one, and of the routings that are edited:
   `rows` those that were read (NULL: none), the rest from the master in memory. */
enum status edit_route(struct edit_job *job, const struct plant *rows) MUST_CHECK;

/* No line may name an operation that is gone: a line of `bills` (NULL: none were read), or in
   memory. */
enum status edit_check_lost(struct edit_job *job, const struct plant *bills) MUST_CHECK;

/* Every row alone, against the others of its bill or routing, and bills against loops. */
enum status edit_check(struct edit_job *job) MUST_CHECK;

#endif
