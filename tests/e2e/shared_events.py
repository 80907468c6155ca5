#!/usr/bin/env python3
"""Events that share a row of the log: who follows gets them one by one, from every place in the middle of a row too."""
import http.client
import json
import time
import urllib.parse

from harness import Suite, equal, fresh, import_files, key_of, stock_places, until

PLANT = fresh("ROWS-")
ITEMS = ["I%02d" % n for n in range(40)]
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,unit_cost\nM,make,9\n" + "".join("%s,buy,2\n" % item for item in ITEMS),
    "bom.csv": "parent,component,qty\n" + "".join("M,%s,1\n" % item for item in ITEMS[:6]),
}
suite = Suite("shared_events")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def adjust(quantity="1", items=ITEMS):
    """One posting of many lines; what its events are called."""
    before = head()
    client().call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                  lines=[{"item": item, "quantity": quantity, "location": "MAIN"} for item in items])
    return before, list(items)


def head():
    return int(client().call("Relay.GetRelayState").get("committed_seq") or 0)


def listed(after, limit=500):
    return client().call("Relay.ListEvents", after_seq=after, limit=limit).get("events", [])


def rows(after):
    """(last number, how many events, kind) of each row behind a place."""
    text = suite.stack.ops("sql", "-c", "SELECT event_seq, 1 + coalesce(cardinality(earlier_ids), 0), kind FROM event_log"
                           " WHERE plant_id = '%s' AND event_seq > %d ORDER BY event_seq" % (PLANT, after))
    return [tuple(map(int, line.split("|"))) for line in text.stdout.split()]


@suite.test("a posting of many items is few rows and an event for each item")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    stock_places(client(), "L1")
    until(lambda: client().call("Mrp.GetPlanState").get("event_seq"), "a plan")
    before, items = adjust("3")
    state["before"] = before
    equal(rows(before)[:2], [(before + 32, 32, 1), (before + 40, 8, 1)], "rows")
    events = listed(before)[:40]
    equal([int(e["event_seq"]) for e in events], list(range(before + 1, before + 41)), "numbers")
    equal([e["object_id"] for e in events], items, "objects")
    equal([(e["stock"]["item"], e["stock"]["on_hand"]) for e in events], [(item, "3") for item in items], "bodies")
    equal({e["committed_at"] for e in events}, {events[0]["committed_at"]}, "one moment")
    state["events"] = events


@suite.test("read from every place, and by pages of any length, it is the same log")
def _(t):
    before, events = state["before"], state["events"]
    for place in range(41):
        equal(listed(before + place)[:40 - place], events[place:], "behind %d" % place)
        equal(listed(before + place, 1), events[place:place + 1] or listed(before + 40, 1), "one behind %d" % place)
    for limit in (1, 3, 7, 31, 32, 33, 40):
        after, read = before, []
        while len(read) < 40:
            page = listed(after, limit)
            read += page
            after = int(page[-1]["event_seq"])
        equal(read[:40], events, "pages of %d" % limit)


@suite.test("kinds beside each other do not share a row")
def _(t):
    order, before = fresh("WO-"), head()
    client().call("Order.CreateWorkOrder", key=key_of(order), work_order=order, item="M", quantity="1",
                  start_on="2026-01-05", due_on="2026-01-09")
    client().call("Production.ReleaseWorkOrder", key=key_of(order + "/r"), work_order=order)
    before = head()
    client().call("Production.PostIssue", key=key_of(order + "/i"), work_order=order,
                  lines=[{"item": item, "quantity": "1"} for item in ITEMS[:6]])
    events = [e for e in listed(before) if e["kind"] in ("stock", "work_order")]
    equal(sorted(e["object_id"] for e in events), sorted(ITEMS[:6] + [order]), "objects")
    of_kind = {n: kind for last, count, kind in rows(before) for n in range(last - count + 1, last + 1)}
    equal([of_kind[int(e["event_seq"])] for e in events], [{"stock": 1, "work_order": 2}[e["kind"]] for e in events], "kinds")
    assert max(count for _, count, _ in rows(before)) >= 2, rows(before)


@suite.test("a stream that comes back in the middle of a row gets the rest of it")
def _(t):
    place = state["before"] + 20
    c = client()
    connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=30)
    connection.request("GET", "/v1/%s/events" % urllib.parse.quote(PLANT),
                       headers={"Authorization": "Bearer " + c.token, "Last-Event-ID": str(place)})
    answer, got = connection.getresponse(), {}
    equal(answer.status, 200, "status")
    adjust("1", ["I39"])  # so that the last of them is told by a newer event
    until_s = time.monotonic() + 20
    while time.monotonic() < until_s and got.get("I39", (0, 0))[1] != "4":
        line = answer.readline().decode()
        if line.startswith("data: "):
            got.update({e["object_id"]: (int(e["event_seq"]), e["stock"]["on_hand"])
                        for e in json.loads(line[6:])["events"] if e["kind"] == "stock"})
    connection.close()
    first = {e["object_id"]: int(e["event_seq"]) for e in state["events"]}
    equal(sorted(item for item in got if item not in ITEMS[:6]), ITEMS[20:], "items behind the place, and no others")
    equal([got[item][0] for item in ITEMS[20:39]], [first[item] for item in ITEMS[20:39]], "numbers")


@suite.test("a plan knows all of them, and the seals hold")
def _(t):
    before, _ = adjust("2")
    until(lambda: int(client().call("Mrp.GetPlanState")["event_seq"]) >= before + 40, "planned")
    until(lambda: int(client().call("Relay.GetRelayState")["published_seq"]) >= before + 40, "published")
    until(lambda: client().call("Relay.GetAuditHead")["waiting_rows"] == 0, "all rows have their seal")
    equal(client().call("Relay.ListAuditFindings", limit=200).get("findings", []), [], "findings")


if __name__ == "__main__":
    suite.main()
