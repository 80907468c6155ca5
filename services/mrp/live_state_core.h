#ifndef MILLRACE_MRP_LIVE_STATE_CORE_H
#define MILLRACE_MRP_LIVE_STATE_CORE_H

#include "services/mrp/live_core.h"
#include "services/mrp/run_core.h"
#include "services/mrp/view_core.h"

/* Inside of a living plan: live_core.c nets, live_facts_core.c holds the facts. */

/* One of the plant's arrays of facts.  Rows of an item are a chain; a row that is gone is zeroed,
   has no quantity, and waits in the chain `free`. */
enum fact_kind { FACT_STOCKS, FACT_DEMANDS, FACT_SUPPLIES, FACT_COMPONENTS, FACT_KINDS };

struct fact_table {
    unsigned char *rows; /* the plant's array, `row_size` bytes a row, the item at `item_at` */
    size_t row_size;
    size_t item_at;
    uint32_t count;
    uint32_t room;
    uint32_t free;     /* row plus 1, as in all chains; 0 ends them */
    uint32_t *head;    /* by item */
    uint32_t *next;    /* by row */
    uint32_t *by_text; /* by reference, of supplies and components; 0 for no reference */
    uint32_t *text_next;
};

/* Rows that are made and given back while facts change. */
struct index_list {
    uint32_t *rows;
    uint32_t count;
    uint32_t capacity;
};

/* The messages of an item as they were written, while the plan has others. */
struct written_messages {
    struct message_list list;
    bool kept;
};

#define MARK_STALE  1u /* its facts are to be worked out again */
#define MARK_PUSHES 2u /* what its components see of its facts changed */

/* What a hand keeps while the items of a level are netted; all of it is put together at its end. */
struct live_hand {
    struct plan_live *live;
    struct order_store store;
    struct pool pool;
    uint64_t messages_more; /* of the plan; wraps around */
    bool messages_moved;
    bool load_stale;
};

struct plan_live {
    struct plant *plant;
    struct plan *plan;
    struct model *model;
    struct arena *arena;
    struct arena *scratch;  /* of one item's facts */
    struct arena *loads[2]; /* of the load made last, and of the one before */
    struct pool *pool;      /* the first hand's */
    size_t opened_bytes;    /* of the arena, when everything had been planned */

    struct fact_table tables[FACT_KINDS];
    uint32_t text_room;       /* places by text in by_text and the model's tables */
    uint32_t *segment_offers; /* by segment: stocks and supplies */
    struct message_list *facts;
    uint32_t event_used;
    uint32_t event_room;
    struct index_list stale;
    struct index_list answer; /* of live_components_of */

    struct crew crew;
    struct run run;
    struct live_hand *hands; /* of the crew */
    struct plan_view *view;
    uint32_t *position; /* by item its place in the model's sequence; of a linked set its first's */
    uint32_t *level_end;   /* by level the place behind its last item */
    uint64_t *queue;       /* by place: to be netted */
    uint64_t *queue_words; /* which words of it have a mark */
    uint32_t *turn;        /* the items of the level in work that are netted */
    uint8_t *marks;        /* by item */
    bool load_stale;

    struct message_list *messages;    /* by item */
    struct written_messages *written; /* by item */
    uint64_t message_total;
    bool collected; /* plan->messages are the items' */
    uint8_t *flags; /* by item: LIVE_... */
    struct index_list changed;
};

enum status live_full(struct fault *fault);

/* Net the item when its turn comes; of a linked set its first.  Any hand may mark what stands below
   the level in work. */
void live_mark(struct plan_live *live, uint32_t item);

bool live_add(struct plan_live *live, struct index_list *list, uint32_t row) MUST_CHECK;

/* Chains over the facts of a model just built. */
enum status live_facts_open(struct plan_live *live, struct fault *fault) MUST_CHECK;

/* The item has a flag: it is one of those changed. */
bool live_list(struct plan_live *live, uint32_t item) MUST_CHECK;

/* Work out again the facts of stale items, and mark the items. */
enum status live_refresh(struct plan_live *live, struct fault *fault) MUST_CHECK;

/* Rows of another length in the pool: the new ones are kept. */
bool live_keep_messages(struct pool *pool, struct message_list *list,
                        const struct plan_message *rows, uint32_t count) MUST_CHECK;
bool live_same_messages(const struct message_list *list, const struct plan_message *rows,
                        uint32_t count);

/* Room by row and by text that grew: the old bytes are copied, the rest is zero. */
void *live_grown(struct plan_live *live, void *old, size_t old_bytes, size_t bytes) MUST_CHECK;

#endif
