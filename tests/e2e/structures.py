#!/usr/bin/env python3
"""Structures over HTTPS: pages that go on behind a path, net of stock, kits, end items, what is refused; and a folder of
workbooks in Chinese, in and out by the command line."""
import os
import subprocess

from harness import Suite, demo_files, equal, fresh, import_files, refused

suite = Suite("structures")
PLANT = fresh("STR-")
DIAMONDS = fresh("DIA-")
state = {}


def client(plant=PLANT):
    if plant not in state:
        state[plant] = suite.stack.client(plant)
    return state[plant]


def pages(method, rows="rows", **body):
    """All rows, and how many pages they came in."""
    out, count, after = [], 0, {}
    while True:
        reply = client().call(method, **body, **after)
        out += reply.get(rows, [])
        count += 1
        if not reply.get("next"):
            return out, count
        after = {"after": reply["next"]}


@suite.test("the demo plant comes in as workbooks with Chinese headers, and goes out again")
def _(t):
    files = demo_files(PLANT)
    plain, sheets, back = (os.path.join(t.folder, name) for name in ("plain", "sheets", "back"))
    os.makedirs(plain)
    for name, content in files.items():
        with open(os.path.join(plain, name), "wb") as out:
            out.write(content)
    settings = dict(os.environ, MILLRACE_CONFIG=os.path.join(t.stack.var, "millrace.ini"), MILLRACE_PLANT=PLANT)
    settings.pop("MILLRACE_PORT", None)

    def run(*words):
        done = subprocess.run([t.stack.program("millrace"), *words], env=settings, text=True, capture_output=True,
                              timeout=120, check=False)
        equal((done.returncode, done.stderr), (0, ""), " ".join(words))
        return done.stdout

    run("rewrite", "--from", plain, "--out", sheets, "--xlsx", "--chinese")
    assert "nothing was changed" in run("import", sheets, "--dry-run")
    run("import", sheets)
    run("export", back, "--xlsx", "--chinese")
    run("rewrite", "--from", back, "--out", back + "-csv")
    run("rewrite", "--from", plain, "--out", plain + "-csv")
    for name in ("items.csv", "bom.csv", "routing.csv", "suppliers.csv", "units.csv"):
        with open(os.path.join(back + "-csv", name), "rb") as got, open(os.path.join(plain + "-csv", name), "rb") as wanted:
            equal(got.read(), wanted.read(), name)


@suite.test("small pages are the one large page, line by line")
def _(_t):
    whole, one = pages("Bom.Explode", item="DL-100", quantity="7")
    parts, many = pages("Bom.Explode", item="DL-100", quantity="7", limit=5)
    equal((one, parts), (1, whole), "rows")
    assert many == -(-len(whole) // 5) and len(whole) > 20, (many, len(whole))
    item = whole[-1]["component"]
    whole, _ = pages("Bom.WhereUsed", item=item)
    equal(pages("Bom.WhereUsed", item=item, limit=1)[0], whole, "where used")
    for after in ("x", "0", "1.99", "1..2", "-1"):
        refused(client(), 422, "INVALID", "Bom.Explode", item="DL-100", after=after)


@suite.test("net of stock: gross is stock and net, and the critical path adds up")
def _(_t):
    reply = client().call("Bom.Explode", item="DL-100", quantity="500", net_stock=True, lead_times=True)
    taken = 0
    for row in reply["rows"]:
        net, stock = float(row["net"]), float(row["from_stock"])
        taken += stock > 0
        kit = client().call("Bom.GetItem", item=row["component"])["item"]["type"] == "phantom"
        assert kit or abs(float(row["quantity"]) - net - stock) < 1e-9, row
    assert taken > 0
    days = {row["component"]: row for row in reply["rows"]}
    path = reply["critical_path"]
    equal(path[0], "DL-100", "top of the critical path")
    own = reply["cumulative_days"] - days[path[1]]["cumulative_days"]
    equal(sum(days[i]["lead_time_days"] for i in path[1:]) + own, reply["cumulative_days"], "days along the path")


@suite.test("a kit can be built from stock, one more cannot")
def _(_t):
    for make in (False, True):
        kit = client().call("Bom.GetKit", item="DL-100", make=make)
        assert int(kit["quantity"]) > 0 and kit["shorts"], kit
        for short in kit["shorts"]:
            assert float(short["needed"]) - float(short["stock"]) == float(short["lacks"]) > 0, short
    refused(client(), 422, "INVALID", "Bom.GetKit", item=kit["shorts"][0]["item"])
    refused(client(), 404, "NOT_FOUND", "Bom.GetKit", item="NOBODY")


@suite.test("end items are the tops of where-used")
def _(_t):
    component = pages("Bom.Explode", item="DL-100")[0][-1]["component"]
    lines, _ = pages("Bom.WhereUsed", item=component)
    ends, _ = pages("Bom.WhereUsed", item=component, ends=True)
    below = {line["component"] for line in lines}
    equal({end["parent"] for end in ends}, {line["parent"] for line in lines} - below, "end items")


@suite.test("diamonds summarise, and the indented list is refused with advice")
def _(_t):
    names = ["N%02d%s" % (n, s) for n in range(26) for s in ("", "L", "R")]
    lines = [(p, c) for n in range(25) for p, c in [
        ("N%02d" % n, "N%02dL" % n), ("N%02d" % n, "N%02dR" % n), ("N%02dL" % n, "N%02d" % (n + 1)),
        ("N%02dR" % n, "N%02d" % (n + 1))]]
    files = {"plant.csv": "key,value\nplant,%s\n" % DIAMONDS,
             "items.csv": "item,type\n" + "".join("%s,make\n" % n for n in names),
             "bom.csv": "parent,component,qty\n" + "".join("%s,%s,1\n" % line for line in lines)}
    reply = import_files(client(DIAMONDS), {k: v.encode() for k, v in files.items()}, DIAMONDS + "/import")
    equal(reply.get("errors", []), [], "errors")
    rows = client(DIAMONDS).call("Bom.Explode", item="N00", summarised=True)["rows"]
    equal([r["quantity"] for r in rows if r["component"] == "N25"], [str(2 ** 25)], "sum at the bottom")
    error = refused(client(DIAMONDS), 413, "LIMIT", "Bom.Explode", item="N00")
    assert "ask for the summary" in str(error), error
    refused(client(DIAMONDS), 413, "LIMIT", "Bom.WhereUsed", item="N25")
    ends = client(DIAMONDS).call("Bom.WhereUsed", item="N25", ends=True)["rows"]
    equal([(e["parent"], e["quantity_per"]) for e in ends], [("N00", str(2 ** 25))], "end items")


if __name__ == "__main__":
    suite.main()
