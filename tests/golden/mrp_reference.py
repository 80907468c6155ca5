#!/usr/bin/env python3
# ops/test: release
"""Planned orders of generated plants against ../shared/bench/reference_mrp.py, row for row, in order.

usage: mrp_reference.py [ITEMS ..]        default: 1000 10000, with MILLRACE_LONG=1 100000 as well
"""
import csv
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "..", "shared", "bench")
MILLRACE = os.path.join(os.environ.get("MILLRACE_BUILD", os.path.join(ROOT, "build")), "bin", "millrace")
COLUMNS = ["item", "type", "qty", "start", "due", "need", "past_due_days"]
SEEDS = {1000: [1, 2, 3, 4], 10000: [5, 6], 100000: [7]}


def rows(path):
    with open(path, newline="") as file:
        return [[row[c] for c in COLUMNS] for row in csv.DictReader(file)]


def compare(folder, items, seed, safety):
    """None when equal, else the first difference."""
    subprocess.run([sys.executable, os.path.join(BENCH, "generate_plant.py"), str(items), "3", folder, "--seed",
                    str(seed)] + (["--safety"] if safety else []), check=True)
    want = os.path.join(folder, "want.csv")
    with open(want, "w") as file:
        subprocess.run([sys.executable, os.path.join(BENCH, "reference_mrp.py"), folder], stdout=file, check=True)
    os.environ["LC_ALL"] = "C"
    out = os.path.join(folder, "out")
    subprocess.run([MILLRACE, "plan", "--from", folder, "--out", out, "--only", "planned_orders"], check=True)
    a, b = rows(want), rows(os.path.join(out, "planned_orders.csv"))
    if a == b:
        return None
    return next(("want %s, got %s" % pair for pair in zip(a, b) if pair[0] != pair[1]),
                "want %d rows, got %d" % (len(a), len(b)))


def main():
    if not os.path.exists(os.path.join(BENCH, "reference_mrp.py")):
        print("SKIP: %s is missing: the plan was not compared with the reference" % BENCH)
        print("0 passed, 0 failed, 1 skipped")
        return 0
    sizes = [int(a) for a in sys.argv[1:]] or [1000, 10000] + ([100000] if os.environ.get("MILLRACE_LONG") == "1" else [])
    passed = failed = 0
    for items in sizes:
        for seed in SEEDS.get(items, [1]):
            for safety in (False, True):
                with tempfile.TemporaryDirectory() as folder:
                    difference = compare(folder, items, seed, safety)
                failed, passed = failed + bool(difference), passed + (not difference)
                if difference:
                    print("%d items, seed %d, safety %s: %s" % (items, seed, safety, difference))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
