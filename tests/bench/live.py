#!/usr/bin/env python3
"""The living plan to those who look at it: 1,000 clients that follow 20 items each and 20 that follow the whole plant,
server-sent events at the gateway, while postings run.

From the commit of a posting (committed_at of the event, the same machine's clock) to the message in the client's hand,
of every message to every client.  Target: p99 within 250 ms, beyond twice the run's own probe (how late this program's
own loop is: one core of two runs the clients).  `live.py N S` takes N clients and S seconds.
"""
import asyncio
import json
import os
import random
import re
import ssl
import subprocess
import sys
import time
import urllib.parse
from datetime import datetime

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "ops", "demo"))
sys.dont_write_bytecode = True
from api import Client, import_files, key_of  # noqa: E402  (the folder is known only now)

ITEMS, FOLLOWED, WHOLE = 2000, 20, 20
LINES, POSTERS, PAUSE_S = 20, 4, 0.04  # of one posting, processes, between two postings of one
CLIENTS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 1000
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[1].isdigit() else 20
TARGET_MS = 250
STAMP = re.compile(rb'"committed_at":"([^"]+)"')


def metric(name, value, unit, baseline=None, ratio=None, target=None, ok=None):
    row = {"bench": "live", "metric": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio,
           "target": target, "ok": ok}
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def item(number):
    return "I%05d" % number


def post(plant, seed):
    """One poster: adjustments of LINES random items until its time is up; prints the lines it posted."""
    client, dice, posted = Client(plant), random.Random(seed), 0
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        lines = [{"item": item(n), "quantity": "1", "location": "MAIN"} for n in dice.sample(range(ITEMS), LINES)]
        client.call("Inventory.PostAdjustment", key=key_of("%s/%d/%d" % (plant, seed, posted)), reason="found", lines=lines)
        posted += LINES
        time.sleep(PAUSE_S)
    print(posted)


class Follower:
    """Reads one stream; only the newest stamp of a message counts: it is the newest state."""

    def __init__(self, late):
        self.late, self.messages = late, 0

    async def follow(self, client, context, query):
        reader, writer = await asyncio.open_connection(client.url.hostname, client.url.port, ssl=context, limit=1 << 24)
        writer.write(("GET /v1/%s/events%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n" % (
            urllib.parse.quote(client.plant), query, client.token)).encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        self.writer = writer
        return reader

    async def listen(self, reader):
        while True:
            line = await reader.readline()
            if not line:
                return
            if line.startswith(b"data: "):
                stamps = STAMP.findall(line)
                newest = max(stamps).decode().replace("Z", "+00:00")
                self.late.append(time.time() - datetime.fromisoformat(newest).timestamp())
                self.messages += 1


async def probe(late):
    while True:
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        late.append(time.monotonic() - begun - 0.01)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] * 1000 if values else float("nan")


async def run(client):
    context = ssl.create_default_context(cafile=os.path.join(client.var, "tls", "ca.pem"))
    dice, some, whole, own = random.Random(1), [], [], []
    followers = []
    for number in range(CLIENTS + WHOLE):
        follower = Follower(some if number < CLIENTS else whole)
        query = "?" + "&".join("item=" + item(n) for n in dice.sample(range(ITEMS), FOLLOWED)) if number < CLIENTS else ""
        followers.append((follower, await follower.follow(client, context, query)))
    tasks = [asyncio.create_task(follower.listen(reader)) for follower, reader in followers]
    await asyncio.sleep(2)
    some.clear()
    whole.clear()
    tasks.append(asyncio.create_task(probe(own)))
    posters = [await asyncio.create_subprocess_exec(sys.executable, __file__, "post", client.plant, str(n), str(SECONDS),
                                                    stdout=subprocess.PIPE) for n in range(POSTERS)]
    posted = 0
    for poster in posters:
        posted += int((await poster.communicate())[0] or 0)
    await asyncio.sleep(2)
    for task in tasks:
        task.cancel()
    return some, whole, own, posted, [f for f, _ in followers]


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "post":
        global SECONDS
        SECONDS = int(sys.argv[4])
        post(sys.argv[2], int(sys.argv[3]))
        return
    if "MILLRACE_LIVE_STACK" not in os.environ:
        subprocess.run([os.path.join(ROOT, "ops", "up")], check=True, stdout=subprocess.DEVNULL)
    client = Client("LIVE%x" % (time.time_ns() // 1000000 % 0x1000000))
    files = {"plant.csv": "key,value\nplant,%s\n" % client.plant,
             "items.csv": "item,type,unit_cost\n" + "".join("%s,buy,1\n" % item(n) for n in range(ITEMS))}
    import_files(client, {name: text.encode() for name, text in files.items()}, client.plant)
    some, whole, own, posted, followers = asyncio.run(run(client))
    allowed = TARGET_MS + 2 * percentile(own, 0.99)
    metric("posting lines", posted / SECONDS, "lines/s")
    metric("late loop of the clients themselves, p99", percentile(own, 0.99), "ms")
    for name, late in (("%d clients of %d items" % (CLIENTS, FOLLOWED), some), ("%d clients of the plant" % WHOLE, whole)):
        metric(name + ": messages", len(late) / SECONDS, "1/s")
        metric(name + ": p50", percentile(late, 0.5), "ms")
        metric(name + ": p99", percentile(late, 0.99), "ms", target="< %d + 2 probes" % TARGET_MS,
               ok=percentile(late, 0.99) < allowed)
    metric("clients that heard nothing", sum(1 for f in followers if f.messages == 0), "clients", target="0",
           ok=all(f.messages for f in followers))
    if "MILLRACE_LIVE_STACK" not in os.environ:
        subprocess.run([os.path.join(ROOT, "ops", "down")], check=False, stdout=subprocess.DEVNULL)


main()
