#!/usr/bin/env python3
"""AdventureWorks' work orders, all 72,591, through the gateway: the opening stock that the data lacks is posted first,
then each order is created, released, issued, received with its scrap and closed, by tests/e2e/adventureworks.py.

The totals of the ledger must equal those of the tables, every audit query must be empty; the time is stated.  MILLRACE_REPLAY_ORDERS=N takes the first N orders only.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALL = 72591
ORDERS = int(os.environ.get("MILLRACE_REPLAY_ORDERS", ALL))
os.environ["E2E_AW_ORDERS"], os.environ["E2E_AW_FIRST"] = str(ORDERS), "0"
os.environ.setdefault("E2E_AW_THREADS", "48")
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "adventureworks")]
import adventureworks as story  # noqa: E402  (reads its settings when it is imported)
from harness import Stack  # noqa: E402

STEPS = ("imports the whole master", "posts the missing opening stock", "runs %d" % ORDERS, "each item's ledger sum")
TOTALS = """SELECT count(DISTINCT order_id) FILTER (WHERE kind = 'issue'), count(DISTINCT item) FILTER (WHERE kind = 'issue'),
    coalesce(sum(counted) FILTER (WHERE kind = 'issue'), 0), coalesce(sum(counted) FILTER (WHERE kind = 'receipt'), 0),
    coalesce(sum(counted) FILTER (WHERE kind = 'scrap'), 0), count(*) FROM ledger_line WHERE plant_id = '%s'"""


def metric(name, value, unit, target=None):
    ok = None if target is None else value == target
    print("%-44s %14s %s%s" % (name, value, unit, "" if ok is not False else "   MISSED: %s" % target), flush=True)
    row = {"bench": "replay", "metric": name, "value": value, "unit": unit, "target": target, "ok": ok}
    if "MILLRACE_BENCH_OUT" in os.environ:
        with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
    return ok is not False


def ops(command, *words):
    done = subprocess.run([str(ROOT / "ops" / command), *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("replay: ops/%s: %s%s" % (command, done.stdout, done.stderr))
    return done.stdout


def computed():
    """Issued, received and scrapped of the tables, and how many components."""
    used = {}
    for order in story.chosen():
        for code, quantity in story.used_by(order).items():
            used[code] = used.get(code, 0) + quantity
    return (len(used), sum(used.values()), sum(int(o["stocked_qty"]) for o in story.chosen()),
            sum(int(o["scrapped_qty"]) for o in story.chosen()))


def run_story():
    """Seconds that the orders took; None when a step failed."""
    suite, seconds = story.suite, None
    suite.stack = Stack()
    for title, function in suite.tests:
        if title.startswith(STEPS):
            begun = time.monotonic()
            suite.run(title, function)
            seconds = time.monotonic() - begun if title.startswith("runs") else seconds
    return None if suite.failed or suite.skipped else seconds


def main():
    if not os.path.isdir(story.DATA):
        print("replay: SKIPPED, the real data is missing: no folder %s" % story.DATA)
        return 0
    ops("down", "--purge")
    ops("up")
    try:
        seconds = run_story()
        if seconds is None:
            return 1
        orders, components, issued, received, scrapped, lines = (
            float(v) for v in ops("sql", "-At", "-F", " ", "-c", TOTALS % story.PLANT).split())
        wanted = computed()
        good = metric("work orders", int(orders), "", ORDERS)
        good &= metric("components", int(components), "", wanted[0])
        good &= metric("issued", issued, "units", float(wanted[1]))
        good &= metric("received", int(received), "pieces", wanted[2])
        good &= metric("scrapped", int(scrapped), "pieces", wanted[3])
        if ORDERS == ALL:
            good &= metric("issued, as the issue says", round(issued), "units", 43873123)
            good &= metric("received, as the issue says", int(received), "pieces", 4497070)
        findings = sum(len(ops("sql", "-At", "-f", str(file)).split()) for file in sorted(ROOT.glob("sql/audit/*.sql")))
        good &= metric("findings of the audit queries", findings, "", 0)
        metric("time", round(seconds, 1), "s")
        metric("postings", round(5 * ORDERS / seconds), "1/s")
        metric("ledger lines", int(lines), "")
        return 0 if good else 1
    finally:
        ops("down", "--purge")


sys.exit(main())
