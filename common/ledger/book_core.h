#ifndef MILLRACE_LEDGER_BOOK_CORE_H
#define MILLRACE_LEDGER_BOOK_CORE_H

#include "common/base/arena.h"
#include "common/base/date.h"
#include "common/base/qty.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "common/plant/plant.h"

/*
 * The book: what a batch of commands of one plant knows and what it changes, in memory.
 *
 * post.h locks and loads the documents and items that the commands want, opens a book with them,
 * and lets each command decide in turn on it.  A command reads records, changes them, makes new
 * ones and moves stock (ledger_core.h); the next command sees that.  When a command is refused,
 * everything it did is taken back (a journal of old bytes).  What is left at the end is written to
 * the database: ledger lines, documents, balances and one event for each object that changed.
 *
 * Pure: no I/O, no clock; all memory is the arena's.
 *
 * The rule of records: call book_change(book, &record->row) BEFORE writing to any field of a
 * record that was there before, once or many times; a record just made by book_new_... needs none.
 * Texts in records must live as long as the arena (command bodies and loaded rows do).
 */

/* Documents, in the order in which they are locked. */
enum book_kind {
    BOOK_WORK_ORDER,
    BOOK_PURCHASE_ORDER,
    BOOK_SALES_ORDER,
    BOOK_SUGGESTION,
    BOOK_STOCK_DOCUMENT,
    BOOK_KINDS,
    BOOK_NO_KIND = BOOK_KINDS
};

const char *book_kind_text(enum book_kind kind); /* "work_order", ...; "" for BOOK_NO_KIND */

/* The first member of every record. */
struct book_row {
    uint32_t size;  /* of the whole record; the rest of this struct is private to this folder, */
    uint32_t want;  /* but for `exists` and `is_new` */
    uint32_t saved; /* the command for which its old bytes are kept */
    uint8_t type;   /* enum book_type */
    bool exists;    /* false: it was asked for, and the plant has none (and none was made) */
    bool is_new;    /* made by this batch */
    bool changed;   /* is in the list of what must be written */
    bool told;      /* has its event */
};

/* ---- stock ---- */

struct book_balance {
    struct book_row row;
    struct book_item *item;
    struct text location;
    struct text lot; /* "" none */
    struct text status;
    struct text segment;
    struct text owner;
    struct text frozen_by;                /* the open count that holds it still; "" none */
    const struct book_number *frozen_now; /* the same, of a count that this batch makes */
    struct qty qty;
    int64_t place;             /* of the row that was loaded; private to post_... */
    struct book_balance *next; /* of the item; in order of location, lot, status, segment, owner */
};

/* One that was asked for and is not there has no row.exists, until it is made. */
struct book_lot {
    struct book_row row;
    struct book_item *item;
    struct text lot;
    date expires_on; /* NO_DATE: never */
    date created_on;
    struct book_lot *next;
};

/* What is left of one receipt of an item that is valued by layers (FIFO, LOT): oldest first.  An
   issue below zero leaves a layer with a negative quantity, which the next receipts fill. */
struct book_layer {
    struct book_row row;
    struct book_item *item;
    uint64_t layer; /* posted_seq of the line that made it; 0: made in this batch, by .. */
    size_t line;    /* .. book->lines[line] */
    struct text lot;
    struct text order_id; /* the work order it was received from, or (below zero) issued to; "" */
    struct qty received;
    struct qty qty; /* left */
    struct amount amount;
    int64_t place;           /* of its row, where that was loaded; private to post_... */
    struct amount corrected; /* of one below zero: what the pieces that filled it cost more, */
    struct amount due;       /* .. and of that, what the line being written must still post */
    struct book_layer *next;
};

/* What was there when a day ended. */
struct book_close {
    date day;
    struct qty qty;
};

/* A line that took what was not there, perhaps. */
struct book_debt {
    enum book_kind order_kind;
    struct text order_id; /* "" none */
    struct qty qty;       /* above 0 */
};

#define BOOK_DEBTS_MAX 200 /* of one item: what is older goes to variance */

struct book_item {
    struct book_row row;
    struct text item;
    uint8_t type;      /* enum item_type */
    uint8_t valuation; /* enum valuation */
    uint8_t tracking;  /* enum tracking */
    uint8_t decimals;
    bool allow_negative;
    int32_t shelf_life_days;   /* NO_DAYS */
    struct unitcost unit_cost; /* 0 where not given; the standard where valuation is STANDARD */
    struct qty on_hand;        /* all locations, lots and statuses */
    struct amount value;       /* on_hand 0 has value 0 */
    struct unitcost last_cost; /* of the last receipt; before that unit_cost */
    bool inspect;              /* what comes in new is inspected first */
    bool backflush;            /* orders take it by themselves (release freezes it) */
    struct qty over_issue_pct; /* NO_QTY, as the next two: the common tolerance */
    struct qty over_issue_qty;
    struct qty over_receipt_pct;
    int64_t place; /* of its row; private to post_... */
    date moved_on; /* the latest day that a line is for; NO_DATE: none */
    struct book_balance *balances;
    struct book_lot *lots;
    struct book_layer *layers; /* FIFO, LOT: with something left, and those that returns restore */
    struct book_layer *newest_layer;
    const struct book_close *closes; /* ends of days; with book->past_from */
    size_t close_count;
    date opened_on; /* of an opening balance: what was before is not known; NO_DATE */
    const struct book_debt *debts; /* AVERAGE, below zero: the newest first */
    size_t debt_count;
    struct qty reserved; /* by open orders; known when book->want_reserved */
    bool layers_differ;  /* they do not sum to on_hand: the valuation was changed over stock */
    struct qty
        late_qty; /* when the batch is written: what its lines for days before moved_on sum to */
    struct amount late_amount;
};

/* ---- documents ---- */

enum work_order_state {
    WORK_ORDER_FIRM,
    WORK_ORDER_RELEASED,
    WORK_ORDER_IN_PROGRESS,
    WORK_ORDER_COMPLETED,
    WORK_ORDER_CLOSED,
    WORK_ORDER_HELD,
    WORK_ORDER_CANCELLED,
    WORK_ORDER_STATES
};

struct work_order;
const char *work_order_state_text(enum work_order_state state);
/* ORDER_CLOSED when the order is closed or cancelled, else `other`: the code of a refusal. */
enum status book_closed_or(const struct work_order *order, enum status other);
bool work_order_state_parse(struct text text, enum work_order_state *out) MUST_CHECK;

/* rework: takes pieces of its own product and gives them back; unbuild: takes its product apart */
enum work_order_kind { WORK_ORDER_MAKE, WORK_ORDER_REWORK, WORK_ORDER_UNBUILD, WORK_ORDER_KINDS };

const char *work_order_kind_text(enum work_order_kind kind);

/* What a component line has taken of a layer and not given back: the newest first. */
struct book_taken {
    struct book_row row;
    struct book_layer *layer;
    struct qty qty;
    struct amount amount;
    struct book_taken *next;
};

struct work_component {
    struct book_row row;
    struct work_order *order;
    int64_t line; /* 1, 2, ... */
    struct text item;
    struct qty required; /* for the whole order, rounded up once */
    bool fixed;          /* whatever the order's quantity */
    date due_on;
    struct text operation;        /* bytes NULL: none */
    struct text segment;          /* "" none */
    struct unitcost planned_cost; /* of one unit, when released */
    struct qty issued;            /* ever */
    struct qty returned;          /* ever; at most issued */
    struct amount issued_amount;  /* of issues less returns */
    struct qty reserved;          /* book_reserve keeps it */
    bool backflush;               /* taken with the report of its operation, or the receipt */
    struct text line_side;        /* from there; "" anywhere */
    int64_t place;                /* of its row, where that was loaded; private to post_... */
    struct book_taken *taken;     /* of layers; with REACH_TAKEN, and what this batch took */
};

struct work_operation {
    struct book_row row;
    struct work_order *order;
    int64_t line;
    struct text operation;
    struct text work_center;
    struct qty planned_hours;
    struct unitcost labor_rate; /* an hour, as the next two (where the basis is hour) */
    struct unitcost machine_rate;
    struct unitcost overhead_rate;
    uint8_t overhead_basis;     /* enum overhead_basis */
    struct text parallel_group; /* "" none: it follows the operation before it */
    struct qty good;            /* pieces reported */
    struct qty scrapped;
    struct qty reported_hours;
    struct amount labor;
    struct amount machine;
    struct amount overhead;
    struct unitcost subcontract_price; /* of a piece that enters; 0: done in the plant */
    struct text supplier;              /* who does it; "" anybody */
    struct amount subcontract;         /* charged: when reported, and what bills differed by */
    struct qty billed;                 /* pieces of good and scrapped */
    struct amount billed_amount;       /* the rest of `subcontract` is owed and not billed */
};

struct work_order {
    struct book_row row;
    struct text work_order;
    struct book_number *number; /* where the plant numbers it: work_order is set at the end */
    int64_t place;              /* of its row, where that was loaded; private to post_... */
    struct text item;
    struct qty qty;  /* started */
    struct qty good; /* expected good quantity */
    struct qty received;
    struct qty scrapped;
    date start_on;
    date due_on;
    enum work_order_state state;
    enum work_order_kind kind;
    struct text segment;               /* "" none */
    struct amount planned_cost;        /* of the whole order, frozen at release */
    struct amount wip;                 /* changed by ledger_core.h only */
    date released_on;                  /* NO_DATE */
    date closed_on;                    /* NO_DATE */
    struct work_component *components; /* frozen at release; in order of line */
    size_t component_count;
    size_t component_room; /* components that book_add_component may still fill */
    struct work_operation *operations;
    size_t operation_count;
};

/* Purchase: draft, approved, sent; sales: open; both: closed, cancelled.  What is received or
   shipped of it shows in the lines.  services/order changes the state; here it is read, and set at
   birth. */
enum order_state {
    ORDER_DRAFT,
    ORDER_APPROVED,
    ORDER_SENT,
    ORDER_OPEN,
    ORDER_CLOSED,
    ORDER_CANCELLED,
    ORDER_STATES
};

const char *order_state_text(enum order_state state);
bool order_state_parse(struct text text, enum order_state *out) MUST_CHECK;

struct purchase_line {
    struct book_row row;
    struct purchase_order *order;
    int64_t line;
    struct text item;
    struct qty qty;        /* in the stock unit */
    struct unitcost price; /* of one stock unit */
    date due;
    struct text segment; /* "" none */
    struct qty received;
    struct qty invoiced; /* of which suppliers have billed */
};

struct purchase_order {
    struct book_row row;
    struct text purchase_order;
    struct book_number *number;
    struct text supplier;        /* bytes NULL: not given */
    struct text source_plant;    /* a transfer from there; bytes NULL: a purchase */
    struct text made_by;         /* who entered it; bytes NULL: an import */
    enum order_state state;      /* a new one is sent, unless its maker says otherwise */
    struct amount value;         /* of a new one: quantity x price of all lines */
    struct amount approve_above; /* the plant's limit when it was made; NO_LIMIT */
    struct purchase_line *lines;
    size_t line_count;
};

struct sales_line {
    struct book_row row;
    struct sales_order *order;
    int64_t line;
    struct text item;
    struct qty qty;
    date due;
    struct unitcost price; /* of one stock unit, in the plant's currency */
    int64_t priority;      /* NO_DAYS: none */
    struct text segment;   /* "" none */
    struct qty shipped;
};

struct sales_order {
    struct book_row row;
    struct text sales_order;
    struct book_number *number;
    struct text customer; /* bytes NULL: not given */
    struct text to_plant; /* a transfer to there; bytes NULL: a sale */
    struct text made_by;  /* bytes NULL: an import */
    enum order_state state;
    struct sales_line *lines;
    size_t line_count;
};

/* A row of planned_order.  Accepting one: book_change, accepted = true (the event number that the
   plan must know before it may suggest again is filled in when it is written). */
struct suggestion {
    struct book_row row;
    struct text planned_order_id;
    struct text item;
    struct text type; /* make, buy, transfer */
    struct qty qty;
    struct qty start_qty;
    date start;
    date due;             /* start and lead time */
    date need;            /* the day that the plan counts it on: before due when it is past due */
    struct text supplier; /* bytes NULL: none */
    struct text segment;
    struct unitcost price;   /* of a purchase unit; NO_COST */
    struct qty purchase_qty; /* NO_QTY */
    bool accepted;
};

/* A document of the store that lives longer than one posting. */
enum stock_document_kind { STOCK_TRANSFER, STOCK_COUNT, STOCK_ADJUSTMENT, STOCK_DOCUMENT_KINDS };

enum stock_document_state {
    STOCK_OPEN,    /* a count: lines are being counted */
    STOCK_SENT,    /* a transfer: in transit */
    STOCK_WAITING, /* for a second person */
    STOCK_DONE,
    STOCK_REJECTED,
    STOCK_CANCELLED,
    STOCK_DOCUMENT_STATES
};

const char *stock_document_kind_text(enum stock_document_kind kind);
const char *stock_document_state_text(enum stock_document_state state);
bool stock_document_state_parse(struct text text, enum stock_document_state *out) MUST_CHECK;

struct stock_document_line {
    struct book_row row;
    struct stock_document *document;
    int64_t line;
    struct text item;
    struct text location;
    struct text lot;
    struct text status;
    struct text segment;
    struct qty qty;            /* transfer: sent; adjustment: signed; count: counted */
    struct qty done;           /* transfer: signed for; count: the book at the count's moment */
    struct unitcost unit_cost; /* NO_COST */
    date expires_on;           /* NO_DATE */
    int64_t counted_at_us;     /* count; NO_MOMENT: not yet */
};

#define NO_MOMENT  INT64_MIN
#define MOMENT_NOW 0 /* counted when it is written */

struct stock_document {
    struct book_row row;
    struct text document;
    struct book_number *number;
    enum stock_document_kind kind;
    enum stock_document_state state;
    struct text location;
    struct text to_location;
    struct text reason;
    bool frozen;
    struct amount value;
    struct amount approve_above; /* the plant's limit when it was made; NO_LIMIT */
    date effective_on;
    uint64_t book_seq; /* set when it is written */
    struct text created_by;
    struct text decided_by; /* bytes NULL: nobody yet */
    struct stock_document_line *lines;
    size_t line_count;
};

#define NO_LIMIT ((struct amount){INT64_MIN})

/* ---- results ---- */

/* A number of the plant's one sequence: "MI-000017".  The text is known only when everything has
   been decided (post.h takes the counter last), so keep the pointer, read `text` in the encoder. */
struct book_number {
    const char *prefix; /* static; two capital letters */
    uint64_t ordinal;   /* in this batch */
    char text[32];
};

/* Kinds of ledger lines; ledger_core.h writes them. */
enum ledger_kind {
    LEDGER_ISSUE,
    LEDGER_RETURN,
    LEDGER_RECEIPT,
    LEDGER_SCRAP,
    LEDGER_OPERATION,
    LEDGER_SETTLEMENT,
    LEDGER_PURCHASE_RECEIPT,
    LEDGER_SHIPMENT,
    LEDGER_ADJUSTMENT,
    LEDGER_OPENING,
    LEDGER_CORRECTION,
    LEDGER_TRANSFER,
    LEDGER_STATUS,
    LEDGER_SUPPLIER_RETURN,
    LEDGER_CUSTOMER_RETURN,
    LEDGER_COUNT,
    LEDGER_INVOICE,     /* what a bill costs more than was received at: value only */
    LEDGER_LATE_COST,   /* one step of following it */
    LEDGER_REVALUATION, /* stock at a new standard: value only */
    LEDGER_KINDS
};

const char *ledger_kind_text(enum ledger_kind kind);

/* One row of ledger_line.  amount + wip + variance is what came into the plant with it. */
struct ledger_line {
    uint64_t posted_seq; /* set when the counter was taken */
    uint64_t reverses;   /* the posted_seq that it takes back; 0: none */
    const struct book_number *document;
    enum ledger_kind kind;
    struct text item; /* bytes NULL: a line of value only */
    struct text location;
    struct text lot;
    struct text status;
    struct text segment;
    struct text owner;
    struct qty qty;         /* signed: what it adds to stock */
    struct amount amount;   /* signed: what it adds to the value of stock */
    struct amount wip;      /* and to the order's work in process */
    struct amount variance; /* and to variances */
    struct qty counted;     /* and to the order's own counter: pieces issued, returned, received,
                               scrapped, shipped, hours worked; 0 where there is none */
    struct qty on_hand;     /* of the item after this line */
    struct amount value;
    enum book_kind order_kind;
    struct text order_id;
    const struct work_order *made; /* the order where this batch makes it: order_id follows */
    int64_t order_line;
    struct text operation;
    struct text reason;
    date effective_on;
    struct text posted_by;
};

/* Lines of one command: book->lines[first .. first + count). */
struct ledger_range {
    size_t first;
    size_t count;
};

/* ---- the book ---- */

/* What stands for the whole plant. */
struct book_plant {
    struct text plant;
    struct text main_location;
    date today;     /* at the plant: the default of every effective_on */
    date open_from; /* the first open business day */
};

#define BOOK_LINES_MAX     100000 /* ledger lines of one batch */
#define BOOK_DOCUMENTS_MAX 20000  /* documents of one batch */
#define BOOK_ITEMS_MAX     100000 /* items of one batch */
#define BOOK_LOTS_MAX      100000 /* lots of one batch that are asked for by name */

struct book {
    struct arena *arena;
    struct book_plant plant;
    struct text principal;       /* of the command that decides now */
    int64_t now_us;              /* when the batch began; 0: not known */
    struct amount approve_above; /* what one person may adjust alone; NO_LIMIT */
    bool approve_above_set;      /* by this batch */
    bool want_reserved;          /* set by wants: load book_item.reserved */
    date past_from;              /* ends of days are loaded from there on; NO_DATE: none */
    bool supervised;             /* the command that decides now is a supervisor's */
    bool of_finance;             /* .. or of finance */
    bool unplanned_issue;        /* the plant issues what is not on an order, with a reason */
    bool unplanned_issue_set;    /* by this batch */
    struct ledger_line *lines;
    size_t line_count;

    /* a command looked for something that was not locked: start again with more */
    bool too_small;

    struct book_state *state; /* private */
};

struct book *book_new(struct arena *arena, const struct book_plant *plant) MUST_CHECK; /* or NULL */

/*
 * Wants.  REACH says which items come along with a document: none, the product of a work order or
 * the items of all its lines (components, purchase or sales lines).  REACH_TAKEN, with REACH_LINES:
 * also what its components took of cost layers, for returns.  REACH_GROW: room for components that
 * are added to it (book_add_component).
 */
enum book_reach {
    REACH_NONE = 0,
    REACH_PRODUCT = 1,
    REACH_LINES = 2,
    REACH_TAKEN = 4,
    REACH_GROW = 8
};
enum status book_want_document(struct book *book, enum book_kind kind, struct text id,
                               unsigned reach, struct fault *fault) MUST_CHECK;
enum status book_want_item(struct book *book, struct text item, struct fault *fault) MUST_CHECK;
/* A day that stock may be taken on: one before the item's latest needs the ends of its days since.
   What was not asked for is found all the same, for the price of a second round. */
void book_want_past(struct book *book, date day);

/* A location that a command names; "" is none. */
enum status book_want_location(struct book *book, struct text location,
                               struct fault *fault) MUST_CHECK;

/* UNKNOWN_LOCATION with `field` when the plant has no such location, or uses it no more.  The main
   location and those where the item lies are known without asking. */
enum status book_location(struct book *book, const struct book_item *item, struct text location,
                          const char *field, struct fault *fault) MUST_CHECK;

/* A location of the plant, as it is from now on. */
struct location_row {
    struct text location;
    struct text name;        /* "" none */
    struct text work_center; /* whose line-side stock it is; "" none */
    bool active;
};

enum status book_set_location(struct book *book, const struct location_row *row,
                              struct fault *fault) MUST_CHECK;

/* A lot or serial number that may be put into stock; "" is none.  Lots that have stock come with
   their item; any other has to be asked for, or the batch begins again with it. */
enum status book_want_lot(struct book *book, struct text item, struct text lot,
                          struct fault *fault) MUST_CHECK;

/*
 * Look a record up.  NOT_FOUND with `field` when the plant has none.  A record that nobody wanted
 * makes the book too small (it is wanted now, the batch starts again): return the status (BUSY).
 */
enum status book_item(struct book *book, struct text item, const char *field,
                      struct book_item **out, struct fault *fault) MUST_CHECK;
enum status book_work_order(struct book *book, struct text id, const char *field,
                            struct work_order **out, struct fault *fault) MUST_CHECK;
enum status book_purchase_order(struct book *book, struct text id, const char *field,
                                struct purchase_order **out, struct fault *fault) MUST_CHECK;
enum status book_sales_order(struct book *book, struct text id, const char *field,
                             struct sales_order **out, struct fault *fault) MUST_CHECK;
enum status book_suggestion(struct book *book, struct text id, const char *field,
                            struct suggestion **out, struct fault *fault) MUST_CHECK;

enum status book_stock_document(struct book *book, struct text id, const char *field,
                                struct stock_document **out, struct fault *fault) MUST_CHECK;

/* Before a record is written to.  LIMIT when the arena is full. */
enum status book_change(struct book *book, struct book_row *row, struct fault *fault) MUST_CHECK;

/* The next number of the plant.  Prefixes: MI issue, MR return, OP operation, FG receipt,
   ST settlement, PR purchase receipt, SH shipment, AD adjustment, TR transfer, TA its arrival,
   QS quality status, RS return to supplier, RC return of a customer, CT count, RV reversal,
   WC change of a work order, UB unbuild, RW start of rework, SI supplier invoice, FB freight bill,
   IR a bill released or rejected,
   LC late costs followed, WO, PO, SO orders. */
enum status book_next_number(struct book *book, const char *prefix, struct book_number **out,
                             struct fault *fault) MUST_CHECK;

/* Its text: "AD-000017", and beyond a million as many digits as it has. */
void book_give_number(struct book_number *number, int64_t value);

/* "lines[2].item": the field that faults of a command's line name; `name` is a literal, "" for the
   line itself.  Lives as long as the book. */
const char *book_line_field(const struct book *book, size_t line, const char *name);

/*
 * New documents.  `id` empty: numbered by the plant (the order's text is set at the end).  A given
 * id must have been wanted with book_want_document; EXISTS when the plant has it.  Lines are zeroed
 * with order and line set (1, 2, ...); fill them.  A work order starts firm, without components.
 */
enum status book_new_work_order(struct book *book, struct text id, struct work_order **out,
                                struct fault *fault) MUST_CHECK;
enum status book_new_purchase_order(struct book *book, struct text id, size_t line_count,
                                    struct purchase_order **out, struct fault *fault) MUST_CHECK;
enum status book_new_sales_order(struct book *book, struct text id, size_t line_count,
                                 struct sales_order **out, struct fault *fault) MUST_CHECK;

/* Known by `number`, which the command has just taken: its lines zeroed with document and line set;
   fill document and lines. */
enum status book_new_stock_document(struct book *book, struct book_number *number,
                                    size_t line_count, struct stock_document **out,
                                    struct fault *fault) MUST_CHECK;

/* Freeze a work order's lines at release: zeroed, with order and line set; fill them. */
enum status book_new_components(struct book *book, struct work_order *order, size_t component_count,
                                size_t operation_count, struct fault *fault) MUST_CHECK;

/*
 * What the order's components reserve: required - issued + returned, not below 0, while the order
 * is released, in progress or held; else 0.  To be called after whatever changes one of these: a
 * component's figures, or the order's state (which needs no lock of the items).  Items of the book
 * whose reserved quantity is known follow.
 */
enum status book_reserve(struct book *book, struct work_component *component,
                         struct fault *fault) MUST_CHECK;
enum status book_reserve_order(struct book *book, struct work_order *order,
                               struct fault *fault) MUST_CHECK;

/* One more component line, zeroed with order and line set; fill it.  Its order was wanted with
   REACH_GROW; LIMIT above BOOK_COMPONENTS_ADDED_MAX in one batch. */
#define BOOK_COMPONENTS_ADDED_MAX 64
enum status book_add_component(struct book *book, struct work_order *order,
                               struct work_component **out, struct fault *fault) MUST_CHECK;

/* Co- and by-products that a release freezes.  unit_cost: at which they leave work in process. */
struct order_output {
    const struct work_order *order;
    int64_t line;
    struct text item;
    bool byproduct;
    struct qty qty;       /* planned, for .. */
    struct qty order_qty; /* .. this quantity of the order */
    struct unitcost unit_cost;
};

enum status book_order_output(struct book *book, const struct order_output *output,
                              struct fault *fault) MUST_CHECK;

/* What is set of an item by SetStockRule; the record itself is the command's to change. */
enum status book_set_rule(struct book *book, struct book_item *item,
                          struct fault *fault) MUST_CHECK;

/* A row of work_order_change: what a command did to an order that was there.  Append-only. */
enum order_change_what { CHANGE_STATE, CHANGE_QUANTITY, CHANGE_COMPONENT, CHANGE_SPLIT };

struct order_change {
    const struct book_number *document; /* prefix WC, one a command */
    const struct work_order *order;
    enum order_change_what what;
    int64_t order_line; /* of a component; 0 */
    struct text item;
    struct text before;            /* in the arena; "" where there was nothing */
    struct text after;             /* bytes NULL: the text of `made` */
    const struct work_order *made; /* by a split */
    struct text reason;
    date effective_on;
};

enum status book_order_change(struct book *book, const struct order_change *change,
                              struct fault *fault) MUST_CHECK;

struct book_mark {
    size_t journal;
    size_t changed;
    size_t numbers;
    size_t lines;
    size_t takes;
    size_t order_changes;
    size_t outputs;
    size_t rules;
    size_t late_costs;
};

/* A command begins, or a part of one that may be refused by itself; and all it did is taken back.
 */
struct book_mark book_mark(struct book *book);
void book_undo(struct book *book, struct book_mark mark);
/* What was done so far stays: no mark from before is taken back.  Its journal's memory serves the
   next command, which would else write through megabytes of it. */
void book_keep(struct book *book);

/* The day of a posting: `given`, or today where it is NO_DATE.  With field "effective_on":
   PERIOD_CLOSED when it lies before the first open day, FUTURE_TIME when it is after tomorrow. */
enum status book_day(const struct book *book, date given, date *out,
                     struct fault *fault) MUST_CHECK;

/* INVALID when the text of the field is no code (base/text.h): missing, too long, or not fit to be
   one. */
enum status book_code(struct text code, const char *field, struct fault *fault) MUST_CHECK;

/* INVALID when the quantity is not above zero, OVERFLOW when no column holds it, NOT_WHOLE when it
   has more decimals than the item. */
enum status book_quantity(const struct book_item *item, struct qty quantity, const char *field,
                          struct fault *fault) MUST_CHECK;

#endif
