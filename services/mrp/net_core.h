#ifndef MILLRACE_MRP_NET_CORE_H
#define MILLRACE_MRP_NET_CORE_H

#include "services/mrp/list_core.h"
#include "services/mrp/lot_core.h"
#include "services/mrp/model_core.h"

/*
 * Netting one item: gather what is needed and what is there, walk the days, place orders.
 *
 * All of it is a function of the model and of the orders of the item's parents, so that netting an
 * item a second time gives the same orders, and with them the rows and messages that were not kept
 * the first time.
 */

enum need_kind {
    NEED_STOCK,      /* supply: on hand */
    NEED_SUPPLY,     /* supply: a scheduled receipt */
    NEED_BY_PRODUCT, /* supply: of a parent's order */
    NEED_EXPIRY,     /* supply taken away: a lot that expires unused */
    NEED_DEMAND,     /* from here on demand */
    NEED_FORECAST,
    NEED_COMPONENT, /* of a released order */
    NEED_PARENT     /* of a planned or firm planned order */
};

struct need {
    int64_t qty; /* micro; above 0 but for stock, which may be negative, and expiry */
    int32_t day;
    uint32_t segment;
    uint32_t from;   /* the parent of NEED_PARENT and NEED_BY_PRODUCT, else NO_INDEX */
    uint32_t order;  /* ordinal of the parent's order, counting its firm ones first, or the event */
    uint32_t line;   /* of plant->bom_lines, plus 1, where a substitute may serve; else 0 */
    uint8_t kind;    /* enum need_kind */
    uint8_t movable; /* a receipt that may be rescheduled */
    uint8_t spare[2];
};

struct net_day {
    int64_t gross;
    int64_t scheduled;
};

/* A day on which something happens, on the way through netting. */
struct point {
    int64_t base;   /* cumulative stock and receipts less gross: what is there without new orders */
    int64_t safety; /* level to keep */
    int64_t net;    /* requirement that new orders had to meet that day */
    int64_t gross;
    int64_t scheduled; /* as given, before receipts are moved */
    int32_t day;
    int32_t spare;
};

/* A scheduled receipt while its item is netted. */
struct receipt {
    int64_t qty;
    int32_t day;     /* as given */
    int32_t to_day;  /* where netting took it */
    uint32_t event;  /* index in model->events */
    uint8_t movable; /* not firm and due in the rescheduling window */
    uint8_t taken;
    uint8_t spare[2];
};

/* What one order of the item obeys; of a bought item after its supplier was chosen. */
struct order_terms {
    struct lot_limits limits;
    const struct calendar *calendar;
    const struct model *model;
    const struct route *timed; /* whose hours give the lead time, instead of lead_days; or NULL */
    int64_t lead_per_unit;     /* micro days for one unit started */
    int32_t lead_days;
    uint32_t source; /* first row of the chosen supplier in plant->suppliers, or NO_INDEX */
    uint32_t number; /* of a source: in net->sources */
};

/* A supplier that the item in work may come from: its rows of one priority are its price breaks. */
struct source {
    struct order_terms terms; /* what an order from it obeys, when ready */
    int64_t given;            /* to it so far, for quotas */
    uint32_t first;           /* of model->suppliers.rows */
    uint32_t end;
    uint32_t supplier; /* text */
    int32_t rank;      /* of its priority */
    bool dated;        /* which rows are valid, and so the terms, depend on the order's start */
    bool ready;
};

struct net {
    struct model *model;
    struct arena *arena;
    struct fault *fault;

    uint32_t item;
    const struct item_params *params;
    struct order_terms own; /* without a supplier */
    int64_t unit;
    bool want_messages;
    bool planning; /* what passes through phantoms and is taken is kept in the model; else asked */
    struct pool *pool; /* what planned items keep is given back here; NULL: kept */
    bool moved;        /* with a pool: something kept differs from what was kept before */
    bool one_by_one;   /* every need in the list, none added to its day at once */

    struct need *needs; /* of the item, by segment when netted */
    uint32_t need_count;
    uint32_t need_capacity;
    struct pass *shares; /* exact needs on their way through phantoms */
    uint32_t share_count;
    uint32_t share_capacity;
    void *spare; /* for sorting */
    size_t spare_bytes;

    struct net_day *days;    /* [horizon], zero but on touched days */
    struct net_day *planned; /* [horizon], of rows: release and receipt; zero otherwise */
    uint64_t *touched;       /* bit mask of days */
    struct point *points;    /* [horizon] */
    uint32_t point_count;
    uint32_t segment; /* being netted */
    int64_t expired;  /* of it, unused */
    int64_t stock;    /* on hand in it */
    struct receipt *receipts;
    uint32_t receipt_count;
    uint32_t receipt_capacity;

    struct lot_need *lot_needs; /* [horizon] */
    int64_t *ordered_on;        /* [horizon], as the next */
    int64_t *needed;            /* [horizon], of note_core.c */
    void *lot_scratch;
    uint32_t *lot_ends; /* [horizon], of WW */
    struct lot_list lots;
    struct plan_order *orders; /* of the item so far */
    uint32_t order_count;
    uint32_t order_capacity;
    uint32_t segment_first; /* first order of the segment */
    uint32_t moved_end;     /* behind its last order with a flag of ORDER_MOVED */
    struct source *sources; /* of the item, by priority and name */
    uint32_t source_count;
    uint32_t source_capacity;
    bool sources_known; /* they are listed: when the first order asks */

    struct plan_message *messages;
    uint32_t message_count;
    uint32_t message_capacity;
    struct net *peer;                 /* for a look at substitutes; NULL without any */
    const struct taking *peer_taking; /* latest of the peer's item when its curve was made */
    bool peer_known;                  /* the peer's curve is made */
    bool serving;                     /* find what substitutes give; else what was found stands */
    const struct need *segment_needs;
    uint32_t segment_need_count;
    uint32_t segment_seeker; /* needs before it have looked for substitutes: they come by day */
    /* asked for each segment netted, when given; the item's plan stays as it is */
    bool (*on_segment)(struct net *net, const struct need *needs, uint32_t count);
    void *context;
    struct plan_requirement *rows; /* filled when want_rows */
    uint32_t row_count;
    uint32_t row_capacity;
    bool want_rows;
};

enum status net_init(struct net *net, struct model *model, struct arena *arena,
                     struct fault *fault) MUST_CHECK;

/* Plan the item: net->orders[0 .. order_count), by segment, need day, start day.  A phantom has no
   orders but leaves its passes in the model. */
enum status net_item(struct net *net, uint32_t item) MUST_CHECK;

/* The steps.  Each returns false with net->fault set. */
bool gather_item(struct net *net) MUST_CHECK; /* fill needs, or shares for a phantom */

/* What one order, or one need through a phantom, takes by a bill line of its item.  counts is false
   where the line does not: not chosen, a co- or by-product, a consumable. */
struct bill_made {
    struct frac started; /* micro */
    int32_t start_day;
    int32_t due_day;
    uint32_t segment;
    bool passing; /* through a phantom, which keeps the segment whatever its policy */
};

struct bill_use {
    struct frac qty; /* micro of the component, exact */
    int32_t day;
    uint32_t segment;
    bool counts;
    bool through; /* past a component that is no phantom, by a line of that kind */
};

bool gather_line(struct net *net, uint32_t line, const struct bill_made *made,
                 struct bill_use *use) MUST_CHECK;

/* Bring near what gathering an item will read: its parents' rows, and a few items later their
   orders. */
#define AHEAD_ROWS   12
#define AHEAD_ORDERS 5
void gather_ahead(const struct model *model, uint32_t item);
void gather_ahead_orders(const struct model *model, uint32_t item);

bool phantom_net(struct net *net) MUST_CHECK; /* shares and supply become passes */
bool rule_walk(struct net *net) MUST_CHECK;   /* points of a segment become orders */
/* The same where every lot is just what is missing and takes the same lead time, from the item's
   own terms: does it fit the segment, and the walk. */
bool plain_fits(const struct net *net);
bool plain_walk(struct net *net) MUST_CHECK;
/* The curve of existing supply of an item's segment: fills the points, places nothing. */
bool net_curve(struct net *net, uint32_t item, uint32_t segment) MUST_CHECK;

/* What substitutes serve of the item's shortage on a day. */
bool substitute_serve(struct net *net, int32_t day, int64_t shortage, int64_t *served) MUST_CHECK;

/* What substitutes serve of this need of the item. */
int64_t substitute_taken(const struct net *net, const struct need *need);

/* Order in which lines of a substitute group come: by priority, then component. */
int gather_giver_cmp(const struct model *model, const struct bom_line *a, const struct bom_line *b);

bool order_place(struct net *net, const struct order_terms *terms, int32_t need_day,
                 struct lot lot) MUST_CHECK;   /* append one order */
bool note_segment(struct net *net) MUST_CHECK; /* messages of the segment just netted */
bool quota_note(struct net *net) MUST_CHECK;   /* messages about the suppliers of all segments */
bool row_segment(struct net *net) MUST_CHECK;  /* requirement rows of the segment */

/* Terms of an order of `good` for this day: the item's own, or those of the supplier chosen.  They
   stand until the next call; NULL with the fault set. */
const struct order_terms *source_terms(struct net *net, int32_t need_day, int64_t good) MUST_CHECK;
/* Forget the suppliers of the item before, and what was given to them. */
void source_start(struct net *net);

/* The chosen supplier's row whose price break fits the purchase quantity; counts it as given. */
uint32_t source_break(struct net *net, const struct order_terms *terms, int32_t start_day,
                      int64_t qty);

/* The item's own terms, before any supplier. */
bool order_terms_of(struct net *net, uint32_t item, struct order_terms *terms) MUST_CHECK;

/* Days of lead time of a quantity started, rounded up as a whole, at most PLAN_LEAD_DAYS_MAX. */
int32_t order_lead(const struct order_terms *terms, int64_t start_qty);

/* When an order of so many days starts to be there on the target day, which may lie before day 0,
   without starting before `earliest`. */
struct order_days {
    int32_t start_day;
    int32_t due_day;
    bool moved; /* it should have started before `earliest` */
};
struct order_days order_days_of(const struct order_terms *terms, int32_t lead_days,
                                int32_t target_day, int32_t earliest);

/* Orders that could not start when they should. */
#define ORDER_MOVED (PLAN_ORDER_PAST_DUE | PLAN_ORDER_FENCED)

/* The first day on which an order of the item may start. */
static inline int32_t order_fence(const struct net *net)
{
    return net->params->planning_fence_days > 0 ? net->params->planning_fence_days : 0;
}

/* When a firm planned order starts and what it starts with. */
struct firm_order {
    int32_t start_day;
    int32_t due_day;
    int64_t start_qty;
    uint32_t segment;
};

bool firm_order_of(struct net *net, uint32_t item, const struct event *event,
                   struct firm_order *order) MUST_CHECK;

/* Memory for sorting `count` rows; NULL with the fault set. */
void *net_spare(struct net *net, uint32_t count, size_t row_size) MUST_CHECK;

bool net_fail(struct net *net, enum status status, const char *what);

/* One more message of the item. */
MUST_CHECK static inline bool net_message(struct net *net, struct plan_message message)
{
    struct plan_message *rows = list_grown(net->arena, net->messages, net->message_count,
                                           &net->message_capacity, sizeof *rows);
    if (!rows)
        return net_fail(net, STATUS_LIMIT, "messages");
    net->messages = rows;
    rows[net->message_count++] = message;
    return true;
}

/* First day on which a new order may start: after the frozen zone. */
static inline int32_t net_fence(const struct net *net)
{
    int32_t days = net->params->planning_fence_days;
    return days < 0 ? 0 : days < PLAN_LEAD_DAYS_MAX ? days : PLAN_LEAD_DAYS_MAX;
}

/* Quantities that netting adds up must leave room for the sums. */
#define NET_QTY_MAX (INT64_MAX / 8)

/* Keep passes of the item: those of net->shares that go on, `through` a line of kind phantom only
   or all that are left. */
bool phantom_keep(struct net *net, bool through) MUST_CHECK;

/* The messages of the item just netted with want_messages: those about its facts and its load are
   added, and all sorted. */
bool message_complete(struct net *net) MUST_CHECK;

/* What the set of linked items has taken is given back, before it is netted again. */
void substitute_forget(struct net *net, uint32_t first);

static inline void net_touch(struct net *net, int32_t day)
{
    net->touched[day >> 6] |= (uint64_t)1 << (day & 63);
}

/* Level to keep on a day: 0 in any segment but the empty one. */
int64_t net_safety(const struct net *net, int32_t day);

#endif
