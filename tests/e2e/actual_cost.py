#!/usr/bin/env python3
"""What the lots of an end item really cost, down the levels: every part adds up to what it is a part of.

Ore is bought twice: lot O1, 10 pieces at 3, and O2, 10 at 5.  Order B1 makes 10 bars, lot B1, of 10 pieces of O1 and two hours at
10: 50, 5 a bar.  Order B2 makes 10 bars, lot B2, of 10 of O2 and one hour: 60, 6 a bar.  Bars are received at the planned 5.
Order L makes a lamp of 4 bars of B1, 6 of B2 and one hour.  After the bars' orders are closed: 20 + 36 + 10 = 66.
Then the supplier bills the ore of O2 at 6 instead of 5: 10 more, of which B2 passes 6 on to the lamp: 72.
The second part lets chance post, and compares with sums in exact fractions.
"""
import collections
import json
import os
import random
import subprocess
import sys
from fractions import Fraction

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of, refused

suite = Suite("actual-cost")
PLANT = fresh("AC-")
SEED = int(os.environ.get("MILLRACE_SEED", "7"))
RUNS = 12 if os.environ.get("MILLRACE_LONG") == "1" else 2
state = {}
FILES = {
    "items.csv": "item,type,uom,valuation,unit_cost,tracking\nORE,buy,EA,lot,3,lot\nBAR,make,EA,lot,5,lot\nLAMP,make,EA,lot,60,lot\n",
    "bom.csv": "parent,component,qty\nBAR,ORE,1\nLAMP,BAR,10\n",
    "work_centers.csv": "work_center,labor_rate\nW,10\n",
    "routing.csv": "item,operation,work_center,run,time_unit\nBAR,10,W,0.2,h\nLAMP,10,W,1,h\n",
}


def plant_of(name, files):
    client = suite.stack.client(name)
    files = {file: text.encode() for file, text in files.items()}
    files["plant.csv"] = ("key,value\nplant,%s\ncurrency,CNY\n" % name).encode()
    equal(import_files(client, files, name + "/import").get("errors", []), [], "errors of the import")
    return client, Poster(client, name)


def client():
    if "client" not in state:
        state["client"], state["poster"] = plant_of(PLANT, FILES)
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def make(step, item, qty, hours, lot, parts, by=None):
    by = by or post
    order = by(step + "wo", "Order.CreateWorkOrder", item=item, quantity=str(qty), start_on="2020-01-01",
               due_on="2020-01-02")["work_order"]
    by(step + "release", "Production.ReleaseWorkOrder", work_order=order)
    for n, (component, from_lot, quantity) in enumerate(parts):
        line = {"item": component, "quantity": str(quantity)}
        by("%sissue%d" % (step, n), "Production.PostIssue", work_order=order, lines=[dict(line, lot=from_lot) if from_lot else line])
    if hours:
        by(step + "work", "Production.ReportOperation", work_order=order, operation="10", hours=str(hours), good=str(qty))
    more = {"lot": lot} if lot else {}
    by(step + "receipt", "Receipt.PostReceipt", work_order=order, quantity=str(qty), final=True, **more)
    return order


def check_sums(reply):
    """All leaves add up to the amount, the nodes below one to it, the elements to the whole."""
    nodes, below = {n["node"]: n for n in reply["nodes"]}, collections.defaultdict(Decimal)
    for n in reply["nodes"]:
        if "of" in n:
            below[n["of"]] += Decimal(n["amount"])
            equal(n["level"], nodes[n["of"]]["level"] + 1, "level")
    for node, total in below.items():
        equal(total, Decimal(nodes[node]["amount"]), "parts of node %d" % node)
    equal(sum(Decimal(n["amount"]) for n in reply["nodes"] if n["node"] not in below), Decimal(reply["amount"]), "leaves")
    equal(sum(Decimal(e["amount"]) for e in reply["elements"]), Decimal(reply["amount"]), "elements")
    return {e["element"]: Decimal(e["amount"]) for e in reply["elements"] if Decimal(e["amount"])}


def actual(asker=None, **query):
    asker, nodes, after = asker or client(), [], {}
    while True:
        reply = asker.call("Cost.GetActualCost", limit=7, **query, **after)
        nodes += reply["nodes"]
        if "next" not in reply:
            return dict(reply, nodes=nodes)
        after = {"after": reply["next"]}


def debits(asker, order):
    return Decimal(asker.call("Cost.GetOrderCost", work_order=order)["debits"])


@suite.test("a lamp of two lots of bars of two lots of ore: each at what it really cost")
def _(t):
    for lot, price in (("O1", 3), ("O2", 5)):
        state[lot] = post("po" + lot, "Order.CreatePurchaseOrder", supplier="S", lines=[
            {"item": "ORE", "quantity": "10", "price": str(price), "due_on": "2030-01-01"}])["purchase_order"]
        post("pr" + lot, "Inventory.PostPurchaseReceipt", purchase_order=state[lot], lines=[{"line": 1, "quantity": "10", "lot": lot}])
    state["b1"] = make("b1", "BAR", 10, 2, "B1", [("ORE", "O1", 10)])
    state["b2"] = make("b2", "BAR", 10, 1, "B2", [("ORE", "O2", 10)])
    for order in ("b1", "b2"):
        post(order + "close", "Production.CloseWorkOrder", work_order=state[order])
    state["l"] = make("l", "LAMP", 1, 1, "L1", [("BAR", "B1", 4), ("BAR", "B2", 6)])
    reply = actual(work_order=state["l"])
    equal(check_sums(reply), {"material": 12 + 30, "labor": 8 + 6 + 10}, "elements")
    equal((reply["amount"], debits(client(), state["l"])), ("66", 66), "the order's actual cost")
    shown = [(n["level"], n["element"], n.get("item"), n.get("lot"), n.get("source"), n.get("quantity"), n["amount"]) for n in reply["nodes"]]
    equal(shown, [(0, "order", "LAMP", None, state["l"], "1", "66"),
                  (1, "labor", None, None, None, None, "10"),
                  (1, "material", "BAR", "B1", state["b1"], "4", "20"), (1, "material", "BAR", "B2", state["b2"], "6", "36"),
                  (2, "labor", None, None, None, None, "8"), (2, "material", "ORE", "O1", state["O1"], "4", "12"),
                  (2, "labor", None, None, None, None, "6"), (2, "material", "ORE", "O2", state["O2"], "6", "30")], "nodes")
    equal(actual(item="LAMP", lot="L1")["amount"], "66", "of the lot")
    equal([n["level"] for n in actual(work_order=state["l"], levels=1)["nodes"]], [0, 1, 1, 1], "one level")


@suite.test("a bill that comes later is in it")
def _(t):
    post("tolerance", "Cost.SetInvoiceTolerance", percent="100")
    post("bill", "Cost.EnterInvoice", supplier="S", number="1", lines=[
        {"purchase_order": state["O2"], "order_line": 1, "quantity": "10", "amount": "60"}])
    reply = actual(work_order=state["l"])
    equal(check_sums(reply), {"material": 12 + 36, "labor": 24}, "6 of the 10")
    equal((reply["amount"], debits(client(), state["l"])), ("72", 72), "the order's actual cost")


@suite.test("while a bar is at its planned cost, what it really cost is there as a difference")
def _(t):
    post("po3", "Order.CreatePurchaseOrder", purchase_order="P3", supplier="S", lines=[
        {"item": "ORE", "quantity": "10", "price": "4", "due_on": "2030-01-01"}])
    post("pr3", "Inventory.PostPurchaseReceipt", purchase_order="P3", lines=[{"line": 1, "quantity": "10", "lot": "O3"}])
    make("b3", "BAR", 10, 3, "B3", [("ORE", "O3", 10)])
    order = make("l2", "LAMP", 1, 0, "L2", [("BAR", "B3", 10)])
    reply = actual(work_order=order)
    planned = debits(client(), order)
    equal(check_sums(reply), {"material": 40, "labor": 30, "difference": planned - 70}, "charged as planned, really 70")


@suite.test("bad input")
def _(t):
    def no(status, code, field, **body):
        equal(refused(client(), status, code, "Cost.GetActualCost", **body).field, field, "field")

    no(422, "INVALID", "work_order")
    no(422, "INVALID", "work_order", item="LAMP")
    no(404, "NOT_FOUND", "work_order", work_order="NONE")
    no(404, "NOT_FOUND", "lot", item="LAMP", lot="NONE")
    no(404, "NOT_FOUND", "lot", item="ORE", lot="O1")
    no(422, "INVALID", "levels", work_order=state["l"], levels=61)
    no(422, "INVALID", "after", work_order=state["l"], after="x")


@suite.test("the command line")
def _(t):
    def millrace(*words):
        done = subprocess.run([os.path.join(suite.stack.build, "bin", "millrace"), *words, "--plant", PLANT, "--config",
                               os.path.join(suite.stack.var, "millrace.ini")], capture_output=True, text=True)
        return done.returncode, done.stdout

    equal(json.loads(millrace("actual-cost", "order", state["l"])[1])["amount"], "72", "order")
    equal(json.loads(millrace("actual-cost", "lot", "LAMP", "L1", "--levels", "1")[1])["amount"], "72", "lot")
    equal(millrace("actual-cost", "order", "NONE")[0], 1, "none")


# ---- by chance, against fractions ----

LEVELS = 4
CHANCE = {
    "items.csv": "item,type,uom,valuation,unit_cost,tracking\n" + "".join(
        "I%d,%s,EA,%s,%d,lot\n" % (n, "buy" if n == 0 else "make", "fifo" if n % 2 else "lot", 3 + 4 * n) for n in range(LEVELS + 1)),
    "bom.csv": "parent,component,qty\n" + "".join("I%d,I%d,2\n" % (n + 1, n) for n in range(LEVELS)),
    "work_centers.csv": "work_center,labor_rate,machine_rate,overhead_rate,overhead_basis\nW,7,3,50,labor\n",
    "routing.csv": "item,operation,work_center,run,time_unit\n" + "".join("I%d,10,W,0.5,h\n" % (n + 1) for n in range(LEVELS)),
}


def expected(asker, order):
    """Elements of the order's actual cost in fractions, from the ledger's lines, the differences left out."""
    lines = list(asker.pages("Inventory.ListLedger", "rows"))
    made, brought = {}, collections.defaultdict(Fraction)
    for row in lines:
        if row["kind"] == "receipt":
            made[(row["item"], row["lot"])] = row["order_id"]
            brought[row["order_id"]] += Fraction(row["quantity"])

    def of(work_order):
        sums = collections.Counter()
        for row in lines:
            if row.get("order_id") != work_order or row["kind"] in ("receipt", "settlement", "scrap"):
                continue
            maker = made.get((row.get("item"), row.get("lot")))
            if not row.get("item"):
                sums[row["reason"]] += Fraction(row.get("wip", 0))
            elif maker:
                for element, amount in of(maker).items():
                    sums[element] -= Fraction(row["quantity"]) / brought[maker] * amount
            else:
                sums["material"] += Fraction(row.get("wip", 0))
        return sums
    return {element: amount for element, amount in of(order).items() if amount}


def by_chance(run):
    dice = random.Random(SEED + run)
    name = "%sX%d" % (PLANT, run)
    own, poster = plant_of(name, CHANCE)
    stock, orders = collections.defaultdict(list), []
    for n in range(6):
        po = poster.post("po%d" % n, "Order.CreatePurchaseOrder", supplier="S", lines=[
            {"item": "I0", "quantity": "30", "price": "%d.%02d" % (dice.randrange(2, 9), dice.randrange(100)), "due_on": "2030-01-01"}])
        poster.post("pr%d" % n, "Inventory.PostPurchaseReceipt", purchase_order=po["purchase_order"],
                    lines=[{"line": 1, "quantity": "30", "lot": "R%d" % n}])
        stock["I0"].append(["R%d" % n, 30])
    for level in range(1, LEVELS + 1):
        for n in range(6 - level):
            qty = dice.randrange(1, 4)
            need, parts, held = 2 * qty, [], stock["I%d" % (level - 1)]
            while need and held:
                lot = dice.choice(held) if (level - 1) % 2 == 0 else held[0]
                take = min(need, lot[1], dice.randrange(1, 4))
                parts.append(("I%d" % (level - 1), lot[0], take))
                lot[1] -= take
                need -= take
                if not lot[1]:
                    held.remove(lot)
            if not parts:
                continue
            lot = "%d-%d" % (level, n)
            orders.append(make("%d/%d" % (level, n), "I%d" % level, qty, "%d.%d" % (dice.randrange(1, 3), dice.randrange(10)), lot,
                               parts, by=poster.post))
            stock["I%d" % level].append([lot, qty])
        for order in orders[-(6 - level):]:
            if dice.random() < 0.5:
                own.call("Production.CloseWorkOrder", key=key_of(name + order), work_order=order, anyway=True)
    for order in orders:
        reply = actual(own, work_order=order)
        found = check_sums(reply)
        equal(Decimal(reply["amount"]), debits(own, order), "actual cost of %s, seed %d" % (order, SEED + run))
        found.pop("difference", None)
        wanted = expected(own, order)
        for element in set(found) | set(wanted):
            off = abs(Fraction(found.get(element, 0)) - wanted.get(element, 0))
            assert off <= Fraction(len(reply["nodes"]) + 1, 10000), "%s of %s is off by %s, seed %d" % (element, order, off, SEED + run)


@suite.test("what chance posts, against exact fractions (seed %d)" % SEED)
def _(t):
    for run in range(RUNS):
        by_chance(run)


if __name__ == "__main__":
    sys.exit(suite.main())
