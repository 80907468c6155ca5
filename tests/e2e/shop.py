#!/usr/bin/env python3
"""The floor by pieces: reports along the routing, material that is taken by itself, receipts with all they may bring,
rework, taking apart, several orders in one document; and each bad posting with the code that says what is wrong."""
import json
import random
import time
from datetime import datetime, timedelta, timezone

from harness import Decimal, Poster, Suite, audit_ledger, equal, fresh, import_files, key_of, refused, stock_places

suite = Suite("shop")
PLANT = fresh("SHOP-")
state = {}
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,uom,decimals,unit_cost,valuation,tracking,shelf_life_days,allow_negative\n"
                 "PUMP,make,EA,0,,average,serial,,\n"     # of a body, 4 bolts and 0.5 kg of oil
                 "BODY,make,EA,0,,average,lot,,\n"        # cast of 2 kg of steel; brings 0.25 kg of chips
                 "BOLT,buy,EA,0,0.5,average,,,\nOIL,buy,KG,3,8,fifo,lot,90,\nSTEEL,buy,KG,3,3,average,,,\n"
                 "CHIPS,buy,KG,3,1,average,,,\nLUG,make,EA,0,2,average,,,\n"
                 "PAINT,buy,EA,0,5,average,,,true\nSIGN,make,EA,0,,average,,,\n",
    "bom.csv": "parent,component,qty,kind,operation,cost_share_pct\nPUMP,BODY,1,component,10,\nPUMP,BOLT,4,component,20,\n"
               "PUMP,OIL,0.5,component,20,\nBODY,STEEL,2,component,10,\nBODY,CHIPS,0.25,byproduct,,\nBODY,LUG,1,coproduct,,20\n"
               "SIGN,PAINT,1,component,,\n",
    "work_centers.csv": "work_center,labor_rate\nASSY,30\nTEST,40\nCAST,20\n",
    "routing.csv": "item,operation,work_center,run\nPUMP,10,ASSY,0.1\nPUMP,20,ASSY,0.1\nPUMP,30,TEST,0.1\nBODY,10,CAST,0.5\n",
    "stock.csv": "item,qty,location,lot,status,expiry\nSTEEL,1000,A1,,,\nBOLT,1000,A1,,,\nOIL,20,A1,O1,,2099-01-01\n"
                 "OIL,5,A1,OLD,,2020-01-01\nOIL,5,A1,HELD,blocked,2099-01-01\nBODY,50,A1,B0,,\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        reply = import_files(state["client"], {k: v.encode() for k, v in FILES.items()}, PLANT + "/import")
        equal(reply.get("errors", []), [], "errors of the import")
        stock_places(state["client"], "FG", "QA", "RW")
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def no(step, http, code, field, method, *words, **body):
    error = refused(client(), http, code, method, key=key_of("%s/no/%s" % (PLANT, step)), **body)
    equal(error.field, field, "field of %s (%s)" % (step, error.text))
    for word in words:
        assert word in error.text, "%s: %r is not in %r" % (step, word, error.text)
    return error


def order(step, item, quantity):
    number = post(step, "Order.CreateWorkOrder", item=item, quantity=str(quantity), start_on="2030-01-01",
                  due_on="2030-01-03")["work_order"]
    post(step + "/release", "Production.ReleaseWorkOrder", work_order=number)
    return number


def get(number):
    return client().call("Production.GetWorkOrder", work_order=number)["work_order"]


def issued(number):
    return {c["item"]: Decimal(c.get("issued", "0")) - Decimal(c.get("returned", "0")) for c in get(number)["components"]}


def stock(item):
    """{(location, lot, status): quantity}"""
    return {(r["location"], r.get("lot", ""), r["status"]): Decimal(r["quantity"])
            for r in client().pages("Inventory.ListStock", "rows", item=item, limit=100)}


def lines(reply):
    return [(l["item"], Decimal(l["quantity"]), l["location"], l.get("lot", "")) for l in reply.get("lines", [])]


def audit(t):
    """The audit queries of this plant's database, and the ledger against its balances."""
    import glob
    import os
    from harness import ROOT
    for path in sorted(glob.glob(os.path.join(ROOT, "sql", "audit", "*.sql"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        rows = suite.stack.ops("sql", "-c", text).stdout.strip()
        mine = [row for row in rows.splitlines() if PLANT in row]
        equal(mine, [], os.path.basename(path))
    audit_ledger(client())


@suite.test("line-side stock is what the work centre takes by itself, with the report of its operation")
def _(t):
    client()
    post("places", "Inventory.SetLocations", locations=[{"location": "LINE", "name": "assembly line", "work_center": "ASSY"}])
    no("no centre", 404, "NOT_FOUND", "locations[1].work_center", "Inventory.SetLocations", "NOPE",
       locations=[{"location": "A1"}, {"location": "LINE-2", "work_center": "NOPE"}])
    no("two lines", 409, "STATE_CONFLICT", "locations", "Inventory.SetLocations",
       locations=[{"location": "LINE-2", "work_center": "ASSY"}])
    for item in ("BOLT", "OIL"):
        post("rule " + item, "Inventory.SetStockRule", item=item, backflush=True)
    state["pump"] = pump = order("wo-1", "PUMP", 10)
    post("body", "Production.PostIssue", work_order=pump, lines=[{"item": "BODY", "quantity": "10", "lot": "B0"}])
    no("empty line", 409, "OUT_OF_SEQUENCE", "good", "Production.ReportOperation", work_order=pump, operation="20", good="1")
    post("op 10", "Production.ReportOperation", work_order=pump, operation="10", good="6", hours="0.6")
    no("nothing there", 409, "INSUFFICIENT_STOCK", "quantity", "Production.ReportOperation", "LINE",
       work_order=pump, operation="20", good="1")
    post("to the line", "Inventory.PostTransfer", to_location="LINE",
         lines=[{"item": "BOLT", "quantity": "100", "location": "A1"}, {"item": "OIL", "quantity": "10", "lot": "O1"}])
    reply = post("op 20", "Production.ReportOperation", work_order=pump, operation="20", good="5", scrapped="1",
                 reason="thread stripped", hours="1")
    equal(lines(reply), [("BOLT", -24, "LINE", ""), ("OIL", -3, "LINE", "O1")], "taken by itself")
    equal((reply["good"], reply["scrapped"]), ("5", "1"), "counted")
    equal(issued(pump), {"BODY": 10, "BOLT": 24, "OIL": 3}, "issued")
    no("ahead", 409, "OUT_OF_SEQUENCE", "good", "Production.ReportOperation", "6", "5",
       work_order=pump, operation="30", good="6")
    no("no reason", 422, "INVALID", "reason", "Production.ReportOperation", work_order=pump, operation="30", scrapped="1")
    equal(get(pump)["scrapped"], "1", "scrapped of the order")
    audit(t)


@suite.test("a report is taken back with all it took, unless the next operation has had its pieces")
def _(t):
    pump = state["pump"]
    document = post("op 30", "Production.ReportOperation", work_order=pump, operation="30", good="5")["document"]
    twenty = [json.loads(a)["document"] for _m, b, _k, a in state["poster"].sent if b.get("operation") == "20"][0]
    no("used", 409, "STATE_CONFLICT", "document", "Inventory.ReverseDocument", document=twenty, reason="typo")
    post("undo 30", "Inventory.ReverseDocument", document=document, reason="typo")
    post("undo 20", "Inventory.ReverseDocument", document=twenty, reason="typo")
    equal((issued(pump)["BOLT"], get(pump).get("scrapped", "0")), (0, "0"), "all back")
    equal(stock("BOLT"), {("A1", "", "available"): 900, ("LINE", "", "available"): 100}, "bolts")
    post("op 20 again", "Production.ReportOperation", work_order=pump, operation="20", good="5", scrapped="1",
         reason="thread stripped", hours="1")
    post("op 30 again", "Production.ReportOperation", work_order=pump, operation="30", good="4", scrapped="1", reason="leaks")
    audit(t)


@suite.test("serial numbers, one a piece, into inspection; one that was made before is refused")
def _(t):
    pump = state["pump"]
    no("receive ahead", 409, "OUT_OF_SEQUENCE", "quantity", "Receipt.PostReceipt", work_order=pump, quantity="5",
       serials=["P1", "P2", "P3", "P4", "P5"])
    no("count", 422, "INVALID", "serials", "Receipt.PostReceipt", "1 serial", work_order=pump, quantity="2", serials=["P1"])
    no("twice", 409, "SERIAL_EXISTS", "serials[1].lot", "Receipt.PostReceipt", work_order=pump, quantity="2",
       serials=["P1", "P1"])
    post("receive", "Receipt.PostReceipt", work_order=pump, quantity="3", serials=["P1", "P2", "P3"], inspection=True,
         location="QA")
    equal(stock("PUMP"), {("QA", s, "inspection"): 1 for s in ("P1", "P2", "P3")}, "pumps wait")
    post("accept", "Inventory.PostInspection", reason="leaks", lines=[
        {"item": "PUMP", "lot": "P1", "accepted": "1"}, {"item": "PUMP", "lot": "P2", "accepted": "1"},
        {"item": "PUMP", "lot": "P3", "rejected": "1"}])
    sale = post("sale", "Order.CreateSalesOrder", customer="ACME", lines=[
        {"item": "PUMP", "quantity": "1", "due_on": "2030-02-01"}])["sales_order"]
    post("ship", "Inventory.PostShipment", sales_order=sale, lines=[{"line": 1, "quantity": "1", "lot": "P1"}])
    no("shipped before", 409, "SERIAL_EXISTS", "serials[0]", "Receipt.PostReceipt", pump, work_order=pump, quantity="1",
       serials=["P1"])
    audit(t)


@suite.test("by-products and co-products come on the receipt, at what the release has frozen")
def _(t):
    state["body"] = body = order("wo-2", "BODY", 10)
    post("steel", "Production.PostIssue", work_order=body)
    no("stray", 409, "NOT_ON_ORDER", "outputs[0].item", "Receipt.PostReceipt", work_order=body, quantity="1", lot="B1",
       outputs=[{"item": "BOLT", "quantity": "1"}])
    reply = post("cast", "Receipt.PostReceipt", work_order=body, quantity="10", lot="B1", location="FG", final=True, outputs=[
        {"item": "CHIPS", "quantity": "2.5"}, {"item": "LUG", "quantity": "10", "location": "FG"}])
    rows = {l["item"]: Decimal(l["amount"]) for l in reply["lines"]}
    # steel 60, labour 5 h at 20 = 100; lugs 20 % of 160, chips 2.5 kg at 1
    equal(rows, {"BODY": Decimal("125.5"), "CHIPS": Decimal("2.5"), "LUG": Decimal("32")}, "values")
    split = order("wo-2b", "BODY", 10)
    part = post("split", "Production.SplitWorkOrder", work_order=split, quantity="4", reason="two shifts")["new_work_order"]
    equal([(o["item"], o["quantity"]) for o in get(part)["outputs"]], [("CHIPS", "1"), ("LUG", "4")], "its share")
    post("part", "Receipt.PostReceipt", work_order=part, quantity="4", lot="B3", outputs=[{"item": "LUG", "quantity": "4"}])
    no("lugs", 409, "OVER_RECEIPT", "outputs[0].quantity", "Receipt.PostReceipt", "6 planned", work_order=split, quantity="1",
       lot="B4", outputs=[{"item": "LUG", "quantity": "7"}])
    error = no("more chips", 409, None, "work_order", "Receipt.PostReceipt", work_order=body, quantity="1", lot="B1")
    equal(error.code, "STATE_CONFLICT", "completed")
    audit(t)


@suite.test("several orders in one document: all of them, or those that can be")
def _(t):
    first, second = order("wo-3", "BODY", 5), order("wo-4", "BODY", 1000)
    orders = [{"work_order": first}, {"work_order": second}]
    no("all", 409, "INSUFFICIENT_STOCK", "orders[1].quantity", "Production.PostIssues", "970", "2000", orders=orders)
    equal(issued(first), {"STEEL": 0}, "nothing of the first")
    picks = client().call("Inventory.ListPicks", work_orders=[first])["picks"]
    equal([(p["item"], p["quantity"], p["location"]) for p in picks], [("STEEL", "10", "A1")], "the wave's picks")
    equal(picks[0]["barcode"], "(240)STEEL", "barcode")
    reply = post("those", "Production.PostIssues", orders=orders, per_order=True)
    equal([(r["work_order"], r["code"]) for r in reply["refused"]], [(second, "INSUFFICIENT_STOCK")], "refused")
    equal((issued(first), issued(second)), ({"STEEL": 10}, {"STEEL": 0}), "issued")
    post("wave", "Production.PostIssues", orders=[
        {"work_order": second, "lines": [{"item": "STEEL", "quantity": "20"}]},
        {"work_order": first, "lines": [{"item": "STEEL", "quantity": "1"}]}])
    equal((issued(first), issued(second)), ({"STEEL": 11}, {"STEEL": 20}), "issued")
    audit(t)


@suite.test("material of one operation alone")
def _(t):
    pump = order("wo-op", "PUMP", 1)
    no("idle operation", 409, "NOT_ON_ORDER", "operation", "Production.PostIssue", "30", "needs no material", work_order=pump,
       operation="30")
    no("other operation", 409, "NOT_ON_ORDER", "lines[0].item", "Production.PostIssue", "BOLT", work_order=pump, operation="10",
       lines=[{"item": "BOLT", "quantity": "1"}])
    equal([l[:2] for l in lines(post("op issue", "Production.PostIssue", work_order=pump, operation="10"))], [("BODY", -1)], "of 10")
    wave = post("op wave", "Production.PostIssues", orders=[
        {"work_order": pump, "operation": "20", "lines": [{"item": "BOLT", "quantity": "4", "location": "A1"}]}])
    equal([l[:2] for l in lines(wave)], [("BOLT", -4)], "of 20")
    equal(issued(pump), {"BODY": 1, "BOLT": 4, "OIL": 0}, "issued")
    post("op unplanned rule", "Production.SetIssueRule", unplanned_issue=True)
    post("op unplanned", "Production.PostIssue", work_order=pump, operation="10", lines=[
        {"item": "BOLT", "quantity": "1", "reason": "loose"}])
    equal([(c["item"], c.get("operation")) for c in get(pump)["components"]],
          [("BODY", "10"), ("BOLT", "20"), ("OIL", "20"), ("BOLT", "10")], "an unplanned one is of the operation")
    post("op planned rule", "Production.SetIssueRule", unplanned_issue=False)
    post("op oil", "Inventory.PostAdjustment", reason="found", lines=[{"item": "OIL", "quantity": "1", "lot": "RL", "location": "FG"}])
    for lot, place, quantity in (("RL", "FG", "0.2"), ("O1", "A1", "0.3")):
        post("op oil " + lot, "Production.PostIssue", work_order=pump, lines=[
            {"item": "OIL", "quantity": quantity, "lot": lot, "location": place}])
    back = [post("op back %s" % lot, "Production.PostReturn", work_order=pump, lines=[dict({"item": "OIL", "quantity": "0.1"}, **lot)])
            for lot in ({"lot": "RL"}, {"lot": "O1"}, {})]
    equal([lines(reply)[0][2:] for reply in back], [("FG", "RL"), ("A1", "O1"), ("A1", "O1")], "each to where it came from")
    audit(t)


@suite.test("what was rejected is reworked under the same serial number, and its lots stay linked")
def _(t):
    made = post("rework", "Production.StartRework", item="PUMP", quantity="1", lot="P3", reason="leaks", operations=[
        {"operation": "RW", "work_center": "TEST", "hours": "0.5"}])
    state["rework"] = rework = made["work_order"]
    equal(lines(made), [("PUMP", -1, "QA", "P3")], "taken")
    equal((get(rework)["state"], get(rework)["kind"]), ("in_progress", "rework"), "order")
    post("rework bolts", "Production.ChangeComponents", work_order=rework, reason="new bolts",
         lines=[{"item": "BOLT", "quantity": "2"}])
    post("rework issue", "Production.PostIssue", work_order=rework)
    post("rework hours", "Production.ReportOperation", work_order=rework, operation="RW", good="1", hours="0.5")
    post("rework back", "Receipt.PostReceipt", work_order=rework, quantity="1", serials=["P3"], location="FG")
    equal(stock("PUMP")[("FG", "P3", "available")], 1, "as good as new")
    post("rework close", "Production.CloseWorkOrder", work_order=rework)
    links = list(client().pages("Inventory.ListLotTrace", "links", item="PUMP", lot="P3", backward=True, limit=100))
    assert {l["order_id"] for l in links if l["lot"] == "P3"} == {rework, state["pump"]}, links
    assert any(l.get("to_lot") == "B0" for l in links), links
    other = post("rework 2", "Production.StartRework", item="PUMP", quantity="1", lot="P2", status="available", reason="check")
    post("rework undo", "Inventory.ReverseDocument", document=other["document"], reason="not needed")
    equal((get(other["work_order"])["state"], stock("PUMP")[("QA", "P2", "available")]), ("cancelled", 1), "taken back")
    no("rework what", 409, "INSUFFICIENT_STOCK", "quantity", "Production.StartRework", item="PUMP", quantity="1", lot="P9",
       reason="x")
    audit(t)


@suite.test("a product is taken apart: components come at their share of its cost, and lots stay linked")
def _(t):
    no("which lot", 422, "INVALID", "lines.lot", "Production.PostUnbuild", item="PUMP", quantity="1", lot="P2", reason="returned")
    made = post("apart", "Production.PostUnbuild", item="PUMP", quantity="1", lot="P2", reason="returned", lines=[
        {"item": "BODY", "quantity": "1", "lot": "B9", "location": "FG"}, {"item": "BOLT", "quantity": "3", "location": "RW"}])
    rows = [(l["item"], Decimal(l.get("quantity", 0))) for l in made["lines"]]
    equal(rows, [("PUMP", -1), ("BODY", 1), ("BOLT", 3), ("PUMP", 0)], "lines")
    assert sum(Decimal(l.get("amount", 0)) for l in made["lines"]) < 0, "what is not recovered is lost"
    equal((get(made["work_order"])["state"], get(made["work_order"])["kind"]), ("closed", "unbuild"), "order")
    recall = client().call("Inventory.ListRecall", item="BODY", lot="B0")
    lots = {(s["item"], s["lot"]) for s in recall["stock"]}
    assert {("PUMP", "P3"), ("BODY", "B9")} <= lots, recall
    equal([(c["customer"], c["lot"]) for c in recall["customers"]], [("ACME", "P1")], "customers")
    post("apart undo", "Inventory.ReverseDocument", document=made["document"], reason="wrong pump")
    equal((get(made["work_order"])["state"], stock("PUMP")[("QA", "P2", "available")]), ("cancelled", 1), "taken back")
    post("apart again", "Production.PostUnbuild", item="BODY", quantity="2", lot="B1", reason="cracked")
    audit(t)


@suite.test("what an issue below zero cost more goes to the order that took it while that is open")
def _(t):
    state["sign"] = sign = order("wo-7", "SIGN", 6)
    other = order("wo-8", "SIGN", 4)
    post("paint 1", "Production.PostIssue", work_order=sign)
    post("paint 2", "Production.PostIssue", work_order=other)
    number = post("po paint", "Order.CreatePurchaseOrder", supplier="S-1", lines=[
        {"item": "PAINT", "quantity": "20", "price": "6", "due_on": "2030-01-01"}])["purchase_order"]
    reply = post("paint comes", "Inventory.PostPurchaseReceipt", purchase_order=number, lines=[{"line": 1, "quantity": "4"}])
    equal([Decimal(l["amount"]) for l in reply["lines"]], [24, -4], "correction")
    rows = [r for r in client().pages("Inventory.ListLedger", "rows", limit=500, order_id=sign) if r["kind"] == "correction"]
    equal(len(rows), 1, "of the order")
    wip = suite.stack.ops("sql", "-c", "SELECT wip FROM work_order WHERE plant_id = '%s' AND work_order = '%s'" % (PLANT, sign))
    equal(Decimal(wip.stdout.strip()), Decimal("34"), "work in process")
    post("close other", "Production.CloseWorkOrder", work_order=other, anyway=True)
    post("paint comes again", "Inventory.PostPurchaseReceipt", purchase_order=number, lines=[{"line": 1, "quantity": "16"}])
    wip = suite.stack.ops("sql", "-c", "SELECT wip FROM work_order WHERE plant_id = '%s' AND work_order = '%s'" % (PLANT, sign))
    equal(Decimal(wip.stdout.strip()), Decimal("36"), "work in process")
    audit(t)


# ---------------------------------------------------------------------------------------------- bad input

BAD = [
    # what, http, code, field, words of what is there and what was asked, method, body
    ("item not on the order", 409, "NOT_ON_ORDER", "lines[0].item", ["CHIPS", "{open}"], "Production.PostIssue",
     {"work_order": "{open}", "lines": [{"item": "CHIPS", "quantity": "1"}]}),
    ("over-issue", 409, "OVER_TOLERANCE", "lines[0].quantity", ["needs 10", "has 0", "13 asked"], "Production.PostIssue",
     {"work_order": "{open}", "lines": [{"item": "STEEL", "quantity": "13"}]}),
    ("expired lot", 409, "LOT_EXPIRED", "lines[0].lot", ["OLD", "2020-01-01"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "OIL", "quantity": "-1", "lot": "OLD"}]}),
    ("blocked lot", 409, "LOT_BLOCKED", "lines[0].lot", ["HELD", "5 blocked", "1 asked"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "OIL", "quantity": "-1", "lot": "HELD"}]}),
    ("negative stock", 409, "INSUFFICIENT_STOCK", "lines[0].quantity", ["99999 asked"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "BOLT", "quantity": "-99999"}]}),
    ("negative later", 409, "NEGATIVE_LATER", "lines[0].quantity", ["LUG", "-1", "{yesterday}"], "Inventory.PostAdjustment",
     {"reason": "x", "effective_on": "{yesterday}", "lines": [{"item": "LUG", "quantity": "-1"}]}),
    ("closed period", 409, "PERIOD_CLOSED", "effective_on", ["{long_ago}", "open is"], "Inventory.PostAdjustment",
     {"reason": "x", "effective_on": "{long_ago}", "lines": [{"item": "BOLT", "quantity": "1"}]}),
    ("return above issued", 409, "OVER_RETURN", "lines[0].quantity", ["0 of item", "1 asked"], "Production.PostReturn",
     {"work_order": "{open}", "lines": [{"item": "STEEL", "quantity": "1"}]}),
    ("receipt above tolerance", 409, "OVER_RECEIPT", "quantity", ["6 received", "5 started"], "Receipt.PostReceipt",
     {"work_order": "{open}", "quantity": "6", "lot": "X"}),
    ("closed order", 409, "ORDER_CLOSED", "work_order", ["closed"], "Production.PostIssue", {"work_order": "{closed}"}),
    ("unknown location", 404, "UNKNOWN_LOCATION", "lines[0].location", ["NOWHERE"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "BOLT", "quantity": "1", "location": "NOWHERE"}]}),
    ("unknown location of a receipt", 404, "UNKNOWN_LOCATION", "location", ["NOWHERE"], "Receipt.PostReceipt",
     {"work_order": "{open}", "quantity": "1", "lot": "X", "location": "NOWHERE"}),
    ("unknown location of a transfer", 404, "UNKNOWN_LOCATION", "to_location", ["NOWHERE"], "Inventory.PostTransfer",
     {"to_location": "NOWHERE", "lines": [{"item": "BOLT", "quantity": "1"}]}),
    ("fraction", 422, "NOT_WHOLE", "lines[0].quantity", ["1.5", "0 decimals", "BOLT"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "BOLT", "quantity": "1.5"}]}),
    ("fraction that was counted", 422, "NOT_WHOLE", "lines[0].quantity", ["1.5", "0 decimals", "LUG"], "Inventory.RecordCount",
     {"count": "{lugs}", "lines": [{"line": 1, "quantity": "1.5"}]}),
    ("more than can be counted", 422, "OVERFLOW", "lines[0].quantity", ["9000000000000"], "Inventory.RecordCount",
     {"count": "{lugs}", "lines": [{"line": 1, "quantity": "9000000000000"}]}),
    ("serial twice", 409, "SERIAL_EXISTS", "lines[0].lot", ["P2", "QA"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "PUMP", "quantity": "1", "lot": "P2"}]}),
    ("more than can be", 422, "OVERFLOW", "lines[0].quantity", ["9223372036854.775807", "999999999999.999999"], "Production.PostIssue",
     {"work_order": "{open}", "lines": [{"item": "STEEL", "quantity": "9223372036854.775807"}]}),
    ("more hours than can be", 422, "OVERFLOW", "hours", ["999999999999", "100000"], "Production.ReportOperation",
     {"work_order": "{open}", "operation": "10", "hours": "999999999999"}),
    ("more worth than can be", 422, "OVERFLOW", "lines[0].unit_cost", [], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "BOLT", "quantity": "1", "unit_cost": "1000000000000"}]}),
    ("less than can be", 422, "INVALID", "lines[0].quantity", ["zero"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "BOLT", "quantity": "-9223372036854.775808"}]}),
    ("a code too long", 422, "INVALID", "lines[0].item", ["65 bytes", "64 fit"], "Production.PostIssue",
     {"work_order": "{open}", "lines": [{"item": "X" * 65, "quantity": "1"}]}),
    ("no code", 422, "INVALID", "lines[0].item", ["blank at an end"], "Production.PostIssue",
     {"work_order": "{open}", "lines": [{"item": "STEEL ", "quantity": "1"}]}),
    ("a lot too long", 422, "INVALID", "lot", ["65 bytes", "64 fit"], "Receipt.PostReceipt",
     {"work_order": "{open}", "quantity": "1", "lot": "X" * 65}),
    ("no lot", 422, "INVALID", "lines[0].lot", ["control character"], "Inventory.PostAdjustment",
     {"reason": "x", "lines": [{"item": "OIL", "quantity": "1", "lot": "O\n1"}]}),
    ("a part of a name that is taken", 409, "EXISTS", "new_work_order", ["{closed}"], "Production.SplitWorkOrder",
     {"work_order": "{open}", "quantity": "1", "new_work_order": "{closed}"}),
    ("device time in the future", 422, "FUTURE_TIME", "lines[0].counted_at", ["ahead", "300 s"], "Inventory.RecordCount",
     {"count": "{count}", "lines": [{"line": 1, "quantity": "1", "counted_at": "{tomorrow}"}]}),
    ("business day in the future", 422, "FUTURE_TIME", "effective_on", ["2100-01-01 is in the future", "today is"], "Inventory.PostAdjustment",
     {"reason": "x", "effective_on": "2100-01-01", "lines": [{"item": "BOLT", "quantity": "1"}]}),
]


def filled(body):
    text = json.dumps(body)
    for name in ("open", "closed", "count", "lugs", "tomorrow", "yesterday", "long_ago"):
        text = text.replace("{%s}" % name, state[name])
    return json.loads(text)


@suite.test("every bad posting has its own code, the field, what is there and what was asked")
def _(t):
    state["open"] = order("wo-5", "BODY", 5)
    state["closed"] = order("wo-6", "BODY", 5)
    post("close", "Production.CloseWorkOrder", work_order=state["closed"])
    state["count"] = post("count", "Inventory.StartCount", items=["CHIPS"])["document"]
    state["lugs"] = post("count lugs", "Inventory.StartCount", items=["LUG"])["document"]
    state["tomorrow"] = (datetime.now(timezone.utc) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    today = suite.stack.ops("sql", "-c", "SELECT (now() AT TIME ZONE time_zone)::date FROM plant WHERE plant_id = '%s'" % PLANT)
    today = datetime.strptime(today.stdout.strip(), "%Y-%m-%d")
    state["yesterday"] = (today - timedelta(days=1)).strftime("%Y-%m-%d")
    state["long_ago"] = (today - timedelta(days=9)).strftime("%Y-%m-%d")
    suite.stack.ops("sql", "-c", "UPDATE plant_seq SET open_from = '%s' WHERE plant_id = '%s'" % (state["yesterday"], PLANT))
    for what, http, code, field, words, method, body in BAD:
        no("bad/" + what, http, code, field, method, *[w.format(**state) for w in words], **filled(body))
    good = {"reason": "x", "lines": [{"item": "BOLT", "quantity": "1", "location": "A1"}]}
    key = key_of(PLANT + "/key")
    client().call("Inventory.PostAdjustment", key=key, **good)
    error = refused(client(), 409, "KEY_REUSED", "Inventory.PostAdjustment", key=key, **dict(good, reason="y"))
    equal(error.field, "idempotency_key", "field of a key with another body")


@suite.test("a bad posting among good ones harms nobody else")
def _(t):
    import threading
    before = sum(stock("BOLT").values())
    jobs = [(what, method, filled(body), code) for what, _h, code, _f, _w, method, body in BAD] * 2
    answers = {}

    def work(number):
        own = suite.stack.client(PLANT)
        for at in range(number, len(jobs), 4):
            what, method, body, code = jobs[at]
            bad = own.raw(method, body, key_of("%s/mix/%d" % (PLANT, at)))
            good = own.raw("Inventory.PostAdjustment", {"reason": "mix", "lines": [
                {"item": "BOLT", "quantity": "1", "location": "A1"}]}, key_of("%s/good/%d" % (PLANT, at)))
            answers[at] = (json.loads(bad[1]).get("error", {}).get("code"), code, good[0])
        own.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(sorted(answers), list(range(len(jobs))), "answers")
    for at, (got, wanted, good) in sorted(answers.items()):
        equal((got, good), (wanted, 200), jobs[at][0])
    equal(sum(stock("BOLT").values()), before + len(jobs), "bolts")
    audit(t)


NUMBERS = ("9223372036854.775807", "-9223372036854.775808", "999999999999.999999", "999999999999", "-1", "-0", "0.000001", "1e3", 7)
WORDS = ("", "A" * 65, " x", "x ", "x\ny", "\u0001", "\u952e" * 22, "'; --", "NOPE", "%s%n")


def leaves(body, path=()):
    """The path of every member that is no object or list."""
    if isinstance(body, (dict, list)):
        for name, part in body.items() if isinstance(body, dict) else enumerate(body):
            yield from leaves(part, path + (name,))
    else:
        yield path


def spoiled(body, draw):
    """The body with one of its members turned into something nasty."""
    body = json.loads(json.dumps(body))
    *path, last = draw.choice(list(leaves(body)))
    at = body
    for name in path:
        at = at[name]
    try:
        float(at[last])
        at[last] = draw.choice(NUMBERS)
    except ValueError:
        at[last] = draw.choice(WORDS)
    return body


@suite.test("whatever a member says, the answer is the posting's or a refusal with its field; every service lives")
def _(t):
    seed = time.time_ns() // 1000 % 1000000
    print("        seed %d" % seed, flush=True)
    draw, own = random.Random(seed), suite.stack.client(PLANT)
    bodies = [(method, body) for method, body, _key, _answer in state["poster"].sent if body and not method.startswith("Order.")]
    for number in range(400):
        method, body = draw.choice(bodies)
        body = spoiled(body, draw)
        http, answer = own.raw(method, body, key_of("%s/spoiled/%d" % (PLANT, number)))
        error = json.loads(answer).get("error", {})
        fair = http < 500 and error.get("code") != "MALFORMED" and (error.get("field") or error.get("code") == "OVERFLOW")
        assert http == 200 or fair, "%s %s: %s" % (method, json.dumps(body), answer)
    audit(t)


@suite.test("one person adjusts ten thousand alone, unless the plant says otherwise")
def _(t):
    rows = suite.stack.ops("sql", "-c", "SELECT column_default FROM information_schema.columns WHERE table_name = 'plant_seq'"
                                        " AND column_name = 'approve_above'").stdout
    assert "10000" in rows, rows


@suite.test("late repeats change nothing, and balances are the sums of the ledger")
def _(t):
    state["poster"].repeat_all()
    audit(t)


if __name__ == "__main__":
    suite.main()
