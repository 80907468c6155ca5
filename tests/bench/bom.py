#!/usr/bin/env python3
"""Bills: the engine in memory (bench_bom_engine), pages over HTTPS, and a million items loaded from PostgreSQL.

A tree of 4,681 distinct nodes, all rows as JSON over HTTPS with TLS kept alive: at most 15 ms.  The million items are
those of generate_plant.py 1000000 3 (skipped loudly without ../shared, or with MILLRACE_BENCH_SMALL set): at most
64 bytes a line, low-level codes, sums and where-used within their targets, loaded from PostgreSQL in at most twice the
time of the bare COPY.
"""
import http.client
import json
import os
import pathlib
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
VAR = pathlib.Path(os.environ["MILLRACE_VAR"])
PORT = int(os.environ["MILLRACE_PORT"])
GENERATOR = ROOT.parent / "shared" / "bench" / "generate_plant.py"
NODES, WIDTH, RUNS, LOADS = 4681, 8, 40, 3


def metric(name, value, unit, baseline=None, ratio=None, target=None, ok=None):
    row = {"bench": "bom", "metric": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
           "target": target, "ok": ok}
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def ops(command, *words):
    return subprocess.run([str(ROOT / "ops" / command), *words], check=True, capture_output=True, text=True).stdout


def import_folder(folder, plant):
    done = subprocess.run([str(BUILD / "bin" / "millrace"), "import", folder, "--plant", plant, "--config",
                           str(VAR / "millrace.ini")], capture_output=True, text=True)
    if done.returncode:
        sys.exit("bom: import: %s" % done.stderr[:500])


def tree_folder(folder):
    os.makedirs(folder)
    with open(os.path.join(folder, "plant.csv"), "w") as out:
        out.write("key,value\nplant,TREE\n")
    with open(os.path.join(folder, "items.csv"), "w") as out:
        out.write("item,type\n" + "".join("N%06d,make\n" % n for n in range(NODES)))
    with open(os.path.join(folder, "bom.csv"), "w") as out:
        out.write("parent,component,qty\n" +
                  "".join("N%06d,N%06d,1\n" % ((n - 1) // WIDTH, n) for n in range(1, NODES)))


class Client:
    def __init__(self):
        context = ssl.create_default_context(cafile=str(VAR / "tls" / "ca.pem"))
        self.connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=context)
        self.headers = {"Authorization": "Bearer " + (VAR / "cli.token").read_text().strip(),
                        "Content-Type": "application/json", "X-Timeout-Ms": "110000"}

    def call(self, plant, method, **body):
        self.connection.request("POST", "/v1/%s/%s" % (plant, method), json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            sys.exit("bom: %s: %s" % (method, content[:300]))
        return content


def all_pages(client, plant, item):
    """Seconds for all rows, the client's own parsing left out; rows, pages, bytes."""
    spent, rows, pages, size, after = 0.0, 0, 0, 0, {}
    while True:
        began = time.perf_counter()
        content = client.call(plant, "Bom.Explode", item=item, quantity="1", **after)
        spent += time.perf_counter() - began
        page = json.loads(content)
        rows, pages, size = rows + len(page["rows"]), pages + 1, size + len(content)
        if "next" not in page:
            return spent, rows, pages, size
        after = {"after": page["next"]}


def bench_pages(work):
    folder = os.path.join(work, "tree")
    tree_folder(folder)
    import_folder(folder, "TREE")
    client, times = Client(), []
    for run in range(RUNS + 3):
        spent, rows, pages, size = all_pages(client, "TREE", "N000000")
        if rows != NODES - 1:
            sys.exit("bom: %d rows" % rows)
        if run >= 3:
            times.append(spent * 1000)
    p50 = statistics.median(times)
    metric("indented explosion of 4,681 nodes, HTTPS, all rows, p50", round(p50, 2), "ms", target="<= 15", ok=p50 <= 15)
    metric("the same: pages", pages, "")
    metric("the same: JSON", round(size / 1024), "KiB")


def psql(statement):
    began = time.monotonic()
    ops("sql", "-q", "-c", statement)
    return time.monotonic() - began


def first_answer():
    """Seconds to the service's first answer, which loads the plant."""
    ops("service", "restart", "bom")
    client = Client()
    began = time.monotonic()
    client.call("BENCH", "Bom.GetItem", item="I0000001")
    return time.monotonic() - began


def bench_load(folder):
    """Bare COPY of the two tables to nowhere, beside the load: in turns, the best of each."""
    began = time.monotonic()
    import_folder(folder, "BENCH")
    metric("1 M items, 3.2 M lines, stock and demand imported", round(time.monotonic() - began), "s")
    ops("service", "stop", "mrp")  # it would plan the million items meanwhile
    ops("sql", "-q", "-c", "VACUUM (ANALYZE) item, bom")
    copies = ["COPY (SELECT * FROM %s WHERE plant_id = 'BENCH') TO '/dev/null' (FORMAT csv)" % t for t in ("item", "bom")]
    turns = [(sum(psql(c) for c in copies), first_answer()) for _ in range(LOADS)]
    bare, loaded = min(t[0] for t in turns), min(t[1] for t in turns)
    metric("1 M items, 3.2 M lines loaded from PostgreSQL", round(loaded, 2), "s", baseline=round(bare, 2),
           ratio=round(loaded / bare, 2), target="<= 2 x bare COPY", ok=loaded <= 2 * bare)


def main():
    large = GENERATOR.exists() and not os.environ.get("MILLRACE_BENCH_SMALL")
    work = tempfile.mkdtemp(prefix="millrace-bench-bom-")
    try:
        folder = os.path.join(work, "large")
        if large:
            subprocess.run([sys.executable, str(GENERATOR), "1000000", "3", folder], check=True)
        else:
            print("SKIPPED the plant of a million items: no %s, or MILLRACE_BENCH_SMALL is set" % GENERATOR)
        subprocess.run([str(BUILD / "bin" / "bench_bom_engine"), *([folder] if large else [])], check=True)
        ops("down", "--purge")
        ops("up")
        bench_pages(work)
        if large and os.environ.get("MILLRACE_BENCH_LOAD", "1") != "0":
            bench_load(folder)
    finally:
        ops("down", "--purge")
        shutil.rmtree(work, ignore_errors=True)


main()
