#!/usr/bin/env python3
# ops/test: release
"""`millrace plan --against`: the differences of two random plans, applied to the older plan in their order, give the newer.

usage: plan_difference.py [FIRST_SEED [COUNT]]       a failing seed is printed
"""
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prop_plan import MILLRACE, Maker, write

KEY = ("item", "segment", "need", "ordinal")
FIELDS = ("qty", "start_qty", "start", "due", "supplier")


def plan(folder, out, *words):
    done = subprocess.run([MILLRACE, "plan", "--from", folder, "--out", out, "--only", "planned_orders", *words],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def orders(folder):
    """Planned orders by key; the ordinal counts those of one item, segment and need."""
    found = {}
    for row in rows(os.path.join(folder, "planned_orders.csv")):
        n = 1
        while (row["item"], row["segment"], row["need"], str(n)) in found:
            n += 1
        found[row["item"], row["segment"], row["need"], str(n)] = tuple(row[f] for f in FIELDS)
    return found


def applied(have, changes):
    phases = ["remove", "change", "insert"]
    last = (0, ())
    for row in changes:
        key = tuple(row[k] for k in KEY)
        new, old = tuple(row[f] for f in FIELDS), tuple(row["old_" + f] for f in FIELDS)
        order = (phases.index(row["change"]), (row["item"], row["segment"], int(row["need"]), int(row["ordinal"])))
        assert order > last, "not in order: %s" % (key,)
        last = order
        if row["change"] == "insert":
            assert key not in have, "inserted twice: %s" % (key,)
        else:
            assert have.pop(key, None) == old, "was not so: %s" % (key,)
        if row["change"] != "remove":
            have[key] = new
    return have


def disturbed(files, r):
    """Some facts moved on: demands, stock, lead times, an item more and a supplier less."""
    for row in files["demand.csv"]:
        if r.random() < .2:
            row["due"] = max(0, row["due"] + r.randint(-3, 3))
    for name in ("demand.csv", "stock.csv", "supply.csv", "suppliers.csv"):
        files[name] = [row for row in files[name] if r.random() > .1]
    for row in files["items.csv"]:
        if r.random() < .1 and row.get("lead_time_days") not in (None, ""):
            row["lead_time_days"] = r.randint(0, 6)
    files["items.csv"].insert(0, {"item": "A-NEW", "type": "buy", "lead_time_days": 1, "decimals": 0})
    files["demand.csv"].append({"item": "A-NEW", "due": 9, "qty": 5, "kind": "order", "reference": "SO-NEW", "segment": ""})
    return files


def check(seed, folder):
    a, b = os.path.join(folder, "a"), os.path.join(folder, "b")
    write(a, Maker(seed).make())
    write(b, disturbed(Maker(seed).make(), random.Random(seed)))
    plan(a, a + "/out")
    plan(b, b + "/out", "--against", a)
    changes = rows(b + "/out/differences.csv")
    have = applied(orders(a + "/out"), changes)
    want = orders(b + "/out")
    assert have == want, "applied: %s" % sorted(set(have.items()) ^ set(want.items()))[:3]
    plan(b, b + "/same", "--against", b)
    assert rows(b + "/same/differences.csv") == [], "a plan differs from itself"
    return len(changes)


def main():
    numbers = [int(a) for a in sys.argv[1:]]
    first, count = (numbers + [1])[0] if numbers else 1, numbers[1] if len(numbers) > 1 else 40
    failed = total = 0
    for seed in range(first, first + count):
        folder = tempfile.mkdtemp()
        try:
            total += check(seed, folder)
        except AssertionError as problem:
            failed += 1
            print("seed %d: %s" % (seed, problem))
        shutil.rmtree(folder)
    if total == 0:
        print("no plan changed at all")
        failed += 1
    print("%d changes" % total)
    print("property/plan_difference: %d passed, %d failed" % (count - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
