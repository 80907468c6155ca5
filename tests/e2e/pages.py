#!/usr/bin/env python3
# ops/test: release, quiet
"""The pages in Debian's Chromium against the running services: tests/web/*.mjs drive, this reads what they say."""
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import page_books
from harness import Decimal, ROOT, Skip, Suite, demo_files, fresh, import_files, key_of, settled

suite = Suite("pages")
PLANT = fresh("PAGES")
LOGIN, PASSWORD = fresh("pages-"), "a Long honest passphrase 7"
BADGE, PIN = fresh("B-"), "20261122"
ADMINISTRATOR = fresh("pages-admin-")  # of every plant
SECOND = fresh("pages-second-")  # who approves
NEWCOMERS = {"planner": ("planner", "buyer"), "storekeeper": ("storekeeper", "operator")}
BOOKS = {}  # of the plant of finance
BESIDE = ThreadPoolExecutor(1)  # stories of a plant of its own run beside the others
ORDER = {}  # on the floor, with a component of which there is enough
WEB = os.path.join(ROOT, "services", "gateway", "web")


def client():
    return suite.stack.client(PLANT)


def url():
    return client().url.geturl().rstrip("/")


@suite.test("the gateway was built with its pages")
def _(t):
    for what, where in (("node", shutil.which("node")), ("chromium", shutil.which("chromium")),
                        ("playwright-core", os.path.isdir(os.path.join(WEB, "node_modules", "playwright-core")))):
        if not where:
            raise Skip("no %s on this machine: the pages are not tested" % what)
    import_files(client(), demo_files(PLANT), PLANT)
    ORDER.update(released_order())
    client().call("Access.SetUser", login=LOGIN, password=PASSWORD, active=True,
                  roles=[{"plant": PLANT, "role": role} for role in ("administrator", "supervisor", "operator")])
    client().call("Access.SetUser", login=ADMINISTRATOR, password=PASSWORD, active=True,
                  roles=[{"plant": "*", "role": "administrator"}])
    client().call("Access.SetUser", login=SECOND, password=PASSWORD, active=True, roles=[{"plant": PLANT, "role": "engineer"}])
    for who, roles in NEWCOMERS.items():
        client().call("Access.SetUser", login=fresh_of(who), password=PASSWORD, active=True,
                      roles=[{"plant": PLANT, "role": role} for role in roles])
    BOOKS["told"] = BESIDE.submit(tell_books)
    ORDER["change"] = drawn_change()
    client().call("Access.SetBadge", login=LOGIN, badge=BADGE, pin=PIN)
    waiting = client().call("Inventory.PostAdjustment", key=key_of(PLANT + "/large"), reason="found",
                            lines=[{"item": "SA-ROT12", "quantity": "100000", "unit_cost": "50"}])
    assert waiting["state"] == "waiting", waiting
    client().call("Order.SetOrderRule", key=key_of(PLANT + "/rule"), purchase_approve_above="5000")
    draft = client().call("Order.CreatePurchaseOrder", key=key_of(PLANT + "/draft"), purchase_order="PO-DRAFT", supplier="S-EV",
                          lines=[{"line": 1, "item": "EL-CELL", "quantity": "1000", "price": "7.9", "due_on": "2026-12-18"}])
    assert draft["state"] == "draft", draft
    settled(client())


def fresh_of(who):
    return "%s-%s" % (who, PLANT.lower())


def tell_books():
    BOOKS.update(page_books.make(suite.stack))
    return tell("finance.mjs", **{name: value for name, value in BOOKS.items() if name != "told"})


def released_order():
    order = fresh("WO-P")
    client().call("Order.CreateWorkOrder", key=key_of(PLANT + "/wo"), work_order=order, item="SD-12", quantity="400",
                  start_on="2026-11-23", due_on="2026-11-30")
    client().call("Production.ReleaseWorkOrder", key=key_of(PLANT + "/release"), work_order=order)
    stock = {}
    for row in client().pages("Inventory.ListStock", "rows", limit=500):
        stock[row["item"]] = stock.get(row["item"], 0) + Decimal(row["quantity"])
    lines = client().call("Production.GetWorkOrder", work_order=order)["work_order"]["components"]
    enough = [line["item"] for line in lines if Decimal(line["required"]) >= 100 and stock.get(line["item"], 0) >= 100]
    return {"order": order, "component": enough[0]}


def drawn_change():
    """An engineering change that is a draft: a line of a bill needs more from a day on."""
    row = client().call("Bom.ListMaster", file="bom.csv", item="SD-12")["rows"][0]["row"]
    client().call("Bom.SaveChange", key=key_of(PLANT + "/change"), change="EC-PAGES", title="More of the first part", effective_on="2026-12-01",
                  lines=[{"action": "change", "row": row, "cells": [{"column": "qty", "value": "2"}]}])
    return "EC-PAGES"


def answer(line):
    """What a story asks of us in the middle: a posting from somewhere else."""
    words = line.split()
    if words[1] == "issue":
        client().call("Production.PostIssue", key=key_of(PLANT + line), work_order=ORDER["order"],
                      lines=[{"item": words[2], "quantity": words[3], "reason": "beyond the plan"}])
    else:
        client().call("Order.CreateSalesOrder", key=key_of(PLANT + line), sales_order=fresh("SO-P"), customer="C-PAGES",
                      lines=[{"line": 1, "item": words[1], "quantity": words[2], "due_on": "2026-11-24"}])


def tell(file, **more):
    settings = {"url": url(), "login": LOGIN, "password": PASSWORD, "badge": BADGE, "pin": PIN,
                "administrator": ADMINISTRATOR, "second": SECOND, "plant": PLANT, "chromium": shutil.which("chromium"),
                "shots": os.path.join(suite.stack.var, "screenshots", file.partition(".")[0]), **more}
    run = subprocess.Popen(["node", os.path.join(ROOT, "tests", "web", file)], text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, env=dict(os.environ, MILLRACE_PAGES=json.dumps(settings)))
    said = []
    for line in run.stdout:
        line = line.rstrip("\n")
        if line.startswith("post "):
            answer(line)
        elif line.startswith(("ok ", "not ok ")):
            said.append(line)
        else:
            print("        " + line, flush=True)
    assert run.wait() == 0 and (said or "MILLRACE_STORY" in os.environ), "%s ended with status %s" % (file, run.returncode)
    return said


def told(file, **more):
    """Each story counts as a test of this suite."""
    if not suite.passed:
        raise Skip("there are no pages")
    judge(tell(file, **more))


def judge(said):
    wrong = [line for line in said if not line.startswith("ok ")]
    for line in said:
        good = line.startswith("ok ")
        print(("ok      " if good else "FAILED  ") + line.partition("ok ")[2], flush=True)
        suite.passed += good
    suite.failed += max(0, len(wrong) - 1)
    assert not wrong, "%d stories failed" % len(wrong)


@suite.test("the office part")
def _(t):
    told("office.mjs", **ORDER)


@suite.test("what a planner tries")
def _(t):
    told("planner.mjs", **ORDER)


@suite.test("bills")
def _(t):
    told("bills.mjs", **ORDER)


@suite.test("the shop floor")
def _(t):
    told("floor.mjs", **ORDER)


@suite.test("finance")
def _(t):
    if not BOOKS:
        raise Skip("there are no pages")
    judge(BOOKS["told"].result())


@suite.test("people who have never seen it")
def _(t):
    people = {who: (fresh_of(who), PASSWORD) for who in NEWCOMERS}
    people["accountant"] = (BOOKS.get("accountant"), BOOKS.get("password"))
    told("newcomer.mjs", people=people, costed=BOOKS.get("order"), **ORDER)


suite.main()
