#ifndef MILLRACE_MRP_VIEW_CORE_H
#define MILLRACE_MRP_VIEW_CORE_H

#include "services/mrp/net_core.h"

/* The working memory behind plan_view_...: an item is netted once more in `net`. */
struct plan_view {
    const struct plan *plan;
    struct net net;
    char (*texts)[PLAN_EXPLAIN_MAX]; /* of plan_view_explain */
    uint32_t text_count;
    uint32_t text_capacity;
};

#endif
