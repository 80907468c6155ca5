#!/usr/bin/env python3
"""Explosion net of stock, kits, lead times and end items against naive oracles in exact fractions, on random plants.

The oracle nets by recursion over items in order of their low-level codes, keeps every requirement with the order line
that began it, finds kits by trying 0, 1, 2, ... and lead times and end items by walking every path.
usage: netting.py [PLANTS [SEED]]
"""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction
from math import ceil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bin", "millrace")
DAY = "2026-01-15"
KIT_MAX = 400


class Plant:
    def __init__(self, seed):
        r = random.Random(seed)
        count = r.randint(3, 9)
        self.codes = ["I%d" % n for n in r.sample(range(100), count)]
        self.type = {c: r.choice(["make", "make", "phantom", "buy"]) for c in self.codes}
        self.decimals = {c: r.choice([0, 0, 0, 2]) for c in self.codes}
        self.lead = {c: r.choice(["", "1", "3", "10"]) for c in self.codes}
        self.lead_per = {c: r.choice(["", "", "0.1"]) for c in self.codes}
        self.safety = {c: r.choice(["", "", "2"]) for c in self.codes}
        self.lines, pairs = [], set()
        for _ in range(r.randint(2, 16)):
            up, down = sorted(r.sample(range(count), 2))
            if (up, down) in pairs:
                continue
            pairs.add((up, down))
            self.lines.append({
                "parent": self.codes[up], "component": self.codes[down], "qty": r.choice(["1", "2", "3", "0.5", "0.3"]),
                "per_qty": r.choice(["", "", "", "3"]), "scrap_pct": r.choice(["", "", "", "10"]),
                "qty_fixed": r.choice(["", "", "", "1"]), "revision": r.choice(["", "", "", "A", "B"]),
                "valid_from": r.choice(["", "", "2025-01-01", "2025-07-01", "2026-01-01"]),
                "valid_to": r.choice(["", "", "", "2026-01-10"]),
                "kind": r.choice(["", "", "", "", "byproduct"])})
        self.stock = []
        for _ in range(r.randint(0, 12)):
            code = r.choice(self.codes)
            self.stock.append({"item": code, "qty": r.choice(["1", "2", "7", "40", "150"]),
                               "location": "L%d" % len(self.stock),
                               "status": r.choice(["", "", "", "blocked"]), "owner": r.choice(["", "", "", "X"]),
                               "lot": "", "expiry": ""})
        self.steps = [{"item": c, "operation": n * 10, "work_center": "W", "lead_time_days": r.choice(["1", "2", ""]),
                       "parallel_group": r.choice(["", "", "P"])}
                      for c in self.codes for n in range(r.choice([0, 0, 1, 3]))]
        self.offers = [{"item": c, "supplier": "S%d" % n, "lead_time_days": r.choice(["", "4", "9"]),
                        "priority": r.choice(["", "1", "2"])}
                       for c in self.codes if self.type[c] == "buy" for n in range(r.choice([0, 1, 2]))]
        self.item = self.codes[0]
        self.qty = Fraction(r.choice([1, 5, 12]))

    def write(self, folder):
        items = [{"item": c, "type": self.type[c], "decimals": self.decimals[c], "lead_time_days": self.lead[c],
                  "lead_time_per_unit_days": self.lead_per[c], "safety_days": self.safety[c]} for c in self.codes]
        for name, rows in (("items", items), ("bom", self.lines), ("stock", self.stock), ("routing", self.steps),
                           ("suppliers", self.offers), ("work_centers", [{"work_center": "W"}])):
            if rows:
                with open(os.path.join(folder, name + ".csv"), "w", newline="") as file:
                    writer = csv.DictWriter(file, rows[0].keys())
                    writer.writeheader()
                    writer.writerows(rows)

    def held(self):
        held = defaultdict(Fraction)
        for row in self.stock:
            if not row["status"] and not row["owner"]:
                held[row["item"]] += Fraction(row["qty"])
        return held

    def below(self, item):
        lines = [l for l in self.lines if l["parent"] == item and l["kind"] != "byproduct"
                 and l["valid_from"] <= DAY and (not l["valid_to"] or DAY < l["valid_to"])]
        best = max([(l["valid_from"], l["revision"]) for l in lines if l["revision"]], default=("", ""))[1]
        return sorted((l for l in lines if l["revision"] in ("", best)), key=lambda l: l["component"].encode())


def up(value, decimals):
    return Fraction(ceil(value * 10 ** decimals), 10 ** decimals)


def per(line):
    value = Fraction(line["qty"]) / (1 - Fraction(line["scrap_pct"] or 0) / 100)
    return value if line["qty_fixed"] else value / Fraction(line["per_qty"] or 1)


def level_of(plant, item):
    return max([1 + level_of(plant, l["parent"]) for l in plant.lines if l["component"] == item], default=0)


def net(plant, quantity, make=True, stock=True):
    """{item: (gross, from stock, net, has something below)} of what is reached."""
    held = plant.held() if stock else defaultdict(Fraction)
    shares, result, origins = defaultdict(list), {}, [0]

    def send(parent, amount, origin):
        for line in plant.below(parent):
            if origin is None:
                origins[0] += 1
            need = per(line) * (1 if line["qty_fixed"] else amount)
            shares[line["component"]].append((origins[0] if origin is None else origin, need))

    send(plant.item, quantity, None)
    for item in sorted(plant.codes, key=lambda c: (level_of(plant, c), c.encode())):
        if item == plant.item or item not in shares:
            continue
        merged = defaultdict(Fraction)
        for origin, need in shares[item]:
            merged[origin] += need
        if plant.type[item] == "phantom":
            total, there = sum(merged.values()), held[item]
            gross = up(total, plant.decimals[item])
            result[item] = (gross, gross if total <= there else there, Fraction(0), total > there)
            for origin in sorted(merged):
                taken = min(there, merged[origin])
                there -= taken
                if merged[origin] > taken:
                    send(item, merged[origin] - taken, origin)
        else:
            gross = sum(up(n, plant.decimals[item]) for n in merged.values())
            taken = min(gross, held[item])
            result[item] = (gross, taken, gross - taken, make and gross > taken)
            if make and gross > taken:
                send(item, gross - taken, None)
    return result


def lacks(plant, quantity, make):
    out = {}
    for item, (gross, taken, left, exploded) in net(plant, quantity, make).items():
        if gross > taken and not (exploded and plant.below(item)):
            out[item] = (gross, taken, gross - taken)
    return out


def exact_needs(plant, quantity):
    """{item: exact} by walking every path."""
    needs = defaultdict(Fraction)

    def walk(item, amount):
        for line in plant.below(item):
            need = per(line) * (1 if line["qty_fixed"] else amount)
            needs[line["component"]] += need
            walk(line["component"], need)

    walk(plant.item, quantity)
    return needs


def own_days(plant, item, amount):
    if plant.type[item] == "phantom" or amount <= 0:
        return 0
    base = plant.lead[item]
    offers = sorted((o for o in plant.offers if o["item"] == item), key=lambda o: (int(o["priority"] or 99), o["supplier"]))
    if plant.type[item] == "buy" and offers and offers[0]["lead_time_days"]:
        base = offers[0]["lead_time_days"]
    steps = [s for s in plant.steps if s["item"] == item]
    if base == "" and plant.type[item] != "buy":
        base, run, group = 0, 0, None
        for step in steps:
            if not step["parallel_group"] or step["parallel_group"] != group:
                base, run, group = base + run, 0, step["parallel_group"]
            run = max(run, int(step["lead_time_days"] or 0))
        base += run
    return int(base or 0) + int(plant.safety[item] or 0) + ceil(Fraction(plant.lead_per[item] or 0) * amount)


def cumulative(plant, item, amounts, opened):
    own = own_days(plant, item, amounts.get(item, Fraction(0)))
    if item not in opened:
        return own
    return own + max([cumulative(plant, l["component"], amounts, opened) for l in plant.below(item)], default=0)


def run(folder, *words):
    done = subprocess.run([PROGRAM, words[0], "--from", folder, *words[1:]], text=True, capture_output=True, timeout=60)
    if done.returncode:
        return done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def plain(value):
    whole = value * 10 ** 6
    assert whole.denominator == 1
    text = "%07d" % whole.numerator
    return (text[:-6] + "." + text[-6:]).rstrip("0").rstrip(".")


def check_net(plant, folder, words):
    got = run(folder, "explode", *words, "--net")
    wanted = net(plant, plant.qty)
    amounts = {i: (w[2] if plant.type[i] != "phantom" else Fraction(0)) for i, w in wanted.items()}
    amounts[plant.item] = plant.qty
    opened = {i for i, w in wanted.items() if w[3]} | {plant.item}
    rows = [[str(level_of(plant, i)), i, plain(wanted[i][0]), plain(wanted[i][1]), plain(wanted[i][2])]
            for i in sorted(wanted, key=lambda c: (level_of(plant, c), c.encode()))]
    if [[r["low_level_code"], r["item"], r["gross"], r["from_stock"], r["net"]] for r in got[1:]] != rows:
        return "net: want %s, got %s" % (rows, got)
    for row in got:
        days = cumulative(plant, row["item"], amounts, opened)
        if row["cumulative_days"] != str(days):
            return "net lead time of %s: want %d, got %s" % (row["item"], days, row)
    path = [int(r["lead_time_days"]) for r in got if r["critical"] == "1"]
    return None if sum(path) == int(got[0]["cumulative_days"]) else "critical path: %s" % got


def check_summary(plant, folder, words):
    got = run(folder, "explode", *words, "--summary")
    needs = exact_needs(plant, plant.qty)
    amounts = dict(needs)
    amounts[plant.item] = plant.qty
    for row in got:
        if row["item"] != plant.item and row["gross"] != plain(up(needs[row["item"]], plant.decimals[row["item"]])):
            return "summary of %s: %s" % (row["item"], row)
        days = cumulative(plant, row["item"], amounts, set(plant.codes))
        if row["cumulative_days"] != str(days):
            return "lead time of %s: want %d, got %s" % (row["item"], days, row)
    return None if len(got) == len(needs) + 1 else "summary: %d rows, want %d" % (len(got), len(needs) + 1)


def check_kit(plant, folder, make):
    got = run(folder, "kit", "--item", plant.item, "--date", DAY, *(["--make"] if make else []))
    if not plant.below(plant.item):
        return None if "no bill of material" in got else "kit without a bill: %s" % got
    unit = Fraction(1, 10 ** plant.decimals[plant.item])
    count, bound = 0, KIT_MAX * unit.denominator
    while count <= bound and not lacks(plant, (count + 1) * unit, make):
        count += 1
    if count > bound:
        endless = not isinstance(got, str) and (not got[0]["quantity"] or Fraction(got[0]["quantity"]) > KIT_MAX)
        return None if endless else "endless kit: %s" % got
    if isinstance(got, str) or got[0]["quantity"] != plain(count * unit):
        return "kit: want %s, got %s" % (plain(count * unit), got)
    wanted = {i: tuple(plain(q) for q in w) for i, w in lacks(plant, (count + 1) * unit, make).items()}
    told = {r["limited_by"]: (r["needed"], r["stock"], r["lacks"]) for r in got[1:]}
    return None if told == wanted else "kit is short of %s, got %s" % (wanted, told)


def check_ends(plant, folder):
    item = plant.codes[-1]
    got = run(folder, "where-used", "--item", item, "--date", DAY, "--ends")
    lines = [l for l in plant.lines if l["kind"] != "byproduct" and (not l["valid_to"] or DAY < l["valid_to"])]
    ends = defaultdict(lambda: [Fraction(0), 0])

    def walk(top, at, amount):
        for line in lines:
            if line["parent"] == at:
                need = per(line) * (1 if line["qty_fixed"] else amount)
                if line["component"] == item:
                    ends[top][0] += need
                    ends[top][1] += 1
                walk(top, line["component"], need)

    for top in plant.codes:
        if top != item and not any(l["component"] == top for l in lines):
            walk(top, top, Fraction(1))
    wanted = {e: tuple(v) for e, v in ends.items() if v[1]}
    told = {r["end_item"]: (Fraction(r["qty_per"]), int(r["ways"])) for r in got}
    return None if told == wanted and list(told) == sorted(told, key=str.encode) else "ends: want %s, got %s" % (wanted, got)


def check(seed):
    plant = Plant(seed)
    words = ["--item", plant.item, "--qty", str(plant.qty), "--date", DAY]
    with tempfile.TemporaryDirectory() as folder:
        plant.write(folder)
        for wrong in (check_net(plant, folder, words), check_summary(plant, folder, words),
                      check_kit(plant, folder, False), check_kit(plant, folder, True), check_ends(plant, folder)):
            if wrong:
                print("seed %d: %s" % (seed, wrong))
                return False
    return True


def main():
    plants = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    good = sum(check(seed) for seed in range(first, first + plants))
    print("property/netting: %d passed, %d failed" % (good, plants - good))
    return 0 if good == plants else 1


sys.exit(main())
