#ifndef MILLRACE_INVENTORY_LABEL_CODEC_H
#define MILLRACE_INVENTORY_LABEL_CODEC_H

#include "common/base/qty.h"
#include "common/io/rpc.h"
#include "services/inventory/history_codec.h"
#include "services/inventory/label_core.h"

#define LABELS_MAX 50

struct label_of {
    struct text kind;
    struct text code;
    struct text lot;
    struct qty quantity; /* NO_QTY */
};

struct label_query {
    const struct label_of *labels;
    size_t count; /* 1 to LABELS_MAX */
    const struct label_size *size;
};

struct label_pages {
    const char *name; /* of the files: name-1.svg */
    const struct label_size *size;
    struct text *svg;
    size_t count;
};

enum status decode_labels(struct rpc_request *request, struct label_query *query) MUST_CHECK;
enum status decode_label_picks(struct rpc_request *request, struct pick_query *query) MUST_CHECK;
enum status encode_pages(struct rpc_request *request, const struct label_pages *pages) MUST_CHECK;

#endif
