#ifndef MILLRACE_LEDGER_LEDGER_LINE_CORE_H
#define MILLRACE_LEDGER_LEDGER_LINE_CORE_H

#include "common/ledger/ledger_core.h"

/* One line of a movement: for ledger_core.c and value_line_core.c. */

/* What the movement says of its line; quantities and amounts are 0. */
struct ledger_line ledger_line_of(const struct ledger_move *move);

/* Append it, the item and the order's WIP in step with it; the item's figures come into it. */
enum status ledger_write_line(struct book *book, const struct ledger_move *move,
                              struct ledger_line *line, struct fault *fault) MUST_CHECK;

/* Stock that was there when its item began to be valued by layers has none: STATE_CONFLICT. */
enum status ledger_check_layers(const struct ledger_move *move, struct fault *fault) MUST_CHECK;

#endif
