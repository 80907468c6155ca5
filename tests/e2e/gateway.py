#!/usr/bin/env python3
# ops/test: quiet
"""The gateway's door: framing, limits, logins, tokens, roles, and what it answers by itself."""
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import warnings
from datetime import datetime, timedelta, timezone

import door
from door import Gateway, answers_in, at_device, bearer, client, connect, cookie_of, get, post, raw, read_all, refused
from harness import Suite, equal, fresh, key_of, until

suite = Suite("gateway")
state = {}
PASSWORD = "correct horse battery"
LOGIN = fresh("mei-")
PLANT = fresh("GW-")
door.use(suite, PLANT)


# ---------------------------------------------------------------------------------------- what it says

def metrics(path, token=None):
    return get(path, headers={"Authorization": "Bearer " + token if token else bearer()})


@suite.test("healthz needs no service; readyz names every one; unknown pages are refused")
def _(t):
    status, headers, body = get("/healthz")
    equal((status, json.loads(body)), (200, {"service": "gateway", "healthy": True}), "healthz")
    for name in ("X-Request-Id", "Strict-Transport-Security", "Content-Security-Policy"):
        assert headers[name], "no header %s" % name
    status, _, body = get("/readyz")
    equal(status, 200, "readyz")
    services = {row["service"]: row for row in json.loads(body)["services"]}
    for name in ("gateway", "bom", "mrp", "order", "production", "receipt", "inventory", "cost", "relay"):
        assert services[name]["ready"], services[name]
        status, _, body = get("/services/%s/readyz" % name)
        equal((status, json.loads(body)["service"]), (200, name), "readyz of " + name)
        equal(get("/services/%s/metrics" % name)[0], 401, "metrics of %s without a token" % name)
        status, headers, body = metrics("/services/%s/metrics" % name)
        assert status == 200 and b"# TYPE millrace_" in body and headers["Content-Type"].startswith("text/plain"), name
    for path in ("/nothing", "/services/nobody/healthz", "/services/bom/secrets", "/healthz/"):
        equal(get(path)[0], 404, path)
    equal(get("/healthz", method="HEAD")[2], b"", "body of HEAD")
    assert b"millrace_gateway_requests_total{code=\"200\"}" in metrics("/metrics")[2]
    equal(get("/metrics")[0], 401, "metrics without a token")
    auditor = suite.stack.person(suite.stack.client(PLANT), PLANT, "auditor")
    equal(metrics("/metrics", auditor.token)[0], 403, "metrics, for an auditor of one plant")


@suite.test("every answer says what a browser may do with it, and nothing of what answered")
def _(t):
    answers = {path: get(path)[1] for path in ("/", "/floor", "/status", "/healthz", "/nothing", "/openapi.json")}
    answers["refused"] = post("/v1/%s/Bom.GetItem" % PLANT, {})[1]
    answers["a call"] = post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(), Origin="https://evil.example")[1]
    for path, headers in answers.items():
        equal((headers["X-Content-Type-Options"], headers["Referrer-Policy"]), ("nosniff", "no-referrer"), path)
        assert "default-src 'none'" in headers["Content-Security-Policy"], headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"] and "unsafe" not in headers["Content-Security-Policy"], path
        assert int(re.match(r"max-age=(\d+)", headers["Strict-Transport-Security"])[1]) >= 31536000, path
        said = [name for name in headers if re.match(r"(?i)server|x-powered-by|access-control-", name)]
        equal(said, [], path)
    for path in ("refused", "a call"):
        equal((answers[path]["Cache-Control"], answers[path]["Content-Disposition"]),
              ("no-store", 'attachment; filename="api.json"'), path)


@suite.test("the page at / shows every service, in the browser's language, without script")
def _(t):
    status, headers, body = get("/status", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    text = body.decode()
    assert status == 200 and '<html lang="zh-CN">' in text and "就绪" in text and "/openapi.json" in text
    assert "<script" not in text and "default-src 'none'" in headers["Content-Security-Policy"]
    assert '<html lang="en">' in get("/status", headers={"Accept-Language": "en-GB,zh;q=0.5"})[2].decode()


@suite.test("openapi.json describes every method and refers only to what it holds")
def _(t):
    document = json.loads(get("/openapi.json")[2])
    equal(document["openapi"], "3.1.0", "version")
    text = json.dumps(document)
    for kind, name in set(re.findall(r'"#/components/(\w+)/(\w+)"', text)):
        assert name in document["components"][kind], name
    for path, entry in document["paths"].items():
        if "post" not in entry:
            continue  # the stream of events
        method = entry["post"]
        equal(path.split("/")[-1], method["operationId"], "path")
        assert "nobody" not in method["description"], path
        needs_key = any(p["$ref"].endswith("/key") for p in method["parameters"])
        status, _, answer = post(path.replace("{plant}", PLANT), {}, Authorization=bearer(), X_Timeout_Ms="1000")
        asked = status == 400 and answer["error"]["field"] == "Idempotency-Key"
        equal(asked, needs_key, "need of a key for " + path)


# -------------------------------------------------------------------------------------------- framing

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


def call_head(*headers):
    return b"\r\n".join([b"POST /v1/-/Access.WhoAmI HTTP/1.1", b"Host: localhost", b"Content-Type: application/json",
                         b"Authorization: " + bearer().encode(), *headers, b"", b""])


@suite.test("ambiguous framing is refused and the connection closed: nothing behind it is run")
def _(t):
    body = b"{}" + SMUGGLED
    cases = {
        "two lengths": call_head(b"Content-Length: 2", b"Content-Length: %d" % len(body)) + body,
        "two equal lengths": call_head(b"Content-Length: 2", b"Content-Length: 2") + body,
        "a list of lengths": call_head(b"Content-Length: 2, 2") + body,
        "length and chunked": call_head(b"Content-Length: 2", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED,
        "chunked": call_head(b"Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n" + SMUGGLED,
        "odd chunked": call_head(b"Transfer-Encoding: xchunked", b"Content-Length: 2") + body,
        "signed length": call_head(b"Content-Length: +2") + body,
        "negative length": call_head(b"Content-Length: -2") + body,
        "hexadecimal length": call_head(b"Content-Length: 0x2") + body,
        "empty length": call_head(b"Content-Length:") + body,
        "huge length": call_head(b"Content-Length: 99999999999999999999") + body,
        "blank before the colon": call_head(b"Content-Length : 2") + body,
        "folded header": call_head(b"X: a\r\n b", b"Content-Length: 2") + body,
        "bare LF": call_head(b"Content-Length: 2").replace(b"\r\n", b"\n") + body,
        "one bare LF": call_head(b"X: a\nContent-Length: 2") + body,
        "bare CR": call_head(b"X: a\rContent-Length: 2") + body,
        "NUL in a header": call_head(b"X: a\0b", b"Content-Length: 2") + body,
        "NUL first": b"\0" + SMUGGLED,
        "no host": b"GET /healthz HTTP/1.1\r\n\r\n" + SMUGGLED,
        "two hosts": GET + b"Host: other\r\n\r\n" + SMUGGLED,
        "HTTP/1.0": b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n" + SMUGGLED,
        "HTTP/0.9": b"GET /healthz\r\n\r\n" + SMUGGLED,
        "an absolute target": b"GET https://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + SMUGGLED,
        "GET with a body": GET + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
        "not HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n" + SMUGGLED,
    }
    for name, content in cases.items():
        got = raw(content)
        equal(answers_in(got), [b"400"], name)
        assert b"Connection: close" in got and b'"code":"MALFORMED"' in got, "%s: %s" % (name, got)


@suite.test("requests sent ahead are answered in order, and a dead client harms nobody")
def _(t):
    got = raw(GET + b"\r\n" + call_head(b"Content-Length: 2") + b"{}" + GET + b"Connection: close\r\n\r\n" + SMUGGLED)
    equal(answers_in(got), [b"200", b"200", b"200"], "answers")
    many = GET + b"\r\n"
    equal(answers_in(raw(many * 300 + GET + b"Connection: close\r\n\r\n")), [b"200"] * 301, "300 requests at once")
    for _ in range(20):
        with connect() as tls:
            tls.sendall(call_head(b"Content-Length: 2") + b"{}")
    equal(get("/healthz")[0], 200, "afterwards")


@suite.test("a large header or body is refused with 413 before it is read")
def _(t):
    got = raw(GET + b"X: " + b"a" * 20000 + b"\r\n\r\n")
    equal(answers_in(got), [b"413"], "header")
    got = raw(GET + b"A: b\r\n" * 100 + b"\r\n")
    equal(answers_in(got), [b"413"], "number of headers")
    got = raw(call_head(b"Content-Length: 200000000") + b"{")
    equal(answers_in(got), [b"413"], "body")
    refused(post("/v1/%s/Bom.AddImportChunk" % PLANT, {"content": "A" * 131072}, Authorization=bearer(),
                 Idempotency_Key=key_of("large")), 413, "LIMIT")
    got = raw(call_head(b"Content-Length: 2", b"Expect: 100-continue") + b"{}" + GET + b"Connection: close\r\n\r\n")
    equal([code for code in answers_in(got) if code != b"100"], [b"200", b"200"], "100-continue")


@suite.test("a slow header, a slow body and a silent client are cut off")
def _(t):
    with Gateway(header_timeout_s=1, body_timeout_s=1, connections=30) as other:
        for name, first, code in (("header", b"GET /healthz HTTP/1.1\r\nHost: a", [b"504"]),
                                  ("body", call_head(b"Content-Length: 20") + b"{", [b"504"]),
                                  ("silence", b"", [])):
            begun = time.monotonic()
            with connect(other.port) as tls:
                if first:
                    tls.sendall(first)
                stop = threading.Event()

                def drip():
                    while first and not stop.wait(0.3):
                        try:
                            tls.sendall(b"x")
                        except (OSError, ValueError):
                            return
                thread = threading.Thread(target=drip)
                thread.start()
                got = read_all(tls)
                stop.set()
                thread.join()
            took = time.monotonic() - begun
            equal(answers_in(got), code, name)
            assert took < 6, "%s: %.1f s" % (name, took)


@suite.test("connections over the limit are closed; the others go on")
def _(t):
    with Gateway(connections=5) as other:
        kept = [connect(other.port) for _ in range(5)]
        try:
            try:
                got = raw(GET + b"\r\n", other.port)
            except (OSError, ssl.SSLError):
                got = b""
            equal(got, b"", "the sixth")
            kept[0].sendall(GET + b"Connection: close\r\n\r\n")
            equal(answers_in(read_all(kept[0])), [b"200"], "the first")
        finally:
            for tls in kept:
                tls.close()
        until(other.answers, "a place for the next")


def certificate(port):
    url = client().url
    plain = socket.create_connection((url.hostname, port), timeout=10)
    anybody = ssl._create_unverified_context()
    with anybody.wrap_socket(plain) as tls:
        return tls.getpeercert(binary_form=True)


@suite.test("a renewed certificate is taken up without a restart; a broken one changes nothing")
def _(t):
    var, folder = suite.stack.var, suite.folder
    files = {name: os.path.join(folder, "server." + name) for name in ("pem", "key")}
    for name, path in files.items():
        shutil.copy(os.path.join(var, "tls", "server." + name), path)
    config = os.path.join(folder, "gateway.ini")
    with open(os.path.join(var, "millrace.ini"), encoding="utf-8") as file:
        text = re.sub(r"(?m)^(\s*tls\.certificate\s*=).*$", r"\1 " + files["pem"], file.read())
    with open(config, "w", encoding="utf-8") as file:
        file.write(re.sub(r"(?m)^(\s*tls\.key\s*=).*$", r"\1 " + files["key"], text))
    with Gateway(config) as other:
        first = certificate(other.port)
        kept = connect(other.port)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                        "2", "-subj", "/CN=renewed", "-keyout", files["key"], "-out", files["pem"]], check=True,
                       stderr=subprocess.DEVNULL)
        other.process.send_signal(signal.SIGHUP)
        renewed = until(lambda: certificate(other.port) != first and certificate(other.port), "the renewed certificate")
        kept.sendall(GET + b"Connection: close\r\n\r\n")
        equal(answers_in(read_all(kept)), [b"200"], "a connection from before")
        with open(files["key"], "w", encoding="utf-8") as file:
            file.write("broken")
        other.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        equal(certificate(other.port), renewed, "the certificate in use")


@suite.test("only TLS 1.2 and newer; plain HTTP gets nothing")
def _(t):
    warnings.simplefilter("ignore", DeprecationWarning)
    old = ssl.create_default_context(cafile=os.path.join(suite.stack.var, "tls", "ca.pem"))
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    url = client().url
    with socket.create_connection((url.hostname, url.port), timeout=10) as plain:
        try:
            old.wrap_socket(plain, server_hostname=url.hostname)
            raise AssertionError("TLS 1.1 was accepted")
        except (ssl.SSLError, ConnectionError):
            pass
    for ciphers, taken in (("ECDHE+AESGCM", True), ("ECDHE+AES:!AESGCM", False), ("kRSA", False)):
        weak = ssl.create_default_context(cafile=os.path.join(suite.stack.var, "tls", "ca.pem"))
        weak.maximum_version = ssl.TLSVersion.TLSv1_2
        weak.set_ciphers(ciphers)
        with socket.create_connection((url.hostname, url.port), timeout=10) as plain:
            try:
                weak.wrap_socket(plain, server_hostname=url.hostname).close()
                got = True
            except (ssl.SSLError, ConnectionError):
                got = False
        equal(got, taken, "TLS 1.2 with " + ciphers)
    with socket.create_connection((url.hostname, url.port), timeout=10) as plain:
        plain.sendall(GET + b"\r\n")
        try:
            got = plain.recv(4096)
        except ConnectionError:
            got = b""
        assert not got.startswith(b"HTTP"), got


# ---------------------------------------------------------------------------------------------- calls

@suite.test("methods: unknown ones, wrong media type, missing and malformed keys, the plant in the path")
def _(t):
    good = {"Authorization": bearer()}
    refused(post("/v1/%s/Bom.Nothing" % PLANT, {}, **good), 404, "NOT_FOUND", "Bom.Nothing")
    refused(post("/v1/%s/Node.GetHealth" % PLANT, {}, **good), 404, "NOT_FOUND")
    refused(post("/v1/-/Bom.GetItem", {}, **good), 404, "NOT_FOUND", "plant")
    refused(post("/v1/%s/Access.WhoAmI" % PLANT, {}, **good), 404, "NOT_FOUND", "plant")
    for plant in ("%00", "%zz", "%20", "a" * 70, "%2A", "%FF"):
        refused(post("/v1/%s/Bom.GetItem" % plant, {}, **good), 400, "MALFORMED", "plant")
    for media in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
        refused(post("/v1/%s/Bom.GetItem" % PLANT, {}, Content_Type=media, **good), 400, "MALFORMED", "Content-Type")
    for key in (None, "", "17", "00000000-0000-0000-0000-000000000000", "z" * 36):
        refused(post("/v1/%s/Bom.StartImport" % PLANT, {}, Idempotency_Key=key, **good), 400, "MALFORMED",
                "Idempotency-Key")
    equal(post("/v1/-/Access.WhoAmI", {}, Content_Type="Application/JSON; charset=utf-8", **good)[0], 200, "media type")
    refused(post("/v1/-/Access.WhoAmI", {"x": 1}, **good), 422, "INVALID", "x")
    refused(post("/v1/-/Access.WhoAmI", b"", **good), 400, "MALFORMED", "JSON")
    for value in ("0", "-1", "1e3", "9999999"):
        refused(post("/v1/%s/Bom.GetItem" % PLANT, {}, X_Timeout_Ms=value, **good), 400, "MALFORMED", "X-Timeout-Ms")
    for value in ("yesterday", "2026-01-31", "1769846400"):
        refused(post("/v1/%s/Bom.GetItem" % PLANT, {}, Device_Time=value, **good), 400, "MALFORMED", "Device-Time")
    for hours, status in ((2, 422), (-2, 404)):
        moment = (datetime.now(timezone.utc) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        answer = post("/v1/%s/Bom.GetItem" % PLANT, {"item": "NONE"}, Device_Time=moment, **good)
        equal(answer[0], status, answer)
        if status == 422:
            refused(answer, 422, "FUTURE_TIME", "Device-Time")
    status, headers, _ = post("/v1/-/Access.WhoAmI", {}, X_Request_Id="017f22e2-79b0-7cc3-98c4-dc0c0c07398f", **good)
    equal(headers["X-Request-Id"], "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "request id")


@suite.test("nobody gets in without a credential, nor with a wrong one")
def _(t):
    path = "/v1/%s/Bom.GetItem" % PLANT
    refused(post(path, {}), 401, "UNAUTHENTICATED")
    for value in ("Bearer mr_nothing", "Bearer ", "Basic YTpi", "Bearer", client().token):
        refused(post(path, {}, Authorization=value), 401, "UNAUTHENTICATED")
    refused(post(path, {}, Cookie="__Host-millrace=nothing", Origin="https://%s" % client().url.netloc), 401,
            "UNAUTHENTICATED")


# --------------------------------------------------------------------------------------------- people

def set_user(roles, **more):
    body = {"login": LOGIN, "roles": [{"plant": p, "role": r} for p, r in roles]}
    body.update(more)
    return post("/v1/-/Access.SetUser", body, Authorization=bearer())


def log_in(password=PASSWORD, login=None, port=None, **headers):
    return post("/v1/-/Access.Login", {"login": login or LOGIN, "password": password}, port=port, **headers)


def session():
    return at_device(state["cookie"])


@suite.test("a user is made, logs in, and the cookie is one that scripts and other sites cannot use")
def _(t):
    refused(set_user([(PLANT, "operator")]), 422, "INVALID", "password")
    refused(set_user([(PLANT, "operator")], password="short"), 422, "INVALID", "password")
    refused(set_user([(PLANT, "king")], password=PASSWORD), 422, "INVALID", "roles[0].role")
    refused(set_user([("", "operator")], password=PASSWORD), 422, "INVALID", "roles[0].plant")
    for i, password in enumerate((" 12 blanks and \u4ef6 \U0001f600 'quotes\" ", "aaaaaaaaaaaa", "x" * 128)):
        login = "%s-%d" % (LOGIN, i)
        equal(set_user([], login=login, password=password)[0], 200, "any characters, whatever they are")
        equal(log_in(password, login)[0], 200, password)
        for other in (password[:-1], password + " "):
            assert log_in(other, login)[0] in (401, 422), "the password is taken whole: " + other
    refused(set_user([(PLANT, "operator")], password="x" * 129), 422, "INVALID", "password")
    equal(set_user([(PLANT, "operator")], password=PASSWORD)[0], 200, "SetUser")
    status, headers, answer = log_in()
    equal((status, answer["login"]), (200, LOGIN), "login")
    cookie = headers["Set-Cookie"]
    for word in ("__Host-millrace=", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"):
        assert word in cookie, cookie
    assert "Domain" not in cookie and PASSWORD not in json.dumps(answer)
    state["cookie"] = cookie.split(";")[0]
    status, _, answer = post("/v1/-/Access.WhoAmI", {}, **session())
    equal((status, answer), (200, {"login": LOGIN, "roles": [{"plant": PLANT, "role": "operator"}],
                                   "csrf_token": session()["X-CSRF-Token"]}), "WhoAmI")


@suite.test("a session works from its own pages only")
def _(t):
    path = "/v1/-/Access.WhoAmI"
    for origin in (None, "https://evil.example", "http://" + client().url.netloc, "null",
                   "https://%s.evil.example" % client().url.netloc):
        refused(post(path, {}, Cookie=state["cookie"], Origin=origin), 403, "FORBIDDEN", "Origin")
    refused(post(path, b"a=1", Content_Type="text/plain", **session()), 400, "MALFORMED", "Content-Type")
    refused(log_in(Origin="https://evil.example"), 403, "FORBIDDEN", "Origin")
    two = state["cookie"] + "; " + state["cookie"]
    refused(post(path, {}, Cookie=two, Origin=session()["Origin"]), 401, "UNAUTHENTICATED")
    other = cookie_of(log_in()[1])
    for forged in (None, "", "x", session()["X-CSRF-Token"][:-1], at_device(other)["X-CSRF-Token"]):
        own = dict(session(), **{"X-CSRF-Token": forged})
        refused(post("/v1/-/Access.ListViews", {}, **{k: v for k, v in own.items() if v is not None}), 403, "FORBIDDEN",
                "X-CSRF-Token")
    equal(log_in(**session())[0], 200, "signing in anew needs no session's token")


@suite.test("roles are kept by plant: what is not granted is refused")
def _(t):
    own = session()
    for method in ("Mrp.RunPlan", "Bom.StartImport", "Order.CreatePurchaseOrder"):
        refused(post("/v1/%s/%s" % (PLANT, method), {}, Idempotency_Key=key_of(method), **own), 403, "FORBIDDEN")
    refused(post("/v1/-/Access.SetUser", {"login": LOGIN}, **own), 403, "FORBIDDEN")
    refused(post("/v1/%s/Production.PostIssue" % fresh("OTHER-"), {"work_order": "X"}, Idempotency_Key=key_of("a"), **own),
            403, "FORBIDDEN")
    status, _, answer = post("/v1/%s/Production.PostIssue" % PLANT, {"work_order": "X"}, Idempotency_Key=key_of("b"),
                             X_Timeout_Ms="2000", **own)
    assert status not in (401, 403), answer


@suite.test("tokens: at most what their maker may do, shown once, revoked at once")
def _(t):
    def create(roles, **more):
        return post("/v1/-/Access.CreateToken", dict({"name": "scanner", "roles": roles}, **more), **session())
    refused(create([{"plant": PLANT, "role": "administrator"}]), 403, "FORBIDDEN")
    refused(create([{"plant": "*", "role": "operator"}]), 403, "FORBIDDEN")
    refused(create([]), 422, "INVALID", "roles")
    refused(create([{"plant": PLANT, "role": "operator"}], days=1000), 422, "INVALID", "days")
    refused(create([{"plant": PLANT, "role": "operator"}], name=" "), 422, "INVALID", "name")
    status, _, made = create([{"plant": PLANT, "role": "operator"}])
    assert status == 200 and made["token"].startswith("mr_"), made
    who = post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(made["token"]))
    equal(who[2], {"login": LOGIN, "roles": [{"plant": PLANT, "role": "operator"}]}, "WhoAmI by token")
    refused(post("/v1/-/Access.Logout", {}, Authorization=bearer(made["token"])), 409, "STATE_CONFLICT")
    listed = [one for one in post("/v1/-/Access.ListTokens", {}, **session())[2]["tokens"] if one["token_id"] == made["token_id"]]
    equal([(one["name"], one["login"], one["roles"]) for one in listed], [("scanner", LOGIN, [{"plant": PLANT, "role": "operator"}])], "ListTokens")
    refused(post("/v1/-/Access.RevokeToken", {"token_id": "nothing"}, **session()), 404, "NOT_FOUND", "token_id")
    token = made["token"]
    for wrong in (token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"), token.swapcase(), token[3:],
                  state["cookie"].split("=")[1], made["token_id"]):
        refused(post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(wrong)), 401, "UNAUTHENTICATED")
    refused(post("/v1/-/Access.WhoAmI", {}, Cookie="__Host-millrace=" + token, Origin=session()["Origin"]), 401, "UNAUTHENTICATED")
    equal(post("/v1/-/Access.RevokeToken", {"token_id": made["token_id"]}, **session())[0], 200, "RevokeToken")
    refused(post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(made["token"])), 401, "UNAUTHENTICATED")
    left = [one["token_id"] for one in post("/v1/-/Access.ListTokens", {}, **session())[2].get("tokens", [])]
    assert made["token_id"] not in left, left


@suite.test("a saved view belongs to its person, is replaced and taken away; 50 a list, 4096 bytes each")
def _(t):
    def save(name, view=None, **who):
        return post("/v1/-/Access.SaveView", dict({"list": "orders", "name": name}, **({"view": view} if view else {})), **(who or session()))

    def names(**who):
        return [(one["name"], one["view"]) for one in post("/v1/-/Access.ListViews", {"list": "orders"}, **(who or session()))[2].get("views", [])]
    equal([save("晚", "1")[0], save("b", "2")[0], save("b", "3")[0]], [200] * 3, "SaveView")
    equal(names(), [("b", "3"), ("晚", "1")], "ListViews")
    equal(names(Authorization=bearer()), [], "views of somebody else")
    refused(save("c", "x" * 4097), 413, "LIMIT", "view")
    refused(save("", "x"), 422, "INVALID", "name")
    refused(post("/v1/-/Access.ListViews", {}, **session()), 422, "INVALID", "list")
    for i in range(48):
        save("n%d" % i, "x")
    refused(save("one more", "x"), 413, "LIMIT", "name")
    equal(save("b")[0], 200, "taken away")
    equal(len(names()), 49, "the rest stays")


@suite.test("a user who loses a role loses it in tokens too; one who is made inactive, or gets a new password, is out")
def _(t):
    made = post("/v1/-/Access.CreateToken", {"name": "t", "roles": [{"plant": PLANT, "role": "operator"}]}, **session())[2]
    equal(set_user([(PLANT, "auditor")])[0], 200, "SetUser")
    equal(post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(made["token"]))[2]["roles"], [], "roles of the token")
    equal(set_user([(PLANT, "auditor")], active=False)[0], 200, "SetUser")
    refused(post("/v1/-/Access.WhoAmI", {}, **session()), 401, "UNAUTHENTICATED")
    refused(post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(made["token"])), 401, "UNAUTHENTICATED")
    refused(log_in(), 401, "UNAUTHENTICATED", "login or password")
    equal(set_user([(PLANT, "operator")], active=True)[0], 200, "SetUser")
    state["cookie"] = log_in()[1]["Set-Cookie"].split(";")[0]
    equal(post("/v1/-/Access.WhoAmI", {}, **session())[0], 200, "active again")
    equal(set_user([(PLANT, "operator")], password=PASSWORD)[0], 200, "SetUser")
    refused(post("/v1/-/Access.WhoAmI", {}, **session()), 401, "UNAUTHENTICATED")


# -------------------------------------------------------------------------------------------- devices

BADGE, PIN = fresh("B-"), "20261122"


@suite.test("a terminal is enrolled by a supervisor with a password, and is nothing without its cookie")
def _(t):
    equal(post("/v1/-/Access.GetDevice", {})[2], {}, "a browser that is no device")
    equal(set_user([(PLANT, "supervisor"), (PLANT, "finance")], password=PASSWORD)[0], 200, "SetUser")
    own = at_device(cookie_of(log_in()[1]))

    def enroll(plant=PLANT, name="Line 1", **more):
        return post("/v1/-/Access.EnrollDevice", dict({"plant": plant, "name": name}, **more), **own)
    refused(enroll(plant=fresh("OTHER-")), 403, "FORBIDDEN", "plant")
    refused(enroll(plant="*"), 422, "INVALID", "plant")
    refused(enroll(name=" "), 422, "INVALID", "name")
    refused(enroll(work_centers=["A", ""]), 422, "INVALID", "work_centers[1]")
    refused(enroll(work_centers=["A"] * 33), 413, "LIMIT", "work_centers")
    status, headers, answer = enroll(work_centers=["SMT", "TEST"])
    equal((status, answer["device"]["work_centers"]), (200, ["SMT", "TEST"]), "EnrollDevice")
    for word in ("__Host-millrace-device=", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"):
        assert word in headers["Set-Cookie"], headers["Set-Cookie"]
    state["device"], state["device_id"] = cookie_of(headers), answer["device"]["device_id"]
    equal(post("/v1/-/Access.GetDevice", {}, **at_device(state["device"]))[2]["device"]["name"], "Line 1", "GetDevice")
    listed = post("/v1/-/Access.ListDevices", {}, **own)[2]["devices"]
    assert [row["plant"] for row in listed] == [PLANT] and listed[0]["enrolled_by"] == LOGIN, listed
    assert state["device"].split("=")[1] not in json.dumps(listed), "the secret is shown"


@suite.test("badge and PIN sign in on an enrolled device only, for the shop floor of its plant only")
def _(t):
    def set_badge(**more):
        return post("/v1/-/Access.SetBadge", dict({"login": LOGIN}, **more), Authorization=bearer())
    refused(set_badge(badge=BADGE, pin="12345"), 422, "INVALID", "pin")
    refused(set_badge(badge=BADGE, pin="12345a"), 422, "INVALID", "pin")
    refused(set_badge(badge=" ", pin=PIN), 422, "INVALID", "badge")
    refused(set_badge(login="nobody-at-all", badge=BADGE, pin=PIN), 404, "NOT_FOUND", "login")
    equal(set_badge(badge=BADGE, pin=PIN)[0], 200, "SetBadge")
    body = {"badge": BADGE, "pin": PIN}
    refused(post("/v1/-/Access.LoginBadge", body), 401, "UNAUTHENTICATED", "not enrolled")
    refused(post("/v1/-/Access.LoginBadge", dict(body, pin="1"), **at_device(state["device"])), 422, "INVALID", "pin")
    wrong = refused(post("/v1/-/Access.LoginBadge", dict(body, pin="99999999"), **at_device(state["device"])), 401,
                    "UNAUTHENTICATED")
    unknown = refused(post("/v1/-/Access.LoginBadge", dict(body, badge="nobody"), **at_device(state["device"])), 401,
                      "UNAUTHENTICATED")
    equal(wrong["message"], unknown["message"], "no hint whose badge exists")
    status, headers, answer = post("/v1/-/Access.LoginBadge", body, **at_device(state["device"]))
    equal((status, answer["login"]), (200, LOGIN), "LoginBadge")
    state["badge"] = at_device(cookie_of(headers), state["device"])
    who = post("/v1/-/Access.WhoAmI", {}, **state["badge"])[2]
    equal((who["roles"], who["by_badge"], who["device_id"]),
          ([{"plant": PLANT, "role": "supervisor"}], True, state["device_id"]), "finance stays at the desk")
    refused(post("/v1/-/Access.EnrollDevice", {"plant": PLANT, "name": "2"}, **state["badge"]), 403, "FORBIDDEN")
    alone = cookie_of(headers)
    for stolen in (at_device(alone), at_device(alone, state["device"][:-1]), at_device(alone, state["device"], state["device"])):
        refused(post("/v1/-/Access.WhoAmI", {}, **stolen), 401, "UNAUTHENTICATED", "session is over")
    other = fresh("leo-")
    post("/v1/-/Access.SetUser", {"login": other, "password": PASSWORD}, Authorization=bearer())
    refused(set_badge(login=other, badge=BADGE, pin=PIN), 409, "EXISTS", "badge")


@suite.test("an administrator sees people, roles, badges and dead PINs; nobody else does")
def _(t):
    refused(post("/v1/-/Access.ListUsers", {}, **state["badge"]), 403, "FORBIDDEN")
    users, after = [], {}
    while True:
        page = post("/v1/-/Access.ListUsers", dict(after, limit=2), Authorization=bearer())[2]
        users += page["users"]
        if "next" not in page:
            break
        after = {"after": page["next"]}
    equal([row["login"] for row in users], sorted(row["login"] for row in users), "order")
    mine = [row for row in users if row["login"] == LOGIN]
    equal(mine, [{"login": LOGIN, "active": True, "badge": BADGE,
                  "roles": [{"plant": PLANT, "role": "finance"}, {"plant": PLANT, "role": "supervisor"}]}], "one of them")
    assert "local" not in [row["login"] for row in users] and "$argon2" not in json.dumps(users)


@suite.test("who approves gives the password once more")
def _(t):
    def approve():
        return post("/v1/%s/Inventory.DecideDocument" % PLANT, {"document": "AD-1", "approve": True},
                    Idempotency_Key=key_of("step up"), **state["badge"])
    refused(approve(), 403, "CONFIRM", "password")
    refused(post("/v1/-/Access.Confirm", {"password": "wrong " + PASSWORD}, **state["badge"]), 422, "INVALID", "password")
    refused(post("/v1/-/Access.Confirm", {"password": PASSWORD}, Authorization=bearer()), 409, "STATE_CONFLICT")
    refused(approve(), 403, "CONFIRM", "password")
    equal(post("/v1/-/Access.Confirm", {"password": PASSWORD}, **state["badge"])[0], 200, "Confirm")
    assert approve()[2]["error"]["code"] not in ("CONFIRM", "FORBIDDEN"), "the approval went on to the service"
    equal(post("/v1/-/Access.WhoAmI", {}, **state["badge"])[2]["by_badge"], True, "still a session by badge")


@suite.test("ten wrong PINs kill it; a stolen device is revoked with all its sessions")
def _(t):
    guess = {"badge": BADGE, "pin": "11111111"}
    for _ in range(3):  # each gateway counts for itself; the database counts for all
        with Gateway() as other:
            for _ in range(4):
                refused(post("/v1/-/Access.LoginBadge", guess, other.port, Cookie=state["device"]), 401,
                        "UNAUTHENTICATED", "not right")
    refused(post("/v1/-/Access.LoginBadge", dict(guess, pin=PIN), **at_device(state["device"])), 401, "UNAUTHENTICATED",
            "not right")
    with Gateway() as other:  # badges that nobody has are counted by their device
        said = at_once(23, lambda i: post("/v1/-/Access.LoginBadge", dict(guess, badge="nobody-%d" % i), other.port,
                                          Cookie=state["device"]))
        equal(said, ["badge or PIN is not right"] * 20 + ["too many failed logins: wait a few minutes"] * 3, "on one device")
    equal(post("/v1/-/Access.WhoAmI", {}, **state["badge"])[0], 200, "a session under way goes on")
    refused(post("/v1/-/Access.RevokeDevice", {"device_id": "nothing"}, Authorization=bearer()), 404, "NOT_FOUND", "device_id")
    equal(post("/v1/-/Access.RevokeDevice", {"device_id": state["device_id"]}, Authorization=bearer())[0], 200, "RevokeDevice")
    refused(post("/v1/-/Access.WhoAmI", {}, **state["badge"]), 401, "UNAUTHENTICATED")
    refused(post("/v1/-/Access.LoginBadge", dict(guess, pin=PIN), **at_device(state["device"])), 401, "UNAUTHENTICATED",
            "not enrolled")
    equal(post("/v1/-/Access.GetDevice", {}, **at_device(state["device"]))[2], {}, "no device any more")
    equal(set_user([(PLANT, "operator")], password=PASSWORD)[0], 200, "SetUser")


# ------------------------------------------------------------------------------------------- sessions

@suite.test("logging out ends the session at once")
def _(t):
    cookie = log_in()[1]["Set-Cookie"].split(";")[0]
    own = at_device(cookie)
    equal(post("/v1/-/Access.WhoAmI", {}, **own)[0], 200, "before")
    status, headers, _ = post("/v1/-/Access.Logout", {}, **own)
    assert status == 200 and "Max-Age=0" in headers["Set-Cookie"]
    refused(post("/v1/-/Access.WhoAmI", {}, **own), 401, "UNAUTHENTICATED")


@suite.test("an unknown login cannot be told from a wrong password, and guessing is slowed down")
def _(t):
    with Gateway() as other:
        def tries(login):
            answers, times = [], []
            for _ in range(4):
                begun = time.monotonic()
                error = refused(log_in("wrong " + PASSWORD, login, other.port), 401, "UNAUTHENTICATED")
                times.append(time.monotonic() - begun)
                answers.append((error["field"], error["message"]))
            return answers, min(times)
        known, unknown = tries(LOGIN), tries("nobody-at-all")
        equal(known[0], unknown[0], "answers")
        assert 0.4 < known[1] / unknown[1] < 2.5, "times: %.3f s and %.3f s" % (known[1], unknown[1])
        refused(log_in("wrong " + PASSWORD, LOGIN, other.port), 401, "UNAUTHENTICATED", "not right")
        refused(log_in(PASSWORD, LOGIN, other.port), 401, "UNAUTHENTICATED", "too many failed logins")
    equal(log_in()[0], 200, "the other gateway has counted nothing")
    refused(log_in(PASSWORD, "local"), 401, "UNAUTHENTICATED")
    refused(log_in("!", "local"), 401, "UNAUTHENTICATED")
    refused(log_in("", LOGIN), 422, "INVALID", "password")
    refused(log_in("x" * 5000, LOGIN), 422, "INVALID", "password")


def at_once(count, ask):
    """The messages of so many calls side by side, sorted."""
    said = []
    threads = [threading.Thread(target=lambda i=i: said.append(ask(i)[2]["error"]["message"])) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@suite.test("many guesses at once are no more guesses: each counts from its beginning")
def _(t):
    with Gateway() as other:
        said = at_once(12, lambda i: log_in("wrong " + PASSWORD, LOGIN, other.port))
        equal(said, ["login or password is not right"] * 5 + ["too many failed logins: wait a few minutes"] * 7, "answers")
        equal(log_in(PASSWORD, "admin-%d" % other.port, other.port)[0], 401, "another login is still looked at")


def many(port, count, method="WhoAmI", token=None):
    """The last answer to so many calls, each with a token that nobody has or all with this one; a few are sent ahead."""
    one = ("POST /v1/-/Access.%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
           "Authorization: Bearer %s\r\n%s\r\n{}")
    for first in range(0, count, 50):
        some = range(first, min(first + 50, count))
        last = raw("".join(one % (method, token or "mr_%d" % i, "Connection: close\r\n" if i == some[-1] else "") for i in some).encode(), port)
    return last.decode().split("HTTP/1.1 ")[-1]


@suite.test("who tries many tokens is not looked up any more, who tries what is not his is stopped; who is known goes on")
def _(t):
    with Gateway() as other:
        def known():
            return post("/v1/-/Access.WhoAmI", {}, other.port, Authorization=bearer())[0]
        equal(known(), 200, "before")
        last = many(other.port, 1000)
        assert last.startswith("401") and "too many" not in last, last
        equal(known(), 200, "in between")
        last = many(other.port, 1)
        assert last.startswith("401") and "too many failed logins" in last, last
        equal(known(), 200, "afterwards")
        time.sleep(5.1)  # CALLER_FRESH_US: he is looked up again
        equal(known(), 200, "a while afterwards")
    with Gateway() as other:
        token = suite.stack.person(suite.stack.client(PLANT), PLANT, "planner").token
        last = many(other.port, 1000, "ListUsers", token)
        assert last.startswith("403") and "too many" not in last, last
        last = many(other.port, 1, "WhoAmI", token)
        assert last.startswith("403") and "too many refused calls" in last, last
        equal(known(), 200, "another token")


@suite.test("hashing passwords does not hold up other requests")
def _(t):
    threads = [threading.Thread(target=log_in, args=("wrong " + PASSWORD, "nobody-%d" % i)) for i in range(6)]
    for thread in threads:
        thread.start()
    slowest = 0
    while any(thread.is_alive() for thread in threads):
        begun = time.monotonic()
        equal(get("/healthz")[0], 200, "healthz")
        slowest = max(slowest, time.monotonic() - begun)
    for thread in threads:
        thread.join()
    assert slowest < 2, "healthz took %.2f s" % slowest


@suite.test("the command line calls, and says what was wrong")
def _(t):
    def run(*words, plant=PLANT):
        environment = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=plant)
        environment.pop("MILLRACE_PORT", None)
        return subprocess.run([suite.stack.program("millrace"), *words], env=environment, text=True, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    done = run("call", "Access.WhoAmI")
    equal((done.returncode, json.loads(done.stdout)["login"]), (0, "local"), "WhoAmI: %s" % done.stderr)
    for words, code, text in ((("call", "Bom.Nothing"), 1, "does not exist"), (("call",), 2, "needs"),
                              (("call", "Bom.GetItem", '{"itme":"A"}'), 1, 'member "itme" is not known'),
                              (("call", "Bom.GetItem", "{}", "--key", "7"), 2, "UUID"),
                              (("import",), 2, "DIR"), (("import", "/nowhere"), 1, "/nowhere")):
        done = run(*words)
        assert done.returncode == code and text in done.stderr, "%s: %d %s" % (words, done.returncode, done.stderr)
    done = run("call", "Bom.GetItem", "{}", plant="")
    assert done.returncode != 0 and "--plant" in done.stderr, done.stderr
    login, roles = fresh("made-"), [{"plant": PLANT, "role": role} for role in ("operator", "engineer")]
    equal(set_user([(PLANT, "operator"), (PLANT, "engineer")], login=login, password=PASSWORD)[0], 200, "SetUser")
    made = subprocess.run([suite.stack.program("millrace-gateway"), "--config", os.path.join(suite.stack.var, "millrace.ini"),
                           "--create-token", "cli", "--login", login], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    equal(post("/v1/-/Access.WhoAmI", {}, Authorization=bearer(made))[2], {"login": login, "roles": roles}, "a token for somebody has his roles")


if __name__ == "__main__":
    suite.main()
