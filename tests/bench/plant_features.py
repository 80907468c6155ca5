"""A generated plant with every feature of the planner in use: for the bench, deterministic.

usage: plant_features.py PLAIN_DIR OUT_DIR

Reads what ../shared/bench/generate_plant.py wrote and gives it calendars (the plant's, work centres', suppliers'), routings
with operations, two alternatives of a tenth of the bills, revisions, substitutes in a tenth of the bills, two or three
suppliers of each bought item with priority, quota, minimum, multiple and price breaks, every lot-sizing rule and modifier,
stock in lots that expire, segments of a tenth of the demand, forecasts, open orders, safety stock, yield and scrap.
"""
import csv
import os
import sys

RULES = ["L4L", "FOQ", "EOQ", "POQ", "DOS", "MINMAX", "ROP", "LUC", "LTC", "PPB", "SM", "GROFF", "WW"]


def read(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file))


def write(folder, name, columns, rows):
    with open(os.path.join(folder, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split(","))
        writer.writerows(rows)


def lot_columns(k):
    """lot_rule, lot_qty, lot_min, lot_max, lot_multiple, lot_periods, reorder_point, stock_max, order_cost, holding_cost"""
    rule = RULES[k % len(RULES)] if k % 2 else "L4L"
    fixed = 200 if rule in ("FOQ", "ROP") else ""
    return [rule, fixed, 20 if k % 3 == 0 else "", 5000 if k % 5 == 0 else "", 10 if k % 4 == 0 else "", 5 if rule in ("POQ", "DOS") else "",
            50 if rule == "ROP" else "", 400 if rule == "MINMAX" else "", 100, "0.05"]


def items(rows):
    for k, row in enumerate(rows):
        made = row["type"] == "make"
        yield ([row["item"], row["type"], "" if made and k % 3 == 0 else row["lead_time_days"], row["unit_cost"], 5 if k % 5 == 0 else 0,
                2 if k % 11 == 0 else "", "individual" if k % 7 == 0 else "", "97.5" if made and k % 4 == 0 else "",
                7 if k % 13 == 0 else "", 14 if k % 6 == 0 else "", 5, 5] + lot_columns(k))


def bills(rows, bought):
    by_parent = {}
    for row in rows:
        by_parent.setdefault(row["parent"], []).append((row["component"], row["qty"]))
    for k, (parent, lines) in enumerate(by_parent.items()):
        have = {c for c, _ in lines}
        spare = next(b for b in (bought[(k * 7 + j) % len(bought)] for j in range(50)) if b not in have)
        for n, (component, qty) in enumerate(lines):
            scrap = "2.5" if (k + n) % 9 == 0 else ""
            alternative = "A" if k % 10 == 0 else ""
            operation = "20" if n == 1 and k % 3 == 0 else ""
            group = "S" if n == 0 and component in bought_set and k % 10 < 2 else ""
            last = "40" if n == len(lines) - 1 and k % 8 == 1 else ""
            yield [parent, component, qty, scrap, operation, alternative, 1 if alternative else "", "", last, group, 1 if group else ""]
            if group:
                yield [parent, spare, qty, "", "", alternative, 1 if alternative else "", "", "", group, 2]
            if k % 10 == 0:
                yield [parent, component, qty, "", "", "B", 2, "", "", "", ""]


def routing(rows):
    for k, row in enumerate(rows):
        if row["type"] == "make" and k % 3 == 0:
            yield [row["item"], "10", "W%02d" % (k % 40), 1, ""]
            yield [row["item"], "20", "W%02d" % (k % 37), 2, "1.5" if k % 2 else ""]


def suppliers(rows):
    for k, row in enumerate(rows):
        if row["type"] != "buy":
            continue
        price = float(row["unit_cost"])
        for s in range(2 + k % 2):
            quota = (60, 40, "")[s] if k % 4 == 0 else ""
            for start in ("", 500):
                yield [row["item"], "V%03d" % ((k * 3 + s) % 500), "%.2f" % (price * (1 + s * 0.02) * (0.9 if start else 1)), start,
                       10 if s == 0 else "", 5 if k % 3 == 0 else "", row["lead_time_days"], "C%d" % (k % 8) if k % 2 else "", s + 1 if not quota else 1, quota]


def demands(rows):
    for k, row in enumerate(rows):
        yield [row["item"], row["due"], row["qty"], "order", "", "D%07d" % k, k % 3 + 1, "S%d" % (k % 50) if k % 10 == 0 else ""]
        if k % 6 == 0:
            yield [row["item"], 28, 120, "forecast", 14, "F%07d" % k, "", ""]


def main():
    global bought_set
    plain, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    rows = read(plain, "items.csv")
    bought = [r["item"] for r in rows if r["type"] == "buy"]
    bought_set = set(bought)
    write(out, "plant.csv", "key,value", [("plant", "BENCH"), ("currency", "CNY"), ("plan_start", "2026-01-01"), ("horizon_days", 365),
                                          ("date_style", "number"), ("calendar", "C0")])
    write(out, "items.csv", "item,type,lead_time_days,unit_cost,safety_stock,safety_days,segment_policy,yield_pct,planning_fence_days,"
          "reschedule_days,forecast_back_days,forecast_forward_days,lot_rule,lot_qty,lot_min,lot_max,lot_multiple,lot_periods,"
          "reorder_point,stock_max,order_cost,holding_cost", items(rows))
    write(out, "bom.csv", "parent,component,qty,scrap_pct,operation,alternative,alternative_priority,revision,valid_to,substitute_group,"
          "substitute_priority", bills(read(plain, "bom.csv"), bought))
    write(out, "routing.csv", "item,operation,work_center,lead_time_days,scrap_pct", routing(rows))
    write(out, "work_centers.csv", "work_center,hours_per_day,calendar", [("W%02d" % k, 16, "C%d" % (k % 8)) for k in range(40)])
    write(out, "suppliers.csv", "item,supplier,price,price_from_qty,min_qty,multiple,lead_time_days,calendar,priority,quota_pct",
          suppliers(rows))
    write(out, "stock.csv", "item,qty,lot,expiry,segment",
          ([r["item"], r["qty"], "L%07d" % k, 30 + k % 60 if k % 5 == 0 else "", ""] for k, r in enumerate(read(plain, "stock.csv"))))
    write(out, "demand.csv", "item,due,qty,kind,days,reference,priority,segment", demands(read(plain, "demand.csv")))
    write(out, "supply.csv", "item,due,qty,kind,reference,firm",
          ([r["item"], 3 + k % 40, 100, "purchase" if r["type"] == "buy" else "planned" if k % 2 else "work_order", "O%07d" % k, k % 3 == 0 and 1 or 0]
           for k, r in enumerate(rows) if k % 12 == 0))
    write(out, "calendar.csv", "calendar,date,weekday,working",
          [("C%d" % c, "", day, 0) for c in range(8) for day in ((6, 7) if c < 4 else (7,))] +
          [("C%d" % c, "2026-02-%02d" % day, "", 0) for c in range(8) for day in range(16, 21)])


main()
