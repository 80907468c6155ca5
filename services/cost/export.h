#ifndef MILLRACE_COST_EXPORT_H
#define MILLRACE_COST_EXPORT_H

#include "services/cost/books.h"

/*
 * The journal as a file, part by part: each part is a page of ledger lines.  The neutral form
 * carries from part to part what it has told so far, and a hash of it all (README.md).
 */
#define EXPORT_HASH_TEXT 65 /* SHA-256 in hexadecimal digits and a NUL */

/* Where an export stands: behind a ledger line, with what the neutral form has told by then. */
struct export_place {
    int64_t after; /* posted_seq; 0: at the beginning, or where a part ends: there are no more */
    int64_t parts;
    int64_t entries;
    struct amount debit; /* and credit */
    char hash[EXPORT_HASH_TEXT];
};

struct export_query {
    struct journal_query journal;
    struct export_place place;
    bool chinese;
    bool neutral;
};

/* ---- of export_codec.c ---- */
enum status decode_export_journal(struct rpc_request *request,
                                  struct export_query *query) MUST_CHECK;
enum status encode_export_journal(struct rpc_request *request, struct text content,
                                  const struct export_query *query) MUST_CHECK;

#endif
