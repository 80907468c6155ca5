"""A small plant for the pages of finance: each of their lists has something, names are as long as names get.

A ROD is bought at 5 and billed at 6, which is blocked for its price.  A LAMP at standard 16 is 2 rods and 0.1 h each at the SAW
and the BENCH, at 30 an hour.  Order 1 made 10 and took half an hour more at the bench: efficiency 15.  6 lamps were shipped at 20.
"""
from harness import Poster, equal, fresh, import_files

LONG_ZH = "超长名称的高亮度可调光智能感应式阅读台灯（含变压器、灯罩与全部安装附件及说明书）"
LONG_DE = "Präzisionsrundstahlstangenbefestigungshalterung aus nichtrostendem Stahl, kaltgezogen und geschliffen"
PASSWORD = "a Long honest passphrase 8"


def files(plant):
    texts = {
        "plant.csv": "key,value\nplant,%s\ncurrency,CNY\n" % plant,
        "items.csv": "item,name,type,uom,valuation,unit_cost,class\nROD,\"%s\",buy,EA,average,5,RAW\n"
                     "LAMP,%s,make,EA,standard,16,GOODS\n" % (LONG_DE, LONG_ZH),
        "bom.csv": "parent,component,qty\nLAMP,ROD,2\n",
        "work_centers.csv": "work_center,labor_rate\nSAW,30\nBENCH,30\n",
        "routing.csv": "item,operation,work_center,run\nLAMP,10,SAW,0.1\nLAMP,20,BENCH,0.1\n",
    }
    return {name: text.encode() for name, text in texts.items()}


def make(stack):
    """The plant with its postings; what the stories need to know of it."""
    plant = fresh("BOOKS-")
    client = stack.client(plant)
    equal(import_files(client, files(plant), plant + "/import").get("errors", []), [], "errors of the import")
    post = Poster(client, plant).post
    bought = post("buy", "Order.CreatePurchaseOrder", supplier="STEELCO", lines=[
        {"item": "ROD", "quantity": "100", "price": "5", "due_on": "2030-01-01"}])["purchase_order"]
    post("arrive", "Inventory.PostPurchaseReceipt", purchase_order=bought, lines=[{"line": 1, "quantity": "100"}])
    order = post("make", "Order.CreateWorkOrder", item="LAMP", quantity="10", start_on="2020-01-01", due_on="2020-01-02")["work_order"]
    post("release", "Production.ReleaseWorkOrder", work_order=order)
    post("issue", "Production.PostIssue", work_order=order, lines=[{"item": "ROD", "quantity": "20"}])
    for operation, hours in (("10", "1"), ("20", "1.5")):
        post("work " + operation, "Production.ReportOperation", work_order=order, operation=operation, good="10", hours=hours)
    post("receive", "Receipt.PostReceipt", work_order=order, quantity="10", final=True)
    sold = post("sell", "Order.CreateSalesOrder", customer="SHOP", lines=[
        {"item": "LAMP", "quantity": "8", "price": "20", "due_on": "2030-01-01"}])["sales_order"]
    post("ship", "Inventory.PostShipment", sales_order=sold, lines=[{"line": 1, "quantity": "6"}])
    post("close", "Production.CloseWorkOrder", work_order=order)
    post("limits", "Cost.SetVarianceAlarm", amount="12")
    client.call("Cost.ListVariances")  # splits what closed orders differ by, which raises alarms
    bill = post("bill", "Cost.EnterInvoice", supplier="STEELCO", number="S-1", lines=[
        {"purchase_order": bought, "order_line": 1, "quantity": "40", "amount": "240"}])
    equal(bill["state"], "blocked", "of a bill above the order's price")
    logins = {}
    for who, role in (("accountant", "finance"), ("controller", "finance"), ("buyer", "buyer")):
        logins[who] = fresh(who + "-")
        client.call("Access.SetUser", login=logins[who], password=PASSWORD, active=True, roles=[{"plant": plant, "role": role}])
    return {**logins, "password": PASSWORD, "plant": plant, "order": order, "bought": bought, "sold": sold, "bill": bill["invoice"]}
