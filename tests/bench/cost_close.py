"""10,000 orders (10 components, 2 operations each; 140,000 ledger lines) closed in a night, a thousand a call, their variances
split into kinds in one call, and what is read of them.  What was posted before is written by SQL."""
import sys

from cost_stack import AWAY, Client, metric, sql, stack

ORDERS, COMPONENTS, OPERATIONS = 10000, 10, 2
FILL = """
INSERT INTO plant (plant_id, currency, horizon_days, master_seq) VALUES ('BOOKS', 'CNY', 365, 1);
INSERT INTO plant_seq (plant_id, line_seq) VALUES ('BOOKS', %(lines)d);
INSERT INTO item (plant_id, item, type, valuation, unit_cost) SELECT 'BOOKS', 'P' || n, 'make', 'standard', 100
    FROM generate_series(1, 100) n;
INSERT INTO item (plant_id, item, type, unit_cost) SELECT 'BOOKS', 'C' || n, 'buy', 5 FROM generate_series(1, 100) n;
INSERT INTO stock_item (plant_id, item) SELECT 'BOOKS', item FROM item WHERE plant_id = 'BOOKS' ON CONFLICT DO NOTHING;
INSERT INTO work_order (plant_id, work_order, item, qty, start_on, due_on, state, good_qty, received_qty, planned_cost,
    wip) SELECT 'BOOKS', 'W' || n, 'P' || 1 + n %% 100, 10, '2026-01-01', '2026-01-02', 'completed', 10, 9 + n %% 2, 1000, 140
    FROM generate_series(1, %(orders)d) n;
INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, due_on, planned_cost, issued_qty,
    issued_amount) SELECT 'BOOKS', 'W' || n, c, 'C' || 1 + (n + c) %% 100, 20, '2026-01-01', 5, 20 + n %% 3,
    (20 + n %% 3) * 5.2 FROM generate_series(1, %(orders)d) n, generate_series(1, %(components)d) c;
INSERT INTO work_order_operation (plant_id, work_order, line, operation, work_center, planned_hours, labor_rate,
    machine_rate, overhead_rate, overhead_basis, reported_hours, labor_amount)
    SELECT 'BOOKS', 'W' || n, o, o * 10, 'M', 1, 40, 0, 0, 'hour', 1.25, 50
    FROM generate_series(1, %(orders)d) n, generate_series(1, %(operations)d) o;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, qty, amount, wip, variance, on_hand, value, order_kind,
    order_id, effective_on, posted_by)
    SELECT 'BOOKS', (n - 1) * %(each)d + l, 'D' || n, CASE WHEN l = %(each)d
    THEN 'receipt' WHEN l <= %(components)d THEN 'issue' ELSE 'operation' END,
    CASE WHEN l > %(components)d AND l < %(each)d THEN NULL WHEN l > %(components)d THEN 'P' || 1 + n %% 100
    ELSE 'C' || 1 + (n + l) %% 100 END, 0,
    CASE WHEN l = %(each)d THEN 1000 WHEN l <= %(components)d THEN -104 ELSE 0 END,
    CASE WHEN l = %(each)d THEN -1000 WHEN l <= %(components)d THEN 104 ELSE 50 END, 0, 0, 0, 'work_order', 'W' || n, '2026-01-02', 'bench'
    FROM generate_series(1, %(orders)d) n, generate_series(1, %(each)d) l;
ANALYZE;
"""


def close_all(client):
    total, closed, after = 0.0, 0, {}
    while after is not None:
        spent, reply = client.call("Production.CloseCompletedOrders", **after)
        total, closed = total + spent, closed + reply["orders"]
        after = {"after": reply["next"]} if "next" in reply else None
    if closed != ORDERS:
        sys.exit("cost: %d of %d orders closed" % (closed, ORDERS))
    metric("10,000 completed orders closed", round(total, 2), "s", 5)


def measure(client, lines):
    close_all(client)
    spent, reply = client.call("Cost.SplitVariances")
    if reply["orders"] != ORDERS:
        sys.exit("cost: %s orders" % reply)
    metric("variances of 10,000 settled orders split", round(spent, 2), "s", 5)
    metric("variances of the plant by item", round(client.call("Cost.ListVariances", by="item")[0] * 1000), "ms")
    spent, reply = client.call("Cost.GetTrialBalance")
    if reply["debit"] != reply["credit"]:
        sys.exit("cost: debit %(debit)s, credit %(credit)s" % reply)
    metric("trial balance of 140,000 ledger lines", round(spent * 1000), "ms")
    metric("a page of the journal, in the middle", round(client.call("Cost.ListJournal", after=str(lines // 2))[0] * 1000), "ms")


def run():
    each = COMPONENTS + OPERATIONS + 1
    with stack(AWAY):
        sql(FILL % {"orders": ORDERS, "components": COMPONENTS, "operations": OPERATIONS, "each": each, "lines": ORDERS * each})
        measure(Client("BOOKS"), ORDERS * each)
