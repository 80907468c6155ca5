"""Frame of the end-to-end tests: a running stack, a client, checks, and the closing line.

A test file is a program:

    suite = Suite("thin_way")

    @suite.test("imports the demo plant")
    def _(t): ...

    suite.main()

Tests of a file run in order and share suite.stack.  The stack is the one MILLRACE_VAR names (its millrace.ini,
cli.token and tls/ca.pem; programs in MILLRACE_BUILD); without MILLRACE_VAR the harness starts one of its own by
ops/up under var/e2e and stops it at the end.  Every test works on plants of its own, so a stack can be used again.
The last line is `NAME: N passed, N failed[, N skipped]`; exit status 1 when something failed.
"""
import base64
import hashlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from decimal import Decimal

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SHARED = os.path.join(ROOT, "..", "shared")
sys.path.insert(0, os.path.join(ROOT, "ops", "demo"))
sys.path.insert(0, os.path.join(ROOT, "tests", "adventureworks"))
sys.dont_write_bytecode = True

from api import ApiError, Client, import_files, key_of  # noqa: E402  (the folder is known only now)

RETRYABLE = (503, 504)
SETTLE_S = 20


class Skip(Exception):
    pass


def fresh(prefix):
    """A code that no earlier run used."""
    return "%s%s" % (prefix, "%x" % (time.time_ns() // 1000000 % 0x10000000))


def by_session(client, *cookies):
    """The headers of a call by a page of a session: cookies, Origin, and the token against forged requests."""
    headers = {"Cookie": "; ".join(cookies), "Origin": "https://%s" % client.url.netloc}
    secret = re.search("__Host-millrace=([^;]*)", headers["Cookie"])
    if secret:
        token = hashlib.sha256(b"millrace csrf " + hashlib.sha256(secret.group(1).encode()).digest()).digest()
        headers["X-CSRF-Token"] = base64.urlsafe_b64encode(token).decode().rstrip("=")
    return headers


def token_of(client, login, password, roles):
    """Logs in as a browser does, and makes a token in that session."""
    connection = http.client.HTTPSConnection(client.url.hostname, client.url.port, context=client.tls, timeout=30)

    def ask(method, body, *cookies):
        headers = dict(by_session(client, *cookies), **{"Content-Type": "application/json"})
        connection.request("POST", "/v1/-/" + method, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.getheader("Set-Cookie"), json.loads(answer.read())

    cookie = ask("Access.Login", {"login": login, "password": password})[0]
    made = ask("Access.CreateToken", {"name": "e2e", "days": 1, "roles": roles}, cookie.split(";")[0])[1]
    connection.close()
    return made["token"]


class Stack:
    """One running Millrace."""

    def __init__(self):
        self.private = "MILLRACE_VAR" not in os.environ
        self.var = os.environ.get("MILLRACE_VAR") or os.path.join(ROOT, "var", "e2e")
        self.build = os.environ.get("MILLRACE_BUILD") or os.path.join(ROOT, "build")
        self.environment = dict(os.environ, MILLRACE_VAR=self.var, MILLRACE_BUILD=self.build)
        if self.private:
            self.environment["MILLRACE_PORT"] = str(free_port())
            self.ops("up")

    def ops(self, command, *words, check=True):
        """Runs ops/COMMAND against this stack."""
        done = subprocess.run([os.path.join(ROOT, "ops", command), *words], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if check and done.returncode:
            raise RuntimeError("ops/%s ended with status %d:\n%s" % (command, done.returncode, done.stdout))
        return done

    def client(self, plant, token=None, timeout=60):
        return Client(plant, token=token, var=self.var, timeout=timeout)

    def person(self, boss, plant, role):
        """A client of somebody else, with that role there and a token of a session."""
        login, password = fresh(role), "correct horse " + plant
        roles = [{"plant": plant, "role": role}]
        boss.call("Access.SetUser", login=login, password=password, active=True, roles=roles)
        return self.client(plant, token=token_of(boss, login, password, roles))

    def program(self, name):
        return os.path.join(self.build, "bin", name)

    def stop(self):
        if self.private:
            self.ops("down", check=False)


def another_person(stack, plant, role="engineer"):
    """The token of another person with a role at the plant."""
    one = stack.client(plant)
    login, password = plant.lower(), "correct horse " + plant
    roles = [{"plant": plant, "role": role}]
    one.call("Access.SetUser", login=login, password=password, active=True, roles=roles)
    return token_of(one, login, password, roles)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Suite:
    def __init__(self, name, stack=True):
        self.name, self.needs_stack = name, stack
        self.tests, self.failures = [], []
        self.passed = self.failed = self.skipped = 0
        self.stack = None
        self.folder = tempfile.mkdtemp(prefix="millrace-%s-" % name)

    def test(self, title):
        def register(function):
            self.tests.append((title, function))
            return function
        return register

    def main(self):
        try:
            if self.needs_stack:
                self.stack = Stack()
            for title, function in self.tests:
                self.run(title, function)
        finally:
            if self.stack:
                self.stack.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
        skipped = ", %d skipped" % self.skipped if self.skipped else ""
        print("%s: %d passed, %d failed%s" % (self.name, self.passed, self.failed, skipped))
        sys.exit(1 if self.failed else 0)

    def second_person(self, client, plant, role):
        """A client of somebody else with a role at the plant: a login, and a token made in its session."""
        login, password = "2nd-" + plant.lower(), "correct horse " + plant
        roles = [{"plant": plant, "role": role}]
        client.call("Access.SetUser", login=login, password=password, active=True, roles=roles)
        return self.stack.client(plant, token=token_of(client, login, password, roles))

    def run(self, title, function):
        begun = time.monotonic()
        try:
            function(self)
        except Skip as reason:
            self.skipped += 1
            print("SKIPPED %s: %s" % (title, reason), flush=True)
            return
        except Exception as error:  # a test may fail in any way; the next one runs all the same
            self.failed += 1
            print("FAILED  %s: %s: %s" % (title, type(error).__name__, error), flush=True)
            if not isinstance(error, (AssertionError, ApiError)) or os.environ.get("E2E_TRACE"):
                traceback.print_exc(file=sys.stdout)
            else:
                frame = traceback.extract_tb(error.__traceback__)
                for place in [f for f in frame if "tests/e2e" in f.filename][-2:]:
                    print("        %s:%d: %s" % (os.path.basename(place.filename), place.lineno, place.line))
            return
        self.passed += 1
        print("ok      %s (%.1f s)" % (title, time.monotonic() - begun), flush=True)


# ---------------------------------------------------------------------------------------------- checks

def equal(got, wanted, what):
    assert got == wanted, "%s: got %r, wanted %r" % (what, got, wanted)


def same_number(got, wanted, what):
    assert Decimal(str(got or 0)) == Decimal(str(wanted)), "%s: got %s, wanted %s" % (what, got, wanted)


def stock_places(client, *locations, alone="99999999999"):
    """The locations that a test posts to, and what one person may adjust alone."""
    name = "%s/places/%s" % (client.plant, "/".join(locations))
    if locations:
        client.call("Inventory.SetLocations", key=key_of(name), locations=[{"location": l} for l in locations])
    client.call("Inventory.SetStockRule", key=key_of(name + "/alone"), approve_above=alone)


def refused(client, http, code, method, key=None, **body):
    """The call must be refused so; returns the error."""
    try:
        client.call(method, key=key, **body)
    except ApiError as error:
        assert error.http == http and (code is None or error.code == code), \
            "%s: got %s, wanted %s %s" % (method, error, http, code)
        return error
    raise AssertionError("%s was accepted, wanted %s %s" % (method, http, code))


def until(condition, what, seconds=SETTLE_S):
    """Polls until condition() is true; returns what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError("not within %d s: %s" % (seconds, what))
        time.sleep(0.1)


class Poster:
    """Posts under fixed keys, repeats every posting at once, and remembers all of them."""

    def __init__(self, client, name):
        self.client, self.name, self.sent = client, name, []

    def post(self, step, method, **body):
        key = key_of("%s/%s" % (self.name, step))
        status, answer = self.client.raw(method, body, key)
        if status != 200:
            error = json.loads(answer).get("error", {})
            raise ApiError(status, error)
        again = self.client.raw(method, body, key)
        equal(again, (status, answer), "repeat of %s (%s)" % (method, step))
        self.sent.append((method, body, key, answer))
        return json.loads(answer)

    def repeat_all(self):
        for method, body, key, answer in self.sent:
            equal(self.client.raw(method, body, key), (200, answer), "late repeat of %s" % method)


def demo_files(plant, day=None):
    """The demo plant's files under another plant code."""
    import generate
    folder = tempfile.mkdtemp(prefix="millrace-demo-")
    try:
        generate.Folder(generate.Factory(), day or generate.COMMITTED_DAY, folder).write()
        from api import read_folder
        files = read_folder(folder)
    finally:
        shutil.rmtree(folder)
    files["plant.csv"] = files["plant.csv"].replace(b"plant,DEMO\n", b"plant,%s\n" % plant.encode())
    return files


def settled(client, quiet_s=1.5):
    """The position of the event log when the plan has come to rest (it writes an event of its own)."""
    seen, since, deadline = None, time.monotonic(), time.monotonic() + 60
    while time.monotonic() < deadline:
        now = client.call("Relay.GetRelayState").get("committed_seq")
        if now != seen:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > quiet_s:
            return seen
        time.sleep(0.2)
    raise AssertionError("events go on without end: %s" % seen)


def every_event(client):
    """The log from its beginning."""
    events = []
    while True:
        page = client.call("Relay.ListEvents", after_seq=events[-1]["event_seq"] if events else 0, limit=500).get("events", [])
        if not page:
            return events
        events += page


def plan_equals_scratch(suite, client):
    """What is written is what the offline engine makes of the exported facts; returns the number of suggestions."""
    program, config = suite.stack.program("millrace"), os.path.join(suite.stack.var, "millrace.ini")
    folder = tempfile.mkdtemp(dir=suite.folder)
    facts, offline, online = (os.path.join(folder, n) for n in ("facts", "offline", "online"))
    online_words = ["--plant", client.plant, "--config", config]
    for words in (["export", facts] + online_words, ["plan", "--from", facts, "--out", offline], ["plan", "--out", online] + online_words):
        done = subprocess.run([program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0, "%s: %s" % (words, done.stdout)
    rows = []
    for place in (online, offline):
        with open(os.path.join(place, "planned_orders.csv"), encoding="utf-8") as file:
            rows.append(sorted(file.read().splitlines()))
    equal(rows[0], rows[1], "suggestions, written and from scratch")
    return len(rows[0]) - 1


def ledger_dump(client, **filters):
    return list(client.pages("Inventory.ListLedger", "rows", limit=500, **filters))


def audit_ledger(client):
    """The ledger against the balances of every item; returns {item: quantity}."""
    sums, values, last, places = {}, {}, {}, {}
    expected = 1
    for row in ledger_dump(client):
        equal(int(row["posted_seq"]), expected, "posted_seq has no gap")
        expected += 1
        item = row.get("item")
        if not item:
            continue
        sums[item] = sums.get(item, Decimal(0)) + Decimal(row["quantity"])
        values[item] = values.get(item, Decimal(0)) + Decimal(row["amount"])
        last[item] = (Decimal(row["on_hand"]), Decimal(row["value"]))
    for row in client.pages("Inventory.ListStock", "rows", limit=500):
        places[row["item"]] = places.get(row["item"], Decimal(0)) + Decimal(row["quantity"])
    for item, total in sums.items():
        equal(last[item], (total, values[item]), "running balance of %s" % item)
        equal(places.get(item, Decimal(0)), total, "stock of %s" % item)
    for item, total in places.items():
        equal(total, sums.get(item, Decimal(0)), "stock of %s without ledger lines" % item)
    return sums


__all__ = ["ApiError", "Client", "Decimal", "Poster", "ROOT", "SHARED", "Skip", "Suite", "audit_ledger", "demo_files",
           "equal", "every_event", "fresh", "free_port", "import_files", "key_of", "ledger_dump", "plan_equals_scratch", "refused", "same_number", "settled", "stock_places", "until"]
