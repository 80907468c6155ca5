#include "services/cost/books.h"
#include "services/cost/invoice.h"

#include <stdio.h>
#include <string.h>

/* Months: what stands in the way of closing one, closed by one person, opened again by two. */

enum month_step { MONTH_CLOSE, MONTH_ASK, MONTH_REOPEN };

struct month_command {
    enum month_step step;
    date day;
    bool before_end;
};

static struct month_facts month_of(date day)
{
    struct date_parts parts = date_split(day);
    struct month_facts facts = {0};
    parts.day = 1;
    facts.month = date_of(parts);
    parts.year += parts.month == 12;
    parts.month = parts.month == 12 ? 1 : parts.month + 1;
    facts.next = date_of(parts);
    return facts;
}

static bool is_missing(const struct books_scheme *scheme, const struct journal_row *row,
                       const struct journal_entries *sums, int key)
{
    return sums->amounts[key].e4 != 0 &&
           books_account(scheme, row->class, (enum journal_key)key).length == 0;
}

/* Purposes that every class needs its own account of, and who has posted without one. */
static enum status find_missing(struct sql *sql, struct text plant, struct arena *arena,
                                struct month_facts *facts, struct fault *fault)
{
    struct books_scheme scheme;
    struct journal_row *rows = NULL;
    size_t count = 0;
    bool any = false;
    enum status status = store_accounts(sql, plant, arena, &scheme.rows, &scheme.count, fault);
    for (size_t i = 0; status == STATUS_OK && i < scheme.count; i++)
        any = any || scheme.rows[i].account.length == 0;
    struct books_range range = {plant, facts->since, facts->next - 1};
    if (status == STATUS_OK && any)
        status = store_journal_sums(sql, &range, arena, &rows, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct journal_entries sums = {{{0}}};
        status = journal_add(&rows[i].line, &sums, fault);
        for (int key = 0; key < JOURNAL_KEYS; key++) {
            if (!is_missing(&scheme, &rows[i], &sums, key))
                continue;
            facts->missing_accounts++;
            facts->missing_class = rows[i].class;
            facts->missing_purpose = text_of(journal_names[key].key);
        }
    }
    return status;
}

static enum status load_month(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                              struct month_facts *facts, struct fault *fault)
{
    enum status status = store_month(sql, plant, lock, arena, facts, fault);
    return status == STATUS_OK ? find_missing(sql, plant, arena, facts, fault) : status;
}

void month_obstacles(const struct month_facts *facts, struct month_obstacle all[MONTH_OBSTACLES])
{
    const struct month_obstacle found[MONTH_OBSTACLES] = {
        {"stock_differs", facts->stock_differs.e4 != 0, 0, facts->stock_differs},
        {"wip_differs", facts->wip_differs.e4 != 0, 0, facts->wip_differs},
        {"unsplit_variances", facts->unsplit > 0, facts->unsplit, {0}},
        {"open_counts", facts->open_counts > 0, facts->open_counts, {0}},
        {"waiting_documents", facts->waiting > 0, facts->waiting, {0}},
        {"late_costs", facts->late_costs > 0, facts->late_costs, {0}},
        {"completed_orders", facts->completed > 0, facts->completed, facts->completed_wip},
        {"unreported_outside", facts->unreported > 0, facts->unreported, {0}},
        {"missing_accounts", facts->missing_accounts > 0, facts->missing_accounts, {0}}};
    memcpy(all, found, sizeof found);
}

/* "month cannot be closed: open_counts 1, late_costs 2" */
static enum status refuse(const struct month_facts *facts, struct fault *fault)
{
    char told[200] = "";
    size_t used = 0;
    struct month_obstacle all[MONTH_OBSTACLES];
    month_obstacles(facts, all);
    for (size_t i = 0; i < MONTH_OBSTACLES; i++) {
        char amount[DECIMAL_TEXT_MAX];
        amount_format(all[i].amount, amount);
        if (!all[i].there)
            continue;
        int length = all[i].count > 0
                         ? snprintf(told + used, sizeof told - used, "%s%s %lld",
                                    used > 0 ? ", " : "", all[i].what, (long long)all[i].count)
                         : snprintf(told + used, sizeof told - used, "%s%s %s",
                                    used > 0 ? ", " : "", all[i].what, amount);
        used += (size_t)length < sizeof told - used ? (size_t)length : sizeof told - 1 - used;
    }
    return used == 0 ? STATUS_OK
                     : fault_set(fault, STATUS_STATE_CONFLICT, "month_on",
                                 "month cannot be closed: %s", told);
}

/* Closed, it would take the postings of all months before it, until two people opened it again. */
static enum status not_begun(const struct month_facts *facts, struct fault *fault)
{
    char month[DATE_TEXT_MAX];
    char today[DATE_TEXT_MAX];
    date_format(facts->month, month);
    date_format(facts->today, today);
    return fault_set(fault, STATUS_STATE_CONFLICT, "month_on",
                     "month of %s has not begun: today is %s", month, today);
}

/* What is still to happen in it could not be posted any more: who means that says so. */
static enum status not_over(const struct month_facts *facts, struct fault *fault)
{
    char month[DATE_TEXT_MAX];
    char today[DATE_TEXT_MAX];
    char next[DATE_TEXT_MAX];
    date_format(facts->month, month);
    date_format(facts->today, today);
    date_format(facts->next, next);
    return fault_set(fault, STATUS_STATE_CONFLICT, "before_end",
                     "month of %s is not over: today is %s, nobody could post until %s", month,
                     today, next);
}

static enum status close_month(struct command *command, struct month_facts *facts,
                               const struct month_command *asked, struct fault *fault)
{
    struct text principal = text_of(command->request->principal.name);
    if (facts->closed || facts->open_from >= facts->next)
        return fault_set(fault, STATUS_STATE_CONFLICT, "month_on", "month is closed already");
    if (facts->month > facts->today)
        return not_begun(facts, fault);
    enum status status = refuse(facts, fault);
    if (status == STATUS_OK && facts->next > facts->today && !asked->before_end)
        status = not_over(facts, fault);
    if (status == STATUS_OK)
        status = store_close_month(command->sql, command->plant, principal, facts, fault);
    facts->closed = status == STATUS_OK;
    facts->closed_by = principal;
    facts->reopen_asked_by = (struct text){NULL, 0};
    facts->open_from = facts->next;
    return status;
}

/* Only the last closed month, by two people: the second one is the database's to refuse. */
static enum status reopen_month(struct command *command, enum month_step step,
                                struct month_facts *facts, struct text principal,
                                struct fault *fault)
{
    if (!facts->closed && facts->open_from < facts->next)
        return fault_set(fault, STATUS_STATE_CONFLICT, "month_on", "month is not closed");
    if (!facts->closed && facts->open_from == facts->next)
        return fault_set(fault, STATUS_STATE_CONFLICT, "month_on",
                         "month was closed with a later one: nothing of it was frozen");
    if (facts->open_from != facts->next)
        return fault_set(fault, STATUS_STATE_CONFLICT, "month_on",
                         "a later month is closed: open that first");
    if (step == MONTH_ASK) {
        facts->reopen_asked_by = principal;
        return store_ask_reopen(command->sql, command->plant, principal, facts, fault);
    }
    if (!facts->reopen_asked_by.bytes)
        return fault_set(fault, STATUS_STATE_CONFLICT, "month_on",
                         "nobody has asked to open the month again");
    enum status status = store_reopen(command->sql, command->plant, principal, facts, fault);
    facts->closed = status != STATUS_OK;
    facts->open_from = facts->month;
    return status;
}

static enum status month_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct month_command *month = asked;
    struct text principal = text_of(command->request->principal.name);
    struct month_facts facts = month_of(month->day);
    enum status status =
        load_month(command->sql, command->plant, true, command->arena, &facts, fault);
    if (status == STATUS_OK && month->step == MONTH_CLOSE)
        status = close_month(command, &facts, month, fault);
    else if (status == STATUS_OK)
        status = reopen_month(command, month->step, &facts, principal, fault);
    return status == STATUS_OK ? encode_month(&facts, command->arena, &command->reply, fault)
                               : status;
}

static enum status change_month(struct rpc_request *request, enum month_step step)
{
    struct month_command asked = {.step = step};
    enum status status = decode_month(request, &asked.day, &asked.before_end);
    return status == STATUS_OK ? command_run(request, month_work, &asked, NULL) : status;
}

enum status handle_close_month(struct rpc_request *request)
{
    late_follow(request);
    books_split(request);
    return change_month(request, MONTH_CLOSE);
}

enum status handle_ask_reopen(struct rpc_request *request)
{
    return change_month(request, MONTH_ASK);
}

enum status handle_reopen_month(struct rpc_request *request)
{
    return change_month(request, MONTH_REOPEN);
}

enum status handle_get_month(struct rpc_request *request)
{
    date day;
    bool before_end;
    enum status status = decode_month(request, &day, &before_end);
    if (status != STATUS_OK)
        return status;
    struct month_facts facts = month_of(day);
    status = load_month(request->sql, text_of(request->plant), false, request->arena, &facts,
                        &request->fault);
    facts.unsplit = 0; /* in nobody's way: closing splits them */
    return status == STATUS_OK
               ? encode_month(&facts, request->arena, &request->reply, &request->fault)
               : status;
}
