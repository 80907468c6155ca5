#ifndef MILLRACE_COST_BOOKS_H
#define MILLRACE_COST_BOOKS_H

#include "common/ledger/command.h"
#include "services/cost/books_store.h"

/* Variances by kind, the journal, months: Cost.SplitVariances .. ReopenMonth. */
rpc_handler_fn handle_split_variances;
rpc_handler_fn handle_list_variances;
rpc_handler_fn handle_set_account;
rpc_handler_fn handle_list_journal;
rpc_handler_fn handle_export_journal; /* export.c */
rpc_handler_fn handle_trial_balance;
rpc_handler_fn handle_get_month;
rpc_handler_fn handle_close_month;
rpc_handler_fn handle_ask_reopen;
rpc_handler_fn handle_reopen_month;

/* How variances are told that are not read from the store group by group. */
#define VARIANCES_BY_CENTER "work_center"

/* A page of variances; by work centre all of them (variance_center.c). */
/* Says what made the variances of orders that were settled since the last time (SplitVariances), as
   whoever lists them or closes a month expects; what fails is logged and waits. */
void books_split(const struct rpc_request *asker);

enum status books_variances(struct rpc_request *request, const struct variances_query *query,
                            struct variance_row **rows, size_t *count) MUST_CHECK;

struct books_scheme {
    struct account_row *rows;
    size_t count;
};

/* The class's own account, else the plant's, else the product's; "": each class needs its own. */
struct text books_account(const struct books_scheme *scheme, struct text class,
                          enum journal_key key);

enum status books_scheme(struct rpc_request *request, struct books_scheme *scheme) MUST_CHECK;

/* What may stand in the way of closing a month (month.c). */
#define MONTH_OBSTACLES 9

struct month_obstacle {
    const char *what;
    bool there;
    int64_t count;
    struct amount amount;
};

void month_obstacles(const struct month_facts *facts, struct month_obstacle all[MONTH_OBSTACLES]);

struct entry_list;

/* The entries of a page of ledger lines, those of a line together. */
enum status books_entries(struct rpc_request *request, const struct journal_query *query,
                          struct entry_list *list) MUST_CHECK;

/* ---- of books_codec.c ---- */

/* `has`: whether from and to were given. */
enum status decode_range(struct rpc_request *request, const bool has[2], const int32_t days[2],
                         struct books_range *range) MUST_CHECK;
enum status decode_by(struct text by, struct fault *fault) MUST_CHECK;

enum status decode_split(struct rpc_request *request, size_t *limit) MUST_CHECK;
enum status encode_split(struct command *command, size_t orders, bool more,
                         struct fault *fault) MUST_CHECK;

enum status decode_variances(struct rpc_request *request, struct variances_query *query,
                             struct amount *alarm_above) MUST_CHECK;

struct variance_list {
    const struct variance_row *rows;
    size_t count;
    struct amount alarm_above; /* below 0: none */
    bool more;
};

enum status encode_variances(struct rpc_request *request,
                             const struct variance_list *list) MUST_CHECK;

enum status decode_account(struct rpc_request *request, struct account_row *row) MUST_CHECK;
enum status encode_account(struct command *command, struct fault *fault) MUST_CHECK;

enum status decode_journal(struct rpc_request *request, struct journal_query *query) MUST_CHECK;

/* A debit, or a credit where it is below 0. */
struct journal_entry {
    const struct journal_row *row;
    enum journal_key key;
    struct text account;
    struct amount amount;
};

struct entry_list {
    struct journal_entry *entries;
    size_t count;
    int64_t next; /* 0: the last page */
};

enum status encode_journal(struct rpc_request *request, const struct entry_list *list) MUST_CHECK;

struct balance_row {
    struct text class;
    struct text account;
    enum journal_key key;
    struct amount debit;
    struct amount credit;
};

struct balance_list {
    struct balance_row *rows;
    size_t count;
    bool chinese;
};

/* The accounts of the range with their debits and credits. */
enum status books_balance(struct rpc_request *request, const struct books_range *range,
                          struct balance_list *list) MUST_CHECK;

enum status decode_balance(struct rpc_request *request, struct books_range *range,
                           bool *chinese) MUST_CHECK;
enum status encode_balance(struct rpc_request *request, const struct balance_list *list) MUST_CHECK;

/* `before_end`: also where the month is not over. */
enum status decode_month(struct rpc_request *request, date *day, bool *before_end) MUST_CHECK;
enum status encode_month(const struct month_facts *facts, struct arena *arena, struct text *reply,
                         struct fault *fault) MUST_CHECK;

#endif
