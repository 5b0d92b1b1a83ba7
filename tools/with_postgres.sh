#!/usr/bin/env bash
# shellcheck disable=SC2317 # what a trap calls is not unreachable
# Runs a command beside private PostgreSQL servers and stops them when the command ends.
#
#   tools/with_postgres.sh [--surrounding plain|foreign|pooled|all] COMMAND [ARGUMENT...]
#
# A server lives in a temporary folder, listens on a Unix socket there and on no network address, and never runs as root
# (as user "postgres" when the caller is root). It trusts every local role but one; it does not survive a crash (fsync=off).
#
#   plain    a server that speaks English, used as superuser (the default)
#   foreign  a server that speaks German, used as role "strata_app", whose settings are unfriendly and who owns its own
#            schema and nothing else
#   pooled   the plain server behind PgBouncer with pool_mode=transaction
#   all      the three of them; the command chooses by STRATA_TEST_SURROUNDING, which it sets itself
#
# The command finds in its environment, as URLs that psql takes too:
#   STRATA_TEST_POSTGRES            the plain server, superuser, no password
#   STRATA_TEST_POSTGRES_PASSWORD   the same server, role "strata_password", who must give the password "strata"
#   STRATA_TEST_POSTGRES_FOREIGN    the foreign server, superuser; databases are made from its template "strata_template"
#   STRATA_TEST_POSTGRES_POOLED     the plain server through PgBouncer, superuser
# and, unless it is "all", the surrounding's name in STRATA_TEST_SURROUNDING.
# Where the variables of the surrounding are set already, those servers are used and none is started; for "all"
# STRATA_TEST_POSTGRES alone decides.
# The exit status is the command's; 2 when no server could be started.
set -euo pipefail

fail() {
    echo "with_postgres.sh: $1" >&2
    exit 2
}

surrounding=plain
if [[ ${1-} == --surrounding ]]; then
    [[ $# -gt 1 ]] || fail "--surrounding needs a name: plain, foreign, pooled or all"
    surrounding=$2
    shift 2
fi
[[ $# -gt 0 ]] || fail "usage: tools/with_postgres.sh [--surrounding plain|foreign|pooled|all] COMMAND [ARGUMENT...]"
needed=(STRATA_TEST_POSTGRES)
case "$surrounding" in
    plain | all) ;;
    foreign) needed=(STRATA_TEST_POSTGRES_FOREIGN) ;;
    pooled) needed+=(STRATA_TEST_POSTGRES_POOLED) ;;
    *) fail "unknown surrounding '$surrounding'; use plain, foreign, pooled or all" ;;
esac
[[ $surrounding == all ]] || export STRATA_TEST_SURROUNDING=$surrounding
given=1
for variable in "${needed[@]}"; do
    [[ -n ${!variable:-} ]] || given=0
done
[[ $given -eq 0 ]] || exec "$@"

# Debian keeps the server's programs out of PATH, one folder per version.
programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
if [[ ! -x $programs/initdb ]]; then
    programs=$(dirname -- "$(command -v initdb)" 2>/dev/null) ||
        fail "PostgreSQL's server is not installed; run tools/install_deps.sh"
fi

as_server=()
if [[ $EUID -eq 0 ]]; then
    id postgres >/dev/null 2>&1 || fail "PostgreSQL refuses to run as root and there is no user 'postgres'"
    as_server=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi

folder=""
processes=() # of ours, in the order in which they were started
command=""

# Ends a process by its id and waits until it is gone: asks with $2, insists with $3 after ten seconds.
end_process() {
    kill "-$2" "$1" 2>/dev/null || return 0
    for _ in {1..200}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    kill "-$3" "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

clean_up() {
    local status=$?
    trap '' INT TERM HUP
    [[ -z $command ]] || end_process "$command" TERM KILL
    local i
    for ((i = ${#processes[@]} - 1; i >= 0; --i)); do # PgBouncer before its server
        end_process "${processes[i]}" INT QUIT
    done
    [[ -z $folder ]] || rm -rf -- "$folder"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# In memory where there is room for it: a test database is some 300 files, and each test makes one.
base=${TMPDIR:-/tmp}
if [[ -z ${TMPDIR:-} && -w /dev/shm && $(df --output=avail -k /dev/shm | tail -n 1) -gt 2000000 ]]; then
    base=/dev/shm
fi
[[ ${#base} -le 60 ]] || base=/tmp # a socket's path has at most 107 bytes
folder=$(mktemp -d "$base/strata-postgres.XXXXXX") || fail "cannot make a folder in $base"
chmod 755 "$folder"
export PATH="$programs:$PATH" # psql and pg_dump of the server's own version, without Debian's wrapper

# start_process PROGRAM ARGUMENT...: runs it in $place, with its output in $log; its id is in $process then.
# A session of its own, so that Ctrl-C reaches the command first; ended by the kernel should this script be killed outright.
start_process() {
    (cd "$place" && exec setsid "${as_server[@]}" setpriv --pdeathsig INT "$@") >>"$log" 2>&1 </dev/null &
    process=$!
    processes+=("$process")
}

# await FILE PATTERN: waits until a line of the file matches, while the process that was started last lives.
await() {
    until grep -qs "$2" "$1"; do
        kill -0 "$process" 2>/dev/null || fail "the server did not start: $(tail -n 3 "$log" | tr '\n' ' ')"
        sleep 0.05
    done
}

# make_place PATH: an empty folder that the server's user may write in.
make_place() {
    place=$1
    log=$place/server.log
    mkdir -p "$place"
    [[ $EUID -ne 0 ]] || chown postgres "$place"
}

# start_server FOLDER INITDB_ARGUMENT...: the server's socket and log are in the folder, its data is in FOLDER/data.
start_server() {
    make_place "$1"
    shift
    (cd "$place" && "${as_server[@]}" "$programs/initdb" --pgdata="$place/data" --username=postgres --auth=trust \
        --encoding=UTF8 --no-sync --no-instructions "$@") >"$log" 2>&1 ||
        fail "initdb failed: $(tail -n 3 "$log" | tr '\n' ' ')"
    printf '%s\n' 'local all strata_password scram-sha-256' 'local all all trust' >"$place/data/pg_hba.conf"
    start_process "$programs/postgres" -D "$place/data" \
        -c listen_addresses= -c unix_socket_directories="$place" -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c shared_buffers=64MB -c max_connections=100 -c max_locks_per_transaction=1024
    await "$place/data/postmaster.pid" '^ready'
    superuser="postgresql://postgres@/postgres?host=$place"
    psql -X -q -d "$superuser" -c "CREATE ROLE strata_password LOGIN PASSWORD 'strata'"
    password="postgresql://strata_password:strata@/postgres?host=$place"
}

start_plain() {
    start_server "$folder" --locale=C.UTF-8
    export STRATA_TEST_POSTGRES=$superuser STRATA_TEST_POSTGRES_PASSWORD=$password
}

# What an application meets that did not set its server up itself. A test's database is a copy of strata_template.
start_foreign() {
    locale -a | grep -qix 'de_DE\.utf-\?8' || fail "there is no locale de_DE.UTF-8; run tools/install_deps.sh"
    start_server "$folder/foreign" --locale=C.UTF-8 --lc-messages=de_DE.UTF-8
    psql -X -q -v ON_ERROR_STOP=1 -d "$superuser" >>"$log" 2>&1 <<'SQL' || fail "no template: $(tail -n 3 "$log" | tr '\n' ' ')"
CREATE ROLE strata_app LOGIN;
ALTER ROLE strata_app SET search_path = app, public;
ALTER ROLE strata_app SET lc_messages = 'de_DE.UTF-8';
ALTER ROLE strata_app SET standard_conforming_strings = off;
ALTER ROLE strata_app SET escape_string_warning = off;
ALTER ROLE strata_app SET backslash_quote = on;
ALTER ROLE strata_app SET array_nulls = off;
ALTER ROLE strata_app SET datestyle = 'German, DMY';
ALTER ROLE strata_app SET intervalstyle = sql_standard;
ALTER ROLE strata_app SET timezone = 'Asia/Kolkata';
ALTER ROLE strata_app SET bytea_output = escape;
ALTER ROLE strata_app SET xmlbinary = hex;
ALTER ROLE strata_app SET extra_float_digits = -3;
ALTER ROLE strata_app SET row_security = off;
ALTER ROLE strata_app SET default_transaction_isolation = serializable;
ALTER ROLE strata_app SET default_transaction_read_only = on;
ALTER ROLE strata_app SET default_transaction_deferrable = on;
ALTER ROLE strata_app SET transform_null_equals = on;
ALTER ROLE strata_app SET quote_all_identifiers = on;
ALTER ROLE strata_app SET client_encoding = LATIN1;
CREATE DATABASE strata_template TEMPLATE template0 ENCODING 'UTF8';
\connect strata_template
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
CREATE SCHEMA app AUTHORIZATION strata_app;
SQL
    export STRATA_TEST_POSTGRES_FOREIGN=$superuser
    [[ -n ${STRATA_TEST_POSTGRES_PASSWORD:-} ]] || export STRATA_TEST_POSTGRES_PASSWORD=$password
    if psql -X -q -d "$superuser" -c 'SELECT * FROM nothing_here' 2>&1 | grep -q 'does not exist'; then
        echo "with_postgres.sh: PostgreSQL's German messages are not installed; the foreign server speaks English" >&2
    fi
}

# In a folder of its own under the usual port, so that its URL differs from the server's by the folder alone.
start_pooler() {
    local server=$folder bouncer
    bouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer) || fail "PgBouncer is not installed; run tools/install_deps.sh"
    make_place "$folder/pooled"
    printf '"postgres" ""\n' >"$place/users.txt"
    cat >"$place/pgbouncer.ini" <<INI
[databases]
* = host=$server
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = $place
auth_type = trust
auth_file = $place/users.txt
admin_users = postgres
pool_mode = transaction
default_pool_size = 2
max_client_conn = 400
query_wait_timeout = 30
autodb_idle_timeout = 2
INI
    start_process "$bouncer" "$place/pgbouncer.ini"
    await "$log" 'listening on unix:'
    export STRATA_TEST_POSTGRES_POOLED="postgresql://postgres@/postgres?host=$place"
}

[[ $surrounding == foreign ]] || start_plain
[[ $surrounding != foreign && $surrounding != all ]] || start_foreign
[[ $surrounding != pooled && $surrounding != all ]] || start_pooler

# In the background, so that a signal is served at once; it keeps our input and the usual meaning of Ctrl-C.
env --default-signal=INT,QUIT "$@" <&0 &
command=$!
status=0
wait "$command" || status=$?
command=""
exit "$status"
