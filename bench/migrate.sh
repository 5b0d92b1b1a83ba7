#!/usr/bin/env bash
# What `tools/bench.sh migrate` runs beside a PostgreSQL server: migrate.sh FOLDER FOLDER_OF_PROGRAMS
# Prints tables and leaves FOLDER/migrate.json.
set -euo pipefail

folder=$1 programs=$2
here=$(dirname -- "${BASH_SOURCE[0]}")
alembic=0
# Debian's own Python, which has Debian's packages.
/usr/bin/python3 -c 'import alembic, psycopg2' 2>/dev/null && alembic=1

figure() { sed -n "s/.*\"$1\": *\([0-9.e+-]*\).*/\1/p"; }
ratio() { awk "BEGIN { if ($2 > 0) printf \"%.2f\", $1 / $2; else printf \"-\" }"; }

"$programs/strata_bench_migrate" "$folder/replay.json"

echo
graph=$("$programs/strata_bench_graph")
sed '$d' <<<"$graph"

echo
[[ $alembic -eq 1 ]] || echo "Alembic is not measured: python3-alembic and python3-psycopg2 are not installed"
printf '%-12s%9s%12s%12s%12s%9s\n' database tables operations "migrate s" "alembic s" ratio
entries=$(tail -n 1 <<<"$graph" | sed 's/^{/,/; s/}$//')
for database in sqlite postgresql; do
    if [[ $database == sqlite ]]; then
        url="sqlite:///$folder/changes.db"
        theirs=$url
    else
        psql --quiet --no-psqlrc "$STRATA_TEST_POSTGRES" --command="CREATE DATABASE strata_changes"
        url=${STRATA_TEST_POSTGRES/"/postgres?"/"/strata_changes?"}
        theirs=postgresql+psycopg2${url#postgresql}
    fi
    ours=$("$programs/strata_bench_changes" autogenerate "$url" 1000)
    spent=$(figure seconds <<<"$ours")
    their_spent=0
    [[ $alembic -eq 0 ]] ||
        their_spent=$(/usr/bin/python3 "$here/reflect_alembic.py" "$theirs" 1000 3 changed | figure alembic_seconds)
    beside=- times=-
    if [[ $alembic -eq 1 ]]; then
        beside=$(printf '%.3f' "$their_spent")
        times=$(ratio "$their_spent" "$spent")
    fi
    printf '%-12s%9s%12s%12.3f%12s%9s\n' "$database" 1000 "$(figure operations <<<"$ours")" "$spent" "$beside" "$times"
    entries+=",\"$database/a tenth of 1000 tables\":{\"seconds\":$spent,\"alembic_seconds\":$their_spent}"
done

echo
mkdir "$folder/rebuild"
ours=$("$programs/strata_bench_changes" rebuild "$folder/rebuild" 1000000)
spent=$(figure seconds <<<"$ours")
shell=$(figure shell_seconds <<<"$ours")
printf '%-36s%12s%12s%9s\n' "SQLite, a table rebuilt" "sqlite3 s" "upgrade s" ratio
printf '%-36s%12.3f%12.3f%9s\n' "1000000 rows" "$shell" "$spent" "$(ratio "$spent" "$shell")"
entries+=",\"sqlite/rebuild of 1000000 rows\":{\"shell_seconds\":$shell,\"seconds\":$spent}"
sed "s|}\$|$entries}|" "$folder/replay.json" >"$folder/migrate.json"
