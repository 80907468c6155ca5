#ifndef MILLRACE_ORDER_MIRROR_H
#define MILLRACE_ORDER_MIRROR_H

#include "common/io/conf.h"

/*
 * The other side of transfers between plants.  A transfer order of plant X from plant Y is, in Y, a
 * sales order "X/number" to X: due when it must leave (due in X less the item's lead time there), a
 * demand of Y's plan.  One transaction touches one plant, so this thread follows the purchase
 * orders among X's events and brings Y's order to the state that X's has now.
 *
 * At least once, with effect once: the place in X's events is kept in Y (transfer_cursor) and moves
 * in the transaction that changes Y's order, so several order services may run and any may die.
 * What Y cannot take (it has no such plant or item) is logged and passed over; the next change of
 * the order tries again.
 */
struct mirror;

enum status mirror_start(const struct conf *conf, struct mirror **out,
                         struct fault *fault) MUST_CHECK;
void mirror_stop(struct mirror **mirror); /* NULL-safe */

#endif
