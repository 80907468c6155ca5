#ifndef MILLRACE_BOM_BILL_CORE_H
#define MILLRACE_BOM_BILL_CORE_H

#include "common/bom/bom_patch.h"
#include "common/plant/plant_columns.h"

/*
 * What the lines of a bill, and the operations of a routing, must be to each other.  Pure.  What a
 * line alone must be says common/plant's reader.
 */
struct bill_wrong {
    uint32_t row;       /* index of the line that is to be mended */
    const char *column; /* of it */
    char message[256];
};

/* Operations of the plant by item, then by their code. */
struct bill_routings {
    const struct plant *plant; /* operations and texts */
    const uint32_t *order;     /* bill_routing_order */
};

/* False at the first mistake that an edited line is part of.  Lines before `edited` are those of
   the edits. */
struct bill_lines {
    const struct plant *plant; /* bom_lines, bom_terms and texts */
    uint32_t edited;
    const uint32_t *order; /* bill_line_order: all lines */
    const bool *inactive;  /* by line: the component is not active; may be NULL */
    const struct bill_routings
        *routings; /* where operations that lines name must be; may be NULL */
};

bool bill_check(const struct bill_lines *lines, struct bill_wrong *wrong) MUST_CHECK;
/* One line, against the others of its bill. */
bool bill_check_one(const struct bill_lines *lines, uint32_t line,
                    struct bill_wrong *wrong) MUST_CHECK;
/* Only that the operation it names, if any, is one of its parent's.  The copy of a template's line
   may name one of the template's. */
bool bill_check_named(const struct bill_lines *lines, uint32_t line,
                      struct bill_wrong *wrong) MUST_CHECK;

/* Operations, likewise. */
bool bill_check_operations(const struct bill_routings *routings, uint32_t edited,
                           struct bill_wrong *wrong) MUST_CHECK;
bool bill_check_operation(const struct bill_routings *routings, uint32_t operation,
                          struct bill_wrong *wrong) MUST_CHECK;

/* Has the item an operation of this code (a text of the plant)? */
bool bill_has_operation(const struct bill_routings *routings, uint32_t item, uint32_t code);

/* Numbers of lines and operations as the checks want them.  NULL: no memory. */
uint32_t *bill_line_order(const struct plant *rows, struct arena *arena);
uint32_t *bill_routing_order(const struct plant *rows, struct arena *arena);

/*
 * All bills and routings of a plant, and how deep they are: every mistake is told, of bom.csv or
 * routing.csv.  LIMIT: the arena is full.
 */
typedef void bill_tell_fn(void *context, enum plant_file_id file, const struct bill_wrong *wrong);

enum status bill_check_plant(const struct plant *plant, struct arena *arena, bill_tell_fn *tell,
                             void *context, struct fault *fault) MUST_CHECK;

/*
 * The lines as bills of the graph: one for each of the codes that the plant knows, without lines
 * where none has it as its parent, sorted by parent.  False: no memory, or a line's parent is none
 * of them.
 */
struct bill_cut {
    struct bom_bill *bills;
    size_t count;
};

bool bill_cut(const struct plant *rows, const struct text *codes, size_t code_count,
              struct arena *arena, struct bill_cut *cut) MUST_CHECK;

/* An item that is more than BOM_LEVELS_MAX levels below another one; NO_INDEX: there is none.
   LIMIT: the arena is full. */
enum status bill_too_deep(const struct plant *plant, struct arena *arena, uint32_t *item,
                          struct fault *fault) MUST_CHECK;

#endif
