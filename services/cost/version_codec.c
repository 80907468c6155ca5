#include "common/ledger/line_codec.h"
#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/version.h"

#include <stdio.h>
#include <string.h>

#define NOTE_MAX 500

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **message)
{
    return wire_unpack(type, request->body, request->arena, message, &request->fault);
}

static enum status name_of(struct rpc_request *request, const char *given, struct text *version)
{
    *version = text_of(given);
    if (!given)
        return fault_set(&request->fault, STATUS_INVALID, "cost_version",
                         "cost_version is missing");
    if (!text_is_code(*version))
        return fault_set(&request->fault, STATUS_INVALID, "cost_version",
                         "cost_version is not a code");
    return STATUS_OK;
}

/* A day, or NO_DATE where none is given. */
static enum status day_of(struct rpc_request *request, bool given, int32_t day, const char *field,
                          date *out)
{
    *out = given ? day : NO_DATE;
    if (given && (day < DATE_MIN || day > DATE_MAX))
        return fault_set(&request->fault, STATUS_INVALID, field, "day out of range");
    return STATUS_OK;
}

/* ---- save ---- */

static unsigned place_of(const char *word, const char *const *words, unsigned count)
{
    unsigned at = 0;
    while (at < count && strcmp(words[at], word) != 0)
        at++;
    return at;
}

static enum status wrong_fact(struct rpc_request *request, size_t line, const char *member,
                              const char *what)
{
    char field[64];
    (void)snprintf(field, sizeof field, "lines[%zu].%s", line, member);
    return fault_set(&request->fault, STATUS_INVALID, field, "%s", what);
}

static enum status read_fact(struct rpc_request *request, size_t line,
                             const Millrace__CostFact *asked, struct version_fact *fact)
{
    *fact = (struct version_fact){text_of(asked->kind),
                                  text_of(asked->code),
                                  {asked->remove ? NO_COST.micro : asked->value_micro}};
    unsigned kind =
        asked->kind ? place_of(asked->kind, version_fact_names, FACT_KINDS) : (unsigned)FACT_KINDS;
    if (kind == FACT_KINDS)
        return wrong_fact(request, line, "kind",
                          "kind is not one of price, labor_rate, machine_rate, overhead_rate, "
                          "currency");
    if (!asked->code)
        return wrong_fact(request, line, "code", "code is missing");
    if (asked->remove)
        return STATUS_OK;
    if (!asked->has_value_micro)
        return wrong_fact(request, line, "value", "value is missing");
    if (asked->value_micro < 0)
        return wrong_fact(request, line, "value", "value is negative: it must be 0 or more");
    if (asked->value_micro == 0 && kind == FACT_CURRENCY)
        return wrong_fact(request, line, "value", "a currency must be worth more than 0");
    return STATUS_OK;
}

static enum status read_facts(struct rpc_request *request,
                              const Millrace__SaveCostVersionRequest *asked,
                              struct version_save *save)
{
    enum status status = STATUS_OK;
    if (asked->n_lines > VERSION_FACTS_MAX)
        return fault_set(&request->fault, STATUS_LIMIT, "lines", "more than %d lines in a call",
                         VERSION_FACTS_MAX);
    save->facts = arena_alloc(request->arena, asked->n_lines + 1, sizeof *save->facts);
    save->fact_count = asked->n_lines;
    if (!save->facts)
        return full(&request->fault);
    for (size_t i = 0; i < asked->n_lines && status == STATUS_OK; i++) {
        status = read_fact(request, i, asked->lines[i], &save->facts[i]);
        for (size_t k = 0; k < i && status == STATUS_OK; k++) {
            if (text_equal(save->facts[k].kind, save->facts[i].kind) &&
                text_equal(save->facts[k].code, save->facts[i].code))
                status = wrong_fact(request, i, "code", "it is said twice");
        }
    }
    return status;
}

enum status decode_save_version(struct rpc_request *request, struct version_save *save)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__save_cost_version_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SaveCostVersionRequest *asked =
        (const Millrace__SaveCostVersionRequest *)message;
    *save = (struct version_save){.note = page_given(asked->note),
                                  .prices = PRICES_KINDS,
                                  .copy_of = page_given(asked->copy_of)};
    status = name_of(request, asked->cost_version, &save->version);
    if (status == STATUS_OK && save->note.length > NOTE_MAX)
        status = fault_set(&request->fault, STATUS_INVALID, "note", "a note has at most %d bytes",
                           NOTE_MAX);
    if (status == STATUS_OK && asked->prices)
        save->prices =
            (enum version_prices)place_of(asked->prices, version_price_names, PRICES_KINDS);
    if (status == STATUS_OK && asked->prices && save->prices == PRICES_KINDS)
        status = fault_set(&request->fault, STATUS_INVALID, "prices",
                           "prices is not one of standard, last, average, supplier");
    if (status == STATUS_OK)
        status =
            day_of(request, asked->has_costed_on, asked->costed_on, "costed_on", &save->costed_on);
    return status == STATUS_OK ? read_facts(request, asked, save) : status;
}

/* ---- the other requests ---- */

enum status decode_version(struct rpc_request *request, struct text *version)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__cost_version_request__descriptor, &message);
    return status == STATUS_OK
               ? name_of(request, ((const Millrace__CostVersionRequest *)message)->cost_version,
                         version)
               : status;
}

enum status decode_version_day(struct rpc_request *request, struct text *version, date *day)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__mark_cost_version_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__MarkCostVersionRequest *asked =
        (const Millrace__MarkCostVersionRequest *)message;
    status = name_of(request, asked->cost_version, version);
    return status == STATUS_OK
               ? day_of(request, asked->has_effective_on, asked->effective_on, "effective_on", day)
               : status;
}

enum status decode_list_versions(struct rpc_request *request, struct version_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__list_cost_versions_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListCostVersionsRequest *asked =
        (const Millrace__ListCostVersionsRequest *)message;
    *query = (struct version_query){.plant = text_of(request->plant),
                                    .state = text_of(asked->state),
                                    .after = text_of(asked->after)};
    return page_limit(asked->has_limit, asked->limit, VERSIONS_PAGE_MAX, &query->limit,
                      &request->fault);
}

enum status decode_version_costs(struct rpc_request *request, struct version_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__list_version_costs_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListVersionCostsRequest *asked =
        (const Millrace__ListVersionCostsRequest *)message;
    *query = (struct version_query){.plant = text_of(request->plant),
                                    .item = page_given(asked->item),
                                    .after = text_of(asked->after)};
    status = name_of(request, asked->cost_version, &query->version);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, VERSION_COSTS_PAGE_MAX,
                                            &query->limit, &request->fault)
                               : status;
}

enum status decode_comparison(struct rpc_request *request, struct version_query *query)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__get_cost_comparison_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetCostComparisonRequest *asked =
        (const Millrace__GetCostComparisonRequest *)message;
    *query = (struct version_query){.plant = text_of(request->plant),
                                    .against = text_of(asked->against),
                                    .item = page_given(asked->item),
                                    .all = asked->all,
                                    .after = text_of(asked->after)};
    status = name_of(request, asked->cost_version, &query->version);
    return status == STATUS_OK ? page_limit(asked->has_limit, asked->limit, COMPARISON_PAGE_MAX,
                                            &query->limit, &request->fault)
                               : status;
}

/* ---- replies ---- */

static void fill_version(Millrace__CostVersion *out, const struct cost_version *row,
                         struct arena *arena, bool *ok)
{
    millrace__cost_version__init(out);
    out->cost_version = page_text(row->version, arena, ok);
    out->state = page_text(text_of(version_state_text(row->state)), arena, ok);
    out->note = row->note.length > 0 ? page_text(row->note, arena, ok) : NULL;
    out->prices = page_text(text_of(version_price_names[row->prices]), arena, ok);
    out->made_by = page_text(row->made_by, arena, ok);
    out->changed_by = page_text(row->changed_by, arena, ok);
    out->frozen_by = page_text(row->frozen_by, arena, ok);
    out->released_by = page_text(row->released_by, arena, ok);
    out->reverted_by = page_text(row->reverted_by, arena, ok);
    out->has_costed_on = date_given(row->costed_on);
    out->costed_on = row->costed_on;
    out->has_marked_on = date_given(row->marked_on);
    out->marked_on = row->marked_on;
    out->has_effective_on = date_given(row->effective_on);
    out->effective_on = row->effective_on;
    out->has_release_no = row->release_no > 0;
    out->release_no = (uint32_t)row->release_no;
}

enum status encode_version(const struct cost_version *row, struct arena *arena, struct text *reply,
                           struct fault *fault)
{
    Millrace__CostVersion message;
    bool ok = true;
    fill_version(&message, row, arena, &ok);
    return ok ? wire_pack(&message.base, arena, reply, fault) : full(fault);
}

enum status encode_simulated(const struct cost_version *row, const size_t counts[2],
                             struct command *command, struct fault *fault)
{
    Millrace__SimulateCostVersionReply reply;
    bool ok = true;
    millrace__simulate_cost_version_reply__init(&reply);
    reply.cost_version = page_text(row->version, command->arena, &ok);
    reply.state = page_text(text_of(version_state_text(row->state)), command->arena, &ok);
    reply.has_items = reply.has_changed = true;
    reply.items = (uint32_t)counts[0];
    reply.changed = (uint32_t)counts[1];
    return ok ? wire_pack(&reply.base, command->arena, &command->reply, fault) : full(fault);
}

enum status encode_shown_version(struct rpc_request *request, const struct version_shown *shown)
{
    Millrace__CostVersion reply;
    struct arena *arena = request->arena;
    bool ok = true;
    fill_version(&reply, shown->row, arena, &ok);
    Millrace__CostFact *facts = arena_alloc(arena, shown->fact_count + 1, sizeof *facts);
    reply.lines = arena_alloc(arena, shown->fact_count + 1, sizeof *reply.lines);
    if (!facts || !reply.lines)
        return full(&request->fault);
    for (size_t i = 0; i < shown->fact_count; i++) {
        millrace__cost_fact__init(&facts[i]);
        facts[i].kind = page_text(shown->facts[i].kind, arena, &ok);
        facts[i].code = page_text(shown->facts[i].code, arena, &ok);
        facts[i].has_value_micro = true;
        facts[i].value_micro = shown->facts[i].value.micro;
        reply.lines[i] = &facts[i];
    }
    reply.n_lines = shown->fact_count;
    reply.has_items = reply.has_different = reply.has_revaluation_e4 = true;
    reply.items = (uint32_t)shown->sums.items;
    reply.different = (uint32_t)shown->sums.different;
    reply.revaluation_e4 = shown->sums.revaluation.e4;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

enum status encode_versions(struct rpc_request *request, const struct cost_version *rows,
                            size_t count, bool more)
{
    Millrace__ListCostVersionsReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_cost_versions_reply__init(&reply);
    Millrace__CostVersion *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.versions = arena_alloc(arena, count + 1, sizeof *reply.versions);
    if (!out || !reply.versions)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        fill_version(&out[i], &rows[i], arena, &ok);
        reply.versions[i] = &out[i];
    }
    reply.n_versions = count;
    reply.next = more ? out[count - 1].cost_version : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

static void fill_cost(Millrace__ItemCost *out, const struct version_item *row, struct arena *arena,
                      bool *ok)
{
    millrace__item_cost__init(out);
    out->item = page_text(row->item, arena, ok);
    out->has_material_micro = out->has_labor_micro = out->has_machine_micro = true;
    out->has_overhead_micro = out->has_subcontract_micro = out->has_total_micro = true;
    out->has_this_level_micro = out->has_lower_levels_micro = true;
    out->material_micro = row->cost.elements[COST_MATERIAL].micro;
    out->labor_micro = row->cost.elements[COST_LABOR].micro;
    out->machine_micro = row->cost.elements[COST_MACHINE].micro;
    out->overhead_micro = row->cost.elements[COST_OVERHEAD].micro;
    out->subcontract_micro = row->cost.elements[COST_SUBCONTRACT].micro;
    out->total_micro = row->cost.total.micro;
    out->this_level_micro = row->cost.this_level.micro;
    out->lower_levels_micro = row->cost.lower_levels.micro;
}

enum status encode_version_costs(struct rpc_request *request, const struct version_item *rows,
                                 size_t count, bool more)
{
    Millrace__RollUpReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__roll_up_reply__init(&reply);
    Millrace__ItemCost *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.costs = arena_alloc(arena, count + 1, sizeof *reply.costs);
    if (!out || !reply.costs)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        fill_cost(&out[i], &rows[i], arena, &ok);
        reply.costs[i] = &out[i];
    }
    reply.n_costs = count;
    reply.next = more ? out[count - 1].item : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

static void fill_difference(Millrace__CostDifference *out, const struct cost_difference *row,
                            struct arena *arena, bool *ok)
{
    millrace__cost_difference__init(out);
    out->item = page_text(row->item, arena, ok);
    out->name = page_text(row->name, arena, ok);
    out->element = page_text(row->element, arena, ok);
    out->has_before_micro = cost_given(row->before);
    out->before_micro = row->before.micro;
    out->has_after_micro = out->has_difference_micro = true;
    out->after_micro = row->after.micro;
    out->difference_micro = row->after.micro - (cost_given(row->before) ? row->before.micro : 0);
    bool total = text_is(row->element, "total");
    out->has_on_hand_quantity_micro = out->has_stock_value_e4 = out->has_stock_effect_e4 = total;
    out->on_hand_quantity_micro = row->on_hand.micro;
    out->stock_value_e4 = row->stock.e4;
    out->stock_effect_e4 = row->effect.e4;
}

enum status encode_comparison(struct rpc_request *request, const struct cost_difference *rows,
                              size_t count, bool more)
{
    Millrace__GetCostComparisonReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__get_cost_comparison_reply__init(&reply);
    Millrace__CostDifference *out = arena_alloc(arena, count + 1, sizeof *out);
    reply.rows = arena_alloc(arena, count + 1, sizeof *reply.rows);
    if (!out || !reply.rows)
        return full(&request->fault);
    for (size_t i = 0; i < count; i++) {
        fill_difference(&out[i], &rows[i], arena, &ok);
        reply.rows[i] = &out[i];
    }
    reply.n_rows = count;
    reply.next = more && count > 0 ? out[count - 1].item : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- slices ---- */

enum status encode_standards(const struct standards_outcome *outcome, const struct book *book,
                             struct text *reply, struct fault *fault)
{
    Millrace__PostStandardsReply message;
    bool ok = true;
    void **lines;
    size_t count;
    millrace__post_standards_reply__init(&message);
    if (!line_encode(book, outcome->range, &lines, &count))
        return full(fault);
    message.lines = (Millrace__PostedLine **)lines;
    message.n_lines = count;
    message.has_items = message.has_more = true;
    message.items = (uint32_t)outcome->slice.count;
    message.more = outcome->more;
    message.cost_version = page_text(outcome->slice.version.version, book->arena, &ok);
    if (outcome->document)
        message.document = line_text(book, text_of(outcome->document->text), &ok);
    return ok ? wire_pack(&message.base, book->arena, reply, fault) : full(fault);
}

bool decode_standards_more(struct text reply, struct arena *arena)
{
    const ProtobufCMessage *message;
    struct fault fault = {0};
    return wire_unpack(&millrace__post_standards_reply__descriptor, reply, arena, &message,
                       &fault) == STATUS_OK &&
           ((const Millrace__PostStandardsReply *)message)->more;
}
