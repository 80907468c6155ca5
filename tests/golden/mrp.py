#!/usr/bin/env python3
"""Golden cases of the planning engine: tests/golden/mrp/*.case, each a small plant, the plan, and how it comes about.

A case is text a planner can read: `# ` is a remark with the working, `--- FILE` begins a file of the plant folder
(plant.csv, where it is not given, starts the plan on Thursday 2026-01-01, with day numbers for dates and 60 days), and
`$ FILE COLUMNS` shows those columns of an output of `millrace plan`, rows as the file has them (shortages: of 14 days).
Lines of stderr stand behind `! `, an exit status other than 0 as `= STATUS`.  `? COLUMNS: WORDS` shows what `millrace promise WORDS` writes.  Fields are blank-padded here and there;
blanks around a field do not count.  --write rewrites the expected rows with what the plan says now: read the difference before keeping it.
"""
import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mrp")
PLANT = "key,value\nplant,CASE\ncurrency,CNY\nplan_start,2026-01-01\ndate_style,number\nhorizon_days,60\n"


def parts_of(text):
    """Yields (mark line, lines behind it)."""
    head, lines = None, []
    for line in text.splitlines():
        if line.startswith(("--- ", "$ ", "? ", "#")) or not line:
            yield head, lines
            head, lines = line, []
        else:
            lines.append(line)
    yield head, lines


def trimmed(line):
    return ",".join(field.strip() for field in line.split(","))


def promised(folder, command):
    columns, words = command.split(": ")
    run = subprocess.run([PROGRAM, "promise", "--from", folder] + words.split(), text=True, capture_output=True, timeout=60)
    rows = [[row[c] for c in columns.split(",")] for row in csv.DictReader(io.StringIO(run.stdout))]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().splitlines() + ["! " + line for line in run.stderr.splitlines()] + ["= %d" % run.returncode] * (run.returncode > 0)


def shown(folder, command):
    file, columns = command.split()
    written = os.path.join(folder, "out")
    shutil.rmtree(written, ignore_errors=True)
    run = subprocess.run([PROGRAM, "plan", "--from", folder, "--out", written, "--rule-log",
                          "--shortages", "14"],
                         text=True,
                         capture_output=True, timeout=60)
    if run.returncode and os.path.exists(written) and os.listdir(written):
        return ["something was written"]
    if run.returncode:
        return ["! " + line for line in run.stderr.splitlines()] + ["= %d" % run.returncode]
    with open(os.path.join(written, file + ".csv"), newline="") as f:
        rows = [[row[c] for c in columns.split(",")] for row in csv.DictReader(f)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().splitlines()


def run_case(text, folder):
    """Yields (mark line, lines wanted, lines got); got is None for what is not a command."""
    with open(os.path.join(folder, "plant.csv"), "w") as file:
        file.write(PLANT)
    for head, lines in parts_of(text):
        if head is None:
            continue
        if head.startswith("--- "):
            with open(os.path.join(folder, head[4:]), "w") as file:
                file.write("".join(trimmed(line) + "\n" for line in lines))
        run = {"$ ": shown, "? ": promised}.get(head[:2])
        yield head, lines, run(folder, head[2:]) if run else None


def main():
    passed = failed = 0
    for name in sorted(os.listdir(CASES)):
        path = os.path.join(CASES, name)
        with open(path) as file:
            text = file.read()
        with tempfile.TemporaryDirectory() as folder:
            parts = list(run_case(text, folder))
        if "--write" in sys.argv:
            with open(path, "w") as file:
                for head, lines, got in parts:
                    file.write("\n".join([head] + (lines if got is None else got)) + "\n")
        wrong = [(head, want, got) for head, want, got in parts if got is not None and list(map(trimmed, want)) != list(map(trimmed, got))]
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for head, want, got in wrong:
            print("FAIL %s: %s" % (name, head))
            for k in range(max(len(want), len(got))):
                pair = want[k] if k < len(want) else "-", got[k] if k < len(got) else "-"
                print("    %s want %-44s got %s" % (" " if trimmed(pair[0]) == trimmed(pair[1]) else "*", *pair))
    print("golden/mrp: %d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


sys.exit(main())
