#!/usr/bin/env python3
"""The audit trail's seals: whatever a superuser does to a sealed row or to a seal is found.

Rows of every stream are written by hand, the relay seals them; then each stream is tampered with in each way and put
right again.  A chain that was made anew from the first seal on is found by a head that was kept.

usage: audit_seal.py      MILLRACE_BUILD: whose relay, default build/dev
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("MILLRACE_BUILD", "build/dev")
CONNINFO = os.environ.get("MILLRACE_TEST_CONNINFO")
RELAY = str(BUILD / "bin" / "millrace-relay")
PLANT = "P"
WAIT_S = 60

# Rows of each stream: two chunks of numbers in the ledger, so that a seal is followed by another of its stream.
ROWS = """
SET session_replication_role = replica;
INSERT INTO plant (plant_id) VALUES ('P'), ('Q'), ('R');
INSERT INTO plant_seq (plant_id, line_seq, event_seq) VALUES ('P', 1500, 50), ('Q', 3, 0), ('R', 0, 10);
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, qty, amount, on_hand, value, effective_on, posted_by, posted_at)
    SELECT 'P', n, 'D' || n, 'adjustment', n, n, n, n, '2026-01-01', 'ann', now() + n * interval '1 microsecond'
    FROM generate_series(1, 1500) n;
INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, committed_at)
    SELECT 'P', n, 1, 'A', 'x', now() + n * interval '1 microsecond' FROM generate_series(1, 40) n;
INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, committed_at, earlier_ids, earlier_bodies)
    SELECT plant, last, 1, 'A', 'x', now() + last * interval '1 microsecond', array_agg('A' || n), array_agg(('x' || n)::bytea)
    FROM (VALUES ('P', 48, 7), ('P', 50, 1), ('R', 10, 7)) v (plant, last, earlier), generate_series(1, earlier) n GROUP BY 1, 2;
INSERT INTO posting_key (plant_id, key, request_hash, status, reply, asked_by, device, method, object, posted_at)
    SELECT 'P', gen_random_uuid(), 'h', 'OK', 'r', 'ann', 'D1', 'M.M', CASE WHEN n % 2 = 0 THEN 'W' ELSE '' END, now() - n * interval '1 second' FROM generate_series(1, 40) n;
INSERT INTO act (plant_id, act_id, acted_by, method, object, after, acted_at)
    SELECT 'P', gen_random_uuid(), 'ann', 'Access.SetUser', 'u' || n, '{"a": 1}', now() - n * interval '1 second'
    FROM generate_series(1, 40) n;
INSERT INTO act (plant_id, act_id, acted_by, method) VALUES ('-', gen_random_uuid(), 'ann', 'Access.Login');
INSERT INTO master_change (plant_id, change_seq, place, file, object, old_row, new_row, changed_by, changed_at)
    SELECT 'P', n, 1, 'items.csv', 'A', '{"x": "1"}', '{"x": "2"}', 'ann', now() - n * interval '1 second' FROM generate_series(1, 40) n;
INSERT INTO order_change (plant_id, event_seq, place, kind, order_id, what, changed_by, changed_at)
    SELECT 'P', n, 1, 'sales_order', 'S', 'close', 'ann', now() - n * interval '1 second' FROM generate_series(1, 40) n;
INSERT INTO work_order_change (plant_id, document, line, work_order, what, before, after, effective_on, changed_by, changed_at)
    SELECT 'P', 'D' || n, 1, 'W', 'state', 'a', 'b', '2026-01-01', 'ann', now() - n * interval '1 second' FROM generate_series(1, 40) n;
INSERT INTO engineering_change_step (plant_id, change_id, step, action, done_by, done_at)
    SELECT 'P', 'EC', n, 'note', 'ann', now() - n * interval '1 second' FROM generate_series(1, 40) n;
"""

# What is hashed is what PostgreSQL's record_send makes of a row.  (moment, key, row) as the seals of all versions have it:
# a change here would make each chain that was sealed before a broken one.
RECORDS = {
    "act": ("acted_at", "act_id::text", "record_send(ROW(act_id, acted_at, acted_by, device, address, method, status, object,"
            " before::text, after::text))"),
    "posting_key": ("posted_at", "key::text", "CASE object WHEN '' THEN record_send(ROW(key, request_hash, status, field, message,"
                    " reply, posted_at, asked_by, device, method)) ELSE record_send(ROW(key, request_hash, status, field, message,"
                    " reply, posted_at, asked_by, device, method, object)) END"),
    "ledger_line": ("posted_seq", "''", "record_send(ROW(posted_seq, document, kind::text, item, location, lot, status, segment, owner,"
                    " qty, amount, wip, variance, counted, on_hand, value, order_kind, order_id, order_line, operation, reason,"
                    " effective_on, posted_at, posted_by, reverses))"),
    "event_log": ("event_seq", "''", "CASE WHEN earlier_ids IS NULL AND earlier_bodies IS NULL THEN record_send(ROW(event_seq, kind,"
                  " object_id, body, committed_at)) ELSE record_send(ROW(event_seq, kind, object_id, body, committed_at,"
                  " earlier_ids, earlier_bodies)) END"),
    "master_change": ("changed_at", "change_seq || '/' || place", "record_send(ROW(change_seq, place, file, object, row_no,"
                      " old_row::text, new_row::text, change_id, changed_by, changed_at))"),
    "order_change": ("changed_at", "event_seq || '/' || place", "record_send(ROW(event_seq, place, kind, order_id, what, line,"
                     " before, after, reason, changed_by, changed_at))"),
    "work_order_change": ("changed_at", "document || '/' || line", "record_send(ROW(document, line, work_order, what, order_line,"
                          " item, before, after, reason, effective_on, changed_by, changed_at))"),
    "engineering_change_step": ("done_at", "change_id || '/' || step", "record_send(ROW(change_id, step, action, note, done_by,"
                                " done_at))"),
}

# stream: (what tells its rows apart, its moment, a column to change and to swap)
STREAMS = {
    "ledger_line": ("posted_seq", "posted_at", "posted_by"),
    "event_log": ("event_seq", "committed_at", "object_id"),
    "posting_key": ("key", "posted_at", "device"),
    "act": ("act_id", "acted_at", "acted_by"),
    "master_change": ("change_seq", "changed_at", "changed_by"),
    "order_change": ("event_seq", "changed_at", "changed_by"),
    "work_order_change": ("document", "changed_at", "changed_by"),
    "engineering_change_step": ("step", "done_at", "done_by"),
}
NUMBERED = ("ledger_line", "event_log")

# The same rows at a plant of their own, with what a column may hold and those above do not: NULL, nothing, zeros, signs, many
# digits, other scripts, long bytes, many rows of one moment, and more events than one transaction seals.
VARIED = """
SET session_replication_role = replica;
INSERT INTO plant (plant_id) VALUES ('V');
INSERT INTO plant_seq (plant_id, line_seq, event_seq) VALUES ('V', 1500, 12040);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY string_to_array('%s', ' ') LOOP
    EXECUTE format('CREATE TEMP TABLE v AS SELECT * FROM %%I WHERE plant_id = ''P''', t);
    UPDATE v SET plant_id = 'V';
    EXECUTE format('INSERT INTO %%I SELECT * FROM v', t);
    DROP TABLE v;
END LOOP; END $$;
UPDATE ledger_line SET item = CASE posted_seq %% 3 WHEN 0 THEN NULL WHEN 1 THEN '物料 №7' ELSE 'A' END,
    lot = left('lot-7', posted_seq::int %% 6), qty = (ARRAY[0, -1, 0.000001, -999999999999.999999, 10000, 120030.0405])[1 + posted_seq %% 6],
    amount = (ARRAY[0, 99999999999999.9999, -0.0001, 10000])[1 + posted_seq %% 4], wip = posted_seq %% 2,
    variance = -(posted_seq %% 5) / 8.0, counted = posted_seq %% 7, order_line = -(posted_seq %% 3),
    reverses = CASE posted_seq %% 4 WHEN 1 THEN -posted_seq END, effective_on = DATE '1999-12-30' + posted_seq::int %% 5,
    posted_at = posted_at - posted_seq %% 3 * interval '40 years',
    reason = CASE WHEN posted_seq = 9 THEN repeat('原因', 9000) ELSE '' END WHERE plant_id = 'V';
UPDATE event_log SET kind = -event_seq, body = decode(repeat('00ff5c', event_seq::int * 1000), 'hex')
    WHERE plant_id = 'V' AND event_seq %% 2 = 0;
INSERT INTO event_log (plant_id, event_seq, kind, object_id, body, committed_at)
    SELECT 'V', n, 1, 'A', '', now() + n * interval '1 microsecond' FROM generate_series(51, 12040) n;
UPDATE posting_key SET reply = '', field = 'lines[0].quantity', message = '缺料', device = '' WHERE plant_id = 'V' AND object = '';
UPDATE posting_key SET posted_at = (SELECT max(posted_at) FROM posting_key WHERE plant_id = 'V' AND object = '')
    WHERE plant_id = 'V' AND object <> '';
UPDATE act SET acted_at = (SELECT max(acted_at) FROM act WHERE plant_id = 'V'), after = NULL WHERE plant_id = 'V' AND object < 'u3';
UPDATE act SET before = '{"名": [1, null, -2.50]}' WHERE plant_id = 'V' AND object > 'u2';
UPDATE master_change SET old_row = NULL, change_id = 'EC' WHERE plant_id = 'V' AND change_seq %% 2 = 0;
UPDATE order_change SET line = event_seq %% 3, before = '3', reason = '说明' WHERE plant_id = 'V' AND event_seq %% 2 = 0;
""" % " ".join(STREAMS)

passed = failed = 0


def check(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"audit_seal: {what}: {seen}")


def sql(text):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-1", "-c", text, CONNINFO],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"audit_seal: {done.stderr.strip()}\n{text}")
    return done.stdout.strip()


def as_relay():
    return dict(os.environ, MILLRACE_SQL_CONNINFO=CONNINFO.replace("user=postgres", "user=millrace_relay"),
                MILLRACE_SEAL_MS="100")


def verify(*more, plant=PLANT):
    done = subprocess.run([RELAY, "--verify-audit", plant, *more], env=as_relay(), capture_output=True, text=True,
                          check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def sealed(plants, folder):
    """The relay runs until nothing waits; it may stop in the middle of anything."""
    environment = dict(as_relay(), MILLRACE_RPC_DIR=folder, MILLRACE_TICKET_PUBLIC_KEY=f"{folder}/public.pem")
    relay = subprocess.Popen([RELAY], env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + WAIT_S
    waiting = plants
    while waiting and time.monotonic() < until:
        time.sleep(0.1)
        if relay.poll() is not None:
            raise SystemExit("audit_seal: the relay ends by itself")
        waiting = [plant for plant in waiting if head(plant)["waiting_rows"] > 0]
    relay.terminate()
    relay.wait(30)
    return not waiting


def head(plant=PLANT):
    done = subprocess.run([RELAY, "--audit-head", plant], env=as_relay(), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def rows_read(table):
    return int(sql(f"SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = '{table}'"))


def what_waits_is_looked_up():
    """To count what waits does not take longer the more has been sealed; row-level security must not keep it from the index."""
    before = {table: rows_read(table) for table in ("ledger_line", "event_log", "posting_key")}
    environment = dict(as_relay(), PGOPTIONS="-c enable_seqscan=off")
    subprocess.run([RELAY, "--audit-head", PLANT], env=environment, capture_output=True, check=True)
    read = {table: rows_read(table) - count for table, count in before.items()}
    check("what waits is counted without the rows that are sealed", max(read.values()) < 10, read)


def nth(stream, n):
    key, moment, _ = STREAMS[stream]
    return f"(SELECT {key} FROM kept_{stream} WHERE plant_id = 'P' ORDER BY {moment}, {key} OFFSET {n} LIMIT 1)"


def tamper(stream):
    """(what it is called, the statement, words of the finding)"""
    key, moment, column = STREAMS[stream]
    number = stream in NUMBERED
    columns = sql(f"SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = '{stream}'::regclass AND attnum > 0"
                  f" AND NOT attisdropped AND attname NOT IN ('{key}', '{moment}')")
    fresh = {"uuid": "gen_random_uuid()", "text": "'D0'"}.get(
        sql(f"SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{stream}'::regclass AND attname = '{key}'"),
        "-7" if number else "99999")
    past = f"INSERT INTO {stream} ({key}, {moment}, {columns}) SELECT {fresh}, {moment} - interval '500 milliseconds', {columns}"
    return (
        ("a column is changed", f"UPDATE {stream} SET {column} = 'eve' WHERE plant_id = 'P' AND {key} = {nth(stream, 7)}",
         [f"1 row of {stream} changed: "] + (["changed: 8 "] if number else [])),
        ("a row is deleted", f"DELETE FROM {stream} WHERE plant_id = 'P' AND {key} = {nth(stream, 7)}",
         [f"1 row of {stream} missing"] + (["missing: 8 "] if number else [])),
        ("two rows are swapped", f"UPDATE {stream} t SET {moment} = o.{moment} FROM {stream} o WHERE t.plant_id = 'P'"
         f" AND o.plant_id = 'P' AND t.{key} IN ({nth(stream, 5)}, {nth(stream, 6)})"
         f" AND o.{key} IN ({nth(stream, 5)}, {nth(stream, 6)}) AND t.{key} <> o.{key}", [f"2 rows of {stream} changed"]),
        ("a row is put into the past", f"{past} FROM {stream} WHERE plant_id = 'P' AND {key} = {nth(stream, 9)}",
         [f"1 row of {stream} put in"]),
        ("the newest row is deleted", f"DELETE FROM {stream} WHERE plant_id = 'P' AND {key} = (SELECT {key} FROM {stream}"
         f" WHERE plant_id = 'P' ORDER BY {moment} DESC, {key} DESC LIMIT 1)", [f"1 row of {stream} missing"]),
        ("all its rows are deleted", f"DELETE FROM {stream} WHERE plant_id = 'P'", [f" of {stream} missing"]),
    )


def bytes_are_record_sends():
    """Row by row: the marks and hashes of the seals are those of what PostgreSQL itself sends."""
    for stream, (at, key, record) in RECORDS.items():
        place = at if stream in NUMBERED else f"(extract(epoch FROM {at}) * 1000000)::bigint"
        rows = (f"SELECT plant_id, {place} AS place, {key} AS key, sha256(convert_to(plant_id, 'UTF8') || '\\x00' || {record})"
                f" AS hash FROM {stream}")
        seen = sql(
            "SELECT sum(s.row_count), count(*) FILTER (WHERE r.n <> s.row_count), count(*) FILTER (WHERE r.marks <> s.marks),"
            f" count(*) FILTER (WHERE r.hash <> s.rows_hash) FROM audit_seal s CROSS JOIN LATERAL (SELECT count(*) AS n,"
            " string_agg(substr(hash, 1, 4), '' ORDER BY place, key) AS marks,"
            f" sha256(string_agg(hash, '' ORDER BY place, key)) AS hash FROM ({rows}) r WHERE r.plant_id = s.plant_id AND"
            " (r.place, r.key) > (s.after_place, s.after_key) AND (r.place, r.key) <= (s.last_place, s.last_key)) r"
            f" WHERE s.stream = '{stream}'").split("|")
        waits = sql(f"SELECT count(*) FROM {stream}")
        check(f"{stream}: what is hashed is what record_send gives", seen == [waits, "0", "0", "0"], f"{seen} of {waits}")


# A row of several events is changed in each of its parts; 41 to 48 are one.
EARLIER = (
    ("the body of an earlier event is changed", "UPDATE event_log SET earlier_bodies[3] = 'eve' WHERE plant_id = 'P' AND event_seq = 48",
     ["1 row of event_log changed: 41 to 48 "]),
    ("two earlier events change their objects", "UPDATE event_log SET earlier_ids[1] = earlier_ids[2], earlier_ids[2] = earlier_ids[1]"
     " WHERE plant_id = 'P' AND event_seq = 48", ["1 row of event_log changed: 41 to 48 "]),
    ("earlier events are taken out", "UPDATE event_log SET earlier_ids = NULL, earlier_bodies = NULL WHERE plant_id = 'P'"
     " AND event_seq = 48", ["1 row of event_log changed: 48 "]),
    ("one of them is taken out", "UPDATE event_log SET earlier_ids = earlier_ids[2:], earlier_bodies = earlier_bodies[2:]"
     " WHERE plant_id = 'P' AND event_seq = 48", ["1 row of event_log changed: 42 to 48 "]),
    ("none is made of no array", "UPDATE event_log SET earlier_ids = '{}' WHERE plant_id = 'P' AND event_seq = 7",
     ["1 row of event_log changed: 7 "]),
    ("a row of one event gets another", "UPDATE event_log SET earlier_ids = '{A}', earlier_bodies = '{x}' WHERE plant_id = 'P'"
     " AND event_seq = 7", ["1 row of event_log changed: 6 to 7 "]),
    ("a row of several events is deleted", "DELETE FROM event_log WHERE plant_id = 'P' AND event_seq = 48",
     ["1 row of event_log missing: 41 to 48 "]),
)

mend = ""  # what puts the tampering before right again


def tampered(what, statement, words):
    sql("SET session_replication_role = replica; " + mend + statement)
    code, said = verify()
    check(f"{what}: exit status", code == 1, f"{code} {said}")
    for word in words:
        check(f"{what}: is named", word in said, f"\"{word}\" is not in {said}")


def keep(table):
    sql(f"CREATE TABLE IF NOT EXISTS kept_{table} AS SELECT * FROM {table}")


def put_right(*tables):
    global mend
    mend = "".join(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}; " for table in tables)


SEALS = (
    ("the newest seal is deleted", "DELETE FROM audit_seal WHERE plant_id = 'P' AND seal_no = (SELECT max(seal_no) FROM"
     " audit_seal WHERE plant_id = 'P')", ["is missing"]),
    ("a seal in between is deleted", "DELETE FROM audit_seal WHERE plant_id = 'P' AND seal_no = 2", ["seal 2 is missing"]),
    ("all seals are deleted", "DELETE FROM audit_seal WHERE plant_id = 'P'", ["seal 1 is missing"]),
    ("a seal is changed", "UPDATE audit_seal SET sealed_at = sealed_at + interval '1 day' WHERE plant_id = 'P' AND seal_no = 3",
     ["seal 3 was changed"]),
    ("the marks of a seal are changed", "UPDATE audit_seal SET marks = substr(marks, 1, 8) || substr(marks, 5)"
     " WHERE plant_id = 'P' AND seal_no = 3", ["seal 3 was changed"]),
    ("two seals change places", "UPDATE audit_seal SET seal_no = CASE seal_no WHEN 2 THEN -3 ELSE -2 END WHERE plant_id = 'P'"
     " AND seal_no IN (2, 3); UPDATE audit_seal SET seal_no = -seal_no WHERE seal_no < 0", ["seal 2 was changed"]),
    ("a seal of another plant", "INSERT INTO audit_seal SELECT 'P', (SELECT max(seal_no) + 1 FROM audit_seal WHERE plant_id ="
     " 'P'), stream, after_place, after_key, last_place, last_key, row_count, last_at, marks, rows_hash, previous, hash,"
     " sealed_at FROM audit_seal WHERE plant_id = '-' AND seal_no = 1", ["was changed"]),
    ("the head is put back", "UPDATE audit_head h SET seal_no = s.seal_no, hash = s.hash FROM audit_seal s WHERE h.plant_id ="
     " 'P' AND s.plant_id = 'P' AND s.seal_no = 2", ["behind the one that the head names"]),
)


# What another column tells: sql/audit/document_lines_are_runs.sql.
DERIVED = ["document_lines"]


def columns_of(stream):
    return [line.split(" ", 1) for line in sql(
        "SELECT attname || ' ' || format_type(coalesce(nullif(t.typbasetype, 0), t.oid), -1) FROM pg_attribute"
        f" JOIN pg_type t ON t.oid = atttypid WHERE attrelid = '{stream}'::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attname <> 'plant_id'").splitlines() if line.split(" ")[0] not in DERIVED]


def columns_are_named():
    """Every column of a stream stands in what is hashed, those too that a later migration adds."""
    source = (ROOT / "services/relay/seal_store.c").read_text()
    for stream in STREAMS:
        row = re.search(r'SEAL_\w+, "%s",.*?(?=BY_MOMENT|BY_NUMBER|BY_UUID|\[WAITING\])' % stream, source, re.S).group(0)
        names = set(re.findall(r"\w+", row.split('",', 3)[-1]))
        missing = [column for column, _ in columns_of(stream) if column not in names]
        check(f"{stream}: columns that are not hashed", not missing, missing)


def columns_are_hashed():
    """The same by changing each."""
    drop = ", ".join(f"'{stream}'::regclass" for stream in STREAMS)
    sql("DO $$ DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'c'"
        f" AND conrelid IN ({drop}) LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP;"
        " FOR c IN SELECT contypid::regtype AS t, conname FROM pg_constraint WHERE contypid <> 0 AND connamespace ="
        " 'public'::regnamespace LOOP EXECUTE format('ALTER DOMAIN %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP; END $$")
    others = {"bigint": "coalesce({0}, 0) + 100000", "integer": "{0} + 100000", "uuid": "gen_random_uuid()",
              "bytea": "'other'", "jsonb": "'{{\"other\": 1}}'", "numeric": "{0} + 1", "date": "{0} + 1",
              "timestamp with time zone": "{0} + interval '1 microsecond'", "text": "coalesce({0}, '') || 'x'",
              "text[]": "array_append({0}, 'x')",
              "bytea[]": "array_append({0}, 'x'::bytea)"}
    for stream, (key, _, _) in STREAMS.items():
        for column, kind in columns_of(stream):
            tampered(f"{stream}.{column} is hashed", f"UPDATE {stream} SET {column} = {others[kind].format(column)}"
                     f" WHERE plant_id = 'P' AND {key} = {nth(stream, 3)}", [stream])
            put_right(stream)


def main():
    if not CONNINFO:
        os.execvp("bash", ["bash", str(ROOT / "tests/sql/with_cluster.sh"), sys.executable, __file__, *sys.argv[1:]])
    folder = tempfile.mkdtemp(prefix="millrace-seal-")
    for words in (["genpkey", "-algorithm", "ed25519", "-out", f"{folder}/key.pem"],
                  ["pkey", "-in", f"{folder}/key.pem", "-pubout", "-out", f"{folder}/public.pem"]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)  # the relay wants one; nobody calls it
    sql(ROWS)
    sql(VARIED)
    check("everything is sealed", sealed(["P", "R", "V", "-"], folder), head())
    kept = Path(folder) / "head.json"
    kept.write_text(json.dumps(head()))
    code, said = verify("--head", str(kept))
    what_waits_is_looked_up()
    check("untouched", code == 0 and "0 findings" in said, said)
    for table in (*STREAMS, "audit_seal", "audit_head"):
        keep(table)
    for stream in STREAMS:
        for what, statement, words in tamper(stream):
            tampered(f"{stream}: {what}", statement, words)
            put_right(stream)
    for what, statement, words in EARLIER:
        tampered(what, statement, words)
        put_right("event_log")
    for what, statement, words in SEALS:
        tampered(what, statement, words)
        put_right("audit_seal", "audit_head")
    columns_are_named()
    if os.environ.get("MILLRACE_LONG") == "1":
        columns_are_hashed()
    sql("SET session_replication_role = replica; " + mend)
    code, said = verify()
    check("put right again", code == 0, said)
    code, said = verify(plant="V")
    check("a plant with more of everything", code == 0 and "13772 rows checked, 0 findings" in said, said)
    code, said = verify(plant="Q")
    check("numbers that were given and rows that are not there", code == 1 and "ledger_line has 3 rows too few" in said, said)

    code, said = verify(plant="R")
    check("numbers that no event of a row has", code == 1 and "event_log had 2 rows too few when they were sealed" in said, said)

    bytes_are_record_sends()

    # Made anew, from the first seal on, after a row was changed: consistent in itself, and another head.
    sql("UPDATE ledger_line SET posted_by = 'eve' WHERE plant_id = 'P' AND posted_seq = 8;"
        " DELETE FROM audit_seal WHERE plant_id = 'P'; DELETE FROM audit_head WHERE plant_id = 'P'")
    check("sealed anew", sealed(["P"], folder), head())
    code, said = verify()
    check("made anew: consistent in itself", code == 0, said)
    code, said = verify("--head", str(kept))
    check("made anew: not the head that was kept", code == 1 and "not the one of the head that was kept" in said, said)
    kept.write_text(json.dumps(dict(head(), seal_no=99)))
    code, said = verify("--head", str(kept))
    check("shorter than the head that was kept", code == 1 and "the chain ends at" in said, said)

    # A broken chain is not gone on with.
    sql("DELETE FROM audit_seal WHERE plant_id = 'P' AND seal_no = (SELECT seal_no FROM audit_head WHERE plant_id = 'P');"
        " INSERT INTO act (plant_id, act_id, acted_by, method) VALUES ('P', gen_random_uuid(), 'ann', 'M'),"
        " ('-', gen_random_uuid(), 'ann', 'M')")
    check("another plant is sealed all the same", sealed(["-"], folder), head("-"))
    check("a broken chain is not mended in silence", head()["waiting_rows"] > 0, head())
    print(f"audit_seal: {passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
