#!/usr/bin/env python3
"""Variances of substitutes, and alarms of what is beyond tolerance.  Round numbers that an accountant can follow.

A keg at standard 100 is 20 kg of malt at 5.  Wheat at 6 may stand for malt, kilo for kilo; syrup at 4, of which 1 kg is as
much as 2 kg of malt.  An order makes 1 keg of 10 kg malt and 12 kg wheat: 50 + 72 = 122, 22 too much:
    mix    12 x 6 - 12 x 5 = 12
    usage  22 kg for 20: 2 x 5 = 10
Another takes 10 kg malt and 5 kg syrup: 50 + 20 = 70.  The syrup stands for 10 kg of malt: mix 20 - 50 = -30, no usage.
A lid at standard 7 is a disc at 4 that a subcontractor plates for 3.  Of an order of 10 he bills 30 with the pieces and 2.50 later:
    subcontract    32.50 - 30 = 2.50
"""
import json
import os
import subprocess
import sys

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of, refused

suite = Suite("variances")
PLANT = fresh("VA-")
state = {}
FILES = {
    "items.csv": "item,type,uom,valuation,unit_cost\nMALT,buy,KG,standard,5\nWHEAT,buy,KG,standard,6\nSYRUP,buy,KG,standard,4\n"
                 "SALT,buy,KG,standard,1\nKEG,make,EA,standard,100\nDISC,buy,EA,standard,4\nLID,make,EA,standard,7\n",
    "bom.csv": "parent,component,qty,substitute_group,substitute_priority\nKEG,MALT,20,GRAIN,1\nKEG,WHEAT,20,GRAIN,2\nKEG,SYRUP,10,GRAIN,3\nLID,DISC,1,,\n",
    "work_centers.csv": "work_center\nW\n",
    "routing.csv": "item,operation,work_center,subcontract_price,supplier\nLID,10,W,,\nLID,20,W,3,PLATER\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        files = {name: text.encode() for name, text in FILES.items()}
        files["plant.csv"] = ("key,value\nplant,%s\ncurrency,CNY\n" % PLANT).encode()
        equal(import_files(state["client"], files, PLANT + "/import").get("errors", []), [], "errors of the import")
        post("rule", "Production.SetIssueRule", unplanned_issue=True)
        post("stock", "Inventory.PostAdjustment", reason="found", lines=[
            {"item": item, "quantity": "500"} for item in ("MALT", "WHEAT", "SYRUP", "SALT", "DISC")])
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def no(http_status, code, field, method, **body):
    state["refusals"] = state.get("refusals", 0) + 1
    error = refused(client(), http_status, code, method, key=key_of("%s/no/%d" % (PLANT, state["refusals"])), **body)
    equal(error.field, field, "field of: %s" % error)


def brew(step, **parts):
    order = post(step + "wo", "Order.CreateWorkOrder", item="KEG", quantity="1", start_on="2020-01-01",
                 due_on="2020-01-02")["work_order"]
    post(step + "release", "Production.ReleaseWorkOrder", work_order=order)
    for item, qty in parts.items():
        more = {"reason": "no malt"} if item != "MALT" or qty > 22 else {}
        post(step + item, "Production.PostIssue", work_order=order, lines=[{"item": item, "quantity": str(qty), **more}])
    post(step + "receipt", "Receipt.PostReceipt", work_order=order, quantity="1", final=True)
    post(step + "close", "Production.CloseWorkOrder", work_order=order, anyway=True)
    return order


def split(step):
    return post("split" + step, "Cost.SplitVariances")["orders"]


def kinds(order):
    return {r["kind"]: Decimal(r["amount"]) for r in client().call("Cost.ListVariances", work_order=order).get("rows", [])}


def alarms(**query):
    return {a["work_order"]: a for a in client().call("Cost.ListVarianceAlarms", **query).get("alarms", [])}


@suite.test("a substitute makes a mix variance, and what is used beyond it is usage")
def _(t):
    state["wheat"] = brew("1", MALT=10, WHEAT=12)
    state["syrup"] = brew("2", MALT=10, SYRUP=5)
    state["salt"] = brew("3", MALT=20, SALT=3)
    state["plain"] = brew("4", MALT=22)
    equal(split("1"), 4, "orders")
    equal(kinds(state["wheat"]), {"mix": 12, "usage": 10}, "wheat")
    equal(kinds(state["syrup"]), {"mix": -30}, "syrup")
    equal(kinds(state["salt"]), {"usage": 3}, "salt stands for nothing")
    equal(kinds(state["plain"]), {"usage": 10}, "malt alone")
    accounts = {a["purpose"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in client().call("Cost.GetTrialBalance")["accounts"]}
    equal((accounts["mix"], accounts["usage"]), (-18, 23), "accounts of their own")
    equal(alarms(), {}, "no limits, no alarms")


@suite.test("beyond tolerance: an alarm until somebody notes it; an order that is opened again has none")
def _(t):
    post("limits", "Cost.SetVarianceAlarm", percent="15", amount="25")
    within = brew("5", MALT=22)
    percent = brew("6", MALT=24)
    amount = brew("7", MALT=10, SYRUP=5)
    equal(split("2"), 3, "orders")
    found = alarms()
    equal({o: (a["variance"], a["standard"], a["percent"]) for o, a in found.items()},
          {percent: ("20", "100", "20"), amount: ("-30", "100", "-30")}, "20 percent; 30 either way")
    equal(within in found, False, "10 is within")
    line = [r for r in client().pages("Inventory.ListLedger", "rows", order_id=percent) if r["posted_seq"] == found[percent]["posted_seq"]]
    equal([(r["kind"], r["variance"]) for r in line], [("settlement", "20")], "its ledger line")
    post("note", "Cost.NoteVarianceAlarm", work_order=percent, note="wet malt")
    equal((sorted(alarms()), alarms(noted=True)[percent]["note"]), ([amount], "wet malt"), "noted")
    document = [r for r in client().pages("Inventory.ListLedger", "rows", order_id=amount) if r["kind"] == "settlement"][0]["document"]
    post("open", "Inventory.ReverseDocument", document=document, reason="counted wrong")
    equal(alarms(), {}, "opened again")
    split("3")
    equal(kinds(amount), {}, "its variances are taken back")
    post("more", "Production.PostIssue", work_order=amount, lines=[{"item": "MALT", "quantity": "10", "reason": "found"}])
    post("close again", "Production.CloseWorkOrder", work_order=amount, anyway=True)
    split("4")
    equal(kinds(amount), {"mix": -30, "usage": 50}, "closed again: 10 kg more than it needed")
    equal({o: a["variance"] for o, a in alarms().items()}, {amount: "20"}, "20 percent now")
    post("note again", "Cost.NoteVarianceAlarm", work_order=amount, note="malt was found")


@suite.test("bad input, and the command line")
def _(t):
    no(422, "INVALID", "percent", "Cost.SetVarianceAlarm", percent="-1")
    no(422, "INVALID", "amount", "Cost.SetVarianceAlarm", amount="-1")
    no(422, "INVALID", "work_order", "Cost.NoteVarianceAlarm", note="x")
    no(422, "INVALID", "note", "Cost.NoteVarianceAlarm", work_order="X")
    no(404, "NOT_FOUND", "work_order", "Cost.NoteVarianceAlarm", work_order="X", note="x")

    def millrace(*words):
        done = subprocess.run([os.path.join(suite.stack.build, "bin", "millrace"), *words, "--plant", PLANT, "--config",
                               os.path.join(suite.stack.var, "millrace.ini")], capture_output=True, text=True)
        return done.returncode, done.stdout

    equal(millrace("variance-alarm", "limits", "--amount", "1")[0], 0, "limits")
    order = brew("8", MALT=21)
    split("5")
    equal([a["work_order"] for a in json.loads(millrace("variance-alarm", "list")[1])["alarms"]], [order], "list")
    equal(millrace("variance-alarm", "note", order, "--note", "seen")[0], 0, "note")
    equal(millrace("variance-alarm", "note", order, "--note", "seen")[0], 1, "once")


def report(order, step, operation, **more):
    return post("%s %s" % (order, step), "Production.ReportOperation", work_order=order, operation=operation, **more)


def lids(step, first=True):
    order = post("lids %s" % step, "Order.CreateWorkOrder", item="LID", quantity="10", start_on="2020-01-01", due_on="2020-01-02")["work_order"]
    post("%s release" % order, "Production.ReleaseWorkOrder", work_order=order)
    post("%s discs" % order, "Production.PostIssue", work_order=order, lines=[{"item": "DISC", "quantity": "10"}])
    if first:
        report(order, "first", "10", good="10")
    return order


def finish(order):
    post("%s lids" % order, "Receipt.PostReceipt", work_order=order, quantity="10", final=True)
    post("%s close" % order, "Production.CloseWorkOrder", work_order=order)
    split(order)


def accounts():
    return {a["purpose"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in client().call("Cost.GetTrialBalance")["accounts"]}


def plated(order):
    cost = client().call("Cost.GetOrderCost", work_order=order)
    return [(row["planned_quantity"], row["actual_quantity"], row["planned"], row["actual"])
            for row in cost["lines"] if row["element"] == "subcontract"]


@suite.test("what a subcontractor bills beside the planned price is a variance of its own; he is owed it")
def _(t):
    item = client().call("Cost.RollUp", item="LID")["costs"][0]
    equal((item["total"], item["subcontract"]), ("7", "3"), "the standard")
    before = accounts()
    order = lids("1")
    equal(plated(order), [("10", "0", "30", "0")], "planned, frozen at release")
    equal(report(order, "pieces", "20", good="10")["amount"], "30", "by the planned price")
    done = subprocess.run([os.path.join(suite.stack.build, "bin", "millrace"), "report", order, "20", "--subcontract", "2.5", "--plant", PLANT,
                           "--config", os.path.join(suite.stack.var, "millrace.ini")], capture_output=True, text=True)
    equal((done.returncode, json.loads(done.stdout)["amount"]), (0, "2.5"), done.stderr)
    equal(plated(order), [("10", "10", "30", "32.5")], "the bill that came later")
    finish(order)
    equal(kinds(order), {"subcontract": Decimal("2.5")}, "at close")
    billed = lids("2")
    report(billed, "pieces", "20", good="10", subcontract="28")
    finish(billed)
    equal(kinds(billed), {"subcontract": -2}, "billed with the pieces")
    now = accounts()
    equal([now.get(k, 0) - before.get(k, 0) for k in ("subcontract", "received", "wip")], [Decimal("0.5"), Decimal("-60.5"), 0],
          "an account of its own, and who is owed")
    owed = [r for r in client().pages("Inventory.ListLedger", "rows", order_id=order) if r.get("reason") == "subcontract"]
    equal([r["wip"] for r in owed], ["30", "2.5"], "ledger lines")
    entries = client().pages("Cost.ListJournal", "entries", document=owed[1]["document"])
    equal(sorted((e["account"], Decimal(e.get("debit", 0)), Decimal(e.get("credit", 0))) for e in entries),
          [("220201", 0, Decimal("2.5")), ("5001", Decimal("2.5"), 0)], "their entries")


@suite.test("a subcontractor's bill is taken back with its document, and refused where it cannot be")
def _(t):
    order = lids("3")
    report(order, "pieces", "20", good="10")
    more = report(order, "more", "20", subcontract="4")["document"]
    post("back", "Inventory.ReverseDocument", document=more, reason="not ours")
    report(order, "credit", "20", subcontract="-1")
    equal(plated(order), [("10", "10", "30", "29")], "30 - 1")
    for bad, operation in (("1", "10"), ("-29.01", "20"), ("0.00001", "20")):
        no(422, "INVALID", "subcontract", "Production.ReportOperation", work_order=order, operation=operation, subcontract=bad)
    finish(order)
    equal(kinds(order), {"subcontract": -1}, "at close")
    late = lids("4", first=False)
    post("late lids", "Receipt.PostReceipt", work_order=late, quantity="10", final=True)
    equal(report(late, "pieces", "20", good="10", reason="papers came late")["amount"], "30", "after the pieces")
    equal(client().call("Production.GetWorkOrder", work_order=late)["work_order"]["state"], "completed", "the order stays completed")
    no(409, "STATE_CONFLICT", "work_order", "Production.ReportOperation", work_order=late, operation="10", hours="1")
    post("late close", "Production.CloseWorkOrder", work_order=late)
    equal(kinds(late), {}, "as planned")
    no(409, "ORDER_CLOSED", "work_order", "Production.ReportOperation", work_order=order, operation="20", subcontract="1")


@suite.test("the ledger agrees with itself, and every posting repeats its answer")
def _(t):
    from harness import audit_ledger
    audit_ledger(client())
    state["poster"].repeat_all()


if __name__ == "__main__":
    sys.exit(suite.main())
