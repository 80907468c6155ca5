#!/usr/bin/env python3
# ops/test: release
"""kill -9 of any service, and PostgreSQL stopped with -m immediate, at random moments under load.

usage: kill.py [SEED]; MILLRACE_LONG=1 goes on until 20,000 postings are acknowledged, at least 60 s.
"""
import http.client
import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Suite  # noqa: E402  (the folder is known only now)
from storm import DATABASE, DAY, PARTS, Storm  # noqa: E402

LONG = os.environ.get("MILLRACE_LONG") == "1"
SECONDS, KILLS = (60, 20) if LONG else (25, 10)
ROUNDS = 20                # of the long form, at most
ACKNOWLEDGED = 20000       # by the long form in all

suite = Suite("kill")
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else time.time_ns() // 1000 % 1000000


def one_storm(seed):
    storm = Storm(suite.stack, seed)
    storm.prepare()
    storm.rage(SECONDS, KILLS)
    breaches = storm.judge()
    print("        " + storm.told(), flush=True)
    assert not breaches, "seed %s: %d breaches: %s" % (
        seed, len(breaches), "; ".join("%s: %s" % breach for breach in breaches[:8]))
    assert storm.acks > 20 * len(storm.posters), "only %d postings: no load" % storm.acks
    return storm


@suite.test("every acknowledged posting is there once, every unknown one resolves, nothing else is there")
def _(t):
    print("        seed %d" % SEED, flush=True)
    acks = one_storm(SEED).acks
    for number in range(1, ROUNDS if LONG else 1):
        if acks >= ACKNOWLEDGED:
            return
        acks += one_storm(SEED + number).acks
    assert not LONG or acks >= ACKNOWLEDGED, "%d acknowledgements in all" % acks


class Adjustments(Storm):
    """Nothing but adjustments of items without demand, sent again only where a kill took the answer: batches are decided
    on what the last one left, but for a hundred after each key that is known."""
    boxes, repeats, recalled = False, False, 0

    def files(self):
        parts = ["P%02d,buy,EA,%d,%s" % (n, n + 1, ("average", "standard")[n % 2]) for n in range(PARTS)]
        return {"plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (self.plant_id, DAY),
                "items.csv": "\n".join(["item,type,uom,unit_cost,valuation", *parts, ""])}

    def strike(self, victim):
        if victim == "inventory":  # it counts from nought then
            self.count()
        super().strike(victim)

    def count(self):
        client = self.stack.client(self.plant_id)
        try:
            text = client.send("/services/inventory/metrics", None, {"Authorization": "Bearer " + client.token}, "GET")[1]
            self.recalled += int(re.search(r"^millrace_post_recalled_total (\d+)", text.decode(), re.M).group(1))
        except (OSError, AttributeError, http.client.HTTPException):
            pass  # it is down just now
        finally:
            client.close()

    def check_plan(self):
        return []  # there is none


@suite.test("of adjustments that nothing was read for, too")
def _(t):
    storm = Adjustments(suite.stack, SEED + 1)
    storm.prepare()
    storm.rage(SECONDS / 2, KILLS / 2, ("inventory", "gateway", "inventory", DATABASE))
    breaches = storm.judge()
    storm.count()
    print("        %s; %d batches recalled" % (storm.told(), storm.recalled), flush=True)
    assert not breaches, "seed %s: %s" % (SEED + 1, breaches[:8])
    assert storm.recalled > 100, "only %d batches were recalled" % storm.recalled


if __name__ == "__main__":
    suite.main()
