#!/usr/bin/env python3
"""What the living plan refuses, one after the other: each with its HTTP status, code, field and text, and nothing done."""
from harness import Suite, equal, fresh, import_files, key_of, refused, until

PLANT = fresh("LIV-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-03-04\nhorizon_days,90\n" % PLANT,
    "items.csv": "item,type,uom,lead_time_days,unit_cost\nBOLT,buy,EA,3,1\nOLD,buy,EA,3,1\nNUT,buy,EA,3,1\n",
    "suppliers.csv": "item,supplier,price\nBOLT,S1,2\nNUT,S1,2\n",
    "demand.csv": "item,due,qty,reference\nBOLT,2030-03-20,10,SO-1\nNUT,2030-03-20,10,SO-1/2\n",
}
DAY = "2030-03-20"
suite = Suite("living_refusals")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def do(method, **body):
    return client().call(method, key=key_of(fresh(method)), **body)


def no(method, http, code, field, text, **body):
    error = refused(client(), http, code, method, key=key_of(fresh(method)), **body)
    equal(error.field, field, "field of %s" % method)
    assert text in error.text, "%s: %r is not in %r" % (method, text, error.text)


def everything():
    return [client().call("Order.List" + kind, limit=100) for kind in ("SalesOrders", "PurchaseOrders", "TransferOrders")]


@suite.test("orders: unknown item, inactive item, past date, wrong unit, zero")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    client().call("Bom.DeactivateItem", key=key_of(fresh("off")), item="OLD", even_if_used=True)
    before = everything()
    good = dict(item="BOLT", quantity="1", due_on=DAY)
    bad = ((404, "NOT_FOUND", "item", 'item "NONE" does not exist', dict(item="NONE")),
           (422, "INVALID", "item", 'item "OLD" is not active', dict(item="OLD")),
           (422, "INVALID", "due_on", "due_on 2020-01-01 is past", dict(due_on="2020-01-01")),
           (422, "INVALID", "uom", 'unit "KG" is not "EA", the unit of item "BOLT"', dict(uom="KG")),
           (422, "INVALID", "quantity", "quantity 0 is not above zero", dict(quantity="0")))
    for http, code, field, text, change in bad:
        for method in ("CreateSalesOrder", "CreatePurchaseOrder"):
            no("Order." + method, http, code, "lines[1]." + field, text, lines=[good, dict(good, **change)])
    equal(everything(), before, "orders")


@suite.test("accepting a suggestion that is out of date: what changed, nothing done")
def _(t):
    seen = {o["item"]: o for o in until(lambda: client().call("Mrp.ListPlannedOrders", limit=9)["planned_orders"], "suggestions")}
    before = everything()
    ask = lambda o, **other: dict({k: o[k] for k in ("planned_order_id", "quantity", "due_on")}, **other)
    no("Order.AcceptPlannedOrder", 409, "STATE_CONFLICT", "planned_order_id", "it is now 10 due on %s" % seen["BOLT"]["due_on"],
       **ask(seen["BOLT"], quantity="9"))
    no("Order.AcceptPlannedOrders", 409, "STATE_CONFLICT", "orders[1].planned_order_id", "it is now 10 due on", orders=[
        ask(seen["NUT"]), ask(seen["BOLT"], due_on="2030-03-01")])
    no("Order.AcceptPlannedOrder", 404, "NOT_FOUND", "planned_order_id",
       "does not exist: it was ordered meanwhile, or the plan has changed", **ask(seen["BOLT"], planned_order_id="BOLT@2030-01-01#1"))
    equal(everything(), before, "orders")


@suite.test("a simulation on a plan that moved on")
def _(t):
    change = dict(kind="stock", item="BOLT", quantity="4")
    version = int(client().call("Mrp.GetPlanState")["plan_version"])
    error = refused(client(), 409, "STATE_CONFLICT", "Mrp.GetSimulation", changes=[change], plan_version=version + 7)
    equal((error.field, "the plan has moved on: it is now version" in error.text), ("plan_version", True), "answer")
    do("Mrp.SaveSimulation", name="old", changes=[change])
    do("Inventory.PostAdjustment", reason="found", lines=[dict(item="BOLT", quantity="2", location="MAIN")])
    no("Mrp.ApplySimulation", 409, "STATE_CONFLICT", "name", 'stock of "BOLT" is now 2, was 0; nothing was done', name="old")


@suite.test("a webhook whose target is, or resolves to, a private address; not https; not a URL")
def _(t):
    for url, text in (("https://127.0.0.1/x", "private address 127.0.0.1"), ("https://10.1.2.3/x", "private address 10.1.2.3"),
                      ("https://192.168.0.9/x", "private address"), ("https://169.254.169.254/latest", "private address"),
                      ("https://[::1]/x", "private address ::1"), ("https://[::ffff:10.0.0.1]/x", "private address"),
                      ("https://localhost/x", "private address"), ("http://example.com/x", "https"), ("nonsense", "")):
        no("Relay.CreateWebhook", 422, "INVALID", "url", text, webhook="W", url=url)
    equal(client().call("Relay.ListWebhooks")["webhooks"], [], "webhooks")


suite.main()
