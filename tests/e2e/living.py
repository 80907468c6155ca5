#!/usr/bin/env python3
# ops/test: quiet  (it counts what the planner did for all plants)
"""The living plan: every kind of event changes the plan by net change, never by a plan made anew, and what is written
equals a plan from scratch after each; new master data makes it anew, and says so."""
from harness import Suite, equal, fresh, import_files, key_of, stock_places, until

PLANT = fresh("LIVING-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-01-01\nhorizon_days,90\n" % PLANT,
    "items.csv": "item,name,type,uom,decimals,lead_time_days,safety_stock,forecast_back_days\nBIKE,City bike,make,EA,0,2,,5\n"
                 "SUB,Half a bike,phantom,EA,0,,,\nFRAME,Frame,make,EA,0,3,,\nTUBE,Tube,buy,EA,0,5,4,\nBOLT,Bolt,buy,EA,0,2,,\n",
    "bom.csv": "parent,component,qty\nBIKE,SUB,1\nSUB,FRAME,1\nSUB,BOLT,8\nFRAME,TUBE,4\n",
    "work_centers.csv": "work_center,hours_per_day\nWELD,8\n",
    "routing.csv": "item,operation,work_center,run,lead_time_days\nFRAME,10,WELD,1,1\n",
    "suppliers.csv": "item,supplier,price\nTUBE,S1,3\nBOLT,S1,1\n",
    "partners.csv": "partner,name,kind\nS1,Steel works,supplier\nANNA,Anna,customer\n",
    "stock.csv": "item,qty,location\nBIKE,3,A1\nTUBE,20,A1\n",
    "demand.csv": "item,due,qty,reference,customer\nBIKE,2030-01-20,5,SO-1,ANNA\n",
}
suite = Suite("living")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def do(method, **body):
    return client().call(method, key=key_of(fresh(method)), **body)


def made():
    """Plans made anew so far in this process, by reason."""
    text = client().send("/services/mrp/metrics", None, {"Authorization": "Bearer " + client().token}, "GET")[1].decode()
    rows = [l.rsplit(" ", 1) for l in text.splitlines() if l.startswith("millrace_plans_made_total{")]
    return {name.split('"')[1]: float(count) for name, count in rows}


def suggested(item):
    rows = client().call("Mrp.ListPlannedOrders", item=item).get("planned_orders", [])
    return {r["planned_order_id"]: r["quantity"] for r in rows}


def same(title):
    """No difference between what is written and a plan from scratch."""
    told = do("Mrp.AuditPlan")
    equal(told.get("differences") or told.get("difference_count") or 0, 0, "differences after %s: %s" % (title, str(told)[:300]))


def followed(title, item, act):
    """What was suggested of the item changes; the plan was not made anew."""
    before, anew = suggested(item), made()
    reply = act()
    until(lambda: suggested(item) != before, "another suggestion of %s after %s" % (item, title))
    same(title)
    equal(made(), anew, "plans made anew after %s" % title)
    return reply


@suite.test("a plant is planned, once")
def _(t):
    reply = import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors")
    stock_places(client(), "A1")
    until(lambda: suggested("BOLT"), "the plan")
    same("the import")


@suite.test("stock counted, demand and forecast, orders bought and made: all by net change")
def _(t):
    followed("a count", "FRAME", lambda: do("Inventory.PostAdjustment", reason="count",
                                            lines=[{"item": "BIKE", "quantity": "2", "location": "A1"}]))
    sold = followed("a sales order", "BOLT", lambda: do("Order.CreateSalesOrder", customer="ANNA", lines=[
        {"item": "BIKE", "quantity": "10", "due_on": "2030-02-10"}]))["sales_order"]
    row = followed("a forecast", "TUBE", lambda: do("Order.SetForecast", item="BIKE", due_on="2030-03-01", days=5, quantity="40"))["row"]
    followed("less forecast", "BOLT", lambda: do("Order.SetForecast", row=row, item="BIKE", due_on="2030-03-01", days=5, quantity="30"))
    followed("a purchase", "TUBE", lambda: do("Order.CreatePurchaseOrder", supplier="S1", lines=[
        {"item": "TUBE", "quantity": "25", "due_on": "2030-01-12", "price": "3"}]))
    made_of = followed("a work order", "FRAME", lambda: do("Order.CreateWorkOrder", item="FRAME", quantity="7", start_on="2030-01-08",
                                                          due_on="2030-01-11"))["work_order"]
    do("Production.ReleaseWorkOrder", work_order=made_of)
    same("a release")
    for day in ("08", "09"):
        order = do("Order.CreateWorkOrder", item="BIKE", quantity="4", start_on="2030-02-" + day, due_on="2030-02-12")["work_order"]
        do("Production.ReleaseWorkOrder", work_order=order)
    same("two orders that need the same components")
    followed("a cancelled order", "BOLT", lambda: do("Order.CancelSalesOrder", order_id=sold))


@suite.test("an accepted suggestion is an order, and suggested no more")
def _(t):
    rows = client().call("Mrp.ListPlannedOrders", item="BOLT")["planned_orders"]
    followed("accepting", "BOLT", lambda: do("Order.AcceptPlannedOrder", planned_order_id=rows[0]["planned_order_id"],
                                             quantity=rows[0]["quantity"], due_on=rows[0]["due_on"]))
    assert rows[0]["planned_order_id"] not in suggested("BOLT"), suggested("BOLT")


@suite.test("a forecast stays with its item")
def _(t):
    row = do("Order.SetForecast", item="BIKE", due_on="2030-03-20", quantity="3")["row"]
    error = None
    try:
        do("Order.SetForecast", row=row, item="FRAME", due_on="2030-03-20", quantity="3")
    except Exception as refused:  # noqa: BLE001
        error = refused
    assert error is not None and 'is of item "BIKE"' in str(error), error
    same("a refusal")


@suite.test("new master data makes the plan anew")
def _(t):
    before = made().get("master data", 0)
    do("Bom.EditMaster", edits=[{"file": "items.csv", "cells": [{"column": "item", "value": "TUBE"},
                                                                {"column": "safety_stock", "value": "9"}]}])
    until(lambda: made().get("master data", 0) > before, "a plan made anew")
    same("new master data")


@suite.test("an item that is changed to fewer decimals keeps the stock that it has, and the plant its plan")
def _(t):
    def edit(decimals):
        do("Bom.EditMaster", edits=[{"file": "items.csv", "cells": [{"column": "item", "value": "TUBE"},
                                                                    {"column": "decimals", "value": decimals}]}])
    edit("1")
    do("Inventory.PostAdjustment", reason="found", lines=[{"item": "TUBE", "quantity": "0.5", "location": "A1"}])
    before = made().get("master data", 0)
    edit("0")
    until(lambda: made().get("master data", 0) > before, "a plan made anew")
    same("stock of half a piece")
    followed("a posting beside it", "TUBE", lambda: do("Inventory.PostAdjustment", reason="found", lines=[
        {"item": "TUBE", "quantity": "1", "location": "A1"}]))


suite.main()
