#ifndef MILLRACE_MRP_PLAN_WRITE_STORE_H
#define MILLRACE_MRP_PLAN_WRITE_STORE_H

#include "services/mrp/mrp_store.h"

extern const struct sql_schema plan_write_schema; /* a part of the schema of the MRP service */

/* All that a connection of plan_write.beside needs. */
extern const struct sql_schema plan_write_alone_schema;

/*
 * Make what is stored of some items equal to the plan, writing only what differs: what that is
 * either the caller knows, or the store finds by reading.  The items come in pieces: orders
 * ascending by planned_order_id, messages with their item's count in row_no, of each item its
 * digest and the number of each of its rows (plan_rows.h) where these are written too.  A
 * suggestion that was accepted after `event_seq` stays as it is: the plan does not know the
 * acceptance yet.  *changed counts the suggestions that were added, changed or removed; when any
 * did, one plan_changed event is written and the plan has a new version.  A plan of older facts
 * than what is stored gives way.
 *
 * It is one transaction, or two at once, each by its connection, which take pieces from a counter.
 * All of an item, its digest too, is in one of them.  The first holds the row of plan_state from
 * beginning to end.  When both have written all, the second commits, then the first with the place,
 * the version and the event.  Between the two commits, and for good if the first one's fails, some
 * items are newer than the place says.  Nothing is lost by that: their digests say what they are,
 * so that the next plan, which is made anew then, writes what lacks and leaves them.
 */
struct cut_item {
    struct text item;
    int64_t messages; /* how many it has */
};

struct plan_piece {
    const struct text *items; /* their texts last for the whole write */
    size_t item_count;
    const struct text *numbered; /* of these a digest is written: often the same items */
    size_t numbered_count;
    const int64_t *digests;
    const struct text *written; /* without bytes: none are kept of the item */
    const struct planned_order *orders;
    size_t order_count;
    bool known;                 /* the orders are those that differ from what is stored, and */
    const struct text *removed; /* these are stored and not in the plan */
    size_t removed_count;
    const struct planner_message *messages; /* the others stay */
    bool told;                              /* they are known to be new or changed */
    size_t message_count;
    const struct cut_item *cut; /* those that may have more messages stored than they have */
    size_t cut_count;
};

/* Piece `number` of a write, in the arena, which is good for one piece; asked again when the
   transaction is run again, and by two threads at once where two connections write.  Without items
   of either kind: there are no more. */
typedef enum status plan_piece_fn(void *context, size_t number, struct arena *arena,
                                  struct plan_piece *piece, struct fault *fault);

struct plan_write {
    struct text plant;
    int64_t epoch;     /* of plan_owner: UNAVAILABLE when another instance has the plant now */
    int64_t event_seq; /* position of the facts that were planned */
    date plan_start;
    bool whole; /* a plan made anew: a version of its own whatever changed */
    plan_piece_fn *piece;
    void *context;
    struct sql *beside; /* a connection that writes too; NULL: all in one transaction */
};

enum status store_write_plan(struct sql *sql, const struct plan_write *write,
                             struct plan_state *state, int64_t *changed,
                             struct fault *fault) MUST_CHECK;

#endif
