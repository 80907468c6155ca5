#!/usr/bin/env python3
"""Stories of a storekeeper: goods arrive, are inspected, moved, counted, sent back and traced."""
import concurrent.futures
import random

from harness import Decimal, Poster, Suite, audit_ledger, equal, fresh, import_files, key_of, refused, same_number, stock_places

suite = Suite("stock")
PLANT = fresh("ST-")
state = {}
FILES = {
    "items.csv": "item,type,uom,lead_time_days,valuation,unit_cost,tracking,shelf_life_days\n"
                 "BOLT,buy,EA,3,average,2,none,\n"
                 "GLUE,buy,EA,3,fifo,5,lot,30\n"
                 "MOTOR,buy,EA,3,average,80,serial,\n"
                 "PUMP,make,EA,2,average,100,lot,\n"
                 "UNIT,make,EA,2,average,200,lot,\n",
    "bom.csv": "parent,component,qty\nPUMP,BOLT,4\nPUMP,GLUE,1\nUNIT,PUMP,2\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        files = {name: text.encode() for name, text in FILES.items()}
        files["plant.csv"] = ("key,value\nplant,%s\n" % PLANT).encode()
        reply = import_files(state["client"], files, PLANT + "/import")
        equal(reply.get("errors", []), [], "errors of the import")
        stock_places(state["client"], "A-01", "A-02", "A-03", "A-09", "B-01", "B-07", "C-01", "LINE-1")
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, "Inventory." + method if "." not in method else method, **body)


def no(step, http, code, method, **body):
    return refused(client(), http, code, "Inventory." + method if "." not in method else method,
                   key=key_of(PLANT + "/no/" + step), **body)


def stock(item):
    """{(location, lot, status): quantity}"""
    return {(r["location"], r.get("lot", ""), r["status"]): Decimal(r["quantity"])
            for r in client().pages("Inventory.ListStock", "rows", item=item, limit=100)}


def order(step, item, quantity, price):
    reply = post(step, "Order.CreatePurchaseOrder", supplier="S-1",
                 lines=[{"item": item, "quantity": str(quantity), "price": str(price), "due_on": "2030-01-01"}])
    return reply["purchase_order"]


@suite.test("what is bought waits for inspection when the item says so or the receipt asks")
def _(t):
    post("rule", "SetStockRule", item="GLUE", inspect=True)
    state["glue"] = number = order("po-1", "GLUE", 100, 5)
    post("receive-1", "PostPurchaseReceipt", purchase_order=number,
         lines=[{"line": 1, "quantity": "60", "lot": "G1", "location": "A-01"},
                {"line": 1, "quantity": "40", "lot": "G2", "location": "A-02"}])
    equal(stock("GLUE"), {("A-01", "G1", "inspection"): 60, ("A-02", "G2", "inspection"): 40}, "glue waits")
    state["bolt"] = number = order("po-2", "BOLT", 500, 2)
    post("receive-2", "PostPurchaseReceipt", purchase_order=number, lines=[{"line": 1, "quantity": "400",
                                                                           "location": "A-03"}])
    post("receive-3", "PostPurchaseReceipt", purchase_order=number, inspection=True,
         lines=[{"line": 1, "quantity": "100", "location": "A-03"}])
    equal(stock("BOLT"), {("A-03", "", "available"): 400, ("A-03", "", "inspection"): 100}, "bolts")


@suite.test("the inspector accepts and rejects; a rejection says why")
def _(t):
    no("no reason", 422, "INVALID", "PostInspection",
       lines=[{"item": "GLUE", "lot": "G1", "accepted": "50", "rejected": "10"}])
    post("inspect-1", "PostInspection", reason="torn bags",
         lines=[{"item": "GLUE", "lot": "G1", "accepted": "50", "rejected": "10"},
                {"item": "GLUE", "lot": "G2", "accepted": "40"}])
    equal(stock("GLUE"), {("A-01", "G1", "available"): 50, ("A-01", "G1", "blocked"): 10,
                          ("A-02", "G2", "available"): 40}, "glue after inspection")
    no("too much", 409, "INSUFFICIENT_STOCK", "PostInspection", lines=[{"item": "GLUE", "lot": "G1", "accepted": "1"}])


@suite.test("what was rejected goes back to the supplier, never more than came")
def _(t):
    no("more", 409, "OVER_RETURN", "PostSupplierReturn", purchase_order=state["glue"], reason="torn bags",
       lines=[{"line": 1, "quantity": "101", "lot": "G1", "status": "blocked"}])
    no("why", 422, "INVALID", "PostSupplierReturn", purchase_order=state["glue"],
       lines=[{"line": 1, "quantity": "1", "lot": "G1", "status": "blocked"}])
    reply = post("supplier-return", "PostSupplierReturn", purchase_order=state["glue"], reason="torn bags",
                 lines=[{"line": 1, "quantity": "10", "lot": "G1", "status": "blocked"}])
    same_number(reply["lines"][0]["amount"], -50, "value of 10 at 5")
    equal(stock("GLUE"), {("A-01", "G1", "available"): 50, ("A-02", "G2", "available"): 40}, "glue")


@suite.test("a transfer at once to the line, and one in two steps that is signed for")
def _(t):
    post("line-side", "PostTransfer", to_location="LINE-1",
         lines=[{"item": "BOLT", "quantity": "50", "location": "A-03"}])
    sent = post("send", "PostTransfer", to_location="B-01", two_steps=True,
                lines=[{"item": "BOLT", "quantity": "100", "location": "A-03"}, {"item": "GLUE", "quantity": "60"}])
    equal(sent["state"], "sent", "state")
    equal(stock("BOLT"), {("A-03", "", "available"): 250, ("LINE-1", "", "available"): 50,
                          ("B-01", "", "in_transit"): 100, ("A-03", "", "inspection"): 100}, "bolts on their way")
    no("in transit", 409, "INSUFFICIENT_STOCK", "PostAdjustment", reason="gone",
       lines=[{"item": "BOLT", "quantity": "-1", "location": "B-01"}])
    no("more arrives", 409, "OVER_TOLERANCE", "ReceiveTransfer", transfer=sent["document"],
       lines=[{"line": 1, "quantity": "101"}])
    part = post("arrive-1", "ReceiveTransfer", transfer=sent["document"], lines=[{"line": 1, "quantity": "70"}])
    equal(part["state"], "sent", "not all is there")
    back = post("arrive-2", "ReceiveTransfer", transfer=sent["document"], send_back=True,
                lines=[{"line": 1, "quantity": "30"}])
    equal(back["state"], "sent", "glue is on its way")
    equal(post("arrive-3", "ReceiveTransfer", transfer=sent["document"])["state"], "done", "all is there")
    no("again", 409, "STATE_CONFLICT", "ReceiveTransfer", transfer=sent["document"])
    equal(stock("BOLT"), {("A-03", "", "available"): 280, ("LINE-1", "", "available"): 50,
                          ("B-01", "", "available"): 70, ("A-03", "", "inspection"): 100}, "bolts")
    equal(stock("GLUE"), {("B-01", "G1", "available"): 50, ("B-01", "G2", "available"): 10,
                          ("A-02", "G2", "available"): 30}, "glue, first to expire first")


@suite.test("a status changes with a reason, and stock that is blocked is not given out")
def _(t):
    post("block", "ChangeStatus", reason="smells", lines=[{"item": "GLUE", "quantity": "10", "lot": "G2",
                                                           "location": "B-01", "from_status": "available",
                                                           "to_status": "blocked"}])
    no("bad status", 422, "INVALID", "ChangeStatus", reason="x",
       lines=[{"item": "GLUE", "quantity": "1", "from_status": "available", "to_status": "lost"}])
    no("blocked", 409, "LOT_BLOCKED", "PostAdjustment", reason="used",
       lines=[{"item": "GLUE", "quantity": "-1", "lot": "G2", "location": "B-01"}])


@suite.test("what a customer sends back waits for inspection, never more than was shipped")
def _(t):
    reply = post("so-1", "Order.CreateSalesOrder", customer="C-1",
                 lines=[{"item": "BOLT", "quantity": "20", "due_on": "2030-01-01"}])
    state["sale"] = reply["sales_order"]
    post("ship-1", "PostShipment", sales_order=state["sale"],
         lines=[{"line": 1, "quantity": "20", "location": "A-03"}])
    no("more back", 409, "OVER_RETURN", "PostCustomerReturn", sales_order=state["sale"], reason="wrong size",
       lines=[{"line": 1, "quantity": "21"}])
    post("customer-return", "PostCustomerReturn", sales_order=state["sale"], reason="wrong size",
         lines=[{"line": 1, "quantity": "5", "location": "A-09"}])
    equal(stock("BOLT")[("A-09", "", "inspection")], 5, "bolts that came back")


def second_person():
    """A client of somebody else, with a login of his own at the plant."""
    login = "kc-" + PLANT.lower()
    client().call("Access.SetUser", login=login, password="an-Honest-second-Person-7", grants=[
        {"plant": PLANT, "roles": ["supervisor"]}])
    return suite.stack.client(PLANT, token=None), login


@suite.test("a blind count, running: what moves after a line was counted does not spoil it")
def _(t):
    count = post("count", "StartCount", location="LINE-1", reason="cycle")["document"]
    shown = client().call("Inventory.ListDocuments", document=count)["documents"][0]
    equal((shown["state"], shown["lines"][0].get("done")), ("open", None), "blind")
    post("counted", "RecordCount", count=count, lines=[{"line": 1, "quantity": "48"}])
    post("late", "PostTransfer", to_location="LINE-1",
         lines=[{"item": "BOLT", "quantity": "10", "location": "A-03"}])
    done = post("finish", "FinishCount", count=count)
    equal(done["state"], "done", "state")
    equal([(l["item"], Decimal(l["quantity"])) for l in done["lines"]], [("BOLT", -2)], "48 of 50")
    equal(stock("BOLT")[("LINE-1", "", "available")], 58, "48 and the 10 that came")
    no("over", 409, "STATE_CONFLICT", "RecordCount", count=count, lines=[{"line": 1, "quantity": "48"}])


@suite.test("a frozen count holds its places still")
def _(t):
    count = post("freeze", "StartCount", location="B-01", items=["BOLT"], freeze=True)["document"]
    no("frozen in", 409, "STATE_CONFLICT", "PostTransfer", to_location="B-01",
       lines=[{"item": "BOLT", "quantity": "1", "location": "A-03"}])
    no("frozen out", 409, "INSUFFICIENT_STOCK", "PostAdjustment", reason="used",
       lines=[{"item": "BOLT", "quantity": "-1", "location": "B-01"}])
    no("twice", 409, "STATE_CONFLICT", "StartCount", location="B-01", items=["BOLT"], freeze=True)
    equal(post("give-up", "DecideDocument", document=count, approve=False)["state"], "cancelled", "given up")
    post("free again", "PostTransfer", to_location="B-01",
         lines=[{"item": "BOLT", "quantity": "1", "location": "A-03"}])


@suite.test("above the limit a second person decides, never the maker")
def _(t):
    post("limit", "SetStockRule", approve_above="100")
    waits = post("large", "PostAdjustment", reason="found",
                 lines=[{"item": "BOLT", "quantity": "60", "unit_cost": "2", "location": "A-03"}])
    equal((waits["state"], waits.get("lines", [])), ("waiting", []), "nothing moved")
    no("large and wrong", 409, "INSUFFICIENT_STOCK", "PostAdjustment", reason="lost",
       lines=[{"item": "BOLT", "quantity": "-100000", "location": "A-03"}])
    no("maker", 403, "FORBIDDEN", "DecideDocument", document=waits["document"], approve=True)
    listed = client().call("Inventory.ListDocuments", state="waiting")["documents"]
    equal([d["document"] for d in listed], [waits["document"]], "what waits")
    same_number(listed[0]["value"], 120, "its value")
    equal(post("rejected", "DecideDocument", document=waits["document"], approve=False)["state"], "rejected", "state")
    small = post("small", "PostAdjustment", reason="found",
                 lines=[{"item": "BOLT", "quantity": "1", "unit_cost": "2", "location": "A-03"}])
    equal(small["state"], "done", "below the limit")


@suite.test("a lot is traced through two levels, forward to the customer and backward to the supplier")
def _(t):
    for step, item, quantity, parts in (("pump", "PUMP", 4, {"BOLT": 16, "GLUE": 4}), ("unit", "UNIT", 2, {"PUMP": 4})):
        number = post("wo-" + step, "Order.CreateWorkOrder", item=item, quantity=str(quantity),
                      start_on="2029-12-01", due_on="2030-01-01")["work_order"]
        post("release-" + step, "Production.ReleaseWorkOrder", work_order=number)
        lines = [{"item": code, "quantity": str(needed)} for code, needed in parts.items()]
        post("issue-" + step, "Production.PostIssue", work_order=number, lines=lines)
        post("make-" + step, "Receipt.PostReceipt", work_order=number, quantity=str(quantity), lot=step.upper() + "-1")
    sale = post("so-2", "Order.CreateSalesOrder", customer="C-2",
                lines=[{"item": "UNIT", "quantity": "1", "due_on": "2030-01-01"}])["sales_order"]
    post("ship-unit", "PostShipment", sales_order=sale, lines=[{"line": 1, "quantity": "1", "lot": "UNIT-1"}])

    forward = list(client().pages("Inventory.ListLotTrace", "links", item="GLUE", lot="G1", limit=2))
    equal([(l["level"], l["order_kind"], l.get("to_lot"), l.get("partner")) for l in forward],
          [(1, "work_order", "PUMP-1", None), (2, "work_order", "UNIT-1", None), (3, "sales_order", None, "C-2")],
          "forward")
    backward = list(client().pages("Inventory.ListLotTrace", "links", item="UNIT", lot="UNIT-1", backward=True, limit=9))
    equal([(l["level"], l["order_kind"], l.get("to_lot"), l.get("partner")) for l in backward],
          [(1, "work_order", "PUMP-1", None), (2, "work_order", "G1", None), (3, "purchase_order", None, "S-1")],
          "backward")
    recall = client().call("Inventory.ListRecall", item="GLUE", lot="G1")
    equal(recall["lots"], 3, "lots concerned")
    state["units"] = sale
    equal([(c["customer"], c["lot"], Decimal(c["quantity"])) for c in recall["customers"]], [("C-2", "UNIT-1", 1)],
          "customers")
    equal({(s["item"], s["lot"]) for s in recall["stock"]}, {("GLUE", "G1"), ("UNIT", "UNIT-1")}, "still here")


@suite.test("the pages of a trace show one state, however much is posted between them; the next trace shows the new one")
def _(t):
    def orders(links):
        return [(l["level"], l["order_kind"], l["quantity"]) for l in links]

    def trace(after=None):
        body = {"after": after} if after else {}
        return client().call("Inventory.ListLotTrace", item="GLUE", lot="G1", limit=1, **body)

    pages = [trace()]
    post("a unit back", "PostCustomerReturn", sales_order=state["units"], reason="dented",
         lines=[{"line": 1, "quantity": "1", "lot": "UNIT-1"}])
    while "next" in pages[-1]:
        pages.append(trace(pages[-1]["next"]))
    links = [link for page in pages for link in page["links"]]
    equal(orders(links), [(1, "work_order", "4"), (2, "work_order", "4"), (3, "sales_order", "1")], "as it was")
    equal(len(list(client().pages("Inventory.ListLotTrace", "links", item="GLUE", lot="G1"))), 2, "links since the return")
    refused(client(), 422, "INVALID", "Inventory.ListLotTrace", item="GLUE", lot="G1", after="-3")


@suite.test("what was there as of a line and as of a day")
def _(t):
    rows = [r for r in client().pages("Inventory.ListLedger", "rows", item="BOLT", limit=500)]
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        then = client().call("Inventory.GetBalance", item="BOLT", posted_seq=row["posted_seq"])
        same_number(then["quantity"], row["on_hand"], "quantity as of %s" % row["posted_seq"])
        same_number(then["value"], row["value"], "value as of %s" % row["posted_seq"])
    now = client().call("Inventory.GetBalance", item="BOLT")
    today = rows[-1]["effective_on"]
    same_number(client().call("Inventory.GetBalance", item="BOLT", day_on=today)["quantity"], now["quantity"], "today")
    same_number(client().call("Inventory.GetBalance", item="BOLT", day_on="2020-01-31").get("quantity"), 0, "before")
    post("back-dated", "PostAdjustment", reason="found later", effective_on="2020-02-10",
         lines=[{"item": "BOLT", "quantity": "7", "location": "A-03"}])
    post("back-dated-2", "PostAdjustment", reason="lost later", effective_on="2020-03-10",
         lines=[{"item": "BOLT", "quantity": "-3", "location": "A-03"}])
    for day, there in (("2020-02-09", 0), ("2020-02-10", 7), ("2020-03-09", 7), ("2020-04-01", 4)):
        same_number(client().call("Inventory.GetBalance", item="BOLT", day_on=day).get("quantity"), there, day)
    same_number(client().call("Inventory.GetBalance", item="BOLT", day_on=today)["quantity"],
                Decimal(now["quantity"]) + 4, "today, later")


@suite.test("as of any day, whatever the order in which days are posted, several in one batch")
def _(t):
    days = ["2021-%02d-%02d" % (1 + n // 5, 1 + n % 5 * 6) for n in range(20)]
    order = random.Random(5)

    def adjust(worker):
        mine = suite.stack.client(PLANT)
        for n in range(15):
            mine.call("Inventory.PostAdjustment", key=key_of("%s/days/%d/%d" % (PLANT, worker, n)), reason="days",
                      effective_on=days[worker * 7 * n % 20], lines=[
                          {"item": "BOLT", "quantity": str(1 + (worker + n) % 5), "location": "A-03"}])

    client()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(adjust, worker) for worker in range(8)]:
            done.result()
    lines = list(client().pages("Inventory.ListLedger", "rows", item="BOLT", limit=500))
    for day in order.sample(days, 8) + ["2020-03-01", "2020-12-31", "2021-12-31"]:
        sums = [sum(Decimal(line.get(what, 0)) for line in lines if line["effective_on"] <= day)
                for what in ("quantity", "amount")]
        then = client().call("Inventory.GetBalance", item="BOLT", day_on=day)
        same_number(then.get("quantity", 0), sums[0], "quantity on " + day)
        same_number(then.get("value", 0), sums[1], "value on " + day)


@suite.test("a document is reversed: stock, lots, value, counters and state are as they were, once")
def _(t):
    def work_order(number):
        answer = client().call("Production.GetWorkOrder", work_order=number)["work_order"]
        return answer["state"], [(c["item"], Decimal(c.get("issued", 0))) for c in answer["components"]]

    def value(item):
        answer = client().call("Inventory.GetBalance", item=item)
        return Decimal(answer.get("quantity", 0)), Decimal(answer.get("value", 0))

    number = post("wo-r", "Order.CreateWorkOrder", item="PUMP", quantity="3", start_on="2029-12-01",
                  due_on="2030-01-01")["work_order"]
    post("release-r", "Production.ReleaseWorkOrder", work_order=number)
    before = [(stock(i), value(i)) for i in ("BOLT", "GLUE", "PUMP")], work_order(number)
    issue = post("issue-r", "Production.PostIssue", work_order=number,
                 lines=[{"item": "BOLT", "quantity": "12"}, {"item": "GLUE", "quantity": "3"}])["document"]
    issued = [(stock(i), value(i)) for i in ("BOLT", "GLUE", "PUMP")], work_order(number)
    receipt = post("make-r", "Receipt.PostReceipt", work_order=number, quantity="2", scrapped="1",
                   lot="PUMP-R")["document"]
    equal(work_order(number)[0], "completed", "state")
    no("issue first", 409, "STATE_CONFLICT", "ReverseDocument", document=issue, reason="wrong order")
    no("reverse without reason", 422, "INVALID", "ReverseDocument", document=receipt)
    no("unknown", 404, "NOT_FOUND", "ReverseDocument", document="FG-999999", reason="x")
    moved = post("away", "PostTransfer", to_location="C-01", lines=[{"item": "PUMP", "quantity": "1",
                                                                     "lot": "PUMP-R"}])["document"]
    error = no("moved", 409, "STATE_CONFLICT", "ReverseDocument", document=receipt, reason="wrong lot")
    assert moved in str(error), "it says what depends on it: %s" % error
    post("reverse-move", "ReverseDocument", document=moved, reason="not to C-01")
    post("reverse-receipt", "ReverseDocument", document=receipt, reason="wrong lot")
    equal(([(stock(i), value(i)) for i in ("BOLT", "GLUE", "PUMP")], work_order(number)), issued, "as issued")
    no("reverse twice", 409, "STATE_CONFLICT", "ReverseDocument", document=receipt, reason="again")
    reversal = post("reverse-issue", "ReverseDocument", document=issue, reason="wrong order")["document"]
    equal(([(stock(i), value(i)) for i in ("BOLT", "GLUE", "PUMP")], work_order(number)), before, "as released")
    no("of a reversal", 409, "STATE_CONFLICT", "ReverseDocument", document=reversal, reason="back")


@suite.test("goods received are reversed while they are there, and the order is open again")
def _(t):
    number = order("po-r", "GLUE", 5, 6)
    before = stock("GLUE"), client().call("Inventory.GetBalance", item="GLUE")["value"]
    receipt = post("receive-r", "PostPurchaseReceipt", purchase_order=number, inspection=False,
                   lines=[{"line": 1, "quantity": "5", "lot": "G9", "location": "A-01"}])["document"]
    taken = post("use-r", "PostAdjustment", reason="sample",
                 lines=[{"item": "GLUE", "quantity": "-1", "lot": "G9"}])["document"]
    no("used", 409, "STATE_CONFLICT", "ReverseDocument", document=receipt, reason="wrong supplier")
    post("reverse-use", "ReverseDocument", document=taken, reason="no sample")
    post("reverse-r", "ReverseDocument", document=receipt, reason="wrong supplier")
    equal((stock("GLUE"), client().call("Inventory.GetBalance", item="GLUE")["value"]), before, "as before")
    post("receive-again", "PostPurchaseReceipt", purchase_order=number, lines=[{"line": 1, "quantity": "5", "lot": "G9"}])
    sent = post("send-r", "PostTransfer", to_location="B-07", two_steps=True,
                lines=[{"item": "BOLT", "quantity": "5", "location": "A-03"}])["document"]
    arrival = post("arrive-r", "ReceiveTransfer", transfer=sent)["document"]
    no("arrived", 409, "STATE_CONFLICT", "ReverseDocument", document=sent, reason="wrong")
    post("reverse-arrival", "ReverseDocument", document=arrival, reason="not there")
    post("reverse-sent", "ReverseDocument", document=sent, reason="not sent")


@suite.test("a serial number is one piece in one place")
def _(t):
    number = order("po-m", "MOTOR", 3, 80)
    no("two pieces", 422, "INVALID", "PostPurchaseReceipt", purchase_order=number,
       lines=[{"line": 1, "quantity": "2", "lot": "SN-1"}])
    post("motor-1", "PostPurchaseReceipt", purchase_order=number, lines=[
        {"line": 1, "quantity": "1", "lot": "SN-1"}, {"line": 1, "quantity": "1", "lot": "SN-2"}])
    error = no("serial twice", 409, "SERIAL_EXISTS", "PostPurchaseReceipt", purchase_order=number,
               lines=[{"line": 1, "quantity": "1", "lot": "SN-1"}])
    equal(error.field, "lines[0].lot", "field")
    post("motor-out", "PostAdjustment", reason="sample", lines=[{"item": "MOTOR", "quantity": "-1", "lot": "SN-1"}])
    equal({lot for _, lot, _ in stock("MOTOR")}, {"SN-2"}, "serial numbers here")


@suite.test("a pick list walks the locations, first to expire first, and says what is short")
def _(t):
    number = post("wo-p", "Order.CreateWorkOrder", item="PUMP", quantity="200", start_on="2029-12-01",
                  due_on="2030-01-01")["work_order"]
    post("release-p", "Production.ReleaseWorkOrder", work_order=number)
    picks = client().call("Inventory.ListPicks", work_orders=[number])["picks"]
    for item, needed in (("BOLT", 800), ("GLUE", 200)):
        mine = [p for p in picks if p["item"] == item]
        same_number(sum(Decimal(p["quantity"]) for p in mine), needed, "picked and short of %s" % item)
        here = {(place, lot): held for (place, lot, status), held in stock(item).items() if status == "available"}
        equal({(p["location"], p.get("lot", "")): Decimal(p["quantity"]) for p in mine if "location" in p}, here,
              "all there is of %s" % item)
    places = [p["location"] for p in picks if "location" in p]
    equal(places, sorted(places), "the walk")
    small = post("wo-p2", "Order.CreateWorkOrder", item="PUMP", quantity="1", start_on="2029-12-01",
                 due_on="2030-01-01")["work_order"]
    post("release-p2", "Production.ReleaseWorkOrder", work_order=small)
    picks = client().call("Inventory.ListPicks", work_orders=[small])["picks"]
    taken = post("issue-p2", "Production.PostIssue", work_order=small)["lines"]
    equal({(p["location"], p["item"], p.get("lot") or None): Decimal(p["quantity"]) for p in picks},
          {(l["location"], l["item"], l.get("lot")): -Decimal(l["quantity"]) for l in taken}, "as the issue takes it")
    error = refused(client(), 404, "NOT_FOUND", "Inventory.ListPicks", work_orders=[small, "NOPE"])
    equal(error.field, "work_orders[1]", "field of an order that is not there")
    post("cancel-p", "Production.CancelWorkOrder", work_order=number, reason="not sold")
    equal(client().call("Inventory.ListPicks", work_orders=[number])["picks"], [], "nothing is picked for a cancelled order")
    equal(refused(client(), 404, "NOT_FOUND", "Inventory.GetBalance", item="NOPE").field, "item", "balance of no item")
    equal(refused(client(), 422, "INVALID", "Inventory.ListDocuments", state="nope").field, "state", "no state")


@suite.test("late repeats change nothing, and balances are the sums of the ledger")
def _(t):
    state["poster"].repeat_all()
    audit_ledger(client())


if __name__ == "__main__":
    suite.main()
