#ifndef MILLRACE_MRP_WORDS_CORE_H
#define MILLRACE_MRP_WORDS_CORE_H

#include "services/mrp/plan_core.h"

/* A text for the planner, put together piece by piece; what does not fit `size` is cut off. */
struct words {
    char *text;
    size_t size;
    size_t used;
};

void words_add(struct words *words, const char *text);
void words_add_bytes(struct words *words, const char *text, size_t length);
void words_number(struct words *words, int64_t number);
void words_qty(struct words *words, struct qty qty); /* NO_QTY: nothing */

/* A day as plant.csv's date_style writes it. */
void words_day(struct words *words, const struct plan *plan, int32_t day);

#endif
