#ifndef MILLRACE_INVENTORY_DOCUMENT_CORE_H
#define MILLRACE_INVENTORY_DOCUMENT_CORE_H

#include "services/inventory/inventory_core.h"

/*
 * Counts, and what needs a second person (design/inventory.md section 6).
 *
 * A count lists the balances of a location or of items as they are when it starts; counters say
 * what they find, line by line and blind, each at a moment of its own.  Finished, each line is held
 * against the book as of its moment: what was posted later is taken off, and a posting that arrives
 * late for a day before the count's is counted as having been there.  With freeze nothing moves in
 * the counted places meanwhile.  The difference is posted, or above the plant's limit waits for
 * somebody else: the maker is never the checker (also a constraint of the database).  An adjustment
 * above the limit waits in the same way.
 */
struct count_start {
    struct text location; /* empty: everywhere, of the items named */
    const struct text *items;
    size_t item_count; /* 0: all that lies in the location */
    bool freeze;
    struct text reason;
    date effective_on;
};

struct counted_line {
    int64_t line;
    struct qty quantity; /* 0: there is none */
    int64_t at_us;       /* MOMENT_NOW: when it is posted */
};

struct count_record {
    struct text count;
    const struct counted_line *lines;
    size_t line_count;
};

/* Finish a count, approve or reject a document, or cancel a count. */
enum document_verdict { VERDICT_FINISH, VERDICT_APPROVE, VERDICT_REJECT };

struct document_decision {
    struct text document;
    enum document_verdict verdict;
};

/* What a count's line had in the book at its moment, read under the items' locks. */
struct count_fact {
    int64_t line;
    struct qty book;
};

struct count_facts {
    const struct count_fact *lines;
    size_t count;
};

enum status count_start_wants(const struct count_start *command, struct book *book,
                              struct fault *fault) MUST_CHECK;
enum status count_record_wants(const struct count_record *command, struct book *book,
                               struct fault *fault) MUST_CHECK;
enum status decision_wants(const struct document_decision *command, struct book *book,
                           struct fault *fault) MUST_CHECK;

/* master: the items that lie in the location (struct item_list), NULL where they are named. */
struct item_list {
    const struct text *items;
    size_t count;
};

enum status count_start_decide(const struct count_start *command, const struct item_list *found,
                               struct book *book, struct inventory_outcome *outcome,
                               struct fault *fault) MUST_CHECK;
enum status count_record_decide(const struct count_record *command, struct book *book,
                                struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;
/* FORBIDDEN when the maker decides, STATE_CONFLICT when there is nothing to decide. */
enum status decision_decide(const struct document_decision *command,
                            const struct count_facts *facts, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;

/* Is an adjustment above the plant's limit?  The probe has its value, for adjustment_wait. */
enum status adjustment_is_large(const struct adjustment_command *command, struct book *book,
                                struct stock_document *probe, bool *large,
                                struct fault *fault) MUST_CHECK;

/* Written as a document that waits for a second person. */
enum status adjustment_wait(const struct adjustment_command *command, struct book *book,
                            const struct stock_document *probe, struct inventory_outcome *outcome,
                            struct fault *fault) MUST_CHECK;

#endif
