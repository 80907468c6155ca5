#!/usr/bin/env python3
"""A ledger of ten million lines, and what is asked of it through the gateway: the balance of an item as of a line and as
of a day, the trace of a lot through ten levels and 20,000 links both ways, and the reconciliation of all balances.

The ledger is made by set SQL (ledger.sql) in a Millrace of its own, var/bench/ledger, which is kept: the next run begins
where this one ended.  MILLRACE_LEDGER_LINES=N makes another size; ops/down --purge with that MILLRACE_VAR throws it away.
MILLRACE_LEDGER_FILL=1 only makes it, and measures nothing: the making takes longer than a machine can be kept quiet for.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLANT, LINES, WIDE = "LEDGER", int(os.environ.get("MILLRACE_LEDGER_LINES", 10_000_000)), 2000
HOME = ROOT / "var" / "bench" / "ledger"
os.environ["MILLRACE_VAR"] = str(HOME)
sys.path[:0] = [str(ROOT / "ops" / "demo")]
from api import Client, import_files  # noqa: E402  (the folder is known only now)

ITEMS = 10_000
AS_OF, TRACES = 4000, 9  # questions of a kind
OTHERS = 5               # traces, more than the service keeps (services/inventory/trace_shelf.h)
RECONCILED = ("stock_balance_is_ledger", "stock_item_is_ledger")
missed = False


def metric(name, value, unit, below=None):
    global missed
    ok = None if below is None else value < below
    missed |= ok is False
    print("%-52s %10s %-5s %s" % (name, value, unit, "" if ok is not False else "MISSED, target < %s" % below), flush=True)
    row = {"bench": "ledger", "metric": name, "value": value, "unit": unit, "target": "< %s" % below if below else None, "ok": ok}
    if "MILLRACE_BENCH_OUT" in os.environ:
        with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")


def ops(command, *words):
    done = subprocess.run([str(ROOT / "ops" / command), *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("ledger: ops/%s: %s%s" % (command, done.stdout[-2000:], done.stderr[-2000:]))
    return done.stdout


def lines_there():
    return int(ops("sql", "-At", "-c", "SELECT coalesce(max(line_seq), 0) FROM plant_seq WHERE plant_id = '%s'" % PLANT))


def fill():
    """The ledger, unless an earlier run left it; was it made?"""
    if lines_there() > 0:
        if abs(lines_there() - LINES) <= ITEMS:
            return False
        ops("down", "--purge")
        ops("up")
    begun = time.monotonic()
    items = ["item,type,uom,decimals,unit_cost,valuation,tracking"]
    items += ["I%05d,buy,EA,0,2,average," % n for n in range(ITEMS)]
    items += ["T%02d,make,EA,0,0,average,lot" % n for n in range(11)]
    files = {"plant.csv": "key,value\nplant,%s\n" % PLANT, "items.csv": "\n".join(items) + "\n"}
    import_files(Client(PLANT), {name: text.encode() for name, text in files.items()}, PLANT)
    ops("sql", "-q", "-v", "ON_ERROR_STOP=1", "-v", "lines=%d" % LINES, "-v", "wide=%d" % WIDE, "-v", "plant=" + PLANT,
        "-f", str(ROOT / "tests" / "bench" / "ledger.sql"))
    metric("made in", round(time.monotonic() - begun), "s")
    return True


def p99(times):
    return round(sorted(times)[len(times) * 99 // 100] * 1000, 2)


def as_of(client):
    chance, lines = random.Random(1), lines_there()
    for what, field, asked in (("a line", "posted_seq", lambda: chance.randint(1, lines)),
                               ("a day", "day_on", lambda: "2026-%02d-%02d" % (chance.randint(1, 8), chance.randint(1, 28)))):
        times = []
        for _ in range(AS_OF):
            body = {"item": "I%05d" % chance.randrange(ITEMS), field: asked()}
            begun = time.monotonic()
            answer = client.call("Inventory.GetBalance", **body)
            times.append(time.monotonic() - begun)
            assert answer["item"] == body["item"], answer
        metric("one item as of %s, p50" % what, round(sorted(times)[len(times) // 2] * 1000, 2), "ms")
        metric("one item as of %s, p99" % what, p99(times), "ms", 5)


def trace(client, lot, backward):
    """Milliseconds to the first page, for which all is traced, and to the last; others were asked for in between, so the
    service does not have it any more."""
    for other in range(1, 1 + OTHERS):
        client.call("Inventory.ListLotTrace", item="T05", lot="T05-%d" % other)
    begun = time.monotonic()
    body = {"item": lot[:3], "lot": lot, "backward": backward, "limit": 500}
    reply = client.call("Inventory.ListLotTrace", **body)
    first, links = time.monotonic() - begun, reply["links"]
    while "next" in reply:
        reply = client.call("Inventory.ListLotTrace", after=reply["next"], **body)
        links += reply["links"]
    seconds = time.monotonic() - begun
    assert len(links) == 10 * WIDE and max(link["level"] for link in links) == 10, len(links)
    assert len({(link["order_id"], link["item"], link["lot"], link["to_lot"]) for link in links}) == 10 * WIDE
    return round(first * 1000), round(seconds * 1000)


def traces(client):
    for way, lot, backward in (("forward", "T00-0", False), ("backward", "T10-0", True)):
        times = [trace(client, lot, backward) for _ in range(TRACES)]
        metric("20,000 links traced %s" % way, sorted(t[0] for t in times)[TRACES // 2], "ms", 200)
        metric("20,000 links %s, all 40 pages read" % way, sorted(t[1] for t in times)[TRACES // 2], "ms")


def audited(names):
    begun = time.monotonic()
    for name in names:
        found = ops("sql", "-At", "-f", str(ROOT / "sql" / "audit" / (name + ".sql")))
        if found:
            sys.exit("ledger: %s: %s" % (name, found[:500]))
    return round(time.monotonic() - begun, 1)


def main():
    ops("up")
    try:
        made = fill()
        client = Client(PLANT)
        metric("ledger lines", lines_there(), "")
        if os.environ.get("MILLRACE_LEDGER_FILL") == "1":
            return 0
        as_of(client)
        traces(client)
        metric("all balances and items reconciled with the ledger", audited(RECONCILED), "s", 20)
        if made:
            others = sorted(file.stem for file in ROOT.glob("sql/audit/*.sql") if file.stem not in RECONCILED)
            metric("the other %d audit queries" % len(others), audited(others), "s")
        return 1 if missed else 0
    finally:
        ops("down")


sys.exit(main())
