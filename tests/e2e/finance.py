#!/usr/bin/env python3
"""What finance reads and hands on: reports as rows, CSV, workbook and command; the journal for another system; a month's end.

Round numbers that an accountant can follow.  A ROD is bought at 5 and billed at 6, by a moving average.  A LAMP at standard
16 is 2 rods and 0.1 h each at the SAW and the BENCH, at 30 an hour.
Order 1 makes 10 of 20 rods; it saws 1 h and works 1.5 h at the bench (plan: 1 h each): efficiency 15 at the BENCH.
6 lamps are sold at 20 and shipped: revenue 120, cost 96, margin 24, a fifth.
"""
import base64
import csv
import hashlib
import io
import os
import subprocess
import tempfile
import zipfile

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of, refused

suite = Suite("finance")
PLANT = fresh("FI-")
state = {}
FILES = {
    "plant.csv": "key,value\nplant,%s\ncurrency,CNY\n" % PLANT,
    "items.csv": "item,name,type,uom,valuation,unit_cost,class\nROD,Rod,buy,EA,average,5,RAW\nLAMP,Lamp,make,EA,standard,16,GOODS\n",
    "bom.csv": "parent,component,qty\nLAMP,ROD,2\n",
    "work_centers.csv": "work_center,labor_rate\nSAW,30\nBENCH,30\n",
    "routing.csv": "item,operation,work_center,run\nLAMP,10,SAW,0.1\nLAMP,20,BENCH,0.1\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        files = {name: text.encode() for name, text in FILES.items()}
        equal(import_files(state["client"], files, PLANT + "/import").get("errors", []), [], "errors of the import")
        work()
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, method, **body)


def work():
    """100 rods at 5, 40 of them billed at 6 after order 1 took 20; 6 lamps shipped."""
    bought = post("buy", "Order.CreatePurchaseOrder", supplier="STEELCO", lines=[
        {"item": "ROD", "quantity": "100", "price": "5", "due_on": "2030-01-01"}])["purchase_order"]
    post("arrive", "Inventory.PostPurchaseReceipt", purchase_order=bought, lines=[{"line": 1, "quantity": "100"}])
    order = post("make", "Order.CreateWorkOrder", item="LAMP", quantity="10", start_on="2020-01-01", due_on="2020-01-02")["work_order"]
    post("release", "Production.ReleaseWorkOrder", work_order=order)
    post("issue", "Production.PostIssue", work_order=order, lines=[{"item": "ROD", "quantity": "20"}])
    post("saw", "Production.ReportOperation", work_order=order, operation="10", good="10", hours="1")
    post("bench", "Production.ReportOperation", work_order=order, operation="20", good="10", hours="1.5")
    state["order"], state["bought"] = order, bought
    post("bill", "Cost.EnterInvoice", supplier="STEELCO", number="S-1", lines=[
        {"purchase_order": bought, "order_line": 1, "quantity": "40", "amount": "200"}])
    post("receive", "Receipt.PostReceipt", work_order=order, quantity="10", final=True)
    sold = post("sell", "Order.CreateSalesOrder", customer="SHOP", lines=[
        {"item": "LAMP", "quantity": "8", "price": "20", "due_on": "2030-01-01"}])["sales_order"]
    post("ship", "Inventory.PostShipment", sales_order=sold, lines=[{"line": 1, "quantity": "6"}])
    state["sold"] = sold


def rows(name, **query):
    """All pages of a report as dictionaries, and its totals; the same rows as its CSV has."""
    reply, cells = client().call("Cost.GetReport", report=name, limit=3, **query), []
    names, totals, after = [c["name"] for c in reply["columns"]], reply["totals"], reply
    while True:
        cells += [r["cells"] for r in after.get("rows", [])]
        if "next" not in after:
            break
        after = client().call("Cost.GetReport", report=name, limit=3, after=after["next"], **query)
    equal(len(cells), reply["row_count"], "rows of all pages")
    equal([names] + cells, list(csv.reader(io.StringIO(fetched("Cost.ExportReport", report=name, **query).decode()))), "its CSV")
    found = [dict(zip(names, row)) for row in cells]
    for name_, total, column in zip(names, totals, reply["columns"]):
        if column["sum"]:
            equal(sum(Decimal(r[name_] or 0) for r in found), Decimal(total), "sum of " + name_)
    return found, {n: Decimal(t) for n, t in zip(names, totals) if t}


def fetched(method, **query):
    out, after = b"", {}
    while True:
        part = client().call(method, **query, **after)
        out += base64.b64decode(part.get("content", ""))
        if "next" not in part:
            return out
        after = {"after": part["next"]}


def accounts(**query):
    """What the journal has by purpose: debit less credit."""
    found = {}
    for account in client().call("Cost.GetTrialBalance", **query)["accounts"]:
        found[account["purpose"]] = found.get(account["purpose"], 0) + Decimal(account["debit"]) - Decimal(account["credit"])
    return found


def command(*words, status=0):
    config = os.path.join(suite.stack.var, "millrace.ini")
    done = subprocess.run([suite.stack.program("millrace"), *words, "--config", config, "--plant", PLANT], capture_output=True,
                          check=False, timeout=60)
    equal(done.returncode, status, "status of %s: %s" % (" ".join(words), done.stderr.decode()[:300]))
    return done.stdout if status == 0 else done.stderr


@suite.test("what is under way and in stock, now and as of a day, is what the journal has")
def _(t):
    got, total = rows("wip")
    equal([(r["work_order"], Decimal(r["wip"])) for r in got], [(state["order"], Decimal("15"))], "in process")
    equal(total["wip"], accounts()["wip"], "its account")
    today = max(e["effective_on"] for e in client().pages("Cost.ListJournal", "entries"))
    state["today"] = today
    equal(rows("wip", to_on=today)[1]["wip"], total["wip"], "as of today")
    equal(rows("wip", to_on="2019-12-31")[0], [], "of long ago")
    got, total = rows("stock_value")
    equal({r["item"]: (r["quantity"], r["value"]) for r in got}, {"ROD": ("80", "400"), "LAMP": ("4", "64")}, "stock")
    equal(total["value"], accounts()["stock"], "its account")
    equal([r["value"] for r in rows("stock_value", item="LAMP", to_on=today)[0]], ["64"], "of one item as of today")
    equal(rows("stock_value", to_on="2019-12-31")[0], [], "of long ago")


@suite.test("variances by work centre: hours at the centre, the rest without one, together the plant's")
def _(t):
    post("close", "Production.CloseWorkOrder", work_order=state["order"])
    post("split", "Cost.SplitVariances")
    got, total = rows("variances", by="work_center")
    equal({(r["of"], r["kind"]): (Decimal(r["amount"]), r["orders"]) for r in got}, {("BENCH", "Efficiency variance"): (15, "1")},
          "by work centre")
    for by in ("item", "class", "month", "work_order"):
        equal(rows("variances", by=by)[1], total, "the same by " + by)
    equal(accounts()["efficiency"], total["amount"], "its account")
    listed = client().call("Cost.ListVariances", by="work_center")["rows"]
    equal([(r["of"], r["kind"], r["amount"]) for r in listed], [("BENCH", "efficiency", "15")], "as a list")
    equal(rows("variances", by="work_center", to_on="2019-12-31")[0], [], "of long ago")
    for within, there in (({"item": "LAMP"}, 1), ({"item": "ROD"}, 0), ({"class": "GOODS"}, 1), ({"class": "RAW"}, 0),
                          ({"work_center": "BENCH"}, 1), ({"work_center": "PAINT"}, 0)):
        listed = client().call("Cost.ListVariances", by="work_order", **within).get("rows", [])
        equal([r["of"] for r in listed], [state["order"]] * there, "orders of %s" % within)


@suite.test("stock by day, late costs, the scheme of accounts; entries of one account, lines of one operation")
def _(t):
    got, total = rows("stock_curve")
    equal((got[-1]["value"], total["change"]), ("464", accounts()["stock"]), "the last day's value is the account's")
    equal(rows("stock_curve", item="LAMP")[0][-1]["value"], "64", "of one item")
    equal(rows("stock_curve", to_on="2019-12-31")[0], [], "of long ago")
    equal(rows("late_costs")[1], {"to_stock": 0, "to_wip": 0, "to_variance": 0, "waiting": 0}, "nothing was late")
    scheme = {(r["purpose"], r["class"]): (r["account"], r["source"]) for r in rows("accounts")[0]}
    equal((scheme["stock", ""], scheme["absorbed", ""]), (("1405", "product"), ("5101", "product")), "accounts")
    entries = list(client().pages("Cost.ListJournal", "entries", account="5101"))
    equal(({e["account"] for e in entries}, -sum(Decimal(e["credit"]) for e in entries)), ({"5101"}, accounts()["absorbed"]), "entries")
    lines = client().call("Inventory.ListLedger", order_id=state["order"])["rows"]
    equal(sorted({r["operation"] for r in lines if r["kind"] == "operation"}), ["10", "20"], "operations of ledger lines")
    equal([r for r in rows("months")[0] if r["month"] == state["today"][:8] + "01"][0]["state"], "open", "this month")


@suite.test("what an item was bought and billed at, and what a piece cost after each")
def _(t):
    got, total = rows("price_history", item="ROD")
    equal([(r["kind"], r["supplier"], r["quantity"], r["unit_price"], r["unit_cost_after"]) for r in got],
          [("purchase_receipt", "STEELCO", "100", "5", "5"), ("invoice", "STEELCO", "40", "5", "5")], "history")
    equal([r["order_id"] for r in got], [state["bought"]] * 2, "orders")
    post("freight", "Cost.EnterFreight", supplier="CARRY", number="F-1", basis="quantity", amount="20", lines=[
        {"purchase_order": state["bought"], "order_line": 1}])
    got, total = rows("price_history", item="ROD")
    equal((got[-1]["supplier"], got[-1]["amount"], got[-1]["unit_cost_after"]), ("CARRY", "20", "5.2"), "freight: 16 of 20 to 80 rods")
    equal(rows("price_history")[1]["amount"], total["amount"] + 160, "all items: 10 lamps at 16 more")


@suite.test("margin by line of a sales order; cost of sales that no line has is told, so that all of it is there")
def _(t):
    got, total = rows("margin")
    equal({(r["sales_order"], r["kind"]): tuple(Decimal(r[k] or 0) for k in ("shipped", "revenue", "cost", "margin", "margin_pct"))
           for r in got}, {(state["sold"], "shipment"): (6, 120, 96, 24, 20), ("", "invoice"): (0, 0, 4, -4, 0)}, "margins")
    equal(total["cost"], accounts()["sales"], "cost of sales")
    equal([r["item"] for r in rows("margin", item="LAMP")[0]], ["LAMP"], "of one item")
    error = refused(client(), 422, "INVALID", "Order.CreateSalesOrder", key=key_of(PLANT + "/bad price"), customer="SHOP", lines=[
        {"item": "LAMP", "quantity": "8", "price": "-1", "due_on": "2030-01-01"}])
    equal(error.field, "lines[0].price", "field")


@suite.test("the roll-up with its levels: all items, and one with what is in it")
def _(t):
    got, _ = rows("cost_rollup")
    equal([(r["level"], r["item"], r["total"]) for r in got], [("1", "ROD", "5"), ("0", "LAMP", "16")], "all items")
    got, _ = rows("cost_rollup", item="LAMP")
    equal([(r["level"], r["item"], r["quantity"], r["this_level"], r["lower_levels"], r["total"], r["extended"]) for r in got],
          [("0", "LAMP", "1", "16", "0", "16", "16"), ("1", "ROD", "2", "5", "0", "5", "10")], "the lamp")
    equal([got[0][k] for k in ("material", "labor", "machine")], ["10", "6", "0"], "elements")
    equal(refused(client(), 404, "NOT_FOUND", "Cost.GetReport", report="cost_rollup", item="NONE").field, "item", "field")


@suite.test("an order's cost by line; every report is a workbook in both languages that adds up by itself")
def _(t):
    got, total = rows("order_cost", work_order=state["order"])
    equal([(r["element"], r["item"] or r["operation"], r["actual"]) for r in got if Decimal(r["actual"])],
          [("material", "ROD", "100"), ("labor", "10", "30"), ("labor", "20", "45")], "lines")
    cost = client().call("Cost.GetOrderCost", work_order=state["order"])
    equal((total["planned"], total["actual"]), (Decimal(cost["planned"]), Decimal("175")), "sums")
    for name, title in (("trial_balance", "借方"), ("variances", "金额"), ("wip", "在制金额"), ("stock_value", "金额"),
                        ("order_cost", "实际成本"), ("price_history", "之后单位成本"), ("cost_rollup", "本层"), ("margin", "毛利"),
                        ("stock_curve", "库存金额"), ("months", "结账人"), ("late_costs", "待追踪"), ("accounts", "科目")):
        query = {"work_order": state["order"]} if name == "order_cost" else {}
        book = zipfile.ZipFile(io.BytesIO(fetched("Cost.ExportReport", report=name, format="xlsx", chinese=True, **query)))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert 'state="frozen"' in sheet, name
        assert title in book.read("xl/sharedStrings.xml").decode(), name
        sums = [c for c in client().call("Cost.GetReport", report=name, **query)["columns"] if c["sum"]]
        assert sheet.count("SUM(") == (len(sums) if "<row r=\"2\"" in sheet else 0), (name, sheet.count("SUM("))


@suite.test("a report that changed between its parts is not mixed; what cannot be is refused")
def _(t):
    first = client().call("Cost.GetReport", report="trial_balance", limit=1)
    after = first["next"]
    equal(client().call("Cost.GetReport", report="trial_balance", limit=1, after=after)["row_count"], first["row_count"], "page 2")
    place, stamp = after.split("-")
    other = "%s-%s" % (place, "0" * len(stamp))
    equal(refused(client(), 409, "STATE_CONFLICT", "Cost.GetReport", report="trial_balance", after=other).field, "after", "field")
    for field, asked in (("report", {"report": "weather"}), ("by", {"report": "variances", "by": "colour"}),
                         ("after", {"report": "wip", "after": "x"}), ("limit", {"report": "wip", "limit": 1001}),
                         ("to_on", {"report": "wip", "from_on": "2026-02-01", "to_on": "2026-01-01"})):
        equal(refused(client(), 422, "INVALID", "Cost.GetReport", **asked).field, field, "field")
    refused(client(), 404, "NOT_FOUND", "Cost.GetReport", report="order_cost", work_order="NONE")


# ---- the journal for another system ----

def imported(file):
    """The entries of a journal in the neutral form, or AssertionError: what an importer has to check (services/cost/README.md)."""
    head, entries, lines, debit, credit, previous, since, ended = None, [], {}, Decimal(0), Decimal(0), b"", b"", False
    for number, line in enumerate(file.splitlines(keepends=True)):
        row = next(csv.reader([line.decode()]))
        assert not ended, "rows behind the end"
        if row[0] == "H":
            assert number == 0 and row[1:3] == ["millrace-journal", "1"], "header %s" % row
            head = row
        elif row[0] == "E":
            entry = dict(zip(("posted_seq", "effective_on", "document", "kind", "account", "purpose", "item", "order_id", "debit",
                              "credit"), row[1:]))
            entries.append(entry)
            debit, credit = debit + Decimal(entry["debit"] or 0), credit + Decimal(entry["credit"] or 0)
            lines[row[1]] = lines.get(row[1], 0) + Decimal(entry["debit"] or 0) - Decimal(entry["credit"] or 0)
        elif row[0] == "P":
            previous, since = hashlib.sha256(previous + since).hexdigest().encode(), b""
            assert set(lines.values()) <= {0}, "a ledger line that does not balance"
            assert (int(row[2]), Decimal(row[3]), Decimal(row[4])) == (len(entries), debit, credit), "control totals"
            assert row[5].encode() == previous, "hash of part " + row[1]
            parts = row[1:]
            continue
        else:
            assert row[0] == "T" and row[1:] == parts and not since, "end %s" % row
            ended = True
        since += line
    assert head and ended, "no header, or cut off"
    return head, entries


@suite.test("the journal in the neutral form: an importer finds it whole, balanced and unchanged, or refuses it")
def _(t):
    file = fetched("Cost.ExportJournal", format="neutral")
    head, entries = imported(file)
    equal(head[3:5], [PLANT, "CNY"], "plant and currency")
    sums = {}
    for entry in entries:
        sums[entry["purpose"]] = sums.get(entry["purpose"], 0) + Decimal(entry["debit"] or 0) - Decimal(entry["credit"] or 0)
    equal({k: v for k, v in sums.items() if v}, {k: v for k, v in accounts().items() if v}, "accounts")
    plain = list(csv.DictReader(io.StringIO(fetched("Cost.ExportJournal").decode())))
    for key in ("posted_seq", "document", "account", "debit", "credit"):
        equal([e[key] for e in entries], [e[key] for e in plain], "as in the CSV: " + key)
    for wrong in (file[:-40], file.replace(b",100,", b",101,", 1), file.replace(b"1405", b"1406", 1),
                  b"".join(line for n, line in enumerate(file.splitlines(keepends=True)) if n != 3)):
        try:
            imported(wrong)
        except (AssertionError, IndexError, ValueError):
            continue
        raise AssertionError("an importer takes a file that was changed")
    equal(imported(fetched("Cost.ExportJournal", format="neutral", to_on="2019-12-31"))[1], [], "of long ago")
    equal(refused(client(), 422, "INVALID", "Cost.ExportJournal", format="xml").field, "format", "field")
    equal(refused(client(), 422, "INVALID", "Cost.ExportJournal", format="neutral", after="5").field, "after", "field")


@suite.test("more postings than a part holds: parts hang together by their hashes")
def _(t):
    for step in range(3):
        post("many %d" % step, "Inventory.PostAdjustment", reason="count", lines=[
            {"item": "ROD", "quantity": "1", "unit_cost": "5"} for _ in range(100)])
    file = fetched("Cost.ExportJournal", format="neutral")
    _, entries = imported(file)
    parts = sum(line.startswith(b"P,") for line in file.splitlines())
    assert parts >= 2 and len(entries) > 600, (parts, len(entries))
    rows = file.splitlines(keepends=True)
    cut = next(n for n, row in enumerate(rows) if row.startswith(b"P,"))
    try:
        imported(b"".join(rows[:cut] + rows[cut + 1:]))
    except AssertionError:
        return
    raise AssertionError("an importer takes parts that do not hang together")


@suite.test("reports, journal and months by command")
def _(t):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "stock.csv")
        equal(command("cost-report", "stock_value", "--item", "LAMP", "--out", out), b"", "nothing is said")
        with open(out, "rb") as file:
            equal(file.read(), b"item,name,class,quantity,value\nLAMP,Lamp,GOODS,4,64\n", "a file")
        book = os.path.join(folder, "margin.xlsx")
        command("cost-report", "margin", "--xlsx", "--chinese", "--out", book)
        assert "毛利率" in zipfile.ZipFile(book).read("xl/sharedStrings.xml").decode(), "a workbook"
    imported(command("journal", "--neutral"))
    assert command("cost-report", "order_cost", "--order", state["order"]).startswith(b"element,item"), "to stdout"
    assert b'"efficiency"' in command("variances", "--by", "work_center"), "variances"
    assert b'"unit_cost"' in command("order-cost", state["order"]), "order cost"
    assert b'"stock_e4"' not in command("month", "show", state["today"]), "a month"
    assert b"does not exist" in command("cost-report", "weather", status=1), "no such report"
    assert b"does not exist" in command("account", "set", "petty", "1", status=1), "no such purpose"


@suite.test("a month's end by command: what stands in the way is named, and gone when it was done")
def _(t):
    today = state["today"]

    def obstacles():
        return {o["what"]: o.get("count", o.get("detail")) for o in client().call("Cost.GetMonth", month_on=today).get("obstacles", [])}

    second = suite.second_person(client(), PLANT, "finance")
    equal(obstacles(), {}, "to begin with")
    command("account", "by-class", "stock")
    equal(obstacles(), {"missing_accounts": obstacles()["missing_accounts"]}, "no account of stock for any class")
    equal([(r["class"], r["source"]) for r in rows("accounts")[0] if r["purpose"] == "stock"],
          [("", "by_class"), ("GOODS", "missing"), ("RAW", "missing")], "the scheme says so")
    for method in ("Cost.GetTrialBalance", "Cost.ListJournal", "Cost.ExportJournal"):
        error = refused(client(), 409, "STATE_CONFLICT", method)
        assert error.field == "account" and 'account of "stock" for class "' in error.text, error.text
    command("account", "set", "stock", "1403", "--class", "RAW")
    detail = client().call("Cost.GetMonth", month_on=today)["obstacles"][0]["detail"]
    equal(detail, '"stock" for class "GOODS"', "which is missing")
    assert b"missing_accounts" in command("month", "close", today, status=1), "refused by name"
    command("account", "set", "stock", "1405", "--class", "GOODS")
    made = post("late order", "Order.CreateWorkOrder", item="LAMP", quantity="1", start_on="2020-01-01", due_on="2020-01-02")["work_order"]
    post("late release", "Production.ReleaseWorkOrder", work_order=made)
    post("late issue", "Production.PostIssue", work_order=made, lines=[{"item": "ROD", "quantity": "2"}])
    post("late receipt", "Receipt.PostReceipt", work_order=made, quantity="1", final=True)
    count = post("count", "Inventory.StartCount", items=["ROD"])["document"]
    equal(obstacles(), {"completed_orders": 1, "open_counts": 1}, "an order to close, a count to post")
    told = command("month", "close", today, status=1)
    assert b"open_counts 1" in told and b"completed_orders 1" in told, told
    command("close-completed")
    command("counted", count, "--line", "1", "--qty", str(next(
        r["quantity"] for r in rows("stock_value", item="ROD")[0])))
    command("end-count", count)
    equal(obstacles(), {}, "nothing: closing splits the order's variance")
    before = rows("stock_value", to_on=today)[1]["value"], rows("wip", to_on=today)[1].get("wip", 0)
    assert b"before_end: month of " in command("month", "close", today, status=1), "the running month only by name"
    command("month", "close", today, "--before-end")
    month = client().call("Cost.GetMonth", month_on=today)
    equal((month["state"], Decimal(month["stock"]), Decimal(month["wip"])), ("closed", *before), "frozen, as the reports say")
    told = next(r for r in rows("months")[0] if r["month"] == month["month_on"])
    equal((told["state"], told["closed_by"], told["stock"]), ("closed", month["closed_by"], month["stock"]), "in the list of months")
    assert b"closed" in command("adjust", "late", "--item", "ROD", "--qty", "1", status=1), "no posting into it"
    command("month", "ask-reopen", today)
    equal(next(r for r in rows("months")[0] if r["month"] == month["month_on"])["state"], "reopening", "in the list of months")
    assert command("month", "reopen", today, status=1), "not by the same person"
    equal(second.call("Cost.ReopenMonth", key=key_of(PLANT + "/reopen"), month_on=today)["state"], "open", "by another")


if __name__ == "__main__":
    suite.main()
