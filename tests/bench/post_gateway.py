"""Part of ops/bench post (bench_post.c runs it): single postings through the gateway, with TLS and JSON, as a share of
what wrk reaches with as many connections on the trivial method, Node.GetHealth of the same service behind the same hop.

The machine is never quiet: within a minute wrk reaches 20,000/s and 40,000/s on the trivial method.  So both are asked in
turns, each turn's two rates make one ratio, and the median of the ratios counts.  A turn's first second is another matter
(512 handshakes take 0.3 s, the planner finds out that there is a flood), so it is not short.  Before the turns it is posted
for a while: a service that works has its items in memory (common/ledger/post_recall.h), and its cluster has segments of the
log to use again; what it does right after the start is printed.  A stack of its own under MILLRACE_VAR.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VAR = pathlib.Path(os.environ["MILLRACE_VAR"])
URL = f"https://127.0.0.1:{os.environ['MILLRACE_PORT']}"
TURNS = 7
SECONDS = 8
WARM_TURNS = 2
TRIVIAL = "/services/inventory/healthz"
TARGETS = {64: 0.35, 512: 0.50}
PLANT = """
INSERT INTO plant (plant_id) VALUES ('BENCH');
INSERT INTO location (plant_id, location) VALUES ('BENCH', 'MAIN');
INSERT INTO item (plant_id, item, type, valuation, unit_cost)
    SELECT 'BENCH', 'I' || to_char(n, 'FM00000'), 'buy', 'average', 2 FROM generate_series(0, 9999) n;
INSERT INTO stock_item (plant_id, item, on_hand, value, last_cost, moved_on)
    SELECT plant_id, item, 1000000, 2000000, 2, DATE '2026-01-01' FROM item WHERE plant_id = 'BENCH';
INSERT INTO stock_balance (plant_id, item, location, qty)
    SELECT plant_id, item, 'MAIN', 1000000 FROM item WHERE plant_id = 'BENCH';
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, effective_on,
                         posted_by)
    SELECT plant_id, row_number() OVER (ORDER BY item), 'OB-000001', 'opening', item, 'MAIN', 1000000, 2000000, 1000000,
           2000000, DATE '2026-01-01', 'bench' FROM item WHERE plant_id = 'BENCH';
INSERT INTO plant_seq (plant_id, line_seq, document_seq) VALUES ('BENCH', 10000, 1);
VACUUM ANALYZE item, stock_item, stock_balance, ledger_line;
"""
# Keys are UUIDv7 as a terminal makes them: milliseconds first, so that they are near each other in the index.  What can be
# put together before is: wrk.format alone took a third of wrk's time, and string.format another.
POSTING = """
math.randomseed(os.time())
local began, count, moment = os.time(), -1, nil
local head = "POST /v1/BENCH/Inventory.PostAdjustment HTTP/1.1\\r\\nHost: %s\\r\\nContent-Type: application/json\\r\\n" ..
    "Authorization: Bearer %s\\r\\nContent-Length: 61\\r\\nIdempotency-Key: "
local node = string.format("-8%%03x-%%06x%%06x", math.random(0, 4095), math.random(0, 16777215), math.random(0, 16777215))
local ends, bodies = {}, {}
for n = 0, 4095 do ends[n] = string.format("-7%%03x", n) .. node .. "\\r\\n\\r\\n" end
for n = 0, 9999 do bodies[n] = string.format('{"reason":"bench","lines":[{"item":"I%%05d","quantity":"1"}]}', n) end
request = function()
    count = count + 1
    if count %% 4 == 0 then
        local ms = (began %% 4294967296) * 1000 + count / 4
        moment = string.format("%%08x-%%04x", ms / 65536, ms %% 65536)
    end
    return head .. moment .. ends[count %% 4096] .. bodies[math.random(0, 9999)]
end
"""


def metric(name, value, unit, baseline=None, ratio=None, target=None):
    ok = None if target is None else ratio >= target
    row = {"bench": "post", "metric": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
           "target": target, "ok": ok}
    print(f"{name:44} {value:9} {unit}   {ratio} of {baseline}{'' if ok is not False else '   MISSED'}", flush=True)
    if "MILLRACE_BENCH_OUT" in os.environ:
        with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
    return ok is not False


def run_sql(script):
    for statement in script.split(";\n"):
        if statement.strip():
            ops("sql", "-c", statement)


def ops(command, *words):
    done = subprocess.run([str(ROOT / "ops" / command), *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"post_gateway: ops/{command}: {done.stdout}{done.stderr}")


def wrk_said(connections, *words):
    """What wrk says of one run, every request of which was answered with 2xx."""
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--timeout", "20s", *words],
                          check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(f"post_gateway: {words}: {done}")
    return done


def wrk(connections, *words):
    """Requests a second of one run."""
    return float(re.search(r"Requests/sec:\s+([\d.]+)", wrk_said(connections, *words)).group(1))


def begin():
    """A stack with the plant BENCH: the script of postings for wrk, and a token."""
    ops("down", "--purge")
    ops("up")
    run_sql(PLANT)
    script = VAR / "posting.lua"
    script.touch(0o600)
    token = (VAR / "cli.token").read_text().strip()
    script.write_text(POSTING % (URL.removeprefix("https://"), token))
    return script, token


def measure(connections, target, script):
    rates = [(wrk(connections, URL + TRIVIAL), wrk(connections, "-s", str(script), URL)) for _ in range(TURNS)]
    base, rate = (statistics.median(of) for of in zip(*rates))
    ratios = sorted(posting / trivial for trivial, posting in rates)
    print(f"{connections} in flight, each turn's ratio: {' '.join(f'{ratio:.2f}' for ratio in ratios)}", flush=True)
    return metric(f"postings through the gateway, {connections} in flight", round(rate), "1/s", round(base),
                  round(statistics.median(ratios), 3), target)


def main():
    script, token = begin()
    good = True
    try:
        cold = [round(wrk(64, "-s", str(script), URL)) for _ in range(WARM_TURNS)]
        print(f"after the start, 64 in flight: {' '.join(map(str, cold))} postings/s", flush=True)
        for connections, target in TARGETS.items():
            good &= measure(connections, target, script)
    finally:
        script.unlink()
        ops("down", "--purge")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
