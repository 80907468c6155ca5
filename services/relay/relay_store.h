#ifndef MILLRACE_RELAY_STORE_H
#define MILLRACE_RELAY_STORE_H

#include "common/io/sql.h"

/* All SQL of the relay.  Rows of event_log are only ever read here. */
extern const struct sql_schema relay_schema;
/* Beside them, webhooks and the keys of commands. */
extern const struct sql_schema relay_all_schema;

#define RELAY_EVENTS_MAX 500 /* events of one read */

struct relay_event {
    int64_t event_seq;
    struct text body; /* a packed Event */
};

struct relay_state {
    struct text plant;
    int64_t published_seq;
    int64_t committed_seq;
};

/* Codes of all plants. */
enum status store_plants(struct sql *sql, struct arena *arena, struct text **plants, size_t *count,
                         struct fault *fault) MUST_CHECK;

/* Of the plants with events that were not published yet. */
enum status store_behind(struct sql *sql, struct arena *arena, struct relay_state **plants,
                         size_t *count, struct fault *fault) MUST_CHECK;

/* NOT_FOUND: no such plant. */
enum status store_relay_state(struct sql *sql, struct text plant, struct arena *arena,
                              struct relay_state *state, struct fault *fault) MUST_CHECK;

/* The events after `after_seq`, ascending, without a gap, at most `limit`. */
enum status store_events_after(struct sql *sql, struct text plant, int64_t after_seq, size_t limit,
                               struct arena *arena, struct relay_event **events, size_t *count,
                               struct fault *fault) MUST_CHECK;

enum status store_published(struct sql *sql, struct text plant, int64_t published_seq,
                            struct fault *fault) MUST_CHECK;

#endif
