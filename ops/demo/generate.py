#!/usr/bin/env python3
"""Turns factory.py into a plant folder (design of the plant folder: one CSV a file) and into past postings.

    generate.py [--date YYYY-MM-DD] OUT_DIR

All dates are relative to one day, the plan's start: --date, or the fixed day of the committed folder
ops/demo/plant.  The same day gives the same bytes; nothing here looks at a clock or draws a random number.
"""
import argparse
import csv
import hashlib
import os
import sys
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import factory

PLANT = "DEMO"
COMMITTED_DAY = date(2026, 11, 23)
WEEKS_OF_FORECAST = 16


def rows(table):
    for line in table.strip().splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            yield line


def bars(table):
    return [[field.strip() for field in line.split("|")] for line in rows(table)]


def ceil_div(a, b=1):
    value = Fraction(a) / Fraction(b)
    return -((-value.numerator) // value.denominator)


def decimal_text(value, places):
    """A fraction rounded half up to places, without trailing zeros."""
    number = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)
    text = format(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def sales_price(item, customer):
    """What a customer pays for a piece."""
    return decimal_text(Fraction(factory.PRICES[item]) * (100 - int(factory.REBATE.get(customer, 0))) / 100, 2)


def spread(name, low, high):
    """A number between low and high percent that belongs to the name: variety without chance."""
    digest = hashlib.sha256(name.encode()).digest()
    return Fraction(low + digest[0] * (high - low) // 255, 100)


def round_up_nicely(value, decimals):
    """Stock counts as a storekeeper would have them: three leading digits."""
    if decimals:
        return Fraction(ceil_div(value * 4), 4)
    whole = ceil_div(value)
    step = 10 ** max(0, len(str(whole)) - 2)
    return Fraction(ceil_div(whole, step) * step)


class Supplier:
    def __init__(self, text):
        head, tail = text.split(":", 1)
        parts = [p.strip() for p in tail.split(",")]
        self.code = head.strip()
        self.lead = int(parts[0])
        self.unit, factor = parts[1].split(" x")
        self.factor = Fraction(factor)
        self.minimum, self.multiple = Fraction(parts[2]), Fraction(parts[3])
        self.breaks = []
        for price in parts[4].split("/"):
            amount, _, quantity = price.strip().partition("@")
            self.breaks.append((Fraction(quantity or 0), Fraction(amount)))

    def price(self, units):
        return [price for quantity, price in self.breaks if units >= quantity][-1]

    def whole(self, needed):
        """Purchase units to order for a need in the stock unit."""
        units = max(Fraction(ceil_div(needed, self.factor)), self.minimum)
        return Fraction(ceil_div(units, self.multiple)) * self.multiple


class Item:
    def __init__(self, code, name, kind):
        self.code, self.name, self.kind = code, name, kind
        self.uom, self.decimals, self.tracking, self.shelf = "EA", 0, "none", ""
        self.lines, self.operations, self.suppliers = [], [], []
        self.safety, self.lead, self.yield_pct, self.lot_of_cost = Fraction(0), "", 100, 1
        self.lot_rule, self.lot, self.group, self.valuation = "L4L", {}, "made", "average"
        self.cost = None


class Line:
    """parent, component, qty per per_qty, scrap in percent, days of effectivity."""

    def __init__(self, text, items):
        words = text.split()
        self.component = items[words[0]]
        self.scrap, self.valid_from, self.valid_to = Fraction(0), None, None
        for word in words[2:]:
            if word.endswith("%"):
                self.scrap = Fraction(word[:-1])
            elif word.startswith(">="):
                self.valid_from = int(word[2:])
            else:
                self.valid_to = int(word[1:])
        numerator, _, denominator = words[1].partition("/")
        self.qty, self.per = Fraction(numerator), int(denominator or 1)
        if self.component.decimals < len(numerator.partition(".")[2]):
            self.qty, self.per = self.qty * 1000, self.per * 1000

    def need(self, started):
        return Fraction(started) * self.qty / self.per / (1 - self.scrap / 100)

    def valid(self, day):
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day < self.valid_to)


class Operation:
    def __init__(self, text, item):
        words = text.split()
        self.item, self.number = item, words[0]
        self.price = self.supplier = None
        self.setup = self.run = Fraction(0)
        self.run_size, self.lead = 1, ""
        if words[1] == "out":
            self.center, self.price, self.supplier, self.lead = "WC-OUT", Fraction(words[2]), words[3], words[4]
            return
        self.center, self.setup, self.run = "WC-" + words[1], Fraction(words[2]), Fraction(words[3])
        if len(words) > 4:
            self.run_size = int(words[4][1:])

    def hours(self, pieces):
        runs = Fraction(pieces) if self.run_size == 1 else ceil_div(pieces, self.run_size)
        return self.setup + self.run * runs / 3600


class Factory:
    def __init__(self):
        self.items = {}
        self._read_bought()
        self._read_made()
        for line in rows(factory.BILLS):
            parent, tail = line.split(":", 1)
            self.items[parent].lines = [Line(t.strip(), self.items) for t in tail.split(",")]
        for line in rows(factory.ROUTINGS):
            code, tail = line.split(":", 1)
            self.items[code].operations = [Operation(t.strip(), code) for t in tail.split(";")]
        self.centers = {f[0]: f for f in bars(factory.CENTRES)}
        self.order = self._sort_by_level()
        for item in reversed(self.order):
            item.cost = self._roll_up(item)
        self.usage = self._daily_usage()

    def _read_bought(self):
        for code, name, unit, safety, group, tracking, suppliers in bars(factory.BOUGHT):
            item = self.items[code] = Item(code, name, "buy")
            words = unit.split()
            item.uom, item.decimals = words[0], int(words[1]) if len(words) > 1 else 0
            item.safety, item.group = Fraction(safety), group
            item.tracking, _, item.shelf = tracking.partition(" ")
            item.suppliers = [Supplier(s) for s in suppliers.split(";")]
            item.valuation = "fifo" if group == "electronic" else "average"

    def _read_made(self):
        for fields in bars(factory.MADE):
            item = self.items[fields[0]] = Item(fields[0], fields[1], "make")
            item.lead, item.lot_rule, item.safety = fields[2], fields[3], Fraction(fields[5])
            item.lot = dict(pair.split("=") for pair in fields[4].split())
            item.valuation, item.lot_of_cost, item.yield_pct = fields[6], int(fields[7]), int(fields[8])
            if len(fields) > 9:
                item.kind = fields[9]

    def _sort_by_level(self):
        level = dict.fromkeys(self.items, 0)
        for _ in self.items:
            for item in self.items.values():
                for line in item.lines:
                    code = line.component.code
                    level[code] = max(level[code], level[item.code] + 1)
        for code, depth in level.items():
            self.items[code].level = depth
        return sorted(self.items.values(), key=lambda i: (i.level, i.code))

    def _roll_up(self, item):
        """Design of costing, section 2, as one number: the standard of made items, the price of bought ones."""
        if item.kind == "buy":
            first = item.suppliers[0]
            return Fraction(decimal_text(first.price(first.minimum) / first.factor, 4))
        started = Fraction(item.lot_of_cost) * 100 / item.yield_pct
        total = sum((line.need(started) * line.component.cost for line in item.lines if line.valid(0)), Fraction(0))
        material = total
        for op in item.operations:
            if op.price is not None:
                total += op.price * started
                continue
            _, _, labor, machine, overhead, _, efficiency = self.centers[op.center]
            hours = op.hours(started) * 100 / int(efficiency)
            rate, basis = overhead.split()
            charge = {"hour": hours, "labor": hours * Fraction(labor) / 100, "material": material / 100}[basis]
            total += hours * (Fraction(labor) + Fraction(machine)) + charge * Fraction(rate)
        return Fraction(decimal_text(total / item.lot_of_cost, 4))

    def _daily_usage(self):
        """Mean use of every item on a working day, from the forecasts."""
        usage = dict.fromkeys(self.items, Fraction(0))
        for code, months in bars(factory.FORECASTS):
            numbers = [int(n) for n in months.split()]
            usage[code] += Fraction(sum(numbers), len(numbers) * 26)
        for item in self.order:
            for line in item.lines:
                if line.valid(0):
                    usage[line.component.code] += line.need(usage[item.code] * 100 / item.yield_pct)
        return usage

    def component_needs(self, item, started, day=0):
        """Components of an order, phantoms passed through, rounded up once a component."""
        needs, queue = {}, [(line, Fraction(started)) for line in item.lines if line.valid(day)]
        while queue:
            line, quantity = queue.pop(0)
            need = line.need(quantity)
            if line.component.kind == "phantom":
                queue += [(inner, need) for inner in line.component.lines if inner.valid(day)]
            else:
                needs[line.component.code] = needs.get(line.component.code, 0) + need
        scale = {code: 10 ** self.items[code].decimals for code in needs}
        return {code: Fraction(ceil_div(need * scale[code]), scale[code]) for code, need in needs.items()}


class Folder:
    """Writes the plant folder of one day."""

    def __init__(self, factory_model, day, out):
        self.model, self.day, self.out = factory_model, day, out
        os.makedirs(out, exist_ok=True)

    def at(self, days):
        return "" if days is None else (self.day + timedelta(days=int(days))).isoformat()

    def table(self, name, header, body):
        with open(os.path.join(self.out, name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(body)

    def write(self):
        for part in ("plant", "partners", "items", "suppliers", "bom", "centers", "routing", "stock", "demand",
                     "supply", "units", "calendar"):
            getattr(self, "write_" + part)()

    def write_plant(self):
        self.table("plant.csv", "key,value", [
            ("plant", PLANT), ("name", "四明五金(演示) / Siming Hardware (demo)"), ("currency", "CNY"),
            ("plan_start", self.at(0)), ("horizon_days", "120"), ("time_zone", "Asia/Shanghai"),
            ("calendar", "CN-FACTORY"), ("reschedule_days", "30")])

    def write_partners(self):
        self.table("partners.csv", "partner,name,kind,class,currency,payment_days,contact,phone",
                   [(c, n, k, g, "CNY", days, who, phone) for c, n, k, g, days, who, phone in bars(factory.PARTNERS)])

    def write_items(self):
        body = []
        for item in self.model.order:
            lot = item.lot
            sold = item.valuation == "standard"
            body.append((item.code, item.name, item.kind, item.uom, item.decimals, item.lead,
                         decimal_text(item.safety, 3), item.lot_rule, lot.get("qty", ""), lot.get("min", ""),
                         lot.get("mult", ""), lot.get("periods", ""), item.lot_of_cost, 14 if sold else "",
                         7 if sold else "", item.yield_pct, item.valuation, decimal_text(item.cost, 4), item.tracking,
                         item.shelf, item.group if item.kind == "buy" else ("product" if sold else "part")))
        self.table("items.csv", "item,name,type,uom,decimals,lead_time_days,safety_stock,lot_rule,lot_qty,lot_min,"
                   "lot_multiple,lot_periods,costing_lot_qty,forecast_back_days,forecast_forward_days,yield_pct,"
                   "valuation,unit_cost,tracking,shelf_life_days,class", body)

    def write_suppliers(self):
        body = []
        for item in self.model.order:
            for rank, supplier in enumerate(item.suppliers, 1):
                for quantity, price in supplier.breaks:
                    body.append((item.code, supplier.code, decimal_text(price, 4), "CNY",
                                 decimal_text(quantity, 3) if quantity else "",
                                 decimal_text(supplier.minimum, 3), decimal_text(supplier.multiple, 3), supplier.lead,
                                 rank, supplier.unit, decimal_text(supplier.factor, 3)))
        self.table("suppliers.csv", "item,supplier,price,currency,price_from_qty,min_qty,multiple,lead_time_days,"
                   "priority,uom,uom_factor", body)

    def write_bom(self):
        body = []
        for item in self.model.order:
            for place, line in enumerate(item.lines, 1):
                body.append((item.code, line.component.code, decimal_text(line.qty, 6), line.per, line.component.uom,
                             decimal_text(line.scrap, 2), "phantom" if line.component.kind == "phantom" else
                             "component", self.at(line.valid_from), self.at(line.valid_to), place * 10))
        self.table("bom.csv", "parent,component,qty,per_qty,uom,scrap_pct,kind,valid_from,valid_to,position", body)

    def write_centers(self):
        body = []
        for code, name, labor, machine, overhead, hours, efficiency in self.model.centers.values():
            rate, basis = overhead.split()
            body.append((code, name, labor, machine, rate, basis, hours, efficiency, "CN-FACTORY"))
        self.table("work_centers.csv", "work_center,name,labor_rate,machine_rate,overhead_rate,overhead_basis,"
                   "hours_per_day,efficiency_pct,calendar", body)

    def write_routing(self):
        body = []
        for item in self.model.order:
            for op in item.operations:
                own = op.price is None
                body.append((item.code, op.number, op.center, decimal_text(op.setup * 60, 3) if own else "",
                             decimal_text(op.run / 60, 6) if own else "", "min" if own else "",
                             op.run_size if op.run_size > 1 else "", op.run_size if op.run_size > 1 else "",
                             op.lead, "" if own else decimal_text(op.price, 4), op.supplier or ""))
        self.table("routing.csv", "item,operation,work_center,setup,run,time_unit,per_qty,run_size,lead_time_days,"
                   "subcontract_price,supplier", body)

    def stock_of(self, item):
        if item.kind == "phantom" or item.code in ("EL-MCU2", "SA-CELL3"):
            return Fraction(0)
        days = factory.COVER_DAYS["made" if item.kind == "make" else item.group]
        quantity = item.safety + self.model.usage[item.code] * days * spread(item.code, 60, 140)
        quantity *= Fraction(factory.SHORT.get(item.code, "1"))
        return round_up_nicely(quantity, item.decimals)

    def write_stock(self):
        body = []
        for number, item in enumerate(self.model.order, 1):
            quantity = self.stock_of(item)
            if not quantity:
                continue
            place = {"buy": "RM", "make": "WIP"}[item.kind] if item.valuation != "standard" else "FG"
            place = "%s-%s%02d" % (place, "ABCDEF"[number % 6], number % 24 + 1)
            cost = decimal_text(item.cost, 4)
            if item.tracking == "none":
                body.append((item.code, decimal_text(quantity, 3), place, "", "available", "", cost))
                continue
            older = Fraction(ceil_div(quantity * 2, 5))
            for lot, part, age in (("A", older, 45), ("B", quantity - older, 15)):
                expiry = self.at(int(item.shelf) - age) if item.shelf else ""
                made = (self.day - timedelta(days=age)).strftime("%y%m")
                body.append((item.code, decimal_text(part, 3), place, "L%s-%03d%s" % (made, number, lot), "available",
                             expiry, cost))
        self.table("stock.csv", "item,qty,location,lot,status,expiry,unit_cost", body)

    def write_demand(self):
        body = []
        for number, customer, priority, lines in bars(factory.SALES):
            for line in lines.split(","):
                code, quantity, days = line.split()
                body.append((code, self.at(days), quantity, "order", "", "SO-" + number, customer, priority,
                             sales_price(code, customer)))
        monday = self.day + timedelta(days=-self.day.weekday() % 7)
        for code, months in bars(factory.FORECASTS):
            numbers = [int(n) for n in months.split()]
            for week in range(WEEKS_OF_FORECAST):
                quantity = round_up_nicely(Fraction(numbers[week * 4 // WEEKS_OF_FORECAST] * 3, 13), 0)
                body.append((code, (monday + timedelta(days=7 * week)).isoformat(), quantity, "forecast", 7, "", "", 5, ""))
        self.table("demand.csv", "item,due,qty,kind,days,reference,customer,priority,price", body)

    def write_supply(self):
        body, needs = [], []
        for number, code, quantity, start, due in bars(factory.WORK):
            item = self.model.items[code]
            good = int(quantity) * item.yield_pct // 100
            body.append((code, self.at(due), good, "work_order", self.at(start), number))
            for component, need in sorted(self.model.component_needs(item, int(quantity)).items()):
                needs.append((number, component, decimal_text(need, 6), self.at(start)))
        for number, code, units, due in bars(factory.PURCHASES):
            quantity = Fraction(units) * self.model.items[code].suppliers[0].factor
            body.append((code, self.at(due), decimal_text(quantity, 3), "purchase", "", number))
        self.table("supply.csv", "item,due,qty,kind,start,reference", body)
        self.table("order_components.csv", "reference,item,qty,due", needs)

    def write_units(self):
        self.table("units.csv", "from,to,factor", [("T", "KG", "1000"), ("KG", "G", "1000"), ("KPCS", "EA", "1000")])

    def write_calendar(self):
        body = [("CN-FACTORY", "", "7", "0")]
        body += [("CN-FACTORY", day, "", "0") for day in factory.HOLIDAYS.split()]
        self.table("calendar.csv", "calendar,date,weekday,working", body)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", type=date.fromisoformat, default=COMMITTED_DAY)
    parser.add_argument("out")
    arguments = parser.parse_args()
    Folder(Factory(), arguments.date, arguments.out).write()


if __name__ == "__main__":
    main()
