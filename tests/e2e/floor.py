#!/usr/bin/env python3
"""Stories of the shop floor: orders are released short, held, split, changed, cancelled."""
from harness import Decimal, Poster, Suite, audit_ledger, equal, fresh, import_files, key_of, refused, same_number

suite = Suite("floor")
PLANT = fresh("FL-")
state = {}
FILES = {
    "items.csv": "item,type,uom,lead_time_days,valuation,unit_cost\n"
                 "ROD,buy,EA,3,average,2\n"
                 "BOX,buy,EA,3,average,1\n"
                 "BOLT,buy,EA,3,average,3\n"
                 "LAMP,make,EA,2,average,10\n",
    "bom.csv": "parent,component,qty\nLAMP,ROD,2\nLAMP,BOX,1\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
        state["poster"] = Poster(state["client"], PLANT)
        files = {name: text.encode() for name, text in FILES.items()}
        files["plant.csv"] = ("key,value\nplant,%s\n" % PLANT).encode()
        reply = import_files(state["client"], files, PLANT + "/import")
        equal(reply.get("errors", []), [], "errors of the import")
        post("opening", "Inventory.PostAdjustment", reason="opening",
             lines=[{"item": "ROD", "quantity": "30"}, {"item": "BOX", "quantity": "30"},
                    {"item": "BOLT", "quantity": "30"}])
    return state["client"]


def post(step, method, **body):
    client()
    return state["poster"].post(step, "Production." + method if "." not in method else method, **body)


def no(step, http, code, method, **body):
    return refused(client(), http, code, "Production." + method if "." not in method else method,
                   key=key_of(PLANT + "/no/" + step), **body)


def work_order(step, quantity):
    return post(step, "Order.CreateWorkOrder", item="LAMP", quantity=str(quantity), start_on="2030-01-01",
                due_on="2030-01-03")["work_order"]


def get(order):
    return client().call("Production.GetWorkOrder", work_order=order)["work_order"]


def needs(order):
    """{item: (required, issued, reserved)} of the order's lines"""
    return {c["item"]: tuple(Decimal(c.get(name, "0")) for name in ("required", "issued", "reserved"))
            for c in get(order).get("components", [])}


@suite.test("a release reserves; the next order finds what is left, and may insist on everything")
def _(t):
    client()
    state["first"] = first = work_order("wo-1", 10)
    equal(post("release-1", "ReleaseWorkOrder", work_order=first).get("missing", []), [], "missing")
    equal(needs(first), {"ROD": (20, 0, 20), "BOX": (10, 0, 10)}, "needs")
    state["second"] = second = work_order("wo-2", 10)
    error = no("short", 409, "INSUFFICIENT_STOCK", "ReleaseWorkOrder", work_order=second, complete_only=True)
    equal(error.field, "work_order", "field")
    equal(get(second)["state"], "firm", "state after the refusal")
    missing = post("release-2", "ReleaseWorkOrder", work_order=second)["missing"]
    equal([(m["item"], Decimal(m["required"]), Decimal(m["available"])) for m in missing], [("ROD", 20, 10)], "missing")


@suite.test("a held order takes no material until it goes on")
def _(t):
    first = state["first"]
    no("hold why", 422, "INVALID", "HoldWorkOrder", work_order=first)
    reply = post("hold", "HoldWorkOrder", work_order=first, reason="tool is broken")
    equal(reply["state"], "held", "state")
    no("issue to a held one", 409, "STATE_CONFLICT", "PostIssue", work_order=first)
    no("receive a held one", 409, "STATE_CONFLICT", "Receipt.PostReceipt", work_order=first, quantity="1")
    equal(needs(first)["ROD"], (20, 0, 20), "it keeps its reservation")
    equal(post("resume", "ResumeWorkOrder", work_order=first)["state"], "released", "state")


@suite.test("an order is split; what was issued stays, and both can be made")
def _(t):
    first = state["first"]
    post("issue-1", "PostIssue", work_order=first, lines=[{"item": "ROD", "quantity": "15"}])
    no("split all", 409, "OVER_TOLERANCE", "SplitWorkOrder", work_order=first, quantity="10")
    no("split onto", 409, "EXISTS", "SplitWorkOrder", work_order=first, quantity="4", new_work_order=state["second"])
    reply = post("split", "SplitWorkOrder", work_order=first, quantity="4", reason="second machine")
    state["part"] = part = reply["new_work_order"]
    same_number(reply["quantity"], 6, "left")
    equal(needs(first), {"ROD": (12, 15, 0), "BOX": (6, 0, 6)}, "of the first")
    equal(needs(part), {"ROD": (8, 0, 8), "BOX": (4, 0, 4)}, "of the part")
    equal((get(part)["state"], Decimal(get(part)["quantity"])), ("released", 4), "the part")
    post("give back", "PostReturn", work_order=first, lines=[{"item": "ROD", "quantity": "3", "reason": "surplus"}])
    post("issue part", "PostIssue", work_order=part)
    post("receive part", "Receipt.PostReceipt", work_order=part, quantity="4")
    post("close part", "CloseWorkOrder", work_order=part)
    equal(get(part)["state"], "closed", "state")


@suite.test("a quantity changes and the needs follow")
def _(t):
    first = state["first"]
    post("more", "ChangeQuantity", work_order=first, quantity="7", reason="customer wants more")
    equal(needs(first), {"ROD": (14, 15, 2), "BOX": (7, 0, 7)}, "needs")
    no("fraction", 422, "NOT_WHOLE", "ChangeQuantity", work_order=first, quantity="6.5")
    post("back", "ChangeQuantity", work_order=first, quantity="6")


@suite.test("components change with a reason, and the record says who, before and after")
def _(t):
    first = state["first"]
    state["box"] = next(c["line"] for c in get(first)["components"] if c["item"] == "BOX")
    no("why", 422, "INVALID", "ChangeComponents", work_order=first, lines=[{"line": state["box"], "quantity": "0"}])
    error = no("no line", 404, "NOT_FOUND", "ChangeComponents", work_order=first, reason="x",
               lines=[{"line": state["box"], "quantity": "0"}, {"line": 9, "quantity": "1"}])
    equal(error.field, "lines[1].line", "field")
    no("no item", 404, "NOT_FOUND", "ChangeComponents", work_order=first, reason="x",
       lines=[{"item": "NIX", "quantity": "1"}])
    no("not on it", 409, "NOT_ON_ORDER", "PostIssue", work_order=first, lines=[{"item": "BOLT", "quantity": "1"}])
    post("swap", "ChangeComponents", work_order=first, reason="boxes are wet",
         lines=[{"line": state["box"], "quantity": "0"}, {"item": "BOLT", "quantity": "6"}])
    equal(needs(first), {"ROD": (12, 15, 0), "BOX": (0, 0, 0), "BOLT": (6, 0, 6)}, "needs")
    post("issue bolts", "PostIssue", work_order=first)
    equal(needs(first)["BOLT"], (6, 6, 0), "bolts")
    changes = get(first)["changes"]
    equal([(c["what"], c["before"], c["after"]) for c in changes],
          [("state", "released", "held"), ("state", "held", "released"), ("quantity", "10", "6"),
           ("split", "", state["part"]), ("quantity", "6", "7"), ("quantity", "7", "6"),
           ("component", "6", "0"), ("component", "", "6")], "record")
    assert all(c["changed_by"] and c["changed_at"] for c in changes), changes
    equal(changes[-1]["reason"], "boxes are wet", "reason")


@suite.test("an order is cancelled only with nothing on it, and gives up what it reserved")
def _(t):
    no("with material", 409, "STATE_CONFLICT", "CancelWorkOrder", work_order=state["first"], reason="x")
    post("cancel", "CancelWorkOrder", work_order=state["second"], reason="customer went away")
    equal(get(state["second"])["state"], "cancelled", "state")
    equal([n[2] for n in needs(state["second"]).values()], [0, 0], "reserved")
    third = work_order("wo-3", 1)
    equal(post("cancel firm", "CancelWorkOrder", work_order=third, reason="no demand")["state"], "cancelled", "state")
    no("release", 409, "ORDER_CLOSED", "ReleaseWorkOrder", work_order=third)


@suite.test("a receipt that completes an order gives up what it still reserved")
def _(t):
    fourth = work_order("wo-4", 2)
    post("release-4", "ReleaseWorkOrder", work_order=fourth)
    equal(needs(fourth)["ROD"][2], 4, "reserved")
    post("receive-4", "Receipt.PostReceipt", work_order=fourth, quantity="2")
    equal(needs(fourth)["ROD"][2], 0, "reserved")


@suite.test("what is not on an order is issued where the plant allows it, with a reason")
def _(t):
    state["fifth"] = fifth = work_order("wo-5", 1)
    post("release-5", "ReleaseWorkOrder", work_order=fifth)
    bolt = {"item": "BOLT", "quantity": "2"}
    error = no("not allowed", 409, "NOT_ON_ORDER", "PostIssue", work_order=fifth, lines=[dict(bolt, reason="thread broke")])
    equal(error.field, "lines[0].item", "field")
    post("rule", "SetIssueRule", unplanned_issue=True)
    error = no("without a reason", 422, "INVALID", "PostIssue", work_order=fifth, lines=[bolt])
    equal(error.field, "lines[0].reason", "field")
    post("unplanned", "PostIssue", work_order=fifth, lines=[dict(bolt, reason="thread broke")])
    post("unplanned again", "PostIssue", work_order=fifth, lines=[dict(bolt, quantity="1", reason="and again")])
    equal(needs(fifth)["BOLT"], (0, 3, 0), "bolts")
    post("unplanned back", "PostReturn", work_order=fifth, lines=[{"item": "BOLT", "quantity": "1", "type": "surplus"}])


@suite.test("more than tolerated needs a reason, and returns have types")
def _(t):
    fifth = state["fifth"]
    rod = {"item": "ROD", "quantity": "3"}
    no("over", 409, "OVER_TOLERANCE", "PostIssue", work_order=fifth, lines=[rod])
    post("over with a reason", "PostIssue", work_order=fifth, lines=[dict(rod, reason="cut too short")])
    no("type", 422, "INVALID", "PostReturn", work_order=fifth, lines=[{"item": "ROD", "quantity": "1", "type": "lost"}])
    no("why defective", 422, "INVALID", "PostReturn", work_order=fifth,
       lines=[{"item": "ROD", "quantity": "1", "type": "defective"}])
    before = {r["status"]: Decimal(r["quantity"]) for r in client().pages("Inventory.ListStock", "rows", item="ROD", limit=9)}
    post("defective", "PostReturn", work_order=fifth,
         lines=[{"item": "ROD", "quantity": "1", "type": "defective", "reason": "bent"}])
    after = {r["status"]: Decimal(r["quantity"]) for r in client().pages("Inventory.ListStock", "rows", item="ROD", limit=9)}
    equal((after["blocked"], after["available"]), (1, before["available"]), "rods")


@suite.test("a reversed issue is needed and reserved again")
def _(t):
    sixth = work_order("wo-6", 1)
    post("release-6", "ReleaseWorkOrder", work_order=sixth)
    issued = post("issue-6", "PostIssue", work_order=sixth, lines=[{"item": "BOX", "quantity": "1"}])
    equal(needs(sixth)["BOX"], (1, 1, 0), "issued")
    post("reverse-6", "Inventory.ReverseDocument", document=issued["document"], reason="wrong order")
    equal(needs(sixth)["BOX"], (1, 0, 1), "reversed")


@suite.test("two orders of an item become one; a close may insist that nothing of it is on the floor")
def _(t):
    into, other = work_order("wo-7", 2), work_order("wo-8", 1)
    no("firm and released", 409, "STATE_CONFLICT", "MergeWorkOrders", work_order=into, merged_work_order=state["fifth"])
    equal(post("merge firm", "MergeWorkOrders", work_order=into, merged_work_order=other, reason="one set-up")["quantity"], "3", "firm")
    third = work_order("wo-9", 2)
    for order in (into, third):
        post("release " + order, "ReleaseWorkOrder", work_order=order)
    before = needs(into)["ROD"][0]
    reply = post("merge released", "MergeWorkOrders", work_order=into, merged_work_order=third)
    equal((reply["quantity"], reply["state"], needs(into)["ROD"][0], needs(into)["BOX"][0]), ("5", "released", before + 4, 5), "one")
    equal((get(third)["state"], needs(third)["ROD"][2]), ("cancelled", 0), "the other")
    equal([(c["what"], c["before"], c["after"]) for c in get(into)["changes"]], [("quantity", "2", "3"), ("quantity", "3", "5")],
          "record")
    post("a rod", "PostIssue", work_order=into, lines=[{"item": "ROD", "quantity": "1"}])
    error = no("rod on the floor", 409, "STATE_CONFLICT", "CloseWorkOrder", work_order=into)
    assert "ROD" in error.text, error.text
    post("rod back", "PostReturn", work_order=into, lines=[{"item": "ROD", "quantity": "1"}])
    post("close into", "CloseWorkOrder", work_order=into)


@suite.test("late repeats change nothing, and balances are the sums of the ledger")
def _(t):
    client()
    state["poster"].repeat_all()
    audit_ledger(client())


if __name__ == "__main__":
    suite.main()
