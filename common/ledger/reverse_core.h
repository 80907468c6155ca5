#ifndef MILLRACE_LEDGER_REVERSE_CORE_H
#define MILLRACE_LEDGER_REVERSE_CORE_H

#include "common/ledger/ledger_core.h"

/*
 * Taking a posted line back by a line of its own that names it (design/inventory.md section 1): the
 * same kind with every figure negated, so that all sums of the ledger are as if neither were there.
 *
 * Value: at AVERAGE and by layers what the line moved; at STANDARD at today's standard.  Stock that
 * is emptied has no value, and none is left below nothing: what cannot go through stock goes to
 * variance.  By layers a receipt can be taken back while its layer is whole, and an issue gives its
 * layers back.
 */

/* What the line took of a layer (below 0: gave back), and what is for ever true of that layer. */
struct posted_take {
    uint64_t layer;
    struct text lot;
    struct text order_id;
    struct qty received;
    struct qty qty;
    struct amount amount;
    int64_t place; /* of the layer's row */
};

struct posted_line {
    struct ledger_line
        line; /* as it is in the ledger; `document` and order_kind are the caller's */
    struct text document;
    struct text posted_by;
    bool reversed;       /* already */
    struct text used_by; /* a later document that took of the same stock; bytes NULL: none */
    const struct posted_take *takes;
    size_t take_count;
};

/* `line->document` is the reversal's number; wip the order of a line that has one.
   STATE_CONFLICT with field "document" when something depends on the line. */
enum status ledger_reverse(struct book *book, const struct posted_line *posted,
                           const struct book_number *document, struct work_order *wip,
                           struct fault *fault) MUST_CHECK;

#endif
