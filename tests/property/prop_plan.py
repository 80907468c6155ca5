#!/usr/bin/env python3
# ops/test: release
"""Random small plants with every feature on: `millrace plan` against the oracle; then with all rows shuffled and by other
numbers of threads, down to one item a piece of work: not a byte of any output may differ.

usage: prop_plan.py [FIRST_SEED [COUNT]]       a failing seed is printed; run it alone with COUNT 1 and --keep
"""
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction as F

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from plan_oracle import Planner

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MILLRACE = os.path.join(os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build"), "bin", "millrace")
FILES = ["plant.csv", "items.csv", "bom.csv", "stock.csv", "demand.csv", "supply.csv", "order_components.csv", "suppliers.csv",
         "safety_stock.csv", "calendar.csv", "work_centers.csv", "routing.csv", "rates.csv"]
THURSDAY = 4


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.files = {f: [] for f in FILES}
        self.horizon = self.r.choice([12, 25, 40])
        self.decimals = {}

    def maybe(self, share, value):
        return value() if self.r.random() < share else ""

    def qty(self, item, low, high):
        scale = 10 ** self.decimals[item]
        return self.text(F(self.r.randint(low * scale, high * scale), scale))

    @staticmethod
    def text(value):
        whole = "%.6f" % float(value) if value.denominator != 1 else str(value.numerator)
        return whole.rstrip("0").rstrip(".") if "." in whole else whole

    def item(self, k, kind):
        r, name = self.r, "I%02d" % k
        self.decimals[name] = r.choice([0, 0, 0, 2])
        row = {"item": name, "type": kind, "decimals": self.decimals[name]}
        if kind == "phantom":
            return row
        q = lambda low, high: self.qty(name, low, high)
        row.update(lead_time_days=r.randint(0, 6) if r.random() < .7 else "", lead_time_per_unit_days=self.maybe(.2, lambda: r.choice(["0.01", "0.1"])),
                   safety_stock=self.maybe(.3, lambda: q(1, 20)), safety_days=self.maybe(.2, lambda: r.randint(1, 4)),
                   lot_min=self.maybe(.2, lambda: q(5, 30)), lot_max=self.maybe(.2, lambda: q(30, 60)),
                   lot_multiple=self.maybe(.2, lambda: q(2, 12)), yield_pct=self.maybe(.3, lambda: r.choice([95, 80, "97.5"])) if kind == "make" else "",
                   planning_fence_days=self.maybe(.15, lambda: r.randint(1, 6)), reschedule_days=self.maybe(.3, lambda: r.randint(1, 20)),
                   demand_fence_days=self.maybe(.15, lambda: r.randint(1, 6)), forecast_back_days=self.maybe(.5, lambda: r.randint(1, 8)),
                   forecast_forward_days=self.maybe(.5, lambda: r.randint(1, 8)),
                   segment_policy=self.maybe(.4, lambda: "individual"))
        rule = r.choice(["L4L", "L4L", "L4L", "FOQ", "EOQ", "POQ", "DOS", "MINMAX", "ROP", "LUC", "LTC", "PPB", "SM", "GROFF"])
        row["lot_rule"] = rule
        if rule in ("FOQ", "ROP"):
            row["lot_qty"] = q(3, 40)
        if rule in ("FOQ", "EOQ"):
            row["foq_mode"] = r.choice(["multiple", "raise"])
        if rule in ("POQ", "DOS"):
            row["lot_periods"] = r.randint(1, 8)
        if rule == "MINMAX":
            row["stock_min"] = self.maybe(.6, lambda: q(1, 20))
            row["stock_max"] = q(20, 60)
        if rule == "ROP":
            row["reorder_point"] = q(1, 30)
        if rule in ("EOQ", "LUC", "LTC", "PPB", "SM", "GROFF"):
            row.update(order_cost=r.randint(10, 300), holding_cost=r.choice(["0.5", "1", "2.25"]))
        row["ppb_look"] = r.choice(["none", "ahead", "back"]) if rule == "PPB" else ""
        return row

    def line(self, parent, component, position):
        r = self.r
        row = {"parent": parent, "component": component, "qty": r.choice(["1", "2", "0.3", "1.25", "4"]), "position": position,
               "per_qty": self.maybe(.2, lambda: r.choice([2, 3, 7])), "scrap_pct": self.maybe(.2, lambda: r.choice([3, 10])),
               "qty_fixed": self.maybe(.1, lambda: 1), "pieces": self.maybe(.1, lambda: 3)}
        kind = r.random()
        if kind < .1 and parent in self.made:
            row["kind"] = r.choice(["coproduct", "byproduct"])
            row["qty_fixed"] = row["pieces"] = ""
        if parent in self.routes and not row.get("kind") and r.random() < .5:
            row["operation"] = r.choice(self.routes[parent])
        if r.random() < .2:
            row["valid_from"], row["valid_to"] = self.maybe(.5, lambda: r.randint(0, 10)), self.maybe(.5, lambda: r.randint(11, 30))
        if r.random() < .2:
            row["alternative"], row["alternative_priority"] = r.choice("AB"), r.randint(1, 2)
            row["lot_from"] = self.maybe(.4, lambda: 20)
        if r.random() < .15:
            row["revision"] = r.choice("12")
        if parent in self.made and r.random() < .2 and not row.get("kind"):
            row["offset_days"] = r.randint(0, 5)
        if not row.get("kind") and r.random() < .15:
            row["kind"] = r.choice(["phantom", "consumable"])
        return row

    def supplier(self, item):
        r = self.r
        for name in r.sample(["S1", "S2", "S3"], r.randint(1, 3)):
            base = {"item": item, "currency": self.maybe(.3, lambda: r.choice(["EUR", "USD"])), "supplier": name, "priority": self.maybe(.6, lambda: r.randint(1, 2)),
                    "lead_time_days": self.maybe(.6, lambda: r.randint(0, 8)), "calendar": self.maybe(.3, lambda: "C2"),
                    "valid_to": self.maybe(.3, lambda: r.randint(5, 20)), "quota_pct": self.maybe(.4, lambda: r.choice([20, 50])),
                    "min_qty": self.maybe(.3, lambda: r.randint(2, 20)), "multiple": self.maybe(.3, lambda: r.randint(2, 6))}
            if r.random() < .3:
                base.update(uom="BOX", uom_factor=r.choice([5, 12]))
            for k in range(r.randint(1, 2)):
                yield dict(base, price="%d.%02d" % (r.randint(1, 9), r.randint(0, 99)), price_from_qty=k * 20)

    def make(self):
        r, files = self.r, self.files
        files["plant.csv"] = [{"key": k, "value": v} for k, v in
                              [("plant", "P"), ("plan_start", "2026-01-01"), ("date_style", "number"), ("currency", "CNY"),
                               ("horizon_days", self.horizon), ("calendar", r.choice(["", "C1"])), ("reschedule_days", r.choice([0, 9]))]]
        for name in ("C1", "C2"):
            files["calendar.csv"] += [{"calendar": name, "weekday": w, "date": "", "working": 0} for w in r.sample(range(1, 8), 2)]
            files["calendar.csv"] += [{"calendar": name, "weekday": "", "date": d, "working": r.randint(0, 1)} for d in r.sample(range(40), 4)]
        kinds = ["make"] * r.randint(1, 4) + r.choices(["make", "phantom", "buy"], k=r.randint(1, 6)) + ["buy"] * r.randint(1, 3)
        for k, kind in enumerate(kinds):
            files["items.csv"].append(self.item(k, kind))
        names = [i["item"] for i in files["items.csv"]]
        types = dict(zip(names, kinds))
        self.made = {n for n in names if types[n] == "make"}
        self.routings()
        position = 0
        for k, parent in enumerate(names[:-1]):
            if types[parent] == "buy":
                continue
            for component in r.sample(names[k + 1:], min(len(names) - k - 1, r.randint(1, 3))):
                for _ in range(r.choice([1, 1, 1, 2])):
                    position += 1
                    row = self.line(parent, component, position)
                    if types[component] == "phantom" and row.get("kind") != "consumable":
                        row["kind"] = ""
                    files["bom.csv"].append(row)
        seen = set()                      # a bill may not say the same twice
        files["bom.csv"] = [b for b in files["bom.csv"] if not ((key := (b["parent"], b["component"], b.get("alternative"), b.get("revision"))) in seen or seen.add(key))]
        for parent in sorted(self.made):
            plain = [b for b in files["bom.csv"] if b["parent"] == parent and types[b["component"]] == "buy" and not b.get("kind")
                     and b.get("qty_fixed") in ("", None)]
            plain = list({b["component"]: b for b in plain}.values())
            if len(plain) > 1 and r.random() < .8:
                for b in r.sample(plain, 2):
                    b["substitute_group"], b["substitute_priority"] = "G", r.randint(0, 2)
        for name in names:
            self.facts(name, types[name])
        return files

    def routings(self):
        r, files = self.r, self.files
        files["work_centers.csv"] = [{"work_center": "W%d" % k, "hours_per_day": self.maybe(.8, lambda: r.choice([8, 16, "7.5"])),
                                      "efficiency_pct": self.maybe(.5, lambda: r.choice([80, 110])),
                                      "calendar": self.maybe(.5, lambda: r.choice(["C1", "C2"]))} for k in (1, 2, 3)]
        files["rates.csv"] = [{"currency": c, "date": d, "rate": r.choice(["7.1", "6.95", "8"])} for c in ("EUR", "USD")
                              for d in r.sample(range(-9, 5), 2)]
        self.routes = {}
        for item in sorted(self.made):
            if r.random() < .5:
                continue
            group = ""
            for k in range(r.randint(1, 4)):
                group = r.choice(["", "", group, "G%d" % k])
                row = {"item": item, "operation": str(10 + 10 * k), "work_center": "W%d" % r.randint(1, 3), "setup": self.maybe(.5, lambda: r.choice(["1", "0.7", "3"])),
                       "run": r.choice(["0.05", "0.3", "1", "2.5"]), "cleanup": self.maybe(.2, lambda: "0.25"), "parallel_group": group,
                       "time_unit": r.choice(["h", "h", "min", "s"]), "per_qty": self.maybe(.2, lambda: r.choice([3, 10])),
                       "run_size": self.maybe(.2, lambda: r.choice([7, 20])), "lead_time_days": self.maybe(.3, lambda: r.randint(0, 3)),
                       "scrap_pct": self.maybe(.2, lambda: r.choice([4, "2.5"])), "supplier": self.maybe(.1, lambda: "S9")}
                files["routing.csv"].append(row)
                self.routes.setdefault(item, []).append(row["operation"])

    def facts(self, name, kind):
        r, files = self.r, self.files
        seg = lambda: self.maybe(.25, lambda: r.choice(["P1", "P2"]))
        for k in range(r.choice([0, 0, 1, 2, 4])):
            files["demand.csv"].append({"item": name, "due": r.randint(-3, self.horizon - 1), "qty": self.qty(name, 1, 60), "kind": "order",
                                        "reference": "SO-%s-%d" % (name, k), "segment": seg(), "priority": self.maybe(.5, lambda: r.randint(1, 3))})
        for k in range(r.choice([0, 0, 0, 2, 3])):
            files["demand.csv"].append({"item": name, "due": r.randint(-6, self.horizon - 1), "qty": self.qty(name, 1, 60), "kind": "forecast",
                                        "days": r.randint(1, 7), "reference": "FC-%s-%d" % (name, k), "segment": ""})
        for k in range(r.choice([0, 1, 1, 2])):
            files["stock.csv"].append({"item": name, "qty": self.qty(name, 1, 50), "lot": "L%d" % k, "segment": seg(),
                                       "status": r.choice(["available"] * 4 + ["blocked"]),
                                       "expiry": self.maybe(.25, lambda: r.randint(-2, 30)) if kind != "phantom" else ""})
        for k in range(r.choice([0, 0, 1, 2])):
            kinds = {"make": ["work_order", "planned"], "buy": ["purchase"], "phantom": ["work_order"]}[kind]
            due = r.randint(-2, self.horizon - 1)
            files["supply.csv"].append({"item": name, "due": due, "qty": self.qty(name, 1, 40), "kind": r.choice(kinds), "segment": seg(),
                                        "reference": "R-%s-%d" % (name, k), "firm": self.maybe(.3, lambda: 1),
                                        "start": self.maybe(.3, lambda: due - r.randint(0, 5))})
        if r.random() < .15:
            files["order_components.csv"].append({"reference": "WO-%s" % name, "item": name, "qty": self.qty(name, 1, 20),
                                                  "due": r.randint(-2, self.horizon - 1), "segment": seg()})
        if kind != "phantom" and r.random() < .15:
            files["safety_stock.csv"] += [{"item": name, "from": d, "safety_stock": self.qty(name, 0, 20)} for d in r.sample(range(self.horizon), 2)]
        if kind == "buy" and r.random() < .6:
            files["suppliers.csv"] += self.supplier(name)


def write(folder, files, shuffle=None):
    os.makedirs(folder, exist_ok=True)
    for name, rows in files.items():
        rows = list(rows)
        if shuffle:
            shuffle.shuffle(rows)
        keys = sorted({k for row in rows for k in row})
        with open(os.path.join(folder, name), "w", newline="") as f:
            out = csv.DictWriter(f, keys, restval="", lineterminator="\n")
            if rows:
                out.writeheader()
                out.writerows(rows)
        if not rows:
            os.remove(os.path.join(folder, name))


def run(folder, threads=1):
    done = subprocess.run([MILLRACE, "plan", "--from", folder, "--out", os.path.join(folder, "out"), "--threads", str(threads)],
                          capture_output=True, text=True)
    if done.returncode:
        return None, "status %d: %s" % (done.returncode, done.stderr.strip()[:300])
    texts = {}
    for name in sorted(os.listdir(os.path.join(folder, "out"))):
        with open(os.path.join(folder, "out", name)) as f:
            texts[name] = f.read()
    return texts, None


def table(text, columns):
    rows = csv.DictReader(text.splitlines())
    return sorted(tuple(F(r[c]) if c in NUMBERS and r[c] else r[c] for c in columns) for r in rows)


NUMBERS = {"qty", "start_qty", "start", "due", "need", "date", "gross", "scheduled", "projected", "net", "planned_receipt", "planned_release", "price"}
ORDER = ["item", "segment", "need", "start", "due", "qty", "start_qty", "supplier", "price"]
ROW = ["item", "segment", "date", "gross", "scheduled", "projected", "net", "planned_receipt", "planned_release"]


def difference(want, got):
    want, got = sorted(want), sorted(got)
    missing, extra = [w for w in want if w not in got], [g for g in got if g not in want]
    if len(want) != len(got) or missing or extra:
        show = lambda rows: "; ".join(" ".join(str(x) for x in r) for r in rows[:3])
        return "wanted and not there: %s | there and not wanted: %s" % (show(missing), show(extra))
    return None


def check_pegging(files, text, phantoms):
    """Every customer line is pegged whole, and no planned order to more than it brings."""
    pegs = list(csv.DictReader(text.splitlines()))
    for r in files["demand.csv"]:
        if r["kind"] != "order" or r["item"] in phantoms:
            continue
        pegged = sum(F(p["pegged_qty"]) for p in pegs
                     if p["supply_item"] == p["for_item"] == r["item"] and p["top_reference"] == r["reference"])
        if pegged != F(r["qty"]):
            return "%s of %s: %s pegged of %s" % (r["reference"], r["item"], pegged, r["qty"])
    if any(F(p["pegged_qty"]) > F(p["supply_qty"]) for p in pegs):
        return "more pegged than supplied"
    return None


def check(seed, folder):
    files = Maker(seed).make()
    write(os.path.join(folder, "a"), files)
    texts, error = run(os.path.join(folder, "a"))
    if error:
        return error
    text_files = {f: [{k: str(v) for k, v in r.items()} for r in rows] for f, rows in files.items()}
    oracle = Planner(text_files, THURSDAY).run()
    orders = [tuple(o[c] for c in ORDER) for item in oracle.orders for o in oracle.orders[item]]
    problem = difference(orders, table(texts["planned_orders.csv"], ORDER))
    if problem:
        return "planned_orders (%s): %s" % (",".join(ORDER), problem)
    phantoms = {r["item"] for r in files["items.csv"] if r["type"] == "phantom"}
    rows = [r for r in table(texts["requirements.csv"], ROW) if r[0] not in phantoms]
    problem = difference([r for r in oracle.rows if r[0] not in phantoms], rows)
    if problem:
        return "requirements (%s): %s" % (",".join(ROW), problem)
    rows = {(r["work_center"], int(r["date"])): tuple(F(r[c]) for c in ("planned", "firm", "released"))
            for r in csv.DictReader(texts["load.csv"].splitlines())}
    problem = difference(oracle.load().items(), rows.items())
    if problem:
        return "load (work_center, day, planned, firm, released): %s" % problem
    problem = check_pegging(files, texts["pegging.csv"], phantoms)
    if problem:
        return "pegging: %s" % problem
    write(os.path.join(folder, "b"), files, random.Random(seed))
    for how, threads in (("b", 2 + seed % 4), ("b", 1), ("a", 2)):
        again, error = run(os.path.join(folder, how), threads)
        if error or again != texts:
            names = [n for n in texts if not again or texts[n] != again.get(n)]
            return "rows as in \"%s\", %d threads: %s" % (how, threads, error or "%s differ" % ", ".join(names))
    return None


def main():
    numbers = [int(a) for a in sys.argv[1:] if a.isdigit()]
    first = numbers[0] if numbers else 1
    count = numbers[1] if len(numbers) > 1 else 3000 if os.environ.get("MILLRACE_LONG") == "1" else 120
    failed = 0
    for seed in range(first, first + count):
        folder = tempfile.mkdtemp()
        problem = check(seed, folder)
        if problem:
            failed += 1
            print("seed %d: %s" % (seed, problem))
            if "--keep" in sys.argv:
                print("kept in %s" % folder)
                continue
        shutil.rmtree(folder)
    print("property/plan: %d passed, %d failed" % (count - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
