#!/usr/bin/env python3
"""Costs: the roll-up of a million items, 3.2 million lines and two million operations in memory (bench_cost_engine), and with
reading it from PostgreSQL and writing back there what differs: a version is simulated, a rate of it changed, and simulated again.

The plant is that of generate_plant.py 1000000 3 with two or three operations an item on 50 work centres of every basis of overhead
(skipped loudly without ../shared, or with MILLRACE_BENCH_SMALL set).
"""
import http.client
import json
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
BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
VAR = pathlib.Path(os.environ["MILLRACE_VAR"])
PORT = int(os.environ["MILLRACE_PORT"])
RUNS = 3
IMPORT_WAIT_S = 180
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


def metric(name, value, unit, target=None, ok=None):
    row = {"bench": "cost", "metric": name, "value": value, "unit": unit, "baseline": None, "ratio": None, "target": target, "ok": ok}
    print("%-66s %10s %s" % (name, value, unit), flush=True)
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def ops(command, *words):
    subprocess.run([str(ROOT / "ops" / command), *words], check=True, stdout=subprocess.DEVNULL)


def call(method, **body):
    """Seconds, and the answer."""
    context = ssl.create_default_context(cafile=str(VAR / "tls" / "ca.pem"))
    connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=context, timeout=120)
    began = time.monotonic()
    connection.request("POST", "/v1/BENCH/" + method, json.dumps(body), {
        "Authorization": "Bearer " + (VAR / "cli.token").read_text().strip(), "Content-Type": "application/json",
        "X-Timeout-Ms": "110000", "Idempotency-Key": str(uuid.uuid4())})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        sys.exit("cost: %s: %s" % (method, content[:300]))
    return time.monotonic() - began, json.loads(content)


def lines_there():
    said = subprocess.run([str(ROOT / "ops" / "sql"), "-At", "-c", "SELECT count(*) FROM routing WHERE plant_id = 'BENCH'"],
                          check=True, capture_output=True, text=True)
    return int(said.stdout)


def import_folder(folder):
    """On a slow machine the answer comes after the command's patience: then what matters is that it is there."""
    done = subprocess.run([str(BUILD / "bin" / "millrace"), "import", folder, "--plant", "BENCH", "--config",
                           str(VAR / "millrace.ini"), "--only", "items.csv,bom.csv,routing.csv,work_centers.csv,plant.csv"],
                          capture_output=True, text=True)
    began = time.monotonic()
    while done.returncode != 0 and lines_there() == 0:
        if time.monotonic() - began > IMPORT_WAIT_S:
            sys.exit("cost: import: %s" % done.stderr[:300])
        time.sleep(2)


def bench_database(folder):
    ops("down", "--purge")
    ops("up")
    try:
        ops("service", "stop", "mrp")  # it would plan the million items meanwhile
        import_folder(folder)
        ops("sql", "-q", "-c", "VACUUM (ANALYZE) item, bom, routing")
        rates = [{"kind": "labor_rate", "code": "W00", "value": "33"}, {"kind": "currency", "code": "USD", "value": "7"}]
        call("Cost.SaveCostVersion", cost_version="V", lines=rates[:1])
        spent, reply = call("Cost.SimulateCostVersion", cost_version="V")
        metric("roll-up of %d items from PostgreSQL, all written back" % reply["items"], round(spent, 2), "s")
        ops("sql", "-q", "-c", "VACUUM (ANALYZE) cost_version_item")
        best = []
        for turn in range(RUNS):
            call("Cost.SaveCostVersion", cost_version="V", lines=[dict(rates[0], value=str(40 + turn))])
            spent, reply = call("Cost.SimulateCostVersion", cost_version="V")
            best.append((spent, reply["changed"]))
        spent, changed = min(best)
        metric("the same again after a rate: costs that differ", changed, "")
        metric("roll-up with reading and writing back the difference", round(spent, 2), "s", target="< 8", ok=spent < 8)
    finally:
        ops("down", "--purge")


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
        bench_database(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
