#ifndef MILLRACE_RELAY_WEBHOOK_STORE_H
#define MILLRACE_RELAY_WEBHOOK_STORE_H

#include "common/ledger/act.h"
#include "common/ledger/command.h"
#include "services/relay/webhook_core.h"

/* Tables webhook and webhook_dead. */
extern const struct sql_schema webhook_schema;

struct webhook {
    struct text plant;
    struct text webhook;
    struct text url;
    struct text secret; /* bytes */
    struct text kinds;
    bool active;
    bool allow_private;
    int64_t tries;
    int64_t cursor_seq;
    int64_t failures;
    int64_t next_at_us;
    struct text last_error;
    struct text made_by;
};

/* What is told of it, for act_change_of. */
struct act_of_object store_webhook_of(const struct command *command, struct text webhook);

/* cursor_seq INT64_MIN: behind the newest event.  EXISTS. */
enum status store_put_webhook(struct command *command, const struct webhook *webhook,
                              struct fault *fault) MUST_CHECK;
/* active; cursor_seq INT64_MIN: unchanged.  NOT_FOUND. */
enum status store_set_webhook(struct command *command, const struct webhook *webhook,
                              struct fault *fault) MUST_CHECK;
enum status store_delete_webhook(struct command *command, struct text webhook,
                                 struct fault *fault) MUST_CHECK;
/* event_seq 0: all that are dead. */
enum status store_redeliver(struct command *command, struct text webhook, int64_t event_seq,
                            size_t *count, struct fault *fault) MUST_CHECK;
enum status store_webhooks(struct sql *sql, struct text plant, struct text after, size_t limit,
                           struct arena *arena, struct sql_rows *rows,
                           struct fault *fault) MUST_CHECK;
struct webhook webhook_of_row(const struct sql_rows *rows, size_t row);

/* webhook, event_seq, error, dead_at, asked for again */
struct dead_query {
    struct text webhook;
    int64_t after;
    size_t limit;
};

enum status store_dead(struct sql *sql, struct text plant, const struct dead_query *query,
                       struct arena *arena, struct sql_rows *rows, struct fault *fault) MUST_CHECK;

/* Plants with a webhook that has something to send. */
enum status store_due_plants(struct sql *sql, struct arena *arena, struct text **plants,
                             size_t *count, struct fault *fault) MUST_CHECK;

/* One webhook of the plant with something to send, for this sender alone for a while; *found false
   when there is none. */
enum status store_claim(struct sql *sql, struct text plant, struct arena *arena,
                        struct webhook *out, bool *found, struct fault *fault) MUST_CHECK;

/* The dead event that is to be sent again, 0 where there is none. */
enum status store_redelivery(struct sql *sql, const struct webhook *webhook, struct arena *arena,
                             int64_t *event_seq, struct fault *fault) MUST_CHECK;

/* How a delivery ended: delivered, to be tried again at next, or dead (error). */
enum status store_delivered(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                            struct fault *fault) MUST_CHECK;
enum status store_failed(struct sql *sql, const struct webhook *webhook, int64_t pause_ms,
                         struct text error, struct fault *fault) MUST_CHECK;
enum status store_gave_up(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                          struct text error, struct fault *fault) MUST_CHECK;
/* A redelivery ended: off the list, or dead again. */
enum status store_redelivered(struct sql *sql, const struct webhook *webhook, int64_t event_seq,
                              struct text error, struct fault *fault) MUST_CHECK;
/* The sender has no more to do for now. */
enum status store_release(struct sql *sql, const struct webhook *webhook,
                          struct fault *fault) MUST_CHECK;

#endif
