#!/usr/bin/env python3
# ops/test: long release alone
"""The harness of kill.py is shown to catch mistakes: each is planted, and must be reported.

    a new key on retry                 in the client
    synchronous_commit off             in the settings of a cluster of its own
    locks that are not taken in order  by sessions of this test beside the load
    events read by id > last           by a reader of this test, from a table numbered by a sequence

A stack of its own is started in MILLRACE_VAR/planted, as the settings of its cluster are spoiled.
"""
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, HERE)
if "MILLRACE_VAR" in os.environ:
    os.environ["MILLRACE_VAR"] = os.path.join(os.environ["MILLRACE_VAR"], "planted")
from harness import ROOT, Suite, free_port  # noqa: E402  (the folder is known only now)
from storm import DATABASE, Storm  # noqa: E402

os.environ["MILLRACE_PORT"] = str(free_port())
os.environ.setdefault("MILLRACE_VAR", os.path.join(ROOT, "var", "planted"))
SECONDS = 8
TRIES = 5
suite = Suite("planted")
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else time.time_ns() // 1000 % 1000000


def storm_with(seed, plant=(), kills=3, victims=("inventory", "gateway", DATABASE), beside=None):
    storm = Storm(suite.stack, seed, plant=plant)
    storm.prepare()
    if beside:
        beside(storm)
    storm.rage(SECONDS, kills, victims)
    breaches = storm.judge()
    print("        " + storm.told(), flush=True)
    return breaches


def reported(breaches, *kinds):
    found = [breach for breach in breaches if breach[0] in kinds]
    for kind, text in found[:2]:
        print("        reported: %s: %s" % (kind, text[:200]))
    assert found, "not reported; found %s" % breaches[:5]


@suite.test("without a mistake nothing is reported")
def _(t):
    breaches = storm_with(SEED)
    assert not breaches, breaches[:5]


@suite.test("a new key on retry is reported")
def _(t):
    reported(storm_with(SEED, {"new_key"}), "stray", "twice")


@suite.test("synchronous_commit off is reported")
def _(t):
    storm = Storm(suite.stack, SEED)
    settings = ("synchronous_commit = off", "wal_writer_delay = 10000")
    for setting in settings:
        storm.database.rows("ALTER SYSTEM SET " + setting)
    storm.database.rows("SELECT pg_reload_conf()")
    try:
        for number in range(TRIES):
            breaches = storm_with(SEED + number, kills=3, victims=(DATABASE,))
            if breaches:
                break
    finally:
        for setting in settings:
            storm.database.rows("ALTER SYSTEM RESET " + setting.split()[0])
        storm.database.rows("SELECT pg_reload_conf()")
    reported(breaches, "lost")


def unsorted_lockers(storm):
    """Sessions that lock two items of the plant each, in whatever order chance has it."""
    script = os.path.join(suite.folder, "unsorted.sql")
    with open(script, "w", encoding="ascii") as file:
        file.write("\\set a random(0, 3)\n\\set b random(0, 3)\nBEGIN;\n")
        for name in "ab":
            file.write("SELECT 1 FROM stock_item WHERE plant_id = '%s' AND item = 'P0' || :%s FOR NO KEY UPDATE;\n" %
                       (storm.plant_id, name))
        file.write("END;\n")
    os.chmod(suite.folder, 0o755)
    user = dict(storm.database.user)
    command = [storm.database.programs + "pgbench", "-n", "-f", script, "-c", "8", "-T", str(SECONDS // 2), "--max-tries=100",
               "-h", os.path.join(storm.stack.var, "run"), "-U", "postgres", "millrace"]
    threading.Thread(target=lambda: subprocess.run(command, cwd="/", check=False, stdout=subprocess.DEVNULL,
                                                   stderr=subprocess.DEVNULL, **user), daemon=True).start()


@suite.test("locks that are not taken in order are reported")
def _(t):
    reported(storm_with(SEED, kills=1, victims=("relay",), beside=unsorted_lockers), "deadlock")


def reader_by_id(storm):
    """Writers that commit in another order than that of their numbers, and the follower reads by number."""
    database = storm.database
    database.rows("DROP TABLE IF EXISTS planted; CREATE TABLE planted (id bigserial PRIMARY KEY, plant_id text)")

    def write(pause):
        for _ in range(int(SECONDS / 2)):
            try:
                database.rows("BEGIN; INSERT INTO planted (plant_id) VALUES ('%s'); SELECT pg_sleep(%s); COMMIT" % (
                    storm.plant_id, pause))
            except RuntimeError:
                return

    for pause in (0.1, 0.3, 0.5, 0.7):
        threading.Thread(target=write, args=(pause,), daemon=True).start()
    storm.follower.query = "SELECT id FROM planted WHERE plant_id = '%(plant)s' AND id > %(last)d ORDER BY id"


@suite.test("events read by id > last of a sequence are reported")
def _(t):
    try:
        breaches = storm_with(SEED, kills=1, victims=("relay",), beside=reader_by_id)
    finally:
        Storm(suite.stack, SEED).database.rows("DROP TABLE IF EXISTS planted")
    reported(breaches, "event order")


if __name__ == "__main__":
    subprocess.run([os.path.join(ROOT, "ops", "up")], check=True, stdout=subprocess.DEVNULL)
    try:
        suite.main()
    finally:
        subprocess.run([os.path.join(ROOT, "ops", "down"), "--purge"], check=False, stdout=subprocess.DEVNULL,
                       env=dict(os.environ))
