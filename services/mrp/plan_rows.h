#ifndef MILLRACE_MRP_PLAN_ROWS_H
#define MILLRACE_MRP_PLAN_ROWS_H

#include "services/mrp/mrp_store.h"
#include "services/mrp/plan_core.h"

/*
 * A plan as rows of planned_order and plan_message.
 *
 * A suggestion is known by what it is for, so that it keeps its id while its need stays: item,
 * need day, ordinal among the orders of that day, and segment if there is one:
 * "FRAME@2026-01-31#1~S7".  Its content hash covers every other column.
 */
enum status plan_rows(const struct plan *plan, struct arena *arena, struct plan_write *write,
                      struct fault *fault) MUST_CHECK;

#endif
