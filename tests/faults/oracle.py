"""What one plant must answer, in exact fractions: the oracle of model.py.

An Oracle holds the stock, orders and documents of one sequence of postings.  Each operation is a method that returns the
ledger lines it must make, or raises Refused with the code of the answer; a refused operation leaves nothing behind (the
caller keeps a copy).  The rules are those of design/inventory.md and design/costing.md; rounding is half away from zero.
"""
import copy
from fractions import Fraction

from oracle_parts import (
    ALONE, BESIDE, BOXES, BY_ITSELF, COST, HOURS, MAIN, NEVER, OVER_PCT, PER_BOX, Component, Item, Layer, Line, Order,
    Output, Refused, hours_cost, rounded, share, up,
)


class Oracle:
    def __init__(self, day):
        self.day, self.items = day, {name: Item(name) for name in COST}
        self.orders, self.bought, self.sold, self.documents, self.posted = {}, {}, {}, {}, {}
        self.number, self.lines, self.state, self.takes = 0, [], None, []

    def do(self, name, what, *args):
        """Lines of the answer.  `name` becomes the document's."""
        self.lines, self.name, self.ago = [], name, 0
        getattr(self, what)(*args)
        if self.lines:
            self.posted.setdefault(self.name, []).extend(self.lines)
        return self.lines

    # ------------------------------------------------------------------------------------ the ledger

    def write(self, line):
        self.number += 1
        line.number = self.number
        line.takes, self.takes = self.takes, []
        item = self.items[line.item]
        item.qty, item.value = item.qty + line.qty, item.value + line.amount
        item.days[self.ago] = item.days.get(self.ago, 0) + line.qty
        if self.ago:
            self.count_late(line)
        if line.qty < 0 and not item.below and not line.reverses:
            self.check_past(item)
        if line.qty < 0 and line.kind not in ("transfer", "status"):
            item.takers.append((line.order, -line.qty))
        if line.order in self.orders:
            self.orders[line.order].wip += line.wip
        self.lines.append(line)

    def count_late(self, line):
        """What is posted after a count for a day before it was in the book that the count is held against."""
        for kind, state, what in self.documents.values():
            for counted in what[1] if kind == "count" and state in ("open", "waiting") and what[0] == line.item else ():
                if counted[0] == line.key and counted[1] is not None:
                    counted[2] += line.qty

    def check_past(self, item):
        """The ends of the day of a line and of all since."""
        there = 0
        for ago in sorted(item.days, reverse=True):
            there += item.days[ago]
            if ago <= self.ago and there < 0:
                raise Refused("NEGATIVE_LATER")

    def raise_balance(self, item, key, by):
        if key in item.frozen:
            raise Refused("STATE_CONFLICT")
        item.balances[key] = item.balances.get(key, 0) + by

    def may_take(self, item, place, lot, status, expired_too):
        return [key for key, qty in item.balances.items() if qty > 0 and key[2] == status and key not in item.frozen
                and (not place or key[0] == place) and (not lot or key[1] == lot)
                and (expired_too or item.expiry(key[1]) >= self.day)]

    def first(self, item, keys):
        return min(keys, key=lambda k: (item.expiry(k[1]), k[1], k[0]), default=None)

    def check_lot(self, item, lot, expired_too):
        if lot and not expired_too and item.expiry(lot) < self.day:
            raise Refused("LOT_EXPIRED")

    def insufficient(self, item, place, lot, status):
        held = lot and status == "available" and any(
            qty > 0 and key[1] == lot and key[2] not in (status, "in_transit") and (not place or key[0] == place)
            for key, qty in item.balances.items())
        raise Refused("LOT_BLOCKED" if held else "INSUFFICIENT_STOCK")

    def value_out(self, item, qty, lot, component):
        if item.layered():
            return self.layers_out(item, qty, lot, component)
        if item.qty == qty:
            if item.valuation == "A":
                item.last_cost = rounded(item.value / qty, 1000000)
            return item.value
        if item.valuation == "S":
            return rounded(qty * item.cost)
        if item.qty == 0:
            return rounded(qty * item.last_cost)
        return share(item.value if item.qty > 0 else -item.value, qty, abs(item.qty))

    def layers_out(self, item, qty, lot, component):
        value = Fraction(0)
        for layer in item.layers:
            part = min(qty, layer.qty)
            if part <= 0 or (item.valuation == "L" and layer.lot != lot):
                continue
            amount = share(layer.amount, part, layer.qty)
            layer.qty, layer.amount, qty, value = layer.qty - part, layer.amount - amount, qty - part, value + amount
            self.takes.append([layer, part, amount])
            if component:
                component.takes.append([layer, part, amount])
        assert qty == 0
        return value

    def take(self, kind, name, qty, place="", lot="", status="available", expired_too=False, component=None, **more):
        item = self.items[name]
        self.check_lot(item, lot, expired_too)
        if sum(item.balances[k] for k in self.may_take(item, place, lot, status, expired_too)) < qty and not item.below:
            self.insufficient(item, place, lot, status)
        total = Fraction(0)
        while qty:
            key = self.first(item, self.may_take(item, place, lot, status, expired_too))
            part = min(qty, item.balances[key]) if key else qty
            key = key or (place or MAIN, "", status)
            cost = self.value_out(item, part, key[1], component)
            self.raise_balance(item, key, -part)
            line = Line(kind, name, key, -part, -cost, counted=part, **more)
            if kind == "issue":
                line.wip = cost
            self.write(line)
            qty, total = qty - part, total + cost
        return total

    def put(self, kind, name, qty, cost, place="", lot="", status="available", expires=None, layer_order=None, **more):
        item, correction, variance, owed = self.items[name], Fraction(0), Fraction(0), max(0, -self.items[name].qty)
        if (item.tracking != "none") != bool(lot):
            raise Refused("INVALID")
        if item.tracking == "serial":
            if qty != 1:
                raise Refused("INVALID")
            if any(held > 0 and key[1] == lot for key, held in item.balances.items()):
                raise Refused("SERIAL_EXISTS")
        stock = cost
        if item.layered():
            layer = Layer(self.number + 1, lot, layer_order, qty)
            layer.qty, layer.amount = qty, cost
            item.layers.append(layer)
        elif item.valuation == "S":
            stock = rounded(qty * item.cost)
            variance = cost - stock
        elif item.qty < 0:
            covered = min(qty, owed)
            correction = share(cost, covered, qty) - share(-item.value, covered, owed)
        if kind != "return":
            item.last_cost = rounded(Fraction(cost) / qty, 1000000)
        self.put_line(kind, name, qty, cost, stock, variance, place, lot, status, expires, **more)
        self.correct(item, correction, owed, min(qty, owed))

    def correct(self, item, left, owed, rest):
        """What pieces below zero cost more goes to the orders that took them, the oldest debts first."""
        skip, parts = owed - rest, []
        for order, qty in reversed(item.takers):
            if rest <= 0 or not left:
                break
            if qty <= skip:
                skip -= qty
                continue
            qty, skip = min(qty - skip, rest), 0
            parts.append((order, left if qty == rest else share(left, qty, rest)))
            left, rest = left - parts[-1][1], rest - qty
        for order, part in parts + [(None, left)]:
            if not part:
                continue
            is_open = order in self.orders and self.orders[order].state not in ("closed", "cancelled")
            self.write(Line("correction", item.name, ("", "", "available"), 0, -part, order=order if order in self.orders else None,
                            wip=part if is_open else Fraction(0), variance=Fraction(0) if is_open else part))

    def put_line(self, kind, name, qty, cost, stock, variance, place, lot, status, expires, **more):
        item, key = self.items[name], (place or MAIN, lot, status)
        if lot and lot not in item.lots:
            item.lots[lot] = expires or NEVER
        self.raise_balance(item, key, qty)
        line = Line(kind, name, key, qty, stock, **{"variance": variance, "counted": qty, **more})
        if kind in ("return", "receipt"):
            line.wip = -cost
        self.write(line)

    def shift(self, kind, name, qty, place, lot, status, to_place, to_status, transfer=None):
        item, moved = self.items[name], []
        self.check_lot(item, lot, True)
        while qty:
            keys = [k for k in self.may_take(item, place, lot, status, True)
                    if not ((not to_place or k[0] == to_place) and (not to_status or k[2] == to_status))]
            key = self.first(item, keys)
            if not key:
                self.insufficient(item, place, lot, status)
            part, to = min(qty, item.balances[key]), (to_place or key[0], key[1], to_status or key[2])
            self.raise_balance(item, key, -part)
            self.write(Line(kind, name, key, -part, Fraction(0), transfer=transfer))
            self.raise_balance(item, to, part)
            self.write(Line(kind, name, to, part, Fraction(0), transfer=transfer))
            moved.append((key, part))
            qty -= part
        return moved

    # ------------------------------------------------------------------------------------ stock

    def adjust(self, name, qty, cost, place="", lot="", expires=None):
        item = self.items[name]
        value = rounded(qty * cost) if qty > 0 and cost is not None else item.present(abs(qty))
        if value > ALONE:
            copy.deepcopy(self).adjust_now(name, qty, cost, place, lot, expires)  # what cannot be posted does not wait
            self.documents[self.name] = ["adjustment", "waiting", (name, qty, cost, place, lot, expires)]
            return
        self.adjust_now(name, qty, cost, place, lot, expires)

    def adjust_now(self, name, qty, cost, place, lot, expires):
        if qty < 0:
            self.take("adjustment", name, -qty, place, lot)
        else:
            value = self.items[name].present(qty) if cost is None else rounded(qty * cost)
            self.put("adjustment", name, qty, value, place, lot, expires=expires)

    def backdate(self, name, qty, cost, place, ago):
        self.ago = ago
        self.adjust_now(name, qty, cost, place, "", None)

    def decide(self, document, approve, second):
        kind, state, what = self.document(document)
        if not (state == "waiting" or (kind == "count" and state == "open" and not approve)):
            raise Refused("STATE_CONFLICT")
        if approve and not second:
            raise Refused("FORBIDDEN")
        if kind == "count":
            self.thaw(document)
        self.documents[document][1], self.name = "done" if approve else "cancelled" if state == "open" else "rejected", document
        if approve and kind == "count":
            self.post_differences(what)
        elif approve:
            self.adjust_now(*what)

    def document(self, name, *kinds):
        found = self.documents.get(name)
        if not found:
            raise Refused("NOT_FOUND")
        if kinds and found[0] not in kinds:
            raise Refused("STATE_CONFLICT")
        return found

    def transfer(self, name, qty, place, to, two_steps):
        if place and place == to:
            raise Refused("INVALID")
        moved = self.shift("transfer", name, qty, place, "", "available", to, "in_transit" if two_steps else None, transfer=self.name)
        if two_steps:
            self.documents[self.name] = ["transfer", "sent", [name, to, [[key, part, 0] for key, part in moved]]]

    def arrive(self, document, qty, send_back):
        """qty None: all; else of the first line."""
        found = self.document(document, "transfer")
        if found[1] != "sent":
            raise Refused("STATE_CONFLICT")
        name, to, lines = found[2]
        if qty is not None and qty > lines[0][1] - lines[0][2]:
            raise Refused("OVER_TOLERANCE")
        for line in lines if qty is None else lines[:1]:
            part = line[1] - line[2] if qty is None else qty
            if part:
                line[2] += part
                key = line[0]
                self.shift("transfer", name, part, to, key[1], "in_transit", key[0] if send_back else to, key[2], transfer=document)
        if all(line[1] == line[2] for line in lines):
            found[1] = "done"

    def status(self, name, qty, place, before, after):
        if before == after:
            raise Refused("INVALID")
        self.shift("status", name, qty, place, "", before, None, after)

    def inspect(self, name, accepted, rejected):
        for qty, to in ((accepted, "available"), (rejected, "blocked")):
            if qty:
                self.shift("status", name, qty, "", "", "inspection", None, to)

    def count(self, name, freeze):
        item = self.items[name]
        keys = sorted(k for k, qty in item.balances.items() if qty and k[2] != "in_transit")
        if not keys:
            raise Refused("NOT_FOUND")
        if freeze and any(k in item.frozen for k in keys):
            raise Refused("STATE_CONFLICT")
        if freeze:
            item.frozen.update({k: self.name for k in keys})
        self.documents[self.name] = ["count", "open", [name, [[k, None, 0] for k in keys]]]

    def record(self, document, line, qty):
        kind, state, what = self.document(document)
        if kind != "count" or state != "open":
            raise Refused("STATE_CONFLICT")
        if line > len(what[1]):
            raise Refused("NOT_FOUND")
        what[1][line - 1][1:] = [qty, self.items[what[0]].balances.get(what[1][line - 1][0], 0)]

    def thaw(self, document):
        item = self.items[self.documents[document][2][0]]
        item.frozen = {k: by for k, by in item.frozen.items() if by != document}

    def differences(self, what):
        return [(key, qty - book) for key, qty, book in what[1] if qty is not None and qty != book]

    def end_count(self, document):
        kind, state, what = self.document(document)
        if kind != "count" or state != "open":
            raise Refused("STATE_CONFLICT")
        large = sum(self.items[what[0]].present(abs(by)) for _, by in self.differences(what)) > ALONE
        self.documents[document][1], self.name = "waiting" if large else "done", document
        if not large:
            self.thaw(document)
            self.post_differences(what)

    def post_differences(self, what):
        for (place, lot, status), by in self.differences(what):
            if by < 0:
                self.take("count", what[0], -by, place, lot, status, expired_too=True)
            else:
                self.put("count", what[0], by, self.items[what[0]].present(by), place, lot, status)

    # ------------------------------------------------------------------------------------ orders of others

    def buy(self, number, item, qty, price):
        self.bought[number] = [item, qty, price, 0]

    def trade(self, orders, number):
        if number not in orders:
            raise Refused("NOT_FOUND")
        return orders[number]

    def receive(self, number, qty, place, lot, expires, inspection):
        order = self.trade(self.bought, number)
        if (order[3] + qty) * 100 > order[1] * (100 + OVER_PCT):
            raise Refused("OVER_RECEIPT")
        order[3] += qty
        self.put("purchase_receipt", order[0], qty, rounded(qty * order[2]), place, lot, "inspection" if inspection else "available",
                 expires, order=number)

    def return_supplier(self, number, qty, place, lot, status):
        order = self.trade(self.bought, number)
        if qty > order[3]:
            raise Refused("OVER_RETURN")
        order[3] -= qty
        self.take("supplier_return", order[0], qty, place, lot, status, True, order=number)
        for line in self.lines:
            line.counted = -line.counted

    def sell(self, number, item, qty):
        self.sold[number] = [item, qty, None, 0]

    def ship(self, number, qty):
        order = self.trade(self.sold, number)
        if order[3] + qty > order[1]:
            raise Refused("OVER_TOLERANCE")
        order[3] += qty
        self.take("shipment", order[0], qty, order=number)

    def return_customer(self, number, qty, place, lot, status):
        order = self.trade(self.sold, number)
        if qty > order[3]:
            raise Refused("OVER_RETURN")
        order[3] -= qty
        self.put("customer_return", order[0], qty, self.items[order[0]].present(qty), place, lot, status, order=number)
        for line in self.lines:
            line.counted = -line.counted

    # ------------------------------------------------------------------------------------ work orders

    def order(self, number, *states, over="ORDER_CLOSED"):
        if number not in self.orders:
            raise Refused("NOT_FOUND")
        order = self.orders[number]
        if order.state not in states:
            raise Refused(over if order.state in ("closed", "cancelled") else "STATE_CONFLICT")
        return order

    def create(self, number, box, qty):
        if number in self.orders:
            raise Refused("EXISTS")
        self.orders[number] = Order(box, qty)

    def release(self, number):
        order = self.order(number, "firm")
        order.state = "released"
        order.lines = [Component(item, per * order.qty) for item, per in sorted(PER_BOX.items())]
        order.planned = sum(rounded(c.required * c.cost) for c in order.lines) + hours_cost(order.qty * HOURS)
        for line, (item, per, pct) in enumerate(BESIDE.get(order.box, ()), 1):
            qty = per * order.qty
            unit = Fraction(COST[item]) if pct is None else rounded(rounded(order.planned * pct / 100) / qty, 1000000)
            order.outputs.append(Output(line, item, qty, unit, order.qty))
        order.planned -= min(order.planned, sum(rounded(o.qty * o.unit) for o in order.outputs))

    def issue(self, number, name, qty, place, lot, reason):
        order = self.order(number, "released", "in_progress", "completed")
        if not any(c.required for c in order.lines if c.item == name):
            if not reason:
                raise Refused("INVALID")
            if not [c for c in order.lines if c.item == name]:
                order.lines.append(Component(name, 0))
        lines = [c for c in order.lines if c.item == name]
        required, net = sum(c.required for c in lines), sum(c.net() for c in lines)
        if required and (net + qty - required) * 100 > required * OVER_PCT and not reason:
            raise Refused("OVER_TOLERANCE")
        for component in lines + lines[-1:]:
            last = component is lines[-1] and qty and not max(0, component.required - component.net())
            part = qty if last else min(qty, max(0, component.required - component.net()))
            if part:
                cost = self.take("issue", name, part, place, lot, component=component, order=number,
                                 line=order.lines.index(component))
                component.issued, component.amount, qty = component.issued + part, component.amount + cost, qty - part
        if order.state == "released":
            order.state = "in_progress"

    def issues(self, orders):
        """Several orders in one document, all or nothing."""
        for number, name, qty in orders:
            self.issue(number, name, qty, "", "", "")

    def give_back(self, number, name, qty, place, lot, defective):
        order = self.order(number, "released", "in_progress", "completed")
        lines = [c for c in order.lines if c.item == name]
        if not lines:
            raise Refused("NOT_ON_ORDER")
        status = "blocked" if defective else "available"
        for component in reversed(lines):
            part = min(qty, max(0, component.net() - order.used(component)))
            if part:
                more = {"order": number, "line": order.lines.index(component)}
                if self.items[name].layered():
                    self.restore(component, part, place, lot, status, more)
                else:
                    cost = share(component.amount, part, component.net())
                    self.put("return", name, part, cost, place, lot, status, **more)
                    component.amount -= cost
                component.returned, qty = component.returned + part, qty - part
        if qty:
            raise Refused("OVER_RETURN")

    def restore(self, component, qty, place, lot, status, more):
        name = component.item
        by_lot = self.items[name].valuation == "L"
        while qty:
            taken = next((t for t in reversed(component.takes) if t[1] and (not by_lot or not lot or t[0].lot == lot)), None)
            if not taken:
                raise Refused("OVER_RETURN")
            layer, part = taken[0], min(qty, taken[1])
            cost = share(taken[2], part, taken[1])
            taken[1:] = [taken[1] - part, taken[2] - cost]
            layer.qty, layer.amount = layer.qty + part, layer.amount + cost
            self.takes.append([layer, -part, -cost])
            self.put_line("return", name, part, cost, cost, Fraction(0), place, layer.lot if by_lot else lot, status, None, **more)
            component.amount -= cost
            qty -= part

    def report(self, number, hours):
        if number in self.orders and self.orders[number].state == "cancelled" and not self.orders[number].lines:
            raise Refused("NOT_FOUND")  # it never had the operation
        order = self.order(number, "released", "in_progress")
        order.state = "in_progress"
        order.hours += hours
        self.charged = hours_cost(hours)
        order.wip += self.charged

    def finish(self, number, qty, scrapped, final, place, lot="", inspection=False, outputs=()):
        order = self.order(number, "released", "in_progress")
        if (order.made() + qty + scrapped) * 100 > order.qty * (100 + OVER_PCT):
            raise Refused("OVER_RECEIPT")
        box = self.items[order.box]
        if qty:
            cost = rounded(qty * box.cost) if box.valuation == "S" else rounded(
                order.planned * (order.received + qty) / order.qty) - rounded(order.planned * order.received / order.qty)
            self.put("receipt", order.box, qty, cost, place, lot, "inspection" if inspection else "available",
                     layer_order=number, order=number)
        for item, came, where in outputs:
            self.put_beside(order, number, item, came, where)
        if scrapped:
            self.write(Line("scrap", order.box, ("", "", "available"), 0, Fraction(0), counted=scrapped, order=number))
        order.received, order.scrapped = order.received + qty, order.scrapped + scrapped
        order.state = "completed" if final or order.made() >= order.qty else "in_progress"
        for component in order.lines:
            by_itself = order.kind == "make" and component.item == BY_ITSELF
            part = order.used(component) - component.net() if by_itself else 0
            if part > 0:
                cost = self.take("issue", component.item, part, component=component, order=number, line=order.lines.index(component))
                component.issued, component.amount = component.issued + part, component.amount + cost

    def put_beside(self, order, number, item, qty, place):
        output = next((o for o in order.outputs if o.item == item), None)
        if not output:
            raise Refused("NOT_ON_ORDER")
        if (output.received + qty) * 100 > rounded(output.qty * order.qty / Fraction(output.of), 1000000) * (100 + OVER_PCT):
            raise Refused("OVER_RECEIPT")
        output.received += qty
        self.put("receipt", item, qty, rounded(qty * output.unit), place, layer_order=number, order=number, counted=0, output=output)

    def rework(self, number, name, qty, place, lot, status, hours):
        """Pieces go to an order of their own; what comes back is a receipt of it."""
        if number in self.orders:
            raise Refused("EXISTS")
        order = self.orders[number] = Order(name, qty, "rework", "in_progress")
        self.take_piece(order, number, qty, place, lot, status)
        order.planned = order.lines[0].amount + hours_cost(hours)

    def take_piece(self, order, number, qty, place, lot, status):
        component = Component(order.box, qty)
        order.lines.append(component)
        component.amount = self.take("issue", order.box, qty, place, lot, status, True, component, order=number, line=0)
        component.issued, component.cost = qty, rounded(component.amount / qty, 1000000)

    def unbuild(self, name, qty, place, lines):
        """lines: (item, quantity, place, lot); none: everything, where the plant puts what has no place."""
        number, bill = ("unbuilt", self.name), sorted(PER_BOX.items()) if name in BOXES else ()
        order = self.orders[number] = Order(name, qty, "unbuild", "closed")
        if not bill:
            raise Refused("STATE_CONFLICT")
        self.take_piece(order, number, qty, place, "", "available")
        parts, cost = {item: per * qty for item, per in bill}, order.wip
        weights = {item: self.items[item].present(part) for item, part in parts.items()}
        shares, left = {}, cost
        for item in parts:
            shares[item] = rounded(cost * weights[item] / sum(weights.values())) if any(weights.values()) else Fraction(0)
            left -= shares[item]
        if any(weights.values()):
            shares[item] += left  # the last takes the rest
        came = dict.fromkeys(parts, 0)
        for item, part, where, lot in lines or [(item, part, "", "") for item, part in parts.items()]:
            if item not in parts:
                raise Refused("NOT_ON_ORDER")
            if came[item] + part > parts[item]:
                raise Refused("OVER_RECEIPT")
            before, came[item] = share(shares[item], came[item], parts[item]), came[item] + part
            self.put("receipt", item, part, share(shares[item], came[item], parts[item]) - before, where, lot, order=number, counted=0)
        if order.wip:
            self.write(Line("settlement", name, ("", "", "available"), 0, Fraction(0), wip=-order.wip, variance=order.wip, order=number))

    def close(self, number):
        order = self.order(number, "released", "in_progress", "completed")
        box, held, to_stock = self.items[order.box], order.wip, Fraction(0)
        if box.valuation == "F":
            for layer in box.layers:
                if layer.qty > 0 and layer.order == number:
                    part = share(held, layer.qty, order.received)
                    layer.amount, to_stock = layer.amount + part, to_stock + part
        elif box.valuation == "A" and min(box.qty, order.received) > 0:
            to_stock = share(held, min(box.qty, order.received), order.received)
        box.value += to_stock
        self.number += bool(held)
        self.charged, order.wip, order.state = held, Fraction(0), "closed"

    def hold(self, number):
        self.order(number, "released", "in_progress", over="STATE_CONFLICT").state = "held"

    def begun(self, order):
        return bool(order.made() or order.hours or any(c.issued for c in order.lines))

    def resume(self, number):
        order = self.order(number, "held", over="STATE_CONFLICT")
        order.state = "in_progress" if self.begun(order) else "released"

    def cancel(self, number):
        order = self.order(number, "firm", "released", "in_progress", "held", over="STATE_CONFLICT")
        if order.made() or order.wip or any(c.net() for c in order.lines):
            raise Refused("STATE_CONFLICT")
        order.state = "cancelled"

    def resizable(self, number):
        order = self.order(number, "firm", "released", "in_progress", over="STATE_CONFLICT")
        self.conflict(order.kind != "make")  # rework has the pieces that it took
        return order

    def resize(self, number, qty):
        order = self.resizable(number)
        if qty <= order.made():
            raise Refused("OVER_TOLERANCE")
        order.planned = rounded(order.planned * qty / order.qty)
        for component in order.lines:
            component.required = up(Fraction(component.required * qty) / order.qty)
        order.qty = qty

    def split(self, number, qty, made):
        order = self.resizable(number)
        if qty > order.qty - order.made() or qty >= order.qty:
            raise Refused("OVER_TOLERANCE")
        if made in self.orders:
            raise Refused("EXISTS")
        other = self.orders[made] = Order(order.box, qty)
        other.planned = rounded(order.planned * qty / order.qty)
        order.planned -= other.planned
        if order.state != "firm":
            other.state = "released"
            other.outputs = [Output(o.line, o.item, o.qty, o.unit, o.of) for o in order.outputs]
            for component in order.lines:
                other.lines.append(Component(component.item, up(Fraction(component.required * qty) / order.qty), component.cost))
                component.required -= other.lines[-1].required
        order.qty -= qty

    def change(self, number, line, qty):
        """What line `line` (1, 2, ...) needs."""
        order = self.order(number, "released", "in_progress", "held", over="STATE_CONFLICT")
        if line > len(order.lines):
            raise Refused("NOT_FOUND")
        component = order.lines[line - 1]
        if order.made() and qty < order.used(component, 1000000):
            raise Refused("OVER_TOLERANCE")
        order.planned += rounded(qty * component.cost) - rounded(component.required * component.cost)
        component.required = qty

    def merge(self, number, merged):
        if number == merged:
            raise Refused("INVALID")
        for one in (number, merged):
            if one not in self.orders:
                raise Refused("NOT_FOUND")
        into = self.order(number, "firm", "released", "in_progress")
        other = self.order(merged, "firm" if into.state == "firm" else "released")
        touched = other.made() or other.wip or other.hours or any(c.net() for c in other.lines)
        if touched or into.box != other.box or {into.kind, other.kind} != {"make"}:
            raise Refused("STATE_CONFLICT")
        into.qty, into.planned, other.state = into.qty + other.qty, into.planned + other.planned, "cancelled"
        for need in other.lines:
            same = next((c for c in into.lines if c.item == need.item), None)
            if same:
                same.required += need.required
            elif need.required:
                into.lines.append(Component(need.item, need.required, need.cost))

    # ------------------------------------------------------------------------------------ reversal

    def reverse(self, document):
        lines = self.posted.get(document)
        if not lines:
            raise Refused("NOT_FOUND")
        if any(line.reversed or line.reverses for line in lines):
            raise Refused("STATE_CONFLICT")
        lines = list(lines)
        self.undone = sum(line.counted for line in lines if line.kind in ("receipt", "scrap"))  # what took by itself goes with it
        for line in reversed(lines):
            if line.order in self.orders:
                self.uncount(line)
            elif line.order:
                order = self.bought.get(line.order) or self.sold[line.order]
                order[3] -= line.counted
                self.conflict(order[3] < 0)
            if line.kind == "transfer":
                self.untransfer(line, document)
            self.unwrite(line)

    def conflict(self, found):
        if found:
            raise Refused("STATE_CONFLICT")

    def uncount(self, line):
        order = self.orders[line.order]
        if order.kind == "unbuild" and order.state == "closed":
            order.state = "completed"
        if line.kind == "settlement":
            return
        if order.state in ("closed", "cancelled"):
            raise Refused("STATE_CONFLICT")
        if line.kind == "receipt":
            order.received -= line.counted
            if line.output:
                line.output.received -= line.qty
        if line.kind == "scrap":
            order.scrapped -= line.counted
        if line.kind in ("issue", "return"):
            component = order.lines[line.line]
            if line.kind == "issue":
                component.issued -= line.counted
            else:
                component.returned -= line.counted
            component.amount -= line.wip
            self.conflict(component.net() < 0)
            self.conflict(line.kind == "issue" and component.net() < Fraction(component.required * (order.made() - self.undone)) // order.qty)
            self.untake(component, line)
        self.restate(order, line.kind in ("receipt", "scrap"))

    def untake(self, component, line):
        """What a component took of layers, as if the line had not been."""
        for layer, qty, amount in line.takes:
            if qty < 0:
                component.takes.append([layer, -qty, -amount])
                continue
            mine = [t for t in reversed(component.takes) if t[0] is layer and t[1]]
            self.conflict(sum(t[1] for t in mine) < qty)
            for taken in mine:
                part = min(taken[1], qty)
                cost = amount if part == qty else taken[2]
                taken[1:] = [taken[1] - part, taken[2] - cost]
                qty, amount = qty - part, amount - cost
                if not qty:
                    break

    def restate(self, order, reopens):
        if order.state not in ("completed", "in_progress"):
            return
        if not order.made() and not order.hours and all(c.issued == c.returned for c in order.lines):
            order.state = "released" if order.kind == "make" else "cancelled"
        elif order.state == "completed" and reopens and order.made() < order.qty:
            order.state = "in_progress"

    def untransfer(self, line, document):
        if line.transfer == document:
            found = self.documents.get(document)
            if found:
                self.conflict(any(part[2] for part in found[2][2]))
                found[1] = "cancelled"
        elif line.key[2] == "in_transit":
            found, left = self.documents[line.transfer], -line.qty
            for part in found[2][2]:
                if part[0][1] == line.key[1] and left > 0:
                    back = min(part[2], left)
                    part[2], left = part[2] - back, left - back
            found[1] = "sent"

    def unwrite(self, line):
        item, qty, amount = self.items[line.item], -line.qty, -line.amount
        if qty:
            self.conflict(line.key in item.frozen)
            item.balances[line.key] = item.balances.get(line.key, 0) + qty
            self.conflict(item.balances[line.key] < 0 and qty < 0 and not item.below)
        inside, variance = line.kind in ("transfer", "status"), -line.variance
        if item.layered() and not inside and (line.qty or line.amount):
            self.unlayer(item, line)
        if not inside:
            if item.valuation == "S" and qty and amount:
                amount = rounded(qty * item.cost)
            left, value = item.qty + qty, item.value + amount
            if not item.layered() and (left == 0 or (left > 0 and value < 0)):
                amount = -item.value
            variance += -line.amount - amount
        takes = self.takes
        self.takes = []
        self.write(Line(line.kind, line.item, line.key, qty, amount, wip=-line.wip, variance=variance, counted=-line.counted,
                        order=line.order, line=line.line, transfer=line.transfer, reverses=True))
        self.lines[-1].takes = takes
        line.reversed = True

    def unlayer(self, item, line):
        self.conflict(not line.qty)
        if not line.takes:
            layer = next((la for la in item.layers if la.number == line.number), None)
            self.conflict(not layer or layer.qty != line.qty or layer.amount != line.amount)
            self.takes.append([layer, layer.qty, layer.amount])
            layer.qty, layer.amount = 0, Fraction(0)
        for layer, qty, amount in line.takes:
            layer.qty, layer.amount = layer.qty + qty, layer.amount + amount
            self.conflict(layer.qty < 0 and qty < 0)
            self.takes.append([layer, -qty, -amount])

