#!/usr/bin/env python3
# ops/test: release, quiet  (the sanitizers keep freed memory aside, which looks like growth)
"""What a hostile or broken client may try at the gateway: floods, false certificates, forged words; and what is noted of it."""
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
import door  # noqa: E402  (the folder is known only now)
from door import Gateway, answers_in, at_device, bearer, client, cookie_of, get, post, read_all, refused  # noqa: E402
from harness import ROOT, Suite, equal, fresh, until  # noqa: E402
from peer import Psql  # noqa: E402

suite = Suite("secure")
PLANT = fresh("SEC-")
LOGIN, PASSWORD, BADGE, PIN = fresh("lin-"), "correct horse battery", fresh("S-"), "20261122"
MIB = 1 << 20
door.use(suite, PLANT)


def memory_of(gateway):
    """Bytes of it that are in memory."""
    with open("/proc/%d/statm" % gateway.process.pid, encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def connect_from(source, port, context=None, timeout=20):
    plain = socket.create_connection((client().url.hostname, port), timeout=timeout, source_address=(source, 0))
    return (context or client().tls).wrap_socket(plain, server_hostname=client().url.hostname)


# -------------------------------------------------------------------------------------------- limits

@suite.test("one address has so many connections and no more; others still get in")
def _(t):
    with Gateway(connections_per_address=5) as other:
        kept = [connect_from("127.0.0.1", other.port) for _ in range(5)]
        try:
            try:
                with connect_from("127.0.0.1", other.port) as sixth:
                    sixth.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                    equal(read_all(sixth), b"", "the sixth")
            except OSError:
                pass
            with connect_from("127.0.0.2", other.port) as neighbour:
                neighbour.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                equal(answers_in(read_all(neighbour)), [b"200"], "another address")
        finally:
            for one in kept:
                one.close()
        until(other.answers, "a place again")


def wave(port, count):
    """Requests that announce 1 MiB each and send the most of it, from several addresses: (answers 503, kept connections)."""
    head = b"POST /v1/-/Access.Login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % MIB
    busy, kept = 0, []
    for i in range(count):
        tls = connect_from("127.0.0.%d" % (i % 8 + 2), port)
        tls.settimeout(5)
        try:
            tls.sendall(head + b" " * (MIB * 3 // 4))
        except OSError:
            pass
        kept.append(tls)
    for tls in kept:
        tls.settimeout(0.02)
        try:
            got = tls.recv(4096)
        except OSError:
            got = b""
        if b" 503 " in got:
            assert b"Retry-After: 1\r\n" in got and b'"code":"BUSY"' in got, got
            busy += 1
    return busy, kept


@suite.test("a flood of large bodies is told to come back, and memory stays where it was")
def _(t):
    count = 60
    with Gateway(bodies_bytes=4 * MIB, body_timeout_s=60) as other:
        before = memory_of(other)
        grown = []
        for _ in range(3):
            busy, kept = wave(other.port, count)
            grown.append(memory_of(other) - before)
            for tls in kept:
                tls.close()
            equal(busy, count - 4, "answers that say: later")
            until(lambda: post("/v1/-/Access.Login", {"login": "x" * 900, "password": "y"}, other.port)[0] in (401, 422),
                  "a place for a body again")
        flood = count * MIB * 3 // 4
        assert max(grown) < flood, "grew by %s, a flood brings %d" % (grown, flood)
        assert grown[2] - grown[0] < 8 * MIB, "grows from wave to wave: %s" % grown


@suite.test("a posting of more lines than one may have is refused with how many")
def _(t):
    lines = [{"item": "I%d" % i, "quantity": "1"} for i in range(1001)]
    refused(post("/v1/%s/Inventory.PostAdjustment" % PLANT, {"reason": "count", "lines": lines}, Authorization=bearer(),
                 Idempotency_Key=str(uuid.uuid4())), 413, "LIMIT", "1001 lines are more than 1000")


# ------------------------------------------------------------------------------------------ terminals

def authority(*words):
    environment = dict(os.environ, MILLRACE_VAR=state["ca"])
    done = subprocess.run([os.path.join(ROOT, "ops", "device-cert"), *words], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    equal(done.returncode, 0, done.stdout)


state = {}


def ca_made(name):
    folder = os.path.join(suite.folder, name)
    for part in ("tls", "log"):
        os.makedirs(os.path.join(folder, part))
    os.chmod(suite.folder, 0o755)
    state["ca"] = folder


def kept(name, folder=None):
    """Copies of a certificate and its key, for after it is revoked."""
    at = os.path.join(folder or state["ca"], "tls", "devices", name)
    for end in (".pem", ".key"):
        shutil.copy(at + end, os.path.join(suite.folder, name + end))
    return os.path.join(suite.folder, name)


def showing(path=None):
    context = ssl.create_default_context(cafile=os.path.join(suite.stack.var, "tls", "ca.pem"))
    if path:
        context.load_cert_chain(path + ".pem", path + ".key")
    return context


def ask(port, context, path, body, **headers):
    """(HTTP status, headers, JSON), or None where the handshake failed."""
    try:
        with connect_from("127.0.0.1", port, context) as tls:
            lines = "".join("%s: %s\r\n" % pair for pair in headers.items())
            content = json.dumps(body).encode()
            tls.sendall(("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nConnection: close\r\n"
                         "%sContent-Length: %d\r\n\r\n" % (path, client().url.netloc, lines, len(content))).encode() + content)
            got = read_all(tls)
    except (ssl.SSLError, ConnectionError):
        return None
    if not got:
        return None
    head, _, content = got.partition(b"\r\n\r\n")
    cookies = [line.split(": ", 1)[1] for line in head.decode().split("\r\n") if line.startswith("Set-Cookie: ")]
    return int(head.split(b" ")[1]), {"Set-Cookie": cookies[0] if cookies else ""}, json.loads(content)


def terminal():
    """An enrolled device of PLANT and somebody with a badge: (cookie of the device, its id)."""
    roles = [{"plant": PLANT, "role": "supervisor"}]
    equal(post("/v1/-/Access.SetUser", {"login": LOGIN, "password": PASSWORD, "roles": roles}, Authorization=bearer())[0], 200, "SetUser")
    equal(post("/v1/-/Access.SetBadge", {"login": LOGIN, "badge": BADGE, "pin": PIN}, Authorization=bearer())[0], 200, "SetBadge")
    own = at_device(cookie_of(post("/v1/-/Access.Login", {"login": LOGIN, "password": PASSWORD})[1]))
    status, headers, answer = post("/v1/-/Access.EnrollDevice", {"plant": PLANT, "name": "Line 1"}, **own)
    equal(status, 200, "EnrollDevice")
    return cookie_of(headers), answer["device"]["device_id"]


@suite.test("a terminal with a certificate: its own, and no other, opens what its cookie opens")
def _(t):
    ca_made("ca")
    device, device_id = terminal()
    authority(device_id)
    authority("another-device")
    authority("late-device")
    own, another = kept(device_id), kept("another-device")
    tls = os.path.join(state["ca"], "tls")
    settings = {"tls_client_ca": tls + "/devices.pem", "tls_client_crl": tls + "/devices.crl"}
    first = state["ca"]
    ca_made("false")  # an authority of the same name
    authority(device_id)
    shutil.copy(os.path.join(state["ca"], "tls", "devices", device_id + ".pem"), own + "-false.pem")
    shutil.copy(os.path.join(state["ca"], "tls", "devices", device_id + ".key"), own + "-false.key")
    state["ca"] = first
    subprocess.run(["openssl", "req", "-new", "-key", own + ".key", "-subj", "/CN=" + device_id, "-out", own + ".csr"], check=True)
    subprocess.run(["openssl", "ca", "-config", "ca.cnf", "-batch", "-notext", "-startdate", "20200101000000Z", "-enddate",
                    "20200201000000Z", "-in", own + ".csr", "-out", own + "-old.pem"], cwd=tls + "/devices", check=True,
                   stderr=subprocess.DEVNULL)
    shutil.copy(own + ".key", own + "-old.key")
    with Gateway(**settings) as other:
        badge = {"badge": BADGE, "pin": PIN}
        origin = "https://" + client().url.netloc
        login = ask(other.port, showing(own), "/v1/-/Access.LoginBadge", badge, Cookie=device, Origin=origin)
        equal(login[0], 200, "badge, device and certificate")
        session = {"Cookie": "%s; %s" % (device, cookie_of(login[1])), "Origin": origin}
        who = "/v1/-/Access.WhoAmI"
        equal(ask(other.port, showing(own), who, {}, **session)[0], 200, "its session")
        for name, context in (("no certificate", showing()), ("another device's", showing(another))):
            refused(ask(other.port, context, who, {}, **session), 401, "UNAUTHENTICATED", "session is over")
            refused(ask(other.port, context, "/v1/-/Access.LoginBadge", badge, Cookie=device, Origin=origin), 401,
                    "UNAUTHENTICATED", "not enrolled")
        for name in ("-false", "-old"):
            equal(ask(other.port, showing(own + name), who, {}, **session), None, "certificate " + name)
        equal(ask(other.port, showing(), "/v1/-/Access.Login", {"login": LOGIN, "password": PASSWORD}, Origin=origin)[0], 200,
              "an office browser needs none")
        with connect_from("127.0.0.1", other.port, showing(own)) as open_one:
            open_one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert open_one.recv(4096).startswith(b"HTTP/1.1 200"), "an open connection"
            authority("--revoke", device_id)
            other.process.send_signal(signal.SIGHUP)
            equal(read_all(open_one), b"", "what was open under a certificate is closed")
        equal(ask(other.port, showing(own), who, {}, **session), None, "a revoked certificate")
        equal(ask(other.port, showing(another), who, {})[0], 401, "another one is still taken")
    with Gateway(tls_client_required="true", **settings) as required:
        equal(ask(required.port, showing(), who, {}), None, "no certificate where all need one")
        equal(ask(required.port, showing(another), who, {})[0], 401, "a certificate is no login")


@suite.test("a session ends after half an hour without a request, by badge after ten minutes, and after twelve hours in any case")
def _(t):
    database = Psql(suite.stack)
    own = at_device(cookie_of(post("/v1/-/Access.Login", {"login": LOGIN, "password": PASSWORD})[1]))
    device = cookie_of(post("/v1/-/Access.EnrollDevice", {"plant": PLANT, "name": "Line 2"}, **own)[1])
    try:
        for column, minutes, status in (("seen_at", 29, 200), ("seen_at", 31, 401), ("expires_at", 0, 401)):
            cookie = cookie_of(post("/v1/-/Access.Login", {"login": LOGIN, "password": PASSWORD})[1])
            aged(database, column, minutes, status, cookie)
        for column, minutes, status in (("seen_at", 9, 200), ("seen_at", 11, 401)):
            cookie = cookie_of(post("/v1/-/Access.LoginBadge", {"badge": BADGE, "pin": PIN}, **at_device(device))[1])
            aged(database, column, minutes, status, cookie + "; " + device)
        kept_alive(database)
        made = post("/v1/-/Access.CreateToken", {"name": "old", "roles": [{"plant": "*", "role": "administrator"}]}, Authorization=bearer())[2]
        who = {"Authorization": bearer(made["token"])}
        database.rows("UPDATE api_token SET expires_at = now() WHERE token_id = '%s'" % made["token_id"])
        refused(post("/v1/-/Access.WhoAmI", {}, **who), 401, "UNAUTHENTICATED", "not valid")
    finally:
        database.stop()


def kept_alive(database):
    """Only what somebody does: a page that keeps itself up to date, and a stream, do not."""
    cookie = cookie_of(post("/v1/-/Access.Login", {"login": LOGIN, "password": PASSWORD})[1])
    with Gateway() as other:
        own = {"Cookie": cookie, "Origin": "https://%s:%d" % (client().url.hostname, other.port)}
        for what, ask, alive in (("a page by itself", lambda: post("/v1/-/Access.WhoAmI", {}, other.port, X_Background="1", **own)[0], False),
                                 ("a stream", lambda: begun(other.port, cookie), False),
                                 ("somebody", lambda: post("/v1/-/Access.WhoAmI", {}, other.port, **own)[0], True)):
            database.rows("UPDATE session SET seen_at = now() - interval '5 minutes' WHERE login = '%s'" % LOGIN)
            equal(ask(), 200, what)
            query = "SELECT count(*) FROM session WHERE login = '%s' AND seen_at > now() - interval '4 minutes'" % LOGIN
            equal(int(database.rows(query)[0][0]), int(alive), what)


def begun(port, cookie):
    """The status of a stream of events that has begun."""
    with connect_from("127.0.0.1", port) as tls:
        tls.sendall(("GET /v1/%s/events HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n" % (PLANT, cookie)).encode())
        return int(tls.recv(4096).split(b" ")[1])


def aged(database, column, minutes, status, cookie):
    """What a gateway that has not seen the session yet says to it when it is so old."""
    database.rows("UPDATE session SET %s = now() - interval '%d minutes' WHERE login = '%s'" % (column, minutes, LOGIN))
    with Gateway() as other:
        own = {"Cookie": cookie, "Origin": "https://%s:%d" % (client().url.hostname, other.port)}
        got = post("/v1/-/Access.WhoAmI", {}, other.port, **own)
        equal(got[0], status, "%s %d minutes ago" % (column, minutes))
        if status == 401:
            refused(got, 401, "UNAUTHENTICATED", "session is over")


@suite.test("what is stored of secrets opens nothing: costly hashes of passwords and PINs, each its own; SHA-256 of random ones")
def _(t):
    equal(post("/v1/-/Access.SetUser", {"login": LOGIN + "-2", "password": PASSWORD}, Authorization=bearer())[0], 200, "SetUser")
    cookies = {cookie_of(post("/v1/-/Access.Login", {"login": LOGIN + "-2", "password": PASSWORD})[1]).split("=")[1] for _ in range(3)}
    equal((len(cookies), {len(cookie) for cookie in cookies}), (3, {43}), "256 bits, new ones each time")
    database = Psql(suite.stack)
    try:
        hashes = [row for row, in database.rows("SELECT unnest(ARRAY[password_hash, pin_hash]) FROM app_user"
                                                " WHERE login IN ('%s', '%s-2')" % (LOGIN, LOGIN)) if row]
        equal(len(hashes), 3, "two passwords and a PIN")
        for row in hashes:
            assert row.startswith("$argon2id$v=19$m=65536,t=2,p=1$"), row
        equal(len({row.split("$")[4] for row in hashes}), 3, "salts")
        equal({len(row.split("$")[4]) for row in hashes}, {22}, "128 bits of salt")
        kept = {row for row, in database.rows("SELECT encode(session_hash, 'hex') FROM session WHERE login = '%s-2'" % LOGIN)}
        equal(kept, {hashlib.sha256(cookie.encode()).hexdigest() for cookie in cookies}, "sessions")
    finally:
        database.stop()


@suite.test("the programs are built to be hard to bend: where they lie is chance, what is fixed cannot be written")
def _(t):
    for name in ("gateway", "bom", "mrp", "production", "receipt", "inventory", "order", "cost", "relay"):
        program = suite.stack.program("millrace-" + name)
        said = subprocess.run(["readelf", "-W", "-h", "-l", "-d", "--dyn-syms", program], stdout=subprocess.PIPE, text=True, check=True).stdout
        for wanted in (r"Type: +DYN", r"GNU_RELRO", r"BIND_NOW|FLAGS.*NOW", r"GNU_STACK +\S+ +\S+ +\S+ +\S+ +\S+ +RW ", "__stack_chk_fail",
                       r"__\w+_chk\b"):
            assert re.search(wanted, said), "%s: no %s" % (name, wanted)
        with open(program, "rb") as file:
            content = file.read()
        assert b"%s/pause" not in content and b"__asan" not in content, "%s is built for tests" % name


# ----------------------------------------------------------------------------------- what is written down

FORGED = 'x\n{"ts":"2026-01-01","level":"error","message":"forged"}\r\n\x1b[31m\x00"\\'


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]  # each line is JSON of its own, or this fails


@suite.test("each refusal has one code, no hint, and a line in the log with who and where; nothing forges a line")
def _(t):
    path = os.path.join(suite.folder, "gateway.log")
    plain = suite.stack.person(client(), PLANT, "operator")
    with open(path, "wb") as log, Gateway(log=log) as other:
        cases = (
            ("Access.Login", {"login": LOGIN, "password": "not the password"}, {}, 401, "UNAUTHENTICATED"),
            ("Access.Login", {"login": "nobody-at-all", "password": "not the password"}, {}, 401, "UNAUTHENTICATED"),
            ("Access.Login", {"login": FORGED.replace("\x00", ""), "password": "x"}, {}, None, None),
            ("Access.WhoAmI", {}, {"Cookie": "__Host-millrace=" + "A" * 43, "Origin": "https://%s:%d" % (client().url.hostname, other.port)},
             401, "UNAUTHENTICATED"),
            ("Access.SetUser", {"login": "x"}, {"Authorization": bearer(plain.token)}, 403, "FORBIDDEN"),
        )
        said = []
        for method, body, headers, status, code in cases:
            got = post("/v1/-/" + method, body, other.port, Host="%s:%d" % (client().url.hostname, other.port),
                       X_Forwarded_For="10.9.8.7", Forwarded="for=10.9.8.7", **headers)
            if status:
                refused(got, status, code)
            said.append(got[2]["error"])
        equal(said[0]["message"], said[1]["message"], "wrong password and unknown login")
        refused(post("/v1/%s/Bom.GetItem" % fresh("ELSE-"), {"item": "x"}, other.port, Authorization=bearer(plain.token)), 403, "FORBIDDEN")
        for tail in ("/..%2f..%2fetc%2fpasswd", "/assets/../../../etc/passwd", "/%0a%0dx", "/assets/..%5c..%5cx", "//etc/passwd"):
            assert get(tail, other.port)[0] in (400, 404), tail
    lines = lines_of(path)
    assert not [line for line in lines if line["message"] == "forged"], "a line was forged"
    for error in said:
        line = [line for line in lines if line.get("trace") == error["trace"]]
        equal(len(line), 1, "lines of " + error["trace"])
        equal((line[0]["address"], line[0]["status"]), ("127.0.0.1", error["code"]), "where and what")
    who = {line.get("principal") for line in lines}
    assert {LOGIN, "nobody-at-all"} <= who, who


@suite.test("behind a proxy each client has the address that the proxy says, and nobody else is believed")
def _(t):
    path = os.path.join(suite.folder, "proxy.log")
    login = fresh("behind-")
    with open(path, "wb") as log, Gateway(log=log, proxy="127.0.0.1", connections_per_address=3) as other:
        def tries(forwarded, source="127.0.0.1"):
            with connect_from(source, other.port) as tls:
                content = json.dumps({"login": login, "password": "x"}).encode()
                tls.sendall(b"POST /v1/-/Access.Login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
                            + forwarded + b"Content-Length: %d\r\n\r\n" % len(content) + content)
                return json.loads(read_all(tls).partition(b"\r\n\r\n")[2])["error"]["message"]
        for i in range(6):  # what stands before the last word is the client's own
            said = tries(b"X-Forwarded-For: 10.0.0.%d\r\nX-Forwarded-For: 10.0.1.%d, 192.0.2.1\r\n" % (i, i))
            equal("too many" in said, i == 5, "try %d of one client" % i)
        assert "too many" not in tries(b"X-Forwarded-For: 2001:db8::1\r\n"), "another client"
        for nonsense in (b"", b"X-Forwarded-For: nonsense\r\n", b"X-Forwarded-For: 192.0.2.1,\r\n", b"X-Forwarded-For: " + b"9" * 100 + b"\r\n"):
            assert "too many" not in tries(nonsense), nonsense
        assert "too many" not in tries(b"X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.2"), "not the proxy"
        kept = [connect_from("127.0.0.1", other.port) for _ in range(5)]  # the proxy's connections have one limit, that of all
        equal(get("/healthz", other.port)[0], 200, "the sixth")
        for tls in kept:
            tls.close()
    seen = [line.get("address") for line in lines_of(path) if line.get("method") == "Access.Login"]
    equal(seen, ["192.0.2.1"] * 6 + ["2001:db8::1"] + ["127.0.0.1"] * 4 + ["127.0.0.2"], "addresses in the log")


@suite.test("words of SQL are words: nothing is carried out, nothing is changed")
def _(t):
    for word in ("x'; DROP TABLE item; --", "' OR '1'='1", "x\\'; SELECT 1 --", "$1", "%s", "x\"; --"):
        status, _, answer = post("/v1/%s/Bom.GetItem" % PLANT, {"item": word}, Authorization=bearer())
        assert status in (404, 422), (word, answer)
        refused(post("/v1/-/Access.Login", {"login": word, "password": word}), 401, "UNAUTHENTICATED")
    equal(get("/readyz")[0], 200, "all services")


if __name__ == "__main__":
    suite.main()
