#include "services/mrp/consumption_rpc.h"

#include "services/mrp/consumption_codec.h"
#include "services/mrp/model_core.h"
#include "services/mrp/planner.h"

struct asking {
    struct rpc_request *request;
    const struct consumption_question *question;
};

static enum status answer(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *at = context;
    const struct text code = at->question->item;
    const uint32_t item = plant_item_find(sight->plan->plant, code);
    struct forecast forecast;
    if (item == NO_INDEX)
        return fault_set(fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                         (int)code.length, code.bytes);
    enum status status =
        event_consumption(sight->plan->model, item, at->request->arena, &forecast, fault);
    return status == STATUS_OK
               ? encode_consumption(at->request, sight->plan, &forecast, at->question)
               : status;
}

enum status consumption_list(struct rpc_request *request)
{
    struct consumption_question question;
    struct asking at = {request, &question};
    enum status status = decode_consumption(request, &question);
    return status == STATUS_OK ? planner_look(request->service, text_of(request->plant), answer,
                                              &at, &request->fault)
                               : status;
}
