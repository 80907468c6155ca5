#!/usr/bin/env python3
"""AdventureWorks' work orders, all 72,591, through the gateway: they come in with the plant as firm orders, the opening
stock that the data lacks is posted; then, day by day, what begins is released and issued, fifty orders a document,
and what ends is received with its scrap.

The totals of the ledger must equal those of the tables, every audit query must be empty; the time is stated.
MILLRACE_REPLAY_ORDERS=N takes the first N orders only.
"""

import ctypes
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALL = 72591
ORDERS = int(os.environ.get("MILLRACE_REPLAY_ORDERS", ALL))
os.environ["E2E_AW_ORDERS"], os.environ["E2E_AW_FIRST"] = str(ORDERS), "0"
sys.path[:0] = [str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "adventureworks")]
import adventureworks as story  # noqa: E402  (reads its settings when it is imported)
from convert import Writer  # noqa: E402
from api import import_files, key_of, read_folder  # noqa: E402
from harness import Stack, equal  # noqa: E402

PROCESSES, THREADS = 2, 48  # of clients
ORDERS_A_DOCUMENT = 50
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


def import_all():
    """The plant with the orders as firm ones."""
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(story.source(), folder, story.PLANT, story.MONTH)
        writer.write()
        writer.table("supply.csv", "item,due,qty,kind,start,reference,firm", [
            (body["item"], body["due_on"], body["quantity"], "planned", body["start_on"], body["work_order"], "true")
            for body in (story.steps_of(order)[1][0][1] for order in story.chosen())])
        reply = import_files(story.client(), read_folder(folder), story.PLANT + "/import")
    equal(reply.get("errors", []), [], "errors")


def tasks():
    """Day by day: releases, issues of what was released, receipts of what ended.  A task has the places of those that it
    waits for."""
    begun, ended, work, issue = {}, {}, [], {}
    for order in story.chosen():
        number, (_, release, issued, receipt, _) = story.steps_of(order)
        begun.setdefault(issued[1]["effective_on"], []).append((number, release))
        ended.setdefault(receipt[1]["effective_on"], []).append((number, receipt))
    for day in sorted({*begun, *ended}):
        orders = begun.get(day, [])
        first = len(work)
        work += [(method, body, ()) for _, (method, body) in orders]
        for at in range(0, len(orders), ORDERS_A_DOCUMENT):
            numbers = [number for number, _ in orders[at:at + ORDERS_A_DOCUMENT]]
            issue.update({number: len(work) for number in numbers})
            work.append(("Production.PostIssues", {"effective_on": day, "orders": [{"work_order": n} for n in numbers]},
                         range(first + at, first + at + len(numbers))))
        work += [(method, body, (issue[number],)) for number, (method, body) in ended.get(day, [])]
    return work


class Crowd:
    """Clients that take tasks in their order; a task waits for those it names."""

    def __init__(self, work):
        self.work = work
        self.next = multiprocessing.Value(ctypes.c_long, 0)
        self.done = multiprocessing.RawArray(ctypes.c_byte, len(work))
        self.failed = multiprocessing.Value(ctypes.c_long, 0)

    def take(self):
        with self.next.get_lock():
            self.next.value += 1
            return self.next.value - 1

    def serve(self):
        own, at = story.suite.stack.client(story.PLANT), self.take()
        while at < len(self.work) and not self.failed.value:
            method, body, after = self.work[at]
            while not all(self.done[place] for place in after) and not self.failed.value:
                time.sleep(0.01)
            status, answer = own.raw(method, body, key_of("%s/%d" % (story.PLANT, at)))
            if status != 200:
                self.failed.value = 1
                print("replay: %s %s: %s %s" % (method, str(body)[:200], status, answer[:300]), flush=True)
            self.done[at] = 1
            at = self.take()
        own.close()

    def process(self):
        threads = [threading.Thread(target=self.serve) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def run(self):
        """Seconds; None when a posting was refused."""
        begun = time.monotonic()
        processes = [multiprocessing.get_context("fork").Process(target=self.process) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        return None if self.failed.value or not all(self.done) else time.monotonic() - begun


def run_story():
    """(seconds, requests); None when a step failed."""
    suite = story.suite
    suite.stack = Stack()
    begun = time.monotonic()
    import_all()
    metric("imported in", round(time.monotonic() - begun, 1), "s")
    run = dict(suite.tests)
    for title, function in run.items():
        if title.startswith("posts the missing opening stock"):
            suite.run(title, function)
    work = tasks()
    ops("service", "stop", "mrp")  # it would plan 72,591 orders of years ago anew, all the while
    seconds = None if suite.failed else Crowd(work).run()
    if seconds is None:
        return None
    for title, function in run.items():
        if title.startswith("each item's ledger sum"):
            suite.run(title, function)
    return None if suite.failed else (seconds, len(work))


def main():
    if not os.path.isdir(story.DATA):
        print("replay: SKIPPED, the real data is missing: no folder %s" % story.DATA)
        return 0
    ops("down", "--purge")
    ops("up")
    try:
        ran = run_story()
        if ran is None:
            return 1
        seconds, requests = ran
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
        metric("requests", round(requests / seconds), "1/s")
        metric("ledger lines", int(lines), "")
        return 0 if good else 1
    finally:
        ops("down", "--purge")


sys.exit(main())
