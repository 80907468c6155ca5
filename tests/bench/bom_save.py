#!/usr/bin/env python3
"""Saving bills on the plant of a million items: one line with its checks, and one component for another in 100,000 bills.

The plant is that of generate_plant.py 1000000 3 (without ../shared, or with MILLRACE_BENCH_SMALL: a small one made here), put
into its tables by SQL: this is about saving, not about importing.  Planning is stopped meanwhile.

A save is measured at the service over ZeroMQ (bench_bom_line), in turns with the bare INSERT of such a line and its COMMIT
by the same program, and once more through the gateway, HTTPS kept alive, as a client sees it.  Beside the replacement a reader (Explode), a poster
(PostAdjustment) and another saver are at work, in processes of their own; their times are shown with and without.
"""
import configparser
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
VAR = pathlib.Path(os.environ["MILLRACE_VAR"])
BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
PORT = int(os.environ["MILLRACE_PORT"])
GENERATOR = ROOT.parent / "shared" / "bench" / "generate_plant.py"
PLANT = "BENCH"
KEPT = "bom_save.made"  # with MILLRACE_BENCH_KEEP: the plant stays, and is used again
RUN = uuid.uuid4().hex[:8]  # tells the lines and the change of this run from those of others on a plant that is kept
LARGE = GENERATOR.exists() and not os.environ.get("MILLRACE_BENCH_SMALL")
ITEMS, BILLS, SAVES = (1000000, 100000, 2000) if LARGE else (2000, 500, 300)
HTTPS_SAVES = 500
BESIDE_S = 6
LOAD_MAX_S = 120


def metric(name, value, unit, **more):
    row = {"bench": "bom_save", "metric": name, "value": value, "unit": unit, "baseline": None, "ratio": None, "target": None,
           "ok": None, **more}
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def ops(command, *words, **more):
    done = subprocess.run([str(ROOT / "ops" / command), *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **more)
    if done.returncode:
        sys.exit("bom_save: ops/%s: %s" % (command, done.stdout[-2000:]))
    return done.stdout


def percentile(times, share):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * share))]


def code(number):
    return "I%07d" % number


class Client:
    def __init__(self):
        self.context = ssl.create_default_context(cafile=str(VAR / "tls" / "ca.pem"))
        self.connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=self.context, timeout=300)
        self.headers = {"Authorization": "Bearer " + (VAR / "cli.token").read_text().strip(),
                        "Content-Type": "application/json", "X-Timeout-Ms": "110000"}

    def call(self, method, key=True, **body):
        """(status, answer)"""
        headers = dict(self.headers, **({"Idempotency-Key": str(uuid.uuid4())} if key else {}))
        self.connection.request("POST", "/v1/%s/%s" % (PLANT, method), json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def must(self, method, key=True, **body):
        status, answer = self.call(method, key, **body)
        if status != 200:
            sys.exit("bom_save: %s: %s" % (method, answer))
        return answer


# ---- the plant ----

SCRIPT = """
SET session_replication_role = replica;
CREATE TEMP TABLE raw_item (item text, type text, lead_time_days integer, unit_cost numeric, safety_stock numeric);
CREATE TEMP TABLE raw_bom (parent text, component text, qty numeric);
\\copy raw_item FROM '%(folder)s/items.csv' CSV HEADER
\\copy raw_bom FROM '%(folder)s/bom.csv' CSV HEADER
INSERT INTO item (plant_id, item, type, uom, decimals, lead_time_days, unit_cost, safety_stock)
 SELECT '%(plant)s', item, type, 'EA', 0, lead_time_days, unit_cost, safety_stock FROM raw_item ON CONFLICT DO NOTHING;
INSERT INTO item (plant_id, item, type, uom, decimals) VALUES ('%(plant)s', 'SCREW-A', 'buy', 'EA', 0),
 ('%(plant)s', 'SCREW-B', 'buy', 'EA', 0);
INSERT INTO stock_item (plant_id, item, last_cost) SELECT plant_id, item, 1 FROM item WHERE plant_id = '%(plant)s'
 ON CONFLICT DO NOTHING;
INSERT INTO bom (plant_id, row_no, parent, component, qty)
 SELECT '%(plant)s', row_number() OVER (), parent, component, qty FROM raw_bom;
INSERT INTO bom (plant_id, row_no, parent, component, qty, position)
 SELECT '%(plant)s', %(rows)d + row_number() OVER (ORDER BY parent), parent, 'SCREW-A', 4, '90'
 FROM (SELECT DISTINCT parent FROM raw_bom ORDER BY parent LIMIT %(bills)d) AS p;
RESET session_replication_role;
VACUUM ANALYZE item; VACUUM ANALYZE bom; VACUUM ANALYZE stock_item;
CHECKPOINT;
"""


def small_folder(folder):
    os.makedirs(folder)
    dice = random.Random(1)
    with open(os.path.join(folder, "items.csv"), "w", encoding="ascii") as out:
        out.write("item,type,lead_time_days,unit_cost,safety_stock\n")
        out.writelines("%s,make,1,1,0\n" % code(n) for n in range(1, ITEMS + 1))
    with open(os.path.join(folder, "bom.csv"), "w", encoding="ascii") as out:
        out.write("parent,component,qty\n")
        for n in range(1, ITEMS // 2):
            out.writelines("%s,%s,1\n" % (code(n), code(c)) for c in dice.sample(range(ITEMS // 2 + 1, ITEMS + 1), 3))


def make_plant(work):
    folder = os.path.join(work, "plant")
    if LARGE:
        subprocess.run([sys.executable, str(GENERATOR), str(ITEMS), "3", folder], check=True, stdout=subprocess.DEVNULL)
    else:
        print("SKIPPED the plant of a million items: no %s, or MILLRACE_BENCH_SMALL is set" % GENERATOR)
        small_folder(folder)
    head = os.path.join(work, "head")
    os.makedirs(head)
    pathlib.Path(head, "plant.csv").write_text("key,value\nplant,%s\nplan_start,2026-01-05\n" % PLANT)
    pathlib.Path(head, "items.csv").write_text("item,type,uom,decimals\nPOSTED,buy,EA,0\n")
    subprocess.run([str(BUILD / "bin" / "millrace"), "import", head, "--plant", PLANT, "--config", str(VAR / "millrace.ini")],
                   check=True, capture_output=True, text=True)
    ops("service", "stop", "mrp")  # it would plan the million items beside
    ops("service", "stop", "bom")
    with open(os.path.join(folder, "bom.csv"), encoding="ascii") as rows:
        count = sum(1 for _ in rows)
    ops("sql", input=SCRIPT % {"folder": folder, "plant": PLANT, "rows": count, "bills": BILLS})
    ops("service", "start", "bom")


# ---- one line ----

def saves(client, draw, first, count):
    """Seconds of each save of a new line."""
    times, refusals = [], 0
    for turn in range(first, first + count):
        parent, component = draw(turn)
        body = {"edits": [{"file": "bom.csv", "cells": [
            {"column": "parent", "value": parent}, {"column": "component", "value": component}, {"column": "qty", "value": "2"},
            {"column": "position", "value": "h%d-%s" % (turn, RUN)}]}]}
        began = time.perf_counter()
        status, answer = client.call("Bom.EditMaster", **body)
        spent = time.perf_counter() - began
        if status == 200:
            times.append(spent)
        elif answer.get("error", {}).get("code") == "BOM_CYCLE" or "already counts" in str(answer):
            refusals += 1
        else:
            sys.exit("bom_save: %s" % answer)
    return times, refusals


def bench_line(client):
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(VAR / "millrace.ini")
    done = subprocess.run([str(BUILD / "bin" / "bench_bom_line"), settings["bom"]["sql.conninfo"], settings["millrace"]["rpc.dir"],
                           settings["gateway"]["ticket.private_key"], PLANT, str(ITEMS), str(SAVES)],
                          text=True, stdout=subprocess.PIPE, check=False)
    print(done.stdout, end="")
    if done.returncode:
        sys.exit("bom_save: bench_bom_line ended with %d" % done.returncode)
    dice = random.Random(RUN)
    top = ITEMS * 8 // 10
    deep = lambda turn: (code(dice.randint(1, top)), code(dice.randint(top + 1, ITEMS)))
    saves(client, deep, 0, 20)
    times, refusals = saves(client, deep, 20, HTTPS_SAVES)
    p50, p99 = (percentile(times, share) * 1000 for share in (0.5, 0.99))
    print("through HTTPS: %d saved, %d refused; p50 %.2f ms, p99 %.2f ms" % (len(times), refusals, p50, p99))
    metric("one line saved (a bought part), HTTPS, p50", round(p50, 2), "ms")
    metric("the same, p99", round(p99, 2), "ms")
    ops("sql", "-c", "DELETE FROM bom WHERE plant_id = '%s' AND row_no < 0" % PLANT)


def bench_item(client):
    """New items, each read and given a line at once: patched into memory, a load takes seconds."""
    times = []
    for turn in range(20):
        item = "N%s" % uuid.uuid4().hex[:8].upper()
        client.must("Bom.EditMaster", edits=[{"file": "items.csv", "cells": [
            {"column": c, "value": v} for c, v in (("item", item), ("type", "buy"), ("uom", "EA"))]}])
        began = time.perf_counter()
        client.must("Bom.GetItem", key=False, item=item)
        times.append(time.perf_counter() - began)
    longest = max(times) * 1000
    metric("a new item: the first read after it, longest of 20", round(longest, 1), "ms", target="<= 500, no load", ok=longest <= 500)


# ---- 100,000 bills ----

def work_beside(kind, start, stop, out):
    """Calls until `stop`; puts (began, seconds, status) of each."""
    client, dice, calls = Client(), random.Random(hash(kind) & 0xFFFF), []
    start.wait()
    while not stop.is_set():
        began = time.monotonic()
        if kind == "reader":
            status, _ = client.call("Bom.Explode", key=False, item=code(dice.randint(1, ITEMS // 10)), quantity="1", summarised=True)
        elif kind == "poster":
            status, _ = client.call("Inventory.PostAdjustment", reason="found", lines=[
                {"item": "POSTED", "quantity": "1", "location": "MAIN", "unit_cost": "1"}])
        else:
            status, _ = client.call("Bom.EditMaster", edits=[{"file": "bom.csv", "cells": [
                {"column": c, "value": v} for c, v in (("parent", code(dice.randint(1, ITEMS // 10))), ("component", "POSTED"),
                                                       ("qty", "1"), ("position", uuid.uuid4().hex[:8]))]}])
            time.sleep(0.05)
        calls.append((began, time.monotonic() - began, status))
    out.put((kind, calls))


def beside(action):
    """{kind: calls} of the three while action() runs, and what it gave."""
    context = multiprocessing.get_context("fork")
    start, stop, out = context.Event(), context.Event(), context.Queue()
    workers = [context.Process(target=work_beside, args=(kind, start, stop, out)) for kind in ("reader", "poster", "saver")]
    [worker.start() for worker in workers]
    start.set()
    time.sleep(0.3)
    result = action()
    stop.set()
    calls = dict(out.get() for _ in workers)
    [worker.join() for worker in workers]
    return calls, result


def tell_beside(quiet, busy, action):
    for kind in ("reader", "poster"):
        without, during = ([spent for _, spent, _ in calls[kind]] for calls in (quiet, busy))
        bad = [status for _, _, status in busy[kind] if status != 200]
        low, high = (percentile(times, 0.99) * 1000 for times in (without, during))
        metric("%s while %s, p99" % (kind, action), round(high, 2), "ms", baseline=round(low, 2), ratio=round(high / low, 2))
        metric("%s while %s, longest" % (kind, action), round(max(during) * 1000, 2), "ms", baseline=round(max(without) * 1000, 2),
               target="answered, never blocked (< 1 s)", ok=not bad and max(during) < 1)
    statuses = sorted({status for _, _, status in busy["saver"]})
    metric("saver while %s: longest wait" % action, round(max(spent for _, spent, _ in busy["saver"]), 2), "s",
           target="waits or is refused as busy", ok=set(statuses) <= {200, 503})


def bench_mass(client):
    quiet, _ = beside(lambda: time.sleep(BESIDE_S))
    seconds = {}

    def timed(method, **body):
        began = time.monotonic()
        answer = client.must(method, **body)
        seconds[method] = time.monotonic() - began
        return answer

    busy, done = beside(lambda: timed("Bom.RunMassChange", change="MC-" + RUN, component="SCREW-A", new_component="SCREW-B"))
    if int(done["bills"]) != BILLS:
        sys.exit("bom_save: %s bills" % done["bills"])
    metric("a component replaced in %d bills" % BILLS, round(seconds["Bom.RunMassChange"], 2), "s", target="<= 10",
           ok=seconds["Bom.RunMassChange"] <= 10)
    tell_beside(quiet, busy, "it is replaced")
    first = client.must("Bom.Explode", key=False, item=code(1), quantity="1", summarised=True)
    if "SCREW-A" in str(first) or "SCREW-B" not in str(first):
        sys.exit("bom_save: the bill of %s does not follow: %s" % (code(1), first))
    busy, _ = beside(lambda: timed("Bom.UndoMassChange", change="MC-" + RUN))
    metric("the same undone", round(seconds["Bom.UndoMassChange"], 2), "s", target="<= 10", ok=seconds["Bom.UndoMassChange"] <= 10)
    tell_beside(quiet, busy, "it is undone")


def main():
    work = tempfile.mkdtemp(prefix="millrace-bench-save-")
    os.chmod(work, 0o755)
    try:
        if not os.environ.get("MILLRACE_BENCH_KEEP"):
            ops("down", "--purge")
            (VAR / KEPT).unlink(missing_ok=True)
        ops("up")  # also where the plant is kept: ops/bench gives each run a port of its own
        if not (VAR / KEPT).exists():
            make_plant(work)
            (VAR / KEPT).touch()
        ops("service", "stop", "mrp")
        client = Client()
        began = time.monotonic()
        while client.call("Bom.GetItem", key=False, item="POSTED")[0] != 200:
            if time.monotonic() - began > LOAD_MAX_S:
                sys.exit("bom_save: the plant is not loaded within %d s" % LOAD_MAX_S)
        print("plant loaded in %.1f s" % (time.monotonic() - began))
        bench_line(client)
        bench_item(client)
        bench_mass(client)
    finally:
        if not os.environ.get("MILLRACE_BENCH_KEEP"):
            ops("down", "--purge")
        shutil.rmtree(work, ignore_errors=True)


main()
