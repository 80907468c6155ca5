#!/usr/bin/env python3
"""What a planner looks at: stock and requirements, pegging both ways, why an order is there, load, promises, messages."""
import json
import os
import subprocess

from harness import ApiError, Suite, equal, fresh, import_files, key_of, refused, same_number, until

PLANT = fresh("LOOK-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2026-03-02\nhorizon_days,60\nreschedule_days,0\n" % PLANT,
    "items.csv": "item,name,type,uom,decimals,lead_time_days,class,safety_stock\nBIKE,City bike,make,EA,0,2,TOPS,\n"
                 "FRAME,Frame,make,EA,0,3,PARTS,\nTUBE,Tube,buy,EA,0,5,PARTS,4\n",
    "bom.csv": "parent,component,qty\nBIKE,FRAME,1\nFRAME,TUBE,4\n",
    "work_centers.csv": "work_center,hours_per_day\nWELD,8\n",
    "routing.csv": "item,operation,work_center,run,lead_time_days\nFRAME,10,WELD,1,1\n",
    "suppliers.csv": "item,supplier,price\nTUBE,S1,3\n",
    "stock.csv": "item,qty,location,lot\nBIKE,3,A1,L1\nTUBE,20,A1,\n",
    "supply.csv": "item,due,qty,kind,reference\nTUBE,2026-03-30,40,purchase,PO-7\n",
    "demand.csv": "item,due,qty,reference,customer\nBIKE,2026-03-05,2,SO-1,ANNA\nBIKE,2026-03-20,13,SO-2,BEN\n",
}
suite = Suite("look")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def no(field, method, http=422, key=None, **body):
    """The call is refused for that field."""
    error = refused(client(), http, None, method, key=key, **body)
    equal(error.field, field, "field of the refusal")


def shown(item, **more):
    return client().call("Mrp.GetStockRequirements", item=item, **more)


@suite.test("a plant is planned")
def _(t):
    reply = import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors")
    until(lambda: client().call("Mrp.GetPlanState").get("planned_orders"), "the plan")


@suite.test("stock first, then what comes and goes, with the running quantity")
def _(t):
    # BIKE: 3 there, 2 go, 12 are made for SO-2 (13 less 1); FRAME 12 on 18 March, TUBE 48 on 15 March
    bike = shown("BIKE")
    equal((bike["name"], bike["type"], bike["uom"]), ("City bike", "make", "EA"), "head")
    equal([(e["kind"], e["date_on"], e["quantity"], e["running"]) for e in bike["elements"]],
          [("stock", "2026-03-02", "3", "3"), ("order", "2026-03-05", "-2", "1"),
           ("planned", "2026-03-20", "12", "13"), ("order", "2026-03-20", "-13", "0")], "elements of BIKE")
    equal(bike["elements"][2]["planned_order_id"], "BIKE@2026-03-20#1", "id of the planned order")
    tube = shown("TUBE")
    equal([(e["kind"], e["date_on"], e["quantity"], e.get("for_item", e.get("reference"))) for e in tube["elements"]],
          [("stock", "2026-03-02", "20", None), ("planned", "2026-03-15", "32", None), ("dependent", "2026-03-15", "-48", "FRAME"),
           ("receipt", "2026-03-30", "40", "PO-7")], "elements of TUBE")
    receipt = tube["elements"][-1]
    equal((receipt["order_kind"], receipt["message"]), ("purchase", "cancel"), "message of PO-7")
    assert "PO-7" in receipt["cause"] and "PO-7" in receipt["action"], receipt
    same_number(tube["safety_stock"], 4, "safety stock")


@suite.test("in Chinese too; codes stay codes")
def _(t):
    receipt = shown("TUBE", language="zh-CN")["elements"][-1]
    equal((receipt["message"], receipt["action"]), ("cancel", "取消 采购订单“PO-7”"), "action in Chinese")
    no("language", "Mrp.GetStockRequirements", item="TUBE", language="fr")


@suite.test("why a planned order is there")
def _(t):
    order = client().call("Mrp.GetPlannedOrder", planned_order_id="TUBE@2026-03-15#1")
    equal((order["planned_order"]["quantity"], order["planned_order"]["supplier"]), ("32", "S1"), "order")
    for words in ("20 there", "48 gross", "net 32"):
        assert words in order["explanation"], "%r is not in %r" % (words, order["explanation"])
    no("planned_order_id", "Mrp.GetPlannedOrder", 404, planned_order_id="TUBE@2026-03-15#2")
    no("planned_order_id", "Mrp.GetPlannedOrder")


@suite.test("pegging: what a supply serves, and what an order waits for")
def _(t):
    pegs = client().call("Mrp.ListPegging", item="TUBE")["pegs"]
    equal([(p["supply_kind"], p["quantity"], p["for_item"], p["top_reference"], p["customer"]) for p in pegs],
          [("stock", "20", "FRAME", "SO-2", "BEN"), ("planned", "28", "FRAME", "SO-2", "BEN")], "pegs of TUBE")
    waits = [p for p in client().pages("Mrp.ListPegging", "pegs", top_reference="SO-2", limit=2)]
    equal(sorted((p["item"], p["supply_kind"], p["quantity"]) for p in waits),
          [("BIKE", "planned", "12"), ("BIKE", "stock", "1"), ("FRAME", "planned", "12"), ("TUBE", "planned", "28"), ("TUBE", "stock", "20")],
          "what SO-2 waits for")
    no("item", "Mrp.ListPegging")
    no("item", "Mrp.ListPegging", 404, item="NONE")


@suite.test("load by work centre and day")
def _(t):
    days = client().call("Mrp.ListLoad", work_center="WELD")["days"]
    equal([(d["date_on"], d["hours"], d["planned"], d["capacity"], d["overload"], d["item"]) for d in days],
          [("2026-03-15", "12", "12", "8", "4", "FRAME")], "12 frames of an hour each")
    equal(client().call("Mrp.ListLoad", overloaded=True, from_on="2026-03-16").get("days", []), [], "after it")
    no("to_on", "Mrp.ListLoad", from_on="2026-03-16", to_on="2026-03-15")


@suite.test("shortages with what they hit and what could move")
def _(t):
    rows = client().call("Mrp.ListShortages", days=30)["shortages"]
    equal([(r["item"], r["short_on"], r["quantity"], r.get("top_reference"), r.get("customer"), r.get("move_reference")) for r in rows],
          [("TUBE", "2026-03-15", "28", "SO-2", "BEN", "PO-7"), ("FRAME", "2026-03-18", "12", "SO-2", "BEN", None),
           ("BIKE", "2026-03-20", "12", "SO-2", "BEN", None)], "shortages")


@suite.test("messages by kind, urgency and class")
def _(t):
    every = list(client().pages("Mrp.ListPlanMessages", "messages", limit=1))
    kinds = [(m["item"], m["message"]) for m in every]
    assert ("TUBE", "cancel") in kinds and ("FRAME", "capacity overload") in kinds, kinds
    equal([m["item"] for m in client().call("Mrp.ListPlanMessages", message="cancel")["messages"]], ["TUBE"], "by kind")
    equal({m["item"] for m in client().call("Mrp.ListPlanMessages", **{"class": "PARTS"})["messages"]}, {"FRAME", "TUBE"}, "by class")
    soon = client().call("Mrp.ListPlanMessages", urgency="soon")["messages"]
    assert soon and all(m["urgency"] == "soon" for m in soon), soon
    no("message", "Mrp.ListPlanMessages", message="nonsense")
    no("urgency", "Mrp.ListPlanMessages", urgency="yesterday")


@suite.test("promises: what is free, and what can be made")
def _(t):
    answer = client().call("Mrp.GetPromise", item="BIKE", quantity="2")
    equal(answer["available"].get("promised_on"), None, "SO-2 has the last one")
    same_number(answer.get("free"), 0, "free")
    # 8 tubes, 4 of them free: 4 by 5 days, a frame by 3, the bike by 2: 10 days
    equal((answer["capable"]["promised_on"], answer["capable"]["limit_item"]), ("2026-03-12", "TUBE"), "made")
    equal(client().call("Mrp.GetPromise", item="TUBE", quantity="40", wanted_on="2026-03-31")["available"]["promised_on"], "2026-03-31", "PO-7")
    for field, http, body in (("quantity", 422, {"item": "BIKE", "quantity": "0"}), ("quantity", 422, {"item": "BIKE", "quantity": "0.5"}),
                              ("item", 404, {"item": "NONE", "quantity": "1"}),
                              ("segment", 404, {"item": "BIKE", "quantity": "1", "segment": "X"}),
                              ("wanted_on", 422, {"item": "BIKE", "quantity": "1", "wanted_on": "2027-01-01"})):
        no(field, "Mrp.GetPromise", http, **body)


@suite.test("the plan against an earlier one")
def _(t):
    kept = client().call("Mrp.KeepPlan", key=key_of(PLANT + "/keep"), name="monday")
    equal((kept["name"], kept["planned_orders"]), ("monday", 3), "kept")
    equal(client().call("Mrp.ListPlanChanges", name="monday").get("changes", []), [], "changes at once")
    client().call("Order.CreateSalesOrder", key=key_of(PLANT + "/so3"), sales_order="SO-3", customer="ANNA",
                  lines=[{"item": "BIKE", "quantity": "2", "due_on": "2026-03-20"}, {"item": "BIKE", "quantity": "5", "due_on": "2026-04-10"}])
    changes = until(lambda: list(client().pages("Mrp.ListPlanChanges", "changes", name="monday", limit=2)), "changes")
    # 14 bikes on 20 March, and 5 on 10 April; frames likewise; tubes: 56 and 20, of which 20 + 40 are there: 8 more on 15 March
    equal([(c["change"], c["planned_order_id"], c.get("quantity"), c.get("old_quantity")) for c in changes],
          [("change", "BIKE@2026-03-20#1", "14", "12"), ("insert", "BIKE@2026-04-10#1", "5", None),
           ("change", "FRAME@2026-03-18#1", "14", "12"), ("insert", "FRAME@2026-04-08#1", "5", None),
           ("change", "TUBE@2026-03-15#1", "40", "32")], "changes")
    equal([c["item"] for c in client().call("Mrp.ListPlanChanges", name="monday", item="TUBE")["changes"]], ["TUBE"], "of an item")
    equal([p["name"] for p in client().call("Mrp.ListKeptPlans")["plans"]], ["monday"], "kept plans")
    client().call("Mrp.KeepPlan", key=key_of(PLANT + "/keep2"), name="monday")
    equal(client().call("Mrp.ListPlanChanges", name="monday").get("changes", []), [], "kept again")
    client().call("Mrp.DropKeptPlan", key=key_of(PLANT + "/drop"), name="monday")
    no("name", "Mrp.ListPlanChanges", 404, name="monday")
    no("name", "Mrp.KeepPlan", key=key_of(PLANT + "/bad"))


@suite.test("no plan, no look")
def _(t):
    other = suite.stack.client(fresh("LOOK-NONE-"))
    try:
        other.call("Mrp.GetStockRequirements", item="BIKE")
        raise AssertionError("an answer for a plant that does not exist")
    except ApiError as error:
        assert error.http in (403, 404), error


def command(*words):
    return [os.path.join(suite.stack.build, "bin", "millrace"), *words, "--plant", PLANT, "--config",
            os.path.join(suite.stack.var, "millrace.ini")]


def millrace(*words, said=None):
    done = subprocess.run(command(*words), input=said, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout if done.returncode == 0 else done.stderr


def suggested(**more):
    return {r["planned_order_id"]: r for r in client().call("Mrp.ListPlannedOrders", limit=99, **more)["planned_orders"]}


@suite.test("by the command line: why, a note, a rejection and back, an order")
def _(t):
    name = next(n for n in suggested() if n.startswith("TUBE@"))
    assert "net" in json.loads(millrace("explain", name)[1])["explanation"], "the arithmetic"
    equal(millrace("explain", "NONE@2026-03-15#1")[0], 1, "none")
    equal(millrace("note-suggestion", name, "--note", "ask S1 first")[0], 0, "note")
    equal(suggested()[name]["note"], "ask S1 first", "note")
    seen = suggested()[name]
    equal(millrace("reject-suggestion", name, "--reason", "on loan", "--qty", seen["quantity"], "--due", seen["due_on"])[0], 0, "reject")
    assert name not in suggested() and name in suggested(rejected=True), "rejected"
    equal(millrace("restore-suggestion", name)[0], 0, "restore")
    equal(millrace("accept", name, "--qty", "7", "--due", seen["due_on"])[0], 1, "not as it was seen")
    code, why = millrace("accept", name, "--qty", seen["quantity"], "--due", seen["due_on"], "--order-due", "2020-01-01")
    assert code == 1 and "order_due_on 2020-01-01 is past" in why, why
    equal(millrace("accept", name, "--qty", seen["quantity"], "--due", seen["due_on"])[0], 0, "accepted")
    equal(millrace("accept", name, "--qty", seen["quantity"], "--due", seen["due_on"])[0], 1, "not twice")
    assert name not in suggested(), "gone"


@suite.test("two terminals: what happens in one is seen in the other, with its reason")
def _(t):
    equal(millrace("follow", "NONE", "--for", "1")[0], 1, "no such item")
    equal(millrace("follow", "TUBE", "--for", "soon")[0], 2, "no number")
    with subprocess.Popen(command("follow", "TUBE", "--for", "20"), stdout=subprocess.PIPE, text=True) as seen:
        assert "following plant %s" % PLANT in seen.stdout.readline(), "head"
        code, answer = millrace("sales-order", "new", "CARL", "--order", "SO-9", "--item", "BIKE", "--qty", "6", "--due", "2026-04-20")
        equal(code, 0, "order")
        equal(json.loads(answer)["sales_order"], "SO-9", "number")
        lines = []
        while not (lines and "why:" in lines[-1]):
            lines.append(seen.stdout.readline())
            assert lines[-1] != "", lines
        seen.terminate()
    assert any("suggestions changed" in line for line in lines), lines
    assert " new TUBE@2026-04-15#1: buy 4 of TUBE from S1 (4 EA)" in lines[-2], lines
    assert "24 gross" in lines[-1] and 'from supplier "S1", price 3' in lines[-1], lines


@suite.test("many at once, as a list shows them: of one supplier, until a day")
def _(t):
    no("until_on", "Mrp.ListPlannedOrders", until_on="soon")
    no("type", "Mrp.ListPlannedOrders", type="borrow")
    equal(millrace("shortages", "--days", "some")[0], 2, "no number")
    equal(set(suggested(supplier="S2")), set(), "of another supplier")
    tubes = suggested(supplier="S1")
    equal(set(tubes), {n for n in suggested() if n.startswith("TUBE@")}, "of S1")
    first = min(o["order_by_on"] for o in tubes.values())
    equal(set(suggested(supplier="S1", until_on=first)), {n for n, o in tubes.items() if o["order_by_on"] == first}, "until the first day")
    code, rows = millrace("suggestions", "--supplier", "S1")
    equal((code, rows.count("\n")), (0, len(tubes) + 1), "rows")
    row = rows.splitlines()[1].split(",")
    stale = rows.replace(row[0] + ",", row[0] + "9,")
    code, why = millrace("accept", "--lines", "-", said=stale)
    assert code == 1 and "orders[0].planned_order_id" in why and suggested(supplier="S1") == tubes, why
    equal(millrace("accept", "--lines", "-", said=rows.splitlines()[0] + "\n")[0], 1, "none")
    equal(millrace("accept", "--lines", "/nowhere/x.csv")[0], 1, "no file")
    made = json.loads(millrace("accept", "--lines", "-", said=rows)[1])["orders"]
    equal((len(made), len({o["order_id"] for o in made})), (len(tubes), 1), "lines of one purchase order")
    equal(millrace("accept", "--lines", "-", said=rows)[0], 1, "not twice")


@suite.test("messages, done as a list shows them")
def _(t):
    equal(millrace("messages", "--item", "TUBE", "--kind", "reschedule out")[0], 0, "messages")
    until(lambda: client().call("Mrp.ListPlanMessages", item="TUBE")["messages"], "messages")
    code, rows = millrace("messages", "--item", "TUBE")
    moves = [r for r in rows.splitlines()[1:] if ",reschedule " in r or ",cancel," in r or ",decrease," in r]
    assert code == 0 and moves, rows
    code, answer = millrace("apply-messages", "--reason", "as planned", "--lines", "-", said=rows.splitlines()[0] + "\n" + moves[0] + "\n")
    equal((code, json.loads(answer)["steps"][0]["state"]), (0, "done"), answer)


@suite.test("a plan put aside, by the command line")
def _(t):
    equal(millrace("keep-plan", "monday")[0], 0, "kept")
    equal(json.loads(millrace("kept-plans")[1])["plans"][0]["name"], "monday", "plans")
    equal(millrace("changes", "monday")[1].count("\n"), 1, "no changes yet")
    equal(millrace("drop-plan", "monday")[0], 0, "dropped")
    equal(millrace("drop-plan", "monday")[0], 1, "not twice")
    assert json.loads(millrace("plan-state")[1])["plan_version"] > 0, "state"
    assert json.loads(millrace("promise", "BIKE", "--qty", "2")[1])["capable"], "promise"


suite.main()
