#!/usr/bin/env python3
"""The living plan: ops/bench live, QUICK=1 ops/bench live, or live.py ITEMS SECONDS.

On a plant of 100,000 items (shared/bench/generate_plant.py, imported) 32 clients post 2,000 lines/s of stock for 60 s, with
one burst of 20,000 lines in the middle; meanwhile 1,000 clients follow 20 items each and 20 the whole plant.  Measured:

- from the commit of a posting to a changed plan that knows it, on the relay's feed: the suggestion is committed and
  published then.  Outside the burst: from its beginning until its backlog is gone.  The moment of a commit is what
  PostgreSQL notes of the transaction (track_commit_timestamp, the same clock), taken before its record is written and
  synced: nobody can read an event before that.  An event's own committed_at is older by what its batch still had to write;
- from the commit to the message in the hand of a client that follows, beyond twice how late the clients' own loop is
  (two cores run everything);
- the plan made anew, from reading to the written difference of 1 % changed facts: what the planner says of its first plan
  after a start.  Reading is compared with the very COPY statements that it ran, their output thrown away;
- the engine's net change of an item, and a what-if of one change;
- another instance's plan after kill -9 of the one that keeps the plant;
- the same plan made anew of a plant of 1,000,000 items (not in the quick form).

LIVE_PARTS names the parts to run (engine plant load audit what-if anew killed million; all by default), and
MILLRACE_BENCH_KEEP=1 uses the plants of the run before again: making them takes most of the time.
"""
import datetime
import functools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "ops", "demo"))
sys.dont_write_bytecode = True
from api import Client, import_files, key_of, read_folder  # noqa: E402  (the folders are known only now)
from live_ears import feed, finish, follow, listener  # noqa: E402  (beside this file)

QUICK = os.environ.get("QUICK") == "1"
NUMBERS = [int(w) for w in os.environ.get("LIVE_SIZE", " ".join(sys.argv[1:3])).split() if w.isdigit()]
ITEMS, SECONDS = NUMBERS if len(NUMBERS) == 2 else (5000, 12) if QUICK else (100000, 60)
SMALL = ITEMS < 100000
CLIENTS, FOLLOWERS, WHOLE = 32, 100 if SMALL else 1000, 20
RATE, BURST, LINES = 2000, 2000 if SMALL else 20000, 20  # lines/s, lines, lines of a posting
BURST_LINES = 125                                        # of a posting of the burst
os.environ["MILLRACE_CONNECTIONS_PER_ADDRESS"] = "4000"  # all of them come from here
os.environ.setdefault("MILLRACE_ATTEMPTS", "60")         # of ten seconds: the import of a million items takes minutes
GENERATOR = os.path.join(ROOT, "..", "shared", "bench", "generate_plant.py")
PLANT = "LIVE"
RUN = os.environ.setdefault("LIVE_RUN", str(time.time_ns()))  # a plant that was kept knows the keys of earlier runs


def metric(name, value, unit, baseline=None, target=None, ok=None):
    ratio = value / baseline if baseline else None
    row = {"bench": "live", "metric": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio, "target": target, "ok": ok}
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] * 1000 if values else float("nan")


def say(text):
    print("%7.1f s  %s" % (time.monotonic() - BEGUN, text), flush=True)


def ops(*words, **environment):
    done = subprocess.run([os.path.join(ROOT, "ops", words[0]), *words[1:]], env=dict(os.environ, **environment), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError("ops/%s:\n%s" % (" ".join(words), done.stdout))


def within(seconds, question, what, pause=0.05):
    until = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > until:
            raise RuntimeError("not within %d s: %s" % (seconds, what))
        time.sleep(pause)


@functools.cache  # to make them for each posting took half a core from who is measured
def bought(items):
    """The fifth of the generated plant that is bought: what they lack is suggested."""
    return ["I%07d" % n for n in range(items - items // 5 + 1, items + 1)]


# ---- posting, a process of its own

def post_lines(client, dice, name, count):
    lines = [{"item": item, "quantity": "1", "location": "MAIN"} for item in dice.sample(bought(ITEMS), count)]
    client.call("Inventory.PostAdjustment", key=key_of("%s/%s/%s" % (PLANT, RUN, name)), reason="found", lines=lines)


def poster(number, begin, counts):
    client, dice, pause = Client(PLANT), random.Random(number), CLIENTS * LINES / RATE
    client.send("/healthz", None, {}, "GET")  # terminals are connected already when they post
    burst_at, turn = begin + SECONDS / 2, 0
    while time.time() < begin + SECONDS:
        time.sleep(max(0, begin + (turn + number / CLIENTS) * pause - time.time()))
        turn += 1
        post_lines(client, dice, "%d/%d" % (number, turn), LINES)
        counts[number] += LINES
        if time.time() >= burst_at:
            burst_at = float("inf")
            for k in range(BURST // CLIENTS // BURST_LINES + 1):
                size = min(BURST_LINES, BURST // CLIENTS - k * BURST_LINES)
                if size > 0:
                    post_lines(client, dice, "%d/burst/%d" % (number, k), size)
                    counts[number] += size
            counts[CLIENTS + number] = time.time()
            turn = int((time.time() - begin) / pause) + 1


def post():
    counts = [0] * (2 * CLIENTS)
    bought(ITEMS)
    begin = time.time() + 1.5
    threads = [threading.Thread(target=poster, args=(n, begin, counts)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"lines": sum(counts[:CLIENTS]), "seconds": time.time() - begin, "burst": [begin + SECONDS / 2, max(counts[CLIENTS:])]}))


# ---- the load

class Probe(threading.Thread):
    """fdatasync of one page on the database's disk, twenty times a second."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.path, self.late, self.over = os.path.join(folder, "probe"), [], False

    def run(self):
        file = os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600)
        while not self.over:
            os.pwrite(file, b"x" * 4096, 0)
            begun = time.monotonic()
            os.fdatasync(file)
            self.late.append(time.monotonic() - begun)
            time.sleep(0.05)
        os.close(file)
        os.unlink(self.path)


def under_load(client):
    with open(os.path.join(client.var, "millrace.ini"), encoding="utf-8") as ini:
        sockets = re.search(r"^rpc.dir = (.*)$", ini.read(), re.M).group(1)
    environment = dict(os.environ, LIVE_SIZE="%d %d" % (ITEMS, SECONDS))
    followers = listener(["follow", FOLLOWERS, WHOLE], environment)
    feeder = listener(["feed", sockets], environment)
    probe = Probe(client.var)
    probe.start()
    before, used, spent, begun = planner_says(client), spent_ms(client), processors(), time.monotonic()
    posted = json.loads(subprocess.run([sys.executable, __file__, "post"], stdout=subprocess.PIPE, check=True,
                                       env=environment).stdout)
    time.sleep(3)
    probe.over = True
    processor_figures(spent, processors(), time.monotonic() - begun)
    step_figures(before, planner_says(client), spent_ms(client) - used)
    told, seen = since_commit(client, finish(feeder), finish(followers))
    metric("posting lines", posted["lines"] / posted["seconds"], "lines/s", baseline=RATE + BURST / SECONDS)
    say("posted %d lines; %d heard in a plan, %d not" % (posted["lines"], len(told["heard"]), told["unheard"]))
    plan_figures(posted["burst"], told, percentile(probe.late, 0.99))
    stream_figures(posted["burst"], seen)


def since_commit(client, told, seen):
    """What was heard as pairs (event's place, when), as pairs (committed, how long after it)."""
    rows = ask(psql_of(client), "SELECT generate_series(event_seq - coalesce(cardinality(earlier_ids), 0), event_seq),"
               " extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM event_log"
               " WHERE plant_id = '%s' AND pg_xact_commit_timestamp(xmin) > now() - interval '1 hour'" % PLANT)
    moments = {int(place): float(moment) for place, moment in (row.split("|") for row in rows.splitlines())}
    for said, name in ((told, "heard"), (told, "relay"), (seen, "few"), (seen, "whole")):
        said[name] = [(moments[place], at - moments[place]) for place, at in said[name]]
    return told, seen


def spent_ms(client):
    """Of the processor, by the planner so far."""
    with open("/proc/%d/stat" % pid("mrp", client.var), encoding="ascii") as file:
        words = file.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def processors():
    """{who: seconds of the processors so far}: services by name, PostgreSQL's backends by role, and this bench's own."""
    spent = {}
    for folder in [f for f in os.listdir("/proc") if f.isdigit()]:
        try:
            with open("/proc/%s/stat" % folder, encoding="utf-8", errors="replace") as file:
                comm, words = re.search(r"\((.*)\) \w (.*)", file.read()).groups()
            with open("/proc/%s/cmdline" % folder, encoding="utf-8", errors="replace") as file:
                command = file.read().split("\0")[0]
        except (OSError, AttributeError):
            continue  # it has ended
        words, name = words.split(), comm
        if command.startswith("postgres:"):
            name = "postgres: " + " ".join(command.split()[2:3])  # behind the cluster's name
        elif comm.startswith("python"):
            name = "bench"
        if name.startswith(("millrace", "postgres", "bench")):
            spent[name] = spent.get(name, 0) + (int(words[10]) + int(words[11])) / os.sysconf("SC_CLK_TCK")
    return spent


def processor_figures(before, after, seconds):
    for name in sorted(after, key=lambda n: before.get(n, 0) - after[n]):
        share = (after[name] - before.get(name, 0)) / seconds
        if share >= 0.01:
            metric("processors used under load: " + name, share, "of one")


def step_figures(before, after, planner_ms):
    def more(name):
        return after.get(name, 0) - before.get(name, 0)

    steps = max(1, more("millrace_plan_follow_seconds_count"))
    metric("steps of the plan", steps / SECONDS, "1/s")
    metric("a step, from its events read to its difference written", more("millrace_plan_follow_seconds_sum") / steps * 1000, "ms")
    metric("items netted in a step", more("millrace_plan_items_netted_total") / steps, "items")
    metric("the planner's processor time, an item netted", planner_ms * 1000 / max(1, more("millrace_plan_items_netted_total")), "us")


def net_change():
    """The engine alone, on a plan of 100,000 items: bench_plan writes its own lines."""
    subprocess.run([os.path.join(os.environ["MILLRACE_BUILD"], "bin", "bench_plan"), "living"], check=True, cwd=ROOT,
                   env=dict(os.environ, MILLRACE_BENCH_NAME="live"))


def plan_figures(burst, told, probe_ms):
    in_burst = [committed + late for committed, late in told["heard"] if burst[0] <= committed <= burst[1]]
    over = max(in_burst, default=burst[1])
    outside = [late for committed, late in told["heard"] if not burst[0] <= committed <= max(over, burst[1])]
    p50, p99 = percentile(outside, 0.5), percentile(outside, 0.99)
    say_when_late(burst, told["heard"])
    metric("fdatasync probe, p99", probe_ms, "ms")
    metric("commit to changed plan published: p50", p50, "ms", target="< 20", ok=p50 < 20)
    metric("commit to changed plan published: p99", p99, "ms", baseline=probe_ms, target="< 100 + 2 probes", ok=p99 < 100 + 2 * probe_ms)
    metric("burst of %d lines took" % BURST, burst[1] - burst[0], "s")
    metric("backlog gone after the burst", max(0.0, over - burst[1]), "s", target="< 3", ok=over - burst[1] < 3)
    metric("of that, commit to the posting's own event published: p50", percentile([late for _, late in told["relay"]], 0.5), "ms")
    metric("postings no plan knows at the end", told["unheard"], "events", target="0", ok=told["unheard"] == 0)


def say_when_late(burst, heard):
    """In which moments it was late: what a 99th percentile does not tell."""
    worst = {}
    for committed, late in heard:
        second = int((committed - burst[0]) * 5) / 5
        worst[second] = max(worst.get(second, 0), late)
    late = ["%+.1f s %d ms" % (second, worst[second] * 1000) for second in sorted(worst) if worst[second] > 0.08]
    say("late, by the moment from the burst (%.1f s long): %s" % (burst[1] - burst[0], ", ".join(late) or "never above 80 ms"))


def stream_figures(burst, seen):
    own = percentile(seen["own"], 0.99)
    metric("lateness of the clients' own loop, p99", own, "ms")
    for name, heard in (("%d clients of 20 items" % FOLLOWERS, seen["few"]), ("%d clients of the plant" % WHOLE, seen["whole"])):
        late = [late for _, late in heard]
        outside = [late for committed, late in heard if not burst[0] <= committed <= burst[1]]
        metric(name + ": messages", len(late) / SECONDS, "1/s")
        metric(name + ": p50", percentile(late, 0.5), "ms")
        metric(name + ": p99 outside the burst", percentile(outside, 0.99), "ms")
        p99 = percentile(late, 0.99)
        metric(name + ": p99", p99, "ms", target="< 250 + 2 own", ok=p99 < 250 + 2 * own)
    metric("clients that heard nothing", seen["deaf"], "clients", target="0", ok=seen["deaf"] == 0)


# ---- the plan made anew

def pid(name, var):
    with open(os.path.join(var, "run", name + ".pid"), encoding="ascii") as file:
        return int(file.read())


def peak_mib(process):
    with open("/proc/%d/status" % process, encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024


def planner_says(client):
    """{metric: value} of the planner."""
    answer = client.send("/services/mrp/metrics", None, {"Authorization": "Bearer " + client.token}, "GET")[1].decode()
    return {name: float(value) for name, value in re.findall(r"^(\w+)(?:\{[^}]*\})? ([\d.e+-]+)$", answer, re.M)}


def bare_copy_s(client, plant, psql):
    """The COPY statements of the planner's last load, as its log of statements has them, to nowhere."""
    with open(os.path.join(client.var, "log", "postgresql.log"), encoding="utf-8", errors="replace") as log:
        statements = re.findall(r"statement: (COPY \(.*\) TO STDOUT.*)$", log.read(), re.M)
    script = "SET millrace.plant_id = '%s';\n%s" % (plant, "".join(s + ";\n" for s in dict.fromkeys(statements)))
    best = float("inf")
    for _ in range(3):
        begun = time.monotonic()
        subprocess.run(psql, input=script, text=True, stdout=subprocess.DEVNULL, check=True, cwd="/")
        best = min(best, time.monotonic() - begun)
    return best, len(set(statements))


def psql_of(client):
    with open(os.path.join(client.var, "millrace.ini"), encoding="utf-8") as ini:
        conninfo = re.search(r"^sql.conninfo = (.*)$", ini.read(), re.M).group(1)
    return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", conninfo + " user=postgres"]


def ask(psql, query):
    return subprocess.run(psql, input=query, text=True, stdout=subprocess.PIPE, check=True, cwd="/").stdout.strip()


def anew(client, plant, target_s, peak_target_mib):
    """Stops the planner, changes 1 % of the demands, and looks at its first plan."""
    psql = psql_of(client)
    ops("service", "stop", "mrp")
    ask(psql, "ALTER ROLE millrace_mrp SET log_statement = 'all'; ALTER ROLE millrace_mrp SET log_parameter_max_length = 0")
    ask(psql, "UPDATE sales_order_line SET qty = qty + 1 WHERE plant_id = '%s' AND (hashtext(sales_order || line::text) & 65535) %% 100 = 0"
        % plant)
    version = int(ask(psql, "SELECT plan_version FROM plan_state WHERE plant_id = '%s'" % plant))
    ops("service", "start", "mrp")
    within(300, lambda: int(ask(psql, "SELECT plan_version FROM plan_state WHERE plant_id = '%s'" % plant)) > version, "a plan",
           pause=0.5)  # each is a process of its own, on the planner's two cores
    said = within(30, lambda: (lambda m: m if m.get("millrace_plan_seconds_count") else None)(planner_says(client)), "the planner's figures")
    ask(psql, "ALTER ROLE millrace_mrp RESET log_statement; ALTER ROLE millrace_mrp RESET log_parameter_max_length")
    seconds = said["millrace_plan_seconds_sum"] / said["millrace_plan_seconds_count"]
    name = "plan of %s made anew, 1 %% changed" % plant
    metric(name, seconds, "s", target="< %d" % target_s if target_s else None, ok=seconds < target_s if target_s else None)
    if "millrace_plan_read_seconds_sum" in said:
        reading = said["millrace_plan_read_seconds_sum"] / said["millrace_plan_read_seconds_count"]
        bare, count = bare_copy_s(client, plant, psql)
        metric("reading of %s, beside its %d bare COPYs" % (plant, count), reading, "s", baseline=bare, target="<= 1.3",
               ok=None if SMALL else reading <= 1.3 * bare)
    peak = peak_mib(pid("mrp", client.var))
    metric("peak of the planner, %s" % plant, peak, "MiB", target="< %d" % peak_target_mib if peak_target_mib else None,
           ok=peak < peak_target_mib if peak_target_mib else None)
    say("%s: %.2f s" % (name, seconds))


def killed(client):
    """kill -9 of the instance that keeps the plant."""
    ops("up", MILLRACE_MRP_INSTANCES="2")
    psql = psql_of(client)
    instance = "SELECT instance FROM plan_owner WHERE plant_id = '%s' AND expires_at > now()" % PLANT
    before = within(20, lambda: ask(psql, instance), "an owner")
    within(60, lambda: client.call("Mrp.GetStockRequirements", item=bought(ITEMS)[0]), "a plan in memory")
    begun = time.monotonic()
    ops("service", "kill", "mrp" if before == "1" else "mrp-" + before)
    within(20, lambda: ask(psql, instance) not in ("", before), "another owner")
    taken = time.monotonic() - begun
    within(60, lambda: client.call("Mrp.GetStockRequirements", item=bought(ITEMS)[0]), "its plan")
    current = time.monotonic() - begun
    metric("kill -9: another instance has the plant", taken, "s", target="< 3", ok=taken < 3)
    metric("kill -9: its plan is current", current, "s", target="< 5", ok=None if SMALL else current < 5)
    ops("up", MILLRACE_MRP_INSTANCES="1")


def what_if(client):
    """A change against the plan in memory, kept under a name: planned, with its difference, over HTTPS.  Of each kind that
    the generated plant has: it names no supplier."""
    top, part = "I%07d" % 1, bought(ITEMS)[0]
    due = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
    kinds = {"stock": {"item": part}, "demand": {"item": top, "due_on": due}, "lead_time": {"item": part},
             "bill": {"item": top, "component": part}}
    for kind, change in kinds.items():
        taken = []
        for number in range(1, 6):
            name = "bench-%s-%s-%d" % (RUN[-9:], kind, number)
            amount = {"days": number} if kind == "lead_time" else {"quantity": str(number)}
            client.call("Mrp.SaveSimulation", key=key_of(name), name=name, changes=[dict(change, kind=kind, **amount)])
            begun = time.monotonic()
            client.call("Mrp.GetSimulation", name=name, limit=20)
            taken.append(time.monotonic() - begun)
            client.call("Mrp.DiscardSimulation", key=key_of(name + "/gone"), name=name)
        middle = sorted(taken)[2]
        metric("what if: one change kept under a name: " + kind.replace("_", " "), middle, "s", target="< 0.2",
               ok=None if SMALL else middle < 0.2)


# ---- plants

def bring(plant, items):
    """Generates and imports; waits for the first plan."""
    folder = os.path.join(os.environ["MILLRACE_VAR"], "live-%d" % items)
    subprocess.run([sys.executable, GENERATOR, str(items), "3", folder], check=True, stdout=subprocess.DEVNULL)
    files = read_folder(folder)
    shutil.rmtree(folder)
    files["plant.csv"] = re.sub(rb"(?m)^plant,.*$", b"plant," + plant.encode(), files["plant.csv"])
    client = Client(plant, timeout=600)
    say("importing %s, %d items" % (plant, items))
    import_files(client, files, plant)
    ask(psql_of(client), "VACUUM ANALYZE")
    say("planning %s for the first time" % plant)
    within(400, lambda: client.call("Mrp.GetPlanState").get("plan_version"), "a first plan of %s" % plant)
    say("planned %s" % plant)
    ask(psql_of(client), "VACUUM ANALYZE")  # what a night does by itself, else it runs beside what is measured
    return client


def note_commits(client):
    """PostgreSQL shall keep the moment of each commit: before there is a plant, which a restart would find cold."""
    psql = psql_of(client)
    if ask(psql, "SHOW track_commit_timestamp") != "on":
        ask(psql, "ALTER SYSTEM SET track_commit_timestamp = on")
        ops("down")
        ops("up", MILLRACE_MRP_INSTANCES="1")


def plant_of(name, items):
    """Its client.  With MILLRACE_BENCH_KEEP a plant made before is used again: a mark beside the database says so."""
    kept = os.path.join(os.environ["MILLRACE_VAR"], "%s-%d.made" % (name, items))
    if not os.environ.get("MILLRACE_BENCH_KEEP") or not os.path.exists(kept):
        ops("down", "--purge")
        if os.path.exists(kept):
            os.unlink(kept)
    ops("up", MILLRACE_MRP_INSTANCES="1")
    note_commits(Client(name))
    if os.path.exists(kept):
        client = Client(name, timeout=600)
        within(60, lambda: client.call("Mrp.GetStockRequirements", item=bought(items)[0]), "a plan in memory")
        return client
    client = bring(name, items)
    with open(kept, "w", encoding="ascii"):
        pass
    return client


def audited(client):
    audit = client.call("Mrp.AuditPlan", key=key_of("audit/" + RUN))
    metric("audit after the load: differences", audit["differences"], "rows", target="0", ok=audit["differences"] == 0)


def million():
    ops("down")  # a stack of its own, on the same port
    os.environ["MILLRACE_VAR"] += "-million"
    anew(plant_of("LIVE1M", 1000000), "LIVE1M", 10, 2048)


def main():
    parts = os.environ.get("LIVE_PARTS", "engine plant load audit what-if anew killed million").split()
    steps = {"load": under_load, "audit": audited, "what-if": what_if, "anew": lambda client: anew(client, PLANT, None if SMALL else 2, None),
             "killed": killed}
    if "engine" in parts:
        net_change()
    try:
        if set(parts) & {"plant", *steps}:
            client = plant_of(PLANT, ITEMS)
            for part in [p for p in steps if p in parts]:
                steps[part](client)
                say(part + " is over")
        if not SMALL and "million" in parts:
            million()
    finally:
        ops("down")


BEGUN = time.monotonic()
if len(sys.argv) > 1 and sys.argv[1] == "post":
    post()
elif len(sys.argv) > 1 and sys.argv[1] == "feed":
    feed(PLANT, sys.argv[2])
elif len(sys.argv) > 1 and sys.argv[1] == "follow":
    follow(Client(PLANT), int(sys.argv[2]), int(sys.argv[3]), bought(ITEMS))
elif not os.path.exists(GENERATOR):
    print("SKIPPED: ../shared/bench/generate_plant.py is not there")
else:
    main()
