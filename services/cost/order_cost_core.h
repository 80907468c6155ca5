#ifndef MILLRACE_COST_ORDER_COST_CORE_H
#define MILLRACE_COST_ORDER_COST_CORE_H

#include "common/base/arena.h"
#include "common/base/status.h"
#include "common/base/text.h"
#include "common/plant/plant.h"

/*
 * The cost report of one work order (design/costing.md section 4): planned as frozen at release,
 * target for the quantity received, actual from what was posted.  Pure.
 *
 * - planned: of a component required x its unit cost at release, of an operation planned hours x
 * the rates frozen at release, of subcontracting pieces started x the price frozen then
 * - target: planned x received / good quantity expected
 * - debits: issues less returns, and operations; credits: receipts and settlement
 * - wip: debits - credits; unit cost: debits / received
 */
struct cost_component {
    struct text item;
    struct text operation;
    struct qty required;
    struct qty issued; /* less returned */
    struct unitcost planned_cost;
    struct amount actual;
    struct text replaces; /* of a substitute beside the plan: the planned item, and .. */
    struct qty replaced;  /* .. how much of it; 0: it is none */
};

struct cost_operation {
    struct text operation;
    struct qty planned_hours;
    struct qty reported_hours;
    struct unitcost rates[3];          /* labor, machine, overhead */
    uint8_t overhead_basis;            /* enum overhead_basis */
    struct unitcost subcontract_price; /* of a piece that enters */
    struct qty pieces;                 /* reported, good and scrapped */
    struct amount actual[4];           /* and subcontracting */
};

struct cost_order {
    struct text work_order;
    struct text item;
    struct text state;
    struct text currency;
    struct qty quantity;
    struct qty good; /* expected */
    struct qty received;
    struct qty scrapped;
    struct amount planned; /* frozen at release */
    struct amount debits;
    struct amount credits;
    const struct cost_component *components;
    size_t component_count;
    const struct cost_operation *operations;
    size_t operation_count;
};

struct cost_line {
    const char *element;
    struct text item;            /* bytes NULL: not a material line */
    struct text operation;       /* bytes NULL: none */
    struct qty planned_quantity; /* pieces (of material, or a subcontractor's), or hours */
    struct qty actual_quantity;
    struct amount planned;
    struct amount target;
    struct amount actual;
};

/* Sums of the lines of one element. */
struct cost_element_sum {
    const char *element;
    struct amount planned;
    struct amount target;
    struct amount actual;
};

#define ORDER_COST_ELEMENTS 5

struct cost_report {
    const struct cost_order *order;
    struct cost_line *lines;
    size_t line_count;
    struct cost_element_sum
        elements[ORDER_COST_ELEMENTS]; /* material, labor, machine, overhead, subcontract */
    struct amount target;
    struct amount wip;
    bool has_unit_cost; /* something was received */
    struct unitcost unit_cost;
};

/* The plan of an operation of the order: labor, machine, overhead, subcontracting.  False: out of
   range. */
#define COST_OPERATION_ELEMENTS 4
#define COST_SUBCONTRACTED      3 /* the last of them */
bool order_cost_planned(const struct cost_order *order, const struct cost_operation *operation,
                        struct amount planned[COST_OPERATION_ELEMENTS]) MUST_CHECK;

/* OVERFLOW or LIMIT. */
enum status order_cost(const struct cost_order *order, struct arena *arena,
                       struct cost_report *report, struct fault *fault) MUST_CHECK;

#endif
