#!/usr/bin/env python3
"""The figures people steer by, on a plant small enough to reckon them by head."""
import csv
import os
import subprocess

from harness import Suite, equal, fresh, import_files, key_of, refused

suite = Suite("figures")
PLANT = fresh("FIG-")
state = {"step": 0}
FILES = {
    "plant.csv": "key,value\nplan_start,2026-11-02\ncurrency,CNY\n",
    "items.csv": "item,type,uom,decimals,unit_cost,valuation\nBOLT,buy,EA,0,2,average\nNUT,buy,EA,0,1,average\n",
    "suppliers.csv": "item,supplier,price,lead_time_days\nBOLT,S1,2,3\n"}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        import_files(state["client"], {k: v.encode() for k, v in FILES.items()}, PLANT + "/import")
    return state["client"]


def post(method, **body):
    state["step"] += 1
    return client().call(method, key=key_of("%s/%d" % (PLANT, state["step"])), **body)


def figures(**days):
    reply = client().call("Cost.GetFigures", **days)
    return {f["figure"]: (f.get("value"), f["part"], f.get("whole")) for f in reply["figures"]}


@suite.test("of an empty plant nothing is measured against nothing")
def _(t):
    got = figures()
    equal(got["stock_value"], ("0", "0", None), "stock value")
    equal({name: got[name][0] for name in ("stock_turnover", "days_of_stock", "on_time_in_full", "stock_accuracy")},
          dict.fromkeys(("stock_turnover", "days_of_stock", "on_time_in_full", "stock_accuracy")), "no value")
    equal(got["orders_behind"], ("0", "0", "0"), "orders behind")


@suite.test("turnover, days of stock: cost of what left against the mean of the days' values")
def _(t):
    post("Order.CreatePurchaseOrder", purchase_order="P1", supplier="S1", ordered_on="2026-09-01",
         lines=[{"line": 1, "item": "BOLT", "quantity": "100", "price": "2", "due_on": "2026-09-10"}])
    post("Inventory.PostPurchaseReceipt", purchase_order="P1", effective_on="2026-09-11", lines=[{"line": 1, "quantity": "100"}])
    post("Order.CreateSalesOrder", sales_order="A", customer="C1", ordered_on="2026-09-01",
         lines=[{"line": 1, "item": "BOLT", "quantity": "40", "due_on": "2026-09-21"},
                {"line": 2, "item": "BOLT", "quantity": "10", "due_on": "2026-09-15"}])
    post("Inventory.PostShipment", sales_order="A", effective_on="2026-09-16",
         lines=[{"line": 1, "quantity": "40"}, {"line": 2, "quantity": "10"}])
    # ten days from 11 September: 5 days at 200, 5 days at 100: mean 150; 100 left; 100 x 365 / 10 / 150
    got = figures(from_on="2026-09-11", to_on="2026-09-21")
    equal(got["stock_turnover"], ("24.333333", "100", "150"), "turnover")
    equal(got["days_of_stock"][0], "15", "days of stock: 365 / turnover")
    equal(figures(from_on="2026-09-01", to_on="2026-09-21")["stock_turnover"][1:], ("100", "75"), "ten days without stock before")
    equal(got["stock_value"][0], "100", "value now")


@suite.test("on time in full, orders behind, suppliers on time")
def _(t):
    period = dict(from_on="2026-09-01", to_on="2026-10-01")
    equal(figures(**period)["on_time_in_full"], ("50", "1", "2"), "line 2 was a day late")
    equal(figures(**period)["supplier_on_time"], ("0", "0", "1"), "a day late")
    post("Order.CreateSalesOrder", sales_order="B", customer="C1", ordered_on="2026-09-01",
         lines=[{"line": 1, "item": "BOLT", "quantity": "5", "due_on": "2026-10-05"},
                {"line": 2, "item": "NUT", "quantity": "5", "due_on": "2026-12-24"}])
    post("Inventory.PostShipment", sales_order="B", effective_on="2026-10-05", lines=[{"line": 1, "quantity": "3"}])
    equal(figures(from_on="2026-10-01", to_on="2026-11-01")["on_time_in_full"], ("0", "0", "1"), "in part is not in full")
    equal(figures(to_on="2026-11-20")["orders_behind"], ("1", "1", "2"), "one of two open lines")


@suite.test("a period that ends before it begins is refused; the command prints the same")
def _(t):
    equal(refused(client(), 422, "INVALID", "Cost.GetFigures", from_on="2026-10-01", to_on="2026-10-01").field, "from_on", "field")
    done = subprocess.run([suite.stack.program("millrace"), "figures", "--since", "2026-09-11", "--until", "2026-09-21", "--plant", PLANT],
                          text=True, capture_output=True, check=True,
                          env=dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini")))
    rows = {row["figure"]: row for row in csv.DictReader(done.stdout.splitlines())}
    equal((rows["stock_turnover"]["value"], rows["stock_turnover"]["unit"], rows["stock_turnover"]["of"]),
          ("24.333333", "times_a_year", "150"), "turnover")


if __name__ == "__main__":
    suite.main()
