"""The demo factory's past months as postings: what was bought, made, returned, received and shipped.

Every campaign of factory.HISTORY makes its product through all levels of the bill and ships it.  Purchases cover
what the campaigns use, by the supplier's minimum and multiple, so that nothing goes below zero whatever was in
stock.  The last campaign is still on the floor: its final order is partly issued and received.

A posting is (key name, method, body, day); the caller makes the idempotency key from the name.
"""
from fractions import Fraction

import factory
from generate import bars, ceil_div, decimal_text, sales_price, spread


def text(quantity):
    return decimal_text(Fraction(quantity), 6)


class Postings:
    def __init__(self, model, at):
        self.model, self.at = model, at          # at(days relative to the plan's start) -> ISO date
        self.list, self.surplus = [], {}
        self.featured = None                     # a closed order whose cost is worth reading
        self.purchases = self.orders = 0

    def add(self, name, method, days, **body):
        self.list.append((name, method, body, days))

    def build(self):
        self.add("places", "Inventory.SetLocations", 0,
                 locations=[{"location": place} for place in ("FG-A01", "RM-RCV", "RM-RET", "WIP-A01")])
        campaigns = bars(factory.HISTORY)
        for number, (ago, *products) in enumerate(campaigns, 1):
            for product in products:
                code, quantity, customer = product.split()
                self.campaign("%02d" % number, -int(ago), self.model.items[code], int(quantity), customer,
                              number == len(campaigns))
        self.add("variances", "Cost.SplitVariances", 0)
        return self.list

    def campaign(self, number, day, product, quantity, customer, last):
        orders, needs = self.plan_of(product, quantity)
        name = "%s-%s" % (number, product.code)
        self.buy(name, day, needs)
        for item, started, good in reversed(orders):
            start = day - 3 - item.level * 2
            open_order = last and item is product
            self.make(name, min(start, -1), item, started, good, open_order)
        if not last:
            self.sell(name, day, product, quantity, customer)

    def plan_of(self, product, quantity):
        """Orders (item, started, good), parents first, and the need of bought items."""
        wanted, orders, needs = {product.code: Fraction(quantity)}, [], {}
        for item in self.model.order:
            good = wanted.get(item.code)
            if good is None:
                continue
            if item.kind == "buy":
                needs[item.code] = good
                continue
            started = ceil_div(good * 100, item.yield_pct)
            orders.append((item, started, int(good)))
            for code, need in self.model.component_needs(item, started).items():
                wanted[code] = wanted.get(code, Fraction(0)) + need
        return orders, needs

    def buy(self, name, day, needs):
        """One purchase order a supplier, received in one or two parts."""
        by_supplier = {}
        for code, need in sorted(needs.items()):
            item = self.model.items[code]
            missing = need - self.surplus.get(code, Fraction(0))
            supplier = item.suppliers[0]
            bought = Fraction(0)
            if missing > 0:
                units = supplier.whole(missing)
                bought = units * supplier.factor
                by_supplier.setdefault(supplier.code, []).append((item, bought, supplier.price(units)))
            self.surplus[code] = self.surplus.get(code, Fraction(0)) + bought - need
        for code, lines in sorted(by_supplier.items()):
            self.purchase(name, day, code, lines)

    def purchase(self, name, day, supplier, lines):
        self.purchases += 1
        number = "PO-%04d" % self.purchases
        due = day - 18
        body, received = [], []
        for place, (item, quantity, price) in enumerate(lines, 1):
            factor = item.suppliers[0].factor
            body.append({"line": place, "item": item.code, "quantity": text(quantity),
                         "price": decimal_text(price / factor, 6), "due_on": self.at(due)})
            line = {"line": place, "quantity": text(quantity), "location": self.place_of(item)}
            if item.tracking == "lot":
                line["lot"] = "%s-%s" % (number, item.code)
            if item.shelf:
                line["expires_on"] = self.at(due + int(item.shelf))
            received.append(line)
        self.add(number, "Order.CreatePurchaseOrder", due - 10, purchase_order=number, supplier=supplier,
                 ordered_on=self.at(due - 10), lines=body)
        self.add(number + "/receipt", "Inventory.PostPurchaseReceipt", due, purchase_order=number,
                 effective_on=self.at(due), lines=received)

    def make(self, name, start, item, started, good, unfinished):
        self.orders += 1
        number = "WO-%04d" % self.orders
        end = min(start + int(item.lead or 1), 0)
        self.add(number, "Order.CreateWorkOrder", start - 2, work_order=number, item=item.code,
                 quantity=text(started), start_on=self.at(start), due_on=self.at(end))
        self.add(number + "/release", "Production.ReleaseWorkOrder", start, work_order=number,
                 effective_on=self.at(start))
        self.add(number + "/issue", "Production.PostIssue", start, work_order=number, effective_on=self.at(start))
        self.give_back(number, item, started, start)
        if item.code == "SD-12" and not unfinished:
            self.featured = number
        if unfinished:
            half = good // 2
            self.add(number + "/receipt", "Receipt.PostReceipt", 0, work_order=number, effective_on=self.at(0),
                     quantity=text(half), location="FG-A01")
            return
        outside = any(op.price is not None for op in item.operations)
        pieces = {"good": text(started)} if outside else {}  # a subcontractor is owed by the piece
        for op in item.operations:
            if op.price is not None:
                self.add("%s/op%s" % (number, op.number), "Production.ReportOperation", end, work_order=number,
                         operation=op.number, effective_on=self.at(end), **pieces)
            else:
                hours = op.hours(started) * 100 / int(self.model.centers[op.center][6]) * spread(number, 94, 112)
                self.add("%s/op%s" % (number, op.number), "Production.ReportOperation", end, work_order=number,
                         operation=op.number, effective_on=self.at(end), hours=decimal_text(hours, 2), **pieces)
        self.add(number + "/receipt", "Receipt.PostReceipt", end, work_order=number, effective_on=self.at(end),
                 quantity=text(good), scrapped=text(started - good), location=self.place_of(item), final=True)
        self.add(number + "/close", "Production.CloseWorkOrder", end, work_order=number, effective_on=self.at(end))
        for op in item.operations:
            if op.price is not None:
                self.add("%s/bill%s" % (number, op.number), "Cost.EnterInvoice", end, supplier=op.supplier,
                         number="%s-%s" % (number, op.number), effective_on=self.at(end), lines=[
                             {"work_order": number, "operation": op.number, "quantity": text(started),
                              "amount": decimal_text(op.price * started, 2)}])

    def give_back(self, number, item, started, start):
        """Now and then a box of screws or a roll of wire goes back to the store."""
        if self.orders % 5:
            return
        needs = self.model.component_needs(item, started)
        loose = [c for c in sorted(needs) if self.model.items[c].group in ("fastener", "packaging")]
        if not loose:
            return
        quantity = max(1, int(needs[loose[0]] / 50))
        self.add(number + "/return", "Production.PostReturn", start, work_order=number, effective_on=self.at(start),
                 lines=[{"item": loose[0], "quantity": text(quantity), "location": "RM-RET", "reason": "surplus"}])
        self.surplus[loose[0]] = self.surplus.get(loose[0], Fraction(0)) + quantity

    def sell(self, name, day, product, quantity, customer):
        number = "SH-" + name
        self.add(number, "Order.CreateSalesOrder", day - 20, sales_order=number, customer=customer,
                 ordered_on=self.at(day - 20),
                 lines=[{"line": 1, "item": product.code, "quantity": text(quantity), "due_on": self.at(day),
                         "price": sales_price(product.code, customer)}])
        self.add(number + "/shipment", "Inventory.PostShipment", day, sales_order=number, effective_on=self.at(day),
                 lines=[{"line": 1, "quantity": text(quantity)}])

    @staticmethod
    def place_of(item):
        if item.kind == "buy":
            return "RM-RCV"
        return "FG-A01" if item.valuation == "standard" else "WIP-A01"
