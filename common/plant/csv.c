#include "common/plant/csv.h"

#include <limits.h>
#include <string.h>

void csv_init(struct csv *csv, struct text bytes)
{
    csv->more = NULL;
    csv->context = NULL;
    csv->at = bytes.bytes;
    csv->end = bytes.bytes + bytes.length;
    csv->line = 1;
    csv->copied = 0;
    if (bytes.length >= 3 && memcmp(bytes.bytes, "\xef\xbb\xbf", 3) == 0)
        csv->at += 3;
}

void csv_init_pieces(struct csv *csv, csv_more_fn *more, void *context)
{
    csv_init(csv, text_of(""));
    csv->more = more;
    csv->context = context;
}

/* Bytes that end a plain field, and that a field must be quoted for. */
static const bool asks_quotes[UCHAR_MAX + 1] = {
    [','] = true, ['\n'] = true, ['\r'] = true, ['"'] = true};

static struct text read_plain(struct csv *csv)
{
    const char *start = csv->at;
    const char *at = start;
    while (at < csv->end && !asks_quotes[(unsigned char)*at])
        at++;
    csv->at = at;
    return (struct text){start, (size_t)(at - start)};
}

/* The field with its doubled quotes made single, in the reader's own room. */
static const char *copy_quoted(struct csv *csv, struct text raw, struct text *field)
{
    if (csv->copied + raw.length > CSV_COPY_MAX)
        return "quoted fields of the row are too long";
    char *to = csv->copy + csv->copied;
    size_t length = 0;
    for (size_t i = 0; i < raw.length; i++) {
        to[length++] = raw.bytes[i];
        i += raw.bytes[i] == '"';
    }
    csv->copied += (uint32_t)length;
    *field = (struct text){to, length};
    return NULL;
}

/* Stands on the opening quote; leaves csv->at behind the closing one. */
static const char *read_quoted(struct csv *csv, struct text *field)
{
    const char *start = ++csv->at;
    bool doubled = false;

    for (;; csv->at++) {
        if (csv->at == csv->end)
            return "quoted field is not closed";
        csv->line += *csv->at == '\n';
        if (*csv->at != '"')
            continue;
        if (csv->at + 1 == csv->end || csv->at[1] != '"')
            break;
        doubled = true;
        csv->at++;
    }
    struct text raw = {start, (size_t)(csv->at - start)};
    csv->at++;
    *field = raw;
    return doubled ? copy_quoted(csv, raw, field) : NULL;
}

static void skip_line(struct csv *csv)
{
    size_t left = (size_t)(csv->end - csv->at);
    const char *newline = left > 0 ? memchr(csv->at, '\n', left) : NULL;
    csv->at = newline ? newline + 1 : csv->end;
    csv->line++;
}

/* Behind a field: a comma, the end of the row or something that does not belong there. */
static const char *read_delimiter(struct csv *csv, bool quoted, bool *last)
{
    *last = true;
    if (csv->at == csv->end)
        return NULL;
    if (*csv->at == ',') {
        csv->at++;
        *last = false;
        return NULL;
    }
    if (*csv->at == '\r' && (csv->at + 1 == csv->end || csv->at[1] == '\n'))
        csv->at++;
    if (csv->at == csv->end)
        return NULL;
    if (*csv->at == '\n') {
        csv->at++;
        csv->line++;
        return NULL;
    }
    if (quoted)
        return "text after the closing quote";
    return *csv->at == '"' ? "quote inside an unquoted field" : "carriage return without line feed";
}

static const char *read_row(struct csv *csv, struct csv_row *row)
{
    bool last = false;
    while (!last) {
        if (row->count == CSV_FIELDS_MAX)
            return "row has too many fields";
        struct text *field = &row->fields[row->count++];
        if (csv->at < csv->end && *csv->at == ',') { /* nothing: most of a wide row */
            *field = (struct text){csv->at++, 0};
            continue;
        }
        bool quoted = csv->at < csv->end && *csv->at == '"';
        const char *problem = NULL;
        if (quoted)
            problem = read_quoted(csv, field);
        else
            *field = read_plain(csv);
        if (!problem)
            problem = read_delimiter(csv, quoted, &last);
        if (problem)
            return problem;
    }
    return NULL;
}

static bool row_blank(const struct csv_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (row->fields[i].length > 0)
            return false;
    }
    return true;
}

/* Is there a row left, perhaps in the next piece? */
static bool more_rows(struct csv *csv)
{
    struct text piece;
    while (csv->at == csv->end) {
        if (!csv->more || !csv->more(csv->context, &piece))
            return false;
        csv->at = piece.bytes;
        csv->end = piece.bytes + piece.length;
    }
    return true;
}

bool csv_next(struct csv *csv, struct csv_row *row)
{
    while (more_rows(csv)) {
        row->count = 0;
        row->line = csv->line;
        csv->copied = 0;
        row->problem = read_row(csv, row);
        if (row->problem)
            skip_line(csv);
        if (row->problem || !row_blank(row))
            return true;
    }
    return false;
}

static void put_bytes(struct csv_out *out, const char *bytes, size_t length)
{
    if (out->full || length > out->size - out->used) {
        out->full = true;
        return;
    }
    if (length > 0)
        memcpy(out->bytes + out->used, bytes, length);
    out->used += length;
}

static bool needs_quotes(struct text field)
{
    for (size_t i = 0; i < field.length; i++) {
        if (asks_quotes[(unsigned char)field.bytes[i]])
            return true;
    }
    return false;
}

static void put_doubled(struct csv_out *out, struct text field)
{
    for (const char *at = field.bytes, *end = at + field.length; at < end;) {
        const char *quote = memchr(at, '"', (size_t)(end - at));
        size_t length = (size_t)((quote ? quote : end) - at);
        put_bytes(out, at, length);
        if (quote)
            put_bytes(out, "\"\"", 2);
        at += length + (quote ? 1 : 0);
    }
}

void csv_put(struct csv_out *out, struct text field)
{
    if (needs_quotes(field)) {
        csv_put_plain(out, (struct text){"\"", 1});
        put_doubled(out, field);
        put_bytes(out, "\"", 1);
    } else {
        csv_put_plain(out, field);
    }
}

/* "=1+1", "@SUM(A1)", "-x"; but -5 and +0.5 are numbers. */
static bool is_formula(struct text field)
{
    if (field.length == 0 || !strchr("=@+-\t\r", field.bytes[0]))
        return false;
    size_t i = 1;
    while (i < field.length && strchr("0123456789.", field.bytes[i]))
        i++;
    return !strchr("+-", field.bytes[0]) || i < field.length || i == 1;
}

void csv_put_shown(struct csv_out *out, struct text field)
{
    if (!is_formula(field)) {
        csv_put(out, field);
        return;
    }
    csv_put_plain(out, (struct text){"\"'", 2});
    put_doubled(out, field);
    put_bytes(out, "\"", 1);
}
