#ifndef MILLRACE_LEDGER_COMPONENT_CORE_H
#define MILLRACE_LEDGER_COMPONENT_CORE_H

#include "common/ledger/ledger_core.h"

/* Material on the component lines of a work order: design/inventory.md sections 3 and 4. */

/* issued - returned */
int64_t component_net(const struct work_component *component);

/* `part` more of the component is issued.  `like` says what the lines of the document have in
   common: item, document, day, order, and where from.  Refusals are ledger_take's. */
enum status component_issue(struct book *book, const struct ledger_move *like,
                            struct work_component *component, struct qty part,
                            struct fault *fault) MUST_CHECK;

/* What `done` pieces of the order use: done x required / quantity of the order, rounded up at the
   component's decimals; `required` where that is fixed and anything is done.  False on overflow. */
bool component_used(const struct work_component *component, struct qty done, int decimals,
                    struct qty *out) MUST_CHECK;

/*
 * Issue by itself what `done` pieces use of components that are taken so, less what was issued
 * already: those of one operation, or (operation NULL) all.  A component with a line-side location
 * is taken from there.  Safe to repeat: what was taken is not taken again.
 */
enum status component_backflush(struct book *book, const struct ledger_move *like,
                                struct work_order *order, const struct work_operation *operation,
                                struct qty done, struct fault *fault) MUST_CHECK;

/* Want the items of components that are taken by themselves (from a service's load). */
enum status component_want_backflush(struct book *book, struct text work_order,
                                     struct fault *fault) MUST_CHECK;

#endif
