#!/usr/bin/env python3
# ops/test: quiet
"""The relay: the feed tells events in the order they were committed, and kill -9 of it loses none of the log."""
import configparser
import ctypes
import os
import threading
import time

from harness import Decimal, Suite, equal, fresh, import_files, key_of, stock_places, until

SUB, SUBSCRIBE, RCVHWM, RCVTIMEO, LINGER, RCVMORE = 2, 6, 24, 27, 17, 13  # zmq.h
WORKERS, POSTS = 3, 60
PLANT = fresh("REL-")
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,unit_cost,valuation\nBOLT,buy,2,average\nNUT,buy,1,average\n",
}

suite = Suite("relay")
state = {"heard": [], "wrong": [], "stop": False, "posted": 0}
lock = threading.Lock()


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def event_seq_of(body):
    """Field 2 of the Event, behind the plant's name (proto/event.proto)."""
    assert body[0] == 0x0A, "an event begins with its plant"
    at = 2 + body[1]
    assert body[2:at].decode() == PLANT and body[at] == 0x10, "an event has its plant and its number"
    value = shift = 0
    while True:
        at += 1
        value |= (body[at] & 0x7F) << shift
        shift += 7
        if body[at] < 0x80:
            return value


class Feed:
    """A subscriber of events.sock, as services are."""

    def __init__(self, folder):
        self.zmq = ctypes.CDLL("libzmq.so.5")
        self.zmq.zmq_ctx_new.restype = self.zmq.zmq_socket.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.zmq.zmq_ctx_new())
        self.socket = ctypes.c_void_p(self.zmq.zmq_socket(self.context, SUB))
        for option, value in ((RCVHWM, 0), (RCVTIMEO, 100), (LINGER, 0)):
            number = ctypes.c_int(value)
            self.zmq.zmq_setsockopt(self.socket, option, ctypes.byref(number), ctypes.sizeof(number))
        name = PLANT.encode()
        self.zmq.zmq_setsockopt(self.socket, SUBSCRIBE, name, len(name))
        address = "ipc://%s/events.sock" % folder
        equal(self.zmq.zmq_connect(self.socket, address.encode()), 0, "connect to " + address)

    def frame(self):
        buffer = ctypes.create_string_buffer(65536)
        size = self.zmq.zmq_recv(self.socket, buffer, len(buffer), 0)
        return None if size < 0 else buffer.raw[:size]

    def listen(self):
        while not state["stop"]:
            plant = self.frame()
            if plant is None:
                continue
            body = self.frame()
            if not body:
                continue  # a ring passed on: events that are not published yet
            try:
                state["heard"].append(event_seq_of(body))
            except (AssertionError, IndexError, TypeError) as error:
                state["wrong"].append("%r %r: %s" % (plant, body, error))
        self.zmq.zmq_close(self.socket)
        self.zmq.zmq_ctx_term(self.context)


def adjust(own, name, item="BOLT"):
    own.call("Inventory.PostAdjustment", key=key_of("%s/%s" % (PLANT, name)), reason="load",
             lines=[{"item": item, "quantity": "1", "location": "A1"}])


def load(number, name):
    own = suite.stack.client(PLANT)
    for count in range(POSTS):
        adjust(own, "%s/%d/%d" % (name, number, count), "BOLT" if number % 2 else "NUT")
        with lock:
            state["posted"] += 1
    own.close()


def start_load(name):
    threads = [threading.Thread(target=load, args=(n, name), daemon=True) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    return threads


def relay_state():
    reply = client().call("Relay.GetRelayState")
    return int(reply.get("published_seq", 0)), int(reply.get("committed_seq", 0))


def caught_up():
    published, committed = relay_state()
    return published == committed and committed


def whole_log():
    """Every event by pages of 100; each page must begin where the last one ended."""
    events, after = [], 0
    while True:
        page = client().call("Relay.ListEvents", after_seq=after, limit=100)
        if not page.get("events"):
            return events
        events += page["events"]
        equal(int(page["last_seq"]), int(events[-1]["event_seq"]), "last_seq")
        after = int(page["last_seq"])


def no_gap(numbers, first, what):
    equal(numbers, list(range(first, first + len(numbers))), what)


@suite.test("a subscriber hears of a small plant")
def _(t):
    ini = configparser.ConfigParser(comment_prefixes=(";", "#"))
    ini.read(os.path.join(t.stack.var, "millrace.ini"))
    folder = ini.get("millrace", "rpc.dir")
    feed = Feed(folder)
    state["listener"] = threading.Thread(target=feed.listen, daemon=True)
    state["listener"].start()
    reply = import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors")
    stock_places(client(), "A1")
    for attempt in range(100):  # what was told before the subscription stood is not heard
        adjust(client(), "warm/%d" % attempt)
        time.sleep(0.05)
        if state["heard"]:
            break
    assert state["heard"], "nothing was heard"


@suite.test("events are heard in the order of their numbers, none missing, none twice")
def _(t):
    for thread in start_load("order"):
        thread.join(120)
    equal(state["posted"], WORKERS * POSTS, "postings")
    last = until(caught_up, "everything is published")
    until(lambda: state["heard"][-1] >= last, "the last event is heard")
    no_gap(state["heard"][:], state["heard"][0], "numbers heard")
    equal(state["wrong"], [], "what is no event of the plant")


@suite.test("kill -9 under load: the log is whole and the rest is published without another ring")
def _(t):
    before = state["posted"]
    threads = start_load("kill")
    until(lambda: state["posted"] > before + 10, "the load is under way")
    t.stack.ops("service", "kill", "relay")
    for thread in threads:
        thread.join(120)  # posting needs no relay
    equal(state["posted"], before + WORKERS * POSTS, "postings while the relay was away")
    t.stack.ops("service", "start", "relay")
    until(lambda: caught_up(), "what was posted meanwhile is published")
    events = whole_log()
    no_gap([int(e["event_seq"]) for e in events], 1, "numbers of the log")
    equal(len(events), relay_state()[1], "events of the log")
    equal({e["plant"] for e in events}, {PLANT}, "plant of the events")
    stock = [e for e in events if e.get("object_id") == "BOLT"]
    versions = [int(e["event_seq"]) for e in stock]
    equal(versions, sorted(versions), "states of BOLT in order")
    held = sum(Decimal(r["quantity"]) for r in client().pages("Inventory.ListStock", "rows", item="BOLT", limit=50))
    equal(Decimal(stock[-1]["stock"]["on_hand"]), held, "the newest event carries the stock")


@suite.test("afterwards new events are heard again, in order")
def _(t):
    for attempt in range(200):
        adjust(client(), "again/%d" % attempt)
        time.sleep(0.05)
        if state["heard"][-1] >= relay_state()[1] - 1:
            break
    begun = len(state["heard"])
    for count in range(20):
        adjust(client(), "more/%d" % count)
    last = until(caught_up, "everything is published")
    until(lambda: state["heard"][-1] >= last, "the last event is heard")
    fresh_ones = state["heard"][begun:]
    no_gap(fresh_ones, fresh_ones[0], "numbers heard after the restart")
    equal(state["wrong"], [], "what is no event of the plant")
    state["stop"] = True
    state["listener"].join(10)


@suite.test("a page may be empty, and limits are held")
def _(t):
    last = relay_state()[1]
    equal(client().call("Relay.ListEvents", after_seq=last + 5).get("events", []), [], "events after the last")
    one = client().call("Relay.ListEvents", after_seq=last - 1, limit=1)
    equal([int(e["event_seq"]) for e in one["events"]], [last], "the last event alone")


if __name__ == "__main__":
    suite.main()
