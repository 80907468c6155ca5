#ifndef MILLRACE_MRP_CONSUMPTION_CODEC_H
#define MILLRACE_MRP_CONSUMPTION_CODEC_H

#include "common/io/rpc.h"
#include "services/mrp/forecast_core.h"
#include "services/mrp/plan_core.h"

#define CONSUMPTION_PAGE_MAX 500

struct consumption_question {
    struct text item;
    int64_t after;
    size_t limit;
};

enum status decode_consumption(struct rpc_request *request,
                               struct consumption_question *question) MUST_CHECK;

/* The takings, then the forecasts of which nobody took, from question->after on. */
enum status encode_consumption(struct rpc_request *request, const struct plan *plan,
                               const struct forecast *forecast,
                               const struct consumption_question *question) MUST_CHECK;

#endif
