#!/usr/bin/env python3
"""Promises on sales order lines: the day, what limits it, and that what was promised is not promised again."""
import concurrent.futures
import os
import subprocess
import threading

from harness import Suite, equal, fresh, import_files, key_of, refused, until

PLANT = fresh("PRO-")
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\nplan_start,2030-03-04\nhorizon_days,90\nreschedule_days,0\n" % PLANT,
    "items.csv": "item,type,uom,lead_time_days,unit_cost\nLAMP,make,EA,2,5\nBULB,buy,EA,10,1\nNUT,buy,EA,8,1\nCAP,buy,EA,200,1\n",
    "bom.csv": "parent,component,qty\nLAMP,BULB,1\n",
    "stock.csv": "item,qty,location\nNUT,10,MAIN\nBULB,5,MAIN\n",
}
suite = Suite("promises")
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def do(method, **body):
    return client().call(method, key=key_of(fresh(method)), **body)


def sell(*lines):
    return do("Order.CreateSalesOrder", lines=[dict(item=i, quantity=q, due_on=d) for i, q, d in lines])["sales_order"]


def promise(number, by=None, **more):
    return (by or client()).call("Mrp.PromiseSalesOrder", key=key_of(fresh(number)), sales_order=number, **more)["lines"]


def promised(number):
    return [x.get("promised_on") for x in client().call("Order.GetSalesOrder", order_id=number)["lines"]]


@suite.test("by what is there, and by making and buying through all levels, with what limits it")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    until(lambda: client().call("Mrp.GetPlanState").get("plan_version"), "the plan")
    number = sell(("LAMP", "5", "2030-03-07"), ("LAMP", "3", "2030-03-07"))
    lines = promise(number)
    equal([(x["line"], x["quantity"], x["promised_on"]) for x in lines], [(1, "5", "2030-03-07"), (2, "3", "2030-03-16")], "5 bulbs are there")
    assert "limit" not in lines[0] and lines[1]["limit_item"] == "BULB" and "would be ready on 2030-03-14" in lines[1]["limit"], lines
    equal(promised(number), ["2030-03-07", "2030-03-16"], "stored on the lines")
    listed = client().call("Order.ListSalesOrders", limit=10)["sales_orders"][0]["lines"]
    equal([x.get("promise_limit") for x in listed], [None, lines[1]["limit"]], "list")
    equal(promise(number), [{k: v for k, v in x.items() if k != "limit_item"} for x in lines], "again: as they were")
    far = sell(("CAP", "1", "2030-03-10"))
    equal(promise(far)[0].get("promised_on"), None, "not within the plan")


@suite.test("two sellers promise the last 10 at the same moment: one gets them, the other the later day")
def _(t):
    rounds = 6
    for n in range(rounds):
        wanted = "2030-03-%02d" % (5 + n % 3)
        one, two = sell(("NUT", "10", wanted)), sell(("NUT", "10", wanted))
        gate, ends = threading.Barrier(2), {}

        def ask(number):
            own = suite.stack.client(PLANT)
            gate.wait()
            ends[number] = promise(number, by=own)[0]["promised_on"]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(ask, (one, two) if n % 2 else (two, one)))
        equal(sorted(ends.values()), [wanted, "2030-03-12"], "promises of round %d" % n)
        equal([promised(x)[0] for x in (one, two)], [ends[one], ends[two]], "stored")
        for number in (one, two):
            do("Order.CancelSalesOrder", order_id=number)


@suite.test("who comes later and wants it earlier does not take what was promised")
def _(t):
    first = sell(("NUT", "10", "2030-03-10"))
    equal(promise(first)[0]["promised_on"], "2030-03-10", "first")
    second = sell(("NUT", "10", "2030-03-05"))
    line = promise(second)[0]
    equal(line["promised_on"], "2030-03-12", "second")
    assert "limit" in line, line
    third = sell(("NUT", "4", "2030-03-05"))
    equal(promise(third)[0]["promised_on"], "2030-03-12", "third")
    do("Order.CancelSalesOrder", order_id=first)
    equal(until(lambda: promise(second, again=True)[0]["promised_on"] == "2030-03-05", "freed by the cancellation"), True, "again")


@suite.test("a promise falls when the line asks for more or for another day, not when it asks for less")
def _(t):
    number = sell(("LAMP", "2", "2030-04-20"))
    promise(number)
    equal(promised(number), ["2030-04-20"], "promised")
    do("Order.ChangeSalesOrder", order_id=number, lines=[dict(line=1, quantity="1")])
    equal(promised(number), ["2030-04-20"], "less")
    changed = do("Order.ChangeSalesOrder", order_id=number, lines=[dict(line=1, quantity="3")])
    equal((changed["lines"][0].get("promised_on"), promised(number)), (None, [None]), "more")
    promise(number)
    do("Order.ChangeSalesOrder", order_id=number, lines=[dict(line=1, due_on="2030-04-21")])
    equal(promised(number), [None], "another day")


@suite.test("what cannot be promised is refused; the command line")
def _(t):
    no = lambda http, code, **body: refused(client(), http, code, "Mrp.PromiseSalesOrder", key=key_of(fresh("no")), **body)
    equal(no(404, "NOT_FOUND", sales_order="NONE").field, "sales_order", "field")
    equal(no(422, "INVALID").field, "sales_order", "field")
    number = sell(("LAMP", "2", "2030-04-20"))
    do("Order.CancelSalesOrder", order_id=number)
    done = subprocess.run([suite.stack.program("millrace"), "promise-order", sell(("LAMP", "1", "2030-04-22")), "--plant", PLANT], text=True,
                          capture_output=True, env=dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini")), check=True)
    equal(done.stdout.splitlines(), ["line,item,qty,wanted,promised,limit_item,limit", "1,LAMP,1,2030-04-22,2030-04-22,,"], "command line")
    assert "is cancelled" in no(409, "STATE_CONFLICT", sales_order=number).text


suite.main()
