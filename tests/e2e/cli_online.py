#!/usr/bin/env python3
"""The command line on a running plant: import, explode, where-used, plan, export, call."""
import csv
import io
import json
import os
import subprocess

from harness import ROOT, Suite, demo_files, equal, fresh, free_port, key_of, until

suite = Suite("cli_online")
PLANT = fresh("CLI-")
state = {}


def run(*words, plant=PLANT, **environment):
    """(exit status, stdout, stderr) of one command."""
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"), MILLRACE_PLANT=plant,
                    **environment)
    settings.pop("MILLRACE_PORT", None)
    done = subprocess.run([suite.stack.program("millrace"), *words], env=settings, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, done.stderr


def good(*words, **more):
    code, out, err = run(*words, **more)
    equal((code, err), (0, ""), " ".join(words))
    return out


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def folder(name, files):
    path = os.path.join(suite.folder, name)
    os.makedirs(path, exist_ok=True)
    for file, content in files.items():
        with open(os.path.join(path, file), "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
    return path


def contents(path):
    found = {}
    for name in sorted(os.listdir(path)):
        with open(os.path.join(path, name), "rb") as file:
            found[name] = file.read()
    return found


@suite.test("help of one command is that command's alone, however it is asked for")
def _(t):
    for words in (("help", "issue"), ("issue", "--help"), ("issue", "W-1", "--help")):
        lines = good(*words).splitlines()
        assert lines[0].startswith("  millrace issue ORDER [--item I"), lines
        equal([line for line in lines[1:] if line.startswith("  millrace")], [], "others")
    both = good("explode", "--help")
    assert "millrace explode --from DIR" in both and "millrace explode ITEM" in both, both
    assert "millrace rollup" in good("help") and "millrace rollup" in good("--help"), "all of them"
    for words in (("help", "isue"), ("isue", "--help"), ("isue",)):
        code, out, err = run(*words)
        equal((code, out, err), (2, "", 'millrace: there is no command "isue"; see millrace help\n'), str(words))


@suite.test("a folder with errors: all of them, status 1, nothing changed")
def _(t):
    bad = folder("bad", {"items.csv": "item,type\nA,mak\nB,buy\n", "bom.csv": "parent,component,qty\nB,C,1\nB,A,x\n"})
    code, out, err = run("import", bad)
    equal((code, out), (1, ""), "import")
    for word in ("items.csv:2: type", "bom.csv:2: component", "bom.csv:3: qty", "nothing was changed"):
        assert word in err, err
    equal(run("call", "Bom.GetItem", '{"item":"B"}')[0], 1, "an item of it")


@suite.test("import: checked first with --dry-run, then for good, under the plant that plant.csv names")
def _(t):
    state["folder"] = folder("demo", demo_files(PLANT))
    out = good("import", state["folder"], "--dry-run", plant="")
    assert "items.csv: " in out and "nothing was changed" in out, out
    equal(run("call", "Bom.GetItem", '{"item":"BP-12"}')[0], 1, "an item after the dry run")
    out = good("import", state["folder"], plant="")
    assert "items.csv: " in out and "nothing was changed" not in out, out
    equal(json.loads(good("call", "Bom.GetItem", '{"item":"BP-12"}'))["item"]["item"], "BP-12", "an item")


@suite.test("explode and where-used write what the offline commands write")
def _(t):
    item = "BP-12"
    for words in (["explode", item, "--qty", "10"], ["explode", item, "--qty", "7", "--levels", "1"],
                  ["where-used", "EL-CELL"]):
        online = rows(good(*words))
        offline = rows(good(words[0], "--from", state["folder"], "--item", *words[1:]))
        assert len(online) > 0, words
        names = [row.pop("name") for row in online]  # where the running plant's rows go further
        assert any(names), words
        for row in online + offline:
            row.pop("valid_from"), row.pop("valid_to")  # not on the wire
        if words[0] == "explode":  # the server sums by low-level code, then item
            online.sort(key=lambda row: (row["level"] == "", row["component"] if row["level"] == "" else ""))
        equal(online, offline, " ".join(words))
    lines = rows(good("rows", "bom.csv", "--item", item))
    equal([(line["parent"], line["row"] != "") for line in lines], [(item, True)] * len(lines), "rows as a table")
    equal(len(json.loads(good("rows", "bom.csv", "--item", item, "--json"))["rows"]), len(lines), "and as JSON")
    code, _, err = run("explode", "NOPE")
    assert code == 1 and "NOPE" in err, err


@suite.test("plan: the running plant's planned orders and messages are those of the folder")
def _(t):
    out = os.path.join(suite.folder, "plan")
    good("plan", "--out", out)
    good("plan", "--from", state["folder"], "--out", out + "-offline")
    online, offline = contents(out), contents(out + "-offline")
    for name, key in (("planned_orders.csv", "item"), ("exceptions.csv", "item")):
        got, wanted = rows(online[name].decode()), rows(offline[name].decode())
        assert got and key in got[0], name
        equal(list(got[0]), list(wanted[0]), "columns of " + name)
        equal(len(got), len(wanted), "rows of " + name)
    assert good("plan").startswith("item,type,qty,")


@suite.test("export: a folder that imports again as the same plant")
def _(t):
    first, other = os.path.join(suite.folder, "first"), fresh("CLJ-")
    good("export", first)
    files = contents(first)
    assert "items.csv" in files and "movements.csv" not in files, sorted(files)
    files["plant.csv"] = files["plant.csv"].replace(PLANT.encode(), other.encode())
    good("import", folder("again", files), plant="")
    second = os.path.join(suite.folder, "second")
    good("export", second, plant=other)
    equal(contents(second), files, "what was exported again")


@suite.test("a write is repeated under its key, by hand and by itself")
def _(t):
    key = key_of(PLANT + "/order")
    words = ["call", "Order.CreateSalesOrder",
             '{"customer":"C-1","lines":[{"item":"BP-12","quantity":"3","due_on":"2027-01-15"}]}', "--key", key]
    first = good(*words)
    equal(good(*words), first, "answer under the same key")
    words[2] = words[2].replace('"3"', '"4"')
    code, _, err = run(*words)
    assert code == 1 and "KEY_REUSED" in err, err
    port = free_port()
    command = [suite.stack.program("millrace"), "call", "Access.WhoAmI"]
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(suite.stack.var, "millrace.ini"),
                    MILLRACE_URL="https://127.0.0.1:%d" % port)
    settings.pop("MILLRACE_PORT", None)
    waiting = subprocess.Popen(command, env=settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    late = subprocess.Popen([suite.stack.program("millrace-gateway"), "--config",
                             os.path.join(suite.stack.var, "millrace.ini")],
                            env=dict(os.environ, MILLRACE_PORT=str(port)), stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        out, err = waiting.communicate(timeout=60)
        equal((waiting.returncode, json.loads(out)["login"]), (0, "local"), "a call before the gateway: %s" % err)
    finally:
        late.terminate()
        until(lambda: late.poll() is not None, "the late gateway's end")


@suite.test("a server that nobody vouches for is not talked to")
def _(t):
    code, _, err = run("call", "Access.WhoAmI", MILLRACE_TLS_CA=os.path.join(ROOT, "README.md"))
    assert code != 0 and ("trusted" in err or "could not reach" in err), err
    code, _, err = run("call", "Access.WhoAmI", MILLRACE_TOKEN_FILE="/nonexistent")
    assert code != 0 and "token" in err, err


@suite.test("postings of the floor in a line each; a refusal names its field, status 1")
def _(t):
    order = json.loads(good("call", "Order.CreateWorkOrder", json.dumps({
        "item": "SD-12", "quantity": "2", "start_on": "2030-01-01", "due_on": "2030-01-09"})))["work_order"]
    released = json.loads(good("release", order))
    equal(released["work_order"], order, "released")
    code, out, err = run("release", order)
    equal((code, out), (1, ""), "again")
    assert "work_order: " in err and "not firm" in err, err
    line = json.loads(good("call", "Production.GetWorkOrder", json.dumps({"work_order": order})))["work_order"]["components"][0]
    code, out, err = run("issue", order, "--item", line["item"], "--qty", "999999")
    assert code == 1 and "lines[0].quantity: " in err, (code, err)
    code, out, err = run("receive", order, "--qty", "1", "--location", "NOWHERE")
    assert code == 1 and "location: " in err and "NOWHERE" in err, (code, err)
    operation = json.loads(good("call", "Production.GetWorkOrder", json.dumps({"work_order": order})))["work_order"]["operations"][0]
    reported = json.loads(good("report", order, operation["operation"], "--hours", "0.5", "--good", "1"))
    equal(reported["good"], "1", "reported")
    reversal = json.loads(good("reverse", reported["document"], "--reason", "typed twice"))
    assert reversal["document"].startswith("RV-"), reversal
    equal(run("report", order)[0], 2, "an operation is missing")
    equal(run("rework", "SD-12", "--colour", "red")[0], 2, "an unknown option")
    code, out, err = run("rework", "SD-12", "--qty", "1")
    assert code == 1 and "reason: " in err, (code, err)


if __name__ == "__main__":
    suite.main()
