"""A late invoice on a lot that went into 1,000 orders on five levels, and what others see of it meanwhile.

200 orders on each level: those of the first took 5 pieces each of one receipt of 1,000, each further order the piece of
one before it.  All are closed.  Orders and their lines are written by SQL: it is not posting them that is measured.
Meanwhile one client posts to an item that the chain does not touch, and one to a product of the chain.
Then the same for the shape that Tryton 6.0 takes 23 to 26 s for: the actual costs of 85 orders on five levels."""
import sys
import threading
import time

from cost_stack import AWAY, Client, metric, p99, sql, stack

LEVELS, TRYTON_S = 5, 23.0
QUIET_S, SETTLE_S, BILLS = 2, 0.5, 20
FILL = """
INSERT INTO plant (plant_id, currency, horizon_days, master_seq) VALUES ('%(plant)s', 'CNY', 365, 1);
INSERT INTO plant_seq (plant_id, line_seq, invoice_tolerance_pct) VALUES ('%(plant)s', 1 + 2 * %(orders)d, 100);
INSERT INTO item (plant_id, item, type, valuation, unit_cost) SELECT '%(plant)s', 'L' || n, CASE n WHEN 0 THEN 'buy' ELSE 'make' END,
    'fifo', 5 FROM generate_series(0, %(levels)d) n;
INSERT INTO item (plant_id, item, type, unit_cost) VALUES ('%(plant)s', 'Z', 'buy', 5);
INSERT INTO stock_item (plant_id, item, on_hand, value, moved_on) SELECT '%(plant)s', item,
    CASE item WHEN 'L%(levels)d' THEN %(width)d ELSE 0 END, CASE item WHEN 'L%(levels)d' THEN %(width)d * 25 ELSE 0 END,
    '2026-01-03' FROM item WHERE plant_id = '%(plant)s' ON CONFLICT (plant_id, item) DO UPDATE
    SET on_hand = excluded.on_hand, value = excluded.value, moved_on = excluded.moved_on;
INSERT INTO stock_balance (plant_id, item, location, qty) VALUES ('%(plant)s', 'L%(levels)d', 'MAIN', %(width)d);
INSERT INTO purchase_order (plant_id, purchase_order, supplier, state) VALUES ('%(plant)s', 'P', 'S', 'sent');
INSERT INTO purchase_order_line (plant_id, purchase_order, line, item, qty, price, due, received_qty)
    VALUES ('%(plant)s', 'P', 1, 'L0', %(width)d * 5, 5, '2026-01-01', %(width)d * 5);
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, qty, amount, counted, on_hand, value, order_kind, order_id,
    order_line, effective_on, posted_by) VALUES ('%(plant)s', 1, 'D0', 'purchase_receipt', 'L0', %(width)d * 5, %(width)d * 25,
    %(width)d * 5, 0, 0, 'purchase_order', 'P', 1, '2026-01-01', 'bench');
INSERT INTO fifo_layer (plant_id, item, layer, received, qty_left, remains, amount_left)
    VALUES ('%(plant)s', 'L0', 1, %(width)d * 5, 0, false, 0);
CREATE TEMPORARY TABLE made AS SELECT k, i, 'W' || k || '-' || i AS work_order, 2 * ((k - 1) * %(width)d + i) AS seq
    FROM generate_series(1, %(levels)d) k, generate_series(1, %(width)d) i;
INSERT INTO work_order (plant_id, work_order, item, qty, start_on, due_on, state, good_qty, received_qty, planned_cost)
    SELECT '%(plant)s', work_order, 'L' || k, 1, '2026-01-01', '2026-01-02', 'closed', 1, 1, 25 FROM made;
INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, due_on, planned_cost, issued_qty,
    issued_amount) SELECT '%(plant)s', work_order, 1, 'L' || k - 1, CASE k WHEN 1 THEN 5 ELSE 1 END, '2026-01-01',
    CASE k WHEN 1 THEN 5 ELSE 25 END, CASE k WHEN 1 THEN 5 ELSE 1 END, 25 FROM made;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, qty, amount, wip, counted, on_hand, value, order_kind,
    order_id, order_line, effective_on, posted_by)
    SELECT '%(plant)s', seq, 'I' || seq, 'issue', 'L' || k - 1, CASE k WHEN 1 THEN -5 ELSE -1 END, -25, 25,
    CASE k WHEN 1 THEN 5 ELSE 1 END, 0, 0, 'work_order', work_order, 1, '2026-01-02'::date, 'bench' FROM made UNION ALL
    SELECT '%(plant)s', seq + 1, 'R' || seq, 'receipt', 'L' || k, 1, 25, -25, 1, 0, 0, 'work_order', work_order, 0,
    '2026-01-02'::date, 'bench' FROM made;
INSERT INTO fifo_layer (plant_id, item, layer, order_id, received, qty_left, remains, amount_left) SELECT '%(plant)s', 'L' || k,
    seq + 1, work_order, 1, CASE k WHEN %(levels)d THEN 1 ELSE 0 END, k = %(levels)d, CASE k WHEN %(levels)d THEN 25 ELSE 0 END FROM made;
INSERT INTO fifo_take (plant_id, posted_seq, layer, item, qty, amount, order_id, order_line) SELECT '%(plant)s', m.seq,
    CASE m.k WHEN 1 THEN 1 ELSE b.seq + 1 END, 'L' || m.k - 1, CASE m.k WHEN 1 THEN 5 ELSE 1 END, 25, m.work_order, 1
    FROM made m LEFT JOIN made b ON b.k = m.k - 1 AND b.i = m.i;
ANALYZE;
"""


class Others(threading.Thread):
    """One client that adjusts an item without end, and when each was sent and how long it took."""

    def __init__(self, plant, item):
        super().__init__(daemon=True)
        self.client, self.item, self.seen, self.over = Client(plant), item, [], False

    def run(self):
        while not self.over:
            at = time.monotonic()
            spent, _ = self.client.call("Inventory.PostAdjustment", reason="bench", lines=[
                {"item": self.item, "quantity": "1", "unit_cost": "5"}])
            self.seen.append((at, spent))
            time.sleep(0.002)

    def under_way(self, start, end):
        """Seconds of those under way in that time."""
        return [s for at, s in self.seen if at + s > start and at < end]


def bill(client, number, width):
    began = time.monotonic()
    _, reply = client.call("Cost.EnterInvoice", supplier="S", number=number, lines=[
        {"purchase_order": "P", "order_line": 1, "quantity": str(width * 5), "amount": str(width * 26)}])
    return began, time.monotonic(), reply


def chain(plant, width):
    sql(FILL % {"plant": plant, "orders": width * LEVELS, "levels": LEVELS, "width": width})
    return Client(plant)


def check(plant, width):
    """The whole of it reached the last level's shelf, and every order is settled."""
    said = sql("SELECT (SELECT count(*) FROM late_cost WHERE plant_id = '%s' AND NOT done),"
               " (SELECT sum(amount) FROM ledger_line WHERE plant_id = '%s' AND item = 'L%d' AND kind = 'settlement'),"
               " (SELECT count(*) FROM work_order WHERE plant_id = '%s' AND wip <> 0)" % (plant, plant, LEVELS, plant))
    if said.strip() != "0|%d.0000|0" % width:
        sys.exit("cost: %s: open, to stock, unsettled: %s" % (plant, said.strip()))


def late(plant):
    """Seconds of the bill; of postings on an untouched and on a touched item: seconds of each before it, and during it."""
    client = chain(plant, 200)
    client.call("Cost.ListInvoices")
    others = [Others(plant, "Z"), Others(plant, "L%d" % LEVELS)]
    for other in others:
        other.start()
    time.sleep(QUIET_S)
    start, end, _ = bill(client, "1", 200)
    for other in others:
        other.over = True
        other.join()
    check(plant, 200)
    return end - start, [(other.under_way(start - QUIET_S + SETTLE_S, start - 0.1), other.under_way(start, end)) for other in others]


def measure():
    """A bill is over after some hundred postings: those of many bills stand together, and the quiet seconds before each, so
    that both p99 are of thousands and of the same minutes."""
    bills = [late("LATE%d" % n) for n in range(BILLS)]
    metric("late invoice on a lot in 1,000 orders on 5 levels", round(sorted(spent for spent, _ in bills)[BILLS // 2], 3), "s", 1)
    for which, what, most in ((0, "an untouched", None), (1, "a touched", 1000)):
        quiet = [s for _, others in bills for s in others[which][0]]
        busy = [s for _, others in bills for s in others[which][1]]
        before, during = p99(quiet), p99(busy)
        print("%s item: %d postings before, %d meanwhile; medians %.2f and %.2f ms" % (
            what, len(quiet), len(busy), 1000 * sorted(quiet)[len(quiet) // 2], 1000 * sorted(busy)[len(busy) // 2]))
        metric("p99 of postings on %s item meanwhile" % what, during, "ms", most or round(before * 2, 2), before)


def measure_peer():
    client = chain("TRYTON", 17)
    client.call("Cost.ListInvoices")
    start, end, _ = bill(client, "1", 17)
    check("TRYTON", 17)
    metric("late cost over 85 orders on 5 levels; Tryton's actual costs 23 to 26 s", round(end - start, 4), "s", None, TRYTON_S)


def run():
    with stack(AWAY):
        measure()
        measure_peer()
