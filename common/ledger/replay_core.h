#ifndef MILLRACE_LEDGER_REPLAY_CORE_H
#define MILLRACE_LEDGER_REPLAY_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * The value of a plant folder's movements (movements.csv of design/formats.md) from an empty stock,
 * in the order of their seq, by the arithmetic that postings use (value_core.h, layer_core.h).
 */
struct replay_row {
    const struct movement *movement;
    bool correction; /* of earlier movements below zero, which this one shows the cost of */
    struct qty qty;  /* signed, as it changes the stock */
    struct amount amount;
    struct amount variance;
    struct qty on_hand; /* of the item, after it */
    struct amount value;
};

struct replay {
    struct replay_row *rows; /* by item, then seq; a correction follows its movement */
    size_t row_count;
};

/*
 * *wrong is the movement that cannot be (or NULL): INSUFFICIENT_STOCK where the item does not allow
 * less than nothing, INVALID for what its kind does not allow, OVERFLOW; fault.field is the column.
 */
enum status replay_movements(const struct plant *plant, struct arena *arena, struct replay *out,
                             const struct movement **wrong, struct fault *fault) MUST_CHECK;

#endif
