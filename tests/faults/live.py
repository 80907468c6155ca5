#!/usr/bin/env python3
# ops/test: release
"""The living plan under faults: kill -9 of order, relay, mrp, the gateway and PostgreSQL in turn while postings and orders run.

No event is lost or applied twice: the log has no gap, every acknowledged posting is in it once, and a client that follows,
coming back each time with its Last-Event-ID, ends with the newest state of every object.  When all is healed the audit
finds no difference and the suggestions equal a plan from scratch.  MILLRACE_LONG=1 goes round five times, under 2,000
lines a second from 32 clients.
"""
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse
from collections import Counter

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (Decimal, Suite, audit_ledger, equal, every_event, fresh, import_files, key_of,  # noqa: E402
                     plan_equals_scratch, same_number, settled, stock_places, until)
from storm import Database  # noqa: E402  (the folders are known only now)

LONG = os.environ.get("MILLRACE_LONG") == "1"
ROUNDS = 5 if LONG else 1
VICTIMS = ("order", "relay", "mrp", "gateway", "PostgreSQL")
POSTERS, ITEMS, LINES, PAUSE_S = (32, 400, 20, 0.29) if LONG else (6, 60, 10, 0.02)
DOWN_S, SETTLE_S = 0.5, 1.0
PLANT = fresh("LF-")
FILES = {
    "plant.csv": "key,value\nplant,%s\nplan_start,2026-04-01\n" % PLANT,
    "items.csv": "item,type,unit_cost\n" + "".join("T%02d,make,5\nC%02d,buy,1\n" % (n, n) for n in range(ITEMS)),
    "bom.csv": "parent,component,qty\n" + "".join("T%02d,C%02d,2\nT%02d,C%02d,1\n" % (n, n, n, (n + 7) % ITEMS) for n in range(ITEMS)),
    "suppliers.csv": "item,supplier,price,lead_time_days\n" + "".join("C%02d,S%d,2,5\n" % (n, n % 3) for n in range(ITEMS)),
    "demand.csv": "item,due,qty\n" + "".join("T%02d,2026-05-%02d,40\n" % (n, 1 + n % 28) for n in range(ITEMS)),
}
suite = Suite("live")
state = {"stop": False, "acknowledged": 0, "orders": [], "failures": [], "stock": Counter()}
lock = threading.Lock()


class Follower(threading.Thread):
    """One stream of the whole plant; comes back by itself from where it was."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client, self.place, self.newest, self.returns, self.stop = client, 0, {}, 0, False

    def run(self):
        while not self.stop:
            try:
                self.follow()
            except (OSError, ValueError, http.client.HTTPException):
                pass
            self.returns += 1
            time.sleep(0.1)

    def follow(self):
        c, place = self.client, self.place
        connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=5)
        connection.request("GET", "/v1/%s/events" % urllib.parse.quote(PLANT),
                           headers={"Authorization": "Bearer " + c.token, "Last-Event-ID": str(place)})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(answer.status)
        for line in answer:
            if line.startswith(b"id: "):
                place = int(line[4:])
            elif line.startswith(b"data: "):
                for event in json.loads(line[6:])["events"]:
                    self.hear(event)
            elif line == b"\n":
                self.place = place  # the message is whole

    def hear(self, event):
        name = (event["kind"], event["object_id"])
        self.newest[name] = max(self.newest.get(name, 0), int(event["event_seq"]))


def post(number):
    own, turn = suite.stack.client(PLANT, timeout=15), 0
    while not state["stop"]:
        turn += 1
        name = "%d-%05d" % (number, turn)
        items = ["C%02d" % ((turn * 13 + number * 7 + k * 3) % ITEMS) for k in range(LINES)]
        try:
            own.call("Inventory.PostAdjustment", key=key_of("%s/a/%s" % (PLANT, name)), reason="found",
                     lines=[{"item": i, "quantity": "1", "location": "A1"} for i in items])
            with lock:
                state["acknowledged"] += LINES
                state["stock"].update(items)
            if turn % 3 == 0:
                own.call("Order.CreateSalesOrder", key=key_of("%s/s/%s" % (PLANT, name)), sales_order="SO-" + name, customer="X",
                         lines=[{"item": "T%02d" % (turn * number % ITEMS), "quantity": "3", "due_on": "2026-05-%02d" % (1 + turn % 28)}])
                with lock:
                    state["orders"].append("SO-" + name)
        except Exception as error:  # any is a failure of the promise
            state["failures"].append("%s: %s" % (name, error))
            return
        time.sleep(PAUSE_S)
    own.close()


def ready():
    client = suite.stack.client(PLANT, timeout=5)
    try:
        return all(s.get("ready") for s in client.call("Access.ListServices")["services"])
    finally:
        client.close()


@suite.test("a plant, a load and one who follows")
def _(t):
    client = state["client"] = suite.stack.client(PLANT)
    equal(import_files(client, {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    stock_places(client, "A1")
    until(lambda: client.call("Mrp.GetPlanState").get("plan_version"), "a plan")
    state["follower"] = Follower(suite.stack.client(PLANT))
    state["follower"].start()
    state["threads"] = [threading.Thread(target=post, args=(n + 1,), daemon=True) for n in range(POSTERS)]
    for thread in state["threads"]:
        thread.start()
    until(lambda: state["acknowledged"] > 20 * LINES, "postings")


def kill_and_heal(victim):
    before = state["acknowledged"]
    if victim == "PostgreSQL":
        database = Database(suite.stack)
        database.crash()
        time.sleep(DOWN_S)
        database.start()
    else:
        suite.stack.ops("service", "kill", victim)
        time.sleep(DOWN_S)
        suite.stack.ops("service", "start", victim)
    until(ready, "all are ready after %s" % victim, 30)
    until(lambda: state["acknowledged"] > before + 10 * LINES or state["failures"], "postings go on", 60)
    equal(state["failures"], [], "failed calls")
    position = int(state["client"].call("Relay.GetRelayState")["committed_seq"])
    until(lambda: int(state["client"].call("Mrp.GetPlanState")["event_seq"]) >= position, "a plan of what came since", 30)
    time.sleep(SETTLE_S)


for number in range(ROUNDS):
    for name in VICTIMS:
        suite.test("kill -9 of %s: load, plan and stream go on" % name)(lambda t, name=name: kill_and_heal(name))


@suite.test("no event is lost or applied twice")
def _(t):
    state["stop"] = True
    for thread in state["threads"]:
        thread.join(60)
    equal(state["failures"], [], "failed calls")
    client, follower = state["client"], state["follower"]
    last = settled(client)
    events = every_event(client)
    places = [int(e["event_seq"]) for e in events]
    equal(places, list(range(1, int(last) + 1)), "places in the log")
    newest = {(e["kind"], e["object_id"]): int(e["event_seq"]) for e in events}
    until(lambda: follower.place >= int(last), "the stream is at the end")
    follower.stop = True
    equal({n: s for n, s in newest.items() if follower.newest.get(n) != s}, {}, "newest states that the stream did not bring")
    created = Counter(e["object_id"] for e in events if e["kind"] == "sales_order")
    equal([o for o in state["orders"] if not created[o]], [], "orders without an event")
    sums = audit_ledger(client)
    for item, count in state["stock"].items():
        same_number(sums[item], count, "stock of %s: every acknowledged line once" % item)
    states = {e["object_id"]: e["stock"]["on_hand"] for e in events if e["kind"] == "stock"}
    for item, count in state["stock"].items():
        same_number(Decimal(states[item]), count, "newest event of %s" % item)
    print("        %d lines, %d orders, %d events; the stream came back %d times" % (
        state["acknowledged"], len(state["orders"]), len(events), follower.returns), flush=True)


@suite.test("the plan knows every event, once: the audit finds nothing, and it equals a plan from scratch")
def _(t):
    client = state["client"]
    audit = client.call("Mrp.AuditPlan", key=key_of(PLANT + "/audit"))
    equal((audit["differences"], audit["list"]), (0, []), "audit")
    assert plan_equals_scratch(suite, client) > ITEMS, "a plan"
    plans = [e["plan"] for e in every_event(client) if e["kind"] == "plan_changed"]
    versions = [int(p["plan_version"]) for p in plans]
    equal(versions, sorted(set(versions)), "versions of the plan, each once")
    known = [int(p["planned_from_seq"]) for p in plans]
    equal(known, sorted(known), "the plan never goes back")


if __name__ == "__main__":
    suite.main()
