"""What the oracle of model.py is made of: the plant of a sequence, its items, orders and ledger lines, and rounding."""
from fractions import Fraction

OVER_PCT = 10                                # of purchase lines, issues and receipts
PER_BOX = {"S": 1, "A": 2, "F": 3, "T": 1, "G": 1}
BY_ITSELF = "G"                              # taken with the receipt
BESIDE = {"BA": (("BY", 2, None), ("CO", 1, 20)), "BF": (("CO", 2, 30),)}  # item, by piece, share of the cost; in the order of lines
COST = {"S": 3, "A": 4, "F": 5, "T": 6, "G": 7, "N": 2, "Q": 9, "BA": 20, "BS": 25, "BF": 22, "BY": 1, "CO": 8}
VALUATION = {"S": "S", "A": "A", "F": "F", "T": "L", "G": "A", "N": "A", "Q": "A", "BA": "A", "BS": "S", "BF": "F", "BY": "S", "CO": "F"}
BOXES = ("BA", "BS", "BF")
TRACKING = {"T": "lot", "Q": "serial"}
RATES = ("7.35", "2.15", "1.05")             # labour, machine, overhead by the hour
HOURS = Fraction(1, 10)                      # a piece
ALONE = 700                                  # what one person may adjust
NEVER = "9999-99-99"
MAIN = "MAIN"
LOCATIONS = (MAIN, "L1", "L2")


class Refused(Exception):
    pass


def rounded(value, scale=10000):
    value = Fraction(value) * scale
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return Fraction(whole if value >= 0 else -whole, scale)


def share(amount, part, whole):
    return amount if part == whole else rounded(Fraction(amount) * part / whole)


def up(value, scale=1):
    value = Fraction(value) * scale
    return Fraction(-(-value.numerator // value.denominator), scale)


class Layer:
    def __init__(self, number, lot, order, received):
        self.number, self.lot, self.order, self.received, self.qty, self.amount = number, lot, order, received, 0, Fraction(0)


class Item:
    def __init__(self, name):
        self.name, self.valuation, self.tracking = name, VALUATION[name], TRACKING.get(name, "none")
        self.cost = self.last_cost = Fraction(COST[name])
        self.qty, self.value, self.below = 0, Fraction(0), name == "N"
        self.balances, self.frozen, self.lots, self.layers = {}, {}, {}, []
        self.days = {}    # {days ago: what its lines add}
        self.takers = []  # [(order, quantity)] of every line that took: who owes what is below zero

    def layered(self):
        return self.valuation in "FL"

    def expiry(self, lot):
        return self.lots.get(lot, NEVER) if lot else NEVER

    def present(self, qty):
        if self.valuation != "S" and self.qty > 0:
            return share(self.value, qty, self.qty)
        return rounded(qty * (self.cost if self.valuation == "S" else self.last_cost or self.cost))


class Line:
    """Of the ledger.  takes: [[layer, quantity, amount]] that it took, or (below zero) gave back."""

    def __init__(self, kind, item, key, qty, amount, **more):
        self.kind, self.item, self.key, self.qty, self.amount = kind, item, key, qty, amount
        self.wip, self.variance, self.counted, self.order, self.line = Fraction(0), Fraction(0), 0, None, 0
        self.takes, self.number, self.transfer, self.reversed, self.reverses, self.output = [], 0, None, False, False, None
        self.__dict__.update(more)


def hours_cost(hours):
    return sum(rounded(hours * Fraction(rate)) for rate in RATES)


class Component:
    def __init__(self, item, required, cost=None):
        self.item, self.required, self.issued, self.returned, self.amount, self.takes = item, required, 0, 0, Fraction(0), []
        self.cost = Fraction(COST[item]) if cost is None else cost  # planned, of one

    def net(self):
        return self.issued - self.returned


class Output:
    """What comes beside the product, frozen for `of` pieces of it."""

    def __init__(self, line, item, qty, unit, of):
        self.line, self.item, self.qty, self.unit, self.of, self.received = line, item, qty, unit, of, 0


class Order:
    def __init__(self, box, qty, kind="make", state="firm"):
        self.box, self.qty, self.kind, self.state, self.received, self.scrapped, self.wip = box, qty, kind, state, 0, 0, Fraction(0)
        self.planned, self.hours, self.lines, self.outputs = Fraction(0), Fraction(0), [], []

    def made(self):
        return self.received + self.scrapped

    def used(self, component, scale=1):
        return up(Fraction(self.made() * component.required) / self.qty, scale)

    def reserved(self, component):
        open_ = self.state in ("released", "in_progress", "held")
        return max(0, component.required - component.net()) if open_ else 0
