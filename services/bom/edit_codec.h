#ifndef MILLRACE_BOM_EDIT_CODEC_H
#define MILLRACE_BOM_EDIT_CODEC_H

#include "services/bom/edit.h"
#include "services/bom/history_store.h"

/* Messages of changed master data. */
#define EVENT_MASTER_CHANGED 7 /* EVENT_KIND_MASTER_CHANGED */

enum status encode_master_changed(const struct edit_write *write, struct arena *arena,
                                  struct text *body, struct fault *fault) MUST_CHECK;

enum status decode_edit_master(struct rpc_request *request, struct edits *edits) MUST_CHECK;
enum status encode_edit_master(const struct edited *edited, struct arena *arena, struct text *reply,
                               struct fault *fault) MUST_CHECK;

enum status decode_deactivate(struct rpc_request *request, struct text *item,
                              bool *even_if_used) MUST_CHECK;

struct deactivated {
    bool active;
    const struct item_use *uses;
    size_t use_count;
    int64_t change_seq;
};

enum status encode_deactivate(const struct deactivated *done, struct arena *arena,
                              struct text *reply, struct fault *fault) MUST_CHECK;

/* file PLANT_FILES: it cannot be edited */
enum status decode_list_master(struct rpc_request *request, enum plant_file_id *file,
                               struct text *item) MUST_CHECK;
enum status encode_list_master(struct rpc_request *request, const struct row_list *rows,
                               int64_t version) MUST_CHECK;

enum status decode_history(struct rpc_request *request, struct history_query *query) MUST_CHECK;
enum status encode_history(struct rpc_request *request, const struct master_change *changes,
                           size_t count, bool more) MUST_CHECK;

struct conversion {
    struct text item;
    struct text uom;
    struct qty quantity;
    struct frac exact;
    struct qty rounded;
    const char *rounding;
    const char *own_uom;
};

enum status decode_conversion(struct rpc_request *request, struct conversion *asked) MUST_CHECK;
enum status encode_conversion(struct rpc_request *request,
                              const struct conversion *made) MUST_CHECK;

/* For the other codecs of this folder: cells of a message, in the arena. */
enum plant_file_id edit_file_find(struct text name);

#endif
