"""The pairs of pairs.py: what is there before, and the two postings.  "@A" is item A of the group, "$name" the document
that the step of that name made.

Items: A average, F fifo (two layers), N average and allowed below zero, T average with lots K1 (to expire first) and K2,
S serials, B made of A 2, F 1, T 1, N 1.  Orders W and V make 5 B each and are released.
"""
from datetime import datetime, timedelta, timezone

DAY = datetime.now(timezone(timedelta(hours=8))).date().isoformat()
PER_BOX = {"A": 2, "F": 1, "T": 1, "N": 1}


class Scene:
    def __init__(self, name, x, y, *setup, same_key=False):
        self.name, self.x, self.y, self.setup, self.same_key = name, x, y, setup, same_key


def files(plant, groups):
    items, bom, routing = [], [], []
    kinds = {"A": ("buy", "average", 4, "none", ""), "F": ("buy", "fifo", 2, "none", ""), "N": ("buy", "average", 3, "none", "true"),
             "T": ("buy", "average", 5, "lot", ""), "S": ("buy", "average", 9, "serial", ""), "B": ("make", "average", 30, "none", "")}
    for group in groups:
        for name, (kind, valuation, cost, tracking, below) in kinds.items():
            items.append("%s-%s,%s,EA,%d,%s,%s,%s" % (name, group, kind, cost, valuation, tracking, below))
        bom += ["B-%s,%s-%s,%d" % (group, part, group, per) for part, per in PER_BOX.items()]
        routing.append("B-%s,10,WC,0,6,min" % group)
    return {
        "plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (plant, DAY),
        "items.csv": "\n".join(["item,type,uom,unit_cost,valuation,tracking,allow_negative", *items, ""]),
        "bom.csv": "\n".join(["parent,component,qty", *bom, ""]),
        "work_centers.csv": "work_center,labor_rate,machine_rate,overhead_rate,overhead_basis\nWC,7,2,1,hour\n",
        "routing.csv": "\n".join(["item,operation,work_center,setup,run,time_unit", *routing, ""]),
    }


# ------------------------------------------------------------------------------------------ postings

def adjust(item, qty, location="L1", cost=None, **more):
    line = dict({"item": "@" + item, "quantity": str(qty), "location": location}, **more)
    if cost is not None:
        line["unit_cost"] = str(cost)
    return "Inventory.PostAdjustment", {"reason": "pairs", "lines": [line]}


def issue(order, *lines):
    """lines: (item, quantity) or (item, quantity, lot)"""
    return "Production.PostIssue", {"work_order": "@" + order, "lines": [
        dict({"item": "@" + line[0], "quantity": str(line[1])}, **({"lot": line[2]} if len(line) > 2 else {})) for line in lines]}


def issues(*orders):
    """orders: (order, item, quantity)"""
    return "Production.PostIssues", {"orders": [
        {"work_order": "@" + order, "lines": [{"item": "@" + item, "quantity": str(qty)}]} for order, item, qty in orders]}


def unbuild(item, qty):
    return "Production.PostUnbuild", {"item": "@" + item, "quantity": str(qty), "reason": "pairs", "lines": [
        {"item": "@A", "quantity": str(qty), "location": "L1"}]}


def rework(order, item, qty, status):
    return "Production.StartRework", {"work_order": "@" + order, "item": "@" + item, "quantity": str(qty), "status": status,
                                      "reason": "pairs"}


def give_back(order, item, qty, **more):
    return "Production.PostReturn", {"work_order": "@" + order, "lines": [
        dict({"item": "@" + item, "quantity": str(qty), "reason": "surplus", "location": "L1"}, **more)]}


def receipt(order, qty, scrapped=0, final=False):
    return "Receipt.PostReceipt", {"work_order": "@" + order, "quantity": str(qty), "scrapped": str(scrapped), "final": final,
                                   "location": "L1"}


def of_order(method, order, **more):
    return "Production." + method, dict({"work_order": "@" + order}, **more)


def closing(order):
    return of_order("CloseWorkOrder", order, anyway=True)


def work_order(order, qty=5):
    return "Order.CreateWorkOrder", {"work_order": "@" + order, "item": "@B", "quantity": str(qty), "start_on": DAY, "due_on": DAY}


def released(order, qty=5):
    return work_order(order, qty), of_order("ReleaseWorkOrder", order)


def buy(item, qty, price):
    return "Order.CreatePurchaseOrder", {"purchase_order": "@P", "supplier": "S1", "lines": [
        {"line": 1, "item": "@" + item, "quantity": str(qty), "price": str(price), "due_on": DAY}]}


def bought(qty, **more):
    return "Inventory.PostPurchaseReceipt", {"purchase_order": "@P", "lines": [
        dict({"line": 1, "quantity": str(qty), "location": "L1"}, **more)]}


def sell(item, qty):
    return "Order.CreateSalesOrder", {"sales_order": "@O", "customer": "C1", "lines": [
        {"line": 1, "item": "@" + item, "quantity": str(qty), "due_on": DAY}]}


def ship(qty):
    return "Inventory.PostShipment", {"sales_order": "@O", "lines": [{"line": 1, "quantity": str(qty)}]}


def transfer(item, qty, to, two_steps=False):
    return "Inventory.PostTransfer", {"to_location": to, "two_steps": two_steps, "lines": [
        {"item": "@" + item, "quantity": str(qty), "location": "L1"}]}


def arrive(name, **more):
    return "Inventory.ReceiveTransfer", dict({"transfer": "$" + name}, **more)


def start_count(item, freeze=False):
    return "Inventory.StartCount", {"items": ["@" + item], "freeze": freeze, "reason": "pairs"}


def counted(name, qty):
    return "Inventory.RecordCount", {"count": "$" + name, "lines": [{"line": 1, "quantity": str(qty)}]}


def finish(name):
    return "Inventory.FinishCount", {"count": "$" + name}


def status(item, qty, before, after):
    return "Inventory.ChangeStatus", {"reason": "pairs", "lines": [
        {"item": "@" + item, "quantity": str(qty), "location": "L1", "from_status": before, "to_status": after}]}


def inspect(item, accepted, rejected):
    return "Inventory.PostInspection", {"reason": "pairs", "lines": [
        {"item": "@" + item, "location": "L1", "accepted": str(accepted), "rejected": str(rejected)}]}


def reverse(name):
    return "Inventory.ReverseDocument", {"document": "$" + name, "reason": "pairs"}


def order_back(method, order, qty, **more):
    return "Inventory." + method, dict(order, reason="pairs", lines=[dict({"line": 1, "quantity": str(qty), "location": "L1"}, **more)])


STOCK_A = adjust("A", 10, cost=4)
LAYERS_F = adjust("F", 6, cost=1), adjust("F", 4, cost=2)
LOTS_T = adjust("T", 5, cost=5, lot="K1", expires_on="2052-01-01"), adjust("T", 5, cost=6, lot="K2", expires_on="2053-01-01")
ALL = (STOCK_A, *LAYERS_F, *LOTS_T, *released("W"))
BOTH = (*ALL, *released("V"))
FULL = (*ALL, issue("W", ("A", 10), ("F", 5), ("T", 5), ("N", 5)))
TO_SUPPLIER = {"purchase_order": "@P"}
FROM_CUSTOMER = {"sales_order": "@O"}

SCENES = [
    Scene("issue, issue of one lot", issue("W", ("T", 3, "K1")), issue("V", ("T", 3, "K1")), *BOTH),
    Scene("issue, return", issue("V", ("A", 5)), give_back("W", "A", 3), *BOTH, issue("W", ("A", 8))),
    Scene("receipt, close", receipt("W", 2), closing("W"), *FULL),
    Scene("count with freeze, issue", start_count("A", True), issue("W", ("A", 3)), *ALL),
    Scene("end of a count, issue", finish("count"), issue("W", ("A", 3)), *ALL, ("count", start_count("A")), counted("count", 8)),
    Scene("transfer in two steps, issue", transfer("A", 8, "L2", True), issue("W", ("A", 5)), *ALL),
    Scene("purchase receipt below zero, close", bought(10), closing("W"), *FULL, buy("N", 10, 7)),
    Scene("one key twice", issue("W", ("A", 3)), issue("W", ("A", 3)), *ALL, same_key=True),
    Scene("one key, two requests", issue("W", ("A", 3)), issue("W", ("A", 4)), *ALL, same_key=True),
    Scene("shipment, issue", ship(8), issue("W", ("A", 5)), *ALL, sell("A", 8)),
    Scene("shipment, shipment", ship(5), ship(4), STOCK_A, sell("A", 8)),
    Scene("adjustment down, issue", adjust("A", -7), issue("W", ("A", 5)), *ALL),
    Scene("adjustment up, issue", adjust("F", 5, cost=3), issue("W", ("F", 5)), *LAYERS_F, adjust("F", -8), *released("W")),
    Scene("items in opposite orders", issue("W", ("A", 3), ("F", 3)), issue("V", ("F", 4), ("A", 4)), *BOTH),
    Scene("arrival, sent back", arrive("sent"), arrive("sent", send_back=True), STOCK_A, ("sent", transfer("A", 6, "L2", True))),
    Scene("arrival, shipment", arrive("sent"), ship(6), STOCK_A, ("sent", transfer("A", 6, "L2", True)), sell("A", 6)),
    Scene("block, issue", status("A", 8, "available", "blocked"), issue("W", ("A", 5)), *ALL),
    Scene("inspection, shipment", inspect("A", 4, 2), ship(5), adjust("A", 6, cost=4), status("A", 6, "available", "inspection"),
          sell("A", 5)),
    Scene("return to supplier, issue", order_back("PostSupplierReturn", TO_SUPPLIER, 4), issue("W", ("A", 3)), *released("W"),
          buy("A", 5, 6), bought(5)),
    Scene("customer return, shipment", order_back("PostCustomerReturn", FROM_CUSTOMER, 2, status="available"), ship(3), STOCK_A,
          sell("A", 12), ship(9)),
    Scene("receipt, receipt above the order", receipt("W", 3), receipt("W", 3), *FULL),
    Scene("receipt, return of what it consumed", receipt("W", 3), give_back("W", "A", 6), *FULL),
    Scene("close, close", closing("W"), closing("W"), *FULL, receipt("W", 2)),
    Scene("close, issue", closing("W"), issue("W", ("A", 2)), *ALL, issue("W", ("A", 3))),
    Scene("reversal of an issue, return", reverse("issued"), give_back("W", "A", 2), *ALL, ("issued", issue("W", ("A", 3)))),
    Scene("reversal of goods, issue of them", reverse("came"), issue("W", ("A", 5)), *ALL, buy("A", 5, 6), ("came", bought(5))),
    Scene("reversal of a layer, issue of it", reverse("came"), issue("W", ("F", 4)), *released("W"), adjust("F", 2, cost=1), buy("F", 5, 6),
          ("came", bought(5))),
    Scene("reversal, reversal", reverse("issued"), reverse("issued"), *ALL, ("issued", issue("W", ("A", 3)))),
    Scene("reversal of a receipt, shipment", reverse("made"), ship(2), *FULL, ("made", receipt("W", 2)), sell("B", 2)),
    Scene("hold, issue", of_order("HoldWorkOrder", "W", reason="pairs"), issue("W", ("A", 2)), *ALL),
    Scene("cancel, issue", of_order("CancelWorkOrder", "W", reason="pairs"), issue("W", ("A", 2)), *ALL),
    Scene("less wanted, receipt", of_order("ChangeQuantity", "W", quantity="3", reason="pairs"), receipt("W", 3), *FULL),
    Scene("split, issue", of_order("SplitWorkOrder", "W", quantity="2", new_work_order="@U", reason="pairs"), issue("W", ("A", 9)), *ALL),
    Scene("change of components, issue", of_order("ChangeComponents", "W", reason="pairs", lines=[{"line": 1, "quantity": "4"}]),
          issue("W", ("A", 6)), *ALL),
    Scene("release, release", of_order("ReleaseWorkOrder", "W"), of_order("ReleaseWorkOrder", "W"), *ALL[:-2], work_order("W")),
    Scene("two releases for the last stock", of_order("ReleaseWorkOrder", "W", complete_only=True),
          of_order("ReleaseWorkOrder", "V", complete_only=True), *ALL[:-2], adjust("N", 5, cost=3), work_order("W"), work_order("V")),
    Scene("release, adjustment down", of_order("ReleaseWorkOrder", "W", complete_only=True), adjust("A", -4), *ALL[:-2],
          adjust("N", 5, cost=3), work_order("W")),
    Scene("issue of layers, return to them", issue("V", ("F", 4)), give_back("W", "F", 2), *BOTH, issue("W", ("F", 5))),
    Scene("issue of layers, purchase receipt", issue("W", ("F", 5)), bought(5), adjust("F", 3, cost=1), *released("W"), buy("F", 5, 6)),
    Scene("hours, close", of_order("ReportOperation", "W", operation="10", hours="1.5"), closing("W"), *FULL),
    Scene("what was counted, end of the count", counted("count", 7), finish("count"), STOCK_A, ("count", start_count("A")),
          counted("count", 8)),
    Scene("one serial number twice", adjust("S", 1, cost=9, lot="SN-1"), adjust("S", 1, location="L2", cost=9, lot="SN-1")),
    Scene("lot that expires first, issue", bought(4, lot="K0", expires_on="2051-01-01"), issue("W", ("T", 4)), *ALL, buy("T", 4, 6)),
    Scene("lot of no stock comes back, issue", give_back("W", "T", 3, lot="K1"), issue("V", ("T", 2)), *BOTH,
          issue("W", ("T", 5, "K1"))),
    Scene("orders in opposite orders", issues(("W", "A", 3), ("V", "F", 3)), issues(("V", "A", 4), ("W", "F", 4)), *BOTH),
    Scene("several orders, close of one", issues(("W", "A", 3), ("V", "F", 3)), closing("V"), *BOTH,
          issue("V", ("A", 2))),
    Scene("unbuild, shipment", unbuild("B", 2), ship(2), *FULL, receipt("W", 2), sell("B", 2)),
    Scene("rework, shipment", rework("R", "B", 2, "available"), ship(2), *FULL, receipt("W", 2), sell("B", 2)),
    Scene("transfer, transfer", transfer("A", 7, "L2"), transfer("A", 7, "L3"), STOCK_A),
    Scene("transfer, count with freeze", transfer("A", 7, "L2"), start_count("A", True), STOCK_A),
]
