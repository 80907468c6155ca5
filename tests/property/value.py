#!/usr/bin/env python3
"""`millrace value` against an oracle in whole numbers, on random movements of many items.

Each item is a sequence of its own: receipts, issues, returns of both kinds, adjustments, counts and late costs, valued
STANDARD, AVERAGE, FIFO or LOT.  The oracle (class Stock) is written from design/costing.md section 3 and the note on
movements.csv in design/formats.md.  usage: value.py [SEED [ITEMS]]
"""
import csv
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MILLRACE = os.path.join(os.environ.get("MILLRACE_BUILD", os.path.join(ROOT, "build")), "bin", "millrace")
STEPS = 40


def rounded(value, scale):
    """A fraction to a whole number of 1/scale, half away from zero."""
    value = Fraction(value) * scale
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return Fraction(whole if value >= 0 else -whole, scale)


def money(value):
    return rounded(value, 10000)


def share(amount, part, whole):
    return amount if part == whole else money(amount * part / whole)


class Part:
    def __init__(self, layer, qty, amount):
        self.layer, self.qty, self.amount, self.owed = layer, qty, amount, Fraction(0)


class Layer:
    def __init__(self, lot, qty, amount):
        self.lot, self.qty, self.amount, self.corrected = lot, qty, amount, Fraction(0)


class Stock:
    """One item.  Every method returns its rows: (qty, amount, variance)."""

    def __init__(self, valuation, cost):
        self.valuation, self.unit_cost, self.last_cost = valuation, cost, cost
        self.lot_cost, self.layers, self.parts, self.qty, self.value = {}, [], [], Fraction(0), Fraction(0)

    def layered(self):
        return self.valuation in ("fifo", "lot")

    def row(self, qty, amount, variance=Fraction(0)):
        self.qty += qty
        self.value += amount
        return (qty, amount, variance)

    def mine(self, layer, lot):
        return self.valuation == "fifo" or layer.lot == lot

    def there(self, lot):
        return sum((l.qty for l in self.layers if l.lot == lot), Fraction(0)) if self.valuation == "lot" else self.qty

    def out(self, qty, lot):
        parts = self.out_of_layers(qty, lot) if self.layered() else self.out_of_pool(qty)
        self.parts += parts
        return parts, [self.row(-qty, -sum(p.amount for p in parts))]

    def out_of_layers(self, qty, lot):
        parts = []
        for layer in self.layers:
            if qty and layer.qty > 0 and self.mine(layer, lot):
                part = min(qty, layer.qty)
                amount = share(layer.amount, part, layer.qty)
                layer.qty, layer.amount, qty = layer.qty - part, layer.amount - amount, qty - part
                parts.append(Part(layer, part, amount))
        if qty:
            cost = money(qty * (self.lot_cost.get(lot, self.last_cost) if self.valuation == "lot" else self.last_cost))
            layer = Layer(lot, -qty, -cost)
            self.layers.append(layer)
            parts.append(Part(layer, qty, cost))
        return parts

    def out_of_pool(self, qty):
        if qty == self.qty:
            cost = self.value
            if self.valuation == "average":
                self.last_cost = rounded(self.value / self.qty, 1000000)
        elif self.valuation == "standard":
            cost = money(qty * self.unit_cost)
        elif self.qty == 0:
            cost = money(qty * self.last_cost)
        else:
            cost = money(self.value * qty / self.qty)
        stock = min(qty, max(self.qty, 0))
        at = (self.value if qty > stock else cost) if stock else Fraction(0)
        parts = [Part(None, stock, at)] if stock else []
        if qty > stock:
            parts.append(Part(None, qty - stock, cost - at))
            parts[-1].owed = qty - stock if self.valuation == "average" else Fraction(0)
        return parts

    def into(self, qty, cost, lot):
        """Returns (layer made, rows)."""
        if self.valuation == "standard":
            stock = -self.value if self.qty == -qty else money(qty * self.unit_cost)
            return None, [self.row(qty, stock, cost - stock)]
        layer, correction = None, Fraction(0)
        if self.layered():
            layer, correction = self.into_layers(qty, cost, lot)
        elif self.qty < 0:
            covered = min(qty, -self.qty)
            correction = share(cost, covered, qty) - share(-self.value, covered, -self.qty)
            self.correct(covered, correction)
        rows = [self.row(qty, cost)]
        return layer, rows + ([self.row(Fraction(0), -correction, correction)] if correction else [])

    def into_layers(self, qty, cost, lot):
        correction = Fraction(0)
        for layer in self.layers:
            if qty and layer.qty < 0 and self.mine(layer, lot):
                part = min(qty, -layer.qty)
                was, now = share(-layer.amount, part, -layer.qty), share(cost, part, qty)
                layer.qty, layer.amount, qty, cost = layer.qty + part, layer.amount + was, qty - part, cost - now
                layer.corrected += now - was
                correction += now - was
        if not qty:
            return None, correction
        self.layers.append(Layer(lot, qty, cost))
        return self.layers[-1], correction

    def correct(self, covered, correction):
        for part in self.parts:
            if covered and part.owed:
                now = min(part.owed, covered)
                by = share(correction, now, covered)
                part.amount, part.owed = part.amount + by, part.owed - now
                covered, correction = covered - now, correction - by

    def receive(self, qty, cost, lot):
        layer, rows = self.into(qty, cost, lot)
        self.last_cost = rounded(cost / qty, 1000000)
        self.lot_cost[lot] = self.last_cost
        return layer, rows

    def present(self, qty):
        if self.valuation == "standard":
            return money(qty * self.unit_cost)
        return money(self.value * qty / self.qty) if self.qty > 0 else money(qty * (self.last_cost or self.unit_cost))

    def give_back(self, parts, qty, lot):
        cost, whole = Fraction(0), qty
        for part in reversed(parts):
            back = min(qty, part.qty)
            if back:
                cost += self.part_back(part, back)
                qty -= back
        return [self.row(whole, cost)] if self.layered() else self.into(whole, cost, lot)[1]

    def part_back(self, part, back):
        layer = part.layer
        if layer is None:
            cost = share(part.amount, back, part.qty)
        else:
            still = max(-layer.qty, Fraction(0))
            owed_amount = -layer.amount if still else Fraction(0)
            owed = min(back, still)
            cost = share(owed_amount, owed, still) if owed else Fraction(0)
            if back > owed:
                cost += share(part.amount - owed_amount + layer.corrected, back - owed, part.qty - still)
                part.amount += layer.corrected
                layer.corrected = Fraction(0)
            layer.qty, layer.amount = layer.qty + back, layer.amount + cost
        part.qty, part.amount = part.qty - back, part.amount - cost
        return cost

    def send_back(self, layer, qty, lot):
        if not self.layered() or layer is None or layer.qty <= 0:
            return self.out(qty, lot)
        part = min(qty, layer.qty)
        amount = share(layer.amount, part, layer.qty)
        layer.qty, layer.amount = layer.qty - part, layer.amount - amount
        parts = [Part(layer, part, amount)]
        self.parts += parts
        if part < qty:
            rest = self.out_of_layers(qty - part, lot)
            self.parts += rest
            parts = parts + rest
        return parts, [self.row(-qty, -sum(p.amount for p in parts))]

    def revalue(self, layer, received, amount):
        if self.valuation == "standard":
            return [self.row(Fraction(0), Fraction(0), amount)]
        there = (layer.qty if layer else Fraction(0)) if self.layered() else self.qty
        there = max(min(there, received), Fraction(0))
        stock = share(amount, there, received)
        if self.layered() and layer:
            layer.amount += stock
            rest, parts = amount - stock, [p for p in reversed(self.parts) if p.layer is layer and p.qty]
            left = sum(p.qty for p in parts)
            for part in parts:
                by = share(rest, part.qty, left)
                part.amount, rest, left = part.amount + by, rest - by, left - part.qty
        return [self.row(Fraction(0), stock, amount - stock)]


def text(value):
    sign, digits = ("-" if value < 0 else ""), abs(value)
    millionths = digits * 1000000
    assert millionths.denominator == 1
    left, right = divmod(millionths.numerator, 1000000)
    return sign + str(left) + ("." + f"{right:06d}".rstrip("0") if right else "")


class Game:
    """Random movements of one item; writes them and what the oracle makes of them."""

    def __init__(self, rng, code, seq):
        self.rng, self.code, self.seq = rng, code, seq
        self.valuation = rng.choice(["standard", "average", "fifo", "lot"])
        self.negative = rng.random() < 0.4
        self.cost = Fraction(rng.randrange(1, 40000000), 1000000)
        self.stock, self.movements, self.wanted = Stock(self.valuation, self.cost), [], []
        self.receipts, self.issues = [], []

    def quantity(self):
        return Fraction(self.rng.randrange(1, 12)) if self.rng.random() < 0.6 else \
            Fraction(self.rng.randrange(1, 9000000), 1000000)

    def note(self, kind, rows, qty="", amount="", lot="", of_seq=""):
        self.movements.append([self.seq, self.code, kind, qty if qty == "" else text(qty),
                               amount if amount == "" else text(amount), lot, of_seq])
        stock = self.stock
        on_hand = stock.qty - sum(r[0] for r in rows)
        value = stock.value - sum(r[1] for r in rows)
        for i, (moved, worth, variance) in enumerate(rows):
            on_hand, value = on_hand + moved, value + worth
            self.wanted.append([str(self.seq), "correction" if i else kind, text(moved), text(worth), text(variance),
                                text(on_hand), text(value)])
        self.seq += 1

    def step(self):
        rng, stock = self.rng, self.stock
        lot = rng.choice("XYZ") if self.valuation == "lot" else ""
        qty, what = self.quantity(), rng.random()
        enough = self.negative or stock.there(lot) >= qty
        if what < 0.3:
            amount = Fraction(rng.randrange(0, 3000000), 10000)
            layer, rows = stock.receive(qty, amount, lot)
            self.receipts.append((self.seq, layer, qty, lot))
            self.note("receipt", rows, qty, amount, lot)
        elif what < 0.6 and enough:
            parts, rows = stock.out(qty, lot)
            self.issues.append((self.seq, parts, lot))
            self.note("issue", rows, qty, "", lot)
        elif what < 0.72 and self.issues:
            seq, parts, lot = rng.choice(self.issues)
            left = sum(p.qty for p in parts)
            qty = left if rng.random() < 0.3 else min(qty, left)
            if qty:
                self.note("return", stock.give_back(parts, qty, lot), qty, "", lot, seq)
        elif what < 0.8 and self.receipts:
            seq, layer, _, lot = rng.choice(self.receipts)
            if self.negative or stock.there(lot) >= qty:
                self.note("return", stock.send_back(layer, qty, lot)[1], qty, "", lot, seq)
        elif what < 0.9 and self.receipts:
            seq, layer, received, lot = rng.choice(self.receipts)
            amount = Fraction(rng.randrange(-20000, 90000), 10000)
            self.note("revalue", stock.revalue(layer, received, amount), "", amount, lot, seq)
        elif what < 0.95:
            self.note("adjust", stock.receive(qty, stock.present(qty), lot)[1], qty, "", lot)
        else:
            by = qty - stock.there(lot)
            rows = [stock.row(Fraction(0), Fraction(0))]
            if by > 0:
                rows = stock.receive(by, stock.present(by), lot)[1]
            elif by < 0:
                rows = stock.out(-by, lot)[1]
            self.note("count", rows, qty, "", lot)


def write(folder, name, header, rows):
    with open(os.path.join(folder, name), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main():
    long = os.environ.get("MILLRACE_LONG") == "1"
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1 << 30) if long else 1
    items = int(sys.argv[2]) if len(sys.argv) > 2 else 20000 if long else 1500
    rng, games, seq = random.Random(seed), [], 1
    print("seed", seed)
    for number in range(items):
        game = Game(rng, "I%06d" % number, seq)
        for _ in range(STEPS):
            game.step()
        seq = game.seq
        games.append(game)
    with tempfile.TemporaryDirectory() as folder:
        write(folder, "items.csv", "item,type,decimals,valuation,unit_cost,allow_negative",
              [[g.code, "buy", 6, g.valuation, text(g.cost), int(g.negative)] for g in games])
        movements = [m for g in games for m in g.movements]
        rng.shuffle(movements)
        movements.sort(key=lambda m: m[0])
        write(folder, "movements.csv", "seq,item,kind,qty,amount,lot,of_seq", movements)
        run = subprocess.run([MILLRACE, "value", "--from", folder, "--out", os.path.join(folder, "out")],
                             stderr=subprocess.PIPE, text=True)
        got = {}
        if run.returncode == 0:
            with open(os.path.join(folder, "out", "valuation.csv"), newline="") as file:
                for row in csv.DictReader(file):
                    got.setdefault(row["item"], []).append(
                        [row[c] for c in ("seq", "kind", "qty", "amount", "variance", "on_hand", "value")])
        else:
            print(run.stderr)
    failed = 0
    for game in games:
        if got.get(game.code, []) != game.wanted:
            failed += 1
            if failed <= 3:
                pairs = zip(got.get(game.code, []), game.wanted)
                first = next((p for p in pairs if p[0] != p[1]), ("rows", len(game.wanted)))
                print("%s %s: got %s, wanted %s" % (game.code, game.valuation, *first))
    print("value: %d passed, %d failed" % (items - failed, failed))
    sys.exit(failed > 0)


main()
