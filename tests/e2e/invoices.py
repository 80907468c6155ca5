#!/usr/bin/env python3
"""Bills of suppliers and carriers, and where their costs go.  Round numbers that an accountant can follow.

A rod is bought at 5.  A bar is a rod, a lamp is a bar; all three valued FIFO, planned at 5.
Order B1 starts 10 bars and gets 10, of 10 rods out of the first receipt of 20; it is closed.
    4 bars go to order L1 (2 lamps received and shipped, open), 1 is shipped, 5 are on the shelf.
The supplier bills the 20 rods at 6 instead of 5: 20 more.  10 rods are on the shelf: 10.  10 went to B1: 10, which is
closed, so they go on: 5 bars on the shelf 5, 4 in L1 4 (it is open), 1 in cost of sales.

A lid is a disc at 4 that PLATER plates for 3, at standard 7; a cap is the same, valued FIFO.  Order C1 makes 10 caps, 30 are owed
to PLATER; 4 caps go to order K1 (2 caskets, open), 1 is shipped, 5 are on the shelf; C1 is closed.  He bills 40 instead of 30:
10 more, 5 for the caps on the shelf, 4 for those in K1, 1 cost of sales.
"""
import json
import os
import subprocess
import sys
import tempfile

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of, refused

suite = Suite("invoices")
PLANT = fresh("IV-")
state = {}
FILES = {
    "items.csv": "item,type,uom,valuation,unit_cost,allow_negative\nROD,buy,EA,fifo,5,\nBAR,make,EA,fifo,5,\nLAMP,make,EA,fifo,5,\n"
                 "NUT,buy,EA,average,1,\nBOLT,buy,EA,standard,2,\nPIN,buy,EA,average,4,true\n"
                 "DISC,buy,EA,average,4,\nLID,make,EA,standard,7,\nCAP,make,EA,fifo,7,\nCASKET,make,EA,fifo,14,\n",
    "bom.csv": "parent,component,qty\nBAR,ROD,1\nLAMP,BAR,1\nLID,DISC,1\nCAP,DISC,1\nCASKET,CAP,2\n",
    "work_centers.csv": "work_center\nW\n",
    "routing.csv": "item,operation,work_center,subcontract_price,supplier\nLID,10,W,3,PLATER\nLID,20,W,,\nCAP,10,W,3,PLATER\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        files = {name: text.encode() for name, text in FILES.items()}
        files["plant.csv"] = ("key,value\nplant,%s\ncurrency,CNY\n" % PLANT).encode()
        equal(import_files(state["client"], files, PLANT + "/import").get("errors", []), [], "errors of the import")
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def no(http_status, code, field, method, who=None, **body):
    state["refusals"] = state.get("refusals", 0) + 1
    error = refused(who or client(), http_status, code, method, key=key_of("%s/no/%d" % (PLANT, state["refusals"])), **body)
    equal(error.field, field, "field of: %s" % error)
    return error


def buy(step, *lines, receive=True):
    order = post(step + "po", "Order.CreatePurchaseOrder", supplier="STEELCO", lines=[
        {"item": item, "quantity": str(qty), "price": str(price), "due_on": "2030-01-01"} for item, qty, price in lines])
    if receive:
        post(step + "pr", "Inventory.PostPurchaseReceipt", purchase_order=order["purchase_order"], lines=[
            {"line": i + 1, "quantity": str(line[1])} for i, line in enumerate(lines)])
    return order["purchase_order"]


def bill(step, number, *lines, who=None, **more):
    body = dict(supplier="STEELCO", number=number, lines=[
        {"purchase_order": po, "order_line": line, "quantity": str(qty), "amount": str(amount)}
        for po, line, qty, amount in lines], **more)
    return post(step, "Cost.EnterInvoice", **body)


def make(step, item, component, qty, received):
    order = post(step + "wo", "Order.CreateWorkOrder", item=item, quantity=str(qty), start_on="2020-01-01",
                 due_on="2020-01-02")["work_order"]
    post(step + "release", "Production.ReleaseWorkOrder", work_order=order)
    post(step + "issue", "Production.PostIssue", work_order=order, lines=[{"item": component, "quantity": str(qty)}])
    if received:
        post(step + "receipt", "Receipt.PostReceipt", work_order=order, quantity=str(received))
    return order


def ship(step, item, qty):
    order = post(step + "so", "Order.CreateSalesOrder", customer="C", lines=[
        {"item": item, "quantity": str(qty), "due_on": "2030-01-01"}])["sales_order"]
    post(step + "sh", "Inventory.PostShipment", sales_order=order, lines=[{"line": 1, "quantity": str(qty)}])


def plate(step, item, qty, reported):
    """An order whose discs are issued and of which pieces are reported as plated."""
    order = make(step, item, "DISC", qty, 0)
    if reported:
        report(step + "op", order, good=str(reported))
    return order


def report(step, order, **more):
    return post(step, "Production.ReportOperation", work_order=order, operation="10", **more)


def plated(step, number, order, qty, amount, **more):
    return post(step, "Cost.EnterInvoice", supplier="PLATER", number=number, lines=[
        {"work_order": order, "operation": "10", "quantity": str(qty), "amount": str(amount)}], **more)


def outside(order):
    """What was charged, and the pieces that are billed."""
    at = client().call("Production.GetWorkOrder", work_order=order)["work_order"]["operations"][0]
    return Decimal(at["subcontract"]), Decimal(at["billed"])


def kinds(order):
    return {row["kind"]: Decimal(row["amount"]) for row in client().call("Cost.ListVariances", work_order=order).get("rows", [])}


def value(item):
    rows = [r for r in client().pages("Inventory.ListLedger", "rows", item=item)]
    return Decimal(rows[-1]["value"]) if rows else Decimal(0)


def wip(order):
    return Decimal(client().call("Cost.GetOrderCost", work_order=order)["wip"])


def accounts():
    reply = client().call("Cost.GetTrialBalance")
    equal(reply["debit"], reply["credit"], "debit and credit")
    return {a["purpose"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in reply["accounts"]}


def moved(before):
    now = accounts()
    return {k: now.get(k, 0) - before.get(k, 0) for k in set(now) | set(before) if now.get(k, 0) != before.get(k, 0)}


def obstacles():
    day = max(r["effective_on"] for r in client().pages("Inventory.ListLedger", "rows"))
    return {o["what"] for o in client().call("Cost.GetMonth", month_on=day).get("obstacles", [])}


def one(invoice):
    return client().call("Cost.ListInvoices", invoice=invoice)["invoices"][0]


@suite.test("an invoice as ordered: received goods become payables, and nothing else moves")
def _(t):
    state["rods"] = buy("rods", ("ROD", 20, 5))
    before = accounts()
    plain = buy("plain", ("NUT", 10, 1))
    reply = bill("plain", "A-1", (plain, 1, 10, 10))
    equal((reply["state"], reply["invoice"][:3]), ("posted", "SI-"), "posted at once")
    equal(moved(before), {"stock": 10, "payable": -10}, "accounts")
    shown = one(reply["invoice"])
    equal([(e["payable"], e["to_stock"], e["to_variance"]) for e in shown["entries"]], [("10", "0", "0")], "entries")
    equal((shown["lines"][0]["quantity"], shown["entered_by"] != ""), ("10", True), "what was billed")
    entries = list(client().pages("Cost.ListJournal", "entries", document=reply["document"]))
    equal({(e["name"], e.get("debit"), e.get("credit")) for e in entries},
          {("Goods received, not invoiced", "10", None), ("Payables", None, "10")}, "journal")


@suite.test("bad input: a precise refusal for each, and nothing is changed")
def _(t):
    before, rods = accounts(), state["rods"]
    line = {"purchase_order": rods, "order_line": 1, "quantity": "10", "amount": "50"}
    ask = dict(supplier="STEELCO", number="B-1", lines=[line])

    def bad(http_status, code, field, **change):
        of_line = {k: v for k, v in change.items() if k in line}
        head = {k: v for k, v in change.items() if k not in line}
        no(http_status, code, field, "Cost.EnterInvoice", **dict(ask, lines=[dict(line, **of_line)], **head)
           if "lines" not in head else dict(ask, **head))

    bad(422, "INVALID", "number", number="")
    bad(422, "INVALID", "supplier", supplier="")
    bad(422, "INVALID", "supplier", supplier="OTHERS")
    bad(422, "INVALID", "lines", lines=[])
    bad(409, "EXISTS", "number", number="A-1")
    bad(404, "NOT_FOUND", "lines[0].purchase_order", purchase_order="NOBODY")
    bad(404, "NOT_FOUND", "lines[0].order_line", order_line=7)
    bad(422, "INVALID", "lines[0].quantity", quantity="0")
    bad(422, "INVALID", "lines[0].amount", amount="0")
    bad(422, "INVALID", "lines[0].amount", amount="-3")
    bad(422, "INVALID", "lines[0].amount", amount="50.005")
    bad(422, "INVALID", "lines[1].order_line", lines=[line, line])
    no(422, "INVALID", "amount", "Cost.EnterInvoice", **dict(ask, amount="51"))
    no(422, "INVALID", "percent", "Cost.SetInvoiceTolerance", percent="101")
    no(422, "INVALID", "amount", "Cost.SetInvoiceTolerance", amount="-1")
    no(404, "NOT_FOUND", "invoice", "Cost.DecideInvoice", invoice="SI-999999", release=True)
    no(404, "NOT_FOUND", "invoice", "Cost.ReverseInvoice", invoice="SI-999999", reason="typed wrong")
    freight = dict(supplier="CARRIER", number="F-0", basis="quantity", amount="10", lines=[
        {"purchase_order": rods, "order_line": 1}])
    no(422, "INVALID", "basis", "Cost.EnterFreight", **dict(freight, basis="colour"))
    no(422, "INVALID", "amount", "Cost.EnterFreight", **dict(freight, amount="10.001"))
    no(422, "INVALID", "lines[0].weight", "Cost.EnterFreight", **dict(freight, basis="weight"))
    open_order = buy("open", ("NUT", 5, 1), receive=False)
    no(409, "STATE_CONFLICT", "lines[0].order_line", "Cost.EnterFreight",
       **dict(freight, lines=[{"purchase_order": open_order, "order_line": 1}]))
    equal(moved(before), {}, "accounts")


@suite.test("a price beyond tolerance waits for a second person, who is another one")
def _(t):
    before = accounts()
    post("tolerance", "Cost.SetInvoiceTolerance", percent="10", amount="5")
    order = buy("dear", ("NUT", 10, 10))
    within = bill("within", "A-2", (order, 1, 2, "21.50"))
    equal(within["state"], "posted", "7.5 percent, 1.50")
    blocked = bill("beyond", "A-3", (order, 1, 8, "88.01"))
    equal((blocked["state"], blocked["blocked_for"]), ("blocked", "price"), "beyond 10 percent")
    equal(moved(before), {"stock": Decimal("101.5"), "received": -80, "payable": Decimal("-21.5")}, "only the first owes")
    no(409, "EXISTS", "number", "Cost.EnterInvoice", supplier="STEELCO", number="A-3", lines=[
        {"purchase_order": order, "order_line": 1, "quantity": "8", "amount": "80"}])
    no(403, "FORBIDDEN", "invoice", "Cost.DecideInvoice", invoice=blocked["invoice"], release=True)
    other = suite.second_person(client(), PLANT, "finance")
    released = other.call("Cost.DecideInvoice", key=key_of(PLANT + "/rel"), invoice=blocked["invoice"], release=True)
    equal(released["state"], "posted", "released")
    equal(moved(before), {"stock": Decimal("109.51"), "payable": Decimal("-109.51")}, "10 nuts at the bills' prices")
    equal(one(blocked["invoice"])["decided_by"] != one(blocked["invoice"])["entered_by"], True, "two people")
    no(409, "STATE_CONFLICT", "invoice", "Cost.DecideInvoice", who=other, invoice=blocked["invoice"], release=False)
    short = buy("short", ("NUT", 10, 1), receive=False)
    post("short pr", "Inventory.PostPurchaseReceipt", purchase_order=short, lines=[{"line": 1, "quantity": "4"}])
    early = bill("early", "A-4", (short, 1, 10, 10))
    equal((early["state"], early["blocked_for"]), ("blocked", "quantity"), "more than was received")
    no(409, "STATE_CONFLICT", "lines[0].quantity", "Cost.DecideInvoice", who=other, invoice=early["invoice"], release=True)
    post("short rest", "Inventory.PostPurchaseReceipt", purchase_order=short, lines=[{"line": 1, "quantity": "6"}])
    other.call("Cost.DecideInvoice", key=key_of(PLANT + "/rel2"), invoice=early["invoice"], release=True)
    state["other"] = other


@suite.test("a late invoice follows the rods to bars and lamps, over a closed order")
def _(t):
    b1 = make("b1", "BAR", "ROD", 10, 10)
    post("b1 close", "Production.CloseWorkOrder", work_order=b1)
    l1 = make("l1", "LAMP", "BAR", 4, 2)
    ship("bar", "BAR", 1)
    state["b1"], state["l1"] = b1, l1
    before, rods, bars, lamps = accounts(), value("ROD"), value("BAR"), wip(l1)
    equal((rods, bars), (50, 25), "10 rods and 5 bars at 5")
    reply = bill("late", "A-5", (state["rods"], 1, 20, 120))
    equal(reply["state"], "blocked", "20 percent")
    state["other"].call("Cost.DecideInvoice", key=key_of(PLANT + "/release late"), invoice=reply["invoice"], release=True)
    equal(value("ROD") - rods, 10, "rods on the shelf")
    equal(value("BAR") - bars, 5, "bars on the shelf")
    equal(wip(l1) - lamps, 4, "bars in lamps")
    equal(moved(before), {"stock": 15, "wip": 4, "sales": 1, "received": 100, "payable": -120}, "accounts")
    equal("late_costs" in obstacles(), False, "nothing is left to follow")
    document = one(reply["invoice"])["entries"][0]["document"]
    steps = [(r["kind"], r["item"], r["order_id"], r["amount"], r.get("wip"), r.get("variance"))
             for r in ledger() if r.get("reason") == document]
    equal(steps, [("late_cost", "ROD", b1, "0", "10", None), ("settlement", "BAR", b1, "5", "-10", "5"),
                  ("late_cost", "BAR", l1, "0", "4", None)], "each step a line of its own, named after what it comes from")
    cost = client().call("Cost.GetOrderCost", work_order=b1)
    equal((Decimal(cost["debits"]), Decimal(cost["credits"]), Decimal(cost["wip"])), (60, 60, 0), "order B1")
    state["late"] = reply["invoice"]


def ledger():
    return list(client().pages("Inventory.ListLedger", "rows", limit=500))


@suite.test("the product's order, closed later, passes it on; what is shipped is cost of sales")
def _(t):
    ship("lamps", "LAMP", 2)
    post("l1 rest", "Receipt.PostReceipt", work_order=state["l1"], quantity="2", final=True)
    before = accounts()
    post("l1 close", "Production.CloseWorkOrder", work_order=state["l1"])
    equal(moved(before), {"stock": 2, "wip": -4, "sales": 2}, "2 lamps on the shelf, 2 shipped")


@suite.test("a subcontractor's bill: matched with the operation and what was reported of it; what was owed becomes a payable")
def _(t):
    post("discs", "Inventory.PostAdjustment", reason="found", lines=[{"item": "DISC", "quantity": "200"}])
    before = accounts()
    order = plate("lids", "LID", 10, 10)
    equal(moved(before), {"stock": -40, "wip": 70, "received": -30}, "discs, and what is owed to PLATER")
    reply = plated("as agreed", "P-1", order, 6, 18)
    equal((reply["state"], moved(before)), ("posted", {"stock": -40, "wip": 70, "received": -12, "payable": -18}), "6 of 10 as agreed")
    shown = one(reply["invoice"])
    equal({k: shown["lines"][0].get(k) for k in ("work_order", "operation", "quantity", "order_line", "purchase_order")},
          {"work_order": order, "operation": "10", "quantity": "6", "order_line": None, "purchase_order": None}, "its line")
    entries = list(client().pages("Cost.ListJournal", "entries", document=reply["document"]))
    equal({(e["account"], e.get("debit"), e.get("credit"), e["order_id"]) for e in entries},
          {("220201", "18", None, order), ("2202", None, "18", order)}, "journal")
    at = client().call("Production.GetWorkOrder", work_order=order)["work_order"]["operations"][0]
    equal([at[k] for k in ("supplier", "subcontract_price", "subcontract", "billed")], ["PLATER", "3", "30", "6"], "the operation")
    dear = plated("too dear", "P-2", order, 4, 14)
    equal((dear["state"], dear["blocked_for"]), ("blocked", "price"), "2 of 12, more than 10 percent")
    no(409, "EXISTS", "number", "Cost.EnterInvoice", supplier="PLATER", number="P-2", lines=[
        {"work_order": order, "operation": "10", "quantity": "4", "amount": "12"}])
    no(403, "FORBIDDEN", "invoice", "Cost.DecideInvoice", invoice=dear["invoice"], release=True)
    state["other"].call("Cost.DecideInvoice", key=key_of(PLANT + "/dear"), invoice=dear["invoice"], release=True)
    equal(moved(before), {"stock": -40, "wip": 72, "payable": -32}, "nothing more is owed and not billed; 2 in work in process")
    cost = client().call("Cost.GetOrderCost", work_order=order)
    equal([(row["planned_quantity"], row["actual_quantity"], row["planned"], row["actual"]) for row in cost["lines"]
           if row["element"] == "subcontract"], [("10", "10", "30", "32")], "in the report of the order")
    rows = [r for r in client().pages("Inventory.ListLedger", "rows", order_id=order) if r.get("operation") == "10" and r.get("wip")]
    equal([(r["kind"], r["wip"]) for r in rows], [("operation", "30"), ("invoice", "2")], "and the ledger lines that made it")
    equal([(e["payable"], e.get("to_order")) for e in one(dear["invoice"])["entries"]], [("14", "2")], "from the bill as well")
    state["lids"] = order


@suite.test("a subcontractor's bill: what is not reported is not owed; what is billed is not reported back")
def _(t):
    early = plate("few", "LID", 10, 4)
    reply = plated("plated early", "P-3", early, 10, 30)
    equal((reply["state"], reply["blocked_for"]), ("blocked", "quantity"), "4 of 10 are reported")
    no(409, "STATE_CONFLICT", "lines[0].quantity", "Cost.DecideInvoice", who=state["other"], invoice=reply["invoice"], release=True)
    rest = report("few more", early, good="5", scrapped="1", reason="cracked")["document"]
    state["other"].call("Cost.DecideInvoice", key=key_of(PLANT + "/plater early"), invoice=reply["invoice"], release=True)
    equal(wip(early), 70, "scrapped pieces were plated, too")
    no(409, "STATE_CONFLICT", "document", "Inventory.ReverseDocument", document=rest, reason="billed")
    no(409, "STATE_CONFLICT", "subcontract", "Production.ReportOperation", work_order=early, operation="10", subcontract="1")
    no(422, "INVALID", "subcontract", "Production.ReportOperation", work_order=early, operation="10", subcontract="-1")
    post("early back", "Cost.ReverseInvoice", invoice=reply["invoice"], reason="wrong order")
    post("few back", "Inventory.ReverseDocument", document=rest, reason="not yet")
    equal(wip(early), 52, "40 of discs, 12 of the first 4")
    line = {"work_order": early, "operation": "10", "quantity": "1", "amount": "3"}
    ask = dict(supplier="PLATER", number="P-4", lines=[line])
    before = accounts()

    def bad(http_status, code, field, **change):
        no(http_status, code, field, "Cost.EnterInvoice", **dict(ask, lines=[dict(line, **change)]))

    bad(404, "NOT_FOUND", "lines[0].work_order", work_order="NOBODY")
    bad(404, "NOT_FOUND", "lines[0].operation", operation="90")
    bad(404, "NOT_FOUND", "lines[0].operation", operation="")
    bad(422, "INVALID", "lines[0].operation", operation="20")
    bad(422, "INVALID", "lines[0].work_order", purchase_order=state["rods"])
    bad(422, "INVALID", "lines[0].quantity", quantity="0")
    bad(422, "NOT_WHOLE", "lines[0].quantity", quantity="1.5")
    bad(422, "INVALID", "lines[0].amount", amount="3.005")
    no(422, "INVALID", "supplier", "Cost.EnterInvoice", **dict(ask, supplier="STEELCO"))
    no(422, "INVALID", "lines[1].operation", "Cost.EnterInvoice", **dict(ask, lines=[line, line]))
    no(422, "INVALID", "lines[0].work_order", "Cost.EnterFreight", supplier="CARRIER", number="F-9", basis="quantity", amount="10",
       lines=[{"work_order": early, "operation": "10"}])
    equal(moved(before), {}, "accounts")


@suite.test("a subcontractor's bill after the close is a variance of his at standard, and goes on up by layers; taken back, back")
def _(t):
    lids = state["lids"]
    post("drilled", "Production.ReportOperation", work_order=lids, operation="20", good="10")
    post("lids in", "Receipt.PostReceipt", work_order=lids, quantity="10", final=True)
    post("lids close", "Production.CloseWorkOrder", work_order=lids)
    equal(kinds(lids), {"subcontract": 2}, "32 for 30")
    late = plate("late lids", "LID", 10, 6)
    post("late drilled", "Production.ReportOperation", work_order=late, operation="20", good="10", reason="plated in part")
    post("late in", "Receipt.PostReceipt", work_order=late, quantity="10", final=True)
    assert "unreported_outside" in obstacles(), "10 received, 6 reported of what the subcontractor does"
    post("late rest", "Production.ReportOperation", work_order=late, operation="10", good="4")
    assert "unreported_outside" not in obstacles(), "all of it"
    post("late close", "Production.CloseWorkOrder", work_order=late)
    before = accounts()
    bill = plated("late plater", "P-5", late, 10, 32)
    equal(bill["state"], "posted", "6.7 percent, 2.00")
    equal(kinds(late), {"subcontract": 2}, "late, of its kind")
    equal(moved(before), {"received": 30, "payable": -32, "subcontract": 2}, "his account of variance")
    c1 = plate("c1", "CAP", 10, 10)
    post("c1 in", "Receipt.PostReceipt", work_order=c1, quantity="10", final=True)
    k1 = post("k1wo", "Order.CreateWorkOrder", item="CASKET", quantity="2", start_on="2020-01-01", due_on="2020-01-02")["work_order"]
    post("k1 release", "Production.ReleaseWorkOrder", work_order=k1)
    post("k1 issue", "Production.PostIssue", work_order=k1, lines=[{"item": "CAP", "quantity": "4"}])
    ship("cap", "CAP", 1)
    post("c1 close", "Production.CloseWorkOrder", work_order=c1)
    before, caps, caskets = accounts(), value("CAP"), wip(k1)
    dear = plated("c1 bill", "P-6", c1, 10, 40)
    equal(dear["state"], "blocked", "a third more")
    state["other"].call("Cost.DecideInvoice", key=key_of(PLANT + "/c1"), invoice=dear["invoice"], release=True)
    equal((value("CAP") - caps, wip(k1) - caskets), (5, 4), "on the shelf, in caskets")
    equal(moved(before), {"stock": 5, "wip": 4, "sales": 1, "received": 30, "payable": -40}, "accounts")
    cost = client().call("Cost.GetOrderCost", work_order=c1)
    equal((Decimal(cost["debits"]), Decimal(cost["credits"]), Decimal(cost["wip"])), (80, 80, 0), "order C1")
    leaves = {leaf["element"]: Decimal(leaf["amount"]) for leaf in client().call("Cost.GetActualCost", work_order=c1)["nodes"] if leaf.get("level")}
    equal(leaves, {"material": 40, "subcontract": 40}, "its actual cost")
    post("c1 back", "Cost.ReverseInvoice", invoice=dear["invoice"], reason="haggled")
    equal(moved(before), {}, "as if it had never been")
    equal(outside(c1), (30, 0), "owed and not billed again")
    post("late back", "Cost.ReverseInvoice", invoice=bill["invoice"], reason="haggled")
    equal(kinds(late), {}, "nothing is left of it")
    again = plated("anew plater", "P-5", late, 10, 30)
    equal(again["state"], "posted", "number and pieces are free again")
    equal("late_costs" in obstacles(), False, "nothing is left to follow")


@suite.test("an invoice that is taken back takes its costs back, the way they have gone")
def _(t):
    before = accounts()
    no(422, "INVALID", "reason", "Cost.ReverseInvoice", invoice=state["late"])
    document = one(state["late"])["entries"][0]["document"]
    no(409, "STATE_CONFLICT", "document", "Inventory.ReverseDocument", document=document, reason="wrong door")
    receipt = next(r["document"] for r in ledger() if r["kind"] == "purchase_receipt" and r["item"] == "ROD")
    no(409, "STATE_CONFLICT", "document", "Inventory.ReverseDocument", document=receipt, reason="it is billed")
    reply = post("back", "Cost.ReverseInvoice", invoice=state["late"], reason="wrong supplier")
    equal(reply["state"], "reversed", "state")
    equal(moved(before), {"stock": -17, "sales": -3, "received": -100, "payable": 120}, "as if it had never been")
    equal((value("ROD"), value("BAR"), value("LAMP")), (50, 25, 10), "stock at what was received")
    no(409, "STATE_CONFLICT", "invoice", "Cost.ReverseInvoice", invoice=state["late"], reason="again")
    again = bill("anew", "A-5", (state["rods"], 1, 20, 100))
    equal(again["state"], "posted", "the number is free again, and so are the pieces")


@suite.test("freight over three items by weight, to the last cent")
def _(t):
    order = buy("three", ("NUT", 10, 10), ("BOLT", 10, 2), ("ROD", 10, 5))
    before = accounts()
    rods, nuts = value("ROD"), value("NUT")
    lines = [{"purchase_order": order, "order_line": n, "weight": w} for n, w in ((1, "1"), (2, "1"), (3, "1"))]
    reply = post("freight", "Cost.EnterFreight", supplier="CARRIER", number="F-1", basis="weight", amount="100", lines=lines)
    equal([line["amount"] for line in one(reply["invoice"])["lines"]], ["33.3333", "33.3334", "33.3333"], "shares")
    equal((value("ROD") - rods, value("NUT") - nuts), (Decimal("33.3333"), Decimal("33.3333")), "stock")
    equal(moved(before), {"stock": Decimal("66.6666"), "purchase": Decimal("33.3334"), "payable": -100}, "bolts are at standard")
    by_value = post("freight2", "Cost.EnterFreight", supplier="CARRIER", number="F-2", basis="value", amount="17", lines=[
        {"purchase_order": order, "order_line": n} for n in (1, 2, 3)])
    equal([line["amount"] for line in one(by_value["invoice"])["lines"]], ["10", "2", "5"], "100, 20 and 50 of 170")
    by_quantity = post("freight3", "Cost.EnterFreight", supplier="CARRIER", number="F-3", basis="quantity", amount="0.01", lines=[
        {"purchase_order": order, "order_line": n} for n in (1, 2, 3)])
    equal(sum(Decimal(line["amount"]) for line in one(by_quantity["invoice"])["lines"]), Decimal("0.01"), "a cent over three")
    # nobody decides alone above the plant's limit
    post("limit", "Inventory.SetStockRule", approve_above="50")
    large = post("freight4", "Cost.EnterFreight", supplier="CARRIER", number="F-4", basis="quantity", amount="60", lines=[
        {"purchase_order": order, "order_line": 1}])
    equal((large["state"], large["blocked_for"]), ("blocked", "amount"), "above the limit")
    rejected = state["other"].call("Cost.DecideInvoice", key=key_of(PLANT + "/rej"), invoice=large["invoice"], release=False)
    equal(rejected["state"], "rejected", "rejected")


@suite.test("average: the share of what can still be there; standard: purchase variance; below zero: to who took it")
def _(t):
    order = buy("avg", ("PIN", 10, 4), ("BOLT", 10, 2))
    post("pins used", "Inventory.PostAdjustment", reason="used", lines=[{"item": "PIN", "quantity": "-6"}])
    before = accounts()
    reply = bill("avg bill", "A-6", (order, 1, 10, 44), (order, 2, 10, 21))
    equal(reply["state"], "posted", "10 and 5 percent")
    equal(moved(before), {"stock": Decimal("1.6"), "sales": Decimal("2.4"), "purchase": 1, "received": 60, "payable": -65},
          "4 of 10 pins are there: 1.60; bolts are at standard")
    post("pins gone", "Inventory.PostAdjustment", reason="used", lines=[{"item": "PIN", "quantity": "-4"}])
    w = make("pin", "BAR", "ROD", 1, 0)
    post("below", "Inventory.PostAdjustment", reason="used",
         lines=[{"item": "PIN", "quantity": "-10"}])
    more = buy("pins", ("PIN", 10, 5))
    equal(value("PIN"), 0, "nothing there, nothing worth")
    before = accounts()
    bill("pins bill", "A-7", (more, 1, 10, 55))
    equal(moved(before), {"sales": 5, "received": 50, "payable": -55}, "nothing of them is there")
    equal(wip(w), 5, "the order has its rod")


@suite.test("in a closed month nothing moves: its share is posted in the open one, and says for which month")
def _(t):
    closed = PLANT + "C"
    own = suite.stack.client(closed)
    poster = Poster(own, closed)
    files = {name: text.encode() for name, text in FILES.items()}
    files["plant.csv"] = ("key,value\nplant,%s\ncurrency,CNY\n" % closed).encode()
    import_files(own, files, closed + "/import")

    def put(step, method, **body):
        return poster.post(step, method, **body)

    po = put("po", "Order.CreatePurchaseOrder", supplier="S", ordered_on="2026-01-05", lines=[
        {"item": "ROD", "quantity": "10", "price": "5", "due_on": "2026-01-10"}])["purchase_order"]
    put("pr", "Inventory.PostPurchaseReceipt", purchase_order=po, lines=[{"line": 1, "quantity": "10"}], effective_on="2026-01-10")
    order = put("wo", "Order.CreateWorkOrder", item="BAR", quantity="4", start_on="2026-01-11", due_on="2026-01-12")["work_order"]
    put("rel", "Production.ReleaseWorkOrder", work_order=order, effective_on="2026-01-11")
    put("is", "Production.PostIssue", work_order=order, lines=[{"item": "ROD", "quantity": "4"}], effective_on="2026-01-12")
    put("discs", "Inventory.PostAdjustment", reason="found", lines=[{"item": "DISC", "quantity": "10"}], effective_on="2026-01-12")
    caps = put("caps", "Order.CreateWorkOrder", item="CAP", quantity="10", start_on="2026-01-11", due_on="2026-01-12")["work_order"]
    put("caps rel", "Production.ReleaseWorkOrder", work_order=caps, effective_on="2026-01-11")
    put("caps is", "Production.PostIssue", work_order=caps, lines=[{"item": "DISC", "quantity": "10"}], effective_on="2026-01-12")
    put("caps op", "Production.ReportOperation", work_order=caps, operation="10", good="10", effective_on="2026-01-13")
    put("caps in", "Receipt.PostReceipt", work_order=caps, quantity="10", final=True, effective_on="2026-01-13")
    put("caps end", "Production.CloseWorkOrder", work_order=caps, effective_on="2026-01-14")
    month = put("close", "Cost.CloseMonth", month_on="2026-01-31")
    frozen = (month["stock"], month["wip"])
    put("tolerance", "Cost.SetInvoiceTolerance", percent="50")
    ask = dict(supplier="S", number="1", lines=[{"purchase_order": po, "order_line": 1, "quantity": "10", "amount": "60"}])
    error = refused(own, 409, "PERIOD_CLOSED", "Cost.EnterInvoice", key=key_of(closed + "/no"), effective_on="2026-01-31", **ask)
    equal(error.field, "effective_on", "field")
    reply = put("bill", "Cost.EnterInvoice", effective_on="2026-02-03", **ask)
    put("plater", "Cost.EnterInvoice", supplier="PLATER", number="7", effective_on="2026-02-04", lines=[
        {"work_order": caps, "operation": "10", "quantity": "10", "amount": "33"}])
    rows = [(r["kind"], r["effective_on"], r["amount"], r.get("reason")) for r in own.pages("Inventory.ListLedger", "rows", order_id=caps)]
    equal(rows[-2:], [("invoice", "2026-02-04", "0", "7"), ("settlement", "2026-02-04", "3", "7 for 2026-01")], "the closed month is named")
    rows = [r for r in own.pages("Inventory.ListLedger", "rows") if r["kind"] in ("invoice", "late_cost") and r["order_id"] != caps]
    equal([(r["kind"], r["effective_on"], r["amount"]) for r in rows],
          [("invoice", "2026-02-03", "6"), ("late_cost", "2026-02-03", "0")], "lines")
    equal(rows[1]["reason"], reply["invoice"] + " for 2026-01", "the closed month is named")
    equal(Decimal(own.call("Cost.GetOrderCost", work_order=order)["wip"]), 24, "4 rods at 6")
    month = own.call("Cost.GetMonth", month_on="2026-01-31")
    equal((month["stock"], month["wip"], month["state"]), frozen + ("closed",), "January stays")


def millrace(*words):
    """The command line as an accountant has it."""
    config = os.path.join(suite.stack.var, "millrace.ini")
    run = subprocess.run([suite.stack.program("millrace"), *words, "--config", config, "--plant", PLANT],
                         capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout, run.stderr


@suite.test("the same from the command line")
def _(t):
    order = buy("cli", ("NUT", 10, 10), ("NUT", 20, 10))
    code, out, err = millrace("invoice", "enter", "--supplier", "STEELCO", "--number", "C-1", "--order", order, "--line", "1",
                              "--qty", "10", "--amount", "100")
    equal((code, err), (0, ""), "enter")
    invoice = json.loads(out)["invoice"]
    code, out, err = millrace("invoice", "list", "--invoice", invoice)
    equal((code, json.loads(out)["invoices"][0]["state"]), (0, "posted"), "list")
    code, out, err = millrace("invoice", "enter", "--supplier", "STEELCO", "--number", "C-1", "--order", order, "--line", "2",
                              "--qty", "1", "--amount", "10")
    equal((code, "number:" in err and "is entered already" in err), (1, True), "twice: %s" % err)
    code, out, err = millrace("invoice", "reverse", invoice, "--reason", "typed wrong")
    equal((code, json.loads(out)["state"]), (0, "reversed"), "reverse")
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("purchase_order,order_line,weight\n%s,1,2\n%s,2,1\n" % (order, order))
        file.flush()
        code, out, err = millrace("landed-cost", "enter", "--supplier", "CARRIER", "--number", "C-2", "--amount", "9",
                                  "--by", "weight", "--lines", file.name)
    equal((code, err), (0, ""), "landed cost")
    freight = json.loads(out)["invoice"]
    equal([line["amount"] for line in one(freight)["lines"]], ["6", "3"], "2 to 1")
    equal(millrace("landed-cost", "follow")[0], 0, "follow")
    equal(millrace("invoice", "reject", freight)[0], 1, "nothing to reject")
    order = plate("cli lids", "LID", 10, 10)
    code, out, err = millrace("invoice", "enter", "--supplier", "PLATER", "--number", "C-3", "--work-order", order, "--operation", "10",
                              "--qty", "4", "--amount", "12")
    equal((code, err, json.loads(out)["state"]), (0, "", "posted"), "an operation")
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("work_order,operation,quantity,amount\n%s,10,6,18\n" % order)
        file.flush()
        code, out, err = millrace("invoice", "enter", "--supplier", "PLATER", "--number", "C-4", "--lines", file.name)
    equal((code, err, json.loads(out)["state"]), (0, "", "posted"), "of a file")
    equal(outside(order), (30, 10), "all billed")
    equal(millrace("invoice", "tolerance", "--percent", "3")[0], 0, "tolerance")
    equal(millrace("invoice")[0], 2, "no word")


@suite.test("the ledger agrees with itself, and every posting repeats its answer")
def _(t):
    from harness import audit_ledger
    audit_ledger(client())
    state["poster"].repeat_all()
    accounts()


if __name__ == "__main__":
    sys.exit(suite.main())
