#!/usr/bin/env python3
"""What if a price or a rate were another; theoretical against actual use of material: numbers that can be checked by head."""
import json
import os
import subprocess
import tempfile

from harness import Suite, equal, fresh, import_files, key_of, refused

suite = Suite("cost_reports")
PLANT = fresh("CR-")
state = {"step": 0}
FILES = {
    "plant.csv": "key,value\nplan_start,2026-11-02\ncurrency,CNY\n",
    "items.csv": "item,type,uom,decimals,unit_cost,valuation\nBIKE,make,EA,0,,\nCART,make,EA,0,,\nWHEEL,make,EA,0,,\n"
                 "RIM,buy,EA,0,10,average\nSPOKE,buy,EA,0,0.5,average\nBELL,buy,EA,0,4,average\n",
    "bom.csv": "parent,component,qty,position\nBIKE,WHEEL,2,10\nBIKE,BELL,1,20\nCART,WHEEL,4,10\nWHEEL,RIM,1,10\nWHEEL,SPOKE,20,20\n",
    "work_centers.csv": "work_center,labor_rate,machine_rate\nWC-A,60,\nWC-B,30,10\n",
    "routing.csv": "item,operation,work_center,run\nWHEEL,10,WC-A,0.1\nBIKE,10,WC-B,0.5\n",
    "stock.csv": "item,location,qty,unit_cost\nRIM,MAIN,100,10\nSPOKE,MAIN,1000,0.5\nBELL,MAIN,50,4\n"}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        import_files(state["client"], {k: v.encode() for k, v in FILES.items()}, PLANT + "/import")
    return state["client"]


def post(method, **body):
    state["step"] += 1
    return client().call(method, key=key_of("%s/%d" % (PLANT, state["step"])), **body)


def effects(*assumptions, **more):
    reply = client().call("Cost.GetWhatIf", assumptions=list(assumptions), **more)
    return {e["item"]: (e["before"], e["after"], e["difference"]) for e in reply.get("effects", [])}, reply


@suite.test("another price of a part: the effect on every end item, and on what lies between")
def _(t):
    # wheel 10 + 20 x 0.5 + 0.1 h x 60 = 26; bike 2 x 26 + 4 + 0.5 h x (30 + 10) = 76; cart 104
    got, reply = effects({"item": "RIM", "unit_cost": "12"})
    equal(got, {"BIKE": ("76", "80", "4"), "CART": ("104", "112", "8")}, "end items")
    equal((reply["items"], reply["end_items"]), (4, 2), "whose cost moves")
    got, _ = effects({"item": "RIM", "unit_cost": "12"}, all=True)
    equal(got["WHEEL"], ("26", "28", "2"), "the wheel")
    equal(effects({"item": "BELL", "unit_cost": "4"})[0], {}, "the same price moves nothing")
    equal(client().call("Cost.RollUp", item="BIKE")["costs"][0]["total"], "76", "nothing was changed")


def command(*words):
    said = subprocess.run([suite.stack.program("millrace"), *words, "--plant", PLANT, "--config",
                           os.path.join(suite.stack.var, "millrace.ini")], capture_output=True, text=True, check=True)
    return json.loads(said.stdout)


@suite.test("another rate, several assumptions at once, page by page")
def _(t):
    equal(effects({"work_center": "WC-A", "labor_rate": "90"})[0], {"BIKE": ("76", "82", "6"), "CART": ("104", "116", "12")},
          "labor at the wheels")
    equal(effects({"work_center": "WC-B", "machine_rate": "20"}, {"item": "SPOKE", "unit_cost": "0.4"})[0],
          {"BIKE": ("76", "77", "1"), "CART": ("104", "96", "-8")}, "together")
    by_hand = command("what-if", "--work-center", "WC-A", "--labor-rate", "90")
    equal([(e["item"], e["difference"]) for e in by_hand["effects"]], [("BIKE", "6"), ("CART", "12")], "a rate from the command line")
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("item,unit_cost,work_center,machine_rate\n,,WC-B,20\nSPOKE,0.4,,\n")
        file.flush()
        by_hand = command("what-if", "--lines", file.name, "--all")
    equal([(e["item"], e["difference"]) for e in by_hand["effects"]], [("BIKE", "1"), ("CART", "-8"), ("SPOKE", "-0.1"), ("WHEEL", "-2")],
          "several from a file, with every item")
    first = client().call("Cost.GetWhatIf", assumptions=[{"item": "RIM", "unit_cost": "12"}], limit=1)
    equal(([e["item"] for e in first["effects"]], first["next"]), (["BIKE"], "BIKE"), "first page")
    rest = client().call("Cost.GetWhatIf", assumptions=[{"item": "RIM", "unit_cost": "12"}], limit=1, after="BIKE")
    equal(([e["item"] for e in rest["effects"]], rest.get("next")), (["CART"], None), "second page")


@suite.test("assumptions that cannot be are refused with field and value")
def _(t):
    for http, code, field, words, assumption in (
            (404, "NOT_FOUND", "assumptions[0].item", 'item "NOPE" does not exist', {"item": "NOPE", "unit_cost": "1"}),
            (422, "INVALID", "assumptions[0].item", "comes from its bill and routing", {"item": "WHEEL", "unit_cost": "1"}),
            (422, "INVALID", "assumptions[0].unit_cost", "is missing or negative", {"item": "RIM", "unit_cost": "-1"}),
            (422, "INVALID", "assumptions[0].unit_cost", "is missing or negative", {"item": "RIM"}),
            (404, "NOT_FOUND", "assumptions[0].work_center", 'work centre "WC-Z" does not exist', {"work_center": "WC-Z", "labor_rate": "1"}),
            (422, "INVALID", "assumptions[0].work_center", "is negative", {"work_center": "WC-A", "labor_rate": "-1"})):
        error = refused(client(), http, code, "Cost.GetWhatIf", assumptions=[assumption])
        equal(error.field, field, "field of %s" % assumption)
        assert words in error.text, error
    refused(client(), 422, "INVALID", "Cost.GetWhatIf", assumptions=[])


@suite.test("theoretical against actual use, by order, product and month")
def _(t):
    order = post("Order.CreateWorkOrder", item="WHEEL", quantity="10", start_on="2026-11-02", due_on="2026-11-10")["work_order"]
    post("Production.ReleaseWorkOrder", work_order=order, effective_on="2026-11-02")
    post("Production.PostIssue", work_order=order, effective_on="2026-11-02")
    post("Receipt.PostReceipt", work_order=order, effective_on="2026-11-03", quantity="8", location="MAIN")
    cost = client().call("Cost.GetOrderCost", work_order=order)
    equal([(e["element"], e["planned"], e["target"], e["actual"]) for e in cost["elements"]],
          [("material", "200", "160", "200"), ("labor", "60", "48", "0"), ("machine", "0", "0", "0"), ("overhead", "0", "0", "0"),
           ("subcontract", "0", "0", "0")],
          "cost of the order by element")
    by = lambda **more: [(r.get("work_order"), r.get("product"), r.get("month_on"), r["component"], r["theoretical_quantity"],
                          r["actual_quantity"], r["difference_quantity"], r["utilisation_pct"], r["actual_cost"])
                         for r in client().call("Cost.ListMaterialUse", **more).get("rows", [])]
    equal(by(), [(order, "WHEEL", None, "RIM", "8", "10", "2", "80", "100"),
                 (order, "WHEEL", None, "SPOKE", "160", "200", "40", "80", "100")], "by order")
    equal(by(by="product", limit=1), [(None, "WHEEL", None, "RIM", "8", "10", "2", "80", "100")], "by product, a page")
    equal([r[2:5] for r in by(by="period")], [("2026-11-01", "RIM", "8"), ("2026-11-01", "SPOKE", "160")], "by month")
    equal(by(from_on="2026-12-01"), [], "later")
    equal(command("material-use", "--by", "product", "--limit", "1")["rows"][0]["utilisation_pct"], "80", "from the command line")
    refused(client(), 422, "INVALID", "Cost.ListMaterialUse", by="colour")
    refused(client(), 422, "INVALID", "Cost.ListMaterialUse", from_on="2026-12-01", to_on="2026-12-01")


if __name__ == "__main__":
    suite.main()
