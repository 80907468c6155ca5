#!/usr/bin/env python3
"""Messages about open orders, done: rescheduled, cancelled, increased and decreased, one or many, each once."""
import concurrent.futures

from harness import ApiError, Suite, equal, fresh, import_files, key_of, refused, until

PLANT = fresh("PRP-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-03-04\nhorizon_days,90\nreschedule_days,80\n" % PLANT,
    "items.csv": "item,type,uom,lead_time_days,unit_cost\nNUT,buy,EA,3,1\nBOLT,buy,EA,3,1\nCAP,buy,EA,3,1\nPIN,buy,EA,3,1\nLAMP,make,EA,2,5\nROD,buy,EA,3,1\n",
    "bom.csv": "parent,component,qty\nLAMP,ROD,1\n",
    "stock.csv": "item,qty,location\nROD,100,MAIN\n",
}
suite = Suite("proposals")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def do(method, **body):
    return client().call(method, key=key_of(fresh(method)), **body)


def messages(**filters):
    """What the plan proposes for orders, once it knows all that happened."""
    do("Mrp.RunPlan")
    wanted = ("reschedule in", "reschedule out", "cancel", "increase", "decrease")
    found = client().pages("Mrp.ListPlanMessages", "messages", limit=100, **filters)
    return {(m["item"], m["message"]): m for m in found if m["message"] in wanted}


def seen(message, **other):
    return dict({k: message[k] for k in ("item", "message", "reference", "proposed_on", "proposed") if k in message}, **other)


def apply(*rows, **more):
    return do("Mrp.ApplyMessages", messages=list(rows), **more)


def buy(item, quantity, due, *more):
    lines = [dict(item=item, quantity=quantity, due_on=due, price="1")] + [dict(item=i, quantity=q, due_on=d, price="1") for i, q, d in more]
    return do("Order.CreatePurchaseOrder", supplier="S", lines=lines)["purchase_order"]


def sell(item, quantity, due):
    return do("Order.CreateSalesOrder", lines=[dict(item=item, quantity=quantity, due_on=due)])["sales_order"]


def order(number):
    return client().call("Order.GetPurchaseOrder", order_id=number)


@suite.test("purchase orders: earlier, later, more, less, none")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    early = buy("NUT", "10", "2030-04-10", ("BOLT", "10", "2030-03-10"))
    sell("NUT", "10", "2030-03-20")
    sell("BOLT", "10", "2030-04-20")
    less = buy("CAP", "10", "2030-03-12")
    sell("CAP", "4", "2030-03-12")
    gone = buy("PIN", "10", "2030-03-12")
    found = messages()
    equal(sorted(found), [("BOLT", "reschedule out"), ("CAP", "decrease"), ("NUT", "reschedule in"), ("PIN", "cancel")], "messages")
    done = apply(*[seen(m) for m in found.values()])
    equal(sorted((s["method"], s["state"]) for s in done["steps"]),
          [("Order.CancelPurchaseOrder", "done"), ("Order.ChangePurchaseOrder", "done"), ("Order.ChangePurchaseOrder", "done")], "steps")
    equal([x["due_on"] for x in order(early)["lines"]], ["2030-03-20", "2030-04-20"], "days of the two lines, changed by one command")
    equal(order(early)["version"], 2, "version")
    equal((order(less)["lines"][0]["quantity"], order(gone)["state"]), ("4", "cancelled"), "less, none")
    equal(messages(), {}, "messages afterwards")
    change = client().call("Order.ListOrderChanges", order_id=gone)["changes"][0]
    equal((change["what"], change["reason"]), ("cancel", "plan: cancel"), "record")
    sell("CAP", "7", "2030-03-12")
    found = messages(item="CAP")
    equal(list(found), [("CAP", "increase")], "increase")
    apply(seen(found["CAP", "increase"]), reason="customer waits")
    equal(order(less)["lines"][0]["quantity"], "11", "increased")
    equal(client().call("Order.ListOrderChanges", order_id=less)["changes"][0]["reason"], "customer waits", "reason")


@suite.test("one that is out of date: what changed, and nothing is done of all of them")
def _(t):
    one, two = buy("NUT", "5", "2030-05-10"), buy("BOLT", "5", "2030-05-10")
    sell("NUT", "5", "2030-05-02")
    sell("BOLT", "5", "2030-05-02")
    found = messages()
    rows = [seen(found["NUT", "reschedule in"]), seen(found["BOLT", "reschedule in"])]

    def no(code, text, *asked):
        error = refused(client(), 409 if code == "STATE_CONFLICT" else 422, code, "Mrp.ApplyMessages", key=key_of(fresh("no")), messages=list(asked))
        assert text in error.text, error.text
        equal([order(n)["version"] for n in (one, two)], [1, state.get("two", 1)], "nothing was done")
        return error.field
    equal(no("STATE_CONFLICT", 'the plan now says "reschedule in" 2030-05-02', rows[0], dict(rows[1], proposed_on="2030-05-03")), "messages[1]", "field")
    equal(no("STATE_CONFLICT", "the plan no longer says anything of it", rows[0], dict(rows[1], reference="PO-NONE")), "messages[1]", "field")
    equal(no("INVALID", "reference is missing", dict(rows[0], reference="")), "messages[0].reference", "field")
    equal(no("INVALID", "stands twice", rows[0], rows[0]), "messages[1]", "field")
    equal(no("INVALID", "0 messages"), "messages", "field")
    # to the very day: the plan says nothing of it once it knows, and until then the order is another one than it knows
    do("Order.ChangePurchaseOrder", order_id=two, lines=[dict(line=1, due_on="2030-05-02")])
    state["two"] = 2
    no("STATE_CONFLICT", "nothing was done", *rows)


@suite.test("five press at the same moment: each order is changed once")
def _(t):
    rows = [seen(m) for m in messages().values() if m["item"] == "NUT"]
    equal(len(rows), 1, "messages")
    clients = [suite.stack.client(PLANT) for _ in range(5)]

    def press(n):
        try:
            return clients[n].call("Mrp.ApplyMessages", key=key_of("%s/press%d" % (PLANT, n)), messages=rows)["steps"][0]["state"]
        except ApiError as error:
            assert error.code in ("STATE_CONFLICT", "CHANGED"), error
            return error.code
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        ended = list(pool.map(press, range(5)))
    equal(ended.count("done"), 1, "of %s" % ended)
    equal(order(rows[0]["reference"])["version"], 2, "version")


@suite.test("work orders: other days with their components, more, none")
def _(t):
    made = do("Order.CreateWorkOrder", item="LAMP", quantity="10", start_on="2030-04-01", due_on="2030-04-03")["work_order"]
    do("Production.ReleaseWorkOrder", work_order=made)
    sell("LAMP", "10", "2030-03-25")
    found = messages(item="LAMP")
    equal(list(found), [("LAMP", "reschedule in")], "messages")
    done = apply(seen(found["LAMP", "reschedule in"]))
    equal([(s["method"], s["state"]) for s in done["steps"]], [("Order.RescheduleWorkOrder", "done")], "steps")
    row = client().call("Production.GetWorkOrder", work_order=made)
    row = row.get("work_order_state") or row
    assert "2030-03-25" in str(row) and "2030-03-23" in str(row), row
    changes = client().call("Order.ListOrderChanges", kind="work_order", order_id=made)["changes"]
    equal(sorted((c["what"], c["before"], c["after"]) for c in changes),
          [("due_on", "2030-04-03", "2030-03-25"), ("start_on", "2030-04-01", "2030-03-23")], "record")
    sell("LAMP", "5", "2030-03-25")
    found = messages(item="LAMP")
    equal(list(found), [("LAMP", "increase")], "messages")
    equal(apply(seen(found["LAMP", "increase"]))["steps"][0]["state"], "done", "increase")
    for sales in client().call("Order.ListSalesOrders", item="LAMP", open_only=True, limit=100)["sales_orders"]:
        do("Order.CancelSalesOrder", order_id=sales["sales_order"])
    found = messages(item="LAMP")
    equal(list(found), [("LAMP", "cancel")], "messages")
    equal(found["LAMP", "cancel"]["quantity"], "15", "increased before")
    equal([(s["method"], s["state"]) for s in apply(seen(found["LAMP", "cancel"]))["steps"]], [("Production.CancelWorkOrder", "done")], "cancel")
    equal(messages(item="LAMP"), {}, "messages afterwards")


@suite.test("days of a work order by hand: refused where they are past, other than thought, or of a closed order")
def _(t):
    made = do("Order.CreateWorkOrder", item="LAMP", quantity="2", start_on="2030-04-01", due_on="2030-04-03")["work_order"]

    def no(http, code, text, **body):
        error = refused(client(), http, code, "Order.RescheduleWorkOrder", key=key_of(fresh("no")), **dict(dict(work_order=made, due_on="2030-04-09"), **body))
        assert text in error.text, error.text
    no(412, "CHANGED", "it is due on 2030-04-03", if_due_on="2030-04-02")
    no(422, "INVALID", "due_on 2020-01-01 is past", due_on="2020-01-01")
    no(422, "INVALID", "start_on lies after due_on", start_on="2030-04-10")
    no(404, "NOT_FOUND", 'work order "NONE" does not exist', work_order="NONE")
    do("Production.CancelWorkOrder", work_order=made, reason="no more")
    no(409, "STATE_CONFLICT", "is cancelled, not")


suite.main()
