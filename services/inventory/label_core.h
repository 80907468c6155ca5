#ifndef MILLRACE_INVENTORY_LABEL_CORE_H
#define MILLRACE_INVENTORY_LABEL_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * Labels and pick lists as SVG, a page each: a browser prints them in any language, at the size
 * that width and height say.  Symbols come as squares of black and white (label_symbol.h).
 */
#define LABEL_LINES_MAX 4
#define LABEL_PICKS_MAX 22 /* rows of a page */

/* Rows of bits, each from a byte of its own, low bit first.  rows 0: none. */
struct label_symbol {
    int rows;
    int columns;
    const unsigned char *bits;
};

struct label_size {
    const char *name;
    int width_mm;
    int height_mm;
};

/* "" is the first; NULL: not known. */
const struct label_size *label_size_of(struct text name);
extern const struct label_size label_a4;

struct label {
    struct text title;
    struct text lines[LABEL_LINES_MAX];
    size_t line_count;
    struct label_symbol square; /* DataMatrix or QR */
    struct label_symbol bar;    /* Code 128 */
};

struct label_pick {
    struct text location; /* "" there is not enough */
    struct text item;
    struct text name;
    struct text lot;
    struct text quantity; /* with its unit */
    struct text order;
    struct label_symbol square;
};

struct label_pick_page {
    struct text orders;
    int page;
    int pages;
    struct label_symbol bar; /* of the order, where it is one */
    const struct label_pick *rows;
    size_t row_count; /* at most LABEL_PICKS_MAX */
};

/* LIMIT when the arena is full. */
enum status label_draw(const struct label *label, const struct label_size *size,
                       struct arena *arena, struct text *svg, struct fault *fault) MUST_CHECK;
enum status label_draw_picks(const struct label_pick_page *page, struct arena *arena,
                             struct text *svg, struct fault *fault) MUST_CHECK;

#endif
