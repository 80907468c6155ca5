#!/usr/bin/env python3
"""Two postings at once, each held still before each of the steps A to F of the posting path, against the real services.

Every pair runs on stock and orders of its own: once one after the other in both orders, which gives the two outcomes
that are allowed (both answers, and all that stands in the tables afterwards, word for word), then once for each step at
which one of the two is paused while the other goes on as far as it can.  Each must end in an allowed outcome, without a
deadlock, and the audit queries must find nothing.  The second posting goes through a second set of services (peer.py), so
that two posters meet in the database and not in one queue.

usage: pairs.py [WORD...]: only scenes whose name has one of the words; MILLRACE_LONG=1 pauses both, at each pair of steps.
Needs services of a build with pauses (common/ledger/post_pause.h): not release.
"""
import itertools
import json
import os
import pathlib
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402  (the folder is known only now)
from harness import Skip, Suite, equal, fresh, import_files, key_of, stock_places  # noqa: E402
from pair_scenes import SCENES, files  # noqa: E402
from peer import Peer, Psql  # noqa: E402

LONG = os.environ.get("MILLRACE_LONG") == "1"
STEPS = "ABCDEF"
REACH_S = 15           # to come to a step, or to an end
TABLES = {             # what a group leaves: key column, order of rows, columns that differ from run to run
    "stock_item": ("item", "item", ""),
    "stock_balance": ("item", "item, location, lot, status, segment", ""),
    "lot": ("item", "item, lot", ""),
    "fifo_layer": ("item", "item, layer", "layer"),
    "stock_close": ("item", "item, day", ""),
    "lot_link": ("item", "order_id, way, item, lot", ""),
    "work_order": ("work_order", "work_order", "created_at"),
    "work_order_component": ("work_order", "work_order, line", ""),
    "work_order_operation": ("work_order", "work_order, line", ""),
    "work_order_change": ("work_order", "document, line", "changed_at"),
    "purchase_order_line": ("purchase_order", "purchase_order, line", ""),
    "sales_order_line": ("sales_order", "sales_order, line", ""),
    "stock_document_line": ("item", "document, line", "counted_at"),
    "ledger_line": ("item", "posted_seq", "posted_seq,posted_at,reverses"),
}
suite = Suite("pairs")
suite.peer = None


class Group:
    """The stock and the orders of one run of a scene."""

    def __init__(self, scene, number):
        self.scene, self.name, self.said = scene, "g%05d" % number, {}

    def code(self, name):
        return "%s-%s" % (name, self.name)

    def request(self, step):
        """(method, body) with codes of this group; "$name" is the document that the step of that name made."""
        method, body = step
        return method, json.loads(re.sub(r'"([$@])(\w+)"', self.fill, json.dumps(body)))

    def fill(self, found):
        return json.dumps(self.said[found[2]] if found[1] == "$" else self.code(found[2]))

    def prepare(self, client):
        for number, step in enumerate(self.scene.setup):
            name, step = step if isinstance(step[0], str) and isinstance(step[1], tuple) else (None, step)
            method, body = self.request(step)
            status, answer = client.raw(method, body, self.key("setup%d" % number))
            assert status == 200, "%s, setup: %s %s: %s" % (self.scene.name, method, body, answer)
            if name:
                self.said[name] = json.loads(answer)["document"]

    def key(self, which):
        return key_of("%s/%s/%s" % (suite.plant, self.name, which))


class Side(threading.Thread):
    """One of the two postings."""

    def __init__(self, group, which, client, folder):
        super().__init__(daemon=True)
        self.client, self.key = client, group.key("x" if group.scene.same_key else which)
        self.method, self.body = group.request(getattr(group.scene, which))
        self.folder, self.step, self.outcome = folder, None, None

    def pause_at(self, step):
        self.step = os.path.join(self.folder, "pause", "%s.%s" % (self.key, step))
        pathlib.Path(self.step).touch()

    def run(self):
        try:
            self.outcome = self.client.raw(self.method, self.body, self.key)
        except Exception as error:  # told by the main thread
            self.outcome = (0, json.dumps({"error": {"message": repr(error)}}).encode())

    def stands(self):
        return self.step is not None and os.path.exists(self.step + ".here")

    def go_on(self):
        if self.step and os.path.exists(self.step):
            os.unlink(self.step)
        self.step = None

    def until_still(self):
        """Goes as far as it can: ended, at its step, or waiting for a lock."""
        deadline, waits = time.monotonic() + REACH_S, 0
        while time.monotonic() < deadline:
            if not self.is_alive():
                return "ended"
            if self.stands():
                return "stands"
            waits = waits + 1 if suite.psql.rows(WAITING) != [["0"]] else 0
            if waits >= 2:
                return "waits"
            time.sleep(0.002)
        raise AssertionError("%s came to no step, end or lock" % self.method)


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def state_query(name):
    parts = []
    for number, (table, (key, order, drop)) in enumerate(TABLES.items()):
        dropped = "'{plant_id%s}'::text[]" % ("," + drop if drop else "")
        parts.append("SELECT %d AS t, row_number() OVER (ORDER BY %s) AS r, '%s ' || (to_jsonb(x) - %s)::text AS line FROM %s x"
                     " WHERE plant_id = '%s' AND %s LIKE '%%-%s'" % (number, order, table, dropped, table, suite.plant, key, name))
    return "SELECT line FROM (%s) s ORDER BY t, r" % " UNION ALL ".join(parts)


def plain(outcome):
    status, answer = outcome
    said = json.loads(answer)
    said.pop("instance", None)  # the trace of a refusal
    if isinstance(said.get("error"), dict):
        said["error"].pop("trace", None)
    for line in said.get("lines", []):
        line.pop("posted_seq", None)
    return "%d %s" % (status, json.dumps(said, sort_keys=True))


def outcome_of(group, x, y):
    """Both answers and all that is left, with the group's name and the numbers of its documents taken out."""
    lines = [plain(x.outcome), plain(y.outcome)] + [row[0] for row in suite.psql.rows(state_query(group.name))]
    text, seen = "\n".join(lines).replace("-" + group.name, ""), {}
    return re.sub(r"\b[A-Z]{2}-\d{6,}\b", lambda m: seen.setdefault(m[0], "%s#%d" % (m[0][:2], len(seen))), text)


def serial(group, order):
    sides = {"x": Side(group, "x", suite.here, suite.run_folder), "y": Side(group, "y", suite.there, suite.peer.run)}
    for which in order:
        sides[which].start()
        sides[which].join(REACH_S)
    return outcome_of(group, sides["x"], sides["y"])


def concurrent(group, plan):
    """plan: ((side, step), ...) in the order of starting, then the order of going on."""
    sides = {"x": Side(group, "x", suite.here, suite.run_folder), "y": Side(group, "y", suite.there, suite.peer.run)}
    pauses, order = plan
    waited = False
    for which, step in pauses:
        if step:
            sides[which].pause_at(step)
        sides[which].start()
        waited |= sides[which].until_still() == "waits"
    for which in order:
        sides[which].go_on()
        if sides[which].is_alive():
            waited |= sides[which].until_still() == "waits"
    for side in sides.values():
        side.join(REACH_S)
        assert side.outcome, "%s has no answer" % side.method
    return outcome_of(group, sides["x"], sides["y"]), waited


def plans():
    for step in STEPS:
        yield (("x", step), ("y", None)), ("x", "y")
        yield (("y", step), ("x", None)), ("y", "x")
    for (a, b), first in itertools.product(itertools.product(STEPS, STEPS), "xy") if LONG else ():
        yield (("x", a), ("y", b)), (first, "y" if first == "x" else "x")


def told(plan):
    (a, b), order = plan
    return "%s at %s, %s %s, then %s" % (a[0], a[1], b[0], "at " + b[1] if b[1] else "runs", " ".join(order))


def difference(got, allowed):
    """What no allowed outcome has, and what the nearest one has instead."""
    got = got.splitlines()
    near = min((a.splitlines() for a in allowed), key=lambda a: len(set(a) ^ set(got)))
    return "\n".join(["    - " + line for line in near if line not in got] + ["    + " + line for line in got if line not in near])


def run_scene(scene, groups):
    allowed = [serial(next(groups), "xy"), serial(next(groups), "yx")]
    counts, waits, wrong = [0, 0], 0, []
    for plan in plans():
        got, waited = concurrent(next(groups), plan)
        waits += waited
        if got in allowed:
            counts[allowed.index(got)] += 1
        else:
            wrong.append("%s: %s\n%s" % (scene.name, told(plan), difference(got, allowed)))
    alike = " (the same)" if allowed[0] == allowed[1] else ""
    print("        %-44s %3d schedules, %3d waited, as x y %3d, as y x %3d%s%s" % (
        scene.name, sum(counts) + len(wrong), waits, *counts, alike, ", WRONG %d" % len(wrong) if wrong else ""), flush=True)
    return wrong


def begin(scenes):
    suite.plant = fresh("PAIR-")
    suite.psql = Psql(suite.stack)
    suite.peer = Peer(suite.stack)
    suite.run_folder = suite.peer.first_run
    pause = os.path.join(suite.run_folder, "pause")
    os.makedirs(pause, exist_ok=True)
    os.chmod(pause, 0o777)
    suite.here, suite.there = suite.stack.client(suite.plant), suite.peer.client(suite.plant)
    each = 2 + len(list(plans()))
    groups = [Group(scene, number * each + i) for number, scene in enumerate(scenes) for i in range(each)]
    reply = import_files(suite.here, {k: v.encode() for k, v in files(suite.plant, [g.name for g in groups]).items()}, suite.plant)
    equal(reply.get("errors", [])[:3], [], "errors of the import")
    stock_places(suite.here, "L1", "L2", "L3")
    local = threading.local()

    def prepare(group):
        if not hasattr(local, "client"):
            local.client = suite.stack.client(suite.plant)
        group.prepare(local.client)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(prepare, groups))
    return groups


def has_pauses():
    program = pathlib.Path(suite.stack.program("millrace-inventory")).read_bytes()
    return b"%s/%s.%c" in program


@suite.test("every pair ends as one after the other, whichever step it is held at")
def _(t):
    if not has_pauses():
        raise Skip("the services are built without pauses")
    scenes = [s for s in SCENES if not sys.argv[1:] or any(word in s.name for word in sys.argv[1:])]
    log = os.path.join(suite.stack.var, "log", "postgresql.log")
    log_from, wrong = os.path.getsize(log), []
    suite.stack.ops("service", "stop", "mrp")  # it would plan all the while, and wait for locks
    try:
        groups = iter(begin(scenes))
        for scene in scenes:
            wrong += run_scene(scene, groups)
    finally:
        suite.stack.ops("service", "start", "mrp")
        if suite.peer:
            suite.peer.stop()
    for text in wrong[:12]:
        print(text)
    equal(len(wrong), 0, "outcomes that no order gives")
    with open(log, encoding="utf-8", errors="replace") as file:
        file.seek(log_from)
        equal([line for line in file if "deadlock detected" in line], [], "deadlocks")
    for query in sorted(pathlib.Path(harness.ROOT, "sql", "audit").glob("*.sql")):
        found = [row for row in suite.psql.rows(query.read_text(encoding="utf-8")) if row[0] == suite.plant]
        equal(found[:3], [], "audit " + query.stem)


if __name__ == "__main__":
    suite.main()
