"""What finance reads over HTTPS of a plant with 100,000 items, ten million ledger lines and a large order."""
import base64
import os
import random
import time

from cost_stack import KEPT, ROOT, Client, metric, ops, p99, sql, stack

PLANT, CALLS = "REPORTS", 2000
ITEMS = int(os.environ.get("MILLRACE_REPORT_ITEMS", 100_000))
ROUNDS, A_DAY = 100, 4  # lines of an item, and how many of them on one day


def fill():
    """Unless an earlier run left it."""
    if sql("SELECT count(*) FROM plant WHERE plant_id = '%s'" % PLANT).strip() == "0":
        began = time.monotonic()
        ops("sql", "-q", "-v", "ON_ERROR_STOP=1", "-v", "plant=" + PLANT, "-v", "items=%d" % ITEMS, "-v", "rounds=%d" % ROUNDS,
            "-v", "a_day=%d" % A_DAY, "-f", str(ROOT / "tests" / "bench" / "cost_reports.sql"))
        metric("ten million lines made in", round(time.monotonic() - began), "s")


def file_of(client, **query):
    """Seconds of all parts of a report, and its bytes."""
    spent, part = client.call("Cost.ExportReport", **query)
    content = base64.b64decode(part["content"])
    while "next" in part:
        more, part = client.call("Cost.ExportReport", after=part["next"], **query)
        spent, content = spent + more, content + base64.b64decode(part["content"])
    return spent, content


def measure_order(client):
    times = []
    for _ in range(CALLS):
        spent, cost = client.call("Cost.GetOrderCost", work_order="W1")
        times.append(spent)
        assert (sum(line["element"] == "material" for line in cost["lines"]), cost["wip"]) == (200, "4000"), cost["wip"]
    metric("order cost, 200 components, 2,000 movements, p50", round(sorted(times)[CALLS // 2] * 1000, 2), "ms")
    metric("order cost, 200 components, 2,000 movements, p99", p99(times), "ms", 20)


def measure_one(client):
    chance, times = random.Random(1), []
    for _ in range(CALLS):
        item, day = "I%06d" % chance.randint(1, ITEMS), "2026-%02d-%02d" % (chance.randint(1, 6), chance.randint(1, 28))
        spent, reply = client.call("Cost.GetReport", report="stock_value", item=item, to_on=day)
        times.append(spent)
        assert reply["rows"][0]["cells"][0] == item, reply
    metric("stock value of one item as of a day, p50", round(sorted(times)[CALLS // 2] * 1000, 2), "ms")
    metric("stock value of one item as of a day, p99", p99(times), "ms", 5)


def measure_all(client):
    client.call("Cost.GetReport", report="stock_value", to_on="2026-03-15", limit=1)
    spent, content = file_of(client, report="stock_value", to_on="2026-03-15")
    assert content.count(b"\n") == ITEMS + 200 + 1, content.count(b"\n")
    metric("stock value of 100,000 items as of a day, all parts", round(spent, 2), "s", 2)
    spent, reply = client.call("Cost.GetReport", report="stock_value", to_on="2026-05-15", limit=1)
    assert reply["totals"][4] == str(ITEMS * 14 * 2 * A_DAY + 200 * 1980), reply["totals"]
    metric("stock value of 100,000 items as of a day, the sum", round(spent, 2), "s", 2)
    metric("the same as a workbook", round(file_of(client, report="stock_value", to_on="2026-03-15", format="xlsx")[0], 2), "s")


def best(client, method, **body):
    return round(min(client.call(method, **body)[0] for _ in range(3)), 3)


def measure_days(client):
    """What is read by the day, not by the ledger's length."""
    metric("work in process as of two weeks ago", best(client, "Cost.GetReport", report="wip", to_on="2026-08-24", limit=1), "s")
    metric("trial balance of a week", best(client, "Cost.GetTrialBalance", from_on="2026-08-24", to_on="2026-08-30"), "s")
    metric("figures of two weeks", best(client, "Cost.GetFigures", from_on="2026-08-24", to_on="2026-09-07"), "s")
    metric("figures of 90 days", best(client, "Cost.GetFigures", from_on="2026-06-09", to_on="2026-09-07"), "s")


def run():
    with stack(KEPT):
        fill()
        client = Client(PLANT)
        metric("ledger lines", int(sql("SELECT line_seq FROM plant_seq WHERE plant_id = '%s'" % PLANT)), "")
        for measure in (measure_order, measure_one, measure_all, measure_days):
            measure(client)
