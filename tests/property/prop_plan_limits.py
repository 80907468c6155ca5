#!/usr/bin/env python3
"""Random plants with some numbers at the end of their ranges: planned, or refused with a message; never anything else.

Runs under the sanitizers, so that a sum that wraps shows.   usage: prop_plan_limits.py [FIRST_SEED [COUNT]]
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prop_plan import MILLRACE, Maker, write

HUGE = ["9000000000000", "1000000000000", "999999999999", "2000000000", "2147483647", "0.000001", "100000000000", "-2147483648"]
NUMBERS = {"qty", "lead_time_days", "lead_time_per_unit_days", "safety_stock", "safety_days", "lot_qty", "lot_min", "lot_max",
           "lot_multiple", "lot_periods", "reorder_point", "stock_min", "stock_max", "yield_pct", "planning_fence_days",
           "demand_fence_days", "reschedule_days", "forecast_back_days", "forecast_forward_days", "order_cost", "holding_cost",
           "per_qty", "pieces", "scrap_pct", "lot_from", "offset_days", "min_qty", "multiple", "quota_pct", "uom_factor", "price"}


def stretched(files, seed):
    r = random.Random(seed)
    for rows in files.values():
        for row in rows:
            for column in sorted(set(row) & NUMBERS):
                if row[column] != "" and r.random() < .012:
                    row[column] = r.choice(HUGE)
    return files


def main():
    numbers = [int(a) for a in sys.argv[1:]]
    first = numbers[0] if numbers else 1
    count = numbers[1] if len(numbers) > 1 else 2000 if os.environ.get("MILLRACE_LONG") == "1" else 80
    planned = failed = 0
    for seed in range(first, first + count):
        folder = tempfile.mkdtemp()
        write(folder, stretched(Maker(seed).make(), seed))
        done = subprocess.run([MILLRACE, "plan", "--from", folder, "--out", os.path.join(folder, "out")], capture_output=True,
                              text=True, timeout=120)
        shutil.rmtree(folder)
        planned += done.returncode == 0
        if done.returncode not in (0, 1) or (done.returncode == 1 and not done.stderr):
            failed += 1
            print("seed %d: status %d: %s" % (seed, done.returncode, done.stderr[-600:]))
    if count >= 40 and not planned:
        failed += 1
        print("no plant was planned: the numbers are too wild to test anything")
    print("property/plan_limits: %d passed, %d failed" % (count - failed, failed))
    return 1 if failed else 0


sys.exit(main())
