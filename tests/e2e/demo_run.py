#!/usr/bin/env python3
# ops/test: release
"""ops/demo/run: fills the demo plant, prints what a planner looks at, and may run again without effect."""
import os
import subprocess
import sys

from harness import ROOT, Suite, audit_ledger, equal, settled

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


if __name__ == "__main__":
    suite.main()
