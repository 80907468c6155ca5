"""Random sequences for model.py, and how each step is said to the plant.

A step is (name, operation, arguments): the name is that of the document it makes, by which later steps know it.
"""
from datetime import date, timedelta
from fractions import Fraction

from oracle_parts import BOXES, LOCATIONS, PER_BOX

PARTS = tuple(PER_BOX)
LOTS = {"T": (("K1", "2099-01-01"), ("K2", "2098-01-01"), ("OLD", "2020-01-01")), "Q": (("SN1", None), ("SN2", None), ("SN3", None))}
REVERSIBLE = ("adjust", "backdate", "receive", "issue", "issues", "give_back", "finish", "ship", "transfer", "arrive", "status", "inspect",
              "return_supplier", "return_customer", "count", "rework", "unbuild", "unbuild", "reverse")


class Steps:
    def __init__(self, rng, count):
        self.rng, self.steps, self.made, self.reworked, self.issued, self.held = rng, [], {}, {}, [], []
        self.begin()
        weights = {name[2:]: weight for name, weight in WEIGHTS.items()}
        while len(self.steps) < count:
            what = rng.choices(tuple(weights), tuple(weights.values()))[0]
            self.add(what, *getattr(self, "a_" + what)())
        for _ in range(count // 10):  # some come too early
            a, b = rng.randrange(count), rng.randrange(count)
            self.steps[a], self.steps[b] = self.steps[b], self.steps[a]

    def add(self, what, *args):
        name = "D%d" % len(self.steps)
        self.steps.append((name, what) + args)
        self.made.setdefault(what, []).append(name)

    def begin(self):
        rng = self.rng
        for number in range(2):
            self.add("create", "W%d" % number, rng.choice(BOXES), rng.randint(2, 12))
            self.add("release", "W%d" % number)
        for number, item in enumerate(rng.sample(PARTS + ("N", "Q"), 2)):
            self.add("buy", "P%d" % number, item, rng.randint(5, 40), Fraction(rng.randint(1, 900), 100))
        self.add("sell", "S0", rng.choice(PARTS + BOXES + ("N", "CO")), rng.randint(1, 20))
        self.bought = {s[2]: s[3] for s in self.steps if s[1] == "buy"}
        self.sold = {s[2]: s[3] for s in self.steps if s[1] == "sell"}
        for item in PARTS + (rng.choice(BOXES),):
            self.add("adjust", item, 1 if item == "Q" else rng.choice((10, 20, 30)), self.cost(), "L1", *self.lot(item))

    # ------------------------------------------------------------------------------------ arguments

    def cost(self):
        return Fraction(self.rng.randint(0, 1999), 100)

    def place(self, *more):
        return self.rng.choice(("L1", "L1", "L1") + LOCATIONS + more)

    def order(self):
        return self.rng.choice(("W0", "W0", "W0", "W1", "W1", "W1", "W2", *self.reworked))

    def lot(self, item):
        return self.rng.choice(LOTS[item]) if item in LOTS else ("", None)

    def document(self, *kinds):
        names = [name for kind in kinds for name in self.made.get(kind, [])]
        return self.rng.choice(names[-4:]) if names else "D0"

    def a_adjust(self):
        item = self.rng.choice(PARTS + PARTS + ("N", "Q") + BOXES)
        qty = self.rng.choice((-5, -2, 7, 12, 20))
        qty = (qty > 0) - (qty < 0) if item == "Q" else qty
        lot, expires = self.lot(item) if qty > 0 or self.rng.random() < 0.3 else ("", None)
        cost = self.cost() if qty > 0 and self.rng.random() < 0.8 else None
        return item, qty, cost, self.place() if qty > 0 else self.place(""), lot, expires if qty > 0 else None

    def a_backdate(self):
        qty = self.rng.choice((-9, -4, -1, 3, 8))
        return self.rng.choice("SAFGN"), qty, self.cost() if qty > 0 else None, self.place() if qty > 0 else self.place(""), self.rng.randint(1, 9)

    def a_decide(self):
        return self.document("adjust", "end_count", "count"), self.rng.random() < 0.7, self.rng.random() < 0.7

    def a_transfer(self):
        return self.rng.choice(PARTS + ("Q", "BA")), self.rng.randint(1, 9), self.place("", ""), self.place(), self.rng.random() < 0.6

    def a_arrive(self):
        return self.document("transfer"), self.rng.choice((None, None, 1, 3)), self.rng.random() < 0.25

    def a_status(self):
        statuses = ("available", "available", "blocked", "inspection")
        return self.rng.choice(PARTS), self.rng.randint(1, 5), self.place(""), self.rng.choice(statuses), self.rng.choice(statuses)

    def a_inspect(self):
        return self.rng.choice(PARTS), self.rng.randint(0, 3), self.rng.randint(1, 2)

    def a_count(self):
        return self.rng.choice(PARTS), self.rng.random() < 0.2

    def a_record(self):
        return self.document("count"), self.rng.choice((1, 1, 1, 2)), self.rng.randint(0, 30)

    def a_end_count(self):
        return (self.document("count"),)

    def a_receive(self):
        number = self.rng.choice(("P0", "P1"))
        item = self.bought[number]
        return (number, 1 if item == "Q" else self.rng.randint(1, 20), self.place()) + self.lot(item) + (self.rng.random() < 0.3,)

    def a_return_supplier(self):
        number = self.rng.choice(("P0", "P1"))
        return number, self.rng.randint(1, 5), self.place(""), "", self.rng.choice(("available", "available", "inspection", "blocked"))

    def a_ship(self):
        return "S0", self.rng.randint(1, 6)

    def a_return_customer(self):
        return "S0", self.rng.randint(1, 4), self.place(), self.lot(self.sold["S0"])[0], self.rng.choice(("available", "inspection"))

    def a_issue(self):
        item = self.rng.choice(PARTS + PARTS + ("N",))
        lot = self.lot(item)[0] if self.rng.random() < 0.3 else ""
        reason = self.rng.choice(("", "", "worn", "lost")) if item != "N" else self.rng.choice(("worn", "lost", ""))
        order = self.order()
        self.issued.append((order, item))
        return order, item, self.rng.randint(1, 7), self.place("", "", "", "", ""), lot, reason

    def a_issues(self):
        return ([(order, self.rng.choice(PARTS), self.rng.randint(1, 5)) for order in self.rng.sample(("W0", "W1"), 2)],)

    def a_give_back(self):
        order, item = self.order(), self.rng.choice(PARTS + ("N",))
        if self.issued and self.rng.random() < 0.8:
            order, item = self.rng.choice(self.issued)
        return order, item, self.rng.randint(1, 4), self.place(), self.lot(item)[0] if self.rng.random() < 0.7 else "", self.rng.random() < 0.2

    def a_report(self):
        return self.order(), Fraction(self.rng.randint(1, 400), 100)

    def a_finish(self):
        qty, scrapped, final = self.rng.randint(0, 4), self.rng.choice((0, 0, 1)), self.rng.random() < 0.1
        order = self.order()
        lot = self.lot(self.reworked.get(order))[0]
        outputs = [(item, self.rng.randint(1, 5), self.place()) for item in ("CO", "BY") if self.rng.random() < 0.3]
        return order, qty, scrapped, final or not qty + scrapped, self.place(), lot, self.rng.random() < 0.2, outputs

    def a_rework(self):
        number = self.rng.choice(("R0", "R1", "R2"))
        item = self.rng.choice(BOXES + BOXES + ("T", "Q", "F"))
        self.reworked[number] = item
        lot = self.lot(item)[0] if self.rng.random() < 0.7 else ""
        status = self.rng.choice(("available", "available", "blocked", "inspection"))
        return number, item, 1 if item == "Q" else self.rng.randint(1, 3), self.place("", ""), lot, status, Fraction(self.rng.randint(1, 99), 100)

    def a_unbuild(self):
        item, qty = self.rng.choice(BOXES + BOXES + ("S",)), self.rng.randint(1, 3)
        lines = [(part, self.rng.randint(1, per * qty), self.place(), self.lot(part)[0])
                 for part, per in sorted(PER_BOX.items()) if self.rng.random() < 0.6]
        if self.rng.random() < 0.1:
            lines.append((self.rng.choice(("N", "A")), 9, "", ""))
        if self.rng.random() < 0.3:  # everything that is in it
            lines = [(part, per * qty, "L1", self.lot(part)[0]) for part, per in PER_BOX.items()]
        return item, qty, self.place("", ""), lines

    def a_close(self):
        return (self.order(),)

    a_cancel = a_close

    def a_hold(self):
        self.held.append(self.order())
        return (self.held[-1],)

    def a_resume(self):
        return (self.rng.choice(self.held[-2:] or ["W0"]),)

    def a_create(self):
        return self.order(), self.rng.choice(BOXES), self.rng.randint(2, 12)

    def a_release(self):
        return (self.order(),)

    def a_resize(self):
        return self.order(), self.rng.randint(1, 14)

    def a_split(self):
        return self.order(), self.rng.randint(1, 5), "W%d" % self.rng.randint(2, 4)

    def a_change(self):
        return self.order(), self.rng.randint(1, 5), self.rng.choice((0, 2, 5, 9, 20))

    def a_merge(self):
        return self.rng.choice(("W0", "W1")), self.rng.choice(("W0", "W1", "W2", "W3", "R0"))

    def a_reverse(self):
        return (self.document(*REVERSIBLE),)


WEIGHTS = {"a_adjust": 12, "a_backdate": 4, "a_decide": 3, "a_transfer": 6, "a_arrive": 5, "a_status": 4, "a_inspect": 2, "a_count": 3, "a_record": 4,
           "a_end_count": 3, "a_receive": 8, "a_return_supplier": 3, "a_ship": 5, "a_return_customer": 3, "a_issue": 20, "a_issues": 4,
           "a_give_back": 10, "a_report": 4, "a_finish": 8, "a_close": 1, "a_hold": 2, "a_resume": 4, "a_cancel": 1, "a_create": 1,
           "a_release": 2, "a_resize": 2, "a_split": 2, "a_change": 2, "a_merge": 2, "a_rework": 5, "a_unbuild": 5,
           "a_reverse": 8}


def named(*steps):
    return [("D%d" % number,) + step for number, step in enumerate(steps)]


RELEASED = ("create", "W0", "BA", 10), ("release", "W0")
LAYERS = ("adjust", "F", 5, Fraction(1), "L1", "", None), ("adjust", "F", 5, Fraction(2), "L1", "", None)
ISSUE_F = "issue", "W0", "F", 5, "", "", ""
KEPT = {  # sequences that once differed, or that chance seldom makes
    "an issue of layers that was given back in part is not reversed": named(
        *RELEASED, *LAYERS, ISSUE_F, ISSUE_F, ("give_back", "W0", "F", 2, "L1", "", False), ("reverse", "D5"), ("reverse", "D4"),
        ("give_back", "W0", "F", 3, "L1", "", False)),
    "the older of two issues from one layer is reversed, then the rest given back": named(
        *RELEASED, ("adjust", "F", 10, Fraction(3), "L1", "", None), ("issue", "W0", "F", 3, "", "", ""),
        ("issue", "W0", "F", 2, "", "", ""), ("reverse", "D3"), ("give_back", "W0", "F", 2, "L1", "", False)),
    "a return to layers is reversed, then given back again": named(
        *RELEASED, *LAYERS, ISSUE_F, ISSUE_F, ("give_back", "W0", "F", 7, "L1", "", False), ("reverse", "D6"),
        ("give_back", "W0", "F", 6, "L1", "", False)),
    "a return to a cancelled order is not reversed": named(
        *RELEASED, *LAYERS, ISSUE_F, ("give_back", "W0", "F", 5, "L1", "", False), ("cancel", "W0"), ("reverse", "D5")),
    "what was owed below zero goes to who took it": named(
        *RELEASED, ("issue", "W0", "N", 4, "", "", "worn"), ("adjust", "N", -3, None, "", "", None),
        ("issue", "W0", "N", 2, "", "", "worn"), ("adjust", "N", 5, Fraction(7), "L1", "", None),
        ("adjust", "N", 20, Fraction(9), "L1", "", None)),
    "a large count is approved by somebody else": named(
        ("adjust", "S", 100, Fraction(3), "L1", "", None), ("adjust", "S", 150, Fraction(3), "L2", "", None), ("count", "S", True),
        ("record", "D2", 1, 400), ("end_count", "D2"), ("decide", "D2", True, False), ("decide", "D2", True, True),
        ("decide", "D2", True, True)),
    "what comes late for a day before a count does not spoil it": named(
        ("adjust", "F", 10, Fraction(3), "L1", "", None), ("count", "F", False), ("record", "D1", 1, 26),
        ("backdate", "F", 8, Fraction(4), "L1", 9), ("end_count", "D1")),
    "a lot that ran empty keeps its expiry": named(
        ("adjust", "T", 5, Fraction(3), "L1", "K1", "2098-01-01"), ("adjust", "T", 5, Fraction(3), "L1", "K2", "2099-01-01"),
        ("adjust", "T", -5, None, "", "K1", None), ("adjust", "T", 5, Fraction(3), "L1", "K1", "2100-01-01"),
        ("adjust", "T", -5, None, "", "", None)),
    "what was lost in taking a product of layers apart comes back with the reversal": named(
        ("adjust", "BF", 4, Fraction(33), "L1", "", None), ("unbuild", "BF", 2, "", [("A", 3, "L1", "")]), ("reverse", "D1")),
    "what was shipped of a layer that is used up since comes back to it": named(
        ("sell", "S0", "F", 15), ("adjust", "F", 7, Fraction(959, 100), "L2", "", None), ("ship", "S0", 5), ("ship", "S0", 2),
        ("reverse", "D2"), ("ship", "S0", 4)),
    "what comes beside the product goes with the reversal, and may come again": named(
        *RELEASED, ("finish", "W0", 4, 0, False, "L1", "", False, [("CO", 11, "L1"), ("BY", 3, "L1")]), ("reverse", "D2"),
        ("finish", "W0", 4, 0, False, "L1", "", False, [("CO", 11, "L1")]), ("finish", "W0", 4, 0, False, "L1", "", False, [("CO", 1, "L1")])),
}


# ------------------------------------------------------------------------------------------ to the plant

def number(value):
    return "%.6f" % float(value)


def given(**fields):
    """Without what is None or empty."""
    return {name: value for name, value in fields.items() if value not in (None, "", False)}


class Speaker:
    """Requests of one group: codes end in its name, documents are known by the step that made them."""

    def __init__(self, group, day):
        self.group, self.day, self.documents = group, day, {}

    def code(self, name):
        return "%s-%s" % (name, self.group)

    def document(self, name):
        return self.documents.get(name, "NO-%s" % self.code(name))

    def say(self, what, *args):
        return getattr(self, what)(*args)

    def adjust(self, item, qty, cost, place, lot, expires):
        return "Inventory.PostAdjustment", {"reason": "model", "lines": [given(
            item=self.code(item), quantity=str(qty), location=place, lot=lot, expires_on=expires,
            unit_cost=number(cost) if cost is not None else None)]}

    def backdate(self, item, qty, cost, place, ago):
        method, body = self.adjust(item, qty, cost, place, "", None)
        return method, dict(body, effective_on=str(date.fromisoformat(self.day) - timedelta(days=ago)))

    def decide(self, document, approve, second):
        return "Inventory.DecideDocument", {"document": self.document(document), "approve": approve}

    def transfer(self, item, qty, place, to, two_steps):
        return "Inventory.PostTransfer", {"to_location": to, "two_steps": two_steps, "lines": [
            given(item=self.code(item), quantity=str(qty), location=place)]}

    def arrive(self, document, qty, send_back):
        lines = {} if qty is None else {"lines": [{"line": 1, "quantity": str(qty)}]}
        return "Inventory.ReceiveTransfer", dict(lines, transfer=self.document(document), send_back=send_back)

    def status(self, item, qty, place, before, after):
        return "Inventory.ChangeStatus", {"reason": "model", "lines": [given(
            item=self.code(item), quantity=str(qty), location=place, from_status=before, to_status=after)]}

    def inspect(self, item, accepted, rejected):
        return "Inventory.PostInspection", {"reason": "model", "lines": [
            {"item": self.code(item), "accepted": str(accepted), "rejected": str(rejected)}]}

    def count(self, item, freeze):
        return "Inventory.StartCount", {"items": [self.code(item)], "freeze": freeze}

    def record(self, document, line, qty):
        return "Inventory.RecordCount", {"count": self.document(document), "lines": [{"line": line, "quantity": str(qty)}]}

    def end_count(self, document):
        return "Inventory.FinishCount", {"count": self.document(document)}

    def buy(self, order, item, qty, price):
        return "Order.CreatePurchaseOrder", {"purchase_order": self.code(order), "supplier": "S1", "lines": [
            {"line": 1, "item": self.code(item), "quantity": str(qty), "price": number(price), "due_on": self.day}]}

    def receive(self, order, qty, place, lot, expires, inspection):
        return "Inventory.PostPurchaseReceipt", given(purchase_order=self.code(order), inspection=inspection, lines=[
            given(line=1, quantity=str(qty), location=place, lot=lot, expires_on=expires)])

    def return_supplier(self, order, qty, place, lot, status):
        return "Inventory.PostSupplierReturn", {"purchase_order": self.code(order), "reason": "model", "lines": [
            given(line=1, quantity=str(qty), location=place, lot=lot, status=status)]}

    def sell(self, order, item, qty):
        return "Order.CreateSalesOrder", {"sales_order": self.code(order), "customer": "C1", "lines": [
            {"line": 1, "item": self.code(item), "quantity": str(qty), "due_on": self.day}]}

    def ship(self, order, qty):
        return "Inventory.PostShipment", {"sales_order": self.code(order), "lines": [{"line": 1, "quantity": str(qty)}]}

    def return_customer(self, order, qty, place, lot, status):
        return "Inventory.PostCustomerReturn", {"sales_order": self.code(order), "reason": "model", "lines": [
            given(line=1, quantity=str(qty), location=place, lot=lot, status=status)]}

    def of_order(self, method, order, **more):
        return method, dict({"work_order": self.code(order)}, **more)

    def create(self, order, box, qty):
        return self.of_order("Order.CreateWorkOrder", order, item=self.code(box), quantity=str(qty), start_on=self.day, due_on=self.day)

    def release(self, order):
        return self.of_order("Production.ReleaseWorkOrder", order)

    def issue(self, order, item, qty, place, lot, reason):
        return self.of_order("Production.PostIssue", order, lines=[
            given(item=self.code(item), quantity=str(qty), location=place, lot=lot, reason=reason)])

    def issues(self, orders):
        return "Production.PostIssues", {"orders": [
            {"work_order": self.code(order), "lines": [{"item": self.code(item), "quantity": str(qty)}]} for order, item, qty in orders]}

    def give_back(self, order, item, qty, place, lot, defective):
        return self.of_order("Production.PostReturn", order, lines=[
            given(item=self.code(item), quantity=str(qty), location=place, lot=lot, type="defective" if defective else "surplus",
                  reason="model")])

    def report(self, order, hours):
        return self.of_order("Production.ReportOperation", order, operation="10", hours=number(hours))

    def finish(self, order, qty, scrapped, final, place, lot, inspection, outputs):
        beside = [{"item": self.code(item), "quantity": str(came), "location": where} for item, came, where in outputs]
        return self.of_order("Receipt.PostReceipt", order, quantity=str(qty), scrapped=str(scrapped), final=final, location=place,
                             **given(lot=lot, inspection=inspection, outputs=beside or None))

    def rework(self, order, item, qty, place, lot, status, hours):
        return self.of_order("Production.StartRework", order, item=self.code(item), quantity=str(qty), status=status, reason="model",
                             operations=[{"operation": "10", "work_center": "WC", "hours": number(hours)}],
                             **given(location=place, lot=lot))

    def unbuild(self, item, qty, place, lines):
        back = [given(item=self.code(part), quantity=str(some), location=where, lot=lot) for part, some, where, lot in lines]
        return "Production.PostUnbuild", given(item=self.code(item), quantity=str(qty), location=place, reason="model", lines=back or None)

    def close(self, order):
        return self.of_order("Production.CloseWorkOrder", order, anyway=True)

    def hold(self, order):
        return self.of_order("Production.HoldWorkOrder", order, reason="model")

    def resume(self, order):
        return self.of_order("Production.ResumeWorkOrder", order)

    def cancel(self, order):
        return self.of_order("Production.CancelWorkOrder", order, reason="model")

    def resize(self, order, qty):
        return self.of_order("Production.ChangeQuantity", order, quantity=str(qty), reason="model")

    def split(self, order, qty, made):
        return self.of_order("Production.SplitWorkOrder", order, quantity=str(qty), new_work_order=self.code(made), reason="model")

    def merge(self, order, merged):
        return self.of_order("Production.MergeWorkOrders", order, merged_work_order=self.code(merged), reason="model")

    def change(self, order, line, qty):
        return self.of_order("Production.ChangeComponents", order, reason="model", lines=[{"line": line, "quantity": str(qty)}])

    def reverse(self, document):
        return "Inventory.ReverseDocument", {"document": self.document(document), "reason": "model"}
