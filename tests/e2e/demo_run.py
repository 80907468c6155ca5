#!/usr/bin/env python3
# ops/test: release
"""ops/demo/run: fills the demo plant, prints what a planner looks at, and may run again without effect."""
import os
import subprocess
import sys

from harness import Decimal, ROOT, Suite, audit_ledger, equal, settled, token_of

suite = Suite("demo_run")
state = {}


def run(*words):
    done = subprocess.run([sys.executable, os.path.join(ROOT, "ops", "demo", "run"), *words], text=True,
                          capture_output=True, check=False, env=suite.stack.environment)
    assert done.returncode == 0, "status %d: %s%s" % (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def committed():
    return settled(suite.stack.client("DEMO"))


@suite.test("the first run imports, posts and prints plan, shortages and an order's cost")
def _(t):
    out = run()
    for word in ("To make, next starts", "To buy, next orders", "Shortages of the next 7 days",
                 "Cost of work order", "unit cost", "Who works there"):
        assert word in out, "%r is not in %s" % (word, out[-3000:])
    state["events"], state["sums"] = committed(), audit_ledger(suite.stack.client("DEMO"))


@suite.test("the people of the demo plant sign in, each with what they do; the passwords are private")
def _(t):
    kept = os.path.join(suite.stack.var, "demo-logins")
    equal(os.stat(kept).st_mode & 0o777, 0o600, "mode of the file")
    with open(kept, encoding="utf-8") as file:
        people = dict(line.split() for line in file)
    for login, role in (("planner", "planner"), ("storekeeper", "operator"), ("accountant", "finance")):
        reply = suite.stack.client("-").call("Access.ListUsers")
        roles = [held["role"] for one in reply["users"] if one["login"] == login for held in one["roles"]]
        assert role in roles, "%s has %s" % (login, roles)
        token_of(suite.stack.client("DEMO"), login, people[login], [{"plant": "DEMO", "role": role}])


@suite.test("a second run sends nothing")
def _(t):
    out = run()
    assert "with everything posted" in out, out[:500]
    equal(committed(), state["events"], "events")


@suite.test("all of it sent again changes nothing")
def _(t):
    run("--again")
    equal(committed(), state["events"], "events")
    equal(audit_ledger(suite.stack.client("DEMO")), state["sums"], "ledger sums")


@suite.test("finance: from every order's report to its ledger lines and back, and every total agrees with the journal")
def _(t):
    client = suite.stack.client("DEMO")
    lines, accounts, wip = {}, {}, {}
    for entry in client.pages("Cost.ListJournal", "entries", limit=200):
        amount = Decimal(entry.get("debit", "0")) - Decimal(entry.get("credit", "0"))
        lines[entry["posted_seq"]] = lines.get(entry["posted_seq"], 0) + amount
        if entry["name"] == "Work in process":
            wip.setdefault(entry["order_id"], []).append((entry["posted_seq"], amount))
    equal(set(lines.values()), {0}, "balance of each ledger line")
    for account in client.call("Cost.GetTrialBalance")["accounts"]:
        accounts[account["purpose"]] = Decimal(account["debit"]) - Decimal(account["credit"])
    assert len(wip) > 5, "hardly an order has cost"
    some = list(wip.items())[::1 if os.environ.get("MILLRACE_LONG") == "1" else max(1, len(wip) // 25)]
    for order, entries in some:
        cost = client.call("Cost.GetOrderCost", work_order=order)
        equal(Decimal(cost["wip"]), sum(amount for _, amount in entries), "in process of %s" % order)
        equal(Decimal(cost["debits"]) - Decimal(cost["credits"]), Decimal(cost["wip"]), "debits and credits of %s" % order)
        ledger = {r["posted_seq"] for r in client.pages("Inventory.ListLedger", "rows", order_id=order, limit=500)}
        assert {seq for seq, _ in entries} <= ledger, "ledger lines of %s" % order
        totals = client.call("Cost.GetReport", report="order_cost", work_order=order)["totals"]
        equal([Decimal(totals[n]) for n in (5, 7)], [sum(Decimal(e[k]) for e in cost["elements"]) for k in ("planned", "actual")],
              "sums of the report of %s" % order)
    for report, column, purpose in (("stock_value", 4, "stock"), ("wip", 3, "wip"), ("margin", 7, "sales")):
        total = client.call("Cost.GetReport", report=report)["totals"][column]
        equal(Decimal(total), accounts.get(purpose, 0), report)
    bills = [b for b in client.pages("Cost.ListInvoices", "invoices", limit=100) if b["state"] == "posted"]
    assert len(bills) > 5, "hardly a subcontractor has billed"
    equal(sum(Decimal(b["amount"]) for b in bills), -accounts["payable"], "what is billed is owed")
    for bill in bills[::3]:
        line = client.call("Cost.ListInvoices", invoice=bill["invoice"])["invoices"][0]["lines"][0]
        order = client.call("Production.GetWorkOrder", work_order=line["work_order"])["work_order"]
        at = next(o for o in order["operations"] if o["operation"] == line["operation"])
        equal((Decimal(at["subcontract"]), at["billed"]), (Decimal(bill["amount"]), line["quantity"]), "from the bill to the order")
    month = client.call("Cost.GetMonth", month_on="2099-01-01")
    equal((Decimal(month["stock"]), Decimal(month["wip"])), (accounts["stock"], accounts.get("wip", 0)), "a month's figures")
    equal(month.get("obstacles", []), [], "all variances are split")


def balances(client, **period):
    reply = client.call("Cost.GetTrialBalance", **period)
    equal(reply["debit"], reply["credit"], "debit and credit %s" % period)
    return {a["purpose"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in reply["accounts"]}


@suite.test("finance: the past adds up as well: each day's stock and orders are what the journal had, two periods are the whole")
def _(t):
    client = suite.stack.client("DEMO")
    entries = list(client.pages("Cost.ListJournal", "entries", limit=200))
    days = sorted({entry["effective_on"] for entry in entries})
    for day in days[::1 if os.environ.get("MILLRACE_LONG") == "1" else max(1, len(days) // 6)]:
        then = balances(client, to_on=day)
        for report, column, purpose in (("stock_value", 4, "stock"), ("wip", 3, "wip")):
            total = client.call("Cost.GetReport", report=report, to_on=day, limit=1)["totals"][column]
            equal(Decimal(total or 0), then.get(purpose, 0), "%s as of %s" % (report, day))
    middle, after = days[len(days) // 2], days[len(days) // 2 + 1]
    first, second, whole = balances(client, to_on=middle), balances(client, from_on=after), balances(client)
    equal({k: first.get(k, 0) + second.get(k, 0) for k in whole}, whole, "until %s and from %s" % (middle, after))


@suite.test("finance: variances, however they are asked for, are what the orders' settlements left, each in its account")
def _(t):
    client = suite.stack.client("DEMO")
    accounts, settled_orders = balances(client), {}
    for row in client.pages("Inventory.ListLedger", "rows", limit=500):
        if row["kind"] == "settlement" and Decimal(row.get("variance", "0")):
            settled_orders[row["order_id"]] = settled_orders.get(row["order_id"], 0) + Decimal(row["variance"])
    assert len(settled_orders) > 10, "hardly an order has a variance"
    for by in ("item", "class", "month", "work_center", "work_order"):
        kinds, orders = {}, {}
        for row in client.pages("Cost.ListVariances", "rows", by=by):
            kinds[row["kind"]] = kinds.get(row["kind"], 0) + Decimal(row["amount"])
            orders[row.get("of", "")] = orders.get(row.get("of", ""), 0) + Decimal(row["amount"])
        equal({k: v for k, v in kinds.items() if v}, {k: accounts[k] for k in kinds if accounts.get(k)}, "accounts by " + by)
        equal(sum(kinds.values()), sum(settled_orders.values()), "all of it by " + by)
    equal(orders, settled_orders, "each order's")
    equal(accounts.get("unsplit", 0), 0, "nothing is left to be split")
    rolled = {row["item"]: row["total"] for row in client.pages("Cost.RollUp", "costs", limit=500)}
    shown = client.call("Cost.GetReport", report="cost_rollup", limit=1000)["rows"]
    equal({row["cells"][1]: Decimal(row["cells"][11]) for row in shown}, {k: Decimal(v) for k, v in rolled.items()}, "the roll-up and its report")


if __name__ == "__main__":
    suite.main()
