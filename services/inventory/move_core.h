#ifndef MILLRACE_INVENTORY_MOVE_CORE_H
#define MILLRACE_INVENTORY_MOVE_CORE_H

#include "services/inventory/inventory_core.h"

/*
 * Stock that stays in the plant (design/inventory.md sections 3 and 6): to another location, at
 * once or in two steps, and to another quality status.  No value moves: stock is valued by item.
 *
 * Two steps: sending puts the stock in status in_transit at the location it goes to, where nobody
 * can take it; the other side signs for it, in parts, or sends it back.
 */
struct move_line {
    struct text item;
    struct qty quantity;
    struct text location; /* empty: wherever it lies */
    struct text lot;
    struct text segment;
    struct text from_status; /* empty: available */
    struct text to_status;   /* of a change of status */
};

struct move_command {
    date effective_on;
    struct text to_location; /* of a transfer */
    bool two_steps;
    struct text reason;
    const struct move_line *lines;
    size_t line_count;
};

struct arrival_line {
    int64_t line;
    struct qty quantity;
};

struct arrival_command {
    struct text transfer;
    date effective_on;
    const struct arrival_line *lines;
    size_t line_count; /* 0: everything that is still on its way */
    bool send_back;
};

struct inspection_line {
    struct text item;
    struct text location;
    struct text lot;
    struct text segment;
    struct qty accepted;
    struct qty rejected;
};

struct inspection_command {
    date effective_on;
    struct text reason;
    const struct inspection_line *lines;
    size_t line_count;
};

enum status move_wants(const struct move_command *command, struct book *book,
                       struct fault *fault) MUST_CHECK;
enum status arrival_wants(const struct arrival_command *command, struct book *book,
                          struct fault *fault) MUST_CHECK;
enum status inspection_wants(const struct inspection_command *command, struct book *book,
                             struct fault *fault) MUST_CHECK;

/* INVALID, NOT_FOUND, PERIOD_CLOSED, INSUFFICIENT_STOCK; an arrival also STATE_CONFLICT (not sent)
   and OVER_TOLERANCE (more than is on its way); transfers and changes of status also of stock that
   has expired. */
enum status transfer_decide(const struct move_command *command, struct book *book,
                            struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;
enum status arrival_decide(const struct arrival_command *command, struct book *book,
                           struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;
enum status status_decide(const struct move_command *command, struct book *book,
                          struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;
enum status inspection_decide(const struct inspection_command *command, struct book *book,
                              struct inventory_outcome *outcome, struct fault *fault) MUST_CHECK;

#endif
