#!/usr/bin/env bash
# What `tools/bench.sh compile` runs: compile.sh FOLDER
# Compiles the same program with Strata and by hand in turns, and the models, typed queries and raw calls of a shop.
# Prints the medians, and leaves FOLDER/compile.json.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

folder=$1
rounds=7

# CPU seconds and kilobytes of one compilation: compile LEVEL FILE
compile() {
    /usr/bin/time --format "%U %S %M" --output "$folder/time" \
        g++ -std=c++20 -O"$1" -w -c "$2" -o "$folder/out.o" -Icore/include -Idal/include -Ibench/compile/shop
    awk '{ print $1 + $2, $3 / 1024 }' "$folder/time"
}
median() { sort -n | sed -n "$(((rounds + 1) / 2))p"; }

bench/compile/generate.sh "$folder"
figures=""
printf '%-34s%14s%16s%9s\n' "20 models and 50 queries" "by hand s" "strata s" "ratio"
for level in 0 2; do
    bare=() strata=()
    for ((i = 0; i < rounds; ++i)); do
        bare+=("$(compile "$level" "$folder/bare.cpp")")
        strata+=("$(compile "$level" "$folder/strata.cpp")")
    done
    by_hand=$(printf '%s\n' "${bare[@]% *}" | median)
    ours=$(printf '%s\n' "${strata[@]% *}" | median)
    ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $by_hand }")
    printf '%-34s%14s%16s%9s\n' "compile -O$level" "$by_hand" "$ours" "$ratio"
    figures+="${figures:+,}\"compile -O$level\":{\"by_hand_seconds\":$by_hand,\"strata_seconds\":$ours,\"ratio\":$ratio}"
done

bench/compile/raw.sh >"$folder/raw.cpp"
printf '\n%-34s%14s%16s\n' "one file at -O2" "seconds" "most MB"
for what in "a header of 9 models" "it and 35 typed queries" "65 raw calls"; do
    case $what in
        a*) file=bench/compile/shop/header.cpp ;;
        it*) file=bench/compile/shop/typed.cpp ;;
        *) file=$folder/raw.cpp ;;
    esac
    times=()
    for ((i = 0; i < rounds; ++i)); do times+=("$(compile 2 "$file")"); done
    read -r seconds megabytes < <(printf '%s\n' "${times[@]}" | median)
    printf '%-34s%14s%16.0f\n' "$what" "$seconds" "$megabytes"
    figures+=",\"$what\":{\"seconds\":$seconds,\"most_megabytes\":$megabytes}"
done
echo "{$figures}" >"$folder/compile.json"
