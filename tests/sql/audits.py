#!/usr/bin/env python3
# ops/test: release
"""Each query of sql/audit finds nothing in what was posted, and finds the breach that is planted for it.

A small plant is posted over HTTPS; then, for each query, a transaction makes one thing wrong that the query is there for,
asks it, and is rolled back.  A query without a planted breach fails the test.
"""
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
import harness  # noqa: E402  (the folder is known only now)
from harness import Suite, equal, fresh, import_files, key_of, stock_places  # noqa: E402
from peer import Psql  # noqa: E402

suite = Suite("audits")
suite.psql = None
PLANT = fresh("AUDIT-")
DAY = "2026-03-02"
FILES = {
    "plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (PLANT, DAY),
    "items.csv": "item,type,uom,unit_cost,valuation,tracking,allow_negative\nA,buy,EA,4,average,none,\nF,buy,EA,2,fifo,none,\n"
                 "T,buy,EA,5,lot,lot,\nN,buy,EA,3,average,none,true\nS,buy,EA,2,standard,none,\nB,make,EA,30,average,none,\n",
    "bom.csv": "parent,component,qty\nB,A,2\nB,F,1\nB,T,1\n",
    "work_centers.csv": "work_center,labor_rate\nWC,7\n",
    "routing.csv": "item,operation,work_center,setup,run,time_unit\nB,10,WC,0,6,min\n",
}

# What is made wrong, one statement or several, first of all where a constraint would refuse it.  {p} is the plant.
ONE = "ctid = (SELECT min(ctid) FROM %s WHERE plant_id = '{p}' AND %s)"


def one(table, change, where="true"):
    return "UPDATE %s SET %s WHERE %s" % (table, change, ONE % (table, where))


def gone(table, where="true"):
    return "DELETE FROM %s WHERE %s" % (table, ONE % (table, where))


def without(table, constraint):
    return "ALTER TABLE %s DROP CONSTRAINT %s; " % (table, constraint)


def copied(table, change, where="true"):
    """One more row of a table, like one that is there but for `change` (a JSON object as SQL text)."""
    return ("INSERT INTO {t} SELECT n.* FROM (SELECT * FROM {t} WHERE plant_id = '{{p}}' AND {w} LIMIT 1) o,"
            " jsonb_populate_record(NULL::{t}, to_jsonb(o) || {c}) n").format(t=table, w=where, c=change)


LAST = "(SELECT max(posted_seq) FROM ledger_line WHERE plant_id = '{p}')"
EARLIER_IDS, EARLIER_BODIES = "earlier_ids = ARRAY['A']", "earlier_bodies = ARRAY[''::bytea]"
ALONE = "event_seq > 3 AND earlier_ids IS NULL"
ISSUE = "kind = 'issue' AND item = 'A'"
BREACHES = {
    "bill_second_person": [without("invoice", "invoice_blocked_needs_another") + one("invoice", "blocked_for = 'price'")],
    "bills_are_payables": [one("payable", "amount = amount + 1"), gone("payable"), one("invoice", "state = 'rejected'"),
                           one("payable", "posted_seq = 1")],
    "document_lines_are_runs": [one("ledger_line", "document_lines = document_lines + 1", "document_lines > 1"),
                                one("ledger_line", "document_lines = 1", "document_lines = 0"),
                                one("ledger_line", "document_lines = 0", "document_lines = 1"),
                                one("ledger_line", "document = 'OTHER'", "document_lines = 0")],
    "events_without_gaps": [gone("event_log"), one("plant_seq", "event_seq = event_seq + 1"),
                            one("event_log", EARLIER_IDS + ", " + EARLIER_BODIES, ALONE), one("event_log", EARLIER_BODIES, ALONE),
                            gone("event_log", "event_seq = 2") + "; " + one("event_log", EARLIER_IDS + ", " + EARLIER_BODIES, ALONE)],
    "item_has_stock_item": [
                                                        gone("stock_item", "item = 'N'")],
    "keys_are_once": [without("posting_key", "posting_key_pkey") + copied("posting_key", "'{{}}'::jsonb"),
                      copied("ledger_line", "jsonb_build_object('posted_seq', " + LAST + " + 1, 'posted_at', '2001-01-01')"),
                      one("plant_seq", "document_seq = 1")],
    "late_costs_are_settled": [one("late_cost", "amount = amount + 1"), one("late_cost", "item = 'A'"),
                               one("ledger_line", "amount = 1", "kind = 'late_cost'")],
    "layers_are_stock": [one("fifo_layer", "qty_left = qty_left + 1, remains = true", "item = 'F'"),
                         one("fifo_layer", "amount_left = amount_left + 1", "item = 'F'"),
                         one("fifo_layer", "lot = 'OTHER'", "item = 'T' AND qty_left > 0")],
    "ledger_references": [one("ledger_line", "item = 'GONE'", ISSUE), gone("fifo_layer", "item = 'F'"),
                          one("fifo_layer", "layer = layer + 100000", "item = 'F'"), one("stock_item", "item = 'GONE'"),
                          one("stock_balance", "item = 'GONE'"), one("work_order_component", "item = 'GONE'"),
                          one("work_order_component", "work_order = 'GONE'")],
    "ledger_running_sums": [one("ledger_line", "on_hand = on_hand + 1", ISSUE), one("ledger_line", "value = value - 1", ISSUE)],
    "ledger_without_gaps": [gone("ledger_line"), one("plant_seq", "line_seq = line_seq + 1")],
    "lot_links_are_ledger": [one("lot_link", "qty = qty + 1"), gone("lot_link"), one("lot_link", "item = 'GONE'")],
    "maker_is_not_checker": [without("stock_document", "maker_is_not_checker") + without("stock_document", "large_needs_a_checker") +
                             one("stock_document", "state = 'done', value = 9, approve_above = 1, decided_by = created_by",
                                 "kind = 'count'")],
    "nothing_is_negative": [without("stock_balance", "stock_not_negative") + one("stock_balance", "qty = -1", "item = 'A'"),
                            without("stock_item", "stock_item_empty_is_worthless") + one("stock_item", "on_hand = 0", "item = 'A'")],
    "order_counters_are_ledger": [one("purchase_order_line", "received_qty = received_qty - 1", "received_qty > 0"),
                                  one("purchase_order_line", "invoiced_qty = invoiced_qty + 1"),
                                  one("sales_order_line", "shipped_qty = shipped_qty - 1", "shipped_qty > 0"),
                                  one("work_order_component", "issued_qty = issued_qty - 1", "returned_qty < issued_qty")],
    "purchase_second_person": [without("purchase_order", "purchase_large_needs_a_checker") +
                               one("purchase_order", "value = 9, approve_above = 1, approved_by = made_by", "state = 'sent'")],
    "reservations_are_open_needs": [one("work_order_component", "reserved_qty = reserved_qty + 1, reserves = true", "work_order = 'W2'"),
                                    one("work_order_component", "reserved_qty = 1, reserves = true", "work_order = 'W1'")],
    "standards_are_versions": [one("item_standard", "cost = cost + 1"), one("item_standard", "posted_seq = 1"),
                               without("cost_version", "cost_version_is_released_by_another") + one("cost_version", "released_by = made_by"),
                               one("ledger_line", "wip = 1", "kind = 'revaluation'")],
    "stock_balance_is_ledger": [one("stock_balance", "qty = qty + 1"), one("stock_balance", "location = 'ELSEWHERE'", "qty > 0")],
    "stock_history_is_ledger": [one("stock_close", "qty = qty + 1"), one("stock_close", "value = value + 1"), gone("stock_close"),
                                one("stock_item", "moved_on = moved_on - 1", "item = 'A'")],
    "stock_item_is_ledger": [one("stock_item", "on_hand = on_hand + 1", "item = 'A'"), one("stock_item", "value = value + 1", "item = 'A'")],
    "transfers_are_in_transit": [one("stock_balance", "qty = qty + 1", "status = 'in_transit'"),
                                 one("stock_document", "state = 'done'", "kind = 'transfer'")],
    "value_is_conserved": [one("ledger_line", "amount = amount + 1", ISSUE), one("ledger_line", "qty = qty + 1", "kind = 'transfer'"),
                           one("ledger_line", "amount = 1", "kind = 'transfer'"), one("ledger_line", "wip = 1", "kind = 'purchase_receipt'")],
    "wip_is_issued_less_consumed": [one("ledger_line", "amount = amount + 1", ISSUE), one("work_order", "wip = wip + 1", "state = 'in_progress'"),
                                    one("ledger_line", "variance = variance + 1", "kind = 'receipt'")],
    "wip_is_ledger": [one("work_order", "wip = wip + 1", "state = 'in_progress'"), one("ledger_line", "wip = wip - 1", ISSUE)],
    "work_order_counters_are_ledger": [one("work_order", "received_qty = received_qty - 1", "received_qty > 0"),
                                       one("work_order_component", "issued_amount = issued_amount + 1", "issued_qty > 0"),
                                       one("work_order_operation", "reported_hours = reported_hours + 1", "reported_hours > 0"),
                                       one("work_order_operation", "billed_qty = billed_qty + 1"),
                                       one("work_order_operation", "billed_amount = billed_amount + 1")],
}


def story(client):
    said = {}

    def post(method, name=None, **body):
        reply = client.call(method, key=key_of("%s/%d" % (PLANT, len(said))), **body)
        said[name or len(said)] = reply.get("document")
        return said

    def line(number, qty, **more):
        return [dict({"line": number, "quantity": str(qty), "location": "L1"}, **more)]

    for item, number, more in (("A", "P1", {}), ("F", "P2", {}), ("T", "P3", {"lot": "K1"})):
        post("Order.CreatePurchaseOrder", purchase_order=number, supplier="S1",
             lines=[{"line": 1, "item": item, "quantity": "40", "price": "2.5", "due_on": DAY}])
        post("Inventory.PostPurchaseReceipt", purchase_order=number, lines=line(1, 30, **more), effective_on=DAY)
    post("Inventory.PostAdjustment", reason="used", lines=[{"item": "N", "quantity": "-3", "location": "L1"}], effective_on=DAY)
    post("Inventory.PostAdjustment", reason="used", lines=[{"item": "N", "quantity": "-1", "location": "L1"}], effective_on="2026-03-04")
    for order in ("W1", "W2"):
        post("Order.CreateWorkOrder", work_order=order, item="B", quantity="4", start_on=DAY, due_on=DAY)
        post("Production.ReleaseWorkOrder", work_order=order, effective_on=DAY)
        post("Production.PostIssue", work_order=order, effective_on=DAY,
             lines=[{"item": "A", "quantity": "7"}, {"item": "F", "quantity": "4"}, {"item": "T", "quantity": "3"}])
        post("Production.ReportOperation", work_order=order, operation="10", hours="1.5", effective_on=DAY)
        post("Receipt.PostReceipt", work_order=order, quantity="2", scrapped="1", location="L1", effective_on=DAY)
    post("Production.PostReturn", work_order="W2", effective_on=DAY,
         lines=[{"item": "F", "quantity": "1", "reason": "surplus", "location": "L1"}])
    post("Production.CloseWorkOrder", work_order="W1", effective_on=DAY, anyway=True)
    post("Order.CreateSalesOrder", sales_order="O1", customer="C1", lines=[{"line": 1, "item": "B", "quantity": "3", "due_on": DAY}])
    post("Inventory.PostShipment", sales_order="O1", lines=[{"line": 1, "quantity": "2"}], effective_on=DAY)
    post("Inventory.PostTransfer", to_location="L2", two_steps=True, effective_on=DAY,
         lines=[{"item": "A", "quantity": "5", "location": "L1"}])
    post("Cost.SetInvoiceTolerance", percent="100")
    post("Cost.EnterInvoice", supplier="S1", number="R-1", effective_on=DAY,
         lines=[{"purchase_order": "P2", "order_line": 1, "quantity": "30", "amount": "90"}])
    post("Inventory.StartCount", "count", items=["F"], effective_on=DAY)
    post("Inventory.RecordCount", count=said["count"], lines=[{"line": 1, "quantity": "20"}])
    post("Inventory.FinishCount", count=said["count"])
    post("Inventory.PostAdjustment", reason="found", lines=[{"item": "S", "quantity": "5", "location": "L1"}], effective_on=DAY)
    post("Cost.SaveCostVersion", cost_version="V1", lines=[{"kind": "price", "code": "S", "value": "9"}])
    post("Cost.SimulateCostVersion", cost_version="V1")
    post("Cost.FreezeCostVersion", cost_version="V1")
    suite.second_person(client, PLANT, "finance").call("Cost.ReleaseCostVersion", key=key_of(PLANT + "/v1"), cost_version="V1")


def found(psql, file):
    return [row for row in psql.rows(file.read_text(encoding="utf-8")) if row[0] == PLANT]


AUDITS = sorted(pathlib.Path(harness.ROOT, "sql", "audit").glob("*.sql"))


@suite.test("no query finds anything in what was posted")
def _(t):
    suite.psql = Psql(suite.stack)
    client = suite.stack.client(PLANT)
    reply = import_files(client, {name: text.encode() for name, text in FILES.items()}, PLANT)
    equal(reply.get("errors", []), [], "errors of the import")
    stock_places(client, "L1", "L2")
    story(client)
    for file in AUDITS:
        equal(found(suite.psql, file), [], file.name)
    equal(suite.psql.rows("SELECT count(*) > 20 FROM ledger_line WHERE plant_id = '%s'" % PLANT), [["t"]], "there is a ledger")


def finds(file, breach):
    def check(t):
        suite.psql.rows("BEGIN")
        try:
            suite.psql.rows(breach.format(p=PLANT))
            assert found(suite.psql, file), "not found: %s" % breach.format(p=PLANT)
        finally:
            suite.psql.rows("ROLLBACK")
    return check


for audit in AUDITS:
    for planted in BREACHES.get(audit.stem, []):
        suite.test("%s finds a breach" % audit.stem)(finds(audit, planted))


@suite.test("every query has a planted breach")
def _(t):
    equal([file.stem for file in AUDITS if not BREACHES.get(file.stem)], [], "queries without one")
    equal(sorted(set(BREACHES) - {file.stem for file in AUDITS}), [], "breaches without a query")


if __name__ == "__main__":
    suite.main()
