#include "services/cost/books.h"

#include "services/cost/alarm_store.h"
#include "services/cost/invoice.h"
#include "services/cost/slice.h"

#include <string.h>

/* ---- variances ---- */

static void put_split(struct split_row *out, const struct settled_row *row, int kind,
                      struct amount amount)
{
    *out = (struct split_row){row->posted_seq, text_of(variance_names[kind]),
                              row->settled.order.work_order, amount};
}

/* A second settlement of an order is late cost: a price that came later, or a subcontractor's. */
static enum status split_one(const struct settled_row *row, struct split_row *out, size_t *used,
                             struct fault *fault)
{
    struct variance_split split = {{{0}}};
    enum status status = STATUS_OK;
    if (row->later)
        split.amounts[row->outside ? VARIANCE_SUBCONTRACT : VARIANCE_PRICE] = row->settled.variance;
    else
        status = variance_split(&row->settled, &split, fault);
    for (int k = 0; status == STATUS_OK && k < VARIANCE_KINDS; k++) {
        /* One row at least says that it was split. */
        if (split.amounts[k].e4 != 0)
            put_split(&out[(*used)++], row, k, split.amounts[k]);
    }
    return status;
}

static enum status split_work(struct command *command, const void *asked, struct fault *fault)
{
    const size_t *limit = asked;
    struct settled_row *settled;
    size_t count = 0;
    size_t used = 0;
    enum status status = store_settled(command->sql, command->plant, *limit, command->arena,
                                       &settled, &count, fault);
    if (status != STATUS_OK)
        return status;
    struct split_row *rows = arena_alloc(command->arena, count * VARIANCE_KINDS + 1, sizeof *rows);
    if (!rows)
        return fault_set(fault, STATUS_LIMIT, "limit", "orders do not fit in memory");
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = split_one(&settled[i], rows, &used, fault);
    if (status == STATUS_OK && used > 0)
        status = store_put_splits(command->sql, command->plant, rows, used, fault);
    if (status == STATUS_OK)
        status = store_raise_alarms(command->sql, command->plant, settled, count, fault);
    if (status == STATUS_OK)
        status = store_copy_reversed(command->sql, command->plant, fault);
    return status == STATUS_OK ? encode_split(command, count, count == *limit, fault) : status;
}

/* Of a night's closing; what is left then waits for the next call. */
#define SPLIT_SLICES_MAX   64
#define SPLIT_SLICE_ORDERS 5000

void books_split(const struct rpc_request *asker)
{
    struct fault fault = {0};
    const size_t limit = SPLIT_SLICE_ORDERS;
    bool open = true;
    for (int i = 0; i < SPLIT_SLICES_MAX && open; i++) {
        if (store_unsplit(asker->sql, text_of(asker->plant), asker->arena, &open, &fault) !=
            STATUS_OK)
            return;
        open = open && slice_command("Cost.SplitVariances", split_work, &limit, asker);
    }
}

enum status handle_split_variances(struct rpc_request *request)
{
    size_t limit;
    enum status status = decode_split(request, &limit);
    if (status == STATUS_OK)
        late_follow(request);
    return status == STATUS_OK ? command_run(request, split_work, &limit, NULL) : status;
}

enum status handle_list_variances(struct rpc_request *request)
{
    struct variances_query query;
    struct variance_list list = {0};
    struct variance_row *rows;
    enum status status = decode_variances(request, &query, &list.alarm_above);
    if (status == STATUS_OK)
        books_split(request);
    if (status == STATUS_OK)
        status = books_variances(request, &query, &rows, &list.count);
    if (status != STATUS_OK)
        return status;
    size_t groups = 0;
    for (size_t i = 0; i < list.count; i++)
        groups += i == 0 || !text_equal(rows[i].of, rows[i - 1].of);
    list.rows = rows;
    list.more = groups == VARIANCE_GROUPS_MAX && !text_is(query.by, VARIANCES_BY_CENTER);
    return encode_variances(request, &list);
}

/* ---- accounts ---- */

/* What is to be removed was set, and not by the product. */
static enum status own_account(struct command *command, const struct account_row *row,
                               struct fault *fault)
{
    struct account_row *rows;
    size_t count;
    enum status status =
        store_accounts(command->sql, command->plant, command->arena, &rows, &count, fault);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (text_equal(rows[i].class, row->class) && text_equal(rows[i].key, row->key))
            return STATUS_OK;
    return status == STATUS_OK
               ? fault_set(fault, STATUS_NOT_FOUND, "purpose",
                           "%s \"%.*s\" has no account of its own for purpose \"%.*s\"",
                           row->class.length > 0 ? "class" : "plant",
                           (int)(row->class.length > 0 ? row->class : command->plant).length,
                           (row->class.length > 0 ? row->class : command->plant).bytes,
                           (int)row->key.length, row->key.bytes)
               : status;
}

/* A misspelt class would wait for ever for an item of it. */
static enum status known_class(struct command *command, struct text class, struct fault *fault)
{
    bool there = false;
    enum status status = store_class_exists(command, class, &there, fault);
    if (status == STATUS_OK && !there)
        return fault_set(fault, STATUS_NOT_FOUND, "class", "no item is of class \"%.*s\"",
                         (int)class.length, class.bytes);
    return status;
}

static enum status account_work(struct command *command, const void *asked, struct fault *fault)
{
    const struct account_row *row = asked;
    enum status status = row->remove             ? own_account(command, row, fault)
                         : row->class.length > 0 ? known_class(command, row->class, fault)
                                                 : STATUS_OK;
    if (status == STATUS_OK)
        status = store_put_account(command, row, fault);
    return status == STATUS_OK ? encode_account(command, fault) : status;
}

enum status handle_set_account(struct rpc_request *request)
{
    struct account_row row;
    enum status status = decode_account(request, &row);
    if (status == STATUS_OK && journal_key_find(row.key) == JOURNAL_KEYS)
        status = fault_set(&request->fault, STATUS_INVALID, "purpose",
                           "purpose \"%.*s\" does not exist", (int)row.key.length, row.key.bytes);
    if (status == STATUS_OK && row.remove && (row.account.length > 0 || row.by_class))
        status = fault_set(&request->fault, STATUS_INVALID, "remove",
                           "remove goes without account and by_class");
    if (status == STATUS_OK && row.remove)
        return command_run(request, account_work, &row, NULL);
    if (status == STATUS_OK && row.account.length == 0 && !row.by_class)
        status = fault_set(&request->fault, STATUS_INVALID, "account", "account is missing");
    if (status == STATUS_OK && row.by_class && (row.account.length > 0 || row.class.length > 0))
        status = fault_set(&request->fault, STATUS_INVALID, "by_class",
                           "by_class goes without account and class");
    if (status == STATUS_OK && !row.by_class && !text_is_code(row.account))
        status = fault_set(&request->fault, STATUS_INVALID, "account", "account is not a code");
    return status == STATUS_OK ? command_run(request, account_work, &row, NULL) : status;
}

/* The class's own account, else the plant's, else the product's. */
struct text books_account(const struct books_scheme *scheme, struct text class,
                          enum journal_key key)
{
    struct text found = text_of(journal_names[key].account);
    bool own = false;
    for (size_t i = 0; i < scheme->count; i++) {
        const struct account_row *row = &scheme->rows[i];
        bool same = text_equal(row->class, class);
        if (!text_is(row->key, journal_names[key].key) || (!same && row->class.length > 0) || own)
            continue;
        found = row->account;
        own = same && class.length > 0;
    }
    return found;
}

enum status books_scheme(struct rpc_request *request, struct books_scheme *scheme)
{
    return store_accounts(request->sql, text_of(request->plant), request->arena, &scheme->rows,
                          &scheme->count, &request->fault);
}

/* The account of an entry; a purpose that every class needs its own of may have none. */
static enum status find_account(struct rpc_request *request, const struct books_scheme *scheme,
                                struct text class, enum journal_key key, struct text *account)
{
    *account = books_account(scheme, class, key);
    if (account->length > 0)
        return STATUS_OK;
    return fault_set(&request->fault, STATUS_STATE_CONFLICT, "account",
                     "account of \"%s\" for class \"%.*s\" is missing from the scheme",
                     journal_names[key].key, (int)class.length, class.bytes);
}

/* ---- journal ---- */

static enum status entries_of(struct rpc_request *request, const struct books_scheme *scheme,
                              const struct journal_row *row, struct text only,
                              struct entry_list *list)
{
    struct journal_entries sums = {{{0}}};
    enum status status = journal_add(&row->line, &sums, &request->fault);
    for (int k = 0; status == STATUS_OK && k < JOURNAL_KEYS; k++) {
        enum journal_key key = (enum journal_key)k;
        struct text account;
        if (sums.amounts[k].e4 == 0)
            continue;
        status = find_account(request, scheme, row->class, key, &account);
        if (status == STATUS_OK && only.length > 0 && !text_equal(only, account))
            continue;
        list->entries[list->count++] = (struct journal_entry){row, key, account, sums.amounts[k]};
    }
    return status;
}

enum status books_entries(struct rpc_request *request, const struct journal_query *query,
                          struct entry_list *list)
{
    struct books_scheme scheme;
    struct journal_row *rows;
    size_t count = 0;
    enum status status = books_scheme(request, &scheme);
    if (status == STATUS_OK)
        status = store_journal(request->sql, query, request->arena, &rows, &count, &request->fault);
    if (status != STATUS_OK)
        return status;
    *list = (struct entry_list){
        .entries = arena_alloc(request->arena, count * JOURNAL_KEYS + 1, sizeof *list->entries),
        .next = count == query->limit ? rows[count - 1].posted_seq : 0};
    if (!list->entries)
        return fault_set(&request->fault, STATUS_LIMIT, "limit", "journal does not fit in memory");
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = entries_of(request, &scheme, &rows[i], query->account, list);
    return status;
}

enum status handle_list_journal(struct rpc_request *request)
{
    struct journal_query query;
    struct entry_list list;
    enum status status = decode_journal(request, &query);
    if (status == STATUS_OK)
        status = books_entries(request, &query, &list);
    return status == STATUS_OK ? encode_journal(request, &list) : status;
}

/* ---- trial balance ---- */

static bool add_balance(struct balance_list *list, const struct balance_row *wanted,
                        struct amount amount)
{
    struct balance_row *row = list->rows;
    struct balance_row *end = list->rows + list->count;
    while (row < end && !(row->key == wanted->key && text_equal(row->account, wanted->account)))
        row++;
    if (row == end) {
        *row = *wanted;
        list->count++;
    }
    return amount.e4 > 0 ? amount_add(row->debit, amount, &row->debit)
                         : amount_sub(row->credit, amount, &row->credit);
}

static enum status sum_balances(struct rpc_request *request, const struct books_scheme *scheme,
                                const struct journal_row *rows, size_t count,
                                struct balance_list *list)
{
    for (size_t i = 0; i < count; i++) {
        struct journal_entries sums = {{{0}}};
        if (journal_add(&rows[i].line, &sums, &request->fault) != STATUS_OK)
            return request->fault.status;
        for (int k = 0; k < JOURNAL_KEYS; k++) {
            enum journal_key key = (enum journal_key)k;
            struct balance_row row = {.class = rows[i].class, .key = key};
            if (sums.amounts[k].e4 == 0)
                continue;
            if (find_account(request, scheme, row.class, key, &row.account) != STATUS_OK)
                return request->fault.status;
            if (!add_balance(list, &row, sums.amounts[k]))
                return fault_set(&request->fault, STATUS_OVERFLOW, "",
                                 "an account is out of range");
        }
    }
    return STATUS_OK;
}

enum status books_balance(struct rpc_request *request, const struct books_range *range,
                          struct balance_list *list)
{
    struct books_scheme scheme;
    struct journal_row *rows;
    size_t count = 0;
    enum status status = books_scheme(request, &scheme);
    if (status == STATUS_OK)
        status =
            store_journal_sums(request->sql, range, request->arena, &rows, &count, &request->fault);
    if (status != STATUS_OK)
        return status;
    list->count = 0;
    list->rows = arena_alloc(request->arena, count * JOURNAL_KEYS + 1, sizeof *list->rows);
    if (!list->rows)
        return fault_set(&request->fault, STATUS_LIMIT, "", "accounts do not fit in memory");
    return sum_balances(request, &scheme, rows, count, list);
}

enum status handle_trial_balance(struct rpc_request *request)
{
    struct books_range range;
    struct balance_list list = {0};
    enum status status = decode_balance(request, &range, &list.chinese);
    if (status == STATUS_OK)
        status = books_balance(request, &range, &list);
    return status == STATUS_OK ? encode_balance(request, &list) : status;
}
