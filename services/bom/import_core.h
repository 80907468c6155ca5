#ifndef MILLRACE_BOM_IMPORT_CORE_H
#define MILLRACE_BOM_IMPORT_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/plant/plant.h"

/*
 * What a plant folder's orders and stock become when they are imported into a new plant.  Pure.
 *
 * Rows of demand.csv with one reference are lines of one sales order; of supply.csv purchases
 * with one reference are lines of one purchase order at the first supplier's price in plant
 * currency (else the item's unit cost), a work_order is a released work order with the components
 * that order_components.csv names, a firm planned order of a made item a firm work order; what fits
 * none of these, a second work order of the same reference too, is kept as it is (other_supply,
 * other_component) and counts in the plan.  Each row of stock.csv becomes an opening line of the
 * ledger, valued at its unit cost, else the item's.
 *
 * Texts belong to the plant or the arena.  A text without bytes is NULL in the database.
 */
struct import_document {
    struct text id;
    struct text partner; /* customer or supplier */
};

struct import_sales_line {
    struct text sales_order;
    int64_t line;
    struct text item;
    struct qty qty;
    date due;
    int64_t priority; /* NO_DAYS: none */
    struct text segment;
    struct qty shipped_before; /* in the system that it comes from */
    struct unitcost price;     /* NO_COST: none */
};

struct import_forecast {
    int64_t row_no;
    struct text item;
    date due;
    struct qty qty;
    int64_t days; /* NO_DAYS: none */
    struct text reference;
    struct text customer;
    struct text segment;
};

struct import_purchase_line {
    struct text purchase_order;
    int64_t line;
    struct text item;
    struct qty qty;
    struct unitcost price; /* of a stock unit, plant currency */
    date due;
    struct text segment;
};

struct import_work_order {
    struct text work_order;
    struct text item;
    struct qty qty;
    date start_on;
    date due_on;
    struct text state;
    struct text segment;
    struct amount planned_cost;
};

struct import_component {
    struct text work_order;
    int64_t line;
    struct text item;
    struct qty required;
    date due_on;
    struct text operation;
    struct text segment;
    struct unitcost planned_cost;
};

struct import_supply {
    int64_t row_no;
    struct text item;
    date due;
    struct qty qty;
    struct text kind;
    date start; /* due where none is given */
    struct text reference;
    bool firm;
    struct text segment;
};

struct import_need {
    int64_t row_no;
    struct text reference;
    struct text item;
    struct qty qty;
    date due; /* NO_DATE: none */
    struct text operation;
    struct text segment;
};

struct import_stock {
    int64_t posted_seq; /* 1, 2, 3, ... */
    struct text item;
    struct text location;
    struct text lot;
    struct text status;
    struct text segment;
    struct qty qty;
    struct amount amount;
    struct qty on_hand; /* of the item, after this line */
    struct amount value;
    bool may_be_negative;
};

struct import_lot {
    struct text item;
    struct text lot;
    date expires_on; /* NO_DATE: never */
};

struct import_stock_item {
    struct text item;
    struct qty on_hand;
    struct amount value;
    struct unitcost last_cost;
};

#define IMPORT_LISTS(LIST)                  \
 LIST(sales_orders, import_document)        \
 LIST(sales_lines, import_sales_line)       \
 LIST(forecasts, import_forecast)           \
 LIST(purchase_orders, import_document)     \
 LIST(purchase_lines, import_purchase_line) \
 LIST(work_orders, import_work_order)       \
 LIST(components, import_component)         \
 LIST(supplies, import_supply)              \
 LIST(needs, import_need)                   \
 LIST(stocks, import_stock)                 \
 LIST(lots, import_lot)                     \
 LIST(stock_items, import_stock_item)

struct import_rows {
#define IMPORT_FIELD(field, row) \
 struct row *field;              \
 size_t field##_count;
    IMPORT_LISTS(IMPORT_FIELD)
#undef IMPORT_FIELD
};

#define IMPORT_LOCATION "MAIN" /* of stock whose row names none */

/*
 * LIMIT when the arena is full; OVERFLOW when a value leaves its range; INVALID for what cannot be
 * imported yet (consigned stock).
 */
enum status import_rows_of(const struct plant *plant, struct arena *arena, struct import_rows *rows,
                           struct fault *fault) MUST_CHECK;

#endif
