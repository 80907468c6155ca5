#!/usr/bin/env python3
"""Which lines of a bill count is decided three times: by explosion out of memory (common/bom), by the plan (services/mrp)
and by the release of an order (services/production).  Random bills with alternatives, revisions, dates, lot ranges and
substitutes must come out the same from all three, and as an oracle says that knows no trick."""
import csv
import io
import random

from harness import Decimal, Poster, Suite, equal, fresh, import_files, key_of

suite = Suite("choice")
PLANT, DAY, BILLS, SEED = fresh("CH-"), "2026-01-20", 60, 20260120
FROM = ["", "2025-06-01", "2025-12-01", "2026-01-20", "2026-01-21"]
TO = ["", "", "", "2026-01-20", "2026-01-21", "2026-12-31"]
LOTS = [("", ""), ("", ""), ("", "10"), ("10", ""), ("5", "20"), ("0", "40")]
COLUMNS = ("parent component qty kind revision alternative alternative_priority valid_from valid_to substitute_group"
           " substitute_priority mix_pct lot_from lot_to position").split()
state = {}


def bill(r, number):
    parent, lines = "P%03d" % number, []
    priority = {name: r.choice(["", "1", "2"]) for name in ("", "A", "B")}
    mixed = r.random() < 0.3
    ranks = r.sample(range(20), 9)  # two of a group with the same would be two mains
    for place in range(r.randint(2, 9)):
        group = r.choice(["", "", "G", "H"])
        alternative = r.choice(["", "", "A", "B"])
        low, high = r.choice(LOTS)
        start, end = r.choice(FROM), r.choice(TO)
        if start and end and end <= start:
            end = ""
        lines.append(dict(zip(COLUMNS, (
            parent, "C%03d%d" % (number, place), r.choice(["4", "8", "12"]), r.choice(["", "", "consumable"]),
            r.choice(["", "", "R1", "R2", "R10"]), alternative, priority[alternative], start, end, group,
            str(ranks[place] or "") if group else "", r.choice(["", "25", "50"]) if group and mixed else "", low, high,
            str(place + 1)))))
    return lines


def oracle(lines, quantity):
    """{component: quantity} by planning.md section 3, rule by rule."""
    good = [l for l in lines if (not l["valid_from"] or l["valid_from"] <= DAY) and (not l["valid_to"] or DAY < l["valid_to"])
            and Decimal(l["lot_from"] or 0) <= quantity and (not l["lot_to"] or quantity < Decimal(l["lot_to"]))]
    if not good:
        return {}
    alternative = min((int(l["alternative_priority"] or 0), l["alternative"]) for l in good)[1]
    good = [l for l in good if l["alternative"] == alternative]
    dated = [(l["valid_from"], l["revision"]) for l in good if l["revision"]]
    good = [l for l in good if not l["revision"] or l["revision"] == max(dated)[1]]
    out = {}
    for line in good:
        rank = (int(line["substitute_priority"] or 0), line["component"])
        rivals = [o for o in good if o["substitute_group"] == line["substitute_group"] and not o["mix_pct"]]
        if line["substitute_group"] and not line["mix_pct"] and \
                min((int(o["substitute_priority"] or 0), o["component"]) for o in rivals) != rank:
            continue
        out[line["component"]] = Decimal(line["qty"]) * quantity * Decimal(line["mix_pct"] or 100) / 100
    return out


def table(columns, rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def client():
    if "client" not in state:
        r = random.Random(SEED)
        state["bills"] = {"P%03d" % n: bill(r, n) for n in range(BILLS)}
        state["wanted"] = {p: Decimal(r.choice([2, 5, 10, 15, 20, 50])) for p in state["bills"]}
        lines = [l for b in state["bills"].values() for l in b]
        codes = [(p, "make") for p in state["bills"]] + [(l["component"], "buy") for l in lines]
        files = {
            "plant.csv": ("key,value\nplant,%s\nplan_start,%s\n" % (PLANT, DAY)).encode(),
            "items.csv": table(["item", "type", "uom", "unit_cost"],
                               [{"item": i, "type": t, "uom": "EA", "unit_cost": "1"} for i, t in codes]),
            "bom.csv": table(COLUMNS, lines),
            "demand.csv": table(["item", "due", "qty"],
                                [{"item": p, "due": DAY, "qty": str(q)} for p, q in state["wanted"].items()]),
        }
        state["client"] = suite.stack.client(PLANT)
        equal(import_files(state["client"], files, PLANT + "/import").get("errors", []), [], "errors of the import")
    return state["client"]


def right():
    client()
    return {p: oracle(lines, state["wanted"][p]) for p, lines in state["bills"].items()}


@suite.test("an explosion chooses as the oracle does")
def _(t):
    choices = 0
    for parent, wanted in right().items():
        reply = client().call("Bom.Explode", item=parent, quantity=str(state["wanted"][parent]), start_on=DAY)
        equal({row["component"]: Decimal(row["quantity"]) for row in reply.get("rows", [])}, wanted, parent)
        choices += 0 < len(wanted) < len(state["bills"][parent])
    assert choices > BILLS / 2, "only %d bills leave something out" % choices


@suite.test("the plan needs the same")
def _(t):
    wanted = {}
    for components in right().values():
        wanted.update(components)
    client().call("Mrp.RunPlan", key=key_of(PLANT + "/plan"))
    planned = {}
    for order in client().pages("Mrp.ListPlannedOrders", "planned_orders", limit=100):
        if order["item"].startswith("C"):
            planned[order["item"]] = planned.get(order["item"], 0) + Decimal(order["quantity"])
    equal(planned, wanted, "what the plan buys")


@suite.test("a release freezes the same")
def _(t):
    client()
    poster = Poster(client(), PLANT)
    for parent, wanted in right().items():
        if not wanted:
            continue
        order = poster.post("wo-" + parent, "Order.CreateWorkOrder", item=parent,
                            quantity=str(state["wanted"][parent]), start_on=DAY, due_on=DAY)["work_order"]
        poster.post("release-" + parent, "Production.ReleaseWorkOrder", work_order=order, effective_on=DAY)
        frozen = client().call("Production.GetWorkOrder", work_order=order)["work_order"].get("components", [])
        equal({c["item"]: Decimal(c["required"]) for c in frozen}, wanted, parent)


if __name__ == "__main__":
    suite.main()
