#!/usr/bin/env python3
"""rollup against a slow obvious oracle in exact fractions, on random small plants with everything on.

The oracle costs an item by asking for the cost of what it needs, by recursion with memory, from the formulas of
design/costing.md section 2; it knows nothing of low-level codes. Each plant is also given to the engine with its rows
in another order, which may change nothing.
usage: rollup.py [PLANTS [SEED]]
"""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from math import ceil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")
START = "2026-03-01"
FROMS = ["", "", "", "2026-02-01", START, "2026-03-02"]
TOS = ["", "", "", START, "2026-03-02", "2026-04-01"]
ELEMENTS = ["material", "labor", "machine", "overhead", "subcontract"]
PER_HOUR = {"": 1, "h": 1, "min": 60, "s": 3600}


class Refused(Exception):
    """The item cannot be costed; the argument must be in the message."""


class Plant:
    def __init__(self, seed):
        r = random.Random(seed)
        codes = ["A", "B", "AB", "Z9", "Z10", "b", "C-1", "0", "D", "E"][:r.randint(2, 10)]
        r.shuffle(codes)
        self.items = {c: self.item(r, c) for c in codes}
        self.bom, self.suppliers = [], []
        for _ in range(r.randint(1, 3 * len(codes))):
            up, down = sorted(r.sample(range(len(codes)), 2))
            self.bom.append(self.line(r, codes[up], codes[down]))
        if r.random() < 0.7:
            self.add_waste(r, codes)
        steps = [self.operation(r, r.choice(codes)) for _ in range(r.randint(0, 2 * len(codes)))]
        by_key = {(o["item"], o["operation"], o["alternative"]): o for o in steps}
        self.routing = list(by_key.values())  # nothing is told apart by its place in the file alone
        for code in codes:
            for number in range(r.choice([0, 0, 1, 2])):
                self.suppliers.append({
                    "item": code, "supplier": "S%d" % number, "price": r.choice(["", "2", "3.333333", "100"]),
                    "currency": r.choice(["", "CNY", "USD", "GBP"]), "uom": "BOX", "uom_factor": r.choice(["", "8", "7"])})
        self.rates = [{"currency": "USD", "date": d, "rate": r.choice(["7", "6.9", "7.123456"])}
                      for d in r.sample(["2026-01-01", "2026-02-01", START, "2026-03-02"], r.randint(1, 4))]
        self.centers = {"W%d" % n: {
            "labor_rate": r.choice(["", "60", "33.333333"]), "machine_rate": r.choice(["", "30", "7.7"]),
            "overhead_rate": r.choice(["", "12.5", "3"]), "overhead_basis": r.choice(["", "hour", "labor", "material", "unit"]),
            "efficiency_pct": r.choice(["", "80", "125", "33"])} for n in range(3)}

        if seed % 3 == 0:
            self.make_plain()

    def make_plain(self):
        """Most items of most plants: the engine costs them by a shorter way, which must give the same."""
        for item in self.items.values():
            item["yield_pct"] = ""
        for row in self.bom + self.routing:
            for column in ("scrap_pct", "per_qty", "qty_fixed", "pieces", "run_size", "uom"):
                if column in row:
                    row[column] = ""

    def add_waste(self, r, codes):
        """W is a product of some items and is used by others, and nothing else makes it."""
        self.items["W"] = dict(self.item(r, "W"), type=r.choice(["make", "buy", "phantom"]), unit_cost="")
        for number in range(r.choice([1, 1, 2])):
            line = self.line(r, r.choice(codes), "W")
            line.update(kind=r.choice(["coproduct", "byproduct"]), cost_share_pct=r.choice(["10", "25", "0"]),
                        qty=r.choice(["1", "2", "0.3"]), valid_from="", valid_to=r.choice(["", "", "2026-04-01", START]))
            self.bom.append(line)
        for _ in range(r.randint(0, 3)):
            self.bom.append(dict(self.line(r, r.choice(codes), "W"), kind="", cost_share_pct=""))

    @staticmethod
    def item(r, code):
        kind = r.choice(["make", "make", "make", "buy", "phantom"])
        return {"item": code, "type": kind, "unit_cost": r.choice(["", "", "10", "0.3"]),
                "costing_lot_qty": r.choice(["", "10", "72", "100"]), "yield_pct": r.choice(["", "", "90", "97", "33.3"])}

    @staticmethod
    def line(r, parent, component):
        line = {"parent": parent, "component": component, "qty": r.choice(["1", "2", "0.5", "0.333333", "36", "0"]),
                "per_qty": r.choice(["", "", "3", "7"]), "pieces": r.choice(["", "", "4"]),
                "scrap_pct": r.choice(["", "", "3", "12.5"]), "qty_fixed": r.choice(["", "", "", "1"]),
                "kind": r.choice(["", "", "", "", "consumable", "coproduct", "byproduct"]), "cost_share_pct": "",
                "valid_from": r.choice(FROMS), "valid_to": r.choice(TOS),
                "alternative": r.choice(["", "", "", "X"]), "alternative_priority": r.choice(["", "", "1"]),
                "lot_from": r.choice(["", "", "", "50"]), "lot_to": r.choice(["", "", "", "72"])}
        if line["valid_from"] >= (line["valid_to"] or "9"):
            line["valid_from"] = ""
        if line["kind"].endswith("product"):
            line["cost_share_pct"] = r.choice(["", "0", "10", "33.3", "60"])
        return line

    @staticmethod
    def operation(r, item):
        row = {"item": item, "operation": r.choice(["5", "10", "20", "100", "F"]), "work_center": "W%d" % r.randrange(3),
               "alternative": r.choice(["", "", "", "R"]), "alternative_priority": r.choice(["", "", "1"]),
               "valid_from": r.choice(FROMS), "valid_to": r.choice(TOS), "setup": r.choice(["", "1", "0.5"]),
               "run": r.choice(["", "0.1", "2", "0.333333"]), "cleanup": r.choice(["", "", "0.25"]),
               "time_unit": r.choice(["", "h", "min", "s"]), "per_qty": r.choice(["", "", "20", "7"]),
               "run_size": r.choice(["", "", "", "40", "9"]), "scrap_pct": r.choice(["", "", "10", "2.5"]),
               "subcontract_price": r.choice(["", "", "", "4"])}
        if row["valid_from"] >= (row["valid_to"] or "9"):
            row["valid_from"] = ""
        return row

    def write(self, folder, r):
        table(folder, "plant.csv", [{"key": "currency", "value": "CNY"}, {"key": "plan_start", "value": START}], None)
        table(folder, "items.csv", list(self.items.values()), r)
        table(folder, "bom.csv", self.bom, r)
        table(folder, "routing.csv", self.routing, r)
        table(folder, "rates.csv", self.rates, r)
        table(folder, "suppliers.csv", self.suppliers, None)  # the first with a price counts
        table(folder, "work_centers.csv", [dict(c, work_center=n) for n, c in self.centers.items()], r)


def table(folder, name, rows, r):
    if not rows:
        return
    if r:
        rows = r.sample(rows, len(rows))
    with open(os.path.join(folder, name), "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def number(text, otherwise=0):
    return Fraction(text or otherwise)


def valid(row):
    return row["valid_from"] <= START and START < (row["valid_to"] or "9")


def rounded(value):
    """To six decimals, half away from zero; nothing here is negative."""
    return Fraction((value * 2000000 + 1) // 2, 1000000)


def of_best_alternative(rows):
    rank = lambda row: (int(row["alternative_priority"] or 0), row["alternative"].encode())
    best = min(map(rank, rows), default=None)
    return [row for row in rows if row["alternative"].encode() == best[1]] if rows else []


class Oracle:
    """cost[item] = {element: ..., total, this_level, lower_levels, bought}."""

    def __init__(self, plant):
        self.plant, self.known, self.busy = plant, {}, set()
        self.refusals = set()  # all that is wrong: the engine tells one of it

    def below(self, item, products):
        return [l for l in self.plant.bom if l["parent"] == item and valid(l) and l["kind"].endswith("product") == products]

    def shares(self, item):
        """Lines of products that an order of the item makes and that bear a share; none for what is bought."""
        made = self.plant.items[item]["type"] != "buy"
        return [l for l in self.below(item, True) if made and l["cost_share_pct"]]

    def has_structure(self, item):
        return self.plant.items[item]["type"] != "buy" and (
            any(l["parent"] == item for l in self.plant.bom) or any(o["item"] == item for o in self.plant.routing))

    def prices(self, item):
        return [s for s in self.plant.suppliers if s["item"] == item and s["price"]]

    def source(self, item):
        """The line that makes it when nothing else does."""
        if self.has_structure(item) or self.plant.items[item]["unit_cost"] or self.prices(item):
            return None
        lines = [l for l in self.plant.bom if l["component"] == item and l in self.shares(l["parent"])]
        by_parent = lambda l: (l["parent"].encode(), l["valid_from"])
        first = sorted(lines, key=by_parent)[:2]
        if len(first) == 2 and by_parent(first[0]) == by_parent(first[1]) and first[0] != first[1]:
            self.refusals.add("")  # only their place in the file tells them apart: not compared
        return first[0] if first else None

    def cost(self, item):
        if item in self.known:
            return self.known[item]
        if item in self.busy:
            raise Refused("depends on itself")
        self.busy.add(item)
        line = self.source(item)
        if line:
            self.known[item] = self.product(line)
        elif self.has_structure(item):
            self.known[item] = self.finish(self.sums(item), 1 - self.taken(item))
        else:
            self.known[item] = self.bought(item)
        self.busy.remove(item)
        return self.known[item]

    def taken(self, item):
        taken = sum((number(l["cost_share_pct"]) for l in self.shares(item)), Fraction(0)) / 100
        if taken > 1:
            self.refusals.add("more than 100 %")
        return taken

    def bought(self, item):
        price = self.plant.items[item]["unit_cost"]
        sources = self.prices(item)
        value = number(price)
        if not price and sources:
            first = sources[0]
            rates = [r for r in self.plant.rates if r["currency"] == first["currency"] and r["date"] <= START]
            rate = number(max(rates, key=lambda r: r["date"])["rate"]) if rates else 0
            rate = 1 if first["currency"] in ("", "CNY") else rate
            value = rounded(number(first["price"]) * rate / number(first["uom_factor"], 1))
        out = dict.fromkeys(ELEMENTS, Fraction(0))
        out.update(material=value, total=value, this_level=value, lower_levels=0, bought=value)
        return out

    def product(self, line):
        parent = line["parent"]
        self.cost(parent)
        sums, (lot, started, _) = self.sums(parent), self.run(parent)
        quantity = self.need(line, lot, started)
        if quantity == 0:
            self.refusals.add("none is made")
            quantity = Fraction(1)
        out = {e: rounded(sums[e] * number(line["cost_share_pct"]) / 100 / quantity) for e in ELEMENTS}
        total = sum(out.values())
        out.update(total=total, this_level=total, lower_levels=Fraction(0), bought=Fraction(0))
        return out

    def run(self, item):
        """(lot, pieces started, [(operation, pieces that enter it)])."""
        row = self.plant.items[item]
        lot = number(row["costing_lot_qty"], 1)
        pieces = lot / (number(row["yield_pct"], 100) / 100)
        steps = of_best_alternative([o for o in self.plant.routing if o["item"] == item and valid(o)])
        by_number = lambda o: (0, int(o["operation"])) if o["operation"].isdigit() else (1, 0)
        out = []
        for step in sorted(steps, key=by_number, reverse=True):
            pieces /= 1 - number(step["scrap_pct"]) / 100
            out.append((step, pieces))
        return lot, pieces, out

    @staticmethod
    def need(line, lot, started):
        need = number(line["qty"]) * number(line["pieces"], 1) / (1 - number(line["scrap_pct"]) / 100)
        return (need if line["qty_fixed"] else need / number(line["per_qty"], 1) * started) / lot

    def sums(self, item):
        lot, started, steps = self.run(item)
        sums = dict.fromkeys(ELEMENTS + ["bought", "lower"], Fraction(0))
        lines = [l for l in self.below(item, False) if number(l["lot_from"]) <= lot and (
            not l["lot_to"] or lot < number(l["lot_to"]))]
        for line in of_best_alternative(lines):
            part, need = self.cost(line["component"]), self.need(line, lot, started)
            kind = self.plant.items[line["component"]]["type"]
            for element in ELEMENTS:
                sums[element] += need * part[element]
            sums["bought"] += need * {"make": 0, "phantom": part["bought"], "buy": part["total"]}[kind]
            sums["lower"] += need * {"make": part["total"], "phantom": part["lower_levels"], "buy": 0}[kind]
        for step, entering in steps:
            self.charge(sums, step, entering, lot)
        return sums

    def charge(self, sums, step, entering, lot):
        center = self.plant.centers[step["work_center"]]
        runs = ceil(entering / number(step["run_size"])) if step["run_size"] else entering / number(step["per_qty"], 1)
        hours = (number(step["setup"]) + number(step["cleanup"]) + number(step["run"]) * runs) / lot
        hours /= PER_HOUR[step["time_unit"]] * number(center["efficiency_pct"], 100) / 100
        labor, rate = hours * number(center["labor_rate"]), number(center["overhead_rate"])
        sums["labor"] += labor
        sums["machine"] += hours * number(center["machine_rate"])
        sums["overhead"] += {"": hours * rate, "hour": hours * rate, "labor": labor * rate / 100,
                             "material": sums["bought"] * rate / 100, "unit": rate * entering / lot}[center["overhead_basis"]]
        sums["subcontract"] += number(step["subcontract_price"]) * entering / lot

    @staticmethod
    def finish(sums, kept):
        out = {e: rounded(sums[e] * kept) for e in ELEMENTS}
        out["total"] = sum(out.values())
        out["lower_levels"] = rounded(sums["lower"] * kept)
        out["this_level"] = out["total"] - out["lower_levels"]
        out["bought"] = rounded(sums["bought"] * kept)
        return out


def decimal(value):
    scaled = value * 1000000
    assert scaled.denominator == 1
    digits = str(abs(scaled.numerator)).rjust(7, "0")
    text = (digits[:-6] + "." + digits[-6:]).rstrip("0").rstrip(".")
    return "-" + text if scaled < 0 else text


def wanted(plant):
    """Rows of cost.csv, or the words of the refusal."""
    oracle, rows = Oracle(plant), []
    for item in sorted(plant.items, key=str.encode):
        try:
            oracle.busy.clear()
            cost = oracle.cost(item)
            rows.append([item] + [decimal(Fraction(cost[k])) for k in ELEMENTS + ["total", "this_level", "lower_levels"]])
        except Refused as refusal:
            oracle.refusals.add(str(refusal))
    return oracle.refusals or rows


def said(folder):
    run = subprocess.run([PROGRAM, "rollup", "--from", folder], text=True, capture_output=True, timeout=60)
    return run.returncode, run.stderr, list(csv.reader(io.StringIO(run.stdout)))[1:]


def agrees(want, got):
    status, errors, rows = got
    if isinstance(want, set):
        return "" in want or (status == 1 and any(words in errors for words in want))
    odd = [line for line in errors.splitlines() if not line.startswith("millrace: warning: ")]
    return status == 0 and not odd and rows == want


def check(seed, counts):
    plant = Plant(seed)
    want = wanted(plant)
    counts["refused" if isinstance(want, set) else "costed"] += 1
    counts["products"] += not isinstance(want, set) and any(Oracle(plant).source(i) for i in plant.items)
    for shuffle in range(2):
        with tempfile.TemporaryDirectory() as folder:
            plant.write(folder, random.Random(seed + shuffle))
            got = said(folder)
        if not agrees(want, got):
            print("seed %d: %s" % (seed, got[1].strip()))
            for row in want if isinstance(want, list) else [sorted(want)]:
                if row not in got[2]:
                    print("  want", row)
            for row in got[2] if isinstance(want, list) else []:
                if row not in want:
                    print("  got ", row)
            return False
    return True


def main():
    long = os.environ.get("MILLRACE_LONG") == "1"
    plants = int(sys.argv[1]) if len(sys.argv) > 1 else 10000 if long else 250
    first = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time()) if long else 1
    counts = dict.fromkeys(["costed", "refused", "products"], 0)
    good = sum(check(seed, counts) for seed in range(first, first + plants))
    print("seeds %d..%d: %d plants costed (%d with a co-product made nowhere else), %d refused" % (
        first, first + plants - 1, counts["costed"], counts["products"], counts["refused"]))
    print("property/rollup: %d passed, %d failed" % (good, plants - good))
    return 0 if good == plants else 1


sys.exit(main())
