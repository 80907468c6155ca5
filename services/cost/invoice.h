#ifndef MILLRACE_COST_INVOICE_H
#define MILLRACE_COST_INVOICE_H

#include "common/ledger/command.h"
#include "common/ledger/post.h"
#include "services/cost/invoice_store.h"

/* Bills and late costs: Cost.EnterInvoice .. PostLateCosts. */

/* The commands that post; after bills it follows what late costs they left, slice by slice. */
void invoice_batch(struct rpc_request *const *requests, size_t count);

/* Follow what is open of late costs, before a month is closed or a night's variances are split. */
void late_follow(const struct rpc_request *asker);

rpc_handler_fn handle_set_tolerance;
rpc_handler_fn handle_list_invoices;

/* ---- of invoice_codec.c ---- */

enum status decode_invoice(struct text body, struct arena *arena, struct invoice_command *bill,
                           struct fault *fault) MUST_CHECK;
enum status decode_freight(struct text body, struct arena *arena, struct invoice_command *bill,
                           struct fault *fault) MUST_CHECK;
enum status decode_verdict(struct text body, struct arena *arena, struct invoice_verdict *verdict,
                           struct fault *fault) MUST_CHECK;
enum status decode_invoice_reversal(struct text body, struct arena *arena,
                                    struct invoice_reversal *reversal,
                                    struct fault *fault) MUST_CHECK;
enum status encode_invoice(const struct invoice_outcome *outcome, const struct book *book,
                           struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_followed(const struct follow_outcome *outcome, const struct book *book,
                            struct text *reply, struct fault *fault) MUST_CHECK;
bool decode_followed_more(struct text reply, struct arena *arena);

enum status decode_tolerance(struct rpc_request *request,
                             struct invoice_tolerance *tolerance) MUST_CHECK;
enum status encode_tolerance(struct command *command, struct fault *fault) MUST_CHECK;

struct invoice_list {
    struct sql_rows invoices;
    struct sql_rows lines; /* of the one that was asked for */
    struct sql_rows entries;
    bool one;
    bool more;
};

enum status decode_list_invoices(struct rpc_request *request,
                                 struct invoice_query *query) MUST_CHECK;
enum status encode_invoices(struct rpc_request *request,
                            const struct invoice_list *list) MUST_CHECK;

#endif
