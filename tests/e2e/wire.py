#!/usr/bin/env python3
# ops/test: release
"""Services of two hosts: tcp and CURVE between them, each host with its own keys only, and the thin way through both.

The hosts are two folders on one machine with the database of the running Millrace; nothing of them is in the other's
folder but what stands on the wire.  Who may connect to whom is tests/unit/test_guard.c."""
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
from door import read_all  # noqa: E402  (the folder is known only now)
from harness import ROOT, Suite, equal, free_port, until  # noqa: E402
from peer import Peer, owner_of  # noqa: E402

suite = Suite("wire")
DESK = ("bom", "cost", "gateway")
FLOOR = ("production", "receipt", "inventory", "order", "mrp", "relay")
state = {}


def key_made(host, name):
    """The public half; the secret one lies in the host's folder, its services' own."""
    folder = os.path.join(suite.folder, host)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + ".key")
    public = subprocess.run([suite.stack.program("millrace-gateway"), "--create-key", path], stdout=subprocess.PIPE, text=True,
                            check=True).stdout.strip()
    user = owner_of(os.path.join(suite.stack.var, "millrace.ini"))
    if user:
        for made in (folder, path):
            os.chown(made, user["user"], user["group"])
    equal(os.stat(path).st_mode & 0o777, 0o600, "mode of a key")
    return public


def map_made():
    keys = {name: key_made("desk" if name in DESK else "floor", name) for name in DESK + FLOOR}
    rows = [("gateway", "-", keys["gateway"], "-")]
    rows += [(name, "tcp://127.0.0.1:%d" % free_port(), keys[name], "gateway") for name in DESK + FLOOR if name != "gateway"]
    services = ",".join(name for name in DESK + FLOOR if name != "gateway")
    rows.append(("doorbell", "tcp://127.0.0.1:%d" % free_port(), keys["relay"], services))
    rows.append(("events", "tcp://127.0.0.1:%d" % free_port(), keys["relay"], "gateway,mrp,order"))
    path = os.path.join(suite.folder, "map")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join("%s %s %s %s\n" % row for row in rows))
    os.chmod(suite.folder, 0o755)
    state["rows"] = {row[0]: row for row in rows}
    return path


def host(name, services, path):
    settings = {service: {"rpc.key": os.path.join(suite.folder, name, service + ".key")} for service in services}
    settings["millrace"] = {"rpc.map": path}
    return Peer(suite.stack, services, settings)


@suite.test("two hosts find each other by the map; no socket lies in a folder")
def _(t):
    suite.stack.ops("service", "stop", "mrp")  # one of a kind keeps the plan of a plant
    path = map_made()
    state["floor"] = host("floor", FLOOR, path)
    state["desk"] = host("desk", DESK, path)
    state["desk"].await_ready(DESK + FLOOR)
    for peer in (state["floor"], state["desk"]):
        equal([name for name in os.listdir(peer.run) if name.endswith(".sock")], [], "sockets in the folder")


@suite.test("the whole thin way goes through both")
def _(t):
    desk = state["desk"]
    for name in ("tls", "cli.token"):
        os.symlink(os.path.join(suite.stack.var, name), os.path.join(desk.run, name))
    environment = dict(os.environ, MILLRACE_VAR=desk.run, MILLRACE_CONFIG=desk.config, MILLRACE_PORT=str(desk.port))
    done = subprocess.run([sys.executable, os.path.join(ROOT, "tests", "e2e", "thin_way.py")], env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0 and ", 0 failed" in done.stdout.split("\n")[-2], done.stdout


@suite.test("whoever only knows the addresses gets nothing: bytes, a plain greeting, silence")
def _(t):
    greeting = b"\xff" + b"\0" * 8 + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + b"\0" * 32
    ready = b"\x04\x26\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\0"
    knocking = []
    for name in ("production", "doorbell", "events"):
        where = state["rows"][name][1].rpartition(":")[2]
        for words in (greeting + ready, b"GET / HTTP/1.1\r\n\r\n", b""):
            raw = socket.create_connection(("127.0.0.1", int(where)), timeout=10)
            raw.sendall(words)
            knocking.append(raw)
    for raw in knocking:
        with raw:
            got = read_all(raw)  # until it hangs up: a handshake has a limit of time
            assert len(got) <= 64 and b"READY" not in got, got


@suite.test("a service whose key is not the one of the map does not start; with its own it is there again")
def _(t):
    floor = state["floor"]
    place = FLOOR.index("production")
    floor.running[place].kill()
    floor.running[place].wait()
    path = os.path.join(suite.folder, "floor", "production.key")
    os.rename(path, path + ".kept")
    key_made("floor", "production")
    floor.start("production")
    equal(floor.running[-1].wait(20) != 0, True, "it ended")
    os.replace(path + ".kept", path)
    floor.start("production")
    until(lambda: state["desk"].ready(DESK + FLOOR), "it is there again with its own key", 30)


@suite.test("the hosts end in order")
def _(t):
    for name in ("desk", "floor"):
        state[name].stop()
    suite.stack.ops("service", "start", "mrp")


if __name__ == "__main__":
    suite.main()
