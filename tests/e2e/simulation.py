#!/usr/bin/env python3
"""What if: the plan of the facts with some changes, against the plan as it is; nothing of it is kept."""
from harness import Suite, equal, fresh, import_files, refused, same_number, until

PLANT = fresh("SIM-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2026-03-02\nhorizon_days,60\nreschedule_days,0\n" % PLANT,
    "items.csv": "item,type,decimals,lead_time_days,safety_stock\nBIKE,make,0,2,\nFRAME,make,0,3,\nTUBE,buy,0,5,4\n",
    "bom.csv": "parent,component,qty\nBIKE,FRAME,1\nFRAME,TUBE,4\n",
    "suppliers.csv": "item,supplier,price\nTUBE,S1,3\n",
    "stock.csv": "item,qty,location,lot\nBIKE,3,A1,L1\nTUBE,20,A1,\n",
    "supply.csv": "item,due,qty,kind,reference\nTUBE,2026-03-30,40,purchase,PO-7\n",
    "demand.csv": "item,due,qty,reference,customer\nBIKE,2026-03-05,2,SO-1,ANNA\nBIKE,2026-03-20,13,SO-2,BEN\n",
}
suite = Suite("simulation")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def planned():
    return list(client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=100))


def what_if(*changes, **more):
    return client().call("Mrp.GetSimulation", changes=list(changes), **more)


def counts(answer):
    return answer["removed"], answer["changed"], answer["inserted"]


def rows(answer):
    return [(d["change"], d["item"], d["need_on"], d.get("quantity"), d.get("old_quantity")) for d in answer.get("differences", [])]


@suite.test("the plan as it is: 12 bikes, 12 frames, 32 tubes at 3")
def _(t):
    reply = import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors")
    until(planned, "the plan")
    state["plan"] = planned()
    equal([(o["item"], o["quantity"]) for o in state["plan"]], [("BIKE", "12"), ("FRAME", "12"), ("TUBE", "32")], "orders")


@suite.test("an order more: what it takes, and what is there for it")
def _(t):
    # 5 bikes on 10 April: 5 frames, 20 tubes, which PO-7 brings
    answer = what_if(dict(kind="demand", item="BIKE", quantity="5", due_on="2026-04-10"))
    equal(counts(answer), (0, 0, 2), "removed, changed, inserted")
    equal(rows(answer), [("insert", "BIKE", "2026-04-10", "5", None), ("insert", "FRAME", "2026-04-08", "5", None)], "differences")
    same_number(answer["before"]["purchases"], 96, "purchases before")
    same_number(answer["after"]["purchases"], 96, "purchases after")
    equal((answer["before"]["planned_orders"], answer["after"]["planned_orders"]), (3, 5), "orders")


@suite.test("a longer lead time: late orders, late demands, messages")
def _(t):
    answer = what_if(dict(kind="lead_time", item="TUBE", days=20))
    equal(counts(answer), (0, 1, 0), "removed, changed, inserted")
    equal(answer["differences"][0]["due_on"], "2026-03-22", "day 20")
    equal([(answer[w]["late_orders"], answer[w]["late_demands"]) for w in ("before", "after")], [(0, 0), (1, 1)], "late")
    assert {"message": "past due start", "before": 0, "after": 1} in answer["messages"], answer["messages"]


@suite.test("a supplier lost, a count, another bill, and all of it together")
def _(t):
    lost = what_if(dict(kind="supplier_lost", supplier="S1"))
    equal((counts(lost), lost["differences"][0]["old_supplier"], lost["differences"][0].get("supplier")), ((0, 1, 0), "S1", None), "lost")
    same_number(lost["after"]["purchases"], 0, "nothing can be bought")
    counted = what_if(dict(kind="stock", item="TUBE", quantity="52"))
    equal((counts(counted), rows(counted)), ((1, 0, 0), [("remove", "TUBE", "2026-03-15", None, "32")]), "52 less 48 keep the safety stock")
    billed = what_if(dict(kind="bill", item="FRAME", component="TUBE", quantity="5"))
    equal(rows(billed), [("change", "TUBE", "2026-03-15", "44", "32")], "60 less 20, and 4 to keep")
    same_number(billed["after"]["purchases"], 132, "44 at 3")
    both = what_if(dict(kind="bill", item="FRAME", component="TUBE", quantity="5"), dict(kind="stock", item="TUBE", quantity="64"))
    equal(counts(both), (1, 0, 0), "64 less 60")
    none = what_if(dict(kind="bill", item="FRAME", component="TUBE", quantity="0"), limit=1)
    equal(counts(none), (1, 0, 0), "no tubes")


@suite.test("nothing of it is kept")
def _(t):
    equal(planned(), state["plan"], "the plan")


@suite.test("what cannot be simulated is refused, with its place")
def _(t):
    good = dict(kind="stock", item="TUBE", quantity="5")
    for http, field, changes in ((422, "changes", []), (422, "changes[1].kind", [good, dict(kind="magic")]),
                                 (404, "changes[0].item", [dict(kind="stock", item="NONE", quantity="5")]),
                                 (422, "changes[0].item", [dict(kind="lead_time", days=4)]),
                                 (422, "changes[0].quantity", [dict(kind="stock", item="TUBE", quantity="-1")]),
                                 (422, "changes[0].quantity", [dict(kind="demand", item="BIKE", quantity="0.5", due_on="2026-03-09")]),
                                 (422, "changes[0].due_on", [dict(kind="demand", item="BIKE", quantity="5", due_on="2026-01-01")]),
                                 (404, "changes[0].supplier", [dict(kind="supplier_lost", supplier="NOBODY")]),
                                 (422, "changes[0].days", [dict(kind="lead_time", item="BIKE", days=4000000)]),
                                 (404, "changes[0].component", [dict(kind="bill", item="BIKE", component="X", quantity="1")])):
        equal(refused(client(), http, None, "Mrp.GetSimulation", changes=changes).field, field, "field")
    refused(client(), 409, "BOM_CYCLE", "Mrp.GetSimulation", changes=[dict(kind="bill", item="TUBE", component="BIKE", quantity="1")])
    version = int(client().call("Mrp.GetPlanState")["plan_version"])
    what_if(good, plan_version=version)
    refused(client(), 409, "STATE_CONFLICT", "Mrp.GetSimulation", changes=[good], plan_version=version + 1)


suite.main()
