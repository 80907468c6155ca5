"""A slow, exact planner in an obvious style, to hold `millrace plan` to (design/planning.md).

plan(rows) takes {file: [row dicts of text]} and gives {(item, segment): [order dicts]} and the requirement rows.  All
quantities are Fractions; days are numbers from plan_start.  What it leaves out, its generator does not use.
"""
from collections import defaultdict
from fractions import Fraction as F
from math import ceil, floor, isqrt

LONG = 10 ** 9
MICRO = F(1, 10 ** 6)


def num(row, name, default=0):
    text = row.get(name) or ""
    return F(text) if text else (None if default is None else F(default))


def day(row, name, default=None):
    text = row.get(name) or ""
    return int(text) if text else default


def up(value, step):
    return ceil(value / step) * step


def down(value, step):
    return floor(value / step) * step


class Calendar:
    def __init__(self, rows, name, weekday_of_start):
        self.dates = {day(r, "date"): r["working"] == "1" for r in rows if r["calendar"] == name and r.get("date")}
        self.weekdays = {int(r["weekday"]): r["working"] == "1" for r in rows if r["calendar"] == name and r.get("weekday")}
        self.first = weekday_of_start

    def works(self, d):
        if d in self.dates:
            return self.dates[d]
        return self.weekdays.get((self.first - 1 + d) % 7 + 1, True)

    def back(self, due, lead):
        """The latest working start, None before day 0."""
        if lead == 0:
            return due if due >= 0 else None
        d = due
        while lead:
            d -= 1
            if d < 0:
                return None
            lead -= self.works(d)
        return d

    def forward(self, start, lead):
        if lead == 0:
            return start
        d = start
        while lead or not self.works(d):
            lead -= self.works(d) and lead > 0
            d += 1
        return d


EVERY_DAY = Calendar([], "", 1)


class Planner:
    def __init__(self, files, weekday):
        self.files = files
        self.settings = {r["key"]: r["value"] for r in files["plant.csv"]}
        self.horizon = int(self.settings["horizon_days"])
        self.items = {r["item"]: r for r in files["items.csv"]}
        self.calendars = {n: Calendar(files["calendar.csv"], n, weekday) for n in {r["calendar"] for r in files["calendar.csv"]}}
        self.centers = {r["work_center"]: r for r in files["work_centers.csv"]}
        self.bill = defaultdict(list)
        for r in files["bom.csv"]:
            self.bill[r["parent"]].append(r)
        self.orders = defaultdict(list)      # item -> orders, each a dict
        self.passes = defaultdict(list)      # phantom -> (day, segment, qty, origin)
        self.rows = []
        self.seekers = {}                    # item -> needs that substitutes may serve
        self.given_away = []                 # (substitute, day, segment, quantity)
        self.served = defaultdict(F)         # (main item, segment, day) -> quantity
        self.links = self.linked()

    # ---- facts ----
    def step(self, item):
        return F(1, 10 ** int(self.items[item].get("decimals") or 0))

    def calendar(self, name):
        return self.calendars.get(name, EVERY_DAY)

    def item_calendar(self, item):
        route = self.route(item)
        if route:
            return self.calendar(self.centers[route[0]["work_center"]].get("calendar") or self.settings.get("calendar"))
        return self.calendar(self.settings.get("calendar")) if self.items[item]["type"] == "make" else EVERY_DAY

    # ---- the way through the shop ----
    def route(self, item):
        """Operations of the alternative of least priority, then name, among those valid on day 0."""
        rows = [r for r in self.files["routing.csv"] if r["item"] == item]
        good = [r for r in rows if day(r, "valid_from", -LONG) <= 0 < day(r, "valid_to", LONG)] or rows
        key = lambda r: (int(r.get("alternative_priority") or 0), r.get("alternative") or "")
        first = min(map(key, good), default=None)
        return sorted((r for r in good if key(r)[1] == first[1]), key=lambda r: int(r["operation"]))

    def entering(self, route, place, started):
        share = F(1)
        for r in route[:place]:
            share *= 1 - num(r, "scrap_pct") / 100
        return down(started * share, MICRO)

    def hours(self, r, pieces):
        if r.get("supplier") or r.get("subcontract_price"):
            return F(0)
        size, center = num(r, "run_size"), self.centers[r["work_center"]]
        runs = F(ceil(pieces / size)) if size else pieces / num(r, "per_qty", 1)
        time = num(r, "setup") + num(r, "cleanup") + down(num(r, "run") * runs, MICRO)
        unit = {"h": 1, "min": 60, "s": 3600}[r.get("time_unit") or "h"]
        return down(time / unit * 100 / num(center, "efficiency_pct", 100), MICRO)

    def operation_days(self, route, place, started):
        r = route[place]
        if r.get("lead_time_days"):
            return F(r["lead_time_days"])
        a_day = num(self.centers[r["work_center"]], "hours_per_day")
        return down(self.hours(r, self.entering(route, place, started)) / a_day, MICRO) if a_day else F(0)

    def days_before(self, route, end, started):
        """Of the operations before the place; of neighbours in one parallel group the longest counts."""
        groups = []
        for k in range(end):
            name = route[k].get("parallel_group")
            if not name or not groups or groups[-1][0] != name:
                groups.append([name, F(0)])
            groups[-1][1] = max(groups[-1][1], self.operation_days(route, k, started))
        return sum(d for _, d in groups)

    def operation_offset(self, route, operation, started):
        place = next((k for k, r in enumerate(route) if r["operation"] == operation), 0)
        while place and route[place].get("parallel_group") and route[place - 1].get("parallel_group") == route[place]["parallel_group"]:
            place -= 1
        return floor(self.days_before(route, place, started))

    def lines(self, parent, start, qty):
        """The lines that count for an order."""
        good = [r for r in self.bill[parent] if (day(r, "valid_from", -LONG)) <= start < day(r, "valid_to", LONG)
                and num(r, "lot_from") <= qty < num(r, "lot_to", LONG)]
        if not good:
            return []
        best = min(good, key=lambda r: (int(r.get("alternative_priority") or 0), r.get("alternative") or ""))
        good = [r for r in good if (r.get("alternative") or "") == (best.get("alternative") or "")]
        revisions = [(day(r, "valid_from", -LONG), r["revision"]) for r in good if r.get("revision")]
        good = [r for r in good if not r.get("revision") or r["revision"] == max(revisions)[1]]
        return [r for r in good if r is self.ranked(good, r)[0]]

    def ranked(self, lines, line):
        """The lines of its substitute group, the one that is planned first."""
        if not line.get("substitute_group"):
            return [line]
        return sorted((r for r in lines if r.get("substitute_group") == line["substitute_group"]),
                      key=lambda r: (int(r.get("substitute_priority") or 0), r["component"]))

    def givers(self, parent, order, line):
        """Who may serve instead of this line, in order."""
        good = [r for r in self.bill[parent] if day(r, "valid_from", -LONG) <= order["start"] < day(r, "valid_to", LONG)
                and num(r, "lot_from") <= order["start_qty"] < num(r, "lot_to", LONG)
                and (r.get("alternative") or "") == (line.get("alternative") or "")
                and (not r.get("revision") or r["revision"] == line.get("revision"))]
        return [r for r in self.ranked(good, line) if r is not line]

    def needs_of(self, line, started):
        q = num(line, "qty") * num(line, "pieces", 1) / (1 - num(line, "scrap_pct") / 100)
        return q if line.get("qty_fixed") == "1" else q * started / num(line, "per_qty", 1)

    # ---- demand left of forecasts ----
    def forecasts(self, item):
        me = self.items[item]
        back, ahead = int(me.get("forecast_back_days") or 0), int(me.get("forecast_forward_days") or 0)
        buckets = sorted(([day(r, "due"), int(r.get("days") or 1), r["reference"], num(r, "qty"), r.get("segment") or ""]
                          for r in self.files["demand.csv"] if r["item"] == item and r["kind"] == "forecast"))
        orders = sorted(((day(r, "due"), int(r.get("priority") or LONG), r.get("reference") or "", num(r, "qty"))
                         for r in self.files["demand.csv"] if r["item"] == item and r["kind"] == "order"))
        for due, _, _, qty in orders:
            near = [b for b in reversed(buckets) if b[0] <= due and b[0] + b[1] > due - back]
            near += [b for b in buckets if due < b[0] <= due + ahead]
            for b in near:
                take = min(qty, b[3])
                b[3] -= take
                qty -= take
        fence = int(me.get("demand_fence_days") or 0)
        left = [b for b in buckets if b[0] + b[1] > 0 and b[3] > 0 and max(b[0], 0) >= fence]
        return [(max(b[0], 0), b[3], b[4]) for b in sorted(left, key=lambda b: (max(b[0], 0), b[2]))]

    # ---- what an item needs and has: lists of (day, segment, qty) ----
    def dependent(self, item):
        """Needs from parents, rounded; by-products; and for a phantom the exact needs with their origin."""
        shares, through, supply = defaultdict(F), defaultdict(F), []
        whole = [(d, seg, q) for giver, d, seg, q in self.given_away if giver == item]
        self.seekers[item] = []
        for parent in self.items:
            policy = self.items[parent].get("segment_policy") or "collective"
            for d, seg, q, origin in self.passes[parent]:
                for line in self.lines(parent, d, down(q, MICRO)):
                    if line["component"] != item or line.get("kind") in ("coproduct", "byproduct"):
                        continue
                    at = d
                    if line.get("offset_days"):
                        at = self.item_calendar(parent).forward(at, int(line["offset_days"]))
                    elif line.get("operation"):
                        route = self.route(parent)
                        at = self.item_calendar(parent).forward(at, self.operation_offset(route, line["operation"], down(q, MICRO)))
                    at = min(at, self.horizon - 1)
                    into = through if self.goes_through(line) else shares
                    into[at, "" if line.get("kind") == "consumable" else seg, origin] += self.needs_of(line, q)
            if self.items[parent]["type"] == "phantom":
                continue
            firm = sorted((r for r in self.files["supply.csv"] if r["item"] == parent and r["kind"] == "planned"),
                          key=lambda r: (max(day(r, "due"), 0), r.get("firm") or "", r["reference"]))
            firm = [self.firm(parent, r) for r in firm]
            made = [self.firm(parent, r) for r in self.files["supply.csv"] if r["item"] == parent and r["kind"] == "work_order"]
            for k, o in enumerate(firm + self.orders[parent] + made):
                for n, line in enumerate(self.lines(parent, o["start"], o["start_qty"])):
                    if line["component"] != item:
                        continue
                    seg = o["segment"] if policy == "individual" and line.get("kind") != "consumable" else ""
                    q = self.needs_of(line, o["start_qty"])
                    if line.get("kind") in ("coproduct", "byproduct"):
                        q = num(line, "qty") * (1 - num(line, "scrap_pct") / 100) * o["start_qty"] / num(line, "per_qty", 1)
                        supply.append((o["due"], seg, down(q, self.step(item))))
                    elif k < len(self.orders[parent]) + len(firm):
                        at = o["start"]
                        if line.get("offset_days"):
                            at = min(self.item_calendar(parent).forward(at, int(line["offset_days"])), o["due"])
                        elif line.get("operation"):
                            offset = self.operation_offset(self.route(parent), line["operation"], o["start_qty"])
                            at = min(self.item_calendar(parent).forward(at, offset), o["due"])
                        if at >= self.horizon:
                            continue
                        if self.goes_through(line):
                            through[at, seg, (parent, k, int(line["position"]))] += q
                        elif self.items[item]["type"] == "phantom":
                            shares[at, seg, (parent, k, int(line["position"]))] += q
                        else:
                            whole.append((at, seg, up(q, self.step(item))))
                            if line.get("substitute_group"):
                                self.seekers[item].append((at, seg, whole[-1][2], (parent, k, int(line["position"])), line,
                                                           self.givers(parent, o, line)))
        if self.items[item]["type"] != "phantom":
            whole += [(d, seg, up(q, self.step(item))) for (d, seg, _), q in shares.items()]
            self.passes[item] = [(d, seg, q, origin) for (d, seg, origin), q in through.items()]
        return whole, supply, shares

    def goes_through(self, line):
        return line.get("kind") == "phantom" and self.items[line["component"]]["type"] != "phantom"

    def yield_of(self, item):
        share = num(self.items[item], "yield_pct", 100) / 100
        for r in self.route(item) if self.items[item]["type"] == "make" else []:
            share *= 1 - num(r, "scrap_pct") / 100
        return share

    def firm(self, item, r):
        q = up(num(r, "qty") / self.yield_of(item), self.step(item))
        due = max(day(r, "due"), 0)
        if r.get("start"):
            start = min(max(day(r, "start"), 0), due)
        else:
            start = self.item_calendar(item).back(due, self.lead(item, q, {}))
            start = 0 if start is None else start
        return {"start": start, "due": due, "start_qty": q, "segment": r.get("segment") or ""}

    def lead(self, item, q, source):
        me = self.items[item]
        days = source.get("lead_time_days") or me.get("lead_time_days")
        if not days and me["type"] == "make":
            route = self.route(item)
            days = self.days_before(route, len(route), q)
        return ceil(F(days or 0) + q * num(me, "lead_time_per_unit_days"))

    # ---- substitutes ----
    def linked(self):
        """item -> all items linked to it by substitution, in order."""
        sets = {i: {i} for i in self.items}
        for parent, lines in self.bill.items():
            for a in lines:
                for b in lines:
                    if a.get("substitute_group") and a.get("substitute_group") == b.get("substitute_group"):
                        both = sets[a["component"]] | sets[b["component"]]
                        for i in both:
                            sets[i] = both
        return {i: sorted(s) for i, s in sets.items()}

    def left_over(self, item, seg, t):
        needs, stock, supply, by = self.facts(item)[seg] if seg in self.facts(item) else ([], [], [], [])
        gross = [sum(q for d, q in needs if d == u) for u in range(self.horizon)]
        lost, used = [F(0)] * (self.horizon + 1), F(0)
        for last, q in sorted(s for s in stock if s[0] + 1 < self.horizon):
            take = max(min(q, sum(gross[:last + 1]) - used), 0)
            used += take
            lost[last + 1] += q - take
        there, least = sum(q for _, q in stock), None
        for u in range(self.horizon):
            there += sum(num(r, "qty") for r in supply if max(day(r, "due"), 0) == u) + sum(q for d, q in by if d == u)
            there -= gross[u] + lost[u]
            if u >= t:
                spare = there - self.safety(item, seg, u)
                least = spare if least is None else min(least, spare)
        return max(least, F(0))

    def serve(self, item, seg, t, missing):
        step = self.step(item)
        for d, s, q, _, line, givers in sorted((n for n in self.seekers[item] if n[:2] == (t, seg)), key=lambda n: n[3]):
            want = min(q, missing)
            for other in givers:
                rate = lambda r: self.needs_of(r, F(1))
                ratio = rate(other) / rate(line)
                unit = self.step(other["component"])
                most = down(down(self.left_over(other["component"], seg, t), unit) / ratio, step)
                take = min(want, most)
                if take > 0:
                    self.given_away.append((other["component"], t, seg, up(take * ratio, unit)))
                    self.served[item, seg, t] += take
                    want -= take
                    missing -= take

    # ---- one item ----
    def plan_item(self, item):
        me = self.items[item]
        facts = self.facts(item)
        self.given = defaultdict(F)
        for seg in sorted(facts):
            if me["type"] == "phantom":
                self.phantom(item, seg, *facts[seg])
            else:
                self.net(item, seg, *facts[seg])

    def facts(self, item):
        """segment -> what net, or phantom, wants to know."""
        inside = lambda rows: [r for r in rows if r[0] < self.horizon]
        me = self.items[item]
        dependent, by, shares = self.dependent(item)
        own = [(max(day(r, "due"), 0), r.get("segment") or "", num(r, "qty"))
               for r in sorted(self.files["demand.csv"], key=lambda r: (max(day(r, "due"), 0), int(r.get("priority") or LONG), r["reference"]))
               if r["item"] == item and r["kind"] == "order"]
        needed = [(max(day(r, "due", 0), 0), r.get("segment") or "", num(r, "qty"))
                for r in self.files["order_components.csv"] if r["item"] == item]
        if me["type"] == "phantom":
            for k, (d, seg, q) in enumerate(inside(own) + [(d, s, q) for d, q, s in inside(self.forecasts(item))] + inside(needed)):
                shares[d, seg, (item, k)] += q
            needs = []
        else:
            needs = inside(dependent) + inside(own) + inside(needed) + [(d, s, q) for d, q, s in inside(self.forecasts(item))]
        stock = [(day(r, "expiry", LONG), num(r, "qty"), r.get("segment") or "") for r in self.files["stock.csv"]
                 if r["item"] == item and (r.get("status") or "available") == "available" and day(r, "expiry", LONG) >= 0]
        supply = [dict(r) for r in self.files["supply.csv"] if r["item"] == item and day(r, "due") < self.horizon]
        segments = {s for _, s, _ in needs} | {s for _, _, s in stock} | {r.get("segment") or "" for r in supply}
        segments |= {s for _, s, _ in inside(by)} | {""} | {s for _, s, _ in shares}
        out = {}
        for seg in sorted(segments):
            args = ([(d, q) for d, s, q in needs if s == seg], [(e, q) for e, q, s in stock if s == seg],
                    [r for r in supply if (r.get("segment") or "") == seg], [(d, q) for d, s, q in inside(by) if s == seg])
            if me["type"] == "phantom":
                args = ([(d, o, q) for (d, s, o), q in shares.items() if s == seg and d < self.horizon], *args[1:])
            out[seg] = args
        return out

    def phantom(self, item, seg, shares, stock, supply, by):
        have = [(0, q) for _, q in stock] + [(max(day(r, "due"), 0), num(r, "qty")) for r in supply] + by
        used = F(0)
        for d, origin, q in sorted(shares, key=lambda s: (s[0], s[1][0], s[1][1:])):
            there = sum(x for t, x in have if t <= d) - used
            take = max(min(q, there), 0)
            used += take
            if q > take:
                self.passes[item].append((d, seg, q - take, origin))

    def safety(self, item, seg, d):
        if seg:
            return F(0)
        levels = sorted((day(r, "from"), num(r, "safety_stock")) for r in self.files["safety_stock.csv"] if r["item"] == item)
        level = num(self.items[item], "safety_stock")
        for start, value in levels:
            if start <= d:
                level = value
        return level

    def net(self, item, seg, needs, stock, supply, by):
        me, step, horizon = self.items[item], self.step(item), self.horizon
        gross = [sum(q for d, q in needs if d == t) for t in range(horizon)]
        receipts = sorted(([max(day(r, "due"), 0), r.get("reference") or "", num(r, "qty"),
                            r["kind"] != "planned" and r.get("firm") != "1" and day(r, "due") < self.window(item)]
                           for r in supply), key=lambda r: (r[0], r[1]))
        at = [r[0] for r in receipts]                     # where each receipt counts
        lost, used = [F(0)] * (horizon + 1), F(0)
        for last, q in sorted(s for s in stock if s[0] + 1 < horizon):
            take = max(min(q, sum(gross[:last + 1]) - used), 0)
            used += take
            lost[last + 1] += q - take
        on_hand = sum(q for _, q in stock)
        planned = []                                      # orders
        base = lambda t: (on_hand + sum(r[2] for r, a in zip(receipts, at) if a <= t) + sum(q for d, q in by if d <= t)
                          - sum(gross[:t + 1]) - sum(lost[:t + 1]))
        ordered = lambda: sum(o["qty"] for o in planned) + sum(served.values())
        served = {}                                       # by substitutes, by day
        rule = me.get("lot_rule") or "L4L"
        if seg and rule in ("ROP", "MINMAX"):
            rule = "L4L"
        net_shown = {}
        levels = {day(r, "from") for r in self.files["safety_stock.csv"] if r["item"] == item}
        happens = {t for t in range(horizon) if t == 0 or gross[t] or lost[t] or any(d == t for d, _ in by)
                   or t in at or (not seg and t in levels)}
        for t in sorted(happens):
            def short():
                free = base(t) + ordered()
                if rule == "MINMAX":
                    return num(me, "stock_min", self.safety(item, seg, t)) - free
                if rule == "ROP":
                    return num(me, "reorder_point") - free + step if t == 0 or gross[t] else F(0)
                return self.safety(item, seg, t) - free
            while short() > 0:
                later = [k for k, r in enumerate(receipts) if r[3] and at[k] > t and r[0] > t and at[k] == r[0]]
                if not later:
                    break
                at[later[0]] = t
            if short() > 0:
                if self.serving:
                    self.serve(item, seg, t, short())
                if self.served[item, seg, t]:
                    served[t] = self.served[item, seg, t]
            net_shown[t] = max(F(0), self.safety(item, seg, t) - base(t) - ordered())
            missing = short()
            if missing <= 0:
                continue
            good = missing
            if rule not in ("L4L", "FOQ", "EOQ", "ROP", "MINMAX"):
                ahead, covered = [], ordered()
                for d in sorted(x for x in happens if x >= t):
                    more = self.safety(item, seg, d) - base(d) - covered
                    if more > 0:
                        ahead.append((d, more))
                        covered += more
                good = sum(q for _, q in ahead[:self.cover(rule, me, item, ahead)])
            if rule == "MINMAX":
                good = max(missing, num(me, "stock_max") - base(t) - ordered())
            source = self.source(item, t, good)
            for start_qty in self.lots(rule, me, item, source, good, sum(gross)):
                planned.append(self.order(item, seg, t, start_qty, source))
        self.orders[item] += planned
        gross = [g - served.get(t, 0) for t, g in enumerate(gross)]
        self.show(item, seg, on_hand, gross, receipts, at, by, lost, net_shown, planned)

    def window(self, item):
        own = self.items[item].get("reschedule_days")
        return int(own or self.settings.get("reschedule_days") or 0)

    # ---- lots ----
    def cover(self, rule, me, item, ahead):
        S, H, first = num(me, "order_cost"), num(me, "holding_cost"), ahead[0][0]
        carry = lambda n: sum(q * (d - first) for d, q in ahead[:n])
        size = lambda n: sum(q for _, q in ahead[:n])
        n = 1
        if rule == "POQ":
            return sum(d < first + int(me["lot_periods"]) for d, _ in ahead)
        if rule == "DOS":
            works = self.item_calendar(item).works
            return max(1, sum(sum(works(x) for x in range(first, d + 1)) <= int(me["lot_periods"]) for d, _ in ahead))
        if rule == "LUC":
            while n < len(ahead) and (S + H * carry(n + 1)) / size(n + 1) <= (S + H * carry(n)) / size(n):
                n += 1
        if rule == "SM":                                  # every day is a period
            while n < len(ahead):
                d = ahead[n][0]
                if (S + H * carry(n + 1)) / (d - first + 1) > (S + H * carry(n)) / (d - first):
                    break
                n += 1
        if rule == "GROFF":
            while n < len(ahead):
                k = ahead[n][0] - first
                if ahead[n][1] * k * (k + 1) * H > 2 * S:
                    break
                n += 1
        if rule in ("LTC", "PPB"):
            n = min(range(1, len(ahead) + 1), key=lambda k: (abs(H * carry(k) - S), -k))
            look = me.get("ppb_look") or "none"
            if rule == "PPB" and look != "none":
                was = n
                while n + 1 < len(ahead) and ahead[n][1] * (ahead[n][0] - first) < ahead[n + 1][1] * (ahead[n + 1][0] - ahead[n][0]):
                    n += 1
                if look == "back" and n == was and 1 < n < len(ahead) and \
                        ahead[n - 1][1] * (ahead[n - 1][0] - first) > ahead[n][1] * (ahead[n][0] - ahead[n - 1][0]):
                    n -= 1
        return n

    def lots(self, rule, me, item, source, good, total_gross):
        """Quantities started."""
        step, share = self.step(item), self.yield_of(item)
        unit = num(source, "uom_factor", 1)
        least, most = num(me, "lot_min"), num(me, "lot_max")
        multiple, whole = num(me, "lot_multiple"), F(0)
        if source:
            least = num(source, "min_qty", least / unit) * unit
            multiple = num(source, "multiple", multiple / unit) * unit
            whole = unit if unit != 1 else F(0)
        full = max(down(most, whole), whole) if most and whole else most
        receipt = lambda s: down(s * share, step)

        def raised(q):
            q = max(q, least)
            q = up(q, multiple) if multiple else q
            q = up(q, whole) if whole else q
            return min(q, full) if full else q

        def cut(q):
            out = []
            while full and q > full:
                out.append(full)
                q -= full
            return out + [raised(q)]

        def least_for(need):
            out = []
            while full and need > receipt(full):
                out.append(full)
                need -= receipt(full)
            return out + [raised(up(need / share, step))]

        if rule in ("FOQ", "ROP", "EOQ"):
            fixed = num(me, "lot_qty")
            if rule == "EOQ":
                square = 2 * total_gross / self.horizon * num(me, "order_cost") / num(me, "holding_cost")
                n = (isqrt(int(4 * square / step ** 2)) + 1) // 2 # the first with (n * step + step / 2) ** 2 > square
                fixed = max(n, 1) * step
            if rule != "ROP" and me.get("foq_mode") == "raise":
                fits = receipt(fixed) >= good and not (most and fixed > most)
                return cut(fixed) if fits else least_for(good)
            one = cut(fixed)
            each = sum(receipt(s) for s in one)
            return one * ceil(good / each) if each else least_for(good) # a lot that yields nothing
        return least_for(good)

    # ---- where from and when ----
    def dates(self, item, need, start_qty, source):
        me = self.items[item]
        calendar = self.calendar(source.get("calendar")) if source else self.item_calendar(item)
        lead = self.lead(item, start_qty, source)
        fence = int(me.get("planning_fence_days") or 0)
        target = need - int(me.get("safety_days") or 0)
        start = calendar.back(target, lead) if target >= 0 else None
        if start is None or start < fence:
            return fence, calendar.forward(fence, lead)
        return start, target

    def units(self, r, good):
        return good / num(r, "uom_factor", 1)

    def source(self, item, need, good):
        rows = [r for r in self.files["suppliers.csv"] if r["item"] == item] if self.items[item]["type"] == "buy" else []
        names = {}
        for r in sorted(rows, key=lambda r: num(r, "price_from_qty")):
            start, _ = self.dates(item, need, good, r)
            if day(r, "valid_from", -LONG) <= start < day(r, "valid_to", LONG):
                names.setdefault(r["supplier"], []).append(r)
        if not names:
            return {}
        prio = lambda n: int(names[n][0].get("priority") or LONG)
        best = [n for n in sorted(names) if prio(n) == min(map(prio, names))]

        def price(n):
            fit = [r for r in names[n] if num(r, "price_from_qty") <= self.units(r, good)] or names[n][:1]
            return F(fit[-1]["price"]) * self.rate(fit[-1].get("currency")) / num(fit[-1], "uom_factor", 1)

        quota = [n for n in best if num(names[n][0], "quota_pct") > 0]
        if quota:
            return names[min(quota, key=lambda n: (self.given[n] / num(names[n][0], "quota_pct"), n))][0]
        return names[min(best, key=lambda n: (price(n), n))][0]

    def rate(self, currency):
        if not currency or currency == self.settings["currency"]:
            return F(1)
        known = [(day(r, "date"), F(r["rate"])) for r in self.files["rates.csv"] if r["currency"] == currency and day(r, "date") <= 0]
        return max(known)[1] if known else F(LONG)

    def order(self, item, seg, need, start_qty, source):
        start, due = self.dates(item, need, start_qty, source)
        good = down(start_qty * self.yield_of(item), self.step(item))
        row = source
        if source:
            self.given[source["supplier"]] += good
            same = sorted((r for r in self.files["suppliers.csv"] if r["item"] == item and r["supplier"] == source["supplier"]),
                          key=lambda r: num(r, "price_from_qty"))
            for r in same:
                if day(r, "valid_from", -LONG) <= start < day(r, "valid_to", LONG) and num(r, "price_from_qty") <= self.units(r, good):
                    row = r
        return {"item": item, "qty": good, "start_qty": start_qty, "start": start, "due": due, "need": need, "segment": seg,
                "supplier": source.get("supplier", ""), "price": num(row, "price") if row else ""}

    def show(self, item, seg, on_hand, gross, receipts, at, by, lost, net, planned):
        back = int(self.items[item].get("safety_days") or 0)
        projected = on_hand
        for t in range(self.horizon):
            come = sum(r[2] for r, a in zip(receipts, at) if a == t) + sum(q for d, q in by if d == t) - lost[t]
            new = sum(o["qty"] for o in planned if max(o["need"] - back, 0) == t)
            out = sum(o["qty"] for o in planned if o["start"] == t)
            projected += come - gross[t] + new
            if gross[t] or come or new or out or net.get(t):
                self.rows.append((item, seg, t, gross[t], come, projected, net.get(t, F(0)), new, out))

    # ---- load ----
    def load(self):
        """(work centre, day) -> hours of planned, firm and released orders."""
        found = defaultdict(lambda: [F(0)] * 3)
        for item, me in self.items.items():
            if me["type"] not in ("make", "phantom"):
                continue
            jobs = [(0, o) for o in self.orders[item]]
            for r in self.files["supply.csv"]:
                if r["item"] == item and r["kind"] in ("planned", "work_order") and me["type"] == "make" and day(r, "due") < self.horizon:
                    jobs.append((1 if r["kind"] == "planned" else 2, self.firm(item, r)))
            for d, _, q, origin in self.passes[item]:
                firm = len(origin) == 3 and origin[1] < self.firm_count(origin[0])
                jobs.append((1 if firm else 0, {"start": d, "due": LONG, "start_qty": down(q, MICRO)}))
            for kind, order in jobs:
                self.load_order(item, kind, order, found)
        return {k: tuple(v) for k, v in found.items() if sum(v)}

    def firm_count(self, item):
        return sum(r["item"] == item and r["kind"] == "planned" for r in self.files["supply.csv"])

    def load_order(self, item, kind, order, found):
        route, own = self.route(item), self.item_calendar(item)
        at = lambda days: min(own.forward(order["start"], days) if days else order["start"], order["due"])
        for k, r in enumerate(route):
            hours = self.hours(r, self.entering(route, k, order["start_qty"]))
            first = k
            while first and r.get("parallel_group") and route[first - 1].get("parallel_group") == r["parallel_group"]:
                first -= 1
            begin = self.days_before(route, first, order["start_qty"])
            end = begin + self.operation_days(route, k, order["start_qty"])
            center = self.centers[r["work_center"]]
            works = self.calendar(center.get("calendar") or self.settings.get("calendar")).works
            first_day = at(floor(begin))
            days = [d for d in range(first_day, at(ceil(end))) if works(d)] or [first_day]
            share = down(hours / len(days), MICRO)
            for n, d in enumerate(days):
                if d < self.horizon:
                    hour = found[r["work_center"], d]
                    hour[kind] += share if n else hours - share * (len(days) - 1)

    serving = False

    def run(self):
        waiting = dict.fromkeys(self.items)
        while waiting:
            for item in list(waiting):
                together = self.links[item]
                if any(r["component"] in together for p in waiting for r in self.bill[p]):
                    continue
                if len(together) > 1:        # who takes what from whom; the orders of this round do not count
                    self.serving, rows = True, list(self.rows)
                    for i in together:
                        self.plan_item(i)
                        self.orders[i] = []
                    self.serving, self.rows = False, rows
                for i in together:
                    self.plan_item(i)
                    del waiting[i]
                break
        return self
