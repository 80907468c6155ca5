#!/usr/bin/env python3
"""The demo plant's floor and store from the command line alone: orders, picks, waves, line-side stock, goods that come and
go, counts, a second person, lots traced and the past; each refusal on stderr with its code, field and reason."""
import json
import os
import subprocess
import tempfile

from harness import Decimal, Suite, audit_ledger, equal, fresh, import_files, key_of

suite = Suite("cli_goods")
PLANT = fresh("STORE-")
state = {}
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,uom,decimals,unit_cost,valuation,tracking\nLAMP,make,EA,0,,average,lot\nROD,buy,EA,0,3,average,\n"
                 "GLUE,buy,KG,3,8,fifo,lot\nBOX,buy,EA,0,1,standard,\n"
                 "PLATE,make,EA,0,,average,serial\nSHEET,buy,EA,0,4,average,\nCHIP,buy,EA,0,0.5,average,\n",
    "bom.csv": "parent,component,qty,operation,kind\nLAMP,ROD,2,10,\nLAMP,GLUE,0.1,10,\nLAMP,BOX,1,10,\n"
               "PLATE,SHEET,1,,\nPLATE,CHIP,1.5,,byproduct\n",
    "work_centers.csv": "work_center,labor_rate\nASSY,30\n",
    "routing.csv": "item,operation,work_center,run\nLAMP,10,ASSY,0.1\n",
    "stock.csv": "item,qty,location,lot\nROD,100,A1,\nGLUE,10,A1,G1\nBOX,50,B1,\nSHEET,1,C1,\n",
}


def run(*words):
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=PLANT)
    settings.pop("MILLRACE_PORT", None)
    done = subprocess.run([suite.stack.program("millrace"), *words], env=settings, text=True, timeout=60, capture_output=True,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def say(*words):
    code, out, err = run(*words)
    equal((code, err), (0, ""), " ".join(words))
    return json.loads(out)


def rows(name, text):
    with tempfile.NamedTemporaryFile("w", suffix=name, delete=False) as file:
        file.write(text)
    return file.name


def no(code, *words, says=()):
    status, _, err = run(*words)
    assert status != 0 and code in err, "%s: %s %s" % (words, status, err)
    for word in says:
        assert word in err, "%s: %r is not in %s" % (words, word, err)


def made(quantity):
    reply = say("call", "Order.CreateWorkOrder",
                json.dumps({"item": "LAMP", "quantity": str(quantity), "start_on": "2030-01-01", "due_on": "2030-01-02"}))
    return reply["work_order"]


@suite.test("release names what is short; picks of a wave walk the shelves; one document issues to several orders")
def _(t):
    client = state["client"] = suite.stack.client(PLANT)
    equal(import_files(client, {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors of the import")
    one, two, large = made(5), made(10), made(60)
    state.update(one=one, two=two)
    for order in (one, two):
        equal(say("release", order).get("missing", []), [], "short")
    short = {row["item"] for row in say("release", large)["missing"]}
    equal(short, {"ROD", "BOX"}, "what is short")
    picks = say("picks", "%s,%s" % (one, two))["picks"]
    equal([(p["location"], p["item"]) for p in picks][:2], [("A1", "GLUE"), ("A1", "GLUE")], "the walk")
    assert picks[0]["barcode"] == "(240)GLUE(10)G1", picks[0]
    equal(sum(Decimal(p["quantity"]) for p in picks if p["item"] == "ROD"), 30, "rods of the wave")
    key = key_of(PLANT + "/wave")
    lines = say("issue-wave", "%s,%s" % (one, two), "--key", key)["lines"]
    equal(say("issue-wave", "%s,%s" % (one, two), "--key", key)["lines"], lines, "the same again")
    no("KEY_REUSED", "issue", one, "--operation", "10", "--key", key)
    no("UUID", "issue", one, "--key", "7")
    equal(sum(Decimal(l["quantity"]) for l in lines if l["item"] == "BOX"), -15, "boxes issued")
    no("OVER_TOLERANCE", "issue", one, "--item", "ROD", "--qty", "5", says=["needs 10"])
    say("cancel", large, "--reason", "not sold")
    equal({o["work_order"] for o in say("orders", "--state", "in_progress")["work_orders"]}, {one, two}, "orders in progress")


@suite.test("what a count holds still is not there to be issued, and says so")
def _(t):
    count = say("count", "--items", "SHEET", "--freeze")["document"]
    no("INSUFFICIENT_STOCK", "adjust", "x", "--item", "SHEET", "--qty", "-1", says=["has 0 available", "1 in location", "C1", "count"])
    no("NOT_WHOLE", "counted", count, "--line", "1", "--qty", "0.5", says=["0.5", "SHEET"])
    say("counted", count, "--line", "1", "--qty", "1")
    equal(say("end-count", count)["state"], "done", "count")


@suite.test("split, merge, resize, hold, change of what is needed: recorded with the order")
def _(t):
    order = made(8)
    say("resize", order, "--qty", "6", "--reason", "less sold")
    other = say("split", order, "--qty", "2")["new_work_order"]
    say("merge", order, other)
    say("release", order)
    say("needs", order, "--item", "ROD", "--qty", "1", "--reason", "spare")
    say("hold", order, "--reason", "machine is down")
    no("STATE_CONFLICT", "issue", order)
    say("resume", order)
    shown = say("order", order)["work_order"]
    equal({c["what"] for c in shown["changes"]} >= {"quantity", "component", "state"}, True, "record")
    say("cancel", order, "--reason", "enough")


@suite.test("line-side stock is taken by itself; a report, a receipt, rework, unbuild, a reversal, a close")
def _(t):
    say("location", "LINE", "--name", "assembly line", "--work-center", "ASSY")
    assert "LINE" in {row["location"] for row in say("locations")["locations"]}
    say("stock-rule", "--item", "BOX", "--backflush")
    say("move", "LINE", "--item", "BOX", "--qty", "20", "--from", "B1")
    order = made(4)
    say("release", order)
    say("issue", order, "--item", "ROD", "--qty", "8")
    say("issue", order, "--item", "GLUE", "--qty", "0.4")
    taken = say("report", order, "10", "--good", "4", "--hours", "1")["lines"]
    equal([(l["item"], l["location"]) for l in taken], [("BOX", "LINE")], "taken by itself")
    no("STATE_CONFLICT", "close", order, says=["unused"])
    document = say("receive", order, "--qty", "4", "--lot", "L1")["document"]
    say("reverse", document, "--reason", "wrong lot")
    say("receive", order, "--qty", "4", "--lot", "L2")
    say("close", order)
    no("ORDER_CLOSED", "issue", order)
    rework = say("rework", "LAMP", "--qty", "1", "--lot", "L2", "--status", "available", "--reason", "dim")["work_order"]
    equal(say("order", rework)["work_order"]["state"], "in_progress", "rework")
    no("INVALID", "unbuild", "LAMP", "--qty", "1", "--lot", "L2", "--reason", "parts", says=["GLUE", "a lot is needed"])
    parts = rows("parts.csv", "item,quantity,location,lot\nROD,2,A1,\nGLUE,0.05,A1,G1\n")
    taken = say("unbuild", "LAMP", "--qty", "1", "--lot", "L2", "--lines", parts, "--reason", "parts")["lines"]
    equal([(l["item"], Decimal(l["quantity"])) for l in taken if Decimal(l["quantity"])],
          [("LAMP", -1), ("ROD", 2), ("GLUE", Decimal("0.05"))], "what was in it; the box is lost")


@suite.test("what comes beside the product and serial numbers are received; lines out of a file")
def _(t):
    order = say("call", "Order.CreateWorkOrder", json.dumps(
        {"item": "PLATE", "quantity": "2", "start_on": "2030-01-01", "due_on": "2030-01-02"}))["work_order"]
    say("release", order)
    need = rows("need.csv", "item,quantity,location\nSHEET,2,C1\n")
    say("adjust", "found", "--lines", rows("found.csv", "item,quantity,unit_cost,location\nSHEET,5,4,C1\nROD,1,3,A1\n"))
    say("issue", order, "--lines", need)
    no("INVALID", "receive", order, "--qty", "1", "--serials", "P1", "--beside", "CHIP", says=["outputs[0].quantity"])
    no("OVER_RECEIPT", "receive", order, "--qty", "1", "--serials", "P1", "--beside", "CHIP=9", says=["outputs[0].quantity"])
    came = say("receive", order, "--qty", "2", "--serials", "P1,P2", "--beside", "CHIP=3", "--location", "C1")["lines"]
    equal([(l["item"], l.get("lot", "")) for l in came], [("PLATE", "P1"), ("PLATE", "P2"), ("CHIP", "")], "came")


@suite.test("goods come, are inspected, go back; goods go out and come back")
def _(t):
    say("stock-rule", "--item", "ROD", "--inspect")
    order = say("call", "Order.CreatePurchaseOrder", json.dumps({"supplier": "S1", "lines": [
        {"line": 1, "item": "ROD", "quantity": "20", "price": "2.5", "due_on": "2030-01-01"}]}))["purchase_order"]
    say("arrive", order, "--line", "1", "--qty", "20", "--location", "A1")
    say("inspect", "--item", "ROD", "--accepted", "15", "--rejected", "5", "--reason", "bent")
    say("return-to-supplier", order, "--line", "1", "--qty", "5", "--status", "blocked", "--reason", "bent")
    no("OVER_RETURN", "return-to-supplier", order, "--line", "1", "--qty", "16", "--reason", "bent", says=["15"])
    sale = say("call", "Order.CreateSalesOrder", json.dumps({"customer": "C1", "lines": [
        {"line": 1, "item": "LAMP", "quantity": "2", "due_on": "2030-01-01"}]}))["sales_order"]
    say("ship", sale, "--line", "1", "--qty", "2", "--lot", "L2")
    say("return-from-customer", sale, "--line", "1", "--qty", "1", "--lot", "L2", "--reason", "late")
    transfer = say("send", "LINE", "--item", "ROD", "--qty", "3", "--from", "A1")["document"]
    say("sign", transfer, "--line", "1", "--qty", "1")
    say("sign", transfer, "--send-back")
    say("status", "damp", "--item", "ROD", "--qty", "2", "--from", "available", "--to", "blocked", "--location", "A1")


@suite.test("a count, blind; above the limit a second person; what was there as of a line and a day")
def _(t):
    count = say("count", "--items", "BOX")["document"]
    held = {row["location"]: Decimal(row["quantity"]) for row in say("shelves", "--item", "BOX")["rows"]}
    for number, place in enumerate(sorted(held), 1):
        say("counted", count, "--line", str(number), "--qty", str(held[place] - (number == 1)))
    equal([Decimal(l["quantity"]) for l in say("end-count", count)["lines"]], [-1], "difference")
    say("stock-rule", "--approve-above", "50")
    waits = say("adjust", "found", "--item", "ROD", "--qty", "100", "--cost", "3", "--location", "A1")
    equal(waits["state"], "waiting", "a large adjustment")
    equal([d["document"] for d in say("documents", "--state", "waiting")["documents"]], [waits["document"]], "what waits")
    no("FORBIDDEN", "approve", waits["document"])
    say("reject", waits["document"])
    last = say("ledger", "--item", "BOX", "--limit", "500")["rows"][-1]
    equal(say("balance", "BOX")["quantity"], last["on_hand"], "now")
    equal(say("balance", "BOX", "--line", str(last["posted_seq"]))["value"], last["value"], "after the last line")
    equal(Decimal(say("balance", "BOX", "--date", "2020-01-01").get("quantity", "0")), 0, "before")


@suite.test("a lot is traced both ways, and recalled")
def _(t):
    forward = say("trace", "GLUE", "G1")["links"]
    assert ("L2", "work_order") in {(l.get("to_lot"), l["order_kind"]) for l in forward}, forward
    assert any(l["order_kind"] == "sales_order" and l.get("partner") == "C1" for l in forward), forward
    backward = say("trace", "LAMP", "L2", "--backward")["links"]
    assert "G1" in {l.get("to_lot") for l in backward}, backward
    equal([c["customer"] for c in say("recall", "GLUE", "G1")["customers"]], ["C1"], "customers")
    no("NOT_FOUND", "trace", "GLUE", "G9", says=['lot "G9" of item "GLUE"'])
    no("NOT_FOUND", "recall", "GLUE", "G9")
    audit_ledger(state["client"])


if __name__ == "__main__":
    suite.main()
