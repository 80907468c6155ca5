"""Who listens in `ops/bench live`: the relay's feed (ZeroMQ, by hand: a SUB needs little) and many streams of server-sent
events in one process.  Each listener is a process of its own that says READY, listens until its stdin ends, and prints
what it heard as JSON."""
import collections
import json
import os
import random
import select
import socket
import ssl
import struct
import sys
import time
import urllib.parse

STOCK, PLAN_CHANGED = 1, 6


# ---- the feed

def exact(stream, count):
    data = b""
    while len(data) < count:
        part = stream.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def greet(stream):
    """ZMTP 3.0, mechanism NULL, as a SUB of everything."""
    stream.sendall(b"\xff" + b"\0" * 8 + b"\x7f\x03\x00" + b"NULL" + b"\0" * 16 + b"\0" + b"\0" * 31)
    exact(stream, 64)
    ready = b"\x05READY" + b"\x0bSocket-Type" + struct.pack(">I", 3) + b"SUB"
    stream.sendall(bytes([4, len(ready)]) + ready)
    frame(stream)
    stream.sendall(b"\x00\x01\x01")


def frame(stream):
    """(flags, bytes) of the next frame."""
    flags = exact(stream, 1)[0]
    size = struct.unpack(">Q", exact(stream, 8))[0] if flags & 2 else exact(stream, 1)[0]
    return flags, exact(stream, size)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at


def fields(data):
    """{number: value} of a protobuf message; the last of each number."""
    found, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            found[key >> 3], at = varint(data, at)
        elif key & 7 == 2:
            length, at = varint(data, at)
            found[key >> 3], at = data[at:at + length], at + length
        else:
            raise ValueError("wire type %d" % (key & 7))
    return found


class Feed:
    """When each posting's event was heard, and when a changed plan that knows it."""

    def __init__(self, plant):
        self.plant, self.waiting, self.heard, self.relay = plant.encode(), collections.deque(), [], []

    def take(self, body, now):
        event = fields(body)
        if event.get(3) == STOCK:
            self.waiting.append(event[2])
            self.relay.append((event[2], now))
        elif event.get(3) == PLAN_CHANGED:
            known = fields(event[9]).get(2, 0)
            while self.waiting and self.waiting[0] <= known:
                self.heard.append((self.waiting.popleft(), now))

    def listen(self, stream):
        stream.settimeout(None)
        poll = select.poll()
        poll.register(stream, select.POLLIN)
        poll.register(0, select.POLLIN)
        print("READY", flush=True)
        while True:
            ready = dict(poll.poll())
            if 0 in ready:
                return
            topic = None
            while topic is None or self.more:
                flags, data = frame(stream)
                if flags & 4:
                    stream.sendall(b"\x04" + bytes([len(data) - 2]) + b"\x04PONG" + data[7:]) if data[1:5] == b"PING" else None
                    break
                self.more = flags & 1
                if self.more:
                    topic = data
                elif topic == self.plant:
                    self.take(data, time.time())


def feed(plant, folder):
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(os.path.join(folder, "events.sock"))
    greet(stream)
    ears = Feed(plant)
    ears.listen(stream)
    print(json.dumps({"heard": ears.heard, "unheard": len(ears.waiting), "relay": ears.relay}))


# ---- server-sent events

MARK = b'"event_seq":'


class Stream:
    def __init__(self, address, context, request):
        plain = socket.create_connection(address)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tls = context.wrap_socket(plain, server_hostname="localhost")
        self.tls.sendall(request)
        head = self.tls.recv(65536)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        self.tls.setblocking(False)
        self.heard, self.begun = [], [b""]

    def take(self, data, now):
        """Of each message its newest event, the last one: when it was heard."""
        if b"\n\n" not in self.begun[-1][-1:] + data:
            self.begun.append(data)  # looked at once when it is whole: a burst's message has hundreds of kilobytes
            return
        *messages, tail = (b"".join(self.begun) + data).split(b"\n\n")
        self.begun = [tail]
        for message in messages:
            at = message.rfind(MARK)
            if at >= 0:
                self.heard.append((int(message[at + len(MARK):message.index(b",", at)]), now))

    def read(self):
        try:
            while True:
                data = self.tls.recv(65536)
                if not data:
                    raise EOFError("a stream has ended")
                self.take(data, time.time())
                if not self.tls.pending():
                    return  # what comes later wakes the loop again
        except (ssl.SSLWantReadError, BlockingIOError):
            pass


def follow(client, few, whole, items):
    """`few` streams of 20 items each and `whole` of the plant; also how late this loop itself is."""
    dice, streams = random.Random(1), {}
    context = ssl.create_default_context(cafile=os.path.join(client.var, "tls", "ca.pem"))
    poll = select.epoll()
    poll.register(0, select.EPOLLIN)
    for number in range(few + whole):
        query = "?" + "&".join("item=" + i for i in dice.sample(items, 20)) if number < few else ""
        request = "GET /v1/%s/events%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n" % (
            urllib.parse.quote(client.plant), query, client.token)
        stream = Stream((client.url.hostname, client.url.port), context, request.encode())
        streams[stream.tls.fileno()] = stream
        poll.register(stream.tls.fileno(), select.EPOLLIN)
    print("READY", flush=True)
    own, due = [], time.monotonic() + 0.02
    while True:
        ready = poll.poll(max(0, due - time.monotonic()))
        for number, _ in ready:
            if number == 0:
                rows = list(streams.values())
                print(json.dumps({"few": [h for s in rows[:few] for h in s.heard], "own": own,
                                  "whole": [h for s in rows[few:] for h in s.heard], "deaf": sum(not s.heard for s in rows)}))
                return
            streams[number].read()
        now = time.monotonic()
        if now >= due:
            own.append(now - due)
            due = now + 0.02


def listener(words, environment=None):
    """A process of this file; call finish() of it to hear what it heard."""
    import subprocess
    process = subprocess.Popen([sys.executable, os.path.abspath(__file__).replace("live_ears", "live"), *map(str, words)], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    line = process.stdout.readline()
    if line != "READY\n":
        raise RuntimeError("listener %s: %r" % (words, line))
    return process


def finish(process):
    return json.loads(process.communicate("\n", timeout=60)[0])
