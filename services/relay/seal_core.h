#ifndef MILLRACE_RELAY_SEAL_CORE_H
#define MILLRACE_RELAY_SEAL_CORE_H

#include "common/base/text.h"

/* What is sealed: tables that are only appended to. */
enum seal_stream {
    SEAL_ACT,
    SEAL_POSTING_KEY,
    SEAL_LEDGER_LINE,
    SEAL_EVENT_LOG,
    SEAL_MASTER_CHANGE,
    SEAL_ORDER_CHANGE,
    SEAL_WORK_ORDER_CHANGE,
    SEAL_CHANGE_STEP,
    SEAL_STREAMS
};

const char *seal_stream_name(enum seal_stream stream); /* the table's */
bool seal_stream_parse(struct text name, enum seal_stream *out) MUST_CHECK;

/* Have the rows numbers without gaps, in the order of their commits? */
bool seal_is_numbered(enum seal_stream stream);

/* A place in the order of a stream: a number and no key, or a moment and the key of the row. */
struct seal_place {
    int64_t place;
    struct text key;
};

#define SEAL_KEY_LAST "\xf4\x8f\xbf\xbf" /* behind every key */

/* Before every row. */
struct seal_place seal_begin(enum seal_stream stream);
int seal_place_cmp(struct seal_place a, struct seal_place b);

/*
 * A row as PostgreSQL's record_send gives it, which is what is hashed: the number of its columns,
 * and of each the number of its type, its length (-1: NULL) and its bytes as the type sends them;
 * numbers are of 4 bytes, most significant first.  A cell that is NULL has no bytes.
 */
size_t seal_record_size(const struct text *cells, size_t count);
void seal_record_write(const uint32_t *types, const struct text *cells, size_t count, char *out);

/* How many numbers are missing where the rows behind `after` up to `last` have so many: of a
   numbered stream, whose first number is 1.  Negative: there are too many (a number below 1). */
int64_t seal_gap(struct seal_place after, struct seal_place last, int64_t numbers);

/*
 * The rows of a seal as they were and as they are, a mark each.  Equal at both ends; in between
 * `was` rows from `first` on have become `is` rows: is < was, some are missing; is > was, some were
 * put in; else they were changed.
 */
#define SEAL_MARK_BYTES 4

struct seal_difference {
    size_t first; /* from 0 */
    size_t was;
    size_t is;
};

/* False where there is none. */
bool seal_compare(struct text sealed, struct text found, struct seal_difference *out) MUST_CHECK;

#endif
