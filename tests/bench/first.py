#!/usr/bin/env python3
"""Is the frame light enough: start to healthy, idle memory, and what the hop to a service costs.

Targets: healthy in 10 s after the build; all services together idle within 150 MiB, without PostgreSQL; requests of
Node.GetHealth (gateway, ZeroMQ, the relay and back, TLS kept alive) at least half of what the same gateway answers to
its own /healthz without the hop.  Beside them, without a target, a method with a caller, a ticket, roles and two reads
of the database behind the hop (Relay.GetRelayState), against one with a caller but no hop (Access.WhoAmI).
Rates are medians of interleaved runs, as the machine is never quiet.
"""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
VAR = pathlib.Path(os.environ["MILLRACE_VAR"])
PORT = os.environ["MILLRACE_PORT"]
URL = f"https://127.0.0.1:{PORT}"
ROUNDS = 5
SECONDS = 2
CONNECTIONS = 32
IDLE_SECONDS = 5
PLANT = "BENCH"
OWN, HOP = "/healthz", "/services/relay/healthz"
OWN_CALL, HOP_CALL = "/v1/-/Access.WhoAmI", f"/v1/{PLANT}/Relay.GetRelayState"
SERVICES = "bom mrp production receipt cost inventory order relay gateway".split()


def metric(name, value, unit, baseline=None, ratio=None, target=None, ok=None):
    row = {"bench": "first", "metric": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
           "target": target, "ok": ok}
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def ops(command, *words):
    done = subprocess.run([str(ROOT / "ops" / command), *words], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"first: ops/{command}: {done.stdout}{done.stderr}")
    return done


def timed(command, *words):
    began = time.monotonic()
    ops(command, *words)
    return time.monotonic() - began


def memory(file, key):
    """MiB of all services: Pss of smaps_rollup counts shared pages once, VmHWM of status is the peak."""
    total = 0
    for name in SERVICES:
        pid = (VAR / "run" / f"{name}.pid").read_text().strip()
        text = pathlib.Path(f"/proc/{pid}/{file}").read_text()
        total += int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M).group(1))
    return total / 1024


def wrk(path, script):
    """Requests a second of one run, every one of them answered with 2xx."""
    done = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *script, URL + path],
                          check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(f"first: {path}: {done}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1))


def rates():
    """Median requests a second by path."""
    token = (VAR / "cli.token").read_text().strip()
    ops("sql", "-c", f"INSERT INTO plant (plant_id) VALUES ('{PLANT}'); INSERT INTO plant_seq (plant_id) VALUES ('{PLANT}')")
    call = VAR / "call.lua"
    call.touch(0o600)
    call.write_text('wrk.method = "POST"\nwrk.body = "{}"\nwrk.headers["Content-Type"] = "application/json"\n'
                    f'wrk.headers["Authorization"] = "Bearer {token}"\n')
    runs = {OWN: [], HOP: [], OWN_CALL: [], HOP_CALL: []}
    try:
        for turn in range(ROUNDS + 1):
            for path, seen in runs.items():
                rate = wrk(path, ["-s", str(call)] if path.startswith("/v1/") else [])
                if turn > 0:  # the first warms up
                    seen.append(rate)
    finally:
        call.unlink()
    return {path: statistics.median(seen) for path, seen in runs.items()}


def main():
    ops("down", "--purge")
    fresh = timed("up")
    metric("first up after build (new cluster)", round(fresh, 2), "s", target="< 10", ok=fresh < 10)
    again = timed("up")
    metric("up with nothing to do", round(again, 2), "s", target="< 5", ok=again < 5)
    ops("down")
    warm = timed("up")
    metric("up after down", round(warm, 2), "s", target="< 10", ok=warm < 10)
    time.sleep(IDLE_SECONDS)
    idle = memory("smaps_rollup", "Pss")
    metric("idle memory of the services (PSS)", round(idle, 1), "MiB", target="< 150", ok=idle < 150)
    rate = rates()
    ratio = rate[HOP] / rate[OWN]
    metric("/healthz: no hop", round(rate[OWN]), "requests/s")
    metric("Node.GetHealth of the relay: hop", round(rate[HOP]), "requests/s", baseline=round(rate[OWN]),
           ratio=round(ratio, 3), target=">= 0.5", ok=ratio >= 0.5)
    metric("Access.WhoAmI: caller, no hop", round(rate[OWN_CALL]), "requests/s")
    metric("Relay.GetRelayState: caller, ticket, hop, database", round(rate[HOP_CALL]), "requests/s",
           baseline=round(rate[OWN_CALL]), ratio=round(rate[HOP_CALL] / rate[OWN_CALL], 3))
    metric("peak memory of the services (RSS, shared pages each)", round(memory("status", "VmHWM"), 1), "MiB")
    ops("down", "--purge")


main()
