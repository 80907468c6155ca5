#!/usr/bin/env python3
# ops/test: release
"""ops/demo/run: fills the demo plant, prints what a planner looks at, and may run again without effect."""
import os
import subprocess
import sys

from harness import Decimal, ROOT, Suite, audit_ledger, equal, settled

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
                 "Cost of work order", "unit cost"):
        assert word in out, "%r is not in %s" % (word, out[-3000:])
    state["events"], state["sums"] = committed(), audit_ledger(suite.stack.client("DEMO"))


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
    month = client.call("Cost.GetMonth", month_on="2099-01-01")
    equal((Decimal(month["stock"]), Decimal(month["wip"])), (accounts["stock"], accounts.get("wip", 0)), "a month's figures")


if __name__ == "__main__":
    suite.main()
