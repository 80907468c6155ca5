#!/usr/bin/env python3
"""The one thin way: a plant folder, its plan, orders made from suggestions, postings, and an order's cost."""
import json
from datetime import date, datetime, timedelta, timezone

from harness import (ApiError, Decimal, Poster, Suite, audit_ledger, demo_files, equal, fresh, import_files, key_of, stock_places,
                     ledger_dump, refused, same_number, settled, until)
import generate

suite = Suite("thin_way")
PLANT = fresh("TW-")
DAY = datetime.now(timezone(timedelta(hours=8))).date()
MODEL = generate.Factory()
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
    return state["client"]


def post(step, method, **body):
    """Posts (and repeats) one thing; the plan must take it in by itself."""
    before = int(client().call("Mrp.GetPlanState").get("event_seq") or 0)
    reply = state["poster"].post(step, method, **body)
    until(lambda: int(client().call("Mrp.GetPlanState").get("event_seq") or 0) > before,
          "the plan knows %s" % method)
    return reply


def planned(**filters):
    return list(client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=200, **filters))


def on_hand(item):
    return sum((Decimal(r["quantity"]) for r in client().pages("Inventory.ListStock", "rows", item=item, limit=100)),
               Decimal(0))


@suite.test("imports the demo plant, first dry, then for good")
def _(t):
    files = demo_files(PLANT, DAY)
    dry = import_files(client(), files, PLANT + "/dry", dry_run=True)
    equal(dry.get("errors", []), [], "errors of the dry run")
    refused(client(), 404, None, "Bom.GetItem", item="SD-12")
    reply = import_files(client(), files, PLANT + "/import")
    equal(reply.get("errors", []), [], "errors of the import")
    rows = {f["file"]: int(f["rows"]) for f in reply["files"]}
    equal(rows["items.csv"], len(MODEL.items), "items imported")
    item = client().call("Bom.GetItem", item="SD-12")["item"]
    equal(item["name"], "电动螺丝刀 12V / Screwdriver 12 V", "name")
    equal((item["type"], item["uom"]), ("make", "EA"), "type and unit")
    listed = list(client().pages("Bom.ListItems", "items", limit=50))
    equal(sorted(i["item"] for i in listed), sorted(MODEL.items), "all items, page by page")
    some = client().call("Bom.ListItems", items=["SD-12", "NO-SUCH", "", "EL-CELL"])
    equal([i["item"] for i in some["items"]], ["SD-12", "EL-CELL"], "those that are named, of them those that exist")
    refused(client(), 413, "LIMIT", "Bom.ListItems", items=["SD-12"] * 501)


@suite.test("exports what was imported")
def _(t):
    import base64
    import csv
    wanted = sorted(r["item"] for r in csv.DictReader(demo_files(PLANT, DAY)["items.csv"].decode().splitlines()))
    content, after = b"", None
    while True:
        page = client().call("Bom.ExportFile", file="items.csv", **({"after": after} if after else {}))
        content += base64.b64decode(page.get("content", ""))
        after = page.get("next")
        if not after:
            break
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    equal(sorted(r["item"] for r in rows), wanted, "items exported")


@suite.test("explodes the tool set through all levels")
def _(t):
    lines = list(client().pages("Bom.Explode", "rows", item="TS-46", quantity="10", limit=100))
    equal({r["component"] for r in lines if int(r["level"]) == 1},
          {line.component.code for line in MODEL.items["TS-46"].lines}, "first level")
    assert max(int(r["level"]) for r in lines) >= 5, "five levels below the tool set"
    totals = {r["component"]: r["quantity"] for r in
              client().pages("Bom.Explode", "rows", item="TS-46", quantity="10", summarised=True, limit=100)}
    same_number(totals["SD-12"], 10, "screwdrivers")
    same_number(totals["SA-CARR"], 20, "planet carriers")
    same_number(totals["PA-BIT50"], 70, "long bits of screwdriver and bit set")
    where = list(client().pages("Bom.WhereUsed", "rows", item="PA-BIT50", limit=100))
    equal({r["parent"] for r in where if int(r["level"]) == 1}, {"SD-12", "SD-36", "BS-32", "TS-22"}, "where used")


@suite.test("plans by itself after the import")
def _(t):
    until(lambda: int(client().call("Mrp.GetPlanState").get("planned_orders") or 0) > 0, "a plan")
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/run"))
    orders = planned()
    kinds = {o["type"] for o in orders}
    assert {"make", "buy"} <= kinds, kinds
    for order in orders:
        if order["type"] == "buy":
            assert order.get("supplier") and order.get("purchase_uom"), "no supplier: %s" % order
    short = client().call("Mrp.ListShortages", days=7).get("shortages", [])
    assert len(short) >= 3, "the demo plant is short of something on purpose: %s" % short
    for row in short:
        assert Decimal(row["quantity"]) > 0 and row["short_on"] >= DAY.isoformat(), row


def takes_nothing_short(order):
    """Its parts are all there, and it is the only suggestion for its item and day."""
    item = MODEL.items[order["item"]]
    if item.lot_rule != "L4L" or not order["planned_order_id"].endswith("#1"):
        return False
    needs = MODEL.component_needs(item, int(Decimal(order["start_quantity"])))
    return len(needs) >= 3 and all(on_hand(code) >= Decimal(need.numerator) / need.denominator
                                   for code, need in needs.items())


@suite.test("turns a suggestion to make into a work order, once")
def _(t):
    order = next(o for o in sorted(planned(type="make"), key=lambda o: (o["start_on"], o["item"]))
                 if takes_nothing_short(o))
    refused(client(), 409, None, "Order.AcceptPlannedOrder", key=key_of(PLANT + "/stale"),
            planned_order_id=order["planned_order_id"], quantity=str(Decimal(order["quantity"]) + 1),
            due_on=order["due_on"])
    reply = post("accept-make", "Order.AcceptPlannedOrder", planned_order_id=order["planned_order_id"],
                 quantity=order["quantity"], due_on=order["due_on"])
    equal(reply["type"], "make", "type")
    state.update(order=reply["order_id"], item=order["item"], quantity=Decimal(order["start_quantity"]),
                 good=Decimal(order["quantity"]))
    equal([o for o in planned(item=order["item"]) if o["planned_order_id"] == order["planned_order_id"]], [],
          "the suggestion is gone")
    try:
        client().call("Order.AcceptPlannedOrder", key=key_of(PLANT + "/twice"),
                      planned_order_id=order["planned_order_id"], quantity=order["quantity"], due_on=order["due_on"])
        raise AssertionError("a suggestion was accepted twice")
    except ApiError as error:
        assert error.http in (404, 409), error


@suite.test("releases it and freezes its bill")
def _(t):
    reply = post("release", "Production.ReleaseWorkOrder", work_order=state["order"], effective_on=DAY.isoformat())
    wanted = MODEL.component_needs(MODEL.items[state["item"]], int(state["quantity"]))
    equal(int(reply["components"]), len(wanted), "components")
    equal(reply.get("missing", []), [], "nothing is short")
    order = client().call("Production.GetWorkOrder", work_order=state["order"])["work_order"]
    equal(order["state"], "released", "state")
    for line in order["components"]:
        same_number(line["required"], float(wanted[line["item"]]), "need of %s" % line["item"])
    refused(client(), 409, "STATE_CONFLICT", "Production.ReleaseWorkOrder", key=key_of(PLANT + "/release2"),
            work_order=state["order"])
    state["needs"] = {c["item"]: Decimal(c["required"]) for c in order["components"]}


@suite.test("issues its material: a part, then what it still needs")
def _(t):
    item = sorted(state["needs"], key=lambda c: -state["needs"][c])[0]
    part = (state["needs"][item] / 2).to_integral_value()
    before = {code: on_hand(code) for code in state["needs"]}
    first = post("issue-1", "Production.PostIssue", work_order=state["order"], effective_on=DAY.isoformat(),
                 lines=[{"item": item, "quantity": str(part)}])
    same_number(sum(Decimal(l["quantity"]) for l in first["lines"]), -part, "first issue")
    second = post("issue-2", "Production.PostIssue", work_order=state["order"], effective_on=DAY.isoformat())
    state["amounts"] = [-Decimal(l["amount"]) for l in first["lines"] + second["lines"]]
    for code, need in state["needs"].items():
        same_number(before[code] - on_hand(code), need, "taken of %s" % code)
    order = client().call("Production.GetWorkOrder", work_order=state["order"])["work_order"]
    equal(order["state"], "in_progress", "state")
    for line in order["components"]:
        same_number(line["issued"], line["required"], "issued of %s" % line["item"])
    refused(client(), 409, "NOT_ON_ORDER", "Production.PostIssue", key=key_of(PLANT + "/stray"),
            work_order=state["order"], lines=[{"item": "TL-LEVEL", "quantity": "1"}])


@suite.test("takes back what was too much")
def _(t):
    item = sorted(state["needs"], key=lambda c: -state["needs"][c])[0]
    before = on_hand(item)
    reply = post("return", "Production.PostReturn", work_order=state["order"], effective_on=DAY.isoformat(),
                 lines=[{"item": item, "quantity": "2", "reason": "surplus"}])
    state["amounts"] += [-Decimal(l["amount"]) for l in reply["lines"]]
    same_number(on_hand(item) - before, 2, "back in stock")
    refused(client(), 409, "OVER_RETURN", "Production.PostReturn", key=key_of(PLANT + "/return-all"),
            work_order=state["order"], lines=[{"item": item, "quantity": str(state["needs"][item]),
                                               "reason": "surplus"}])


@suite.test("reports hours, receives in two parts with scrap, and closes")
def _(t):
    steps = [op for op in MODEL.items[state["item"]].operations if op.price is None]
    charged = Decimal(0)
    for op in steps:
        reply = post("op" + op.number, "Production.ReportOperation", work_order=state["order"], operation=op.number,
                     effective_on=DAY.isoformat(), hours="2.5")
        charged += Decimal(reply["amount"])
    assert charged > 0, "hours cost nothing"
    before, scrap = on_hand(state["item"]), Decimal(1)
    half = (state["quantity"] / 2).to_integral_value()
    post("receipt-1", "Receipt.PostReceipt", work_order=state["order"], effective_on=DAY.isoformat(),
         quantity=str(half))
    reply = post("receipt-2", "Receipt.PostReceipt", work_order=state["order"], effective_on=DAY.isoformat(),
                 quantity=str(state["quantity"] - half - scrap), scrapped=str(scrap), final=True)
    equal(reply["state"], "completed", "state")
    same_number(on_hand(state["item"]) - before, state["quantity"] - scrap, "received")
    reply = post("close", "Production.CloseWorkOrder", work_order=state["order"], effective_on=DAY.isoformat())
    cost = client().call("Cost.GetOrderCost", work_order=state["order"])
    same_number(cost["debits"], sum(state["amounts"]) + charged, "debits: issues less returns, and hours")
    same_number(cost["credits"], cost["debits"], "credits")
    same_number(cost.get("wip", 0), 0, "work in process")
    equal(cost["state"], "closed", "state")
    material = sum(Decimal(l["actual"]) for l in cost["lines"] if l["element"] == "material")
    same_number(material, sum(state["amounts"]), "material of the order's cost")
    same_number(cost["received"], state["quantity"] - scrap, "good pieces")
    wanted = Decimal(cost["debits"]) / Decimal(cost["received"])
    assert abs(Decimal(cost["unit_cost"]) - wanted) <= Decimal("0.000001"), "unit cost %s, wanted %s" % (
        cost["unit_cost"], wanted)


@suite.test("a loss in the store moves the purchase suggestions by itself")
def _(t):
    def to_buy():
        return sum(Decimal(o["quantity"]) for o in planned(item="PK-MANUAL"))
    until(lambda: int(client().call("Mrp.GetPlanState").get("event_seq") or 0) > 0, "a plan")
    before, held = to_buy(), on_hand("PK-MANUAL")
    place = next(r for r in client().pages("Inventory.ListStock", "rows", item="PK-MANUAL", limit=10)
                 if Decimal(r["quantity"]) > 0)
    post("loss", "Inventory.PostAdjustment", effective_on=DAY.isoformat(), reason="water damage",
         lines=[{"item": "PK-MANUAL", "quantity": "-" + place["quantity"], "location": place["location"]}])
    after = until(lambda: to_buy() if to_buy() != before else None, "another quantity to buy")
    step = int(MODEL.items["PK-MANUAL"].suppliers[0].multiple)
    assert 0 < after - before <= held + 2 * step, "bought %s more for a loss of %s" % (after - before, held)


@suite.test("turns a suggestion to buy into a purchase order and receives it")
def _(t):
    order = next(o for o in sorted(planned(type="buy"), key=lambda o: o["due_on"])
                 if MODEL.items[o["item"]].tracking == "none")
    reply = post("accept-buy", "Order.AcceptPlannedOrder", planned_order_id=order["planned_order_id"],
                 quantity=order["quantity"], due_on=order["due_on"])
    equal(reply["type"], "buy", "type")
    number = reply["order_id"]
    found = [p for p in client().pages("Order.ListPurchaseOrders", "purchase_orders", open_only=True, limit=50)
             if p["purchase_order"] == number]
    equal(len(found), 1, "the purchase order is listed")
    equal(found[0]["supplier"], order["supplier"], "supplier")
    line = found[0]["lines"][0]
    same_number(line["quantity"], order["quantity"], "quantity")
    before = on_hand(order["item"])
    reply = post("purchase-receipt", "Inventory.PostPurchaseReceipt", purchase_order=number,
                 effective_on=DAY.isoformat(), lines=[{"line": line["line"], "quantity": line["quantity"]}])
    same_number(on_hand(order["item"]) - before, line["quantity"], "received")
    amount = (Decimal(line["quantity"]) * Decimal(line["price"])).quantize(Decimal("0.0001"))
    same_number(reply["lines"][0]["amount"], amount, "amount at the order's price")
    refused(client(), 409, "OVER_RECEIPT", "Inventory.PostPurchaseReceipt", key=key_of(PLANT + "/too-much"),
            purchase_order=number, lines=[{"line": line["line"], "quantity": line["quantity"]}])


@suite.test("ships a sales order")
def _(t):
    orders = {o["sales_order"]: o for o in client().pages("Order.ListSalesOrders", "sales_orders", open_only=True,
                                                          limit=50)}
    line = next(l for l in orders["SO-005"]["lines"] if l["item"] == "HG-4")
    before = on_hand("HG-4")
    quantity = min(before, Decimal(line["quantity"]))
    reply = post("ship", "Inventory.PostShipment", sales_order="SO-005", effective_on=DAY.isoformat(),
                 lines=[{"line": line["line"], "quantity": str(quantity)}])
    same_number(before - on_hand("HG-4"), quantity, "shipped")
    assert Decimal(reply["lines"][0]["amount"]) < 0, "goods leave at a value"
    refused(client(), 409, None, "Inventory.PostShipment", key=key_of(PLANT + "/ship-more"), sales_order="SO-005",
            lines=[{"line": line["line"], "quantity": "100000"}])


@suite.test("a key serves one request only")
def _(t):
    method, body, key, _answer = state["poster"].sent[-1]
    changed = json.loads(json.dumps(body))
    changed["effective_on"] = (DAY - timedelta(days=1)).isoformat()
    refused(client(), 409, "KEY_REUSED", method, key=key, **changed)
    error = refused(client(), 400, "MALFORMED", method, **body)
    equal(error.field, "Idempotency-Key", "field of a write without a key")


@suite.test("a refusal is remembered under its key")
def _(t):
    body = {"effective_on": DAY.isoformat(), "reason": "count",
            "lines": [{"item": "DL-100", "quantity": "-999999"}]}
    stock_places(client())
    key = key_of(PLANT + "/refusal")
    first = client().raw("Inventory.PostAdjustment", body, key)
    equal(first[0], 409, "more than there is")
    again = client().raw("Inventory.PostAdjustment", body, key)
    same = [{k: v for k, v in json.loads(a[1])["error"].items() if k != "trace"} for a in (first, again)]
    equal(same[1], same[0], "the same refusal")


@suite.test("late repeats of everything change nothing")
def _(t):
    before = ledger_dump(client())
    events = settled(client())
    state["poster"].repeat_all()
    equal(ledger_dump(client()), before, "the ledger")
    equal(settled(client()), events, "the events")
    assert len(before) > 150, "a ledger of %d lines" % len(before)


@suite.test("balances are the sums of the ledger")
def _(t):
    audit_ledger(client())


if __name__ == "__main__":
    suite.main()
