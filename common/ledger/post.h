#ifndef MILLRACE_LEDGER_POST_H
#define MILLRACE_LEDGER_POST_H

#include "common/io/rpc.h"
#include "common/ledger/book_core.h"

/*
 * The posting path, A to F of design/architecture.md section 5, once for every method that changes
 * anything, also those without a ledger line (release, accept).  A service brings for each method
 * four pure functions; this file brings locks, facts, numbers, writes, keys and the third outcome
 * of a commit.
 *
 *     static const struct post_kind kinds[] = {
 *         {"PostIssue", issue_decode, issue_wants, issue_decide, issue_encode}, ...};
 *     static const struct post_service posting = {"Production", kinds, COUNT_OF(kinds), load};
 *
 *     static void batch(struct rpc_request *const *requests, size_t count)
 *     {
 *         post_batch(&posting, requests, count);
 *     }
 *
 * and in struct rpc_service: .batch = batch, .open = post_open, .close = post_close, and
 * &post_schema among the parts of .schema.  A method of it has a NULL handler in rpc_method.
 */

/* One command of a batch, as the service's functions see it. */
struct post_kind;

struct post_command {
    const struct post_kind *kind;
    const void *request;             /* what decode made */
    const void *master;              /* what load attached; NULL otherwise */
    const void *outcome;             /* what decide leaves for encode */
    const struct rpc_request *asked; /* who, from where: for what write tells of it */
};

struct post_kind {
    const char *method; /* "PostIssue" */

    /* codec: body -> command struct in the arena.  A fault here is answered and not stored. */
    enum status (*decode)(struct text body, struct arena *arena, const void **request,
                          struct fault *fault);

    /* core: which documents and items it concerns (book_want_...).  The book is empty as yet. */
    enum status (*wants)(const void *request, struct book *book, struct fault *fault);

    /* core: check and apply to the book.  A fault is a refusal: what it did is taken back, and the
       refusal is stored under the command's key.  `outcome` is for encode.  May run several times,
       each time on a fresh book. */
    enum status (*decide)(const void *request, const void *master, struct book *book,
                          const void **outcome, struct fault *fault);

    /* codec: numbers are known now (book_number.text, ledger_line.posted_seq). */
    enum status (*encode)(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault);
};

struct post_service {
    const char *name; /* "Production": prefix of the methods */
    const struct post_kind *kinds;
    size_t kind_count;

    /*
     * Optional: master data that commands need (bill lines, routing, supplier price), read on the
     * batch's connection inside its transaction, after documents are locked and loaded and before
     * items are: may read documents of the book (book_work_order, ...), want more items, and set
     * command->master.  A fault here is the database's (business faults belong to decide).
     */
    enum status (*load)(struct sql *sql, struct book *book, struct post_command *commands,
                        size_t count, struct fault *fault);

    /* `load` asks nothing of the plant: where a batch wants no document it runs before anything is
       locked, and all is locked and loaded in one round trip. */
    bool loads_first;

    /* Optional: kinds whose commands need nothing of load, load_locked, write_early and write, nor
       what the rules of an item say of orders.  A batch of such commands alone may be decided on
       what the last ones left in memory (post_recall.h). */
    bool (*recalls)(const struct post_kind *kind);

    /* Optional: as load, after items are locked and loaded: facts that stay true until the batch
       ends.  Wants nothing more. */
    enum status (*load_locked)(struct sql *sql, struct book *book, struct post_command *commands,
                               size_t count, struct fault *fault);

    /* Optional: rows of the service's own that need no number, before the counter is taken, so that
       nobody of the plant waits for them.  The outcome of a refused command is NULL. */
    enum status (*write_early)(struct sql *sql, const struct book *book,
                               const struct post_command *commands, size_t count,
                               struct fault *fault);

    /* Optional: rows of the service's own, when everything has its number and the counter is held;
       the book is written after it.  The outcome of a refused command is NULL. */
    enum status (*write)(struct sql *sql, const struct book *book,
                         const struct post_command *commands, size_t count, struct fault *fault);
};

/* The statements and named constraints of this folder: a part of the service's schema. */
extern const struct sql_schema post_schema;

/* Fit struct rpc_service: open the doorbell. */
enum status post_open(const struct conf *conf, void **service, struct fault *fault) MUST_CHECK;
void post_close(void *service);

/* The doorbell of what post_open made, for commands beside the postings (command.h). */
struct feed;
struct feed *post_bell(void *service);

/*
 * Decide, write and answer all requests, which are of one plant and at most RPC_BATCH_MAX.
 *
 * Each request gets exactly one outcome.  A key seen before gets its stored answer (reply or
 * refusal) with `repeated`; with another request under it KEY_REUSED.  A failure of the database is
 * answered to the command that causes it: what fails is posted again in halves.  Retryable statuses
 * (BUSY, UNAVAILABLE, COMMIT_UNKNOWN, DEADLINE) and INTERNAL are never stored.
 */
#define POST_ROUNDS_MAX \
 8 /* begins of one batch: larger lock sets, keys met, deadlocks, reconnects */
void post_batch(const struct post_service *service, struct rpc_request *const *requests,
                size_t count);

#endif
