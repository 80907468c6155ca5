#!/usr/bin/env python3
"""Costs: the roll-up of a million items, 3.2 million lines and two million operations in memory (bench_cost_engine).

The plant is that of generate_plant.py 1000000 3 with two or three operations an item on 50 work centres of every basis of overhead
(skipped loudly without ../shared, or with MILLRACE_BENCH_SMALL set).
"""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
GENERATOR = ROOT.parent / "shared" / "bench" / "generate_plant.py"


def add_routings(folder):
    dice = random.Random(3)
    with open(os.path.join(folder, "items.csv"), encoding="ascii") as rows:
        made = [row.split(",")[0] for row in rows if ",make," in row]
    with open(os.path.join(folder, "work_centers.csv"), "w", encoding="ascii") as out:
        out.write("work_center,labor_rate,machine_rate,overhead_rate,overhead_basis,efficiency_pct\n")
        for n in range(50):
            out.write("W%02d,%d.5,%d,%d,%s,%s\n" % (n, 30 + n, 10 + n, 5 + n % 20, ("hour", "labor", "material", "unit")[n % 4],
                                                    ("100", "90", "85", "110")[n // 4 % 4]))
    with open(os.path.join(folder, "routing.csv"), "w", encoding="ascii") as out:
        out.write("item,operation,work_center,setup,run,time_unit\n")
        for number, item in enumerate(made):
            out.writelines("%s,%d,W%02d,%s,0.%d,%s\n" % (item, 10 * step, dice.randrange(50), dice.choice(("0", "0.5", "15")),
                                                         dice.randrange(1, 99), dice.choice(("h", "min")))
                           for step in range(1, 3 + number % 2))


def main():
    if not GENERATOR.exists() or os.environ.get("MILLRACE_BENCH_SMALL"):
        print("SKIPPED the plant of a million items: no %s, or MILLRACE_BENCH_SMALL is set" % GENERATOR)
        return
    work = tempfile.mkdtemp(prefix="millrace-bench-cost-")
    try:
        folder = os.path.join(work, "plant")
        subprocess.run([sys.executable, str(GENERATOR), "1000000", "3", folder], check=True, stdout=subprocess.DEVNULL)
        add_routings(folder)
        subprocess.run([str(BUILD / "bin" / "bench_cost_engine"), folder], check=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
