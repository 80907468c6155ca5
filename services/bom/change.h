#ifndef MILLRACE_BOM_CHANGE_H
#define MILLRACE_BOM_CHANGE_H

#include "services/bom/bom_command.h"
#include "services/bom/change_store.h"
#include "services/bom/compare_core.h"

/*
 * Engineering changes: draft -> submitted -> approved -> effective -> reverted; withdrawn before it
 * is effective.  Approved by another person than the author, which the table demands too.  With a
 * day, lines end and begin on it, and the change is effective in the bills as soon as it is
 * approved; with stock_of it waits until no stock is left (change_watch.h), or for ApplyChange,
 * which is refused while there is stock.
 */
rpc_handler_fn handle_save_change;
rpc_handler_fn handle_submit_change;
rpc_handler_fn handle_approve_change;
rpc_handler_fn handle_apply_change;
rpc_handler_fn handle_revert_change;
rpc_handler_fn handle_withdraw_change;
rpc_handler_fn handle_get_change;
rpc_handler_fn handle_list_changes;
rpc_handler_fn handle_get_change_effect;
rpc_handler_fn handle_get_comparison;

/* As ApplyChange, for a request that nobody sent: its key and principal are set. */
enum status change_apply(struct rpc_request *request, struct text change_id);

struct change_asked {
    struct text change_id;
    struct text note;
};

enum status decode_save_change(struct rpc_request *request, struct change *change) MUST_CHECK;
enum status decode_change(struct rpc_request *request, struct change_asked *asked) MUST_CHECK;
enum status encode_change(const struct change *change, struct arena *arena, struct text *reply,
                          struct fault *fault) MUST_CHECK;

#define CHANGE_HEADS_MAX 200 /* a page */

enum status decode_list_changes(struct rpc_request *request, struct change_query *query) MUST_CHECK;
enum status encode_list_changes(struct rpc_request *request, const struct change_query *query,
                                const struct change_page *page) MUST_CHECK;

#define CHANGE_TOUCHES_MAX 500 /* a page */

/* limit and after are of *query. */
enum status decode_effect(struct rpc_request *request, struct change_asked *asked,
                          struct touch_query *query) MUST_CHECK;
enum status encode_effect(struct rpc_request *request, const struct touch_query *query,
                          const struct touch_page *page, const struct fault *refusal) MUST_CHECK;

enum status decode_comparison(struct rpc_request *request, struct bill_choice *left,
                              struct bill_choice *right) MUST_CHECK;
enum status encode_comparison(struct rpc_request *request,
                              const struct bill_comparison *made) MUST_CHECK;

#endif
