#!/usr/bin/env bash
# What `tools/bench.sh reflect` runs beside a PostgreSQL server: reflect.sh FOLDER N,N,... PROGRAM
# Prints a table and leaves FOLDER/reflect.json.
set -euo pipefail

folder=$1 program=$3
IFS=, read -ra sizes <<<"$2"
here=$(dirname -- "${BASH_SOURCE[0]}")
alembic=0
# Debian's own Python, which has Debian's packages.
/usr/bin/python3 -c 'import alembic, psycopg2' 2>/dev/null && alembic=1
[[ $alembic -eq 1 ]] || echo "Alembic is not measured: python3-alembic and python3-psycopg2 are not installed"

figure() { sed -n "s/.*\"$1\": *\([0-9.e+-]*\).*/\1/p"; }
ratio() { awk "BEGIN { if ($2 > 0) printf \"%.2f\", $1 / $2; else printf \"-\" }"; }

printf '%-12s%9s%14s%14s%12s%9s%14s%9s\n' database tables "create_all s" "catalogue s" "check s" ratio "alembic s" ratio
entries=""
for database in sqlite postgresql; do
    for size in "${sizes[@]}"; do
        turns=5
        [[ $size -le 1000 ]] || turns=3
        if [[ $database == sqlite ]]; then
            url="sqlite:///$folder/reflect_$size.db"
            theirs=$url
        else
            psql --quiet --no-psqlrc "$STRATA_TEST_POSTGRES" --command="CREATE DATABASE strata_reflect_$size"
            url=${STRATA_TEST_POSTGRES/"/postgres?"/"/strata_reflect_$size?"}
            theirs=postgresql+psycopg2${url#postgresql}
        fi
        ours=$("$program" "$url" "$size" "$turns")
        create=$(figure create_all_seconds <<<"$ours")
        bare=$(figure catalogue_seconds <<<"$ours")
        check=$(figure check_seconds <<<"$ours")
        their_check=0
        # Alembic takes minutes for more.
        if [[ $alembic -eq 1 && $size -le 1000 ]]; then
            their_check=$(/usr/bin/python3 "$here/reflect_alembic.py" "$theirs" "$size" 3 | figure alembic_seconds)
        fi
        printf '%-12s%9s%14.3f%14.3f%12.3f%9s%14.3f%9s\n' "$database" "$size" "$create" "$bare" "$check" \
            "$(ratio "$check" "$bare")" "$their_check" "$(ratio "$their_check" "$check")"
        entries+="${entries:+,}\"$database/$size tables\":{\"create_all_seconds\":$create,\"catalogue_seconds\":$bare,"
        entries+="\"check_seconds\":$check,\"alembic_seconds\":$their_check}"
    done
done
echo "{$entries}" >"$folder/reflect.json"
