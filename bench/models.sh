#!/usr/bin/env bash
# What `tools/bench.sh models` runs: models.sh FOLDER TABLES PROGRAM
# Generates the models of a database of so many tables and compiles each file of them once at -O0. Prints the longest and
# the median CPU time and the most memory, by kind of file, and leaves FOLDER/models.json.
set -euo pipefail

folder=$1 tables=$2 program=$3
awk -v tables="$tables" 'BEGIN {
    for (t = 1; t <= tables; ++t) {
        printf "CREATE TABLE table_%d (id INTEGER PRIMARY KEY, previous_id INTEGER", t
        if (t > 1) printf " REFERENCES table_%d (id)", t - 1
        for (c = 1; c <= 15; ++c)
            printf ", column_%d %s%s", c, c % 3 == 0 ? "INTEGER" : c % 3 == 1 ? "TEXT" : "NUMERIC(10, 2)",
                c % 4 == 0 ? " NOT NULL DEFAULT 1" : ""
        print ");"
        for (i = 1; i <= 3; ++i) printf "CREATE INDEX ix_%d_%d ON table_%d (column_%d);\n", t, i, t, i
    }
}' | sqlite3 "$folder/models.db"
"$program" models "sqlite:///$folder/models.db" --out "$folder/models" --per-table

# CPU seconds and kilobytes of one compilation.
compile() {
    /usr/bin/time --format "%U %S %M" --output "$folder/time" \
        g++ -std=c++20 -O0 -w -x c++ -c "$1" -o "$folder/out.o" -Icore/include -Ischema/include -Idal/include \
        -I"$folder/models" -I"$folder"
    awk '{ print $1 + $2, $3 / 1024 }' "$folder/time"
}

figures=""
printf '%-16s%8s%14s%14s%12s\n' file files "median s" "longest s" "most MB"
for kind in "a model's header" "schema_N.cpp" "schema.cpp"; do
    case $kind in
        a*) mapfile -t files < <(find "$folder/models/tables" -name '*.hpp' | sort) ;;
        *N*) mapfile -t files < <(find "$folder/models" -name 'schema_*.cpp' | sort) ;;
        *) files=("$folder/models/schema.cpp") ;;
    esac
    [[ ${#files[@]} -gt 0 ]] || continue  # few tables have one schema.cpp alone
    for file in "${files[@]}"; do compile "$file"; done | sort -n >"$folder/compiled"
    read -r median longest most < <(awk '{ s[NR] = $1; if ($2 > m) m = $2 }
        END { printf "%.2f %.2f %.0f\n", s[int((NR + 1) / 2)], s[NR], m }' "$folder/compiled")
    printf '%-16s%8s%14s%14s%12s\n' "$kind" "${#files[@]}" "$median" "$longest" "$most"
    figures+="${figures:+,}\"$kind\":{\"files\":${#files[@]},\"median_seconds\":$median,\"longest_seconds\":$longest,"
    figures+="\"most_megabytes\":$most}"
done
echo "{\"tables\":$tables,$figures}" >"$folder/models.json"
