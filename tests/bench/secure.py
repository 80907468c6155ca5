#!/usr/bin/env python3
"""What security costs, each figure beside its baseline in the same run.

Postings through the gateway with everything on - TLS, a session and its cookie looked at, signed principal, role table, CURVE
between gateway and service, certificates asked of terminals - as a share of what they are with nothing of it: plain HTTP,
nobody asked who he is, ipc (bench_plain_gateway: the gateway's own objects, those calls left out; services take no request
without a signed principal, so that stays, cached).  And as a share of the same programs over ipc without certificates.

And the 99th percentile of the trivial method while passwords are checked, against without.  Medians of interleaved runs.
"""
import http.client
import json
import os
import pathlib
import re
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from types import SimpleNamespace

ROOT = pathlib.Path(__file__).resolve().parents[2]
for folder in ("tests/e2e", "tests/faults"):
    sys.path.insert(0, str(ROOT / folder))
from harness import free_port, until  # noqa: E402  (the folder is known only now)
from peer import Peer, owner_of  # noqa: E402
from post_gateway import TRIVIAL, URL, VAR, begin, ops, wrk, wrk_said  # noqa: E402

BUILD = pathlib.Path(os.environ["MILLRACE_BUILD"])
TURNS = 5
POSTING_TURNS = 7
CONNECTIONS = 64
KEEPS = 0.80
LOGINS_A_SECOND, LOGIN_ADDS_MS = 4, 5.0
CALM = 8  # connections of the trivial method while passwords are checked
LOGIN, PASSWORD = "bench-login", "correct horse battery"


def metric(name, value, unit, baseline, ratio, target, ok):
    print(f"{name:60} {value:9} {unit}  beside {baseline}: {ratio}, target {target}{'' if ok else '   MISSED'}", flush=True)
    if "MILLRACE_BENCH_OUT" in os.environ:
        with open(os.environ["MILLRACE_BENCH_OUT"], "a", encoding="utf-8") as out:
            out.write(json.dumps({"bench": "secure", "metric": name, "value": value, "unit": unit, "baseline": baseline,
                                  "ratio": ratio, "target": target, "ok": ok}) + "\n")
    return ok


def curve_side(folder):
    """A second gateway and inventory on the same database, tcp and CURVE between them."""
    stack = SimpleNamespace(var=str(VAR), program=lambda name: str(BUILD / "bin" / name))
    user = owner_of(VAR / "millrace.ini")
    os.chmod(folder, 0o755)
    settings, keys = {"millrace": {"rpc.map": f"{folder}/map"}}, {}
    for name in ("gateway", "inventory"):
        path = f"{folder}/{name}.key"
        keys[name] = subprocess.run([stack.program("millrace-gateway"), "--create-key", path], stdout=subprocess.PIPE, text=True,
                                    check=True).stdout.strip()
        if user:
            os.chown(path, user["user"], user["group"])
        settings[name] = {"rpc.key": path}
    pathlib.Path(folder, "map").write_text(
        f"gateway - {keys['gateway']} -\ninventory tcp://127.0.0.1:{free_port()} {keys['inventory']} gateway\n")
    ops("device-cert", "bench-device")
    for end in ("ca", "crl"):
        file = VAR / "tls" / ("devices.pem" if end == "ca" else "devices.crl")
        settings["gateway"][f"tls.client_{end}"] = str(file)
    return Peer(stack, ("inventory", "gateway"), settings).await_ready()


class Plain:
    """The gateway without its checks, before the services of the stack."""

    def __enter__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([BUILD / "bin" / "bench_plain_gateway", "--config", VAR / "millrace.ini"],
                                        env=dict(os.environ, MILLRACE_PORT=str(port)), stderr=subprocess.DEVNULL)
        until(lambda: self.listens(port), "the plain gateway")
        return self.url

    @staticmethod
    def listens(port):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def with_session(script, url, token):
    """The script of postings, made with the cookie of a session instead of a token."""
    call(url, "Access.SetUser", {"login": LOGIN, "password": PASSWORD, "roles": [{"plant": "BENCH", "role": "administrator"}]},
         Authorization=f"Bearer {token}")
    headers, login = call(url, "Access.Login", {"login": LOGIN, "password": PASSWORD}, Origin=url)
    session = (f"Cookie: {headers['Set-Cookie'].split(';')[0]}\\r\\nOrigin: {URL}"
               f"\\r\\nX-CSRF-Token: {login['csrf_token']}")
    text, count = re.subn(r"Authorization: Bearer [\w-]+", lambda _: session, script.read_text())
    if count != 1:
        sys.exit("secure: the script of postings has another form")
    made = script.with_name("posting-session.lua")
    made.touch(0o600)
    made.write_text(text)
    return made


def call(url, method, body, **headers):
    connection = http.client.HTTPSConnection(url.split("//")[1], context=ssl._create_unverified_context())
    connection.request("POST", "/v1/-/" + method, json.dumps(body), {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        sys.exit(f"secure: {method}: {answer.status}")
    return answer.headers, json.loads(content)


def postings(sides):
    """Requests a second of each (script, URL), turn by turn: what follows each other is compared."""
    rates = [[] for _ in sides]
    for _ in range(POSTING_TURNS):
        for (script, url), said in zip(sides, rates):
            said.append(wrk(CONNECTIONS, "-s", str(script), url))
    return rates


def keeps(name, rates, beside):
    """The median of the turns' shares."""
    ratio = statistics.median(one / other for one, other in zip(rates, beside))
    return metric(name, round(statistics.median(rates)), "1/s", round(statistics.median(beside)), round(ratio, 3), KEEPS, ratio >= KEEPS)


class Logins:
    """Password checks at an even pace while the block runs: as many clients, each once a second."""

    def __init__(self):
        self.over, self.done = threading.Event(), []
        self.threads = [threading.Thread(target=self.run, args=(n / LOGINS_A_SECOND,)) for n in range(LOGINS_A_SECOND)]

    def run(self, offset_s):
        connection = http.client.HTTPSConnection(URL.split("//")[1], context=ssl._create_unverified_context())
        due = time.monotonic() + offset_s
        while not self.over.wait(max(0, due - time.monotonic())):
            due += 1
            connection.request("POST", "/v1/-/Access.Login", json.dumps({"login": LOGIN, "password": PASSWORD}),
                               {"Content-Type": "application/json", "Origin": URL})
            answer = connection.getresponse()
            answer.read()
            self.done.append(answer.status)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def p99_ms():
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", wrk_said(CALM, "--latency", URL + TRIVIAL))
    return float(found.group(1)) * {"us": 0.001, "ms": 1, "s": 1000}[found.group(2)]


def calm_and_checking(token):
    """(p99 without password checks, with them, password checks a second)"""
    call(URL, "Access.SetUser", {"login": LOGIN, "password": PASSWORD}, Authorization=f"Bearer {token}")
    calm, checking, checks, seconds = [], [], 0, 0.0
    for _ in range(TURNS):
        calm.append(p99_ms())
        began = time.monotonic()
        with Logins() as logins:
            checking.append(p99_ms())
        checks, seconds = checks + logins.done.count(200), seconds + time.monotonic() - began
    return statistics.median(calm), statistics.median(checking), checks / seconds


def main():
    script, token = begin()
    good, other = True, None
    with tempfile.TemporaryDirectory(prefix="millrace-secure-") as folder:
        try:
            other = curve_side(folder)
            secured = f"https://127.0.0.1:{other.port}"
            session = with_session(script, secured, token)
            with Plain() as plain_url:
                plain, ipc, on = postings([(script, plain_url), (script, URL), (session, secured)])
            good &= keeps(f"postings with everything on, {CONNECTIONS} in flight", on, plain)
            good &= keeps("the same beside TLS, token and ipc", on, ipc)
            calm, checking, rate = calm_and_checking(token)
            good &= metric(f"p99 of the trivial method, {rate:.1f} password checks a second", round(checking, 2), "ms", round(calm, 2),
                           f"+{checking - calm:.2f} ms", f"<= +{LOGIN_ADDS_MS} ms", checking - calm <= LOGIN_ADDS_MS)
        finally:
            if other:
                other.stop()
            for file in (script, script.with_name("posting-session.lua")):
                file.unlink(missing_ok=True)
            ops("down", "--purge")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
