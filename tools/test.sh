#!/usr/bin/env bash
# Builds Strata and runs every test, on SQLite and on PostgreSQL, there also as a role with few rights on a server that
# speaks German and behind a pooler (tools/with_postgres.sh).
#
#   tools/test.sh [--preset dev|release|asan|tsan] [--long] [-- CTEST_ARGUMENT...]
#
#   --preset   how to build (default dev); the build stays in build/PRESET; with tsan the tests that share things between
#              threads are built and run, and no others
#   --long     more rounds where a test repeats itself (sets STRATA_LONG_TESTS=1)
#   --         the rest goes to ctest, e.g. -- -R autogenerate
#
# Private PostgreSQL servers are started for the run; STRATA_TEST_POSTGRES=URL names another, and then what needs a server
# of its own kind is not run.
# The exit status is ctest's; 2 when it did not come to that.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    echo "test.sh: $1" >&2
    exit 2
}

preset=dev
while [[ $# -gt 0 ]]; do
    case "$1" in
        --preset)
            [[ $# -gt 1 ]] || fail "--preset needs a name: dev, release, asan or tsan"
            preset=$2
            shift 2
            ;;
        --long)
            export STRATA_LONG_TESTS=1
            shift
            ;;
        --)
            shift
            break
            ;;
        -h | --help)
            sed -n '2,/^set/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
            exit 0
            ;;
        *) fail "unknown argument '$1'; see tools/test.sh --help" ;;
    esac
done
case "$preset" in
    dev | release | asan | tsan) ;;
    *) fail "unknown preset '$preset'; use dev, release, asan or tsan" ;;
esac

logs=build/$preset/log
mkdir -p "$logs"
jobs=$(nproc)

# step NAME COMMAND...: runs it, keeps its output in a log, shows it while it runs on a terminal and when it failed.
step() {
    local name=$1 log=$logs/$1.log
    shift
    echo "== $name: $* (log: $log)"
    if [[ -t 1 ]]; then
        "$@" 2>&1 | tee "$log" || fail "$name failed; the log is $log"
    elif ! "$@" >"$log" 2>&1; then
        tail -n 80 "$log" >&2
        fail "$name failed; the whole log is $log"
    fi
}

step install tools/install_deps.sh
step configure cmake --preset "$preset"
step build cmake --build --preset "$preset" --parallel "$jobs"

# The databases of the tests live for moments, so memory is the place for them where there is enough of it, and where the
# revisions that tests compile may be loaded from it.
in_memory() {
    [[ -z ${TMPDIR-} && -w /dev/shm && $(df --output=avail --block-size=1G /dev/shm | tail -n 1) -ge 4 ]] || return 1
    [[ $(findmnt --noheadings --output OPTIONS --target /dev/shm) != *noexec* ]]
}
if in_memory; then
    TMPDIR=$(mktemp -d /dev/shm/strata_tests.XXXXXX)
    export TMPDIR
    trap 'rm -rf -- "$TMPDIR"' EXIT
    chmod 1777 "$TMPDIR"
fi
echo "== test: ctest --preset $preset --parallel $jobs $* (log: build/$preset/Testing/Temporary/LastTest.log)"
tools/with_postgres.sh --surrounding all ctest --preset "$preset" --parallel "$jobs" "$@"
