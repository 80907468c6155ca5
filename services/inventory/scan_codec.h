#ifndef MILLRACE_INVENTORY_SCAN_CODEC_H
#define MILLRACE_INVENTORY_SCAN_CODEC_H

#include "common/io/rpc.h"
#include "services/inventory/scan_core.h"

struct sql_rows;

enum status decode_scan(struct rpc_request *request, struct text *scan) MUST_CHECK;
/* rows: of store_scan.  What the caller may not do is left out of what can be done. */
enum status encode_scan(struct rpc_request *request, const struct scan *scan,
                        const struct sql_rows *rows) MUST_CHECK;

#endif
