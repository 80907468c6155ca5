#!/usr/bin/env python3
"""Bad input from outside: precise answers, and nothing changed."""
import http.client
import json
import socket
import ssl
import time

from harness import ApiError, Suite, by_session, equal, fresh, import_files, key_of, refused, settled, until

suite = Suite("bad_input")
PLANT = fresh("BAD-")
state = {}

SMALL = {
    "plant.csv": "key,value\nplant,%s\nplan_start,2026-01-05\n" % PLANT,
    "items.csv": "item,type,uom,decimals,unit_cost\nTOP,make,EA,0,10\nMID,make,EA,0,4\nRAW,buy,KG,3,2\n",
    "bom.csv": "parent,component,qty\nTOP,MID,2\nMID,RAW,0.5\n",
    "work_centers.csv": "work_center,labor_rate\nWC,30\n",
    "routing.csv": "item,operation,work_center,run\nTOP,10,WC,0.1\n",
    "suppliers.csv": "item,supplier,price,lead_time_days\nRAW,S1,2,3\n",
    "stock.csv": "item,qty,location\nRAW,100,A1\n",
    "demand.csv": "item,due,qty,reference\nTOP,2026-01-20,5,SO-1\n",
}


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def encoded(files):
    return {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}


def send_import(changes, name):
    files = encoded(dict(SMALL, **changes))
    return import_files(client(), files, PLANT + "/" + name)


def raw_bytes(content, shut=True, timeout=15):
    """Sends bytes over TLS and returns all that comes back until the server closes."""
    url = client().url
    with socket.create_connection((url.hostname, url.port), timeout=timeout) as plain:
        with client().tls.wrap_socket(plain, server_hostname=url.hostname) as tls:
            got = b""
            try:
                tls.sendall(content)
                while True:
                    part = tls.recv(65536)
                    if not part:
                        break
                    got += part
            except (ConnectionError, ssl.SSLError, TimeoutError):
                pass
            return got


def request(body, method="Bom.GetItem", headers=(), verb="POST", path=None, length=None):
    lines = ["%s %s HTTP/1.1" % (verb, path or "/v1/%s/%s" % (PLANT, method)), "Host: localhost",
             "Authorization: Bearer " + client().token, "Content-Type: application/json"]
    if length is None:
        lines.append("Content-Length: %d" % len(body))
    lines += list(headers) + ["Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def json_error(body, http, code, *words, method="Bom.GetItem", key=None):
    """Sends bytes as a body; the error must have the status, the code and the words; returns it."""
    status, answer = client().raw(method, body, key)
    assert status == http, "%r: got %s %s, wanted %s" % (body[:60], status, answer[:200], http)
    error = json.loads(answer)["error"]
    assert code is None or error["code"] in (code if isinstance(code, tuple) else (code,)), "%r: %s" % (body[:60], error)
    text = "%s %s" % (error.get("field", ""), error.get("message", ""))
    for word in words:
        assert word in text, "%r: %r is not in %r" % (body[:60], word, text)
    return error


@suite.test("a small plant is imported to begin with")
def _(t):
    reply = send_import({}, "good")
    equal(reply.get("errors", []), [], "errors")
    until(lambda: client().call("Bom.GetItem", item="TOP"), "the plant")


@suite.test("JSON that is none: 400 and where")
def _(t):
    for body in (b"", b"{", b"[]", b"nonsense", b'{"item":', b'{"item":"TOP"} x', b'{"item":"\xff"}', b'{"item":"\\ud800"}',
                 b'{"item":"TOP",}', b"{'item':'TOP'}", b"null", b'"TOP"'):
        status, answer = client().raw("Bom.GetItem", body)
        assert status in (400, 422), "%r: %s %s" % (body, status, answer[:100])
        assert json.loads(answer)["error"]["message"], "%r has no message" % body
    status, _ = client().raw("Bom.GetItem", b'{"item":' + b"[" * 5000 + b"]" * 5000 + b"}")
    assert status in (400, 413, 422), "nesting: %s" % status


@suite.test("JSON of wrong types and unknown members: named by their path")
def _(t):
    for body, words in ((b'{"itme":"TOP"}', ["itme"]), (b'{"item":5}', ["item"]), (b'{"item":{}}', ["item"]),
                        (b'{"item":["TOP"]}', ["item"]), (b'{"item":true}', ["item"]),
                        (b'{"item":"A","item":"B"}', ["item"])):
        status, answer = client().raw("Bom.GetItem", body)
        assert status in (400, 422), "%r: %s" % (body, status)
        error = json.loads(answer)["error"]
        for word in words:
            assert word in error.get("field", "") + error["message"], "%r: %s" % (body, error)
    explode = "Bom.Explode"
    for quantity in ('"1.1234567"', '"abc"', "true", '"1e3x"', '"99999999999999999999"', '"NaN"', '""', "{}"):
        body = ('{"item":"TOP","quantity":%s}' % quantity).encode()
        status, answer = client().raw(explode, body)
        assert status in (400, 422), "%r: %s %s" % (body, status, answer[:120])
        assert "quantity" in json.loads(answer)["error"].get("field", ""), "%r: %s" % (body, answer)
    for day in ('"2026-02-30"', '"2026-1-5"', "20260105", '"tomorrow"'):
        body = ('{"item":"TOP","quantity":"1","start_on":%s}' % day).encode()
        status, answer = client().raw(explode, body)
        assert status in (400, 422) and "start_on" in answer.decode(), "%r: %s %s" % (body, status, answer)
    body = b'{"reason":"x","lines":[{"item":"RAW","quantity":"1"},{"item":"RAW","quantity":"1","colour":"red"}]}'
    error = json_error(body, json_status(body), None, method="Inventory.PostAdjustment", key=key_of(PLANT + "/c"))
    assert "lines[1]" in error.get("field", "") and "colour" in error.get("field", "") + error["message"], error


def json_status(body):
    return client().raw("Inventory.PostAdjustment", body, key_of(PLANT + "/c"))[0]


@suite.test("values that make no sense: the field is named")
def _(t):
    def bad(field, code, method, **body):
        error = refused(client(), 422 if code != "NOT_FOUND" else 404, code, method,
                        key=key_of("%s/v/%s/%s" % (PLANT, method, json.dumps(body))), **body)
        assert field in error.field, "%s: field %r, wanted %r (%s)" % (method, error.field, field, error.text)

    bad("item", "NOT_FOUND", "Inventory.PostAdjustment", reason="x",
        lines=[{"item": "NONE", "quantity": "1", "location": "A1"}])
    bad("quantity", "INVALID", "Order.CreateWorkOrder", item="TOP", quantity="-5", start_on="2026-01-06",
        due_on="2026-01-07")
    bad("quantity", "NOT_WHOLE", "Order.CreateWorkOrder", item="TOP", quantity="1.5", start_on="2026-01-06",
        due_on="2026-01-07")
    bad("item", "INVALID", "Order.CreateWorkOrder", quantity="1", start_on="2026-01-06", due_on="2026-01-07")
    bad("lines[0].quantity", "INVALID", "Inventory.PostAdjustment", reason="x",
        lines=[{"item": "TOP", "quantity": "0", "location": "A1"}])


@suite.test("HTTP that is none, too large, or says two things")
def _(t):
    good = json.dumps({"item": "TOP"}).encode()
    equal(status_of(raw_bytes(request(good))), 200, "a plain good request")
    for content, wanted in (
            (b"\x16\x03\x01 garbage\r\n\r\n", (0, 400)),
            (b"POST\r\n\r\n", (0, 400)),
            (request(good, headers=["X-Long: " + "a" * 300000]), (0, 400, 413, 431)),
            (request(good, headers=["Content-Length: 3"]), (0, 400)),
            (request(good, headers=["Transfer-Encoding: chunked"]), (0, 400)),
            (request(good, path="/v1/" + "p" * 20000 + "/Bom.GetItem"), (0, 400, 404, 413, 414)),
            (request(b"", length=0, headers=["Content-Length: -5"]), (0, 400)),
            (request(b"", length=0, headers=["Content-Length: 99999999999999999999"]), (0, 400, 413))):
        status = status_of(raw_bytes(content))
        assert status in wanted, "%r...: got %s, wanted one of %s" % (content[:50], status, wanted)
    assert status_of(raw_bytes(request(b"", verb="GET"))) in (400, 405), "GET of a method"
    smuggled = request(b'{"item":"TOP"}POST /v1/%s/Bom.GetItem HTTP/1.1\r\n\r\n' % PLANT.encode(),
                       headers=["Content-Length: 14"])
    assert raw_bytes(smuggled).count(b"HTTP/1.") <= 1, "a body ran as a second request"


@suite.test("a body above the limit: 413, named, before it is read")
def _(t):
    body = b'{"item":"' + b"x" * (8 << 20) + b'"}'
    begun = time.monotonic()
    try:
        status, answer = client().send("/v1/%s/Bom.GetItem" % PLANT, body, {
            "Authorization": "Bearer " + client().token, "Content-Type": "application/json"})
        assert status in (400, 413), "%s %s" % (status, answer[:100])
    except OSError:
        pass  # closed on us while we were sending
    assert time.monotonic() - begun < 20, "too slow"
    client().close()
    content = client().raw("Bom.GetItem", b'{"item":"' + b"x" * 5000 + b'"}')
    assert content[0] in (404, 413, 422), content


@suite.test("plain HTTP on the TLS port does no harm")
def _(t):
    url = client().url
    with socket.create_connection((url.hostname, url.port), timeout=5) as plain:
        plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
        try:
            plain.recv(1000)
        except OSError:
            pass
    client().call("Bom.GetItem", item="TOP")


def token_by_login(login, password, revoke=None):
    """Logs in as a browser does, then makes (or revokes) a token with the session."""
    url = client().url
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=client().tls, timeout=30)

    def ask(method, body, *cookies):
        headers = dict(by_session(client(), *cookies), **{"Content-Type": "application/json"})
        connection.request("POST", "/v1/-/" + method, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Set-Cookie"), json.loads(answer.read())

    equal(ask("Access.Login", {"login": login, "password": password + "x"})[0], 401, "a wrong password")
    status, cookie, answer = ask("Access.Login", {"login": login, "password": password})
    assert status == 200 and "HttpOnly" in cookie and "Secure" in cookie, (status, cookie, answer)
    session = cookie.split(";")[0]
    if revoke:
        return ask("Access.RevokeToken", {"token_id": revoke}, session)[2]
    status, _cookie, answer = ask("Access.CreateToken", {
        "name": "e2e", "days": 1, "roles": [{"plant": PLANT, "role": "auditor"}]}, session)
    equal(status, 200, "a token by session: %s" % answer)
    connection.close()
    return answer


@suite.test("who may come in: 401, 403, 404")
def _(t):
    wrong = suite.stack.client(PLANT, token="wrong")
    refused(wrong, 401, "UNAUTHENTICATED", "Bom.GetItem", item="TOP")
    none = suite.stack.client(PLANT, token="")
    refused(none, 401, "UNAUTHENTICATED", "Bom.GetItem", item="TOP")
    refused(client(), 403, "FORBIDDEN", "Access.CreateToken", name="more than mine", days=1,
            roles=[{"plant": PLANT, "role": "auditor"}])
    login, password = PLANT.lower(), "correct horse " + PLANT
    client().call("Access.SetUser", login=login, password=password, active=True,
                  roles=[{"plant": PLANT, "role": "auditor"}])
    made = token_by_login(login, password)
    auditor = suite.stack.client(PLANT, token=made["token"])
    equal(auditor.call("Bom.GetItem", item="TOP")["item"]["item"], "TOP", "an auditor may read")
    refused(auditor, 403, "FORBIDDEN", "Inventory.PostAdjustment", key=key_of(PLANT + "/f"), reason="x",
            lines=[{"item": "RAW", "quantity": "1", "location": "A1"}])
    refused(auditor, 403, "FORBIDDEN", "Bom.StartImport", key=key_of(PLANT + "/g"))
    auditor.plant = PLANT + "-OTHER"
    refused(auditor, 403, "FORBIDDEN", "Bom.GetItem", item="TOP")
    revoked = token_by_login(login, password, revoke=made["token_id"])
    equal(revoked, {}, "answer to revoking")
    auditor.plant = PLANT
    until(lambda: auditor.raw("Bom.GetItem", {"item": "TOP"})[0] == 401, "the revoked token is refused", 70)
    for method in ("Bom.NoSuchMethod", "Nobody.GetItem", "GetItem", "Bom.", ".GetItem", "Bom.GetItem.More"):
        refused(client(), 404, None, method, item="TOP")
    status, _answer = client().raw("Bom.GetItem", {"item": "TOP"}, plant=PLANT + "-NONE")
    equal(status, 404, "an unknown plant")


@suite.test("a key that is no UUID is refused")
def _(t):
    body = {"reason": "x", "lines": [{"item": "RAW", "quantity": "1", "location": "A1"}]}
    for key in ("abc", "0" * 36, "00000000-0000-0000-0000-00000000000g"):
        status, answer = client().raw("Inventory.PostAdjustment", body, key)
        assert status in (400, 422), "%r: %s %s" % (key, status, answer)


ERRORS = {
    "an unknown column": ({"items.csv": SMALL["items.csv"].replace("unit_cost", "unit_price")},
                          ["items.csv:1: unit_price: "]),
    "a missing column": ({"bom.csv": "parent,qty\nTOP,2\n"}, ["bom.csv:1: component: "]),
    "an unknown item in the bill": ({"bom.csv": SMALL["bom.csv"] + "TOP,GHOST,1\n"}, ["bom.csv:4: component: "]),
    "an unknown parent": ({"bom.csv": SMALL["bom.csv"] + "GHOST,RAW,1\n"}, ["bom.csv:4: parent: "]),
    "an unknown item in the routing": ({"routing.csv": SMALL["routing.csv"] + "GHOST,10,WC,1\n"},
                                       ["routing.csv:3: item: "]),
    "an unknown work centre": ({"routing.csv": SMALL["routing.csv"] + "MID,10,NOWHERE,1\n"},
                               ["routing.csv:3: work_center: "]),
    "an unknown item in stock": ({"stock.csv": SMALL["stock.csv"] + "GHOST,1,A1\n"}, ["stock.csv:3: item: "]),
    "an unknown item in demand": ({"demand.csv": SMALL["demand.csv"] + "GHOST,2026-01-09,1,SO-2\n"},
                                  ["demand.csv:3: item: "]),
    "an unknown item in supply": ({"supply.csv": "item,due,qty\nGHOST,2026-01-09,1\n"}, ["supply.csv:2: item: "]),
    "an unknown item of an offer": ({"suppliers.csv": SMALL["suppliers.csv"] + "GHOST,S1,1,1\n"},
                                    ["suppliers.csv:3: item: "]),
    "an unknown item of a component need": ({"order_components.csv": "reference,item,qty\nWO1,GHOST,1\n"},
                                            ["order_components.csv:2: item: "]),
    "an unknown item of a safety level": ({"safety_stock.csv": "item,from,safety_stock\nGHOST,2026-01-09,1\n"},
                                          ["safety_stock.csv:2: item: "]),
    "an unknown item of a movement": ({"movements.csv": "seq,item,kind,qty,unit_cost\n1,GHOST,receipt,1,1\n"},
                                      ["movements.csv:2: item: "]),
    "a cycle in the bill": ({"bom.csv": SMALL["bom.csv"] + "RAW,TOP,1\n"}, ["bom.csv:"]),
    "a number that is none": ({"stock.csv": "item,qty,location\nRAW,1x0,A1\n"}, ["stock.csv:2: qty: "]),
    "more decimals than the item has": ({"stock.csv": "item,qty,location\nMID,1.5,A1\n"}, ["stock.csv:2: qty: "]),
    "a date that is none": ({"demand.csv": "item,due,qty\nTOP,2026-02-30,1\n"}, ["demand.csv:2: due: "]),
    "an item twice": ({"items.csv": SMALL["items.csv"] + "RAW,buy,KG,3,2\n"}, ["items.csv:5: item: "]),
    "a type that is none": ({"items.csv": SMALL["items.csv"] + "ODD,grow,KG,3,2\n"}, ["items.csv:5: type: "]),
    "a quote that never ends": ({"items.csv": SMALL["items.csv"] + 'ODD,"buy,KG,3,2\n'}, ["items.csv:5: "]),
    "bytes that are no UTF-8": ({"items.csv": SMALL["items.csv"].encode() + b"O\xffD,buy,KG,3,2\n"}, ["items.csv:5: "]),
    "too many fields": ({"stock.csv": "item,qty,location\nRAW,1,A1,more\n"}, ["stock.csv:2: "]),
}


NOT_MASTER = ("stock.csv", "demand.csv", "supply.csv", "order_components.csv", "movements.csv")


def facts():
    """What an import that is refused must leave alone."""
    items = [client().call("Bom.GetItem", item=i) for i in ("TOP", "MID", "RAW")]
    return items, settled(client(), 0.3), client().call("Bom.ListItems", limit=50)


def names_places(title, reply, places):
    errors = reply.get("errors", [])
    assert len(errors) >= len(places), "%s: errors %s" % (title, errors)
    for place in places:
        assert any(e.startswith(place) for e in errors), "%s: no error at %r in %s" % (title, place, errors)
    equal(int(reply["error_count"]), len(errors), "error_count")


def import_is_refused(title, changes, places):
    """Into a plant that is not there, all files; what master data is wrong also into the one that has data."""
    new = suite.stack.client(PLANT + "-NONE")
    files = dict(SMALL, **changes)
    files["plant.csv"] = SMALL["plant.csv"].replace(PLANT, new.plant)
    names_places(title, import_files(new, encoded(files), new.plant + "/" + title), places)
    refused(new, 404, "NOT_FOUND", "Bom.GetItem", item="TOP")
    master = [place for place in places if not place.startswith(NOT_MASTER)]
    if master:
        before = facts()
        names_places(title, send_import(changes, "bad/" + title), master)
        equal(facts(), before, "%s: the plant" % title)


for name, (wrong, where) in ERRORS.items():
    suite.test("import with %s: told where, nothing changed" % name)(
        lambda t, name=name, wrong=wrong, where=where: import_is_refused(name, wrong, where))


@suite.test("an import with errors in every file tells all of them at once")
def _(t):
    changes, places = {}, []
    for file, extra, place in (
            ("bom.csv", "TOP,GHOST,1\nGHOST2,RAW,1\n", ["bom.csv:4: component: ", "bom.csv:5: parent: "]),
            ("routing.csv", "GHOST,10,WC,1\n", ["routing.csv:3: item: "]),
            ("stock.csv", "GHOST,1,A1\nRAW,x,A1\n", ["stock.csv:3: item: ", "stock.csv:4: qty: "]),
            ("demand.csv", "GHOST,2026-01-09,1,SO-2\n", ["demand.csv:3: item: "]),
            ("suppliers.csv", "GHOST,S1,1,1\n", ["suppliers.csv:3: item: "])):
        changes[file] = SMALL[file] + extra
        places += place
    import_is_refused("all", changes, places)


@suite.test("an import with an error into a plant that is not there makes no plant")
def _(t):
    new = suite.stack.client(PLANT + "-NEW")
    files = encoded(dict(SMALL, **{"plant.csv": SMALL["plant.csv"].replace(PLANT, new.plant)}))
    wrong = dict(files, **{"stock.csv": b"item,qty,location\nGHOST,1,A1\n"})
    reply = import_files(new, wrong, new.plant + "/wrong")
    assert reply["errors"] and reply["errors"][0].startswith("stock.csv:2: item: "), reply
    refused(new, 404, "NOT_FOUND", "Bom.GetItem", item="TOP")
    equal(import_files(new, files, new.plant + "/right").get("errors", []), [], "errors once it is right")
    new.call("Bom.GetItem", item="TOP")


@suite.test("stock and orders are not imported into a plant that has data: told what does it, nothing changed")
def _(t):
    before = facts()
    errors = send_import({}, "second").get("errors", [])
    for file, method in (("stock.csv", "Inventory.PostAdjustment"), ("demand.csv", "Order.ImportOrders")):
        assert any(e.startswith(file + ":1: the plant has data") and method in e for e in errors), errors
    equal(facts(), before, "the plant")


@suite.test("an import of a file that does not belong is refused")
def _(t):
    job = client().call("Bom.StartImport", key=key_of(PLANT + "/j"))["job_uuid"]
    client().call("Bom.AddImportChunk", key=key_of(PLANT + "/jc"), job_uuid=job, file="../etc/passwd", chunk=0,
                  content="")
    error = refused(client(), 422, "INVALID", "Bom.FinishImport", key=key_of(PLANT + "/jd"), job_uuid=job)
    assert "../etc/passwd" in error.text, error
    refused(client(), 404, "NOT_FOUND", "Bom.FinishImport", key=key_of(PLANT + "/jf"),
            job_uuid="017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@suite.test("after all of it everything is ready and unchanged")
def _(t):
    services = client().call("Access.ListServices")["services"]
    assert services and all(s.get("ready") for s in services), services
    reply = client().call("Bom.GetItem", item="RAW")
    equal(reply["item"]["type"], "buy", "type of RAW")


if __name__ == "__main__":
    suite.main()
