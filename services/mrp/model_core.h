#ifndef MILLRACE_MRP_MODEL_CORE_H
#define MILLRACE_MRP_MODEL_CORE_H

#include "common/base/crew.h"
#include "common/base/frac.h"
#include "services/mrp/calendar_core.h"
#include "services/mrp/plan_core.h"
#include "services/mrp/pool_core.h"
#include "services/mrp/row_core.h"

/*
 * The plant as the engine reads it: compressed rows instead of lists (README.md, "Data layout").
 *
 * Index k of every table by item is the item's index in the plant.  A range of item k in a table of
 * rows is first[k] .. first[k + 1].
 */

/* A bill line seen from its component: the component's gross requirements are gathered from the
   orders of its parents.  16 bytes. */
struct edge {
    uint32_t parent;
    uint32_t line; /* of plant->bom_lines */
    int64_t whole; /* need = started x whole, exactly, on the order's start; or: */
};

#define EDGE_ASKS   0    /* it depends on the order: see choice_counts, edge_rate */
#define EDGE_ALWAYS (-1) /* it counts for every order, by edge_rate */
#define EDGE_NEVER  (-2) /* it counts for none */

enum event_kind {
    EVENT_STOCK,     /* row of plant->stocks */
    EVENT_SUPPLY,    /* row of plant->supplies: supply, from here down demand */
    EVENT_DEMAND,    /* row of plant->demands, an order */
    EVENT_FORECAST,  /* the same, what consumption left of a forecast */
    EVENT_COMPONENT, /* row of plant->order_components */
    EVENT_KINDS
};

/* A demand or supply from outside the plan. 24 bytes. */
struct event {
    int64_t qty; /* micro, in the stock unit */
    int32_t day; /* in 0 .. horizon - 1: what is past due counts on day 0 */
    uint32_t row;
    uint32_t segment;
    uint8_t kind;
    uint8_t spare[3];
};

/* An operation of a route whose times do not depend on the quantity. */
struct route_step {
    uint32_t operation; /* text */
    int32_t begins;     /* whole days after the order's start: its parallel group's first */
};

/* A made item's way through the shop, chosen once: the alternative of least priority, then name,
   among those valid on plan_start. */
struct route {
    const uint32_t *operations;     /* rows of plant->operations, in the order of their numbers */
    const struct route_step *steps; /* of each; not where it is timed */
    uint32_t count;
    int32_t lead_days; /* sum of the operations' lead_time_days, a parallel group's longest */
    bool timed;        /* an operation takes its days from its hours: see route_days */
    bool loads;        /* an operation takes time of a work centre */
    uint32_t calendar; /* text: of the first operation's work centre, or the plant's */
    struct frac yield; /* product of 1 - scrap */
};

/* Flags of an item: plan_items[item].flags, beside its orders, which are read with them. */
#define MODEL_PHANTOM     1u /* passes requirements on */
#define MODEL_FIRM        2u /* has firm planned orders, which it explodes */
#define MODEL_BY_PRODUCTS 4u /* a co- or by-product line begins here */
#define MODEL_HAS_BILL    8u
#define MODEL_INDIVIDUAL  32u  /* passes its segment on */
#define MODEL_LINKED      64u  /* stands in a substitute group */
#define MODEL_CHOICES     16u  /* has lines of several alternatives or revisions */
#define MODEL_THROUGH     128u /* a bill line of kind phantom passes through it */

struct model_item {
    uint32_t route; /* index in model->routes, or NO_INDEX */
    uint16_t level;
    uint16_t spare;
};

/* A phantom's need on its way down: exact, and still knowing for which order and bill line it is,
   so that all its paths to one component are rounded together. */
struct pass {
    struct frac qty;       /* micro */
    uint32_t origin_item;  /* the parent whose line began it; the phantom itself for own demand */
    uint32_t origin_order; /* ordinal among the parent's orders, or the item's events */
    uint32_t origin_line;  /* of plant->bom_lines, or NO_INDEX */
    uint32_t segment;
    int32_t day;
    uint32_t through; /* 1: by a line of kind phantom, past an item that is none */
};

struct pass_list {
    struct pass *passes;
    uint32_t count;
    uint32_t spare;
};

/* What a substitute gives for its main item. */
struct taking {
    int64_t main_qty;  /* of the main item's need */
    int64_t giver_qty; /* of the substitute */
    uint32_t main;
    uint32_t giver;
    uint32_t parent; /* whose need it is */
    uint32_t order;  /* its ordinal, and its line, as in struct need */
    uint32_t line;
    uint32_t segment;
    int32_t day;
    struct taking *next_of_main; /* the one before of the same main item, NULL: none */
    struct taking *next_of_giver;
};

/* A substitute has nothing left over of a segment on the days before. */
struct spent {
    uint32_t segment;
    int32_t before;
};

struct message_list {
    struct plan_message *rows;
    uint32_t count;
    uint32_t spare;
};

struct model {
    const struct plant *plant;
    int32_t horizon; /* days */
    uint32_t item_count;
    struct model_item *items;
    uint32_t *sequence; /* items by level, then index: every parent before its components */

    uint32_t *edge_first; /* [item_count + 1] */
    struct edge *edges;
    uint32_t *line_first;  /* [item_count + 1], of parents with MODEL_CHOICES or by-products only */
    uint32_t *lines;       /* rows of plant->bom_lines by parent; NULL where no parent needs them */
    uint32_t *event_first; /* events of item k: event_first[k] .. event_end[k]; a built model's */
    uint32_t *event_end;   /* stand close (event_end is event_first + 1), a living plan's do not */
    struct event *events;
    int64_t *forecast_left; /* by row of plant->demands, micro left of a forecast; NULL: none */
    uint32_t *order_rows;   /* by reference, a text, the order it names: a row of plant->supplies
                               plus 1, 0: none; NULL without order components */
    uint32_t *segment_asks; /* by segment, a text, how many rows ask for it; NULL: no supply has a
                               segment */
    struct row_index suppliers; /* an item's by priority, name, break */
    struct unitcost *prices;    /* by row, of a stock unit in plant currency; NULL: one currency */

    uint32_t *child_first; /* [item_count + 1]: the components of a parent, a line each */
    uint32_t *children;
    uint32_t *waiting; /* by item the lines above it whose parents have no level: of a cycle */
    uint32_t placed;   /* items that have a level */

    struct row_index safety_levels;
    struct row_index order_costs;
    struct route *routes;
    struct calendar_set calendars;
    const struct calendar *plant_calendar;
    struct pass_list *passes; /* by item, where there are phantoms or lines of that kind */

    uint32_t *links;             /* by item the least item linked to it; NULL without substitutes */
    uint32_t *link_next;         /* by item the next linked one of greater code, or NO_INDEX */
    struct taking **taking_main; /* by main item its latest taking, NULL: none */
    struct taking **taking_giver; /* the same by substitute */
    struct taking **taking_seen;  /* by item the latest that it had given when it was netted */
    struct spent *spent;          /* by item, while its set is netted */

    struct plan_item *plan_items;     /* filled while planning */
    struct written_orders *written;   /* of a living plan, by item; else NULL */
    const struct message_list *facts; /* of a living plan, by item: messages about its facts */
    struct plan_message *messages;    /* about the facts; of a living plan about its load only */
    uint32_t message_count;
    uint32_t message_capacity;
    bool borrows; /* passes and takings are in part another plan's: none is given back */
};

/* The orders of an item as they were written, while the plan has others. */
struct written_orders {
    const struct plan_order *orders;
    uint32_t count;
    bool kept;
};

/* Build everything but plan_items' contents.  Messages about the facts (past due, beyond the
   horizon, units) are added to the model's. */
enum status model_build(const struct plant *plant, const struct crew *crew, struct arena *arena,
                        struct model *model, struct fault *fault) MUST_CHECK;

/* Steps of model_build, each in a file of its own: level_place needs nothing, level_build what all
   of the bills' steps have made. */
enum status level_place(struct model *model, struct arena *arena, struct fault *fault) MUST_CHECK;
enum status level_build(struct model *model, struct arena *arena, struct fault *fault) MUST_CHECK;
enum status substitute_build(struct model *model, struct arena *arena,
                             struct fault *fault) MUST_CHECK;
enum status event_build(struct model *model, struct arena *arena, struct fault *fault) MUST_CHECK;

/* Consumption of an item's forecasts once more, with every taking (forecast_core.h): rows of
   buckets and orders are of plant->demands. */
struct forecast;
enum status event_consumption(struct model *model, uint32_t item, struct arena *arena,
                              struct forecast *out, struct fault *fault) MUST_CHECK;
enum status route_build(struct model *model, struct arena *arena, struct fault *fault) MUST_CHECK;
enum status segment_check_build(struct model *model, struct arena *arena,
                                struct fault *fault) MUST_CHECK;
enum status bill_change_build(struct model *model, struct arena *arena,
                              struct fault *fault) MUST_CHECK;
enum status source_build(struct model *model, struct arena *arena, struct fault *fault) MUST_CHECK;

/* Rows of one item's facts in the plant's arrays: see the parts below. */
struct fact_rows {
    const uint32_t *stocks;
    const uint32_t *demands;
    const uint32_t *supplies;
    const uint32_t *components;
    uint32_t stock_count;
    uint32_t demand_count;
    uint32_t supply_count;
    uint32_t component_count;
};

/* The same for one item: its events placed from `first` on, as many as fact_rows can give, their
   number in *count; messages are added to the model's.  Scratch memory comes from the arena. */
enum status event_item(struct model *model, const struct fact_rows *rows, uint32_t first,
                       uint32_t *count, struct arena *arena, struct fault *fault) MUST_CHECK;
enum status bill_change_item(struct model *model, const struct fact_rows *rows, struct arena *arena,
                             struct fault *fault) MUST_CHECK;
enum status segment_check_item(struct model *model, const struct fact_rows *rows,
                               struct arena *arena, struct fault *fault) MUST_CHECK;

/* Of two rows of plant->supplies with one reference, is `a` the order that it names?  A work order
   goes before a purchase (whose supplier is sent components), then least item, due, start, qty. */
bool event_names(const struct plant *plant, uint32_t a, uint32_t b);

/* By item, day, segment, kind, reference, then the rest; context is the model. */
int model_message_cmp(const void *left, const void *right, const void *context);

enum status model_sort_messages(struct model *model, struct arena *arena,
                                struct fault *fault) MUST_CHECK;

/* False when the arena is full. */
bool model_message(struct model *model, struct arena *arena,
                   struct plan_message message) MUST_CHECK;

/* Quantity of the component, in micro of its stock unit, for one micro started of the parent, or
   for one order where the line is fixed: qty x pieces x mix / per_qty / (1 - scrap), in the
   component's unit.  False on overflow. */
bool edge_rate(const struct model *model, const struct bom_line *line,
               struct frac *rate) MUST_CHECK;

/* The same where it is a whole number of pieces and nothing else is said about the line; else 0. */
int64_t edge_whole(const struct model *model, const struct bom_line *line);

/* Does the line count for an order of its parent that starts then, with so much?  As common/bom
   chooses: by date and lot range the alternative of least priority, then least name; of its
   revisions the one that became valid last, then the greatest name, and the lines that have no
   revision; of a substitute group without shares the main line only. */
bool choice_counts(const struct model *model, const struct bom_line *line, date start, int64_t qty);

/* edge->whole of a line: the choice where it is the same for every order.  The parents are scratch
   memory for all lines, NULL where no parent has a choice; false when the arena is full. */
struct choice_parent;
bool choice_parents(const struct model *model, struct arena *arena,
                    struct choice_parent **parents) MUST_CHECK;
int64_t choice_whole(const struct model *model, struct choice_parent *parents,
                     const struct bom_line *line);

/* Units of `to` in one `from`, for this item: directly or backward, one step.  1 for equal units or
   a 0 on either side.  False when units.csv has no factor. */
bool unit_factor(const struct plant *plant, uint32_t item, uint32_t from, uint32_t to,
                 struct frac *factor);

static inline int64_t model_unit(const struct model *model, uint32_t item)
{
    static const int64_t units[QTY_DECIMALS + 1] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    return units[model->plant->items[item].decimals];
}

/* Compare two texts of the plant by their bytes. */
int model_text_cmp(const struct model *model, uint32_t a, uint32_t b);

/* Place in the route of the operation of this name, of a parallel group the first; 0 where it has
   none. */
uint32_t route_place(const struct model *model, const struct route *route, uint32_t operation);

/* When it begins, in working days after the order's start: of a route that is not timed; 0 where it
   has none of that name. */
int32_t route_begin(const struct route *route, uint32_t operation);

/*
 * Working days that the operations before place `end` take for so many pieces started, in
 * millionths of a day: their lead_time_days, else their hours by the hours_per_day of the work
 * centre (0 where it gives none), a parallel group the longest of its operations.  What begins then
 * begins floor(millionths) after the order's start; a whole route takes their ceiling (planning.md
 * section 1: the whole lead time is rounded up).
 */
#define ROUTE_DAY 1000000
int64_t route_days(const struct model *model, const struct route *route, uint32_t end,
                   int64_t start_qty);

/* The same of one operation. */
int64_t route_time(const struct model *model, const struct route *route, uint32_t place,
                   int64_t start_qty);

/*
 * Millionths of an hour of the work centre's time that an operation takes for so many pieces
 * entering it: (setup + run x pieces / per_qty + cleanup) x 100 / efficiency_pct; with run_size run
 * counts once for each begun run_size.  Cut to millionths.  0 for what is done outside (a supplier
 * or a price for it).  The formula is costing.md's and the shop floor's.
 */
int64_t route_hours(const struct model *model, const struct operation *step, int64_t pieces);

/* Pieces that enter the operation at this place when start_qty are started: less the scrap of the
   operations before, cut to millionths. */
int64_t route_pieces(const struct model *model, const struct route *route, uint32_t place,
                     int64_t start_qty);

#endif
