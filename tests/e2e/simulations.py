#!/usr/bin/env python3
"""Simulations that are kept: saved, shared, looked at, discarded, and applied by the commands that people use, once."""
import concurrent.futures
import json
import os
import subprocess

from harness import ApiError, Suite, equal, fresh, import_files, key_of, refused, same_number, until

PLANT = fresh("SIK-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-03-04\nhorizon_days,90\nreschedule_days,0\n" % PLANT,
    "items.csv": "item,type,uom,decimals,lead_time_days,safety_stock\nBIKE,make,EA,0,2,\nFRAME,make,EA,0,3,\nTUBE,buy,EA,0,5,4\n"
                 "BELL,buy,EA,0,2,\n",
    "bom.csv": "parent,component,qty\nBIKE,FRAME,1\nFRAME,TUBE,4\n",
    "suppliers.csv": "item,supplier,price,lead_time_days\nTUBE,S1,3,5\nTUBE,S2,4,9\nBELL,S2,1,\n",
    "stock.csv": "item,qty,location,lot\nBIKE,3,A1,L1\nTUBE,20,A1,\nTUBE,6,B2,\n",
    "demand.csv": "item,due,qty,reference,customer\nBIKE,2030-03-20,13,SO-2,BEN\n",
}
CHANGES = [dict(kind="lead_time", item="TUBE", days=7), dict(kind="supplier_lost", supplier="S2", item="BELL"),
           dict(kind="bill", item="FRAME", component="TUBE", quantity="5"), dict(kind="bill", item="BIKE", component="BELL", quantity="2"),
           dict(kind="stock", item="TUBE", quantity="3"),
           dict(kind="demand", item="BIKE", quantity="5", due_on="2030-04-10", customer="ANNA")]
suite = Suite("simulations")
state = {}


def client(who="admin"):
    if who not in state:
        state[who] = suite.stack.client(PLANT) if who == "admin" else suite.stack.person(client(), PLANT, who)
    return state[who]


def do(method, who="admin", **body):
    return client(who).call(method, key=key_of(fresh(method)), **body)


def no(http, code, text, method, who="admin", **body):
    error = refused(client(who), http, code, method, key=key_of(fresh(method)), **body)
    assert text in error.text, "%s: %r is not in %r" % (method, text, error.text)
    return error


def millrace(*words, code=0):
    done = subprocess.run([suite.stack.program("millrace"), "simulation", *words, "--plant", PLANT], text=True, capture_output=True,
                          env=dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini")), check=False)
    equal(done.returncode, code, "status of %s: %s" % (" ".join(words), done.stderr))
    return done.stdout if code == 0 else done.stderr


@suite.test("saved under a name, with all kinds of changes; nothing of the plant changes")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    until(lambda: client().call("Mrp.ListPlannedOrders", limit=9)["planned_orders"], "the plan")
    made = do("Mrp.SaveSimulation", name="spring", changes=CHANGES, note="if S2 goes")
    equal((made["state"], made["shared"], made["version"], made["change_count"]), ("open", False, 1, 6), "saved")
    before = client().call("Mrp.ListPlannedOrders", limit=99)["planned_orders"]
    seen = client().call("Mrp.GetSimulation", name="spring")
    equal(seen["simulation"]["changes"], CHANGES, "changes")
    equal(seen["simulation"]["moved"], [], "moved")
    equal(seen, dict(client().call("Mrp.GetSimulation", changes=CHANGES), simulation=seen["simulation"]), "as if they were sent")
    assert seen["inserted"] > 0 and seen["after"]["late_demands"] >= seen["before"]["late_demands"], seen
    equal(client().call("Mrp.ListPlannedOrders", limit=99)["planned_orders"], before, "the plan as it was")


@suite.test("tried by the command line, each kind; without a word there is nothing to try")
def _(t):
    for change in ("lead_time=TUBE,7", "supplier_lost=S2,BELL", "bill=FRAME,TUBE,5", "stock=TUBE,3", "demand=BIKE,5,2030-04-10,ANNA"):
        kind, rest = change.split("=")
        one = next(c for c in CHANGES if c["kind"] == kind)
        assert json.loads(millrace("try", change)) == client().call("Mrp.GetSimulation", changes=[one]), change
    assert "days must be a whole number" in millrace("try", "lead_time=TUBE,soon", code=1), "days"
    millrace("try", code=2)


@suite.test("what cannot be kept is refused, with its place")
def _(t):
    bad = lambda http, code, text, field, **body: equal(no(http, code, text, "Mrp.SaveSimulation", **body).field, field, "field")
    bad(422, "INVALID", "a new simulation needs changes", "changes", name="empty")
    bad(422, "INVALID", "name is missing", "name", changes=CHANGES)
    bad(404, "NOT_FOUND", 'item "NONE" does not exist', "changes[0].item", name="x", changes=[dict(kind="stock", item="NONE", quantity="1")])
    bad(422, "INVALID", "of one customer", "changes[1].customer", name="x",
        changes=[CHANGES[5], dict(CHANGES[5], customer="BEN")])
    bad(412, "CHANGED", "is at version 1, not 9", "if_version", name="spring", changes=CHANGES, if_version=9)
    no(404, "NOT_FOUND", 'simulation "none" does not exist', "Mrp.DiscardSimulation", name="none")
    equal(refused(client(), 422, "INVALID", "Mrp.GetSimulation", name="spring", changes=CHANGES).field, "changes", "field")


@suite.test("others see it once it is shared; only its owner changes it")
def _(t):
    refused(client("planner"), 404, "NOT_FOUND", "Mrp.GetSimulation", name="spring")
    equal(client("planner").call("Mrp.ListSimulations")["simulations"], [], "list of another")
    millrace("share", "spring")
    equal([s["name"] for s in client("planner").call("Mrp.ListSimulations")["simulations"]], ["spring"], "shared")
    equal(client("planner").call("Mrp.GetSimulation", name="spring")["simulation"]["version"], 2, "version")
    no(403, "FORBIDDEN", "belongs to", "Mrp.SaveSimulation", who="planner", name="spring", changes=CHANGES)
    no(403, "FORBIDDEN", "belongs to", "Mrp.DiscardSimulation", who="planner", name="spring")
    for n in range(3):
        do("Mrp.SaveSimulation", name="p%d" % n, changes=CHANGES[:1])
    equal([s["name"] for s in client().pages("Mrp.ListSimulations", "simulations", limit=2)], ["p0", "p1", "p2", "spring"], "pages")


@suite.test("who may not make the changes may not apply them: nothing is done")
def _(t):
    error = no(403, "FORBIDDEN", "Bom.EditMaster", "Mrp.ApplySimulation", who="planner", name="spring")
    equal(client().call("Mrp.GetSimulation", name="spring")["simulation"]["state"], "open", "state")
    equal([r["quantity"] for r in client().call("Inventory.ListStock", item="TUBE")["rows"]], ["20", "6"], error.text)


@suite.test("a plan that moved on: it says what, and is not applied until it is saved again")
def _(t):
    do("Mrp.SaveSimulation", name="count", changes=[dict(kind="stock", item="TUBE", quantity="30")])
    do("Inventory.PostAdjustment", reason="found", lines=[{"item": "TUBE", "quantity": "2", "location": "A1"}])
    moved = until(lambda: client().call("Mrp.GetSimulation", name="count")["simulation"]["moved"], "it moved")
    equal(moved, ['changes[0]: stock of "TUBE" is now 28, was 26'], "moved")
    no(409, "STATE_CONFLICT", 'the plan has moved on: changes[0]: stock of "TUBE" is now 28, was 26; nothing was done',
       "Mrp.ApplySimulation", name="count")
    do("Mrp.SaveSimulation", name="count", changes=[dict(kind="stock", item="TUBE", quantity="30")])
    done = do("Mrp.ApplySimulation", name="count")
    equal([(s["method"], s["state"]) for s in done["steps"]], [("Inventory.PostAdjustment", "done")], "steps")
    do("Mrp.DiscardSimulation", name="count")


@suite.test("six press apply at once: each change becomes real once")
def _(t):
    do("Mrp.SaveSimulation", name="summer", changes=CHANGES, shared=True)
    clients = [suite.stack.client(PLANT) for _ in range(6)]

    def press(n):
        try:
            return [s["state"] for s in clients[n].call("Mrp.ApplySimulation", key=key_of("%s/%d" % (PLANT, n)), name="summer")["steps"]]
        except ApiError as error:
            assert error.code in ("STATE_CONFLICT", "KEY_REUSED"), error
            return None
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        ended = list(pool.map(press, range(6)))
    assert ["done", "done", "done"] in ended, ended
    no(409, "STATE_CONFLICT", 'simulation "summer" was applied already by', "Mrp.ApplySimulation", name="summer")
    equal(client().call("Mrp.GetSimulation", name="summer", limit=1)["simulation"]["state"], "applied", "state")
    orders = [o for o in client().call("Order.ListSalesOrders", limit=99)["sales_orders"] if o.get("customer") == "ANNA"]
    equal([[(x["item"], x["quantity"], x["due_on"]) for x in o["lines"]] for o in orders], [[("BIKE", "5", "2030-04-10")]], "orders")
    stock = [(s["location"], s["quantity"]) for s in client().call("Inventory.ListStock", item="TUBE")["rows"] if float(s["quantity"])]
    equal(stock, [("B2", "3")], "stock: what was counted less is taken place by place")
    master = lambda file, item: [{c["column"]: c["value"] for c in r["cells"]}
                                 for r in client().call("Bom.ListMaster", file=file, item=item)["rows"]]
    equal(master("items.csv", "TUBE")[0]["lead_time_days"], "7", "lead time")
    equal([(s["supplier"], s["lead_time_days"]) for s in master("suppliers.csv", "TUBE")], [("S1", "7"), ("S2", "7")], "suppliers")
    equal(master("suppliers.csv", "BELL"), [], "lost")
    equal([m["qty"] for m in master("bom.csv", "FRAME")], ["5"], "bill")
    equal(sorted((m["component"], m["qty"]) for m in master("bom.csv", "BIKE")), [("BELL", "2"), ("FRAME", "1")], "new line")


@suite.test("a refused step leaves what was before it done; the rest is done later")
def _(t):
    changes = [dict(kind="lead_time", item="BELL", days=4), dict(kind="demand", item="BELL", quantity="2", due_on="2030-04-01")]
    do("Mrp.SaveSimulation", name="half", changes=changes)
    client().call("Bom.DeactivateItem", key=key_of(fresh("off")), item="BELL", even_if_used=True)
    done = do("Mrp.ApplySimulation", name="half")
    equal([s["state"] for s in done["steps"]], ["done", "refused"], "steps")
    equal((done["steps"][1]["code"], done["steps"][1]["field"]), ("INVALID", "lines[0].item"), "refusal")
    do("Bom.EditMaster", edits=[dict(file="items.csv", cells=[dict(column="item", value="BELL"), dict(column="active", value="true")])])
    done = do("Mrp.ApplySimulation", name="half")
    equal([(s["method"], s["state"]) for s in done["steps"]], [("Bom.EditMaster", "done"), ("Order.CreateSalesOrder", "done")], "steps")
    no(409, "STATE_CONFLICT", "was applied already", "Mrp.ApplySimulation", name="half")
    no(409, "STATE_CONFLICT", "was applied by", "Mrp.SaveSimulation", name="half", changes=changes)


@suite.test("the command line: try, save, list, show, differences, apply, discard")
def _(t):
    assert '"inserted":' in millrace("try", "demand=BIKE,4,2030-05-10"), "try"
    millrace("save", "cli", "stock=BELL,9", "demand=BIKE,4,2030-05-10,ANNA", "--note", "by hand", "--shared")
    listed = millrace("list").splitlines()
    assert listed[0].startswith("name,state,shared,changes") and any(l.startswith("cli,open,1,2,") for l in listed), listed
    assert '"changes":[{"kind":"stock"' in millrace("show", "cli").replace(" ", ""), "show"
    differences = millrace("differences", "cli").splitlines()
    assert differences[0].startswith("change,item,segment,need,qty") and len(differences) > 2, differences
    assert millrace("apply", "cli").count('"done"') == 2, "apply"
    assert "was applied already" in millrace("apply", "cli", code=1), "twice"
    millrace("discard", "cli")
    assert "does not exist" in millrace("show", "cli", code=1), "gone"
    assert "is not a change" in millrace("save", "x", "wish=BIKE", code=2), "usage"
    assert "does not have what" in millrace("save", "x", "demand=BIKE", code=2), "usage"


suite.main()
