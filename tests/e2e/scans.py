#!/usr/bin/env python3
"""What a scanner sends is resolved by the server, and what the server prints says it again."""
import os
import re
import subprocess
import tempfile

from harness import Decimal, Poster, Suite, equal, fresh, import_files, refused, stock_places

suite = Suite("scans")
PLANT = fresh("SC-")
BADGE = fresh("B-")
state = {}
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,name,type,uom,unit_cost,tracking\nLAMP,Lamp & co <1>,make,EA,10,\nROD,Stab,buy,EA,2,\n"
                 "GLUE,胶水,buy,EA,3,lot\n09501101530003,Tape,buy,EA,1,\n",
    "bom.csv": "parent,component,qty,operation\nLAMP,ROD,2,10\nLAMP,GLUE,1,10\n",
    "work_centers.csv": "work_center,labor_rate\nASSY,30\n",
    "routing.csv": "item,operation,work_center,run\nLAMP,10,ASSY,0.1\n",
}


def client():
    return state["client"]


def scan(text):
    return client().call("Inventory.ResolveScan", scan=text)


def found(text):
    """{kind: match} of a scan"""
    return {match["kind"]: match for match in scan(text).get("matches", [])}


def can(match):
    return [action["action"] for action in match.get("actions", [])]


@suite.test("a small plant with an order on the floor")
def _(t):
    state["client"] = suite.stack.client(PLANT)
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors of the import")
    stock_places(client(), "A-01")
    post = state["post"] = Poster(client(), PLANT).post
    post("rod", "Inventory.PostAdjustment", reason="x", lines=[{"item": "ROD", "quantity": "90", "location": "A-01"}])
    post("glue", "Inventory.PostAdjustment", reason="x", lines=[
        {"item": "GLUE", "quantity": "20", "location": "A-01", "lot": "L-7", "expires_on": "2099-12-31"}])
    post("order", "Order.CreateWorkOrder", work_order="WO-7", item="LAMP", quantity="5", start_on="2030-01-01", due_on="2030-01-02")
    client().call("Access.SetUser", login=BADGE.lower(), password="a Long honest passphrase 7", active=True,
                  roles=[{"plant": PLANT, "role": "operator"}])
    client().call("Access.SetBadge", login=BADGE.lower(), badge=BADGE, pin="20261122")


@suite.test("an order, an operation, an item, a lot, a location, a person: what it is, and what can be done next")
def _(t):
    equal(can(found("WO-7")["work_order"]), ["release"], "firm")
    state["post"]("release", "Production.ReleaseWorkOrder", work_order="WO-7")
    order = found(" WO-7\r")["work_order"]
    equal((order["item"], Decimal(order["quantity"]), order["state"]), ("LAMP", 5, "released"), "order")
    equal(can(order), ["issue", "return", "receive", "scrap", "report", "pick"], "released")
    operation = found("WO-7/10")["operation"]
    equal((operation["work_order"], operation["code"], operation["name"], can(operation)), ("WO-7", "10", "ASSY", ["report"]), "operation")
    item = found("ROD")["item"]
    equal((item["name"], Decimal(item["quantity"]), item["uom"]), ("Stab", 90, "EA"), "item")
    lot = found("L-7")["lot"]
    equal((lot["item"], lot["day_on"], "trace" in can(lot)), ("GLUE", "2099-12-31", True), "lot")
    equal(can(found("A-01")["location"]), ["transfer", "count"], "location")
    equal(found(BADGE)["person"]["code"], BADGE.lower(), "person")
    equal(scan("NO-SUCH").get("matches", []), [], "nothing is called so")


@suite.test("GS1 element strings, with separators, brackets and the symbology's prefix")
def _(t):
    reply = scan("]d2240GLUE\x1d10L-7\x1d17270228" "3012")
    equal([(e["ai"], e["value"]) for e in reply["elements"]], [("240", "GLUE"), ("10", "L-7"), ("17", "270228"), ("30", "12")], "elements")
    equal((reply["lot"], Decimal(reply["quantity"]), reply["expires_on"]), ("L-7", 12, "2027-02-28"), "what they say")
    equal([m["kind"] for m in reply["matches"]], ["lot", "item"], "matches")
    equal(found("(91)WO-7(92)10").keys(), {"work_order", "operation"}, "order and operation")
    equal(found("(93)A-01")["location"]["code"], "A-01", "location")
    equal(found("(94)" + BADGE)["person"]["code"], BADGE.lower(), "person")
    equal(found("(01)09501101530003")["item"]["name"], "Tape", "GTIN")
    equal(found("240GLUE\x1d10L-7").keys(), {"lot", "item"}, "without the sign it begins with")
    equal(found("91WO-7")["work_order"]["code"], "WO-7", "one element, and no sign of GS1")
    equal(found("(240)ROD(10)L-7").keys(), {"item"}, "the lot is of another item")
    for text, word in (("(01)09501101530004", "3 is right"), ("]C1" "88", "identifier"), ("(17)271340", "not a day"), ("", "nothing")):
        error = refused(client(), 422, "INVALID", "Inventory.ResolveScan", scan=text)
        equal((error.field, word in error.text), ("scan", True), text)


@suite.test("ready work of the work centres of a terminal")
def _(t):
    def ready(*centers):
        return [o["work_order"] for o in client().call("Production.ListWorkOrders", state="released", work_centers=list(centers)).get(
            "work_orders", [])]
    equal((ready(), ready("ASSY"), ready("PAINT", "ASSY"), ready("PAINT")), (["WO-7"], ["WO-7"], ["WO-7"], []), "orders")
    refused(client(), 413, "LIMIT", "Production.ListWorkOrders", work_centers=["C%d" % n for n in range(33)])


def labels(*asked, **more):
    return client().call("Inventory.PrintLabels", labels=list(asked), **more)["pages"]


@suite.test("labels and pick lists are printed with bar codes, at the size that is asked")
def _(t):
    pages = labels({"kind": "work_order", "code": "WO-7"}, {"kind": "operation", "code": "WO-7/10"}, {"kind": "item", "code": "LAMP"},
                   {"kind": "lot", "code": "GLUE", "lot": "L-7", "quantity": "3"}, {"kind": "location", "code": "A-01"})
    equal([(p["width_mm"], p["height_mm"]) for p in pages], [(100, 50)] * 5, "size")
    for page in pages:
        equal(page["svg"].count("<path d=\"M0 0"), 2, "two symbols: " + page["name"])
    assert "Lamp &amp; co &lt;1&gt;" in pages[2]["svg"] and "胶水" in pages[3]["svg"] and "3 EA" in pages[3]["svg"], pages
    equal(labels({"kind": "item", "code": "ROD"}, size="62x29")[0]["width_mm"], 62, "small")
    picks = client().call("Inventory.PrintPicks", work_orders=["WO-7"])["pages"]
    equal((len(picks), picks[0]["width_mm"], "10 EA" in picks[0]["svg"], "L-7" in picks[0]["svg"]), (1, 210, True, True), "picks")
    for field, code, body in (("labels[0].code", "NOT_FOUND", {"labels": [{"kind": "item", "code": "NONE"}]}),
                              ("labels[0].lot", "NOT_FOUND", {"labels": [{"kind": "lot", "code": "GLUE", "lot": "NONE"}]}),
                              ("labels[0]", "INVALID", {"labels": [{"kind": "wall", "code": "A"}]}),
                              ("labels", "INVALID", {}), ("size", "INVALID", {"labels": [{"kind": "item", "code": "ROD"}], "size": "A4"})):
        equal(refused(client(), 404 if code == "NOT_FOUND" else 422, code, "Inventory.PrintLabels", **body).field, field, code)


@suite.test("the same from the command line, into files")
def _(t):
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=PLANT)
    settings.pop("MILLRACE_PORT", None)
    with tempfile.TemporaryDirectory() as folder:
        for words, count in ((("label", "order", "WO-7"), 1), (("label", "lot", "GLUE", "--lot", "L-7", "--size", "50x30"), 1),
                             (("label", "location", "A-01,MAIN"), 2), (("pick-list", "WO-7"), 1)):
            done = subprocess.run([suite.stack.program("millrace"), *words, "--out", folder], env=settings, text=True, timeout=60,
                                  capture_output=True, check=False)
            names = done.stdout.split()
            equal((done.returncode, len(names)), (0, count), "%s: %s" % (words, done.stderr))
            for name in names:
                with open(name, encoding="utf-8") as file:
                    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" width="\d+mm"', file.read()), name
        done = subprocess.run([suite.stack.program("millrace"), "label", "item", "NONE"], env=settings, text=True, timeout=60,
                              capture_output=True, check=False)
        assert done.returncode == 1 and 'item "NONE" does not exist' in done.stderr, done


if __name__ == "__main__":
    suite.main()
