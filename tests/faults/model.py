#!/usr/bin/env python3
# ops/test: release
"""Random sequences of every posting against an exact oracle of quantities, values, work in process and replies.

Each sequence has items and orders of its own (oracle.py says what a plant must answer, model_steps.py makes the steps), so
many run at once and still each has one true outcome: eight clients, each a process, hold many sequences open at a time,
and a batch of the posting service mixes the steps of all of them.  Some postings are sent again at once, some later, some
twice at the same moment.  At the end stock, value, balances, lots, orders, components, reservations and work in process
are compared too.  Then eight clients post to the same items, and the oracle follows them in the order of the ledger.

A sequence that fails is run again on other items with parts left out, and the shortest that still fails is printed.

usage: model.py [SEED [SEQUENCES]]
"""
import json
import multiprocessing
import os
import pickle
import random
import socket
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Suite, equal, fresh, import_files, key_of, stock_places, token_of  # noqa: E402  (the folder is known only now)
from model_steps import KEPT, Speaker, Steps  # noqa: E402
from oracle import Oracle  # noqa: E402
from oracle_parts import ALONE, BESIDE, BOXES, BY_ITSELF, COST, LOCATIONS, PER_BOX, RATES, TRACKING, VALUATION, Refused  # noqa: E402
from peer import Psql  # noqa: E402

SEQUENCES, STEPS, CLIENTS, OPEN, PLANTS, SPARE, SHRINKS = 2000, 50, 8, 16, 4, 60, 60
REPEATED, LATE, TWIN = 0.06, 0.04, 0.03
DAY = datetime.now(timezone(timedelta(hours=8))).date().isoformat()
LIMIT_S = 540          # ops/test gives a program ten minutes
RETRY = (503, 504)
suite = Suite("model")
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else time.time_ns() // 1000 % 1000000
SEQUENCES = int(sys.argv[2]) if len(sys.argv) > 2 else SEQUENCES


# ------------------------------------------------------------------------------------------ the wire

class Wire:
    """One HTTPS connection: send, then receive; a request is sent again while the service says so."""

    def __init__(self, client):
        self.url, self.tls, self.sock, self.buffer, self.sent = client.url, client.tls, None, b"", None

    def open(self):
        plain = socket.create_connection((self.url.hostname, self.url.port), 60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self.buffer = self.tls.wrap_socket(plain, server_hostname=self.url.hostname), b""

    def send(self, token, plant, method, body, key):
        content = json.dumps(body).encode()
        self.sent = ("POST /v1/%s/%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n"
                     "Idempotency-Key: %s\r\nContent-Length: %d\r\n\r\n" % (
                         plant, method, self.url.netloc, token, key, len(content))).encode() + content
        if not self.sock:
            self.open()
        self.sock.sendall(self.sent)

    def more(self):
        got = self.sock.recv(65536)
        if not got:
            raise OSError("closed")
        self.buffer += got

    def answer(self):
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
        while len(self.buffer) < length:
            self.more()
        content, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(head[9:12]), content

    def receive(self):
        for attempt in range(10):
            try:
                status, content = self.answer()
                if status not in RETRY:
                    return status, content
            except OSError:
                self.sock = None
            time.sleep(0.02 * 2 ** attempt)
            if not self.sock:
                self.open()
            self.sock.sendall(self.sent)
        raise AssertionError("no answer: %s" % self.sent[:200])


def plain(answer):
    known = json.loads(answer)
    known.pop("instance", None)  # the trace of a refusal
    if isinstance(known.get("error"), dict):
        known["error"].pop("trace", None)
    return known


# ------------------------------------------------------------------------------------------ one sequence

class Run:
    """One sequence on the items of one group, beside its oracle.  play() yields requests and is sent their answers."""

    def __init__(self, plant, group, seed, steps):
        self.plant, self.group, self.steps = plant, group, steps
        self.random, self.sent, self.fault, self.accepted = random.Random(seed), [], None, Counter()
        self.speaker, self.oracle = Speaker(group, DAY), Oracle(DAY)

    def play(self, psql):
        """Yields lists of requests (who, method, body, key) to send at once; gets the list of answers."""
        for number, (name, what, *args) in enumerate(self.steps):
            method, body = self.speaker.say(what, *args)
            key = key_of("%s/%s/%d" % (self.plant, self.group, number))
            request = ("second" if what == "decide" and args[2] else "first", method, body, key)
            twins = 2 if self.random.random() < TWIN else 1
            answers = yield [request] * twins
            for answer in answers[1:]:
                equal(plain(answer[1]), plain(answers[0][1]), "%s sent twice at once" % what)
            self.judge(name, what, args, *answers[0], psql)
            self.sent.append((request, answers[0]))
            for again in ([self.sent[-1]] if self.random.random() < REPEATED else []) + (
                    [self.random.choice(self.sent)] if self.random.random() < LATE else []):
                answers = yield [again[0]]
                equal((answers[0][0], plain(answers[0][1])), (again[1][0], plain(again[1][1])), "repeat of %s" % again[0][1])

    def judge(self, name, what, args, status, answer, psql):
        reply, before = json.loads(answer), pickle.dumps(self.oracle, -1)
        try:
            wanted = self.oracle.do(name, what, *args)
        except Refused as refusal:
            self.oracle = pickle.loads(before)
            equal(reply.get("error", {}).get("code", answer), str(refusal), "refusal of %s %s %s" % (name, what, args))
            return
        assert status == 200, "%s %s %s: %s, the oracle takes it" % (name, what, args, answer)
        self.accepted[what] += 1
        if reply.get("document") and what not in ("decide", "record", "end_count"):
            self.speaker.documents[name] = reply["document"]
        if what in ("report", "close"):
            equal(Fraction(reply.get("amount" if what == "report" else "settled", 0)), self.oracle.charged, "%s %s" % (what, args))
        else:
            equal(lines_of(reply), [(self.speaker.code(line.item), line.qty, line.amount) for line in wanted],
                  "lines of %s %s %s" % (name, what, args))

    def end(self, tables):
        """Everything of the group as the plant has it, against the oracle."""
        code, items = self.speaker.code, self.oracle.items
        orders = {number: order for number, order in self.oracle.orders.items() if order.kind != "unbuild"}
        unbuilt = Counter((o.box, o.state) for o in self.oracle.orders.values() if o.kind == "unbuild")
        wanted = {
            "stock": {(code(n), i.qty, i.value) for n, i in items.items()},
            "balances": {(code(n), *key, qty) for n, i in items.items() for key, qty in i.balances.items() if qty},
            "lots": {(code(n), lot) for n, i in items.items() for lot in i.lots},
            "orders": {(code(n), o.kind, o.state, o.qty, o.received, o.scrapped, o.wip, o.planned) for n, o in orders.items()},
            "outputs": {(code(n), out.line, code(out.item), out.qty, out.unit, out.of) for n, o in orders.items() for out in o.outputs},
            "unbuilt": {(code(box), state, number, 0) for (box, state), number in unbuilt.items()},
            "components": {(code(n), line, code(c.item), Fraction(c.required), c.issued, c.returned, c.amount, o.reserved(c))
                           for n, o in orders.items() for line, c in enumerate(o.lines, 1)},
            "bought": {(code(n), o[3]) for n, o in self.oracle.bought.items()},
            "sold": {(code(n), o[3]) for n, o in self.oracle.sold.items()},
            "layers": {(code(n), la.qty, la.amount, la.lot) for n, i in items.items() for la in i.layers if la.qty},
        }
        for table, rows in wanted.items():
            got = tables.get((table, self.group), set())
            assert got == rows, "%s at the end: the plant has %s, wanted %s" % (table, sorted(got - rows), sorted(rows - got))


def lines_of(reply):
    return [(line["item"], Fraction(line.get("quantity", 0)), Fraction(line.get("amount", 0))) for line in reply.get("lines", [])]


QUERIES = {
    "stock": ("tqq", "SELECT item, on_hand, value FROM stock_item"),
    "balances": ("ttttq", "SELECT item, location, lot, status, qty FROM stock_balance WHERE qty <> 0"),
    "lots": ("tt", "SELECT item, lot FROM lot"),
    "orders": ("tttqqqqq", "SELECT work_order, kind, state, qty, received_qty, scrapped_qty, wip, planned_cost FROM work_order"
                           " WHERE kind <> 'unbuild'"),
    "outputs": ("titqqq", "SELECT work_order, line, item, qty, unit_cost, order_qty FROM work_order_output"),
    "unbuilt": ("ttiq", "SELECT item, state, orders, wip FROM (SELECT plant_id, item, state, count(*) AS orders, sum(wip) AS wip"
                        " FROM work_order GROUP BY plant_id, item, state, kind HAVING kind = 'unbuild') AS taken WHERE true"),
    "components": ("titqqqqq", "SELECT work_order, line, item, required_qty, issued_qty, returned_qty, issued_amount, reserved_qty"
                               " FROM work_order_component"),
    "bought": ("tq", "SELECT purchase_order, received_qty FROM purchase_order_line"),
    "sold": ("tq", "SELECT sales_order, shipped_qty FROM sales_order_line"),
    "layers": ("tqqt", "SELECT item, qty_left, amount_left, lot FROM fifo_layer WHERE qty_left <> 0"),
}
READ = {"t": str, "i": int, "q": Fraction}


def read_tables(psql, plant, group=None):
    """{(table, group): rows}"""
    tables = {}
    for table, (letters, query) in QUERIES.items():
        query += (" AND " if "WHERE" in query else " WHERE ") + "plant_id = '%s'" % plant
        if group:
            query += " AND %s LIKE '%%-%s'" % (query.split()[1].rstrip(","), group)
        for row in psql.rows(query):
            tables.setdefault((table, row[0].rsplit("-", 1)[1]), set()).add(
                tuple(READ[letter](text) for letter, text in zip(letters, row)))
    return tables


# ------------------------------------------------------------------------------------------ clients

class Client:
    """One process: many sequences at a time, a step of each in turn."""

    def __init__(self, stack, seconds):
        self.psql = Psql(stack)
        self.client = stack.client("-")
        self.tokens = {"first": self.client.token, "second": seconds}
        self.wires = [(Wire(self.client), Wire(self.client)) for _ in range(OPEN)]

    def run(self, runs):
        waiting, playing, begun = list(reversed(runs)), {}, time.monotonic()
        while playing or (waiting and time.monotonic() - begun < LIMIT_S):
            for wire in self.wires:
                if wire not in playing and waiting and time.monotonic() - begun < LIMIT_S:
                    run = waiting.pop()
                    playing[wire] = [run, run.play(self.psql), None]
                    self.advance(playing, wire, None)
            for wire, (run, _, requests) in playing.items():
                for one, (who, method, body, key) in zip(wire, requests):
                    one.send(self.tokens[who], run.plant, method, body, key)
            for wire in list(playing):
                answers = [one.receive() for one, _ in zip(wire, playing[wire][2])]
                self.advance(playing, wire, answers)
        return [run for run in runs if run not in waiting]

    def advance(self, playing, wire, answers):
        run, play, _ = playing[wire]
        try:
            playing[wire][2] = play.send(answers)
        except StopIteration:
            del playing[wire]
        except AssertionError as fault:
            run.fault = str(fault)
            del playing[wire]


def work(stack, second, jobs, results):
    """A process: jobs are (plant, group, seed, steps)."""
    runs = Client(stack, second).run([Run(*job) for job in jobs])
    results.put([(run.plant, run.group, run.fault, run.accepted, len(run.sent), run) for run in runs])


def play_all(jobs):
    """All runs, by eight processes; every run has its fault, also that of its end."""
    results, processes = multiprocessing.Queue(), []
    for number in range(CLIENTS):
        processes.append(multiprocessing.Process(target=work, args=(suite.stack, suite.second, jobs[number::CLIENTS], results)))
        processes[-1].start()
    done = [found for _ in processes for found in results.get(timeout=3000)]
    for process in processes:
        process.join()
    return [found[5] for found in done]


def attempt(plant, group, seed, steps):
    """None, or what went wrong."""
    run = Client(suite.stack, suite.second).run([Run(plant, group, seed, steps)])[0]
    return run.fault or fault_at_end(run, read_tables(suite.psql, plant, group))


def fault_at_end(run, tables):
    try:
        run.end(tables)
    except AssertionError as fault:
        return str(fault)
    return None


def shrink(plant, seed, steps):
    """The shortest sequence found that fails, with its fault; each try has items of its own."""
    fault, size, tries = None, max(1, len(steps) // 2), 0
    while tries < SHRINKS and size >= 1:
        for begin in range(0, len(steps), size):
            shorter = steps[:begin] + steps[begin + size:]
            tries += 1
            found = attempt(plant, "X%03d" % tries, seed, shorter) if tries <= SHRINKS else None
            if found:
                steps, fault = shorter, found
                break
        else:
            size //= 2
    return steps, fault


# ------------------------------------------------------------------------------------------ the plants

def files(plant, groups):
    items, bom, routing = [], [], []
    names = {"S": "standard", "A": "average", "F": "fifo", "L": "lot"}
    for group in groups:
        for name, cost in COST.items():
            items.append("%s-%s,%s,EA,%s,%s,%s,%s" % (name, group, "make" if name in BOXES else "buy", cost, names[VALUATION[name]],
                                                      TRACKING.get(name, "none"), "true" if name == "N" else ""))
        for box in BOXES:
            bom += ["%s-%s,%s-%s,%d,component," % (box, group, part, group, per) for part, per in PER_BOX.items()]
            bom += ["%s-%s,%s-%s,%d,%s,%s" % (box, group, item, group, per, "coproduct" if pct else "byproduct", pct or "")
                    for item, per, pct in BESIDE.get(box, ())]
            routing.append("%s-%s,10,WC,0,6,min" % (box, group))
    return {
        "plant.csv": "key,value\nplant,%s\nplan_start,%s\n" % (plant, DAY),
        "items.csv": "\n".join(["item,type,uom,unit_cost,valuation,tracking,allow_negative", *items, ""]),
        "bom.csv": "\n".join(["parent,component,qty,kind,cost_share_pct", *bom, ""]),
        "work_centers.csv": "work_center,labor_rate,machine_rate,overhead_rate,overhead_basis\nWC,%s,%s,%s,hour\n" % RATES,
        "routing.csv": "\n".join(["item,operation,work_center,setup,run,time_unit", *routing, ""]),
    }


def second_person(client, plants):
    """A token of somebody else, who may decide what the first one made."""
    login, password = "model-" + plants[0].lower(), "correct horse " + plants[0]
    roles = [{"plant": plant, "role": role} for plant in plants for role in ("supervisor", "storekeeper")]
    client.call("Access.SetUser", login=login, password=password, active=True, roles=roles)
    return token_of(client, login, password, roles)


def begin():
    suite.psql = Psql(suite.stack)
    suite.plants = [fresh("MODEL%d-" % number) for number in range(PLANTS)]
    for number, plant in enumerate(suite.plants):
        client = suite.stack.client(plant)
        groups = ["G%04d" % n for n in range(number, SEQUENCES, PLANTS)] + ["X%03d" % n for n in range(SPARE + 1)] + [
            "K%03d" % n for n in range(1, len(KEPT) + 1)] + ["SAME"]
        reply = import_files(client, {k: v.encode() for k, v in files(plant, groups).items()}, plant)
        equal(reply.get("errors", [])[:3], [], "errors of the import")
        stock_places(client, *LOCATIONS, alone=str(ALONE))
        client.call("Production.SetIssueRule", key=key_of(plant + "/rule"), unplanned_issue=True)
        client.close()
        suite.psql.rows("UPDATE stock_item SET backflush = true WHERE plant_id = '%s' AND item LIKE '%s-%%' RETURNING item"
                        % (plant, BY_ITSELF))
    suite.second = second_person(suite.stack.client("-"), suite.plants)


def one(steps):
    def check(t):
        suite.kept += 1
        fault = attempt(suite.plants[0], "K%03d" % suite.kept, 0, steps)
        assert not fault, fault
    return check


@suite.test("plants with the items of all sequences")
def _(t):
    print("        seed %d" % SEED, flush=True)
    begin()
    suite.kept = 0


for title, kept in KEPT.items():
    suite.test(title)(one(kept))


@suite.test("random sequences of every posting, from eight clients")
def _(t):
    suite.stack.ops("service", "stop", "mrp")  # it would plan all of it anew, all the while
    try:
        ready = time.monotonic()
        jobs = [(suite.plants[n % PLANTS], "G%04d" % n, n, Steps(random.Random("%s/%d" % (SEED, n)), STEPS).steps)
                for n in range(SEQUENCES)]
        runs = play_all(jobs)
        tables = {}
        for plant in suite.plants:
            tables[plant] = read_tables(suite.psql, plant)
        for run in runs:
            run.fault = run.fault or fault_at_end(run, tables[run.plant])
        wrong = sorted((run for run in runs if run.fault), key=lambda run: run.group)
        sent, accepted = sum(len(run.sent) for run in runs), sum((run.accepted for run in runs), Counter())
        print("        %d sequences, %d postings, %d of them accepted, in %.0f s: %s" % (
            len(runs), sent, accepted.total(), time.monotonic() - ready,
            ", ".join("%s %d" % pair for pair in accepted.most_common())), flush=True)
        never = len(runs) >= 1000 and {what for run in runs for _, what, *_ in run.steps} - set(accepted)
        assert not never, "never accepted: %s" % sorted(never)
        if wrong:
            for run in wrong[:8]:
                print("        %s: %s" % (run.group, run.fault[:600]), flush=True)
            number = int(wrong[0].group[1:])
            shorter, again = shrink(wrong[0].plant, number, wrong[0].steps)
            raise AssertionError("seed %s: %d sequences differ; %s: %s; shrunk to %d steps: %s\n%s" % (
                SEED, len(wrong), wrong[0].group, wrong[0].fault[:300], len(shorter), again,
                "\n".join("            %s" % (tuple(map(str, step)),) for step in shorter)))
        equal(len(runs), SEQUENCES, "sequences")
    finally:
        suite.stack.ops("service", "start", "mrp")


# ------------------------------------------------------------------------------------------ the same items

CROWD_ROUNDS = 100
CROWD = ("adjust", "transfer", "status", "receive", "return_supplier", "ship", "return_customer", "issue", "issues", "give_back", "finish",
         "rework", "unbuild")
REFUSALS = {"INSUFFICIENT_STOCK", "OVER_RECEIPT", "OVER_RETURN", "OVER_TOLERANCE", "STATE_CONFLICT", "LOT_BLOCKED", "LOT_EXPIRED",
            "SERIAL_EXISTS", "INVALID", "NOT_FOUND", "NOT_ON_ORDER", "EXISTS"}


def crowd(client, run, steps):
    """Rounds of postings, one of each client at once: [(first place in the ledger, name, step, reply)] of those accepted."""
    wires, posted, number = [Wire(client.client) for _ in range(CLIENTS)], [], 1000
    for _ in range(CROWD_ROUNDS):
        asked = []
        for wire in wires:
            number, what = number + 1, steps.rng.choice(CROWD)
            args = getattr(steps, "a_" + what)()
            if what == "finish" and not args[1] + args[2]:
                args = args[:1] + (1,) + args[2:]  # what has no line has no place in the ledger
            method, body = run.speaker.say(what, *args)
            wire.send(client.tokens["first"], run.plant, method, body, key_of("%s/crowd/%d" % (run.plant, number)))
            asked.append((wire, "C%d" % number, what, args))
        for wire, name, what, args in asked:
            status, answer = wire.receive()
            reply = json.loads(answer)
            if status != 200:
                assert reply["error"]["code"] in REFUSALS, "%s %s: %s" % (what, args, answer)
            elif reply.get("lines"):
                posted.append((int(reply["lines"][0]["posted_seq"]), name, (what, *args), reply))
    return sorted(posted, key=lambda one: one[0])


@suite.test("eight clients on the same items: what they did is what the oracle does in the order of the ledger")
def _(t):
    steps = Steps(random.Random("%s/crowd" % SEED), STEPS)
    steps.steps.sort(key=lambda step: int(step[0][1:]))
    beginning = [s for s in steps.steps if s[1] in ("create", "release", "buy", "sell") or (s[1] == "adjust" and int(s[0][1:]) < 13)]
    client = Client(suite.stack, suite.second)
    run = client.run([Run(suite.plants[0], "SAME", 1, beginning)])[0]
    assert not run.fault, run.fault
    posted = crowd(client, run, steps)
    for _, name, step, reply in posted:
        try:
            wanted = run.oracle.do(name, *step)
        except Refused as refusal:
            raise AssertionError("%s was accepted, the oracle says %s in its place" % (step, refusal)) from None
        equal(lines_of(reply), [(run.speaker.code(line.item), line.qty, line.amount) for line in wanted], "lines of %s" % (step,))
    print("        %d of %d postings accepted" % (len(posted), CROWD_ROUNDS * CLIENTS), flush=True)
    assert len(posted) > CROWD_ROUNDS, "hardly a posting was accepted"
    run.end(read_tables(suite.psql, run.plant, "SAME"))


if __name__ == "__main__":
    suite.main()
