#!/usr/bin/env python3
# ops/test: quiet  (it stops the relay and others)
"""Server-sent events, problem+json, ETag and If-Match, a service that is down: the gateway as a product."""
import datetime
import http.client
import json
import threading
import time
import urllib.parse

from harness import Suite, equal, fresh, import_files, key_of, until

PLANT = fresh("SSE-")
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,unit_cost\nBOLT,buy,2\nNUT,buy,1\nPIN,buy,1\n",
}
suite = Suite("streams")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def adjust(item, quantity="1"):
    client().call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                  lines=[{"item": item, "quantity": quantity, "location": "MAIN"}])


class Stream(threading.Thread):
    """One client that follows; `messages` are (id, events)."""

    def __init__(self, query="", last=None):
        super().__init__(daemon=True)
        c = client()
        self.connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=60)
        headers = {"Authorization": "Bearer " + c.token}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", "/v1/%s/events%s" % (urllib.parse.quote(PLANT), query), headers=headers)
        self.answer = self.connection.getresponse()
        self.messages, self.place = [], None
        if self.answer.status == 200:
            equal(self.answer.getheader("Content-Type"), "text/event-stream", "media type")
            self.start()

    def run(self):
        place, data = None, ""
        try:
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if line.startswith("id: "):
                    place = int(line[4:])
                elif line.startswith("data: "):
                    data += line[6:]
                elif not line:
                    self.place = place
                    if data:
                        self.messages.append((place, json.loads(data)["events"]))
                    data = ""
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass

    def events(self):
        return [e for _, events in list(self.messages) for e in events]

    def stop(self):
        self.connection.sock and self.connection.sock.close()
        self.connection.close()


def head():
    return int(client().call("Relay.GetRelayState")["committed_seq"])


@suite.test("a plant")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    until(lambda: client().call("Mrp.GetPlanState").get("event_seq"), "a plan")


@suite.test("a client hears what happens to its items and nothing else of others")
def _(t):
    whole, bolts = Stream(), Stream("?item=BOLT&item=" + urllib.parse.quote("PIN"))
    time.sleep(0.5)
    adjust("BOLT", "5")
    adjust("NUT", "7")
    stock = lambda s: [(e["stock"]["item"], e["stock"]["on_hand"]) for e in s.events() if "stock" in e]
    until(lambda: stock(whole) == [("BOLT", "5"), ("NUT", "7")], "both items: %s" % stock(whole))
    until(lambda: stock(bolts) == [("BOLT", "5")], "its item: %s" % stock(bolts))
    time.sleep(0.3)
    equal(stock(bolts), [("BOLT", "5")], "not the other")
    places = [e["event_seq"] for e in whole.events()]
    equal(places, sorted(set(places)), "in order, each once")
    assert all(i >= events[-1]["event_seq"] for i, events in whole.messages), whole.messages
    state["place"] = whole.messages[-1][0]
    whole.stop()
    bolts.stop()


@suite.test("a client that was away gets what it missed, from its Last-Event-ID, joined per object")
def _(t):
    before = head()
    for _ in range(20):
        adjust("PIN")
    adjust("BOLT")
    back, beside = Stream(last=before), [Stream(last=before) for _ in range(4)] + [Stream("?item=BOLT", last=before)]
    until(lambda: all(any(e.get("stock", {}).get("item") == "BOLT" for e in b.events()) for b in [back, *beside]), "the last one")
    equal(len({tuple(e["event_seq"] for e in b.events()) for b in beside[:4]}), 1, "what all of them get")
    equal([e["stock"]["item"] for e in beside[4].events()], ["BOLT"], "its item")
    for stream in beside:
        stream.stop()
    pins = [e["stock"]["on_hand"] for e in back.events() if e.get("stock", {}).get("item") == "PIN"]
    equal(pins[-1], "20", "newest state")
    assert len(pins) < 20, "joined: %d messages for 20 postings" % len(pins)
    replay = Stream("?after=0")
    until(lambda: replay.messages and replay.place >= head() - 1, "from the beginning")
    assert any(e["kind"] == "master_imported" for e in replay.events()), "the import is replayed"
    back.stop()
    replay.stop()


def order(item):
    number, before = fresh("SO-"), head()
    client().call("Order.CreateSalesOrder", key=key_of(number), sales_order=number, customer="X",
                  lines=[{"item": item, "quantity": "100", "due_on": (datetime.date.today() + datetime.timedelta(days=30)).isoformat()}])
    # not the head behind it: that may be the event of the new plan already, which the plan does not wait for
    until(lambda: int(client().call("Mrp.GetPlanState")["event_seq"]) > before, "planned")


@suite.test("a client hears of a new plan when it changed for one of its items, though a newer one is told in its place")
def _(t):
    before, bolts = head(), Stream("?item=BOLT")
    order("NUT")
    order("BOLT")
    plans = lambda s: [e for e in s.events() if e["kind"] == "plan_changed"]
    until(lambda: plans(bolts), "the plan of its item")
    equal(len(plans(bolts)), 1, "none of the other's")
    logged = [e for e in client().call("Relay.ListEvents", after_seq=before, limit=50)["events"] if e["kind"] == "plan_changed"]
    equal([e["plan"]["items"] for e in logged], [["NUT"], ["BOLT"]], "the log names them")
    nuts, pins = Stream("?item=NUT&after=%d" % before), Stream("?item=PIN&after=%d" % before)
    until(lambda: plans(nuts), "what is joined")
    equal([e["event_seq"] for e in plans(nuts)], [logged[-1]["event_seq"]], "the newest")
    equal(plans(nuts)[0]["plan"]["items"], [], "left out: those of the plan in between would lack")
    adjust("PIN")
    until(lambda: pins.events(), "its own")
    equal(plans(pins), [], "nothing of theirs")
    for stream in (bolts, nuts, pins):
        stream.stop()


@suite.test("killed in between: a stream that comes back misses nothing")
def _(t):
    first = Stream()
    time.sleep(0.5)
    adjust("NUT")
    until(lambda: first.messages, "an event")
    place = first.messages[-1][0]
    suite.stack.ops("service", "kill", "relay")
    adjust("NUT")  # the log is read all the same, once a second
    until(lambda: first.messages[-1][0] > place, "an event without the relay", 5)
    first.stop()
    suite.stack.ops("service", "start", "relay")
    second = Stream(last=place)
    until(lambda: second.messages, "the event that came meanwhile")
    equal(second.events()[0]["event_seq"] > place, True, "behind its place")
    second.stop()


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


@suite.test("an event of a kind and with fields that nobody knows yet is passed over by everybody")
def _(t):
    before, stream = head(), Stream()
    body = (b"\x0a" + varint(len(PLANT)) + PLANT.encode() + b"\x10" + varint(before + 1) + b"\x18\x63" + b"\x22\x03new"
            + varint(200 << 3) + varint(12345))  # kind 99, object "new", field 200
    t.stack.ops("sql", "-c", "UPDATE plant_seq SET event_seq = event_seq + 1 WHERE plant_id = '%s'" % PLANT)
    t.stack.ops("sql", "-c", "INSERT INTO event_log (plant_id, event_seq, kind, object_id, body) VALUES ('%s', %d, 99, 'new', '\\x%s')"
                % (PLANT, before + 1, body.hex()))
    adjust("BOLT")
    until(lambda: any(e.get("stock", {}).get("item") == "BOLT" for e in stream.events()), "what comes behind it")
    until(lambda: int(client().call("Relay.GetRelayState")["published_seq"]) > before + 1, "published")
    until(lambda: int(client().call("Mrp.GetPlanState")["event_seq"]) > before + 1, "planned")
    listed = client().call("Relay.ListEvents", after_seq=before, limit=10)["events"]
    equal(int(listed[0]["event_seq"]), before + 2, "the first in the log that is known")
    stream.stop()


@suite.test("who may not follow, and what is no place")
def _(t):
    bad = Stream(last="x1")
    equal(bad.answer.status, 422, "Last-Event-ID")
    problem = json.loads(bad.answer.read())
    equal((problem["status"], problem["error"]["field"]), (422, "Last-Event-ID"), "problem")
    equal(Stream("?color=red").answer.status, 422, "query")
    c = client()
    connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=10)
    connection.request("GET", "/v1/%s/events" % PLANT)
    equal(connection.getresponse().status, 401, "nobody")


@suite.test("an error is a problem of RFC 9457")
def _(t):
    c = client()
    connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=10)
    connection.request("POST", "/v1/%s/Order.GetSalesOrder" % PLANT, body=b'{"order_id":"NONE"}',
                       headers={"Authorization": "Bearer " + c.token, "Content-Type": "application/json"})
    answer = connection.getresponse()
    problem = json.loads(answer.read())
    equal(answer.getheader("Content-Type"), "application/problem+json", "media type")
    equal((answer.status, problem["status"], problem["type"], problem["title"], problem["detail"]),
          (404, 404, "/docs#NOT_FOUND", "no such object", 'sales order "NONE" does not exist'), "problem")
    equal(problem["instance"], answer.getheader("X-Request-Id"), "instance")


def get(path):
    c = client()
    connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    equal(answer.status, 200, path)
    return answer.read().decode()


@suite.test("the description for programs has examples and codes, the one for people needs nobody else")
def _(t):
    api = json.loads(get("/openapi.json"))
    equal(api["openapi"], "3.1.0", "version")
    page = get("/docs")
    operations = [path["post"] for path in api["paths"].values() if "post" in path]
    assert len(operations) > 80, len(operations)
    for operation in operations:
        assert 'id="%s"' % operation["operationId"] in page, operation["operationId"]
        equal(type(operation["requestBody"]["content"]["application/json"]["example"]), dict, "example")
    example = api["paths"]["/v1/{plant}/Order.CreateSalesOrder"]["post"]["requestBody"]["content"]["application/json"]["example"]
    equal((example["lines"][0]["item"], example["lines"][0]["quantity"]), ("BOLT", "12.5"), "example")
    assert "get" in api["paths"]["/v1/{plant}/events"]
    for code in ("INVALID", "CHANGED", "UNAVAILABLE"):
        assert '<tr id="%s">' % code in page, code
    for outside in ("src=", "href=\"http", "@import", "url("):
        assert outside not in page, outside


@suite.test("ETag and If-Match: the second of two that change what both have read is refused")
def _(t):
    c = client()
    made = c.call("Order.CreateSalesOrder", key=key_of(fresh("so")),
                  lines=[{"item": "BOLT", "quantity": "1", "due_on": "2035-01-01"}])["sales_order"]

    def ask(method, body, **headers):
        connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=10)
        connection.request("POST", "/v1/%s/Order.%s" % (PLANT, method), body=json.dumps(body).encode(),
                           headers=dict({"Authorization": "Bearer " + c.token, "Content-Type": "application/json"}, **headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("ETag"), json.loads(answer.read())
    status, etag, _ = ask("GetSalesOrder", {"order_id": made})
    equal((status, etag), (200, '"1"'), "ETag")
    change = {"order_id": made, "lines": [{"line": 1, "quantity": "2"}]}
    status, etag, _ = ask("ChangeSalesOrder", change, **{"If-Match": etag, "Idempotency-Key": key_of(fresh("1"))})
    equal((status, etag), (200, '"2"'), "first")
    status, _, problem = ask("ChangeSalesOrder", change, **{"If-Match": '"1"', "Idempotency-Key": key_of(fresh("2"))})
    equal((status, problem["error"]["code"]), (412, "CHANGED"), "second")
    equal(ask("GetSalesOrder", {"order_id": made}, **{"If-Match": '"2"'})[0], 400, "where it has no meaning")
    equal(ask("ChangeSalesOrder", change, **{"If-Match": "2", "Idempotency-Key": key_of(fresh("3"))})[0], 400, "no ETag")
    equal(ask("ChangeSalesOrder", change, **{"If-Match": "*", "Idempotency-Key": key_of(fresh("4"))})[0], 200, "at any version")


@suite.test("a service that is down is answered for within seconds, with when to come again")
def _(t):
    c = client()
    until(lambda: c.call("Cost.ListWip") is not None, "an answer")  # one that never answered yet may be starting
    suite.stack.ops("service", "kill", "cost")
    try:
        waits = []
        for _ in range(3):
            begun = time.monotonic()
            connection = http.client.HTTPSConnection(c.url.hostname, c.url.port, context=c.tls, timeout=20)
            connection.request("POST", "/v1/%s/Cost.ListWip" % PLANT, body=b"{}",
                               headers={"Authorization": "Bearer " + c.token, "Content-Type": "application/json"})
            answer = connection.getresponse()
            problem = json.loads(answer.read())
            equal((answer.status, problem["error"]["code"], problem["error"]["retryable"]), (503, "UNAVAILABLE", True), "answer")
            assert int(answer.getheader("Retry-After")) >= 1
            waits.append(time.monotonic() - begun)
        assert waits[0] < 4 and waits[2] < 1, waits
    finally:
        suite.stack.ops("service", "start", "cost")
    until(lambda: client().call("Cost.ListWip") is not None, "the service again")


suite.main()
