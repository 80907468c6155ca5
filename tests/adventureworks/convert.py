#!/usr/bin/env python3
"""Turns the AdventureWorks tables of ../shared/data/adventureworks into a plant folder outside the project.

    convert.py SOURCE_DIR OUT_DIR [--month 2014-03] [--plant AW]

What becomes what
- All 504 products; make_flag says make or buy. The one made product without a bill stays made.
- 2,679 bill rows: 103 name no parent, they mark finished goods and are no lines; 2,576 are lines, with their start and
  (exclusive) end days.  189 pairs stand there more than once, with days that do not overlap.
- Paint is counted in OZ and grip tape in IN, with two decimals; everything else in EA.
- product_vendor becomes suppliers.csv: vendors in the order of their price.  A dozen is 12 pieces and a gallon 128
  OZ; the data does not say what a carton, case, can or pack holds and books one as one, so their factor is 1.
- work_order_routing becomes routing.csv: the hours of an operation are the same for every order of a product,
  whatever its quantity, so they are set-up; the costing lot is the product's median order.  The rate of a location
  is its work centre's machine rate.
- Demand: the sales lines ordered in one month, due on their due days.  The plan starts on the month's first day.
- Costs: the product's standard cost, else the cheapest vendor's price, else its components'.  Bought items are valued at the moving
  average, finished goods at standard, other made items first in first out.
"""
import argparse
import csv
import os
import statistics
from collections import defaultdict
from datetime import date
from fractions import Fraction

UNIT_FACTOR = {"DZ": 12, "GAL": 128}
ANY_RECENT_DAY = "2012-01-01" # after the last change of a bill
DECIMALS = {"OZ": 2, "IN": 2}


class Source:
    """The tables read once; also what the tests compute from."""

    def __init__(self, folder):
        self.folder = folder
        self.products = {r["product_id"]: r for r in self.read("product")}
        self.bill_rows = self.read("bill_of_materials")
        self.bill = [r for r in self.bill_rows if r["product_assembly_id"]]
        self.uom = {r["component_id"]: r["uom"] for r in self.bill_rows}
        self.vendors = {r["vendor_id"]: r for r in self.read("vendor")}
        self.offers = defaultdict(list)
        for row in self.read("product_vendor"):
            self.offers[row["product_id"]].append(row)
        for rows in self.offers.values():
            rows.sort(key=lambda r: (Fraction(r["standard_price"]) / self.factor(r), r["vendor_id"]))

    def read(self, table):
        with open(os.path.join(self.folder, table + ".csv"), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def code(self, product_id):
        return self.products[product_id]["product_number"]

    def unit(self, product_id):
        return self.uom.get(product_id, "EA")

    def factor(self, offer):
        if offer["uom"] == "GAL" and self.unit(offer["product_id"]) != "OZ":
            return 1
        return UNIT_FACTOR.get(offer["uom"], 1)

    def is_made(self, product_id):
        return self.products[product_id]["make_flag"] == "1"

    def cost(self, product_id):
        standard = Fraction(self.products[product_id]["standard_cost"] or 0)
        if standard:
            return standard
        if self.offers[product_id]:
            offer = self.offers[product_id][0]
            return Fraction(offer["standard_price"]) / self.factor(offer)
        return sum((self.cost(c) * q for c, q in self.components(product_id, ANY_RECENT_DAY)), Fraction(0))

    def valuation(self, product_id):
        if not self.is_made(product_id):
            return "average"
        return "standard" if self.products[product_id]["finished_goods_flag"] == "1" else "fifo"

    def components(self, product_id, day):
        """Bill lines that count on a day (ISO text): [(component id, quantity per piece)]."""
        if not hasattr(self, "_lines"):
            self._lines = defaultdict(list)
            for row in self.bill:
                self._lines[row["product_assembly_id"]].append(row)
        return [(r["component_id"], Fraction(r["per_assembly_qty"])) for r in self._lines[product_id]
                if r["start_date"] <= day and (not r["end_date"] or day < r["end_date"])]

    def orders(self):
        return self.read("work_order")

    def month_lines(self, month):
        return [r for r in self.read("sales_order_line") if r["order_date"].startswith(month)]


def plain(value, places=6):
    number = Fraction(value)
    scaled = number * 10 ** places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = "%0*d" % (places + 1, rounded)
    text = (text[:-places] + "." + text[-places:]).rstrip("0").rstrip(".")
    return text or "0"


class Writer:
    def __init__(self, source, out, plant, month):
        self.source, self.out, self.plant, self.month = source, out, plant, month
        os.makedirs(out, exist_ok=True)

    def table(self, name, header, body):
        with open(os.path.join(self.out, name), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(body)

    def write(self):
        s = self.source
        self.table("plant.csv", "key,value", [
            ("plant", self.plant), ("name", "Adventure Works Cycles"), ("currency", "USD"),
            ("plan_start", self.month + "-01"), ("horizon_days", "120"), ("time_zone", "UTC")])
        self.items()
        self.table("bom.csv", "parent,component,qty,uom,valid_from,valid_to,position", [
            (s.code(r["product_assembly_id"]), s.code(r["component_id"]), r["per_assembly_qty"], r["uom"],
             r["start_date"], r["end_date"], r["bom_id"]) for r in s.bill])
        self.partners()
        self.suppliers()
        self.routing()
        self.table("stock.csv", "item,qty,location,unit_cost", [
            (s.code(r["product_id"]), r["quantity"], "%s-%s-%s" % (r["location_id"], r["shelf"].replace("/", "_"),
             r["bin"]), plain(s.cost(r["product_id"]), 4))
            for r in s.read("product_inventory") if int(r["quantity"])])
        self.table("demand.csv", "item,due,qty,kind,reference,customer", [
            (s.code(r["product_id"]), r["due_date"], r["order_qty"], "order", "SO" + r["sales_order_id"],
             r["channel"]) for r in s.month_lines(self.month)])

    def items(self):
        s, lots = self.source, defaultdict(list)
        for row in s.orders():
            lots[row["product_id"]].append(int(row["order_qty"]))
        body = []
        for key, p in s.products.items():
            made, unit = s.is_made(key), s.unit(key)
            body.append((p["product_number"], p["name"], "make" if made else "buy", unit, DECIMALS.get(unit, 0),
                         p["days_to_manufacture"] if made else "", p["safety_stock_level"],
                         max(1, int(statistics.median(lots[key]))) if lots[key] else 1, s.valuation(key),
                         plain(s.cost(key), 4), p["class"]))
        self.table("items.csv", "item,name,type,uom,decimals,lead_time_days,safety_stock,costing_lot_qty,valuation,"
                   "unit_cost,class", body)

    def partners(self):
        body = [("V" + v["vendor_id"], v["name"], "supplier", v["account_number"])
                for v in self.source.vendors.values()]
        body += [("reseller", "Resellers", "customer", ""), ("internet", "Internet customers", "customer", "")]
        self.table("partners.csv", "partner,name,kind,x_account", body)

    def suppliers(self):
        s, body = self.source, []
        for key, offers in s.offers.items():
            for rank, r in enumerate(offers, 1):
                body.append((s.code(key), "V" + r["vendor_id"], r["standard_price"], "USD", r["min_order_qty"],
                             r["average_lead_time_days"], rank, r["uom"], s.factor(r)))
        self.table("suppliers.csv", "item,supplier,price,currency,min_qty,lead_time_days,priority,uom,uom_factor",
                   body)

    def routing(self):
        s = self.source
        self.table("work_centers.csv", "work_center,name,machine_rate,hours_per_day", [
            ("L" + r["location_id"], r["name"], r["cost_rate_per_hour"],
             plain(Fraction(r["availability_hours"]) / 5, 2)) for r in s.read("location")
            if Fraction(r["cost_rate_per_hour"])])
        steps = {}
        for r in s.read("work_order_routing"):
            key = (r["product_id"], int(r["operation_sequence"]))
            steps[key] = (s.code(r["product_id"]), r["operation_sequence"], "L" + r["location_id"],
                          r["actual_resource_hrs"], "h")
        self.table("routing.csv", "item,operation,work_center,setup,time_unit",
                   [steps[key] for key in sorted(steps)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--month", default="2014-03", help="month of the sales lines, YYYY-MM")
    parser.add_argument("--plant", default="AW")
    arguments = parser.parse_args()
    date.fromisoformat(arguments.month + "-01")
    source = Source(arguments.source)
    Writer(source, arguments.out, arguments.plant, arguments.month).write()
    print("%d products, %d bill rows (%d lines, %d markers), %d vendors, %d demand lines" % (
        len(source.products), len(source.bill_rows), len(source.bill), len(source.bill_rows) - len(source.bill),
        len(source.vendors), len(source.month_lines(arguments.month))))


if __name__ == "__main__":
    main()
