#!/usr/bin/env python3
"""Every kind of wrong bill: a call, the command line, a file into the living plant, a folder of a new one, `millrace check`.

Each answer names the field, the value and what would be right, and nothing is saved.
"""
import base64
import csv
import io
import os
import subprocess
import tempfile

from harness import ApiError, Suite, equal, fresh, import_files, key_of

suite = Suite("bill_refusals")
PLANT = fresh("RF-")
state = {"step": 0}
DEPTH = 1000  # of a bill

FILES = {
    "plant.csv": "key,value\nplan_start,2026-11-02\n",
    "items.csv": "item,type,uom,decimals\nCAR,make,EA,0\nAXLE,make,EA,0\nWHEEL,buy,EA,0\nTYRE,buy,EA,0\nOIL,buy,KG,3\nGEL,buy,KG,3\n"
                 + "".join("L%04d,make,EA,0\n" % n for n in range(DEPTH + 2)),
    "units.csv": "from,to,factor,item\nT,KG,1000,\n",
    "work_centers.csv": "work_center\nW1\n",
    "routing.csv": "item,operation,work_center,run\nCAR,10,W1,1\nCAR,20,W1,1\n",
    "bom.csv": "parent,component,qty,position,valid_to,substitute_group,substitute_priority,mix_pct,kind,cost_share_pct,operation\n"
               "CAR,AXLE,2,10,,,,,,,20\nAXLE,WHEEL,2,10,,,,,,,\nCAR,OIL,1,20,2027-01-01,,,,,,\nAXLE,OIL,0.1,30,,G,0,,,,\n"
               "AXLE,TYRE,2,40,,M,,70,,,\nCAR,GEL,0.1,50,,,,,byproduct,60,\n"
               + "".join("L%04d,L%04d,1,,,,,,,,\n" % (n, n + 1) for n in range(DEPTH)),
}

# What is wrong; the row as cells; HTTP status; the field; words that the message has: the value, and what would be right.
WRONG = [
    ("unknown item", dict(parent="CAR", component="NOPE", qty="1"), 422, "component", ['item "NOPE" does not exist']),
    ("unknown parent", dict(parent="NOPE", component="OIL", qty="1"), 422, "parent", ['item "NOPE" does not exist']),
    ("unit without conversion", dict(parent="CAR", component="GEL", qty="1", position="60", uom="EA"), 422, "uom",
     ['unit "EA" cannot be converted to unit "KG" of item "GEL"']),
    ("negative quantity", dict(parent="CAR", component="GEL", qty="-2", position="60"), 422, "qty", ["-2 is negative"]),
    ("zero quantity", dict(parent="CAR", component="GEL", qty="0", position="60"), 422, "qty", ["must be above 0"]),
    ("effectivity that overlaps", dict(parent="CAR", component="OIL", qty="2", position="20", valid_from="2026-12-01"), 422, "valid_from",
     ['component "OIL" already counts from the beginning to 2027-01-01', "must begin where that one ends or end where it begins"]),
    ("effectivity that ends before it begins",
     dict(parent="CAR", component="GEL", qty="1", position="60", valid_from="2026-12-01", valid_to="2026-11-01"), 422, "valid_to",
     ["2026-11-01 is before valid_from 2026-12-01"]),
    ("effectivity that ends as it begins",
     dict(parent="CAR", component="GEL", qty="1", position="60", valid_from="2026-12-01", valid_to="2026-12-01"), 422, "valid_to",
     ["2026-12-01 is not after valid_from 2026-12-01"]),
    ("share of a mix over 100 %", dict(parent="AXLE", component="WHEEL", qty="2", position="40", substitute_group="M", mix_pct="40"), 422,
     "mix_pct", ["add up to 110", "at most 100"]),
    ("cost share over 100 %", dict(parent="CAR", component="TYRE", qty="1", position="60", kind="byproduct", cost_share_pct="50"), 422,
     "cost_share_pct", ["add up to 110", "at most 100"]),
    ("one share over 100 %", dict(parent="CAR", component="TYRE", qty="1", position="60", kind="byproduct", cost_share_pct="101"), 422,
     "cost_share_pct", ["101 is not between 0 and 100"]),
    ("scrap of 100 %", dict(parent="CAR", component="TYRE", qty="1", position="60", scrap_pct="100"), 422, "scrap_pct",
     ["100 is not below 100"]),
    ("two mains", dict(parent="AXLE", component="GEL", qty="0.1", position="30", substitute_group="G", substitute_priority="0"), 422,
     "substitute_priority", ['group "G" has two mains', '"OIL" and "GEL" both have priority 0', "needs a priority of its own"]),
    ("cycle", dict(parent="WHEEL", component="CAR", qty="1"), 409, "component", ["CAR > AXLE > WHEEL > CAR", "WHEEL > CAR > AXLE > WHEEL",
                                                                              "AXLE > WHEEL > CAR > AXLE"]),
    ("cycle of one", dict(parent="CAR", component="CAR", qty="1"), 409, "component", ["CAR > CAR"]),
    ("depth over the limit", dict(parent="L%04d" % DEPTH, component="L%04d" % (DEPTH + 1), qty="1"), 413, "component",
     ["more than %d levels" % DEPTH]),
    ("duplicated position", dict(parent="CAR", component="TYRE", qty="1", position="10"), 422, "position",
     ['position "10" is taken by component "AXLE" from the beginning to the end']),
    ("designators that are not as many", dict(parent="CAR", component="TYRE", qty="4", position="60", designators="T1-T3"), 422, "designators",
     ["3 designators", "the quantity for one is 4"]),
    ("an operation that the routing lacks", dict(parent="CAR", component="TYRE", qty="1", position="60", operation="30"), 422, "operation",
     ['"30" is not in the routing of item "CAR"', "it has 10, 20"]),
    ("an operation where there is no routing", dict(parent="AXLE", component="GEL", qty="1", position="60", operation="10"), 422, "operation",
     ['"10" is not in the routing of item "AXLE"', "it has no operations"]),
    ("not a number", dict(parent="CAR", component="TYRE", qty="four", position="60"), 422, "qty", ['"four" is not a number']),
]
ITEM = [
    ("whole-number unit with a fraction", dict(item="WHEEL", type="buy", uom="EA", safety_stock="1.5"), 422, "safety_stock",
     ["quantity 1.5 is not a whole number of EA"]),
    ("fraction beyond the decimals of the unit", dict(item="OIL", type="buy", uom="KG", lot_min="0.0001"), 422, "lot_min",
     ["quantity 0.0001 has more than the 3 decimals of KG"]),
]
ANY_OF = {"cycle"}  # a loop may be told from any of its items
LATER = {"depth over the limit"}


def client():
    if "made" not in state:
        state["made"] = True
        reply = import_files(suite.stack.client(PLANT), {k: v.encode() for k, v in FILES.items()}, PLANT + "/new")
        equal(reply.get("errors", []), [], "errors of the new plant")
    return suite.stack.client(PLANT)


def master():
    """What must not change."""
    return [client().call("Bom.ListMaster", file=f, item=i).get("rows", []) for f, i in
            [("bom.csv", "CAR"), ("bom.csv", "AXLE"), ("bom.csv", "WHEEL"), ("bom.csv", "L%04d" % DEPTH), ("items.csv", "WHEEL"),
             ("items.csv", "OIL")]] + [client().call("Relay.GetRelayState")["committed_seq"]]


def key():
    state["step"] += 1
    return key_of("%s/%d" % (PLANT, state["step"]))


def says(message, words, title):
    found = [word in message for word in words]
    assert any(found) if title in ANY_OF else all(found), "%s: %r does not say %r" % (title, message, words)


def rows():
    return [("bom.csv", *row) for row in WRONG] + [("items.csv", *row) for row in ITEM]


@suite.test("a call: status, field, value and what would be right; nothing is saved")
def _(t):
    before = master()
    for file, title, cells, http, field, words in rows():
        edit = {"file": file, "cells": [{"column": c, "value": v} for c, v in cells.items()]}
        try:
            client().call("Bom.EditMaster", key=key(), edits=[edit])
            raise AssertionError("saved: " + title)
        except ApiError as error:
            equal((error.http, error.field), (http, "edits[0]." + field), title + ": " + error.text)
            says(error.text, words, title)
        equal(master(), before, "after " + title)


@suite.test("the command line says the same and ends with status 1")
def _(t):
    before = master()
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=PLANT)
    for file, title, cells, _http, field, words in rows():
        done = subprocess.run([suite.stack.program("millrace"), "edit", "save", file, *["%s=%s" % pair for pair in cells.items()]],
                              env=settings, text=True, capture_output=True, timeout=60, check=False)
        equal((done.returncode, done.stdout), (1, ""), title)
        assert done.stderr.startswith("millrace: edits[0].%s: " % field), (title, done.stderr)
        says(done.stderr, words, title)
    equal(master(), before, "after all of them")


def bring(file, cells):
    text = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
    job = client().call("Bom.StartImport", key=key())["job_uuid"]
    client().call("Bom.AddImportChunk", key=key(), job_uuid=job, file=file, chunk=0, content=base64.b64encode(text.encode()).decode())
    return client().call("Bom.FinishImport", key=key(), job_uuid=job)


@suite.test("a file: its line, column, value and what would be right; nothing is changed")
def _(t):
    before = master()
    for file, title, cells, http, field, words in rows():
        errors = bring(file, cells).get("errors", [])
        equal(len(errors), 1, "%s: %s" % (title, errors))
        if http != 409 and title not in LATER:  # of a loop the line is that of one of its edges
            assert errors[0].startswith("%s:2: %s: " % (file, field)), (title, errors)
        says(errors[0], words, title)
    equal(master(), before, "after all of them")


def folder_with(file, cells):
    """The plant's files with one more row, and the line on which that row stands."""
    rows = list(csv.DictReader(io.StringIO(FILES[file])))
    if file == "items.csv":
        rows = [row for row in rows if row["item"] != cells["item"]]
    out = io.StringIO()
    writer = csv.DictWriter(out, sorted({*rows[0], *cells}), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows + [cells])
    return {**FILES, file: out.getvalue()}, len(rows) + 2


def told(errors, place, title, words):
    """Both lines of two that do not go together are told; of a loop, or of what is too deep, any line of it."""
    where = "bom.csv:" if title in ANY_OF | LATER or title == "cycle of one" else place
    found = [error for error in errors if error.startswith(where)]
    assert found, "%s: no error at %r: %s" % (title, where, errors)
    says(found[0], words, title)


@suite.test("a folder of a new plant: refused with file, line, column; `millrace check` says the same; there is no plant")
def _(t):
    new = suite.stack.client(PLANT + "N")
    for number, (file, title, cells, _http, field, words) in enumerate(rows()):
        files, line = folder_with(file, cells)
        reply = import_files(new, {k: v.encode() for k, v in files.items()}, "%s/%d" % (new.plant, number))
        place = "%s:%d: %s: " % (file, line, field)
        told(reply.get("errors", []), place, title, words)
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                with open(os.path.join(folder, name), "w") as out:
                    out.write(text)
            done = subprocess.run([suite.stack.program("millrace"), "check", "--from", folder], text=True, capture_output=True, timeout=60,
                                  check=False)
        equal((done.returncode, done.stdout), (1, ""), title)
        equal(sorted(done.stderr.splitlines()), sorted(reply["errors"]), "what check says of: " + title)
    try:
        new.call("Bom.GetItem", item="CAR")
        raise AssertionError("it was imported")
    except ApiError as error:
        equal(error.http, 404, "status")


def operations(item):
    rows = client().call("Bom.ListMaster", file="routing.csv", item=item).get("rows", [])
    return {next(c["value"] for c in row["cells"] if c["column"] == "operation"): row["row"] for row in rows}


def edit(file, row=None, action="save", **cells):
    return {"file": file, "action": action, **({"row": row} if row else {}),
            "cells": [{"column": c, "value": v} for c, v in cells.items()]}


@suite.test("an operation that a line names cannot be taken away, in a call or a file; in one call with the line it can")
def _(t):
    before, row = master(), operations("CAR")["20"]
    for change, field in ((edit("routing.csv", row, operation="25"), "operation"), (edit("routing.csv", row, "remove"), "row")):
        try:
            client().call("Bom.EditMaster", key=key(), edits=[change])
            raise AssertionError("saved")
        except ApiError as error:
            equal((error.http, error.field), (422, "edits[0]." + field), error.text)
            says(error.text, ['operation "20" consumes component "AXLE" of item "CAR"', "give that line another operation first"], "taken away")
    files = {"routing.csv": b"item,operation,work_center,run\nCAR,10,W1,1\n"}
    job = client().call("Bom.StartImport", key=key())["job_uuid"]
    client().call("Bom.AddImportChunk", key=key(), job_uuid=job, file="routing.csv", chunk=0,
                  content=base64.b64encode(files["routing.csv"]).decode())
    errors = client().call("Bom.FinishImport", key=key(), job_uuid=job, remove=["routing.csv"])["errors"]
    equal(errors, ['routing.csv:1: operation: the line of component "AXLE" in the bill of item "CAR" names one that is removed: '
                   '"20" is not in the routing of item "CAR": it has 10'], "errors")
    equal(master(), before, "after all of them")
    line = next(r["row"] for r in client().call("Bom.ListMaster", file="bom.csv", item="CAR")["rows"]
                if {"column": "component", "value": "AXLE"} in r["cells"])
    made = client().call("Bom.EditMaster", key=key(), edits=[
        edit("routing.csv", row, "remove"), edit("bom.csv", line, operation="40"),
        edit("routing.csv", item="CAR", operation="40", work_center="W1", run="1")])
    equal(sorted(operations("CAR")), ["10", "40"], "operations")
    client().call("Bom.EditMaster", key=key(), edits=[
        edit("routing.csv", made["rows"][1]["row"], operation="20"), edit("bom.csv", line, operation="20")])


@suite.test("a line of an engineering change is refused when it is submitted, and foreseen before")
def _(t):
    before = master()
    for number, (title, cells, http, field, words) in enumerate(WRONG):
        change = "R%d" % number
        client().call("Bom.SaveChange", key=key(), change=change, lines=[
            {"action": "add", "cells": [{"column": c, "value": v} for c, v in cells.items()]}])
        effect = client().call("Bom.GetChangeEffect", change=change)
        says(effect["refusal"], words, title)
        equal(effect["refusal_field"], "lines[0]." + field, title)
        try:
            client().call("Bom.SubmitChange", key=key(), change=change)
            raise AssertionError("submitted: " + title)
        except ApiError as error:
            equal((error.http, error.field), (http, "lines[0]." + field), title)
        equal(client().call("Bom.GetChange", change=change)["state"], "draft", title)
    equal(master(), before, "after all of them")


@suite.test("a row that says nothing, and a column that is given twice, are refused in each file")
def _(t):
    line = client().call("Bom.ListMaster", file="bom.csv", item="CAR")["rows"][0]
    emptied = edit("bom.csv", line["row"], **{cell["column"]: "" for cell in line["cells"]})
    twice = edit("bom.csv", line["row"], qty="1")
    twice["cells"].append({"column": "用量", "value": "2"})
    cases = [(edit(file), "item", "value is missing") for file in ("items.csv", "routing.csv", "suppliers.csv")]
    cases += [(edit("units.csv"), "item", "value is missing"), (edit("bom.csv"), "parent", "value is missing"),
              (emptied, "parent", "value is missing"), (twice, "用量", "column is given twice")]
    before = master()
    for row, field, words in cases:
        try:
            client().call("Bom.EditMaster", key=key(), edits=[row])
            raise AssertionError("saved: %s" % row)
        except ApiError as error:
            equal((error.http, error.field), (422, "edits[0]." + field), str(row))
            says(str(error), [words], str(row))
    equal(master(), before, "after all of them")


@suite.test("rows are listed item by item, of items that there are")
def _(t):
    for file, item, http, words in (("bom.csv", "", 422, "item is missing"), ("bom.csv", "NOPE", 404, 'item "NOPE" does not exist')):
        try:
            client().call("Bom.ListMaster", file=file, item=item)
            raise AssertionError("listed")
        except ApiError as error:
            equal((error.http, error.field), (http, "item"), item)
            says(str(error), [words], item)


if __name__ == "__main__":
    suite.main()
