"""What the parts of cost.py share: a Millrace of their own, a client of it, the lines of the table."""
import contextlib
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
PORT = int(os.environ["MILLRACE_PORT"])
os.environ.setdefault("MILLRACE_HEALTHY_SECONDS", "120")  # the planner plans the million items before it says that it is ready
AWAY = os.environ["MILLRACE_VAR"]                    # for what is thrown away after it was measured
KEPT = str(ROOT / "var" / "bench" / "cost")          # for what takes minutes to make; ops/down --purge with it makes room


def metric(name, value, unit, target=None, baseline=None):
    """Target: the most that the value may be."""
    row = {"bench": "cost", "metric": name, "value": value, "unit": unit, "baseline": baseline,
           "ratio": round(value / baseline, 3) if baseline else None,
           "target": None if target is None else "<= %s" % target, "ok": None if target is None else value <= target}
    print("%-78s %10s %-4s%s" % (name, value, unit, "  MISSED, target %s" % row["target"] if row["ok"] is False else ""), flush=True)
    with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def p99(seconds):
    """In ms."""
    return round(sorted(seconds)[min(len(seconds) - 1, len(seconds) * 99 // 100)] * 1000, 2)


def ops(command, *words, text=None):
    done = subprocess.run([str(ROOT / "ops" / command), *words], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit("cost: ops/%s: %s" % (command, done.stderr[:500] or done.stdout[-500:]))
    return done.stdout


def sql(text, **names):
    """What the statements return; names are psql's variables."""
    words = [word for name, value in names.items() for word in ("-v", "%s=%s" % (name, value))]
    return ops("sql", "-qAt", "-v", "ON_ERROR_STOP=1", *words, text=text)


def leave_unplanned():
    """Nobody plans the plants that are there, also after the next start: another planner has them on a long lease."""
    sql("INSERT INTO plan_owner (plant_id, epoch, instance, expires_at) SELECT plant_id, 1, 9999, now() + interval '10 years'"
        " FROM plant ON CONFLICT (plant_id) DO UPDATE SET epoch = plan_owner.epoch + 1, instance = excluded.instance,"
        " expires_at = excluded.expires_at")


@contextlib.contextmanager
def stack(home):
    """Purged before and after, or kept: then without the planner and the sealer, which would plan and seal all that was filled in."""
    os.environ["MILLRACE_VAR"] = home
    if home != KEPT:
        ops("down", "--purge")
    try:
        ops("up")
        if home == KEPT:
            ops("service", "stop", "mrp")
            ops("service", "stop", "relay")
        yield
        if home == KEPT:
            leave_unplanned()
    finally:
        ops("down", *([] if home == KEPT else ["--purge"]))


class Client:
    """One connection, for one thread."""

    def __init__(self, plant):
        var = pathlib.Path(os.environ["MILLRACE_VAR"])
        context = ssl.create_default_context(cafile=str(var / "tls" / "ca.pem"))
        self.connection = http.client.HTTPSConnection("127.0.0.1", PORT, context=context, timeout=120)
        self.plant, self.token = plant, (var / "cli.token").read_text().strip()

    def call(self, method, **body):
        """Seconds, and the answer."""
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json",
                   "X-Timeout-Ms": "110000", "Idempotency-Key": str(uuid.uuid4())}
        content = json.dumps(body)
        began = time.monotonic()
        self.connection.request("POST", "/v1/%s/%s" % (self.plant, method), content, headers)
        answer = self.connection.getresponse()
        said = answer.read()
        spent = time.monotonic() - began
        if answer.status != 200:
            sys.exit("cost: %s: %s" % (method, said[:300]))
        return spent, json.loads(said)
