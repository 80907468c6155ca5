#!/usr/bin/env python3
# ops/test: quiet
"""Items, bills and routings of a living plant: changed, checked, refused, told; through the gateway."""
import threading

from harness import ApiError, Suite, another_person, equal, fresh, import_files, key_of, refused, until

suite = Suite("bills")
PLANT = fresh("BL-")
state = {"step": 0}

ITEMS = """item,name,type,uom,decimals,unit_cost
BIKE,Bicycle,make,EA,0,
BIKE-RED,"Bicycle, red",make,EA,0,
BIKE-BLUE,"Bicycle, blue",make,EA,0,
FRAME,Frame,make,EA,0,
WHEEL,Wheel,make,EA,0,
RIM,Rim,buy,EA,0,3
SPOKE,Spoke,buy,EA,0,0.1
SPOKE-B,Black spoke,buy,EA,0,0.12
TUBE,Steel tube,buy,KG,3,5
PAINT,Paint,buy,KG,3,8
BELL,Bell,buy,EA,0,2
A,A,make,EA,0,
B,B,make,EA,0,
C,C,make,EA,0,
D,D,make,EA,0,
"""
BOM = """parent,component,qty,position,uom
BIKE,FRAME,1,10,
BIKE,WHEEL,2,20,
WHEEL,RIM,1,10,
WHEEL,SPOKE,36,20,
FRAME,TUBE,2.5,10,
A,B,1,10,
B,C,1,10,
"""
FILES = {"plant.csv": "key,value\nplan_start,2026-11-02\n", "items.csv": ITEMS, "bom.csv": BOM,
         "units.csv": "from,to,factor,item\nT,KG,1000,\nM,KG,0.75,TUBE\n",
         "work_centers.csv": "work_center,labor_rate\nWC-A,30\n",
         "routing.csv": "item,operation,work_center,run\nWHEEL,10,WC-A,0.5\n"}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        import_files(state["client"], {k: v.encode() for k, v in FILES.items()}, PLANT + "/import")
    return state["client"]


def key():
    state["step"] += 1
    return key_of("%s/%d" % (PLANT, state["step"]))


def edit(file, action="save", row=None, end_on=None, **cells):
    made = {"file": file, "action": action, "cells": [{"column": c.rstrip("_"), "value": str(v)} for c, v in cells.items()]}
    if row is not None:
        made["row"] = row
    if end_on is not None:
        made["end_on"] = end_on
    return made


def save(*edits, **more):
    return client().call("Bom.EditMaster", key=key(), edits=list(edits), **more)


def cells(row):
    return {c["column"]: c["value"] for c in row["cells"]}


def lines(parent, file="bom.csv"):
    return [dict(cells(r), row=r["row"]) for r in client().call("Bom.ListMaster", file=file, item=parent).get("rows", [])]


def line(parent, component):
    found = [r for r in lines(parent) if r["component"] == component]
    assert len(found) == 1, "%s has %d lines of %s" % (parent, len(found), component)
    return found[0]


def below(item, quantity="1"):
    rows = client().pages("Bom.Explode", "rows", item=item, quantity=quantity, summarised=True, limit=100)
    return {r["component"]: r["quantity"] for r in rows}


def no(http, code, field, words, *edits):
    """The edits must be refused so, and change nothing."""
    before = [lines(p) for p in ("BIKE", "WHEEL", "A", "B", "C")]
    try:
        save(*edits)
    except ApiError as error:
        equal((error.http, error.code, field and error.field), (http, code, field), "refusal of %r: %s" % (edits, error))
        for word in words:
            assert word in str(error), "%r does not say %r" % (str(error), word)
    else:
        raise AssertionError("%r was saved" % (edits,))
    equal([lines(p) for p in ("BIKE", "WHEEL", "A", "B", "C")], before, "bills after a refusal")


def level(item):
    return client().call("Bom.GetItem", item=item)["item"].get("low_level_code", 0)


@suite.test("adds, changes, ends and removes lines; the explosion follows at once")
def _(t):
    equal(below("BIKE"), {"FRAME": "1", "WHEEL": "2", "RIM": "2", "SPOKE": "72", "TUBE": "2.5"}, "before")
    made = save(edit("bom.csv", parent="BIKE", component="BELL", qty=1, position=30))
    equal(cells(made["rows"][0])["component"], "BELL", "row of the reply")
    equal(below("BIKE")["BELL"], "1", "added")
    row = line("WHEEL", "SPOKE")["row"]
    save(edit("bom.csv", row=row, qty=32))
    equal(below("BIKE")["SPOKE"], "64", "changed")
    equal(line("WHEEL", "SPOKE")["row"], row, "row number")
    save(edit("bom.csv", "end", row=row, end_on="2027-01-01"),
         edit("bom.csv", parent="WHEEL", component="SPOKE", qty=28, position=20, valid_from="2027-01-01"))
    equal(below("BIKE")["SPOKE"], "64", "before the day")
    later = {r["component"]: r["quantity"] for r in client().pages(
        "Bom.Explode", "rows", item="BIKE", quantity="1", summarised=True, limit=100, start_on="2027-01-01")}
    equal(later["SPOKE"], "56", "from the day on")
    save(edit("bom.csv", "remove", row=line("BIKE", "BELL")["row"]))
    assert "BELL" not in below("BIKE")


@suite.test("creates and changes items; the plan hears of it")
def _(t):
    seq = lambda: int(client().call("Mrp.GetPlanState").get("event_seq") or 0)
    before = seq()
    made = save(edit("items.csv", item="SADDLE", type="buy", uom="EA", lead_time_days=5, name="鞍座"))
    equal(client().call("Bom.GetItem", item="SADDLE")["item"]["name"], "鞍座", "name")
    save(edit("items.csv", item="SADDLE", safety_stock=7))
    equal(client().call("Bom.GetItem", item="SADDLE")["item"]["safety_stock"], "7", "safety stock")
    equal(client().call("Bom.GetItem", item="SADDLE")["item"]["lead_time_days"], 5, "what is not named stays")
    save(edit("bom.csv", parent="BIKE", component="SADDLE", qty=1, position=40))
    until(lambda: seq() >= int(made["change_seq"]) > before, "the plan knows the change")


@suite.test("new items stand in order, with lines below and above, as if they had always been there")
def _(t):
    for code in ("ZIP", "BIKF", "AA", "BOLT"):
        save(edit("items.csv", item=code, type="make", uom="EA"))
    save(edit("bom.csv", parent="AA", component="ZIP", qty=1), edit("bom.csv", parent="AA", component="BIKF", qty=2),
         edit("bom.csv", parent="BIKF", component="BOLT", qty=3))
    no(409, "BOM_CYCLE", "edits[0].component", ["BIKF > AA > BIKF"], edit("bom.csv", parent="BIKF", component="AA", qty=1))
    ask = lambda: [list(client().pages("Bom.ListItems", "items", limit=4)),
                   client().call("Bom.Explode", item="AA", quantity="1"), client().call("Bom.Explode", item="AA", quantity="1", summarised=True),
                   client().call("Bom.WhereUsed", item="BOLT"), client().call("Bom.WhereUsed", item="BOLT", ends=True)]
    new = ask()
    codes = [i["item"] for i in new[0]]
    equal(codes, sorted(codes), "items in order")
    assert {"ZIP", "BIKF", "AA"} <= set(codes), codes
    equal([r["component"] for r in new[1]["rows"]], ["BIKF", "BOLT", "ZIP"], "lines of AA by component")
    equal(level("BIKF"), 1, "low-level code")
    suite.stack.ops("service", "restart", "bom")
    equal(ask(), new, "after it was loaded anew")


@suite.test("repeats an answer under its key, refuses the key for something else")
def _(t):
    again = key()
    body = dict(edits=[edit("bom.csv", parent="FRAME", component="PAINT", qty="0.2", position=20)])
    first = client().call("Bom.EditMaster", key=again, **body)
    equal(client().call("Bom.EditMaster", key=again, **body), first, "answer")
    equal(len(lines("FRAME")), 2, "lines of the frame")
    refused(client(), 409, "KEY_REUSED", "Bom.EditMaster", key=again, edits=[edit("items.csv", item="X", type="buy")])


@suite.test("refuses bad input with field, value and what would be right; nothing is saved")
def _(t):
    new = dict(parent="BIKE", qty=1)
    no(422, "INVALID", "edits[0].component", ['item "NOPE" does not exist'], edit("bom.csv", component="NOPE", **new))
    no(422, "INVALID", "edits[0].uom", ['unit "L" cannot be converted to unit "EA"'],
       edit("bom.csv", component="BELL", uom="L", **new))
    no(422, "INVALID", "edits[0].qty", ["-1 is negative"], edit("bom.csv", parent="BIKE", component="BELL", qty=-1))
    no(422, "INVALID", "edits[0].qty", ["must be above 0"], edit("bom.csv", parent="BIKE", component="BELL", qty=0))
    no(422, "INVALID", "edits[0].qty", ["value is missing"], edit("bom.csv", parent="BIKE", component="BELL"))
    no(422, "INVALID", "edits[0].valid_to", ["2026-01-01", "2026-02-01"],
       edit("bom.csv", component="BELL", valid_from="2026-02-01", valid_to="2026-01-01", **new))
    no(422, "INVALID", "edits[0].valid_to", ["is not after valid_from 2026-02-01"],
       edit("bom.csv", component="BELL", valid_from="2026-02-01", valid_to="2026-02-01", **new))
    no(422, "INVALID", "edits[0].valid_from", ['component "WHEEL" already counts from the beginning to the end'],
       edit("bom.csv", component="WHEEL", position=20, **new))
    no(422, "INVALID", "edits[0].position", ['position "20" is taken by component "WHEEL"'],
       edit("bom.csv", component="BELL", position=20, **new))
    no(422, "INVALID", "edits[0].substitute_priority", ["has two mains", "needs a priority of its own"],
       edit("bom.csv", component="BELL", substitute_group="G", **new),
       edit("bom.csv", component="RIM", substitute_group="G", **new))
    no(422, "INVALID", "edits[0].mix_pct", ["add up to 120, at most 100"],
       edit("bom.csv", component="BELL", substitute_group="G", mix_pct=60, **new),
       edit("bom.csv", component="RIM", substitute_group="G", mix_pct=60, **new))
    no(422, "INVALID", "edits[0].cost_share_pct", ["120 is not between 0 and 100"],
       edit("bom.csv", component="BELL", kind="byproduct", cost_share_pct=120, **new))
    no(422, "INVALID", "edits[0].cost_share_pct", ["add up to 110"],
       edit("bom.csv", component="BELL", kind="byproduct", cost_share_pct=60, **new),
       edit("bom.csv", component="RIM", kind="coproduct", cost_share_pct=50, **new))
    no(409, "BOM_CYCLE", "edits[0].component", ["C > A > B > C"], edit("bom.csv", parent="C", component="A", qty=1))
    no(409, "BOM_CYCLE", "edits[0].component", ["A > A"], edit("bom.csv", parent="A", component="A", qty=1))
    no(422, "INVALID", "edits[0].designators", ["3 designators are named, the quantity for one is 2"],
       edit("bom.csv", component="BELL", designators="R1 R2-R3", parent="BIKE", qty=2))
    no(422, "INVALID", "edits[0].designators", ["names a designator twice"],
       edit("bom.csv", component="BELL", designators="R1 R1-R2", parent="BIKE", qty=3))
    no(422, "INVALID", "edits[0].safety_stock", ["quantity 1.5 is not a whole number of EA"],
       edit("items.csv", item="BELL", safety_stock="1.5"))
    no(422, "INVALID", "edits[0].type", ['"made" is not one of make, buy, phantom, transfer'],
       edit("items.csv", item="BELL", type="made"))
    no(422, "INVALID", "edits[0].lot_rule", ["FOQ needs lot_qty"], edit("items.csv", item="BELL", lot_rule="FOQ"))
    no(422, "INVALID", "edits[0].parent", ['item "NOPE" does not exist'], edit("bom.csv", parent="NOPE", component="BELL", qty=1))
    no(422, "INVALID", "edits[0].scrap_pct", ["100"], edit("bom.csv", component="BELL", scrap_pct=100, **new))
    no(422, "INVALID", "edits[0].per_qty", ["0 is not above 0"], edit("bom.csv", component="BELL", per_qty=0, **new))
    no(422, "INVALID", "edits[0].pieces", ["pieces must be above 0"], edit("bom.csv", component="BELL", pieces=0, **new))
    no(422, "INVALID", "edits[0].qty", ["0.1234567"], edit("bom.csv", parent="BIKE", component="BELL", qty="0.1234567"))
    no(422, "INVALID", "edits[0].qty", ["many"], edit("bom.csv", parent="BIKE", component="BELL", qty="many"))
    no(422, "INVALID", "edits[0].kind", ['"part" is not one of'], edit("bom.csv", component="BELL", kind="part", **new))
    no(422, "INVALID", "edits[0].valid_from", ["2026-02-30"], edit("bom.csv", component="BELL", valid_from="2026-02-30", **new))
    no(422, "INVALID", "edits[1].component", ['item "NOPE" does not exist'],
       edit("bom.csv", component="BELL", position=77, **new), edit("bom.csv", component="NOPE", position=78, **new))
    no(422, "INVALID", "edits[0].colour", ["column is unknown"], edit("items.csv", item="BELL", colour="red"))
    no(404, "NOT_FOUND", "edits[0].row", ["row 999999 of bom.csv does not exist"], edit("bom.csv", row=999999, qty=1))
    no(422, "INVALID", "edits[0].work_center", ['work centre "WC-Z" does not exist'],
       edit("routing.csv", item="WHEEL", operation=20, work_center="WC-Z"))
    no(422, "INVALID", "edits[0].operation", ['operation "10" of item "WHEEL" already counts'],
       edit("routing.csv", item="WHEEL", operation=10, work_center="WC-A"))
    no(422, "INVALID", "edits[0].factor", ["0 is not above 0"], edit("units.csv", from_="BOX", to="EA", factor=0))


@suite.test("a bill of more levels than the limit is refused, with the item and the limit; nothing is saved")
def _(t):
    deep = suite.stack.client(PLANT + "D")
    rows = "".join("L%04d,make,EA,0\n" % n for n in range(1002))
    import_files(deep, {k: v.encode() for k, v in {
        "plant.csv": "key,value\nplan_start,2026-11-02\n", "items.csv": "item,type,uom,decimals\n" + rows,
        "bom.csv": "parent,component,qty\n" + "".join("L%04d,L%04d,1\n" % (n, n + 1) for n in range(1000))}.items()},
        PLANT + "/deep")
    error = refused(deep, 413, "LIMIT", "Bom.EditMaster", key=key(), edits=[edit("bom.csv", parent="L1000", component="L1001", qty=1)])
    equal(error.field, "edits[0].component", "field")
    assert "more than 1000 levels" in error.text and "L1000" in error.text, error
    equal(deep.call("Bom.ListMaster", file="bom.csv", item="L1000").get("rows", []), [], "lines")


@suite.test("designators, substitutes, co-products, alternatives, operations and units are saved")
def _(t):
    save(edit("bom.csv", parent="D", component="BELL", qty=3, position=10, designators="R1 R2, R7"),
         edit("bom.csv", parent="D", component="RIM", qty=1, position=20, substitute_group="G"),
         edit("bom.csv", parent="D", component="TUBE", qty=1, position=20, substitute_group="G", substitute_priority=1, uom="M"),
         edit("bom.csv", parent="D", component="PAINT", qty="0.1", kind="byproduct", cost_share_pct=10),
         edit("bom.csv", parent="D", component="SPOKE", qty=4, alternative="B", alternative_priority=1, revision="2"))
    equal(len(lines("D")), 5, "lines")
    equal(line("D", "BELL")["designators"], "R1 R2, R7", "designators")
    made = save(edit("routing.csv", item="WHEEL", operation=20, work_center="WC-A", run=1, parallel_group="P"))
    row = made["rows"][0]["row"]
    save(edit("routing.csv", row=row, run=2, subcontract_price="1.5"))
    equal([(r["operation"], r.get("run")) for r in lines("WHEEL", "routing.csv")], [("10", "0.5"), ("20", "2")], "routing")
    save(edit("routing.csv", "remove", row=row))
    equal(len(lines("WHEEL", "routing.csv")), 1, "operations")
    save(edit("units.csv", from_="DOZ", to="EA", factor=12, rounding="down"),
         edit("units.csv", from_="BOX", to="EA", factor=7, item="SPOKE", rounding="nearest"))
    equal(client().call("Bom.GetConversion", item="SPOKE", uom="DOZ", quantity="1.3"),
          {"exact": "15.6", "quantity": "15", "rounding": "down", "uom": "EA"}, "conversion")
    equal(client().call("Bom.GetConversion", item="SPOKE", uom="BOX", quantity="0.5"),
          {"exact": "3.5", "quantity": "4", "rounding": "nearest", "uom": "EA"}, "the item's own conversion")
    equal(client().call("Bom.GetConversion", item="SPOKE", uom="DOZ", quantity="2")["rounding"], "none", "exact")


@suite.test("an edit of what somebody changed meanwhile is refused when it says what it read; of what nobody changed it is not")
def _(t):
    seen = client().call("Bom.ListMaster", file="bom.csv", item="WHEEL")
    row = next(r["row"] for r in seen["rows"] if {"column": "component", "value": "SPOKE"} in r["cells"])
    was = next(c["value"] for r in seen["rows"] if r["row"] == row for c in r["cells"] if c["column"] == "qty")
    save(edit("items.csv", item="D", lead_time_days=3))
    client().call("Bom.EditMaster", key=key(), edits=[edit("bom.csv", row=row, qty="33")], if_version=seen["version"])
    error = refused(client(), 412, "CHANGED", "Bom.EditMaster", key=key(), edits=[edit("bom.csv", row=row, qty="34")],
                    if_version=seen["version"])
    assert '"WHEEL" was changed by' in error.text, error
    equal(next(l for l in lines("WHEEL") if l["row"] == row)["qty"], "33", "quantity")
    now = client().call("Bom.ListMaster", file="bom.csv", item="WHEEL")["version"]
    client().call("Bom.EditMaster", key=key(), edits=[edit("bom.csv", row=row, qty=was)], if_version=now)


@suite.test("a variant inherits its template's lines; its own line with the position overrides")
def _(t):
    save(edit("items.csv", item="BIKE-RED", template="BIKE"), edit("items.csv", item="BIKE-BLUE", template="BIKE"))
    equal(below("BIKE-RED"), below("BIKE"), "inherited")
    save(edit("bom.csv", parent="BIKE-RED", component="WHEEL", qty=3, position=20))
    equal(below("BIKE-RED")["WHEEL"], "3", "own line")
    equal(below("BIKE-BLUE")["WHEEL"], "2", "the other variant")
    reply = save(edit("bom.csv", row=line("BIKE", "WHEEL")["row"], qty=4))
    equal(below("BIKE-RED")["WHEEL"], "3", "own line stays")
    equal(below("BIKE-BLUE")["WHEEL"], "4", "the other follows")
    equal(reply["inherited_rows"], 1, "lines that followed")
    refused(client(), 409, "STATE_CONFLICT", "Bom.EditMaster", key=key(),
            edits=[edit("bom.csv", "remove", row=line("BIKE-BLUE", "WHEEL")["row"])])
    no(409, "BOM_CYCLE", "edits[0].component", ["BIKE"], edit("bom.csv", parent="TUBE", component="BIKE-BLUE", qty=1))
    save(edit("bom.csv", "remove", row=line("BIKE-RED", "WHEEL")["row"]))
    equal(below("BIKE-RED")["WHEEL"], "4", "inherits again")


@suite.test("deactivates an item that nothing uses, lists what uses another")
def _(t):
    used = client().call("Bom.DeactivateItem", key=key(), item="RIM")
    assert used["active"] and ("bill", "WHEEL") in [(u["kind"], u["id"]) for u in used["uses"]], used
    save(edit("items.csv", item="LAMP", type="buy", uom="EA"))
    equal(client().call("Bom.DeactivateItem", key=key(), item="LAMP").get("active"), False, "LAMP is active")
    no(422, "INVALID", "edits[0].component", ['item "LAMP" is not active'],
       edit("bom.csv", parent="BIKE", component="LAMP", qty=1))
    refused(client(), 404, "NOT_FOUND", "Bom.DeactivateItem", key=key(), item="NOPE")


@suite.test("low-level codes follow")
def _(t):
    equal([level(i) for i in "ABCD"], [0, 1, 2, 0], "before")
    save(edit("bom.csv", parent="C", component="D", qty=1))
    equal([level(i) for i in "ABCD"], [0, 1, 2, 3], "one deeper")
    equal(level("SPOKE"), 4, "below it")
    save(edit("bom.csv", "remove", row=line("A", "B")["row"]))
    equal([level(i) for i in "ABCD"], [0, 0, 1, 2], "back up")
    save(edit("bom.csv", "remove", row=line("C", "D")["row"]))


@suite.test("two saves at once that only together make a loop: one is refused")
def _(t):
    for turn in range(6):
        pairs = [("C", "D"), ("D", "B")]  # B > C > D > B
        results = []

        def one(parent, component, suffix):
            own = suite.stack.client(PLANT)
            try:
                own.call("Bom.EditMaster", key=key_of("%s/cycle/%d/%s" % (PLANT, turn, suffix)),
                         edits=[edit("bom.csv", parent=parent, component=component, qty=1, position="c%d" % turn)])
                results.append("saved")
            except ApiError as error:
                results.append(error.code)

        threads = [threading.Thread(target=one, args=(*pair, i)) for i, pair in enumerate(pairs)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        equal(sorted(results), ["BOM_CYCLE", "saved"], "outcomes of turn %d" % turn)
        for parent, component in pairs:
            for row in [r for r in lines(parent) if r["component"] == component]:
                save(edit("bom.csv", "remove", row=row["row"]))


@suite.test("tells the history: who changed what from what to what")
def _(t):
    changes = list(client().pages("Bom.ListMasterChanges", "changes", object="WHEEL", limit=2))
    first = changes[-1]
    old = {c["column"]: c["value"] for c in first["old_cells"]}
    new = {c["column"]: c["value"] for c in first["new_cells"]}
    equal((old["qty"], new["qty"], first["file"]), ("36", "32", "bom.csv"), "the first change of the wheel")
    assert first["changed_by"] and first["changed_at"], first


def second_engineer():
    """A client of another person with the role of an engineer."""
    if "second" not in state:
        client()
        state["second"] = suite.stack.client(PLANT, token=another_person(suite.stack, PLANT))
    return state["second"]


def step(method, change, by=None, **more):
    return (by or client()).call("Bom." + method, key=key(), change=change, **more)


def cell(**values):
    return [{"column": c, "value": str(v)} for c, v in values.items()]


@suite.test("an engineering change: draft, effect, submitted, approved by another, reverted; its history")
def _(t):
    wheel = line("WHEEL", "RIM")
    step("SaveChange", "EC-1", title="New spokes", effective_on="2026-12-01", lines=[
        {"action": "change", "row": wheel["row"], "cells": cell(qty=2)},
        {"action": "add", "cells": cell(parent="WHEEL", component="SPOKE-B", qty=5, position=30)}])
    before = lines("WHEEL")
    effect = client().call("Bom.GetChangeEffect", change="EC-1")
    assert ("bill", "WHEEL") in [(u["kind"], u["id"]) for u in effect["touched"]] and "refusal" not in effect, effect
    equal(lines("WHEEL"), before, "a draft changes nothing")
    refused(second_engineer(), 403, "FORBIDDEN", "Bom.SubmitChange", key=key(), change="EC-1")
    refused(client(), 409, "STATE_CONFLICT", "Bom.ApproveChange", key=key(), change="EC-1")
    equal(step("SubmitChange", "EC-1")["state"], "submitted", "state")
    refused(client(), 403, "FORBIDDEN", "Bom.ApproveChange", key=key(), change="EC-1")
    equal(lines("WHEEL"), before, "a submitted change changes nothing")
    done = step("ApproveChange", "EC-1", second_engineer(), note="ok")
    equal(done["state"], "effective", "state")
    ask = lambda day: {r["component"]: r["quantity"] for r in client().pages(
        "Bom.Explode", "rows", item="WHEEL", quantity="1", summarised=True, limit=100, start_on=day)}
    equal(ask("2026-11-30")["RIM"], "1", "the day before")
    assert "SPOKE-B" not in ask("2026-11-30")
    equal((ask("2026-12-01")["RIM"], ask("2026-12-01")["SPOKE-B"]), ("2", "5"), "on the day")
    compared = client().call("Bom.GetComparison", left={"item": "WHEEL", "start_on": "2026-11-30"},
                             right={"item": "WHEEL", "start_on": "2026-12-01"})
    equal([(d["kind"], d["component"]) for d in compared["differences"]], [("changed", "RIM"), ("added", "SPOKE-B")],
          "what the change changes")
    equal((cells({"cells": compared["differences"][0]["left_cells"]}), cells({"cells": compared["differences"][0]["right_cells"]})),
          ({"qty": "1"}, {"qty": "2"}), "quantity of the rim")
    equal(step("RevertChange", "EC-1")["state"], "reverted", "state")
    equal(lines("WHEEL"), before, "reverted")
    told = client().call("Bom.GetChange", change="EC-1")
    equal([s["action"] for s in told["steps"]], ["save", "submit", "approve", "revert"], "history")
    equal((told["steps"][2]["done_by"], told["steps"][2]["note"]), (told["approver"], "ok"), "who approved")


@suite.test("a change that would make a loop cannot be submitted; one changed since cannot be reverted")
def _(t):
    row = save(edit("bom.csv", parent="A", component="B", qty=1, position=90))["rows"][0]["row"]
    step("SaveChange", "EC-2", lines=[{"action": "add", "cells": cell(parent="C", component="A", qty=1)}])
    assert "cycle" in client().call("Bom.GetChangeEffect", change="EC-2")["refusal"]
    refused(client(), 409, "BOM_CYCLE", "Bom.SubmitChange", key=key(), change="EC-2")
    step("SaveChange", "EC-2", lines=[{"action": "change", "row": row, "cells": cell(qty=7)}])
    step("SubmitChange", "EC-2")
    step("ApproveChange", "EC-2", second_engineer())
    save(edit("bom.csv", row=row, qty=8))
    refused(client(), 409, "STATE_CONFLICT", "Bom.RevertChange", key=key(), change="EC-2")
    save(edit("bom.csv", "remove", row=row))


@suite.test("a change after stock is used up waits for the stock")
def _(t):
    client().call("Inventory.PostAdjustment", key=key(), reason="found", lines=[
        {"item": "BELL", "quantity": "5", "location": "MAIN", "unit_cost": "2"}])
    made = save(edit("bom.csv", parent="BIKE", component="BELL", qty=1, position=60))["rows"][0]["row"]
    step("SaveChange", "EC-3", stock_of="BELL", lines=[{"action": "change", "row": made, "cells": cell(component="SPOKE-B")}])
    step("SubmitChange", "EC-3")
    equal(step("ApproveChange", "EC-3", second_engineer())["state"], "approved", "state")
    error = refused(client(), 409, "STATE_CONFLICT", "Bom.ApplyChange", key=key(), change="EC-3")
    assert "still has 5 in stock" in error.text, error
    client().call("Inventory.PostAdjustment", key=key(), reason="gone", lines=[
        {"item": "BELL", "quantity": "-5", "location": "MAIN"}])
    told = until(lambda: (lambda c: c if c["state"] == "effective" else None)(client().call("Bom.GetChange", change="EC-3")),
                 "it takes effect by itself")
    equal((told["steps"][-1]["action"], told["steps"][-1]["done_by"]), ("apply", "millrace"), "who applied it")
    refused(client(), 409, "STATE_CONFLICT", "Bom.ApplyChange", key=key(), change="EC-3")
    equal(line("BIKE", "SPOKE-B")["position"], "60", "replaced")
    step("RevertChange", "EC-3")
    equal(line("BIKE", "BELL")["row"], made, "back")


@suite.test("a change after stock is used up that cannot take effect any more says why, and waits for people")
def _(t):
    post = lambda quantity, **more: client().call("Inventory.PostAdjustment", key=key(), reason="count", lines=[
        {"item": "BELL", "quantity": quantity, "location": "MAIN", **more}])
    post("3", unit_cost="2")
    row = save(edit("bom.csv", parent="D", component="SPOKE-B", qty=1, position=70))["rows"][0]["row"]
    step("SaveChange", "EC-4", stock_of="BELL", lines=[{"action": "change", "row": row, "cells": cell(qty=2)}])
    step("SubmitChange", "EC-4")
    step("ApproveChange", "EC-4", second_engineer())
    save(edit("bom.csv", "remove", row=row))
    post("-3")
    told = until(lambda: (lambda c: c if c["steps"][-1]["action"] == "refuse" else None)(
        client().call("Bom.GetChange", change="EC-4")), "it is refused")
    equal(told["state"], "approved", "state")
    assert "row %d of bom.csv does not exist" % row in told["steps"][-1]["note"], told["steps"]
    equal(step("WithdrawChange", "EC-4")["state"], "withdrawn", "state")


@suite.test("a mass change: preview, run, undo; refused where it would close a loop")
def _(t):
    before = [lines(p) for p in ("BIKE", "WHEEL", "D", "FRAME")]
    rule = dict(component="SPOKE", new_component="SPOKE-B", factor="1.5")
    seen = client().call("Bom.GetMassChangePreview", **rule)
    assert int(seen["lines"]) >= 2 and seen["state"] == "preview", seen
    equal([lines(p) for p in ("BIKE", "WHEEL", "D", "FRAME")], before, "a preview changes nothing")
    refused(client(), 409, "BOM_CYCLE", "Bom.RunMassChange", key=key(), change="MC-0", component="SPOKE", new_component="BIKE")
    refused(client(), 422, "INVALID", "Bom.RunMassChange", key=key(), change="MC-0", component="SPOKE", new_component="NOPE")
    refused(client(), 422, "INVALID", "Bom.RunMassChange", key=key(), change="MC-0", component="SPOKE", new_component="PAINT")
    refused(client(), 422, "INVALID", "Bom.RunMassChange", key=key(), change="MC-0", component="SPOKE")
    done = client().call("Bom.RunMassChange", key=key(), change="MC-1", **rule)
    equal((done["state"], done["lines"]), ("done", seen["lines"]), "done")
    equal(below("WHEEL")["SPOKE-B"], "48", "32 spokes become 48 black ones")
    assert "SPOKE" not in below("WHEEL")
    told = client().call("Bom.GetMassChange", change="MC-1")
    equal((told["state"], told["first_lines"]), ("done", done["first_lines"]), "state and lines")
    taken = save(edit("bom.csv", parent="D", component="SPOKE", qty=1, alternative="B", alternative_priority=1, revision="2"))["rows"][0]["row"]
    error = refused(client(), 422, "INVALID", "Bom.UndoMassChange", key=key(), change="MC-1")
    assert 'bill of "D"' in error.text and "in the same place" in error.text, error
    save(edit("bom.csv", "remove", row=taken))
    undone = client().call("Bom.UndoMassChange", key=key(), change="MC-1")
    equal(undone["state"], "undone", "undone")
    equal([lines(p) for p in ("BIKE", "WHEEL", "D", "FRAME")], before, "undone")
    refused(client(), 409, "STATE_CONFLICT", "Bom.UndoMassChange", key=key(), change="MC-1")
    swaps = {"MC-1": ("SPOKE", "SPOKE-B"), "undone": ("SPOKE-B", "SPOKE")}
    for item, row in (("WHEEL", True), ("SPOKE", False), ("SPOKE-B", False)):
        told = [c for c in client().pages("Bom.ListMasterChanges", "changes", object=item, limit=2) if c.get("change") == "MC-1"]
        sides = [tuple(cell["value"] for side in ("old_cells", "new_cells") for cell in c[side] if cell["column"] == "component")
                 for c in told]
        count = 2 if row else 1  # lines of SPOKE in the bill; a component's history says once that it went
        equal(sides, [swaps["undone"]] * count + [swaps["MC-1"]] * count, "history of %s, newest first" % item)
        equal({(c.get("object") == item, bool(c.get("row"))) for c in told}, {(row, row)}, "the bill's own lines, or of no bill")
    client().call("Bom.RunMassChange", key=key(), change="MC-2", component="PAINT", end_on="2027-06-01")
    told = list(client().pages("Bom.ListChanges", "changes", limit=2))
    equal([(c["kind"], c["change"], c["state"]) for c in told[:2]], [("mass", "MC-2", "done"), ("mass", "MC-1", "undone")], "newest first")
    drawn = {c["change"]: (c["kind"], c["state"], c["author"]) for c in told[2:]}
    equal(drawn["EC-1"], ("engineering", "reverted", "local"), "of all pages")
    equal({c["state"] for c in client().call("Bom.ListChanges", state="reverted")["changes"]}, {"reverted"}, "by state")
    refused(client(), 422, "INVALID", "Bom.ListChanges", state="undon")
    refused(client(), 422, "INVALID", "Bom.GetMassChangePreview", component="SPOKE", new_component="SPOKE")


@suite.test("what is set of the plant: read, changed, bounds, an unknown calendar or time zone; the history has it")
def _(t):
    before = client().call("Bom.GetPlant")
    done = client().call("Bom.SetPlant", key=key(), horizon_days=90, reschedule_days=0, name="工厂 2")
    equal((done["horizon_days"], done["reschedule_days"], done["name"]), (90, 0, "工厂 2"), "set")
    equal((done["time_zone"], done.get("calendar")), (before["time_zone"], before.get("calendar")), "what was left out stays")
    assert done["version"] > before["version"], done
    for field, value in (("horizon_days", 0), ("horizon_days", 3661), ("reschedule_days", 3661), ("time_zone", "Mars/Base"),
                         ("calendar", "NOT-THERE"), ("name", "x" * 201)):
        refused(client(), 422, "INVALID", "Bom.SetPlant", key=key(), **{field: value})
    told = client().call("Bom.ListMasterChanges", limit=1)["changes"][0]
    equal((told["file"], told["changed_by"]), ("plant.csv", "local"), "history")


if __name__ == "__main__":
    suite.main()
