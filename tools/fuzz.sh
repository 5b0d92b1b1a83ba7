#!/usr/bin/env bash
# Feeds Strata's parsers with random text by libFuzzer, with the address and undefined-behaviour sanitizers.
#
#   tools/fuzz.sh [--seed N] SECONDS [TARGET...]
#
#   --seed N  where the random numbers start, so that from an empty build/fuzz the same texts are tried in the same order;
#             the test suite does so, since a test that finds something new belongs to no change (default: another one in
#             each run)
#   SECONDS   how long each target runs
#   TARGET    url, sql_lexer, create_table, table_edit, sql_revision; none: all of them
#
# The programs are built in build/fuzz. What is interesting for later runs stays in build/fuzz/corpus; a text that shows a
# fault is put into tests/fuzz/corpus/TARGET, where a test replays it from then on.
# The exit status is 0 when nothing was found, 1 when something was, 2 when it could not run. Where clang or its libFuzzer is
# missing it says "not run: ..." and ends with 0.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    echo "fuzz.sh: $1" >&2
    exit 2
}

seed=0  # libFuzzer takes one by the clock
if [[ ${1-} == --seed ]]; then
    [[ ${2-} =~ ^[0-9]+$ ]] || fail "--seed needs a number"
    seed=$2
    shift 2
fi
case "${1-}" in
    -h | --help)
        sed -n '2,/^set/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    '' | *[!0-9]*) fail "give the seconds that each target runs; see tools/fuzz.sh --help" ;;
esac
seconds=$1
shift
known=(url sql_lexer create_table table_edit sql_revision)
targets=("${@:-${known[@]}}")
[[ $# -gt 0 ]] || targets=("${known[@]}")
for target in "${targets[@]}"; do
    [[ " ${known[*]} " == *" $target "* ]] || fail "unknown target '$target'; known are: ${known[*]}"
done

compiler=
for candidate in clang++-19 clang++-18 clang++-17 clang++-16 clang++; do
    command -v "$candidate" >/dev/null || continue
    # Its libFuzzer is a package of its own, and an old clang does not know C++20's ranges.
    if printf '#include <ranges>\n#include <vector>\nextern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { std::vector<int> v; for (int i : v | std::views::reverse) return i; return 0; }\n' |
        "$candidate" -std=c++20 -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null 2>/dev/null; then
        compiler=$candidate
        break
    fi
done
if [[ -z $compiler ]]; then
    echo "not run: there is no clang with libFuzzer; install the packages clang-19 and libclang-rt-19-dev"
    exit 0
fi

build=build/fuzz
mkdir -p "$build/log"
build_all() {
    flock 9
    cmake -S . -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all" \
        -DSTRATA_BUILD_FUZZERS=ON -DSTRATA_BUILD_EXAMPLES=OFF -DSTRATA_BUILD_BENCH=OFF -DSTRATA_INSTALL=OFF &&
        cmake --build "$build" --target strata_fuzzers --parallel "$(nproc)"
}
if ! build_all 9>"$build/lock" >"$build/log/build.log" 2>&1; then
    tail -n 40 "$build/log/build.log" >&2
    fail "the build failed; the whole log is $build/log/build.log"
fi

status=0
for target in "${targets[@]}"; do
    kept=tests/fuzz/corpus/$target
    mkdir -p "$build/corpus/$target" "$kept"
    echo "== $target for $seconds s (log: $build/log/$target.log)"
    if ! ASAN_OPTIONS=detect_leaks=0 "$build/tests/fuzz/fuzz_$target" -seed="$seed" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
        -max_len=2048 -artifact_prefix="$kept/" -print_final_stats=1 "$build/corpus/$target" "$kept" \
        >"$build/log/$target.log" 2>&1; then
        grep -E '^(fault:|SUMMARY:|artifact_prefix|==.*ERROR)' "$build/log/$target.log" >&2 || tail -n 20 "$build/log/$target.log" >&2
        echo "fuzz.sh: $target found a fault; its text is kept in $kept" >&2
        status=1
    fi
    grep -E '^stat::number_of_executed_units' "$build/log/$target.log" || true
done
exit "$status"
