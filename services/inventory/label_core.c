#include "services/inventory/label_core.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHEET_BYTES_MAX ((size_t)1 << 20)
#define PIECE_MAX       512

const struct label_size label_a4 = {"A4", 210, 297};

static const struct label_size sizes[] = {
    {"100x50", 100, 50}, {"62x29", 62, 29}, {"50x30", 50, 30}};

const struct label_size *label_size_of(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        if (name.length == 0 || text_is(name, sizes[i].name))
            return &sizes[i];
    }
    return NULL;
}

/* ---- text of the page, as it grows ---- */

struct sheet {
    struct arena *arena;
    char *bytes;
    size_t length;
    size_t capacity;
    bool full;
};

static void put_bytes(struct sheet *sheet, const char *bytes, size_t length)
{
    if (sheet->length + length > sheet->capacity) {
        size_t capacity = 2 * sheet->capacity + length + PIECE_MAX;
        char *more = capacity <= SHEET_BYTES_MAX ? arena_alloc(sheet->arena, capacity, 1) : NULL;
        sheet->full = sheet->full || !more;
        if (!more)
            return;
        if (sheet->length > 0)
            memcpy(more, sheet->bytes, sheet->length);
        sheet->bytes = more;
        sheet->capacity = capacity;
    }
    memcpy(sheet->bytes + sheet->length, bytes, length);
    sheet->length += length;
}

static void put(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct sheet *sheet, const char *format, ...)
{
    char piece[PIECE_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0 && (size_t)length < sizeof piece);
    put_bytes(sheet, piece, (size_t)length);
}

/* What XML allows: signs of its own are named, control characters left out. */
static void put_text(struct sheet *sheet, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '&')
            put(sheet, "&amp;");
        else if (c == '<')
            put(sheet, "&lt;");
        else if (c == '>')
            put(sheet, "&gt;");
        else if ((unsigned char)c >= ' ')
            put_bytes(sheet, &c, 1);
    }
}

static void begin(struct sheet *sheet, const struct label_size *size, int width, int height)
{
    put(sheet,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dmm\" height=\"%dmm\""
        " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" fill=\"#000\">"
        "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>",
        size->width_mm, size->height_mm, width, height, width, height);
}

static enum status end(struct sheet *sheet, struct text *svg, struct fault *fault)
{
    put(sheet, "</svg>\n");
    *svg = (struct text){sheet->bytes, sheet->length};
    return sheet->full ? fault_set(fault, STATUS_LIMIT, "", "the page does not fit in memory")
                       : STATUS_OK;
}

/* ---- drawing; tenths of a millimetre ---- */

/* Widths of letters are guessed: half of the size for those of ASCII, all of it for others. */
static int columns_of(struct text text)
{
    int halves = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        halves += c < 0x80 ? 6 : c >= 0xC0 ? 10 : 0;
    }
    return halves > 0 ? halves : 1;
}

struct place {
    int x;
    int y;
    int width;
    int size; /* of letters, at most */
};

/* As large as fits; what is still too long is cut by the edge. */
static void draw_text(struct sheet *sheet, struct place place, bool bold, struct text text)
{
    int fits = place.width * 10 / columns_of(text);
    int size = fits < place.size ? fits : place.size;
    put(sheet, "<text x=\"%d\" y=\"%d\" font-size=\"%d\"%s>", place.x, place.y,
        size < place.size / 3 ? place.size / 3 : size, bold ? " font-weight=\"bold\"" : "");
    put_text(sheet, text);
    put(sheet, "</text>");
}

static bool bit(const struct label_symbol *symbol, int row, int column)
{
    int stride = (symbol->columns + 7) / 8;
    return (symbol->bits[row * stride + column / 8] >> (column % 8)) & 1;
}

static void draw_row(struct sheet *sheet, const struct label_symbol *symbol, int row)
{
    int at = 0;
    while (at < symbol->columns) {
        int start = at;
        while (at < symbol->columns && bit(symbol, row, at))
            at++;
        if (at > start)
            put(sheet, "M%d %dh%dv1h-%dz", start, row, at - start, at - start);
        else
            at++;
    }
}

/* `ratio`: a bar is stretched, a square is not. */
static void draw_symbol(struct sheet *sheet, const struct label_symbol *symbol, struct place place,
                        const char *ratio)
{
    if (symbol->rows == 0)
        return;
    put(sheet,
        "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
        " preserveAspectRatio=\"%s\" shape-rendering=\"crispEdges\"><path d=\"",
        place.x, place.y, place.width, place.size, symbol->columns, symbol->rows, ratio);
    for (int row = 0; row < symbol->rows; row++)
        draw_row(sheet, symbol, row);
    put(sheet, "\"/></svg>");
}

/* ---- a label: drawn for 100 x 50 mm, shown at any size ---- */

enum status label_draw(const struct label *label, const struct label_size *size,
                       struct arena *arena, struct text *svg, struct fault *fault)
{
    enum {
        WIDE = 1000,
        HIGH = 500,
        EDGE = 35,
        SQUARE = 250,
        BAR = 100,
        TEXT = WIDE - 3 * EDGE - SQUARE
    };

    struct sheet sheet = {.arena = arena};
    ASSERT(label->line_count <= LABEL_LINES_MAX);
    begin(&sheet, size, WIDE, HIGH);
    draw_text(&sheet, (struct place){EDGE, 100, TEXT, 90}, true, label->title);
    for (size_t i = 0; i < label->line_count; i++)
        draw_text(&sheet, (struct place){EDGE, 160 + 52 * (int)i, TEXT, 44}, false,
                  label->lines[i]);
    draw_symbol(&sheet, &label->square, (struct place){WIDE - EDGE - SQUARE, EDGE, SQUARE, SQUARE},
                "xMidYMid");
    draw_symbol(&sheet, &label->bar,
                (struct place){2 * EDGE, HIGH - EDGE - BAR, WIDE - 4 * EDGE, BAR}, "none");
    return end(&sheet, svg, fault);
}

/* ---- a page of picks ---- */

static void draw_pick(struct sheet *sheet, const struct label_pick *pick, int y)
{
    const struct place places[] = {{100, y + 52, 270, 46},  {390, y + 52, 520, 46},
                                   {390, y + 94, 760, 32},  {930, y + 52, 300, 36},
                                   {1250, y + 52, 230, 50}, {1500, y + 52, 280, 36}};
    const struct text texts[] = {pick->location.length > 0 ? pick->location : text_of("\u2014"),
                                 pick->item,
                                 pick->name,
                                 pick->lot,
                                 pick->quantity,
                                 pick->order};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        draw_text(sheet, places[i], i == 0 || i == 4, texts[i]);
    draw_symbol(sheet, &pick->square, (struct place){1810, y + 8, 96, 96}, "xMidYMid");
    put(sheet,
        "<rect x=\"1940\" y=\"%d\" width=\"50\" height=\"50\" fill=\"none\" stroke=\"#000\""
        " stroke-width=\"3\"/>",
        y + 30);
    put(sheet, "<path d=\"M100 %dH2000\" stroke=\"#999\" stroke-width=\"2\"/>", y + 112);
}

enum status label_draw_picks(const struct label_pick_page *page, struct arena *arena,
                             struct text *svg, struct fault *fault)
{
    enum { WIDE = 2100, HIGH = 2970, TOP = 380, ROW = 114 };

    static const struct {
        int x;
        const char *word;
    } heads[] = {{100, "库位 Location"},
                 {390, "物料 Item"},
                 {930, "批次 Lot"},
                 {1250, "数量 Qty"},
                 {1500, "工单 Order"}};

    char number[48];
    struct sheet sheet = {.arena = arena};
    ASSERT(page->row_count <= LABEL_PICKS_MAX);
    begin(&sheet, &label_a4, WIDE, HIGH);
    draw_text(&sheet, (struct place){100, 160, 900, 80}, true, text_of("领料单 Pick list"));
    draw_text(&sheet, (struct place){100, 240, 1100, 46}, false, page->orders);
    draw_symbol(&sheet, &page->bar, (struct place){1260, 90, 740, 110}, "none");
    (void)snprintf(number, sizeof number, "%d / %d", page->page, page->pages);
    draw_text(&sheet, (struct place){1880, 2945, 120, 36}, false, text_of(number));
    for (size_t i = 0; i < COUNT_OF(heads); i++)
        draw_text(&sheet, (struct place){heads[i].x, TOP - 30, 400, 32}, false,
                  text_of(heads[i].word));
    put(&sheet, "<path d=\"M100 %dH2000\" stroke=\"#000\" stroke-width=\"4\"/>", TOP - 10);
    for (size_t i = 0; i < page->row_count; i++)
        draw_pick(&sheet, &page->rows[i], TOP + ROW * (int)i);
    return end(&sheet, svg, fault);
}
