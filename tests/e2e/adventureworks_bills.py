#!/usr/bin/env python3
# ops/test: alone
"""AdventureWorks' bills on the offline commands, against its 72,591 work orders and against plain arithmetic.

Every (start date, product) group of the orders is exploded one level by the program, through the bill of that day.  What
a product's group holds beyond what the parents started that day need of it is its independent rest, which is never
negative; and the rests of a day, exploded through all levels, give every group again.
"""
import csv
import os
import subprocess
from collections import defaultdict
from fractions import Fraction

from harness import SHARED, Skip, Suite, equal
import reference
from convert import Source, Writer

DATA = os.path.join(SHARED, "data", "adventureworks")
DATES = ("2010-06-15", "2011-07-01", "2014-03-01")
suite = Suite("adventureworks_bills", stack=False)
state = {}


def prepare(t):
    if not os.path.isdir(DATA):
        raise Skip("the real data is missing: no folder %s" % DATA)
    if "source" not in state:
        state["source"] = Source(DATA)
        state["folder"] = os.path.join(t.folder, "bills")
        Writer(state["source"], state["folder"], "AW", "2014-03").write()
    return state["source"], state["folder"]


def program(*words):
    path = os.path.join(os.environ.get("MILLRACE_BUILD") or os.path.join(os.path.dirname(__file__), "..", "..", "build"),
                        "bin", "millrace")
    done = subprocess.run([path, *words], text=True, capture_output=True, check=False)
    equal((done.returncode, done.stderr), (0, ""), "millrace %s" % " ".join(words))
    return list(csv.DictReader(done.stdout.splitlines()))


def explode_all(t, folder, orders, *words):
    """Needs of many orders [(item, quantity, day)]: a list of {component: exact} beside them."""
    path = os.path.join(t.folder, "orders.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("item", "qty", "date"), *orders])
    needs = [{} for _ in orders]
    for row in program("explode", "--from", folder, "--list", path, *words):
        needs[int(row["order"]) - 2][row["component"]] = Fraction(row["exact"])
    return needs


@suite.test("every group of work orders is what its parents of the day need and a rest that is never negative")
def _(t):
    source, folder = prepare(t)
    groups = defaultdict(int)
    orders = source.orders()
    for row in orders:
        groups[row["start_date"][:10], source.code(row["product_id"])] += int(row["order_qty"])
    equal((len(orders), len(groups)), (72591, 71482), "orders and groups")
    listed = sorted(groups)
    dependent = defaultdict(Fraction)
    needs = explode_all(t, folder, [(item, groups[day, item], day) for day, item in listed], "--levels", "1")
    for (day, _item), components in zip(listed, needs):
        for component, need in components.items():
            dependent[day, component] += need
    rest = {key: groups[key] - dependent.get(key, 0) for key in listed}
    below = [(key, value) for key, value in rest.items() if value < 0]
    equal(below[:3], [], "groups below what their parents need (%d)" % len(below))

    tops = [(item, value, day) for (day, item), value in rest.items() if value > 0]
    again = defaultdict(Fraction)
    for (item, quantity, day), components in zip(tops, explode_all(t, folder, tops)):
        again[day, item] += quantity
        for component, need in components.items():
            again[day, component] += need
    made = {source.code(key) for key in source.products if source.is_made(key)}
    wrong = [key for key in listed if again[key] != groups[key]]
    equal(wrong[:3], [], "groups that the rests do not give again (%d)" % len(wrong))
    print("        %d groups, %d with a rest, %d products made" % (len(listed), len(tops), len(made)))


@suite.test("every finished good at three dates, all levels")
def _(t):
    source, folder = prepare(t)
    goods = sorted(k for k, p in source.products.items() if p["finished_goods_flag"] == "1" and source.is_made(k))
    orders = [(source.code(key), 7, day) for key in goods for day in DATES]
    got = explode_all(t, folder, orders)

    def walk(key, quantity, day, sums):
        for component, per in source.components(key, day):
            sums[source.code(component)] += per * quantity
            walk(component, per * quantity, day, sums)

    rows = 0
    for (item, quantity, day), needs, key in zip(orders, got, [k for k in goods for _ in DATES]):
        sums = defaultdict(Fraction)
        walk(key, Fraction(quantity), day, sums)
        equal(needs, dict(sums), "explosion of %s on %s" % (item, day))
        rows += len(sums)
    assert rows > 1000, rows
    print("        %d finished goods, %d components" % (len(goods), rows))


@suite.test("low-level codes are 0 to 4, and a pair that stands twice counts once a day")
def _(t):
    source, folder = prepare(t)
    level = reference.levels_of(source)
    equal((min(level.values()), max(level.values())), (0, 4), "levels by hand")
    seen = {}
    tops = [k for k in source.products if level[k] == 0 and source.components(k, DATES[2])]
    for key in tops[:40]:
        for row in program("explode", "--from", folder, "--item", source.code(key), "--qty", "1", "--summary"):
            seen[row["item"]] = int(row["low_level_code"])
    for key in source.products:
        if source.code(key) in seen:
            equal(seen[source.code(key)], level[key], "low-level code of %s" % source.code(key))
    pairs = defaultdict(list)
    for row in source.bill:
        pairs[row["product_assembly_id"], row["component_id"]].append(row)
    repeated = {pair: rows for pair, rows in pairs.items() if len(rows) > 1}
    anywhere = {(r["product_assembly_id"], r["component_id"]) for r in source.bill_rows}
    equal(len(source.bill_rows) - len(anywhere), 195, "repeated pairs, those of the markers without a parent too")
    equal(len(repeated), 189, "repeated pairs with a parent")
    extra = sum(len(rows) - 1 for rows in repeated.values())
    orders, wanted = [], []
    for (parent, component), rows in repeated.items():
        for row in rows:
            orders.append((source.code(parent), 1, row["start_date"]))
            wanted.append((source.code(component), Fraction(row["per_assembly_qty"])))
    for order, (component, per), needs in zip(orders, wanted, explode_all(t, folder, orders, "--levels", "1")):
        equal(needs.get(component), per, "%s in %s on %s" % (component, order[0], order[2]))
    print("        %d pairs stand there again, %d of them rows too many" % (len(repeated), extra))


if __name__ == "__main__":
    suite.main()
