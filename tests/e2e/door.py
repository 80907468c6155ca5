"""The gateway's door, for the tests that knock at it: raw bytes, requests, and a second gateway of one's own.

    door.use(suite)                        whose running Millrace is meant
    get(path) post(path, body) raw(bytes)  at it, or at port=
    with Gateway(connections=5) as other:  an instance beside it, with settings of its own
"""
import http.client
import json
import os
import re
import socket
import ssl
import subprocess

from harness import by_session, equal, free_port, until

known = {}


def use(suite, plant="-"):
    known.update(suite=suite, plant=plant)
    known.pop("client", None)


def client():
    if "client" not in known:
        known["client"] = known["suite"].stack.client(known["plant"])
    return known["client"]


class Gateway:
    """An instance beside the stack's, with limits that a test can reach in a second."""

    def __init__(self, config=None, log=None, **settings):
        self.port = free_port()
        environment = dict(os.environ, MILLRACE_PORT=str(self.port))
        for name, value in settings.items():
            environment["MILLRACE_" + name.upper()] = str(value)
        self.process = subprocess.Popen(
            [known["suite"].stack.program("millrace-gateway"), "--config", config or os.path.join(known["suite"].stack.var, "millrace.ini")],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log or subprocess.DEVNULL)

    def __enter__(self):
        until(self.answers, "a second gateway")
        return self

    def answers(self):
        try:
            return get("/healthz", port=self.port)[0] == 200
        except ssl.SSLError:
            return True  # it wants a certificate
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        equal(self.process.wait(20), 0, "exit status of the second gateway")


def connect(port=None, timeout=20):
    url = client().url
    plain = socket.create_connection((url.hostname, port or url.port), timeout=timeout)
    return client().tls.wrap_socket(plain, server_hostname=url.hostname)


def read_all(tls):
    got = b""
    try:
        while True:
            part = tls.recv(65536)
            if not part:
                return got
            got += part
    except (ConnectionError, ssl.SSLError, TimeoutError):
        return got


def raw(content, port=None):
    """Everything the server says to these bytes until it closes."""
    with connect(port) as tls:
        try:
            tls.sendall(content)
        except (ConnectionError, ssl.SSLError):
            pass
        return read_all(tls)


def get(path, port=None, headers=None, method="GET"):
    url = client().url
    connection = http.client.HTTPSConnection(url.hostname, port or url.port, context=client().tls, timeout=20)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def post(path, body, port=None, **headers):
    """(HTTP status, headers, JSON)"""
    url = client().url
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json"}
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection = http.client.HTTPSConnection(url.hostname, port or url.port, context=client().tls, timeout=30)
    try:
        connection.request("POST", path, content, {n: v for n, v in sent.items() if v is not None})
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


def bearer(token=None):
    return "Bearer " + (token or client().token)


def refused(got, http_status, code, word=""):
    status, _, answer = got
    error = answer["error"]
    assert status == http_status and error["code"] == code and word in error["field"] + " " + error["message"], \
        "got %s %s, wanted %s %s %r" % (status, error, http_status, code, word)
    assert re.fullmatch(r"[0-9a-f-]{36}", error["trace"]), error
    return error


def answers_in(got):
    return re.findall(rb"HTTP/1\.1 (\d+) ", got)


def cookie_of(headers):
    return headers["Set-Cookie"].split(";")[0]


def at_device(*cookies):
    return by_session(client(), *cookies)
