#!/usr/bin/env python3
"""A plant folder in and out: what is exported is what was imported, byte by byte; once, and all or nothing."""
import base64
import csv
import io
import json
import os
import subprocess

from harness import Suite, equal, fresh, import_files, key_of, refused
from api import CHUNK_BYTES  # harness knows its folder

suite = Suite("import_export")
PLANT = fresh("IMP-")

# Every column of every master file, in the normal form: the order of the columns, numbers without trailing zeros.
MASTER = {
    "items.csv": """\
item,name,type,uom,decimals,lead_time_days,lead_time_per_unit_days,safety_stock,safety_days,lot_rule,lot_qty,lot_min,\
lot_max,lot_multiple,lot_periods,foq_mode,reorder_point,stock_min,stock_max,ppb_look,costing_lot_qty,segment_policy,\
source_plant,forecast_back_days,forecast_forward_days,order_cost,holding_cost,yield_pct,planning_fence_days,\
demand_fence_days,reschedule_days,min_days,min_quantity,valuation,unit_cost,tracking,shelf_life_days,abc,class,\
allow_negative,active,template
BIKE,"Bike, city",make,EA,0,4,0.5,3,2,FOQ,10,5,50,5,,raise,,,,,20,individual,,1,2,30,0.01,95,3,2,14,5,0.5,standard,99.5,none,,A,CITY,,,
GLUE,胶水,buy,KG,3,7,,1.25,,MINMAX,,,,,,,,1.5,20,,,,,,,,,,,,,,,fifo,12.345678,lot,90,C,,1,0,
HUB,,make,EA,0,,,,,POQ,,,,,4,,,,,,,,,,,,,,,,,,,average,,none,,,,,1,BIKE
KIT,,phantom,EA,0,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,
PUMP,,transfer,EA,0,2,,,,,,,,,,,,,,,,,NORTH,,,,,,,,,,,,3,serial,,,,,,
SPOKE,,buy,EA,0,1,,,,ROP,100,,,,,multiple,40,,,,,,,,,,,,,,,,,,0.05,none,,,,,,
""",
    "safety_stock.csv": "item,from,safety_stock\nGLUE,2026-02-01,2.5\nBIKE,2026-01-10,4\n",
    "bom.csv": """\
parent,component,qty,per_qty,uom,qty_fixed,pieces,scrap_pct,kind,cost_share_pct,operation,revision,alternative,\
alternative_priority,valid_from,valid_to,substitute_group,substitute_priority,mix_pct,lot_from,lot_to,offset_days,position,designators,inherited_from
BIKE,KIT,2,,,,,,,,,,,,,,,,,,,,20,"K1, K2",
BIKE,GLUE,50,3,G,,4,2.5,,,20,R1,B,2,2026-01-01,2026-12-31,S,1,25,10,100,-1,10,,
BIKE,HUB,1,,,1,,,,,,,,,,,,,,,,,30,X1,
BIKE,SPOKE,0.25,,,,,,byproduct,5,,,,,,,,,,,,,,,
HUB,GLUE,0.5,,,,,,,,,,,,,,,,,,,,,,BIKE
KIT,SPOKE,36,,,,,,consumable,,,,,,,,,,,,,,,,
""",
    "routing.csv": """\
item,operation,work_center,alternative,alternative_priority,valid_from,valid_to,parallel_group,setup,run,cleanup,\
time_unit,per_qty,run_size,lead_time_days,scrap_pct,subcontract_price,supplier
HUB,20,LATHE,,,,,P,0.5,2,0.25,min,10,40,1,2.5,,
HUB,10,LATHE,X,3,2026-01-01,2027-01-01,,,,,,,,,,4.25,S1
BIKE,20,LATHE,,,,,,,1,,,,,,,,
""",
    "work_centers.csv": """\
work_center,name,labor_rate,machine_rate,overhead_rate,overhead_basis,hours_per_day,efficiency_pct,calendar
LATHE,Lathe 1,40,12.5,25,labor,7.5,85,WORK
""",
    "suppliers.csv": """\
item,supplier,price,currency,price_from_qty,min_qty,multiple,lead_time_days,calendar,priority,quota_pct,valid_from,\
valid_to,uom,uom_factor
SPOKE,S1,4.5,CNY,,1,2,5,WORK,1,60,2026-01-01,2027-01-01,BOX,144
GLUE,S1,2,USD,10,,,,,,,,,,
""",
    "order_costs.csv": "item,date,order_cost\nGLUE,2026-01-20,12.5\n",
    "partners.csv": """\
partner,name,kind,class,currency,payment_days,contact,phone,email,tax_id
C1,"Rad & Co, Ltd",customer,A,EUR,30,Li,+86 10,li@example.com,91X
S1,,supplier,,,,,,,
""",
    "rates.csv": "currency,date,rate\nUSD,2026-01-01,7.123456\nEUR,2025-12-01,8\n",
    "units.csv": "from,to,factor,item,rounding\nBOX,EA,144,SPOKE,down\nKG,G,1000,,\n",
    "calendar.csv": "calendar,date,weekday,working\nWORK,,6,0\nWORK,2026-01-01,,0\nWORK,2026-01-03,,1\n",
}
# What formats.md gives a column that was not given; any other stays empty.
DEFAULTS = {"lot_rule": "L4L", "foq_mode": "multiple", "ppb_look": "none", "segment_policy": "collective",
            "valuation": "standard", "tracking": "none", "kind": "component", "overhead_basis": "hour", "time_unit": "h",
            **dict.fromkeys(("active", "costing_lot_qty", "per_qty", "pieces", "uom_factor", "working"), "1"),
            **dict.fromkeys(("yield_pct", "efficiency_pct"), "100"),
            **dict.fromkeys(("lead_time_per_unit_days", "safety_stock", "safety_days", "forecast_back_days",
                             "forecast_forward_days", "planning_fence_days", "demand_fence_days", "min_days",
                             "min_quantity", "allow_negative", "qty_fixed", "scrap_pct", "alternative_priority",
                             "substitute_priority", "lot_from", "setup", "run", "cleanup", "labor_rate", "machine_rate",
                             "overhead_rate", "price_from_qty"), "0")}
LIVE = {
    "stock.csv": "item,qty,location,lot,status,expiry,unit_cost,segment\nSPOKE,100,A1,,,,,\nSPOKE,20,,,blocked,,0.1,\n"
                 "GLUE,1.5,A2,L1,inspection,2026-06-01,11,\nGLUE,0.5,A3,L1,,2026-06-01,,\nBIKE,-0,,,,,,\n",
    "demand.csv": "item,due,qty,uom,kind,days,reference,customer,priority,segment,price\nBIKE,2026-01-20,5,,order,,SO-7,C1,2,,899.5\n"
                  "GLUE,2026-01-25,1500,G,order,,SO-7,C1,,,\nBIKE,2026-01-22,1,,,,,,,S9,\nBIKE,2026-02-01,40,,forecast,7,,,,,\n",
    "supply.csv": "item,due,qty,kind,start,reference,firm\nSPOKE,2026-01-12,144,purchase,,PO-1,\n"
                  "GLUE,2026-01-15,2,purchase,,PO-1,\nBIKE,2026-01-16,3,work_order,2026-01-09,WO-1,\n"
                  "HUB,2026-01-18,4,planned,2026-01-10,,1\nHUB,2026-01-19,4,planned,,,\nPUMP,2026-01-14,1,transfer,,T-1,\n",
    "order_components.csv": "reference,item,qty,due,operation\nWO-1,SPOKE,72,,20\nWO-1,GLUE,0.25,2026-01-08,\nOLD,HUB,1,,\n",
}


def facts(plant, extra=""):
    return "key,value\nplant,%s\nname,Works 1\ncurrency,CNY\nplan_start,2026-01-05\nhorizon_days,200\n" \
           "time_zone,Asia/Shanghai\ncalendar,WORK\n%s" % (plant, extra)


def folder(plant, extra="", changes=()):
    files = {"plant.csv": facts(plant, extra), **MASTER, **LIVE, **dict(changes)}
    return {name: text.encode() for name, text in files.items()}


def exported(plant, file):
    return exported_bytes(plant, file).decode()


def exported_bytes(plant, file, **how):
    client, out, after = suite.stack.client(plant), b"", None
    while True:
        part = client.call("Bom.ExportFile", file=file, **how, **({"after": after} if after else {}))
        out += base64.b64decode(part.get("content", ""))
        after = part.get("next")
        if not after:
            client.close()
            return out


def same_text(got, wanted, what):
    for number, (left, right) in enumerate(zip(got.splitlines(), wanted.splitlines()), 1):
        equal(left, right, "%s line %d" % (what, number))
    equal(got, wanted, what)


def same_rows(got, wanted, file):
    """Every cell as it was given; what was not given is its column's default."""
    left, right = list(csv.DictReader(io.StringIO(got))), list(csv.DictReader(io.StringIO(wanted)))
    equal(got.splitlines()[0], wanted.splitlines()[0], "header of " + file)
    equal(len(left), len(right), "rows of " + file)
    for number, (is_now, was) in enumerate(zip(left, right), 2):
        filled = {column: cell or DEFAULTS.get(column, "") for column, cell in was.items()}
        equal(is_now, filled, "%s line %d" % (file, number))


def names_no_plant(plant):
    """A plant that does not exist has no plan state."""
    refused(suite.stack.client(plant), 404, "NOT_FOUND", "Mrp.GetPlanState")


@suite.test("a dry run answers as the import will and makes nothing")
def _(t):
    reply = import_files(suite.stack.client(PLANT), folder(PLANT), PLANT + "/dry", dry_run=True)
    equal(reply.get("errors", []), [], "errors")
    rows = {f["file"]: f["rows"] for f in reply["files"]}
    equal((rows["items.csv"], rows["bom.csv"], rows["supply.csv"]), (6, 6, 6), "rows")
    names_no_plant(PLANT)


@suite.test("every error of every file at once, as file:line: column: message, and nothing is made")
def _(t):
    wrong = {"items.csv": "item,type,decimals\nA,make,9\nB,mak,\nC,buy,\nC,buy,\n",
             "bom.csv": "parent,component,qty,designators,inherited_from\nA,NONE,1,,\nA,C,-1,,\nA,C,2,R1-R3,\nA,C,2,,C\n",
             "units.csv": "from,to,factor,rounding\nT,KG,1000,sideways\n",
             "demand.csv": "item,due,qty\nC,2026-02-30,1\nC,2026-02-01,0.5\n"}
    reply = import_files(suite.stack.client(PLANT), {k: v.encode() for k, v in wrong.items()}, PLANT + "/wrong")
    begins = [e.split(": ", 2)[:2] for e in reply["errors"]]
    for place in (["items.csv:2", "decimals"], ["items.csv:3", "type"], ["items.csv:5", "item"],
                  ["units.csv:2", "rounding"], ["bom.csv:4", "designators"], ["bom.csv:5", "inherited_from"],
                  ["bom.csv:2", "component"], ["bom.csv:3", "qty"], ["demand.csv:2", "due"], ["demand.csv:3", "qty"]):
        assert place in begins, "%s is not among %s" % (place, reply["errors"])
    equal(int(reply["error_count"]), len(reply["errors"]), "error_count")
    equal(reply.get("files", []), [], "files")
    names_no_plant(PLANT)


@suite.test("a template must exist, be another item and have none itself")
def _(t):
    items = "item,type,template\nT,make,\nV,make,T\nW,make,V\nX,make,NONE\nA,make,A\n"
    reply = import_files(suite.stack.client(PLANT), {"items.csv": items.encode()}, PLANT + "/templates")
    equal(sorted(e.split(": ", 2)[:2] for e in reply["errors"]),
          [["items.csv:%d" % line, "template"] for line in (4, 5, 6)], "errors: %s" % reply["errors"])


@suite.test("a chunk that is missing is named; a folder of another plant is refused")
def _(t):
    client = suite.stack.client(PLANT)
    job = client.call("Bom.StartImport", key=key_of(PLANT + "/gap/start"))["job_uuid"]
    client.call("Bom.AddImportChunk", key=key_of(PLANT + "/gap/1"), job_uuid=job, file="items.csv", chunk=1,
                content=base64.b64encode(b"A,make\n").decode())
    error = refused(client, 422, "INVALID", "Bom.FinishImport", key=key_of(PLANT + "/gap/finish"), job_uuid=job)
    assert "lacks chunk 0" in error.text, error
    try:
        import_files(client, folder("OTHER"), PLANT + "/other")
    except Exception as error:  # the check below says what it must be
        assert "OTHER" in str(error) and "422" in str(error), error
    else:
        raise AssertionError("a folder of plant OTHER was imported into %s" % PLANT)
    names_no_plant(PLANT)


@suite.test("chunks in any order and twice are one file; finishing again gives the same answer")
def _(t):
    client, files = suite.stack.client(PLANT), folder(PLANT)
    filler = "".join("X%05d,,,,,,,,,\n" % n for n in range(8000))
    files["partners.csv"] = MASTER["partners.csv"].encode() + filler.replace(",,,,,,,,,", ",,both,,,,,,,").encode()
    job = client.call("Bom.StartImport", key=key_of(PLANT + "/start"))["job_uuid"]
    equal(client.call("Bom.StartImport", key=key_of(PLANT + "/start"))["job_uuid"], job, "the same key, the same job")
    parts = []
    for name, content in files.items():
        for number in range(-(-len(content) // CHUNK_BYTES)):
            parts.append((name, number, content[number * CHUNK_BYTES:(number + 1) * CHUNK_BYTES]))
    assert len(parts) > len(files), "no file of more than one chunk"
    for turn in range(2):
        for name, number, content in reversed(parts):
            client.call("Bom.AddImportChunk", key=key_of("%s/%s/%d/%d" % (PLANT, name, number, turn)), job_uuid=job,
                        file=name, chunk=number, content=base64.b64encode(content).decode())
    equal(client.call("Bom.GetImport", job_uuid=job), {"state": "open"}, "before")
    first = client.raw("Bom.FinishImport", {"job_uuid": job}, key_of(PLANT + "/finish"))
    state = client.call("Bom.GetImport", job_uuid=job)
    equal((state["state"], state["report"]), ("done", json.loads(first[1])), "after")
    refused(client, 404, "NOT_FOUND", "Bom.GetImport", job_uuid=key_of("no such job"))
    equal(first[0], 200, "import: %s" % first[1][:300])
    assert b'"errors":["' not in first[1], first[1]
    equal(client.raw("Bom.FinishImport", {"job_uuid": job}, key_of(PLANT + "/finish")), first, "the same key again")
    equal(client.raw("Bom.FinishImport", {"job_uuid": job}, key_of(PLANT + "/late")), first, "another key, the same job")
    suite.partners = files["partners.csv"].decode()


@suite.test("every master file comes out as it went in")
def _(t):
    for file, content in MASTER.items():
        same_rows(exported(PLANT, file), suite.partners if file == "partners.csv" else content, file)
    same_text(exported(PLANT, "plant.csv"), facts(PLANT, "reschedule_days,30\n"), "plant.csv: 30 for a new live plant")


@suite.test("stock, orders and needs come out as what they became")
def _(t):
    same_text(exported(PLANT, "stock.csv"), """\
item,qty,location,lot,status,expiry,segment,owner
GLUE,1.5,A2,L1,inspection,2026-06-01,,
GLUE,0.5,A3,L1,available,2026-06-01,,
SPOKE,100,A1,,available,,,
SPOKE,20,MAIN,,blocked,,,
""", "stock.csv")
    same_text(exported(PLANT, "demand.csv"), """\
item,due,qty,kind,days,reference,customer,priority,segment,shipped,price
BIKE,2026-01-20,5,order,,SO-7,C1,2,,,899.5
BIKE,2026-01-22,1,order,,SO-000003,,,S9,,
BIKE,2026-02-01,40,forecast,7,,,,,,
GLUE,2026-01-25,1.5,order,,SO-7/2,C1,,,,
""", "demand.csv")
    same_text(exported(PLANT, "supply.csv"), """\
item,due,qty,kind,start,reference,firm,segment
BIKE,2026-01-16,3,work_order,2026-01-09,WO-1,0,
GLUE,2026-01-15,2,purchase,,PO-1/2,0,
HUB,2026-01-18,4,planned,2026-01-10,WO-000004,1,
HUB,2026-01-19,4,planned,2026-01-19,,0,
PUMP,2026-01-14,1,transfer,2026-01-14,T-1,0,
SPOKE,2026-01-12,144,purchase,,PO-1,0,
""", "supply.csv")
    same_text(exported(PLANT, "order_components.csv"), """\
reference,item,qty,due,operation,segment
OLD,HUB,1,,,
WO-1,GLUE,0.25,2026-01-08,,
WO-1,SPOKE,72,2026-01-09,20,
""", "order_components.csv")


@suite.test("an export can be imported again, and comes out the same")
def _(t):
    plant = fresh("IMP2-")
    names = ["plant.csv", *MASTER, *LIVE]
    files = {name: exported(PLANT, name).replace("plant,%s\n" % PLANT, "plant,%s\n" % plant) for name in names}
    reply = import_files(suite.stack.client(plant), {k: v.encode() for k, v in files.items()}, plant)
    equal(reply.get("errors", []), [], "errors")
    for name in names:
        same_text(exported(plant, name), files[name], name)
    # the folder has SO-000003 and WO-000004: what is made now is numbered behind them
    made = [suite.stack.client(plant).call("Order.CreateSalesOrder", key=key_of("%s/%d" % (plant, n)), customer="C1", lines=[
        {"line": 1, "item": "BIKE", "quantity": "1", "due_on": "2026-12-0%d" % n}])["sales_order"] for n in (1, 2)]
    equal(made, ["SO-000005", "SO-000006"], "numbers of new orders")


@suite.test("workbooks with Chinese headers go out and in over HTTPS; an error names the row of the sheet")
def _(t):
    names = ["plant.csv", *MASTER]
    chinese = exported_bytes(PLANT, "items.csv", chinese=True).decode()
    assert chinese.startswith("物料编码,物料名称,物料类型,"), chinese[:60]
    equal(chinese.splitlines()[1:], exported(PLANT, "items.csv").splitlines()[1:], "rows below Chinese headers")
    plant, out = fresh("IMPX-"), {}
    for name in names:
        out[name.replace(".csv", ".xlsx")] = exported_bytes(PLANT, name.replace(".csv", ".xlsx"), chinese=True)
    assert all(book.startswith(b"PK") for book in out.values()), "workbooks"
    del out["plant.xlsx"]  # it names the other plant
    out["plant.csv"] = exported(PLANT, "plant.csv").replace("plant,%s\n" % PLANT, "plant,%s\n" % plant).encode()
    reply = import_files(suite.stack.client(plant), out, plant)
    equal(reply.get("errors", []), [], "errors")
    for name in names:
        same_text(exported(plant, name), exported(PLANT, name).replace("plant,%s\n" % PLANT, "plant,%s\n" % plant), name)
    wrong = {"items.csv": b"item,type\nA,make\n", "bom.xlsx": out["bom.xlsx"]}
    reply = import_files(suite.stack.client(fresh("IMPY-")), wrong, plant + "/wrong", dry_run=True)
    assert "bom.xlsx:2: " in reply["errors"][0], reply["errors"]
    client = suite.stack.client(plant)
    for step, files in (("twice", {"items.csv": b"item,type\n", "items.xlsx": out["items.xlsx"]}),
                        ("no book", {"items.xlsx": b"PK\x03\x04 and no more"}), ("unknown", {"odd.xlsx": out["items.xlsx"]})):
        try:
            import_files(client, files, plant + "/" + step)
        except Exception as error:  # what it must be is said below
            assert "422" in str(error), (step, error)
        else:
            raise AssertionError("imported: " + step)
    refused(client, 404, "NOT_FOUND", "Bom.ExportFile", file="odd.xlsx")


@suite.test("facts that were given stay; a plant says whether dates are numbers")
def _(t):
    plant = fresh("IMP3-")
    extra = "date_style,number\nreschedule_days,0\n"
    reply = import_files(suite.stack.client(plant), folder(plant, extra), plant)
    equal(reply.get("errors", []), [], "errors")
    same_text(exported(plant, "plant.csv"), facts(plant, extra), "plant.csv")


@suite.test("orders and stock of a second import are refused, and nothing is changed")
def _(t):
    before = exported(PLANT, "items.csv")
    changed = folder(PLANT, changes=[("items.csv", "item,type\nNEW,buy\n"), *((n, "") for n in MASTER if n != "items.csv"),
                                     *((n, "") for n in LIVE)])
    files = {name: content for name, content in changed.items() if content}
    files["plant.csv"] = ("key,value\nplant,%s\n" % PLANT).encode()
    client = suite.stack.client(PLANT)
    files["stock.csv"] = b"item,qty\nHUB,1\n"
    reply = import_files(client, files, PLANT + "/second")
    equal(reply["errors"], ["stock.csv:1: the plant has data already and takes no such file: use Inventory.PostAdjustment, "
                            "or a count"], "errors")
    same_text(exported(PLANT, "items.csv"), before, "items.csv")
    equal(int(client.call("Relay.GetRelayState")["committed_seq"]) > 0, True, "events")


@suite.test("millrace import and export say the same as the calls")
def _(t):
    plant, here = fresh("IMP4-"), os.path.join(t.folder, "in")
    os.makedirs(here)
    for name, content in folder(plant).items():
        with open(os.path.join(here, name), "wb") as file:
            file.write(content)
    environment = dict(suite.stack.environment, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"))
    for command in ("import", "export"):
        words = [suite.stack.program("millrace"), command, here if command == "import" else here + "-out", "--plant", plant]
        done = subprocess.run(words, env=environment, text=True, capture_output=True, check=False)
        equal((done.returncode, done.stderr), (0, ""), " ".join(words))
    for name in MASTER:
        with open(os.path.join(here + "-out", name), encoding="utf-8") as file:
            same_rows(file.read(), MASTER[name], name)


if __name__ == "__main__":
    suite.main()
