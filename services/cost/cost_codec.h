#ifndef MILLRACE_COST_CODEC_H
#define MILLRACE_COST_CODEC_H

#include "common/io/rpc.h"
#include "services/cost/cost_store.h"
#include "services/cost/rollup_core.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const cost_descriptor;

enum status decode_get_order_cost(struct rpc_request *request, struct text *work_order) MUST_CHECK;
enum status encode_order_cost(struct rpc_request *request,
                              const struct cost_report *report) MUST_CHECK;

enum status decode_list_wip(struct rpc_request *request, struct wip_query *query) MUST_CHECK;
enum status encode_wip(struct rpc_request *request, const struct wip_row *rows, size_t count,
                       bool more) MUST_CHECK;

#define ROLLUP_PAGE_MAX 1000

struct rollup_query {
    struct text item; /* bytes NULL: every item */
    struct text after;
    size_t limit;
};

enum status decode_rollup(struct rpc_request *request, struct rollup_query *query) MUST_CHECK;

/* Items first .. first + count. */
struct cost_page {
    const struct plant *plant;
    const struct item_cost *costs;
    uint32_t first;
    uint32_t count;
    bool more;
};

enum status encode_rollup(struct rpc_request *request, const struct cost_page *page) MUST_CHECK;

#endif
