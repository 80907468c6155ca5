#!/usr/bin/env python3
"""Names that a spreadsheet would carry out: no cell of a list begins a formula, and what is read back is as it was."""
import csv
import io
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build"), "bin", "millrace")
NAMES = ['=cmd|\' /C calc\'!A0', "@SUM(A1)", "+1+1", "-2+3", '=HYPERLINK("http://x","y")', "-5 degrees"]
failures = count = 0


def equal(got, wanted, what):
    global failures, count
    count += 1
    if got != wanted:
        failures += 1
        print("FAILED %s\n  want %r\n  got  %r" % (what, wanted, got))


def run(*words):
    done = subprocess.run([PROGRAM, *words], text=True, capture_output=True, timeout=20)
    equal((done.returncode, done.stderr), (0, ""), " ".join(words[:1]))
    return done.stdout


def write(folder, name, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


with tempfile.TemporaryDirectory() as work:
    plant, again = os.path.join(work, "plant"), os.path.join(work, "again")
    os.mkdir(plant)
    codes = NAMES[:]
    write(plant, "plant.csv", [("key", "value"), ("plant", "FORMULA"), ("plan_start", "2026-01-05")])
    write(plant, "items.csv", [("item", "type", "uom", "name", "unit_cost"), ("TOP", "make", "EA", "=1", "")] +
          [(code, "buy", "EA", code, "1") for code in codes])
    write(plant, "bom.csv", [("parent", "component", "qty")] + [("TOP", code, "2") for code in codes])
    for words in (("explode", "--item", "TOP", "--qty", "3"), ("rollup",), ("kit", "--item", "TOP"), ("where-used", "--item", codes[0])):
        out = os.path.join(work, "list.csv")
        printed = run(words[0], "--from", plant, *words[1:]) or open(out, encoding="utf-8").read()
        cells = [cell for row in csv.reader(io.StringIO(printed)) for cell in row]
        began = [cell for cell in cells if cell[:1] in "=@\t\r" and cell or
                 cell[:1] in ("+", "-") and cell[1:].replace(".", "").isdigit() is False]
        equal(began, [], "cells of %s that begin a formula" % words[0])
        equal(any(cell == "'" + code for cell in cells for code in codes), True, "%s shows them" % words[0])
    run("rewrite", "--from", plant, "--out", again)
    with open(os.path.join(again, "items.csv"), encoding="utf-8", newline="") as file:
        kept = [row[0] for row in csv.reader(file)]
    equal([code for code in codes if code not in kept], [], "codes that are read back")

print("formula: %d passed, %d failed" % (count - failures, failures))
sys.exit(1 if failures else 0)
