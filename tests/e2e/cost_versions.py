#!/usr/bin/env python3
"""Versions of standard costs, from a draft to stock at a new standard and back.  Round numbers an accountant can follow.

A rod is bought at 5.  A bar is a rod and an hour: labour 10, machine 2, overhead half of the labour: 5 + 10 + 2 + 5 = 22.
A lamp is two bars and a nut at 1 (which is valued at its average): 45.  A pin costs 2 USD, at 7: 14.
On the shelf lie 100 rods (500), 10 bars (220), 50 nuts (50).
Version V1 says: a rod costs 6, an hour 12.  A bar: 6 + 12 + 2 + 6 = 26.  A lamp: 53.
Its release makes 100 rods worth 600 and 10 bars 260: 140 more, against "Revaluation of standards".
"""
import base64
import json
import os
import subprocess
import sys
import tempfile

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of, refused

suite = Suite("cost-versions")
PLANT = fresh("CV-")
state = {}
FILES = {
    "items.csv": "item,type,uom,valuation,unit_cost\nROD,buy,EA,standard,5\nBAR,make,EA,standard,22\nLAMP,make,EA,standard,45\n"
                 "NUT,buy,EA,average,1\nPIN,buy,EA,standard,\n",
    "bom.csv": "parent,component,qty\nBAR,ROD,1\nLAMP,BAR,2\nLAMP,NUT,1\n",
    "work_centers.csv": "work_center,labor_rate,machine_rate,overhead_rate,overhead_basis\nW,10,2,50,labor\n",
    "routing.csv": "item,operation,work_center,run,time_unit\nBAR,10,W,1,h\n",
    "suppliers.csv": "item,supplier,price,currency\nPIN,S,2,USD\n",
    "rates.csv": "currency,date,rate\nUSD,2020-01-01,7\n",
}


def plant_of(name, **more):
    client = suite.stack.client(name)
    files = {file: text.encode() for file, text in {**FILES, **more}.items()}
    files["plant.csv"] = ("key,value\nplant,%s\ncurrency,CNY\n" % name).encode()
    equal(import_files(client, files, name + "/import").get("errors", []), [], "errors of the import")
    return client, Poster(client, name)


def client():
    if "client" not in state:
        state["client"], state["poster"] = plant_of(PLANT)
        state["other"] = suite.second_person(state["client"], PLANT, "finance")
        for item, qty in (("ROD", 100), ("BAR", 10), ("NUT", 50)):
            state["poster"].post("put " + item, "Inventory.PostAdjustment", reason="found",
                                 lines=[{"item": item, "quantity": str(qty)}])
    return state["client"]


def other():
    client()
    return state["other"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def second(step, method, **body):
    return other().call(method, key=key_of("%s/second/%s" % (PLANT, step)), **body)


def no(http_status, code, field, method, who=None, **body):
    state["refusals"] = state.get("refusals", 0) + 1
    error = refused(who or client(), http_status, code, method, key=key_of("%s/no/%d" % (PLANT, state["refusals"])), **body)
    equal(error.field, field, "field of: %s" % error)
    return str(error)


def shown(version):
    return client().call("Cost.GetCostVersion", cost_version=version)


def costs(version, who=None):
    rows = (who or client()).pages("Cost.ListVersionCosts", "costs", cost_version=version, limit=2)
    return {row["item"]: row for row in rows}


def totals(version):
    return {item: row["total"] for item, row in costs(version).items()}


def differences(version, **more):
    rows = client().pages("Cost.GetCostComparison", "rows", cost_version=version, limit=1, **more)
    return {(row["item"], row["element"]): row for row in rows}


def stock(item):
    return client().call("Inventory.GetBalance", item=item)["value"]


def accounts():
    reply = client().call("Cost.GetTrialBalance")
    equal(reply["debit"], reply["credit"], "debit and credit")
    return {a["purpose"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in reply["accounts"]}


def moved(before):
    now = accounts()
    return {k: now.get(k, 0) - before.get(k, 0) for k in set(now) | set(before) if now.get(k, 0) != before.get(k, 0)}


def unit_cost(item):
    return client().call("Bom.GetItem", item=item)["item"].get("unit_cost")


@suite.test("a draft with its own prices and rates is simulated, and the plant's standards stay")
def _(t):
    post("v1", "Cost.SaveCostVersion", cost_version="V1", note="next year", lines=[
        {"kind": "price", "code": "ROD", "value": "6"}, {"kind": "labor_rate", "code": "W", "value": "12"},
        {"kind": "currency", "code": "USD", "value": "8"}])
    equal((shown("V1")["state"], shown("V1")["items"]), ("draft", 0), "a draft without costs")
    reply = post("sim", "Cost.SimulateCostVersion", cost_version="V1")
    equal((reply["state"], reply["items"], reply["changed"]), ("simulated", 5, 5), "the first simulation")
    equal(totals("V1"), {"BAR": "26", "LAMP": "53", "NUT": "1", "PIN": "16", "ROD": "6"}, "costs")
    lamp = costs("V1")["LAMP"]
    equal([lamp[k] for k in ("material", "labor", "machine", "overhead", "this_level", "lower_levels")],
          ["13", "24", "4", "12", "1", "52"], "a lamp by element and level")
    equal(post("again", "Cost.SimulateCostVersion", cost_version="V1")["changed"], 0, "nothing changed since")
    equal((unit_cost("ROD"), stock("ROD"), stock("BAR")), ("5", "500", "220"), "the standards that hold")


@suite.test("compared with the current standards: item, element, difference, and the stock that it moves")
def _(t):
    rows = differences("V1")
    equal(sorted(rows), [("BAR", "total"), ("LAMP", "total"), ("PIN", "total"), ("ROD", "total")], "what differs")
    bar = rows[("BAR", "total")]
    equal([bar[k] for k in ("before", "after", "difference", "on_hand_quantity", "stock_value", "stock_effect")],
          ["22", "26", "4", "10", "220", "40"], "bars")
    equal((rows[("ROD", "total")]["stock_effect"], rows[("LAMP", "total")]["stock_effect"]), ("100", "0"), "rods, lamps")
    equal((shown("V1")["different"], shown("V1")["revaluation"]), (4, "140"), "together")


@suite.test("the comparison as a file and as a workbook")
def _(t):
    reply = client().call("Cost.ExportReport", report="cost_comparison", cost_version="V1")
    rows = base64.b64decode(reply["content"]).decode().splitlines()
    equal(rows[0], "item,name,element,before,after,difference,on_hand,stock_effect", "header")
    equal(rows[1:], ["BAR,,total,22,26,4,10,40", "LAMP,,total,45,53,8,0,0", "PIN,,total,0,16,16,0,0", "ROD,,total,5,6,1,100,100"], "rows")
    reply = client().call("Cost.ExportReport", report="cost_comparison", cost_version="V1", format="xlsx", chinese=True)
    equal(base64.b64decode(reply["content"])[:2], b"PK", "a workbook")
    no(404, "NOT_FOUND", "cost_version", "Cost.ExportReport", report="cost_comparison", cost_version="NONE")


@suite.test("a copy with one fact changed is compared element by element")
def _(t):
    post("v2", "Cost.SaveCostVersion", cost_version="V2", copy_of="V1")
    post("v2 change", "Cost.SaveCostVersion", cost_version="V2", lines=[
        {"kind": "price", "code": "ROD", "remove": True}, {"kind": "machine_rate", "code": "W", "value": "3"}])
    equal([(f["kind"], f["code"], f["value"]) for f in shown("V2")["lines"]],
          [("currency", "USD", "8"), ("labor_rate", "W", "12"), ("machine_rate", "W", "3")], "its facts")
    post("v2 sim", "Cost.SimulateCostVersion", cost_version="V2")
    rows = differences("V2", against="V1")
    equal({k: (r["before"], r["after"], r["difference"]) for k, r in rows.items() if k[0] != "LAMP"},
          {("BAR", "material"): ("6", "5", "-1"), ("BAR", "machine"): ("2", "3", "1"), ("BAR", "total"): ("26", "26", "0"),
           ("ROD", "material"): ("6", "5", "-1"), ("ROD", "total"): ("6", "5", "-1")}, "elements")
    equal(len(client().call("Cost.GetCostComparison", cost_version="V2", against="V1", all=True, item="NUT")["rows"]), 6,
          "all of one item")


@suite.test("where prices come from: last, average, supplier")
def _(t):
    order = post("dear", "Order.CreatePurchaseOrder", supplier="S", lines=[
        {"item": "NUT", "quantity": "50", "price": "3", "due_on": "2030-01-01"}])["purchase_order"]
    post("dear in", "Inventory.PostPurchaseReceipt", purchase_order=order, lines=[{"line": 1, "quantity": "50"}])
    for prices, nut in (("standard", "1"), ("last", "3"), ("average", "2"), ("supplier", "1")):
        post("p " + prices, "Cost.SaveCostVersion", cost_version="P-" + prices, prices=prices)
        post("s " + prices, "Cost.SimulateCostVersion", cost_version="P-" + prices)
        equal((totals("P-" + prices)["NUT"], totals("P-" + prices)["PIN"]), (nut, "14"), prices)


@suite.test("frozen is frozen; released by a second person, in the books, once")
def _(t):
    no(409, "STATE_CONFLICT", "cost_version", "Cost.ReleaseCostVersion", who=other(), cost_version="V1")
    equal(post("freeze", "Cost.FreezeCostVersion", cost_version="V1")["state"], "frozen", "frozen")
    no(409, "STATE_CONFLICT", "cost_version", "Cost.SaveCostVersion", cost_version="V1", note="late")
    no(409, "STATE_CONFLICT", "cost_version", "Cost.SimulateCostVersion", cost_version="V1")
    no(403, "FORBIDDEN", "cost_version", "Cost.ReleaseCostVersion", cost_version="V1")
    post("mark", "Cost.MarkCostVersion", cost_version="V1", effective_on="2090-01-01")
    no(409, "STATE_CONFLICT", "effective_on", "Cost.ReleaseCostVersion", who=other(), cost_version="V1")
    marked = post("mark now", "Cost.MarkCostVersion", cost_version="V1")["marked_on"]
    no(422, "INVALID", "effective_on", "Cost.ReleaseCostVersion", who=other(), cost_version="V1", effective_on="2090-01-01")
    before = accounts()
    second("release", "Cost.ReleaseCostVersion", cost_version="V1")
    released = shown("V1")
    equal((released["state"], released["revaluation"], released["different"]), ("released", "140", 4), "released")
    equal((released["effective_on"], released["released_by"] != released["made_by"]), (marked, True), "when, and by whom")
    equal((stock("ROD"), stock("BAR"), unit_cost("ROD"), unit_cost("LAMP")), ("600", "260", "6", "53"), "stock at the new standard")
    equal(moved(before), {"stock": 140, "revaluation": -140}, "accounts")
    lines = [r for r in client().pages("Inventory.ListLedger", "rows") if r["kind"] == "revaluation"]
    equal([(r["item"], r["quantity"], r["amount"], r["reason"]) for r in lines],
          [("BAR", "0", "40", 'standard of version "V1"'), ("ROD", "0", "100", 'standard of version "V1"')], "lines of their own")
    entries = client().call("Cost.ListJournal", document=lines[0]["document"])["entries"]
    equal(sum(Decimal(e.get("debit", 0)) - Decimal(e.get("credit", 0)) for e in entries), 0, "a balanced journal")
    no(409, "STATE_CONFLICT", "cost_version", "Cost.ReleaseCostVersion", who=other(), cost_version="V1")
    no(409, "STATE_CONFLICT", "cost_version", "Cost.WithdrawCostVersion", cost_version="V1")
    no(409, "STATE_CONFLICT", "document", "Inventory.ReverseDocument", document=lines[0]["document"], reason="no")
    equal(differences("V1"), {}, "it is the current standard")
    equal(sorted(k for k in differences("V2") if k[0] == "ROD"), [("ROD", "material"), ("ROD", "total")],
          "the current standard is known by element now")


@suite.test("an order begun before a release: its plan stays, the difference comes out at its close")
def _(t):
    order = post("wo", "Order.CreateWorkOrder", item="BAR", quantity="10", start_on="2020-01-01", due_on="2020-01-02")["work_order"]
    post("wo release", "Production.ReleaseWorkOrder", work_order=order)
    post("wo issue", "Production.PostIssue", work_order=order, lines=[{"item": "ROD", "quantity": "10"}])
    post("wo work", "Production.ReportOperation", work_order=order, operation="10", hours="10", good="10")
    post("v3", "Cost.SaveCostVersion", cost_version="V3", lines=[{"kind": "price", "code": "ROD", "value": "7"}])
    post("v3 sim", "Cost.SimulateCostVersion", cost_version="V3")
    post("v3 freeze", "Cost.FreezeCostVersion", cost_version="V3")
    wip = client().call("Cost.GetOrderCost", work_order=order)["wip"]
    second("v3 release", "Cost.ReleaseCostVersion", cost_version="V3")
    equal(shown("V3")["state"], "released", "released")
    equal(client().call("Cost.GetOrderCost", work_order=order)["wip"], wip, "work in process keeps what was posted")
    post("wo receipt", "Receipt.PostReceipt", work_order=order, quantity="10", final=True)
    post("wo close", "Production.CloseWorkOrder", work_order=order)
    client().call("Cost.SplitVariances", key=key_of(PLANT + "/split"))
    kinds = {r["kind"]: Decimal(r["amount"]) for r in client().call("Cost.ListVariances", work_order=order)["rows"]}
    # planned and worked: 10 x (6 + 10 + 2 + 5) = 230; received at the standard of V3: 7 + 10 + 2 + 5 = 24: 240
    equal(kinds, {"lot_size": -10}, "a plan that differs from the standard it was received at")


@suite.test("reverted by a second person: the last release only, and stock is what it was")
def _(t):
    no(409, "STATE_CONFLICT", "cost_version", "Cost.RevertCostVersion", cost_version="V1")
    no(403, "FORBIDDEN", "cost_version", "Cost.RevertCostVersion", who=other(), cost_version="V3")
    before, worth = accounts(), stock("ROD")
    equal(worth, "630", "90 rods at 7")
    post("revert", "Cost.RevertCostVersion", cost_version="V3")
    equal((shown("V3")["state"], stock("ROD"), unit_cost("ROD"), unit_cost("BAR")), ("reverted", "540", "6", "26"), "as before")
    equal(moved(before), {"stock": -90 + 20 * 2, "revaluation": 90 - 20 * 2}, "20 bars from 24 to 26, 90 rods from 7 to 6")
    post("revert 1", "Cost.RevertCostVersion", cost_version="V1")
    equal((unit_cost("ROD"), unit_cost("PIN"), stock("BAR")), ("5", None, "440"), "what there was at first; of a pin nothing")
    no(409, "STATE_CONFLICT", "cost_version", "Cost.RevertCostVersion", cost_version="V1")


def edit(item, column, value):
    return {"edits": [{"file": "items.csv", "cells": [{"column": "item", "value": item}, {"column": column, "value": value}]}]}


@suite.test("master data does not change what stock is worth: by an edit, an engineering change or a file")
def _(t):
    before, worth = (accounts(), unit_cost("ROD"), unit_cost("NUT")), stock("NUT")
    for item, column, value in (("ROD", "unit_cost", "5.5"), ("ROD", "valuation", "fifo"), ("NUT", "valuation", "standard")):
        for dry in ({}, {"dry_run": True}):
            said = no(409, "STATE_CONFLICT", "edits[0]." + column, "Bom.EditMaster", **edit(item, column, value), **dry)
            equal("release of a cost version" in said, column == "unit_cost", said)
        reply = import_files(client(), {"items.csv": ("item,type,%s\n%s,buy,%s\n" % (column, item, value)).encode()},
                             "%s/worth/%s/%s" % (PLANT, item, column))
        equal([e.split(": ")[:2] for e in reply.get("errors", [])], [["items.csv:2", column]], "errors of the file")
    equal((accounts(), unit_cost("ROD"), unit_cost("NUT")), before, "nothing has changed")
    post("same", "Bom.EditMaster", **edit("ROD", "unit_cost", "5.00"))
    post("average", "Bom.EditMaster", **edit("NUT", "unit_cost", "1.5"))
    post("none there", "Bom.EditMaster", **edit("LAMP", "unit_cost", "46"))
    equal((unit_cost("NUT"), unit_cost("LAMP"), stock("NUT")), ("1.5", "46", worth), "where stock is not valued by it")
    post("none there again", "Bom.EditMaster", **edit("LAMP", "unit_cost", "45"))


@suite.test("a withdrawn version is not released any more, and bad input is refused by name")
def _(t):
    equal(post("withdraw", "Cost.WithdrawCostVersion", cost_version="V2")["state"], "withdrawn", "withdrawn")
    for method in ("SaveCostVersion", "SimulateCostVersion", "FreezeCostVersion", "ReleaseCostVersion"):
        no(409, "STATE_CONFLICT", "cost_version", "Cost." + method, who=other(), cost_version="V2")
    for method in ("SimulateCostVersion", "FreezeCostVersion", "ReleaseCostVersion", "RevertCostVersion", "WithdrawCostVersion"):
        no(404, "NOT_FOUND", "cost_version", "Cost." + method, cost_version="NONE")
    for bad in ({}, {"cost_version": ""}, {"cost_version": "x" * 65}):
        no(422, "INVALID", "cost_version", "Cost.SaveCostVersion", **bad)
    for field, line in (("kind", {"kind": "wage", "code": "W", "value": "1"}), ("code", {"kind": "price", "value": "1"}),
                        ("value", {"kind": "labor_rate", "code": "W"}), ("value", {"kind": "labor_rate", "code": "W", "value": "-1"}),
                        ("value", {"kind": "currency", "code": "USD", "value": "0"})):
        no(422, "INVALID", "lines[0]." + field, "Cost.SaveCostVersion", cost_version="BAD", lines=[line])
    for kind in ("price", "overhead_rate", "currency"):
        no(404, "NOT_FOUND", "lines[0].code", "Cost.SaveCostVersion", cost_version="BAD",
           lines=[{"kind": kind, "code": "NONE", "value": "1"}])
    no(422, "INVALID", "prices", "Cost.SaveCostVersion", cost_version="BAD", prices="best")
    no(404, "NOT_FOUND", "copy_of", "Cost.SaveCostVersion", cost_version="BAD", copy_of="NONE")
    no(409, "EXISTS", "cost_version", "Cost.SaveCostVersion", cost_version="P-last", copy_of="V1")
    no(404, "NOT_FOUND", "against", "Cost.GetCostComparison", cost_version="V1", against="NONE")
    no(404, "NOT_FOUND", "item", "Cost.ListVersionCosts", cost_version="V1", item="NONE")
    post("made", "Cost.SaveCostVersion", cost_version="MADE", lines=[{"kind": "price", "code": "BAR", "value": "1"}])
    said = no(422, "INVALID", "lines", "Cost.SimulateCostVersion", cost_version="MADE")
    equal('"BAR"' in said and '"MADE"' in said, True, said)


def simulate_alone(name, **files):
    own, poster = plant_of(PLANT + name, **files)
    poster.post("save", "Cost.SaveCostVersion", cost_version="W1")
    return str(refused(own, 422, "INVALID", "Cost.SimulateCostVersion", key=key_of(PLANT + name), cost_version="W1"))


@suite.test("an unknown cost, a currency without a rate, a cost that depends on itself: item and version are named")
def _(t):
    items = "item,type,valuation,unit_cost\nGEM,buy,standard,\nCROWN,make,standard,\nWASTE,buy,standard,\n"
    bare = {"routing.csv": "item,operation,work_center,run,time_unit\n", "suppliers.csv": "item,supplier,price,currency\n",
            "items.csv": items}
    said = simulate_alone("U", **dict(bare, **{"bom.csv": "parent,component,qty\nCROWN,GEM,1\n"}))
    equal('item "GEM" is not known' in said and '"W1"' in said, True, said)
    said = simulate_alone("R", **dict(bare, **{"bom.csv": "parent,component,qty\nCROWN,GEM,1\n",
                                               "suppliers.csv": "item,supplier,price,currency\nGEM,S,5,GBP\n"}))
    equal('"GBP"' in said and '"GEM"' in said and '"W1"' in said, True, said)
    items = items.replace("WASTE,buy", "WASTE,make").replace("GEM,buy", "GEM,make")
    said = simulate_alone("C", **dict(bare, **{"items.csv": items, "bom.csv":
        "parent,component,qty,kind,cost_share_pct\nCROWN,GEM,1,,\nCROWN,WASTE,1,byproduct,10\nGEM,WASTE,1,,\n"}))
    equal('depends on itself' in said and '"W1"' in said, True, said)


@suite.test("no release into a closed month")
def _(t):
    own, poster = plant_of(PLANT + "M")
    second_person = suite.second_person(own, PLANT + "M", "finance")
    poster.post("put", "Inventory.PostAdjustment", reason="found", effective_on="2026-01-10", lines=[{"item": "ROD", "quantity": "10"}])
    poster.post("close", "Cost.CloseMonth", month_on="2026-01-31")
    poster.post("save", "Cost.SaveCostVersion", cost_version="V", lines=[{"kind": "price", "code": "ROD", "value": "8"}])
    poster.post("sim", "Cost.SimulateCostVersion", cost_version="V")
    poster.post("freeze", "Cost.FreezeCostVersion", cost_version="V")
    error = refused(second_person, 409, "PERIOD_CLOSED", "Cost.ReleaseCostVersion", key=key_of(PLANT + "M1"), cost_version="V",
                    effective_on="2026-01-31")
    equal(error.field, "effective_on", "field")
    second_person.call("Cost.ReleaseCostVersion", key=key_of(PLANT + "M2"), cost_version="V", effective_on="2026-02-01")
    lines = [r for r in own.pages("Inventory.ListLedger", "rows") if r["kind"] == "revaluation"]
    equal([(r["item"], r["amount"], r["effective_on"]) for r in lines], [("ROD", "30", "2026-02-01")], "as of the first open day")


@suite.test("the command line: save from a file, simulate, compare, freeze, show, list, withdraw")
def _(t):
    client()
    environment = dict(os.environ, MILLRACE_PLANT=PLANT)

    def millrace(*words):
        done = subprocess.run([os.path.join(suite.stack.build, "bin", "millrace"), *words, "--plant", PLANT, "--config",
                               os.path.join(suite.stack.var, "millrace.ini")], env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("kind,code,value\nprice,ROD,9\nlabor_rate,W,11\n")
        file.flush()
        code, out, err = millrace("cost-version", "save", "CLI", "--lines", file.name, "--note", "by hand")
    equal((code, err), (0, ""), "save")
    equal(millrace("cost-version", "save", "CLI", "--kind", "overhead_rate", "--code", "W", "--value", "100")[0], 0, "one fact")
    equal(json.loads(millrace("cost-version", "simulate", "CLI")[1])["state"], "simulated", "simulate")
    code, out, err = millrace("cost-version", "compare", "CLI", "--item", "BAR")
    equal([(r["element"], r["before"], r["after"]) for r in json.loads(out)["rows"]], [("total", "22", "33")], "9 + 11 + 2 + 11")
    equal(json.loads(millrace("cost-version", "costs", "CLI", "--item", "BAR")[1])["costs"][0]["overhead"], "11", "costs")
    equal(json.loads(millrace("cost-version", "freeze", "CLI")[1])["state"], "frozen", "freeze")
    equal(json.loads(millrace("cost-version", "mark", "CLI", "--date", "2090-01-01")[1])["marked_on"], "2090-01-01", "mark")
    code, out, err = millrace("cost-version", "release", "CLI")
    equal((code, "marked for 2090-01-01" in err), (1, True), err)
    equal(len(json.loads(millrace("cost-version", "show", "CLI")[1])["lines"]), 3, "show")
    names = [v["cost_version"] for v in json.loads(millrace("cost-version", "list", "--state", "frozen")[1])["versions"]]
    equal(names, ["CLI"], "list")
    equal(json.loads(millrace("cost-version", "withdraw", "CLI")[1])["state"], "withdrawn", "withdraw")
    equal(json.loads(millrace("cost-version", "post")[1])["more"], False, "nothing is under way")
    equal(millrace("cost-version")[0], 2, "no word")


@suite.test("the ledger agrees with itself, and every posting repeats its answer")
def _(t):
    from harness import audit_ledger
    audit_ledger(client())
    state["poster"].repeat_all()
    accounts()


if __name__ == "__main__":
    sys.exit(suite.main())
