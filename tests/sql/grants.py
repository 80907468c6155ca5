#!/usr/bin/env python3
"""Does each service have the rights its statements need, and none beside them?

PostgreSQL says itself what a statement needs: it writes the tree of each one that the programs prepare
(--check-sql) to its log, with the rights and the columns of every table.  From these sql/grants.sql is made
(--write), and here it is compared with them, with the catalogue, and with what nobody may ever get.

ops/test: alone
usage: grants.py [--write]        MILLRACE_BUILD: whose programs, default build/dev
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("MILLRACE_BUILD", "build/dev")
CONNINFO = os.environ.get("MILLRACE_TEST_CONNINFO")
GRANTS = ROOT / "sql" / "grants.sql"
SERVICES = ["bom", "mrp", "production", "receipt", "cost", "inventory", "order", "relay", "gateway"]
WIDTH = 118

# AclMode (parsenodes.h), and the offset of column numbers in the tree's sets (sysattr.h).
RIGHTS = {1: "INSERT", 2: "SELECT", 4: "UPDATE", 8: "DELETE"}
FIRST_COLUMN = 7
TABLE = re.compile(r":rtekind 0 :relid (\d+) :relkind [rcv] .*?:requiredPerms (\d+) :checkAsUser \d+"
                   r" :selectedCols \(b([ \d]*)\) :insertedCols \(b([ \d]*)\) :updatedCols \(b([ \d]*)\)")
COPY_FROM = re.compile(r"COPY (\w+) \(([^)]*)\)\s+FROM STDIN")

HEAD = """\
-- What each service may do, by table and column.  Made from the statements of the services by
-- `tests/sql/grants.py --write` after a change of one; a test fails when it is not what they need.
--
-- A list of columns that is missing means all of them.  A row is locked by whoever may update a column
-- of it: UPDATE (plant_id) is the right to lock and, as keys are referred to, to nothing else.
"""


def psql(query, conninfo=CONNINFO):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", query, conninfo],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"grants: {done.stderr.strip()}")
    return [line.split("\t") for line in done.stdout.splitlines()]


def tables():
    """{table or view: [column]} in the order of their numbers (dropped ones as ""), and {oid: table}."""
    columns, names = {}, {}
    for oid, table, column in psql(
            "SELECT c.oid, c.relname, CASE WHEN a.attisdropped THEN '' ELSE a.attname END FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relkind IN ('r', 'v')"
            " AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname, a.attnum"):
        columns.setdefault(table, []).append(column)
        names[oid] = table
    return columns, names


def logged(service, log):
    """What the server logs while the program prepares its statements and asks whether it may run them."""
    begin = log.stat().st_size
    environment = dict(os.environ, MILLRACE_SQL_CONNINFO=CONNINFO +
                       " options='-c debug_print_rewritten=on -c debug_pretty_print=off -c log_statement=all'")
    done = subprocess.run([str(BUILD / "bin" / f"millrace-{service}"), "--check-sql"], env=environment,
                          capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"grants: {done.stdout}{done.stderr}")
    with log.open(errors="replace") as file:
        file.seek(begin)
        return file.read()


def needs(service, log, columns, names):
    """{(role, table, right): {column}}; all columns of a table as {"*"}.  COPY into a table has a role of its own."""
    found = {}
    text = re.sub(r"\s*\n\t", " ", logged(service, log))  # a tree is broken into lines
    for oid, mask, *sets in TABLE.findall(text):
        table = names.get(oid)
        if not table:
            continue  # the catalogue's own
        of_right = dict(zip(("SELECT", "INSERT", "UPDATE"), sets))
        for bit, right in RIGHTS.items():
            if int(mask) & bit:
                wanted = found.setdefault((f"millrace_{service}", table, right), set())
                wanted |= {int(number) - FIRST_COLUMN for number in of_right.get(right, "").split()}
    for table, listed in COPY_FROM.findall(text):
        wanted = found.setdefault((f"millrace_{service}_copy", table, "INSERT"), set())
        wanted |= {columns[table].index(name.strip(' "')) + 1 for name in listed.split(",")}
    return {key: named(key, numbers, columns[key[1]]) for key, numbers in found.items()}


def named(key, numbers, columns):
    """A row as a whole, or its place (ctid), needs the right to all of the table; a lock or a count that to any
    column."""
    live = {name for name in columns if name}
    if key[2] == "DELETE" or any(number <= 0 for number in numbers):
        return {"*"}
    wanted = {columns[number - 1] for number in numbers} or {columns[0]}
    return {"*"} if wanted == live else wanted


def quoted(column):
    return f'"{column}"' if column in ("from", "to", "position") else column


def grant_lines(wanted):
    """One statement a role and table."""
    lines = []
    for role, table in sorted({key[:2] for key in wanted}):
        rights = []
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            names = wanted.get((role, table, right))
            if names:
                rights.append(right if names == {"*"} else f"{right} ({', '.join(quoted(name) for name in sorted(names))})")
        lines += wrapped(f"GRANT {', '.join(rights)} ON {table} TO {role};")
    return lines


def wrapped(line):
    lines = []
    while len(line) > WIDTH:
        cut = line.rindex(" ", 0, WIDTH)
        lines.append(line[:cut])
        line = "    " + line[cut + 1:]
    return lines + [line]


def made(of_service):
    text = HEAD
    for service in SERVICES:
        text += f"\n-- {service}\n" + "\n".join(grant_lines(of_service[service])) + "\n"
    return text


def granted():
    """{(role, table, right, column)} of the catalogue, owner and superuser left out."""
    return {tuple(row) for row in psql(
        "SELECT coalesce(r.rolname, 'PUBLIC'), c.relname, x.privilege_type, x.attname FROM pg_class c CROSS JOIN LATERAL"
        " (SELECT e.*, '*' AS attname FROM aclexplode(c.relacl) e UNION ALL SELECT e.*, a.attname FROM pg_attribute a,"
        " aclexplode(a.attacl) e WHERE a.attrelid = c.oid) x LEFT JOIN pg_roles r ON r.oid = x.grantee"
        " WHERE c.relnamespace = 'public'::regnamespace AND x.grantee <> c.relowner")}


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, wrong):
        """Passes when nothing is wrong."""
        if not wrong:
            self.passed += 1
            return
        self.failed += 1
        print(f"grants: {what}: {wrong if isinstance(wrong, str) else ', '.join(map(str, sorted(wrong)[:8]))}")


def columns_of(grants, role, table, right):
    return {column for r, t, w, column in grants if (r, t, w) == (role, table, right)}


def claims(checks, grants):
    """What must hold whatever the statements say: who adds one that breaks it thinks again here."""
    roles = {f"millrace_{service}{kind}" for service in SERVICES for kind in ("", "_copy")}
    everybody = roles | {"PUBLIC"}
    append_only = {"ledger_line", "event_log", "fifo_take", "work_order_change", "order_change",
                   "posting_key", "act", "audit_seal", "master_change", "engineering_change_step"}
    checks.check("an append-only table that is not", {
        row for row in grants if row[1] in append_only and row[2] not in ("SELECT", "INSERT")})
    checks.check("rights of everybody", {row for row in grants if row[0] not in roles})
    checks.check("rights that no service needs", {row for row in grants if row[2] not in RIGHTS.values()})
    secrets = {"session", "api_token", "device", "token_role"}
    hashes = {"password_hash", "pin_hash", "*"}
    checks.check("who may see passwords, sessions and tokens beside the gateway", {
        row for row in grants if row[0] != "millrace_gateway"
        and (row[1] in secrets or row[1] == "app_user" and row[3] in hashes)})
    checks.check("who may change people beside the gateway", {
        row for row in grants if row[0] != "millrace_gateway"
        and row[1] in ("app_user", "user_role") and row[2] != "SELECT"})
    gateway = {"ledger_line", "stock_item", "stock_balance", "fifo_layer", "fifo_take", "late_cost", "payable", "invoice"}
    checks.check("the gateway and values of stock", {
        row for row in grants if row[0] == "millrace_gateway" and row[1] in gateway})
    posters = {f"millrace_{service}" for service in ("bom", "production", "receipt", "cost", "inventory", "order")}
    checks.check("who writes the ledger without posting", {
        row for row in grants if row[1] in ("ledger_line", "fifo_take", "fifo_layer", "stock_balance")
        and row[2] != "SELECT" and row[0].removesuffix("_copy") not in posters})
    checks.check("a role that copies in and does more", {
        row for row in grants if row[0].endswith("_copy") and row[2] != "INSERT"})
    checks.check("the relay writes what happened", {
        row for row in grants if row[0] == "millrace_relay" and row[2] != "SELECT"
        and not re.match(r"webhook|relay_state|plant_seq|event_log|posting_key|act$|audit_(seal|head)$", row[1])})
    checks.check("who may change migrations", {row for row in grants if row[1] == "schema_migration"})
    checks.check("moments of keys and acts that the asker chooses", {
        row for row in grants if row[1:] in (("posting_key", "INSERT", "posted_at"), ("act", "INSERT", "acted_at"))})
    for role in sorted(everybody):
        checks.check(f"{role} forges when a document was decided",
                     columns_of(grants, role, "stock_document", "INSERT") & {"decided_by", "decided_at"})


def main():
    if not CONNINFO:
        os.execvp("bash", ["bash", str(ROOT / "tests/sql/with_cluster.sh"), sys.executable, __file__, *sys.argv[1:]])
    log = Path(re.search(r"host=(\S+)", CONNINFO).group(1)) / "log"
    columns, names = tables()
    of_service = {service: needs(service, log, columns, names) for service in SERVICES}
    text = made(of_service)
    if "--write" in sys.argv:
        GRANTS.write_text(text)
        return 0
    checks = Checks()
    kept = GRANTS.read_text()
    checks.check("sql/grants.sql is not what the statements need: run tests/sql/grants.py --write and look at the"
                 " difference", set(text.splitlines()) ^ set(kept.splitlines()))
    grants = granted()
    wanted = {(*key, column) for service in SERVICES for key, names_of in of_service[service].items() for column in names_of}
    for service in SERVICES:
        role = f"millrace_{service}"
        has = {row for row in grants if row[0] in (role, role + "_copy")}
        needed = {row for row in wanted if row[0] in (role, role + "_copy")}
        checks.check(f"{role} has no statements", "" if needed else "none")
        checks.check(f"{role} has more than it needs", has - needed)
        checks.check(f"{role} lacks", needed - has)
    claims(checks, grants)
    print(f"grants: {checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


sys.exit(main())
