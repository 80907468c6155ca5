#!/usr/bin/env python3
# ops/test: quiet
"""kill -9 of every service in turn, under load: callers see retried requests at most, and every posting counts once."""
import os
import signal
import threading
import time
from datetime import datetime, timedelta, timezone

from harness import Decimal, Suite, audit_ledger, equal, fresh, import_files, key_of, ledger_dump, same_number, stock_places, until

SERVICES = ("bom", "mrp", "production", "receipt", "cost", "inventory", "order", "relay", "gateway")
WORKERS = 4
DOWN_S, SETTLE_S = 0.6, 0.8
LEASE_S = 2  # OWNER_LEASE_S of services/mrp/owner_store.h
PLANT = fresh("RST-")
DAY = datetime.now(timezone(timedelta(hours=8))).date().isoformat()

FILES = {
    "plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (PLANT, DAY),
    "items.csv": "item,type,uom,unit_cost,valuation\nBOX,make,EA,5,average\nSHEET,buy,EA,2,average\n",
    "bom.csv": "parent,component,qty\nBOX,SHEET,2\n",
    "suppliers.csv": "item,supplier,price,lead_time_days\nSHEET,S1,2,2\n",
}

suite = Suite("restart")
state = {"stop": False, "acknowledged": [], "failures": [], "calls": 0, "retries": 0, "orders": 0}
lock = threading.Lock()


def cycle(own, name):
    """One order from creation to close, with stock for it; reads of every other service between."""
    def post(method, **body):
        reply = own.call(method, key=key_of("%s/%s/%s" % (PLANT, name, method)), **body)
        with lock:
            state["calls"] += 1
            state["acknowledged"].append((method, reply))
        return reply

    post("Inventory.PostAdjustment", reason="load " + name, effective_on=DAY,
         lines=[{"item": "SHEET", "quantity": "6", "location": "A1"}])
    post("Order.CreateWorkOrder", work_order=name, item="BOX", quantity="3", start_on=DAY, due_on=DAY)
    own.call("Bom.GetItem", item="BOX")
    post("Production.ReleaseWorkOrder", work_order=name, effective_on=DAY)
    own.call("Mrp.GetPlanState")
    post("Production.PostIssue", work_order=name, effective_on=DAY,
         lines=[{"item": "SHEET", "quantity": "6", "location": "A1"}])
    own.call("Relay.GetRelayState")
    post("Receipt.PostReceipt", work_order=name, effective_on=DAY, quantity="3", final=True, location="B1")
    own.call("Cost.GetOrderCost", work_order=name)
    post("Production.CloseWorkOrder", work_order=name, effective_on=DAY)
    with lock:
        state["orders"] += 1


def worker(number):
    own, count = suite.stack.client(PLANT, timeout=15), 0
    while not state["stop"]:
        count += 1
        name = "W%d-%05d" % (number, count)
        try:
            cycle(own, name)
        except Exception as error:  # any is a failure of the promise
            with lock:
                state["failures"].append("%s: %s" % (name, error))
            break
    state["retries"] += own.retries
    own.close()


def ready():
    client = suite.stack.client(PLANT)
    try:
        return all(s.get("ready") for s in client.call("Access.ListServices")["services"])
    finally:
        client.close()


@suite.test("a small plant and a light load")
def _(t):
    client = suite.stack.client(PLANT)
    reply = import_files(client, {k: v.encode() for k, v in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors")
    stock_places(client, "A1", "B1")
    cycle(client, "WARM")
    state["threads"] = [threading.Thread(target=worker, args=(n,), daemon=True) for n in range(WORKERS)]
    for thread in state["threads"]:
        thread.start()
    until(lambda: state["orders"] > 10, "orders go through", 60)


def kill_and_start(service):
    before = state["orders"]
    suite.stack.ops("service", "kill", service)
    time.sleep(DOWN_S)
    suite.stack.ops("service", "start", service)
    until(ready, "%s is ready again" % service, 30)
    # what is under way at the kill does not count: the load itself must go on
    until(lambda: state["orders"] > before + WORKERS or state["failures"], "orders go on after %s" % service, 60)
    equal(state["failures"], [], "failed calls")
    time.sleep(SETTLE_S)


for name in SERVICES:
    suite.test("kill -9 of %s: the load goes on" % name)(lambda t, name=name: kill_and_start(name))


@suite.test("a planner that slept longer than its leases says that the plan moves, not that there is none")
def _(t):
    run = os.path.join(suite.stack.var, "run")
    pids = [int(open(os.path.join(run, f), encoding="ascii").read()) for f in os.listdir(run) if f.startswith("mrp") and f.endswith(".pid")]
    client = suite.stack.client(PLANT)
    client.call("Mrp.GetPromise", item="BOX", quantity="1")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(LEASE_S + 0.5)
    wake = threading.Timer(0.2, lambda: [os.kill(pid, signal.SIGCONT) for pid in pids])
    wake.start()  # the first call waits in the socket of one that sleeps, and is read before a lease is renewed
    for _ in range(50):
        client.call("Mrp.GetPromise", item="BOX", quantity="1")  # UNAVAILABLE is asked again; NOT_FOUND fails
    wake.join()


@suite.test("every acknowledged posting is there once")
def _(t):
    state["stop"] = True
    for thread in state["threads"]:
        thread.join(60)
    equal(state["failures"], [], "failed calls")
    client = suite.stack.client(PLANT)
    sums = audit_ledger(client)
    orders = state["orders"]
    same_number(sums.get("SHEET", 0), 0, "sheets: all that came were used")
    same_number(sums["BOX"], 3 * orders, "boxes of %d orders" % orders)
    rows = ledger_dump(client)
    by_seq = {int(r["posted_seq"]): r for r in rows}
    seen = set()
    for method, reply in state["acknowledged"]:
        for line in reply.get("lines", []):
            sequence = int(line["posted_seq"])
            assert sequence not in seen, "ledger line %d was acknowledged to two postings" % sequence
            seen.add(sequence)
            row = by_seq[sequence]
            equal((row["item"], Decimal(row["quantity"])), (line["item"], Decimal(line["quantity"])), method)
    kinds = [r["kind"] for r in rows]
    equal(kinds.count("issue"), orders, "issues")
    equal(kinds.count("receipt"), orders, "receipts")
    equal(kinds.count("adjustment"), orders, "adjustments")
    wip = [r for r in client.pages("Cost.ListWip", "rows", limit=500) if Decimal(r.get("wip") or 0)]
    equal(wip, [], "work in process")
    print("        %d orders, %d postings, %d retries" % (orders, len(state["acknowledged"]), state["retries"]))


@suite.test("ops/up over a running stack with one service killed starts only that one")
def _(t):
    pids = {s: open(os.path.join(suite.stack.var, "run", s + ".pid"), encoding="ascii").read() for s in SERVICES}
    suite.stack.ops("service", "kill", "cost")
    suite.stack.ops("up")
    now = {s: open(os.path.join(suite.stack.var, "run", s + ".pid"), encoding="ascii").read() for s in SERVICES}
    equal([s for s in SERVICES if now[s] != pids[s]], ["cost"], "services started")
    until(ready, "all are ready", 30)


if __name__ == "__main__":
    suite.main()
