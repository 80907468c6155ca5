#!/usr/bin/env python3
# ops/test: quiet  (it starts the relay with other settings)
"""Webhooks: signed, in order, retried, dead and sent again; private targets refused unless allowed."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import socket
import ssl
import threading
import time

from harness import Suite, equal, fresh, import_files, key_of, refused, until

PLANT = fresh("HOOK-")
FILES = {
    "plant.csv": "key,value\nplant,%s\n" % PLANT,
    "items.csv": "item,type,unit_cost\nBOLT,buy,2\nNUT,buy,1\nPIN,buy,1\n",
}
suite = Suite("webhooks")
state = {"got": [], "answer": 200}


class Receiver(http.server.BaseHTTPRequestHandler):
    """A real server: keeps what it is sent and answers as it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        state["got"].append((dict((k.lower(), v) for k, v in self.headers.items()), body, state["answer"]))
        self.send_response(state["answer"])
        if state["answer"] == 302:
            self.send_header("Location", "http://127.0.0.1:%d/elsewhere" % self.server.server_port)
        self.end_headers()

    def log_message(self, *words):
        pass


def client():
    if "client" not in state:
        state["client"] = suite.stack.client(PLANT)
    return state["client"]


def do(method, **body):
    return client().call("Relay." + method, key=key_of(fresh(method)), **body)


def no(http_status, code, text, **body):
    error = refused(client(), http_status, code, "Relay.CreateWebhook", key=key_of(fresh("no")), **body)
    assert text in error.text, error.text


def adjust(quantity="1"):
    client().call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                  lines=[{"item": "BOLT", "quantity": quantity, "location": "MAIN"}])


def delivered(good=True):
    return [(h, json.loads(b)) for h, b, answer in list(state["got"]) if not good or answer == 200]


def relay(**environment):
    suite.stack.ops("service", "kill", "relay")
    kept = {name: suite.stack.environment.pop(name, None) for name in environment}
    suite.stack.environment.update({k: v for k, v in environment.items() if v})
    suite.stack.ops("service", "start", "relay")
    for name, value in kept.items():
        suite.stack.environment.pop(name, None)
        if value:
            suite.stack.environment[name] = value
    until(lambda: client().call("Relay.GetRelayState"), "the relay")


@suite.test("private targets, bad URLs, bad kinds: each refused with its code and text")
def _(t):
    equal(import_files(client(), {k: v.encode() for k, v in FILES.items()}, PLANT).get("errors", []), [], "errors")
    no(422, "INVALID", 'host "127.0.0.1" has the private address 127.0.0.1', webhook="W", url="https://127.0.0.1/x")
    no(422, "INVALID", "private address", webhook="W", url="https://localhost/x")
    no(422, "INVALID", "private address ::1", webhook="W", url="https://[::1]:9/x")
    no(422, "INVALID", "private address", webhook="W", url="https://[::ffff:10.0.0.1]/x")
    no(422, "INVALID", "private address 169.254.169.254", webhook="W", url="https://169.254.169.254/latest/meta-data")
    no(422, "INVALID", "private address 127.0.0.1", webhook="W", url="https://2130706433/")
    no(422, "INVALID", "must begin with https://", webhook="W", url="http://example.org/")
    no(422, "INVALID", "holds a character", webhook="W", url="https://user@example.org/")
    no(403, "FORBIDDEN", "private targets are not allowed here", webhook="W", url="https://localhost/", allow_private=True)
    no(422, "INVALID", "kinds must be names", webhook="W", url="https://1.1.1.1/", kinds="stock,nonsense")
    no(422, "INVALID", "tries 31 is outside 1..30", webhook="W", url="https://1.1.1.1/", tries=31)


@suite.test("events come signed, in order, each once")
def _(t):
    relay(MILLRACE_PRIVATE_TARGETS="true")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state["url"] = "http://127.0.0.1:%d/in" % server.server_port
    made = do("CreateWebhook", webhook="W", url=state["url"], kinds="stock", allow_private=True, tries=2)
    secret = base64.b64decode(made["secret"].removeprefix("whsec_"))
    equal(len(secret), 32, "secret")
    for _ in range(3):
        adjust()
    until(lambda: len(delivered()) >= 3, "three deliveries")
    got = delivered()
    equal([b["data"]["stock"]["on_hand"] for _, b in got], ["1", "2", "3"], "in order")
    equal({b["type"] for _, b in got}, {"stock"}, "kinds")
    for headers, body, _ in state["got"]:
        signed = b"%s.%s.%s" % (headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body)
        wanted = "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        equal(headers["webhook-signature"], wanted, "signature")
    equal(len({h["webhook-id"] for h, _ in got}), 3, "ids")


@suite.test("a failure is tried again under the same id, then the event is dead and the next come through")
def _(t):
    state["answer"], before = 500, len(state["got"])
    adjust()
    until(lambda: client().call("Relay.ListDeadDeliveries", webhook="W")["deliveries"], "a dead delivery")
    tries = [h["webhook-id"] for h, _, _ in state["got"][before:]]
    equal((len(tries), len(set(tries))), (2, 1), "tries and ids")
    dead = client().call("Relay.ListDeadDeliveries", webhook="W")["deliveries"][0]
    equal(dead["error"], "HTTP 500", "error")
    state["answer"] = 200
    adjust()
    until(lambda: delivered()[-1][1]["data"]["stock"]["on_hand"] == "5", "the next event")
    equal(do("RedeliverWebhook", webhook="W")["deliveries"], 1, "asked for again")
    until(lambda: delivered()[-1][1]["data"]["event_seq"] == dead["event_seq"], "the dead one")
    equal(state["got"][-1][0]["webhook-id"], tries[0], "under its id")
    until(lambda: not client().call("Relay.ListDeadDeliveries", webhook="W")["deliveries"], "an empty list")


@suite.test("over https, to a server whose certificate is known; to another one nothing is sent")
def _(t):
    secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    folder = os.path.join(suite.stack.var, "tls")
    certificate = [f for f in os.listdir(folder) if f.endswith(".pem") and "ca" not in f and "key" not in f][0]
    key = [f for f in os.listdir(folder) if "key" in f and "ca" not in f][0]
    context.load_cert_chain(os.path.join(folder, certificate), os.path.join(folder, key))
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    threading.Thread(target=secure.serve_forever, daemon=True).start()
    do("CreateWebhook", webhook="S", url="https://127.0.0.1:%d/in" % secure.server_port, kinds="stock",
       allow_private=True, tries=1)
    before = len(state["got"])
    adjust()
    until(lambda: client().call("Relay.ListDeadDeliveries", webhook="S")["deliveries"], "an unknown certificate")
    error = client().call("Relay.ListDeadDeliveries", webhook="S")["deliveries"][0]["error"]
    assert "certificate" in error or "SSL" in error, error
    until(lambda: len(state["got"]) > before, "the other webhook")
    relay(MILLRACE_PRIVATE_TARGETS="true", MILLRACE_WEBHOOK_TLS_CA=os.path.join(folder, "ca.pem"))
    equal(do("RedeliverWebhook", webhook="S")["deliveries"], 1, "asked for again")
    until(lambda: not client().call("Relay.ListDeadDeliveries", webhook="S")["deliveries"], "delivered")
    equal(len(state["got"]), before + 2, "requests")
    do("DeleteWebhook", webhook="S")


@suite.test("a redirect is a failure, not a way round the check")
def _(t):
    state["answer"], before = 302, len(state["got"])
    adjust()
    until(lambda: client().call("Relay.ListDeadDeliveries", webhook="W")["deliveries"], "a dead delivery")
    equal(client().call("Relay.ListDeadDeliveries", webhook="W")["deliveries"][0]["error"], "HTTP 302", "error")
    equal(len(state["got"]) - before, 2, "requests: two tries, nothing followed")
    state["answer"] = 200


@suite.test("the relay killed in between: nothing is lost; replay from any place")
def _(t):
    relay(MILLRACE_PRIVATE_TARGETS="true")
    adjust()
    until(lambda: delivered()[-1][1]["data"]["stock"]["on_hand"] == "8", "the event")
    first, count = delivered()[0][1]["data"]["event_seq"], len(delivered())
    do("SetWebhook", webhook="W", after_seq=first - 1)
    until(lambda: len(delivered()) >= count + 8, "a replay")
    equal([b["data"]["stock"]["on_hand"] for _, b in delivered()[count:count + 8]], list("12345678"), "in order")


@suite.test("events that share a row of the log come one by one, from the middle of the row too")
def _(t):
    count, items = len(delivered()), ["BOLT", "NUT", "PIN"]
    client().call("Inventory.PostAdjustment", key=key_of(fresh("a")), reason="found",
                  lines=[{"item": item, "quantity": "1", "location": "MAIN"} for item in items])
    until(lambda: len(delivered()) >= count + 3, "three events")
    got = [b["data"] for _, b in delivered()[count:count + 3]]
    equal([(e["object_id"], e["event_seq"] - got[0]["event_seq"]) for e in got], list(zip(items, range(3))), "in order")
    do("SetWebhook", webhook="W", after_seq=got[1]["event_seq"])
    until(lambda: len(delivered()) >= count + 4, "the last of them again")
    equal(delivered()[count + 3][1]["data"], got[2], "the last one")


def looks():
    text = client().send("/services/relay/metrics", None, {"Authorization": "Bearer " + client().token}, "GET")[1].decode()
    found = re.search(r'^millrace_sql_seconds_count\{statement="webhook.due"\} (\d+)', text, re.M)
    return int(found.group(1)) if found else 0


@suite.test("where nothing is to be sent one thread looks, and the one that hangs does not keep the others from looking")
def _(t):
    before, begun = looks(), time.monotonic()
    time.sleep(2)
    most = (time.monotonic() - begun) / 0.2 + 2
    assert 1 <= looks() - before <= most, "%d looks in two seconds" % (looks() - before)
    hangs = socket.create_server(("127.0.0.1", 0), backlog=8)  # takes the connection and never answers
    do("CreateWebhook", webhook="HANGS", url="http://127.0.0.1:%d/" % hangs.getsockname()[1], allow_private=True)
    count = len(delivered())
    for turn in range(3):
        adjust()
        until(lambda: len(delivered()) > count + turn, "what is not for the one that hangs")
    do("DeleteWebhook", webhook="HANGS")
    hangs.close()


@suite.test("no longer allowed: nothing leaves; deleted")
def _(t):
    relay(MILLRACE_PRIVATE_TARGETS=None)
    before = len(state["got"])
    adjust()
    hook = until(lambda: [w for w in client().call("Relay.ListWebhooks")["webhooks"] if w.get("last_error")], "an error")
    assert "must begin with https://" in hook[0]["last_error"], hook
    equal(len(state["got"]), before, "requests")
    do("DeleteWebhook", webhook="W")
    equal(client().call("Relay.ListWebhooks")["webhooks"], [], "webhooks")


suite.main()
