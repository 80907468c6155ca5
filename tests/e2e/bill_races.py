#!/usr/bin/env python3
"""Changes of bills that meet: what comes out is what one after the other would have given, whoever is first."""
import threading

from harness import ApiError, Suite, another_person, equal, fresh, import_files, key_of

suite = Suite("bill_races")
PLANT = fresh("BR-")
TURNS = 5
state = {"step": 0, "lock": threading.Lock()}

ITEMS = "item,type,uom,decimals\n" + "".join("%s,make,EA,0\n" % i for i in ("A", "B", "C", "D", "X", "Y", "Z")) + \
    "".join("P%03d,make,EA,0\n" % n for n in range(300))
BOM = "parent,component,qty,position\nA,B,1,10\n" + "".join("P%03d,X,1,10\n" % n for n in range(300))
FILES = {"plant.csv": "key,value\nplan_start,2026-11-02\n", "items.csv": ITEMS, "bom.csv": BOM}


def client(token=None):
    if "imported" not in state:
        state["imported"] = True
        import_files(suite.stack.client(PLANT), {k: v.encode() for k, v in FILES.items()}, PLANT + "/import")
    return suite.stack.client(PLANT, token=token)


def key():
    with state["lock"]:
        state["step"] += 1
        return key_of("%s/%d" % (PLANT, state["step"]))


def cell(**values):
    return [{"column": c, "value": str(v)} for c, v in values.items()]


def edit(action="save", row=None, **values):
    return {"file": "bom.csv", "action": action, "cells": cell(**values), **({"row": row} if row else {})}


def lines(of, parent):
    rows = of.call("Bom.ListMaster", file="bom.csv", item=parent).get("rows", [])
    return [dict({c["column"]: c["value"] for c in r["cells"]}, row=r["row"]) for r in rows]


def below(of, item):
    rows = of.pages("Bom.Explode", "rows", item=item, quantity="1", summarised=True, limit=100)
    return {r["component"]: r["quantity"] for r in rows}


def second():
    """The token of the person who approves."""
    if "second" not in state:
        client()
        state["second"] = another_person(suite.stack, PLANT)
    return state["second"]


def at_once(*calls):
    """Outcomes ("ok" or the code of the refusal) of the calls, begun together; each has its own connection."""
    outcomes, barrier = [None] * len(calls), threading.Barrier(len(calls))

    def one(number, call):
        own = client()
        barrier.wait()
        try:
            call(own)
            outcomes[number] = "ok"
        except ApiError as error:
            outcomes[number] = error.code

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return outcomes


def saves(*edits):
    return lambda own: own.call("Bom.EditMaster", key=key(), edits=list(edits))


def runs(change, **rule):
    return lambda own: own.call("Bom.RunMassChange", key=key(), change=change, **rule)


@suite.test("two saves that only together make a loop: one is refused, whichever comes first")
def _(t):
    for turn in range(TURNS):
        got = at_once(saves(edit(parent="B", component="C", qty=1, position="t%d" % turn)),
                      saves(edit(parent="C", component="A", qty=1, position="t%d" % turn)))
        equal(sorted(got), ["BOM_CYCLE", "ok"], "outcomes of turn %d" % turn)
        own = client()
        for parent in ("B", "C"):
            for row in lines(own, parent):
                saves(edit("remove", row=row["row"]))(own)


@suite.test("two saves of one line: both are made, the later one stands, the history has both")
def _(t):
    own = client()
    row = lines(own, "A")[0]["row"]
    for turn in range(TURNS):
        got = at_once(saves(edit(row=row, qty=100 + turn)), saves(edit(row=row, qty=200 + turn)))
        equal(got, ["ok", "ok"], "outcomes")
        newest = own.call("Bom.ListMasterChanges", object="A", limit=2)["changes"]
        after = [next(c["value"] for c in change["new_cells"] if c["column"] == "qty") for change in newest]
        equal(sorted(after), [str(100 + turn), str(200 + turn)], "history")
        equal(lines(own, "A")[0]["qty"], after[0], "the later one stands")
        equal(below(own, "A")["B"], after[0], "in memory too")
    saves(edit(row=row, qty=1))(own)


@suite.test("a save against a mass change: in either order all lines are replaced or the new line stays what it was saved as")
def _(t):
    own = client()
    for turn in range(TURNS):
        parent = "P%03d" % (10 + turn)
        got = at_once(runs("M%d" % turn, component="X", new_component="Y"),
                      saves(edit(parent=parent, component="X", qty=7, position="s%d" % turn)))
        equal(got[0], "ok", "mass change")
        assert got[1] in ("ok", "BUSY"), got
        found = {(l["component"], l["qty"]) for l in lines(own, parent)}
        wanted = {("Y", "1")} | ({("X", "7")} if ("X", "7") in found else {("Y", "7")} if got[1] == "ok" else set())
        equal(found, wanted, "bill of %s" % parent)
        equal(below(own, parent), {"Y": str(1 + (7 if ("Y", "7") in found else 0)), **({"X": "7"} if ("X", "7") in found else {})},
              "explosion of %s" % parent)
        equal(below(own, "P200"), {"Y": "1"}, "a bill that only the mass change met")
        for row in [l["row"] for l in lines(own, parent) if l["qty"] == "7"]:
            saves(edit("remove", row=row))(own)
        own.call("Bom.RunMassChange", key=key(), change="B%d" % turn, component="Y", new_component="X")


@suite.test("a save and a mass change that only together make a loop: one is refused")
def _(t):
    own = client()
    for turn in range(TURNS):
        got = at_once(runs("L%d" % turn, component="X", new_component="Z"),
                      saves(edit(parent="Z", component="P005", qty=1, position="10")))
        equal(sorted(got), ["BOM_CYCLE", "ok"], "outcomes of turn %d" % turn)
        if got[0] == "ok":
            own.call("Bom.UndoMassChange", key=key(), change="L%d" % turn)
        else:
            saves(*[edit("remove", row=l["row"]) for l in lines(own, "Z")])(own)
        equal(below(own, "P005"), {"X": "1"}, "as before")


@suite.test("two mass changes of the same lines: one replaces them, the other finds none or replaces what came")
def _(t):
    own = client()
    for turn in range(TURNS):
        got = at_once(runs("V%d" % turn, component="X", new_component="Y"), runs("W%d" % turn, component="X", new_component="Z"))
        equal(sorted(got), ["INVALID", "ok"], "outcomes")
        won = "Y" if got[0] == "ok" else "Z"
        for parent in ("P000", "P150", "P299"):
            equal(below(own, parent), {won: "1"}, "bill of %s" % parent)
        own.call("Bom.UndoMassChange", key=key(), change=("V%d" if won == "Y" else "W%d") % turn)
    got = at_once(runs("Q1", component="X", factor="2"), runs("Q2", component="X", factor="3"))
    equal(got, ["ok", "ok"], "both multiply")
    equal(below(own, "P077"), {"X": "6"}, "one after the other")


@suite.test("an approval against an edit of the same line: whoever is first, the bill is what one after the other gives")
def _(t):
    own, approver = client(), suite.stack.client(PLANT, token=second())
    for turn in range(TURNS):
        # the change takes 5 of D from March on in place of the line; the edit makes the line 7
        row = saves(edit(parent="P250", component="D", qty=1, position="a%d" % turn))(own)["rows"][0]["row"]
        change = "A%d" % turn
        own.call("Bom.SaveChange", key=key(), change=change, effective_on="2027-03-01",
                 lines=[{"action": "change", "row": row, "cells": cell(qty=5)}])
        own.call("Bom.SubmitChange", key=key(), change=change)
        got = at_once(lambda other: approver.call("Bom.ApproveChange", key=key(), change=change), saves(edit(row=row, qty=7)))
        equal(got, ["ok", "ok"], "outcomes of turn %d" % turn)
        found = sorted((l["qty"], l.get("valid_from", ""), l.get("valid_to", "")) for l in lines(own, "P250") if l["position"] == "a%d" % turn)
        equal(found, [("5", "2027-03-01", ""), ("7", "", "2027-03-01")], "the two lines")
        told = own.call("Bom.GetChange", change=change)
        equal((told["state"], [s["action"] for s in told["steps"]]), ("effective", ["save", "submit", "approve"]), "the change")
        history = own.call("Bom.ListMasterChanges", object="P250", limit=3)["changes"]
        seqs = [int(c["change_seq"]) for c in history]
        equal((sorted(seqs, reverse=True), len(set(seqs))), (seqs, 2), "history: the change's two rows and the edit's one")
        saves(*[edit("remove", row=l["row"]) for l in lines(own, "P250") if l["position"] == "a%d" % turn])(own)


@suite.test("an approval against an edit that takes its line away, or against another approval: one of them is refused")
def _(t):
    own, approver = client(), suite.stack.client(PLANT, token=second())
    for turn in range(TURNS):
        row = saves(edit(parent="P251", component="D", qty=1, position="a%d" % turn))(own)["rows"][0]["row"]
        change = "G%d" % turn
        own.call("Bom.SaveChange", key=key(), change=change, lines=[{"action": "change", "row": row, "cells": cell(qty=5)}])
        own.call("Bom.SubmitChange", key=key(), change=change)
        got = at_once(lambda other: approver.call("Bom.ApproveChange", key=key(), change=change), saves(edit("remove", row=row)))
        equal(got[1], "ok", "the edit of turn %d" % turn)
        assert got[0] in ("ok", "NOT_FOUND"), got
        equal(own.call("Bom.GetChange", change=change)["state"], "effective" if got[0] == "ok" else "submitted", "state")
        equal([l for l in lines(own, "P251") if l["position"] == "a%d" % turn], [], "the line is gone in either order")
    row = saves(edit(parent="P251", component="D", qty=1, position="z"))(own)["rows"][0]["row"]
    own.call("Bom.SaveChange", key=key(), change="H", lines=[{"action": "change", "row": row, "cells": cell(qty=5)}])
    own.call("Bom.SubmitChange", key=key(), change="H")
    approve = lambda other: suite.stack.client(PLANT, token=second()).call("Bom.ApproveChange", key=key(), change="H")
    equal(sorted(at_once(approve, approve)), ["STATE_CONFLICT", "ok"], "two approvals")
    equal([s["action"] for s in own.call("Bom.GetChange", change="H")["steps"]], ["save", "submit", "approve"], "steps")


@suite.test("readers beside a mass change see all of it or nothing")
def _(t):
    stop, seen = threading.Event(), []

    def read():
        own = client()
        while not stop.is_set():
            seen.append(len(own.call("Bom.WhereUsed", item="X", limit=400).get("rows", [])))

    reader = threading.Thread(target=read)
    reader.start()
    own = client()
    for turn in range(TURNS):
        own.call("Bom.RunMassChange", key=key(), change="R%d" % turn, component="X", new_component="D")
        equal(len(own.call("Bom.WhereUsed", item="X", limit=5).get("rows", [])), 0, "lines of X")
        own.call("Bom.UndoMassChange", key=key(), change="R%d" % turn)
    stop.set()
    reader.join()
    assert len(seen) > 10 and set(seen) <= {0, 300}, sorted(set(seen))


if __name__ == "__main__":
    suite.main()
