#ifndef MILLRACE_RELAY_ACT_STORE_H
#define MILLRACE_RELAY_ACT_STORE_H

#include "common/io/sql.h"
#include "services/relay/seal_core.h"

/* The audit trail as a list: what the streams tell, newest first. */
extern const struct sql_schema act_list_schema;

#define ACTS_MAX 200 /* of a page */

struct act_row {
    enum seal_stream stream;
    int64_t at_us;
    struct text key; /* within the stream, ordered as its moment's rows are */
    struct text by;
    struct text device;
    struct text address;
    struct text method;
    struct text object;
    struct text status;
    struct text before; /* JSON, or empty */
    struct text after;
    struct text reply; /* of a command: the packed reply of its method */
};

struct act_query {
    struct text plant;
    struct text by; /* each empty: any */
    struct text method;
    struct text object;
    struct text device;
    struct text stream;
    int64_t from_us;
    int64_t to_us;
    struct act_row after; /* stream, at_us and key of the last row of the page before */
    size_t limit;
};

#define ACT_TIME_FIRST ((int64_t)0)
#define ACT_TIME_LAST  ((int64_t)253402300799000000) /* year 9999 */

/* At most query->limit rows, in memory of the arena. */
enum status store_acts(struct sql *sql, const struct act_query *query, struct arena *arena,
                       struct act_row **rows, size_t *count, struct fault *fault) MUST_CHECK;

#endif
