#ifndef MILLRACE_RELAY_SEAL_STORE_H
#define MILLRACE_RELAY_SEAL_STORE_H

#include "common/io/sql.h"
#include "services/relay/seal_core.h"

/* Streams, seals and heads in the database (sql/migrations/0045). */
extern const struct sql_schema seal_schema;

#define SEAL_ROWS_MAX 1000 /* of one seal */

/*
 * Rows of a stream behind `after` up to and with `upto`, in its order, at most `limit`.  Every
 * column of the table stands in the bytes of a row (seal_record_write) but plant_id, which the seal
 * has.
 */
struct seal_range {
    struct text plant;
    enum seal_stream stream;
    struct seal_place after;
    struct seal_place upto;
    size_t limit;
};

struct seal_row {
    struct seal_place place;
    struct text bytes;
    int64_t at_us;
    int64_t numbers; /* a row of event_log may have several: its own is the last of them */
};

/* The row is there during the call. */
typedef enum status seal_row_fn(void *context, const struct seal_row *row, struct fault *fault);

/* In a transaction. */
enum status store_seal_rows(struct sql *sql, const struct seal_range *range, struct arena *arena,
                            seal_row_fn *take, void *context, struct fault *fault) MUST_CHECK;

/* Rows of a stream: that wait for a seal (at most so many are counted) and since when, or that are
   sealed and until when. */
#define SEAL_COUNT_MAX 100000

struct seal_count {
    int64_t rows;
    int64_t at_us;
    int64_t numbers; /* of rows that wait, of a numbered stream */
};

enum status store_seal_waiting(struct sql *sql, struct text plant, int64_t at_most,
                               struct arena *arena, struct seal_count counts[SEAL_STREAMS],
                               struct fault *fault) MUST_CHECK;
enum status store_seal_totals(struct sql *sql, struct text plant, struct arena *arena,
                              struct seal_count counts[SEAL_STREAMS],
                              struct fault *fault) MUST_CHECK;

/* The newest number that a numbered stream has given. */
enum status store_seal_numbers(struct sql *sql, struct text plant, struct arena *arena,
                               int64_t *ledger_line, int64_t *event_log,
                               struct fault *fault) MUST_CHECK;

struct seal {
    int64_t seal_no;
    struct text stream; /* as it stands there */
    struct seal_place after;
    struct seal_place last;
    int64_t row_count;
    int64_t last_at_us;
    struct text marks;
    struct text rows_hash;
    struct text previous;
    struct text hash;
    int64_t sealed_at_us;
};

/* In a transaction; a failure may be told at its end. */
enum status store_put_seal(struct sql *sql, struct text plant, const struct seal *seal,
                           struct fault *fault) MUST_CHECK;

/* Seals behind a number, ascending. */
enum status store_seals_after(struct sql *sql, struct text plant, int64_t seal_no, size_t limit,
                              struct arena *arena, struct seal **seals, size_t *count,
                              struct fault *fault) MUST_CHECK;

/* The newest seal; number 0 where there is none. */
struct seal_end {
    int64_t seal_no;
    struct text hash;
};

enum status store_seal_end(struct sql *sql, struct text plant, struct arena *arena,
                           struct seal_end *end, struct fault *fault) MUST_CHECK;

/* How far the stream is sealed by seals up to a number. */
struct seal_until {
    struct text plant;
    enum seal_stream stream;
    int64_t seal_no;
};

enum status store_sealed_until(struct sql *sql, const struct seal_until *until, struct arena *arena,
                               struct seal_place *place, struct fault *fault) MUST_CHECK;

struct seal_head {
    int64_t seal_no; /* 0: nothing is sealed yet */
    struct text hash;
    int64_t row_count;
    int64_t sealed_at_us;
};

/* `lock`: for whoever seals, one at a time; a plant that has no head yet gets one. */
enum status store_seal_head(struct sql *sql, struct text plant, bool lock, struct arena *arena,
                            struct seal_head *head, struct fault *fault) MUST_CHECK;
enum status store_set_head(struct sql *sql, struct text plant, const struct seal_head *head,
                           struct fault *fault) MUST_CHECK;

/* Transactions of services that are under way: their names with a blank between, and which of
   `earlier` are still among them. */
struct seal_running {
    struct text running;
    bool earlier; /* one of them still runs */
    int64_t now_us;
};

enum status store_running(struct sql *sql, struct text earlier, struct arena *arena,
                          struct seal_running *out, struct fault *fault) MUST_CHECK;

#endif
