"""A second, obvious material plan of the converted AdventureWorks plant, by the planning rules, with fractions.

Only what that plant needs: lot for lot, safety stock, lead times in calendar days, effectivity by start day, the first
supplier's minimum in whole purchase units, and releases that would fall before the plan's start moved to it.
"""
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction


def levels_of(source):
    """Low-level code of every product over all bill lines, whatever their days."""
    level = dict.fromkeys(source.products, 0)
    changed = True
    while changed:
        changed = False
        for row in source.bill:
            deep = level[row["product_assembly_id"]] + 1
            if level[row["component_id"]] < deep:
                level[row["component_id"]] = deep
                changed = True
    return level


def purchase(source, key, net):
    """Purchase units and stock units of an order for net pieces at the first vendor."""
    offer = source.offers[key][0]
    factor = source.factor(offer)
    units = max(int(offer["min_order_qty"]), -(-net.numerator // (net.denominator * factor)))
    return offer, units, Fraction(units * factor)


def net_item(source, key, gross, on_hand):
    """Yields (quantity, start, due, need, offer, units) in day numbers."""
    product = source.products[key]
    safety, projected = Fraction(product["safety_stock_level"]), Fraction(on_hand)
    for day in sorted(set(gross) | {0}):
        projected -= gross.get(day, 0)
        net = safety - projected
        if net <= 0:
            continue
        if source.is_made(key):
            offer, units, quantity, lead = None, None, net, int(product["days_to_manufacture"])
        else:
            offer, units, quantity = purchase(source, key, net)
            lead = int(offer["average_lead_time_days"])
        start = max(day - lead, 0)
        projected += quantity
        yield quantity, start, start + lead, day, offer, units


def plan(source, month):
    """Rows (item, type, quantity, start, due, need, supplier, purchase units), dates as ISO text."""
    first = date.fromisoformat(month + "-01")
    gross = defaultdict(lambda: defaultdict(Fraction))
    for row in source.month_lines(month):
        gross[row["product_id"]][(date.fromisoformat(row["due_date"]) - first).days] += int(row["order_qty"])
    held = defaultdict(int)
    for row in source.read("product_inventory"):
        held[row["product_id"]] += int(row["quantity"])
    level, rows = levels_of(source), []

    def day_text(days):
        return (first + timedelta(days=days)).isoformat()

    for key in sorted(source.products, key=lambda k: level[k]):
        for quantity, start, due, need, offer, units in net_item(source, key, gross[key], held[key]):
            rows.append((source.code(key), "make" if source.is_made(key) else "buy", quantity, day_text(start),
                         day_text(due), day_text(need), "V" + offer["vendor_id"] if offer else None, units))
            if source.is_made(key):
                for component, per in source.components(key, day_text(start)):
                    gross[component][start] += per * quantity
    return rows


def rounded(value, places=6):
    scaled = value * 10 ** places
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10 ** places)


def roll_up(source, month, costing_lot):
    """{product id: (material, machine)}: bought at the folder's unit cost; set-up hours over the costing lot."""
    rates = {r["location_id"]: Fraction(r["cost_rate_per_hour"]) for r in source.read("location")}
    own, level, costs = defaultdict(Fraction), levels_of(source), {}
    for (product, _step), (location, hours) in {
            (r["product_id"], r["operation_sequence"]): (r["location_id"], Fraction(r["actual_resource_hrs"]))
            for r in source.read("work_order_routing")}.items():
        own[product] += hours * rates[location]
    for key in sorted(source.products, key=lambda k: -level[k]):
        if not source.is_made(key):
            costs[key] = rounded(source.cost(key), 4), Fraction(0)
            continue
        lines = [(costs[c], per) for c, per in source.components(key, month + "-01")]
        costs[key] = (rounded(sum((cost[0] * per for cost, per in lines), Fraction(0))),
                      rounded(sum((cost[1] * per for cost, per in lines), own[key] / costing_lot(key))))
    return costs
