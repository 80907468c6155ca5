#!/usr/bin/env python3
"""Golden cases of edits, comparisons and engineering changes: tests/golden/engineering/*.case, on the running Millrace.

A case has the form of tests/golden/cases.py: its files make a plant of their own, its commands are those of `millrace` on
that plant; `$ second: COMMAND` is given by another person. Answers are shown as lines, without numbers and moments that
differ from run to run. With --write the cases are rewritten with what the commands say now.
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile

from harness import ROOT, Suite, another_person, fresh

sys.path.insert(0, os.path.join(ROOT, "tests", "golden"))
import cases  # noqa: E402

WRITE = "--write" in sys.argv
CASES = os.path.join(ROOT, "tests", "golden", "engineering")
VOLATILE = ("change_seq", "done_at", "changed_at", "done_by", "changed_by", "author", "approver", "instance", "trace", "place", "version")
# What a column is when nobody says anything: left out, so that a planner sees what somebody did say.
DEFAULTS = {"per_qty=1", "qty_fixed=false", "pieces=1", "scrap_pct=0", "kind=component", "alternative_priority=0",
            "substitute_priority=0", "lot_from=0", "lead_time_per_unit_days=0", "safety_stock=0", "safety_days=0", "lot_rule=L4L",
            "foq_mode=multiple", "ppb_look=none", "costing_lot_qty=1", "segment_policy=collective", "forecast_back_days=0",
            "forecast_forward_days=0", "yield_pct=100", "planning_fence_days=0", "demand_fence_days=0", "min_days=0",
            "min_quantity=0", "valuation=standard", "tracking=none", "allow_negative=false", "active=true"}
suite = Suite("bill_cases")


def cells(values):
    said = ["%s=%s" % (c["column"], c.get("value", "")) for c in values]
    return "{%s}" % ", ".join(s for s in said if s not in DEFAULTS)


def row_of(value):
    if not isinstance(value, dict):
        return str(value)
    parts = []
    for name, member in value.items():
        if name in VOLATILE:
            continue
        if isinstance(member, list):
            member = cells(member)
        parts.append("%s %s" % (name, member))
    return ", ".join(parts)


def shown(text):
    """The JSON of an answer as lines; anything else as it is."""
    try:
        answer = json.loads(text)
    except ValueError:
        return text.splitlines()
    lines = []
    for name, member in answer.items():
        if name in VOLATILE:
            continue
        if isinstance(member, list):
            lines += ["%s:" % name] + ["  " + row_of(value) for value in member]
        elif isinstance(member, dict):
            lines.append("%s: %s" % (name, row_of(member)))
        else:
            lines.append("%s: %s" % (name, member))
    return lines


class Case:
    def __init__(self, plant):
        self.plant, self.second = plant, None

    def run(self, words, config=None):
        settings = dict(os.environ, MILLRACE_PLANT=self.plant,
                        MILLRACE_CONFIG=config or os.path.join(suite.stack.var, "millrace.ini"))
        return subprocess.run([suite.stack.program("millrace"), *words], env=settings, text=True, capture_output=True,
                              timeout=60, check=False)

    def config_of_second(self, folder):
        if not self.second:
            self.second = os.path.join(folder, "second.ini")
            token = os.path.join(folder, "second.token")
            with open(token, "w") as file:
                file.write(another_person(suite.stack, self.plant) + "\n")
            with open(os.path.join(suite.stack.var, "millrace.ini")) as file:
                lines = file.read().splitlines()
            with open(self.second, "w") as file:
                file.write("\n".join("token_file = " + token if l.startswith("token_file") else l for l in lines) + "\n")
        return self.second

    def say(self, folder, command):
        if not getattr(self, "made", False):
            self.made = True
            done = self.run(["import", folder])
            assert done.returncode == 0, done.stderr
        second = command.startswith("second: ")
        words = shlex.split(command[len("second: "):] if second else command)
        done = self.run(words, self.config_of_second(folder) if second else None)
        refused = [line for line in done.stderr.splitlines() if not line.startswith("{")]
        return shown(done.stdout) + ["! " + line for line in refused] + (["= %d" % done.returncode] if done.returncode else [])


def check(name):
    path = os.path.join(CASES, name)
    with open(path) as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as folder:
        now = cases.rewritten(text, folder, Case(fresh("GC-")).say)
    if WRITE:
        with open(path, "w") as file:
            file.write(now)
    assert WRITE or now == text, "\n    ".join(["differs:"] + cases.differences(text, now))


for case in sorted(os.listdir(CASES)):
    suite.test(case)(lambda t, case=case: check(case))

if __name__ == "__main__":
    suite.main()
