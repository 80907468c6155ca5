#ifndef MILLRACE_COST_VERSION_H
#define MILLRACE_COST_VERSION_H

#include "common/ledger/command.h"
#include "common/ledger/post.h"
#include "services/cost/version_store.h"

/*
 * Versions of standard costs: Cost.SaveCostVersion .. GetCostComparison.
 *
 *     draft -> simulated -> frozen -> releasing -> released -> reverting -> reverted
 *
 * A change makes a simulated one a draft again; draft, simulated and frozen ones may be withdrawn.
 * A release switches items in slices (PostStandards), a transaction each: item.unit_cost is the
 * version's total from then on, stock at STANDARD is valued at it.
 */
rpc_handler_fn handle_save_version;
rpc_handler_fn handle_simulate_version;
rpc_handler_fn handle_freeze_version;
rpc_handler_fn handle_mark_version;
rpc_handler_fn handle_release_version;
rpc_handler_fn handle_revert_version;
rpc_handler_fn handle_withdraw_version;
rpc_handler_fn handle_get_version;
rpc_handler_fn handle_list_versions;
rpc_handler_fn handle_list_version_costs;
rpc_handler_fn handle_get_comparison;

/* Cost.PostStandards, and after a release as many of it as it takes (standards.c). */
void standards_batch(struct rpc_request *const *requests, size_t count);
void standards_follow(const struct rpc_request *asker);

/* NOT_FOUND: the version of a comparison, or the one it is compared with, is not there. */
enum status version_check(struct rpc_request *request,
                          const struct version_query *query) MUST_CHECK;

/* ---- of version_codec.c ---- */

/* What is absent stays as it is: texts without bytes, prices PRICES_KINDS, costed_on NO_DATE. */
struct version_save {
    struct text version;
    struct text note;
    enum version_prices prices;
    date costed_on;
    struct text copy_of;
    struct version_fact *facts;
    size_t fact_count;
};

enum status decode_save_version(struct rpc_request *request, struct version_save *save) MUST_CHECK;
enum status decode_version(struct rpc_request *request, struct text *version) MUST_CHECK;
/* *day is NO_DATE where none is given. */
enum status decode_version_day(struct rpc_request *request, struct text *version,
                               date *day) MUST_CHECK;
enum status decode_list_versions(struct rpc_request *request,
                                 struct version_query *query) MUST_CHECK;
enum status decode_version_costs(struct rpc_request *request,
                                 struct version_query *query) MUST_CHECK;
enum status decode_comparison(struct rpc_request *request, struct version_query *query) MUST_CHECK;

enum status encode_version(const struct cost_version *row, struct arena *arena, struct text *reply,
                           struct fault *fault) MUST_CHECK;
enum status encode_simulated(const struct cost_version *row, const size_t counts[2],
                             struct command *command, struct fault *fault) MUST_CHECK;

struct version_shown {
    const struct cost_version *row;
    const struct version_fact *facts;
    size_t fact_count;
    struct version_sums sums;
};

enum status encode_shown_version(struct rpc_request *request,
                                 const struct version_shown *shown) MUST_CHECK;
enum status encode_versions(struct rpc_request *request, const struct cost_version *rows,
                            size_t count, bool more) MUST_CHECK;
enum status encode_version_costs(struct rpc_request *request, const struct version_item *rows,
                                 size_t count, bool more) MUST_CHECK;
enum status encode_comparison(struct rpc_request *request, const struct cost_difference *rows,
                              size_t count, bool more) MUST_CHECK;

struct standards_outcome {
    struct standards_slice slice;
    const struct book_number *document; /* NULL: nothing was revalued */
    struct ledger_range range;
    const size_t *lines; /* by switch: its ledger line + 1, 0: none */
    bool more;
};

enum status encode_standards(const struct standards_outcome *outcome, const struct book *book,
                             struct text *reply, struct fault *fault) MUST_CHECK;
bool decode_standards_more(struct text reply, struct arena *arena);

#endif
