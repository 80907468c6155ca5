#!/usr/bin/env python3
"""Random plant folders for prop_live: those of prop_plan, and more components that name orders.

usage: live_plants.py DIR FIRST_SEED COUNT        writes DIR/0, DIR/1, ...
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prop_plan import Maker, write


def main():
    folder, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for k in range(count):
        maker = Maker(first + k)
        files = maker.make()
        for row in files["supply.csv"]:
            if maker.r.random() < .5:
                item = maker.r.choice(files["items.csv"])["item"]
                files["order_components.csv"].append({"reference": row["reference"], "item": item, "qty": maker.qty(item, 1, 20),
                                                      "due": "", "segment": row["segment"]})
        write(os.path.join(folder, str(k)), files)


if __name__ == "__main__":
    main()
