#!/usr/bin/env python3
"""Master files of a plant folder into a plant that has data: merged by keys, checked as a whole, all or nothing."""
import base64
import os
import random
import subprocess

from harness import Suite, equal, fresh, import_files, key_of, refused, until

suite = Suite("import_merge")
PLANT = fresh("MG-")
state = {"step": 0}

FILES = {
    "plant.csv": "key,value\nplant,%s\nplan_start,2026-11-02\n" % PLANT,
    "items.csv": "item,name,type,uom,decimals,lead_time_days,unit_cost\nBIKE,Bicycle,make,EA,0,2,\nBIKE-RED,Red,make,EA,0,2,\n"
                 "WHEEL,Wheel,make,EA,0,1,\nRIM,Rim,buy,EA,0,5,12.5\nSPOKE,Spoke,buy,EA,0,5,0.2\nHUB,Hub,buy,EA,0,7,9\n"
                 "PAINT,Paint,buy,KG,3,3,30\n",
    "bom.csv": "parent,component,qty,position,valid_to\nBIKE,WHEEL,2,10,\nWHEEL,RIM,1,10,\nWHEEL,SPOKE,36,20,2027-01-01\n"
               "WHEEL,HUB,1,30,\n",
    "routing.csv": "item,operation,work_center,run\nWHEEL,10,WC-A,0.5\n",
    "work_centers.csv": "work_center,name,labor_rate\nWC-A,Assembly,40\n",
    "suppliers.csv": "item,supplier,price,lead_time_days\nRIM,S1,12,5\nRIM,S2,13,4\nSPOKE,S1,0.2,5\n",
    "units.csv": "from,to,factor,item\nBOX,EA,144,SPOKE\n",
    "partners.csv": "partner,name,kind\nS1,Supplier 1,supplier\nS2,Supplier 2,supplier\n",
    "calendar.csv": "calendar,date,weekday,working\nW,,6,0\n",
    "stock.csv": "item,qty\nRIM,10\n",
}


def client():
    if "made" not in state:
        state["made"] = True
        reply = import_files(suite.stack.client(PLANT), {k: v.encode() for k, v in FILES.items()}, PLANT + "/new")
        equal(reply.get("errors", []), [], "errors of the new plant")
        edits = [{"file": "items.csv", "cells": [{"column": "item", "value": "BIKE-RED"}, {"column": "template", "value": "BIKE"}]}]
        suite.stack.client(PLANT).call("Bom.EditMaster", key=key_of(PLANT + "/variant"), edits=edits)
    return suite.stack.client(PLANT)


def bring(files, dry_run=False, remove=(), plain=True):
    """The reply of an import of these files."""
    state["step"] += 1
    name = "%s/%d" % (PLANT, state["step"])
    client()
    job = client().call("Bom.StartImport", key=key_of(name + "/start"))["job_uuid"]
    for file, content in files.items():
        data = content.encode() if plain else content
        for number in range(max(1, -(-len(data) // 40960))):
            client().call("Bom.AddImportChunk", key=key_of("%s/%s/%d" % (name, file, number)), job_uuid=job, file=file, chunk=number,
                          content=base64.b64encode(data[number * 40960:(number + 1) * 40960]).decode())
    return client().call("Bom.FinishImport", key=key_of(name + "/finish"), job_uuid=job, dry_run=dry_run, remove=list(remove))


def counts(reply):
    equal(reply.get("errors", []), [], "errors")
    names = ("added", "changed", "unchanged", "missing", "removed")
    return {f["file"]: tuple(f[n] for n in names) for f in reply["files"]}


def exported(file):
    out, after = b"", None
    while True:
        part = client().call("Bom.ExportFile", file=file, **({"after": after} if after else {}))
        out += base64.b64decode(part.get("content", ""))
        after = part.get("next")
        if not after:
            return out


def master():
    return {file: exported(file) for file in FILES if file not in ("plant.csv", "stock.csv")}


def below(item):
    return {r["component"]: r["quantity"] for r in
            client().pages("Bom.Explode", "rows", item=item, quantity="1", summarised=True, limit=100)}


def seq():
    return int(client().call("Relay.GetRelayState")["committed_seq"])


@suite.test("what was exported comes back as unchanged: CSV, Chinese headers, workbooks")
def _(t):
    before = master()
    csv = {file: text.decode() for file, text in before.items()}
    first, at = counts(bring(csv)), seq()
    for file, row in first.items():
        equal((row[0], row[1], row[3], row[4]), (0, 0, 0, 0), file)
    equal(first["bom.csv"][2], 4, "lines; the variant's copy follows its template")
    equal((seq(), master()), (at, before), "nothing happened")
    books = {}
    for file in ("items.csv", "bom.csv"):
        part = client().call("Bom.ExportFile", file=file.replace("csv", "xlsx"), chinese=True)
        assert "next" not in part, part["next"]
        books[file.replace("csv", "xlsx")] = base64.b64decode(part["content"])
    equal(counts(bring(books, plain=False))["bom.csv"], (0, 0, 4, 0, 0), "workbooks")


@suite.test("new items with their bills, routing and prices and changed ones at once; a dry run says the same and changes nothing")
def _(t):
    files = {
        "items.csv": "item,type,uom,lead_time_days\nLAMP,make,EA,3\nBULB,buy,EA,9\nRIM,buy,EA,6\n",
        "bom.csv": "parent,component,qty,position\nLAMP,BULB,2,10\nBIKE,LAMP,1,20\nWHEEL,SPOKE,32.0,20\n",
        "routing.csv": "item,operation,work_center,run\nLAMP,10,WC-B,0.25\n",
        "work_centers.csv": "work_center,name\nWC-B,Lamps\nWC-A,Assembly\n",
        "suppliers.csv": "item,supplier,price\nRIM,S1,12.00\nRIM,S2,13.5\nBULB,S2,1\n",
    }
    expected = {"items.csv": (2, 1, 0, 6, 0), "bom.csv": (2, 1, 0, 3, 0), "routing.csv": (1, 0, 0, 0, 0),
                "work_centers.csv": (1, 0, 1, 0, 0), "suppliers.csv": (1, 1, 1, 0, 0)}
    before, at = master(), seq()
    equal(counts(bring(files, dry_run=True)), expected, "dry run")
    equal((seq(), master()), (at, before), "a dry run changes nothing")
    equal(counts(bring(files)), expected, "import")
    equal(seq(), at + 1, "one event")
    equal(below("BIKE"), {"WHEEL": "2", "RIM": "2", "SPOKE": "64", "HUB": "2", "LAMP": "1", "BULB": "2"}, "memory follows")
    equal(below("BIKE-RED"), below("BIKE"), "so does the variant")
    rim = [l for l in exported("items.csv").decode().splitlines() if l.startswith("RIM,")][0].split(",")
    equal((rim[1], rim[5]), ("Rim", "6"), "a column that the file lacks stays")
    spoke = [l for l in exported("bom.csv").decode().splitlines() if l.startswith("WHEEL,SPOKE,")]
    assert len(spoke) == 1 and "2027-01-01" in spoke[0], spoke
    history = client().call("Bom.ListMasterChanges", object="LAMP", limit=10)["changes"]
    equal(sorted(c["file"] for c in history), ["bom.csv", "items.csv", "routing.csv"], "history of the lamp")
    equal(len({c["change_seq"] for c in history}), 1, "one change")
    client().call("Inventory.PostAdjustment", key=key_of(PLANT + "/bulb"), reason="found",
                  lines=[{"item": "BULB", "quantity": "3", "location": "MAIN", "unit_cost": "1"}])


@suite.test("every error at once with file, line and column; nothing is changed")
def _(t):
    before, at = master(), seq()
    wrong = {
        "items.csv": "item,type,uom,decimals,colour\nX,made,EA,0,red\n",
    }
    equal(bring(wrong)["errors"], ["items.csv:1: colour: column is unknown"], "header")
    wrong = {
        "items.csv": "item,type,uom,decimals\nX,made,EA,0\nRIM,buy,EA,0\nY,buy,,9\n",
        "bom.csv": "parent,component,qty,position,uom,scrap_pct,valid_from,valid_to\n"
                   "WHEEL,NOPE,1,40,,,,\nWHEEL,PAINT,-1,50,,,,\nWHEEL,PAINT,0.1,60,BOX,,,\nWHEEL,PAINT,0.1,70,,100,,\n"
                   "WHEEL,PAINT,0.1,80,,,2026-05-01,2026-04-01\nWHEEL,PAINT,many,90,,,,\n",
        "suppliers.csv": "item,supplier,price\nNOPE,S1,1\nRIM,S1,-1\n",
    }
    reply = bring(wrong)
    for said in ("items.csv:2: type: ", "items.csv:4: decimals: 9", 'bom.csv:2: component: item "NOPE" does not exist',
                 "bom.csv:3: qty: -1 is negative", 'bom.csv:4: uom: unit "BOX"', "bom.csv:5: scrap_pct: 100 is not below 100",
                 "bom.csv:6: valid_to", 'bom.csv:7: qty: "many" is not a number',
                 'suppliers.csv:2: item: item "NOPE" does not exist', "suppliers.csv:3: price: -1 is negative"):
        assert any(e.startswith(said) for e in reply["errors"]), (said, reply["errors"])
    equal(int(reply["error_count"]), len(reply["errors"]), "count")
    equal((seq(), master()), (at, before), "nothing happened")


@suite.test("lines are checked against the whole bill, and bills against loops; what a key does not tell apart is refused")
def _(t):
    before, at = master(), seq()
    def errors(text):
        reply = bring({"bom.csv": text})
        equal((seq(), master()), (at, before), "nothing happened")
        return reply["errors"]
    equal(errors("parent,component,qty,position\nWHEEL,PAINT,0.1,10\nWHEEL,HUB,2,35\n"),
          ['bom.csv:2: position: position "10" is taken by component "RIM" from the beginning to the end'], "position")
    assert "cycle: " in errors("parent,component,qty,position\nRIM,BIKE,1,10\n")[0]
    equal(errors("parent,component,qty,position,valid_from\nWHEEL,SPOKE,4,20,2026-12-01\n"),
          ['bom.csv:2: valid_from: component "SPOKE" already counts from the beginning to 2027-01-01; the line must begin where '
           'that one ends or end where it begins'], "effectivity")
    equal(counts(bring({"bom.csv": "parent,component,qty,position,valid_from\nWHEEL,SPOKE,40,20,2027-01-01\n"}))["bom.csv"],
          (1, 0, 0, 3, 0), "the next one begins where it ends")
    said = bring({"bom.csv": "parent,component,qty,position\nWHEEL,SPOKE,30,20\n"})["errors"]
    equal(said, ["bom.csv:2: parent: the plant has 1 more such rows; give the columns that tell them apart: alternative, revision, "
                 "valid_from, lot_from"], "ambiguous")


@suite.test("rows that a file lacks stay, unless their removal is asked for; items are never removed")
def _(t):
    text = "parent,component,qty,position\nWHEEL,RIM,1,10\nWHEEL,HUB,1,30\n"
    equal(counts(bring({"bom.csv": text}))["bom.csv"], (0, 0, 2, 2, 0), "kept")
    assert "SPOKE" in below("WHEEL")
    equal(counts(bring({"bom.csv": text}, dry_run=True, remove=["bom.csv"]))["bom.csv"], (0, 0, 2, 2, 2), "dry run")
    assert "SPOKE" in below("WHEEL")
    equal(counts(bring({"bom.csv": text}, remove=["bom.csv"]))["bom.csv"], (0, 0, 2, 2, 2), "removed")
    equal(below("WHEEL"), {"RIM": "1", "HUB": "1"}, "the wheel")
    equal(below("BIKE")["BULB"], "2", "bills that the file says nothing of")
    equal(bring({"items.csv": "item,type,uom\nRIM,buy,EA\n"}, remove=["items.csv"])["errors"],
          ["items.csv:1: its rows are not removed: an item is deactivated (Bom.DeactivateItem)"], "items")
    refused(client(), 422, "INVALID", "Bom.FinishImport", key=key_of(PLANT + "/odd"), job_uuid=str(key_of(PLANT)), remove=["odd.csv"])


@suite.test("stock and orders are refused with what changes them; another plant's folder too")
def _(t):
    reply = bring({"stock.csv": "item,qty\nRIM,1\n", "demand.csv": "item,due,qty\nBIKE,2026-12-01,1\n",
                   "plant.csv": "key,value\nplant,OTHER\n"})
    said = reply["errors"]
    equal(len(said), 3, said)
    assert "Inventory.PostAdjustment" in said[0] and "Order.ImportOrders" in said[1] and '"OTHER"' in said[2], said


@suite.test("millrace import: dry run first, then for good; told on the command line")
def _(t):
    here = os.path.join(t.folder, "merge")
    os.makedirs(here)
    for name, text in (("items.csv", "物料编码,物料类型,单位,提前期天数\nRIM,buy,EA,8\nTAPE,buy,EA,1\n"), ("stock.csv", "item,qty\nRIM,1\n")):
        with open(os.path.join(here, name), "w", encoding="utf-8") as file:
            file.write(text)
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=PLANT)
    run = lambda *words: subprocess.run([suite.stack.program("millrace"), "import", here, *words], env=settings, text=True,
                                        capture_output=True, timeout=60, check=False)
    done = run("--dry-run")
    assert done.returncode == 1 and "stock.csv:1: " in done.stderr and "nothing was changed" in done.stderr, done
    said = "items.csv: 2 rows, 1 added, 1 changed, 0 unchanged; 8 of the plant are not in the file, 0 of them removed\n"
    done = run("--dry-run", "--only", "items.csv")
    equal((done.returncode, done.stdout), (0, said + "nothing was changed: --dry-run\n"), "dry run")
    equal(run("--only", "items.csv").stdout, said, "import")
    equal(client().call("Bom.GetItem", item="TAPE")["item"]["type"], "buy", "the new item")


def rows_of(plant, item):
    rows = plant.call("Bom.ListMaster", file="bom.csv", item=item).get("rows", [])
    return [dict({c["column"]: c["value"] for c in r["cells"]}, row=r["row"]) for r in rows]


def key_fields(line):
    return tuple(line.get(n, "") for n in ("component", "qty", "position"))


@suite.test("random imports and edits of a template and its variants: copies are those of the rule, in the database and in memory")
def _(t):
    code, r = PLANT + "V", random.Random(7)
    parts = ["C%d" % n for n in range(6)]
    plant = suite.stack.client(code)
    import_files(plant, {
        "plant.csv": b"key,value\nplan_start,2026-11-02\n",
        "items.csv": ("item,type,uom\n" + "".join("%s,make,EA\n" % i for i in ["T", "U", "V", "W", *parts])).encode(),
        "bom.csv": b"parent,component,qty,position\nT,C0,1,10\nT,C1,2,20\nU,C2,3,10\n"}, code + "/new")
    step, templates = 0, {"V": "", "W": ""}
    for step in range(24):
        name, item = "%s/%d" % (code, step), r.choice("TTUVW")
        place = str(r.choice([10, 20, 30]))
        mine = [l for l in rows_of(plant, item) if not l.get("inherited_from")]
        taken = [l for l in mine if l["position"] == place]
        if r.random() < 0.25:  # another template
            variant = r.choice("VW")
            templates[variant] = r.choice(["T", "U", ""])
            text = "item,type,uom,template\n%s,make,EA,%s\n" % (variant, templates[variant])
            reply = import_files(plant, {"items.csv": text.encode()}, name)
        elif r.random() < 0.4:
            edit = {"file": "bom.csv", "action": "remove", "row": taken[0]["row"]} if taken else {
                "file": "bom.csv", "cells": [{"column": c, "value": v} for c, v in
                                             dict(parent=item, component=r.choice(parts), qty=str(r.randint(1, 9)), position=place).items()]}
            reply = plant.call("Bom.EditMaster", key=key_of(name), edits=[edit])
        else:
            lines = {l["position"]: (l["component"], l["qty"]) for l in mine if l["position"] != place}
            component = taken[0]["component"] if taken else r.choice(parts)
            lines[place] = (component, str(r.randint(1, 9)))
            text = "parent,component,qty,position\n" + "".join("%s,%s,%s,%s\n" % (item, c, q, p) for p, (c, q) in lines.items())
            reply = import_files(plant, {"bom.csv": text.encode()}, name)
        equal(reply.get("errors", []), [], "step %d" % step)
        for variant, template in templates.items():
            rows = rows_of(plant, variant)
            own = [key_fields(l) for l in rows if not l.get("inherited_from")]
            source = [key_fields(l) for l in rows_of(plant, template)] if template else []
            wanted = [l for l in source if l[2] not in [o[2] for o in own]]
            got = [(l.get("inherited_from"), key_fields(l)) for l in rows if l.get("inherited_from")]
            equal(sorted(got), sorted((template, l) for l in wanted), "copies of %s at step %d" % (variant, step))
            sums = {}
            for component, qty, _place in own + wanted:
                sums[component] = sums.get(component, 0) + int(qty)
            told = {x["component"]: x["quantity"] for x in plant.pages("Bom.Explode", "rows", item=variant, quantity="1", summarised=True, limit=50)}
            equal(told, {c: str(q) for c, q in sums.items()}, "explosion of %s at step %d" % (variant, step))


if __name__ == "__main__":
    suite.main()
