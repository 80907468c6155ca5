#ifndef MILLRACE_INVENTORY_SCAN_STORE_H
#define MILLRACE_INVENTORY_SCAN_STORE_H

#include "common/io/sql.h"
#include "services/inventory/scan_core.h"

#define SCAN_MATCHES_MAX 20

extern const struct sql_schema scan_schema;

/* Everything of the plant that a scan may mean, orders first.  Columns: kind, code, work order,
   item, lot, name, state, quantity, uom, day (proto/inventory.proto, ScanMatch). */
enum status store_scan(struct sql *sql, struct text plant, const struct scan *scan,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault) MUST_CHECK;

#endif
