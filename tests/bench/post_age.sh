# Part of ops/bench post (bench_post.c runs it): a ledger of ten million lines, and what is asked of it.  The lines are
# made by set SQL so that every audit query holds, and audited.
#
# usage: post_age.sh [LINES]
set -eu
lines=${1:-10000000}
home=$(mktemp -d /tmp/millrace-age-XXXXXX)
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
as() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
sql() { as "$bin/psql" -h "$home/pg" -U postgres -d millrace -XAtqv ON_ERROR_STOP=1 "$@"; }
finish() { bash tests/bench/post_cluster.sh stop "$home" 2>/dev/null || true; rm -rf "$home"; }
trap finish EXIT
missed=0

# metric NAME VALUE UNIT TARGET: at most TARGET
metric()
{
    ok=true
    [ "$2" -lt "$4" ] || { ok=false; missed=1; }
    printf '%-44s %9s %s   target < %s   %s\n' "$1" "$2" "$3" "$4" "$([ $ok = true ] || echo MISSED)"
    [ -z "${MILLRACE_BENCH_OUT:-}" ] || printf '{"bench":"post","metric":"%s","value":%s,"unit":"%s","target":"< %s","ok":%s}\n' \
        "$1" "$2" "$3" "$4" "$ok" >>"$MILLRACE_BENCH_OUT"
}

fill()
{
    bash tests/bench/post_cluster.sh start "$home"
    sql -v lines="$lines" <<'SQL'
SET synchronous_commit = off;
SET max_parallel_maintenance_workers = 2;
SET maintenance_work_mem = '512MB';
DROP INDEX ledger_line_item, ledger_line_document;
ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_pkey;
-- Round n gives every item one piece on a day of its own: running figures and closings follow from n.
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, qty, amount, on_hand, value, reason,
                         effective_on, posted_by)
SELECT 'BENCH', 10000 * n + i + 1, 'AD-' || to_char(10000 * n + i, 'FM00000000'), 'adjustment',
       'I' || to_char(i, 'FM00000'), 'MAIN', 1, 2, 1000000 + n, 2000000 + 2 * n, 'age',
       DATE '2026-01-01' + (n / 4)::integer, 'bench'
FROM generate_series(1, :lines / 10000 - 1) n, generate_series(0, 9999) i;
ALTER TABLE ledger_line ADD PRIMARY KEY (plant_id, posted_seq);
CREATE INDEX ledger_line_item ON ledger_line (plant_id, item, posted_seq);
CREATE INDEX ledger_line_document ON ledger_line (plant_id, document, posted_seq);
INSERT INTO stock_close (plant_id, item, day, qty, value)
SELECT plant_id, item, effective_on, max(on_hand), max(value) FROM ledger_line GROUP BY 1, 2, 3;
UPDATE stock_item s SET on_hand = c.qty, value = c.value, moved_on = c.day
FROM (SELECT DISTINCT ON (plant_id, item) * FROM stock_close ORDER BY plant_id, item, day DESC) c
WHERE c.plant_id = s.plant_id AND c.item = s.item;
DELETE FROM stock_close c USING stock_item s WHERE s.plant_id = c.plant_id AND s.item = c.item AND s.moved_on = c.day;
UPDATE stock_balance b SET qty = s.on_hand FROM stock_item s WHERE s.plant_id = b.plant_id AND s.item = b.item;
UPDATE plant_seq SET line_seq = :lines, document_seq = :lines;
VACUUM (FREEZE, ANALYZE) ledger_line, stock_item, stock_balance, stock_close;
CHECKPOINT;
SQL
}

# The statements of services/inventory/history_store.c, as pgbench scripts.
as_of()
{
    as tee "$home/pg/as_of_seq.sql" >/dev/null <<SQL
\\set i random(0, 9999)
\\set s random(10001, $lines)
SELECT on_hand, value, posted_seq FROM ledger_line WHERE plant_id = 'BENCH' AND item = 'I' || to_char(:i, 'FM00000')
    AND posted_seq <= :s ORDER BY posted_seq DESC LIMIT 1;
SQL
    as tee "$home/pg/as_of_day.sql" >/dev/null <<SQL
\\set i random(0, 9999)
\\set d random(0, 240)
SELECT CASE WHEN s.moved_on <= DATE '2026-01-01' + :d THEN s.on_hand ELSE coalesce(c.qty, 0) END FROM stock_item s
    LEFT JOIN LATERAL (SELECT qty, value FROM stock_close WHERE plant_id = 'BENCH' AND item = 'I' || to_char(:i, 'FM00000')
    AND day <= DATE '2026-01-01' + :d ORDER BY day DESC LIMIT 1) c ON true
    WHERE s.plant_id = 'BENCH' AND s.item = 'I' || to_char(:i, 'FM00000');
SQL
    for kind in seq day; do
        as rm -f "$home/pg/times".*
        as "$bin/pgbench" -h "$home/pg" -U postgres -n -t 5000 -l --log-prefix="$home/pg/times" -f "$home/pg/as_of_$kind.sql" \
            millrace >/dev/null 2>&1
        p99=$(cut -d' ' -f3 "$home/pg/times".* | sort -n | sed -n 4950p)
        metric "as of a $kind, one item, p99" "$p99" us 5000
    done
}

# Reconciliation of all balances: the audit queries that hold balances, items, history and running sums to the ledger.
reconcile()
{
    began=$(date +%s%N)
    for query in stock_balance_is_ledger stock_item_is_ledger; do
        found=$(sql -f - <"sql/audit/$query.sql")
        [ -z "$found" ] || { echo "post_age: $query: $found" | head -5; missed=1; }
    done
    metric "balances of $lines lines reconciled" $((($(date +%s%N) - began) / 1000000)) ms 20000
    for query in stock_history_is_ledger ledger_running_sums ledger_without_gaps; do
        found=$(sql -f - <"sql/audit/$query.sql")
        [ -z "$found" ] || { echo "post_age: $query: $found" | head -5; missed=1; }
    done
}

fill
as_of
reconcile
exit "$missed"
