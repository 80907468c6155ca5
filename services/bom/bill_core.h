#ifndef MILLRACE_BOM_BILL_CORE_H
#define MILLRACE_BOM_BILL_CORE_H

#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * What the lines of a bill, and the operations of a routing, must be to each other.  Pure.  What a
 * line alone must be says common/plant's reader.
 */
struct bill_wrong {
    uint32_t row;       /* index of the line that is to be mended */
    const char *column; /* of it */
    char message[256];
};

/* False at the first mistake that an edited line is part of.  Lines before `edited` are those of
   the edits. */
struct bill_lines {
    const struct plant *plant; /* bom_lines, bom_terms and texts */
    uint32_t edited;
    const uint32_t *by_parent; /* all lines, sorted by parent */
    const bool *inactive;      /* by line: the component is not active; may be NULL */
};

bool bill_check(const struct bill_lines *lines, struct bill_wrong *wrong) MUST_CHECK;

/* The operations of `plant`, likewise. */
bool bill_check_operations(const struct plant *plant, uint32_t edited,
                           struct bill_wrong *wrong) MUST_CHECK;

#endif
