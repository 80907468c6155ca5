#include "common/plant/plant_reader.h"

#include <stdlib.h>
#include <string.h>

/*
 * A large file by several hands.  It is cut at line ends; each piece is parsed by a reader of its
 * own straight into the place that its rows have in the file's array.  That is possible where rows
 * touch nothing that they share: no texts, no unique keys, no record of parameters or terms but the
 * default.  A quote, an error or a repeated code calls the pieces off, and the file is read from
 * its beginning, line by line.
 */

#define PIECES_PER_HAND 4
#define CODES_AHEAD     8 /* on their way from memory while one is added */

struct piece {
    struct text bytes;
    uint32_t lines;      /* line ends in it, and one more where the last line has none */
    uint32_t first_line; /* lines of the file before it */
    uint32_t first_row;  /* of reader->rows: rows of earlier pieces at most */
    uint32_t rows;       /* read */
    bool failed;
};

struct pieces {
    struct plant_reader *reader;
    struct piece *pieces;
    uint32_t count;
    struct text *codes; /* of items, by row; else NULL */
    struct crew_job job;
};

/* Is the column read into the row itself, by a value that stands for itself or names an item? */
static bool column_is_alone(const struct plant_reader *reader, const struct column *column)
{
    if (!column || column->kind == COLUMN_NEW_ITEM)
        return true;
    const bool shares = column->kind == COLUMN_CODE || column->kind == COLUMN_TEXT ||
                        column->kind == COLUMN_WORK_CENTER || column->kind == COLUMN_CALENDAR;
    return !shares && column->offset < plant_files[reader->file].element_bytes;
}

bool plant_file_is_alone(const struct plant_reader *reader)
{
    const enum plant_file_id file = reader->file;
    const bool first = file == FILE_ITEMS && names_count(reader->plant->item_codes) == 0;
    bool alone = first || file == FILE_BOM || file == FILE_STOCK || file == FILE_DEMAND ||
                 file == FILE_SUPPLY;
    for (uint32_t k = 0; k < reader->field_count && alone; k++)
        alone = column_is_alone(reader, reader->columns[k]);
    return alone;
}

/* Cut at line ends. */
static void cut(struct pieces *pieces, struct text body)
{
    const char *at = body.bytes;
    const char *end = body.bytes + body.length;
    for (uint32_t k = 0; k < pieces->count; k++) {
        size_t length = (size_t)(end - at) / (pieces->count - k);
        const char *newline = length < (size_t)(end - at)
                                  ? memchr(at + length, '\n', (size_t)(end - at) - length)
                                  : NULL;
        const char *next = newline ? newline + 1 : end;
        pieces->pieces[k].bytes = (struct text){at, (size_t)(next - at)};
        at = next;
    }
}

static uint32_t lines_of(struct text bytes)
{
    const char *end = bytes.bytes + bytes.length;
    uint32_t lines = 0;
    for (const char *at = bytes.bytes; at < end; lines++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    return lines;
}

static void count_lines(void *context, uint32_t hand)
{
    struct pieces *pieces = context;
    uint32_t k;
    (void)hand;
    while (crew_take(&pieces->job, &k)) {
        struct piece *piece = &pieces->pieces[k];
        const struct text bytes = piece->bytes;
        piece->lines = lines_of(bytes);
        piece->failed = bytes.length > 0 && memchr(bytes.bytes, '"', bytes.length);
    }
}

/* A reader of the piece: what it finds wrong is not kept, only that there is something. */
static struct plant_reader reader_of(const struct pieces *pieces, const struct piece *piece)
{
    struct plant_reader reader = *pieces->reader;
    reader.rows += (size_t)piece->first_row * plant_files[reader.file].element_bytes;
    reader.row_count = 0;
    reader.errors_kept = PLANT_ERRORS_KEPT;
    reader.error_count = 0;
    reader.last_shared = 0;
    memset(reader.last, 0, sizeof(reader.last));
    reader.key_lines += piece->first_row;
    if (pieces->codes)
        reader.codes = pieces->codes + piece->first_row;
    return reader;
}

union wide_row {
    struct item_row item;
    struct bom_wide bom;
    unsigned char bytes[256];
};

static void read_piece(const struct pieces *pieces, struct piece *piece, struct csv *csv)
{
    struct plant_reader reader = reader_of(pieces, piece);
    const struct plant_file *file = &plant_files[reader.file];
    struct csv_row rows[PLANT_ROWS_AHEAD];
    union wide_row defaults;
    union wide_row wide;
    memset(&defaults, 0, sizeof(defaults));
    plant_row_default(file, &defaults);
    csv_init(csv, piece->bytes);
    csv->at = piece->bytes.bytes; /* a mark of byte order is at the file's start only */
    csv->line = piece->first_line + 1;
    uint32_t count = plant_rows_ahead(&reader, csv, rows);
    for (; count > 0 && reader.error_count == 0; count = plant_rows_ahead(&reader, csv, rows)) {
        for (uint32_t k = 0; k < count; k++) {
            reader.line = rows[k].line;
            memcpy(&wide, &defaults, file->row_bytes);
            if (rows[k].problem)
                reader.error_count++;
            else
                plant_read_row(&reader, &rows[k], &wide);
        }
    }
    piece->failed = reader.error_count > 0 || reader.out_of_room;
    piece->rows = reader.row_count;
}

static void read_pieces(void *context, uint32_t hand)
{
    struct pieces *pieces = context;
    struct csv *csv = malloc(sizeof(*csv));
    uint32_t k;
    (void)hand;
    while (crew_take(&pieces->job, &k)) {
        if (csv)
            read_piece(pieces, &pieces->pieces[k], csv);
        else
            pieces->pieces[k].failed = true;
    }
    free(csv);
}

static bool run(struct pieces *pieces, crew_part_fn *part)
{
    const struct crew *crew = &pieces->reader->crew;
    bool good = true;
    pieces->job = (struct crew_job){.count = pieces->count};
    crew->run(crew, part, pieces);
    for (uint32_t k = 0; k < pieces->count; k++)
        good = good && !pieces->pieces[k].failed;
    return good;
}

/* Returns how many rows there are at most. */
static uint32_t place_pieces(struct pieces *pieces, uint32_t line)
{
    uint32_t row = 0;
    for (uint32_t k = 0; k < pieces->count; k++) {
        pieces->pieces[k].first_line = line;
        pieces->pieces[k].first_row = row;
        line += pieces->pieces[k].lines;
        row += pieces->pieces[k].lines;
    }
    return row;
}

/* Blank lines leave gaps between the pieces' rows. */
static uint32_t close_gaps(const struct pieces *pieces)
{
    const struct plant_reader *reader = pieces->reader;
    const size_t bytes = plant_files[reader->file].element_bytes;
    uint32_t rows = 0;
    for (uint32_t k = 0; k < pieces->count; k++) {
        const struct piece *piece = &pieces->pieces[k];
        if (rows != piece->first_row) {
            memmove(reader->rows + rows * bytes, reader->rows + piece->first_row * bytes,
                    piece->rows * bytes);
            /* the line numbers of items and bill lines */
            memmove(reader->key_lines + rows, reader->key_lines + piece->first_row,
                    piece->rows * sizeof(*reader->key_lines));
            if (pieces->codes)
                memmove(pieces->codes + rows, pieces->codes + piece->first_row,
                        piece->rows * sizeof(*pieces->codes));
        }
        rows += piece->rows;
    }
    return rows;
}

/* The codes in the order of their rows.  False: one is there twice. */
static bool add_codes(struct plant_reader *reader, const struct text *codes, uint32_t count)
{
    struct names *names = reader->plant->item_codes;
    bool good = names_reserve(names, count);
    for (uint32_t k = 0; k < count && good; k++) {
        if (k + CODES_AHEAD < count)
            names_ahead(names, codes[k + CODES_AHEAD]);
        good = names_add(names, codes[k]) == k;
    }
    return good;
}

/* No text, no names: what codes were added before one was found twice is taken back. */
static bool renew_codes(struct plant_reader *reader)
{
    names_free(&reader->plant->item_codes);
    reader->plant->item_codes = names_new(reader->limit_bytes);
    reader->out_of_room |= !reader->plant->item_codes;
    return false;
}

static bool read_all(struct pieces *pieces, uint32_t line)
{
    struct plant_reader *reader = pieces->reader;
    if (!run(pieces, count_lines))
        return false;
    const size_t room = (size_t)place_pieces(pieces, line) + 1;
    if (!plant_rows_place(reader, room))
        return false;
    if (reader->file == FILE_ITEMS) {
        pieces->codes = malloc(room * sizeof(*pieces->codes));
        if (!pieces->codes)
            return false;
    }
    if (!run(pieces, read_pieces))
        return false;
    uint32_t rows = close_gaps(pieces);
    if (pieces->codes && !add_codes(reader, pieces->codes, rows))
        return renew_codes(reader);
    reader->row_count = rows;
    return true;
}

/* The record that every row has, so that the hands find it. */
static void share_default(struct plant_reader *reader)
{
    union wide_row defaults;
    memset(&defaults, 0, sizeof(defaults));
    plant_row_default(&plant_files[FILE_ITEMS], &defaults);
    struct text bytes = {(const char *)&defaults.item.params, sizeof(defaults.item.params)};
    if (reader->file == FILE_ITEMS && names_add(reader->params, bytes) != 0)
        reader->out_of_room = true;
}

bool plant_read_pieces(struct plant_reader *reader, const struct csv *csv)
{
    const struct text body = {csv->at, (size_t)(csv->end - csv->at)};
    const uint32_t count = reader->crew.hands * PIECES_PER_HAND;
    const size_t work = reader->crew.least > 0 ? body.length : body.length / KIB;
    if (csv->more || !crew_shares(&reader->crew, work) || !plant_file_is_alone(reader))
        return false;
    struct pieces pieces = {.reader = reader, .count = count};
    pieces.pieces = calloc(count, sizeof(*pieces.pieces));
    if (!pieces.pieces)
        return false;
    share_default(reader);
    cut(&pieces, body);
    bool done = read_all(&pieces, csv->line - 1);
    free(pieces.codes);
    free(pieces.pieces);
    return done;
}
