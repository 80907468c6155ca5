#!/usr/bin/env python3
# ops/test: release
"""A bicycle maker's real data: master, explosions, a month's plan, and 3,000 work orders through the services.

Figures are computed here a second time from the source tables, with fractions.  Settings: E2E_AW_ORDERS (3000),
E2E_AW_FIRST (60000, the first work order's place in the table), E2E_AW_THREADS (16).
"""
import os
import queue
import threading
import time
from collections import defaultdict
from fractions import Fraction

from harness import (Decimal, SHARED, Skip, Suite, audit_ledger, equal, fresh, import_files, key_of, refused, stock_places,
                     same_number, settled, until)
from api import read_folder
import reference
from convert import Source, Writer

DATA = os.path.join(SHARED, "data", "adventureworks")
MONTH = "2014-03"
ORDERS = int(os.environ.get("E2E_AW_ORDERS", "3000"))
FIRST = int(os.environ.get("E2E_AW_FIRST", "60000"))
THREADS = int(os.environ.get("E2E_AW_THREADS", "16"))
LINES_A_POSTING = 100

suite = Suite("adventureworks", stack=os.path.isdir(DATA))
PLANT = fresh("AW-")
state = {}


def source():
    if not os.path.isdir(DATA):
        raise Skip("the real data is missing: no folder %s" % DATA)
    if "source" not in state:
        state["source"] = Source(DATA)
    return state["source"]


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def in_threads(work, tasks):
    """work(client, task) for every task on THREADS connections; the first failure ends it."""
    waiting, failures, results = queue.Queue(), [], {}
    for task in tasks:
        waiting.put(task)

    def run():
        own = suite.stack.client(PLANT)
        while not failures:
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                results[task] = work(own, task)
            except Exception as error:  # reported by the main thread
                failures.append(AssertionError("%s: %s" % (task, error)))
        own.close()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


@suite.test("imports the whole master")
def _(t):
    s = source()
    folder = os.path.join(t.folder, "plant")
    Writer(s, folder, PLANT, MONTH).write()
    begun = time.monotonic()
    reply = import_files(client(), read_folder(folder), PLANT + "/import")
    equal(reply.get("errors", []), [], "errors")
    rows = {f["file"]: int(f["rows"]) for f in reply["files"]}
    equal(rows["items.csv"], 504, "products")
    equal(rows["bom.csv"], 2679 - 103, "bill lines (2,679 rows, 103 of them markers)")
    equal(rows["suppliers.csv"], 460, "offers of vendors")
    equal(rows["partners.csv"], 104 + 2, "vendors and customers")
    print("        %d rows in %.1f s" % (sum(rows.values()), time.monotonic() - begun))


def explosion(product, day):
    """{component code: quantity for one piece}, every level."""
    s, totals = source(), defaultdict(Fraction)

    def down(key, quantity):
        for component, per in s.components(key, day):
            totals[s.code(component)] += quantity * per
            down(component, quantity * per)

    down(product, Fraction(1))
    return totals


@suite.test("explodes every finished good as computed independently")
def _(t):
    s, quantity, compared = source(), 7, 0
    goods = [k for k, p in s.products.items() if p["finished_goods_flag"] == "1" and s.is_made(k)]

    def explode(own, key):
        rows = own.pages("Bom.Explode", "rows", item=s.code(key), quantity=str(quantity), start_on=MONTH + "-01",
                         summarised=True, limit=500)
        return {r["component"]: Decimal(r["quantity"]) for r in rows}

    for key, got in in_threads(explode, goods).items():
        wanted = {c: Decimal((q * quantity).numerator) / (q * quantity).denominator
                  for c, q in explosion(key, MONTH + "-01").items()}
        equal(got, wanted, "explosion of %s" % s.code(key))
        compared += len(wanted)
    equal(len(goods), 212, "finished goods that are made")
    print("        %d finished goods, %d components compared" % (len(goods), compared))


@suite.test("an explosion before a change of the bill takes the old lines")
def _(t):
    s = source()
    ended = next(r for r in s.bill if r["end_date"])
    parent = ended["product_assembly_id"]
    rows = client().pages("Bom.Explode", "rows", item=s.code(parent), quantity="1", start_on=ended["start_date"],
                          levels=1, limit=500)
    got = {r["component"]: Decimal(r["quantity"]) for r in rows}
    wanted = defaultdict(Decimal)
    for component, quantity in s.components(parent, ended["start_date"]):
        wanted[s.code(component)] += Decimal(quantity.numerator) / quantity.denominator
    equal(got, dict(wanted), "lines of %s on %s" % (s.code(parent), ended["start_date"]))


@suite.test("plans a real month as a second program does; every purchase names a real vendor and its terms")
def _(t):
    s = source()
    until(lambda: int(client().call("Mrp.GetPlanState").get("planned_orders") or 0) > 0, "a plan", 60)
    offers = {(s.code(key), "V" + o["vendor_id"]): o for key, rows in s.offers.items() for o in rows}
    bought, made = [], []
    for order in client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=500):
        (bought if order["type"] == "buy" else made).append(order)
    for order in bought:
        offer = offers.get((order["item"], order.get("supplier")))
        assert offer, "%s is not sold by %s" % (order["item"], order.get("supplier"))
        units = Decimal(order["purchase_quantity"])
        assert units >= int(offer["min_order_qty"]) and units == units.to_integral_value(), order
        same_number(order["quantity"], units * s.factor(offer), "stock units of %s" % order["item"])
        same_number(order["price"], offer["standard_price"], "price of %s" % order["item"])
        equal(order["purchase_uom"], offer["uom"], "purchase unit of %s" % order["item"])
    assert len(bought) > 100 and len(made) > 100, (len(bought), len(made))
    got = [(o["item"], o["type"], Fraction(o["quantity"]), o["start_on"], o["due_on"], o["need_on"],
            o.get("supplier"), int(Decimal(o["purchase_quantity"])) if o.get("purchase_quantity") else None)
           for o in bought + made]
    wanted = sorted(reference.plan(s, MONTH), key=repr)
    got.sort(key=repr)
    extra, lacking = [r for r in got if r not in set(wanted)], [r for r in wanted if r not in set(got)]
    assert got == wanted, "%d orders not in the reference plan, first %s; %d lack, first %s" % (
        len(extra), extra[:2], len(lacking), lacking[:2])
    vendors = {o["supplier"] for o in bought}
    print("        %d sales lines: %d orders to make, %d to buy from %d vendors" % (
        len(s.month_lines(MONTH)), len(made), len(bought), len(vendors)))


def chosen():
    if "orders" not in state:
        state["orders"] = source().orders()[FIRST:FIRST + ORDERS]
    return state["orders"]


def used_by(order):
    """{component code: quantity} of a work order."""
    s, used = source(), defaultdict(Fraction)
    for component, per in s.components(order["product_id"], order["start_date"]):
        used[s.code(component)] += per * int(order["order_qty"])
    return used


@suite.test("posts the missing opening stock, computed")
def _(t):
    s, used, held = source(), defaultdict(Fraction), defaultdict(int)
    for order in chosen():
        for code, quantity in used_by(order).items():
            used[code] += quantity
    for row in s.read("product_inventory"):
        held[s.code(row["product_id"])] += int(row["quantity"])
    missing = {code: quantity - held[code] for code, quantity in sorted(used.items()) if quantity > held[code]}
    lines = [{"item": code, "quantity": str(Decimal(q.numerator) / q.denominator), "location": "OPENING"}
             for code, q in missing.items()]
    state["opening"] = []
    stock_places(client(), "OPENING", alone="99999999999")
    for start in range(0, len(lines), LINES_A_POSTING):
        body = {"effective_on": chosen()[0]["start_date"], "reason": "opening stock not in the data",
                "lines": lines[start:start + LINES_A_POSTING]}
        key = key_of("%s/opening/%d" % (PLANT, start))
        status, answer = client().raw("Inventory.PostAdjustment", body, key)
        assert status == 200, answer
        state["opening"].append((body, key, answer))
    state["held"] = held
    state["missing"] = missing
    print("        %d of %d components lack stock" % (len(missing), len(used)))


def steps_of(order):
    number = "AW%s" % order["work_order_id"]
    code = source().code(order["product_id"])
    start, end = order["start_date"], order["end_date"] or order["due_date"]
    return number, (
        ("Order.CreateWorkOrder", {"work_order": number, "item": code, "quantity": order["order_qty"],
                                   "start_on": start, "due_on": max(order["due_date"], start)}),
        ("Production.ReleaseWorkOrder", {"work_order": number, "effective_on": start}),
        ("Production.PostIssue", {"work_order": number, "effective_on": start}),
        ("Receipt.PostReceipt", {"work_order": number, "effective_on": end, "quantity": order["stocked_qty"],
                                 "scrapped": order["scrapped_qty"], "final": True}),
        ("Production.CloseWorkOrder", {"work_order": number, "effective_on": end}))


def run_order(own, place):
    number, steps = steps_of(chosen()[place])
    answers = []
    for method, body in steps:
        status, answer = own.raw(method, body, key_of("%s/%s/%s" % (PLANT, number, method)))
        assert status == 200, "%s of %s: %s %s" % (method, number, status, answer[:300])
        answers.append(answer)
    return answers


@suite.test("runs %d consecutive work orders: create, release, issue, receive with scrap, close" % ORDERS)
def _(t):
    begun = time.monotonic()
    state["answers"] = in_threads(run_order, range(len(chosen())))
    seconds = time.monotonic() - begun
    calls = 5 * len(chosen())
    scrapped = sum(int(o["scrapped_qty"]) for o in chosen())
    print("        %d postings in %.1f s, %d a second on %d connections; %d pieces scrapped, %d products" % (
        calls, seconds, calls / seconds, THREADS, scrapped, len({o["product_id"] for o in chosen()})))


def expected_stock():
    total = defaultdict(Fraction)
    for code, quantity in state["held"].items():
        total[code] += quantity
    for code, quantity in state["missing"].items():
        total[code] += quantity
    for order in chosen():
        total[source().code(order["product_id"])] += int(order["stocked_qty"])
        for code, quantity in used_by(order).items():
            total[code] -= quantity
    return total


@suite.test("each item's ledger sum equals the computation from the tables, and its stock the ledger")
def _(t):
    source()
    sums = audit_ledger(client())
    wanted = expected_stock()
    for code in sorted(set(sums) | set(wanted)):
        quantity = wanted.get(code, Fraction(0))
        same_number(sums.get(code, 0), Decimal(quantity.numerator) / quantity.denominator, "ledger of %s" % code)
    state["sums"] = sums
    print("        %d items compared" % len(wanted))


@suite.test("every order's cost closes to zero work in process")
def _(t):
    def cost(own, place):
        number, _steps = steps_of(chosen()[place])
        return own.call("Cost.GetOrderCost", work_order=number)

    wip = debits = Decimal(0)
    for place, got in in_threads(cost, range(len(chosen()))).items():
        order = chosen()[place]
        same_number(got.get("wip", 0), 0, "WIP of %s" % got["work_order"])
        same_number(got["credits"], got["debits"], "credits of %s" % got["work_order"])
        same_number(got["received"], order["stocked_qty"], "received of %s" % got["work_order"])
        same_number(got.get("scrapped", 0), order["scrapped_qty"], "scrapped of %s" % got["work_order"])
        equal(got["state"], "closed", "state of %s" % got["work_order"])
        wip += Decimal(got.get("wip", 0))
        debits += Decimal(got["debits"])
    open_wip = [r for r in client().pages("Cost.ListWip", "rows", limit=500) if Decimal(r.get("wip") or 0)]
    equal(open_wip, [], "orders with work in process")
    print("        %s USD through %d orders" % (debits, len(chosen())))


@suite.test("the whole run again with the same keys changes nothing")
def _(t):
    source()
    before = settled(client())
    for body, key, answer in state["opening"]:
        equal(client().raw("Inventory.PostAdjustment", body, key), (200, answer), "opening stock again")
    begun = time.monotonic()
    again = in_threads(run_order, range(len(chosen())))
    seconds = time.monotonic() - begun
    equal(sum(again[p] != state["answers"][p] for p in again), 0, "answers that differ")
    equal(settled(client()), before, "events")
    equal(audit_ledger(client()), state["sums"], "ledger sums")
    print("        %d repeats, %d a second" % (5 * len(again), 5 * len(again) / seconds))


@suite.test("an order for a product that does not exist is refused")
def _(t):
    source()
    refused(client(), 404, "NOT_FOUND", "Order.CreateWorkOrder", key=key_of(PLANT + "/none"), work_order="AW-NONE",
            item="XX-0000", quantity="1", start_on="2014-03-03", due_on="2014-03-04")


if __name__ == "__main__":
    suite.main()
