#ifndef MILLRACE_ORDER_LIFE_STORE_H
#define MILLRACE_ORDER_LIFE_STORE_H

#include "common/ledger/command.h"
#include "services/order/life_core.h"

/* Orders and forecasts as rows, for commands beside the posting path. */
extern const struct sql_schema life_schema;

/* Locks the order's row, then reads its terms; NOT_FOUND with field "order_id". */
enum status life_load(struct command *command, bool sales, struct text order_id, bool lock,
                      struct life_terms *terms, struct fault *fault) MUST_CHECK;

/* The changed terms and their rows of order_change, under the command's event number. */
enum status life_write(struct command *command, const struct life_terms *terms,
                       const struct life_changes *changes, struct text reason,
                       struct fault *fault) MUST_CHECK;

/* A new order with its lines, all of which are new. */
enum status life_insert(struct command *command, const struct life_terms *terms,
                        struct fault *fault) MUST_CHECK;

/* Whether the company has a plant of this code, whichever the caller works at. */
enum status store_plant_known(struct sql *sql, struct text plant, struct arena *arena, bool *known,
                              struct fault *fault) MUST_CHECK;

/* Facts of the items, in their order. */
enum status store_facts(struct sql *sql, struct text plant, const struct text *items, size_t count,
                        struct arena *arena, struct order_facts *facts,
                        struct fault *fault) MUST_CHECK;
enum status store_rule(struct sql *sql, struct text plant, struct arena *arena,
                       struct order_rule *rule, struct fault *fault) MUST_CHECK;
enum status store_set_rule(struct command *command, struct amount approve_above,
                           struct fault *fault) MUST_CHECK;

struct forecast_row {
    int64_t row; /* 0: a new one */
    struct text item;
    date due;
    int64_t days; /* NO_DAYS */
    struct qty qty;
    struct text reference; /* without bytes: none; so the next two */
    struct text customer;
    struct text segment;
};

/* Writes the forecast, or deletes it where its quantity is 0; a new one gets its number.
   NOT_FOUND with field "row". */
enum status store_set_forecast(struct command *command, struct forecast_row *row,
                               struct fault *fault) MUST_CHECK;
enum status store_forecasts(struct sql *sql, struct text plant, struct text item, int64_t after,
                            size_t limit, struct arena *arena, struct forecast_row **rows,
                            size_t *count, struct fault *fault) MUST_CHECK;

struct change_query {
    struct text kind;     /* "": all */
    struct text order_id; /* "": all */
    int64_t before;       /* place of the page before; INT64_MAX */
    size_t limit;
};

/* kind, order_id, what, line, before, after, reason, changed_by, changed_at, event_seq, place */
enum status store_changes(struct sql *sql, struct text plant, const struct change_query *query,
                          struct arena *arena, struct sql_rows *rows,
                          struct fault *fault) MUST_CHECK;

#endif
