#ifndef MILLRACE_INVENTORY_CODEC_H
#define MILLRACE_INVENTORY_CODEC_H

#include "common/io/rpc.h"
#include "services/inventory/inventory_core.h"
#include "services/inventory/inventory_store.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const inventory_descriptor;

enum status decode_post_purchase_receipt(struct text body, struct arena *arena,
                                         struct order_command *command,
                                         struct fault *fault) MUST_CHECK;
enum status decode_post_shipment(struct text body, struct arena *arena,
                                 struct order_command *command, struct fault *fault) MUST_CHECK;
enum status decode_post_adjustment(struct text body, struct arena *arena,
                                   struct adjustment_command *command,
                                   struct fault *fault) MUST_CHECK;

/* The replies of all postings have the same fields. */
enum status encode_posting(const struct inventory_outcome *outcome, const struct book *book,
                           struct text *reply, struct fault *fault) MUST_CHECK;

enum status decode_list_stock(struct rpc_request *request, struct stock_query *query) MUST_CHECK;
enum status encode_stock(struct rpc_request *request, const struct stock_row *rows, size_t count,
                         bool more) MUST_CHECK;
enum status decode_list_ledger(struct rpc_request *request, struct ledger_query *query) MUST_CHECK;
enum status encode_ledger(struct rpc_request *request, const struct ledger_row *rows, size_t count,
                          bool more) MUST_CHECK;

#endif
