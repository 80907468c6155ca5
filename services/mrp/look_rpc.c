#include "services/mrp/look_rpc.h"

#include "services/mrp/audit_store.h"
#include "services/mrp/look_codec.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/plan_rows.h"
#include "services/mrp/planner.h"

/* A question on its way: what was asked, and the request that gets the answer. */
struct asking {
    struct rpc_request *request;
    const void *question;
};

static enum status look(struct rpc_request *request, planner_look_fn *answer, const void *question)
{
    struct asking asking = {request, question};
    return planner_look(request->service, text_of(request->plant), answer, &asking,
                        &request->fault);
}

static enum status no_room(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

/* The item of this code. */
static enum status find_item(const struct plan *plan, struct text code, uint32_t *item,
                             struct fault *fault)
{
    *item = plant_item_find(plan->plant, code);
    return *item != NO_INDEX
               ? STATUS_OK
               : fault_set(fault, STATUS_NOT_FOUND, "item", "item \"%.*s\" does not exist",
                           (int)code.length, code.bytes);
}

/* ---- stock and requirements ---- */

static enum status answer_stock(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    const struct stock_question *question = asking->question;
    struct look_list list;
    uint32_t item;
    enum status status = find_item(sight->plan, question->item, &item, fault);
    if (status == STATUS_OK)
        status = look_item(sight->plan, item, asking->request->arena, &list, fault);
    return status == STATUS_OK
               ? encode_stock_list(asking->request, sight->plan, item, question, &list)
               : status;
}

enum status look_stock_requirements(struct rpc_request *request)
{
    struct stock_question question;
    enum status status = decode_stock_question(request, &question);
    return status == STATUS_OK ? look(request, answer_stock, &question) : status;
}

/* ---- one planned order ---- */

static enum status answer_planned(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    const struct text *id = asking->question;
    const char(*texts)[PLAN_EXPLAIN_MAX];
    struct planned_order row;
    struct plan_view *view;
    uint32_t item;
    uint32_t order;
    uint32_t count;
    if (!plan_rows_find(sight->plan, *id, &item, &order))
        return fault_set(fault, STATUS_NOT_FOUND, "planned_order_id",
                         "planned order \"%.*s\" does not exist", (int)id->length, id->bytes);
    enum status status = plan_view_open(sight->plan, asking->request->arena, &view, fault);
    if (status == STATUS_OK)
        status = plan_view_explain(view, item, &texts, &count, fault);
    if (status != STATUS_OK)
        return status;
    if (!plan_rows_order(sight->plan, item, order, asking->request->arena, &row))
        return no_room(fault);
    return encode_planned_order(asking->request, &row, order < count ? texts[order] : "");
}

enum status look_planned_order(struct rpc_request *request)
{
    struct text id;
    enum status status = decode_planned_question(request, &id);
    return status == STATUS_OK ? look(request, answer_planned, &id) : status;
}

/* ---- messages ---- */

static bool message_fits(const struct plan *plan, const struct message_question *question,
                         const struct plan_message *message)
{
    const struct plant *plant = plan->plant;
    if (question->item.bytes && !text_is(question->item, plant_item_code(plant, message->item)))
        return false;
    if (question->message.bytes &&
        !text_is(question->message, plan_message_name((enum plan_message_kind)message->kind)))
        return false;
    if (question->class.bytes &&
        !text_is(question->class,
                 plant_text(plant, plant_item_params(plant, message->item)->class)))
        return false;
    return question->urgency < 0 || question->urgency == (int)look_urgency_of(message);
}

static enum status answer_messages(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    const struct message_question *question = asking->question;
    uint32_t *rows = arena_alloc(asking->request->arena, question->limit, sizeof *rows);
    struct message_page page = {
        .alarm = question->alarm, .rows = rows, .language = question->language};
    if (!rows)
        return no_room(fault);
    enum status status = planner_messages(sight, fault);
    if (status != STATUS_OK)
        return status;
    for (int64_t k = question->after; k < sight->plan->message_count; k++) {
        if (!message_fits(sight->plan, question, &sight->plan->messages[k]))
            continue;
        if (page.count == question->limit) {
            page.next = rows[page.count - 1] + 1;
            break;
        }
        rows[page.count++] = (uint32_t)k;
    }
    return encode_message_page(asking->request, sight->plan, &page);
}

/* On the first page of whoever does not ask about an item. */
static enum status find_alarm(struct rpc_request *request, struct message_question *question)
{
    struct audit_note note;
    question->alarm = NULL;
    if (question->after > 0 || question->item.bytes || question->class.bytes ||
        (question->message.bytes && !text_is(question->message, LOOK_ALARM)))
        return STATUS_OK;
    enum status status =
        audit_last(request->sql, text_of(request->plant), request->arena, &note, &request->fault);
    if (status == STATUS_OK && note.differences > 0)
        question->alarm = text_copy(note.first, request->arena);
    return status;
}

enum status look_messages(struct rpc_request *request)
{
    struct message_question question;
    enum status status = decode_message_question(request, &question);
    if (status == STATUS_OK)
        status = find_alarm(request, &question);
    return status == STATUS_OK ? look(request, answer_messages, &question) : status;
}

/* ---- pegging ---- */

struct peg_list {
    struct peg *pegs;
    uint32_t *items;
    size_t count;
    int64_t seen; /* pegs that fit, so far */
};

/* The item's pegs that fit, those after `after` up to one more than the limit. */
static void add_pegs(struct peg_list *list, const struct pegging *pegging, uint32_t item,
                     const struct pegging_question *question)
{
    const struct plant *plant = pegging_plan(pegging)->plant;
    const uint32_t count = pegging_count(pegging, item);
    for (uint32_t k = 0; k < count && list->count <= question->limit; k++) {
        struct peg peg = pegging_row(pegging, item, k);
        if (question->top_reference.bytes &&
            !text_is(question->top_reference, plant_text(plant, peg.top_reference)))
            continue;
        if (list->seen++ < question->after)
            continue;
        list->items[list->count] = item;
        list->pegs[list->count++] = peg;
    }
}

static enum status collect_pegs(const struct pegging *pegging, const struct asking *asking,
                                struct peg_list *list, struct fault *fault)
{
    const struct pegging_question *question = asking->question;
    const struct plan *plan = pegging_plan(pegging);
    uint32_t item;
    list->pegs = arena_alloc(asking->request->arena, question->limit + 1, sizeof *list->pegs);
    list->items = arena_alloc(asking->request->arena, question->limit + 1, sizeof *list->items);
    if (!list->pegs || !list->items)
        return no_room(fault);
    if (question->item.bytes) {
        enum status status = find_item(plan, question->item, &item, fault);
        if (status == STATUS_OK)
            add_pegs(list, pegging, item, question);
        return status;
    }
    for (item = 0; item < plan->item_count && list->count <= question->limit; item++)
        add_pegs(list, pegging, item, question);
    return STATUS_OK;
}

static enum status answer_pegging(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    const struct pegging_question *question = asking->question;
    struct pegging *pegging;
    struct peg_list list = {0};
    enum status status = planner_pegging(sight, &pegging, fault);
    if (status == STATUS_OK)
        status = collect_pegs(pegging, asking, &list, fault);
    if (status != STATUS_OK)
        return status;
    const bool more = list.count > question->limit;
    struct peg_page page = {.pegs = list.pegs,
                            .items = list.items,
                            .count = more ? question->limit : list.count,
                            .next = more ? question->after + (int64_t)question->limit : 0};
    return encode_peg_page(asking->request, sight->plan, &page);
}

enum status look_pegging(struct rpc_request *request)
{
    struct pegging_question question;
    enum status status = decode_pegging_question(request, &question);
    return status == STATUS_OK ? look(request, answer_pegging, &question) : status;
}

/* ---- load ---- */

static bool load_fits(const struct plan *plan, const struct load_question *question,
                      const struct load_row *row)
{
    const struct plant *plant = plan->plant;
    const date day = plan_date(plan, row->day);
    if (question->work_center.bytes &&
        !text_is(question->work_center,
                 plant_text(plant, plant->work_centers[row->center].work_center)))
        return false;
    return question->from <= day && day <= question->to &&
           (!question->overloaded || row->overload.micro > 0);
}

static enum status answer_load(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    const struct load_question *question = asking->question;
    uint32_t *rows = arena_alloc(asking->request->arena, question->limit, sizeof *rows);
    struct load_page page = {.rows = rows};
    if (!rows)
        return no_room(fault);
    for (int64_t k = question->after; k < sight->plan->load_count; k++) {
        if (!load_fits(sight->plan, question, &sight->plan->load[k]))
            continue;
        if (page.count == question->limit) {
            page.next = rows[page.count - 1] + 1;
            break;
        }
        rows[page.count++] = (uint32_t)k;
    }
    return encode_load_page(asking->request, sight->plan, &page);
}

enum status look_load(struct rpc_request *request)
{
    struct load_question question;
    enum status status = decode_load_question(request, &question);
    return status == STATUS_OK ? look(request, answer_load, &question) : status;
}

/* ---- promise ---- */

static enum status read_ask(const struct plan *plan, const struct promise_question *question,
                            struct promise_ask *ask, struct fault *fault)
{
    const struct plant *plant = plan->plant;
    *ask = (struct promise_ask){.qty = question->qty};
    enum status status = find_item(plan, question->item, &ask->item, fault);
    if (status != STATUS_OK)
        return status;
    if (!qty_fits_decimals(ask->qty, plant->items[ask->item].decimals))
        return fault_set(fault, STATUS_INVALID, "quantity",
                         "quantity has more than the %d decimals of item \"%.*s\"",
                         plant->items[ask->item].decimals, (int)question->item.length,
                         question->item.bytes);
    if (date_given(question->wanted)) {
        int64_t day = (int64_t)question->wanted - plant->facts.plan_start;
        if (day >= plant->facts.horizon_days)
            return fault_set(fault, STATUS_INVALID, "wanted_on",
                             "wanted_on lies beyond the plan's %d days", plant->facts.horizon_days);
        ask->day = day < 0 ? 0 : (int32_t)day;
    }
    if (question->segment.length == 0)
        return STATUS_OK;
    ask->segment = names_find(plant->texts, question->segment);
    return ask->segment != NO_INDEX
               ? STATUS_OK
               : fault_set(fault, STATUS_NOT_FOUND, "segment", "segment \"%.*s\" does not exist",
                           (int)question->segment.length, question->segment.bytes);
}

static enum status answer_promise(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    struct promise_answer available;
    struct promise_answer capable;
    struct promise_ask ask;
    struct promise *promise;
    enum status status = read_ask(sight->plan, asking->question, &ask, fault);
    if (status == STATUS_OK)
        status = promise_open(sight->plan, asking->request->arena, &promise, fault);
    if (status == STATUS_OK)
        status = promise_available(promise, &ask, &available, fault);
    if (status == STATUS_OK)
        status = promise_capable(promise, &ask, &capable, fault);
    return status == STATUS_OK ? encode_promise(asking->request, sight->plan, &available, &capable)
                               : status;
}

enum status look_promise(struct rpc_request *request)
{
    struct promise_question question;
    enum status status = decode_promise_question(request, &question);
    return status == STATUS_OK ? look(request, answer_promise, &question) : status;
}

/* ---- shortages ---- */

static enum status answer_shortages(struct planner_sight *sight, void *context, struct fault *fault)
{
    const struct asking *asking = context;
    const int32_t *days = asking->question;
    struct plan_shortage *rows;
    struct pegging *pegging;
    uint32_t count;
    enum status status =
        plan_shortages(sight->plan, *days, asking->request->arena, &rows, &count, fault);
    if (status == STATUS_OK && count > 0)
        status = planner_pegging(sight, &pegging, fault);
    if (status == STATUS_OK && count > 0)
        shortage_trace(pegging, rows, count);
    return status == STATUS_OK ? encode_shortage_list(asking->request, sight->plan, rows, count)
                               : status;
}

enum status look_shortages(struct rpc_request *request)
{
    int32_t days;
    enum status status = decode_list_shortages(request, &days);
    return status == STATUS_OK ? look(request, answer_shortages, &days) : status;
}
