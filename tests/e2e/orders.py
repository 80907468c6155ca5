#!/usr/bin/env python3
"""The life of an order: draft, second person, change under If-Match, cancel, close, transfer, forecast, CSV, lists."""
import json
import os
import subprocess
import threading

from harness import ApiError, Suite, equal, fresh, import_files, key_of, refused, until

PLANT, NORTH = fresh("ORD-"), fresh("ORN-")
DAY = "2030-03-04"
ITEMS = "item,type,uom,unit_cost,source_plant,forecast_back_days,forecast_forward_days,lead_time_days\n"
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-03-01\n" % PLANT,
    "items.csv": ITEMS + "BOLT,buy,EA,2,,0,0,\nNUT,transfer,EA,1,%s,0,0,2\nLAMP,buy,EA,9,,10,10,\nOLD,buy,EA,1,,0,0,\nGLOBE,make,EA,,,0,0,\n" % NORTH,
}
NORTH_FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-03-01\n" % NORTH,
    "items.csv": ITEMS + "NUT,buy,EA,1,,0,0,\n",
}
suite = Suite("orders")
state = {}


def client(who="admin", plant=PLANT):
    if (who, plant) not in state:
        token = None
        if who != "admin":
            boss = client()
            login = fresh(who)
            boss.call("Access.SetUser", login=login, password="correct horse battery",
                      roles=[{"plant": "*", "role": "administrator"}])
            token = state["token"] = token_of(login)
        state[who, plant] = suite.stack.client(plant, token=token)
    return state[who, plant]


def token_of(login):
    """A token that belongs to another person: made by hand on the machine, as the first one is."""
    made = subprocess.run([suite.stack.program("millrace-gateway"), "--config",
                           os.path.join(suite.stack.var, "millrace.ini"), "--create-token", "test", "--login", login],
                          text=True, capture_output=True, check=True)
    return made.stdout.strip().split()[-1]


def do(method, who="admin", plant=PLANT, **body):
    return client(who, plant).call("Order." + method, key=key_of(fresh(method)), **body)


def no(http, code, text, method, who="admin", field=None, **body):
    error = refused(client(who), http, code, "Order." + method, key=key_of(fresh(method)), **body)
    assert text in error.text, "%s: %r is not in %r" % (method, text, error.text)
    if field:
        equal(error.field, field, "field of %s" % method)
    return error


def line(item="BOLT", quantity="10", **more):
    return dict({"item": item, "quantity": quantity, "due_on": DAY}, **more)


@suite.test("two plants")
def _(t):
    for plant, files in ((PLANT, FILES), (NORTH, NORTH_FILES)):
        reply = import_files(client(plant=plant), {k: v.encode() for k, v in files.items()}, plant)
        equal(reply.get("errors", []), [], "errors")
    client().call("Bom.DeactivateItem", key=key_of(fresh("off")), item="OLD", even_if_used=True)
    plants = [p["plant"] for p in client().pages("Access.ListPlants", "plants", limit=3)]
    assert PLANT in plants and NORTH in plants and plants == sorted(plants), plants


@suite.test("bad lines, each with its code and text")
def _(t):
    no(404, "NOT_FOUND", 'item "NONE" does not exist', "CreateSalesOrder", lines=[line("NONE")], field="lines[0].item")
    no(422, "INVALID", 'item "OLD" is not active', "CreateSalesOrder", lines=[line("OLD")], field="lines[0].item")
    no(422, "INVALID", "due_on 2020-01-01 is past", "CreateSalesOrder", lines=[line(due_on="2020-01-01")],
       field="lines[0].due_on")
    no(422, "INVALID", "due_on 2020-01-01 is past", "CreateSalesOrder", ordered_on="2020-02-01", lines=[line(due_on="2020-01-01")],
       field="lines[0].due_on")
    no(422, "INVALID", 'unit "KG" is not "EA", the unit of item "BOLT"', "CreatePurchaseOrder", lines=[line(uom="KG")],
       field="lines[0].uom")
    no(422, "INVALID", "quantity 0 is not above zero", "CreatePurchaseOrder", lines=[line(quantity="0")])
    no(404, "NOT_FOUND", 'purchase order "X" does not exist', "SendPurchaseOrder", order_id="X")


@suite.test("draft, approved, sent, partly received, closed; what is no longer open is not received")
def _(t):
    order = do("CreatePurchaseOrder", supplier="ACME", lines=[line(price="3")], draft=True)
    equal(order["state"], "draft", "state")
    po = order["purchase_order"]
    refused(client(), 409, "STATE_CONFLICT", "Inventory.PostPurchaseReceipt", key=key_of(fresh("r")),
            purchase_order=po, lines=[{"line": 1, "quantity": "1", "location": "MAIN"}])
    no(409, "STATE_CONFLICT", "it is draft", "SendPurchaseOrder", order_id=po)
    equal(do("ApprovePurchaseOrder", order_id=po)["state"], "approved", "state")
    equal(do("SendPurchaseOrder", order_id=po)["state"], "sent", "state")
    client().call("Inventory.PostPurchaseReceipt", key=key_of(fresh("r")), purchase_order=po,
                  lines=[{"line": 1, "quantity": "4", "location": "MAIN"}])
    equal(client().call("Order.GetPurchaseOrder", order_id=po)["state"], "partly_received", "state")
    found = client().call("Order.ListPurchaseOrders", state="partly_received", supplier="ACME", item="BOLT",
                          due_from_on=DAY, due_to_on=DAY)["purchase_orders"]
    equal([o["purchase_order"] for o in found], [po], "list")
    equal(client().call("Order.ListPurchaseOrders", item="BOLT", due_from_on="2030-03-05")["purchase_orders"], [], "list")
    no(409, "STATE_CONFLICT", "partly received: close the order instead", "CancelPurchaseOrder", order_id=po)
    equal(do("ClosePurchaseOrder", order_id=po, reason="no more needed")["state"], "closed", "state")
    refused(client(), 409, "STATE_CONFLICT", "Inventory.PostPurchaseReceipt", key=key_of(fresh("r")),
            purchase_order=po, lines=[{"line": 1, "quantity": "1", "location": "MAIN"}])
    changes = client().call("Order.ListOrderChanges", order_id=po)["changes"]
    equal([c["what"] for c in changes], ["close", "send", "approve"], "changes")
    equal(changes[0]["reason"], "no more needed", "reason")


@suite.test("above the limit a second person approves, once the terms changed again")
def _(t):
    do("SetOrderRule", purchase_approve_above="100")
    equal(do("CreatePurchaseOrder", lines=[line(price="10")])["state"], "sent", "at the limit")
    order = do("CreatePurchaseOrder", lines=[line(price="10.01")])
    equal(order["state"], "draft", "above it")
    po = order["purchase_order"]
    no(403, "FORBIDDEN", "somebody else than", "ApprovePurchaseOrder", order_id=po)
    equal(do("ApprovePurchaseOrder", who="bob", order_id=po)["state"], "approved", "state")
    equal(do("SendPurchaseOrder", order_id=po)["state"], "sent", "state")
    changed = do("ChangePurchaseOrder", order_id=po, lines=[{"line": 1, "quantity": "11"}])
    equal((changed["state"], changed["value"]), ("draft", "110.11"), "after a change")
    do("SetOrderRule")


@suite.test("eight approve at the same moment: once")
def _(t):
    po = do("CreatePurchaseOrder", lines=[line(price="3")], draft=True)["purchase_order"]
    ended, gate = [], threading.Barrier(8)

    def approve(number):
        own = suite.stack.client(PLANT)
        gate.wait()
        try:
            own.call("Order.ApprovePurchaseOrder", key=key_of("%s/%d" % (po, number)), order_id=po)
            ended.append("done")
        except ApiError as error:
            ended.append(error.code)
    threads = [threading.Thread(target=approve, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(sorted(ended), ["STATE_CONFLICT"] * 7 + ["done"], "ends")
    equal(client().call("Order.GetPurchaseOrder", order_id=po)["version"], 2, "version")


@suite.test("a change under a version, at once by two people: one wins")
def _(t):
    so = do("CreateSalesOrder", customer="C1", lines=[line()])["sales_order"]
    seen = client().call("Order.GetSalesOrder", order_id=so)
    equal(do("ChangeSalesOrder", order_id=so, if_version=seen["version"],
             lines=[{"line": 1, "quantity": "12", "due_on": "2030-03-06"}, line("LAMP", "2")])["version"], 2, "version")
    no(412, "CHANGED", "is at version 2, not 1", "ChangeSalesOrder", order_id=so, if_version=seen["version"],
       lines=[{"line": 1, "quantity": "13"}])
    now = client().call("Order.GetSalesOrder", order_id=so)
    equal([(x["item"], x["quantity"], x["due_on"]) for x in now["lines"]],
          [("BOLT", "12", "2030-03-06"), ("LAMP", "2", DAY)], "lines")
    equal(do("CancelSalesOrder", order_id=so)["state"], "cancelled", "state")
    event = [e for e in events() if e["object_id"] == so][-1]
    equal((event["kind"], event["order"]["state"], len(event["order"]["lines"])), ("sales_order", "cancelled", 2), "event")


def events(after=0):
    found = []
    while True:
        page = client().call("Relay.ListEvents", after_seq=after, limit=500).get("events", [])
        found += page
        if not page:
            return found
        after = page[-1]["event_seq"]


def forecast_demand():
    """What the plan makes of LAMP: planned orders sum to open orders and what is left of the forecast."""
    client().call("Mrp.RunPlan", key=key_of(fresh("plan")))
    page = client().call("Mrp.ListPlannedOrders", item="LAMP", limit=100)
    return sum(int(float(o["quantity"])) for o in page["planned_orders"])


@suite.test("forecast: consumed by an order, also after it was shipped; released by cancelling")
def _(t):
    row = do("SetForecast", item="LAMP", due_on="2030-03-05", days=5, quantity="100")["row"]
    until(lambda: forecast_demand() == 100, "100 in all")
    so = do("CreateSalesOrder", lines=[line("LAMP", "60", due_on="2030-03-07")])["sales_order"]
    until(lambda: forecast_demand() == 100, "100 in all, 60 of them ordered")
    client().call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                  lines=[{"item": "LAMP", "quantity": "60", "unit_cost": "9", "location": "MAIN"}])
    client().call("Inventory.PostShipment", key=key_of(fresh("s")), sales_order=so,
                  lines=[{"line": 1, "quantity": "60", "location": "MAIN"}])
    until(lambda: forecast_demand() == 40, "40 left after 60 were shipped")
    takings = lambda: [{k: x.get(k) for k in ("forecast_on", "quantity", "left", "order", "taken", "shipped")}
                       for x in client().call("Mrp.ListForecastConsumption", item="LAMP")["takings"]]
    equal(takings(), [dict(forecast_on="2030-03-05", quantity="100", left="40", order=so, taken="60", shipped="60")],
          "who took of it, shipped by now")
    other = do("CreateSalesOrder", lines=[line("LAMP", "30", due_on="2030-03-07")])["sales_order"]
    until(lambda: forecast_demand() == 40, "40 in all")
    do("ChangeSalesOrder", order_id=other, lines=[{"line": 1, "quantity": "50"}])
    until(lambda: forecast_demand() == 50, "50 ordered of 40 left")
    do("CancelSalesOrder", order_id=other)
    until(lambda: forecast_demand() == 40, "released by cancelling")
    equal([(x["order"], x["taken"]) for x in takings()], [(so, "60")], "takings")
    equal(refused(client(), 404, "NOT_FOUND", "Mrp.ListForecastConsumption", item="NONE").field, "item", "field")
    equal(do("SetForecast", row=row, item="LAMP", due_on="2030-03-05", quantity="0")["row"], row, "row")
    equal(client().call("Order.ListForecasts")["forecasts"], [], "forecasts")


@suite.test("a planned transfer is accepted; what leaves the other plant is an order there")
def _(t):
    do("CreateSalesOrder", lines=[line("NUT", "7", due_on="2030-03-20")])

    def suggestion():
        found = client().call("Mrp.ListPlannedOrders", item="NUT", limit=10)["planned_orders"]
        return found and found[0]
    seen = until(suggestion, "a planned transfer")
    equal(seen["type"], "transfer", "type")
    made = do("AcceptPlannedOrder", planned_order_id=seen["planned_order_id"], quantity=seen["quantity"],
              due_on=seen["due_on"])
    equal(made["type"], "transfer", "type")
    listed = client().call("Order.ListTransferOrders")["purchase_orders"]
    equal([(o["purchase_order"], o["source_plant"]) for o in listed], [(made["order_id"], NORTH)], "transfers")
    by_hand = do("CreateTransferOrder", source_plant=NORTH, lines=[line("NUT", "5")])["transfer_order"]
    equal(client().call("Order.GetPurchaseOrder", order_id=by_hand)["lines"][0]["price"], "1", "price: last cost")
    sent = "%s/%s" % (PLANT, by_hand)

    def north():
        found = client(plant=NORTH).call("Order.ListSalesOrders", limit=100)["sales_orders"]
        return {o["sales_order"]: o for o in found}
    until(lambda: {sent, "%s/%s" % (PLANT, made["order_id"])} <= set(north()), "orders in the other plant")
    equal((north()[sent]["to_plant"], north()[sent]["lines"][0]["due_on"]), (PLANT, "2030-03-02"), "leaves two days before")
    do("ChangePurchaseOrder", order_id=by_hand, lines=[{"line": 1, "quantity": "6"}])
    until(lambda: north()[sent]["lines"][0]["quantity"] == "6", "the change there")
    do("ChangePurchaseOrder", order_id=by_hand, lines=[{"line": 1, "quantity": "5"}])
    until(lambda: north()[sent]["lines"][0]["quantity"] == "5", "the change there")
    do("CancelPurchaseOrder", order_id=made["order_id"])
    until(lambda: north()["%s/%s" % (PLANT, made["order_id"])]["state"] == "cancelled", "the end there")
    client(plant=NORTH).call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                             lines=[{"item": "NUT", "quantity": "5", "unit_cost": "1", "location": "MAIN"}])
    client(plant=NORTH).call("Inventory.PostShipment", key=key_of(fresh("s")), sales_order=sent,
                             lines=[{"line": 1, "quantity": "5", "location": "MAIN"}])
    client().call("Inventory.PostPurchaseReceipt", key=key_of(fresh("r")), purchase_order=by_hand,
                  lines=[{"line": 1, "quantity": "5", "location": "MAIN"}])
    equal((north()[sent]["state"], north()[sent]["to_plant"]), ("closed", PLANT), "what left the other plant")
    equal(client().call("Order.GetPurchaseOrder", order_id=by_hand)["state"], "closed", "what came")
    no(422, "INVALID", "a plant cannot send to itself", "CreateSalesOrder", to_plant=PLANT, lines=[line()])


@suite.test("CSV: all or nothing")
def _(t):
    csv = "order,partner,item,qty,due,priority\nS-1,C9,BOLT,5,2030-04-01,2\nS-1,C9,LAMP,1,2030-04-02,\nS-2,,BOLT,3,2030-04-03,\n"
    equal(do("ImportOrders", kind="sales", csv=csv), {"orders": 2, "lines": 3}, "imported")
    got = client().call("Order.GetSalesOrder", order_id="S-1")
    equal((got["customer"], len(got["lines"]), got["lines"][0]["priority"]), ("C9", 2, 2), "order")
    no(422, "INVALID", 'line 3: item "NONE" does not exist', "ImportOrders", kind="sales", field="csv:3.item",
       csv="order,item,qty,due\nS-3,BOLT,1,2030-04-01\nS-3,NONE,1,2030-04-01\n")
    refused(client(), 404, "NOT_FOUND", "Order.GetSalesOrder", order_id="S-3")
    no(422, "INVALID", 'column "colour" is not known', "ImportOrders", kind="purchase", csv="order,colour\n")
    no(409, "EXISTS", "already exists", "ImportOrders", kind="sales", csv="order,item,qty,due\nS-1,BOLT,1,2030-04-01\n")
    equal(do("ImportOrders", kind="forecast", csv="item,qty,due,days\nLAMP,8,2030-06-01,30\n")["orders"], 1, "forecasts")


def millrace(*words, said=None):
    done = subprocess.run([suite.stack.program("millrace"), *words, "--plant", PLANT, "--config",
                           os.path.join(suite.stack.var, "millrace.ini")], input=said, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else (done.returncode, done.stderr)


def said_no(text, *words, said=None):
    answer = millrace(*words, said=said)
    assert isinstance(answer, tuple) and answer[0] == 1 and text in answer[1], "%s: %r" % (words, answer)


@suite.test("the same by the command line")
def _(t):
    bolts = ("--item", "BOLT", "--qty", "4", "--due", DAY)
    equal(millrace("purchase-order", "new", "S1", *bolts, "--price", "2", "--draft", "--order", "PC-1")["state"], "draft", "entered")
    said_no('item "OLD" is not active', "purchase-order", "new", "S1", "--item", "OLD", "--qty", "1",
            "--due", DAY, "--price", "1")
    said_no("quantity", "sales-order", "new", "C1", "--item", "BOLT", "--qty", "0", "--due", DAY)
    changed = millrace("purchase-order", "change", "PC-1", "--line", "1", "--qty", "5", "--version", "1", "--reason", "one more")
    equal((changed["version"], changed["lines"][0]["quantity"]), (2, "5"), "changed")
    said_no("version", "purchase-order", "change", "PC-1", "--line", "1", "--qty", "6", "--version", "1")
    said_no("needs a price", "purchase-order", "change", "PC-1", "--item", "LAMP", "--qty", "1", "--due", DAY)
    equal(millrace("purchase-order", "approve", "PC-1")["state"], "approved", "approved")
    equal(millrace("purchase-order", "send", "PC-1")["state"], "sent", "sent")
    equal([o["purchase_order"] for o in millrace("purchase-order", "list", "--state", "sent", "--supplier", "S1", "--item", "BOLT")[
        "purchase_orders"]][-1:], ["PC-1"], "listed")
    equal(millrace("purchase-order", "cancel", "PC-1", "--reason", "not needed")["state"], "cancelled", "cancelled")
    equal(millrace("purchase-order", "show", "PC-1")["state"], "cancelled", "shown")
    equal([c["what"] for c in millrace("order-changes", "--order", "PC-1")["changes"]], ["cancel", "send", "approve", "quantity"], "changes")
    equal(millrace("purchase-order", "new", "S1", *bolts, "--order", "PC-2")["state"], "sent", "without a price")
    equal(millrace("purchase-order", "show", "PC-2")["lines"][0]["price"], "3", "is the last cost, so that no limit is passed by")
    rows = "item,quantity,due_on,priority\nBOLT,1,%s,2\nLAMP,2,%s,\n" % (DAY, DAY)
    equal(millrace("sales-order", "new", "C1", "--order", "SC-1", "--lines", "-", said=rows)["sales_order"], "SC-1", "two lines")
    equal([p.get("priority") for p in millrace("sales-order", "show", "SC-1")["lines"]], [2, None], "priorities")
    equal(millrace("sales-order", "change", "SC-1", "--item", "BOLT", "--qty", "9", "--due", DAY)["lines"][2]["quantity"], "9", "added")
    equal(millrace("sales-order", "cancel", "SC-1")["state"], "cancelled", "cancelled")
    said_no("quantity is missing", "work-order", "new", "GLOBE", "--start", DAY, "--due", DAY)
    said_no("last day 2020-03-30 is past", "forecast", "set", "--item", "LAMP", "--due", "2020-03-01", "--days", "30", "--qty", "7")
    said_no("quantity is missing", "forecast", "set", "--item", "LAMP", "--due", DAY)
    said_no('state "lost" is none of draft, approved', "purchase-order", "list", "--state", "lost")
    said_no('state "sent" is none of open', "sales-order", "list", "--state", "sent")
    made = millrace("work-order", "new", "GLOBE", "--qty", "1", "--start", "2030-03-04", "--due", "2030-03-08")["work_order"]
    equal(millrace("work-order", "move", made, "--due", "2030-03-11", "--seen", "2030-03-08")["start_on"], "2030-03-07", "moved with it")
    said_no("2030-03-11", "work-order", "move", made, "--due", "2030-03-12", "--seen", "2030-03-08")
    row = millrace("forecast", "set", "--item", "LAMP", "--due", "2030-09-01", "--days", "30", "--qty", "7")["row"]
    equal([f["quantity"] for f in millrace("forecast", "list", "--item", "LAMP")["forecasts"] if f["row"] == row], ["7"], "forecast")
    equal(millrace("import-orders", "sales", "-", said="order,partner,item,qty,due\nSC-2,C1,BOLT,1,2030-04-01\n")["lines"], 1, "imported")
    said_no("already exists", "import-orders", "sales", "-", said="order,item,qty,due\nSC-2,BOLT,1,2030-04-01\n")
    said_no("line 2: quoted field is not closed", "import-orders", "sales", "-", said='order,item,qty,due\nSC-4,"BOLT,1,2030-04-01\n')
    said_no("csv:2.item", "import-orders", "sales", "-", said="order,partner,item,qty,due\nSC-3,C1,NONE,1,2030-04-01\n")
    said_no('plant "NOWHERE" does not exist', "transfer-order", "new", "NOWHERE", *bolts)
    equal(millrace("transfer-order", "list", "--from", NORTH)["purchase_orders"][0]["source_plant"], NORTH, "transfers")
    assert millrace("events", "--after", "1", "--limit", "2")["events"][0]["event_seq"] == 2, "events"
    said_no("private", "webhook", "new", "hook", "--url", "https://10.0.0.1/x")
    equal(millrace("webhook", "list"), {"webhooks": []}, "webhooks")


@suite.test("pages of a list follow one another")
def _(t):
    every = [o["sales_order"] for o in client().pages("Order.ListSalesOrders", "sales_orders", limit=2)]
    equal(every, sorted(set(every)), "orders")
    equal(every, [o["sales_order"] for o in client().call("Order.ListSalesOrders", limit=100)["sales_orders"]], "all")


suite.main()
