#ifndef MILLRACE_INVENTORY_SCAN_CORE_H
#define MILLRACE_INVENTORY_SCAN_CORE_H

#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * What a scanner sends (design/inventory.md section 8): the plain text of a Code 128, QR or
 * DataMatrix symbol, or a GS1 element string in one of them (GS1 General Specifications, sections
 * 3 and 7.8).  A GS1 string is known by
 * - the symbology's own prefix: ]C1 ]d2 ]Q3 ]J1 ]e0;
 * - a group separator (the scanner's FNC1) anywhere in it;
 * - brackets around its first application identifier, as people read and type it: (01)..(10)..
 * Anything else is a code of ours, as it is.
 *
 * Our own identifiers are the ones that GS1 leaves to companies: (91) work order, (92) operation,
 * (93) location, (94) person's badge.  (240) is our item; (01) is one when an item is called so.
 */
#define SCAN_BYTES_MAX    512
#define SCAN_ELEMENTS_MAX 24

struct scan_element {
    struct text ai;
    struct text value;
    const char *title; /* GS1's short name of it, or ours */
};

struct scan {
    struct text code; /* without prefix and blanks around; of a GS1 string the whole */
    bool gs1;
    struct scan_element elements[SCAN_ELEMENTS_MAX];
    size_t element_count;
    /* what they say; "" nothing.  All point into the text that was read. */
    struct text item; /* (240), (241), else (01) as it stands */
    struct text lot;  /* (10), else (21) */
    struct text order;
    struct text operation;
    struct text location;
    struct text person;
    struct qty quantity; /* (30), (37), (310n)..(316n); NO_QTY */
    const char *uom;     /* of a measured one: KG, M, M2, L, M3; else "" */
    date expires_on;     /* (17), else (15); NO_DATE */
    date made_on;        /* (11) */
};

/* `today`: two digits of a year mean the nearest to it (section 7.12).  INVALID, field "scan", for
   what says that it is GS1 and is not: an identifier that is not known, a wrong length, check digit
   or day, the same identifier with two values.  LIMIT above SCAN_BYTES_MAX or SCAN_ELEMENTS_MAX. */
enum status scan_read(struct text text, date today, struct scan *out,
                      struct fault *fault) MUST_CHECK;

/* The same of a text that does not say that it is GS1: scanners leave the sign away that a symbol
   begins with.  For what is not found as a code of ours. */
enum status scan_read_bare(struct text text, date today, struct scan *out,
                           struct fault *fault) MUST_CHECK;

/* The last digit of a string of digits, by the ones before it (section 7.9). */
char scan_check_digit(struct text digits_before);

/* What can be done next with something found; `method` is the call that does it. */
struct scan_action {
    const char *action;
    const char *method;
};

/* The n-th for a thing of that kind in that state; NULL: no more. */
const struct scan_action *scan_action(struct text kind, struct text state, size_t n);

#endif
