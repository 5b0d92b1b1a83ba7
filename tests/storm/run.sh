#!/usr/bin/env bash
# shellcheck disable=SC2317 # what a trap calls is not unreachable
# Runs the storm against a private server that is started again whenever it ends.
#
#   run.sh PROGRAM SECONDS THREADS     STRATA_LONG_TESTS=1: at least 60 seconds
set -euo pipefail

program=$1 seconds=$2 threads=$3
[[ ${STRATA_LONG_TESTS:-} != 1 || $seconds -ge 60 ]] || seconds=60

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[[ -x $programs/initdb ]] || { echo "PostgreSQL's server is not installed; run tools/install_deps.sh" >&2; exit 2; }
as_server=()
[[ $EUID -ne 0 ]] || as_server=(setpriv --reuid=postgres --regid=postgres --init-groups)

folder=$(mktemp -d "${TMPDIR:-/tmp}/strata-storm.XXXXXX")
keeper=""
clean_up() {
    local status=$?
    trap '' INT TERM HUP
    touch "$folder/stop" # the keeper starts no other
    [[ ! -s $folder/data/postmaster.pid ]] || kill -QUIT "$(head -n 1 "$folder/data/postmaster.pid")" 2>/dev/null || true
    [[ -z $keeper ]] || wait "$keeper" 2>/dev/null || true
    rm -rf -- "$folder"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chmod 755 "$folder"
mkdir "$folder/data"
[[ $EUID -ne 0 ]] || chown postgres "$folder" "$folder/data"
(cd "$folder" && "${as_server[@]}" "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions) >"$folder/server.log" 2>&1 ||
    { tail -n 3 "$folder/server.log" >&2; exit 2; }

# A write that was reported must survive the crash that the storm brings, so this server writes its log before it answers.
keep_running() {
    cd "$folder"
    while [[ ! -e $folder/stop ]]; do
        "${as_server[@]}" setpriv --pdeathsig QUIT "$programs/postgres" -D "$folder/data" -c listen_addresses= \
            -c unix_socket_directories="$folder" -c max_connections=100 -c shared_buffers=64MB || true
        sleep 0.2
    done
}
keep_running >>"$folder/server.log" 2>&1 </dev/null &
keeper=$!
for _ in {1..200}; do
    grep -qs '^ready' "$folder/data/postmaster.pid" && break
    sleep 0.05
done

"$program" "postgresql://postgres@/postgres?host=$folder" "$folder/data/postmaster.pid" "$seconds" "$threads"
