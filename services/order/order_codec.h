#ifndef MILLRACE_ORDER_CODEC_H
#define MILLRACE_ORDER_CODEC_H

#include "common/io/rpc.h"
#include "services/order/accept_core.h"
#include "services/order/order_core.h"
#include "services/order/order_store.h"

/* Bytes to structs and back; the only file here that includes a generated header. */
extern const void *const order_descriptor;

enum status decode_accept(struct text body, struct arena *arena, struct accept_command *command,
                          struct fault *fault) MUST_CHECK;
enum status decode_accept_many(struct text body, struct arena *arena,
                               struct accept_command *command, struct fault *fault) MUST_CHECK;
enum status decode_work_order(struct text body, struct arena *arena,
                              struct work_order_command *command, struct fault *fault) MUST_CHECK;
enum status decode_purchase_order(struct text body, struct arena *arena,
                                  struct order_command *command, struct fault *fault) MUST_CHECK;
enum status decode_transfer_order(struct text body, struct arena *arena,
                                  struct order_command *command, struct fault *fault) MUST_CHECK;
enum status decode_sales_order(struct text body, struct arena *arena, struct order_command *command,
                               struct fault *fault) MUST_CHECK;

enum status encode_accept(const struct order_outcome *outcome, const struct book *book,
                          struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_accept_many(const struct order_outcome *outcome, const struct book *book,
                               struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_work_order(const struct order_outcome *outcome, const struct book *book,
                              struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_purchase_order(const struct order_outcome *outcome, const struct book *book,
                                  struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_transfer_order(const struct order_outcome *outcome, const struct book *book,
                                  struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_sales_order(const struct order_outcome *outcome, const struct book *book,
                               struct text *reply, struct fault *fault) MUST_CHECK;

enum status decode_list_purchase_orders(struct rpc_request *request,
                                        struct order_query *query) MUST_CHECK;
enum status decode_list_sales_orders(struct rpc_request *request,
                                     struct order_query *query) MUST_CHECK;
/* `limit`: a page with that many orders is followed by another. */
enum status encode_purchase_orders(struct rpc_request *request, const struct order_row *rows,
                                   size_t count, size_t limit) MUST_CHECK;
enum status encode_sales_orders(struct rpc_request *request, const struct order_row *rows,
                                size_t count, size_t limit) MUST_CHECK;

/* One order, of which there is at least one row. */
enum status encode_one_purchase(const struct order_row *rows, size_t count, struct arena *arena,
                                struct text *reply, struct fault *fault) MUST_CHECK;
enum status encode_one_sale(const struct order_row *rows, size_t count, struct arena *arena,
                            struct text *reply, struct fault *fault) MUST_CHECK;

#endif
