#ifndef MILLRACE_PRODUCTION_PRODUCTION_CODEC_H
#define MILLRACE_PRODUCTION_PRODUCTION_CODEC_H

#include "common/io/rpc.h"
#include "services/production/change_core.h"
#include "services/production/production_core.h"
#include "services/production/production_store.h"

/* Bytes to commands and outcomes to bytes; the only file here that includes a generated header. */
extern const void *const production_descriptor;

/* Shapes as struct post_kind wants them (common/ledger/post.h). */
enum status decode_release(struct text body, struct arena *arena, const void **request,
                           struct fault *fault);
enum status encode_release(const void *outcome, const struct book *book, struct text *reply,
                           struct fault *fault);
enum status decode_issue(struct text body, struct arena *arena, const void **request,
                         struct fault *fault);
enum status encode_issue(const void *outcome, const struct book *book, struct text *reply,
                         struct fault *fault);
enum status decode_return(struct text body, struct arena *arena, const void **request,
                          struct fault *fault);
enum status encode_return(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault);
enum status decode_merge(struct text body, struct arena *arena, const void **request,
                         struct fault *fault) MUST_CHECK;
enum status decode_wave(struct text body, struct arena *arena, const void **request,
                        struct fault *fault) MUST_CHECK;
enum status encode_wave(const void *outcome, const struct book *book, struct text *reply,
                        struct fault *fault) MUST_CHECK;
enum status decode_operation(struct text body, struct arena *arena, const void **request,
                             struct fault *fault);
enum status encode_operation(const void *outcome, const struct book *book, struct text *reply,
                             struct fault *fault);
enum status decode_close(struct text body, struct arena *arena, const void **request,
                         struct fault *fault);
enum status decode_close_many(struct text body, struct arena *arena, const void **request,
                              struct fault *fault);
enum status encode_close_many(const void *outcome, const struct book *book, struct text *reply,
                              struct fault *fault);
enum status encode_close(const void *outcome, const struct book *book, struct text *reply,
                         struct fault *fault);

enum status decode_rule(struct text body, struct arena *arena, const void **request,
                        struct fault *fault);
enum status encode_rule(const void *outcome, const struct book *book, struct text *reply,
                        struct fault *fault);
enum status decode_state(struct text body, struct arena *arena, const void **request,
                         struct fault *fault);
enum status decode_split(struct text body, struct arena *arena, const void **request,
                         struct fault *fault);
enum status decode_quantity(struct text body, struct arena *arena, const void **request,
                            struct fault *fault);
enum status decode_components(struct text body, struct arena *arena, const void **request,
                              struct fault *fault);
enum status encode_change(const void *outcome, const struct book *book, struct text *reply,
                          struct fault *fault);

#define ORDERS_PAGE_MAX 500

enum status decode_get_order(struct rpc_request *request, struct order_query *query) MUST_CHECK;
enum status encode_get_order(struct rpc_request *request,
                             const struct order_views *views) MUST_CHECK;
/* query->limit is one above the page, so that the encoder sees whether there is more. */
enum status decode_list_orders(struct rpc_request *request, struct order_query *query) MUST_CHECK;
enum status encode_list_orders(struct rpc_request *request, const struct order_query *query,
                               const struct order_views *views) MUST_CHECK;

#endif
