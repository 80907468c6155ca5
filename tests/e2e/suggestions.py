#!/usr/bin/env python3
"""Suggestions of the plan: only what differs is written, prices are in plant currency, one accepted does not come back."""
import concurrent.futures
import datetime

from harness import ApiError, Decimal, Suite, equal, fresh, import_files, key_of, refused, same_number, until

PLANT = fresh("SUG-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2026-03-02\n" % PLANT,
    "items.csv": "item,type,lead_time_days\nLAMP,make,2\nBULB,buy,3\nCORD,buy,3\nSHADE,buy,3\n",
    "bom.csv": "parent,component,qty\nLAMP,BULB,3\nLAMP,CORD,1\nLAMP,SHADE,1\n",
    "rates.csv": "currency,date,rate\nUSD,2026-01-01,6\nUSD,2026-03-02,7.1\nUSD,2026-03-03,9\nEUR,2026-04-01,8\n",
    "suppliers.csv": "item,supplier,price,currency,uom,uom_factor\nBULB,S1,30,USD,BOX,12\nCORD,S2,2,EUR,,\nSHADE,S3,4,CNY,,\n",
    "demand.csv": "item,due,qty,reference\nLAMP,2026-03-20,10,SO-1\nLAMP,2026-04-10,8,SO-2\n",
}
suite = Suite("suggestions")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def planned(**filters):
    return {o["planned_order_id"]: o for o in client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=100, **filters)}


def committed():
    return int(client().call("Relay.GetRelayState")["committed_seq"])


def plan_events(after=0):
    page = client().call("Relay.ListEvents", after_seq=after, limit=500)
    return [e for e in page.get("events", []) if "plan" in e]


def planned_all():
    """The plan knows all that happened, but for its own events."""
    last = committed()
    known = int(client().call("Mrp.GetPlanState").get("event_seq") or 0)
    others = [e for e in client().call("Relay.ListEvents", after_seq=known, limit=500).get("events", []) if "plan" not in e]
    return known and not others and last


@suite.test("a plan of two demands")
def _(t):
    reply = import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors")
    until(planned_all, "the plan")
    equal(len(planned()), 8, "suggestions")
    equal(int(plan_events()[-1]["plan"]["changed_orders"]), 8, "changed orders of the first plan")


@suite.test("prices are in plant currency: latest rate on or before plan_start, none where none is known")
def _(t):
    bulbs = sorted((o["need_on"], o["quantity"], o["purchase_quantity"]) for o in planned(item="BULB").values())
    equal([b[1:] for b in bulbs], [("36", "3"), ("24", "2")], "bulbs and boxes of 12 for 30 and 24")
    for order in planned(type="buy").values():
        if order["item"] == "BULB":
            same_number(order["price"], "213", "30 USD a box at 7.1")
        elif order["item"] == "CORD":
            assert "price" not in order or order["price"] is None, "a price in EUR without a rate: %s" % order
        else:
            same_number(order["price"], "4", "price in plant currency")


@suite.test("planning again writes and tells nothing")
def _(t):
    before, events = planned(), plan_events()
    version = int(client().call("Mrp.GetPlanState")["plan_version"])
    reply = client().call("Mrp.RunPlan", key=key_of(PLANT + "/run"))
    assert int(reply["plan_version"]) > version, reply
    equal(planned(), before, "suggestions")
    equal(plan_events(), events, "events of the plan")


@suite.test("a new demand changes what it must and nothing else")
def _(t):
    before, last = planned(), committed()
    client().call("Order.CreateSalesOrder", key=key_of(PLANT + "/so"), sales_order="SO-3",
                  lines=[{"item": "SHADE", "quantity": "5", "due_on": "2026-05-04"}])
    until(planned_all, "the plan")
    after = planned()
    equal([i for i in before if after.get(i) != before[i]], [], "suggestions that were changed")
    equal([after[i]["item"] for i in after if i not in before], ["SHADE"], "suggestions that are new")
    equal([int(e["plan"]["changed_orders"]) for e in plan_events(last)], [1], "changed orders told")


def accept(order, key):
    return client().call("Order.AcceptPlannedOrder", key=key_of("%s/%s" % (PLANT, key)), quantity=order["quantity"],
                         planned_order_id=order["planned_order_id"], due_on=order["due_on"])


@suite.test("an accepted purchase has the price of a stock unit in plant currency")
def _(t):
    order = next(o for o in planned(item="BULB").values())
    number = accept(order, "bulb")["order_id"]
    found = [p for p in client().pages("Order.ListPurchaseOrders", "purchase_orders", limit=50) if p["purchase_order"] == number]
    equal(len(found), 1, "the purchase order")
    same_number(found[0]["lines"][0]["price"], "17.75", "213 / 12")
    state["accepted"] = order


@suite.test("it is gone at once, is not accepted twice and does not come back")
def _(t):
    order = state["accepted"]
    assert order["planned_order_id"] not in planned(), "still suggested"
    try:
        accept(order, "twice")
    except ApiError as error:  # as soon as the plan knows the acceptance, there is no such suggestion
        assert error.code in ("STATE_CONFLICT", "NOT_FOUND"), error
    else:
        raise AssertionError("accepted twice")
    until(planned_all, "the plan knows the acceptance")
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run2"))
    assert order["planned_order_id"] not in planned(), "suggested again"
    same_number(sum(Decimal(o["quantity"]) for o in planned(item="BULB").values()), "24", "bulbs still to buy")


@suite.test("an accepted work order takes the place of its suggestion; its parts stay suggested")
def _(t):
    parts = {i: o for i, o in planned().items() if o["item"] != "LAMP"}
    order = next(o for o in planned(item="LAMP").values())
    equal(accept(order, "lamp")["type"], "make", "type")
    until(planned_all, "the plan knows the acceptance")
    now = planned()
    assert order["planned_order_id"] not in now, "suggested again"
    equal({i: o["quantity"] for i, o in now.items() if o["item"] != "LAMP"},
          {i: o["quantity"] for i, o in parts.items()}, "parts")


def asked(orders, **more):
    return [dict(planned_order_id=o["planned_order_id"], quantity=o["quantity"], due_on=o["due_on"], **more) for o in orders]


@suite.test("many at once: one purchase order a supplier, a work order each, all or none")
def _(t):
    orders = sorted(planned().values(), key=lambda o: o["planned_order_id"])
    buy, make = [o for o in orders if o.get("supplier") == "S3"], [o for o in orders if o["type"] == "make"]
    assert len(buy) > 1 and make, orders
    stale = asked(buy + make)
    stale[-1]["quantity"] = "12345"
    error = refused(client(), 409, "STATE_CONFLICT", "Order.AcceptPlannedOrders", key=key_of(PLANT + "/many0"), orders=stale)
    equal(error.field, "orders[%d].planned_order_id" % (len(stale) - 1), "field")
    equal(set(planned()), {o["planned_order_id"] for o in orders}, "nothing was accepted")
    error = refused(client(), 422, "INVALID", "Order.AcceptPlannedOrders", key=key_of(PLANT + "/many1"), orders=[])
    equal(error.field, "orders", "field of none")
    twice = asked([buy[0], buy[0]])
    refused(client(), 409, "STATE_CONFLICT", "Order.AcceptPlannedOrders", key=key_of(PLANT + "/many2"), orders=twice)
    state["many"] = asked(buy + make), len(buy)


@suite.test("two planners press at the same moment: one set of orders")
def _(t):
    orders, bought = state["many"]
    clients = [suite.stack.client(PLANT) for _ in range(4)]

    def press(n):
        try:
            return clients[n].call("Order.AcceptPlannedOrders", key=key_of("%s/press%d" % (PLANT, n)), orders=orders)["orders"]
        except ApiError as problem:
            assert problem.code in ("STATE_CONFLICT", "NOT_FOUND"), problem
            return None

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = [d for d in pool.map(press, range(4)) if d]
    equal(len(done), 1, "presses that did something")
    rows = done[0]
    equal([r["planned_order_id"] for r in rows], [o["planned_order_id"] for o in orders], "in the order asked")
    equal(len({r["order_id"] for r in rows[:bought]}), 1, "purchase orders of the supplier")
    equal([r["line"] for r in rows[:bought]], list(range(1, bought + 1)), "lines")
    equal(len({r["order_id"] for r in rows[bought:]}), len(orders) - bought, "work orders")
    until(planned_all, "the plan knows the acceptance")
    assert not {o["planned_order_id"] for o in orders} & set(planned()), "suggested again"


@suite.test("a note stays with its suggestion; a rejection hides it until the plan says something else")
def _(t):
    client().call("Order.CreateSalesOrder", key=key_of(PLANT + "/so9"), sales_order="SO-9", customer="C",
                  lines=[{"item": "LAMP", "quantity": "4", "due_on": "2026-04-24"}])
    order = until(lambda: next((o for o in planned(item="CORD").values() if o["need_on"] > "2026-04-20"), None), "cords for SO-9")
    name = order["planned_order_id"]
    mark = lambda method, n, **body: client().call("Mrp." + method, key=key_of("%s/mark%d" % (PLANT, n)), planned_order_id=name, **body)
    mark("NotePlannedOrder", 1, note="ask for black ones")
    equal(planned(item="CORD")[name]["note"], "ask for black ones", "note")
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run9"))
    equal(planned(item="CORD")[name]["note"], "ask for black ones", "note after planning")

    seen = dict(quantity=order["quantity"], due_on=order["due_on"])
    for field, body in (("reason", seen), ("quantity", dict(reason="no")), ("reason", dict(seen, reason="x" * 501))):
        equal(refused(client(), 422, "INVALID", "Mrp.RejectPlannedOrder", key=key_of(PLANT + "/bad" + field + str(len(body))),
                      planned_order_id=name, **body).field, field, "field")
    refused(client(), 409, "STATE_CONFLICT", "Mrp.RejectPlannedOrder", key=key_of(PLANT + "/stale"), planned_order_id=name,
            quantity="77", due_on=order["due_on"], reason="no")
    refused(client(), 404, "NOT_FOUND", "Mrp.RejectPlannedOrder", key=key_of(PLANT + "/none"), planned_order_id="CORD@2026-01-01#9",
            reason="no", **seen)
    mark("RejectPlannedOrder", 2, reason="customer brings his own", **seen)
    assert name not in planned(item="CORD"), "still shown"
    hidden = {o["planned_order_id"]: o for o in client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=9, rejected=True)}
    equal(hidden[name]["reason"], "customer brings his own", "reason")
    assert hidden[name]["marked_by"], hidden[name]
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run10"))
    assert name not in planned(item="CORD"), "shown after planning though nothing changed"
    # it starts on the plan's first day and is to be released now, but says the same: as if days had gone by
    days = (datetime.date.fromisoformat(order["due_on"]) - datetime.date(2026, 3, 2)).days
    lead_time = lambda n: client().call("Bom.EditMaster", key=key_of("%s/lead%d" % (PLANT, n)), edits=[
        dict(file="items.csv", cells=[dict(column="item", value="CORD"), dict(column="lead_time_days", value=str(n))])])
    lead_time(days)
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run11"))
    now = next(o for o in client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=9, rejected=True) if o["planned_order_id"] == name)
    equal((now["flags"], now["start_on"], now["due_on"]), ("new;release now", "2026-03-02", order["due_on"]), "the rejected one")
    assert name not in planned(item="CORD"), "shown though only its start has come"
    lead_time(days + 4)  # too late now, by four days: the need is the same
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run12"))
    assert name not in planned(item="CORD"), "shown though only the day has come"
    lead_time(3)
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run13"))

    client().call("Order.CreateSalesOrder", key=key_of(PLANT + "/so10"), sales_order="SO-10", customer="C",
                  lines=[{"item": "LAMP", "quantity": "3", "due_on": "2026-04-24"}])
    until(lambda: name in planned(item="CORD"), "the suggestion with another quantity")
    mark("RejectPlannedOrder", 3, reason="again", quantity=planned(item="CORD")[name]["quantity"], due_on=order["due_on"])
    assert name not in planned(item="CORD"), "still shown"
    mark("RestorePlannedOrder", 4)
    assert name in planned(item="CORD"), "not restored"


if __name__ == "__main__":
    suite.main()
