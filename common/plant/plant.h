#ifndef MILLRACE_PLANT_PLANT_H
#define MILLRACE_PLANT_PLANT_H

#include "common/base/date.h"
#include "common/base/names.h"
#include "common/base/qty.h"

#include <string.h>

/*
 * A plant's facts in memory: one plain array of plain structs for each file of the plant folder
 * (design/formats.md), whether the bytes came from a folder or from the database.  Read by
 * plant_read.h, written by plant_write.h, both driven by the column tables of plant_columns.h;
 * fields have the names of the columns.
 *
 * - Everything here was checked: references resolve, codes are codes, percentages lie in 0..100,
 * quantities of an item have no more decimals than it, valid_from < valid_to, the bill has no
 * cycle.
 * - Items are numbered in byte order of their codes: comparing two indexes compares the codes.  The
 * exception is a plant in memory that items were added to (plant_add_item): they stand behind, in
 * no order, and who may meet such a plant compares with plant_item_order.  All other arrays keep
 * the order of their file.
 * - A text is a u32 number in plant->texts, the empty text (not given) is 0; equal texts have equal
 * numbers.
 * - What was not given has the default of formats.md.  Where the default depends on something else
 * the value says "not given": NO_DAYS, NO_QTY, NO_COST, NO_DATE (test with days_given ...).  A
 * validity that is open has valid_from DATE_FIRST and valid_to DATE_LAST, so that `valid_from <=
 * start && start < valid_to` always holds the rule; an open lot range has lot_from 0 and lot_to
 * QTY_LAST.
 * - Percentages are struct qty: 12.5 % is 12.5.
 *
 * The plant owns all of it; nothing changes after reading.
 */

#define NO_INDEX   UINT32_MAX /* an item, work centre or other index that was not given */
#define NO_DAYS    INT32_MIN
#define NO_DATE    INT32_MIN
#define DATE_FIRST INT32_MIN /* valid_from that was not given */
#define DATE_LAST  INT32_MAX /* valid_to that was not given */
#define NO_QTY     ((struct qty){INT64_MIN})
#define NO_COST    ((struct unitcost){INT64_MIN})
#define NO_AMOUNT  ((struct amount){INT64_MIN})
#define QTY_LAST   ((struct qty){INT64_MAX})

static inline bool days_given(int32_t days)
{
    return days != NO_DAYS;
}

static inline bool date_given(date day)
{
    return day != NO_DATE;
}

static inline bool qty_given(struct qty quantity)
{
    return quantity.micro != INT64_MIN;
}

static inline bool cost_given(struct unitcost cost)
{
    return cost.micro != INT64_MIN;
}

static inline bool amount_given(struct amount amount)
{
    return amount.e4 != INT64_MIN;
}

/* Enumerations are stored in a uint8_t; their texts are in plant_columns.c in the same order. */
enum item_type { ITEM_MAKE, ITEM_BUY, ITEM_PHANTOM, ITEM_TRANSFER };

enum lot_rule {
    LOT_RULE_L4L,
    LOT_RULE_FOQ,
    LOT_RULE_EOQ,
    LOT_RULE_POQ,
    LOT_RULE_DOS,
    LOT_RULE_MINMAX,
    LOT_RULE_ROP,
    LOT_RULE_LUC,
    LOT_RULE_LTC,
    LOT_RULE_PPB,
    LOT_RULE_SM,
    LOT_RULE_GROFF,
    LOT_RULE_WW
};

enum foq_mode { FOQ_MULTIPLE, FOQ_RAISE };

enum ppb_look { PPB_NONE, PPB_AHEAD, PPB_BACK };

enum segment_policy { SEGMENT_COLLECTIVE, SEGMENT_INDIVIDUAL };

enum valuation { VALUATION_STANDARD, VALUATION_AVERAGE, VALUATION_FIFO, VALUATION_LOT };

enum tracking { TRACKING_NONE, TRACKING_LOT, TRACKING_SERIAL };

enum unit_rounding { ROUNDING_NONE, ROUNDING_UP, ROUNDING_NEAREST, ROUNDING_DOWN };

enum bom_kind { BOM_COMPONENT, BOM_PHANTOM, BOM_COPRODUCT, BOM_BYPRODUCT, BOM_CONSUMABLE };

enum time_unit { TIME_HOUR, TIME_MINUTE, TIME_SECOND };

enum overhead_basis { OVERHEAD_HOUR, OVERHEAD_LABOR, OVERHEAD_MATERIAL, OVERHEAD_UNIT };

enum stock_status { STOCK_AVAILABLE, STOCK_INSPECTION, STOCK_BLOCKED };

enum demand_kind { DEMAND_ORDER, DEMAND_FORECAST };

enum supply_kind { SUPPLY_PURCHASE, SUPPLY_WORK_ORDER, SUPPLY_PLANNED, SUPPLY_TRANSFER };

enum partner_kind { PARTNER_CUSTOMER, PARTNER_SUPPLIER, PARTNER_BOTH };

enum movement_kind {
    MOVEMENT_RECEIPT,
    MOVEMENT_ISSUE,
    MOVEMENT_RETURN,
    MOVEMENT_ADJUST,
    MOVEMENT_REVALUE,
    MOVEMENT_REVERSE,
    MOVEMENT_COUNT
};

enum date_style { DATE_STYLE_ISO, DATE_STYLE_NUMBER };

/* plant.csv: key, value */
struct plant_facts {
    uint32_t plant; /* texts */
    uint32_t name;
    uint32_t currency;
    uint32_t time_zone;
    uint32_t calendar; /* of made items without a routing; 0: every day works */
    date plan_start;
    int32_t horizon_days;
    int32_t reschedule_days; /* NO_DAYS: 0; the import makes 30 of it (planning.md section 5) */
    uint8_t date_style;      /* enum date_style */
};

/* items.csv, what every plan touches.  The code is plant_item_code(plant, index). */
struct item {
    uint32_t name;   /* texts */
    uint32_t uom;    /* texts */
    uint32_t params; /* index in plant->item_params: items with equal parameters share them */
    int32_t lead_time_days; /* NO_DAYS: the sum of its operations, or 0 */
    struct qty safety_stock;
    struct unitcost unit_cost; /* NO_COST */
    uint8_t type;              /* enum item_type */
    uint8_t decimals;          /* 0..6, of its quantities */
    uint8_t has_safety_levels; /* plant->safety_levels has rows for it */
    uint8_t spare[5];          /* no padding: rows are compared as bytes */
};

/* items.csv, the rest, one for each distinct combination. */
struct item_params {
    struct qty lead_time_per_unit_days; /* 0 */
    struct qty lot_qty;                 /* NO_QTY */
    struct qty lot_min;                 /* NO_QTY */
    struct qty lot_max;                 /* NO_QTY */
    struct qty lot_multiple;            /* NO_QTY */
    struct qty reorder_point;           /* NO_QTY */
    struct qty stock_min;               /* NO_QTY: the safety stock */
    struct qty stock_max;               /* NO_QTY */
    struct qty costing_lot_qty;         /* 1 */
    struct qty yield_pct;               /* 100; above 0 */
    struct qty min_quantity;            /* 0 */
    struct unitcost order_cost;         /* NO_COST */
    struct unitcost holding_cost;       /* NO_COST; a unit and day */
    int32_t safety_days;                /* 0 */
    int32_t lot_periods;                /* NO_DAYS */
    int32_t forecast_back_days;         /* 0 */
    int32_t forecast_forward_days;      /* 0 */
    int32_t planning_fence_days;        /* 0 */
    int32_t demand_fence_days;          /* 0 */
    int32_t reschedule_days;            /* NO_DAYS: the plant's */
    int32_t min_days;                   /* 0 */
    int32_t shelf_life_days;            /* NO_DAYS */
    uint32_t source_plant;              /* texts, as the next two */
    uint32_t abc;
    uint32_t class;
    uint8_t lot_rule;       /* enum lot_rule */
    uint8_t foq_mode;       /* enum foq_mode */
    uint8_t ppb_look;       /* enum ppb_look */
    uint8_t segment_policy; /* enum segment_policy */
    uint8_t valuation;      /* enum valuation */
    uint8_t tracking;       /* enum tracking */
    uint8_t allow_negative; /* 1 or 0 */
    uint8_t active;         /* 1 or 0 */
    uint32_t template;      /* texts: the item whose lines this one inherits */
    uint8_t spare[4];
};

/* safety_stock.csv: a level that holds from a day on */
struct safety_level {
    uint32_t item;
    date from;
    struct qty safety_stock;
};

/* bom.csv.  24 bytes: there are millions. */
struct bom_line {
    uint32_t parent;    /* items */
    uint32_t component; /* items */
    struct qty qty; /* for terms.per_qty of the parent; at most 6 decimals whatever the item has */
    uint32_t terms; /* index in plant->bom_terms: lines with equal terms share them */
    uint32_t position; /* texts */
};

/* bom.csv, the rest, one for each distinct combination; index 0 is all defaults. */
struct bom_terms {
    struct qty per_qty;           /* 1; above 0 */
    struct qty pieces;            /* 1; the need is pieces x qty */
    struct qty scrap_pct;         /* 0; 0 <= scrap < 100 */
    struct qty cost_share_pct;    /* NO_QTY */
    struct qty mix_pct;           /* NO_QTY */
    struct qty lot_from;          /* 0; lot_from <= quantity < lot_to */
    struct qty lot_to;            /* QTY_LAST */
    date valid_from;              /* DATE_FIRST */
    date valid_to;                /* DATE_LAST */
    int32_t offset_days;          /* NO_DAYS; from the order's start */
    int32_t alternative_priority; /* 0 */
    int32_t substitute_priority;  /* 0 */
    uint32_t uom;                 /* texts, as the next four; 0: the component's */
    uint32_t operation;
    uint32_t revision;
    uint32_t alternative;
    uint32_t substitute_group;
    uint32_t designators;    /* "R1 R2 R7-R9": as many as pieces x qty */
    uint32_t inherited_from; /* texts: the template whose line this is a copy of */
    uint8_t kind;            /* enum bom_kind */
    uint8_t qty_fixed;       /* 1: for the order, whatever its quantity */
    uint8_t spare[6];
};

/* routing.csv */
struct operation {
    uint32_t item;
    uint32_t operation;           /* texts */
    uint32_t work_center;         /* work_centers */
    uint32_t alternative;         /* texts */
    uint32_t parallel_group;      /* texts */
    uint32_t supplier;            /* texts */
    int32_t alternative_priority; /* 0 */
    int32_t lead_time_days;       /* NO_DAYS */
    date valid_from;              /* DATE_FIRST */
    date valid_to;                /* DATE_LAST */
    struct qty setup;             /* 0; in time_unit, as run and cleanup */
    struct qty run;               /* 0; for per_qty */
    struct qty cleanup;           /* 0 */
    struct qty per_qty;           /* 1; above 0 */
    struct qty run_size;          /* NO_QTY; whole runs: run counts once for each begun run_size */
    struct qty scrap_pct;         /* 0; 0 <= scrap < 100 */
    struct unitcost subcontract_price; /* NO_COST */
    uint8_t time_unit;                 /* enum time_unit */
    uint8_t spare[7];
};

/* work_centers.csv */
struct work_center {
    uint32_t work_center;   /* texts */
    uint32_t name;          /* texts */
    uint32_t calendar;      /* texts; 0: the plant's */
    uint8_t overhead_basis; /* enum overhead_basis */
    uint8_t spare[3];
    struct unitcost labor_rate;    /* 0 */
    struct unitcost machine_rate;  /* 0 */
    struct unitcost overhead_rate; /* 0 */
    struct qty hours_per_day;      /* NO_QTY */
    struct qty efficiency_pct;     /* 100; above 0, may be above 100 */
};

/* stock.csv */
struct stock {
    uint32_t item;
    uint32_t location;         /* texts */
    uint32_t lot;              /* texts */
    uint32_t segment;          /* texts */
    uint32_t owner;            /* texts; 0: own */
    date expiry;               /* NO_DATE */
    struct qty qty;            /* negative only where the item allows it */
    struct unitcost unit_cost; /* NO_COST */
    uint8_t status;            /* enum stock_status */
    uint8_t spare[7];
};

/* demand.csv */
struct demand {
    uint32_t item;
    date due;
    struct qty qty;     /* in uom */
    uint32_t uom;       /* texts; 0: the item's */
    int32_t days;       /* NO_DAYS; length of a forecast's bucket */
    uint32_t reference; /* texts, as the next two */
    uint32_t customer;
    uint32_t segment;
    int32_t priority; /* NO_DAYS: after all that have one */
    uint8_t kind;     /* enum demand_kind */
    uint8_t spare[7];
    struct qty shipped; /* 0; of an order, beside qty: goes on to consume the forecast it took */
    struct unitcost
        price; /* NO_COST; of an order, what the customer pays for one of the item's unit */
};

/* supply.csv */
struct supply {
    uint32_t item;
    date due;
    struct qty qty;     /* what is still to come */
    date start;         /* NO_DATE */
    uint32_t reference; /* texts */
    uint32_t segment;   /* texts */
    uint8_t kind;       /* enum supply_kind */
    uint8_t firm;       /* 1 or 0 */
    uint8_t spare[2];
};

/* order_components.csv */
struct order_component {
    uint32_t reference; /* texts, as in supply; unknown there is allowed */
    uint32_t item;
    struct qty qty;
    date due;           /* NO_DATE */
    uint32_t operation; /* texts */
    uint32_t segment;   /* texts */
    uint8_t spare[4];
};

/* suppliers.csv; price, price_from_qty, min_qty and multiple are in purchase units */
struct supplier {
    uint32_t item;
    uint32_t supplier;      /* texts */
    uint32_t currency;      /* texts */
    uint32_t calendar;      /* texts */
    uint32_t uom;           /* texts; 0: the item's */
    int32_t lead_time_days; /* NO_DAYS: the item's */
    int32_t priority;       /* NO_DAYS: after all that have one */
    date valid_from;        /* DATE_FIRST */
    date valid_to;          /* DATE_LAST */
    uint8_t spare[4];
    struct unitcost price;     /* NO_COST */
    struct qty price_from_qty; /* 0 */
    struct qty min_qty;        /* NO_QTY */
    struct qty multiple;       /* NO_QTY */
    struct qty quota_pct;      /* NO_QTY */
    struct qty uom_factor;     /* 1; stock units in one purchase unit, above 0 */
};

/* order_costs.csv */
struct order_cost {
    uint32_t item;
    date date;
    struct unitcost order_cost;
};

/* partners.csv */
struct partner {
    uint32_t partner; /* texts, as all but the last two */
    uint32_t name;
    uint32_t class;
    uint32_t currency;
    uint32_t contact;
    uint32_t phone;
    uint32_t email;
    uint32_t tax_id;
    int32_t payment_days; /* NO_DAYS */
    uint8_t kind;         /* enum partner_kind */
    uint8_t spare[3];
};

/* rates.csv: plant currency for one of the currency */
struct rate {
    uint32_t currency; /* texts */
    date date;
    struct qty rate;
};

/* units.csv: one `from` is `factor` of `to` */
struct unit {
    uint32_t from; /* texts */
    uint32_t to;   /* texts */
    struct qty factor;
    uint32_t item;    /* NO_INDEX: for every item */
    uint8_t rounding; /* enum unit_rounding */
    uint8_t spare[3];
};

/* calendar.csv: a date wins over a weekday */
struct calendar_day {
    uint32_t calendar; /* texts */
    date date;         /* NO_DATE: the row is for the weekday */
    int32_t weekday;   /* 1 Monday .. 7 Sunday, NO_DAYS: the row is for the date */
    uint8_t working;   /* 1 or 0 */
    uint8_t spare[3];
};

/* movements.csv */
struct movement {
    int64_t seq;
    int64_t of_seq;            /* 0: none */
    struct qty qty;            /* NO_QTY */
    struct amount amount;      /* NO_AMOUNT */
    struct unitcost unit_cost; /* NO_COST */
    uint32_t item;
    uint32_t lot; /* texts, as the next two */
    uint32_t location;
    uint32_t reference;
    date effective_on; /* NO_DATE */
    uint8_t kind;      /* enum movement_kind */
    uint8_t spare[3];
};

/* ARRAY(field, struct, file): every array of the plant but the items' side tables. */
#define PLANT_ARRAYS(ARRAY)                                       \
 ARRAY(items, item, "items.csv")                                  \
 ARRAY(work_centers, work_center, "work_centers.csv")             \
 ARRAY(calendar_days, calendar_day, "calendar.csv")               \
 ARRAY(units, unit, "units.csv")                                  \
 ARRAY(rates, rate, "rates.csv")                                  \
 ARRAY(partners, partner, "partners.csv")                         \
 ARRAY(safety_levels, safety_level, "safety_stock.csv")           \
 ARRAY(bom_lines, bom_line, "bom.csv")                            \
 ARRAY(operations, operation, "routing.csv")                      \
 ARRAY(suppliers, supplier, "suppliers.csv")                      \
 ARRAY(order_costs, order_cost, "order_costs.csv")                \
 ARRAY(stocks, stock, "stock.csv")                                \
 ARRAY(demands, demand, "demand.csv")                             \
 ARRAY(supplies, supply, "supply.csv")                            \
 ARRAY(order_components, order_component, "order_components.csv") \
 ARRAY(movements, movement, "movements.csv")

struct plant {
    struct arena *arena; /* holds the plant itself */
    struct plant_facts facts;
    struct names *item_codes; /* number = item index */
    struct names *texts;      /* number 0 = "" */

    struct item_params *item_params;
    struct bom_terms *bom_terms;
    uint32_t item_param_count;
    uint32_t bom_term_count;
    uint32_t items_late;      /* the last of the items, which came later */
    uint32_t item_room;       /* places in items, once one was added */
    uint32_t item_param_room; /* places in item_params, once an item has changed */
    uint32_t bom_line_room;   /* places in bom_lines: bills that change need some more */

/* struct item *items; uint32_t item... as PLANT_ARRAYS says: <field> and <field>_count */
#define PLANT_FIELD(field, row, file) \
 struct row *field;                   \
 uint32_t field##_count;
    PLANT_ARRAYS(PLANT_FIELD)
#undef PLANT_FIELD
};

/* Places beyond the lines of a file. */
static inline uint32_t plant_line_slack(uint64_t lines)
{
    return (uint32_t)(lines / 16) + 1024;
}

static inline const char *plant_item_code(const struct plant *plant, uint32_t item)
{
    return names_text(plant->item_codes, item);
}

/* Index of the item with this code, or NO_INDEX. */
static inline uint32_t plant_item_find(const struct plant *plant, struct text code)
{
    return names_find(plant->item_codes, code);
}

/* Below, at or above zero, as the codes of two items are. */
static inline int plant_item_order(const struct plant *plant, uint32_t a, uint32_t b)
{
    const uint32_t late = plant->items_count - plant->items_late;
    if (a < late && b < late)
        return (a > b) - (a < b);
    return strcmp(plant_item_code(plant, a), plant_item_code(plant, b));
}

static inline const char *plant_text(const struct plant *plant, uint32_t text)
{
    return names_text(plant->texts, text);
}

static inline const struct item_params *plant_item_params(const struct plant *plant, uint32_t item)
{
    return &plant->item_params[plant->items[item].params];
}

static inline const struct bom_terms *plant_bom_terms(const struct plant *plant,
                                                      const struct bom_line *line)
{
    return &plant->bom_terms[line->terms];
}

#endif
