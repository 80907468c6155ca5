#ifndef MILLRACE_INVENTORY_LABEL_SYMBOL_H
#define MILLRACE_INVENTORY_LABEL_SYMBOL_H

#include "services/inventory/label_core.h"

/* Bar codes, by libzint. */

/* Code 128 of a plain code; none where it cannot be one (letters beyond ASCII). */
struct label_symbol label_symbol_bar(struct text code, struct arena *arena);

/* GS1 DataMatrix of "[240]ROD[10]L-7"; where GS1 does not allow what is in it, a QR code of the
   plain code, which the scanner reads as well; none where memory is full. */
struct label_symbol label_symbol_square(const char *gs1, struct text code, struct arena *arena);

#endif
