#!/usr/bin/env bash
# shellcheck disable=SC2317 # what a trap calls is not unreachable
# Runs a command beside a private PostgreSQL server and stops the server when the command ends.
#
#   tools/with_postgres.sh COMMAND [ARGUMENT...]
#
# The server lives in a temporary folder, listens on a Unix socket there and on no network address, and never runs as root
# (as user "postgres" when the caller is root). It trusts every local role but one; it does not survive a crash (fsync=off).
# The command finds in its environment, as URLs that psql takes too:
#   STRATA_TEST_POSTGRES            superuser, no password
#   STRATA_TEST_POSTGRES_PASSWORD   role "strata_password", who must give the password "strata"
# Where STRATA_TEST_POSTGRES is set already, that server is used and none is started.
# The exit status is the command's; 2 when no server could be started.
set -euo pipefail

fail() {
    echo "with_postgres.sh: $1" >&2
    exit 2
}

[[ $# -gt 0 ]] || fail "usage: tools/with_postgres.sh COMMAND [ARGUMENT...]"
[[ -z ${STRATA_TEST_POSTGRES:-} ]] || exec "$@"

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
server=""
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
    [[ -z $server ]] || end_process "$server" INT QUIT
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
mkdir "$folder/data"
[[ $EUID -ne 0 ]] || chown postgres "$folder" "$folder/data"
log=$folder/server.log

(cd "$folder" && "${as_server[@]}" "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions) >"$log" 2>&1 ||
    fail "initdb failed: $(tail -n 3 "$log" | tr '\n' ' ')"
printf '%s\n' 'local all strata_password scram-sha-256' 'local all all trust' >"$folder/data/pg_hba.conf"

# A session of its own, so that Ctrl-C reaches the command first; ended by the kernel should this script be killed outright.
(cd "$folder" && exec setsid "${as_server[@]}" setpriv --pdeathsig INT "$programs/postgres" -D "$folder/data" \
    -c listen_addresses= -c unix_socket_directories="$folder" -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c shared_buffers=64MB -c max_connections=100) >>"$log" 2>&1 </dev/null &
server=$!
until grep -qs '^ready' "$folder/data/postmaster.pid"; do
    kill -0 "$server" 2>/dev/null || { server=""; fail "the server did not start: $(tail -n 3 "$log" | tr '\n' ' ')"; }
    sleep 0.05
done

export STRATA_TEST_POSTGRES="postgresql://postgres@/postgres?host=$folder"
export STRATA_TEST_POSTGRES_PASSWORD="postgresql://strata_password:strata@/postgres?host=$folder"
export PATH="$programs:$PATH" # psql and pg_dump of the server's own version, without Debian's wrapper
psql -X -q -d "$STRATA_TEST_POSTGRES" -c "CREATE ROLE strata_password LOGIN PASSWORD 'strata'"

# In the background, so that a signal is served at once; it keeps our input and the usual meaning of Ctrl-C.
env --default-signal=INT,QUIT "$@" <&0 &
command=$!
status=0
wait "$command" || status=$?
command=""
exit "$status"
