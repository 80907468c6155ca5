"""A second set of services on the database of a running stack, and a quick door to that database.

    peer = Peer(stack)          gateway, production, receipt and inventory with sockets of their own
    host = Peer(stack, names, {"bom": {"rpc.key": path}}).await_ready()   other services, other settings
    peer.client(plant)          a client of its gateway
    peer.stop()
    Psql(stack).rows(query)     one psql process that stays
"""
import configparser
import os
import shutil
import subprocess
import tempfile

import harness
from harness import Client, free_port, until

NAMES = ("production", "receipt", "inventory", "gateway")
END = "<end of rows>"


def owner_of(path):
    """Popen's words for running as the owner of a file, when we are somebody else."""
    owner = os.stat(path)
    return {} if owner.st_uid == os.getuid() else {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


class Peer:
    def __init__(self, stack, names=NAMES, settings=None):
        self.stack, self.names, self.port, self.running = stack, names, free_port(), []
        ini = configparser.ConfigParser(comment_prefixes=(";", "#"), interpolation=None)
        ini.read(os.path.join(stack.var, "millrace.ini"))
        self.first_run = ini["millrace"]["rpc.dir"]
        self.run = tempfile.mkdtemp(prefix="millrace-peer-")  # short: sockets lie in it
        os.makedirs(os.path.join(self.run, "pause"))
        for path in (self.run, os.path.join(self.run, "pause")):
            os.chmod(path, 0o777)
        ini["millrace"]["rpc.dir"] = self.run
        ini["gateway"]["port"] = str(self.port)
        ini["cli"]["url"] = "https://127.0.0.1:%d" % self.port
        ini.read_dict(settings or {})
        self.config = os.path.join(self.run, "millrace.ini")
        with open(self.config, "w", encoding="utf-8") as file:
            ini.write(file)
        os.chmod(self.config, 0o644)
        for name in names:
            self.start(name)
        if settings is None:
            self.await_ready()

    def start(self, name):
        user = owner_of(os.path.join(self.stack.var, "millrace.ini"))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MILLRACE_")}  # it would win over the file
        with open(os.path.join(self.run, name + ".log"), "ab") as log:
            self.running.append(subprocess.Popen([self.stack.program("millrace-" + name), "--config", self.config], cwd="/",
                                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, **user))

    def await_ready(self, names=None):
        try:
            until(lambda: self.ready(names or self.names), "the second set of services is ready", 60)
        except AssertionError:
            self.stop()
            raise
        return self

    def ready(self, names):
        client = self.client("-")
        try:
            services = {s["service"]: s.get("ready") for s in client.call("Access.ListServices")["services"]}
            return all(services.get(name) for name in names)
        except (harness.ApiError, OSError):
            return False
        finally:
            client.close()

    def client(self, plant):
        return Client(plant, url="https://127.0.0.1:%d" % self.port, var=self.stack.var)

    def stop(self):
        for process in self.running:
            process.terminate()
        for process in self.running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.run, ignore_errors=True)


class Psql:
    def __init__(self, stack):
        ini = configparser.ConfigParser(comment_prefixes=(";", "#"), interpolation=None)
        ini.read(os.path.join(stack.var, "millrace.ini"))
        words = [w for w in ini["millrace"]["sql.conninfo"].split() if not w.startswith("user=")] + ["user=postgres"]
        self.process = subprocess.Popen(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", " ".join(words)], text=True, bufsize=1, cwd="/",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, **owner_of(os.path.join(stack.var, "pg")))

    def rows(self, query):
        self.process.stdin.write(query.rstrip().rstrip(";") + ";\n\\echo " + END + "\n")
        self.process.stdin.flush()
        found = []
        while True:
            line = self.process.stdout.readline()
            assert line, "psql has ended"
            if line == END + "\n":
                return found
            found.append(line.rstrip("\n").split("\x1f"))

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)
