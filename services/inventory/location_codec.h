#ifndef MILLRACE_INVENTORY_LOCATION_CODEC_H
#define MILLRACE_INVENTORY_LOCATION_CODEC_H

#include "common/io/rpc.h"
#include "services/inventory/location_core.h"
#include "services/inventory/location_store.h"

enum status decode_locations(struct text body, struct arena *arena,
                             struct location_command *command, struct fault *fault) MUST_CHECK;
enum status encode_locations_set(const struct location_command *command, const struct book *book,
                                 struct text *reply, struct fault *fault) MUST_CHECK;

enum status decode_list_locations(struct rpc_request *request,
                                  struct location_query *query) MUST_CHECK;
enum status encode_list_locations(struct rpc_request *request, const struct sql_rows *rows,
                                  bool more) MUST_CHECK;

#endif
