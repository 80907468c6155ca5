#include "services/mrp/look_codec.h"

#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/mrp.pb-c.h"
#include "services/mrp/mrp_codec.h"
#include "services/mrp/plan_rows.h"

#include <string.h>

/* The request's body; NULL with the fault set. */
static const void *unpacked(struct rpc_request *request, const ProtobufCMessageDescriptor *type)
{
    const ProtobufCMessage *message = NULL;
    enum status status =
        wire_unpack(type, request->body, request->arena, &message, &request->fault);
    return status == STATUS_OK ? message : NULL;
}

/* ---- questions ---- */

static enum status read_language(const char *asked, enum plan_language *language,
                                 struct fault *fault)
{
    *language = PLAN_EN;
    if (!asked || strcmp(asked, "en") == 0)
        return STATUS_OK;
    if (strcmp(asked, "zh-CN") != 0)
        return fault_set(fault, STATUS_INVALID, "language", "language is not one of en, zh-CN");
    *language = PLAN_ZH;
    return STATUS_OK;
}

static enum status required(struct text given, const char *field, struct fault *fault)
{
    return given.length > 0 ? STATUS_OK
                            : fault_set(fault, STATUS_INVALID, field, "%s is missing", field);
}

enum status decode_stock_question(struct rpc_request *request, struct stock_question *question)
{
    const Millrace__GetStockRequirementsRequest *asked =
        unpacked(request, &millrace__get_stock_requirements_request__descriptor);
    if (!asked)
        return request->fault.status;
    question->item = page_given(asked->item);
    question->segment = page_given(asked->segment);
    enum status status = required(question->item, "item", &request->fault);
    return status == STATUS_OK
               ? read_language(asked->language, &question->language, &request->fault)
               : status;
}

static enum status read_urgency(const char *asked, int *urgency, struct fault *fault)
{
    static const char *const names[] = {"now", "soon", "later"};
    *urgency = -1;
    for (int k = 0; asked && k < (int)COUNT_OF(names); k++) {
        if (strcmp(asked, names[k]) == 0)
            *urgency = k;
    }
    if (asked && *urgency < 0)
        return fault_set(fault, STATUS_INVALID, "urgency",
                         "urgency is not one of now, soon, later");
    return STATUS_OK;
}

static enum status check_kind(struct text kind, struct fault *fault)
{
    bool known = kind.bytes == NULL || text_is(kind, LOOK_ALARM);
    for (int k = 0; k < PLAN_MESSAGE_KINDS && !known; k++)
        known = text_is(kind, plan_message_name((enum plan_message_kind)k));
    return known ? STATUS_OK
                 : fault_set(fault, STATUS_INVALID, "message", "there is no message \"%.*s\"",
                             (int)kind.length, kind.bytes);
}

enum status decode_message_question(struct rpc_request *request, struct message_question *question)
{
    const Millrace__ListPlanMessagesRequest *asked =
        unpacked(request, &millrace__list_plan_messages_request__descriptor);
    if (!asked)
        return request->fault.status;
    *question = (struct message_question){.item = page_given(asked->item),
                                          .message = page_given(asked->message),
                                          .class = page_given(asked->class_)};
    enum status status = read_urgency(asked->urgency, &question->urgency, &request->fault);
    if (status == STATUS_OK)
        status = check_kind(question->message, &request->fault);
    if (status == STATUS_OK)
        status = read_language(asked->language, &question->language, &request->fault);
    if (status == STATUS_OK)
        status = page_after(asked->after, &question->after, &request->fault);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, LOOK_PAGE_MAX,
                                            &question->limit, &request->fault)
                               : status;
}

enum status decode_planned_question(struct rpc_request *request, struct text *id)
{
    const Millrace__GetPlannedOrderRequest *asked =
        unpacked(request, &millrace__get_planned_order_request__descriptor);
    if (!asked)
        return request->fault.status;
    *id = page_given(asked->planned_order_id);
    return required(*id, "planned_order_id", &request->fault);
}

enum status decode_pegging_question(struct rpc_request *request, struct pegging_question *question)
{
    const Millrace__ListPeggingRequest *asked =
        unpacked(request, &millrace__list_pegging_request__descriptor);
    if (!asked)
        return request->fault.status;
    question->item = page_given(asked->item);
    question->top_reference = page_given(asked->top_reference);
    if (question->item.length == 0 && question->top_reference.length == 0)
        return fault_set(&request->fault, STATUS_INVALID, "item",
                         "item or top_reference must be given");
    enum status status = page_after(asked->after, &question->after, &request->fault);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, LOOK_PAGE_MAX,
                                            &question->limit, &request->fault)
                               : status;
}

enum status decode_load_question(struct rpc_request *request, struct load_question *question)
{
    const Millrace__ListLoadRequest *asked =
        unpacked(request, &millrace__list_load_request__descriptor);
    if (!asked)
        return request->fault.status;
    question->work_center = page_given(asked->work_center);
    question->from = asked->has_from_on ? asked->from_on : DATE_FIRST;
    question->to = asked->has_to_on ? asked->to_on : DATE_LAST;
    question->overloaded = asked->has_overloaded && asked->overloaded;
    if (question->from > question->to)
        return fault_set(&request->fault, STATUS_INVALID, "to_on", "to_on is before from_on");
    enum status status = page_after(asked->after, &question->after, &request->fault);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, LOOK_PAGE_MAX,
                                            &question->limit, &request->fault)
                               : status;
}

enum status decode_promise_question(struct rpc_request *request, struct promise_question *question)
{
    const Millrace__GetPromiseRequest *asked =
        unpacked(request, &millrace__get_promise_request__descriptor);
    if (!asked)
        return request->fault.status;
    question->item = page_given(asked->item);
    question->segment = page_given(asked->segment);
    question->qty.micro = asked->has_quantity_micro ? asked->quantity_micro : 0;
    question->wanted = asked->has_wanted_on ? asked->wanted_on : NO_DATE;
    enum status status = required(question->item, "item", &request->fault);
    if (status == STATUS_OK && question->qty.micro <= 0)
        status = fault_set(&request->fault, STATUS_INVALID, "quantity", "quantity must be above 0");
    return status;
}

/* ---- answers ---- */

static enum status full(struct rpc_request *request)
{
    return fault_set(&request->fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

/* What an answer is made with: `ok` turns false when the arena is full. */
struct maker {
    struct arena *arena;
    const struct plan *plan;
    bool ok;
};

/* A text of the plant; NULL for none. */
static char *say(struct maker *maker, uint32_t text)
{
    if (text == 0)
        return NULL;
    return page_text(text_of(plant_text(maker->plan->plant, text)), maker->arena, &maker->ok);
}

static char *say_words(struct maker *maker, const char *words)
{
    return page_text(text_of(words), maker->arena, &maker->ok);
}

static char *say_item(struct maker *maker, uint32_t item)
{
    return item == NO_INDEX ? NULL : say_words(maker, plant_item_code(maker->plan->plant, item));
}

static void *rows_of(struct maker *maker, size_t count, size_t size)
{
    void *rows = arena_alloc(maker->arena, count + 1, size);
    maker->ok = maker->ok && rows;
    return rows;
}

static const char *supply_name(uint8_t kind)
{
    static const char *const names[] = {[SUPPLY_PURCHASE] = "purchase",
                                        [SUPPLY_WORK_ORDER] = "work_order",
                                        [SUPPLY_PLANNED] = "planned",
                                        [SUPPLY_TRANSFER] = "transfer"};
    return names[kind];
}

static void fill_message(struct maker *maker, Millrace__PlanMessage *out,
                         const struct plan_message *message, enum plan_language language)
{
    static const char *const urgencies[] = {"now", "soon", "later"};
    const struct plant *plant = maker->plan->plant;
    char text[PLAN_TEXT_MAX];
    millrace__plan_message__init(out);
    out->item = say_item(maker, message->item);
    out->segment = say(maker, message->segment);
    out->message = say_words(maker, plan_message_name((enum plan_message_kind)message->kind));
    out->reference = say(maker, message->reference);
    plan_message_cause(maker->plan, message, language, text);
    out->cause = say_words(maker, text);
    plan_message_action(maker->plan, message, language, text);
    out->action = say_words(maker, text);
    out->urgency = say_words(maker, urgencies[look_urgency_of(message)]);
    out->class_ = say(maker, plant_item_params(plant, message->item)->class);
    out->has_date_on = out->has_quantity_micro = true;
    out->date_on = plan_date(maker->plan, message->day);
    out->quantity_micro = qty_given(message->qty) ? message->qty.micro : 0;
    out->has_proposed_on = days_given(message->to_day);
    if (out->has_proposed_on)
        out->proposed_on = plan_date(maker->plan, message->to_day);
    out->has_proposed_micro = qty_given(message->to_qty);
    out->proposed_micro = message->to_qty.micro;
}

/* What the audit found: about the plan, not about an item of it. */
static void fill_alarm(struct maker *maker, Millrace__PlanMessage *out, const char *alarm)
{
    millrace__plan_message__init(out);
    out->message = page_text(text_of(LOOK_ALARM), maker->arena, &maker->ok);
    out->cause = page_text(text_of(alarm), maker->arena, &maker->ok);
    out->action = page_text(text_of("tell the administrator; RunPlan, then AuditPlan"),
                            maker->arena, &maker->ok);
    out->urgency = page_text(text_of("now"), maker->arena, &maker->ok);
}

enum status encode_message_page(struct rpc_request *request, const struct plan *plan,
                                const struct message_page *page)
{
    struct maker maker = {request->arena, plan, true};
    Millrace__ListPlanMessagesReply reply;
    millrace__list_plan_messages_reply__init(&reply);
    Millrace__PlanMessage *rows = rows_of(&maker, page->count + 1, sizeof *rows);
    reply.messages = rows_of(&maker, page->count + 1, sizeof *reply.messages);
    if (maker.ok && page->alarm) {
        fill_alarm(&maker, &rows[page->count], page->alarm);
        reply.messages[reply.n_messages++] = &rows[page->count];
    }
    for (size_t i = 0; maker.ok && i < page->count; i++) {
        fill_message(&maker, &rows[i], &plan->messages[page->rows[i]], page->language);
        reply.messages[reply.n_messages++] = &rows[i];
    }
    if (page->next > 0)
        reply.next = page_next(page->next, request->arena, &maker.ok);
    if (!maker.ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static void fill_proposal(struct maker *maker, Millrace__StockElement *out,
                          const struct plan_message *message, enum plan_language language)
{
    Millrace__PlanMessage said;
    fill_message(maker, &said, message, language);
    out->message = said.message;
    out->cause = said.cause;
    out->action = said.action;
    out->has_proposed_on = said.has_proposed_on;
    out->proposed_on = said.proposed_on;
    out->has_proposed_micro = said.has_proposed_micro;
    out->proposed_micro = said.proposed_micro;
}

static void fill_element(struct maker *maker, Millrace__StockElement *out, uint32_t item,
                         const struct look_row *row, enum plan_language language)
{
    const struct plan *plan = maker->plan;
    struct planned_order order;
    millrace__stock_element__init(out);
    out->kind = say_words(maker, look_kind_name((enum look_kind)row->kind));
    out->segment = say(maker, row->segment);
    out->has_date_on = out->has_quantity_micro = out->has_running_micro = true;
    out->date_on = plan_date(plan, row->day);
    out->quantity_micro = row->qty.micro;
    out->running_micro = row->running.micro;
    out->reference = say(maker, row->reference);
    out->for_item = say_item(maker, row->for_item);
    if (row->kind == LOOK_RECEIPT)
        out->order_kind = say_words(maker, supply_name(plan->plant->supplies[row->row].kind));
    if (row->order != NO_INDEX) {
        maker->ok = maker->ok && plan_rows_order(plan, item, row->order, maker->arena, &order);
        if (maker->ok)
            out->planned_order_id = page_text(order.planned_order_id, maker->arena, &maker->ok);
    }
    if (row->message)
        fill_proposal(maker, out, row->message, language);
}

static size_t fill_elements(struct maker *maker, Millrace__GetStockRequirementsReply *reply,
                            uint32_t item, const struct stock_question *question,
                            const struct look_list *list)
{
    Millrace__StockElement *rows = rows_of(maker, list->count, sizeof *rows);
    reply->elements = rows_of(maker, list->count, sizeof *reply->elements);
    size_t count = 0;
    for (uint32_t k = 0; maker->ok && k < list->count; k++) {
        const char *segment = plant_text(maker->plan->plant, list->rows[k].segment);
        if (question->segment.bytes && !text_is(question->segment, segment))
            continue;
        fill_element(maker, &rows[count], item, &list->rows[k], question->language);
        reply->elements[count] = &rows[count];
        count++;
    }
    return count;
}

enum status encode_stock_list(struct rpc_request *request, const struct plan *plan, uint32_t item,
                              const struct stock_question *question, const struct look_list *list)
{
    static const char *const types[] = {[ITEM_MAKE] = "make",
                                        [ITEM_BUY] = "buy",
                                        [ITEM_PHANTOM] = "phantom",
                                        [ITEM_TRANSFER] = "transfer"};
    struct maker maker = {request->arena, plan, true};
    const struct item *row = &plan->plant->items[item];
    Millrace__GetStockRequirementsReply reply;
    millrace__get_stock_requirements_reply__init(&reply);
    reply.item = say_item(&maker, item);
    reply.name = say(&maker, row->name);
    reply.type = say_words(&maker, types[row->type]);
    reply.uom = say(&maker, row->uom);
    reply.has_safety_stock_micro = true;
    reply.safety_stock_micro = qty_given(row->safety_stock) ? row->safety_stock.micro : 0;
    reply.n_elements = fill_elements(&maker, &reply, item, question, list);
    Millrace__PlanMessage *messages = rows_of(&maker, list->message_count, sizeof *messages);
    reply.messages = rows_of(&maker, list->message_count, sizeof *reply.messages);
    for (uint32_t k = 0; maker.ok && k < list->message_count; k++) {
        fill_message(&maker, &messages[k], &list->messages[k], question->language);
        reply.messages[k] = &messages[k];
    }
    reply.n_messages = list->message_count;
    if (!maker.ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static void fill_peg(struct maker *maker, Millrace__Peg *out, uint32_t item, const struct peg *peg)
{
    static const char *const supplies[] = {[PEG_STOCK] = "stock",
                                           [PEG_RECEIPT] = "receipt",
                                           [PEG_BY_PRODUCT] = "by_product",
                                           [PEG_PLANNED] = "planned"};
    const struct plan *plan = maker->plan;
    millrace__peg__init(out);
    out->item = say_item(maker, item);
    out->for_item = say_item(maker, peg->for_item);
    out->supply_kind = say_words(maker, supplies[peg->supply]);
    out->reference = say(maker, peg->supply_reference);
    out->top_reference = say(maker, peg->top_reference);
    out->segment = say(maker, peg->segment);
    if (peg->top != NO_INDEX) {
        out->top_item = say_item(maker, plan->plant->demands[peg->top].item);
        out->customer = say(maker, plan->plant->demands[peg->top].customer);
    }
    out->has_level = out->has_due_on = out->has_supply_micro = true;
    out->has_for_on = out->has_quantity_micro = true;
    out->level = plan->items[item].level;
    out->due_on = plan_date(plan, peg->supply_day);
    out->supply_micro = peg->supply_qty.micro;
    out->for_on = plan_date(plan, peg->for_day);
    out->quantity_micro = peg->qty.micro;
}

enum status encode_peg_page(struct rpc_request *request, const struct plan *plan,
                            const struct peg_page *page)
{
    struct maker maker = {request->arena, plan, true};
    Millrace__ListPeggingReply reply;
    millrace__list_pegging_reply__init(&reply);
    Millrace__Peg *rows = rows_of(&maker, page->count, sizeof *rows);
    reply.pegs = rows_of(&maker, page->count, sizeof *reply.pegs);
    for (size_t i = 0; maker.ok && i < page->count; i++) {
        fill_peg(&maker, &rows[i], page->items[i], &page->pegs[i]);
        reply.pegs[i] = &rows[i];
    }
    reply.n_pegs = page->count;
    if (page->next > 0)
        reply.next = page_next(page->next, request->arena, &maker.ok);
    if (!maker.ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static void fill_load(struct maker *maker, Millrace__LoadDay *out, const struct load_row *row)
{
    const struct plan *plan = maker->plan;
    millrace__load_day__init(out);
    out->work_center = say(maker, plan->plant->work_centers[row->center].work_center);
    out->item = say_item(maker, row->item);
    out->has_date_on = out->has_hours_micro = out->has_planned_micro = true;
    out->has_firm_micro = out->has_released_micro = out->has_overload_micro = true;
    out->date_on = plan_date(plan, row->day);
    out->hours_micro = row->total.micro;
    out->planned_micro = row->hours[LOAD_PLANNED].micro;
    out->firm_micro = row->hours[LOAD_FIRM].micro;
    out->released_micro = row->hours[LOAD_RELEASED].micro;
    out->overload_micro = row->overload.micro;
    out->has_capacity_micro = qty_given(row->capacity);
    out->capacity_micro = row->capacity.micro;
}

enum status encode_load_page(struct rpc_request *request, const struct plan *plan,
                             const struct load_page *page)
{
    struct maker maker = {request->arena, plan, true};
    Millrace__ListLoadReply reply;
    millrace__list_load_reply__init(&reply);
    Millrace__LoadDay *rows = rows_of(&maker, page->count, sizeof *rows);
    reply.days = rows_of(&maker, page->count, sizeof *reply.days);
    for (size_t i = 0; maker.ok && i < page->count; i++) {
        fill_load(&maker, &rows[i], &plan->load[page->rows[i]]);
        reply.days[i] = &rows[i];
    }
    reply.n_days = page->count;
    if (page->next > 0)
        reply.next = page_next(page->next, request->arena, &maker.ok);
    if (!maker.ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static void fill_promise(struct maker *maker, Millrace__Promise *out,
                         const struct promise_answer *answer)
{
    char text[PLAN_TEXT_MAX];
    millrace__promise__init(out);
    out->has_promised_on = days_given(answer->day);
    if (out->has_promised_on)
        out->promised_on = plan_date(maker->plan, answer->day);
    if (answer->limit == PROMISE_AS_WANTED)
        return;
    promise_words(maker->plan, answer, text);
    out->limit_item = say_item(maker, answer->limit_item);
    out->limit = say_words(maker, text);
}

enum status encode_promise(struct rpc_request *request, const struct plan *plan,
                           const struct promise_answer *available,
                           const struct promise_answer *capable)
{
    struct maker maker = {request->arena, plan, true};
    Millrace__GetPromiseReply reply;
    Millrace__Promise answers[2];
    millrace__get_promise_reply__init(&reply);
    fill_promise(&maker, &answers[0], available);
    fill_promise(&maker, &answers[1], capable);
    reply.available = &answers[0];
    reply.capable = &answers[1];
    reply.has_free_micro = true;
    reply.free_micro = available->on_wanted.micro;
    if (!maker.ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}

static void fill_shortage(struct maker *maker, Millrace__Shortage *out,
                          const struct plan_shortage *row)
{
    const struct plan *plan = maker->plan;
    const struct plant *plant = plan->plant;
    millrace__shortage__init(out);
    out->item = say_item(maker, row->item);
    out->name = say_words(maker, plant_text(plant, plant->items[row->item].name));
    out->segment = say(maker, row->segment);
    out->has_short_on = out->has_quantity_micro = out->has_on_hand_micro = true;
    out->short_on = plan_date(plan, row->short_day);
    out->quantity_micro = row->missing.micro;
    out->on_hand_micro = row->on_hand.micro;
    out->for_item = say_item(maker, row->for_item);
    out->has_for_on = row->for_item != NO_INDEX;
    if (out->has_for_on)
        out->for_on = plan_date(plan, row->for_day);
    out->top_reference = say(maker, row->top_reference);
    if (row->top != NO_INDEX) {
        out->top_item = say_item(maker, plant->demands[row->top].item);
        out->customer = say(maker, plant->demands[row->top].customer);
    }
    if (row->move == NO_INDEX)
        return;
    out->move_reference = say(maker, plant->supplies[row->move].reference);
    out->has_move_due_on = out->has_move_micro = true;
    out->move_due_on = plant->supplies[row->move].due;
    out->move_micro = plant->supplies[row->move].qty.micro;
}

enum status encode_shortage_list(struct rpc_request *request, const struct plan *plan,
                                 const struct plan_shortage *found, uint32_t count)
{
    struct maker maker = {request->arena, plan, true};
    Millrace__ListShortagesReply reply;
    millrace__list_shortages_reply__init(&reply);
    Millrace__Shortage *rows = rows_of(&maker, count, sizeof *rows);
    reply.shortages = rows_of(&maker, count, sizeof *reply.shortages);
    for (uint32_t i = 0; maker.ok && i < count; i++) {
        fill_shortage(&maker, &rows[i], &found[i]);
        reply.shortages[i] = &rows[i];
    }
    reply.n_shortages = count;
    if (!maker.ok)
        return full(request);
    return wire_pack(&reply.base, request->arena, &request->reply, &request->fault);
}
