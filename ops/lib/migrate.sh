# Brings the database to sql/migrations/NNNN_name.sql, in order.  Each file runs in one transaction
# together with its row in schema_migration (version, name, SHA-256), as the role that owns the
# tables.  A file that was applied never changes afterwards; a mistake is mended by a new file.
# sql/roles.sql, which grants, runs again whenever it, grants.sql beside it or the list of migrations changed
# (version 0).

migrate_database()
{
    SQL_DATABASE=postgres sql <<-'SQL'
	SELECT format('CREATE ROLE %I NOLOGIN', 'millrace_owner')
	WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'millrace_owner') \gexec
	SELECT 'CREATE DATABASE millrace OWNER millrace_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C'''
	WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'millrace') \gexec
	SQL
}

migrate_table()
{
    sql 2>/dev/null <<-'SQL'
	SET client_min_messages = warning;
	SET ROLE millrace_owner;
	CREATE TABLE IF NOT EXISTS schema_migration (
	    version integer PRIMARY KEY CHECK (version >= 0),
	    name text NOT NULL,
	    checksum text NOT NULL,
	    applied_at timestamptz NOT NULL DEFAULT now()
	);
	SQL
}

# migrate_folder FOLDER: as a function of the folder, so that the tests can run it on their own.
migrate_folder()
{
    local folder=$1 applied file name version sum known highest=0
    migrate_table
    applied=$(sql -F ' ' -c 'SELECT version, checksum, name FROM schema_migration WHERE version > 0')
    for file in "$folder"/[0-9][0-9][0-9][0-9]_*.sql; do
        [ -e "$file" ] || continue
        name=${file##*/}
        version=$((10#${name%%_*}))
        [ "$version" -gt "$highest" ] || die "two migrations have the number ${name%%_*}: see \"$file\""
        highest=$version
        sum=$(sha256sum <"$file" | cut -d' ' -f1)
        known=$(awk -v version="$version" '$1 == version { print $2 }' <<<"$applied")
        if [ -z "$known" ]; then
            migrate_apply "$file" "$version" "$name" "$sum"
        elif [ "$known" != "$sum" ]; then
            die "migration \"$name\" was changed after it was applied to this database" \
                "put the change into a new migration; a database without real data can begin anew: ops/down --purge"
        fi
    done
    migrate_check_newer "$applied" "$highest"
}

# migrate_check_newer APPLIED HIGHEST: a database is never run by code older than itself.
migrate_check_newer()
{
    local newer
    newer=$(awk -v highest="$2" '$1 > highest { print $3; exit }' <<<"$1")
    [ -z "$newer" ] ||
        die "the database has migration \"$newer\", which this checkout does not have: use newer code"
}

migrate_apply()
{
    step "migration $3"
    sql --single-transaction -c 'SET LOCAL ROLE millrace_owner' -f "$1" \
        -c "INSERT INTO schema_migration (version, name, checksum) VALUES ($2, '$3', '$4')" >/dev/null ||
        die "migration \"$3\" failed and was rolled back"
}

# migrate_roles FILE: grants what the services may do.
migrate_roles()
{
    local sum known
    sum=$({ cat "$1" "${1%/*}/grants.sql"; sql -c 'SELECT version, checksum FROM schema_migration WHERE version > 0 ORDER BY 1'; } |
        sha256sum | cut -d' ' -f1)
    known=$(sql -c 'SELECT checksum FROM schema_migration WHERE version = 0')
    [ "$known" != "$sum" ] || return 0
    sql --single-transaction -f "$1" -c "
        INSERT INTO schema_migration (version, name, checksum) VALUES (0, 'roles.sql', '$sum')
        ON CONFLICT (version) DO UPDATE SET checksum = excluded.checksum, applied_at = now()" >/dev/null ||
        die "\"$1\" failed and was rolled back"
}

migrate_all()
{
    migrate_database
    migrate_folder "$ROOT/sql/migrations"
    migrate_roles "$ROOT/sql/roles.sql"
}
