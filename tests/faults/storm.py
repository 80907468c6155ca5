"""A storm: clients that retry by key, services and PostgreSQL that are killed, and what must hold afterwards.

    storm = Storm(stack, seed)
    storm.prepare()             a plant with stock, orders and demand
    storm.rage(seconds)         load and kills; at least `kills` of them
    breaches = storm.judge()    [(what, detail)]: empty, or a promise is broken

What a client knows of a posting is kept in a Deed.  A deed without an answer is unknown, and judge() resolves it by its
key.  Mistakes are planted by Storm.plant (a set of words): "new_key" retries under a new key.
"""
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import harness
from harness import ApiError, Client, equal, fresh, import_files, key_of, settled, stock_places, until

SERVICES = ("bom", "mrp", "production", "receipt", "cost", "inventory", "order", "relay", "gateway")
DATABASE = "PostgreSQL"
DAY = datetime.now(timezone(timedelta(hours=8))).date().isoformat()
DECK = SERVICES + (DATABASE,) * 3   # each dies once before any dies again
PARTS = 12
IMPATIENT = 0.06      # of the postings: the client hangs up before there is an answer, and asks again by the key
GIVE_UP = 0.02        # of the postings: it hangs up and forgets them, the outcome is unknown
HANG_UP_S = (0.001, 0.03)
REPEAT = 0.05         # of the postings: an old one is sent again in between
ANSWER_S = 90         # a client that has no answer by then has found a breach
SAMPLE = 300          # acknowledged postings that are sent again at the end
RETRY = (503, 504)


def day_after(days):
    return (datetime.fromisoformat(DAY) + timedelta(days=days)).date().isoformat()


def plain(answer):
    """An answer without the trace of the request that it belongs to."""
    known = json.loads(answer)
    known.pop("instance", None)  # the same trace
    if isinstance(known.get("error"), dict):
        known["error"].pop("trace", None)
    return known


class Deed:
    """One posting as its client sees it: http is None while nobody knows."""

    def __init__(self, name, method, body):
        self.name, self.method, self.body = name, method, body
        self.key, self.http, self.answer = key_of(name), None, None

    def reply(self):
        return json.loads(self.answer)


class Database:
    """PostgreSQL of a stack: asked, stopped without warning, started again."""

    def __init__(self, stack):
        self.stack = stack
        self.data = os.path.join(stack.var, "pg")
        self.log = os.path.join(stack.var, "log", "postgresql.log")
        owner = os.stat(self.data)
        self.user = {} if owner.st_uid == os.getuid() else {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
        version = pathlib.Path(self.data, "PG_VERSION").read_text().strip()
        self.programs = "/usr/lib/postgresql/%s/bin/" % version

    def control(self, *words):
        subprocess.run([self.programs + "pg_ctl", "-D", self.data, "-w", "-t", "60", *words], check=True, cwd="/",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user)

    def crash(self):
        self.control("-m", "immediate", "stop")

    def start(self):
        self.control("-l", self.log, "start")

    def rows(self, query, *words):
        """Rows of texts.  `query` may be several statements; only the last may have rows."""
        done = self.stack.ops("sql", "-F", "\x1f", *words, "-c", query)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def log_size(self):
        return os.path.getsize(self.log)

    def deadlocks(self, since):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            file.seek(since)
            return [line.strip() for line in file if "deadlock detected" in line]


class Follower(threading.Thread):
    """Reads events as the relay does, by event_seq > last, and remembers what it missed."""

    def __init__(self, storm):
        super().__init__(daemon=True)
        self.storm, self.last, self.jumps, self.stop = storm, 0, [], False
        self.query = ("SELECT event_seq FROM event WHERE plant_id = '%(plant)s' AND row_seq > %(last)d AND event_seq > %(last)d"
                      " ORDER BY row_seq, event_seq")

    def run(self):
        while not self.stop:
            try:
                self.read()
            except RuntimeError:  # the database is down
                pass
            time.sleep(0.3)

    def read(self):
        for (number,) in self.storm.database.rows(self.query % {"plant": self.storm.plant_id, "last": self.last}):
            if int(number) != self.last + 1:
                self.jumps.append("after %d came %s" % (self.last, number))
            self.last = int(number)


class Poster(threading.Thread):
    """One client: posts, retries by key, gives up now and then, repeats old postings."""

    def __init__(self, storm, number):
        super().__init__(daemon=True)
        self.storm, self.number = storm, number
        self.random = random.Random("%s/%d" % (storm.seed, number))
        self.client = Client(storm.plant_id, var=storm.stack.var, timeout=20)
        self.deeds, self.breaches, self.retries, self.repeats = [], [], 0, 0

    def run(self):
        try:
            while not self.storm.stop:
                self.work()
        except Exception as error:  # a client that stops is a finding, whatever stopped it
            self.breaches.append(("client", "%s: %s" % (type(error).__name__, error)))

    def work(self):
        chance = self.random.random()
        if chance < 0.2 and self.storm.boxes:
            self.make_boxes()
        elif chance < 0.4:
            self.adjust(-1)
        else:
            self.adjust(1)
        if self.deeds and self.storm.repeats and self.random.random() < REPEAT:
            self.repeat(self.random.choice(self.deeds))

    def adjust(self, sign):
        lines = []
        for part in self.random.sample(range(PARTS), self.random.randint(1, 3)):
            line = {"item": "P%02d" % part, "quantity": str(sign * self.random.randint(1, 40)),
                    "location": "L%d" % self.random.randint(1, 3)}
            if sign > 0:
                line["unit_cost"] = "%d.%02d" % (self.random.randint(1, 9), self.random.randint(0, 99))
            lines.append(line)
        self.post("Inventory.PostAdjustment", effective_on=DAY, lines=lines)

    def make_boxes(self):
        """An order from creation to close; where one step is refused or unknown, it ends."""
        order = "W%d-%05d" % (self.number, len(self.deeds))
        quantity = self.random.randint(1, 5)
        steps = (("Order.CreateWorkOrder", {"item": "BOX", "quantity": str(quantity), "start_on": DAY, "due_on": DAY}),
                 ("Production.ReleaseWorkOrder", {"effective_on": DAY}),
                 ("Production.PostIssue", {"effective_on": DAY}),
                 ("Receipt.PostReceipt", {"effective_on": DAY, "quantity": str(quantity), "final": True}),
                 ("Production.CloseWorkOrder", {"effective_on": DAY}))
        for method, body in steps:
            if self.storm.stop or self.post(method, work_order=order, **body).http != 200:
                return

    def post(self, method, **body):
        name = "%s/%d/%d" % (self.storm.plant_id, self.number, len(self.deeds))
        if method == "Inventory.PostAdjustment":
            body["reason"] = name
        deed = Deed(name, method, body)
        self.deeds.append(deed)
        chance = self.random.random()
        if chance < (IMPATIENT if self.storm.repeats else 0) + GIVE_UP:
            self.hang_up(deed)
        if deed.http is None and chance >= GIVE_UP:
            self.send(deed)
        return deed

    def hang_up(self, deed):
        """One attempt whose answer comes perhaps too late: it is posted, or not."""
        if not self.client.connection or not self.client.connection.sock:
            return
        self.client.connection.sock.settimeout(self.random.uniform(*HANG_UP_S))
        http_status, answer = self.attempt(deed, deed.key)
        if http_status is None:
            self.retries += 1
        elif http_status not in RETRY:
            deed.http, deed.answer = http_status, answer
        if self.client.connection and self.client.connection.sock:
            self.client.connection.sock.settimeout(self.client.timeout)

    def attempt(self, deed, key):
        content = json.dumps(deed.body).encode()
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + self.client.token,
                   "Idempotency-Key": key}
        try:
            return self.client.send("/v1/%s/%s" % (self.storm.plant_id, deed.method), content, headers)
        except (OSError, http.client.HTTPException):
            return None, None

    def send(self, deed):
        key, deadline, pause = deed.key, time.monotonic() + ANSWER_S, 0.02
        if "new_key" in self.storm.plant and not self.storm.judging:
            key = key_of("%s/%d" % (deed.name, self.retries))
        while True:
            http_status, answer = self.attempt(deed, key)
            if http_status is not None and http_status not in RETRY:
                deed.http, deed.answer = http_status, answer
                return
            if time.monotonic() > deadline:
                raise AssertionError("%s of %s had no answer within %d s" % (deed.method, deed.name, ANSWER_S))
            self.retries += 1
            if "new_key" in self.storm.plant:
                key = key_of("%s/%d" % (deed.name, self.retries))
            time.sleep(pause * (0.5 + self.random.random()))
            pause = min(pause * 2, 0.5)

    def repeat(self, deed):
        """The same key again: the same answer, or the first one if there was none."""
        before = deed.http, deed.answer
        again = Deed(deed.name, deed.method, deed.body)
        self.send(again)
        self.repeats += 1
        if before[0] is None:
            deed.http, deed.answer = again.http, again.answer
        elif (before[0], plain(before[1])) != (again.http, plain(again.answer)):
            self.breaches.append(("repeat", "%s %s: %s, then %s %s" % (deed.method, deed.name, before, again.http,
                                                                       again.answer)))


class Storm:
    boxes = True    # orders are made, too
    repeats = True  # postings are sent again while they run, or when they have run

    def __init__(self, stack, seed, clients=8, plant=()):
        self.stack, self.seed, self.plant = stack, seed, set(plant)
        self.random = random.Random(seed)
        self.plant_id = fresh("KILL-")
        self.database = Database(stack)
        self.posters = [Poster(self, n) for n in range(clients)]
        self.follower = Follower(self)
        self.stop, self.judging, self.kills = False, False, Counter()
        self.log_from = self.database.log_size()

    def files(self):
        kinds = ("average", "standard", "fifo")
        parts = ["P%02d,buy,EA,%d,%s" % (n, n + 1, kinds[n % 3]) for n in range(PARTS)]
        lines = ["BOX,P%02d,%d" % (n, n % 3 + 1) for n in range(4)]
        demand = ["BOX,%s,%d,order,SO-%d,C1" % (day_after(n * 9), n * 4000, n) for n in range(1, 6)]
        return {
            "plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (self.plant_id, DAY),
            "items.csv": "\n".join(["item,type,uom,unit_cost,valuation", "BOX,make,EA,20,average", *parts, ""]),
            "bom.csv": "\n".join(["parent,component,qty", *lines, ""]),
            "demand.csv": "\n".join(["item,due,qty,kind,reference,customer", *demand, ""]),
            "suppliers.csv": "\n".join(["item,supplier,price,lead_time_days",
                                        *["P%02d,S1,%d,2" % (n, n + 1) for n in range(PARTS)], ""]),
        }

    def prepare(self):
        client = self.stack.client(self.plant_id)
        reply = import_files(client, {k: v.encode() for k, v in self.files().items()}, self.plant_id)
        equal(reply.get("errors", []), [], "errors of the import")
        stock_places(client, "L1", "L2", "L3")
        client.call("Inventory.PostAdjustment", key=key_of(self.plant_id + "/stock"), effective_on=DAY, reason="opening",
                    lines=[{"item": "P%02d" % n, "quantity": "5000", "location": "L1"} for n in range(PARTS)])
        self.opening = {r[0] for r in self.database.rows(
            "SELECT DISTINCT document FROM ledger_line WHERE plant_id = '%s'" % self.plant_id)}
        client.close()

    # -------------------------------------------------------------------------------------- the storm

    def rage(self, seconds, kills=10, victims=DECK):
        """Load for `seconds`, and as much longer as `kills` take."""
        begun, deck = time.monotonic(), []
        for thread in (self.follower, *self.posters):
            thread.start()
        while time.monotonic() - begun < seconds or sum(self.kills.values()) < kills:
            time.sleep(self.random.uniform(0.2, max(0.5, 1.4 * seconds / (kills + 1))))
            deck = deck or self.random.sample(victims, len(victims))
            self.strike(deck.pop())
        time.sleep(1)
        self.stop = True
        for poster in self.posters:
            poster.join(ANSWER_S + 30)
        self.follower.stop = True
        self.follower.join(30)

    def strike(self, victim):
        down = self.random.uniform(0, 0.4)
        self.kills[victim] += 1
        if victim == DATABASE:
            self.database.crash()
            time.sleep(down)
            self.database.start()
            return
        self.kill(victim)
        time.sleep(down)
        self.stack.ops("service", "start", victim)

    def kill(self, service):
        pid = int(pathlib.Path(self.stack.var, "run", service + ".pid").read_text())
        os.kill(pid, signal.SIGKILL)
        until(lambda: not self.alive(pid, service), "%s is dead" % service)

    def alive(self, pid, service):
        try:
            return ("millrace-" + service).encode() in pathlib.Path("/proc/%d/cmdline" % pid).read_bytes()
        except OSError:
            return False

    def ready(self):
        client = self.stack.client(self.plant_id)
        try:
            return all(s.get("ready") for s in client.call("Access.ListServices")["services"])
        except (ApiError, OSError):
            return False
        finally:
            client.close()

    # -------------------------------------------------------------------------------------- the judgement

    def deeds(self):
        return [deed for poster in self.posters for deed in poster.deeds]

    def acknowledged(self):
        return [deed for deed in self.deeds() if deed.http is not None]

    def judge(self):
        self.judging = True
        until(self.ready, "all services are ready", 60)
        self.acks = len(self.acknowledged())
        self.unknown = [deed for deed in self.deeds() if deed.http is None]
        breaches = [breach for poster in self.posters for breach in poster.breaches]
        breaches += self.resolve()
        breaches += self.check_answers()
        breaches += self.check_ledger()
        breaches += self.check_orders()
        breaches += self.check_audits()
        breaches += [("event order", jump) for jump in self.follower.jumps]
        breaches += [("deadlock", line) for line in self.database.deadlocks(self.log_from)]
        breaches += self.check_plan()
        return breaches

    def resolve(self):
        """Every unknown posting gets an answer by its key, and the same one once more."""
        poster, found = self.posters[0], []
        before = len(poster.breaches)
        for deed in self.unknown:
            poster.send(deed)
        sample = [d for d in self.acknowledged() if d not in self.unknown]
        for deed in self.unknown + self.random.sample(sample, min(SAMPLE, len(sample))):
            poster.repeat(deed)
        found += poster.breaches[before:]
        return found

    def check_answers(self):
        wrong = [d for d in self.acknowledged() if d.http not in (200, 409)]
        return [("answer", "%s %s: %s %r" % (d.method, d.name, d.http, d.answer[:200])) for d in wrong[:10]]

    def check_ledger(self):
        """Each acknowledged line stands in the ledger; each document of the ledger was acknowledged to one posting."""
        breaches, owner, ledger, documents = [], {}, {}, Counter()
        for seq, document, kind, item, qty, amount in self.database.rows(
                "SELECT posted_seq, document, kind, item, qty, amount FROM ledger_line WHERE plant_id = '%s'"
                " ORDER BY posted_seq" % self.plant_id):
            ledger[int(seq)] = (document, item, Decimal(qty), Decimal(amount))
            if kind != "settlement":
                documents[document] += 1
        keys = {row[0] for row in self.database.rows(
            "SELECT key FROM posting_key WHERE plant_id = '%s'" % self.plant_id)}
        for deed in self.acknowledged():
            if deed.key not in keys:
                breaches.append(("lost", "%s %s was acknowledged, its key is not there" % (deed.method, deed.name)))
            if deed.http != 200:
                continue
            reply = deed.reply()
            document = reply.get("document")
            if document in owner:
                breaches.append(("twice", "document %s was given to %s and %s" % (document, owner[document], deed.name)))
            if document:
                owner[document] = deed.name
            lines = reply.get("lines", [])
            for line in lines:
                wanted = (document, line["item"], Decimal(line["quantity"]), Decimal(line["amount"]))
                if ledger.get(int(line["posted_seq"])) != wanted:
                    breaches.append(("lost", "%s %s: line %s is %s in the ledger, acknowledged was %s" % (
                        deed.method, deed.name, line["posted_seq"], ledger.get(int(line["posted_seq"])), wanted)))
            if lines and documents[document] != len(lines):
                breaches.append(("lines", "document %s has %d lines, acknowledged were %d" % (
                    document, documents[document], len(lines))))
        for document in documents:
            if document not in owner and document not in self.opening:
                breaches.append(("stray", "document %s of the ledger was acknowledged to nobody" % document))
        return breaches

    def check_orders(self):
        states = dict(self.database.rows("SELECT work_order, state FROM work_order WHERE plant_id = '%s'" % self.plant_id))
        wanted = {}
        after = {"Order.CreateWorkOrder": "firm", "Production.ReleaseWorkOrder": "released",
                 "Production.PostIssue": "in_progress", "Receipt.PostReceipt": "completed",
                 "Production.CloseWorkOrder": "closed"}
        for deed in self.acknowledged():
            if deed.http == 200 and deed.method in after:
                wanted[deed.body["work_order"]] = after[deed.method]
        return [("order", "work order %s is %s, acknowledged was %s" % (order, states.get(order), state))
                for order, state in wanted.items() if states.get(order) != state]

    def check_audits(self):
        breaches = []
        for file in sorted(pathlib.Path(harness.ROOT, "sql", "audit").glob("*.sql")):
            found = [row for row in self.database.rows(file.read_text(encoding="utf-8")) if row[0] == self.plant_id]
            breaches += [("audit " + file.stem, " ".join(row)) for row in found[:5]]
        return breaches

    def plan(self):
        client = self.stack.client(self.plant_id)
        orders = [dict(o, plan_version=0) for o in client.pages("Mrp.ListPlannedOrders", "planned_orders", limit=200)]
        messages = list(client.pages("Mrp.ListPlanMessages", "messages", limit=200))
        client.close()
        return orders, messages

    def check_plan(self):
        """What the plan has come to by itself is what a planner with no past makes of the same facts."""
        client = self.stack.client(self.plant_id)
        settled(client)
        lived = self.plan()
        self.stack.ops("service", "restart", "mrp")
        until(self.ready, "mrp is ready", 60)
        client.call("Mrp.RunPlan", key=key_of(self.plant_id + "/scratch"))
        client.close()
        scratch = self.plan()
        self.planned = len(scratch[0])
        if not scratch[0]:
            return [("plan", "there is none")]
        differ = [(which, row) for which, mine, other in (("lived", lived, scratch), ("from scratch", scratch, lived))
                  for rows, others in zip(mine, other) for row in rows if row not in others]
        return [] if lived == scratch else [("plan", str(differ or "the same rows in another order")[:2000])]

    def told(self):
        kills = ", ".join("%s %d" % pair for pair in sorted(self.kills.items()))
        return "seed %s: %d postings acknowledged, %d unknown and resolved, %d retries, %d repeats; killed %d: %s" % (
            self.seed, self.acks, len(self.unknown), sum(p.retries for p in self.posters),
            sum(p.repeats for p in self.posters), sum(self.kills.values()), kills)
