#!/usr/bin/env python3
"""What the seal over the audit trail costs: a million lines of the ledger sealed and verified, and what of a processor the
sealing of a plant takes that posts 2,000 lines a second.  Beside it what only reading the rows costs (COPY of the table).

Needs MILLRACE_BUILD; MILLRACE_BENCH_ROWS for fewer.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MILLRACE_BUILD", ROOT / "build"))
CONNINFO = os.environ.get("MILLRACE_TEST_CONNINFO")
RELAY = str(BUILD / "bin" / "millrace-relay")
ROWS = int(os.environ.get("MILLRACE_BENCH_ROWS", "1000000"))
LINES_A_SECOND = 2000
WAIT_S = 300
TICKS = os.sysconf("SC_CLK_TCK")

FILL = f"""
INSERT INTO plant (plant_id) VALUES ('P');
INSERT INTO plant_seq (plant_id, line_seq) VALUES ('P', {ROWS});
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, order_kind, order_id,
    order_line, effective_on, posted_by)
    SELECT 'P', n, 'MI-' || n / 10, 'issue', 'ITEM-' || n % 5000, 'MAIN', -1.5, -12.34, n, n * 8, 'work_order', 'WO-' || n / 100,
    n % 10, '2026-01-01', 'operator-' || n % 30 FROM generate_series(1, {ROWS}) n;
"""


def sql(text, out=subprocess.PIPE):
    return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", text, CONNINFO], stdout=out, text=True,
                          check=True).stdout


def environment():
    return dict(os.environ, MILLRACE_SQL_CONNINFO=CONNINFO.replace("user=postgres", "user=millrace_relay"), MILLRACE_SEAL_MS="100")


def head():
    done = subprocess.run([RELAY, "--audit-head", "P"], env=environment(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def seconds_of(pids):
    """Processor time that the processes have used."""
    used = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def backends():
    return sql("SELECT pid FROM pg_stat_activity WHERE usename = 'millrace_relay'").split()


def seal(folder):
    """(seconds, processor seconds of relay and database) until everything has its seal."""
    for words in (["genpkey", "-algorithm", "ed25519", "-out", f"{folder}/key.pem"],
                  ["pkey", "-in", f"{folder}/key.pem", "-pubout", "-out", f"{folder}/public.pem"]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    begun = time.monotonic()
    relay = subprocess.Popen([RELAY], env=dict(environment(), MILLRACE_RPC_DIR=folder,
                                               MILLRACE_TICKET_PUBLIC_KEY=f"{folder}/public.pem"), stderr=subprocess.DEVNULL)
    try:
        while head()["sealed_rows"] < ROWS:
            if time.monotonic() - begun > WAIT_S or relay.poll() is not None:
                raise SystemExit("audit: the rows were not sealed in time")
            time.sleep(0.2)
        took = time.monotonic() - begun
        return took, seconds_of([relay.pid, *backends()])
    finally:
        relay.terminate()
        relay.wait(30)


def tell(metric, value, unit, **more):
    target = more.get("target")
    line = {"bench": "audit", "metric": metric, "value": value, "unit": unit, "baseline": more.get("baseline"),
            "ratio": more.get("ratio"), "target": target, "ok": more.get("ok")}
    print(json.dumps(line))
    if os.environ.get("MILLRACE_BENCH_OUT"):
        with open(os.environ["MILLRACE_BENCH_OUT"], "a") as out:
            out.write(json.dumps(line) + "\n")


def main():
    if not CONNINFO:
        os.execvp("bash", ["bash", str(ROOT / "tests/sql/with_cluster.sh"), sys.executable, __file__])
    sql(FILL)
    sql("VACUUM ANALYZE ledger_line")
    begun = time.monotonic()
    sql("COPY ledger_line TO STDOUT", out=subprocess.DEVNULL)
    read = ROWS / (time.monotonic() - begun)
    took, used = seal(tempfile.mkdtemp(prefix="millrace-audit-"))
    begun = time.monotonic()
    done = subprocess.run([RELAY, "--verify-audit", "P"], env=environment(), capture_output=True, text=True, check=False)
    verified = ROWS / (time.monotonic() - begun)
    assert done.returncode == 0, done.stdout
    rate, share = ROWS / took, 100 * LINES_A_SECOND * used / ROWS
    tell("rows_sealed", round(rate), "rows/s", baseline=round(read), ratio=round(rate / read, 3), target=50000, ok=rate >= 50000)
    tell("rows_verified", round(verified), "rows/s", baseline=round(read), ratio=round(verified / read, 3), target=50000,
         ok=verified >= 50000)
    tell("cpu_at_2000_lines", round(share, 2), "% of a core", target=5, ok=share <= 5)


main()
