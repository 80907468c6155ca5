#include "services/inventory/label_symbol.h"

#include <limits.h>
#include <string.h>
#include <zint.h>

static struct label_symbol copy(const struct zint_symbol *from, struct arena *arena)
{
    size_t stride = (size_t)(from->width + 7) / 8;
    unsigned char *bits = arena_alloc(arena, (size_t)from->rows * stride, 1);
    if (!bits)
        return (struct label_symbol){0};
    for (int row = 0; row < from->rows; row++)
        memcpy(bits + (size_t)row * stride, from->encoded_data[row], stride);
    return (struct label_symbol){from->rows, from->width, bits};
}

static struct label_symbol encode(int symbology, int mode, struct text text, struct arena *arena)
{
    struct label_symbol made = {0};
    struct zint_symbol *symbol = ZBarcode_Create();
    char *content = text_copy(text, arena);
    if (symbol && content && text.length > 0 && text.length < INT_MAX) {
        symbol->symbology = symbology;
        symbol->input_mode = mode;
        symbol->option_3 = symbology == BARCODE_DATAMATRIX ? DM_SQUARE : 0;
        if (ZBarcode_Encode(symbol, (unsigned char *)content, (int)text.length) < ZINT_ERROR)
            made = copy(symbol, arena);
    }
    ZBarcode_Delete(symbol);
    return made;
}

struct label_symbol label_symbol_bar(struct text code, struct arena *arena)
{
    for (size_t i = 0; i < code.length; i++) {
        if ((unsigned char)code.bytes[i] >= 0x80)
            return (struct label_symbol){0};
    }
    return encode(BARCODE_CODE128, DATA_MODE, code, arena);
}

struct label_symbol label_symbol_square(const char *gs1, struct text code, struct arena *arena)
{
    struct label_symbol made = encode(BARCODE_DATAMATRIX, GS1_MODE, text_of(gs1), arena);
    return made.rows > 0 ? made : encode(BARCODE_QRCODE, UNICODE_MODE, code, arena);
}
