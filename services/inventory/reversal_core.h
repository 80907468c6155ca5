#ifndef MILLRACE_INVENTORY_REVERSAL_CORE_H
#define MILLRACE_INVENTORY_REVERSAL_CORE_H

#include "common/ledger/reverse_core.h"
#include "services/inventory/inventory_core.h"

/*
 * A posted document taken back by another that names it, whichever service posted it
 * (design/inventory.md sections 1 and 5): its ledger lines, newest first, and with them what they
 * counted on work, purchase and sales orders and transfers, and a work order's state.
 */
struct reversal_command {
    struct text document;
    struct text reason;
    date effective_on; /* NO_DATE: the plant's today */
};

/* The document's lines as they are in the ledger, in its order. */
struct posted_document {
    const struct posted_line *lines;
    size_t count;
};

/* Items and orders that the lines concern: called when the lines are known. */
enum status reversal_wants(const struct posted_document *posted, struct book *book,
                           struct fault *fault) MUST_CHECK;

/* NOT_FOUND without such a document; STATE_CONFLICT, saying why, when it is reversed already, is a
   reversal itself, or something later depends on it. */
enum status reversal_decide(const struct reversal_command *command,
                            const struct posted_document *posted, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
