#!/usr/bin/env python3
"""Books: what made a variance, the journal of every posting, a month that is closed by one and opened again by two.

Round numbers that an accountant can follow.  A LAMP at standard 14: 2 RODs at 5 and 0.1 h at 40.
Order 1 starts 10 and gets 10.  It takes 22 rods at 5.20 (plan: 20 at 5.00) and 1.25 h (plan: 1 h):
    price 22 x 0.20 = 4.40, usage 2 x 5 = 10.00, efficiency 0.25 x 40 = 10.00; together 24.40.
Order 2 starts 10 and gets 9, one is scrapped.  It takes 20 rods at 5.20 and 1 h:
    price 20 x 0.20 = 4.00, scrap a tenth of the plan = 10.00 + 4.00 = 14.00; together 18.00.
"""
import base64
import csv
import io
import zipfile

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of, refused

suite = Suite("books")
PLANT = fresh("BK-")
state = {}
FILES = {
    "items.csv": "item,type,uom,valuation,unit_cost,class\nROD,buy,EA,average,5,RAW\nLAMP,make,EA,standard,14,GOODS\n"
                 "MUG,make,EA,average,5,GOODS\n",
    "bom.csv": "parent,component,qty\nLAMP,ROD,2\nMUG,ROD,1\n",
    "work_centers.csv": "work_center,labor_rate\nBENCH,40\n",
    "routing.csv": "item,operation,work_center,run\nLAMP,10,BENCH,0.1\n",
    "stock.csv": "item,qty,unit_cost\nROD,100,5.2\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        files = {name: text.encode() for name, text in FILES.items()}
        files["plant.csv"] = ("key,value\nplant,%s\n" % PLANT).encode()
        equal(import_files(state["client"], files, PLANT + "/import").get("errors", []), [], "errors of the import")
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def no(step, http_status, code, method, who=None, **body):
    return refused(who or client(), http_status, code, method, key=key_of(PLANT + "/no/" + step), **body)


def make(step, item, rods, hours, received, scrapped=0):
    order = post(step + "wo", "Order.CreateWorkOrder", item=item, quantity="10", start_on="2020-01-01",
                 due_on="2020-01-02")["work_order"]
    post(step + "release", "Production.ReleaseWorkOrder", work_order=order)
    post(step + "issue", "Production.PostIssue", work_order=order, lines=[{"item": "ROD", "quantity": str(rods)}])
    if hours:
        post(step + "hours", "Production.ReportOperation", work_order=order, operation="10", good="10", hours=hours)
    post(step + "receipt", "Receipt.PostReceipt", work_order=order, quantity=str(received), final=True,
         **({"scrapped": str(scrapped), "reason": "cracked"} if scrapped else {}))
    post(step + "close", "Production.CloseWorkOrder", work_order=order)
    return order


def month():
    return client().call("Cost.GetMonth", month_on=state["today"])


def variances(**query):
    return {row["kind"]: Decimal(row["amount"]) for row in client().call("Cost.ListVariances", **query).get("rows", [])}


def journal(**query):
    return list(client().pages("Cost.ListJournal", "entries", **query))


def amount_of(entry):
    return Decimal(entry.get("debit", "0")) - Decimal(entry.get("credit", "0"))


@suite.test("a variance is split into what made it, to the fourth decimal")
def _(t):
    client()
    state["one"] = make("1", "LAMP", 22, "1.25", 10)
    state["two"] = make("2", "LAMP", 20, "1", 9, 1)
    state["mug"] = make("3", "MUG", 10, None, 10)
    state["today"] = max(e["effective_on"] for e in journal())
    kinds = {o["what"] for o in month().get("obstacles", [])}
    equal(kinds, set(), "what stands in the way: closing splits variances by itself")
    reply = post("split", "Cost.SplitVariances")
    equal((reply["orders"], reply.get("more", False)), (2, False), "orders that are split")
    equal(post("again", "Cost.SplitVariances")["orders"], 0, "orders that are split again")
    equal(variances(work_order=state["one"]), {"price": Decimal("4.4"), "usage": 10, "efficiency": 10}, "order 1")
    equal(variances(work_order=state["two"]), {"price": 4, "scrap": 14}, "order 2")
    equal(variances(), {"price": Decimal("8.4"), "scrap": 14, "usage": 10, "efficiency": 10}, "the plant")
    rows = client().call("Cost.ListVariances", by="work_order", alarm_above="10")["rows"]
    equal({(r["of"], r["kind"]) for r in rows if r.get("alarm")}, {(state["two"], "scrap")}, "above 10")
    equal(variances(by="item"), variances(), "of the one item")
    no("by", 422, "INVALID", "Cost.ListVariances", by="colour")


@suite.test("from a variance to its ledger line and back")
def _(t):
    row = client().call("Cost.ListVariances", by="work_order", work_order=state["one"])["rows"][0]
    entries = [e for e in journal() if e["posted_seq"] == row["posted_seq"]]
    equal({e["order_id"] for e in entries}, {state["one"]}, "its order")
    equal({e["name"]: amount_of(e) for e in entries},
          {"Work in process": Decimal("-24.4"), "Material price variance": Decimal("4.4"),
           "Material usage variance": 10, "Efficiency variance": 10}, "entries of the settlement")


@suite.test("an order that is opened again takes its variances back, and has them again when it is closed")
def _(t):
    document = next(e["document"] for e in journal() if e.get("order_id") == state["one"] and e["kind"] == "settlement")
    post("reverse close", "Inventory.ReverseDocument", document=document, reason="hours were wrong")
    equal(variances(work_order=state["one"]), {}, "variances of the open order")
    equal(Decimal(client().call("Cost.GetOrderCost", work_order=state["one"])["wip"]), Decimal("24.4"), "in process again")
    post("close once more", "Production.CloseWorkOrder", work_order=state["one"])
    equal(variances(work_order=state["one"]), {"price": Decimal("4.4"), "usage": 10, "efficiency": 10}, "order 1")


@suite.test("a night's completed orders are closed together; what one refuses does not hold back the others")
def _(t):
    orders = []
    for step in ("n1", "n2", "n3"):
        order = post(step + "wo", "Order.CreateWorkOrder", item="MUG", quantity="2", start_on="2020-01-01", due_on="2020-01-02")
        post(step + "re", "Production.ReleaseWorkOrder", work_order=order["work_order"])
        post(step + "is", "Production.PostIssue", work_order=order["work_order"], lines=[{"item": "ROD", "quantity": "2"}])
        post(step + "fg", "Receipt.PostReceipt", work_order=order["work_order"], quantity="2", final=True)
        orders.append(order["work_order"])
    first = post("night 1", "Production.CloseCompletedOrders", limit=2)
    equal((first["orders"], first["next"]), (2, orders[1]), "two a call, by number")
    second = post("night 2", "Production.CloseCompletedOrders", limit=2, after=first["next"])
    equal((second["orders"], second.get("next"), second["refused"]), (1, None, []), "and the last")
    equal({client().call("Cost.GetOrderCost", work_order=o)["state"] for o in orders}, {"closed"}, "states")
    equal({Decimal(client().call("Cost.GetOrderCost", work_order=o)["wip"]) for o in orders}, {0}, "in process")
    no("limit", 422, "INVALID", "Production.CloseCompletedOrders", limit=1001)


@suite.test("every entry balances, and so do journal, export, trial balance and stock")
def _(t):
    lines, accounts = {}, {}
    for entry in journal(limit=3):
        lines[entry["posted_seq"]] = lines.get(entry["posted_seq"], 0) + amount_of(entry)
        accounts[entry["account"]] = accounts.get(entry["account"], 0) + amount_of(entry)
    equal(set(lines.values()), {0}, "balance of each line")
    balance = client().call("Cost.GetTrialBalance", chinese=True)
    equal(balance["debit"], balance["credit"], "debit and credit")
    told = {a["account"]: Decimal(a["debit"]) - Decimal(a["credit"]) for a in balance["accounts"]}
    equal({k: v for k, v in told.items() if v}, {k: v for k, v in accounts.items() if v}, "accounts")
    names = {a["purpose"]: a["name"] for a in balance["accounts"]}
    equal(names["stock"], "库存商品", "a name in Chinese")
    by_key = {a["purpose"]: told[a["account"]] for a in balance["accounts"]}
    equal((by_key["stock"], by_key["wip"]), (Decimal(month()["stock"]), 0), "stock and work in process")
    out, after = b"", {}
    while True:
        part = client().call("Cost.ExportJournal", **after)
        out += base64.b64decode(part.get("content", ""))
        if "next" not in part:
            break
        after = {"after": part["next"]}
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    equal(sum(Decimal(r["debit"] or 0) for r in rows), Decimal(balance["debit"]), "debits of the export")
    equal(sum(Decimal(r["credit"] or 0) for r in rows), Decimal(balance["credit"]), "credits of the export")


@suite.test("a class of items has its own account")
def _(t):
    post("account", "Cost.SetAccount", **{"class": "RAW", "purpose": "stock", "account": "1403"})
    post("plant account", "Cost.SetAccount", purpose="wip", account="500101")
    used = {(e["item"], e["account"]) for e in journal() if e["name"] == "Inventory"}
    equal(used, {("ROD", "1403"), ("LAMP", "1405"), ("MUG", "1405")}, "accounts of stock")
    assert "500101" in {e["account"] for e in journal()}, "the plant's own account"
    post("plant account back", "Cost.SetAccount", purpose="wip", remove=True)
    assert "500101" not in {e["account"] for e in journal()}, "the product's account again"
    no("never set", 404, "NOT_FOUND", "Cost.SetAccount", purpose="wip", remove=True)
    no("never set of a class", 404, "NOT_FOUND", "Cost.SetAccount", **{"class": "GOODS"}, purpose="stock", remove=True)
    no("both", 422, "INVALID", "Cost.SetAccount", purpose="stock", account="1405", remove=True)
    no("key", 422, "INVALID", "Cost.SetAccount", purpose="petty", account="1")
    no("no item's class", 404, "NOT_FOUND", "Cost.SetAccount", **{"class": "RAWW"}, purpose="stock", account="1403")
    no("code", 422, "INVALID", "Cost.SetAccount", purpose="stock", account="")


def report(name, **query):
    out, after = b"", {}
    while True:
        part = client().call("Cost.ExportReport", report=name, **query, **after)
        out += base64.b64decode(part.get("content", ""))
        if "next" not in part:
            return out
        after = {"after": part["next"]}


@suite.test("reports agree with the books; a workbook adds up by itself and keeps its header in sight")
def _(t):
    def rows(name, **query):
        return list(csv.DictReader(io.StringIO(report(name, **query).decode())))

    balance = client().call("Cost.GetTrialBalance")
    equal(sum(Decimal(r["debit"]) for r in rows("trial_balance")), Decimal(balance["debit"]), "trial balance")
    equal({r["kind"]: Decimal(r["amount"]) for r in rows("variances", by="item")},
          {"Material price variance": Decimal("8.4"), "Scrap variance": 14, "Material usage variance": 10,
           "Efficiency variance": 10}, "variances")
    equal(sum(Decimal(r["value"]) for r in rows("stock_value")), Decimal(month()["stock"]), "stock value")
    equal(rows("stock_value", to_on="2019-12-31"), [], "stock of long ago")
    equal(rows("wip"), [], "nothing in process")
    cost = rows("order_cost", work_order=state["one"])
    equal(sum(Decimal(r["actual"]) for r in cost), Decimal("164.4"), "actual cost of order 1")
    book = zipfile.ZipFile(io.BytesIO(report("variances", format="xlsx", by="work_order", chinese=True)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "SUM(C2:C6)" in sheet and 'state="frozen"' in sheet and "<v>4.4</v>" in sheet, sheet[:1500]
    assert "差异类型" in book.read("xl/sharedStrings.xml").decode(), "Chinese header"
    for field, asked in (("report", {"report": "weather"}), ("format", {"report": "wip", "format": "pdf"}),
                         ("after", {"report": "wip", "after": "99999"})):
        equal(refused(client(), 422, "INVALID", "Cost.ExportReport", **asked).field, field, "field")
    refused(client(), 404, "NOT_FOUND", "Cost.ExportReport", report="order_cost", work_order="NONE")


@suite.test("a closed month takes no posting; two people open it again")
def _(t):
    today, other = state["today"], suite.second_person(client(), PLANT, "finance")
    equal(month()["state"], "open", "before")
    equal(month().get("obstacles", []), [], "nothing stands in the way")
    no("ask early", 409, "STATE_CONFLICT", "Cost.AskReopenMonth", month_on=today)
    told = no("not begun", 409, "STATE_CONFLICT", "Cost.CloseMonth", month_on="2099-01-15")
    assert "month of 2099-01-01 has not begun: today is 20" in str(told), told
    told = no("not over", 409, "STATE_CONFLICT", "Cost.CloseMonth", month_on=today)
    assert "is not over: today is " in str(told) and month()["running"], told
    closed = post("close month", "Cost.CloseMonth", month_on=today, before_end=True)
    equal(closed["state"], "closed", "state")
    frozen = (month()["stock"], month()["wip"])
    no("twice", 409, "STATE_CONFLICT", "Cost.CloseMonth", month_on=today)
    no("post", 409, "PERIOD_CLOSED", "Inventory.PostAdjustment", reason="late", effective_on=today,
       lines=[{"item": "ROD", "quantity": "1"}])
    no("reopen unasked", 409, "STATE_CONFLICT", "Cost.ReopenMonth", month_on=today)
    equal(post("ask", "Cost.AskReopenMonth", month_on=today)["state"], "reopening", "asked")
    no("alone", 403, "FORBIDDEN", "Cost.ReopenMonth", month_on=today)
    equal((month()["stock"], month()["wip"]), frozen, "frozen figures")
    opened = other.call("Cost.ReopenMonth", key=key_of(PLANT + "/other"), month_on=today)
    equal((opened["state"], opened["open_from_on"]), ("open", opened["month_on"]), "opened by another")
    post("late", "Inventory.PostAdjustment", reason="late", effective_on=today, lines=[{"item": "ROD", "quantity": "1"}])
    equal(post("close again", "Cost.CloseMonth", month_on=today, before_end=True)["state"], "closed", "closed again")


if __name__ == "__main__":
    suite.main()
