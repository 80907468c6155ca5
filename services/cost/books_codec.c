#include "common/wire/page.h"
#include "common/wire/wire.h"
#include "proto/cost.pb-c.h"
#include "services/cost/books.h"

#include <stdio.h>

static enum status full(struct fault *fault)
{
    return fault_set(fault, STATUS_LIMIT, "limit", "reply does not fit in memory");
}

static enum status unpack(struct rpc_request *request, const ProtobufCMessageDescriptor *type,
                          const ProtobufCMessage **message)
{
    return wire_unpack(type, request->body, request->arena, message, &request->fault);
}

/* `has`: whether from and to were given. */
enum status decode_range(struct rpc_request *request, const bool has[2], const int32_t days[2],
                         struct books_range *range)
{
    *range = (struct books_range){text_of(request->plant), has[0] ? days[0] : DATE_MIN,
                                  has[1] ? days[1] : DATE_MAX};
    if (range->from < DATE_MIN || range->to > DATE_MAX || range->from > range->to)
        return fault_set(&request->fault, STATUS_INVALID, "to_on", "to_on is before from_on");
    return STATUS_OK;
}

/* ---- variances ---- */

enum status decode_split(struct rpc_request *request, size_t *limit)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__split_variances_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SplitVariancesRequest *asked = (const Millrace__SplitVariancesRequest *)message;
    return page_limit(asked->has_limit, asked->limit, SPLIT_ORDERS_MAX, limit, &request->fault);
}

enum status encode_split(struct command *command, size_t orders, bool more, struct fault *fault)
{
    Millrace__SplitVariancesReply reply;
    millrace__split_variances_reply__init(&reply);
    reply.has_orders = reply.has_more = true;
    reply.orders = (uint32_t)orders;
    reply.more = more;
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

/* What variances are told by. */
enum status decode_by(struct text by, struct fault *fault)
{
    static const char *const groups[] = {"",      "item",       "class",
                                         "month", "work_order", VARIANCES_BY_CENTER};
    for (size_t i = 0; i < COUNT_OF(groups); i++) {
        if (text_is(by, groups[i]))
            return STATUS_OK;
    }
    return fault_set(fault, STATUS_INVALID, "by",
                     "by is not one of item, class, month, work_order, work_center");
}

enum status decode_variances(struct rpc_request *request, struct variances_query *query,
                             struct amount *alarm_above)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_variances_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListVariancesRequest *asked = (const Millrace__ListVariancesRequest *)message;
    *query = (struct variances_query){
        .by = text_of(asked->by ? asked->by : ""),
        .work_order = text_of(asked->work_order ? asked->work_order : ""),
        .item = text_of(asked->item ? asked->item : ""),
        .class = text_of(asked->class_ ? asked->class_ : ""),
        .work_center = text_of(asked->work_center ? asked->work_center : ""),
        .after = text_of(asked->after ? asked->after : "")};
    alarm_above->e4 = asked->has_alarm_above_e4 ? asked->alarm_above_e4 : -1;
    enum status known = decode_by(query->by, &request->fault);
    if (known != STATUS_OK)
        return known;
    return decode_range(request, (const bool[2]){asked->has_from_on, asked->has_to_on},
                        (const int32_t[2]){asked->from_on, asked->to_on}, &query->range);
}

enum status encode_variances(struct rpc_request *request, const struct variance_list *list)
{
    Millrace__ListVariancesReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_variances_reply__init(&reply);
    Millrace__VarianceRow *out = arena_alloc(arena, list->count + 1, sizeof *out);
    reply.rows = arena_alloc(arena, list->count + 1, sizeof *reply.rows);
    if (!out || !reply.rows)
        return full(&request->fault);
    for (size_t i = 0; i < list->count; i++) {
        const struct variance_row *row = &list->rows[i];
        int64_t size = row->amount.e4 < 0 ? -row->amount.e4 : row->amount.e4;
        millrace__variance_row__init(&out[i]);
        out[i].of = row->of.length > 0 ? page_text(row->of, arena, &ok) : NULL;
        out[i].kind = page_text(row->kind, arena, &ok);
        out[i].has_amount_e4 = out[i].has_orders = true;
        out[i].amount_e4 = row->amount.e4;
        out[i].orders = (uint32_t)row->orders;
        out[i].has_posted_seq = row->orders == 1;
        out[i].posted_seq = (uint64_t)row->posted_seq;
        out[i].has_alarm = list->alarm_above.e4 >= 0;
        out[i].alarm = size > list->alarm_above.e4;
        reply.rows[i] = &out[i];
    }
    reply.n_rows = list->count;
    reply.next = list->more ? out[list->count - 1].of : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- accounts ---- */

enum status decode_account(struct rpc_request *request, struct account_row *row)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__set_account_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__SetAccountRequest *asked = (const Millrace__SetAccountRequest *)message;
    *row = (struct account_row){
        text_of(asked->class_ ? asked->class_ : ""), text_of(asked->purpose ? asked->purpose : ""),
        text_of(asked->account ? asked->account : ""), asked->by_class, asked->remove};
    return STATUS_OK;
}

enum status encode_account(struct command *command, struct fault *fault)
{
    Millrace__SetAccountReply reply;
    millrace__set_account_reply__init(&reply);
    return wire_pack(&reply.base, command->arena, &command->reply, fault);
}

/* ---- journal ---- */

enum status decode_journal(struct rpc_request *request, struct journal_query *query)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__list_journal_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__ListJournalRequest *asked = (const Millrace__ListJournalRequest *)message;
    *query = (struct journal_query){.document = text_of(asked->document ? asked->document : ""),
                                    .account = text_of(asked->account ? asked->account : "")};
    status = page_limit(asked->has_limit, asked->limit, JOURNAL_PAGE_MAX, &query->limit,
                        &request->fault);
    if (status == STATUS_OK)
        status = page_after(asked->after, &query->after, &request->fault);
    return status == STATUS_OK
               ? decode_range(request, (const bool[2]){asked->has_from_on, asked->has_to_on},
                              (const int32_t[2]){asked->from_on, asked->to_on}, &query->range)
               : status;
}

static void fill_entry(Millrace__JournalEntry *out, const struct journal_entry *entry,
                       struct arena *arena, bool *ok)
{
    const struct journal_row *row = entry->row;
    millrace__journal_entry__init(out);
    out->has_posted_seq = out->has_effective_on = true;
    out->posted_seq = (uint64_t)row->posted_seq;
    out->effective_on = row->day;
    out->document = page_text(row->document, arena, ok);
    out->kind = page_text(row->line.kind, arena, ok);
    out->account = page_text(entry->account, arena, ok);
    out->name = page_text(text_of(journal_names[entry->key].name), arena, ok);
    out->item = row->item.length > 0 ? page_text(row->item, arena, ok) : NULL;
    out->order_id = row->order_id.length > 0 ? page_text(row->order_id, arena, ok) : NULL;
    out->has_debit_e4 = entry->amount.e4 > 0;
    out->has_credit_e4 = entry->amount.e4 < 0;
    out->debit_e4 = entry->amount.e4;
    out->credit_e4 = -entry->amount.e4;
}

enum status encode_journal(struct rpc_request *request, const struct entry_list *list)
{
    Millrace__ListJournalReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__list_journal_reply__init(&reply);
    Millrace__JournalEntry *out = arena_alloc(arena, list->count + 1, sizeof *out);
    reply.entries = arena_alloc(arena, list->count + 1, sizeof *reply.entries);
    if (!out || !reply.entries)
        return full(&request->fault);
    for (size_t i = 0; i < list->count; i++) {
        fill_entry(&out[i], &list->entries[i], arena, &ok);
        reply.entries[i] = &out[i];
    }
    reply.n_entries = list->count;
    reply.next = list->next > 0 ? page_next(list->next, arena, &ok) : NULL;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- trial balance ---- */

enum status decode_balance(struct rpc_request *request, struct books_range *range, bool *chinese)
{
    const ProtobufCMessage *message;
    enum status status =
        unpack(request, &millrace__get_trial_balance_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetTrialBalanceRequest *asked =
        (const Millrace__GetTrialBalanceRequest *)message;
    *chinese = asked->chinese;
    return decode_range(request, (const bool[2]){asked->has_from_on, asked->has_to_on},
                        (const int32_t[2]){asked->from_on, asked->to_on}, range);
}

static void fill_balance(Millrace__AccountBalance *out, const struct balance_row *row, bool chinese,
                         struct arena *arena, bool *ok)
{
    const struct journal_key_name *name = &journal_names[row->key];
    millrace__account_balance__init(out);
    out->account = page_text(row->account, arena, ok);
    out->purpose = page_text(text_of(name->key), arena, ok);
    out->name = page_text(text_of(chinese ? name->name_zh : name->name), arena, ok);
    out->has_debit_e4 = out->has_credit_e4 = true;
    out->debit_e4 = row->debit.e4;
    out->credit_e4 = row->credit.e4;
}

enum status encode_balance(struct rpc_request *request, const struct balance_list *list)
{
    Millrace__GetTrialBalanceReply reply;
    struct arena *arena = request->arena;
    bool ok = true;
    millrace__get_trial_balance_reply__init(&reply);
    Millrace__AccountBalance *out = arena_alloc(arena, list->count + 1, sizeof *out);
    reply.accounts = arena_alloc(arena, list->count + 1, sizeof *reply.accounts);
    if (!out || !reply.accounts)
        return full(&request->fault);
    for (size_t i = 0; i < list->count; i++) {
        fill_balance(&out[i], &list->rows[i], list->chinese, arena, &ok);
        reply.accounts[i] = &out[i];
        reply.debit_e4 += list->rows[i].debit.e4;
        reply.credit_e4 += list->rows[i].credit.e4;
    }
    ASSERT(reply.debit_e4 == reply.credit_e4); /* every entry balances */
    reply.n_accounts = list->count;
    reply.has_debit_e4 = reply.has_credit_e4 = true;
    return ok ? wire_pack(&reply.base, arena, &request->reply, &request->fault)
              : full(&request->fault);
}

/* ---- months ---- */

enum status decode_month(struct rpc_request *request, date *day, bool *before_end)
{
    const ProtobufCMessage *message;
    enum status status = unpack(request, &millrace__get_month_request__descriptor, &message);
    if (status != STATUS_OK)
        return status;
    const Millrace__GetMonthRequest *asked = (const Millrace__GetMonthRequest *)message;
    if (!asked->has_month_on || asked->month_on < DATE_MIN || asked->month_on > DATE_MAX - 31)
        return fault_set(&request->fault, STATUS_INVALID, "month_on", "month_on is missing");
    *day = asked->month_on;
    *before_end = asked->has_before_end && asked->before_end;
    return STATUS_OK;
}

/* "stock" for class "RAW" */
static char *missing_text(const struct month_facts *facts, struct arena *arena, bool *ok)
{
    char text[TEXT_CODE_MAX + 64];
    (void)snprintf(text, sizeof text, "\"%.*s\" for class \"%.*s\"",
                   (int)facts->missing_purpose.length, facts->missing_purpose.bytes,
                   (int)facts->missing_class.length, facts->missing_class.bytes);
    return page_text(text_of(text), arena, ok);
}

static bool fill_obstacles(Millrace__GetMonthReply *reply, const struct month_facts *facts,
                           struct arena *arena)
{
    struct month_obstacle all[MONTH_OBSTACLES];
    bool ok = true;
    Millrace__MonthObstacle *out = arena_alloc(arena, MONTH_OBSTACLES, sizeof *out);
    month_obstacles(facts, all);
    reply->obstacles = arena_alloc(arena, MONTH_OBSTACLES, sizeof *reply->obstacles);
    for (size_t i = 0; out && reply->obstacles && i < MONTH_OBSTACLES; i++) {
        if (facts->closed || !all[i].there)
            continue;
        Millrace__MonthObstacle *obstacle = &out[reply->n_obstacles];
        millrace__month_obstacle__init(obstacle);
        obstacle->what = page_text(text_of(all[i].what), arena, &ok);
        obstacle->has_count = all[i].count > 0;
        obstacle->count = (uint64_t)all[i].count;
        obstacle->has_amount_e4 = all[i].amount.e4 != 0;
        obstacle->amount_e4 = all[i].amount.e4;
        if (text_is(text_of(all[i].what), "missing_accounts"))
            obstacle->detail = missing_text(facts, arena, &ok);
        reply->obstacles[reply->n_obstacles++] = obstacle;
    }
    return ok && out && reply->obstacles;
}

enum status encode_month(const struct month_facts *facts, struct arena *arena, struct text *reply,
                         struct fault *fault)
{
    Millrace__GetMonthReply out;
    bool ok = true;
    const bool before = facts->open_from >= facts->next; /* closed itself, or with a later one */
    const char *state = !facts->closed && !before                       ? "open"
                        : facts->closed && facts->reopen_asked_by.bytes ? "reopening"
                                                                        : "closed";
    millrace__get_month_reply__init(&out);
    out.has_month_on = out.has_stock_e4 = out.has_wip_e4 = out.has_open_from_on = true;
    out.month_on = facts->month;
    out.open_from_on = facts->open_from;
    out.has_running = out.running = facts->next > facts->today;
    out.stock_e4 = facts->stock.e4;
    out.wip_e4 = facts->wip.e4;
    out.state = page_text(text_of(state), arena, &ok);
    out.closed_by = facts->closed ? page_text(facts->closed_by, arena, &ok) : NULL;
    out.reopen_asked_by = facts->closed ? page_text(facts->reopen_asked_by, arena, &ok) : NULL;
    if (!ok || !fill_obstacles(&out, facts, arena))
        return full(fault);
    return wire_pack(&out.base, arena, reply, fault);
}
