#ifndef MILLRACE_PLANT_CSV_H
#define MILLRACE_PLANT_CSV_H

#include "common/base/text.h"

#include <string.h>

/*
 * Rows of a CSV text in memory (RFC 4180): comma, double quotes, LF or CRLF, a byte-order mark at
 * the start skipped.  Fields point into the text; only a field with doubled quotes is copied, into
 * the reader's own room.  Blank lines, and lines of commas only as spreadsheets leave them, are
 * skipped.
 */
#define CSV_FIELDS_MAX 64
#define CSV_COPY_MAX   ((size_t)16 * 1024) /* bytes of fields with doubled quotes in one row */

/* The next piece of a text that comes in pieces of whole rows; false at the end.  Pieces stay where
   they are. */
typedef bool csv_more_fn(void *context, struct text *piece);

struct csv {
    csv_more_fn *more; /* NULL: the text is whole */
    void *context;
    const char *at;
    const char *end;
    uint32_t line; /* of `at`, from 1 */
    uint32_t copied;
    char copy[CSV_COPY_MAX];
};

struct csv_row {
    struct text fields[CSV_FIELDS_MAX];
    uint32_t count;
    uint32_t line;       /* where the row begins */
    const char *problem; /* NULL, or why the row cannot be read; its fields are then worthless */
};

void csv_init(struct csv *csv, struct text bytes);
void csv_init_pieces(struct csv *csv, csv_more_fn *more, void *context);

/* The next row; false at the end.  After a row with a problem reading goes on with the next line.
 */
bool csv_next(struct csv *csv, struct csv_row *row);

/*
 * Writing: bytes collected in a buffer of the caller's, quoted where needed.  When the room is full
 * the rest is dropped and `full` is set; a writer that flushes between rows and leaves CSV_ROW_ROOM
 * never sees it.
 */
#define CSV_ROW_ROOM ((size_t)128 * 1024)

struct csv_out {
    char *bytes;
    size_t size;
    size_t used;
    bool row_begun;
    bool full;
};

void csv_put(struct csv_out *out, struct text field);

/* The same in a list for people, who open it with a spreadsheet: what would be a formula there gets
   an apostrophe in front.  Not for what is read back. */
void csv_put_shown(struct csv_out *out, struct text field);

/* A field known to need no quotes: a number, a date, a word of ours; inline, as there are hundreds
   of millions. */
static inline void csv_put_plain(struct csv_out *out, struct text field)
{
    const size_t length = field.length + out->row_begun;
    out->full = out->full || length > out->size - out->used;
    if (out->full)
        return;
    char *to = out->bytes + out->used;
    if (out->row_begun)
        *to++ = ',';
    if (field.length > 0)
        memcpy(to, field.bytes, field.length);
    out->used += length;
    out->row_begun = true;
}

/* The same written in place: where a field of at most `room` bytes goes, or NULL when the rest is
   dropped; csv_field_end says how long it became. */
static inline char *csv_field(struct csv_out *out, size_t room)
{
    out->full = out->full || room + 1 > out->size - out->used;
    if (out->full)
        return NULL;
    out->bytes[out->used] = ',';
    return out->bytes + out->used + out->row_begun;
}

static inline void csv_field_end(struct csv_out *out, size_t length)
{
    out->used += length + out->row_begun;
    out->row_begun = true;
}

static inline void csv_end_row(struct csv_out *out)
{
    out->full = out->full || out->used == out->size;
    if (!out->full)
        out->bytes[out->used++] = '\n';
    out->row_begun = false;
}

#endif
