#!/usr/bin/env python3
# ops/test: release
"""Random sequences of every posting against an exact model of quantities, values, work in process and replies.

Each sequence has items of its own (parts at standard, average and FIFO, and a product), so eight clients at once make
batches of mixed commands while each sequence has one true outcome.  Some postings are repeated at once, some later.
A sequence that fails is run again on other items with parts left out, and the shortest that still fails is printed.

usage: model.py [SEED]; MILLRACE_LONG=1 runs 2,000 sequences of 50.
"""
import json
import os
import random
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import Suite, equal, fresh, import_files, key_of, stock_places  # noqa: E402  (the folder is known only now)

LONG = os.environ.get("MILLRACE_LONG") == "1"
SECONDS, MOST = (7000, 2000) if LONG else (30, 300)
STEPS, CLIENTS, SPARE, SHRINKS = 50, 8, 24, 20
REPEATED, LATE = 0.1, 0.1
OVER_PCT = 10                                # of purchase lines, issues and receipts
PER_BOX = {"S": 1, "A": 2, "F": 3}           # standard, average, FIFO
COST = {"S": 3, "A": 4, "F": 5, "BA": 20, "BS": 25}
RATES = ("7.35", "2.15", "1.05")             # labour, machine, overhead by the hour
DAY = datetime.now(timezone(timedelta(hours=8))).date().isoformat()
suite = Suite("model")
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else time.time_ns() // 1000 % 1000000


class Refused(Exception):
    pass


def rounded(value, scale=10000):
    value = Fraction(value) * scale
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return Fraction(whole if value >= 0 else -whole, scale)


def share(amount, part, whole):
    return amount if part == whole else rounded(amount * part / whole)


class Item:
    def __init__(self, valuation, cost):
        self.valuation, self.cost, self.qty, self.value, self.layers = valuation, Fraction(cost), 0, Fraction(0), []

    def put(self, qty, cost):
        if self.valuation == "S":
            cost = rounded(qty * self.cost)
        if self.valuation == "F":
            self.layers.append([qty, cost])
        self.qty, self.value = self.qty + qty, self.value + cost
        return cost

    def take(self, qty):
        """(value, [[layer, qty, amount]])"""
        if qty > self.qty:
            raise Refused("INSUFFICIENT_STOCK")
        takes, value = [], self.value
        if self.valuation == "F":
            value, left = Fraction(0), qty
            for layer in self.layers:
                part = min(left, layer[0])
                if part:
                    amount = share(layer[1], part, layer[0])
                    layer[0], layer[1], left, value = layer[0] - part, layer[1] - amount, left - part, value + amount
                    takes.append([layer, part, amount])
        elif qty != self.qty:
            value = rounded(qty * self.cost) if self.valuation == "S" else share(self.value, qty, self.qty)
        self.qty, self.value = self.qty - qty, self.value - value
        return value, takes


class Line:
    """A component of an order."""

    def __init__(self, required):
        self.required, self.issued, self.returned, self.amount, self.takes = required, 0, 0, Fraction(0), []

    def net(self):
        return self.issued - self.returned


class Order:
    def __init__(self, qty, boxes):
        self.qty, self.state, self.received, self.scrapped, self.wip = qty, "firm", 0, 0, Fraction(0)
        self.planned, self.lines, self.boxes = None, {}, boxes


class Model:
    """What the plant must say of one sequence.  Each method returns lines (item, quantity, amount), or raises Refused."""

    def __init__(self):
        self.items = {name: Item(name[-1] if len(name) == 2 else name, cost) for name, cost in COST.items()}
        self.orders, self.bought, self.sold = {}, {}, {}

    def adjust(self, item, qty, cost):
        if qty > 0:
            return [(item, qty, self.items[item].put(qty, rounded(qty * cost)))]
        return [(item, qty, -self.items[item].take(-qty)[0])]

    def buy(self, number, item, qty, price):
        self.bought[number] = [item, qty, price, 0]
        return []

    def receive(self, number, qty):
        order = self.bought.get(number) or self.missing()
        if (order[3] + qty) * 100 > order[1] * (100 + OVER_PCT):
            raise Refused("OVER_RECEIPT")
        order[3] += qty
        return [(order[0], qty, self.items[order[0]].put(qty, rounded(qty * order[2])))]

    def sell(self, number, item, qty):
        self.sold[number] = [item, qty, 0]
        return []

    def ship(self, number, qty):
        order = self.sold.get(number) or self.missing()
        if order[2] + qty > order[1]:
            raise Refused("OVER_TOLERANCE")
        value = self.items[order[0]].take(qty)[0]
        order[2] += qty
        return [(order[0], -qty, -value)]

    def missing(self):
        raise Refused("NOT_FOUND")

    def order(self, number, *states):
        order = self.orders.get(number) or self.missing()
        if order.state not in states:
            raise Refused("ORDER_CLOSED" if order.state == "closed" else "STATE_CONFLICT")
        return order

    def create(self, number, boxes, qty):
        if number in self.orders:
            raise Refused("EXISTS")
        self.orders[number] = Order(qty, boxes)
        return []

    def release(self, number):
        order = self.order(number, "firm")
        order.state = "released"
        order.lines = {item: Line(per * order.qty) for item, per in PER_BOX.items()}
        return []

    def issue(self, number, item, qty):
        order = self.order(number, "released", "in_progress", "completed")
        line = order.lines[item]
        if (line.net() + qty - line.required) * 100 > line.required * OVER_PCT:
            raise Refused("OVER_TOLERANCE")
        if qty > self.items[item].qty:
            raise Refused("INSUFFICIENT_STOCK")
        needed, posted = min(qty, max(0, line.required - line.net())), []
        for part in filter(None, (needed, qty - needed)):  # what is above the need is a line of its own
            value, takes = self.items[item].take(part)
            line.takes += takes
            line.issued, line.amount, order.wip = line.issued + part, line.amount + value, order.wip + value
            posted.append((item, -part, -value))
        if order.state == "released":
            order.state = "in_progress"
        return posted

    def give_back(self, number, item, qty):
        order = self.order(number, "released", "in_progress", "completed")
        line, made = order.lines[item], order.received + order.scrapped
        if qty > line.net() - -(-made * line.required // order.qty):
            raise Refused("OVER_RETURN")
        parts = self.restore(line, qty) if item == "F" else [(qty, share(line.amount, qty, line.net()))]
        posted = []
        for part, cost in parts:
            line.amount, order.wip = line.amount - cost, order.wip - cost
            posted.append((item, part, cost if item == "F" else self.items[item].put(part, cost)))
        line.returned += qty
        return posted

    def restore(self, line, qty):
        parts = []
        while qty:
            layer, there, amount = line.takes[-1]
            part = min(qty, there)
            cost = share(amount, part, there)
            line.takes[-1][1:] = [there - part, amount - cost]
            if part == there:
                line.takes.pop()
            layer[0], layer[1], qty = layer[0] + part, layer[1] + cost, qty - part
            self.items["F"].qty, self.items["F"].value = self.items["F"].qty + part, self.items["F"].value + cost
            parts.append((part, cost))
        return parts

    def report(self, number, hours):
        order = self.order(number, "released", "in_progress")
        order.state = "in_progress"
        charged = sum(rounded(hours * Fraction(rate)) for rate in RATES)
        order.wip += charged
        return charged

    def finish(self, number, qty, scrapped, final):
        order = self.order(number, "released", "in_progress")
        made = order.received + order.scrapped + qty + scrapped
        if made * 100 > order.qty * (100 + OVER_PCT):
            raise Refused("OVER_RECEIPT")
        box, posted = self.items[order.boxes], []
        if qty:
            if box.valuation == "S":
                cost = rounded(qty * box.cost)
            else:
                cost = rounded(order.planned * (order.received + qty) / order.qty) - rounded(
                    order.planned * order.received / order.qty)
            posted.append((order.boxes, qty, box.put(qty, cost)))
            order.wip -= cost
        if scrapped:
            posted.append((order.boxes, 0, Fraction(0)))
        order.received, order.scrapped = order.received + qty, order.scrapped + scrapped
        order.state = "completed" if final or made >= order.qty else "in_progress"
        return posted

    def close(self, number):
        order = self.order(number, "released", "in_progress", "completed")
        box, held = self.items[order.boxes], order.wip
        left = min(box.qty, order.received)
        if box.valuation == "A" and left > 0:
            box.value += share(held, left, order.received)
        order.wip, order.state = Fraction(0), "closed"
        return held


# ------------------------------------------------------------------------------------------ sequences

def steps_of(rng):
    """A random sequence: [(method of Model, arguments)].  Orders, quantities and their order are left to chance."""
    steps, parts = [], tuple(PER_BOX)
    for number in range(3):
        steps.append(("create", "W%d" % number, rng.choice(("BA", "BS")), rng.randint(2, 12)))
        steps.append(("release", "W%d" % number))
    for number in range(2):
        steps.append(("buy", "P%d" % number, rng.choice(parts), rng.randint(5, 40), Fraction(rng.randint(1, 900), 100)))
    steps.append(("sell", "S0", rng.choice(tuple(COST)), rng.randint(1, 20)))
    while len(steps) < STEPS:
        order, chance = "W%d" % rng.randrange(3), rng.random()
        if chance < 0.25:
            cost = Fraction(rng.randint(0, 1999), 100)
            steps.append(("adjust", rng.choice(parts), rng.choice((-5, -2, 7, 20, 30)), cost))
        elif chance < 0.33:
            steps.append(("receive", "P%d" % rng.randrange(2), rng.randint(1, 20)))
        elif chance < 0.6:
            steps.append(("issue", order, rng.choice(parts), rng.randint(1, 12)))
        elif chance < 0.72:
            steps.append(("give_back", order, rng.choice(parts), rng.randint(1, 6)))
        elif chance < 0.79:
            steps.append(("report", order, Fraction(rng.randint(1, 400), 100)))
        elif chance < 0.9:
            steps.append(("finish", order, rng.randint(0, 4), rng.choice((0, 0, 1)), rng.random() < 0.1))
        elif chance < 0.94:
            steps.append(("ship", "S0", rng.randint(1, 6)))
        else:
            steps.append(("close", order))
    for _ in range(8):  # some come too early
        a, b = rng.randrange(STEPS), rng.randrange(STEPS)
        steps[a], steps[b] = steps[b], steps[a]
    return [s for s in steps if s[0] != "finish" or s[2] or s[3] or s[4]]


class Run:
    """One sequence on the items of one group, beside its model."""

    def __init__(self, client, group, seed):
        self.client, self.group, self.model = client, group, Model()
        self.random, self.sent = random.Random(seed), []

    def code(self, name):
        return "%s-%s" % (name, self.group)

    def request(self, what, *args):
        code = self.code
        bodies = {
            "adjust": lambda i, q, c: ("Inventory.PostAdjustment", {"reason": "model", "lines": [dict(
                {"item": code(i), "quantity": str(q), "location": "L1"}, **({"unit_cost": text(c)} if q > 0 else {}))]}),
            "buy": lambda n, i, q, p: ("Order.CreatePurchaseOrder", {"purchase_order": code(n), "supplier": "S1", "lines": [
                {"line": 1, "item": code(i), "quantity": str(q), "price": text(p), "due_on": DAY}]}),
            "receive": lambda n, q: ("Inventory.PostPurchaseReceipt", {"purchase_order": code(n), "lines": [
                {"line": 1, "quantity": str(q), "location": "L1"}]}),
            "sell": lambda n, i, q: ("Order.CreateSalesOrder", {"sales_order": code(n), "customer": "C1", "lines": [
                {"line": 1, "item": code(i), "quantity": str(q), "due_on": DAY}]}),
            "ship": lambda n, q: ("Inventory.PostShipment", {"sales_order": code(n), "lines": [
                {"line": 1, "quantity": str(q)}]}),
            "create": lambda n, b, q: ("Order.CreateWorkOrder", {"work_order": code(n), "item": code(b), "quantity": str(q),
                                                               "start_on": DAY, "due_on": DAY}),
            "release": lambda n: ("Production.ReleaseWorkOrder", {"work_order": code(n), "effective_on": DAY}),
            "issue": lambda n, i, q: ("Production.PostIssue", {"work_order": code(n), "lines": [
                {"item": code(i), "quantity": str(q)}]}),
            "give_back": lambda n, i, q: ("Production.PostReturn", {"work_order": code(n), "lines": [
                {"item": code(i), "quantity": str(q), "reason": "surplus", "location": "L1"}]}),
            "report": lambda n, h: ("Production.ReportOperation", {"work_order": code(n), "operation": "10",
                                                                 "hours": text(h)}),
            "finish": lambda n, q, s, f: ("Receipt.PostReceipt", {"work_order": code(n), "quantity": str(q), "scrapped": str(s),
                                                                "final": f, "location": "L1"}),
            "close": lambda n: ("Production.CloseWorkOrder", {"work_order": code(n)}),
        }
        return bodies[what](*args)

    def step(self, number, what, *args):
        method, body = self.request(what, *args)
        key = key_of("%s/%s/%d" % (self.client.plant, self.group, number))
        http_status, answer = self.client.raw(method, body, key)
        self.sent.append((method, body, key, http_status, answer))
        reply = json.loads(answer)
        try:
            wanted = getattr(self.model, what)(*args)
        except Refused as refusal:
            equal(reply.get("error", {}).get("code"), str(refusal), "refusal of %s %s" % (what, args))
        else:
            assert http_status == 200, "%s %s: %s, the model takes it" % (what, args, answer)
            self.compare(what, args, reply, wanted)
        if self.random.random() < REPEATED:
            self.repeat(self.sent[-1])
        if self.random.random() < LATE:
            self.repeat(self.random.choice(self.sent))

    def repeat(self, sent):
        method, body, key, http_status, answer = sent
        again = self.client.raw(method, body, key)
        equal((again[0], plain(again[1])), (http_status, plain(answer)), "repeat of %s" % method)

    def compare(self, what, args, reply, wanted):
        if what == "release":
            row = suite.database("SELECT planned_cost FROM work_order WHERE plant_id = '%s' AND work_order = '%s'" % (
                self.client.plant, self.code(args[0])))
            self.model.orders[args[0]].planned = Fraction(row)
        elif what == "report":
            equal(Fraction(reply["amount"]), wanted, "amount of %s" % (args,))
        elif what == "close":
            equal(Fraction(reply.get("settled", 0)), wanted, "settled by the close of %s" % (args,))
        else:
            got = [(line["item"], Fraction(line.get("quantity", 0)), Fraction(line.get("amount", 0)))
                   for line in reply.get("lines", [])]
            equal(got, [(self.code(item), qty, amount) for item, qty, amount in wanted], "lines of %s %s" % (what, args))

    def end(self):
        """Stock, value, work in process and states, once all is posted."""
        rows = suite.database("SELECT item, on_hand, value FROM stock_item WHERE plant_id = '%s' AND item LIKE '%%-%s'" % (
            self.client.plant, self.group))
        got = {r[0]: (Fraction(r[1]), Fraction(r[2])) for r in (row.split("|") for row in rows.splitlines())}
        equal(got, {self.code(n): (i.qty, i.value) for n, i in self.model.items.items()}, "stock at the end")
        rows = suite.database("SELECT work_order, state, received_qty, scrapped_qty, wip FROM work_order"
                              " WHERE plant_id = '%s' AND work_order LIKE '%%-%s'" % (self.client.plant, self.group))
        got = {r[0]: (r[1], *map(Fraction, r[2:])) for r in (row.split("|") for row in rows.splitlines())}
        equal(got, {self.code(n): (o.state, o.received, o.scrapped, o.wip) for n, o in self.model.orders.items()},
              "work orders at the end")


def text(fraction):
    return "%.6f" % float(fraction)


def plain(answer):
    known = json.loads(answer)
    if isinstance(known.get("error"), dict):
        known["error"].pop("trace", None)
    return known


def attempt(client, group, seed, steps):
    """None, or what went wrong."""
    run = Run(client, group, seed)
    try:
        for number, step in enumerate(steps):
            run.step(number, *step)
        run.end()
    except AssertionError as error:
        return str(error)
    return None


def shrink(client, seed, steps):
    """The shortest sequence found that fails, with its fault; each try has items of its own."""
    fault, size, tries = None, max(1, len(steps) // 2), 0
    while tries < SHRINKS and size >= 1:
        for begin in range(0, len(steps), size):
            shorter = steps[:begin] + steps[begin + size:]
            tries += 1
            found = attempt(client, "X%03d" % tries, seed, shorter) if tries <= SHRINKS else None
            if found:
                steps, fault = shorter, found
                break
        else:
            size //= 2
    return steps, fault


def files(groups):
    items, bom, routing = [], [], []
    names = {"S": "standard", "A": "average", "F": "fifo"}
    for group in groups:
        for name, cost in COST.items():
            items.append("%s-%s,%s,EA,%s,%s" % (name, group, "make" if len(name) == 2 else "buy", cost, names[name[-1]]))
        for box in ("BA", "BS"):
            bom += ["%s-%s,%s-%s,%d" % (box, group, part, group, per) for part, per in PER_BOX.items()]
            routing.append("%s-%s,10,WC,0,6,min" % (box, group))
    return {
        "plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (suite.plant, DAY),
        "items.csv": "\n".join(["item,type,uom,unit_cost,valuation", *items, ""]),
        "bom.csv": "\n".join(["parent,component,qty", *bom, ""]),
        "work_centers.csv": "work_center,labor_rate,machine_rate,overhead_rate,overhead_basis\nWC,%s,%s,%s,hour\n" % RATES,
        "routing.csv": "\n".join(["item,operation,work_center,setup,run,time_unit", *routing, ""]),
    }


@suite.test("random sequences of every posting, from eight clients")
def _(t):
    print("        seed %d" % SEED, flush=True)
    suite.plant, failures, done, lock = fresh("MODEL-"), [], [0], threading.Lock()
    suite.database = lambda query: suite.stack.ops("sql", "-c", query).stdout.strip()
    groups = ["G%04d" % n for n in range(MOST)] + ["X%03d" % n for n in range(SPARE)]
    client = suite.stack.client(suite.plant)
    reply = import_files(client, {k: v.encode() for k, v in files(groups).items()}, suite.plant)
    equal(reply.get("errors", [])[:3], [], "errors of the import")
    stock_places(client, "L1")
    begun = time.monotonic()

    def work():
        own = suite.stack.client(suite.plant)
        while not failures and time.monotonic() - begun < SECONDS:
            with lock:
                number = done[0]
                done[0] += number < MOST
            if number >= MOST:
                return
            steps = steps_of(random.Random("%s/%d" % (SEED, number)))
            fault = attempt(own, groups[number], number, steps)
            if fault:
                failures.append((number, steps, fault))
        own.close()

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("        %d sequences of up to %d postings" % (done[0], STEPS), flush=True)
    if failures:
        number, steps, fault = failures[0]
        shorter, again = shrink(client, number, steps)
        raise AssertionError("seed %s, sequence %d: %s; shrunk to %d steps: %s %s" % (
            SEED, number, fault, len(shorter), again, [tuple(map(str, step)) for step in shorter]))
    assert done[0] == MOST or not LONG, "only %d sequences in the time" % done[0]
    assert done[0] >= CLIENTS, "no sequences"


if __name__ == "__main__":
    suite.main()
