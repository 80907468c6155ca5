#!/usr/bin/env python3
# ops/test: release
"""Late costs against an oracle in exact fractions: random chains of receipts, orders and shipments, billed at any time.

Items R0 (bought), R1, R2, R3 (each made of the one before it), valued FIFO, LOT (what is bought), AVERAGE or STANDARD by
the seed.  What is made goes through an operation that a subcontractor does.  Each step is a receipt, an order that takes pieces
and brings some, a return of pieces, a shipment, an adjustment, a close or its reversal, a bill above or below the order's price, a
subcontractor's bill for some of the pieces of an order, freight, the reversal of a bill, the release of new standards, or
the close of a month and its reopening.  The oracle (class Plant) is written from design/costing.md section 3 and
services/cost/README.md, follows a late cost through its own layers, and rounds where the rules round: once a line.  After
every bill, stock by item, work in process by order, cost of sales, variances and payables must be the same to the fourth
decimal, and what came in must be where it went, in every month: each posting is for a day of one of the last four.  Every sequence is posted one call at a time, so batching is not in question
here: tests/faults/model.py mixes batches.

Pieces move from day to day as the months go on; bills and their reversals are for any open day since the receipt.

usage: late.py [SEED [SEQUENCES]]; MILLRACE_LONG=1: many more
"""
import os
import random
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import Suite, equal, fresh, import_files, key_of, refused  # noqa: E402  (the folder is known only now)

suite = Suite("late")
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else time.time_ns() // 1000 % 1000000
SEQUENCES = int(sys.argv[2]) if len(sys.argv) > 2 else 400 if os.environ.get("MILLRACE_LONG") == "1" else 30
STEPS, LEVELS = 26, 3
TODAY = datetime.now(timezone(timedelta(hours=8))).date()


def months():
    """The first days of the last four months, the oldest first."""
    days = [TODAY.replace(day=1)]
    while len(days) < 4:
        days.insert(0, (days[0] - timedelta(days=1)).replace(day=1))
    return [day.isoformat() for day in days]


def money(value):
    """To the fourth decimal, half away from zero."""
    value = Fraction(value) * 10000
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return Fraction(whole if value >= 0 else -whole, 10000)


class Layer:
    def __init__(self, qty, amount, order=None):
        self.received, self.left, self.amount, self.order, self.takes, self.days = qty, qty, amount, order, {}, {}


class Order:
    def __init__(self, number, item, qty, cost):
        self.number, self.item, self.qty, self.cost = number, item, qty, cost  # cost: planned, of all of it
        self.wip, self.received, self.closed, self.shut_on = Fraction(0), 0, False, ""
        self.settled = []  # what each settlement took
        self.net, self.amount, self.takes = 0, Fraction(0), []  # of its one component; takes: [layer, pieces, amount]
        self.owed, self.unbilled, self.began = Fraction(0), 0, None  # to its subcontractor, for how many pieces, since when


LOST, SHIPPED = Order("", None, 0, 0), None  # takers that are no orders


class Plant:
    """What the accounts must say."""

    def __init__(self, valuation, price, outside):
        self.valuation, self.price, self.outside = valuation, price, outside
        self.value = dict.fromkeys(valuation, Fraction(0))
        self.qty = dict.fromkeys(valuation, 0)
        self.layers = {item: [] for item in valuation}
        self.book = Counter()  # (account, month): what it got
        self.queue, self.day = [], None

    def add(self, account, amount):
        self.book[account, self.day[:7]] += amount

    def stock(self, item, amount):
        self.value[item] += amount
        self.add("stock", amount)

    def charge(self, order, amount):
        order.wip += amount
        self.add("wip", amount)

    def layered(self, item):
        return self.valuation[item] in ("fifo", "lot")

    def put(self, item, qty, cost, order=None):
        stock = money(qty * self.price[item]) if self.valuation[item] == "standard" else cost
        self.add("variance", cost - stock)
        self.qty[item] += qty
        self.stock(item, stock)
        self.layers[item].append(Layer(qty, cost, order))
        return self.layers[item][-1]

    def take(self, item, qty, order=None):
        if not self.layered(item):
            if qty == self.qty[item]:
                cost = self.value[item]
            elif self.valuation[item] == "standard":
                cost = money(qty * self.price[item])
            else:
                cost = money(self.value[item] * qty / self.qty[item])
        else:
            cost, left = Fraction(0), qty
            for layer in self.layers[item]:
                part = min(layer.left, left)
                if part == 0:
                    continue
                took = layer.amount if part == layer.left else money(layer.amount * part / layer.left)
                layer.left, layer.amount, left, cost = layer.left - part, layer.amount - took, left - part, cost + took
                layer.takes[order] = layer.takes.get(order, 0) + part
                layer.days.setdefault(order, self.day)
                if order:
                    order.takes.append([layer, part, took])
        self.qty[item] -= qty
        self.stock(item, -cost)
        if order is LOST:
            self.add("adjusted", cost)
        elif order:
            self.charge(order, cost)
            order.net, order.amount = order.net + qty, order.amount + cost
        else:
            self.add("sales", cost)

    def give_back(self, item, qty, order):
        """What its issue took, newest first; where there are no layers, its part of what the order's pieces cost."""
        if self.layered(item):
            cost, left = Fraction(0), qty
            for taken in reversed(order.takes):
                layer, part = taken[0], min(left, taken[1])
                if part == 0:
                    continue
                back = taken[2] if part == taken[1] else money(taken[2] * part / taken[1])
                taken[1:] = [taken[1] - part, taken[2] - back]
                layer.left, layer.amount, layer.takes[order] = layer.left + part, layer.amount + back, layer.takes[order] - part
                left, cost = left - part, cost + back
            self.qty[item] += qty
            self.stock(item, cost)
        else:
            cost = order.amount if qty == order.net else money(order.amount * qty / order.net)
            order.amount -= cost
            self.put(item, qty, cost)
        order.net -= qty
        self.charge(order, -cost)

    def share(self, amount, part, whole, floor):
        share = money(amount * part / whole)
        return max(share, -floor) if floor >= 0 else share

    def late(self, item, layer, pieces, amount):
        """A bill's difference for pieces of one receipt."""
        share = Fraction(0)
        if self.layered(item):
            if layer.left:
                share = self.share(amount, layer.left, layer.received, layer.amount)
                layer.amount += share
            self.queue.append(([layer], item, amount - share, layer.received - layer.left, self.day))
        elif self.valuation[item] == "average" and self.qty[item] > 0:
            share = self.share(amount, min(self.qty[item], pieces), pieces, self.value[item])
        self.stock(item, share)
        self.add("variance" if self.valuation[item] == "standard" else "sales", amount - share)

    def settle(self, order):
        held, item = order.wip, order.item
        if held == 0:
            return
        order.settled.append(held)
        share = Fraction(0)
        mine = [layer for layer in self.layers[item] if layer.order is order]
        if self.layered(item):
            for layer in mine:
                if layer.left:
                    part = held if layer.left == order.received else money(held * layer.left / order.received)
                    layer.amount += part
                    share += part
            gone = order.received - sum(layer.left for layer in mine)
            self.queue.append((mine, item, held - share, gone, self.day))
        elif self.valuation[item] == "average" and self.qty[item] > 0 and order.received:
            share = money(held * min(self.qty[item], order.received) / order.received)
        self.stock(item, share)
        self.charge(order, -held)
        self.add("variance" if self.valuation[item] == "standard" else "sales", held - share)

    def settle_late(self, order):
        """For no day before it was closed."""
        before = self.day
        self.day = max(before, order.shut_on)
        self.settle(order)
        self.day = before

    def reopen(self, order):
        held = order.settled.pop()
        self.charge(order, held)
        self.add("variance", -held)
        order.closed = False

    def revalue(self):
        """Everything is made of one piece of what is bought, whose price has changed: the rest costs as much, and what
        subcontractors do on each level."""
        cost = next(iter(self.price.values()))
        for item in self.valuation:
            cost += self.outside[item]
            self.price[item] = cost
            if self.valuation[item] == "standard":
                change = money(self.qty[item] * self.price[item]) - self.value[item]
                self.stock(item, change)
                self.add("variance", -change)

    def follow(self):
        """Level by level; shares of one order meet where the service lets them meet: in one slice."""
        asked = self.day
        while self.queue:
            slice_, self.queue, steps = self.queue, [], {}
            for layers, item, amount, gone, day in slice_:
                if amount == 0 or gone <= 0:
                    continue
                takes, upto = {}, 0
                for layer in layers:
                    for order, qty in layer.takes.items():
                        takes[order] = takes.get(order, 0) + qty
                for order in sorted(takes, key=lambda o: (o.number, 0) if o else ("", 1)):
                    before = money(amount * upto / gone)
                    upto += takes[order]
                    part = money(amount * upto / gone) - before
                    if order is SHIPPED or part == 0:
                        continue
                    step = steps.setdefault((order, item), [Fraction(0), ""])
                    taken = min(layer.days[order] for layer in layers if order in layer.days)
                    step[:] = [step[0] + part, max(step[1], day, taken)]
            for (order, _), (part, self.day) in steps.items():
                self.add("sales", -part)
                if order is LOST:
                    self.add("variance", part)
                else:
                    self.charge(order, part)
                    order.amount += part
            for (order, _), (_, self.day) in steps.items():
                if order.closed:
                    self.settle_late(order)
        self.day = asked


class Months:
    """Which are open, by whom they are closed, and which days postings are for."""

    def __init__(self, client, second, rng):
        self.client, self.second, self.rng, self.calls, self.stories = client, second, rng, 0, []
        self.every = []  # stories, also those that have not begun
        self.closed, self.now = 0, 0  # how many are closed; the one that pieces move in, which never goes back

    def post(self, client, method, **body):
        self.calls += 1
        return client.call(method, key=key_of("%s/months/%d" % (client.plant, self.calls)), **body)

    def day(self):
        if self.rng.random() < 0.06 and self.now < len(months()) - 1:
            self.now += 1
        return months()[max(self.now, self.closed)]

    def earlier(self, first):
        """An open day of no pieces: of a bill that comes for what moved since `first`."""
        return self.rng.choice([day for day in months()[self.closed:] if first <= day <= self.day()])

    def close(self):
        """The oldest open one, when nothing is in the way any more: completed orders are closed, variances split."""
        if self.closed >= self.now:
            return
        day = months()[self.closed]
        for story in self.stories:
            for order in story.orders:
                if not order.closed and order.received == order.qty:
                    story.shut(order)
        self.post(self.client, "Cost.SplitVariances")
        equal(self.post(self.client, "Cost.CloseMonth", month_on=day)["state"], "closed", "a month")
        self.closed += 1
        refused(self.client, 409, "PERIOD_CLOSED", "Inventory.PostAdjustment", key=key_of("%s/late/%d" % (self.client.plant, self.calls)),
                reason="late", effective_on=day, lines=[{"item": self.stories[0].items[0], "quantity": "1"}])
        if self.rng.random() < 0.5:
            self.post(self.client, "Cost.AskReopenMonth", month_on=day)
            self.post(self.second, "Cost.ReopenMonth", month_on=day)
            self.closed -= 1

    def release(self, story):
        """A new price of what the story buys: standards of the whole plant are costed again."""
        version, item = "V%d" % self.calls, story.items[0]
        story.price[item] = Fraction(self.rng.randint(20, 90), 10)
        self.post(self.client, "Cost.SaveCostVersion", cost_version=version, lines=[
            {"kind": "price", "code": item, "value": str(float(story.price[item]))}])
        for step in ("Simulate", "Freeze"):
            self.post(self.client, "Cost.%sCostVersion" % step, cost_version=version)
        self.post(self.second, "Cost.ReleaseCostVersion", cost_version=version, effective_on=story.oracle.day)
        while self.post(self.client, "Cost.PostStandards").get("more"):
            pass
        for each in self.every:
            each.oracle.day = story.oracle.day
            each.oracle.revalue()

    def check(self):
        """Every month's accounts are the oracle's; the reports as of its end are what all months before it left."""
        upto = Counter()
        for day in months():
            book = Counter()
            for story in self.stories:
                for (account, month), amount in story.oracle.book.items():
                    book[account] += amount if month == day[:7] else 0
            end = ((datetime.fromisoformat(day) + timedelta(days=31)).replace(day=1) - timedelta(days=1)).date().isoformat()
            got = Counter()
            for account in self.client.call("Cost.GetTrialBalance", from_on=day, to_on=end)["accounts"]:
                known = account["purpose"] in ("stock", "wip", "sales", "adjusted", "received", "payable")
                got[account["purpose"] if known else "variance"] += Fraction(account["debit"]) - Fraction(account["credit"])
            book["received"], book["payable"] = -book["received"], -book["payable"]
            equal({k: v for k, v in got.items() if v}, {k: v for k, v in book.items() if v}, "accounts of " + day[:7])
            equal(sum(book.values()), 0, "what came in is where it went in " + day[:7])
            upto.update(book)
            for report, account, column in (("stock_value", "stock", 4), ("wip", "wip", 3)):
                reply = self.client.call("Cost.GetReport", report=report, to_on=end)
                equal(Fraction(reply["totals"][column]), upto[account], "%s at the end of %s" % (report, day[:7]))
                empty = [r["cells"] for r in reply.get("rows", []) if report == "stock_value" and Fraction(r["cells"][3]) == 0]
                equal(empty, [], "value without pieces at the end of " + day[:7])


class Story:
    def __init__(self, client, plant, number, months_):
        self.rng = random.Random("%d/%d" % (SEED, number))
        self.client, self.name, self.step = client, "%s/%d" % (plant, number), 0
        self.items = ["S%dR%d" % (number, level) for level in range(LEVELS + 1)]
        kinds = ["fifo"] + [self.rng.choice(["fifo", "fifo", "fifo", "average", "standard"]) for _ in range(LEVELS)]
        kinds[0] = self.rng.choice(["fifo", "lot", "average", "standard"])
        self.price = {item: Fraction(self.rng.randint(2, 9)) for item in self.items}
        self.outside = {item: Fraction(self.rng.randint(2, 12), 4) if i else Fraction(0) for i, item in enumerate(self.items)}
        self.oracle = Plant(dict(zip(self.items, kinds)), self.price, self.outside)
        self.orders, self.bought, self.bills, self.outside_bills, self.months = [], [], [], [], months_

    def files(self):
        items = "".join("%s,%s,EA,%s,%s,%s\n" % (item, "make" if i else "buy", self.oracle.valuation[item], self.price[item],
                                                 "lot" if self.oracle.valuation[item] == "lot" else "none")
                        for i, item in enumerate(self.items))
        lines = "".join("%s,%s,1\n" % (self.items[i + 1], self.items[i]) for i in range(LEVELS))
        routing = "".join("%s,10,W,%s,S\n" % (item, float(self.outside[item])) for item in self.items[1:])
        return items, lines, routing

    def post(self, method, **body):
        self.step += 1
        return self.client.call(method, key=key_of("%s/%d" % (self.name, self.step)), **body)

    def dated(self, method, **body):
        return self.post(method, effective_on=self.oracle.day, **body)

    def buy(self):
        qty, price, item = self.rng.randint(3, 20), self.rng.randint(1, 12), self.items[0]
        order = self.post("Order.CreatePurchaseOrder", supplier="S", lines=[
            {"item": item, "quantity": str(qty), "price": str(price), "due_on": "2030-01-01"}])["purchase_order"]
        line = {"line": 1, "quantity": str(qty)}
        if self.oracle.valuation[item] == "lot":  # the next to be taken is the first by its name
            line["lot"] = "K%04d" % self.step
        self.dated("Inventory.PostPurchaseReceipt", purchase_order=order, lines=[line])
        layer = self.oracle.put(item, qty, Fraction(qty * price))
        self.oracle.add("received", qty * price)
        self.bought.append([order, layer, qty, price, False, self.oracle.day])

    def make(self):
        level = self.rng.randint(1, LEVELS)
        item, part = self.items[level], self.items[level - 1]
        if self.oracle.qty[part] == 0:
            return
        qty = self.rng.randint(1, min(8, self.oracle.qty[part]))
        number = self.post("Order.CreateWorkOrder", item=item, quantity=str(qty), start_on="2020-01-01",
                           due_on="2020-01-02")["work_order"]
        self.post("Production.ReleaseWorkOrder", work_order=number)
        self.dated("Production.PostIssue", work_order=number, lines=[{"item": part, "quantity": str(qty)}])
        order = Order(number, item, qty, qty * (self.price[part] + self.outside[item]))
        self.oracle.take(part, qty, order)
        self.orders.append(order)
        self.report(order)
        self.receive(order)

    def report(self, order):
        """All pieces come back from the subcontractor, who is expected to bill his price, or something else."""
        charged, said = order.qty * self.outside[order.item], {}
        if self.rng.random() < 0.3:
            charged = Fraction(self.rng.randint(1, 2000), 100)
            said = {"subcontract": "%.2f" % charged}
        self.dated("Production.ReportOperation", work_order=order.number, operation="10", good=str(order.qty), **said)
        self.oracle.charge(order, charged)
        self.oracle.add("received", charged)
        order.owed, order.unbilled, order.began = charged, order.qty, self.oracle.day

    def receive(self, order):
        left = order.qty - order.received
        if order.closed or left == 0:
            return
        qty = self.rng.randint(1, left)
        self.dated("Receipt.PostReceipt", work_order=order.number, quantity=str(qty))
        cost = qty * self.price[order.item] if self.oracle.valuation[order.item] == "standard" else \
            money(order.cost * (order.received + qty) / order.qty) - money(order.cost * order.received / order.qty)
        self.oracle.put(order.item, qty, money(cost), order)
        self.oracle.charge(order, -money(cost))
        order.received += qty

    def ship(self):
        item = self.rng.choice(self.items)
        if self.oracle.qty[item] == 0:
            return
        qty = self.rng.randint(1, self.oracle.qty[item])
        order = self.post("Order.CreateSalesOrder", customer="C", lines=[
            {"item": item, "quantity": str(qty), "due_on": "2030-01-01"}])["sales_order"]
        self.dated("Inventory.PostShipment", sales_order=order, lines=[{"line": 1, "quantity": str(qty)}])
        self.oracle.take(item, qty)

    def adjust(self):
        item = self.rng.choice(self.items)
        if self.oracle.qty[item] == 0:
            return
        qty = self.rng.randint(1, min(3, self.oracle.qty[item]))
        self.dated("Inventory.PostAdjustment", reason="lost", lines=[{"item": item, "quantity": str(-qty)}])
        self.oracle.take(item, qty, LOST)

    def close(self):
        for order in self.orders:
            if not order.closed and order.received == order.qty and self.rng.random() < 0.7:
                self.shut(order)
                break

    def shut(self, order):
        self.dated("Production.CloseWorkOrder", work_order=order.number)
        order.closed, order.shut_on = True, self.oracle.day
        self.oracle.settle(order)
        while self.post("Cost.PostLateCosts").get("more"):
            pass
        self.oracle.follow()

    def open_again(self):
        """What was settled once, of a product at standard: of others the settlement has gone further."""
        for order in self.orders:
            if not order.closed or len(order.settled) != 1 or self.oracle.valuation[order.item] != "standard" or self.rng.random() < 0.4:
                continue
            settlement = [r for r in self.client.pages("Inventory.ListLedger", "rows", order_id=order.number, limit=500)
                          if r["kind"] == "settlement"][-1]
            if settlement["document"].startswith("ST") and settlement["effective_on"] >= months()[self.months.closed]:
                self.post("Inventory.ReverseDocument", document=settlement["document"], reason="oracle",
                          effective_on=self.oracle.day)
                self.oracle.reopen(order)
            break

    def standards(self):
        self.months.release(self)

    def give_back(self):
        for order in self.orders:
            most = order.net - order.received
            if order.closed or most <= 0 or self.rng.random() < 0.4:
                continue
            qty, part = self.rng.randint(1, most), self.items[self.items.index(order.item) - 1]
            self.dated("Production.PostReturn", work_order=order.number, lines=[
                {"item": part, "quantity": str(qty), "type": "surplus", "reason": "oracle"}])
            self.oracle.give_back(part, qty, order)
            break

    def month(self):
        self.months.close()

    def invoice(self):
        open_ = [b for b in self.bought if not b[4]]
        if not open_:
            return
        bought = self.rng.choice(open_)
        order, layer, qty, price, _, day = bought
        self.oracle.day = self.months.earlier(day)
        amount = Fraction(max(1, qty * price * 100 + self.rng.randint(-qty * 40, qty * 90)), 100)
        reply = self.dated("Cost.EnterInvoice", supplier="S", number="%s-%d" % (self.name, self.step), lines=[
            {"purchase_order": order, "order_line": 1, "quantity": str(qty), "amount": "%.2f" % amount}])
        equal(reply["state"], "posted", "state of a bill")
        bought[4] = True
        self.billed(reply["invoice"], layer, qty, amount - qty * price, amount, bought)

    def plater(self):
        """Some of the pieces of an order are billed: of what is owed for it they have their part, the last what is left."""
        open_ = [order for order in self.orders if order.unbilled]
        if not open_:
            return
        order = self.rng.choice(open_)
        qty, price = self.rng.randint(1, order.unbilled), self.outside[order.item]
        self.oracle.day = self.months.earlier(order.began)
        amount = Fraction(self.rng.randint(1, int(qty * price * 200)), 100)
        reply = self.dated("Cost.EnterInvoice", supplier="S", number="%s-%d" % (self.name, self.step), lines=[
            {"work_order": order.number, "operation": "10", "quantity": str(qty), "amount": "%.2f" % amount}])
        equal(reply["state"], "posted", "state of a subcontractor's bill")
        accrued = order.owed if qty == order.unbilled else money(order.owed * qty / order.unbilled)
        self.plated(order, qty, amount, accrued)
        self.outside_bills.append((reply["invoice"], order, qty, amount, accrued))

    def plated(self, order, qty, amount, accrued):
        order.owed, order.unbilled = order.owed - accrued, order.unbilled - qty
        self.oracle.add("payable", amount)
        self.oracle.add("received", -accrued)
        self.oracle.charge(order, amount - accrued)
        if order.closed:
            self.oracle.settle_late(order)
        self.oracle.follow()

    def unplate(self):
        if not self.outside_bills:
            return
        invoice, order, qty, amount, accrued = self.outside_bills.pop(self.rng.randrange(len(self.outside_bills)))
        self.oracle.day = self.months.earlier(order.began)
        self.dated("Cost.ReverseInvoice", invoice=invoice, reason="oracle")
        self.plated(order, -qty, -amount, -accrued)

    def freight(self):
        if not self.bought:
            return
        order, layer, qty, _, _, day = bought = self.rng.choice(self.bought)
        self.oracle.day = self.months.earlier(day)
        amount = Fraction(self.rng.randint(1, 2000), 100)
        reply = self.dated("Cost.EnterFreight", supplier="F", number="%s-%d" % (self.name, self.step), basis="quantity",
                          amount="%.2f" % amount, lines=[{"purchase_order": order, "order_line": 1}])
        self.billed(reply["invoice"], layer, qty, amount, amount, bought)

    def billed(self, invoice, layer, qty, late, amount, bought):
        oracle = self.oracle
        oracle.add("payable", amount)
        oracle.add("received", late - amount)
        oracle.late(self.items[0], layer, qty, late)
        oracle.follow()
        self.bills.append((invoice, layer, qty, late, amount, bought))

    def reverse(self):
        if not self.bills:
            return
        invoice, layer, qty, late, amount, bought = self.bills.pop(self.rng.randrange(len(self.bills)))
        self.oracle.day = self.months.earlier(bought[5])
        self.dated("Cost.ReverseInvoice", invoice=invoice, reason="oracle")
        if invoice.startswith("SI"):
            bought[4] = False
        self.oracle.add("payable", -amount)
        self.oracle.add("received", amount - late)
        self.oracle.late(self.items[0], layer, qty, -late)
        self.oracle.follow()

    def check(self, what):
        for item in self.items:
            rows = list(self.client.pages("Inventory.ListLedger", "rows", item=item, limit=500))
            got = (Fraction(rows[-1]["on_hand"]), Fraction(rows[-1]["value"])) if rows else (0, 0)
            equal(got, (self.oracle.qty[item], self.oracle.value[item]), "%s: stock of %s (%s)" % (
                what, item, self.oracle.valuation[item]))
        for order in self.orders:
            got = Fraction(self.client.call("Cost.GetOrderCost", work_order=order.number)["wip"])
            equal(got, order.wip, "%s: in process of %s" % (what, order.number))

    def run(self):
        steps = [self.buy, self.make, self.make, self.make, self.ship, self.adjust, self.close, self.close,
                 self.invoice, self.freight, self.reverse, self.give_back, self.give_back, self.month,
                 self.open_again, self.standards, self.plater, self.plater, self.unplate]
        self.months.stories.append(self)
        self.oracle.day = self.months.day()
        self.buy()
        for _ in range(STEPS):
            self.tell_day()
            step = self.rng.choice(steps)
            step()
            if step in (self.invoice, self.freight, self.reverse, self.close, self.open_again, self.standards, self.plater, self.unplate):
                self.check("step %d, %s" % (self.step, step.__name__))
        self.tell_day()
        for order in self.orders:
            self.receive(order)
        self.check("the end")
        self.months.check()

    def tell_day(self):
        day = self.months.day()
        for story in self.months.stories:  # those that the close of a month concerns too
            story.oracle.day = day


@suite.test("%d random chains of seed %d agree with the oracle to the fourth decimal" % (SEQUENCES, SEED))
def _(t):
    name = fresh("LATE-")
    client = suite.stack.client(name)
    days = Months(client, None, random.Random("%d/months" % SEED))
    stories = [Story(client, name, number, days) for number in range(SEQUENCES)]
    days.every = stories
    parts = [story.files() for story in stories]
    files = {"plant.csv": "key,value\nplant,%s\ncurrency,CNY\n" % name,
             "items.csv": "item,type,uom,valuation,unit_cost,tracking\n" + "".join(p[0] for p in parts),
             "bom.csv": "parent,component,qty\n" + "".join(p[1] for p in parts),
             "work_centers.csv": "work_center\nW\n",
             "routing.csv": "item,operation,work_center,subcontract_price,supplier\n" + "".join(p[2] for p in parts)}
    equal(import_files(client, {k: v.encode() for k, v in files.items()}, name).get("errors", []), [], "import")
    days.second = suite.second_person(client, name, "finance")
    client.call("Cost.SetInvoiceTolerance", key=key_of(name + "/tolerance"), percent="100")
    for story in stories:
        try:
            story.run()
        except Exception:
            print("seed %d, sequence %s" % (SEED, story.name), flush=True)
            raise


if __name__ == "__main__":
    suite.main()
