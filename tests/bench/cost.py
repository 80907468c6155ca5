#!/usr/bin/env python3
"""Costs, in parts (MILLRACE_COST_PARTS="engine late" chooses some):

engine    the roll-up of a million items, 3.2 million lines and two million operations in memory (bench_cost_engine)
database  the same with reading it from PostgreSQL and writing back what differs (cost_database.py)
reports   an order's cost, and the stock's value, in a ledger of ten million lines (cost_reports.py)
close     10,000 orders closed, and their variances split (cost_close.py)
late      an invoice on a lot that went into 1,000 orders on five levels (cost_late.py)

The million items and the ten million lines take minutes to make: they are kept in var/bench/cost, and the next run begins with
them; MILLRACE_COST_FILL=1 only makes them, and measures nothing.  The plant is that of generate_plant.py 1000000 3 with two or three operations an
item on 50 work centres of every basis of overhead: without ../shared, or with MILLRACE_BENCH_SMALL set, engine and database are
skipped loudly.
"""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import cost_close
import cost_database
import cost_late
import cost_reports
from cost_stack import BUILD, KEPT, ROOT, stack

PARTS = ("engine", "database", "reports", "close", "late")
GENERATOR = ROOT.parent / "shared" / "bench" / "generate_plant.py"


def add_routings(folder):
    dice = random.Random(3)
    with open(folder / "items.csv", encoding="ascii") as rows:
        made = [row.split(",")[0] for row in rows if ",make," in row]
    with open(folder / "work_centers.csv", "w", encoding="ascii") as out:
        out.write("work_center,labor_rate,machine_rate,overhead_rate,overhead_basis,efficiency_pct\n")
        for n in range(50):
            out.write("W%02d,%d.5,%d,%d,%s,%s\n" % (n, 30 + n, 10 + n, 5 + n % 20, ("hour", "labor", "material", "unit")[n % 4],
                                                    ("100", "90", "85", "110")[n // 4 % 4]))
    with open(folder / "routing.csv", "w", encoding="ascii") as out:
        out.write("item,operation,work_center,setup,run,time_unit\n")
        for number, item in enumerate(made):
            out.writelines("%s,%d,W%02d,%s,0.%d,%s\n" % (item, 10 * step, dice.randrange(50), dice.choice(("0", "0.5", "15")),
                                                         dice.randrange(1, 99), dice.choice(("h", "min")))
                           for step in range(1, 3 + number % 2))


class Folder:
    """The folder of the million items, made when it is first asked for."""

    def __init__(self):
        self.work, self.made = tempfile.mkdtemp(prefix="millrace-bench-cost-"), False

    def __call__(self):
        folder = pathlib.Path(self.work, "plant")
        if not self.made:
            subprocess.run([sys.executable, str(GENERATOR), "1000000", "3", str(folder)], check=True, stdout=subprocess.DEVNULL)
            add_routings(folder)
        self.made = True
        return str(folder)

    def remove(self):
        shutil.rmtree(self.work, ignore_errors=True)


def chosen():
    parts = os.environ.get("MILLRACE_COST_PARTS", " ".join(PARTS)).split()
    unknown = set(parts) - set(PARTS)
    if unknown:
        sys.exit("cost: part \"%s\" does not exist; there are: %s" % (unknown.pop(), " ".join(PARTS)))
    if not GENERATOR.exists() or os.environ.get("MILLRACE_BENCH_SMALL"):
        print("SKIPPED the plant of a million items: no %s, or MILLRACE_BENCH_SMALL is set" % GENERATOR)
        parts = [part for part in parts if part not in ("engine", "database")]
    return parts


def fill(folder, parts):
    with stack(KEPT):
        if "database" in parts:
            cost_database.fill(folder)
        if "reports" in parts:
            cost_reports.fill()


def main():
    folder = Folder()
    runs = {"engine": lambda: subprocess.run([str(BUILD / "bin" / "bench_cost_engine"), folder()], check=True),
            "database": lambda: cost_database.run(folder), "reports": cost_reports.run, "close": cost_close.run,
            "late": cost_late.run}
    parts = chosen()
    try:
        if os.environ.get("MILLRACE_COST_FILL") == "1":
            fill(folder, parts)
            return
        for part in parts:
            print("-- %s" % part, flush=True)
            runs[part]()
    finally:
        folder.remove()


main()
