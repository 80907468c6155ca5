#ifndef MILLRACE_COST_REPORT_SHELF_H
#define MILLRACE_COST_REPORT_SHELF_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"

/*
 * The last reports that were made, so that the parts of one are of one state of the books and are
 * made once.  A report is known by a stamp of what was asked and of its bytes.  Any thread may ask.
 */
#define SHELF_REPORTS_MAX 4
#define SHELF_STAMP_TEXT  17 /* 16 hexadecimal digits and a NUL */

/* The stamp of a report: `asked` is all that it was asked with. */
bool shelf_stamp(struct text asked, struct text whole, char stamp[SHELF_STAMP_TEXT]) MUST_CHECK;

/* Keeps a copy in the place of the oldest; without memory it is made again for its next part. */
void shelf_put(const char stamp[SHELF_STAMP_TEXT], struct text asked, struct text whole);

/* The report of this stamp and question as a copy in the arena; bytes NULL: it is not there.
   LIMIT: the arena. */
enum status shelf_find(struct text stamp, struct text asked, struct arena *arena,
                       struct text *whole, struct fault *fault) MUST_CHECK;

void shelf_clear(void);

#endif
