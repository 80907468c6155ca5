#ifndef MILLRACE_BOM_MASS_H
#define MILLRACE_BOM_MASS_H

#include "common/io/rpc.h"
#include "services/bom/mass_store.h"

/*
 * Mass change: one rule over all bills of a plant, in one transaction, undone by one call.  A
 * preview is the same transaction taken back.  Readers see the old bills until it is committed and
 * are never blocked; postings meet it nowhere; other changes of master data wait at the gate.
 */
rpc_handler_fn handle_preview_mass;
rpc_handler_fn handle_run_mass;
rpc_handler_fn handle_undo_mass;
rpc_handler_fn handle_get_mass;

struct mass_reply {
    struct text change_id;
    const char *state;
    struct mass_counts counts;
    int64_t lines_done;
    int64_t change_seq;
    const struct mass_line *lines;
    size_t line_count;
};

enum status decode_mass(struct rpc_request *request, bool preview,
                        struct mass_rule *rule) MUST_CHECK;
enum status decode_mass_id(struct rpc_request *request, struct text *change_id) MUST_CHECK;
enum status encode_mass(const struct mass_reply *made, struct arena *arena, struct text *reply,
                        struct fault *fault) MUST_CHECK;

#endif
