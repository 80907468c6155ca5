#!/usr/bin/env python3
# ops/test: alone
"""AdventureWorks on the offline commands: the converted folder is valid, and its plan is what a second program says."""
import csv
import os
import subprocess
from fractions import Fraction

from harness import SHARED, Skip, Suite, equal
import reference
from convert import Source, Writer

DATA = os.path.join(SHARED, "data", "adventureworks")
MONTHS = ("2014-03", "2013-07", "2011-07")
suite = Suite("adventureworks_offline", stack=False)
state = {}


def prepare(t, month):
    """(source, plant folder of the month)."""
    if not os.path.isdir(DATA):
        raise Skip("the real data is missing: no folder %s" % DATA)
    if "source" not in state:
        state["source"] = Source(DATA)
    folder = os.path.join(t.folder, month)
    if not os.path.isdir(folder):
        Writer(state["source"], folder, "AW", month).write()
    return state["source"], folder


def run(t, *words):
    program = os.path.join(os.environ.get("MILLRACE_BUILD") or os.path.join(os.path.dirname(__file__), "..", "..",
                                                                           "build"), "bin", "millrace")
    if not os.path.exists(program):
        raise Skip("%s is not built" % program)
    out = os.path.join(t.folder, "out-" + words[0])
    done = subprocess.run([program, *words, "--out", out], text=True, capture_output=True, check=False)
    if done.returncode == 2 and "no command" in done.stderr:
        raise Skip(done.stderr.strip())
    equal((done.returncode, done.stderr), (0, ""), "millrace %s" % " ".join(words))
    return out


def rows(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare_month(t, month):
    source, folder = prepare(t, month)
    out = run(t, "plan", "--from", folder)
    got = [(o["item"], o["type"], Fraction(o["qty"]), o["start"], o["due"], o["need"], o["supplier"] or None,
            int(o["purchase_qty"]) if o["purchase_qty"] else None) for o in rows(out, "planned_orders.csv")]
    wanted = reference.plan(source, month)
    extra, lacking = sorted(set(got) - set(wanted), key=repr), sorted(set(wanted) - set(got), key=repr)
    assert sorted(got, key=repr) == sorted(wanted, key=repr), "%d orders too many, first %s; %d lack, first %s" % (
        len(extra), extra[:2], len(lacking), lacking[:2])
    print("        %d planned orders" % len(got))


for name in MONTHS:
    suite.test("the plan of %s is what the second program says" % name)(lambda t, name=name: compare_month(t, name))


@suite.test("the roll-up of every product is what the second program says")
def _(t):
    source, folder = prepare(t, MONTHS[0])
    lots = {r["item"]: Fraction(r["costing_lot_qty"]) for r in rows(folder, "items.csv")}
    got = {r["item"]: r for r in rows(run(t, "rollup", "--from", folder), "cost.csv")}
    equal(len(got), len(source.products), "items with a cost")
    wanted = reference.roll_up(source, MONTHS[0], lambda key: lots[source.code(key)])
    for key, (material, machine) in wanted.items():
        row = got[source.code(key)]
        if source.is_made(key) and not source.components(key, MONTHS[0] + "-01"):
            continue  # nothing to roll up: its own unit cost stands
        equal((Fraction(row["material"]), Fraction(row["machine"]), Fraction(row["total"])),
              (material, machine, material + machine), "cost of %s" % row["item"])


if __name__ == "__main__":
    suite.main()
