#!/usr/bin/env python3
"""The audit trail: who did what, from which device, before and after; a seal over it, and what was changed behind its back."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
from harness import Suite, equal, fresh, import_files, key_of, refused, until  # noqa: E402
from peer import Psql  # noqa: E402

suite = Suite("audit")
PLANT = fresh("AUD-")
LOGIN = "ann-" + PLANT.lower()
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,unit_cost\nBOLT,buy,2\nNUT,buy,1\n",
}
state = {}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["door"] = suite.stack.client("-")
    return state["client"]


def acts(at=None, **asked):
    status, answer = (at or client()).raw("Relay.ListActs", asked)
    equal(status, 200, "Relay.ListActs %s" % asked)
    return json.loads(answer)["acts"]


def millrace(*words, plant=PLANT):
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=plant)
    settings.pop("MILLRACE_PORT", None)
    done = subprocess.run([suite.stack.program("millrace"), "audit", *words], env=settings, text=True, timeout=60,
                          capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def metrics():
    return client().send("/services/relay/metrics", None, {"Authorization": "Bearer " + client().token}, "GET")[1].decode()


def sealed(at=None):
    until(lambda: (at or client()).call("Relay.GetAuditHead")["waiting_rows"] == 0, "all rows have their seal")


@suite.test("acts of people, of goods and of master data are one list, with before and after")
def _(_):
    client()
    import_files(client(), {name: text.encode() for name, text in FILES.items()}, PLANT)
    for active in (True, False):
        state["door"].call("Access.SetUser", login=LOGIN, password="correct horse " + PLANT, active=active,
                           roles=[{"plant": PLANT, "role": "auditor"}])
    client().call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                  lines=[{"item": "BOLT", "quantity": "3", "location": "MAIN"}])
    refused(client(), 404, "NOT_FOUND", "Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
            lines=[{"item": "NONE", "quantity": "3", "location": "MAIN"}])
    client().call("Bom.EditMaster", key=key_of(fresh("m")), edits=[
        {"file": "items.csv", "action": "save", "cells": [{"column": "item", "value": "NUT"}, {"column": "lead_time_days", "value": "9"}]}])

    changed = acts(state["door"], object=LOGIN, method="setuser")
    equal(len(changed), 2, "changes of the person")
    before, after = json.loads(changed[0]["before"]), json.loads(changed[0]["after"])
    equal((before["active"], after["active"], after["set_anew"]), (True, False, "password"), "before and after")
    assert "before" not in changed[1] and "argon" not in json.dumps(changed), "made: nothing before, and no hash"
    line = acts(object="BOLT", stream="ledger_line")[0]
    equal((json.loads(line["before"])["on_hand"], json.loads(line["after"])["on_hand"]), (0, 3), "stock before and after")
    command, other = acts(method="adjustment", stream="posting_key")[1], acts(method="adjustment", stream="posting_key")[0]
    equal((command["method"], command["status"], other["status"]), ("Inventory.PostAdjustment", "OK", "NOT_FOUND"), "the commands")
    assert json.loads(command["after"])["document"], command
    item = acts(object="NUT", stream="master_change")[0]
    equal(json.loads(item["after"])["lead_time_days"], "9", "the row of master data")
    equal([act["method"] for act in acts(stream="act")], ["Bom.FinishImport"], "the plant was made")


# method, what is sent first, then second, what it is found by, what is told before and after the second.
SETTINGS = (
    ("Inventory.SetStockRule", {"approve_above": "500"}, {"approve_above": "600.5"}, "stock rule",
     {"approve_above": "500"}, {"approve_above": "600.5"}),
    ("Inventory.SetStockRule", {"item": "BOLT", "inspect": True, "over_issue_pct": "5"}, {"item": "BOLT", "inspect": False, "over_issue_pct": "7"},
     "BOLT", {"inspect": True, "over_issue_pct": "5"}, {"inspect": False, "over_issue_pct": "7"}),
    ("Inventory.SetLocations", {"locations": [{"location": "SHELF", "name": "by \"the\" door"}]},
     {"locations": [{"location": "SHELF", "name": "upstairs", "active": False}, {"location": "BAY"}]}, "SHELF",
     {"active": True, "name": "by \"the\" door", "work_center": ""}, {"active": False, "name": "upstairs", "work_center": ""}),
    ("Production.SetIssueRule", {"unplanned_issue": True}, {"unplanned_issue": False}, "issue rule",
     {"unplanned_issue": True}, {"unplanned_issue": False}),
    ("Order.SetOrderRule", {"purchase_approve_above": "1000"}, {}, "order rule",
     {"purchase_approve_above": 1000}, {"purchase_approve_above": None}),
    ("Order.SetForecast", {"row": 1, "item": "NUT", "due_on": "2026-12-01", "quantity": "4"},
     {"row": 1, "item": "NUT", "due_on": "2026-12-02", "quantity": "6"}, "NUT",
     {"row": 1, "quantity": 4, "due_on": "2026-12-01"}, {"row": 1, "quantity": 6, "due_on": "2026-12-02"}),
    ("Cost.SetInvoiceTolerance", {"percent": "2", "amount": "10"}, {"percent": "3"}, "invoice tolerance",
     {"percent": 2, "amount": 10}, {"percent": 3, "amount": None}),
    ("Cost.SetVarianceAlarm", {"percent": "2"}, {"percent": "2.5"}, "variance alarm",
     {"percent": 2, "amount": None}, {"percent": 2.5, "amount": None}),
    ("Cost.SetAccount", {"purpose": "wip", "account": "1405"}, {"purpose": "wip", "account": "1406"}, "wip",
     {"account": "1405"}, {"account": "1406"}),
)


@suite.test("what a plant sets is told with what was before; commands are found by what they are about")
def _(_):
    for method, first, second, found_by, before, after in SETTINGS:
        if method == "Order.SetForecast":
            first = dict(first)
            del first["row"]
        client().call(method, key=key_of(fresh("s")), **first)
        client().call(method, key=key_of(fresh("s")), **second)
        told = acts(object=found_by, method=method, stream="act")
        equal(len(told), 2, "acts of " + method)
        equal((told[0]["acted_by"], json.loads(told[0]["before"]), json.loads(told[0]["after"])), ("local", before, after), method)
    equal([json.loads(act["after"])["active"] for act in acts(object="BAY", stream="act")], [True], "a location that was not there")
    assert "before" not in acts(object="BAY", stream="act")[0], "nothing was there"
    refused(client(), 404, "NOT_FOUND", "Cost.NoteVarianceAlarm", key=key_of(fresh("n")), work_order="WO-NONE", note="seen")
    equal([(act["method"], act["status"]) for act in acts(object="WO-NONE")], [("Cost.NoteVarianceAlarm", "NOT_FOUND")], "a refusal")
    line = acts(object="BOLT", stream="ledger_line")[0]
    document = json.loads(line["after"])["document"]
    equal([act["method"] for act in acts(object=document, stream="posting_key")], ["Inventory.PostAdjustment"], "by its answer")
    equal(acts(object=document[:-1], stream="posting_key"), [], "by a part of it: not")


def sides(act):
    return tuple(json.loads(act[side]) if side in act else None for side in ("before", "after"))


@suite.test("who asked for a plan, kept a what-if or a list's look: acts too")
def _(_):
    until(lambda: client().call("Mrp.GetPlanState").get("plan_version"), "the first plan")
    client().call("Mrp.RunPlan", key=key_of(fresh("r")))
    before, after = sides(acts(object="plan", method="Mrp.RunPlan")[0])
    assert after["plan_version"] > before["plan_version"], (before, after)
    count = {"kind": "stock", "item": "BOLT", "quantity": "7"}
    for method, asked in (("Save", {"changes": [count], "note": "if"}), ("Save", {"shared": True}), ("Apply", {}), ("Discard", {})):
        client().call("Mrp.%sSimulation" % method, key=key_of(fresh("k")), name="what-if", **asked)
    told = [sides(act) for act in acts(object="what-if", stream="act")][::-1]
    equal(told[0], (None, {"made_by": "local", "note": "if", "shared": False, "changes": [{"kind": "stock", "item": "BOLT", "qty": 7}]}), "made")
    equal((told[1][0]["shared"], told[1][1]["shared"]), (False, True), "shared")
    equal((told[2][0].get("applied_by"), told[2][1]["applied_by"]), (None, "local"), "applied")
    equal((told[3][0]["note"], told[3][1]), ("if", None), "discarded")
    views = fresh("list-")
    for view in ("wide", "narrow", None):
        state["door"].call("Access.SaveView", list=views, name="mine", **({"view": view} if view else {}))
    told = [sides(act) for act in acts(state["door"], object=views, method="SaveView")][::-1]
    wide, narrow = ({"name": "mine", "view": view} for view in ("wide", "narrow"))
    equal(told, [(None, wide), (wide, narrow), (narrow, None)], "how a list is looked at")


@suite.test("filters and pages: each act once, newest first; nobody else's plant")
def _(_):
    everything = acts(limit=200)
    equal(list(client().pages("Relay.ListActs", "acts", limit=2)), everything, "two at a time")
    times = [act["acted_at"] for act in everything]
    equal(times, sorted(times, reverse=True), "newest first")
    middle = times[len(times) // 2]
    equal(len(acts(to_at=middle, limit=200)) + len(acts(from_at=middle, limit=200)), len(times), "before and from a moment")
    equal(acts(acted_by="nobody at all"), [], "of nobody")
    equal(acts(device="no-device"), [], "from no device")
    auditor = suite.stack.person(client(), PLANT, "auditor")
    equal(len(acts(auditor)) > 0, True, "the auditor reads")
    elsewhere = suite.stack.client("-", token=auditor.token)
    refused(elsewhere, 403, "FORBIDDEN", "Relay.ListActs")
    planner = suite.stack.person(client(), PLANT, "planner")
    for method in ("Relay.ListActs", "Relay.GetAuditHead", "Relay.ListAuditFindings"):
        refused(planner, 403, "FORBIDDEN", method)
    for body, field in (({"after": "x"}, "after"), ({"stream": "item"}, "stream"), ({"limit": 201}, "limit"), ({"limit": 0}, "limit")):
        equal(refused(client(), 422, "INVALID", "Relay.ListActs", **body).field, field, "field of %s" % body)
    for body, field in (({"head_seal_no": 1}, "head_hash"), ({"head_seal_no": 0, "head_hash": "a"}, "head_seal_no"), ({"after": "x"}, "after")):
        equal(refused(client(), 422, "INVALID", "Relay.ListAuditFindings", **body).field, field, "field of %s" % body)


@suite.test("sealed within seconds; verify finds a row that was changed behind its back, and names it")
def _(_):
    sealed()
    sealed(state["door"])
    code, head, _ = millrace("head")
    equal((code, json.loads(head)["plant"]), (0, PLANT), "the head")
    path = os.path.join(suite.folder, "head.json")
    with open(path, "w") as file:
        file.write(head)
    code, out, err = millrace("verify", "--head", path)
    assert code == 0 and "the head is the one that was kept" in out, (out, err)
    equal(millrace("verify", plant="-")[0], 0, "people's")
    psql = Psql(suite.stack)
    ours = "WHERE plant_id = '%s' AND posted_seq = 1" % PLANT
    psql.rows("UPDATE ledger_line SET reason = 'lost' " + ours)
    code, out, _ = millrace("verify")
    assert code == 1 and "1 row of ledger_line changed: 1 (seal" in out, out
    psql.rows("UPDATE ledger_line SET reason = 'found' " + ours)
    equal(millrace("verify")[0], 0, "put right again")
    psql.rows("UPDATE audit_head SET hash = hash || 'x' WHERE plant_id = '%s'" % PLANT)
    psql.rows("INSERT INTO act (plant_id, act_id, acted_by, method) VALUES ('%s', gen_random_uuid(), 'eve', 'M')" % PLANT)
    until(lambda: "millrace_audit_broken_plants 1\n" in metrics(), "the alarm")
    psql.rows("UPDATE audit_head SET hash = substr(hash, 1, 32) WHERE plant_id = '%s'" % PLANT)
    sealed()
    until(lambda: "millrace_audit_alarm 0\n" in metrics(), "no alarm")
    equal(millrace("verify", "--head", path)[0], 0, "went on from the head that was kept")
    psql.stop()


def waiting():
    return int(re.search(r"^millrace_audit_unsealed_rows (\d+)", metrics(), re.M).group(1))


@suite.test("the metric counts rows while they wait, few or many, and none when they have their seal")
def _(_):
    psql = Psql(suite.stack)
    for rows in (3, 3000):
        sealed()
        psql.rows("INSERT INTO posting_key (plant_id, key, request_hash, status, reply) SELECT '%s', gen_random_uuid(), '', 'OK', ''"
                  " FROM generate_series(1, %d)" % (PLANT, rows))
        until(lambda: waiting() >= min(rows, 1000), "%d rows that wait, at least" % min(rows, 1000))
        sealed()
        until(lambda: waiting() == 0, "none")
    psql.stop()


@suite.test("the command line: CSV with filters, and what is wrong with a head")
def _(_):
    code, out, _ = millrace("list", "--object", "BOLT", "--from", "2020-01-01")
    equal((code, out.splitlines()[0]), (0, "at,who,device,address,what,object,status,before,after,stream,row"), "the columns")
    assert ",adjustment,BOLT,OK," in out, out
    path = os.path.join(suite.folder, "head.json")
    equal(millrace("verify", "--head", path, plant="-")[0], 2, "the head of another plant")
    equal(millrace("verify", "--head", "/nowhere/head.json")[0], 1, "no file")
    equal(millrace("tell")[0], 2, "no such word")
    with open(path, "w") as file:
        file.write("{}")
    equal(millrace("verify", "--head", path)[0], 1, "not a head")


suite.main()
