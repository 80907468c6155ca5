# A PostgreSQL of its own for bench_post, with every commit synced, and the plant BENCH: 10,000 items with stock for
# adjustments and 10,000 for work orders; twice: for the service, and for the bare statements.
# What the two baselines leave is not vacuumed while the service is measured.
# usage: post_cluster.sh start FOLDER | cpu FOLDER | settle FOLDER | pgbench FOLDER SECONDS | audit FOLDER | stop FOLDER
set -eu
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
home=$2
as() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }
sql() { as "$bin/psql" -h "$home/pg" -U postgres -Atqv ON_ERROR_STOP=1 "$@"; }

start()
{
    mkdir -p "$home/pg"
    chmod 755 "$home"
    [ "$(id -u)" != 0 ] || chown postgres "$home/pg"
    as "$bin/initdb" -D "$home/pg/data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
    as tee -a "$home/pg/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$home/pg'
shared_buffers = 256MB
min_wal_size = 2GB
max_wal_size = 4GB
wal_compression = lz4
max_connections = 100
log_lock_waits = on
CONF
    as "$bin/pg_ctl" -D "$home/pg/data" -l "$home/pg/log" -w start >/dev/null
    as "$bin/createdb" -h "$home/pg" -U postgres millrace
    for file in sql/migrations/[0-9]*.sql; do sql -d millrace -f - <"$file"; done
    sed -e '/^\\ir grants.sql/r sql/grants.sql' -e '/^\\ir grants.sql/d' sql/roles.sql | sql -1 -d millrace -f -
    sql -d millrace <<'SQL'
INSERT INTO plant (plant_id) VALUES ('BENCH');
INSERT INTO item (plant_id, item, type, valuation, unit_cost)
    SELECT 'BENCH', 'I' || to_char(n, 'FM00000'), 'buy', 'average', 2 FROM generate_series(0, 9999) n;
-- What 2,000 released orders need, ten components each, every item twice: a tenth by lots, two tenths FIFO.
INSERT INTO item (plant_id, item, type, valuation, tracking, unit_cost)
    SELECT 'BENCH', 'C' || to_char(n, 'FM00000'), 'buy', CASE WHEN n % 10 = 0 THEN 'lot' WHEN n % 10 < 3 THEN 'fifo'
           ELSE 'average' END, CASE WHEN n % 10 = 0 THEN 'lot' ELSE 'none' END, 2 FROM generate_series(0, 9999) n;
INSERT INTO lot (plant_id, item, lot, created_on) SELECT plant_id, item, 'L1', DATE '2026-01-01' FROM item WHERE tracking = 'lot';
INSERT INTO stock_item (plant_id, item, on_hand, value, last_cost, moved_on)
    SELECT plant_id, item, 1000000, 2000000, 2, DATE '2026-01-01' FROM item;
INSERT INTO stock_balance (plant_id, item, location, lot, qty)
    SELECT plant_id, item, 'MAIN', CASE WHEN tracking = 'lot' THEN 'L1' ELSE '' END, 1000000 FROM item;
INSERT INTO ledger_line (plant_id, posted_seq, document, kind, item, location, lot, qty, amount, on_hand, value, effective_on,
                         posted_by)
    SELECT plant_id, row_number() OVER (ORDER BY item), 'OB-000001', 'opening', item, 'MAIN',
           CASE WHEN tracking = 'lot' THEN 'L1' ELSE '' END, 1000000, 2000000, 1000000, 2000000, DATE '2026-01-01', 'bench' FROM item;
INSERT INTO fifo_layer (plant_id, item, layer, lot, received, qty_left, remains, amount_left)
    SELECT l.plant_id, item, posted_seq, lot, qty, qty, true, amount FROM ledger_line l JOIN item USING (plant_id, item)
    WHERE valuation IN ('fifo', 'lot');
INSERT INTO plant_seq (plant_id, line_seq, document_seq) SELECT 'BENCH', count(*), 1 FROM ledger_line;
INSERT INTO item (plant_id, item, type, valuation, unit_cost) VALUES ('BENCH', 'P', 'make', 'average', 20);
INSERT INTO stock_item (plant_id, item, last_cost) VALUES ('BENCH', 'P', 20);
INSERT INTO work_order (plant_id, work_order, item, qty, good_qty, start_on, due_on, state, planned_cost, released_on)
    SELECT 'BENCH', 'W' || to_char(n, 'FM00000'), 'P', 400000, 400000, DATE '2026-01-01', DATE '2026-12-31', 'released', 8000000,
           DATE '2026-01-01' FROM generate_series(0, 1999) n;
INSERT INTO work_order_component (plant_id, work_order, line, item, required_qty, due_on, planned_cost, reserved_qty,
                                  reserves)
    SELECT 'BENCH', 'W' || to_char(n, 'FM00000'), k + 1, 'C' || to_char((n + 1000 * k) % 10000, 'FM00000'), 400000, DATE '2026-12-31', 2,
           400000, true FROM generate_series(0, 1999) n, generate_series(0, 9) k;
VACUUM ANALYZE;
SQL
    as "$bin/createdb" -h "$home/pg" -U postgres -T millrace bare
    sql -d bare <<'SQL'
DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
LOOP EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', t); END LOOP; END $$;
SQL
    echo "host=$home/pg dbname=millrace" >"$home/conninfo"
    echo "host=$home/pg user=postgres dbname=bare" >"$home/bare"
}

# As in a database that has been in use: segments of the log that were written before are there to be used again.
settle() { sql -d millrace -c CHECKPOINT; }

# The best of several numbers of clients, in whole transactions a second.
pgbench()
{
    as "$bin/createdb" -h "$home/pg" -U postgres pgbench
    as "$bin/pgbench" -h "$home/pg" -U postgres -i -q -s 50 pgbench >/dev/null 2>&1
    settle
    for clients in 1 8 32 64; do
        as "$bin/pgbench" -h "$home/pg" -U postgres -n -M prepared -c "$clients" -j 2 -T "$1" pgbench 2>/dev/null |
            sed -n 's/^tps = \([0-9]*\).*/\1/p'
    done | sort -n | tail -1
    as "$bin/dropdb" -h "$home/pg" -U postgres pgbench
}

# Microseconds of CPU that the server has used so far, those of its processes that have ended included.
cpu()
{
    server=$(head -1 "$home/pg/data/postmaster.pid")
    cat "/proc/$server/stat" $(pgrep -P "$server" | sed 's|.*|/proc/&/stat|') 2>/dev/null |
        awk -v hz="$(getconf CLK_TCK)" -v s="$server" '{ t += $14 + $15; if ($1 == s) t += $16 + $17 } END { printf "%d\n", t * 1000000 / hz }'
}

audit()
{
    for file in sql/audit/*.sql; do
        sql -d millrace -f - <"$file" | sed "s|^|$file: |"
    done
    grep -i deadlock "$home/pg/log" || true
}

stop() { as "$bin/pg_ctl" -D "$home/pg/data" -m immediate -w stop >/dev/null || true; }

command=$1
shift 2
"$command" "$@"
