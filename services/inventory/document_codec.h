#ifndef MILLRACE_INVENTORY_DOCUMENT_CODEC_H
#define MILLRACE_INVENTORY_DOCUMENT_CODEC_H

#include "common/io/rpc.h"
#include "services/inventory/document_store.h"

/* Bytes to commands of document_core.h, and documents to bytes. */
enum status decode_start_count(struct text body, struct arena *arena, struct count_start *command,
                               struct fault *fault) MUST_CHECK;
enum status decode_record_count(struct text body, struct arena *arena, struct count_record *command,
                                struct fault *fault) MUST_CHECK;
enum status decode_finish_count(struct text body, struct arena *arena,
                                struct document_decision *command, struct fault *fault) MUST_CHECK;
enum status decode_decision(struct text body, struct arena *arena,
                            struct document_decision *command, struct fault *fault) MUST_CHECK;
enum status decode_reversal(struct text body, struct arena *arena, struct reversal_command *command,
                            struct fault *fault) MUST_CHECK;
enum status decode_list_documents(struct rpc_request *request,
                                  struct document_query *query) MUST_CHECK;

/* `lines` of the one document, or without rows. */
enum status encode_documents(struct rpc_request *request, const struct sql_rows *documents,
                             const struct sql_rows *lines, bool more) MUST_CHECK;

#endif
