#ifndef MILLRACE_PLANT_DESIGNATORS_H
#define MILLRACE_PLANT_DESIGNATORS_H

#include "common/base/text.h"

/* How many reference designators a text names: "R1 R2, R7-R9" are five.  False: it is malformed or
   names one twice; *message says what. */
bool designators_count(struct text text, uint64_t *count, const char **message) MUST_CHECK;

#endif
