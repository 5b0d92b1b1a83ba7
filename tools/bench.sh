#!/usr/bin/env bash
# Measures Strata beside the bare drivers, on SQLite and on a private PostgreSQL server, and what it costs to compile.
#
#   tools/bench.sh [--json FILE] [-- BENCHMARK_ARGUMENT...]
#   tools/bench.sh reflect [--json FILE] [--tables N,N,...]
#   tools/bench.sh models [--json FILE] [--tables N]
#   tools/bench.sh compile [--json FILE]
#   tools/bench.sh migrate [--json FILE]
#
#   reflect  create_all, and a check that finds no difference, on many tables (default 100,1000,10000) beside bare
#            catalogue queries, and beside Alembic where Debian's python3-alembic and python3-psycopg2 are installed
#   models   what it costs to compile the files that `strata models` writes for many tables (default 370), in seconds of
#            CPU time at -O0 and megabytes: there is nothing beside which to put them
#   compile  only what it costs to compile models and queries, which the first form measures too
#   migrate  in how many seconds 10,000 revisions are replayed, and written as a script, and a tenth of them; what
#            `migrate` costs where a tenth of 1,000 tables has changed, beside Alembic where it is installed; and an
#            SQLite table of 1,000,000 rows that is rebuilt, beside sqlite3 with the same script
#   --json   where the figures go (default build/release/bench.json, bench-reflect.json, ...)
#   --       the rest goes to the benchmark, e.g. -- --benchmark_filter='sqlite/by key'
#
# Every figure is a ratio of medians from one run in which both sides take turns: rates of one machine mean little on
# another. For throughput 1.00 is the bare driver's; for compile time 1.00 is the same program written by hand.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    echo "bench.sh: $1" >&2
    exit 2
}

json=""
what=all
tables=""
if [[ ${1-} == reflect || ${1-} == models || ${1-} == compile || ${1-} == migrate ]]; then
    what=$1
    shift
fi
while [[ $# -gt 0 ]]; do
    case "$1" in
        --json)
            [[ $# -gt 1 ]] || fail "--json needs a file"
            json=$2
            shift 2
            ;;
        --tables)
            [[ $# -gt 1 && ($what == reflect || $what == models) ]] || fail "--tables needs numbers, after reflect or models"
            tables=$2
            shift 2
            ;;
        --)
            shift
            break
            ;;
        -h | --help)
            sed -n '2,/^set/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) fail "unknown argument '$1'; see tools/bench.sh --help" ;;
    esac
done

case $what in
    all) target=strata_bench name=bench ;;
    reflect) target=strata_bench_reflect name=bench-reflect tables=${tables:-100,1000,10000} ;;
    models) target=strata name=bench-models tables=${tables:-370} ;;
    compile) target="" name=bench-compile ;;
    migrate) target='strata_bench_migrate strata_bench_graph strata_bench_changes' name=bench-migrate ;;
esac
json=${json:-build/release/$name.json}
mkdir -p build/release/log "$(dirname -- "$json")"
tools/install_deps.sh >build/release/log/install.log 2>&1 || fail "installing failed; see build/release/log/install.log"
if [[ -n $target ]]; then
    # shellcheck disable=SC2086 # several targets
    { cmake --preset release && cmake --build --preset release --target $target --parallel "$(nproc)"; } \
        >build/release/log/bench-build.log 2>&1 || fail "the build failed; see build/release/log/bench-build.log"
fi

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
if [[ $what != all ]]; then
    case $what in
        reflect) tools/with_postgres.sh bench/reflect.sh "$scratch" "$tables" build/release/bench/strata_bench_reflect ;;
        models) bench/models.sh "$scratch" "$tables" build/release/tools/strata/strata ;;
        compile) bench/compile.sh "$scratch" ;;
        migrate) tools/with_postgres.sh bench/migrate.sh "$scratch" build/release/bench ;;
    esac
    cp "$scratch/$what.json" "$json"
    echo
    echo "written to $json"
    exit 0
fi
# shellcheck disable=SC2016 # the variable is the inner shell's
tools/with_postgres.sh bash -c 'exec "$0" --postgres "$STRATA_TEST_POSTGRES" "$@"' \
    build/release/bench/strata_bench --json "$scratch/run.json" "$@"

bench/compile.sh "$scratch"
# Both are objects of one line.
sed "s/}\$/,$(sed 's/^{//; s/[&/\\]/\\&/g' "$scratch/compile.json")/" "$scratch/run.json" >"$json"
echo
echo "written to $json"
