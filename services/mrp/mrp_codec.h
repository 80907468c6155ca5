#ifndef MILLRACE_MRP_CODEC_H
#define MILLRACE_MRP_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/audit_store.h"
#include "services/mrp/mrp_store.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const mrp_descriptor;

/* EventKind of proto/event.proto; the codec asserts it.  What a plan follows: */
#define NEWS_STOCK           1
#define NEWS_WORK_ORDER      2
#define NEWS_PURCHASE_ORDER  3
#define NEWS_SALES_ORDER     4
#define NEWS_MASTER_IMPORTED 5
#define NEWS_MASTER_CHANGED  7
#define NEWS_FORECAST        8
#define NEWS_KINDS           9
/* ... and what it says of itself */
#define EVENT_PLAN_CHANGED 6

struct plan_changed {
    struct text plant;
    int64_t event_seq;
    int64_t plan_version;
    int64_t planned_from_seq;
    int64_t changed_orders;
    const struct text *items; /* that changed; none: any may have */
    size_t item_count;
};

#define PLAN_CHANGED_ITEMS_MAX 1000 /* that an event names */

/* Is the event another one than of plans themselves?  *event_seq is its place; of one that a later
   version wrote INT64_MAX. */
bool decode_is_news(struct text body, struct arena *arena, int64_t *event_seq) MUST_CHECK;

/* The item of a forecast event. */
enum status decode_forecast_item(struct text body, struct arena *arena, struct text *item,
                                 struct fault *fault) MUST_CHECK;

/* The body of a plan_changed event. */
enum status encode_plan_changed(const struct plan_changed *event, struct arena *arena,
                                struct text *body, struct fault *fault) MUST_CHECK;

enum status encode_plan_state(struct rpc_request *request, const struct plan_state *state,
                              const struct audit_note *audit) MUST_CHECK;
enum status encode_run_plan(struct rpc_request *request, const struct plan_state *state) MUST_CHECK;

enum status decode_list_planned_orders(struct rpc_request *request,
                                       struct planned_order_query *query) MUST_CHECK;
enum status encode_planned_orders(struct rpc_request *request, const struct planned_order *orders,
                                  size_t count, bool more, int64_t plan_version) MUST_CHECK;

enum status decode_list_messages(struct rpc_request *request,
                                 struct message_query *query) MUST_CHECK;
enum status encode_messages(struct rpc_request *request, const struct planner_message *messages,
                            size_t count, bool more) MUST_CHECK;

#define SHORTAGE_DAYS_DEFAULT 7
#define SHORTAGE_DAYS_MAX     366

enum status decode_list_shortages(struct rpc_request *request, int32_t *days) MUST_CHECK;
/* One order with the arithmetic of the day that made it. */
enum status encode_planned_order(struct rpc_request *request, const struct planned_order *order,
                                 const char *explanation) MUST_CHECK;

#endif
