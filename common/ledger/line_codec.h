#ifndef MILLRACE_LEDGER_LINE_CODEC_H
#define MILLRACE_LEDGER_LINE_CODEC_H

#include "common/ledger/book_core.h"

/* The ledger lines of a reply (PostedLine of proto/production.proto), for the codecs of every
   service that posts.  Opaque here, because only codecs see generated headers. */

/* book->lines[range] as an array of PostedLine *, arena memory of the book; false when it is full.
 */
bool line_encode(const struct book *book, struct ledger_range range, void ***lines,
                 size_t *count) MUST_CHECK;

/* A NUL-terminated copy in the book's arena, NULL for a text without bytes; *ok turns false when
   the arena is full. */
char *line_text(const struct book *book, struct text text, bool *ok);

#endif
