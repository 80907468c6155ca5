#!/usr/bin/env python3
# ops/test: quiet, release  (it counts what the planner did for all plants, and sanitizers post too slowly for a flood)
"""The planner rests while postings come in a flood, and its rest ends with the flood: the plan is current at once then."""
import collections
import random
import re
import threading
import time

from harness import Skip, Suite, equal, fresh, import_files, key_of, stock_places, until

PLANT = fresh("FLOOD-")
ITEMS = ["I%04d" % n for n in range(4000)]
POSTERS, LINES = 8, 200
FLOOD_S = 20    # in which the planner must have been seen to rest, on a machine that can post so much
REST_S = 0.5    # without a step, while events come: outside a flood a step follows within some hundredths
FLOOD_RATE = 3500
CURRENT_S = 1.0  # after the flood; a rest that goes on takes up to two
CALM_S = 1.5    # no flood any more
TRIES = 3       # the best counts: a loaded machine is late by itself
suite = Suite("flood")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def steps():
    """Of all living plans so far."""
    text = client().send("/services/mrp/metrics", None, {"Authorization": "Bearer " + client().token}, "GET")[1].decode()
    return int(re.search(r"^millrace_plan_follow_seconds_count (\d+)", text, re.M).group(1))


def committed():
    return int(client().call("Relay.GetRelayState").get("committed_seq") or 0)


def known():
    return int(client().call("Mrp.GetPlanState").get("event_seq") or 0)


def post(one, name, items, quantities=None):
    lines = [{"item": item, "quantity": str(quantities[item] if quantities else 1), "location": "A1"} for item in items]
    one.call("Inventory.PostAdjustment", key=key_of(name), reason="found", lines=lines)


class Flood:
    """Postings of many lines by several clients, until the block ends."""

    def __init__(self):
        self.over = threading.Event()
        self.posted = collections.Counter()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(POSTERS)]

    def run(self, number):
        one, dice, turn = suite.stack.client(PLANT), random.Random(number), 0
        while not self.over.is_set():
            turn += 1
            items = dice.sample(ITEMS, LINES)
            post(one, "%s/%d/%d" % (fresh("flood"), number, turn), items)
            with self.lock:
                self.posted.update(items)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def see_rest():
    """The planner has been seen to rest, and has just made a step: the next rest is before it."""
    begun = since = time.monotonic()
    first = last = committed()
    seen = steps()
    while time.monotonic() - begun < FLOOD_S:
        time.sleep(0.02)
        now, moment = steps(), time.monotonic()
        rested = moment - since
        if now != seen and rested > REST_S and committed() - last > FLOOD_RATE * rested / 2:
            return
        if now != seen:
            seen, since, last = now, moment, committed()
    rate = (committed() - first) / (time.monotonic() - begun)
    if rate < FLOOD_RATE:
        raise Skip("this machine posts only %d lines a second" % rate)
    raise AssertionError("no rest in %d s of %d events a second" % (FLOOD_S, rate))


def late_after_flood(behind):
    """So long after the flood the plan knows all of it.  `behind`: what is posted while it is waited for."""
    with Flood():
        see_rest()
    ended, last = time.monotonic(), committed()
    while known() < last and time.monotonic() - ended < 10:
        behind()
        time.sleep(0.02)
    assert known() >= last, "the plan knows %d of %d after 10 s" % (known(), last)
    return time.monotonic() - ended


def ends_at_once(behind=lambda: None):
    late = []
    while len(late) < TRIES and (not late or min(late) > CURRENT_S):
        late.append(late_after_flood(behind))
    assert min(late) < CURRENT_S, "current %s s after floods" % ", ".join("%.2f" % l for l in late)
    same()


def same():
    """What is written is a plan made from scratch."""
    equal(client().call("Mrp.AuditPlan", key=key_of(fresh("audit"))).get("differences") or 0, 0, "differences")


def numbers():
    """Items whose numbers are written as unknown, each with the transaction that did."""
    said = suite.stack.ops("sql", "-Atc", "SELECT item, xmin FROM plan_item WHERE plant_id = '%s' AND digest = 0" % PLANT)
    return set(said.stdout.split())


@suite.test("a plant of %d items is planned" % len(ITEMS))
def _(t):
    files = {"plant.csv": "key,value\nplant,%s\n" % PLANT,
             "items.csv": "item,type,unit_cost\n" + "".join("%s,buy,2\n" % item for item in ITEMS)}
    equal(import_files(client(), {k: v.encode() for k, v in files.items()}, PLANT).get("errors", []), [], "errors")
    stock_places(client(), "A1")
    until(lambda: client().call("Mrp.GetPlanState").get("plan_version"), "the plan")


@suite.test("a planner that is killed in a flood finds what it has written, where the facts went back behind it")
def _(t):
    with Flood() as flood:
        see_rest()
        see_rest()
    until(lambda: known() >= committed(), "the plan")
    suite.stack.ops("service", "kill", "mrp")
    back = {item: -count for item, count in flood.posted.items()}
    for at in range(0, len(ITEMS), 500):
        items = [item for item in ITEMS[at:at + 500] if item in back]
        if items:
            post(client(), fresh("back"), items, back)
    suite.stack.ops("service", "start", "mrp")
    until(lambda: known() >= committed(), "the plan")
    same()
    equal(int(client().call("Mrp.GetPlanState").get("messages") or 0), 0, "messages, of no stock")


@suite.test("what a flood owes is not written by the beginning of the next")
def _(t):
    with Flood():
        see_rest()
        until(lambda: len(numbers()) > len(ITEMS) / 2, "numbers that are owed", FLOOD_S)
    until(lambda: known() >= committed(), "the plan")
    owed = numbers()
    time.sleep(CALM_S)
    with Flood():
        see_rest()
    until(lambda: known() >= committed(), "the plan")
    left = owed & numbers()
    assert len(left) > len(owed) / 2, "of %d that were owed %d were left" % (len(owed), len(left))
    same()


@suite.test("when the flood ends the plan is current at once")
def _(t):
    ends_at_once()


@suite.test("when the flood becomes a trickle the plan is current at once")
def _(t):
    turn = fresh("trickle")
    count = iter(range(1000000))
    ends_at_once(lambda: post(client(), "%s/%d" % (turn, next(count)), ITEMS[:1]))


suite.main()
