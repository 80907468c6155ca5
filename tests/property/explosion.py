#!/usr/bin/env python3
"""explode and where-used against a naive oracle in exact fractions, on random small plants.

The oracle walks every path by recursion over Python Fractions, which is all that the engine must not do. Bills have dates,
scrap, per_qty, pieces, fixed quantities, units, phantoms in phantoms, co- and by-products, alternatives, revisions,
substitutes by priority and by mix, lot ranges of the order, and variants that inherit a template's lines. Compared are
all lines with their paths, exact quantities, low-level codes, the sums rounded up once, and where-used.
usage: explosion.py [PLANTS [SEED]]
"""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction
from math import ceil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")
DAYS = ["", "2026-01-10", "2026-01-20", "2026-01-30"]


class Plant:
    def __init__(self, seed):
        r = random.Random(seed)
        count = r.randint(2, 9)
        self.codes = r.sample(["A", "B", "AB", "Z9", "Z10", "件", "b", "C-1", "0", "Ä"], count)
        self.decimals = {c: r.choice([0, 0, 2, 6]) for c in self.codes}
        rank = self.codes[:]
        r.shuffle(rank)
        self.lines = []
        for _ in range(r.randint(1, 14)):
            up, down = sorted(r.sample(range(count), 2))
            self.lines.append({
                "parent": rank[up], "component": rank[down],
                "qty": r.choice(["1", "2", "3", "0.5", "0.333333", "36", "0"]),
                "per_qty": r.choice(["", "", "3", "7"]), "pieces": r.choice(["", "", "4"]),
                "scrap_pct": r.choice(["", "", "3", "12.5"]), "qty_fixed": r.choice(["", "", "", "1"]),
                "valid_from": r.choice(DAYS[:2]), "valid_to": r.choice(["", "", DAYS[2]]),
                "position": r.choice(["", "", "9", "10", "A", "7", "100", "位"]),
                "kind": r.choice(["", "", "", "coproduct", "byproduct", "phantom", "consumable"]),
                "uom": r.choice(["", "", "", "DOZ"]), "revision": r.choice(["", "", "", "1", "2"]),
                "alternative": r.choice(["", "", "", "X", "B"]), "alternative_priority": r.choice(["", "", "1"]),
                "substitute_group": r.choice(["", "", "G", "H"]), "substitute_priority": r.choice(["", "0", "1"]),
                "mix_pct": "", "lot_from": "", "lot_to": ""})
            line = self.lines[-1]
            line["mix_pct"] = r.choice(["", "", "30", "12.5"]) if line["substitute_group"] else ""
            if line["parent"] == rank[0]:  # the lot range is asked of the order's quantity
                line["lot_from"], line["lot_to"] = r.choice([("", ""), ("", ""), ("5", ""), ("", "5"), ("2", "12")])
        # a variant stands above its template, so that what it inherits closes no loop
        up, down = sorted(r.sample(range(count), 2))
        self.template = {rank[up]: rank[down]} if r.random() < 0.4 else {}
        self.types = {c: r.choice(["make", "make", "phantom", "buy"]) for c in self.codes}
        self.item = rank[0]
        self.qty = r.choice(["1", "5", "12"])
        self.day = r.choice(DAYS)
        self.levels = r.choice([0, 0, 1, 2])

    def write(self, folder):
        self.table(folder, "items.csv", [{"item": c, "type": self.types[c], "uom": "EA", "decimals": self.decimals[c],
                                          "template": self.template.get(c, "")} for c in self.codes])
        self.table(folder, "units.csv", [{"from": "DOZ", "to": "EA", "factor": "12"}])
        self.table(folder, "bom.csv", [{**l, "inherited_from": ""} for l in self.lines] + self.copies())

    def copies(self):
        """What a variant takes over: its template's lines, but for those whose place a line of its own has."""
        made = []
        for variant, template in self.template.items():
            own = {(l["position"], l["alternative"]) for l in self.lines if l["parent"] == variant and l["position"]}
            made += [{**l, "parent": variant, "inherited_from": template} for l in self.lines
                     if l["parent"] == template and (l["position"], l["alternative"]) not in own]
        return made

    def bill(self):
        """All lines that count somewhere, the inherited ones too."""
        return self.lines + self.copies()

    @staticmethod
    def table(folder, name, rows):
        with open(os.path.join(folder, name), "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)


def text(fraction):
    """As frac_format writes it."""
    den, places = fraction.denominator, 0
    while den % 10 == 0:
        den //= 10
    while den % 2 == 0:
        den //= 2
    while den % 5 == 0:
        den //= 5
    if den != 1:
        return "%d/%d" % (fraction.numerator, fraction.denominator)
    while (fraction * 10 ** places).denominator != 1:
        places += 1
    if places > 18:
        return "%d/%d" % (fraction.numerator, fraction.denominator)
    digits = str((fraction * 10 ** places).numerator).rjust(places + 1, "0")
    return digits if places == 0 else digits[:-places] + "." + digits[-places:]


def per(line):
    value = Fraction(line["qty"]) * Fraction(line["pieces"] or 1) * (12 if line["uom"] else 1) / (1 - Fraction(line["scrap_pct"] or 0) / 100)
    return value if line["qty_fixed"] else value / Fraction(line["per_qty"] or 1)


def by_position(line):
    position = line["position"].encode()
    return (len(position), position, line["component"].encode(), line["valid_from"])


def goes_before(other, line):
    rank = lambda l: (int(l["substitute_priority"] or 0), l["component"].encode())
    return (other["substitute_group"] == line["substitute_group"] and other["component"] != line["component"] and
            not other["mix_pct"] and rank(other) < rank(line))


def choose(plant, item, quantity):
    """The lines of the item's bill that count: by date and lot, one alternative, one revision, mains or shares."""
    lines = [l for l in plant.bill() if l["parent"] == item and l["kind"] not in ("coproduct", "byproduct")
             and (not plant.day or l["valid_from"] <= plant.day < (l["valid_to"] or "9"))
             and Fraction(l["lot_from"] or 0) <= quantity and (not l["lot_to"] or quantity < Fraction(l["lot_to"]))]
    if not lines:
        return []
    best = min((int(l["alternative_priority"] or 0), l["alternative"]) for l in lines)[1]
    lines = [l for l in lines if l["alternative"] == best]
    revisions = [(l["valid_from"], l["revision"]) for l in lines if l["revision"]]
    lines = [l for l in lines if not l["revision"] or l["revision"] == max(revisions)[1]]
    return [l for l in lines if not l["substitute_group"] or l["mix_pct"] or not any(goes_before(o, l) for o in lines)]


def chosen_per(line):
    return per(line) * Fraction(line["mix_pct"] or 100) / 100


def level_of(plant, item):
    return max([1 + level_of(plant, l["parent"]) for l in plant.bill() if l["component"] == item], default=0)


def explode(plant, item, quantity, path, out):
    """Appends (level, path, line, qty) of every line below, depth first."""
    if plant.levels and len(path) == plant.levels:
        return
    for number, line in enumerate(sorted(choose(plant, item, quantity), key=by_position), 1):
        need = chosen_per(line) if line["qty_fixed"] else chosen_per(line) * quantity
        out.append((len(path) + 1, path + [number], line, need))
        explode(plant, line["component"], need, path + [number], out)


def used(plant, item, path, out):
    lines = [l for l in plant.bill() if l["component"] == item]
    for number, line in enumerate(sorted(lines, key=lambda l: (l["parent"].encode(), by_position(l))), 1):
        out.append((len(path) + 1, path + [number], line, per(line)))
        used(plant, line["parent"], path + [number], out)


def want_explosion(plant):
    out, rows, sums = [], [], {}
    explode(plant, plant.item, Fraction(plant.qty), [], out)
    for level, path, line, need in out:
        component = line["component"]
        sums[component] = sums.get(component, 0) + need
        rows.append([str(level), ".".join(map(str, path)), line["parent"], component, text(chosen_per(line)), text(need), "EA",
                     line["valid_from"], line["valid_to"], str(level_of(plant, component))])
    for item in sorted(sums, key=str.encode):
        scale = 10 ** plant.decimals[item]
        rows.append(["", "", "", item, "", text(Fraction(ceil(sums[item] * scale), scale)), "EA", "", "",
                     str(level_of(plant, item))])
    return rows


def want_used(plant, item):
    out = []
    used(plant, item, [], out)
    return [[str(level), ".".join(map(str, path)), line["parent"], line["component"], text(need), line["valid_from"],
             line["valid_to"]] for level, path, line, need in out]


def said(folder, command, *words):
    run = subprocess.run([PROGRAM, command, "--from", folder, *words], text=True, capture_output=True, timeout=60)
    if run.returncode or run.stderr:
        return ["exit %d: %s" % (run.returncode, run.stderr)]
    return list(csv.reader(io.StringIO(run.stdout)))[1:]


def check(seed):
    plant = Plant(seed)
    with tempfile.TemporaryDirectory() as folder:
        plant.write(folder)
        words = ["--item", plant.item, "--qty", plant.qty]
        words += ["--date", plant.day] if plant.day else []
        words += ["--levels", str(plant.levels)] if plant.levels else []
        random.Random(seed).shuffle(plant.lines)
        pairs = [(want_explosion(plant), said(folder, "explode", *words))]
        for item in plant.codes[:2]:
            pairs.append((want_used(plant, item), said(folder, "where-used", "--item", item)))
    for want, got in pairs:
        if want != got and not ambiguous(plant):
            print("seed %d: %s" % (seed, words))
            for row in [r for r in want if r not in got]:
                print("  want", row)
            for row in [r for r in got if r not in want]:
                print("  got ", row)
            return False
    return True


def ambiguous(plant):
    """Two lines that nothing but their place in the file tells apart."""
    keys = [(l["parent"], by_position(l)) for l in plant.bill()]
    return len(set(keys)) < len(keys)


def diamonds():
    """2^25 paths: the sums take no time, the indented list is refused."""
    with tempfile.TemporaryDirectory() as folder:
        names = ["N%02d%s" % (n, s) for n in range(26) for s in ("", "L", "R")]
        Plant.table(folder, "items.csv", [{"item": n, "type": "make"} for n in names])
        Plant.table(folder, "bom.csv", [
            {"parent": p, "component": c, "qty": 1} for n in range(25) for p, c in
            [("N%02d" % n, "N%02dL" % n), ("N%02d" % n, "N%02dR" % n), ("N%02dL" % n, "N%02d" % (n + 1)),
             ("N%02dR" % n, "N%02d" % (n + 1))]])
        run = subprocess.run([PROGRAM, "explode", "--from", folder, "--item", "N00", "--qty", "1"], text=True,
                             capture_output=True, timeout=10)
        few = said(folder, "explode", "--item", "N20", "--qty", "1")
        return "more than" in run.stderr and not run.stdout and [r for r in few if r[3] == "N25" and r[5] == "32"] != []


def main():
    plants = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    good = sum(check(seed) for seed in range(first, first + plants)) + diamonds()
    print("property/explosion: %d passed, %d failed" % (good, plants + 1 - good))
    return 0 if good == plants + 1 else 1


sys.exit(main())
